#include "partition/partition_internal.h"

/* Blocks: what no line parts. Lines are borders that cost less than open ground does. */

static guint32
find (guint32 *up, guint32 v)
{
    while (up[v] != v)
        v = up[v] = up[up[v]];
    return v;
}

static gboolean
is_line (const CgPartitionInput *input, const CgPartitionWeights *weights, guint32 from,
         guint32 link)
{
    const CgGraph *graph = input->graph;
    if (graph->border_cm[link] == 0 || !graph->passable[link])
        return TRUE;
    if (input->compound != NULL && input->compound[from] != CG_NONE
        && input->compound[from] == input->compound[graph->target[link]])
        return FALSE;
    guint8 class = graph->barrier[link] < CG_N_BARRIERS ? graph->barrier[link] : CG_BARRIER_NONE;
    return weights->border[class] < weights->border[CG_BARRIER_NONE];
}

guint32 *
cg_blocks_find (const CgPartitionInput *input, const CgPartitionWeights *weights,
                const CgPieces *pieces, guint32 piece)
{
    const CgGraph *graph = input->graph;
    const guint32 *unit = pieces->unit + pieces->first[piece];
    guint32 n = pieces->first[piece + 1] - pieces->first[piece];
    gboolean lines = FALSE;
    g_autofree guint32 *up = g_new (guint32, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        up[v] = v;
    for (guint32 v = 0; v < n; v++)
        for (guint32 i = graph->first[unit[v]]; i < graph->first[unit[v] + 1]; i++) {
            guint32 to = graph->target[i];
            if (pieces->piece[to] != piece || to < unit[v])
                continue;
            if (is_line (input, weights, unit[v], i)) {
                lines = lines || graph->passable[i];
                continue;
            }
            guint32 a = find (up, v), b = find (up, pieces->local[to]);
            up[MAX (a, b)] = MIN (a, b);
        }
    for (guint32 v = 0; v < n; v++)
        up[v] = find (up, v);
    return lines ? g_steal_pointer (&up) : NULL;
}

/* Nodes of the block of `start` that it reaches, from queue[0] on; they get the number. */
static guint32
flood (const CgPartitionProblem *problem, guint32 start, guint32 number, guint32 *group,
       guint32 *queue)
{
    guint32 head = 0, tail = 0;
    group[start] = number;
    queue[tail++] = start;
    while (head < tail) {
        guint32 v = queue[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (group[to] != CG_NONE || problem->block[to] != problem->block[start])
                continue;
            group[to] = number;
            queue[tail++] = to;
        }
    }
    return tail;
}

/* Numbers the nodes of a block that weighs too much for a part by the cheapest way to cut it into
 * pieces that do not. */
static guint32
divide (const CgPartitionProblem *problem, CgPartitionWork *work, gint64 most, const guint32 *node,
        guint32 n, guint32 *local, guint32 count, guint32 *group)
{
    const CgCooling cooling = { 0.12, 0.004, FALSE };
    enum { SHARE = 4 }; /* of the proposals of a whole walk */
    g_autofree guint32 *part = g_new0 (guint32, (gsize) n + 1);
    g_autofree guint32 *number = g_new (guint32, (gsize) n + 1);
    for (guint32 k = 0; k < n; k++)
        local[node[k]] = k;
    g_autoptr (CgPartitionProblem) alone = cg_problem_subset (problem, node, n, local);
    alone->min = alone->min2 = 0;
    alone->max = most;
    alone->balance = 0;
    cg_problem_tabulate (alone);
    cg_seed_run (alone, work, 4, 8, 0, part);
    cg_search_walk (alone, work, cooling, MAX (work->proposals / SHARE, 4), part);
    for (guint32 k = 0; k < n; k++)
        number[k] = CG_NONE;
    for (guint32 k = 0; k < n; k++) {
        if (number[part[k]] == CG_NONE)
            number[part[k]] = count++;
        group[node[k]] = number[part[k]];
    }
    return count;
}

guint32 *
cg_blocks_group (const CgPartitionProblem *problem, CgPartitionWork *work, gint64 most,
                 guint32 *out_n_groups)
{
    guint32 n = problem->n, count = 0;
    g_autofree guint32 *queue = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *local = g_new0 (guint32, (gsize) n + 1);
    guint32 *group = g_new (guint32, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        group[v] = CG_NONE;
    for (guint32 v = 0; v < n; v++) {
        if (group[v] != CG_NONE)
            continue;
        guint32 found = flood (problem, v, count, group, queue);
        gint64 sum = 0;
        for (guint32 k = 0; k < found; k++)
            sum += problem->weight[queue[k]];
        if (sum <= most)
            count++;
        else
            count = divide (problem, work, most, queue, found, local, count, group);
    }
    *out_n_groups = count;
    return group;
}
