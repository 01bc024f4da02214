/* The county file: SQLite + SpatiaLite behind domain verbs. Callers never see SQL; a verb is a transaction.
 *
 * One writer connection in one process (a lock file says who); readers are read-only connections of their own
 * thread. WAL, synchronous=FULL; only the writer checkpoints. Geometry crosses as CgShapes in the county's working
 * CRS (setting "working_crs"); its SRID is checked at the door.
 */
#ifndef CG_STORE_H
#define CG_STORE_H

#include "aggregate/aggregate.h"
#include "model/grids.h"
#include "model/places.h"
#include "model/regions.h"
#include "model/units.h"

typedef struct _CgStore CgStore;
typedef enum { CG_STORE_READ, CG_STORE_WRITE } CgStoreMode;

/* Makes a new county file; fails with CONFLICT when path exists.
 * working_crs "EPSG:n"; config is the text of county.ini ("" for none). */
CgStore *cg_store_create (const char *path, const char *working_crs, const char *config, GError **error);
/* Opens; WRITE also migrates to this program's schema. Errors NOT_FOUND; STORE not ours, damaged, newer schema;
 * CONFLICT another process writes. */
CgStore *cg_store_open (const char *path, CgStoreMode mode, GError **error);
void cg_store_close (CgStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgStore, cg_store_close)

const char *cg_store_working_crs (const CgStore *store); /* borrowed */
char *cg_store_get_setting (CgStore *store, const char *key, GError **error); /* NULL without error: not set */
gboolean cg_store_put_setting (CgStore *store, const char *key, const char *value, GError **error);
/* Grows with every change of data or plans; part of every product and of ETags. */
gint64 cg_store_data_version (CgStore *store);

/* ---- base data: put replaces the whole table (a new version of it), in one transaction -------------------- */
gboolean cg_store_put_regions (CgStore *store, const CgRegions *regions, GError **error);
gboolean cg_store_put_compounds (CgStore *store, const CgCompounds *compounds, GError **error);
gboolean cg_store_put_units (CgStore *store, const CgUnits *units, GError **error);
gboolean cg_store_put_barriers (CgStore *store, const CgBarriers *barriers, GError **error);
/* Adds or revises by (source, id, revision); repeated delivery changes nothing. out_new counts added rows. */
gboolean cg_store_put_incidents (CgStore *store, const CgPlaces *incidents, guint32 *out_new, GError **error);
gboolean cg_store_put_cameras (CgStore *store, const CgPlaces *cameras, GError **error);
gboolean cg_store_put_services (CgStore *store, const CgPlaces *services, GError **error);

/* Loaded rows are sorted by code or id (incidents by time, then id). All (transfer full). Empty tables are tables
 * with n == 0, not errors. */
CgRegions *cg_store_load_regions (CgStore *store, GError **error);
CgCompounds *cg_store_load_compounds (CgStore *store, GError **error);
CgUnits *cg_store_load_units (CgStore *store, GError **error);
CgBarriers *cg_store_load_barriers (CgStore *store, const CgBox *box, GError **error); /* box NULL: all */
/* Latest revision of each incident with since_s <= time < until_s (CG_TIME_NONE: open end). */
CgPlaces *cg_store_load_incidents (CgStore *store, gint64 since_s, gint64 until_s, GError **error);
CgPlaces *cg_store_load_cameras (CgStore *store, GError **error);
CgPlaces *cg_store_load_services (CgStore *store, GError **error);

/* ---- plans ----------------------------------------------------------------------------------------------------- */
typedef struct {
    gint64 id, parent;      /* parent 0: none                                                    */
    char *state;            /* "draft", "submitted", "published", "archived"                     */
    char *title, *author;
    char *parameters;       /* JSON of the options                                               */
    char *hash;             /* plan_hash: SHA-256 over sorted (unit id, code)                    */
    gint64 created_s, effective_from_s, effective_to_s; /* CG_TIME_NONE: open                    */
    gint64 data_version;
    guint32 n_grids, n_ok, n_below, n_above;
} CgPlan;
void cg_plan_free (CgPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPlan, cg_plan_free)

/* A new draft: the operation ("split", its parameters) goes to the log, assignment and grids are derived rows.
 * plan->id is ignored; out_id is the new one. report is kept as text (the REPORT.json). */
gboolean cg_store_add_plan (CgStore *store, const CgPlan *plan, const char *operation, const CgUnits *units,
                            const CgGrids *grids, const char *report, gint64 *out_id, GError **error);
GPtrArray *cg_store_list_plans (CgStore *store, GError **error); /* of CgPlan, oldest first */
/* id 0: the published plan in force, else the newest draft. NOT_FOUND when there is none. */
CgPlan *cg_store_get_plan (CgStore *store, gint64 id, GError **error);
/* Grids of a plan with grid_of over the rows of cg_store_load_units. */
CgGrids *cg_store_load_grids (CgStore *store, gint64 plan, GError **error);
/* Publishes a draft from now_s on; the one in force is archived. A published plan is never changed. */
gboolean cg_store_publish_plan (CgStore *store, gint64 plan, gint64 now_s, const char *who, GError **error);

/* ---- attachments and measures ---------------------------------------------------------------------------------- */
/* Replaces the attachments of one kind to one plan; grid_of[i] is a row of grids or CG_NONE (kept as "outside"). */
gboolean cg_store_put_attachments (CgStore *store, gint64 plan, const CgPlaces *places, const CgGrids *grids,
                                   const guint32 *grid_of, GError **error);
/* grid row for each place (CG_NONE outside), in the order of `places` as loaded from this store. (g_free) */
guint32 *cg_store_load_attachments (CgStore *store, gint64 plan, const CgPlaces *places, const CgGrids *grids,
                                    GError **error);

/* measure rows: name ("incidents"), level, place code, period, start, type name ("" = all), value, base. */
typedef struct {
    const char *name;
    CgLevel level;
    const char *place; /* code */
    CgPeriod period;
    gint64 start_s;
    const char *type;
    double value, base;
} CgMeasureRow;
/* Replaces all rows of (name, level, period) for the plan. */
gboolean cg_store_put_measures (CgStore *store, gint64 plan, const char *name, CgLevel level, CgPeriod period,
                                const CgMeasureRow *rows, gsize n, GError **error);
typedef void (*CgMeasureEach) (const CgMeasureRow *row, gpointer user_data);
gboolean cg_store_each_measure (CgStore *store, gint64 plan, const char *name, CgLevel level, CgPeriod period,
                                gint64 since_s, gint64 until_s, CgMeasureEach each, gpointer user_data, GError **error);

/* ---- care -------------------------------------------------------------------------------------------------------- */
/* integrity_check, foreign keys, rtreecheck of every spatial index, row counts against index counts, audit chain, every
 * plan a true partition (each unit of it in one grid, sums equal). Each problem is one line in out_problems (GPtrArray
 * of char *, transfer full, empty when sound); TRUE when the check itself could run. */
gboolean cg_store_check (CgStore *store, GPtrArray **out_problems, GError **error);
/* A consistent copy (VACUUM INTO) to a new file; checked before it returns. */
gboolean cg_store_backup (CgStore *store, const char *path, GError **error);
/* Adds to the audit chain inside the transaction of the last put (called by the verbs with author "system" unless set). */
void cg_store_set_author (CgStore *store, const char *who);

#endif
