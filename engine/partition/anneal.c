#include "partition/bound_internal.h"

#include <math.h>

/* The default method: walks of simulated annealing from random trees. */
enum {
    PROPOSALS = 50,       /* for each node and point of effort, in a county of FULL_COUNTY units */
    FULL_COUNTY = 1500,   /* larger ones get less for each node: METIS takes as long for each    */
    PLAIN_EFFORT = 20,    /* above it proposals grow with its power of 2.5                       */
    PER_PART = 1,         /* proposals for each node that a walk needs, times parts squared      */
    MOST_WALKS = 16,
    FEW_WALKS = 4,        /* from which on more are worth trying where walks disagree            */
    MORE_WALKS = 2,       /* times as many of them                                               */
    ENOUGH_HITS = 4,      /* walks that end at the same best energy                              */
    MORE_TREES = 400,     /* tried for a plan in range where the walks found none                */
    COARSE_PART = 10,     /* nodes of a part from which on pairs of nodes are joined first       */
    COARSE_LEVELS = 8,
    COARSE_SHARE = 5,     /* a pair weighs at most this part of the target                       */
    PLENTY = 1000         /* proposals for each node with which single nodes do as well          */
};

/* Temperatures: from trees to the end, or as far as pairs of nodes are worth moving. Who has time
 * loses it where it is hot: what trees got wrong mends at lower temperatures too, only later. Whole
 * blocks are worth moving a little further down than pairs. */
static const double warm = 0.05, mild = 0.035;
static const CgCooling brisk = { 0.12, 0.012, FALSE }, patient = { 0.07, 0.008, FALSE };

guint32
cg_anneal_proposals (guint effort, guint32 n_units)
{
    double proposals = PROPOSALS * (double) effort;
    double more = (double) effort / PLAIN_EFFORT;
    if (more > 1)
        proposals *= more * sqrt (more);
    if (n_units > FULL_COUNTY) {
        double share = (double) FULL_COUNTY / n_units;
        proposals *= sqrt (share) * sqrt (sqrt (sqrt (share)));
    }
    return (guint32) MAX (4, proposals);
}

/* ---- how many parts ---- */

/* A sheet cut in k even parts has sqrt (k) - 1 lines across and as many along it. */
static double
estimate (const CgPartitionProblem *problem, guint32 k)
{
    double even = (double) problem->total / (double) problem->target;
    return (double) problem->scale * sqrt (even) * (sqrt (k) - 1)
           + (double) k * (double) cg_problem_balance (problem, problem->total / k);
}

guint32
cg_anneal_count_parts (const CgPartitionProblem *problem, guint32 *out_second)
{
    gint64 most = problem->min > 0 ? problem->total / problem->min : problem->n;
    gint64 fewest = (problem->total + problem->max - 1) / problem->max;
    /* Units are lumps: parts that are all nearly full leave no room to fit them together. */
    gint64 roomy = (10 * problem->total + 9 * problem->max - 1) / (9 * problem->max);
    guint32 best = 0, second = 0;
    double best_cost = 0, second_cost = 0;
    most = MIN (most, problem->n);
    if (fewest > most)
        return *out_second = 0;
    for (gint64 k = MAX (1, MIN (roomy, most)); k <= most; k++) {
        double cost = estimate (problem, (guint32) k);
        if (best == 0 || cost < best_cost) {
            second = best;
            second_cost = best_cost;
            best = (guint32) k;
            best_cost = cost;
        } else if (second == 0 || cost < second_cost) {
            second = (guint32) k;
            second_cost = cost;
        } else {
            break; /* the estimate has one valley */
        }
    }
    *out_second = second > 0 ? second : best;
    return best;
}

/* ---- walks ---- */

static double
nodes_of_a_part (const CgPartitionProblem *problem)
{
    return (double) problem->n * (double) problem->target / (double) MAX (1, problem->total);
}

/* How nodes are joined, to be moved together while it is hot. */
typedef struct {
    gboolean blocks; /* first: what no line parts */
    guint level;     /* problems above this one   */
} Joining;

static CgPartitionScore walk_from_groups (const CgPartitionProblem *problem, CgPartitionWork *work,
                                          guint32 proposals, guint32 wanted, double last,
                                          Joining joining, guint32 *part_of);

/* Where lines make blocks, whole blocks are moved first: which of them share a part decides how much
 * of its border can be seen, and a walk of single nodes crosses a block only by way of borders
 * through the middle of it. A block too heavy for a part has to be cut: where that is cheapest, and
 * its pieces are moved as whole blocks are.
 *
 * With few proposals for each node most of them go to pairs of nodes, pairs of pairs and so on;
 * only the last and coldest are for single nodes. */
static CgPartitionScore
walk_from_trees (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 proposals,
                 guint32 wanted, double last, Joining joining, guint32 *part_of)
{
    const CgCooling *whole = work->effort > PLAIN_EFFORT ? &patient : &brisk;
    gboolean pairs = joining.level < COARSE_LEVELS && proposals < PLENTY
                     && problem->second == NULL && nodes_of_a_part (problem) >= COARSE_PART;
    joining.blocks = joining.blocks && problem->block != NULL;
    if ((joining.blocks || pairs) && !cg_work_is_over (work))
        return walk_from_groups (problem, work, proposals, wanted, last, joining, part_of);
    /* The likeliest number of parts is that of the first weight alone. */
    cg_seed_run (problem, work, 4, 8, problem->second == NULL ? wanted : 0, part_of);
    return cg_search_walk (problem, work, (CgCooling){ whole->first, last }, proposals, part_of);
}

static CgPartitionScore
walk_from_groups (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 proposals,
                  guint32 wanted, double last, Joining joining, guint32 *part_of)
{
    guint32 n_groups;
    g_autofree guint32 *group
        = joining.blocks ? cg_blocks_group (problem, work, problem->max, &n_groups)
                         : cg_coarsen (problem, &work->random, problem->target / COARSE_SHARE,
                                       &n_groups);
    double middle = joining.blocks ? mild : warm;
    g_autoptr (CgPartitionProblem) coarse = cg_problem_contract (problem, group, n_groups);
    g_autofree guint32 *label = g_new0 (guint32, (gsize) n_groups + 1);
    cg_problem_tabulate (coarse);
    walk_from_trees (coarse, work, proposals, wanted, MAX (middle, last),
                     (Joining){ FALSE, joining.level + 1 }, label);
    for (guint32 v = 0; v < problem->n; v++)
        part_of[v] = label[group[v]];
    return cg_search_walk (problem, work, (CgCooling){ middle, last }, proposals, part_of);
}

/* Keeps the better of two plans in part_of. */
static gboolean
take_better (const CgPartitionProblem *problem, const CgPartitionScore *trial_score,
             const guint32 *trial, CgPartitionScore *score, guint32 *part_of)
{
    if (cg_partition_score_compare (trial_score, score) >= 0)
        return FALSE;
    *score = *trial_score;
    memcpy (part_of, trial, sizeof (guint32) * problem->n);
    return TRUE;
}

/* Where bounds must be broken, a household out of them still comes before any border: a walk in
 * which it costs more than border and balance together can change. */
static void
lessen_violation (const CgPartitionProblem *problem, CgPartitionWork *work,
                  CgPartitionScore *score, guint32 *trial, guint32 *part_of)
{
    enum { FACTOR = 40 };
    const CgCooling steep = { 4, 0.01, TRUE };
    g_autofree guint32 *same = g_new (guint32, (gsize) problem->n + 1);
    for (guint32 v = 0; v < problem->n; v++)
        same[v] = v;
    g_autoptr (CgPartitionProblem) dear = cg_problem_contract (problem, same, problem->n);
    dear->slope *= FACTOR;
    dear->step = 0;
    cg_problem_tabulate (dear);
    memcpy (trial, part_of, sizeof (guint32) * problem->n);
    CgPartitionScore next = cg_search_walk (dear, work, steep, work->proposals, trial);
    take_better (problem, &next, trial, score, part_of);
}

/* Many cheap trees find plans in range that a walk misses; a short walk then tidies them. */
static void
find_more (const CgPartitionProblem *problem, CgPartitionWork *work, CgPartitionScore *score,
           guint32 *trial, guint32 *part_of)
{
    const CgCooling from_plan = { 0.2, 0.004, TRUE };
    gboolean late = cg_work_is_over (work);
    /* However late it is: an old plan that is far out of range is no answer. */
    if (score->violation == 0 || problem->n < 3 || (late && problem->old == NULL))
        return;
    guint32 patience = late ? 1 : MIN (MORE_TREES, MAX (8, 200000 / problem->n));
    cg_seed_run (problem, work, late ? 1 : 4, patience, 0, trial);
    CgPartitionScore next = cg_search_walk (problem, work, from_plan, work->proposals, trial);
    take_better (problem, &next, trial, score, part_of);
    if (score->violation > 0 && !cg_work_is_over (work))
        lessen_violation (problem, work, score, trial, part_of);
}

/* Small pieces have few good valleys with walls between: several short walks find more of them than
 * one long walk. Numbers of parts are walls too, so the first walks try the likeliest two. Where
 * most walks end in the same valley it is taken for the deepest, and where none do there are more.
 * Who is patient gets the best combination of the parts of all plans that walks came through. */
static void
try_walks (const CgPartitionProblem *problem, CgPartitionWork *work, CgPartitionScore *score,
           guint32 *trial, guint32 *part_of)
{
    guint32 second, first = cg_anneal_count_parts (problem, &second), best = first;
    guint64 needed = PER_PART * (guint64) MAX (1, first) * MAX (1, first);
    guint32 walks = (guint32) CLAMP (work->proposals / needed, 1, MOST_WALKS);
    guint32 most = walks < FEW_WALKS ? walks : MORE_WALKS * walks, hits = 0;
    gboolean combines = work->effort > PLAIN_EFFORT;
    double last = combines ? patient.last : brisk.last;
    g_autoptr (CgPool) pool = cg_pool_new (problem);
    work->pool = combines ? pool : NULL;
    for (guint32 walk = 0; walk < most && (walk == 0 || !cg_work_is_over (work)); walk++) {
        guint32 wanted = walk == 0 ? first : walk == 1 ? second : best;
        Joining joining = { .blocks = walk % 4 < 2 };
        CgPartitionScore next = walk_from_trees (problem, work, work->proposals / walks, wanted,
                                                 last, joining, trial);
        hits += cg_partition_score_compare (&next, score) == 0;
        if (take_better (problem, &next, trial, score, part_of)) {
            best = wanted;
            hits = 1;
        }
        if (walks >= FEW_WALKS && hits >= ENOUGH_HITS)
            break;
    }
    work->pool = NULL;
    if (combines && cg_polish_run (problem, work, pool, part_of))
        *score = cg_problem_score (problem, part_of);
}

void
cg_anneal_walks (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    g_autofree guint32 *trial = g_new0 (guint32, (gsize) problem->n + 1);
    CgPartitionScore score = { .violation = G_MAXINT64 };
    try_walks (problem, work, &score, trial, part_of);
}

void
cg_anneal_solve (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    const CgCooling from_old = { 0.6, 0.004 };
    g_autofree guint32 *trial = g_new0 (guint32, (gsize) problem->n + 1);
    CgPartitionScore score = { .violation = G_MAXINT64 };
    if (problem->old != NULL) {
        cg_seed_old (problem, part_of);
        score = cg_search_walk (problem, work, from_old, work->proposals, part_of);
    } else {
        try_walks (problem, work, &score, trial, part_of);
    }
    find_more (problem, work, &score, trial, part_of);
    cg_windows_run (problem, work, part_of);
}
