#include "partition/partition_internal.h"

/* Annealing in households: what is missing to the bounds, what moves, and a trace of the energy as
 * guide between equals. Money is 1 / 1024 of a household. */
enum {
    HOUSEHOLD = 1 << 10,
    NODE = HOUSEHOLD / 4,     /* a node that moves, whatever its weight               */
    SLOPE = 3 * HOUSEHOLD / 2, /* a household missing to the bounds: dearer than one that moves, and
                                  cheap enough to be handed on from part to part        */
    SHADE_BITS = 16,
    LEVELS = 64,
    COOLING = 233,            /* of 256 from level to level: 1 / 390 over all levels  */
    SPLIT_TREES = 12
};

static const gint64 MOST = G_GINT64_CONSTANT (1) << 38; /* households, so that no product overflows */

typedef struct {
    CgRepair *zone;
    CgPartitionWork *work;
    CgPartitionState *state;
    gint64 temperature, step, shade;
    guint64 proposals;          /* made so far */
    CgRepairScore now, best;
    guint32 *best_part;
} Walk;

int
cg_repair_compare (const CgRepairScore *a, const CgRepairScore *b)
{
    if (a->violation != b->violation)
        return a->violation < b->violation ? -1 : 1;
    if (a->exceptions != b->exceptions)
        return a->exceptions < b->exceptions ? -1 : 1;
    if (a->moved != b->moved)
        return a->moved < b->moved ? -1 : 1;
    if (a->nodes != b->nodes)
        return a->nodes < b->nodes ? -1 : 1;
    return a->energy < b->energy ? -1 : a->energy > b->energy;
}

CgRepairScore
cg_repair_score (const CgPartitionProblem *problem, const guint32 *home, const guint32 *part_of)
{
    CgPartitionScore plain = cg_problem_score (problem, part_of);
    CgRepairScore score = { .violation = plain.violation, .exceptions = plain.exceptions,
                            .energy = plain.energy };
    for (guint32 v = 0; v < problem->n; v++)
        if (home[v] != CG_NONE && home[v] != part_of[v]) {
            score.moved += problem->weight[v];
            score.nodes++;
        }
    return score;
}

/* ---- one step ---- */

static inline gint64
fine (const Walk *walk, gint64 violation)
{
    return violation > 0 ? walk->step + SLOPE * MIN (violation, MOST) : 0;
}

/* -ln (u) for u uniform, times the temperature, by the place of the first bit: near enough for
 * Metropolis and the same everywhere. */
static inline gint64
draw_threshold (const Walk *walk, guint64 bits)
{
    guint zeros = (guint) __builtin_clzll (bits | 1 << 20);
    gint64 log2 = ((gint64) zeros << 12) + (4095 - (gint64) ((bits << zeros >> 51) & 4095));
    return walk->temperature * (log2 * 45426 >> 16) >> 12;
}

typedef struct {
    gint64 violation, balance, cut, moved;
    gint32 exceptions, nodes;
    gint64 money;
} Change;

static inline void
change_sum (const Walk *walk, Change *change, guint32 part, gint64 by, gboolean empties)
{
    const CgPartitionProblem *problem = walk->zone->problem;
    gint64 sum = walk->state->parts[part].sum;
    gboolean used = walk->state->parts[part].count > 0;
    gint64 before = used ? cg_problem_violation (problem, sum) : 0;
    gint64 after = empties ? 0 : cg_problem_violation (problem, sum + by);
    change->violation += after - before;
    change->exceptions += (after > 0) - (before > 0);
    change->balance += (empties ? 0 : cg_problem_balance (problem, sum + by))
                       - (used ? cg_problem_balance (problem, sum) : 0);
    change->money += fine (walk, after) - fine (walk, before);
}

static inline void
change_home (const Walk *walk, Change *change, guint32 node, guint32 from, guint32 to)
{
    guint32 home = walk->zone->home[node];
    gint32 nodes = (home == from) - (home == to);
    gint64 weight = walk->zone->problem->weight[node];
    if (home == CG_NONE)
        return;
    change->nodes += nodes;
    change->moved += nodes * weight;
    change->money += nodes * (weight * HOUSEHOLD + NODE);
}

static inline gint64
cut_growth (const CgPartitionState *state, guint32 node, guint32 to)
{
    return state->node[node].own - cg_state_cost_to (state, node, to);
}

static inline gboolean
is_cheap (const Walk *walk, Change *change, gint64 threshold)
{
    gint64 energy = CLAMP (change->cut + change->balance, -(MOST >> 4), MOST >> 4);
    change->money += (energy * walk->shade) >> SHADE_BITS;
    return change->money <= threshold;
}

static void
book (Walk *walk, const Change *change)
{
    walk->now.violation += change->violation;
    walk->now.exceptions += (guint32) change->exceptions;
    walk->now.moved += change->moved;
    walk->now.nodes += (guint32) change->nodes;
    walk->now.energy += change->cut + change->balance;
    if (cg_repair_compare (&walk->now, &walk->best) >= 0)
        return;
    walk->best = walk->now;
    memcpy (walk->best_part, walk->state->part, sizeof (guint32) * walk->zone->problem->n);
}

/* node leaves for the part of `other`; `other`, or a node beside it, comes back. */
static void
propose_swap (Walk *walk, guint32 node, guint32 other, gint64 threshold)
{
    CgPartitionState *state = walk->state;
    const CgPartitionProblem *problem = walk->zone->problem;
    guint32 from = state->part[node], to = state->part[other];
    guint32 degree = problem->wall[other] - problem->first[other];
    guint32 draw = cg_random_below (&walk->work->random, 2 * degree);
    if (draw < degree && state->part[problem->link[problem->first[other] + draw].target] == to)
        other = problem->link[problem->first[other] + draw].target;
    if (walk->zone->fixed[other] || state->parts[from].count == 1 || state->parts[to].count == 1
        || !cg_state_touches (state, other, from, node)
        || !cg_state_touches (state, node, to, other))
        return;
    Change change = { .cut = cut_growth (state, node, to)
                             + cut_growth (state, other, from) };
    gint64 by = (gint64) problem->weight[other] - problem->weight[node];
    for (guint32 i = problem->first[node]; i < problem->first[node + 1]; i++)
        if (problem->link[i].target == other)
            change.cut += 2 * (gint64) problem->link[i].cost;
    change_sum (walk, &change, from, by, FALSE);
    change_sum (walk, &change, to, -by, FALSE);
    change_home (walk, &change, node, from, to);
    change_home (walk, &change, other, to, from);
    if (!is_cheap (walk, &change, threshold) || !cg_state_can_leave (state, node))
        return;
    cg_state_shift (state, node, to);
    if (cg_state_can_leave (state, other) && cg_state_touches (state, other, from, CG_NONE)) {
        cg_state_shift (state, other, from);
        book (walk, &change);
    } else {
        cg_state_shift (state, node, from);
    }
}

/* What a shift of node to part `to` changes. */
static inline Change
look_at_shift (const Walk *walk, guint32 node, guint32 to)
{
    const CgPartitionState *state = walk->state;
    guint32 from = state->part[node];
    gint64 weight = walk->zone->problem->weight[node];
    Change change = { .cut = cut_growth (state, node, to) };
    change_sum (walk, &change, from, -weight, state->parts[from].count == 1);
    change_sum (walk, &change, to, weight, FALSE);
    change_home (walk, &change, node, from, to);
    return change;
}

static void
propose (Walk *walk)
{
    CgPartitionState *state = walk->state;
    guint64 bits = cg_random_bits (&walk->work->random);
    const guint32 *edge = state->edge[state->cut[((bits & G_MAXUINT32) * state->n_cut) >> 32]];
    guint32 node = edge[bits >> 32 & 1], other = edge[~bits >> 32 & 1], to = state->part[other];
    if (walk->zone->fixed[node])
        return;
    gint64 threshold = draw_threshold (walk, cg_random_bits (&walk->work->random));
    Change change = look_at_shift (walk, node, to);
    if (!is_cheap (walk, &change, threshold)) {
        if ((bits >> 48 & 3) == 0)
            propose_swap (walk, node, other, threshold);
    } else if (cg_state_can_leave (state, node)) {
        cg_state_shift (state, node, to);
        book (walk, &change);
    }
}

/* ---- walks ---- */

static void
set_walk (Walk *walk, const guint32 *part_of)
{
    cg_state_set (walk->state, part_of);
    walk->now = cg_repair_score (walk->zone->problem, walk->zone->home, part_of);
    if (cg_repair_compare (&walk->now, &walk->best) < 0) {
        walk->best = walk->now;
        memcpy (walk->best_part, part_of, sizeof (guint32) * walk->zone->problem->n);
    }
}

static gboolean
is_least (const Walk *walk)
{
    return walk->best.violation == 0 && walk->best.moved <= walk->zone->least;
}

static void
cool (Walk *walk, guint64 proposals, gint64 start)
{
    walk->temperature = start;
    for (guint level = 0; level < LEVELS; level++) {
        if (cg_work_is_over (walk->work) || is_least (walk))
            return;
        for (guint64 i = 0; i < proposals / LEVELS + 1 && walk->state->n_cut > 0; i++)
            propose (walk);
        walk->proposals += proposals / LEVELS + 1;
        walk->temperature = walk->temperature * COOLING >> 8;
    }
}

/* Takes every single step that makes the best plan better, until there is none. */
static void
descend (Walk *walk)
{
    CgPartitionState *state = walk->state;
    const CgPartitionProblem *problem = walk->zone->problem;
    gboolean better = TRUE;
    set_walk (walk, walk->best_part);
    for (guint round = 0; better && round < 64 && !cg_work_is_over (walk->work); round++) {
        better = FALSE;
        for (guint32 v = 0; v < problem->n; v++)
            for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
                guint32 to = state->part[problem->link[i].target];
                if (walk->zone->fixed[v] || to == state->part[v])
                    continue;
                Change change = look_at_shift (walk, v, to);
                CgRepairScore next = walk->now;
                next.violation += change.violation;
                next.exceptions += (guint32) change.exceptions;
                next.moved += change.moved;
                next.nodes += (guint32) change.nodes;
                next.energy += change.cut + change.balance;
                if (cg_repair_compare (&next, &walk->now) >= 0 || !cg_state_can_leave (state, v))
                    continue;
                cg_state_shift (state, v, to);
                book (walk, &change);
                better = TRUE;
            }
    }
}

static void
walk_init (Walk *walk, CgRepair *zone, CgPartitionWork *work, CgPartitionState *state,
           guint32 *best_part)
{
    const CgPartitionProblem *problem = zone->problem;
    *walk = (Walk){ .zone = zone, .work = work, .state = state, .best_part = best_part };
    walk->step = HOUSEHOLD * MIN (problem->target, MOST) / 8;
    gint64 shade = (HOUSEHOLD * MIN (problem->target, MOST) / 100) << SHADE_BITS;
    walk->shade = CLAMP (shade / problem->scale, 1, 1 << 24);
    walk->best.violation = G_MAXINT64;
}

guint64
cg_repair_run (CgRepair *zone, CgPartitionWork *work, guint proposals, guint walks,
               const guint32 *start, guint32 *part_of)
{
    const CgPartitionProblem *problem = zone->problem;
    g_autoptr (CgPartitionState) state = cg_state_new (problem);
    g_autofree guint32 *best_part = g_memdup2 (part_of, sizeof (guint32) * problem->n);
    Walk walk;
    walk_init (&walk, zone, work, state, best_part);
    set_walk (&walk, part_of);
    gint64 mean = problem->total / MAX (1, problem->n);
    gint64 first = 2 * HOUSEHOLD * MIN (MAX (mean, problem->target / 32), MOST);
    /* Two walks in a row that find nothing better are enough. */
    for (guint i = 0, idle = 0; i < walks && idle < 2 && !is_least (&walk); i++) {
        const CgRepairScore before = walk.best;
        set_walk (&walk, start);
        cool (&walk, (guint64) proposals * problem->n, first);
        idle = cg_repair_compare (&walk.best, &before) < 0 ? 0 : idle + 1;
    }
    descend (&walk);
    memcpy (part_of, best_part, sizeof (guint32) * problem->n);
    return walk.proposals;
}

/* ---- one grid more, one grid less ---- */

typedef struct {
    const CgRepair *zone;
    const guint32 *part_of;
    guint32 *member, n; /* nodes of the part                        */
    guint32 *order;     /* [n] of a random tree over them, root first */
    guint32 *parent;    /* by node                                  */
    gint64 *sum, total; /* of the subtree; of all                   */
    guint8 *locked;     /* by node: something below is fixed        */
    guint8 *cut;        /* by node: on the side that becomes a part */
    gint64 violation, moved;
} Cutter;

/* The front is drawn from at random: trees of all shapes. */
static void
grow_tree (Cutter *cutter, CgRandom *random)
{
    const CgPartitionProblem *problem = cutter->zone->problem;
    guint32 tail = 0, root = cutter->member[cg_random_below (random, cutter->n)];
    guint32 part = cutter->part_of[root];
    for (guint32 k = 0; k < cutter->n; k++)
        cutter->parent[cutter->member[k]] = CG_NONE;
    cutter->order[tail++] = root;
    cutter->parent[root] = root;
    for (guint32 head = 0; head < tail; head++) {
        guint32 pick = head + cg_random_below (random, tail - head), v = cutter->order[pick];
        cutter->order[pick] = cutter->order[head];
        cutter->order[head] = v;
        cutter->sum[v] = problem->weight[v];
        cutter->locked[v] = cutter->zone->fixed[v];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (cutter->part_of[to] != part || cutter->parent[to] != CG_NONE)
                continue;
            cutter->parent[to] = v;
            cutter->order[tail++] = to;
        }
    }
}

/* Takes the best branch of the tree where it is better than those of the trees before. */
static void
cut_tree (Cutter *cutter)
{
    const CgPartitionProblem *problem = cutter->zone->problem;
    guint32 branch = CG_NONE;
    for (guint32 k = cutter->n; k-- > 1;) {
        guint32 v = cutter->order[k];
        cutter->sum[cutter->parent[v]] += cutter->sum[v];
        cutter->locked[cutter->parent[v]] |= cutter->locked[v];
        gint64 violation = cg_problem_violation (problem, cutter->sum[v])
                           + cg_problem_violation (problem, cutter->total - cutter->sum[v]);
        if (cutter->locked[v] || violation > cutter->violation
            || (violation == cutter->violation && cutter->sum[v] >= cutter->moved))
            continue;
        cutter->violation = violation;
        cutter->moved = cutter->sum[v];
        branch = v;
    }
    for (guint32 k = 0; k < cutter->n && branch != CG_NONE; k++) {
        guint32 v = cutter->order[k];
        cutter->cut[v] = v == branch || (k > 0 && cutter->cut[cutter->parent[v]]);
    }
}

gboolean
cg_repair_split (const CgRepair *zone, CgPartitionWork *work, guint32 part, guint32 fresh,
                 guint32 *part_of)
{
    gsize n = zone->problem->n;
    g_autofree guint32 *member = g_new (guint32, n), *order = g_new (guint32, n);
    g_autofree guint32 *parent = g_new (guint32, n);
    g_autofree gint64 *sum = g_new (gint64, n);
    g_autofree guint8 *locked = g_new (guint8, n), *cut = g_new0 (guint8, n);
    Cutter cutter = { .zone = zone, .part_of = part_of, .member = member, .order = order,
                      .parent = parent, .sum = sum, .locked = locked, .cut = cut,
                      .violation = G_MAXINT64 };
    for (guint32 v = 0; v < n; v++)
        if (part_of[v] == part) {
            member[cutter.n++] = v;
            cutter.total += zone->problem->weight[v];
        }
    for (guint tree = 0; tree < SPLIT_TREES && cutter.n > 1; tree++) {
        grow_tree (&cutter, &work->random);
        cut_tree (&cutter);
    }
    for (guint32 k = 0; k < cutter.n; k++)
        if (cut[member[k]])
            part_of[member[k]] = fresh;
    return cutter.violation < G_MAXINT64;
}

gboolean
cg_repair_dissolve (const CgRepair *zone, guint32 part, guint32 *part_of)
{
    const CgPartitionProblem *problem = zone->problem;
    g_autofree gint64 *sum = g_new0 (gint64, (gsize) problem->n + 1);
    guint32 left = 0;
    for (guint32 v = 0; v < problem->n; v++) {
        sum[part_of[v]] += problem->weight[v];
        left += part_of[v] == part;
        if (part_of[v] == part && zone->fixed[v])
            return FALSE;
    }
    for (; left > 0; left--) {
        guint32 node = CG_NONE, best = CG_NONE;
        for (guint32 v = 0; v < problem->n; v++)
            for (guint32 i = problem->first[v]; part_of[v] == part && i < problem->wall[v]; i++) {
                guint32 to = part_of[problem->link[i].target];
                if (to != part && (best == CG_NONE || sum[to] < sum[best])) {
                    best = to;
                    node = v;
                }
            }
        if (node == CG_NONE)
            return FALSE;
        part_of[node] = best;
        sum[best] += problem->weight[node];
    }
    return TRUE;
}
