/* What all drivers share: finding queries by name, binding checks, row-by-row bulk. */
#include <math.h>

#include "sql/sql.h"
#include "store/driver.h"

/* A server's connections live long and ask the same few questions. */
#define MOST_IDLE 32u

/* ---- statements by name ---------------------------------------------------------------------- */

static void
finish (gpointer data)
{
    CgStatement *statement = data;
    g_free (statement->bind_problem);
    g_free (statement->name);
    statement->db->driver->finish (statement);
}

/* Taken out of those that are kept: a query may be asked again while it is still being read. */
static CgStatement *
take_idle (CgDb *db, const char *name)
{
    gpointer statement = NULL;
    if (db->idle != NULL)
        g_hash_table_steal_extended (db->idle, name, NULL, &statement);
    return statement;
}

CgStatement *
cg_db_prepare (CgDb *db, const char *name, GError **error)
{
    CgStatement *statement = take_idle (db, name);
    if (statement != NULL)
        return statement;
    const char *sql = cg_sql_find (db->driver->name, name);
    if (sql == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "no query is named %s", name);
        return NULL;
    }
    statement = db->driver->prepare (db, sql, error);
    if (statement == NULL)
        g_prefix_error (error, "query %s: ", name);
    else
        statement->name = g_strdup (name);
    return statement;
}

void
cg_statement_finish (CgStatement *statement)
{
    if (statement == NULL)
        return;
    CgDb *db = statement->db;
    if (db->idle == NULL) /* names belong to the statements */
        db->idle = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, finish);
    if (statement->name == NULL || statement->failed || statement->bind_problem != NULL ||
        g_hash_table_size (db->idle) >= MOST_IDLE ||
        g_hash_table_contains (db->idle, statement->name)) {
        finish (statement);
        return;
    }
    db->driver->renew (statement);
    g_hash_table_insert (db->idle, statement->name, statement);
}

void
cg_db_forget (CgDb *db)
{
    g_clear_pointer (&db->idle, g_hash_table_unref);
}

/* ---- values ---------------------------------------------------------------------------------- */

void
cg_bind_int (CgStatement *statement, int n, gint64 value)
{
    statement->db->driver->bind_int (statement, n, value);
}

void
cg_bind_real (CgStatement *statement, int n, double value)
{
    if (isnan (value))
        statement->db->driver->bind_null (statement, n);
    else
        statement->db->driver->bind_real (statement, n, value);
}

void
cg_bind_text (CgStatement *statement, int n, const char *value)
{
    if (value == NULL) {
        statement->db->driver->bind_null (statement, n);
        return;
    }
    if (statement->bind_problem == NULL && !g_utf8_validate (value, -1, NULL)) {
        g_autofree char *shown = g_utf8_make_valid (value, -1);
        statement->bind_problem = g_strdup_printf ("text is not UTF-8: %s", shown);
    }
    statement->db->driver->bind_text (statement, n, value);
}

void
cg_bind_bytes (CgStatement *statement, int n, GBytes *value)
{
    g_autoptr (GBytes) bytes = value;
    statement->db->driver->bind_bytes (statement, n, bytes);
}

void
cg_bind_null (CgStatement *statement, int n)
{
    statement->db->driver->bind_null (statement, n);
}

gboolean
cg_statement_step (CgStatement *statement, gboolean *out_row, GError **error)
{
    if (statement->bind_problem != NULL) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_INPUT, statement->bind_problem);
        g_clear_pointer (&statement->bind_problem, g_free);
        return FALSE;
    }
    if (statement->db->driver->step (statement, out_row, error))
        return TRUE;
    statement->failed = TRUE;
    return FALSE;
}

gboolean
cg_statement_run (CgStatement *statement, GError **error)
{
    gboolean row = FALSE;
    if (!cg_statement_step (statement, &row, error))
        return FALSE;
    statement->db->driver->reset (statement);
    return TRUE;
}

gint64
cg_statement_changes (CgStatement *statement)
{
    return statement->db->driver->changes (statement);
}

gboolean
cg_column_is_null (CgStatement *statement, int column)
{
    return statement->db->driver->type (statement, column) == CG_CELL_NULL;
}

gint64
cg_column_int (CgStatement *statement, int column)
{
    return statement->db->driver->get_int (statement, column);
}

double
cg_column_real (CgStatement *statement, int column)
{
    return cg_column_is_null (statement, column)
               ? NAN
               : statement->db->driver->get_real (statement, column);
}

const char *
cg_column_text (CgStatement *statement, int column)
{
    return cg_column_is_null (statement, column)
               ? NULL
               : statement->db->driver->get_text (statement, column);
}

const guint8 *
cg_column_bytes (CgStatement *statement, int column, gsize *out_length)
{
    return statement->db->driver->get_bytes (statement, column, out_length);
}

gboolean
cg_db_bulk (CgDb *db, const char *name, gsize n, CgDbBindRow bind, gpointer user_data,
            GError **error)
{
    g_autoptr (CgStatement) statement = cg_db_prepare (db, name, error);
    if (statement == NULL)
        return FALSE;
    if (db->driver->bulk != NULL)
        return db->driver->bulk (statement, n, bind, user_data, error);
    for (gsize i = 0; i < n; i++)
        if (!bind (statement, i, user_data, error) || !cg_statement_run (statement, error))
            return FALSE;
    return TRUE;
}

gboolean
cg_db_run (CgDb *db, const char *name, GError **error)
{
    g_autoptr (CgStatement) statement = cg_db_prepare (db, name, error);
    return statement != NULL && cg_statement_run (statement, error);
}

gboolean
cg_db_get_int (CgDb *db, const char *name, gint64 *out, GError **error)
{
    g_autoptr (CgStatement) statement = cg_db_prepare (db, name, error);
    gboolean row = FALSE;
    if (statement == NULL || !cg_statement_step (statement, &row, error))
        return FALSE;
    if (!row) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "query %s gave no row", name);
        return FALSE;
    }
    *out = cg_column_int (statement, 0);
    return TRUE;
}
