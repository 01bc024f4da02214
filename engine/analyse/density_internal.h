/* What the ways to compute a density share. */
#ifndef CG_DENSITY_INTERNAL_H
#define CG_DENSITY_INTERNAL_H

#include "analyse/density.h"

#include <math.h>

/* The events as the caller gave them, and how they are counted: weights times to_fixed are summed
 * as integers, which is exact and blind to order; n weights cannot pass 2^61. */
typedef struct {
    guint32 n;
    const double *x, *y, *weight;
    double to_fixed;
    gboolean has_negative;
} Events;

static inline double
event_weight (const Events *events, guint32 i)
{
    return events->weight != NULL ? events->weight[i] : 1;
}

static inline gboolean
event_is_usable (const Events *events, guint32 i)
{
    return isfinite (events->x[i]) && isfinite (events->y[i]) &&
           isfinite (event_weight (events, i));
}

/* Both fill density->per_km2 from density->box, size and bandwidth_m. spacings: of the lattice in
 * a bandwidth.
 * Errors LIMIT. */
gboolean cg_density_by_spline (const Events *events, CgKernel kernel, double spacings,
                               CgDensity *density, GError **error);
gboolean cg_density_by_stamps (const Events *events, CgKernel kernel, CgDensity *density,
                               GError **error);

/* Taps on the lattice, so that spreading, taps and evaluation together are the kernel; unit sum.
 * Gaussian: [radius + 1] of one axis (the kernel is their product). Quartic: [(radius + 1)^2], row
 * by row.
 * spacings  standard deviation or radius in lattice spacings
 * (g_free) */
double *cg_density_gaussian_taps (double spacings, guint *out_radius);
double *cg_density_quartic_taps (double spacings, guint *out_radius);

#endif
