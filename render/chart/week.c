/* Hours of the week as a matrix of 7 x 24 cells. */
#include <math.h>

#include "chart/chart_internal.h"

static const char *const weekdays[7] = { "一", "二", "三", "四", "五", "六", "日" };

static double
largest (const double value[7 * 24])
{
    double max = 0.0;
    for (guint i = 0; i < 7 * 24; i++)
        if (isfinite (value[i]))
            max = MAX (max, value[i]);
    return max;
}

static void
draw_cells (CgCanvas *canvas, CgRect plot, const double value[7 * 24], double full,
            const CgColour table[256])
{
    double gap = MAX (0.12 * canvas->vh, 1.0), w = plot.width / 24, h = plot.height / 7;
    cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
    for (guint day = 0; day < 7; day++)
        for (guint hour = 0; hour < 24; hour++) {
            double v = value[day * 24 + hour], left = floor (plot.x + hour * w),
                   top = floor (plot.y + day * h);
            CgRect cell = { left, top, floor (plot.x + (hour + 1) * w) - left - gap,
                            floor (plot.y + (day + 1) * h) - top - gap };
            if (cell.width <= 0 || cell.height <= 0)
                continue;
            double t = isfinite (v) ? CLAMP (v / full, 0.0, 1.0) : 0.0;
            cg_canvas_fill (canvas, cell,
                            isfinite (v) ? table[(guint) (t * 255.0 + 0.5)]
                                         : canvas->theme->no_data);
            if (isfinite (v))
                continue;
            cairo_set_source (canvas->cr, hatch);
            cairo_rectangle (canvas->cr, cell.x, cell.y, cell.width, cell.height);
            cairo_fill (canvas->cr);
        }
    cairo_pattern_destroy (hatch);
}

static void
draw_names (CgCanvas *canvas, CgRect plot, const CgInk *ink)
{
    double vh = canvas->vh, w = plot.width / 24, h = plot.height / 7;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    guint day_step = h >= line * 0.8 ? 1 : 2;
    for (guint day = 0; day < 7; day += day_step)
        cg_canvas_text (canvas, plot.x - 0.6 * vh, plot.y + (day + 0.5) * h, weekdays[day], &style);
    guint step = w * 3 >= cg_chart_text_width (canvas, "00 时", CG_TEXT_SMALL, FALSE) ? 3 : 6;
    style.align = CG_ALIGN_LEFT;
    for (guint hour = 0; hour < 24; hour += step) {
        g_autofree char *text = g_strdup_printf ("%u 时", hour);
        cg_canvas_text (canvas, plot.x + hour * w, plot.y + plot.height + 0.2 * vh + line / 2, text,
                        &style);
    }
}

static void
draw_scale (CgCanvas *canvas, CgRect row, double full, const CgColour table[256], const CgInk *ink)
{
    double vh = canvas->vh, height = 0.9 * vh, y = row.y + row.height / 2,
           width = MIN (18 * vh, row.width * 0.5);
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    g_autofree char *text = cg_format_number (full, 3);
    CgRect last = cg_canvas_text (canvas, row.x + row.width, y, text, &style);
    double right = last.x - 0.6 * vh, left = right - width;
    for (guint k = 0; k < 64; k++) {
        double x0 = floor (left + width * k / 64), x1 = floor (left + width * (k + 1) / 64);
        cg_canvas_fill (canvas, (CgRect){ x0, y - height / 2, x1 - x0, height },
                        table[k * 255 / 63]);
    }
    cg_canvas_text (canvas, left - 0.6 * vh, y, "0", &style);
}

/* Upright, at the right of a low matrix: the full value above, 0 below. */
static void
draw_upright_scale (CgCanvas *canvas, CgRect column, double full, const CgColour table[256],
                    const CgInk *ink)
{
    double vh = canvas->vh, width = 0.9 * vh;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double top = column.y + line, height = column.height - 2 * line;
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    g_autofree char *text = cg_format_number (full, 3);
    double right = column.x + column.width;
    cg_canvas_text (canvas, right, column.y + line / 2, text, &style);
    cg_canvas_text (canvas, right, column.y + column.height - line / 2, "0", &style);
    for (guint k = 0; k < 64; k++) {
        double y0 = floor (top + height * k / 64), y1 = floor (top + height * (k + 1) / 64);
        cg_canvas_fill (canvas, (CgRect){ right - width, y0, width, y1 - y0 },
                        table[255 - k * 255 / 63]);
    }
}

void
cg_chart_week (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const double value[7 * 24],
               const CgPalette *palette)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double left = cg_chart_text_width (canvas, weekdays[0], CG_TEXT_SMALL, FALSE) + 0.8 * vh;
    gboolean low = inner.height < 2.4 * line + 7 * 0.8 * line;
    double below = (low ? 1.1 : 2.4) * line;
    if (inner.width < 24 + left || inner.height < below + 7 * 0.45 * line) {
        cg_chart_no_room (canvas, inner, &ink);
        return;
    }
    CgColour table[256];
    cg_palette_table (palette != NULL ? palette : cg_palette_find (canvas->theme->sequential),
                      table);
    for (guint k = 0; ink.grey && k < 256; k++) {
        guint8 grey = (guint8) (2.55 * cg_colour_lightness (table[k]));
        table[k] = (CgColour){ grey, grey, grey, 255 };
    }
    double full = cg_round_up (largest (value));
    full = full > 0.0 ? full : 1.0;
    g_autofree char *end = cg_format_number (full, 3);
    double beside = low ? cg_chart_text_width (canvas, end, CG_TEXT_SMALL, FALSE) + 0.8 * vh : 0;
    CgRect plot = { inner.x + left, inner.y, inner.width - left - beside, inner.height - below };
    draw_cells (canvas, plot, value, full, table);
    draw_names (canvas, plot, &ink);
    if (low)
        draw_upright_scale (canvas, (CgRect){ plot.x, plot.y, plot.width + beside, plot.height },
                            full, table, &ink);
    else
        draw_scale (canvas, (CgRect){ inner.x, inner.y + inner.height - line, inner.width, line },
                    full, table, &ink);
}
