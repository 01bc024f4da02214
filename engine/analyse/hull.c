#include "analyse/hull.h"

#include "geom/hull.h"

#include <math.h>

#define CORNERS 16

void
cg_hull_around (guint32 n, const guint32 *row, const double *x, const double *y, double margin_m,
                CgShapes *out)
{
    g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (CgHullCorner));
    for (guint32 k = 0; k < n; k++) {
        CgHullCorner point = { x[row[k]], y[row[k]] };
        g_array_append_val (points, point);
    }
    gsize room = 2 * (gsize) n + 2 + 2 * CORNERS * ((gsize) n + 1);
    g_autofree CgHullCorner *hull = g_new (CgHullCorner, room);
    guint length = n > 1 ? cg_hull_corners (points, hull) : 1;
    if (n == 1)
        hull[0] = g_array_index (points, CgHullCorner, 0);
    /* Rings around the corners of the hull are all that reach out of it. */
    g_array_set_size (points, 0);
    for (guint k = 0; k < length; k++)
        for (guint c = 0; c < CORNERS; c++) {
            double angle = 2 * G_PI * c / CORNERS;
            CgHullCorner point = { hull[k].x + margin_m * cos (angle),
                                   hull[k].y + margin_m * sin (angle) };
            g_array_append_val (points, point);
        }
    length = cg_hull_corners (points, hull);
    for (guint k = 0; k < length; k++)
        cg_shapes_add_vertex (out, hull[k].x, hull[k].y);
    cg_shapes_end_ring (out);
    cg_shapes_end_part (out);
    cg_shapes_end_shape (out);
}
