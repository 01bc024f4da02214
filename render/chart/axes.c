/* Scales, dates and tags that several panels share. */
#include <math.h>

#include "chart/chart_internal.h"

#define UTC_OFFSET_S (8 * 3600)

static double
share (double value, double low, double high)
{
    return high > low ? CLAMP ((value - low) / (high - low), 0.0, 1.0) : 0.5;
}

double
cg_plot_x (const CgPlot *plot, double x)
{
    return plot->area.x + plot->area.width * share (x, plot->x_low, plot->x_high);
}

double
cg_plot_y (const CgPlot *plot, double y)
{
    return plot->area.y + plot->area.height * (1.0 - share (y, 0.0, plot->y_high));
}

void
cg_chart_marks (CgCanvas *canvas, double max, gboolean whole, double height, CgMarks *out)
{
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    guint room = (guint) CLAMP (height / (2.0 * line), 2.0, 6.0);
    out->n = cg_ticks (max, whole, room, out->value);
    out->width = 0.0;
    for (guint i = 0; i < out->n; i++) {
        g_autofree char *text = cg_format_number_in (canvas->language, out->value[i], 6);
        out->width = MAX (out->width, cg_chart_text_width (canvas, text, CG_TEXT_SMALL, FALSE));
    }
}

void
cg_chart_y_axis (CgCanvas *canvas, const CgPlot *plot, const CgMarks *marks, const CgInk *ink)
{
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    CgRect area = plot->area;
    for (guint i = 0; i < marks->n; i++) {
        double y = cg_plot_y (plot, marks->value[i]);
        g_autofree char *text = cg_format_number_in (canvas->language, marks->value[i], 6);
        cg_canvas_line (canvas, area.x, y, area.x + area.width, y,
                        i == 0 ? ink->text2 : canvas->theme->hairline, 0.08);
        cg_canvas_text (canvas, area.x - 0.7 * canvas->vh, y, text, &style);
    }
}

void
cg_chart_x_axis (CgCanvas *canvas, const CgPlot *plot, guint n, const double *x,
                 const char *const *text, double left, double right, const CgInk *ink)
{
    double vh = canvas->vh, bottom = plot->area.y + plot->area.height, taken = -INFINITY;
    double y = bottom + CG_CHART_X_AXIS_VH * vh + cg_canvas_line_height (canvas, CG_TEXT_SMALL) / 2;
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    for (guint i = 0; i < n; i++) {
        double width = cg_chart_text_width (canvas, text[i], CG_TEXT_SMALL, FALSE);
        double at = CLAMP (x[i] - width / 2, left, MAX (right - width, left));
        cg_canvas_line (canvas, x[i], bottom, x[i], bottom + 0.4 * vh, ink->text2, 0.08);
        if (at < taken || width > right - left)
            continue;
        cg_canvas_text (canvas, at, y, text[i], &style);
        taken = at + width + 1.2 * vh;
    }
}

const char *const cg_chart_weekdays[7] = { "一", "二", "三", "四", "五", "六", "日" };

double
cg_chart_weekday_width (CgCanvas *canvas)
{
    double widest = 0.0;
    for (guint day = 0; day < 7; day++) {
        const char *name = cg_word (canvas->language, cg_chart_weekdays[day]);
        widest = MAX (widest, cg_chart_text_width (canvas, name, CG_TEXT_SMALL, FALSE));
    }
    return widest;
}

gboolean
cg_chart_day (gint64 time_s, CgDay *out)
{
    if (time_s < -G_GINT64_CONSTANT (62000000000) || time_s > G_GINT64_CONSTANT (250000000000))
        return FALSE;
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time_s + UTC_OFFSET_S);
    if (date == NULL)
        return FALSE;
    *out = (CgDay){ (guint) g_date_time_get_year (date), (guint) g_date_time_get_month (date),
                    (guint) g_date_time_get_day_of_month (date),
                    (guint) g_date_time_get_day_of_week (date) - 1 };
    return TRUE;
}

void
cg_chart_tag (CgCanvas *canvas, double x, double y, CgWarning warning, const CgInk *ink)
{
    double vh = canvas->vh, side = CG_CHART_TAG_VH * vh;
    CgColour colour = ink->grey ? ink->accent : canvas->theme->warning[warning];
    CgRect box = { x, y - side / 2, side, side };
    gboolean dark = cg_colour_lightness (colour) > 60.0;
    CgText style = { .size = CG_TEXT_SMALL,
                     .bold = TRUE,
                     .align = CG_ALIGN_CENTRE,
                     .colour = dark ? CG_RGB (0x10181f) : CG_RGB (0xffffff) };
    cg_canvas_fill (canvas, box, colour);
    cg_canvas_text (canvas, x + side / 2, y, cg_warning_letter_in (canvas->language, warning),
                    &style);
}
