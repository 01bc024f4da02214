#include <math.h>

#include "base/error.h"
#include "map/map_internal.h"

#define MIN_EXTENT_M 1000.0
/* cairo counts in 1/256 pixel with 32 bits; beyond this it would wrap around. */
#define MAX_PX 4e6

static gboolean
is_rect (const CgRect *rect)
{
    return isfinite (rect->x) && isfinite (rect->y) && rect->width > 0.0 && rect->height > 0.0 &&
           rect->width <= MAX_PX && rect->height <= MAX_PX;
}

static gboolean
is_box (const CgBox *box)
{
    return isfinite (box->x_min) && isfinite (box->y_min) && isfinite (box->x_max) &&
           isfinite (box->y_max) && box->x_min <= box->x_max && box->y_min <= box->y_max &&
           box->x_max - box->x_min < 1e9 && box->y_max - box->y_min < 1e9;
}

gboolean
cg_map_view_fit (CgMapView *view, const CgBox *working, CgRect rect, double margin, GError **error)
{
    g_return_val_if_fail (view != NULL && working != NULL, FALSE);
    if (!is_box (working)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "map box %g %g %g %g is empty, not finite or over 10^9 m", working->x_min,
                     working->y_min, working->x_max, working->y_max);
        return FALSE;
    }
    if (!is_rect (&rect) || !(margin >= 0.0 && margin <= 0.4)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "map rectangle of %g x %g pixels with margin %g", rect.width, rect.height,
                     margin);
        return FALSE;
    }
    double width = working->x_max - working->x_min, height = working->y_max - working->y_min;
    if (width <= 0.0 && height <= 0.0)
        width = height = MIN_EXTENT_M;
    double free_share = 1.0 - 2.0 * margin;
    double m_per_px = MAX (width / (rect.width * free_share), height / (rect.height * free_share));
    double x = (working->x_min + working->x_max) / 2, y = (working->y_min + working->y_max) / 2;
    *view = (CgMapView){ .rect = rect, .m_per_px = m_per_px };
    view->box = (CgBox){ x - rect.width / 2 * m_per_px, y - rect.height / 2 * m_per_px,
                         x + rect.width / 2 * m_per_px, y + rect.height / 2 * m_per_px };
    return TRUE;
}

void
cg_map_view_to_px (const CgMapView *view, double x, double y, double *out_x, double *out_y)
{
    *out_x = view->rect.x + (x - view->box.x_min) / view->m_per_px;
    *out_y = view->rect.y + (view->box.y_max - y) / view->m_per_px;
}

void
cg_map_view_to_m (const CgMapView *view, double px, double py, double *out_x, double *out_y)
{
    *out_x = view->box.x_min + (px - view->rect.x) * view->m_per_px;
    *out_y = view->box.y_max - (py - view->rect.y) * view->m_per_px;
}

double
cg_map_m_per_vh (const CgCanvas *canvas, const CgMapView *view)
{
    return view->m_per_px * canvas->vh;
}

gboolean
cg_map_begin (CgCanvas *canvas, const CgMapView *view)
{
    if (canvas->finished || !is_rect (&view->rect) || !(view->m_per_px > 0.0))
        return FALSE;
    cairo_save (canvas->cr);
    cairo_rectangle (canvas->cr, view->rect.x, view->rect.y, view->rect.width, view->rect.height);
    cairo_clip (canvas->cr);
    cairo_new_path (canvas->cr);
    return TRUE;
}

void
cg_map_end (CgCanvas *canvas)
{
    cairo_restore (canvas->cr);
}

/* Steps of the lattice for one pixel; pixels of paper are as fine as a printer's already. */
static double
lattice (const CgCanvas *canvas)
{
    return canvas->format == CG_FORMAT_PNG || canvas->px_per_m > 0.0 ? 4.0 : 32.0;
}

static double
snap (double px, double steps)
{
    return floor (CLAMP (px, -MAX_PX, MAX_PX) * steps + 0.5) / steps;
}

static void
ring_path (CgCanvas *canvas, const CgMapView *view, const CgShapes *shapes, guint32 ring)
{
    double steps = lattice (canvas), last_x = 0, last_y = 0;
    gboolean open = FALSE;
    for (guint32 v = shapes->ring_vertex[ring]; v < shapes->ring_vertex[ring + 1]; v++) {
        double px, py;
        if (!isfinite (shapes->x[v]) || !isfinite (shapes->y[v]))
            continue;
        cg_map_view_to_px (view, shapes->x[v], shapes->y[v], &px, &py);
        px = snap (px, steps);
        py = snap (py, steps);
        if (open && px == last_x && py == last_y)
            continue;
        if (open)
            cairo_line_to (canvas->cr, px, py);
        else
            cairo_move_to (canvas->cr, px, py);
        open = TRUE;
        last_x = px;
        last_y = py;
    }
    if (open && shapes->kind == CG_SHAPES_AREA)
        cairo_close_path (canvas->cr);
}

gboolean
cg_map_path (CgCanvas *canvas, const CgMapView *view, const CgShapes *shapes, guint32 i,
             double grow_px)
{
    CgBox box = cg_shapes_box (shapes, i);
    double grow = grow_px * view->m_per_px;
    if (!(box.x_max >= view->box.x_min - grow && box.x_min <= view->box.x_max + grow &&
          box.y_max >= view->box.y_min - grow && box.y_min <= view->box.y_max + grow))
        return FALSE;
    for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++)
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++)
            ring_path (canvas, view, shapes, r);
    return TRUE;
}
