/* Closes connections whose request takes too long to arrive; see guard.c for why. One event loop's thread only. */
#ifndef CG_HTTP_GUARD_H
#define CG_HTTP_GUARD_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <glib.h>

typedef struct _HttpGuard HttpGuard;

HttpGuard *http_guard_new (guint deadline_ms);
void http_guard_free (HttpGuard *guard); /* after all its connections */

/* For evhttp_set_bevcb, with the guard as its argument: a new connection that is watched. */
struct bufferevent *http_guard_connection (struct event_base *base, void *guard);
/* The whole request is there. */
void http_guard_arrived (HttpGuard *guard, struct bufferevent *connection);

#endif
