#include <math.h>

#include "chart/chart_internal.h"

#define MAX_FIGURES 12u
#define MAX_COLUMNS 4u
#define MAX_NAME_LINES 3u

static char *
figure_text (const CgCanvas *canvas, double value)
{
    gboolean whole = isfinite (value) && fabs (value - floor (value + 0.5)) < 1e-9;
    return whole ? cg_format_count_in (canvas->language, value)
                 : cg_format_number_in (canvas->language, value, 1);
}

static char *
change_text (const CgCanvas *canvas, const CgFigure *figure)
{
    return figure->counts
               ? cg_format_change_of_counts_in (canvas->language, figure->value, figure->before)
               : cg_format_change_in (canvas->language, figure->value, figure->before);
}

static double
cell_width (CgCanvas *canvas, const CgFigure *figure, CgTextSize size, gboolean change)
{
    g_autofree char *text = figure_text (canvas, figure->value);
    double number = cg_chart_text_width (canvas, text, size, TRUE);
    if (figure->unit != NULL)
        number +=
            cg_chart_text_width (canvas, figure->unit, CG_TEXT_SMALL, FALSE) + 0.6 * canvas->vh;
    if (change && !isnan (figure->before)) {
        g_autofree char *line = change_text (canvas, figure);
        double width = cg_chart_text_width (canvas, line, CG_TEXT_SMALL, FALSE);
        if (figure->versus != NULL)
            width += cg_chart_text_width (canvas, figure->versus, CG_TEXT_SMALL, FALSE) +
                     0.6 * canvas->vh;
        number = MAX (number, width);
    }
    return number;
}

/* Lines that the names need in a width; 0: more than MAX_NAME_LINES. */
static guint
name_lines (CgCanvas *canvas, guint n, const CgFigure *figures, double width)
{
    double line = cg_canvas_line_height (canvas, CG_TEXT_SMALL), most = line;
    CgText style = { .size = CG_TEXT_SMALL, .max_width = MAX (width, 1.0) };
    for (guint i = 0; i < n; i++) {
        CgRect box = cg_canvas_measure (canvas, 0, 0, figures[i].name, &style);
        if (box.width > width)
            return 0;
        most = MAX (most, box.height);
    }
    guint lines = (guint) ceil (most / line - 0.01);
    return lines <= MAX_NAME_LINES ? lines : 0;
}

typedef struct {
    CgTextSize size;
    guint columns, name_lines;
    gboolean change, cut; /* cut: names are one line, shortened where that is too short */
} Arrangement;

static gboolean
names_can_be_cut (CgCanvas *canvas, guint n, const CgFigure *figures, double width)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *name =
            cg_chart_shorten (canvas, figures[i].name, CG_TEXT_SMALL, FALSE, width);
        if (figures[i].name != NULL && name == NULL)
            return FALSE;
    }
    return TRUE;
}

static double
cell_height (CgCanvas *canvas, const Arrangement *how)
{
    double small = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    return how->name_lines * small + 0.9 * cg_canvas_line_height (canvas, how->size) +
           (how->change ? small : 0.0);
}

static gboolean
fits (CgCanvas *canvas, CgRect rect, guint n, const CgFigure *figures, Arrangement *how)
{
    guint rows = (n + how->columns - 1) / how->columns;
    double width = rect.width / how->columns - canvas->vh, need = 0.0;
    for (guint i = 0; i < n; i++)
        need = MAX (need, cell_width (canvas, &figures[i], how->size, how->change));
    how->name_lines = how->cut ? (guint) names_can_be_cut (canvas, n, figures, width)
                               : name_lines (canvas, n, figures, width);
    return need <= width && how->name_lines > 0 && cell_height (canvas, how) <= rect.height / rows;
}

/* The largest type that fits, then the most columns; then the change lines go, last of all ends of
 * names. */
static gboolean
arrange (CgCanvas *canvas, CgRect rect, guint n, const CgFigure *figures, Arrangement *out)
{
    static const CgTextSize sizes[3] = { CG_TEXT_FIGURE, CG_TEXT_TITLE, CG_TEXT_BODY };
    for (guint pass = 0; pass < 4; pass++)
        for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
            for (guint columns = MIN (n, MAX_COLUMNS); columns > 0; columns--) {
                guint rows = (n + columns - 1) / columns;
                if (columns != (n + rows - 1) / rows)
                    continue; /* as many rows with fewer columns: 3 and 3, not 4 and 2 */
                *out = (Arrangement){ sizes[k], columns, 1, pass % 2 == 0, pass >= 2 };
                if (fits (canvas, rect, n, figures, out))
                    return TRUE;
            }
    return FALSE;
}

static void
draw_change (CgCanvas *canvas, double x, double y, const CgFigure *figure, const CgInk *ink)
{
    if (isnan (figure->before))
        return;
    CgText style = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    if (figure->versus != NULL) {
        CgRect box = cg_canvas_text (canvas, x, y, figure->versus, &style);
        x = box.x + box.width + 0.6 * canvas->vh;
    }
    g_autofree char *text = change_text (canvas, figure);
    if (!figure->neutral && isfinite (figure->value) && figure->value != figure->before)
        style.colour = figure->value > figure->before ? ink->worse : ink->better;
    cg_canvas_text (canvas, x, y, text, &style);
}

static void
draw_figure (CgCanvas *canvas, CgRect cell, const CgFigure *figure, const Arrangement *how,
             const CgInk *ink)
{
    double small = cg_canvas_line_height (canvas, CG_TEXT_SMALL),
           big = cg_canvas_line_height (canvas, how->size) * 0.9;
    double y = cell.y + (cell.height - cell_height (canvas, how)) / 2;
    CgText name = { .size = CG_TEXT_SMALL, .colour = ink->text2, .max_width = cell.width };
    CgText unit = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    CgText number = { .size = how->size, .bold = TRUE, .colour = ink->text };
    /* Names stand on their number; the numbers of a row on one line. */
    g_autofree char *shown =
        how->cut ? cg_chart_shorten (canvas, figure->name, CG_TEXT_SMALL, FALSE, cell.width)
                 : g_strdup (figure->name);
    if (how->cut)
        name.max_width = 0.0;
    double lines = ceil (cg_canvas_measure (canvas, 0, 0, shown, &name).height / small - 0.01);
    double top = y + (how->name_lines - MAX (lines, 1.0)) * small;
    cg_canvas_text (canvas, cell.x, top + small / 2, shown, &name);
    y += how->name_lines * small;
    g_autofree char *text = figure_text (canvas, figure->value);
    CgRect box = cg_canvas_text (canvas, cell.x, y + big / 2, text, &number);
    double lift = 0.36 * (cg_text_vh (how->size) - cg_text_vh (CG_TEXT_SMALL)) *
                  canvas->vh; /* same baseline */
    cg_canvas_text (canvas, box.x + box.width + 0.6 * canvas->vh, y + big / 2 + lift, figure->unit,
                    &unit);
    if (how->change)
        draw_change (canvas, cell.x, y + big + small / 2, figure, ink);
}

/* Fewer figures rather than cut ones; returns how many. */
static guint
arrange_most (CgCanvas *canvas, CgRect rect, guint n, const CgFigure *figures, Arrangement *out)
{
    guint shown = MIN (n, MAX_FIGURES);
    while (shown > 0 && !arrange (canvas, rect, shown, figures, out))
        shown--;
    return shown;
}

static void
draw_figures (CgCanvas *canvas, CgRect inner, guint shown, const CgFigure *figures,
              const Arrangement *how, const CgInk *ink)
{
    for (guint i = 0; i < shown; i++) {
        guint rows = (shown + how->columns - 1) / how->columns;
        double width = inner.width / how->columns, height = inner.height / rows;
        CgRect cell = { inner.x + i % how->columns * width, inner.y + i / how->columns * height,
                        width - canvas->vh, height };
        draw_figure (canvas, cell, &figures[i], how, ink);
    }
}

gboolean
cg_chart_brief (CgCanvas *canvas, CgRect rect, guint n, const CgFigure *figures, const CgInk *ink)
{
    Arrangement how = { 0 };
    guint shown = arrange_most (canvas, rect, n, figures, &how);
    draw_figures (canvas, rect, shown, figures, &how, ink);
    return shown > 0;
}

void
cg_chart_figures (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                  const CgFigure *figures)
{
    CgInk ink = cg_chart_ink (canvas, panel);
    CgRect inner = cg_chart_panel (canvas, rect, panel);
    if (!(inner.width > 0.0 && inner.height > 0.0))
        return;
    if (n == 0) {
        cg_chart_empty (canvas, inner, panel, &ink);
        return;
    }
    gboolean unsure = FALSE;
    for (guint i = 0; i < MIN (n, MAX_FIGURES); i++)
        unsure = unsure ||
                 (figures[i].counts && cg_change_is_unsure (figures[i].value, figures[i].before));
    Arrangement how = { 0 };
    CgRect above = inner;
    above.height -= unsure ? cg_canvas_line_height (canvas, CG_TEXT_SMALL) : 0.0;
    guint shown = arrange_most (canvas, above, n, figures, &how);
    if (unsure && how.change)
        cg_chart_unsure (canvas, &inner, &ink);
    else
        shown = arrange_most (canvas, inner, n, figures, &how);
    if (shown == 0)
        cg_chart_no_room (canvas, inner, &ink);
    draw_figures (canvas, inner, shown, figures, &how, &ink);
}
