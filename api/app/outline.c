#include "app/outline.h"

#include "base/error.h"
#include "geom/simplify.h"
#include "normalise/crs.h"

#include <math.h>

/* Metres of one unit of the delivered coordinates, at the middle of the grids. */
static gboolean
measure_unit (const CgGrids *grids, CgSimplifyOptions *options, GError **error)
{
    CgBox box = cg_shapes_box_all (grids->delivered);
    double wide = MAX (box.x_max - box.x_min, box.y_max - box.y_min) / 1000;
    double cx = box.x_min / 2 + box.x_max / 2, cy = box.y_min / 2 + box.y_max / 2;
    double x[] = { cx, cx + wide, cx }, y[] = { cy, cy, cy + wide };
    g_autoptr (CgTransform) transform =
        cg_transform_new (grids->delivered_crs, grids->working_crs, error);
    if (transform == NULL)
        return FALSE;
    if (!(wide > 0) || cg_transform_run (transform, 3, x, y) > 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_INPUT,
                             "the grids have no extent that can be measured in metres");
        return FALSE;
    }
    options->metre_x = hypot (x[1] - x[0], y[1] - y[0]) / wide;
    options->metre_y = hypot (x[2] - x[0], y[2] - y[0]) / wide;
    return TRUE;
}

static CgShapes **
written (CgGrids *grids)
{
    return grids->delivered != NULL ? &grids->delivered : &grids->shapes;
}

gboolean
cg_outline_simplify (CgGrids *grids, double tolerance_m, GError **error)
{
    CgSimplifyOptions options = { tolerance_m, 1, 1 };
    if (tolerance_m == 0)
        return TRUE;
    if (grids->delivered != NULL && grids->delivered_crs != NULL && grids->working_crs != NULL &&
        !measure_unit (grids, &options, error))
        return FALSE;
    CgShapes **slot[] = { written (grids), grids->micro != NULL ? written (grids->micro) : NULL };
    const CgShapes *tables[] = { *slot[0], slot[1] != NULL ? *slot[1] : NULL };
    CgShapes *thin[2] = { NULL, NULL };
    guint n = slot[1] != NULL ? 2 : 1;
    if (!cg_simplify_run (n, tables, &options, NULL, thin, error))
        return FALSE;
    for (guint k = 0; k < n; k++) {
        cg_shapes_free (*slot[k]);
        *slot[k] = thin[k];
    }
    return TRUE;
}
