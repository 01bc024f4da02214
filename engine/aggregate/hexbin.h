/* Points counted in hexagons of equal area.
 *
 * The hexagons stand on a fixed lattice: one has its centre at the origin of the working CRS, rows
 * run east, two sides of each are vertical. A map of another window or of other points has the same
 * hexagons, so their counts can be compared and added.
 */
#ifndef CG_HEXBIN_H
#define CG_HEXBIN_H

#include "model/shapes.h"

#define CG_HEXBIN_MIN_WIDTH_M 1e-3
#define CG_HEXBIN_MAX_WIDTH_M 1e9
#define CG_HEXBIN_MAX_INDEX (1 << 30) /* columns and rows either side of the origin */

typedef struct {
    double width_m;       /* between the two vertical sides = between neighbouring centres     */
    double area_km2;      /* of one: width_m^2 * sqrt(3)/2                                      */
    guint32 n;            /* hexagons with at least one point, by row, then column              */
    gint32 *row, *column; /* [n] centre x = width_m (column + row mod 2 / 2), y = width_m sqrt(3)/2
                             row */
    guint32 *points;      /* [n] */
    double *weight;       /* [n] sum of weights, in the order of the points                     */
    guint32 n_left_out;   /* points or weights that are not finite                              */
} CgHexBins;

/* Each point goes to the hexagon with the nearest centre: exactly one. On a vertical side, which
 * points can lie on, it goes to the east one. No point of finite digits lies on a slanted side (its
 * slope is irrational); nearer to one than the rounding of a double it may go to either, the same
 * one on each machine.
 *
 * weight       NULL: 1 each; may be negative
 * Returns      the hexagons (transfer full)
 * Errors       ARGUMENT width out of CG_HEXBIN_MIN/MAX_WIDTH_M; LIMIT a point beyond
 *              CG_HEXBIN_MAX_INDEX rows or columns (names it), memory
 * Cost         O(n) and a sort of the hexagons
 * Source       nearest of two rectangular lattices: Carr, Littlefield, Nicholson, Littlefield 1987,
 *              doi:10.1080/01621459.1987.10478445 */
CgHexBins *cg_hexbin_run (guint32 n, const double *x, const double *y, const double *weight,
                          double width_m, GError **error);
void cg_hexbin_free (CgHexBins *bins);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgHexBins, cg_hexbin_free)

/* The hexagons as areas, row by row of bins; a corner that three share is the same in each, bit for
 * bit. (transfer full) */
CgShapes *cg_hexbin_shapes (const CgHexBins *bins);

#endif
