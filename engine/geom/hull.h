/* The smallest convex outline around places of the plane, and what of a line lies outside. */
#ifndef CG_GEOM_HULL_H
#define CG_GEOM_HULL_H

#include <glib.h>

typedef struct {
    double x, y; /* metres, or any unit that is the same both ways; finite */
} CgHullCorner;

/* Corners of the hull against the clock, the first one again at the end; two or one where the places
 * lie on one line or are one (then without the first again). Corners on a side are left out.
 *
 * places  of CgHullCorner, at least one; comes back in another order, and shorter
 * out     room for twice the places and one more
 * Returns how many corners `out` has
 * Method  monotone chain (A. M. Andrew 1979, doi:10.1016/0020-0190(79)90072-3) over what lies outside
 *         of the octagon of the outermost places (S. G. Akl, G. T. Toussaint 1978,
 *         doi:10.1016/0020-0190(78)90003-0); n log n of those */
guint cg_hull_corners (GArray *places, CgHullCorner *out);

/* Share 0..1 of the way a-b that lies outside of a hull of n corners as above; a place, as a way of no
 * length, is in or out. A hull without ground (n < 4) has nothing outside. */
double cg_hull_share_outside (const CgHullCorner *hull, guint n, CgHullCorner a, CgHullCorner b);

#endif
