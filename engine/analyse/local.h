/* Where values gather: local statistics of spatial association, with moments and z.
 *
 * x_i is the value of place i, w_ij the weight of its neighbour j (w_ii = 0 but for Gi*), W_i and
 * S_i the sums of w_ij and of its squares, m the mean, s2 the mean square deviation.
 */
#ifndef CG_LOCAL_H
#define CG_LOCAL_H

#include "analyse/neighbours.h"

/* z of Gi (the place itself left out) or Gi* (the place itself counted with weight 1): how far the
 * sum over the neighbourhood lies above what it would be if values were shuffled over the map.
 *
 *   Gi*  (sum_j w_ij x_j - W_i m) / (s sqrt ((n S_i - W_i^2) / (n - 1)))
 *   Gi   the same with m, s2 and n of all places but i, and n - 2 for n - 1 in the last term
 *
 * The row style gives the same z. out[n]: NaN where it has no meaning: fewer than 3 places, all
 * values (Gi: all other values) equal, Gi without neighbours, a neighbourhood that is the whole map.
 * Errors  ARGUMENT a value that is not finite (names the row from 1)
 * Source  J. K. Ord, A. Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x */
gboolean cg_local_g (const CgNeighbours *neighbours, const double *value, gboolean with_self,
                     double *out_z, GError **error);

typedef enum {
    CG_QUADRANT_NONE, /* no neighbours, or all values equal                    */
    CG_QUADRANT_HIGH_HIGH, /* value and neighbours above the mean of all; at it: high */
    CG_QUADRANT_LOW_HIGH,
    CG_QUADRANT_LOW_LOW,
    CG_QUADRANT_HIGH_LOW,
} CgQuadrant;

const char *cg_quadrant_name (CgQuadrant quadrant); /* "none", "high-high", "low-high", ... */

/* One row a place; what has no meaning is NaN. */
typedef struct {
    double *i;                                     /* I_i = (x_i - m) / s2 * sum_j w_ij (x_j - m) */
    double *expected, *variance, *z;               /* all values shuffled (total randomisation)   */
    double *expected_given, *variance_given, *z_given; /* all but x_i shuffled (conditional)      */
    guint8 *quadrant;                              /* CgQuadrant                                  */
} CgLocalMoran;

/* Local Moran's I with both kinds of moments. The conditional z is that of Gi, with the sign of
 * x_i - m: which kind is meant changes z by half its size, so both are told apart by name.
 * Errors  ARGUMENT a value that is not finite
 * Source  L. Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x; R. R. Sokal, N. L. Oden,
 *         B. A. Thomson 1998, doi:10.1111/j.1538-4632.1998.tb00406.x */
CgLocalMoran *cg_local_moran (const CgNeighbours *neighbours, const double *value,
                              CgWeightStyle style, GError **error);
void cg_local_moran_free (CgLocalMoran *local);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLocalMoran, cg_local_moran_free)

/* Hot and cold places by their z and the chance p (or its false discovery rate q): 3, 2, 1 where p
 * is at most 0.01, 0.05, 0.10 and z > 0; -3, -2, -1 likewise for z < 0; else 0 (NaN: 0). */
int cg_hot_class (double z, double p);

#endif
