/* The panels of the county screen that are charts, and the words on them. */
#include "app/screen/screen_internal.h"

#include "chart/chart.h"

#include <math.h>

#define WINDOW_DAYS 30
#define FEW_KINDS 2u
#define MAX_RANKS 10u

void
screen_window_clear (ScreenWindow *window)
{
    g_free (window->period);
    g_free (window->title);
}

void
screen_window_init (ScreenWindow *window, const ScreenJob *job, guint days, const char *title,
                    const char *unit)
{
    screen_window (job, days, &window->since_s, &window->until_s);
    /* Over more than ten months a day without its year may be taken for another. */
    gboolean year = window->until_s - window->since_s > 300 * SCREEN_DAY_S;
    const char *day = year ? "%Y-%m-%d" : "%m-%d";
    g_autofree char *from = cg_app_local_text (window->since_s, day);
    /* The period ends where the data end: to the minute while the last day is not over. */
    gint64 end = screen_data_end (job->screen);
    gboolean whole = end == CG_TIME_NONE || end >= window->until_s || end < job->today_s;
    g_autofree char *to =
        cg_app_local_text (whole ? window->until_s - 1 : end, whole  ? day
                                                             : year ? "%Y-%m-%d %H:%M"
                                                                    : "%m-%d %H:%M");
    window->period = g_strdup_printf (screen_word (job->screen, "%s 至 %s"), from, to);
    g_autofree char *placed = screen_place_title (job->screen, title);
    window->title = screen_types_title (job, placed);
    window->panel = (CgPanel){ .title = window->title, .unit = unit, .period = window->period };
}

/* Events by row, of regions or of grids, of what a ranking ranks. (g_free) */
static guint32 *
rank_counts (const CgScreen *screen, gint64 since_s, gint64 until_s)
{
    CgLevel level;
    g_autoptr (GArray) ranks = screen_rank_children (screen, since_s, until_s, &level);
    guint32 *count = g_new0 (guint32, MAX (MAX (screen->regions->n, screen->grids->n), 1));
    for (guint i = 0; i < ranks->len; i++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, i);
        count[rank->row] = rank->count;
    }
    return count;
}

gboolean
screen_draw_ranking (const ScreenJob *job, GError **error)
{
    static const char *const kinds[] = { "下级事件", "乡镇事件", "村（社区）事件", "网格事件" };
    const CgScreen *screen = job->screen;
    if (job->measure != NULL)
        return screen_draw_measure_ranking (job, error);
    g_auto (ScreenWindow) window = { 0 };
    gint64 since_s, until_s;
    CgLevel level;
    screen_window_init (&window, job, WINDOW_DAYS, NULL, screen_word (job->screen, "起"));
    const char *change = screen_before (screen, window.since_s, window.until_s, &since_s, &until_s);
    g_autoptr (GArray) ranks =
        screen_rank_children (screen, window.since_s, window.until_s, &level);
    g_autofree guint32 *before = rank_counts (screen, since_s, until_s);
    g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CgBar));
    for (guint i = 0; i < MIN (ranks->len, MAX_RANKS); i++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, i);
        CgBar bar = { .name = rank->name,
                      .value = rank->count,
                      .before = change != NULL ? before[rank->row] : NAN,
                      .counts = TRUE };
        g_array_append_val (bars, bar);
    }
    g_autofree char *title = g_strconcat (
        screen_word (screen, kinds[level]),
        change != NULL ? screen_word (job->screen, "及") : screen_word (job->screen, "排行"),
        change != NULL ? change : "",
        ranks->len > MAX_RANKS ? screen_word (job->screen, " 前 10") : NULL, NULL);
    g_autofree char *chosen = screen_types_title (job, title);
    window.panel.title = chosen;
    if (level == CG_LEVEL_COUNTY)
        window.panel.empty = screen_word (job->screen, "没有下级");
    cg_chart_ranking (job->canvas, job->rect, &window.panel, bars->len,
                      (const CgBar *) (gpointer) bars->data);
    return TRUE;
}

/* "受伤事故 69 · 死亡事故 1" */
static char *
kinds_text (const GArray *kinds)
{
    GString *text = g_string_new (NULL);
    for (guint i = 0; i < kinds->len; i++) {
        const ScreenKind *kind = &g_array_index (kinds, ScreenKind, i);
        g_autofree char *count = cg_format_count (kind->count);
        g_string_append_printf (text, "%s%s %s", i > 0 ? " · " : "", kind->name, count);
    }
    return g_string_free (text, FALSE);
}

gboolean
screen_draw_types (const ScreenJob *job, GError **error)
{
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, WINDOW_DAYS, screen_word (job->screen, "事件类型"),
                        screen_word (job->screen, "起"));
    g_autoptr (GArray) kinds = screen_rank_kinds (job->screen, window.since_s, window.until_s);
    g_autoptr (GArray) second = screen_rank_second_kinds (job->screen, window.since_s, window.until_s);
    g_autofree char *first = NULL;
    /* One source alone has one or two kinds: what lies below them tells more. */
    if (kinds->len <= FEW_KINDS && second->len > kinds->len) {
        first = kinds_text (kinds);
        window.panel.source = first;
        g_array_set_size (kinds, 0);
        g_array_append_vals (kinds, second->data, second->len);
    }
    g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CgBar));
    for (guint i = 0; i < kinds->len; i++) {
        const ScreenKind *kind = &g_array_index (kinds, ScreenKind, i);
        CgBar bar = { .name = kind->name, .value = kind->count, .before = NAN };
        g_array_append_val (bars, bar);
    }
    cg_chart_types (job->canvas, job->rect, &window.panel, bars->len,
                    (const CgBar *) (gpointer) bars->data);
    return TRUE;
}

gboolean
screen_draw_hours (const ScreenJob *job, GError **error)
{
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, WINDOW_DAYS, screen_word (job->screen, "事件时段"),
                        screen_word (job->screen, "起"));
    double value[7 * 24];
    screen_hours (job->screen, window.since_s, window.until_s, value);
    cg_chart_week (job->canvas, job->rect, &window.panel, value, job->palette);
    return TRUE;
}

gboolean
screen_draw_trend (const ScreenJob *job, GError **error)
{
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, WINDOW_DAYS, NULL, screen_word (job->screen, "起/日"));
    guint days = (guint) ((window.until_s - window.since_s) / SCREEN_DAY_S);
    g_autofree char *title = g_strdup_printf (screen_word (job->screen, "近 %u 天事件"), days);
    g_autofree char *last = g_strdup_printf (screen_word (job->screen, "近 %u 天"), days);
    g_autofree char *ahead = g_strdup_printf (screen_word (job->screen, "前 %u 天"), days);
    g_autofree double *now = g_new (double, days), *before = g_new (double, days);
    ScreenBefore kind = screen_trend (job->screen, job->today_s, days, now, before);
    /* Beyond a year the same days of last year are in the period themselves. */
    kind = days <= 366 ? kind : SCREEN_BEFORE_NONE;
    gint64 today_s = cg_screen_today_s (job->screen, job->now_s);
    gboolean to_today = window.until_s == today_s + SCREEN_DAY_S;
    g_autofree char *chosen =
        screen_types_title (job, to_today ? title : screen_word (job->screen, "事件趋势"));
    window.panel.title = chosen;
    /* The day that runs is no fall to a few events: it is drawn apart, with its hour. */
    gint64 end_s = screen_data_end (job->screen);
    gboolean running = end_s >= job->today_s && end_s < window.until_s - 3600;
    g_autofree char *until =
        cg_app_local_text (running ? end_s : 0, screen_word (job->screen, "至 %H:%M"));
    CgTrend trend = {
        .n = days,
        .last_note = running ? until : NULL,
        .start_s = window.since_s,
        .value = now,
        .before = kind != SCREEN_BEFORE_NONE ? before : NULL,
        .name = kind == SCREEN_BEFORE_YEAR ? screen_word (job->screen, "今年")
                : to_today                 ? last
                                           : screen_word (job->screen, "本期"),
        .before_name = kind == SCREEN_BEFORE_YEAR ? screen_word (job->screen, "去年同期") : ahead,
    };
    cg_chart_trend (job->canvas, job->rect, &window.panel, &trend);
    return TRUE;
}
