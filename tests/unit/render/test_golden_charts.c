/* One small picture of each chart against the ones in tests/golden. */
#include <math.h>

#include "chart/chart.h"
#include "golden.h"

#define FULL ((CgRect){ 6, 6, GOLDEN_WIDTH - 12, GOLDEN_HEIGHT - 12 })

static const char *const kinds[] = { "噪声扰民", "违停占道", "供水供电", "物业纠纷", "环境卫生",
                                     "邻里纠纷", "消防隐患", "道路破损", "燃气安全", "其他诉求" };

static void
test_gauge (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("dark");
    CgPanel panel = { "事件办结率", "%", "近 30 天", "12345 热线 · 09:30", FALSE, NULL };
    CgGauge good = { "办结率", "%", 82.4, 100, 90, { 60, 75, 90 }, FALSE, "办结 1,527 / 1,853 起" };
    CgGauge late = { "超期率", "%", 23.0, 100, 10, { 10, 20, 30 }, TRUE, NULL };
    cg_chart_gauge (canvas, (CgRect){ 6, 6, 231, 258 }, &panel, &good);
    panel.title = "超期率";
    panel.delayed = TRUE;
    cg_chart_gauge (canvas, (CgRect){ 243, 6, 231, 258 }, &panel, &late);
    golden_check (canvas, "gauge");
}

static void
test_calendar (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("light");
    double value[365];
    for (guint i = 0; i < 365; i++)
        value[i] = i > 350 ? NAN : (i * 37) % 31 + (i < 200 ? i / 4 : (365 - i) / 4);
    CgPanel panel = { "每日事件", "起", "2025-11-22 至 2026-11-21", NULL, FALSE, NULL };
    cg_chart_calendar (canvas, FULL, &panel, 365, 1763740800, value, NULL);
    golden_check (canvas, "calendar");
}

static const double counts[12] = { 4, 19, 46, 78, 96, 81, 52, 30, 12, 5, 0, 1 };

/* A bump about class `middle`, in plain arithmetic: the same picture with every libm. */
static void
bump (guint n, double middle, double height, double *out)
{
    for (guint i = 0; i < n; i++) {
        double z = (12.0 * i / (n - 1) - middle) / 3.0;
        out[i] = height / ((1 + z * z) * (1 + z * z));
    }
}

static void
test_histogram (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("dark");
    double curve[121];
    bump (121, 4.6, 96, curve);
    const CgChartMark marks[] = { { "中位数", 46.5 }, { "平均", 49.2 } };
    CgHistogram histogram = { 12, 0, 10, counts, 121, curve, "核密度曲线", "起/千户", 2, marks };
    CgPanel panel = { "各网格每千户事件数", "个网格", "近 30 天", NULL, FALSE, NULL };
    cg_chart_histogram (canvas, FULL, &panel, &histogram);
    golden_check (canvas, "histogram");
}

static void
test_curve (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("light");
    double now[121], before[121], rural[121];
    bump (121, 4.6, 2.1, now);
    bump (121, 6.4, 1.7, before);
    bump (121, 2.4, 1.2, rural);
    const CgChartLine lines[] = { { "本期", now }, { "去年同期", before }, { "农村网格", rural } };
    const CgChartMark marks[] = { { "中位数", 46.5 } };
    CgCurve curve = { 121, 0, 120, 3, lines, "起/千户", 1, marks };
    CgPanel panel = { "每千户事件数的分布", "%", "近 30 天", NULL, FALSE, NULL };
    cg_chart_curve (canvas, FULL, &panel, &curve);
    golden_check (canvas, "curve");
}

static void
test_radar (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("dark");
    const CgRadarAxis axes[] = { { "每千户事件", "起", 0 }, { "未办结", "起", 0 },
                                 { "办结率", "%", 100 },    { "每千户摄像头", "个", 0 },
                                 { "夜间事件", "%", 100 },  { "户数", "户", 0 } };
    const double a[] = { 52, 31, 82, 6.1, 22, 12345 }, b[] = { 35, 12, 91, 3.4, NAN, 8021 };
    const CgChartLine lines[] = { { "永安街道", a }, { "新岭镇", b } };
    CgPanel panel = { "乡镇对比", NULL, "近 30 天", NULL, FALSE, NULL };
    cg_chart_radar (canvas, FULL, &panel, G_N_ELEMENTS (axes), axes, 2, lines);
    golden_check (canvas, "radar");
}

static void
test_table (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("light");
    static const double events[] = { 432, 388, 210, 178, 133, 90, 41, 12, 8, NAN };
    static const double before[] = { 400, 410, 210, 0, 133, 60, 47, 9, 3, 12 };
    static const double rates[] = { 12.5, 11.25, 6.1, 5, 3.875, 2.6, 1.2, 0.35, 0.2, NAN };
    const CgColumn columns[] = {
        { "事件类型", NULL, CG_COLUMN_TEXT, 0, kinds, NULL, NULL },
        { "事件", "起", CG_COLUMN_COUNT, 0, NULL, events, NULL },
        { "每千户", "起", CG_COLUMN_NUMBER, 2, NULL, rates, NULL },
        { "同比", NULL, CG_COLUMN_CHANGE, 0, NULL, events, before },
    };
    CgPanel panel = { "事件类型明细", NULL, "近 30 天", NULL, FALSE, NULL };
    cg_chart_table (canvas, FULL, &panel, 10, 0, G_N_ELEMENTS (columns), columns);
    golden_check (canvas, "table");
}

static void
test_ticker (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("dark");
    CgListRow rows[16];
    for (guint i = 0; i < 16; i++)
        rows[i] = (CgListRow){ (int) i % 5 - 1, i % 2 ? "09:21" : "08:07", kinds[i % 10],
                               i % 3 ? "永安街道" : "网格外" };
    CgPanel panel = { "最新事件", NULL, NULL, NULL, FALSE, NULL };
    cg_chart_ticker (canvas, (CgRect){ 6, 6, 231, 258 }, &panel, 16, rows, 7);
    panel.title = "移动中的一帧";
    cg_chart_ticker (canvas, (CgRect){ 243, 6, 231, 258 }, &panel, 16, rows, 7.5);
    golden_check (canvas, "ticker");
}

static void
test_flow (void)
{
    g_autoptr (CgCanvas) canvas = golden_canvas ("light");
    double value[10][52];
    gint64 time_s[52];
    CgChartLine lines[10];
    for (guint k = 0; k < 10; k++) {
        for (guint i = 0; i < 52; i++) {
            time_s[i] = G_GINT64_CONSTANT (1763740800) + (gint64) i * 7 * 86400;
            value[k][i] = k == 2 && i < 6 ? NAN : (80 + (i * 13 + k * 7) % 41 - i % 9) / (k + 1.0);
        }
        lines[k] = (CgChartLine){ kinds[k], value[k] };
    }
    CgFlow flow = { 52, time_s, CG_STEP_WEEK, 10, lines };
    CgPanel panel = { "各类事件的变化", "起/周", "2025-11-22 至 2026-11-21", NULL, FALSE, NULL };
    cg_chart_flow (canvas, FULL, &panel, &flow);
    golden_check (canvas, "flow");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/golden/gauge", test_gauge);
    g_test_add_func ("/render/golden/calendar", test_calendar);
    g_test_add_func ("/render/golden/histogram", test_histogram);
    g_test_add_func ("/render/golden/curve", test_curve);
    g_test_add_func ("/render/golden/radar", test_radar);
    g_test_add_func ("/render/golden/table", test_table);
    g_test_add_func ("/render/golden/ticker", test_ticker);
    g_test_add_func ("/render/golden/flow", test_flow);
    return g_test_run ();
}
