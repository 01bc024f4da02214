/* What of a county a picture shows: types, a box or an area drawn by hand, kernels; against plain loops. */
#include "fake_county.h"

#include "app/screen/screen_figures.h"
#include "app/screen/screen_internal.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

#define DAY 86400
#define SOME_AREA "POLYGON ((505000 4085000,530000 4083000,512000 4108000))"

static gboolean
is_below (const char *type, const char *kind)
{
    gsize n = strlen (kind);
    return strncmp (type, kind, n) == 0 && (type[n] == '\0' || type[n] == '/');
}

static guint32
count_types (const CgScreen *screen, char **kinds)
{
    guint32 n = 0;
    for (guint32 i = 0; i < screen->incidents->n; i++) {
        const char *type = cg_names_get (screen->incidents->types, screen->incidents->type[i]);
        gboolean wanted = FALSE;
        for (guint k = 0; kinds[k] != NULL; k++)
            wanted |= is_below (type, kinds[k]);
        n += wanted;
    }
    return n;
}

static void
test_types (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    static const char *const lists[] = { "治安", "民生服务", "民生服务/噪音", "治安,其他",
                                         "矛盾纠纷,矛盾纠纷/邻里", "民生服务/供水,安全隐患" };
    for (guint k = 0; k < G_N_ELEMENTS (lists); k++) {
        g_auto (ScreenChoice) choice = { 0 };
        g_auto (GStrv) kinds = g_strsplit (lists[k], ",", -1);
        CgScreenOptions options = { .types = lists[k] };
        g_assert_true (screen_choose (screen, &options, &choice, NULL));
        guint32 want = count_types (screen, kinds);
        g_assert_cmpuint (want, >, 10);
        g_assert_cmpuint (choice.shown->incidents->n, ==, want);
        g_assert_cmpuint (choice.shown->end_dated - choice.shown->first_dated, ==, want);
        /* A day without an event of the type is a day of the data all the same. */
        g_assert_cmpint (screen_data_end (choice.shown), ==, screen_data_end (screen));
        g_assert_cmpint (screen_data_begin (choice.shown), ==, screen_data_begin (screen));
        g_autofree guint32 *by_grid = screen_by_grid (choice.shown, 0, G_MAXINT64);
        guint64 sum = 0;
        for (guint32 g = 0; g < screen->grids->n; g++)
            sum += by_grid[g];
        g_assert_cmpuint (sum, <=, want);
        g_assert_cmpuint (sum, >, want / 2);
    }
}

/* "热线" finds "12345热线"; what is not known is an empty picture, and a place and types narrow further. */
static void
test_sources (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    const CgPlaces *incidents = screen->incidents;
    static const struct {
        const char *asked, *first, *second;
    } cases[] = { { "热线", "12345热线", NULL },
                  { "12345,走", "12345热线", "走访" },
                  { ",巡查,", "巡查", NULL },
                  { "微信", NULL, NULL } };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (ScreenChoice) choice = { 0 }, both = { 0 };
        CgScreenOptions options = { .sources = cases[k].asked };
        g_assert_true (screen_choose (screen, &options, &choice, NULL));
        options.types = "治安";
        g_assert_true (screen_choose (screen, &options, &both, NULL));
        guint32 want = 0, want_both = 0;
        for (guint32 i = 0; i < incidents->n; i++) {
            const char *source = cg_names_get (incidents->sources, incidents->source[i]);
            gboolean wanted = g_strcmp0 (source, cases[k].first) == 0 || g_strcmp0 (source, cases[k].second) == 0;
            want += wanted;
            want_both += wanted && is_below (cg_names_get (incidents->types, incidents->type[i]), "治安");
        }
        g_assert_cmpuint (choice.shown->incidents->n, ==, want);
        g_assert_cmpuint (both.shown->incidents->n, ==, want_both);
        g_assert_true ((want > 100) == (cases[k].first != NULL));
        g_assert_cmpint (screen_data_end (choice.shown), ==, screen_data_end (screen));
    }
    json_t *overview = cg_screen_overview_of (screen, "busiest", "热线", FAKE_NOW_S, NULL);
    json_t *latest = json_object_get (overview, "latest");
    g_assert_cmpuint (json_array_size (latest), >, 3);
    for (gsize i = 0; i < json_array_size (latest); i++)
        g_assert_cmpstr (json_string_value (json_object_get (json_array_get (latest, i), "source")), ==, "12345热线");
    json_decref (overview);
    CgScreenOptions empty = { .sources = "微信", .width = 400, .height = 300 };
    g_autoptr (GBytes) picture = cg_screen_render (screen, "ring", &empty, NULL);
    g_assert_nonnull (picture);
}

/* Each type by itself and each level above it, as a sum over the incidents. */
static void
test_list (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    json_t *types = cg_screen_types (screen), *type;
    const char *before = "";
    gsize k;
    json_array_foreach (types, k, type)
    {
        const char *name = json_string_value (json_object_get (type, "name"));
        char *names[] = { (char *) name, NULL };
        g_assert_cmpstr (before, <, name);
        g_assert_cmpint (json_integer_value (json_object_get (type, "count")), ==, count_types (screen, names));
        before = name;
    }
    g_assert_cmpuint (json_array_size (types), ==, 9 + 5 + 2); /* of two levels, the first of them, and those of one */
    json_decref (types);
}

/* Of quadrangles by the formula of the shoelace. */
static void
centroid (const CgShapes *shapes, guint32 row, double *out_x, double *out_y)
{
    guint32 from = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[row]]];
    double area = 0, x = 0, y = 0, x0 = shapes->x[from], y0 = shapes->y[from];
    for (guint32 v = from; v < from + 4; v++) {
        double ax = shapes->x[v] - x0, ay = shapes->y[v] - y0, bx = shapes->x[v + 1] - x0,
               by = shapes->y[v + 1] - y0, cross = ax * by - bx * ay;
        area += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    *out_x = x0 + x / (3 * area);
    *out_y = y0 + y / (3 * area);
}

static void
test_box (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    g_auto (ScreenChoice) choice = { 0 };
    CgScreenOptions options = { .box = "512000,4089000.5,526000,4101000", .types = "民生服务" };
    g_assert_true (screen_choose (screen, &options, &choice, NULL));
    const CgScreen *shown = choice.shown;
    guint32 n = 0, events = 0;
    for (guint32 g = 0; g < screen->grids->n; g++) {
        double x, y;
        centroid (screen->grids->shapes, g, &x, &y);
        gboolean inside = x >= 512000 && x <= 526000 && y >= 4089000.5 && y <= 4101000;
        g_assert_cmpuint (shown->new_grid[g], ==, inside ? n : CG_NONE);
        if (inside)
            g_assert_cmpstr (shown->grids->code[n++], ==, screen->grids->code[g]);
    }
    g_assert_cmpuint (n, >, 20);
    g_assert_cmpuint (shown->grids->n, ==, n);
    for (guint32 i = 0; i < screen->incidents->n; i++) {
        guint32 grid = screen->tables.incident_grid[i];
        events += grid != CG_NONE && shown->new_grid[grid] != CG_NONE &&
                  is_below (cg_names_get (screen->incidents->types, screen->incidents->type[i]), "民生服务");
    }
    g_assert_cmpuint (shown->incidents->n, ==, events);
    /* What lies just outside the box reaches into a surface of it. */
    ScreenJob job = { .screen = shown };
    ScreenEvents near, all;
    screen_heat_events (&job, 0, G_MAXINT64, &near);
    screen_events (shown->whole, 0, G_MAXINT64, &all);
    g_assert_cmpuint (near.n, ==, all.n);
    g_assert_cmpuint (near.n, >, events);
    screen_events_clear (&near);
    screen_events_clear (&all);
}

/* Of grids by their centroids: even-odd over the outline, by the slopes of its edges. */
static gboolean
is_within (const double *x, const double *y, guint n, double px, double py)
{
    gboolean within = FALSE;
    for (guint a = 0, b = n - 1; a < n; b = a++)
        if ((y[a] > py) != (y[b] > py) && px < x[a] + (py - y[a]) / (y[b] - y[a]) * (x[b] - x[a]))
            within = !within;
    return within;
}

static void
test_area (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    g_auto (ScreenChoice) choice = { 0 }, box = { 0 };
    const double x[] = { 505000, 530000, 532000, 518000, 512000 }, y[] = { 4085000, 4083000, 4105000, 4092000, 4108000 };
    CgScreenOptions options = { .area = "POLYGON ((505000 4085000, 530000 4083000, 532000 4105000, 518000 4092000, "
                                        "512000 4108000))" },
                    around = { .box = "505000,4083000,532000,4108000" };
    g_assert_true (screen_choose (screen, &options, &choice, NULL));
    g_assert_true (screen_choose (screen, &around, &box, NULL));
    const CgScreen *shown = choice.shown;
    guint32 n = 0;
    for (guint32 g = 0; g < screen->grids->n; g++) {
        double gx, gy;
        centroid (screen->grids->shapes, g, &gx, &gy);
        gboolean inside = is_within (x, y, G_N_ELEMENTS (x), gx, gy);
        g_assert_cmpuint (shown->new_grid[g], ==, inside ? n : CG_NONE);
        n += inside;
    }
    g_assert_cmpuint (n, >, 20);
    g_assert_cmpuint (n, <, box.shown->grids->n);
    g_assert_cmpfloat (shown->box.x_min, ==, 505000);
    g_assert_cmpfloat (shown->box.y_max, ==, 4108000);
}

/* A density of it ends at the outline: no value outside, the value of the box around it inside. */
static void
test_area_raster (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    const CgScreenPicture *picture = cg_screen_picture_find ("map");
    const double x[] = { 505000, 530000, 512000 }, y[] = { 4085000, 4083000, 4108000 };
    ScreenSurface part = { 0 }, whole = { 0 };
    double unused;
    g_auto (ScreenQuery) one = { 0 }, other = { 0 };
    CgScreenOptions options = { .area = "POLYGON ((505000 4085000, 530000 4083000, 512000 4108000))",
                                .bandwidth = "2000",
                                .now_s = FAKE_NOW_S },
                    around = { .box = "505000,4083000,530000,4108000", .bandwidth = "2000", .now_s = FAKE_NOW_S };
    g_assert_true (screen_prepare (screen, "map", &options, &one, NULL));
    g_assert_true (screen_prepare (screen, "map", &around, &other, NULL));
    g_assert_true (picture->surface (&one.job, NULL, &part, &unused, NULL));
    g_assert_true (picture->surface (&other.job, NULL, &whole, &unused, NULL));
    g_assert_cmpuint (part.width, ==, whole.width);
    g_assert_cmpuint (part.height, ==, whole.height);
    double cell_m = (part.box.x_max - part.box.x_min) / part.width;
    guint32 inside = 0;
    for (guint32 k = 0; k < part.width * part.height; k++) {
        gboolean within = is_within (x, y, 3, part.box.x_min + (k % part.width + 0.5) * cell_m,
                                     part.box.y_max - (k / part.width + 0.5) * cell_m);
        inside += within;
        g_assert_true (within ? part.value[k] == whole.value[k] : isnan (part.value[k]));
    }
    g_assert_cmpuint (inside, >, 500);
    g_free (part.value);
    g_free (whole.value);
}

static void
assert_refused (const CgScreen *screen, const char *picture, CgScreenOptions options, CgError code,
                const char *word)
{
    g_autoptr (GError) error = NULL;
    options.width = options.height = 64;
    options.now_s = FAKE_NOW_S;
    g_assert_null (cg_screen_render (screen, picture, &options, &error));
    g_assert_error (error, CG_ERROR, (int) code);
    if (strstr (error->message, word) == NULL)
        g_error ("no '%s' in: %s", word, error->message);
}

static void
test_refused (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    static const char *const boxes[] = { "", "1", "1,2,3", "0,0,1000,1000,5", "0,0,1000,x", "a,0,1000,1000",
                                         "0,0,nan,1000", "0,0,inf,1000", "1000,0,0,1000", "0,0,99,1000",
                                         "0,0,1000,1000 ", "0;0;1000;1000" };
    for (guint k = 0; k < G_N_ELEMENTS (boxes); k++)
        assert_refused (screen, "map", (CgScreenOptions){ .box = boxes[k] }, CG_ERROR_ARGUMENT, "box");
    assert_refused (screen, "map", (CgScreenOptions){ .box = "0,0,1000,1000", .place = "990001" },
                    CG_ERROR_ARGUMENT, "either");
    static const char *const areas[][2] = { { "", "POLYGON" },
                                            { "POLYGON ((505000 4085000,530000 4083000))", "three places" },
                                            { "POLYGON ((505000 4085000,530000 4083000,512000 4108000,530000 4108000,"
                                              "505000 4083000))",
                                              "crosses" },
                                            { "POLYGON ((5000 85000,30000 83000,12000 108000))", "outside the county" } };
    for (guint k = 0; k < G_N_ELEMENTS (areas); k++)
        assert_refused (screen, "map", (CgScreenOptions){ .area = areas[k][0] }, CG_ERROR_ARGUMENT, areas[k][1]);
    assert_refused (screen, "map", (CgScreenOptions){ .area = SOME_AREA, .place = "990001" }, CG_ERROR_ARGUMENT, "either");
    assert_refused (screen, "map", (CgScreenOptions){ .area = SOME_AREA, .box = "0,0,1000,1000" }, CG_ERROR_ARGUMENT,
                    "either");
    assert_refused (screen, "county", (CgScreenOptions){ .area = SOME_AREA }, CG_ERROR_ARGUMENT, "area");
    static const char *const bandwidths[] = { "", "9.9", "50001", "-5", "nan", "inf", "400m", "Auto" };
    for (guint k = 0; k < G_N_ELEMENTS (bandwidths); k++)
        assert_refused (screen, "map", (CgScreenOptions){ .bandwidth = bandwidths[k] }, CG_ERROR_ARGUMENT,
                        "bandwidth");
    assert_refused (screen, "map", (CgScreenOptions){ .kernel = "cauchy" }, CG_ERROR_NOT_FOUND, "cauchy");
    assert_refused (screen, "map", (CgScreenOptions){ .types = "治" }, CG_ERROR_NOT_FOUND, "'治'");
    assert_refused (screen, "map", (CgScreenOptions){ .types = "治安,,其他" }, CG_ERROR_NOT_FOUND, "''");
    assert_refused (screen, "map", (CgScreenOptions){ .against = "x" }, CG_ERROR_ARGUMENT, "against");
    assert_refused (screen, "types", (CgScreenOptions){ .kernel = "quartic" }, CG_ERROR_ARGUMENT, "kernel");
    assert_refused (screen, "figures", (CgScreenOptions){ .types = "治安" }, CG_ERROR_ARGUMENT, "types");
    assert_refused (screen, "county", (CgScreenOptions){ .box = "0,0,1000,1000" }, CG_ERROR_ARGUMENT, "box");
    assert_refused (screen, "trend", (CgScreenOptions){ .against = "30" }, CG_ERROR_ARGUMENT, "against");
}

/* All that takes one of the options draws with it, other than without, and the same each time; also in a box
 * that holds no grid. */
static void
test_drawn (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    static const struct {
        guint use;
        CgScreenOptions options;
        gboolean differs;
    } all[] = {
        { CG_SCREEN_USES_TYPES, { .types = "治安" }, TRUE },
        { CG_SCREEN_USES_SOURCES, { .sources = "热线" }, TRUE },
        { CG_SCREEN_USES_BOX, { .box = "512000,4089000,526000,4101000" }, TRUE },
        { CG_SCREEN_USES_BOX, { .box = "0,0,1000,1000" }, TRUE },
        { CG_SCREEN_USES_BOX, { .area = SOME_AREA }, TRUE },
        { CG_SCREEN_USES_KERNEL, { .kernel = "quartic" }, TRUE },
        { CG_SCREEN_USES_KERNEL, { .bandwidth = "3000" }, TRUE },
        { CG_SCREEN_USES_KERNEL, { .bandwidth = "auto" }, FALSE },
        { CG_SCREEN_USES_AGAINST, { .against = "2026-01-01/2026-01-31" }, TRUE },
    };
    for (const CgScreenPicture *p = cg_screen_pictures (); p->name != NULL; p++)
        for (guint k = 0; k < G_N_ELEMENTS (all); k++) {
            CgScreenOptions options = all[k].options, plain = { 0 };
            if (!(p->uses & all[k].use))
                continue;
            options.width = plain.width = 320;
            options.height = plain.height = 240;
            options.now_s = plain.now_s = FAKE_NOW_S;
            g_autoptr (GError) error = NULL;
            g_autoptr (GBytes) one = cg_screen_render (screen, p->name, &options, &error);
            g_assert_no_error (error);
            g_autoptr (GBytes) two = cg_screen_render (screen, p->name, &options, &error);
            g_autoptr (GBytes) usual = cg_screen_render (screen, p->name, &plain, &error);
            g_assert_true (g_bytes_equal (one, two));
            if (all[k].differs && g_bytes_equal (one, usual))
                g_error ("%s: option %u changes nothing", p->name, k);
        }
}

/* Kernels of one spread: the automatic bandwidth of each is that of the Gaussian in its own measure. */
static void
test_bandwidths (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    ScreenJob job = { .screen = screen, .own_bandwidth = TRUE };
    double gaussian = 0;
    for (CgKernel kernel = CG_KERNEL_GAUSSIAN; kernel < CG_KERNELS; kernel++) {
        ScreenEvents events;
        job.kernel = kernel;
        screen_heat_events (&job, FAKE_NOW_S - 30 * DAY, FAKE_NOW_S, &events);
        double bandwidth_m = screen_bandwidth (screen, &events, NULL);
        if (kernel == CG_KERNEL_GAUSSIAN)
            gaussian = bandwidth_m;
        /* Rounded to two digits. */
        g_assert_cmpfloat (fabs (bandwidth_m / (gaussian * cg_kernel_sigmas (kernel)) - 1), <, 0.11);
        screen_events_clear (&events);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/choice/types", test_types);
    g_test_add_func ("/choice/sources", test_sources);
    g_test_add_func ("/choice/list", test_list);
    g_test_add_func ("/choice/box", test_box);
    g_test_add_func ("/choice/area", test_area);
    g_test_add_func ("/choice/area/raster", test_area_raster);
    g_test_add_func ("/choice/refused", test_refused);
    g_test_add_func ("/choice/drawn", test_drawn);
    g_test_add_func ("/choice/bandwidths", test_bandwidths);
    return g_test_run ();
}
