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

typedef struct {
    double left, right; /* free part of the bar */
    CgText text;
} Aside;

/* State with its mark, its end at the right; returns where its left end is, `right` if it has no
 * room. */
static double
draw_state (CgCanvas *canvas, const Aside *aside, double y, const char *state, gboolean delayed)
{
    const CgTheme *theme = canvas->theme;
    double vh = canvas->vh;
    CgRect box = cg_canvas_measure (canvas, aside->right, y, state, &aside->text);
    if (state == NULL || box.x - 2 * vh <= aside->left)
        return aside->right;
    CgColour mark = delayed ? theme->warning[CG_WARNING_ORANGE] : theme->better;
    cg_canvas_text (canvas, aside->right, y, state, &aside->text);
    state_mark (canvas, box.x - 1.2 * vh, y, 0.6 * vh, delayed, mark);
    return box.x - 2 * vh;
}

/* The time left of the state, or above it where the bar is short; what would meet the title is left
 * out. */
void
cg_page_heading (CgCanvas *canvas, const CgHeading *heading)
{
    const CgTheme *theme = canvas->theme;
    double vh = canvas->vh, gap = 2 * GAP_VH * vh, y = HEADING_VH * vh / 2;
    CgText title = { .size = CG_TEXT_TITLE, .bold = TRUE, .colour = theme->text };
    CgText strong = { .size = CG_TEXT_BODY, .colour = theme->text, .align = CG_ALIGN_RIGHT };
    CgRect name = cg_canvas_text (canvas, gap / 2, y, heading->title, &title);
    Aside aside = { name.x + name.width + gap, canvas->width - gap / 2, strong };
    aside.text.colour = theme->text2;
    g_autofree char *state = heading->delayed
                                 ? g_strconcat (heading->state != NULL ? heading->state : "",
                                                cg_word (canvas->language, " 数据延迟"), NULL)
                                 : g_strdup (heading->state);
    double when = cg_canvas_measure (canvas, 0, 0, heading->when, &strong).width;
    double width = cg_canvas_measure (canvas, 0, 0, state, &aside.text).width + 2 * vh;
    double room = aside.right - aside.left, half = 0.0;
    if (when > 0.0 && state != NULL && when + gap + width > room && MAX (when, width) < room)
        half = cg_canvas_line_height (canvas, CG_TEXT_BODY) / 2;
    double end = draw_state (canvas, &aside, y + half, state, heading->delayed);
    double right = half > 0.0 || end == aside.right ? aside.right : end - gap;
    if (right - when > aside.left)
        cg_canvas_text (canvas, right, y - half, heading->when, &strong);
    cg_canvas_line (canvas, 0, HEADING_VH * vh - 1, canvas->width, HEADING_VH * vh - 1,
                    theme->hairline, 0.08);
}
