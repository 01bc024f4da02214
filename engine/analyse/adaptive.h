/* A width of its own for the kernel of each event: narrow where events crowd, wide where they are
 * few. */
#ifndef CG_ADAPTIVE_H
#define CG_ADAPTIVE_H

#include "analyse/density_region.h"

/* No event's kernel is wider than this many global bandwidths. */
#define CG_ADAPTIVE_TRIM 5.0

typedef struct {
    CgKernel kernel;               /* the one that the widths are for                         */
    double pilot_m;                /* global and pilot bandwidth of that kernel; above 0      */
    double least_m;                /* none is narrower: the least that pixels show, or 0      */
    const CgDensityRegion *region; /* NULL: no correction of the pilot; else it is uniform    */
} CgAdaptiveOptions;

typedef struct {
    guint32 n;               /* events that count: finite, weight above 0, in the region      */
    double least_m, most_m;  /* of their widths; 0 where n is 0                               */
    guint32 raised, trimmed; /* to least_m; to CG_ADAPTIVE_TRIM global bandwidths             */
} CgAdaptive;

/* Each event's bandwidth: pilot_m * min (f_i^(-1/2) / g, CG_ADAPTIVE_TRIM), where f_i is the pilot
 * density at the event, itself included (Gaussian of the same spread), and g the geometric mean of
 * all f_i^(-1/2), weighted as the events are. A row that stands for three events counts as three
 * events at one place. Rows that do not count get pilot_m; so does an event that is alone.
 *
 * out_bandwidth_m  [n], for CgDensityOptions.own_bandwidth_m; untouched on failure
 * out              may be NULL
 * Errors  ARGUMENT pilot_m or least_m out of range, a weight below zero (names the row); LIMIT
 * Source  I. S. Abramson 1982, doi:10.1214/aos/1176345986; geometric mean: B. W. Silverman 1986,
 *         section 5.3; limit of five: T. M. Davies and A. Baddeley 2018,
 *         doi:10.1007/s11222-017-9772-4
 * Cost    that of a density and a look-up of each event */
gboolean cg_adaptive_bandwidths (guint32 n, const double *x, const double *y, const double *weight,
                                 const CgAdaptiveOptions *options, double *out_bandwidth_m,
                                 CgAdaptive *out, GError **error);

#endif
