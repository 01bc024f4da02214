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

guint32 *
cg_blocks_group (const CgPartitionProblem *problem, gint64 most, guint32 *out_n_groups)
{
    guint32 n = problem->n, count = 0;
    g_autofree guint32 *queue = g_new (guint32, (gsize) n + 1);
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
        if (sum <= most) {
            count++;
            continue;
        }
        for (guint32 k = 0; k < found; k++)
            group[queue[k]] = count++;
    }
    *out_n_groups = count;
    return group;
}
