/* Panels of a screen: figures, rankings, trends, parts, distributions, hours of the week, days of
 * the year, tables and lists.
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
    double before;   /* same measure one period earlier, NaN: not shown */
    gboolean counts; /* both are numbers of events: a change of few is marked △ and explained */
} CgBar;

/* Horizontal bars, largest first (ties in the order given), rank at the left, value at the right;
 * with the change against before where any row has it and the panel is wide enough. */
void cg_chart_ranking (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                       const CgBar *bars);
/* The same in the order given, without a change. end: of the scale, 100 for per cent; 0: the greatest value. */
void cg_chart_ranking_as_given (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                                const CgBar *bars, double end);
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
    const char *last_note; /* "至 09:30": the last day is not over and its value, an open circle,
                              no fall; stands beside the value. NULL: it is whole */
} CgTrend;

/* Daily values as a line (gaps where not finite), the comparison as a dashed line without markers,
 * zero line at the bottom, dates as 11-21; the last value is written out above, beside its mark. */
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
    gboolean counts;    /* as CgBar                                    */
} CgFigure;

/* Key figures in one to four columns, as many as fit; long names take two lines. */
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
/* The same rows moved up by so many (any number, parts of a row too) and going round: the frame of
 * a moving list. What fits whole stands still. A whole `offset` cuts no row. */
void cg_chart_ticker (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                      const CgListRow *rows, double offset);

typedef struct {
    const char *name; /* "办结率"                                                         */
    const char *unit; /* "%"                                                              */
    double value;
    double end;       /* of the scale, which begins at 0; not above 0: 100                */
    double target;    /* NaN: none                                                        */
    double bound[3];  /* where red, orange and yellow end, ascending; blue from the last
                         on. NaN: no bands                                                */
    gboolean reverse; /* TRUE: small is good, the bands run blue, yellow, orange, red     */
    const char *note; /* "办结 123 / 150 起", below; may be NULL                          */
} CgGauge;

/* Three quarters of a ring from 0 to the end of the scale: the value as an arc in the colour of its
 * band, the bands outside it each with its letter, the target as a stroke; value, letter of its
 * band and target in words in the middle. */
void cg_chart_gauge (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgGauge *gauge);

/* Days as cells, weeks as columns with Monday on top, months parted by a line; in several bands
 * where the panel is narrow. At most the last 1100 days.
 * start_s  any second of the first day, UTC+8; value[n], NaN is hatched; palette as cg_chart_week
 */
void cg_chart_calendar (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n,
                        gint64 start_s, const double *value, const CgPalette *palette);

typedef struct {
    const char *name; /* "中位数"; its value is written behind it */
    double x;         /* not finite or outside the scale: left out */
} CgChartMark;

typedef struct {
    guint n;             /* classes, at most 200                                       */
    double low, width;   /* class k is low + k width .. low + (k + 1) width; width > 0 */
    const double *count; /* [n]                                                        */
    guint n_curve;       /* points of a curve over it, evenly from end to end          */
    const double *curve; /* [n_curve] in counts a class, or NULL                       */
    const char *curve_name;
    const char *x_title; /* "起/千户": what lies along the axis                        */
    guint n_marks;
    const CgChartMark *mark; /* at most 3 */
} CgHistogram;

/* Columns of counts, each written above its column where there is room for all. */
void cg_chart_histogram (CgCanvas *canvas, CgRect rect, const CgPanel *panel,
                         const CgHistogram *histogram);

#define CG_CHART_MAX_LINES 3u

typedef struct {
    const char *name;
    const double *value;
} CgChartLine;

typedef struct {
    guint n; /* points, evenly from low to high             */
    double low, high;
    guint n_lines; /* at most CG_CHART_MAX_LINES                  */
    const CgChartLine *line;
    const char *x_title;
    guint n_marks;
    const CgChartMark *mark; /* at most 3 */
} CgCurve;

/* Curves over a scale, the first one filled; the others by dashes as well as colour. */
void cg_chart_curve (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgCurve *curve);

#define CG_CHART_MIN_AXES 3u
#define CG_CHART_MAX_AXES 12u

typedef struct {
    const char *name; /* "每千户事件"                             */
    const char *unit; /* may be NULL                              */
    double end;       /* of its scale from 0; not above 0: a round
                         number above the values                  */
} CgRadarAxis;

/* A polygon for each line over axes with scales of their own; the end of each scale stands beside
 * its name. Values below 0 lie in the middle, those above the end on the rim; of a line with a
 * value that is not finite the sides next to it are left out. Fewer than three axes: said in words.
 */
void cg_chart_radar (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n_axes,
                     const CgRadarAxis *axes, guint n_lines, const CgChartLine *lines);

typedef enum {
    CG_COLUMN_TEXT,   /* left-aligned; text                                               */
    CG_COLUMN_RANGE,  /* right-aligned text, "31.2–48.5" */
    CG_COLUMN_COUNT,  /* whole numbers                                                    */
    CG_COLUMN_NUMBER, /* with `decimals` decimals in each row, so that the points align   */
    CG_COLUMN_CHANGE, /* counts against before: cg_format_change_of_counts, worse red     */
} CgColumnKind;

typedef struct {
    const char *title, *unit; /* unit may be NULL                         */
    CgColumnKind kind;
    guint decimals;          /* of NUMBER, 0..3                          */
    const char *const *text; /* [n] of TEXT and RANGE */
    const double *value;     /* [n] of the others                        */
    const double *before;    /* [n] of CHANGE                            */
} CgColumn;

#define CG_CHART_MAX_COLUMNS 12u

/* Rows first.. of a table of n, as many as fit, beside each other in several blocks under the same
 * head where the panel is wide; the last line says which of how many rows they are. Columns that
 * find no room are left out from the right, and the last line says so. */
void cg_chart_table (CgCanvas *canvas, CgRect rect, const CgPanel *panel, guint n, guint first,
                     guint n_columns, const CgColumn *columns);

typedef enum { CG_STEP_DAY, CG_STEP_WEEK, CG_STEP_FOUR_WEEKS, CG_STEP_MONTH } CgStep;

typedef struct {
    guint n;              /* steps of time                                   */
    const gint64 *time_s; /* [n] first second of each                        */
    CgStep step;          /* how their dates are written                     */
    guint n_lines;
    const CgChartLine *line; /* in the order drawn; those beyond the room are
                                joined as 其他                               */
} CgFlow;

/* A measure by part over time: one row for each part, its name and total before it, all on one
 * scale. Rows and not layers, because from five metres the height of a layer on a wavy ground
 * cannot be read, nor can eight colours be found again in a key. */
void cg_chart_flow (CgCanvas *canvas, CgRect rect, const CgPanel *panel, const CgFlow *flow);

#endif
