/* The sheet: sizes, formats, notes, fonts, and the same bytes each time. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "chart/chart.h"
#include "map/map.h"
#include "support.h"

static void
test_errors (void)
{
    static const struct {
        guint width, height;
        CgError code;
    } cases[] = { { 0, 5, CG_ERROR_ARGUMENT },
                  { 5, 0, CG_ERROR_ARGUMENT },
                  { 16385, 1, CG_ERROR_LIMIT },
                  { 1, G_MAXUINT, CG_ERROR_LIMIT },
                  { 16384, 16384, CG_ERROR_LIMIT } };
    for (guint f = 0; f < 3; f++)
        for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
            g_autoptr (GError) error = NULL;
            g_assert_null (
                cg_canvas_new ((CgFormat) f, cases[i].width, cases[i].height, NULL, &error));
            g_assert_error (error, CG_ERROR, (int) cases[i].code);
        }
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 1, 1, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (GBytes) first = cg_canvas_finish (canvas, &error);
    g_assert_no_error (error);
    g_assert_null (cg_canvas_finish (canvas, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    cg_canvas_text (canvas, 0, 0, "late", &(CgText){ 0 }); /* drawing after the end does nothing */
    g_clear_error (&error);
    g_autoptr (CgCanvas) other = cg_canvas_new (CG_FORMAT_PNG, 1, 1, NULL, NULL);
    g_assert_false (cg_canvas_write (other, "/nonexistent/dir/x.png", &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
}

static void
test_formats (void)
{
    static const struct {
        const char *text;
        int format;
    } cases[] = { { "png", CG_FORMAT_PNG },
                  { "a/b.SVG", CG_FORMAT_SVG },
                  { "x.pdf", CG_FORMAT_PDF },
                  { "x.jpg", -1 },
                  { "", -1 },
                  { "dir.png/x", -1 } };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        CgFormat format;
        g_assert_cmpint (cg_format_parse (cases[i].text, &format), ==, cases[i].format >= 0);
        if (cases[i].format >= 0)
            g_assert_cmpint ((int) format, ==, cases[i].format);
    }
    CgFormat format;
    g_assert_false (cg_format_parse (NULL, &format));
}

/* A picture with text, hatches, groups and masks: all that could carry a counter or a date. */
static GBytes *
draw_something (CgFormat format)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCanvas) canvas = cg_canvas_new (format, 400, 300, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100.0, 1);
    const double value[9] = { 1, 2, 3, NAN, 5, 6, 7, 8, 9 };
    char *names[9] = { "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬" };
    CgChoropleth choropleth = { .n_classes = 3, .upper = { 3, 6, 9 }, .opacity = 0.8 };
    CgMapView view;
    CgBox box = { 0, 0, 300, 300 };
    CgMapFrame frame = { "标题 title", "2026-11-01 至 2026-11-21", "来源: 示例" };
    g_assert_true (cg_map_view_fit (
        &view, &box, cg_map_frame (canvas, cg_canvas_rect (canvas), &frame), 0.05, &error));
    cg_map_choropleth (canvas, &view, units->shapes, value, &choropleth);
    cg_map_borders (canvas, &view, units->shapes, CG_LEVEL_GRID);
    cg_map_dim_outside (canvas, &view, units->shapes);
    cg_map_area_labels (canvas, &view, units->shapes, names, NULL,
                        &(CgLabelOptions){ CG_TEXT_BODY, FALSE, 0, NULL });
    cg_map_legend (canvas, &view, &(CgLegend){ .title = "数", .choropleth = &choropleth },
                   CG_CORNER_NE);
    cg_canvas_note (canvas, "Seed", "42");
    cg_canvas_note (canvas, "Data", "房县 <1>");
    cg_canvas_note (canvas, "bad\nkey", "x");
    GBytes *bytes = cg_canvas_finish (canvas, &error);
    g_assert_no_error (error);
    return bytes;
}

static gpointer
draw_in_thread (gpointer format)
{
    return draw_something ((CgFormat) GPOINTER_TO_INT (format));
}

static void
test_same_bytes (void)
{
    for (int f = 0; f < 3; f++) {
        g_autoptr (GBytes) first = draw_something ((CgFormat) f);
        g_autoptr (GBytes) second = draw_something ((CgFormat) f);
        g_assert_true (g_bytes_equal (first, second));
        GThread *threads[2];
        for (guint t = 0; t < 2; t++)
            threads[t] = g_thread_new ("draw", draw_in_thread, GINT_TO_POINTER (f));
        for (guint t = 0; t < 2; t++) {
            g_autoptr (GBytes) other = g_thread_join (threads[t]);
            g_assert_true (g_bytes_equal (first, other));
        }
    }
}

static void
test_notes (void)
{
    g_autoptr (GBytes) svg = draw_something (CG_FORMAT_SVG);
    g_autofree char *text = g_strndup (g_bytes_get_data (svg, NULL), g_bytes_get_size (svg));
    g_assert_nonnull (strstr (text, "Seed: 42\n"));
    g_assert_nonnull (strstr (text, "Data: 房县 &lt;1&gt;\n"));
    g_assert_null (strstr (text, "bad"));
    g_assert_null (strstr (text, "<image")); /* nothing was turned into pixels */
    g_autoptr (GMarkupParseContext) parser =
        g_markup_parse_context_new (&(GMarkupParser){ 0 }, 0, NULL, NULL);
    g_assert_true (g_markup_parse_context_parse (parser, text, -1, NULL));
    g_assert_true (g_markup_parse_context_end_parse (parser, NULL));
    /* The day of drawing is not in the file. */
    g_autoptr (GBytes) pdf = draw_something (CG_FORMAT_PDF);
    gsize length;
    const char *data = g_bytes_get_data (pdf, &length);
    static const char date[] = "/CreationDate (20000101000000";
    g_assert_nonnull (memmem (data, length, date, strlen (date)));
}

/* Every reference of an SVG has its target exactly once, also after renumbering. */
static void
test_svg_references (void)
{
    g_autoptr (GBytes) svg = draw_something (CG_FORMAT_SVG);
    g_autofree char *text = g_strndup (g_bytes_get_data (svg, NULL), g_bytes_get_size (svg));
    guint n = 0;
    for (const char *at = strchr (text, '#'); at != NULL; at = strchr (at + 1, '#')) {
        g_autofree char *name = g_strndup (at + 1, strcspn (at + 1, "\")"));
        g_autofree char *id = g_strdup_printf ("id=\"%s\"", name);
        const char *target = strstr (text, id);
        g_assert_nonnull (target);
        g_assert_null (strstr (target + 1, id));
        n++;
    }
    g_assert_cmpuint (n, >, 20);
}

static void
test_text (void)
{
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 1000, 1000, NULL, NULL);
    CgText style = { .size = CG_TEXT_BODY, .colour = CG_RGB (0xffffff) };
    g_assert_cmpfloat_with_epsilon (cg_canvas_vh (canvas), 10.0, 1e-9);
    /* Ideographs are one em wide, digits all alike. */
    CgRect four = cg_canvas_measure (canvas, 100, 100, "城关镇区", &style);
    g_assert_cmpfloat_with_epsilon (four.width, 4 * 19.0, 1.0);
    g_assert_cmpfloat_with_epsilon (cg_canvas_measure (canvas, 0, 0, "111", &style).width,
                                    cg_canvas_measure (canvas, 0, 0, "888", &style).width, 1e-9);
    g_assert_true (four.y < 100 && four.y + four.height > 100);
    style.align = CG_ALIGN_RIGHT;
    CgRect right = cg_canvas_measure (canvas, 100, 100, "城关镇区", &style);
    g_assert_cmpfloat_with_epsilon (right.x + right.width, 100, 1e-9);
    style.max_width = 45;
    CgRect wrapped = cg_canvas_measure (canvas, 100, 100, "城关镇区", &style);
    g_assert_cmpfloat (wrapped.width, <=, 45.0);
    g_assert_cmpfloat (wrapped.height, >, 1.5 * four.height);
    g_assert_cmpfloat (cg_canvas_measure (canvas, 0, 0, NULL, &style).width, ==, 0.0);
    g_assert_cmpfloat (cg_canvas_measure (canvas, 0, 0, "\xff\xfe\x01", &style).width, >, 0.0);
    g_autofree char *endless = g_strnfill (1000000, 'w');
    style.max_width = 0;
    g_assert_cmpfloat (cg_canvas_measure (canvas, 0, 0, endless, &style).width, <, 1000 * 19.0);
}

static void
test_layout (void)
{
    static const guint sizes[][2] = {
        { 3840, 2160 }, { 1920, 1080 }, { 7680, 2160 }, { 1080, 1920 }, { 320, 200 }
    };
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
        g_autoptr (CgCanvas) canvas =
            cg_canvas_new (CG_FORMAT_SVG, sizes[s][0], sizes[s][1], NULL, NULL);
        for (guint row = 0; row < 12; row++)
            for (guint column = 0; column < 24; column++) {
                CgRect cell = cg_page_cell (canvas, column, row, 1, 1);
                g_assert_true (cell.x >= 0 && cell.y >= 8 * cg_canvas_vh (canvas) - 1e-6);
                g_assert_true (cell.x + cell.width <= sizes[s][0] &&
                               cell.y + cell.height <= sizes[s][1]);
                if (column > 0) {
                    CgRect left = cg_page_cell (canvas, column - 1, row, 1, 1);
                    g_assert_cmpfloat (left.x + left.width, <=, cell.x + 1e-6);
                }
            }
        cg_page_heading (canvas, &(CgHeading){ "房县 · 社会治理网格", "2026-11-21 09:30 星期六",
                                               "数据更新于 12 秒前", TRUE });
        cg_page_heading (canvas, &(CgHeading){ 0 });
    }
}

/* ---- what is kept of text ---------------------------------------------------------------- */

static GBytes *
write_much (guint round)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 700, 500, NULL, &error);
    static const char *const words[] = { "城关镇", "红塔镇东街社区", "Pingree 120", "化\n龙堰",
                                         " ", "…", "a much longer text that is broken into lines" };
    for (guint i = 0; i < 120; i++) {
        CgText style = { .size = (CgTextSize) (i % 3),
                         .bold = i % 5 == 0,
                         .colour = CG_RGB (0xffffff),
                         .align = (CgAlign) (i % 7 % 3),
                         .halo = i % 2 ? CG_RGB (0x203040) : (CgColour){ 0, 0, 0, 0 },
                         .max_width = i % 11 == 0 ? 80 : 0 };
        double x = 30 + i % 12 * 53.7, y = 20 + i / 12 * 47.3;
        if (i % 13 == 0)
            style.halo.a = style.halo.a / 2;
        CgRect had = cg_canvas_measure (canvas, x, y, words[(i + round) % 7], &style);
        CgRect box = cg_canvas_text (canvas, x, y, words[(i + round) % 7], &style);
        g_assert_cmpmem (&had, sizeof had, &box, sizeof box);
    }
    GBytes *bytes = cg_canvas_finish (canvas, &error);
    g_assert_no_error (error);
    return bytes;
}

static gpointer
write_elsewhere (gpointer user_data)
{
    return write_much (GPOINTER_TO_UINT (user_data));
}

/* Cold, warm, with room for a few, with room for one, in a thread of its own: the same bytes. */
static void
test_text_kept (void)
{
    static const gsize limits[] = { 0, 20000, 100000, 24u << 20 };
    for (guint round = 0; round < 3; round++) {
        cg_text_cache_limit (0);
        cg_text_cache_limit (24u << 20);
        g_autoptr (GBytes) cold = write_much (round);
        for (guint k = 0; k < G_N_ELEMENTS (limits); k++) {
            cg_text_cache_limit (limits[k]);
            g_autoptr (GBytes) again = write_much (round);
            g_assert_true (g_bytes_equal (cold, again));
        }
        g_autoptr (GBytes) other =
            g_thread_join (g_thread_new ("text", write_elsewhere, GUINT_TO_POINTER (round)));
        g_assert_true (g_bytes_equal (cold, other));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/canvas/errors", test_errors);
    g_test_add_func ("/render/canvas/formats", test_formats);
    g_test_add_func ("/render/canvas/same-bytes", test_same_bytes);
    g_test_add_func ("/render/canvas/notes", test_notes);
    g_test_add_func ("/render/canvas/svg-references", test_svg_references);
    g_test_add_func ("/render/canvas/text", test_text);
    g_test_add_func ("/render/canvas/layout", test_layout);
    g_test_add_func ("/render/canvas/text-kept", test_text_kept);
    return g_test_run ();
}
