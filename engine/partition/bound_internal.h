/* Proven bounds: all connected zones of a piece as paths of a layered graph, prices of zones, the
 * master problem that combines them, and the pool of zones that plans are combined from. */
#ifndef CG_PARTITION_BOUND_INTERNAL_H
#define CG_PARTITION_BOUND_INTERNAL_H

#include "partition/partition_internal.h"

/* ---- frontier.c: every connected set of nodes is one path ----
 *
 * Nodes are taken in a fixed order; each is put in or left out. What a partial choice means for
 * the rest depends only on its frontier: which of the nodes that still have open neighbours are
 * in, and which of these are connected already. Choices with the same frontier share a state.
 * Each connected set is exactly one path from the first state to CG_FRONTIER_DONE. */
enum { CG_FRONTIER_WIDTH = 30, CG_FRONTIER_MOST_NODES = 1024 };
#define CG_FRONTIER_DEAD G_MAXUINT32
#define CG_FRONTIER_DONE (G_MAXUINT32 - 1)

typedef struct {
    guint32 n;
    guint32 *node;    /* [n] in the order in which they are taken                            */
    guint32 *first;   /* [n + 1] states of layer t are first[t]..first[t + 1]-1              */
    guint32 *in, *out; /* [states] next state, DONE or DEAD when node[t] is put in, left out */
    gint64 *cost_in;  /* [states] border that becomes cut when node[t] is put in             */
    gint64 *back;     /* [n] cost_in + what becomes cut when it is left out: the same for all */
    guint32 n_states;
    guint32 width;    /* largest frontier */
} CgFrontier;

/* NULL: more than CG_FRONTIER_MOST_NODES nodes, a frontier over CG_FRONTIER_WIDTH, more than
 * most_states states, or the work (may be NULL) is over. Sets heavier than most_weight are left out. */
CgFrontier *cg_frontier_new (const CgPartitionProblem *problem, gint64 most_weight,
                             guint32 most_states, const CgPartitionWork *work);
void cg_frontier_free (CgFrontier *frontier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgFrontier, cg_frontier_free)

/* ---- pool.c: zones, each once ---- */

/* A zone is a connected set of nodes of one problem. */
typedef struct _CgPool {
    const CgPartitionProblem *problem;
    guint32 n, words;  /* zones; 64-bit words of a set                       */
    GArray *bits;      /* of guint64: set of zone i at i * words             */
    GArray *weight;    /* of gint64                                          */
    GArray *border;    /* of gint64: cost of the links that leave it         */
    guint32 *table, table_size; /* open addressing over the sets             */
} CgPool;

CgPool *cg_pool_new (const CgPartitionProblem *problem);
void cg_pool_free (CgPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPool, cg_pool_free)
/* Number of the zone with that set of nodes, which must be connected. */
guint32 cg_pool_add (CgPool *pool, const guint64 *set);
/* Every part of a plan; zones[n parts] gets their numbers (may be NULL). Returns how many. */
guint32 cg_pool_add_plan (CgPool *pool, const guint32 *part_of, guint32 *zones);
static inline const guint64 *
cg_pool_set (const CgPool *pool, guint32 zone)
{
    return &g_array_index (pool->bits, guint64, (gsize) zone * pool->words);
}
static inline gint64
cg_pool_weight (const CgPool *pool, guint32 zone)
{
    return g_array_index (pool->weight, gint64, zone);
}
static inline gint64
cg_pool_border (const CgPool *pool, guint32 zone)
{
    return g_array_index (pool->border, gint64, zone);
}

/* ---- price.c: the cheapest connected zone for given prices of nodes, exactly ----
 *
 * The reduced cost of a zone is its border, plus what its weight costs, less the prices of its
 * nodes; all in units of 2^-CG_PRICE_BITS of a border's. A path's cost is a sum over its arcs, so
 * without regard to weight the cheapest zone is a shortest path. With a price on weight that is a
 * lower bound; labels (state, weight) that the bound cannot rule out give the exact answer. */
enum { CG_PRICE_BITS = 10, CG_PRICE_SLOPES = 4 };
#define CG_PRICE_NEVER (G_MAXINT64 / 4)

typedef struct {
    guint32 state, parent; /* CG_NONE: the first label                                      */
    guint32 next[2];       /* label when the next node is left out, put in; DONE or DEAD     */
    gint64 weight, cost;
    gint64 bound;          /* no zone that comes this way costs less                         */
} CgPriceLabel;

typedef struct {
    const CgFrontier *frontier;
    const CgPartitionProblem *problem;
    gint64 least, most; /* weights that zones may have                                       */
    gint64 unit;        /* what border costs: 1 << CG_PRICE_BITS, or 0                       */
    gint64 *price;      /* [n] of nodes                                                      */
    gint64 *final;      /* [most + 1] what the weight costs; CG_PRICE_NEVER below least      */
    gint64 slope, most_slope; /* price of weight that gives the best lower bound             */
    gint64 *rest;       /* [states] least cost from there on, at slope                       */
    gint64 *tail;       /* [most + 1] least final[w] - slope * w from there on               */
    gint64 more_slope[CG_PRICE_SLOPES]; /* further ones, for labels that are light or heavy  */
    gint64 *more_rest, *more_tail;      /* [states or weights * CG_PRICE_SLOPES]             */
    GArray *label;      /* of CgPriceLabel, layer by layer                                   */
    guint32 *first;     /* [n + 1] labels of each layer                                      */
    guint32 *table, table_size, table_room;
    guint64 steps;      /* done so far: states and labels looked at                          */
    guint64 most_steps;
    const CgPartitionWork *work; /* looked at layer by layer; may be NULL */
} CgPricer;

/* NULL when weights are too large for tables. */
CgPricer *cg_pricer_new (const CgFrontier *frontier, const CgPartitionProblem *problem,
                         gint64 least, gint64 most);
void cg_pricer_free (CgPricer *pricer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPricer, cg_pricer_free)

/* After price and final have been filled: a lower bound of every zone's reduced cost. */
gint64 cg_pricer_relax (CgPricer *pricer);
/* Labels of all zones cheaper than threshold. Returns the least reduced cost, or threshold when no
 * zone is cheaper; CG_PRICE_NEVER when there are more than most_labels. After cg_pricer_relax. */
gint64 cg_pricer_label (CgPricer *pricer, gint64 threshold, guint32 most_labels);
/* The same, but goes on from the most promising labels of each layer only: what it finds is there,
 * and there may be cheaper zones. */
gint64 cg_pricer_guess (CgPricer *pricer, gint64 threshold);
/* Zones cheaper than threshold of the last cg_pricer_label, each with its reduced cost, at most
 * most of them: FALSE when there are more (those found first are in the pool all the same). */
gboolean cg_pricer_collect (CgPricer *pricer, gint64 threshold, guint32 most, CgPool *pool,
                            GArray *zones, GArray *costs);
/* For each node the cheapest zone that holds it, if under threshold. */
void cg_pricer_pick (CgPricer *pricer, gint64 threshold, CgPool *pool, GArray *zones);

/* ---- master.c: which zones, in fractions, cover each node once at least cost ---- */
typedef struct _CgMaster CgMaster;

/* limit[n_limits]: further rows "at most" that a zone may use up. dear: cost of leaving a node
 * uncovered, which keeps the problem solvable before it has enough zones. */
CgMaster *cg_master_new (guint32 n_nodes, guint32 n_limits, const gint64 *limit, double dear);
void cg_master_free (CgMaster *master);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgMaster, cg_master_free)
/* use[n_limits]: what the zone uses up of each limit. */
void cg_master_add (CgMaster *master, const guint64 *set, double cost, const gint64 *use);
/* From now on between fewest and most zones. */
void cg_master_set_count (CgMaster *master, guint32 fewest, guint32 most);
/* price[n_nodes + n_limits + 1]: of the nodes; of the limits, >= 0; of the number of zones: what
 * one more of each costs. FALSE when the solver gave up or the work was over: prices stay. The work is
 * looked at before and every so many pivots, some tenths of a second. */
gboolean cg_master_solve (CgMaster *master, const CgPartitionWork *work, double *price,
                          double *out_value);
/* Zones of the last solution, a fraction. */
double cg_master_count (const CgMaster *master);
guint64 cg_master_steps (const CgMaster *master);

/* ---- cover.c: whole zones that cover each node once at least cost ---- */
typedef struct {
    const CgPool *pool;
    const guint32 *zone; /* [n_zones]                        */
    const gint64 *cost;  /* [n_zones] >= 0                   */
    guint32 n_zones;
    const gint64 *use;   /* [n_zones * n_limits] as in the master, or NULL */
    gint64 limit[2];
    guint32 n_limits;
    gint64 below;        /* only covers cheaper than this; out: cost of the best */
    guint64 steps;       /* left                             */
} CgCover;

/* Best cover in part_of; FALSE when none is cheaper than `below`. cover->steps is 0 afterwards when
 * the search was cut short. */
gboolean cg_cover_run (CgCover *cover, guint32 *part_of);

/* ---- bound.c ---- */
typedef struct {
    CgPartitionScore score, bound; /* of the plan; no plan is better than bound               */
    gboolean optimal;              /* both are equal                                          */
    guint32 levels;                /* fields of bound that are proven: a field counts only with
                                      those before it at the score's                           */
    gboolean tried;                /* FALSE: not looked for, bound says nothing                 */
    guint32 columns, rounds;
    guint64 steps;
} CgBound;

/* ---- separator.c: a few nodes whose removal leaves pieces ---- */
typedef struct _CgSeparator CgSeparator;
/* FALSE: enough seen. */
typedef gboolean (*CgSeparatorVisit) (const CgSeparator *separator, gpointer user_data);

/* Each set of `size` nodes, none above max by itself. FALSE when there are too many to look at. */
gboolean cg_separator_each (const CgPartitionProblem *problem, guint32 size,
                            CgSeparatorVisit visit, gpointer user_data);
guint32 cg_separator_pieces (const CgSeparator *separator, const gint64 **out_sum);
gint64 cg_separator_alone (const CgSeparator *separator);

/* ---- strips.c ---- */
/* A bound of the energy of plans with the score's violation, where the piece is too large for one
 * frontier: the sum over strips, each by cg_bound_run. out: has the score of part_of, whose violation
 * is proved to be least. most_nodes: of a strip, CG_STRIP_NODES. */
enum { CG_STRIP_NODES = 300 };
void cg_strips_bound (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 most_nodes,
                      const guint32 *part_of, CgBound *out);

/* ---- behind.c ---- */
/* Violation that every plan has for what lies behind one node or two, giants included; of several
 * that have no node in common, the sum. Looks no further once `enough` is reached. out_outside: a plan
 * with no more violation than that has so many parts outside. out_over: [n] or NULL; in such a plan no
 * part, and nothing of one in other nodes, is above max by more than the largest of its nodes'. */
gint64 cg_bound_behind (const CgPartitionProblem *problem, gint64 enough, guint32 *out_outside,
                        gint64 *out_over);

/* Of a plan that is best because there is no other to compare with. */
void cg_bound_only_plan (const CgPartitionProblem *problem, const guint32 *part_of, CgBound *out);
/* cg_bound_run for a plan of problem, on the smaller problem where that loses nothing: where a plan
 * in range exists, nodes are joined that every such plan keeps together. */
void cg_bound_plan (const CgPartitionProblem *problem, const CgPartitionProblem *reduced,
                    const guint32 *forced, CgPartitionWork *work, guint32 *part_of, CgBound *out);
/* Bounds of pieces as bounds of regions, by lowest unit. (transfer full) */
CgPartBound *cg_bounds_by_region (const CgPartitionInput *input, const CgPieces *pieces,
                                  const CgBound *bound, guint32 *out_n);

/* Improves the plan in part_of where it can and proves how good it is.
 * steps: work to spend, in states, labels and pivots; about 10^8 a second. */
void cg_bound_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint64 steps,
                   CgPool *pool, guint32 *part_of, CgBound *out);

/* Recombines zones of the pool (cg_pool_add_plan of whatever plans the search has been through):
 * part_of becomes the best plan found if it is better; TRUE then. Nothing is done with an old plan.
 * Cost: one linear programme over the pool; some ms for 1000 zones of 100 nodes. */
gboolean cg_polish_run (const CgPartitionProblem *problem, CgPartitionWork *work, CgPool *pool,
                        guint32 *part_of);

#endif
