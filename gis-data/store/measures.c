/* What hangs on a plan: attachments of things to grids, and measures; and the import log. */
#include "store/store_internal.h"

/* ---- attachments ---------------------------------------- */

typedef struct {
    gint64 plan;
    const CgPlaces *places;
    const CgGrids *grids;
    const guint32 *grid_of;
    guint32 *out;
} Attach;

static char *
attachment_scope (gint64 plan, CgPlaceKind kind)
{
    return g_strdup_printf ("attachment\t%" G_GINT64_FORMAT "\t%s", plan,
                            cg_place_kind_name (kind));
}

static gboolean
clear_attachments (CgStore *store, gint64 plan, CgPlaceKind kind, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "attachment/clear", error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, plan);
    cg_bind_text (st, 2, cg_place_kind_name (kind));
    return cg_statement_run (st, error);
}

gboolean
cg_store_drop_attachments (CgStore *store, CgPlaceKind kind, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "attachment/plans", error);
    g_autoptr (GArray) plans = g_array_new (FALSE, FALSE, sizeof (gint64));
    gboolean row = FALSE, good = st != NULL;
    if (good)
        cg_bind_text (st, 1, cg_place_kind_name (kind));
    while (good && (good = cg_statement_step (st, &row, error)) && row) {
        gint64 plan = cg_column_int (st, 0);
        g_array_append_val (plans, plan);
    }
    for (guint i = 0; good && i < plans->len; i++) {
        gint64 plan = g_array_index (plans, gint64, i);
        g_autofree char *scope = attachment_scope (plan, kind);
        good = clear_attachments (store, plan, kind, error) && cg_seal_drop (store, scope, error);
    }
    return good;
}

/* The key of thing i from parameter n on. */
static void
bind_thing (CgStatement *st, int n, const CgPlaces *places, guint32 i)
{
    if (places->place != CG_PLACE_INCIDENT) {
        cg_bind_text (st, n, places->id[i]);
        return;
    }
    gboolean named = places->source != NULL && places->source[i] != CG_NONE;
    cg_bind_text (st, n, named ? cg_names_get (places->sources, places->source[i]) : "");
    cg_bind_text (st, n + 1, places->id[i]);
    cg_bind_int (st, n + 2, places->revision != NULL ? places->revision[i] : 0);
}

static gboolean
put_attachment (CgStatement *st, const Attach *attach, guint32 i, GError **error)
{
    guint32 grid = attach->grid_of[i];
    cg_bind_int (st, 1, attach->plan);
    if (grid == CG_NONE)
        cg_bind_null (st, 2);
    else
        cg_bind_int (st, 2, attach->grids->grid_id[grid]);
    bind_thing (st, 3, attach->places, i);
    if (!cg_statement_run (st, error))
        return FALSE;
    if (cg_statement_changes (st) == 1)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "is not in the store");
    return FALSE;
}

static gboolean
put_attachments (CgStore *store, gpointer data, GError **error)
{
    const Attach *attach = data;
    const char *kind = cg_place_kind_name (attach->places->place);
    g_autofree char *query = g_strdup_printf ("attachment/%s_put", kind);
    g_autofree char *scope = attachment_scope (attach->plan, attach->places->place);
    gint64 version;
    if (!cg_store_require_plan (store, attach->plan, error) ||
        !clear_attachments (store, attach->plan, attach->places->place, error))
        return FALSE;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, query, error);
    if (st == NULL)
        return FALSE;
    for (guint32 i = 0; i < attach->places->n; i++)
        if (!put_attachment (st, attach, i, error)) {
            cg_store_name_row (error, kind, i, attach->places->id);
            return FALSE;
        }
    g_autofree char *object = g_strdup_printf ("plan %" G_GINT64_FORMAT, attach->plan);
    g_autofree char *after = g_strdup_printf ("%u of kind %s", attach->places->n, kind);
    return cg_store_next_version (store, &version, error) && cg_seal_set (store, scope, error) &&
           cg_audit_add (store, "put attachment", object, NULL, after, error);
}

gboolean
cg_store_put_attachments (CgStore *store, gint64 plan, const CgPlaces *places, const CgGrids *grids,
                          const guint32 *grid_of, GError **error)
{
    Attach attach = { .plan = plan, .places = places, .grids = grids, .grid_of = grid_of };
    for (guint32 i = 0; i < places->n; i++)
        if (grid_of[i] != CG_NONE && grid_of[i] >= grids->n) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "row %u of %u grids does not exist",
                         grid_of[i], grids->n);
            return FALSE;
        }
    return cg_store_write (store, put_attachments, &attach, error);
}

static gboolean
load_attachments (CgStore *store, gpointer data, GError **error)
{
    Attach *attach = data;
    const CgPlaces *places = attach->places;
    g_autofree char *query =
        g_strdup_printf ("attachment/%s_get", cg_place_kind_name (places->place));
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, query, error);
    g_autoptr (GHashTable) row_of = g_hash_table_new (NULL, NULL);
    g_autofree guint32 *out = g_new (guint32, (gsize) places->n + 1);
    if (st == NULL || !cg_store_require_plan (store, attach->plan, error))
        return FALSE;
    for (guint32 g = 0; g < attach->grids->n; g++)
        g_hash_table_insert (row_of, GUINT_TO_POINTER (attach->grids->grid_id[g]),
                             GUINT_TO_POINTER (g + 1));
    for (guint32 i = 0; i < places->n; i++) {
        gboolean row = FALSE;
        cg_bind_int (st, 1, attach->plan);
        bind_thing (st, 2, places, i);
        if (!cg_statement_step (st, &row, error))
            return FALSE;
        guint id = row && !cg_column_is_null (st, 0) ? (guint) cg_column_int (st, 0) : 0;
        guint found = GPOINTER_TO_UINT (g_hash_table_lookup (row_of, GUINT_TO_POINTER (id)));
        out[i] = found > 0 ? found - 1 : CG_NONE;
        st->db->driver->reset (st);
    }
    attach->out = g_steal_pointer (&out);
    return TRUE;
}

guint32 *
cg_store_load_attachments (CgStore *store, gint64 plan, const CgPlaces *places,
                           const CgGrids *grids, GError **error)
{
    Attach attach = { .plan = plan, .places = places, .grids = grids };
    return cg_store_read (store, load_attachments, &attach, error) ? attach.out : NULL;
}

/* ---- measures ---------------------------------------- */

typedef struct {
    gint64 plan;
    const char *name;
    CgLevel level;
    CgPeriod period;
    const CgMeasureRow *rows;
    gsize n, at;
    gint64 since_s, until_s;
    CgMeasureEach each;
    gpointer user_data;
} Measures;

/* plan, name, level, period as parameters 1 to 4. */
static void
bind_measure_key (CgStatement *st, const Measures *measures)
{
    cg_bind_int (st, 1, measures->plan);
    cg_bind_text (st, 2, measures->name);
    cg_bind_text (st, 3, cg_level_name (measures->level));
    cg_bind_text (st, 4, cg_period_name (measures->period));
}

static char *
measure_scope (const Measures *measures)
{
    return g_strdup_printf ("measure\t%" G_GINT64_FORMAT "\t%s\t%s\t%s", measures->plan,
                            measures->name, cg_level_name (measures->level),
                            cg_period_name (measures->period));
}

static gboolean
bind_measure (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    Measures *measures = user_data;
    const CgMeasureRow *row = &measures->rows[i];
    measures->at = i;
    bind_measure_key (st, measures);
    cg_bind_text (st, 5, row->place);
    cg_bind_int (st, 6, row->start_s);
    cg_bind_text (st, 7, row->type != NULL ? row->type : "");
    cg_bind_real (st, 8, row->value);
    cg_bind_real (st, 9, row->base);
    return TRUE;
}

static gboolean
put_measures (CgStore *store, gpointer data, GError **error)
{
    Measures *measures = data;
    gint64 version;
    g_autoptr (CgStatement) clear = cg_db_prepare (store->db, "measure/clear", error);
    if (clear == NULL ||
        (measures->plan != 0 && !cg_store_require_plan (store, measures->plan, error)))
        return FALSE;
    bind_measure_key (clear, measures);
    if (!cg_statement_run (clear, error))
        return FALSE;
    if (!cg_db_bulk (store->db, "measure/insert", measures->n, bind_measure, measures, error)) {
        g_prefix_error (error, "measure %s row %" G_GSIZE_FORMAT ": ", measures->name,
                        measures->at + 1);
        return FALSE;
    }
    g_autofree char *scope = measure_scope (measures);
    g_autofree char *after = g_strdup_printf ("%" G_GSIZE_FORMAT " rows", measures->n);
    return cg_store_next_version (store, &version, error) && cg_seal_set (store, scope, error) &&
           cg_audit_add (store, "put measure", measures->name, NULL, after, error);
}

static gboolean
check_key (const char *name, CgLevel level, CgPeriod period, GError **error)
{
    gboolean good =
        name != NULL && name[0] != '\0' && level <= CG_LEVEL_GRID && period < CG_N_PERIODS;
    for (const char *c = name; good && *c != '\0'; c++)
        good = !g_ascii_iscntrl (*c);
    if (!good)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a measure needs a name, a level and a period of ours");
    return good;
}

gboolean
cg_store_put_measures (CgStore *store, gint64 plan, const char *name, CgLevel level,
                       CgPeriod period, const CgMeasureRow *rows, gsize n, GError **error)
{
    Measures measures = {
        .plan = plan, .name = name, .level = level, .period = period, .rows = rows, .n = n
    };
    return check_key (name, level, period, error) &&
           cg_store_write (store, put_measures, &measures, error);
}

/* ---- row by row ---------------------------------------- */

typedef struct {
    CgStatement *one, *set, *drop;
    CgSealSum seal;
} Change;

static void
change_done (Change *change)
{
    g_clear_pointer (&change->one, cg_statement_finish);
    g_clear_pointer (&change->set, cg_statement_finish);
    g_clear_pointer (&change->drop, cg_statement_finish);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_done)

static void
bind_measure_row (CgStatement *st, const Measures *measures, const CgMeasureRow *row)
{
    bind_measure_key (st, measures);
    cg_bind_text (st, 5, row->place);
    cg_bind_int (st, 6, row->start_s);
    cg_bind_text (st, 7, row->type);
}

/* Removes the row from the seal, or adds it; out_value is 0 where there is none. */
static gboolean
reseal (Change *change, const Measures *measures, const CgMeasureRow *row, gboolean add,
        double *out_value, GError **error)
{
    gboolean there = FALSE;
    bind_measure_row (change->one, measures, row);
    if (!cg_statement_step (change->one, &there, error))
        return FALSE;
    if (there && add)
        cg_seal_sum_add (&change->seal, change->one);
    else if (there)
        cg_seal_sum_remove (&change->seal, change->one);
    *out_value = there ? cg_column_real (change->one, 7) : 0;
    change->one->db->driver->reset (change->one);
    return TRUE;
}

static gboolean
change_row (Change *change, const Measures *measures, const CgMeasureRow *row, GError **error)
{
    double before, after;
    if (!reseal (change, measures, row, FALSE, &before, error))
        return FALSE;
    CgStatement *st = before + row->value != 0 ? change->set : change->drop;
    bind_measure_row (st, measures, row);
    if (st == change->set) {
        cg_bind_real (st, 8, before + row->value);
        cg_bind_real (st, 9, row->base);
    }
    return cg_statement_run (st, error) && reseal (change, measures, row, TRUE, &after, error);
}

/* Rows from `at` on that share a level and a period; moves `at` behind them. */
static gboolean
change_scope (CgStore *store, Change *change, Measures *measures, GError **error)
{
    measures->level = measures->rows[measures->at].level;
    measures->period = measures->rows[measures->at].period;
    g_autofree char *scope = measure_scope (measures);
    if (!cg_seal_sum_begin (store, scope, &change->seal, error))
        return FALSE;
    for (; measures->at < measures->n; measures->at++) {
        const CgMeasureRow *row = &measures->rows[measures->at];
        if (row->level != measures->level || row->period != measures->period)
            break;
        if (!change_row (change, measures, row, error))
            return FALSE;
    }
    return cg_seal_sum_end (store, scope, &change->seal, error);
}

static gboolean
change_measures (CgStore *store, gpointer data, GError **error)
{
    Measures *measures = data;
    g_auto (Change) change = { 0 };
    gint64 version;
    if (measures->plan != 0 && !cg_store_require_plan (store, measures->plan, error))
        return FALSE;
    if ((change.one = cg_db_prepare (store->db, "measure/one", error)) == NULL ||
        (change.set = cg_db_prepare (store->db, "measure/set", error)) == NULL ||
        (change.drop = cg_db_prepare (store->db, "measure/drop", error)) == NULL)
        return FALSE;
    while (measures->at < measures->n)
        if (!change_scope (store, &change, measures, error)) {
            g_prefix_error (error, "measure %s: ", measures->name);
            return FALSE;
        }
    return cg_store_next_version (store, &version, error);
}

gboolean
cg_store_change_measures (CgStore *store, gint64 plan, const char *name, const CgMeasureRow *rows,
                          gsize n, GError **error)
{
    Measures measures = { .plan = plan, .name = name, .rows = rows, .n = n };
    for (gsize i = 0; i < n; i++) {
        if (!check_key (name, rows[i].level, rows[i].period, error))
            return FALSE;
        if (i > 0 && (rows[i].level < rows[i - 1].level || (rows[i].level == rows[i - 1].level &&
                                                            rows[i].period < rows[i - 1].period))) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "measures are not sorted at row %" G_GSIZE_FORMAT, i);
            return FALSE;
        }
    }
    return n == 0 || cg_store_write (store, change_measures, &measures, error);
}

static void
bind_limit (CgStatement *st, int n, gint64 time_s)
{
    if (time_s == CG_TIME_NONE)
        cg_bind_null (st, n);
    else
        cg_bind_int (st, n, time_s);
}

static gboolean
each_measure (CgStore *store, gpointer data, GError **error)
{
    const Measures *measures = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "measure/load", error);
    gboolean more = FALSE, good = st != NULL;
    if (!good)
        return FALSE;
    bind_measure_key (st, measures);
    bind_limit (st, 5, measures->since_s);
    bind_limit (st, 6, measures->until_s);
    while ((good = cg_statement_step (st, &more, error)) && more) {
        CgMeasureRow row = { .name = measures->name,
                             .level = measures->level,
                             .period = measures->period,
                             .place = cg_column_text (st, 0),
                             .start_s = cg_column_int (st, 1),
                             .type = cg_column_text (st, 2),
                             .value = cg_column_real (st, 3),
                             .base = cg_column_real (st, 4) };
        measures->each (&row, measures->user_data);
    }
    return good;
}

gboolean
cg_store_each_measure (CgStore *store, gint64 plan, const char *name, CgLevel level,
                       CgPeriod period, gint64 since_s, gint64 until_s, CgMeasureEach each,
                       gpointer user_data, GError **error)
{
    Measures measures = { .plan = plan,
                          .name = name,
                          .level = level,
                          .period = period,
                          .since_s = since_s,
                          .until_s = until_s,
                          .each = each,
                          .user_data = user_data };
    return check_key (name, level, period, error) &&
           cg_store_read (store, each_measure, &measures, error);
}

/* ---- import log ---------------------------------------- */

void
cg_import_entry_free (CgImportEntry *entry)
{
    if (entry == NULL)
        return;
    g_free (entry->kind);
    g_free (entry->file);
    g_free (entry->who);
    g_free (entry->report);
    g_free (entry);
}

static gboolean
add_import (CgStore *store, gpointer data, GError **error)
{
    const CgImportEntry *entry = data;
    gint64 version;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "import/insert", error);
    if (st == NULL || !cg_store_next_version (store, &version, error))
        return FALSE;
    cg_bind_text (st, 1, entry->kind);
    cg_bind_text (st, 2, entry->file);
    cg_bind_text (st, 3, store->author);
    cg_bind_int (st, 4, entry->n_rows);
    cg_bind_int (st, 5, entry->n_good);
    cg_bind_text (st, 6, entry->report);
    cg_bind_int (st, 7, version);
    g_autofree char *after = g_strdup_printf ("%u of %u rows", entry->n_good, entry->n_rows);
    return cg_statement_run (st, error) && cg_seal_set (store, "import_log", error) &&
           cg_audit_add (store, "import", entry->kind, NULL, after, error);
}

gboolean
cg_store_add_import (CgStore *store, const char *kind, const char *file, guint32 n_rows,
                     guint32 n_good, const char *report, GError **error)
{
    CgImportEntry entry = { .kind = (char *) kind,
                            .file = (char *) file,
                            .n_rows = n_rows,
                            .n_good = n_good,
                            .report = (char *) (report != NULL ? report : "") };
    return cg_store_write (store, add_import, &entry, error);
}

static gboolean
list_imports (CgStore *store, gpointer data, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "import/list", error);
    g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) cg_import_entry_free);
    gboolean row = FALSE, good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row) {
        CgImportEntry *entry = g_new0 (CgImportEntry, 1);
        entry->sequence = cg_column_int (st, 0);
        entry->kind = g_strdup (cg_column_text (st, 1));
        entry->file = g_strdup (cg_column_text (st, 2));
        entry->who = g_strdup (cg_column_text (st, 3));
        entry->n_rows = (guint32) cg_column_int (st, 4);
        entry->n_good = (guint32) cg_column_int (st, 5);
        entry->report = g_strdup (cg_column_text (st, 6));
        entry->data_version = cg_column_int (st, 7);
        g_ptr_array_add (entries, entry);
    }
    if (good)
        *(GPtrArray **) data = g_steal_pointer (&entries);
    return good;
}

GPtrArray *
cg_store_list_imports (CgStore *store, GError **error)
{
    GPtrArray *entries = NULL;
    return cg_store_read (store, list_imports, &entries, error) ? entries : NULL;
}
