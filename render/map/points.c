#include <math.h>

#include "map/map_internal.h"

#define SIZE_VH 0.9

/* Corners about (0, 0) with radius 1; areas are about equal, so that no class shouts. */
static const double triangle[] = { 0, -1.15, 1.0, 0.7, -1.0, 0.7 };
static const double square[] = { -0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.85 };
static const double diamond[] = { 0, -1.2, 1.2, 0, 0, 1.2, -1.2, 0 };
static const double cross[] = { -0.35, -1.1, 0.35, -1.1, 0.35, -0.35, 1.1,   -0.35,
                                1.1,   0.35, 0.35, 0.35, 0.35, 1.1,   -0.35, 1.1,
                                -0.35, 0.35, -1.1, 0.35, -1.1, -0.35, -0.35, -0.35 };
static const double star[] = { 0, -1.3, 0.33,  -0.45, 1.24,  -0.4, 0.53,  0.17, 0.76,  1.05,
                               0, 0.56, -0.76, 1.05,  -0.53, 0.17, -1.24, -0.4, -0.33, -0.45 };

static const struct {
    guint n;
    const double *corners;
} outlines[CG_N_SYMBOLS] = {
    [CG_SYMBOL_TRIANGLE] = { 3, triangle }, [CG_SYMBOL_SQUARE] = { 4, square },
    [CG_SYMBOL_DIAMOND] = { 4, diamond },   [CG_SYMBOL_CROSS] = { 12, cross },
    [CG_SYMBOL_STAR] = { 10, star },
};

static void
symbol_path (cairo_t *cr, CgSymbol symbol, double x, double y, double radius)
{
    cairo_new_path (cr);
    if (outlines[symbol].n == 0) {
        cairo_arc (cr, x, y, radius * 0.95, 0, 2 * G_PI);
        if (symbol == CG_SYMBOL_RING) {
            cairo_new_sub_path (cr);
            cairo_arc_negative (cr, x, y, radius * 0.5, 2 * G_PI, 0);
        }
        return;
    }
    for (guint i = 0; i < outlines[symbol].n; i++)
        cairo_line_to (cr, x + radius * outlines[symbol].corners[2 * i],
                       y + radius * outlines[symbol].corners[2 * i + 1]);
    cairo_close_path (cr);
}

void
cg_map_symbol (CgCanvas *canvas, CgSymbol symbol, double x, double y, double size_px,
               CgColour colour)
{
    cairo_t *cr = canvas->cr;
    symbol_path (cr, (guint) symbol < CG_N_SYMBOLS ? symbol : CG_SYMBOL_CIRCLE, x, y, size_px / 2);
    cg_canvas_source (canvas, cg_colour_alpha (canvas->theme->halo, 0.85));
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width (cr, MAX (size_px * 0.28, 1.5));
    cairo_stroke_preserve (cr);
    cg_canvas_source (canvas, colour);
    cairo_fill (cr);
}

void
cg_map_points (CgCanvas *canvas, const CgMapView *view, guint32 n, const double *x, const double *y,
               const guint32 *class, guint n_classes, const CgSymbolClass *classes)
{
    if (n_classes == 0 || n == 0 || !cg_map_begin (canvas, view))
        return;
    for (guint c = n_classes; c-- > 0;) {
        double size =
            (classes[c].size_vh > 0.0 ? MIN (classes[c].size_vh, 20.0) : SIZE_VH) * canvas->vh;
        CgColour colour =
            classes[c].colour.a > 0 ? classes[c].colour : canvas->theme->class_colour[c % 8];
        double room = size * view->m_per_px;
        for (guint32 i = 0; i < n; i++) {
            double px, py;
            if ((class != NULL ? class[i] : 0) != c || !isfinite (x[i]) || !isfinite (y[i]) ||
                x[i] < view->box.x_min - room || x[i] > view->box.x_max + room ||
                y[i] < view->box.y_min - room || y[i] > view->box.y_max + room)
                continue;
            cg_map_view_to_px (view, x[i], y[i], &px, &py);
            cg_map_symbol (canvas, classes[c].symbol, px, py, size, colour);
        }
    }
    cg_map_end (canvas);
}
