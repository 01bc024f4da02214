/* What a path may be, who may write, schemas, a disk that fails, threads, speed. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "store/lock.h"
#include "store/store_internal.h"

static void
assert_refused (const char *path, CgStoreMode mode, CgError code, const char *part)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStore) store = cg_store_open (path, mode, &error);
    assert_failed (store != NULL, &error, code, part);
}

static char *
write_file (Fixture *f, const char *name, const char *bytes, gsize length)
{
    char *path = g_build_filename (f->dir, name, NULL);
    g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
    return path;
}

static void
test_strangers (Fixture *f, gconstpointer unused)
{
    static const CgStoreMode modes[] = { CG_STORE_READ, CG_STORE_WRITE };
    fill (f->store);
    fixture_close (f);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
    g_autofree char *none = g_build_filename (f->dir, "none.sqlite", NULL);
    g_autofree char *below = g_build_filename (f->path, "county.sqlite", NULL);
    g_autofree char *empty = write_file (f, "empty", "", 0);
    g_autofree char *text = write_file (f, "text", "id,households\n1,2\n", 18);
    g_autofree char *half = write_file (f, "half", bytes, length / 2);
    g_autofree char *head = write_file (f, "head", bytes, 100);
    memset (bytes + 4096, 0x5a, length - 4096);
    g_autofree char *garbage = write_file (f, "garbage", bytes, length);
    g_autofree char *other = g_build_filename (f->dir, "other", NULL),
                    *fifo = g_build_filename (f->dir, "fifo", NULL);
    sqlite3 *handle = NULL;
    sqlite3_open (other, &handle);
    sqlite3_exec (handle, "CREATE TABLE t (x)", NULL, NULL, NULL);
    sqlite3_close (handle);
    g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
    for (guint m = 0; m < 2; m++) {
        assert_refused (none, modes[m], CG_ERROR_NOT_FOUND, "no such");
        assert_refused (below, modes[m], CG_ERROR_NOT_FOUND, "no such");
        assert_refused (f->dir, modes[m], CG_ERROR_STORE, "directory");
        assert_refused (fifo, modes[m], CG_ERROR_STORE, "not a file");
        assert_refused (empty, modes[m], CG_ERROR_INPUT, "empty");
        assert_refused (text, modes[m], CG_ERROR_INPUT, "not a county file");
        assert_refused (other, modes[m], CG_ERROR_INPUT, "another program");
        assert_refused (half, modes[m], CG_ERROR_STORE, "malformed");
        assert_refused (head, modes[m], CG_ERROR_STORE, "");
        assert_refused (garbage, modes[m], CG_ERROR_STORE, "");
    }
    g_assert_false (g_file_test (none, G_FILE_TEST_EXISTS));
}

static void
test_create_refused (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *deep = g_build_filename (f->dir, "a", "b.sqlite", NULL),
                    *new = g_build_filename (f->dir, "n", NULL);
    assert_failed (cg_store_create (f->path, CRS, "", &error) != NULL, &error, CG_ERROR_CONFLICT,
                   "exists");
    assert_failed (cg_store_create (f->dir, CRS, "", &error) != NULL, &error, CG_ERROR_CONFLICT,
                   "exists");
    assert_failed (cg_store_create (deep, CRS, "", &error) != NULL, &error, CG_ERROR_NOT_FOUND,
                   "folder");
    assert_failed (cg_store_create (new, "gcj02", "", &error) != NULL, &error, CG_ERROR_ARGUMENT,
                   "gcj02");
    assert_failed (cg_store_create (new, "EPSG:4545x", "", &error) != NULL, &error,
                   CG_ERROR_ARGUMENT, "EPSG:4545x");
    assert_failed (cg_store_create (new, "EPSG:99999", "", &error) != NULL, &error, CG_ERROR_INPUT,
                   "99999");
    assert_failed (cg_store_create (new, "EPSG:4490", "", &error) != NULL, &error,
                   CG_ERROR_ARGUMENT, "metres");
    assert_failed (cg_store_create (new, CRS, "\xff", &error) != NULL, &error, CG_ERROR_INPUT,
                   "UTF-8");
    g_assert_false (g_file_test (new, G_FILE_TEST_EXISTS));
}

/* A stranger's file next to ours must not be touched, not even its time. */
static void
test_foreign_file_untouched (Fixture *f, gconstpointer unused)
{
    g_autofree char *other = g_build_filename (f->dir, "other.gpkg", NULL), *before = NULL,
                    *after = NULL;
    sqlite3 *handle = NULL;
    gsize n = 0, m = 0;
    sqlite3_open (other, &handle);
    sqlite3_exec (handle, "PRAGMA application_id=1196444487; CREATE TABLE t (x)", NULL, NULL, NULL);
    sqlite3_close (handle);
    g_assert_true (g_file_get_contents (other, &before, &n, NULL));
    assert_refused (other, CG_STORE_WRITE, CG_ERROR_INPUT, "another program");
    g_assert_true (g_file_get_contents (other, &after, &m, NULL));
    g_assert_cmpmem (before, n, after, m);
    g_autofree char *wal = g_strconcat (other, "-wal", NULL),
                    *lock = g_strconcat (other, "-writer", NULL);
    g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS) ||
                    g_file_test (lock, G_FILE_TEST_EXISTS));
}

static void
test_reader_writes_nothing (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (2, 2, 5);
    fixture_open (f, CG_STORE_READ);
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_ARGUMENT,
                   "reading only");
    assert_failed (cg_store_begin (f->store, &error), &error, CG_ERROR_ARGUMENT, "reading only");
}

/* As somebody who may only read the file: root may do everything, so another user tries. */
static void
test_read_only_file (Fixture *f, gconstpointer unused)
{
    if (geteuid () != 0) {
        g_test_skip ("needs root, to become a user without rights");
        return;
    }
    fixture_close (f);
    g_assert_cmpint (g_chmod (f->path, 0444), ==, 0);
    g_assert_cmpint (g_chmod (f->dir, 0755), ==, 0);
    pid_t child = fork ();
    if (child == 0) {
        g_autoptr (GError) error = NULL;
        if (setgid (65534) != 0 || setuid (65534) != 0)
            _exit (9);
        CgStore *store = cg_store_open (f->path, CG_STORE_WRITE, &error);
        _exit (store != NULL                                                              ? 8
               : error->code == CG_ERROR_STORE && strstr (error->message, "only be read") ? 0
                                                                                          : 7);
    }
    int status = 0;
    waitpid (child, &status, 0);
    g_assert_cmpint (status, ==, 0);
}

static void
test_one_writer (Fixture *f, gconstpointer unused)
{
    g_autofree char *me = g_strdup_printf ("process %d", (int) getpid ());
    g_autofree char *link = g_build_filename (f->dir, "link.sqlite", NULL);
    assert_refused (f->path, CG_STORE_WRITE, CG_ERROR_CONFLICT, me); /* in this process */
    g_assert_cmpint (symlink (f->path, link), ==, 0);
    assert_refused (link, CG_STORE_WRITE, CG_ERROR_CONFLICT, me); /* by another name */
    pid_t child = fork ();
    if (child == 0) {
        g_autoptr (GError) error = NULL;
        CgStore *store = cg_store_open (f->path, CG_STORE_WRITE, &error);
        _exit (store != NULL                                                             ? 8
               : error->code == CG_ERROR_CONFLICT && strstr (error->message, me) != NULL ? 0
                                                                                         : 7);
    }
    int status = 0;
    waitpid (child, &status, 0);
    g_assert_cmpint (status, ==, 0);
    fixture_open (f, CG_STORE_WRITE); /* closed and opened again */
    fixture_close (f);
    g_autofree char *lock = g_strconcat (f->path, "-writer", NULL);
    g_assert_false (g_file_test (lock, G_FILE_TEST_EXISTS));
}

static void
test_network_file_systems (void)
{
    g_assert_true (cg_is_network_file_system (0x6969));
    g_assert_true (cg_is_network_file_system ((long) 0xff534d42));
    g_assert_true (
        cg_is_network_file_system ((int) 0xff534d42));       /* f_type is signed on some machines */
    g_assert_false (cg_is_network_file_system (0xef53));     /* ext4 */
    g_assert_false (cg_is_network_file_system (0x01021994)); /* tmpfs */
    g_assert_false (cg_is_network_file_system (0x794c7630)); /* overlayfs */
}

/* ---- schema ---------------------------------------- */

static gboolean
fill_old (CgDb *db, gpointer user_data, GError **error)
{
    return cg_store_migrate (db, 2, TRUE, error) &&
           db->driver->exec (db,
                             "INSERT INTO setting VALUES ('working_crs', '" CRS "');"
                             "INSERT INTO seal VALUES ('setting', 0, '')",
                             error);
}

static void
test_migrates (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *old = g_build_filename (f->dir, "old.sqlite", NULL);
    int newest = cg_store_newest_schema (&cg_driver_spatialite);
    g_assert_true (cg_driver_spatialite.create (old, 4545, fill_old, NULL, &error));
    g_assert_cmpint (ask (old, "PRAGMA user_version"), ==, 2);
    assert_refused (old, CG_STORE_READ, CG_ERROR_STORE, "for writing");
    g_autoptr (CgStore) store = cg_store_open (old, CG_STORE_WRITE, &error);
    g_assert_no_error (error);
    g_autoptr (GPtrArray) plans = cg_store_list_plans (store, &error);
    g_assert_no_error (error);
    g_assert_true (cg_store_put_setting (store, "config", "", &error));
    g_autofree char *problems = problems_of (store);
    g_assert_cmpstr (problems, ==, "");
    g_clear_pointer (&store, cg_store_close);
    g_assert_cmpint (ask (old, "PRAGMA user_version"), ==, newest);
    g_assert_cmpint (ask (old, "SELECT count(*) FROM schema_version"), ==, newest);
}

/* Units as a program of schema 6 left them: one mark for households and people. */
static gboolean
fill_marked (CgDb *db, gpointer user_data, GError **error)
{
    return cg_store_migrate (db, 6, TRUE, error) &&
           db->driver->exec (db,
                             "INSERT INTO setting VALUES ('working_crs', '" CRS "');"
                             "INSERT INTO unit_version VALUES (1, 2, 1, NULL);"
                             "INSERT INTO unit SELECT 1 + value, 1, 'u' || value, 10, 31, NULL, NULL, "
                             "NULL, NULL, 'urban', value, 7, ST_GeomFromText ('MULTIPOLYGON (((500000 "
                             "4000000, 500100 4000000, 500100 4000100, 500000 4000000)))', 4545) "
                             "FROM (SELECT 0 AS value UNION SELECT 1)",
                             error);
}

/* The chain over rows as the header of seal.c has it, a second time. (transfer full) */
static char *
chain_of (const char *path, const char *sql)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *st = NULL;
    char *digest = g_strdup ("");
    sqlite3_open (path, &handle);
    g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &st, NULL), ==, SQLITE_OK);
    while (sqlite3_step (st) == SQLITE_ROW) {
        g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
        g_checksum_update (sum, (const guchar *) digest, (gssize) strlen (digest));
        for (int c = 0; c < sqlite3_column_count (st); c++) {
            int type = sqlite3_column_type (st, c);
            guchar mark = type == SQLITE_INTEGER ? 1 : type == SQLITE_TEXT ? 3 : 4;
            guint64 number = type == SQLITE_INTEGER ? (guint64) sqlite3_column_int64 (st, c)
                                                    : (guint64) sqlite3_column_bytes (st, c);
            number = GUINT64_TO_LE (number);
            mark = type == SQLITE_NULL ? 0 : mark;
            g_checksum_update (sum, &mark, 1);
            if (mark > 0)
                g_checksum_update (sum, (const guchar *) &number, sizeof number);
            if (mark > 1)
                g_checksum_update (sum, sqlite3_column_blob (st, c), sqlite3_column_bytes (st, c));
        }
        g_free (digest);
        digest = g_strdup (g_checksum_get_string (sum));
    }
    sqlite3_finalize (st);
    sqlite3_close (handle);
    return digest;
}

/* Seals the rows of a query as an earlier program did. */
static void
seal_rows (const char *path, const char *scope, int n_rows, const char *sql)
{
    g_autofree char *digest = chain_of (path, sql);
    g_autofree char *seal =
        g_strdup_printf ("INSERT INTO seal VALUES ('%s', %d, '%s')", scope, n_rows, digest);
    damage (path, NULL, seal);
}

/* What one mark said of two figures is kept for both; the seal of old rows holds, and a mark that
 * changes by itself is damage. */
static void
test_old_estimates (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *old = g_build_filename (f->dir, "old.sqlite", NULL);
    g_assert_true (cg_driver_spatialite.create (old, 4545, fill_marked, NULL, &error));
    seal_rows (old, "setting", 1, "SELECT key, value FROM setting");
    seal_rows (old, "unit_version", 1, "SELECT * FROM unit_version");
    seal_rows (old, "unit\t1", 2,
               "SELECT unit_key, version, id, households, population, region, compound, "
               "villager_group, kept_grid, kind, estimated, source_row, geom FROM unit ORDER BY id");
    g_autoptr (CgStore) store = cg_store_open (old, CG_STORE_WRITE, &error);
    g_assert_no_error (error);
    g_autofree char *problems = problems_of (store);
    g_assert_cmpstr (problems, ==, "");
    g_autoptr (CgUnits) units = cg_store_load_units (store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (units->estimated[0], ==, 0);
    g_assert_cmpuint (units->estimated[1], ==, CG_ESTIMATED_HOUSEHOLDS | CG_ESTIMATED_POPULATION);
    g_clear_pointer (&store, cg_store_close);
    damage (old, "unit", "UPDATE unit SET population_estimated = 0");
    store = cg_store_open (old, CG_STORE_READ, &error);
    g_assert_no_error (error);
    g_autofree char *changed = problems_of (store);
    g_assert_nonnull (strstr (changed, "unit 1: contents are not what was stored"));
}

/* Every column of the file is described, with its unit and its privacy class, before it may exist.
 */
static void
test_dictionary (Fixture *f, gconstpointer unused)
{
    const char *source = g_getenv ("CG_SOURCE");
    g_autofree char *name =
        g_build_filename (source != NULL ? source : ".", "docs", "data-dictionary.md", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents (name, &text, NULL, NULL)) {
        g_test_skip ("docs/data-dictionary.md is not there (CG_SOURCE names the source folder)");
        return;
    }
    fixture_close (f);
    sqlite3 *handle = NULL;
    sqlite3_stmt *st = NULL;
    guint n = 0;
    sqlite3_open (f->path, &handle);
    sqlite3_prepare_v2 (handle,
                        "SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info (s.name) c "
                        "WHERE s.type = 'table' "
                        "AND s.sql LIKE '%STRICT%'",
                        -1, &st, NULL);
    for (; sqlite3_step (st) == SQLITE_ROW; n++) {
        g_autofree char *title =
            g_strdup_printf ("\n## %s\n", (const char *) sqlite3_column_text (st, 0));
        g_autofree char *column =
            g_strdup_printf ("\n| %s | ", (const char *) sqlite3_column_text (st, 1));
        const char *section = strstr (text, title);
        const char *end = section != NULL ? strstr (section + 1, "\n## ") : NULL;
        if (section == NULL ||
            g_strstr_len (section, end != NULL ? end - section : -1, column) == NULL)
            g_error ("the data dictionary lacks column %s of%s", column, title);
    }
    sqlite3_finalize (st);
    sqlite3_close (handle);
    g_assert_cmpuint (n, >, 150);
}

static void
test_newer_schema (Fixture *f, gconstpointer unused)
{
    fixture_close (f);
    damage (f->path, NULL, "PRAGMA user_version = 900");
    assert_refused (f->path, CG_STORE_READ, CG_ERROR_STORE, "newer program");
    assert_refused (f->path, CG_STORE_WRITE, CG_ERROR_STORE, "newer program");
}

/* ---- a disk that fails ---------------------------------------- */

static sqlite3_vfs shim, *real_vfs;
static sqlite3_io_methods shim_methods;
static const sqlite3_io_methods *real_methods;
static gint fail_syncs;

static int
shim_sync (sqlite3_file *file, int flags)
{
    return g_atomic_int_get (&fail_syncs) ? SQLITE_IOERR_FSYNC : real_methods->xSync (file, flags);
}

static int
shim_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    int code = real_vfs->xOpen (real_vfs, name, file, flags, out_flags);
    if (code != SQLITE_OK || file->pMethods == NULL || (flags & SQLITE_OPEN_WAL) == 0)
        return code;
    real_methods = file->pMethods;
    shim_methods = *real_methods;
    shim_methods.xSync = shim_sync;
    file->pMethods = &shim_methods;
    return code;
}

/* SQLite itself would go on acknowledging after the first failed fsync; we must not. */
static void
test_failed_sync (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (3, 3, 5), more = make_units (4, 4, 5);
    fixture_close (f);
    real_vfs = sqlite3_vfs_find (NULL);
    shim = *real_vfs;
    shim.zName = "failing";
    shim.xOpen = shim_open;
    g_assert_cmpint (sqlite3_vfs_register (&shim, 1), ==, SQLITE_OK);
    fixture_open (f, CG_STORE_WRITE);
    g_assert_true (cg_store_put_units (f->store, units, &error));
    g_atomic_int_set (&fail_syncs, 1);
    assert_failed (cg_store_put_units (f->store, more, &error), &error, CG_ERROR_STORE,
                   "I/O error");
    g_atomic_int_set (&fail_syncs, 0); /* the disk says all is well again: not to be believed */
    assert_failed (cg_store_put_units (f->store, more, &error), &error, CG_ERROR_STORE,
                   "no more changes");
    g_autoptr (CgUnits) still = cg_store_load_units (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (still->n, ==, 9);
    fixture_close (f);
    sqlite3_vfs_unregister (&shim);
    sqlite3_vfs_register (real_vfs, 1);
    fixture_open (f, CG_STORE_WRITE);
    /* Never acknowledged, so it may be there or not, but only as a whole. */
    g_autoptr (CgUnits) after = cg_store_load_units (f->store, &error);
    g_assert_true (after->n == 9 || after->n == 16);
    g_autofree char *problems = problems_of (f->store);
    g_assert_cmpstr (problems, ==, "");
    g_assert_true (cg_store_put_units (f->store, more, &error));
}

/* A damaged page met while writing stops all changes too. */
static void
test_damage_stops_writing (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    fill (f->store);
    fixture_close (f);
    damage (f->path, NULL, "UPDATE idx_camera_place_geom_node SET data = x'00'");
    fixture_open (f, CG_STORE_WRITE);
    g_autoptr (CgPlaces) cameras = make_places (CG_PLACE_CAMERA, 9);
    g_autoptr (CgUnits) units = make_units (3, 3, 5);
    assert_failed (cg_store_put_cameras (f->store, cameras, &error), &error, CG_ERROR_STORE,
                   "SQLite 267");
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_STORE,
                   "no more changes");
    g_autoptr (CgUnits) still = cg_store_load_units (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (still->n, ==, 12);
}

/* Bytes that this process has read so far. */
static guint64
bytes_read (void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents ("/proc/self/io", &text, NULL, NULL))
        return 0;
    return g_ascii_strtoull (strstr (text, "rchar: ") + 7, NULL, 10);
}

static guint64
bytes_to_open (Fixture *f, CgStoreMode mode)
{
    guint64 before = bytes_read ();
    fixture_open (f, mode);
    guint64 read = bytes_read () - before;
    fixture_close (f);
    return read;
}

/* The page that holds a text: of rows, which nobody reads to open the file. */
static void
spoil_page_of (const char *path, const char *text)
{
    g_autofree char *all = NULL;
    gsize size, at = 0, length = strlen (text);
    char page[4096];
    g_assert_true (g_file_get_contents (path, &all, &size, NULL));
    while (at + length <= size && memcmp (all + at, text, length) != 0)
        at++;
    g_assert_cmpuint (at + length, <=, size);
    int fd = g_open (path, O_RDWR);
    memset (page, 0xee, sizeof page);
    g_assert_cmpint (pwrite (fd, page, sizeof page, (off_t) (at / 4096 * 4096)), ==, sizeof page);
    close (fd);
}

/* Who opens again and again reads the pages once, and once more when anybody else has touched the file. */
static void
test_open_again (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    struct stat file;
    fill (f->store);
    fixture_close (f);
    guint64 whole = bytes_to_open (f, CG_STORE_WRITE);
    if (whole == 0 || stat (f->path, &file) != 0) {
        g_test_skip ("/proc/self/io is not there");
        return;
    }
    guint64 pages = (guint64) file.st_size / 2; /* SQLite's cache may have some of them */
    g_assert_cmpuint (bytes_to_open (f, CG_STORE_WRITE_AGAIN) + pages, <, whole);
    g_assert_cmpuint (bytes_to_open (f, CG_STORE_WRITE_AGAIN) + pages, <, whole);
    spoil_page_of (f->path, "u00003");
    g_assert_null (cg_store_open (f->path, CG_STORE_WRITE_AGAIN, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_STORE);
    g_assert_nonnull (strstr (error->message, "is damaged"));
}

/* ---- threads ---------------------------------------- */

typedef struct {
    const char *path;
    gint stop, n_loads, n_torn;
} Shared;

static gpointer
read_on (gpointer user_data)
{
    Shared *shared = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgStore) store = cg_store_open (shared->path, CG_STORE_READ, &error);
    g_assert_no_error (error);
    while (!g_atomic_int_get (&shared->stop)) {
        g_autoptr (CgUnits) units = cg_store_load_units (store, &error);
        g_assert_no_error (error);
        for (guint32 i = 0; i < units->n; i++)
            if (units->households[i] != units->households[0] || units->n != 400)
                g_atomic_int_inc (&shared->n_torn);
        g_autoptr (CgPlaces) incidents =
            cg_store_load_incidents (store, CG_TIME_NONE, CG_TIME_NONE, &error);
        g_assert_no_error (error);
        if (incidents->n % 50 != 0)
            g_atomic_int_inc (&shared->n_torn);
        g_atomic_int_inc (&shared->n_loads);
    }
    return NULL;
}

static void
test_readers_and_writer (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (20, 20, 0);
    g_autoptr (CgPlaces) places = make_places (CG_PLACE_INCIDENT, 50);
    Shared shared = { .path = f->path };
    GThread *threads[4];
    g_assert_true (cg_store_put_units (f->store, units, &error));
    for (guint t = 0; t < 4; t++)
        threads[t] = g_thread_new ("reader", read_on, &shared);
    for (guint32 round = 1; round <= 40 || g_atomic_int_get (&shared.n_loads) < 20; round++) {
        for (guint32 i = 0; i < units->n; i++)
            units->households[i] = round;
        for (guint32 i = 0; i < places->n; i++) {
            g_free (places->id[i]);
            places->id[i] = g_strdup_printf ("r%u-%u", round, i);
        }
        g_assert_true (cg_store_put_units (f->store, units, &error));
        g_assert_true (cg_store_put_incidents (f->store, places, NULL, &error));
    }
    g_atomic_int_set (&shared.stop, 1);
    for (guint t = 0; t < 4; t++)
        g_thread_join (threads[t]);
    g_test_message ("%d loads beside the writer, %d torn", shared.n_loads, shared.n_torn);
    g_assert_cmpint (shared.n_torn, ==, 0);
    g_autofree char *problems = problems_of (f->store);
    g_assert_cmpstr (problems, ==, "");
}

/* ---- speed ---------------------------------------- */

/* Units of 74 vertices: 5000 of them have 370 000, as the base areas of a mountain county do. */
static CgUnits *
make_heavy_units (guint32 n)
{
    CgUnits *units = make_units (n, 1, 50);
    g_clear_pointer (&units->shapes, cg_shapes_free);
    units->shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 i = 0; i < n; i++) {
        double x = 500000 + (i % 100) * 100.0, y = 4000000 + i / 100 * 100.0;
        for (guint k = 0; k < 73; k++)
            cg_shapes_add_vertex (units->shapes, x + (k < 37 ? k : 73 - k) * 1.25,
                                  y + (k < 37 ? 0 : 90) + (k % 5) * 0.3);
        cg_shapes_add_vertex (units->shapes, x, y);
        cg_shapes_end_ring (units->shapes);
        cg_shapes_end_part (units->shapes);
        cg_shapes_end_shape (units->shapes);
    }
    return units;
}

static void
test_speed (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_heavy_units (5000);
    g_autoptr (CgPlaces) places = make_places (CG_PLACE_INCIDENT, 100000);
    g_assert_cmpuint (units->shapes->n_vertices, ==, 370000);
    g_autoptr (GTimer) timer = g_timer_new ();
    g_assert_true (cg_store_put_units (f->store, units, &error));
    double put_units = g_timer_elapsed (timer, NULL);
    g_timer_start (timer);
    g_autoptr (CgUnits) back = cg_store_load_units (f->store, &error);
    double load_units = g_timer_elapsed (timer, NULL);
    g_timer_start (timer);
    g_assert_true (cg_store_put_incidents (f->store, places, NULL, &error));
    double put_incidents = g_timer_elapsed (timer, NULL);
    g_timer_start (timer);
    g_autoptr (CgPlaces) loaded =
        cg_store_load_incidents (f->store, CG_TIME_NONE, CG_TIME_NONE, &error);
    double load_incidents = g_timer_elapsed (timer, NULL);
    g_timer_start (timer);
    g_autofree char *problems = problems_of (f->store);
    double check = g_timer_elapsed (timer, NULL);
    g_assert_no_error (error);
    g_assert_cmpuint (loaded->n, ==, 100000);
    g_assert_cmpstr (problems, ==, "");
    g_test_message ("5000 units: put %.2f s, load %.2f s; 100 000 incidents: put %.2f s, load %.2f "
                    "s; check %.2f s",
                    put_units, load_units, put_incidents, load_incidents, check);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("/store/open/strangers", test_strangers);
    ADD ("/store/open/create-refused", test_create_refused);
    ADD ("/store/open/foreign-file-untouched", test_foreign_file_untouched);
    ADD ("/store/open/reader-writes-nothing", test_reader_writes_nothing);
    ADD ("/store/open/read-only-file", test_read_only_file);
    ADD ("/store/open/one-writer", test_one_writer);
    g_test_add_func ("/store/open/network-file-systems", test_network_file_systems);
    ADD ("/store/open/migrates", test_migrates);
    ADD ("/store/open/old-estimates", test_old_estimates);
    ADD ("/store/open/newer-schema", test_newer_schema);
    ADD ("/store/open/dictionary", test_dictionary);
    ADD ("/store/open/failed-sync", test_failed_sync);
    ADD ("/store/open/damage-stops-writing", test_damage_stops_writing);
    ADD ("/store/open/again", test_open_again);
    ADD ("/store/open/readers-and-writer", test_readers_and_writer);
    ADD ("/store/open/speed", test_speed);
    return g_test_run ();
}
