#include "partition/bound_internal.h"

#include "base/error.h"

enum {
    MOST_UNITS = 300,  /* of a block that is worked on; of larger ones only pairs are looked at */
    STATES = 200000,   /* of its frontier                                      */
    STEPS = 20000000,  /* for one block                                        */
    ALL_STEPS = 300000000, /* for all: some seconds                             */
    LEVELS = 16,       /* of what a part may have too much, by powers of 2     */
    MOST_SHARED = 5000 /* excess that is shared out household by household      */
};

/* What a block's cheapest border is, by what a part in it may have above the bound. */
typedef struct {
    guint n;
    gint64 excess[LEVELS + 2], least_cm[LEVELS + 2];
} Steps;

/* What is looked at. */
typedef struct {
    const CgPartitionInput *input; /* weights no larger than the bound */
    const CgPartitionOptions *options;
    const CgPieces *blocks;
    CgPartitionWork work;
    guint64 steps; /* left */
} Look;

/* Crossings have no border. */
static gboolean
is_open (const CgGraph *graph, guint32 link)
{
    return graph->barrier[link] == CG_BARRIER_NONE && graph->border_cm[link] > 0;
}

static gboolean
same_region (const CgPartitionInput *input, guint32 a, guint32 b)
{
    return input->region == NULL || input->region[a] == input->region[b];
}

/* What each unit uses up of its part: one above the bound fills it, alone. */
static guint32 *
cap_weights (const CgPartitionInput *input, guint32 max)
{
    guint32 *weight = g_new (guint32, (gsize) input->graph->n + 1);
    for (guint32 v = 0; v < input->graph->n; v++)
        weight[v] = MIN (input->weight[v], max);
    return weight;
}

/* What parts are above the bound beyond what units are by themselves: a plan that is above it by no
 * more in sum has no more of that. */
static gint64
spare_excess (const CgPartitionInput *capped, guint32 max, const guint8 *ruled,
              const CgParts *parts)
{
    gint64 excess = 0;
    g_autofree guint64 *sum = g_new0 (guint64, (gsize) parts->n_parts + 1);
    for (guint32 v = 0; v < parts->n_units; v++)
        if (ruled == NULL || !ruled[v])
            sum[parts->part_of[v]] += capped->weight[v];
    for (guint32 p = 0; p < parts->n_parts; p++)
        excess += sum[p] > max ? (gint64) sum[p] - max : 0;
    return excess;
}

/* Units that no line parts, as pieces. */
static CgPieces *
find_blocks (const CgPartitionInput *input, const guint8 *ruled, GError **error)
{
    CgGraph open = *input->graph;
    CgPartitionInput on_open = *input;
    g_autofree guint8 *joins = g_new0 (guint8, (gsize) open.first[open.n] + 1);
    for (guint32 v = 0; v < open.n; v++)
        for (guint32 i = open.first[v]; i < open.first[v + 1]; i++)
            joins[i] = open.passable[i] && is_open (&open, i)
                       && (ruled == NULL || (!ruled[v] && !ruled[open.target[i]]));
    open.passable = joins;
    on_open.graph = &open;
    return cg_pieces_find (&on_open, error);
}

/* The block alone, where only open borders cost anything. */
static CgPartitionProblem *
block_problem (const Look *look, guint32 block, gint64 excess)
{
    const CgPartitionWeights open = { .border = { [CG_BARRIER_NONE] = 1000 } };
    CgPartitionOptions light = *look->options;
    light.min = 0;
    light.weights = &open;
    CgPartitionProblem *problem = cg_problem_from_piece (look->input, &light, look->blocks, block);
    for (guint32 i = 0; i < problem->first[problem->n]; i++)
        if (problem->link[i].cost <= 1) /* the least that a line can be made to cost */
            problem->link[i].cost = 0;
    problem->max += excess;
    cg_problem_tabulate (problem);
    return problem;
}

/* Borders between two units that are too much for one part. */
static gint64
bound_pairs (const CgPartitionProblem *problem)
{
    gint64 sum = 0;
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
            if ((gint64) problem->weight[v] + problem->weight[problem->link[i].target]
                > problem->max)
                sum += problem->link[i].cost;
    return sum / 2;
}

static gboolean
is_workable (const Look *look, const CgPartitionProblem *problem)
{
    if (problem->n > MOST_UNITS || look->steps == 0)
        return FALSE;
    g_autoptr (CgFrontier) frontier
        = cg_frontier_new (problem, MIN (problem->total, problem->max), STATES, &look->work);
    return frontier != NULL;
}

/* What plans leave in a block are connected sets within the upper bound; the least border between
 * such sets. Centimetres. */
static gint64
bound_block (Look *look, guint32 block, gint64 excess)
{
    g_autoptr (CgPartitionProblem) problem = block_problem (look, block, excess);
    g_autofree guint32 *plan = g_new (guint32, (gsize) problem->n + 1);
    if (problem->total <= problem->max)
        return 0;
    gint64 pairs = bound_pairs (problem);
    if (!is_workable (look, problem))
        return pairs;
    for (guint32 v = 0; v < problem->n; v++)
        plan[v] = v;
    CgBound bound = { 0 };
    guint32 first = look->blocks->unit[look->blocks->first[block]];
    look->work.proposals = cg_anneal_proposals (look->work.effort, problem->n);
    cg_random_init (&look->work.random, look->options->seed, first);
    g_autoptr (CgPool) pool = cg_pool_new (problem);
    cg_bound_run (problem, &look->work, MIN (look->steps, STEPS), pool, plan, &bound);
    look->steps -= MIN (look->steps, bound.steps);
    return MAX (pairs, bound.bound.energy);
}

/* Between two steps that are known; where they agree, so do all between. */
static void
fill_steps (Look *look, guint32 block, guint low, guint high, Steps *steps)
{
    guint middle = low + (high - low) / 2;
    if (high - low < 2)
        return;
    if (steps->least_cm[low] == steps->least_cm[high]) {
        for (guint k = low + 1; k < high; k++)
            steps->least_cm[k] = steps->least_cm[low];
        return;
    }
    gint64 least = bound_block (look, block, steps->excess[middle]);
    steps->least_cm[middle] = CLAMP (least, steps->least_cm[high], steps->least_cm[low]);
    fill_steps (look, block, low, middle, steps);
    fill_steps (look, block, middle, high, steps);
}

/* A bound with more excess holds with less, too. */
static void
measure_steps (Look *look, guint32 block, gint64 excess, Steps *steps)
{
    *steps = (Steps){ .n = 1 };
    for (gint64 e = 1; e < excess && steps->n < LEVELS; e *= 2)
        steps->excess[steps->n++] = e;
    if (excess > 0)
        steps->excess[steps->n++] = excess;
    guint last = steps->n - 1;
    steps->least_cm[last] = bound_block (look, block, excess);
    if (last == 0)
        return;
    steps->least_cm[0] = MAX (bound_block (look, block, 0), steps->least_cm[last]);
    fill_steps (look, block, 0, last, steps);
}

/* A part that has too much makes a difference only in a block where it has more than the bound, and
 * there is one such block at most. So blocks share the excess: best[e] gets the least border of all
 * blocks so far where e is used up. */
static void
share_excess (const Steps *steps, gint64 excess, gint64 *best, gint64 *next)
{
    for (gint64 used = 0; used <= excess; used++) {
        next[used] = best[used] + steps->least_cm[0];
        for (guint k = 1; k < steps->n; k++) {
            gint64 need = steps->excess[k - 1] + 1;
            if (need <= used)
                next[used] = MIN (next[used], best[used - need] + steps->least_cm[k]);
        }
    }
    memcpy (best, next, sizeof (gint64) * ((gsize) excess + 1));
}

static guint64
block_sum (const Look *look, guint32 block)
{
    guint64 sum = 0;
    for (guint32 k = look->blocks->first[block]; k < look->blocks->first[block + 1]; k++)
        sum += look->input->weight[look->blocks->unit[k]];
    return sum;
}

/* Who has twice the bound may have too much in two blocks: then, and where there is much of it, each
 * block may use all of it. */
static gint64
bound_blocks (Look *look, gint64 excess, guint32 *out_n)
{
    gboolean shared = excess < MIN ((gint64) look->options->max, MOST_SHARED);
    gint64 used = shared ? excess : 0;
    g_autofree gint64 *best = g_new0 (gint64, (gsize) used + 1);
    g_autofree gint64 *next = g_new0 (gint64, (gsize) used + 1);
    for (guint32 b = 0; b < look->blocks->n_pieces; b++) {
        Steps steps = { .n = 1 };
        if (block_sum (look, b) <= look->options->max)
            continue;
        if (shared)
            measure_steps (look, b, excess, &steps);
        else
            steps.least_cm[0] = bound_block (look, b, excess);
        share_excess (&steps, used, best, next);
        *out_n += steps.least_cm[0] > 0;
    }
    return best[used];
}

/* Lines that a border can be on, and borders of ruled parts, which are what they are. */
static void
add_known (const CgPartitionInput *input, const CgParts *parts, const guint8 *ruled,
           gint64 *barrier_cm, gint64 *open_cm)
{
    const CgGraph *graph = input->graph;
    for (guint32 v = 0; v < graph->n; v++)
        for (guint32 i = graph->first[v]; i < graph->first[v + 1]; i++) {
            guint32 to = graph->target[i];
            gboolean known = ruled != NULL && (ruled[v] || ruled[to]);
            if (to < v || !same_region (input, v, to)
                || (known && parts->part_of[v] == parts->part_of[to]))
                continue;
            *barrier_cm += graph->border_cm[i] - cg_graph_open_cm (graph, i);
            if (known)
                *open_cm += cg_graph_open_cm (graph, i);
        }
}

gboolean
cg_partition_visible (const CgPartitionInput *input, const CgPartitionOptions *options,
                      const CgParts *parts, const guint8 *ruled, GCancellable *cancel,
                      CgPartitionVisible *out, GError **error)
{
    CgPartitionInput capped = *input;
    g_autofree guint32 *weight = cap_weights (input, options->max);
    CgPartitionVisible visible = { 0 };
    gint64 barrier_cm = 0, open_cm = 0;
    g_autoptr (CgPieces) blocks = find_blocks (input, ruled, error);
    if (blocks == NULL)
        return FALSE;
    capped.weight = weight;
    capped.second = capped.compound = capped.keep = capped.lock = NULL;
    gint64 excess = spare_excess (&capped, options->max, ruled, parts);
    Look look = { .input = &capped, .options = options, .blocks = blocks, .steps = ALL_STEPS,
                  .work = { .effort = 5, .cancel = cancel } };
    add_known (input, parts, ruled, &barrier_cm, &open_cm);
    open_cm += bound_blocks (&look, excess, &visible.blocks);
    if (cancel != NULL && g_cancellable_is_cancelled (cancel)) {
        g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "the split was stopped");
        return FALSE;
    }
    visible.excess = (guint64) excess;
    visible.open_m = (double) open_cm / 100;
    visible.barrier_m = (double) barrier_cm / 100;
    visible.share = open_cm == 0 ? 1 : (double) barrier_cm / (double) (barrier_cm + open_cm);
    *out = visible;
    return TRUE;
}
