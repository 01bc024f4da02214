/* What the files of engine/cells share: one job, filled floor by floor.
 *
 *   trace.c   shapes -> segments on the lattice, each with its source
 *   ends.c    lines that end short are led on
 *   tile.c    where a tile of the map is missing
 *   sites.c   which triangle lies in which region, block and building
 *   regions.c ground that several regions claim
 *   gaps.c    ground between them that none does
 *   near.c    which building is nearest, and where two or three are equally near
 *   land.c    free triangles go to the buildings that face them; loose ground joins
 *   strips.c  narrow empty ground joins over the weakest line around it (strips.h)
 *   border.c  pieces of border between cells, straightened where nothing is in the way
 *   outline.c rings of cells
 *   bridge.c  where impassable lines can be crossed on their own level
 *   tunnel.c  and where below or above
 *   groups.c  which cells belong together; they may become one
 */
#ifndef CG_CELLS_INTERNAL_H
#define CG_CELLS_INTERNAL_H

#include "cells/cells.h"
#include "cells/buckets.h"
#include "cells/mesh.h"
#include "geom/boxtree.h"

#define CG_PLACE 6 /* steps of the lattice from one place of the input to the next */

/* A building outline's part, or a point. */
typedef struct {
    guint32 row;        /* of buildings                                                    */
    guint32 part;       /* of outlines                                                     */
    gboolean is_point;  /* has no ground on the lattice                                  */
    gboolean was_point; /* was given as a point                                          */
    CgSpot spot;        /* its first vertex                                                */
    guint32 atom;       /* sites of one building have one number                           */
    CgWide area;        /* twice, in square places; all of it, and what lies in a region   */
    CgWide inside;
} CgSite;

/* How a free triangle is divided. Piece k of triangle t is number 3 * t + k. "Middle" is where a side
 * is cut (cg_cells_cut_side). */
typedef enum {
    CG_SPLIT_WHOLE,
    CG_SPLIT_CORNER, /* + i: piece 1 is corner i up to the middles of its sides; piece 0 the rest */
    CG_SPLIT_MEDIAN = CG_SPLIT_CORNER + 3, /* + i: a line from corner i to the middle of the side
                        across; piece 1 has the corner after i, piece 0 the one before i         */
    CG_SPLIT_STAR = CG_SPLIT_MEDIAN + 3 /* + c: piece i is corner i, up to centre c of cg_cells_centres */
} CgSplit3;

/* Places of the finer lattice where three borders may meet in a triangle too thin for anything finer,
 * as sixths of its corners. */
#define CG_N_CENTRES 7
extern const guint8 cg_cells_centres[CG_N_CENTRES][3];

/* Water of a block half of which is not passable is closed: nothing but ways leads over it. */
enum { CG_WATER_OPEN = 1, CG_WATER_CLOSED };

#define CG_FREE (G_MAXUINT32 - 1) /* ground of nobody yet */

typedef struct {
    const CgCellsInput *in;
    CgCellsOptions options;
    const CgProgress *progress;
    GCancellable *cancel;
    CgCells *out;

    /* the lattice */
    double x0, y0, step;
    CgBox reach; /* of the plane: what lies beyond is cut off */

    /* sources of segments: regions, then compounds, then barriers, then sites */
    guint32 first_compound, first_barrier, first_site, n_sources;
    GArray *sites; /* of CgSite */
    CgLines *lines;

    CgNoding *noding;
    CgNet *mesh;
    guint8 *edge_class;    /* [n_edges] CgBarrierClass, strongest                       */
    guint8 *edge_cut;      /* [n_edges] cells do not cross it                           */
    guint8 *edge_passable; /* [n_edges]                                                 */
    guint32 *source_first; /* [n_sources + 1] edges of each source, as ...              */
    guint32 *source_edge;
    gint32 *source_turn;

    guint32 *region_of; /* [n_triangles] or CG_NONE                                     */
    guint32 *block_of;  /* [n_triangles] or CG_NONE                                     */
    guint32 *atom_of;   /* [n_triangles] building that stands there, or CG_NONE         */
    guint8 *is_water;   /* [n_triangles] 0, or CG_WATER_OPEN, CG_WATER_CLOSED             */
    guint32 n_blocks, n_atoms;
    guint32 *home; /* [n_atoms] block, or CG_NONE: outside                         */
    guint32 *node_first, *node_atom; /* atoms whose outline has the node                */
    guint32 *touch_node;             /* as node_atom: the node                          */
    guint32 *touch_wall;             /* as node_atom: a wall there, as corner_wall; CG_NONE: not
                                        asked for yet                                   */

    /* Of corners of free triangles: a wall (slot in the building) of the nearest building of the
     * block, or 3 * n_triangles + index into node_atom where that has none; CG_NONE: none near. */
    guint32 *corner_wall;

    guint8 *split;  /* [n_triangles] CgSplit3                                          */
    guint32 *label; /* [3 * n_triangles] of pieces: atom, empty cell behind the atoms, CG_FREE,
                       CG_NONE outside                                                 */
    guint32 n_labels;
    guint32 *cell_of_label; /* [n_labels] */
    CgWide trimmed; /* twice the ground that straightening took from all cells, in square steps  */
    guint32 *piece_of; /* [out->n] lowest cell of the piece of its group; itself without a group */
} CgCellsJob;

gboolean cg_cells_trace (CgCellsJob *job, GError **error);

/* What is cut off along the axes: ends of lines, walls. */
typedef struct CgCellsCuts CgCellsCuts;
CgCellsCuts *cg_cells_cuts_new (void);
void cg_cells_cuts_free (CgCellsCuts *cuts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCellsCuts, cg_cells_cuts_free)
/* A line comes from `behind` and ends freely. */
void cg_cells_cuts_add_end (CgCellsCuts *cuts, CgSpot at, CgSpot behind);
/* Adds walls to the cuts and notes rectangles that look like a missing tile. */
void cg_cells_find_tiles (CgCellsJob *job, CgCellsCuts *cuts);

/* Segments that lead ends of lines on to what lies before them, into closing; all free ends into
 * cuts. */
gboolean cg_cells_close_ends (CgCellsJob *job, CgLines *closing, CgCellsCuts *cuts, GError **error);
gboolean cg_cells_place_sites (CgCellsJob *job, GError **error);

/* Ground of regions. A region that lies within a larger one (99 % of its ground) goes before it, else
 * the earlier row. Errors  LIMIT memory */
typedef struct CgCellsClaims CgCellsClaims;
CgCellsClaims *cg_cells_claims_new (CgCellsJob *job);
void cg_cells_claims_free (CgCellsClaims *claims);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCellsClaims, cg_cells_claims_free)
/* Triangles (guint32) of one region, in order of rows, into region_of. */
gboolean cg_cells_claim (CgCellsClaims *claims, guint32 region, const GArray *triangles, GError **error);
/* Gives what several claim to one of them and tells what each two share. Returns twice the ground of
 * all, each piece once. */
CgWide cg_cells_settle_claims (CgCellsClaims *claims);
/* Tells ground of no region that two close in, or between whose rims it is a narrow strip. */
gboolean cg_cells_find_gaps (CgCellsJob *job, GError **error);

/* Fills corner_wall. */
gboolean cg_cells_find_walls (CgCellsJob *job, GError **error);
/* The building of a corner, or CG_FREE. */
guint32 cg_cells_owner (const CgCellsJob *job, guint32 slot);
/* Whether a free triangle reaches near enough to a building to be its ground. */
gboolean cg_cells_is_garden (const CgCellsJob *job, guint32 t);
/* Where side s is divided between the buildings of its corners, in steps; the middle where it has no
 * two. out_gap_m: between what faces each other there. */
CgSpot cg_cells_cut_side (const CgCellsJob *job, guint32 s, double *out_gap_m);
/* Where the three cells of a triangle that is divided as a star meet, in steps. cut[i]: where side i is
 * divided, by cg_cells_cut_side. */
CgSpot cg_cells_cut_centre (const CgCellsJob *job, guint32 t, const CgSpot cut[3]);

/* Divides triangle t among the labels of its corners; CG_FREE: a corner of none. */
void cg_cells_split_triangle (CgCellsJob *job, guint32 t, const guint32 owner[3]);
gboolean cg_cells_share_land (CgCellsJob *job, GError **error);
gboolean cg_cells_join_strips (CgCellsJob *job, GError **error);
gboolean cg_cells_draw (CgCellsJob *job, GError **error);

/* One piece of border on the finer lattice. */
typedef struct {
    guint32 a, b;        /* vertices                                                   */
    guint32 left, right; /* cells, CG_NONE outside; left of a -> b                     */
    guint8 class, passable;
    guint8 fixed; /* on an edge of the noding: stays where it is                */
    guint8 closed; /* rim of closed water: no gate or tunnel opens it            */
} CgBorder;

typedef struct {
    GArray *vertex; /* of CgSpot, in steps                                             */
    GArray *node;   /* of guint32: node of the mesh there, or CG_NONE                  */
    GArray *gap_m;  /* of double: between what faces each other there; 0 at nodes      */
    GArray *border; /* of CgBorder                                                     */
    GArray *chain;  /* of guint32: borders from here to the next are one line; ends with their
                       number; after straightening                                     */
} CgBorders;

/* [n_nodes] TRUE where a way that may be walked leads across what may not (bridge, underpass,
 * gate): it leaves the node on two sides of it. (g_free) */
guint8 *cg_cells_find_bridges (const CgCellsJob *job);

/* Tunnels that may be walked. Errors  LIMIT memory */
typedef struct CgCellsTunnels CgCellsTunnels;
CgCellsTunnels *cg_cells_tunnels_new (const CgCellsJob *job, GError **error);
void cg_cells_tunnels_free (CgCellsTunnels *tunnels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgCellsTunnels, cg_cells_tunnels_free)
/* Whether one of them leads from one side of a piece of border to the other; in steps. */
gboolean cg_cells_is_undercut (CgCellsTunnels *tunnels, CgSpot a, CgSpot b);

gboolean cg_cells_collect_borders (CgCellsJob *job, CgBorders *borders, GError **error);
gboolean cg_cells_straighten (CgCellsJob *job, CgBorders *borders, GError **error);
gboolean cg_cells_walk_rings (CgCellsJob *job, const CgBorders *borders, GError **error);

/* Gives cells their groups and, where that is asked for, makes one cell of each piece: borders are
 * collected anew then. Nothing to do without groups. */
gboolean cg_cells_place_groups (CgCellsJob *job, CgBorders *borders, GError **error);
/* Notes groups in several pieces, once areas are known. */
void cg_cells_note_pieces (CgCellsJob *job);

/* Finds the first area that holds a place. areas may be NULL: none does. */
typedef struct {
    const CgShapes *areas;
    CgBoxTree *tree;
    GArray *found;
} CgCellsLookup;

gboolean cg_cells_lookup_init (CgCellsLookup *lookup, const CgShapes *areas, GError **error);
void cg_cells_lookup_done (CgCellsLookup *lookup);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgCellsLookup, cg_cells_lookup_done)
guint32 cg_cells_look_up (CgCellsLookup *lookup, double x, double y); /* row or CG_NONE */

/* ---- small things ------------------------------------------------------------------------ */

gboolean cg_cells_is_stopped (const CgCellsJob *job, GError **error);
gboolean cg_cells_no_memory (GError **error); /* always FALSE */
void cg_cells_note (CgCellsJob *job, CgCellsFindingKind kind, guint32 row, guint32 other, double x,
                    double y, double amount);
/* A place of the plane as a place of the lattice; it must lie within reach. */
CgSpot cg_cells_spot (const CgCellsJob *job, double x, double y);
double cg_cells_x (const CgCellsJob *job, double places);
double cg_cells_y (const CgCellsJob *job, double places);
/* Middle of a triangle, in the plane of regions. */
void cg_cells_centre (const CgCellsJob *job, guint32 t, double *x, double *y);
double cg_cells_metres (const CgCellsJob *job, CgSpot a, CgSpot b);
double cg_cells_m2 (const CgCellsJob *job, CgWide twice);

static inline CgWide
cg_cells_twice (const CgCellsJob *job, guint32 t)
{
    const CgNet *m = job->mesh;
    return cg_spot_turn (m->spot[m->corner[3 * t]], m->spot[m->corner[3 * t + 1]],
                         m->spot[m->corner[3 * t + 2]]);
}

/* Ground is counted in twelfths of twice a triangle's area, as if its sides were cut in the middle, so
 * that every piece is whole: good enough to tell more from less. */
#define CG_TWELFTHS 12
CgWide cg_cells_ground (const CgCellsJob *job, guint32 piece);

/* Piece of triangle t that lies at half h (0: from the corner to the middle, 1: on from there) of
 * its side i. */
static inline guint32
cg_cells_piece_at (const CgCellsJob *job, guint32 t, guint i, guint h)
{
    guint split = job->split[t], corner = (i + h) % 3, k;
    if (split == CG_SPLIT_WHOLE)
        k = 0;
    else if (split < CG_SPLIT_MEDIAN)
        k = corner == split - CG_SPLIT_CORNER;
    else if (split < CG_SPLIT_STAR) {
        guint from = split - CG_SPLIT_MEDIAN;
        k = i == from || (i == (from + 1) % 3 && h == 0);
    } else
        k = corner;
    return 3 * t + k;
}

#endif
