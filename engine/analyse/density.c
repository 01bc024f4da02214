#include "analyse/density.h"

#include "analyse/density_internal.h"
#include "base/error.h"
#include "base/random.h"

#define DEFAULT_BANDWIDTH_M 500.0
/* Quartiles of the normal distribution lie this many standard deviations apart. */
#define NORMAL_IQR 1.349
/* Pixels of a row that are stamped in the time in which a sweep takes an event through it. */
#define SWEEP_STEP 40

/* ---- bandwidth --------------------------------------------------------------------------- */

static double
spread_weight (const Events *events, guint32 i)
{
    return event_is_usable (events, i) ? MAX (event_weight (events, i), 0) : 0;
}

/* Standard deviation of one coordinate, with n_effective / (n_effective - 1) as the sample's
 * correction. */
static double
deviation (const Events *events, const double *coordinate, double sum, double n_effective)
{
    double mean = 0, square = 0;
    for (guint32 i = 0; i < events->n; i++) {
        double weight = spread_weight (events, i);
        if (weight > 0)
            mean += weight / sum * coordinate[i];
    }
    for (guint32 i = 0; i < events->n; i++) {
        double weight = spread_weight (events, i);
        if (weight > 0)
            square += weight / sum * (coordinate[i] - mean) * (coordinate[i] - mean);
    }
    return sqrt (square * (n_effective / (n_effective - 1)));
}

typedef struct {
    double at, weight;
} Weighted;

static inline void
swap_weighted (Weighted *a, Weighted *b)
{
    Weighted kept = *a;
    *a = *b;
    *b = kept;
}

/* The least value that, with all smaller ones, holds at least `wanted` of the weight: by parting
 * round values drawn from the rest, which orders no more than it must. */
static double
find_quantile (guint32 n, Weighted *value, double wanted)
{
    guint32 from = 0, to = n;
    double passed = 0;
    CgRandom random;
    cg_random_init (&random, 1, n);
    for (;;) {
        double pivot = value[from + cg_random_below (&random, to - from)].at;
        double smaller = 0, equal = 0;
        guint32 low = from, high = to;
        for (guint32 i = from; i < high;) {
            if (value[i].at < pivot) {
                smaller += value[i].weight;
                swap_weighted (&value[i++], &value[low++]);
            } else if (value[i].at > pivot) {
                swap_weighted (&value[i], &value[--high]);
            } else {
                equal += value[i++].weight;
            }
        }
        if (low > from && passed + smaller >= wanted) {
            to = low;
        } else if (high == to || passed + smaller + equal >= wanted) {
            return pivot;
        } else {
            passed += smaller + equal;
            from = high;
        }
    }
}

/* Silverman's robust spread: what lies far from the half in the middle does not widen it. */
static double
spread (const Events *events, const double *coordinate, double sum, double n_effective)
{
    double sd = deviation (events, coordinate, sum, n_effective);
    g_autofree Weighted *value = g_try_new (Weighted, events->n);
    guint32 n = 0;
    for (guint32 i = 0; value != NULL && i < events->n; i++) {
        double weight = spread_weight (events, i);
        if (weight > 0)
            value[n++] = (Weighted){ coordinate[i], weight };
    }
    if (n == 0)
        return sd;
    /* One after the other: each sorts a part of the values, and sums of weights round as sorted. */
    double upper = find_quantile (n, value, 0.75 * sum);
    double iqr = upper - find_quantile (n, value, 0.25 * sum);
    return iqr > 0 ? MIN (sd, iqr / NORMAL_IQR) : sd;
}

double
cg_density_bandwidth_m (guint32 n, const double *x, const double *y, const double *weight,
                        CgKernel kernel)
{
    Events events = { n, x, y, weight, 1, FALSE };
    double sum = 0, squares = 0;
    for (guint32 i = 0; i < n; i++)
        sum += spread_weight (&events, i);
    for (guint32 i = 0; i < n; i++) {
        double share = sum > 0 ? spread_weight (&events, i) / sum : 0;
        squares += share * share;
    }
    double n_effective = squares > 0 ? 1 / squares : 0;
    if (!(n_effective > 1 + 1e-9) || !isfinite (sum))
        return DEFAULT_BANDWIDTH_M;
    double sigma =
        (spread (&events, x, sum, n_effective) + spread (&events, y, sum, n_effective)) / 2;
    sigma *= pow (n_effective, -1.0 / 6);
    /* Equal points leave only what rounding the mean leaves. */
    if (!(sigma > 1e-9) || isnan (sigma))
        return DEFAULT_BANDWIDTH_M;
    return CLAMP (sigma * cg_kernel_sigmas (kernel), CG_DENSITY_MIN_BANDWIDTH_M,
                  CG_DENSITY_MAX_BANDWIDTH_M);
}

double
cg_density_least_bandwidth_m (CgKernel kernel, double pixel_m)
{
    return MAX (cg_kernel_sigmas (kernel) / 2, kernel == CG_KERNEL_GAUSSIAN ? 0 : 0.75) * pixel_m;
}

gboolean
cg_density_check_bandwidth (double bandwidth_m, GError **error)
{
    if (bandwidth_m == 0 ||
        (bandwidth_m >= CG_DENSITY_MIN_BANDWIDTH_M && bandwidth_m <= CG_DENSITY_MAX_BANDWIDTH_M))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "the bandwidth must be 0 or %g to %g m, not %g", CG_DENSITY_MIN_BANDWIDTH_M,
                 CG_DENSITY_MAX_BANDWIDTH_M, bandwidth_m);
    return FALSE;
}

gboolean
cg_density_check_own (guint32 n, const double *x, const double *y, const double *weight,
                      const CgDensityOptions *options, GError **error)
{
    const double *own_m = options->own_bandwidth_m;
    Events events = { n, x, y, weight, 1, FALSE };
    if (own_m == NULL)
        return TRUE;
    if (options->bandwidth_m == 0 || options->edge == CG_EDGE_UNIFORM) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             options->bandwidth_m == 0
                                 ? "bandwidths of their own need a global one too"
                                 : "uniform edge correction needs one bandwidth for all events");
        return FALSE;
    }
    for (guint32 i = 0; i < n; i++)
        if (event_is_usable (&events, i) && !(own_m[i] >= CG_DENSITY_MIN_BANDWIDTH_M &&
                                              own_m[i] <= CG_DENSITY_MAX_BANDWIDTH_M)) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "row %u: the bandwidth must be %g to %g m, not %g", i + 1,
                         CG_DENSITY_MIN_BANDWIDTH_M, CG_DENSITY_MAX_BANDWIDTH_M, own_m[i]);
            return FALSE;
        }
    return TRUE;
}

/* ---- surface ----------------------------------------------------------------------------- */

gboolean
cg_density_check_options (const CgDensityOptions *options, GError **error)
{
    const CgBox *box = &options->box;
    guint64 pixels = (guint64) options->width * options->height;
    if (!cg_density_check_bandwidth (options->bandwidth_m, error))
        return FALSE;
    if (pixels == 0 || pixels > CG_DENSITY_MAX_PIXELS) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a density of %u x %u pixels: must be 1 to %u in all", options->width,
                     options->height, CG_DENSITY_MAX_PIXELS);
        return FALSE;
    }
    double pixel_x = (box->x_max - box->x_min) / options->width;
    double pixel_y = (box->y_max - box->y_min) / options->height;
    if (!(isfinite (pixel_x) && isfinite (pixel_y) && pixel_x > 0 && pixel_y > 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "the window %g %g %g %g has no extent",
                     box->x_min, box->y_min, box->x_max, box->y_max);
        return FALSE;
    }
    return TRUE;
}

/* Finds the largest power of two that keeps the sum of weights below 2^61 and each below 2^50. */
void
cg_density_scale_events (Events *events)
{
    double largest = events->weight == NULL;
    int bits_n, bits_weight;
    for (guint32 i = 0; events->weight != NULL && i < events->n; i++) {
        if (!event_is_usable (events, i))
            continue;
        largest = MAX (largest, fabs (events->weight[i]));
        events->has_negative |= events->weight[i] < 0;
    }
    frexp (events->n, &bits_n);
    frexp (largest, &bits_weight);
    events->to_fixed = ldexp (1, CLAMP (MIN (61 - bits_n, 50) - bits_weight, -1000, 1000));
}

void
cg_density_centres (const CgDensityOptions *options, Centres *out_columns, Centres *out_rows)
{
    const CgBox *box = &options->box;
    double cell = options->cell_m;
    gboolean aligned = cell > 0;
    *out_columns =
        (Centres){ aligned ? 0 : box->x_min, aligned ? round (box->x_min / cell) : 0,
                   aligned ? cell : (box->x_max - box->x_min) / options->width, 1, options->width };
    *out_rows = (Centres){ aligned ? 0 : box->y_max, aligned ? round (box->y_max / cell) : 0,
                           aligned ? cell : (box->y_max - box->y_min) / options->height, -1,
                           options->height };
}

gboolean
cg_density_align (CgDensityOptions *options, double cell_m, GError **error)
{
    const CgBox *box = &options->box;
    if (!(cell_m > 0 && isfinite (cell_m))) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "a cell must be wider than 0 m, not %g",
                     cell_m);
        return FALSE;
    }
    double west = floor (box->x_min / cell_m), east = ceil (box->x_max / cell_m);
    double south = floor (box->y_min / cell_m), north = ceil (box->y_max / cell_m);
    east = MAX (east, west + 1);
    north = MAX (north, south + 1);
    double cells = (east - west) * (north - south);
    if (!(box->x_min <= box->x_max && box->y_min <= box->y_max && cells <= CG_DENSITY_MAX_PIXELS &&
          east - west < G_MAXUINT32 && north - south < G_MAXUINT32)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a window of %g x %g cells of %g m: must be 1 to %u in all", east - west,
                     north - south, cell_m, CG_DENSITY_MAX_PIXELS);
        return FALSE;
    }
    options->box = (CgBox){ west * cell_m, south * cell_m, east * cell_m, north * cell_m };
    options->width = (guint32) (east - west);
    options->height = (guint32) (north - south);
    options->cell_m = cell_m;
    return TRUE;
}

/* A kernel of a few pixels is cheaper stamped than smoothed on a lattice finer than the pixels. One
 * that ends is stamped, that is exact, as long as that is affordable. */
gboolean
cg_density_wants_spline (guint32 n, const CgDensityOptions *options, double bandwidth_m,
                         double *out_spacings)
{
    double pixel_x = (options->box.x_max - options->box.x_min) / options->width;
    double pixel_y = (options->box.y_max - options->box.y_min) / options->height;
    double pixels = bandwidth_m / MAX (pixel_x, pixel_y);
    gboolean gaussian = options->kernel == CG_KERNEL_GAUSSIAN;
    *out_spacings = gaussian ? CG_LATTICE_SPACINGS : pixels < 32 ? 12 : 24;
    if (gaussian)
        return pixels >= 3;
    double stamped = n * G_PI * (bandwidth_m / pixel_x) * (bandwidth_m / pixel_y);
    gboolean sweeps = cg_density_is_polynomial (options->kernel) &&
                      n * 2.0 * bandwidth_m / pixel_y <= CG_DENSITY_SWEPT;
    return pixels >= 10 && stamped > CG_DENSITY_STAMPED && !sweeps;
}

/* Of the two direct sums the one with fewer steps. */
static gboolean
wants_sweep (guint32 n, const CgDensityOptions *options, double bandwidth_m)
{
    double pixel_x = (options->box.x_max - options->box.x_min) / options->width;
    double pixel_y = (options->box.y_max - options->box.y_min) / options->height;
    double rows = n * 2.0 * bandwidth_m / pixel_y;
    return cg_density_is_polynomial (options->kernel) && rows <= CG_DENSITY_SWEPT &&
           G_PI / 2 * bandwidth_m / pixel_x > SWEEP_STEP;
}

static gboolean
fill (const Events *events, const CgDensityOptions *options, CgDensity *density, GError **error)
{
    double spacings;
    g_auto (Surface) surface = { 0 };
    if (events->bandwidth_m != NULL)
        return cg_density_by_classes (events, options, density, error);
    if (!cg_density_wants_spline (events->n, options, density->bandwidth_m, &spacings))
        return wants_sweep (events->n, options, density->bandwidth_m)
                   ? cg_density_by_sweep (events, options, density, error)
                   : cg_density_by_stamps (events, options, density, error);
    return cg_density_by_spline (events, options, spacings, density, &surface, error) &&
           !cg_is_stopped (options->cancel, error) &&
           cg_density_read_surface (&surface, options->threads, density, error);
}

/* Events outside the region weigh NaN, which leaves them out; Diggle's correction raises those near
 * its border. (g_free) */
double *
cg_density_edge_weights (guint32 n, const double *x, const double *y, const double *weight,
                         const CgDensityRegion *region, const CgDensityOptions *options,
                         double bandwidth_m, GError **error)
{
    g_autofree double *own = g_try_new (double, (gsize) n + 1);
    if (own == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u events", n);
        return NULL;
    }
    if (options->edge != CG_EDGE_DIGGLE)
        for (guint32 i = 0; i < n; i++)
            own[i] = cg_density_region_holds (region, x[i], y[i]) ? 1 : NAN;
    else if (options->own_bandwidth_m != NULL
                 ? !cg_density_own_shares (region, options, n, x, y, own, error)
                 : !cg_density_shares (region, options->kernel, bandwidth_m, n, x, y, own, error))
        return NULL;
    for (guint32 i = 0; i < n; i++)
        own[i] = (weight != NULL ? weight[i] : 1) / own[i];
    return g_steal_pointer (&own);
}

static gboolean
fill_with_edge (guint32 n, const double *x, const double *y, const double *weight,
                const CgDensityOptions *options, CgDensity *density, GError **error)
{
    g_autoptr (CgDensityRegion) box =
        options->region == NULL ? cg_density_region_new (NULL, &options->box, error) : NULL;
    const CgDensityRegion *region = options->region != NULL ? options->region : box;
    g_autofree double *own = NULL;
    if (region == NULL || (own = cg_density_edge_weights (n, x, y, weight, region, options,
                                                          density->bandwidth_m, error)) == NULL)
        return FALSE;
    Events events = { n, x, y, own, 1, FALSE, options->own_bandwidth_m };
    cg_density_scale_events (&events);
    if (!fill (&events, options, density, error))
        return FALSE;
    if (options->edge == CG_EDGE_UNIFORM &&
        !cg_density_divide_by_share (region, options, density, error))
        return FALSE;
    cg_density_blank_outside (region, options, density);
    return TRUE;
}

CgDensity *
cg_density_run (guint32 n, const double *x, const double *y, const double *weight,
                const CgDensityOptions *options, GError **error)
{
    if (!cg_density_check_options (options, error) ||
        !cg_density_check_own (n, x, y, weight, options, error))
        return NULL;
    g_autoptr (CgDensity) density = g_new0 (CgDensity, 1);
    density->width = options->width;
    density->height = options->height;
    density->box = options->box;
    density->bandwidth_m = options->bandwidth_m != 0
                               ? options->bandwidth_m
                               : cg_density_bandwidth_m (n, x, y, weight, options->kernel);
    density->per_km2 = g_try_new (float, (gsize) options->width * options->height);
    if (density->per_km2 == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", options->width,
                     options->height);
        return NULL;
    }
    Events events = { n, x, y, weight, 1, FALSE, options->own_bandwidth_m };
    cg_density_scale_events (&events);
    if (options->edge != CG_EDGE_NONE ? !fill_with_edge (n, x, y, weight, options, density, error)
                                      : !fill (&events, options, density, error))
        return NULL;
    return g_steal_pointer (&density);
}

void
cg_density_free (CgDensity *density)
{
    if (density == NULL)
        return;
    g_free (density->per_km2);
    g_free (density);
}
