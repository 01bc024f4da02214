/* Class breaks of a measure for a choropleth. */
#ifndef CG_BREAKS_H
#define CG_BREAKS_H

#include <glib.h>

typedef struct {
    const char *name, *title;
    /*< private >*/
    /* value: n >= 1 finite numbers, ascending; writes at most n_classes ascending bounds */
    guint (*run) (guint32 n, const double *value, guint n_classes, double *out_upper);
} CgBreaksMethod;
/* quantile (the default), equal, pretty; ends with name == NULL. */
const CgBreaksMethod *cg_breaks_methods (void);
/* NULL name: the default. NULL when unknown. */
const CgBreaksMethod *cg_breaks_find (const char *name);

/* Upper bounds of at most n_classes classes of the finite values, strictly ascending; class of v
 * is the first with v <= bound. NaN and infinities are left out. Fewer classes where values repeat.
 * quantile  the values at ranks ceil (k n / n_classes); the last is the maximum
 * equal     classes of equal width; the last is the maximum
 * pretty    multiples of a round step (1, 2, 2.5 or 5 x 10^k); the last is the first not below the
 *           maximum; the maximum itself where one class is asked for or all values are equal
 * Returns the number of classes written to out_upper[n_classes]: 0 when there is no finite value,
 * n_classes is 0, or the method is unknown. */
guint cg_breaks_run (const char *method, guint32 n, const double *value, guint n_classes,
                     double *out_upper);

/* Class of a value, 0..n-1: above the last bound the last; -1 for NaN and where there are none. */
int cg_breaks_class (guint n_classes, const double *upper, double value);

#endif
