/* What changed from one period to another: by grid with its chance, and as a surface. */
#include "app/screen/screen_finding.h"

#include "analyse/chance.h"
#include "base/error.h"
#include "map/kinds.h"

#include <math.h>
#include <string.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenEvents, screen_events_clear)

/* The period asked for, and what it is compared with: without a second one the days just before. */
typedef struct {
    gint64 since_s, until_s, old_since_s, old_until_s;
    double days, old_days;
} Spans;

static void
spans_of (const ScreenJob *job, Spans *out)
{
    screen_figures_window (job, &out->since_s, &out->until_s);
    out->old_since_s = job->against_since_s;
    out->old_until_s = job->against_until_s;
    if (out->old_until_s <= out->old_since_s) {
        out->old_until_s = out->since_s;
        out->old_since_s = out->since_s - (out->until_s - out->since_s);
    }
    out->days = (double) (out->until_s - out->since_s) / SCREEN_DAY_S;
    out->old_days = (double) (out->old_until_s - out->old_since_s) / SCREEN_DAY_S;
}

static char *
old_text (CgLanguage language, const Spans *spans)
{
    g_autofree char *from = cg_app_local_text (spans->old_since_s, "%Y-%m-%d");
    g_autofree char *to = cg_app_local_text (spans->old_until_s - 1, "%Y-%m-%d");
    return g_strdup_printf (cg_word (language, "对比 %s 至 %s%s"), from, to,
                            spans->days != spans->old_days ? cg_word (language, "（按天数折算）")
                                                           : "");
}

static void
tell_spans (const Spans *spans, ScreenFigures *figures, double n, double n_old)
{
    screen_figures_fact (figures, "before", "对比时段事件", "incidents of the other period", n_old, "起", "");
    screen_figures_fact (figures, "days", "本期天数", "days", spans->days, "天", "days");
    screen_figures_fact (figures, "days_before", "对比时段天数", "days of the other period", spans->old_days,
                         "天", "days");
    screen_figures_fact (figures, "per_day_change", "日均变化", "change a day",
                         n_old > 0 ? 100 * ((n / spans->days) / (n_old / spans->old_days) - 1) : NAN,
                         "%", "%");
}

/* ---- by grid ---------------------------------------------------------------------------------- */

static const ScreenSort change_sorts[] = {
    { "显著增加 (q ≤ 0.01)", "rise, q ≤ 0.01", "▲", 6 },
    { "显著增加 (q ≤ 0.05)", "rise, q ≤ 0.05", "▲", 5 },
    { "变化不显著", "no significant change", NULL, 3 },
    { "显著减少 (q ≤ 0.05)", "fall, q ≤ 0.05", "▼", 1 },
    { "显著减少 (q ≤ 0.01)", "fall, q ≤ 0.01", "▼", 0 },
};

/* Were nothing changed, each incident of both periods would lie in this one with the share of its days. */
static double
chance_of (double count, double old, double share)
{
    if (count + old == 0)
        return NAN;
    double low = cg_binomial_at_most (count, count + old, share),
           high = cg_binomial_at_least (count, count + old, share);
    return MIN (2 * MIN (low, high), 1);
}

static guint8
change_sort (double count, double expected, double q)
{
    if (!(q <= 0.05))
        return 2;
    return count > expected ? (q <= 0.01 ? 0 : 1) : (q <= 0.01 ? 4 : 3);
}

/* How many times as frequent, at least and at most, and that a change of few is no news. */
static void
tell_times (const Spans *spans, guint32 n, const double *now, const double *before, ScreenFigures *figures)
{
    double share = spans->days / (spans->days + spans->old_days);
    double *low = screen_figures_number (figures, "times_low", "倍数 95% 下限", "times, 95% low", 2);
    double *high = screen_figures_number (figures, "times_high", "倍数 95% 上限", "times, 95% high", 2);
    char **note = screen_figures_text (figures, "change_note", "增减说明", "change, note");
    for (guint32 i = 0; i < n; i++) {
        if (now[i] + before[i] > 0)
            cg_ratio_interval (now[i], before[i], share, 0.95, &low[i], &high[i]);
        if (isinf (high[i]))
            high[i] = NAN;
        note[i] = g_strdup (cg_change_is_unsure (now[i], before[i]) ? CG_UNSURE_TEXT : "");
    }
}

static void
tell_change (const ScreenJob *job, const Spans *spans, const guint32 *now, const guint32 *old,
             ScreenFinding *out)
{
    guint32 n = job->screen->grids->n;
    ScreenFigures *figures = &out->figures;
    double share = spans->days / (spans->days + spans->old_days), sum = 0, sum_old = 0;
    double *before = screen_figures_number (figures, "before", "对比时段", "other period", 0);
    double *change = screen_figures_number (figures, "change", "增减", "change", 1);
    g_autofree double *count = g_new (double, (gsize) n + 1);
    double *p = screen_figures_number (figures, "p", "p", "p", 4);
    double *q = screen_figures_number (figures, "q", "q", "q", 4);
    for (guint32 g = 0; g < n; g++) {
        before[g] = old[g];
        count[g] = now[g];
        change[g] = now[g] - old[g] * spans->days / spans->old_days;
        p[g] = chance_of (now[g], old[g], share);
        sum += now[g];
        sum_old += old[g];
    }
    cg_false_discovery (n, p, q);
    for (guint32 g = 0; g < n; g++)
        out->sort[g] = change_sort (now[g], ((double) now[g] + old[g]) * share, q[g]);
    tell_times (spans, n, count, before, figures);
    tell_spans (spans, figures, sum, sum_old);
}

static gboolean
in_data (const ScreenJob *job, const Spans *spans)
{
    gint64 begin_s = screen_data_begin (job->screen), end_s = screen_data_end (job->screen);
    return end_s != CG_TIME_NONE && spans->until_s > begin_s && spans->since_s <= end_s &&
           spans->old_until_s > begin_s && spans->old_since_s <= end_s;
}

gboolean
screen_find_change (const ScreenJob *job, ScreenFinding *out, GError **error)
{
    Spans spans;
    spans_of (job, &spans);
    g_autofree guint32 *now = screen_by_grid (job->screen, spans.since_s, spans.until_s);
    g_autofree guint32 *old = screen_by_grid (job->screen, spans.old_since_s, spans.old_until_s);
    g_autofree char *against = old_text (CG_CHINESE, &spans);
    g_autofree char *against_en = old_text (CG_ENGLISH, &spans);
    screen_finding_init (out, job);
    out->title = "各网格事件变化";
    out->legend = "与对比时段相比";
    out->none = "无数据";
    out->sorts = change_sorts;
    out->n_sorts = G_N_ELEMENTS (change_sorts);
    out->method_en =
        g_strdup_printf ("%s, exact binomial test, false discovery rate (BH)", against_en);
    out->method = g_strdup_printf ("%s，二项精确检验，假发现率 (BH) 校正", against);
    if (in_data (job, &spans))
        tell_change (job, &spans, now, old, out);
    else
        screen_figures_caveat (&out->figures, g_strdup ("两个时段中有一个没有数据，无从比较。"),
                               g_strdup ("One of the periods has no data: nothing to compare."));
    screen_finding_end (out);
    return TRUE;
}

/* ---- as a surface ----------------------------------------------------------------------------- */

#define RASTER_MAX_SIDE 2048

typedef struct {
    Spans spans;
    ScreenEvents now, old, both;
    double *weight; /* [both] 1, and less the ratio of days */
    double bandwidth_m, peak; /* peak: of the rise or the fall, whichever is greater */
    CgBands bands;
    CgBox box;
    guint32 width, height;
    float *value;
} Difference;

static void
difference_clear (Difference *d)
{
    screen_events_clear (&d->now);
    screen_events_clear (&d->old);
    screen_events_clear (&d->both);
    g_free (d->weight);
    g_free (d->value);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Difference, difference_clear)

static void
difference_init (const ScreenJob *job, Difference *d)
{
    const CgScreen *screen = job->screen;
    spans_of (job, &d->spans);
    screen_heat_events (job, d->spans.since_s, d->spans.until_s, &d->now);
    screen_heat_events (job, d->spans.old_since_s, d->spans.old_until_s, &d->old);
    screen_join_events (&d->now, &d->old, &d->both);
    d->weight = g_new (double, (gsize) d->both.n + 1);
    for (guint32 i = 0; i < d->both.n; i++)
        d->weight[i] = i < d->now.n ? 1 : -d->spans.days / d->spans.old_days;
    d->bandwidth_m = job->bandwidth_m > 0
                         ? job->bandwidth_m
                         : screen_bandwidth (screen, &d->both, screen->drawn ? &screen->box : NULL);
}

static CgDensity *
run_difference (const Difference *d, const CgBox *box, guint32 width, guint32 height, GError **error)
{
    CgDensityOptions options = { .kernel = d->both.kernel,
                                 .bandwidth_m = d->bandwidth_m,
                                 .box = *box,
                                 .width = width,
                                 .height = height };
    return cg_density_run (d->both.n, d->both.x, d->both.y, d->weight, &options, error);
}

static CgBox
county_box (const CgScreen *screen)
{
    CgBox box = screen->box;
    if (cg_box_is_empty (&box))
        box = (CgBox){ 0, 0, 1000, 1000 };
    box.x_max = MAX (box.x_max, box.x_min + 1);
    box.y_max = MAX (box.y_max, box.y_min + 1);
    return box;
}

/* Scale by the county at a quarter of the bandwidth, not by a picture's pixels. */
static gboolean
measure_difference (const ScreenJob *job, Difference *d, GError **error)
{
    CgBox box = county_box (job->screen);
    double step_m = d->bandwidth_m / 4;
    guint32 width = (guint32) CLAMP (ceil ((box.x_max - box.x_min) / step_m), 16, 1024),
            height = (guint32) CLAMP (ceil ((box.y_max - box.y_min) / step_m), 16, 1024);
    g_autoptr (CgDensity) density = run_difference (d, &box, width, height, error);
    if (density == NULL)
        return FALSE;
    for (gsize i = 0; i < (gsize) width * height; i++)
        d->peak = MAX (d->peak, fabs (density->per_km2[i]));
    double full = d->peak > 1e-9 ? cg_round_up (d->peak) : 1;
    static const double parts[] = { -0.5, -0.2, -0.05, 0.05, 0.2, 0.5 };
    d->bands = (CgBands){ .n = G_N_ELEMENTS (parts), .diverging = TRUE };
    for (guint b = 0; b < G_N_ELEMENTS (parts); b++)
        d->bands.bound[b] = parts[b] * full;
    return TRUE;
}

static void
paint_difference (const ScreenJob *job, const CgMapView *view, gpointer data)
{
    Difference *d = data;
    /* What has no pixels is read at half of them. */
    double step = cg_canvas_takes_pixels (job->canvas) ? 1 : 2;
    guint32 width = (guint32) MAX (view->rect.width / step, 1),
            height = (guint32) MAX (view->rect.height / step, 1);
    g_autoptr (CgDensity) density = run_difference (d, &view->box, width, height, NULL);
    if (density != NULL)
        cg_map_bands (job->canvas, view, &view->box, width, height, density->per_km2, &d->bands,
                      screen_outlines (job->screen, view, screen_county_level (job->screen)));
}

static char *
difference_span (const ScreenJob *job, const Difference *d)
{
    const CgScreen *screen = job->screen;
    guint32 now = screen->drawn ? screen_count_between (screen, d->spans.since_s, d->spans.until_s) : d->now.n,
            old = screen->drawn ? screen_count_between (screen, d->spans.old_since_s, d->spans.old_until_s)
                                : d->old.n;
    g_autofree char *span = screen_span_text (screen, d->spans.since_s, d->spans.until_s, now, 0);
    g_autofree char *against = old_text (screen->language, &d->spans),
                    *count = cg_format_count_in (screen->language, old);
    return g_strdup_printf (screen_word (screen, "%s · %s %s 起"), span, against, count);
}

/* "+0.6 至 +2.4": two signs and a dash between them would be read as one. */
static void
write_bounds (const CgScreen *screen, const CgBands *bands, GArray *rows)
{
    for (guint k = 0; k < rows->len && k <= bands->n; k++) {
        guint band = bands->n - k;
        CgLegendRow *row = &g_array_index (rows, CgLegendRow, k);
        double low = band > 0 ? bands->bound[band - 1] : NAN, high = band < bands->n ? bands->bound[band] : NAN;
        g_autofree char *from = cg_format_number (low, 3), *to = cg_format_number (high, 3);
        char *text = isnan (high) ? g_strdup_printf ("≥ +%s", from)
                     : isnan (low)
                         ? g_strdup_printf ("< %s", to)
                         : g_strdup_printf (screen_word (screen, "%s%s 至 %s%s"),
                                            low > 0 ? "+" : "", from, high > 0 ? "+" : "", to);
        g_free ((char *) row->text);
        row->text = text;
    }
}

gboolean
screen_draw_difference (const ScreenJob *job, GError **error)
{
    g_auto (Difference) d = { 0 };
    CgMapView view;
    ScreenTown town;
    difference_init (job, &d);
    if (!measure_difference (job, &d, error))
        return FALSE;
    g_autofree char *span = difference_span (job, &d);
    g_autofree char *method = g_strdup_printf (
        screen_word (job->screen, "两期%s密度之差，带宽 %.0f m"),
        screen_word (job->screen, screen_kernel_title (job->kernel)), d.bandwidth_m);
    g_autofree char *source = screen_source_text (job->screen, method);
    CgMapFrame frame = { .title = screen_word (job->screen, "事件密度变化"),
                         .span = span,
                         .source = source };
    if (!screen_fit_view (job, &frame, NULL, &view, error))
        return FALSE;
    g_autoptr (GArray) rows = cg_bands_legend_rows (cg_canvas_theme (job->canvas), &d.bands, NULL);
    write_bounds (job->screen, &d.bands, rows);
    CgLegend legend = { .title = screen_word (job->screen, "增 (+) 减 (−)"),
                        .unit = screen_word (job->screen, "起/km²"),
                        .n_rows = rows->len,
                        .rows = (const CgLegendRow *) (gpointer) rows->data };
    return screen_draw_kind (job, &view,
                             &(ScreenMapKind){ .legend = screen_legend (&legend),
                                               .over_heat = TRUE,
                                               .barriers = TRUE,
                                               .paint = paint_difference,
                                               .data = &d },
                             screen_find_town (job, &town), error);
}

gboolean
screen_tell_difference (const ScreenJob *job, ScreenFigures *out, GError **error)
{
    g_auto (Difference) d = { 0 };
    difference_init (job, &d);
    if (!measure_difference (job, &d, error))
        return FALSE;
    ScreenJob before = *job;
    before.since_s = d.spans.old_since_s;
    before.until_s = d.spans.old_until_s;
    g_auto (ScreenFigures) old = { 0 };
    screen_figures_of_children (job, out);
    screen_figures_of_children (&before, &old);
    g_autoptr (GHashTable) row_of = g_hash_table_new (NULL, NULL);
    const double *count = g_array_index (old.columns, ScreenColumn, 2).number;
    const double *now = g_array_index (out->columns, ScreenColumn, 2).number;
    for (guint32 i = 0; i < old.n; i++)
        g_hash_table_insert (row_of, GUINT_TO_POINTER (old.row[i]), GUINT_TO_POINTER (i));
    double *column = screen_figures_number (out, "before", "对比时段", "other period", 0);
    double *change = screen_figures_number (out, "change", "增减", "change", 1), sum = 0, sum_old = 0;
    for (guint32 i = 0; i < out->n; i++) {
        column[i] = count[GPOINTER_TO_UINT (
            g_hash_table_lookup (row_of, GUINT_TO_POINTER (out->row[i])))];
        change[i] = now[i] - column[i] * d.spans.days / d.spans.old_days;
        sum += now[i];
        sum_old += column[i];
    }
    tell_times (&d.spans, out->n, now, column, out);
    tell_spans (&d.spans, out, sum, sum_old);
    screen_tell_few (job, out);
    screen_figures_fact (out, "bandwidth_m", "带宽", "bandwidth", d.bandwidth_m, "m", "m");
    screen_figures_fact (out, "peak_per_km2", "最大变化", "greatest change", d.peak, "起/km²", "per km²");
    return TRUE;
}

/* ---- rasters ---------------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
    double left = *(const double *) a, right = *(const double *) b;
    return left < right ? -1 : left > right;
}

/* Where the outlines of an area cross a line of constant y, from west to east. */
static void
find_crossings (const CgShapes *area, double y, GArray *out)
{
    g_array_set_size (out, 0);
    for (guint32 r = 0; r < area->n_rings; r++)
        for (guint32 v = area->ring_vertex[r]; v + 1 < area->ring_vertex[r + 1]; v++) {
            if ((area->y[v] > y) == (area->y[v + 1] > y))
                continue;
            double share = (y - area->y[v]) / (area->y[v + 1] - area->y[v]),
                   x = area->x[v] + share * (area->x[v + 1] - area->x[v]);
            g_array_append_val (out, x);
        }
    g_array_sort (out, compare_doubles);
}

/* Cells whose centre lies outside an area drawn by hand have no value. */
static void
mask_outside (const CgShapes *area, ScreenSurface *surface)
{
    g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (double));
    double cell_x = (surface->box.x_max - surface->box.x_min) / surface->width,
           cell_y = (surface->box.y_max - surface->box.y_min) / surface->height;
    for (guint32 row = 0; row < surface->height; row++) {
        float *value = surface->value + (gsize) row * surface->width;
        guint passed = 0;
        find_crossings (area, surface->box.y_max - (row + 0.5) * cell_y, crossings);
        for (guint32 column = 0; column < surface->width; column++) {
            double x = surface->box.x_min + (column + 0.5) * cell_x;
            while (passed < crossings->len && g_array_index (crossings, double, passed) <= x)
                passed++;
            if (passed % 2 == 0)
                value[column] = NAN;
        }
    }
}

/* Cells of a quarter of the bandwidth, and no more of them than a spreadsheet of pixels can hold. */
static gboolean
raster (const ScreenJob *job, const ScreenEvents *events, const double *weight, const double *at,
        ScreenSurface *out, double *out_at, GError **error)
{
    CgDensityOptions options = { .kernel = events->kernel, .bandwidth_m = out->bandwidth_m };
    if (at != NULL)
        return cg_density_at (events->n, events->x, events->y, weight, &options, 1, &at[0], &at[1],
                              out_at, NULL, error);
    options.box = county_box (job->screen);
    double cell_m = MAX (floor (out->bandwidth_m / 4), 1),
           side_m = MAX (options.box.x_max - options.box.x_min, options.box.y_max - options.box.y_min);
    cell_m = MAX (cell_m, ceil (side_m / RASTER_MAX_SIDE));
    if (!cg_density_align (&options, cell_m, error))
        return FALSE;
    g_autoptr (CgDensity) density =
        cg_density_run (events->n, events->x, events->y, weight, &options, error);
    if (density == NULL)
        return FALSE;
    out->box = density->box;
    out->width = density->width;
    out->height = density->height;
    out->kernel = events->kernel;
    out->value = g_steal_pointer (&density->per_km2);
    if (job->screen->area != NULL)
        mask_outside (job->screen->area, out);
    return TRUE;
}

gboolean
screen_surface_heat (const ScreenJob *job, const double *at, ScreenSurface *out, double *out_at,
                     GError **error)
{
    g_auto (ScreenEvents) events = { 0 };
    ScreenHeatFacts facts;
    gint64 since_s, until_s;
    screen_figures_window (job, &since_s, &until_s);
    screen_heat_events (job, since_s, until_s, &events);
    if (!screen_heat_facts (job, &facts, error))
        return FALSE;
    *out = (ScreenSurface){ .name = "density", .bandwidth_m = facts.bandwidth_m };
    return raster (job, &events, NULL, at, out, out_at, error);
}

gboolean
screen_surface_difference (const ScreenJob *job, const double *at, ScreenSurface *out,
                           double *out_at, GError **error)
{
    g_auto (Difference) d = { 0 };
    difference_init (job, &d);
    *out = (ScreenSurface){ .name = "density_change", .bandwidth_m = d.bandwidth_m };
    return raster (job, &d.both, d.weight, at, out, out_at, error);
}
