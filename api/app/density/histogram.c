#include "app/density/histogram.h"

const double cg_histogram_bounds_s[CG_HISTOGRAM_BOUNDS] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                            0.25,  0.5,    1,     2.5,  5,     10 };

void
cg_histogram_add (CgHistogram *histogram, double seconds)
{
    guint class = 0;
    while (class < CG_HISTOGRAM_BOUNDS && seconds > cg_histogram_bounds_s[class])
        class++;
    histogram->count[class]++;
    histogram->n++;
    histogram->sum_s += seconds;
}
