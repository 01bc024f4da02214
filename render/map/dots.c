/* Dots that tell classes apart on paper without colour. */
#include <math.h>

#include "map/map_internal.h"

#define SIDE_VH 0.7
#define LEAST 0.04
#define MOST 0.5

double
cg_choropleth_dots (const CgChoropleth *choropleth, guint class)
{
    guint n = CLAMP (choropleth->n_classes, 1, CG_MAP_MAX_CLASSES);
    if (!choropleth->dots)
        return 0.0;
    return n == 1 ? LEAST : LEAST + (MOST - LEAST) * MIN (class, n - 1) / (n - 1.0);
}

/* Two dots to a tile, in its middle and at its corners. */
cairo_pattern_t *
cg_map_dots (const CgCanvas *canvas, double share)
{
    double side = MAX (5.0, floor (SIDE_VH * canvas->vh + 0.5));
    double radius = side * sqrt (CLAMP (share, 0.0, 0.7) / (2.0 * G_PI));
    static const double places[5][2] = { { 0.5, 0.5 }, { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } };
    cairo_rectangle_t extents = { 0, 0, side, side };
    cairo_surface_t *tile = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);
    cairo_t *cr = cairo_create (tile);
    CgColour colour = canvas->theme->text;
    cairo_set_source_rgb (cr, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0);
    for (guint k = 0; k < G_N_ELEMENTS (places); k++) {
        cairo_arc (cr, places[k][0] * side, places[k][1] * side, radius, 0, 2 * G_PI);
        cairo_fill (cr);
    }
    cairo_destroy (cr);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface (tile);
    cairo_pattern_set_extend (pattern, CAIRO_EXTEND_REPEAT);
    cairo_surface_destroy (tile);
    return pattern;
}

void
cg_map_dot_classes (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                    const CgChoropleth *choropleth, const double *value)
{
    if (!choropleth->dots || !cg_map_begin (canvas, view))
        return;
    cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_EVEN_ODD);
    for (guint c = 0; c < choropleth->n_classes; c++) {
        cairo_pattern_t *dots = cg_map_dots (canvas, cg_choropleth_dots (choropleth, c));
        cairo_set_source (canvas->cr, dots);
        for (guint32 i = 0; i < areas->n_shapes; i++)
            if (cg_choropleth_class (choropleth, value[i]) == (int) c &&
                cg_map_path (canvas, view, areas, i, 1.0))
                cairo_fill (canvas->cr);
        cairo_pattern_destroy (dots);
    }
    cg_map_end (canvas);
}
