/* Is the county file what was put into it? And a copy that is known to be. */
#include "store/store_internal.h"

/* Each query gives one line a problem, none when all is well. */
static const char *const row_checks[] = {
    "check/index_counts", "check/spatial_index", "check/geometry",          "check/row_counts",
    "check/unit_counts",  "check/unassigned",    "check/stray_assignment",  "check/grid_sums",
    "check/plan_counts",  "check/plan_log",      "check/orphan_attachment", "check/orphan_measure",
    "check/lost_region",  "check/micro_sums",    "check/micro_whole",
};

/* A query that a damaged page stops is a finding, not a failure of the check. */
static void
run_check (CgStore *store, const char *name, GPtrArray *problems)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, name, &error);
    gboolean row = FALSE;
    while (st != NULL && cg_statement_step (st, &row, &error) && row)
        g_ptr_array_add (problems, g_strdup (cg_column_text (st, 0)));
    if (error != NULL)
        g_ptr_array_add (problems, g_strdup_printf ("%s: cannot be run: %s", name, error->message));
}

static void
check_hash (CgStore *store, const CgPlan *plan, GPtrArray *problems)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "assignment/hash", &error);
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    gboolean row = FALSE;
    if (st != NULL)
        cg_bind_int (st, 1, plan->id);
    while (st != NULL && cg_statement_step (st, &row, &error) && row) {
        g_autofree char *line =
            g_strdup_printf ("%s\t%s\n", cg_column_text (st, 0), cg_column_text (st, 1));
        g_checksum_update (sum, (const guchar *) line, -1);
    }
    if (error != NULL)
        g_ptr_array_add (problems, g_strdup_printf ("plan %" G_GINT64_FORMAT ": cannot be read: %s",
                                                    plan->id, error->message));
    else if (g_strcmp0 (g_checksum_get_string (sum), plan->hash) != 0)
        g_ptr_array_add (problems, g_strdup_printf ("plan %" G_GINT64_FORMAT
                                                    ": its assignments do not give its hash",
                                                    plan->id));
}

static void
check_plans (CgStore *store, GPtrArray *problems)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) plans = cg_store_list_plans (store, &error);
    if (plans == NULL)
        g_ptr_array_add (problems, g_strdup_printf ("plan: cannot be read: %s", error->message));
    for (guint i = 0; plans != NULL && i < plans->len; i++)
        check_hash (store, plans->pdata[i], problems);
}

gboolean
cg_store_check (CgStore *store, GPtrArray **out_problems, GError **error)
{
    g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
    if (!store->db->driver->verify (store->db, problems, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (row_checks); i++)
        run_check (store, row_checks[i], problems);
    check_plans (store, problems);
    g_autoptr (GError) problem = NULL;
    if (!cg_seal_check (store, problems, &problem) || !cg_audit_check (store, problems, &problem))
        g_ptr_array_add (problems, g_strdup (problem->message));
    *out_problems = g_steal_pointer (&problems);
    return TRUE;
}

static gboolean
check_copy (CgDb *db, gpointer user_data, GError **error)
{
    g_autoptr (GPtrArray) problems = NULL;
    CgStore copy = { .db = db };
    if (!cg_store_check (&copy, &problems, error))
        return FALSE;
    if (problems->len == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_STORE, "the copy is not sound (%u problems): %s",
                 problems->len, (const char *) problems->pdata[0]);
    return FALSE;
}

gboolean
cg_store_backup (CgStore *store, const char *path, GError **error)
{
    return store->db->driver->copy (store->db, path, check_copy, NULL, error);
}
