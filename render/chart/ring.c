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
collect (const CgCanvas *canvas, guint n, const CgBar *bars, Parts *parts)
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
        parts->name[parts->n] = cg_word (canvas->language, "其他");
        parts->value[parts->n++] = rest;
    }
}

static void
draw_ring (CgCanvas *canvas, double x, double y, double radius, const Parts *parts,
           const CgInk *ink)
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
            cairo_arc (cr, x, y, radius - width / 2, angle + (whole ? 0 : gap),
                       angle + sweep - (whole ? 0 : gap));
            cg_canvas_source (canvas, cg_chart_part_colour (canvas, ink, i));
            cairo_stroke (cr);
        }
        angle += sweep;
    }
}

static void
draw_total (CgCanvas *canvas, double x, double y, double inner, const Parts *parts,
            const CgInk *ink)
{
    static const CgTextSize sizes[3] = { CG_TEXT_FIGURE, CG_TEXT_TITLE, CG_TEXT_BODY };
    g_autofree char *total = cg_format_count_in (canvas->language, parts->total);
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
        double line = cg_canvas_line_height (canvas, sizes[k]);
        if (cg_chart_text_width (canvas, total, sizes[k], TRUE) > inner * 1.5 || line > inner)
            continue;
        CgText figure = {
            .size = sizes[k], .bold = TRUE, .colour = ink->text, .align = CG_ALIGN_CENTRE
        };
        CgText small = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_CENTRE };
        double lift = cg_canvas_line_height (canvas, CG_TEXT_SMALL) / 2;
        cg_canvas_text (canvas, x, y - lift * 0.8, total, &figure);
        cg_canvas_text (canvas, x, y + line / 2, cg_word (canvas->language, "合计"), &small);
        return;
    }
}

/* Columns of the list beside the ring, in pixels. */
typedef struct {
    CgRect rect;
    double name_width, value_width, share_width, row_height;
    gboolean figures; /* FALSE where there is only room for names */
} Names;

static void
measure_names (CgCanvas *canvas, Names *names, const Parts *parts)
{
    double vh = canvas->vh, widest = 0.0;
    names->share_width = cg_chart_text_width (canvas, "100 %", CG_TEXT_SMALL, FALSE);
    for (guint i = 0; i < parts->n; i++) {
        g_autofree char *value = cg_format_count_in (canvas->language, parts->value[i]);
        names->value_width =
            MAX (names->value_width, cg_chart_text_width (canvas, value, CG_TEXT_SMALL, TRUE));
        widest = MAX (widest, cg_chart_text_width (canvas, parts->name[i], CG_TEXT_SMALL, FALSE));
    }
    double all = names->rect.width - 1.8 * vh,
           room = all - names->share_width - names->value_width - 2 * vh;
    names->figures = room >= MIN (widest, 6 * vh);
    names->name_width = MAX (names->figures ? room : all, 2 * vh);
    names->row_height = ROW_VH * vh;
    CgText style = { .size = CG_TEXT_SMALL, .max_width = names->name_width };
    for (guint i = 0; i < parts->n; i++)
        names->row_height =
            MAX (names->row_height,
                 cg_canvas_measure (canvas, 0, 0, parts->name[i], &style).height + 0.3 * vh);
}

static void
draw_name (CgCanvas *canvas, const Names *names, const Parts *parts, guint i, double y,
           const CgInk *ink)
{
    double vh = canvas->vh, left = names->rect.x + 1.8 * vh,
           right = names->rect.x + names->rect.width;
    CgText name = { .size = CG_TEXT_SMALL, .colour = ink->text, .max_width = names->name_width };
    CgText figure = {
        .size = CG_TEXT_SMALL, .bold = TRUE, .colour = ink->text, .align = CG_ALIGN_RIGHT
    };
    CgText small = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    cg_canvas_fill (canvas, (CgRect){ names->rect.x, y - 0.5 * vh, vh, vh },
                    cg_chart_part_colour (canvas, ink, i));
    CgRect one = cg_canvas_measure (canvas, left, y, "国", &name);
    CgRect all = cg_canvas_measure (canvas, left, y, parts->name[i], &name);
    cg_canvas_text (canvas, left, y - MAX (all.height - one.height, 0.0) / 2, parts->name[i],
                    &name);
    if (!names->figures)
        return;
    double percent = parts->total > 0.0 ? 100.0 * parts->value[i] / parts->total : 0.0;
    g_autofree char *value = cg_format_count_in (canvas->language, parts->value[i]);
    g_autofree char *number = cg_format_number_in (canvas->language, percent, 0);
    g_autofree char *share =
        g_strconcat (percent > 0.0 && percent < 0.5 ? "<1" : number, " %", NULL);
    cg_canvas_text (canvas, right - names->share_width - vh, y, value, &figure);
    cg_canvas_text (canvas, right, y, share, &small);
}

static void
draw_names (CgCanvas *canvas, CgRect rect, const Parts *parts, const CgInk *ink)
{
    Names names = { .rect = rect };
    measure_names (canvas, &names, parts);
    guint shown = cg_chart_fit_rows (canvas, &names.rect, parts->n, names.row_height, ink);
    double y =
        names.rect.y + (names.rect.height - shown * names.row_height) / 2 + names.row_height / 2;
    for (guint i = 0; i < shown; i++, y += names.row_height)
        draw_name (canvas, &names, parts, i, y, ink);
}

void
cg_chart_ring (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgBar *bars)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    if (n == 0) {
        cg_chart_empty (canvas, inner, panel, &ink);
        return;
    }
    Parts parts = { 0 };
    collect (canvas, n, bars, &parts);
    double vh = canvas->vh, diameter = MIN (inner.height, inner.width * 0.42);
    double x = inner.x + diameter / 2, y = inner.y + inner.height / 2;
    if (diameter > 4 * vh) {
        draw_ring (canvas, x, y, diameter / 2, &parts, &ink);
        draw_total (canvas, x, y, diameter / 2 * 0.7, &parts, &ink);
    }
    CgRect names = { inner.x + diameter + 2 * vh, inner.y, inner.width - diameter - 2 * vh,
                     inner.height };
    draw_names (canvas, names, &parts, &ink);
}
