/* Chances: tails of the normal, the Poisson and the binomial distribution, intervals of small counts, and how
 * many of many small p are still surprising. */
#ifndef CG_CHANCE_H
#define CG_CHANCE_H

#include <glib.h>

double cg_normal_upper (double z);     /* P (Z >= z)                          */
double cg_normal_two_sided (double z); /* P (|Z| >= |z|); NaN for NaN         */

/* P (X <= count) and P (X >= count) of a Poisson variable; mean >= 0, count >= 0, whole.
 * Method  the regularised incomplete gamma function, by series or continued fraction (Abramowitz
 *         and Stegun 1964, 6.5.29 and 6.5.31); relative error below 1e-12 */
double cg_poisson_at_most (double count, double mean);
double cg_poisson_at_least (double count, double mean);

/* The exact interval of the mean behind a count: no mean inside it makes the count (or a more
 * extreme one) less likely than (1 - confidence) / 2 on either side.
 * count       >= 0; confidence inside (0, 1)
 * Source      F. Garwood 1936, doi:10.1093/biomet/28.3-4.437 */
void cg_poisson_interval (double count, double confidence, double *out_low, double *out_high);

/* P (X <= count) and P (X >= count) of `trials` trials that succeed with chance `share`; count and trials whole,
 * trials >= 0, share inside (0, 1).
 * Method  the sum of the smaller tail, term by term from `count` outwards; relative error below 1e-9 up to
 *         a million trials */
double cg_binomial_at_most (double count, double trials, double share);
double cg_binomial_at_least (double count, double trials, double share);

/* The exact interval of how many times as frequent events have become: `count` of them now, `before` earlier, `share`
 * of both spans' time (or base) being now's, inside (0, 1). Of both together, now's are binomial; the limits are those
 * of their share, as odds. No event now: low 0; none before: high INFINITY; none at all: 0 and INFINITY.
 * counts      whole, >= 0; confidence inside (0, 1)
 * Source      C. J. Clopper, E. S. Pearson 1934, doi:10.1093/biomet/26.4.404, for the share; J. Przyborowski,
 *             H. Wilenski 1940, doi:10.1093/biomet/31.3-4.313, for counts given their sum */
void cg_ratio_interval (double count, double before, double share, double confidence, double *out_low,
                        double *out_high);

/* q of each p: the share of false alarms among all that are at least as surprising, at most; NaN
 * stays NaN and is no part of the family. out may be p.
 * Source  Y. Benjamini, Y. Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x */
void cg_false_discovery (guint32 n, const double *p, double *out_q);

/* P (X >= x) where the greatest values seen in replicates have this mean and standard deviation and
 * X has an extreme value distribution of the first kind; for p below what counting replicates can
 * show. sd 0: 0 or 1. Source  A. M. Abrams, K. Kleinman, M. Kulldorff 2010,
 * doi:10.1186/1476-072X-9-61 */
double cg_gumbel_upper (double x, double mean, double sd);

#endif
