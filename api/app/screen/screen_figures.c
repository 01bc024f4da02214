#include "app/screen/screen_figures.h"

#include "analyse/chance.h"
#include "analyse/rates.h"

#include <math.h>
#include <string.h>

static void
clear_column (gpointer data)
{
    ScreenColumn *column = data;
    g_free (column->number);
    g_free (column->text);
}

void
screen_figures_init (ScreenFigures *figures, guint32 n)
{
    *figures = (ScreenFigures){ .n = n,
                                .columns = g_array_new (FALSE, FALSE, sizeof (ScreenColumn)),
                                .facts = json_array (),
                                .caveats = json_array () };
    g_array_set_clear_func (figures->columns, clear_column);
}

void
screen_figures_clear (ScreenFigures *figures)
{
    for (guint c = 0; figures->columns != NULL && c < figures->columns->len; c++) {
        char **text = g_array_index (figures->columns, ScreenColumn, c).text;
        for (guint32 i = 0; text != NULL && i < figures->n; i++)
            g_free (text[i]);
    }
    g_clear_pointer (&figures->columns, g_array_unref);
    g_clear_pointer (&figures->row, g_free);
    g_clear_pointer (&figures->facts, json_decref);
    g_clear_pointer (&figures->caveats, json_decref);
}

double *
screen_figures_number (ScreenFigures *figures, const char *key, const char *title,
                       const char *title_en, guint decimals)
{
    ScreenColumn column = { key, title, title_en, decimals, g_new (double, (gsize) figures->n + 1), NULL };
    for (guint32 i = 0; i < figures->n; i++)
        column.number[i] = NAN;
    g_array_append_val (figures->columns, column);
    return column.number;
}

char **
screen_figures_text (ScreenFigures *figures, const char *key, const char *title,
                     const char *title_en)
{
    ScreenColumn column = { key, title, title_en, 0, NULL, g_new0 (char *, (gsize) figures->n + 1) };
    g_array_append_val (figures->columns, column);
    return column.text;
}

void
screen_figures_fact (ScreenFigures *figures, const char *key, const char *title,
                     const char *title_en, double value, const char *unit, const char *unit_en)
{
    gboolean whole = isfinite (value) && value == floor (value) && fabs (value) < 1e15;
    json_t *number = !isfinite (value) ? json_null ()
                     : whole           ? json_integer ((json_int_t) value)
                                       : json_real (value);
    json_array_append_new (figures->facts,
                           json_pack ("{s:s, s:s, s:s, s:o, s:s, s:s}", "key", key, "title", title,
                                      "title_en", title_en, "value", number, "unit", unit,
                                      "unit_en", unit_en));
}

void
screen_figures_caveat (ScreenFigures *figures, char *zh, char *en)
{
    json_array_append_new (figures->caveats, json_pack ("{s:s, s:s}", "zh", zh, "en", en));
    g_free (zh);
    g_free (en);
}

/* ---- rates ------------------------------------------------------------------------------------ */

static char *
valid (const char *text)
{
    return g_utf8_make_valid (text != NULL ? text : "", -1);
}

/* Exact intervals are found by halving, some microseconds each: counts of many grids repeat. */
static void
interval (double count, double *out_low, double *out_high, GHashTable *known)
{
    double *both = g_hash_table_lookup (known, GUINT_TO_POINTER ((guint) count + 1));
    if (both == NULL) {
        both = g_new (double, 2);
        cg_poisson_interval (count, 0.95, &both[0], &both[1]);
        g_hash_table_insert (known, GUINT_TO_POINTER ((guint) count + 1), both);
    }
    *out_low = both[0];
    *out_high = both[1];
}

static void
add_rates (ScreenFigures *figures, const double *count, const double *households)
{
    double *rate = screen_figures_number (figures, "per_1000", "每千户", "per 1000 households", 1);
    double *low = screen_figures_number (figures, "per_1000_low", "95% 下限", "95% low", 1);
    double *high = screen_figures_number (figures, "per_1000_high", "95% 上限", "95% high", 1);
    char **note = screen_figures_text (figures, "note", "说明", "note");
    g_autoptr (GHashTable) known = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    for (guint32 i = 0; i < figures->n; i++) {
        if (!(count[i] >= 0))
            continue;
        gboolean small = count[i] < CG_SMALL_COUNT;
        note[i] = g_strdup (!(households[i] > 0) ? "无户数" : small ? "少于 20 起，率不稳定" : "");
        if (!(households[i] > 0))
            continue;
        interval (count[i], &low[i], &high[i], known);
        rate[i] = 1000 * count[i] / households[i];
        low[i] *= 1000 / households[i];
        high[i] *= 1000 / households[i];
    }
}

static void
tell_small (ScreenFigures *figures, const double *count, const char *zh_unit, const char *en_unit)
{
    guint32 n_small = 0;
    for (guint32 i = 0; i < figures->n; i++)
        n_small += count[i] > 0 && count[i] < CG_SMALL_COUNT;
    if (n_small > 0)
        screen_figures_caveat (
            figures,
            g_strdup_printf ("%u 个%s少于 %d 起：率不稳定，请看区间，不宜据以排名。", n_small,
                             zh_unit, CG_SMALL_COUNT),
            g_strdup_printf ("%u %s have fewer than %d incidents: their rates are unstable; read the "
                             "interval, do not rank by them.",
                             n_small, en_unit, CG_SMALL_COUNT));
}

void
screen_figures_window (const ScreenJob *job, gint64 *out_since_s, gint64 *out_until_s)
{
    screen_map_window (job, out_since_s, out_until_s);
}

static void
tell_events (const ScreenJob *job, ScreenFigures *figures)
{
    const CgScreen *screen = job->screen;
    gint64 since_s, until_s, begin_s = screen_data_begin (screen), end_s = screen_data_end (screen);
    guint32 from, to, outside = 0;
    screen_figures_window (job, &since_s, &until_s);
    screen_range (screen, since_s, until_s, &from, &to);
    for (guint32 i = from; i < to; i++)
        outside += screen->tables.incident_grid[i] == CG_NONE;
    gboolean plan = screen->grids->n > 0 || screen->whole != NULL;
    if (!plan)
        outside = 0;
    screen_figures_fact (figures, "incidents", "事件", "incidents", to - from - outside, "起", "");
    if (!plan)
        screen_figures_caveat (figures, g_strdup ("还没有在用的网格方案：不能按网格统计。"),
                               g_strdup ("There is no plan in force yet: nothing is counted by grid."));
    if (outside > 0)
        screen_figures_fact (figures, "outside", "不在网格内", "in no grid", outside, "起", "");
    if (end_s == CG_TIME_NONE || until_s <= begin_s || since_s > end_s)
        screen_figures_caveat (figures, g_strdup ("所选时段没有数据。"),
                               g_strdup ("There are no data in this period."));
    else if (since_s < begin_s - SCREEN_DAY_S || until_s > end_s + 2 * SCREEN_DAY_S)
        screen_figures_caveat (figures, g_strdup ("数据未覆盖整个时段。"),
                               g_strdup ("The data do not cover the whole period."));
    if (screen->households_estimated > 0)
        screen_figures_caveat (figures, g_strdup ("户数含估算，率随之不确定。"),
                               g_strdup ("Households are partly estimated, and rates with them."));
    if (screen->drawn && screen->grids->n == 0)
        screen_figures_caveat (figures, g_strdup ("选定范围内没有网格。"), g_strdup ("No grid lies in what was drawn."));
    else if (screen->area != NULL)
        screen_figures_caveat (figures, g_strdup ("圈定范围：取中心落在范围内的网格，计其全部事件。"),
                               g_strdup ("Drawn area: grids whose centroid lies in it, with all of "
                                         "their incidents."));
    else if (screen->drawn)
        screen_figures_caveat (figures, g_strdup ("框选：取中心落在框内的网格，计其全部事件。"),
                               g_strdup ("Drawn box: grids whose centroid lies in it, with all of "
                                         "their incidents."));
}

/* ---- rows ------------------------------------------------------------------------------------- */

void
screen_figures_of_grids (const ScreenJob *job, ScreenFigures *out)
{
    const CgScreen *screen = job->screen;
    guint32 n = screen->grids->n;
    gint64 since_s, until_s;
    screen_figures_init (out, n);
    out->of_grids = TRUE;
    out->row = g_new (guint32, (gsize) n + 1);
    screen_figures_window (job, &since_s, &until_s);
    g_autofree guint32 *by_grid = screen_by_grid (screen, since_s, until_s);
    char **code = screen_figures_text (out, "code", "网格编码", "grid");
    char **name = screen_figures_text (out, "name", "网格", "name");
    char **town = screen_figures_text (out, "town", "乡镇", "town");
    double *count = screen_figures_number (out, "incidents", "事件", "incidents", 0);
    double *households = screen_figures_number (out, "households", "户数", "households", 0);
    for (guint32 g = 0; g < n; g++) {
        guint32 row = screen->grid_town[g];
        g_autofree char *label = screen_grid_label (screen, g);
        out->row[g] = g;
        code[g] = valid (screen->grids->code[g]);
        name[g] = valid (label);
        town[g] = valid (row != CG_NONE ? screen->regions->name[row] : NULL);
        count[g] = by_grid[g];
        households[g] = screen->grids->households[g];
    }
    add_rates (out, count, households);
    tell_events (job, out);
    tell_small (out, count, "网格", "grids");
}

void
screen_figures_of_children (const ScreenJob *job, ScreenFigures *out)
{
    static const char *const zh[] = { "下级", "乡镇", "村（社区）", "网格" };
    static const char *const en[] = { "parts", "towns", "communities", "grids" };
    const CgScreen *screen = job->screen;
    gint64 since_s, until_s;
    CgLevel level;
    screen_figures_window (job, &since_s, &until_s);
    g_autoptr (GArray) ranks = screen_rank_children (screen, since_s, until_s, &level);
    screen_figures_init (out, ranks->len);
    out->of_grids = level == CG_LEVEL_GRID;
    out->row = g_new (guint32, (gsize) ranks->len + 1);
    char **code = screen_figures_text (out, "code", "编码", "code");
    char **name = screen_figures_text (out, "name", zh[level], "name");
    double *count = screen_figures_number (out, "incidents", "事件", "incidents", 0);
    double *households = screen_figures_number (out, "households", "户数", "households", 0);
    for (guint k = 0; k < ranks->len; k++) {
        const ScreenRank *rank = &g_array_index (ranks, ScreenRank, k);
        out->row[k] = rank->row;
        code[k] = valid (out->of_grids ? screen->grids->code[rank->row]
                                       : screen->regions->code[rank->row]);
        name[k] = out->of_grids ? screen_grid_label (screen, rank->row) : valid (rank->name);
        count[k] = rank->count;
        households[k] = rank->base;
    }
    add_rates (out, count, households);
    tell_events (job, out);
    tell_small (out, count, zh[level], en[level]);
}
