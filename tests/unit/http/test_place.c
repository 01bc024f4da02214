/* A place by itself against counts made here by another way, and the outlines of its map. */
#include "fake_county.h"
#include "support.h"

#include "app/screen/screen_internal.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

typedef struct {
    CgScreen *screen;
} Desk;

static void
set_up (Desk *desk, gconstpointer unused)
{
    desk->screen = fake_county (1);
}

static void
tear_down (Desk *desk, gconstpointer unused)
{
    cg_screen_unref (desk->screen);
}

static json_int_t
number (json_t *overview, const char *key)
{
    return json_integer_value (json_object_get (json_object_get (overview, "numbers"), key));
}

static json_t *
overview_of (const CgScreen *screen, const char *code)
{
    g_autoptr (GError) error = NULL;
    json_t *overview = cg_screen_overview_of (screen, code, NULL, FAKE_NOW_S, &error);
    g_assert_no_error (error);
    return overview;
}

/* Events of thirty days in grids whose code begins so: codes hold their town and community. */
static json_int_t
recount (const CgScreen *screen, const char *prefix)
{
    gint64 until_s = screen_day_start (FAKE_NOW_S) + SCREEN_DAY_S;
    json_int_t count = 0;
    for (guint32 i = 0; i < screen->incidents->n; i++) {
        guint32 grid = screen->tables.incident_grid[i];
        gint64 time_s = screen->incidents->time_s[i];
        count += grid != CG_NONE && g_str_has_prefix (screen->grids->code[grid], prefix) &&
                 time_s < until_s && time_s >= until_s - 30 * SCREEN_DAY_S;
    }
    return count;
}

static json_int_t
people_of (const CgScreen *screen, const char *prefix)
{
    json_int_t sum = 0;
    for (guint32 g = 0; g < screen->grids->n; g++)
        if (g_str_has_prefix (screen->grids->code[g], prefix))
            sum += screen->grids->households[g];
    return sum;
}

/* Every region of every level: its figures are those of the grids that its code begins. */
static void
test_figures (Desk *desk, gconstpointer unused)
{
    const CgRegions *regions = desk->screen->regions;
    guint tried = 0;
    for (guint32 i = 0; i < regions->n; i++) {
        if (regions->level[i] == CG_LEVEL_COUNTY)
            continue;
        json_t *overview = overview_of (desk->screen, regions->code[i]);
        g_assert_cmpint (number (overview, "incidents_30_days"), ==,
                         recount (desk->screen, regions->code[i]));
        g_assert_cmpint (number (overview, "households"), ==,
                         people_of (desk->screen, regions->code[i]));
        g_assert_cmpint (number (overview, "outside_30_days"), ==, 0);
        json_decref (overview);
        tried++;
    }
    g_assert_cmpuint (tried, >, 5);
}

/* What lies below adds up to what is above, at each level. */
static void
test_children (Desk *desk, gconstpointer unused)
{
    json_t *county = overview_of (desk->screen, NULL);
    json_t *towns = json_object_get (json_object_get (county, "place"), "children");
    json_int_t inside = number (county, "incidents_30_days") - number (county, "outside_30_days"), sum = 0;
    for (gsize t = 0; t < json_array_size (towns); t++) {
        json_t *child = json_array_get (towns, t);
        json_int_t count = json_integer_value (json_object_get (child, "count"));
        json_t *town = overview_of (desk->screen, json_string_value (json_object_get (child, "code")));
        json_t *place = json_object_get (town, "place"), *parent;
        g_assert_cmpstr (json_string_value (json_object_get (child, "level")), ==, "town");
        g_assert_cmpint (number (town, "incidents_30_days"), ==, count);
        g_assert_cmpuint (json_array_size (json_object_get (place, "children")), >, 0);
        parent = json_array_get (json_object_get (place, "parents"), 0);
        g_assert_cmpstr (json_string_value (json_object_get (parent, "level")), ==, "county");
        sum += count;
        json_decref (town);
    }
    g_assert_cmpint (sum, ==, inside);
    json_decref (county);
}

static void
test_grid (Desk *desk, gconstpointer unused)
{
    const char *code = desk->screen->grids->code[0];
    json_t *overview = overview_of (desk->screen, code);
    json_t *place = json_object_get (overview, "place");
    g_assert_cmpint (number (overview, "grids"), ==, 1);
    g_assert_cmpint (number (overview, "incidents_30_days"), ==, recount (desk->screen, code));
    g_assert_cmpuint (json_array_size (json_object_get (place, "children")), ==, 0);
    g_assert_cmpuint (json_array_size (json_object_get (place, "parents")), ==, 3);
    json_decref (overview);
}

/* A quiet place's last day is that of the county, and its zero is a zero. */
static void
test_days (Desk *desk, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    CgScreen narrow;
    g_assert_true (screen_narrow (desk->screen, desk->screen->grids->code[3], &narrow, &error));
    g_assert_cmpint (screen_data_end (&narrow), ==, screen_data_end (desk->screen));
    g_assert_cmpint (screen_data_begin (&narrow), ==, screen_data_begin (desk->screen));
    double sum = 0, now[30], before[30];
    screen_trend (&narrow, screen_day_start (FAKE_NOW_S), 30, now, before);
    for (guint d = 0; d < 30; d++)
        sum += now[d]; /* NaN would stay */
    g_assert_cmpfloat (sum, ==, recount (desk->screen, desk->screen->grids->code[3]));
    screen_narrow_clear (&narrow);
}

/* A grid has one colour, whatever place it is looked at in, and every warning is in one town. */
static void
test_warnings (Desk *desk, gconstpointer unused)
{
    gint64 today_s = screen_day_start (FAKE_NOW_S);
    double all_by_chance, by_chance, sum = 0;
    /* A rule that many grids meet. */
    CgConfig *config = desk->screen->tables.config;
    config->warning_min = 1;
    config->warning_limit[0] = 80;
    config->warning_limit[1] = 75;
    config->warning_limit[2] = 70;
    config->warning_limit[3] = 55;
    g_autoptr (GArray) all = screen_warnings (desk->screen, today_s, &all_by_chance);
    guint found = 0;
    g_assert_cmpuint (all->len, >, 0);
    for (guint32 i = 0; i < desk->screen->regions->n; i++) {
        g_autoptr (GError) error = NULL;
        CgScreen town;
        if (desk->screen->regions->level[i] != CG_LEVEL_TOWN)
            continue;
        g_assert_true (screen_narrow (desk->screen, desk->screen->regions->code[i], &town, &error));
        g_autoptr (GArray) own = screen_warnings (&town, today_s, &by_chance);
        for (guint k = 0; k < own->len; k++) {
            const ScreenWarning *warning = &g_array_index (own, ScreenWarning, k);
            for (guint a = 0; a < all->len; a++) {
                const ScreenWarning *other = &g_array_index (all, ScreenWarning, a);
                found += strcmp (town.grids->code[warning->grid], desk->screen->grids->code[other->grid]) == 0 &&
                         warning->colour == other->colour && warning->usual == other->usual;
            }
        }
        sum += by_chance;
        screen_narrow_clear (&town);
    }
    g_assert_cmpuint (found, ==, all->len);
    g_assert_cmpfloat_with_epsilon (sum, all_by_chance, 1e-9);
}

static void
test_whole (Desk *desk, gconstpointer unused)
{
    json_t *all = overview_of (desk->screen, NULL),
           *same = overview_of (desk->screen, desk->screen->county_code),
           *busiest = overview_of (desk->screen, "busiest");
    json_t *towns = json_object_get (all, "towns");
    json_t *place = json_object_get (busiest, "place");
    g_assert_true (json_equal (all, same));
    g_assert_cmpstr (json_string_value (json_object_get (place, "code")), ==,
                     json_string_value (json_object_get (json_array_get (towns, 0), "code")));
    json_decref (all);
    json_decref (same);
    json_decref (busiest);
}

static void
test_unknown (Desk *desk, gconstpointer unused)
{
    static const char *const codes[] = { "", "99", "990001999", "' OR 1=1", "\xff" };
    for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_screen_overview_of (desk->screen, codes[i], NULL, FAKE_NOW_S, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    }
}

static json_t *
outlines_of (const CgScreen *screen, const char *name, CgScreenOptions options, const char *mark)
{
    g_autoptr (GError) error = NULL;
    options.now_s = FAKE_NOW_S;
    json_t *outlines = cg_screen_outlines (screen, name, &options, mark, &error);
    g_assert_no_error (error);
    return outlines;
}

/* Towns of the county, communities of a town, grids of a community: each within the picture, with a
 * closed path, and the mark where the grid's label is. */
static void
test_outlines (Desk *desk, gconstpointer unused)
{
    static const char *const maps[] = { "map", "choropleth", "play", "alerts", "cameras", "hexbin" };
    const char *grid = desk->screen->grids->code[5];
    g_autofree char *town = g_strndup (grid, 9), *community = g_strndup (grid, 12);
    const char *const places[] = { NULL, town, community, grid };
    for (guint m = 0; m < G_N_ELEMENTS (maps); m++)
        for (guint p = 0; p < G_N_ELEMENTS (places); p++) {
            CgScreenOptions options = { .width = 500, .height = 400, .place = places[p] };
            json_t *outlines = outlines_of (desk->screen, maps[m], options, grid);
            json_t *list = json_object_get (outlines, "places");
            g_assert_cmpint (json_integer_value (json_object_get (outlines, "width")), ==, 500);
            g_assert_true ((json_array_size (list) == 0) == (p == 3));
            for (gsize i = 0; i < json_array_size (list); i++) {
                json_t *outline = json_array_get (list, i);
                double x = json_real_value (json_object_get (outline, "x")),
                       y = json_real_value (json_object_get (outline, "y"));
                const char *path = json_string_value (json_object_get (outline, "path"));
                g_assert_true (x > 0 && x < 500 && y > 0 && y < 400);
                g_assert_true (path[0] == 'M' && g_str_has_suffix (path, "Z"));
            }
            json_t *mark = json_object_get (outlines, "mark");
            g_assert_cmpstr (json_string_value (json_object_get (mark, "code")), ==, grid);
            json_decref (outlines);
        }
}

/* The outline of a town lies where the picture has it: the land of a map of that town alone is the
 * same area, whichever way it is measured. */
static void
test_outline_scale (Desk *desk, gconstpointer unused)
{
    CgScreenOptions options = { .width = 800, .height = 600 };
    json_t *outlines = outlines_of (desk->screen, "map", options, NULL);
    double m_per_px = json_real_value (json_object_get (outlines, "m_per_px"));
    json_t *list = json_object_get (outlines, "places");
    for (gsize i = 0; i < json_array_size (list); i++) {
        json_t *outline = json_array_get (list, i);
        const char *path = json_string_value (json_object_get (outline, "path"));
        double area = 0, first_x = 0, first_y = 0, last_x = 0, last_y = 0;
        for (const char *c = path; *c != '\0';) {
            char *end;
            char kind = *c++;
            if (kind == 'Z') {
                area += last_x * first_y - first_x * last_y;
                continue;
            }
            double x = g_ascii_strtod (c, &end), y = g_ascii_strtod (end, &end);
            if (kind == 'M') {
                first_x = x;
                first_y = y;
            } else {
                area += last_x * y - x * last_y;
            }
            last_x = x;
            last_y = y;
            c = end;
        }
        guint32 row = 0;
        const char *code = json_string_value (json_object_get (outline, "code"));
        while (strcmp (desk->screen->regions->code[row], code) != 0)
            row++;
        double true_m2 = cg_shapes_area (desk->screen->regions->shapes, row);
        g_assert_cmpfloat_with_epsilon (fabs (area) / 2 * m_per_px * m_per_px, true_m2, 0.02 * true_m2);
    }
    json_decref (outlines);
}

static void
test_no_map (Desk *desk, gconstpointer unused)
{
    static const char *const charts[] = { "trend", "figures", "county", "scene" };
    for (guint i = 0; i < G_N_ELEMENTS (charts); i++) {
        g_autoptr (GError) error = NULL;
        CgScreenOptions options = { .width = 400, .height = 300, .now_s = FAKE_NOW_S };
        g_assert_null (cg_screen_outlines (desk->screen, charts[i], &options, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
}

/* All that can show a place does so at every level, without grids, and the same each time. */
static void
test_pictures (Desk *desk, gconstpointer unused)
{
    const char *grid = desk->screen->grids->code[7];
    g_autofree char *town = g_strndup (grid, 9), *community = g_strndup (grid, 12);
    const char *const places[] = { town, community, grid };
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++)
        for (guint k = 0; k < G_N_ELEMENTS (places) && (p->uses & CG_SCREEN_USES_PLACE); k++) {
            CgScreenOptions options = {
                .width = 320, .height = 240, .place = places[k], .now_s = FAKE_NOW_S
            };
            g_autoptr (GError) error = NULL;
            g_autoptr (GBytes) one = cg_screen_render (desk->screen, p->name, &options, &error);
            g_assert_no_error (error);
            g_autoptr (GBytes) two = cg_screen_render (desk->screen, p->name, &options, &error);
            g_assert_true (g_bytes_equal (one, two));
        }
}

int
main (int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run) (Desk *, gconstpointer);
    } cases[] = {
        { "/place/figures", test_figures },     { "/place/children", test_children },
        { "/place/grid", test_grid },           { "/place/days", test_days },
        { "/place/warnings", test_warnings },   { "/place/whole", test_whole },         { "/place/unknown", test_unknown },
        { "/place/outlines", test_outlines },   { "/place/outline-scale", test_outline_scale },
        { "/place/no-map", test_no_map },       { "/place/pictures", test_pictures },
    };
    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_test_add (cases[i].name, Desk, NULL, set_up, cases[i].run, tear_down);
    return g_test_run ();
}
