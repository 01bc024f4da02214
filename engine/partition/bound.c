#include "partition/bound_internal.h"

#include <math.h>

/* The goal has three levels; each is bounded by itself, with what the levels before it may use as
 * limits. All sums are twice those of a score: a border counts for both sides. */
typedef enum { LEVEL_VIOLATION, LEVEL_EXCEPTIONS, LEVEL_ENERGY, N_LEVELS } Level;

enum {
    MOST_STATES = 4000000,  /* 100 MB                                     */
    MOST_LABELS = 3000000,  /* 100 MB                                     */
    MOST_ZONES = 400000,    /* of the integer step                        */
    MOST_ROUNDS = 400,
    COVER_STEPS = 20000000, /* of the integer step                        */
    PULL = 85,              /* hundredths: see blend */
    WALKS = 4               /* searches whose zones start the master      */
};

typedef struct {
    const CgPartitionProblem *problem;
    CgPartitionWork *work;
    CgPool *pool;
    const CgFrontier *frontier;
    CgPricer *pricer;
    CgBound *out;
    guint32 *part_of;        /* the best plan */
    guint64 steps;           /* to spend      */
    Level level;
    guint32 n_limits;
    gint64 limit[2];         /* violation, exceptions of the best plan */
    guint first_limit;       /* 1: a single exception needs no limit of its sum */
    gint64 fewest, most_zones; /* of the plans that are looked at          */
    double scale;            /* of the master's costs */
    gint64 limit_price[2];
    gint64 count_price;      /* of one more zone                                  */
    gint64 value;            /* proven bound of the plans that are looked at      */
    gint64 guide;            /* the same for as many zones as are likely: says which prices are good */
    double *centre;          /* prices that gave it                               */
    gint64 fixed;            /* sum of prices less what the limits cost */
    gint64 least;            /* no zone's reduced cost is smaller       */
    GArray *in_master;       /* guint8 by zone of the pool              */
    double share;            /* of the relaxed bound that labels look at */
    guint32 labels;          /* at most, in one pricing                  */
} Bounder;

/* ---- costs ---- */

static gint64
zone_cost (const Bounder *bounder, gint64 weight, gint64 border)
{
    gint64 violation = cg_problem_violation (bounder->problem, weight);
    switch (bounder->level) {
    case LEVEL_VIOLATION:
        return violation;
    case LEVEL_EXCEPTIONS:
        return violation > 0;
    default:
        return border + 2 * cg_problem_balance (bounder->problem, weight);
    }
}

static void
zone_use (const Bounder *bounder, gint64 weight, gint64 *use)
{
    gint64 violation = cg_problem_violation (bounder->problem, weight);
    use[0] = bounder->first_limit == 0 ? violation : violation > 0;
    use[1] = violation > 0;
}

/* What the best plan costs at this level; a better one costs `grain` less. */
static gint64
plan_cost (const Bounder *bounder)
{
    const CgPartitionScore *score = &bounder->out->score;
    return bounder->level == LEVEL_VIOLATION    ? score->violation
           : bounder->level == LEVEL_EXCEPTIONS ? (gint64) score->exceptions
                                                : 2 * score->energy;
}

static gint64
grain (const Bounder *bounder)
{
    return bounder->level == LEVEL_ENERGY ? 2 : 1;
}

static gboolean
is_over (const Bounder *bounder)
{
    return bounder->out->steps >= bounder->steps || cg_work_is_over (bounder->work);
}

/* Weights of zones that a plan as good as the best may have. A single exception has to miss the
 * bounds by all that is missed. */
static gboolean
is_allowed (const Bounder *bounder, gint64 weight)
{
    gint64 violation = cg_problem_violation (bounder->problem, weight);
    return bounder->level == LEVEL_ENERGY && bounder->limit[1] <= 1
               ? violation == 0 || violation == bounder->limit[0]
               : violation <= bounder->limit[0];
}

/* ---- prices ---- */

static void
set_prices (Bounder *bounder, const double *price)
{
    guint32 n = bounder->problem->n;
    CgPricer *pricer = bounder->pricer;
    const double unit = bounder->scale * (1 << CG_PRICE_BITS), most = 1e15;
    bounder->fixed = 0;
    for (guint32 v = 0; v < n; v++) {
        pricer->price[v] = llround (CLAMP (price[v] * unit, -most, most));
        bounder->fixed += pricer->price[v];
    }
    for (guint32 i = 0; i < bounder->n_limits; i++) {
        bounder->limit_price[i] = llround (CLAMP (price[n + i] * unit, 0, most));
        bounder->fixed -= bounder->limit_price[i] * bounder->limit[bounder->first_limit + i];
    }
    bounder->count_price = llround (CLAMP (price[n + bounder->n_limits] * unit, -most, most));
    bounder->fixed += bounder->count_price
                      * (bounder->count_price > 0 ? bounder->fewest : bounder->most_zones);
    for (gint64 w = 0; w <= pricer->most; w++) {
        gint64 use[2], cost = zone_cost (bounder, w, 0) * (1 << CG_PRICE_BITS);
        zone_use (bounder, w, use);
        for (guint32 i = 0; i < bounder->n_limits; i++)
            cost += bounder->limit_price[i] * use[i];
        pricer->final[w] = is_allowed (bounder, w) ? cost - bounder->count_price : CG_PRICE_NEVER;
    }
}

/* A plan has at most most_zones zones, each with at least `least`. TRUE: these prices are better than
 * those before. */
static gboolean
take_bound (Bounder *bounder)
{
    const CgPartitionProblem *problem = bounder->problem;
    gint64 likely = problem->goes_on ? MIN (bounder->most_zones, 2 * problem->total / problem->max + 1)
                                     : bounder->most_zones;
    gint64 worst = MIN (0, bounder->least), guide = bounder->fixed + likely * worst;
    bounder->value = MAX (bounder->value, bounder->fixed + bounder->most_zones * worst);
    if (guide <= bounder->guide)
        return FALSE;
    bounder->guide = guide;
    return TRUE;
}

/* Zones that may be light may be many. So all prices are lowered until no zone is cheaper than
 * nothing: what is left of them is a bound for any number of zones (A. A. Farley 1990, who finds the
 * factor for a known number of zones). */
static void
lower_prices (Bounder *bounder)
{
    enum { PARTS = 1 << 10 };
    guint32 n = bounder->problem->n;
    gint64 *price = bounder->pricer->price;
    g_autofree gint64 *full = g_memdup2 (price, sizeof (gint64) * n);
    gint64 good = 0, bad = PARTS + 1;
    while (bad - good > 1 && !cg_work_is_over (bounder->work)) {
        gint64 part = good == 0 && bad > PARTS ? PARTS - PARTS / 16 : good + (bad - good) / 2, sum = 0;
        for (guint32 v = 0; v < n; v++)
            sum += price[v] = full[v] / PARTS * part;
        if (cg_pricer_relax (bounder->pricer) >= 0) {
            bounder->value = MAX (bounder->value, sum);
            good = part;
        } else {
            bad = part;
        }
    }
}

/* In units of the score, rounded up: the least cost of a plan that the bound allows. */
static gint64
rounded (const Bounder *bounder, gint64 value)
{
    gint64 size = grain (bounder) << CG_PRICE_BITS;
    return value <= 0 ? value / size : (value + size - 1) / size;
}

static gboolean
is_proven (const Bounder *bounder)
{
    return rounded (bounder, bounder->value) * grain (bounder) >= plan_cost (bounder);
}

static void
add_to_master (Bounder *bounder, CgMaster *master, guint32 zone)
{
    gint64 use[2], weight = cg_pool_weight (bounder->pool, zone);
    guint8 yes = 1;
    while (bounder->in_master->len <= zone) {
        guint8 no = 0;
        g_array_append_val (bounder->in_master, no);
    }
    if (g_array_index (bounder->in_master, guint8, zone) || !is_allowed (bounder, weight))
        return;
    g_array_index (bounder->in_master, guint8, zone) = yes;
    zone_use (bounder, weight, use);
    gint64 cost = zone_cost (bounder, weight, cg_pool_border (bounder->pool, zone));
    cg_master_add (master, cg_pool_set (bounder->pool, zone), (double) cost / bounder->scale, use);
    bounder->out->columns++;
}

/* Adds zones that the master lacks. Returns how many. */
static guint32
price_out (Bounder *bounder, CgMaster *master)
{
    CgPricer *pricer = bounder->pricer;
    guint32 columns = bounder->out->columns;
    guint64 before = pricer->steps;
    gint64 relaxed = cg_pricer_relax (pricer), found = CG_PRICE_NEVER;
    bounder->least = MIN (relaxed, 0);
    for (guint attempt = 0; relaxed < 0 && attempt < 20; attempt++) {
        gint64 threshold = relaxed - (gint64) ((double) relaxed * bounder->share);
        found = cg_pricer_label (pricer, threshold, bounder->labels);
        if (found >= CG_PRICE_NEVER) {
            /* Sums alone leave many zones equal: then any of them will do. */
            guint patience = bounder->level == LEVEL_ENERGY ? 4 : 0;
            if (attempt == patience && (found = cg_pricer_guess (pricer, 0)) < 0)
                break;
            /* What was found empty must not be asked again with fewer labels. */
            if (bounder->least > threshold - 1)
                bounder->labels = MIN (MOST_LABELS, 2 * bounder->labels);
            bounder->share *= 0.7;
            continue;
        }
        bounder->least = MAX (bounder->least, MIN (found, 0));
        if (found < threshold || bounder->share >= 1)
            break;
        bounder->share = MIN (1.0, 1.3 * bounder->share);
    }
    if (relaxed < 0 && found < CG_PRICE_NEVER && found < 0) {
        g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint32));
        cg_pricer_pick (pricer, 0, bounder->pool, zones);
        for (guint i = 0; i < zones->len; i++)
            add_to_master (bounder, master, g_array_index (zones, guint32, i));
    }
    bounder->out->steps += pricer->steps - before;
    return bounder->out->columns - columns;
}

/* ---- the integer step ---- */

static void
take_plan (Bounder *bounder, const guint32 *plan)
{
    CgPartitionScore score = cg_problem_score (bounder->problem, plan);
    if (cg_partition_score_compare (&score, &bounder->out->score) >= 0)
        return;
    bounder->out->score = score;
    memcpy (bounder->part_of, plan, sizeof (guint32) * bounder->problem->n);
}

/* What the reduced costs of a better plan may add up to, less one. */
static gint64
budget (const Bounder *bounder)
{
    gint64 need = (plan_cost (bounder) - grain (bounder)) * (1 << CG_PRICE_BITS);
    return need - bounder->fixed - bounder->most_zones * MIN (0, bounder->least) + 1;
}

/* Covers by zones with their reduced costs. TRUE: no plan of them is better than the best. */
static gboolean
cover (Bounder *bounder, GArray *zones, GArray *costs, guint64 steps)
{
    g_autofree guint32 *plan = g_new (guint32, (gsize) bounder->problem->n + 1);
    g_autofree gint64 *use = g_new0 (gint64, 2 * (gsize) zones->len + 2);
    gint64 shift = -MIN (0, bounder->least);
    for (guint i = 0; i < zones->len; i++) {
        gint64 both[2];
        zone_use (bounder, cg_pool_weight (bounder->pool, g_array_index (zones, guint32, i)), both);
        for (guint32 k = 0; k < bounder->n_limits; k++)
            use[i * bounder->n_limits + k] = both[k];
        g_array_index (costs, gint64, i) = MAX (0, g_array_index (costs, gint64, i) + shift);
    }
    CgCover job = { .pool = bounder->pool, .zone = (guint32 *) (gpointer) zones->data,
                    .cost = (gint64 *) (gpointer) costs->data, .n_zones = zones->len,
                    .use = use, .n_limits = bounder->n_limits, .steps = steps };
    memcpy (job.limit, bounder->limit + bounder->first_limit,
            sizeof (gint64) * bounder->n_limits);
    gboolean better = TRUE;
    while (better && job.steps > 0) {
        gint64 before = plan_cost (bounder);
        job.below = budget (bounder);
        guint64 left = job.steps;
        if (job.below <= 0)
            return TRUE;
        better = cg_cover_run (&job, plan);
        bounder->out->steps += left - job.steps;
        if (better)
            take_plan (bounder, plan);
        if (better && plan_cost (bounder) >= before)
            return FALSE;
    }
    return !better && job.steps > 0;
}

static gint64
reduced_cost (const Bounder *bounder, guint32 zone)
{
    const guint64 *set = cg_pool_set (bounder->pool, zone);
    gint64 weight = cg_pool_weight (bounder->pool, zone);
    gint64 border = bounder->pricer->unit > 0 ? cg_pool_border (bounder->pool, zone) : 0;
    gint64 cost = bounder->pricer->final[weight] + border * bounder->pricer->unit;
    for (guint32 w = 0; w < bounder->pool->words; w++)
        for (guint64 left = set[w]; left != 0; left &= left - 1)
            cost -= bounder->pricer->price[64 * w + (guint32) __builtin_ctzll (left)];
    return cost;
}

/* A better plan of zones that are known already: what is left to prove shrinks with it. */
static void
cover_known (Bounder *bounder)
{
    g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (gint64));
    gint64 most = budget (bounder);
    for (guint32 i = 0; i < bounder->pool->n; i++) {
        gint64 weight = cg_pool_weight (bounder->pool, i);
        if (!is_allowed (bounder, weight))
            continue;
        gint64 cost = reduced_cost (bounder, i);
        if (cost >= most)
            continue;
        g_array_append_val (zones, i);
        g_array_append_val (costs, cost);
    }
    cover (bounder, zones, costs, COVER_STEPS / 20);
}

/* Every zone that a better plan could use; TRUE when none of their plans is better. */
static gboolean
cover_all (Bounder *bounder)
{
    CgPricer *pricer = bounder->pricer;
    gint64 most = budget (bounder);
    guint64 before = pricer->steps;
    if (most <= 0)
        return TRUE;
    g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (gint64));
    gboolean whole = cg_pricer_label (pricer, most, MOST_LABELS) < CG_PRICE_NEVER
                     && cg_pricer_collect (pricer, most, MOST_ZONES, bounder->pool, zones, costs);
    bounder->out->steps += pricer->steps - before;
    bounder->out->columns += zones->len;
    return cover (bounder, zones, costs, COVER_STEPS) && whole;
}

/* ---- levels ---- */

static void
start_level (Bounder *bounder, Level level)
{
    const CgPartitionProblem *problem = bounder->problem;
    const CgPartitionScore *score = &bounder->out->score;
    bounder->level = level;
    bounder->scale = level == LEVEL_ENERGY      ? (double) problem->scale
                     : level == LEVEL_VIOLATION ? (double) problem->target
                                                : 1;
    bounder->limit[0] = score->violation;
    bounder->limit[1] = score->exceptions;
    bounder->n_limits = score->violation == 0 ? 0 : (guint32) level;
    bounder->first_limit = level == LEVEL_ENERGY && score->exceptions == 1;
    bounder->n_limits -= bounder->first_limit;
    bounder->pricer->unit = level == LEVEL_ENERGY ? 1 << CG_PRICE_BITS : 0;
    bounder->pricer->slope = 0;
    bounder->share = 0.25;
    bounder->labels = MOST_LABELS / 8;
}

/* One set of prices: the master's, drawn towards those that gave the best bound. */
static void
blend (const Bounder *bounder, const double *price, double pull, double *out)
{
    guint32 n = bounder->problem->n + bounder->n_limits + 1;
    for (guint32 i = 0; i < n; i++)
        out[i] = pull * bounder->centre[i] + (1 - pull) * price[i];
}

/* Prices to begin with: what the best plan costs, shared by weight. */
static void
first_centre (Bounder *bounder)
{
    const CgPartitionProblem *problem = bounder->problem;
    double cost = (double) plan_cost (bounder) / bounder->scale;
    memset (bounder->centre, 0, sizeof (double) * (problem->n + 3));
    if (bounder->level != LEVEL_ENERGY)
        return;
    for (guint32 v = 0; v < problem->n; v++)
        bounder->centre[v] = cost * problem->weight[v] / (double) (problem->total + 1);
}

static void
generate_columns (Bounder *bounder, CgMaster *master)
{
    guint32 n = bounder->problem->n + 3;
    g_autofree double *price = g_new0 (double, n), *trial = g_new0 (double, n);
    guint64 before = cg_master_steps (master);
    double pull = PULL / 100.0, value = 0;
    gboolean fresh = TRUE;
    for (guint round = 0; round < MOST_ROUNDS && !is_over (bounder); round++) {
        if (fresh && !cg_master_solve (master, bounder->work, price, &value))
            return;
        bounder->out->steps += cg_master_steps (master) - before;
        before = cg_master_steps (master);
        double open = value * bounder->scale * (1 << CG_PRICE_BITS) - (double) bounder->guide;
        if (open < (double) (grain (bounder) << (CG_PRICE_BITS - 2)))
            return;
        blend (bounder, price, pull, trial);
        set_prices (bounder, trial);
        bounder->out->rounds++;
        fresh = price_out (bounder, master) > 0;
        if (take_bound (bounder))
            memcpy (bounder->centre, trial, sizeof (double) * n);
        else if (!fresh && pull == 0)
            return;
        if (is_proven (bounder))
            return;
        pull = fresh ? PULL / 100.0 : pull / 2 < 0.01 ? 0 : pull / 2;
    }
}

/* Plans of fewest to most zones. TRUE when none of them is better than the best plan. */
static gboolean
solve_range (Bounder *bounder, CgMaster *master, gint64 fewest, gint64 most)
{
    bounder->fewest = fewest;
    bounder->most_zones = most;
    bounder->value = bounder->guide = G_MININT64 / 4;
    cg_master_set_count (master, (guint32) fewest, (guint32) most);
    generate_columns (bounder, master);
    if (is_proven (bounder))
        return TRUE;
    if (cg_work_is_over (bounder->work))
        return FALSE;
    /* Prices that gave the bound also say which zones a better plan may use. */
    set_prices (bounder, bounder->centre);
    gint64 relaxed = cg_pricer_relax (bounder->pricer);
    bounder->least = MIN (0, relaxed);
    gint64 exact = cg_pricer_label (bounder->pricer, 0, MOST_LABELS);
    if (exact < CG_PRICE_NEVER)
        bounder->least = MIN (0, exact);
    take_bound (bounder);
    if (bounder->problem->goes_on) {
        lower_prices (bounder);
        return is_proven (bounder);
    }
    cover_known (bounder);
    return cover_all (bounder);
}

/* Splits the range where it leaves a gap. The least bound of all is in bounder->value. */
static gboolean
solve_counts (Bounder *bounder, CgMaster *master, gint64 fewest, gint64 most)
{
    gboolean proven = solve_range (bounder, master, fewest, most);
    gint64 value = bounder->value;
    if (proven) {
        bounder->value = G_MAXINT64 / 4;
        return TRUE;
    }
    if (fewest == most || is_over (bounder) || bounder->problem->goes_on)
        return FALSE;
    gsize size = sizeof (double) * (bounder->problem->n + 3);
    g_autofree double *centre = g_memdup2 (bounder->centre, size);
    gint64 middle = CLAMP ((gint64) floor (cg_master_count (master) + 1e-6), fewest, most - 1);
    gboolean low = solve_counts (bounder, master, fewest, middle);
    gint64 value_low = bounder->value;
    memcpy (bounder->centre, centre, size);
    gboolean high = solve_counts (bounder, master, middle + 1, most);
    bounder->value = MAX (value, MIN (value_low, bounder->value));
    return low && high;
}

static void
put_bound (Bounder *bounder, gint64 value)
{
    CgPartitionScore *bound = &bounder->out->bound;
    gint64 least = MIN (rounded (bounder, value), plan_cost (bounder) / grain (bounder));
    if (bounder->level == LEVEL_VIOLATION)
        bound->violation = MAX (bound->violation, least);
    else if (bounder->level == LEVEL_EXCEPTIONS)
        bound->exceptions = MAX (bound->exceptions, (guint32) least);
    else
        bound->energy = MAX (bound->energy, least);
}

/* TRUE when the best plan is proved to be best at this level. */
static gboolean
solve_level (Bounder *bounder, Level level)
{
    const CgPartitionProblem *problem = bounder->problem;
    CgPartitionScore before = bounder->out->score;
    start_level (bounder, level);
    if ((level == LEVEL_VIOLATION && bounder->out->bound.violation == before.violation)
        || (level == LEVEL_EXCEPTIONS && bounder->out->bound.exceptions == before.exceptions))
        return TRUE;
    gint64 fewest = MAX (1, (problem->total - before.violation + problem->max - 1) / problem->max);
    gint64 most = problem->min == 0 ? problem->n
                                    : MIN (problem->n, (problem->total + before.violation)
                                                           / problem->min);
    double dear = 2.0 * (double) plan_cost (bounder) / bounder->scale + 1;
    const gint64 *limit = bounder->limit + bounder->first_limit;
    g_autoptr (CgMaster) master = cg_master_new (problem->n, bounder->n_limits, limit, dear);
    g_array_set_size (bounder->in_master, 0);
    cg_pool_add_plan (bounder->pool, bounder->part_of, NULL);
    for (guint32 i = 0; i < bounder->pool->n; i++)
        add_to_master (bounder, master, i);
    first_centre (bounder);
    gboolean proven = solve_counts (bounder, master, fewest, most);
    put_bound (bounder, bounder->value);
    const CgPartitionScore *now = &bounder->out->score;
    /* A plan that is better at an earlier level changes the question. */
    if ((level > LEVEL_VIOLATION && now->violation != before.violation)
        || (level > LEVEL_EXCEPTIONS && now->exceptions != before.exceptions))
        return FALSE;
    return proven;
}

/* Other plans as good as the search makes them: their zones are what the master starts from. */
static void
fill_pool (Bounder *bounder)
{
    g_autofree guint32 *plan = g_new0 (guint32, (gsize) bounder->problem->n + 1);
    guint32 proposals = bounder->work->proposals;
    bounder->work->proposals = MIN (proposals, cg_anneal_proposals (10, bounder->problem->n));
    for (guint walk = 0; walk < WALKS && !is_over (bounder); walk++) {
        cg_anneal_solve (bounder->problem, bounder->work, plan);
        cg_pool_add_plan (bounder->pool, plan, NULL);
        take_plan (bounder, plan);
    }
    bounder->work->proposals = proposals;
}

/* A microsecond or less each. */
static guint32
affordable_states (const CgPartitionWork *work)
{
    gint64 left_us = work->end_us - g_get_monotonic_time ();
    return work->end_us == 0 ? MOST_STATES : (guint32) CLAMP (left_us, 0, MOST_STATES);
}

/* What sums alone say. */
static void
bound_outside (const CgPartitionProblem *problem, CgBound *out)
{
    guint32 outside;
    if (out->score.violation == 0)
        return;
    gint64 violation = cg_bound_behind (problem, out->score.violation, &outside, NULL);
    out->bound.violation = MIN (violation, out->score.violation);
    out->bound.exceptions = out->bound.violation < out->score.violation
                                ? out->bound.violation > 0
                                : MIN (outside, out->score.exceptions);
}

/* What can be said of a piece too large for a frontier. */
static void
bound_loosely (const CgPartitionProblem *problem, CgPartitionWork *work, const guint32 *part_of,
               CgBound *out)
{
    if (problem->goes_on)
        return;
    bound_outside (problem, out);
    out->levels = out->bound.violation < out->score.violation     ? LEVEL_VIOLATION
                  : out->bound.exceptions < out->score.exceptions ? LEVEL_EXCEPTIONS
                                                                  : LEVEL_ENERGY;
    out->tried = TRUE;
    if (out->levels == LEVEL_ENERGY)
        cg_strips_bound (problem, work, CG_STRIP_NODES, part_of, out);
}

void
cg_bound_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint64 steps,
              CgPool *pool, guint32 *part_of, CgBound *out)
{
    *out = (CgBound){ .score = cg_problem_score (problem, part_of) };
    /* Only walls and crossings earn something. */
    for (guint32 i = 0; i < problem->first[problem->n]; i++)
        out->bound.energy += MIN (0, problem->link[i].cost);
    out->bound.energy /= 2;
    if (problem->old != NULL || problem->second != NULL || problem->n < 2)
        return;
    Bounder bounder = { .problem = problem, .work = work, .pool = pool, .out = out,
                        .part_of = part_of, .steps = steps };
    fill_pool (&bounder);
    if (cg_work_is_over (work))
        return;
    gint64 slack = out->score.violation;
    g_autoptr (CgFrontier) frontier = cg_frontier_new (
        problem, MIN (problem->total, problem->max + slack), affordable_states (work), work);
    if (frontier == NULL) {
        bound_loosely (problem, work, part_of, out);
        return;
    }
    g_autoptr (CgPricer) pricer
        = cg_pricer_new (frontier, problem, problem->min - slack,
                         MIN (problem->total, problem->max + slack));
    if (pricer == NULL)
        return;
    g_autoptr (GArray) in_master = g_array_new (FALSE, FALSE, sizeof (guint8));
    bounder.frontier = frontier;
    bounder.pricer = pricer;
    pricer->work = work;
    bounder.in_master = in_master;
    g_autofree double *centre = g_new0 (double, (gsize) problem->n + 3);
    bounder.centre = centre;
    out->tried = TRUE;
    bound_outside (problem, out);
    while (out->levels < N_LEVELS && solve_level (&bounder, (Level) out->levels))
        out->levels++;
    out->optimal = out->levels == N_LEVELS;
}
