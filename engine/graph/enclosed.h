/* Ground that impassable borders close in and that nobody can have a grid of: ponds, islets, a river's
 * own ground. It goes to a side; else it would be a grid without a household.
 */
#ifndef CG_GRAPH_ENCLOSED_H
#define CG_GRAPH_ENCLOSED_H

#include "graph/crossing.h"

/* Gives pieces that nothing leads to and nobody lives in to the neighbour with the longest common
 * border: one link to it becomes passable. So do islands, inhabited or not: pieces whose whole rim is
 * water and units of the same label. The other borders of such ground (all but those of an island where
 * people live) become `loose`: they join nothing, and may lie inside a grid without being a fault.
 *
 * graph    with barriers marked and ways opened
 * label    [graph->n] what may share a grid: only units of one label go to each other
 * ways     CgCrossing by unit that join as well; or NULL
 * Rules    round by round: what borders on ground that has a way goes first, so that water behind
 *          water follows it; of equal lengths the lower unit; where nobody lives at all, the piece with
 *          the lowest unit stays what it is
 * Promise  same input, same links. Returns how many pieces went */
guint32 cg_graph_settle_enclosed (CgGraph *graph, const CgUnits *units, const guint32 *label,
                                  const GArray *ways);

#endif
