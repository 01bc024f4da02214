/* Snapshots of a county file that changes: who holds an old one keeps it, and what grew equals what is read anew. */
#include "fake_county.h"
#include "support.h"

#include "app/screen/screen_internal.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

#define DAY 86400

/* 2026-11-20 00:00 Asia/Shanghai, a Friday */
#define FRIDAY_S (G_GINT64_CONSTANT (1795104000))

/* A county file that grows under a source that is open on it. */
static void
test_refresh (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "county.sqlite", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStore) writer = cg_store_create (path, "EPSG:4545", "", &error);
    g_assert_no_error (error);
    CgScreenTables tables;
    fake_county_tables (&tables, 1);
    g_autoptr (CgScreenSource) source = cg_screen_source_new (path, &error);
    g_assert_no_error (error);
    g_autoptr (CgScreen) empty = cg_screen_source_get (source, &error);
    g_assert_cmpint (cg_screen_today_s (empty, FAKE_NOW_S + 5 * DAY), ==, FRIDAY_S + 6 * DAY);
    guint32 n_new = 0;
    g_free (tables.incidents->working_crs);
    tables.incidents->working_crs = g_strdup ("EPSG:4545");
    cg_store_put_incidents (writer, tables.incidents, &n_new, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n_new, ==, tables.incidents->n);
    g_autoptr (CgScreen) full = cg_screen_source_get (source, &error);
    g_assert_no_error (error);
    g_assert_true (full != empty);
    g_assert_cmpint (cg_screen_data_version (full), >, cg_screen_data_version (empty));
    g_assert_cmpint (cg_screen_today_s (full, FAKE_NOW_S + 5 * DAY), ==, FRIDAY_S + DAY);
    g_assert_cmpstr (cg_screen_stamp (full), !=, cg_screen_stamp (empty));
    g_assert_cmpuint (full->incidents->n, ==, tables.incidents->n);
    g_autoptr (CgScreen) same = cg_screen_source_get (source, &error);
    g_assert_true (same == full);
    g_assert_cmpuint (empty->incidents->n, ==, 0); /* who holds the old one keeps it */
    g_assert_true (cg_screen_source_is_well (source));
    cg_screen_tables_clear (&tables);
    g_clear_pointer (&source, cg_screen_source_free);
    g_clear_pointer (&writer, cg_store_close);
    g_autoptr (CgScreen) missing = cg_screen_open ("/nonexistent/county.sqlite", &error);
    g_assert_null (missing);
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    cg_test_remove_dir (dir);
}

/* ---- a snapshot grows ---------------------------------------- */

static CgPlaces *
some_incidents (guint32 n, guint32 first, guint32 revision, gint64 begin_s)
{
    static const char *const kinds[] = { "治安/盗窃", "民生服务/噪音", "安全隐患/消防", "甲", "乙" };
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, n);
    places->time_s = g_new (gint64, n);
    places->reported_s = g_new (gint64, n);
    places->weight = g_new (double, n);
    places->source = g_new (guint32, n);
    places->revision = g_new (guint32, n);
    places->withdrawn = g_new0 (guint8, n);
    places->state = g_new (guint32, n);
    places->working_crs = g_strdup ("EPSG:4545");
    for (guint32 i = 0; i < n; i++) {
        guint32 k = first + i;
        places->id[i] = g_strdup_printf ("G%u", k);
        places->x[i] = k % 7 == 3 ? NAN : 500000 + k * 7919 % 30011;
        places->y[i] = k % 7 == 3 ? NAN : 4080000 + k * 104729 % 30013;
        places->delivered_x[i] = places->x[i];
        places->delivered_y[i] = places->y[i];
        /* A third at the same second, one in eleven without a time. */
        places->time_s[i] = k % 11 == 5 ? CG_TIME_NONE : begin_s + k % 3 * 100 * (k * 31 % 997);
        places->reported_s[i] = CG_TIME_NONE;
        places->weight[i] = 1;
        places->type[i] = k % 5 == 4 && revision > 0 ? CG_NONE : cg_names_add (places->types, kinds[(k + revision) % 5]);
        places->source[i] = k % 2 ? cg_names_add (places->sources, "热线") : CG_NONE;
        places->state[i] = revision > 0 ? cg_names_add (places->states, "办结") : CG_NONE;
        places->revision[i] = revision;
        places->withdrawn[i] = k % 13 == 2 && (revision == 1 || revision == 2);
    }
    return places;
}

static void
put_some (CgStore *store, guint32 n, guint32 first, guint32 revision)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) places = some_incidents (n, first, revision, FRIDAY_S - 90 * DAY);
    g_assert_true (cg_store_put_incidents (store, places, NULL, &error));
    g_assert_no_error (error);
}

static const char *
name_at (const CgNames *names, const guint32 *column, guint32 i)
{
    return column[i] != CG_NONE ? cg_names_get (names, column[i]) : NULL;
}

static void
assert_same_names (const CgNames *a, const CgNames *b)
{
    g_assert_cmpuint (cg_names_count (a), ==, cg_names_count (b));
    for (guint32 i = 0; i < cg_names_count (a); i++)
        g_assert_cmpstr (cg_names_get (a, i), ==, cg_names_get (b, i));
}

/* A double that may be NaN. */
static gboolean
same_number (double a, double b)
{
    return a == b || (isnan (a) && isnan (b));
}

static void
assert_same_incidents (const CgScreen *a, const CgScreen *b)
{
    const CgPlaces *p = a->incidents, *q = b->incidents;
    g_assert_cmpuint (p->n, ==, q->n);
    assert_same_names (p->types, q->types);
    assert_same_names (p->sources, q->sources);
    assert_same_names (p->states, q->states);
    g_assert_cmpmem (p->time_s, sizeof (gint64) * p->n, q->time_s, sizeof (gint64) * q->n);
    g_assert_cmpmem (p->type, sizeof (guint32) * p->n, q->type, sizeof (guint32) * q->n);
    g_assert_cmpmem (p->source, sizeof (guint32) * p->n, q->source, sizeof (guint32) * q->n);
    g_assert_cmpmem (p->state, sizeof (guint32) * p->n, q->state, sizeof (guint32) * q->n);
    g_assert_cmpmem (a->tables.incident_key, sizeof (gint64) * p->n, b->tables.incident_key, sizeof (gint64) * q->n);
    g_assert_cmpmem (a->tables.incident_grid, sizeof (guint32) * p->n, b->tables.incident_grid, sizeof (guint32) * q->n);
    for (guint32 i = 0; i < p->n; i++)
        g_assert_true (same_number (p->x[i], q->x[i]) && same_number (p->y[i], q->y[i]));
    g_assert_cmpstr (cg_screen_stamp (a), ==, cg_screen_stamp (b));
}

/* Against the store's own reading of the latest revisions, in whatever order. */
static void
assert_latest (const CgScreen *screen, CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) all = cg_store_load_incidents (store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    const CgPlaces *ours = screen->incidents;
    g_assert_cmpuint (all->n, ==, ours->n);
    for (guint side = 0; side < 2; side++)
        for (guint32 i = 0; i < all->n; i++) {
            const CgPlaces *p = side == 0 ? all : ours;
            char *row = g_strdup_printf ("%" G_GINT64_FORMAT "|%.3f|%.3f|%s|%s|%s", p->time_s[i], p->x[i], p->y[i],
                                         name_at (p->types, p->type, i), name_at (p->sources, p->source, i),
                                         name_at (p->states, p->state, i));
            int n = GPOINTER_TO_INT (g_hash_table_lookup (seen, row));
            g_hash_table_insert (seen, row, GINT_TO_POINTER (side == 0 ? n + 1 : n - 1));
        }
    GHashTableIter iter;
    gpointer n;
    g_hash_table_iter_init (&iter, seen);
    while (g_hash_table_iter_next (&iter, NULL, &n))
        g_assert_cmpint (GPOINTER_TO_INT (n), ==, 0);
}

/* New ones, late ones, corrections, withdrawals, some brought back, corrections of corrections, outdated ones and repeats: what a
 * source adds up to is what reading anew gives, and who holds an old snapshot keeps it. */
static void
test_grows (void)
{
    static const struct {
        guint32 n, first, revision;
    } steps[] = { { 300, 0, 0 }, { 1, 300, 0 }, { 40, 100, 2 }, { 40, 90, 1 }, { 200, 301, 0 }, { 200, 301, 0 },
                  { 60, 280, 1 }, { 60, 280, 3 }, { 501, 0, 4 } };
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "county.sqlite", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStore) store = cg_store_create (path, "EPSG:4545", "", &error);
    g_autoptr (CgScreenSource) source = cg_screen_source_new (path, &error);
    g_assert_no_error (error);
    g_autoptr (CgScreen) first = NULL;
    for (guint s = 0; s < G_N_ELEMENTS (steps); s++) {
        put_some (store, steps[s].n, steps[s].first, steps[s].revision);
        screen_source_hurry (source);
        g_autoptr (CgScreen) grown = cg_screen_source_get (source, &error);
        g_assert_no_error (error);
        g_autoptr (CgScreen) anew = cg_screen_open (path, &error);
        assert_same_incidents (grown, anew);
        assert_latest (grown, store);
        if (s == 0)
            first = cg_screen_ref (grown);
    }
    g_assert_cmpuint (first->incidents->n, ==, 300);
    g_clear_pointer (&source, cg_screen_source_free);
    g_clear_pointer (&store, cg_store_close);
    cg_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/snapshot/refresh", test_refresh);
    g_test_add_func ("/snapshot/grows", test_grows);
    return g_test_run ();
}
