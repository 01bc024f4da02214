/* A measure by part over time: small areas under each other on one scale. */
#include <math.h>

#include "chart/chart_internal.h"

#define ROW_VH 3.4
#define MAX_STEPS 4000u
#define MAX_LINES 24u

typedef struct {
    const char *name;
    const double *value;
    double total;
} Row;

typedef struct {
    CgCanvas *canvas;
    guint n, n_rows;
    Row row[MAX_LINES];
    double *rest; /* values of the row 其他, or NULL */
    double name_width, total_width, end;
    CgRect area; /* of the drawings, all rows */
    double pitch;
    CgInk ink;
} Flow;

static double
sum_of (guint n, const double *value)
{
    double sum = 0.0;
    gboolean any = FALSE;
    for (guint i = 0; i < n; i++)
        if (isfinite (value[i])) {
            sum += MAX (value[i], 0.0);
            any = TRUE;
        }
    return any ? sum : NAN;
}

/* The first rows as they are, the others joined; at most `room` in all. */
static void
collect (Flow *flow, const CgFlow *given, guint room)
{
    guint n_lines = given->n_lines, keep = n_lines > room ? room - 1 : n_lines;
    flow->n_rows = 0;
    for (guint l = 0; l < keep; l++)
        flow->row[flow->n_rows++] = (Row){ given->line[l].name, given->line[l].value,
                                           sum_of (flow->n, given->line[l].value) };
    if (keep == n_lines)
        return;
    flow->rest = g_new (double, flow->n);
    for (guint i = 0; i < flow->n; i++) {
        flow->rest[i] = NAN;
        for (guint l = keep; l < n_lines; l++)
            if (isfinite (given->line[l].value[i]))
                flow->rest[i] = (isnan (flow->rest[i]) ? 0.0 : flow->rest[i]) +
                                MAX (given->line[l].value[i], 0.0);
    }
    flow->row[flow->n_rows++] =
        (Row){ cg_word (flow->canvas->language, "其他"), flow->rest, sum_of (flow->n, flow->rest) };
}

static char *
total_text (const CgCanvas *canvas, const Row *row)
{
    return cg_format_number_in (canvas->language, row->total, fabs (row->total) < 10.0 ? 1 : 0);
}

static gboolean
measure (Flow *flow, CgRect inner)
{
    CgCanvas *canvas = flow->canvas;
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL),
           name_height = line;
    double max = 0.0, widest = 0.0;
    for (guint r = 0; r < flow->n_rows; r++) {
        g_autofree char *total = total_text (canvas, &flow->row[r]);
        flow->total_width =
            MAX (flow->total_width, cg_chart_text_width (canvas, total, CG_TEXT_BODY, TRUE));
        widest =
            MAX (widest, cg_chart_text_width (canvas, flow->row[r].name, CG_TEXT_SMALL, FALSE));
        for (guint i = 0; i < flow->n; i++)
            if (isfinite (flow->row[r].value[i]))
                max = MAX (max, flow->row[r].value[i]);
    }
    flow->name_width = MIN (widest, 0.3 * inner.width);
    CgText style = { .size = CG_TEXT_SMALL, .max_width = flow->name_width + 1.0 };
    for (guint r = 0; r < flow->n_rows; r++)
        name_height =
            MAX (name_height, cg_canvas_measure (canvas, 0, 0, flow->row[r].name, &style).height);
    double left = flow->name_width + flow->total_width + 3.2 * vh,
           below = line + CG_CHART_X_AXIS_VH * vh;
    flow->end = cg_round_up (max);
    flow->end = flow->end > 0.0 ? flow->end : 1.0;
    flow->area = (CgRect){ inner.x + left, inner.y, inner.width - left - 0.4 * vh,
                           inner.height - below - line };
    flow->pitch = flow->area.height / flow->n_rows;
    return flow->area.width >= 8 * vh && flow->pitch >= name_height + 0.3 * vh;
}

static void
draw_area (const Flow *flow, guint r)
{
    CgCanvas *canvas = flow->canvas;
    cairo_t *cr = canvas->cr;
    const double *value = flow->row[r].value;
    double top = flow->area.y + r * flow->pitch + 0.12 * flow->pitch,
           bottom = flow->area.y + (r + 1) * flow->pitch;
    double step = flow->area.width / flow->n, gap = step > 6.0 ? 1.0 : 0.0;
    CgColour colour = cg_colour_mix (flow->ink.accent, canvas->theme->panel, 0.2);
    cg_canvas_line (canvas, flow->area.x, bottom, flow->area.x + flow->area.width, bottom,
                    canvas->theme->hairline, 0.08);
    cg_canvas_source (canvas, colour);
    for (guint i = 0; i < flow->n; i++) {
        if (!isfinite (value[i]) || !(value[i] > 0.0))
            continue;
        double height = (bottom - top) * MIN (value[i] / flow->end, 1.0);
        double x0 = flow->area.x + i * step, x1 = flow->area.x + (i + 1) * step - gap;
        cairo_rectangle (cr, x0, bottom - height, x1 - x0, height);
    }
    cairo_fill (cr);
    /* What is not known is no zero. */
    cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
    cairo_set_source (cr, hatch);
    for (guint i = 0; i < flow->n; i++)
        if (!isfinite (value[i]))
            cairo_rectangle (cr, flow->area.x + i * step, top, step - gap, bottom - top);
    cairo_fill (cr);
    cairo_pattern_destroy (hatch);
}

static void
draw_row (const Flow *flow, CgRect inner, guint r)
{
    CgCanvas *canvas = flow->canvas;
    double vh = canvas->vh, y = flow->area.y + (r + 0.55) * flow->pitch;
    CgText name = { .size = CG_TEXT_SMALL,
                    .colour = flow->ink.text,
                    .max_width = flow->name_width + 1.0 };
    CgText total = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = flow->ink.text, .align = CG_ALIGN_RIGHT
    };
    draw_area (flow, r);
    CgRect one = cg_canvas_measure (canvas, inner.x, y, "国", &name);
    CgRect all = cg_canvas_measure (canvas, inner.x, y, flow->row[r].name, &name);
    cg_canvas_text (canvas, inner.x, y - MAX (all.height - one.height, 0.0) / 2, flow->row[r].name,
                    &name);
    g_autofree char *text = total_text (canvas, &flow->row[r]);
    cg_canvas_text (canvas, inner.x + flow->name_width + 1.2 * vh + flow->total_width, y, text,
                    &total);
}

static char *
step_text (gint64 time_s, CgStep step)
{
    CgDay day;
    if (!cg_chart_day (time_s, &day))
        return g_strdup ("?");
    return step >= CG_STEP_FOUR_WEEKS ? g_strdup_printf ("%04u-%02u", day.year, day.month)
                                      : g_strdup_printf ("%02u-%02u", day.month, day.day);
}

/* Dates under the middle of their steps, counted back from the last one; and in words what a step
 * is and how high a full row. */
static void
draw_dates (const Flow *flow, CgRect inner, const CgFlow *given)
{
    static const char *const steps[] = { "每格一日", "每格一周", "每格四周", "每格一月" };
    CgCanvas *canvas = flow->canvas;
    double vh = canvas->vh, line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    double width = cg_chart_text_width (
        canvas, given->step >= CG_STEP_FOUR_WEEKS ? "0000-00" : "00-00", CG_TEXT_SMALL, FALSE);
    guint room = (guint) MAX (flow->area.width / (width + 1.5 * vh), 1.0);
    guint every = MAX ((flow->n + room - 1) / room, 1), n = 0;
    g_autofree double *x = g_new (double, room + 2);
    g_auto (GStrv) text = g_new0 (char *, room + 3);
    for (guint i = (flow->n - 1) % every; i < flow->n && n < room + 2; i += every) {
        x[n] = flow->area.x + (i + 0.5) * flow->area.width / flow->n;
        text[n++] = step_text (given->time_s[i], given->step);
    }
    CgPlot plot = { flow->area, 0.0, 1.0, 1.0 };
    cg_chart_x_axis (canvas, &plot, n, x, (const char *const *) text, flow->area.x,
                     inner.x + inner.width, &flow->ink);
    g_autofree char *end = cg_format_number_in (canvas->language, flow->end, 6);
    g_autofree char *words =
        g_strdup_printf (cg_word (canvas->language, "%s，各行同一比例，行高 = %s"),
                         cg_word (canvas->language, steps[MIN ((guint) given->step, 3)]), end);
    CgText style = { .size = CG_TEXT_SMALL, .colour = flow->ink.text2, .align = CG_ALIGN_RIGHT };
    if (cg_chart_text_width (canvas, words, CG_TEXT_SMALL, FALSE) <= inner.width)
        cg_canvas_text (canvas, inner.x + inner.width, inner.y + inner.height - line / 2, words,
                        &style);
}

void
cg_chart_flow (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgFlow *given)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    gboolean any = FALSE;
    guint n = MIN (given->n, MAX_STEPS);
    for (guint l = 0; l < given->n_lines; l++)
        any = any || isfinite (sum_of (n, given->line[l].value));
    if (!any) {
        cg_chart_empty (canvas, inner, panel, &ink);
        return;
    }
    double below =
        2 * cg_canvas_line_height (canvas, CG_TEXT_SMALL) + CG_CHART_X_AXIS_VH * canvas->vh;
    guint room = (guint) CLAMP ((inner.height - below) / (ROW_VH * canvas->vh), 0.0, MAX_LINES);
    gboolean drawn = FALSE;
    /* Names of two lines make rows higher: then fewer of them. */
    for (; room > 0 && !drawn; room--) {
        Flow flow = { .canvas = canvas, .n = n, .ink = ink };
        collect (&flow, given, room);
        drawn = measure (&flow, inner);
        for (guint r = 0; drawn && r < flow.n_rows; r++)
            draw_row (&flow, inner, r);
        if (drawn)
            draw_dates (&flow, inner, given);
        g_free (flow.rest);
    }
    if (!drawn)
        cg_chart_no_room (canvas, inner, &ink);
}
