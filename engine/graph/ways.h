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
 *   ends     free ends; places where pieces meet, if no impassable barrier is within 5 m (a bridge to
 *            an island and one on from there). An end connects the units that hold it or touch it;
 *            one over ground of nobody (without households, closed in by impassable borders: a river) those
 *            nearest to it within 10 m, so that a bridge may be drawn a little short of the bank. One on
 *            an impassable border, from which no road goes on, leads nowhere beyond it.
 *   between  two ends of a way are connected when it comes within 5 m of an impassable barrier on
 *            its course: elsewhere the ground below it connects
 */
#ifndef CG_GRAPH_WAYS_H
#define CG_GRAPH_WAYS_H

#include "graph/crossing.h"

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
