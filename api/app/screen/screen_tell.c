/* The figures behind each kind of picture. */
#include "app/screen/screen_figures.h"

#include "analyse/rates.h"

#include <math.h>
#include <string.h>

static void
tell_lengths (const ScreenJob *job, ScreenFigures *out)
{
    if (job->against_until_s <= job->against_since_s)
        return;
    gint64 since_s, until_s;
    screen_figures_window (job, &since_s, &until_s);
    gint64 days = (until_s - since_s) / SCREEN_DAY_S,
           other = (job->against_until_s - job->against_since_s) / SCREEN_DAY_S;
    if (days != other)
        screen_figures_caveat (
            out, g_strdup_printf ("两期天数不同（%d 天与 %d 天），并排时请留意。", (int) days, (int) other),
            g_strdup_printf ("The periods have different lengths (%d and %d days).", (int) days,
                             (int) other));
}

/* Rankings and tables show 30 days where no period is asked for, maps those of county.ini. */
gboolean
screen_tell_children (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    ScreenJob dated = *job;
    screen_window (job, 30, &dated.since_s, &dated.until_s);
    screen_figures_of_children (&dated, out);
    return TRUE;
}

void
screen_tell_few (const ScreenJob *job, ScreenFigures *out)
{
    gint64 since_s, until_s;
    screen_figures_window (job, &since_s, &until_s);
    guint32 n = screen_count_between (job->screen, since_s, until_s);
    if (n > 0 && n < CG_SMALL_COUNT)
        screen_figures_caveat (
            out, g_strdup_printf ("只有 %u 起：图上是个别事件，不是规律。", n),
            g_strdup_printf ("Only %u incidents: what is seen are single ones, not a pattern.", n));
}

gboolean
screen_tell_heat (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    ScreenHeatFacts facts;
    if (!screen_heat_facts (job, &facts, error))
        return FALSE;
    screen_figures_of_children (job, out);
    screen_figures_fact (out, "bandwidth_m", "带宽", "bandwidth", facts.bandwidth_m, "m", "m");
    if (facts.town_m < facts.bandwidth_m)
        screen_figures_fact (out, "inset_bandwidth_m", "附图带宽", "bandwidth of the inset", facts.town_m,
                             "m", "m");
    screen_figures_fact (out, "peak_per_km2", "峰值", "peak", facts.peak_per_km2, "起/km²", "per km²");
    screen_figures_fact (out, "full_per_km2", "色标终点", "end of the scale", facts.full_per_km2,
                         "起/km²", "per km²");
    screen_tell_few (job, out);
    tell_lengths (job, out);
    return TRUE;
}

/* What the reader of stored coverage must know: that it is stale, what was assumed, where a share rests on few. */
static void
tell_coverage (const ScreenJob *job, const CgScreenMeasure *measure, ScreenFigures *out)
{
    const CgScreen *screen = job->screen;
    const CgCoverageFacts *facts = screen->tables.coverage;
    CgScreen chinese = *screen, english = *screen;
    chinese.language = CG_CHINESE;
    english.language = CG_ENGLISH;
    char *zh = screen_coverage_text (&chinese, measure), *en = screen_coverage_text (&english, measure);
    if (zh != NULL)
        screen_figures_caveat (out, zh, en);
    gboolean seen = (measure->traits & CG_MEASURE_TOWN) != 0;
    if (seen && facts != NULL && facts->n_assumed > 0)
        screen_figures_caveat (
            out,
            g_strdup_printf ("%u 个摄像头中 %u 个缺视距或视角，按默认值计。", facts->n_cameras, facts->n_assumed),
            g_strdup_printf ("Of %u cameras %u have no range or opening of their own: defaults are taken.",
                             facts->n_cameras, facts->n_assumed));
    guint32 n_few = 0;
    for (guint32 g = 0; g < screen->grids->n; g++)
        n_few += screen->grids->households[g] > 0 && screen->grids->households[g] < CG_SMALL_COUNT;
    if (!seen && (measure->traits & CG_MEASURE_RATIO) != 0 && n_few > 0)
        screen_figures_caveat (
            out, g_strdup_printf ("%u 个网格少于 %d 户：占比和均值不稳定，不宜据以排名。", n_few, CG_SMALL_COUNT),
            g_strdup_printf ("%u grids have fewer than %d households: their shares and means are unstable; do "
                             "not rank by them.",
                             n_few, CG_SMALL_COUNT));
}

gboolean
screen_tell_choropleth (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    const CgScreen *screen = job->screen;
    const CgScreenMeasure *measure = cg_screen_measure_find (job->measure);
    g_autofree double *value = g_new0 (double, (gsize) screen->grids->n + 1);
    gint64 since_s, until_s;
    CgChoropleth classes = { 0 };
    screen_figures_window (job, &since_s, &until_s);
    if (!screen_measure_between (screen, job->measure, since_s, until_s, value, error) ||
        !screen_choropleth_classes (job, value, &classes, error))
        return FALSE;
    screen_figures_of_grids (job, out);
    /* The three that every table has already. */
    gboolean there = strcmp (measure->name, "incidents") == 0 ||
                     strcmp (measure->name, "households") == 0 ||
                     strcmp (measure->name, SCREEN_RAW_RATE) == 0;
    if (!there)
        memcpy (screen_figures_number (out, measure->name, measure->title, measure->name, 2), value,
                screen->grids->n * sizeof (double));
    if ((measure->traits & CG_MEASURE_STORED) != 0)
        tell_coverage (job, measure, out);
    for (guint c = 0; c + 1 < classes.n_classes; c++)
        screen_figures_fact (out, "bound", "分级界限", "class bound", classes.upper[c], measure->unit, "");
    tell_lengths (job, out);
    return TRUE;
}

static char *
day_text (gint64 day_s)
{
    return cg_app_local_text (day_s, "%Y-%m-%d");
}

gboolean
screen_tell_days (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    gint64 since_s, until_s;
    screen_window (job, 30, &since_s, &until_s);
    guint days = (guint) ((until_s - since_s) / SCREEN_DAY_S);
    g_autofree double *now = g_new (double, days), *before = g_new (double, days);
    ScreenBefore kind = screen_trend (job->screen, until_s - SCREEN_DAY_S, days, now, before);
    screen_figures_init (out, days);
    char **day = screen_figures_text (out, "day", "日期", "day");
    memcpy (screen_figures_number (out, "incidents", "事件", "incidents", 0), now,
            days * sizeof (double));
    if (kind != SCREEN_BEFORE_NONE && days <= 366)
        memcpy (screen_figures_number (out, "before",
                                       kind == SCREEN_BEFORE_YEAR ? "去年同期" : "前一时段",
                                       kind == SCREEN_BEFORE_YEAR ? "a year before"
                                                                  : "period before",
                                       0),
                before, days * sizeof (double));
    double sum = 0, sum_before = 0;
    for (guint d = 0; d < days; d++) {
        day[d] = day_text (since_s + (gint64) d * SCREEN_DAY_S);
        sum += isfinite (now[d]) ? now[d] : 0;
        sum_before += isfinite (before[d]) ? before[d] : 0;
    }
    screen_figures_fact (out, "incidents", "事件", "incidents", sum, "起", "");
    if (kind != SCREEN_BEFORE_NONE && days <= 366)
        screen_figures_fact (out, "before", kind == SCREEN_BEFORE_YEAR ? "去年同期" : "前一时段",
                             "before", sum_before, "起", "");
    screen_figures_fact (out, "per_day", "日均", "a day", sum / days, "起/日", "a day");
    return TRUE;
}

gboolean
screen_tell_types (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    gint64 since_s, until_s;
    screen_window (job, 30, &since_s, &until_s);
    g_autoptr (GArray) kinds = screen_rank_kinds (job->screen, since_s, until_s);
    screen_figures_init (out, kinds->len);
    char **name = screen_figures_text (out, "type", "类型", "type");
    double *count = screen_figures_number (out, "incidents", "事件", "incidents", 0);
    double *share = screen_figures_number (out, "percent", "占比 %", "per cent", 1), sum = 0;
    for (guint k = 0; k < kinds->len; k++)
        sum += g_array_index (kinds, ScreenKind, k).count;
    for (guint k = 0; k < kinds->len; k++) {
        const ScreenKind *kind = &g_array_index (kinds, ScreenKind, k);
        name[k] = g_utf8_make_valid (kind->name, -1);
        count[k] = kind->count;
        share[k] = 100 * count[k] / sum;
    }
    screen_figures_fact (out, "incidents", "事件", "incidents", sum, "起", "");
    return TRUE;
}

gboolean
screen_tell_hours (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    static const char *const days[] = { "周一", "周二", "周三", "周四", "周五", "周六", "周日" };
    gint64 since_s, until_s;
    double value[7 * 24], sum = 0;
    screen_window (job, 30, &since_s, &until_s);
    screen_hours (job->screen, since_s, until_s, value);
    screen_figures_init (out, 7 * 24);
    char **day = screen_figures_text (out, "weekday", "星期", "weekday");
    double *hour = screen_figures_number (out, "hour", "时", "hour", 0);
    memcpy (screen_figures_number (out, "incidents", "事件", "incidents", 0), value, sizeof value);
    for (guint k = 0; k < 7 * 24; k++) {
        day[k] = g_strdup (days[k / 24]);
        hour[k] = k % 24;
        sum += value[k];
    }
    screen_figures_fact (out, "incidents", "事件", "incidents", sum, "起", "");
    return TRUE;
}
