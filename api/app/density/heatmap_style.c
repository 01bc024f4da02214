/* The surface as heat, contours or hexagons, and the legend of each. */
#include "app/density/heatmap_internal.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define MAX_LEVELS 7u
/* Contours go on for so many pixels beyond the window, so that none is seen to follow its rim. */
#define BEYOND_PX 4

static const char *const names[] = { [CG_HEATMAP_SURFACE] = "heat",
                                     [CG_HEATMAP_CONTOURS] = "contours",
                                     [CG_HEATMAP_HEXBIN] = "hexbin" };

gboolean
cg_heatmap_parse_style (const char *text, CgHeatmapStyle *out, GError **error)
{
    for (guint s = 0; s < G_N_ELEMENTS (names); s++)
        if (strcmp (text, names[s]) == 0) {
            *out = (CgHeatmapStyle) s;
            return TRUE;
        }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--style: '%s' is none of heat, contours, hexbin", text);
    return FALSE;
}

const char *
heatmap_style_title (const CgHeatmapFile *job)
{
    static const char *const titles[] = { [CG_HEATMAP_SURFACE] = "事件热力图",
                                          [CG_HEATMAP_CONTOURS] = "事件密度等值线图",
                                          [CG_HEATMAP_HEXBIN] = "事件六边形分格图" };
    return cg_word (job->language, titles[job->style]);
}

static gboolean
run_contours (const CgHeatmapFile *job, HeatmapWork *work, const CgMapView *view, GError **error)
{
    const CgPlaces *p = work->points;
    double levels[MAX_LEVELS], beyond_m = BEYOND_PX * 2 * view->m_per_px;
    CgDensityOptions options = { .box = view->box,
                                 .width = (guint32) MAX (1, view->rect.width / 2) + 2 * BEYOND_PX,
                                 .height =
                                     (guint32) MAX (1, view->rect.height / 2) + 2 * BEYOND_PX };
    options.box.x_min -= beyond_m;
    options.box.y_min -= beyond_m;
    options.box.x_max += beyond_m;
    options.box.y_max += beyond_m;
    cg_surface_fill (&job->surface, &work->surface, &options);
    g_autoptr (CgDensity) density = cg_density_run (p->n, p->x, p->y, p->weight, &options, error);
    if (density == NULL)
        return FALSE;
    guint n = cg_contours_levels (work->density->peak_per_km2, MAX_LEVELS, levels);
    work->contours = cg_contours_run (density, n, levels, error);
    return work->contours != NULL;
}

gboolean
heatmap_style_run (const CgHeatmapFile *job, HeatmapWork *work, const CgMapView *view,
                   GError **error)
{
    const CgPlaces *p = work->points;
    if (job->style == CG_HEATMAP_CONTOURS)
        return run_contours (job, work, view, error);
    if (job->style != CG_HEATMAP_HEXBIN)
        return TRUE;
    const CgPalette *palette = job->palette != NULL ? cg_palette_find (job->palette) : NULL;
    const CgTheme *theme = cg_theme_find (job->theme != NULL ? job->theme : "dark");
    return cg_hex_map_init (&work->hexagons, p->n, p->x, p->y, p->weight, job->hex_m, &view->box,
                            palette, theme, job->language, error);
}

void
heatmap_style_draw (const CgHeatmapFile *job, HeatmapWork *work, CgCanvas *canvas,
                    const CgMapView *view, const CgHeat *heat)
{
    CgHeat banded = *heat;
    banded.opacity = 0.75;
    if (job->style == CG_HEATMAP_HEXBIN)
        cg_hex_map_draw (canvas, view, &work->hexagons);
    else if (job->style == CG_HEATMAP_CONTOURS)
        cg_map_contours (canvas, view, work->contours, &banded);
    else
        cg_map_heat (canvas, view, work->density, heat);
}

void
heatmap_style_legend (const CgHeatmapFile *job, const HeatmapWork *work, CgCanvas *canvas,
                      const CgMapView *view, const CgHeat *heat)
{
    CgHeat banded = *heat;
    CgLegend legend = { .title = cg_word (job->language, "事件密度"),
                        .unit = cg_word (job->language, job->moment.has ? "起/km²·日" : "起/km²"),
                        .heat = heat };
    g_autoptr (GArray) rows = NULL;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    banded.opacity = 0.75;
    if (job->style == CG_HEATMAP_HEXBIN) {
        legend = cg_hex_map_legend (&work->hexagons);
    } else if (job->style == CG_HEATMAP_CONTOURS) {
        rows = cg_contours_legend_rows (canvas, work->contours, &banded);
        legend.heat = NULL;
        legend.n_rows = rows->len;
        legend.rows = (const CgLegendRow *) (gpointer) rows->data;
    }
    if (!job->bare) {
        CgRect scale = cg_map_scale_bar_rect (canvas, view, CG_CORNER_SW);
        g_array_append_val (taken, scale);
    }
    if (job->legend) {
        CgRect box = cg_map_legend_rect (canvas, view, &legend, CG_CORNER_SE);
        g_array_append_val (taken, box);
    }
    cg_map_contour_labels (canvas, view, work->contours, taken);
    if (job->legend)
        cg_map_legend (canvas, view, &legend, CG_CORNER_SE);
}

void
heatmap_style_report (const CgHeatmapFile *job, const HeatmapWork *work, json_t *report)
{
    json_object_set_new (report, "style", json_string (names[job->style]));
    if (job->style != CG_HEATMAP_HEXBIN)
        return;
    const CgHexBins *bins = work->hexagons.bins;
    double most = 0.0;
    for (guint32 i = 0; i < bins->n; i++)
        most = MAX (most, bins->weight[i]);
    json_object_set_new (report, "hex_m", json_real (bins->width_m));
    json_object_set_new (report, "cells", json_integer (bins->n));
    json_object_set_new (report, "cell_most", json_real (most));
}
