/* How long things take, in classes that monitoring knows. Not thread safe: its owner locks. */
#ifndef CG_APP_HISTOGRAM_H
#define CG_APP_HISTOGRAM_H

#include <glib.h>

#define CG_HISTOGRAM_BOUNDS 13u

typedef struct {
    guint64 count[CG_HISTOGRAM_BOUNDS + 1]; /* of each class; the last: longer than all bounds */
    guint64 n;
    double sum_s;
} CgHistogram;

extern const double cg_histogram_bounds_s[CG_HISTOGRAM_BOUNDS]; /* upper ones, ascending: 1 ms to 10 s */

void cg_histogram_add (CgHistogram *histogram, double seconds);

#endif
