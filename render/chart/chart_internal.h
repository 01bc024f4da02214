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

/* The text, or its beginning with "…" where that is wider than width; NULL where two letters of it
 * find no room. (transfer full) */
char *cg_chart_shorten (CgCanvas *canvas, const char *text, CgTextSize size, gboolean bold,
                        double width);
/* Figures alone in what a panel too small for its drawing leaves, as many as fit; FALSE: not one. */
gboolean cg_chart_brief (CgCanvas *canvas, CgRect rect, guint n, const CgFigure *figures,
                         const CgInk *ink);

/* Rows of bars in the order of values, largest first, ties as given; not finite ones last
 * (transfer full: guint). */
GArray *cg_chart_order (guint n, const CgBar *bars);

/* Takes away a line at the bottom of rect for CG_UNSURE_TEXT and writes it, if it has room. */
void cg_chart_unsure (CgCanvas *canvas, CgRect *rect, const CgInk *ink);

/* Room for rows: takes away the line "前 8 项，共 20 项" from rect when not all fit, draws it, and
 * returns how many rows do. */
guint cg_chart_fit_rows (CgCanvas *canvas, CgRect *rect, guint n, double row_height,
                         const CgInk *ink);

/* A drawing area with linear scales; y begins at 0. */
typedef struct {
    CgRect area;
    double x_low, x_high, y_high;
} CgPlot;
double cg_plot_x (const CgPlot *plot, double x); /* clamped to the area, as is y */
double cg_plot_y (const CgPlot *plot, double y);

/* Round marks of a y axis from 0 to the end of the scale. */
typedef struct {
    guint n;
    double value[8];
    double width; /* of the widest label, px */
} CgMarks;
/* Marks for values up to max in a height; whole: none between whole numbers. */
void cg_chart_marks (CgCanvas *canvas, double max, gboolean whole, double height, CgMarks *out);
/* Hairlines through the area with their numbers at its left. */
void cg_chart_y_axis (CgCanvas *canvas, const CgPlot *plot, const CgMarks *marks, const CgInk *ink);
/* Short strokes and texts below the area at x[i] (px); what would touch a text before it is left
 * out. Texts keep within left..right. */
#define CG_CHART_X_AXIS_VH 0.75 /* from the area to the texts, which are one small line high */
void cg_chart_x_axis (CgCanvas *canvas, const CgPlot *plot, guint n, const double *x,
                      const char *const *text, double left, double right, const CgInk *ink);

extern const char *const cg_chart_weekdays[7]; /* 一, from Monday; for cg_word */
double cg_chart_weekday_width (CgCanvas *canvas);

/* Local day of a time (UTC+8). FALSE outside the years that a date can have. */
typedef struct {
    guint year, month, day; /* month and day from 1 */
    guint weekday;          /* Monday 0             */
} CgDay;
gboolean cg_chart_day (gint64 time_s, CgDay *out);

/* Colours of a palette (NULL: the theme's) for values from 0 to the end of a scale, without the end
 * of the palette that is as pale or dark as the panel; greys where the data is delayed. */
void cg_chart_colours (const CgCanvas *canvas, const CgPalette *palette, const CgInk *ink,
                       CgColour out[256]);

/* End of a colour scale: a round number not below the largest value; where single values stand more
 * than three times above 98 % of those that are not 0, it ends there and is open, "≥ 80". */
typedef struct {
    double full;
    gboolean open;
} CgFull;
CgFull cg_chart_full (guint n, const double *value);
char *cg_chart_full_text (const CgCanvas *canvas, const CgFull *full); /* (transfer full) */
/* One cell of a matrix: colour of value / full, hatched where it is not finite. */
void cg_chart_cell (CgCanvas *canvas, CgRect cell, double value, double full,
                    const CgColour table[256], cairo_pattern_t *hatch);
/* Colour scale from 0 to full: lying at the right end of a row, or upright at the right of a
 * column. */
void cg_chart_ramp (CgCanvas *canvas, CgRect row, const CgFull *full, const CgColour table[256],
                    const CgInk *ink);
void cg_chart_upright_ramp (CgCanvas *canvas, CgRect column, const CgFull *full,
                            const CgColour table[256], const CgInk *ink);

/* Square of a warning colour with its letter; x is its left, y its middle. */
#define CG_CHART_TAG_VH 2.4
void cg_chart_tag (CgCanvas *canvas, double x, double y, CgWarning warning, const CgInk *ink);

#endif
