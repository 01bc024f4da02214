/* Ways over and below barriers: a bridge, a ferry or a tunnel connects the units at its ends, whatever
 * lies between them.
 *
 *       A  |  river  |  B        rows of class BRIDGE and TUNNEL that may be walked; a way in several
 *          |         |           pieces (cut at a map tile, where an attribute changes) is one
 *      o===|====+====|===o       from end to end: A and B are connected, what lies below is not
 *          |         |
 *
 * Rules
 *   pieces   are one way where an end lies within 0.5 m of an end, or of the course, of another
 *   ends     free ends, which all that comes there comes to from one side (within 60 degrees: the road on
 *            the bridge, a bridge in two rows); places where pieces meet, if no impassable barrier is within
 *            5 m (a bridge to an island and one on from there). An end connects the units that hold it or touch it;
 *            one over ground of nobody (without households, closed in by impassable borders: a river) those
 *            nearest to it within 10 m, so that a bridge may be drawn a little short of the bank. One on
 *            an impassable border, from which no road goes on, leads nowhere beyond it. Ground of a river
 *            (cg_graph_close_water) is no bank, and an end further than 10 m from the shore, where a
 *            road stops in mid-river, connects nothing but units that lie in the water themselves
 *   units    of two ends that share border are connected over that; where none do, each with each
 *   between  two ends of a way are connected when it comes within 5 m of an impassable barrier on
 *            its course: elsewhere the ground below it connects
 */
#ifndef CG_GRAPH_WAYS_H
#define CG_GRAPH_WAYS_H

#include "graph/crossing.h"

/* From so many metres on an area of water is too wide to be one with its other bank. */
#define CG_WIDE_WATER_M 50.0

/* A table of barriers as cells and ways take it: areas of water that are wide_m and wider (twice the
 * radius of the largest circle in one of their parts), and such as have wide_m of border with those, as where a
 * river is cut at a tile's edge, are not passable; and each road that meets what is
 * not passable, without a bridge told of, has a row of class BRIDGE from where it is 6 m clear of it
 * to where it is again (no further than 60 m beyond water's rim: what runs along a wall does not cross
 * it). Those rows come last, with row and file of their roads.
 *
 * wide_m  0: no water is wide
 * metre_x, metre_y  metres of a unit of the table's coordinates
 * Errors  ARGUMENT wide_m out of range; LIMIT memory. (transfer full) */
CgBarriers *cg_ways_prepare (const CgBarriers *barriers, double wide_m, double metre_x,
                             double metre_y, GError **error);

/* Closes all borders of units that are water's own ground: their middle lies in an area of water that is
 * not passable, and nobody lives there. Such ground joins no two banks; cg_graph_settle_enclosed gives it
 * to one.
 *
 * graph  with its barriers marked
 * Errors  ARGUMENT another number of units; LIMIT memory */
gboolean cg_graph_close_water (CgGraph *graph, const CgUnits *units, const CgBarriers *barriers,
                               GError **error);

typedef struct {
    const CgBarriers *ways; /* may be NULL: there are none; also the impassable barriers and roads */
    const CgBarriers *more; /* further impassable barriers; or NULL                            */
} CgWaysInput;

/* Marks links of units that a way connects as passable; units of one region that share no border get a
 * crossing (by: the class of the way), in order of (a, b), each pair once, as long as their outlines
 * are apart.
 *
 * graph     with its barriers marked (cg_graph_mark_barriers)
 * Promise   same input, same links
 * Errors    ARGUMENT another number of units; LIMIT memory; CANCELLED
 * Cost      O(w log w) for w segments of ways, and the outlines near their ends
 * (transfer full: CgCrossing) */
GArray *cg_graph_open_ways (CgGraph *graph, const CgUnits *units, const CgWaysInput *input,
                            GCancellable *cancel, GError **error);

#endif
