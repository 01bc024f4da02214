/* Days of a year as cells: weeks are columns. */
#include <math.h>

#include "chart/chart_internal.h"

#define DAY_S 86400
#define MAX_DAYS 1100u
#define MAX_BANDS 12u

typedef struct {
    CgCanvas *canvas;
    guint n;
    gint64 start_s;
    const double *value;
    guint first_weekday;  /* of day 0 */
    guint weeks;          /* columns in all */
    guint bands, columns; /* columns of a band */
    double wide, high;    /* of a cell */
    gboolean digits;      /* months by their number alone: their names have no room */
    double left, top, band_height;
    CgFull full;
    CgInk ink;
} Calendar;

static void
place (const Calendar *calendar, guint day, double *out_x, double *out_y)
{
    guint at = day + calendar->first_weekday, week = at / 7;
    *out_x = calendar->left + week % calendar->columns * calendar->wide;
    *out_y =
        calendar->top + week / calendar->columns * calendar->band_height + at % 7 * calendar->high;
}

/* Width of the names of months with the gap between two. */
static double
month_width (const Calendar *calendar)
{
    CgCanvas *canvas = calendar->canvas;
    double widest = 0;
    for (guint month = 1; month <= 12; month++) {
        g_autofree char *name = g_strdup_printf ("%u月", month);
        widest = MAX (widest, cg_chart_text_width (canvas, cg_word (canvas->language, name),
                                                   CG_TEXT_SMALL, FALSE));
    }
    return widest + 0.5 * canvas->vh;
}

/* The number of bands that makes the cells largest: up to half as high again as wide, or 2.5 times as wide as
 * high; half as good where the shortest month has no room for its name. */
static gboolean
lay_out (Calendar *calendar, CgRect inner)
{
    double vh = calendar->canvas->vh,
           line = cg_canvas_line_height (calendar->canvas, CG_TEXT_SMALL);
    double names = cg_chart_weekday_width (calendar->canvas) + 0.8 * vh, best = 0;
    double height = inner.height - 1.3 * line, width = inner.width - names,
           month = month_width (calendar);
    for (guint bands = 1; bands <= MIN (MAX_BANDS, calendar->weeks); bands++) {
        guint columns = (calendar->weeks + bands - 1) / bands;
        double wide = MIN (width / columns, 4.0 * vh);
        double high = MIN ((height / bands - line - 0.5 * vh) / 7, 4.0 * vh);
        wide = MIN (wide, 2.5 * high);
        high = MIN (high, 1.5 * wide);
        double score = MIN (wide, high) < 0.5 * vh ? 0 : wide * high * (4 * wide < month ? 0.5 : 1);
        if (score <= best)
            continue;
        best = score;
        calendar->wide = wide;
        calendar->high = high;
        calendar->bands = bands;
        calendar->columns = columns;
    }
    if (best == 0)
        return FALSE;
    calendar->wide = calendar->wide >= 4.0 ? floor (calendar->wide) : calendar->wide;
    calendar->high = calendar->high >= 4.0 ? floor (calendar->high) : calendar->high;
    calendar->digits = 4 * calendar->wide < month;
    calendar->band_height = 7 * calendar->high + line + 0.5 * vh;
    calendar->left = inner.x + names + MAX (width - calendar->columns * calendar->wide, 0.0) / 2;
    calendar->top =
        inner.y + line + MAX (height - calendar->bands * calendar->band_height, 0.0) / 2;
    return TRUE;
}

static void
draw_weekdays (const Calendar *calendar)
{
    double line = cg_canvas_line_height (calendar->canvas, CG_TEXT_SMALL);
    guint step = calendar->high >= 0.8 * line ? 1 : calendar->high >= 0.4 * line ? 2 : 6;
    CgText style = { .size = CG_TEXT_SMALL,
                     .colour = calendar->ink.text2,
                     .align = CG_ALIGN_RIGHT };
    for (guint band = 0; band < calendar->bands; band++)
        for (guint day = 0; day < 7; day += step)
            cg_canvas_text (calendar->canvas, calendar->left - 0.6 * calendar->canvas->vh,
                            calendar->top + band * calendar->band_height +
                                (day + 0.5) * calendar->high,
                            cg_word (calendar->canvas->language, cg_chart_weekdays[day]), &style);
}

/* A line round the end of a month: down the left of its first day, along the top of it, and down
 * between the week of the old month and that of the new one. */
static void
draw_month_line (const Calendar *calendar, guint day)
{
    double x, y, wide = calendar->wide, high = calendar->high;
    place (calendar, day, &x, &y);
    guint row = (day + calendar->first_weekday) % 7;
    double top = y - row * high, bottom = top + 7 * high;
    guint week = (day + calendar->first_weekday) / 7;
    gboolean first = week % calendar->columns == 0;
    gboolean last = week % calendar->columns == calendar->columns - 1;
    cairo_t *cr = calendar->canvas->cr;
    cairo_new_path (cr);
    if (row == 0) {
        if (first)
            return;
        cairo_move_to (cr, x, top);
        cairo_line_to (cr, x, bottom);
    } else {
        cairo_move_to (cr, x, bottom);
        cairo_line_to (cr, x, y);
        cairo_line_to (cr, x + wide, y);
        if (!last)
            cairo_line_to (cr, x + wide, top);
        if (first)
            cairo_new_path (cr), cairo_move_to (cr, x, y), cairo_line_to (cr, x + wide, y);
    }
    cg_canvas_source (calendar->canvas, calendar->ink.text);
    cairo_set_line_width (cr, MAX (0.16 * calendar->canvas->vh, 1.0));
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_MITER);
    cairo_stroke (cr);
}

/* How far a month's name may reach: to where the next one's begins, or the end of its band. */
static double
month_room (const Calendar *calendar, guint day, const CgDay *date)
{
    double right = calendar->left + calendar->columns * calendar->wide + calendar->canvas->vh, x, y;
    guint at = day + calendar->first_weekday, band = at / 7 / calendar->columns;
    guint next = day + 28;
    CgDay then = *date;
    while (next < calendar->n && then.month == date->month)
        if (!cg_chart_day (calendar->start_s + (gint64) next++ * DAY_S, &then))
            return right;
    if (then.month == date->month)
        return right;
    place (calendar, next - 1, &x, &y);
    if ((next - 1 + calendar->first_weekday) / 7 / calendar->columns != band)
        return right;
    return MIN (right, x - 0.5 * calendar->canvas->vh);
}

/* The month stands over the column that holds its first day; a January, and the first month, with the
 * year, which may begin further left where that is free. */
static void
draw_month_name (const Calendar *calendar, guint day, const CgDay *date, double *taken)
{
    double x, y, vh = calendar->canvas->vh;
    place (calendar, day, &x, &y);
    guint at = day + calendar->first_weekday, band = at / 7 / calendar->columns;
    double line = cg_canvas_line_height (calendar->canvas, CG_TEXT_SMALL);
    CgLanguage language = calendar->canvas->language;
    g_autofree char *month = g_strdup_printf ("%u月", date->month);
    g_autofree char *number = g_strdup_printf ("%u", date->month);
    const char *said = cg_word (language, month);
    g_autofree char *full = language == CG_ENGLISH ? g_strdup_printf ("%s %u", said, date->year)
                                                   : g_strdup_printf ("%u年%s", date->year, said);
    const char *text[] = { date->month == 1 || day == 0 ? full : NULL,
                           calendar->digits ? NULL : said, number };
    double room = month_room (calendar, day, date), least = taken[band];
    for (guint k = 0; k < G_N_ELEMENTS (text); k++) {
        if (text[k] == NULL)
            continue;
        double width = cg_chart_text_width (calendar->canvas, text[k], CG_TEXT_SMALL, FALSE);
        double from = MIN (x, room - width);
        if (from < least || from < calendar->left - vh)
            continue;
        CgText style = { .size = CG_TEXT_SMALL, .colour = calendar->ink.text2 };
        cg_canvas_text (calendar->canvas, from,
                        calendar->top + band * calendar->band_height - line / 2 - 0.1 * vh,
                        text[k], &style);
        taken[band] = from + width + 0.5 * vh;
        return;
    }
}

static void
draw_days (const Calendar *calendar, const CgColour table[256])
{
    double gap = MAX (0.12 * calendar->canvas->vh, 1.0), taken[MAX_BANDS];
    cairo_pattern_t *hatch = cg_canvas_hatch (calendar->canvas);
    for (guint band = 0; band < MAX_BANDS; band++)
        taken[band] = -INFINITY;
    for (guint day = 0; day < calendar->n; day++) {
        double x, y;
        place (calendar, day, &x, &y);
        CgRect cell = { x + gap / 2, y + gap / 2, calendar->wide - gap, calendar->high - gap };
        cg_chart_cell (calendar->canvas, cell, calendar->value[day], calendar->full.full, table,
                       hatch);
    }
    cairo_pattern_destroy (hatch);
    for (guint day = 0; day < calendar->n; day++) {
        CgDay date;
        if (!cg_chart_day (calendar->start_s + (gint64) day * DAY_S, &date))
            continue;
        if (date.day == 1 && day > 0)
            draw_month_line (calendar, day);
        /* A first month of a few days has no room for a name of its own. */
        if (date.day == 1 || (day == 0 && date.day <= 15))
            draw_month_name (calendar, day, &date, taken);
    }
}

void
cg_chart_calendar (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, gint64 start_s,
                   const double *value, const CgPalette *palette)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    guint skipped = n > MAX_DAYS ? n - MAX_DAYS : 0;
    CgDay first;
    if (n == 0 || !cg_chart_day (start_s, &first) ||
        !cg_chart_day (start_s + (gint64) n * DAY_S, &first)) {
        cg_chart_empty (canvas, inner, panel, &ink);
        return;
    }
    Calendar calendar = { .canvas = canvas,
                          .n = n - skipped,
                          .start_s = start_s + (gint64) skipped * DAY_S,
                          .value = value + skipped,
                          .ink = ink };
    cg_chart_day (calendar.start_s, &first);
    calendar.first_weekday = first.weekday;
    calendar.weeks = (calendar.n + first.weekday + 6) / 7;
    calendar.full = cg_chart_full (calendar.n, calendar.value);
    if (!lay_out (&calendar, inner)) {
        cg_chart_no_room (canvas, inner, &ink);
        return;
    }
    CgColour table[256];
    cg_chart_colours (canvas, palette, &ink, table);
    draw_days (&calendar, table);
    draw_weekdays (&calendar);
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    cg_chart_ramp (canvas, (CgRect){ inner.x, inner.y + inner.height - line, inner.width, line },
                   &calendar.full, table, &ink);
}
