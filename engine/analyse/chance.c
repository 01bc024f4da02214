#include "analyse/chance.h"

#include <math.h>
#include <stdlib.h>

double
cg_normal_upper (double z)
{
    return 0.5 * erfc (z / G_SQRT2);
}

double
cg_normal_two_sided (double z)
{
    return isnan (z) ? z : erfc (fabs (z) / G_SQRT2);
}

/* lgamma leaves a sign where all threads see it. */
static double
log_gamma (double x)
{
    int sign;
    return lgamma_r (x, &sign);
}

/* x^a e^-x / Gamma (a + 1) */
static double
gamma_head (double a, double x)
{
    return exp (a * log (x) - x - log_gamma (a + 1));
}

/* Share of the gamma distribution of shape a below x, for x < a + 1. */
static double
gamma_by_series (double a, double x)
{
    double term = 1, sum = 1;
    for (int k = 1; k < 100000 && term > sum * 1e-17; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum * gamma_head (a, x);
}

/* Share above x, for x >= a + 1: continued fraction evaluated by its convergents' ratios. */
static double
gamma_by_fraction (double a, double x)
{
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int k = 1; k < 100000; k++) {
        double factor = -k * (k - a);
        b += 2;
        d = factor * d + b;
        d = 1 / (fabs (d) < tiny ? tiny : d);
        c = b + factor / c;
        c = fabs (c) < tiny ? tiny : c;
        double step = c * d;
        h *= step;
        if (fabs (step - 1) < 1e-16)
            break;
    }
    return h * gamma_head (a, x) * a;
}

/* P (X >= count) where it is small, else 1 - the other tail; upper: which of both is asked for. */
static double
poisson_tail (double count, double mean, gboolean upper)
{
    /* P (X >= count) is the share of a gamma variable of shape count below mean. */
    if (count <= 0)
        return upper ? 1 : 0;
    if (!(mean > 0))
        return upper ? 0 : 1;
    if (mean < count + 1) {
        double above = gamma_by_series (count, mean);
        return upper ? MIN (above, 1) : MAX (1 - above, 0);
    }
    double below = gamma_by_fraction (count, mean);
    return upper ? MAX (1 - below, 0) : MIN (below, 1);
}

double
cg_poisson_at_least (double count, double mean)
{
    return poisson_tail (count, mean, TRUE);
}

double
cg_poisson_at_most (double count, double mean)
{
    return count < 0 ? 0 : poisson_tail (count + 1, mean, FALSE);
}

/* The mean at which the tail is `share`: P (X >= count) rises with the mean, P (X <= count) falls.
 * Halving until nothing lies between. */
static double
mean_with_tail (double count, double share, gboolean upper)
{
    double low = 0, high = 2 * count + 20;
    while ((upper ? 1 - cg_poisson_at_least (count, high) : cg_poisson_at_most (count, high)) >
           share)
        high *= 2;
    for (int k = 0; k < 200; k++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        gboolean below = upper ? cg_poisson_at_least (count, middle) < share
                               : cg_poisson_at_most (count, middle) > share;
        if (below)
            low = middle;
        else
            high = middle;
    }
    return high;
}

void
cg_poisson_interval (double count, double confidence, double *out_low, double *out_high)
{
    double share = (1 - confidence) / 2;
    *out_low = count > 0 ? mean_with_tail (count, share, TRUE) : 0;
    *out_high = mean_with_tail (count, share, FALSE);
}

/* P (X >= count) where count is above the mean: terms fall from there on. */
static double
binomial_above (double count, double trials, double share)
{
    double odds = share / (1 - share), k = count, sum = 0;
    double term = exp (log_gamma (trials + 1) - log_gamma (k + 1) - log_gamma (trials - k + 1) + k * log (share) +
                       (trials - k) * log1p (-share));
    while (k <= trials && term > sum * 1e-17) {
        sum += term;
        term *= (trials - k) / (k + 1) * odds;
        k++;
    }
    return MIN (sum, 1);
}

double
cg_binomial_at_least (double count, double trials, double share)
{
    if (count <= 0)
        return 1;
    if (count > trials)
        return 0;
    if (count > trials * share)
        return binomial_above (count, trials, share);
    return 1 - binomial_above (trials - count + 1, trials, 1 - share);
}

double
cg_binomial_at_most (double count, double trials, double share)
{
    return cg_binomial_at_least (trials - count, trials, 1 - share);
}

/* The share at which so few (or so many) of the trials have the chance `tail`: by halving until nothing lies between. */
static double
share_with_tail (double count, double trials, double tail, gboolean many)
{
    double low = 0, high = 1;
    for (int k = 0; k < 1100; k++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        gboolean below = many ? cg_binomial_at_least (count, trials, middle) < tail
                              : cg_binomial_at_most (count, trials, middle) > tail;
        if (below)
            low = middle;
        else
            high = middle;
    }
    return high;
}

void
cg_ratio_interval (double count, double before, double share, double confidence, double *out_low,
                   double *out_high)
{
    double tail = (1 - confidence) / 2, trials = count + before, odds = (1 - share) / share;
    double low = count > 0 ? share_with_tail (count, trials, tail, TRUE) : 0;
    double high = before > 0 ? share_with_tail (count, trials, tail, FALSE) : 1;
    *out_low = low / (1 - low) * odds;
    *out_high = high < 1 ? high / (1 - high) * odds : INFINITY;
}

/* ---- many p at once ------------------------------------------------------------------------ */

typedef struct {
    double p;
    guint32 row;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
    const Ranked *p = a, *q = b;
    if (p->p != q->p)
        return p->p < q->p ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

void
cg_false_discovery (guint32 n, const double *p, double *out_q)
{
    g_autofree Ranked *ranked = g_new (Ranked, (gsize) n + 1);
    guint32 m = 0;
    for (guint32 i = 0; i < n; i++) {
        if (!isnan (p[i]))
            ranked[m++] = (Ranked){ p[i], i };
        out_q[i] = p[i];
    }
    qsort (ranked, m, sizeof (Ranked), compare_ranked);
    double least = 1;
    for (guint32 k = m; k > 0; k--) {
        least = MIN (least, ranked[k - 1].p * m / k);
        out_q[ranked[k - 1].row] = least;
    }
}

double
cg_gumbel_upper (double x, double mean, double sd)
{
    const double euler = 0.57721566490153286;
    if (!(sd > 0))
        return x > mean ? 0 : 1;
    double scale = sd * sqrt (6) / G_PI;
    return -expm1 (-exp (-(x - (mean - euler * scale)) / scale));
}
