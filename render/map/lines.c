/* Lines of the map: water, roads, railways, borders. */
#include <math.h>

#include "map/map_internal.h"

typedef struct {
    CgBarrierClass class;
    double max_m_per_vh; /* drawn when the map is at least this close               */
    double line_vh;
    double casing_vh;       /* width with casing, 0: none                              */
    double casing_m_per_vh; /* casing only when at least this close                    */
    double dash_vh;         /* 0: solid                                                */
} LineStyle;

/* In the order of drawing, the lowest first. */
static const LineStyle line_styles[] = {
    { CG_BARRIER_WATER, INFINITY, 0.16, 0, 0, 0 },
    { CG_BARRIER_BUILDING, 60, 0.05, 0, 0, 0 },
    { CG_BARRIER_WALL, 25, 0.07, 0, 0, 0 },
    { CG_BARRIER_ALLEY, 25, 0.10, 0, 0, 0 },
    { CG_BARRIER_STREET, 160, 0.13, 0.26, 40, 0 },
    { CG_BARRIER_ARTERIAL, INFINITY, 0.22, 0.38, 320, 0 },
    { CG_BARRIER_RAILWAY, INFINITY, 0.13, 0, 0, 0.7 },
};

static CgColour
line_colour (const CgTheme *theme, CgBarrierClass class)
{
    switch (class) {
    case CG_BARRIER_WATER:
        return theme->water;
    case CG_BARRIER_RAILWAY:
    case CG_BARRIER_WALL:
        return theme->rail;
    case CG_BARRIER_BUILDING:
        return theme->building;
    default:
        return theme->road;
    }
}

/* Strokes the rows of one class; each by itself, as cairo's time grows with the size of a path. */
static void
stroke_class (CgCanvas *canvas, const CgMapView *view, const CgBarriers *barriers,
              CgBarrierClass class, double width_px, CgColour colour)
{
    cairo_t *cr = canvas->cr;
    cg_canvas_source (canvas, colour);
    cairo_set_line_width (cr, MAX (width_px, 0.7));
    for (guint32 i = 0; i < barriers->n; i++)
        if (barriers->class[i] == class && cg_map_path (canvas, view, barriers->lines, i, width_px))
            cairo_stroke (cr);
}

static void
draw_lines (CgCanvas *canvas, const CgMapView *view, const CgBarriers *barriers,
            const LineStyle *style)
{
    double vh = canvas->vh, m_per_vh = cg_map_m_per_vh (canvas, view);
    cairo_t *cr = canvas->cr;
    CgColour colour = line_colour (canvas->theme, style->class);
    gboolean far = m_per_vh > style->casing_m_per_vh;
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap (cr, style->dash_vh > 0.0 ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
    if (style->casing_vh > 0.0 && !far)
        stroke_class (canvas, view, barriers, style->class, style->casing_vh * vh,
                      canvas->theme->road_casing);
    double width = style->line_vh * vh * (style->casing_vh > 0.0 && far ? 0.7 : 1.0);
    /* White roads need their casing; from afar they are drawn in its colour instead. */
    if (!canvas->theme->dark && style->casing_vh > 0.0 && far)
        colour = canvas->theme->road_casing;
    double dash[2] = { style->dash_vh * vh, style->dash_vh * vh * 0.6 };
    if (style->dash_vh > 0.0)
        cairo_set_dash (cr, dash, 2, 0);
    stroke_class (canvas, view, barriers, style->class, width, colour);
    cairo_set_dash (cr, NULL, 0, 0);
}

static void
draw_areas (CgCanvas *canvas, const CgMapView *view, const CgBarriers *barriers,
            CgBarrierClass class)
{
    cairo_set_fill_rule (canvas->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cg_canvas_source (canvas, line_colour (canvas->theme, class));
    for (guint32 i = 0; i < barriers->n; i++)
        if (barriers->class[i] == class && cg_map_path (canvas, view, barriers->areas, i, 1.0))
            cairo_fill (canvas->cr);
}

void
cg_map_barriers (CgCanvas *canvas, const CgMapView *view, const CgBarriers *barriers)
{
    if (barriers == NULL || !cg_map_begin (canvas, view))
        return;
    double m_per_vh = cg_map_m_per_vh (canvas, view);
    for (guint s = 0; s < G_N_ELEMENTS (line_styles); s++) {
        const LineStyle *style = &line_styles[s];
        if (m_per_vh > style->max_m_per_vh)
            continue;
        if (barriers->areas != NULL)
            draw_areas (canvas, view, barriers, style->class);
        if (barriers->lines != NULL)
            draw_lines (canvas, view, barriers, style);
    }
    cg_map_end (canvas);
}

static const struct {
    double line_vh, opacity;
} border_styles[] = {
    [CG_LEVEL_COUNTY] = { 0.30, 0.90 },
    [CG_LEVEL_TOWN] = { 0.18, 0.75 },
    [CG_LEVEL_COMMUNITY] = { 0.12, 0.65 },
    [CG_LEVEL_GRID] = { 0.08, 0.60 },
};

/* Both neighbours bring a shared border; drawn opaque on a mask and tinted once, it is not darker
 * for it. */
static void
stroke_mask (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, guint n,
             const guint32 *rows, double width, CgColour colour)
{
    if (!cg_map_begin (canvas, view))
        return;
    cairo_t *cr = canvas->cr;
    cairo_push_group_with_content (cr, CAIRO_CONTENT_ALPHA);
    cairo_set_line_width (cr, width);
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    for (guint k = 0; k < n; k++) {
        guint32 i = rows != NULL ? rows[k] : k;
        if (i < areas->n_shapes && cg_map_path (canvas, view, areas, i, width))
            cairo_stroke (cr);
    }
    cairo_pattern_t *mask = cairo_pop_group (cr);
    cg_canvas_source (canvas, colour);
    cairo_mask (cr, mask);
    cairo_pattern_destroy (mask);
    cg_map_end (canvas);
}

void
cg_map_borders (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, CgLevel level)
{
    g_return_if_fail ((guint) level < G_N_ELEMENTS (border_styles));
    if (areas == NULL)
        return;
    double width = MAX (border_styles[level].line_vh * canvas->vh, 0.8);
    CgColour colour = cg_colour_alpha (canvas->theme->border, border_styles[level].opacity);
    stroke_mask (canvas, view, areas, areas->n_shapes, NULL, width, colour);
}

void
cg_map_outline (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, guint n,
                const guint32 *rows, CgColour colour, double line_vh)
{
    if (areas == NULL || (n > 0 && rows == NULL) || !(line_vh > 0.0))
        return;
    stroke_mask (canvas, view, areas, n, rows, MAX (MIN (line_vh, 10.0) * canvas->vh, 0.8), colour);
}
