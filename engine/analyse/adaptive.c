#include "analyse/adaptive.h"

#include "analyse/bandwidth_internal.h"
#include "analyse/density_internal.h"
#include "base/error.h"

static gboolean
check (guint32 n, const double *weight, const CgAdaptiveOptions *options, GError **error)
{
    if (!(options->pilot_m >= CG_DENSITY_MIN_BANDWIDTH_M &&
          options->pilot_m <= CG_DENSITY_MAX_BANDWIDTH_M && options->least_m >= 0 &&
          options->least_m <= CG_DENSITY_MAX_BANDWIDTH_M)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "adaptive bandwidth: the pilot must be %g to %g m, not %g",
                     CG_DENSITY_MIN_BANDWIDTH_M, CG_DENSITY_MAX_BANDWIDTH_M, options->pilot_m);
        return FALSE;
    }
    for (guint32 i = 0; weight != NULL && i < n; i++)
        if (weight[i] < 0) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "adaptive bandwidth: the weight of row %u is %g: must not be negative",
                         i + 1, weight[i]);
            return FALSE;
        }
    return TRUE;
}

static guint32
count_events (guint32 n, const double *x, const double *y, const double *weight,
              const CgDensityRegion *region)
{
    Events events = { n, x, y, weight, 1, FALSE };
    guint32 count = 0;
    for (guint32 i = 0; i < n; i++)
        count += event_is_usable (&events, i) && event_weight (&events, i) > 0 &&
                 (region == NULL || cg_density_region_holds (region, x[i], y[i]));
    return count;
}

/* log f for each event of the index, up to a constant that the geometric mean takes out. */
static double *
find_logs (const CgPointIndex *index, const CgAdaptiveOptions *options, double sigma_m,
           GError **error)
{
    g_autofree double *value = g_try_new (double, index->n);
    g_autofree double *share = options->region != NULL ? g_try_new (double, index->n) : NULL;
    if (value == NULL || (options->region != NULL && share == NULL) ||
        !cg_bandwidth_others (index, sigma_m, value)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a pilot density of %u events", index->n);
        return NULL;
    }
    if (share != NULL && !cg_density_shares (options->region, CG_KERNEL_GAUSSIAN, sigma_m, index->n,
                                             index->x, index->y, share, error))
        return NULL;
    for (guint32 k = 0; k < index->n; k++) {
        double own = index->weight != NULL ? index->weight[k] : 1;
        value[k] = log ((value[k] + own) / (share != NULL ? share[k] : 1));
    }
    return g_steal_pointer (&value);
}

static void
set_widths (const CgPointIndex *index, const double *logs, const CgAdaptiveOptions *options,
            double *out_bandwidth_m, CgAdaptive *out)
{
    double mean = 0;
    for (guint32 k = 0; k < index->n; k++)
        mean += (index->weight != NULL ? index->weight[k] : 1) / index->sum * logs[k];
    *out = (CgAdaptive){ .n = index->n, .least_m = INFINITY };
    for (guint32 k = 0; k < index->n; k++) {
        double factor = exp ((mean - logs[k]) / 2);
        double width = options->pilot_m * MIN (factor, CG_ADAPTIVE_TRIM);
        out->trimmed += factor > CG_ADAPTIVE_TRIM;
        out->raised += width < options->least_m;
        width = CLAMP (width, MAX (options->least_m, CG_DENSITY_MIN_BANDWIDTH_M),
                       CG_DENSITY_MAX_BANDWIDTH_M);
        out->least_m = MIN (out->least_m, width);
        out->most_m = MAX (out->most_m, width);
        out_bandwidth_m[index->row[k]] = width;
    }
}

gboolean
cg_adaptive_bandwidths (guint32 n, const double *x, const double *y, const double *weight,
                        const CgAdaptiveOptions *options, double *out_bandwidth_m, CgAdaptive *out,
                        GError **error)
{
    if (!check (n, weight, options, error))
        return FALSE;
    double alone_m = MAX (options->pilot_m, options->least_m);
    CgAdaptive found = { .n = count_events (n, x, y, weight, options->region) };
    if (found.n > 0)
        found.least_m = found.most_m = alone_m;
    g_autoptr (CgPointIndex) index = NULL;
    g_autofree double *logs = NULL;
    if (found.n >= 2) {
        double sigma_m = CLAMP (options->pilot_m / cg_kernel_sigmas (options->kernel),
                                CG_DENSITY_MIN_BANDWIDTH_M, CG_DENSITY_MAX_BANDWIDTH_M);
        index = cg_point_index_new (n, x, y, weight, options->region, error);
        if (index == NULL || (logs = find_logs (index, options, sigma_m, error)) == NULL)
            return FALSE;
    }
    for (guint32 i = 0; i < n; i++)
        out_bandwidth_m[i] = alone_m;
    if (logs != NULL)
        set_widths (index, logs, options, out_bandwidth_m, &found);
    if (out != NULL)
        *out = found;
    return TRUE;
}
