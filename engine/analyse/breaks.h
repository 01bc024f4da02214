/* Class breaks of a measure for a choropleth. */
#ifndef CG_BREAKS_H
#define CG_BREAKS_H

#include <glib.h>

typedef struct {
    const char *name, *title; /* "quantile", "equal", "pretty" */
} CgBreaksMethod;
const CgBreaksMethod *cg_breaks_methods (void); /* ends with name == NULL; first is the default */

/* Upper bounds of n_classes classes of the finite values, ascending, the last is the maximum; class of v is
 * the first with v <= bound. Fewer classes where values repeat. pretty: round numbers (1, 2, 2.5, 5 x 10^k).
 * Returns the number of classes written to out_upper[n_classes] (0 when there is no finite value). */
guint cg_breaks_run (const char *method, guint32 n, const double *value, guint n_classes, double *out_upper);

/* Class of a value, 0..n-1, or -1 for NaN. */
int cg_breaks_class (guint n_classes, const double *upper, double value);

#endif
