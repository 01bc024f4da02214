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
#include "base/progress.h"

typedef struct {
    guint64 max_steps;   /* multiplications that exact chances may cost                       */
    guint32 draws;       /* random arrangements where they may not: 1..1 000 000              */
    guint64 seed;
    const CgProgress *progress; /* of places; NULL: not told (borrowed)                       */
} CgPermutationOptions;

#define CG_PERMUTATION_OPTIONS_DEFAULT                                                            \
    ((CgPermutationOptions){ .max_steps = G_GUINT64_CONSTANT (4000000000), .draws = 9999,          \
                             .seed = 1 })

typedef enum {
    CG_CHANCE_EXACT,   /* no random numbers, nothing rounded                                   */
    CG_CHANCE_LATTICE, /* no random numbers; values rounded to a fine step: never too low      */
    CG_CHANCE_DRAWN,   /* (arrangements as extreme + 1) / (draws + 1); below 1 / (draws + 1) never */
} CgChanceKind;

#define CG_CHANCE_TOLD 0.1 /* two-sided p of what may be told as unusual */

/* Which way the chances of a map were found, for all places alike. */
typedef struct {
    CgChanceKind kind;
    double rounding; /* LATTICE: a two-sided p up to CG_CHANCE_TOLD is at most this share of it
                        above the true one, proved for each map                              */
    guint32 draws;   /* DRAWN                                                                */
} CgChances;

/* out_low, out_high  [n]; NaN for places without neighbours
 * out_told           may be NULL
 * options            NULL: the defaults
 * Exact where weights are binary, values are whole multiples of a common step (counts: 1) and the
 * work is at most max_steps; it is about d k^2 / 4 * k r for d different values, at most k
 * neighbours and a range of r steps. Rates and wide counts are rounded to the finest lattice that
 * costs some tenths of a second, or as fine as is needed within max_steps; a sum of k
 * rounded values is off by at most k / 2 steps, and both tails are read that much further out. Else
 * (distance weights, hundreds of neighbours) drawn.
 * Errors  ARGUMENT a value that is not finite, draws out of range; LIMIT memory; CANCELLED
 * Method  the number of ways to draw k values with sum s is the coefficient of y^k z^s in the product
 *         over values v of (1 + y z^v)^(times v occurs); the place's own value is divided out again.
 *         Rounding of the arithmetic: below 1e-13; on the lattice it is bounded and added. Drawn:
 *         counter-based random numbers of (seed, place, draw), ties within rounding count as equal.
 *         docs/methods.md
 * Cost    1024 counts up to 132: some milliseconds; 1024 rates: some tenths of a second */
gboolean cg_permutation_run (const CgNeighbours *neighbours, const double *value,
                             const CgPermutationOptions *options, GCancellable *cancel,
                             double *out_low, double *out_high, CgChances *out_told,
                             GError **error);

/* 2 min (low, high), at most 1. The pseudo p of PySAL and GeoDa is half of it. */
double cg_permutation_two_sided (double low, double high);

#endif
