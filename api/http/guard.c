/* Time limits on requests that arrive slowly.
 *
 * libevent's own timeout starts again with each byte, so one byte every few seconds holds a
 * connection for ever. Here the clock starts with the first byte of a request and only stops when
 * the request is whole. A connection that sends nothing at all falls to libevent's timeout. */
#include "http/guard.h"

#include <event2/buffer.h>
#include <sys/socket.h>

typedef struct {
    HttpGuard *guard;
    struct bufferevent *connection;
    gint64 started_us; /* 0: no request is arriving */
} Watch;

struct _HttpGuard {
    GHashTable *watches; /* bufferevent -> Watch. An entry outlives its connection until the address
                            is used again: as many entries as connections were ever open at once. */
    gint64 deadline_us;
};

HttpGuard *
http_guard_new (guint deadline_ms)
{
    HttpGuard *guard = g_new0 (HttpGuard, 1);
    guard->watches = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    guard->deadline_us = (gint64) deadline_ms * 1000;
    return guard;
}

void
http_guard_free (HttpGuard *guard)
{
    if (guard == NULL)
        return;
    g_hash_table_unref (guard->watches);
    g_free (guard);
}

static void
on_input (struct evbuffer *buffer, const struct evbuffer_cb_info *info, void *user_data)
{
    Watch *watch = user_data;
    if (info->n_added == 0)
        return;
    gint64 now_us = g_get_monotonic_time ();
    if (watch->started_us == 0)
        watch->started_us = now_us;
    else if (now_us - watch->started_us > watch->guard->deadline_us)
        /* Only the socket is closed here: the reader then sees the end and cleans up in its own
         * time. */
        shutdown (bufferevent_getfd (watch->connection), SHUT_RDWR);
}

struct bufferevent *
http_guard_connection (struct event_base *base, void *user_data)
{
    HttpGuard *guard = user_data;
    struct bufferevent *connection = bufferevent_socket_new (base, -1, 0);
    if (connection == NULL)
        return NULL;
    Watch *watch = g_new0 (Watch, 1);
    watch->guard = guard;
    watch->connection = connection;
    g_hash_table_insert (guard->watches, connection, watch);
    evbuffer_add_cb (bufferevent_get_input (connection), on_input, watch);
    return connection;
}

void
http_guard_arrived (HttpGuard *guard, struct bufferevent *connection)
{
    Watch *watch = g_hash_table_lookup (guard->watches, connection);
    if (watch != NULL)
        watch->started_us = 0;
}
