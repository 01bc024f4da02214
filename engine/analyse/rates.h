/* Rates of few events over few people: smoothed, with intervals, and how surprising each is.
 *
 * count[i] events (>= 0) and base[i] households or people (>= 0, same for all functions here). A place
 * without base has no rate: it is left out of every sum, and its own figures are as stated at each
 * function. Errors of all: ARGUMENT a number that is negative or not finite (names the row from 1).
 */
#ifndef CG_RATES_H
#define CG_RATES_H

#include "analyse/neighbours.h"

/* Fewer events than these make a rate whose relative standard error is above 22 %: to be shown
 * with its interval or not at all. The limit that official health statistics use (R. J. Klein and
 * others 2002, Healthy People 2010 criteria for data suppression). */
#define CG_SMALL_COUNT 20

typedef struct {
    double mean;     /* all events / all base                                             */
    double variance; /* of the true rates between places, by moments, >= 0                */
} CgPrior;

/* Empirical Bayes: each rate drawn towards the rate of all, the more the smaller its base.
 *
 *   m + (r_i - m) a / (a + m / base_i),  a = sum base_i (r_i - m)^2 / sum base - m / mean base
 *
 * a negative a counts as 0. out_rate[n]: a place without base gets m; NaN where nobody has base.
 * out_prior may be NULL.
 * Source  R. J. Marshall 1991, doi:10.2307/2347593 */
gboolean cg_rates_global (guint32 n, const double *count, const double *base, double *out_rate,
                          CgPrior *out_prior, GError **error);

typedef enum {
    CG_LOCAL_MARSHALL, /* deviations of each neighbour from the mean of its own neighbourhood */
    CG_LOCAL_SHARED,   /* deviations of all neighbours from the mean of this one (GeoDa, PySAL) */
} CgLocalRates;

/* The same with m and a of the neighbourhood of each place, itself included. A place without base
 * gets the m of its neighbourhood, NaN where that has none either. Weights are not used.
 * Source  Marshall 1991 */
gboolean cg_rates_local (const CgNeighbours *neighbours, const double *count, const double *base,
                         CgLocalRates kind, double *out_rate, GError **error);

/* Rates as deviations in their own standard errors, (r_i - m) / sqrt (a + m / base_i) (a may be
 * negative; where the root would be, a is 0 for the place): their Moran's I is free of the
 * spurious likeness and noise of small bases. NaN without base.
 * Source  R. M. Assuncao, E. A. Reis 1999, doi:10.1002/(SICI)1097-0258(19990830)18:16<2147 */
gboolean cg_rates_standardised (guint32 n, const double *count, const double *base, double *out_z,
                                GError **error);

/* What the rate of all would give each place, and how surprising its own count is: the chance of so
 * few (P (X <= count)) and of so many (P (X >= count)), Poisson. Any out may be NULL. Without
 * base: 0 expected, no chances (NaN).
 * Source  M. Choynowski 1959, doi:10.1080/01621459.1959.10501982 */
gboolean cg_rates_surprise (guint32 n, const double *count, const double *base,
                            double *out_expected, double *out_few, double *out_many,
                            GError **error);

/* Whether each place with its neighbours has more (or fewer) events than its share of the base: were
 * all N events shared out by base, each neighbourhood's count would be binomial (N, its base / all
 * base). Chances of so few and of so many; z in the standard deviations of that binomial. A
 * neighbourhood that is the whole map has chances of 1 and no z (NaN). Weights are not used. Without
 * base: NaN, and its events are not among N. Counts are whole. Any out may be NULL.
 * Source  J. Przyborowski, H. Wilenski 1940, doi:10.1093/biomet/31.3-4.313: counts given their sum */
gboolean cg_rates_excess (const CgNeighbours *neighbours, const double *count, const double *base,
                          double *out_expected, double *out_z, double *out_few, double *out_many,
                          GError **error);

#endif
