/* Trends by hand, every class from a row of periods made for it, Gi* in time against its definition. */
#include "analyse/emerging.h"
#include "analyse/local.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>
#include <string.h>

/* S 45, variance 125; with ties 2, 3: (3 * 2 * 11 + 2 * 1 * 9) / 18 less; both by hand. */
static void
test_trend (void)
{
    const double rise[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, ties[] = { 1, 1, 2, 3, 3, 3, 4 };
    const double equal[] = { 2, 2, 2, 2 }, swing[] = { 1, 2, 1 };
    g_assert_cmpfloat_with_epsilon (cg_mann_kendall (10, rise), 44 / sqrt (125), 1e-12);
    g_assert_cmpfloat_with_epsilon (cg_mann_kendall (7, ties), 16 / sqrt ((798 - 66 - 18) / 18.0), 1e-12);
    g_assert_true (isnan (cg_mann_kendall (4, equal)) && isnan (cg_mann_kendall (2, rise)));
    g_assert_true (cg_mann_kendall (3, swing) == 0);
}

/* q of each by its definition: the least p' m / rank of p' among all p' >= p. */
static double
slow_discovery (guint n, const double *z, guint of)
{
    double m = 0, least = 1, own = erfc (fabs (z[of]) / G_SQRT2);
    for (guint k = 0; k < n; k++)
        m += !isnan (z[k]);
    for (guint k = 0; k < n; k++) {
        double p = erfc (fabs (z[k]) / G_SQRT2), rank = 0;
        for (guint l = 0; l < n; l++)
            rank += erfc (fabs (z[l]) / G_SQRT2) <= p;
        if (p >= own)
            least = MIN (least, p * m / rank);
    }
    return least;
}

/* Gi* of each bin is that of cg_local_g on the graph of all bins; a link of the own place counts whole, those of
 * others as their weight says. */
static void
test_definition (gconstpointer weighted)
{
    enum { PERIODS = 5, PLACES = 9 };
    g_autoptr (CgUnits) board = cg_test_checkerboard (3, 3, 1, 1);
    g_autoptr (CgNeighbours) near = cg_neighbours_from_areas (board->shapes, CG_NEAR_QUEEN, NULL, NULL);
    double count[PLACES * PERIODS], z[PLACES * PERIODS];
    CgRandom random;
    cg_random_init (&random, 6, 6);
    for (guint k = 0; k < PLACES * PERIODS; k++)
        count[k] = cg_random_below (&random, 9);
    /* Links forward in time only: the neighbourhood of a bin looks back. */
    CgNeighbours bins = { .n = PLACES * PERIODS };
    double weight[PLACES * PERIODS * 18];
    near->weight = weighted != NULL ? g_new0 (double, near->first[PLACES]) : NULL;
    for (guint32 k = 0; near->weight != NULL && k < near->first[PLACES]; k++)
        near->weight[k] = 0.25 + cg_random_unit (&random);
    g_autofree guint32 *first = g_new0 (guint32, PLACES * PERIODS + 1);
    g_autofree guint32 *target = g_new0 (guint32, PLACES * PERIODS * 18);
    guint32 n = 0;
    for (guint32 i = 0; i < PLACES; i++)
        for (guint32 t = 0; t < PERIODS; t++) {
            for (guint32 j = 0; j < PLACES; j++) {
                gboolean touches = i == j;
                double own = 1;
                for (guint32 k = near->first[i]; k < near->first[i + 1]; k++)
                    if (near->target[k] == j) {
                        touches = TRUE;
                        own = near->weight != NULL ? near->weight[k] : 1;
                    }
                for (guint32 u = t > 0 ? t - 1 : 0; touches && u <= t; u++)
                    if (i != j || u != t) {
                        weight[n] = own;
                        target[n++] = j * PERIODS + u;
                    }
            }
            first[i * PERIODS + t + 1] = n;
        }
    bins.first = first;
    bins.target = target;
    bins.weight = weighted != NULL ? weight : NULL;
    g_assert_true (cg_local_g (&bins, count, TRUE, z, NULL));
    g_autoptr (GError) error = NULL;
    g_autoptr (CgEmerging) emerging = cg_emerging_run (near, PERIODS, count, NULL, &error);
    g_assert_no_error (error);
    for (guint k = 0; k < PLACES * PERIODS; k++) {
        if (isnan (z[k])) /* the neighbourhood is nearly all there is */
            continue;
        g_assert_cmpfloat_with_epsilon (emerging->z[k], z[k], 1e-9);
        double q = slow_discovery (PLACES * PERIODS, emerging->z, k);
        g_assert_cmpfloat_with_epsilon (emerging->q[k], q, 1e-12);
    }
}

/* 60 places without neighbours; the first one walks through the periods as written: H hot, C cold, else
 * neither. Rising or falling heat by digits: 9 is hotter than 5. */
static void
check_class (const char *history, CgEmergingClass class, int side)
{
    enum { PLACES = 60 };
    guint32 periods = (guint32) strlen (history);
    g_autofree double *count = g_new (double, PLACES * periods);
    CgRandom random;
    cg_random_init (&random, 1, 1);
    for (guint32 i = 0; i < PLACES; i++)
        for (guint32 t = 0; t < periods; t++) {
            char now = i == 0 ? history[t] : '.';
            double noise = cg_random_unit (&random);
            count[i * periods + t] = now == 'H'             ? 160
                                     : now == 'C'           ? 40
                                     : g_ascii_isdigit (now) ? 110 + 10 * (now - '0')
                                                            : 100 + noise;
        }
    g_autoptr (CgNeighbours) none = cg_neighbours_from_pairs (PLACES, 0, NULL, NULL, NULL);
    CgEmergingOptions options = { .lag = 0, .alpha = 0.05 };
    g_autoptr (CgEmerging) emerging = cg_emerging_run (none, periods, count, &options, NULL);
    if (emerging->class[0] != class || emerging->side[0] != side)
        g_error ("%s: %s %d, not %s %d", history, cg_emerging_name (emerging->class[0]),
                 emerging->side[0], cg_emerging_name (class), side);
    g_assert_cmpuint (emerging->class[7], ==, CG_EMERGING_NONE);
}

static void
test_classes (void)
{
    check_class ("..........", CG_EMERGING_NONE, 0);
    check_class (".........H", CG_EMERGING_NEW, 1);
    check_class (".........C", CG_EMERGING_NEW, -1);
    check_class (".......HHH", CG_EMERGING_CONSECUTIVE, 1);
    check_class ("......CCCC", CG_EMERGING_CONSECUTIVE, -1);
    check_class ("4444556789", CG_EMERGING_INTENSIFYING, 1);
    check_class ("9998765544", CG_EMERGING_DIMINISHING, 1);
    check_class ("HHHHHHHHHH", CG_EMERGING_PERSISTENT, 1);
    check_class ("HH.HHHHHHH", CG_EMERGING_PERSISTENT, 1);
    check_class ("..HH...H.H", CG_EMERGING_SPORADIC, 1);
    check_class ("..CC...H.H", CG_EMERGING_OSCILLATING, 1);
    check_class ("...C...H.H", CG_EMERGING_OSCILLATING, 1);
    check_class ("..H....HHH", CG_EMERGING_SPORADIC, 1);
    /* z of the trend 1.82, p 0.07 */
    check_class ("4576846978", CG_EMERGING_PERSISTENT, 1);
    check_class ("..HH...C.C", CG_EMERGING_OSCILLATING, -1);
    check_class ("HHHHHHHHH.", CG_EMERGING_HISTORICAL, 1);
    check_class ("HHHHHHHHHC", CG_EMERGING_NEW, -1);
    check_class ("HHH.......", CG_EMERGING_NONE, 0);
}

static void
test_edges (void)
{
    g_autoptr (GError) error = NULL;
    const double same[] = { 3, 3, 3, 3 }, hole[] = { 1, NAN, 2, 3 };
    g_autoptr (CgNeighbours) two = cg_neighbours_from_pairs (2, 0, NULL, NULL, NULL);
    g_autoptr (CgEmerging) flat = cg_emerging_run (two, 2, same, NULL, &error);
    g_assert_true (flat->class[0] == CG_EMERGING_NONE && isnan (flat->z[0]));
    g_autoptr (CgNeighbours) none = cg_neighbours_from_pairs (0, 0, NULL, NULL, NULL);
    g_autoptr (CgEmerging) empty = cg_emerging_run (none, 4, NULL, NULL, &error);
    g_assert_nonnull (empty);
    g_assert_null (cg_emerging_run (two, 2, hole, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_emerging_run (two, 0, same, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    CgEmergingOptions options = { .lag = 0, .alpha = 1 };
    g_assert_null (cg_emerging_run (two, 2, same, &options, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/emerging/trend", test_trend);
    g_test_add_data_func ("/analyse/emerging/definition", NULL, test_definition);
    g_test_add_data_func ("/analyse/emerging/weighted", "", test_definition);
    g_test_add_func ("/analyse/emerging/classes", test_classes);
    g_test_add_func ("/analyse/emerging/edges", test_edges);
    return g_test_run ();
}
