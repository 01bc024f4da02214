/* What is usual: values of an independent negative binomial distribution, hand-worked fits, and the promise itself: as
 * many false alarms as the share says, on counties drawn at random. */
#include "analyse/chance.h"
#include "analyse/usual.h"
#include "base/random.h"
#include "support.h"

#include <math.h>

/* scipy.stats.nbinom (shape, rate / (rate + 1)): sf (count - 1), isf (0.05), isf (0.0001) */
static void
test_values (void)
{
    static const struct {
        double shape, rate;
        guint32 count;
        double at_least;
        guint32 limit_5, limit_1e4;
    } rows[] = {
        { 0.5, 4, 1, 0.1055728090000841, 1, 4 },
        { 0.5, 4, 5, 8.6302161531542348e-05, 1, 4 },
        { 3.25, 4.7, 2, 0.16117196474182513, 2, 7 },
        { 12, 4, 3, 0.55194901168128008, 7, 13 },
        { 12, 4, 9, 0.0099817863207242834, 7, 13 },
        { 80.5, 4.01, 30, 0.03747698040438055, 29, 42 },
        { 2500.25, 52.5, 70, 0.0015574565813342197, 59, 76 },
        { 100007.0, 20004.0, 12, 0.0054489729619274343, 9, 15 },
        { 0.8, 4.2, 40, 9.7858527938893094e-30, 1, 5 },
    };
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        CgUsual usual = { rows[i].shape, rows[i].rate };
        double p = cg_usual_at_least (&usual, rows[i].count);
        g_assert_cmpfloat (fabs (p / rows[i].at_least - 1), <, 1e-9);
        g_assert_cmpuint (cg_usual_limit (&usual, 0.05), ==, rows[i].limit_5);
        g_assert_cmpuint (cg_usual_limit (&usual, 0.0001), ==, rows[i].limit_1e4);
        g_assert_cmpfloat (cg_usual_at_least (&usual, 0), ==, 1);
    }
}

/* Means of a period 0.5, 1, 3: mean 1.5, variance 1.75, of it 1.5 / 4 by chance: between 1.375. */
static void
test_fit (void)
{
    static const guint32 past[] = { 2, 4, 12 };
    CgUsual usual[3];
    cg_usual_fit (3, past, 4, usual);
    for (guint i = 0; i < 3; i++) {
        g_assert_cmpfloat (fabs (usual[i].shape - (2.25 / 1.375 + past[i])), <, 1e-12);
        g_assert_cmpfloat (fabs (usual[i].rate - (1.5 / 1.375 + 4)), <, 1e-12);
    }
    /* Drawn to the mean of all, but in their order. */
    g_assert_cmpfloat (cg_usual_mean (&usual[0]), >, 0.5);
    g_assert_cmpfloat (cg_usual_mean (&usual[2]), <, 3);
    g_assert_cmpfloat (cg_usual_mean (&usual[1]), >, cg_usual_mean (&usual[0]));
}

static void
test_alike_and_empty (void)
{
    static const guint32 alike[] = { 20, 20, 20, 20 }, none[] = { 0, 0 }, one[] = { 7 };
    CgUsual usual[4];
    cg_usual_fit (4, alike, 4, usual); /* less spread than chance makes: Poisson with mean 5 */
    g_assert_cmpfloat (fabs (cg_usual_at_least (&usual[0], 12) / cg_poisson_at_least (12, 5) - 1), <,
                       1e-3);
    cg_usual_fit (2, none, 4, usual);
    g_assert_cmpfloat (cg_usual_mean (&usual[1]), ==, 0.125);
    g_assert_cmpuint (cg_usual_limit (&usual[1], 0.05), ==, 1);
    cg_usual_fit (1, one, 3.5, usual); /* a place alone is its own mean */
    g_assert_cmpfloat (fabs (cg_usual_mean (&usual[0]) - 2), <, 1e-3);
    cg_usual_fit (0, NULL, 4, usual);
}

/* A hair more spread than chance makes: variance 5000 against the mean 4999. The fit would have the shape
 * 4999^2 / 1, too many digits for a difference of logarithms of gamma to keep nine of them. */
static void
test_narrow (void)
{
    static const guint32 past[] = { 5049, 4949 };
    CgUsual usual[2];
    cg_usual_fit (2, past, 1, usual);
    g_assert_cmpfloat (usual[0].shape, ==, 1e5 + 5049);
    g_assert_cmpfloat (fabs (usual[1].rate - (1e5 / 4999 + 1)), <, 1e-12);
}

/* Places whose true means differ: of their next weeks no more than the share lie above the limit, and
 * (counts being whole) not far fewer. */
static void
test_false_alarms (void)
{
    static const double shares[] = { 0.05, 0.01, 0.001 };
    guint64 above[3] = { 0 }, all = 0;
    double exact[3] = { 0 };
    CgRandom random;
    cg_random_init (&random, 7, 0);
    for (guint county = 0; county < 60; county++) {
        guint32 past[500], now[500];
        CgUsual usual[500];
        for (guint i = 0; i < 500; i++) {
            /* exponential: gamma with shape 1 */
            double mean = -6 * log (1 - cg_random_unit (&random));
            past[i] = cg_random_poisson (&random, 4 * mean);
            now[i] = cg_random_poisson (&random, mean);
        }
        cg_usual_fit (500, past, 4, usual);
        for (guint i = 0; i < 500; i++, all++)
            for (guint s = 0; s < 3; s++) {
                guint32 limit = cg_usual_limit (&usual[i], shares[s]);
                above[s] += now[i] > limit;
                exact[s] += cg_usual_at_least (&usual[i], limit + 1);
            }
    }
    for (guint s = 0; s < 3; s++) {
        g_assert_cmpfloat (exact[s], <=, shares[s] * (double) all);
        g_assert_cmpfloat (exact[s], >, 0.3 * shares[s] * (double) all);
        g_assert_cmpfloat (fabs ((double) above[s] - exact[s]), <, 4 * sqrt (exact[s]));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/usual/values", test_values);
    g_test_add_func ("/analyse/usual/fit", test_fit);
    g_test_add_func ("/analyse/usual/alike-and-empty", test_alike_and_empty);
    g_test_add_func ("/analyse/usual/narrow", test_narrow);
    g_test_add_func ("/analyse/usual/false-alarms", test_false_alarms);
    return g_test_run ();
}
