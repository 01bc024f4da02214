#include "page/canvas_internal.h"

#define HEADING_VH 8.0
#define GAP_VH 1.2
#define N_COLUMNS 24u
#define N_ROWS 12u

CgRect
cg_page_cell (const CgCanvas *canvas, guint column, guint row, guint n_columns, guint n_rows)
{
    double vh = canvas->vh, gap = GAP_VH * vh;
    double step_x = (canvas->width - gap) / N_COLUMNS;
    double step_y = (canvas->height - HEADING_VH * vh - gap) / N_ROWS;
    CgRect cell = { gap + column * step_x, HEADING_VH * vh + row * step_y, n_columns * step_x - gap,
                    n_rows * step_y - gap };
    cell.y += gap / 2;
    cell.width = MAX (cell.width, 0.0);
    cell.height = MAX (cell.height, 0.0);
    return cell;
}

static void
state_mark (CgCanvas *canvas, double x, double y, double size, gboolean delayed, CgColour colour)
{
    cg_canvas_source (canvas, colour);
    cairo_new_path (canvas->cr);
    if (delayed) {
        cairo_move_to (canvas->cr, x, y - size);
        cairo_line_to (canvas->cr, x + size, y + size * 0.8);
        cairo_line_to (canvas->cr, x - size, y + size * 0.8);
        cairo_close_path (canvas->cr);
    } else {
        cairo_arc (canvas->cr, x, y, size * 0.75, 0, 2 * G_PI);
    }
    cairo_fill (canvas->cr);
}

/* From the right edge to the left; a part that would meet the title is left out. */
void
cg_page_heading (CgCanvas *canvas, const CgHeading *heading)
{
    const CgTheme *theme = canvas->theme;
    double vh = canvas->vh, gap = 2 * GAP_VH * vh, y = HEADING_VH * vh / 2;
    CgText title = { .size = CG_TEXT_TITLE, .bold = TRUE, .colour = theme->text };
    CgText text = { .size = CG_TEXT_BODY, .colour = theme->text2, .align = CG_ALIGN_RIGHT };
    CgRect name = cg_canvas_text (canvas, gap / 2, y, heading->title, &title);
    double left = name.x + name.width + gap, right = canvas->width - gap / 2;
    g_autofree char *state =
        heading->delayed
            ? g_strconcat (heading->state != NULL ? heading->state : "", " 数据延迟", NULL)
            : g_strdup (heading->state);
    if (state != NULL) {
        CgRect box = cg_canvas_measure (canvas, right, y, state, &text);
        if (box.x - 2 * vh > left) {
            CgColour mark = heading->delayed ? theme->warning[CG_WARNING_ORANGE] : theme->better;
            cg_canvas_text (canvas, right, y, state, &text);
            state_mark (canvas, box.x - 1.2 * vh, y, 0.6 * vh, heading->delayed, mark);
            right = box.x - 2 * vh - gap;
        }
    }
    text.colour = theme->text;
    if (cg_canvas_measure (canvas, right, y, heading->when, &text).x > left)
        cg_canvas_text (canvas, right, y, heading->when, &text);
    cg_canvas_line (canvas, 0, HEADING_VH * vh - 1, canvas->width, HEADING_VH * vh - 1,
                    theme->hairline, 0.08);
}
