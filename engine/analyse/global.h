/* Whether values of neighbours resemble each other over the whole map: one number and how
 * surprising it is.
 *
 * w_ij, S0 = sum of all w, S1 = sum (w_ij + w_ji)^2 / 2, S2 = sum (row sum + column sum)^2.
 * Places without neighbours count in n and in the moments of the values.
 */
#ifndef CG_GLOBAL_H
#define CG_GLOBAL_H

#include "analyse/neighbours.h"

/* What has no meaning (all values equal, fewer than 4 places, no neighbours at all) is NaN. */
typedef struct {
    double value, expected;
    double variance, z;               /* values shuffled over the map (randomisation)            */
    double variance_normal, z_normal; /* values from a normal distribution; NaN where undefined  */
    double p;                         /* two-sided, from z                                       */
} CgGlobal;

/* Moran's I: n / S0 * sum w_ij (x_i - m)(x_j - m) / sum (x_i - m)^2; E = -1 / (n - 1).
 * Source  A. D. Cliff, J. K. Ord 1981, Spatial Processes, p. 42-46
 * Errors of all in this file  ARGUMENT a value that is not finite */
gboolean cg_global_moran (const CgNeighbours *neighbours, const double *value, CgWeightStyle style,
                          CgGlobal *out, GError **error);

/* Geary's C: (n - 1) / (2 S0) * sum w_ij (x_i - x_j)^2 / sum (x_i - m)^2; E = 1. z and p have the
 * sign of likeness: z = (1 - C) / sd. Source  the same */
gboolean cg_global_geary (const CgNeighbours *neighbours, const double *value, CgWeightStyle style,
                          CgGlobal *out, GError **error);

/* General G: sum w_ij x_i x_j / sum over i != j of x_i x_j; for values >= 0.
 * Errors  ARGUMENT also a negative value. Source  A. Getis, J. K. Ord 1992,
 * doi:10.1111/j.1538-4632.1992.tb00261.x */
gboolean cg_global_g (const CgNeighbours *neighbours, const double *value, CgWeightStyle style,
                      CgGlobal *out, GError **error);

/* Joins between places that have something (black) and places that have not: sums of w_ij / 2 over
 * pairs of two black, two white and different ones, each with moments when the colours are shuffled
 * (so many black ones, placed at random); z > 0 is likeness for all three. black[n]: TRUE or FALSE;
 * variance_normal is NaN.
 * Source  Cliff, Ord 1981, p. 36-41 */
typedef struct {
    CgGlobal black_black, white_white, different;
} CgJoins;
void cg_global_joins (const CgNeighbours *neighbours, const guint8 *black, CgWeightStyle style,
                      CgJoins *out);

#endif
