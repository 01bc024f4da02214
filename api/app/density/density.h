/* Use case: density of points from a file, as a raster or at given points. */
#ifndef CG_APP_DENSITY_H
#define CG_APP_DENSITY_H

#include <jansson.h>

#include "app/density/moment.h"
#include "app/density/ratio.h"
#include "app/density/surface.h"

typedef struct {
    const char *points, *output; /* FILE or FILE:LAYER; .tif or .csv */
    const char *at;     /* points to ask at, for .csv; NULL: the points themselves          */
    const char *report; /* NULL: none                                                       */
    const char *crs, *encoding; /* of the points (and of `at`, where that file does not say) */
    const char *weight;   /* column, or NULL                                                  */
    const char *time;     /* column of times; NULL: the one named like times                  */
    gboolean skip_bad;    /* as CgPointsFile, also of `at` and what is compared with           */
    gboolean has_when;
    gint64 since_s, until_s; /* with has_when; as cg_points_keep_span, of `against` too        */
    gboolean has_bbox;
    CgBox bbox; /* longitude, latitude in degrees (or the points' own projected CRS) */
    CgSurfaceOptions surface; /* a boundary is the window too */
    CgMoment moment;      /* a raster about a moment, events per km2 and day; no ratio, no edge    */
    CgRatio ratio;        /* instead of a density; areas of a base lie evenly on their ground */
    const char *contours; /* of the risk's tolerance: .gpkg, .geojson or NULL           */
    double cell_m; /* 0: a fifth of the bandwidth, rounded; at most 4096 cells a side */
    guint threads;
} CgDensityFile;

/* .tif  one band of 32-bit floats in the working CRS, events per km2, north up, cells at multiples
 * of the cell from the origin, NaN (declared as no data) outside the region of edge correction .csv
 * id, x, y (as delivered), per_km2: one line for each row of `at`, in its order; empty where a row
 * has no place or lies outside the region
 *
 * A raster's bandwidth is raised to cg_density_least_bandwidth_m of its cells, so that their sum holds
 * the events (bandwidth_raised_from_m in the report; null: not raised). Of events that `when` or a
 * moment leave out a .csv holds the density of the others there.
 *
 * The region of edge correction is the boundary, else the bbox, else the box of the events. A
 * raster covers the same; without edge correction, boundary and bbox it is three bandwidths wider
 * than the events (kernels that end: one).
 *
 * Moment  the same as .tif, band density_per_day: events per km2 and day; moment {at, window_s} in
 *         the report
 * Rates   bands (columns) per_1000, per_1000_low, per_1000_high, per_km2, base_per_km2: events per
 *         1000 of the base, empty where the base within the kernel is under the floor (risk.h)
 * Risk    bands (columns) log_ratio, p, z, per_km2, against_per_km2 (risk.h); contours: layer
 *         `tolerance`, rings around all that is significantly high or low: side, p (0.05, 0.01),
 *         km2 (below 0: a hole)
 *
 * out_report (may be NULL): rows, events, outside, those of cg_surface_report, peak_per_km2, size,
 * cell_m, points, seconds, version; ratio {kind, floor, ...} of rates and risks.
 * Errors  INPUT no point at all; ARGUMENT names and ranges; those of import, density and export */
gboolean cg_density_file (const CgDensityFile *job, CgImportReport *import_report,
                          const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                          GError **error);

#endif
