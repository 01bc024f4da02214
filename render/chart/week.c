/* Hours of the week as a matrix of 7 x 24 cells. */
#include <math.h>

#include "chart/chart_internal.h"

static void
draw_cells (CgCanvas *canvas, CgRect plot, const double value[7 * 24], double full,
            const CgColour table[256])
{
    double gap = MAX (0.12 * canvas->vh, 1.0), w = plot.width / 24, h = plot.height / 7;
    cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
    for (guint day = 0; day < 7; day++)
        for (guint hour = 0; hour < 24; hour++) {
            double left = floor (plot.x + hour * w), top = floor (plot.y + day * h);
            CgRect cell = { left, top, floor (plot.x + (hour + 1) * w) - left - gap,
                            floor (plot.y + (day + 1) * h) - top - gap };
            cg_chart_cell (canvas, cell, value[day * 24 + hour], full, table, hatch);
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
        cg_canvas_text (canvas, plot.x - 0.6 * vh, plot.y + (day + 0.5) * h,
                        cg_word (canvas->language, cg_chart_weekdays[day]), &style);
    guint step = w * 3 >= cg_chart_text_width (canvas, cg_word (canvas->language, "00 时"),
                                               CG_TEXT_SMALL, FALSE)
                     ? 3
                     : 6;
    style.align = CG_ALIGN_LEFT;
    for (guint hour = 0; hour < 24; hour += step) {
        g_autofree char *text = g_strdup_printf (cg_word (canvas->language, "%u 时"), hour);
        cg_canvas_text (canvas, plot.x + hour * w, plot.y + plot.height + 0.2 * vh + line / 2, text,
                        &style);
    }
}

void
cg_chart_week (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const double value[7 * 24],
               const CgPalette *palette)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double left = cg_chart_weekday_width (canvas) + 0.8 * vh;
    gboolean low = inner.height < 2.4 * line + 7 * 0.8 * line;
    double below = (low ? 1.1 : 2.4) * line;
    CgFull full = cg_chart_full (7 * 24, value);
    g_autofree char *end = cg_chart_full_text (canvas, &full);
    double scale = cg_chart_text_width (canvas, end, CG_TEXT_SMALL, FALSE) + 0.8 * vh;
    double hours =
        4 * cg_chart_text_width (canvas, cg_word (canvas->language, "00 时"), CG_TEXT_SMALL, FALSE);
    double beside = low ? scale : 0.0;
    if (inner.width < MAX (left + MAX (hours, 24.0) + beside, low ? 0.0 : 2.2 * scale + 2 * vh) ||
        inner.height < below + 7 * 0.45 * line) {
        cg_chart_no_room (canvas, inner, &ink);
        return;
    }
    CgColour table[256];
    cg_chart_colours (canvas, palette, &ink, table);
    CgRect plot = { inner.x + left, inner.y, inner.width - left - beside, inner.height - below };
    draw_cells (canvas, plot, value, full.full, table);
    draw_names (canvas, plot, &ink);
    if (low)
        cg_chart_upright_ramp (canvas, (CgRect){ plot.x, plot.y, plot.width + beside, plot.height },
                               &full, table, &ink);
    else
        cg_chart_ramp (canvas,
                       (CgRect){ inner.x, inner.y + inner.height - line, inner.width, line }, &full,
                       table, &ink);
}
