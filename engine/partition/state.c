#include "partition/partition_internal.h"

/* Numbers the joining links without direction. Links are sorted by target, so that those to lower
 * nodes come first and in the order in which the sweep meets their other ends. */
static void
number_edges (CgPartitionState *state)
{
    const CgPartitionProblem *problem = state->problem;
    g_autofree guint32 *next = g_memdup2 (problem->first, sizeof (guint32) * ((gsize) problem->n + 1));
    guint32 n_edges = 0;
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = next[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            state->edge[n_edges][0] = v;
            state->edge[n_edges][1] = to;
            state->edge_of[i] = state->edge_of[next[to]++] = n_edges++;
        }
}

CgPartitionState *
cg_state_new (const CgPartitionProblem *problem)
{
    gsize n = (gsize) problem->n + 1, links = (gsize) problem->first[problem->n] + 1;
    CgPartitionState *state = g_new0 (CgPartitionState, 1);
    state->problem = problem;
    state->part = g_new0 (guint32, n);
    state->node = g_new0 (CgStateNode, n);
    state->parts = g_new0 (CgStatePart, n);
    state->anchored = problem->old != NULL;
    state->spare = g_new0 (guint32, n);
    state->edge = g_malloc (sizeof *state->edge * (links / 2 + 1));
    state->edge_of = g_new (guint32, links);
    state->cut = g_new (guint32, links / 2 + 1);
    state->place = g_new (guint32, links / 2 + 1);
    state->seen = g_new0 (guint32, n);
    state->queue = g_new0 (guint32, n);
    state->local = g_new0 (guint32, n);
    for (guint32 v = 0; v < problem->n; v++)
        state->node[v] = (CgStateNode){ .first = problem->first[v], .wall = problem->wall[v],
                                        .end = problem->first[v + 1],
                                        .weight = problem->weight[v] };
    number_edges (state);
    return state;
}

void
cg_state_free (CgPartitionState *state)
{
    if (state == NULL)
        return;
    gpointer all[] = { state->part, state->node, state->parts, state->spare, state->edge,
                       state->edge_of, state->cut, state->place, state->seen, state->queue,
                       state->local };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
    g_free (state);
}

static inline void
cut_add (CgPartitionState *state, guint32 edge)
{
    state->place[edge] = state->n_cut;
    state->cut[state->n_cut++] = edge;
}

static inline void
cut_remove (CgPartitionState *state, guint32 edge)
{
    guint32 last = state->cut[--state->n_cut], place = state->place[edge];
    state->cut[place] = last;
    state->place[last] = place;
}

/* Adds a part to the totals (sign 1) or takes it out (-1). */
static inline void
count_part (CgPartitionState *state, const CgStatePart *part, gint sign)
{
    const CgPartitionProblem *problem = state->problem;
    state->energy += sign * part->cost;
    if (problem->second != NULL && part->count > 0) {
        gint64 off = cg_second_violation (problem, part->second);
        gint64 cost = cg_second_cost (problem, part->second);
        state->energy += sign * cost;
        state->penalty += sign * cost;
        state->violation += sign * off;
        if (off > 0 && part->sum >= problem->min && part->sum <= problem->max)
            state->exceptions += (guint32) sign;
    }
    if (part->count == 0 || (part->sum >= problem->min && part->sum <= problem->max))
        return;
    state->violation += sign * cg_problem_violation (problem, part->sum);
    state->penalty += sign * cg_problem_penalty (problem, part->sum);
    state->exceptions += (guint32) sign;
}

static void
count_links (CgPartitionState *state)
{
    const CgPartitionProblem *problem = state->problem;
    gint64 cut = 0;
    state->n_cut = 0;
    for (guint32 v = 0; v < problem->n; v++) {
        CgStateNode *node = &state->node[v];
        node->own = 0;
        for (guint32 i = node->first; i < node->end; i++) {
            guint32 to = problem->link[i].target;
            if (state->part[to] == state->part[v]) {
                node->own += problem->link[i].cost;
                continue;
            }
            cut += problem->link[i].cost;
            if (to > v && i < node->wall)
                cut_add (state, state->edge_of[i]);
        }
    }
    state->energy += cut / 2;
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
        state->parts[v].anchor = CG_NONE;
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
        if (state->parts[one->part].anchor == CG_NONE && g_hash_table_add (used, key))
            state->parts[one->part].anchor = one->old;
    }
}

void
cg_state_set (CgPartitionState *state, const guint32 *part_of)
{
    const CgPartitionProblem *problem = state->problem;
    state->energy = state->penalty = state->violation = 0;
    state->exceptions = state->n_spare = 0;
    for (guint32 p = 0; p < problem->n; p++)
        state->parts[p] = (CgStatePart){ .anchor = CG_NONE };
    for (guint32 v = 0; v < problem->n; v++) {
        state->part[v] = part_of[v];
        state->parts[part_of[v]].sum += problem->weight[v];
        state->parts[part_of[v]].count++;
        if (problem->second != NULL)
            state->parts[part_of[v]].second += problem->second[v];
    }
    for (guint32 p = problem->n; p-- > 0;) {
        CgStatePart *part = &state->parts[p];
        part->cost = part->count > 0 ? cg_problem_part_cost (problem, part->sum) : 0;
        count_part (state, part, 1);
        if (part->count == 0)
            state->spare[state->n_spare++] = p;
    }
    if (state->anchored)
        find_anchors (state);
    count_links (state);
}

CgPartitionScore
cg_state_score (const CgPartitionState *state)
{
    CgPartitionScore score = { .violation = state->violation, .exceptions = state->exceptions,
                               .energy = state->energy - state->penalty };
    for (guint32 v = 0; state->anchored && v < state->problem->n; v++)
        score.energy += cg_state_move_cost (state, v, state->part[v]);
    return score;
}

/* Cut links and what nodes share with their own part, when node goes from one part to another. */
static inline gint64
shift_links (CgPartitionState *state, guint32 node, guint32 from, guint32 to)
{
    const CgPartitionLink *link = state->problem->link;
    CgStateNode *self = &state->node[node];
    gint64 lost = self->own, own = 0;
    for (guint32 i = self->first; i < self->end; i++) {
        guint32 next = link[i].target, part = state->part[next];
        if (part == from) {
            state->node[next].own -= link[i].cost;
            if (i < self->wall)
                cut_add (state, state->edge_of[i]);
        } else if (part == to) {
            own += link[i].cost;
            state->node[next].own += link[i].cost;
            if (i < self->wall)
                cut_remove (state, state->edge_of[i]);
        }
    }
    self->own = own;
    return lost - own;
}

void
cg_state_shift (CgPartitionState *state, guint32 node, guint32 to)
{
    const CgPartitionProblem *problem = state->problem;
    CgStatePart *a = &state->parts[state->part[node]], *b = &state->parts[to];
    gint64 weight = state->node[node].weight;
    state->energy += shift_links (state, node, state->part[node], to);
    state->part[node] = to;
    count_part (state, a, -1);
    count_part (state, b, -1);
    a->sum -= weight;
    b->sum += weight;
    a->count--;
    b->count++;
    if (problem->second != NULL) {
        a->second -= problem->second[node];
        b->second += problem->second[node];
    }
    a->cost = a->count > 0 ? cg_problem_part_cost (problem, a->sum) : 0;
    b->cost = cg_problem_part_cost (problem, b->sum);
    count_part (state, a, 1);
    count_part (state, b, 1);
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
