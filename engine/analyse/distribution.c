#include "analyse/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAR 9.0 /* bandwidths; exp (-81 / 2) is 3e-18 */

static int
compare_doubles (const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

/* Finite values, ascending. (g_free) */
static double *
sorted (guint32 n, const double *value, guint32 *out_n)
{
    double *finite = g_new (double, (gsize) n + 1);
    guint32 m = 0;
    for (guint32 i = 0; i < n; i++)
        if (isfinite (value[i]))
            finite[m++] = value[i] + 0.0;
    qsort (finite, m, sizeof (double), compare_doubles);
    *out_n = m;
    return finite;
}

static double
quantile_of (guint32 n, const double *sorted, double p)
{
    double rank = CLAMP (p, 0.0, 1.0) * (n - 1.0);
    guint32 below = (guint32) rank;
    double part = rank - below, low = sorted[below], high = sorted[MIN (below + 1, n - 1)];
    return low * (1.0 - part) + high * part; /* no difference that could be infinite */
}

double
cg_distribution_quantile (guint32 n, const double *value, double p)
{
    guint32 m;
    g_autofree double *finite = sorted (n, value, &m);
    return m > 0 && !isnan (p) ? quantile_of (m, finite, p) : NAN;
}

/* The smallest 1, 2 or 5 x 10^k not below a positive number. */
static double
round_width (double least)
{
    double unit = pow (10.0, floor (log10 (least)));
    static const double mantissas[] = { 1.0, 2.0, 5.0, 10.0, 20.0 };
    for (guint i = 0; i < G_N_ELEMENTS (mantissas); i++)
        if (mantissas[i] * unit >= least * (1.0 - 1e-12))
            return mantissas[i] * unit;
    return 50.0 * unit;
}

static double
choose_width (guint32 n, const double *finite, guint max_classes)
{
    gboolean whole = TRUE;
    for (guint32 i = 0; i < n && whole; i++)
        whole = finite[i] == floor (finite[i]);
    double range = finite[n - 1] - finite[0];
    double quartiles = quantile_of (n, finite, 0.75) - quantile_of (n, finite, 0.25);
    double width = 2.0 * quartiles / cbrt (n);
    if (!(width > 0.0))
        width = range / MAX (sqrt (n), 1.0);
    if (!(width > 0.0))
        width = whole ? 1.0 : MAX (fabs (finite[0]), 1e-300) / 10.0;
    width = MAX (width, whole ? 1.0 : 0.0);
    for (width = round_width (width);; width = round_width (width * 1.5)) {
        double first = floor (finite[0] / width), last = floor (finite[n - 1] / width);
        if (last - first + 1.0 <= max_classes || !isfinite (width))
            return width;
    }
}

void
cg_distribution_classes (guint32 n, const double *value, guint max_classes, CgClasses *out)
{
    guint32 m;
    g_autofree double *finite = sorted (n, value, &m);
    memset (out, 0, sizeof *out);
    max_classes = CLAMP (max_classes, 2, CG_DISTRIBUTION_MAX_CLASSES);
    if (m == 0)
        return;
    /* Beyond this no width is a number any more. */
    if (!isfinite (finite[m - 1] - finite[0]) || fabs (finite[0]) > 1e300 ||
        fabs (finite[m - 1]) > 1e300)
        return;
    out->width = choose_width (m, finite, max_classes);
    double first = floor (finite[0] / out->width);
    out->low = first * out->width;
    for (guint32 i = 0; i < m; i++) {
        double class = floor (finite[i] / out->width) - first;
        guint k = (guint) CLAMP (class, 0.0, max_classes - 1.0);
        out->count[k]++;
        out->n_classes = MAX (out->n_classes, k + 1);
    }
}

double
cg_distribution_bandwidth (guint32 n, const double *value)
{
    guint32 m;
    g_autofree double *finite = sorted (n, value, &m);
    if (m < 2)
        return 0.0;
    double mean = 0.0, squares = 0.0;
    for (guint32 i = 0; i < m; i++)
        mean += finite[i] / m;
    for (guint32 i = 0; i < m; i++)
        squares += (finite[i] - mean) * (finite[i] - mean);
    double spread = sqrt (squares / (m - 1.0));
    double range = (quantile_of (m, finite, 0.75) - quantile_of (m, finite, 0.25)) / 1.34;
    if (range > 0.0)
        spread = MIN (spread, range);
    double bandwidth = 0.9 * spread * pow (m, -0.2);
    return isfinite (bandwidth) ? bandwidth : 0.0;
}

/* Adds `weight` Gaussians about a centre. */
static void
add_bump (double centre, double weight, double bandwidth, double low, double step, guint n_at,
          double *out)
{
    double from = ceil ((centre - FAR * bandwidth - low) / step);
    double to = floor ((centre + FAR * bandwidth - low) / step);
    if (!(to >= 0.0) || !(from <= n_at - 1.0))
        return;
    guint first = (guint) MAX (from, 0.0), last = (guint) MIN (to, n_at - 1.0);
    for (guint k = first; k <= last; k++) {
        double z = (low + k * step - centre) / bandwidth;
        out[k] += weight * exp (-0.5 * z * z);
    }
}

void
cg_distribution_curve (guint32 n, const double *value, double bandwidth, double floor_at,
                       double low, double high, guint n_at, double *out)
{
    g_return_if_fail (n_at >= 2 && out != NULL);
    guint32 m;
    g_autofree double *finite = sorted (n, value, &m);
    memset (out, 0, sizeof (double) * n_at);
    double step = (high - low) / (n_at - 1.0);
    if (m == 0 || !(bandwidth > 0.0) || !isfinite (bandwidth) || !(step > 0.0) || !isfinite (step))
        return;
    for (guint32 i = 0; i < m;) {
        guint32 end = i + 1;
        while (end < m && finite[end] == finite[i])
            end++;
        add_bump (finite[i], end - i, bandwidth, low, step, n_at, out);
        if (!isnan (floor_at))
            add_bump (2.0 * floor_at - finite[i], end - i, bandwidth, low, step, n_at, out);
        i = end;
    }
    double scale = 1.0 / (m * bandwidth * sqrt (2.0 * G_PI));
    for (guint k = 0; k < n_at; k++) {
        gboolean below = !isnan (floor_at) && low + k * step < floor_at;
        out[k] = below ? 0.0 : out[k] * scale;
    }
}
