/* A finished county takes a name; an unfinished one goes away; a log never meets another file. */
#include <glib/gstdio.h>
#include <string.h>

#include "fixture.h"

/* A closed county beside the fixture's, with regions in it. */
static char *
make_draft (Fixture *f)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgRegions) regions = make_regions ();
    char *path = g_build_filename (f->dir, "draft.sqlite", NULL);
    g_autoptr (CgStore) store = cg_store_create (path, CRS, "", &error);
    g_assert_no_error (error);
    g_assert_true (cg_store_put_regions (store, regions, &error));
    g_assert_no_error (error);
    return path;
}

static void
test_takes_the_place (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *draft = make_draft (f), *shm = g_strconcat (f->path, "-shm", NULL);
    gint64 version = cg_store_data_version (f->store);
    fixture_close (f);
    g_autoptr (CgStore) old = cg_store_open (f->path, CG_STORE_READ, &error);
    g_assert_no_error (error);
    g_assert_true (cg_store_replace (draft, f->path, version, &error));
    g_assert_no_error (error);
    g_assert_false (g_file_test (draft, G_FILE_TEST_EXISTS) || g_file_test (shm, G_FILE_TEST_EXISTS));
    /* A reader that had the old file open keeps it; whoever opens now sees the new one. */
    g_assert_cmpint (cg_store_data_version (old), ==, version);
    fixture_open (f, CG_STORE_WRITE);
    g_autoptr (CgRegions) regions = cg_store_load_regions (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpint (regions->n, ==, 4);
}

static void
test_refuses (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *draft = make_draft (f);
    gint64 version = cg_store_data_version (f->store);
    assert_failed (cg_store_replace (draft, f->path, version, &error), &error, CG_ERROR_CONFLICT, "open for writing");
    g_assert_true (cg_store_put_setting (f->store, "name", "new", &error));
    fixture_close (f);
    assert_failed (cg_store_replace (draft, f->path, version, &error), &error, CG_ERROR_CONFLICT, "changed meanwhile");
    assert_failed (cg_store_replace (draft, f->path, -1, &error), &error, CG_ERROR_CONFLICT, "exists already");
    fixture_open (f, CG_STORE_READ);
    g_autofree char *name = cg_store_get_setting (f->store, "name", &error);
    g_assert_cmpstr (name, ==, "new");
}

static void
test_remove (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *wal = g_strconcat (f->path, "-wal", NULL);
    assert_failed (cg_store_remove (f->path, &error), &error, CG_ERROR_CONFLICT, "open for writing");
    fixture_close (f);
    g_assert_true (g_file_set_contents (wal, "frames", -1, NULL));
    for (guint times = 0; times < 2; times++) {
        g_assert_true (cg_store_remove (f->path, &error));
        g_assert_no_error (error);
    }
    g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS) || g_file_test (wal, G_FILE_TEST_EXISTS));
}

/* The log of a county that was moved away is neither thrown away nor played into a new one. */
static void
test_lost_log (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *path = g_build_filename (f->dir, "gone.sqlite", NULL);
    g_autofree char *wal = g_strconcat (path, "-wal", NULL);
    g_assert_true (g_file_set_contents (wal, "frames", -1, NULL));
    g_autoptr (CgStore) made = cg_store_create (path, CRS, "", &error);
    assert_failed (made != NULL, &error, CG_ERROR_CONFLICT, "gone.sqlite-wal");
    assert_failed (cg_store_backup (f->store, path, &error), &error, CG_ERROR_CONFLICT, "gone.sqlite-wal");
    g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("/store/replace/takes-the-place", test_takes_the_place);
    ADD ("/store/replace/refuses", test_refuses);
    ADD ("/store/replace/remove", test_remove);
    ADD ("/store/replace/lost-log", test_lost_log);
    return g_test_run ();
}
