/* Distributions: columns of counts and curves over a scale. */
#include <math.h>

#include "chart/chart_internal.h"

#define MAX_CLASSES 200u
#define MAX_MARKS 3u
#define MAX_POINTS 2000u

/* Dashes of line i in vh, so that lines differ without colour. */
static void
set_dash (CgCanvas *canvas, guint i)
{
    double vh = canvas->vh, dash[2][2] = { { 1.0 * vh, 0.6 * vh }, { 0.3 * vh, 0.6 * vh } };
    if (i == 0)
        cairo_set_dash (canvas->cr, NULL, 0, 0);
    else
        cairo_set_dash (canvas->cr, dash[(i - 1) % 2], 2, 0);
}

/* Adds the polyline of the finite points; a gap where they are not. */
static void
trace (CgCanvas *canvas, const CgPlot *plot, guint n, const double *value)
{
    gboolean open = FALSE;
    cairo_new_path (canvas->cr);
    for (guint i = 0; i < n; i++) {
        double x = plot->area.x + plot->area.width * i / MAX (n - 1.0, 1.0);
        if (!isfinite (value[i])) {
            open = FALSE;
            continue;
        }
        double y = cg_plot_y (plot, value[i]);
        if (open)
            cairo_line_to (canvas->cr, x, y);
        else
            cairo_move_to (canvas->cr, x, y);
        open = TRUE;
    }
}

static void
stroke_line (CgCanvas *canvas, const CgPlot *plot, guint n, const double *value, guint i,
             CgColour colour)
{
    cairo_save (canvas->cr);
    trace (canvas, plot, n, value);
    cg_canvas_source (canvas, colour);
    cairo_set_line_width (canvas->cr, MAX (0.26 * canvas->vh, 1.0));
    cairo_set_line_join (canvas->cr, CAIRO_LINE_JOIN_ROUND);
    set_dash (canvas, i);
    cairo_stroke (canvas->cr);
    cairo_restore (canvas->cr);
}

/* Numbers that the axis of a distribution bears, round and a step apart: never finer than its classes
 * (whole numbers have no halves). */
static void
draw_x_scale (CgCanvas *canvas, const CgPlot *plot, CgRect inner, double class_width,
              const char *title, const CgInk *ink)
{
    double span = plot->x_high - plot->x_low, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double step = MAX (cg_round_length (span / 4), class_width), at[24];
    char *text[24];
    guint n = 0;
    double first = ceil (plot->x_low / step - 1e-9);
    for (guint k = 0; step > 0.0 && k < G_N_ELEMENTS (at); k++) {
        double x = (first + k) * step;
        if (!isfinite (x) || x > plot->x_high + 1e-9 * span)
            break;
        at[n] = cg_plot_x (plot, x);
        text[n++] = cg_format_number_in (canvas->language, x, 6);
    }
    cg_chart_x_axis (canvas, plot, n, at, (const char *const *) text, inner.x,
                     inner.x + inner.width, ink);
    for (guint i = 0; i < n; i++)
        g_free (text[i]);
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    double y = inner.y + inner.height - line / 2;
    if (title != NULL && cg_chart_text_width (canvas, title, CG_TEXT_SMALL, FALSE) <= inner.width)
        cg_canvas_text (canvas, inner.x + inner.width, y, title, &style);
}

/* Upright strokes with their names in a row above the area, those that have room. */
static void
draw_marks (CgCanvas *canvas, const CgPlot *plot, CgRect row, guint n, const CgChartMark *mark,
            const CgInk *ink)
{
    double vh = canvas->vh, taken = row.x, end = row.x + row.width;
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text };
    for (guint i = 0; i < MIN (n, MAX_MARKS); i++) {
        if (!isfinite (mark[i].x) || mark[i].x < plot->x_low || mark[i].x > plot->x_high)
            continue;
        double x = cg_plot_x (plot, mark[i].x);
        guint decimals = fabs (mark[i].x) < 10.0 ? 2 : 1;
        g_autofree char *number = cg_format_number_in (canvas->language, mark[i].x, decimals);
        g_autofree char *text = g_strdup_printf ("%s %s", mark[i].name, number);
        double width = cg_chart_text_width (canvas, text, CG_TEXT_SMALL, FALSE);
        double left = MAX (MIN (x - width / 2, end - width), taken);
        cairo_save (canvas->cr);
        cg_canvas_source (canvas, ink->text);
        cairo_set_line_width (canvas->cr, MAX (0.14 * vh, 1.0));
        set_dash (canvas, i);
        cairo_move_to (canvas->cr, x, row.y + row.height);
        cairo_line_to (canvas->cr, x, plot->area.y + plot->area.height);
        cairo_stroke (canvas->cr);
        cairo_restore (canvas->cr);
        if (left + width > end)
            continue;
        cg_canvas_text (canvas, left, row.y + row.height / 2, text, &style);
        taken = left + width + 1.2 * vh;
    }
}

/* Rows above and below the area, and the area itself. */
typedef struct {
    CgRect inner, key, marks;
    CgPlot plot;
} Frame;

static gboolean
lay_out (CgCanvas *canvas, CgRect inner, double max, gboolean whole, gboolean key, gboolean marks,
         const char *x_title, CgMarks *ticks, Frame *frame)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double above = (key ? line : 0.0) + (marks ? line : 0.0) + 0.9 * vh;
    double below = line + CG_CHART_X_AXIS_VH * vh + (x_title != NULL ? line : 0.0);
    double height = inner.height - above - below;
    if (inner.width < 12 * vh || height < 2 * line)
        return FALSE;
    cg_chart_marks (canvas, max, whole, height, ticks);
    double left = ticks->width + 0.9 * vh;
    if (inner.width - left < 6 * vh)
        return FALSE;
    *frame = (Frame){ .inner = inner };
    frame->key = (CgRect){ inner.x, inner.y, inner.width, line };
    frame->marks =
        (CgRect){ inner.x + left, inner.y + (key ? line : 0.0), inner.width - left, line };
    frame->plot.area =
        (CgRect){ inner.x + left, inner.y + above, inner.width - left - 0.4 * vh, height };
    frame->plot.y_high = ticks->value[ticks->n - 1];
    return TRUE;
}

static double
largest (guint n, const double *value, double max)
{
    for (guint i = 0; value != NULL && i < n; i++)
        if (isfinite (value[i]))
            max = MAX (max, value[i]);
    return max;
}

static gboolean
any_finite (guint n, const double *value)
{
    for (guint i = 0; value != NULL && i < n; i++)
        if (isfinite (value[i]))
            return TRUE;
    return FALSE;
}

/* Counts above the columns: all or none, since some alone would look like the only ones. */
static void
draw_counts (CgCanvas *canvas, const CgPlot *plot, guint n, const double *count, const CgInk *ink)
{
    double vh = canvas->vh, column = plot->area.width / n,
           line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    for (guint i = 0; i < n; i++) {
        g_autofree char *text = cg_format_count_in (canvas->language, count[i]);
        if (cg_chart_text_width (canvas, text, CG_TEXT_SMALL, FALSE) > column - 0.3 * vh)
            return;
    }
    CgText style = { .size = CG_TEXT_SMALL,
                     .colour = ink->text,
                     .align = CG_ALIGN_CENTRE,
                     .halo = canvas->theme->panel };
    for (guint i = 0; i < n; i++) {
        if (!isfinite (count[i]) || !(count[i] > 0.0))
            continue;
        g_autofree char *text = cg_format_count_in (canvas->language, count[i]);
        double y = cg_plot_y (plot, count[i]) - 0.5 * line;
        cg_canvas_text (canvas, plot->area.x + (i + 0.5) * column, y, text, &style);
    }
}

static void
draw_columns (CgCanvas *canvas, const CgPlot *plot, guint n, const double *count, const CgInk *ink)
{
    CgRect area = plot->area;
    double column = area.width / n, bottom = area.y + area.height;
    double gap = MIN (MAX (0.12 * canvas->vh, 1.0), 0.3 * column);
    for (guint i = 0; i < n; i++) {
        if (!isfinite (count[i]) || !(count[i] > 0.0))
            continue;
        double top = cg_plot_y (plot, count[i]), left = area.x + i * column + gap / 2;
        cg_canvas_fill (canvas, (CgRect){ left, top, column - gap, bottom - top },
                        cg_colour_mix (ink->accent, canvas->theme->panel, 0.25));
    }
}

static void
draw_key (CgCanvas *canvas, CgRect row, guint n, const CgColour *colour, const CgChartLine *line,
          const CgInk *ink)
{
    double vh = canvas->vh, x = row.x, y = row.y + row.height / 2;
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    for (guint i = 0; i < n; i++) {
        double width = cg_chart_text_width (canvas, line[i].name, CG_TEXT_SMALL, FALSE);
        if (x + 3.2 * vh + width > row.x + row.width)
            return;
        double flat[2] = { 0.0, 0.0 };
        CgPlot sample = { { x, y, 2.6 * vh, 0.0 }, 0.0, 1.0, 1.0 };
        stroke_line (canvas, &sample, 2, flat, i, colour[i]);
        cg_canvas_text (canvas, x + 3.2 * vh, y, line[i].name, &style);
        x += 3.2 * vh + width + 2 * vh;
    }
}

/* Where no axes have room: the marks' numbers. */
static gboolean
draw_brief (CgCanvas *canvas, CgRect inner, const char *unit, guint n, const CgChartMark *mark,
            const CgInk *ink)
{
    CgFigure figures[MAX_MARKS];
    guint shown = 0;
    for (guint i = 0; i < MIN (n, MAX_MARKS); i++)
        if (isfinite (mark[i].x))
            figures[shown++] =
                (CgFigure){ .name = mark[i].name, .unit = unit, .value = mark[i].x, .before = NAN };
    return cg_chart_brief (canvas, inner, shown, figures, ink);
}

void
cg_chart_histogram (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgHistogram *h)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    guint n = MIN (h->n, MAX_CLASSES), n_curve = MIN (h->n_curve, MAX_POINTS);
    double high = h->low + h->width * n;
    if (!any_finite (n, h->count) || !(h->width > 0.0) || !isfinite (h->low) || !isfinite (high)) {
        cg_chart_empty (canvas, inner, panel, &ink);
        return;
    }
    gboolean curve = n_curve >= 2 && any_finite (n_curve, h->curve);
    double max = largest (n_curve, curve ? h->curve : NULL, largest (n, h->count, 0.0));
    CgMarks ticks;
    Frame frame;
    if (!lay_out (canvas, inner, max, TRUE, curve && h->curve_name != NULL, h->n_marks > 0,
                  h->x_title, &ticks, &frame)) {
        if (!draw_brief (canvas, inner, h->x_title, h->n_marks, h->mark, &ink))
            cg_chart_no_room (canvas, inner, &ink);
        return;
    }
    frame.plot.x_low = h->low;
    frame.plot.x_high = high;
    cg_chart_y_axis (canvas, &frame.plot, &ticks, &ink);
    draw_columns (canvas, &frame.plot, n, h->count, &ink);
    CgColour colour = cg_chart_part_colour (canvas, &ink, 1);
    if (curve) {
        CgChartLine line = { h->curve_name, h->curve };
        stroke_line (canvas, &frame.plot, n_curve, h->curve, 0, colour);
        if (h->curve_name != NULL)
            draw_key (canvas, frame.key, 1, &colour, &line, &ink);
    }
    draw_marks (canvas, &frame.plot, frame.marks, h->n_marks, h->mark, &ink);
    draw_counts (canvas, &frame.plot, n, h->count, &ink);
    draw_x_scale (canvas, &frame.plot, inner, h->width, h->x_title, &ink);
}

static void
fill_below (CgCanvas *canvas, const CgPlot *plot, guint n, const double *value, CgColour colour)
{
    for (guint i = 0; i < n; i++)
        if (!isfinite (value[i]))
            return;
    CgRect area = plot->area;
    trace (canvas, plot, n, value);
    cairo_line_to (canvas->cr, area.x + area.width, area.y + area.height);
    cairo_line_to (canvas->cr, area.x, area.y + area.height);
    cairo_close_path (canvas->cr);
    cg_canvas_source (canvas, cg_colour_alpha (colour, 0.22));
    cairo_fill (canvas->cr);
}

void
cg_chart_curve (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgCurve *curve)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    guint n = MIN (curve->n, MAX_POINTS), n_lines = MIN (curve->n_lines, CG_CHART_MAX_LINES);
    double max = 0.0;
    gboolean any = FALSE, named = FALSE;
    CgColour colour[CG_CHART_MAX_LINES];
    for (guint i = 0; i < n_lines; i++) {
        any = any || any_finite (n, curve->line[i].value);
        named = named || curve->line[i].name != NULL;
        max = largest (n, curve->line[i].value, max);
        colour[i] = cg_chart_part_colour (canvas, &ink, i);
    }
    if (!any || n < 2 || !(curve->high > curve->low) || !isfinite (curve->high - curve->low)) {
        cg_chart_empty (canvas, inner, panel, &ink);
        return;
    }
    CgMarks ticks;
    Frame frame;
    if (!lay_out (canvas, inner, max, FALSE, named, curve->n_marks > 0, curve->x_title, &ticks,
                  &frame)) {
        if (!draw_brief (canvas, inner, curve->x_title, curve->n_marks, curve->mark, &ink))
            cg_chart_no_room (canvas, inner, &ink);
        return;
    }
    frame.plot.x_low = curve->low;
    frame.plot.x_high = curve->high;
    cg_chart_y_axis (canvas, &frame.plot, &ticks, &ink);
    fill_below (canvas, &frame.plot, n, curve->line[0].value, colour[0]);
    for (guint i = n_lines; i-- > 0;)
        stroke_line (canvas, &frame.plot, n, curve->line[i].value, i, colour[i]);
    if (named)
        draw_key (canvas, frame.key, n_lines, colour, curve->line, &ink);
    draw_marks (canvas, &frame.plot, frame.marks, curve->n_marks, curve->mark, &ink);
    draw_x_scale (canvas, &frame.plot, inner, 0, curve->x_title, &ink);
}
