/* Every panel on walls of two sizes and both themes, given what nobody would like to draw: nothing
 * between the panels, no text smaller than a ninetieth of the wall, none over another or outside.
 */
#include <math.h>
#include <string.h>

#include "chart/chart_internal.h"

#define N 40u
#define N_DAYS 366u

enum { EMPTY, ONE, EQUAL, UNKNOWN, HUGE, NEGATIVE, LONG_NAMES, USUAL, N_DATA };
static const char *const data_names[N_DATA] = { "no data", "one row",  "equal",      "not finite",
                                                "huge",    "negative", "long names", "usual" };

/* What all panels are fed with. */
typedef struct {
    guint data, n;
    double value[N_DAYS], before[N_DAYS];
    gint64 time_s[N_DAYS];
    const char *name[N];
    CgBar bar[N];
    CgListRow row[N];
    CgFigure figure[12];
    CgChartLine line[N];
    CgChartMark mark[3];
    CgRadarAxis axis[CG_CHART_MAX_AXES];
} Feed;

static const char *const kinds[] = { "噪声扰民", "违停占道", "供水供电", "物业纠纷", "环境卫生" };
static const char *const long_name =
    "湖北省十堰市房县城关镇人民政府东街社区居民委员会第三网格（含北关小区与老棉纺厂家属院）";

static double
value_of (guint data, guint i)
{
    static const double unknown[] = { NAN, INFINITY, 12, -INFINITY, 7, NAN };
    static const double huge[] = { 1e18, 3e15, 1e300, 4e9, 1, 0 };
    switch (data) {
    case EQUAL:
        return 12;
    case UNKNOWN:
        return unknown[i % 6];
    case HUGE:
        return huge[i % 6];
    case NEGATIVE:
        return -1.5 * (i % 9);
    default:
        return (i * 37) % 83 + 0.25 * (i % 3);
    }
}

static void
feed_init (Feed *feed, guint data)
{
    memset (feed, 0, sizeof *feed);
    feed->data = data;
    feed->n = data == EMPTY ? 0 : data == ONE ? 1 : N;
    for (guint i = 0; i < N_DAYS; i++) {
        feed->value[i] = value_of (data, i);
        feed->before[i] = value_of (data, i + 5);
        feed->time_s[i] = G_GINT64_CONSTANT (1763740800) + (gint64) i * 86400;
    }
    for (guint i = 0; i < N; i++) {
        feed->name[i] = data == LONG_NAMES ? long_name : kinds[i % G_N_ELEMENTS (kinds)];
        feed->bar[i] = (CgBar){ feed->name[i], feed->value[i], feed->before[i], i % 2 };
        feed->row[i] =
            (CgListRow){ (int) (i % 5) - 1, "11-21 09:21", feed->name[i], i % 2 ? "38 起" : NULL };
        feed->line[i] = (CgChartLine){ feed->name[i], feed->value + i };
        if (i < 12)
            feed->figure[i] = (CgFigure){ feed->name[i], "起",  feed->value[i], feed->before[i],
                                          "同比",        i % 2, i % 3 == 0 };
        if (i < CG_CHART_MAX_AXES)
            feed->axis[i] = (CgRadarAxis){ feed->name[i], "起/千户", i % 2 ? 100 : 0 };
    }
    feed->mark[0] = (CgChartMark){ "中位数", value_of (data, 2) };
    feed->mark[1] = (CgChartMark){ "平均", value_of (data, 4) };
    feed->mark[2] = (CgChartMark){ "目标", 33.3 };
}

typedef void (*Painter) (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed);

static void
paint_ranking (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_ranking (canvas, rect, panel, feed->n, feed->bar);
}

static void
paint_types (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_types (canvas, rect, panel, feed->n, feed->bar);
}

static void
paint_ring (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_ring (canvas, rect, panel, feed->n, feed->bar);
}

static void
paint_trend (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    CgTrend trend = { feed->n,
                      feed->time_s[0],
                      feed->value,
                      feed->before,
                      "今年",
                      "去年同期",
                      feed->data % 2 ? "至 09:30" : NULL };
    cg_chart_trend (canvas, rect, panel, &trend);
}

static void
paint_week (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_week (canvas, rect, panel, feed->value, NULL);
}

static void
paint_figures (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_figures (canvas, rect, panel, MIN (feed->n, 12), feed->figure);
}

static void
paint_list (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_list (canvas, rect, panel, feed->n, feed->row);
}

static void
paint_ticker (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_ticker (canvas, rect, panel, feed->n, feed->row, 37);
}

static void
paint_gauge (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    CgGauge gauge = { "办结率",
                      "%",
                      feed->n > 0 ? feed->value[1] : NAN,
                      0,
                      feed->before[0],
                      { 60, 75, 90 },
                      FALSE,
                      feed->name[0] };
    cg_chart_gauge (canvas, rect, panel, &gauge);
}

static void
paint_calendar (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    guint n = feed->n == N ? N_DAYS : feed->n;
    cg_chart_calendar (canvas, rect, panel, n, feed->time_s[0], feed->value, NULL);
}

static void
paint_histogram (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    CgHistogram histogram = { MIN (feed->n, 16), -20,          7.5,       feed->value, N_DAYS,
                              feed->before,      "核密度曲线", "起/千户", 3,           feed->mark };
    cg_chart_histogram (canvas, rect, panel, &histogram);
}

static void
paint_curve (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    CgCurve curve = { MAX (feed->n, 2), 0,         120, MIN (feed->n, 3),
                      feed->line,       "起/千户", 3,   feed->mark };
    cg_chart_curve (canvas, rect, panel, &curve);
}

static void
paint_radar (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    guint n_axes = feed->n == N ? 8 : 3;
    cg_chart_radar (canvas, rect, panel, n_axes, feed->axis, MIN (feed->n, 3), feed->line);
}

static void
paint_table (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    const CgColumn columns[] = {
        { "名称", NULL, CG_COLUMN_TEXT, 0, feed->name, NULL, NULL },
        { "事件", "起", CG_COLUMN_COUNT, 0, NULL, feed->value, NULL },
        { "每千户", "起/千户", CG_COLUMN_NUMBER, 2, NULL, feed->before, NULL },
        { "同比", NULL, CG_COLUMN_CHANGE, 0, NULL, feed->value, feed->before },
        { long_name, NULL, CG_COLUMN_COUNT, 0, NULL, feed->value, NULL },
    };
    cg_chart_table (canvas, rect, panel, feed->n, feed->n / 4, G_N_ELEMENTS (columns), columns);
}

static void
paint_flow (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    CgFlow flow = { feed->n > 1 ? 52 : feed->n, feed->time_s, CG_STEP_WEEK, feed->n, feed->line };
    cg_chart_flow (canvas, rect, panel, &flow);
}

static const struct {
    const char *name;
    Painter paint;
} painters[] = {
    { "ranking", paint_ranking },   { "types", paint_types },         { "ring", paint_ring },
    { "trend", paint_trend },       { "week", paint_week },           { "figures", paint_figures },
    { "list", paint_list },         { "ticker", paint_ticker },       { "gauge", paint_gauge },
    { "calendar", paint_calendar }, { "histogram", paint_histogram }, { "curve", paint_curve },
    { "radar", paint_radar },       { "table", paint_table },         { "flow", paint_flow },
};

typedef struct {
    guint width, height, columns, rows;
} Wall;

static CgRect
panel_rect (const Wall *wall, guint p)
{
    double gap = 16, width = (wall->width - gap) / wall->columns,
           height = (wall->height - gap) / wall->rows;
    return (CgRect){ gap + p % wall->columns * width, gap + p / wall->columns * height,
                     floor (width - gap), floor (height - gap) };
}

/* Outside the rectangles there is background and nothing else. */
static void
check_gaps (CgCanvas *canvas, guint n, const CgRect *rects, const char *what)
{
    cairo_surface_flush (canvas->surface);
    const guint8 *data = cairo_image_surface_get_data (canvas->surface);
    gsize stride = (gsize) cairo_image_surface_get_stride (canvas->surface);
    CgColour ground = canvas->theme->background;
    guint32 want = 0xff000000u | (guint32) ground.r << 16 | (guint32) ground.g << 8 | ground.b;
    g_autofree guint8 *inside = g_new (guint8, canvas->width);
    for (guint y = 0; y < canvas->height; y++) {
        memset (inside, 0, canvas->width);
        for (guint p = 0; p < n; p++) {
            CgRect rect = rects[p];
            double right = MIN (ceil (rect.x + rect.width), canvas->width);
            if (y >= floor (rect.y) && y < ceil (rect.y + rect.height))
                for (guint x = (guint) floor (rect.x); x < right; x++)
                    inside[x] = 1;
        }
        const guint32 *row = (const guint32 *) (gconstpointer) (data + y * stride);
        for (guint x = 0; x < canvas->width; x++)
            if (!inside[x] && row[x] != want)
                g_error ("%s: paint outside the panels at %u, %u", what, x, y);
    }
}

static void
check_texts (const GArray *texts, CgRect rect, guint wall_height, const char *what)
{
    for (guint i = 0; i < texts->len; i++) {
        const CgTextBox *text = &g_array_index (texts, CgTextBox, i);
        CgRect a = text->box;
        if (text->em_px < wall_height / 90.0)
            g_error ("%s: text of %.1f px on a wall of %u", what, text->em_px, wall_height);
        if (a.x < rect.x - 0.5 || a.y < rect.y - 0.5 || a.x + a.width > rect.x + rect.width + 0.5 ||
            a.y + a.height > rect.y + rect.height + 0.5)
            g_error ("%s: text %u at %.0f,%.0f %.0fx%.0f leaves the panel %.0f,%.0f %.0fx%.0f",
                     what, i, a.x, a.y, a.width, a.height, rect.x, rect.y, rect.width, rect.height);
        for (guint k = 0; k < i; k++) {
            CgRect b = g_array_index (texts, CgTextBox, k).box;
            double wide = MIN (a.x + a.width, b.x + b.width) - MAX (a.x, b.x);
            double high = MIN (a.y + a.height, b.y + b.height) - MAX (a.y, b.y);
            if (wide > 0.5 && high > 0.5)
                g_error ("%s: texts %u (%.0f,%.0f %.0fx%.0f) and %u (%.0f,%.0f %.0fx%.0f) overlap",
                         what, k, b.x, b.y, b.width, b.height, i, a.x, a.y, a.width, a.height);
        }
    }
}

static void
draw_wall (const Wall *wall, const char *theme, guint data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCanvas) canvas =
        cg_canvas_new (CG_FORMAT_PNG, wall->width, wall->height, cg_theme_find (theme), &error);
    g_assert_no_error (error);
    cg_canvas_set_vh (canvas, wall->height / 100.0);
    g_autofree Feed *feed = g_new (Feed, 1);
    feed_init (feed, data);
    for (guint p = 0; p < G_N_ELEMENTS (painters); p++) {
        CgPanel panel = { data == LONG_NAMES ? long_name : "各网格事件",
                          "起",
                          "2026-10-22 至 2026-11-21",
                          p % 2 ? "来源 12345" : NULL,
                          data == EQUAL,
                          NULL };
        g_autofree char *what = g_strdup_printf ("%s, %s, %s, %u px", painters[p].name,
                                                 data_names[data], theme, wall->width);
        g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
        canvas->texts = texts;
        painters[p].paint (canvas, panel_rect (wall, p), &panel, feed);
        canvas->texts = NULL;
        check_texts (texts, panel_rect (wall, p), wall->height, what);
        g_assert_cmpuint (texts->len, >=, 2);
    }
    g_autofree char *what = g_strdup_printf ("%s, %s, %u px", data_names[data], theme, wall->width);
    CgRect rects[G_N_ELEMENTS (painters)];
    for (guint p = 0; p < G_N_ELEMENTS (painters); p++)
        rects[p] = panel_rect (wall, p);
    check_gaps (canvas, G_N_ELEMENTS (painters), rects, what);
    const char *keep = g_getenv ("CG_WALL_OUT");
    if (keep != NULL) {
        g_autofree char *path =
            g_strdup_printf ("%s/wall-%u-%s-%u.png", keep, wall->width, theme, data);
        g_assert_true (cg_canvas_write (canvas, path, &error));
    }
}

static void
test_wall (gconstpointer data)
{
    for (guint k = 0; k < N_DATA; k++) {
        draw_wall (data, "dark", k);
        draw_wall (data, "light", k);
    }
}

/* Rectangles that no panel was made for. */
static void
test_small (void)
{
    static const CgRect rects[] = { { 30, 20, 360, 260 }, { 40, 40, 200, 120 }, { 60, 50, 330, 70 },
                                    { 9, 9, 60, 280 },    { 5, 5, 0, 0 },       { 5, 5, 1, 1 },
                                    { 5, 5, 20, 290 },    { 5, 5, 400, 20 },    { 9, 9, -9, -9 } };
    g_autofree Feed *feed = g_new (Feed, 1);
    for (guint data = 0; data < N_DATA; data++) {
        feed_init (feed, data);
        for (guint p = 0; p < G_N_ELEMENTS (painters); p++)
            for (guint r = 0; r < G_N_ELEMENTS (rects); r++) {
                g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 420, 300, NULL, NULL);
                g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
                CgPanel panel = { "标题", "起", "近 30 天", "来源 12345", data == HUGE, NULL };
                g_autofree char *what =
                    g_strdup_printf ("%s, %s, rectangle %u", painters[p].name, data_names[data], r);
                canvas->texts = texts;
                painters[p].paint (canvas, rects[r], &panel, feed);
                canvas->texts = NULL;
                if (rects[r].width > 100)
                    check_texts (texts, rects[r], 300, what);
                check_gaps (canvas, 1, &rects[r], what);
            }
    }
}

static guint
count_texts (Painter paint, CgRect rect, const Feed *feed)
{
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 420, 300, NULL, NULL);
    g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
    CgPanel panel = { "标题", NULL, NULL, NULL, FALSE, NULL };
    cg_canvas_set_vh (canvas, 7.68);
    canvas->texts = texts;
    paint (canvas, rect, &panel, feed);
    canvas->texts = NULL;
    check_texts (texts, rect, 300, "names");
    return texts->len;
}

static void
paint_six (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    cg_chart_figures (canvas, rect, panel, 6, feed->figure);
}

/* Long names of figures take another line; the panel does not give up. */
static void
test_names (void)
{
    g_autofree Feed *feed = g_new (Feed, 1);
    feed_init (feed, USUAL);
    CgRect rect = { 20, 20, 328, 200 };
    for (guint i = 0; i < 6; i++) {
        feed->figure[i] = (CgFigure){ "户数（部分估算 partly estimated）", "户", 50527, NAN, NULL,
                                      TRUE,                                FALSE };
        feed->figure[i].value += i;
    }
    g_assert_cmpuint (count_texts (paint_six, rect, feed), ==, 1 + 6 * 3);
}

/* A panel of 17 vh says its number first; a name is shortened before a figure goes. */
static void
test_brief (void)
{
    g_autofree Feed *feed = g_new (Feed, 1);
    feed_init (feed, USUAL);
    CgRect rect = { 20, 20, 328, 130 };
    feed->mark[2].x = NAN;
    g_assert_cmpuint (count_texts (paint_gauge, rect, feed), ==, 5); /* title, name, number, %, letter */
    g_assert_cmpuint (count_texts (paint_histogram, rect, feed), ==, 1 + 2 * 3);
    g_assert_cmpuint (count_texts (paint_curve, rect, feed), ==, 1 + 2 * 3);
    feed->n = 3; /* a table of three axes: heads, names, numbers */
    g_assert_cmpuint (count_texts (paint_radar, rect, feed), ==, 1 + 3 + 3 + 9);
    CgRect narrow = { 20, 20, 240, 130 };
    for (guint i = 0; i < 6; i++)
        feed->figure[i] = (CgFigure){ long_name, "户", 50527, NAN, NULL, TRUE, FALSE };
    g_assert_cmpuint (count_texts (paint_six, narrow, feed), ==, 1 + 6 * 3);
}

static void
paint_two (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    const double counts[] = { 5, 3 };
    CgHistogram histogram = { 2, 0, 1, counts, 0, NULL, NULL, NULL, 0, feed->mark };
    cg_chart_histogram (canvas, rect, panel, &histogram);
}

/* Classes of one whole number each: the axis has 0, 1, 2 and no halves. */
static void
test_whole (void)
{
    g_autofree Feed *feed = g_new (Feed, 1);
    feed_init (feed, USUAL);
    CgRect rect = { 20, 20, 364, 260 };
    g_assert_cmpuint (count_texts (paint_two, rect, feed), ==, 12);
}

/* A year from the end of a November: each month has its name, in the low panel that a wall has for it, in a
 * narrow, a high and a wide one, and the January its year (the widest of them) where there is room. */
static void
test_months (void)
{
    static const CgRect rects[] = {
        { 20, 20, 364, 164 }, { 20, 20, 240, 160 }, { 20, 20, 180, 260 }, { 20, 20, 390, 120 } };
    double value[365];
    for (guint i = 0; i < 365; i++)
        value[i] = i % 40;
    for (guint r = 0; r < G_N_ELEMENTS (rects); r++) {
        g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 420, 300, NULL, NULL);
        g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
        CgPanel panel = { "每日事件", NULL, NULL, NULL, FALSE, NULL };
        cg_canvas_set_vh (canvas, r == 0 ? 7.68 : 5);
        canvas->texts = texts;
        cg_chart_calendar (canvas, rects[r], &panel, 365, 1763913600, value, NULL);
        canvas->texts = NULL;
        check_texts (texts, rects[r], 300, "months");
        double small = cg_chart_text_width (canvas, "12月", CG_TEXT_SMALL, FALSE), widest = 0;
        guint months = 0;
        for (guint i = 1; i < texts->len; i++) {
            CgRect box = g_array_index (texts, CgTextBox, i).box;
            gboolean weekday = box.width < 0.6 * small; /* one character; a month has a digit too */
            gboolean ramp = box.y + 2 * box.height > rects[r].y + rects[r].height;
            months += !weekday && !ramp;
            widest = MAX (widest, weekday || ramp ? 0 : box.width);
        }
        g_assert_cmpuint (months, ==, 12);
        if (r < 3) /* the last is too low for two bands */
            g_assert_cmpfloat (widest, >, 1.5 * small);
    }
}

static void
test_shorten (void)
{
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 420, 300, NULL, NULL);
    double whole = cg_chart_text_width (canvas, "城关镇东街", CG_TEXT_SMALL, FALSE);
    g_autofree char *same = cg_chart_shorten (canvas, "城关镇东街", CG_TEXT_SMALL, FALSE, whole);
    g_assert_cmpstr (same, ==, "城关镇东街");
    g_autofree char *less =
        cg_chart_shorten (canvas, "城关镇东街", CG_TEXT_SMALL, FALSE, whole - 0.5);
    g_assert_true (g_str_has_prefix (less, "城关") && g_str_has_suffix (less, "…"));
    g_assert_cmpfloat (cg_chart_text_width (canvas, less, CG_TEXT_SMALL, FALSE), <=, whole);
    g_assert_null (cg_chart_shorten (canvas, "城关镇东街", CG_TEXT_SMALL, FALSE, 12));
    g_assert_null (cg_chart_shorten (canvas, NULL, CG_TEXT_SMALL, FALSE, 12));
    g_autofree char *broken = cg_chart_shorten (canvas, "城\xff关镇东街城关镇东街", CG_TEXT_SMALL,
                                                FALSE, 1.2 * whole);
    g_assert_true (broken != NULL && g_utf8_validate (broken, -1, NULL));
}

/* Nine towns and the words under them in the panel that a wall of 1366x768 has for them, and small
 * names where that shows more. */
static void
test_nine (void)
{
    g_autofree Feed *feed = g_new (Feed, 1);
    feed_init (feed, USUAL);
    for (guint i = 0; i < N; i++)
        feed->bar[i] = (CgBar){ kinds[i % G_N_ELEMENTS (kinds)], 9 + i, 4, TRUE };
    feed->n = 9;
    CgRect rect = { 20, 20, 330, 222 };
    /* title; rank, name, value and change of each; the triangle's line */
    g_assert_cmpuint (count_texts (paint_ranking, rect, feed), ==, 1 + 9 * 4 + 1);
}

static void
paint_change (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    const CgColumn columns[] = { { "名称", NULL, CG_COLUMN_TEXT, 0, feed->name, NULL, NULL },
                                 { "同比", NULL, CG_COLUMN_CHANGE, 0, NULL, feed->value, feed->before } };
    cg_chart_table (canvas, rect, panel, 2, 0, 2, columns);
}

static void
paint_range (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const Feed *feed)
{
    const char *const steady[] = { "1.1–2.0", "2.1–3.0" }, *const few[] = { "1.1–2.0", "0.1–9.0 △" };
    const CgColumn columns[] = { { "名称", NULL, CG_COLUMN_TEXT, 0, feed->name, NULL, NULL },
                                 { "95%", NULL, CG_COLUMN_RANGE, 0, feed->value[0] < 10 ? few : steady, NULL, NULL } };
    cg_chart_table (canvas, rect, panel, 2, 0, 2, columns);
}

/* Changes of few have their triangle, and below the line that says what it means; others do not. */
static void
test_unsure (void)
{
    static const Painter changes[] = { paint_six, paint_change, paint_range };
    g_autofree Feed *feed = g_new (Feed, 1);
    feed_init (feed, USUAL);
    CgRect rect = { 20, 20, 380, 260 };
    for (guint k = 0; k < G_N_ELEMENTS (changes); k++) {
        guint texts[2];
        for (guint few = 0; few < 2; few++) {
            feed->value[0] = feed->value[1] = few ? 3 : 300;
            feed->before[0] = feed->before[1] = few ? 1 : 100;
            for (guint i = 0; i < 6; i++)
                feed->figure[i] = (CgFigure){ "事件", "起", feed->value[0], feed->before[0], "同比", FALSE, TRUE };
            texts[few] = count_texts (changes[k], rect, feed);
        }
        g_assert_cmpuint (texts[1], ==, texts[0] + 1);
    }
}

/* A list in motion stays in its panel, at rest it cuts no row, and it goes round. */
static void
test_ticker (void)
{
    g_autofree Feed *feed = g_new (Feed, 1);
    g_autoptr (GBytes) first = NULL;
    feed_init (feed, USUAL);
    CgRect rect = { 30, 20, 360, 260 };
    CgPanel panel = { "最新事件", NULL, NULL, NULL, FALSE, NULL };
    static const double offsets[] = { 0, N, -2.0 * N, 0.5, 17.25, -3.7, 1e12, NAN, -INFINITY };
    for (guint k = 0; k < G_N_ELEMENTS (offsets); k++) {
        g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, 420, 300, NULL, NULL);
        cg_chart_ticker (canvas, rect, &panel, N, feed->row, offsets[k]);
        check_gaps (canvas, 1, &rect, "ticker");
        GBytes *bytes = cg_canvas_finish (canvas, NULL);
        if (k == 0) {
            first = bytes;
            continue;
        }
        gboolean same = !isfinite (offsets[k]) || fmod (offsets[k], N) == 0.0;
        g_assert_cmpint (g_bytes_equal (first, bytes), ==, same);
        g_bytes_unref (bytes);
    }
}

int
main (int argc, char **argv)
{
    static const Wall hd = { 1920, 1080, 4, 4 }, wide = { 7680, 2160, 8, 2 };
    g_test_init (&argc, &argv, NULL);
    g_test_add_data_func ("/render/wall/1920", &hd, test_wall);
    g_test_add_data_func ("/render/wall/7680", &wide, test_wall);
    g_test_add_func ("/render/wall/small", test_small);
    g_test_add_func ("/render/wall/whole", test_whole);
    g_test_add_func ("/render/wall/months", test_months);
    g_test_add_func ("/render/wall/names", test_names);
    g_test_add_func ("/render/wall/brief", test_brief);
    g_test_add_func ("/render/wall/shorten", test_shorten);
    g_test_add_func ("/render/wall/nine", test_nine);
    g_test_add_func ("/render/wall/unsure", test_unsure);
    g_test_add_func ("/render/wall/ticker", test_ticker);
    return g_test_run ();
}
