#include "app/window.h"

#include "base/error.h"
#include "normalise/crs.h"

#include <math.h>

static gboolean
is_in_degrees (const CgBox *b)
{
    return fabs (b->x_min) <= 180 && fabs (b->x_max) <= 180 && fabs (b->y_min) <= 90 &&
           fabs (b->y_max) <= 90;
}

/* The box around the rim of b after the transform; empty where no place of it has one. */
static CgBox
move_box (CgTransform *transform, const CgBox *b)
{
    CgBox found = CG_BOX_EMPTY;
    double x_mid = (b->x_min + b->x_max) / 2, y_mid = (b->y_min + b->y_max) / 2;
    double x[] = { b->x_min, x_mid, b->x_max, b->x_min, b->x_max, b->x_min, x_mid, b->x_max };
    double y[] = { b->y_min, b->y_min, b->y_min, y_mid, y_mid, b->y_max, b->y_max, b->y_max };
    cg_transform_run (transform, G_N_ELEMENTS (x), x, y);
    for (guint i = 0; i < G_N_ELEMENTS (x); i++)
        if (isfinite (x[i]) && isfinite (y[i]))
            cg_box_add (&found, x[i], y[i]);
    return found;
}

gboolean
cg_window_to_working (const CgBox *box, const char *delivered_crs, const char *working_crs,
                      CgBox *out, GError **error)
{
    if (working_crs == NULL) { /* a plane without a name: its own coordinates, whatever their size */
        *out = *box;
        return TRUE;
    }
    const char *from = is_in_degrees (box) ? "EPSG:4326" : delivered_crs;
    g_autoptr (CgTransform) transform = cg_transform_new (from, working_crs, error);
    if (transform == NULL)
        return FALSE;
    CgBox found = move_box (transform, box);
    if (cg_box_is_empty (&found)) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "--bbox lies outside what the map can show");
        return FALSE;
    }
    *out = found;
    return TRUE;
}

/* "110.00000,32.00000,110.01000,32.01000 (degrees)" (transfer full) */
static char *
box_text (const CgBox *b, gboolean degrees)
{
    int digits = degrees ? 5 : 0;
    return g_strdup_printf ("%.*f,%.*f,%.*f,%.*f (%s)", digits, b->x_min, digits, b->y_min, digits,
                            b->x_max, digits, b->y_max, degrees ? "degrees" : "metres");
}

gboolean
cg_window_check (const CgBox *box, const CgBox *data_box, const char *what,
                 const char *delivered_crs, const char *working_crs, GError **error)
{
    CgBox window;
    if (!cg_window_to_working (box, delivered_crs, working_crs, &window, error))
        return FALSE;
    if (window.x_min < data_box->x_max && window.x_max > data_box->x_min &&
        window.y_min < data_box->y_max && window.y_max > data_box->y_min)
        return TRUE;
    gboolean degrees = working_crs != NULL && is_in_degrees (box);
    CgBox own = *data_box;
    if (working_crs != NULL) {
        g_autoptr (CgTransform) back =
            cg_transform_new (working_crs, degrees ? "EPSG:4326" : delivered_crs, error);
        if (back == NULL)
            return FALSE;
        own = move_box (back, data_box);
    }
    g_autofree char *wanted = box_text (box, degrees), *there = box_text (&own, degrees);
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--bbox: nothing lies in the window %s; the %s lie in %s", wanted, what, there);
    return FALSE;
}
