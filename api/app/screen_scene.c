/* The county screen as one picture: the same panels as the page, for walls without a browser. */
#include "app/screen_internal.h"

#include "chart/chart.h"

#include <math.h>

static const char *const weekdays[] = { "", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日" };

static gboolean
draw_heading (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 end = screen_data_end (screen);
    g_autofree char *title = g_strdup_printf ("%s · 社会治理网格", screen->county_name);
    g_autofree char *day = screen_time_text (job->today_s, "%Y-%m-%d");
    g_autofree char *number = screen_time_text (job->today_s, "%u");
    g_autofree char *when = g_strdup_printf ("%s %s", day, weekdays[CLAMP (number[0] - '0', 0, 7)]);
    g_autofree char *time = end != CG_TIME_NONE ? screen_time_text (end, "%Y-%m-%d %H:%M") : g_strdup ("—");
    g_autofree char *state = g_strdup_printf ("数据截至 %s", time);
    cg_page_heading (job->canvas, &(CgHeading){ .title = title, .when = when, .state = state });
    return TRUE;
}

static gboolean
draw_figures (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 day_s = job->today_s, yesterday_s = day_s - SCREEN_DAY_S;
    gboolean running = day_s == screen_day_start (job->now_s);
    gboolean known = screen->n_dated > 0 && screen->incidents->time_s[screen->first_dated] < yesterday_s + SCREEN_DAY_S;
    /* A picture depends on the day alone, so a day that is still running is not set against a whole one. */
    double before = known && !running ? screen_count_between (screen, yesterday_s, day_s) : NAN;
    g_autofree char *day = screen_time_text (day_s, "%m-%d");
    g_autofree char *today = running ? g_strdup ("今日事件") : g_strdup_printf ("%s 事件", day);
    CgFigure figures[] = {
        { "网格", "个", screen->grids->n, NAN, NULL, TRUE },
        { "户数", "户", screen->households, NAN, NULL, TRUE },
        { "人口", "人", screen->population, NAN, NULL, TRUE },
        { today, "起", screen_count_between (screen, day_s, day_s + SCREEN_DAY_S), before, "较前日", FALSE },
    };
    CgPanel panel = { .title = "县域概况", .source = screen->tables.plan != NULL ? NULL : "尚无网格方案" };
    cg_chart_figures (job->canvas, job->rect, &panel, G_N_ELEMENTS (figures), figures);
    return TRUE;
}

static char *
grid_text (const CgScreen *screen, guint32 grid)
{
    guint32 community = grid != CG_NONE ? screen->grid_community[grid] : CG_NONE;
    if (grid == CG_NONE)
        return g_strdup ("网格外");
    return g_strconcat (community != CG_NONE ? screen->regions->name[community] : "", screen->grids->name[grid], NULL);
}

static void
free_rows (GArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        CgListRow *row = &g_array_index (rows, CgListRow, i);
        g_free ((char *) row->lead);
        g_free ((char *) row->text);
        g_free ((char *) row->tail);
    }
    g_array_unref (rows);
}

static gboolean
draw_warnings (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    g_autoptr (GArray) warnings = screen_warnings (screen, job->today_s);
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (CgListRow));
    for (guint i = 0; i < MIN (warnings->len, 12); i++) {
        const ScreenWarning *warning = &g_array_index (warnings, ScreenWarning, i);
        CgListRow row = { .warning = warning->colour, .text = grid_text (screen, warning->grid),
                          .tail = g_strdup_printf ("%u 起 / 周均 %.1f", warning->count, warning->usual) };
        g_array_append_val (rows, row);
    }
    CgPanel panel = { .title = "预警网格", .period = "近 7 日对前四周", .source = "3 / 2 / 1.5 / 1.2 倍，且不少于 5 起" };
    cg_chart_list (job->canvas, job->rect, &panel, rows->len, (const CgListRow *) (gpointer) rows->data);
    free_rows (rows);
    return TRUE;
}

static gboolean
draw_latest (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgPlaces *incidents = screen->incidents;
    guint32 from, to;
    screen_range (screen, G_MININT64 + 1, job->today_s + SCREEN_DAY_S, &from, &to);
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (CgListRow));
    for (guint32 k = 0; k < MIN (to - from, 12); k++) {
        guint32 i = to - 1 - k;
        const char *type = incidents->type[i] != CG_NONE ? cg_names_get (incidents->types, incidents->type[i]) : "未分类";
        CgListRow row = { .warning = -1, .lead = screen_time_text (incidents->time_s[i], "%H:%M"), .text = g_strdup (type),
                          .tail = grid_text (screen, screen->tables.incident_grid[i]) };
        g_array_append_val (rows, row);
    }
    CgPanel panel = { .title = "最新事件" };
    cg_chart_list (job->canvas, job->rect, &panel, rows->len, (const CgListRow *) (gpointer) rows->data);
    free_rows (rows);
    return TRUE;
}

gboolean
screen_draw_county (const ScreenJob *job, GError **error)
{
    static const struct {
        guint column, row, columns, rows;
        ScreenDraw draw;
    } panels[] = {
        { 0, 0, 5, 4, draw_figures },   { 0, 4, 5, 4, screen_draw_trend },    { 0, 8, 5, 4, draw_warnings },
        { 5, 0, 14, 12, screen_draw_map }, { 19, 0, 5, 4, screen_draw_ranking }, { 19, 4, 5, 3, screen_draw_types },
        { 19, 7, 5, 3, screen_draw_hours }, { 19, 10, 5, 2, draw_latest },
    };
    if (!draw_heading (job, error))
        return FALSE;
    for (guint p = 0; p < G_N_ELEMENTS (panels); p++) {
        ScreenJob part = *job;
        part.rect = cg_page_cell (job->canvas, panels[p].column, panels[p].row, panels[p].columns, panels[p].rows);
        if (!panels[p].draw (&part, error))
            return FALSE;
    }
    return TRUE;
}
