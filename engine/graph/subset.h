/* Parts of a neighbour graph: connected pieces under a label, and the graph of some of its
 * units. */
#ifndef CG_GRAPH_SUBSET_H
#define CG_GRAPH_SUBSET_H

#include "graph/graph.h"

/* Connected pieces of units that carry the same label; CG_NONE labels are left out. Links that are
 * not passable do not connect. out_piece[n] gets 0.. in order of the lowest unit, CG_NONE where
 * left out; returns their number. */
guint32 cg_graph_pieces (const CgGraph *graph, const guint32 *label, guint32 *out_piece);

/* The graph of the units listed in rows[n_rows] (ascending, distinct): unit k of the result is
 * rows[k]. Border to units that are left out counts as outer border. (transfer full) */
CgGraph *cg_graph_subset (const CgGraph *graph, guint32 n_rows, const guint32 *rows);

#endif
