/* Numbers come from outside: PROJ 9.1.1 tables, published GCJ-02 pairs, and a city's own
 * coordinate pairs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "normalise/crs.h"
#include "support.h"

#define EARTH_M_PER_DEG 111320.0

static CgTransform *
transform_or_die (const char *from, const char *to)
{
    g_autoptr (GError) error = NULL;
    CgTransform *transform = cg_transform_new (from, to, &error);
    g_assert_no_error (error);
    return transform;
}

static void
test_projection_table (void)
{
    g_autofree char *path = cg_test_data ("expected/cgcs2000_projection_expected.csv");
    if (path == NULL)
        return;
    g_autoptr (GPtrArray) rows = cg_test_csv (path);
    g_assert_cmpuint (rows->len, ==, 103);
    double worst_m = 0, worst_back_m = 0;
    for (guint i = 1; i < rows->len; i++) {
        char **row = g_ptr_array_index (rows, i);
        g_autofree char *name = g_strdup_printf ("EPSG:%s", row[3]);
        double lon = atof (row[1]), lat = atof (row[2]), x = lon, y = lat;
        g_autoptr (CgTransform) there = transform_or_die ("EPSG:4490", name);
        g_assert_cmpuint (cg_transform_run (there, 1, &x, &y), ==, 0);
        worst_m = fmax (worst_m, fmax (fabs (x - atof (row[5])), fabs (y - atof (row[6]))));
        /* WGS 84 is taken as the same datum. */
        double wx = lon, wy = lat;
        g_autoptr (CgTransform) from_wgs84 = transform_or_die ("EPSG:4326", name);
        cg_transform_run (from_wgs84, 1, &wx, &wy);
        worst_m = fmax (worst_m, fmax (fabs (wx - x), fabs (wy - y)));
        g_autoptr (CgTransform) back = transform_or_die (name, "EPSG:4490");
        cg_transform_run (back, 1, &x, &y);
        worst_back_m = fmax (worst_back_m, hypot (x - lon, y - lat) * EARTH_M_PER_DEG);
    }
    g_test_message ("worst %.6f m, back %.9f m", worst_m, worst_back_m);
    g_assert_cmpfloat (worst_m, <, 0.001);
    g_assert_cmpfloat (worst_back_m, <, 0.001);
}

/* Each of the 64 plane systems: a point on its central meridian has the false easting, and x is
 * east. */
static void
test_catalogue (void)
{
    g_autofree char *path = cg_test_data ("expected/cgcs2000_crs_catalogue.csv");
    if (path == NULL)
        return;
    g_autoptr (GPtrArray) rows = cg_test_csv (path);
    g_assert_cmpuint (rows->len, ==, 65);
    for (guint i = 1; i < rows->len; i++) {
        char **row = g_ptr_array_index (rows, i);
        g_autofree char *name = g_strdup_printf ("EPSG:%s", row[0]);
        g_autoptr (CgTransform) transform = transform_or_die ("EPSG:4490", name);
        double x[2] = { atof (row[2]), atof (row[2]) + 1 }, y[2] = { 35, 35 };
        cg_transform_run (transform, 2, x, y);
        g_assert_cmpfloat_with_epsilon (x[0], atof (row[3]), 1e-6);
        g_assert_cmpfloat_with_epsilon (y[0], 3874461.0, 1000.0);
        g_assert_cmpfloat_with_epsilon (x[1] - x[0], 91290.0, 50.0);
        g_autofree char *text = cg_crs_describe (name);
        g_assert_nonnull (strstr (text, row[1]));
        gboolean geographic = TRUE;
        g_assert_true (cg_crs_is_geographic (name, &geographic, NULL));
        g_assert_false (geographic);
    }
}

static void
test_gcj02_published (void)
{
    g_autofree char *path = cg_test_data ("expected/gcj02_pairs_published.csv");
    if (path == NULL)
        return;
    g_autoptr (GPtrArray) rows = cg_test_csv (path);
    double worst = 0;
    for (guint i = 1; i < rows->len; i++) {
        char **row = g_ptr_array_index (rows, i);
        double lon, lat;
        cg_gcj02_from_wgs84 (atof (row[2]), atof (row[1]), &lon, &lat);
        worst = fmax (worst, fmax (fabs (lon - atof (row[4])), fabs (lat - atof (row[3]))));
    }
    g_test_message ("worst %.3g degree", worst);
    g_assert_cmpfloat (worst, <, 1e-6);
}

static void
test_offsets_round_trip (void)
{
    double worst = 0, worst_bd = 0, largest_m = 0;
    for (double lon = 73; lon < 137; lon += 0.37)
        for (double lat = 1.5; lat < 55; lat += 0.41) {
            double x, y, bx, by;
            cg_gcj02_from_wgs84 (lon, lat, &x, &y);
            largest_m = fmax (largest_m, hypot ((x - lon) * cos (lat * G_PI / 180), y - lat) *
                                             EARTH_M_PER_DEG);
            cg_bd09_from_gcj02 (x, y, &bx, &by);
            cg_bd09_to_gcj02 (bx, by, &bx, &by);
            worst_bd = fmax (worst_bd, hypot (bx - x, by - y));
            cg_gcj02_to_wgs84 (x, y, &x, &y);
            worst = fmax (worst, hypot (x - lon, y - lat));
        }
    g_test_message ("gcj02 %.3g degree, bd09 %.3g degree, offsets up to %.0f m", worst, worst_bd,
                    largest_m);
    g_assert_cmpfloat (worst, <, 1e-9);
    g_assert_cmpfloat (worst_bd, <, 1e-9);
    g_assert_cmpfloat (largest_m, >, 300);
    g_assert_cmpfloat (largest_m, <, 1500);
}

static void
test_offsets_outside_china (void)
{
    double x, y;
    cg_gcj02_from_wgs84 (24.94, 60.17, &x, &y);
    g_assert_cmpfloat (x, ==, 24.94);
    g_assert_cmpfloat (y, ==, 60.17);
    cg_gcj02_to_wgs84 (-87.6, 41.8, &x, &y);
    g_assert_cmpfloat (x, ==, -87.6);
    cg_bd09_from_gcj02 (2.0, 48.0, &x, &y);
    g_assert_cmpfloat (y, ==, 48.0);
}

/* BD-09 written a second way, straight from its published form in polar coordinates. */
static void
test_bd09_second_implementation (void)
{
    double lon = 116.404, lat = 39.915, k = G_PI * 3000 / 180, x, y;
    double z = sqrt (lon * lon + lat * lat) + 0.00002 * sin (lat * k);
    double theta = atan2 (lat, lon) + 0.000003 * cos (lon * k);
    cg_bd09_from_gcj02 (lon, lat, &x, &y);
    g_assert_cmpfloat_with_epsilon (x, z * cos (theta) + 0.0065, 1e-12);
    g_assert_cmpfloat_with_epsilon (y, z * sin (theta) + 0.006, 1e-12);
    g_assert_cmpfloat_with_epsilon (x, 116.41036949371029, 1e-6);
    g_assert_cmpfloat_with_epsilon (y, 39.92133699351021, 1e-6);
    g_autoptr (CgTransform) transform = transform_or_die ("bd09", "gcj02");
    cg_transform_run (transform, 1, &x, &y);
    g_assert_cmpfloat_with_epsilon (x, lon, 1e-9);
    g_assert_cmpfloat_with_epsilon (y, lat, 1e-9);
}

/* 25 000 pairs of feet and degrees that the city itself published; degrees carry 8 digits (1.1
 * mm). */
static void
test_chicago_pairs (void)
{
    g_autofree char *path = cg_test_data ("us/chicago_crimes_2017_2019.csv.gz");
    if (path == NULL)
        return;
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFileInputStream) raw = g_file_read (file, NULL, NULL);
    g_autoptr (GZlibDecompressor) unzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    g_autoptr (GInputStream) plain =
        g_converter_input_stream_new (G_INPUT_STREAM (raw), G_CONVERTER (unzip));
    g_autoptr (GDataInputStream) lines = g_data_input_stream_new (plain);
    g_autoptr (CgTransform) transform = transform_or_die ("EPSG:4326", "EPSG:3435");
    guint n = 0;
    double worst_m = 0;
    char *line;
    while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL) {
        g_autofree char *owned = line;
        g_auto (GStrv) reversed = g_strsplit (g_strreverse (owned), ",", 5);
        for (guint i = 0; i < 4; i++)
            g_strreverse (reversed[i]);
        double x = atof (reversed[1]), y = atof (reversed[0]);
        if (x == 0)
            continue;
        cg_transform_run (transform, 1, &x, &y);
        worst_m =
            fmax (worst_m, hypot (x - atof (reversed[3]), y - atof (reversed[2])) * 0.3048006096);
        n++;
    }
    g_test_message ("%u pairs, worst %.4f m", n, worst_m);
    g_assert_cmpuint (n, ==, 25000);
    g_assert_cmpfloat (worst_m, <, 0.002);
}

static void
test_working_crs (void)
{
    static const struct {
        const char *crs;
        CgBox box;
        const char *expected;
    } cases[] = {
        { "EPSG:4326", { 107.6, 36.5, 108.7, 37.4 }, "EPSG:4545" }, /* 吴起: CM 108 */
        { "EPSG:4490", { 110.0, 31.6, 111.3, 32.5 }, "EPSG:4546" }, /* 房县: CM 111 */
        { "gcj02", { 103.9, 29.6, 104.5, 30.3 }, "EPSG:4544" },     /* 仁寿: CM 105 */
        { "EPSG:4326", { 74.9, 39, 75.1, 40 }, "EPSG:4534" },
        { "EPSG:4326", { 134.9, 48, 135.1, 48.4 }, "EPSG:4554" },
        { "EPSG:4326", { 106.5, 30, 106.5, 30 }, "EPSG:4545" }, /* on the seam: the eastern zone */
        { "EPSG:4326", { 24.93, 60.16, 24.96, 60.18 }, "EPSG:32635" }, /* Helsinki */
        { "EPSG:4326", { 11.4, 49.9, 11.6, 50.0 }, "EPSG:32632" },     /* Bayreuth */
        { "EPSG:4326", { 151, -34, 151.2, -33.8 }, "EPSG:32756" },     /* Sydney */
        { "EPSG:26971", { 350000, 570000, 360000, 580000 }, "EPSG:26971" },
        { "EPSG:3435",
          { 1150000, 1860000, 1190000, 1940000 },
          "EPSG:32616" }, /* feet are no working unit */
        { "EPSG:3857",
          { 12000000, 4300000, 12010000, 4310000 },
          "EPSG:4545" }, /* scale 1.2: not true */
        { "EPSG:4547", { 480000, 3500000, 500000, 3520000 }, "EPSG:4547" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autofree char *found = cg_crs_working_for (cases[i].crs, &cases[i].box, &error);
        g_assert_no_error (error);
        g_assert_cmpstr (found, ==, cases[i].expected);
    }
    CgBox empty = CG_BOX_EMPTY;
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_crs_working_for ("EPSG:4326", &empty, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
}

static void
test_bounds (void)
{
    CgBox box;
    g_assert_true (cg_crs_bounds ("EPSG:4326", &box, NULL));
    g_assert_cmpfloat (box.x_min, ==, -180);
    g_assert_cmpfloat (box.y_max, ==, 90);
    g_assert_true (cg_crs_bounds ("gcj02", &box, NULL));
    g_assert_cmpfloat (box.x_min, ==, 72.004);
    /* Zone 36 (CM 108) with its prefix: a county of the next zone is outside, one in it inside. */
    g_assert_true (cg_crs_bounds ("EPSG:4524", &box, NULL));
    g_assert_cmpfloat (box.x_min, >, 36000000);
    g_assert_cmpfloat (box.x_max, <, 37000000);
    g_assert_cmpfloat (box.x_min, <, 36300000);
    g_assert_cmpfloat (box.y_min, >, 1500000);
    g_assert_cmpfloat (box.y_max, <, 6000000);
}

static void
test_bad_names (void)
{
    static const char *names[] = { "",
                                   "EPSG:",
                                   "EPSG:1",
                                   "EPSG:999999",
                                   "EPSG:4326abc",
                                   "foo",
                                   "+proj=merc",
                                   "+init=epsg:4326",
                                   "urn:ogc:def:crs:EPSG::4326",
                                   "PROJCS[",
                                   "{\"type\":1}",
                                   "http://example.invalid/crs",
                                   "../../etc/passwd",
                                   "EPSG:5773" };
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_transform_new (names[i], "EPSG:4326", &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
        g_autoptr (GError) second = NULL;
        g_assert_null (cg_transform_new ("EPSG:4326", names[i], &second));
        g_assert_error (second, CG_ERROR, CG_ERROR_INPUT);
    }
}

static void
test_lost_points (void)
{
    g_autoptr (CgTransform) transform = transform_or_die ("EPSG:4326", "EPSG:4545");
    double x[] = { 108, NAN, INFINITY, 108, 1e308, 108 }, y[] = { 36, 36, 36, 95, 36, 36 };
    g_assert_cmpuint (cg_transform_run (transform, 6, x, y), ==, 4);
    g_assert_cmpfloat_with_epsilon (x[0], 500000, 1e-6);
    g_assert_cmpfloat (x[5], ==, x[0]); /* a failure before does not spoil the next point */
    for (guint i = 1; i <= 4; i++)
        g_assert_true (isnan (x[i]) && isnan (y[i]));

    g_autoptr (CgShapes) lines = cg_shapes_new (CG_SHAPES_LINE);
    for (guint i = 0; i < 4; i++) {
        cg_shapes_add_vertex (lines, 108, 36);
        cg_shapes_add_vertex (lines, 108.1, i == 2 ? 95 : 36);
        cg_shapes_end_ring (lines);
        cg_shapes_end_part (lines);
        cg_shapes_end_shape (lines);
    }
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_transform_shapes (transform, lines, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
    g_assert_nonnull (strstr (error->message, "shape 2:"));
}

/* There and back over the whole world but what lies beside the zone's meridian by more than 80 degrees. */
static void
test_far (void)
{
    g_autoptr (CgTransform) there = transform_or_die ("EPSG:4326", "EPSG:4545"), back = transform_or_die ("EPSG:4545", "EPSG:4326");
    g_autoptr (GRand) random = g_rand_new_with_seed (4);
    double plain = 0, sharp = 0;
    for (guint i = 0; i < 20000; i++) {
        double lon = 108 + g_rand_double_range (random, -80, 80), lat = g_rand_double_range (random, -89, 89);
        lon -= lon > 180 ? 360 : 0;
        double x = lon, y = lat;
        g_assert_cmpuint (cg_transform_run (there, 1, &x, &y), ==, 0);
        double lon2 = x, lat2 = y;
        g_assert_cmpuint (cg_transform_run (back, 1, &lon2, &lat2), ==, 0);
        plain = fmax (plain, fmax (fabs (remainder (lon2 - lon, 360)), fabs (lat2 - lat)));
        cg_transform_sharpen (back, x, y, &lon2, &lat2);
        sharp = fmax (sharp, fmax (fabs (remainder (lon2 - lon, 360)), fabs (lat2 - lat)));
    }
    g_test_message ("%g degrees, sharpened %g", plain, sharp);
    g_assert_cmpfloat (plain, >, 1e-8); /* else nothing was tested */
    g_assert_cmpfloat (sharp, <, 1e-9);
}

/* Axes as the EPSG data base has them: WGS 84 and CGCS2000 latitude first, Gauss-Kruger northing
 * first, UTM and the web's Mercator easting first. */
static void
test_axes (void)
{
    static const struct {
        const char *crs;
        gboolean north;
    } cases[] = { { "EPSG:4326", TRUE },   { "EPSG:4490", TRUE },  { "EPSG:4545", TRUE },
                  { "EPSG:32649", FALSE }, { "EPSG:3857", FALSE }, { "gcj02", FALSE } };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gboolean north;
        g_assert_true (cg_crs_is_north_first (cases[i].crs, &north, NULL));
        g_assert_cmpint (north, ==, cases[i].north);
    }
    gboolean north;
    g_autoptr (GError) error = NULL;
    g_assert_false (cg_crs_is_north_first ("EPSG:1", &north, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/normalise/crs/projection-table", test_projection_table);
    g_test_add_func ("/normalise/crs/catalogue", test_catalogue);
    g_test_add_func ("/normalise/crs/gcj02-published", test_gcj02_published);
    g_test_add_func ("/normalise/crs/offsets-round-trip", test_offsets_round_trip);
    g_test_add_func ("/normalise/crs/offsets-outside-china", test_offsets_outside_china);
    g_test_add_func ("/normalise/crs/bd09-second-implementation", test_bd09_second_implementation);
    g_test_add_func ("/normalise/crs/chicago-pairs", test_chicago_pairs);
    g_test_add_func ("/normalise/crs/working-crs", test_working_crs);
    g_test_add_func ("/normalise/crs/bounds", test_bounds);
    g_test_add_func ("/normalise/crs/bad-names", test_bad_names);
    g_test_add_func ("/normalise/crs/lost-points", test_lost_points);
    g_test_add_func ("/normalise/crs/far", test_far);
    g_test_add_func ("/crs/axes", test_axes);
    return g_test_run ();
}
