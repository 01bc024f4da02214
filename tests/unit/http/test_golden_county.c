/* Pictures of the fake county against those in tests/golden, and the pages of its map book. */
#include "../render/golden.h"
#include "app/density/heatmap.h"
#include "base/error.h"
#include "fake_county.h"
#include "support.h"

#include <string.h>

#define N_PAGES 18u /* the county and its towns */

static GBytes *
render_of (CgScreen *screen, const char *name, CgScreenOptions options)
{
    g_autoptr (GError) error = NULL;
    options.now_s = FAKE_NOW_S;
    options.program = "countygrid"; /* a release changes no golden picture */
    GBytes *bytes = cg_screen_render (screen, name, &options, &error);
    g_assert_no_error (error);
    return bytes;
}

static GBytes *
render (const char *name, CgScreenOptions options)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    return render_of (screen, name, options);
}

/* Moves `many` incidents of the days since..until before now into one grid, each from another place. */
static void
crowd (CgScreenTables *tables, guint32 grid, guint many, guint since, guint until, guint32 *next)
{
    CgPlaces *places = tables->incidents;
    double x, y;
    cg_shapes_centroid (tables->grids->shapes, grid, &x, &y);
    while (many > 0) {
        guint32 i = *next = (*next + 7919) % places->n;
        gint64 age_s = FAKE_NOW_S - places->time_s[i];
        if (age_s < (gint64) since * 86400 || age_s >= (gint64) until * 86400)
            continue;
        places->x[i] = places->delivered_x[i] = x + many % 5 * 60.0 - 120;
        places->y[i] = places->delivered_y[i] = y + many % 3 * 60.0 - 60;
        many--;
    }
}

/* The fake county with a restless corner: eight grids that had little and have much, of four degrees in the last week,
 * and five that were restless a month ago. */
static CgScreen *
restless_county (void)
{
    static const struct {
        guint32 grid;
        guint week, month, before;
    } moved[] = { { 40, 17, 12, 0 }, { 41, 12, 14, 0 }, { 62, 10, 6, 0 },   { 190, 8, 9, 0 }, { 204, 7, 22, 0 },
                  { 300, 6, 0, 0 },  { 301, 9, 12, 0 }, { 133, 0, 18, 0 },  { 88, 0, 0, 30 }, { 89, 0, 0, 24 },
                  { 250, 0, 0, 16 }, { 251, 0, 0, 18 }, { 340, 0, 0, 26 } };
    CgScreenTables tables;
    g_autoptr (GError) error = NULL;
    guint32 next = 0;
    fake_county_tables (&tables, 1);
    for (guint k = 0; k < G_N_ELEMENTS (moved); k++) {
        crowd (&tables, moved[k].grid, moved[k].week, 0, 6, &next);
        crowd (&tables, moved[k].grid, moved[k].month, 8, 29, &next);
        crowd (&tables, moved[k].grid, moved[k].before, 32, 58, &next);
    }
    CgScreen *screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    return screen;
}

static void
test_book (void)
{
    const CgScreenOptions county = { .width = 840, .height = 594, .hatch = TRUE };
    const CgScreenOptions town = { .width = 840, .height = 594, .page = 2 };
    const CgScreenOptions heat = {
        .width = 840, .height = 594, .page = 2, .measure = "heat", .hatch = TRUE
    };
    g_autoptr (GBytes) first = render ("mapbook", county);
    g_autoptr (GBytes) second = render ("mapbook", town);
    g_autoptr (GBytes) third = render ("mapbook", heat);
    golden_check_png (first, "book-county");
    golden_check_png (second, "book-town");
    golden_check_png (third, "book-heat");
}

static guint
count_words (GBytes *bytes, const char *word)
{
    gsize size, length = strlen (word);
    const char *data = g_bytes_get_data (bytes, &size);
    guint n = 0;
    for (gsize i = 0; i + length <= size; i++)
        n += memcmp (data + i, word, length) == 0;
    return n;
}

/* A page for the county and each town, of exactly A3; one of them when asked for. */
static void
test_pages (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    g_autoptr (GBytes) book =
        render ("mapbook", (CgScreenOptions){ .format = CG_FORMAT_PDF, .measure = "incidents" });
    guint pages = count_words (book, "/Type /Page %");
    g_assert_cmpuint (pages, ==, N_PAGES);
    g_assert_cmpuint (count_words (book, "/MediaBox [ 0 0 1190.551181 841.889764 ]"), ==, pages);
    g_autoptr (GBytes) page =
        render ("mapbook", (CgScreenOptions){ .format = CG_FORMAT_PDF, .page = pages });
    g_assert_cmpuint (count_words (page, "/Type /Page %"), ==, 1);
    g_autoptr (GBytes) again =
        render ("mapbook", (CgScreenOptions){ .format = CG_FORMAT_PDF, .measure = "incidents" });
    g_assert_true (g_bytes_equal (book, again));
    const CgScreenOptions wrong[] = {
        { .page = pages + 1 },
        { .measure = "luck" },
        { .measure = "heat", .classes = 4 },
        { .measure = "heat", .breaks = "equal" },
    };
    const int codes[] = { CG_ERROR_NOT_FOUND, CG_ERROR_NOT_FOUND, CG_ERROR_ARGUMENT,
                          CG_ERROR_ARGUMENT };
    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_screen_render (screen, "mapbook", &wrong[i], &error));
        g_assert_error (error, CG_ERROR, codes[i]);
    }
}

/* 300 dots an inch are 11811 a metre. */
static void
test_resolution (void)
{
    g_autoptr (GBytes) png = render ("mapbook", (CgScreenOptions){ .page = 1 });
    const guint8 *data = g_bytes_get_data (png, NULL);
    static const guint8 none[] = { 0, 0 };
    g_assert_cmpmem (data + 37, 4, "pHYs", 4);
    guint32 per_m = (guint32) data[43] << 8 | data[44];
    g_assert_cmpuint (per_m, >=, 11810);
    g_assert_cmpuint (per_m, <=, 11813);
    g_assert_cmpmem (data + 41, 2, none, 2);
    g_assert_cmpuint (data[49], ==, 1);
}

/* n points over a few kilometres; crowded towards a corner, `off` degrees away, where off is not 0. base: of households. */
static char *
write_points (const char *dir, const char *file, guint n, double off, gboolean base)
{
    char *path = g_build_filename (dir, file, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (base ? "lon,lat,households\n" : "lon,lat,time\n");
    for (guint i = 0; i < n; i++) {
        double spread = off > 0 ? 0.2 + 0.4 * (i % 3) : 1.0;
        double x = 114.1 + off + spread * 0.0004 * ((i * 37) % 101), y = 30.1 + spread * 0.0003 * ((i * 53) % 97);
        if (base)
            g_string_append_printf (text, "%.5f,%.5f,%u\n", x, y, 2 + i % 7);
        else
            g_string_append_printf (text, "%.5f,%.5f,2026-03-%02u 08:00\n", x, y, 1 + i % 5);
    }
    g_assert_true (g_file_set_contents (path, text->str, -1, &error));
    return path;
}

static CgHeatmapFile
heatmap_of (const char *points, const char *output)
{
    return (CgHeatmapFile){ .points = points,
                            .output = output,
                            .width = 480,
                            .height = 320,
                            .surface = { .bandwidth_m = 300 },
                            .since_s = CG_TIME_NONE,
                            .until_s = CG_TIME_NONE,
                            .legend = TRUE };
}

static void
check_heatmap (const CgHeatmapFile *job, const char *picture, const char *name)
{
    g_autofree char *png = NULL;
    gsize length = 0;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) findings = cg_import_report_new (job->points);
    gboolean made = cg_heatmap_file (job, findings, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (made);
    g_assert_true (g_file_get_contents (picture, &png, &length, &error));
    g_autoptr (GBytes) bytes = g_bytes_new (png, length);
    golden_check_png (bytes, name);
}

/* One frame of a heat map that moves. */
static void
test_frame (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *points = write_points (dir, "p.csv", 300, 0, FALSE);
    g_autofree char *output = g_build_filename (dir, "frames/", NULL);
    g_autofree char *frame = g_build_filename (dir, "frames", "frame-0003.png", NULL);
    CgHeatmapFile job = heatmap_of (points, output);
    job.step_s = 86400;
    job.window_s = 2 * 86400;
    check_heatmap (&job, frame, "frame");
    cg_test_remove_dir (dir);
}

/* Events per household, the risk beside other events, and the styles of a plain one. */
static void
test_heatmaps (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *points = write_points (dir, "p.csv", 900, 0.004, FALSE);
    g_autofree char *homes = write_points (dir, "h.csv", 3000, 0, TRUE);
    g_autofree char *others = write_points (dir, "o.csv", 1200, 0.01, FALSE);
    g_autofree char *output = g_build_filename (dir, "out.png", NULL);
    CgHeatmapFile job = heatmap_of (points, output);
    job.ratio = (CgRatio){ .per = homes, .per_column = "households", .floor = -1 };
    check_heatmap (&job, output, "file-rate");
    job.ratio = (CgRatio){ .against = others, .floor = -1 };
    job.theme = "light";
    check_heatmap (&job, output, "file-risk");
    job.ratio = (CgRatio){ .floor = -1 };
    job.style = CG_HEATMAP_CONTOURS;
    check_heatmap (&job, output, "file-contours");
    job.theme = "dark";
    job.style = CG_HEATMAP_HEXBIN;
    check_heatmap (&job, output, "file-hexbin");
    cg_test_remove_dir (dir);
}

static void
test_kinds (void)
{
    static const char *const names[] = { "hexbin", "bivariate", "symbols", "contours" };
    for (guint k = 0; k < G_N_ELEMENTS (names); k++) {
        g_autofree char *name = g_strconcat ("county-", names[k], NULL);
        g_autoptr (GBytes) png =
            render (names[k], (CgScreenOptions){ .width = 800, .height = 600, .theme = "dark" });
        golden_check_png (png, name);
    }
}

/* What an analysis finds, and the other maps, at a size that shows their marks, dark and light in turn. */
static void
test_maps (void)
{
    g_autoptr (CgScreen) screen = fake_county (1);
    g_autoptr (CgScreen) restless = restless_county ();
    static const char *const names[] = { "hotspots",   "moran",  "clusters", "change", "difference",
                                         "alerts",     "cameras", "town",     "play" };
    for (guint k = 0; k < G_N_ELEMENTS (names); k++) {
        g_autofree char *name = g_strconcat ("county-", names[k], NULL);
        gboolean moved = k >= 3 && k <= 5; /* what tells a change, or what is unusual */
        g_autoptr (GBytes) png = render_of (moved ? restless : screen, names[k],
                                            (CgScreenOptions){ .width = 640,
                                                               .height = 480,
                                                               .theme = k % 2 == 0 ? "dark" : "light" });
        golden_check_png (png, name);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/golden-county/kinds", test_kinds);
    g_test_add_func ("/render/golden-county/maps", test_maps);
    g_test_add_func ("/render/golden-county/frame", test_frame);
    g_test_add_func ("/render/golden-county/heatmaps", test_heatmaps);
    g_test_add_func ("/render/golden-county/book", test_book);
    g_test_add_func ("/render/golden-county/pages", test_pages);
    g_test_add_func ("/render/golden-county/resolution", test_resolution);
    return g_test_run ();
}
