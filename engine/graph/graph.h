/* The neighbour graph of units: who shares how much border with whom, and along what.
 *
 * Two units are neighbours when their outlines share border length (rook); touching in a point is
 * no link. The graph is symmetric; the links of a unit are sorted by target.
 */
#ifndef CG_GRAPH_H
#define CG_GRAPH_H

#include "base/progress.h"
#include "model/regions.h"
#include "model/units.h"

typedef struct {
    guint32 n;          /* units                                                       */
    guint32 *first;     /* [n + 1] first link of each unit                             */
    guint32 *target;    /* [first[n]] neighbour                                        */
    guint32 *reverse;   /* [first[n]] index of the opposite link                       */
    guint32 *border_cm; /* [first[n]] shared border, centimetres, >= 1                 */
    guint8 *barrier;    /* [first[n]] CgBarrierClass that the border runs along; NONE where more than
                           half of it is open                                          */
    guint32 *open_cm;   /* [first[n]] of border_cm, what runs along no barrier; NULL: all of it or
                           nothing, as barrier says (cg_graph_open_cm)                  */
    guint32 *beyond_cm; /* [first[n]] of open_cm, what lies outside the convex hull of all lines that borders were
                           marked by: where none could be; NULL: nothing does             */
    guint8 *line;       /* [first[n]] CgBarrierClass that most of the rest of it runs along, NONE
                           without any; NULL: as barrier says                           */
    guint8 *passable;   /* [first[n]] FALSE: never join these two in one grid          */
    guint8 *loose;      /* [first[n]] TRUE: not passable, but no fault inside a grid: the rim of ground
                           where nobody lives (enclosed.h); NULL: none is             */
    guint32 *crossing_cm; /* [first[n]] 0: a border; else the link is a crossing of that length, with
                             border_cm 0 (crossing.h); NULL in a graph without crossings      */
    guint32 *outer_cm;  /* [n] border shared with no unit                              */
    double *area_m2;    /* [n]                                                         */
    gboolean snapped;   /* TRUE where borders did not match vertex for vertex and GEOS was used */
    guint32 n_gaps, n_overlaps; /* pairs of neighbours between which snapping closed more than a
                                   square centimetre                                     */
    double gap_m2, overlap_m2;  /* closed by snapping: ground of no unit, ground of two  */
    /*< private >*/
    struct _CgTopology *topology; /* the chains behind the links, for mark_barriers and grids;
                                     may be NULL in a graph made by hand: then built again */
} CgGraph;

#define CG_GRAPH_SNAP_M 0.5

typedef struct {
    double snap_m; /* borders nearer than this are taken as shared; 0: exact vertices only;
                      default CG_GRAPH_SNAP_M */
} CgGraphOptions;

/* Builds the graph from the working outlines of units.
 *
 * options    NULL for defaults
 * Method     hash of directed segments between consecutive vertices: a segment that two units walk
 *            is their shared border. T-junctions (a vertex of one on a segment of the other) and
 *            borders within snap_m are found only for segments that the hash leaves alone: their
 *            vertices are brought together (topology.h). GEOS measures what still overlaps; pieces
 *            no wider than snap_m (1 mm when 0) are counted in n_overlaps, wider ones refused.
 * Errors     ARGUMENT snap_m negative, over 1000 or not finite, areas that do not match the units;
 *            GEOMETRY two units overlap by more than snapping explains (names both); LIMIT memory;
 *            CANCELLED
 * Promise    symmetric, no link to itself, same input gives the same graph bit for bit
 * Cost       O(vertices) time and memory for clean coverages
 */
CgGraph *cg_graph_build (const CgUnits *units, const CgGraphOptions *options,
                         const CgProgress *progress, GCancellable *cancel, GError **error);

/* Fills barrier, open_cm, beyond_cm, line and passable. A piece of border runs along a line that lies within
 * tolerance_m (default 5 when 0) of it and is less than 45 degrees off its direction, or that it lies on
 * (1 cm): a border that leads away from a road does not begin along it. `line` is the strongest class
 * that at least half of these pieces run along, else the one along which most do; `barrier` is the same
 * where they are at least half of the border. passable is FALSE when at least half of the border lies
 * within the tolerance of barriers that are not passable, of any class. Where a border lies on a line
 * (1 cm), only what lies there says whether it may be passed. Class BUILDING is ignored; NONE says of
 * the borders on it that they run along nothing, whatever is near: so do the borders of cells.
 * What lies inside an area of water that is not passable, and on no line of another class, is along water
 * and not passable.
 * Earlier marks are replaced; all links are passable before.
 * Method  borders are sampled in pieces no longer than the tolerance, or 1 m
 * Errors  ARGUMENT tolerance over 1000 or not finite, another number of units; LIMIT memory */
gboolean cg_graph_mark_barriers (CgGraph *graph, const CgUnits *units, const CgBarriers *barriers,
                                 double tolerance_m, GError **error);
/* The same for links between two units of `which` ([n], TRUE) only; the others stay as they are. Errors as
 * above. */
gboolean cg_graph_mark_some_barriers (CgGraph *graph, const CgUnits *units, const guint8 *which,
                                      const CgBarriers *barriers, double tolerance_m,
                                      GError **error);

/* Links counted once, crossings not: pairs whose region (units->region) is the same, or all when units is NULL. */
guint32 cg_graph_count_links (const CgGraph *graph, const CgUnits *units);

/* Centimetres of the border of a link that run along no barrier, and what the others run along. */
static inline guint32
cg_graph_open_cm (const CgGraph *graph, guint32 link)
{
    if (graph->open_cm != NULL)
        return graph->open_cm[link];
    return graph->barrier[link] == CG_BARRIER_NONE ? graph->border_cm[link] : 0;
}
static inline CgBarrierClass
cg_graph_line (const CgGraph *graph, guint32 link)
{
    guint8 class = graph->line != NULL ? graph->line[link] : graph->barrier[link];
    return class < CG_N_BARRIERS ? (CgBarrierClass) class : CG_BARRIER_NONE;
}

void cg_graph_free (CgGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgGraph, cg_graph_free)

#endif
