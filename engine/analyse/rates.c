#include "analyse/rates.h"

#include "analyse/chance.h"
#include "base/error.h"

#include <math.h>

static gboolean
check_rates (guint32 n, const double *count, const double *base, GError **error)
{
    for (guint32 i = 0; i < n; i++) {
        gboolean bad_count = !(count[i] >= 0 && isfinite (count[i]));
        if (!bad_count && base[i] >= 0 && isfinite (base[i]))
            continue;
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s %u (%g) is negative or not finite",
                     bad_count ? "count" : "base", i + 1, bad_count ? count[i] : base[i]);
        return FALSE;
    }
    return TRUE;
}

/* Mean and moment estimate of the variance of all; the variance may be negative. */
static CgPrior
prior_of (guint32 n, const double *count, const double *base)
{
    double events = 0, people = 0, squares = 0, places = 0;
    for (guint32 i = 0; i < n; i++)
        if (base[i] > 0) {
            events += count[i];
            people += base[i];
            places++;
        }
    double mean = people > 0 ? events / people : NAN;
    for (guint32 i = 0; i < n; i++)
        if (base[i] > 0) {
            double off = count[i] / base[i] - mean;
            squares += base[i] * off * off;
        }
    return (CgPrior){ mean, people > 0 ? squares / people - mean / (people / places) : NAN };
}

static double
shrink (double count, double base, double mean, double variance)
{
    if (!(base > 0) || !(variance > 0))
        return mean;
    return mean + (count / base - mean) * variance / (variance + mean / base);
}

gboolean
cg_rates_global (guint32 n, const double *count, const double *base, double *out_rate,
                 CgPrior *out_prior, GError **error)
{
    if (!check_rates (n, count, base, error))
        return FALSE;
    CgPrior prior = prior_of (n, count, base);
    if (prior.variance < 0)
        prior.variance = 0;
    for (guint32 i = 0; i < n; i++)
        out_rate[i] = shrink (count[i], base[i], prior.mean, prior.variance);
    if (out_prior != NULL)
        *out_prior = prior;
    return TRUE;
}

/* ---- local --------------------------------------------------------------------------------- */

typedef struct {
    double events, people, places, squares;
} Around;

static void
add_around (Around *around, double count, double base, double square)
{
    if (!(base > 0))
        return;
    around->events += count;
    around->people += base;
    around->places++;
    around->squares += square;
}

/* Sums over a place and its neighbours; mean_of: whose mean the deviations of j are from. */
static Around
look_around (const CgNeighbours *neighbours, const double *count, const double *base,
             const double *mean, gboolean shared, guint32 i)
{
    Around around = { 0 };
    for (guint32 k = neighbours->first[i]; k <= neighbours->first[i + 1]; k++) {
        guint32 j = k < neighbours->first[i + 1] ? neighbours->target[k] : i;
        double off = mean != NULL && base[j] > 0 ? count[j] / base[j] - mean[shared ? i : j] : 0;
        add_around (&around, count[j], base[j], base[j] * off * off);
    }
    return around;
}

gboolean
cg_rates_local (const CgNeighbours *neighbours, const double *count, const double *base,
                CgLocalRates kind, double *out_rate, GError **error)
{
    guint32 n = neighbours->n;
    if (!check_rates (n, count, base, error))
        return FALSE;
    g_autofree double *mean = g_new (double, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++) {
        Around around = look_around (neighbours, count, base, NULL, FALSE, i);
        mean[i] = around.people > 0 ? around.events / around.people : NAN;
    }
    for (guint32 i = 0; i < n; i++) {
        Around around =
            look_around (neighbours, count, base, mean, kind == CG_LOCAL_SHARED, i);
        double variance =
            around.squares / around.people - mean[i] / (around.people / around.places);
        out_rate[i] = shrink (count[i], base[i], mean[i], variance);
    }
    return TRUE;
}

/* ---- deviations and surprise --------------------------------------------------------------- */

gboolean
cg_rates_standardised (guint32 n, const double *count, const double *base, double *out_z,
                       GError **error)
{
    if (!check_rates (n, count, base, error))
        return FALSE;
    CgPrior prior = prior_of (n, count, base);
    for (guint32 i = 0; i < n; i++) {
        double own = prior.mean / base[i], variance = prior.variance + own;
        if (variance < 0)
            variance = own;
        gboolean defined = base[i] > 0 && variance > 0;
        out_z[i] = defined ? (count[i] / base[i] - prior.mean) / sqrt (variance) : NAN;
    }
    return TRUE;
}

gboolean
cg_rates_surprise (guint32 n, const double *count, const double *base, double *out_expected,
                   double *out_few, double *out_many, GError **error)
{
    if (!check_rates (n, count, base, error))
        return FALSE;
    double mean = prior_of (n, count, base).mean;
    for (guint32 i = 0; i < n; i++) {
        gboolean has = base[i] > 0;
        double expected = has ? mean * base[i] : 0;
        if (out_expected != NULL)
            out_expected[i] = expected;
        if (out_few != NULL)
            out_few[i] = has ? cg_poisson_at_most (floor (count[i]), expected) : NAN;
        if (out_many != NULL)
            out_many[i] = has ? cg_poisson_at_least (ceil (count[i]), expected) : NAN;
    }
    return TRUE;
}

static void
put (double *out, guint32 i, double value)
{
    if (out != NULL)
        out[i] = value;
}

gboolean
cg_rates_excess (const CgNeighbours *neighbours, const double *count, const double *base,
                 double *out_expected, double *out_z, double *out_few, double *out_many,
                 GError **error)
{
    guint32 n = neighbours->n;
    if (!check_rates (n, count, base, error))
        return FALSE;
    Around all = { 0 };
    for (guint32 i = 0; i < n; i++)
        add_around (&all, count[i], base[i], 0);
    for (guint32 i = 0; i < n; i++) {
        Around around = look_around (neighbours, count, base, NULL, FALSE, i);
        gboolean has = base[i] > 0, whole = around.places == all.places;
        double share = has ? around.people / all.people : NAN, expected = all.events * share;
        double deviation = sqrt (expected * (1 - share));
        put (out_expected, i, expected);
        put (out_z, i, !whole && deviation > 0 ? (around.events - expected) / deviation : NAN);
        put (out_few, i, !has    ? NAN
                         : whole ? 1
                                 : cg_binomial_at_most (around.events, all.events, share));
        put (out_many, i, !has    ? NAN
                          : whole ? 1
                                  : cg_binomial_at_least (around.events, all.events, share));
    }
    return TRUE;
}
