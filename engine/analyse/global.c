#include "analyse/global.h"

#include "analyse/analyse_internal.h"
#include "analyse/chance.h"
#include "base/error.h"

#include <math.h>

/* ---- sums of the weights ------------------------------------------------------------------- */

typedef struct {
    double s0, s1, s2;
    double *scale; /* [n] factor of the weights of each place */
} Sums;

static void
sums_done (Sums *sums)
{
    g_free (sums->scale);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sums, sums_done)

static double
weight_at (const CgNeighbours *neighbours, guint32 k)
{
    return neighbours->weight != NULL ? neighbours->weight[k] : 1;
}

/* Weight of j for i before scaling; 0 where j is none of its neighbours. */
static double
weight_between (const CgNeighbours *neighbours, guint32 i, guint32 j)
{
    guint32 low = neighbours->first[i], high = neighbours->first[i + 1];
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (neighbours->target[middle] < j)
            low = middle + 1;
        else
            high = middle;
    }
    return low < neighbours->first[i + 1] && neighbours->target[low] == j
               ? weight_at (neighbours, low)
               : 0;
}

static void
sums_init (Sums *sums, const CgNeighbours *neighbours, CgWeightStyle style)
{
    guint32 n = neighbours->n;
    sums->s0 = sums->s1 = sums->s2 = 0;
    sums->scale = g_new (double, (gsize) n + 1);
    g_autofree double *both = g_new0 (double, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        sums->scale[i] = cg_neighbours_scale (neighbours, i, style);
    for (guint32 i = 0; i < n; i++)
        for (guint32 k = neighbours->first[i]; k < neighbours->first[i + 1]; k++) {
            guint32 j = neighbours->target[k];
            double there = sums->scale[i] * weight_at (neighbours, k);
            double back = sums->scale[j] * weight_between (neighbours, j, i);
            sums->s0 += there;
            /* (a + b)^2 / 2 over ordered pairs; a pair that is listed one way only is met once. */
            sums->s1 += back > 0 ? (there + back) * (there + back) / 2 : there * there;
            both[i] += there;
            both[j] += there;
        }
    for (guint32 i = 0; i < n; i++)
        sums->s2 += both[i] * both[i];
}

static void
forget (CgGlobal *out)
{
    *out = (CgGlobal){ NAN, NAN, NAN, NAN, NAN, NAN, NAN };
}

/* above: which sign of value - expected means likeness. */
static void
finish (CgGlobal *out, double sign)
{
    out->z = out->variance > 0 ? sign * (out->value - out->expected) / sqrt (out->variance) : NAN;
    out->z_normal = out->variance_normal > 0
                        ? sign * (out->value - out->expected) / sqrt (out->variance_normal)
                        : NAN;
    out->p = cg_normal_two_sided (out->z);
}

/* What every statistic of values needs first; out is all NaN afterwards. */
static gboolean
begin (const CgNeighbours *neighbours, const double *value, CgWeightStyle style, Sums *w,
       CgMoments *all, CgGlobal *out, GError **error)
{
    if (!cg_values_check (neighbours->n, value, error))
        return FALSE;
    *all = cg_values_moments (neighbours->n, value);
    sums_init (w, neighbours, style);
    forget (out);
    return TRUE;
}

static gboolean
is_defined (double n, const CgMoments *all, const Sums *w)
{
    return n >= 4 && all->squares > 0 && w->s0 > 0;
}

/* ---- Moran, Geary -------------------------------------------------------------------------- */

gboolean
cg_global_moran (const CgNeighbours *neighbours, const double *value, CgWeightStyle style,
                 CgGlobal *out, GError **error)
{
    double n = neighbours->n;
    CgMoments all;
    g_auto (Sums) w = { 0 };
    if (!begin (neighbours, value, style, &w, &all, out, error))
        return FALSE;
    if (!is_defined (n, &all, &w))
        return TRUE;
    double products = 0;
    for (guint32 i = 0; i < neighbours->n; i++) {
        double lag = cg_neighbours_lag (neighbours, value, i) -
                     cg_neighbours_sum (neighbours, i) * all.mean;
        products += w.scale[i] * (value[i] - all.mean) * lag;
    }
    double s02 = w.s0 * w.s0, kurtosis = n * all.fourths / (all.squares * all.squares);
    out->value = n / w.s0 * products / all.squares;
    out->expected = -1 / (n - 1);
    out->variance = (n * ((n * n - 3 * n + 3) * w.s1 - n * w.s2 + 3 * s02) -
                     kurtosis * ((n * n - n) * w.s1 - 2 * n * w.s2 + 6 * s02)) /
                        ((n - 1) * (n - 2) * (n - 3) * s02) -
                    out->expected * out->expected;
    out->variance_normal = (n * n * w.s1 - n * w.s2 + 3 * s02) / (s02 * (n * n - 1)) -
                           out->expected * out->expected;
    finish (out, 1);
    return TRUE;
}

gboolean
cg_global_geary (const CgNeighbours *neighbours, const double *value, CgWeightStyle style,
                 CgGlobal *out, GError **error)
{
    double n = neighbours->n;
    CgMoments all;
    g_auto (Sums) w = { 0 };
    if (!begin (neighbours, value, style, &w, &all, out, error))
        return FALSE;
    if (!is_defined (n, &all, &w))
        return TRUE;
    double differences = 0;
    for (guint32 i = 0; i < neighbours->n; i++)
        for (guint32 k = neighbours->first[i]; k < neighbours->first[i + 1]; k++) {
            double step = value[i] - value[neighbours->target[k]];
            differences += w.scale[i] * weight_at (neighbours, k) * step * step;
        }
    double s02 = w.s0 * w.s0, kurtosis = n * all.fourths / (all.squares * all.squares);
    out->value = (n - 1) / (2 * w.s0) * differences / all.squares;
    out->expected = 1;
    out->variance = ((n - 1) * w.s1 * (n * n - 3 * n + 3 - (n - 1) * kurtosis) -
                     (n - 1) * w.s2 / 4 * (n * n + 3 * n - 6 - (n * n - n + 2) * kurtosis) +
                     s02 * (n * n - 3 - (n - 1) * (n - 1) * kurtosis)) /
                    (n * (n - 2) * (n - 3) * s02);
    out->variance_normal = ((2 * w.s1 + w.s2) * (n - 1) - 4 * s02) / (2 * (n + 1) * s02);
    finish (out, -1);
    return TRUE;
}

/* ---- general G ----------------------------------------------------------------------------- */

/* Mean square of G from the power sums of the values. */
static double
mean_square_of_g (double n, const Sums *w, const double power[5])
{
    double s02 = w->s0 * w->s0, n2 = n * n;
    double b0 = (n2 - 3 * n + 3) * w->s1 - n * w->s2 + 3 * s02;
    double b1 = -((n2 - n) * w->s1 - 2 * n * w->s2 + 6 * s02);
    double b2 = -(2 * n * w->s1 - (n + 3) * w->s2 + 6 * s02);
    double b3 = 4 * (n - 1) * w->s1 - 2 * (n + 1) * w->s2 + 8 * s02;
    double b4 = w->s1 - w->s2 + s02;
    double m1 = power[1], m2 = power[2];
    double pairs = m1 * m1 - m2;
    return (b0 * m2 * m2 + b1 * power[4] + b2 * m1 * m1 * m2 + b3 * m1 * power[3] +
            b4 * m1 * m1 * m1 * m1) /
           (pairs * pairs * n * (n - 1) * (n - 2) * (n - 3));
}

gboolean
cg_global_g (const CgNeighbours *neighbours, const double *value, CgWeightStyle style,
             CgGlobal *out, GError **error)
{
    double n = neighbours->n, power[5] = { 0 }, products = 0;
    if (!cg_values_check (neighbours->n, value, error))
        return FALSE;
    for (guint32 i = 0; i < neighbours->n; i++) {
        if (value[i] < 0) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "value %u (%g) is negative: G is for counts and rates", i + 1, value[i]);
            return FALSE;
        }
        for (int k = 1; k < 5; k++)
            power[k] += pow (value[i], k);
    }
    g_auto (Sums) w = { 0 };
    sums_init (&w, neighbours, style);
    forget (out);
    double pairs = power[1] * power[1] - power[2];
    if (n < 4 || !(w.s0 > 0) || !(pairs > power[1] * power[1] * 1e-14))
        return TRUE;
    for (guint32 i = 0; i < neighbours->n; i++)
        products += w.scale[i] * value[i] * cg_neighbours_lag (neighbours, value, i);
    out->value = products / pairs;
    out->expected = w.s0 / (n * (n - 1));
    double variance = mean_square_of_g (n, &w, power) - out->expected * out->expected;
    /* What rounding leaves of nothing: all values are equal. */
    out->variance = variance > 1e-13 * out->expected * out->expected ? variance : 0;
    finish (out, 1);
    return TRUE;
}

/* ---- joins --------------------------------------------------------------------------------- */

/* n (n - 1) ... (n - k + 1) */
static double
falling (double n, int k)
{
    double product = 1;
    for (int j = 0; j < k; j++)
        product *= n - j;
    return product;
}

static void
expect_same (const Sums *w, double n, double of_kind, CgGlobal *out)
{
    double p2 = falling (of_kind, 2) / falling (n, 2), p3 = falling (of_kind, 3) / falling (n, 3);
    double p4 = falling (of_kind, 4) / falling (n, 4);
    out->expected = w->s0 / 2 * p2;
    out->variance =
        (w->s1 * p2 + (w->s2 - 2 * w->s1) * p3 + (w->s0 * w->s0 + w->s1 - w->s2) * p4) / 4 -
        out->expected * out->expected;
    finish (out, 1);
}

static void
expect_different (const Sums *w, double n, double black, CgGlobal *out)
{
    double white = n - black;
    double p2 = black * white / falling (n, 2);
    double p3 = black * white * (n - 2) / falling (n, 3);
    double p4 = falling (black, 2) * falling (white, 2) / falling (n, 4);
    out->expected = w->s0 * p2;
    out->variance = (2 * w->s1 * p2 + (w->s2 - 2 * w->s1) * p3 +
                     4 * (w->s0 * w->s0 + w->s1 - w->s2) * p4) /
                        4 -
                    out->expected * out->expected;
    finish (out, -1);
}

void
cg_global_joins (const CgNeighbours *neighbours, const guint8 *black, CgWeightStyle style,
                 CgJoins *out)
{
    guint32 n = neighbours->n, n_black = 0;
    g_auto (Sums) w = { 0 };
    sums_init (&w, neighbours, style);
    forget (&out->black_black);
    forget (&out->white_white);
    forget (&out->different);
    double joins[3] = { 0 };
    for (guint32 i = 0; i < n; i++) {
        n_black += black[i] != 0;
        for (guint32 k = neighbours->first[i]; k < neighbours->first[i + 1]; k++) {
            guint both = (black[i] != 0) + (black[neighbours->target[k]] != 0);
            joins[both] += w.scale[i] * weight_at (neighbours, k) / 2;
        }
    }
    out->white_white.value = joins[0];
    out->different.value = joins[1];
    out->black_black.value = joins[2];
    if (n < 4)
        return;
    expect_same (&w, n, n_black, &out->black_black);
    expect_same (&w, n, n - n_black, &out->white_white);
    expect_different (&w, n, n_black, &out->different);
}
