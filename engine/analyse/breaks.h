/* Class breaks of a measure for a choropleth. */
#ifndef CG_BREAKS_H
#define CG_BREAKS_H

#include <glib.h>

typedef struct {
    const char *name, *title;
    const char *title_zh; /* "分位数", as the source line of a map says it */
    /*< private >*/
    /* value: n >= 1 finite numbers, ascending; writes at most n_classes ascending bounds */
    guint (*run) (guint32 n, const double *value, guint n_classes, double *out_upper);
} CgBreaksMethod;
/* quantile (the default), equal, pretty, jenks, headtail, stddev; ends with name == NULL. */
const CgBreaksMethod *cg_breaks_methods (void);
/* NULL name: the default. NULL when unknown. */
const CgBreaksMethod *cg_breaks_find (const char *name);

/* Upper bounds of at most n_classes classes of the finite values, strictly ascending; class of v
 * is the first with v <= bound. NaN and infinities are left out. Fewer classes where values repeat.
 * quantile  the values at ranks ceil (k n / n_classes); the last is the maximum
 * equal     classes of equal width; the last is the maximum
 * pretty    multiples of a round step (1, 2, 2.5 or 5 x 10^k); the last is the first not below the
 *           maximum; the maximum itself where one class is asked for or all values are equal
 * jenks     the classes with the least sum of squared deviations from their means: the optimum, not
 *           a good guess (of sums that differ by less than 2^-92 of the whole the highest class
 *           that begins lowest, then the next); at most 64. O(n log n + k m log m), m different
 *           values, with memory for k m 32-bit numbers; 0 without it.
 *           W. D. Fisher 1958, doi:10.1080/01621459.1958.10501479; G. F. Jenks 1967
 * headtail  broken at the mean, and the part above it again while it holds at most 40 % of what was
 *           broken; for counts with a long tail. B. Jiang 2013, doi:10.1080/00330124.2012.700499
 * stddev    the mean and steps of one standard deviation (of the n values) from it for an even
 *           n_classes, half a step beside it for an odd one; bounds outside the values fall away
 * Returns the number of classes written to out_upper[n_classes]: 0 when there is no finite value,
 * n_classes is 0, or the method is unknown. */
guint cg_breaks_run (const char *method, guint32 n, const double *value, guint n_classes,
                     double *out_upper);

/* Bounds that somebody fixed, "10,20.5,50": finite, ascending, at most max_bounds. They make one
 * class more than there are bounds, and the last bound given back is infinite: the classes stay
 * what they are whatever the values do, from frame to frame and month to month.
 * out_upper  [max_bounds + 1], out_n_classes; untouched on failure
 * Errors     ARGUMENT no number (names it), not ascending, or too many */
gboolean cg_breaks_fixed (const char *text, guint max_bounds, double *out_upper,
                          guint *out_n_classes, GError **error);

/* How much of the variance lies between the classes and not inside them, 0..1 (goodness of
 * variance fit, Jenks and Caspall 1971, doi:10.1111/j.1467-8306.1971.tb00779.x); 1 where all
 * finite values are equal, NaN where there are none. */
double cg_breaks_fit (guint32 n, const double *value, guint n_classes, const double *upper);

/* Class of a value, 0..n-1: above the last bound the last; -1 for NaN and where there are none. */
int cg_breaks_class (guint n_classes, const double *upper, double value);

#endif
