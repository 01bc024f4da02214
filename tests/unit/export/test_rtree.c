/* The spatial index of a written GeoPackage: sound by SQLite's own check, complete and no larger than
 * the shapes by a search through all of them, and kept by later changes of the file. */
#include "export/layer.h"
#include "support.h"

#include <gdal.h>
#include <glib/gstdio.h>
#include <math.h>
#include <ogr_api.h>
#include <string.h>

void RegisterOGRGeoPackage (void);

/* n lines of 2 to 5 places in heaps and far from them; every seventh row has none. */
static CgShapes *
make_lines (guint32 n, guint32 seed)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_LINE);
    g_autoptr (GRand) dice = g_rand_new_with_seed (seed);
    for (guint32 i = 0; i < n; i++) {
        double x = floor (g_rand_double_range (dice, -3, 3)) * 1e5, wide = i % 5 == 0 ? 1e4 : 10;
        double y = i % 11 == 0 ? 4e6 : floor (g_rand_double_range (dice, 0, 3)) * 1e3;
        for (guint k = 0; i % 7 != 3 && k < 2 + i % 4; k++)
            cg_shapes_add_vertex (shapes, x + wide * g_rand_double (dice),
                                  y + wide * g_rand_double (dice));
        if (i % 7 != 3) {
            cg_shapes_end_ring (shapes);
            cg_shapes_end_part (shapes);
        }
        cg_shapes_end_shape (shapes);
    }
    return shapes;
}

static GDALDatasetH
write_lines (const char *path, const char *name, const CgShapes *shapes, guint mode)
{
    g_autoptr (GError) error = NULL;
    CgLayerTable table = { .name = name, .shapes = shapes, .crs = "EPSG:4545" };
    cg_export_layer (path, &table, NULL, &error);
    g_assert_no_error (error);
    RegisterOGRGeoPackage ();
    GDALDatasetH set = GDALOpenEx (path, GDAL_OF_VECTOR | mode, NULL, NULL, NULL);
    g_assert_nonnull (set);
    return set;
}

static char *
ask (GDALDatasetH set, const char *sql)
{
    OGRLayerH rows = GDALDatasetExecuteSQL (set, sql, NULL, NULL);
    g_assert_nonnull (rows);
    OGRFeatureH row = OGR_L_GetNextFeature (rows);
    char *answer = row != NULL ? g_strdup (OGR_F_GetFieldAsString (row, 0)) : NULL;
    OGR_F_Destroy (row);
    GDALDatasetReleaseResultSet (set, rows);
    return answer;
}

/* Rows that the index gives for a box are those whose own box meets it, give or take the rounding of
 * places to single numbers. */
static void
check_search (GDALDatasetH set, const CgShapes *shapes, const CgBox *box)
{
    const double slack = 1; /* more than a single number is off at 4e6 */
    g_autofree char *sql =
        g_strdup_printf ("SELECT group_concat (id) FROM (SELECT id FROM rtree_lines_geom WHERE minx <= "
                         "%.17g AND maxx >= %.17g AND miny <= %.17g AND maxy >= %.17g ORDER BY id)",
                         box->x_max, box->x_min, box->y_max, box->y_min);
    g_autofree char *found = ask (set, sql);
    g_auto (GStrv) words = g_strsplit (found, ",", -1);
    guint k = 0;
    for (guint32 i = 0; i < shapes->n_shapes; i++) {
        CgBox own = cg_shapes_box (shapes, i);
        gboolean listed = words[k] != NULL && g_ascii_strtoull (words[k], NULL, 10) == i + 1;
        double off = MAX (MAX (own.x_min - box->x_max, box->x_min - own.x_max),
                          MAX (own.y_min - box->y_max, box->y_min - own.y_max));
        k += listed;
        if (cg_box_is_empty (&own) || off > slack)
            g_assert_false (listed);
        else if (off <= 0)
            g_assert_true (listed);
    }
    g_assert_true (words[k] == NULL || words[k][0] == '\0');
}

static void
check_tree (guint32 n)
{
    g_autofree char *dir = g_dir_make_tmp ("rtree-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (dir, "lines.gpkg", NULL);
    g_autoptr (CgShapes) shapes = make_lines (n, n);
    g_autoptr (GRand) dice = g_rand_new_with_seed (n);
    GDALDatasetH set = write_lines (path, "lines", shapes, GDAL_OF_READONLY);
    g_autofree char *sound = ask (set, "SELECT rtreecheck ('rtree_lines_geom')");
    g_assert_cmpstr (sound, ==, "ok");
    for (guint k = 0; k < 40; k++) {
        double x = g_rand_double_range (dice, -3e5, 3e5), wide = k % 2 == 0 ? 3e5 : 3e3;
        double y = k % 5 == 0 ? 4e6 : g_rand_double_range (dice, 0, 1e4);
        CgBox box = { x, y, x + wide, y + wide };
        check_search (set, shapes, &box);
    }
    GDALClose (set);
    g_unlink (path);
    g_rmdir (dir);
}

/* Around one node of 51, around two levels and three. */
static void
test_sizes (void)
{
    static const guint32 sizes[] = { 0, 1, 4, 58, 59, 60, 61, 2600, 3100, 3400 };
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
        check_tree (sizes[k]);
}

static void
test_many (void)
{
    check_tree (170000); /* four levels */
}

static void
run (GDALDatasetH set, const char *sql)
{
    OGRLayerH rows = GDALDatasetExecuteSQL (set, sql, NULL, NULL);
    if (rows != NULL)
        GDALDatasetReleaseResultSet (set, rows);
}

/* The library's triggers go on keeping it: rows are added, moved and taken away, as a desk does. */
static void
test_changes (void)
{
    g_autofree char *dir = g_dir_make_tmp ("rtree-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (dir, "lines.gpkg", NULL);
    g_autoptr (CgShapes) shapes = make_lines (3000, 1);
    GDALDatasetH set = write_lines (path, "lines", shapes, GDAL_OF_UPDATE);
    OGRLayerH layer = GDALDatasetGetLayerByName (set, "lines");
    OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
    OGRGeometryH line = OGR_G_CreateGeometry (wkbLineString);
    OGR_G_AddPoint_2D (line, 9e6, 9e6);
    OGR_G_AddPoint_2D (line, 9.1e6, 9.1e6);
    OGR_F_SetGeometryDirectly (feature, line);
    for (guint k = 0; k < 200; k++) {
        OGR_F_SetFID (feature, OGRNullFID);
        g_assert_cmpint (OGR_L_CreateFeature (layer, feature), ==, OGRERR_NONE);
    }
    run (set, "DELETE FROM lines WHERE fid % 3 = 0");
    run (set, "UPDATE lines SET geom = (SELECT geom FROM lines WHERE fid = 1) WHERE fid % 5 = 0");
    g_autofree char *sound = ask (set, "SELECT rtreecheck ('rtree_lines_geom')");
    g_autofree char *differ =
        ask (set, "SELECT count (*) FROM lines LEFT JOIN rtree_lines_geom ON id = fid WHERE geom IS "
                  "NOT NULL AND NOT coalesce (abs (minx - ST_MinX (geom)) < 2 AND abs (maxy - "
                  "ST_MaxY (geom)) < 2, 0)");
    g_autofree char *kept = ask (set, "SELECT count (*) FROM rtree_lines_geom");
    g_autofree char *rows = ask (set, "SELECT count (geom) FROM lines");
    g_assert_cmpstr (sound, ==, "ok");
    g_assert_cmpstr (differ, ==, "0");
    g_assert_cmpstr (kept, ==, rows);
    OGR_F_Destroy (feature);
    GDALClose (set);
    g_unlink (path);
    g_rmdir (dir);
}

/* The names of layers are the user's. */
static void
test_names (void)
{
    static const char *const names[] = { "it's", "of $node", "a \"b\" c", "分格 1", "select" };
    for (guint k = 0; k < G_N_ELEMENTS (names); k++) {
        g_autofree char *dir = g_dir_make_tmp ("rtree-XXXXXX", NULL);
        g_autofree char *path = g_build_filename (dir, "lines.gpkg", NULL);
        g_autoptr (CgShapes) shapes = make_lines (400, 3);
        GDALDatasetH set = write_lines (path, names[k], shapes, GDAL_OF_READONLY);
        OGRLayerH layer = GDALDatasetGetLayerByName (set, names[k]);
        g_assert_true (OGR_L_TestCapability (layer, OLCFastSpatialFilter));
        OGR_L_SetSpatialFilterRect (layer, -1e9, -1e9, 1e9, 1e9);
        g_assert_cmpint (OGR_L_GetFeatureCount (layer, TRUE), ==, 400 - 57);
        GDALClose (set);
        g_unlink (path);
        g_rmdir (dir);
    }
}

/* Same table, same bytes. */
static void
test_bytes (void)
{
    g_autofree char *dir = g_dir_make_tmp ("rtree-XXXXXX", NULL);
    g_autoptr (CgShapes) shapes = make_lines (4000, 2);
    char *text[2];
    gsize size[2];
    for (guint k = 0; k < 2; k++) {
        g_autofree char *path = g_strdup_printf ("%s/%u.gpkg", dir, k);
        GDALClose (write_lines (path, "lines", shapes, GDAL_OF_READONLY));
        g_assert_true (g_file_get_contents (path, &text[k], &size[k], NULL));
        g_unlink (path);
    }
    g_assert_cmpmem (text[0], size[0], text[1], size[1]);
    for (guint k = 0; k < 2; k++)
        g_free (text[k]);
    g_rmdir (dir);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/export/rtree/sizes", test_sizes);
    g_test_add_func ("/export/rtree/changes", test_changes);
    g_test_add_func ("/export/rtree/names", test_names);
    g_test_add_func ("/export/rtree/bytes", test_bytes);
    if (g_test_slow ())
        g_test_add_func ("/export/rtree/many", test_many);
    return g_test_run ();
}
