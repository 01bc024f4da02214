/* Heat map from a file of points: what the report counts. */
#include <math.h>
#include <string.h>

#include "app/density/heatmap.h"
#include "app/json.h"
#include "small_county.h"
#include "support.h"

#define POINTS                                  \
    "lon,lat,time\n"                            \
    "114.10,30.10,2025-10-01 08:00\n"           \
    "114.11,30.11,2025-10-02 00:00\n"           \
    "114.12,30.12,2025-10-02 23:59\n"           \
    "114.13,30.13,2025-10-03 00:00\n"           \
    "114.90,30.90,2025-10-02 12:00\n"

typedef struct {
    SmallCounty place; /* only its folder */
    char *points, *output, *report;
    CgHeatmapFile job;
} Desk;

static void
desk_open (Desk *desk, const char *points)
{
    memset (desk, 0, sizeof *desk);
    desk->place.dir = cg_test_dir ();
    desk->points = small_file (&desk->place, "points.csv", points);
    desk->output = g_build_filename (desk->place.dir, "heat.png", NULL);
    desk->report = g_build_filename (desk->place.dir, "heat.json", NULL);
    desk->job = (CgHeatmapFile){ .points = desk->points,
                                 .output = desk->output,
                                 .report = desk->report,
                                 .width = 320,
                                 .height = 240,
                                 .surface = { .bandwidth_m = 500 },
                                 .since_s = CG_TIME_NONE,
                                 .until_s = CG_TIME_NONE };
}

static void
desk_close (Desk *desk)
{
    g_free (desk->points);
    g_free (desk->output);
    g_free (desk->report);
    cg_test_remove_dir (desk->place.dir);
}

static json_t *
run (Desk *desk)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) report = cg_import_report_new (desk->points);
    json_t *result = NULL;
    g_assert_true (cg_heatmap_file (&desk->job, report, NULL, NULL, &result, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_test (desk->output, G_FILE_TEST_EXISTS));
    return result;
}

static json_int_t
number (const json_t *object, const char *key)
{
    g_assert_true (json_is_integer (json_object_get (object, key)));
    return json_integer_value (json_object_get (object, key));
}

static void
test_report (void)
{
    Desk desk;
    desk_open (&desk, POINTS);
    g_autoptr (json_t) report = run (&desk);
    g_assert_cmpint (number (report, "events"), ==, 5);
    g_assert_cmpint (number (report, "outside"), ==, 0);
    g_assert_cmpfloat (json_real_value (json_object_get (report, "bandwidth_m")), ==, 500);
    g_assert_cmpstr (json_string_value (json_object_get (report, "kernel")), ==, "gaussian");
    /* Far from each other, one event has its kernel's height: 1 / (2 pi h^2). */
    double one = 1e6 / (2 * G_PI * 500 * 500);
    double peak = json_real_value (json_object_get (report, "peak_per_km2"));
    g_assert_cmpfloat (peak, >, 0.8 * one);
    g_assert_cmpfloat (peak, <, 2 * one);
    const json_t *size = json_object_get (report, "size");
    g_assert_cmpint (json_integer_value (json_array_get (size, 0)), ==, 320);
    g_assert_cmpint (json_integer_value (json_array_get (size, 1)), ==, 240);
    g_autoptr (json_t) written = json_load_file (desk.report, 0, NULL);
    g_assert_cmpint (number (written, "events"), ==, 5);
    desk_close (&desk);
}

/* A day holds its first second and not the first of the next. */
static void
test_when (void)
{
    Desk desk;
    g_autoptr (GError) error = NULL;
    desk_open (&desk, POINTS);
    g_assert_true (cg_parse_when ("2025-10-02/2025-10-02", &desk.job.since_s, &desk.job.until_s,
                                  &error));
    g_assert_no_error (error);
    g_autoptr (json_t) report = run (&desk);
    g_assert_cmpint (number (report, "events"), ==, 3);
    desk_close (&desk);
    desk_open (&desk, "lon,lat\n114.1,30.1\n");
    desk.job.since_s = 0;
    g_autoptr (CgImportReport) findings = cg_import_report_new (desk.points);
    g_assert_false (cg_heatmap_file (&desk.job, findings, NULL, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_assert_false (g_file_test (desk.output, G_FILE_TEST_EXISTS));
    desk_close (&desk);
}

static void
test_bbox (void)
{
    Desk desk;
    desk_open (&desk, POINTS);
    desk.job.has_bbox = TRUE;
    desk.job.bbox = (CgBox){ .x_min = 114.0, .y_min = 30.0, .x_max = 114.2, .y_max = 30.2 };
    g_autoptr (json_t) report = run (&desk);
    g_assert_cmpint (number (report, "events"), ==, 5);
    g_assert_cmpint (number (report, "outside"), ==, 1);
    desk_close (&desk);
}

static void
test_parse_when (void)
{
    static const char *const bad[] = { "",           "2025-10-01",            "a/b",
                                       "2025-13-01/", "2025-10-02/2025-10-01", "1/2/3" };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;
        gint64 since = 1, until = 2;
        g_assert_false (cg_parse_when (bad[i], &since, &until, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        g_assert_cmpint (since, ==, 1);
        g_assert_cmpint (until, ==, 2);
    }
    gint64 since, until;
    g_assert_true (cg_parse_when ("/2025-10-01T08:00", &since, &until, NULL));
    g_assert_cmpint (since, ==, CG_TIME_NONE);
    g_assert_cmpint (until, ==, 1759276800); /* 2025-10-01 00:00 UTC */
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/heatmap/report", test_report);
    g_test_add_func ("/app/heatmap/when", test_when);
    g_test_add_func ("/app/heatmap/bbox", test_bbox);
    g_test_add_func ("/app/heatmap/parse-when", test_parse_when);
    return g_test_run ();
}
