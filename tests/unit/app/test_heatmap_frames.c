/* Frames through time: when they begin and end, and that each shows what a single map of it would.
 */
#include "app/density/heatmap_internal.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "small_county.h"
#include "support.h"

static gint64
at (const char *text)
{
    g_autoptr (GTimeZone) zone = g_time_zone_new_offset (HEATMAP_LOCAL_S);
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, zone);
    g_assert_nonnull (time);
    return g_date_time_to_unix (time);
}

static void
check_times (const char *frames, const char *window, const char *first, const char *last, guint n,
             const char *const texts[])
{
    CgHeatmapFile job = { .since_s = CG_TIME_NONE, .until_s = CG_TIME_NONE };
    g_auto (HeatmapTimes) times = { 0 };
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_heatmap_parse_frames (frames, &job, &error));
    g_assert_no_error (error);
    if (window != NULL)
        g_assert_true (cg_parse_time_span (window, &job.window_s));
    g_assert_true (heatmap_times_init (&job, at (first), at (last), &times, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (times.n, ==, n);
    for (guint k = 0; k < n; k++) {
        if (texts[k] != NULL) {
            g_autofree char *text =
                heatmap_times_text (CG_CHINESE, times.from_s[k], times.until_s[k]);
            g_assert_cmpstr (text, ==, texts[k]);
        }
        g_assert_cmpint (times.from_s[k], <, times.until_s[k]);
        if (k > 0)
            g_assert_cmpint (times.until_s[k], >, times.until_s[k - 1]);
    }
    /* The first and the last event are in the first and the last frame. */
    g_assert_cmpint (times.from_s[0], <=, at (first));
    g_assert_cmpint (times.until_s[n - 1], >, at (last));
}

static void
test_steps (void)
{
    check_times ("day", NULL, "2026-02-27T23:59:59", "2026-03-01T00:00:00", 3,
                 (const char *[]){ "2026-02-27 (周五)", "2026-02-28 (周六)", "2026-03-01 (周日)" });
    check_times ("hour", NULL, "2026-02-27T22:10:00", "2026-02-28T00:00:00", 3,
                 (const char *[]){ "2026-02-27 22:00 – 23:00", "2026-02-27 23:00 – 24:00",
                                   "2026-02-28 00:00 – 01:00" });
    check_times ("6h", NULL, "2026-02-27T07:00:00", "2026-02-27T18:00:00", 3,
                 (const char *[]){ "2026-02-27 06:00 – 12:00", "2026-02-27 12:00 – 18:00",
                                   "2026-02-27 18:00 – 24:00" });
    /* Weeks begin on Monday, the 23rd. */
    check_times ("week", NULL, "2026-02-25T07:00:00", "2026-03-02T00:00:01", 2,
                 (const char *[]){ "2026-02-23 至 2026-03-01", "2026-03-02 至 2026-03-08" });
    check_times ("month", NULL, "2025-12-31T23:00:00", "2026-02-01T00:00:00", 3,
                 (const char *[]){ "2025-12-01 至 2025-12-31", "2026-01-01 至 2026-01-31",
                                   "2026-02-01 至 2026-02-28" });
    /* A window never reaches before the first event of all. */
    check_times ("day", "3d", "2026-03-01T12:00:00", "2026-03-04T12:00:00", 4,
                 (const char *[]){ "2026-03-01 (周日)", "2026-03-01 至 2026-03-02",
                                   "2026-03-01 至 2026-03-03", "2026-03-02 至 2026-03-04" });
    check_times (
        "24", NULL, "2026-03-01T00:00:10", "2026-03-01T23:59:59", 24,
        (const char *[24]){ "2026-03-01 00:00 – 01:00", [23] = "2026-03-01 23:00 – 24:00" });
    check_times ("7", NULL, "2026-03-01T00:00:00", "2026-03-01T00:00:00", 7,
                 (const char *[7]){ "2026-03-01 00:00:00 – 00:00:01" });
    check_times ("30min", NULL, "1969-12-31T00:00:00", "1969-12-31T00:40:00", 2,
                 (const char *[]){ "1969-12-31 00:00 – 00:30", "1969-12-31 00:30 – 01:00" });
}

/* With --when a window reaches back to events before it. */
static void
test_given_span (void)
{
    CgHeatmapFile job = { .since_s = at ("2026-03-01T00:00:00"),
                          .until_s = at ("2026-03-03T00:00:00"),
                          .step_s = 86400,
                          .window_s = 3 * 86400 };
    g_auto (HeatmapTimes) times = { 0 };
    g_assert_true (heatmap_times_init (&job, at ("2026-03-01T05:00:00"), at ("2026-03-01T06:00:00"),
                                       &times, NULL));
    g_assert_cmpuint (times.n, ==, 2);
    g_assert_cmpint (times.from_s[0], ==, at ("2026-02-27T00:00:00"));
    g_assert_cmpint (times.until_s[1], ==, at ("2026-03-03T00:00:00"));
}

static void
test_refusals (void)
{
    static const char *const wrong[] = { "",   "0",  "1",   "-3",   "3661",     "fortnight",
                                         "0h", "5x", "1.5", "day ", "9999999d", "0x10" };
    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
        CgHeatmapFile job = { 0 };
        g_autoptr (GError) error = NULL;
        g_assert_false (cg_heatmap_parse_frames (wrong[i], &job, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    CgHeatmapFile job = { .since_s = CG_TIME_NONE, .until_s = CG_TIME_NONE, .step_s = 60 };
    g_auto (HeatmapTimes) times = { 0 };
    g_autoptr (GError) error = NULL;
    g_assert_false (heatmap_times_init (&job, 0, 86400 * 365, &times, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    /* A date of a broken clock must not make frames without end. */
    g_clear_error (&error);
    job.step_s = CG_HEATMAP_MONTH;
    g_assert_false (heatmap_times_init (&job, at ("0002-01-01T00:00:00"),
                                        at ("9998-01-01T00:00:00"), &times, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
}

#define ROWS 400u

/* Each frame's peak is that of a density of its events alone, counted from nothing. */
static void
test_frames_alone (void)
{
    SmallCounty place = { .dir = cg_test_dir () };
    g_autoptr (GString) text = g_string_new ("lon,lat,time\n");
    for (guint i = 0; i < ROWS; i++)
        g_string_append_printf (text, "%.5f,%.5f,2026-03-%02u %02u:00\n",
                                114.1 + 0.0004 * ((i * 37) % 101), 30.1 + 0.0003 * ((i * 53) % 97),
                                1 + i % 9, i % 24);
    g_autofree char *points = small_file (&place, "p.csv", text->str);
    g_autofree char *output = g_build_filename (place.dir, "frames/", NULL);
    g_autofree char *single = g_build_filename (place.dir, "one.png", NULL);
    CgHeatmapFile job = { .points = points,
                          .output = output,
                          .width = 400,
                          .height = 300,
                          .surface = { .bandwidth_m = 400 },
                          .has_bbox = TRUE,
                          .bbox = { 114.09, 30.09, 114.15, 30.14 },
                          .since_s = CG_TIME_NONE,
                          .until_s = CG_TIME_NONE,
                          .step_s = 86400,
                          .window_s = 3 * 86400 };
    g_autoptr (CgImportReport) findings = cg_import_report_new (points);
    g_autoptr (GError) error = NULL;
    json_t *report = NULL;
    g_assert_true (cg_heatmap_file (&job, findings, NULL, NULL, &report, &error));
    g_assert_no_error (error);
    json_t *frames = json_object_get (report, "frames");
    g_assert_cmpuint (json_array_size (frames), ==, 9);
    g_assert_cmpint (json_integer_value (json_object_get (report, "events")), ==, ROWS);
    double most = 0;
    for (guint k = 0; k < 9; k++) {
        json_t *alone = NULL;
        CgHeatmapFile one = job;
        one.step_s = one.window_s = 0;
        one.output = single;
        one.since_s = at ("2026-03-01T00:00:00") + 86400 * MAX ((gint64) k - 2, 0);
        one.until_s = at ("2026-03-02T00:00:00") + 86400 * (gint64) k;
        g_assert_true (cg_heatmap_file (&one, findings, NULL, NULL, &alone, &error));
        const json_t *frame = json_array_get (frames, k);
        double peak = json_real_value (json_object_get (frame, "peak_per_km2"));
        g_assert_cmpfloat_with_epsilon (
            peak / json_real_value (json_object_get (alone, "peak_per_km2")), 1.0, 1e-4);
        g_assert_cmpint (json_integer_value (json_object_get (frame, "events")), ==,
                         json_integer_value (json_object_get (alone, "events")));
        g_autofree char *file = g_strdup_printf ("%sframe-%04u.png", output, k + 1);
        g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));
        most = MAX (most, peak);
        json_decref (alone);
    }
    g_assert_cmpfloat (json_real_value (json_object_get (report, "peak_per_km2")), ==, most);
    g_assert_cmpfloat (json_real_value (json_object_get (report, "full_per_km2")), >=, most);
    json_decref (report);
    /* The directory is full now. */
    g_assert_false (cg_heatmap_file (&job, findings, NULL, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    cg_test_remove_dir (place.dir);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/heatmap-frames/steps", test_steps);
    g_test_add_func ("/app/heatmap-frames/given-span", test_given_span);
    g_test_add_func ("/app/heatmap-frames/refusals", test_refusals);
    g_test_add_func ("/app/heatmap-frames/alone", test_frames_alone);
    return g_test_run ();
}
