/* Incidents, cameras, services: one way in and out for all three, with a table of what each keeps.
 */
#include <math.h>

#include "store/places_internal.h"

typedef CgPlacesPut Put;

typedef struct {
    CgPlaceKind kind;
    gint64 since_s, until_s;
    CgPlaces *places;
} Load;

static void
bind_time (CgStatement *st, int n, gint64 time_s)
{
    if (time_s == CG_TIME_NONE)
        cg_bind_null (st, n);
    else
        cg_bind_int (st, n, time_s);
}

static gint64
time_of (const gint64 *column, gsize i)
{
    return column != NULL ? column[i] : CG_TIME_NONE;
}

static const char *
name_of (const CgNames *names, const guint32 *column, gsize i)
{
    return column != NULL && column[i] != CG_NONE ? cg_names_get (names, column[i]) : NULL;
}

static double
real_of (const double *column, gsize i, double otherwise)
{
    return column != NULL ? column[i] : otherwise;
}

/* ---- in ---------------------------------------- */

gboolean
cg_incident_withdrawn (const CgPlaces *places, gsize i)
{
    return places->withdrawn != NULL && places->withdrawn[i] != 0;
}

/* Row, place and CRS as delivered, from parameter n on; no place of what is withdrawn. */
static void
bind_source (CgStatement *st, int n, const CgPlaces *places, gsize i)
{
    gboolean gone = cg_incident_withdrawn (places, i);
    cg_bind_int (st, n, places->row[i]);
    cg_bind_real (st, n + 1, gone ? NAN : places->delivered_x[i]);
    cg_bind_real (st, n + 2, gone ? NAN : places->delivered_y[i]);
    cg_bind_text (st, n + 3, gone ? NULL : places->delivered_crs);
}

static void
bind_camera (CgStatement *st, const CgPlaces *places, gsize i)
{
    cg_bind_text (st, 2, places->id[i]);
    cg_bind_text (st, 3, places->name != NULL ? places->name[i] : NULL);
    cg_bind_text (st, 4, name_of (places->types, places->type, i));
    cg_bind_real (st, 5, real_of (places->bearing_deg, i, NAN));
    cg_bind_real (st, 6, real_of (places->fov_deg, i, NAN));
    cg_bind_real (st, 7, real_of (places->range_m, i, NAN));
    bind_source (st, 8, places, i);
}

static void
bind_service (CgStatement *st, const CgPlaces *places, gsize i)
{
    cg_bind_text (st, 2, places->id[i]);
    cg_bind_text (st, 3, places->name != NULL ? places->name[i] : NULL);
    cg_bind_text (st, 4, name_of (places->types, places->type, i));
    bind_source (st, 5, places, i);
}

const char *
cg_incident_source (const CgPlaces *places, gsize i)
{
    const char *source = name_of (places->sources, places->source, i);
    return source != NULL ? source : "";
}

guint32
cg_incident_revision (const CgPlaces *places, gsize i)
{
    return places->revision != NULL ? places->revision[i] : 0;
}

/* type, times, weight, state from parameter n on: what a source says of an incident. Of one that it takes
 * back nothing is kept. */
static void
bind_facts (CgStatement *st, int n, const CgPlaces *places, gsize i)
{
    if (cg_incident_withdrawn (places, i)) {
        for (int k = 0; k < 5; k++)
            cg_bind_null (st, n + k);
        return;
    }
    cg_bind_text (st, n, name_of (places->types, places->type, i));
    bind_time (st, n + 1, time_of (places->time_s, i));
    bind_time (st, n + 2, time_of (places->reported_s, i));
    cg_bind_real (st, n + 3, real_of (places->weight, i, 1.0));
    cg_bind_text (st, n + 4, name_of (places->states, places->state, i));
}

static void
bind_incident (CgStatement *st, const CgPlaces *places, gsize i)
{
    cg_bind_text (st, 2, cg_incident_source (places, i));
    cg_bind_text (st, 3, places->id[i]);
    cg_bind_int (st, 4, cg_incident_revision (places, i));
    bind_facts (st, 5, places, i);
    bind_source (st, 10, places, i);
    cg_bind_int (st, 14, cg_incident_withdrawn (places, i));
}

/* Is there a row for the key of incident i, and whatever else was bound? */
static gboolean
find_row (CgStatement *st, const CgPlaces *places, gsize i, gboolean *out, GError **error)
{
    cg_bind_text (st, 1, cg_incident_source (places, i));
    cg_bind_text (st, 2, places->id[i]);
    cg_bind_int (st, 3, cg_incident_revision (places, i));
    if (!cg_statement_step (st, out, error))
        return FALSE;
    st->db->driver->reset (st);
    return TRUE;
}

gboolean
cg_incident_same (CgStatement *same, const CgPlaces *places, gsize i, gboolean *out, GError **error)
{
    gboolean gone = cg_incident_withdrawn (places, i);
    bind_facts (same, 4, places, i);
    cg_bind_real (same, 9, gone ? NAN : places->delivered_x[i]);
    cg_bind_real (same, 10, gone ? NAN : places->delivered_y[i]);
    cg_bind_int (same, 11, gone);
    return find_row (same, places, i, out, error);
}

/* The key is there already: the same content is a repeated delivery, another content is a conflict.
 */
static gboolean
check_same (CgStatement *same, const CgPlaces *places, gsize i, GError **error)
{
    gboolean row = FALSE;
    if (!cg_incident_same (same, places, i, &row, error))
        return FALSE;
    if (!row)
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                     "is stored with another content; a change needs a higher revision than %u",
                     cg_incident_revision (places, i));
    return row;
}

static gboolean
put_position (CgStatement *st, Put *put, gsize i, GError **error)
{
    double x = put->places->x[i], y = put->places->y[i];
    if ((isnan (x) && isnan (y)) || cg_incident_withdrawn (put->places, i))
        return TRUE;
    if (!isfinite (x) || !isfinite (y)) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "a coordinate is not finite");
        return FALSE;
    }
    g_autoptr (CgShapes) point = cg_shapes_new (CG_SHAPES_POINT);
    cg_shapes_add_point (point, x, y);
    cg_bind_int (st, 1, put->next_key);
    cg_bind_shape (st, 2, point, 0, put->store->srid);
    return cg_statement_run (st, error);
}

typedef void (*BindPlace) (CgStatement *st, const CgPlaces *places, gsize i);

typedef struct {
    const char *table, *plural, *insert, *place_insert, *place_table, *count, *load;
    BindPlace bind;
} Kind;

static const Kind kinds[] = {
    [CG_PLACE_INCIDENT] = { "incident", "incidents", "incident/insert", "incident/place_insert",
                            "incident_place", "incident/count", "incident/load", bind_incident },
    [CG_PLACE_CAMERA] = { "camera", "cameras", "camera/insert", "camera/place_insert",
                          "camera_place", "camera/count", "camera/load", bind_camera },
    [CG_PLACE_SERVICE] = { "service", "services", "service/insert", "service/place_insert",
                           "service_place", "service/count", "service/load", bind_service },
};

static gboolean
insert_row (CgStatement *insert, CgStatement *position, Put *put, gsize i, gboolean *out_new,
            GError **error)
{
    cg_bind_int (insert, 1, put->next_key);
    kinds[put->places->place].bind (insert, put->places, i);
    if (!cg_statement_run (insert, error))
        return FALSE;
    *out_new = cg_statement_changes (insert) > 0;
    if (!*out_new)
        return TRUE;
    if (!put_position (position, put, i, error))
        return FALSE;
    put->next_key++;
    put->n_new++;
    return TRUE;
}

gboolean
cg_incident_insert (CgPlacesPut *put, CgStatement *insert, CgStatement *position, gsize i,
                    gboolean *out_new, GError **error)
{
    return insert_row (insert, position, put, i, out_new, error);
}

/* `same` is NULL where a key may come only once. */
static gboolean
put_row (CgStatement *insert, CgStatement *position, CgStatement *same, Put *put, gsize i,
         GError **error)
{
    gboolean is_new = FALSE;
    return insert_row (insert, position, put, i, &is_new, error) &&
           (is_new || check_same (same, put->places, i, error));
}

static gboolean
put_rows (Put *put, gboolean revised, GError **error)
{
    const CgPlaces *places = put->places;
    const Kind *kind = &kinds[places->place];
    g_autoptr (CgStatement) insert = cg_db_prepare (put->store->db, kind->insert, error);
    g_autoptr (CgStatement) position =
        insert != NULL ? cg_db_prepare (put->store->db, kind->place_insert, error) : NULL;
    g_autoptr (CgStatement) same = NULL;
    if (position == NULL)
        return FALSE;
    if (revised && (same = cg_db_prepare (put->store->db, "incident/same", error)) == NULL)
        return FALSE;
    for (guint32 i = 0; i < places->n; i++)
        if (!put_row (insert, position, same, put, i, error)) {
            cg_store_name_row (error, kind->plural, i, places->id);
            return FALSE;
        }
    return TRUE;
}

static gboolean
finish_put (CgStore *store, const Put *put, GError **error)
{
    gint64 version;
    const Kind *kind = &kinds[put->places->place];
    if (!cg_store_next_version (store, &version, error))
        return FALSE;
    g_autofree char *action = g_strconcat ("put ", kind->table, NULL);
    g_autofree char *after =
        g_strdup_printf ("%u rows, data version %" G_GINT64_FORMAT, put->n_new, version);
    return cg_audit_add (store, action, kind->table, NULL, after, error);
}

static gboolean
put_incidents (CgStore *store, gpointer data, GError **error)
{
    Put *put = data;
    if (!cg_db_get_int (store->db, "incident/next", &put->first_key, error))
        return FALSE;
    put->next_key = put->first_key;
    put->n_new = 0;
    if (!put_rows (put, TRUE, error))
        return FALSE;
    return put->n_new == 0 || (cg_seal_grow (store, "incident", put->first_key, error) &&
                               cg_seal_grow (store, "incident_place", put->first_key, error) &&
                               finish_put (store, put, error));
}

static gboolean
put_whole (CgStore *store, gpointer data, GError **error)
{
    Put *put = data;
    const Kind *kind = &kinds[put->places->place];
    g_autofree char *clear = g_strconcat (kind->table, "/clear", NULL);
    put->next_key = 1;
    return cg_store_drop_attachments (store, put->places->place, error) &&
           cg_db_run (store->db, clear, error) && put_rows (put, FALSE, error) &&
           cg_seal_set (store, kind->table, error) &&
           cg_seal_set (store, kind->place_table, error) && finish_put (store, put, error);
}

static gboolean
check_places (CgStore *store, const CgPlaces *places, CgPlaceKind expected, GError **error)
{
    if (places->place == expected)
        return cg_store_check_crs (store, places->working_crs, kinds[expected].plural, error);
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "these places are not %s",
                 kinds[expected].plural);
    return FALSE;
}

gboolean
cg_store_put_incidents (CgStore *store, const CgPlaces *incidents, guint32 *out_new, GError **error)
{
    Put put = { .store = store, .places = incidents };
    if (!check_places (store, incidents, CG_PLACE_INCIDENT, error) ||
        !cg_store_write (store, put_incidents, &put, error))
        return FALSE;
    if (out_new != NULL)
        *out_new = put.n_new;
    return TRUE;
}

typedef struct {
    const CgPlaces *incidents;
    GArray *rows; /* of guint32 */
} Conflicts;

static gboolean
find_conflicts (CgStore *store, gpointer data, GError **error)
{
    Conflicts *conflicts = data;
    const CgPlaces *places = conflicts->incidents;
    g_autoptr (CgStatement) known = cg_db_prepare (store->db, "incident/known", error);
    g_autoptr (CgStatement) same =
        known != NULL ? cg_db_prepare (store->db, "incident/same", error) : NULL;
    if (same == NULL)
        return FALSE;
    for (guint32 i = 0; i < places->n; i++) {
        gboolean is_known = FALSE, is_same = TRUE;
        if (!find_row (known, places, i, &is_known, error) ||
            (is_known && !cg_incident_same (same, places, i, &is_same, error)))
            return FALSE;
        if (!is_same)
            g_array_append_val (conflicts->rows, i);
    }
    return TRUE;
}

gboolean
cg_store_find_conflicts (CgStore *store, const CgPlaces *incidents, GArray **out_rows,
                         GError **error)
{
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
    Conflicts conflicts = { .incidents = incidents, .rows = rows };
    if (!check_places (store, incidents, CG_PLACE_INCIDENT, error) ||
        !cg_store_read (store, find_conflicts, &conflicts, error))
        return FALSE;
    *out_rows = g_steal_pointer (&rows);
    return TRUE;
}

gboolean
cg_store_put_cameras (CgStore *store, const CgPlaces *cameras, GError **error)
{
    Put put = { .store = store, .places = cameras };
    return check_places (store, cameras, CG_PLACE_CAMERA, error) &&
           cg_store_write (store, put_whole, &put, error);
}

gboolean
cg_store_put_services (CgStore *store, const CgPlaces *services, GError **error)
{
    Put put = { .store = store, .places = services };
    return check_places (store, services, CG_PLACE_SERVICE, error) &&
           cg_store_write (store, put_whole, &put, error);
}

/* ---- out ---------------------------------------- */

static CgPlaces *
new_places (CgPlaceKind kind, guint32 n)
{
    CgPlaces *places = cg_places_new (kind, n);
    if (kind == CG_PLACE_INCIDENT) {
        places->time_s = g_new (gint64, n);
        places->reported_s = g_new (gint64, n);
        places->weight = g_new (double, n);
        places->source = g_new (guint32, n);
        places->revision = g_new (guint32, n);
        places->state = g_new (guint32, n);
        return places;
    }
    places->name = g_new0 (char *, n);
    if (kind == CG_PLACE_CAMERA) {
        places->bearing_deg = g_new (double, n);
        places->fov_deg = g_new (double, n);
        places->range_m = g_new (double, n);
    }
    return places;
}

static gint64
column_time (CgStatement *st, int column)
{
    return cg_column_is_null (st, column) ? CG_TIME_NONE : cg_column_int (st, column);
}

/* Columns 0 to 7 are the same in all three queries. */
static void
read_common (CgStatement *st, CgPlaces *places, guint32 i)
{
    places->id[i] = g_strdup (cg_column_text (st, 0));
    places->type[i] = cg_column_name (st, 1, places->types);
    places->row[i] = (guint32) cg_column_int (st, 2);
    places->delivered_x[i] = cg_column_real (st, 3);
    places->delivered_y[i] = cg_column_real (st, 4);
    places->x[i] = cg_column_real (st, 6);
    places->y[i] = cg_column_real (st, 7);
}

static void
read_place (CgStatement *st, CgPlaces *places, guint32 i)
{
    read_common (st, places, i);
    if (places->place == CG_PLACE_INCIDENT) {
        const char *source = cg_column_text (st, 8);
        places->source[i] =
            source != NULL && source[0] != '\0' ? cg_names_add (places->sources, source) : CG_NONE;
        places->revision[i] = (guint32) cg_column_int (st, 9);
        places->time_s[i] = column_time (st, 10);
        places->reported_s[i] = column_time (st, 11);
        places->weight[i] = cg_column_real (st, 12);
        places->state[i] = cg_column_name (st, 13, places->states);
        return;
    }
    places->name[i] = g_strdup (cg_column_text (st, 8));
    if (places->place == CG_PLACE_CAMERA) {
        places->bearing_deg[i] = cg_column_real (st, 9);
        places->fov_deg[i] = cg_column_real (st, 10);
        places->range_m[i] = cg_column_real (st, 11);
    }
}

/* Deliveries may have come in several CRSs; a table can name one only when all agree. */
static void
note_crs (CgStatement *st, CgPlaces *places, guint32 i, gboolean *mixed)
{
    const char *crs = cg_column_text (st, 5);
    if (i == 0)
        places->delivered_crs = g_strdup (crs);
    else if (!*mixed && g_strcmp0 (crs, places->delivered_crs) != 0)
        *mixed = TRUE;
}

static CgStatement *
prepare_window (CgStore *store, const Load *load, const char *query, GError **error)
{
    CgStatement *st = cg_db_prepare (store->db, query, error);
    if (st == NULL || load->kind != CG_PLACE_INCIDENT)
        return st;
    bind_time (st, 1, load->since_s);
    bind_time (st, 2, load->until_s);
    return st;
}

static gboolean
load_places (CgStore *store, gpointer data, GError **error)
{
    Load *load = data;
    guint32 n;
    g_autoptr (CgStatement) count = prepare_window (store, load, kinds[load->kind].count, error);
    if (count == NULL || !cg_store_get_count (count, &n, error))
        return FALSE;
    g_autoptr (CgStatement) st = prepare_window (store, load, kinds[load->kind].load, error);
    g_autoptr (CgPlaces) places = new_places (load->kind, n);
    gboolean mixed = FALSE;
    for (guint32 i = 0; i < n; i++) {
        if (st == NULL || !cg_statement_expect (st, error))
            return FALSE;
        read_place (st, places, i);
        note_crs (st, places, i, &mixed);
    }
    if (mixed)
        g_clear_pointer (&places->delivered_crs, g_free);
    places->working_crs = g_strdup (store->working_crs);
    load->places = g_steal_pointer (&places);
    return TRUE;
}

static CgPlaces *
load_kind (CgStore *store, CgPlaceKind kind, gint64 since_s, gint64 until_s, GError **error)
{
    Load load = { .kind = kind, .since_s = since_s, .until_s = until_s };
    return cg_store_read (store, load_places, &load, error) ? load.places : NULL;
}

CgPlaces *
cg_store_load_incidents (CgStore *store, gint64 since_s, gint64 until_s, GError **error)
{
    return load_kind (store, CG_PLACE_INCIDENT, since_s, until_s, error);
}

CgPlaces *
cg_store_load_cameras (CgStore *store, GError **error)
{
    return load_kind (store, CG_PLACE_CAMERA, CG_TIME_NONE, CG_TIME_NONE, error);
}

CgPlaces *
cg_store_load_services (CgStore *store, GError **error)
{
    return load_kind (store, CG_PLACE_SERVICE, CG_TIME_NONE, CG_TIME_NONE, error);
}
