/* The row sweep against the plain double sum, and as one of the ways of a density. */
#include "analyse/density.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>
#include <string.h>

#define WIDTH 300
#define HEIGHT 120
#define N 700

static double
kernel_at (CgKernel kernel, double rr)
{
    if (rr >= 1)
        return 0;
    return kernel == CG_KERNEL_QUARTIC        ? 3 / G_PI * (1 - rr) * (1 - rr)
           : kernel == CG_KERNEL_EPANECHNIKOV ? 2 / G_PI * (1 - rr)
                                              : 1 / G_PI;
}

static double
brute_force (const double *x, const double *y, const double *weight, CgKernel kernel, double b,
             double at_x, double at_y)
{
    double sum = 0;
    for (guint i = 0; i < N; i++) {
        double dx = at_x - x[i], dy = at_y - y[i];
        sum += weight[i] * kernel_at (kernel, (dx * dx + dy * dy) / (b * b));
    }
    return sum * 1e6 / (b * b);
}

/* Clusters and a ground around a window far from the origin; some weights are negative, some events
 * lie on pixel centres, so that rims meet centres too. */
static void
make_events (double *x, double *y, double *weight)
{
    CgRandom random;
    cg_random_init (&random, 21, 1);
    for (guint i = 0; i < N; i++) {
        gboolean ground = i % 3 == 0;
        x[i] = 500000 + (ground ? 10 * WIDTH * (1.4 * cg_random_unit (&random) - 0.2)
                                : 1200 + 60 * cg_random_normal (&random));
        y[i] = 3400000 + (ground ? 10 * HEIGHT * (1.4 * cg_random_unit (&random) - 0.2)
                                 : 500 + 60 * cg_random_normal (&random));
        if (i % 10 == 0) {
            x[i] = floor (x[i] / 10) * 10 + 5;
            y[i] = floor (y[i] / 10) * 10 + 5;
        }
        weight[i] = i % 7 == 0 ? -0.5 : 1 + i % 3;
    }
}

static CgDensityOptions
make_options (CgKernel kernel, double bandwidth_m)
{
    CgDensityOptions options = { .kernel = kernel,
                                 .bandwidth_m = bandwidth_m,
                                 .box = { 500000, 3400000, 500000 + 10 * WIDTH,
                                          3400000 + 10 * HEIGHT } };
    g_assert_true (cg_density_align (&options, 10, NULL));
    return options;
}

static void
test_brute_force (void)
{
    const CgKernel kernels[] = { CG_KERNEL_QUARTIC, CG_KERNEL_EPANECHNIKOV, CG_KERNEL_UNIFORM };
    const double bandwidths[] = { 4, 10, 37, 150, 1000, 30000 };
    double x[N], y[N], weight[N];
    make_events (x, y, weight);
    g_autofree double *value = g_new (double, WIDTH *HEIGHT);
    for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
        for (guint b = 0; b < G_N_ELEMENTS (bandwidths); b++) {
            g_autoptr (GError) error = NULL;
            CgDensityOptions options = make_options (kernels[k], bandwidths[b]);
            g_assert_true (cg_density_sweep (N, x, y, weight, &options, value, &error));
            g_assert_no_error (error);
            double peak = 0, worst = 0;
            for (guint32 p = 0; p < WIDTH * HEIGHT; p += 13) {
                double wanted = brute_force (x, y, weight, kernels[k], bandwidths[b],
                                             500005.0 + 10 * (p % WIDTH),
                                             3400000 + 10 * HEIGHT - 5.0 - 10 * (p / WIDTH));
                peak = MAX (peak, fabs (wanted));
                worst = MAX (worst, fabs (value[p] - wanted));
            }
            g_test_message ("%s %g m: %.1e of the peak", cg_kernel_name (kernels[k]), bandwidths[b],
                            peak > 0 ? worst / peak : 0);
            g_assert_cmpfloat (worst, <=, 1e-12 * peak);
        }
}

/* Any order of events, any number of threads and any window give the same bits. */
static void
test_bits (void)
{
    double x[N], y[N], weight[N], back_x[N], back_y[N], back_weight[N];
    make_events (x, y, weight);
    for (guint i = 0; i < N; i++)
        back_x[i] = x[N - 1 - i], back_y[i] = y[N - 1 - i], back_weight[i] = weight[N - 1 - i];
    g_autofree double *one = g_new (double, WIDTH *HEIGHT), *other = g_new (double, WIDTH *HEIGHT);
    CgDensityOptions options = make_options (CG_KERNEL_QUARTIC, 330);
    g_assert_true (cg_density_sweep (N, x, y, weight, &options, one, NULL));
    options.threads = 4;
    g_assert_true (cg_density_sweep (N, back_x, back_y, back_weight, &options, other, NULL));
    g_assert_cmpmem (one, WIDTH * HEIGHT * sizeof (double), other,
                     WIDTH * HEIGHT * sizeof (double));
    options.box = (CgBox){ 500470, 3400130, 501230, 3400890 };
    g_assert_true (cg_density_align (&options, 10, NULL));
    g_assert_true (cg_density_sweep (N, x, y, weight, &options, other, NULL));
    for (guint32 r = 0; r < options.height; r++)
        g_assert_cmpmem (other + r * options.width, options.width * sizeof (double),
                         one + (r + HEIGHT - 89) * WIDTH + 47, options.width * sizeof (double));
}

/* Where a density takes it: wide kernels that end, of few events. */
static void
test_density (void)
{
    double x[N], y[N], weight[N];
    make_events (x, y, weight);
    CgDensityOptions options = make_options (CG_KERNEL_QUARTIC, 2500);
    g_autoptr (GError) error = NULL;
    g_autofree double *value = g_new (double, WIDTH *HEIGHT);
    g_assert_true (cg_density_sweep (N, x, y, NULL, &options, value, &error));
    g_autoptr (CgDensity) density = cg_density_run (N, x, y, NULL, &options, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (density->n_used, ==, N);
    for (guint32 p = 0; p < WIDTH * HEIGHT; p++)
        g_assert_true (density->per_km2[p] == (float) value[p]);
    /* Nothing in reach: exactly nothing. */
    double far = 400000;
    options.bandwidth_m = 900;
    g_autoptr (CgDensity) empty = cg_density_run (1, &far, y, NULL, &options, &error);
    g_assert_cmpfloat (empty->peak_per_km2, ==, 0);
}

static void
test_errors (void)
{
    double x[1] = { 500000 }, y[1] = { 3400000 }, out[WIDTH];
    const CgKernel kernels[] = { CG_KERNEL_GAUSSIAN, CG_KERNEL_TRIANGULAR };
    for (guint k = 0; k < 2; k++) {
        g_autoptr (GError) error = NULL;
        CgDensityOptions options = make_options (kernels[k], 100);
        g_assert_false (cg_density_sweep (1, x, y, NULL, &options, out, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/sweep/brute-force", test_brute_force);
    g_test_add_func ("/analyse/sweep/bits", test_bits);
    g_test_add_func ("/analyse/sweep/density", test_density);
    g_test_add_func ("/analyse/sweep/errors", test_errors);
    return g_test_run ();
}
