/* Density of events as a surface: events per square kilometre. */
#ifndef CG_DENSITY_H
#define CG_DENSITY_H

#include "model/shapes.h"

typedef enum { CG_KERNEL_GAUSSIAN, CG_KERNEL_QUARTIC } CgKernel;

const char *cg_kernel_name (CgKernel kernel);               /* "gaussian", "quartic" */
gboolean cg_kernel_parse (const char *name, CgKernel *out); /* out untouched when FALSE */

#define CG_DENSITY_MAX_PIXELS (64u << 20)
#define CG_DENSITY_STAMPED 1e9 /* pixels in reach of events, counted for each event */
#define CG_DENSITY_MIN_BANDWIDTH_M 1e-3
#define CG_DENSITY_MAX_BANDWIDTH_M 1e9

typedef struct {
    CgKernel kernel;
    double bandwidth_m;    /* Gaussian: standard deviation; quartic: radius; 0: automatic        */
    CgBox box;             /* window in working metres; events outside it still reach in         */
    guint32 width, height; /* pixels; pixel (0, 0) is the north-west corner                      */
} CgDensityOptions;

typedef struct {
    guint32 width, height;
    float *per_km2; /* [width * height] row by row from the north-west, at centres    */
    CgBox box;
    double bandwidth_m; /* used                                                           */
    double peak_per_km2;
    guint32 n_used, n_outside; /* events with a place and a weight; of these outside the box     */
} CgDensity;

/* Scott's rule with Silverman's robust spread: sigma = n^(-1/6) * mean over the two axes of
 * min (s, IQR / 1.349), where s is the standard deviation and IQR the distance of the quartiles,
 * so that a few far villages do not widen the kernel of the town that holds most events. An axis
 * whose quartiles coincide keeps s. For the quartic kernel times sqrt(8), so that both smooth
 * alike. n < 2 or all equal gives 500.
 * With weights: weighted standard deviations and quartiles (the least value that, with all smaller
 * ones, holds that share of the weight) and n = (sum w)^2 / sum w^2; weights below zero count as
 * zero. NaN points and weights are left out. Kept within CG_DENSITY_MIN/MAX_BANDWIDTH_M.
 * Source: Scott 1992, chapter 6; Silverman 1986, p. 47-48; Kish 1965.
 * Cost O(n) time, 16 bytes an event; without that memory s alone is used. */
double cg_density_bandwidth_m (guint32 n, const double *x, const double *y, const double *weight,
                               CgKernel kernel);

/* The narrowest kernel that pixels of this width show truly: the sum over the pixels is then
 * within 8 % of the events wherever they lie. A narrower one falls between the centres, and a
 * pixel with an event in it may read zero. Gaussian: half a pixel; quartic: sqrt(2) pixels, the
 * same spread. */
double cg_density_least_bandwidth_m (CgKernel kernel, double pixel_m);

/* weight NULL = 1 each; NaN points and weights are left out. A weight may be negative (a
 * difference of two surfaces); where none is, no pixel is negative.
 * Errors ARGUMENT size 0 or over 64 Mpixel, bandwidth not 0 and out of range, box without extent;
 *        LIMIT memory
 * Method cubic B-spline spreading on a world lattice of spacing sigma / 6 (quartic: radius / 24,
 *        or / 12 below 32 pixels), taps so that the whole is the wanted kernel, cubic B-spline
 *        evaluation per pixel; int64 fixed point accumulation, so for a given bandwidth the result
 *        does not depend on the order of events, and windows that share pixel centres agree on
 *        them. docs/methods.md. Small Gaussians (below 3 pixels) and the quartic up to
 *        CG_DENSITY_STAMPED pixels in reach of events, or below a radius of 10 pixels, by the
 *        direct sum, where kernels narrower than a pixel may fall between the centres.
 * Error  against the direct sum, in parts of the peak: Gaussian below 1e-5; quartic by direct sum
 *        1e-6, by the lattice below 4e-4 (radius under 32 pixels: 1.5e-3), reached where all
 *        events share one place
 * Cost   16 steps an event, then independent of the number of events
 */
CgDensity *cg_density_run (guint32 n, const double *x, const double *y, const double *weight,
                           const CgDensityOptions *options, GError **error);
void cg_density_free (CgDensity *density);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDensity, cg_density_free)

/* Density at n_at given points by the direct sum (an event at the point itself included, no edge
 * correction), in events per km2. Gaussian: events beyond 9 sigma, below 3e-18 of their peak, are
 * left out.
 *
 * bandwidth_m  0: automatic; the one used is written to out_bandwidth_m (may be NULL)
 * out_per_km2  [n_at]; NaN where the point is not finite; untouched on failure
 * Errors       ARGUMENT bandwidth not 0 and out of range
 * Cost         O((n + n_at) log n) and one kernel for each pair within reach */
gboolean cg_density_at (guint32 n, const double *x, const double *y, const double *weight,
                        CgKernel kernel, double bandwidth_m, guint32 n_at, const double *at_x,
                        const double *at_y, double *out_per_km2, double *out_bandwidth_m,
                        GError **error);

#endif
