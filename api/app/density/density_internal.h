/* What the kinds of surface that `density` makes share. */
#ifndef CG_APP_DENSITY_INTERNAL_H
#define CG_APP_DENSITY_INTERNAL_H

#include "app/density/density.h"

typedef struct {
    CgPlaces *points, *at;
    CgPlaces *second; /* base or other events; NULL for a plain density */
    CgPlaces *ground; /* cg_ratio_ground of a base; may be NULL */
    CgSurface surface;
    CgDensity *density;
    double *value; /* [at->n] */
    CgDensityOptions options;
    double raised_from_m; /* bandwidth asked for, where the cells are too wide for it; else NaN */
    double peak_per_km2, read_s, density_s, write_s;
    guint32 n_events, n_outside;
    json_t *ratio; /* figures of a rate or risk; NULL for a plain density */
} CgDensityWork;

/* Instead of a density: computes and writes the rate or the risk, its contours too. */
gboolean cg_density_ratio_run (const CgDensityFile *job, CgDensityWork *work, GError **error);

#endif
