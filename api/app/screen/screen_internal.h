/* What the files of the screen share: the snapshot's columns and the counts over them. */
#ifndef CG_APP_SCREEN_INTERNAL_H
#define CG_APP_SCREEN_INTERNAL_H

#include "app/clock.h"
#include "app/screen/screen.h"
#include "chart/chart.h"
#include "map/kinds.h"
#include "map/map.h"
#include "page/page.h"

#define SCREEN_DAY_S 86400
#define SCREEN_SHIFT_S (8 * 3600) /* Asia/Shanghai against UTC, no summer time */

typedef struct _ScreenKept ScreenKept; /* screen_kept.c */

struct _CgScreen {
    gatomicrefcount references;
    CgLanguage language; /* of pictures; a snapshot itself is Chinese, a copy of it may not be */
    CgScreenTables tables;
    CgRegions *regions; /* never NULL, maybe empty; as are the next three */
    CgGrids *grids;
    CgPlaces *incidents, *cameras;
    char *county_name, *county_code, *stamp;
    guint64 households, population;
    guint64 households_estimated, population_estimated; /* of them: nobody has counted */
    guint32 n_towns, n_communities;
    guint32 *grid_community; /* [grids->n] row of regions, or CG_NONE */
    guint32 *grid_town;      /* [grids->n] row of regions, or CG_NONE */
    guint32 *kind_of;        /* [incidents types] id into kinds: the part of the type before "/" */
    CgNames *kinds;
    guint8 *settled;                   /* [incidents states] 1 settled, 0 open */
    CgShapes *level[CG_LEVEL_GRID];    /* AREA by level above the grid; rows are level_row   */
    GArray *level_row[CG_LEVEL_GRID];  /* guint32 row of regions */
    CgShapes *thin[CG_LEVEL_GRID + 1]; /* level and grids->shapes, row by row, with fewer vertices;
                                          NULL: not there */
    double thin_m;                     /* no border of thin lies further from the full one */
    /* [regions->n] label point and its room; towns and communities */
    double *label_x, *label_y, *label_room;
    ScreenKept *kept;  /* of pictures with these outlines                */
    gboolean borrowed; /* level to label_room and kept are the lender's */
    CgBox box; /* of the county, working metres; empty when nothing is known */
    /* Rows of incidents with a usable time, sorted; nothing shown is outside. */
    guint32 first_dated, end_dated;
    /* Of a snapshot narrowed to a place (screen_place.c): the county's, and the place in it. */
    const CgScreen *whole;
    CgLevel place_level;
    guint32 place_row; /* of regions, or of the whole's grids */
    guint32 *new_grid; /* [whole->grids->n] row of grids, or CG_NONE: not in the place */
    gboolean drawn;    /* the place is a box or an area drawn by hand (place_level COUNTY): grids by
                          their centroids, and nothing between them and the county            */
    const CgShapes *area; /* that area, box is the one around it; NULL: a box                 */
    const char *area_key; /* what tells it from others; NULL: a box                           */
    const CgScreen *all; /* of a snapshot sifted by type or source (screen_choice.c): that with every incident */
};

/* cg_word in the language of the pictures of this (copy of a) snapshot. */
static inline G_GNUC_FORMAT (2) const
    char *screen_word (const CgScreen *screen, const char *chinese)
{
    return cg_word (screen->language, chinese);
}

/* Fills incidents, incident_grid, incident_key and last_key of tables, whose plan and grids are there already: those of
 * before (of the same plan) and what came since; before NULL or without keys: all. Errors STORE */
gboolean screen_load_incidents (CgStore *store, const CgScreenTables *before, CgScreenTables *tables, GError **error);

/* The next cg_screen_source_get looks at the file, however short ago the last did; for tests. */
void screen_source_hurry (CgScreenSource *source);

/* Rows [*out_from, *out_to) of the incidents with since_s <= time < until_s. */
void screen_range (const CgScreen *screen, gint64 since_s, gint64 until_s, guint32 *out_from,
                   guint32 *out_to);
/* A camera in no grid, where there are grids: listed, but none of the county's. */
gboolean screen_camera_is_outside (const CgScreen *screen, guint32 camera);
guint32 screen_cameras_inside (const CgScreen *screen);
guint32 screen_count_between (const CgScreen *screen, gint64 since_s, gint64 until_s);
/* Last second that has an incident, or CG_TIME_NONE; of a place too the county's, so that a quiet
 * day reads as zero and not as a gap in the data. */
gint64 screen_data_end (const CgScreen *screen);
/* First second that has one, or G_MAXINT64. */
gint64 screen_data_begin (const CgScreen *screen);

gint64 screen_day_start (gint64 time_s);
/* The same time one calendar year earlier (29 February gives 28 February). */
gint64 screen_year_before (gint64 time_s);

/* Handling states. open is of all data; settled and stated (rows that name a state) of the 30 days
 * to until_s. */
typedef struct {
    gboolean known; /* FALSE: the data have no states */
    guint32 open, settled, stated;
} ScreenStates;
void screen_states (const CgScreen *screen, gint64 until_s, ScreenStates *out);

/* The measure whose small counts must be flagged where it is shown. */
#define SCREEN_RAW_RATE "incidents_per_1000"

/* Name of a grid with its community, which many plans write into the grid's name already; 网格外
 * for CG_NONE. (transfer full) */
/* "户数", or "户数（估算 estimated）" where what the title rests on is an estimate in some grid or in
 * all: households, people, or (CG_BASE_NONE) neither. (transfer full) */
char *screen_mark_estimate (const CgScreen *screen, CgScreenBase base, const char *title);
/* Title of a measure with that mark. (transfer full) */
char *screen_measure_title (const CgScreen *screen, const CgScreenMeasure *measure);
/* What must be said beside numbers that rest on stored coverage: that it is stale, or not there. NULL: nothing.
 * (transfer full) */
char *screen_coverage_text (const CgScreen *screen, const CgScreenMeasure *measure);
char *screen_grid_label (const CgScreen *screen, guint32 grid);

/* A place of a ranking. */
typedef struct {
    guint32 row; /* of regions (towns) or of grids */
    const char *name;
    guint32 count, base; /* events; households */
    guint32 estimated;   /* of the households   */
} ScreenRank;

/* All towns, or grids with an event, with events in [since, until): most events first, then by row.
 */
GArray *screen_rank_towns (const CgScreen *screen, gint64 since_s, gint64 until_s);
GArray *screen_rank_grids (const CgScreen *screen, gint64 since_s, gint64 until_s);

typedef struct {
    const char *name;
    guint32 count;
    guint32 id; /* of screen->kinds; their number for 未分类 */
} ScreenKind;
/* Kinds (first level of the type) with an event in [since, until): most first, then by name. */
GArray *screen_rank_kinds (const CgScreen *screen, gint64 since_s, gint64 until_s);
/* The same of what stands behind the first level, alike names together; id CG_NONE. */
GArray *screen_rank_second_kinds (const CgScreen *screen, gint64 since_s, gint64 until_s);

/* out[7 * 24], Monday first: events by weekday and hour. */
void screen_hours (const CgScreen *screen, gint64 since_s, gint64 until_s, double *out);

/* Events of a day; NaN before the first event and after the day of the last. */
double screen_count_day (const CgScreen *screen, gint64 day_s);
/* out_now[days] ends with the day today_s, out_before[days] the same dates a year earlier (NaN
 * for 29 February; or, while the data do not reach that far, the `days` days before): which of the
 * two comes back. NaN before the first event and after the day of the last. */
typedef enum { SCREEN_BEFORE_NONE, SCREEN_BEFORE_YEAR, SCREEN_BEFORE_PERIOD } ScreenBefore;
ScreenBefore screen_trend (const CgScreen *screen, gint64 today_s, guint days, double *out_now,
                           double *out_before);

/* Events per grid. (g_free) */
guint32 *screen_by_grid (const CgScreen *screen, gint64 since_s, gint64 until_s);

/* ---- grids under warning; screen_warnings.c ------------------------------------------------------ */
typedef struct {
    guint32 grid;
    CgWarning colour;
    guint32 count; /* last seven days                                                          */
    double usual;  /* of a week: by the four weeks before, see below                           */
    guint32 limit; /* CG_WARN_LIMIT: most of the usual weeks of this colour's share; else 0    */
} ScreenWarning;
/* Grids whose last seven days (today included) stand out from the four weeks before, by the rule of
 * [warning] in county.ini: above the limit that a share of usual weeks keeps (analyse/usual.h; usual is
 * the mean it expects), or so many times the weekly mean (taken as no less than 1); never with fewer
 * incidents than its min_incidents. Strongest colour first, then most events, then by row. Empty while
 * the data reach back less than five weeks.
 * Of a place: those of the county's that lie in it, so that a grid has the same colour everywhere.
 * out_by_chance  how many usual weeks would bring: the expected number where nothing has changed; 0
 *                for CG_WARN_TIMES. May be NULL. */
GArray *screen_warnings (const CgScreen *screen, gint64 today_s, double *out_by_chance);
/* FALSE: the data do not reach back the five weeks that a warning needs. */
gboolean screen_warnings_ready (const CgScreen *screen, gint64 today_s);
/* "近 7 日超过平常周 99.99 / 99.9 / 99 / 95 % 的上限且不少于 5 起"; "3 / 2 / 1.5 / 1.2 倍" of the weekly mean.
 * (transfer full) */
char *screen_warning_rule (const CgScreen *screen);
/* Why this grid: "近 7 日 18 起, 平常每周 6.2 起, 99.9 % 的周不超过 14 起" (transfer full) */
char *screen_warning_reason (const CgScreen *screen, const ScreenWarning *warning);
const char *screen_colour_name (CgWarning colour); /* "red"... */

/* Draws one picture into rect; screen_map.c and screen_chart.c. */
typedef struct _ScreenJob {
    const CgScreen *screen;
    CgCanvas *canvas;
    CgRect rect;
    gint64 now_s, today_s;
    const char *measure;
    gint64 since_s, until_s; /* of the period asked for; 0, 0: none */
    const char *breaks;      /* checked; NULL: not asked for, as the next two */
    guint n_classes;
    const CgPalette *palette;
    gboolean hatch;
    guint page;  /* 0: all, or the first */
    guint frame; /* of a moving picture  */
    const char *program;
    /* Of a heat map that must look like others: > 0 instead of those of its own events. bandwidth_m
     * also where it was asked for. */
    double bandwidth_m, peak_per_km2;
    const char *types, *sources; /* NULL: all */
    CgKernel kernel;
    gboolean own_bandwidth; /* automatic, whatever county.ini says */
    gint64 against_since_s, against_until_s; /* 0, 0: none */
    const CgScenes *scenes; /* of `scene`; NULL: the built-in ones */
    const char *scene;
    gboolean no_names;
    const CgWall *wall;  /* whose seams cross the canvas; NULL: none */
    CgMapView *out_view; /* not NULL: a map is laid out and told, not drawn */
    const char *box;     /* as asked for, or NULL */
    GCancellable *cancel;
    const CgProgress *progress;
} ScreenJob;
/* TRUE: the view was all that was wanted. */
gboolean screen_tell_view (const ScreenJob *job, const CgMapView *view);
/* Checks the options and fills the fields above. Errors those of cg_screen_render. */
gboolean screen_job_options (ScreenJob *job, const CgScreenPicture *picture,
                             const CgScreenOptions *options, GError **error);
/* The period asked for, or the days that end today. */
void screen_window (const ScreenJob *job, guint days, gint64 *out_since_s, gint64 *out_until_s);

/* cg_screen_measure over a period. Errors NOT_FOUND no measure of that name */
gboolean screen_measure_between (const CgScreen *screen, const char *name, gint64 since_s,
                                 gint64 until_s, double *out, GError **error);

/* Classes of a value per grid, as the job asks for them; zero has one of its own where no value is
 * negative. */
void screen_classes (const ScreenJob *job, guint32 n, const double *value,
                     CgChoropleth *choropleth);
/* "自然间断 (Fisher-Jenks)" (transfer full) */
char *screen_classes_method (const ScreenJob *job);
/* "分级表达了 93% 的差异": the goodness of variance fit of the classes (transfer full) */
char *screen_classes_note (const CgScreen *screen, guint32 n, const double *value,
                           const CgChoropleth *choropleth);
/* Period of a chart and the panel that names it. */
typedef struct {
    CgPanel panel; /* texts borrowed from the caller and from here */
    char *period, *title;
    gint64 since_s, until_s;
} ScreenWindow;
/* The period asked for, or `days` to today. */
void screen_window_init (ScreenWindow *window, const ScreenJob *job, guint days, const char *title,
                         const char *unit);
void screen_window_clear (ScreenWindow *window);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenWindow, screen_window_clear)

/* The latest events up to the job's day, newest first (CgListRow; screen_rows_free). */
GArray *screen_latest_rows (const ScreenJob *job, guint most);
void screen_rows_free (GArray *rows);

/* Settled ones among the events of a period that name a state. */
void screen_settled (const CgScreen *screen, gint64 since_s, gint64 until_s, guint32 *out_settled,
                     guint32 *out_stated);

/* Days (up to 62 of them), weeks (up to 400 days) or four weeks, whole ones back from the end of a
 * period, so that none is a part beside whole ones. */
typedef struct {
    guint n;
    gint64 since_s, step_s;
    CgStep step;
} ScreenSteps;
ScreenSteps screen_steps (gint64 since_s, gint64 until_s);
/* Events [kind * n + step] by ScreenKind.id; NaN in steps before the data begin or after they end.
 * (g_free) */
double *screen_count_steps (const CgScreen *screen, const ScreenSteps *steps);

typedef struct {
    double grids, households, cameras;
    double events, open, stated, settled, night; /* in the period; night: 22 to 6 o'clock */
    double before;                               /* events in the period before           */
} ScreenTownCount;
/* [regions->n], of towns only; of what lies in grids. (g_free) */
ScreenTownCount *screen_count_towns (const CgScreen *screen, gint64 since_s, gint64 until_s,
                                     gint64 before_s, gint64 before_until_s);
/* The period that a change is against, and the word for it: the same dates of last year (同比)
 * where the data reach back so far and the period is no longer than a year, else the days just before (环比), else NULL and an empty
 * period. A day that is not over is compared with the same hours. */
const char *screen_before (const CgScreen *screen, gint64 since_s, gint64 until_s,
                           gint64 *out_since_s, gint64 *out_until_s);

/* The region of that level that holds region `row`, maybe itself; CG_NONE: none. */
guint32 screen_region_above (const CgRegions *regions, guint32 row, CgLevel level);

/* What is land: the county, or what is known of it. */
CgLevel screen_county_level (const CgScreen *screen);
const CgShapes *screen_county_shapes (const CgScreen *screen);

/* Fills screen->thin. */
void screen_make_thin (CgScreen *screen);
/* Areas of a level to draw in a view: full, or thin where that moves nothing by more than a quarter
 * of a pixel. */
const CgShapes *screen_outlines (const CgScreen *screen, const CgMapView *view, CgLevel level);

/* Places of the events in [since, until) that lie in a grid; while there is no plan, of all that
 * have a place. What lies elsewhere must not set the scale of the county's map. */
typedef struct {
    guint32 n, n_left_out;
    double *x, *y; /* [n] */
    CgKernel kernel;    /* by which they are smoothed */
    gboolean automatic; /* with a bandwidth of their own, whatever county.ini says */
} ScreenEvents;
void screen_events (const CgScreen *screen, gint64 since_s, gint64 until_s, ScreenEvents *out);
void screen_events_clear (ScreenEvents *events);
guint32 screen_events_in (const ScreenEvents *events, const CgBox *box);
/* Events of a surface: those of a period, with the job's kernel, and near a box drawn by hand also what
 * lies outside it, which reaches in. */
void screen_heat_events (const ScreenJob *job, gint64 since_s, gint64 until_s, ScreenEvents *out);
/* Those of two periods together. */
void screen_join_events (const ScreenEvents *one, const ScreenEvents *other, ScreenEvents *out);

/* Bandwidth in metres: that of county.ini, else the automatic one, bounded by a share of the
 * county's size. With a box (of a town) by the events in it, which lie closer, and never wider than
 * the county's. */
double screen_bandwidth (const CgScreen *screen, const ScreenEvents *events, const CgBox *box);
/* Raises *inout to the highest density in the box, sampled at a quarter of the bandwidth (under 2 %
 * below the true peak) and not at a picture's pixels, so that a colour means the same at every
 * size. Errors LIMIT. */
gboolean screen_peak (const ScreenEvents *events, const CgBox *box, double bandwidth_m,
                      double *inout_per_km2, GError **error);
/* The surface for a view. (cg_density_free) Errors LIMIT. */
CgDensity *screen_density (const ScreenEvents *events, const CgMapView *view, double bandwidth_m,
                           GError **error);

/* Their heat on the view. Errors LIMIT. */
gboolean screen_paint_heat (const ScreenJob *job, const CgMapView *view, const ScreenEvents *events,
                            double bandwidth_m, const CgHeat *heat, GError **error);

/* The town with the most events in [since, until), and the square that holds nearly all of them
 * (94 % each way). FALSE where a county has one town, the town too few events for a shape,
 * or where it takes over a quarter of the county's side: then the county's map shows it. */
typedef struct {
    guint32 row; /* of regions */
    CgBox box;
} ScreenTown;
gboolean screen_town (const CgScreen *screen, gint64 since_s, gint64 until_s, ScreenTown *out);

/* A legend of any kind: its box in a corner, and how it is drawn there. */
typedef struct {
    CgRect (*rect) (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner);
    void (*draw) (CgCanvas *canvas, const CgMapView *view, gconstpointer what, CgCorner corner);
    /* On a line or two; FALSE: it would only say that it is left out. */
    gboolean (*strip) (CgCanvas *canvas, CgRect rect, gconstpointer what, gboolean draw);
    gconstpointer what;
} ScreenLegend;
ScreenLegend screen_legend (const CgLegend *legend); /* borrows it */

/* ---- seams of a video wall; screen_seams.c --------------------------------------------------- */
/* The wall that a picture of that size is; NULL: none with seams. Borrowed. */
const CgWall *screen_wall_for (const CgScreen *screen, double width, double height);
/* Moves panels of the wall to its seams, gap pixels between them. */
void screen_snap_panels (const ScreenJob *job, guint n, CgRect *rects, double gap);
/* Panels of a scene that are no maps, as they lie in rects, to one side of each seam. */
void screen_clear_panels (const ScreenJob *job, const json_t *panels, CgRect *rects, double gap);
/* Strips about the seams that cross rect, where no text may stand, are added to taken (CgRect). */
void screen_take_seams (const ScreenJob *job, CgRect rect, GArray *taken);
gboolean screen_crosses_seam (const ScreenJob *job, CgRect rect);
/* Width for lines of text from x on: to the next seam where that is far enough, else to the end of
 * rect. */
double screen_text_width (const ScreenJob *job, CgRect rect, double x);
/* Cells of scenes as the page lays them out on the wall, under the key of the wall's shape. */
void screen_snap_scenes (const CgWall *wall, json_t *scenes);

/* Where a map's parts stand: corners with little of the county under them. The county moves aside,
 * and down to 3/4 of its size, for the inset of a town.
 * view   fitted to what the map shows
 * town   NULL: no inset */
typedef struct {
    CgMapView view;
    CgCorner legend, scale;
    gboolean has_legend, has_scale, has_inset; /* a small map has no room for all */
    gboolean has_strip; /* the legend is a line below the view instead */
    CgRect inset, strip;
} ScreenLayout;
/* Adds the rectangles of legend and scale bar to taken (CgRect); draws them. screen_map.c */
void screen_take_furniture (const ScreenJob *job, const ScreenLegend *legend,
                            const ScreenLayout *layout, GArray *taken);
void screen_draw_furniture (const ScreenJob *job, const ScreenLegend *legend,
                            const ScreenLayout *layout);
void screen_layout (const ScreenJob *job, const ScreenLegend *legend, const ScreenTown *town,
                    const CgMapView *view, ScreenLayout *out);

/* What maps of every kind share. screen_map.c */
/* The period asked for, else the days of [heat] in county.ini up to and with today. */
void screen_map_window (const ScreenJob *job, gint64 *out_since_s, gint64 *out_until_s);
/* "2026-10-22 至 2026-11-21 · 1,234 起": n events shown, and those that lie in no grid. (transfer
 * full) */
char *screen_span_text (const CgScreen *screen, gint64 since_s, gint64 until_s, guint32 n,
                        guint32 n_left_out);
/* "659 个网格少于 20 起，率不稳定": what a map of raw rates must say. (transfer full) */
char *screen_few_events_text (const CgScreen *screen, gint64 since_s, gint64 until_s);
/* method, end of the data, data version. (transfer full) */
char *screen_source_text (const CgScreen *screen, const char *method);
/* Draws title and source, and fits the county (or the town) into the rest. */
gboolean screen_fit_view (const ScreenJob *job, const CgMapFrame *frame, const ScreenTown *town,
                          CgMapView *view, GError **error);
/* ---- what pictures share; screen_kept.c ------------------------------------------------------ */
#define SCREEN_KEPT_BYTES (192u << 20) /* of one county's borders, for all pictures together */

/* Thread safe. */
ScreenKept *screen_kept_new (void);
void screen_kept_free (ScreenKept *kept);

/* Draws by nothing but the outlines of the snapshot, the view, the flag, and the canvas's size, theme
 * and vh. */
typedef void (*ScreenPaint) (const ScreenJob *job, const CgMapView *view, gboolean flag);
/* Lays what paint draws into view->rect on the picture, from a sheet that is painted the first time
 * and kept; what names it. The same bytes the first time and any other. Where the canvas takes no
 * sheets (vectors, very large pictures) paint draws on it. */
void screen_lay (const ScreenJob *job, const CgMapView *view, const char *what, gboolean flag,
                 ScreenPaint paint);
/* Grids by class, as cg_map_choropleth; on pixels from a raster of grids that is kept. */
void screen_draw_grids (const ScreenJob *job, const CgMapView *view, const double *value,
                        CgChoropleth *choropleth);

/* Ground, land and, where asked for, roads and waters. */
void screen_draw_ground (const ScreenJob *job, const CgMapView *view, gboolean barriers);
/* Borders and what dims the land outside the county, laid over the map. */
void screen_draw_above (const ScreenJob *job, const CgMapView *view, gboolean over_heat);
/* Borders of all levels; over_heat: of grids only where they are large enough to be told apart. */
void screen_draw_borders (const ScreenJob *job, const CgMapView *view, gboolean over_heat);
/* Circles on a map, which names must leave in sight. */
typedef struct {
    guint32 n;
    const double *x, *y;       /* [n] working metres                                        */
    const double *radius_px;   /* [n] 0: none drawn                                         */
    gboolean of_communities;   /* row k is that of level_row[CG_LEVEL_COMMUNITY]            */
} ScreenCircles;

/* Names of the places of a level with that much room; taken: CgRect, theirs are added. circles: NULL
 * without. */
void screen_draw_level_labels (const ScreenJob *job, const CgMapView *view, CgLevel level,
                               double least_room_vh, const ScreenCircles *circles, GArray *taken);
/* Contours of the events' density for a view, levels by the peak. (transfer full)
 * screen_kinds.c. Errors LIMIT. */
CgContours *screen_contours (const ScreenEvents *events, const CgMapView *view, double bandwidth_m,
                             double peak_per_km2, GError **error);
/* Their levels, in out[CG_CONTOURS_MAX_LEVELS]; returns how many. */
guint screen_contour_levels (double peak_per_km2, double *out);
/* The town of an inset, or NULL; town is where it is kept. */
const ScreenTown *screen_find_town (const ScreenJob *job, ScreenTown *town);
/* Frame of the town's box on the county's map; it and the inset's rectangle are added to taken. */
void screen_mark_inset (const ScreenJob *job, const CgMapView *view, const ScreenTown *town,
                        CgRect inset, GArray *taken);
/* Name, communities, scale bar and frame of an inset. */
void screen_draw_inset_frame (const ScreenJob *job, const CgMapView *inset, const ScreenTown *town,
                              const ScreenCircles *circles, GArray *taken);

/* ---- what of a county is shown; screen_choice.c ---- */
typedef struct {
    CgScreen sifted, narrow; /* all, whole NULL: not in use */
    CgShapes *area;          /* of the options; NULL: none  */
    char *area_key;
    const CgScreen *shown;   /* one of them, or the county  */
} ScreenChoice; /* stays where it was made: one points to the other */
/* Types, then place, box or area of the options. Errors NOT_FOUND type, place; ARGUMENT box, area; LIMIT area */
gboolean screen_choose (const CgScreen *screen, const CgScreenOptions *options, ScreenChoice *out,
                        GError **error);
void screen_choice_clear (ScreenChoice *choice);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenChoice, screen_choice_clear)
/* "事件热力图（治安、民生服务/噪音）", or the title alone for all types and sources; of more than two how many. NULL stays
 * NULL. (transfer full) */
char *screen_types_title (const ScreenJob *job, const char *title);
/* "高斯核" */
const char *screen_kernel_title (CgKernel kernel);
/* "，图例与 2026-01-01 至 2026-01-31 的图相同", or "" without a second period. (transfer full) */
char *screen_against_text (const ScreenJob *job);

/* A job without a canvas, for whoever wants its figures; stays where it was made. */
typedef struct {
    ScreenChoice choice;
    CgScreen english; /* a copy that speaks it, borrowing all */
    const CgScreenPicture *picture;
    ScreenJob job;
} ScreenQuery;
/* Errors those of cg_screen_render that are about options */
gboolean screen_prepare (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                         ScreenQuery *out, GError **error);
void screen_query_clear (ScreenQuery *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenQuery, screen_query_clear)

/* ---- places, screen_place.c ---- */
/* The rows of places that are listed (guint32), only the columns that screens read; names of types,
 * states and sources stay the whole's. grid_of: row of grid of each, may be CG_NONE. (screen_places_clear) */
CgPlaces *screen_pick_places (const CgPlaces *all, const guint32 *all_grid, const guint32 *new_grid,
                              const GArray *rows, guint32 **out_grid);
void screen_places_clear (CgPlaces *places);
/* As screen_narrow, to the grids whose centroid lies in a box, or in an area (borrowed, NULL: none) that
 * box is around. */
void screen_narrow_drawn (const CgScreen *screen, const CgBox *box, const CgShapes *area, const char *area_key,
                          CgScreen *out);
#define SCREEN_BUSIEST "busiest" /* as a code: the town with the most events of 30 days */
/* A snapshot as if the place were the whole county: its grids and what lies in them, children in
 * place of towns. It borrows from screen, which must outlive it; not to be ref'd. With the county's
 * own code out->whole stays NULL and out is a plain copy.
 * Errors  NOT_FOUND no place of that code */
gboolean screen_narrow (const CgScreen *screen, const char *code, CgScreen *out, GError **error);
void screen_narrow_clear (CgScreen *narrow);
/* "" for the whole county, else what people call the place. (transfer full) */
char *screen_place_label (const CgScreen *screen);
/* "崇义镇 · 事件热力图"; the title alone for the county. (transfer full) */
char *screen_place_title (const CgScreen *screen, const char *title);
/* What a place is divided into: the next level that has any. CG_LEVEL_COUNTY: a grid, into
 * nothing. rows: guint32, of regions or (CG_LEVEL_GRID) of screen->grids. (transfer full) */
GArray *screen_children (const CgScreen *screen, CgLevel *out_level);
/* ScreenRank of the children. */
GArray *screen_rank_children (const CgScreen *screen, gint64 since_s, gint64 until_s,
                              CgLevel *out_level);
/* Name, level, parents and children as JSON. (transfer full) */
json_t *screen_place_json (const CgScreen *screen, gint64 since_s, gint64 until_s);
/* Names of a place's children where a place is shown, else of towns and communities. */
void screen_draw_place_labels (const ScreenJob *job, const CgMapView *view,
                               const ScreenCircles *circles, GArray *taken);

/* The view of a map that cg_screen_render would draw. Errors as there; ARGUMENT no map */
gboolean screen_lay_out (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                         CgMapView *out_view, guint *out_width, guint *out_height, GError **error);
/* Draws one picture as a part of another into a rectangle. Errors as cg_screen_render */
gboolean screen_draw_part (const ScreenJob *whole, const char *name, const CgScreenOptions *options,
                           CgRect rect, GError **error);

/* What one kind of map adds to the ground, borders and names of all; screen_kinds.c. */
typedef struct {
    ScreenLegend legend;
    gboolean over_heat; /* borders of small grids would be a net over it */
    gboolean barriers;
    /* Over land and roads, below borders. */
    void (*paint) (const ScreenJob *job, const CgMapView *view, gpointer data);
    /* Over borders, before names; taken: CgRect. May be NULL. */
    void (*mark) (const ScreenJob *job, const CgMapView *view, gpointer data, GArray *taken);
    gboolean marks_yield; /* to the frame of the town that is shown once more, where they stand again */
    gpointer data;
    const ScreenCircles *circles; /* drawn by mark; names keep off them; NULL: none */
} ScreenMapKind;
/* town: shown in an inset, or NULL. */
gboolean screen_draw_kind (const ScreenJob *job, const CgMapView *whole, const ScreenMapKind *kind,
                           const ScreenTown *town, GError **error);
/* What its legend and source line say; town_m: of the inset, bandwidth_m without one. Errors LIMIT */
typedef struct {
    double bandwidth_m, town_m, peak_per_km2, full_per_km2;
} ScreenHeatFacts;
gboolean screen_heat_facts (const ScreenJob *job, ScreenHeatFacts *out, GError **error);
/* Classes of the choropleth for values of the grids shown. Errors NOT_FOUND no such measure */
gboolean screen_choropleth_classes (const ScreenJob *job, const double *value, CgChoropleth *out,
                                    GError **error);
/* The heat map of the job's period; alone: of the town only, else the town is its inset. town may
 * be NULL. */
gboolean screen_draw_heat (const ScreenJob *job, const ScreenTown *town, gboolean alone,
                           GError **error);

/* A sheet and the job of drawing on it, as cg_screen_render begins one. screen_render.c */
typedef struct _ScreenOrder ScreenOrder;
ScreenOrder *screen_order_new (const CgScreen *screen, const char *name,
                               const CgScreenOptions *options, GError **error);
ScreenJob *screen_order_job (ScreenOrder *order);
/* The sheet as it was drawn on, which the order does not have any more. */
CgCanvas *screen_order_take (ScreenOrder *order);
void screen_order_free (ScreenOrder *order);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScreenOrder, screen_order_free)

typedef gboolean (*ScreenDraw) (const ScreenJob *job, GError **error);
gboolean screen_draw_play (const ScreenJob *job, GError **error); /* screen_play.c */
gboolean screen_draw_panels (const ScreenJob *job, GError **error); /* screen_panels.c */
gboolean screen_draw_cameras (const ScreenJob *job, GError **error); /* screen_marks.c */
gboolean screen_draw_alerts (const ScreenJob *job, GError **error);
gboolean screen_draw_map (const ScreenJob *job, GError **error);
gboolean screen_draw_town (const ScreenJob *job,
                           GError **error); /* the inset alone; else the map */
gboolean screen_draw_choropleth (const ScreenJob *job, GError **error);
gboolean screen_draw_hexbin (const ScreenJob *job, GError **error); /* screen_kinds.c, as are */
gboolean screen_draw_bivariate (const ScreenJob *job, GError **error);
gboolean screen_draw_symbols (const ScreenJob *job, GError **error);
gboolean screen_draw_hotspots (const ScreenJob *job, GError **error); /* screen_finding.c */
gboolean screen_draw_moran (const ScreenJob *job, GError **error);
gboolean screen_draw_clusters (const ScreenJob *job, GError **error);
gboolean screen_draw_change (const ScreenJob *job, GError **error);
gboolean screen_draw_difference (const ScreenJob *job, GError **error); /* screen_difference.c */
gboolean screen_draw_contours (const ScreenJob *job, GError **error);
gboolean screen_draw_mapbook (const ScreenJob *job, GError **error); /* screen_book.c */
gboolean screen_draw_ranking (const ScreenJob *job, GError **error);
gboolean screen_draw_measure_ranking (const ScreenJob *job, GError **error); /* screen_coverage.c */
gboolean screen_draw_coverage (const ScreenJob *job, GError **error);
/* Share of the open ground in view of a camera, of the grids shown (of the urban ones, where a county or a town is shown
 * that has some; out_urban says so); NaN where it is not known. */
double screen_seen_share (const CgScreen *screen, gboolean *out_urban);
/* What cameras see in a view, a row a camera, buildings taken as obstacles; NULL where sectors would be too small to be
 * told apart, or too many. (transfer full) screen_sight.c */
CgShapes *screen_sectors (const ScreenJob *job, const CgMapView *view);
gboolean screen_has_sectors (const ScreenJob *job, const CgMapView *view);
gboolean screen_has_urban (const CgScreen *screen); /* grids for urban people, beside rural or other ones */
gboolean screen_draw_trend (const ScreenJob *job, GError **error);
gboolean screen_draw_types (const ScreenJob *job, GError **error);
gboolean screen_draw_hours (const ScreenJob *job, GError **error);
gboolean screen_draw_figures (const ScreenJob *job, GError **error);
gboolean screen_draw_warnings (const ScreenJob *job, GError **error);
gboolean screen_draw_latest (const ScreenJob *job, GError **error);
gboolean screen_draw_gauge (const ScreenJob *job, GError **error); /* screen_days.c */
gboolean screen_draw_calendar (const ScreenJob *job, GError **error);
gboolean screen_draw_ring (const ScreenJob *job, GError **error);
gboolean screen_draw_flow (const ScreenJob *job, GError **error);
gboolean screen_draw_ticker (const ScreenJob *job, GError **error);
gboolean screen_draw_histogram (const ScreenJob *job, GError **error); /* screen_spread.c */
gboolean screen_draw_curve (const ScreenJob *job, GError **error);
gboolean screen_draw_radar (const ScreenJob *job, GError **error);
gboolean screen_draw_table (const ScreenJob *job, GError **error);
/* The bar on top: county, name of the screen, day, end of the data. screen_scene.c */
gboolean screen_draw_heading (const ScreenJob *job, const char *name, GError **error);
gboolean screen_draw_county (const ScreenJob *job, GError **error); /* the scene, screen_scene.c */
/* The scene's panels below its heading: columns beside the map, as many as a wide wall has room for;
 * stacked on an upright wall. screen_wall.c */
gboolean screen_draw_wall (const ScreenJob *job, GError **error);
/* One vh of a wall in pixels. */
double screen_wall_vh (guint width, guint height);

#endif
