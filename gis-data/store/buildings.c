/* Buildings, and units that were made from them with what their borders run along. */
#include "store/store_internal.h"

typedef struct {
    CgStore *store;
    const CgBuildings *buildings;
    gsize at;
} Put;

/* ---- buildings ---------------------------------------- */

static gboolean
is_point (const CgBuildings *buildings, guint32 i)
{
    const CgShapes *points = buildings->points;
    return i < points->n_shapes && points->shape_part[i] < points->shape_part[i + 1];
}

/* A building is an outline or a place; its own table of the two has the shape. */
static gboolean
check_buildings (const CgBuildings *b, GError **error)
{
    for (guint32 i = 0; i < b->n; i++) {
        gboolean area = i < b->outlines->n_shapes &&
                        b->outlines->shape_part[i] < b->outlines->shape_part[i + 1];
        const CgShapes *shapes = area ? b->outlines : b->points;
        if (area == is_point (b, i) || !cg_store_shape_is_finite (shapes, i)) {
            g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "%s",
                         area && is_point (b, i) ? "is an area and a point"
                                                 : "no shape, or a coordinate that is not finite");
            cg_store_name_row (error, "buildings", i, b->id);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
bind_building (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    Put *put = user_data;
    const CgBuildings *b = put->buildings;
    put->at = i;
    cg_bind_int (st, 1, (gint64) i + 1);
    cg_bind_text (st, 2, b->key[i] != CG_NONE ? b->id[i] : NULL);
    cg_bind_real (st, 3, b->households[i]);
    cg_bind_real (st, 4, b->population[i]);
    cg_bind_real (st, 5, b->levels[i]);
    cg_bind_real (st, 6, b->height_m[i]);
    cg_bind_int (st, 7, b->dwelling[i] != 0);
    cg_bind_text (st, 8, cg_name_or_null (b->compounds, b->compound[i]));
    cg_bind_text (st, 9, cg_name_or_null (b->groups, b->group[i]));
    cg_bind_int (st, 10, b->row[i]);
    cg_bind_text (st, 11, b->delivered_crs);
    cg_bind_shape (st, 12, is_point (b, (guint32) i) ? b->points : b->outlines, (guint32) i,
                   put->store->srid);
    return TRUE;
}

static gboolean
put_buildings (CgStore *store, gpointer data, GError **error)
{
    Put *put = data;
    gint64 version;
    if (!cg_db_run (store->db, "building/clear", error))
        return FALSE;
    if (!cg_db_bulk (store->db, "building/insert", put->buildings->n, bind_building, put, error)) {
        cg_store_name_row (error, "buildings", put->at,
                           put->buildings->n > 0 ? put->buildings->id : NULL);
        return FALSE;
    }
    if (!cg_seal_set (store, "building", error) || !cg_store_next_version (store, &version, error))
        return FALSE;
    g_autofree char *after = g_strdup_printf ("%u rows, data version %" G_GINT64_FORMAT,
                                              put->buildings->n, version);
    return cg_audit_add (store, "put building", "building", NULL, after, error);
}

gboolean
cg_store_put_buildings (CgStore *store, const CgBuildings *buildings, GError **error)
{
    Put put = { .store = store, .buildings = buildings };
    return cg_store_check_crs (store, buildings->working_crs, "buildings", error) &&
           check_buildings (buildings, error) && cg_store_write (store, put_buildings, &put, error);
}

static gboolean
read_building (CgStatement *st, CgBuildings *b, CgNames *keys, guint32 i, GError **error)
{
    const char *id = cg_column_text (st, 0);
    b->row[i] = (guint32) cg_column_int (st, 8);
    b->id[i] = id != NULL ? g_strdup (id) : g_strdup_printf ("%u", b->row[i]);
    b->key[i] = id != NULL ? cg_names_add (keys, id) : CG_NONE;
    b->households[i] = cg_column_real (st, 1);
    b->population[i] = cg_column_real (st, 2);
    b->levels[i] = cg_column_real (st, 3);
    b->height_m[i] = cg_column_real (st, 4);
    b->has_households |= !cg_column_is_null (st, 1);
    b->has_population |= !cg_column_is_null (st, 2);
    b->dwelling[i] = cg_column_int (st, 5) != 0;
    b->compound[i] = cg_column_name (st, 6, b->compounds);
    b->group[i] = cg_column_name (st, 7, b->groups);
    gboolean point = g_strcmp0 (cg_column_text (st, 9), "POINT") == 0;
    cg_shapes_end_shape (point ? b->outlines : b->points);
    return cg_column_shape (st, 10, point ? b->points : b->outlines, error);
}

static gboolean
load_buildings (CgStore *store, gpointer data, GError **error)
{
    guint32 n;
    CgBuildings **out = data;
    g_autoptr (CgStatement) count = cg_db_prepare (store->db, "building/count", error);
    if (count == NULL || !cg_store_get_count (count, &n, error))
        return FALSE;
    g_autoptr (CgBuildings) buildings = cg_buildings_new (n);
    g_autoptr (CgNames) keys = cg_names_new ();
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "building/load", error);
    for (guint32 i = 0; i < n; i++)
        if (st == NULL || !cg_statement_expect (st, error) ||
            !read_building (st, buildings, keys, i, error))
            return FALSE;
    buildings->working_crs = g_strdup (store->working_crs);
    *out = g_steal_pointer (&buildings);
    return TRUE;
}

CgBuildings *
cg_store_load_buildings (CgStore *store, GError **error)
{
    CgBuildings *buildings = NULL;
    return cg_store_read (store, load_buildings, &buildings, error) ? buildings : NULL;
}

/* ---- made units ---------------------------------------- */

typedef struct {
    CgStore *store;
    const CgUnits *units;
    const char *parameters;
    const CgBarriers *borders;
    gint64 version, first_key;
    gsize at;
} PutMade;

static gboolean
bind_border (CgStatement *st, gsize i, gpointer user_data, GError **error)
{
    PutMade *put = user_data;
    put->at = i;
    if (put->borders->class[i] >= CG_N_BARRIERS) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "barrier class %u is none of ours",
                     put->borders->class[i]);
        return FALSE;
    }
    cg_bind_int (st, 1, put->first_key + (gint64) i);
    cg_bind_int (st, 2, put->version);
    cg_bind_text (st, 3, cg_barrier_name (put->borders->class[i]));
    cg_bind_int (st, 4, put->borders->passable[i] != 0);
    cg_bind_shape (st, 5, put->borders->lines, (guint32) i, put->store->srid);
    return TRUE;
}

static gboolean
put_made (CgStore *store, gpointer data, GError **error)
{
    PutMade *put = data;
    if (!cg_store_add_units (store, put->units, &put->version, error))
        return FALSE;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/made_insert", error);
    if (st == NULL || !cg_db_get_int (store->db, "unit/border_next", &put->first_key, error))
        return FALSE;
    cg_bind_int (st, 1, put->version);
    cg_bind_text (st, 2, put->parameters);
    if (!cg_statement_run (st, error))
        return FALSE;
    if (!cg_db_bulk (store->db, "unit/border_insert", put->borders->n, bind_border, put, error)) {
        cg_store_name_row (error, "borders of units", put->at, NULL);
        return FALSE;
    }
    return cg_store_seal_made (store, error) &&
           cg_audit_add (store, "make units", "unit", NULL, put->parameters, error);
}

gboolean
cg_store_put_made_units (CgStore *store, const CgUnits *units, const char *parameters,
                         const CgBarriers *borders, GError **error)
{
    PutMade put = {
        .store = store, .units = units, .parameters = parameters, .borders = borders
    };
    return cg_store_check_crs (store, borders->working_crs, "borders of units", error) &&
           cg_store_check_shapes (borders->lines, borders->n, NULL, "borders of units", error) &&
           cg_store_write (store, put_made, &put, error);
}

gboolean
cg_store_seal_made (CgStore *store, GError **error)
{
    return cg_seal_set (store, "unit_made", error) && cg_seal_set (store, "unit_border", error);
}

typedef struct {
    char *parameters;
    CgBarriers *borders;
} Made;

static gboolean
read_borders (CgStore *store, gint64 version, CgBarriers **out, GError **error)
{
    guint32 n;
    g_autoptr (CgStatement) count = cg_db_prepare (store->db, "unit/border_count", error);
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/border_load", error);
    if (count == NULL || st == NULL)
        return FALSE;
    cg_bind_int (count, 1, version);
    cg_bind_int (st, 1, version);
    if (!cg_store_get_count (count, &n, error))
        return FALSE;
    g_autoptr (CgBarriers) borders = cg_barriers_new (n);
    for (guint32 i = 0; i < n; i++) {
        if (!cg_statement_expect (st, error))
            return FALSE;
        if (!cg_barrier_parse (cg_column_text (st, 0), &borders->class[i])) {
            g_set_error (error, CG_ERROR, CG_ERROR_STORE, "a border of units has no class of ours");
            return FALSE;
        }
        borders->passable[i] = cg_column_int (st, 1) != 0;
        cg_shapes_end_shape (borders->areas);
        if (!cg_column_shape (st, 2, borders->lines, error))
            return FALSE;
    }
    borders->working_crs = g_strdup (store->working_crs);
    *out = g_steal_pointer (&borders);
    return TRUE;
}

static gboolean
load_made (CgStore *store, gpointer data, GError **error)
{
    Made *made = data;
    CgUnitVersion latest;
    gboolean row = FALSE;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "unit/made_get", error);
    if (st == NULL || !cg_store_latest_units (store, &latest, error))
        return FALSE;
    cg_bind_int (st, 1, latest.version);
    if (!cg_statement_step (st, &row, error))
        return FALSE;
    if (!row)
        return TRUE;
    g_autofree char *parameters = g_strdup (cg_column_text (st, 0));
    if (!read_borders (store, latest.version, &made->borders, error))
        return FALSE;
    made->parameters = g_steal_pointer (&parameters);
    return TRUE;
}

gboolean
cg_store_load_made (CgStore *store, char **out_parameters, CgBarriers **out_borders, GError **error)
{
    Made made = { 0 };
    if (!cg_store_read (store, load_made, &made, error))
        return FALSE;
    *out_parameters = made.parameters;
    *out_borders = made.borders;
    return TRUE;
}
