/* A rate against its target and four bands, on three quarters of a ring. */
#include <math.h>

#include "chart/chart_internal.h"

#define START (0.75 * G_PI) /* lower left, clockwise from the right */
#define SWEEP (1.5 * G_PI)
/* Of the ring, which is open below: how far the circle reaches under its middle. */
#define BELOW 0.7072

typedef struct {
    double x, y, radius; /* outer edge of the ring */
    double width;        /* of the ring            */
    double end;
    gboolean bands;
} Dial;

static double
angle_of (const Dial *dial, double value)
{
    return START + SWEEP * CLAMP (value / dial->end, 0.0, 1.0);
}

static CgWarning
band_of (const CgGauge *gauge, double value)
{
    guint band = 0;
    while (band < 3 && value >= gauge->bound[band])
        band++;
    return (CgWarning) (gauge->reverse ? 3 - band : band);
}

static CgColour
band_colour (CgCanvas *canvas, CgWarning band, const CgInk *ink)
{
    CgColour colour = canvas->theme->warning[band];
    return ink->grey ? cg_colour_mix (colour, canvas->theme->panel, 0.55) : colour;
}

static void
draw_arc (CgCanvas *canvas, const Dial *dial, double radius, double width, double from, double to,
          CgColour colour)
{
    if (!(to > from) || !(radius > 0.0))
        return;
    cairo_new_path (canvas->cr);
    cairo_arc (canvas->cr, dial->x, dial->y, radius, from, to);
    cg_canvas_source (canvas, colour);
    cairo_set_line_width (canvas->cr, width);
    cairo_set_line_cap (canvas->cr, CAIRO_LINE_CAP_BUTT);
    cairo_stroke (canvas->cr);
}

static gboolean
has_bands (const CgGauge *gauge)
{
    return gauge->bound[0] <= gauge->bound[1] && gauge->bound[1] <= gauge->bound[2];
}

/* Thin arcs outside the ring, with letters where the band is long enough for one. */
static void
draw_bands (CgCanvas *canvas, const Dial *dial, const CgGauge *gauge, const CgInk *ink)
{
    double vh = canvas->vh, width = 0.5 * vh, radius = dial->radius + 0.3 * vh + width / 2;
    double out = dial->radius + 0.8 * vh + 1.1 * vh, gap = 0.2 * vh / radius, from = 0.0;
    for (guint k = 0; k < 4; k++) {
        double to = k < 3 ? CLAMP (gauge->bound[k], from, dial->end) : dial->end;
        CgWarning band = (CgWarning) (gauge->reverse ? 3 - k : k);
        CgColour colour = band_colour (canvas, band, ink);
        double a = angle_of (dial, from), b = angle_of (dial, to), middle = (a + b) / 2;
        draw_arc (canvas, dial, radius, width, a + (k > 0 ? gap : 0), b, colour);
        CgText style = { .size = CG_TEXT_SMALL,
                         .bold = TRUE,
                         .colour = cg_colour_mix (colour, ink->text, 0.25),
                         .align = CG_ALIGN_CENTRE };
        if ((b - a) * out > 1.9 * vh)
            cg_canvas_text (canvas, dial->x + out * cos (middle), dial->y + out * sin (middle),
                            cg_warning_letter_in (canvas->language, band), &style);
        from = to;
    }
}

static void
draw_target (CgCanvas *canvas, const Dial *dial, double target, const CgInk *ink)
{
    double a = angle_of (dial, target), vh = canvas->vh;
    double inner = dial->radius - dial->width - 0.4 * vh, outer = dial->radius + 0.3 * vh;
    cg_canvas_source (canvas, ink->text);
    cairo_set_line_width (canvas->cr, MAX (0.3 * vh, 1.5));
    cairo_new_path (canvas->cr);
    cairo_move_to (canvas->cr, dial->x + inner * cos (a), dial->y + inner * sin (a));
    cairo_line_to (canvas->cr, dial->x + outer * cos (a), dial->y + outer * sin (a));
    cairo_stroke (canvas->cr);
}

static char *
value_text (const CgCanvas *canvas, const CgGauge *gauge)
{
    return cg_format_number_in (canvas->language, gauge->value,
                                fabs (gauge->value) < 100.0 ? 1 : 0);
}

static char *
target_text (const CgCanvas *canvas, const CgGauge *gauge)
{
    if (!isfinite (gauge->target))
        return NULL;
    g_autofree char *number = cg_format_number_in (canvas->language, gauge->target, 1);
    return g_strdup_printf (cg_word (canvas->language, "目标 %s%s%s"), number,
                            gauge->unit != NULL ? " " : "", gauge->unit != NULL ? gauge->unit : "");
}

/* What stands in the hole of the ring: number with its unit and the target below it. */
typedef struct {
    CgTextSize size;
    gboolean target, fits;
} Middle;

/* The words of the target go before a number below the title size does; a number that finds no room
 * at all stands below the ring. */
static Middle
choose_middle (CgCanvas *canvas, const Dial *dial, double number_units[CG_N_TEXT_SIZES],
               double target)
{
    static const CgTextSize sizes[] = { CG_TEXT_FIGURE, CG_TEXT_TITLE, CG_TEXT_BODY };
    double hole = dial->radius - dial->width - 0.5 * canvas->vh;
    double small = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    for (guint with = target > 0.0 ? 2 : 1; with-- > 0;)
        for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
            double half = 0.4 * cg_text_vh (sizes[k]) * canvas->vh;
            double low = half + 0.9 * small;
            gboolean number = hypot (number_units[sizes[k]] / 2, half) <= hole;
            gboolean words = with == 0 || hypot (target / 2, low) <= hole * 1.05;
            if (number && words && !(with == 1 && sizes[k] == CG_TEXT_BODY))
                return (Middle){ sizes[k], with == 1, TRUE };
        }
    return (Middle){ CG_TEXT_BODY, FALSE, FALSE };
}

/* FALSE: not drawn, it would touch the ring. */
static gboolean
draw_value (CgCanvas *canvas, const Dial *dial, const CgGauge *gauge, const CgInk *ink)
{
    g_autofree char *text = value_text (canvas, gauge), *target = target_text (canvas, gauge);
    double vh = canvas->vh, width[CG_N_TEXT_SIZES];
    double unit = cg_chart_text_width (canvas, gauge->unit, CG_TEXT_SMALL, FALSE);
    double aside_width = unit > 0.0 ? 0.5 * vh + unit : 0.0;
    for (guint k = 0; k < CG_N_TEXT_SIZES; k++)
        width[k] = cg_chart_text_width (canvas, text, (CgTextSize) k, TRUE) + aside_width;
    Middle middle = choose_middle (canvas, dial, width,
                                   cg_chart_text_width (canvas, target, CG_TEXT_SMALL, FALSE));
    if (!middle.fits)
        return FALSE;
    double em = cg_text_vh (middle.size) * vh, left = dial->x - width[middle.size] / 2;
    double y = dial->y - (middle.target ? 0.2 * em : 0.0);
    double lift = 0.36 * (em - cg_text_vh (CG_TEXT_SMALL) * vh);
    CgText figure = { .size = middle.size, .bold = TRUE, .colour = ink->text };
    CgText aside = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    cg_canvas_text (canvas, left, y, text, &figure);
    cg_canvas_text (canvas, left + width[middle.size] - unit, y + lift, gauge->unit, &aside);
    aside.align = CG_ALIGN_CENTRE;
    if (middle.target)
        cg_canvas_text (canvas, dial->x,
                        y + 0.6 * em + 0.6 * cg_canvas_line_height (canvas, CG_TEXT_SMALL), target,
                        &aside);
    return TRUE;
}

/* The opening of the ring: the letter of the value's band. */
static void
draw_state (CgCanvas *canvas, const Dial *dial, const CgGauge *gauge, const CgInk *ink)
{
    double side = CG_CHART_TAG_VH * canvas->vh;
    double y = dial->y + dial->radius * BELOW + 0.2 * canvas->vh;
    if (dial->bands && isfinite (gauge->value) && dial->radius * 1.2 > side)
        cg_chart_tag (canvas, dial->x - side / 2, y, band_of (gauge, gauge->value), ink);
}

static gboolean
draw_dial (CgCanvas *canvas, const Dial *dial, const CgGauge *gauge, const CgInk *ink)
{
    double middle = dial->radius - dial->width / 2;
    draw_arc (canvas, dial, middle, dial->width, START, START + SWEEP,
              cg_colour_alpha (canvas->theme->hairline, 0.8));
    if (isfinite (gauge->value)) {
        CgColour colour =
            dial->bands ? band_colour (canvas, band_of (gauge, gauge->value), ink) : ink->accent;
        draw_arc (canvas, dial, middle, dial->width, START, angle_of (dial, gauge->value), colour);
    }
    if (dial->bands)
        draw_bands (canvas, dial, gauge, ink);
    if (isfinite (gauge->target))
        draw_target (canvas, dial, gauge->target, ink);
    draw_state (canvas, dial, gauge, ink);
    return draw_value (canvas, dial, gauge, ink);
}

/* The ring in what the lines below it leave; FALSE without room. */
static gboolean
place_dial (CgCanvas *canvas, CgRect inner, double below, const CgGauge *gauge, Dial *dial)
{
    double vh = canvas->vh;
    gboolean bands = has_bands (gauge);
    double margin = bands ? 2.7 * vh : 0.4 * vh, height = inner.height - below;
    /* Above the middle radius + margin, below it the opening with the letter's square. */
    double radius = MIN (inner.width / 2 - margin, (height - margin - 1.6 * vh) / (1.0 + BELOW));
    if (radius < 4.5 * vh)
        return FALSE;
    double used = margin + radius * (1.0 + BELOW) + 1.6 * vh;
    *dial = (Dial){ .x = inner.x + inner.width / 2,
                    .y = inner.y + (height - used) / 2 + margin + radius,
                    .radius = radius,
                    .width = 0.22 * radius,
                    .end = gauge->end > 0.0 && isfinite (gauge->end) ? gauge->end : 100.0,
                    .bands = bands };
    return TRUE;
}

#define STRIP_VH 1.0

/* The ring rolled out: the value on a line from 0 to the end of the scale, the target as a stroke. */
static void
draw_strip (CgCanvas *canvas, CgRect strip, const CgGauge *gauge, CgColour colour, const CgInk *ink)
{
    double end = gauge->end > 0.0 && isfinite (gauge->end) ? gauge->end : 100.0, vh = canvas->vh;
    CgRect filled = strip;
    filled.width *= isfinite (gauge->value) ? CLAMP (gauge->value / end, 0.0, 1.0) : 0.0;
    cg_canvas_fill (canvas, strip, cg_colour_alpha (canvas->theme->hairline, 0.8));
    cg_canvas_fill (canvas, filled, colour);
    if (!isfinite (gauge->target))
        return;
    double x = strip.x + strip.width * CLAMP (gauge->target / end, 0.0, 1.0), width = 0.3 * vh;
    x = CLAMP (x - width / 2, strip.x, strip.x + strip.width - width);
    cg_canvas_fill (canvas, (CgRect){ x, strip.y - 0.3 * vh, width, strip.height + 0.6 * vh },
                    ink->text);
}

/* Where no ring has room: the number with the letter of its band and, below, the rolled out ring. */
static gboolean
draw_brief (CgCanvas *canvas, CgRect inner, const CgGauge *gauge, const CgInk *ink)
{
    double vh = canvas->vh, below = (STRIP_VH + 1.2) * vh, side = CG_CHART_TAG_VH * vh;
    gboolean tagged = has_bands (gauge) && isfinite (gauge->value);
    gboolean strip = inner.height >= below + 6 * vh;
    g_autofree char *target = target_text (canvas, gauge);
    CgFigure figure = { .name = target != NULL ? target : gauge->name,
                        .unit = gauge->unit,
                        .value = gauge->value,
                        .before = NAN };
    double left = tagged ? side + 0.9 * vh : 0.0;
    CgRect rect = { inner.x + left, inner.y, inner.width - left,
                    inner.height - (strip ? below : 0.0) };
    CgColour colour =
        tagged ? band_colour (canvas, band_of (gauge, gauge->value), ink) : ink->accent;
    if (!(rect.width > 0.0) || !cg_chart_brief (canvas, rect, 1, &figure, ink))
        return FALSE;
    if (tagged)
        cg_chart_tag (canvas, inner.x, rect.y + rect.height / 2, band_of (gauge, gauge->value), ink);
    if (strip)
        draw_strip (canvas,
                    (CgRect){ inner.x, inner.y + inner.height - (STRIP_VH + 0.4) * vh, inner.width,
                              STRIP_VH * vh },
                    gauge, colour, ink);
    return TRUE;
}

void
cg_chart_gauge (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgGauge *gauge)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    CgText note = { .size = CG_TEXT_SMALL,
                    .colour = ink.text2,
                    .align = CG_ALIGN_CENTRE,
                    .max_width = inner.width };
    CgText number = { .size = CG_TEXT_SMALL, .colour = ink.text, .align = CG_ALIGN_CENTRE };
    double note_height = cg_canvas_measure (canvas, 0, 0, gauge->note, &note).height;
    g_autofree char *value = value_text (canvas, gauge);
    g_autofree char *text =
        g_strdup_printf ("%s %s", value, gauge->unit != NULL ? gauge->unit : "");
    /* The line of the number is kept free where the number may not fit the ring. */
    gboolean wide = cg_chart_text_width (canvas, text, CG_TEXT_BODY, TRUE) > 7 * canvas->vh;
    Dial dial;
    if (!place_dial (canvas, inner, note_height + (wide ? line : 0.0), gauge, &dial)) {
        if (!draw_brief (canvas, inner, gauge, &ink))
            cg_chart_no_room (canvas, inner, &ink);
        return;
    }
    double bottom = inner.y + inner.height;
    if (!draw_dial (canvas, &dial, gauge, &ink))
        cg_canvas_text (canvas, dial.x, bottom - note_height - line / 2, text, &number);
    cg_canvas_text (canvas, dial.x, bottom - note_height + line / 2, gauge->note, &note);
}
