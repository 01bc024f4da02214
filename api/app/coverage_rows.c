#include "app/coverage_rows.h"

#include <math.h>
#include <string.h>

#include "analyse/coverage.h"
#include "app/county.h"
#include "app/json.h"
#include "app/measures.h"
#include "base/error.h"

/* What the figures rest on: tables by their digests, then numbers of county.ini and the plan. */
static const char *const tables[] = { "camera",        "camera_place", "service",
                                      "service_place", "building",     "barrier" };
#define CONFIG_KEY "config"
#define PLAN_KEY "plan"

const char *
cg_covered_name (CgCovered covered)
{
    static const char *const names[CG_N_COVERED] = {
        [CG_COVERED_GROUND] = "camera_ground",         [CG_COVERED_BUILDINGS] = "camera_buildings",
        [CG_COVERED_HOUSEHOLDS] = "camera_households", [CG_COVERED_WALK] = "service_walk",
        [CG_COVERED_FAR] = "service_far",              [CG_COVERED_MOST] = "service_most",
    };
    g_return_val_if_fail ((guint) covered < CG_N_COVERED, "");
    return names[covered];
}

const char *
cg_coverage_state_name (CgCoverageState state)
{
    static const char *const names[] = { "none", "fresh", "stale", "failed" };
    g_return_val_if_fail ((guint) state < G_N_ELEMENTS (names), "");
    return names[state];
}

/* ---- what it rests on ---------------------------------------- */

static char *
setting_key (gint64 plan)
{
    return g_strdup_printf ("coverage/%" G_GINT64_FORMAT, plan);
}

/* {"camera": DIGEST, ..., "config": TEXT, "plan": HASH} of today. */
static json_t *
look_at_sources (CgStore *store, const CgPlan *plan, GError **error)
{
    g_autoptr (CgConfig) config = cg_county_config (store, error);
    if (config == NULL)
        return NULL;
    g_autoptr (json_t) sources = json_object ();
    for (guint t = 0; t < G_N_ELEMENTS (tables); t++) {
        g_autofree char *digest = cg_store_table_digest (store, tables[t], error);
        if (digest == NULL)
            return NULL;
        json_object_set_new (sources, tables[t], json_string (digest));
    }
    g_autofree char *numbers = g_strdup_printf (
        "range %.17g fov %.17g minutes %.17g speed %.17g cell %.17g", config->camera_range_m,
        config->camera_fov_deg, config->service_minutes, config->service_speed_m_min,
        CG_COVERAGE_CELL_M);
    json_object_set_new (sources, CONFIG_KEY, json_string (numbers));
    json_object_set_new (sources, PLAN_KEY, json_string (plan->hash));
    return g_steal_pointer (&sources);
}

static gboolean
is_empty (const json_t *sources, const char *table)
{
    const char *digest = json_string_value (json_object_get (sources, table));
    return digest == NULL || digest[0] == '\0';
}

/* "camera, barrier"; NULL: nothing has. */
static char *
list_changes (const json_t *before, const json_t *now)
{
    g_autoptr (GString) list = g_string_new (NULL);
    for (guint t = 0; t < G_N_ELEMENTS (tables) + 2; t++) {
        const char *key = t < G_N_ELEMENTS (tables)    ? tables[t]
                          : t == G_N_ELEMENTS (tables) ? CONFIG_KEY
                                                       : PLAN_KEY;
        if (!json_equal (json_object_get (before, key), json_object_get (now, key)))
            g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", key);
    }
    return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) : NULL;
}

/* ---- facts ---------------------------------------- */

void
cg_coverage_facts_free (CgCoverageFacts *facts)
{
    if (facts == NULL)
        return;
    g_free (facts->changed);
    g_free (facts->problem);
    g_free (facts);
}

static guint32
count_of (const json_t *kept, const char *key)
{
    return (guint32) json_integer_value (json_object_get (kept, key));
}

static void
read_facts (const json_t *kept, CgCoverageFacts *facts)
{
    facts->data_version = json_integer_value (json_object_get (kept, "data_version"));
    facts->n_cameras = count_of (kept, "cameras");
    facts->n_assumed = count_of (kept, "cameras_assumed");
    facts->n_services = count_of (kept, "services");
    facts->n_roads = count_of (kept, "roads");
    facts->minutes = json_number_value (json_object_get (kept, "minutes"));
    facts->speed_m_min = json_number_value (json_object_get (kept, "speed_m_min"));
    facts->cell_m = json_number_value (json_object_get (kept, "cell_m"));
    facts->problem = g_strdup (json_string_value (json_object_get (kept, "problem")));
}

/* What is kept of a plan; NULL without error: nothing is. */
static gboolean
load_kept (CgStore *store, gint64 plan, json_t **out, GError **error)
{
    g_autoptr (GError) inner = NULL;
    g_autofree char *key = setting_key (plan);
    g_autofree char *text = cg_store_get_setting (store, key, &inner);
    *out = NULL;
    if (inner != NULL) {
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    *out = text != NULL ? json_loads (text, 0, NULL) : NULL;
    return TRUE;
}

static CgCoverageFacts *
find_facts (CgStore *store, const CgPlan *plan, json_t **out_sources, GError **error)
{
    g_autoptr (json_t) sources = look_at_sources (store, plan, error), kept = NULL;
    if (sources == NULL || !load_kept (store, plan->id, &kept, error))
        return NULL;
    CgCoverageFacts *facts = g_new0 (CgCoverageFacts, 1);
    facts->plan = plan->id;
    gboolean nothing = is_empty (sources, "camera_place") && is_empty (sources, "service_place");
    facts->wanted = !nothing;
    if (kept != NULL) {
        read_facts (kept, facts);
        facts->changed = list_changes (json_object_get (kept, "sources"), sources);
        facts->wanted = facts->changed != NULL;
        facts->state = facts->changed != NULL   ? CG_COVERAGE_STALE
                       : facts->problem != NULL ? CG_COVERAGE_FAILED
                                                : CG_COVERAGE_FRESH;
        if (facts->state == CG_COVERAGE_STALE)
            g_clear_pointer (&facts->problem, g_free);
    }
    if (out_sources != NULL)
        *out_sources = g_steal_pointer (&sources);
    return facts;
}

CgCoverageFacts *
cg_coverage_facts_load (CgStore *store, gint64 plan_id, GError **error)
{
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, plan_id, error);
    return plan != NULL ? find_facts (store, plan, NULL, error) : NULL;
}

/* ---- rows ---------------------------------------- */

CgCoverageRows *
cg_coverage_rows_new (guint32 n)
{
    CgCoverageRows *rows = g_new0 (CgCoverageRows, 1);
    rows->n = n;
    for (CgCovered c = 0; c < CG_N_COVERED; c++) {
        rows->part[c] = g_new (double, MAX (n, 1));
        rows->whole[c] = g_new (double, MAX (n, 1));
        for (guint32 i = 0; i < n; i++)
            rows->part[c][i] = rows->whole[c][i] = NAN;
    }
    return rows;
}

void
cg_coverage_rows_free (CgCoverageRows *rows)
{
    if (rows == NULL)
        return;
    for (CgCovered c = 0; c < CG_N_COVERED; c++) {
        g_free (rows->part[c]);
        g_free (rows->whole[c]);
    }
    g_free (rows);
}

double
cg_coverage_rows_value (const CgCoverageRows *rows, CgCovered covered, guint32 place)
{
    double part = rows->part[covered][place], whole = rows->whole[covered][place];
    if (covered == CG_COVERED_MOST)
        return part;
    return whole > 0 ? part / whole : NAN;
}

typedef struct {
    CgCoverageRows *rows;
    CgCovered covered;
    GHashTable *place_of; /* code -> row + 1 */
} Sink;

static void
take_row (const CgMeasureRow *row, gpointer user_data)
{
    const Sink *sink = user_data;
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (sink->place_of, row->place));
    if (place == 0)
        return;
    sink->rows->part[sink->covered][place - 1] = row->value;
    sink->rows->whole[sink->covered][place - 1] = row->base;
}

double
cg_coverage_rows_blind_m2 (const CgCoverageRows *rows, guint32 place)
{
    return round ((rows->whole[CG_COVERED_GROUND][place] - rows->part[CG_COVERED_GROUND][place]) * 100) / 100;
}

gboolean
cg_coverage_rows_read (CgStore *store, gint64 plan, CgLevel level, char *const *codes,
                       CgCoverageRows *rows, GError **error)
{
    g_autoptr (GHashTable) place_of = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 i = 0; i < rows->n; i++)
        if (codes[i] != NULL)
            g_hash_table_insert (place_of, codes[i], GUINT_TO_POINTER (i + 1));
    for (CgCovered c = 0; c < CG_N_COVERED; c++) {
        Sink sink = { rows, c, place_of };
        if (!cg_store_each_measure (store, plan, cg_covered_name (c), level, CG_PERIOD_ALL,
                                    CG_TIME_NONE, CG_TIME_NONE, take_row, &sink, error))
            return FALSE;
    }
    return TRUE;
}

CgCoverageRows *
cg_coverage_rows_load (CgStore *store, gint64 plan, CgLevel level, guint32 n, char *const *codes,
                       GError **error)
{
    g_autoptr (CgCoverageRows) rows = cg_coverage_rows_new (n);
    return cg_coverage_rows_read (store, plan, level, codes, rows, error) ? g_steal_pointer (&rows) : NULL;
}

/* ---- working out ---------------------------------------- */

struct _CgCoverageWork {
    CgPlan *plan;
    json_t *sources;
    CgCoverageReport *report; /* NULL: nothing to tell, or problem */
    char *problem;
};

void
cg_coverage_work_free (CgCoverageWork *work)
{
    if (work == NULL)
        return;
    cg_plan_free (work->plan);
    json_decref (work->sources);
    cg_coverage_report_free (work->report);
    g_free (work->problem);
    g_free (work);
}

const char *
cg_coverage_work_problem (const CgCoverageWork *work)
{
    return work->problem;
}

/* NULL without error: none is in force. */
static gboolean
find_plan (CgStore *store, CgPlan **out, GError **error)
{
    g_autoptr (GError) inner = NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, 0, &inner);
    *out = NULL;
    if (plan == NULL && !g_error_matches (inner, CG_ERROR, CG_ERROR_NOT_FOUND)) {
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    if (plan != NULL && strcmp (plan->state, "published") == 0)
        *out = g_steal_pointer (&plan);
    return TRUE;
}

/* Data that no coverage can be worked out from are a result: the next import may mend them. */
static gboolean
is_of_data (const GError *error)
{
    return g_error_matches (error, CG_ERROR, CG_ERROR_ARGUMENT) ||
           g_error_matches (error, CG_ERROR, CG_ERROR_LIMIT) ||
           g_error_matches (error, CG_ERROR, CG_ERROR_GEOMETRY);
}

static gboolean
work_out (CgStore *store, CgCoverageWork *work, const CgProgress *progress, GCancellable *cancel,
          GError **error)
{
    const CgCoverageJob job = { .plan = work->plan->id,
                                .cell_m = CG_COVERAGE_CELL_M,
                                .range_m = NAN,
                                .fov_deg = NAN,
                                .minutes = NAN,
                                .speed_m_min = NAN };
    g_autoptr (GError) inner = NULL;
    work->report = cg_coverage_report_run (store, &job, progress, cancel, &inner);
    if (work->report != NULL || g_error_matches (inner, CG_ERROR, CG_ERROR_NOT_FOUND))
        return TRUE;
    if (is_of_data (inner)) {
        work->problem = g_strdup (inner->message);
        return TRUE;
    }
    g_propagate_error (error, g_steal_pointer (&inner));
    return FALSE;
}

CgCoverageWork *
cg_coverage_work_new (CgStore *store, const CgProgress *progress, GCancellable *cancel,
                      GError **error)
{
    g_autoptr (CgCoverageWork) work = g_new0 (CgCoverageWork, 1);
    if (!find_plan (store, &work->plan, error) || work->plan == NULL)
        return NULL;
    g_autoptr (CgCoverageFacts) facts = find_facts (store, work->plan, &work->sources, error);
    if (facts == NULL || !facts->wanted || !work_out (store, work, progress, cancel, error))
        return NULL;
    return g_steal_pointer (&work);
}

/* Part and whole of a grid. */
static void
split_share (const CgCoverageReport *report, CgCovered covered, guint32 g, double *part, double *whole)
{
    const double *const parts[CG_N_COVERED] = {
        [CG_COVERED_GROUND] = report->seen_m2,        [CG_COVERED_BUILDINGS] = report->buildings_seen,
        [CG_COVERED_HOUSEHOLDS] = report->housed_seen, [CG_COVERED_WALK] = report->walked_minutes,
        [CG_COVERED_FAR] = report->far,               [CG_COVERED_MOST] = report->most_minutes,
    };
    const double *const wholes[CG_N_COVERED] = {
        [CG_COVERED_GROUND] = report->open_m2,    [CG_COVERED_BUILDINGS] = report->buildings,
        [CG_COVERED_HOUSEHOLDS] = report->housed, [CG_COVERED_WALK] = report->walked,
        [CG_COVERED_FAR] = report->walked,        [CG_COVERED_MOST] = NULL,
    };
    *part = parts[covered][g];
    *whole = wholes[covered] != NULL ? wholes[covered][g] : NAN;
}

/* Sums of parts over sums of wholes; of CG_COVERED_MOST the greatest. Grids of a place follow each other
 * only by chance, so places are looked up. (CgMeasureRow; place texts are those of codes) */
static GArray *
sum_level (const CgCoverageReport *report, CgCovered covered, CgLevel level, CgNames *codes)
{
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (CgMeasureRow));
    for (guint32 g = 0; g < report->n; g++) {
        char code[16];
        double part, whole;
        split_share (report, covered, g, &part, &whole);
        if (isnan (part) || (covered != CG_COVERED_MOST && !(whole > 0)))
            continue;
        cg_measures_place_code (report->code[g], level, code);
        guint32 place = cg_names_add (codes, code);
        if (place == rows->len) {
            CgMeasureRow row = { .name = cg_covered_name (covered),
                                 .level = level,
                                 .period = CG_PERIOD_ALL,
                                 .type = "",
                                 .value = covered == CG_COVERED_MOST ? part : 0,
                                 .base = covered == CG_COVERED_MOST ? NAN : 0 };
            g_array_append_val (rows, row);
        }
        CgMeasureRow *row = &g_array_index (rows, CgMeasureRow, place);
        row->value = covered == CG_COVERED_MOST ? MAX (row->value, part) : row->value + part;
        row->base += whole;
    }
    for (guint32 place = 0; place < rows->len; place++)
        g_array_index (rows, CgMeasureRow, place).place = cg_names_get (codes, place);
    return rows;
}

static gboolean
put_rows (const CgCoverageWork *work, CgStore *store, GError **error)
{
    const CgCoverageReport none = { 0 }, *report = work->report != NULL ? work->report : &none;
    for (CgCovered c = 0; c < CG_N_COVERED; c++)
        for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++) {
            g_autoptr (CgNames) codes = cg_names_new ();
            g_autoptr (GArray) rows = sum_level (report, c, level, codes);
            if (!cg_store_put_measures (store, work->plan->id, cg_covered_name (c), level, CG_PERIOD_ALL,
                                        (const CgMeasureRow *) (gpointer) rows->data, rows->len, error))
                return FALSE;
        }
    return TRUE;
}

static gboolean
put_facts (const CgCoverageWork *work, CgStore *store, GError **error)
{
    const CgCoverageReport none = { 0 }, *report = work->report != NULL ? work->report : &none;
    g_autoptr (json_t) kept = json_pack (
        "{s:O, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f}", "sources", work->sources, "data_version",
        (json_int_t) (work->report != NULL ? report->data_version : cg_store_data_version (store)),
        "cameras", (json_int_t) report->n_cameras, "cameras_assumed", (json_int_t) report->n_assumed,
        "services", (json_int_t) report->n_services, "roads", (json_int_t) report->n_roads, "minutes",
        report->job.minutes, "speed_m_min", report->job.speed_m_min, "cell_m", CG_COVERAGE_CELL_M);
    if (work->problem != NULL) {
        g_autofree char *problem = g_utf8_make_valid (work->problem, -1);
        json_object_set_new (kept, "problem", json_string (problem));
    }
    g_autofree char *key = setting_key (work->plan->id);
    char *text = json_dumps (kept, JSON_COMPACT | JSON_REAL_PRECISION (15));
    gboolean good = cg_store_put_setting (store, key, text, error);
    free (text);
    return good;
}

gboolean
cg_coverage_work_put (const CgCoverageWork *work, CgStore *store, gboolean *out_stored, GError **error)
{
    g_autoptr (CgPlan) plan = NULL;
    if (!find_plan (store, &plan, error))
        return FALSE;
    g_autoptr (json_t) now = plan != NULL ? look_at_sources (store, plan, error) : NULL;
    if (plan != NULL && now == NULL)
        return FALSE;
    gboolean same = plan != NULL && plan->id == work->plan->id && json_equal (now, work->sources);
    if (out_stored != NULL)
        *out_stored = same;
    return !same || (put_rows (work, store, error) && put_facts (work, store, error));
}

gboolean
cg_coverage_update (CgStore *store, const CgProgress *progress, GCancellable *cancel,
                    char **out_problem, GError **error)
{
    g_autoptr (GError) inner = NULL;
    g_autoptr (CgCoverageWork) work = cg_coverage_work_new (store, progress, cancel, &inner);
    if (inner != NULL) {
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    if (work == NULL)
        return TRUE;
    if (!cg_store_begin (store, error))
        return FALSE;
    if (!cg_coverage_work_put (work, store, NULL, error)) {
        cg_store_cancel (store);
        return FALSE;
    }
    if (!cg_store_commit (store, error))
        return FALSE;
    if (out_problem != NULL)
        *out_problem = g_strdup (work->problem);
    return TRUE;
}
