/* Use case: a heat map of points from a file, as a picture. */
#ifndef CG_APP_HEATMAP_H
#define CG_APP_HEATMAP_H

#include <jansson.h>

#include "app/density/moment.h"
#include "app/density/ratio.h"
#include "app/density/surface.h"
#include "style/style.h"

#define CG_HEATMAP_MAX_FRAMES 3660u
#define CG_HEATMAP_MAX_MOVED_PIXELS G_GUINT64_CONSTANT (20000000000) /* of all frames */
#define CG_HEATMAP_MONTH ((gint64) -1)

typedef enum { CG_HEATMAP_SURFACE, CG_HEATMAP_CONTOURS, CG_HEATMAP_HEXBIN } CgHeatmapStyle;

typedef struct {
    const char *points, *output; /* FILE or FILE:LAYER; .png .svg .pdf; of frames a .png that moves
                                    or a directory, which is made, or is empty                 */
    const char *report;          /* NULL: none                                                 */
    const char *crs, *encoding;  /* of the points                                              */
    guint width, height;         /* pixels                                                     */
    gboolean has_bbox;
    CgBox bbox; /* longitude, latitude in degrees (or the points' own projected CRS) */
    CgSurfaceOptions surface;
    const char *weight;      /* column, or NULL                                            */
    const char *time;        /* column of times; NULL: the one named like times            */
    gboolean skip_bad;       /* as CgPointsFile                                            */
    gint64 since_s, until_s; /* CG_TIME_NONE: open end                                     */
    const char *palette;     /* NULL: inferno on dark                                      */
    const char *theme;       /* "dark", "light"; NULL: dark                                */
    const char *title;       /* NULL: 事件热力图, or what it is in its language             */
    CgLanguage language;     /* of the texts; CG_CHINESE: Chinese                          */
    gboolean legend;
    gboolean bare;        /* no title, texts and scale bar: the window fills the picture        */
    const char *grids;    /* borders to draw, FILE or FILE:LAYER, or NULL               */
    const char *barriers; /* roads and water below the heat, or NULL                    */
    CgRatio ratio;        /* a rate or a relative risk in classes, instead of the density */
    CgMoment moment;      /* the surface about a moment, events per km2 and day */
    CgHeatmapStyle style;
    double hex_m; /* width of hexagons; 0: automatic                                    */
    /* An animation where one of the first two is set: one colour scale and bandwidth for all
     * frames, from live sums (analyse/density_live.h). */
    guint n_frames;  /* the span in so many frames                                      */
    gint64 step_s;   /* a frame for each step; CG_HEATMAP_MONTH: for each month         */
    gint64 window_s; /* events that a frame shows, up to its end; 0: those of its step  */
    guint frame_ms;  /* of a PNG that moves; 0: 400                                     */
} CgHeatmapFile;

/* A kernel too narrow for the pixels is widened to cg_density_least_bandwidth_m, so that densities
 * stay true. out_report (may be NULL): events, outside (of the window, or of
 * the region of edge correction), bandwidth_raised_from_m (null: not raised), those of
 * cg_surface_report, peak_per_km2, size, seconds, version. Styles add style, hex_m, cells and
 * cell_most; moment {at, window_s}; rates and risks ratio {kind, floor, without_value, peak_per_1000 or peak_times, bounds,
 * rings}; frames add frames [from, until, events, peak_per_km2] and step_s, window_s, files.
 * Errors  INPUT no column of time for `when` or frames, no point at all; ARGUMENT frames with edge
 *         correction, own bandwidths, another style, or an output that is none of theirs; a rate or a
 *         risk with what it does not take; LIMIT too
 *         many frames or pixels; CANCELLED, of frames, with nothing left behind; those of import,
 *         density and drawing */
gboolean cg_heatmap_file (const CgHeatmapFile *job, CgImportReport *import_report,
                          const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                          GError **error);

/* Of --style: "heat", "contours", "hexbin". Errors ARGUMENT */
gboolean cg_heatmap_parse_style (const char *text, CgHeatmapStyle *out, GError **error);
/* Of --frames: a number of frames, hour, day, week, month, or a span of cg_parse_time_span. Errors
 * ARGUMENT */
gboolean cg_heatmap_parse_frames (const char *text, CgHeatmapFile *job, GError **error);
/* "90min", "6h", "7d", "2w"; FALSE for anything else. */
gboolean cg_parse_time_span (const char *text, gint64 *out_s);

/* "2026-01-01/2026-02-01" (dates or date-times, local time UTC+8; a side may be empty) to seconds:
 * from <= t < to. A bare date as `to` includes that day. Errors ARGUMENT. */
gboolean cg_parse_when (const char *text, gint64 *out_since_s, gint64 *out_until_s, GError **error);

#endif
