/* Making county files: config, working CRS, samples. */
#include <string.h>

#include "app/county.h"
#include "app/sample.h"
#include "sample/sample.h"
#include "small_county.h"
#include "support.h"

typedef struct {
    char *dir, *path, *ini;
} Place;

static void
place_open (Place *place, const char *ini)
{
    g_autoptr (GError) error = NULL;
    place->dir = cg_test_dir ();
    place->path = g_build_filename (place->dir, "county.sqlite", NULL);
    place->ini = g_build_filename (place->dir, "county.ini", NULL);
    if (ini != NULL)
        g_assert_true (g_file_set_contents (place->ini, ini, -1, &error));
    g_assert_no_error (error);
}

static void
place_close (Place *place)
{
    g_free (place->path);
    g_free (place->ini);
    cg_test_remove_dir (place->dir);
}

static void
test_config (void)
{
    Place place;
    g_autoptr (GError) error = NULL;
    place_open (&place, "[county]\nname=小县\nworking_crs=EPSG:4545\n");
    g_assert_true (cg_county_init (place.path, place.ini, &error));
    g_assert_no_error (error);
    g_autoptr (CgStore) store = cg_store_open (place.path, CG_STORE_READ, &error);
    g_autoptr (CgConfig) config = cg_county_config (store, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (config->county_name, ==, "小县");
    g_assert_cmpuint (config->households_target, ==, 400);
    g_assert_cmpstr (cg_store_working_crs (store), ==, "EPSG:4545");
    g_assert_false (cg_county_crs_is_open (store, &error));
    g_assert_no_error (error);
    place_close (&place);
}

/* A bad config makes no file; a file that is there stays. */
static void
test_refused (void)
{
    static const char *const bad[] = { "[county]\nnmae=x\n", "no ini at all",
                                       "[county]\nname=\xff\n" };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        Place place;
        g_autoptr (GError) error = NULL;
        place_open (&place, bad[i]);
        g_assert_false (cg_county_init (place.path, place.ini, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
        g_assert_false (g_file_test (place.path, G_FILE_TEST_EXISTS));
        place_close (&place);
    }
    Place place;
    g_autoptr (GError) error = NULL;
    place_open (&place, NULL);
    g_assert_true (cg_county_init (place.path, NULL, &error));
    g_assert_false (cg_county_init (place.path, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CONFLICT);
    g_clear_error (&error);
    g_autofree char *no_ini = g_build_filename (place.dir, "none.ini", NULL);
    g_autofree char *other = g_build_filename (place.dir, "other.sqlite", NULL);
    g_assert_false (cg_county_init (other, no_ini, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    place_close (&place);
}

/* An empty file is made again for the first import's zone, with its config; a second zone is not
 * taken. */
static void
test_remake (void)
{
    Place place;
    g_autoptr (GError) error = NULL;
    place_open (&place, "[county]\nname=小县\n");
    g_assert_true (cg_county_init (place.path, place.ini, &error));
    CgStore *store = cg_county_open_for_import (place.path, "EPSG:4545", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (cg_store_working_crs (store), ==, "EPSG:4545");
    g_autoptr (CgConfig) config = cg_county_config (store, &error);
    g_assert_cmpstr (config->county_name, ==, "小县");
    cg_store_close (store);
    store = cg_county_open_for_import (place.path, "EPSG:4547", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (cg_store_working_crs (store), ==, "EPSG:4545");
    cg_store_close (store);
    g_autoptr (GDir) dir = g_dir_open (place.dir, 0, &error);
    const char *name;
    while ((name = g_dir_read_name (dir)) != NULL)
        g_assert_null (strstr (name, ".new"));
    place_close (&place);
}

static char *
digest_of (CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = cg_store_load_units (store, &error);
    g_assert_no_error (error);
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    for (guint32 i = 0; i < units->n; i++)
        g_checksum_update (sum, (const guchar *) units->id[i], -1);
    g_checksum_update (sum, (const guchar *) units->households, units->n * sizeof (guint32));
    return g_strdup (g_checksum_get_string (sum));
}

/* Into a new file and into an empty county alike; never over one that holds data. */
static void
test_sample (void)
{
    Place place;
    g_autoptr (GError) error = NULL;
    place_open (&place, NULL);
    CgSampleOptions options = { .seed = 7, .until_s = SMALL_NOW_S, .days = 2 };
    g_assert_true (cg_sample_into (place.path, &options, NULL, NULL, &error));
    g_assert_no_error (error);
    g_autofree char *empty = g_build_filename (place.dir, "empty.sqlite", NULL);
    g_assert_true (cg_county_init (empty, NULL, &error));
    g_assert_true (cg_sample_into (empty, &options, NULL, NULL, &error));
    g_assert_no_error (error);
    g_autoptr (CgStore) first = cg_store_open (place.path, CG_STORE_READ, &error);
    g_autoptr (CgStore) second = cg_store_open (empty, CG_STORE_READ, &error);
    g_assert_no_error (error);
    g_autofree char *one = digest_of (first), *two = digest_of (second);
    g_assert_cmpstr (one, ==, two);
    g_assert_cmpstr (cg_store_working_crs (first), ==, cg_store_working_crs (second));
    gint64 version = cg_store_data_version (first);
    options.seed = 8;
    g_assert_false (cg_sample_into (place.path, &options, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CONFLICT);
    g_clear_error (&error);
    g_assert_cmpint (cg_store_data_version (first), ==, version);
    g_autofree char *third = g_build_filename (place.dir, "third.sqlite", NULL);
    options.preset = "atlantis";
    g_assert_false (cg_sample_into (third, &options, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    g_assert_false (g_file_test (third, G_FILE_TEST_EXISTS));
    place_close (&place);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/county/config", test_config);
    g_test_add_func ("/app/county/refused", test_refused);
    g_test_add_func ("/app/county/remake", test_remake);
    g_test_add_func ("/app/county/sample", test_sample);
    return g_test_run ();
}
