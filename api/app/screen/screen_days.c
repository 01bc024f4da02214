/* Pictures of time: settlement, days of the year, types over time, the latest events. */
#include "app/screen/screen_internal.h"

#include "chart/chart.h"

#include <math.h>
#include <string.h>

#define YEAR_DAYS 365
#define BAND_STEP 15.0 /* per cent points between the bands of the gauge */
#define TICKER_ROWS 60u
#define FRAMES_PER_ROW 50.0 /* two seconds at 25 frames a second */

void
screen_settled (const CgScreen *screen, gint64 since_s, gint64 until_s, guint32 *out_settled,
                guint32 *out_stated)
{
    const CgPlaces *incidents = screen->incidents;
    guint32 from, to;
    screen_range (screen, since_s, until_s, &from, &to);
    *out_settled = *out_stated = 0;
    for (guint32 i = from; incidents->state != NULL && i < to; i++) {
        if (incidents->state[i] == CG_NONE)
            continue;
        ++*out_stated;
        *out_settled += screen->settled[incidents->state[i]];
    }
}

gboolean
screen_draw_gauge (const ScreenJob *job, GError **error)
{
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, 30, screen_word (job->screen, "事件办结率"), NULL);
    guint32 settled, stated;
    screen_settled (job->screen, window.since_s, window.until_s, &settled, &stated);
    double target = job->screen->tables.config->settled_target;
    g_autofree char *done = cg_format_count_in (job->screen->language, settled),
                    *all = cg_format_count_in (job->screen->language, stated);
    g_autofree char *note =
        stated > 0 ? g_strdup_printf (screen_word (job->screen, "办结 %s / %s 起"), done, all)
                   : g_strdup (screen_word (job->screen, "数据中没有办理状态"));
    g_autofree char *rule =
        g_strdup_printf (screen_word (job->screen, "红 <%.0f ≤ 橙 <%.0f ≤ 黄 <%.0f ≤ 蓝 (目标)"),
                         MAX (target - 2 * BAND_STEP, 0), MAX (target - BAND_STEP, 0), target);
    CgGauge gauge = {
        .name = screen_word (job->screen, "办结率"),
        .unit = "%",
        .value = stated > 0 ? 100.0 * settled / stated : NAN,
        .end = 100,
        .target = target,
        .bound = { MAX (target - 2 * BAND_STEP, 0), MAX (target - BAND_STEP, 0), target },
        .note = note,
    };
    window.panel.source = rule;
    cg_chart_gauge (job->canvas, job->rect, &window.panel, &gauge);
    return TRUE;
}

gboolean
screen_draw_calendar (const ScreenJob *job, GError **error)
{
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, YEAR_DAYS, screen_word (job->screen, "每日事件"),
                        screen_word (job->screen, "起"));
    guint n = (guint) ((window.until_s - window.since_s) / SCREEN_DAY_S);
    g_autofree double *value = g_new (double, n);
    for (guint d = 0; d < n; d++)
        value[d] = screen_count_day (job->screen, window.since_s + (gint64) d * SCREEN_DAY_S);
    cg_chart_calendar (job->canvas, job->rect, &window.panel, n, window.since_s, value,
                       job->palette);
    return TRUE;
}

gboolean
screen_draw_ring (const ScreenJob *job, GError **error)
{
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, 30, screen_word (job->screen, "事件类型构成"),
                        screen_word (job->screen, "起"));
    g_autoptr (GArray) kinds = screen_rank_kinds (job->screen, window.since_s, window.until_s);
    g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (CgBar));
    for (guint i = 0; i < kinds->len; i++) {
        const ScreenKind *kind = &g_array_index (kinds, ScreenKind, i);
        CgBar bar = { .name = kind->name, .value = kind->count, .before = NAN };
        g_array_append_val (bars, bar);
    }
    cg_chart_ring (job->canvas, job->rect, &window.panel, bars->len,
                   (const CgBar *) (gpointer) bars->data);
    return TRUE;
}

ScreenSteps
screen_steps (gint64 since_s, gint64 until_s)
{
    gint64 days = (until_s - since_s) / SCREEN_DAY_S;
    ScreenSteps steps = { .step = CG_STEP_DAY, .step_s = SCREEN_DAY_S };
    if (days > 62) {
        steps.step = days <= 400 ? CG_STEP_WEEK : CG_STEP_FOUR_WEEKS;
        steps.step_s = (days <= 400 ? 7 : 28) * SCREEN_DAY_S;
    }
    steps.n = (guint) MAX ((until_s - since_s) / steps.step_s, 1);
    steps.since_s = until_s - steps.n * steps.step_s;
    return steps;
}

double *
screen_count_steps (const CgScreen *screen, const ScreenSteps *steps)
{
    guint n_kinds = cg_names_count (screen->kinds) + 1;
    double *count = g_new0 (double, (gsize) n_kinds * steps->n);
    guint32 from, to;
    screen_range (screen, steps->since_s, steps->since_s + steps->n * steps->step_s, &from, &to);
    for (guint32 i = from; i < to; i++) {
        guint32 type = screen->incidents->type[i];
        guint kind = type != CG_NONE ? screen->kind_of[type] : n_kinds - 1;
        guint step = (guint) ((screen->incidents->time_s[i] - steps->since_s) / steps->step_s);
        count[(gsize) kind * steps->n + step]++;
    }
    gint64 begin = screen_data_begin (screen), end = screen_data_end (screen);
    for (guint s = 0; s < steps->n; s++) {
        gint64 start_s = steps->since_s + s * steps->step_s;
        if (begin < start_s + SCREEN_DAY_S && start_s <= end)
            continue;
        for (guint k = 0; k < n_kinds; k++)
            count[(gsize) k * steps->n + s] = NAN;
    }
    return count;
}

gboolean
screen_draw_flow (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    g_auto (ScreenWindow) window = { 0 };
    screen_window_init (&window, job, YEAR_DAYS, screen_word (job->screen, "各类事件的变化"),
                        screen_word (job->screen, "起"));
    ScreenSteps steps = screen_steps (window.since_s, window.until_s);
    g_autofree double *count = screen_count_steps (screen, &steps);
    g_autoptr (GArray) kinds =
        screen_rank_kinds (screen, steps.since_s, steps.since_s + steps.n * steps.step_s);
    g_autofree gint64 *time_s = g_new (gint64, steps.n);
    g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (CgChartLine));
    for (guint s = 0; s < steps.n; s++)
        time_s[s] = steps.since_s + s * steps.step_s;
    for (guint k = 0; k < kinds->len; k++) {
        const ScreenKind *kind = &g_array_index (kinds, ScreenKind, k);
        CgChartLine line = { kind->name, count + (gsize) kind->id * steps.n };
        g_array_append_val (lines, line);
    }
    CgFlow flow = { steps.n, time_s, steps.step, lines->len,
                    (const CgChartLine *) (gpointer) lines->data };
    cg_chart_flow (job->canvas, job->rect, &window.panel, &flow);
    return TRUE;
}

gboolean
screen_draw_ticker (const ScreenJob *job, GError **error)
{
    GArray *rows = screen_latest_rows (job, TICKER_ROWS);
    g_autofree char *title = screen_types_title (job, screen_word (job->screen, "最新事件"));
    CgPanel panel = { .title = title, .empty = screen_word (job->screen, "暂无事件") };
    cg_chart_ticker (job->canvas, job->rect, &panel, rows->len,
                     (const CgListRow *) (gpointer) rows->data, job->frame / FRAMES_PER_ROW);
    screen_rows_free (rows);
    return TRUE;
}
