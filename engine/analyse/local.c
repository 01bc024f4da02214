#include "analyse/local.h"

#include "analyse/analyse_internal.h"
#include "base/error.h"

#include <math.h>

gboolean
cg_values_check (guint32 n, const double *value, GError **error)
{
    for (guint32 i = 0; i < n; i++)
        if (!isfinite (value[i])) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "value %u (%g) is not finite", i + 1,
                         value[i]);
            return FALSE;
        }
    return TRUE;
}

CgMoments
cg_values_moments (guint32 n, const double *value)
{
    CgMoments moments = { 0 };
    double low = n > 0 ? value[0] : 0, high = low, sum = 0;
    for (guint32 i = 0; i < n; i++) {
        sum += value[i];
        low = MIN (low, value[i]);
        high = MAX (high, value[i]);
    }
    moments.mean = n > 0 ? sum / n : 0;
    /* Equal values need not have their own value as rounded mean. */
    if (low == high)
        moments.mean = low;
    for (guint32 i = 0; i < n; i++) {
        double square = (value[i] - moments.mean) * (value[i] - moments.mean);
        moments.squares += square;
        moments.fourths += square * square;
    }
    return moments;
}

static double
squares_of_weights (const CgNeighbours *neighbours, guint32 i)
{
    if (neighbours->weight == NULL)
        return cg_neighbours_degree (neighbours, i);
    double sum = 0;
    for (guint32 k = neighbours->first[i]; k < neighbours->first[i + 1]; k++)
        sum += neighbours->weight[k] * neighbours->weight[k];
    return sum;
}

/* ---- Gi, Gi* ------------------------------------------------------------------------------- */

/* z of a weighted sum of deviations from a mean: n values of sum of squares `squares`. */
static double
z_of_sum (double sum, double weights, double weights_squared, double n, double squares)
{
    double spread = (n * weights_squared - weights * weights) / (n - 1);
    double deviation = squares / n * spread;
    return deviation > 0 ? sum / sqrt (deviation) : NAN;
}

static double
z_star (const CgNeighbours *neighbours, const double *value, const CgMoments *all, guint32 i)
{
    double weights = cg_neighbours_sum (neighbours, i) + 1;
    double sum = cg_neighbours_lag (neighbours, value, i) + value[i] - weights * all->mean;
    return z_of_sum (sum, weights, squares_of_weights (neighbours, i) + 1, neighbours->n,
                     all->squares);
}

static double
z_without_self (const CgNeighbours *neighbours, const double *value, const CgMoments *all,
                guint32 i)
{
    double n = neighbours->n, weights = cg_neighbours_sum (neighbours, i);
    if (!(weights > 0))
        return NAN;
    double off = value[i] - all->mean;
    double mean = all->mean - off / (n - 1), squares = all->squares - off * off * n / (n - 1);
    /* What rounding leaves of nothing: all others are equal. */
    if (squares <= all->squares * 1e-13)
        return NAN;
    double sum = cg_neighbours_lag (neighbours, value, i) - weights * mean;
    return z_of_sum (sum, weights, squares_of_weights (neighbours, i), n - 1, squares);
}

gboolean
cg_local_g (const CgNeighbours *neighbours, const double *value, gboolean with_self, double *out_z,
            GError **error)
{
    guint32 n = neighbours->n;
    if (!cg_values_check (n, value, error))
        return FALSE;
    CgMoments all = cg_values_moments (n, value);
    for (guint32 i = 0; i < n; i++)
        out_z[i] = n < 3                    ? NAN
                   : !(all.squares > 0)     ? NAN
                   : with_self              ? z_star (neighbours, value, &all, i)
                                            : z_without_self (neighbours, value, &all, i);
    return TRUE;
}

/* ---- local Moran --------------------------------------------------------------------------- */

const char *
cg_quadrant_name (CgQuadrant quadrant)
{
    static const char *const names[] = { "none", "high-high", "low-high", "low-low", "high-low" };
    return names[quadrant];
}

static CgLocalMoran *
local_new (guint32 n)
{
    CgLocalMoran *local = g_new0 (CgLocalMoran, 1);
    double **const columns[] = { &local->i,        &local->expected,       &local->variance,
                                 &local->z,        &local->expected_given, &local->variance_given,
                                 &local->z_given };
    for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        *columns[k] = g_new (double, (gsize) n + 1);
    local->quadrant = g_new0 (guint8, (gsize) n + 1);
    return local;
}

void
cg_local_moran_free (CgLocalMoran *local)
{
    if (local == NULL)
        return;
    double *const columns[] = { local->i, local->expected,       local->variance,
                                local->z, local->expected_given, local->variance_given,
                                local->z_given };
    for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        g_free (columns[k]);
    g_free (local->quadrant);
    g_free (local);
}

static double
z_of (double value, double expected, double variance)
{
    return variance > 0 ? (value - expected) / sqrt (variance) : NAN;
}

static void
fill_place (CgLocalMoran *local, guint32 i, double n, double off, double lag_off, double weights,
            double weights_squared, const CgMoments *all)
{
    double s2 = all->squares / n, kurtosis = all->fourths / n / (s2 * s2);
    local->i[i] = off / s2 * lag_off;
    local->expected[i] = -weights / (n - 1);
    local->variance[i] = weights_squared * (n - kurtosis) / (n - 1) +
                         (weights * weights - weights_squared) * (2 * kurtosis - n) /
                             ((n - 1) * (n - 2)) -
                         weights * weights / ((n - 1) * (n - 1));
    local->z[i] = z_of (local->i[i], local->expected[i], local->variance[i]);
    local->expected_given[i] = -off * off * weights / ((n - 1) * s2);
    local->variance_given[i] = off * off / (s2 * s2) * n / (n - 2) *
                               (weights_squared - weights * weights / (n - 1)) *
                               (s2 - off * off / (n - 1));
    local->z_given[i] = z_of (local->i[i], local->expected_given[i], local->variance_given[i]);
    gboolean high = off >= 0, among_high = lag_off >= 0;
    local->quadrant[i] = high ? (among_high ? CG_QUADRANT_HIGH_HIGH : CG_QUADRANT_HIGH_LOW)
                              : (among_high ? CG_QUADRANT_LOW_HIGH : CG_QUADRANT_LOW_LOW);
}

CgLocalMoran *
cg_local_moran (const CgNeighbours *neighbours, const double *value, CgWeightStyle style,
                GError **error)
{
    guint32 n = neighbours->n;
    if (!cg_values_check (n, value, error))
        return NULL;
    CgMoments all = cg_values_moments (n, value);
    CgLocalMoran *local = local_new (n);
    for (guint32 i = 0; i < n; i++) {
        double scale = cg_neighbours_scale (neighbours, i, style);
        double sum = cg_neighbours_sum (neighbours, i);
        if (n < 3 || !(all.squares > 0) || !(scale > 0)) {
            local->i[i] = local->expected[i] = local->variance[i] = local->z[i] = NAN;
            local->expected_given[i] = local->variance_given[i] = local->z_given[i] = NAN;
            continue;
        }
        double lag_off = scale * (cg_neighbours_lag (neighbours, value, i) - sum * all.mean);
        fill_place (local, i, n, value[i] - all.mean, lag_off, scale * sum,
                    scale * scale * squares_of_weights (neighbours, i), &all);
    }
    return local;
}

int
cg_hot_class (double z, double p)
{
    if (isnan (z) || isnan (p) || z == 0)
        return 0;
    int level = p <= 0.01 ? 3 : p <= 0.05 ? 2 : p <= 0.10 ? 1 : 0;
    return z > 0 ? level : -level;
}
