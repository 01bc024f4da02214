#include "partition/partition_internal.h"

/* Beam search from a plan that is out of range. A step hands units over between two parts: one unit
 * of the part that is furthest out (or for it), those on the lightest way between it and the other
 * part, and whatever that cuts off. What makes the other part too large or too small is the next
 * step's business, so chains and exchanges come by themselves. States rank by households moved plus
 * those that must move yet; equal ones by how far they have come. */
enum {
    WIDTH = 3,          /* states kept for each two points of effort          */
    MOST_STEPS = 40,    /* one after the other                                */
    VISITS = 100000     /* of nodes, for each point of effort: bounds the time */
};

typedef struct {
    gint64 moved, over, under;
    guint32 exceptions, nodes;
    guint64 hash;
    guint32 *part;      /* [n]       */
    gint64 *sum;        /* [n + 1]   */
    guint32 *count;     /* [n + 1]   */
} Plan;

typedef struct {
    gint64 rank, rest;
    guint32 nodes, order;
    guint64 hash;
    guint32 plan, to;
    guint first, n;     /* of Beam.moving */
} Step;

typedef struct {
    gint64 distance;
    guint32 node;
} Reach;

typedef struct {
    const CgRepair *zone;
    CgPartitionWork *work;
    guint32 n, width;
    gint64 visits;
    Plan *plan, *next;      /* [width] */
    guint32 n_plans;
    CgRepairScore best;     /* energy is not looked at */
    guint32 *best_part;
    GArray *steps, *moving, *heap; /* of Step, guint32, Reach */
    GHashTable *seen;       /* hashes of plans; never walked through */
    gint64 *distance;       /* [n] by node */
    guint32 *before;        /* [n] by node: next on the way, CG_NONE at its end */
    guint32 *mark, stamp;   /* [n] */
    guint32 *queue, *set;   /* [n] */
} Beam;

/* ---- plans ---- */

static guint64
hash_of (guint32 node, guint32 part)
{
    return cg_random_mix (((guint64) node << 32 | part) + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
}

static void
plan_init (Plan *plan, guint32 n)
{
    plan->part = g_new (guint32, (gsize) n + 1);
    plan->sum = g_new (gint64, (gsize) n + 1);
    plan->count = g_new (guint32, (gsize) n + 1);
}

static void
plan_done (Plan *plan)
{
    g_free (plan->part);
    g_free (plan->sum);
    g_free (plan->count);
}

static void
plan_copy (Plan *to, const Plan *from, guint32 n)
{
    Plan own = *to;
    *to = *from;
    to->part = memcpy (own.part, from->part, sizeof (guint32) * n);
    to->sum = memcpy (own.sum, from->sum, sizeof (gint64) * n);
    to->count = memcpy (own.count, from->count, sizeof (guint32) * n);
}

static inline gboolean
is_away (const Beam *beam, guint32 node, guint32 part)
{
    return beam->zone->home[node] != CG_NONE && beam->zone->home[node] != part;
}

/* Takes a part into the figures (sign 1) or out of them (-1). */
static inline void
count_part (const CgPartitionProblem *problem, Plan *plan, guint32 part, gint64 sign)
{
    gint64 sum = plan->sum[part];
    if (plan->count[part] == 0)
        return;
    plan->over += sign * MAX (0, sum - problem->max);
    plan->under += sign * MAX (0, problem->min - sum);
    plan->exceptions += cg_problem_violation (problem, sum) > 0 ? (guint32) sign : 0;
}

static void
plan_set (const Beam *beam, Plan *plan, const guint32 *part_of)
{
    const CgPartitionProblem *problem = beam->zone->problem;
    plan->moved = plan->over = plan->under = 0;
    plan->exceptions = plan->nodes = 0;
    plan->hash = 0;
    memset (plan->sum, 0, sizeof (gint64) * beam->n);
    memset (plan->count, 0, sizeof (guint32) * beam->n);
    for (guint32 v = 0; v < beam->n; v++) {
        guint32 part = plan->part[v] = part_of[v];
        plan->sum[part] += problem->weight[v];
        plan->count[part]++;
        plan->hash ^= hash_of (v, part);
        if (is_away (beam, v, part)) {
            plan->moved += problem->weight[v];
            plan->nodes++;
        }
    }
    for (guint32 p = 0; p < beam->n; p++)
        count_part (problem, plan, p, 1);
}

/* Figures alone of a plan after some nodes of one part have gone to another. */
static void
look_ahead (const Beam *beam, const Plan *plan, const guint32 *node, guint32 n, guint32 to,
            Plan *after)
{
    const CgPartitionProblem *problem = beam->zone->problem;
    guint32 from = plan->part[node[0]];
    gint64 sum[2] = { plan->sum[from], plan->sum[to] };
    guint32 count[2] = { plan->count[from], plan->count[to] };
    *after = *plan;
    for (guint32 k = 0; k < n; k++) {
        guint32 v = node[k];
        gint64 weight = problem->weight[v];
        gint away = is_away (beam, v, to) - is_away (beam, v, from);
        after->moved += away * weight;
        after->nodes += (guint32) away;
        after->hash ^= hash_of (v, from) ^ hash_of (v, to);
        sum[0] -= weight;
        sum[1] += weight;
    }
    count[0] -= n;
    count[1] += n;
    Plan pair = { .sum = (gint64[]){ plan->sum[from], plan->sum[to] },
                  .count = (guint32[]){ plan->count[from], plan->count[to] } };
    count_part (problem, &pair, 0, -1);
    count_part (problem, &pair, 1, -1);
    pair.sum = sum;
    pair.count = count;
    count_part (problem, &pair, 0, 1);
    count_part (problem, &pair, 1, 1);
    after->over += pair.over;
    after->under += pair.under;
    after->exceptions += pair.exceptions;
}

static inline gint64
rest_of (const Plan *plan)
{
    return MAX (plan->over, plan->under);
}

/* FALSE: whatever follows is no better than the best. */
static gboolean
is_hopeful (const Beam *beam, const Plan *plan)
{
    return beam->best.violation > 0 || plan->moved + rest_of (plan) < beam->best.moved
           || (plan->over + plan->under == 0 && plan->moved == beam->best.moved
               && plan->nodes < beam->best.nodes);
}

static void
take_best (Beam *beam, const Plan *plan)
{
    CgRepairScore score = { .violation = plan->over + plan->under, .exceptions = plan->exceptions,
                            .moved = plan->moved, .nodes = plan->nodes,
                            .energy = beam->best.energy };
    if (cg_repair_compare (&score, &beam->best) >= 0)
        return;
    beam->best = score;
    memcpy (beam->best_part, plan->part, sizeof (guint32) * beam->n);
}

/* ---- ways ---- */

static void
heap_push (GArray *heap, Reach reach)
{
    g_array_append_val (heap, reach);
    Reach *list = (Reach *) (gpointer) heap->data;
    guint at = heap->len - 1;
    for (; at > 0 && reach.distance < list[(at - 1) / 2].distance; at = (at - 1) / 2)
        list[at] = list[(at - 1) / 2];
    list[at] = reach;
}

static Reach
heap_pop (GArray *heap)
{
    Reach *list = (Reach *) (gpointer) heap->data;
    Reach top = list[0], last = list[heap->len - 1];
    guint n = heap->len - 1, at = 0;
    g_array_set_size (heap, n);
    while (2 * at + 1 < n) {
        guint child = 2 * at + 1;
        if (child + 1 < n && list[child + 1].distance < list[child].distance)
            child++;
        if (list[child].distance >= last.distance)
            break;
        list[at] = list[child];
        at = child;
    }
    if (n > 0)
        list[at] = last;
    return top;
}

static void
reach (Beam *beam, const Plan *plan, guint32 node, guint32 before, gint64 base)
{
    const CgRepair *zone = beam->zone;
    if (zone->fixed[node])
        return;
    /* A node that is away costs nothing more wherever it goes; each node costs a little. */
    gint64 weight = zone->home[node] == plan->part[node] ? zone->problem->weight[node] : 0;
    gint64 distance = base + (weight << 8) + 1;
    if (beam->distance[node] <= distance)
        return;
    beam->distance[node] = distance;
    beam->before[node] = before;
    heap_push (beam->heap, (Reach){ distance, node });
}

/* Lightest ways from part `to`: into part `from`, or into every part beside it (CG_NONE). Reached
 * nodes come into queue[]; returns how many. */
static guint32
find_ways (Beam *beam, const Plan *plan, guint32 from, guint32 to)
{
    const CgPartitionProblem *problem = beam->zone->problem;
    guint32 count = 0;
    gint64 most = beam->best.violation > 0 ? G_MAXINT64 : (beam->best.moved - plan->moved + 1) << 8;
    for (guint32 v = 0; v < beam->n; v++)
        beam->distance[v] = G_MAXINT64;
    g_array_set_size (beam->heap, 0);
    for (guint32 v = 0; v < beam->n; v++) {
        gboolean beside = FALSE;
        if (plan->part[v] == to || (from != CG_NONE && plan->part[v] != from))
            continue;
        for (guint32 i = problem->first[v]; i < problem->wall[v] && !beside; i++)
            beside = plan->part[problem->link[i].target] == to;
        if (beside)
            reach (beam, plan, v, CG_NONE, 0);
    }
    while (beam->heap->len > 0) {
        Reach top = heap_pop (beam->heap);
        if (top.distance > beam->distance[top.node] || top.distance > most)
            continue;
        beam->queue[count++] = top.node;
        for (guint32 i = problem->first[top.node]; i < problem->wall[top.node]; i++) {
            guint32 next = problem->link[i].target;
            if (plan->part[next] == plan->part[top.node])
                reach (beam, plan, next, top.node, top.distance);
        }
    }
    beam->visits -= beam->n + 8 * count;
    return count;
}

/* Nodes of one part that are connected to start without marked ones; marks them. Appends them to
 * set[] from `at`; returns its new length. */
static guint32
flood (Beam *beam, const Plan *plan, guint32 start, guint32 at)
{
    const CgPartitionProblem *problem = beam->zone->problem;
    guint32 part = plan->part[start], head = at;
    beam->mark[start] = beam->stamp;
    beam->set[at++] = start;
    while (head < at) {
        guint32 v = beam->set[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 next = problem->link[i].target;
            if (plan->part[next] != part || beam->mark[next] == beam->stamp)
                continue;
            beam->mark[next] = beam->stamp;
            beam->set[at++] = next;
        }
    }
    beam->visits -= at;
    return at;
}

/* The way to node, and all that it cuts off the heaviest of what is left of its part: set[0..n-1].
 * 0: something fixed is cut off. */
static guint32
collect_step (Beam *beam, const Plan *plan, guint32 node)
{
    const CgPartitionProblem *problem = beam->zone->problem;
    guint32 from = plan->part[node], n_way = 0;
    beam->stamp++;
    for (guint32 v = node; v != CG_NONE; v = beam->before[v]) {
        beam->mark[v] = beam->stamp;
        beam->set[n_way++] = v;
    }
    /* Pieces start at neighbours of the way: every other node of the part hangs on one. */
    guint32 n = n_way, main_first = n_way, main_end = n_way;
    gint64 main_sum = -1;
    for (guint32 k = 0; k < n_way && n < plan->count[from]; k++)
        for (guint32 i = problem->first[beam->set[k]]; i < problem->wall[beam->set[k]]; i++) {
            guint32 next = problem->link[i].target, first = n;
            gint64 sum = 0;
            if (plan->part[next] != from || beam->mark[next] == beam->stamp)
                continue;
            n = flood (beam, plan, next, n);
            for (guint32 j = first; j < n; j++)
                sum += problem->weight[beam->set[j]];
            if (sum > main_sum) {
                main_sum = sum;
                main_first = first;
                main_end = n;
            }
        }
    memmove (beam->set + main_first, beam->set + main_end, sizeof (guint32) * (n - main_end));
    n -= main_end - main_first;
    for (guint32 k = n_way; k < n; k++)
        if (beam->zone->fixed[beam->set[k]])
            return 0;
    return n;
}

/* ---- steps ---- */

static void
propose_step (Beam *beam, guint32 number, guint32 node, guint32 to)
{
    const Plan *plan = &beam->plan[number];
    Plan after;
    guint32 n = collect_step (beam, plan, node);
    if (n == 0)
        return;
    look_ahead (beam, plan, beam->set, n, to, &after);
    if (!is_hopeful (beam, &after))
        return;
    Step step = { .rank = after.moved + rest_of (&after), .rest = after.over + after.under,
                  .nodes = after.nodes, .order = beam->steps->len, .hash = after.hash,
                  .plan = number, .to = to, .first = beam->moving->len, .n = n };
    g_array_append_vals (beam->moving, beam->set, n);
    g_array_append_val (beam->steps, step);
}

/* The part that is furthest out of range; CG_NONE: none. */
static guint32
furthest_out (const Beam *beam, const Plan *plan)
{
    guint32 worst = CG_NONE;
    gint64 most = 0;
    for (guint32 p = 0; p < beam->n; p++) {
        gint64 off = plan->count[p] > 0 ? cg_problem_violation (beam->zone->problem, plan->sum[p]) : 0;
        if (off > most) {
            most = off;
            worst = p;
        }
    }
    return worst;
}

static void
propose_ways (Beam *beam, guint32 number, guint32 from, guint32 to)
{
    const Plan *plan = &beam->plan[number];
    guint32 count = find_ways (beam, plan, from, to);
    for (guint32 k = 0; k < count; k++) {
        guint32 node = beam->queue[k];
        propose_step (beam, number, node, to);
    }
}

static void
propose_from (Beam *beam, guint32 number)
{
    const CgPartitionProblem *problem = beam->zone->problem;
    const Plan *plan = &beam->plan[number];
    guint32 worst = furthest_out (beam, plan);
    if (worst == CG_NONE)
        return;
    if (plan->sum[worst] < problem->min)
        propose_ways (beam, number, CG_NONE, worst);
    /* A part that is too small may also be given away bit by bit. */
    g_autofree guint32 *beside = g_new (guint32, (gsize) beam->n + 1);
    guint32 n_beside = 0, stamp = ++beam->stamp;
    for (guint32 v = 0; v < beam->n; v++)
        for (guint32 i = problem->first[v]; plan->part[v] == worst && i < problem->wall[v]; i++) {
            guint32 to = plan->part[problem->link[i].target];
            if (to == worst || beam->mark[to] == stamp)
                continue;
            beam->mark[to] = stamp;
            beside[n_beside++] = to;
        }
    for (guint32 k = 0; k < n_beside; k++)
        propose_ways (beam, number, worst, beside[k]);
}

static gint
by_rank (gconstpointer a, gconstpointer b)
{
    const Step *first = a, *second = b;
    if (first->rank != second->rank)
        return first->rank < second->rank ? -1 : 1;
    if (first->rest != second->rest)
        return first->rest < second->rest ? -1 : 1;
    if (first->nodes != second->nodes)
        return first->nodes < second->nodes ? -1 : 1;
    return first->order < second->order ? -1 : first->order > second->order;
}

static void
take_step (Beam *beam, const Step *step, Plan *out)
{
    const CgPartitionProblem *problem = beam->zone->problem;
    const Plan *plan = &beam->plan[step->plan];
    const guint32 *node = &g_array_index (beam->moving, guint32, step->first);
    Plan after;
    guint32 from = plan->part[node[0]];
    look_ahead (beam, plan, node, step->n, step->to, &after);
    plan_copy (out, plan, beam->n);
    after.part = out->part;
    after.sum = out->sum;
    after.count = out->count;
    *out = after;
    for (guint32 k = 0; k < step->n; k++) {
        out->part[node[k]] = step->to;
        out->sum[from] -= problem->weight[node[k]];
        out->sum[step->to] += problem->weight[node[k]];
    }
    out->count[from] -= step->n;
    out->count[step->to] += step->n;
}

/* The best steps of all plans become the next plans. */
static void
advance (Beam *beam)
{
    guint32 taken = 0;
    g_array_set_size (beam->steps, 0);
    g_array_set_size (beam->moving, 0);
    for (guint32 k = 0; k < beam->n_plans && beam->visits > 0; k++)
        if (!cg_work_is_over (beam->work) && is_hopeful (beam, &beam->plan[k]))
            propose_from (beam, k);
    g_array_sort (beam->steps, by_rank);
    for (guint i = 0; i < beam->steps->len && taken < beam->width; i++) {
        const Step *step = &g_array_index (beam->steps, Step, i);
        guint64 *key = g_memdup2 (&step->hash, sizeof step->hash);
        if (!g_hash_table_add (beam->seen, key))
            continue;
        take_step (beam, step, &beam->next[taken]);
        take_best (beam, &beam->next[taken++]);
    }
    Plan *plan = beam->plan;
    beam->plan = beam->next;
    beam->next = plan;
    beam->n_plans = taken;
}

static void
beam_init (Beam *beam, const CgRepair *zone, CgPartitionWork *work, guint32 *best_part)
{
    gsize n = (gsize) zone->problem->n + 1;
    *beam = (Beam){ .zone = zone, .work = work, .n = zone->problem->n, .best_part = best_part,
                    .width = 2 + WIDTH * work->effort / 2,
                    .visits = (gint64) VISITS * work->effort };
    beam->plan = g_new0 (Plan, beam->width);
    beam->next = g_new0 (Plan, beam->width);
    for (guint32 k = 0; k < beam->width; k++) {
        plan_init (&beam->plan[k], beam->n);
        plan_init (&beam->next[k], beam->n);
    }
    beam->steps = g_array_new (FALSE, FALSE, sizeof (Step));
    beam->moving = g_array_new (FALSE, FALSE, sizeof (guint32));
    beam->heap = g_array_new (FALSE, FALSE, sizeof (Reach));
    beam->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    beam->distance = g_new (gint64, n);
    beam->before = g_new (guint32, n);
    beam->mark = g_new0 (guint32, n);
    beam->queue = g_new (guint32, n);
    beam->set = g_new (guint32, n);
}

static void
beam_done (Beam *beam)
{
    for (guint32 k = 0; k < beam->width; k++) {
        plan_done (&beam->plan[k]);
        plan_done (&beam->next[k]);
    }
    gpointer all[] = { beam->plan, beam->next, beam->distance, beam->before, beam->mark,
                       beam->queue, beam->set };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
    g_array_unref (beam->steps);
    g_array_unref (beam->moving);
    g_array_unref (beam->heap);
    g_hash_table_unref (beam->seen);
}

guint64
cg_transfer_run (const CgRepair *zone, CgPartitionWork *work, const guint32 *start,
                 guint32 *part_of)
{
    Beam beam;
    const gint64 most = (gint64) VISITS * work->effort;
    beam_init (&beam, zone, work, part_of);
    beam.best = cg_repair_score (zone->problem, zone->home, part_of);
    plan_set (&beam, &beam.plan[0], start);
    take_best (&beam, &beam.plan[0]);
    beam.n_plans = 1;
    for (guint step = 0; step < MOST_STEPS && beam.n_plans > 0 && beam.visits > 0; step++) {
        if (beam.best.violation == 0 && beam.best.moved <= zone->least)
            break;
        advance (&beam);
    }
    beam_done (&beam);
    return (guint64) (most - beam.visits);
}
