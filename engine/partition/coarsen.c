#include "partition/partition_internal.h"

/* Border of a node with all others, walls not counted. */
static gint64 *
measure_borders (const CgPartitionProblem *problem)
{
    gint64 *border = g_new0 (gint64, (gsize) problem->n + 1);
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
            border[v] += problem->link[i].cost;
    return border;
}

static void
shuffle (guint32 *order, guint32 n, CgRandom *random)
{
    for (guint32 i = 0; i < n; i++)
        order[i] = i;
    for (guint32 i = n; i > 1; i--) {
        guint32 j = cg_random_below (random, i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}

guint32 *
cg_coarsen (const CgPartitionProblem *problem, CgRandom *random, gint64 most,
            guint32 *out_n_groups)
{
    enum { SHARE_BITS = 20 };
    guint32 n = problem->n, n_groups = 0;
    g_autofree gint64 *border = measure_borders (problem);
    g_autofree guint32 *order = g_new (guint32, (gsize) n + 1);
    guint32 *group = g_new (guint32, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        group[v] = CG_NONE;
    shuffle (order, n, random);
    for (guint32 k = 0; k < n; k++) {
        guint32 v = order[k], mate = CG_NONE;
        gint64 best = -1;
        if (group[v] != CG_NONE)
            continue;
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (group[to] != CG_NONE || (gint64) problem->weight[v] + problem->weight[to] > most)
                continue;
            gint64 share = ((gint64) problem->link[i].cost << SHARE_BITS)
                           / MAX (1, MIN (border[v], border[to]));
            if (share > best) {
                best = share;
                mate = to;
            }
        }
        group[v] = n_groups;
        if (mate != CG_NONE)
            group[mate] = n_groups;
        n_groups++;
    }
    *out_n_groups = n_groups;
    return group;
}
