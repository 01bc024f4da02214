/* The SQLite + SpatiaLite driver: a county is one file.
 *
 * Durability rests on four rules: WAL with synchronous=FULL; one writer, which also does every
 * checkpoint (SQLite 3.40 can damage a WAL that two connections checkpoint at once); readers that
 * cannot write at all; and after a failed fsync or a damaged page nothing is acknowledged any more.
 */
#include <sqlite3.h>

#include <spatialite.h>
#include <string.h>
#include <sys/stat.h>

#include "store/blob.h"
#include "store/county_file.h"
#include "store/driver.h"
#include "store/lock.h"

#define MAX_PARAMETERS 24
#define BUSY_MS 10000

typedef struct {
    CgDb base;
    sqlite3 *handle;
    void *cache; /* SpatiaLite's, one for each connection */
    char *path;
    gboolean write;
    CgWriterLock lock;
    char *broken; /* why this connection writes no more, or NULL */
    gint64 checked_us; /* when all pages were last looked at; 0: not */
    sqlite3_stmt *begin_read, *end_read; /* NULL: not used yet */
} Db;

typedef struct {
    CgStatement base;
    sqlite3_stmt *handle;
    int index_of[MAX_PARAMETERS + 1]; /* SQLite numbers $n by first appearance */
    gint64 changes;
} Statement;

/* GEOS and PROJ set up process-wide tables with the first context; that is not safe in two threads
 * at once. */
static GMutex start_lock;

/* How a file and its log were when this process last closed it after writing: with start_lock. */
typedef struct {
    struct {
        dev_t device;
        ino_t number;
        off_t size;
        struct timespec modified, changed;
    } file[2];
    gint64 checked_us; /* 0: nothing is known */
} Left;
static Left last_left;

/* Pages go bad without being written, too. */
#define CHECK_AGAIN_US (24 * 3600 * (gint64) G_USEC_PER_SEC)

static void db_close (CgDb *base);
static CgDb *db_open (const char *where, CgDbOpen how, GError **error);

/* ---- errors ---------------------------------------- */

static CgError
error_code_of (int code, const char *message)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        if (code != SQLITE_CONSTRAINT_TRIGGER)
            return CG_ERROR_INPUT;
        return g_str_has_prefix (message, "geometry of ") ? CG_ERROR_GEOMETRY : CG_ERROR_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return CG_ERROR_CONFLICT;
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
        return CG_ERROR_LIMIT;
    case SQLITE_INTERRUPT:
        return CG_ERROR_CANCELLED;
    default:
        return CG_ERROR_STORE;
    }
}

/* After a failed write or sync the kernel may have dropped pages and called them clean: what is on
 * the disk is unknown, so nothing more is acknowledged and the last checkpoint is left to a fresh
 * process. */
static void
note_damage (Db *db, int code, const char *message)
{
    int kind = code & 0xff;
    gboolean damaged = kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB ||
                       (kind == SQLITE_IOERR && code != SQLITE_IOERR_NOMEM);
    if (!damaged || db->broken != NULL)
        return;
    db->broken = g_strdup_printf ("%s (%d)", message, code);
    sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

static gboolean
fail (Db *db, GError **error)
{
    int code = sqlite3_extended_errcode (db->handle);
    const char *message = sqlite3_errmsg (db->handle);
    note_damage (db, code, message);
    CgError kind = error_code_of (code, message);
    if (kind == CG_ERROR_STORE)
        g_set_error (error, CG_ERROR, kind, "%s: %s (SQLite %d)", db->path, message, code);
    else
        g_set_error_literal (error, CG_ERROR, kind, message);
    return FALSE;
}

/* ---- statements ---------------------------------------- */

static gboolean
db_exec (CgDb *base, const char *script, GError **error)
{
    Db *db = (Db *) base;
    return sqlite3_exec (db->handle, script, NULL, NULL, NULL) == SQLITE_OK || fail (db, error);
}

static CgStatement *
db_prepare (CgDb *base, const char *sql, GError **error)
{
    Db *db = (Db *) base;
    sqlite3_stmt *handle = NULL;
    if (sqlite3_prepare_v2 (db->handle, sql, -1, &handle, NULL) != SQLITE_OK) {
        fail (db, error);
        return NULL;
    }
    Statement *statement = g_new0 (Statement, 1);
    statement->base.db = base;
    statement->handle = handle;
    for (int n = 1; n <= MAX_PARAMETERS; n++) {
        char name[8];
        g_snprintf (name, sizeof name, "$%d", n);
        statement->index_of[n] = sqlite3_bind_parameter_index (handle, name);
    }
    return &statement->base;
}

static void
note_bind (Statement *statement, int n, int code)
{
    if (code != SQLITE_OK && statement->base.bind_problem == NULL)
        statement->base.bind_problem =
            g_strdup_printf ("value %d cannot be stored: %s", n, sqlite3_errstr (code));
}

static int
parameter (Statement *statement, int n)
{
    g_assert (n >= 1 && n <= MAX_PARAMETERS);
    return statement->index_of[n];
}

static void
st_bind_int (CgStatement *base, int n, gint64 value)
{
    Statement *st = (Statement *) base;
    note_bind (st, n, sqlite3_bind_int64 (st->handle, parameter (st, n), value));
}

static void
st_bind_real (CgStatement *base, int n, double value)
{
    Statement *st = (Statement *) base;
    note_bind (st, n, sqlite3_bind_double (st->handle, parameter (st, n), value));
}

static void
st_bind_text (CgStatement *base, int n, const char *value)
{
    Statement *st = (Statement *) base;
    note_bind (st, n,
               sqlite3_bind_text (st->handle, parameter (st, n), value, -1, SQLITE_TRANSIENT));
}

static void
st_bind_bytes (CgStatement *base, int n, GBytes *value)
{
    Statement *st = (Statement *) base;
    gsize length = 0;
    gconstpointer data = g_bytes_get_data (value, &length);
    note_bind (st, n,
               sqlite3_bind_blob64 (st->handle, parameter (st, n), data, length, SQLITE_TRANSIENT));
}

static void
st_bind_null (CgStatement *base, int n)
{
    Statement *st = (Statement *) base;
    note_bind (st, n, sqlite3_bind_null (st->handle, parameter (st, n)));
}

/* The first characters of a damaged text, fit for one line of a terminal. (transfer full) */
static char *
show_damaged (const char *text)
{
    enum { SHOWN = 60 };
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    GString *shown = g_string_new (NULL);
    guint count = 0;
    for (const char *at = valid; *at != '\0' && count < SHOWN; at = g_utf8_next_char (at), count++) {
        gunichar c = g_utf8_get_char (at);
        g_string_append_unichar (shown, g_unichar_isprint (c) ? c : '?');
    }
    return g_string_free (shown, FALSE);
}

/* Only UTF-8 is ever stored: another text comes from a damaged page, and no reader of ours expects it. */
static gboolean
check_texts (Db *db, sqlite3_stmt *row, GError **error)
{
    for (int column = 0; column < sqlite3_column_count (row); column++) {
        if (sqlite3_column_type (row, column) != SQLITE_TEXT)
            continue;
        const char *text = (const char *) sqlite3_column_text (row, column);
        if (text == NULL || g_utf8_validate (text, -1, NULL))
            continue;
        g_autofree char *shown = show_damaged (text);
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "%s: a stored text is damaged: %s", db->path, shown);
        return FALSE;
    }
    return TRUE;
}

static gboolean
st_step (CgStatement *base, gboolean *out_row, GError **error)
{
    Statement *st = (Statement *) base;
    Db *db = (Db *) base->db;
    int before = sqlite3_total_changes (db->handle);
    int code = sqlite3_step (st->handle);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        fail (db, error);
        sqlite3_reset (st->handle);
        return FALSE;
    }
    /* sqlite3_changes keeps the figure of an earlier statement when a conflict made this one do
     * nothing. */
    st->changes = sqlite3_total_changes (db->handle) == before ? 0 : sqlite3_changes (db->handle);
    *out_row = code == SQLITE_ROW;
    return !*out_row || check_texts (db, st->handle, error);
}

static void
st_reset (CgStatement *base)
{
    sqlite3_reset (((Statement *) base)->handle);
}

static void
st_renew (CgStatement *base)
{
    Statement *st = (Statement *) base;
    sqlite3_reset (st->handle);
    sqlite3_clear_bindings (st->handle);
    st->changes = 0;
}

static void
st_finish (CgStatement *base)
{
    sqlite3_finalize (((Statement *) base)->handle);
    g_free (base);
}

static gint64
st_changes (CgStatement *base)
{
    return ((Statement *) base)->changes;
}

static int
st_n_columns (CgStatement *base)
{
    return sqlite3_column_count (((Statement *) base)->handle);
}

static CgCellType
st_type (CgStatement *base, int column)
{
    switch (sqlite3_column_type (((Statement *) base)->handle, column)) {
    case SQLITE_INTEGER:
        return CG_CELL_INT;
    case SQLITE_FLOAT:
        return CG_CELL_REAL;
    case SQLITE_TEXT:
        return CG_CELL_TEXT;
    case SQLITE_BLOB:
        return CG_CELL_BYTES;
    default:
        return CG_CELL_NULL;
    }
}

static gint64
st_get_int (CgStatement *base, int column)
{
    return sqlite3_column_int64 (((Statement *) base)->handle, column);
}

static double
st_get_real (CgStatement *base, int column)
{
    return sqlite3_column_double (((Statement *) base)->handle, column);
}

static const char *
st_get_text (CgStatement *base, int column)
{
    return (const char *) sqlite3_column_text (((Statement *) base)->handle, column);
}

static const guint8 *
st_get_bytes (CgStatement *base, int column, gsize *out)
{
    sqlite3_stmt *handle = ((Statement *) base)->handle;
    const guint8 *data = sqlite3_column_blob (handle, column);
    *out = data != NULL ? (gsize) sqlite3_column_bytes (handle, column) : 0;
    return data;
}

/* ---- transactions ---------------------------------------- */

/* Whoever reads does so in a transaction: these two are run all the time. */
static gboolean
run_kept (Db *db, sqlite3_stmt **kept, const char *sql)
{
    if (*kept == NULL && sqlite3_prepare_v3 (db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, kept,
                                             NULL) != SQLITE_OK)
        return FALSE;
    gboolean good = sqlite3_step (*kept) == SQLITE_DONE;
    sqlite3_reset (*kept);
    return good;
}

static gboolean
db_begin (CgDb *base, gboolean write, GError **error)
{
    Db *db = (Db *) base;
    if (write && !db->write) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s is open for reading only", db->path);
        return FALSE;
    }
    if (write && db->broken != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE,
                     "%s takes no more changes since a failure: %s", db->path, db->broken);
        return FALSE;
    }
    return write ? db_exec (base, "BEGIN IMMEDIATE", error)
                 : run_kept (db, &db->begin_read, "BEGIN") || fail (db, error);
}

static void
db_rollback (CgDb *base)
{
    Db *db = (Db *) base;
    if (sqlite3_get_autocommit (db->handle) == 0)
        run_kept (db, &db->end_read, "ROLLBACK");
}

static gboolean
db_commit (CgDb *base, GError **error)
{
    if (db_exec (base, "COMMIT", error))
        return TRUE;
    db_rollback (base);
    return FALSE;
}

static gboolean
db_flush (CgDb *base, GError **error)
{
    return db_exec (base, "PRAGMA wal_checkpoint(TRUNCATE)", error);
}

/* One integer that a pragma or query without parameters gives. */
static gboolean
get_number (Db *db, const char *sql, gint64 *out, GError **error)
{
    CgStatement *statement = db_prepare (&db->base, sql, error);
    if (statement == NULL)
        return FALSE;
    gboolean row = FALSE, good = st_step (statement, &row, error);
    if (good && row)
        *out = st_get_int (statement, 0);
    st_finish (statement);
    if (good && !row)
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "%s: no answer to %s", db->path, sql);
    return good && row;
}

static gboolean
db_get_schema (CgDb *base, int *out, GError **error)
{
    gint64 version = 0;
    if (!get_number ((Db *) base, "PRAGMA user_version", &version, error))
        return FALSE;
    *out = (int) version;
    return TRUE;
}

static gboolean
db_set_schema (CgDb *base, int version, GError **error)
{
    /* A pragma takes no parameter; an integer of ours is the whole of it. */
    g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %d", version);
    return db_exec (base, sql, error);
}

/* ---- connections ---------------------------------------- */

static int
authorise (void *unused, int action, const char *first, const char *second, const char *db,
           const char *trigger)
{
    gboolean denied = action == SQLITE_ATTACH || action == SQLITE_DETACH ||
                      (action == SQLITE_FUNCTION && g_strcmp0 (second, "load_extension") == 0);
    return denied ? SQLITE_DENY : SQLITE_OK;
}

static void
harden (sqlite3 *handle)
{
    sqlite3_db_config (handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
    sqlite3_limit (handle, SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
    sqlite3_limit (handle, SQLITE_LIMIT_SQL_LENGTH, 100 * 1024);
    sqlite3_limit (handle, SQLITE_LIMIT_COLUMN, 200);
    sqlite3_limit (handle, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    sqlite3_limit (handle, SQLITE_LIMIT_VDBE_OP, 250000);
    sqlite3_limit (handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit (handle, SQLITE_LIMIT_VARIABLE_NUMBER, MAX_PARAMETERS);
    sqlite3_limit (handle, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
    sqlite3_limit (handle, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_set_authorizer (handle, authorise, NULL);
}

/* A file that nobody can change where it lies is read without shared memory, which could not be
 * made there. */
static int
open_handle (const char *path, int flags, sqlite3 **out)
{
    if ((flags & SQLITE_OPEN_READWRITE) != 0 || !cg_county_file_is_fixed (path))
        return sqlite3_open_v2 (path, out, flags, NULL);
    g_autofree char *escaped = g_uri_escape_bytes ((const guint8 *) path, strlen (path), "/");
    g_autofree char *uri = g_strdup_printf ("file:%s?immutable=1", escaped);
    return sqlite3_open_v2 (uri, out, flags | SQLITE_OPEN_URI, NULL);
}

static Db *
connect_file (const char *path, gboolean write, GError **error)
{
    static gsize started = 0;
    Db *db = g_new0 (Db, 1);
    db->base.driver = &cg_driver_spatialite;
    db->path = g_strdup (path);
    db->write = write;
    db->lock = CG_WRITER_LOCK_NONE;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    g_mutex_lock (&start_lock);
    if (started == 0)
        spatialite_initialize ();
    started = 1;
    int code = open_handle (path, flags, &db->handle);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout (db->handle, BUSY_MS);
        db->cache = spatialite_alloc_connection ();
        spatialite_init_ex (db->handle, db->cache, 0);
        code = cg_blob_replace_functions (db->handle);
    }
    g_mutex_unlock (&start_lock);
    if (code != SQLITE_OK) {
        if (db->handle != NULL)
            fail (db, error);
        else
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "%s: no memory to open it", path);
        db_close (&db->base);
        return NULL;
    }
    return db;
}

/* A log without content is as good as none: readers make and leave such. */
static void
look_at_files (const char *path, Left *out)
{
    g_autofree char *log = g_strconcat (path, "-wal", NULL);
    const char *const names[] = { path, log };
    memset (out, 0, sizeof *out);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        struct stat now;
        if (stat (names[i], &now) != 0 || now.st_size == 0)
            continue;
        out->file[i].device = now.st_dev;
        out->file[i].number = now.st_ino;
        out->file[i].size = now.st_size;
        out->file[i].modified = now.st_mtim;
        out->file[i].changed = now.st_ctim;
    }
}

/* When the pages of a file that is just as this process left it were looked at; 0: it is not. */
static gint64
checked_when (const char *path)
{
    Left now;
    look_at_files (path, &now);
    g_mutex_lock (&start_lock);
    gboolean same = memcmp (now.file, last_left.file, sizeof now.file) == 0;
    gint64 checked_us = same ? last_left.checked_us : 0;
    g_mutex_unlock (&start_lock);
    return g_get_monotonic_time () - checked_us < CHECK_AGAIN_US ? checked_us : 0;
}

static void
db_close (CgDb *base)
{
    Db *db = (Db *) base;
    if (db == NULL)
        return;
    cg_db_forget (base);
    db_rollback (base);
    sqlite3_finalize (db->begin_read);
    sqlite3_finalize (db->end_read);
    g_mutex_lock (&start_lock);
    sqlite3_close (db->handle);
    if (db->cache != NULL)
        spatialite_cleanup_ex (db->cache);
    if (db->checked_us != 0) {
        look_at_files (db->path, &last_left);
        last_left.checked_us = db->broken == NULL ? db->checked_us : 0;
    }
    g_mutex_unlock (&start_lock);
    cg_writer_lock_release (&db->lock);
    g_free (db->path);
    g_free (db->broken);
    g_free (db);
}

static gboolean
set_pragmas (Db *db, GError **error)
{
    const char *both =
        "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY;"
        "PRAGMA cell_size_check=ON; PRAGMA cache_size=-32768; PRAGMA mmap_size=0;";
    const char *writer =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;"
        "PRAGMA journal_size_limit=67108864;";
    const char *reader = "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0;";
    if (!db->write)
        sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return db_exec (&db->base, both, error) &&
           db_exec (&db->base, db->write ? writer : reader, error);
}

/* ---- open ---------------------------------------- */

/* What a check of SQLite's says, as one line: "*** in database main ***" and a line break stand before
 * what it found on pages. (transfer full) */
static char *
one_line (const char *text)
{
    static const char head[] = "*** in database main ***\n";
    if (text == NULL)
        return g_strdup ("no text");
    return g_strdelimit (g_strdup (g_str_has_prefix (text, head) ? text + strlen (head) : text), "\n", ' ');
}

/* SQLite opens lazily: damage and a truncated file show with the first pages read. */
static gboolean
check_content (Db *db, GError **error)
{
    gint64 number = 0;
    if (!get_number (db, "SELECT count(*) FROM sqlite_schema", &number, error) ||
        !get_number (db, "PRAGMA application_id", &number, error))
        return FALSE;
    if (number != CG_APPLICATION_ID)
        return cg_file_refuse (error, CG_ERROR_INPUT, db->path, "is not a county file");
    if (!db->write || db->checked_us != 0)
        return TRUE;
    CgStatement *statement = db_prepare (&db->base, "PRAGMA quick_check(1)", error);
    gboolean row = FALSE, good = statement != NULL && st_step (statement, &row, error);
    if (good && (!row || g_strcmp0 (st_get_text (statement, 0), "ok") != 0)) {
        g_autofree char *found = one_line (row ? st_get_text (statement, 0) : "no answer");
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "%s is damaged: %s", db->path, found);
        good = FALSE;
    }
    if (statement != NULL)
        st_finish (statement);
    db->checked_us = good ? g_get_monotonic_time () : 0;
    return good;
}

static CgDb *
db_open (const char *where, CgDbOpen how, GError **error)
{
    gboolean write = how != CG_DB_READ;
    g_autofree char *path = cg_county_file_check (where, write, error);
    CgWriterLock lock = CG_WRITER_LOCK_NONE;
    if (path == NULL || (write && !cg_writer_lock_take (&lock, path, error)))
        return NULL;
    gint64 checked_us = how == CG_DB_WRITE_AGAIN ? checked_when (path) : 0;
    Db *db = connect_file (path, write, error);
    if (db == NULL) {
        cg_writer_lock_release (&lock);
        return NULL;
    }
    db->lock = lock;
    db->checked_us = checked_us;
    if (write && sqlite3_db_readonly (db->handle, "main") == 1) {
        cg_file_refuse (error, CG_ERROR_STORE, path, "may only be read");
        db_close (&db->base);
        return NULL;
    }
    harden (db->handle);
    if (!set_pragmas (db, error) || !check_content (db, error)) {
        db_close (&db->base);
        return NULL;
    }
    return &db->base;
}

/* ---- new files ---------------------------------------- */

static gboolean
init_spatial (Db *db, int srid, GError **error)
{
    gint64 done = 0;
    if (!get_number (db, "SELECT InitSpatialMetaData(0, 'NONE')", &done, error))
        return FALSE;
    g_autofree char *sql = g_strdup_printf ("SELECT InsertEpsgSrid(%d)", srid);
    if (done != 1 || !get_number (db, sql, &done, error) || done != 1) {
        g_clear_error (error);
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "EPSG:%d is not a known coordinate system",
                     srid);
        return FALSE;
    }
    return TRUE;
}

static gboolean
fill_new (const char *part, int srid, CgDbFill fill, gpointer user_data, GError **error)
{
    Db *db = connect_file (part, TRUE, error);
    if (db == NULL)
        return FALSE;
    g_autofree char *identity = g_strdup_printf ("PRAGMA application_id = %d", CG_APPLICATION_ID);
    gboolean good = db_exec (&db->base, "PRAGMA page_size=4096; PRAGMA foreign_keys=ON", error) &&
                    db_exec (&db->base, "BEGIN IMMEDIATE", error) &&
                    init_spatial (db, srid, error) && db_exec (&db->base, identity, error) &&
                    fill (&db->base, user_data, error) && db_commit (&db->base, error) &&
                    db_exec (&db->base, "PRAGMA journal_mode=WAL", error);
    db_close (&db->base);
    return good;
}

static gboolean
db_create (const char *where, int srid, CgDbFill fill, gpointer user_data, GError **error)
{
    if (cg_new_file_refuse (where, error))
        return FALSE;
    g_autofree char *part = cg_new_file_begin (where, error);
    if (part == NULL)
        return FALSE;
    if (!fill_new (part, srid, fill, user_data, error) ||
        !cg_new_file_finish (part, where, error)) {
        cg_new_file_remove (part);
        return FALSE;
    }
    return TRUE;
}

/* ---- care ---------------------------------------- */

/* Each row of a query without parameters as a line, except "ok"; a query that fails is a line too.
 */
static void
add_lines (Db *db, const char *sql, const char *what, GPtrArray *problems)
{
    g_autoptr (GError) error = NULL;
    CgStatement *statement = db_prepare (&db->base, sql, &error);
    gboolean row = FALSE;
    while (statement != NULL && st_step (statement, &row, &error) && row) {
        const char *text = st_get_text (statement, 0);
        g_autofree char *found = one_line (text);
        if (strcmp (found, "ok") != 0)
            g_ptr_array_add (problems, g_strdup_printf ("%s: %s", what, found));
    }
    if (error != NULL)
        g_ptr_array_add (problems,
                         g_strdup_printf ("%s: cannot be checked: %s", what, error->message));
    if (statement != NULL)
        st_finish (statement);
}

static GPtrArray *
list_rtrees (Db *db, GError **error)
{
    CgStatement *statement =
        db_prepare (&db->base,
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                    "sql LIKE 'CREATE VIRTUAL TABLE%USING rtree%' ORDER BY name",
                    error);
    if (statement == NULL)
        return NULL;
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    gboolean row = FALSE, good;
    while ((good = st_step (statement, &row, error)) && row)
        g_ptr_array_add (names, g_strdup (st_get_text (statement, 0)));
    st_finish (statement);
    return good ? g_steal_pointer (&names) : NULL;
}

static void
check_rtree (Db *db, const char *name, GPtrArray *problems)
{
    g_autoptr (GError) error = NULL;
    CgStatement *statement = db_prepare (&db->base, "SELECT rtreecheck('main', $1)", &error);
    gboolean row = FALSE;
    if (statement != NULL) {
        st_bind_text (statement, 1, name);
        if (st_step (statement, &row, &error) && row &&
            g_strcmp0 (st_get_text (statement, 0), "ok") != 0) {
            g_auto (GStrv) lines = g_strsplit (st_get_text (statement, 0), "\n", 3);
            g_ptr_array_add (problems, g_strdup_printf ("spatial index %s: %s", name, lines[0]));
        }
        st_finish (statement);
    }
    if (error != NULL)
        g_ptr_array_add (problems, g_strdup_printf ("spatial index %s: cannot be checked: %s", name,
                                                    error->message));
}

/* integrity_check does not look inside virtual tables: each R*Tree has a check of its own. */
static gboolean
db_verify (CgDb *base, GPtrArray *problems, GError **error)
{
    Db *db = (Db *) base;
    add_lines (db, "PRAGMA integrity_check", "file", problems);
    add_lines (
        db,
        "SELECT \"table\" || ' row ' || coalesce(rowid, '') || ' points to a row of ' || parent"
        " || ' that does not exist' FROM pragma_foreign_key_check LIMIT 20",
        "foreign key", problems);
    g_autoptr (GError) listing = NULL;
    g_autoptr (GPtrArray) names = list_rtrees (db, &listing);
    if (names == NULL) {
        g_ptr_array_add (
            problems, g_strdup_printf ("spatial indexes: cannot be listed: %s", listing->message));
        return TRUE;
    }
    for (guint i = 0; i < names->len; i++)
        check_rtree (db, names->pdata[i], problems);
    return TRUE;
}

/* VACUUM INTO needs one attached database, which our hardened connections refuse: a plain one does
 * it. */
static gboolean
vacuum_into (Db *db, const char *part, GError **error)
{
    sqlite3 *plain = NULL;
    sqlite3_stmt *statement = NULL;
    int code = open_handle (db->path, SQLITE_OPEN_READONLY | SQLITE_OPEN_EXRESCODE, &plain);
    if (code == SQLITE_OK) {
        sqlite3_db_config (plain, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_busy_timeout (plain, BUSY_MS);
        code = sqlite3_prepare_v2 (plain, "VACUUM INTO $1", -1, &statement, NULL);
    }
    if (code == SQLITE_OK) {
        sqlite3_bind_text (statement, 1, part, -1, SQLITE_TRANSIENT);
        code = sqlite3_step (statement);
    }
    if (code != SQLITE_DONE)
        g_set_error (error, CG_ERROR, (code & 0xff) == SQLITE_FULL ? CG_ERROR_IO : CG_ERROR_STORE,
                     "%s: the copy failed: %s", part, sqlite3_errmsg (plain));
    sqlite3_finalize (statement);
    sqlite3_close (plain);
    return code == SQLITE_DONE;
}

static gboolean
check_copy (const char *part, CgDbFill check, gpointer user_data, GError **error)
{
    CgDb *copy = db_open (part, CG_DB_READ, error);
    if (copy == NULL)
        return FALSE;
    gboolean good = check (copy, user_data, error);
    db_close (copy);
    return good;
}

static gboolean
db_copy (CgDb *base, const char *to, CgDbFill check, gpointer user_data, GError **error)
{
    Db *db = (Db *) base;
    if (cg_new_file_refuse (to, error))
        return FALSE;
    g_autofree char *part = cg_new_file_begin (to, error);
    if (part == NULL)
        return FALSE;
    if (!vacuum_into (db, part, error) || !check_copy (part, check, user_data, error) ||
        !cg_new_file_finish (part, to, error)) {
        cg_new_file_remove (part);
        return FALSE;
    }
    return TRUE;
}

const CgDriver cg_driver_spatialite = {
    .name = "spatialite",
    .create = db_create,
    .open = db_open,
    .close = db_close,
    .get_schema = db_get_schema,
    .set_schema = db_set_schema,
    .begin = db_begin,
    .commit = db_commit,
    .rollback = db_rollback,
    .flush = db_flush,
    .exec = db_exec,
    .prepare = db_prepare,
    .bind_int = st_bind_int,
    .bind_real = st_bind_real,
    .bind_text = st_bind_text,
    .bind_bytes = st_bind_bytes,
    .bind_null = st_bind_null,
    .step = st_step,
    .reset = st_reset,
    .renew = st_renew,
    .finish = st_finish,
    .changes = st_changes,
    .n_columns = st_n_columns,
    .type = st_type,
    .get_int = st_get_int,
    .get_real = st_get_real,
    .get_text = st_get_text,
    .get_bytes = st_get_bytes,
    .bulk = NULL,
    .verify = db_verify,
    .copy = db_copy,
};
