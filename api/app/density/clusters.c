#include "app/density/clusters.h"

#include <math.h>

#include "analyse/clusters.h"
#include "analyse/hull.h"
#include "app/json.h"
#include "app/status.h"
#include "app/table.h"
#include "base/error.h"

/* Clusters of all orders in one row of numbers: those of points first. */
typedef struct {
    CgPlaces *points;
    guint32 n, *row; /* points that have a place */
    double *x, *y;
    guint32 *of; /* [n] cluster of the first order, CG_NONE */
    guint32 n_first, n_clusters;
    guint32 *order, *parent; /* [n_clusters] parent CG_NONE */
    double margin_m;
    json_t *orders;
} Work;

static void
work_done (Work *work)
{
    cg_places_free (work->points);
    g_free (work->row);
    g_free (work->x);
    g_free (work->y);
    g_free (work->of);
    g_free (work->order);
    g_free (work->parent);
    json_decref (work->orders);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

static gboolean
run_dbscan (const CgClustersFile *job, Work *work, const CgProgress *progress, GCancellable *cancel, GError **error)
{
    work->of = g_new (guint32, (gsize) work->n + 1);
    if (!cg_clusters_dbscan (work->n, work->x, work->y, job->radius_m, job->min_points, progress, cancel,
                             work->of, &work->n_first, error))
        return FALSE;
    work->n_clusters = work->n_first;
    work->order = g_new (guint32, (gsize) work->n_first + 1);
    work->parent = g_new (guint32, (gsize) work->n_first + 1);
    for (guint32 k = 0; k < work->n_first; k++)
        work->order[k] = 1, work->parent[k] = CG_NONE;
    work->margin_m = job->radius_m / 10;
    return TRUE;
}

/* The items of one order are the clusters of the one before. */
static gboolean
run_nearest (const CgClustersFile *job, Work *work, const CgProgress *progress, GCancellable *cancel, GError **error)
{
    g_autoptr (CgClusterTree) tree = cg_clusters_nearest (work->n, work->x, work->y, job->radius_m, job->area_km2 * 1e6,
                                                          job->min_points, progress, cancel, error);
    if (tree == NULL)
        return FALSE;
    for (guint o = 0; o < tree->n_orders; o++)
        work->n_clusters += tree->order[o].n_clusters;
    work->of = g_new (guint32, (gsize) work->n + 1);
    work->order = g_new (guint32, (gsize) work->n_clusters + 1);
    work->parent = g_new (guint32, (gsize) work->n_clusters + 1);
    for (guint32 i = 0; i < work->n; i++)
        work->of[i] = tree->n_orders > 0 ? tree->order[0].cluster[i] : CG_NONE;
    guint32 first = 0, before = 0;
    for (guint o = 0; o < tree->n_orders; o++) {
        const CgClusterOrder *order = &tree->order[o];
        guint32 n_before = o > 0 ? tree->order[o - 1].n_clusters : 0;
        for (guint32 k = 0; k < n_before; k++)
            if (order->cluster[k] != CG_NONE)
                work->parent[before + k] = first + order->cluster[k];
        for (guint32 k = 0; k < order->n_clusters; k++)
            work->order[first + k] = o + 1, work->parent[first + k] = CG_NONE;
        before = first;
        first += order->n_clusters;
        json_array_append_new (work->orders, json_pack ("{s:i, s:i, s:f}", "order", (int) o + 1,
                                                        "clusters", (int) order->n_clusters,
                                                        "threshold_m", order->threshold_m));
    }
    work->n_first = tree->n_orders > 0 ? tree->order[0].n_clusters : 0;
    work->margin_m = tree->n_orders > 0 ? tree->order[0].threshold_m / 10 : 1;
    return TRUE;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

/* Points of each cluster, those of its parts included. */
static void
collect_points (const Work *work, GArray **out)
{
    for (guint32 k = 0; k < work->n_clusters; k++)
        out[k] = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < work->n; i++)
        for (guint32 k = work->of[i]; k != CG_NONE; k = work->parent[k])
            g_array_append_val (out[k], i);
}

static gboolean
write_outlines (const CgClustersFile *job, const Work *work, GError **error)
{
    g_auto (CgTable) table;
    cg_table_init (&table, work->n_clusters);
    double *cluster = cg_table_numbers (&table, "cluster", CG_COLUMN_WHOLE);
    double *order = cg_table_numbers (&table, "order", CG_COLUMN_WHOLE);
    double *parent = cg_table_numbers (&table, "parent", CG_COLUMN_WHOLE);
    double *count = cg_table_numbers (&table, "points", CG_COLUMN_WHOLE);
    double *x = cg_table_numbers (&table, "x", CG_COLUMN_REAL);
    double *y = cg_table_numbers (&table, "y", CG_COLUMN_REAL);
    double *per_km2 = cg_table_numbers (&table, "per_km2", CG_COLUMN_REAL);
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
    g_autofree GArray **members = g_new (GArray *, (gsize) work->n_clusters + 1);
    collect_points (work, members);
    for (guint32 k = 0; k < work->n_clusters; k++) {
        const guint32 *row = (const guint32 *) (const void *) members[k]->data;
        guint n = members[k]->len;
        cg_hull_around (n, row, work->x, work->y, MAX (work->margin_m, 1), shapes);
        cluster[k] = k + 1;
        order[k] = work->order[k];
        parent[k] = work->parent[k] != CG_NONE ? work->parent[k] + 1.0 : NAN;
        count[k] = n;
        x[k] = y[k] = 0;
        for (guint j = 0; j < n; j++) {
            x[k] += work->x[row[j]] / n;
            y[k] += work->y[row[j]] / n;
        }
        per_km2[k] = n / cg_shapes_area (shapes, k) * 1e6;
        g_array_unref (members[k]);
    }
    CgExportStamp stamp = { 0, job->options_text, NULL };
    return cg_table_write (&table, job->output, "clusters", shapes, work->points->working_crs,
                           &stamp, error);
}

static gboolean
write_points (const CgClustersFile *job, const Work *work, GError **error)
{
    g_autofree double *cluster = g_new (double, (gsize) work->points->n + 1);
    for (guint32 i = 0; i < work->points->n; i++)
        cluster[i] = NAN;
    for (guint32 k = 0; k < work->n; k++)
        if (work->of[k] != CG_NONE)
            cluster[work->row[k]] = work->of[k] + 1.0;
    return cg_export_point_values (job->output, work->points, "cluster", cluster, error);
}

/* Distances by chance are of points in an area; the box of these has none, and none was given. */
static gboolean
lacks_area (const CgClustersFile *job, const Work *work)
{
    CgBox box = CG_BOX_EMPTY;
    for (guint32 i = 0; i < work->n; i++)
        cg_box_add (&box, work->x[i], work->y[i]);
    return job->radius_m == 0 && job->area_km2 == 0 &&
           !(box.x_max > box.x_min && box.y_max > box.y_min);
}

static json_t *
make_report (const CgClustersFile *job, const Work *work)
{
    gboolean nearest = job->method == CG_CLUSTERS_NNH;
    guint32 inside = 0;
    for (guint32 i = 0; i < work->n; i++)
        inside += work->of[i] != CG_NONE;
    json_t *report =
        json_pack ("{s:i, s:i, s:s, s:i, s:i, s:i, s:i, s:s}", "rows", (int) work->points->n,
                   "points", (int) work->n, "method", nearest ? "nnh" : "dbscan", "min_points",
                   (int) job->min_points, "clusters", (int) work->n_clusters, "in_clusters",
                   (int) inside, "noise", (int) (work->n - inside), "version", CG_VERSION);
    json_object_set_new (report, "radius_m",
                         job->radius_m > 0 ? json_real (job->radius_m) : json_null ());
    if (nearest) {
        json_object_set (report, "orders", work->orders);
        json_object_set_new (report, "no_area", json_boolean (lacks_area (job, work)));
    }
    return report;
}

gboolean
cg_clusters_file (const CgClustersFile *job, CgImportReport *import_report,
                  const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                  GError **error)
{
    g_auto (Work) work = { .orders = json_array () };
    work.points = cg_points_read (&job->points, import_report, progress, cancel, error);
    if (work.points == NULL)
        return FALSE;
    work.n = cg_points_usable (work.points, FALSE, &work.x, &work.y, NULL, &work.row);
    if (work.n == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: no point with a place in it",
                     job->points.path);
        return FALSE;
    }
    if (!(job->method == CG_CLUSTERS_NNH ? run_nearest (job, &work, progress, cancel, error)
                                         : run_dbscan (job, &work, progress, cancel, error)) ||
        cg_app_is_stopped (cancel, error) ||
        !(g_str_has_suffix (job->output, ".csv") ? write_points (job, &work, error)
                                                 : write_outlines (job, &work, error)))
        return FALSE;
    g_autoptr (json_t) report = make_report (job, &work);
    if (job->report != NULL && !cg_json_write (job->report, report, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}
