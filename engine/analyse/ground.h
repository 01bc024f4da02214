/* What is known of areas only, laid evenly over their ground: points of a lattice that stand for it.
 */
#ifndef CG_GROUND_H
#define CG_GROUND_H

#include "model/shapes.h"

#define CG_GROUND_MAX_POINTS 4000000u

typedef struct {
    gsize n;
    double *x, *y; /* [n] working metres                   */
    double *value; /* [n] an area's value over its points  */
    guint32 *area; /* [n] row of areas                     */
    double step_m; /* of the lattice                       */
} CgGround;

/* Each area's value in equal parts at the points of one lattice, (k + 1/2) step, that lie in it by the
 * even-odd rule; an area that holds none has its label point.
 *
 * value   one number for each area; areas whose value is not finite are left out
 * step_m  above 0; widened so that there are about CG_GROUND_MAX_POINTS at most
 * Errors  ARGUMENT not areas, or a step that is not above 0; LIMIT memory
 * Promise the values of an area's points add up to its own within rounding; areas that do not overlap
 *         share no point off their borders */
CgGround *cg_ground_new (const CgShapes *areas, const double *value, double step_m, GError **error);
void cg_ground_free (CgGround *ground);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgGround, cg_ground_free)

#endif
