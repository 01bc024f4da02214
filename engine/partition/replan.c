#include "partition/partition_internal.h"

/* The old plan is mended where it is out of range: the parts concerned and those around them are
 * annealed by themselves (repair.c), in rings that grow until all is well. */
enum {
    PROPOSALS = 2,      /* for each node and point of effort and walk                     */
    WALKS = 4,
    CANDIDATES = 4,     /* parts that are tried for splitting, for dissolving             */
    ZONE_NODES = 200,   /* a zone takes no further part in when it has as many nodes      */
    ZONE_MOST = 800,    /* a part alone that has more is not mended, it is divided anew   */
    HUGE = 24,          /* nodes of a part over twice the maximum that is divided anew    */
    MANY = 24,          /* nodes of a piece that is divided anew where most would move    */
    CREDIT = 3000,      /* node visits for each node of the piece and point of effort ... */
    CREDIT_LEAST = 100000, /* ... and for any piece                                       */
    POOR = 8,           /* share of the credit where more than one in as many has to move   */
    PROPOSAL = 5,       /* visits that one costs                                          */
    PASSES = 6,         /* over all parts concerned                                       */
    TOP_SUM = 1 << 14,  /* sums up to this are looked at one by one for the least that moves */
    TOP_WORK = 1 << 22, /* that many times with a unit                                    */
    LEAST_WORK = 1 << 26, /* parts times nodes up to which the least is looked for          */
    MEDIUM = 400,       /* nodes of a piece up to which other prices mostly bring something */
    WORTH = 10          /* share of a target that has to be at stake for other prices     */
};

typedef struct {
    const CgPartitionProblem *problem;
    CgPartitionWork *work;
    guint32 *home;      /* [n] number of the part that continues the old one; n: gone     */
    guint32 *part, n_labels;
    guint32 *origin;    /* [n] part at the beginning                                      */
    guint32 *origin_count; /* [n] nodes by part at the beginning                          */
    gint64 *sum;        /* [n] by part                                                    */
    guint32 *count;     /* [n] nodes by part                                              */
    guint8 *active;     /* [n] by part: out of range, or some node is not at home         */
    guint32 *depth;     /* [n] by part: ring in the zone, CG_NONE outside                 */
    guint32 *number;    /* [n] by part: number within the zone                            */
    guint32 *local;     /* [n] by node: index within the zone                             */
    guint32 *queue;     /* [n]                                                            */
    gint64 credit;      /* node visits left; without, only what is out of range is mended */
    gboolean poor;      /* less credit                                                    */
    gint64 least;       /* no plan in range moves fewer households                        */
    gboolean only_out;  /* nothing else is mended at all                                  */
} Replan;

typedef struct {
    guint32 n, *node;       /* of the piece */
    guint32 n_parts, *part; /* of the piece */
    guint32 widest;         /* most nodes that a zone has had          */
    gboolean better;        /* the last round made some zone better    */
} Zone;

/* ---- zones ---- */

static void
add_sums (Replan *replan, const guint32 *node, guint32 n, gint64 sign)
{
    for (guint32 k = 0; k < n; k++) {
        guint32 v = node != NULL ? node[k] : k;
        replan->sum[replan->part[v]] += sign * replan->problem->weight[v];
        replan->count[replan->part[v]] += (guint32) sign;
    }
}

/* Parts out of range; unless only those are wanted also those that lack a node or hold another's. */
static guint32
find_active (Replan *replan, gboolean only_out)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 n = problem->n, count = 0;
    for (guint32 p = 0; p < n; p++)
        replan->active[p]
            = replan->count[p] > 0 && cg_problem_violation (problem, replan->sum[p]) > 0;
    for (guint32 v = 0; v < n && !only_out; v++) {
        guint32 home = replan->home[v];
        if (home == CG_NONE || home == replan->part[v])
            continue;
        replan->active[replan->part[v]] = TRUE;
        if (home < n && replan->count[home] > 0)
            replan->active[home] = TRUE;
    }
    for (guint32 p = 0; p < n; p++)
        count += replan->active[p];
    return count;
}

/* Appends the nodes of the part that holds `seed`, and notes the parts beside it as seeds. */
static void
take_part (Replan *replan, Zone *zone, guint32 seed, guint32 ring, guint32 *seeds, guint32 *n_seeds)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 part = replan->part[seed], head = zone->n;
    guint32 depth = replan->depth[part];
    replan->number[part] = zone->n_parts;
    zone->part[zone->n_parts++] = part;
    replan->local[seed] = zone->n;
    zone->node[zone->n++] = seed;
    while (head < zone->n) {
        guint32 v = zone->node[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target, other = replan->part[to];
            guint32 place = replan->local[to];
            if (other == part) {
                if (place < zone->n && zone->node[place] == to)
                    continue;
                replan->local[to] = zone->n;
                zone->node[zone->n++] = to;
            } else if (replan->depth[other] == CG_NONE) {
                if (depth == ring)
                    continue;
                replan->depth[other] = depth + 1;
                seeds[(*n_seeds)++] = to;
            }
        }
    }
}

/* The part that holds `seed` and `ring` rings of parts around it. */
static void
collect_zone (Replan *replan, guint32 seed, guint32 ring, Zone *zone)
{
    guint32 n_seeds = 0;
    g_autofree guint32 *seeds = g_new (guint32, (gsize) replan->problem->n + 1);
    zone->n = zone->n_parts = 0;
    replan->depth[replan->part[seed]] = 0;
    seeds[n_seeds++] = seed;
    for (guint32 i = 0; i < n_seeds && (i == 0 || zone->n < ZONE_NODES); i++)
        take_part (replan, zone, seeds[i], ring, seeds, &n_seeds);
    for (guint32 i = 0; i < n_seeds; i++)
        replan->depth[replan->part[seeds[i]]] = CG_NONE;
}

/* ---- what must move at least ---- */

/* The least sum of some of the weights that is not below need; need itself where sums are large. */
static gint64
least_sum (const guint32 *weight, guint32 n, gint64 need)
{
    if (need <= 0)
        return 0;
    if (need > TOP_SUM || need * n > TOP_WORK)
        return need;
    /* Sums below need, one by one; what passes need counts only as the least that does. */
    g_autofree guint8 *reached = g_new0 (guint8, (gsize) need + 1);
    gint64 best = G_MAXINT64;
    reached[0] = 1;
    for (guint32 k = 0; k < n; k++)
        for (gint64 sum = need; sum-- > 0;) {
            if (!reached[sum])
                continue;
            gint64 next = sum + weight[k];
            if (next >= need)
                best = MIN (best, next);
            else
                reached[next] = 1;
        }
    return best == G_MAXINT64 ? need : best;
}

/* A part below the minimum: it gets at least `gain` from elsewhere or loses all it has. */
typedef struct {
    gint64 gain, all;
} Small;

/* The least that moves: of parts that stay at least what they gain; what leaves parts that are given
 * up, beside `out`. A move is a gain of one part and a loss of another. */
static gint64
least_of_small (const Small *small, guint32 n, gint64 out)
{
    gint64 gains = 0, most;
    for (guint32 k = 0; k < n; k++)
        gains += MIN (small[k].gain, small[k].all);
    most = MIN (gains, TOP_SUM);
    /* lost[g]: least that is lost where parts that stay gain g, or any more at the end. */
    g_autofree gint64 *lost = g_new (gint64, (gsize) most + 1);
    for (gint64 g = 0; g <= most; g++)
        lost[g] = g == 0 ? 0 : G_MAXINT64 / 2;
    for (guint32 k = 0; k < n; k++)
        for (gint64 g = most; g >= 0; g--) {
            gint64 stays = MIN (most, g + small[k].gain), both = lost[g];
            if (both >= G_MAXINT64 / 2)
                continue;
            lost[g] = G_MAXINT64 / 2;
            lost[stays] = MIN (lost[stays], both);
            lost[g] = MIN (lost[g], both + small[k].all);
        }
    gint64 least = G_MAXINT64;
    for (gint64 g = 0; g <= most; g++)
        least = MIN (least, MAX (g, out + lost[g]));
    return least;
}

/* Households that leave home in any plan in range with these parts: what locks take away, and then
 * what is above a bound has to go and what is missing has to come from elsewhere, or all of the part
 * goes. `start` tells where fixed nodes are. */
static gint64
least_moved (const CgRepair *repair, const guint32 *start, guint32 n_parts)
{
    const CgPartitionProblem *problem = repair->problem;
    guint32 n = problem->n, n_small = 0;
    const guint64 work = (guint64) n * n_parts;
    gint64 out = 0, forced = 0;
    gboolean has_free = FALSE;
    g_autofree guint32 *own = g_new (guint32, (gsize) n + 1), *other = g_new (guint32, (gsize) n + 1);
    g_autofree Small *small = g_new (Small, (gsize) n_parts + 1);
    for (guint32 v = 0; v < n; v++) {
        has_free |= repair->home[v] >= n_parts;
        if (repair->home[v] == n || (repair->fixed[v] && repair->home[v] != start[v]))
            forced += repair->home[v] != CG_NONE ? problem->weight[v] : 0;
    }
    for (guint32 p = 0; p < n_parts && !has_free && work <= LEAST_WORK; p++) {
        gint64 sum = 0, goes = 0;
        guint32 n_own = 0, n_other = 0;
        for (guint32 v = 0; v < n; v++) {
            gint64 weight = problem->weight[v];
            sum += (repair->fixed[v] ? start[v] : repair->home[v]) == p ? weight : 0;
            if (repair->fixed[v])
                continue;
            if (repair->home[v] == p) {
                own[n_own++] = problem->weight[v];
                goes += weight;
            } else {
                other[n_other++] = problem->weight[v];
            }
        }
        out += least_sum (own, n_own, sum - problem->max);
        if (sum < problem->min)
            small[n_small++] = (Small){ least_sum (other, n_other, problem->min - sum), goes };
    }
    return forced + least_of_small (small, n_small, out);
}

/* ---- mending one zone ---- */

typedef struct {
    Replan *replan;
    CgRepair repair;
    guint32 n_parts, n_fresh; /* numbers in use: the zone's parts, then new ones */
    guint32 *part, *start;    /* [n] best so far; old                            */
    CgRepairScore score;
} Mend;

static guint
proposals_of (const Replan *replan)
{
    return PROPOSALS * replan->work->effort;
}

static gboolean
is_least (const Mend *mend)
{
    return mend->score.violation == 0 && mend->score.moved <= mend->repair.least;
}

/* Hands units over from there; what comes out is brought to where no single step helps. */
static void
try_transfer (Mend *mend, const guint32 *from)
{
    const CgPartitionProblem *problem = mend->repair.problem;
    if (is_least (mend))
        return;
    mend->replan->credit
        -= (gint64) cg_transfer_run (&mend->repair, mend->replan->work, from, mend->part);
    g_autofree guint32 *start = g_memdup2 (mend->part, sizeof (guint32) * problem->n);
    cg_repair_run (&mend->repair, mend->replan->work, 0, 0, start, mend->part);
    mend->score = cg_repair_score (problem, mend->repair.home, mend->part);
}

/* Keeps a trial that is better. */
static void
try_plan (Mend *mend, guint walks, guint32 *trial)
{
    const CgPartitionProblem *problem = mend->repair.problem;
    if (is_least (mend))
        return;
    g_autofree guint32 *from = g_memdup2 (trial, sizeof (guint32) * problem->n);
    guint64 used = cg_repair_run (&mend->repair, mend->replan->work, proposals_of (mend->replan),
                                  walks, from, trial);
    mend->replan->credit -= (gint64) (PROPOSAL * (used + problem->n));
    CgRepairScore score = cg_repair_score (problem, mend->repair.home, trial);
    if (cg_repair_compare (&score, &mend->score) >= 0)
        return;
    mend->score = score;
    memcpy (mend->part, trial, sizeof (guint32) * problem->n);
}

typedef struct {
    guint32 part;
    gint64 sum;
} Ranked;

static gint
heavier_first (gconstpointer a, gconstpointer b)
{
    const Ranked *first = a, *second = b;
    if (first->sum != second->sum)
        return first->sum > second->sum ? -1 : 1;
    return first->part < second->part ? -1 : first->part > second->part;
}

/* Parts in use, heaviest first; returns how many. */
static guint32
rank_parts (const CgPartitionProblem *problem, const guint32 *part_of, Ranked *rank)
{
    g_autofree gint64 *sum = g_new (gint64, (gsize) problem->n + 1);
    guint32 count = 0;
    for (guint32 p = 0; p < problem->n; p++)
        sum[p] = -1;
    for (guint32 v = 0; v < problem->n; v++)
        sum[part_of[v]] = MAX (sum[part_of[v]], 0) + problem->weight[v];
    for (guint32 p = 0; p < problem->n; p++)
        if (sum[p] >= 0)
            rank[count++] = (Ranked){ p, sum[p] };
    qsort (rank, count, sizeof *rank, heavier_first);
    return count;
}

/* One part more, and one less, where that could be better than what was found. */
static void
try_counts (Mend *mend)
{
    const CgPartitionProblem *problem = mend->repair.problem;
    g_autofree Ranked *rank = g_new (Ranked, (gsize) problem->n + 1);
    g_autofree guint32 *base = g_memdup2 (mend->part, sizeof (guint32) * problem->n);
    g_autofree guint32 *trial = g_new (guint32, (gsize) problem->n + 1);
    guint32 count = rank_parts (problem, base, rank), fresh = mend->n_parts;
    gsize bytes = sizeof (guint32) * problem->n;
    for (guint32 p = 0; p < count; p++)
        fresh = MAX (fresh, rank[p].part + 1);
    /* A new part has at least min households, all of them from elsewhere; a part that is given up
     * loses all it has. */
    for (guint32 k = 0; k < MIN (count, CANDIDATES) && fresh < problem->n; k++) {
        gboolean may = mend->score.violation > 0 || mend->score.moved > problem->min;
        memcpy (trial, base, bytes);
        if (may && cg_repair_split (&mend->repair, mend->replan->work, rank[k].part, fresh, trial))
            try_plan (mend, 1, trial);
    }
    for (guint32 k = 0; k < MIN (count, CANDIDATES) && count > 1; k++) {
        const Ranked *light = &rank[count - 1 - k];
        gboolean may = mend->score.violation > 0 || mend->score.moved > light->sum;
        memcpy (trial, base, bytes);
        if (may && cg_repair_dissolve (&mend->repair, light->part, trial))
            try_plan (mend, 1, trial);
    }
}

/* A number of the piece that no node has; numbers of old parts last. */
static guint32
unused_number (const Replan *replan)
{
    for (guint32 p = replan->n_labels; p < replan->problem->n; p++)
        if (replan->count[p] == 0)
            return p;
    for (guint32 p = 0; p < replan->n_labels; p++)
        if (replan->count[p] == 0)
            return p;
    return CG_NONE;
}

static void
write_back (Replan *replan, const Zone *zone, const guint32 *part)
{
    g_autofree guint32 *number = g_new (guint32, (gsize) zone->n + 1);
    add_sums (replan, zone->node, zone->n, -1);
    for (guint32 p = 0; p < zone->n; p++)
        number[p] = p < zone->n_parts ? zone->part[p] : CG_NONE;
    /* Old numbers are taken first, so that a new part does not get one of them. */
    for (guint32 k = 0; k < zone->n; k++)
        if (part[k] < zone->n_parts) {
            replan->part[zone->node[k]] = number[part[k]];
            add_sums (replan, &zone->node[k], 1, 1);
        }
    for (guint32 k = 0; k < zone->n; k++)
        if (part[k] >= zone->n_parts) {
            if (number[part[k]] == CG_NONE)
                number[part[k]] = unused_number (replan);
            replan->part[zone->node[k]] = number[part[k]];
            add_sums (replan, &zone->node[k], 1, 1);
        }
}

/* The plan that the piece began with, where the zone still holds whole parts of it and not as it
 * is. Parts of it that are gone have no number in the zone: FALSE. */
static gboolean
find_origin (const Replan *replan, const Zone *zone, guint32 *origin)
{
    gboolean differs = FALSE;
    g_autofree guint32 *left = g_new0 (guint32, (gsize) zone->n_parts + 1);
    for (guint32 k = 0; k < zone->n; k++) {
        guint32 part = replan->origin[zone->node[k]], number = replan->number[part];
        if (number >= zone->n_parts || zone->part[number] != part)
            return FALSE;
        if (left[number] == 0)
            left[number] = replan->origin_count[part] + 1;
        left[number]--;
        origin[k] = number;
        differs |= part != replan->part[zone->node[k]];
    }
    for (guint32 p = 0; p < zone->n_parts; p++)
        if (left[p] > 1)
            return FALSE;
    return differs;
}

/* TRUE: the zone is in range with as few households moved as can be. */
static gboolean
mend_zone (Replan *replan, Zone *zone)
{
    const CgPartitionProblem *problem = replan->problem;
    gsize n = zone->n;
    g_autoptr (CgPartitionProblem) sub
        = cg_problem_subset (problem, zone->node, zone->n, replan->local);
    g_autofree guint32 *home = g_new (guint32, n + 1), *part = g_new (guint32, n + 1);
    g_autofree guint32 *trial = g_new (guint32, n + 1);
    g_autofree guint32 *origin = g_new (guint32, n + 1);
    g_autofree guint8 *fixed = g_new0 (guint8, n + 1);
    for (guint32 k = 0; k < n; k++) {
        guint32 v = zone->node[k], to = replan->home[v];
        trial[k] = part[k] = replan->number[replan->part[v]];
        fixed[k] = problem->lock != NULL && problem->lock[v] != CG_NONE;
        gboolean inside = to != CG_NONE && to < problem->n && replan->number[to] < zone->n_parts
                          && zone->part[replan->number[to]] == to;
        home[k] = to == CG_NONE ? CG_NONE : inside ? replan->number[to] : (guint32) n;
    }
    Mend mend = { .replan = replan, .n_parts = zone->n_parts, .part = part,
                  .repair = { .problem = sub, .home = home, .fixed = fixed } };
    mend.repair.least = least_moved (&mend.repair, part, zone->n_parts);
    const CgRepairScore before = mend.score = cg_repair_score (sub, home, part);
    if (zone->n_parts > 1) {
        if (replan->credit > 0)
            try_transfer (&mend, trial);
        if (replan->credit > 0 && find_origin (replan, zone, origin))
            try_transfer (&mend, origin);
        try_plan (&mend, replan->credit > 0 ? WALKS : 1, trial);
    }
    if (!is_least (&mend) && (replan->credit > 0 || mend.score.violation > 0))
        try_counts (&mend);
    gboolean done = is_least (&mend);
    zone->better |= cg_repair_compare (&mend.score, &before) < 0;
    write_back (replan, zone, part);
    return done;
}

/* ---- the piece ---- */

/* One round over all active parts; FALSE when a zone may still get better from a wider ring. */
static gboolean
mend_all (Replan *replan, guint32 ring, gboolean only_out, Zone *zone)
{
    const CgPartitionProblem *problem = replan->problem;
    g_autofree guint8 *done = g_new0 (guint8, (gsize) problem->n + 1);
    gboolean all = TRUE;
    zone->better = FALSE;
    if (find_active (replan, only_out) == 0)
        return TRUE;
    for (guint32 v = 0; v < problem->n && !cg_work_is_over (replan->work); v++) {
        guint32 part = replan->part[v];
        if (!replan->active[part] || done[v])
            continue;
        collect_zone (replan, v, ring, zone);
        for (guint32 k = 0; k < zone->n; k++)
            done[zone->node[k]] |= replan->part[zone->node[k]] == part;
        zone->widest = MAX (zone->widest, zone->n);
        all &= zone->n <= ZONE_MOST && mend_zone (replan, zone);
    }
    return all;
}

static void
replan_init (Replan *replan, const CgPartitionProblem *problem, CgPartitionWork *work,
             guint32 *part_of)
{
    gsize n = (gsize) problem->n + 1;
    *replan = (Replan){ .problem = problem, .work = work, .part = part_of };
    replan->origin = g_new (guint32, n);
    replan->origin_count = g_new0 (guint32, n);
    replan->home = g_new (guint32, n);
    replan->sum = g_new0 (gint64, n);
    replan->count = g_new0 (guint32, n);
    replan->active = g_new0 (guint8, n);
    replan->depth = g_new (guint32, n);
    replan->number = g_new0 (guint32, n);
    replan->local = g_new0 (guint32, n);
    replan->queue = g_new (guint32, n);
    for (gsize p = 0; p < n; p++)
        replan->depth[p] = CG_NONE;
}

static void
replan_done (Replan *replan)
{
    gpointer all[] = { replan->origin, replan->origin_count, replan->home, replan->sum, replan->count,
                       replan->active, replan->depth, replan->number, replan->local, replan->queue };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
}

static gint64
households_away (const Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    gint64 away = 0;
    for (guint32 v = 0; v < problem->n; v++)
        if (replan->home[v] != CG_NONE && replan->home[v] != replan->part[v])
            away += problem->weight[v];
    return away;
}

static gboolean
is_out (const Replan *replan)
{
    for (guint32 p = 0; p < replan->problem->n; p++)
        if (replan->count[p] > 0 && cg_problem_violation (replan->problem, replan->sum[p]) > 0)
            return TRUE;
    return FALSE;
}

/* Where much has to move anyway, being near the old plan is a matter of chance and worth less. */
static void
set_credit (Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    gint64 need = households_away (replan);
    for (guint32 p = 0; p < problem->n; p++)
        need += replan->count[p] > 0 ? cg_problem_violation (problem, replan->sum[p]) : 0;
    replan->credit = (CREDIT * (gint64) problem->n + CREDIT_LEAST) * replan->work->effort;
    replan->poor |= need > problem->total / POOR;
    if (replan->poor)
        replan->credit /= POOR;
}

static void
mend_rings (Replan *replan)
{
    gsize n = (gsize) replan->problem->n + 1;
    Zone zone = { .node = g_new (guint32, n), .part = g_new (guint32, n) };
    memcpy (replan->origin, replan->part, sizeof (guint32) * replan->problem->n);
    memcpy (replan->origin_count, replan->count, sizeof (guint32) * replan->problem->n);
    set_credit (replan);
    for (guint pass = 0; pass < PASSES && !cg_work_is_over (replan->work); pass++) {
        gboolean out = is_out (replan), only_out = replan->only_out || replan->credit <= 0;
        guint32 widest = MIN (replan->problem->n, ZONE_NODES);
        if ((replan->credit <= 0 && !out)
            || mend_all (replan, out ? 1u << pass : 1 + pass % 2, only_out, &zone)
            || (zone.widest >= replan->problem->n && !(zone.better && out))
            || (pass > 0 && !zone.better && (!out || zone.widest >= widest)))
            break;
    }
    g_free (zone.node);
    g_free (zone.part);
}

/* ---- old plans that say little ---- */

/* Divides a list of nodes as if there were no old plan. */
static void
divide_anew (Replan *replan, const guint32 *node, guint32 n, guint32 *part_of)
{
    for (guint32 k = 0; k < n; k++) {
        replan->local[node[k]] = k;
        part_of[k] = 0;
    }
    g_autoptr (CgPartitionProblem) sub = cg_problem_subset (replan->problem, node, n, replan->local);
    cg_problem_tabulate (sub);
    cg_anneal_solve (sub, replan->work, part_of);
}

/* A part far above its maximum: of its pieces that with most of what is at home keeps the number. */
static void
divide_part (Replan *replan, const guint32 *node, guint32 n)
{
    guint32 from = replan->part[node[0]], heir = 0;
    g_autofree guint32 *piece = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *number = g_new (guint32, (gsize) n + 1);
    g_autofree gint64 *at_home = g_new0 (gint64, (gsize) n + 1);
    divide_anew (replan, node, n, piece);
    guint32 n_pieces = cg_assign_number (piece, n, NULL);
    for (guint32 k = 0; k < n; k++)
        at_home[piece[k]] += replan->home[node[k]] == from ? replan->problem->weight[node[k]] : 0;
    for (guint32 p = 0; p < n_pieces; p++) {
        number[p] = CG_NONE;
        heir = at_home[p] > at_home[heir] ? p : heir;
    }
    number[heir] = from;
    add_sums (replan, node, n, -1);
    for (guint32 k = 0; k < n; k++) {
        if (number[piece[k]] == CG_NONE)
            number[piece[k]] = unused_number (replan);
        replan->part[node[k]] = number[piece[k]];
        replan->count[number[piece[k]]]++;
        replan->sum[number[piece[k]]] += replan->problem->weight[node[k]];
    }
}

/* Parts so far above the maximum that their borders inside are anybody's guess. */
static void
divide_huge (Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 n = problem->n;
    g_autofree guint32 *first = g_new0 (guint32, (gsize) n + 2), *node = g_new (guint32, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        first[replan->part[v] + 1]++;
    for (guint32 p = 0; p < n; p++)
        first[p + 1] += first[p];
    for (guint32 v = 0; v < n; v++)
        node[first[replan->part[v]]++] = v;
    for (guint32 p = 0, begin = 0; p < n && !cg_work_is_over (replan->work); begin = first[p++]) {
        guint32 count = first[p] - begin;
        gint64 sum = 0;
        for (guint32 k = begin; k < first[p]; k++)
            sum += problem->weight[node[k]];
        if (count > HUGE && sum > 2 * problem->max)
            divide_part (replan, node + begin, count);
    }
}

/* More than half of the households are not at home as it is, or in parts so small that most of them
 * have to go. */
static gboolean
is_hopeless (const Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    gint64 away = households_away (replan);
    for (guint32 p = 0; p < problem->n; p++)
        if (replan->count[p] > 0 && 2 * replan->sum[p] < problem->min)
            away += replan->sum[p];
    return problem->n > MANY && problem->lock == NULL && away > problem->total / 2;
}

/* Each old part goes on in the part that shares most with it. */
static void
match_old (Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    gsize n = problem->n, n_overlaps;
    memcpy (replan->home, problem->old, sizeof (guint32) * n);
    guint32 n_parts = cg_assign_number (replan->part, n, NULL);
    guint32 n_old = cg_assign_number (replan->home, n, NULL);
    g_autofree guint32 *continued = g_new (guint32, (gsize) n_parts + 1);
    g_autofree guint32 *part = g_new (guint32, (gsize) n_old + 1);
    g_autofree CgOverlap *overlap
        = cg_assign_overlaps (replan->part, replan->home, problem->weight, n, &n_overlaps);
    cg_assign_run (n_parts, n_old, overlap, n_overlaps, continued);
    for (guint32 label = 0; label < n_old; label++)
        part[label] = (guint32) n;
    for (guint32 p = 0; p < n_parts; p++)
        if (continued[p] != CG_NONE)
            part[continued[p]] = p;
    for (gsize v = 0; v < n; v++)
        replan->home[v] = replan->home[v] == CG_NONE ? CG_NONE : part[replan->home[v]];
    memset (replan->sum, 0, sizeof (gint64) * n);
    memset (replan->count, 0, sizeof (guint32) * n);
    add_sums (replan, NULL, problem->n, 1);
}

/* ---- other prices ---- */

static CgRepairScore
score_of (const Replan *replan)
{
    return cg_repair_score (replan->problem, replan->home, replan->part);
}

/* The ordinary search with moves at a lower price goes ways that mending does not find; what it ends
 * with is brought back towards the old plan. */
static void
try_price (Replan *replan, guint permille)
{
    const CgPartitionProblem *problem = replan->problem;
    gsize bytes = sizeof (guint32) * problem->n;
    CgPartitionProblem priced = *problem;
    Replan other;
    g_autofree guint32 *part = g_memdup2 (replan->part, bytes + sizeof (guint32));
    priced.move = problem->move * permille / 1000;
    cg_anneal_solve (&priced, replan->work, part);
    replan_init (&other, problem, replan->work, part);
    match_old (&other);
    other.poor = TRUE;
    mend_rings (&other);
    CgRepairScore now = score_of (replan), next = score_of (&other);
    if (cg_repair_compare (&next, &now) < 0) {
        memcpy (replan->part, other.part, bytes);
        memcpy (replan->home, other.home, bytes);
    }
    replan_done (&other);
}

/* Enough may be gained to be worth as much time again: more is out of range than what single nodes have
 * above the maximum, or clearly more moves than has to. */
static gboolean
is_worth_more (const Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    const CgRepairScore now = score_of (replan);
    gint64 giants = 0;
    for (guint32 v = 0; v < problem->n; v++)
        giants += MAX (0, (gint64) problem->weight[v] - problem->max);
    if (now.violation > giants)
        return TRUE;
    return !replan->poor && problem->n <= MEDIUM
           && now.moved - replan->least > problem->target / WORTH;
}

static void
try_prices (Replan *replan)
{
    static const guint permille[] = { 100, 40, 16 };
    guint n = replan->problem->n <= MEDIUM ? G_N_ELEMENTS (permille) : 1;
    for (guint k = 0; k < n && is_worth_more (replan); k++)
        if (!cg_work_is_over (replan->work))
            try_price (replan, permille[k]);
}

/* Of the whole piece, with the parts as the old plan has them. */
static gint64
least_of_piece (const Replan *replan)
{
    g_autofree guint8 *fixed = g_new0 (guint8, (gsize) replan->problem->n + 1);
    CgRepair piece = { .problem = (CgPartitionProblem *) replan->problem, .home = replan->home,
                       .fixed = fixed };
    return least_moved (&piece, replan->part, replan->n_labels);
}

CgReplanEnd
cg_replan_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of,
               guint32 *out_node)
{
    Replan replan;
    replan_init (&replan, problem, work, part_of);
    CgReplanEnd end
        = cg_replan_start (problem, replan.home, part_of, &replan.n_labels, out_node);
    if (end == CG_REPLAN_DONE)
        add_sums (&replan, NULL, problem->n, 1);
    if (end == CG_REPLAN_DONE && is_hopeless (&replan)) {
        g_autofree guint32 *all = g_new (guint32, (gsize) problem->n + 1);
        for (guint32 v = 0; v < problem->n; v++)
            all[v] = v;
        divide_anew (&replan, all, problem->n, part_of);
        match_old (&replan);
        replan.only_out = TRUE;
        mend_rings (&replan);
    } else if (end == CG_REPLAN_DONE) {
        gboolean is_free = problem->lock == NULL && is_out (&replan);
        if (is_free)
            replan.least = least_of_piece (&replan);
        if (is_free)
            divide_huge (&replan);
        mend_rings (&replan);
        if (is_free)
            try_prices (&replan);
    }
    replan_done (&replan);
    return end;
}

void
cg_replan_from (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    Replan replan;
    replan_init (&replan, problem, work, part_of);
    match_old (&replan);
    mend_rings (&replan);
    replan_done (&replan);
}

void
cg_replan_mend (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    Replan replan;
    replan_init (&replan, problem, work, part_of);
    cg_assign_number (part_of, problem->n, NULL);
    for (guint32 v = 0; v < problem->n; v++)
        replan.home[v] = CG_NONE;
    add_sums (&replan, NULL, problem->n, 1);
    replan.only_out = TRUE;
    mend_rings (&replan);
    replan_done (&replan);
}
