/* Steps of a surface against the raster of the same surface, number by number. */
#include "analyse/density_field.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>
#include <string.h>

enum { N = 4000, WIDTH = 211, HEIGHT = 140 };

typedef struct {
    double x[N], y[N], weight[N];
} Cloud;

static Cloud *
make_cloud (gboolean clustered)
{
    Cloud *cloud = g_new (Cloud, 1);
    CgRandom random;
    cg_random_init (&random, 5, clustered);
    for (guint i = 0; i < N; i++) {
        double spread = clustered && i % 3 > 0 ? 60 : 2500;
        cloud->x[i] = 900 + spread * (cg_random_unit (&random) - 0.2);
        cloud->y[i] = 700 + spread * (cg_random_unit (&random) - 0.2);
        cloud->weight[i] = cg_random_unit (&random) - (i % 2 ? 0 : 0.7);
    }
    return cloud;
}

/* The definition, in double precision. */
static double
place (double density, const CgDensityScale *scale)
{
    double share = density / scale->full_per_km2;
    return 255 * pow (share > 0 ? MIN (share, 1) : 0, scale->power);
}

/* The step is the place rounded; only within a hair of a half may it be either. */
static void
assert_step (guint8 step, double density, const CgDensityScale *scale)
{
    double want = place (density, scale);
    g_assert_cmpfloat (fabs (step - want), <=, 0.5 + 1e-4);
}

static void
test_steps (void)
{
    static const double powers[] = { 1, 0.5, 0.3 };
    static const float odd[] = { 0, -0.0f, -1, -INFINITY, INFINITY, NAN, 1e-30f, 3.4e38f, 12.5f };
    static const guint8 odd_step[] = { 0, 0, 0, 0, 255, 0, 0, 255, 255 };
    for (guint p = 0; p < G_N_ELEMENTS (powers); p++) {
        CgDensityScale scale = { 12.5, powers[p] };
        g_autofree float *value = g_new (float, 5001);
        g_autofree guint8 *step = g_new (guint8, 5001);
        for (guint i = 0; i < 5001; i++)
            value[i] = (float) (12.5 * pow (i / 5000.0, 2));
        for (gsize n = 4990; n <= 5001; n++) {
            memset (step, 7, 5001);
            cg_density_steps (&scale, n, value, step);
            for (guint i = 0; i < n; i++)
                assert_step (step[i], value[i], &scale);
            for (gsize i = n; i < 5001; i++)
                g_assert_cmpuint (step[i], ==, 7);
        }
        for (guint i = 1; i < 5000; i++) /* all 5001 were written by the last round */
            g_assert_cmpuint (step[i], >=, step[i - 1]);
        g_assert_cmpuint (step[5000], ==, 255);
        cg_density_steps (&scale, G_N_ELEMENTS (odd), odd, step);
        for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
            g_assert_cmpuint (step[i], ==, odd_step[i]);
    }
    /* Halves go up: 127.5 / 255 of the scale. */
    CgDensityScale linear = { 1, 1 };
    const float half[3] = { 0.49999997f, 0.5f, 0.50000006f };
    guint8 step[3];
    cg_density_steps (&linear, 3, half, step);
    g_assert_cmpuint (step[0], ==, 127);
    g_assert_cmpuint (step[1], ==, 128);
    g_assert_cmpuint (step[2], ==, 128);
}

typedef struct {
    guint n;
    guint8 step[HEIGHT * WIDTH];
} Collected;

static void
collect (gpointer user_data, const guint8 *step)
{
    Collected *collected = user_data;
    g_assert_cmpuint (collected->n, <, HEIGHT);
    memcpy (collected->step + collected->n++ * WIDTH, step, WIDTH);
}

static void
check_field (const CgDensityField *field, const CgDensity *raster)
{
    const CgDensity *info = cg_density_field_info (field);
    g_autoptr (GError) error = NULL;
    g_assert_cmpuint (info->n_used, ==, raster->n_used);
    g_assert_cmpuint (info->n_outside, ==, raster->n_outside);
    g_assert_cmpfloat (info->bandwidth_m, ==, raster->bandwidth_m);
    for (guint threads = 1; threads <= 3; threads += 2) {
        double peak;
        g_assert_true (cg_density_field_peak (field, threads, &peak, &error));
        g_assert_cmpfloat (peak, ==, raster->peak_per_km2);
    }
    static const double shares[] = { 1, 0.5, 3 };
    for (guint k = 0; k < G_N_ELEMENTS (shares); k++) {
        CgDensityScale scale = { MAX (raster->peak_per_km2, 1) * shares[k], k == 1 ? 1 : 0.5 };
        g_autofree guint8 *want = g_malloc (HEIGHT * WIDTH);
        g_autofree guint8 *have = g_malloc0 (HEIGHT * (WIDTH + 9));
        g_autofree Collected *collected = g_new0 (Collected, 1);
        cg_density_steps (&scale, HEIGHT * WIDTH, raster->per_km2, want);
        for (guint threads = 1; threads <= 4; threads++) {
            g_assert_true (
                cg_density_field_steps (field, &scale, threads, WIDTH + 9, have, &error));
            for (guint y = 0; y < HEIGHT; y++) {
                g_assert_cmpmem (have + y * (WIDTH + 9), WIDTH, want + y * WIDTH, WIDTH);
                g_assert_cmpuint (have[y * (WIDTH + 9) + WIDTH], ==, 0);
            }
        }
        g_assert_true (cg_density_field_rows (field, &scale, collect, collected, &error));
        g_assert_cmpuint (collected->n, ==, HEIGHT);
        g_assert_cmpmem (collected->step, HEIGHT * WIDTH, want, HEIGHT * WIDTH);
    }
}

enum { WIDE = 1403, LOW = 300 };

typedef struct {
    guint n;
    guint8 *step; /* [LOW * WIDE] */
} WideRows;

static void
collect_wide (gpointer user_data, const guint8 *step)
{
    WideRows *rows = user_data;
    memcpy (rows->step + (gsize) rows->n++ * WIDE, step, WIDE);
}

/* Wide enough for several tiles, tall enough for several bands, and most of it empty. */
static void
test_wide (void)
{
    g_autofree Cloud *cloud = make_cloud (FALSE);
    for (guint i = 0; i < N; i++) {
        cloud->x[i] = 880 + fmod (cloud->x[i] + 3000, 150);
        cloud->y[i] = 250 + fmod (cloud->y[i] + 3000, 60);
    }
    for (guint way = 0; way < 3; way++) {
        static const double powers[] = { 0.5, 1, 0.3 };
        CgDensityOptions options = { .bandwidth_m = 7 + 12 * way,
                                     .box = { -10, -20, -10 + WIDE, -20 + LOW },
                                     .width = WIDE,
                                     .height = LOW };
        g_autoptr (CgDensity) raster =
            cg_density_run (N, cloud->x, cloud->y, NULL, &options, NULL);
        g_autoptr (CgDensityField) field =
            cg_density_field_new (N, cloud->x, cloud->y, NULL, &options, NULL);
        CgDensityScale scale = { raster->peak_per_km2, powers[way] };
        g_autofree guint8 *want = g_malloc (LOW * WIDE);
        g_autofree guint8 *have = g_malloc (LOW * WIDE);
        double peak;
        cg_density_steps (&scale, LOW * WIDE, raster->per_km2, want);
        for (guint threads = 1; threads <= 2; threads++) {
            memset (have, 7, LOW * WIDE);
            g_assert_true (cg_density_field_steps (field, &scale, threads, WIDE, have, NULL));
            g_assert_cmpmem (have, LOW * WIDE, want, LOW * WIDE);
        }
        WideRows rows = { 0, memset (have, 7, LOW * WIDE) };
        g_assert_true (cg_density_field_rows (field, &scale, collect_wide, &rows, NULL));
        g_assert_cmpuint (rows.n, ==, LOW);
        g_assert_cmpmem (have, LOW * WIDE, want, LOW * WIDE);
        g_assert_true (cg_density_field_peak (field, 1, &peak, NULL));
        g_assert_cmpfloat (peak, ==, raster->peak_per_km2);
        g_assert_cmpuint (want[WIDE - 1], ==, 0);
    }
}

/* By the lattice and by the direct sum, with and without edge and weights. */
static void
test_against_raster (void)
{
    for (guint way = 0; way < 48; way++) {
        g_autofree Cloud *cloud = make_cloud (way % 2);
        static const double bandwidths[] = { 12, 45, 300, 0 };
        CgDensityOptions options = { .kernel = way / 8 % 3 == 1 ? CG_KERNEL_QUARTIC
                                                                : CG_KERNEL_GAUSSIAN,
                                     .bandwidth_m = bandwidths[way / 2 % 4],
                                     .box = { 0, 0, WIDTH * 10, HEIGHT * 10 },
                                     .width = WIDTH,
                                     .height = HEIGHT,
                                     .edge = way / 8 % 3 == 2 ? CG_EDGE_UNIFORM : CG_EDGE_NONE };
        const double *weight = way >= 24 ? cloud->weight : NULL;
        g_autoptr (GError) error = NULL;
        g_autoptr (CgDensity) raster =
            cg_density_run (N, cloud->x, cloud->y, weight, &options, &error);
        g_autoptr (CgDensityField) field =
            cg_density_field_new (N, cloud->x, cloud->y, weight, &options, &error);
        g_assert_no_error (error);
        check_field (field, raster);
    }
}

/* Nothing, one event, an even surface whose every pixel may be the peak. */
static void
test_plain_surfaces (void)
{
    g_autofree double *x = g_new (double, 40000), *y = g_new (double, 40000);
    for (guint i = 0; i < 40000; i++) {
        x[i] = i % 200 * 20 - 900;
        y[i] = i / 200 * 20 - 1200;
    }
    static const guint numbers[] = { 0, 1, 40000 };
    for (guint k = 0; k < G_N_ELEMENTS (numbers); k++) {
        guint first = numbers[k] == 40000 ? 0 : 20100; /* one event: in the window */
        CgDensityOptions options = { .bandwidth_m = 80,
                                     .box = { 0, 0, WIDTH * 10, HEIGHT * 10 },
                                     .width = WIDTH,
                                     .height = HEIGHT };
        g_autoptr (GError) error = NULL;
        g_autoptr (CgDensity) raster =
            cg_density_run (numbers[k], x + first, y + first, NULL, &options, &error);
        g_autoptr (CgDensityField) field =
            cg_density_field_new (numbers[k], x + first, y + first, NULL, &options, &error);
        g_assert_no_error (error);
        check_field (field, raster);
    }
}

static void
test_live (void)
{
    g_autofree Cloud *cloud = make_cloud (TRUE);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgDensityLive) live = cg_density_live_new (8, 3600, &error);
    for (guint i = 0; i < N; i++)
        g_assert_true (
            cg_density_live_add (live, 0, i, cloud->x[i], cloud->y[i], cloud->weight[i], &error));
    CgLiveSelection all = { .until_s = 7200 };
    CgDensityOptions options = { .bandwidth_m = 60,
                                 .box = { 0, 0, WIDTH * 10, HEIGHT * 10 },
                                 .width = WIDTH,
                                 .height = HEIGHT };
    g_autoptr (CgDensity) raster = cg_density_live_run (live, &all, &options, &error);
    g_autoptr (CgDensityField) field = cg_density_field_live (live, &all, &options, &error);
    g_assert_no_error (error);
    g_clear_pointer (&live, cg_density_live_free);
    check_field (field, raster);
}

static void
test_errors (void)
{
    const double x = 1, y = 1;
    CgDensityOptions options = { .bandwidth_m = 5, .box = { 0, 0, 10, 10 } };
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_density_field_new (1, &x, &y, NULL, &options, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_autoptr (CgDensityLive) live = cg_density_live_new (8, 3600, NULL);
    CgLiveSelection all = { .until_s = 7200 };
    options.width = options.height = 10;
    g_assert_null (cg_density_field_live (live, &all, &options, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    cg_density_field_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/density-field/steps", test_steps);
    g_test_add_func ("/analyse/density-field/wide", test_wide);
    g_test_add_func ("/analyse/density-field/against-raster", test_against_raster);
    g_test_add_func ("/analyse/density-field/plain", test_plain_surfaces);
    g_test_add_func ("/analyse/density-field/live", test_live);
    g_test_add_func ("/analyse/density-field/errors", test_errors);
    return g_test_run ();
}
