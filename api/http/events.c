#include "http/events.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <string.h>
#include <sys/socket.h>

typedef struct {
    gint64 sequence;
    GBytes *bytes;
} Message;

typedef struct {
    HttpEvents *events;
    struct evhttp_request *raw;
    struct evhttp_connection *connection;
    gint64 sent; /* sequence up to which it has everything */
    gboolean dropped;
} Reader;

struct _HttpEvents {
    HttpGuard *guard;
    struct event *beat;
    GAsyncQueue *pushed; /* of Message, from other threads */
    GQueue kept;         /* of Message, oldest first       */
    gsize kept_bytes;
    gint64 before, sequence; /* of the message before the oldest kept, and of the newest */
    GHashTable *readers;     /* Reader -> itself */
    gboolean ended;
    guint64 dropped;
};

static void
message_free (gpointer data)
{
    Message *message = data;
    g_bytes_unref (message->bytes);
    g_free (message);
}

static void
on_bytes_sent (const void *data, size_t length, void *bytes)
{
    g_bytes_unref (bytes);
}

/* ---- one reader ---------------------------------------- */

static void
forget (Reader *reader)
{
    http_guard_when_closed (reader->events->guard, reader->connection, NULL, NULL);
    g_hash_table_remove (reader->events->readers, reader);
}

/* libevent parts a request that is not answered to its end from the connection that it lost, and leaves it to us. */
static void
on_closed (struct evhttp_connection *connection, void *user_data)
{
    struct evhttp_request *raw = ((Reader *) user_data)->raw;
    forget (user_data);
    if (evhttp_request_get_connection (raw) == NULL)
        evhttp_request_free (raw);
}

/* What a reader does not take is not kept for it without end. Only the socket is closed here:
 * libevent then sees the end and cleans up in its own time. */
static void
drop_if_slow (Reader *reader)
{
    struct bufferevent *line = evhttp_connection_get_bufferevent (reader->connection);
    if (evbuffer_get_length (bufferevent_get_output (line)) <= CG_EVENTS_SLOW_BYTES || reader->dropped)
        return;
    reader->dropped = TRUE;
    reader->events->dropped++;
    shutdown (bufferevent_getfd (line), SHUT_RDWR);
}

static void
send_bytes (Reader *reader, GBytes *bytes)
{
    struct evbuffer *chunk = evbuffer_new ();
    if (chunk == NULL)
        return;
    evbuffer_add_reference (chunk, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                            on_bytes_sent, g_bytes_ref (bytes));
    evhttp_send_reply_chunk (reader->raw, chunk);
    evbuffer_free (chunk);
    drop_if_slow (reader);
}

static void
send_text (Reader *reader, const char *text)
{
    g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
    send_bytes (reader, bytes);
}

/* sequence HTTP_EVENTS_ASIDE: not part of the stream. */
static void
send_to_all (HttpEvents *events, gint64 sequence, GBytes *bytes)
{
    GHashTableIter iter;
    gpointer reader;
    g_hash_table_iter_init (&iter, events->readers);
    while (g_hash_table_iter_next (&iter, &reader, NULL))
        if (((Reader *) reader)->sent < sequence)
            send_bytes (reader, bytes);
}

static void
on_beat (evutil_socket_t fd, short what, void *user_data)
{
    g_autoptr (GBytes) comment = g_bytes_new_static (":\n\n", 3);
    send_to_all (user_data, HTTP_EVENTS_ASIDE, comment);
}

/* ---- messages ---------------------------------------- */

void
http_events_push (HttpEvents *events, gint64 sequence, GBytes *bytes)
{
    Message *message = g_new (Message, 1);
    *message = (Message){ .sequence = sequence, .bytes = g_bytes_ref (bytes) };
    g_async_queue_push (events->pushed, message);
}

static void
keep (HttpEvents *events, Message *message)
{
    g_queue_push_tail (&events->kept, message);
    events->kept_bytes += g_bytes_get_size (message->bytes);
    events->sequence = message->sequence;
    while (events->kept_bytes > CG_EVENTS_KEPT_BYTES) {
        Message *oldest = g_queue_pop_head (&events->kept);
        events->kept_bytes -= g_bytes_get_size (oldest->bytes);
        events->before = oldest->sequence;
        message_free (oldest);
    }
}

void
http_events_flush (HttpEvents *events)
{
    Message *message;
    while ((message = g_async_queue_try_pop (events->pushed)) != NULL) {
        g_autoptr (GBytes) bytes = g_bytes_ref (message->bytes);
        gint64 sequence = message->sequence;
        if (sequence == HTTP_EVENTS_ASIDE)
            message_free (message);
        else
            keep (events, message);
        send_to_all (events, sequence, bytes);
    }
}

gboolean
http_events_keeps (const HttpEvents *events, gint64 last)
{
    return last < 0 || (last >= events->before && last <= events->sequence);
}

static void
catch_up (HttpEvents *events, Reader *reader, gint64 last)
{
    if (last < 0 || last == events->sequence)
        return;
    if (!http_events_keeps (events, last)) {
        g_autofree char *reset = g_strdup_printf (
            "id: %" G_GINT64_FORMAT "\nevent: reset\ndata: {}\n\n", events->sequence);
        reader->sent = events->sequence;
        send_text (reader, reset);
        return;
    }
    for (const GList *link = events->kept.head; link != NULL; link = link->next) {
        const Message *message = link->data;
        if (message->sequence > last)
            send_bytes (reader, message->bytes);
    }
}

gboolean
http_events_add (HttpEvents *events, struct evhttp_request *raw, const char *const *headers,
                 GBytes *history, gint64 last)
{
    struct evhttp_connection *connection = evhttp_request_get_connection (raw);
    if (g_hash_table_size (events->readers) >= CG_EVENTS_MAX_READERS || events->ended ||
        connection == NULL)
        return FALSE;
    struct evkeyvalq *out = evhttp_request_get_output_headers (raw);
    for (guint i = 0; headers[i] != NULL; i += 2)
        evhttp_add_header (out, headers[i], headers[i + 1]);
    evhttp_add_header (out, "Content-Type", "text/event-stream");
    evhttp_add_header (out, "Cache-Control", "no-store");
    evhttp_add_header (out, "X-Accel-Buffering", "no"); /* nginx passes each message on at once */
    Reader *reader = g_new (Reader, 1);
    *reader = (Reader){ .events = events, .raw = raw, .connection = connection };
    g_hash_table_add (events->readers, reader);
    http_guard_when_closed (events->guard, connection, on_closed, reader);
    http_guard_streams (events->guard, connection);
    evhttp_send_reply_start (raw, 200, "OK");
    send_text (reader, "retry: 2000\n\n");
    if (history != NULL && g_bytes_get_size (history) > 0)
        send_bytes (reader, history);
    /* History may reach beyond what was pushed so far: it must not come twice. */
    reader->sent = last;
    if (history == NULL || last < events->sequence)
        catch_up (events, reader, last);
    return TRUE;
}

guint
http_events_count (const HttpEvents *events)
{
    return g_hash_table_size (events->readers);
}

void
http_events_stats (const HttpEvents *events, HttpEventsStats *out)
{
    GHashTableIter iter;
    gpointer reader;
    *out = (HttpEventsStats){ .readers = g_hash_table_size (events->readers),
                              .kept_bytes = events->kept_bytes,
                              .dropped = events->dropped };
    g_hash_table_iter_init (&iter, events->readers);
    while (g_hash_table_iter_next (&iter, &reader, NULL))
        out->waiting_bytes += evbuffer_get_length (bufferevent_get_output (
            evhttp_connection_get_bufferevent (((Reader *) reader)->connection)));
}

void
http_events_end (HttpEvents *events)
{
    g_autoptr (GList) all = g_hash_table_get_keys (events->readers);
    events->ended = TRUE;
    for (GList *link = all; link != NULL; link = link->next) {
        struct evhttp_request *raw = ((Reader *) link->data)->raw;
        forget (link->data);
        evhttp_send_reply_end (raw);
    }
}

/* ---- beginning and end ---------------------------------------- */

HttpEvents *
http_events_new (struct event_base *base, HttpGuard *guard, gint64 sequence)
{
    HttpEvents *events = g_new0 (HttpEvents, 1);
    events->guard = guard;
    struct timeval beat = { .tv_sec = CG_EVENTS_BEAT_S };
    events->pushed = g_async_queue_new_full (message_free);
    g_queue_init (&events->kept);
    events->before = events->sequence = sequence;
    events->readers = g_hash_table_new_full (NULL, NULL, g_free, NULL);
    events->beat = event_new (base, -1, EV_PERSIST, on_beat, events);
    event_add (events->beat, &beat);
    return events;
}

void
http_events_free (HttpEvents *events)
{
    if (events == NULL)
        return;
    event_free (events->beat);
    g_async_queue_unref (events->pushed);
    g_queue_clear_full (&events->kept, message_free);
    g_hash_table_unref (events->readers);
    g_free (events);
}
