/* Panels stay inside their rectangle whatever they are given. */
#include <cairo.h>
#include <math.h>
#include <string.h>

#include "chart/chart.h"
#include "picture.h"

#define WIDTH 420
#define HEIGHT 300

/* Number of pixels outside rect that are not background, and inside that are not panel. */
static void
count_ink (CgCanvas *canvas, CgRect rect, guint *out_outside, guint *out_inside)
{
    CgColour ground = cg_canvas_theme (canvas)->background, panel = cg_canvas_theme (canvas)->panel;
    cairo_surface_t *surface = picture_of (canvas);
    *out_outside = *out_inside = 0;
    for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++) {
            guint32 pixel;
            memcpy (&pixel,
                    cairo_image_surface_get_data (surface) +
                        y * (gsize) cairo_image_surface_get_stride (surface) + x * 4,
                    4);
            guint32 rgb = pixel & 0xffffff;
            gboolean inside = x + 1 >= rect.x && x <= rect.x + rect.width && y + 1 >= rect.y &&
                              y <= rect.y + rect.height;
            if (!inside)
                *out_outside +=
                    rgb != ((guint32) ground.r << 16 | (guint32) ground.g << 8 | ground.b);
            else
                *out_inside += rgb != ((guint32) panel.r << 16 | (guint32) panel.g << 8 | panel.b);
        }
    cairo_surface_destroy (surface);
}

static const char *const long_name =
    "一个非常长的社区名称用来检验换行是否完整而不会被截断的第三网格";

static void
draw (CgCanvas *canvas, CgRect rect, guint chart, guint data)
{
    static double absurd[168], zeros[168];
    for (guint i = 0; i < 168; i++)
        absurd[i] = i % 5 == 0   ? NAN
                    : i % 5 == 1 ? -1e9
                    : i % 5 == 2 ? INFINITY
                    : i % 5 == 3 ? 1e18
                                 : 0.3;
    CgBar bars[40] = { 0 };
    CgFigure figures[20] = { 0 };
    CgListRow rows[40] = { 0 };
    for (guint i = 0; i < 40; i++) {
        const char *name = data == 3 ? long_name : data == 2 && i % 3 == 0 ? NULL : "城关镇";
        double value = data == 2 ? absurd[i] : data == 1 ? 0.0 : 1000.0 * i;
        bars[i] = (CgBar){ name, value, data == 3 ? value + 3 : NAN };
        rows[i] =
            (CgListRow){ data == 2 ? 99 : (int) i % 5 - 1, "09:21", name, i % 2 ? "38 起" : NULL };
        if (i < 20)
            figures[i] =
                (CgFigure){ name, "起", value, data == 2 ? absurd[i + 1] : 500, "同比", i % 2 };
    }
    guint n = data == 0 ? 0 : data == 1 ? 1 : 40;
    CgPanel panel = { data == 3 ? long_name : "标题", "起", "2026-10-22 至 2026-11-21",
                      data == 1 ? NULL : "来源 12345", data == 2 };
    const double *series = data == 2   ? absurd
                           : data == 3 ? bars[0].name != NULL ? absurd : zeros
                                       : zeros;
    CgTrend trend = { data == 0   ? 0
                      : data == 1 ? 1
                                  : 30,
                      data == 2 ? G_MAXINT64 / 2 : 1763700000,
                      series,
                      data == 1 ? NULL : zeros,
                      "今年",
                      "去年同期" };
    switch (chart) {
    case 0:
        cg_chart_ranking (canvas, rect, &panel, n, bars);
        break;
    case 1:
        cg_chart_types (canvas, rect, &panel, n, bars);
        break;
    case 2:
        cg_chart_ring (canvas, rect, &panel, n, bars);
        break;
    case 3:
        cg_chart_trend (canvas, rect, &panel, &trend);
        break;
    case 4:
        cg_chart_week (canvas, rect, &panel, data == 2 ? absurd : zeros, NULL);
        break;
    case 5:
        cg_chart_figures (canvas, rect, &panel, MIN (n, 20), figures);
        break;
    default:
        cg_chart_list (canvas, rect, &panel, n, rows);
        break;
    }
}

static void
test_inside (void)
{
    static const CgRect rects[] = { { 30, 20, 360, 260 },
                                    { 40, 40, 200, 120 },
                                    { 60, 50, 330, 70 } };
    for (guint chart = 0; chart < 7; chart++)
        for (guint data = 0; data < 4; data++)
            for (guint r = 0; r < G_N_ELEMENTS (rects); r++) {
                g_autoptr (CgCanvas) canvas =
                    cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, NULL);
                guint outside, inside;
                draw (canvas, rects[r], chart, data);
                count_ink (canvas, rects[r], &outside, &inside);
                if (outside != 0)
                    g_error ("chart %u with data %u in rectangle %u paints %u pixels outside",
                             chart, data, r, outside);
                g_assert_cmpuint (inside, >, 100); /* title and frame at least */
            }
}

static void
test_tiny (void)
{
    static const CgRect rects[] = {
        { 5, 5, 0, 0 }, { 5, 5, 1, 1 }, { 5, 5, 20, 400 }, { 5, 5, 400, 20 }, { 5, 5, -9, -9 }
    };
    for (guint chart = 0; chart < 7; chart++)
        for (guint data = 0; data < 4; data++)
            for (guint r = 0; r < G_N_ELEMENTS (rects); r++) {
                g_autoptr (CgCanvas) canvas =
                    cg_canvas_new (CG_FORMAT_SVG, WIDTH, HEIGHT, cg_theme_find ("light"), NULL);
                draw (canvas, rects[r], chart, data);
                g_autoptr (GBytes) bytes = cg_canvas_finish (canvas, NULL);
                g_assert_nonnull (bytes);
            }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/chart/inside", test_inside);
    g_test_add_func ("/render/chart/tiny", test_tiny);
    return g_test_run ();
}
