#include <math.h>

#include "chart/chart_internal.h"

#define MAX_FIGURES 12u
#define MAX_COLUMNS 4u

static char *
figure_text (double value)
{
    gboolean whole = isfinite (value) && fabs (value - floor (value + 0.5)) < 1e-9;
    return whole ? cg_format_count (value) : cg_format_number (value, 1);
}

static char *
change_text (const CgFigure *figure)
{
    return figure->counts ? cg_format_change_of_counts (figure->value, figure->before)
                          : cg_format_change (figure->value, figure->before);
}

static double
cell_width (CgCanvas *canvas, const CgFigure *figure, CgTextSize size, gboolean change)
{
    g_autofree char *text = figure_text (figure->value);
    double number = cg_chart_text_width (canvas, text, size, TRUE);
    if (figure->unit != NULL)
        number +=
            cg_chart_text_width (canvas, figure->unit, CG_TEXT_SMALL, FALSE) + 0.6 * canvas->vh;
    if (change && !isnan (figure->before)) {
        g_autofree char *line = change_text (figure);
        double width = cg_chart_text_width (canvas, line, CG_TEXT_SMALL, FALSE);
        if (figure->versus != NULL)
            width += cg_chart_text_width (canvas, figure->versus, CG_TEXT_SMALL, FALSE) +
                     0.6 * canvas->vh;
        number = MAX (number, width);
    }
    return MAX (number, cg_chart_text_width (canvas, figure->name, CG_TEXT_SMALL, FALSE));
}

static double
cell_height (CgCanvas *canvas, CgTextSize size, gboolean change)
{
    double small = cg_canvas_line_height (canvas, CG_TEXT_SMALL);
    return small + 0.9 * cg_canvas_line_height (canvas, size) + (change ? small : 0.0);
}

typedef struct {
    CgTextSize size;
    guint columns;
    gboolean change;
} Arrangement;

/* The largest type that fits, then the most columns; last of all the change lines go. */
static gboolean
arrange (CgCanvas *canvas, CgRect rect, guint n, const CgFigure *figures, Arrangement *out)
{
    static const CgTextSize sizes[3] = { CG_TEXT_FIGURE, CG_TEXT_TITLE, CG_TEXT_BODY };
    for (guint pass = 0; pass < 2; pass++)
        for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
            for (guint columns = MIN (n, MAX_COLUMNS); columns > 0; columns--) {
                guint rows = (n + columns - 1) / columns;
                double width = rect.width / columns - canvas->vh, height = rect.height / rows,
                       need = 0.0;
                for (guint i = 0; i < n; i++)
                    need = MAX (need, cell_width (canvas, &figures[i], sizes[k], pass == 0));
                if (need > width || cell_height (canvas, sizes[k], pass == 0) > height)
                    continue;
                *out = (Arrangement){ sizes[k], columns, pass == 0 };
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
    g_autofree char *text = change_text (figure);
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
    double y = cell.y + (cell.height - cell_height (canvas, how->size, how->change)) / 2;
    CgText name = { .size = CG_TEXT_SMALL, .colour = ink->text2 };
    CgText number = { .size = how->size, .bold = TRUE, .colour = ink->text };
    cg_canvas_text (canvas, cell.x, y + small / 2, figure->name, &name);
    g_autofree char *text = figure_text (figure->value);
    CgRect box = cg_canvas_text (canvas, cell.x, y + small + big / 2, text, &number);
    double lift = 0.36 * (cg_text_vh (how->size) - cg_text_vh (CG_TEXT_SMALL)) *
                  canvas->vh; /* same baseline */
    cg_canvas_text (canvas, box.x + box.width + 0.6 * canvas->vh, y + small + big / 2 + lift,
                    figure->unit, &name);
    if (how->change)
        draw_change (canvas, cell.x, y + small + big + small / 2, figure, ink);
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
    if (unsure)
        cg_chart_unsure (canvas, &inner, &ink);
    /* Fewer figures rather than cut ones. */
    Arrangement how;
    guint shown = MIN (n, MAX_FIGURES);
    while (shown > 0 && !arrange (canvas, inner, shown, figures, &how))
        shown--;
    if (shown == 0)
        cg_chart_no_room (canvas, inner, &ink);
    for (guint i = 0; i < shown; i++) {
        guint rows = (shown + how.columns - 1) / how.columns;
        double width = inner.width / how.columns, height = inner.height / rows;
        CgRect cell = { inner.x + i % how.columns * width, inner.y + i / how.columns * height,
                        width - canvas->vh, height };
        draw_figure (canvas, cell, &figures[i], &how, &ink);
    }
}
