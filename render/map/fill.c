/* Areas as surfaces: land, choropleth, hatches. */
#include <math.h>

#include "map/id_raster.h"
#include "map/map_internal.h"

/* How much paler a colour is under dots, which must be seen on it. */
#define DOTTED 0.6

/* Edges of neighbours cover a pixel by shares that add up to one. Painted over each other they
 * would let the ground shine through; added up with SATURATE on a layer of their own they meet
 * exactly. Vector formats do not know that operator: a hairline in the same colour closes the gap
 * there. */
void
cg_map_fill (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, double opacity,
             CgMapColour colour_of, gconstpointer user_data)
{
    if (areas == NULL || areas->kind != CG_SHAPES_AREA || !cg_map_begin (canvas, view))
        return;
    gboolean raster = canvas->format == CG_FORMAT_PNG;
    cairo_t *cr = canvas->cr;
    cairo_push_group (cr);
    cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_set_operator (cr, raster ? CAIRO_OPERATOR_SATURATE : CAIRO_OPERATOR_OVER);
    cairo_set_line_width (cr, 0.4);
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    for (guint32 i = 0; i < areas->n_shapes; i++) {
        CgColour colour = colour_of (i, user_data);
        if (colour.a == 0 || !cg_map_path (canvas, view, areas, i, 1.0))
            continue;
        cg_canvas_source (canvas, colour);
        if (!raster) {
            cairo_fill_preserve (cr);
            cairo_stroke (cr);
        }
        cairo_fill (cr);
    }
    cairo_pop_group_to_source (cr);
    cairo_paint_with_alpha (cr, opacity > 0.0 ? MIN (opacity, 1.0) : 1.0);
    cg_map_end (canvas);
}

static CgColour
one_colour (guint32 i, gconstpointer user_data)
{
    return *(const CgColour *) user_data;
}

void
cg_map_areas (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, CgColour colour)
{
    cg_map_fill (canvas, view, areas, 1.0, one_colour, &colour);
}

void
cg_map_areas_once (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, CgColour colour)
{
    double opacity = colour.a / 255.0;
    colour.a = 255;
    if (opacity > 0.0)
        cg_map_fill (canvas, view, areas, opacity, one_colour, &colour);
}

void
cg_map_ground (CgCanvas *canvas, const CgMapView *view)
{
    if (!canvas->finished)
        cg_canvas_fill (canvas, view->rect, canvas->theme->outside);
}

void
cg_map_land (CgCanvas *canvas, const CgMapView *view, const CgShapes *county)
{
    cg_map_areas (canvas, view, county, canvas->theme->land);
}

void
cg_map_dim_outside (CgCanvas *canvas, const CgMapView *view, const CgShapes *county)
{
    if (county == NULL || county->kind != CG_SHAPES_AREA || !cg_map_begin (canvas, view))
        return;
    /* One path of the view and all shapes: borders inside the county cancel out by the even-odd
     * rule. */
    CgRect around = view->rect;
    cairo_rectangle (canvas->cr, around.x - 2, around.y - 2, around.width + 4, around.height + 4);
    for (guint32 i = 0; i < county->n_shapes; i++)
        cg_map_path (canvas, view, county, i, 1.0);
    cg_canvas_source (canvas, cg_colour_alpha (canvas->theme->outside, 0.7));
    cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_fill (canvas->cr);
    cg_map_end (canvas);
}

typedef struct {
    const double *value;
    const CgChoropleth *choropleth;
    CgColour colour[CG_MAP_MAX_CLASSES + 2];
} Classes;

int
cg_choropleth_class (const CgChoropleth *choropleth, double value)
{
    if (!isfinite (value))
        return -2;
    if (choropleth->zero && value == 0.0)
        return -1;
    for (guint c = 0; c + 1 < choropleth->n_classes; c++)
        if (value <= choropleth->upper[c])
            return (int) c;
    return (int) choropleth->n_classes - 1;
}

static CgColour
classed_colour (guint32 i, gconstpointer user_data)
{
    const Classes *classes = user_data;
    return classes->colour[cg_choropleth_class (classes->choropleth, classes->value[i]) + 2];
}

static const CgPalette *
palette_of (const CgChoropleth *choropleth, const CgTheme *theme)
{
    return choropleth->palette != NULL ? choropleth->palette : cg_palette_find (theme->sequential);
}

/* The very ends of a palette are close to the ground on one theme or the other, so they are left
 * out. */
CgColour
cg_choropleth_colour (const CgChoropleth *choropleth, const CgTheme *theme, guint class)
{
    const CgPalette *palette = palette_of (choropleth, theme);
    guint n = CLAMP (choropleth->n_classes, 1, CG_MAP_MAX_CLASSES);
    double share = n == 1 ? 0.5 : MIN (class, n - 1) / (n - 1.0);
    if (palette->kind != CG_PALETTE_DIVERGING)
        share = (theme->dark ? 0.1 : 0.15) + 0.85 * share;
    CgColour colour = cg_palette_colour (palette, share);
    return choropleth->dots ? cg_colour_mix (colour, theme->panel, DOTTED) : colour;
}

static void
hatch_missing (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, const double *value)
{
    if (!cg_map_begin (canvas, view))
        return;
    cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
    cairo_set_source (canvas->cr, hatch);
    cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_EVEN_ODD);
    for (guint32 i = 0; i < areas->n_shapes; i++)
        if (!isfinite (value[i]) && cg_map_path (canvas, view, areas, i, 1.0))
            cairo_fill (canvas->cr);
    cairo_pattern_destroy (hatch);
    cg_map_end (canvas);
}

void
cg_choropleth_count (guint32 n, const double *value, CgChoropleth *choropleth)
{
    choropleth->n_classes = CLAMP (choropleth->n_classes, 1, CG_MAP_MAX_CLASSES);
    choropleth->count_zero = choropleth->count_none = 0;
    for (guint c = 0; c < CG_MAP_MAX_CLASSES; c++)
        choropleth->count[c] = 0;
    for (guint32 i = 0; i < n; i++) {
        int class = cg_choropleth_class (choropleth, value[i]);
        if (class == -2)
            choropleth->count_none++;
        else if (class == -1)
            choropleth->count_zero++;
        else
            choropleth->count[class]++;
    }
}

void
cg_choropleth_colours (const CgChoropleth *choropleth, const CgTheme *theme, CgColour *out)
{
    out[0] = theme->no_data;
    out[1] = cg_choropleth_zero (choropleth, theme);
    for (guint c = 0; c < choropleth->n_classes; c++)
        out[c + 2] = cg_choropleth_colour (choropleth, theme, c);
}

void
cg_map_choropleth_marks (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                         const double *value, const CgChoropleth *choropleth)
{
    if (choropleth->count_none > 0)
        hatch_missing (canvas, view, areas, value);
    cg_map_dot_classes (canvas, view, areas, choropleth, value);
}

void
cg_map_choropleth (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                   const double *value, CgChoropleth *choropleth)
{
    g_return_if_fail (choropleth != NULL);
    if (areas == NULL || value == NULL)
        return;
    cg_choropleth_count (areas->n_shapes, value, choropleth);
    Classes classes = { .value = value, .choropleth = choropleth };
    cg_choropleth_colours (choropleth, canvas->theme, classes.colour);
    cg_map_fill (canvas, view, areas, choropleth->opacity, classed_colour, &classes);
    cg_map_choropleth_marks (canvas, view, areas, value, choropleth);
}

CgColour
cg_choropleth_zero (const CgChoropleth *choropleth, const CgTheme *theme)
{
    const CgPalette *palette = palette_of (choropleth, theme);
    return palette->kind == CG_PALETTE_DIVERGING
               ? theme->no_data
               : cg_colour_mix (cg_palette_colour (palette, 0.0), theme->land, 0.55);
}
