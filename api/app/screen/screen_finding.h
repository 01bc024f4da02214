/* What an analysis finds of each grid: one of a few sorts, and the numbers behind it. */
#ifndef CG_APP_SCREEN_FINDING_H
#define CG_APP_SCREEN_FINDING_H

#include "analyse/neighbours.h"
#include "app/screen/screen_figures.h"

#define SCREEN_MAX_SORTS 7u
#define SCREEN_NO_SORT 255u /* no value: hatched */

typedef struct {
    const char *title, *title_en; /* of the legend's row                                         */
    const char *mark; /* written on a grid of it that has room: colour is not the only sign; or NULL */
    guint band;       /* 0 bluest, 3 quiet, 6 reddest                                            */
} ScreenSort;

typedef struct _ScreenFinding {
    const char *title, *legend, *none; /* of the picture; of the legend; of grids without a value */
    char *method, *method_en;          /* of the source line; found once for both languages */
    guint n_sorts;
    const ScreenSort *sorts;
    guint8 *sort;   /* [grids] */
    char **number;  /* [grids] written instead of the sort's mark; NULL: none has one */
    ScreenFigures figures; /* rows are the grids */
} ScreenFinding;

/* Rows, base columns and an empty sort for each grid. */
void screen_finding_init (ScreenFinding *finding, const ScreenJob *job);
void screen_finding_free (ScreenFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScreenFinding, screen_finding_free)
/* Columns `sort` and facts with the number of grids of each. */
void screen_finding_end (ScreenFinding *finding);

/* Grids that share a corner or a border; those of the place only where one is shown. (transfer full)
 * Errors LIMIT, ARGUMENT of the engine */
CgNeighbours *screen_near (const ScreenJob *job, GError **error);
/* The subset of rows (of the shown grids) that take part, with their neighbours. */
typedef struct {
    guint32 n, *row;        /* [n] of the shown grids            */
    double *count, *base;   /* [n] incidents, households         */
    CgNeighbours *near;     /* NULL until asked for              */
    guint32 n_left_out;     /* grids without households ...      */
    double left_out;        /* ... and the incidents in them     */
} ScreenPart;
void screen_part_init (ScreenPart *part, const ScreenJob *job, gboolean needs_households);
void screen_part_clear (ScreenPart *part);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScreenPart, screen_part_clear)

/* Errors  ARGUMENT a measure that is not looked at; LIMIT; CANCELLED */
typedef gboolean (*ScreenFind) (const ScreenJob *job, ScreenFinding *out, GError **error);
gboolean screen_find_hotspots (const ScreenJob *job, ScreenFinding *out, GError **error);
gboolean screen_find_moran (const ScreenJob *job, ScreenFinding *out, GError **error);
gboolean screen_find_clusters (const ScreenJob *job, ScreenFinding *out, GError **error);
gboolean screen_find_change (const ScreenJob *job, ScreenFinding *out, GError **error);

typedef void ScreenHold;
void screen_finding_release (ScreenHold *hold);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScreenHold, screen_finding_release)
/* What find gives for the job's choice and data: found once, kept for picture, figures and files
 * alike, as long as out_hold is held. screen_kept.c. Errors those of find */
const ScreenFinding *screen_found (const ScreenJob *job, const char *name, ScreenFind find,
                                   ScreenHold **out_hold, GError **error);
/* TRUE: it is kept already. The text tells it from all others. (out_key: g_free) */
gboolean screen_is_found (const ScreenJob *job, const char *name, char **out_key);

#endif
