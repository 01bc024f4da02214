/* The HTTP door: pages, figures and pictures of one county file on loopback or a Unix socket.
 *
 * One thread accepts, reads and writes; a small pool of workers draws. Handlers are plain functions from request to
 * reply (http_internal.h). A reverse proxy in front gives TLS, sign-in and limits to the outside.
 *
 * GET /                      start page
 * GET /screen/NAME           big screen
 * GET /api/tiles/NAME/...    vector tiles and their TileJSON (docs/http.md)
 * GET /api                   OGC API Features: /api/conformance, /api/collections/NAME/items (docs/http.md)
 * GET /api/overview          figures of the county screen, JSON (cg_screen_overview); place=CODE: of one place
 * GET /api/scenes            what the big screens show (app/screen/scenes.h); /api/scenes/schema
 * GET /api/outlines/NAME     where the places of a map lie in its picture (cg_screen_outlines)
 * GET /api/pictures          names and titles of pictures, measures and themes, JSON
 * GET /api/render/NAME       a picture: w, h (pixels), screen (height of the wall in pixels that text sizes follow),
 *                            format=png|svg|pdf, theme=dark|light, measure=NAME; the bytes of `countygrid render`.
 *                            v is not looked at: a page puts its data version there, so that its browser asks again
 * GET /api/measures          counts, rates and changes by place and period: level, period, last, when, type, plan as in
 *                            `countygrid report`
 * GET /healthz               {"ok", "reasons", "version", "data_version", "store", "plan", "incidents", ...}; 503 when not
 * GET /metrics               what the server counts about itself, in the text format of Prometheus
 * POST /api/incidents        with `intake`: incidents as they happen (app/live/live.h); Idempotency-Key
 * GET /api/events            with `intake`: what came in, as server-sent events; Last-Event-ID (or last_event_id in
 *                            the URL) resumes, "event: reset" says that the reader was away for too long
 *
 * Errors are RFC 9457 problem+json with `code` of cg_error_name. Every 200 of /api and of the pages has an ETag;
 * If-None-Match answers 304. An unknown parameter is an error, not ignored.
 */
#ifndef CG_HTTP_SERVER_H
#define CG_HTTP_SERVER_H

#include "app/screen/screen.h"

#include <gio/gio.h>

#define CG_HTTP_MAX_URL 4096u           /* bytes; 414                                          */
#define CG_HTTP_MAX_HEADERS 16384u      /* bytes with the request line                         */
#define CG_HTTP_MAX_BODY (256u << 10)   /* bytes; 413                                          */
#define CG_HTTP_MAX_CONNECTIONS 4096u /* open; one more closes the one silent for longest   */
#define CG_HTTP_MAX_PIXELS (64u << 20)  /* of a picture; 413. The command line draws larger ones */
#define CG_HTTP_CACHE_BYTES (128u << 20) /* finished pictures kept                             */

typedef struct {
    const char *county;     /* path of the county file                                           */
    CgScreenSource *source; /* used instead of county when set (borrowed)                        */
    const char *listen;     /* "127.0.0.1:8420" (default), "[::1]:0", "localhost:0", "unix:PATH" */
    /* Names besides the loopback's that a Host header may hold on a TCP address, without ports,
     * NULL-terminated; NULL: none. Other names get 421: a page of another site may have pointed its
     * own name here. Behind "unix:" any name is taken, the proxy in front has checked it. */
    const char *const *hosts;
    const CgScenes *scenes; /* of the big screens (borrowed); NULL: the built-in ones            */
    /* Sites whose pages may read /api (CORS), as "https://maps.example", NULL-terminated; NULL: none. */
    const char *const *sites;
    gboolean intake;        /* incidents are taken; needs county                                 */
    /* With intake: a CSV that grows, or a folder of them, whose rows are delivered (app/live/feed.h); NULL: none. */
    const char *watch, *watch_crs, *watch_encoding;
    char **watch_map;
    guint workers;          /* 0: one for each core, at most 4                                   */
    guint analyses;         /* that take long, at a time; 0: as county.ini says, as the next two       */
    guint analyses_waiting; /* for their turn before 503                                              */
    guint analysis_ms;      /* that one may take, and wait; 504                                       */
    guint queue;            /* requests waiting for a worker before 503; 0: 64                   */
    guint deadline_ms;      /* for a whole request to arrive, from its first byte; 0: 10 000     */
    guint max_connections;  /* 0: CG_HTTP_MAX_CONNECTIONS, or what the limit of open files allows */
    gboolean log_requests;  /* each request has a line in the log; else only what failed or was slow */
    gboolean reloads;       /* SIGHUP: the county with its settings is read anew, nothing is interrupted */
    gboolean keep_signals;  /* TRUE: SIGINT and SIGTERM are left to the caller                   */
    GCancellable *cancel;   /* stops the server as a signal does; may be NULL                    */
    /* Called once from the serving thread when connections are accepted; address is a URL
     * ("http://127.0.0.1:8420/") or "unix:PATH". May be NULL. */
    void (*ready) (const char *address, gpointer user_data);
    gpointer user_data;
} CgHttpOptions;

/* Serves until SIGTERM, SIGINT or cancel; requests at work are finished (at most 5 s), then TRUE.
 * Errors  ARGUMENT listen is not loopback and not unix:, or a bad name in hosts; INPUT the playlist of county.ini names
 *         a scene that is not there; CONFLICT the address is in use; IO; as cg_screen_open */
gboolean cg_http_serve (const CgHttpOptions *options, GError **error);

#endif
