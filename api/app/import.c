#include "app/import.h"

#include <string.h>

#include "app/attach.h"
#include "app/clock.h"
#include "app/county.h"
#include "app/coverage_rows.h"
#include "app/json.h"
#include "app/live/intake.h"
#include "attach/attach.h"
#include "base/error.h"
#include "import/buildings.h"

/* One file on its way: read at the top, put at the end. */
typedef struct {
    CgImportOptions options;
    CgImportReport *report;
    const CgProgress *progress;
    GCancellable *cancel;
    CgRegions *regions; /* of the county, for units */
    gpointer table;     /* the model table that was read */
    char *working_crs;  /* of the table */
} Job;

typedef struct {
    CgImportKind kind;
    gboolean needs_regions;
    gboolean replaces; /* the whole table; incidents are added or revised */
    gboolean attaches; /* places that the grids of the plan in force hold */
    gboolean (*read) (Job *job, GError **error);
    gboolean (*put) (Job *job, CgStore *store, GError **error);
    void (*free_table) (gpointer table);
} Kind;

static gboolean
read_regions (Job *job, GError **error)
{
    CgRegions *table =
        cg_import_regions (&job->options, job->report, job->progress, job->cancel, error);
    job->table = table;
    job->working_crs = table != NULL ? table->working_crs : NULL;
    return table != NULL;
}

static gboolean
put_regions (Job *job, CgStore *store, GError **error)
{
    if (cg_store_put_regions (store, job->table, error))
        return TRUE;
    g_prefix_error (error, "%s: ", job->report->file);
    return FALSE;
}

static gboolean
read_units (Job *job, GError **error)
{
    CgUnits *table =
        cg_import_units (&job->options, job->report, job->progress, job->cancel, error);
    job->table = table;
    job->working_crs = table != NULL ? table->working_crs : NULL;
    return table != NULL;
}

static gboolean
put_units (Job *job, CgStore *store, GError **error)
{
    return cg_store_put_units (store, job->table, error);
}

static gboolean
read_compounds (Job *job, GError **error)
{
    CgCompounds *table =
        cg_import_compounds (&job->options, job->report, job->progress, job->cancel, error);
    job->table = table;
    job->working_crs = table != NULL ? table->working_crs : NULL;
    return table != NULL;
}

static gboolean
put_compounds (Job *job, CgStore *store, GError **error)
{
    return cg_store_put_compounds (store, job->table, error);
}

static gboolean
read_groups (Job *job, GError **error)
{
    CgCompounds *table =
        cg_import_groups (&job->options, job->report, job->progress, job->cancel, error);
    job->table = table;
    job->working_crs = table != NULL ? table->working_crs : NULL;
    return table != NULL;
}

static gboolean
put_groups (Job *job, CgStore *store, GError **error)
{
    return cg_store_put_groups (store, job->table, error);
}

static gboolean
read_barriers (Job *job, GError **error)
{
    CgBarriers *table =
        cg_import_barriers (&job->options, job->report, job->progress, job->cancel, error);
    job->table = table;
    job->working_crs = table != NULL ? table->working_crs : NULL;
    return table != NULL;
}

/* Roads, then water of one file: who imports them one after the other means both. */
static gboolean
warn_gone (Job *job, CgStore *store, GError **error)
{
    const CgBarriers *barriers = job->table;
    guint32 before[CG_N_BARRIERS], n = 0;
    gboolean has[CG_N_BARRIERS] = { FALSE };
    g_autoptr (GString) gone = g_string_new (NULL);
    if (!cg_store_count_barriers (store, before, error))
        return FALSE;
    for (guint32 i = 0; i < barriers->n; i++)
        has[barriers->class[i]] = TRUE;
    for (guint class = 0; class < CG_N_BARRIERS; class++)
        if (before[class] > 0 && !has[class]) {
            g_string_append_printf (gone, "%s%s %u", gone->len > 0 ? ", " : "",
                                    cg_barrier_name (class), before[class]);
            n += before[class];
        }
    if (n > 0)
        cg_import_report_add (job->report, CG_FINDING_WARNING, "KINDS_GONE", 0, NULL, NULL,
                              "the %u rows of kinds that this file has none of are gone (%s): it takes the place of all "
                              "barriers; to keep them, import it with --add",
                              n, gone->str);
    return TRUE;
}

static gboolean
put_barriers (Job *job, CgStore *store, GError **error)
{
    guint32 n = ((CgBarriers *) job->table)->n;
    if (!job->options.add)
        return warn_gone (job, store, error) &&
               cg_store_put_barriers (store, job->table, error);
    if (!cg_store_add_barriers (store, job->table, &job->report->n_known, error))
        return FALSE;
    if (job->report->n_known > 0)
        cg_import_report_add (job->report, CG_FINDING_NOTE, "ALREADY_KNOWN", 0, NULL, NULL,
                              "%u of %u rows are stored already, of the same class at the same place; "
                              "nothing changed for them",
                              job->report->n_known, n);
    return TRUE;
}

static gboolean
read_buildings (Job *job, GError **error)
{
    CgBuildings *table =
        cg_import_buildings (&job->options, job->report, job->progress, job->cancel, error);
    job->table = table;
    job->working_crs = table != NULL ? table->working_crs : NULL;
    return table != NULL;
}

static gboolean
put_buildings (Job *job, CgStore *store, GError **error)
{
    return cg_store_put_buildings (store, job->table, error);
}

static gboolean
read_places (Job *job, CgPlaceKind place, GError **error)
{
    CgPlaces *table = cg_import_places (&job->options, place, FALSE, job->report, job->progress,
                                        job->cancel, error);
    job->table = table;
    job->working_crs = table != NULL ? table->working_crs : NULL;
    return table != NULL;
}

static gboolean
read_incidents (Job *job, GError **error)
{
    return read_places (job, CG_PLACE_INCIDENT, error);
}

/* The finding added last is where the file has place i. */
static void
set_place (CgImportReport *report, const CgPlaces *places, guint32 i)
{
    cg_import_report_set_place (report, places->delivered_x[i], places->delivered_y[i]);
}

/* Every row whose incident is stored otherwise under the same revision, by its row in the file. */
static gboolean
refuse_conflicts (Job *job, CgStore *store, GError **error)
{
    const CgPlaces *places = job->table;
    g_autoptr (GArray) rows = NULL;
    if (!cg_store_find_conflicts (store, places, &rows, error))
        return FALSE;
    for (guint k = 0; k < rows->len; k++) {
        guint32 i = g_array_index (rows, guint32, k);
        cg_import_report_add (job->report, CG_FINDING_ERROR, "REVISION_CONFLICT", places->row[i],
                              NULL, places->id[i],
                              "\"%.60s\": same id and revision with another content; raise the "
                              "revision",
                              places->id[i]);
        set_place (job->report, places, i);
    }
    if (rows->len > 0)
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                     "%s: %u incidents are stored with another content under the same id and "
                     "revision; raise the revision",
                     job->report->file, rows->len);
    return rows->len == 0;
}

static gboolean
put_incidents (Job *job, CgStore *store, GError **error)
{
    guint32 n_new = 0, n = ((CgPlaces *) job->table)->n;
    if (!refuse_conflicts (job, store, error) ||
        !cg_store_put_incidents (store, job->table, &n_new, error))
        return FALSE;
    job->report->n_known = n - n_new;
    if (n_new < n)
        cg_import_report_add (job->report, CG_FINDING_NOTE, "ALREADY_KNOWN", 0, NULL, NULL,
                              "%u of %u incidents were already stored with the same revision; "
                              "nothing changed for them",
                              n - n_new, n);
    return TRUE;
}

static gboolean
read_cameras (Job *job, GError **error)
{
    return read_places (job, CG_PLACE_CAMERA, error);
}

static gboolean
put_cameras (Job *job, CgStore *store, GError **error)
{
    return cg_store_put_cameras (store, job->table, error);
}

static gboolean
read_services (Job *job, GError **error)
{
    return read_places (job, CG_PLACE_SERVICE, error);
}

static gboolean
put_services (Job *job, CgStore *store, GError **error)
{
    return cg_store_put_services (store, job->table, error);
}

static const Kind kinds[] = {
    { { "regions", "county, towns, communities and villages (区划)" },
      FALSE,
      TRUE,
      FALSE,
      read_regions,
      put_regions,
      (void (*) (gpointer)) cg_regions_free },
    { { "units", "the smallest pieces with households (基础单元)" },
      TRUE,
      TRUE,
      FALSE,
      read_units,
      put_units,
      (void (*) (gpointer)) cg_units_free },
    { { "compounds", "residential compounds and dedicated areas (小区)" },
      FALSE,
      TRUE,
      FALSE,
      read_compounds,
      put_compounds,
      (void (*) (gpointer)) cg_compounds_free },
    { { "groups", "outlines of villager groups, drawn by hand (村民小组)" },
      FALSE,
      TRUE,
      FALSE,
      read_groups,
      put_groups,
      (void (*) (gpointer)) cg_compounds_free },
    { { "barriers", "roads, water, railways, walls, buildings (道路水系)" },
      FALSE,
      TRUE,
      FALSE,
      read_barriers,
      put_barriers,
      (void (*) (gpointer)) cg_barriers_free },
    { { "buildings", "outlines or places with storeys; units are made from them (楼栋)" },
      FALSE,
      TRUE,
      FALSE,
      read_buildings,
      put_buildings,
      (void (*) (gpointer)) cg_buildings_free },
    { { "incidents", "events with place, time and type (事件)" },
      FALSE,
      FALSE,
      TRUE,
      read_incidents,
      put_incidents,
      (void (*) (gpointer)) cg_places_free },
    { { "cameras", "cameras and checkpoints (摄像头, 卡口)" },
      FALSE,
      TRUE,
      TRUE,
      read_cameras,
      put_cameras,
      (void (*) (gpointer)) cg_places_free },
    { { "services", "service points (服务点)" },
      FALSE,
      TRUE,
      FALSE,
      read_services,
      put_services,
      (void (*) (gpointer)) cg_places_free },
};

const CgImportKind *
cg_import_kinds (void)
{
    static CgImportKind list[G_N_ELEMENTS (kinds) + 1];
    static gsize once;
    if (g_once_init_enter (&once)) {
        for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
            list[i] = kinds[i].kind;
        g_once_init_leave (&once, 1);
    }
    return list;
}

static const Kind *
find_kind (const char *name, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (strcmp (kinds[i].kind.name, name) == 0)
            return &kinds[i];
    if (strcmp (name, "persons") == 0) {
        g_set_error_literal (
            error, CG_ERROR, CG_ERROR_FORBIDDEN,
            "persons: the key-person module is off; nothing about persons is read or stored");
        return NULL;
    }
    g_autoptr (GString) known = g_string_new (NULL);
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        g_string_append_printf (known, "%s%s", i > 0 ? " " : "", kinds[i].kind.name);
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "kind '%s' is not known; known are: %s", name,
                 known->str);
    return NULL;
}

static gboolean
load_regions (const Kind *kind, CgStore *store, Job *job, GError **error)
{
    if (!kind->needs_regions)
        return TRUE;
    job->regions = cg_store_load_regions (store, error);
    if (job->regions == NULL)
        return FALSE;
    job->options.regions = job->regions->n > 0 ? job->regions : NULL;
    return TRUE;
}

static void
job_done (const Kind *kind, Job *job)
{
    if (job->table != NULL)
        kind->free_table (job->table);
    cg_regions_free (job->regions);
}

/* Each place of this file that no grid holds, by row: kept, and listed. */
static void
list_outside (const CgPlaces *places, const CgAttachIndex *index, CgImportReport *report)
{
    guint32 n_outside = 0;
    for (guint32 i = 0; i < places->n; i++) {
        if (places->withdrawn != NULL && places->withdrawn[i])
            continue;
        if (cg_attach_find (index, places->x[i], places->y[i]) != CG_NONE)
            continue;
        n_outside++;
        cg_import_report_add (report, CG_FINDING_NOTE, "OUTSIDE_GRIDS", places->row[i], NULL,
                              places->id[i],
                              "lies in no grid of the plan in force; kept without a grid");
        set_place (report, places, i);
    }
    if (n_outside > 0)
        cg_import_report_add (
            report, CG_FINDING_WARNING, "OUTSIDE_GRIDS", 0, NULL, NULL,
            "%u of %u lie in no grid of the plan in force; they are kept and listed in the report",
            n_outside, places->n);
}

/* Times that are still to come: kept, since a table of plans may be right, and listed, since a clock or a
 * year is wrong more often. Screens show them when their day has come. */
static void
list_future (const CgPlaces *places, gint64 now_s, CgImportReport *report)
{
    guint32 n_future = 0;
    for (guint32 i = 0; places->time_s != NULL && i < places->n; i++) {
        if (places->time_s[i] == CG_TIME_NONE || places->time_s[i] <= now_s + CG_INTAKE_AHEAD_S)
            continue;
        g_autofree char *time = cg_app_local_text (places->time_s[i], "%Y-%m-%d %H:%M");
        n_future++;
        cg_import_report_add (report, CG_FINDING_NOTE, "FUTURE_TIME", places->row[i], "occurred", time,
                              "lies ahead of the clock here; kept");
        set_place (report, places, i);
    }
    if (n_future > 0)
        cg_import_report_add (report, CG_FINDING_WARNING, "FUTURE_TIME", 0, "occurred", NULL,
                              "%u of %u have a time that is still to come; they are kept and listed in the report",
                              n_future, places->n);
}

/* What was just stored goes to the grids of the plan in force, and the measures follow. */
static gboolean
attach_stored (const Kind *kind, CgStore *store, const Job *job, GError **error)
{
    if (!kind->attaches)
        return TRUE;
    g_autoptr (GError) problem = NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, 0, &problem);
    if (plan == NULL && g_error_matches (problem, CG_ERROR, CG_ERROR_NOT_FOUND))
        return TRUE;
    if (plan == NULL) {
        g_propagate_error (error, g_steal_pointer (&problem));
        return FALSE;
    }
    if (strcmp (plan->state, "published") != 0)
        return TRUE;
    g_autoptr (CgGrids) grids = cg_store_load_grids (store, plan->id, error);
    g_autoptr (CgAttachIndex) index =
        grids != NULL ? cg_attach_index_new (grids->shapes, NULL, error) : NULL;
    if (index == NULL)
        return FALSE;
    list_outside (job->table, index, job->report);
    CgAttachCounts counts;
    return cg_attach_county_grids (store, plan->id, grids, index, &counts, error);
}

/* The table and what hangs on it, inside the transaction. */
static gboolean
store_table (const Kind *kind, CgStore *store, Job *job, GError **error)
{
    CgImportReport *report = job->report;
    if (kind->replaces && !job->options.add && !cg_store_count (store, kind->kind.name, &report->n_replaced, error))
        return FALSE;
    if (!kind->put (job, store, error) || !attach_stored (kind, store, job, error))
        return FALSE;
    if (strcmp (kind->kind.name, "incidents") == 0)
        list_future (job->table, cg_app_now (), report);
    if (report->n_replaced > 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "REPLACED", 0, NULL, NULL,
                              "%u rows take the place of the %u that were stored before",
                              report->n_good, report->n_replaced);
    return TRUE;
}

/* The table, its attachments and a line in the import log: one transaction, which a dry run takes
 * back. */
static gboolean
publish (const Kind *kind, CgStore *store, Job *job, gboolean dry_run, GError **error)
{
    if (!cg_store_begin (store, error))
        return FALSE;
    gboolean stored = store_table (kind, store, job, error);
    if (!stored || dry_run) {
        cg_store_cancel (store);
        return stored;
    }
    const CgImportReport *report = job->report;
    g_autoptr (json_t) json = cg_json_import_report (report);
    char *text = json_dumps (json, JSON_COMPACT | JSON_REAL_PRECISION (15));
    gboolean logged = cg_store_add_import (store, kind->kind.name, report->file, report->n_rows,
                                           report->n_good, text, error);
    free (text);
    if (logged && !g_cancellable_is_cancelled (job->cancel))
        return cg_store_commit (store, error);
    if (logged)
        g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "%s: stopped; nothing was stored",
                     report->file);
    cg_store_cancel (store);
    return FALSE;
}

/* Rows that may lie beside others of their kind. */
static gboolean
check_add (const Kind *kind, const CgImportOptions *options, GError **error)
{
    if (!options->add || kind->put == put_barriers)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 kind->replaces ? "--add is for barriers: a file of %s takes the place of all of them"
                                : "--add is for barriers: %s are always added",
                 kind->kind.name);
    return FALSE;
}

/* What cameras see and how far services are follows what was stored. The table is on the disk by now, so
 * stopping here, or cameras of which nothing can be worked out, is no failure of the import. */
static gboolean
renew_coverage (const Kind *kind, CgStore *store, const Job *job, GError **error)
{
    if (kind->put != put_cameras && kind->put != put_services && kind->put != put_buildings &&
        kind->put != put_barriers)
        return TRUE;
    g_autoptr (GError) inner = NULL;
    g_autofree char *problem = NULL;
    if (cg_coverage_update (store, job->progress, job->cancel, &problem, &inner)) {
        if (problem != NULL)
            cg_import_report_add (job->report, CG_FINDING_WARNING, "COVERAGE", 0, NULL, NULL,
                                  "stored, but what cameras see cannot be worked out: %s", problem);
        return TRUE;
    }
    if (!g_error_matches (inner, CG_ERROR, CG_ERROR_CANCELLED)) {
        g_propagate_error (error, g_steal_pointer (&inner));
        g_prefix_error (error, "%s: stored, but not the coverage: ", job->report->file);
        return FALSE;
    }
    cg_import_report_add (job->report, CG_FINDING_WARNING, "COVERAGE", 0, NULL, NULL,
                          "stored; stopped before coverage was worked out: that of before is stale until the "
                          "next import or start of the server");
    return TRUE;
}

static gboolean
run_job (const Kind *kind, CgStore *store, Job *job, gboolean dry_run, GError **error)
{
    job->options.working_crs = cg_store_working_crs (store);
    return load_regions (kind, store, job, error) && kind->read (job, error) &&
           publish (kind, store, job, dry_run, error) &&
           (dry_run || renew_coverage (kind, store, job, error));
}

gboolean
cg_import_into (CgStore *store, const char *kind_name, const CgImportOptions *options,
                gboolean dry_run, CgImportReport *report, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    const Kind *kind = find_kind (kind_name, error);
    if (kind == NULL || !check_add (kind, options, error))
        return FALSE;
    Job job = { .options = *options, .report = report, .progress = progress, .cancel = cancel };
    gboolean done = run_job (kind, store, &job, dry_run, error);
    job_done (kind, &job);
    return done;
}

/* First import into an empty county: the data say which zone it lies in. */
static gboolean
import_first (const Kind *kind, const char *county, const char *author, Job *job, GError **error)
{
    if (!kind->read (job, error))
        return FALSE;
    g_autoptr (CgStore) store = cg_county_open_for_import (county, job->working_crs, error);
    if (store == NULL)
        return FALSE;
    cg_store_set_author (store, author);
    return publish (kind, store, job, FALSE, error);
}

static gboolean
import_first_file (const char *county, const Kind *kind, const CgImportOptions *options,
                   gboolean dry_run, const char *author, CgImportReport *report,
                   const CgProgress *progress, GCancellable *cancel, GError **error)
{
    Job job = { .options = *options, .report = report, .progress = progress, .cancel = cancel };
    gboolean done =
        dry_run ? kind->read (&job, error) : import_first (kind, county, author, &job, error);
    job_done (kind, &job);
    return done;
}

gboolean
cg_import_file (const char *county, const char *kind_name, const CgImportOptions *options,
                gboolean dry_run, const char *author, CgImportReport *report,
                const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const Kind *kind = find_kind (kind_name, error);
    if (kind == NULL || !check_add (kind, options, error))
        return FALSE;
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_WRITE, error);
    if (store == NULL)
        return FALSE;
    g_autoptr (GError) problem = NULL;
    gboolean first = cg_county_crs_is_open (store, &problem);
    if (problem != NULL) {
        g_propagate_error (error, g_steal_pointer (&problem));
        return FALSE;
    }
    cg_store_set_author (store, author);
    if (!first)
        return cg_import_into (store, kind_name, options, dry_run, report, progress, cancel, error);
    g_clear_pointer (&store, cg_store_close);
    return import_first_file (county, kind, options, dry_run, author, report, progress, cancel,
                              error);
}
