/* What the ways to compute a density share. */
#ifndef CG_DENSITY_INTERNAL_H
#define CG_DENSITY_INTERNAL_H

#include "analyse/density_field.h"
#include "analyse/density_region.h"
#include "base/wide.h"

#include <math.h>

/* ---- kernels ------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    double reach;  /* bandwidths at which it ends; Gaussian: 9, where it is 3e-18 of its peak     */
    double mass;   /* of the kernel with peak 1 and bandwidth 1                                   */
    double sigmas; /* bandwidths that spread along each axis like a Gaussian of deviation 1      */
    double (*value) (double squared_ratio); /* (distance / bandwidth)^2 < 1; NULL: Gaussian      */
    double (*wave) (double omega); /* Fourier transform, mass 1, bandwidth 1; NULL: Gaussian     */
} Kernel;

const Kernel *cg_kernel_get (CgKernel kernel);
/* With its peak at 1; squared_ratio = (distance / bandwidth)^2. */
double cg_kernel_value (const Kernel *kernel, double squared_ratio);

/* ---- events -------------------------------------------------------------------------------- */

/* The events as the caller gave them, and how they are counted: weights times to_fixed are summed
 * as integers, which is exact and blind to order; n weights cannot pass 2^61, one not 2^50. */
typedef struct {
    guint32 n;
    const double *x, *y, *weight;
    double to_fixed;
    gboolean has_negative;
    const double *bandwidth_m; /* [n] of each; NULL: one for all */
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

/* ---- pixels -------------------------------------------------------------------------------- */

/* Centres of the pixels along one axis: base + (index +- (i + 1/2)) * pixel. Where pixels lie at
 * multiples of their size from the origin, base is 0 and two windows compute a centre they share
 * with the same bits. */
typedef struct {
    double base_m, index, pixel_m;
    int direction; /* 1 from west to east, -1 from north to south */
    guint32 n;
} Centres;

static inline double
centre (const Centres *centres, guint32 i)
{
    return centres->base_m + (centres->index + centres->direction * (i + 0.5)) * centres->pixel_m;
}

void cg_density_centres (const CgDensityOptions *options, Centres *out_columns, Centres *out_rows);

/* ---- lattice ------------------------------------------------------------------------------- */

#define CG_LATTICE_MARGIN                                                                          \
    3 /* nodes beyond the taps' reach, so that what the taps reach is complete */

/* A piece of the lattice that covers the world: node (c, r) lies at (column + c, row + r) spacings
 * from the origin of the CRS. */
typedef struct {
    double spacing_m, column, row; /* column, row: whole numbers */
    guint32 n_columns, n_rows;
} Nodes;

/* Taps on the lattice, so that spreading, taps and evaluation together are the kernel; unit sum.
 * A sum of products of one list along x and one along y: one term for the Gaussian. */
typedef struct {
    guint radius, n_terms;
    float *column, *row; /* [n_terms * (radius + 1)] from the middle outwards */
} Taps;

/* spacings: of the lattice in a bandwidth. box_spacings: events are areas of that side spread
 * evenly (0: points), whose own width is taken off the kernel; Gaussian only. */
void cg_density_taps (Taps *taps, CgKernel kernel, double spacings, double box_spacings);
void cg_density_taps_done (Taps *taps);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taps, cg_density_taps_done)

/* Spacings in a Gaussian bandwidth. */
#define CG_LATTICE_SPACINGS 4.75

/* Places are read from four nodes along each axis with the cubic B-spline plus this share of its second
 * derivative: of all kernels as short and as cheap these lose least (T. Blu, P. Thevenaz, M. Unser 2001,
 * doi:10.1109/83.931101). 1/42 is best for the longest waves; 1/44 has the smallest largest error with a
 * Gaussian of CG_LATTICE_SPACINGS. */
#define CG_LATTICE_BEND (1.0 / 44)

/* Weights of the four nodes around a place that lies `part` (0..1) of a spacing after
 * the second; none is negative, their sum is 1. */
static inline void
spline_weights (double part, double *out)
{
    double rest = 1 - part;
    out[0] = rest * (rest * rest * (1.0 / 6) + CG_LATTICE_BEND);
    out[1] = (4 - 3 * part * part * (1 + rest)) * (1.0 / 6) + (3 * part - 2) * CG_LATTICE_BEND;
    out[2] = (4 - 3 * rest * rest * (1 + part)) * (1.0 / 6) + (3 * rest - 2) * CG_LATTICE_BEND;
    out[3] = part * (part * part * (1.0 / 6) + CG_LATTICE_BEND);
}

/* The nodes that places in the box need with taps of this radius; FALSE: more than can be numbered
 * or held. */
gboolean cg_nodes_cover (Nodes *nodes, double spacing_m, guint radius, const CgBox *places);

/* Events with a place and a weight; of these outside the box. */
typedef struct {
    CgBox box;
    guint32 n_used, n_outside;
} EventCount;

/* Adds events from .. to - 1 to sum [n_rows * n_columns]; those whose four by four nodes do not all
 * belong to the piece are left out. Adding them with the opposite weight undoes it to the bit.
 * Counts into count on the way. */
void cg_density_spread (const Events *events, guint32 from, guint32 to, const Nodes *nodes,
                        gint64 *sum, EventCount *count);

/* Sums after the taps: what pixels and points are read from. The outer radius + 3 nodes on each
 * side are used up. */
typedef struct {
    double spacing_m, column, row;
    guint32 n_columns, n_rows, stride;
    float *value; /* [n_rows * stride] */
} Smoothed;

/* factor: from a sum to the unit of the result. FALSE when memory is short. */
gboolean cg_density_smooth (const Nodes *nodes, const gint64 *sum, double factor, const Taps *taps,
                            Smoothed *out);
void cg_density_smoothed_done (Smoothed *smoothed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Smoothed, cg_density_smoothed_done)

/* Where pixels go that are read: densities, steps of a scale, a function for each row of steps in
 * turn (one thread then), or nowhere, for the peak alone. */
typedef struct {
    float *per_km2; /* rows without gaps */
    guint8 *step;
    gsize stride; /* of steps */
    CgDensityScale scale;
    CgDensityRow row;
    gpointer user_data;
} PixelSink;

/* Reads n_columns x n_rows pixels. What is below least is set to it; the peak is at least 0, and is
 * not looked for on the way to steps. Any number of threads gives the same bits. FALSE when memory is
 * short. */
gboolean cg_density_read_pixels (const Smoothed *smoothed, const Centres *columns,
                                 const Centres *rows, float least, guint threads,
                                 const PixelSink *sink, float *out_peak);

/* The peak (at least 0) that reading all pixels would find, to the bit; few are read for it. */
gboolean cg_density_read_peak (const Smoothed *smoothed, const Centres *columns,
                               const Centres *rows, guint threads, float *out_peak);

/* Value at a place that the nodes were made to cover. */
double cg_density_read_point (const Smoothed *smoothed, double x, double y);

/* ---- edges --------------------------------------------------------------------------------- */

/* The share (0..1) of the kernel that lies in the region, on a lattice for all places in the box;
 * within 1e-3. FALSE when memory is short. */
gboolean cg_density_share_field (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m,
                                 const CgBox *places, Smoothed *out);

#define CG_WIDE_NODES 12

/* Shares of a kernel that is wide for the region: exact ones at Chebyshev's nodes of the region's
 * box, and the polynomial through them. In parts of themselves within 1e-8 (triangular 1e-4), however
 * small they are; places outside the box count as at its rim. */
typedef struct {
    double x, y, half_x, half_y; /* of the box */
    double value[CG_WIDE_NODES * CG_WIDE_NODES];
} WideShares;

/* Gaussian: the bandwidth is at least half the diagonal of the region's box; others: all of it. */
gboolean cg_density_is_wide (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m);
void cg_density_wide_init (WideShares *wide, const CgDensityRegion *region, CgKernel kernel,
                           double bandwidth_m);
double cg_density_wide_read (const WideShares *wide, double x, double y);
/* Divides a raster by its shares; FALSE when memory is short. */
gboolean cg_density_wide_divide (const WideShares *wide, const Centres *columns,
                                 const Centres *rows, float *value);

/* The same at n places, NaN outside the region: exact where points times edges are few or the lattice
 * finds too little to be trusted, else read from the polynomial or the lattice. Errors LIMIT memory,
 * too many places of little share for so many edges. */
gboolean cg_density_shares (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m,
                            guint32 n, const double *x, const double *y, double *out,
                            GError **error);
/* The same at events with bandwidths of their own; between classes of bandwidth where not exact. */
gboolean cg_density_own_shares (const CgDensityRegion *region, const CgDensityOptions *options,
                                guint32 n, const double *x, const double *y, double *out,
                                GError **error);
/* Uniform correction of a raster; pixels outside the region are left for cg_density_blank_outside.
 * Errors as of cg_density_shares. */
gboolean cg_density_divide_by_share (const CgDensityRegion *region, const CgDensityOptions *options,
                                     CgDensity *density, GError **error);
/* NaN to pixels whose centre is outside; finds the peak of the others. */
void cg_density_blank_outside (const CgDensityRegion *region, const CgDensityOptions *options,
                               CgDensity *density);

/* Weights with which the plain density is the corrected one (of uniform correction still to be
 * divided by shares). Errors LIMIT. (g_free) */
double *cg_density_edge_weights (guint32 n, const double *x, const double *y, const double *weight,
                                 const CgDensityRegion *region, const CgDensityOptions *options,
                                 double bandwidth_m, GError **error);
/* Finds to_fixed and has_negative. */
void cg_density_scale_events (Events *events);
/* Of usable events, and of those outside the box: sets the figures of density. */
void cg_density_count_events (const Events *events, CgDensity *density);
/* Bandwidths of their own, where there are any. Errors ARGUMENT. */
gboolean cg_density_check_own (guint32 n, const double *x, const double *y, const double *weight,
                               const CgDensityOptions *options, GError **error);
gboolean cg_density_check_bandwidth (double bandwidth_m, GError **error);
/* Window, size and bandwidth. Errors ARGUMENT. */
gboolean cg_density_check_options (const CgDensityOptions *options, GError **error);

/* ---- ways ---------------------------------------------------------------------------------- */

/* A surface that is smoothed but not read. */
typedef struct {
    Smoothed smoothed;
    Centres columns, rows;
    float least; /* smaller values are set to it */
} Surface;

void cg_density_surface_done (Surface *surface);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Surface, cg_density_surface_done)

/* Whether options and bandwidth ask for the lattice rather than the direct sum, and its spacings in
 * a bandwidth. */
gboolean cg_density_wants_spline (guint32 n, const CgDensityOptions *options, double bandwidth_m,
                                  double *out_spacings);

/* Both fill the counts of events, and the latter per_km2 and peak_per_km2. Errors LIMIT. */
gboolean cg_density_by_spline (const Events *events, const CgDensityOptions *options,
                               double spacings, CgDensity *density, Surface *out, GError **error);
/* The same with taps at hand: those of the kernel and the spacings. */
gboolean cg_density_by_taps (const Events *events, const CgDensityOptions *options, double spacings,
                             const Taps *taps, CgDensity *density, Surface *out, GError **error);
gboolean cg_density_by_stamps (const Events *events, const CgDensityOptions *options,
                               CgDensity *density, GError **error);
/* Kernels that are polynomials inside their rim, swept row by row. */
gboolean cg_density_is_polynomial (CgKernel kernel);
gboolean cg_density_by_sweep (const Events *events, const CgDensityOptions *options,
                              CgDensity *density, GError **error);
/* Of events with bandwidths of their own. */
gboolean cg_density_by_classes (const Events *events, const CgDensityOptions *options,
                                CgDensity *density, GError **error);
/* The selected sums of a live density. Errors as of cg_density_live_run. */
gboolean cg_density_live_surface (const CgDensityLive *live, const CgLiveSelection *selection,
                                  const CgDensityOptions *options, Surface *out, GError **error);
/* Reads all pixels into density. Errors LIMIT. */
gboolean cg_density_read_surface (const Surface *surface, guint threads, CgDensity *density,
                                  GError **error);

#endif
