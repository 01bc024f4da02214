/* Density of events as a surface: events per square kilometre. */
#ifndef CG_DENSITY_H
#define CG_DENSITY_H

#include "base/progress.h"
#include "model/shapes.h"

/* K (r) with mass 1, bandwidth b: Gaussian exp (-r^2 / 2 b^2) / (2 pi b^2); the others end at b and
 * are (1 - r^2/b^2)^2, 1 - r^2/b^2, 1 - r/b, 1 in turn, times what makes their mass 1. */
typedef enum {
    CG_KERNEL_GAUSSIAN,
    CG_KERNEL_QUARTIC,
    CG_KERNEL_EPANECHNIKOV,
    CG_KERNEL_TRIANGULAR,
    CG_KERNEL_UNIFORM,
} CgKernel;

#define CG_KERNELS (CG_KERNEL_UNIFORM + 1)

const char *cg_kernel_name (CgKernel kernel);               /* as above, in small letters */
gboolean cg_kernel_parse (const char *name, CgKernel *out); /* out untouched when FALSE */
/* The bandwidth with which a kernel has the variance along each axis of a Gaussian of deviation 1:
 * 1, sqrt 8, sqrt 6, sqrt (20/3), 2. */
double cg_kernel_sigmas (CgKernel kernel);

#define CG_DENSITY_MAX_PIXELS (144u << 20) /* 16384 x 9216 */
#define CG_DENSITY_MAX_THREADS 16
#define CG_DENSITY_STAMPED 1e9 /* pixels in reach of events, counted for each event */
#define CG_DENSITY_SWEPT 1e7   /* rows in reach of events, counted for each event   */
#define CG_DENSITY_MIN_BANDWIDTH_M 1e-3
#define CG_DENSITY_MAX_BANDWIDTH_M 1e9

struct CgDensityRegion; /* analyse/density_region.h */

/* Correction at the border of the region. Uniform: each value is divided by the share of the kernel
 * around it that lies in the region. Diggle: each event's weight is divided by the share of the
 * kernel around the event, so that the surface over the region holds all events.
 * Source: Diggle 1985, doi:10.2307/2347366; Jones 1993, doi:10.1007/BF00147776. */
typedef enum { CG_EDGE_NONE, CG_EDGE_UNIFORM, CG_EDGE_DIGGLE } CgEdge;

const char *cg_edge_name (CgEdge edge); /* "none", "uniform", "diggle" */
gboolean cg_edge_parse (const char *name, CgEdge *out);

typedef struct {
    CgKernel kernel;
    double bandwidth_m;    /* Gaussian: standard deviation; others: radius; 0: automatic         */
    CgBox box;             /* window in working metres; events outside it still reach in         */
    guint32 width, height; /* pixels; pixel (0, 0) is the north-west corner                      */
    double cell_m;         /* 0, or set by cg_density_align: corners of pixels lie at multiples  */
    CgEdge edge;           /* other than none: events outside the region are left out, and values
                              outside it are NaN                                                 */
    const struct CgDensityRegion *region; /* of edge; NULL: box                                  */
    guint threads; /* 0 or 1: one; at most CG_DENSITY_MAX_THREADS; changes no bit        */
    const double *own_bandwidth_m; /* [events] of each (cg_adaptive_bandwidths); bandwidth_m is then
                                      the global one, above 0, and edge none or diggle. NULL: one
                                      for all */
    /* May be NULL (borrowed). Told: "points", of a surface "events", "rows" or "bandwidths", by how it is summed. */
    GCancellable *cancel;
    const CgProgress *progress;
} CgDensityOptions;

/* Widens box to whole cells of cell_m counted from the origin of the CRS, and sets width and height
 * to their number. Windows so aligned give the same bits for every pixel they share.
 * Errors ARGUMENT cell_m not above 0, box without extent or over CG_DENSITY_MAX_PIXELS cells. */
gboolean cg_density_align (CgDensityOptions *options, double cell_m, GError **error);

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
 * whose quartiles coincide keeps s. Times cg_kernel_sigmas, so that all kernels smooth
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
 * pixel with an event in it may read zero. Gaussian: half a pixel; the others the same spread
 * (quartic: sqrt(2) pixels), but no less than 0.75 pixels, which always hold a centre. */
double cg_density_least_bandwidth_m (CgKernel kernel, double pixel_m);

/* weight NULL = 1 each; NaN points and weights are left out. A weight may be negative (a
 * difference of two surfaces); where none is, no pixel is negative.
 * Errors ARGUMENT size 0 or over 144 Mpixel, bandwidth not 0 and out of range, box without extent,
 *        bandwidths of their own out of range (names the row) or with uniform correction;
 *        LIMIT memory; CANCELLED
 * Method spreading by a cubic spline on a world lattice of spacing sigma / 4.25 (kernels that end: radius
 *        / 24, or / 12 below 32 pixels), taps so that the whole is the wanted kernel, evaluation per
 * pixel by the same spline; int64 fixed point accumulation, so for a given bandwidth the
 * result does not depend on the order of events or the number of threads, and windows that share
 *        pixel centres agree on them (to the bit where cg_density_align laid them).
 * docs/methods.md. Small Gaussians (below 3 pixels) and kernels that end up to CG_DENSITY_STAMPED
 * pixels in reach of events, or below a radius of 10 pixels, by the direct sum, where kernels
 * narrower than a pixel may fall between the centres. Error  against the direct sum, in parts of
 * the peak: Gaussian below 1e-5 where all share one place, 2e-6 where they spread over many
 * kernels; by direct sum 1e-6. Kernels that end by the lattice, where events spread over many
 * kernels: some 1e-6; where all share one place: quartic 4e-4 (radius under 32
 * pixels 1.5e-3), Epanechnikov and triangular 0.01 (0.025); uniform: its rim is a ramp two spacings
 * wide. Own bandwidths: stamped where that is affordable, else kernels of at most 64 classes of
 * bandwidth mixed by a cubic in its logarithm: Gaussian within 1e-3 of the peak of the direct sum.
 * Cost   16 steps an event, then independent of the number of events
 */
CgDensity *cg_density_run (guint32 n, const double *x, const double *y, const double *weight,
                           const CgDensityOptions *options, GError **error);
void cg_density_free (CgDensity *density);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgDensity, cg_density_free)

/* The direct sum at pixel centres in double precision, within 1e-12 of the peak, by an exact sweep over
 * rows: what the faster ways are measured against, and one of the ways of cg_density_run.
 *
 * options      quartic, Epanechnikov or uniform; bandwidth_m above 0; edge none; no own bandwidths
 * out_per_km2  [width * height] row by row from the north-west
 * Errors       ARGUMENT those of cg_density_run, anything else than stated; LIMIT memory
 * Method       difference coefficients of the kernels' polynomials along each row; T. N. Chan and others
 *              2022, SLAM, doi:10.1145/3514221.3517823, in segments with origins of their own
 * Cost         O(events within reach of a row + pixels) a row, whatever the bandwidth */
gboolean cg_density_sweep (guint32 n, const double *x, const double *y, const double *weight,
                           const CgDensityOptions *options, double *out_per_km2, GError **error);

/* Density at n_at given points by the direct sum (an event at the point itself included), in events
 * per km2. Gaussian: events beyond 9 sigma, below 3e-18 of their peak, are left out.
 *
 * options        kernel, bandwidth_m (0: automatic), edge, region (needed for edge)
 * out_bandwidth_m  the one used; may be NULL
 * out_per_km2  [n_at]; NaN where the point is not finite or, with edge, outside the region;
 *              untouched on failure
 * Errors       ARGUMENT bandwidth not 0 and out of range, edge without region, own bandwidths as
 *              above; LIMIT memory; CANCELLED
 * Cost         O((n + n_at) log n) and one kernel for each pair within reach */
gboolean cg_density_at (guint32 n, const double *x, const double *y, const double *weight,
                        const CgDensityOptions *options, guint32 n_at, const double *at_x,
                        const double *at_y, double *out_per_km2, double *out_bandwidth_m,
                        GError **error);

#endif
