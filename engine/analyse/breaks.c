#include "analyse/breaks.h"

#include "analyse/breaks_internal.h"
#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Adds a bound when it is above the last one; returns the new number of classes. */
static guint
add_bound (guint n_bounds, double *upper, double bound)
{
    if (n_bounds == 0 || bound > upper[n_bounds - 1])
        upper[n_bounds++] = bound;
    return n_bounds;
}

static guint
run_quantile (guint32 n, const double *value, guint n_classes, double *out_upper)
{
    guint n_bounds = 0;
    for (guint k = 1; k <= n_classes; k++) {
        guint64 rank = ((guint64) k * n + n_classes - 1) / n_classes;
        n_bounds = add_bound (n_bounds, out_upper, value[rank - 1]);
    }
    return n_bounds;
}

static guint
run_equal (guint32 n, const double *value, guint n_classes, double *out_upper)
{
    double low = value[0], high = value[n - 1];
    /* Divided first: the range of two finite numbers need not be finite. */
    double width = high / n_classes - low / n_classes;
    guint n_bounds = 0;
    for (guint k = 1; k < n_classes; k++) {
        double bound = low + k * width;
        if (bound > low && bound < high)
            n_bounds = add_bound (n_bounds, out_upper, bound);
    }
    return add_bound (n_bounds, out_upper, high);
}

/* k x tenths x 10^(exponent - 1) with one rounding, so that a bound of 0.3 is the double that "0.3"
 * means. */
static double
round_number (double k, guint tenths, int exponent)
{
    int shift = exponent - 1;
    if (shift < -300) /* 10^-shift would be infinite */
        return k * tenths * pow (10, shift);
    return shift >= 0 ? k * tenths * pow (10, shift) : k * tenths / pow (10, -shift);
}

static guint
run_pretty (guint32 n, const double *value, guint n_classes, double *out_upper)
{
    static const guint tenths[] = { 10, 20, 25, 50, 100 };
    double low = value[0], high = value[n - 1];
    double width = high / n_classes - low / n_classes;
    /* One class cannot reach over zero with a round number on either side. */
    if (!(width > 0) || n_classes == 1)
        return add_bound (0, out_upper, high);
    int exponent = (int) floor (log10 (width));
    for (;; exponent++)
        for (guint i = 0; i < G_N_ELEMENTS (tenths); i++) {
            double step = round_number (1, tenths[i], exponent);
            double first = floor (low / step) + 1, last = ceil (high / step);
            if (!(step >= width) || !(last - first + 1 <= n_classes))
                continue;
            guint n_bounds = 0;
            for (guint k = 0; first + k < last && k < n_classes - 1; k++)
                n_bounds =
                    add_bound (n_bounds, out_upper, round_number (first + k, tenths[i], exponent));
            /* A rounded division may leave the bound just below the maximum. */
            double top = round_number (last, tenths[i], exponent);
            return add_bound (n_bounds, out_upper, isfinite (top) ? MAX (top, high) : high);
        }
}

static const CgBreaksMethod methods[] = {
    { "quantile", "Quantiles", "分位数", run_quantile },
    { "equal", "Equal intervals", "等间距", run_equal },
    { "pretty", "Round numbers", "整数间隔", run_pretty },
    { "jenks", "Natural breaks (Fisher-Jenks optimum)", "自然间断 (Fisher-Jenks)",
      cg_breaks_run_jenks },
    { "headtail", "Head/tail breaks", "头尾分割", cg_breaks_run_headtail },
    { "stddev", "Standard deviations", "标准差", cg_breaks_run_stddev },
    { NULL, NULL, NULL, NULL },
};

const CgBreaksMethod *
cg_breaks_methods (void)
{
    return methods;
}

const CgBreaksMethod *
cg_breaks_find (const char *name)
{
    if (name == NULL)
        return &methods[0];
    for (const CgBreaksMethod *method = methods; method->name != NULL; method++)
        if (strcmp (method->name, name) == 0)
            return method;
    return NULL;
}

static int
compare_doubles (const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

guint
cg_breaks_run (const char *method, guint32 n, const double *value, guint n_classes,
               double *out_upper)
{
    const CgBreaksMethod *found = cg_breaks_find (method);
    if (found == NULL || n_classes == 0)
        return 0;
    g_autofree double *finite = g_new (double, (gsize) n + 1);
    guint32 n_finite = 0;
    for (guint32 i = 0; i < n; i++)
        if (isfinite (value[i]))
            finite[n_finite++] = value[i] + 0.0; /* -0 becomes 0 */
    if (n_finite == 0)
        return 0;
    qsort (finite, n_finite, sizeof (double), compare_doubles);
    return found->run (n_finite, finite, n_classes, out_upper);
}

gboolean
cg_breaks_fixed (const char *text, guint max_bounds, double *out_upper, guint *out_n_classes,
                 GError **error)
{
    g_auto (GStrv) parts = g_strsplit (text, ",", -1);
    guint n = g_strv_length (parts);
    if (n == 0 || n > max_bounds) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "class bounds '%.60s': 1 to %u numbers",
                     text, max_bounds);
        return FALSE;
    }
    g_autofree double *bound = g_new (double, n);
    for (guint i = 0; i < n; i++) {
        char *end, *start = g_strstrip (parts[i]);
        bound[i] = g_ascii_strtod (start, &end) + 0.0;
        if (end == start || *end != '\0' || !isfinite (bound[i])) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "class bound '%.40s' is no number",
                         start);
            return FALSE;
        }
        if (i > 0 && !(bound[i] > bound[i - 1])) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "class bound %s is not above the one before it", start);
            return FALSE;
        }
    }
    memcpy (out_upper, bound, n * sizeof (double));
    out_upper[n] = INFINITY;
    *out_n_classes = n + 1;
    return TRUE;
}

/* Sum of squared deviations from the mean, of numbers about a common origin. */
typedef struct {
    double n;
    CgTwofold sum, square;
} Spread;

static void
spread_add (Spread *spread, CgTwofold x)
{
    spread->n++;
    spread->sum = cg_twofold_add (spread->sum, x);
    spread->square = cg_twofold_add (spread->square, cg_twofold_times (x, x));
}

static double
spread_squares (const Spread *spread)
{
    if (spread->n == 0)
        return 0.0;
    CgTwofold mean = cg_twofold_over (cg_twofold_times (spread->sum, spread->sum), spread->n);
    return MAX (cg_twofold_subtract (spread->square, mean).high, 0.0);
}

double
cg_breaks_fit (guint32 n, const double *value, guint n_classes, const double *upper)
{
    double largest = 0.0, origin = NAN, inside = 0.0;
    int exponent = 0;
    for (guint32 i = 0; i < n; i++)
        if (isfinite (value[i])) {
            largest = MAX (largest, fabs (value[i]));
            origin = isnan (origin) ? value[i] : origin;
        }
    if (isnan (origin) || n_classes == 0)
        return NAN;
    frexp (largest, &exponent);
    g_autofree Spread *class = g_new0 (Spread, n_classes);
    Spread all = { 0 };
    for (guint32 i = 0; i < n; i++) {
        if (!isfinite (value[i]))
            continue;
        CgTwofold x =
            cg_twofold_difference (ldexp (value[i], -exponent), ldexp (origin, -exponent));
        spread_add (&class[cg_breaks_class (n_classes, upper, value[i])], x);
        spread_add (&all, x);
    }
    for (guint c = 0; c < n_classes; c++)
        inside += spread_squares (&class[c]);
    double whole = spread_squares (&all);
    return whole > 0.0 ? CLAMP (1.0 - inside / whole, 0.0, 1.0) : 1.0;
}

int
cg_breaks_class (guint n_classes, const double *upper, double value)
{
    if (isnan (value) || n_classes == 0)
        return -1;
    guint class = 0;
    while (class + 1 < n_classes && value > upper[class])
        class ++;
    return (int) class;
}
