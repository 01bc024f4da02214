/* Every picture of a county with every option it takes, and the counts behind them by plain loops.
 */
#include "fake_county.h"

#include "app/screen/screen_internal.h"
#include "base/error.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define DAY 86400

static GBytes *
draw (const CgScreen *screen, const char *name, CgScreenOptions options)
{
    g_autoptr (GError) error = NULL;
    options.now_s = FAKE_NOW_S;
    options.width = options.width > 0 ? options.width : 480;
    options.height = options.height > 0 ? options.height : 360;
    GBytes *bytes = cg_screen_render (screen, name, &options, &error);
    if (bytes == NULL)
        g_error ("%s: %s", name, error->message);
    return bytes;
}

static void
test_options (void)
{
    g_autoptr (CgScreen) screen = fake_county (1), fresh = fake_county (1);
    static const char *const periods[] = { "1",
                                           "7",
                                           "90",
                                           "3660",
                                           "2020-02-29/2020-02-29",
                                           "2026-01-01/2026-12-31",
                                           "2031-01-01/2031-02-01" };
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++) {
        g_autoptr (GBytes) usual = draw (screen, p->name, (CgScreenOptions){ 0 });
        g_autoptr (GBytes) light = draw (screen, p->name, (CgScreenOptions){ .theme = "light" });
        g_autoptr (GBytes) again = draw (screen, p->name, (CgScreenOptions){ 0 });
        g_assert_true (g_bytes_equal (usual, again));
        /* What was kept of other pictures changes none. */
        g_autoptr (GBytes) warm = draw (screen, p->name, (CgScreenOptions){ .theme = "light" });
        g_autoptr (GBytes) cold = draw (fresh, p->name, (CgScreenOptions){ .theme = "light" });
        g_assert_true (g_bytes_equal (warm, cold));
        g_assert_cmpuint (g_bytes_get_size (light), >, 100);
        for (guint k = 0; p->uses & CG_SCREEN_USES_PERIOD && k < G_N_ELEMENTS (periods); k++)
            g_bytes_unref (draw (screen, p->name, (CgScreenOptions){ .period = periods[k] }));
        /* Some maps take only some of the measures, and say so. */
        static const char *const choosy[] = { "bivariate", "symbols", "hotspots", "moran", NULL };
        gboolean plain = p->uses & CG_SCREEN_USES_MEASURE && !g_strv_contains (choosy, p->name);
        for (const CgScreenMeasure *m = cg_screen_measures (); plain && m->name != NULL; m++)
            g_bytes_unref (draw (screen, p->name, (CgScreenOptions){ .measure = m->name }));
        if (p->uses & CG_SCREEN_USES_PALETTE) {
            g_autoptr (GBytes) other =
                draw (screen, p->name, (CgScreenOptions){ .palette = "reds" });
            g_assert_false (g_bytes_equal (usual, other));
        }
    }
}

/* Fifty frames are a row, and the list goes round. */
static void
test_ticker (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    g_autoptr (GBytes) usual = draw (screen, "ticker", (CgScreenOptions){ 0 });
    g_autoptr (GBytes) first = draw (screen, "ticker", (CgScreenOptions){ .frame = 1 });
    g_autoptr (GBytes) next = draw (screen, "ticker", (CgScreenOptions){ .frame = 2 });
    g_autoptr (GBytes) round = draw (screen, "ticker", (CgScreenOptions){ .frame = 1 + 50 * 60 });
    g_assert_true (g_bytes_equal (usual, first));
    g_assert_false (g_bytes_equal (usual, next));
    g_assert_true (g_bytes_equal (usual, round));
}

static void
test_towns (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    gint64 until_s = cg_screen_today_s (screen, FAKE_NOW_S) + DAY, since_s = until_s - 30 * DAY;
    g_autofree ScreenTownCount *town =
        screen_count_towns (screen, since_s, until_s, since_s - 30 * DAY, since_s);
    const CgPlaces *incidents = screen->incidents;
    double events = 0;
    for (guint32 t = 0; t < screen->regions->n; t++) {
        ScreenTownCount want = { 0 };
        for (guint32 g = 0; g < screen->grids->n; g++)
            if (screen->grid_town[g] == t) {
                want.grids++;
                want.households += screen->grids->households[g];
            }
        for (guint32 i = 0; i < incidents->n; i++) {
            guint32 grid = screen->tables.incident_grid[i];
            if (grid == CG_NONE || screen->grid_town[grid] != t)
                continue;
            gint64 time_s = incidents->time_s[i];
            want.before += time_s >= since_s - 30 * DAY && time_s < since_s;
            if (time_s < since_s || time_s >= until_s)
                continue;
            gint64 hour = (time_s + 8 * 3600) / 3600 % 24;
            want.events++;
            want.night += hour < 6 || hour >= 22;
        }
        g_assert_cmpfloat (town[t].grids, ==, want.grids);
        g_assert_cmpfloat (town[t].households, ==, want.households);
        g_assert_cmpfloat (town[t].events, ==, want.events);
        g_assert_cmpfloat (town[t].before, ==, want.before);
        g_assert_cmpfloat (town[t].night, ==, want.night);
        g_assert_cmpfloat (town[t].open + town[t].settled, ==, town[t].stated);
        events += town[t].events;
    }
    g_assert_cmpfloat (events, >, 100);
    guint32 settled, stated;
    screen_settled (screen, since_s, until_s, &settled, &stated);
    g_assert_cmpuint (settled, <=, stated);
}

static void
test_steps (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    gint64 until_s = cg_screen_today_s (screen, FAKE_NOW_S) + DAY;
    static const struct {
        guint days, n;
        CgStep step;
    } cases[] = { { 1, 1, CG_STEP_DAY },     { 62, 62, CG_STEP_DAY },
                  { 63, 9, CG_STEP_WEEK },   { 365, 52, CG_STEP_WEEK },
                  { 400, 57, CG_STEP_WEEK }, { 401, 14, CG_STEP_FOUR_WEEKS } };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        ScreenSteps steps = screen_steps (until_s - cases[k].days * DAY, until_s);
        g_assert_cmpuint (steps.n, ==, cases[k].n);
        g_assert_cmpint (steps.step, ==, cases[k].step);
        g_assert_cmpint (steps.since_s + steps.n * steps.step_s, ==, until_s);
        g_autofree double *count = screen_count_steps (screen, &steps);
        double sum = 0;
        for (guint i = 0; i < (cg_names_count (screen->kinds) + 1) * steps.n; i++)
            sum += isnan (count[i]) ? 0 : count[i];
        g_assert_cmpfloat (sum, ==, screen_count_between (screen, steps.since_s, until_s));
    }
    /* The fake county has 400 days: what lies before them is no zero. */
    ScreenSteps early = screen_steps (until_s - 1000 * DAY, until_s);
    g_autofree double *count = screen_count_steps (screen, &early);
    g_assert_true (isnan (count[0]));
    g_assert_false (isnan (count[early.n - 1]));
}

/* 400 days of data, the last one until 16:30. */
static void
test_before (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    gint64 today_s = cg_screen_today_s (screen, FAKE_NOW_S), until_s = today_s + DAY, since, until;
    gint64 end = screen_data_end (screen) + 1;
    g_assert_cmpstr (screen_before (screen, until_s - 30 * DAY, until_s, &since, &until), ==,
                     "同比");
    g_assert_cmpint (since, ==, screen_year_before (until_s - 30 * DAY));
    g_assert_cmpint (until, ==, screen_year_before (end));
    g_assert_cmpstr (screen_before (screen, until_s - 90 * DAY, until_s, &since, &until), ==,
                     "环比");
    g_assert_cmpint (since, ==, until_s - 180 * DAY);
    g_assert_cmpint (until, ==, end - 90 * DAY);
    g_assert_null (screen_before (screen, until_s - 300 * DAY, until_s, &since, &until));
    g_assert_cmpint (since, ==, until);
    g_assert_cmpstr (screen_before (screen, today_s - 10 * DAY, today_s, &since, &until), ==,
                     "同比");
    g_assert_cmpint (until, ==, screen_year_before (today_s)); /* whole days */
}

static guint32
sum_of (const json_t *frames)
{
    guint32 sum = 0;
    for (gsize k = 0; k < json_array_size (frames); k++)
        sum += (guint32) json_integer_value (
            json_object_get (json_array_get (frames, k), "events"));
    return sum;
}

/* Each event of the period is in one frame; a window of a week holds each day seven times but at the
 * ends; the same film twice is the same bytes. */
static void
test_frames (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScreen) screen = fake_county (1);
    g_autofree char *dir = g_dir_make_tmp ("countygrid-XXXXXX", &error);
    g_autofree char *path = g_build_filename (dir, "film.png", NULL);
    CgScreenOptions options = {
        .width = 320, .height = 240, .period = "10", .now_s = FAKE_NOW_S, .no_names = TRUE
    };
    CgScreenMotion motion = { .frames = "day" };
    gint64 until_s = cg_screen_today_s (screen, FAKE_NOW_S) + DAY;
    ScreenEvents events;
    screen_events (screen, until_s - 10 * DAY, until_s, &events);
    json_t *days = cg_screen_render_frames (screen, "map", &options, &motion, path, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (json_array_size (days), ==, 10);
    g_assert_cmpuint (sum_of (days), ==, events.n);
    char *first = NULL, *second = NULL;
    gsize n_first, n_second;
    g_assert_true (g_file_get_contents (path, &first, &n_first, NULL));
    json_decref (cg_screen_render_frames (screen, "map", &options, &motion, path, &error));
    g_assert_true (g_file_get_contents (path, &second, &n_second, NULL));
    g_assert_cmpmem (first, n_first, second, n_second);
    motion.window = "7d";
    json_t *weeks = cg_screen_render_frames (screen, "map", &options, &motion, path, &error);
    ScreenEvents last;
    screen_events (screen, until_s - 7 * DAY, until_s, &last);
    g_assert_cmpuint ((guint) json_integer_value (json_object_get (json_array_get (weeks, 9),
                                                                   "events")), ==, last.n);
    static const char *const bad[][2] = { { "x", NULL }, { "day", "x" }, { "1min", NULL } };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        CgScreenMotion wrong = { .frames = bad[i][0], .window = bad[i][1] };
        g_assert_null (cg_screen_render_frames (screen, "map", &options, &wrong, path, &error));
        g_assert_cmpint (error->code, ==, i == 2 ? (int) CG_ERROR_LIMIT : (int) CG_ERROR_ARGUMENT);
        g_clear_error (&error);
    }
    g_assert_null (cg_screen_render_frames (screen, "choropleth", &options, &motion, path, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    screen_events_clear (&events);
    screen_events_clear (&last);
    json_decref (days);
    json_decref (weeks);
    g_free (first);
    g_free (second);
    g_unlink (path);
    g_rmdir (dir);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/pictures/options", test_options);
    g_test_add_func ("/pictures/ticker", test_ticker);
    g_test_add_func ("/pictures/towns", test_towns);
    g_test_add_func ("/pictures/steps", test_steps);
    g_test_add_func ("/pictures/before", test_before);
    g_test_add_func ("/screen/pictures/frames", test_frames);
    return g_test_run ();
}
