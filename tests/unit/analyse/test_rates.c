/* Smoothed rates and their surprise against spdep 1.2-7; places without base by hand. */
#include "analyse/global.h"
#include "analyse/rates.h"
#include "base/error.h"
#include "golden.h"

#include <math.h>

static void
compare (const GoldenTable *table, const char *column, const double *found)
{
    g_autofree double *wanted = golden_column (table, column);
    for (guint32 i = 0; i < table->n; i++)
        golden_near (found[i], wanted[i], column, i);
}

static void
test_nc_sids (void)
{
    g_autoptr (GoldenTable) table = golden_expected ("nc_sids_expected.csv");
    g_autoptr (GoldenTable) pairs =
        table != NULL ? golden_expected ("nc_sids_neighbours.csv") : NULL;
    if (pairs == NULL)
        return;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgNeighbours) near = golden_neighbours (table, "fipsno", pairs, "from", "to");
    g_autofree double *sid = golden_column (table, "sid74"), *bir = golden_column (table, "bir74");
    double out[100], few[100], many[100];
    CgPrior prior;
    g_assert_true (cg_rates_global (100, sid, bir, out, &prior, &error));
    compare (table, "eb_global", out);
    golden_near (prior.mean, 0.002021444894, "b", 0);
    g_assert_cmpfloat_with_epsilon (prior.variance / 7.692930647e-07, 1, 1e-9);
    g_assert_true (cg_rates_local (near, sid, bir, CG_LOCAL_MARSHALL, out, &error));
    compare (table, "eb_local", out);
    g_assert_true (cg_rates_local (near, sid, bir, CG_LOCAL_SHARED, out, &error));
    compare (table, "eb_local_geoda", out);
    g_assert_true (cg_rates_surprise (100, sid, bir, out, few, many, &error));
    compare (table, "pm_expected", out);
    compare (table, "pm_p", few);
    g_autofree double *choynowski = golden_column (table, "choynowski_p");
    for (guint32 i = 0; i < 100; i++)
        golden_near (golden_text (table, i, "choynowski_low")[0] == 'T' ? few[i] : many[i],
                     choynowski[i], "choynowski_p", i);
}

static void
test_st_louis (void)
{
    g_autoptr (GoldenTable) table = golden_expected ("stl_homicide_expected.csv");
    g_autoptr (GoldenTable) pairs =
        table != NULL ? golden_expected ("stl_homicide_neighbours.csv") : NULL;
    if (pairs == NULL)
        return;
    g_autoptr (CgNeighbours) near = golden_neighbours (table, "id", pairs, "from", "to");
    g_autofree double *count = golden_column (table, "hc7984");
    g_autofree double *people = golden_column (table, "po7984");
    double out[78];
    g_assert_true (cg_rates_local (near, count, people, CG_LOCAL_MARSHALL, out, NULL));
    compare (table, "eb_local_7984", out);
    g_assert_true (cg_rates_local (near, count, people, CG_LOCAL_SHARED, out, NULL));
    compare (table, "eb_local_geoda_7984", out);
}

/* Moran's I of standardised rates with the neighbours of Cressie and Chan 1989. */
static void
test_eb_moran (void)
{
    g_autoptr (GoldenTable) table = golden_own ("nc_sids_points.csv");
    g_autoptr (GoldenTable) pairs = golden_own ("nc_sids_cc89.csv");
    g_autoptr (CgNeighbours) near = golden_neighbours (table, NULL, pairs, "a", "b");
    g_assert_cmpuint (near->first[100], ==, 394);
    g_assert_cmpuint (cg_neighbours_count_islands (near), ==, 2);
    g_autofree double *sid = golden_column (table, "sid74"), *bir = golden_column (table, "bir74");
    double z[100], local[100];
    CgGlobal moran;
    g_assert_true (cg_rates_standardised (100, sid, bir, z, NULL));
    g_assert_true (cg_global_moran (near, z, CG_WEIGHTS_BINARY, &moran, NULL));
    golden_near (moran.value, 0.257889597410202, "EB Moran", 0);
    const double wanted[] = { 0.0009922275509, 0.0012639029323, 0.0011337868481, 0.0016447368421 };
    g_assert_true (cg_rates_local (near, sid, bir, CG_LOCAL_MARSHALL, local, NULL));
    for (guint i = 0; i < 4; i++)
        g_assert_cmpfloat_with_epsilon (local[i], wanted[i], 6e-14);
}

static void
test_edges (void)
{
    const guint32 a[] = { 0, 1 }, b[] = { 1, 2 };
    g_autoptr (CgNeighbours) near = cg_neighbours_from_pairs (4, 2, a, b, NULL);
    const double count[] = { 2, 5, 1, 3 }, base[] = { 100, 0, 50, 0 }, none[4] = { 0 };
    double out[4], few[4], many[4], z[4];
    g_autoptr (GError) error = NULL;
    CgPrior prior;
    g_assert_true (cg_rates_global (4, count, base, out, &prior, &error));
    /* Both places with base have the rate 3/150: nothing differs, all get it. */
    for (guint i = 0; i < 4; i++)
        g_assert_cmpfloat_with_epsilon (out[i], 0.02, 1e-15);
    g_assert_true (prior.variance == 0);
    g_assert_true (cg_rates_local (near, count, base, CG_LOCAL_MARSHALL, out, &error));
    g_assert_cmpfloat_with_epsilon (out[1], 0.02, 1e-15);
    g_assert_true (isnan (out[3])); /* no base, no neighbours */
    g_assert_true (cg_rates_surprise (4, count, base, out, few, many, &error));
    g_assert_true (out[1] == 0 && isnan (few[1]) && isnan (many[1]));
    g_assert_true (cg_rates_standardised (4, count, base, z, &error));
    g_assert_true (isnan (z[1]) && z[0] == 0);
    g_assert_true (cg_rates_global (4, count, none, out, &prior, &error));
    g_assert_true (isnan (out[0]) && isnan (prior.mean));
    g_assert_true (cg_rates_surprise (4, none, none, out, few, many, &error));
    g_assert_true (out[0] == 0 && isnan (few[0]) && isnan (many[0]));
    g_assert_true (cg_rates_local (near, none, base, CG_LOCAL_SHARED, out, &error));
    g_assert_true (out[0] == 0);
    g_assert_true (cg_rates_global (0, NULL, NULL, NULL, NULL, &error));
    const double wrong[] = { 1, -1, NAN, INFINITY };
    for (guint k = 1; k < 4; k++) {
        g_assert_false (cg_rates_global (1, &wrong[k], base, out, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        g_clear_error (&error);
        g_assert_false (cg_rates_surprise (1, count, &wrong[k], out, few, many, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        g_clear_error (&error);
    }
}

/* By hand: 56 of 1024 for 8 or more of 10 with even chances, as binomial tables have it. Events where
 * nobody lives are no part of the ten. */
static void
test_excess (void)
{
    const guint32 a[] = { 0, 2, 0 }, b[] = { 1, 3, 4 };
    g_autoptr (CgNeighbours) near = cg_neighbours_from_pairs (5, 3, a, b, NULL);
    const double count[] = { 5, 3, 2, 0, 7 }, base[] = { 100, 100, 50, 150, 0 };
    double expected[5], z[5], few[5], many[5];
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_rates_excess (near, count, base, expected, z, few, many, &error));
    g_assert_no_error (error);
    for (guint i = 0; i < 2; i++) {
        g_assert_cmpfloat (expected[i], ==, 5);
        g_assert_cmpfloat_with_epsilon (many[i], 56.0 / 1024, 1e-12);
        g_assert_cmpfloat_with_epsilon (few[i], 1013.0 / 1024, 1e-12);
        g_assert_cmpfloat_with_epsilon (z[i], 3 / sqrt (2.5), 1e-12);
        g_assert_cmpfloat_with_epsilon (few[i + 2], 56.0 / 1024, 1e-12);
    }
    g_assert_true (isnan (expected[4]) && isnan (z[4]) && isnan (few[4]) && isnan (many[4]));
    g_autoptr (CgNeighbours) pair = cg_neighbours_from_pairs (2, 1, a, b, NULL);
    g_assert_true (cg_rates_excess (pair, count, base, NULL, z, few, many, &error));
    g_assert_true (isnan (z[0]) && few[1] == 1 && many[1] == 1); /* the whole map */
    g_assert_false (cg_rates_excess (pair, count, (double[]){ 1, -1 }, NULL, z, few, many, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* 0.7 + 0.2 + 0.1 is a rounding less than 0.1 + 0.7 + 0.2: the whole map all the same. */
static void
test_whole_map (void)
{
    const guint32 a[] = { 0, 0, 1 }, b[] = { 1, 2, 2 };
    g_autoptr (CgNeighbours) all = cg_neighbours_from_pairs (3, 3, a, b, NULL);
    const double count[] = { 3, 1, 2 }, base[] = { 0.1, 0.7, 0.2 };
    double z[3], few[3], many[3];
    g_assert_true (cg_rates_excess (all, count, base, NULL, z, few, many, NULL));
    for (guint i = 0; i < 3; i++)
        g_assert_true (isnan (z[i]) && few[i] == 1 && many[i] == 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/rates/nc-sids", test_nc_sids);
    g_test_add_func ("/analyse/rates/st-louis", test_st_louis);
    g_test_add_func ("/analyse/rates/eb-moran", test_eb_moran);
    g_test_add_func ("/analyse/rates/excess", test_excess);
    g_test_add_func ("/analyse/rates/whole-map", test_whole_map);
    g_test_add_func ("/analyse/rates/edges", test_edges);
    return g_test_run ();
}
