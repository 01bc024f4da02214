/* The GeoPackage of grids, read back with GDAL; equal bytes; failures that leave the old file. */
#include "base/error.h"
#include "export/export.h"
#include "support.h"

#include <gdal.h>
#include <glib/gstdio.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

void RegisterOGRGeoPackage (void);

static void
add_square (CgShapes *shapes, double x, double y, double side)
{
    const double dx[] = { 0, 1, 1, 0, 0 }, dy[] = { 0, 0, 1, 1, 0 };
    for (guint k = 0; k < 5; k++)
        cg_shapes_add_vertex (shapes, x + dx[k] * side, y + dy[k] * side);
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
}

/* Two grids of two units each; the second in two parts when split. */
static CgGrids *
make_grids (gboolean split)
{
    CgGrids *grids = cg_grids_new (2, 4);
    static const char *const code[] = { "610626100001001", "610626100001002" };
    for (guint32 i = 0; i < 2; i++) {
        grids->grid_id[i] = i + 1;
        g_free (grids->code[i]);
        g_free (grids->within[i]);
        grids->code[i] = g_strdup (code[i]);
        grids->within[i] = g_strdup ("长城社区");
        grids->kind[i] = CG_UNIT_URBAN;
        grids->status[i] = i == 0 ? CG_GRID_OK : CG_GRID_ABOVE;
        grids->households[i] = 400 + 4000000000u * i;
        grids->population[i] = 1000, grids->units[i] = 2;
        grids->households_estimated[i] = 400 * i, grids->population_estimated[i] = 300 + i;
        grids->perimeter_m[i] = 40, grids->area_m2[i] = 100, grids->compactness[i] = G_PI / 4;
        add_square (grids->shapes, 500000 + 10 * i, 4000000, 10);
        if (split && i == 1)
            add_square (grids->shapes, 500100, 4000000, 1);
        cg_shapes_end_shape (grids->shapes);
    }
    grids->certificate[1] =
        g_strdup ("one unit has 4000000400 households / 一个单元有 4000000400 户");
    for (guint32 u = 0; u < 4; u++)
        grids->grid_of[u] = u / 2;
    g_free (grids->working_crs);
    grids->working_crs = g_strdup ("EPSG:4545");
    return grids;
}

static char *const unit_id[] = { "u1", "u2", "单元3", "u4" };
static const CgExportStamp stamp = { 7, "--range 300:500 --seed 7", "abc" };

static void
write_grids (const char *path, const CgGrids *grids)
{
    g_autoptr (GError) error = NULL;
    cg_export_grids (path, grids, unit_id, &stamp, &error);
    g_assert_no_error (error);
}

static GDALDatasetH
open_file (const char *path)
{
    GDALDatasetH set = GDALOpenEx (path, GDAL_OF_VECTOR, NULL, NULL, NULL);
    g_assert_nonnull (set);
    return set;
}

static guint
files_in (const char *dir)
{
    g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
    guint n = 0;
    while (g_dir_read_name (open) != NULL)
        n++;
    return n;
}

static void
check_grid (OGRLayerH layer, guint32 i, const CgGrids *grids)
{
    OGRFeatureH feature = OGR_L_GetNextFeature (layer);
    const char *names[] = { "grid_id",    "code",        "within", "kind",
                            "households", "population",  "units",  "perimeter_m",
                            "area_m2",    "compactness", "status", "certificate",
                            "pieces",     "households_estimated", "population_estimated" };
    for (guint k = 0; k < G_N_ELEMENTS (names); k++)
        g_assert_cmpint (OGR_F_GetFieldIndex (feature, names[k]), ==, k);
    g_assert_cmpint (OGR_F_GetFieldAsInteger64 (feature, 0), ==, grids->grid_id[i]);
    g_assert_cmpstr (OGR_F_GetFieldAsString (feature, 1), ==, grids->code[i]);
    g_assert_cmpstr (OGR_F_GetFieldAsString (feature, 2), ==, "长城社区");
    g_assert_cmpstr (OGR_F_GetFieldAsString (feature, 3), ==, "urban");
    g_assert_cmpint (OGR_F_GetFieldAsInteger64 (feature, 4), ==, grids->households[i]);
    g_assert_cmpfloat (OGR_F_GetFieldAsDouble (feature, 9), ==, grids->compactness[i]);
    g_assert_cmpstr (OGR_F_GetFieldAsString (feature, 10), ==, i == 0 ? "ok" : "above");
    g_assert_cmpint (OGR_F_IsFieldSetAndNotNull (feature, 11), ==, i == 1);
    g_assert_cmpint (OGR_F_GetFieldAsInteger64 (feature, 13), ==, grids->households_estimated[i]);
    g_assert_cmpint (OGR_F_GetFieldAsInteger64 (feature, 14), ==, grids->population_estimated[i]);
    g_assert_cmpfloat (OGR_G_Area (OGR_F_GetGeometryRef (feature)), ==,
                       cg_shapes_area (grids->shapes, i));
    OGR_F_Destroy (feature);
}

static void
test_content (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "grids.gpkg", NULL);
    for (guint split = 0; split < 2; split++) {
        g_autoptr (CgGrids) grids = make_grids (split);
        write_grids (path, grids);
        GDALDatasetH set = open_file (path);
        g_assert_cmpint (GDALDatasetGetLayerCount (set), ==, 3);
        OGRLayerH layer = GDALDatasetGetLayerByName (set, "grids");
        g_assert_cmpint (OGR_L_GetGeomType (layer), ==, split ? wkbMultiPolygon : wkbPolygon);
        g_assert_cmpstr (OSRGetAuthorityCode (OGR_L_GetSpatialRef (layer), NULL), ==, "4545");
        g_assert_cmpint (OGR_L_GetFeatureCount (layer, TRUE), ==, 2);
        check_grid (layer, 0, grids);
        check_grid (layer, 1, grids);
        OGRLayerH assignment = GDALDatasetGetLayerByName (set, "assignment");
        g_assert_cmpint (OGR_L_GetGeomType (assignment), ==, wkbNone);
        for (guint u = 0; u < 4; u++) {
            OGRFeatureH feature = OGR_L_GetNextFeature (assignment);
            g_assert_cmpstr (OGR_F_GetFieldAsString (feature, 0), ==, unit_id[u]);
            g_assert_cmpint (OGR_F_GetFieldAsInteger (feature, 1), ==, u / 2 + 1);
            OGR_F_Destroy (feature);
        }
        OGRLayerH run = GDALDatasetGetLayerByName (set, "countygrid_run");
        const char *want[][2] = { { "program", "countygrid" },
                                  { "version", CG_VERSION },
                                  { "seed", "7" },
                                  { "options", stamp.options },
                                  { "data_version", "abc" } };
        for (guint k = 0; k < G_N_ELEMENTS (want); k++) {
            OGRFeatureH feature = OGR_L_GetNextFeature (run);
            g_assert_cmpstr (OGR_F_GetFieldAsString (feature, 0), ==, want[k][0]);
            g_assert_cmpstr (OGR_F_GetFieldAsString (feature, 1), ==, want[k][1]);
            OGR_F_Destroy (feature);
        }
        GDALClose (set);
        g_assert_cmpuint (files_in (dir), ==, 1);
    }
    cg_test_remove_dir (dir);
}

/* The same tables, another second of the clock and another name give the same bytes. */
static void
test_same_bytes (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *first = g_build_filename (dir, "a.gpkg", NULL),
                    *second = g_build_filename (dir, "other.gpkg", NULL);
    g_autoptr (CgGrids) grids = make_grids (TRUE);
    write_grids (first, grids);
    g_usleep (1100000);
    write_grids (second, grids);
    write_grids (second, grids);
    g_autofree char *a = NULL, *b = NULL;
    gsize n_a, n_b;
    g_assert_true (g_file_get_contents (first, &a, &n_a, NULL));
    g_assert_true (g_file_get_contents (second, &b, &n_b, NULL));
    g_assert_cmpmem (a, n_a, b, n_b);
    /* For a comparison of builds from outside. */
    g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *) a, n_a);
    g_test_message ("sha256 %s", sum);
    cg_test_remove_dir (dir);
}

static void
check_crs (const char *crs, const char *want_name)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "a.gpkg", NULL);
    g_autoptr (CgGrids) grids = make_grids (FALSE);
    grids->delivered = cg_shapes_new (CG_SHAPES_AREA);
    for (guint i = 0; i < 2; i++) {
        add_square (grids->delivered, 108 + 0.5 * i, 37, 0.5);
        cg_shapes_end_shape (grids->delivered);
    }
    grids->delivered_crs = g_strdup (crs);
    write_grids (path, grids);
    GDALDatasetH set = open_file (path);
    OGRLayerH layer = GDALDatasetGetLayerByName (set, "grids");
    OGREnvelope box;
    OGR_L_GetExtent (layer, &box, TRUE);
    g_assert_cmpfloat (box.MinX, ==, 108);
    g_assert_cmpfloat (box.MaxY, ==, 37.5);
    if (want_name != NULL)
        g_assert_cmpstr (OSRGetName (OGR_L_GetSpatialRef (layer)), ==, want_name);
    GDALClose (set);
    cg_test_remove_dir (dir);
}

static void
test_delivered_crs (void)
{
    check_crs ("EPSG:4326", "WGS 84");
    check_crs ("EPSG:4490", "China Geodetic Coordinate System 2000");
    check_crs ("gcj02", "GCJ-02 (shifted longitude and latitude)");
    check_crs ("bd09", "BD-09 (shifted longitude and latitude)");
    check_crs ("GEOGCS[\"mine\",DATUM[\"d\",SPHEROID[\"s\",6378137,298]],PRIMEM[\"Greenwich\",0],"
               "UNIT[\"degree\",0.01745]]",
               "mine");
    check_crs (NULL, NULL);
}

static void
check_failure (const char *path, const CgGrids *grids, int code)
{
    g_autoptr (GError) error = NULL;
    g_assert_false (cg_export_grids (path, grids, unit_id, &stamp, &error));
    g_assert_error (error, CG_ERROR, code);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, path));
}

/* A disk that is full, as far as this process is concerned, at every step of the writing. */
static void
check_full_disk (const char *path, const CgGrids *grids)
{
    g_autofree char *whole = g_strconcat (path, ".whole", NULL);
    write_grids (whole, grids);
    GStatBuf status;
    g_assert_cmpint (g_stat (whole, &status), ==, 0);
    g_unlink (whole);
    struct rlimit before, small;
    getrlimit (RLIMIT_FSIZE, &before);
    small = before;
    void (*handler) (int) = signal (SIGXFSZ, SIG_IGN);
    for (small.rlim_cur = 0; (goffset) small.rlim_cur < status.st_size; small.rlim_cur += 4096) {
        setrlimit (RLIMIT_FSIZE, &small);
        check_failure (path, grids, CG_ERROR_IO);
    }
    setrlimit (RLIMIT_FSIZE, &before);
    signal (SIGXFSZ, handler);
}

static void
test_fails_cleanly (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *missing = g_build_filename (dir, "missing", "a.gpkg", NULL),
                    *old = g_build_filename (dir, "old.gpkg", NULL);
    g_autoptr (CgGrids) grids = make_grids (FALSE);
    check_failure (missing, grids, CG_ERROR_IO);
    check_failure ("/proc/a.gpkg", grids, CG_ERROR_IO);
    check_failure (dir, grids, CG_ERROR_IO);

    g_assert_true (g_file_set_contents (old, "old", 3, NULL));
    const char *bad[] = { "EPSG:0", "EPSG:99999999",    "EPSG:4326x", "nonsense",
                          "",       "{\"type\":\"no\"}" };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_free (grids->working_crs);
        grids->working_crs = g_strdup (bad[i]);
        check_failure (old, grids, CG_ERROR_INPUT);
    }
    g_free (grids->working_crs);
    grids->working_crs = g_strdup ("EPSG:4545");
    check_full_disk (old, grids);

    g_autofree char *text = NULL;
    g_file_get_contents (old, &text, NULL, NULL);
    g_assert_cmpstr (text, ==, "old");
    g_assert_cmpuint (files_in (dir), ==, 1);
    write_grids (old, grids);
    g_assert_cmpuint (files_in (dir), ==, 1);
    cg_test_remove_dir (dir);
}

static void
test_no_grids (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "empty.gpkg", NULL);
    g_autoptr (CgGrids) grids = cg_grids_new (0, 0);
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_export_grids (path, grids, NULL, NULL, &error));
    GDALDatasetH set = open_file (path);
    g_assert_cmpint (OGR_L_GetFeatureCount (GDALDatasetGetLayerByName (set, "grids"), TRUE), ==, 0);
    GDALClose (set);
    cg_test_remove_dir (dir);
}

static void
test_speed (void)
{
    const guint32 n = 5000, per_ring = 80;
    g_autoptr (CgGrids) grids = cg_grids_new (n, 100000);
    g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
    for (guint32 u = 0; u < grids->n_units; u++) {
        g_ptr_array_add (ids, g_strdup_printf ("unit-%u", u));
        grids->grid_of[u] = u % n;
    }
    for (guint32 i = 0; i < n; i++) {
        grids->grid_id[i] = i + 1;
        for (guint k = 0; k <= per_ring; k++)
            cg_shapes_add_vertex (
                grids->shapes,
                500000 + i % 70 * 300 + 100 * cos (2 * G_PI * (k % per_ring) / per_ring),
                4000000 + i / 70 * 300 + 100 * sin (2 * G_PI * (k % per_ring) / per_ring));
        cg_shapes_end_ring (grids->shapes);
        cg_shapes_end_part (grids->shapes);
        cg_shapes_end_shape (grids->shapes);
    }
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "large.gpkg", NULL);
    gint64 start = g_get_monotonic_time ();
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_export_grids (path, grids, (char *const *) ids->pdata, &stamp, &error));
    g_test_message ("%u grids, %u vertices, %u units: %.0f ms", n, grids->shapes->n_vertices,
                    grids->n_units, (g_get_monotonic_time () - start) / 1e3);
    cg_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    RegisterOGRGeoPackage ();
    g_test_add_func ("/export/content", test_content);
    g_test_add_func ("/export/same-bytes", test_same_bytes);
    g_test_add_func ("/export/delivered-crs", test_delivered_crs);
    g_test_add_func ("/export/fails-cleanly", test_fails_cleanly);
    g_test_add_func ("/export/no-grids", test_no_grids);
    g_test_add_func ("/export/speed", test_speed);
    return g_test_run ();
}
