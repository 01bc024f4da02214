/* The CSV of attachments: quoting, order, and files that appear whole or not at all. */
#include "base/error.h"
#include "export/export.h"
#include "support.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static CgPlaces *
places_named (guint32 n, const char *const *id)
{
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, n);
    for (guint32 i = 0; i < n; i++)
        places->id[i] = g_strdup (id[i]);
    return places;
}

static guint
files_in (const char *dir)
{
    g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
    guint n = 0;
    while (g_dir_read_name (open) != NULL)
        n++;
    return n;
}

static void
test_text (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "out.csv", NULL);
    const char *id[] = {
        "a1", "with,comma", "say \"so\"", "two\nlines", "", NULL, " padded", "网格"
    };
    char *area_id[] = { "1", "10", "a,b" };
    const guint32 area[] = { 1, 0, CG_NONE, 2, CG_NONE, 0, 1, CG_NONE };
    g_autoptr (CgPlaces) places = places_named (8, id);
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_export_attachments (path, places, area, area_id, &error));
    g_assert_no_error (error);
    g_autofree char *text = NULL;
    g_file_get_contents (path, &text, NULL, NULL);
    g_assert_cmpstr (
        text, ==,
        "id,grid_id\na1,10\n\"with,comma\",1\n\"say \"\"so\"\"\",\n\"two\nlines\",\"a,b\"\n,\n,1\n"
        "\" padded\",10\n网格,\n");
    /* Over an existing file; nothing else is left in the directory. */
    g_autoptr (CgPlaces) one = places_named (1, id);
    g_assert_true (cg_export_attachments (path, one, area, area_id, &error));
    g_clear_pointer (&text, g_free);
    g_file_get_contents (path, &text, NULL, NULL);
    g_assert_cmpstr (text, ==, "id,grid_id\na1,10\n");
    g_assert_cmpuint (files_in (dir), ==, 1);
    cg_test_remove_dir (dir);
}

static void
test_fails_cleanly (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *missing = g_build_filename (dir, "missing", "out.csv", NULL);
    g_autofree char *taken = g_build_filename (dir, "taken", NULL);
    g_autoptr (CgPlaces) places = cg_places_new (CG_PLACE_INCIDENT, 0);
    g_autoptr (GError) error = NULL;
    g_assert_false (cg_export_attachments (missing, places, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
    g_assert_nonnull (strstr (error->message, missing));
    g_clear_error (&error);
    /* The target is a directory. */
    g_mkdir (taken, 0755);
    g_assert_false (cg_export_attachments (taken, places, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
    g_assert_cmpuint (files_in (dir), ==, 1);
    g_clear_error (&error);
    g_assert_false (cg_export_attachments ("/proc/out.csv", places, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
    cg_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/attachments/text", test_text);
    g_test_add_func ("/attachments/fails-cleanly", test_fails_cleanly);
    return g_test_run ();
}
