/* Pictures of places: how a measure is spread over grids, and towns beside each other. */
#include "app/screen/screen_internal.h"

#include "aggregate/aggregate.h"
#include "analyse/chance.h"
#include "analyse/distribution.h"
#include "chart/chart.h"

#include <math.h>
#include <string.h>

#define MAX_CLASSES 24u
#define N_POINTS 241u
/* Above the third quartile by so many times the distance of the quartiles, the scale ends and the
 * rest is told in words: one grid with a market must not press seven hundred into one column. */
#define FAR_QUARTILES 6.0

/* A measure of all grids in a period. */
typedef struct {
    ScreenWindow window;
    char *title, *source;
    guint n_unknown, n_beyond;
    double *value, *shown; /* [grids]; shown: NaN beyond the scale */
    double high;           /* end of the scale                     */
    gboolean negative;
} Spread;

static void
spread_clear (Spread *spread)
{
    screen_window_clear (&spread->window);
    g_free (spread->title);
    g_free (spread->source);
    g_free (spread->value);
    g_free (spread->shown);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Spread, spread_clear)

/* whole: a share of something, whose scale has an end that all know. */
static void
cut_tail (Spread *spread, guint32 n, gboolean whole)
{
    double low = cg_distribution_quantile (n, spread->value, 0.25);
    double high = cg_distribution_quantile (n, spread->value, 0.75);
    double limit = high + FAR_QUARTILES * (high - low);
    if (!(high > low) || whole)
        limit = INFINITY;
    spread->shown = g_new (double, MAX (n, 1));
    for (guint32 g = 0; g < n; g++) {
        double value = spread->value[g];
        spread->n_unknown += !isfinite (value);
        spread->n_beyond += isfinite (value) && value > limit;
        spread->negative = spread->negative || value < 0.0;
        spread->shown[g] = value <= limit ? value : NAN;
        if (isfinite (value) && value <= limit)
            spread->high = MAX (spread->high, value);
    }
}

/* Where there are urban grids: how many others there are, whose values become NaN. */
static guint32
leave_out_rural (const CgScreen *screen, double *value)
{
    guint32 n = 0;
    if (!screen_has_urban (screen))
        return 0;
    for (guint32 g = 0; g < screen->grids->n; g++)
        if (screen->grids->kind[g] != CG_UNIT_URBAN) {
            value[g] = NAN;
            n++;
        }
    return n;
}

static gboolean
spread_init (Spread *spread, const ScreenJob *job, const char *title, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgScreenMeasure *measure = cg_screen_measure_find (job->measure);
    guint32 n = screen->grids->n;
    spread->value = g_new0 (double, MAX (n, 1));
    screen_window_init (&spread->window, job, 30, NULL, screen_word (job->screen, "个网格"));
    if (!screen_measure_between (screen, job->measure, spread->window.since_s,
                                 spread->window.until_s, spread->value, error))
        return FALSE;
    g_autofree char *what = screen_measure_title (screen, measure);
    spread->title = g_strdup_printf (title, what);
    spread->window.panel.title = spread->title;
    /* What is as the data have it now is of no period. */
    if ((measure->traits & CG_MEASURE_DATED) == 0)
        spread->window.panel.period = NULL;
    gboolean share = (measure->traits & CG_MEASURE_STORED) != 0 && strcmp (measure->unit, "%") == 0;
    /* Fields and hills, of which no camera sees more than a thousandth, would be one column and nothing else. */
    guint32 n_left_out = (measure->traits & CG_MEASURE_TOWN) != 0 ? leave_out_rural (screen, spread->value) : 0;
    cut_tail (spread, n, share);
    spread->n_unknown -= n_left_out;
    GString *source = g_string_new (NULL);
    g_string_printf (source, screen_word (job->screen, n_left_out > 0 ? "城镇网格 %u 个" : "共 %u 个网格"),
                     n - n_left_out);
    if (spread->n_beyond > 0) {
        g_autofree char *end = cg_format_number_in (job->screen->language, spread->high, 1);
        g_string_append_printf (source, screen_word (job->screen, "，%u 个高于 %s 未画出"),
                                spread->n_beyond, end);
    }
    if (spread->n_unknown > 0)
        g_string_append_printf (source, screen_word (job->screen, "，%u 个无数据"),
                                spread->n_unknown);
    g_autofree char *coverage = screen_coverage_text (screen, measure);
    if (coverage != NULL)
        g_string_append_printf (source, " · %s", coverage);
    spread->source = g_string_free (source, FALSE);
    spread->window.panel.source = spread->source;
    spread->window.panel.empty = n == 0 ? screen_word (job->screen, "尚无网格方案") : NULL;
    return TRUE;
}

static double
mean_of (guint32 n, const double *value)
{
    double sum = 0.0;
    guint32 m = 0;
    for (guint32 i = 0; i < n; i++)
        if (isfinite (value[i])) {
            sum += value[i];
            m++;
        }
    return m > 0 ? sum / m : NAN;
}

gboolean
screen_draw_histogram (const ScreenJob *job, GError **error)
{
    g_auto (Spread) spread = { 0 };
    guint32 n = job->screen->grids->n;
    if (!spread_init (&spread, job, screen_word (job->screen, "各网格%s的分布"), error))
        return FALSE;
    CgClasses classes;
    double curve[N_POINTS];
    cg_distribution_classes (n, spread.shown, MAX_CLASSES, &classes);
    /* Not finer than the columns, or a heap of equal values would rise far above its own. */
    double bandwidth = cg_distribution_bandwidth (n, spread.shown);
    if (bandwidth > 0.0)
        bandwidth = MAX (bandwidth, 0.75 * classes.width);
    double end = classes.low + classes.width * classes.n_classes, n_shown = 0.0;
    for (guint k = 0; k < classes.n_classes; k++)
        n_shown += classes.count[k];
    cg_distribution_curve (n, spread.shown, bandwidth, spread.negative ? NAN : 0.0, classes.low,
                           classes.n_classes > 0 ? end : 1.0, N_POINTS, curve);
    for (guint k = 0; k < N_POINTS; k++)
        curve[k] *= n_shown * classes.width;
    const CgChartMark marks[] = {
        { screen_word (job->screen, "中位数"), cg_distribution_quantile (n, spread.value, 0.5) },
        { screen_word (job->screen, "平均"), mean_of (n, spread.value) }
    };
    CgHistogram histogram = { .n = classes.n_classes,
                              .low = classes.low,
                              .width = classes.width,
                              .count = classes.count,
                              .n_curve = bandwidth > 0.0 ? N_POINTS : 0,
                              .curve = curve,
                              .curve_name = screen_word (job->screen, "核密度曲线"),
                              .x_title = screen_word (job->screen,
                                                      cg_screen_measure_find (job->measure)->unit),
                              .n_marks = G_N_ELEMENTS (marks),
                              .mark = marks };
    cg_chart_histogram (job->canvas, job->rect, &spread.window.panel, &histogram);
    return TRUE;
}

/* Per cent of the grids per unit of the measure. */
static void
curve_of (guint32 n, const double *value, const Spread *spread, double low, double *out)
{
    double bandwidth = cg_distribution_bandwidth (n, value);
    cg_distribution_curve (n, value, bandwidth, spread->negative ? NAN : 0.0, low, spread->high,
                           N_POINTS, out);
    for (guint k = 0; k < N_POINTS; k++)
        out[k] = bandwidth > 0.0 ? 100.0 * out[k] : NAN;
}

gboolean
screen_draw_curve (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    g_auto (Spread) spread = { 0 };
    guint32 n = screen->grids->n;
    if (!spread_init (&spread, job, screen_word (job->screen, "各网格%s的密度曲线"), error))
        return FALSE;
    double now[N_POINTS], before[N_POINTS], low = 0.0;
    for (guint32 g = 0; g < n; g++)
        low = isfinite (spread.shown[g]) ? MIN (low, spread.shown[g]) : low;
    curve_of (n, spread.shown, &spread, low, now);
    CgChartLine lines[2] = { { screen_word (job->screen, "本期"), now },
                             { screen_word (job->screen, "去年同期"), before } };
    guint n_lines = 1;
    gint64 since_s = screen_year_before (spread.window.since_s);
    gint64 until_s = screen_year_before (spread.window.until_s);
    g_autofree double *old = g_new0 (double, MAX (n, 1));
    /* What does not depend on the time has no last year. */
    if (screen_data_begin (screen) <= since_s + SCREEN_DAY_S &&
        screen_measure_between (screen, job->measure, since_s, until_s, old, NULL) &&
        memcmp (old, spread.value, n * sizeof (double)) != 0) {
        curve_of (n, old, &spread, low, before);
        n_lines = 2;
    }
    const CgChartMark marks[] = {
        { screen_word (job->screen, "中位数"), cg_distribution_quantile (n, spread.value, 0.5) },
        { screen_word (job->screen, "平均"), mean_of (n, spread.value) }
    };
    const char *unit = screen_word (job->screen, cg_screen_measure_find (job->measure)->unit);
    g_autofree char *density =
        g_strdup_printf (screen_word (job->screen, "占网格 %% / (%s)"), unit);
    spread.window.panel.unit = density;
    CgCurve curve = { .n = spread.high > low ? N_POINTS : 0,
                      .low = low,
                      .high = spread.high,
                      .n_lines = n_lines,
                      .line = lines,
                      .x_title = unit,
                      .n_marks = G_N_ELEMENTS (marks),
                      .mark = marks };
    cg_chart_curve (job->canvas, job->rect, &spread.window.panel, &curve);
    return TRUE;
}

/* ---- towns ----------------------------------------------------------------------------------- */

ScreenTownCount *
screen_count_towns (const CgScreen *screen, gint64 since_s, gint64 until_s, gint64 before_s,
                    gint64 before_until_s)
{
    const CgPlaces *incidents = screen->incidents;
    ScreenTownCount *town = g_new0 (ScreenTownCount, MAX (screen->regions->n, 1));
    for (guint32 g = 0; g < screen->grids->n; g++)
        if (screen->grid_town[g] != CG_NONE) {
            town[screen->grid_town[g]].grids++;
            town[screen->grid_town[g]].households += screen->grids->households[g];
        }
    for (guint32 i = 0; i < screen->cameras->n; i++) {
        guint32 grid = screen->tables.camera_grid[i];
        if (grid != CG_NONE && screen->grid_town[grid] != CG_NONE)
            town[screen->grid_town[grid]].cameras++;
    }
    for (guint32 i = screen->first_dated; i < screen->end_dated; i++) {
        guint32 grid = screen->tables.incident_grid[i];
        gint64 time_s = incidents->time_s[i];
        if (grid == CG_NONE || screen->grid_town[grid] == CG_NONE)
            continue;
        ScreenTownCount *here = &town[screen->grid_town[grid]];
        here->before += time_s >= before_s && time_s < before_until_s;
        if (time_s < since_s || time_s >= until_s)
            continue;
        guint hour, weekday;
        cg_local_hour (time_s, &hour, &weekday);
        here->events++;
        here->night += hour >= 22 || hour < 6;
        guint32 state = incidents->state != NULL ? incidents->state[i] : CG_NONE;
        if (state != CG_NONE) {
            here->stated++;
            here->settled += screen->settled[state];
            here->open += !screen->settled[state];
        }
    }
    return town;
}

static double
per (double count, double base, double times)
{
    return base > 0.0 ? times * count / base : NAN;
}

#define N_AXES 6u
static const CgRadarAxis axes[N_AXES] = {
    { "每千户事件", "起", 0 },   { "未办结", "起", 0 },  { "办结率", "%", 100 },
    { "每千户摄像头", "个", 0 }, { "夜间占比", "%", 0 }, { "户数", "户", 0 },
};

static void
fill_axes (const ScreenTownCount *town, double out[N_AXES])
{
    out[0] = per (town->events, town->households, 1000);
    out[1] = town->stated > 0 ? town->open : NAN;
    out[2] = per (town->settled, town->stated, 100);
    out[3] = per (town->cameras, town->households, 1000);
    out[4] = per (town->night, town->events, 100);
    out[5] = town->households;
}

gboolean
screen_draw_radar (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, 30, screen_word (job->screen, "事件最多的三个乡镇"), NULL);
    g_autoptr (GArray) ranks = screen_rank_towns (screen, window.since_s, window.until_s);
    g_autofree ScreenTownCount *town =
        screen_count_towns (screen, window.since_s, window.until_s, 0, 0);
    double value[CG_CHART_MAX_LINES][N_AXES], each[N_AXES];
    CgChartLine lines[CG_CHART_MAX_LINES];
    CgRadarAxis scaled[N_AXES];
    guint n = MIN (ranks->len, CG_CHART_MAX_LINES);
    memcpy (scaled, axes, sizeof scaled);
    for (guint a = 0; a < N_AXES; a++) {
        scaled[a].name = screen_word (screen, axes[a].name);
        scaled[a].unit = screen_word (screen, axes[a].unit);
    }
    for (guint i = 0; i < ranks->len; i++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, i);
        fill_axes (&town[rank->row], i < n ? value[i] : each);
        if (i < n)
            lines[i] = (CgChartLine){ rank->name, value[i] };
        /* Scales hold all towns, so that another three next month are drawn alike. */
        for (guint a = 0; a < N_AXES; a++) {
            double v = i < n ? value[i][a] : each[a];
            if (axes[a].end == 0 && isfinite (v))
                scaled[a].end = MAX (scaled[a].end, cg_round_up (v));
        }
    }
    g_autofree char *source = g_strconcat (
        screen_word (job->screen, "各轴自有比例，按全部乡镇的最大值取整；夜间为 22 时至 6 时"),
        screen->households_estimated > 0 ? screen_word (job->screen, "；户数含估算") : "", NULL);
    window.panel.source = source;
    cg_chart_radar (job->canvas, job->rect, &window.panel, N_AXES, scaled, n, lines);
    return TRUE;
}

const char *
screen_before (const CgScreen *screen, gint64 since_s, gint64 until_s, gint64 *out_since_s,
               gint64 *out_until_s)
{
    gint64 begin = screen_data_begin (screen), end = screen_data_end (screen);
    if (end >= until_s - SCREEN_DAY_S)
        until_s = MIN (until_s, end + 1);
    *out_since_s = screen_year_before (since_s);
    *out_until_s = screen_year_before (until_s);
    gboolean apart = until_s - since_s <= 366 * SCREEN_DAY_S;
    if (apart && begin <= *out_since_s + SCREEN_DAY_S)
        return screen_word (screen, "同比");
    gint64 days = (until_s - since_s + SCREEN_DAY_S - 1) / SCREEN_DAY_S;
    *out_since_s = since_s - days * SCREEN_DAY_S;
    *out_until_s = until_s - days * SCREEN_DAY_S;
    if (begin <= *out_since_s + SCREEN_DAY_S)
        return screen_word (screen, "环比");
    *out_since_s = *out_until_s = 0;
    return NULL;
}

typedef struct {
    guint n;
    const char **name;
    const char **interval;
    double *grids, *households, *events, *rate, *before;
} Rows;

static void
rows_clear (Rows *rows)
{
    for (guint i = 0; rows->interval != NULL && i < rows->n; i++)
        g_free ((char *) rows->interval[i]);
    g_free (rows->name);
    g_free (rows->interval);
    g_free (rows->grids); /* one block for all five */
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_clear)

/* "31.2–48.5": what rates the count is compatible with, the shorter the surer. */
static char *
interval_text (const ScreenTownCount *town)
{
    double low, high;
    if (!(town->households > 0.0))
        return g_strdup ("—");
    cg_poisson_interval (town->events, 0.95, &low, &high);
    char from[G_ASCII_DTOSTR_BUF_SIZE], to[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd (from, sizeof from, "%.1f", 1000 * low / town->households);
    g_ascii_formatd (to, sizeof to, "%.1f", 1000 * high / town->households);
    return g_strdup_printf ("%s–%s%s", from, to, town->events < CG_UNSURE_COUNT ? " △" : "");
}

static void
rows_init (Rows *rows, const GArray *ranks, const ScreenTownCount *town, gboolean compared)
{
    guint n = rows->n = ranks->len;
    rows->name = g_new0 (const char *, n + 1);
    rows->interval = g_new0 (const char *, n + 1);
    rows->grids = g_new0 (double, 5 * (gsize) n + 1);
    rows->households = rows->grids + n;
    rows->events = rows->households + n;
    rows->rate = rows->events + n;
    rows->before = rows->rate + n;
    for (guint i = 0; i < n; i++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, i);
        const ScreenTownCount *here = &town[rank->row];
        rows->name[i] = rank->name;
        rows->grids[i] = here->grids;
        rows->households[i] = here->households;
        rows->events[i] = here->events;
        rows->rate[i] = per (here->events, here->households, 1000);
        rows->interval[i] = interval_text (here);
        rows->before[i] = compared ? here->before : NAN;
    }
}

gboolean
screen_draw_table (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    g_auto (ScreenWindow) window = { 0 };
    g_auto (Rows) rows = { 0 };
    gint64 since_s, until_s;
    screen_window_init (&window, job, 30, screen_word (job->screen, "乡镇事件明细"), NULL);
    const char *change = screen_before (screen, window.since_s, window.until_s, &since_s, &until_s);
    g_autoptr (GArray) ranks = screen_rank_towns (screen, window.since_s, window.until_s);
    g_autofree ScreenTownCount *town =
        screen_count_towns (screen, window.since_s, window.until_s, since_s, until_s);
    rows_init (&rows, ranks, town, change != NULL);
    if (screen->households_estimated > 0)
        window.panel.source = screen_word (screen, "户数及每千户含估算");
    g_autofree char *households =
        screen_mark_estimate (screen, CG_BASE_HOUSEHOLDS, screen_word (job->screen, "户数"));
    const CgColumn columns[] = {
        { screen_word (job->screen, "乡镇"), NULL, CG_COLUMN_TEXT, 0, rows.name, NULL, NULL },
        { screen_word (job->screen, "事件"), screen_word (job->screen, "起"), CG_COLUMN_COUNT, 0,
          NULL, rows.events, NULL },
        { change, NULL, CG_COLUMN_CHANGE, 0, NULL, rows.events, rows.before },
        { screen_word (job->screen, "每千户"), screen_word (job->screen, "起"), CG_COLUMN_NUMBER, 1,
          NULL, rows.rate, NULL },
        { screen_word (job->screen, "95% 区间"), screen_word (job->screen, "起/千户"),
          CG_COLUMN_RANGE, 0, rows.interval, NULL, NULL },
        { households, screen_word (job->screen, "户"), CG_COLUMN_COUNT, 0, NULL, rows.households,
          NULL },
        { screen_word (job->screen, "网格"), screen_word (job->screen, "个"), CG_COLUMN_COUNT, 0,
          NULL, rows.grids, NULL },
    };
    CgColumn shown[G_N_ELEMENTS (columns)];
    guint n = 0;
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
        if (columns[c].kind != CG_COLUMN_CHANGE || change != NULL)
            shown[n++] = columns[c];
    cg_chart_table (job->canvas, job->rect, &window.panel, rows.n, 0, n, shown);
    return TRUE;
}
