/* Rows of text: warnings and the latest incidents. */
#include <math.h>

#include "chart/chart_internal.h"

#define TAG_VH 2.4
#define MAX_ROWS 200u

typedef struct {
    CgRect rect;
    double tag_width, lead_width, tail_width, row_height;
    CgInk ink;
} List;

static void
measure (CgCanvas *canvas, List *list, guint n, const CgListRow *rows)
{
    double vh = canvas->vh, gap = vh;
    for (guint i = 0; i < n; i++) {
        if (rows[i].warning >= 0)
            list->tag_width = (TAG_VH + 0.8) * vh;
        list->lead_width = MAX (list->lead_width,
                                cg_chart_text_width (canvas, rows[i].lead, CG_TEXT_SMALL, FALSE));
        list->tail_width =
            MAX (list->tail_width, cg_chart_text_width (canvas, rows[i].tail, CG_TEXT_BODY, TRUE));
    }
    if (list->lead_width > 0.0)
        list->lead_width += gap;
    if (list->tail_width > 0.0)
        list->tail_width += gap;
    CgText style = { .max_width = MAX (list->rect.width - list->tag_width - list->lead_width -
                                           list->tail_width,
                                       4 * vh) };
    list->row_height = 2.9 * vh;
    for (guint i = 0; i < n; i++)
        list->row_height =
            MAX (list->row_height,
                 cg_canvas_measure (canvas, 0, 0, rows[i].text, &style).height + 0.8 * vh);
}

static void
draw_tag (CgCanvas *canvas, double x, double y, CgWarning warning, const CgInk *ink)
{
    double vh = canvas->vh, side = TAG_VH * vh;
    CgColour colour = ink->grey ? ink->accent : canvas->theme->warning[warning];
    CgRect box = { x, y - side / 2, side, side };
    gboolean dark = cg_colour_lightness (colour) > 60.0;
    CgText style = { .size = CG_TEXT_SMALL,
                     .bold = TRUE,
                     .align = CG_ALIGN_CENTRE,
                     .colour = dark ? CG_RGB (0x10181f) : CG_RGB (0xffffff) };
    cg_canvas_fill (canvas, box, colour);
    cg_canvas_text (canvas, x + side / 2, y, cg_warning_letter (warning), &style);
}

static void
draw_row (CgCanvas *canvas, const List *list, const CgListRow *row, double y)
{
    double x = list->rect.x, right = list->rect.x + list->rect.width;
    double width = MAX (list->rect.width - list->tag_width - list->lead_width - list->tail_width,
                        4 * canvas->vh);
    CgText small = { .size = CG_TEXT_SMALL, .colour = list->ink.text2 };
    CgText text = { .size = CG_TEXT_BODY, .colour = list->ink.text, .max_width = width };
    CgText tail = {
        .size = CG_TEXT_BODY, .bold = TRUE, .colour = list->ink.text, .align = CG_ALIGN_RIGHT
    };
    if (row->warning >= 0 && row->warning < CG_N_WARNINGS)
        draw_tag (canvas, x, y, (CgWarning) row->warning, &list->ink);
    x += list->tag_width;
    cg_canvas_text (canvas, x, y, row->lead, &small);
    x += list->lead_width;
    CgRect one = cg_canvas_measure (canvas, x, y, "国", &text),
           all = cg_canvas_measure (canvas, x, y, row->text, &text);
    cg_canvas_text (canvas, x, y - (all.height - one.height) / 2, row->text, &text);
    cg_canvas_text (canvas, right, y, row->tail, &tail);
}

void
cg_chart_list (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, const CgListRow *rows)
{
    List list = { .ink = cg_chart_ink (canvas, panel) };
    list.rect = cg_chart_panel (canvas, rect, panel);
    if (!(list.rect.width > 0.0 && list.rect.height > 0.0))
        return;
    if (n == 0) {
        cg_chart_empty (canvas, list.rect, panel, &list.ink);
        return;
    }
    guint used = MIN (n, MAX_ROWS);
    measure (canvas, &list, used, rows);
    guint shown = cg_chart_fit_rows (canvas, &list.rect, used, list.row_height, &list.ink);
    for (guint i = 0; i < shown; i++) {
        double top = list.rect.y + i * list.row_height;
        draw_row (canvas, &list, &rows[i], top + list.row_height / 2);
        if (i + 1 < shown)
            cg_canvas_line (canvas, list.rect.x, top + list.row_height,
                            list.rect.x + list.rect.width, top + list.row_height,
                            canvas->theme->hairline, 0.06);
    }
}
