/* Class breaks by hand: ties, few values, ends of the number line. */
#include "analyse/breaks.h"
#include "base/random.h"

#include <math.h>

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
    check ("jenks", 2, (double[]){ 1, 2 }, 2, 0, NULL);
    g_assert_null (cg_breaks_find ("jenks"));
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
    return g_test_run ();
}
