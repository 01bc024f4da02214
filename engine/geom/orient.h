/* On which side of a line a point lies: the predicate that attaching and simplifying stand on. */
#ifndef CG_GEOM_ORIENT_H
#define CG_GEOM_ORIENT_H

/* Sign of the determinant | bx-ax  by-ay ; px-ax  py-ay |: 1 when p lies left of the line from a
 * to b, -1 right, 0 exactly on it. Exact for finite coordinates up to 1e150 as long as no product
 * of two differences is below 1e-290.
 * Method: the plain double result where its error bound proves the sign, else the sum of sixteen
 * exact terms as a non-overlapping expansion; the idea is that of Shewchuk 1997,
 * doi:10.1007/PL00009321. */
int cg_orient_sign (double ax, double ay, double bx, double by, double px, double py);

#endif
