/* Contours: bands, smooth lines, and numbers along them. */
#include <math.h>
#include <stdlib.h>

#include "map/kinds.h"
#include "map/map_internal.h"

#define OPACITY 0.8
#define LINE_VH 0.11
#define MAX_LABELS 60u
/* A stretch carries a label when its chord is nearly as long as itself. */
#define STRAIGHT 0.96
/* Labels of one ring stand at least so many vh apart. */
#define APART_VH 60.0

CgColour
cg_contours_colour (const CgCanvas *canvas, const CgHeat *heat, guint rank, guint n_levels)
{
    guint32 lut[256];
    CgHeat opaque = *heat;
    opaque.opacity = 1.0;
    cg_map_heat_colours (canvas->theme, &opaque, lut);
    guint k = (guint) ((rank + 0.75) / MAX (n_levels, 1) * 255.0);
    guint32 pixel = lut[MIN (k, 255)], alpha = MAX (pixel >> 24, 1);
    CgColour colour = { (guint8) ((pixel >> 16 & 255) * 255 / alpha),
                        (guint8) ((pixel >> 8 & 255) * 255 / alpha),
                        (guint8) ((pixel & 255) * 255 / alpha), 255 };
    return cg_colour_mix (canvas->theme->land, colour, 0.35 + 0.65 * alpha / 255.0);
}

static double
opacity_of (const CgHeat *heat)
{
    return heat->opacity > 0.0 ? MIN (heat->opacity, 1.0) : OPACITY;
}

static void
clear_row (gpointer row)
{
    g_free ((char *) ((CgLegendRow *) row)->text);
}

GArray *
cg_contours_legend_rows (const CgCanvas *canvas, const CgContours *contours, const CgHeat *heat)
{
    GArray *rows = g_array_new (FALSE, TRUE, sizeof (CgLegendRow));
    g_array_set_clear_func (rows, clear_row);
    for (guint32 l = contours->n_levels; l-- > 0;) {
        g_autofree char *from = cg_format_number_in (canvas->language, contours->level[l], 6);
        g_autofree char *to =
            l + 1 < contours->n_levels
                ? cg_format_number_in (canvas->language, contours->level[l + 1], 6)
                : NULL;
        CgColour band = cg_contours_colour (canvas, heat, l, contours->n_levels);
        CgLegendRow row = { .colour = cg_colour_mix (canvas->theme->land, band, opacity_of (heat)),
                            .symbol = -1,
                            .text = to != NULL ? g_strdup_printf ("%s–%s", from, to)
                                               : g_strdup_printf ("≥ %s", from),
                            .count = NAN };
        g_array_append_val (rows, row);
    }
    return rows;
}

/* One ring in pixels. */
typedef struct {
    guint n; /* without the repeated last vertex */
    double *x, *y;
} Ring;

static void
ring_init (Ring *ring, const CgMapView *view, const CgContours *contours, guint32 r)
{
    guint32 first = contours->ring_vertex[r];
    ring->n = contours->ring_vertex[r + 1] - first - 1;
    ring->x = g_new (double, ring->n);
    ring->y = g_new (double, ring->n);
    for (guint v = 0; v < ring->n; v++)
        cg_map_view_to_px (view, contours->x[first + v], contours->y[first + v], &ring->x[v],
                           &ring->y[v]);
}

static void
ring_done (Ring *ring)
{
    g_free (ring->x);
    g_free (ring->y);
}

/* A quadratic curve from the middle of each side to that of the next, bent towards the corner
 * between, as the cubic that cairo knows. */
static void
smooth_path (cairo_t *cr, const Ring *ring)
{
    guint n = ring->n;
    double from_x = (ring->x[n - 1] + ring->x[0]) / 2, from_y = (ring->y[n - 1] + ring->y[0]) / 2;
    cairo_move_to (cr, from_x, from_y);
    for (guint v = 0; v < n; v++) {
        double x = ring->x[v], y = ring->y[v];
        double to_x = (x + ring->x[(v + 1) % n]) / 2, to_y = (y + ring->y[(v + 1) % n]) / 2;
        cairo_curve_to (cr, from_x + (x - from_x) * 2 / 3, from_y + (y - from_y) * 2 / 3,
                        to_x + (x - to_x) * 2 / 3, to_y + (y - to_y) * 2 / 3, to_x, to_y);
        from_x = to_x;
        from_y = to_y;
    }
    cairo_close_path (cr);
}

static gboolean
is_in_reach (const Ring *ring, const CgMapView *view)
{
    double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
    for (guint v = 0; v < ring->n; v++) {
        left = MIN (left, ring->x[v]);
        right = MAX (right, ring->x[v]);
        top = MIN (top, ring->y[v]);
        bottom = MAX (bottom, ring->y[v]);
    }
    /* cairo counts in 32 bits with 8 behind the point. */
    return left > -4e6 && top > -4e6 && right < 4e6 && bottom < 4e6 && right > view->rect.x &&
           left < view->rect.x + view->rect.width && bottom > view->rect.y &&
           top < view->rect.y + view->rect.height;
}

static void
level_path (CgCanvas *canvas, const CgMapView *view, const CgContours *contours, guint32 level)
{
    for (guint32 r = contours->level_ring[level]; r < contours->level_ring[level + 1]; r++) {
        Ring ring;
        ring_init (&ring, view, contours, r);
        if (is_in_reach (&ring, view))
            smooth_path (canvas->cr, &ring);
        ring_done (&ring);
    }
}

static void
fill_bands (CgCanvas *canvas, const CgMapView *view, const CgContours *contours, const CgHeat *heat)
{
    cairo_t *cr = canvas->cr;
    cairo_push_group (cr);
    cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
    for (guint32 l = 0; l < contours->n_levels; l++) {
        level_path (canvas, view, contours, l);
        cg_canvas_source (canvas, cg_contours_colour (canvas, heat, l, contours->n_levels));
        cairo_fill (cr);
    }
    cairo_pop_group_to_source (cr);
    cairo_paint_with_alpha (cr, opacity_of (heat));
}

/* ---- numbers on the lines -----------------------------------------------------------------------
 */

typedef struct {
    const CgMapView *view;
    GArray *taken; /* CgRect */
    guint n;
} Labels;

typedef struct {
    double x, y, angle, straight; /* middle in pixels; chord by arc */
} Spot;

static gboolean
is_free (const Labels *labels, double x, double y, double half_x, double half_y)
{
    const CgRect *rect = &labels->view->rect;
    if (x - half_x < rect->x || y - half_y < rect->y || x + half_x > rect->x + rect->width ||
        y + half_y > rect->y + rect->height)
        return FALSE;
    for (guint t = 0; t < labels->taken->len; t++) {
        const CgRect *box = &g_array_index (labels->taken, CgRect, t);
        if (x - half_x < box->x + box->width && box->x < x + half_x &&
            y - half_y < box->y + box->height && box->y < y + half_y)
            return FALSE;
    }
    return TRUE;
}

/* The point at arc length s; v is moved on to the side that holds it. */
static void
point_at (const Ring *ring, const double *arc, double s, guint *v, double *out_x, double *out_y)
{
    while (*v + 1 < ring->n && arc[*v + 1] <= s)
        ++*v;
    guint next = (*v + 1) % ring->n;
    double side = arc[*v + 1] - arc[*v], t = side > 0.0 ? (s - arc[*v]) / side : 0.0;
    *out_x = ring->x[*v] + t * (ring->x[next] - ring->x[*v]);
    *out_y = ring->y[*v] + t * (ring->y[next] - ring->y[*v]);
}

static double
arc_lengths (const Ring *ring, double *arc)
{
    arc[0] = 0.0;
    for (guint v = 0; v < ring->n; v++) {
        guint next = (v + 1) % ring->n;
        arc[v + 1] = arc[v] + hypot (ring->x[next] - ring->x[v], ring->y[next] - ring->y[v]);
    }
    return arc[ring->n];
}

/* The straightest free stretch of the arc from..until; FALSE when none is straight enough. */
static gboolean
find_spot (const Labels *labels, const Ring *ring, const double *arc, double from, double until,
           double width, double height, Spot *out)
{
    guint tail = 0, head = 0;
    double step = width / 3;
    out->straight = STRAIGHT;
    for (double s = from; s + width < until; s += step) {
        double x0, y0, x1, y1;
        point_at (ring, arc, s, &tail, &x0, &y0);
        point_at (ring, arc, s + width, &head, &x1, &y1);
        double straight = hypot (x1 - x0, y1 - y0) / width, angle = atan2 (y1 - y0, x1 - x0);
        if (straight <= out->straight)
            continue;
        double half_x = (fabs (cos (angle)) * width + fabs (sin (angle)) * height) / 2;
        double half_y = (fabs (sin (angle)) * width + fabs (cos (angle)) * height) / 2;
        if (!is_free (labels, (x0 + x1) / 2, (y0 + y1) / 2, half_x, half_y))
            continue;
        *out = (Spot){ (x0 + x1) / 2, (y0 + y1) / 2, angle, straight };
    }
    return out->straight > STRAIGHT;
}

static void
draw_label (CgCanvas *canvas, Labels *labels, const Spot *spot, const char *text, double width,
            double height)
{
    double angle = spot->angle; /* upright: never on its head */
    if (angle > G_PI / 2)
        angle -= G_PI;
    else if (angle < -G_PI / 2)
        angle += G_PI;
    CgText style = { .size = CG_TEXT_SMALL,
                     .colour = canvas->theme->text,
                     .align = CG_ALIGN_CENTRE,
                     .halo = canvas->theme->halo };
    cairo_save (canvas->cr);
    cairo_translate (canvas->cr, spot->x, spot->y);
    cairo_rotate (canvas->cr, angle);
    cg_canvas_text (canvas, 0, 0, text, &style);
    cairo_restore (canvas->cr);
    double half_x = (fabs (cos (angle)) * width + fabs (sin (angle)) * height) / 2;
    double half_y = (fabs (sin (angle)) * width + fabs (cos (angle)) * height) / 2;
    CgRect box = { spot->x - half_x, spot->y - half_y, 2 * half_x, 2 * half_y };
    g_array_append_val (labels->taken, box);
    labels->n++;
}

static void
label_ring (CgCanvas *canvas, Labels *labels, const Ring *ring, const char *text)
{
    CgText style = { .size = CG_TEXT_SMALL };
    double vh = canvas->vh, height = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double width = cg_canvas_measure (canvas, 0, 0, text, &style).width + vh;
    g_autofree double *arc = g_new (double, (gsize) ring->n + 1);
    double length = arc_lengths (ring, arc);
    if (!isfinite (length) || length < 5 * width)
        return;
    double apart = MAX (APART_VH * vh, 4 * width);
    guint n = (guint) CLAMP (length / apart, 1.0, 4.0);
    for (guint k = 0; k < n && labels->n < MAX_LABELS; k++) {
        Spot spot = { 0 };
        if (find_spot (labels, ring, arc, length * k / n, length * (k + 1) / n, width, height,
                       &spot))
            draw_label (canvas, labels, &spot, text, width, height);
    }
}

/* High levels first: they are the fewer and the more telling. */
static void
label_levels (CgCanvas *canvas, const CgMapView *view, const CgContours *contours, Labels *labels)
{
    for (guint32 l = contours->n_levels; l-- > 0;) {
        g_autofree char *text = cg_format_number_in (canvas->language, contours->level[l], 6);
        for (guint32 r = contours->level_ring[l]; r < contours->level_ring[l + 1]; r++) {
            Ring ring;
            ring_init (&ring, view, contours, r);
            if (labels->n < MAX_LABELS && is_in_reach (&ring, view))
                label_ring (canvas, labels, &ring, text);
            ring_done (&ring);
        }
    }
}

void
cg_map_contours (CgCanvas *canvas, const CgMapView *view, const CgContours *contours,
                 const CgHeat *heat)
{
    if (contours == NULL || contours->n_rings == 0 || !cg_map_begin (canvas, view))
        return;
    cairo_t *cr = canvas->cr;
    fill_bands (canvas, view, contours, heat);
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    for (guint32 l = 0; l < contours->n_levels; l++) {
        CgColour colour = cg_contours_colour (canvas, heat, l, contours->n_levels);
        level_path (canvas, view, contours, l);
        cg_canvas_source (canvas, cg_colour_mix (colour, canvas->theme->text, 0.45));
        cairo_set_line_width (cr, MAX (LINE_VH * canvas->vh, 0.8));
        cairo_stroke (cr);
    }
    cg_map_end (canvas);
}

void
cg_map_contour_labels (CgCanvas *canvas, const CgMapView *view, const CgContours *contours,
                       GArray *taken)
{
    if (contours == NULL || contours->n_rings == 0 || !cg_map_begin (canvas, view))
        return;
    Labels labels = { view, taken, 0 };
    if (taken == NULL)
        labels.taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    label_levels (canvas, view, contours, &labels);
    if (taken == NULL)
        g_array_unref (labels.taken);
    cg_map_end (canvas);
}
