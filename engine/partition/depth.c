#include "partition/partition_internal.h"

void
cg_depth_tree_free (CgDepthTree *tree)
{
    if (tree == NULL)
        return;
    g_free (tree->order);
    g_free (tree->place);
    g_free (tree->last);
    g_free (tree->parent);
    g_free (tree->low);
    g_free (tree->sum);
    g_free (tree);
}

/* Without recursion: `next` holds how far each node on the path has looked. */
static void
walk (const CgPartitionProblem *problem, CgDepthTree *tree, guint32 *next)
{
    guint32 v = 0, count = 0;
    tree->parent[0] = CG_NONE;
    tree->place[0] = tree->low[0] = 0;
    tree->order[count++] = 0;
    while (v != CG_NONE) {
        if (next[v] == problem->wall[v]) {
            guint32 parent = tree->parent[v];
            tree->last[v] = count - 1;
            if (parent != CG_NONE) {
                tree->low[parent] = MIN (tree->low[parent], tree->low[v]);
                tree->sum[parent] += tree->sum[v];
            }
            v = parent;
            continue;
        }
        guint32 to = problem->link[next[v]++].target;
        if (tree->place[to] != CG_NONE) {
            if (to != tree->parent[v])
                tree->low[v] = MIN (tree->low[v], tree->place[to]);
            continue;
        }
        tree->parent[to] = v;
        tree->place[to] = tree->low[to] = count;
        tree->order[count++] = to;
        v = to;
    }
}

CgDepthTree *
cg_depth_tree_new (const CgPartitionProblem *problem)
{
    gsize n = problem->n;
    CgDepthTree *tree = g_new0 (CgDepthTree, 1);
    tree->n = problem->n;
    tree->order = g_new (guint32, n + 1);
    tree->place = g_new (guint32, n + 1);
    tree->last = g_new (guint32, n + 1);
    tree->parent = g_new (guint32, n + 1);
    tree->low = g_new (guint32, n + 1);
    tree->sum = g_new (gint64, n + 1);
    for (guint32 v = 0; v < problem->n; v++) {
        tree->place[v] = CG_NONE;
        tree->sum[v] = problem->weight[v];
    }
    g_autofree guint32 *next = g_memdup2 (problem->first, sizeof (guint32) * (n + 1));
    walk (problem, tree, next);
    return tree;
}
