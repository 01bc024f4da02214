/* When each plan was in force. */
#include "store/store_internal.h"

gboolean
cg_store_read_eras (CgStore *store, gpointer data, GError **error)
{
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "plan/eras", error);
    g_autoptr (GArray) eras = g_array_new (FALSE, FALSE, sizeof (CgEra));
    gboolean row = FALSE, good = st != NULL;
    while (good && (good = cg_statement_step (st, &row, error)) && row) {
        CgEra era = { cg_column_int (st, 0), cg_column_int (st, 1) };
        g_array_append_val (eras, era);
    }
    if (good)
        *(GArray **) data = g_steal_pointer (&eras);
    return good;
}

GArray *
cg_store_list_eras (CgStore *store, GError **error)
{
    GArray *eras = NULL;
    return cg_store_read (store, cg_store_read_eras, &eras, error) ? eras : NULL;
}

guint32
cg_eras_find (const GArray *eras, gint64 time_s)
{
    guint32 found = eras->len > 0 ? 0 : CG_NONE;
    for (guint e = 1; e < eras->len; e++)
        if (g_array_index (eras, CgEra, e).from_s <= time_s)
            found = e;
    return found;
}
