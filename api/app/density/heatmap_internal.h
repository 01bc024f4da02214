/* What the files of the heat map share. */
#ifndef CG_APP_HEATMAP_INTERNAL_H
#define CG_APP_HEATMAP_INTERNAL_H

#include "app/density/heatmap.h"
#include "app/screen/hex_map.h"
#include "map/kinds.h"

#define HEATMAP_LOCAL_S (8 * 3600) /* Asia/Shanghai against UTC */

typedef struct _HeatmapRatio HeatmapRatio;

typedef struct {
    CgPlaces *points;
    HeatmapRatio *ratio; /* NULL: a density */
    CgKeyedAreas *grids;
    CgBarriers *barriers;
    CgSurface surface;
    CgDensity *density;
    CgContours *contours;
    CgHexMap hexagons;
    const CgProgress *progress; /* borrowed; NULL: none */
    guint32 n_events;     /* within the time span */
    double raised_from_m; /* bandwidth asked for, where the pixels are too wide for it; else NaN */
    double read_s, density_s, draw_s, encode_s;
} HeatmapWork;

/* ---- heatmap.c ---- */
/* The window in working metres. Errors INPUT no point at all */
gboolean heatmap_box (const CgHeatmapFile *job, const HeatmapWork *work, CgBox *out,
                      GError **error);
/* The bandwidth, in work->surface: the one asked for or found, but none that falls between the
 * pixels of options. */
gboolean heatmap_bandwidth (const CgHeatmapFile *job, HeatmapWork *work, GCancellable *cancel,
                            CgDensityOptions *options, GError **error);
/* Kernel, bandwidth, program. (transfer full) */
char *heatmap_method_text (const HeatmapWork *work, const CgHeatmapFile *job, double bandwidth_m);
CgHeat heatmap_heat (const CgHeatmapFile *job, double peak_per_km2);
/* Land, roads and water; borders. */
void heatmap_draw_below (const HeatmapWork *work, CgCanvas *canvas, const CgMapView *view);
void heatmap_draw_borders (const HeatmapWork *work, CgCanvas *canvas, const CgMapView *view);

/* ---- heatmap_style.c: contours and hexagons instead of the surface ---- */
const char *heatmap_style_title (const CgHeatmapFile *job);
/* What the style needs beside the density. Errors LIMIT; ARGUMENT hexagons too narrow or wide */
gboolean heatmap_style_run (const CgHeatmapFile *job, HeatmapWork *work, const CgMapView *view,
                            GError **error);
void heatmap_style_draw (const CgHeatmapFile *job, HeatmapWork *work, CgCanvas *canvas,
                         const CgMapView *view, const CgHeat *heat);
/* Numbers along contours, which must stand clear of the legend. */
void heatmap_style_legend (const CgHeatmapFile *job, const HeatmapWork *work, CgCanvas *canvas,
                           const CgMapView *view, const CgHeat *heat);
/* Adds style, and hex_m, cells and cell_most to the report. */
void heatmap_style_report (const CgHeatmapFile *job, const HeatmapWork *work, json_t *report);

/* ---- heatmap_ratio.c: rates and relative risks instead of a density ---- */
void heatmap_ratio_free (HeatmapRatio *ratio);
gboolean heatmap_is_ratio (const CgHeatmapFile *job);
/* Errors ARGUMENT what they do not take */
gboolean heatmap_ratio_check (const CgHeatmapFile *job, GError **error);
/* Nothing to do for a density. Errors those of cg_ratio_read */
gboolean heatmap_ratio_read (const CgHeatmapFile *job, HeatmapWork *work, const CgProgress *progress,
                             GCancellable *cancel, GError **error);
/* Sets work->density too (its surface may be NULL). Errors those of density and risk */
gboolean heatmap_ratio_run (const CgHeatmapFile *job, HeatmapWork *work,
                            const CgDensityOptions *options, GError **error);
const char *heatmap_ratio_title (const CgHeatmapFile *job);
char *heatmap_ratio_method (const CgHeatmapFile *job, const HeatmapWork *work); /* (g_free) */
void heatmap_ratio_draw (const HeatmapWork *work, CgCanvas *canvas, const CgMapView *view);
void heatmap_ratio_legend (const CgHeatmapFile *job, const HeatmapWork *work, CgCanvas *canvas,
                           const CgMapView *view);
void heatmap_ratio_report (const CgHeatmapFile *job, const HeatmapWork *work, json_t *report);

/* ---- heatmap_frames.c ---- */
/* Draws and writes all frames; points are those of the file, whatever their time.
 * Errors as cg_heatmap_file */
gboolean heatmap_frames (const CgHeatmapFile *job, HeatmapWork *work, const CgProgress *progress,
                         GCancellable *cancel, json_t **out_report, GError **error);

/* ---- heatmap_times.c ---- */
typedef struct {
    guint n;
    gint64 *from_s, *until_s; /* [n] events of a frame: from <= t < until */
    gint64 step_s;            /* of the first frame                       */
} HeatmapTimes;
void heatmap_times_clear (HeatmapTimes *times);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HeatmapTimes, heatmap_times_clear)
/* Steps over first..last (times of events), or over the span asked for.
 * Errors  LIMIT over CG_HEATMAP_MAX_FRAMES (says how many) */
gboolean heatmap_times_init (const CgHeatmapFile *job, gint64 first_s, gint64 last_s,
                             HeatmapTimes *out, GError **error);
/* "2026-01-31 (周六)", "2026-01-31 08:00 – 09:00", "2026-01-25 至 2026-01-31". (transfer full) */
char *heatmap_times_text (CgLanguage language, gint64 from_s, gint64 until_s);
/* "2026-01-31T08:00:00+08:00" (transfer full) */
char *heatmap_time_iso (gint64 time_s);

#endif
