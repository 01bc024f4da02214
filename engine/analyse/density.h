/* Density of events as a surface: events per square kilometre. */
#ifndef CG_DENSITY_H
#define CG_DENSITY_H

#include "model/shapes.h"

typedef enum { CG_KERNEL_GAUSSIAN, CG_KERNEL_QUARTIC } CgKernel;

const char *cg_kernel_name (CgKernel kernel);
gboolean cg_kernel_parse (const char *name, CgKernel *out);

typedef struct {
    CgKernel kernel;
    double bandwidth_m; /* Gaussian: standard deviation; quartic: radius; 0: automatic             */
    CgBox box;          /* window in working metres; events outside it still reach in              */
    guint32 width, height; /* pixels; pixel (0, 0) is the north-west corner                         */
} CgDensityOptions;

typedef struct {
    guint32 width, height;
    float *per_km2;     /* [width * height] row by row from the north-west                          */
    CgBox box;
    double bandwidth_m; /* used                                                                     */
    double peak_per_km2;
    guint32 n_used, n_outside; /* events with a place; of these outside the box                     */
} CgDensity;

/* Scott's rule: sigma = n^(-1/6) * mean of the two standard deviations (for the quartic kernel times
 * sqrt(8), so that both smooth alike). n < 2 or all equal gives 500. Source: Scott 1992, ch. 6. */
double cg_density_bandwidth_m (guint32 n, const double *x, const double *y, const double *weight, CgKernel kernel);

/* weight NULL = 1 each; NaN points and weights are left out.
 * Errors ARGUMENT size 0 or over 64 Mpixel, bandwidth negative or not finite
 * Method cubic B-spline spreading on a grid of spacing <= sigma / 4, separable taps, cubic B-spline
 *        evaluation per pixel; int64 fixed point accumulation, so the result does not depend on the order.
 *        docs/methods.md. Error against the direct sum <= 1e-4 of the peak. Small bandwidths (below
 *        3 pixels) by direct sum.
 */
CgDensity *cg_density_run (guint32 n, const double *x, const double *y, const double *weight,
                           const CgDensityOptions *options, GError **error);
void cg_density_free (CgDensity *density);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDensity, cg_density_free)

#endif
