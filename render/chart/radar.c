/* Several numbers of a few places on axes with scales of their own. */
#include <math.h>

#include "chart/chart_internal.h"

#define N_RINGS 4

typedef struct {
    double x, y, radius;
    guint n;
    const CgRadarAxis *axes;
    double end[CG_CHART_MAX_AXES];
    CgInk ink;
} Radar;

static double
turn (const Radar *radar, guint axis)
{
    return 2 * G_PI * axis / radar->n - G_PI / 2;
}

static void
point_of (const Radar *radar, guint axis, double share, double *out_x, double *out_y)
{
    *out_x = radar->x + share * radar->radius * cos (turn (radar, axis));
    *out_y = radar->y + share * radar->radius * sin (turn (radar, axis));
}

static void
choose_ends (Radar *radar, guint n_lines, const CgChartLine *lines)
{
    for (guint a = 0; a < radar->n; a++) {
        double max = 0.0, end = radar->axes[a].end;
        for (guint l = 0; l < n_lines; l++)
            if (isfinite (lines[l].value[a]))
                max = MAX (max, lines[l].value[a]);
        if (!(end > 0.0) || !isfinite (end))
            end = cg_round_up (max);
        radar->end[a] = end > 0.0 ? end : 1.0;
    }
}

/* "0–120 起" */
static char *
scale_text (const CgCanvas *canvas, const Radar *radar, guint axis)
{
    const char *unit = radar->axes[axis].unit;
    g_autofree char *end = cg_format_number_in (canvas->language, radar->end[axis], 6);
    return g_strconcat ("0–", end, unit != NULL ? " " : "", unit != NULL ? unit : "", NULL);
}

/* Box of an axis' two lines of text, outside the rim on its side. */
static CgRect
label_box (CgCanvas *canvas, const Radar *radar, guint axis, double max_width)
{
    double x, y, vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    CgText style = { .size = CG_TEXT_SMALL, .max_width = max_width };
    g_autofree char *scale = scale_text (canvas, radar, axis);
    CgRect name = cg_canvas_measure (canvas, 0, 0, radar->axes[axis].name, &style);
    double width = MAX (name.width, cg_chart_text_width (canvas, scale, CG_TEXT_SMALL, FALSE));
    double height = MAX (name.height, line) + line;
    double c = cos (turn (radar, axis)), s = sin (turn (radar, axis));
    point_of (radar, axis, 1.0, &x, &y);
    x += 0.9 * vh * c;
    y += 0.9 * vh * s;
    double left = fabs (c) < 0.1 ? x - width / 2 : c > 0 ? x : x - width;
    double top = s < -0.95 ? y - height : s > 0.95 ? y : y - height / 2 + s * height / 2;
    return (CgRect){ left, top, width, height };
}

/* The largest radius whose labels stay in the rectangle and off each other. */
static gboolean
fit (CgCanvas *canvas, CgRect rect, Radar *radar)
{
    double vh = canvas->vh;
    for (double radius = MIN (rect.width, rect.height) / 2; radius >= 5 * vh; radius *= 0.96) {
        radar->radius = radius;
        radar->x = rect.x + rect.width / 2;
        radar->y = rect.y + rect.height / 2;
        CgRect box[CG_CHART_MAX_AXES];
        double max_width = MAX (0.45 * rect.width - 0.3 * radius, 6 * vh), top = INFINITY,
               bottom = -INFINITY;
        gboolean good = TRUE;
        for (guint a = 0; a < radar->n; a++) {
            box[a] = label_box (canvas, radar, a, max_width);
            top = MIN (top, box[a].y);
            bottom = MAX (bottom, box[a].y + box[a].height);
            good = good && box[a].x >= rect.x && box[a].x + box[a].width <= rect.x + rect.width;
            for (guint b = 0; b < a; b++)
                good = good && (box[a].x + box[a].width + 0.5 * vh <= box[b].x ||
                                box[b].x + box[b].width + 0.5 * vh <= box[a].x ||
                                box[a].y + box[a].height <= box[b].y ||
                                box[b].y + box[b].height <= box[a].y);
        }
        if (!good || bottom - top > rect.height)
            continue;
        /* An odd number of axes reaches further up than down. */
        radar->y += (rect.y + rect.height / 2) - (top + bottom) / 2;
        return TRUE;
    }
    return FALSE;
}

static void
draw_web (CgCanvas *canvas, const Radar *radar)
{
    double x, y;
    cairo_set_line_width (canvas->cr, MAX (0.08 * canvas->vh, 1.0));
    for (guint ring = 1; ring <= N_RINGS; ring++) {
        cairo_new_path (canvas->cr);
        for (guint a = 0; a < radar->n; a++) {
            point_of (radar, a, ring / (double) N_RINGS, &x, &y);
            cairo_line_to (canvas->cr, x, y);
        }
        cairo_close_path (canvas->cr);
        cg_canvas_source (
            canvas, ring == N_RINGS ? cg_colour_mix (canvas->theme->hairline, radar->ink.text2, 0.4)
                                    : canvas->theme->hairline);
        cairo_stroke (canvas->cr);
    }
    cg_canvas_source (canvas, canvas->theme->hairline);
    for (guint a = 0; a < radar->n; a++) {
        point_of (radar, a, 1.0, &x, &y);
        cairo_move_to (canvas->cr, radar->x, radar->y);
        cairo_line_to (canvas->cr, x, y);
    }
    cairo_stroke (canvas->cr);
}

static void
draw_labels (CgCanvas *canvas, const Radar *radar, CgRect rect)
{
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double max_width = MAX (0.45 * rect.width - 0.3 * radar->radius, 6 * canvas->vh);
    for (guint a = 0; a < radar->n; a++) {
        CgRect box = label_box (canvas, radar, a, max_width);
        double c = cos (turn (radar, a));
        CgAlign align = fabs (c) < 0.1 ? CG_ALIGN_CENTRE : c > 0 ? CG_ALIGN_LEFT : CG_ALIGN_RIGHT;
        double x = align == CG_ALIGN_CENTRE ? box.x + box.width / 2
                   : align == CG_ALIGN_LEFT ? box.x
                                            : box.x + box.width;
        CgText name = {
            .size = CG_TEXT_SMALL, .colour = radar->ink.text, .align = align, .max_width = max_width
        };
        CgText scale = { .size = CG_TEXT_SMALL, .colour = radar->ink.text2, .align = align };
        g_autofree char *text = scale_text (canvas, radar, a);
        cg_canvas_text (canvas, x, box.y + line / 2, radar->axes[a].name, &name);
        cg_canvas_text (canvas, x, box.y + box.height - line / 2, text, &scale);
    }
}

static double
share_of (const Radar *radar, const CgChartLine *line, guint axis)
{
    double value = line->value[axis % radar->n];
    return isfinite (value) ? CLAMP (value / radar->end[axis % radar->n], 0.0, 1.0) : NAN;
}

static void
set_dash (CgCanvas *canvas, guint i)
{
    double vh = canvas->vh, dash[2][2] = { { 1.0 * vh, 0.6 * vh }, { 0.3 * vh, 0.6 * vh } };
    cairo_set_dash (canvas->cr, dash[i == 2], i == 0 ? 0 : 2, 0);
}

static void
draw_line (CgCanvas *canvas, const Radar *radar, const CgChartLine *line, guint i)
{
    CgColour colour = cg_chart_part_colour (canvas, &radar->ink, i);
    gboolean whole = TRUE;
    cairo_save (canvas->cr);
    cairo_new_path (canvas->cr);
    for (guint a = 0; a <= radar->n; a++) {
        double x, y, share = share_of (radar, line, a),
                     before = a > 0 ? share_of (radar, line, a - 1) : NAN;
        whole = whole && !isnan (share);
        if (isnan (share))
            continue;
        point_of (radar, a, share, &x, &y);
        if (isnan (before))
            cairo_move_to (canvas->cr, x, y);
        else
            cairo_line_to (canvas->cr, x, y);
    }
    if (whole && i == 0) {
        cg_canvas_source (canvas, cg_colour_alpha (colour, 0.2));
        cairo_fill_preserve (canvas->cr);
    }
    cg_canvas_source (canvas, colour);
    cairo_set_line_width (canvas->cr, MAX (0.26 * canvas->vh, 1.0));
    cairo_set_line_join (canvas->cr, CAIRO_LINE_JOIN_ROUND);
    set_dash (canvas, i);
    cairo_stroke (canvas->cr);
    cairo_restore (canvas->cr);
    for (guint a = 0; a < radar->n; a++) {
        double x, y, share = share_of (radar, line, a);
        if (isnan (share))
            continue;
        point_of (radar, a, share, &x, &y);
        cairo_new_path (canvas->cr);
        cairo_arc (canvas->cr, x, y, 0.4 * canvas->vh, 0, 2 * G_PI);
        cg_canvas_source (canvas, colour);
        cairo_fill (canvas->cr);
    }
}

/* Names with a sample of the line, from the left, as many rows as they need; returns the height. */
static double
draw_key (CgCanvas *canvas, CgRect rect, guint n, const CgChartLine *lines, const CgInk *ink,
          gboolean draw)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL), x = rect.x,
           y = rect.y;
    for (guint i = 0; i < n; i++) {
        CgText style = { .size = CG_TEXT_SMALL,
                         .colour = ink->text,
                         .max_width = MAX (rect.width - 3.4 * vh, 4 * vh) };
        CgRect box = cg_canvas_measure (canvas, 0, 0, lines[i].name, &style);
        double width = box.width + 3.4 * vh, height = MAX (box.height, line);
        if (x > rect.x && x + width > rect.x + rect.width) {
            x = rect.x;
            y += line;
        }
        if (draw) {
            cairo_save (canvas->cr);
            cg_canvas_source (canvas, cg_chart_part_colour (canvas, ink, i));
            cairo_set_line_width (canvas->cr, MAX (0.26 * vh, 1.0));
            set_dash (canvas, i);
            cairo_move_to (canvas->cr, x, y + line / 2);
            cairo_line_to (canvas->cr, x + 2.6 * vh, y + line / 2);
            cairo_stroke (canvas->cr);
            cairo_restore (canvas->cr);
            cg_canvas_text (canvas, x + 3.2 * vh, y + line / 2, lines[i].name, &style);
        }
        x += width + 1.5 * vh;
        y += height - line;
    }
    return n > 0 ? y + line - rect.y : 0.0;
}

/* One axis to a row, one line to a column; FALSE where three rows or a name would find no room. */
static gboolean
draw_rows (CgCanvas *canvas, CgRect inner, const Radar *radar, guint n_lines,
           const CgChartLine *lines)
{
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL), names = 0.0;
    double column[CG_CHART_MAX_LINES], right = inner.x + inner.width;
    guint fit = (guint) CLAMP (inner.height / line, 0.0, 100.0);
    guint n = MIN (radar->n, fit > 0 ? fit - 1 : 0);
    g_auto (GStrv) name = g_new0 (char *, radar->n + 1);
    for (guint a = 0; a < n; a++) {
        const char *unit = radar->axes[a].unit;
        name[a] = unit != NULL ? g_strdup_printf ("%s (%s)", radar->axes[a].name, unit)
                               : g_strdup (radar->axes[a].name);
        names = MAX (names, cg_chart_text_width (canvas, name[a], CG_TEXT_SMALL, FALSE));
    }
    double all = names;
    for (guint l = 0; l < n_lines; l++) {
        column[l] = cg_chart_text_width (canvas, lines[l].name, CG_TEXT_SMALL, TRUE);
        for (guint a = 0; a < n; a++) {
            g_autofree char *value = cg_format_number_in (canvas->language, lines[l].value[a], 1);
            column[l] = MAX (column[l], cg_chart_text_width (canvas, value, CG_TEXT_SMALL, FALSE));
        }
        all += column[l] + 1.5 * vh;
    }
    if (n < CG_CHART_MIN_AXES || all > inner.width)
        return FALSE;
    CgText head = { .size = CG_TEXT_SMALL, .bold = TRUE, .colour = radar->ink.text };
    CgText quiet = { .size = CG_TEXT_SMALL, .colour = radar->ink.text2 };
    CgText number = { .size = CG_TEXT_SMALL, .colour = radar->ink.text };
    head.align = number.align = CG_ALIGN_RIGHT;
    double step = MIN (inner.height / (n + 1), 1.6 * line);
    for (guint l = n_lines; l-- > 0; right -= column[l] + 1.5 * vh) {
        cg_canvas_text (canvas, right, inner.y + step / 2, lines[l].name, &head);
        for (guint a = 0; a < n; a++) {
            g_autofree char *value = cg_format_number_in (canvas->language, lines[l].value[a], 1);
            cg_canvas_text (canvas, right, inner.y + (a + 1.5) * step, value, &number);
        }
    }
    for (guint a = 0; a < n; a++)
        cg_canvas_text (canvas, inner.x, inner.y + (a + 1.5) * step, name[a], &quiet);
    return TRUE;
}

/* Where neither web nor table has room: the first axis of each line, in figures under its name. */
static gboolean
draw_brief (CgCanvas *canvas, CgRect inner, const Radar *radar, guint n_lines,
            const CgChartLine *lines)
{
    if (draw_rows (canvas, inner, radar, n_lines, lines))
        return TRUE;
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    CgFigure figures[CG_CHART_MAX_LINES];
    CgText style = { .size = CG_TEXT_SMALL, .bold = TRUE, .colour = radar->ink.text };
    g_autofree char *name =
        cg_chart_shorten (canvas, radar->axes[0].name, CG_TEXT_SMALL, TRUE, inner.width);
    for (guint l = 0; l < n_lines; l++)
        figures[l] = (CgFigure){ .name = lines[l].name,
                                 .unit = radar->axes[0].unit,
                                 .value = lines[l].value[0],
                                 .before = NAN };
    CgRect below = { inner.x, inner.y + line, inner.width, inner.height - line };
    if (name == NULL || !cg_chart_brief (canvas, below, n_lines, figures, &radar->ink))
        return FALSE;
    cg_canvas_text (canvas, inner.x, inner.y + line / 2, name, &style);
    return TRUE;
}

void
cg_chart_radar (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n_axes,
                const CgRadarAxis *axes, guint n_lines, const CgChartLine *lines)
{
    Radar radar = { .n = MIN (n_axes, CG_CHART_MAX_AXES),
                    .axes = axes,
                    .ink = cg_chart_ink (canvas, panel) };
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    n_lines = MIN (n_lines, CG_CHART_MAX_LINES);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    gboolean any = FALSE;
    for (guint l = 0; l < n_lines; l++)
        for (guint a = 0; a < radar.n; a++)
            any = any || isfinite (lines[l].value[a]);
    if (radar.n < CG_CHART_MIN_AXES || !any) {
        cg_chart_empty (canvas, inner, panel, &radar.ink);
        return;
    }
    choose_ends (&radar, n_lines, lines);
    double key = draw_key (canvas, inner, n_lines, lines, &radar.ink, FALSE);
    CgRect web = { inner.x, inner.y + key + 0.4 * canvas->vh, inner.width,
                   inner.height - key - 0.4 * canvas->vh };
    if (!fit (canvas, web, &radar)) {
        if (!draw_brief (canvas, inner, &radar, n_lines, lines))
            cg_chart_no_room (canvas, inner, &radar.ink);
        return;
    }
    draw_key (canvas, inner, n_lines, lines, &radar.ink, TRUE);
    draw_web (canvas, &radar);
    for (guint l = n_lines; l-- > 0;)
        draw_line (canvas, &radar, &lines[l], l);
    draw_labels (canvas, &radar, web);
}
