/* What the statistics of places share. */
#ifndef CG_ANALYSE_INTERNAL_H
#define CG_ANALYSE_INTERNAL_H

#include <glib.h>

typedef struct {
    double mean, squares, fourths; /* sums of the second and fourth powers of deviations */
} CgMoments;

CgMoments cg_values_moments (guint32 n, const double *value);

/* Errors ARGUMENT a value that is not finite */
gboolean cg_values_check (guint32 n, const double *value, GError **error);

#endif
