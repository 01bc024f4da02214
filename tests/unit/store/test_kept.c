/* Statements that a connection keeps: what is left in one must never meet who gets it next. */
#include <string.h>

#include "fixture.h"
#include "store/store_internal.h"

#define QUERY "incident/details"

/* Id of the incident with that number as the query gives it; NULL: no row. (transfer full) */
static char *
read_id (CgStatement *st)
{
    g_autoptr (GError) error = NULL;
    gboolean row = FALSE;
    g_assert_true (cg_statement_step (st, &row, &error));
    return row ? g_strdup (cg_column_text (st, 0)) : NULL;
}

static CgStatement *
prepare (Fixture *f, const char *name)
{
    g_autoptr (GError) error = NULL;
    CgStatement *st = cg_db_prepare (f->store->db, name, &error);
    g_assert_no_error (error);
    return st;
}

static void
put_some (Fixture *f)
{
    guint32 n_new;
    g_autoptr (CgPlaces) places = make_places (CG_PLACE_INCIDENT, 10);
    g_assert_true (cg_store_put_incidents (f->store, places, &n_new, NULL));
    g_assert_cmpuint (n_new, ==, 10);
}

static void
test_cleared (Fixture *f, gconstpointer unused)
{
    put_some (f);
    CgStatement *first = prepare (f, QUERY);
    cg_bind_int (first, 1, 3);
    g_autofree char *three = read_id (first);
    g_assert_nonnull (three);
    cg_statement_finish (first);
    CgStatement *again = prepare (f, QUERY);
    g_assert_true (again == first); /* else nothing is kept and this tests nothing */
    g_assert_null (read_id (again)); /* number NULL: the 3 is gone, and the row */
    cg_statement_finish (again);
    again = prepare (f, QUERY);
    cg_bind_int (again, 1, 4);
    g_autofree char *four = read_id (again);
    g_assert_cmpstr (four, !=, three);
    cg_statement_finish (again);
}

/* The same query, asked while it is being read. */
static void
test_nested (Fixture *f, gconstpointer unused)
{
    put_some (f);
    CgStatement *outer = prepare (f, QUERY);
    cg_bind_int (outer, 1, 1);
    g_autofree char *before = read_id (outer);
    CgStatement *inner = prepare (f, QUERY);
    g_assert_true (inner != outer);
    cg_bind_int (inner, 1, 2);
    g_autofree char *other = read_id (inner);
    g_assert_cmpstr (other, !=, before);
    g_assert_cmpstr (cg_column_text (outer, 0), ==, before);
    cg_statement_finish (inner);
    g_assert_cmpstr (cg_column_text (outer, 0), ==, before);
    cg_statement_finish (outer); /* one of them is kept already */
    g_assert_cmpuint (g_hash_table_size (f->store->db->idle), >, 0);
    CgStatement *kept = prepare (f, QUERY);
    g_assert_true (kept == inner);
    cg_statement_finish (kept);
}

/* What failed, or was given a value that is none, is not used again. */
static void
test_failed (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    gboolean row;
    g_assert_true (cg_store_begin (f->store, NULL));
    CgStatement *bad = prepare (f, "incident/insert");
    cg_bind_int (bad, 1, 1);
    g_assert_false (cg_statement_step (bad, &row, &error)); /* without a source */
    g_assert_nonnull (error);
    cg_statement_finish (bad);
    cg_store_cancel (f->store);
    g_assert_false (g_hash_table_contains (f->store->db->idle, "incident/insert"));
    CgStatement *text = prepare (f, QUERY);
    cg_bind_text (text, 1, "\xff");
    cg_statement_finish (text);
    g_assert_false (g_hash_table_contains (f->store->db->idle, QUERY));
}

/* Many queries keep no more than some statements, and each still gives its own. */
static void
test_most (Fixture *f, gconstpointer unused)
{
    static const char *const names[] = {
        "audit/load", "barrier/classes", "barrier/count", "barrier/load", "building/count", "building/load", "camera/count",
        "camera/load", "compound/count", "compound/count_groups", "compound/load", "compound/load_groups", "delivery/load",
        "acknowledgement/load", "assignment/hash", "assignment/load", "attachment/plans", "audit/head", "barrier/clear",
        "barrier/insert", "building/clear", "building/insert", "camera/clear", "camera/insert", "camera/place_insert",
        "compound/clear", "compound/clear_groups", "compound/insert", "delivery/insert", "delivery/trim", "attachment/clear",
        "attachment/camera_get", "attachment/camera_put", "attachment/incident_get", "attachment/incident_put", "incident/next",
        "incident/known", "incident/newest", "incident/count", QUERY,
    };
    put_some (f);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        cg_statement_finish (prepare (f, names[i]));
    g_assert_cmpuint (g_hash_table_size (f->store->db->idle), <=, 32);
    CgStatement *last = prepare (f, QUERY);
    cg_bind_int (last, 1, 3);
    g_autofree char *three = read_id (last);
    g_assert_nonnull (three);
    cg_statement_finish (last);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("/store/kept/cleared", test_cleared);
    ADD ("/store/kept/nested", test_nested);
    ADD ("/store/kept/failed", test_failed);
    ADD ("/store/kept/most", test_most);
    return g_test_run ();
}
