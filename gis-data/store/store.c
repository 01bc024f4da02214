/* Opening, settings, transactions, versions, migrations. */
#include "store/store.h"

#include <math.h>
#include <string.h>

#include "normalise/crs.h"
#include "sql/sql.h"
#include "store/store_internal.h"

/* The only place that names the driver; a second one would be chosen here by the look of the path.
 */
static const CgDriver *
driver_for (const char *where)
{
    return &cg_driver_spatialite;
}

/* ---- transactions ---------------------------------------- */

static gboolean
begin_group (CgStore *store, gboolean write, GError **error)
{
    if (store->in_group) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "a group of changes is open already");
        return FALSE;
    }
    store->spoiled = FALSE;
    store->in_group = store->db->driver->begin (store->db, write, error);
    return store->in_group;
}

gboolean
cg_store_begin (CgStore *store, GError **error)
{
    return begin_group (store, TRUE, error);
}

gboolean
cg_store_begin_reading (CgStore *store, GError **error)
{
    return begin_group (store, FALSE, error);
}

gboolean
cg_store_commit (CgStore *store, GError **error)
{
    if (!store->in_group) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "no group of changes is open");
        return FALSE;
    }
    store->in_group = FALSE;
    if (!store->spoiled)
        return store->db->driver->commit (store->db, error);
    store->db->driver->rollback (store->db);
    g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                 "a change of the group failed; none of them was made");
    return FALSE;
}

void
cg_store_cancel (CgStore *store)
{
    if (!store->in_group)
        return;
    store->in_group = FALSE;
    store->db->driver->rollback (store->db);
}

gboolean
cg_store_write (CgStore *store, CgStoreWork work, gpointer data, GError **error)
{
    const CgDriver *driver = store->db->driver;
    if (store->in_group) {
        if (store->spoiled) {
            g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                         "an earlier change of the group failed");
            return FALSE;
        }
        store->spoiled = !work (store, data, error);
        return !store->spoiled;
    }
    if (!driver->begin (store->db, TRUE, error))
        return FALSE;
    if (!work (store, data, error)) {
        driver->rollback (store->db);
        return FALSE;
    }
    return driver->commit (store->db, error);
}

gboolean
cg_store_read (CgStore *store, CgStoreWork work, gpointer data, GError **error)
{
    const CgDriver *driver = store->db->driver;
    if (store->in_group)
        return work (store, data, error);
    if (!driver->begin (store->db, FALSE, error))
        return FALSE;
    gboolean good = work (store, data, error);
    driver->rollback (store->db);
    return good;
}

gboolean
cg_store_next_version (CgStore *store, gint64 *out, GError **error)
{
    return cg_db_run (store->db, "store/bump", error) && cg_seal_set (store, "store", error) &&
           cg_db_get_int (store->db, "store/version", out, error);
}

gint64
cg_store_data_version (CgStore *store)
{
    gint64 version = -1;
    return cg_db_get_int (store->db, "store/version", &version, NULL) ? version : -1;
}

/* ---- migrations ---------------------------------------- */

int
cg_store_newest_schema (const CgDriver *driver)
{
    g_auto (GStrv) names = cg_sql_migrations (driver->name);
    return (int) g_strv_length (names);
}

static gboolean
migrate_one (CgDb *db, int version, const char *file, GError **error)
{
    g_autofree char *name =
        g_strdup_printf ("migration/%.*s", (int) (strlen (file) - strlen (".sql")), file);
    if (!db->driver->exec (db, cg_sql_find (db->driver->name, name), error)) {
        g_prefix_error (error, "%s: ", name);
        return FALSE;
    }
    g_autoptr (CgStatement) put = cg_db_prepare (db, "schema/put", error);
    if (put == NULL)
        return FALSE;
    cg_bind_int (put, 1, version);
    cg_bind_text (put, 2, file);
    CgStore store = { .db = db };
    return cg_statement_run (put, error) && db->driver->set_schema (db, version, error) &&
           cg_seal_set (&store, "schema", error) && cg_seal_set (&store, "store", error);
}

gboolean
cg_store_migrate (CgDb *db, int target, gboolean in_transaction, GError **error)
{
    g_auto (GStrv) files = cg_sql_migrations (db->driver->name);
    int newest = (int) g_strv_length (files), now = 0;
    if (!db->driver->get_schema (db, &now, error))
        return FALSE;
    for (int version = now + 1; version <= (target > 0 ? target : newest); version++) {
        if (!in_transaction && !db->driver->begin (db, TRUE, error))
            return FALSE;
        if (!migrate_one (db, version, files[version - 1], error)) {
            if (!in_transaction)
                db->driver->rollback (db);
            return FALSE;
        }
        if (!in_transaction && !db->driver->commit (db, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- settings ---------------------------------------- */

typedef struct {
    const char *key, *value;
    char *found;
} Setting;

static gboolean
read_setting (CgStore *store, gpointer data, GError **error)
{
    Setting *setting = data;
    g_autoptr (CgStatement) get = cg_db_prepare (store->db, "setting/get", error);
    gboolean row = FALSE;
    if (get == NULL)
        return FALSE;
    cg_bind_text (get, 1, setting->key);
    if (!cg_statement_step (get, &row, error))
        return FALSE;
    setting->found = row ? g_strdup (cg_column_text (get, 0)) : NULL;
    return TRUE;
}

char *
cg_store_get_setting (CgStore *store, const char *key, GError **error)
{
    Setting setting = { .key = key };
    return cg_store_read (store, read_setting, &setting, error) ? setting.found : NULL;
}

static gboolean
write_setting (CgStore *store, gpointer data, GError **error)
{
    Setting *setting = data;
    gint64 version;
    if (!read_setting (store, data, error))
        return FALSE;
    g_autofree char *before = g_steal_pointer (&setting->found);
    if (g_strcmp0 (before, setting->value) == 0)
        return TRUE;
    g_autoptr (CgStatement) put = cg_db_prepare (store->db, "setting/put", error);
    if (put == NULL)
        return FALSE;
    cg_bind_text (put, 1, setting->key);
    cg_bind_text (put, 2, setting->value);
    g_autofree char *object = g_strconcat ("setting ", setting->key, NULL);
    return cg_statement_run (put, error) && cg_store_next_version (store, &version, error) &&
           cg_seal_set (store, "setting", error) &&
           cg_audit_add (store, "put setting", object, before, setting->value, error);
}

gboolean
cg_store_put_setting (CgStore *store, const char *key, const char *value, GError **error)
{
    if (key == NULL || key[0] == '\0' || value == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "a setting needs a key and a value");
        return FALSE;
    }
    /* Every geometry in the file is in this CRS. */
    if (g_str_equal (key, "working_crs") && store->working_crs != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                     "working_crs is fixed to %s when the county is made", store->working_crs);
        return FALSE;
    }
    Setting setting = { .key = key, .value = value };
    return cg_store_write (store, write_setting, &setting, error);
}

/* ---- create, open, close ---------------------------------------- */

typedef struct {
    const char *working_crs, *config;
} NewCounty;

static gboolean
fill_county (CgDb *db, gpointer user_data, GError **error)
{
    const NewCounty *county = user_data;
    if (!cg_store_migrate (db, 0, TRUE, error))
        return FALSE;
    CgStore store = { .db = db, .author = "system", .in_group = TRUE };
    return cg_store_put_setting (&store, "working_crs", county->working_crs, error) &&
           cg_store_put_setting (&store, "config", county->config, error);
}

static gboolean
parse_epsg (const char *crs, int *out, GError **error)
{
    guint64 code = 0;
    if (crs == NULL || g_ascii_strncasecmp (crs, "EPSG:", 5) != 0 ||
        !g_ascii_string_to_unsigned (crs + 5, 10, 1024, 998999, &code, NULL)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "working CRS must be EPSG:n, not %s",
                     crs != NULL ? crs : "(null)");
        return FALSE;
    }
    *out = (int) code;
    return TRUE;
}

/* Everything in the file is measured: metres, not degrees. */
static gboolean
check_working_crs (const char *name, GError **error)
{
    gboolean metric = FALSE;
    if (!cg_crs_is_metric (name, &metric, error))
        return FALSE;
    if (!metric)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "working CRS %s is not projected in metres", name);
    return metric;
}

CgStore *
cg_store_create (const char *path, const char *working_crs, const char *config, GError **error)
{
    const CgDriver *driver = driver_for (path);
    int srid;
    if (!parse_epsg (working_crs, &srid, error))
        return NULL;
    g_autofree char *name = g_strdup_printf ("EPSG:%d", srid);
    if (!check_working_crs (name, error))
        return NULL;
    NewCounty county = { .working_crs = name, .config = config != NULL ? config : "" };
    if (!driver->create (path, srid, fill_county, &county, error))
        return NULL;
    return cg_store_open (path, CG_STORE_WRITE, error);
}

static gboolean
check_schema (CgDb *db, const char *path, CgStoreMode mode, GError **error)
{
    int newest = cg_store_newest_schema (db->driver), now = 0;
    if (!db->driver->get_schema (db, &now, error))
        return FALSE;
    if (now > newest) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE,
                     "%s has schema %d; this program knows %d: a newer program made it", path, now,
                     newest);
        return FALSE;
    }
    if (now < newest && mode == CG_STORE_READ) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE,
                     "%s has schema %d; open it once for writing to bring it to %d", path, now,
                     newest);
        return FALSE;
    }
    return now == newest || cg_store_migrate (db, 0, FALSE, error);
}

CgStore *
cg_store_open (const char *path, CgStoreMode mode, GError **error)
{
    static const CgDbOpen how[] = { [CG_STORE_READ] = CG_DB_READ,
                                    [CG_STORE_WRITE] = CG_DB_WRITE,
                                    [CG_STORE_WRITE_AGAIN] = CG_DB_WRITE_AGAIN };
    CgDb *db = driver_for (path)->open (path, how[mode], error);
    if (db == NULL)
        return NULL;
    g_autoptr (CgStore) store = g_new0 (CgStore, 1);
    store->db = db;
    store->author = g_strdup ("system");
    gint64 srid = 0;
    g_autoptr (GError) problem = NULL;
    if (!check_schema (db, path, mode, error) || !cg_db_get_int (db, "store/srid", &srid, error))
        return NULL;
    store->working_crs = cg_store_get_setting (store, "working_crs", &problem);
    store->srid = (int) srid;
    if (store->working_crs == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "%s: the working CRS is lost%s%s", path,
                     problem != NULL ? ": " : "", problem != NULL ? problem->message : "");
        return NULL;
    }
    return g_steal_pointer (&store);
}

void
cg_store_close (CgStore *store)
{
    if (store == NULL)
        return;
    cg_store_cancel (store);
    store->db->driver->close (store->db);
    g_free (store->working_crs);
    g_free (store->author);
    g_free (store);
}

const char *
cg_store_working_crs (const CgStore *store)
{
    return store->working_crs;
}

void
cg_store_set_author (CgStore *store, const char *who)
{
    g_free (store->author);
    store->author = g_strdup (who != NULL && who[0] != '\0' ? who : "system");
}

/* ---- counts ---------------------------------------- */

typedef struct {
    const char *query; /* NULL: units, which are counted by version */
    guint32 n;
} Count;

static gboolean
count_rows (CgStore *store, gpointer data, GError **error)
{
    Count *count = data;
    CgUnitVersion latest;
    if (count->query == NULL) {
        if (!cg_store_latest_units (store, &latest, error))
            return FALSE;
        count->n = latest.n;
        return TRUE;
    }
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, count->query, error);
    return st != NULL && cg_store_get_count (st, &count->n, error);
}

gboolean
cg_store_count (CgStore *store, const char *table, guint32 *out, GError **error)
{
    static const struct {
        const char *table, *query;
    } tables[] = {
        { "regions", "region/count" },   { "units", NULL },
        { "compounds", "compound/count" }, { "groups", "compound/count_groups" },
        { "barriers", "barrier/count" },
        { "buildings", "building/count" },
        { "cameras", "camera/count" },   { "services", "service/count" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
        if (!g_str_equal (tables[i].table, table))
            continue;
        Count count = { .query = tables[i].query };
        if (!cg_store_read (store, count_rows, &count, error))
            return FALSE;
        *out = count.n;
        return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s is no table that a put replaces", table);
    return FALSE;
}

/* ---- at the door ---------------------------------------- */

gboolean
cg_store_check_crs (const CgStore *store, const char *working_crs, const char *what, GError **error)
{
    if (g_strcmp0 (working_crs, store->working_crs) == 0)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s are in %s, the county is in %s", what,
                 working_crs != NULL ? working_crs : "no stated CRS", store->working_crs);
    return FALSE;
}

gboolean
cg_store_shape_is_finite (const CgShapes *shapes, guint32 i)
{
    if (shapes->shape_part[i] == shapes->shape_part[i + 1])
        return FALSE;
    guint32 first = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i]]];
    guint32 end = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i + 1]]];
    for (guint32 v = first; v < end; v++)
        if (!isfinite (shapes->x[v]) || !isfinite (shapes->y[v]))
            return FALSE;
    return first < end;
}

gboolean
cg_store_check_shapes (const CgShapes *shapes, guint32 n, char *const *ids, const char *what,
                       GError **error)
{
    if (shapes->n_shapes != n) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%u rows of %s have %u shapes", n, what,
                     shapes->n_shapes);
        return FALSE;
    }
    for (guint32 i = 0; i < n; i++)
        if (!cg_store_shape_is_finite (shapes, i)) {
            g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                         "no shape, or a coordinate that is not finite");
            cg_store_name_row (error, what, i, ids);
            return FALSE;
        }
    return TRUE;
}

void
cg_store_name_row (GError **error, const char *what, gsize i, char *const *ids)
{
    const char *id = ids != NULL && ids[i] != NULL ? ids[i] : "no id";
    g_autofree char *shown = g_utf8_make_valid (id, -1);
    g_prefix_error (error, "%s row %" G_GSIZE_FORMAT " (%s): ", what, i + 1, shown);
}

void
cg_bind_shape (CgStatement *statement, int n, const CgShapes *shapes, guint32 i, int srid)
{
    cg_bind_bytes (statement, n, cg_shapes_get_wkb (shapes, i, shapes->kind != CG_SHAPES_POINT));
    cg_bind_int (statement, n + 1, srid);
}

gboolean
cg_column_shape (CgStatement *statement, int column, CgShapes *shapes, GError **error)
{
    gsize length = 0;
    const guint8 *wkb = cg_column_bytes (statement, column, &length);
    g_autoptr (GError) problem = NULL;
    if (wkb != NULL && cg_shapes_add_wkb (shapes, wkb, length, &problem))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_STORE, "a stored geometry cannot be read: %s",
                 problem != NULL ? problem->message : "empty");
    return FALSE;
}

guint32
cg_column_name (CgStatement *statement, int column, CgNames *names)
{
    const char *text = cg_column_text (statement, column);
    return text != NULL ? cg_names_add (names, text) : CG_NONE;
}

const char *
cg_name_or_null (const CgNames *names, guint32 id)
{
    return id != CG_NONE ? cg_names_get (names, id) : NULL;
}

gboolean
cg_store_get_count (CgStatement *statement, guint32 *out, GError **error)
{
    gboolean row = FALSE;
    if (!cg_statement_step (statement, &row, error))
        return FALSE;
    gint64 n = row ? cg_column_int (statement, 0) : -1;
    if (n < 0 || n >= CG_NONE) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "%" G_GINT64_FORMAT " rows do not fit a table", n);
        return FALSE;
    }
    *out = (guint32) n;
    return TRUE;
}

gboolean
cg_statement_expect (CgStatement *statement, GError **error)
{
    gboolean row = FALSE;
    if (!cg_statement_step (statement, &row, error))
        return FALSE;
    if (!row)
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "fewer rows are there than were stored");
    return row;
}
