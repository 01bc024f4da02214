#include "analyse/clusters.h"

#include "analyse/neighbours.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

/* ---- DBSCAN -------------------------------------------------------------------------------- */

/* Gives the cluster to all that hangs together with a core. Points beside a core keep the first cluster
 * that reaches them; which one that is is settled afterwards. */
static void
flood (const CgNeighbours *near, const guint8 *core, guint32 start, guint32 cluster,
       guint32 *out_cluster, GArray *stack)
{
    out_cluster[start] = cluster;
    g_array_append_val (stack, start);
    while (stack->len > 0) {
        guint32 i = g_array_index (stack, guint32, stack->len - 1);
        g_array_set_size (stack, stack->len - 1);
        for (guint32 k = near->first[i]; k < near->first[i + 1]; k++) {
            guint32 j = near->target[k];
            if (!core[j] || out_cluster[j] != CG_NONE)
                continue;
            out_cluster[j] = cluster;
            g_array_append_val (stack, j);
        }
    }
}

gboolean
cg_clusters_dbscan (guint32 n, const double *x, const double *y, double radius_m,
                    guint32 min_points, const CgProgress *progress, GCancellable *cancel,
                    guint32 *out_cluster, guint32 *out_n, GError **error)
{
    if (min_points == 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "a cluster of at least 0 points is none");
        return FALSE;
    }
    g_autoptr (CgNeighbours) near = cg_neighbours_within (n, x, y, radius_m, progress, cancel, error);
    if (near == NULL)
        return FALSE;
    g_autofree guint8 *core = g_new (guint8, (gsize) n + 1);
    g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint32 n_clusters = 0;
    for (guint32 i = 0; i < n; i++) {
        core[i] = cg_neighbours_degree (near, i) + 1 >= min_points;
        out_cluster[i] = CG_NONE;
    }
    for (guint32 i = 0; i < n; i++)
        if (core[i] && out_cluster[i] == CG_NONE)
            flood (near, core, i, n_clusters++, out_cluster, stack);
    if (cg_is_stopped (cancel, error))
        return FALSE;
    for (guint32 i = 0; i < n; i++)
        for (guint32 k = near->first[i]; k < near->first[i + 1] && !core[i]; k++)
            if (core[near->target[k]]) {
                out_cluster[i] = out_cluster[near->target[k]];
                break;
            }
    *out_n = n_clusters;
    return TRUE;
}

/* ---- hierarchical -------------------------------------------------------------------------- */

static double
chance_threshold (double n, double area_m2)
{
    return 0.5 * sqrt (area_m2 / n) - 1.645 * 0.26136 / sqrt (n * n / area_m2);
}

/* Items still free within the threshold of i. */
static guint32
count_free (const CgNeighbours *near, const guint8 *taken, guint32 i)
{
    guint32 free = 0;
    for (guint32 k = near->first[i]; k < near->first[i + 1]; k++)
        free += !taken[near->target[k]];
    return free;
}

/* Rows by how many are near them, most first, then by row; kept up to date lazily: a count only ever
 * falls, so a row whose count is out of date is filed again lower down. */
static gboolean
grow_clusters (const CgNeighbours *near, guint32 min_points, GCancellable *cancel, CgClusterOrder *order,
               GError **error)
{
    guint32 n = near->n, most = 0;
    g_autofree guint8 *taken = g_new0 (guint8, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        most = MAX (most, cg_neighbours_degree (near, i));
    g_autoptr (GPtrArray) by_count = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
    for (guint32 c = 0; c <= most; c++)
        g_ptr_array_add (by_count, g_array_new (FALSE, FALSE, sizeof (guint32)));
    for (guint32 i = 0; i < n; i++)
        g_array_append_val (g_ptr_array_index (by_count, cg_neighbours_degree (near, i)), i);
    for (guint32 c = most + 1; c-- > 0 && c + 1 >= min_points;) {
        GArray *rows = g_ptr_array_index (by_count, c);
        /* Rows that fell into this count are not in order. */
        for (;;) {
            guint32 at = CG_NONE;
            if (cg_is_stopped (cancel, error))
                return FALSE;
            for (guint r = 0; r < rows->len; r++) {
                guint32 i = g_array_index (rows, guint32, r);
                guint32 free = taken[i] ? 0 : count_free (near, taken, i);
                if (taken[i] || free < c) {
                    if (!taken[i] && free + 1 >= min_points)
                        g_array_append_val (g_ptr_array_index (by_count, free), i);
                    g_array_remove_index_fast (rows, r--);
                } else {
                    at = MIN (at, i);
                }
            }
            if (at == CG_NONE)
                break;
            taken[at] = TRUE;
            order->cluster[at] = order->n_clusters;
            for (guint32 k = near->first[at]; k < near->first[at + 1]; k++)
                if (!taken[near->target[k]]) {
                    taken[near->target[k]] = TRUE;
                    order->cluster[near->target[k]] = order->n_clusters;
                }
            order->n_clusters++;
        }
    }
    return TRUE;
}

static void
find_centres (CgClusterOrder *order, guint32 n, const double *x, const double *y)
{
    g_autofree double *members = g_new0 (double, (gsize) order->n_clusters + 1);
    order->x = g_new0 (double, (gsize) order->n_clusters + 1);
    order->y = g_new0 (double, (gsize) order->n_clusters + 1);
    for (guint32 i = 0; i < n; i++)
        if (order->cluster[i] != CG_NONE) {
            members[order->cluster[i]]++;
            order->x[order->cluster[i]] += x[i];
            order->y[order->cluster[i]] += y[i];
        }
    for (guint32 c = 0; c < order->n_clusters; c++) {
        order->x[c] /= members[c];
        order->y[c] /= members[c];
    }
}

static void
order_clear (CgClusterOrder *order)
{
    g_free (order->cluster);
    g_free (order->x);
    g_free (order->y);
    *order = (CgClusterOrder){ 0 };
}

/* FALSE with error; order->n_clusters 0: nothing hangs together. */
static gboolean
make_order (guint32 n, const double *x, const double *y, double threshold_m, double area_m2,
            guint32 min_points, const CgProgress *progress, GCancellable *cancel, CgClusterOrder *order,
            GError **error)
{
    order->cluster = g_new (guint32, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        order->cluster[i] = CG_NONE;
    order->threshold_m = threshold_m > 0 ? threshold_m : chance_threshold (n, area_m2);
    /* Few items, or all in one place: chance says nothing. */
    if (!(order->threshold_m > 0))
        return TRUE;
    g_autoptr (CgNeighbours) near = cg_neighbours_within (n, x, y, order->threshold_m, progress, cancel, error);
    if (near == NULL || !grow_clusters (near, min_points, cancel, order, error))
        return FALSE;
    find_centres (order, n, x, y);
    return TRUE;
}

static gboolean
check_points (guint32 n, const double *x, const double *y, double threshold_m, double area_m2,
              guint32 min_points, GError **error)
{
    gboolean good = threshold_m >= 0 && isfinite (threshold_m) && area_m2 >= 0 &&
                    isfinite (area_m2) && min_points >= 2;
    if (!good)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "clusters of at least %u points within %g m on %g m2: a number is too small",
                     min_points, threshold_m, area_m2);
    for (guint32 i = 0; good && i < n; i++)
        if (!isfinite (x[i]) || !isfinite (y[i])) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "point %u (%g, %g) is not finite",
                         i + 1, x[i], y[i]);
            good = FALSE;
        }
    return good;
}

CgClusterTree *
cg_clusters_nearest (guint32 n, const double *x, const double *y, double threshold_m,
                     double area_m2, guint32 min_points, const CgProgress *progress,
                     GCancellable *cancel, GError **error)
{
    if (!check_points (n, x, y, threshold_m, area_m2, min_points, error))
        return NULL;
    CgBox box = CG_BOX_EMPTY;
    for (guint32 i = 0; i < n; i++)
        cg_box_add (&box, x[i], y[i]);
    if (area_m2 == 0 && n > 0)
        area_m2 = (box.x_max - box.x_min) * (box.y_max - box.y_min);
    g_autoptr (CgClusterTree) tree = g_new0 (CgClusterTree, 1);
    while (n >= 2) {
        CgClusterOrder order = { 0 };
        if (!make_order (n, x, y, threshold_m, area_m2, tree->n_orders == 0 ? min_points : 2, progress,
                         cancel, &order, error)) {
            order_clear (&order);
            return NULL;
        }
        if (order.n_clusters == 0) {
            order_clear (&order);
            break;
        }
        tree->order = g_renew (CgClusterOrder, tree->order, tree->n_orders + 1);
        tree->order[tree->n_orders++] = order;
        n = order.n_clusters;
        x = order.x;
        y = order.y;
    }
    return g_steal_pointer (&tree);
}

void
cg_cluster_tree_free (CgClusterTree *tree)
{
    if (tree == NULL)
        return;
    for (guint k = 0; k < tree->n_orders; k++)
        order_clear (&tree->order[k]);
    g_free (tree->order);
    g_free (tree);
}
