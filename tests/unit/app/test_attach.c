/* Points to grids from file to file: order, outside, borders, another CRS. */
#include <string.h>

#include "app/attach.h"
#include "app/json.h"
#include "normalise/crs.h"
#include "small_county.h"
#include "support.h"

/* Three squares side by side, listed out of order: 2 from 114.0, 9 from 114.25, 10 from 114.5 on,
 * each a quarter of a degree wide, so that every border is an exact binary number. */
#define SQUARE(id, west, east)                                                                     \
    "{\"type\":\"Feature\",\"properties\":{\"grid_id\":" id "},"                                   \
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"                                          \
    "[[[" west ",30],[" east ",30],[" east ",30.25],[" west ",30.25],[" west ",30]]]}}"
static const char areas_text[] = "{\"type\":\"FeatureCollection\",\"features\":["
    SQUARE ("10", "114.5", "114.75") "," SQUARE ("9", "114.25", "114.5") ","
    SQUARE ("2", "114", "114.25") "]}";

typedef struct {
    SmallCounty place; /* only its folder */
    CgAttachFile job;
    char *areas, *points, *output;
} Desk;

static void
desk_open (Desk *desk, const char *areas, const char *points)
{
    memset (desk, 0, sizeof *desk);
    desk->place.dir = cg_test_dir ();
    desk->areas = small_file (&desk->place, "areas.geojson", areas);
    desk->points = small_file (&desk->place, "points.csv", points);
    desk->output = g_build_filename (desk->place.dir, "out.csv", NULL);
    desk->job = (CgAttachFile){
        .points = desk->points, .to = desk->areas, .output = desk->output, .id = "key"
    };
}

static void
desk_close (Desk *desk)
{
    g_free (desk->areas);
    g_free (desk->points);
    g_free (desk->output);
    cg_test_remove_dir (desk->place.dir);
}

/* The written file. (transfer full) */
static char *
run (Desk *desk, json_t **out_summary)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) report = cg_import_report_new (desk->points);
    char *text = NULL;
    g_assert_true (cg_attach_file (&desk->job, report, NULL, NULL, out_summary, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (desk->output, &text, NULL, &error));
    g_assert_no_error (error);
    return text;
}

static json_int_t
number (const json_t *summary, const char *key)
{
    g_assert_true (json_is_integer (json_object_get (summary, key)));
    return json_integer_value (json_object_get (summary, key));
}

/* Lines come in the order of the points; a point outside and one without a place have an empty
 * grid; on a border and on a corner of two grids the lower id wins, by number and not as text. */
static void
test_rules (void)
{
    Desk desk;
    g_autoptr (json_t) summary = NULL;
    desk_open (&desk, areas_text,
               "key,lon,lat\n"
               "z,114.6,30.1\n"     /* in 10 */
               "a,114.1,30.1\n"     /* in 2 */
               "m,114.5,30.125\n"   /* between 9 and 10 */
               "border,114.25,30\n" /* corner of 2 and 9 */
               "edge,114,30.125\n"  /* outer border of 2 */
               "out,113.9,30.1\n"
               "none,,\n"
               "b,114.3,30.2\n"); /* in 9 */
    g_autofree char *text = run (&desk, &summary);
    g_assert_cmpstr (text, ==,
                     "id,grid_id\nz,10\na,2\nm,9\nborder,2\nedge,2\nout,\nnone,\nb,9\n");
    g_assert_cmpint (number (summary, "points"), ==, 8);
    g_assert_cmpint (number (summary, "inside"), ==, 6);
    g_assert_cmpint (number (summary, "outside"), ==, 2);
    g_assert_cmpint (number (summary, "on_border"), ==, 3);
    g_assert_cmpint (number (summary, "areas"), ==, 3);
    g_assert_cmpstr (json_string_value (json_object_get (summary, "id_column")), ==, "grid_id");
    desk_close (&desk);
}

/* Points in metres of a zone meet areas in degrees. */
static void
test_other_crs (void)
{
    double x[] = { 114.1, 114.3, 113.5 }, y[] = { 30.1, 30.2, 30.1 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgTransform) transform = cg_transform_new ("EPSG:4326", SMALL_CRS, &error);
    g_assert_no_error (error);
    cg_transform_run (transform, 3, x, y);
    g_autoptr (GString) points = g_string_new ("key,x,y\n");
    for (guint i = 0; i < 3; i++)
        g_string_append_printf (points, "p%u,%.3f,%.3f\n", i, x[i], y[i]);
    Desk desk;
    desk_open (&desk, areas_text, points->str);
    desk.job.crs = SMALL_CRS;
    g_autofree char *text = run (&desk, NULL);
    g_assert_cmpstr (text, ==, "id,grid_id\np0,2\np1,9\np2,\n");
    desk_close (&desk);
}

/* Any number of threads writes the same file. */
static void
test_threads (void)
{
    g_autoptr (GString) points = g_string_new ("key,lon,lat\n");
    for (guint i = 0; i < 5000; i++)
        g_string_append_printf (points, "%u,%.4f,30.1\n", i, 113.9 + (i * 37 % 1000) / 1000.0);
    Desk desk;
    desk_open (&desk, areas_text, points->str);
    desk.job.threads = 1;
    g_autofree char *one = run (&desk, NULL);
    desk.job.threads = 5;
    g_autofree char *five = run (&desk, NULL);
    g_assert_cmpstr (one, ==, five);
    desk_close (&desk);
}

/* What fails leaves no file behind: stopped, or a column that is not there. */
static void
test_failures (void)
{
    Desk desk;
    desk_open (&desk, areas_text, "key,lon,lat\na,114.1,30.1\n");
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) report = cg_import_report_new (desk.points);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    g_assert_false (cg_attach_file (&desk.job, report, NULL, cancel, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_clear_error (&error);
    desk.job.id = "number";
    g_autoptr (CgImportReport) second = cg_import_report_new (desk.points);
    g_assert_false (cg_attach_file (&desk.job, second, NULL, NULL, NULL, &error));
    g_assert_nonnull (strstr (error->message, "number"));
    g_clear_error (&error);
    desk.job.id = "key";
    desk.job.area_id = "nothing";
    g_autoptr (CgImportReport) third = cg_import_report_new (desk.points);
    g_assert_false (cg_attach_file (&desk.job, third, NULL, NULL, NULL, &error));
    g_assert_nonnull (strstr (error->message, "nothing"));
    g_assert_false (g_file_test (desk.output, G_FILE_TEST_EXISTS));
    desk_close (&desk);
}

/* The plan in force holds what lies in it; the counts say how much lies outside. */
static void
test_county (void)
{
    SmallCounty county;
    CgAttachCounts counts = { 0 };
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    g_assert_false (cg_attach_county (county.store, 0, &counts, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    g_clear_error (&error);
    g_autoptr (CgPlaces) incidents = small_places (CG_PLACE_INCIDENT, 200, 5);
    g_autoptr (CgPlaces) cameras = small_places (CG_PLACE_CAMERA, 40, 6);
    g_assert_true (cg_store_put_incidents (county.store, incidents, NULL, &error));
    g_assert_true (cg_store_put_cameras (county.store, cameras, &error));
    small_publish (county.store, 1);
    g_assert_true (cg_attach_county (county.store, 0, &counts, &error));
    g_assert_no_error (error);
    guint32 outside = 0;
    for (guint32 i = 0; i < incidents->n; i++) {
        double x = incidents->x[i] - SMALL_X, y = incidents->y[i] - SMALL_Y;
        outside += !(x >= 0 && x <= SMALL_COLUMNS * SMALL_SIDE_M && y >= 0 &&
                     y <= SMALL_ROWS * SMALL_SIDE_M);
    }
    g_assert_cmpuint (counts.incidents, ==, 200);
    g_assert_cmpuint (counts.incidents_outside, ==, outside);
    g_assert_cmpuint (counts.cameras, ==, 40);
    g_assert_cmpuint (counts.cameras_outside, >, 0);
    small_county_close (&county);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/attach/rules", test_rules);
    g_test_add_func ("/app/attach/other-crs", test_other_crs);
    g_test_add_func ("/app/attach/threads", test_threads);
    g_test_add_func ("/app/attach/failures", test_failures);
    g_test_add_func ("/app/attach/county", test_county);
    return g_test_run ();
}
