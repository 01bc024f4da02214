#include "analyse/usual.h"

#include <math.h>

/* Places that differ no more than chance makes them: a gamma distribution as narrow as this is one mean for all. */
#define NARROWEST_SHAPE 1e5

void
cg_usual_fit (guint32 n, const guint32 *past, double periods, CgUsual *out)
{
    guint64 sum = 0;
    for (guint32 i = 0; i < n; i++)
        sum += past[i];
    if (sum == 0) {
        for (guint32 i = 0; i < n; i++)
            out[i] = (CgUsual){ 0.5, periods };
        return;
    }
    double mean = (double) sum / n / periods, squares = 0;
    for (guint32 i = 0; i < n; i++) {
        double off = past[i] / periods - mean;
        squares += off * off;
    }
    /* What is left of the variance of the means when that of Poisson counts is taken away. */
    double between = n > 1 ? squares / (n - 1) - mean / periods : 0;
    double shape = between > 0 ? MIN (mean * mean / between, NARROWEST_SHAPE) : NARROWEST_SHAPE;
    double rate = shape / mean;
    for (guint32 i = 0; i < n; i++)
        out[i] = (CgUsual){ shape + past[i], rate + periods };
}

double
cg_usual_mean (const CgUsual *usual)
{
    return usual->shape / usual->rate;
}

/* lgamma leaves a sign where all threads see it. */
static double
log_gamma (double x)
{
    int sign;
    return lgamma_r (x, &sign);
}

/* log P (X = count) */
static double
log_mass (const CgUsual *usual, double count)
{
    double stay = log (usual->rate / (usual->rate + 1)), leave = -log1p (usual->rate);
    return log_gamma (usual->shape + count) - log_gamma (usual->shape) - log_gamma (count + 1) +
           usual->shape * stay + count * leave;
}

/* Above the mean the masses fall, each by more than the one before: their sum from count on. */
static double
sum_above (const CgUsual *usual, double count)
{
    double term = 1, sum = 0;
    for (double k = count; term > sum * 1e-17; k++) {
        sum += term;
        term *= (usual->shape + k) / (k + 1) / (usual->rate + 1);
    }
    return sum * exp (log_mass (usual, count));
}

static double
sum_below (const CgUsual *usual, double count)
{
    double term = 1, sum = 0;
    for (double k = count - 1; k >= 0 && term > sum * 1e-17; k--) {
        sum += term;
        term *= k / (usual->shape + k - 1) * (usual->rate + 1);
    }
    return sum * exp (log_mass (usual, count - 1));
}

double
cg_usual_at_least (const CgUsual *usual, guint32 count)
{
    if (count == 0)
        return 1;
    if (count > cg_usual_mean (usual))
        return MIN (sum_above (usual, count), 1);
    return CLAMP (1 - sum_below (usual, count), 0, 1);
}

guint32
cg_usual_limit (const CgUsual *usual, double share)
{
    guint32 low = 0, high = 1; /* the limit is in low..high */
    while (high < G_MAXUINT32 / 4 && cg_usual_at_least (usual, high + 1) > share) {
        low = high + 1;
        high *= 2;
    }
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (cg_usual_at_least (usual, middle + 1) <= share)
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}
