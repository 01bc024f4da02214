/* Real points in real areas: row for row what R sf and GEOS gave (the join tables of expected/). */
#include "attach/attach.h"
#include "base/random.h"
#include "support.h"

#include <gdal.h>
#include <ogr_api.h>
#include <stdlib.h>

typedef struct {
    CgShapes *shapes;
    GPtrArray *key;
} Areas;

typedef struct {
    GArray *x, *y;
} Points;

static Areas
read_areas (const char *path, const char *key)
{
    GDALDatasetH set = GDALOpenEx (path, GDAL_OF_VECTOR, NULL, NULL, NULL);
    g_assert_nonnull (set);
    OGRLayerH layer = GDALDatasetGetLayer (set, 0);
    int column = OGR_FD_GetFieldIndex (OGR_L_GetLayerDefn (layer), key);
    g_assert_cmpint (column, >=, 0);
    Areas areas = { cg_shapes_new (CG_SHAPES_AREA), g_ptr_array_new_with_free_func (g_free) };
    OGRFeatureH feature;
    while ((feature = OGR_L_GetNextFeature (layer)) != NULL) {
        OGRGeometryH geometry = OGR_F_GetGeometryRef (feature);
        gsize size = OGR_G_WkbSize (geometry);
        g_autofree guint8 *wkb = g_malloc (size);
        OGR_G_ExportToIsoWkb (geometry, wkbNDR, wkb);
        g_autoptr (GError) error = NULL;
        cg_shapes_add_wkb (areas.shapes, wkb, size, &error);
        g_assert_no_error (error);
        g_ptr_array_add (areas.key, g_strdup (OGR_F_GetFieldAsString (feature, column)));
        OGR_F_Destroy (feature);
    }
    GDALClose (set);
    return areas;
}

/* Points of a gzipped CSV with lon, lat columns, or of a point layer. */
static Points
read_points (const char *path)
{
    g_autofree char *name =
        g_str_has_suffix (path, ".gz") ? g_strconcat ("/vsigzip/", path, NULL) : g_strdup (path);
    GDALDatasetH set = GDALOpenEx (name, GDAL_OF_VECTOR, NULL, NULL, NULL);
    g_assert_nonnull (set);
    OGRLayerH layer = GDALDatasetGetLayer (set, 0);
    int lon = OGR_FD_GetFieldIndex (OGR_L_GetLayerDefn (layer), "lon");
    int lat = OGR_FD_GetFieldIndex (OGR_L_GetLayerDefn (layer), "lat");
    Points points = { g_array_new (FALSE, FALSE, sizeof (double)),
                      g_array_new (FALSE, FALSE, sizeof (double)) };
    OGRFeatureH feature;
    while ((feature = OGR_L_GetNextFeature (layer)) != NULL) {
        OGRGeometryH geometry = OGR_F_GetGeometryRef (feature);
        double x, y;
        if (geometry != NULL) {
            x = OGR_G_GetX (geometry, 0), y = OGR_G_GetY (geometry, 0);
        } else {
            g_assert_true (lon >= 0 && lat >= 0);
            x = g_ascii_strtod (OGR_F_GetFieldAsString (feature, lon), NULL);
            y = g_ascii_strtod (OGR_F_GetFieldAsString (feature, lat), NULL);
        }
        g_array_append_val (points.x, x);
        g_array_append_val (points.y, y);
        OGR_F_Destroy (feature);
    }
    GDALClose (set);
    return points;
}

static void
free_areas (Areas *areas)
{
    cg_shapes_free (areas->shapes);
    g_ptr_array_unref (areas->key);
}

static void
free_points (Points *points)
{
    g_array_unref (points->x);
    g_array_unref (points->y);
}

/* Points in each area, by key. Points on a border are named and counted: GEOS's "within" leaves
 * them out. */
static GHashTable *
count_in (const Areas *areas, const char *points_path, guint want_points)
{
    Points points = read_points (points_path);
    const double *x = (double *) points.x->data, *y = (double *) points.y->data;
    guint32 n = points.x->len;
    g_assert_cmpuint (n, ==, want_points);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas->shapes, NULL, &error);
    g_assert_no_error (error);
    g_autofree guint32 *found = g_new (guint32, n);
    g_autofree guint8 *border = g_new (guint8, n);
    cg_attach_run (index, n, x, y, 0, found, border);
    GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
    guint n_border = 0;
    for (guint32 i = 0; i < n; i++) {
        if (border[i]) {
            g_test_message ("%s row %u (%.9f %.9f) lies exactly on a border, taken by %s",
                            points_path, i + 1, x[i], y[i], (char *) areas->key->pdata[found[i]]);
            n_border++;
        } else if (found[i] != CG_NONE) {
            gpointer key = areas->key->pdata[found[i]];
            g_hash_table_insert (
                counts, key,
                GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1));
        }
    }
    g_test_message ("%s: %u points, %u exactly on a border", points_path, n, n_border);
    free_points (&points);
    return counts;
}

/* Column of the expected table equals the counts; keys that it does not list must be zero. */
static void
check_counts (const Areas *areas, GHashTable *counts, const char *expected_path, guint column)
{
    g_autoptr (GPtrArray) rows = cg_test_csv (expected_path);
    guint total = 0, expected_total = 0;
    for (guint i = 1; i < rows->len; i++) {
        char **row = rows->pdata[i];
        guint want = strtoul (row[column], NULL, 10);
        guint got = GPOINTER_TO_UINT (g_hash_table_lookup (counts, row[0]));
        if (got != want)
            g_error ("%s: %u points, expected %u", row[0], got, want);
        expected_total += want;
    }
    for (guint i = 0; i < areas->key->len; i++)
        total += GPOINTER_TO_UINT (g_hash_table_lookup (counts, areas->key->pdata[i]));
    g_assert_cmpuint (total, ==, expected_total);
    g_assert_cmpuint (total, >, 0);
}

static void
check_county (const char *county, guint want_areas)
{
    g_autofree char *name = g_strdup_printf ("taiwan/%s_base_areas.gpkg", county);
    g_autofree char *expected_name = g_strdup_printf ("expected/%s_join_expected.csv", county);
    g_autofree char *path = cg_test_data (name);
    g_autofree char *accidents = cg_test_data ("taiwan/traffic_accidents_2018_2026.csv.gz");
    g_autofree char *cameras = cg_test_data ("taiwan/speed_cameras.geojson");
    g_autofree char *expected = cg_test_data (expected_name);
    if (path == NULL || accidents == NULL || cameras == NULL || expected == NULL)
        return;
    Areas areas = read_areas (path, "codebase");
    g_assert_cmpuint (areas.shapes->n_shapes, ==, want_areas);
    g_autoptr (GHashTable) by_accident = count_in (&areas, accidents, 16644);
    check_counts (&areas, by_accident, expected, 3);
    g_autoptr (GHashTable) by_camera = count_in (&areas, cameras, 2512);
    check_counts (&areas, by_camera, expected, 4);
    free_areas (&areas);
}

static void
test_nantou (void)
{
    check_county ("nantou_10008", 4350);
}

static void
test_chiayi (void)
{
    check_county ("chiayi_city_10020", 1505);
}

static void
test_chicago (void)
{
    g_autofree char *path = cg_test_data ("us/chicago_community_areas.gpkg");
    g_autofree char *crimes = cg_test_data ("us/chicago_crimes_2017_2019.csv.gz");
    g_autofree char *expected = cg_test_data ("expected/chicago_join_expected.csv");
    if (path == NULL || crimes == NULL || expected == NULL)
        return;
    Areas areas = read_areas (path, "area_num");
    g_autoptr (GHashTable) counts = count_in (&areas, crimes, 25000);
    check_counts (&areas, counts, expected, 4);
    free_areas (&areas);
}

/* Speed on a real mountain county, where cells in town hold many areas: uniform points over the
 * county. */
static void
test_speed (void)
{
    g_autofree char *path = cg_test_data ("taiwan/nantou_10008_base_areas.gpkg");
    if (path == NULL)
        return;
    Areas areas = read_areas (path, "codebase");
    const guint32 n = g_test_perf () ? 10000000 : 200000;
    g_autofree double *x = g_new (double, n), *y = g_new (double, n);
    g_autofree guint32 *found = g_new (guint32, n);
    CgBox box = cg_shapes_box_all (areas.shapes);
    CgRandom random;
    cg_random_init (&random, 3, 0);
    for (guint32 i = 0; i < n; i++) {
        guint32 v = cg_random_below (&random, areas.shapes->n_vertices);
        /* Half of the points where the vertices are, that is in town. */
        gboolean town = i % 2 == 0;
        x[i] = town ? areas.shapes->x[v] + 0.0003 * cg_random_normal (&random)
                    : box.x_min + cg_random_unit (&random) * (box.x_max - box.x_min);
        y[i] = town ? areas.shapes->y[v] + 0.0003 * cg_random_normal (&random)
                    : box.y_min + cg_random_unit (&random) * (box.y_max - box.y_min);
    }
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas.shapes, NULL, NULL);
    gint64 built = g_get_monotonic_time ();
    cg_attach_run (index, n, x, y, 1, found, NULL);
    gint64 done = g_get_monotonic_time ();
    g_test_message ("index of %u vertices in %.1f ms; %.2f million points a second, 1 thread",
                    areas.shapes->n_vertices, (built - start) / 1e3, n / (double) (done - built));
    free_areas (&areas);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    GDALAllRegister ();
    g_test_add_func ("/attach/nantou", test_nantou);
    g_test_add_func ("/attach/chiayi", test_chiayi);
    g_test_add_func ("/attach/chicago", test_chicago);
    g_test_add_func ("/attach/speed", test_speed);
    return g_test_run ();
}
