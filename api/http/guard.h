/* Watches over connections: that their bytes are requests, that they arrive and leave in time, and that there are not too
 * many of them. See guard.c for why. One event loop's thread only. */
#ifndef CG_HTTP_GUARD_H
#define CG_HTTP_GUARD_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <glib.h>

#define CG_GUARD_SLOW_S 30          /* a reader must take ...                       */
#define CG_GUARD_SLOW_BYTES 32768u  /* ... so much of its answer in that time        */
#define CG_GUARD_PATIENCE_S 5        /* with an answer, when others wait for a place */
#define CG_GUARD_LINGER_S 2         /* for the rest of what a refused client sends   */

typedef struct _HttpGuard HttpGuard;

/* deadline_ms   for a request to arrive, from its first byte
 * max           connections; one more makes another one close: who has not taken its answer for over 5 s, or else who was
 *               silent for longest */
HttpGuard *http_guard_new (struct event_base *base, guint deadline_ms, guint max);
void http_guard_free (HttpGuard *guard); /* after all its connections, before the base */

/* For evhttp_set_bevcb, with the guard as its argument: a new connection that is watched. */
struct bufferevent *http_guard_connection (struct event_base *base, void *guard);
/* The whole request is there; and its answer has been sent. */
void http_guard_arrived (HttpGuard *guard, struct evhttp_connection *connection);
void http_guard_answered (HttpGuard *guard, struct evhttp_connection *connection);
/* The answer is a stream that ends when its reader goes: it may rest for as long as it likes. */
void http_guard_streams (HttpGuard *guard, struct evhttp_connection *connection);
/* Calls closed once when the connection ends; NULL: no more. libevent has room for one such call, which is the guard's. */
void http_guard_when_closed (HttpGuard *guard, struct evhttp_connection *connection,
                             void (*closed) (struct evhttp_connection *, void *), void *user_data);
/* Closes the connection that has been taking its answer for longest, if for over CG_GUARD_PATIENCE_S. FALSE: none has. */
gboolean http_guard_drop_slowest (HttpGuard *guard);

typedef struct {
    guint open, max;
    guint64 closed;    /* for others that came, or as too slow */
    guint64 malformed; /* what came was no request             */
} HttpGuardStats;
void http_guard_stats (const HttpGuard *guard, HttpGuardStats *out);

#endif
