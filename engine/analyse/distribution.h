/* How one number is spread over places or days: classes of even width, a smooth curve, quantiles.
 *
 * value[n]; NaN and infinities are left out everywhere. Same values in any order, same results.
 */
#ifndef CG_DISTRIBUTION_H
#define CG_DISTRIBUTION_H

#include <glib.h>

/* The value below which a share p (0..1) lies, linear between ranks: rank 1 + (n - 1) p. NaN where
 * there is no finite value.
 * Source  R. J. Hyndman, Y. Fan 1996, doi:10.2307/2684934, definition 7 */
double cg_distribution_quantile (guint32 n, const double *value, double p);

#define CG_DISTRIBUTION_MAX_CLASSES 64u

typedef struct {
    double low, width; /* class k is low + k width <= v < low + (k + 1) width */
    guint n_classes;   /* 0 where there is no finite value                                       */
    double count[CG_DISTRIBUTION_MAX_CLASSES];
} CgClasses;

/* Counts by class. The width is the smallest 1, 2 or 5 x 10^k not below 2 (interquartile range)
 * n^(-1/3), whole where all values are whole, and larger where that makes more than max_classes
 * (2..64); `low` is a multiple of it. Equal values make one class.
 * Source  D. Freedman, P. Diaconis 1981, doi:10.1007/BF01025868 */
void cg_distribution_classes (guint32 n, const double *value, guint max_classes, CgClasses *out);

/* Bandwidth for a Gaussian curve: 0.9 min (deviation, interquartile range / 1.34) n^(-1/5), the
 * deviation alone where the range is 0; 0 where all values are equal or none is finite.
 * Source  B. W. Silverman 1986, Density Estimation for Statistics and Data Analysis, eq. 3.31 */
double cg_distribution_bandwidth (guint32 n, const double *value);

/* Density at n_at >= 2 points evenly from low to high, per unit of the value: the mean of Gaussians
 * about all values, summed one by one (terms under 1e-17 of a peak are left out). What would lie
 * below `floor` is folded back above it, so that counts have no density below 0 (Silverman
 * 1986, 2.10); floor NaN: nothing is folded. Zero everywhere without values or with a bandwidth not
 * above 0. out[n_at] Cost  O(n log n + different values x points within 9 bandwidths) */
void cg_distribution_curve (guint32 n, const double *value, double bandwidth, double floor,
                            double low, double high, guint n_at, double *out);

#endif
