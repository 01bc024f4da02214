/* Live incidents: a few rows at a time, beside tables of any size. */
#include <math.h>

#include "store/places_internal.h"

static const char *const taken_names[] = {
    [CG_TAKEN_NEW] = "new",           [CG_TAKEN_REVISED] = "revised",
    [CG_TAKEN_WITHDRAWN] = "withdrawn", [CG_TAKEN_OUTDATED] = "outdated",
    [CG_TAKEN_REPEATED] = "repeated", [CG_TAKEN_CONFLICT] = "conflict",
};
G_STATIC_ASSERT (G_N_ELEMENTS (taken_names) == CG_N_TAKEN);

const char *
cg_taken_name (CgTaken taken)
{
    g_return_val_if_fail ((guint) taken < CG_N_TAKEN, "");
    return taken_names[taken];
}

/* What was known of an incident before. */
typedef struct {
    gboolean known, counted;
    guint32 revision, grid_id;
    char *type;
    gint64 key, time_s;
} Before;

typedef struct {
    gint64 plan;
    const guint32 *grid_id, *then_id;
    guint8 *out_taken;
    gint64 *out_key;
    GArray *changes;
    GArray *eras;  /* of CgEra */
    GArray *touched; /* gint64: plans of earlier times that got attachments */
    CgPlacesPut put;
    CgStatement *insert, *position, *same, *newest, *attach, *attached;
} Take;

static void
take_done (Take *take)
{
    g_clear_pointer (&take->insert, cg_statement_finish);
    g_clear_pointer (&take->position, cg_statement_finish);
    g_clear_pointer (&take->same, cg_statement_finish);
    g_clear_pointer (&take->newest, cg_statement_finish);
    g_clear_pointer (&take->attach, cg_statement_finish);
    g_clear_pointer (&take->attached, cg_statement_finish);
    g_clear_pointer (&take->changes, g_array_unref);
    g_clear_pointer (&take->eras, g_array_unref);
    g_clear_pointer (&take->touched, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Take, take_done)

static void
clear_change (gpointer data)
{
    g_free (((CgIncidentChange *) data)->type);
}

static gboolean
find_before (Take *take, guint32 i, Before *out, GError **error)
{
    const CgPlaces *places = take->put.places;
    CgStatement *st = take->newest;
    *out = (Before){ .time_s = CG_TIME_NONE };
    cg_bind_int (st, 1, take->plan);
    cg_bind_text (st, 2, cg_incident_source (places, i));
    cg_bind_text (st, 3, places->id[i]);
    if (!cg_statement_step (st, &out->known, error))
        return FALSE;
    if (out->known) {
        out->key = cg_column_int (st, 0);
        out->revision = (guint32) cg_column_int (st, 1);
        out->type = g_strdup (cg_column_text (st, 2));
        out->time_s = cg_column_is_null (st, 3) ? CG_TIME_NONE : cg_column_int (st, 3);
        out->counted = cg_column_int (st, 4) != 0;
        out->grid_id = cg_column_is_null (st, 5) ? 0 : (guint32) cg_column_int (st, 5);
    }
    st->db->driver->reset (st);
    return TRUE;
}

/* The plan of an incident's time; the one in force, where nobody can tell the two apart. */
static gint64
plan_then (const Take *take, gint64 time_s)
{
    guint32 era = take->then_id != NULL ? cg_eras_find (take->eras, time_s) : CG_NONE;
    return era != CG_NONE ? g_array_index (take->eras, CgEra, era).plan : take->plan;
}

/* Grid of a stored incident in a plan. */
static gboolean
find_attached (Take *take, gint64 plan, gint64 key, gboolean *out_found, guint32 *out_grid_id,
               GError **error)
{
    CgStatement *st = take->attached;
    cg_bind_int (st, 1, plan);
    cg_bind_int (st, 2, key);
    if (!cg_statement_step (st, out_found, error))
        return FALSE;
    *out_grid_id = *out_found && !cg_column_is_null (st, 0) ? (guint32) cg_column_int (st, 0) : 0;
    st->db->driver->reset (st);
    return TRUE;
}

static void
touch (Take *take, gint64 plan)
{
    for (guint i = 0; i < take->touched->len; i++)
        if (g_array_index (take->touched, gint64, i) == plan)
            return;
    g_array_append_val (take->touched, plan);
}

static gboolean
attach_to (Take *take, gint64 plan, guint32 grid_id, gint64 key, GError **error)
{
    cg_bind_int (take->attach, 1, plan);
    cg_bind_int (take->attach, 2, key);
    if (grid_id == 0)
        cg_bind_null (take->attach, 3);
    else
        cg_bind_int (take->attach, 3, grid_id);
    return cg_statement_run (take->attach, error);
}

/* An incident that comes or goes: its grids now and then. */
typedef struct {
    guint32 now_id, then_id;
    gint64 then; /* plan */
    const char *type;
    gint64 time_s;
} Counted;

static void
add_change (Take *take, int sign, CgCounted counted, const Counted *one)
{
    gboolean then = counted == CG_COUNTED_THEN;
    CgIncidentChange change = { .sign = sign,
                                .counted = counted,
                                .plan = then ? one->then : take->plan,
                                .grid_id = then ? one->then_id : one->now_id,
                                .type = g_strdup (one->type),
                                .time_s = one->time_s };
    g_array_append_val (take->changes, change);
}

static void
count (Take *take, int sign, const Counted *one)
{
    add_change (take, sign, CG_COUNTED_NOW, one);
    if (one->then == take->plan)
        return;
    add_change (take, sign, CG_COUNTED_BEFORE, one);
    add_change (take, sign, CG_COUNTED_THEN, one);
}

static gboolean
uncount_before (Take *take, const Before *before, GError **error)
{
    gboolean found = TRUE;
    Counted one = { .now_id = before->grid_id,
                    .then = plan_then (take, before->time_s),
                    .type = before->type,
                    .time_s = before->time_s };
    if (!before->known || !before->counted)
        return TRUE;
    if (one.then != take->plan &&
        !find_attached (take, one.then, before->key, &found, &one.then_id, error))
        return FALSE;
    if (!found)
        one.then = take->plan; /* was never counted as was */
    count (take, -1, &one);
    return TRUE;
}

/* The new row, in place of what was known before. */
static gboolean
attach_new (Take *take, guint32 i, gint64 key, const Before *before, GError **error)
{
    const CgPlaces *places = take->put.places;
    gint64 time_s = places->time_s != NULL ? places->time_s[i] : CG_TIME_NONE;
    if (take->plan == 0)
        return TRUE;
    Counted one = { .now_id = take->grid_id[i],
                    .then_id = take->then_id != NULL ? take->then_id[i] : 0,
                    .then = plan_then (take, time_s),
                    .type = places->type[i] != CG_NONE
                                ? cg_names_get (places->types, places->type[i])
                                : NULL,
                    .time_s = time_s };
    if (!uncount_before (take, before, error))
        return FALSE;
    if (cg_incident_withdrawn (places, i))
        return TRUE; /* lies in no grid and counts nowhere */
    count (take, 1, &one);
    if (!attach_to (take, take->plan, one.now_id, key, error))
        return FALSE;
    if (one.then == take->plan)
        return TRUE;
    touch (take, one.then);
    return attach_to (take, one.then, one.then_id, key, error);
}

static gboolean
take_row (Take *take, guint32 i, const Before *before, GError **error)
{
    gboolean is_new = FALSE, same = FALSE;
    gint64 key = take->put.next_key;
    if (!cg_incident_insert (&take->put, take->insert, take->position, i, &is_new, error))
        return FALSE;
    take->out_key[i] = is_new ? key : 0;
    if (!is_new) {
        if (!cg_incident_same (take->same, take->put.places, i, &same, error))
            return FALSE;
        take->out_taken[i] = same ? CG_TAKEN_REPEATED : CG_TAKEN_CONFLICT;
        return TRUE;
    }
    gboolean outdated =
        before->known && before->revision > cg_incident_revision (take->put.places, i);
    take->out_taken[i] = outdated                                           ? CG_TAKEN_OUTDATED
                         : cg_incident_withdrawn (take->put.places, i) ? CG_TAKEN_WITHDRAWN
                         : before->known                               ? CG_TAKEN_REVISED
                                                                       : CG_TAKEN_NEW;
    if (outdated)
        return TRUE;
    return attach_new (take, i, key, before, error);
}

static gboolean
prepare (CgStore *store, Take *take, GError **error)
{
    return (take->insert = cg_db_prepare (store->db, "incident/insert", error)) != NULL &&
           (take->position = cg_db_prepare (store->db, "incident/place_insert", error)) != NULL &&
           (take->same = cg_db_prepare (store->db, "incident/same", error)) != NULL &&
           (take->newest = cg_db_prepare (store->db, "incident/newest", error)) != NULL &&
           (take->attach = cg_db_prepare (store->db, "attachment/key_put", error)) != NULL &&
           (take->attached = cg_db_prepare (store->db, "attachment/key_get", error)) != NULL &&
           cg_store_read_eras (store, &take->eras, error) &&
           cg_db_get_int (store->db, "incident/next", &take->put.first_key, error);
}

static gboolean
seal_attached (CgStore *store, const Take *take, gint64 plan, GError **error)
{
    g_autofree char *scope = g_strdup_printf ("attachment\t%" G_GINT64_FORMAT "\tincident", plan);
    return cg_seal_grow (store, scope, take->put.first_key, error);
}

static gboolean
seal_new (CgStore *store, const Take *take, GError **error)
{
    gint64 version, first = take->put.first_key;
    if (!cg_seal_grow (store, "incident", first, error) ||
        !cg_seal_grow (store, "incident_place", first, error) ||
        (take->plan != 0 && !seal_attached (store, take, take->plan, error)) ||
        !cg_store_next_version (store, &version, error))
        return FALSE;
    for (guint t = 0; t < take->touched->len; t++)
        if (!seal_attached (store, take, g_array_index (take->touched, gint64, t), error))
            return FALSE;
    g_autofree char *after =
        g_strdup_printf ("%u rows, data version %" G_GINT64_FORMAT, take->put.n_new, version);
    return cg_audit_add (store, "put incident", "incident", NULL, after, error);
}

static gboolean
take_rows (CgStore *store, gpointer data, GError **error)
{
    Take *take = data;
    const CgPlaces *places = take->put.places;
    if ((take->plan != 0 && !cg_store_require_plan (store, take->plan, error)) ||
        !prepare (store, take, error))
        return FALSE;
    take->put.next_key = take->put.first_key;
    for (guint32 i = 0; i < places->n; i++) {
        Before before;
        gboolean good = find_before (take, i, &before, error) && take_row (take, i, &before, error);
        g_free (before.type);
        if (!good) {
            cg_store_name_row (error, "incidents", i, places->id);
            return FALSE;
        }
    }
    return take->put.n_new == 0 || seal_new (store, take, error);
}

gboolean
cg_store_take_incidents (CgStore *store, gint64 plan, const CgPlaces *incidents,
                         const guint32 *grid_id, const guint32 *then_id, guint8 *out_taken,
                         gint64 *out_key, GArray **out_changes, GError **error)
{
    g_auto (Take) take = { .plan = plan,
                           .grid_id = grid_id,
                           .then_id = then_id,
                           .out_taken = out_taken,
                           .out_key = out_key,
                           .put = { .store = store, .places = incidents } };
    take.changes = g_array_new (FALSE, FALSE, sizeof (CgIncidentChange));
    g_array_set_clear_func (take.changes, clear_change);
    take.touched = g_array_new (FALSE, FALSE, sizeof (gint64));
    if (incidents->place != CG_PLACE_INCIDENT) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "these places are not incidents");
        return FALSE;
    }
    if (!cg_store_check_crs (store, incidents->working_crs, "incidents", error) ||
        !cg_store_write (store, take_rows, &take, error))
        return FALSE;
    *out_changes = g_steal_pointer (&take.changes);
    return TRUE;
}

static gboolean
read_last (CgStore *store, gpointer data, GError **error)
{
    gint64 *out = data;
    if (!cg_db_get_int (store->db, "incident/next", out, error))
        return FALSE;
    (*out)--;
    return TRUE;
}

gboolean
cg_store_last_incident (CgStore *store, gint64 *out, GError **error)
{
    return cg_store_read (store, read_last, out, error);
}

/* ---- what came ---------------------------------------- */

typedef struct {
    const char *query;
    gint64 plan, after; /* after: of a query by time that */
    guint limit;
    CgIncidentEach each;
    gpointer user_data;
} After;

static gboolean
each_after (CgStore *store, gpointer data, GError **error)
{
    const After *after = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, after->query, error);
    gboolean row = FALSE, good = st != NULL;
    if (!good)
        return FALSE;
    cg_bind_int (st, 1, after->plan);
    cg_bind_int (st, 2, after->after);
    cg_bind_int (st, 3, after->limit);
    while ((good = cg_statement_step (st, &row, error)) && row) {
        CgIncidentEvent event = {
            .key = cg_column_int (st, 0),
            .id = cg_column_text (st, 1),
            .source = cg_column_text (st, 2),
            .revision = (guint32) cg_column_int (st, 3),
            .type = cg_column_text (st, 4),
            .state = cg_column_text (st, 5),
            .time_s = cg_column_is_null (st, 6) ? CG_TIME_NONE : cg_column_int (st, 6),
            .x = cg_column_real (st, 7),
            .y = cg_column_real (st, 8),
            .grid = cg_column_text (st, 9),
            .revised = cg_column_int (st, 10) != 0,
            .withdrawn = cg_column_int (st, 11) != 0,
            .delivered_x = cg_column_real (st, 12),
            .delivered_y = cg_column_real (st, 13),
            .delivered_crs = cg_column_text (st, 14),
        };
        if (event.source != NULL && event.source[0] == '\0')
            event.source = NULL;
        after->each (&event, after->user_data);
    }
    return good;
}

gboolean
cg_store_each_incident_after (CgStore *store, gint64 plan, gint64 after, guint limit,
                              CgIncidentEach each, gpointer user_data, GError **error)
{
    After job = { "incident/after", plan, after, limit, each, user_data };
    return cg_store_read (store, each_after, &job, error);
}

gboolean
cg_store_each_incident_since (CgStore *store, gint64 plan, gint64 since_s, guint limit,
                              CgIncidentEach each, gpointer user_data, GError **error)
{
    After job = { "incident/since", plan, since_s, limit, each, user_data };
    return cg_store_read (store, each_after, &job, error);
}

/* ---- what screens count ---------------------------------------- */

typedef struct {
    gint64 plan, after;
    CgBriefEach each;
    gpointer user_data;
} LatestAfter;

static gboolean
each_latest_after (CgStore *store, gpointer data, GError **error)
{
    const LatestAfter *job = data;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "incident/latest_after", error);
    gboolean row = FALSE, good = st != NULL;
    if (!good)
        return FALSE;
    cg_bind_int (st, 1, job->plan);
    cg_bind_int (st, 2, job->after);
    while ((good = cg_statement_step (st, &row, error)) && row) {
        CgIncidentBrief brief = {
            .key = cg_column_int (st, 0),
            .replaced = cg_column_is_null (st, 1) ? 0 : cg_column_int (st, 1),
            .type = cg_column_text (st, 2),
            .source = cg_column_text (st, 3),
            .state = cg_column_text (st, 4),
            .time_s = cg_column_is_null (st, 5) ? CG_TIME_NONE : cg_column_int (st, 5),
            .x = cg_column_real (st, 6),
            .y = cg_column_real (st, 7),
            .grid_id = cg_column_is_null (st, 8) ? 0 : (guint32) cg_column_int (st, 8),
            .first = cg_column_int (st, 9),
            .withdrawn = cg_column_int (st, 10) != 0,
        };
        if (brief.source != NULL && brief.source[0] == '\0')
            brief.source = NULL;
        job->each (&brief, job->user_data);
    }
    return good;
}

gboolean
cg_store_each_latest_after (CgStore *store, gint64 plan, gint64 after, CgBriefEach each,
                            gpointer user_data, GError **error)
{
    LatestAfter job = { .plan = plan, .after = after, .each = each, .user_data = user_data };
    return cg_store_read (store, each_latest_after, &job, error);
}

/* ---- what few ask for ---------------------------------------- */

typedef struct {
    const gint64 *key;
    CgPlaces *places;
} Details;

static gboolean
read_details (CgStore *store, gpointer data, GError **error)
{
    const Details *job = data;
    CgPlaces *places = job->places;
    g_autoptr (CgStatement) st = cg_db_prepare (store->db, "incident/details", error);
    for (guint32 i = 0; st != NULL && i < places->n; i++) {
        gboolean row = FALSE;
        cg_bind_int (st, 1, job->key[i]);
        if (!cg_statement_step (st, &row, error))
            return FALSE;
        if (row) {
            places->id[i] = g_strdup (cg_column_text (st, 0));
            places->revision[i] = (guint32) cg_column_int (st, 1);
            places->reported_s[i] = cg_column_is_null (st, 2) ? CG_TIME_NONE : cg_column_int (st, 2);
            places->weight[i] = cg_column_real (st, 3);
        }
        st->db->driver->reset (st);
    }
    return st != NULL;
}

CgPlaces *
cg_store_load_incident_details (CgStore *store, guint32 n, const gint64 *key, GError **error)
{
    g_autoptr (CgPlaces) places = cg_places_new (CG_PLACE_INCIDENT, n);
    places->revision = g_new0 (guint32, n);
    places->reported_s = g_new (gint64, n);
    places->weight = g_new (double, n);
    for (guint32 i = 0; i < n; i++) {
        places->reported_s[i] = CG_TIME_NONE;
        places->weight[i] = NAN;
    }
    Details job = { key, places };
    return cg_store_read (store, read_details, &job, error) ? g_steal_pointer (&places) : NULL;
}
