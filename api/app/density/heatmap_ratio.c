/* Pictures of rates and relative risks: classes of a surface over another, hatched where too few
 * live or happen, with lines round what is significant. */
#include "app/density/heatmap_internal.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define MAX_LEVELS 6u
#define LINE_95_VH 0.2
#define LINE_99_VH 0.42

struct _HeatmapRatio {
    CgPlaces *second;
    CgRiskSurface *risk;
    CgContours *high, *low;
    float *value; /* per 1000, or times as much as elsewhere */
    CgBands bands;
    double peak, without; /* without: share of the picture */
};

void
heatmap_ratio_free (HeatmapRatio *ratio)
{
    if (ratio == NULL)
        return;
    cg_places_free (ratio->second);
    cg_risk_surface_free (ratio->risk);
    cg_contours_free (ratio->high);
    cg_contours_free (ratio->low);
    g_free (ratio->value);
    g_free (ratio);
}

gboolean
heatmap_is_ratio (const CgHeatmapFile *job)
{
    return job->ratio.per != NULL || job->ratio.against != NULL;
}

gboolean
heatmap_ratio_check (const CgHeatmapFile *job, GError **error)
{
    const CgPalette *palette = cg_palette_find (job->palette);
    const char *what = NULL;
    gboolean risk = job->ratio.against != NULL;
    if (!heatmap_is_ratio (job))
        return TRUE;
    if (job->ratio.per != NULL && risk)
        what = "--per, --against: a rate or a risk, not both";
    else if (job->style != CG_HEATMAP_SURFACE)
        what = "--style: a rate or a risk is drawn in classes";
    else if (job->n_frames > 0 || job->step_s != 0)
        what = "--frames: a rate or a risk does not move";
    else if (job->surface.adaptive)
        what = "--bandwidth adaptive: a rate or a risk takes one bandwidth for all";
    else if (risk && job->surface.kernel != CG_KERNEL_GAUSSIAN)
        what = "--against: takes the gaussian kernel";
    else if (risk && job->surface.edge == CG_EDGE_DIGGLE)
        what = "--against: takes --edge uniform, or none";
    else if (risk && job->weight != NULL)
        what = "--against: compares events, not weights";
    else if (risk && palette != NULL)
        what = "--palette: a risk has two sides and its own colours";
    else if (palette != NULL && palette->kind == CG_PALETTE_DIVERGING)
        what = "--palette diverging: a rate has no middle";
    if (what != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, what);
    return what == NULL;
}

gboolean
heatmap_ratio_read (const CgHeatmapFile *job, HeatmapWork *work, const CgProgress *progress,
                    GCancellable *cancel, GError **error)
{
    if (!heatmap_is_ratio (job))
        return TRUE;
    const gint64 span[2] = { job->since_s, job->until_s };
    work->ratio = g_new0 (HeatmapRatio, 1);
    work->ratio->second = cg_ratio_read (&job->ratio, work->points, job->crs, job->encoding,
                                         job->skip_bad, span, progress, cancel, error);
    return work->ratio->second != NULL;
}

/* ---- numbers ----------------------------------------------------------------------------------
 */

static void
count_without (HeatmapRatio *ratio, const CgDensity *inside)
{
    gsize n = (gsize) inside->width * inside->height, all = 0, none = 0;
    for (gsize i = 0; i < n; i++) {
        all += !isnan (inside->per_km2[i]);
        none += !isnan (inside->per_km2[i]) && isnan (ratio->value[i]);
    }
    ratio->without = all > 0 ? (double) none / (double) all : 0.0;
}

static gboolean
run_rate (const CgHeatmapFile *job, HeatmapWork *work, const CgDensityOptions *options,
          GError **error)
{
    HeatmapRatio *ratio = work->ratio;
    g_autoptr (GError) failed = NULL;
    g_autoptr (CgPlaces) ground = cg_ratio_ground (&job->ratio, ratio->second, job->crs,
                                                   options->bandwidth_m, &failed);
    if (failed != NULL) {
        g_propagate_error (error, g_steal_pointer (&failed));
        return FALSE;
    }
    const CgPlaces *p = work->points, *b = ground != NULL ? ground : ratio->second;
    g_autoptr (CgDensity) base = cg_density_run (b->n, b->x, b->y, b->weight, options, error);
    if (base == NULL ||
        (work->density = cg_density_run (p->n, p->x, p->y, p->weight, options, error)) == NULL)
        return FALSE;
    gsize n = (gsize) base->width * base->height;
    double effective = cg_kernel_effective_km2 (job->surface.kernel, options->bandwidth_m);
    ratio->value = g_new (float, n);
    ratio->peak = cg_ratio_rates (n, work->density->per_km2, base->per_km2, effective,
                                  cg_ratio_floor (&job->ratio), ratio->value, NULL, NULL);
    ratio->bands.n = cg_contours_levels (ratio->peak, MAX_LEVELS, ratio->bands.bound);
    ratio->bands.palette = cg_palette_find (job->palette);
    count_without (ratio, base);
    return TRUE;
}

static gboolean
run_risk (const CgHeatmapFile *job, HeatmapWork *work, const CgDensityOptions *options,
          GError **error)
{
    static const double bounds[] = { 0.25, 0.5, 0.8, 1.25, 2, 4 };
    HeatmapRatio *ratio = work->ratio;
    const CgPlaces *p = work->points, *o = ratio->second;
    ratio->risk = cg_risk_run (p->n, p->x, p->y, o->n, o->x, o->y, options,
                               cg_ratio_floor (&job->ratio), error);
    if (ratio->risk == NULL || (ratio->high = cg_ratio_rings (ratio->risk, FALSE, error)) == NULL ||
        (ratio->low = cg_ratio_rings (ratio->risk, TRUE, error)) == NULL)
        return FALSE;
    gsize n = (gsize) options->width * options->height;
    ratio->value = g_new (float, n);
    for (gsize i = 0; i < n; i++) {
        ratio->value[i] = expf (ratio->risk->log_ratio[i]);
        ratio->peak = isnan (ratio->value[i]) ? ratio->peak : MAX (ratio->peak, ratio->value[i]);
    }
    ratio->bands = (CgBands){ .n = G_N_ELEMENTS (bounds), .diverging = TRUE };
    memcpy (ratio->bands.bound, bounds, sizeof bounds);
    count_without (ratio, ratio->risk->cases);
    /* The figures of the events; their surface stays with the risk. */
    work->density = g_memdup2 (ratio->risk->cases, sizeof *work->density);
    work->density->per_km2 = NULL;
    return TRUE;
}

gboolean
heatmap_ratio_run (const CgHeatmapFile *job, HeatmapWork *work, const CgDensityOptions *options,
                   GError **error)
{
    return job->ratio.per != NULL ? run_rate (job, work, options, error)
                                  : run_risk (job, work, options, error);
}

/* ---- words ------------------------------------------------------------------------------------
 */

const char *
heatmap_ratio_title (const CgHeatmapFile *job)
{
    return cg_word (job->language, job->ratio.per != NULL ? "事件率图" : "相对风险图");
}

/* Of a column whose name says what it counts. */
static const char *
rate_unit (const CgHeatmapFile *job)
{
    const char *column = job->ratio.per_column;
    if (column == NULL)
        return "起/千处";
    g_autofree char *name = g_utf8_strdown (column, -1);
    if (strstr (name, "household") != NULL || strstr (name, "户") != NULL)
        return "起/千户";
    gboolean people = strstr (name, "popul") != NULL || strstr (name, "people") != NULL ||
                      strstr (name, "人") != NULL;
    return people ? "起/千人" : "起/千单位";
}

char *
heatmap_ratio_method (const CgHeatmapFile *job, const HeatmapWork *work)
{
    g_autofree char *bandwidth = cg_format_length_m (round (work->surface.bandwidth_m));
    g_autofree char *floor_text = cg_format_number_in (job->language, cg_ratio_floor (&job->ratio), 1);
    g_autofree char *others = cg_format_count_in (job->language, work->ratio->second->n);
    if (job->ratio.per != NULL)
        return g_strdup_printf (cg_word (job->language,
                                         "事件与基数两核密度之比 (%s, 带宽 %s); 核内基数不足 %s 不计率 · countygrid %s"),
                                cg_kernel_name (job->surface.kernel), bandwidth, floor_text,
                                CG_VERSION);
    return g_strdup_printf (cg_word (job->language,
                                     "两核密度之比 (带宽 %s), 对照 %s 起; 核内不足 %s 起不计; 线内单侧显著 (Kelsall、Diggle) · countygrid %s"),
                            bandwidth, others, floor_text, CG_VERSION);
}

/* ---- drawing ----------------------------------------------------------------------------------
 */

static CgColour
line_colour (const CgTheme *theme)
{
    return theme->text;
}

void
heatmap_ratio_draw (const HeatmapWork *work, CgCanvas *canvas, const CgMapView *view)
{
    const HeatmapRatio *ratio = work->ratio;
    const CgDensity *size = work->density;
    CgColour line = line_colour (cg_canvas_theme (canvas));
    /* Beyond the areas there are tails of kernels and nothing else. */
    const CgKeyedAreas *areas = work->grids != NULL ? work->grids : work->surface.areas;
    const CgShapes *within = areas != NULL ? areas->shapes : NULL;
    cg_map_bands (canvas, view, &size->box, size->width, size->height, ratio->value, &ratio->bands,
                  within);
    for (guint level = 0; level < 2; level++) {
        double width = level == 0 ? LINE_95_VH : LINE_99_VH;
        cg_map_rings (canvas, view, ratio->high, level, line, width, FALSE, within);
        cg_map_rings (canvas, view, ratio->low, level, line, width, TRUE, within);
    }
}

static void
add_line_row (GArray *rows, const CgTheme *theme, const char *text, double width, gboolean dashed)
{
    CgLegendRow row = { .colour = line_colour (theme),
                        .symbol = -1,
                        .text = g_strdup (text),
                        .count = NAN,
                        .line_vh = width,
                        .dashed = dashed };
    g_array_append_val (rows, row);
}

void
heatmap_ratio_legend (const CgHeatmapFile *job, const HeatmapWork *work, CgCanvas *canvas,
                      const CgMapView *view)
{
    const CgTheme *theme = cg_canvas_theme (canvas);
    CgLanguage language = job->language;
    gboolean rate = job->ratio.per != NULL;
    g_autofree char *floor_text = cg_format_number_in (job->language, cg_ratio_floor (&job->ratio), 1);
    g_autofree char *none = rate ? g_strdup_printf (cg_word (language, "基数不足 %s"), floor_text)
                                 : g_strdup_printf (cg_word (language, "不足 %s 起"), floor_text);
    g_autoptr (GArray) rows = cg_bands_legend_rows (theme, &work->ratio->bands, none);
    if (!rate) {
        add_line_row (rows, theme, cg_word (language, "显著偏高 p ≤ 0.05"), LINE_95_VH, FALSE);
        add_line_row (rows, theme, cg_word (language, "显著偏高 p ≤ 0.01"), LINE_99_VH, FALSE);
        add_line_row (rows, theme, cg_word (language, "显著偏低 p ≤ 0.05"), LINE_95_VH, TRUE);
        add_line_row (rows, theme, cg_word (language, "显著偏低 p ≤ 0.01"), LINE_99_VH, TRUE);
    }
    CgLegend legend = { .title = cg_word (language, rate ? "事件率" : "相对风险"),
                        .unit = cg_word (language, rate ? rate_unit (job) : "倍"),
                        .n_rows = rows->len,
                        .rows = (const CgLegendRow *) (gpointer) rows->data };
    cg_map_legend (canvas, view, &legend, CG_CORNER_SE);
}

void
heatmap_ratio_report (const CgHeatmapFile *job, const HeatmapWork *work, json_t *report)
{
    const HeatmapRatio *ratio = work->ratio;
    gboolean rate = job->ratio.per != NULL;
    json_t *bounds = json_array ();
    for (guint b = 0; b < ratio->bands.n; b++)
        json_array_append_new (bounds, json_real (ratio->bands.bound[b]));
    json_object_set_new (
        report, "ratio",
        json_pack ("{s:s, s:f, s:f, s:f, s:o}", "kind", rate ? "rate" : "risk", "floor",
                   cg_ratio_floor (&job->ratio), "without_value", ratio->without,
                   rate ? "peak_per_1000" : "peak_times", ratio->peak, "bounds", bounds));
    if (!rate)
        json_object_set_new (json_object_get (report, "ratio"), "rings",
                             json_integer (ratio->high->n_rings + ratio->low->n_rings));
}
