/* One surface over another, as `density` and `heatmap` make them: events per household, or relative
 * to other events. */
#ifndef CG_APP_RATIO_H
#define CG_APP_RATIO_H

#include "analyse/contours.h"
#include "analyse/risk.h"
#include "import/import.h"

/* Where what events are compared with comes from; both NULL: a plain density. */
typedef struct {
    const char *per, *per_column; /* rates: FILE with the base, its column of households or people
                                     (NULL: each row counts once)                             */
    const char *against;          /* relative risk: FILE with the events to compare with     */
    double floor; /* -1: 100 of the base, 10 events within the kernel's effective area */
} CgRatio;

double cg_ratio_floor (const CgRatio *ratio);

/* Base or other events, in the working CRS of the points. span (may be NULL): since and until, of
 * the other events too (CG_TIME_NONE: open); crs, encoding: those of the points.
 * Errors  those of import; INPUT no column of times */
CgPlaces *cg_ratio_read (const CgRatio *ratio, const CgPlaces *points, const char *crs,
                         const char *encoding, gboolean skip_bad, const gint64 *span,
                         const CgProgress *progress, GCancellable *cancel, GError **error);

/* Where the base stands for a kernel of this bandwidth: areas in even parts over their ground
 * (analyse/ground.h, a lattice of a quarter of the bandwidth), points as they are. x, y and weight are
 * set, nothing else. (transfer full) NULL without an error: points, take the base itself.
 * Errors  LIMIT */
CgPlaces *cg_ratio_ground (const CgRatio *ratio, const CgPlaces *base, const char *crs,
                           double bandwidth_m, GError **error);

/* Rings round what is significantly high (or low), level 0 at a chance of .05, 1 at .01.
 * Errors  those of cg_contours_run */
CgContours *cg_ratio_rings (const CgRiskSurface *risk, gboolean low, GError **error);

/* per_1000, and with out_low and out_high (may be NULL) its interval, of n pixels; returns the
 * greatest. */
double cg_ratio_rates (gsize n, const float *events_per_km2, const float *base_per_km2,
                       double effective_km2, double least_base, float *out_rate, float *out_low,
                       float *out_high);

#endif
