#include "analyse/risk.h"

#include "analyse/density_internal.h"
#include "base/error.h"

#define BYAR_Z 1.959963984540054
/* Of the mean square: below it every event counts alike and shuffling changes nothing. */
#define LEAST_SPREAD 1e-4

/* 1 / integral K^2, in squared bandwidths. */
double
cg_kernel_effective_km2 (CgKernel kernel, double bandwidth_m)
{
    static const double area[CG_KERNELS] = {
        [CG_KERNEL_GAUSSIAN] = 4 * G_PI,
        [CG_KERNEL_QUARTIC] = 5 * G_PI / 9,
        [CG_KERNEL_EPANECHNIKOV] = 3 * G_PI / 4,
        [CG_KERNEL_TRIANGULAR] = 2 * G_PI / 3,
        [CG_KERNEL_UNIFORM] = G_PI,
    };
    g_return_val_if_fail ((guint) kernel < CG_KERNELS, 0);
    return area[kernel] * bandwidth_m * bandwidth_m / 1e6;
}

/* ---- rates ------------------------------------------------------------------------------------
 */

CgRate
cg_rate_value (double events_per_km2, double base_per_km2, double effective_km2, double least_base)
{
    double base = base_per_km2 * effective_km2, events = MAX (events_per_km2, 0) * effective_km2;
    if (!(base > 0 && base >= least_base) || isnan (events_per_km2))
        return (CgRate){ NAN, NAN, NAN };
    double more = events + 1;
    double low = 1 - 1 / (9 * events) - BYAR_Z / (3 * sqrt (events));
    double high = 1 - 1 / (9 * more) + BYAR_Z / (3 * sqrt (more));
    return (CgRate){ events / base * 1000,
                     events > 0 && low > 0 ? events * low * low * low / base * 1000 : 0,
                     more * high * high * high / base * 1000 };
}

/* ---- relative risk ----------------------------------------------------------------------------
 */

/* A standard normal number of the same rank as z from a gamma distribution of that skewness. */
static double
straighten (double z, double skewness)
{
    if (fabs (skewness) < 1e-6)
        return z;
    double root = cbrt (MAX (skewness * z / 2 + 1, 0));
    return 6 / skewness * (root - 1) + skewness / 6;
}

CgRisk
cg_risk_value (const CgRiskSums *sums, double sigma_m, guint32 n_cases, guint32 n_others,
               double least_events)
{
    double n = (double) n_cases + n_others, peak = 1e6 / (2 * G_PI * sigma_m * sigma_m);
    double cases = MAX (sums->cases, 0) / n_cases, others = MAX (sums->others, 0) / n_others;
    double mean = (cases * n_cases + others * n_others) / n;
    /* K^2 = K(sigma / sqrt 2) peak / 2, K^3 = K(sigma / sqrt 3) peak^2 / 3. */
    double square = sums->both_2 / n * peak / 2, cube = sums->both_3 / n * peak * peak / 3;
    CgRisk risk = { NAN, NAN, NAN, mean > 0 && square > 0 ? n * mean * mean / square : 0 };
    if (!(risk.events >= least_events) || !(mean > 0))
        return risk;
    risk.log_ratio = cases > 0 && others > 0
                         ? CLAMP (log (cases / others), -CG_RISK_LIMIT, CG_RISK_LIMIT)
                     : cases > 0 ? CG_RISK_LIMIT
                                 : -CG_RISK_LIMIT;
    double variance = square - mean * mean, share = n_cases / n;
    if (!(variance > LEAST_SPREAD * mean * mean))
        return risk;
    double deviation = sqrt ((1.0 / n_cases + 1.0 / n_others) * variance * n / (n - 1));
    double skewness = (cube - 3 * mean * square + 2 * mean * mean * mean) /
                      (variance * sqrt (variance)) * (1 - 2 * share) / sqrt (n_cases * (1 - share));
    risk.z = straighten ((cases - others) / deviation, skewness);
    risk.p = erfc (risk.z / G_SQRT2) / 2;
    return risk;
}

static gboolean
check (guint32 n_cases, guint32 n_others, const CgDensityOptions *options, GError **error)
{
    const char *what = NULL;
    if (options->kernel != CG_KERNEL_GAUSSIAN || options->own_bandwidth_m != NULL)
        what = "relative risk takes the gaussian kernel and one bandwidth for all";
    else if (!(options->bandwidth_m > 0))
        what = "relative risk needs a bandwidth above 0";
    else if (options->edge == CG_EDGE_DIGGLE)
        what = "relative risk takes uniform edge correction, or none";
    else if (n_cases == 0 || n_others == 0)
        what = n_cases == 0 ? "relative risk: no case" : "relative risk: nothing to compare with";
    if (what != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, what);
    return what == NULL;
}

/* Cases and others one after the other, those in the region only; both without a NaN. */
typedef struct {
    guint32 n_cases, n_others;
    double *x, *y;
} Sample;

static void
sample_done (Sample *sample)
{
    g_free (sample->x);
    g_free (sample->y);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sample, sample_done)

static guint32
take (const CgDensityOptions *options, guint32 n, const double *x, const double *y, Sample *sample,
      guint32 at)
{
    gboolean within = options->edge != CG_EDGE_NONE && options->region != NULL;
    guint32 from = at;
    for (guint32 i = 0; i < n; i++) {
        if (!isfinite (x[i]) || !isfinite (y[i]) ||
            (within && !cg_density_region_holds (options->region, x[i], y[i])))
            continue;
        sample->x[at] = x[i];
        sample->y[at++] = y[i];
    }
    return at - from;
}

static gboolean
make_sample (guint32 n_cases, const double *case_x, const double *case_y, guint32 n_others,
             const double *other_x, const double *other_y, const CgDensityOptions *options,
             Sample *out, GError **error)
{
    gsize room = (gsize) n_cases + n_others + 1;
    out->x = g_try_new (double, room);
    out->y = g_try_new (double, room);
    if (room > G_MAXUINT32 || out->x == NULL || out->y == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %zu events", room);
        return FALSE;
    }
    out->n_cases = take (options, n_cases, case_x, case_y, out, 0);
    out->n_others = take (options, n_others, other_x, other_y, out, out->n_cases);
    return check (out->n_cases, out->n_others, options, error);
}

/* ---- on a raster ------------------------------------------------------------------------------
 */

/* Fields of a sample with the bandwidth divided by the root of `order`. */
static CgDensity *
run_field (const Sample *sample, guint32 from, guint32 to, const CgDensityOptions *options,
           double order, GError **error)
{
    CgDensityOptions own = *options;
    own.edge = CG_EDGE_NONE;
    own.bandwidth_m = options->bandwidth_m / sqrt (order);
    return cg_density_run (to - from, sample->x + from, sample->y + from, NULL, &own, error);
}

/* Densities of both together under which a lattice knows them too badly to compare: some times its error,
 * and a hundredth of one event where that is. */
static double
least_density (const CgRiskSurface *surface, double sigma_m)
{
    double greatest = 0, one = 1e6 / (2 * G_PI * sigma_m * sigma_m);
    for (gsize i = 0; i < (gsize) surface->cases->width * surface->cases->height; i++)
        greatest = MAX (greatest, (double) surface->cases->per_km2[i] + surface->others->per_km2[i]);
    return MAX (greatest * 3e-5, one * 0.01);
}

static gboolean
fill_surface (const Sample *sample, const CgDensityOptions *options, double least_events,
              CgRiskSurface *surface, GError **error)
{
    guint32 n_cases = sample->n_cases, n = n_cases + sample->n_others;
    gsize n_pixels = (gsize) options->width * options->height;
    surface->cases = run_field (sample, 0, n_cases, options, 1, error);
    if (surface->cases == NULL)
        return FALSE;
    surface->others = run_field (sample, n_cases, n, options, 1, error);
    if (surface->others == NULL)
        return FALSE;
    g_autoptr (CgDensity) both_2 = run_field (sample, 0, n, options, 2, error);
    g_autoptr (CgDensity) both_3 =
        both_2 != NULL ? run_field (sample, 0, n, options, 3, error) : NULL;
    surface->log_ratio = g_try_new (float, n_pixels);
    surface->z = g_try_new (float, n_pixels);
    surface->p = g_try_new (float, n_pixels);
    if (both_3 == NULL)
        return FALSE;
    if (surface->log_ratio == NULL || surface->z == NULL || surface->p == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a risk of %u x %u pixels", options->width,
                     options->height);
        return FALSE;
    }
    double least = least_density (surface, options->bandwidth_m);
    for (gsize i = 0; i < n_pixels; i++) {
        CgRiskSums sums = { surface->cases->per_km2[i], surface->others->per_km2[i],
                            both_2->per_km2[i], both_3->per_km2[i] };
        CgRisk risk = { NAN, NAN, NAN, 0 };
        if (sums.cases + sums.others >= least)
            risk = cg_risk_value (&sums, options->bandwidth_m, n_cases, sample->n_others,
                                  least_events);
        surface->log_ratio[i] = (float) risk.log_ratio;
        surface->z[i] = (float) risk.z;
        surface->p[i] = (float) risk.p;
    }
    return TRUE;
}

/* Both densities corrected, all values outside taken away. */
static gboolean
apply_edge (const CgDensityOptions *options, CgRiskSurface *surface, GError **error)
{
    CgDensity *const densities[] = { surface->cases, surface->others };
    for (guint k = 0; k < 2; k++) {
        if (!cg_density_divide_by_share (options->region, options, densities[k], error))
            return FALSE;
        cg_density_blank_outside (options->region, options, densities[k]);
    }
    for (gsize i = 0; i < (gsize) options->width * options->height; i++)
        if (isnan (surface->cases->per_km2[i]))
            surface->log_ratio[i] = surface->z[i] = surface->p[i] = NAN;
    return TRUE;
}

CgRiskSurface *
cg_risk_run (guint32 n_cases, const double *case_x, const double *case_y, guint32 n_others,
             const double *other_x, const double *other_y, const CgDensityOptions *options,
             double least_events, GError **error)
{
    g_auto (Sample) sample = { 0 };
    g_autoptr (CgRiskSurface) surface = g_new0 (CgRiskSurface, 1);
    if (!cg_density_check_options (options, error) ||
        !make_sample (n_cases, case_x, case_y, n_others, other_x, other_y, options, &sample,
                      error) ||
        !fill_surface (&sample, options, least_events, surface, error))
        return NULL;
    if (options->edge != CG_EDGE_NONE && options->region != NULL &&
        !apply_edge (options, surface, error))
        return NULL;
    surface->n_cases = sample.n_cases;
    surface->n_others = sample.n_others;
    return g_steal_pointer (&surface);
}

void
cg_risk_surface_free (CgRiskSurface *surface)
{
    if (surface == NULL)
        return;
    cg_density_free (surface->cases);
    cg_density_free (surface->others);
    g_free (surface->log_ratio);
    g_free (surface->z);
    g_free (surface->p);
    g_free (surface);
}

/* ---- at points --------------------------------------------------------------------------------
 */

gboolean
cg_risk_at (guint32 n_cases, const double *case_x, const double *case_y, guint32 n_others,
            const double *other_x, const double *other_y, const CgDensityOptions *options,
            double least_events, guint32 n_at, const double *at_x, const double *at_y,
            CgRisk *out_risk, GError **error)
{
    g_auto (Sample) sample = { 0 };
    if (!make_sample (n_cases, case_x, case_y, n_others, other_x, other_y, options, &sample, error))
        return FALSE;
    g_autofree double *value = g_try_new (double, 4 * (gsize) n_at + 1);
    if (value == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u points", n_at);
        return FALSE;
    }
    guint32 n = sample.n_cases + sample.n_others;
    const guint32 from[] = { 0, sample.n_cases, 0, 0 }, to[] = { sample.n_cases, n, n, n };
    const double order[] = { 1, 1, 2, 3 };
    for (guint k = 0; k < 4; k++) {
        CgDensityOptions own = { .bandwidth_m = options->bandwidth_m / sqrt (order[k]) };
        if (!cg_density_at (to[k] - from[k], sample.x + from[k], sample.y + from[k], NULL, &own,
                            n_at, at_x, at_y, value + k * (gsize) n_at, NULL, error))
            return FALSE;
    }
    for (guint32 i = 0; i < n_at; i++) {
        gsize line = n_at;
        CgRiskSums sums = { value[i], value[line + i], value[2 * line + i], value[3 * line + i] };
        gboolean outside = options->edge != CG_EDGE_NONE && options->region != NULL &&
                           !cg_density_region_holds (options->region, at_x[i], at_y[i]);
        out_risk[i] = isnan (sums.cases) || outside
                          ? (CgRisk){ NAN, NAN, NAN, NAN }
                          : cg_risk_value (&sums, options->bandwidth_m, sample.n_cases,
                                           sample.n_others, least_events);
    }
    return TRUE;
}
