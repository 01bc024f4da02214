/* The outline of a cluster of points. */
#ifndef CG_HULL_H
#define CG_HULL_H

#include "model/shapes.h"

/* Appends one area to out (AREA): the convex hull of 16-cornered rings of radius margin_m around
 * the points row[0 .. n-1] of x, y, so that one point and points on a line have an outline too, and
 * every point is inside. n >= 1, margin_m > 0; coordinates are finite. Method  geom/hull.h */
void cg_hull_around (guint32 n, const guint32 *row, const double *x, const double *y,
                     double margin_m, CgShapes *out);

#endif
