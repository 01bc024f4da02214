/* Tails of distributions against values that anybody can work out, and at their ends. */
#include "analyse/chance.h"

#include <glib.h>
#include <math.h>

/* Garwood's limits as tables of them have it; none for no event: 0 and -log 0.025. */
static void
test_interval (void)
{
    static const double rows[][3] = { { 0, 0, 3.6888794541139363 },
                                      { 1, 0.025317807984289876, 5.571643390938898 },
                                      { 10, 4.7953886961324335, 18.39035604201778 } };
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        double low, high;
        cg_poisson_interval (rows[i][0], 0.95, &low, &high);
        g_assert_cmpfloat (fabs (high / rows[i][2] - 1), <, 1e-12);
        if (i == 0)
            g_assert_cmpfloat (low, ==, 0);
        else
            g_assert_cmpfloat (fabs (low / rows[i][1] - 1), <, 1e-12);
    }
}

/* Ten coins: 1, 10, 45, 120, 210, 252, ... of 1024; impossible and certain numbers of heads. */
static void
test_binomial (void)
{
    static const guint ways[] = { 1, 10, 45, 120, 210, 252, 210, 120, 45, 10, 1 };
    guint below = 0;
    for (guint k = 0; k <= 10; k++) {
        g_assert_cmpfloat_with_epsilon (cg_binomial_at_least (k, 10, 0.5), (1024 - below) / 1024.0, 1e-12);
        below += ways[k];
        g_assert_cmpfloat_with_epsilon (cg_binomial_at_most (k, 10, 0.5), below / 1024.0, 1e-12);
    }
    g_assert_true (cg_binomial_at_least (11, 10, 0.5) == 0 && cg_binomial_at_most (-1, 10, 0.5) == 0);
    g_assert_true (cg_binomial_at_least (0, 10, 0.5) == 1 && cg_binomial_at_most (10, 10, 0.5) == 1);
    g_assert_true (cg_binomial_at_least (-3, 10, 0.5) == 1 && cg_binomial_at_least (0, 0, 0.5) == 1);
    /* Far out, where one term is nearly all: 300 of 300 at a tenth, and all but one. */
    g_assert_cmpfloat (fabs (log10 (cg_binomial_at_least (300, 300, 0.1)) + 300), <, 1e-9);
    g_assert_cmpfloat (fabs (cg_binomial_at_least (299, 300, 0.1) / (2701 * 1e-300) - 1), <, 1e-9);
}

/* 3 of 4: Clopper and Pearson's limits 0.194 and 0.994, as tables have them; by hand where one count is 0, when the
 * share of all n is the n-th root of the tail. Twice as long a time before: odds of a third are as frequent. */
static void
test_ratio (void)
{
    double low, high;
    cg_ratio_interval (3, 1, 0.5, 0.95, &low, &high);
    g_assert_cmpfloat (fabs (low / (1 + low) - 0.19412044968324338), <, 1e-9);
    g_assert_cmpfloat (fabs (high / (1 + high) - 0.99369053679637), <, 1e-9);
    cg_ratio_interval (5, 0, 1 / 3.0, 0.95, &low, &high);
    double least = pow (0.025, 0.2);
    g_assert_cmpfloat (fabs (low / (2 * least / (1 - least)) - 1), <, 1e-9);
    g_assert_true (isinf (high));
    cg_ratio_interval (0, 5, 1 / 3.0, 0.95, &low, &high);
    g_assert_true (low == 0);
    g_assert_cmpfloat (fabs (high / (2 * (1 - least) / least) - 1), <, 1e-9);
    cg_ratio_interval (0, 0, 0.5, 0.95, &low, &high);
    g_assert_true (low == 0 && isinf (high));
    cg_ratio_interval (100000, 100000, 0.5, 0.95, &low, &high);
    g_assert_cmpfloat (fabs (log (high) - 1.959964 * sqrt (2e-5)), <, 1e-4);
    g_assert_cmpfloat (fabs (low * high - 1), <, 1e-9);
}

/* Deviation pi / sqrt 6 makes the scale 1, a mean of Euler's constant the place 0. */
static void
test_gumbel (void)
{
    const double euler = 0.57721566490153286, deviation = G_PI / sqrt (6);
    g_assert_cmpfloat_with_epsilon (cg_gumbel_upper (0, euler, deviation), 1 - exp (-1), 1e-14);
    for (guint k = 1; k < 4; k++)
        g_assert_cmpfloat (fabs (cg_gumbel_upper (20 * k, euler, deviation) / -expm1 (-exp (-20.0 * k)) - 1), <,
                           1e-12);
    g_assert_true (cg_gumbel_upper (2, 1, 0) == 0 && cg_gumbel_upper (1, 1, 0) == 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/chance/interval", test_interval);
    g_test_add_func ("/analyse/chance/binomial", test_binomial);
    g_test_add_func ("/analyse/chance/ratio", test_ratio);
    g_test_add_func ("/analyse/chance/gumbel", test_gumbel);
    return g_test_run ();
}
