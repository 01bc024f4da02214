#include "partition/partition_internal.h"

/* Where greed closes a part of the tree: what has reached the target, and what its parent could not
 * take along within the bounds unless it is very small. */
static gboolean
closes (const CgPartitionOptions *options, guint64 own, guint64 above)
{
    return own >= options->target || (own + above > options->max && 2 * own >= options->min);
}

guint32
cg_quick_split (const CgPartitionInput *input, const CgPartitionOptions *options,
                const CgPieces *pieces, guint32 piece, guint32 *label)
{
    const CgGraph *graph = input->graph;
    const guint32 *unit = pieces->unit + pieces->first[piece];
    guint32 n = pieces->first[piece + 1] - pieces->first[piece], tail = 0, n_parts = 0;
    g_autofree guint32 *order = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *parent = g_new (guint32, (gsize) n + 1);
    g_autofree guint64 *open = g_new (guint64, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++) {
        parent[v] = CG_NONE;
        open[v] = input->weight[unit[v]];
    }
    order[tail++] = 0;
    parent[0] = 0;
    for (guint32 head = 0; head < tail; head++) {
        guint32 v = order[head];
        for (guint32 i = graph->first[unit[v]]; i < graph->first[unit[v] + 1]; i++) {
            guint32 to = graph->target[i];
            if (!graph->passable[i] || pieces->piece[to] != piece
                || parent[pieces->local[to]] != CG_NONE)
                continue;
            parent[pieces->local[to]] = v;
            order[tail++] = pieces->local[to];
        }
    }
    for (guint32 i = n; i-- > 1;) {
        guint32 v = order[i];
        label[v] = closes (options, open[v], open[parent[v]]);
        if (!label[v])
            open[parent[v]] += open[v];
    }
    for (guint32 i = 0; i < n; i++) {
        guint32 v = order[i];
        label[v] = i == 0 || label[v] ? n_parts++ : label[parent[v]];
    }
    return n_parts;
}
