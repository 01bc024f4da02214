#include "partition/partition_internal.h"

/* The old plan is mended where it is out of range: the parts concerned and those around them are
 * annealed by themselves (repair.c), in rings that grow until all is well. */
enum {
    PROPOSALS = 2,      /* for each node and point of effort and walk                     */
    WALKS = 4,
    CANDIDATES = 4,     /* parts that are tried for splitting, for dissolving             */
    ZONE_NODES = 200,   /* a zone takes no further part in when it has as many nodes      */
    ZONE_MOST = 800,    /* a part alone that has more is not mended, it is divided anew   */
    LARGE = 500,        /* nodes of a piece from which a hopeless old plan gets less care */
    PASSES = 6,         /* over all parts concerned                                       */
    MOST_WAYS = 1000,   /* that are looked for to join locked nodes                       */
    TOP_SUM = 1 << 14   /* sums up to this are looked at one by one for the least that moves */
};

typedef struct {
    const CgPartitionProblem *problem;
    CgPartitionWork *work;
    guint32 *want;      /* [n] label of the old plan or lock, CG_NONE                     */
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
    guint walks, passes;
} Replan;

typedef struct {
    guint32 n, *node;       /* of the piece */
    guint32 n_parts, *part; /* of the piece */
    guint32 widest;         /* most nodes that a zone has had          */
    gboolean better;        /* the last round made some zone better    */
} Zone;

/* ---- from the old plan to connected parts ---- */

/* Connected sets of one label; returns how many. CG_NONE belongs to no set. */
static guint32
find_sets (const Replan *replan, guint32 *set)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 count = 0;
    for (guint32 v = 0; v < problem->n; v++)
        set[v] = CG_NONE;
    for (guint32 s = 0; s < problem->n; s++) {
        if (set[s] != CG_NONE || replan->want[s] == CG_NONE)
            continue;
        guint32 head = 0, tail = 0;
        replan->queue[tail++] = s;
        set[s] = count;
        while (head < tail) {
            guint32 v = replan->queue[head++];
            for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
                guint32 to = problem->link[i].target;
                if (set[to] != CG_NONE || replan->want[to] != replan->want[v])
                    continue;
                set[to] = count;
                replan->queue[tail++] = to;
            }
        }
        count++;
    }
    return count;
}

/* Shortest way, in nodes, from the set of `from` to node `to`, through nodes that barred[] gives to
 * nobody else. before[] leads back; FALSE: there is none. */
static gboolean
find_way (Replan *replan, const guint32 *barred, const guint32 *set, guint32 from, guint32 to,
          guint32 *before)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 label = replan->want[to], head = 0, tail = 0;
    for (guint32 v = 0; v < problem->n; v++) {
        before[v] = CG_NONE;
        if (set[v] != set[from])
            continue;
        before[v] = v;
        replan->queue[tail++] = v;
    }
    while (head < tail && before[to] == CG_NONE) {
        guint32 v = replan->queue[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 next = problem->link[i].target;
            if (before[next] != CG_NONE || (barred[next] != CG_NONE && barred[next] != label))
                continue;
            before[next] = v;
            replan->queue[tail++] = next;
        }
    }
    return before[to] != CG_NONE;
}

/* A locked node apart from the first one of its label, or CG_NONE; first[] by label is scratch. */
static guint32
find_apart (const Replan *replan, const guint32 *set, guint32 *first, guint32 *out_other)
{
    const CgPartitionProblem *problem = replan->problem;
    for (guint32 label = 0; label < 2 * problem->n; label++)
        first[label] = CG_NONE;
    for (guint32 v = 0; v < problem->n; v++) {
        guint32 label = replan->want[v];
        if (problem->lock[v] == CG_NONE)
            continue;
        if (first[label] == CG_NONE)
            first[label] = v;
        *out_other = first[label];
        if (set[first[label]] != set[v])
            return v;
    }
    return CG_NONE;
}

/* Brings the locked nodes of each label into one set. A way may go over a way of another label only
 * where there is no other; that one is then looked for anew. FALSE: none was found. */
static gboolean
join_locks (Replan *replan, CgReplanEnd *out_end, guint32 *out_node)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 n = problem->n, other = 0;
    g_autofree guint32 *locked = g_new (guint32, n), *held = g_new (guint32, n);
    g_autofree guint32 *set = g_new (guint32, (gsize) n + 1), *before = g_new (guint32, n);
    g_autofree guint32 *first = g_new (guint32, 2 * (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        held[v] = locked[v] = problem->lock[v] != CG_NONE ? replan->want[v] : CG_NONE;
    for (guint32 round = 0; round < MOST_WAYS; round++) {
        find_sets (replan, set);
        guint32 node = find_apart (replan, set, first, &other);
        if (node == CG_NONE)
            return TRUE;
        *out_node = node;
        if (!find_way (replan, held, set, other, node, before)
            && !find_way (replan, locked, set, other, node, before)) {
            *out_end = CG_REPLAN_BARRED;
            return FALSE;
        }
        for (guint32 v = node; before[v] != v; v = before[v])
            replan->want[v] = held[v] = replan->want[node];
    }
    *out_end = CG_REPLAN_NO_WAY;
    return FALSE;
}

typedef struct {
    gint64 weight;
    guint32 nodes, label;
    gboolean locked;
} Set;

/* Sets of a label by rank: locked, heavier, more nodes. */
static gboolean
is_more (const Set *a, const Set *b)
{
    if (a->locked != b->locked)
        return a->locked;
    return a->weight != b->weight ? a->weight > b->weight : a->nodes > b->nodes;
}

/* The main set of each label keeps its number; others stand alone when they could, and what is left
 * joins a neighbour. */
static void
number_sets (Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 n = problem->n;
    g_autofree guint32 *of = g_new (guint32, (gsize) n + 1), *main_set = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *number = g_new (guint32, (gsize) n + 1);
    guint32 n_sets = find_sets (replan, of), next = replan->n_labels;
    g_autofree Set *set = g_new0 (Set, (gsize) n_sets + 1);
    for (guint32 v = 0; v < n; v++) {
        main_set[v] = CG_NONE;
        if (of[v] == CG_NONE)
            continue;
        set[of[v]].weight += problem->weight[v];
        set[of[v]].nodes++;
        set[of[v]].label = replan->want[v];
        set[of[v]].locked |= problem->lock != NULL && problem->lock[v] != CG_NONE;
    }
    for (guint32 s = 0; s < n_sets; s++) {
        guint32 label = set[s].label;
        if (main_set[label] == CG_NONE || is_more (&set[s], &set[main_set[label]]))
            main_set[label] = s;
    }
    for (guint32 s = 0; s < n_sets; s++)
        number[s] = main_set[set[s].label] == s                  ? set[s].label
                    : 2 * set[s].weight >= problem->min && problem->min > 0 ? next++
                                                                 : CG_NONE;
    for (guint32 v = 0; v < n; v++)
        replan->part[v] = of[v] != CG_NONE ? number[of[v]] : CG_NONE;
}

/* Nodes without part join the part that reaches them first. */
static void
flood_rest (Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 tail = 0;
    for (guint32 v = 0; v < problem->n; v++)
        if (replan->part[v] != CG_NONE)
            replan->queue[tail++] = v;
    if (tail == 0) {
        replan->part[0] = 0;
        replan->queue[tail++] = 0;
    }
    for (guint32 head = 0; head < tail; head++)
        for (guint32 v = replan->queue[head], i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (replan->part[to] != CG_NONE)
                continue;
            replan->part[to] = replan->part[v];
            replan->queue[tail++] = to;
        }
}

/* Labels get numbers below n: those that some node starts with. */
static gboolean
start_plan (Replan *replan, CgReplanEnd *out_end, guint32 *out_node)
{
    const CgPartitionProblem *problem = replan->problem;
    gsize n = problem->n;
    g_autofree guint32 *both = g_new (guint32, 2 * n);
    memcpy (both, problem->old, sizeof (guint32) * n);
    for (gsize v = 0; v < n; v++)
        both[n + v] = problem->lock != NULL ? problem->lock[v] : CG_NONE;
    cg_assign_number (both, 2 * n, NULL);
    for (gsize v = 0; v < n; v++)
        replan->want[v] = both[n + v] != CG_NONE ? both[n + v] : both[v];
    if (problem->lock != NULL && !join_locks (replan, out_end, out_node))
        return FALSE;
    g_autofree guint32 *number = g_new (guint32, 2 * n);
    for (gsize label = 0; label < 2 * n; label++)
        number[label] = CG_NONE;
    for (gsize v = 0; v < n; v++)
        if (replan->want[v] != CG_NONE) {
            if (number[replan->want[v]] == CG_NONE)
                number[replan->want[v]] = replan->n_labels++;
            replan->want[v] = number[replan->want[v]];
        }
    for (gsize v = 0; v < n; v++)
        replan->home[v] = both[v] == CG_NONE             ? CG_NONE
                          : number[both[v]] == CG_NONE ? (guint32) n
                                                       : number[both[v]];
    number_sets (replan);
    flood_rest (replan);
    return TRUE;
}

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

static guint32
find_active (Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    guint32 n = problem->n, count = 0;
    for (guint32 p = 0; p < n; p++)
        replan->active[p]
            = replan->count[p] > 0 && cg_problem_violation (problem, replan->sum[p]) > 0;
    for (guint32 v = 0; v < n; v++) {
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
    if (need > TOP_SUM)
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

/* Households that leave home in any plan in range with these parts: what locks take away, and then
 * what is above a bound has to go and what is missing has to come from elsewhere, or all of the part
 * goes. `start` tells where fixed nodes are. */
static gint64
least_moved (const CgRepair *repair, const guint32 *start, guint32 n_parts)
{
    const CgPartitionProblem *problem = repair->problem;
    guint32 n = problem->n;
    gint64 out = 0, in = 0, forced = 0;
    gboolean has_free = FALSE;
    g_autofree guint32 *own = g_new (guint32, (gsize) n + 1), *other = g_new (guint32, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++) {
        has_free |= repair->home[v] >= n_parts;
        if (repair->home[v] == n || (repair->fixed[v] && repair->home[v] != start[v]))
            forced += repair->home[v] != CG_NONE ? problem->weight[v] : 0;
    }
    for (guint32 p = 0; p < n_parts && !has_free; p++) {
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
        in += MIN (least_sum (other, n_other, problem->min - sum), goes);
    }
    return forced + MAX (out, in);
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
    cg_transfer_run (&mend->repair, mend->replan->work, from, mend->part);
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
    cg_repair_run (&mend->repair, mend->replan->work, proposals_of (mend->replan), walks, from,
                   trial);
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
        try_transfer (&mend, trial);
        if (find_origin (replan, zone, origin))
            try_transfer (&mend, origin);
        try_plan (&mend, replan->walks, trial);
    }
    if (!is_least (&mend) && replan->walks > 1)
        try_counts (&mend);
    gboolean done = is_least (&mend);
    zone->better |= cg_repair_compare (&mend.score, &before) < 0;
    write_back (replan, zone, part);
    return done;
}

/* ---- the piece ---- */

/* One round over all active parts; FALSE when a zone may still get better from a wider ring. */
static gboolean
mend_all (Replan *replan, guint32 ring, Zone *zone)
{
    const CgPartitionProblem *problem = replan->problem;
    g_autofree guint8 *done = g_new0 (guint8, (gsize) problem->n + 1);
    gboolean all = TRUE;
    zone->better = FALSE;
    if (find_active (replan) == 0)
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
    replan->want = g_new (guint32, n);
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
    gpointer all[] = { replan->origin, replan->origin_count, replan->want, replan->home, replan->sum, replan->count, replan->active,
                       replan->depth, replan->number, replan->local, replan->queue };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
}

static gboolean
is_out (const Replan *replan)
{
    for (guint32 p = 0; p < replan->problem->n; p++)
        if (replan->count[p] > 0 && cg_problem_violation (replan->problem, replan->sum[p]) > 0)
            return TRUE;
    return FALSE;
}

/* Where a third of all households is not at home from the start, being near the old plan is a matter of
 * chance: a large piece then gets one short walk for each grid. */
static void
set_care (Replan *replan)
{
    const CgPartitionProblem *problem = replan->problem;
    gint64 away = 0;
    for (guint32 v = 0; v < problem->n; v++)
        if (replan->home[v] != CG_NONE && replan->home[v] != replan->part[v])
            away += problem->weight[v];
    gboolean hopeless = problem->n > LARGE && 3 * away > problem->total;
    replan->walks = hopeless ? 1 : WALKS;
    replan->passes = hopeless ? 1 : PASSES;
}

static void
mend_rings (Replan *replan)
{
    gsize n = (gsize) replan->problem->n + 1;
    Zone zone = { .node = g_new (guint32, n), .part = g_new (guint32, n) };
    add_sums (replan, NULL, replan->problem->n, 1);
    memcpy (replan->origin, replan->part, sizeof (guint32) * replan->problem->n);
    memcpy (replan->origin_count, replan->count, sizeof (guint32) * replan->problem->n);
    set_care (replan);
    for (guint pass = 0; pass < replan->passes && !cg_work_is_over (replan->work); pass++) {
        gboolean out = is_out (replan);
        guint32 widest = MIN (replan->problem->n, ZONE_NODES);
        if (mend_all (replan, out ? 1u << pass : 1 + pass % 2, &zone)
            || (zone.widest >= replan->problem->n && !(zone.better && out))
            || (pass > 0 && !zone.better && (!out || zone.widest >= widest)))
            break;
    }
    g_free (zone.node);
    g_free (zone.part);
}

CgReplanEnd
cg_replan_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of,
               guint32 *out_node)
{
    Replan replan;
    CgReplanEnd end = CG_REPLAN_DONE;
    replan_init (&replan, problem, work, part_of);
    if (start_plan (&replan, &end, out_node))
        mend_rings (&replan);
    replan_done (&replan);
    return end;
}

void
cg_replan_from (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    Replan replan;
    gsize n = problem->n, n_overlaps;
    replan_init (&replan, problem, work, part_of);
    memcpy (replan.home, problem->old, sizeof (guint32) * n);
    guint32 n_parts = cg_assign_number (part_of, n, NULL);
    guint32 n_old = cg_assign_number (replan.home, n, NULL);
    g_autofree guint32 *continued = g_new (guint32, (gsize) n_parts + 1);
    g_autofree guint32 *part = g_new (guint32, (gsize) n_old + 1);
    g_autofree CgOverlap *overlap
        = cg_assign_overlaps (part_of, replan.home, problem->weight, n, &n_overlaps);
    cg_assign_run (n_parts, n_old, overlap, n_overlaps, continued);
    for (guint32 label = 0; label < n_old; label++)
        part[label] = (guint32) n;
    for (guint32 p = 0; p < n_parts; p++)
        if (continued[p] != CG_NONE)
            part[continued[p]] = p;
    for (gsize v = 0; v < n; v++)
        replan.home[v] = replan.home[v] == CG_NONE ? CG_NONE : part[replan.home[v]];
    mend_rings (&replan);
    replan_done (&replan);
}
