/* Panels of a screen: figures, rankings, trends, parts, hours of the week and lists.
 *
 * Each painter fills one rectangle with a panel: title, unit and period on top, the drawing, and
 * the source line at the bottom. All texts are borrowed, UTF-8, and may be NULL. Values that are
 * not finite show as "—" and no mark; an empty table says so. Nothing is drawn outside the
 * rectangle; what does not fit is left out as a whole row and counted in words ("前 8 项，共 20
 * 项"), never cut through.
 */
#ifndef CG_CHART_H
#define CG_CHART_H

#include "page/page.h"

typedef struct {
    const char *title;  /* "乡镇排行 TOP 10"                                    */
    const char *unit;   /* "起", "起/千户"                                      */
    const char *period; /* "11-01 至 11-30"                                     */
    const char *source; /* "12345 热线 · 09:30"                                 */
    gboolean delayed;   /* data older than twice its refresh: greyed, 数据延迟  */
    const char *empty;  /* said where there are no rows; NULL: 暂无数据         */
} CgPanel;

/* Draws only the panel; returns the rectangle left for its content. */
CgRect cg_chart_panel (CgCanvas *canvas, CgRect rect, const CgPanel *panel);

typedef struct {
    const char *name;
    double value;
    double before; /* same measure one period earlier, NaN: not shown */
} CgBar;

/* Horizontal bars, largest first (ties in the order given), rank at the left, value at the right;
 * with the change against before where any row has it and the panel is wide enough. */
void cg_chart_ranking (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                       const CgBar *bars);
/* Horizontal bars with value and share of the total, largest first. */
void cg_chart_types (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                     const CgBar *bars);
/* Ring of at most 8 parts, largest first and clockwise from the top; the rest is joined as 其他.
 * The total stands in the middle; names, values and shares at the side. Negative values count as
 * 0. */
void cg_chart_ring (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                    const CgBar *bars);

typedef struct {
    guint n;                        /* days                                                     */
    gint64 start_s;                 /* any second of the first day, 1970 UTC; days are UTC+8    */
    const double *value;            /* [n]                                                      */
    const double *before;           /* [n] same days of the comparison, or NULL                 */
    const char *name, *before_name; /* "今年", "去年同期"                             */
} CgTrend;

/* Daily values as a line (gaps where not finite), the comparison as a dashed line without markers,
 * zero line at the bottom, dates as 11-21; the last value is written out. */
void cg_chart_trend (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgTrend *trend);

/* value[weekday * 24 + hour], weekday 0 = Monday; NaN is hatched. palette NULL: the theme's. */
void cg_chart_week (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const double value[7 * 24],
                    const CgPalette *palette);

typedef struct {
    const char *name; /* "今日事件"                                  */
    const char *unit; /* "起", may be NULL                           */
    double value;
    double before;      /* NaN: no change line                         */
    const char *versus; /* "同比", "环比": stands before the change     */
    gboolean neutral;   /* TRUE: growth is not worse, no red or green  */
} CgFigure;

/* Key figures in one to four columns, as many as fit. */
void cg_chart_figures (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                       const CgFigure *figures);

typedef struct {
    int warning;      /* CgWarning, or -1: no tag         */
    const char *lead; /* "09:21", may be NULL             */
    const char *text; /* "噪声扰民 · 城关镇"               */
    const char *tail; /* right-aligned, may be NULL       */
} CgListRow;

/* Rows of text from the top; long text takes two lines. */
void cg_chart_list (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                    const CgListRow *rows);

#endif
