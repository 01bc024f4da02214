/* The county screen as one picture: the same panels as the page, for walls without a browser. */
#include "app/screen/screen_internal.h"

#include "chart/chart.h"

#include <math.h>
#include <string.h>

#define LATEST_ROWS 12u

static const char *const weekdays[] = { "",       "星期一", "星期二", "星期三",
                                        "星期四", "星期五", "星期六", "星期日" };

gboolean
screen_draw_heading (const ScreenJob *job, const char *name, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 end = screen_data_end (screen);
    g_autofree char *title = screen->county_name[0] != '\0'
                                 ? g_strconcat (screen->county_name, " · ", name, NULL)
                                 : g_strdup (name);
    g_autofree char *day = cg_app_local_text (job->today_s, "%Y-%m-%d");
    g_autofree char *number = cg_app_local_text (job->today_s, "%u");
    g_autofree char *when = g_strdup_printf (
        "%s %s", day, screen_word (screen, weekdays[CLAMP (number[0] - '0', 0, 7)]));
    g_autofree char *time =
        end != CG_TIME_NONE ? cg_app_local_text (end, "%Y-%m-%d %H:%M") : g_strdup ("—");
    g_autofree char *state = g_strdup_printf (screen_word (job->screen, "数据截至 %s"), time);
    cg_page_heading (job->canvas, &(CgHeading){ .title = title, .when = when, .state = state });
    return TRUE;
}

/* Of the day so far as the data know it, so that the picture depends on the data and not on the
 * clock. */
static double
count_day_before (const CgScreen *screen, gint64 day_s)
{
    gint64 end = screen_data_end (screen), until_s = MIN (end + 1, day_s + SCREEN_DAY_S);
    if (screen_data_begin (screen) >= day_s)
        return NAN;
    return screen_count_between (screen, day_s - SCREEN_DAY_S, until_s - SCREEN_DAY_S);
}

gboolean
screen_draw_figures (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    gint64 day_s = job->today_s;
    gboolean running = day_s == screen_day_start (job->now_s);
    gint64 end = screen_data_end (screen);
    g_autofree char *day = running ? g_strdup (screen_word (job->screen, "今日"))
                                   : cg_app_local_text (day_s, "%m-%d ");
    g_autofree char *until = cg_app_local_text (end != CG_TIME_NONE ? end : day_s, "%H:%M");
    g_autofree char *today =
        g_strdup_printf (screen_word (job->screen, "%s事件（至 %s）"), day, until);
    ScreenStates states;
    screen_states (screen, day_s + SCREEN_DAY_S, &states);
    g_autofree char *households =
        screen_mark_estimate (screen, CG_BASE_HOUSEHOLDS, screen_word (job->screen, "户数"));
    g_autofree char *people =
        screen_mark_estimate (screen, CG_BASE_POPULATION, screen_word (job->screen, "人口"));
    CgFigure figures[] = {
        { screen_word (job->screen, "网格"), screen_word (job->screen, "个"), screen->grids->n, NAN,
          NULL, TRUE },
        { today, screen_word (job->screen, "起"),
          screen_count_between (screen, day_s, day_s + SCREEN_DAY_S),
          count_day_before (screen, day_s), screen_word (job->screen, "较前日同时段"), FALSE,
          TRUE },
        { households, screen_word (job->screen, "户"), screen->households, NAN, NULL, TRUE },
        { people, screen_word (job->screen, "人"), screen->population, NAN, NULL, TRUE },
        { screen_word (job->screen, "未办结"), screen_word (job->screen, "起"),
          states.known ? states.open : NAN, NAN, NULL, TRUE },
        { screen_word (job->screen, "摄像头"), screen_word (job->screen, "个"),
          screen_cameras_inside (screen), NAN, NULL, TRUE },
    };
    g_autofree char *place = screen_place_label (screen);
    g_autofree char *title =
        g_strconcat (place[0] != '\0' ? place : screen_word (job->screen, "县域"),
                     screen_word (job->screen, "概况"), NULL);
    g_autofree char *chosen = screen_types_title (job, title);
    CgPanel panel = { .title = chosen,
                      .source = screen->tables.plan != NULL
                                    ? NULL
                                    : screen_word (job->screen, "尚无网格方案") };
    cg_chart_figures (job->canvas, job->rect, &panel, G_N_ELEMENTS (figures), figures);
    return TRUE;
}

void
screen_rows_free (GArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        CgListRow *row = &g_array_index (rows, CgListRow, i);
        g_free ((char *) row->lead);
        g_free ((char *) row->text);
        g_free ((char *) row->tail);
    }
    g_array_unref (rows);
}

gboolean
screen_draw_warnings (const ScreenJob *job, GError **error)
{
    const CgScreen *screen = job->screen;
    double by_chance;
    g_autoptr (GArray) warnings = screen_warnings (screen, job->today_s, &by_chance);
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (CgListRow));
    for (guint i = 0; i < MIN (warnings->len, 12); i++) {
        const ScreenWarning *warning = &g_array_index (warnings, ScreenWarning, i);
        CgListRow row = { .warning = warning->colour,
                          .text = screen_grid_label (screen, warning->grid),
                          .tail = g_strdup_printf ("%u / %.1f", warning->count, warning->usual) };
        g_array_append_val (rows, row);
    }
    g_autofree char *rule = screen_warning_rule (screen);
    gboolean by_limit = screen->tables.config->warning_rule == CG_WARN_LIMIT;
    g_autofree char *usual =
        by_chance < 0.5
            ? g_strdup (screen_word (job->screen, "平常几乎没有"))
            : g_strdup_printf (screen_word (job->screen, "平常也有约 %.0f 个"), by_chance);
    g_autofree char *source = by_limit
                                  ? g_strconcat (rule, screen_word (job->screen, "，"), usual, NULL)
                                  : g_strdup (rule);
    gboolean ready = screen_warnings_ready (screen, job->today_s);
    CgPanel panel = { .title = screen_word (job->screen, "预警网格"),
                      .unit = screen_word (job->screen, "起"),
                      .period = by_limit ? screen_word (job->screen, "近 7 日 / 平常每周")
                                         : screen_word (job->screen, "近 7 日 / 前四周周均"),
                      .source = source,
                      .empty = ready ? screen_word (job->screen, "近 7 日无预警网格")
                                     : screen_word (job->screen, "数据不足五周") };
    cg_chart_list (job->canvas, job->rect, &panel, rows->len,
                   (const CgListRow *) (gpointer) rows->data);
    screen_rows_free (rows);
    return TRUE;
}

GArray *
screen_latest_rows (const ScreenJob *job, guint most)
{
    const CgScreen *screen = job->screen;
    const CgPlaces *incidents = screen->incidents;
    guint32 from, to;
    screen_range (screen, G_MININT64 + 1, job->today_s + SCREEN_DAY_S, &from, &to);
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (CgListRow));
    guint32 n = MIN (to - from, most);
    gboolean today_only = n > 0 && incidents->time_s[to - n] >= job->today_s;
    for (guint32 k = 0; k < n; k++) {
        guint32 i = to - 1 - k;
        const char *type = incidents->type[i] != CG_NONE
                               ? cg_names_get (incidents->types, incidents->type[i])
                               : screen_word (job->screen, "未分类");
        const char *slash = strrchr (type, '/');
        CgListRow row = { .warning = -1,
                          .lead = cg_app_local_text (incidents->time_s[i],
                                                    today_only ? "%H:%M" : "%m-%d %H:%M"),
                          .text = g_strdup (slash != NULL ? slash + 1 : type),
                          .tail = screen_grid_label (screen, screen->tables.incident_grid[i]) };
        g_array_append_val (rows, row);
    }
    return rows;
}

gboolean
screen_draw_latest (const ScreenJob *job, GError **error)
{
    GArray *rows = screen_latest_rows (job, LATEST_ROWS);
    g_autofree char *title = screen_types_title (job, screen_word (job->screen, "最新事件"));
    CgPanel panel = { .title = title, .empty = screen_word (job->screen, "暂无事件") };
    cg_chart_list (job->canvas, job->rect, &panel, rows->len,
                   (const CgListRow *) (gpointer) rows->data);
    screen_rows_free (rows);
    return TRUE;
}

gboolean
screen_draw_county (const ScreenJob *job, GError **error)
{
    return screen_draw_heading (job, screen_word (job->screen, "社会治理网格"), error) &&
           screen_draw_wall (job, error);
}
