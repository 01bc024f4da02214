/* Units: every put is a new version; versions that a plan stands on stay. */
#include "store/store_internal.h"

typedef struct {
    CgStore *store;
    const CgUnits *units;
    gint64 version, first_key;
    gsize at;
} Put;

static gboolean
bind_unit (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    Put *put = user_data;
    const CgUnits *units = put->units;
    put->at = i;
    if (units->kind[i] > CG_UNIT_DEDICATED) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "kind %u is none of ours", units->kind[i]);
        return FALSE;
    }
    cg_bind_int (st, 1, put->first_key + (gint64) i);
    cg_bind_int (st, 2, put->version);
    cg_bind_text (st, 3, units->id[i]);
    cg_bind_int (st, 4, units->households[i]);
    cg_bind_int (st, 5, units->population[i]);
    cg_bind_text (st, 6, cg_name_or_null (units->regions, units->region[i]));
    cg_bind_text (st, 7, cg_name_or_null (units->compounds, units->compound[i]));
    cg_bind_text (st, 8, cg_name_or_null (units->groups, units->group[i]));
    cg_bind_text (st, 9, cg_name_or_null (units->kept, units->keep[i]));
    cg_bind_text (st, 10, cg_unit_kind_name (units->kind[i]));
    cg_bind_int (st, 11, (units->estimated[i] & CG_ESTIMATED_HOUSEHOLDS) != 0);
    cg_bind_int (st, 12, (units->estimated[i] & CG_ESTIMATED_POPULATION) != 0);
    cg_bind_int (st, 13, units->row[i]);
    cg_bind_shape (st, 14, units->shapes, (guint32) i, put->store->srid);
    return TRUE;
}

static gboolean
run_with_version (CgStore *store, const char *query, gint64 version, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, query, error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, version);
    return cg_statement_run (st, error);
}

static gboolean
drop_version (CgStore *store, gint64 version, GError **error)
{
    g_autofree char *scope = g_strdup_printf ("unit\t%" G_GINT64_FORMAT, version);
    return run_with_version (store, "unit/border_drop", version, error) &&
           run_with_version (store, "unit/made_drop", version, error) &&
           run_with_version (store, "unit/drop", version, error) &&
           run_with_version (store, "unit/version_drop", version, error) &&
           cg_store_seal_made (store, error) && cg_seal_drop (store, scope, error);
}

static gboolean
drop_unused (CgStore *store, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/version_unused", error);
    g_autoptr (GArray) unused = g_array_new (FALSE, FALSE, sizeof (gint64));
    gboolean row = FALSE, good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row) {
        gint64 version = cg_column_int (st, 0);
        g_array_append_val (unused, version);
    }
    for (guint i = 0; good && i < unused->len; i++)
        good = drop_version (store, g_array_index (unused, gint64, i), error);
    return good;
}

static gboolean
add_version (CgStore *store, const Put *put, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/version_insert", error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, put->version);
    cg_bind_int (st, 2, put->units->n);
    cg_bind_int (st, 3, put->units->has_population != 0);
    cg_bind_text (st, 4, put->units->delivered_crs);
    return cg_statement_run (st, error);
}

static gboolean
put_units (CgStore *store, gpointer data, GError **error)
{
    Put *put = data;
    const CgUnits *units = put->units;
    if (!drop_unused (store, error) || !cg_store_next_version (store, &put->version, error) ||
        !cg_db_get_int (store->db, "unit/next", &put->first_key, error) ||
        !add_version (store, put, error))
        return FALSE;
    if (!cg_db_bulk (store->db, "unit/insert", units->n, bind_unit, put, error)) {
        cg_store_name_row (error, "units", put->at, units->n > 0 ? units->id : NULL);
        return FALSE;
    }
    g_autofree char *scope = g_strdup_printf ("unit\t%" G_GINT64_FORMAT, put->version);
    g_autofree char *after =
        g_strdup_printf ("%u rows, data version %" G_GINT64_FORMAT, units->n, put->version);
    return cg_seal_set (store, scope, error) && cg_seal_set (store, "unit_version", error) &&
           cg_audit_add (store, "put unit", "unit", NULL, after, error);
}

static gboolean
check_units (const CgStore *store, const CgUnits *units, GError **error)
{
    return cg_store_check_crs (store, units->working_crs, "units", error) &&
           cg_store_check_shapes (units->shapes, units->n, units->id, "units", error);
}

gboolean
cg_store_put_units (CgStore *store, const CgUnits *units, GError **error)
{
    Put put = { .store = store, .units = units };
    return check_units (store, units, error) && cg_store_write (store, put_units, &put, error);
}

gboolean
cg_store_add_units (CgStore *store, const CgUnits *units, gint64 *out_version, GError **error)
{
    Put put = { .store = store, .units = units };
    if (!check_units (store, units, error) || !put_units (store, &put, error))
        return FALSE;
    *out_version = put.version;
    return TRUE;
}

/* version 0 without error: no row. */
static gboolean
read_version (CgStatement *st, CgUnitVersion *out, GError **error)
{
    gboolean row = FALSE;
    if (!cg_statement_step (st, &row, error))
        return FALSE;
    *out = (CgUnitVersion){ 0 };
    if (!row)
        return TRUE;
    out->version = cg_column_int (st, 0);
    out->n = (guint32) cg_column_int (st, 1);
    out->has_population = cg_column_int (st, 2) != 0;
    if (cg_column_int (st, 1) == cg_column_int (st, 3))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_STORE,
                 "%u units were stored, %" G_GINT64_FORMAT " are there", out->n,
                 cg_column_int (st, 3));
    return FALSE;
}

gboolean
cg_store_latest_units (CgStore *store, CgUnitVersion *out, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/version", error);
    return st != NULL && read_version (st, out, error);
}

gboolean
cg_store_units_of (CgStore *store, const CgPlan *plan, CgUnitVersion *out, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/version_get", error);
    if (st == NULL)
        return FALSE;
    cg_bind_int (st, 1, plan->unit_version);
    if (!read_version (st, out, error))
        return FALSE;
    if (out->version == 0)
        g_set_error (error, CG_ERROR, CG_ERROR_STORE,
                     "the units of version %" G_GINT64_FORMAT " of plan %" G_GINT64_FORMAT
                     " are lost",
                     plan->unit_version, plan->id);
    return out->version != 0;
}

static gboolean
latest_version (CgStore *store, gpointer data, GError **error)
{
    return cg_store_latest_units (store, data, error);
}

gboolean
cg_store_unit_version (CgStore *store, gint64 *out, GError **error)
{
    CgUnitVersion latest;
    if (!cg_store_read (store, latest_version, &latest, error))
        return FALSE;
    *out = latest.version;
    return TRUE;
}

static gboolean
read_unit (CgStatement *st, CgUnits *units, guint32 i, GError **error)
{
    CgUnitKind kind = CG_UNIT_URBAN;
    units->id[i] = g_strdup (cg_column_text (st, 0));
    units->households[i] = (guint32) cg_column_int (st, 1);
    units->population[i] = (guint32) cg_column_int (st, 2);
    units->region[i] = cg_column_name (st, 3, units->regions);
    units->compound[i] = cg_column_name (st, 4, units->compounds);
    units->group[i] = cg_column_name (st, 5, units->groups);
    units->keep[i] = cg_column_name (st, 6, units->kept);
    if (!cg_unit_kind_parse (cg_column_text (st, 7), &kind)) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "unit %s has no kind of ours", units->id[i]);
        return FALSE;
    }
    units->kind[i] = kind;
    units->estimated[i] = (guint8) ((cg_column_int (st, 8) != 0 ? CG_ESTIMATED_HOUSEHOLDS : 0) |
                                    (cg_column_int (st, 9) != 0 ? CG_ESTIMATED_POPULATION : 0));
    units->row[i] = (guint32) cg_column_int (st, 10);
    return cg_column_shape (st, 11, units->shapes, error);
}

CgUnits *
cg_store_read_units (CgStore *store, const CgUnitVersion *version, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/load", error);
    if (st == NULL)
        return NULL;
    g_autoptr (CgUnits) units = cg_units_new (version->n);
    cg_bind_int (st, 1, version->version);
    for (guint32 i = 0; i < version->n; i++)
        if (!cg_statement_expect (st, error) || !read_unit (st, units, i, error))
            return NULL;
    units->has_population = version->has_population;
    units->working_crs = g_strdup (store->working_crs);
    return g_steal_pointer (&units);
}

static gboolean
load_units (CgStore *store, gpointer data, GError **error)
{
    CgUnitVersion latest;
    CgUnits **out = data;
    if (!cg_store_latest_units (store, &latest, error))
        return FALSE;
    *out = cg_store_read_units (store, &latest, error);
    return *out != NULL;
}

CgUnits *
cg_store_load_units (CgStore *store, GError **error)
{
    CgUnits *units = NULL;
    return cg_store_read (store, load_units, &units, error) ? units : NULL;
}
