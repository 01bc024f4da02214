/* Near repeats: the published table of Chicago, every pair by brute force, what chance gives. */
#include "analyse/knox.h"
#include "base/error.h"
#include "base/random.h"
#include "golden.h"
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double
day_of (const char *date)
{
    g_auto (GStrv) part = g_strsplit (date, "-", 3);
    GDate day;
    g_date_clear (&day, 1);
    g_date_set_dmy (&day, (GDateDay) atoi (part[2]), atoi (part[1]), (GDateYear) atoi (part[0]));
    return g_date_get_julian (&day);
}

/* Limits of a band: "[1" of "[1,101)". */
static guint
find_band (const char *low, const double *limit, guint n)
{
    double value = g_ascii_strtod (low + 1, NULL);
    for (guint k = 0; k < n; k++)
        if (limit[k] == value)
            return k;
    g_error ("no band %s", low);
}

static void
check_table (const GoldenTable *events, const GoldenTable *wanted, guint from, const double *space,
             guint n_space, const double *time, guint n_time)
{
    g_autofree double *x = golden_column (events, "X"), *y = golden_column (events, "Y");
    g_autofree double *day = g_new (double, events->n);
    for (guint32 i = 0; i < events->n; i++)
        day[i] = day_of (golden_text (events, i, "date"));
    CgKnoxOptions options = { n_space, n_time, space, time, CG_DISTANCE_MANHATTAN, 19, 1 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgKnox) knox = cg_knox_run (events->n, x, y, day, &options, NULL, &error);
    g_assert_no_error (error);
    for (guint k = 0; k < n_space * n_time; k++) {
        /* Bands have a comma inside, so the table splits them: "[0 1)" "[0 8)" pairs. */
        char **row = g_ptr_array_index (wanted->rows, from + k + 1);
        guint s = find_band (row[0] + (row[0][0] == '"'), space, n_space);
        guint t = find_band (row[2] + (row[2][0] == '"'), time, n_time);
        g_assert_cmpuint (knox->pairs[s * n_time + t], ==, g_ascii_strtoull (row[4], NULL, 10));
    }
    /* Same street within a week: the classic near repeat. */
    g_assert_cmpfloat (knox->ratio[0], >, 1.5);
    g_assert_cmpfloat (knox->p[0], ==, 0.05);
}

static void
test_chicago (void)
{
    g_autoptr (GoldenTable) events = golden_expected ("knox_chicago_burglary_month1.csv");
    g_autoptr (GoldenTable) wanted = events != NULL ? golden_expected ("knox_expected.csv") : NULL;
    if (wanted == NULL)
        return;
    g_assert_cmpuint (wanted->n, ==, 40);
    check_table (events, wanted, 0, (double[]){ 0, 1, 101, 201, 301 }, 5,
                 (double[]){ 0, 8, 15, 22 }, 4);
    check_table (events, wanted, 20, (double[]){ 0, 1, 100, 200, 300 }, 5,
                 (double[]){ 0, 7, 14, 21 }, 4);
}

static void
test_brute_force (void)
{
    CgRandom random;
    cg_random_init (&random, 3, 3);
    for (guint round = 0; round < 60; round++) {
        guint32 n = cg_random_below (&random, 60);
        double x[60], y[60], t[60], space[] = { 0, 1, 3, 8 }, time[] = { 0, 2, 5 };
        for (guint32 i = 0; i < n; i++) {
            x[i] = cg_random_below (&random, 12);
            y[i] = cg_random_below (&random, 12);
            t[i] = 0.5 * cg_random_below (&random, 20);
        }
        CgKnoxOptions options = { 4, 3, space, time, round % 2 ? CG_DISTANCE_EUCLIDEAN : CG_DISTANCE_MANHATTAN,
                                  0, 1 };
        g_autoptr (CgKnox) knox = cg_knox_run (n, x, y, t, &options, NULL, NULL);
        guint64 wanted[12] = { 0 };
        for (guint32 i = 0; i < n; i++)
            for (guint32 j = i + 1; j < n; j++) {
                double dx = fabs (x[i] - x[j]), dy = fabs (y[i] - y[j]), dt = fabs (t[i] - t[j]);
                double far = round % 2 ? sqrt (dx * dx + dy * dy) : dx + dy;
                guint s = far < 1 ? 0 : far < 3 ? 1 : far < 8 ? 2 : 3;
                wanted[s * 3 + (dt < 2 ? 0 : dt < 5 ? 1 : 2)]++;
            }
        double expected = 0, pairs = 0;
        for (guint c = 0; c < 12; c++) {
            g_assert_cmpuint (knox->pairs[c], ==, wanted[c]);
            expected += knox->expected[c];
            pairs += (double) wanted[c];
            g_assert_cmpfloat (knox->p[c], ==, 1);
        }
        g_assert_cmpfloat_with_epsilon (expected, pairs, 1e-6);
    }
}

static void
test_refuses (void)
{
    const double zero[] = { 0, 1 }, bad[] = { 1, 2 }, same[] = { 0, 0 }, hole[] = { 0, NAN };
    const struct {
        CgKnoxOptions options;
        const double *x;
    } cases[] = {
        { { 1, 2, zero, zero, 0, 9, 1 }, zero },  { { 2, 2, bad, zero, 0, 9, 1 }, zero },
        { { 2, 2, zero, same, 0, 9, 1 }, zero },  { { 2, 0, zero, zero, 0, 9, 1 }, zero },
        { { 2, 2, zero, zero, 0, 100000, 1 }, zero }, { { 2, 2, zero, zero, 0, 9, 1 }, hole },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_knox_run (2, cases[k].x, zero, zero, &cases[k].options, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    CgKnoxOptions options = { 2, 2, zero, zero, 0, 9, 1 };
    g_autoptr (CgKnox) none = cg_knox_run (0, NULL, NULL, NULL, &options, NULL, NULL);
    g_assert_true (none->pairs[3] == 0 && isnan (none->ratio[0]) && none->p[0] == 1);
    g_autoptr (CgKnox) one = cg_knox_run (1, zero, zero, zero, &options, NULL, NULL);
    g_assert_true (one->pairs[0] == 0);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_cancellable_cancel (cancel);
    g_assert_null (cg_knox_run (2, zero, zero, zero, &options, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/knox/chicago", test_chicago);
    g_test_add_func ("/analyse/knox/brute-force", test_brute_force);
    g_test_add_func ("/analyse/knox/refuses", test_refuses);
    return g_test_run ();
}
