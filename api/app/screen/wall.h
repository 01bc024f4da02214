/* A video wall made of panels: where their seams lie, and a layout that keeps to them.
 *
 * [wall] of county.ini says it: `size` in pixels with either `panels` (columns x rows of equal ones) or
 * `seams_x` and `seams_y` (pixels from the left and from the top). Seams are kept as shares of the
 * wall, so that a picture of the same shape and any size has them at the same places.
 */
#ifndef CG_APP_WALL_H
#define CG_APP_WALL_H

#include "page/page.h"

#define CG_WALL_MAX_SEAMS 31u

typedef struct {
    guint width, height; /* pixels; 0, 0: no wall is described */
    guint n_x, n_y;
    double x[CG_WALL_MAX_SEAMS], y[CG_WALL_MAX_SEAMS]; /* 0..1 of the width, of the height; rising */
} CgWall;

/* The texts of county.ini, each may be "". Without a size the others must be "".
 * Errors  INPUT what is wrong in which key; out untouched */
gboolean cg_wall_parse (const char *size, const char *panels, const char *seams_x,
                        const char *seams_y, CgWall *out, GError **error);
/* TRUE where a picture of that size has the wall's shape, to 1 in 100, and the wall has seams. */
gboolean cg_wall_fits (const CgWall *wall, double width, double height);

/* Moves the gutters between n rectangles to seams near them: rectangles are stacked and set side by
 * side as before, none loses more than a quarter or grows by more than six tenths in one direction
 * for it, and the outer border stays. A gutter whose neighbours have not so much to give stays too.
 *
 * gap    between neighbours, pixels; half of it lies on each side of a seam
 * seams  in pixels, rising
 * Method the layout is cut from side to side again and again, each time with the choice of gutters
 *        for seams that hits most of them and bends least (dynamic programming); what cannot be cut
 *        moves as one */
void cg_wall_snap (guint n, CgRect *rects, double gap, guint n_x, const double *seam_x, guint n_y,
                   const double *seam_y);

/* The largest part of a rectangle that no seam crosses; half of the gap stays free beside a seam. For
 * what has text all over, as charts. Of parts of the same size the left and upper one. */
CgRect cg_wall_clear (CgRect rect, double gap, guint n_x, const double *seam_x, guint n_y,
                      const double *seam_y);

#endif
