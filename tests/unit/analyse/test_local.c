/* Gi, Gi*, local Moran against spdep 1.2-7 (../shared/data/expected) and PySAL's published values. */
#include "analyse/chance.h"
#include "analyse/local.h"
#include "base/error.h"
#include "golden.h"
#include "support.h"

#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <string.h>

static void
compare_column (const GoldenTable *table, const char *column, const double *found)
{
    g_autofree double *wanted = golden_column (table, column);
    for (guint32 i = 0; i < table->n; i++)
        golden_near (found[i], wanted[i], column, i);
}

/* The table calls a neighbourhood high where its mean lies above the mean of all neighbourhood
 * means; ours where it lies above the mean of the values, so that high-high and low-low are the
 * places with I_i > 0 (as PySAL and GeoDa have it). Both must agree outside of that gap. */
static void
compare_quadrants (const GoldenTable *table, const CgNeighbours *neighbours, const double *value,
                   const CgLocalMoran *local)
{
    guint32 n = table->n, n_gap = 0;
    double mean = 0, mean_lag = 0;
    for (guint32 i = 0; i < n; i++) {
        mean += value[i] / n;
        mean_lag += cg_neighbours_lag (neighbours, value, i) / cg_neighbours_sum (neighbours, i) / n;
    }
    for (guint32 i = 0; i < n; i++) {
        double lag = cg_neighbours_lag (neighbours, value, i) / cg_neighbours_sum (neighbours, i);
        gboolean gap = (lag > mean) != (lag > mean_lag);
        g_autofree char *wanted = g_ascii_strdown (golden_text (table, i, "li_quadr"), -1);
        if (!gap)
            g_assert_cmpstr (cg_quadrant_name (local->quadrant[i]), ==, wanted);
        gboolean alike = local->quadrant[i] == CG_QUADRANT_HIGH_HIGH ||
                         local->quadrant[i] == CG_QUADRANT_LOW_LOW;
        g_assert_true (alike == (local->i[i] > 0) || local->i[i] == 0);
        n_gap += gap;
    }
    g_assert_cmpuint (n_gap, <, n / 5);
}

static void
check_case (const GoldenTable *table, const CgNeighbours *neighbours, const char *column)
{
    g_autoptr (GError) error = NULL;
    g_autofree double *value = golden_column (table, column), *z = g_new (double, table->n);
    g_assert_true (cg_local_g (neighbours, value, FALSE, z, &error));
    g_assert_no_error (error);
    compare_column (table, "gi_B", z);
    compare_column (table, "gi_W", z);
    g_assert_true (cg_local_g (neighbours, value, TRUE, z, &error));
    compare_column (table, "gistar_B", z);
    compare_column (table, "gistar_W", z);
    g_autofree double *p = g_new (double, table->n), *q = g_new (double, table->n);
    for (guint32 i = 0; i < table->n; i++)
        p[i] = cg_normal_two_sided (z[i]);
    compare_column (table, "gistar_B_p2", p);
    cg_false_discovery (table->n, p, q);
    compare_column (table, "gistar_B_fdr", q);
    g_autoptr (CgLocalMoran) local = cg_local_moran (neighbours, value, CG_WEIGHTS_ROW, &error);
    g_assert_no_error (error);
    compare_column (table, "li", local->i);
    compare_column (table, "li_e", local->expected);
    compare_column (table, "li_var_rand", local->variance);
    compare_column (table, "li_z_rand", local->z);
    compare_column (table, "li_var_cond", local->variance_given);
    compare_column (table, "li_z_cond", local->z_given);
    compare_quadrants (table, neighbours, value, local);
}

typedef struct {
    const char *table, *pairs, *key, *value;
} Case;

static const Case cases[] = {
    { "columbus_crime_expected.csv", "columbus_neighbours.csv", "id", "y" },
    { "nc_sids_expected.csv", "nc_sids_neighbours.csv", "fipsno", "sidr74" },
    { "stl_homicide_expected.csv", "stl_homicide_neighbours.csv", "id", "hr8893" },
};

static void
test_golden (gconstpointer data)
{
    const Case *c = data;
    g_autoptr (GoldenTable) table = golden_expected (c->table);
    g_autoptr (GoldenTable) pairs = table != NULL ? golden_expected (c->pairs) : NULL;
    if (pairs == NULL)
        return;
    g_autoptr (CgNeighbours) neighbours = golden_neighbours (table, c->key, pairs, "from", "to");
    check_case (table, neighbours, c->value);
}

/* Blocks of a layer in the order of the table's ids. */
static CgShapes *
read_blocks (const char *path, const GoldenTable *table, const char *key)
{
    GDALAllRegister ();
    GDALDatasetH set = GDALOpenEx (path, GDAL_OF_VECTOR, NULL, NULL, NULL);
    g_assert_nonnull (set);
    OGRLayerH layer = GDALDatasetGetLayer (set, 0);
    int column = OGR_FD_GetFieldIndex (OGR_L_GetLayerDefn (layer), key);
    g_autoptr (GHashTable) by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                           (GDestroyNotify) g_bytes_unref);
    OGRFeatureH feature;
    while ((feature = OGR_L_GetNextFeature (layer)) != NULL) {
        OGRGeometryH geometry = OGR_F_GetGeometryRef (feature);
        gsize size = OGR_G_WkbSize (geometry);
        guint8 *wkb = g_malloc (size);
        OGR_G_ExportToIsoWkb (geometry, wkbNDR, wkb);
        g_hash_table_insert (by_key, g_strdup (OGR_F_GetFieldAsString (feature, column)),
                             g_bytes_new_take (wkb, size));
        OGR_F_Destroy (feature);
    }
    GDALClose (set);
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 i = 0; i < table->n; i++) {
        gsize size;
        g_autoptr (GError) error = NULL;
        const guint8 *wkb =
            g_bytes_get_data (g_hash_table_lookup (by_key, golden_text (table, i, "id")), &size);
        cg_shapes_add_wkb (shapes, wkb, size, &error);
        g_assert_no_error (error);
    }
    return shapes;
}

static void
test_cincinnati (void)
{
    g_autoptr (GoldenTable) table = golden_expected ("cincinnati_theft_expected.csv");
    g_autofree char *path = table != NULL ? cg_test_data ("us/cincinnati_blocks.gpkg") : NULL;
    if (path == NULL)
        return;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) shapes = read_blocks (path, table, "geoid");
    g_autoptr (CgNeighbours) rook = cg_neighbours_from_areas (shapes, CG_NEAR_ROOK, NULL, &error);
    g_autoptr (CgNeighbours) queen = cg_neighbours_from_areas (shapes, CG_NEAR_QUEEN, NULL, &error);
    g_assert_no_error (error);
    g_autofree double *card_rook = golden_column (table, "card_rook");
    g_autofree double *card_queen = golden_column (table, "card_queen");
    for (guint32 i = 0; i < table->n; i++) {
        g_assert_cmpuint (cg_neighbours_degree (rook, i), ==, (guint) card_rook[i]);
        g_assert_cmpuint (cg_neighbours_degree (queen, i), ==, (guint) card_queen[i]);
    }
    check_case (table, queen, "y");
}

/* Six points of PySAL's tests, distance band 15 (pysal/esda, test_getisord.py). */
static void
test_points (void)
{
    const double x[] = { 10, 20, 40, 15, 30, 30 }, y[] = { 10, 10, 10, 20, 20, 30 };
    const double value[] = { 2, 3, 3.2, 5, 8, 7 };
    const double gi[] = { -1.0136729, -0.04361589, 1.31558703, -0.31412676, 1.15373986, 1.77833941 };
    const double star[] = { -1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088,
                            2.02424331 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgNeighbours) near = cg_neighbours_within (6, x, y, 15, NULL, NULL, &error);
    g_assert_no_error (error);
    double z[6];
    g_assert_true (cg_local_g (near, value, FALSE, z, NULL));
    for (guint i = 0; i < 6; i++)
        g_assert_cmpfloat_with_epsilon (z[i], gi[i], 6e-9);
    g_assert_true (cg_local_g (near, value, TRUE, z, NULL));
    for (guint i = 0; i < 6; i++)
        g_assert_cmpfloat_with_epsilon (z[i], star[i], 6e-9);
}

/* One map, several neighbourhoods of one place, edges of the definition. */
static void
test_edges (void)
{
    const guint32 a[] = { 0, 1 }, b[] = { 1, 2 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgNeighbours) chain = cg_neighbours_from_pairs (4, 2, a, b, &error);
    g_assert_cmpuint (cg_neighbours_count_islands (chain), ==, 1);
    double z[4], value[] = { 1, 2, 4, 9 };
    g_assert_true (cg_local_g (chain, value, FALSE, z, &error));
    g_assert_true (isnan (z[3]) && isfinite (z[0]));
    /* Alone, Gi* is the place's own deviation: (9 - 4) / sqrt (9.5). */
    g_assert_true (cg_local_g (chain, value, TRUE, z, &error));
    g_assert_cmpfloat_with_epsilon (z[3], 5 / sqrt (9.5), 1e-12);
    /* All others are equal: nothing to shuffle. */
    const double one[] = { 7, 0.1, 0.1, 0.1 };
    g_assert_true (cg_local_g (chain, one, FALSE, z, &error));
    g_assert_true (isnan (z[0]));
    const double equal[] = { 0.1, 0.1, 0.1, 0.1 };
    g_assert_true (cg_local_g (chain, equal, TRUE, z, &error));
    g_assert_true (isnan (z[0]));
    g_autoptr (CgLocalMoran) local = cg_local_moran (chain, equal, CG_WEIGHTS_ROW, &error);
    g_assert_true (isnan (local->i[0]) && local->quadrant[0] == CG_QUADRANT_NONE);
    const double hole[] = { 1, NAN, 2, 3 };
    g_assert_false (cg_local_g (chain, hole, TRUE, z, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    for (guint32 n = 0; n < 3; n++) {
        g_autoptr (CgNeighbours) few = cg_neighbours_from_pairs (n, 0, NULL, NULL, NULL);
        g_assert_true (cg_local_g (few, value, TRUE, z, NULL));
        g_assert_true (n == 0 || isnan (z[0]));
        g_autoptr (CgLocalMoran) none = cg_local_moran (few, value, CG_WEIGHTS_ROW, NULL);
        g_assert_true (n == 0 || isnan (none->z[0]));
    }
}

static void
test_neighbours (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) board = cg_test_checkerboard (3, 3, 10, 1);
    g_autoptr (CgNeighbours) queen =
        cg_neighbours_from_areas (board->shapes, CG_NEAR_QUEEN, NULL, &error);
    g_autoptr (CgNeighbours) rook =
        cg_neighbours_from_areas (board->shapes, CG_NEAR_ROOK, NULL, &error);
    g_assert_cmpuint (queen->first[9], ==, 40);
    g_assert_cmpuint (rook->first[9], ==, 24);
    g_assert_cmpuint (cg_neighbours_degree (queen, 4), ==, 8);
    const guint32 rows[] = { 0, 1, 4 };
    g_autoptr (CgNeighbours) three = cg_neighbours_subset (queen, 3, rows);
    g_assert_cmpuint (three->first[3], ==, 6);
    const guint32 bad[] = { 9 }, good[] = { 1 };
    g_assert_null (cg_neighbours_from_pairs (9, 1, bad, good, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_neighbours_from_pairs (9, 1, good, good, &error));
    g_clear_error (&error);
    const double x[] = { 0, INFINITY };
    g_assert_null (cg_neighbours_within (2, x, x, 5, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_neighbours_within (1, x, x, 0, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

static void
test_classes (void)
{
    g_assert_cmpint (cg_hot_class (3, 0.01), ==, 3);
    g_assert_cmpint (cg_hot_class (-2, 0.05), ==, -2);
    g_assert_cmpint (cg_hot_class (2, 0.1), ==, 1);
    g_assert_cmpint (cg_hot_class (2, 0.11), ==, 0);
    g_assert_cmpint (cg_hot_class (NAN, 0), ==, 0);
    g_assert_cmpint (cg_hot_class (2, NAN), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_autofree char *name = g_strdup_printf ("/analyse/local/golden/%u", k);
        g_test_add_data_func (name, &cases[k], test_golden);
    }
    g_test_add_func ("/analyse/local/cincinnati", test_cincinnati);
    g_test_add_func ("/analyse/local/points", test_points);
    g_test_add_func ("/analyse/local/edges", test_edges);
    g_test_add_func ("/analyse/local/neighbours", test_neighbours);
    g_test_add_func ("/analyse/local/classes", test_classes);
    return g_test_run ();
}
