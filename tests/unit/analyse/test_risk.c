/* Rates and relative risk: values worked by hand, and what must hold of any surface. */
#include "analyse/risk.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>

/* An even disc's effective area is its own; the others are found here by summing K^2 over rings. */
static void
test_effective_area (void)
{
    for (guint k = 0; k < CG_KERNELS; k++) {
        double mass = 0, square = 0, step = 1e-4, end = k == CG_KERNEL_GAUSSIAN ? 9 : 1;
        for (double r = step / 2; r < end; r += step) {
            double rest = 1 - r * r, value = k == CG_KERNEL_GAUSSIAN       ? exp (-r * r / 2)
                                             : k == CG_KERNEL_QUARTIC      ? rest * rest
                                             : k == CG_KERNEL_EPANECHNIKOV ? rest
                                             : k == CG_KERNEL_TRIANGULAR   ? 1 - r
                                                                           : 1;
            mass += 2 * G_PI * r * step * value;
            square += 2 * G_PI * r * step * value * value;
        }
        double area = cg_kernel_effective_km2 (k, 3000);
        g_assert_cmpfloat (fabs (area / (9 * mass * mass / square) - 1), <, 1e-6);
    }
}

/* 16 events and 4000 households within the effective area: Byar's limits of 16 are 9.14 and 25.98
 * (Breslow and Day 1987, table 2.11 prints the exact 9.15 and 25.98). */
static void
test_rate (void)
{
    CgRate rate = cg_rate_value (8, 2000, 2, 100);
    g_assert_cmpfloat (fabs (rate.per_1000 - 4), <, 1e-12);
    g_assert_cmpfloat (fabs (rate.low * 4 - 9.14), <, 0.01);
    g_assert_cmpfloat (fabs (rate.high * 4 - 25.98), <, 0.01);
    g_assert_true (isnan (cg_rate_value (8, 49, 2, 100).per_1000));
    g_assert_true (isnan (cg_rate_value (8, 0, 2, 0).per_1000));
    g_assert_true (isnan (cg_rate_value (NAN, 50, 2, 0).per_1000));
    CgRate none = cg_rate_value (0, 2000, 2, 100);
    g_assert_cmpfloat (none.per_1000, ==, 0);
    g_assert_cmpfloat (none.low, ==, 0);
    g_assert_cmpfloat (none.high * 4, >, 3.6); /* exact 3.689 */
    g_assert_cmpfloat (none.high * 4, <, 3.8);
    /* A fifth of an event: Byar's lower limit would be below 0. */
    g_assert_cmpfloat (cg_rate_value (0.1, 2000, 2, 100).low, ==, 0);
}

/* Two places so far apart that kernels do not meet, n_a + n_b cases and m_a + m_b others there: at
 * place a the ratio is (n_a / n) / (m_a / m), and the number of cases at a is hypergeometric. */
static void
test_two_places (void)
{
    enum { N = 80 };
    double x[N], y[N] = { 0 };
    guint32 n_a = 30, n = 40; /* cases: 30 at a, 10 at b; others 20 and 20 */
    for (guint i = 0; i < N; i++)
        x[i] = (i < n ? i < n_a : i < 60) ? 0 : 1e5;
    CgDensityOptions options = { .bandwidth_m = 100 };
    g_autoptr (GError) error = NULL;
    double at[] = { 0, 1e5, 5e4, NAN }, at_y[] = { 0, 0, 0, 0 };
    CgRisk risk[4];
    g_assert_true (
        cg_risk_at (n, x, y, N - n, x + n, y + n, &options, 5, 4, at, at_y, risk, &error));
    g_assert_no_error (error);
    g_assert_cmpfloat (fabs (risk[0].log_ratio - log (1.5)), <, 1e-9);
    g_assert_cmpfloat (fabs (risk[1].log_ratio - log (0.5)), <, 1e-9);
    g_assert_cmpfloat (fabs (risk[0].events - 50), <, 1e-9);
    /* z of 30 from a hypergeometric mean 25, variance 40 * 5/8 * 3/8 * 40/79; no skewness. */
    double z = 5 / sqrt (40 * 0.625 * 0.375 * 40 / 79.0);
    g_assert_cmpfloat (fabs (risk[0].z - z), <, 1e-9);
    g_assert_cmpfloat (fabs (risk[0].p - erfc (z / sqrt (2)) / 2), <, 1e-12);
    g_assert_cmpfloat (fabs (risk[0].p + risk[1].p - 1), <, 1e-12);
    g_assert_true (isnan (risk[2].log_ratio) && isnan (risk[2].p) && risk[2].events == 0);
    g_assert_true (isnan (risk[3].log_ratio));
    /* One side empty: as far as the scale goes, never infinite. */
    g_assert_true (
        cg_risk_at (n_a, x, y, 20, x + 60, y + 60, &options, 5, 1, at, at_y, risk, &error));
    g_assert_cmpfloat (risk[0].log_ratio, ==, CG_RISK_LIMIT);
    g_assert_true (isfinite (risk[0].z) && risk[0].p < 1e-6);
    /* So where a side has next to nothing: 400 to 1. */
    const CgRiskSums sums[] = { { 400, 1, 400, 400 }, { 1, 400, 400, 400 } };
    g_assert_cmpfloat (cg_risk_value (&sums[0], 100, 90, 90, 0).log_ratio, ==, CG_RISK_LIMIT);
    g_assert_cmpfloat (cg_risk_value (&sums[1], 100, 90, 90, 0).log_ratio, ==, -CG_RISK_LIMIT);
}

static void
test_degenerate (void)
{
    double x[] = { 0, 0, 0 }, y[] = { 0, 0, 0 }, bad[] = { NAN };
    CgDensityOptions options = {
        .bandwidth_m = 100, .box = { -100, -100, 100, 100 }, .width = 4, .height = 4
    };
    g_autoptr (GError) error = NULL;
    /* All at one place: the ratio is 1 everywhere, chances have no meaning. */
    g_autoptr (CgRiskSurface) surface = cg_risk_run (1, x, y, 2, x, y, &options, 0, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < 16; i++) {
        g_assert_cmpfloat (fabs (surface->log_ratio[i]), <, 1e-5);
        g_assert_true (isnan (surface->p[i]));
    }
    g_assert_null (cg_risk_run (0, x, y, 2, x, y, &options, 0, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_risk_run (1, x, y, 1, bad, y, &options, 0, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    options.kernel = CG_KERNEL_QUARTIC;
    g_assert_null (cg_risk_run (1, x, y, 1, x, y, &options, 0, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    options.kernel = CG_KERNEL_GAUSSIAN;
    options.edge = CG_EDGE_DIGGLE;
    g_assert_null (cg_risk_run (1, x, y, 1, x, y, &options, 0, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* Where only the far ends of kernels are, a raster has no value, however many events they come from. */
static void
test_far_away (void)
{
    enum { N = 400, SIDE = 100 };
    double x[N], y[N];
    for (guint i = 0; i < N; i++) {
        x[i] = i % 20;
        y[i] = i / 20;
    }
    CgDensityOptions options = {
        .bandwidth_m = 50, .box = { -500, -500, 500, 500 }, .width = SIDE, .height = SIDE
    };
    g_autoptr (CgRiskSurface) surface =
        cg_risk_run (N / 2, x, y, N / 2, x + N / 2, y + N / 2, &options, 10, NULL);
    for (guint i = 0; i < SIDE * SIDE; i++) {
        double away_x = (i % SIDE + 0.5) * 10 - 510, away_y = 490 - (i / SIDE + 0.5) * 10;
        double away = hypot (away_x, away_y);
        if (away < 100)
            g_assert_cmpfloat (fabs (surface->log_ratio[i]), <, 1);
        if (away > 300)
            g_assert_true (isnan (surface->log_ratio[i]) && isnan (surface->z[i]));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/risk/effective-area", test_effective_area);
    g_test_add_func ("/analyse/risk/rate", test_rate);
    g_test_add_func ("/analyse/risk/two-places", test_two_places);
    g_test_add_func ("/analyse/risk/degenerate", test_degenerate);
    g_test_add_func ("/analyse/risk/far-away", test_far_away);
    return g_test_run ();
}
