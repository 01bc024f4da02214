/* The county file: SQLite + SpatiaLite behind domain verbs. Callers never see SQL; a verb is a
 * transaction.
 *
 * One writer connection in one process (a lock file says who); readers are read-only connections of
 * their own thread. WAL, synchronous=FULL; only the writer checkpoints. Geometry crosses as
 * CgShapes in the county's working CRS (setting "working_crs"); its SRID is checked at the door.
 *
 * Handles  a CgStore belongs to one thread at a time; every thread opens its own.
 * Kept     coordinates, numbers (but -0.0 outside geometry is 0.0) and text bit for bit, parts and
 *          rings in their order. `delivered` geometry of areas is not kept (loaded as NULL); points
 *          keep delivered_x, delivered_y and delivered_crs (NULL when the rows came in several).
 *          Strings that are NULL stay NULL; name columns (region, type, ...) are numbered anew.
 * Errors   of every verb, besides those it names: STORE the file failed; after a failed write or
 *          sync, or a damaged page, reading goes on and every change is refused with STORE until
 *          the file is opened again (the change that failed is then there as a whole or not at
 *          all); ARGUMENT a change through a store that is open for reading, tables that contradict
 *          themselves; INPUT text that is not UTF-8, a key given twice (the row is named).
 */
#ifndef CG_STORE_H
#define CG_STORE_H

#include "aggregate/aggregate.h"
#include "base/error.h"
#include "model/buildings.h"
#include "model/grids.h"
#include "model/places.h"
#include "model/regions.h"
#include "model/units.h"

typedef struct _CgStore CgStore;
/* WRITE_AGAIN: WRITE, for who closes and opens a file all the time: the pages of one that is just as this process left it are
 * not read again before a day has passed. */
typedef enum { CG_STORE_READ, CG_STORE_WRITE, CG_STORE_WRITE_AGAIN } CgStoreMode;

/* Makes a new county file and opens it for writing; it appears under its name only when complete.
 * working_crs "EPSG:n", in metres; config is the text of county.ini ("" for none; setting
 * "config").
 * Errors CONFLICT path exists, or the log of a lost file of that name does; NOT_FOUND no such
 *        folder; INPUT unknown CRS; ARGUMENT not EPSG:n, or not in metres; IO; STORE network file
 *        system. */
CgStore *cg_store_create (const char *path, const char *working_crs, const char *config,
                          GError **error);
/* Opens; never creates. WRITE also migrates to this program's schema and checks the pages once.
 * Errors NOT_FOUND; INPUT not a county file; STORE damaged, truncated, newer schema, older schema
 *        (READ), may only be read or network file system (WRITE); CONFLICT somebody else writes
 *        (names the process). */
CgStore *cg_store_open (const char *path, CgStoreMode mode, GError **error);
/* Gives the finished and closed county `draft` the name `path`, durably. version is the data
 * version of the empty county that it takes the place of; negative: nothing may be there. Readers
 * that have the old file open keep seeing the old one.
 * Errors CONFLICT somebody writes to path or changed it, or it is there and version is negative;
 *        IO; as cg_store_open */
gboolean cg_store_replace (const char *draft, const char *path, gint64 version, GError **error);
/* Removes a county that was not finished, with its log; nothing there is fine.
 * Errors CONFLICT somebody writes to it; IO */
gboolean cg_store_remove (const char *path, GError **error);
void cg_store_close (CgStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgStore, cg_store_close)

const char *cg_store_working_crs (const CgStore *store); /* borrowed */
char *cg_store_get_setting (CgStore *store, const char *key,
                            GError **error); /* NULL without error: not set */
gboolean cg_store_put_setting (CgStore *store, const char *key, const char *value, GError **error);
/* Grows with every change of data or plans; part of every product and of ETags. -1 when it cannot
 * be read. */
gint64 cg_store_data_version (CgStore *store);

/* Several verbs as one transaction (an import and its log; group commit): begin, verbs, commit.
 * When a verb fails the whole group is lost: commit then fails with CONFLICT and nothing is
 * changed. cancel undoes. Groups do not nest. */
gboolean cg_store_begin (CgStore *store, GError **error);
/* Several reads of one state of the file, whatever is written meanwhile, until cg_store_cancel; no writer waits for it.
 * Errors ARGUMENT a group is open already */
gboolean cg_store_begin_reading (CgStore *store, GError **error);
gboolean cg_store_commit (CgStore *store, GError **error);
void cg_store_cancel (CgStore *store);

/* ---- base data ---------------------------------------- */

/* put replaces the whole table (a new version of it), in one transaction. working_crs of the table
 * must be the store's (ARGUMENT). Each row needs a shape of finite coordinates (GEOMETRY; names the
 * row). Units that a plan uses stay in the file beside the new ones, so that old plans keep their
 * meaning. */
/* Errors CONFLICT regions that the units of today or of the plan in force name are missing (names
 *        the first). */
gboolean cg_store_put_regions (CgStore *store, const CgRegions *regions, GError **error);
gboolean cg_store_put_compounds (CgStore *store, const CgCompounds *compounds, GError **error);
/* Drawn outlines of villager groups: rows of kind CG_COMPOUND_GROUP, whose names may repeat. They
 * lie in the table of compounds and neither takes the other's place: the put of one kind leaves the
 * other. Errors ARGUMENT a row of the other kind */
gboolean cg_store_put_groups (CgStore *store, const CgCompounds *groups, GError **error);
gboolean cg_store_put_units (CgStore *store, const CgUnits *units, GError **error);
gboolean cg_store_put_barriers (CgStore *store, const CgBarriers *barriers, GError **error);
/* Puts the rows beside those that are stored, but for rows of the same class, passability and, bit for bit, place as a stored
 * one or one before: out_known (may be NULL) counts these. */
gboolean cg_store_add_barriers (CgStore *store, const CgBarriers *barriers, guint32 *out_known, GError **error);
/* Order of rows is kept. Kept of keys: which rows have one, and which of them are equal by id. */
gboolean cg_store_put_buildings (CgStore *store, const CgBuildings *buildings, GError **error);
/* As cg_store_put_units, for units of which some were not delivered but made here.
 * parameters   JSON of the caller's: which communities, how, from what
 * borders      what borders of made units run along; kept of each row: class, passable, line
 * The next put of units takes the place of them all. */
gboolean cg_store_put_made_units (CgStore *store, const CgUnits *units, const char *parameters,
                                  const CgBarriers *borders, GError **error);
/* Adds, revises or withdraws by (source, id, revision); repeated delivery changes nothing. Of a revision
 * that withdraws only source, id, revision and row are kept; what is loaded or counted no longer has
 * the incident until a higher revision brings it back. out_new (may be
 * NULL) counts added rows. Kept: id, place, row, type, times, weight, source, revision, state;
 * never a name.
 * Errors CONFLICT the same revision with another content: a change needs a higher revision (names
 *        the incident). */
gboolean cg_store_put_incidents (CgStore *store, const CgPlaces *incidents, guint32 *out_new,
                                 GError **error);
/* Rows of incidents (guint32, ascending) whose source, id and revision are stored with another
 * content, so that putting them would fail. (transfer full) */
gboolean cg_store_find_conflicts (CgStore *store, const CgPlaces *incidents, GArray **out_rows,
                                  GError **error);
/* What became of one incident of a live delivery. */
typedef enum {
    CG_TAKEN_NEW,
    CG_TAKEN_REVISED,  /* a higher revision of one that is known                            */
    CG_TAKEN_WITHDRAWN, /* a revision that takes the incident back, also one that is not known yet   */
    CG_TAKEN_OUTDATED, /* stored, but a higher revision is known: neither attached nor counted */
    CG_TAKEN_REPEATED, /* stored already with this content: nothing changes                 */
    CG_TAKEN_CONFLICT, /* stored already with another content: not taken                    */
    CG_N_TAKEN
} CgTaken;
const char *cg_taken_name (CgTaken taken); /* "new", "revised", ... */

/* What incidents are counted for. "As now": all, in the grids of the plan in force. "As was": each in
 * the grids of the plan of its own time, which is THEN of the plans before, and NOW without BEFORE of
 * the plan in force; so that an incident of today enters one count. */
typedef enum {
    CG_COUNTED_NOW,    /* all, by the plan in force                                           */
    CG_COUNTED_BEFORE, /* those of them that are of the time of another plan (cg_eras_find)   */
    CG_COUNTED_THEN,   /* by a plan that is no longer in force: those of its time             */
    CG_N_COUNTED
} CgCounted;

/* One incident that counts from now on (sign 1) or no longer (-1). */
typedef struct {
    int sign;
    CgCounted counted;
    gint64 plan;
    guint32 grid_id; /* of the plan; 0: in no grid   */
    char *type;      /* NULL: none                   */
    gint64 time_s;   /* occurred, or CG_TIME_NONE    */
} CgIncidentChange;

/* Live: adds incidents and their attachments to the plan in force (0: none yet), and to that of their
 * own time where it is another, at the cost of these rows and not of the tables. Unlike
 * cg_store_put_incidents a conflict leaves the others standing.
 *
 * grid_id      [n] of the plan, 0 in no grid; not looked at with plan 0
 * then_id      [n] of the plan of the incident's time (cg_eras_find), 0 in no grid; looked at where
 *              that is not `plan`; NULL where it always is
 * out_taken    [n] CgTaken
 * out_key      [n] number of the stored incident, growing with each; 0 for conflicts and repeats
 * out_changes  of CgIncidentChange, in order (transfer full): what the measures need
 * Errors       NOT_FOUND plan or grid; GEOMETRY a coordinate that is not finite; CONFLICT the group
 *              is spoiled */
gboolean cg_store_take_incidents (CgStore *store, gint64 plan, const CgPlaces *incidents,
                                  const guint32 *grid_id, const guint32 *then_id,
                                  guint8 *out_taken, gint64 *out_key, GArray **out_changes,
                                  GError **error);
/* One incident as it came. Texts are borrowed for the call; NULL where there is none. */
typedef struct {
    gint64 key;
    const char *id, *source, *type, *state, *grid; /* grid: code in the plan */
    guint32 revision;
    gint64 time_s;
    double x, y; /* NaN: no place */
    gboolean revised, withdrawn;
    double delivered_x, delivered_y; /* as they came, in delivered_crs; NULL: that is not known */
    const char *delivered_crs;
} CgIncidentEvent;
typedef void (*CgIncidentEach) (const CgIncidentEvent *event, gpointer user_data);
/* Incidents with a number above `after`, in order, at most `limit`: new ones and revisions, not
 * those that were outdated when they came. each must not change the store. */
gboolean cg_store_each_incident_after (CgStore *store, gint64 plan, gint64 after, guint limit,
                                       CgIncidentEach each, gpointer user_data, GError **error);
/* What happened at since_s or later, as it is known now (highest revision, none that was withdrawn), the newest
 * number first. The rest as above. Errors STORE */
gboolean cg_store_each_incident_since (CgStore *store, gint64 plan, gint64 since_s, guint limit,
                                       CgIncidentEach each, gpointer user_data, GError **error);
/* One incident as screens count it: its highest revision. Texts as above. */
typedef struct {
    gint64 key, replaced; /* replaced: the revision that was the highest until `after`; 0: none */
    gint64 first;         /* number of the revision that came first: it stays               */
    const char *type, *source, *state;
    gint64 time_s;
    double x, y;     /* NaN: no place                                 */
    guint32 grid_id; /* of the plan; 0: in no grid or not attached yet */
    gboolean withdrawn;
} CgIncidentBrief;
typedef void (*CgBriefEach) (const CgIncidentBrief *brief, gpointer user_data);
/* What changed in cg_store_load_incidents since the highest number was `after` (0: all of it), in
 * order of the numbers. each must not change the store. Errors STORE */
gboolean cg_store_each_latest_after (CgStore *store, gint64 plan, gint64 after, CgBriefEach each,
                                     gpointer user_data, GError **error);
/* id, revision, reported_s and weight of the incidents with these numbers, in their order; id NULL
 * where there is none. (transfer full) Errors STORE */
CgPlaces *cg_store_load_incident_details (CgStore *store, guint32 n, const gint64 *key,
                                          GError **error);
/* Answers to deliveries by the key of their sender: body and reply are any texts; the first of a key
 * stays, the newest `most` are kept. Errors STORE */
gboolean cg_store_put_delivery (CgStore *store, const char *key, const char *body, const char *reply, guint most,
                                GError **error);
typedef void (*CgDeliveryEach) (const char *key, const char *body, const char *reply, gpointer user_data);
gboolean cg_store_each_delivery (CgStore *store, CgDeliveryEach each, gpointer user_data,
                                 GError **error); /* oldest first */
/* Alarms that were acknowledged, when and at which screen (never by whom): the first counts. out_new FALSE: it was
 * before. Errors STORE */
gboolean cg_store_put_acknowledgement (CgStore *store, const char *alarm, gint64 at_s, const char *screen,
                                       guint most, gboolean *out_new, GError **error);
typedef void (*CgAcknowledgementEach) (const char *alarm, gint64 at_s, const char *screen, gpointer user_data);
gboolean cg_store_each_acknowledgement (CgStore *store, CgAcknowledgementEach each, gpointer user_data,
                                        GError **error); /* oldest first */
/* Highest number that an incident has; 0: none is stored. */
gboolean cg_store_last_incident (CgStore *store, gint64 *out, GError **error);

/* Whole tables too; attachments of the old rows go with them. Kept: id, place, row, type (class or
 * kind), name, of cameras also bearing, field of view and range. Rows without a place (NaN) are
 * kept as such. */
gboolean cg_store_put_cameras (CgStore *store, const CgPlaces *cameras, GError **error);
gboolean cg_store_put_services (CgStore *store, const CgPlaces *services, GError **error);

/* Rows that a put of "regions", "units", "compounds", "groups", "barriers", "buildings", "cameras"
 * or "services" would replace. ARGUMENT another table */
gboolean cg_store_count (CgStore *store, const char *table, guint32 *out, GError **error);
/* Loaded rows are sorted by code or id (incidents by time, then id). All (transfer full). Empty
 * tables are tables with n == 0, not errors. */
CgRegions *cg_store_load_regions (CgStore *store, GError **error);
CgCompounds *cg_store_load_compounds (CgStore *store, GError **error);
CgCompounds *cg_store_load_groups (CgStore *store, GError **error); /* in order of the file */
CgUnits *cg_store_load_units (CgStore *store, GError **error);
/* Data version of the units of today; 0 when none were put. A plan of another unit_version was made
 * from other units. */
gboolean cg_store_unit_version (CgStore *store, gint64 *out, GError **error);
/* Stored barriers of each class: out[CG_N_BARRIERS]. */
gboolean cg_store_count_barriers (CgStore *store, guint32 *out, GError **error);
CgBarriers *cg_store_load_barriers (CgStore *store, const CgBox *box,
                                    GError **error); /* box NULL: all */
/* Latest revision of each incident with since_s <= time < until_s (CG_TIME_NONE: open end); those
 * without a time come first, and only when both ends are open. */
CgPlaces *cg_store_load_incidents (CgStore *store, gint64 since_s, gint64 until_s, GError **error);
/* In the order in which they were put; has_households, has_population: some row has a count. */
CgBuildings *cg_store_load_buildings (CgStore *store, GError **error);
/* What cg_store_put_made_units got for the units of today (both transfer full); both NULL where all
 * of them were delivered. */
gboolean cg_store_load_made (CgStore *store, char **out_parameters, CgBarriers **out_borders,
                             GError **error);
/* Says whether a table ("region", "region_total", "compound", "barrier", "building") still is what
 * it was: hex digits over all its rows, "" before the first put. (transfer full) NULL: error */
char *cg_store_table_digest (CgStore *store, const char *table, GError **error);
CgPlaces *cg_store_load_cameras (CgStore *store, GError **error);
CgPlaces *cg_store_load_services (CgStore *store, GError **error);

/* ---- plans ---------------------------------------- */
typedef struct {
    gint64 id, parent; /* parent 0: none                                                    */
    char *state;       /* "draft", "submitted", "published", "archived"                     */
    char *title, *author;
    char *parameters; /* JSON of the options                                               */
    char *hash;       /* plan_hash as cg_plan_hash gives it                                */
    gint64 created_s, effective_from_s, effective_to_s; /* CG_TIME_NONE: open                    */
    gint64 data_version;
    guint32 n_grids, n_ok, n_below, n_above;
    gint64 unit_version; /* of the units it was made from, see cg_store_unit_version */
} CgPlan;
void cg_plan_free (CgPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPlan, cg_plan_free)

/* SHA-256 (64 hex digits) over the lines "unit id TAB grid code LF", sorted by bytes of the unit
 * id. (transfer full) */
char *cg_plan_hash (const CgUnits *units, const CgGrids *grids);

/* A new draft: the operation ("split", its parameters) goes to the log, assignment and grids are
 * derived rows. plan gives parent, title, author, parameters, created_s and data_version (0: now);
 * the rest of it is worked out here. out_id is the new one. report is kept as text (the
 * REPORT.json) or NULL.
 * Errors  ARGUMENT a unit in no grid, sums of a grid that do not add up; NOT_FOUND parent;
 *        CONFLICT units are not those of the store (names one) */
gboolean cg_store_add_plan (CgStore *store, const CgPlan *plan, const char *operation,
                            const CgUnits *units, const CgGrids *grids, const char *report,
                            gint64 *out_id, GError **error);
/* Codes of all grids of all plans, each once. (transfer full) */
CgNames *cg_store_list_codes (CgStore *store, GError **error);
GPtrArray *cg_store_list_plans (CgStore *store, GError **error); /* of CgPlan, oldest first */
/* id 0: the published plan in force, else the newest draft. NOT_FOUND when there is none. */
CgPlan *cg_store_get_plan (CgStore *store, gint64 id, GError **error);
/* Grids of a plan by grid_id, with grid_of over the rows of cg_store_load_units: CG_NONE for units
 * that the plan, made from older units, does not know. NOT_FOUND */
CgGrids *cg_store_load_grids (CgStore *store, gint64 plan, GError **error);
/* The units that the plan was made from, by id, and its grids over them, with micro-units where the
 * plan has some: each unit is in one grid, however often units were put since. NOT_FOUND */
gboolean cg_store_load_plan (CgStore *store, gint64 plan, CgUnits **out_units, CgGrids **out_grids,
                             GError **error);
/* What add_plan got as report; NULL without error when there was none. (transfer full) Errors
 * NOT_FOUND */
char *cg_store_get_report (CgStore *store, gint64 plan, GError **error);
/* Publishes a draft from now_s on; the one in force is archived. A published plan is never changed.
 * Errors NOT_FOUND; CONFLICT not a draft, or the one in force began later than now_s */
gboolean cg_store_publish_plan (CgStore *store, gint64 plan, gint64 now_s, const char *who,
                                GError **error);

/* When each plan was in force: from from_s until the next begins. */
typedef struct {
    gint64 plan, from_s;
} CgEra;
/* Of CgEra, in order of their beginnings; empty while no plan was published. (transfer full) */
GArray *cg_store_list_eras (CgStore *store, GError **error);
/* Row of the plan in force at a time. What was before the first plan, or at a time that nobody knows,
 * belongs to the first: so no plan that is published later takes it. CG_NONE: eras is empty */
guint32 cg_eras_find (const GArray *eras, gint64 time_s);

/* ---- attachments and measures ---------------------------------------- */
/* Replaces the attachments of one kind to one plan; grid_of[i] is a row of grids or CG_NONE (kept
 * as "outside").
 * Errors NOT_FOUND plan, or a place that is not in the store (named) */
gboolean cg_store_put_attachments (CgStore *store, gint64 plan, const CgPlaces *places,
                                   const CgGrids *grids, const guint32 *grid_of, GError **error);
/* Grid row for each place, in the order of `places`; CG_NONE outside every grid or not attached
 * yet. (g_free) */
guint32 *cg_store_load_attachments (CgStore *store, gint64 plan, const CgPlaces *places,
                                    const CgGrids *grids, GError **error);

/* measure rows: name ("incidents"), level, place code, period, start, type name ("" = all), value,
 * base (NaN: none). plan 0: measures that hang on no plan. */
typedef struct {
    const char *name;
    CgLevel level;
    const char *place; /* code */
    CgPeriod period;
    gint64 start_s;
    const char *type;
    double value, base;
} CgMeasureRow;
/* Replaces all rows of (name, level, period) for the plan. name, level and period of the rows are
 * not looked at.
 * Errors NOT_FOUND plan; ARGUMENT a name with control characters */
gboolean cg_store_put_measures (CgStore *store, gint64 plan, const char *name, CgLevel level,
                                CgPeriod period, const CgMeasureRow *rows, gsize n, GError **error);
/* Adds value to the measure of each row (name, level, period, place, start_s, type: not NULL); rows
 * must be sorted by level and period. base is set as given. A measure that comes to 0 is removed,
 * as a whole roll-up would not have it. The cost is that of the rows.
 * Errors NOT_FOUND plan; ARGUMENT not sorted */
gboolean cg_store_change_measures (CgStore *store, gint64 plan, const char *name,
                                   const CgMeasureRow *rows, gsize n, GError **error);
typedef void (*CgMeasureEach) (const CgMeasureRow *row, gpointer user_data);
/* Rows in order of place, start, type, since_s <= start < until_s; `each` must not change the
 * store. */
gboolean cg_store_each_measure (CgStore *store, gint64 plan, const char *name, CgLevel level,
                                CgPeriod period, gint64 since_s, gint64 until_s, CgMeasureEach each,
                                gpointer user_data, GError **error);

/* ---- imports ---------------------------------------- */
typedef struct {
    gint64 sequence;
    char *kind, *file, *who, *report; /* file: base name; report: JSON */
    guint32 n_rows, n_good;
    gint64 data_version;
} CgImportEntry;
void cg_import_entry_free (CgImportEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgImportEntry, cg_import_entry_free)

/* A line in the import log; put it in one group with the import itself. */
gboolean cg_store_add_import (CgStore *store, const char *kind, const char *file, guint32 n_rows,
                              guint32 n_good, const char *report, GError **error);
GPtrArray *cg_store_list_imports (CgStore *store,
                                  GError **error); /* of CgImportEntry, oldest first */

/* ---- care ---------------------------------------- */
/* integrity_check, foreign keys, rtreecheck of every spatial index, row counts against index
 * counts and boxes, every row against the seal of its table (SQLite has no page checksums: a
 * flipped bit in a name shows only here), audit chain, every plan a true partition (each unit of
 * it in one grid, sums equal, hash equal). Each problem is one line in out_problems (GPtrArray of
 * char *, transfer full, empty when sound); TRUE when the check itself could run. */
gboolean cg_store_check (CgStore *store, GPtrArray **out_problems, GError **error);
/* A consistent copy (VACUUM INTO) to a new file, which appears under its name only after it passed
 * cg_store_check.
 * Errors CONFLICT path exists; STORE the copy is not sound (first problem); NOT_FOUND no such
 *        folder; IO */
gboolean cg_store_backup (CgStore *store, const char *path, GError **error);
/* Whom the audit chain names for the changes that follow; "system" until set. */
void cg_store_set_author (CgStore *store, const char *who);

#endif
