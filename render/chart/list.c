/* Rows of text: warnings and the latest incidents. */
#include <math.h>

#include "chart/chart_internal.h"

#define MAX_ROWS 200u

typedef struct {
    CgRect rect;
    double tag_width, lead_width, text_width, tail_width, row_height;
    CgInk ink;
} List;

static void
measure (CgCanvas *canvas, List *list, guint n, const CgListRow *rows)
{
    double vh = canvas->vh, gap = vh;
    for (guint i = 0; i < n; i++) {
        if (rows[i].warning >= 0)
            list->tag_width = (CG_CHART_TAG_VH + 0.8) * vh;
        list->lead_width = MAX (list->lead_width,
                                cg_chart_text_width (canvas, rows[i].lead, CG_TEXT_SMALL, FALSE));
        list->tail_width =
            MAX (list->tail_width, cg_chart_text_width (canvas, rows[i].tail, CG_TEXT_BODY, TRUE));
    }
    if (list->lead_width > 0.0)
        list->lead_width += gap;
    if (list->tail_width > 0.0)
        list->tail_width += gap;
    /* Where there is no room for all the tail goes first, then the lead. */
    double least = 4 * vh, room = list->rect.width - list->tag_width;
    if (room - list->lead_width - list->tail_width < least)
        list->tail_width = 0.0;
    if (room - list->lead_width - list->tail_width < least)
        list->lead_width = 0.0;
    list->text_width = room - list->lead_width - list->tail_width;
    CgText style = { .max_width = MAX (list->text_width, least) };
    list->row_height = 2.9 * vh;
    for (guint i = 0; i < n; i++)
        list->row_height =
            MAX (list->row_height,
                 cg_canvas_measure (canvas, 0, 0, rows[i].text, &style).height + 0.8 * vh);
}

static void
draw_row (CgCanvas *canvas, const List *list, const CgListRow *row, double y)
{
    double x = list->rect.x, right = list->rect.x + list->rect.width;
    CgText small = { .size = CG_TEXT_SMALL, .colour = list->ink.text2 };
    CgText text = { .size = CG_TEXT_BODY, .colour = list->ink.text, .max_width = list->text_width };
    CgText tail = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = list->ink.text, .align = CG_ALIGN_RIGHT
    };
    if (row->warning >= 0 && row->warning < CG_N_WARNINGS)
        cg_chart_tag (canvas, x, y, (CgWarning) row->warning, &list->ink);
    x += list->tag_width;
    if (list->lead_width > 0.0)
        cg_canvas_text (canvas, x, y, row->lead, &small);
    x += list->lead_width;
    CgRect one = cg_canvas_measure (canvas, x, y, "国", &text),
           all = cg_canvas_measure (canvas, x, y, row->text, &text);
    cg_canvas_text (canvas, x, y - (all.height - one.height) / 2, row->text, &text);
    if (list->tail_width > 0.0)
        cg_canvas_text (canvas, right, y, row->tail, &tail);
}

static void
draw_rows (CgCanvas *canvas, const List *list, guint n, const CgListRow *rows, guint shown,
           double offset)
{
    double whole = floor (offset), right = list->rect.x + list->rect.width;
    for (guint k = 0; k < shown; k++) {
        guint i = (guint) fmod (whole + k, n);
        double top = list->rect.y + (k - (offset - whole)) * list->row_height;
        draw_row (canvas, list, &rows[i], top + list->row_height / 2);
        if (k + 1 < shown)
            cg_canvas_line (canvas, list->rect.x, top + list->row_height, right,
                            top + list->row_height, canvas->theme->hairline, 0.06);
    }
}

/* FALSE where there is nothing to draw, which the panel then says. */
static gboolean
begin (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgListRow *rows,
       List *list)
{
    *list = (List){ .ink = cg_chart_ink (canvas, panel) };
    list->rect = cg_chart_panel (canvas, rect, panel);
    if (!(list->rect.width > 0.0 && list->rect.height > 0.0))
        return FALSE;
    if (n == 0) {
        cg_chart_empty (canvas, list->rect, panel, &list->ink);
        return FALSE;
    }
    measure (canvas, list, n, rows);
    if (list->text_width >= 2 * canvas->vh)
        return TRUE;
    cg_chart_no_room (canvas, list->rect, &list->ink);
    return FALSE;
}

void
cg_chart_list (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgListRow *rows)
{
    List list;
    guint used = MIN (n, MAX_ROWS);
    if (!begin (canvas, rect, panel, used, rows, &list))
        return;
    guint shown = cg_chart_fit_rows (canvas, &list.rect, used, list.row_height, &list.ink);
    draw_rows (canvas, &list, used, rows, shown, 0.0);
}

void
cg_chart_ticker (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                 const CgListRow *rows, double offset)
{
    List list;
    guint used = MIN (n, MAX_ROWS);
    if (!begin (canvas, rect, panel, used, rows, &list))
        return;
    guint fit = (guint) CLAMP (list.rect.height / list.row_height, 0.0, MAX_ROWS);
    if (fit == 0) {
        cg_chart_no_room (canvas, list.rect, &list.ink);
        return;
    }
    /* A whole number of rows fills the panel, or a frame at rest would cut one. */
    list.row_height = MIN (list.rect.height / fit, 1.5 * list.row_height);
    list.rect.height = fit * list.row_height;
    if (used <= fit) {
        draw_rows (canvas, &list, used, rows, used, 0.0);
        return;
    }
    offset = isfinite (offset) ? fmod (offset, used) : 0.0;
    if (offset < 0.0)
        offset += used;
    cairo_save (canvas->cr);
    cairo_rectangle (canvas->cr, list.rect.x, list.rect.y, list.rect.width, list.rect.height);
    cairo_clip (canvas->cr);
    draw_rows (canvas, &list, used, rows, offset > floor (offset) ? fit + 1 : fit, offset);
    cairo_restore (canvas->cr);
}
