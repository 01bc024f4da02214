/* Arithmetic of twice the precision, for sums of squares that nearly cancel. */
#include "analyse/breaks_internal.h"

#include <math.h>

static CgTwofold
sum_of (double a, double b)
{
    double high = a + b, part = high - a;
    return (CgTwofold){ high, (a - (high - part)) + (b - part) };
}

static CgTwofold
quick_sum (double large, double small)
{
    double high = large + small;
    return (CgTwofold){ high, small - (high - large) };
}

static CgTwofold
product_of (double a, double b)
{
    const double split = 134217729.0; /* 2^27 + 1 */
    double p = a * b, x = split * a, y = split * b;
    double a_high = x - (x - a), b_high = y - (y - b), a_low = a - a_high, b_low = b - b_high;
    return (CgTwofold){ p,
                        ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low };
}

CgTwofold
cg_twofold_difference (double a, double b)
{
    return sum_of (a, -b);
}

CgTwofold
cg_twofold_add (CgTwofold a, CgTwofold b)
{
    CgTwofold high = sum_of (a.high, b.high), low = sum_of (a.low, b.low);
    high = quick_sum (high.high, high.low + low.high);
    return quick_sum (high.high, high.low + low.low);
}

CgTwofold
cg_twofold_subtract (CgTwofold a, CgTwofold b)
{
    return cg_twofold_add (a, (CgTwofold){ -b.high, -b.low });
}

CgTwofold
cg_twofold_times (CgTwofold a, CgTwofold b)
{
    CgTwofold p = product_of (a.high, b.high);
    return quick_sum (p.high, p.low + (a.high * b.low + a.low * b.high));
}

CgTwofold
cg_twofold_over (CgTwofold a, double b)
{
    double first = a.high / b;
    CgTwofold rest = cg_twofold_subtract (a, product_of (first, b));
    double second = rest.high / b;
    rest = cg_twofold_subtract (rest, product_of (second, b));
    CgTwofold q = quick_sum (first, second);
    return quick_sum (q.high, q.low + rest.high / b);
}

double *
cg_breaks_scaled (guint32 n, const double *value, int *out_exponent)
{
    double *scaled = g_try_new (double, MAX (n, 1)), largest = 0.0;
    int exponent = 0;
    for (guint32 i = 0; i < n; i++)
        largest = MAX (largest, fabs (value[i]));
    if (largest > 0.0)
        frexp (largest, &exponent);
    for (guint32 i = 0; scaled != NULL && i < n; i++)
        scaled[i] = ldexp (value[i], -exponent);
    *out_exponent = exponent;
    return scaled;
}
