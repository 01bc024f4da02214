/* Splits the neighbour graph into connected parts with a household interval.
 *
 * Each region (community) is solved by itself; a community in several unconnected pieces is solved
 * piece by piece, where the graph has no crossings that join them (crossing.h). Compounds stay
 * whole where one fits below the upper bound and is connected.
 */
#ifndef CG_PARTITION_H
#define CG_PARTITION_H

#include "base/progress.h"
#include "graph/graph.h"
#include "model/grids.h"

/* Weights of the third goal, in thousandths. A border costs its length times its price; deviation
 * and moves are counted in the border that a part typically has, so that one set of weights serves
 * villages and towns. docs/methods.md says what each does. */
typedef struct {
    guint32 balance;               /* a part of many that is off by its whole target      */
    guint32 shape;                 /* a part whose outline, squared, is twice a disc's      */
    guint32 move;                  /* a whole target of households leaves its old part    */
    guint32 compound;              /* border inside a compound that has to be cut         */
    guint32 inside;                /* an impassable border inside a part                  */
    guint32 crossing;              /* a crossing inside a part, by its length             */
    guint32 border[CG_N_BARRIERS]; /* border along a CgBarrierClass                       */
} CgPartitionWeights;

#define CG_PARTITION_WEIGHTS_DEFAULT                                                               \
    ((CgPartitionWeights){ .balance = 190, .shape = 0, .move = 40000, .compound = 3000,           \
                           .inside = 3000,                                                         \
                           .crossing = 1000,                                                       \
                           .border = { [CG_BARRIER_NONE] = 1000, [CG_BARRIER_WATER] = 50,          \
                                       [CG_BARRIER_RAILWAY] = 50, [CG_BARRIER_ARTERIAL] = 50,      \
                                       [CG_BARRIER_STREET] = 150, [CG_BARRIER_ALLEY] = 250,        \
                                       [CG_BARRIER_WALL] = 50, [CG_BARRIER_BUILDING] = 1000 } })

typedef struct {
    guint32 min, max, target; /* of `weight`; min <= target <= max, target >= 1; 300, 500, 400 */
    guint64 seed;             /* default 1 */
    guint effort;             /* 1..100, default 20: search time grows with it, above 20 with its
                                 power 2.5 */
    double deadline_s;        /* 0: none; else the best plan found when it passes, always valid */
    GCancellable *hurry;      /* NULL, or once cancelled the same as a deadline that passes; borrowed */
    guint threads;            /* 0: one for each core; the result does not depend on it */
    const char *method;       /* NULL: default of cg_partition_methods */
    guint32 second_min, second_max; /* bounds of CgPartitionInput.second, where there is one */
    gboolean certify;         /* prove how good the plan of each region is (CgParts.bounds), and take
                                 the best one where it is found so; mostly below 10 s a region */
    const CgPartitionWeights *weights; /* NULL: CG_PARTITION_WEIGHTS_DEFAULT; borrowed */
} CgPartitionOptions;

#define CG_PARTITION_OPTIONS_DEFAULT                                                               \
    ((CgPartitionOptions){ .min = 300, .max = 500, .target = 400, .seed = 1, .effort = 20 })

typedef struct {
    const CgGraph *graph;
    const guint32 *weight;   /* [graph->n] households (or population) */
    const guint32 *second;   /* [graph->n] or NULL: another weight (population beside households) whose
                                bounds must hold too; not with lock */
    const guint32 *region;   /* [graph->n] or NULL: one region */
    const guint32 *compound; /* [graph->n] CG_NONE: free; or NULL */
    const guint32 *keep;     /* [graph->n] old part or CG_NONE; or NULL. Fewest households move. */
    const guint32 *lock;     /* [graph->n] old part that the unit has to be in, CG_NONE: free; or NULL.
                                Needs keep; a number that keep does not have names a new part */
    char *const *id;         /* [graph->n] names of units for certificates; NULL: "#row" */
} CgPartitionInput;

/* What a method works on and with; partition_internal.h has the inside. */
typedef struct _CgPartitionProblem CgPartitionProblem;
typedef struct _CgPartitionWork CgPartitionWork;

/* Divides one connected piece.
 *
 * work       random stream, effort, time budget; polled by whatever may take long
 * part_of    [n] in: the old part of each node or CG_NONE (all CG_NONE without an old plan);
 *            out: parts in any numbering below n, each connected over passable links
 */
typedef void (*CgPartitionSolve) (const CgPartitionProblem *problem, CgPartitionWork *work,
                                  guint32 *part_of);

/* One way to split; methods are a list so that others can join without touching callers. */
typedef struct {
    const char *name, *title;
    CgPartitionSolve solve;
} CgPartitionMethod;

/* NULL-terminated by name == NULL; the first is the default. Borrowed. */
const CgPartitionMethod *cg_partition_methods (void);
/* NULL name: the default; NULL when no method has that name. */
const CgPartitionMethod *cg_partition_find_method (const char *name);

/* One weight by its name, for options, county.ini and reports. */
typedef struct {
    const char *name, *title;
    gsize offset; /* in CgPartitionWeights */
    guint32 most; /* largest value         */
} CgPartitionWeight;

/* All of them; NULL-terminated by name == NULL. Borrowed. */
const CgPartitionWeight *cg_partition_weight_list (void);
double cg_partition_weight_get (const CgPartitionWeights *weights, const CgPartitionWeight *weight);
/* FALSE: not from 0 to weight->most; nothing is changed then. */
gboolean cg_partition_weight_set (CgPartitionWeights *weights, const CgPartitionWeight *weight,
                                  double value);
/* Reads "balance=0.5,street=0.5" over what weights has; untouched on failure.
 * Errors ARGUMENT names the pair and the known names */
gboolean cg_partition_weights_parse (const char *text, CgPartitionWeights *weights, GError **error);
/* All of them in that form. (transfer full) */
char *cg_partition_weights_text (const CgPartitionWeights *weights);

/* Splits every region; out of nothing comes a division without parts.
 *
 * out    parts numbered in order of their lowest unit; each unit in one part (transfer full)
 * Goal   in this order: the sum over parts of what is missing to min or above max; the number of
 *        parts outside; then shared border in metres, each weighted by what it runs along, plus
 *        squared deviation from the target, plus households moved against `keep`, with the
 *        weights of the options. The number of parts is free.
 * Second what a part is off the bounds of the second weight counts relative to the middle of those
 *        bounds as what it is off the first does to the target; a part outside either is one
 *        exception. Proofs of the second weight begin with "counting people"; EXHAUSTED is of both.
 * Links  passable == FALSE joins nothing: a part is connected without such links, and both sides of
 *        one are in a part (round the end of the wall) only where no plan without that and no worse
 *        in range was found; parts->inside_proved says where none exists. A compound that lies on
 *        both sides is not kept whole for that. An old plan (`keep`) is not changed for a wall, and
 *        the method "trees" looks for them at the end only. A crossing joins
 *        as a border does; a part that uses one pays for its length.
 * Proof  a part out of range has a reason. GIANT, SMALL, WINDOW, ARTICULATION and EXHAUSTED mean:
 *        in every plan that keeps compounds whole, some part that holds a unit of the named set
 *        (the unit; the piece; the piece; the units behind; the piece) is out of range; SUMS and
 *        COVER say so of one unit and of a few that lie near each other. One proof
 *        accounts for one part; parts beyond what is proved say UNKNOWN. A piece without any
 *        household, and one below min altogether, is one part and SMALL.
 *        n_optimal counts regions whose plan is proved to be best: with `certify` by column
 *        generation; without, only where each piece has to be one part.
 * Keep   with `keep` (the default method, weights->move not below its default, no second weight)
 *        the goal is:
 *        violation, exceptions, households moved (cg_partition_moved), units moved, then the rest;
 *        parts that need no change stay unit for unit. A lower weights->move trades moves for
 *        border and balance instead. A unit of `lock` is in the part that continues that old one.
 * Errors INFEASIBLE a lock cannot be kept (names a unit); ARGUMENT locks without keep;
 *        ARGUMENT bounds crossed, effort outside 1..100, deadline not finite or negative, method
 *        unknown; CANCELLED
 * Promise each part is connected and inside one region; min <= sum <= max wherever the search finds
 *        it; same input and seed give the same parts with any number of threads and any compiler
 *        (unless the deadline cuts the search short): all arithmetic of the search is on integers
 * Method keep: units handed on from part to part (a beam search) and annealing in households, both
 *        around what is out of range; one part more or less where that may pay; ids by exact
 *        assignment (Jonker, Volgenant 1987, doi:10.1007/BF02278710);
 *        otherwise random spanning trees cut by a dynamic programme over the open weight, after DeFord,
 *        Duchin and Solomon 2021, doi:10.1162/99608f92.eb30390f; simulated annealing
 *        (Kirkpatrick, Gelatt, Vecchi 1983, doi:10.1126/science.220.4598.671) over shift, swap and
 *        merge-and-resplit, first of whole blocks where borders that cost less than open ground make
 *        them (a block above max in pieces, cut where it is cheapest), or of matched pairs of units where parts are large (Karypis, Kumar 1998,
 *        doi:10.1137/S1064827595287997); articulation units after Tarjan 1972, doi:10.1137/0201010
 * Cost   at effort 20 some 50 microseconds a unit in a county of 2000 units, 7 in one of 200 000
 *        (larger counties search less for each unit), on one core; effort 100 takes 60 to 100 times that
 */
CgParts *cg_partition_run (const CgPartitionInput *input, const CgPartitionOptions *options,
                           const CgProgress *progress, GCancellable *cancel, GError **error);

/* One way to weigh changes against the old plan; figures as the plan has them. */
typedef struct {
    CgParts *parts;
    guint64 moved, violation; /* households: cg_partition_moved; missing and above over all parts */
    guint32 exceptions;       /* parts out of range */
    double boundary_m;        /* cg_partition_internal_boundary_m */
} CgPartitionPoint;
void cg_partition_point_free (CgPartitionPoint *point);

/* Plans from the fewest households moved to none counted at all, at six prices of a moved household,
 * of which those stay that no other one equals or beats in all four figures.
 *
 * input   with keep
 * options as for cg_partition_run; weights->move is not looked at; the deadline is shared
 * out     of CgPartitionPoint, fewest moved first, never empty (transfer full)
 * Errors  ARGUMENT no old plan; those of cg_partition_run
 * Time    prices are tried from the first while the time lasts, at least that one; timed_out then
 * Promise what cg_partition_run gives by default is one of them, or some point equals or beats it in
 *         all four figures; some point is as near to the bounds as any price came
 * Method  a piece takes the best plan of all prices at each price
 * Cost    six times cg_partition_run
 */
GPtrArray *cg_partition_pareto (const CgPartitionInput *input, const CgPartitionOptions *options,
                                const CgProgress *progress, GCancellable *cancel, GError **error);

/* Independent check of a division, also for plans from elsewhere.
 * Returns the number of violations: units without part, extra pieces of a part, parts over two
 * regions; the first is described in out_text (transfer full, may be NULL; NULL text when 0). */
guint32 cg_partition_check (const CgPartitionInput *input, const CgParts *parts, char **out_text);

/* Sum of border between different parts of one region, metres. */
double cg_partition_internal_boundary_m (const CgPartitionInput *input, const CgParts *parts);
/* Share 0..1 of that border that runs along a barrier of any class; 0 without border. */
double cg_partition_border_on_barrier (const CgPartitionInput *input, const CgParts *parts);

/* Metres of it along nothing outside the convex hull of all lines (CgGraph.beyond_cm): where none
 * could be. */
double cg_partition_beyond_lines_m (const CgPartitionInput *input, const CgParts *parts);

/* How much of the internal border can run along barriers at most. */
typedef struct {
    double open_m;    /* border along nothing that every such plan has at least */
    double barrier_m; /* border along barriers that it has at most: all there is */
    double share;     /* barrier_m / (barrier_m + open_m); 1 where open_m is 0  */
    guint32 blocks;   /* blocks too heavy for a part: the bound is made of them */
    guint64 excess;   /* of the plan above max, beyond what units are above it by themselves */
} CgPartitionVisible;

/* Proves it of every plan that is above max by no more in sum than `parts` is.
 *
 * input   only graph, weight and region count
 * options max and seed
 * ruled   [n] or NULL; TRUE: the part of the unit is given, and no plan changes it
 * Length  a plan whose border is no longer than L metres has at least open_m of it along nothing, so no more
 *         than 1 - open_m / L along barriers
 * Errors  LIMIT memory; CANCELLED
 * Method  what a plan leaves in a block (what no barrier parts) are connected sets within max; the least
 *         open border between such sets is bounded by column generation as for `certify`, block by block,
 *         in blocks of up to 300 units; in larger ones by the pairs of neighbours that are too much
 *         for one part. A unit above max takes up a part. The excess is shared out to the blocks where
 *         it saves most
 * Cost    milliseconds for most towns; a second or two where many blocks are too heavy */
gboolean cg_partition_visible (const CgPartitionInput *input, const CgPartitionOptions *options,
                               const CgParts *parts, const guint8 *ruled, GCancellable *cancel,
                               CgPartitionVisible *out, GError **error);

/* Metres of impassable border with both sides in each part: out_m[parts->n_parts]; returns how many
 * parts have any. */
guint32 cg_partition_barrier_inside (const CgPartitionInput *input, const CgParts *parts,
                                     double *out_m);

/* Households (or what weight holds) of each part: [parts->n_parts] (transfer full). */
guint64 *cg_partition_sums (const CgPartitionInput *input, const CgParts *parts);

/* Which old part (a value of keep) each part continues, or CG_NONE: [parts->n_parts] (transfer
 * full). Each old part is continued by one part at most, so that the households that stay are most;
 * between equals, so that the units are. Method: shortest augmenting paths, exact. */
guint32 *cg_partition_continued (const CgPartitionInput *input, const CgParts *parts);

/* Households whose unit is not in the part that continues its old one (cg_partition_continued);
 * units without an old part do not count. 0 without keep. */
guint64 cg_partition_moved (const CgPartitionInput *input, const CgParts *parts);

#endif
