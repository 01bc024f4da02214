/* Crossings: where a community lies in several pieces (islands, ground cut off by a dedicated area),
 * the shortest ways over that join them for the purpose of contiguity. On the map the pieces stay
 * apart: a crossing has a length and no shared border.
 */
#ifndef CG_GRAPH_CROSSING_H
#define CG_GRAPH_CROSSING_H

#include "graph/graph.h"

#include <gio/gio.h>

/* The usual longest crossing: about a quarter of an hour on foot. What lies further from the rest
 * of its community cannot be looked after on one round, so it stays a piece of its own. */
#define CG_CROSSING_MAX_M 1000.0

typedef struct {
    guint32 a, b;      /* units, a < b                             */
    guint32 length_cm; /* between their outlines; 0 where they meet in a point */
    guint8 by;         /* CG_BARRIER_BRIDGE, CG_BARRIER_TUNNEL (ways.h); 0: the shortest way;
                          CG_BARRIER_WATER: no way, a river's own ground with the unit next to it */
} CgCrossing;

typedef struct {
    const guint32 *row_of;      /* [graph->n] row of each unit in the table of units; NULL: its own */
    const guint32 *region;      /* [graph->n] or NULL: one region; CG_NONE is a region like others  */
    const CgBarriers *barriers; /* may be NULL */
    double max_m;               /* 0: none; CG_CROSSING_MAX_M is the usual value, 100 000 the most  */
} CgCrossingOptions;

/* For each region the shortest set of crossings, none longer than max_m, that joins the pieces of
 * its graph as far as they can be joined (a minimum spanning forest of the pieces), in order of
 * (a, b). A crossing never comes within 5 m of an impassable barrier, and never joins two units
 * that share a border which is not passable. Pieces that are a river's own ground (as in
 * cg_graph_close_water) are no stepping stones: what is left of them afterwards is joined to the nearest
 * unit with other ground, whatever lies between.
 *
 * Lengths  exact: between the nearest points of two outlines, in the working CRS
 * Errors   ARGUMENT max_m negative, over 100 000 or not finite; LIMIT memory; CANCELLED
 * Promise  same input, same crossings; a region in one piece costs next to nothing
 * Method   O. Boruvka 1926: in each round every group of pieces but the largest takes its nearest
 *          neighbour, found through packed trees of boxes over pieces and over their outlines
 * (transfer full: CgCrossing) */
GArray *cg_graph_find_crossings (const CgGraph *graph, const CgUnits *units,
                                 const CgCrossingOptions *options, GCancellable *cancel,
                                 GError **error);

/* The same graph with the crossings (in any order, each pair once) as further links: border_cm 0, passable, no barrier, and their
 * length (at least 1 cm) in crossing_cm. It has no topology of its own. (transfer full) */
CgGraph *cg_graph_with_crossings (const CgGraph *graph, const GArray *crossings);

/* Distance between the outlines of two units; infinite where one has none. */
double cg_graph_unit_distance (const CgUnits *units, guint32 a, guint32 b);

#endif
