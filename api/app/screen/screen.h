/* What the screens show: an immutable snapshot of a county, its figures as JSON and its pictures.
 *
 * A snapshot holds the tables of one data version and everything derived from them. It never
 * changes after it was made, so any number of threads may draw from one snapshot at the same time
 * without a lock. The command line and the HTTP door both call cg_screen_render, hence the same
 * bytes.
 *
 * Time    Asia/Shanghai (UTC+8). "Today" is the local day of now_s; when the data end before that
 *         day it is the last local day that has an incident, and the overview says so
 *         (today_is_now, data_until).
 * Space   working CRS of the county, metres.
 * People  no text of an incident, no name, number or address is in any figure or picture.
 */
#ifndef CG_APP_SCREEN_H
#define CG_APP_SCREEN_H

#include "app/config.h"
#include "app/coverage_rows.h"
#include "app/screen/scenes.h"
#include "attach/shelf.h"
#include "model/grids.h"
#include "model/places.h"
#include "model/regions.h"
#include "page/page.h"
#include "store/store.h"

#include <jansson.h>

typedef struct _CgScreen CgScreen;

/* The tables that a snapshot is made of; it takes all of them, also on failure.
 *
 * config         required
 * regions        county, towns, communities; may be NULL (no names, no upper borders)
 * barriers       roads, water and railways for the map; may be NULL
 * plan, grids    the plan in force; both NULL while there is none
 * incidents      sorted by time (as the store loads them); may be NULL
 * incident_grid  [incidents->n] row of the grid or CG_NONE; NULL, or CG_NONE for a row whose place
 *                lies in a grid: attached here by the rule of attach.h
 * incident_key   [incidents->n] their numbers in the store, last_key the highest that was ever there: the next snapshot
 *                adds to these rows what came since; NULL: it reads all. incident_first: the number that each got when
 *                it first came, which stays when it is revised
 * cameras, camera_grid  the same for cameras; may be NULL
 * coverage, covered, covered_regions  what is stored of the plan's coverage: its state, a row for each of the grids, and
 *                of the regions; may be NULL
 * index          of the grids' polygons; NULL: made here where a row needs it (takes a reference)
 * units_households, units_population  totals of the base units, used while there is no plan
 * units_households_estimated, units_population_estimated  of them: nobody has counted
 */
typedef struct {
    CgConfig *config;
    CgRegions *regions;
    CgBarriers *barriers;
    CgPlan *plan;
    CgGrids *grids;
    CgPlaces *incidents;
    guint32 *incident_grid;
    gint64 *incident_key, *incident_first, last_key;
    CgPlaces *cameras;
    guint32 *camera_grid;
    CgCoverageFacts *coverage;
    CgCoverageRows *covered, *covered_regions;
    CgAttachSnapshot *index;
    guint64 units_households, units_population;
    guint64 units_households_estimated, units_population_estimated;
    gint64 data_version;
    CgScreen *lender; /* a snapshot that regions, barriers, plan, grids, cameras and coverage and what is made of them belong to
                         (a reference is taken over); NULL: they are these tables' own */
} CgScreenTables;
void cg_screen_tables_clear (CgScreenTables *tables); /* frees the tables, not the struct */

/* Errors  ARGUMENT no config, or a table that does not fit another; LIMIT memory */
CgScreen *cg_screen_new_from_tables (CgScreenTables *tables, GError **error);
/* Reads the county file once, read only. Errors as cg_store_open and the load verbs. */
CgScreen *cg_screen_open (const char *path, GError **error);
CgScreen *cg_screen_ref (CgScreen *screen);
void cg_screen_unref (CgScreen *screen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgScreen, cg_screen_unref)

gint64 cg_screen_data_version (const CgScreen *screen);
const char *cg_screen_county_name (const CgScreen *screen); /* borrowed; "" when unknown */
guint32 cg_screen_refresh_s (const CgScreen *screen);
typedef struct {
    gint64 plan, plan_from_s; /* in force; 0: none. CG_TIME_NONE: not said */
    gint64 last_incident_s;   /* occurred; CG_TIME_NONE: none has a time    */
    guint32 incidents;
} CgScreenFacts;
void cg_screen_facts (const CgScreen *screen, CgScreenFacts *out);
/* A text that differs wherever anything shown may differ: county, data version, plan, extent of
 * the data. For cache keys and ETags, together with the day or minute. Borrowed. */
const char *cg_screen_stamp (const CgScreen *screen);
/* First second of the local day that the screens call today. Pictures depend on now_s only through
 * it. */
gint64 cg_screen_today_s (const CgScreen *screen, gint64 now_s);

/* ---- a county file that is being written to -------------------------------------------------- */
typedef struct _CgScreenSource CgScreenSource; /* thread safe */

/* path is opened now, so that a wrong one fails at start.
 * Errors  those of cg_store_open */
CgScreenSource *cg_screen_source_new (const char *path, GError **error);
/* Always the same snapshot, for tests. (takes a reference) */
CgScreenSource *cg_screen_source_new_fixed (CgScreen *screen);
void cg_screen_source_free (CgScreenSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgScreenSource, cg_screen_source_free)
/* The snapshot of the file's present data version; loads when that has changed, of what does not
 * change with each incident only when it did. (transfer full) While another thread loads, and for a
 * quarter of a second (or four times as long as loading took, or about twice as long as its pictures
 * took) after the second load and those that follow, the last snapshot is given: incidents that come
 * all the time do not keep the server loading and drawing. After three loads in a row it is one a
 * second.
 * Errors STORE, IO: the last snapshot stays available through cg_screen_source_last. */
CgScreen *cg_screen_source_get (CgScreenSource *source, GError **error);
/* Reads everything anew, whatever has changed. Waits for a thread that loads. Errors as above; of a fixed source none */
gboolean cg_screen_source_reload (CgScreenSource *source, GError **error);
CgScreen *cg_screen_source_last (CgScreenSource *source); /* (transfer full), never NULL */
/* The snapshot of a data version, so that all pictures of one frame of a wall are of the same: the last,
 * or the one before it for ten seconds more. (transfer full) NULL: not kept (any more). Never waits. */
CgScreen *cg_screen_source_at (CgScreenSource *source, gint64 data_version);
/* A picture of the snapshot took so long to draw: the next one waits, so that walls get to see what
 * is drawn for them. */
void cg_screen_source_drew (CgScreenSource *source, const CgScreen *screen, gint64 took_us);
/* Where the index of the plan in force lies, for whoever attaches as things come in: replaced when a
 * snapshot with another plan has loaded, without a lock. Empty while there is no plan, and of a fixed
 * source. Borrowed. */
CgAttachShelf *cg_screen_source_shelf (CgScreenSource *source);
typedef struct {
    guint64 loads, failures; /* since the start */
    double load_s;           /* spent on them   */
    double age_s;            /* of the snapshot */
} CgScreenStats;
void cg_screen_source_stats (CgScreenSource *source, CgScreenStats *out); /* never waits for a load */
/* FALSE after a cg_screen_source_get that failed, until one works again. Never waits. */
gboolean cg_screen_source_is_well (CgScreenSource *source);

/* ---- figures --------------------------------------------------------------------------------- */
/* Everything in words and numbers that the county screen shows; keys at docs of GET /api/overview.
 * Same snapshot and minute, same text. now_s is used to the minute: the day so far is compared
 * with the same hours of the day before. A change against a base of 0 has percent null and text
 * "新增" or "-". (transfer full) */
json_t *cg_screen_overview (const CgScreen *screen, gint64 now_s);
/* The same of one place as if it were the county (place: code of a town, community or grid; NULL or
 * the county's: the whole). Errors NOT_FOUND no place of that code */
json_t *cg_screen_overview_of (const CgScreen *screen, const char *place, const char *sources, gint64 now_s,
                               GError **error);

/* Types of incidents, by name: [{name, count}] with `count` of those of the type and below it; first levels are in it
 * even where no incident is of just that. (transfer full) */
json_t *cg_screen_types (const CgScreen *screen);

/* county.ini of the snapshot's county (borrowed). */
const CgConfig *cg_screen_config (const CgScreen *screen);

/* cg_scenes_for with the county's configuration. (transfer full) Errors as there */
json_t *cg_screen_scenes (const CgScreen *screen, const CgScenes *scenes, GError **error);

/* What a number rests on: it is marked where that is an estimate. */
typedef enum { CG_BASE_NONE, CG_BASE_HOUSEHOLDS, CG_BASE_POPULATION } CgScreenBase;

typedef enum {
    CG_MEASURE_DATED = 1 << 0,  /* counts events of a period; others are as the data have them now  */
    CG_MEASURE_RATIO = 1 << 1,  /* of communities no sum of their grids                             */
    CG_MEASURE_STORED = 1 << 2, /* rests on stored coverage (app/coverage_rows.h), which may be stale */
    CG_MEASURE_LEAST = 1 << 3,  /* the least is the worst, and comes first in a ranking             */
    CG_MEASURE_TOWN = 1 << 4,   /* says little of fields and hills: rankings are of urban grids     */
} CgMeasureTraits;

/* Numbers per grid that `choropleth` can draw. */
typedef struct {
    const char *name, *title, *unit;
    CgScreenBase base;
    guint traits; /* CgMeasureTraits */
} CgScreenMeasure;
const CgScreenMeasure *cg_screen_measures (void); /* ends with name == NULL; first is the default */
/* name NULL gives the default; unknown: NULL. */
const CgScreenMeasure *cg_screen_measure_find (const char *name);
/* out[n grids]; NaN where the number does not exist (a rate without households).
 * Errors  NOT_FOUND no measure of that name */
gboolean cg_screen_measure (const CgScreen *screen, const char *name, gint64 now_s, double *out,
                            GError **error);

/* ---- pictures -------------------------------------------------------------------------------- */
typedef enum {
    CG_SCREEN_USES_MEASURE = 1 << 0,
    CG_SCREEN_USES_PERIOD = 1 << 1,
    CG_SCREEN_USES_CLASSES = 1 << 2, /* breaks and classes */
    CG_SCREEN_USES_PALETTE = 1 << 3,
    CG_SCREEN_USES_HATCH = 1 << 4,
    CG_SCREEN_USES_PAGE = 1 << 5,
    CG_SCREEN_USES_FRAME = 1 << 6,
    CG_SCREEN_USES_PLACE = 1 << 7,
    CG_SCREEN_USES_SCENE = 1 << 8,
    CG_SCREEN_USES_TYPES = 1 << 9,
    CG_SCREEN_USES_BOX = 1 << 10,
    CG_SCREEN_USES_KERNEL = 1 << 11, /* kernel and bandwidth */
    CG_SCREEN_USES_AGAINST = 1 << 12,
    CG_SCREEN_USES_NAMES = 1 << 13, /* no_names */
    CG_SCREEN_USES_SOURCES = 1 << 14,
} CgScreenUses;

struct _ScreenJob;
struct _ScreenFigures;
struct _ScreenFinding;
struct _ScreenSurface;
typedef struct {
    const char *name, *title;
    guint width, height; /* sensible size where the caller names none */
    gboolean scene;      /* a whole page, else one picture of it       */
    guint uses;          /* which of the options below mean something  */
    /*< private >*/
    double vh; /* a picture that stands alone counts as so many vh, so that its text is as large as
                  where it is a part of a wall */
    gboolean (*draw) (const struct _ScreenJob *job, GError **error);
    gboolean (*tell) (const struct _ScreenJob *job, struct _ScreenFigures *out, GError **error); /* NULL: none */
    gboolean (*find) (const struct _ScreenJob *job, struct _ScreenFinding *out, GError **error);
    gboolean slow; /* find may take long */
    gboolean (*surface) (const struct _ScreenJob *job, const double *at, struct _ScreenSurface *out,
                         double *out_at, GError **error);
} CgScreenPicture;
const CgScreenPicture *cg_screen_pictures (void);                 /* ends with name == NULL */
const CgScreenPicture *cg_screen_picture_find (const char *name); /* NULL: none */

typedef struct {
    guint width, height; /* pixels (SVG, PDF: points); 0: of the picture's entry */
    guint screen_height; /* height of the whole wall in the same unit, which text sizes follow (1 %
                            of it is one vh); 0: derived from the picture's own height */
    CgFormat format;
    const char *theme; /* "dark" or "light"; NULL: dark, on paper light */
    const char *language; /* "zh" or "en"; NULL: zh. Names of places and types stay as stored */
    /* What a picture has no use for (uses) must be left out. */
    const char *measure; /* NULL: the first of cg_screen_measures                       */
    const char *period;  /* "90" days that end today, or "2026-10-01/2026-10-31" (both days are in
                            it), 1 to 3660 days; NULL: what is usual for the picture    */
    const char *breaks;  /* a name of cg_breaks_methods, or at most 8 bounds "10,20,50" that make
                            one class more; NULL: quantile                              */
    guint classes;       /* 2..9; 0: at most 6, fewer for few grids                     */
    const char *palette; /* of cg_palettes; NULL: the theme's                           */
    guint frame;         /* of what moves, from 1: of a list 25 a second, of `play` one a day;
                            0: the first                                                */
    const char *place;   /* code of a town, community or grid that is shown as if it were the
                            county; NULL: the whole county                              */
    const char *types;     /* "治安,民生服务/噪音": incidents of these types and of those below them,
                              of no other; 未分类: those without one. NULL: all                  */
    const char *sources;   /* "12345,热线": incidents whose source's name holds one of these texts, of
                              no other; none of it known is an empty picture. NULL: all          */
    const char *box;       /* "x_min,y_min,x_max,y_max", metres of the county's working CRS, drawn
                              by hand: the grids whose centroid lies in it, as if they were the
                              county; not with place. NULL: none                                  */
    const char *area;      /* outline drawn by hand, text of cg_area_parse: as box, which it takes the
                              place of; what a surface has outside it is dimmed. NULL: none        */
    const char *kernel;    /* of cg_kernel_parse; NULL: gaussian                                  */
    const char *bandwidth; /* metres, CG_SCREEN_MIN_BANDWIDTH_M to CG_SCREEN_MAX_BANDWIDTH_M, or
                              "auto"; NULL: of county.ini, else auto                              */
    const char *against;   /* a second period, as period has it. Where a picture shows one period
                              its scale is made for both, so that the same picture with the two
                              exchanged can be laid beside it; where it shows a change, that period
                              is what it is the change from. NULL: none, or the days just before  */
    GCancellable *cancel;  /* of analyses that may take seconds; NULL: none (borrowed)            */
    const CgProgress *progress; /* of the same; NULL: not told (borrowed)                         */
    const CgScenes *scenes; /* of `scene`; NULL: the built-in ones (borrowed)           */
    const char *scene;      /* which of them; NULL: the first                           */
    gboolean no_names;   /* a map without names of places                               */
    gboolean hatch;      /* classes under dots, heat with contours: for copies without colour   */
    guint page;          /* of several, from 1; 0: all of them as PDF, else the first           */
    gint64 now_s; /* picks the day, see cg_screen_today_s                                       */
    const char *program; /* name and version that paper tells; NULL: this program's             */
} CgScreenOptions;

#define CG_SCREEN_MIN_BANDWIDTH_M 10.0 /* a narrower kernel would draw events, not where they gather */
#define CG_SCREEN_MAX_BANDWIDTH_M 50000.0

/* The finished file. Same snapshot, name, options and day: same bytes. (transfer full)
 * Errors  NOT_FOUND picture, theme, measure, classification, palette, page, place, scene, type or kernel (names
 *         it); LIMIT size over CG_CANVAS_MAX_* of page/page.h; ARGUMENT a side under 16, an option that the picture
 *         has no use for, a period, bounds, box, area or bandwidth that is none, an area outside the county, two of
 *         box, area and place together
 */
GBytes *cg_screen_render (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                          GError **error);

/* What picture, figures, files and outlines of a name and choice have in common where finding it may take
 * long (hotspots, moran, clusters): finds it, so that they come at once for as long as it is kept. Nothing
 * to do for other pictures.
 *
 * out_postponed  NULL: it is found now, and what else asks for it meanwhile finds it once more. Else nothing
 *                is begun that is not found yet: FALSE without error, and a text comes here that is the same
 *                for all who wait for the same (g_free)
 * Errors         as cg_screen_render; CANCELLED */
gboolean cg_screen_analyse (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                            char **out_postponed, GError **error);

/* TRUE: page after page of a book, which takes as long as an analysis; it stops where options->cancel says so. */
gboolean cg_screen_is_book (const char *name, const CgScreenOptions *options);
/* Whether there is such a picture, with these options but for size and style. Nothing is drawn. Errors as cg_screen_render */
gboolean cg_screen_check (const CgScreen *screen, const char *name, const CgScreenOptions *options, GError **error);

/* ---- a map as it moves; screen_frames.c ------------------------------------------------------ */
#define CG_SCREEN_MAX_MOVED_PIXELS G_GUINT64_CONSTANT (20000000000) /* of all frames */

typedef struct {
    const char *frames; /* "30", "hour", "day", "week", "month", "6h", "2d"                   */
    const char *window; /* "7d": what a frame shows, up to its end; NULL: its own step        */
    guint frame_ms;     /* of a PNG that moves; 0: 400                                        */
} CgScreenMotion;

/* The heat map (`map`) of each step of the options' period (NULL: the days of [heat_days] in
 * county.ini), all of them with one bandwidth, one colour scale and names at the same places;
 * without the inset of a town. output: OUT.png, which moves, or a directory OUT/.
 *
 * Returns an array of from, until, events of each frame (transfer full)
 * Errors  those of cg_screen_render and cg_moving_write; ARGUMENT another picture, frames or window
 *         that are none; LIMIT over 3660 frames, over CG_SCREEN_MAX_MOVED_PIXELS */
json_t *cg_screen_render_frames (const CgScreen *screen, const char *name,
                                 const CgScreenOptions *options, const CgScreenMotion *motion,
                                 const char *output, GError **error);

/* What a picture is made of, as a file: figures and caveats (JSON), rows (XLSX, CSV), rows with the
 * outlines of their places in the working CRS (GeoPackage), the density (GeoTIFF, cells of a quarter of
 * the bandwidth). Never a place of a single incident. */
typedef enum {
    CG_SCREEN_JSON,
    CG_SCREEN_XLSX,
    CG_SCREEN_CSV,
    CG_SCREEN_GPKG,
    CG_SCREEN_TIFF,
} CgScreenFile;
#define CG_SCREEN_FILES (CG_SCREEN_TIFF + 1)
const char *cg_screen_file_name (CgScreenFile file); /* "json", "xlsx", "csv", "gpkg", "tif" */
const char *cg_screen_file_type (CgScreenFile file); /* its media type */
/* By the name, or by the ending of a path. */
gboolean cg_screen_file_parse (const char *text, CgScreenFile *out);
/* TRUE: the picture has that file. */
gboolean cg_screen_has_file (const CgScreenPicture *picture, CgScreenFile file);

/* Same snapshot, name, options and day: same bytes. at: of JSON, "x,y" in metres of the working CRS: only what
 * is known of that point: the grid that holds it and the density there; NULL: all. (transfer full)
 * Errors  as cg_screen_render; ARGUMENT a picture without that file, an `at` that is none; IO no room for a
 *         file that is made on the way; CANCELLED */
GBytes *cg_screen_data (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                        CgScreenFile file, const char *at, GError **error);

/* Where the places of a map lie in its picture, for whoever points at one: the same name and options
 * as for the picture. Keys: `width`, `height`, `m_per_px`, `origin_m` (what its north-west corner shows, metres of
 * `crs`: x grows by m_per_px a pixel, y falls), `rect` (x, y, width and height of the map in it), `places`: `code`, `name`, `level`, `x`,
 * `y` (label point), `path` (SVG, pixels of the picture, borders as drawn there); they are the
 * children of the place shown, or its grids themselves where a map shows a grid. mark: code of one
 * more place, under `mark`, NULL: none. (transfer full)
 * Errors  as cg_screen_render; ARGUMENT the picture is no map; NOT_FOUND mark */
json_t *cg_screen_outlines (const CgScreen *screen, const char *name, const CgScreenOptions *options,
                            const char *mark, GError **error);

#endif
