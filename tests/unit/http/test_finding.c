/* The analyst's pictures: their figures against plain loops and second ways to the same number. */
#include "fake_county.h"

#include "app/screen/screen_finding.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

#define DAY 86400

static json_t *
figures_of (const CgScreen *screen, const char *name, CgScreenOptions options)
{
    g_autoptr (GError) error = NULL;
    options.now_s = FAKE_NOW_S;
    g_autoptr (GBytes) bytes = cg_screen_data (screen, name, &options, CG_SCREEN_JSON, NULL, &error);
    if (bytes == NULL)
        g_error ("%s: %s", name, error->message);
    gsize size;
    const char *text = g_bytes_get_data (bytes, &size);
    json_t *all = json_loadb (text, size, 0, NULL);
    g_assert_nonnull (all);
    return all;
}

static gsize
column_of (const json_t *all, const char *key)
{
    gsize c;
    json_t *column;
    json_array_foreach (json_object_get (all, "columns"), c, column)
        if (strcmp (json_string_value (json_object_get (column, "key")), key) == 0)
            return c;
    g_error ("no column %s", key);
}

static const json_t *
cell (const json_t *all, gsize row, const char *key)
{
    return json_array_get (json_array_get (json_object_get (all, "rows"), row), column_of (all, key));
}

/* NaN where it is null. */
static double
number (const json_t *all, gsize row, const char *key)
{
    const json_t *value = cell (all, row, key);
    return json_is_number (value) ? json_number_value (value) : NAN;
}

static double
fact (const json_t *all, const char *key)
{
    gsize k;
    json_t *one;
    json_array_foreach (json_object_get (all, "facts"), k, one)
        if (strcmp (json_string_value (json_object_get (one, "key")), key) == 0)
            return json_number_value (json_object_get (one, "value"));
    g_error ("no fact %s", key);
}

static double
count_in (const CgScreen *screen, guint32 grid, gint64 since_s, gint64 until_s)
{
    double n = 0;
    for (guint32 i = 0; i < screen->incidents->n; i++)
        n += screen->tables.incident_grid[i] == grid && screen->incidents->time_s[i] >= since_s &&
             screen->incidents->time_s[i] < until_s;
    return n;
}

/* Cells of one mesh: neighbours share a corner. */
static gboolean
touch (const CgShapes *shapes, guint32 a, guint32 b)
{
    for (guint32 i = 0; i < 4; i++)
        for (guint32 j = 0; j < 4; j++)
            if (shapes->x[5 * a + i] == shapes->x[5 * b + j] && shapes->y[5 * a + i] == shapes->y[5 * b + j])
                return TRUE;
    return FALSE;
}

static gint64
today_end (const CgScreen *screen)
{
    return cg_screen_today_s (screen, FAKE_NOW_S) + DAY;
}

/* Ord and Getis's formula, written out; classes by q; rates by division. */
static void
test_hotspots (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    json_t *all = figures_of (screen, "hotspots", (CgScreenOptions){ .measure = "incidents", .period = "60" });
    guint32 n = screen->grids->n;
    gint64 until_s = today_end (screen);
    g_autofree double *x = g_new (double, n);
    double mean = 0, square = 0;
    g_assert_cmpuint (json_array_size (json_object_get (all, "rows")), ==, n);
    for (guint32 g = 0; g < n; g++) {
        x[g] = count_in (screen, g, until_s - 60 * DAY, until_s);
        mean += x[g] / n;
        g_assert_cmpfloat (number (all, g, "incidents"), ==, x[g]);
        g_assert_cmpfloat_with_epsilon (number (all, g, "per_1000"), 1000 * x[g] / screen->grids->households[g],
                                        1e-6);
        g_assert_cmpstr (json_string_value (cell (all, g, "code")), ==, screen->grids->code[g]);
    }
    for (guint32 g = 0; g < n; g++)
        square += x[g] * x[g] / n;
    double deviation = sqrt (square - mean * mean);
    guint32 n_hot = 0;
    for (guint32 g = 0; g < n; g++) {
        double sum = 0, weights = 0;
        for (guint32 h = 0; h < n; h++)
            if (g == h || touch (screen->grids->shapes, g, h)) {
                sum += x[h];
                weights++;
            }
        double z = (sum - mean * weights) /
                   (deviation * sqrt ((n * weights - weights * weights) / (n - 1)));
        g_assert_cmpfloat_with_epsilon (number (all, g, "z"), z, 1e-7);
        double q = number (all, g, "q"), p = number (all, g, "p");
        g_assert_cmpfloat (q, >=, p);
        const char *sort = json_string_value (cell (all, g, "sort"));
        const char *want = q > 0.1 ? "不显著" : z > 0 ? "热点" : "冷点";
        g_assert_true (g_str_has_prefix (sort, want));
        n_hot += g_str_has_prefix (sort, "热点");
    }
    g_assert_cmpuint (n_hot, >, 3);
    json_decref (all);
}

/* Moran's I of each place; its quadrant says what is named. */
static void
test_moran (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    json_t *all = figures_of (screen, "moran", (CgScreenOptions){ .measure = "incidents", .period = "90" });
    guint32 n = screen->grids->n;
    double mean = 0, square = 0;
    for (guint32 g = 0; g < n; g++)
        mean += number (all, g, "incidents") / n;
    for (guint32 g = 0; g < n; g++)
        square += pow (number (all, g, "incidents") - mean, 2) / n;
    for (guint32 g = 0; g < n; g++) {
        double lag = 0, weights = 0, own = number (all, g, "incidents") - mean;
        for (guint32 h = 0; h < n; h++)
            if (g != h && touch (screen->grids->shapes, g, h)) {
                lag += number (all, h, "incidents") - mean;
                weights++;
            }
        g_assert_cmpfloat_with_epsilon (number (all, g, "i"), own / square * lag / weights, 1e-6);
        const char *sort = json_string_value (cell (all, g, "sort"));
        if (number (all, g, "q") > 0.05)
            g_assert_cmpstr (sort, ==, "不显著");
        else
            g_assert_true (g_str_has_prefix (sort, own >= 0 ? (lag > 0 ? "高-高" : "高-低")
                                                            : (lag > 0 ? "低-高" : "低-低")));
    }
    json_decref (all);
}

/* The risk inside each circle against that outside, from the rows alone. */
static void
test_clusters (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    json_t *all = figures_of (screen, "clusters", (CgScreenOptions){ .period = "90" });
    gsize n = json_array_size (json_object_get (all, "rows"));
    double events = 0, base = 0;
    guint clusters = (guint) fact (all, "clusters");
    g_assert_cmpuint (clusters, >, 0);
    for (gsize g = 0; g < n; g++) {
        events += number (all, g, "incidents");
        base += number (all, g, "households");
    }
    for (guint k = 1; k <= clusters; k++) {
        double inside = 0, people = 0, risk = 0;
        for (gsize g = 0; g < n; g++) {
            if (number (all, g, "cluster") != k)
                continue;
            inside += number (all, g, "incidents");
            people += number (all, g, "households");
            risk = number (all, g, "relative_risk");
            g_assert_cmpfloat (number (all, g, "p"), <=, 0.05);
        }
        g_assert_cmpfloat_with_epsilon (risk, inside / people / ((events - inside) / (base - people)), 1e-6);
        g_assert_cmpfloat (people, <=, base / 2);
    }
    json_decref (all);
}

/* Chance of `from` or more of n when one lies in the later period with such odds. */
static double
tail_at (double odds, double n, double from)
{
    double share = odds / (1 + odds), term = pow (1 - share, n), sum = 0;
    for (double k = 0; k <= n; k++) {
        sum += k >= from ? term : 0;
        term *= (n - k) / (k + 1) * share / (1 - share);
    }
    return sum;
}

/* At the lower limit so many have the chance 2.5 %, at the upper so few; twice the days have twice the odds. */
static void
check_times (json_t *all, gsize g, double now, double before)
{
    const char *note = json_string_value (cell (all, g, "change_note"));
    double few = before > 0 ? MIN (now, before) : now;
    g_assert_cmpint (strstr (note, "△") != NULL, ==, few < 10 && now != before);
    if (now > 0)
        g_assert_cmpfloat_with_epsilon (tail_at (2 * number (all, g, "times_low"), now + before, now), 0.025, 1e-9);
    else
        g_assert_cmpfloat (number (all, g, "times_low"), ==, 0);
    if (before > 0)
        g_assert_cmpfloat_with_epsilon (tail_at (2 * number (all, g, "times_high"), now + before, now + 1), 0.975,
                                        1e-9);
    else
        g_assert_true (isnan (number (all, g, "times_high")));
}

/* Twice the smaller tail of the binomial, term by term; days of both periods count. */
static void
test_change (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    json_t *all = figures_of (screen, "change",
                              (CgScreenOptions){ .period = "2026-09-01/2026-10-30", .against = "2026-06-01/2026-06-30" });
    double share = 60.0 / 90;
    gsize n = json_array_size (json_object_get (all, "rows"));
    for (gsize g = 0; g < n; g++) {
        double now = number (all, g, "incidents"), before = number (all, g, "before"), low = 0, high = 0;
        gint64 june_s = 1780243200; /* 2026-06-01 in Beijing */
        g_assert_cmpfloat (before, ==, count_in (screen, (guint32) g, june_s, june_s + 30 * DAY));
        g_assert_cmpfloat_with_epsilon (number (all, g, "change"), now - 2 * before, 1e-9);
        if (now + before == 0) {
            g_assert_true (isnan (number (all, g, "p")) && isnan (number (all, g, "times_low")));
            continue;
        }
        double term = pow (1 - share, now + before);
        for (double k = 0; k <= now + before; k++) {
            low += k <= now ? term : 0;
            high += k >= now ? term : 0;
            term *= (now + before - k) / (k + 1) * share / (1 - share);
        }
        g_assert_cmpfloat_with_epsilon (number (all, g, "p"), MIN (2 * MIN (low, high), 1), 1e-9);
        check_times (all, g, now, before);
    }
    json_decref (all);
    /* Without a second period: the days just before. */
    all = figures_of (screen, "change", (CgScreenOptions){ .period = "10" });
    json_t *said = figures_of (screen, "change", (CgScreenOptions){ .period = "10", .against = "2026-11-02/2026-11-11" });
    for (gsize g = 0; g < n; g++)
        g_assert_cmpfloat (number (all, g, "before"), ==, number (said, g, "before"));
    json_decref (all);
    json_decref (said);
}

/* Two periods the one way and the other: one bandwidth, one scale, one set of classes. */
static void
test_against (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    static const char *const keys[] = { "bandwidth_m", "inset_bandwidth_m", "full_per_km2", "peak_per_km2" };
    const char *a = "2026-10-01/2026-10-31", *b = "2026-02-01/2026-02-28", *box = "505000,4085000,535000,4105000";
    for (guint k = 0; k < 2; k++) {
        json_t *one = figures_of (screen, "map", (CgScreenOptions){ .period = a, .against = b, .box = k ? box : NULL });
        json_t *two = figures_of (screen, "map", (CgScreenOptions){ .period = b, .against = a, .box = k ? box : NULL });
        for (guint i = k; i < G_N_ELEMENTS (keys); i += 1 + k)
            if (i != 1)
                g_assert_cmpfloat (fact (one, keys[i]), ==, fact (two, keys[i]));
        g_assert_cmpfloat (fact (one, "incidents"), !=, fact (two, "incidents"));
        g_assert_cmpuint (json_array_size (json_object_get (one, "caveats")), >, 0); /* lengths differ */
        json_decref (one);
        json_decref (two);
    }
    json_t *one = figures_of (screen, "choropleth", (CgScreenOptions){ .measure = "incidents_per_1000", .period = a, .against = b });
    json_t *two = figures_of (screen, "choropleth", (CgScreenOptions){ .measure = "incidents_per_1000", .period = b, .against = a });
    json_t *alone = figures_of (screen, "choropleth", (CgScreenOptions){ .measure = "incidents_per_1000", .period = b });
    g_assert_cmpfloat (fact (one, "bound"), ==, fact (two, "bound"));
    g_assert_false (json_equal (json_object_get (two, "facts"), json_object_get (alone, "facts")));
    json_decref (one);
    json_decref (two);
    json_decref (alone);
}

/* The sum of kernels at a point, written out. */
static void
test_at (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    g_autoptr (GError) error = NULL;
    CgScreenOptions options = { .period = "30", .bandwidth = "700", .now_s = FAKE_NOW_S };
    double x, y, sum = 0, before = 0;
    gint64 until_s = today_end (screen);
    guint32 grid = 77;
    cg_shapes_label_point (screen->grids->shapes, grid, &x, &y, NULL);
    g_autofree char *at = g_strdup_printf ("%.3f,%.3f", x, y);
    for (guint32 i = 0; i < screen->incidents->n; i++) {
        double dx = screen->incidents->x[i] - x, dy = screen->incidents->y[i] - y;
        double kernel = exp (-(dx * dx + dy * dy) / (2 * 700.0 * 700)) / (2 * G_PI * 0.7 * 0.7);
        gint64 time_s = screen->incidents->time_s[i];
        if (screen->tables.incident_grid[i] == CG_NONE)
            continue;
        sum += time_s >= until_s - 30 * DAY && time_s < until_s ? kernel : 0;
        before += time_s >= until_s - 60 * DAY && time_s < until_s - 30 * DAY ? kernel : 0;
    }
    const struct {
        const char *name;
        double density;
    } want[] = { { "map", sum }, { "difference", sum - before }, { "trend", NAN } };
    for (guint k = 0; k < G_N_ELEMENTS (want); k++) {
        options.bandwidth = isnan (want[k].density) ? NULL : "700";
        g_autoptr (GBytes) bytes = cg_screen_data (screen, want[k].name, &options, CG_SCREEN_JSON, at, &error);
        g_assert_no_error (error);
        gsize size;
        const char *text = g_bytes_get_data (bytes, &size);
        json_t *all = json_loadb (text, size, 0, NULL);
        g_assert_cmpstr (json_string_value (json_object_get (json_object_get (all, "grid"), "code")), ==,
                         screen->grids->code[grid]);
        if (!isnan (want[k].density))
            g_assert_cmpfloat_with_epsilon (json_number_value (json_object_get (all, "density_per_km2")),
                                            want[k].density, 1e-3);
        json_decref (all);
    }
}

static void
assert_refused (const CgScreen *screen, const char *name, CgScreenOptions options, CgScreenFile file, const char *at,
                CgError code)
{
    g_autoptr (GError) error = NULL;
    options.now_s = FAKE_NOW_S;
    g_assert_null (cg_screen_data (screen, name, &options, file, at, &error));
    g_assert_error (error, CG_ERROR, (int) code);
}

static void
test_refused (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    g_autoptr (GCancellable) cancelled = g_cancellable_new ();
    static const char *const points[] = { "", "1", "1,", "1;2", "nan,2", "1,inf", "1,2,3", "a,b" };
    for (guint k = 0; k < G_N_ELEMENTS (points); k++)
        assert_refused (screen, "map", (CgScreenOptions){ 0 }, CG_SCREEN_JSON, points[k], CG_ERROR_ARGUMENT);
    assert_refused (screen, "map", (CgScreenOptions){ 0 }, CG_SCREEN_TIFF, "1,2", CG_ERROR_ARGUMENT);
    assert_refused (screen, "nothing", (CgScreenOptions){ 0 }, CG_SCREEN_JSON, NULL, CG_ERROR_NOT_FOUND);
    assert_refused (screen, "hotspots", (CgScreenOptions){ .measure = "households" }, CG_SCREEN_JSON, NULL,
                    CG_ERROR_ARGUMENT);
    assert_refused (screen, "choropleth", (CgScreenOptions){ .measure = "x" }, CG_SCREEN_JSON, NULL, CG_ERROR_NOT_FOUND);
    g_cancellable_cancel (cancelled);
    assert_refused (screen, "clusters", (CgScreenOptions){ .cancel = cancelled, .period = "7" }, CG_SCREEN_JSON, NULL,
                    CG_ERROR_CANCELLED);
    /* What was cancelled was not kept. */
    json_decref (figures_of (screen, "clusters", (CgScreenOptions){ .period = "7" }));
}

/* What was found of all incidents is not taken for what is found of some. */
static void
test_kept (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    const CgScreenOptions some[] = { { .types = "治安" }, { .sources = "热线" }, { .box = "505000,4085000,535000,4105000" },
                                     { .area = "POLYGON ((505000 4085000,535000 4085000,535000 4105000,505000 4095000))" },
                                     { .area = "POLYGON ((505000 4085000,535000 4085000,505000 4105000))" },
                                     { .place = "990001107" }, { .period = "60" }, { .measure = "incidents" } };
    json_t *all = figures_of (screen, "hotspots", (CgScreenOptions){ 0 });
    for (guint k = 0; k < G_N_ELEMENTS (some); k++) {
        json_t *part = figures_of (screen, "hotspots", some[k]);
        g_autoptr (CgScreen) fresh = fake_county (1);
        json_t *alone = figures_of (fresh, "hotspots", some[k]);
        g_assert_false (json_equal (json_object_get (all, "rows"), json_object_get (part, "rows")));
        g_assert_true (json_equal (part, alone));
        json_decref (part);
        json_decref (alone);
    }
    json_decref (all);
}

/* A county without a plan, a period without data, a place without events: figures all the same, with words. */
static void
test_empty (void)
{
    CgScreenTables tables = { .config = cg_config_new () };
    g_autoptr (CgScreen) nothing = cg_screen_new_from_tables (&tables, NULL), full = fake_county (1);
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++) {
        if (!cg_screen_has_file (p, CG_SCREEN_JSON))
            continue;
        json_decref (figures_of (nothing, p->name, (CgScreenOptions){ 0 }));
        json_t *late = figures_of (full, p->name, (CgScreenOptions){ .period = p->uses & CG_SCREEN_USES_PERIOD
                                                                                  ? "2031-01-01/2031-02-01"
                                                                                  : NULL });
        json_decref (late);
    }
    json_t *late = figures_of (full, "hotspots", (CgScreenOptions){ .period = "2031-01-01/2031-02-01" });
    g_assert_cmpuint (json_array_size (json_object_get (late, "caveats")), >, 1);
    json_decref (late);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/finding/hotspots", test_hotspots);
    g_test_add_func ("/finding/moran", test_moran);
    g_test_add_func ("/finding/clusters", test_clusters);
    g_test_add_func ("/finding/change", test_change);
    g_test_add_func ("/finding/against", test_against);
    g_test_add_func ("/finding/at", test_at);
    g_test_add_func ("/finding/refused", test_refused);
    g_test_add_func ("/finding/kept", test_kept);
    g_test_add_func ("/finding/empty", test_empty);
    return g_test_run ();
}
