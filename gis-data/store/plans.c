/* Plans: drafts with their logged operation, derived grids and assignments; publishing. */
#include <string.h>

#include "store/store_internal.h"

typedef struct {
    CgStore *store;
    const CgPlan *plan;
    const char *operation, *report;
    const CgUnits *units;
    const CgGrids *grids;
    char *hash;
    CgUnitVersion of_units;
    gint64 id, data_version;
    const CgGrids *rows; /* grids, then micro-units, while they are put */
    gint64 first_key;
    gint64 *unit_key; /* [n_units] key in the store of each unit */
    guint32 n_status[3];
    gsize at;
} NewPlan;

void
cg_plan_free (CgPlan *plan)
{
    if (plan == NULL)
        return;
    g_free (plan->state);
    g_free (plan->title);
    g_free (plan->author);
    g_free (plan->parameters);
    g_free (plan->hash);
    g_free (plan);
}

/* ---- hash ---------------------------------------- */

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer user_data)
{
    char *const *ids = user_data;
    return strcmp (ids[*(const guint32 *) a], ids[*(const guint32 *) b]);
}

static guint32 *
sort_by_id (char *const *ids, guint32 n)
{
    guint32 *order = g_new (guint32, n);
    for (guint32 i = 0; i < n; i++)
        order[i] = i;
    g_qsort_with_data (order, (gint) n, sizeof *order, compare_ids, (gpointer) ids);
    return order;
}

static void
hash_line (GChecksum *sum, const char *id, const char *code)
{
    g_checksum_update (sum, (const guchar *) id, -1);
    g_checksum_update (sum, (const guchar *) "\t", 1);
    g_checksum_update (sum, (const guchar *) code, -1);
    g_checksum_update (sum, (const guchar *) "\n", 1);
}

char *
cg_plan_hash (const CgUnits *units, const CgGrids *grids)
{
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    g_autofree guint32 *order = sort_by_id (units->id, units->n);
    for (guint32 i = 0; i < units->n; i++) {
        guint32 grid = order[i] < grids->n_units ? grids->grid_of[order[i]] : CG_NONE;
        hash_line (sum, units->id[order[i]], grid < grids->n ? grids->code[grid] : "");
    }
    return g_strdup (g_checksum_get_string (sum));
}

/* ---- a new draft ---------------------------------------- */

static gboolean
bad_plan (GError **error, const char *format, const char *what)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, format, what);
    return FALSE;
}

/* A draft is a partition from its first second: each unit in one grid, the grids' counts those of
 * their units. */
static gboolean
check_partition (const CgUnits *units, const CgGrids *grids, GError **error)
{
    g_autofree guint64 *sums = g_new0 (guint64, (gsize) grids->n * 3 + 1);
    if (grids->n_units != units->n)
        return bad_plan (error, "the grids are %s units", "of other");
    for (guint32 i = 0; i < units->n; i++) {
        guint32 grid = grids->grid_of[i];
        if (grid >= grids->n)
            return bad_plan (error, "unit %s is in no grid", units->id[i]);
        sums[grid * 3]++;
        sums[grid * 3 + 1] += units->households[i];
        sums[grid * 3 + 2] += units->population[i];
    }
    for (guint32 g = 0; g < grids->n; g++) {
        if (grids->units[g] != sums[g * 3] || grids->households[g] != sums[g * 3 + 1] ||
            grids->population[g] != sums[g * 3 + 2])
            return bad_plan (error, "the counts of grid %s are not the sums of its units",
                             grids->code[g]);
        if (grids->kind[g] > CG_UNIT_DEDICATED || grids->status[g] > CG_GRID_ABOVE ||
            grids->reason[g] >= CG_N_REASONS)
            return bad_plan (error, "kind, status or reason of grid %s is none of ours",
                             grids->code[g]);
    }
    return TRUE;
}

/* Each micro-unit is a grid's, and all of its units are in that grid. */
static gboolean
check_micro (const CgUnits *units, const CgGrids *grids, GError **error)
{
    const CgGrids *micro = grids->micro;
    if (micro == NULL)
        return TRUE;
    if (!check_partition (units, micro, error))
        return FALSE;
    for (guint32 i = 0; i < units->n; i++)
        if (g_strcmp0 (micro->within[micro->grid_of[i]], grids->code[grids->grid_of[i]]) != 0)
            return bad_plan (error, "micro-unit %s is not inside its grid",
                             micro->code[micro->grid_of[i]]);
    return TRUE;
}

/* Both lists are walked in order of id: the units of a plan must be exactly the units of today. */
static gboolean
find_units (NewPlan *new, GError **error)
{
    const CgUnits *units = new->units;
    if (!cg_store_latest_units (new->store, &new->of_units, error))
        return FALSE;
    guint32 n_stored = new->of_units.n;
    g_autoptr (CgStatement) keys = cg_db_prepare (new->store->db, "unit/keys", error);
    g_autofree guint32 *order = sort_by_id (units->id, units->n);
    if (keys == NULL)
        return FALSE;
    cg_bind_int (keys, 1, new->of_units.version);
    new->unit_key = g_new (gint64, units->n);
    for (guint32 i = 0; i < MIN (units->n, n_stored); i++) {
        guint32 u = order[i];
        if (!cg_statement_expect (keys, error))
            return FALSE;
        if (strcmp (units->id[u], cg_column_text (keys, 1)) != 0 ||
            units->households[u] != cg_column_int (keys, 2) ||
            units->population[u] != cg_column_int (keys, 3)) {
            g_set_error (
                error, CG_ERROR, CG_ERROR_CONFLICT,
                "unit %s is not as in the store, which has units of version %" G_GINT64_FORMAT,
                units->id[u], new->of_units.version);
            return FALSE;
        }
        new->unit_key[u] = cg_column_int (keys, 0);
    }
    if (units->n == n_stored && n_stored > 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                 "the plan has %u units, the store has %u of version %" G_GINT64_FORMAT, units->n,
                 n_stored, new->of_units.version);
    return FALSE;
}

static gboolean
insert_plan (NewPlan *new, GError **error)
{
    const CgPlan *plan = new->plan;
    g_autoptr (CgStatement) st = cg_db_prepare (new->store->db, "plan/insert", error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, new->id);
    if (plan->parent != 0)
        cg_bind_int (st, 2, plan->parent);
    else
        cg_bind_null (st, 2);
    cg_bind_text (st, 3, plan->title);
    cg_bind_text (st, 4, plan->author);
    cg_bind_text (st, 5, plan->parameters);
    cg_bind_text (st, 6, new->hash);
    if (plan->created_s != CG_TIME_NONE)
        cg_bind_int (st, 7, plan->created_s);
    else
        cg_bind_null (st, 7);
    cg_bind_int (st, 8, new->data_version);
    cg_bind_int (st, 9, new->of_units.version);
    cg_bind_int (st, 10, new->grids->n);
    cg_bind_int (st, 11, new->n_status[CG_GRID_OK]);
    cg_bind_int (st, 12, new->n_status[CG_GRID_BELOW]);
    cg_bind_int (st, 13, new->n_status[CG_GRID_ABOVE]);
    return cg_statement_run (st, error);
}

static gboolean
log_operation (CgStore *store, gint64 plan, const char *kind, const char *parameters,
               const char *report, gint64 data_version, const char *hash, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "operation/insert", error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, plan);
    cg_bind_text (st, 2, kind);
    cg_bind_text (st, 3, store->author);
    cg_bind_text (st, 4, parameters);
    cg_bind_text (st, 5, report);
    cg_bind_int (st, 6, data_version);
    cg_bind_text (st, 7, hash);
    return cg_statement_run (st, error);
}

static gboolean
bind_grid (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    NewPlan *new = user_data;
    const CgGrids *grids = new->rows;
    new->at = i;
    cg_bind_int (st, 1, new->first_key + (gint64) i);
    cg_bind_int (st, 2, new->id);
    cg_bind_int (st, 3, grids->grid_id[i]);
    cg_bind_text (st, 4, grids->code[i]);
    cg_bind_text (st, 5, grids->name[i]);
    cg_bind_text (st, 6, grids->within[i]);
    cg_bind_text (st, 7, cg_unit_kind_name (grids->kind[i]));
    cg_bind_text (st, 8, cg_grid_status_name (grids->status[i]));
    cg_bind_text (st, 9, cg_reason_name (grids->reason[i]));
    cg_bind_int (st, 10, grids->households[i]);
    cg_bind_int (st, 11, grids->population[i]);
    cg_bind_int (st, 12, grids->units[i]);
    cg_bind_real (st, 13, grids->perimeter_m[i]);
    cg_bind_real (st, 14, grids->area_m2[i]);
    cg_bind_real (st, 15, grids->compactness[i]);
    cg_bind_text (st, 16, grids->certificate[i]);
    cg_bind_shape (st, 17, grids->shapes, (guint32) i, new->store->srid);
    return TRUE;
}

static gboolean
bind_assignment (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    NewPlan *new = user_data;
    cg_bind_int (st, 1, new->id);
    cg_bind_int (st, 2, new->unit_key[i]);
    cg_bind_int (st, 3, new->rows->grid_id[new->rows->grid_of[i]]);
    return TRUE;
}

/* Names of what one level of a plan consists of. */
typedef struct {
    const char *rows, *units; /* queries begin with these */
    const char *word;
} Level;

static const Level grid_level = { "grid", "assignment", "grids" };
static const Level micro_level = { "micro", "micro_assignment", "micro" };

static gboolean
put_level (NewPlan *new, const Level *level, const CgGrids *rows, GError **error)
{
    g_autofree char *next = g_strconcat (level->rows, "/next", NULL);
    g_autofree char *insert = g_strconcat (level->rows, "/insert", NULL);
    g_autofree char *assign = g_strconcat (level->units, "/insert", NULL);
    new->rows = rows;
    if (!cg_db_get_int (new->store->db, next, &new->first_key, error))
        return FALSE;
    if (!cg_db_bulk (new->store->db, insert, rows->n, bind_grid, new, error)) {
        cg_store_name_row (error, level->word, new->at, rows->n > 0 ? rows->code : NULL);
        return FALSE;
    }
    return cg_db_bulk (new->store->db, assign, new->units->n, bind_assignment, new, error);
}

static gboolean
seal_level (const NewPlan *new, const Level *level, GError **error)
{
    g_autofree char *rows = g_strdup_printf ("%s\t%" G_GINT64_FORMAT, level->rows, new->id);
    g_autofree char *units = g_strdup_printf ("%s\t%" G_GINT64_FORMAT, level->units, new->id);
    return cg_seal_set (new->store, rows, error) && cg_seal_set (new->store, units, error);
}

static gboolean
seal_plan (NewPlan *new, GError **error)
{
    return seal_level (new, &grid_level, error) &&
           (new->grids->micro == NULL || seal_level (new, &micro_level, error)) &&
           cg_seal_set (new->store, "plan", error) && cg_seal_set (new->store, "operation", error);
}

static gboolean
add_plan (CgStore *store, gpointer data, GError **error)
{
    NewPlan *new = data;
    gint64 version;
    if (!find_units (new, error) ||
        (new->plan->parent != 0 && !cg_store_require_plan (store, new->plan->parent, error)) ||
        !cg_store_next_version (store, &version, error) ||
        !cg_db_get_int (store->db, "plan/next", &new->id, error))
        return FALSE;
    new->data_version = new->plan->data_version > 0 ? new->plan->data_version : version;
    g_autofree char *object = g_strdup_printf ("plan %" G_GINT64_FORMAT, new->id);
    g_autofree char *action = g_strconcat ("plan ", new->operation, NULL);
    return insert_plan (new, error) && put_level (new, &grid_level, new->grids, error) &&
           (new->grids->micro == NULL ||
            put_level (new, &micro_level, new->grids->micro, error)) &&
           log_operation (store, new->id, new->operation, new->plan->parameters, new->report,
                          new->data_version, new->hash, error) &&
           seal_plan (new, error) && cg_audit_add (store, action, object, NULL, new->hash, error);
}

gboolean
cg_store_add_plan (CgStore *store, const CgPlan *plan, const char *operation, const CgUnits *units,
                   const CgGrids *grids, const char *report, gint64 *out_id, GError **error)
{
    if (operation == NULL || operation[0] == '\0')
        return bad_plan (error, "a plan needs %s", "the name of its operation");
    if (!cg_store_check_crs (store, grids->working_crs, "grids", error) ||
        !cg_store_check_shapes (grids->shapes, grids->n, grids->code, "grids", error) ||
        !check_partition (units, grids, error) || !check_micro (units, grids, error))
        return FALSE;
    NewPlan new = { .store = store,
                    .plan = plan,
                    .operation = operation,
                    .report = report,
                    .units = units,
                    .grids = grids };
    new.hash = cg_plan_hash (units, grids);
    for (guint32 g = 0; g < grids->n; g++)
        new.n_status[grids->status[g]]++;
    gboolean good = cg_store_write (store, add_plan, &new, error);
    g_free (new.hash);
    g_free (new.unit_key);
    if (good && out_id != NULL)
        *out_id = new.id;
    return good;
}

/* ---- reading plans ---------------------------------------- */

static gint64
column_time (CgStatement *st, int column)
{
    return cg_column_is_null (st, column) ? CG_TIME_NONE : cg_column_int (st, column);
}

static CgPlan *
read_plan (CgStatement *st)
{
    CgPlan *plan = g_new0 (CgPlan, 1);
    plan->id = cg_column_int (st, 0);
    plan->parent = cg_column_int (st, 1);
    plan->state = g_strdup (cg_column_text (st, 2));
    plan->title = g_strdup (cg_column_text (st, 3));
    plan->author = g_strdup (cg_column_text (st, 4));
    plan->parameters = g_strdup (cg_column_text (st, 5));
    plan->hash = g_strdup (cg_column_text (st, 6));
    plan->created_s = column_time (st, 7);
    plan->effective_from_s = column_time (st, 8);
    plan->effective_to_s = column_time (st, 9);
    plan->data_version = cg_column_int (st, 10);
    plan->n_grids = (guint32) cg_column_int (st, 11);
    plan->n_ok = (guint32) cg_column_int (st, 12);
    plan->n_below = (guint32) cg_column_int (st, 13);
    plan->n_above = (guint32) cg_column_int (st, 14);
    plan->unit_version = cg_column_int (st, 15);
    return plan;
}

static gboolean
list_plans (CgStore *store, gpointer data, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "plan/list", error);
    g_autoptr (GPtrArray) plans = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_plan_free);
    gboolean row = FALSE, good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row)
        g_ptr_array_add (plans, read_plan (st));
    if (good)
        *(GPtrArray **) data = g_steal_pointer (&plans);
    return good;
}

static gboolean
list_codes (CgStore *store, gpointer data, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "grid/codes", error);
    g_autoptr (CgNames) codes = cg_names_new ();
    gboolean row = FALSE, good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row)
        cg_names_add (codes, cg_column_text (st, 0));
    if (good)
        *(CgNames **) data = g_steal_pointer (&codes);
    return good;
}

CgNames *
cg_store_list_codes (CgStore *store, GError **error)
{
    CgNames *codes = NULL;
    return cg_store_read (store, list_codes, &codes, error) ? codes : NULL;
}

GPtrArray *
cg_store_list_plans (CgStore *store, GError **error)
{
    GPtrArray *plans = NULL;
    return cg_store_read (store, list_plans, &plans, error) ? plans : NULL;
}

typedef struct {
    gint64 id, now_s;
    const char *who;
    CgPlan *plan;
    CgUnits *units;
    CgGrids *grids;
    char *report;
} OfPlan;

static gboolean
get_plan (CgStore *store, gpointer data, GError **error)
{
    OfPlan *of = data;
    g_autoptr (CgStatement) st =
        cg_db_prepare (store->db, of->id != 0 ? "plan/get" : "plan/in_force", error);
    gboolean row = FALSE;
    if (st == NULL)
        return FALSE;
    if (of->id != 0)
        cg_bind_int (st, 1, of->id);
    if (!cg_statement_step (st, &row, error))
        return FALSE;
    if (!row) {
        if (of->id != 0)
            g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "there is no plan %" G_GINT64_FORMAT,
                         of->id);
        else
            g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                         "there is no published plan and no draft");
        return FALSE;
    }
    of->plan = read_plan (st);
    return TRUE;
}

CgPlan *
cg_store_get_plan (CgStore *store, gint64 id, GError **error)
{
    OfPlan of = { .id = id };
    return cg_store_read (store, get_plan, &of, error) ? of.plan : NULL;
}

gboolean
cg_store_require_plan (CgStore *store, gint64 plan, GError **error)
{
    OfPlan of = { .id = plan };
    if (plan == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "there is no plan 0");
        return FALSE;
    }
    gboolean good = get_plan (store, &of, error);
    cg_plan_free (of.plan);
    return good;
}

static gboolean
get_report (CgStore *store, gpointer data, GError **error)
{
    OfPlan *of = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "plan/report", error);
    gboolean row = FALSE;
    if (st == NULL || !cg_store_require_plan (store, of->id, error))
        return FALSE;
    cg_bind_int (st, 1, of->id);
    if (!cg_statement_step (st, &row, error))
        return FALSE;
    of->report = row ? g_strdup (cg_column_text (st, 0)) : NULL;
    return TRUE;
}

char *
cg_store_get_report (CgStore *store, gint64 plan, GError **error)
{
    OfPlan of = { .id = plan };
    return cg_store_read (store, get_report, &of, error) ? of.report : NULL;
}

/* ---- grids of a plan ---------------------------------------- */

static gboolean
parse_status (const char *text, guint8 *out)
{
    for (guint value = CG_GRID_OK; value <= CG_GRID_ABOVE; value++)
        if (g_strcmp0 (text, cg_grid_status_name (value)) == 0) {
            *out = (guint8) value;
            return TRUE;
        }
    return FALSE;
}

static gboolean
parse_reason (const char *text, guint8 *out)
{
    for (guint value = 0; value < CG_N_REASONS; value++)
        if (g_strcmp0 (text, cg_reason_name (value)) == 0) {
            *out = (guint8) value;
            return TRUE;
        }
    return FALSE;
}

static gboolean
read_grid (CgStatement *st, CgGrids *grids, guint32 g, GError **error)
{
    CgUnitKind kind = CG_UNIT_URBAN;
    grids->grid_id[g] = (guint32) cg_column_int (st, 0);
    grids->code[g] = g_strdup (cg_column_text (st, 1));
    grids->name[g] = g_strdup (cg_column_text (st, 2));
    grids->within[g] = g_strdup (cg_column_text (st, 3));
    if (!cg_unit_kind_parse (cg_column_text (st, 4), &kind) ||
        !parse_status (cg_column_text (st, 5), &grids->status[g]) ||
        !parse_reason (cg_column_text (st, 6), &grids->reason[g])) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE,
                     "kind, status or reason of grid %s is none of ours", grids->code[g]);
        return FALSE;
    }
    grids->kind[g] = kind;
    grids->households[g] = (guint32) cg_column_int (st, 7);
    grids->population[g] = (guint32) cg_column_int (st, 8);
    grids->units[g] = (guint32) cg_column_int (st, 9);
    grids->perimeter_m[g] = cg_column_real (st, 10);
    grids->area_m2[g] = cg_column_real (st, 11);
    grids->compactness[g] = cg_column_real (st, 12);
    grids->certificate[g] = g_strdup (cg_column_text (st, 13));
    grids->households_estimated[g] = (guint32) MIN (cg_column_int (st, 15), G_MAXUINT32);
    grids->population_estimated[g] = (guint32) MIN (cg_column_int (st, 16), G_MAXUINT32);
    return cg_column_shape (st, 14, grids->shapes, error);
}

/* Rows come in order of the units as loaded; grid ids are turned into rows, which ascend with them.
 */
static gboolean
read_assignment (CgStore *store, gint64 plan, const Level *level, gint64 unit_version,
                 CgGrids *grids, GError **error)
{
    g_autofree char *load = g_strconcat (level->units, "/load", NULL);
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, load, error);
    g_autoptr (GHashTable) row_of = g_hash_table_new (NULL, NULL);
    if (st == NULL)
        return FALSE;
    for (guint32 g = 0; g < grids->n; g++)
        g_hash_table_insert (row_of, GUINT_TO_POINTER (grids->grid_id[g]),
                             GUINT_TO_POINTER (g + 1));
    cg_bind_int (st, 1, plan);
    cg_bind_int (st, 2, unit_version);
    for (guint32 u = 0; u < grids->n_units; u++) {
        if (!cg_statement_expect (st, error))
            return FALSE;
        guint id = cg_column_is_null (st, 0) ? 0 : (guint) cg_column_int (st, 0);
        guint row = GPOINTER_TO_UINT (g_hash_table_lookup (row_of, GUINT_TO_POINTER (id)));
        grids->grid_of[u] = row > 0 ? row - 1 : CG_NONE;
    }
    return TRUE;
}

/* Grids (or micro-units) of the plan over the rows of one version of the units. */
static CgGrids *
read_level (CgStore *store, gint64 plan, const Level *level, const CgUnitVersion *units,
            GError **error)
{
    guint32 n;
    g_autofree char *count_name = g_strconcat (level->rows, "/count", NULL);
    g_autofree char *load_name = g_strconcat (level->rows, "/load", NULL);
    g_autoptr (CgStatement) count = cg_db_prepare (store->db, count_name, error);
    g_autoptr (CgStatement) st =
        count != NULL ? cg_db_prepare (store->db, load_name, error) : NULL;
    if (st == NULL)
        return NULL;
    cg_bind_int (count, 1, plan);
    cg_bind_int (st, 1, plan);
    if (!cg_store_get_count (count, &n, error))
        return NULL;
    g_autoptr (CgGrids) grids = cg_grids_new (n, units->n);
    for (guint32 g = 0; g < n; g++)
        if (!cg_statement_expect (st, error) || !read_grid (st, grids, g, error))
            return NULL;
    if (!read_assignment (store, plan, level, units->version, grids, error))
        return NULL;
    grids->working_crs = g_strdup (store->working_crs);
    return g_steal_pointer (&grids);
}

static gboolean
load_grids (CgStore *store, gpointer data, GError **error)
{
    OfPlan *of = data;
    CgUnitVersion latest;
    if (!cg_store_require_plan (store, of->id, error) ||
        !cg_store_latest_units (store, &latest, error))
        return FALSE;
    of->grids = read_level (store, of->id, &grid_level, &latest, error);
    return of->grids != NULL;
}

CgGrids *
cg_store_load_grids (CgStore *store, gint64 plan, GError **error)
{
    OfPlan of = { .id = plan };
    return cg_store_read (store, load_grids, &of, error) ? of.grids : NULL;
}

static gboolean
load_plan (CgStore *store, gpointer data, GError **error)
{
    OfPlan *of = data;
    CgUnitVersion version;
    if (!get_plan (store, of, error))
        return FALSE;
    g_autoptr (CgPlan) plan = g_steal_pointer (&of->plan);
    if (!cg_store_units_of (store, plan, &version, error))
        return FALSE;
    g_autoptr (CgUnits) units = cg_store_read_units (store, &version, error);
    g_autoptr (CgGrids) grids =
        units != NULL ? read_level (store, plan->id, &grid_level, &version, error) : NULL;
    if (grids == NULL)
        return FALSE;
    grids->micro = read_level (store, plan->id, &micro_level, &version, error);
    if (grids->micro == NULL)
        return FALSE;
    if (grids->micro->n == 0)
        g_clear_pointer (&grids->micro, cg_grids_free);
    of->grids = g_steal_pointer (&grids);
    of->units = g_steal_pointer (&units);
    return TRUE;
}

gboolean
cg_store_load_plan (CgStore *store, gint64 plan, CgUnits **out_units, CgGrids **out_grids,
                    GError **error)
{
    OfPlan of = { .id = plan };
    if (!cg_store_read (store, load_plan, &of, error))
        return FALSE;
    *out_units = of.units;
    *out_grids = of.grids;
    return TRUE;
}

/* ---- publishing ---------------------------------------- */

static gboolean
run_at (CgStore *store, const char *query, gint64 plan, gint64 now_s, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, query, error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, plan);
    cg_bind_int (st, 2, now_s);
    return cg_statement_run (st, error);
}

/* The plan in force ends when the new one begins. */
static gboolean
archive_current (CgStore *store, const OfPlan *of, GError **error)
{
    OfPlan current = { .id = 0 };
    if (!get_plan (store, &current, error))
        return FALSE;
    g_autoptr (CgPlan) plan = current.plan;
    if (!g_str_equal (plan->state, "published"))
        return TRUE;
    if (plan->effective_from_s > of->now_s) {
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                     "plan %" G_GINT64_FORMAT
                     " is in force from a later time on; is the clock right?",
                     plan->id);
        return FALSE;
    }
    return run_at (store, "plan/archive", plan->id, of->now_s, error);
}

static gboolean
publish_plan (CgStore *store, gpointer data, GError **error)
{
    OfPlan *of = data;
    gint64 version;
    if (!get_plan (store, of, error))
        return FALSE;
    g_autoptr (CgPlan) plan = g_steal_pointer (&of->plan);
    if (!g_str_equal (plan->state, "draft") && !g_str_equal (plan->state, "submitted")) {
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT, "plan %" G_GINT64_FORMAT " is %s already",
                     plan->id, plan->state);
        return FALSE;
    }
    g_autofree char *object = g_strdup_printf ("plan %" G_GINT64_FORMAT, plan->id);
    g_autofree char *after = g_strdup_printf ("published from %" G_GINT64_FORMAT, of->now_s);
    return archive_current (store, of, error) &&
           run_at (store, "plan/publish", plan->id, of->now_s, error) &&
           cg_store_next_version (store, &version, error) &&
           log_operation (store, plan->id, "publish", NULL, NULL, version, plan->hash, error) &&
           cg_seal_set (store, "plan", error) && cg_seal_set (store, "operation", error) &&
           cg_audit_add (store, "plan publish", object, plan->state, after, error);
}

gboolean
cg_store_publish_plan (CgStore *store, gint64 plan, gint64 now_s, const char *who, GError **error)
{
    OfPlan of = { .id = plan, .now_s = now_s };
    g_autofree char *before = g_strdup (store->author);
    if (plan == 0 || now_s == CG_TIME_NONE)
        return bad_plan (error, "publishing needs %s", "a plan and a time");
    if (who != NULL)
        cg_store_set_author (store, who);
    gboolean good = cg_store_write (store, publish_plan, &of, error);
    cg_store_set_author (store, before);
    return good;
}
