/* The figures of a snapshot against counts made here by another way, and small counties worked by
 * hand. */
#include "fake_county.h"
#include "support.h"

#include "app/screen/screen_internal.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

#define DAY 86400

/* 2026-11-20 00:00 Asia/Shanghai, a Friday */
#define FRIDAY_S (G_GINT64_CONSTANT (1795104000))

typedef struct {
    gint64 time_s;
    const char *type, *state;
    double x, y;
} Row;

/* Two grids of 1 km side by side: west x 0..1000 in community 990001100201, east x 1000..2000 in
 * ...202. */
static void
two_grids (CgScreenTables *tables, const Row *rows, guint n)
{
    *tables = (CgScreenTables){ .config = cg_config_new (), .data_version = 3 };
    CgGrids *grids = cg_grids_new (2, 0);
    CgRegions *regions = cg_regions_new (4);
    static const char *const codes[] = { "990001", "990001100", "990001100201", "990001100202" };
    static const char *const names[] = { "试县", "东镇", "甲村", "乙村" };
    static const guint8 levels[] = { CG_LEVEL_COUNTY, CG_LEVEL_TOWN, CG_LEVEL_COMMUNITY,
                                     CG_LEVEL_COMMUNITY };
    static const guint32 parents[] = { CG_NONE, 0, 1, 1 };
    static const double spans[][2] = { { 0, 2000 }, { 0, 2000 }, { 0, 1000 }, { 1000, 2000 } };
    for (guint i = 0; i < 4; i++) {
        double xs[] = { spans[i][0], spans[i][1], spans[i][1], spans[i][0], spans[i][0] },
               ys[] = { 0, 0, 1000, 1000, 0 };
        CgShapes *targets[] = { regions->shapes, i >= 2 ? grids->shapes : NULL };
        for (guint t = 0; t < 2 && targets[t] != NULL; t++) {
            for (guint k = 0; k < 5; k++)
                cg_shapes_add_vertex (targets[t], xs[k], ys[k]);
            cg_shapes_end_ring (targets[t]);
            cg_shapes_end_part (targets[t]);
            cg_shapes_end_shape (targets[t]);
        }
        regions->code[i] = g_strdup (codes[i]);
        regions->name[i] = g_strdup (names[i]);
        regions->level[i] = levels[i];
        regions->parent[i] = parents[i];
    }
    for (guint g = 0; g < 2; g++) {
        grids->code[g] = g_strdup_printf ("%s001", codes[g + 2]);
        grids->name[g] = g_strdup ("第1网格");
        grids->within[g] = g_strdup (codes[g + 2]);
        grids->households[g] = g == 0 ? 400 : 0;
        grids->population[g] = g == 0 ? 1000 : 0;
    }
    CgPlaces *incidents = cg_places_new (CG_PLACE_INCIDENT, n);
    incidents->time_s = g_new (gint64, n + 1);
    incidents->state = g_new (guint32, n + 1);
    incidents->types = incidents->types != NULL ? incidents->types : cg_names_new ();
    incidents->states = incidents->states != NULL ? incidents->states : cg_names_new ();
    for (guint i = 0; i < n; i++) {
        incidents->id[i] = g_strdup_printf ("i%u", i);
        incidents->time_s[i] = rows[i].time_s;
        incidents->x[i] = rows[i].x;
        incidents->y[i] = rows[i].y;
        incidents->type[i] =
            rows[i].type != NULL ? cg_names_add (incidents->types, rows[i].type) : CG_NONE;
        incidents->state[i] =
            rows[i].state != NULL ? cg_names_add (incidents->states, rows[i].state) : CG_NONE;
    }
    tables->regions = regions;
    tables->grids = grids;
    tables->plan = g_new0 (CgPlan, 1);
    tables->plan->state = g_strdup ("draft");
    tables->incidents = incidents;
}

static CgScreen *
make_screen (const Row *rows, guint n)
{
    CgScreenTables tables;
    g_autoptr (GError) error = NULL;
    two_grids (&tables, rows, n);
    CgScreen *screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    return screen;
}

static json_t *
at (json_t *object, const char *path)
{
    g_auto (GStrv) keys = g_strsplit (path, ".", -1);
    for (guint i = 0; keys[i] != NULL; i++) {
        object = g_ascii_isdigit (keys[i][0]) ? json_array_get (object, (size_t) atoi (keys[i]))
                                              : json_object_get (object, keys[i]);
        if (object == NULL)
            g_error ("no %s in the overview", path);
    }
    return object;
}

#define assert_integer(object, path, value)                                                        \
    g_assert_cmpint (json_integer_value (at (object, path)), ==, value)
#define assert_text(object, path, value)                                                           \
    g_assert_cmpstr (json_string_value (at (object, path)), ==, value)

/* Friday: two until 10:00, one at 15:00; Thursday: one at 09:00, two at 20:00; a year before
 * Friday: four. */
static void
test_changes (void)
{
    const gint64 year = FRIDAY_S - 365 * DAY;
    const Row rows[] = {
        { year + 3600, "治安/盗窃", "办结", 500, 500 },
        { year + 7200, "治安/盗窃", "办结", 500, 500 },
        { year + 7300, "治安/盗窃", "办结", 500, 500 },
        { year + 50000, "治安/盗窃", "办结", 500, 500 },
        { FRIDAY_S - 15 * 3600, "民生服务/噪音", "办结", 500, 500 },
        { FRIDAY_S - 4 * 3600, "民生服务/噪音", "处置中", 500, 500 },
        { FRIDAY_S - 4 * 3600 + 1, "民生服务/噪音", "办结", 500, 500 },
        { FRIDAY_S, "民生服务/供水", "处置中", 1500, 500 },
        { FRIDAY_S + 9 * 3600, NULL, NULL, 9999, 9999 },
        { FRIDAY_S + 15 * 3600, "其他", "办结", 1000, 500 },
    };
    g_autoptr (CgScreen) screen = make_screen (rows, G_N_ELEMENTS (rows));
    json_t *noon = cg_screen_overview (screen, FRIDAY_S + 10 * 3600);
    g_assert_true (json_is_true (at (noon, "today_is_now")));
    assert_text (noon, "today", "2026-11-20");
    assert_integer (noon, "numbers.today.count", 2);
    assert_integer (noon, "numbers.today.yesterday.base", 1);
    assert_text (noon, "numbers.today.yesterday.direction", "up");
    g_assert_cmpfloat (json_real_value (at (noon, "numbers.today.yesterday.percent")), ==, 100.0);
    assert_integer (noon, "numbers.today.last_year.base", 3);
    assert_text (noon, "numbers.today.last_year.direction", "down");
    assert_integer (noon, "numbers.today.last_week.base", 0);
    assert_text (noon, "numbers.today.last_week.text", "新增 △");
    assert_text (noon, "numbers.today.last_year.text", "▼ −1 △");
    g_assert_true (json_is_true (at (noon, "numbers.today.last_year.unsure")));
    g_assert_true (json_is_null (at (noon, "numbers.today.last_week.percent")));
    json_decref (noon);
    /* Two days later nothing new came: the last day with data is shown, and it is said. */
    json_t *later = cg_screen_overview (screen, FRIDAY_S + 2 * DAY + 3600);
    g_assert_true (json_is_false (at (later, "today_is_now")));
    assert_text (later, "today", "2026-11-20");
    assert_text (later, "data_until", "2026-11-20T15:00:00+08:00");
    assert_integer (later, "numbers.today.count", 3);
    assert_text (later, "numbers.today.until", "2026-11-20T15:00:01+08:00");
    assert_integer (later, "numbers.today.yesterday.base",
                    1); /* until 15:00 of that day, not all of it */
    assert_text (later, "numbers.today.yesterday.direction", "up");
    assert_integer (later, "numbers.today.last_year.base", 4);
    assert_integer (later, "numbers.open", 2);
    assert_integer (later, "numbers.outside_30_days", 1);
    g_assert_cmpfloat_with_epsilon (json_real_value (at (later, "numbers.settlement_rate")), 0.6,
                                    1e-12);
    json_decref (later);
}

/* Draws the measure with so many estimated households and people; overview must say so. */
static GBytes *
draw_estimates (const char *measure, guint32 households, guint32 people)
{
    CgScreenTables tables;
    g_autoptr (GError) error = NULL;
    CgScreenOptions options = { .measure = measure, .width = 800, .height = 600 };
    options.now_s = FRIDAY_S + 3600;
    two_grids (&tables, NULL, 0);
    tables.grids->households_estimated[0] = households;
    tables.grids->population_estimated[0] = people;
    g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    json_t *overview = cg_screen_overview (screen, FRIDAY_S + 3600);
    assert_integer (overview, "numbers.households_estimated", (int) households);
    assert_integer (overview, "numbers.population_estimated", (int) people);
    json_decref (overview);
    GBytes *picture = cg_screen_render (screen, "choropleth", &options, &error);
    g_assert_no_error (error);
    return picture;
}

/* Each of the two figures has its own mark: estimated people leave a map of households as it is. */
static void
test_estimates_apart (void)
{
    const char *const measure[] = { "households", "population" };
    for (guint of = 0; of < 2; of++) {
        g_autoptr (GBytes) counted = draw_estimates (measure[of], 0, 0);
        g_autoptr (GBytes) households = draw_estimates (measure[of], 100, 0);
        g_autoptr (GBytes) people = draw_estimates (measure[of], 0, 100);
        g_autoptr (GBytes) both = draw_estimates (measure[of], 100, 100);
        g_assert_true (g_bytes_equal (of == 0 ? people : households, counted));
        g_assert_false (g_bytes_equal (of == 0 ? households : people, counted));
        g_assert_true (g_bytes_equal (of == 0 ? households : people, both));
    }
}

/* Households that nobody has counted are told as such, in the figures and in the pictures. */
static void
test_estimates (void)
{
    g_autoptr (GBytes) before = NULL;
    const guint32 estimated[3] = { 0, 100, 400 };
    for (guint k = 0; k < 3; k++) {
        CgScreenTables tables;
        g_autoptr (GError) error = NULL;
        CgScreenOptions options = { .measure = "households", .width = 800, .height = 600 };
        options.now_s = FRIDAY_S + 3600;
        two_grids (&tables, NULL, 0);
        tables.grids->households_estimated[0] = estimated[k];
        g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
        g_assert_no_error (error);
        json_t *overview = cg_screen_overview (screen, FRIDAY_S + 3600);
        assert_integer (overview, "numbers.households_estimated", (int) estimated[k]);
        json_decref (overview);
        GBytes *picture = cg_screen_render (screen, "choropleth", &options, &error);
        g_assert_no_error (error);
        g_assert_true (k == 0 || !g_bytes_equal (picture, before));
        g_clear_pointer (&before, g_bytes_unref);
        before = picture;
    }
}

/* A place on the border goes to the grid of the lower row; a grid without households has no rate.
 */
static void
test_places (void)
{
    const Row rows[] = {
        { FRIDAY_S, "其他", NULL, 1000, 500 },
        { FRIDAY_S + 1, "其他", NULL, 1500, 500 },
        { FRIDAY_S + 2, "治安/盗窃", NULL, 1600, 500 },
        { FRIDAY_S + 3, "治安/斗殴", NULL, NAN, NAN },
    };
    g_autoptr (CgScreen) screen = make_screen (rows, G_N_ELEMENTS (rows));
    json_t *overview = cg_screen_overview (screen, FRIDAY_S + 3600);
    assert_text (overview, "county.name", "试县");
    assert_integer (overview, "towns.0.count", 3);
    g_assert_cmpfloat (json_real_value (at (overview, "towns.0.per_1000_households")), ==, 7.5);
    g_assert_cmpfloat_with_epsilon (json_real_value (at (overview, "towns.0.per_1000_low")), 0.618672 * 2.5, 1e-5);
    g_assert_cmpfloat_with_epsilon (json_real_value (at (overview, "towns.0.per_1000_high")), 8.767273 * 2.5, 1e-5);
    g_assert_true (json_is_true (at (overview, "towns.0.unsure")));
    assert_integer (overview, "towns.0.households_estimated", 0);
    assert_text (overview, "ranking.0.community", "乙村");
    assert_integer (overview, "ranking.0.count", 2);
    g_assert_true (json_is_null (at (overview, "ranking.0.per_1000_households")));
    assert_integer (overview, "ranking.1.count", 1);
    g_assert_true (json_is_null (at (overview, "latest.0.grid")));
    assert_text (overview, "latest.1.community", "乙村");
    g_assert_true (json_is_null (at (overview, "numbers.settlement_rate")));
    json_decref (overview);
    g_autoptr (GArray) kinds = screen_rank_kinds (screen, FRIDAY_S, FRIDAY_S + DAY);
    g_assert_cmpuint (kinds->len, ==, 2);
    g_assert_cmpuint (g_array_index (kinds, ScreenKind, 0).count, ==, 2);
    double value[2];
    g_assert_true (cg_screen_measure (screen, "incidents_per_1000", FRIDAY_S, value, NULL));
    g_assert_cmpfloat (value[0], ==, 2.5);
    g_assert_true (isnan (value[1]));
}

static void
test_empty (void)
{
    CgScreenTables tables = { .config = cg_config_new () };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    json_t *overview = cg_screen_overview (screen, FRIDAY_S);
    assert_text (overview, "numbers.today.yesterday.direction", "none");
    g_assert_true (json_is_null (at (overview, "plan")));
    g_assert_true (json_is_null (at (overview, "data_until")));
    g_assert_true (json_is_null (at (overview, "numbers.open")));
    json_decref (overview);
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++) {
        CgScreenOptions options = { .width = 480, .height = 270, .now_s = FRIDAY_S };
        g_autoptr (GBytes) bytes = cg_screen_render (screen, p->name, &options, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (g_bytes_get_size (bytes), >, 100);
    }
}

/* The whole fake county against a plain loop over its rows. */
static void
test_counts (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    const CgPlaces *incidents = screen->incidents;
    gint64 today = cg_screen_today_s (screen, FAKE_NOW_S), since = today - 29 * DAY,
           until = today + DAY;
    g_assert_cmpint (today, ==, FRIDAY_S + DAY);
    guint in_window = 0, in_day = 0, in_town = 0, hours[7 * 24] = { 0 };
    for (guint32 i = 0; i < incidents->n; i++) {
        gint64 t = incidents->time_s[i];
        in_day += t >= today && t < until;
        if (t < since || t >= until)
            continue;
        in_window++;
        in_town += screen->tables.incident_grid[i] != CG_NONE;
        g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (t + 8 * 3600);
        hours[(g_date_time_get_day_of_week (utc) - 1) * 24 + g_date_time_get_hour (utc)]++;
    }
    g_assert_cmpuint (in_window, >, 1000);
    g_assert_cmpuint (screen_count_between (screen, since, until), ==, in_window);
    g_autoptr (GArray) towns = screen_rank_towns (screen, since, until);
    guint sum = 0;
    for (guint i = 0; i < towns->len; i++) {
        sum += g_array_index (towns, ScreenRank, i).count;
        if (i > 0)
            g_assert_cmpuint (g_array_index (towns, ScreenRank, i).count, <=,
                              g_array_index (towns, ScreenRank, i - 1).count);
    }
    g_assert_cmpuint (sum, ==, in_town);
    double week[7 * 24], now[30], before[30];
    screen_hours (screen, since, until, week);
    for (guint k = 0; k < 7 * 24; k++)
        g_assert_cmpfloat (week[k], ==, hours[k]);
    g_assert_cmpint (screen_trend (screen, today, 30, now, before), ==, SCREEN_BEFORE_YEAR);
    g_assert_cmpfloat (now[29], ==, in_day);
    double total = 0;
    for (guint d = 0; d < 30; d++)
        total += now[d];
    g_assert_cmpfloat (total, ==, in_window);
}

/* Seven days with 9 events after four weeks with 3 a week: three times, red; 5 events after none:
 * red by the floor of 1. */
static void
test_warnings (void)
{
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
    for (guint k = 0; k < 12; k++) {
        Row row = { FRIDAY_S - 34 * DAY + (k % 12) * 2 * DAY, "其他", NULL, 500, 500 };
        g_array_append_val (rows, row);
    }
    for (guint k = 0; k < 9; k++) {
        Row row = { FRIDAY_S - 6 * DAY + k * 3600, "其他", NULL, 500, 500 };
        g_array_append_val (rows, row);
    }
    for (guint k = 0; k < 4; k++) {
        Row row = { FRIDAY_S + k, "其他", NULL, 1500, 500 };
        g_array_append_val (rows, row);
    }
    g_autoptr (CgScreen) screen = make_screen ((const Row *) (gpointer) rows->data, rows->len);
    CgConfig *config = screen->tables.config;
    config->warning_rule = CG_WARN_TIMES;
    g_autoptr (GArray) warnings = screen_warnings (screen, FRIDAY_S, NULL);
    g_assert_cmpuint (warnings->len, ==, 1); /* four events are under the least number */
    const ScreenWarning *warning = &g_array_index (warnings, ScreenWarning, 0);
    g_assert_cmpuint (warning->grid, ==, 0);
    g_assert_cmpuint (warning->count, ==, 9);
    g_assert_cmpfloat (warning->usual, ==, 3.0);
    g_assert_cmpint (warning->colour, ==, CG_WARNING_RED);
    /* The county's own numbers: 4 events are enough, three times is orange. */
    config->warning_times[0] = 3.5;
    config->warning_min = 4;
    g_autoptr (GArray) own = screen_warnings (screen, FRIDAY_S, NULL);
    g_assert_cmpuint (own->len, ==, 2);
    g_assert_cmpuint (g_array_index (own, ScreenWarning, 0).grid, ==, 1); /* 4 against 1: red */
    g_assert_cmpint (g_array_index (own, ScreenWarning, 1).colour, ==, CG_WARNING_ORANGE);
    g_autofree char *rule = screen_warning_rule (screen);
    g_assert_cmpstr (rule, ==, "达前四周周均 3.5 / 2 / 1.5 / 1.2 倍且不少于 4 起");
    /* By limits: with two grids of 12 and 0 in four weeks, means 3 and 0: mean 1.5, between 4.5 - 1.5 / 4 = 4.125,
     * gamma 6/11 and 4/11. The first: shape 12.545, rate 4.364, P (X >= 9) = 0.00768: yellow, 99 % of its weeks
     * have 8 or fewer. The second: shape 0.545, rate the same, P (X >= 4) = 0.000412: orange, 99.9 % have 3 or fewer. */
    config->warning_rule = CG_WARN_LIMIT;
    double by_chance;
    g_autoptr (GArray) limits = screen_warnings (screen, FRIDAY_S, &by_chance);
    g_assert_cmpuint (limits->len, ==, 2);
    const ScreenWarning *orange = &g_array_index (limits, ScreenWarning, 0);
    g_assert_cmpuint (orange->grid, ==, 1);
    g_assert_cmpint (orange->colour, ==, CG_WARNING_ORANGE);
    g_assert_cmpuint (orange->limit, ==, 3);
    const ScreenWarning *yellow = &g_array_index (limits, ScreenWarning, 1);
    g_assert_cmpint (yellow->colour, ==, CG_WARNING_YELLOW);
    g_assert_cmpuint (yellow->limit, ==, 8);
    g_assert_cmpfloat (fabs (yellow->usual - 2.875), <, 1e-9);
    g_autofree char *reason = screen_warning_reason (screen, yellow);
    g_assert_cmpstr (reason, ==, "近 7 日 9 起, 平常每周 2.9 起, 99 % 的周不超过 8 起");
}

/* A county of 100 x 50 km with a town in each half; n events on a lattice of 100 m in the west one
 * and one in the east. */
static CgScreen *
wide_county (guint n)
{
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
    for (guint k = 0; k <= n; k++) {
        Row row = { FRIDAY_S - 10 * DAY + k, "其他", NULL, 20000 + k % 10 * 100.0,
                    30000 + k / 10 * 100.0 };
        if (k == n)
            row.x = 80000;
        g_array_append_val (rows, row);
    }
    CgScreenTables tables;
    g_autoptr (GError) error = NULL;
    two_grids (&tables, (const Row *) (gpointer) rows->data, rows->len);
    tables.regions->level[2] = tables.regions->level[3] = CG_LEVEL_TOWN;
    tables.regions->parent[2] = tables.regions->parent[3] = 0;
    CgShapes *shapes[] = { tables.regions->shapes, tables.grids->shapes };
    for (guint t = 0; t < 2; t++)
        for (guint32 v = 0; v < shapes[t]->n_vertices; v++) {
            shapes[t]->x[v] *= 50;
            shapes[t]->y[v] *= 50;
        }
    CgScreen *screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    return screen;
}

/* Events of the next county are counted, but do not set the scale of the map. */
static void
test_outside (void)
{
    const Row rows[] = { { FRIDAY_S, "其他", NULL, 500, 500 },
                         { FRIDAY_S + 1, "其他", NULL, 1500, 500 },
                         { FRIDAY_S + 2, "其他", NULL, 9000, 9000 },
                         { FRIDAY_S + 3, "其他", NULL, NAN, NAN } };
    g_autoptr (CgScreen) screen = make_screen (rows, G_N_ELEMENTS (rows));
    ScreenEvents events;
    screen_events (screen, FRIDAY_S, FRIDAY_S + DAY, &events);
    g_assert_cmpuint (events.n, ==, 2);
    g_assert_cmpuint (events.n_left_out, ==, 2);
    g_assert_cmpfloat (events.x[1], ==, 1500);
    CgBox west = { 0, 0, 1000, 1000 };
    g_assert_cmpuint (screen_events_in (&events, &west), ==, 1);
    double peak_per_km2 = 0;
    CgBox far = { 8000, 8000, 10000, 10000 };
    g_assert_true (screen_peak (&events, &far, 100, &peak_per_km2, NULL));
    g_assert_cmpfloat (peak_per_km2, <, 1e-6);
    g_assert_true (screen_peak (&events, &west, 100, &peak_per_km2, NULL));
    g_assert_cmpfloat_with_epsilon (peak_per_km2, 1e6 / (2 * G_PI * 100 * 100), 0.5);
    screen_events_clear (&events);
    /* States that nobody gave are not known, rather than all closed. */
    ScreenStates states;
    screen_states (screen, FRIDAY_S + DAY, &states);
    g_assert_false (states.known);
}

/* What stands behind the first level; the same name below two of them is one row. */
static void
test_second_kinds (void)
{
    const Row rows[] = { { FRIDAY_S, "死亡/追撞", NULL, 500, 500 },
                         { FRIDAY_S + 1, "受伤/追撞", NULL, 500, 500 },
                         { FRIDAY_S + 2, "受伤/侧撞/路口", NULL, 500, 500 },
                         { FRIDAY_S + 3, "受伤", NULL, 500, 500 },
                         { FRIDAY_S + 4, "受伤/", NULL, 500, 500 },
                         { FRIDAY_S + 5, NULL, NULL, 500, 500 } };
    static const char *const names[] = { "追撞", "侧撞/路口", "受伤", "受伤/", "未分类" };
    g_autoptr (CgScreen) screen = make_screen (rows, G_N_ELEMENTS (rows));
    g_autoptr (GArray) kinds = screen_rank_second_kinds (screen, FRIDAY_S, FRIDAY_S + DAY);
    g_assert_cmpuint (kinds->len, ==, G_N_ELEMENTS (names));
    for (guint k = 0; k < kinds->len; k++) {
        const ScreenKind *kind = &g_array_index (kinds, ScreenKind, k);
        g_assert_cmpstr (kind->name, ==, names[k]);
        g_assert_cmpuint (kind->count, ==, k == 0 ? 2 : 1);
    }
    g_autoptr (GArray) none = screen_rank_second_kinds (screen, 0, 1);
    g_assert_cmpuint (none->len, ==, 0);
}

/* A list of cameras that reaches into the next county: what stands there is told, not counted. */
static void
test_cameras (void)
{
    static const char *const types[] = { "A", "A", "卡口", "A", NULL, "卡口" };
    const double x[] = { 500, 1500, 1500, 9000, 500, NAN };
    CgScreenTables tables;
    g_autoptr (GError) error = NULL;
    two_grids (&tables, NULL, 0);
    tables.cameras = cg_places_new (CG_PLACE_CAMERA, G_N_ELEMENTS (x));
    tables.cameras->types = tables.cameras->types != NULL ? tables.cameras->types : cg_names_new ();
    for (guint i = 0; i < G_N_ELEMENTS (x); i++) {
        tables.cameras->id[i] = g_strdup_printf ("c%u", i);
        tables.cameras->x[i] = x[i];
        tables.cameras->y[i] = 500;
        tables.cameras->type[i] =
            types[i] != NULL ? cg_names_add (tables.cameras->types, types[i]) : CG_NONE;
    }
    g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    json_t *overview = cg_screen_overview (screen, FRIDAY_S);
    assert_integer (overview, "numbers.cameras.count", 4);
    assert_integer (overview, "numbers.cameras.outside", 2);
    g_assert_cmpuint (screen_cameras_inside (screen), ==, 4);
    assert_integer (overview, "numbers.cameras.unclassed", 1);
    assert_text (overview, "numbers.cameras.classes.0.name", "A");
    assert_integer (overview, "numbers.cameras.classes.0.count", 2);
    assert_integer (overview, "numbers.cameras.classes.1.count", 1);
    json_decref (overview);
}

/* Hundred events on 900 m give the least side, 2 km, about their middle. */
static void
test_town (void)
{
    g_autoptr (CgScreen) screen = wide_county (100), few = wide_county (29);
    ScreenTown town = { 0 };
    g_assert_true (screen_town (screen, FRIDAY_S - 30 * DAY, FRIDAY_S, &town));
    g_assert_cmpstr (screen->regions->name[town.row], ==, "甲村");
    g_assert_cmpfloat (town.box.x_min, ==, 19450);
    g_assert_cmpfloat (town.box.x_max, ==, 21450);
    g_assert_cmpfloat (town.box.y_min, ==, 29450);
    g_assert_cmpfloat (town.box.y_max, ==, 31450);
    g_assert_false (screen_town (screen, FRIDAY_S - DAY, FRIDAY_S, &town)); /* nothing then */
    g_assert_false (screen_town (few, FRIDAY_S - 30 * DAY, FRIDAY_S, &town));
    /* A county of one town, and one of 2 km, are their own town. */
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
    for (guint k = 0; k < 100; k++) {
        Row row = { FRIDAY_S + k, "其他", NULL, 10.0 * k, 10.0 * k };
        g_array_append_val (rows, row);
    }
    g_autoptr (CgScreen) small = make_screen ((const Row *) (gpointer) rows->data, rows->len);
    g_assert_false (screen_town (small, FRIDAY_S, FRIDAY_S + DAY, &town));
}

/* Neither legend nor scale bar lies on the inset, all are on the map, and the county's box is
 * shown whole. */
static void
test_layout (void)
{
    static const double sizes[][2] = { { 900, 900 }, { 1600, 700 }, { 500, 1200 } };
    g_autoptr (CgScreen) screen = wide_county (100);
    g_autoptr (GError) error = NULL;
    CgHeat heat = { .full_per_km2 = 1 };
    CgLegend legend = { .title = "事件密度", .heat = &heat };
    const ScreenLegend shown_legend = screen_legend (&legend);
    ScreenTown town = { 0 };
    g_assert_true (screen_town (screen, FRIDAY_S - 30 * DAY, FRIDAY_S, &town));
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
        CgRect all = { 0, 0, sizes[k][0], sizes[k][1] };
        g_autoptr (CgCanvas) canvas =
            cg_canvas_new (CG_FORMAT_PNG, (guint) all.width, (guint) all.height, NULL, &error);
        g_assert_no_error (error);
        ScreenJob job = { .screen = screen, .canvas = canvas, .rect = all };
        CgMapView view;
        ScreenLayout layout;
        g_assert_true (cg_map_view_fit (&view, &screen->box, all, 0.03, &error));
        screen_layout (&job, &shown_legend, &town, &view, &layout);
        g_assert_true (layout.has_inset);
        CgRect parts[] = { layout.inset,
                           cg_map_legend_rect (canvas, &layout.view, &legend, layout.legend),
                           cg_map_scale_bar_rect (canvas, &layout.view, layout.scale) };
        for (guint i = 0; i < 3; i++) {
            g_assert_cmpfloat (parts[i].x, >=, 0);
            g_assert_cmpfloat (parts[i].y + parts[i].height, <=, all.height);
            for (guint j = 0; j < i; j++)
                g_assert_true (parts[i].x >= parts[j].x + parts[j].width ||
                               parts[j].x >= parts[i].x + parts[i].width ||
                               parts[i].y >= parts[j].y + parts[j].height ||
                               parts[j].y >= parts[i].y + parts[i].height);
        }
        CgBox shown = layout.view.box;
        cg_box_join (&shown, &screen->box);
        g_assert_cmpfloat_with_epsilon (shown.x_min, layout.view.box.x_min, 1e-6);
        g_assert_cmpfloat_with_epsilon (shown.x_max, layout.view.box.x_max, 1e-6);
        g_assert_cmpfloat_with_epsilon (shown.y_min, layout.view.box.y_min, 1e-6);
        g_assert_cmpfloat_with_epsilon (shown.y_max, layout.view.box.y_max, 1e-6);
    }
}

/* Two grids whose common border, 1000 m long, wavers by 4 cm at every metre. */
static CgShapes *
wavering_halves (void)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint side = 0; side < 2; side++) {
        cg_shapes_add_vertex (shapes, 2000 * side, 0);
        for (guint y = 0; y <= 1000; y++)
            cg_shapes_add_vertex (shapes, 1000 + (y % 1000 == 0 ? 0 : 0.04 * (y % 3)), y);
        cg_shapes_add_vertex (shapes, 2000 * side, 1000);
        cg_shapes_add_vertex (shapes, 2000 * side, 0);
        cg_shapes_end_ring (shapes);
        cg_shapes_end_part (shapes);
        cg_shapes_end_shape (shapes);
    }
    return shapes;
}

/* From afar a border is drawn thin, near by as it is; neighbours and communities agree either way.
 */
static void
test_thin (void)
{
    CgScreenTables tables;
    g_autoptr (GError) error = NULL;
    two_grids (&tables, NULL, 0);
    g_autoptr (CgShapes) square = tables.regions->shapes;
    tables.regions->shapes = cg_shapes_new (CG_SHAPES_AREA);
    cg_shapes_free (tables.grids->shapes);
    tables.grids->shapes = wavering_halves ();
    for (guint32 i = 0; i < 4; i++)
        cg_shapes_add_shape (tables.regions->shapes, i < 2 ? square : tables.grids->shapes, i % 2);
    g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    CgMapView far = { .m_per_px = 2 }, near = { .m_per_px = 0.1 };
    const CgShapes *thin = screen_outlines (screen, &far, CG_LEVEL_GRID);
    g_assert_true (screen_outlines (screen, &near, CG_LEVEL_GRID) == screen->grids->shapes);
    g_assert_true (screen_outlines (screen, &near, CG_LEVEL_TOWN) == screen->level[CG_LEVEL_TOWN]);
    g_assert_cmpuint (thin->n_shapes, ==, 2);
    g_assert_cmpuint (thin->n_vertices, ==, 10);
    g_assert_cmpfloat (cg_shapes_area (thin, 0), ==, 1e6);
    g_assert_cmpfloat (cg_shapes_area (thin, 1), ==, 1e6);
    g_assert_cmpuint (screen_outlines (screen, &far, CG_LEVEL_COMMUNITY)->n_vertices, ==, 10);
}

static void
test_calendar (void)
{
    /* 2028-02-29 12:00 +08:00 -> 2027-02-28 12:00 +08:00 */
    g_assert_cmpint (screen_year_before (G_GINT64_CONSTANT (1835409600)), ==,
                     G_GINT64_CONSTANT (1803787200));
    g_assert_cmpint (screen_day_start (FRIDAY_S), ==, FRIDAY_S);
    g_assert_cmpint (screen_day_start (FRIDAY_S - 1), ==, FRIDAY_S - DAY);
    g_assert_cmpint (screen_day_start (-8 * 3600), ==, -8 * 3600);
    g_assert_cmpint (screen_day_start (-8 * 3600 - 1), ==, -8 * 3600 - DAY);
}

/* A leap day has no day a year before, and what lies after the data is no zero. */
static void
test_trend (void)
{
    const gint64 leap_s = G_GINT64_CONSTANT (1835366400); /* 2028-02-29 00:00 +08:00 */
    const gint64 year_s = G_GINT64_CONSTANT (1803744000); /* 2027-02-28 00:00 +08:00 */
    const Row rows[] = {
        { year_s - 40 * DAY, "a", NULL, 500, 500 }, { year_s + 5, "a", NULL, 500, 500 },
        { year_s + 9, "a", NULL, 500, 500 },        { year_s + DAY, "a", NULL, 500, 500 },
        { leap_s + 7, "a", NULL, 500, 500 },
    };
    g_autoptr (CgScreen) screen = make_screen (rows, G_N_ELEMENTS (rows));
    double now[4], before[4];
    g_assert_cmpint (screen_trend (screen, leap_s + DAY, 4, now, before), ==, SCREEN_BEFORE_YEAR);
    const double want_now[3] = { 0, 0, 1 };
    g_assert_cmpmem (now, sizeof want_now, want_now, sizeof want_now);
    g_assert_true (isnan (now[3])); /* 1 March: the data end the day before */
    g_assert_cmpfloat (before[0], ==, 0);
    g_assert_cmpfloat (before[1], ==, 2); /* 28 February 2027 */
    g_assert_true (isnan (before[2]));
    g_assert_cmpfloat (before[3], ==, 1);
    /* Without last year: the days before, and where those are missing nothing. */
    g_autoptr (CgScreen) late = make_screen (rows + 3, 2);
    g_assert_cmpint (screen_trend (late, leap_s, 300, (double[300]){ 0 }, (double[300]){ 0 }), ==,
                     SCREEN_BEFORE_NONE);
    g_assert_cmpint (screen_trend (late, leap_s, 100, (double[100]){ 0 }, (double[100]){ 0 }), ==,
                     SCREEN_BEFORE_PERIOD);
}

/* The period of a picture reaches its counts. */
static void
test_period (void)
{
    const Row rows[] = { { FRIDAY_S - 40 * DAY, "a", NULL, 500, 500 },
                         { FRIDAY_S - 3 * DAY, "a", NULL, 500, 500 },
                         { FRIDAY_S + 5, "a", NULL, 500, 500 } };
    g_autoptr (CgScreen) screen = make_screen (rows, G_N_ELEMENTS (rows));
    const struct {
        const char *period;
        double count;
    } cases[] = { { NULL, 2 },
                  { "1", 1 },
                  { "4", 2 },
                  { "3", 1 },
                  { "41", 3 },
                  { "2026-10-11/2026-10-11", 1 },
                  { "2026-10-12/2026-11-16", 0 } };
    const CgScreenPicture *picture = cg_screen_picture_find ("choropleth");
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ScreenJob job = { .screen = screen, .today_s = FRIDAY_S };
        CgScreenOptions options = { .period = cases[i].period };
        gint64 since_s, until_s;
        double value[2];
        g_assert_true (screen_job_options (&job, picture, &options, NULL));
        screen_window (&job, 30, &since_s, &until_s);
        g_assert_true (screen_measure_between (screen, "incidents", since_s, until_s, value, NULL));
        g_assert_cmpfloat (value[0] + value[1], ==, cases[i].count);
    }
}

/* Bounds, zero and the ends of the scale as the legend will have them. */
static void
test_classes (void)
{
    const double value[] = { 0, 0, 1, 2, 3, 50, 60, NAN, 7 };
    const CgScreen chinese = { 0 };
    ScreenJob job = { .screen = &chinese, .breaks = "5,20" };
    CgChoropleth fixed = { 0 }, natural = { 0 }, shares = { 0 };
    screen_classes (&job, G_N_ELEMENTS (value), value, &fixed);
    g_assert_cmpuint (fixed.n_classes, ==, 3);
    g_assert_true (fixed.zero && isinf (fixed.upper[2]) && isinf (fixed.lower));
    g_autofree char *method = screen_classes_method (&job);
    g_assert_cmpstr (method, ==, "固定界限");
    job = (ScreenJob){ .screen = &chinese, .breaks = "jenks", .n_classes = 2 };
    screen_classes (&job, G_N_ELEMENTS (value), value, &natural);
    g_assert_cmpuint (natural.n_classes, ==, 2);
    g_assert_cmpfloat (natural.upper[0], ==, 7);
    g_assert_cmpfloat (natural.upper[1], ==, 60);
    /* Mean of all 123/8; squares 4352.875; inside {0,0} 0, {1,2,3,7} 20.75, {50,60} 50: 0.9837. */
    g_autofree char *note = screen_classes_note (&chinese, G_N_ELEMENTS (value), value, &natural);
    g_assert_cmpstr (note, ==, "分级表达了 98% 的差异");
    job = (ScreenJob){ .n_classes = 3 };
    screen_classes (&job, 3, (double[]){ -1, 0, 1 }, &shares);
    g_assert_false (shares.zero);
    g_assert_cmpuint (shares.n_classes, ==, 3);
}

static gpointer
render_in_thread (gpointer data)
{
    CgScreenOptions options = { .width = 400, .height = 300, .now_s = FAKE_NOW_S };
    return cg_screen_render (data, "map", &options, NULL);
}

static void
test_same_bytes (void)
{
    g_autoptr (CgScreen) screen = fake_county (1), again = fake_county (1);
    GThread *threads[4];
    g_autoptr (GBytes) first = render_in_thread (again);
    g_assert_nonnull (first);
    for (guint t = 0; t < 4; t++)
        threads[t] = g_thread_new ("draw", render_in_thread, screen);
    for (guint t = 0; t < 4; t++) {
        g_autoptr (GBytes) bytes = g_thread_join (threads[t]);
        g_assert_nonnull (bytes);
        g_assert_true (g_bytes_equal (bytes, first));
    }
    g_autoptr (GBytes) other_day = NULL;
    CgScreenOptions options = { .width = 400, .height = 300, .now_s = FAKE_NOW_S + 600 };
    other_day = cg_screen_render (screen, "map", &options, NULL);
    g_assert_true (g_bytes_equal (other_day, first)); /* only the day matters */
}

static GBytes *
render_place (const CgScreen *screen, const char *name, const char *place)
{
    CgScreenOptions options = { .width = 300, .height = 240, .now_s = FRIDAY_S, .place = place };
    g_autoptr (GError) error = NULL;
    GBytes *bytes = cg_screen_render (screen, name, &options, &error);
    g_assert_no_error (error);
    return bytes;
}

/* Two communities whose boxes are one: what was kept of the one is not the other's. */
static void
test_kept_by_place (void)
{
    const Row rows[] = { { FRIDAY_S - DAY, "a", NULL, 500, 500 },
                         { FRIDAY_S - DAY + 1, "a", NULL, 1500, 500 } };
    static const char *const pictures[] = { "choropleth", "map" };
    CgScreen *screens[2];
    for (guint k = 0; k < 2; k++) {
        CgScreenTables tables;
        two_grids (&tables, rows, G_N_ELEMENTS (rows));
        CgShapes *shapes = tables.regions->shapes;
        for (guint32 v = shapes->n_vertices - 10; v < shapes->n_vertices; v++)
            shapes->x[v] = v % 5 == 1 || v % 5 == 2 ? 2000 : 0;
        screens[k] = cg_screen_new_from_tables (&tables, NULL);
        g_assert_nonnull (screens[k]);
    }
    for (guint p = 0; p < G_N_ELEMENTS (pictures); p++) {
        g_autoptr (GBytes) west = render_place (screens[0], pictures[p], "990001100201");
        g_autoptr (GBytes) warm = render_place (screens[0], pictures[p], "990001100202");
        g_autoptr (GBytes) cold = render_place (screens[1], pictures[p], "990001100202");
        g_assert_true (g_bytes_equal (warm, cold));
        g_assert_false (g_bytes_equal (warm, west));
    }
    cg_screen_unref (screens[0]);
    cg_screen_unref (screens[1]);
}

static void
test_refusals (void)
{
    g_autoptr (CgScreen) screen = make_screen (NULL, 0);
    const struct {
        const char *name;
        CgScreenOptions options;
        int code;
    } cases[] = {
        { "nothing", { 0 }, CG_ERROR_NOT_FOUND },
        { "map", { .theme = "pink" }, CG_ERROR_NOT_FOUND },
        { "choropleth", { .measure = "luck" }, CG_ERROR_NOT_FOUND },
        { "map", { .width = 20000, .height = 100 }, CG_ERROR_LIMIT },
        { "map", { .width = 16000, .height = 16000 }, CG_ERROR_LIMIT },
        { "map", { .width = 4, .height = 100 }, CG_ERROR_ARGUMENT },
        { "map", { .palette = "jet" }, CG_ERROR_NOT_FOUND },
        { "map", { .breaks = "jenks" }, CG_ERROR_ARGUMENT },
        { "county", { .period = "30" }, CG_ERROR_ARGUMENT },
        { "trend", { .measure = "open" }, CG_ERROR_ARGUMENT },
        { "choropleth", { .breaks = "kmeans" }, CG_ERROR_NOT_FOUND },
        { "choropleth", { .breaks = "" }, CG_ERROR_NOT_FOUND },
        { "choropleth", { .breaks = "3,2" }, CG_ERROR_ARGUMENT },
        { "choropleth", { .breaks = "1,2,3,4,5,6,7,8,9" }, CG_ERROR_ARGUMENT },
        { "choropleth", { .breaks = "1,2", .classes = 3 }, CG_ERROR_ARGUMENT },
        { "choropleth", { .classes = 1 }, CG_ERROR_ARGUMENT },
        { "choropleth", { .classes = 10 }, CG_ERROR_ARGUMENT },
        { "bivariate", { .measure = "households" }, CG_ERROR_ARGUMENT },
        { "bivariate", { .measure = "households,households" }, CG_ERROR_ARGUMENT },
        { "bivariate", { .measure = "households,luck" }, CG_ERROR_NOT_FOUND },
        { "symbols", { .measure = "luck" }, CG_ERROR_NOT_FOUND },
        { "symbols", { .measure = "deviation" }, CG_ERROR_ARGUMENT }, /* no sum of it is one */
        { "trend", { .period = "" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "0" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "3661" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "-3" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "2026-10-01" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "2026-10-01/2026-09-30" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "2026-02-29/2026-03-02" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "2026-02-1/2026-03-02" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "1990-01-01/2026-03-02" }, CG_ERROR_ARGUMENT },
        { "trend", { .period = "2026-01-01/2026-01-02/2026-01-03" }, CG_ERROR_ARGUMENT },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_screen_render (screen, cases[i].name, &cases[i].options, &error));
        g_assert_error (error, CG_ERROR, cases[i].code);
    }
    CgScreenTables wrong = { .config = NULL };
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_screen_new_from_tables (&wrong, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/screen/changes", test_changes);
    g_test_add_func ("/screen/places", test_places);
    g_test_add_func ("/screen/estimates", test_estimates);
    g_test_add_func ("/screen/estimates-apart", test_estimates_apart);
    g_test_add_func ("/screen/empty", test_empty);
    g_test_add_func ("/screen/counts", test_counts);
    g_test_add_func ("/screen/warnings", test_warnings);
    g_test_add_func ("/screen/outside", test_outside);
    g_test_add_func ("/screen/cameras", test_cameras);
    g_test_add_func ("/screen/second-kinds", test_second_kinds);
    g_test_add_func ("/screen/town", test_town);
    g_test_add_func ("/screen/layout", test_layout);
    g_test_add_func ("/screen/thin", test_thin);
    g_test_add_func ("/screen/calendar", test_calendar);
    g_test_add_func ("/screen/trend", test_trend);
    g_test_add_func ("/screen/period", test_period);
    g_test_add_func ("/screen/classes", test_classes);
    g_test_add_func ("/screen/same-bytes", test_same_bytes);
    g_test_add_func ("/screen/kept-by-place", test_kept_by_place);
    g_test_add_func ("/screen/refusals", test_refusals);
    return g_test_run ();
}
