/* Shared by the painters of panels. */
#ifndef CG_CHART_INTERNAL_H
#define CG_CHART_INTERNAL_H

#include "chart/chart.h"
#include "page/canvas_internal.h"

/* Colours of a panel: those of the theme, or greys where the data is delayed. */
typedef struct {
    CgColour text, text2, accent, worse, better;
    gboolean grey;
} CgInk;

CgInk cg_chart_ink (const CgCanvas *canvas, const CgPanel *panel);
/* Colour of part i of a ring or legend. */
CgColour cg_chart_part_colour (const CgCanvas *canvas, const CgInk *ink, guint i);

/* 暂无数据 (or the panel's own words) in the middle; for a panel with data but too small to draw
 * them: 版面过小. */
void cg_chart_empty (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgInk *ink);
void cg_chart_no_room (CgCanvas *canvas, CgRect rect, const CgInk *ink);

double cg_chart_text_width (CgCanvas *canvas, const char *text, CgTextSize size, gboolean bold);

/* Rows of bars in the order of values, largest first, ties as given; not finite ones last
 * (transfer full: guint). */
GArray *cg_chart_order (guint n, const CgBar *bars);

/* Room for rows: takes away the line "前 8 项，共 20 项" from rect when not all fit, draws it, and
 * returns how many rows do. */
guint cg_chart_fit_rows (CgCanvas *canvas, CgRect *rect, guint n, double row_height,
                         const CgInk *ink);

#endif
