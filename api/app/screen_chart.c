/* The panels of the county screen that are charts, and the words on them. */
#include "app/screen_internal.h"

#include "chart/chart.h"

#include <math.h>

#define WINDOW_DAYS 30

typedef struct {
    CgPanel panel;
    char *period;
    gint64 since_s, until_s;
} Window;

static void
window_clear (Window *window)
{
    g_free (window->period);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Window, window_clear)

static void
window_init (Window *window, const ScreenJob *job, const char *title, const char *unit)
{
    screen_window (job, WINDOW_DAYS, &window->since_s, &window->until_s);
    /* Over more than ten months a day without its year may be taken for another. */
    gboolean year = window->until_s - window->since_s > 300 * SCREEN_DAY_S;
    g_autofree char *from = screen_time_text (window->since_s, year ? "%Y-%m-%d" : "%m-%d");
    /* The period ends where the data end: to the minute while the last day is not over. */
    gint64 end = screen_data_end (job->screen);
    gboolean whole = end == CG_TIME_NONE || end >= window->until_s || end < job->today_s;
    g_autofree char *to =
        screen_time_text (whole ? window->until_s - 1 : end, !whole ? "%m-%d %H:%M"
                                                             : year ? "%Y-%m-%d"
                                                                    : "%m-%d");
    window->period = g_strdup_printf ("%s 至 %s", from, to);
    window->panel = (CgPanel){ .title = title, .unit = unit, .period = window->period };
}

gboolean
screen_draw_ranking (const ScreenJob *job, GError **error)
{
    g_auto (Window) window = { 0 };
    window_init (&window, job, "乡镇事件排行", "起");
    g_autoptr (GArray) ranks = screen_rank_towns (job->screen, window.since_s, window.until_s);
    g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CgBar));
    for (guint i = 0; i < MIN (ranks->len, 10); i++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, i);
        CgBar bar = { rank->name, rank->count, NAN };
        g_array_append_val (bars, bar);
    }
    if (ranks->len > 10)
        window.panel.title = "乡镇事件排行 前 10";
    cg_chart_ranking (job->canvas, job->rect, &window.panel, bars->len,
                      (const CgBar *) (gpointer) bars->data);
    return TRUE;
}

gboolean
screen_draw_types (const ScreenJob *job, GError **error)
{
    g_auto (Window) window = { 0 };
    window_init (&window, job, "事件类型", "起");
    g_autoptr (GArray) kinds = screen_rank_kinds (job->screen, window.since_s, window.until_s);
    g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CgBar));
    for (guint i = 0; i < kinds->len; i++) {
        const ScreenKind *kind = &g_array_index (kinds, ScreenKind, i);
        CgBar bar = { kind->name, kind->count, NAN };
        g_array_append_val (bars, bar);
    }
    cg_chart_types (job->canvas, job->rect, &window.panel, bars->len,
                    (const CgBar *) (gpointer) bars->data);
    return TRUE;
}

gboolean
screen_draw_hours (const ScreenJob *job, GError **error)
{
    g_auto (Window) window = { 0 };
    window_init (&window, job, "事件时段", "起");
    double value[7 * 24];
    screen_hours (job->screen, window.since_s, window.until_s, value);
    cg_chart_week (job->canvas, job->rect, &window.panel, value, job->palette);
    return TRUE;
}

gboolean
screen_draw_trend (const ScreenJob *job, GError **error)
{
    g_auto (Window) window = { 0 };
    window_init (&window, job, NULL, "起/日");
    guint days = (guint) ((window.until_s - window.since_s) / SCREEN_DAY_S);
    g_autofree char *title = g_strdup_printf ("近 %u 天事件", days);
    g_autofree char *last = g_strdup_printf ("近 %u 天", days);
    g_autofree char *ahead = g_strdup_printf ("前 %u 天", days);
    g_autofree double *now = g_new (double, days), *before = g_new (double, days);
    ScreenBefore kind = screen_trend (job->screen, job->today_s, days, now, before);
    gint64 today_s = cg_screen_today_s (job->screen, job->now_s);
    gboolean to_today = window.until_s == today_s + SCREEN_DAY_S;
    window.panel.title = to_today ? title : "事件趋势";
    CgTrend trend = {
        .n = days,
        .start_s = window.since_s,
        .value = now,
        .before = kind != SCREEN_BEFORE_NONE ? before : NULL,
        .name = kind == SCREEN_BEFORE_YEAR ? "今年"
                : to_today                 ? last
                                           : "本期",
        .before_name = kind == SCREEN_BEFORE_YEAR ? "去年同期" : ahead,
    };
    cg_chart_trend (job->canvas, job->rect, &window.panel, &trend);
    return TRUE;
}
