/* Areas drawn by hand, as text: WKT in metres, GeoJSON in degrees, and what is neither. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/density/area.h"
#include "base/error.h"

#define CRS "EPSG:4545"

static void
assert_same (const CgShapes *a, const CgShapes *b)
{
    g_assert_cmpuint (a->n_shapes, ==, 1);
    g_assert_cmpuint (b->n_shapes, ==, 1);
    g_assert_cmpuint (a->n_parts, ==, b->n_parts);
    g_assert_cmpuint (a->n_rings, ==, b->n_rings);
    g_assert_cmpuint (a->n_vertices, ==, b->n_vertices);
    for (guint32 v = 0; v < a->n_vertices; v++) {
        g_assert_cmpfloat (a->x[v], ==, b->x[v]);
        g_assert_cmpfloat (a->y[v], ==, b->y[v]);
    }
}

static void
test_wkt (void)
{
    static const struct {
        const char *text;
        guint32 parts, rings, vertices;
        double area_m2;
    } all[] = {
        { "POLYGON ((0 0, 1000 0, 1000 500, 0 500, 0 0))", 1, 1, 5, 500000 },
        { "polygon((0 0,1000 0,1000 500,0 500))", 1, 1, 5, 500000 },
        { " \n POLYGON\t( ( 0 0 , 1e3 0, 1000.000 500,0   500 ) ) \n", 1, 1, 5, 500000 },
        { "POLYGON ((0 0,1000 0,1000 500,0 500,0 0),(100 100,100 200,200 200,200 100,100 100))", 1, 2, 10, 490000 },
        { "MULTIPOLYGON (((0 0,1000 0,0 1000)),((5000 0,6000 0,6000 1000)))", 2, 2, 8, 1000000 },
        { "POLYGON ((0.004 -0.004, 1000.005 0, 1000 500))", 1, 1, 4, 250001.25 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (all); k++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgShapes) area = cg_area_parse (all[k].text, CRS, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (area->n_parts, ==, all[k].parts);
        g_assert_cmpuint (area->n_rings, ==, all[k].rings);
        g_assert_cmpuint (area->n_vertices, ==, all[k].vertices);
        /* Half a square centimetre of a kilometre: coordinates are whole centimetres. */
        g_assert_cmpfloat_with_epsilon (cg_shapes_area (area, 0), all[k].area_m2, 5.01);
    }
    g_autoptr (CgShapes) rounded = cg_area_parse (all[5].text, NULL, NULL);
    g_assert_cmpfloat (rounded->x[0], ==, 0);
    g_assert_cmpfloat (rounded->x[1], ==, 1000.01);
}

/* 36.5 and 36.6 degrees north on and beside the zone's central meridian of 108 degrees. Metres by
 * Krueger's series to the fourth power of the third flattening (GRS 80 with CGCS2000's 1/298.257222101), worked apart. */
static void
test_geojson (void)
{
    const char *ring = "[[108,36.5],[108.1,36.5],[108,36.6],[108,36.5]]";
    g_autofree char *polygon = g_strdup_printf ("{\"type\":\"Polygon\",\"coordinates\":[%s]}", ring);
    g_autofree char *many = g_strdup_printf ("{\"type\":\"MultiPolygon\",\"coordinates\":[[%s]]}", ring);
    g_autofree char *feature = g_strdup_printf ("{\"type\":\"Feature\",\"properties\":{},\"geometry\":%s}", polygon);
    g_autofree char *marked = g_strdup_printf ("\357\273\277\n{\"type\":\"FeatureCollection\",\"features\":[%s]}", feature);
    const char *const all[] = { polygon, many, feature, marked };
    g_autoptr (CgShapes) wkt = cg_area_parse (
        "POLYGON ((500000 4041024.49, 508959.11 4041029.14, 500000 4052121.42, 500000 4041024.49))", CRS, NULL);
    g_assert_nonnull (wkt);
    for (guint k = 0; k < G_N_ELEMENTS (all); k++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgShapes) area = cg_area_parse (all[k], CRS, &error);
        g_assert_no_error (error);
        assert_same (area, wkt);
    }
}

/* "(x y,...)": n places around the origin; closed: the first of them told once more. */
static char *
ring (guint n, double radius_m, gboolean closed)
{
    GString *text = g_string_new ("(");
    for (guint k = 0; k < n + closed; k++) {
        double share = (double) (k % n) / n * 4, t = share - (int) share;
        double x[] = { 1 - t, -t, t - 1, t }, y[] = { t, 1 - t, -t, t - 1 };
        g_string_append_printf (text, "%s%.3f %.3f", k > 0 ? "," : "", radius_m * x[(int) share],
                                radius_m * y[(int) share]);
    }
    return g_string_free (g_string_append (text, ")"), FALSE);
}

static void
test_refused (void)
{
    static const struct {
        const char *text, *word;
    } all[] = {
        { "", "character 1" },
        { "POINT (0 0)", "POLYGON" },
        { "POLYGONS ((0 0,1000 0,0 1000))", "POLYGON" },
        { "POLYGON EMPTY", "character 9" },
        { "POLYGON Z ((0 0 1,1000 0 1,0 1000 1))", "character 9" },
        { "POLYGON ((0 0 1,1000 0 1,0 1000 1))", "character 15" },
        { "POLYGON ((0 0,1000 0,0 1000)", "character" },
        { "POLYGON ((0 0,1000 0,0 1000)))", "character 30" },
        { "POLYGON ((0 0,1000 0,0 1000)) x", "character 31" },
        { "POLYGON ((0,0 1000,0 0,1000))", "character 12" },
        { "POLYGON ((0 0,nan 0,0 1000))", "character 15" },
        { "POLYGON ((0 0,1e300 0,0 1000))", "no place on Earth" },
        { "POLYGON ((0 0,inf 0,0 1000))", "character" },
        { "POLYGON ((0 0,1000 0))", "three places" },
        { "POLYGON ((0 0,1000 0,0 0))", "three places" },
        { "POLYGON ((0 0,99 0,0 99))", "100 m a side" },
        { "POLYGON ((0 0,1000 1000,1000 0,0 1000))", "crosses or touches itself near 500 500" },
        { "POLYGON ((0 0,1000 0,1000 0.001,0 0.001))", "100 m" },
        { "MULTIPOLYGON (((0 0,1000 0,0 1000)),((0 0,1000 0,0 1000)))", "crosses or touches itself" },
        { "{", "line 1" },
        { "{\"type\":\"Point\",\"coordinates\":[108,36]}", "one Polygon" },
        { "{\"type\":\"FeatureCollection\",\"features\":[]}", "one Polygon" },
        { "{\"type\":\"FeatureCollection\",\"features\":[1,2]}", "one Polygon" },
        { "{\"type\":\"Polygon\"}", "one Polygon" },
        { "{\"type\":\"Polygon\",\"coordinates\":[]}", "one Polygon" },
        { "{\"type\":\"Polygon\",\"coordinates\":[[]]}", "three places" },
        { "{\"type\":\"Polygon\",\"coordinates\":[7]}", "three places" },
        { "{\"type\":\"MultiPolygon\",\"coordinates\":[[]]}", "without an outline" },
        { "{\"type\":\"Polygon\",\"coordinates\":[[1,2,3]]}", "[longitude, latitude]" },
        { "{\"type\":\"Polygon\",\"coordinates\":[[[108,36],[\"x\",36],[108,37]]]}", "[longitude, latitude]" },
        { "{\"type\":\"Polygon\",\"coordinates\":[[[500000,4040000],[1,36],[108,37]]]}", "for metres take WKT" },
        { "{\"type\":\"Polygon\",\"coordinates\":[[[108,36],[109,37],[109,36],[108,37]]]}", "crosses or touches" },
    };
    for (guint k = 0; k < G_N_ELEMENTS (all); k++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_area_parse (all[k].text, CRS, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        if (!g_str_has_prefix (error->message, "area: ") || strstr (error->message, all[k].word) == NULL)
            g_error ("%s: no '%s' in: %s", all[k].text, all[k].word, error->message);
    }
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_area_parse ("{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[2,2],[1,3]]]}", NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

static void
test_many (void)
{
    const guint half = CG_AREA_MAX_VERTICES / 2;
    const struct {
        guint outside, hole; /* places */
        gboolean closed, taken;
    } all[] = {
        { 2 * half, 0, TRUE, TRUE },      { 2 * half, 0, FALSE, TRUE },      { half, half, TRUE, TRUE },
        { half, half, FALSE, TRUE },      { 2 * half + 1, 0, TRUE, FALSE },  { 2 * half + 1, 0, FALSE, FALSE },
        { half + 1, half, TRUE, FALSE },  { half, half + 1, FALSE, FALSE },
    };
    for (guint k = 0; k < G_N_ELEMENTS (all); k++) {
        g_autoptr (GError) error = NULL;
        g_autofree char *outside = ring (all[k].outside, 50000, all[k].closed),
                        *hole = all[k].hole > 0 ? ring (all[k].hole, 25000, all[k].closed) : NULL,
                        *text = g_strconcat ("POLYGON (", outside, hole != NULL ? "," : ")", hole, ")", NULL);
        g_autoptr (CgShapes) area = cg_area_parse (text, CRS, &error);
        if (all[k].taken)
            g_assert_no_error (error);
        else
            g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
        if (all[k].taken)
            g_assert_cmpuint (area->n_vertices, ==, CG_AREA_MAX_VERTICES + (hole != NULL ? 2 : 1));
    }
}

static void
test_read (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp (NULL, NULL), *path = g_build_filename (folder, "a.wkt", NULL);
    g_assert_true (g_file_set_contents (path, "POLYGON ((0 0,1000 0,0 1000))\n", -1, NULL));
    g_autofree char *content = cg_area_read (path, &error), *text = cg_area_read (" polygon((1 2))", &error),
                    *json = cg_area_read ("{}", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (content, ==, "POLYGON ((0 0,1000 0,0 1000))\n");
    g_assert_cmpstr (text, ==, " polygon((1 2))");
    g_assert_cmpstr (json, ==, "{}");
    g_autofree char *large = g_strnfill (1000001, ' ');
    g_assert_true (g_file_set_contents (path, large, -1, NULL));
    g_assert_null (cg_area_read (path, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_clear_error (&error);
    g_assert_cmpint (g_remove (path), ==, 0);
    g_assert_null (cg_area_read (path, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
    g_assert_cmpint (g_remove (folder), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/area/wkt", test_wkt);
    g_test_add_func ("/app/area/geojson", test_geojson);
    g_test_add_func ("/app/area/refused", test_refused);
    g_test_add_func ("/app/area/many", test_many);
    g_test_add_func ("/app/area/read", test_read);
    return g_test_run ();
}
