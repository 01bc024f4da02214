/* Use case: where events gather. Areas with counts (or points to count in them) in; z, chances,
 * classes, smoothed rates or scan clusters for each area out. */
#ifndef CG_APP_HOTSPOTS_H
#define CG_APP_HOTSPOTS_H

#include <jansson.h>

#include "aggregate/aggregate.h"
#include "analyse/neighbours.h"
#include "export/layer.h"
#include "import/import.h"

typedef struct {
    const char *areas, *output, *report; /* FILE or FILE:LAYER; report may be NULL                 */
    const char *id;                      /* column of the areas' id; NULL: grid_id, code, ...      */
    const char *count, *events;          /* column with counts, or points to be counted: one of both */
    const char *base;                    /* column of households or people; NULL: counts as they are */
    const char *crs, *encoding;          /* of the events                                          */
    const char *method;                  /* name from cg_hotspots_methods                          */
    CgPeriod period;    /* ALL: time does not matter; else events are counted by period too        */
    gboolean alive;     /* scan: only what lasts until the last period                             */
    CgNearness nearness;
    double within_m;    /* > 0: neighbours by distance of centres instead                          */
    guint32 draws;      /* where chances cannot be exact                                           */
    guint32 replicates; /* of the scan                                                             */
    double max_share;   /* of the base in a circle of the scan                                     */
    guint64 seed;
    guint threads;
    const char *options_text; /* for the stamp */
} CgHotspotsFile;

/* What the methods see: rows of the file that take part. */
typedef struct {
    const CgHotspotsFile *job;
    guint32 n;
    double *count, *base; /* [n]; base NULL: not asked for                             */
    double *x, *y;        /* [n] centres, working metres                               */
    guint32 n_periods;    /* 1 without --period                                        */
    double *by_period;    /* [n * n_periods] place by place; NULL without --period     */
    const gint64 *start_s; /* [n_periods + 1] where each begins; NULL without --period  */
    CgNeighbours *near;
    GCancellable *cancel;
    const CgProgress *progress;
} CgHotspotsInput;

/* One column of a method's answer, one row for each that took part. */
typedef struct {
    const char *name;
    CgColumnKind kind;
    double *number;    /* owned; NULL for TEXT     */
    const char **text; /* owned; texts borrowed    */
} CgHotspotsColumn;

typedef struct {
    GArray *columns; /* of CgHotspotsColumn */
    json_t *summary;
} CgHotspotsAnswer;

typedef struct {
    const char *name, *title;
    gboolean needs_base;
    gboolean any_number; /* without a base, values may be broken (shares, means)       */
    gboolean whole;      /* counts whole events                                        */
    gboolean takes_baseless; /* has something to say of areas without base too         */
    gboolean takes_periods, needs_periods;
    /*< private >*/
    gboolean (*run) (const CgHotspotsInput *input, CgHotspotsAnswer *answer, GError **error);
} CgHotspotsMethod;

/* gi-star, excess, gi, local-moran, global, eb, scan, emerging; ends with name == NULL. */
const CgHotspotsMethod *cg_hotspots_methods (void);
const CgHotspotsMethod *cg_hotspots_find (const char *name); /* NULL when unknown */

/* Day on which a period begins, as text. (g_free) */
char *cg_hotspots_day (gint64 start_s);

/* Writes the layer `hotspots`: grid_id, count, base and rate with exact 95 % interval, flag of small
 * counts, number of neighbours, and the columns of the method (docs/data-dictionary.md). Areas without
 * a count, or without base where one is asked for, take no part: they are in no sum and in no
 * circle, their events are left out. They stay in the file with empty columns (eb: with the mean that
 * their neighbourhood gives them) and are counted in the report, as are their events.
 * out_report may be NULL
 * Errors  ARGUMENT unknown method, count and events both or neither, a method that needs a base or
 *         periods, periods without events or more than 10 000 of them;
 *         INPUT a count or base that is negative (or broken, where counts are meant), names the
 *         file, row, column and area; events, but no area with a base; those of the readers, of the engine and of cg_export_layer */
gboolean cg_hotspots_file (const CgHotspotsFile *job, CgImportReport *report,
                           const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                           GError **error);

#endif
