#include "app/live/live.h"

#include <math.h>
#include <string.h>

#include "app/clock.h"
#include "app/json.h"
#include "app/live/acknowledgements.h"
#include "app/live/intake.h"
#include "app/live/reply_keys.h"
#include "app/measures.h"
#include "app/split/eras.h"
#include "app/split/plan_index.h"
#include "base/error.h"
#include "normalise/crs.h"
#include "store/store.h"

#define GROUP_ITEMS 100u
#define GROUP_US 10000

typedef struct {
    CgPlaces *places;
    const char *key, *digest; /* of the sender; NULL: none */
    const char *alarm, *screen; /* acknowledged there; NULL: none is */
    const CgCoverageWork *coverage; /* NULL: none was worked out */
    gint64 at_s;
    gboolean first;
    GMutex lock;
    GCond answered;
    gboolean done, busy;
    json_t *reply;
    GError *error;
} Delivery;

/* What the writing thread holds while the file is open. */
typedef struct {
    CgStore *store;
    gint64 plan;
    CgGrids *grids;
    CgAttachSnapshot *index;
    CgAttachShelf *shelf; /* the server's, or NULL */
    CgMeasureCounter *counter;
    CgEras *eras; /* with a plan */
    CgTransform *to_degrees;
} Writer;

struct _CgLive {
    CgLiveOptions options;
    char *county;
    CgIntake *intake;
    GAsyncQueue *queue; /* of Delivery, or the live itself: the end */
    GThread *thread;
    Writer writer;   /* of the thread */
    CgReplyKeys *keys;
    CgAcknowledgements *acknowledged;
    char *working_crs;
    GMutex stats_lock;
    CgLiveStats stats;
    GMutex sequence_lock;
    gint64 sequence;
};

/* ---- the file ---------------------------------------- */

static void
writer_close (Writer *writer)
{
    g_clear_pointer (&writer->counter, cg_measure_counter_free);
    g_clear_pointer (&writer->eras, cg_eras_free);
    g_clear_pointer (&writer->index, cg_attach_snapshot_unref);
    g_clear_pointer (&writer->grids, cg_grids_free);
    g_clear_pointer (&writer->to_degrees, cg_transform_free);
    g_clear_pointer (&writer->store, cg_store_close);
    writer->plan = 0;
}

static gboolean
load_plan (Writer *writer, GError **error)
{
    g_autoptr (GError) inner = NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (writer->store, 0, &inner);
    if (plan == NULL) {
        if (g_error_matches (inner, CG_ERROR, CG_ERROR_NOT_FOUND))
            return TRUE; /* kept and attached when there is one */
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    if ((writer->grids = cg_store_load_grids (writer->store, plan->id, error)) == NULL ||
        (writer->index = cg_plan_index (writer->shelf, plan, writer->grids, error)) == NULL ||
        (writer->eras = cg_eras_new (writer->store, plan->id, writer->grids, error)) == NULL)
        return FALSE;
    writer->plan = plan->id;
    writer->counter = cg_measure_counter_new (plan->id, writer->grids);
    return TRUE;
}

static gboolean
writer_open (Writer *writer, const char *county, GError **error)
{
    if (writer->store != NULL)
        return TRUE;
    writer->store = cg_store_open (county, CG_STORE_WRITE_AGAIN, error);
    if (writer->store == NULL)
        return FALSE;
    cg_store_set_author (writer->store, "intake");
    writer->to_degrees =
        cg_transform_new (cg_store_working_crs (writer->store), "EPSG:4326", error);
    if (writer->to_degrees != NULL && load_plan (writer, error))
        return TRUE;
    writer_close (writer);
    return FALSE;
}

/* ---- one group ---------------------------------------- */

typedef struct {
    guint32 *grid; /* row or CG_NONE */
    guint8 *taken;
    gint64 *key;
    json_t *reply;
} Result;

static void
result_done (Result *result)
{
    g_free (result->grid);
    g_free (result->taken);
    g_free (result->key);
    json_decref (result->reply);
}

static gboolean
is_withdrawn (const CgPlaces *places, guint32 i)
{
    return places->withdrawn != NULL && places->withdrawn[i] != 0;
}

static gboolean
take (Writer *writer, const CgPlaces *places, Result *out, GError **error)
{
    g_autofree guint32 *grid_id = g_new0 (guint32, places->n), *then_id = NULL;
    g_autoptr (GArray) changes = NULL;
    out->grid = g_new (guint32, places->n);
    out->taken = g_new0 (guint8, places->n);
    out->key = g_new0 (gint64, places->n);
    for (guint32 i = 0; i < places->n; i++) {
        out->grid[i] = writer->index != NULL && !is_withdrawn (places, i)
                           ? cg_attach_find (cg_attach_snapshot_index (writer->index), places->x[i],
                                             places->y[i])
                           : CG_NONE;
        grid_id[i] = out->grid[i] != CG_NONE ? writer->grids->grid_id[out->grid[i]] : 0;
    }
    if (writer->eras != NULL &&
        !cg_eras_find_grids (writer->eras, writer->store, places, &then_id, error))
        return FALSE;
    return cg_store_take_incidents (writer->store, writer->plan, places, grid_id, then_id,
                                    out->taken, out->key, &changes, error) &&
           (writer->counter == NULL ||
            (cg_measure_counter_change (writer->counter, writer->store, changes, error) &&
             cg_eras_change (writer->eras, writer->store, changes, error)));
}

static json_t *
text_or_null (const char *text)
{
    return text != NULL ? json_string (text) : json_null ();
}

static const char *
name_of (const CgNames *names, guint32 id)
{
    return id != CG_NONE ? cg_names_get (names, id) : NULL;
}

static json_t *
describe (const Writer *writer, const CgPlaces *places, const Result *result, guint32 i)
{
    const char *grid = result->grid[i] != CG_NONE ? writer->grids->code[result->grid[i]] : NULL;
    return json_pack ("{s:o, s:s, s:o, s:I, s:s, s:o}", "seq",
                      result->key[i] > 0 ? json_integer (result->key[i]) : json_null (), "id",
                      places->id[i], "source",
                      text_or_null (name_of (places->sources, places->source[i])), "revision",
                      (json_int_t) places->revision[i], "status", cg_taken_name (result->taken[i]),
                      "grid", text_or_null (grid));
}

static json_t *
make_reply (const Writer *writer, const CgPlaces *places, const Result *result, gint64 version)
{
    json_t *list = json_array (), *counts = json_object ();
    guint n[CG_N_TAKEN] = { 0 };
    for (guint32 i = 0; i < places->n; i++) {
        json_t *one = describe (writer, places, result, i);
        json_object_set_new (one, "item", json_integer (i));
        json_array_append_new (list, one);
        n[result->taken[i]]++;
    }
    for (guint t = 0; t < CG_N_TAKEN; t++)
        json_object_set_new (counts, cg_taken_name (t), json_integer (n[t]));
    return json_pack ("{s:I, s:o, s:o}", "data_version", (json_int_t) version, "counts", counts,
                      "incidents", list);
}

/* Degrees are told as they came, where they came so: far outside the county its coordinate system does not
 * lead back to them. */
static void
add_degrees (json_t *one, const CgIncidentEvent *event, CgTransform *to_degrees)
{
    double x = event->x, y = event->y;
    if (g_strcmp0 (event->delivered_crs, "EPSG:4326") == 0 && !isnan (event->delivered_x)) {
        x = event->delivered_x;
        y = event->delivered_y;
    } else if (cg_transform_run (to_degrees, 1, &x, &y) > 0) {
        return;
    }
    json_object_set_new (one, "lon", json_real (round (x * 1e7) / 1e7));
    json_object_set_new (one, "lat", json_real (round (y * 1e7) / 1e7));
}

static void
add_place (json_t *one, const CgIncidentEvent *event, CgTransform *to_degrees)
{
    double x = event->x, y = event->y;
    if (isnan (x) || isnan (y))
        return;
    json_object_set_new (one, "x", json_real (round (x * 100) / 100));
    json_object_set_new (one, "y", json_real (round (y * 100) / 100));
    add_degrees (one, event, to_degrees);
}

static json_t *
describe_event (const CgIncidentEvent *event, CgTransform *to_degrees)
{
    json_t *one = json_object ();
    g_autofree char *occurred = event->time_s != CG_TIME_NONE
                                    ? cg_app_local_text (event->time_s, "%Y-%m-%dT%H:%M:%S+08:00")
                                    : NULL;
    CgTaken status = event->withdrawn ? CG_TAKEN_WITHDRAWN
                     : event->revised ? CG_TAKEN_REVISED
                                      : CG_TAKEN_NEW;
    json_object_set_new (one, "seq", json_integer (event->key));
    json_object_set_new (one, "id", json_string (event->id));
    json_object_set_new (one, "source", text_or_null (event->source));
    json_object_set_new (one, "revision", json_integer (event->revision));
    json_object_set_new (one, "status", json_string (cg_taken_name (status)));
    json_object_set_new (one, "grid", text_or_null (event->grid));
    json_object_set_new (one, "occurred", text_or_null (occurred));
    json_object_set_new (one, "type", text_or_null (event->type));
    json_object_set_new (one, "state", text_or_null (event->state));
    add_place (one, event, to_degrees);
    return one;
}

/* Adds what of a delivery is new to a list of events. */
static void
add_events (const Writer *writer, const CgPlaces *places, const Result *result, json_t *events,
            gint64 *sequence)
{
    for (guint32 i = 0; i < places->n; i++) {
        if (result->taken[i] > CG_TAKEN_WITHDRAWN)
            continue;
        CgIncidentEvent event = {
            .key = result->key[i],
            .id = places->id[i],
            .source = name_of (places->sources, places->source[i]),
            .revision = places->revision[i],
            .time_s = CG_TIME_NONE,
            .x = NAN,
            .y = NAN,
            .revised = result->taken[i] == CG_TAKEN_REVISED,
            .withdrawn = result->taken[i] == CG_TAKEN_WITHDRAWN,
        };
        if (!event.withdrawn) {
            event.type = name_of (places->types, places->type[i]);
            event.state = name_of (places->states, places->state[i]);
            event.time_s = places->time_s[i];
            event.x = places->x[i];
            event.y = places->y[i];
            event.delivered_x = places->delivered_x[i];
            event.delivered_y = places->delivered_y[i];
            event.delivered_crs = places->delivered_crs;
            event.grid = result->grid[i] != CG_NONE ? writer->grids->code[result->grid[i]] : NULL;
        }
        json_array_append_new (events, describe_event (&event, writer->to_degrees));
        *sequence = MAX (*sequence, event.key);
    }
}

static GBytes *
make_message (json_t *events, gint64 sequence, gint64 version)
{
    g_autoptr (json_t) all =
        json_pack ("{s:I, s:O}", "data_version", (json_int_t) version, "incidents", events);
    char *text = json_dumps (all, JSON_COMPACT | JSON_REAL_PRECISION (12));
    char *message = g_strdup_printf ("id: %" G_GINT64_FORMAT "\nevent: incidents\ndata: %s\n\n",
                                     sequence, text != NULL ? text : "null");
    free (text);
    return g_bytes_new_take (message, strlen (message));
}

static void
answer (Delivery *delivery, json_t *reply, const GError *error, gboolean busy)
{
    g_mutex_lock (&delivery->lock);
    delivery->reply = reply;
    delivery->error = error != NULL ? g_error_copy (error) : NULL;
    delivery->busy = busy;
    delivery->done = TRUE;
    g_cond_signal (&delivery->answered);
    g_mutex_unlock (&delivery->lock);
}

static void
publish (CgLive *live, json_t *events, gint64 sequence, gint64 version)
{
    if (json_array_size (events) == 0)
        return;
    g_mutex_lock (&live->sequence_lock);
    live->sequence = MAX (live->sequence, sequence);
    g_mutex_unlock (&live->sequence_lock);
    if (live->options.committed == NULL)
        return;
    g_autoptr (GBytes) message = make_message (events, sequence, version);
    live->options.committed (sequence, message, live->options.user_data);
}

#define ON_THE_WAY 1000u /* more than senders that can wait at a time */

/* The reply is on the disk with what it answers: a sender who asks again after a restart gets it too. Senders that were
 * answered keep theirs in memory in their own time: those on the way count as kept, or the oldest on the disk would go too early. */
static gboolean
store_reply (CgLive *live, const Delivery *delivery, const json_t *reply, guint n_group, GError **error)
{
    char *text = json_dumps (reply, JSON_COMPACT);
    guint most = MIN (cg_reply_keys_count (live->keys) + n_group + 1 + ON_THE_WAY, CG_REPLY_KEYS);
    gboolean good = cg_store_put_delivery (live->writer.store, delivery->key, delivery->digest,
                                           text != NULL ? text : "", most, error);
    free (text);
    return good;
}

static gboolean
take_group (CgLive *live, GPtrArray *group, Result *results, gint64 *out_version, GError **error)
{
    Writer *writer = &live->writer;
    for (guint d = 0; d < group->len; d++)
        if (!take (writer, ((Delivery *) group->pdata[d])->places, &results[d], error))
            return FALSE;
    for (guint d = 0; d < group->len; d++) {
        Delivery *one = group->pdata[d];
        if (one->alarm != NULL &&
            !cg_store_put_acknowledgement (writer->store, one->alarm, one->at_s, one->screen,
                                           CG_ACKNOWLEDGEMENTS, &one->first, error))
            return FALSE;
    }
    for (guint d = 0; d < group->len; d++) {
        const Delivery *one = group->pdata[d];
        if (one->coverage != NULL && !cg_coverage_work_put (one->coverage, writer->store, NULL, error))
            return FALSE;
    }
    *out_version = cg_store_data_version (writer->store);
    for (guint d = 0; d < group->len; d++) {
        const Delivery *delivery = group->pdata[d];
        results[d].reply = make_reply (writer, delivery->places, &results[d], *out_version);
        if (delivery->key != NULL && !store_reply (live, delivery, results[d].reply, group->len, error))
            return FALSE;
    }
    return TRUE;
}

/* All screens hear of it, each once; those that were away ask for the list. */
static void
publish_acknowledged (CgLive *live, const GPtrArray *group)
{
    for (guint d = 0; d < group->len; d++) {
        const Delivery *one = group->pdata[d];
        if (one->alarm == NULL || !one->first)
            continue;
        cg_acknowledgements_add (live->acknowledged, one->alarm, one->at_s, one->screen);
        if (live->options.told == NULL)
            continue;
        g_autoptr (json_t) about = cg_acknowledgement_json (one->alarm, one->at_s, one->screen);
        char *text = json_dumps (about, JSON_COMPACT);
        char *message = g_strdup_printf ("event: acknowledged\ndata: %s\n\n", text != NULL ? text : "null");
        free (text);
        g_autoptr (GBytes) bytes = g_bytes_new_take (message, strlen (message));
        live->options.told (bytes, live->options.user_data);
    }
}

static gboolean
store_group (CgLive *live, GPtrArray *group, Result *results, gint64 *out_version, GError **error)
{
    CgStore *store = live->writer.store;
    if (!cg_store_begin (store, error))
        return FALSE;
    if (!take_group (live, group, results, out_version, error)) {
        cg_store_cancel (store);
        return FALSE;
    }
    return cg_store_commit (store, error);
}

static void
note_group (CgLive *live, GPtrArray *group, const Result *results, gboolean good, gboolean busy,
            gint64 began_us)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&live->stats_lock);
    CgLiveStats *stats = &live->stats;
    stats->last_failed = !good && !busy;
    stats->busy += busy ? group->len : 0;
    stats->failed += stats->last_failed ? group->len : 0;
    if (!good)
        return;
    guint64 before = stats->taken[CG_TAKEN_NEW] + stats->taken[CG_TAKEN_REVISED];
    cg_histogram_add (&stats->commit,
                      (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC);
    for (guint d = 0; d < group->len; d++)
        for (guint32 i = 0; i < ((Delivery *) group->pdata[d])->places->n; i++)
            stats->taken[results[d].taken[i]]++;
    if (stats->taken[CG_TAKEN_NEW] + stats->taken[CG_TAKEN_REVISED] > before)
        stats->last_stored_s = live->options.now_s ();
}

static void
note_refusal (CgLive *live, guint64 *of)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&live->stats_lock);
    (*of)++;
}

void
cg_live_stats (CgLive *live, CgLiveStats *out)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&live->stats_lock);
    *out = live->stats;
    int queued = g_async_queue_length (live->queue); /* below 0 while the writer waits */
    out->queued = (guint) MAX (queued, 0);
}

static void
note_writing (CgLive *live)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&live->stats_lock);
    live->stats.writing = live->writer.store != NULL;
}

/* Listeners hear of a commit before its senders do: an answer promises that it can be seen. */
static void
run_group (CgLive *live, GPtrArray *group)
{
    Writer *writer = &live->writer;
    g_autoptr (GError) error = NULL;
    g_autofree Result *results = g_new0 (Result, group->len);
    gint64 began_us = g_get_monotonic_time ();
    gboolean opened = writer_open (writer, live->county, &error);
    gboolean busy = !opened && g_error_matches (error, CG_ERROR, CG_ERROR_CONFLICT);
    gint64 version = 0, sequence = 0;
    gboolean good = opened && store_group (live, group, results, &version, &error);
    note_group (live, group, results, good, busy, began_us);
    if (good) {
        g_autoptr (json_t) events = json_array ();
        for (guint d = 0; d < group->len; d++)
            add_events (writer, ((Delivery *) group->pdata[d])->places, &results[d], events,
                        &sequence);
        publish (live, events, sequence, version);
        publish_acknowledged (live, group);
    }
    for (guint d = 0; d < group->len; d++) {
        Delivery *delivery = group->pdata[d];
        json_t *reply = good ? g_steal_pointer (&results[d].reply) : NULL;
        answer (delivery, reply, good ? NULL : error, busy);
        result_done (&results[d]);
    }
    if (opened && !good)
        writer_close (writer); /* a store that failed refuses all changes until it is opened anew */
    note_writing (live);
}

/* Whatever comes within 10 ms of the first, up to 100 incidents. FALSE: the end was asked for. */
static gboolean
collect (CgLive *live, gpointer first, GPtrArray *group)
{
    gint64 until_us = g_get_monotonic_time () + GROUP_US;
    guint n = 0;
    for (gpointer next = first; next != NULL;) {
        if (next == live)
            return FALSE;
        Delivery *delivery = next;
        g_ptr_array_add (group, delivery);
        /* Its sender holds the lock until it waits: what it wrote before is seen from here on. */
        g_mutex_lock (&delivery->lock);
        n += delivery->places->n;
        g_mutex_unlock (&delivery->lock);
        gint64 left_us = until_us - g_get_monotonic_time ();
        if (n >= GROUP_ITEMS || left_us <= 0)
            return TRUE;
        next = g_async_queue_timeout_pop (live->queue, (guint64) left_us);
    }
    return TRUE;
}

static gpointer
write_all (gpointer data)
{
    CgLive *live = data;
    guint64 idle_us = (guint64) live->options.idle_s * G_USEC_PER_SEC;
    for (gboolean going = TRUE; going;) {
        gpointer first = live->writer.store != NULL
                             ? g_async_queue_timeout_pop (live->queue, idle_us)
                             : g_async_queue_pop (live->queue);
        if (first == NULL) {
            writer_close (&live->writer);
            note_writing (live);
            continue;
        }
        g_autoptr (GPtrArray) group = g_ptr_array_new ();
        going = collect (live, first, group);
        if (group->len > 0)
            run_group (live, group);
    }
    writer_close (&live->writer);
    return NULL;
}

/* ---- deliveries ---------------------------------------- */

static json_t *
tell_faults (const GArray *faults)
{
    json_t *list = json_array ();
    for (guint i = 0; i < faults->len; i++) {
        const CgIntakeFault *fault = &g_array_index (faults, CgIntakeFault, i);
        json_array_append_new (list, json_pack ("{s:i, s:s, s:s}", "item", (int) fault->item,
                                                "code", fault->code, "detail", fault->text));
    }
    return json_pack ("{s:o}", "faults", list);
}

static void
wait_for_answer (CgLive *live, Delivery *delivery)
{
    g_mutex_init (&delivery->lock);
    g_cond_init (&delivery->answered);
    g_mutex_lock (&delivery->lock);
    g_async_queue_push (live->queue, delivery);
    while (!delivery->done)
        g_cond_wait (&delivery->answered, &delivery->lock);
    g_mutex_unlock (&delivery->lock);
    g_mutex_clear (&delivery->lock);
    g_cond_clear (&delivery->answered);
}

static gboolean
hand_over (CgLive *live, Delivery *delivery, CgLiveOutcome *out_outcome, json_t **out_reply, GError **error)
{
    *out_outcome = CG_LIVE_BUSY;
    if (g_async_queue_length (live->queue) >= (int) live->options.queue) {
        note_refusal (live, &live->stats.busy);
        return TRUE;
    }
    wait_for_answer (live, delivery);
    if (delivery->busy) {
        g_clear_error (&delivery->error);
        return TRUE;
    }
    if (delivery->error != NULL) {
        g_propagate_error (error, delivery->error);
        return FALSE;
    }
    *out_outcome = CG_LIVE_STORED;
    *out_reply = delivery->reply;
    return TRUE;
}

static gboolean
deliver (CgLive *live, CgPlaces *places, const char *key, const char *digest, CgLiveOutcome *out_outcome,
         json_t **out_reply, GError **error)
{
    Delivery delivery = { .places = places, .key = key, .digest = digest };
    return hand_over (live, &delivery, out_outcome, out_reply, error);
}

gboolean
cg_live_put_coverage (CgLive *live, const CgCoverageWork *work, CgLiveOutcome *out_outcome, GError **error)
{
    g_autoptr (CgPlaces) none = cg_places_new (CG_PLACE_INCIDENT, 0);
    g_autoptr (json_t) taken = NULL;
    none->working_crs = g_strdup (live->working_crs);
    Delivery delivery = { .places = none, .coverage = work };
    return hand_over (live, &delivery, out_outcome, &taken, error);
}

gboolean
cg_live_acknowledge (CgLive *live, const char *alarm, const char *screen, CgLiveOutcome *out_outcome,
                     json_t **out_reply, GError **error)
{
    g_autoptr (CgPlaces) none = cg_places_new (CG_PLACE_INCIDENT, 0);
    g_autoptr (json_t) taken = NULL;
    none->working_crs = g_strdup (live->working_crs);
    Delivery delivery = { .places = none, .alarm = alarm, .screen = screen, .at_s = live->options.now_s () };
    *out_reply = NULL;
    if (!hand_over (live, &delivery, out_outcome, &taken, error))
        return FALSE;
    if (*out_outcome == CG_LIVE_STORED)
        *out_reply = cg_acknowledgements_find (live->acknowledged, alarm);
    return TRUE;
}

json_t *
cg_live_acknowledged (CgLive *live)
{
    return cg_acknowledgements_json (live->acknowledged);
}

static guint32 *
constant_column (guint32 n, guint32 value)
{
    guint32 *column = g_new (guint32, n);
    for (guint32 i = 0; i < n; i++)
        column[i] = value;
    return column;
}

static gint64 *
no_times (guint32 n)
{
    gint64 *column = g_new (gint64, n);
    for (guint32 i = 0; i < n; i++)
        column[i] = CG_TIME_NONE;
    return column;
}

/* Columns that a file did not have. */
static void
complete (CgPlaces *places)
{
    guint32 n = places->n;
    if (places->time_s == NULL)
        places->time_s = no_times (n);
    if (places->reported_s == NULL)
        places->reported_s = no_times (n);
    if (places->source == NULL)
        places->source = constant_column (n, CG_NONE);
    if (places->state == NULL)
        places->state = constant_column (n, CG_NONE);
    if (places->revision == NULL)
        places->revision = constant_column (n, 0);
    if (places->weight != NULL)
        return;
    places->weight = g_new (double, n);
    for (guint32 i = 0; i < n; i++)
        places->weight[i] = 1;
}

gboolean
cg_live_deliver_places (CgLive *live, CgPlaces *places, CgLiveOutcome *out_outcome,
                        json_t **out_reply, GError **error)
{
    *out_reply = NULL;
    complete (places);
    return deliver (live, places, NULL, NULL, out_outcome, out_reply, error);
}

gboolean
cg_live_deliver (CgLive *live, const json_t *body, const char *key, CgLiveOutcome *out_outcome,
                 json_t **out_reply, GError **error)
{
    g_autoptr (GArray) faults = NULL;
    g_autofree char *digest = key != NULL ? cg_reply_keys_digest (body) : NULL;
    *out_reply = NULL;
    if (key != NULL && cg_reply_keys_recall (live->keys, key, digest, out_reply)) {
        *out_outcome = *out_reply != NULL ? CG_LIVE_STORED : CG_LIVE_REUSED;
        return TRUE;
    }
    g_autoptr (CgPlaces) places =
        cg_intake_parse (live->intake, body, live->options.now_s (), &faults, error);
    if (places == NULL && faults == NULL)
        return FALSE;
    if (places == NULL) {
        note_refusal (live, &live->stats.faulty);
        *out_outcome = CG_LIVE_FAULTY;
        *out_reply = tell_faults (faults);
        return TRUE;
    }
    if (!deliver (live, places, key, digest, out_outcome, out_reply, error))
        return FALSE;
    if (key != NULL && *out_outcome == CG_LIVE_STORED) {
        char *text = json_dumps (*out_reply, JSON_COMPACT);
        cg_reply_keys_keep (live->keys, key, digest, text != NULL ? text : "");
        free (text);
    }
    return TRUE;
}

/* ---- history ---------------------------------------- */

typedef struct {
    json_t *events;
    CgTransform *to_degrees;
    gint64 until;
} History;

static void
add_past (const CgIncidentEvent *event, gpointer user_data)
{
    History *history = user_data;
    json_array_append_new (history->events, describe_event (event, history->to_degrees));
    history->until = event->key;
}

GBytes *
cg_live_history (CgLive *live, gint64 after, gint64 *out_until, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (live->county, CG_STORE_READ, error);
    g_autoptr (CgTransform) to_degrees =
        store != NULL ? cg_transform_new (cg_store_working_crs (store), "EPSG:4326", error) : NULL;
    if (to_degrees == NULL)
        return NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, 0, NULL);
    g_autoptr (json_t) events = json_array ();
    History history = { .events = events, .to_degrees = to_degrees, .until = after };
    if (!cg_store_each_incident_after (store, plan != NULL ? plan->id : 0, after,
                                       CG_LIVE_HISTORY + 1, add_past, &history, error))
        return NULL;
    *out_until = history.until;
    if (json_array_size (events) > CG_LIVE_HISTORY)
        return NULL;
    return json_array_size (events) == 0
               ? g_bytes_new_static ("", 0)
               : make_message (events, history.until, cg_store_data_version (store));
}

/* ---- alarms that are open ---------------------------------------- */

typedef struct {
    const CgLive *live;
    const json_t *types;
    json_t *open;
    CgTransform *to_degrees;
} Open;

static gboolean
is_of_type (const json_t *types, const char *type)
{
    gsize i;
    const json_t *one;
    json_array_foreach (types, i, one)
    {
        gsize length = json_string_length (one);
        if (type != NULL && strncmp (type, json_string_value (one), length) == 0 &&
            (type[length] == '\0' || type[length] == '/'))
            return TRUE;
    }
    return FALSE;
}

static void
add_open (const CgIncidentEvent *event, gpointer user_data)
{
    Open *open = user_data;
    if (json_array_size (open->open) >= CG_LIVE_ALARMS || !is_of_type (open->types, event->type))
        return;
    g_autofree char *alarm =
        g_strdup_printf ("%s/%s", event->source != NULL ? event->source : "null", event->id);
    g_autoptr (json_t) done = cg_acknowledgements_find (open->live->acknowledged, alarm);
    if (done != NULL)
        return;
    json_array_insert_new (open->open, 0, describe_event (event, open->to_degrees)); /* the newest come first */
}

json_t *
cg_live_open_alarms (CgLive *live, const json_t *types, gint64 life_s, GError **error)
{
    g_autoptr (json_t) all = json_array ();
    if (json_array_size (types) == 0)
        return g_steal_pointer (&all);
    g_autoptr (CgStore) store = cg_store_open (live->county, CG_STORE_READ, error);
    g_autoptr (CgTransform) to_degrees =
        store != NULL ? cg_transform_new (cg_store_working_crs (store), "EPSG:4326", error) : NULL;
    if (to_degrees == NULL)
        return NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, 0, NULL);
    Open open = { live, types, all, to_degrees };
    return cg_store_each_incident_since (store, plan != NULL ? plan->id : 0, live->options.now_s () - life_s,
                                         CG_LIVE_ALARM_ROWS, add_open, &open, error)
               ? g_steal_pointer (&all)
               : NULL;
}

gint64
cg_live_sequence (CgLive *live)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&live->sequence_lock);
    return live->sequence;
}

/* ---- beginning and end ---------------------------------------- */

CgLive *
cg_live_new (const CgLiveOptions *options, GError **error)
{
    g_autoptr (CgStore) store = cg_store_open (options->county, CG_STORE_READ, error);
    gint64 sequence;
    if (store == NULL || !cg_store_last_incident (store, &sequence, error))
        return NULL;
    g_autoptr (CgReplyKeys) keys = cg_reply_keys_new (store, error);
    g_autoptr (CgAcknowledgements) acknowledged = keys != NULL ? cg_acknowledgements_new (store, error) : NULL;
    if (acknowledged == NULL)
        return NULL;
    CgLive *live = g_new0 (CgLive, 1);
    live->options = *options;
    live->writer.shelf = options->shelf;
    live->options.queue = options->queue > 0 ? options->queue : 64;
    live->options.idle_s = options->idle_s > 0 ? options->idle_s : 30;
    live->county = g_strdup (options->county);
    live->sequence = sequence;
    live->intake = cg_intake_new (cg_store_working_crs (store));
    live->queue = g_async_queue_new ();
    g_mutex_init (&live->sequence_lock);
    live->keys = g_steal_pointer (&keys);
    live->acknowledged = g_steal_pointer (&acknowledged);
    live->working_crs = g_strdup (cg_store_working_crs (store));
    g_mutex_init (&live->stats_lock);
    live->stats.last_stored_s = CG_TIME_NONE;
    live->thread = g_thread_new ("writer", write_all, live);
    return live;
}

void
cg_live_free (CgLive *live)
{
    if (live == NULL)
        return;
    g_async_queue_push (live->queue, live);
    g_thread_join (live->thread);
    g_async_queue_unref (live->queue);
    cg_intake_free (live->intake);
    cg_reply_keys_free (live->keys);
    cg_acknowledgements_free (live->acknowledged);
    g_free (live->working_crs);
    g_mutex_clear (&live->sequence_lock);
    g_mutex_clear (&live->stats_lock);
    g_free (live->county);
    g_free (live);
}
