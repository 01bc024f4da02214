#include <math.h>

#include "chart/chart_internal.h"

#define DAY_S 86400
#define UTC_OFFSET_S (8 * 3600)
#define MAX_DAYS 4000u

typedef struct {
    CgRect plot;
    guint n;
    double end; /* of the y axis */
} Axes;

static double
x_of (const Axes *axes, guint i)
{
    return axes->n > 1 ? axes->plot.x + axes->plot.width * i / (axes->n - 1.0)
                       : axes->plot.x + axes->plot.width / 2;
}

static double
y_of (const Axes *axes, double value)
{
    return axes->plot.y + axes->plot.height * (1.0 - CLAMP (value / axes->end, 0.0, 1.0));
}

static double
largest (guint n, const double *value)
{
    double max = 0.0;
    for (guint i = 0; value != NULL && i < n; i++)
        if (isfinite (value[i]))
            max = MAX (max, value[i]);
    return max;
}

static void
draw_series (CgCanvas *canvas, const Axes *axes, const double *value, guint n, CgColour colour,
             double line_vh, gboolean dashed)
{
    cairo_t *cr = canvas->cr;
    double vh = canvas->vh, dash[2] = { 0.7 * vh, 0.5 * vh };
    cairo_save (cr);
    cg_canvas_source (canvas, colour);
    cairo_set_line_width (cr, MAX (line_vh * vh, 1.0));
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
    if (dashed)
        cairo_set_dash (cr, dash, 2, 0);
    cairo_new_path (cr);
    for (guint i = 0; i < n; i++) {
        if (!isfinite (value[i]))
            continue;
        gboolean before = i > 0 && isfinite (value[i - 1]);
        gboolean after = i + 1 < n && isfinite (value[i + 1]);
        double x = x_of (axes, i), y = y_of (axes, value[i]);
        if (before)
            cairo_line_to (cr, x, y);
        else
            cairo_move_to (cr, x, y);
        if (!before && !after) /* a day alone: with a round cap it is a dot */
            cairo_line_to (cr, x, y);
    }
    cairo_stroke (cr);
    cairo_restore (cr);
}

#define WITH_YEAR 300u /* days from which on a date needs its year */

/* "11-21" of a day in UTC+8, or "2026-11"; "?" outside the years that a date can have. */
static char *
day_text (gint64 time_s, gboolean year)
{
    if (time_s < -G_GINT64_CONSTANT (62000000000) || time_s > G_GINT64_CONSTANT (250000000000))
        return g_strdup ("?");
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time_s + UTC_OFFSET_S);
    return date != NULL ? g_date_time_format (date, year ? "%Y-%m" : "%m-%d") : g_strdup ("?");
}

static void
draw_dates (CgCanvas *canvas, const Axes *axes, gint64 start_s, const CgInk *ink)
{
    double width = cg_chart_text_width (canvas, axes->n > WITH_YEAR ? "0000-00" : "00-00",
                                        CG_TEXT_SMALL, FALSE),
           vh = canvas->vh;
    double y = axes->plot.y + axes->plot.height + 0.4 * vh +
               cg_canvas_line_height (canvas, CG_TEXT_SMALL) / 2;
    guint room = (guint) MAX (axes->plot.width / (width + 2 * vh), 1.0);
    guint step = MAX ((axes->n + room - 1) / room, 1);
    if (step > 1 && step < 7 && axes->n > 7)
        step = 7; /* weeks are easier to read than every fourth day */
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    double taken = INFINITY;
    /* Counted back from the last day, which is the one people look for. */
    for (guint back = 0; back < axes->n; back += step) {
        guint i = axes->n - 1 - back;
        double x = x_of (axes, i), right = axes->plot.x + axes->plot.width;
        g_autofree char *text = day_text (start_s + (gint64) i * DAY_S, axes->n > WITH_YEAR);
        cg_canvas_line (canvas, x, axes->plot.y + axes->plot.height, x,
                        axes->plot.y + axes->plot.height + 0.4 * vh, ink->text2, 0.08);
        style.align = axes->n > 1 && x + width / 2 > right          ? CG_ALIGN_RIGHT
                      : axes->n > 1 && x - width / 2 < axes->plot.x ? CG_ALIGN_LEFT
                                                                    : CG_ALIGN_CENTRE;
        CgRect box = cg_canvas_measure (canvas, x, y, text, &style);
        if (box.x + box.width + 0.8 * vh > taken)
            continue;
        cg_canvas_text (canvas, x, y, text, &style);
        taken = box.x;
    }
}

static void
draw_scale (CgCanvas *canvas, const Axes *axes, guint n_ticks, const double *tick, const CgInk *ink)
{
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    for (guint i = 0; i < n_ticks; i++) {
        double y = y_of (axes, tick[i]);
        g_autofree char *text = cg_format_number_in (canvas->language, tick[i], 3);
        cg_canvas_line (canvas, axes->plot.x, y, axes->plot.x + axes->plot.width, y,
                        i == 0 ? ink->text2 : canvas->theme->hairline, 0.08);
        cg_canvas_text (canvas, axes->plot.x - 0.7 * canvas->vh, y, text, &style);
    }
}

/* The key of the panel: names with a sample of each line at the left, the last value at the right.
 * A number beside its point would cover the ends of the lines on a small panel. */
typedef struct {
    guint last;       /* day of the last value; n: none */
    char *value;      /* its text                       */
    const char *note; /* beside it, or NULL             */
    double names, aside, height;
    gboolean two_rows;
} Key;

static void
key_clear (Key *key)
{
    g_free (key->value);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Key, key_clear)

#define SAMPLE_VH 2.6
#define DOT_VH 0.45

static const char *
key_name (const CgTrend *trend, guint k)
{
    return k == 0 ? trend->name : trend->before != NULL ? trend->before_name : NULL;
}

static double
aside_width (CgCanvas *canvas, const Key *key, const char *note)
{
    double width = cg_chart_text_width (canvas, key->value, CG_TEXT_BODY, TRUE) + 1.6 * canvas->vh;
    if (note != NULL)
        width += cg_chart_text_width (canvas, note, CG_TEXT_SMALL, FALSE) + 0.8 * canvas->vh;
    return width;
}

/* The value goes below the names where both find no room beside each other; its note goes where
 * that is not enough, and the value where not even that is. */
static void
key_init (CgCanvas *canvas, CgRect inner, const CgTrend *trend, guint n, Key *key)
{
    double vh = canvas->vh, small = cg_canvas_line_height (canvas, CG_TEXT_SMALL),
           body = cg_canvas_line_height (canvas, CG_TEXT_BODY);
    *key = (Key){ .last = n, .note = trend->last_note };
    for (guint k = 0; k < 2; k++)
        if (key_name (trend, k) != NULL)
            key->names += (SAMPLE_VH + 0.6 + (key->names > 0.0 ? 2.0 : 0.0)) * vh +
                          cg_chart_text_width (canvas, key_name (trend, k), CG_TEXT_SMALL, FALSE);
    key->height = key->names > 0.0 ? small : 0.0;
    for (guint i = n; i-- > 0 && key->last == n;)
        if (isfinite (trend->value[i]))
            key->last = i;
    if (key->last == n)
        return;
    key->value = cg_format_number_in (canvas->language, trend->value[key->last], 2);
    if (aside_width (canvas, key, key->note) > inner.width)
        key->note = NULL;
    key->aside = aside_width (canvas, key, key->note);
    key->two_rows = key->names > 0.0 && key->names + 2 * vh + key->aside > inner.width;
    if (key->aside > inner.width || (key->two_rows && inner.height < 4 * small + body + 3 * vh)) {
        key->aside = 0.0;
        return;
    }
    key->height = key->two_rows ? small + body : body;
}

static void
draw_dot (CgCanvas *canvas, double x, double y, gboolean open, const CgInk *ink)
{
    cairo_new_path (canvas->cr);
    cairo_arc (canvas->cr, x, y, DOT_VH * canvas->vh, 0, 2 * G_PI);
    cg_canvas_source (canvas, open ? canvas->theme->panel : ink->accent);
    if (!open) {
        cairo_fill (canvas->cr);
        return;
    }
    cairo_fill_preserve (canvas->cr);
    cg_canvas_source (canvas, ink->accent);
    cairo_set_line_width (canvas->cr, MAX (0.2 * canvas->vh, 1.0));
    cairo_stroke (canvas->cr);
}

/* The mark of the last day, what it stands for, and until when it counts. */
static void
draw_last (CgCanvas *canvas, CgRect inner, const Key *key, gboolean open, const CgInk *ink)
{
    double vh = canvas->vh, right = inner.x + inner.width,
           y = inner.y + key->height - cg_canvas_line_height (canvas, CG_TEXT_BODY) / 2;
    CgText value = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = ink->text, .align = CG_ALIGN_RIGHT
    };
    CgText note = { .size = CG_TEXT_SMALL, .colour = ink->text2, .align = CG_ALIGN_RIGHT };
    if (key->note != NULL) {
        CgRect box = cg_canvas_text (canvas, right, y, key->note, &note);
        right = box.x - 0.8 * vh;
    }
    CgRect box = cg_canvas_text (canvas, right, y, key->value, &value);
    draw_dot (canvas, box.x - (0.6 + DOT_VH) * vh, y, open, ink);
}

static void
draw_key (CgCanvas *canvas, CgRect inner, const CgTrend *trend, const Key *key, const CgInk *ink)
{
    double vh = canvas->vh, x = inner.x,
           row = key->two_rows ? cg_canvas_line_height (canvas, CG_TEXT_SMALL) : key->height;
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    for (guint k = 0; k < 2; k++) {
        if (key_name (trend, k) == NULL)
            continue;
        double sample[2] = { 0.0, 0.0 }, y = inner.y + row / 2;
        Axes axes = { { x, y, SAMPLE_VH * vh, 0 }, 2, 1.0 };
        draw_series (canvas, &axes, sample, 2, k == 0 ? ink->accent : ink->text2,
                     k == 0 ? 0.28 : 0.16, k == 1);
        CgRect box =
            cg_canvas_text (canvas, x + (SAMPLE_VH + 0.6) * vh, y, key_name (trend, k), &style);
        x = box.x + box.width + 2 * vh;
    }
    if (key->aside > 0.0)
        draw_last (canvas, inner, key, trend->last_note != NULL, ink);
}

void
cg_chart_trend (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgTrend *trend)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    double vh = canvas->vh, small = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    guint n = MIN (trend->n, MAX_DAYS);
    double max = MAX (largest (n, trend->value), largest (n, trend->before));
    if (inner.width < 10 * vh || inner.height < 3 * small + 3 * vh) {
        cg_chart_no_room (canvas, inner, &ink);
        return;
    }
    gboolean any = FALSE;
    for (guint i = 0; i < n; i++)
        any = any || isfinite (trend->value[i]) ||
              (trend->before != NULL && isfinite (trend->before[i]));
    if (!any) {
        cg_chart_empty (canvas, inner, panel, &ink);
        return;
    }
    g_auto (Key) key = { 0 };
    key_init (canvas, inner, trend, n, &key);
    double tick[8], scale_width = 0.0;
    guint room = (guint) CLAMP ((inner.height - key.height - small) / (2.0 * small), 2.0, 6.0);
    guint n_ticks = cg_ticks (max, max >= 1.0 || max <= 0.0, room, tick);
    for (guint i = 0; i < n_ticks; i++) {
        g_autofree char *text = cg_format_number_in (canvas->language, tick[i], 3);
        scale_width = MAX (scale_width, cg_chart_text_width (canvas, text, CG_TEXT_SMALL, FALSE));
    }
    double top = key.height + 0.9 * vh, left = scale_width + 0.7 * vh;
    Axes axes = { { inner.x + left, inner.y + top, inner.width - left - 0.6 * vh,
                    inner.height - top - small - 0.4 * vh },
                  n,
                  tick[n_ticks - 1] };
    draw_key (canvas, inner, trend, &key, &ink);
    draw_scale (canvas, &axes, n_ticks, tick, &ink);
    draw_dates (canvas, &axes, trend->start_s, &ink);
    if (trend->before != NULL)
        draw_series (canvas, &axes, trend->before, n, ink.text2, 0.16, TRUE);
    /* A day that is not over is no end of the line. */
    guint whole = trend->last_note != NULL && n > 0 ? n - 1 : n;
    draw_series (canvas, &axes, trend->value, whole, ink.accent, 0.28, FALSE);
    if (key.last < n)
        draw_dot (canvas, x_of (&axes, key.last), y_of (&axes, trend->value[key.last]),
                  trend->last_note != NULL, &ink);
}
