/* Moran, Geary, G, joins against spdep 1.2-7 and published values. */
#include "analyse/global.h"
#include "base/error.h"
#include "golden.h"
#include "support.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *name, *table, *pairs, *key, *value;
} Case;

static const Case cases[] = {
    { "columbus_CRIME", "columbus_crime_expected.csv", "columbus_neighbours.csv", "id", "y" },
    { "nc_sids_SIDR74", "nc_sids_expected.csv", "nc_sids_neighbours.csv", "fipsno", "sidr74" },
    { "stl_HR8893", "stl_homicide_expected.csv", "stl_homicide_neighbours.csv", "id", "hr8893" },
};

static void
check_row (const GoldenTable *table, guint32 row, const char *column, double found)
{
    g_autofree double *wanted = golden_column (table, column);
    golden_near (found, wanted[row], column, row);
}

static void
check_style (const GoldenTable *global, guint32 row, const CgNeighbours *neighbours,
             const double *value)
{
    CgWeightStyle style = strcmp (golden_text (global, row, "style"), "W") == 0
                              ? CG_WEIGHTS_ROW
                              : CG_WEIGHTS_BINARY;
    CgGlobal moran, geary, g;
    g_assert_true (cg_global_moran (neighbours, value, style, &moran, NULL));
    g_assert_true (cg_global_geary (neighbours, value, style, &geary, NULL));
    g_assert_true (cg_global_g (neighbours, value, style, &g, NULL));
    check_row (global, row, "moran_I", moran.value);
    check_row (global, row, "E_I", moran.expected);
    check_row (global, row, "var_rand", moran.variance);
    check_row (global, row, "z_rand", moran.z);
    check_row (global, row, "p_rand_2s", moran.p);
    check_row (global, row, "var_norm", moran.variance_normal);
    check_row (global, row, "z_norm", moran.z_normal);
    check_row (global, row, "geary_C", geary.value);
    check_row (global, row, "geary_z", geary.z);
    if (style == CG_WEIGHTS_BINARY) {
        check_row (global, row, "G", g.value);
        check_row (global, row, "G_z", g.z);
    }
}

static void
test_golden (gconstpointer data)
{
    const Case *c = data;
    g_autoptr (GoldenTable) global = golden_expected ("global_statistics_expected.csv");
    g_autoptr (GoldenTable) table = global != NULL ? golden_expected (c->table) : NULL;
    g_autoptr (GoldenTable) pairs = table != NULL ? golden_expected (c->pairs) : NULL;
    if (pairs == NULL)
        return;
    g_autoptr (CgNeighbours) neighbours = golden_neighbours (table, c->key, pairs, "from", "to");
    g_autofree double *value = golden_column (table, c->value);
    guint seen = 0;
    for (guint32 row = 0; row < global->n; row++)
        if (strcmp (golden_text (global, row, "case"), c->name) == 0) {
            check_style (global, row, neighbours, value);
            seen++;
        }
    g_assert_cmpuint (seen, ==, 2);
}

/* Columbus with the neighbours of its .gal file: other software's figures to ten digits and more. */
static void
test_columbus_gal (void)
{
    g_autoptr (GoldenTable) table = golden_expected ("columbus_crime_expected.csv");
    if (table == NULL)
        return;
    g_autoptr (GoldenTable) pairs = golden_own ("columbus_gal.csv");
    g_autoptr (CgNeighbours) gal = golden_neighbours (table, NULL, pairs, "a", "b");
    g_assert_cmpuint (gal->first[49], ==, 230);
    g_autofree double *crime = golden_column (table, "y");
    CgGlobal out;
    g_assert_true (cg_global_moran (gal, crime, CG_WEIGHTS_ROW, &out, NULL));
    golden_near (out.value, 0.48577091366177316, "I", 0);
    golden_near (out.variance, 0.00899112132177907, "I variance", 0);
    golden_near (out.z, 5.34271363940802768, "I z", 0);
    golden_near (out.z_normal, 5.38181026395962636, "I z, normal", 0);
    g_assert_true (cg_global_geary (gal, crime, CG_WEIGHTS_ROW, &out, NULL));
    golden_near (out.value, 0.5478033771672514, "C", 0);
    golden_near (out.variance, 0.0098041078703855, "C variance", 0);
    golden_near (out.z, 4.5669186335426541, "C z", 0);
    g_assert_true (cg_global_g (gal, crime, CG_WEIGHTS_BINARY, &out, NULL));
    golden_near (out.value, 0.122724245379256441, "G", 0);
    golden_near (out.expected, 0.097789115646258501, "G expected", 0);
    golden_near (out.variance * 1e3, 0.033839715584634, "G variance", 0);
    golden_near (out.z, 4.286455110714862293, "G z", 0);
}

/* The same districts, black where crime is above 35 (spdep's joincount.multi). */
static void
test_joins (void)
{
    g_autoptr (GoldenTable) table = golden_expected ("columbus_crime_expected.csv");
    if (table == NULL)
        return;
    g_autoptr (GoldenTable) pairs = golden_own ("columbus_gal.csv");
    g_autoptr (CgNeighbours) gal = golden_neighbours (table, NULL, pairs, "a", "b");
    g_autofree double *crime = golden_column (table, "y");
    guint8 black[49];
    for (guint32 i = 0; i < 49; i++)
        black[i] = crime[i] > 35;
    CgJoins joins;
    cg_global_joins (gal, black, CG_WEIGHTS_BINARY, &joins);
    golden_near (joins.white_white.value, 34, "WW", 0);
    golden_near (joins.white_white.expected, 29.3367346938776, "WW", 1);
    golden_near (joins.white_white.variance, 18.6384551649577, "WW", 2);
    golden_near (joins.black_black.value, 52, "BB", 0);
    golden_near (joins.black_black.expected, 26.9897959183673, "BB", 1);
    golden_near (joins.black_black.variance, 17.6483978306912, "BB", 2);
    golden_near (joins.different.value, 29, "BW", 0);
    golden_near (joins.different.expected, 58.6734693877551, "BW", 1);
    golden_near (joins.different.variance, 26.0410112807599, "BW", 2);
    g_assert_cmpfloat_with_epsilon (joins.different.z, 5.81486, 1e-5);
    cg_global_joins (gal, black, CG_WEIGHTS_ROW, &joins);
    golden_near (joins.black_black.value, 9.206349206349206, "BB, W", 0);
    golden_near (joins.black_black.variance, 0.478553034689050, "BB, W", 2);
    golden_near (joins.white_white.variance, 0.490315827083478, "WW, W", 2);
    golden_near (joins.different.value, 5.810317460317460, "BW, W", 0);
    golden_near (joins.different.variance, 1.384886481007214, "BW, W", 2);
}

/* PySAL's published figures: the 3 x 3 lattice of 1..9 and the six points. */
static void
test_published (void)
{
    g_autoptr (CgUnits) board = cg_test_checkerboard (3, 3, 1, 1);
    g_autoptr (CgNeighbours) rook =
        cg_neighbours_from_areas (board->shapes, CG_NEAR_ROOK, NULL, NULL);
    const double nine[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    CgGlobal out;
    g_assert_true (cg_global_moran (rook, nine, CG_WEIGHTS_BINARY, &out, NULL));
    golden_near (out.variance, 0.059687500000000004, "variance", 0);
    golden_near (out.variance_normal, 0.053125000000000006, "variance, normal", 0);
    const double x[] = { 10, 20, 40, 15, 30, 30 }, y[] = { 10, 10, 10, 20, 20, 30 };
    const double value[] = { 2, 3, 3.2, 5, 8, 7 };
    g_autoptr (CgNeighbours) near = cg_neighbours_within (6, x, y, 15, NULL, NULL, NULL);
    g_assert_true (cg_global_g (near, value, CG_WEIGHTS_BINARY, &out, NULL));
    g_assert_cmpfloat_with_epsilon (out.value, 0.55709779, 6e-9);
    g_assert_cmpfloat_with_epsilon (out.p / 2, 0.172936, 6e-7);
}

static void
test_edges (void)
{
    CgGlobal out;
    CgJoins joins;
    g_autoptr (GError) error = NULL;
    const double equal[] = { 0.1, 0.1, 0.1, 0.1, 0.1 }, below[] = { 1, 2, -3, 4, 5 };
    const guint8 colours[5] = { 1, 1, 1, 1, 1 };
    const guint32 a[] = { 0, 1 }, b[] = { 1, 2 };
    for (guint32 n = 0; n < 6; n++)
        for (guint pairs = 0; pairs <= (n >= 3 ? 2 : 0); pairs += 2) {
            g_autoptr (CgNeighbours) near = cg_neighbours_from_pairs (n, pairs, a, b, NULL);
            g_assert_true (cg_global_moran (near, equal, CG_WEIGHTS_ROW, &out, NULL));
            g_assert_true (isnan (out.value) && isnan (out.p));
            g_assert_true (cg_global_geary (near, equal, CG_WEIGHTS_ROW, &out, NULL));
            g_assert_true (isnan (out.z));
            g_assert_true (cg_global_g (near, equal, CG_WEIGHTS_ROW, &out, NULL));
            g_assert_true (isnan (out.z));
            cg_global_joins (near, colours, CG_WEIGHTS_ROW, &joins);
            g_assert_true (isnan (joins.different.z));
        }
    g_autoptr (CgNeighbours) five = cg_neighbours_from_pairs (5, 2, a, b, NULL);
    g_assert_false (cg_global_g (five, below, CG_WEIGHTS_ROW, &out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_autofree char *name = g_strdup_printf ("/analyse/global/golden/%s", cases[k].name);
        g_test_add_data_func (name, &cases[k], test_golden);
    }
    g_test_add_func ("/analyse/global/columbus", test_columbus_gal);
    g_test_add_func ("/analyse/global/joins", test_joins);
    g_test_add_func ("/analyse/global/published", test_published);
    g_test_add_func ("/analyse/global/edges", test_edges);
    return g_test_run ();
}
