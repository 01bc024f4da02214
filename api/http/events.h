/* Server-sent events: one stream of messages to many readers, each of which may have been away.
 *
 * Everything but http_events_push belongs to the event loop's thread. */
#ifndef CG_HTTP_EVENTS_H
#define CG_HTTP_EVENTS_H

#include "http/guard.h"

#include <event2/event.h>
#include <event2/http.h>
#include <glib.h>

#define CG_EVENTS_MAX_READERS 2000u
#define CG_EVENTS_KEPT_BYTES (16u << 20) /* of messages, for readers that come back   */
#define CG_EVENTS_SLOW_BYTES (4u << 20)  /* unsent to one reader: it is dropped       */
#define CG_EVENTS_BEAT_S 15              /* a comment, so that proxies keep the line  */

typedef struct _HttpEvents HttpEvents;

/* sequence  of the last message before these */
HttpEvents *http_events_new (struct event_base *base, HttpGuard *guard, gint64 sequence);
void http_events_free (HttpEvents *events); /* after its connections */

/* From any thread, in order of sequence; http_events_flush sends it. (message: borrowed) */
void http_events_push (HttpEvents *events, gint64 sequence, GBytes *message);
#define HTTP_EVENTS_ASIDE G_MAXINT64 /* sequence of a message that is told once and not kept */
void http_events_flush (HttpEvents *events);

/* FALSE: what came after `last` is not kept any more and must be found elsewhere. */
gboolean http_events_keeps (const HttpEvents *events, gint64 last);
/* Answers a request with the stream; headers are those of every reply. last is the reader's
 * Last-Event-ID or -1: it gets what came after that. history (NULL: none) is sent before, it
 * reaches up to `last`. Where the rest is not kept, or last is none of ours, the reader gets
 * "event: reset", after which it must ask for the whole state. FALSE: too many readers; nothing was
 * sent. */
gboolean http_events_add (HttpEvents *events, struct evhttp_request *raw,
                          const char *const *headers, GBytes *history, gint64 last);
guint http_events_count (const HttpEvents *events);
/* Ends all streams; for the end of the server. */
void http_events_end (HttpEvents *events);

typedef struct {
    guint readers;
    gsize kept_bytes, waiting_bytes; /* messages kept; what readers have not taken yet, all together */
    guint64 dropped;                 /* readers cut off as too slow, since the beginning             */
} HttpEventsStats;
void http_events_stats (const HttpEvents *events, HttpEventsStats *out);

#endif
