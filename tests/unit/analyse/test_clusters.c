/* DBSCAN by its definition, hierarchical clusters and the back-test by hand. */
#include "analyse/backtest.h"
#include "analyse/clusters.h"
#include "base/error.h"
#include "base/random.h"
#include "stop.h"

#include <math.h>

/* Straight from the definition: cores joined until nothing changes, then borders, then noise. */
static void
define_clusters (guint32 n, const double *x, const double *y, double radius, guint32 least,
                 guint32 *out)
{
    gboolean core[64], changed = TRUE;
    for (guint32 i = 0; i < n; i++) {
        guint32 near = 0;
        for (guint32 j = 0; j < n; j++)
            near += hypot (x[i] - x[j], y[i] - y[j]) <= radius;
        core[i] = near >= least;
        out[i] = core[i] ? i : CG_NONE;
    }
    while (changed) {
        changed = FALSE;
        for (guint32 i = 0; i < n; i++)
            for (guint32 j = 0; j < n; j++)
                if (core[i] && core[j] && out[j] < out[i] &&
                    hypot (x[i] - x[j], y[i] - y[j]) <= radius) {
                    out[i] = out[j];
                    changed = TRUE;
                }
    }
    for (guint32 i = 0; i < n; i++)
        for (guint32 j = 0; j < n && !core[i] && out[i] == CG_NONE; j++)
            if (core[j] && hypot (x[i] - x[j], y[i] - y[j]) <= radius)
                out[i] = out[j];
}

static void
test_dbscan (void)
{
    CgRandom random;
    cg_random_init (&random, 2, 5);
    for (guint round = 0; round < 200; round++) {
        guint32 n = cg_random_below (&random, 64), least = 1 + cg_random_below (&random, 6);
        double x[64], y[64], radius = 1 + cg_random_below (&random, 3);
        for (guint32 i = 0; i < n; i++) {
            x[i] = cg_random_below (&random, 20);
            y[i] = cg_random_below (&random, 20);
        }
        guint32 found[64], wanted[64], n_found, n_wanted = 0;
        g_assert_true (cg_clusters_dbscan (n, x, y, radius, least, NULL, NULL, found, &n_found, NULL));
        define_clusters (n, x, y, radius, least, wanted);
        for (guint32 i = 0; i < n; i++) {
            g_assert_true ((found[i] == CG_NONE) == (wanted[i] == CG_NONE));
            /* A cluster is named by its lowest core; numbers run in that order. */
            n_wanted += wanted[i] == i;
            for (guint32 j = 0; j < i; j++)
                g_assert_true ((found[i] == found[j]) == (wanted[i] == wanted[j]));
        }
        g_assert_cmpuint (n_found, ==, n_wanted);
    }
    g_autoptr (GError) error = NULL;
    const double one = 1, hole = NAN;
    guint32 out, n_out;
    g_assert_false (cg_clusters_dbscan (1, &one, &one, 1, 0, NULL, NULL, &out, &n_out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_false (cg_clusters_dbscan (1, &one, &hole, 1, 1, NULL, NULL, &out, &n_out, &error));
    g_clear_error (&error);
    g_assert_false (cg_clusters_dbscan (1, &one, &one, 0, 1, NULL, NULL, &out, &n_out, &error));
}

/* Two pairs of crosses of five 1 m apart, the crosses of a pair 20 m apart, the pairs 1000 m. */
static void
test_nearest (void)
{
    double x[21], y[21];
    const double at[] = { 0, 20, 1000, 1020 }, dx[] = { 0, 1, -1, 0, 0 }, dy[] = { 0, 0, 0, 1, -1 };
    for (guint c = 0; c < 4; c++)
        for (guint k = 0; k < 5; k++) {
            x[5 * c + k] = at[c] + dx[k];
            y[5 * c + k] = dy[k];
        }
    x[20] = y[20] = 500; /* alone */
    g_autoptr (GError) error = NULL;
    g_autoptr (CgClusterTree) tree = cg_clusters_nearest (21, x, y, 1, 0, 5, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (tree->n_orders, ==, 1);
    g_assert_cmpuint (tree->order[0].n_clusters, ==, 4);
    for (guint i = 0; i < 20; i++)
        g_assert_cmpuint (tree->order[0].cluster[i], ==, i / 5);
    g_assert_cmpuint (tree->order[0].cluster[20], ==, CG_NONE);
    g_assert_cmpfloat_with_epsilon (tree->order[0].x[3], 1020, 1e-9);
    g_autoptr (CgClusterTree) wide = cg_clusters_nearest (21, x, y, 25, 0, 5, NULL, NULL, &error);
    /* 25 m take a pair of crosses in one; the two of them are too far apart for a second order. */
    g_assert_cmpuint (wide->order[0].n_clusters, ==, 2);
    g_assert_cmpuint (wide->n_orders, ==, 1);
    /* By chance: 0.5 sqrt (A / N) - 1.645 * 0.26136 / sqrt (N^2 / A) of 21 points on 1 km2: 88.64 m. */
    g_autoptr (CgClusterTree) chance = cg_clusters_nearest (21, x, y, 0, 1e6, 5, NULL, NULL, &error);
    g_assert_cmpfloat_with_epsilon (chance->order[0].threshold_m,
                                    500 / sqrt (21) - 1.645 * 0.26136 * 1000 / 21, 1e-9);
    g_assert_cmpuint (chance->order[0].n_clusters, ==, 2);
    /* Of two centres on 1 km2 chance expects 353.6 - 215 m: 1000 m apart they stay apart. */
    g_assert_cmpuint (chance->n_orders, ==, 1);
    /* On a hundred times the ground they are one of the second order. */
    g_autoptr (CgClusterTree) second = cg_clusters_nearest (20, x, y, 0, 1e8, 5, NULL, NULL, &error);
    g_assert_cmpuint (second->n_orders, >=, 1);
    g_autoptr (CgClusterTree) spots = cg_clusters_nearest (21, x, y, 0, 0.05 * 1e6, 5, NULL, NULL, &error);
    g_assert_cmpuint (spots->order[0].cluster[0], !=, CG_NONE);
}

static void
test_nearest_edges (void)
{
    g_autoptr (GError) error = NULL;
    const double same[] = { 3, 3, 3 }, hole[] = { 1, INFINITY, 2 };
    g_autoptr (CgClusterTree) none = cg_clusters_nearest (0, NULL, NULL, 5, 0, 2, NULL, NULL, &error);
    g_assert_cmpuint (none->n_orders, ==, 0);
    g_autoptr (CgClusterTree) one = cg_clusters_nearest (1, same, same, 5, 0, 2, NULL, NULL, &error);
    g_assert_cmpuint (one->n_orders, ==, 0);
    /* No ground: chance says nothing; a threshold does. */
    g_autoptr (CgClusterTree) flat = cg_clusters_nearest (3, same, same, 0, 0, 2, NULL, NULL, &error);
    g_assert_cmpuint (flat->n_orders, ==, 0);
    g_autoptr (CgClusterTree) all = cg_clusters_nearest (3, same, same, 1, 0, 2, NULL, NULL, &error);
    g_assert_cmpuint (all->order[0].n_clusters, ==, 1);
    const double numbers[][2] = { { -1, 0 }, { NAN, 0 }, { 1, -1 }, { 1, INFINITY } };
    for (guint k = 0; k < 4; k++) {
        g_assert_null (cg_clusters_nearest (3, same, same, numbers[k][0], numbers[k][1], 2, NULL, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        g_clear_error (&error);
    }
    g_assert_null (cg_clusters_nearest (3, same, hole, 1, 0, 2, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_clusters_nearest (3, same, same, 1, 0, 1, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* Ten places of 1 km2 and 20 events; the two highest scores hold 8: hit rate 0.4 on 0.2 of the ground,
 * PAI 2. The best two hold 12: PAI 3, PEI 2/3. They held 10 of 20 before: RRI 0.8. */
static void
test_backtest (void)
{
    const double score[] = { 9, 8, 1, 1, 1, 1, 1, 1, NAN, 1 };
    const double events[] = { 2, 6, 6, 1, 1, 1, 1, 1, 1, 0 }, old[] = { 5, 5, 1, 1, 1, 1, 1, 1, 2, 2 };
    double area[10];
    for (guint i = 0; i < 10; i++)
        area[i] = 1e6;
    const double share[] = { 0.2, 1, 0.05 };
    CgBacktest out[3];
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_backtest_run (10, score, area, events, old, 3, share, out, &error));
    g_assert_cmpuint (out[0].n_places, ==, 2);
    g_assert_cmpfloat_with_epsilon (out[0].hit_rate, 0.4, 1e-15);
    g_assert_cmpfloat_with_epsilon (out[0].pai, 2, 1e-14);
    g_assert_cmpfloat_with_epsilon (out[0].pei, 2 / 3.0, 1e-14);
    g_assert_cmpfloat_with_epsilon (out[0].rri, 0.8, 1e-14);
    /* All but the place without a score. */
    g_assert_cmpuint (out[1].n_places, ==, 9);
    g_assert_cmpfloat_with_epsilon (out[1].hit_rate, 0.95, 1e-15);
    g_assert_true (out[2].n_places == 0 && isnan (out[2].pai) && isnan (out[2].pei));
    const double none[10] = { 0 };
    g_assert_true (cg_backtest_run (10, score, area, none, NULL, 1, share, out, &error));
    g_assert_true (isnan (out[0].hit_rate) && isnan (out[0].rri));
    g_assert_true (cg_backtest_run (0, NULL, NULL, NULL, NULL, 1, share, out, &error));
    area[3] = 0;
    g_assert_false (cg_backtest_run (10, score, area, events, old, 1, share, out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    const double wrong = 1.5;
    area[3] = 1;
    g_assert_false (cg_backtest_run (10, score, area, events, old, 1, &wrong, out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* Within 1024 points of being stopped, in whatever part of the work. */
static void
test_stopped (void)
{
    enum { N = 20000 };
    g_autofree double *x = g_new (double, N), *y = g_new (double, N);
    g_autofree guint32 *out = g_new (guint32, N);
    guint32 n_out = 7;
    g_autoptr (GError) error = NULL;
    CgRandom random;
    cg_random_init (&random, 4, 9);
    for (guint32 i = 0; i < N; i++) {
        x[i] = 1000 * cg_random_unit (&random);
        y[i] = 1000 * cg_random_unit (&random);
    }
    for (guint64 at = 0; at < 12000; at += 4000) {
        Stop stop = { g_cancellable_new (), at, 0, 0 };
        CgProgress progress = { stop_run, &stop };
        g_assert_false (cg_clusters_dbscan (N, x, y, 20, 5, &progress, stop.cancel, out, &n_out, &error));
        assert_stopped (&stop, 1024, &error);
        g_assert_cmpuint (n_out, ==, 7);
        stop = (Stop){ g_cancellable_new (), at, 0, 0 };
        g_assert_null (cg_clusters_nearest (N, x, y, 20, 0, 5, &progress, stop.cancel, &error));
        assert_stopped (&stop, 1024, &error);
    }
    /* When all pairs were found, before clusters grow. */
    Stop late = { g_cancellable_new (), N - 1024, 0, 0 };
    CgProgress progress = { stop_run, &late };
    g_assert_null (cg_clusters_nearest (N, x, y, 20, 0, 5, &progress, late.cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_object_unref (late.cancel);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/clusters/dbscan", test_dbscan);
    g_test_add_func ("/analyse/clusters/nearest", test_nearest);
    g_test_add_func ("/analyse/clusters/edges", test_nearest_edges);
    g_test_add_func ("/analyse/clusters/stopped", test_stopped);
    g_test_add_func ("/analyse/clusters/backtest", test_backtest);
    return g_test_run ();
}
