#include <math.h>
#include <string.h>

#include "chart/chart_internal.h"

#define MAX_PARTS 8u
#define ROW_VH 2.4

typedef struct {
    guint n;
    const char *name[MAX_PARTS];
    double value[MAX_PARTS];
    double total;
} Parts;

/* The largest parts; what is left becomes the last one. */
static void
collect (guint n, const CgBar *bars, Parts *parts)
{
    g_autoptr (GArray) order = cg_chart_order (n, bars);
    double rest = 0.0;
    guint n_rest = 0;
    for (guint k = 0; k < order->len; k++) {
        const CgBar *bar = &bars[g_array_index (order, guint, k)];
        double value = isfinite (bar->value) ? MAX (bar->value, 0.0) : 0.0;
        parts->total += value;
        if (k < (n > MAX_PARTS ? MAX_PARTS - 1 : MAX_PARTS)) {
            parts->name[parts->n] = bar->name;
            parts->value[parts->n++] = value;
        } else {
            rest += value;
            n_rest++;
        }
    }
    if (n_rest > 0) {
        parts->name[parts->n] = "其他";
        parts->value[parts->n++] = rest;
    }
}

static void
draw_ring (CgCanvas *canvas, double x, double y, double radius, const Parts *parts, const CgInk *ink)
{
    cairo_t *cr = canvas->cr;
    double angle = -G_PI / 2, width = radius * 0.30;
    cairo_set_line_width (cr, width);
    cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
    if (!(parts->total > 0.0)) {
        cairo_new_path (cr);
        cairo_arc (cr, x, y, radius - width / 2, 0, 2 * G_PI);
        cg_canvas_source (canvas, canvas->theme->hairline);
        cairo_stroke (cr);
    }
    double gap = MIN (0.15 * canvas->vh / radius, 0.02);
    for (guint i = 0; i < parts->n && parts->total > 0.0; i++) {
        double sweep = 2 * G_PI * parts->value[i] / parts->total;
        if (sweep > 2 * gap) {
            gboolean whole = sweep > 2 * G_PI - 1e-6;
            cairo_new_path (cr);
            cairo_arc (cr, x, y, radius - width / 2, angle + (whole ? 0 : gap), angle + sweep - (whole ? 0 : gap));
            cg_canvas_source (canvas, cg_chart_part_colour (canvas, ink, i));
            cairo_stroke (cr);
        }
        angle += sweep;
    }
}

static void
draw_total (CgCanvas *canvas, double x, double y, double inner, const Parts *parts, const CgInk *ink)
{
    static const CgTextSize sizes[3] = { CG_TEXT_FIGURE, CG_TEXT_TITLE, CG_TEXT_BODY };
    g_autofree char *total = cg_format_count (parts->total);
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
        double line = cg_canvas_line_height (canvas, sizes[k]);
        if (cg_chart_text_width (canvas, total, sizes[k], TRUE) > inner * 1.5 || line > inner)
            continue;
        CgText figure = { .size = sizes[k], .bold = TRUE, .colour = ink->text, .align = CG_ALIGN_CENTRE };
        CgText small = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_CENTRE };
        double lift = cg_canvas_line_height (canvas, CG_TEXT_SMALL) / 2;
        cg_canvas_text (canvas, x, y - lift * 0.8, total, &figure);
        cg_canvas_text (canvas, x, y + line / 2, "合计", &small);
        return;
    }
}

static void
draw_names (CgCanvas *canvas, CgRect rect, const Parts *parts, const CgInk *ink)
{
    double vh = canvas->vh, row = ROW_VH * vh, share_width = cg_chart_text_width (canvas, "100 %", CG_TEXT_SMALL, FALSE);
    guint shown = cg_chart_fit_rows (canvas, &rect, parts->n, row, ink);
    double y = rect.y + (rect.height - shown * row) / 2 + row / 2, right = rect.x + rect.width;
    double value_width = 0.0;
    for (guint i = 0; i < shown; i++) {
        g_autofree char *value = cg_format_count (parts->value[i]);
        value_width = MAX (value_width, cg_chart_text_width (canvas, value, CG_TEXT_SMALL, TRUE));
    }
    double room = rect.width - 2 * vh - share_width - value_width - 2 * vh;
    CgText name = { .size = CG_TEXT_SMALL, .colour = ink->text };
    CgText figure = { .size = CG_TEXT_SMALL, .bold = TRUE, .colour = ink->text, .align = CG_ALIGN_RIGHT };
    CgText small = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    for (guint i = 0; i < shown; i++, y += row) {
        CgRect swatch = { rect.x, y - 0.5 * vh, vh, vh };
        cg_canvas_fill (canvas, swatch, cg_chart_part_colour (canvas, ink, i));
        /* A name wider than its column takes the room of the figures rather than lose its end. */
        gboolean figures = cg_chart_text_width (canvas, parts->name[i], CG_TEXT_SMALL, FALSE) <= room;
        cg_canvas_text (canvas, rect.x + 1.8 * vh, y, parts->name[i], &name);
        if (!figures)
            continue;
        g_autofree char *value = cg_format_count (parts->value[i]);
        double percent = parts->total > 0.0 ? 100.0 * parts->value[i] / parts->total : 0.0;
        g_autofree char *number = cg_format_number (percent, 0);
        g_autofree char *share = g_strconcat (percent > 0.0 && percent < 0.5 ? "<1" : number, " %", NULL);
        cg_canvas_text (canvas, right - share_width - vh, y, value, &figure);
        cg_canvas_text (canvas, right, y, share, &small);
    }
}

void
cg_chart_ring (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgBar *bars)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    if (n == 0) {
        cg_chart_empty (canvas, inner, &ink);
        return;
    }
    Parts parts = { 0 };
    collect (n, bars, &parts);
    double vh = canvas->vh, diameter = MIN (inner.height, inner.width * 0.42);
    double x = inner.x + diameter / 2, y = inner.y + inner.height / 2;
    if (diameter > 4 * vh) {
        draw_ring (canvas, x, y, diameter / 2, &parts, &ink);
        draw_total (canvas, x, y, diameter / 2 * 0.7, &parts, &ink);
    }
    CgRect names = { inner.x + diameter + 2 * vh, inner.y, inner.width - diameter - 2 * vh, inner.height };
    draw_names (canvas, names, &parts, &ink);
}
