/* Who counts as near whom, for statistics of places: a list of neighbours with weights.
 *
 * Not the graph that grids are cut from (graph/graph.h): here a common corner may count, barriers
 * need not, and a place may have no neighbour at all. A place is never its own neighbour;
 * statistics that count the place itself (Gi*) add it with weight 1.
 */
#ifndef CG_NEIGHBOURS_H
#define CG_NEIGHBOURS_H

#include "graph/graph.h"

typedef struct {
    guint32 n;
    guint32 *first;  /* [n + 1]                                                        */
    guint32 *target; /* [first[n]] ascending for each place, without repeats            */
    double *weight;  /* [first[n]] >= 0; NULL: 1 each (binary)                          */
} CgNeighbours;

typedef enum {
    CG_WEIGHTS_BINARY, /* as they are                                                    */
    CG_WEIGHTS_ROW,    /* divided by their sum for each place, so that a lag is a mean   */
} CgWeightStyle;

typedef enum {
    CG_NEAR_ROOK,  /* share border length                                  */
    CG_NEAR_QUEEN, /* share at least one vertex, bit for bit, or border length */
} CgNearness;

/* From pairs in any order; each joins both of its ends, repeats count once.
 * Errors ARGUMENT a number >= n, a place paired with itself */
CgNeighbours *cg_neighbours_from_pairs (guint32 n, gsize n_pairs, const guint32 *a,
                                        const guint32 *b, GError **error);

/* Links of the engine's graph: border length and crossings. passable_only leaves out what lies
 * beyond an impassable barrier. */
CgNeighbours *cg_neighbours_from_graph (const CgGraph *graph, gboolean passable_only);

/* Areas of one table, in any coordinates, that share vertices or segments between consecutive
 * vertices bit for bit; nothing is snapped (borders that do not match vertex for vertex are joined
 * by the graph, see below). graph (may be NULL): its links are added.
 * Errors ARGUMENT not areas, or a graph of another size; LIMIT more than 2^32 pairs */
CgNeighbours *cg_neighbours_from_areas (const CgShapes *areas, CgNearness nearness,
                                        const CgGraph *graph, GError **error);

/* Points no further apart than radius_m, both ends included. progress: "points"; it and cancel may be NULL.
 * Errors ARGUMENT radius not positive and finite, a coordinate that is not finite; LIMIT more than
 * 2^32 pairs; CANCELLED */
CgNeighbours *cg_neighbours_within (guint32 n, const double *x, const double *y, double radius_m,
                                    const CgProgress *progress, GCancellable *cancel,
                                    GError **error);

/* The places listed in rows[n_rows] (ascending, distinct) and what is between them. */
CgNeighbours *cg_neighbours_subset (const CgNeighbours *neighbours, guint32 n_rows,
                                    const guint32 *rows);

/* Places without neighbours. */
guint32 cg_neighbours_count_islands (const CgNeighbours *neighbours);

void cg_neighbours_free (CgNeighbours *neighbours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgNeighbours, cg_neighbours_free)

/* Number of neighbours of i. */
static inline guint32
cg_neighbours_degree (const CgNeighbours *neighbours, guint32 i)
{
    return neighbours->first[i + 1] - neighbours->first[i];
}

/* Sum of the weights of i before any standardisation. */
double cg_neighbours_sum (const CgNeighbours *neighbours, guint32 i);

/* What each weight of i is multiplied by under a style: 1, or 1 / sum; 0 where the sum is 0. */
double cg_neighbours_scale (const CgNeighbours *neighbours, guint32 i, CgWeightStyle style);

/* Weighted sum of value over the neighbours of i, before standardisation. */
double cg_neighbours_lag (const CgNeighbours *neighbours, const double *value, guint32 i);

#endif
