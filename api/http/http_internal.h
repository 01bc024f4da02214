/* Requests and replies inside the program: handlers know neither sockets nor libevent. */
#ifndef CG_HTTP_INTERNAL_H
#define CG_HTTP_INTERNAL_H

#include "app/live/live.h"
#include "app/open/collections.h"
#include "app/open/tile_maps.h"
#include "http/server.h"

/* ---- finished pictures, kept by key ------------------------------------------------------------- */
typedef struct _HttpCache HttpCache; /* thread safe */
typedef GBytes *(*HttpCacheMake) (gpointer user_data, GError **error);

HttpCache *http_cache_new (gsize max_bytes);
void http_cache_free (HttpCache *cache);
/* The kept bytes of key, or those of make, which are then kept. Callers that ask for a key that is being made wait
 * for it instead of making it again. An error is not kept. (transfer full) */
GBytes *http_cache_get (HttpCache *cache, const char *key, HttpCacheMake make, gpointer user_data, GError **error);
gsize http_cache_bytes (HttpCache *cache);
/* The kept bytes, or NULL; never waits. (transfer full) */
GBytes *http_cache_peek (HttpCache *cache, const char *key);
void http_cache_clear (HttpCache *cache); /* all but what is being made */
typedef struct {
    gsize bytes;
    guint64 hits, misses; /* hits: also those that waited for a picture being made */
} HttpCacheStats;
void http_cache_stats (HttpCache *cache, HttpCacheStats *out);

/* ---- request, reply ------------------------------------------------------------------------------ */
typedef struct _HttpMetrics HttpMetrics; /* metrics.h */
typedef struct _HttpSnapshot HttpSnapshot; /* snapshot.h */
typedef struct _HttpMeasures HttpMeasures; /* measures.c: a connection for /api/measures; thread safe */
typedef struct _HttpAnalyses HttpAnalyses; /* analyses.h */

typedef struct {
    CgScreenSource *source;
    HttpCache *cache;
    CgLive *live; /* NULL: incidents are not taken */
    HttpMetrics *metrics; /* of the server; NULL: none is kept */
    const char *county; /* path of the county file, or NULL */
    const CgScenes *scenes; /* never NULL */
    const char *const *sites; /* whose pages may read /api, "https://maps.example"; NULL: none */
    CgFeatures *features; /* collections; NULL: none are served */
    CgTileMaps *maps; /* of tiles of pictures; NULL: none are served */
    HttpSnapshot *snapshot; /* NULL: none is made */
    HttpMeasures *measures; /* NULL: no county file */
    HttpAnalyses *analyses; /* where analyses that take long go; NULL: they are run where they are met */
    gint64 (*now_s) (void);
} HttpContext;

typedef struct {
    char *method;        /* "GET"                                     */
    char *path;          /* decoded, UTF-8, begins with "/"           */
    char **segments;     /* what lies between its "/", split before it was decoded: an id may hold one */
    GHashTable *query;   /* name -> value, decoded, UTF-8             */
    char *if_none_match; /* or NULL                                   */
    char *accept, *accept_encoding, *host; /* headers of that name; all may be NULL */
    char *origin;                          /* the page that asks, or NULL */
    char *forwarded_proto;                 /* X-Forwarded-Proto of the proxy in front, or NULL */
    /* Of a request that brings something; all may be NULL. */
    char *content_type, *idempotency_key;
    GBytes *body;
    /* Of one that was postponed. */
    CgScreen *snapshot;         /* that it was asked of; NULL: the present one                          */
    GCancellable *cancel;       /* not NULL: it may take long now, until this says stop (borrowed)      */
    const CgProgress *progress; /* (borrowed)                                                           */
} HttpRequest;

/* What comes behind the body that a reply has: made piece by piece while its client takes it, so that a slow one costs no
 * more than a piece. All zero: nothing does. */
typedef struct {
    /* By a worker. NULL without error: that was all. An error (STORE) cuts the reply off. (transfer full) */
    GBytes *(*next) (gpointer data, GError **error);
    GDestroyNotify free; /* frees data */
    gpointer data;
} HttpRest;

#define HTTP_PIECE_BYTES (512u << 10)

typedef struct {
    guint status;
    const char *type;  /* borrowed */
    GBytes *body;      /* with a rest: its first piece */
    HttpRest rest;
    char *etag;        /* with its quotes; NULL: none          */
    const char *allow; /* of a 405                             */
    guint retry_s;     /* of a 503; 0: none                    */
    char *fault;       /* what exactly failed, for the log only */
    GPtrArray *headers; /* name, value, name, ... of further ones; NULL: none */
    char *postponed;    /* instead of all others: what has to be found first, and would take long      */
    CgScreen *snapshot; /* ... in which                                                                  */
} HttpReply;

void http_request_clear (HttpRequest *request);
void http_reply_clear (HttpReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HttpRequest, http_request_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HttpReply, http_reply_clear)
void http_rest_clear (HttpRest *rest);
/* Makes the rest and puts it behind the body. Errors as those of the rest, which is gone then */
gboolean http_reply_gather (HttpReply *reply, GError **error);

/* Fills request from a method and the raw target ("/a%20b?c=d"). Errors ARGUMENT bad escape, not UTF-8, NUL byte, a
 * name twice; LIMIT longer than CG_HTTP_MAX_URL or over 32 parameters. */
gboolean http_request_init (HttpRequest *request, const char *method, const char *target, const char *if_none_match,
                            GError **error);

/* names: what stood for each {variable} of the pattern, in order; ends with NULL. */
typedef gboolean (*HttpHandler) (HttpContext *context, const HttpRequest *request, const char *const *names,
                                 HttpReply *reply, GError **error);

/* Where a handler runs. */
typedef enum {
    HTTP_AT_ONCE, /* on the loop's thread: never waits, never draws */
    HTTP_DRAWS,   /* on a worker that holds a core                  */
    HTTP_WAITS,   /* on a worker that waits for the disk            */
} HttpPlace;

#define HTTP_MAX_NAMES 7u

typedef struct {
    const char *method, *pattern; /* "GET" also answers HEAD; "{name}" stands for any one segment, also as a
                                     part of it: "{y}.mvt". The first route that fits is taken           */
    HttpPlace place;
    const char *const *parameters; /* NULL-terminated list of names that the query may hold, http_no_parameters;
                                      NULL: any                                                          */
    HttpHandler run;
    const char *summary; /* one line for people who call it; NULL: a page                              */
    const char *types;   /* media types of its 200, blanks between; NULL: application/json              */
} HttpRoute;

extern const char *const http_no_parameters[];

/* Each module under api/http has one list of routes, which ends with method NULL; routes.c joins them. */
extern const HttpRoute http_page_routes[], http_picture_routes[], http_measure_routes[], http_incident_routes[],
    http_operation_routes[], http_feature_routes[], http_tile_routes[], http_tile_picture_routes[], http_wmts_routes[], http_snapshot_routes[], http_help_routes[], http_analysis_routes[],
    http_openapi_routes[];
/* All of them, in the order in which they are tried; ends with NULL. */
const HttpRoute *const *http_route_lists (void);
/* The route that a request goes to, NULL: none fits path and method. */
const HttpRoute *http_route_of (const HttpRequest *request);
/* Always gives a whole reply: errors become problem documents, a matching If-None-Match becomes 304. */
void http_answer (HttpContext *context, const HttpRequest *request, HttpReply *reply);
/* ---- encode.c ---- */
#define HTTP_GZIP_MARK "-gz" /* at the end of the tag of a shortened body */
/* Shortens the body with gzip where the client takes that and it is worthwhile. */
void http_encode (HttpContext *context, const HttpRequest *request, HttpReply *reply);
/* Lets pages of the sites that the operator names read it. */
void http_share (HttpContext *context, const HttpRequest *request, HttpReply *reply);
/* TRUE: the request was such a page's question whether it may. */
gboolean http_preflight (HttpContext *context, const HttpRequest *request, HttpReply *reply);
/* A problem document; status 0: by the error's code. */
void http_problem (HttpReply *reply, guint status, const GError *error);
/* Status line, headers and body of a problem as one text, which ends the connection. (transfer full) */
GBytes *http_reply_raw (const HttpReply *reply);
/* Name and value pairs that every reply carries, ends with NULL. */
const char *const *http_security_headers (void);

/* A whole number of the query; out is untouched where it is not given. Errors ARGUMENT names the
 * parameter and the range */
gboolean http_get_whole (const HttpRequest *request, const char *name, guint64 min, guint64 max, guint64 *out,
                         GError **error);

/* "http://127.0.0.1:8420", by which the request reached us, for links; "" where it does not say. (transfer full) */
char *http_request_base (const HttpRequest *request);
/* Which of two media types a client would rather have, by f=json or f=html, else by Accept.
 * Errors ARGUMENT another f */
gboolean http_wants_html (const HttpRequest *request, gboolean *out, GError **error);

void http_reply_header (HttpReply *reply, const char *name, const char *value);
/* TRUE when the client has what the reply's ETag stands for: no body is needed, http_answer makes it a 304. */
gboolean http_reply_is_known (const HttpRequest *request, const HttpReply *reply);
void http_reply_text (HttpReply *reply, const char *type, GString *text); /* takes text; type is borrowed */
void http_reply_json (HttpReply *reply, json_t *value); /* takes value */
/* ETag from the parts of a text; joined to the program's version. */
void http_reply_tag (HttpReply *reply, const char *text);

gboolean http_get_metrics (HttpContext *context, const HttpRequest *request, const char *const *names, HttpReply *reply,
                           GError **error);

/* ---- measures.c ---------------------------------------------------------------------------------------- */
/* Replies lie in the cache (borrowed), which outlives them: of one state of the data each, counted one at a time. While a
 * new one is counted the one before is given, if it was true two seconds ago and on the same day. */
HttpMeasures *http_measures_new (const char *county, HttpCache *cache);
void http_measures_free (HttpMeasures *measures);

/* ---- names of the server ---------------------------------------------------------------------------- */
/* TRUE when a Host header's value (with or without port) is a loopback name or address, or one of names
 * (NULL-terminated, without ports, any case; may be NULL). */
gboolean http_host_is_ours (const char *host, const char *const *names);
/* Errors ARGUMENT one of names is not a plain host name. */
gboolean http_hosts_check (const char *const *names, GError **error);

/* ---- listening -------------------------------------------------------------------------------------- */
/* A listening, non-blocking socket and the address for people. out_unix_path is set for "unix:" and must be removed
 * when the server ends. -1 on error. */
int http_listen (const char *address, char **out_url, char **out_unix_path, GError **error);

#endif
