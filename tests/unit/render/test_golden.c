/* Small pictures of every kind against the ones in tests/golden, which people have looked at.
 *
 * A picture that differs leaves NAME.png and NAME-difference.png in CG_GOLDEN_OUT (of the build).
 * CG_GOLDEN_RENEW=1 writes the golden files anew; look at them before committing. */
#include <math.h>
#include <string.h>

#include "chart/chart.h"
#include "golden.h"
#include "map/map.h"
#include "support.h"

static CgBarriers *
some_barriers (void)
{
    static const struct {
        CgBarrierClass class;
        double x0, y0, x1, y1;
    } lines[] = {
        { CG_BARRIER_WATER, -50, 40, 650, 180 },    { CG_BARRIER_ARTERIAL, 120, -50, 180, 450 },
        { CG_BARRIER_STREET, -50, 250, 650, 250 },  { CG_BARRIER_STREET, 400, -50, 400, 450 },
        { CG_BARRIER_RAILWAY, -50, 330, 650, 300 }, { CG_BARRIER_ALLEY, 300, -50, 310, 450 }
    };
    CgBarriers *barriers = cg_barriers_new (G_N_ELEMENTS (lines));
    if (barriers->lines == NULL)
        barriers->lines = cg_shapes_new (CG_SHAPES_LINE);
    for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
        barriers->class[i] = lines[i].class;
        cg_shapes_add_vertex (barriers->lines, lines[i].x0, lines[i].y0);
        cg_shapes_add_vertex (barriers->lines, lines[i].x1, lines[i].y1);
        cg_shapes_end_ring (barriers->lines);
        cg_shapes_end_part (barriers->lines);
        cg_shapes_end_shape (barriers->lines);
        if (barriers->areas != NULL)
            cg_shapes_end_shape (barriers->areas);
    }
    return barriers;
}

static void
choropleth_on (const char *theme, const char *name)
{
    g_autoptr (CgCanvas) canvas = golden_canvas (theme);
    g_autoptr (CgUnits) units = cg_test_checkerboard (6, 4, 100.0, 1);
    double value[24];
    char *names[24];
    static const char *const pool[] = {
        "城关镇", "红塔镇", "化龙堰", "土城镇", "大木厂", "青峰镇"
    };
    for (guint i = 0; i < 24; i++) {
        value[i] = i == 5 ? NAN : i == 9 ? 0 : (i * 7) % 23;
        names[i] = (char *) pool[i % 6];
    }
    CgMapView view;
    CgMapFrame frame = { "房县 · 各网格事件数", "2026-11-01 至 2026-11-21 · 253 起",
                         "来源: 12345 热线 (示例)" };
    CgRect rect = cg_map_frame (canvas, cg_canvas_rect (canvas), &frame);
    CgBox box = { 0, 0, 600, 400 };
    g_assert_true (cg_map_view_fit (&view, &box, rect, 0.06, NULL));
    CgChoropleth choropleth = { .n_classes = 4, .upper = { 5, 10, 16, 22 }, .zero = TRUE };
    cg_map_ground (canvas, &view);
    cg_map_choropleth (canvas, &view, units->shapes, value, &choropleth);
    cg_map_borders (canvas, &view, units->shapes, CG_LEVEL_GRID);
    cg_map_outline (canvas, &view, units->shapes, 1, (const guint32[]){ 14 }, CG_RGB (0xe5484d),
                    0.4);
    CgLegend legend = { "事件数", "起", .choropleth = &choropleth, .count_title = "网格数" };
    const CgRect taken[2] = { cg_map_legend_rect (canvas, &view, &legend, CG_CORNER_SE),
                              cg_map_scale_bar_rect (canvas, &view, CG_CORNER_SW) };
    CgLabelOptions options = { CG_TEXT_SMALL, FALSE, 2, taken };
    cg_map_area_labels (canvas, &view, units->shapes, names, NULL, &options);
    cg_map_legend (canvas, &view, &legend, CG_CORNER_SE);
    cg_map_scale_bar (canvas, &view, CG_CORNER_SW);
    golden_check (canvas, name);
}

static void
test_choropleth (void)
{
    choropleth_on ("dark", "choropleth-dark");
}

static void
test_choropleth_light (void)
{
    choropleth_on ("light", "choropleth-light");
}

static void
test_heat (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("dark");
    g_autoptr (CgUnits) county = cg_test_checkerboard (6, 4, 100.0, 1);
    g_autoptr (CgBarriers) barriers = some_barriers ();
    g_autofree float *cells = g_new (float, 120 * 80);
    CgDensity density = {
        .width = 120, .height = 80, .per_km2 = cells, .box = { 0, 0, 600, 400 }, .peak_per_km2 = 87
    };
    for (guint j = 0; j < 80; j++)
        for (guint i = 0; i < 120; i++) {
            double x = (i + 0.5) * 5 - 380, y = 400 - (j + 0.5) * 5 - 220, x2 = x + 220,
                   y2 = y + 90;
            cells[j * 120 + i] = (float) (80 * exp (-(x * x + y * y) / 7000) +
                                          35 * exp (-(x2 * x2 + y2 * y2) / 4000));
        }
    CgMapView view;
    CgBox box = { 0, 0, 600, 400 };
    g_assert_true (cg_map_view_fit (&view, &box, cg_canvas_rect (canvas), 0.06, NULL));
    CgHeat heat = { .full_per_km2 = 100, .peak_per_km2 = 87, .power = 0.5 };
    cg_map_ground (canvas, &view);
    cg_map_land (canvas, &view, county->shapes);
    cg_map_barriers (canvas, &view, barriers);
    cg_map_heat (canvas, &view, &density, &heat);
    cg_map_borders (canvas, &view, county->shapes, CG_LEVEL_GRID);
    cg_map_dim_outside (canvas, &view, county->shapes);
    const double x[5] = { 60, 160, 250, 520, 560 }, y[5] = { 330, 290, 60, 90, 350 };
    const guint32 class[5] = { 0, 1, 2, 3, 0 };
    const CgSymbolClass classes[4] = {
        { CG_SYMBOL_TRIANGLE }, { CG_SYMBOL_DIAMOND }, { CG_SYMBOL_CIRCLE }, { CG_SYMBOL_STAR }
    };
    cg_map_points (canvas, &view, 5, x, y, class, 4, classes);
    const CgLegendRow rows[2] = {
        { cg_themes ()[0].class_colour[0], CG_SYMBOL_TRIANGLE, FALSE, "A 类摄像头", 2 },
        { cg_themes ()[0].class_colour[1], CG_SYMBOL_DIAMOND, FALSE, "B 类摄像头", 1 }
    };
    cg_map_legend (canvas, &view,
                   &(CgLegend){ "事件密度", "起/km²", .heat = &heat, .n_rows = 2, .rows = rows },
                   CG_CORNER_SE);
    cg_map_scale_bar (canvas, &view, CG_CORNER_SW);
    golden_check (canvas, "heat");
}

static const CgBar types[] = { { "噪声扰民", 432, 400 }, { "违停占道", 388, 410 },
                               { "供水供电", 210, 210 }, { "物业纠纷", 178, 0 },
                               { "环境卫生", 133, NAN }, { "其他", NAN, 12 } };

static void
test_bars (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("dark");
    CgPanel ranking = { "事件类型 TOP 6", "起", "近 30 日", "12345 热线 · 09:30", FALSE };
    CgPanel shares = { "事件类型", "起", "近 30 日", NULL, FALSE };
    cg_chart_ranking (canvas, (CgRect){ 6, 6, 264, 258 }, &ranking, G_N_ELEMENTS (types), types);
    cg_chart_types (canvas, (CgRect){ 276, 6, 198, 126 }, &shares, 4, types);
    cg_chart_ring (canvas, (CgRect){ 276, 138, 198, 126 }, &shares, 5, types);
    golden_check (canvas, "bars");
}

static void
test_series (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("light");
    double value[30], before[30], week[168];
    for (guint i = 0; i < 30; i++) {
        value[i] = i == 11 || i == 12 ? NAN : 40 + (i * 17) % 29;
        before[i] = 35 + (i * 11) % 23;
    }
    for (guint i = 0; i < 168; i++)
        week[i] = i == 30 ? NAN : (i % 24 > 6 && i % 24 < 21 ? 4 + (i * 5) % 17 : (i * 3) % 4);
    CgPanel trend_panel = { "事件趋势", "起", "近 30 日", "12345 热线 · 09:30", FALSE };
    CgPanel week_panel = { "时段分布", "起", "近 30 日", NULL, FALSE };
    CgTrend trend = { 30, 1761062400, value, before, "今年", "去年同期" };
    cg_chart_trend (canvas, (CgRect){ 6, 6, 234, 258 }, &trend_panel, &trend);
    cg_chart_week (canvas, (CgRect){ 246, 6, 228, 258 }, &week_panel, week, NULL);
    golden_check (canvas, "series");
}

static void
test_cards (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("dark");
    static const CgFigure figures[] = { { "网格", "个", 1088, NAN, NULL, TRUE },
                                        { "户数", "户", 456789, NAN, NULL, TRUE },
                                        { "今日事件", "起", 342, 305, "同比", FALSE },
                                        { "办结", "件", 298, 310, "环比", TRUE } };
    static const CgListRow rows[] = { { CG_WARNING_RED, NULL, "城关镇东街社区第三网格", "38 起" },
                                      { CG_WARNING_ORANGE, NULL, "红塔镇", "21 起" },
                                      { CG_WARNING_YELLOW, NULL, "土城镇", "17 起" },
                                      { CG_WARNING_BLUE, NULL, "青峰镇", "12 起" },
                                      { -1, NULL, "大木厂镇", "11 起" } };
    CgPanel cards = { "关键指标", NULL, "截至 09:30", NULL, FALSE },
            list = { "预警网格", NULL, "本周", "规则: 泊松上限", TRUE };
    CgPanel nothing = { "最新事件", NULL, NULL, NULL, FALSE };
    cg_chart_figures (canvas, (CgRect){ 6, 6, 228, 150 }, &cards, G_N_ELEMENTS (figures), figures);
    cg_chart_list (canvas, (CgRect){ 240, 6, 234, 258 }, &list, G_N_ELEMENTS (rows), rows);
    cg_chart_list (canvas, (CgRect){ 6, 162, 228, 102 }, &nothing, 0, NULL);
    golden_check (canvas, "cards");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/golden/choropleth-dark", test_choropleth);
    g_test_add_func ("/render/golden/choropleth-light", test_choropleth_light);
    g_test_add_func ("/render/golden/heat", test_heat);
    g_test_add_func ("/render/golden/bars", test_bars);
    g_test_add_func ("/render/golden/series", test_series);
    g_test_add_func ("/render/golden/cards", test_cards);
    return g_test_run ();
}
