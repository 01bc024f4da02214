#include "partition/partition_internal.h"

CgPartitionState *
cg_state_new (const CgPartitionProblem *problem)
{
    gsize n = (gsize) problem->n + 1;
    CgPartitionState *state = g_new0 (CgPartitionState, 1);
    state->problem = problem;
    state->part = g_new0 (guint32, n);
    state->sum = g_new0 (gint64, n);
    state->cost = g_new0 (gint64, n);
    state->count = g_new0 (guint32, n);
    state->anchor = problem->old != NULL ? g_new0 (guint32, n) : NULL;
    state->spare = g_new0 (guint32, n);
    state->outer = g_new0 (guint32, n);
    state->border = g_new0 (guint32, n);
    state->place = g_new0 (guint32, n);
    state->seen = g_new0 (guint32, n);
    state->queue = g_new0 (guint32, n);
    state->local = g_new0 (guint32, n);
    return state;
}

void
cg_state_free (CgPartitionState *state)
{
    if (state == NULL)
        return;
    g_free (state->part);
    g_free (state->sum);
    g_free (state->cost);
    g_free (state->count);
    g_free (state->anchor);
    g_free (state->spare);
    g_free (state->outer);
    g_free (state->border);
    g_free (state->place);
    g_free (state->seen);
    g_free (state->queue);
    g_free (state->local);
    g_free (state);
}

static void
border_add (CgPartitionState *state, guint32 node)
{
    state->place[node] = state->n_border;
    state->border[state->n_border++] = node;
}

static void
border_remove (CgPartitionState *state, guint32 node)
{
    guint32 last = state->border[--state->n_border], place = state->place[node];
    state->border[place] = last;
    state->place[last] = place;
}

static void
find_border (CgPartitionState *state)
{
    const CgPartitionProblem *problem = state->problem;
    state->n_border = 0;
    for (guint32 v = 0; v < problem->n; v++) {
        state->outer[v] = 0;
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
            state->outer[v] += state->part[problem->link[i].target] != state->part[v];
        if (state->outer[v] > 0)
            border_add (state, v);
    }
}

typedef struct {
    guint32 part, old;
    gint64 weight;
} Overlap;

static gint
compare_overlap (gconstpointer a, gconstpointer b)
{
    const Overlap *first = a, *second = b;
    if (first->weight != second->weight)
        return first->weight > second->weight ? -1 : 1;
    if (first->part != second->part)
        return first->part < second->part ? -1 : 1;
    return first->old < second->old ? -1 : first->old > second->old;
}

static gint
compare_pair (gconstpointer a, gconstpointer b)
{
    const Overlap *first = a, *second = b;
    if (first->part != second->part)
        return first->part < second->part ? -1 : 1;
    return first->old < second->old ? -1 : first->old > second->old;
}

/* Which old part each part continues: largest shared weight first, each old part once. */
static void
find_anchors (CgPartitionState *state)
{
    const CgPartitionProblem *problem = state->problem;
    g_autoptr (GArray) shared = g_array_new (FALSE, FALSE, sizeof (Overlap));
    g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
    for (guint32 v = 0; v < problem->n; v++) {
        Overlap one = { state->part[v], problem->old[v], (gint64) problem->weight[v] + 1 };
        state->anchor[v] = CG_NONE;
        if (one.old != CG_NONE)
            g_array_append_val (shared, one);
    }
    g_array_sort (shared, compare_pair);
    guint kept = 0;
    for (guint i = 0; i < shared->len; i++) {
        Overlap *one = &g_array_index (shared, Overlap, i);
        Overlap *last = kept > 0 ? &g_array_index (shared, Overlap, kept - 1) : NULL;
        if (last != NULL && compare_pair (last, one) == 0)
            last->weight += one->weight;
        else
            g_array_index (shared, Overlap, kept++) = *one;
    }
    g_array_set_size (shared, kept);
    g_array_sort (shared, compare_overlap);
    for (guint i = 0; i < kept; i++) {
        const Overlap *one = &g_array_index (shared, Overlap, i);
        gpointer key = GUINT_TO_POINTER (one->old);
        if (state->anchor[one->part] == CG_NONE && g_hash_table_add (used, key))
            state->anchor[one->part] = one->old;
    }
}

void
cg_state_set (CgPartitionState *state, const guint32 *part_of)
{
    const CgPartitionProblem *problem = state->problem;
    for (guint32 p = 0; p < problem->n; p++) {
        state->sum[p] = 0;
        state->count[p] = 0;
    }
    for (guint32 v = 0; v < problem->n; v++) {
        state->part[v] = part_of[v];
        state->sum[part_of[v]] += problem->weight[v];
        state->count[part_of[v]]++;
    }
    state->n_spare = 0;
    for (guint32 p = problem->n; p-- > 0;) {
        state->cost[p] = state->count[p] > 0 ? cg_problem_part_cost (problem, state->sum[p]) : 0;
        if (state->count[p] == 0)
            state->spare[state->n_spare++] = p;
    }
    if (state->anchor != NULL)
        find_anchors (state);
    find_border (state);
}

CgPartitionScore
cg_state_score (const CgPartitionState *state)
{
    CgPartitionScore score = cg_problem_score (state->problem, state->part);
    if (state->anchor != NULL)
        for (guint32 v = 0; v < state->problem->n; v++)
            score.energy += cg_state_move_cost (state, v, state->part[v]);
    return score;
}

void
cg_state_shift (CgPartitionState *state, guint32 node, guint32 to)
{
    const CgPartitionProblem *problem = state->problem;
    guint32 from = state->part[node], outer = 0;
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 next = problem->link[i].target, part = state->part[next];
        outer += part != to;
        if (part == from && state->outer[next]++ == 0)
            border_add (state, next);
        else if (part == to && --state->outer[next] == 0)
            border_remove (state, next);
    }
    if (state->outer[node] > 0 && outer == 0)
        border_remove (state, node);
    else if (state->outer[node] == 0 && outer > 0)
        border_add (state, node);
    state->outer[node] = outer;
    state->part[node] = to;
    state->sum[from] -= problem->weight[node];
    state->sum[to] += problem->weight[node];
    state->count[from]--;
    state->count[to]++;
    state->cost[from]
        = state->count[from] > 0 ? cg_problem_part_cost (problem, state->sum[from]) : 0;
    state->cost[to] = cg_problem_part_cost (problem, state->sum[to]);
}

/* Searches the part without node until all its neighbours of that part are met again. */
gboolean
cg_state_can_leave (CgPartitionState *state, guint32 node)
{
    const CgPartitionProblem *problem = state->problem;
    guint32 part = state->part[node], wanted = 0, start = CG_NONE;
    guint32 open = cg_state_next_stamp (state), met = open + 1;
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 next = problem->link[i].target;
        if (state->part[next] != part)
            continue;
        state->seen[next] = open;
        start = next;
        wanted++;
    }
    if (wanted < 2)
        return TRUE;
    guint32 *queue = state->queue, head = 0, tail = 0;
    state->seen[node] = met;
    state->seen[start] = met;
    queue[tail++] = start;
    wanted--;
    while (head < tail) {
        guint32 v = queue[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 next = problem->link[i].target;
            if (state->part[next] != part || state->seen[next] == met)
                continue;
            if (state->seen[next] == open && --wanted == 0)
                return TRUE;
            state->seen[next] = met;
            queue[tail++] = next;
        }
    }
    return FALSE;
}

guint32
cg_state_collect (CgPartitionState *state, guint32 node, guint32 *out)
{
    const CgPartitionProblem *problem = state->problem;
    guint32 part = state->part[node], stamp = cg_state_next_stamp (state), head = 0, tail = 0;
    state->seen[node] = stamp;
    out[tail++] = node;
    while (head < tail) {
        guint32 v = out[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 next = problem->link[i].target;
            if (state->part[next] != part || state->seen[next] == stamp)
                continue;
            state->seen[next] = stamp;
            out[tail++] = next;
        }
    }
    return tail;
}
