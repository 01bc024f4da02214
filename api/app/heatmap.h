/* Use case: a heat map of points from a file, as a picture. */
#ifndef CG_APP_HEATMAP_H
#define CG_APP_HEATMAP_H

#include <jansson.h>

#include "app/surface.h"

typedef struct {
    const char *points, *output; /* FILE or FILE:LAYER; .png .svg .pdf                         */
    const char *report;          /* NULL: none                                                 */
    const char *crs, *encoding;  /* of the points                                              */
    guint width, height;         /* pixels                                                     */
    gboolean has_bbox;
    CgBox bbox;         /* longitude, latitude in degrees (or the points' own projected CRS) */
    CgSurfaceOptions surface;
    const char *weight;      /* column, or NULL                                            */
    gint64 since_s, until_s; /* CG_TIME_NONE: open end                                     */
    const char *palette;     /* NULL: inferno on dark                                      */
    const char *theme;       /* "dark", "light"; NULL: dark                                */
    const char *title;       /* NULL: 事件热力图                                           */
    gboolean legend;
    gboolean bare;        /* no title, texts and scale bar: the window fills the picture        */
    const char *grids;    /* borders to draw, FILE or FILE:LAYER, or NULL               */
    const char *barriers; /* roads and water below the heat, or NULL                    */
} CgHeatmapFile;

/* A kernel too narrow for the pixels is widened to cg_density_least_bandwidth_m, so that densities
 * stay true. out_report (may be NULL): events, outside (of the window, or of
 * the region of edge correction), bandwidth_raised_from_m (null: not raised), those of cg_surface_report, peak_per_km2, size, seconds, version.
 * Errors  INPUT no column of time for `when`, no point at all; those of import, density and
 *         drawing */
gboolean cg_heatmap_file (const CgHeatmapFile *job, CgImportReport *import_report,
                          const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                          GError **error);

/* "2026-01-01/2026-02-01" (dates or date-times, local time UTC+8; a side may be empty) to seconds:
 * from <= t < to. A bare date as `to` includes that day. Errors ARGUMENT. */
gboolean cg_parse_when (const char *text, gint64 *out_since_s, gint64 *out_until_s, GError **error);

#endif
