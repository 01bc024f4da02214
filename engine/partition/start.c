#include "partition/partition_internal.h"

/* From the labels of an old plan to connected parts, locks first. */
enum { MOST_WAYS = 1000 }; /* that are looked for to join locked nodes */

typedef struct {
    const CgPartitionProblem *problem;
    guint32 *want;      /* [n] label of the old plan or lock, CG_NONE                     */
    guint32 *home;      /* [n] number of the part that continues the old one; n: gone     */
    guint32 *part, n_labels;
    guint32 *queue;     /* [n]                                                            */
} Start;

/* Connected sets of one label; returns how many. CG_NONE belongs to no set. */
static guint32
find_sets (const Start *start, guint32 *set)
{
    const CgPartitionProblem *problem = start->problem;
    guint32 count = 0;
    for (guint32 v = 0; v < problem->n; v++)
        set[v] = CG_NONE;
    for (guint32 s = 0; s < problem->n; s++) {
        if (set[s] != CG_NONE || start->want[s] == CG_NONE)
            continue;
        guint32 head = 0, tail = 0;
        start->queue[tail++] = s;
        set[s] = count;
        while (head < tail) {
            guint32 v = start->queue[head++];
            for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
                guint32 to = problem->link[i].target;
                if (set[to] != CG_NONE || start->want[to] != start->want[v])
                    continue;
                set[to] = count;
                start->queue[tail++] = to;
            }
        }
        count++;
    }
    return count;
}

/* Shortest way, in nodes, from the set of `from` to node `to`, through nodes that barred[] gives to
 * nobody else. before[] leads back; FALSE: there is none. */
static gboolean
find_way (Start *start, const guint32 *barred, const guint32 *set, guint32 from, guint32 to,
          guint32 *before)
{
    const CgPartitionProblem *problem = start->problem;
    guint32 label = start->want[to], head = 0, tail = 0;
    for (guint32 v = 0; v < problem->n; v++) {
        before[v] = CG_NONE;
        if (set[v] != set[from])
            continue;
        before[v] = v;
        start->queue[tail++] = v;
    }
    while (head < tail && before[to] == CG_NONE) {
        guint32 v = start->queue[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 next = problem->link[i].target;
            if (before[next] != CG_NONE || (barred[next] != CG_NONE && barred[next] != label))
                continue;
            before[next] = v;
            start->queue[tail++] = next;
        }
    }
    return before[to] != CG_NONE;
}

/* A locked node apart from the first one of its label, or CG_NONE; first[] by label is scratch. */
static guint32
find_apart (const Start *start, const guint32 *set, guint32 *first, guint32 *out_other)
{
    const CgPartitionProblem *problem = start->problem;
    for (guint32 label = 0; label < 2 * problem->n; label++)
        first[label] = CG_NONE;
    for (guint32 v = 0; v < problem->n; v++) {
        guint32 label = start->want[v];
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
join_locks (Start *start, CgReplanEnd *out_end, guint32 *out_node)
{
    const CgPartitionProblem *problem = start->problem;
    guint32 n = problem->n, other = 0;
    g_autofree guint32 *locked = g_new (guint32, n), *held = g_new (guint32, n);
    g_autofree guint32 *set = g_new (guint32, (gsize) n + 1), *before = g_new (guint32, n);
    g_autofree guint32 *first = g_new (guint32, 2 * (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        held[v] = locked[v] = problem->lock[v] != CG_NONE ? start->want[v] : CG_NONE;
    for (guint32 round = 0; round < MOST_WAYS; round++) {
        find_sets (start, set);
        guint32 node = find_apart (start, set, first, &other);
        if (node == CG_NONE)
            return TRUE;
        *out_node = node;
        if (!find_way (start, held, set, other, node, before)
            && !find_way (start, locked, set, other, node, before)) {
            *out_end = CG_REPLAN_BARRED;
            return FALSE;
        }
        for (guint32 v = node; before[v] != v; v = before[v])
            start->want[v] = held[v] = start->want[node];
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
number_sets (Start *start)
{
    const CgPartitionProblem *problem = start->problem;
    guint32 n = problem->n;
    g_autofree guint32 *of = g_new (guint32, (gsize) n + 1), *main_set = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *number = g_new (guint32, (gsize) n + 1);
    guint32 n_sets = find_sets (start, of), next = start->n_labels;
    g_autofree Set *set = g_new0 (Set, (gsize) n_sets + 1);
    for (guint32 v = 0; v < n; v++) {
        main_set[v] = CG_NONE;
        if (of[v] == CG_NONE)
            continue;
        set[of[v]].weight += problem->weight[v];
        set[of[v]].nodes++;
        set[of[v]].label = start->want[v];
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
        start->part[v] = of[v] != CG_NONE ? number[of[v]] : CG_NONE;
}

/* Nodes without part join the part that reaches them first. */
static void
flood_rest (Start *start)
{
    const CgPartitionProblem *problem = start->problem;
    guint32 tail = 0;
    for (guint32 v = 0; v < problem->n; v++)
        if (start->part[v] != CG_NONE)
            start->queue[tail++] = v;
    if (tail == 0) {
        start->part[0] = 0;
        start->queue[tail++] = 0;
    }
    for (guint32 head = 0; head < tail; head++)
        for (guint32 v = start->queue[head], i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (start->part[to] != CG_NONE)
                continue;
            start->part[to] = start->part[v];
            start->queue[tail++] = to;
        }
}

/* Labels get numbers below n: those that some node starts with. */
static gboolean
number_labels (Start *start, CgReplanEnd *out_end, guint32 *out_node)
{
    const CgPartitionProblem *problem = start->problem;
    gsize n = problem->n;
    g_autofree guint32 *both = g_new (guint32, 2 * n);
    memcpy (both, problem->old, sizeof (guint32) * n);
    for (gsize v = 0; v < n; v++)
        both[n + v] = problem->lock != NULL ? problem->lock[v] : CG_NONE;
    cg_assign_number (both, 2 * n, NULL);
    for (gsize v = 0; v < n; v++)
        start->want[v] = both[n + v] != CG_NONE ? both[n + v] : both[v];
    if (problem->lock != NULL && !join_locks (start, out_end, out_node))
        return FALSE;
    g_autofree guint32 *number = g_new (guint32, 2 * n);
    for (gsize label = 0; label < 2 * n; label++)
        number[label] = CG_NONE;
    for (gsize v = 0; v < n; v++)
        if (start->want[v] != CG_NONE) {
            if (number[start->want[v]] == CG_NONE)
                number[start->want[v]] = start->n_labels++;
            start->want[v] = number[start->want[v]];
        }
    for (gsize v = 0; v < n; v++)
        start->home[v] = both[v] == CG_NONE             ? CG_NONE
                          : number[both[v]] == CG_NONE ? (guint32) n
                                                       : number[both[v]];
    number_sets (start);
    flood_rest (start);
    return TRUE;
}

CgReplanEnd
cg_replan_start (const CgPartitionProblem *problem, guint32 *home, guint32 *part_of,
                 guint32 *out_n_labels, guint32 *out_node)
{
    gsize n = (gsize) problem->n + 1;
    CgReplanEnd end = CG_REPLAN_DONE;
    g_autofree guint32 *want = g_new (guint32, n), *queue = g_new (guint32, n);
    Start start = { .problem = problem, .want = want, .home = home, .part = part_of,
                    .queue = queue };
    number_labels (&start, &end, out_node);
    *out_n_labels = start.n_labels;
    return end;
}
