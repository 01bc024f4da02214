/* What is usual for a place, and how far above it a count lies: the chance of each place's count of one period by its own
 * counts of the periods before, steadied by what all places have.
 *
 * The weekly (or daily, monthly) mean of a place is taken from a gamma distribution that is fitted to the means of all
 * places; with the place's own past it gives a gamma distribution again, and the next count a negative binomial one. A
 * place with little past is drawn to the mean of all, and its limit stays wide; one with much past goes by itself.
 * Source  D. G. Clayton, J. Kaldor 1987, doi:10.2307/2532003 (gamma and Poisson); R. J. Marshall 1991,
 *         doi:10.2307/2347593 (fit by moments); predictive distribution: A. Gelman et al., Bayesian Data Analysis, 2.6 */
#ifndef CG_USUAL_H
#define CG_USUAL_H

#include <glib.h>

/* The distribution of the next period's count: mean shape / rate, variance mean (1 + 1 / rate). */
typedef struct {
    double shape, rate; /* both > 0 */
} CgUsual;

/* past[n]   events of each place in `periods` periods together; periods > 0, need not be whole
 * out[n]
 * Without any event in the past of any place: shape 1/2 and rate periods (Jeffreys' prior), so that a first event is
 * seldom but not impossible. Same counts in another order give the same numbers up to rounding. Cost O(n) */
void cg_usual_fit (guint32 n, const guint32 *past, double periods, CgUsual *out);

double cg_usual_mean (const CgUsual *usual);
/* P (X >= count), to a relative 1e-9. */
double cg_usual_at_least (const CgUsual *usual, guint32 count);
/* The least count that as little as `share` (0 < share < 1) of usual periods exceed: P (X > limit) <= share. */
guint32 cg_usual_limit (const CgUsual *usual, double share);

#endif
