#include "partition/partition_internal.h"

#include <string.h>

static guint32
find (guint32 *up, guint32 v)
{
    while (up[v] != v)
        v = up[v] = up[up[v]];
    return v;
}

/* The lower number stays on top, so that groups can be numbered by lowest node. */
static void
unite (guint32 *up, guint32 a, guint32 b)
{
    a = find (up, a);
    b = find (up, b);
    if (a != b)
        up[MAX (a, b)] = MIN (a, b);
}

static guint32 *
number_groups (guint32 *up, guint32 n, guint32 *out_n_groups)
{
    guint32 *group = g_new (guint32, (gsize) n + 1);
    guint32 count = 0;
    for (guint32 v = 0; v < n; v++) {
        guint32 top = find (up, v);
        group[v] = top == v ? count++ : group[top];
    }
    *out_n_groups = count;
    return group;
}

static guint32 *
singles (guint32 n)
{
    guint32 *up = g_new (guint32, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        up[v] = v;
    return up;
}

guint32 *
cg_contract_compounds (const CgPartitionInput *input, const CgPartitionOptions *options,
                       const guint32 *unit, const CgPartitionProblem *problem,
                       guint32 *out_n_groups)
{
    g_autofree guint32 *up = singles (problem->n);
    if (input->compound == NULL)
        return number_groups (up, problem->n, out_n_groups);
    for (guint32 v = 0; v < problem->n; v++) {
        guint32 compound = input->compound[unit[v]];
        for (guint32 i = problem->first[v]; compound != CG_NONE && i < problem->wall[v]; i++)
            if (input->compound[unit[problem->link[i].target]] == compound)
                unite (up, v, problem->link[i].target);
    }
    g_autofree gint64 *sum = g_new0 (gint64, (gsize) problem->n + 1);
    for (guint32 v = 0; v < problem->n; v++)
        sum[find (up, v)] += problem->weight[v];
    g_autofree gint64 *second = g_new0 (gint64, (gsize) problem->n + 1);
    for (guint32 v = 0; problem->second != NULL && v < problem->n; v++) {
        guint32 top = find (up, v);
        second[top] += problem->second[v];
        if (second[top] > problem->max2)
            sum[top] = G_MAXINT64;
    }
    /* One with both sides of a wall may be divided along it. */
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->wall[v]; i < problem->first[v + 1]; i++)
            if (find (up, v) == find (up, problem->link[i].target))
                sum[find (up, v)] = G_MAXINT64;
    g_autofree guint32 *kept = singles (problem->n);
    for (guint32 v = 0; v < problem->n; v++) {
        guint32 top = find (up, v);
        if (sum[top] <= options->max)
            unite (kept, v, top);
    }
    return number_groups (kept, problem->n, out_n_groups);
}

/* Behind a node: the hanging subtrees below min, and the rest of the piece. */
typedef struct {
    gint64 small;       /* sum of the pieces below min */
    gint64 upper;       /* weight above node           */
    gboolean has_upper; /* node is not the root        */
    gboolean has_small;
} Behind;

static Behind
look_behind (const CgPartitionProblem *problem, const CgDepthTree *tree, guint32 node)
{
    Behind behind = { .upper = problem->total - problem->weight[node],
                      .has_upper = tree->parent[node] != CG_NONE };
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 child = problem->link[i].target;
        if (tree->parent[child] != node || !cg_depth_tree_hangs (tree, child))
            continue;
        behind.upper -= tree->sum[child];
        if (tree->sum[child] < problem->min) {
            behind.small += tree->sum[child];
            behind.has_small = TRUE;
        }
    }
    return behind;
}

static void
unite_range (const CgDepthTree *tree, guint32 *up, guint32 node, guint32 from, guint32 end)
{
    for (guint32 place = from; place < end; place++)
        unite (up, node, tree->order[place]);
}

/* Joins the small subtrees that hang on node; `done` marks places that have been joined. */
static void
unite_small (const CgPartitionProblem *problem, const CgDepthTree *tree, guint32 *up,
             guint32 node, guint8 *done)
{
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 child = problem->link[i].target;
        if (tree->parent[child] != node || !cg_depth_tree_hangs (tree, child)
            || tree->sum[child] >= problem->min)
            continue;
        unite_range (tree, up, node, tree->place[child], tree->last[child] + 1);
        memset (done + tree->place[child], 1, tree->last[child] + 1 - tree->place[child]);
    }
}

/* Joins all but what hangs on node: what lies above it, with the subtrees that reach past it. */
static void
unite_upper (const CgPartitionProblem *problem, const CgDepthTree *tree, guint32 *up,
             guint32 node)
{
    unite_range (tree, up, node, 0, tree->place[node]);
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 child = problem->link[i].target;
        if (tree->parent[child] == node && !cg_depth_tree_hangs (tree, child))
            unite_range (tree, up, node, tree->place[child], tree->last[child] + 1);
    }
    unite_range (tree, up, node, tree->last[node] + 1, problem->n);
}

guint32 *
cg_contract_forced (const CgPartitionProblem *problem, const CgDepthTree *tree,
                    guint32 *out_n_groups)
{
    g_autofree guint32 *up = singles (problem->n);
    /* With two weights a plan that breaks the bounds least may part what the first would join. */
    if (problem->second != NULL)
        return number_groups (up, problem->n, out_n_groups);
    g_autofree guint8 *done = g_new0 (guint8, (gsize) problem->n + 1);
    guint32 lowest = CG_NONE;
    /* Preorder: what lies in a joined subtree is done, so each place is joined once. */
    for (guint32 place = 0; place < problem->n; place++) {
        guint32 node = tree->order[place];
        if (done[place])
            continue;
        Behind behind = look_behind (problem, tree, node);
        gboolean small_upper = behind.has_upper && behind.upper < problem->min;
        gint64 sum = problem->weight[node] + behind.small + (small_upper ? behind.upper : 0);
        if (sum > problem->max)
            continue;
        if (behind.has_small)
            unite_small (problem, tree, up, node, done);
        lowest = small_upper ? node : lowest;
    }
    /* What lies above grows downwards: the last node that must take it takes most. */
    if (lowest != CG_NONE)
        unite_upper (problem, tree, up, lowest);
    return number_groups (up, problem->n, out_n_groups);
}
