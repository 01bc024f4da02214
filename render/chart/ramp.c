/* Values as colours: cells of a matrix and the scale that explains them. */
#include <math.h>

#include "chart/chart_internal.h"

void
cg_chart_colours (const CgCanvas *canvas, const CgPalette *palette, const CgInk *ink,
                  CgColour out[256])
{
    cg_palette_table (palette != NULL ? palette : cg_palette_find (canvas->theme->sequential), out);
    for (guint k = 0; ink->grey && k < 256; k++) {
        guint8 grey = (guint8) (2.55 * cg_colour_lightness (out[k]));
        out[k] = (CgColour){ grey, grey, grey, 255 };
    }
}

void
cg_chart_cell (CgCanvas *canvas, CgRect cell, double value, double full, const CgColour table[256],
               cairo_pattern_t *hatch)
{
    if (cell.width <= 0 || cell.height <= 0)
        return;
    double t = isfinite (value) ? CLAMP (value / full, 0.0, 1.0) : 0.0;
    cg_canvas_fill (canvas, cell,
                    isfinite (value) ? table[(guint) (t * 255.0 + 0.5)] : canvas->theme->no_data);
    if (isfinite (value))
        return;
    cairo_set_source (canvas->cr, hatch);
    cairo_rectangle (canvas->cr, cell.x, cell.y, cell.width, cell.height);
    cairo_fill (canvas->cr);
}

void
cg_chart_ramp (CgCanvas *canvas, CgRect row, double full, const CgColour table[256],
               const CgInk *ink)
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
void
cg_chart_upright_ramp (CgCanvas *canvas, CgRect column, double full, const CgColour table[256],
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
