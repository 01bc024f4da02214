/* Exact chances: by listing every arrangement, by drawing, at the edges; intervals and q by hand. */
#include "analyse/chance.h"
#include "analyse/permutation.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>

/* Chances of place i by listing all ways to choose its neighbours' values. */
static void
list_all (const CgNeighbours *near, const double *value, guint32 i, double *out_low,
          double *out_high)
{
    guint32 n = near->n, degree = cg_neighbours_degree (near, i);
    double seen = cg_neighbours_lag (near, value, i);
    guint64 low = 0, high = 0, all = 0;
    for (guint32 set = 0; set < 1u << n; set++) {
        if ((guint32) __builtin_popcount (set) != degree || (set >> i & 1))
            continue;
        double sum = 0;
        for (guint32 j = 0; j < n; j++)
            if (set >> j & 1)
                sum += value[j];
        low += sum <= seen;
        high += sum >= seen;
        all++;
    }
    *out_low = (double) low / all;
    *out_high = (double) high / all;
}

static CgNeighbours *
random_map (CgRandom *random, guint32 n, double share)
{
    g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < n; i++)
        for (guint32 j = i + 1; j < n; j++)
            if (cg_random_unit (random) < share) {
                g_array_append_val (a, i);
                g_array_append_val (b, j);
            }
    return cg_neighbours_from_pairs (n, a->len, (guint32 *) (void *) a->data,
                                     (guint32 *) (void *) b->data, NULL);
}

static void
test_listed (void)
{
    CgRandom random;
    cg_random_init (&random, 5, 0);
    for (guint round = 0; round < 60; round++) {
        guint32 n = 1 + cg_random_below (&random, 12), range = 1 + cg_random_below (&random, 40);
        g_autoptr (CgNeighbours) near = random_map (&random, n, 0.1 + 0.1 * (round % 10));
        double value[12], low[12], high[12];
        for (guint32 i = 0; i < n; i++)
            value[i] = 3.0 * cg_random_below (&random, range) - 7;
        CgChances told;
        g_autoptr (GError) error = NULL;
        g_assert_true (cg_permutation_run (near, value, NULL, NULL, low, high, &told, &error));
        g_assert_no_error (error);
        g_assert_cmpint (told.kind, ==, CG_CHANCE_EXACT);
        for (guint32 i = 0; i < n; i++) {
            double want_low, want_high;
            if (cg_neighbours_degree (near, i) == 0) {
                g_assert_true (isnan (low[i]) && isnan (high[i]));
                continue;
            }
            list_all (near, value, i, &want_low, &want_high);
            g_assert_cmpfloat_with_epsilon (low[i], want_low, 1e-13);
            g_assert_cmpfloat_with_epsilon (high[i], want_high, 1e-13);
        }
    }
}

/* Every place of a board of 1024 within four standard deviations of drawn shares; the exact ones
 * do not depend on how values are counted (a step of 7 from 1000). */
static void
check_board (double mean, guint32 draws)
{
    g_autoptr (CgUnits) board = cg_test_checkerboard (32, 32, 1, 1);
    g_autoptr (CgNeighbours) near =
        cg_neighbours_from_areas (board->shapes, CG_NEAR_QUEEN, NULL, NULL);
    g_autofree double *value = g_new (double, 1024), *shifted = g_new (double, 1024);
    g_autofree double *low = g_new (double, 1024), *high = g_new (double, 1024);
    g_autofree double *drawn_low = g_new (double, 1024), *drawn_high = g_new (double, 1024);
    CgRandom random;
    cg_random_init (&random, 11, (guint64) mean);
    for (guint32 i = 0; i < 1024; i++) {
        value[i] = cg_random_poisson (&random, mean);
        shifted[i] = 1000 + 7 * value[i];
    }
    CgChances told;
    g_assert_true (cg_permutation_run (near, value, NULL, NULL, low, high, &told, NULL));
    g_assert_cmpint (told.kind, ==, CG_CHANCE_EXACT);
    g_assert_true (
        cg_permutation_run (near, shifted, NULL, NULL, drawn_low, drawn_high, &told, NULL));
    for (guint32 i = 0; i < 1024; i++)
        g_assert_true (low[i] == drawn_low[i] && high[i] == drawn_high[i]);
    CgPermutationOptions options = { .max_steps = 0, .draws = draws, .seed = 3 };
    g_assert_true (
        cg_permutation_run (near, value, &options, NULL, drawn_low, drawn_high, &told, NULL));
    g_assert_cmpint (told.kind, ==, CG_CHANCE_DRAWN);
    double worst = 0, squares = 0;
    for (guint32 i = 0; i < 1024; i++) {
        double sd = sqrt (low[i] * (1 - low[i]) / draws) + 1.0 / draws;
        worst = MAX (worst, fabs (low[i] - drawn_low[i]) / sd);
        squares += (low[i] - drawn_low[i]) * (low[i] - drawn_low[i]) / (sd * sd);
    }
    g_test_message ("mean %g, %u draws: worst %.2f sd, mean square %.3f", mean, draws, worst,
                    squares / 1024);
    /* One in 16 000 lies beyond 4; a thousand places may show one, a million draws none worse. */
    g_assert_cmpfloat (worst, <, 4.5);
    g_assert_cmpfloat_with_epsilon (squares / 1024, 1, 0.25);
}

/* Rates of few events, a few of them far out: the kind of numbers that hot spots by rate compare. */
static void
draw_rates (CgRandom *random, guint32 n, double *out)
{
    for (guint32 i = 0; i < n; i++) {
        double base = 5 + cg_random_below (random, 400), mean = cg_random_below (random, 30) == 0 ? 20 : 2;
        out[i] = cg_random_poisson (random, mean) / sqrt (base) + 0.1 * cg_random_unit (random);
    }
}

/* Numbers that are no multiples of a step, beside every arrangement: never too low, and no further
 * above than is told. Far tails too. */
static void
test_lattice_listed (void)
{
    CgRandom random;
    cg_random_init (&random, 8, 0);
    double least = 1;
    for (guint round = 0; round < 14; round++) {
        guint32 n = round < 12 ? 4 + round : 22;
        g_autoptr (CgNeighbours) near =
            random_map (&random, n, round < 12 ? 0.1 + 0.08 * (round % 10) : 0.4);
        double value[25], low[25], high[25];
        draw_rates (&random, n, value);
        if (round % 2 == 1) /* ties, and a neighbourhood that has all the greatest */
            for (guint32 k = 0; k < n; k++)
                value[k] = k < 3 ? 0.1 : value[k];
        for (guint32 l = 2; round == 12 && l < near->first[1]; l++)
            value[near->target[l]] += 4;
        CgChances told;
        g_assert_true (cg_permutation_run (near, value, NULL, NULL, low, high, &told, NULL));
        g_assert_cmpint (told.kind, ==, CG_CHANCE_LATTICE);
        g_assert_cmpfloat (told.rounding, <, 0.05);
        for (guint32 i = 0; i < (n > 16 ? 1 : n); i++) {
            double want_low, want_high;
            if (cg_neighbours_degree (near, i) == 0)
                continue;
            list_all (near, value, i, &want_low, &want_high);
            g_assert_cmpfloat (low[i], >=, want_low * (1 - 1e-12));
            g_assert_cmpfloat (high[i], >=, want_high * (1 - 1e-12));
            g_assert_cmpfloat (low[i], <=, want_low + 0.01);
            g_assert_cmpfloat (high[i], <=, want_high + 0.01);
            double p = cg_permutation_two_sided (low[i], high[i]);
            if (p <= CG_CHANCE_TOLD) {
                double want = cg_permutation_two_sided (want_low, want_high);
                g_assert_cmpfloat (p, <=, want / (1 - told.rounding) * (1 + 1e-12));
                least = MIN (least, want);
            }
        }
    }
    g_test_message ("least chance %g", least);
    g_assert_cmpfloat (least, <, 1e-3);
}

/* The greatest of a map of 25 around one place: one arrangement of 134 596, and no other, is as high. */
static void
test_lattice_far (void)
{
    const guint32 a[] = { 0, 0, 0, 0, 0, 0 }, b[] = { 1, 2, 3, 4, 5, 6 };
    g_autoptr (CgNeighbours) star = cg_neighbours_from_pairs (25, 6, a, b, NULL);
    double value[25], low[25], high[25];
    for (guint32 i = 0; i < 25; i++)
        value[i] = i == 0 ? 0.3 : i <= 6 ? 40 + G_PI * i : sqrt (i);
    CgChances told;
    g_assert_true (cg_permutation_run (star, value, NULL, NULL, low, high, &told, NULL));
    g_assert_cmpfloat_with_epsilon (high[0] * 134596, 1, 1e-6);
    g_assert_cmpfloat (low[0], ==, 1);
}

static void
test_lattice_drawn (void)
{
    guint32 draws = g_test_slow () ? 1000000 : 10000;
    g_autoptr (CgUnits) board = cg_test_checkerboard (32, 32, 1, 1);
    g_autoptr (CgNeighbours) near =
        cg_neighbours_from_areas (board->shapes, CG_NEAR_QUEEN, NULL, NULL);
    g_autofree double *value = g_new (double, 1024), *low = g_new (double, 1024);
    g_autofree double *high = g_new (double, 1024), *drawn_low = g_new (double, 1024);
    g_autofree double *drawn_high = g_new (double, 1024);
    CgRandom random;
    CgChances told;
    cg_random_init (&random, 12, 0);
    draw_rates (&random, 1024, value);
    for (guint32 i = 0; i < 9; i++) /* a crowded block */
        value[(10 + i / 3) * 32 + 10 + i % 3] += 1.5;
    g_assert_true (cg_permutation_run (near, value, NULL, NULL, low, high, &told, NULL));
    g_assert_cmpint (told.kind, ==, CG_CHANCE_LATTICE);
    CgPermutationOptions options = { .max_steps = 0, .draws = draws, .seed = 4 };
    g_assert_true (
        cg_permutation_run (near, value, &options, NULL, drawn_low, drawn_high, NULL, NULL));
    double worst = 0, least = 1;
    for (guint32 i = 0; i < 1024; i++) {
        /* With a whole number of draws and one more that is the seen arrangement. */
        double sd = sqrt (high[i] * (1 - high[i]) / draws) + 1.0 / draws;
        worst = MAX (worst, fabs (high[i] - drawn_high[i]) / sd);
        sd = sqrt (low[i] * (1 - low[i]) / draws) + 1.0 / draws;
        worst = MAX (worst, fabs (low[i] - drawn_low[i]) / sd);
        least = MIN (least, high[i]);
    }
    g_test_message ("%u draws: worst %.2f sd, least chance %g, rounding %g", draws, worst, least,
                    told.rounding);
    g_assert_cmpfloat (worst, <, 4.5);
    g_assert_cmpfloat (least, <, 5e-5);
    g_assert_cmpfloat (told.rounding, <, 0.02);
}

static void
test_drawn (void)
{
    guint32 draws = g_test_slow () ? 1000000 : 10000;
    check_board (4, draws);
    check_board (100, draws);
}

static void
test_drawn_weights (void)
{
    /* Weights other than 1, and what is too dear, are drawn; ties count on both sides. */
    const guint32 a[] = { 0, 1, 2 }, b[] = { 1, 2, 3 };
    g_autoptr (CgNeighbours) chain = cg_neighbours_from_pairs (4, 3, a, b, NULL);
    const double equal[] = { 0.1, 0.1, 0.1, 0.1 }, value[] = { 0.5, 1, 2, 4 };
    double low[4], high[4], again[4];
    CgChances told;
    const CgPermutationOptions lots = { .max_steps = 0, .draws = 9999, .seed = 1 };
    g_assert_true (cg_permutation_run (chain, equal, &lots, NULL, low, high, &told, NULL));
    g_assert_cmpint (told.kind, ==, CG_CHANCE_DRAWN);
    g_assert_cmpuint (told.draws, ==, 9999);
    for (guint i = 0; i < 4; i++)
        g_assert_true (low[i] == 1 && high[i] == 1);
    g_assert_true (cg_permutation_run (chain, value, &lots, NULL, low, high, NULL, NULL));
    /* Place 0 sees 1, one of three equally likely values 1, 2, 4. */
    g_assert_cmpfloat_with_epsilon (low[0], 1 / 3.0, 0.02);
    g_assert_cmpfloat (high[0], ==, 1);
    g_assert_true (cg_permutation_run (chain, value, &lots, NULL, again, high, NULL, NULL));
    g_assert_true (low[0] == again[0] && low[2] == again[2]);
    /* All others are its neighbours: every arrangement has the seen sum, whatever its rounding. */
    const guint32 hub[] = { 0, 0, 0 }, rim[] = { 1, 2, 3 };
    const double tenths[] = { 2.2, 0.76, 0, 0.45 };
    g_autoptr (CgNeighbours) star = cg_neighbours_from_pairs (4, 3, hub, rim, NULL);
    star->weight = g_new (double, 6);
    for (guint k = 0; k < 6; k++)
        star->weight[k] = 0.1;
    g_assert_true (cg_permutation_run (star, tenths, &lots, NULL, low, high, NULL, NULL));
    g_assert_true (low[0] == 1 && high[0] == 1);
    const double below[] = { -2.2, -0.76, 0, -0.45 };
    g_assert_true (cg_permutation_run (star, below, &lots, NULL, low, high, NULL, NULL));
    g_assert_true (low[0] == 1 && high[0] == 1);
}

static void
test_edges (void)
{
    const guint32 a[] = { 0 }, b[] = { 1 };
    g_autoptr (GError) error = NULL;
    double low[3], high[3], value[] = { 5, 5, 5 };
    CgChances told;
    g_autoptr (CgNeighbours) none = cg_neighbours_from_pairs (0, 0, NULL, NULL, NULL);
    g_assert_true (cg_permutation_run (none, value, NULL, NULL, low, high, &told, &error));
    g_autoptr (CgNeighbours) one = cg_neighbours_from_pairs (1, 0, NULL, NULL, NULL);
    g_assert_true (cg_permutation_run (one, value, NULL, NULL, low, high, &told, &error));
    g_assert_true (isnan (low[0]));
    g_autoptr (CgNeighbours) pair = cg_neighbours_from_pairs (3, 1, a, b, NULL);
    g_assert_true (cg_permutation_run (pair, value, NULL, NULL, low, high, &told, &error));
    g_assert_true (low[0] == 1 && high[1] == 1 && isnan (low[2]));
    g_assert_cmpint (told.kind, ==, CG_CHANCE_EXACT);
    value[1] = INFINITY;
    g_assert_false (cg_permutation_run (pair, value, NULL, NULL, low, high, &told, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    value[1] = 1e300; /* a whole number, but not to be counted in steps of 1 */
    g_assert_true (cg_permutation_run (pair, value, NULL, NULL, low, high, &told, &error));
    g_assert_cmpint (told.kind, ==, CG_CHANCE_LATTICE);
    g_assert_cmpfloat_with_epsilon (high[0], 0.5, 1e-6); /* one of 1e300 and 5 */
    value[1] = -1.7e308; /* their difference is no number */
    value[2] = 1.7e308;
    g_assert_true (cg_permutation_run (pair, value, NULL, NULL, low, high, &told, &error));
    g_assert_cmpint (told.kind, ==, CG_CHANCE_DRAWN);
    CgPermutationOptions wrong = { .draws = 0 };
    g_assert_false (cg_permutation_run (pair, value, &wrong, NULL, low, high, &told, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    value[1] = 3;
    g_assert_false (cg_permutation_run (pair, value, NULL, cancel, low, high, &told, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

/* Garwood 1936 and any table of exact Poisson limits: 0 -> 3.688879, 10 -> 4.795389 .. 18.39036. */
static void
test_intervals (void)
{
    double low, high;
    cg_poisson_interval (0, 0.95, &low, &high);
    g_assert_true (low == 0);
    g_assert_cmpfloat_with_epsilon (high, -log (0.025), 1e-12);
    cg_poisson_interval (10, 0.95, &low, &high);
    g_assert_cmpfloat_with_epsilon (low, 4.795389, 1e-6);
    g_assert_cmpfloat_with_epsilon (high, 18.390356, 1e-6);
    cg_poisson_interval (1e6, 0.95, &low, &high);
    g_assert_cmpfloat_with_epsilon (low, 1e6 - 1.96e3, 5);
    for (guint k = 0; k < 60; k++) {
        double mean = 0.3 * k, term = exp (-mean), at_most = 0;
        for (guint j = 0; j <= 12; j++) {
            g_assert_cmpfloat_with_epsilon (cg_poisson_at_least (j, mean), 1 - at_most, 2e-14);
            at_most += term;
            g_assert_cmpfloat_with_epsilon (cg_poisson_at_most (j, mean), at_most, 2e-14);
            term *= mean / (j + 1);
        }
    }
    /* Far out in the tail relative accuracy stays: 1 - exp (-1e-9) - ... = (1e-9)^2 / 2. */
    g_assert_cmpfloat_with_epsilon (cg_poisson_at_least (2, 1e-9) * 2e18, 1, 1e-8);
    g_assert_true (cg_poisson_at_most (-1, 3) == 0 && cg_poisson_at_least (0, 0) == 1);
    g_assert_true (cg_poisson_at_most (0, 0) == 1 && cg_poisson_at_least (1, 0) == 0);
}

/* Benjamini and Hochberg 1995, table of 15 p: the first four survive at 5 %. */
static void
test_discoveries (void)
{
    const double p[] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
                         0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000, NAN };
    double q[16];
    cg_false_discovery (16, p, q);
    guint found = 0;
    for (guint i = 0; i < 15; i++)
        found += q[i] <= 0.05;
    g_assert_cmpuint (found, ==, 4);
    g_assert_cmpfloat_with_epsilon (q[3], 0.0095 * 15 / 4, 1e-15);
    /* The fifth takes the least of what stands at and behind it: 0.0201 * 15 / 5 = 0.0603. */
    g_assert_cmpfloat_with_epsilon (q[4], 0.0603, 1e-15);
    g_assert_true (isnan (q[15]) && q[14] == 1);
    cg_false_discovery (0, p, q);
    g_assert_cmpfloat_with_epsilon (cg_normal_two_sided (1.959963984540054), 0.05, 1e-15);
    g_assert_true (cg_normal_upper (0) == 0.5);
    g_assert_cmpfloat_with_epsilon (cg_gumbel_upper (0.57721566490153286, 0.57721566490153286,
                                                     G_PI / sqrt (6)),
                                    1 - exp (-exp (-0.57721566490153286)), 1e-12);
}

/* Tails of the binomial: by hand (56 of 1024), by its recursion, and as scipy 1.10 has them. */
static void
test_binomial (void)
{
    static const struct {
        double count, trials, share, at_most, at_least;
    } known[] = {
        { 2, 10, 0.5, 0.0546875, 0.9892578125 },
        { 7, 20, 0.3, 0.7722717974181608, 0.3919901877990756 },
        { 0, 5, 0.2, 0.32768, 1 },
        { 60, 100, 0.5, 0.9823998998911476, 0.02844396682049044 },
        { 5000, 10000, 0.49, 0.9777976478701103, 0.02328171251925859 },
        { 520000, 1000000, 0.519, 0.9773836996743611, 0.02272404552434764 },
        { 3, 400, 0.05, 2.1951710562489195e-06, 0.9999997012991374 },
        { -1, 4, 0.5, 0, 1 },
        { 5, 4, 0.5, 1, 0 },
        { 0, 0, 0.5, 1, 1 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (known); k++) {
        double low = cg_binomial_at_most (known[k].count, known[k].trials, known[k].share),
               high = cg_binomial_at_least (known[k].count, known[k].trials, known[k].share);
        g_assert_cmpfloat (fabs (low - known[k].at_most), <=, 2e-9 * known[k].at_most);
        g_assert_cmpfloat (fabs (high - known[k].at_least), <=, 2e-9 * known[k].at_least);
    }
    double term = pow (0.7, 12), sum = 0;
    for (guint k = 0; k <= 12; k++) {
        sum += term;
        g_assert_cmpfloat_with_epsilon (cg_binomial_at_most (k, 12, 0.3), sum, 1e-13);
        g_assert_cmpfloat_with_epsilon (cg_binomial_at_least (k, 12, 0.3), 1 - sum + term, 1e-13);
        term *= (12.0 - k) / (k + 1) * 0.3 / 0.7;
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/permutation/listed", test_listed);
    g_test_add_func ("/analyse/permutation/drawn", test_drawn);
    g_test_add_func ("/analyse/permutation/lattice-listed", test_lattice_listed);
    g_test_add_func ("/analyse/permutation/lattice-far", test_lattice_far);
    g_test_add_func ("/analyse/permutation/lattice-drawn", test_lattice_drawn);
    g_test_add_func ("/analyse/permutation/weights", test_drawn_weights);
    g_test_add_func ("/analyse/permutation/edges", test_edges);
    g_test_add_func ("/analyse/permutation/intervals", test_intervals);
    g_test_add_func ("/analyse/permutation/discoveries", test_discoveries);
    g_test_add_func ("/analyse/permutation/binomial", test_binomial);
    return g_test_run ();
}
