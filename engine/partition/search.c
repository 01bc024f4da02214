#include "partition/bound_internal.h"

enum {
    LEVELS = 128,    /* temperatures from the first to the last, geometric            */
    CHUNK = 512,     /* proposals between looks at the clock                          */
    LOG_BITS = 10,   /* -ln (u) is looked up for 2^10 values of u                     */
    RESPLIT_COST = 2 /* effort of a resplit for each node, in proposals               */
};

typedef struct {
    const CgPartitionProblem *problem;
    CgPartitionWork *work;
    CgPartitionState *state;
    CgResplit *resplit;
    gint64 level[LEVELS];
    gint64 temperature;
    const guint32 *minus_log;
    gboolean thorough;
    gint64 credit; /* fifths of the effort that resplits may still use */
    CgPartitionScore best;
    guint32 *best_part;
} Search;

/* -ln ((i + 0.5) / 2^LOG_BITS) in 1 / 2^16. Only basic operations, which every machine rounds alike. */
static const guint32 *
minus_log_table (void)
{
    static guint32 table[1 << LOG_BITS];
    static gsize done = 0;
    if (g_once_init_enter (&done)) {
        const double ln2 = 0.6931471805599453;
        for (guint i = 0; i < 1 << LOG_BITS; i++) {
            double x = (i + 0.5) / (1 << LOG_BITS), sum = 0;
            guint halvings = 0;
            for (; x < 0.75; halvings++)
                x *= 2;
            double z = (1 - x) / (1 + x), power = z;
            for (guint k = 1; k < 40; k += 2, power *= z * z)
                sum += power / k;
            table[i] = (guint32) ((2 * sum + halvings * ln2) * 65536);
        }
        g_once_init_leave (&done, 1);
    }
    return table;
}

/* A growth that may be taken at this temperature with the probability of Metropolis. */
static inline gint64
draw_threshold (const Search *search, guint64 bits)
{
    return (search->temperature * (gint64) search->minus_log[bits >> (64 - LOG_BITS)]) >> 16;
}

static void
shift (CgPartitionState *state, guint32 node, guint32 to)
{
    guint32 from = state->part[node];
    cg_state_shift (state, node, to);
    if (state->parts[from].count == 0)
        state->spare[state->n_spare++] = from;
}

static inline gint64
move_growth (const CgPartitionState *state, guint32 node, guint32 from, guint32 to)
{
    return state->anchored ? cg_state_move_cost (state, node, to)
                                 - cg_state_move_cost (state, node, from)
                           : 0;
}

/* node goes over to the part of `other`, and in return `other` (or a node beside it) comes back. */
static void
propose_swap (Search *search, guint32 node, guint32 other, gint64 threshold)
{
    CgPartitionState *state = search->state;
    const CgPartitionProblem *problem = search->problem;
    guint32 from = state->part[node], to = state->part[other];
    guint32 degree = problem->wall[other] - problem->first[other];
    guint32 draw = cg_random_below (&search->work->random, 2 * degree);
    if (draw < degree && state->part[problem->link[problem->first[other] + draw].target] == to)
        other = problem->link[problem->first[other] + draw].target;
    const CgStatePart *a = &state->parts[from], *b = &state->parts[to];
    if (a->count == 1 || b->count == 1 || !cg_state_touches (state, other, from, node))
        return;
    gint64 change = (gint64) problem->weight[other] - problem->weight[node];
    gint64 growth = cg_problem_part_cost (problem, a->sum + change) - a->cost
                    + cg_problem_part_cost (problem, b->sum - change) - b->cost
                    + state->node[node].own - cg_state_cost_to (state, node, to)
                    + state->node[other].own - cg_state_cost_to (state, other, from)
                    + move_growth (state, node, from, to) + move_growth (state, other, to, from);
    for (guint32 i = problem->first[node]; i < problem->first[node + 1]; i++)
        if (problem->link[i].target == other)
            growth += 2 * (gint64) problem->link[i].cost;
    if (problem->second != NULL)
        growth += cg_second_swap (state, node, other);
    if (growth > threshold || !cg_state_can_leave (state, node))
        return;
    if (!cg_state_touches (state, node, to, other))
        return;
    cg_state_shift (state, node, to);
    if (cg_state_can_leave (state, other) && cg_state_touches (state, other, from, CG_NONE))
        cg_state_shift (state, other, from);
    else
        cg_state_shift (state, node, from);
}

/* A link between two parts, in a random direction: its near end goes over to the far part. */
static inline void
propose_shift (Search *search)
{
    CgPartitionState *state = search->state;
    const CgPartitionProblem *problem = search->problem;
    guint64 bits = cg_random_bits (&search->work->random);
    const guint32 *edge = state->edge[state->cut[((bits & G_MAXUINT32) * state->n_cut) >> 32]];
    guint32 node = edge[bits >> 32 & 1], other = edge[~bits >> 32 & 1];
    guint32 from = state->part[node], to = state->part[other];
    const CgStatePart *a = &state->parts[from], *b = &state->parts[to];
    gint64 weight = state->node[node].weight;
    gint64 threshold = draw_threshold (search, bits);
    gint64 growth = state->node[node].own - cg_state_cost_to (state, node, to) - b->cost - a->cost
                    + cg_problem_part_cost (problem, b->sum + weight);
    if (a->count > 1)
        growth += cg_problem_part_cost (problem, a->sum - weight);
    if (state->anchored)
        growth += move_growth (state, node, from, to);
    if (problem->second != NULL)
        growth += cg_second_shift (state, node, to);
    if (growth <= threshold) {
        if (cg_state_can_leave (state, node))
            shift (state, node, to);
    } else if ((bits >> 33 & 31) == 0) {
        propose_swap (search, node, other, threshold);
    }
}

/* ---- cooling ---- */

/* Levels are set by square roots, not by pow(): those are rounded alike everywhere. */
static void
set_levels (Search *search, const CgCooling *cooling)
{
    double ratio = cooling->last / cooling->first;
    for (guint n = LEVELS; n > 1; n /= 2)
        ratio = __builtin_sqrt (ratio);
    double temperature = cooling->first * (double) search->problem->scale;
    for (guint i = 0; i < LEVELS; i++, temperature *= ratio)
        search->level[i] = (gint64) temperature;
}

static void
remember (Search *search)
{
    CgPartitionScore score = cg_state_score (search->state);
    CgPool *pool = search->work->pool;
    if (pool != NULL && pool->problem == search->problem)
        cg_pool_add_plan (pool, search->state->part, NULL);
    if (cg_partition_score_compare (&score, &search->best) >= 0)
        return;
    search->best = score;
    memcpy (search->best_part, search->state->part, sizeof (guint32) * search->problem->n);
}

static void
run_chunk (Search *search, guint32 size)
{
    for (guint32 i = 0; i < size && search->state->n_cut > 0; i++)
        propose_shift (search);
    search->credit += search->thorough ? 5 * (gint64) size : size;
    while (search->credit > 0) {
        guint64 bits = cg_random_bits (&search->work->random);
        guint32 nodes = cg_resplit_try (search->resplit, search->state, &search->work->random,
                                        draw_threshold (search, bits));
        search->credit -= 5 * RESPLIT_COST * (gint64) (nodes + 4);
    }
}

/* Against a deadline the temperature follows the clock where that is further on. */
static guint
find_level (const Search *search, guint64 done, guint64 total, gint64 start_us)
{
    guint level = (guint) (done * LEVELS / total);
    gint64 end_us = search->work->end_us;
    if (end_us == 0)
        return level;
    gint64 now = g_get_monotonic_time (), span = MAX (1, end_us - start_us);
    gint64 by_clock = now >= end_us ? LEVELS : (now - start_us) * LEVELS / span;
    search->work->hurried |= by_clock > level;
    return MAX (level, (guint) CLAMP (by_clock, 0, LEVELS));
}

static void
cool (Search *search, guint64 total)
{
    gint64 start_us = search->work->end_us != 0 ? g_get_monotonic_time () : 0;
    guint last = 0;
    for (guint64 done = 0; done < total; done += CHUNK) {
        guint level = find_level (search, done, total, start_us);
        if (level >= LEVELS || cg_work_is_stopped (search->work))
            break;
        search->temperature = search->level[level];
        run_chunk (search, CHUNK);
        if (level != last && level > LEVELS / 2)
            remember (search);
        last = level;
    }
    search->temperature = 0;
    guint64 descent = MIN (total / 10, (guint64) 24 * search->problem->n) + CHUNK;
    for (guint64 done = 0; done < descent && !cg_work_is_over (search->work); done += CHUNK)
        run_chunk (search, CHUNK);
    remember (search);
}

CgPartitionScore
cg_search_walk (const CgPartitionProblem *problem, CgPartitionWork *work, CgCooling cooling,
                guint32 proposals, guint32 *part_of)
{
    Search search = { .problem = problem, .work = work };
    if (cg_work_is_over (work))
        return cg_problem_score (problem, part_of);
    g_autoptr (CgPartitionState) state = cg_state_new (problem);
    g_autoptr (CgResplit) resplit = cg_resplit_new (problem);
    search.state = state;
    search.resplit = resplit;
    search.best_part = part_of;
    search.minus_log = minus_log_table ();
    search.thorough = cooling.thorough;
    set_levels (&search, &cooling);
    cg_state_set (state, part_of);
    search.best = cg_state_score (state);
    cool (&search, (guint64) proposals * problem->n);
    return search.best;
}

void
cg_search_polish (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    const CgCooling cooling = { 0.05, 0.004 };
    cg_search_walk (problem, work, cooling, work->proposals, part_of);
}
