/* Hexagon bins: against the nearest of all centres nearby, in wider arithmetic; sides and corners.
 */
#include "aggregate/hexbin.h"

#include <math.h>

#include "base/error.h"
#include "base/random.h"

#define N 20000u
#define ROOT3 1.7320508075688772935274463415058723669L

/* Is the centre of (row, column) nearest to (x, y) among it and its six neighbours? Beyond those
 * none can be nearer than all of them. */
static gboolean
is_nearest (gint32 row, gint32 column, double x, double y, double width_m)
{
    long double best = INFINITY, own = 0;
    for (gint32 r = row - 1; r <= row + 1; r++)
        for (gint32 c = column - 2; c <= column + 2; c++) {
            long double dx = x - width_m * (c + 0.5L * (r & 1));
            long double dy = y - width_m * ROOT3 / 2 * r;
            long double square = dx * dx + dy * dy;
            best = MIN (best, square);
            if (r == row && c == column)
                own = square;
        }
    return own <= best * (1 + 1e-15L);
}

static void
check_random (double width_m, double x0, double y0, double spread_m, guint64 seed)
{
    g_autofree double *x = g_new (double, N), *y = g_new (double, N);
    CgRandom random;
    cg_random_init (&random, seed, 0);
    guint32 total = 0;
    for (guint32 i = 0; i < N; i++) {
        x[i] = x0 + spread_m * cg_random_unit (&random);
        y[i] = y0 + spread_m * cg_random_unit (&random);
    }
    g_autoptr (GError) error = NULL;
    for (guint32 i = 0; i < N; i += 7) {
        g_autoptr (CgHexBins) one = cg_hexbin_run (1, x + i, y + i, NULL, width_m, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (one->n, ==, 1);
        g_assert_true (is_nearest (one->row[0], one->column[0], x[i], y[i], width_m));
    }
    g_autoptr (CgHexBins) bins = cg_hexbin_run (N, x, y, NULL, width_m, &error);
    g_assert_no_error (error);
    for (guint32 k = 0; k < bins->n; k++) {
        total += bins->points[k];
        g_assert_cmpfloat (bins->weight[k], ==, bins->points[k]);
        if (k > 0)
            g_assert_true (
                bins->row[k] > bins->row[k - 1] ||
                (bins->row[k] == bins->row[k - 1] && bins->column[k] > bins->column[k - 1]));
    }
    g_assert_cmpuint (total, ==, N);
}

static void
test_nearest (void)
{
    check_random (100.0, -3000, -2000, 6000, 1);
    check_random (0.1, 500000, 3500000, 40, 2); /* far from the origin, as real counties are */
    check_random (333.3, 1e9 - 1e5, -1e9, 2e5, 3);
}

/* By hand: width 2, rows sqrt (3) = 1.73 apart; odd rows shifted by 1. */
static void
test_by_hand (void)
{
    const double x[] = { 0, 0.99, 1, -1, 1, 0.2, 5, NAN, 0 };
    const double y[] = { 0, 0, 0, 0, 1.73, 1.1, -1.8, 0, INFINITY };
    const double weight[] = { 1, 2, 4, 8, 16, 0.5, -1, 1, 1 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgHexBins) bins = cg_hexbin_run (9, x, y, weight, 2.0, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (bins->n_left_out, ==, 2);
    g_assert_cmpfloat_with_epsilon (bins->area_km2, 3.4641016e-6, 1e-13);
    const struct {
        gint32 row, column;
        guint32 points;
        double weight;
    } want[] = {
        { -1, 2, 1, -1 }, /* (5, -1.8): centre at 2 * 2.5                                   */
        { 0, 0, 3, 11 },  /* 0, 0.99 and -1: its west side is its own                       */
        { 0, 1, 1, 4 },   /* x = 1 lies on the side between columns 0 and 1: the east one   */
        { 1, 0, 1, 16 },  /* (1, 1.73)                                                      */
    };
    /* (0.2, 1.1): 1.118 from (0, 0), 1.019 from (1, 1.732), 1.356 from (-1, 1.732) */
    g_assert_cmpuint (bins->n, ==, G_N_ELEMENTS (want));
    for (guint i = 0; i < G_N_ELEMENTS (want); i++) {
        gboolean shared = want[i].row == 1;
        g_assert_cmpint (bins->row[i], ==, want[i].row);
        g_assert_cmpint (bins->column[i], ==, want[i].column);
        g_assert_cmpuint (bins->points[i], ==, want[i].points + shared);
        g_assert_cmpfloat (bins->weight[i], ==, want[i].weight + (shared ? 0.5 : 0.0));
    }
}

/* Each double beside a vertical side falls on its own side of it. */
static void
test_sides (void)
{
    const double widths[] = { 0.1, 1.0 / 3.0, 100.0, 777.7 };
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
        for (gint32 column = -1000; column < 1000; column += 37) {
            double side = (column + 0.5) * widths[w];
            const double x[2] = { nextafter (side, -INFINITY), nextafter (side, INFINITY) };
            const double y[2] = { 0, 0 };
            g_autoptr (CgHexBins) bins = cg_hexbin_run (2, x, y, NULL, widths[w], NULL);
            g_assert_cmpuint (bins->n, ==, 2);
            g_assert_cmpint (bins->column[0], ==, column);
            g_assert_cmpint (bins->column[1], ==, column + 1);
        }
}

/* Hexagons that touch share corners bit for bit, and each holds its area. */
static void
test_shapes (void)
{
    double x[400], y[400];
    for (guint i = 0; i < 400; i++) {
        x[i] = 500123.4 + (i % 20) * 60;
        y[i] = 3512345.6 + (i / 20) * 60;
    }
    g_autoptr (CgHexBins) bins = cg_hexbin_run (400, x, y, NULL, 123.4, NULL);
    g_autoptr (CgShapes) shapes = cg_hexbin_shapes (bins);
    g_autoptr (GHashTable) corners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_assert_cmpuint (shapes->n_shapes, ==, bins->n);
    guint near = 0;
    for (guint32 v = 0; v < shapes->n_vertices; v++) {
        g_hash_table_add (corners, g_strdup_printf ("%a %a", shapes->x[v], shapes->y[v]));
        for (guint32 u = 0; u < v; u++)
            near += hypot (shapes->x[v] - shapes->x[u], shapes->y[v] - shapes->y[u]) < 1e-3 &&
                    (shapes->x[v] != shapes->x[u] || shapes->y[v] != shapes->y[u]);
    }
    g_assert_cmpuint (near, ==, 0);
    g_assert_cmpuint (g_hash_table_size (corners), <, 3 * bins->n);
    for (guint32 i = 0; i < bins->n; i++)
        g_assert_cmpfloat_with_epsilon (cg_shapes_area (shapes, i) / 1e6, bins->area_km2, 1e-9);
}

static void
test_limits (void)
{
    const double x[] = { 1e9, 5, 5 }, y[] = { 1e9, 5, 5 }, far = 1e300;
    const double widths[] = { 0, -1, NAN, INFINITY, 1e-4, 1e10 };
    for (guint i = 0; i < G_N_ELEMENTS (widths); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_hexbin_run (3, x, y, NULL, widths[i], &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_hexbin_run (1, x, y, NULL, 0.001, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_clear_error (&error);
    g_assert_null (cg_hexbin_run (1, &far, &far, NULL, 100, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_clear_error (&error);
    g_autoptr (CgHexBins) none = cg_hexbin_run (0, NULL, NULL, NULL, 100, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (none->n, ==, 0);
    g_autoptr (CgShapes) shapes = cg_hexbin_shapes (none);
    g_assert_cmpuint (shapes->n_shapes, ==, 0);
    g_autoptr (CgHexBins) same = cg_hexbin_run (2, x + 1, y + 1, NULL, 100, &error);
    g_assert_cmpuint (same->n, ==, 1);
    g_assert_cmpuint (same->points[0], ==, 2);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/aggregate/hexbin/nearest", test_nearest);
    g_test_add_func ("/aggregate/hexbin/by-hand", test_by_hand);
    g_test_add_func ("/aggregate/hexbin/sides", test_sides);
    g_test_add_func ("/aggregate/hexbin/shapes", test_shapes);
    g_test_add_func ("/aggregate/hexbin/limits", test_limits);
    return g_test_run ();
}
