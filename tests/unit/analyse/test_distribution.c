/* Distributions against numpy and scipy (tests/oracle/distribution.py), and by hand at the ends. */
#include "analyse/distribution.h"
#include "golden.h"

#include <math.h>

static guint
read_numbers (const GoldenTable *table, guint32 row, const char *column, double *out)
{
    g_auto (GStrv) parts = g_strsplit (golden_text (table, row, column), " ", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        out[i] = g_ascii_strtod (parts[i], NULL);
    return g_strv_length (parts);
}

static void
check_near (double found, double wanted, double scale)
{
    g_assert_cmpfloat_with_epsilon (found, wanted, 1e-12 * scale);
}

static void
test_oracle (void)
{
    g_autoptr (GoldenTable) table = golden_own ("distribution.csv");
    g_autofree double *bandwidth = golden_column (table, "bandwidth");
    g_autofree double *width = golden_column (table, "width");
    g_autofree double *low = golden_column (table, "low");
    g_assert_cmpuint (table->n, ==, 4);
    for (guint32 row = 0; row < table->n; row++) {
        double value[128], quartile[3], at[8], plain[8], folded[8], count[64], out[8];
        guint n = read_numbers (table, row, "values", value);
        read_numbers (table, row, "quartiles", quartile);
        guint n_at = read_numbers (table, row, "at", at);
        read_numbers (table, row, "plain", plain);
        read_numbers (table, row, "folded", folded);
        guint n_classes = read_numbers (table, row, "counts", count);
        for (guint q = 0; q < 3; q++)
            check_near (cg_distribution_quantile (n, value, 0.25 * (q + 1)), quartile[q], 100);
        check_near (cg_distribution_bandwidth (n, value), bandwidth[row], 10);
        cg_distribution_curve (n, value, bandwidth[row], NAN, at[0], at[n_at - 1], n_at, out);
        for (guint k = 0; k < n_at; k++)
            check_near (out[k], plain[k], 1);
        cg_distribution_curve (n, value, bandwidth[row], 0, at[0], at[n_at - 1], n_at, out);
        for (guint k = 0; k < n_at; k++)
            check_near (out[k], folded[k], 1);
        CgClasses classes;
        cg_distribution_classes (n, value, 64, &classes);
        g_assert_cmpuint (classes.n_classes, ==, n_classes);
        check_near (classes.width, width[row], 1);
        check_near (classes.low, low[row], 1);
        for (guint k = 0; k < n_classes; k++)
            g_assert_cmpfloat (classes.count[k], ==, count[k]);
    }
}

/* Whatever lies under the curve is 1, folded or not. */
static void
test_mass (void)
{
    const double value[] = { 0, 0, 1, 4, NAN, 2, 2.5, INFINITY, 0.5 };
    enum { N_AT = 4001 };
    g_autofree double *out = g_new (double, N_AT);
    for (guint folded = 0; folded < 2; folded++) {
        double low = folded ? 0 : -20, sum = 0;
        cg_distribution_curve (G_N_ELEMENTS (value), value, 0.7, folded ? 0 : NAN, low, 20, N_AT,
                               out);
        for (guint k = 0; k + 1 < N_AT; k++)
            sum += 0.5 * (out[k] + out[k + 1]);
        g_assert_cmpfloat_with_epsilon (sum * (20 - low) / (N_AT - 1), 1.0, 1e-5);
    }
}

static void
test_ends (void)
{
    const double none[] = { NAN, INFINITY }, same[] = { 7, 7, 7 }, huge[] = { -1.7e308, 1.7e308 };
    double out[3] = { 9, 9, 9 };
    CgClasses classes;
    g_assert_true (isnan (cg_distribution_quantile (2, none, 0.5)));
    g_assert_true (isnan (cg_distribution_quantile (3, same, NAN)));
    g_assert_cmpfloat (cg_distribution_quantile (3, same, -1), ==, 7);
    g_assert_cmpfloat (cg_distribution_quantile (2, huge, 0.5), ==, 0);
    g_assert_cmpfloat (cg_distribution_bandwidth (2, none), ==, 0);
    g_assert_cmpfloat (cg_distribution_bandwidth (3, same), ==, 0);
    g_assert_true (isfinite (cg_distribution_bandwidth (2, huge)));
    cg_distribution_curve (3, same, 0, NAN, 0, 9, 3, out);
    g_assert_cmpfloat (out[0] + out[1] + out[2], ==, 0);
    cg_distribution_curve (3, same, 1, NAN, 9, 0, 3, out);
    g_assert_cmpfloat (out[1], ==, 0);
    cg_distribution_classes (2, none, 9, &classes);
    g_assert_cmpuint (classes.n_classes, ==, 0);
    cg_distribution_classes (2, huge, 9, &classes);
    g_assert_cmpuint (classes.n_classes, ==, 0);
    cg_distribution_classes (3, same, 9, &classes);
    g_assert_cmpuint (classes.n_classes, ==, 1);
    g_assert_cmpfloat (classes.count[0], ==, 3);
    g_assert_cmpfloat (classes.low, ==, 7);
    const double zeros[] = { 0, 0, -0.0, 0 };
    cg_distribution_classes (4, zeros, 9, &classes);
    g_assert_cmpuint (classes.n_classes, ==, 1);
    /* One far value must not make more classes than asked for, nor lose anybody. */
    double tail[100];
    for (guint i = 0; i < 100; i++)
        tail[i] = i % 3 + (i == 99 ? 1e9 : 0.25);
    for (guint most = 2; most <= 64; most++) {
        double sum = 0;
        cg_distribution_classes (100, tail, most, &classes);
        g_assert_cmpuint (classes.n_classes, <=, most);
        for (guint k = 0; k < classes.n_classes; k++)
            sum += classes.count[k];
        g_assert_cmpfloat (sum, ==, 100);
        g_assert_cmpfloat (classes.low + classes.n_classes * classes.width, >=, 1e9);
    }
    const double tiny[] = { 5e-324, 1e-320, 3e-310 };
    cg_distribution_classes (3, tiny, 9, &classes);
    g_assert_cmpuint (classes.n_classes, <=, 9);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/distribution/oracle", test_oracle);
    g_test_add_func ("/distribution/mass", test_mass);
    g_test_add_func ("/distribution/ends", test_ends);
    return g_test_run ();
}
