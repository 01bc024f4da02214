/* Classes by means: head/tail breaks and standard deviations. */
#include "analyse/breaks_internal.h"

#include <math.h>

static double
mean_of (guint32 n, const double *scaled)
{
    CgTwofold sum = { 0.0, 0.0 };
    for (guint32 i = 0; i < n; i++)
        sum = cg_twofold_add (sum, (CgTwofold){ scaled[i], 0.0 });
    return cg_twofold_over (sum, n).high;
}

/* First row above a bound. */
static guint32
first_above (guint32 n, const double *scaled, double bound)
{
    guint32 low = 0, high = n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (scaled[middle] > bound)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The first break is made in any case, as Jiang's function does; a head goes on being broken while
 * it is a minority of what it was broken from. */
guint
cg_breaks_run_headtail (guint32 n, const double *value, guint n_classes, double *out_upper)
{
    int exponent;
    g_autofree double *scaled = cg_breaks_scaled (n, value, &exponent);
    if (scaled == NULL)
        return 0;
    guint n_bounds = 0;
    guint32 start = 0;
    while (n_bounds + 1 < n_classes) {
        double mean = mean_of (n - start, scaled + start);
        guint32 head = start + first_above (n - start, scaled + start, mean);
        if (head == start || head == n)
            break;
        double bound = ldexp (mean, exponent);
        /* Scaled back among the smallest of numbers, a mean may be rounded past a value. */
        out_upper[n_bounds++] = CLAMP (bound, value[head - 1], nextafter (value[head], -INFINITY));
        gboolean minority = 10 * (guint64) (n - head) <= 4 * (guint64) (n - start);
        start = head;
        if (!minority)
            break;
    }
    out_upper[n_bounds] = value[n - 1];
    return n_bounds + 1;
}

guint
cg_breaks_run_stddev (guint32 n, const double *value, guint n_classes, double *out_upper)
{
    int exponent;
    g_autofree double *scaled = cg_breaks_scaled (n, value, &exponent);
    if (scaled == NULL)
        return 0;
    double mean = mean_of (n, scaled);
    CgTwofold squares = { 0.0, 0.0 };
    for (guint32 i = 0; i < n; i++) {
        CgTwofold deviation = cg_twofold_difference (scaled[i], mean);
        squares = cg_twofold_add (squares, cg_twofold_times (deviation, deviation));
    }
    double deviation = sqrt (cg_twofold_over (squares, n).high);
    guint n_bounds = 0;
    for (guint k = 1; k < n_classes; k++) {
        double bound = ldexp (mean + (k - n_classes / 2.0) * deviation, exponent);
        gboolean inside = bound >= value[0] && bound < value[n - 1];
        if (inside && (n_bounds == 0 || bound > out_upper[n_bounds - 1]))
            out_upper[n_bounds++] = bound;
    }
    out_upper[n_bounds] = value[n - 1];
    return n_bounds + 1;
}
