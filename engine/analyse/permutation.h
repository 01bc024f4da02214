/* How surprising a neighbourhood is: exact chances under shuffling, without drawing lots.
 *
 * The value of place i stays, those of all other places are shuffled over the rest of the map; S_i is
 * the weighted sum over the neighbours of i. Gi, Gi* and local Moran's I of a place rise (or fall)
 * with S_i alone, so these two chances serve all three:
 *
 *   low   P (S_i <= seen)        high   P (S_i >= seen)
 *
 * both with the seen arrangement counted, so that low + high >= 1.
 */
#ifndef CG_PERMUTATION_H
#define CG_PERMUTATION_H

#include "analyse/neighbours.h"

typedef struct {
    guint64 max_steps;   /* multiplications that exact chances may cost                       */
    guint32 draws;       /* random arrangements where they may not: 1..1 000 000              */
    guint64 seed;
} CgPermutationOptions;

#define CG_PERMUTATION_OPTIONS_DEFAULT                                                            \
    ((CgPermutationOptions){ .max_steps = G_GUINT64_CONSTANT (4000000000), .draws = 9999,          \
                             .seed = 1 })

typedef enum {
    CG_CHANCE_EXACT, /* no random numbers                                                     */
    CG_CHANCE_DRAWN, /* (arrangements as extreme + 1) / (draws + 1); below 1 / (draws + 1) never */
} CgChanceKind;

/* out_low, out_high  [n]; NaN for places without neighbours
 * out_kind           may be NULL: which way the chances were found, for all places alike
 * options            NULL: the defaults
 * Exact where weights are binary, values are whole multiples of a common step (counts: 1) and the
 * work is at most max_steps; it is about d k^2 / 4 * k r for d different values, at most k
 * neighbours and a range of r steps. Else drawn: rates, distance weights, counts in the millions.
 * Errors  ARGUMENT a value that is not finite, draws out of range; CANCELLED
 * Method  the number of ways to draw k values with sum s is the coefficient of y^k z^s in the product
 *         over values v of (1 + y z^v)^(times v occurs); the place's own value is divided out again.
 *         Rounding: below 1e-13. Drawn: counter-based random numbers of (seed, place, draw), ties
 *         within rounding count as equal. docs/methods.md
 * Cost    1024 counts up to 132: some milliseconds */
gboolean cg_permutation_run (const CgNeighbours *neighbours, const double *value,
                             const CgPermutationOptions *options, GCancellable *cancel,
                             double *out_low, double *out_high, CgChanceKind *out_kind,
                             GError **error);

/* 2 min (low, high), at most 1. The pseudo p of PySAL and GeoDa is half of it. */
double cg_permutation_two_sided (double low, double high);

#endif
