/* Pairs of units that meet in two or more separate points without sharing border length.
 *
 * Statistics packages (spdep, PySAL) count such a pair as rook neighbours, because they ask for
 * two common points instead of length. For a grid worker it is no way from one unit to the other,
 * so it is no link of the graph; it is counted here, so that neighbour tables made by those
 * packages can be compared pair for pair.
 */
#ifndef CG_GRAPH_CORNERS_H
#define CG_GRAPH_CORNERS_H

#include "graph/graph.h"

typedef struct {
    guint32 a, b; /* a < b */
} CgUnitPair;

/* Pairs without a link and with two or more common nodes, sorted. With units, only pairs of one
 * region. A graph without topology gives none. (transfer full: GArray of CgUnitPair)
 * Cost O(vertices) */
GArray *cg_graph_corner_pairs (const CgGraph *graph, const CgUnits *units);

#endif
