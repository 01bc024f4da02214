/* Class breaks by hand: ties, few values, ends of the number line. */
#include "analyse/breaks.h"
#include "base/error.h"
#include "base/random.h"
#include "golden.h"

#include <math.h>
#include <string.h>

static void
check (const char *method, guint n, const double *value, guint n_classes, guint want_n,
       const double *want)
{
    double upper[16];
    g_assert_cmpuint (cg_breaks_run (method, n, value, n_classes, upper), ==, want_n);
    for (guint i = 0; i < want_n; i++)
        g_assert_cmpfloat (upper[i], ==, want[i]);
}

static void
test_quantile (void)
{
    const double ten[] = { 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 };
    check ("quantile", 10, ten, 5, 5, (double[]){ 2, 4, 6, 8, 10 });
    check (NULL, 10, ten, 3, 3, (double[]){ 4, 7, 10 });
    const double ties[] = { 0, 0, 0, 0, 0, 0, 0, 1, 2, 9 };
    check ("quantile", 10, ties, 5, 3, (double[]){ 0, 1, 9 });
    check ("quantile", 2, ties, 5, 1, (double[]){ 0 });
    const double few[] = { 3, 1 };
    check ("quantile", 2, few, 7, 2, (double[]){ 1, 3 });
}

static void
test_equal (void)
{
    check ("equal", 3, (double[]){ 0, 3, 10 }, 5, 5, (double[]){ 2, 4, 6, 8, 10 });
    check ("equal", 2, (double[]){ -1, 1 }, 2, 2, (double[]){ 0, 1 });
    check ("equal", 3, (double[]){ 7, 7, 7 }, 4, 1, (double[]){ 7 });
    check ("equal", 2, (double[]){ -1.7e308, 1.7e308 }, 2, 2, (double[]){ 0, 1.7e308 });
}

static void
test_pretty (void)
{
    check ("pretty", 2, (double[]){ 0, 97 }, 5, 5, (double[]){ 20, 40, 60, 80, 100 });
    check ("pretty", 2, (double[]){ 0, 0.97 }, 10, 10,
           (double[]){ 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1 });
    check ("pretty", 2, (double[]){ 0, 9 }, 4, 4, (double[]){ 2.5, 5, 7.5, 10 });
    check ("pretty", 2, (double[]){ 3, 100 }, 5, 5, (double[]){ 20, 40, 60, 80, 100 });
    check ("pretty", 2, (double[]){ -30, 70 }, 5, 5, (double[]){ -25, 0, 25, 50, 75 });
    check ("pretty", 2, (double[]){ 1e6, 4.9e6 }, 4, 4, (double[]){ 2e6, 3e6, 4e6, 5e6 });
    check ("pretty", 1, (double[]){ 42 }, 4, 1, (double[]){ 42 });
    check ("pretty", 2, (double[]){ -3, 5 }, 1, 1, (double[]){ 5 });
}

static void
test_hostile (void)
{
    const double none[] = { NAN, INFINITY, -INFINITY };
    for (const CgBreaksMethod *method = cg_breaks_methods (); method->name != NULL; method++) {
        check (method->name, 3, none, 5, 0, NULL);
        check (method->name, 0, NULL, 5, 0, NULL);
        check (method->name, 2, (double[]){ 1, 2 }, 0, 0, NULL);
        check (method->name, 3, (double[]){ NAN, 5, INFINITY }, 3, 1, (double[]){ 5 });
    }
    check ("kmeans", 2, (double[]){ 1, 2 }, 2, 0, NULL);
    g_assert_null (cg_breaks_find ("kmeans"));
}

/* Whatever the values: ascending, at most n, and every value in the class that the bounds say. */
static void
test_properties (void)
{
    const double extremes[] = { 0,    5e-324,    -5e-324, 1e-308, 1.7e308, -1.7e308,
                                1e17, 1e17 + 16, 1,       -1,     0.1,     0.3 };
    CgRandom random;
    cg_random_init (&random, 3, 0);
    for (guint round = 0; round < 20000; round++) {
        double value[12], upper[12];
        guint n = 1 + cg_random_below (&random, 12), n_classes = 1 + cg_random_below (&random, 12);
        for (guint i = 0; i < n; i++)
            value[i] = cg_random_below (&random, 3) > 0
                           ? extremes[cg_random_below (&random, G_N_ELEMENTS (extremes))]
                           : floor (1000 * cg_random_normal (&random)) / 8;
        for (const CgBreaksMethod *method = cg_breaks_methods (); method->name != NULL; method++) {
            guint got = cg_breaks_run (method->name, n, value, n_classes, upper);
            g_assert_true (got >= 1 && got <= n_classes);
            for (guint k = 1; k < got; k++)
                g_assert_cmpfloat (upper[k - 1], <, upper[k]);
            for (guint i = 0; i < n; i++) {
                int class = cg_breaks_class (got, upper, value[i]);
                g_assert_true (value[i] <= upper[class] &&
                               (class == 0 || value[i] > upper[class - 1]));
            }
        }
    }
}

static guint
read_numbers (const char *text, double *out)
{
    g_auto (GStrv) parts = g_strsplit (text, " ", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        out[i] = g_ascii_strtod (parts[i], NULL);
    return g_strv_length (parts);
}

/* tests/oracle/class_breaks.py: exact fractions, all splits of a plain table. */
static void
test_oracle (void)
{
    g_autoptr (GoldenTable) table = golden_own ("breaks.csv");
    g_autofree double *classes = golden_column (table, "classes");
    g_autofree double *fit = golden_column (table, "fit");
    g_assert_cmpuint (table->n, >=, 150);
    for (guint32 i = 0; i < table->n; i++) {
        double value[256], want[16], upper[16];
        guint n = read_numbers (golden_text (table, i, "values"), value);
        guint n_want = read_numbers (golden_text (table, i, "bounds"), want);
        guint got =
            cg_breaks_run (golden_text (table, i, "method"), n, value, (guint) classes[i], upper);
        g_assert_cmpuint (got, ==, n_want);
        for (guint k = 0; k < got; k++)
            golden_near (upper[k], want[k], golden_text (table, i, "method"), i);
        golden_near (cg_breaks_fit (n, value, got, upper), fit[i], "fit", i);
    }
}

/* 2520 times the sum of squares of stretch i..j-1, a whole number for up to ten values. */
static gint64
stretch_cost (const gint64 *value, guint i, guint j)
{
    gint64 sum = 0, square = 0, n = j - i;
    for (guint k = i; k < j; k++) {
        sum += value[k];
        square += value[k] * value[k];
    }
    return 2520 * square - 2520 / n * sum * sum;
}

/* Every split of n sorted values into stretches that do not cut equal values: the least cost. A bit
 * of the mask is a cut after that value. */
static gint64
least_cost (guint n, const gint64 *value, guint n_classes)
{
    gint64 least = G_MAXINT64;
    for (guint mask = 0; mask < 1u << (n - 1); mask++) {
        guint start = 0, parts = 1;
        gint64 cost = 0;
        gboolean allowed = TRUE;
        for (guint k = 0; k + 1 < n; k++) {
            if (!(mask >> k & 1))
                continue;
            allowed = allowed && value[k] != value[k + 1];
            cost += stretch_cost (value, start, k + 1);
            start = k + 1;
            parts++;
        }
        cost += stretch_cost (value, start, n);
        if (allowed && parts == n_classes)
            least = MIN (least, cost);
    }
    return least;
}

static void
test_jenks_is_best (void)
{
    CgRandom random;
    cg_random_init (&random, 5, 0);
    for (guint round = 0; round < 3000; round++) {
        gint64 value[10];
        double given[10], upper[10];
        guint n = 1 + cg_random_below (&random, 10), range = 2 + cg_random_below (&random, 40);
        for (guint i = 0; i < n; i++) {
            gint64 v = cg_random_below (&random, range);
            guint at = i;
            for (; at > 0 && value[at - 1] > v; at--)
                value[at] = value[at - 1];
            value[at] = v;
        }
        /* A shift that leaves no bit of the squares in a double changes nothing. */
        double shift = round % 3 == 0 ? 0.0 : round % 3 == 1 ? -1e9 : 4e15;
        for (guint i = 0; i < n; i++)
            given[i] = value[n - 1 - i] + shift;
        guint k = cg_breaks_run ("jenks", n, given, 1 + cg_random_below (&random, 6), upper);
        gint64 cost = 0;
        for (guint c = 0, start = 0; c < k; c++) {
            guint end = start;
            while (end < n && value[end] + shift <= upper[c])
                end++;
            g_assert_cmpuint (end, >, start);
            cost += stretch_cost (value, start, end);
            start = end;
        }
        g_assert_cmpint (cost, ==, least_cost (n, value, k));
    }
}

/* A million values, all different and of three hundred counts: the bounds of the halves method must
 * be no worse than those moved by one place, and the same whatever the order of the input. */
static void
test_jenks_large (void)
{
    enum { N = 1000000, K = 9 };
    g_autofree double *value = g_new (double, N);
    for (guint counts = 0; counts < 2; counts++) {
        CgRandom random;
        cg_random_init (&random, 8, counts);
        for (guint i = 0; i < N; i++) {
            double z = exp (cg_random_normal (&random));
            value[i] = counts ? floor (20 * z) : z;
        }
        double upper[K], again[K], moved[K];
        g_assert_cmpuint (cg_breaks_run ("jenks", N, value, K, upper), ==, K);
        double fit = cg_breaks_fit (N, value, K, upper);
        g_assert_cmpfloat (fit, >, 0.9);
        for (guint c = 0; c + 1 < K; c++)
            for (int side = -1; side <= 1; side += 2) {
                memcpy (moved, upper, sizeof moved);
                moved[c] *= 1.0 + side * 1e-3;
                g_assert_cmpfloat (cg_breaks_fit (N, value, K, moved), <=, fit + 1e-15);
            }
        for (guint i = 0; counts && i < N / 2; i++) {
            double swap = value[i];
            value[i] = value[N - 1 - i];
            value[N - 1 - i] = swap;
        }
        if (counts) {
            g_assert_cmpuint (cg_breaks_run ("jenks", N, value, K, again), ==, K);
            g_assert_cmpmem (upper, sizeof upper, again, sizeof again);
        }
    }
}

static void
test_means (void)
{
    /* Mean 22/8 = 2.75: two of eight above, a minority; their mean 9.5; one above. */
    const double tail[] = { 1, 1, 1, 1, 1, 1, 6, 13 };
    check ("headtail", 8, tail, 6, 3, (double[]){ 3.125, 9.5, 13 });
    check ("headtail", 8, tail, 2, 2, (double[]){ 3.125, 13 });
    check ("headtail", 2, (double[]){ 1, 3 }, 5, 2, (double[]){ 2, 3 });
    check ("headtail", 3, (double[]){ 5, 5, 5 }, 5, 1, (double[]){ 5 });
    /* Mean 5, deviation 2. */
    const double eight[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
    check ("stddev", 8, eight, 4, 4, (double[]){ 3, 5, 7, 9 });
    check ("stddev", 8, eight, 3, 3, (double[]){ 4, 6, 9 });
    check ("stddev", 8, eight, 9, 5, (double[]){ 2, 4, 6, 8, 9 });
}

static void
test_fixed (void)
{
    static const char *const wrong[] = { "",    ",",     "1,",      "1,x",       "2,1",       "1,1",
                                         "nan", "1,inf", "1 2",     "1,2,3,4,5", "1,,2",      "1;2",
                                         "0x",  "1e999", "1,-1,-2", "十",        "1,2,3,4,5," };
    double upper[5] = { 7, 7, 7, 7, 7 };
    guint n = 99;
    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_false (cg_breaks_fixed (wrong[i], 4, upper, &n, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        g_assert_cmpuint (n, ==, 99);
        g_assert_cmpfloat (upper[0], ==, 7);
    }
    g_assert_true (cg_breaks_fixed (" -5, 0,2.5 ,1e3", 4, upper, &n, NULL));
    g_assert_cmpuint (n, ==, 5);
    const double want[] = { -5, 0, 2.5, 1000, INFINITY };
    g_assert_cmpmem (upper, sizeof upper, want, sizeof want);
    g_assert_cmpint (cg_breaks_class (n, upper, 1e9), ==, 4);
}

static void
test_fit (void)
{
    /* Squares about 3: 10; inside {1,2} 0.5, {3,4,5} 2. */
    const double five[] = { 5, 1, NAN, 4, 2, 3, INFINITY };
    g_assert_cmpfloat_with_epsilon (cg_breaks_fit (7, five, 2, (double[]){ 2, 5 }), 0.75, 1e-15);
    g_assert_cmpfloat (cg_breaks_fit (2, (double[]){ 7, 7 }, 1, (double[]){ 7 }), ==, 1);
    g_assert_true (isnan (cg_breaks_fit (1, (double[]){ NAN }, 1, (double[]){ 7 })));
    g_assert_true (isnan (cg_breaks_fit (1, (double[]){ 1 }, 0, NULL)));
    const double huge[] = { -1.7e308, 1.7e308 };
    g_assert_cmpfloat (cg_breaks_fit (2, huge, 2, (double[]){ 0, 1.7e308 }), ==, 1);
    g_assert_cmpfloat (cg_breaks_fit (2, huge, 1, (double[]){ 1.7e308 }), ==, 0);
}

static void
test_class (void)
{
    const double upper[] = { 1, 2, 4 };
    g_assert_cmpint (cg_breaks_class (3, upper, -5), ==, 0);
    g_assert_cmpint (cg_breaks_class (3, upper, 1), ==, 0);
    g_assert_cmpint (cg_breaks_class (3, upper, nextafter (1, 2)), ==, 1);
    g_assert_cmpint (cg_breaks_class (3, upper, 9), ==, 2);
    g_assert_cmpint (cg_breaks_class (3, upper, NAN), ==, -1);
    g_assert_cmpint (cg_breaks_class (0, NULL, 1), ==, -1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/breaks/quantile", test_quantile);
    g_test_add_func ("/breaks/equal", test_equal);
    g_test_add_func ("/breaks/pretty", test_pretty);
    g_test_add_func ("/breaks/hostile", test_hostile);
    g_test_add_func ("/breaks/properties", test_properties);
    g_test_add_func ("/breaks/class", test_class);
    g_test_add_func ("/breaks/oracle", test_oracle);
    g_test_add_func ("/breaks/jenks-is-best", test_jenks_is_best);
    g_test_add_func ("/breaks/jenks-large", test_jenks_large);
    g_test_add_func ("/breaks/means", test_means);
    g_test_add_func ("/breaks/fixed", test_fixed);
    g_test_add_func ("/breaks/fit", test_fit);
    return g_test_run ();
}
