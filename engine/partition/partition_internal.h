/* Inside of the splitter: one connected piece as compact arrays, and the steps that work on it. */
#ifndef CG_PARTITION_INTERNAL_H
#define CG_PARTITION_INTERNAL_H

#include "base/random.h"
#include "partition/partition.h"

#include <gio/gio.h>
#include <string.h>

typedef struct {
    guint32 target;
    gint32 cost; /* weighted border, cm; negative: a wall or a crossing, which should not lie inside
                    a part                                                                    */
} CgPartitionLink;

/* Nodes are units or groups of units that stay together. Links of node v: first[v]..wall[v]-1 join,
 * sorted by target; wall[v]..first[v + 1]-1 only have a cost. */
struct _CgPartitionProblem {
    guint32 n;
    guint32 *first, *wall; /* [n + 1], [n]                                        */
    CgPartitionLink *link;
    guint32 *weight;       /* [n]                                                 */
    guint32 *old;          /* [n] old part or CG_NONE; NULL without an old plan   */
    guint32 *lock;         /* [n] old part to stay with or CG_NONE; NULL: no lock */
    gint64 total;          /* sum of weight                                       */
    gint64 min, max, target;
    gint64 scale;          /* typical border of a part, centimetres: the unit of the terms below */
    guint64 inverse;       /* 2^44 / target: division-free relative deviation     */
    CgPartitionWeights weights;
    gint64 balance, slope, step, move; /* weights of deviation, violation, exception, moves */
    guint32 *second;          /* [n] or NULL: a second weight with bounds of its own      */
    gint64 min2, max2, target2;
    gboolean goes_on;         /* parts may go on beyond the nodes: nothing is missing to the target */
    gint64 *cost;             /* [n_cost] cost of a part by its sum, where sums are small */
    gint64 n_cost;
    guint32 *block; /* [n] or NULL: no lines. Nodes of one number have no line between them: a border
                       that costs less than open ground                                        */
};

/* Search score; smaller is better, compared field by field. */
typedef struct {
    gint64 violation;
    guint32 exceptions;
    gint64 energy;
} CgPartitionScore;

struct _CgPartitionWork {
    CgRandom random;
    guint effort;
    guint32 proposals;    /* of the search, for each node */
    struct _CgPool *pool; /* where walks leave the plans they come through; may be NULL */
    gint64 end_us;        /* monotonic; 0: none */
    GCancellable *cancel; /* may be NULL: nothing will come of the work              */
    GCancellable *hurry;  /* may be NULL: what was found so far is taken            */
    gboolean hurried;     /* out: the clock made a search go faster than by its effort */
    gboolean exact;       /* out: tree search proved that no plan is in range (input is a tree) */
};

/* problem.c */
typedef struct {
    guint32 n_pieces;
    guint32 *first; /* [n_pieces + 1] into unit                                      */
    guint32 *unit;  /* [graph->n] ascending within each piece; pieces by lowest unit */
    guint32 *piece; /* [graph->n] piece of each unit                                 */
    guint32 *local; /* [graph->n] index of each unit within its piece                */
} CgPieces;

/* Connected sets of units of one region. NULL (LIMIT) when memory does not suffice. */
CgPieces *cg_pieces_find (const CgPartitionInput *input, GError **error);
void cg_pieces_free (CgPieces *pieces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPieces, cg_pieces_free)

CgPartitionProblem *cg_problem_from_piece (const CgPartitionInput *input,
                                           const CgPartitionOptions *options,
                                           const CgPieces *pieces, guint32 piece);
/* Joins nodes that share a group number (0..n_groups-1, each group connected). */
CgPartitionProblem *cg_problem_contract (const CgPartitionProblem *problem, const guint32 *group,
                                         guint32 n_groups);
/* The nodes of a list alone: links among them, and the weights of the terms as they are; without
 * old plan. local[v]: index of node v in the list, anything for others. */
CgPartitionProblem *cg_problem_subset (const CgPartitionProblem *problem, const guint32 *node,
                                       guint32 n, const guint32 *local);
void cg_problem_free (CgPartitionProblem *problem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPartitionProblem, cg_problem_free)

/* Deviation from the target as energy; and what being out of range costs while searching. */
gint64 cg_problem_penalty (const CgPartitionProblem *problem, gint64 sum);
static inline gint64
cg_problem_balance (const CgPartitionProblem *problem, gint64 sum)
{
    gint64 deviation = problem->goes_on ? MAX (0, sum - problem->target)
                                        : ABS (sum - problem->target);
    deviation = MIN (deviation, 4 * problem->target);
    gint64 relative = (gint64) (((guint64) deviation * problem->inverse) >> 32);
    return (relative * problem->balance) >> 12;
}
static inline gint64
cg_problem_violation (const CgPartitionProblem *problem, gint64 sum)
{
    return sum < problem->min ? problem->min - sum : sum > problem->max ? sum - problem->max : 0;
}
static inline gint64
cg_problem_part_cost (const CgPartitionProblem *problem, gint64 sum)
{
    if (sum < problem->n_cost)
        return problem->cost[sum];
    gint64 cost = cg_problem_balance (problem, sum);
    return sum >= problem->min && sum <= problem->max ? cost
                                                      : cost + cg_problem_penalty (problem, sum);
}
/* second.c: what a sum of the second weight is off its bounds, in terms of the first: relative to the
 * targets they count alike */
static inline gint64
cg_second_violation (const CgPartitionProblem *problem, gint64 sum)
{
    gint64 off = sum < problem->min2 ? problem->min2 - sum
                                     : sum > problem->max2 ? sum - problem->max2 : 0;
    off = MIN (off, (gint64) G_MAXINT32);
    return (off * problem->target + problem->target2 - 1) / problem->target2;
}
gint64 cg_second_cost (const CgPartitionProblem *problem, gint64 sum);
/* Looks costs of parts up from now on, where the table stays in the cache: the search asks for two
 * a proposal. */
void cg_problem_tabulate (CgPartitionProblem *problem);
/* FALSE: no number of parts within bounds adds up to sum. */
gboolean cg_problem_sum_fits (const CgPartitionProblem *problem, gint64 sum);
/* Least amount to take off sum so that the rest fits (the rest may be nothing). */
gint64 cg_problem_remainder (const CgPartitionProblem *problem, gint64 sum);
CgPartitionScore cg_problem_score (const CgPartitionProblem *problem, const guint32 *part_of);
int cg_partition_score_compare (const CgPartitionScore *a, const CgPartitionScore *b);
/* Stopped or hurried by a caller; over: or the clock has run out. */
gboolean cg_work_is_stopped (const CgPartitionWork *work);
gboolean cg_work_is_over (const CgPartitionWork *work);

/* depth.c: depth-first tree with what Tarjan's search for articulation nodes needs */
typedef struct {
    guint32 n;
    guint32 *order;    /* [n] nodes in preorder of a depth-first tree  */
    guint32 *place;    /* [n] inverse of order                         */
    guint32 *last;     /* [n] place of the last descendant, by node    */
    guint32 *parent;   /* [n] by node; CG_NONE for the root            */
    guint32 *low;      /* [n] lowest place reached, by node            */
    gint64 *sum;       /* [n] weight of the subtree, by node           */
} CgDepthTree;

CgDepthTree *cg_depth_tree_new (const CgPartitionProblem *problem);
/* TRUE: taking `parent` out leaves the subtree of its child `node` on its own. */
static inline gboolean
cg_depth_tree_hangs (const CgDepthTree *tree, guint32 node)
{
    guint32 parent = tree->parent[node];
    return parent != CG_NONE && tree->low[node] >= tree->place[parent];
}
void cg_depth_tree_free (CgDepthTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDepthTree, cg_depth_tree_free)

/* certify.c: proofs that no plan of the piece can be in range */
enum { CG_PROOF_HOLDERS = 3 };

typedef struct {
    CgReason reason;
    guint32 node;           /* giant or articulation node; CG_NONE                      */
    gint64 sum, alone;      /* of the named set; of node                                */
    gint64 rest;            /* ARTICULATION: what must join node at least               */
    gint64 below, above;    /* SUMS: no connected set with node weighs anything between */
    GArray *range;          /* of guint32 pairs: from..to of `order` that is the named set */
    guint32 size;           /* nodes in the named set                                   */
    guint32 holder[CG_PROOF_HOLDERS], n_holders; /* SEPARATOR: the nodes, in the named set  */
} CgProof;

CgProof *cg_proof_new (CgReason reason, guint32 node, gint64 alone);
void cg_proof_add (CgProof *proof, guint32 from, guint32 end, gint64 sum, gint64 rest);
void cg_proof_free (gpointer proof);

/* separator.c: SEPARATOR proofs of a few nodes, smallest named set first. (transfer full) */
GPtrArray *cg_separator_proofs (const CgPartitionProblem *problem, const CgDepthTree *tree,
                                const CgPartitionWork *work);

/* local.c: proofs from what lies near by, at any size of the piece */
typedef struct _CgLocal CgLocal;
/* steps: work to spend in all; some 10^8 a second. work: polled. */
CgLocal *cg_local_new (const CgPartitionProblem *problem, guint64 steps, const CgPartitionWork *work);
void cg_local_free (CgLocal *local);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLocal, cg_local_free)
/* TRUE: every connected set with node weighs below (< min) at most or above (> max) at least, since
 * no weights within reach add up to anything between. */
gboolean cg_local_sums (CgLocal *local, guint32 node, gint64 *out_below, gint64 *out_above);
/* TRUE: core gets nodes, one of `node` among them and none of taken, that no separate connected
 * sets within bounds take in together: every choice was tried. */
gboolean cg_local_core (CgLocal *local, const guint32 *node, guint32 n, const guint8 *taken,
                        GArray *core);

GPtrArray *cg_certify_piece (const CgPartitionProblem *problem, const CgDepthTree *tree);
/* Fills reason and certificate of n_parts parts. exhausted: it was proved that there is no plan. */
typedef struct {
    const CgPartitionInput *input;
    const guint32 *unit;    /* [n_units] of the piece         */
    const guint32 *node_of; /* [n_units] node of each unit    */
    guint32 n_units;
    const CgPartitionProblem *problem;
    const CgDepthTree *tree;
    GPtrArray *proofs;
    gboolean exhausted;
    const CgPartitionProblem *also; /* of a second weight: the problem with both, whose proof
                                       `exhausted` is; else NULL                  */
    gboolean unproved;      /* only say which parts are outside, prove nothing    */
    const CgPartitionWork *work; /* polled by proofs that take time               */
    guint64 steps;          /* for proofs from what lies near by, cg_local_new   */
    gint64 least_sum;       /* no plan misses the bounds by less; 0: not known   */
    guint32 least_outside;  /* nor has, with that sum, fewer parts outside       */
} CgVerdict;
/* proof[n_parts]: NULL each; gets the figures of what is proved (transfer full). */
void cg_certify_parts (const CgVerdict *verdict, const guint32 *part_of, guint32 n_parts,
                       guint8 *reason, char **certificate, CgPartProof **proof);

/* After cg_certify_parts: what the second weight proves by itself. (second.c) */
void cg_second_certify (const CgVerdict *verdict, const guint32 *part_of, guint32 n_parts,
                        guint8 *reason, char **certificate, CgPartProof **proof);

/* contract.c: both return group[n] (transfer full), numbered by lowest node */
guint32 *cg_contract_compounds (const CgPartitionInput *input, const CgPartitionOptions *options,
                                const guint32 *unit, const CgPartitionProblem *problem,
                                guint32 *out_n_groups);
/* Joins what every plan in range must keep together: pieces below min behind one node. */
guint32 *cg_contract_forced (const CgPartitionProblem *problem, const CgDepthTree *tree,
                             guint32 *out_n_groups);

/* coarsen.c: pairs of neighbours that share much of their border and weigh at most `most` together;
 * group[n] (transfer full). After Karypis and Kumar 1998, doi:10.1137/S1064827595287997. */
guint32 *cg_coarsen (const CgPartitionProblem *problem, CgRandom *random, gint64 most,
                     guint32 *out_n_groups);

/* blocks.c */
/* [units of the piece] lowest place in the piece of a unit of the same block; NULL where no line that
 * can be passed parts anything. (transfer full) */
guint32 *cg_blocks_find (const CgPartitionInput *input, const CgPartitionWeights *weights,
                         const CgPieces *pieces, guint32 piece);
/* Joins blocks that weigh at most `most`; heavier ones are divided where that costs least, by a short
 * walk, and no piece is above `most` that need not be. Only for problems with blocks. group[n]
 * (transfer full), each connected */
guint32 *cg_blocks_group (const CgPartitionProblem *problem, CgPartitionWork *work, gint64 most,
                          guint32 *out_n_groups);

/* exhaust.c */
typedef enum { CG_EXHAUST_FOUND, CG_EXHAUST_NONE, CG_EXHAUST_GAVE_UP } CgExhaust;
/* Tries every division of at most 64 nodes into connected parts within bounds; stops at the first
 * (its labels in part_of), or after `steps` steps. */
CgExhaust cg_exhaust_run (const CgPartitionProblem *problem, guint64 steps,
                          const CgPartitionWork *work, guint32 *part_of);
/* The same over divisions with both sides of a wall in no part. */
CgExhaust cg_exhaust_without_walls (const CgPartitionProblem *problem, guint64 steps,
                                    const CgPartitionWork *work, guint32 *part_of);

/* shape.c: after the search, for problems with a weight of shape */
typedef struct {
    const CgPartitionInput *input;
    const CgPieces *pieces;
    guint32 piece;
    const guint32 *node_of; /* node of the problem that each unit of the piece is in */
} CgShapeUnits;

void cg_shape_run (const CgPartitionProblem *problem, const CgShapeUnits *units,
                   CgPartitionWork *work, guint32 *part_of);

/* walls.c: links that only have a cost, with both ends in one part */
guint32 cg_walls_inside (const CgPartitionProblem *problem, const guint32 *part_of);
gboolean cg_walls_exist (const CgPartitionProblem *problem);
/* The same problem with walls so dear that nothing pays for one. (transfer full) */
CgPartitionProblem *cg_walls_price (const CgPartitionProblem *problem);
/* Takes them out of the parts where a plan with no worse violation is found. TRUE: it was proved that
 * every plan in range has some. solve: as for the plan itself. */
gboolean cg_walls_settle (const CgPartitionProblem *problem, CgPartitionSolve solve,
                          CgPartitionWork *work, guint32 *part_of);

/* seed.c */
/* Best of random spanning trees cut within bounds; where no tree can be, cut as near as greed goes.
 * trees: how many to cut at least; patience: how many to try for one in range; wanted: number of
 * parts to come near to, 0 for parts near the target. */
void cg_seed_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 trees,
                  guint32 patience, guint32 wanted, guint32 *part_of);
/* Parts of the old plan, made connected; nodes without one join a neighbour. */
void cg_seed_old (const CgPartitionProblem *problem, guint32 *part_of);

/* state.c: a division under change. Every total is kept up to date move by move. */
typedef struct {
    guint32 first, wall, end; /* links as in the problem                        */
    guint32 weight;
    gint64 own;               /* cost of all links to nodes of the same part    */
} CgStateNode;

typedef struct {
    gint64 sum, cost; /* cost: cg_problem_part_cost                              */
    guint32 count;    /* nodes; 0: the number is unused                          */
    guint32 anchor;   /* old part that it continues; CG_NONE                     */
    gint64 second;    /* sum of the second weight; its cost is not in `cost`     */
} CgStatePart;

typedef struct {
    const CgPartitionProblem *problem;
    guint32 *part;                 /* [n] part of each node                                     */
    CgStateNode *node;             /* [n]                                                       */
    CgStatePart *parts;            /* [n]                                                       */
    gboolean anchored;             /* there is an old plan                                      */
    gint64 energy;                 /* cost of cut links and of parts; without moves             */
    gint64 penalty, violation;     /* of parts out of range: their share of energy; what is out */
    guint32 exceptions;
    guint32 *spare, n_spare;       /* unused part numbers                                       */
    guint32 (*edge)[2];            /* [links / 2] ends of joining links                         */
    guint32 *edge_of;              /* [links] edge of each joining link                         */
    guint32 *cut, *place, n_cut;   /* edges between two parts; place of each edge among them    */
    guint32 *seen, stamp, *queue;
    guint32 *local;                /* [n] scratch of resplit                                    */
} CgPartitionState;

CgPartitionState *cg_state_new (const CgPartitionProblem *problem);
void cg_state_free (CgPartitionState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPartitionState, cg_state_free)
void cg_state_set (CgPartitionState *state, const guint32 *part_of);
/* As cg_problem_score, with the households moved against the old plan. */
CgPartitionScore cg_state_score (const CgPartitionState *state);
/* Only keeps the books: contiguity is the caller's, and so is a part that this empties. */
void cg_state_shift (CgPartitionState *state, guint32 node, guint32 to);
gboolean cg_state_can_leave (CgPartitionState *state, guint32 node);
/* Nodes of the part that holds node, appended to out; returns how many. */
guint32 cg_state_collect (CgPartitionState *state, guint32 node, guint32 *out);
static inline guint32
cg_state_next_stamp (CgPartitionState *state)
{
    if (state->stamp > G_MAXUINT32 - 4) {
        memset (state->seen, 0, sizeof (guint32) * state->problem->n);
        state->stamp = 0;
    }
    return state->stamp += 2;
}
static inline gint64
cg_state_move_cost (const CgPartitionState *state, guint32 node, guint32 part)
{
    const CgPartitionProblem *problem = state->problem;
    if (!state->anchored || problem->old[node] == CG_NONE
        || state->parts[part].anchor == problem->old[node])
        return 0;
    return (((gint64) problem->weight[node] + 1) * problem->move) >> 12;
}
/* Cost of all links from node to part. */
static inline gint64
cg_state_cost_to (const CgPartitionState *state, guint32 node, guint32 part)
{
    const CgPartitionLink *link = state->problem->link;
    gint64 cost = 0;
    for (guint32 i = state->node[node].first; i < state->node[node].end; i++)
        cost += link[i].cost & -(gint64) (state->part[link[i].target] == part); /* no branch */
    return cost;
}

/* TRUE: node has a neighbour in part, other than `except` (CG_NONE: any). */
static inline gboolean
cg_state_touches (const CgPartitionState *state, guint32 node, guint32 part, guint32 except)
{
    const CgPartitionLink *link = state->problem->link;
    for (guint32 i = state->node[node].first; i < state->node[node].wall; i++)
        if (link[i].target != except && state->part[link[i].target] == part)
            return TRUE;
    return FALSE;
}

/* Growth of what the second weight costs when node goes to a part, or changes places with another.
 * Only for problems that have one. */
gint64 cg_second_shift (const CgPartitionState *state, guint32 node, guint32 to);
gint64 cg_second_swap (const CgPartitionState *state, guint32 node, guint32 other);
/* Of n units; 0 without a second weight. */
gint64 cg_second_sum (const CgPartitionInput *input, const guint32 *unit, guint32 n);

/* resplit.c: merges the parts on both sides of a border and cuts the union anew. threshold: largest
 * growth of energy that is taken. Returns how many nodes were looked at, as a measure of effort. */
typedef struct _CgResplit CgResplit;
CgResplit *cg_resplit_new (const CgPartitionProblem *problem);
void cg_resplit_free (CgResplit *resplit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgResplit, cg_resplit_free)
guint32 cg_resplit_try (CgResplit *resplit, CgPartitionState *state, CgRandom *random,
                        gint64 threshold);

/* assign.c: which old part each part continues */
typedef struct {
    guint32 row, column;
    guint64 weight;
    guint32 units;
} CgOverlap;

/* Numbers the labels of an array 0.. in ascending order, CG_NONE stays; returns how many there are.
 * out_name (may be NULL) gets the label of each number. */
guint32 cg_assign_number (guint32 *label, gsize n, guint32 **out_name);
/* Pairs of labels that meet, sorted, with sums (transfer full); CG_NONE meets nothing. */
CgOverlap *cg_assign_overlaps (const guint32 *row, const guint32 *column, const guint32 *weight,
                               gsize n, gsize *out_n);
/* The assignment of rows to columns of greatest weight, then most units. overlap is sorted as
 * cg_assign_overlaps does; out_column[n_rows], CG_NONE: to none. */
void cg_assign_run (guint32 n_rows, guint32 n_columns, const CgOverlap *overlap, gsize n_overlaps,
                    guint32 *out_column);

/* repair.c: nearly the old plan, within some parts of it */
typedef struct {
    gint64 violation;
    guint32 exceptions;
    gint64 moved;  /* households whose node is not at home */
    guint32 nodes; /* how many nodes are not               */
    gint64 energy;
} CgRepairScore; /* smaller is better, field by field */

typedef struct {
    CgPartitionProblem *problem;
    guint32 *home;  /* [n] part where a node does not count as moved; CG_NONE: it never does */
    guint8 *fixed;  /* [n] TRUE: stays in its part                                           */
    gint64 least;   /* no plan in range moves fewer households                               */
} CgRepair;

int cg_repair_compare (const CgRepairScore *a, const CgRepairScore *b);
CgRepairScore cg_repair_score (const CgPartitionProblem *problem, const guint32 *home,
                               const guint32 *part_of);
/* Anneals `walks` times from start and keeps the best in part_of, itself included. Numbers of parts
 * lie below n; each part is connected before and after; fixed nodes stay. Returns how many proposals
 * that took. */
guint64 cg_repair_run (CgRepair *zone, CgPartitionWork *work, guint proposals, guint walks,
                       const guint32 *start, guint32 *part_of);
/* Cuts a part in two along a random tree, both sides as near to their bounds as can be, then with
 * the fewest households on the side that becomes `fresh`. FALSE: one node, or locks everywhere. */
gboolean cg_repair_split (const CgRepair *zone, CgPartitionWork *work, guint32 part, guint32 fresh,
                          guint32 *part_of);
/* Gives the nodes of a part to its neighbours, the lightest neighbour first. FALSE: one node is fixed
 * or there is no neighbour; part_of is then of no use. */
gboolean cg_repair_dissolve (const CgRepair *zone, guint32 part, guint32 *part_of);

/* transfer.c: from `start` by handing units over between parts, step by step; part_of gets the best
 * plan met where it is better than the one there. Numbers of parts lie below n; each part is connected
 * before and after; fixed nodes stay. Needs no randomness. Returns how many nodes were looked at. */
guint64 cg_transfer_run (const CgRepair *zone, CgPartitionWork *work, const guint32 *start,
                         guint32 *part_of);

/* locks.c */
char *cg_partition_unit_name (const CgPartitionInput *input, guint32 unit); /* transfer full */
/* Errors ARGUMENT no old plan; INFEASIBLE units locked to one part from different pieces, or to a
 * part that lies in other pieces alone */
gboolean cg_locks_check (const CgPartitionInput *input, const CgPieces *pieces, GError **error);

/* replan.c */
/* A plan as near to problem->old as the bounds allow: violation, exceptions, households moved,
 * nodes moved, energy, in this order. Parts that need no change are not touched. problem->lock is
 * kept, or else out_node is a node that does not reach the others of its part. */
typedef enum {
    CG_REPLAN_DONE,
    CG_REPLAN_BARRED, /* nodes that are locked to other parts lie between */
    CG_REPLAN_NO_WAY  /* no way for all of them was found                 */
} CgReplanEnd;

/* start.c: the old plan as connected parts. The main set of each label keeps its number, others stand
 * alone where they could, what is left joins a neighbour; locked nodes of a label are joined first.
 * home[n]: number where a node does not count as moved, below *out_n_labels; n: gone; CG_NONE: free.
 * part_of[n]: numbers below n. */
CgReplanEnd cg_replan_start (const CgPartitionProblem *problem, guint32 *home, guint32 *part_of,
                             guint32 *out_n_labels, guint32 *out_node);
CgReplanEnd cg_replan_run (const CgPartitionProblem *problem, CgPartitionWork *work,
                           guint32 *part_of, guint32 *out_node);
/* The same from another plan in part_of (any numbers below n, connected): nearer to problem->old and
 * never worse. Without locks. */
void cg_replan_from (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of);
/* Brings parts that are out of range back by as little as can be, with no old plan to keep. */
void cg_replan_mend (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of);

/* search.c: simulated annealing from the plan in part_of, which gets the best plan seen. Temperatures
 * are energies in units of problem->scale. */
typedef struct {
    double first, last;
    gboolean thorough; /* as much effort for resplits as for single nodes, else a fifth */
} CgCooling;

CgPartitionScore cg_search_walk (const CgPartitionProblem *problem, CgPartitionWork *work,
                                 CgCooling cooling, guint32 proposals, guint32 *part_of);
/* A short walk from a plan that is good already. */
void cg_search_polish (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of);

/* quick.c: the breadth-first tree of a piece cut from its leaves, straight from the input, for when
 * there is no time for more. label[units of the piece]; returns how many parts. */
guint32 cg_quick_split (const CgPartitionInput *input, const CgPartitionOptions *options,
                        const CgPieces *pieces, guint32 piece, guint32 *label);

/* anneal.c */
/* Proposals for each node that a piece of a county with so many units gets. */
guint32 cg_anneal_proposals (guint effort, guint32 n_units);
/* The number of parts within the bounds for which border and balance are expected to be best, and
 * the next best in out_second (the same where there is no other); 0: no number fits the bounds. */
guint32 cg_anneal_count_parts (const CgPartitionProblem *problem, guint32 *out_second);
void cg_anneal_solve (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of);
/* Only its walks: from nothing, the best of several. part_of: 0 on entry. */
void cg_anneal_walks (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of);

/* windows.c: parts with border across open ground divided anew together with those beside them, where
 * that is better. Only for problems with blocks; without old plan, second weight and locks. */
void cg_windows_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of);

#endif
