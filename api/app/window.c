#include "app/window.h"

#include "base/error.h"
#include "normalise/crs.h"

#include <math.h>

gboolean
cg_window_to_working (const CgBox *box, const char *delivered_crs, const char *working_crs,
                      CgBox *out, GError **error)
{
    CgBox b = *box, found = CG_BOX_EMPTY;
    double x_mid = (b.x_min + b.x_max) / 2, y_mid = (b.y_min + b.y_max) / 2;
    double x[] = { b.x_min, x_mid, b.x_max, b.x_min, b.x_max, b.x_min, x_mid, b.x_max };
    double y[] = { b.y_min, b.y_min, b.y_min, y_mid, y_mid, b.y_max, b.y_max, b.y_max };
    gboolean degrees = fabs (b.x_min) <= 180 && fabs (b.x_max) <= 180 && fabs (b.y_min) <= 90 &&
                       fabs (b.y_max) <= 90;
    const char *from = degrees ? "EPSG:4326" : delivered_crs;
    g_autoptr (CgTransform) transform = cg_transform_new (from, working_crs, error);
    if (transform == NULL)
        return FALSE;
    cg_transform_run (transform, G_N_ELEMENTS (x), x, y);
    for (guint i = 0; i < G_N_ELEMENTS (x); i++)
        if (isfinite (x[i]) && isfinite (y[i]))
            cg_box_add (&found, x[i], y[i]);
    if (cg_box_is_empty (&found)) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "--bbox lies outside what the map can show");
        return FALSE;
    }
    *out = found;
    return TRUE;
}
