#include "partition/partition_internal.h"

/* A part that holds a node draws on what lies near by, however large the piece is. So one node, or a
 * few, may show that some part among theirs is out of range, whatever the rest is like. */
enum { MOST_CORE = 24, MOST_NEAR = 512, MOST_TRIES = 3, RINGS = 3, TRY_STEPS = 200000 };
#define MOST_SUM (G_GINT64_CONSTANT (1) << 20)

struct _CgLocal {
    const CgPartitionProblem *problem;
    const CgPartitionWork *work;
    guint64 steps;            /* left                                                        */
    gint64 *far;              /* [n] lightest way from the nodes, their own weight included  */
    guint32 *near, n_near;    /* nodes whose far is set; those beyond max come last          */
    guint32 n_reach;          /* of these, within max                                        */
    guint32 *queue;           /* [n + 1] ring                                                */
    guint8 *queued;           /* [n]                                                         */
    guint64 *sums;            /* bit s: some nodes weigh s                                   */
    guint32 *index;           /* [n] place in near                                           */
    /* The search for parts that take in the nodes of a core; nodes by their place in near. */
    guint32 core[MOST_CORE], n_core;
    guint8 used[MOST_NEAR], *seen;      /* seen: [MOST_CORE * MOST_NEAR] by depth               */
    guint32 *stack, n_stack;            /* nodes beside the part that grows                  */
    guint64 tries;
    gboolean gave_up;
};

CgLocal *
cg_local_new (const CgPartitionProblem *problem, guint64 steps, const CgPartitionWork *work)
{
    gsize n = (gsize) problem->n + 2;
    CgLocal *local = g_new0 (CgLocal, 1);
    local->problem = problem;
    local->work = work;
    local->steps = steps;
    local->far = g_new (gint64, n);
    local->near = g_new (guint32, n);
    local->queue = g_new (guint32, n);
    local->queued = g_new0 (guint8, n);
    local->index = g_new (guint32, n);
    local->sums = g_new0 (guint64, (gsize) CLAMP (problem->max, 0, MOST_SUM) / 64 + 2);
    local->seen = g_new0 (guint8, MOST_CORE * MOST_NEAR);
    local->stack = g_new (guint32, (gsize) MOST_CORE * MOST_NEAR);
    for (guint32 v = 0; v < problem->n; v++)
        local->far[v] = G_MAXINT64;
    return local;
}

void
cg_local_free (CgLocal *local)
{
    if (local == NULL)
        return;
    g_free (local->far);
    g_free (local->near);
    g_free (local->queue);
    g_free (local->queued);
    g_free (local->index);
    g_free (local->sums);
    g_free (local->seen);
    g_free (local->stack);
    g_free (local);
}

static gboolean
spend (CgLocal *local, guint64 steps)
{
    if (local->steps < steps || cg_work_is_over (local->work)) {
        local->steps = 0;
        return FALSE;
    }
    local->steps -= steps;
    return TRUE;
}

/* ---- what is near ---- */

static void
forget_near (CgLocal *local)
{
    for (guint32 i = 0; i < local->n_near; i++)
        local->far[local->near[i]] = G_MAXINT64;
    local->n_near = local->n_reach = 0;
}

/* Nodes that a part with one of these may hold without going above max, then those beside them. */
static gboolean
find_near (CgLocal *local, const guint32 *node, guint32 n)
{
    const CgPartitionProblem *problem = local->problem;
    guint32 head = 0, tail = 0, size = problem->n + 1;
    guint64 steps = 0;
    forget_near (local);
    for (guint32 k = 0; k < n; k++) {
        local->far[node[k]] = problem->weight[node[k]];
        local->near[local->n_near++] = node[k];
        local->queue[tail++] = node[k];
        local->queued[node[k]] = 1;
    }
    for (; head != tail; head = (head + 1) % size) {
        guint32 v = local->queue[head];
        local->queued[v] = 0;
        steps += problem->wall[v] - problem->first[v] + 1;
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            gint64 far = local->far[v] + problem->weight[to];
            if (far > problem->max || far >= local->far[to])
                continue;
            if (local->far[to] == G_MAXINT64)
                local->near[local->n_near++] = to;
            local->far[to] = far;
            if (local->queued[to])
                continue;
            local->queued[to] = 1;
            local->queue[tail] = to;
            tail = (tail + 1) % size;
        }
    }
    local->n_reach = local->n_near;
    for (guint32 k = 0; k < local->n_reach; k++) {
        guint32 v = local->near[k];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (local->far[to] != G_MAXINT64)
                continue;
            local->far[to] = problem->max + 1;
            local->near[local->n_near++] = to;
        }
    }
    return spend (local, steps);
}

/* ---- sums ---- */

static gboolean
has_sum (const CgLocal *local, gint64 from, gint64 to)
{
    for (gint64 word = from / 64; word <= to / 64; word++) {
        guint64 bits = local->sums[word];
        if (word == from / 64)
            bits &= ~G_GUINT64_CONSTANT (0) << (from % 64);
        if (word == to / 64)
            bits &= ~G_GUINT64_CONSTANT (0) >> (63 - to % 64);
        if (bits != 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_weight (CgLocal *local, gint64 weight, gint64 most)
{
    gint64 words = weight / 64, shift = weight % 64;
    if (weight == 0 || weight > most)
        return;
    for (gint64 w = most / 64; w >= words; w--) {
        guint64 bits = local->sums[w - words] << shift;
        if (shift > 0 && w > words)
            bits |= local->sums[w - words - 1] >> (64 - shift);
        local->sums[w] |= bits;
    }
}

/* The first set above max on the way to any heavier one is one node more than a set within reach. */
static gint64
least_above (const CgLocal *local, gint64 below)
{
    const CgPartitionProblem *problem = local->problem;
    gint64 above = G_MAXINT64;
    for (guint32 k = 0; k < local->n_near; k++) {
        gint64 weight = problem->weight[local->near[k]], sum = MAX (0, problem->max + 1 - weight);
        while (sum <= below && sum + weight < above && !has_sum (local, sum, sum))
            sum++;
        if (sum <= below)
            above = MIN (above, sum + weight);
    }
    return above;
}

gboolean
cg_local_sums (CgLocal *local, guint32 node, gint64 *out_below, gint64 *out_above)
{
    const CgPartitionProblem *problem = local->problem;
    gint64 own = problem->weight[node];
    if (problem->min == 0 || own > problem->max || problem->max > MOST_SUM
        || problem->total < problem->min || !find_near (local, &node, 1)
        || !spend (local, (guint64) local->n_near * 4))
        return FALSE;
    memset (local->sums, 0, sizeof (guint64) * ((gsize) problem->max / 64 + 1));
    local->sums[own / 64] = G_GUINT64_CONSTANT (1) << (own % 64);
    for (guint32 k = 1; k < local->n_reach; k++) {
        add_weight (local, problem->weight[local->near[k]], problem->max);
        if (has_sum (local, problem->min, problem->max))
            return FALSE;
    }
    if (has_sum (local, problem->min, problem->max))
        return FALSE;
    gint64 below = problem->min - 1;
    while (!has_sum (local, below, below))
        below--;
    *out_below = below;
    *out_above = least_above (local, below);
    return TRUE;
}

/* ---- separate parts that take in all nodes of a core ---- */

static gboolean cover_from (CgLocal *local, guint depth);

static guint32
push_beside (CgLocal *local, guint depth, guint32 place)
{
    const CgPartitionProblem *problem = local->problem;
    guint32 v = local->near[place], before = local->n_stack;
    guint8 *seen = local->seen + (gsize) depth * MOST_NEAR;
    for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
        guint32 to = problem->link[i].target;
        if (local->far[to] > problem->max)
            continue;
        guint32 at = local->index[to];
        if (seen[at] || local->used[at])
            continue;
        seen[at] = 1;
        local->stack[local->n_stack++] = at;
    }
    return before;
}

static void
pop_beside (CgLocal *local, guint depth, guint32 before)
{
    guint8 *seen = local->seen + (gsize) depth * MOST_NEAR;
    while (local->n_stack > before)
        seen[local->stack[--local->n_stack]] = 0;
}

/* Every connected set that goes on from the part so far by nodes of the stack from `begin` on. */
static gboolean
grow (CgLocal *local, guint depth, gint64 sum, guint32 begin)
{
    const CgPartitionProblem *problem = local->problem;
    if (local->tries == 0) {
        local->gave_up = TRUE;
        return FALSE;
    }
    local->tries--;
    if (sum >= problem->min && cover_from (local, depth + 1))
        return TRUE;
    guint32 end = local->n_stack;
    for (guint32 i = begin; i < end && !local->gave_up; i++) {
        guint32 place = local->stack[i];
        gint64 grown = sum + problem->weight[local->near[place]];
        if (grown > problem->max)
            continue;
        local->used[place] = 1;
        guint32 before = push_beside (local, depth, place);
        gboolean found = grow (local, depth, grown, i + 1);
        pop_beside (local, depth, before);
        local->used[place] = 0;
        if (found)
            return TRUE;
    }
    return FALSE;
}

static gboolean
cover_from (CgLocal *local, guint depth)
{
    guint32 k = 0;
    while (k < local->n_core && local->used[local->core[k]])
        k++;
    if (k == local->n_core)
        return TRUE;
    guint32 place = local->core[k];
    guint8 *seen = local->seen + (gsize) depth * MOST_NEAR;
    local->used[place] = seen[place] = 1;
    guint32 before = push_beside (local, depth, place);
    gboolean found = grow (local, depth, local->problem->weight[local->near[place]], before);
    pop_beside (local, depth, before);
    local->used[place] = seen[place] = 0;
    return found;
}

/* TRUE: no separate parts within bounds take in all these nodes, none of which is above max. */
static gboolean
is_barred (CgLocal *local, const guint32 *node, guint32 n)
{
    if (n == 0 || !find_near (local, node, n) || local->n_reach > MOST_NEAR)
        return FALSE;
    for (guint32 k = 0; k < local->n_reach; k++)
        local->index[local->near[k]] = k;
    for (guint32 k = 0; k < n; k++)
        local->core[k] = k;
    local->n_core = n;
    local->gave_up = FALSE;
    guint64 given = local->tries = MIN (local->steps, TRY_STEPS);
    gboolean found = cover_from (local, 0);
    return spend (local, given - local->tries) && !found && !local->gave_up;
}

/* Nodes are left out one by one while what is left still shows it. */
static void
reduce (CgLocal *local, GArray *core)
{
    for (guint i = core->len; i-- > 0 && core->len > 1;) {
        guint32 node = g_array_index (core, guint32, i);
        g_array_remove_index (core, i);
        if (!is_barred (local, (guint32 *) (gpointer) core->data, core->len))
            g_array_insert_val (core, i, node);
    }
}

static gboolean
contains (const GArray *list, guint32 node)
{
    for (guint i = 0; i < list->len; i++)
        if (g_array_index (list, guint32, i) == node)
            return TRUE;
    return FALSE;
}

static void
add_to_core (const CgLocal *local, GArray *core, guint32 node, const guint8 *taken,
             const GArray *left_out)
{
    if (core->len < MOST_CORE && !taken[node] && local->problem->weight[node] <= local->problem->max
        && !contains (core, node) && !contains (left_out, node))
        g_array_append_val (core, node);
}

/* The part's nodes, then theirs beside, ring by ring, until they cannot all be served. */
static gboolean
find_core (CgLocal *local, const guint32 *node, guint32 n, const guint8 *taken,
           const GArray *left_out, GArray *core)
{
    const CgPartitionProblem *problem = local->problem;
    g_array_set_size (core, 0);
    for (guint32 k = 0; k < n; k++)
        add_to_core (local, core, node[k], taken, left_out);
    for (guint ring = 0, from = 0; ring <= RINGS; ring++) {
        guint end = core->len;
        if (from == end)
            return FALSE;
        if (is_barred (local, (guint32 *) (gpointer) core->data, end)) {
            reduce (local, core);
            return TRUE;
        }
        for (; from < end; from++) {
            guint32 v = g_array_index (core, guint32, from);
            for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
                add_to_core (local, core, problem->link[i].target, taken, left_out);
        }
    }
    return FALSE;
}

gboolean
cg_local_core (CgLocal *local, const guint32 *node, guint32 n, const guint8 *taken, GArray *core)
{
    g_autoptr (GArray) left_out = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (local->problem->min == 0)
        return FALSE;
    for (guint attempt = 0; attempt < MOST_TRIES && local->steps > 0; attempt++) {
        if (!find_core (local, node, n, taken, left_out, core))
            return FALSE;
        for (guint32 k = 0; k < n; k++)
            if (contains (core, node[k]))
                return TRUE;
        /* That is why some other part is outside. */
        g_array_append_vals (left_out, core->data, core->len);
    }
    return FALSE;
}
