/* Limits on connections.
 *
 * libevent's own timeout starts again with each byte, so one byte every few seconds holds a connection for ever, in
 * either direction; it has no limit on their number, and answers what it does not understand in HTML. Here the clock
 * starts with the first byte of a request and stops when the request is whole; an answer must be taken at a least rate;
 * bytes are read along (wire.h) before libevent sees them; and where too many connections are open, the one that was
 * silent for longest gives way, so that those who hold lines open do not shut others out. */
#include "http/guard.h"

#include "base/error.h"
#include "http/http_internal.h"
#include "http/wire.h"

#include <errno.h>
#include <event2/buffer.h>
#include <sys/socket.h>

#define WAITING_BYTES (1u << 20) /* bytes that wait behind a request that is being answered */

typedef struct {
    HttpGuard *guard;
    struct bufferevent *line;
    struct evhttp_connection *connection; /* NULL: not known yet */
    HttpWire wire;
    GList link;         /* in queue */
    GQueue *queue;      /* the guard's idle or busy; NULL: neither, of a stream and where the end is near */
    gint64 arrived_us;  /* of the request that is being answered */
    gboolean streams, refused;
    gint64 started_us;  /* of the request that arrives, of a refused one its answer; 0: none does */
    gint64 checked_us;  /* when the answer was last looked at ...   */
    gsize left;         /* ... and so much of it was not taken      */
    void (*closed) (struct evhttp_connection *, void *);
    void *user_data;
} Watch;

struct _HttpGuard {
    GHashTable *watches; /* Watch -> itself; also connection -> Watch, below */
    GHashTable *by_connection;
    GQueue idle;         /* of Watch, between two requests or on the way to one: longest silent first */
    GQueue busy;         /* of Watch, that are being answered: longest first                          */
    GQueue fresh;        /* of Watch, whose connection is not known yet */
    struct event *fresh_event, *sweep;
    gint64 deadline_us;
    guint max;
    guint64 n_closed, n_malformed;
};

/* ---- the end of a connection ---------------------------------------- */

/* Only the socket is closed here: libevent then sees the end and cleans up in its own time. */
static void
hang_up (Watch *watch)
{
    shutdown (bufferevent_getfd (watch->line), SHUT_RDWR);
}

static void
move_to (Watch *watch, GQueue *queue)
{
    if (watch->queue != NULL)
        g_queue_unlink (watch->queue, &watch->link);
    if (queue != NULL)
        g_queue_push_tail_link (queue, &watch->link);
    watch->queue = queue;
}

static gboolean
is_idle (const Watch *watch)
{
    return watch->queue == &watch->guard->idle;
}

/* What fits into the socket at once; nobody waits for a client that was refused. */
static void
say (Watch *watch, guint status, int code, const char *text)
{
    g_autoptr (GError) error = g_error_new_literal (CG_ERROR, code, text);
    g_auto (HttpReply) reply = { 0 };
    http_problem (&reply, status, error);
    g_autoptr (GBytes) raw = http_reply_raw (&reply);
    gsize n;
    const char *bytes = g_bytes_get_data (raw, &n);
    int fd = bufferevent_getfd (watch->line);
    if (send (fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EBADF)
        return;
    shutdown (fd, SHUT_WR);
}

/* A client that still sends would lose the answer if the socket were closed before its end: what it sends is thrown away
 * for a while. */
static void
refuse (Watch *watch, guint status, int code, const char *text)
{
    gboolean answering = !is_idle (watch);
    move_to (watch, NULL);
    watch->refused = TRUE;
    watch->started_us = g_get_monotonic_time ();
    if (answering || evbuffer_get_length (bufferevent_get_output (watch->line)) > 0)
        hang_up (watch); /* an answer is on its way: two in one would be read as one */
    else
        say (watch, status, code, text);
}

static void
close_for_others (Watch *watch)
{
    watch->guard->n_closed++;
    move_to (watch, NULL);
    watch->refused = TRUE;
    hang_up (watch);
}

static void
too_late (Watch *watch)
{
    watch->guard->n_closed++;
    refuse (watch, 408, CG_ERROR_LIMIT, "the request did not arrive in time");
}

/* ---- what comes in ---------------------------------------- */

static gboolean
read_along (Watch *watch, struct evbuffer *buffer, gsize from, HttpWireFault *fault)
{
    char block[4096];
    struct evbuffer_ptr at;
    gsize end = evbuffer_get_length (buffer);
    while (from < end) {
        gsize n = MIN (sizeof block, end - from);
        if (evbuffer_ptr_set (buffer, &at, from, EVBUFFER_PTR_SET) != 0 ||
            evbuffer_copyout_from (buffer, &at, block, n) != (ev_ssize_t) n)
            return TRUE;
        if (!http_wire_feed (&watch->wire, block, n, fault))
            return FALSE;
        from += n;
    }
    return TRUE;
}

static void
on_input (struct evbuffer *buffer, const struct evbuffer_cb_info *info, void *user_data)
{
    Watch *watch = user_data;
    HttpWireFault fault;
    if (info->n_added == 0)
        return;
    if (watch->refused) {
        evbuffer_drain (buffer, evbuffer_get_length (buffer));
        return;
    }
    gint64 now_us = g_get_monotonic_time ();
    if (watch->started_us == 0 && is_idle (watch))
        watch->started_us = now_us;
    if (is_idle (watch) && now_us - watch->started_us > watch->guard->deadline_us) {
        too_late (watch);
        evbuffer_drain (buffer, evbuffer_get_length (buffer));
    } else if (evbuffer_get_length (buffer) > WAITING_BYTES) {
        close_for_others (watch);
        evbuffer_drain (buffer, evbuffer_get_length (buffer));
    } else if (!read_along (watch, buffer, info->orig_size, &fault)) {
        watch->guard->n_malformed++;
        refuse (watch, fault.status, fault.code, fault.text);
        evbuffer_drain (buffer, evbuffer_get_length (buffer));
    }
}

static void
on_closed (struct evhttp_connection *connection, void *user_data)
{
    Watch *watch = user_data;
    HttpGuard *guard = watch->guard;
    if (watch->closed != NULL)
        watch->closed (connection, watch->user_data);
    move_to (watch, NULL);
    evbuffer_remove_cb (bufferevent_get_input (watch->line), on_input, watch);
    g_hash_table_remove (guard->by_connection, connection);
    g_hash_table_remove (guard->watches, watch);
}

/* ---- limits of time ---------------------------------------- */

static gboolean
is_slow_reader (Watch *watch, gint64 now_us)
{
    gsize left = evbuffer_get_length (bufferevent_get_output (watch->line));
    if (left == 0 || watch->streams) {
        watch->checked_us = 0;
        return FALSE;
    }
    if (watch->checked_us == 0 || left > watch->left) {
        watch->checked_us = now_us;
        watch->left = left;
    }
    if (now_us - watch->checked_us < CG_GUARD_SLOW_S * G_USEC_PER_SEC)
        return FALSE;
    gboolean slow = watch->left - left < CG_GUARD_SLOW_BYTES;
    watch->checked_us = now_us;
    watch->left = left;
    return slow;
}

static void
look_at (Watch *watch, gint64 now_us)
{
    gint64 since_us = watch->started_us != 0 ? now_us - watch->started_us : 0;
    if (watch->refused) {
        if (since_us > CG_GUARD_LINGER_S * G_USEC_PER_SEC)
            hang_up (watch);
    } else if (is_idle (watch) && since_us > watch->guard->deadline_us) {
        too_late (watch);
    } else if (!is_idle (watch) && is_slow_reader (watch, now_us)) {
        close_for_others (watch);
    }
}

/* In no order: nothing that a connection does depends on another. */
static void
on_sweep (evutil_socket_t fd, short what, void *user_data)
{
    HttpGuard *guard = user_data;
    gint64 now_us = g_get_monotonic_time ();
    GHashTableIter iter;
    gpointer watch;
    g_hash_table_iter_init (&iter, guard->watches);
    while (g_hash_table_iter_next (&iter, &watch, NULL))
        if (((Watch *) watch)->connection != NULL)
            look_at (watch, now_us);
}

/* ---- the beginning of a connection ---------------------------------------- */

/* Who has been taking its answer for the longest, where that is long. */
static Watch *
find_slow (HttpGuard *guard)
{
    Watch *slow = g_queue_peek_head (&guard->busy);
    if (slow == NULL ||
        g_get_monotonic_time () - slow->arrived_us < CG_GUARD_PATIENCE_S * G_USEC_PER_SEC)
        return NULL;
    return evbuffer_get_length (bufferevent_get_output (slow->line)) > 0 ? slow : NULL;
}

gboolean
http_guard_drop_slowest (HttpGuard *guard)
{
    Watch *slow = find_slow (guard);
    if (slow != NULL)
        close_for_others (slow);
    return slow != NULL;
}

static void
make_room (HttpGuard *guard, Watch *fresh)
{
    if (g_hash_table_size (guard->by_connection) <= guard->max)
        return;
    Watch *slow = find_slow (guard), *silent = g_queue_peek_head (&guard->idle);
    if (slow != NULL) {
        close_for_others (slow);
    } else if (silent != NULL && silent != fresh) {
        close_for_others (silent);
    } else {
        guard->n_closed++;
        refuse (fresh, 503, CG_ERROR_LIMIT, "too many connections are open");
    }
}

/* libevent makes the connection after it asked for its line; it is the argument of the line's callbacks. This runs before
 * anything of the new line is looked at. */
static void
on_fresh (evutil_socket_t fd, short what, void *user_data)
{
    HttpGuard *guard = user_data;
    Watch *watch;
    while ((watch = g_queue_pop_head (&guard->fresh)) != NULL) {
        void *connection = NULL;
        bufferevent_getcb (watch->line, NULL, NULL, NULL, &connection);
        if (connection == NULL)
            continue;
        watch->connection = connection;
        g_hash_table_insert (guard->by_connection, connection, watch);
        evhttp_connection_set_closecb (connection, on_closed, watch);
        move_to (watch, &guard->idle);
        make_room (guard, watch);
    }
}

struct bufferevent *
http_guard_connection (struct event_base *base, void *user_data)
{
    HttpGuard *guard = user_data;
    struct bufferevent *line = bufferevent_socket_new (base, -1, 0);
    if (line == NULL)
        return NULL;
    Watch *watch = g_new0 (Watch, 1);
    watch->guard = guard;
    watch->line = line;
    watch->link.data = watch;
    http_wire_init (&watch->wire);
    g_hash_table_add (guard->watches, watch);
    evbuffer_add_cb (bufferevent_get_input (line), on_input, watch);
    g_queue_push_tail (&guard->fresh, watch);
    event_active (guard->fresh_event, EV_TIMEOUT, 1);
    return line;
}

/* ---- what the server says ---------------------------------------- */

static Watch *
find (HttpGuard *guard, struct evhttp_connection *connection)
{
    return connection != NULL ? g_hash_table_lookup (guard->by_connection, connection) : NULL;
}

void
http_guard_arrived (HttpGuard *guard, struct evhttp_connection *connection)
{
    Watch *watch = find (guard, connection);
    if (watch == NULL || watch->refused)
        return;
    watch->started_us = watch->checked_us = 0;
    watch->arrived_us = g_get_monotonic_time ();
    move_to (watch, &guard->busy);
}

void
http_guard_answered (HttpGuard *guard, struct evhttp_connection *connection)
{
    Watch *watch = find (guard, connection);
    if (watch == NULL || watch->refused)
        return;
    /* What came meanwhile belongs to the next request. */
    watch->started_us = http_wire_is_between (&watch->wire) ? 0 : g_get_monotonic_time ();
    move_to (watch, &guard->idle);
}

void
http_guard_streams (HttpGuard *guard, struct evhttp_connection *connection)
{
    Watch *watch = find (guard, connection);
    if (watch == NULL)
        return;
    watch->streams = TRUE;
    if (!watch->refused)
        move_to (watch, NULL);
}

void
http_guard_when_closed (HttpGuard *guard, struct evhttp_connection *connection,
                        void (*closed) (struct evhttp_connection *, void *), void *user_data)
{
    Watch *watch = find (guard, connection);
    if (watch == NULL)
        return;
    watch->closed = closed;
    watch->user_data = user_data;
}

void
http_guard_stats (const HttpGuard *guard, HttpGuardStats *out)
{
    *out = (HttpGuardStats){ g_hash_table_size (guard->by_connection), guard->max, guard->n_closed,
                             guard->n_malformed };
}

static void
watch_free (gpointer data)
{
    Watch *watch = data;
    http_wire_clear (&watch->wire);
    g_free (watch);
}

HttpGuard *
http_guard_new (struct event_base *base, guint deadline_ms, guint max)
{
    HttpGuard *guard = g_new0 (HttpGuard, 1);
    struct timeval second = { .tv_sec = 1 };
    guard->watches = g_hash_table_new_full (NULL, NULL, watch_free, NULL);
    guard->by_connection = g_hash_table_new (NULL, NULL);
    g_queue_init (&guard->idle);
    g_queue_init (&guard->busy);
    g_queue_init (&guard->fresh);
    guard->deadline_us = (gint64) deadline_ms * 1000;
    guard->max = max;
    guard->fresh_event = event_new (base, -1, 0, on_fresh, guard);
    guard->sweep = event_new (base, -1, EV_PERSIST, on_sweep, guard);
    event_add (guard->sweep, &second);
    return guard;
}

void
http_guard_free (HttpGuard *guard)
{
    if (guard == NULL)
        return;
    event_free (guard->fresh_event);
    event_free (guard->sweep);
    g_queue_clear (&guard->fresh);
    g_hash_table_unref (guard->by_connection);
    g_hash_table_unref (guard->watches);
    g_free (guard);
}
