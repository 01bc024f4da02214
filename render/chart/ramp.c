/* Values as colours: cells of a matrix and the scale that explains them. */
#include <math.h>
#include <stdlib.h>

#include "chart/chart_internal.h"

void
cg_chart_colours (const CgCanvas *canvas, const CgPalette *palette, const CgInk *ink,
                  CgColour out[256])
{
    CgColour table[256];
    palette = palette != NULL ? palette : cg_palette_find (canvas->theme->sequential);
    cg_palette_table (palette, table);
    /* A palette may begin next to the panel's colour, and zero is a colour too. */
    double near =
        fabs (cg_colour_lightness (table[0]) - cg_colour_lightness (canvas->theme->panel));
    double skip = near < 8.0 ? 0.1 : 0.0;
    for (guint k = 0; k < 256; k++) {
        out[k] = table[(guint) (255.0 * skip + k * (1.0 - skip) + 0.5)];
        guint8 grey = (guint8) (2.55 * cg_colour_lightness (out[k]));
        if (ink->grey)
            out[k] = (CgColour){ grey, grey, grey, 255 };
    }
}

static int
compare_doubles (const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

CgFull
cg_chart_full (guint n, const double *value)
{
    g_autofree double *above = g_new (double, MAX (n, 1));
    guint m = 0;
    for (guint i = 0; i < n; i++)
        if (isfinite (value[i]) && value[i] > 0.0)
            above[m++] = value[i];
    if (m == 0)
        return (CgFull){ 1.0, FALSE };
    qsort (above, m, sizeof (double), compare_doubles);
    double most = above[m - 1], usual = above[(guint) (0.98 * (m - 1))];
    gboolean open = most > 3.0 * usual;
    double full = cg_round_up (open ? usual : most);
    return (CgFull){ full > 0.0 ? full : 1.0, open };
}

char *
cg_chart_full_text (const CgCanvas *canvas, const CgFull *full)
{
    g_autofree char *number = cg_format_number_in (canvas->language, full->full, 3);
    return g_strconcat (full->open ? "≥ " : "", number, NULL);
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
cg_chart_ramp (CgCanvas *canvas, CgRect row, const CgFull *full, const CgColour table[256],
               const CgInk *ink)
{
    double vh = canvas->vh, height = 0.9 * vh, y = row.y + row.height / 2,
           width = MIN (18 * vh, row.width * 0.5);
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    g_autofree char *text = cg_chart_full_text (canvas, full);
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
cg_chart_upright_ramp (CgCanvas *canvas, CgRect column, const CgFull *full,
                       const CgColour table[256], const CgInk *ink)
{
    double vh = canvas->vh, width = 0.9 * vh;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double top = column.y + line, height = column.height - 2 * line;
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    g_autofree char *text = cg_chart_full_text (canvas, full);
    double right = column.x + column.width;
    cg_canvas_text (canvas, right, column.y + line / 2, text, &style);
    cg_canvas_text (canvas, right, column.y + column.height - line / 2, "0", &style);
    for (guint k = 0; k < 64; k++) {
        double y0 = floor (top + height * k / 64), y1 = floor (top + height * (k + 1) / 64);
        cg_canvas_fill (canvas, (CgRect){ right - width, y0, width, y1 - y0 },
                        table[255 - k * 255 / 63]);
    }
}
