/* Circles whose area is the value. */
#include <math.h>
#include <stdlib.h>

#include "map/kinds.h"
#include "map/map_internal.h"

#define RADIUS_VH 3.2
#define MAX_RADIUS_VH 20.0
#define PAD_VH 1.0
#define MAX_RINGS 5u

static double
full_radius (const CgCanvas *canvas, const CgGraduated *graduated)
{
    double radius_vh = graduated->radius_vh > 0.0 ? graduated->radius_vh : RADIUS_VH;
    return MIN (radius_vh, MAX_RADIUS_VH) * canvas->vh;
}

double
cg_graduated_radius (const CgCanvas *canvas, const CgGraduated *graduated, double value)
{
    if (!(value > 0.0) || !isfinite (value) || !(graduated->full > 0.0))
        return 0.0;
    return full_radius (canvas, graduated) * sqrt (value / graduated->full);
}

CgColour
cg_graduated_colour (const CgCanvas *canvas, const CgGraduated *graduated)
{
    return graduated->colour.a > 0 ? graduated->colour : canvas->theme->accent;
}

void
cg_map_circle (CgCanvas *canvas, double x, double y, double radius, CgColour colour)
{
    cairo_t *cr = canvas->cr;
    cairo_new_path (cr);
    cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
    cg_canvas_source (canvas, cg_colour_alpha (colour, 0.4));
    cairo_fill_preserve (cr);
    cairo_set_line_width (cr, MAX (0.28 * canvas->vh, 1.6));
    cg_canvas_source (canvas, cg_colour_alpha (canvas->theme->halo, 0.8));
    cairo_stroke_preserve (cr);
    cairo_set_line_width (cr, MAX (0.12 * canvas->vh, 0.8));
    cg_canvas_source (canvas, colour);
    cairo_stroke (cr);
}

typedef struct {
    guint32 row;
    double value;
} Order;

static int
largest_first (const void *a, const void *b)
{
    const Order *one = a, *two = b;
    if (one->value != two->value)
        return one->value > two->value ? -1 : 1;
    return one->row < two->row ? -1 : one->row > two->row;
}

/* Counts what is not drawn; rows of the rest in out. */
static guint32
sort_out (guint32 n, const double *x, const double *y, const double *value, CgGraduated *graduated,
          Order *out)
{
    guint32 n_left = 0;
    graduated->n_drawn = graduated->n_zero = graduated->n_below = graduated->n_none = 0;
    for (guint32 i = 0; i < n; i++) {
        if (!isfinite (value[i]) || !isfinite (x[i]) || !isfinite (y[i]))
            graduated->n_none++;
        else if (value[i] < 0.0)
            graduated->n_below++;
        else if (value[i] == 0.0)
            graduated->n_zero++;
        else
            out[n_left++] = (Order){ i, value[i] };
    }
    graduated->n_drawn = n_left;
    return n_left;
}

void
cg_map_graduated (CgCanvas *canvas, const CgMapView *view, guint32 n, const double *x,
                  const double *y, const double *value, CgGraduated *graduated)
{
    g_return_if_fail (graduated != NULL);
    g_autofree Order *order = g_new (Order, MAX (n, 1));
    guint32 n_left = sort_out (n, x, y, value, graduated, order);
    if (!cg_map_begin (canvas, view))
        return;
    qsort (order, n_left, sizeof *order, largest_first);
    CgColour colour = cg_graduated_colour (canvas, graduated);
    for (guint32 k = 0; k < n_left; k++) {
        double px, py, radius = cg_graduated_radius (canvas, graduated, order[k].value);
        radius = MIN (radius, MAX_RADIUS_VH * canvas->vh);
        cg_map_view_to_px (view, x[order[k].row], y[order[k].row], &px, &py);
        if (radius > 0.0 && px > view->rect.x - radius - 2 &&
            px < view->rect.x + view->rect.width + radius + 2 && py > view->rect.y - radius - 2 &&
            py < view->rect.y + view->rect.height + radius + 2)
            cg_map_circle (canvas, px, py, MAX (radius, 1.0), colour);
    }
    cg_map_end (canvas);
}

/* ---- legend ---------------------------------------------------------------------------------- */

typedef struct {
    guint n_rings, n_notes;
    double value[MAX_RINGS], radius[MAX_RINGS];
    char *text[MAX_RINGS], *title, *note[4];
    double width, height, text_width;
} Plan;

static void
plan_done (Plan *plan)
{
    for (guint k = 0; k < plan->n_rings; k++)
        g_free (plan->text[k]);
    for (guint k = 0; k < plan->n_notes; k++)
        g_free (plan->note[k]);
    g_free (plan->title);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_done)

/* Round values falling from full, as long as a line of text fits between the tops of their circles.
 */
static void
choose_rings (CgCanvas *canvas, const CgGraduated *graduated, Plan *plan)
{
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL), value = graduated->full;
    while (plan->n_rings < MAX_RINGS && value > 0.0) {
        double radius = cg_graduated_radius (canvas, graduated, value);
        if (radius * 2 < 0.45 * line || (graduated->decimals == 0 && value < 1.0))
            break;
        if (plan->n_rings == 0 || 2 * (plan->radius[plan->n_rings - 1] - radius) >= line) {
            plan->value[plan->n_rings] = value;
            plan->radius[plan->n_rings] = radius;
            plan->text[plan->n_rings++] =
                cg_format_number_in (canvas->language, value, graduated->decimals);
        }
        value = cg_round_length (value * (1.0 - 1e-9));
    }
}

static void
add_note (const CgCanvas *canvas, Plan *plan, const char *format, guint32 n)
{
    g_autofree char *count = cg_format_count_in (canvas->language, n);
    if (n > 0)
        plan->note[plan->n_notes++] =
            g_strdup_printf (cg_word (canvas->language, "%s %s 处"), format, count);
}

static double
width_of (CgCanvas *canvas, const char *text, gboolean bold)
{
    CgText style = { .size = CG_TEXT_SMALL, .bold = bold };
    return cg_canvas_measure (canvas, 0, 0, text, &style).width;
}

static void
plan_init (CgCanvas *canvas, const CgGraduated *graduated, Plan *plan)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    gboolean has_unit = graduated->unit != NULL && *graduated->unit != '\0';
    plan->title = g_strdup_printf ("%s%s%s%s", graduated->title != NULL ? graduated->title : "",
                                   has_unit ? " (" : "", has_unit ? graduated->unit : "",
                                   has_unit ? ")" : "");
    plan->note[plan->n_notes++] = g_strdup (cg_word (canvas->language, "圆面积与数值成正比"));
    add_note (canvas, plan, cg_word (canvas->language, "为 0 (不画):"), graduated->n_zero);
    add_note (canvas, plan, cg_word (canvas->language, "小于 0 (不画):"), graduated->n_below);
    add_note (canvas, plan, cg_word (canvas->language, "无数据:"), graduated->n_none);
    choose_rings (canvas, graduated, plan);
    double inner = width_of (canvas, plan->title, TRUE), circle = full_radius (canvas, graduated);
    for (guint k = 0; k < plan->n_rings; k++)
        plan->text_width = MAX (plan->text_width, width_of (canvas, plan->text[k], FALSE));
    for (guint k = 0; k < plan->n_notes; k++)
        inner = MAX (inner, width_of (canvas, plan->note[k], FALSE));
    inner = MAX (inner, 2 * circle + 2.4 * vh + plan->text_width);
    plan->width = inner + 2 * PAD_VH * vh;
    plan->height = 2 * PAD_VH * vh + 1.9 * line + 2 * circle + 1.1 * line * plan->n_notes + vh;
}

CgRect
cg_map_graduated_legend_rect (CgCanvas *canvas, const CgMapView *view, const CgGraduated *graduated,
                              CgCorner corner)
{
    g_auto (Plan) plan = { 0 };
    plan_init (canvas, graduated, &plan);
    return cg_map_corner (canvas, view, plan.width, plan.height, corner);
}

void
cg_map_graduated_legend (CgCanvas *canvas, const CgMapView *view, const CgGraduated *graduated,
                         CgCorner corner)
{
    if (!cg_map_begin (canvas, view))
        return;
    g_auto (Plan) plan = { 0 };
    plan_init (canvas, graduated, &plan);
    const CgTheme *theme = canvas->theme;
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double circle = full_radius (canvas, graduated);
    CgRect box = cg_map_corner (canvas, view, plan.width, plan.height, corner);
    double left = box.x + PAD_VH * vh, y = box.y + PAD_VH * vh + line / 2;
    CgText title = { .size = CG_TEXT_SMALL, .bold = TRUE, .colour = theme->text };
    CgText text = { .size = CG_TEXT_SMALL, .colour = theme->text };
    CgText note = { .size = CG_TEXT_SMALL, .colour = theme->text2 };
    cg_canvas_fill (canvas, box, cg_colour_alpha (theme->panel, 0.9));
    cg_canvas_frame (canvas, box, theme->hairline, 0.08);
    cg_canvas_text (canvas, left, y, plan.title, &title);
    double bottom = y + 1.4 * line + 2 * circle, middle = left + circle;
    double marks = left + 2 * circle + 1.6 * vh;
    for (guint k = 0; k < plan.n_rings; k++) {
        double top = bottom - 2 * plan.radius[k];
        cg_map_circle (canvas, middle, bottom - plan.radius[k], plan.radius[k],
                     cg_graduated_colour (canvas, graduated));
        cg_canvas_line (canvas, middle, top, marks, top, theme->text2, 0.08);
        cg_canvas_text (canvas, marks + 0.5 * vh, top, plan.text[k], &text);
    }
    y = bottom + vh + line / 2;
    for (guint k = 0; k < plan.n_notes; k++, y += 1.1 * line)
        cg_canvas_text (canvas, left, y, plan.note[k], &note);
    cg_map_end (canvas);
}
