/* The running server, shared by the files that serve one connection: server.c (start and end), arrive.c (a request comes
 * in), reply.c (an answer goes out). All on the loop's thread unless it says otherwise. */
#ifndef CG_HTTP_SERVER_INTERNAL_H
#define CG_HTTP_SERVER_INTERNAL_H

#include "http/cover.h"
#include "http/events.h"
#include "http/guard.h"
#include "http/http_internal.h"
#include "http/log.h"
#include "http/metrics.h"
#include "http/watch.h"

#include <event2/event.h>
#include <event2/http.h>

#define HTTP_UNSENT_BYTES (256u << 20)

typedef struct {
    const CgHttpOptions *options;
    HttpContext context;
    HttpGuard *guard;
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *bound;
    struct event *wake, *patience, *term, *interrupt, *hangup, *alive;
    HttpLog *log;
    guint32 run;           /* differs from start to start: with the number of a request, its id */
    guint64 n_requests;
    guint n_workers;
    GThreadPool *pool;     /* that draw */
    GThreadPool *waiters;  /* that wait for the disk; NULL without live incidents */
    HttpWatch *watch;      /* NULL: no file is followed */
    HttpCover *cover;      /* NULL: there is no county file */
    HttpEvents *events;    /* NULL without live incidents */
    GAsyncQueue *finished; /* of HttpJob */
    int wake_fd;
    guint queue, waiting, drawing; /* requests on workers, on those that draw (loop's thread only) */
    GHashTable *sending;  /* connection that a reply is being written to -> bytes of a large one */
    gsize unsent;         /* of all large replies that are not taken yet */
    gint stop;            /* atomic: asked for from another thread */
    gboolean stopping, reloading;
    char *url, *unix_path;
} HttpServer;

typedef struct {
    HttpServer *server;
    struct evhttp_request *raw;
    const char *method;     /* of any request, also one that is not understood */
    const HttpRoute *route; /* NULL: none fits                                  */
    char id[32], *client;   /* client: as a proxy in front says, or NULL        */
    gint64 began_us;
    guint64 number;   /* of the request since the start       */
    gboolean picture; /* its answer is an image: others go first */
    HttpRequest request;
    HttpReply reply;
    gboolean draws;   /* on a worker that draws */
    gboolean reloads; /* no request: the county is to be read anew */
    gboolean streams; /* a reader of events whose past is looked up */
    gboolean goes_on; /* its next piece is made: pieces.c           */
    struct HttpPieces *pieces;
    gint64 last;
    GBytes *history;
    char *mark;           /* by which its client asks how far it is; NULL: it does not          */
    gpointer analysis;    /* that it waits for; NULL: none (borrowed)                           */
    gboolean runs;        /* it is the one of those who wait for it                             */
    struct event *gone;   /* while it waits: its client hangs up                                */
} HttpJob;

/* Ends of jobs and other news are looked at in the loop. From any thread. */
void http_server_wake (HttpServer *server);
void http_job_free (gpointer job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpJob, http_job_free)

/* ---- arrive.c ---------------------------------------------------------------------------------- */
/* Gives a job to a worker that draws or waits for the disk. (transfer full) */
void http_push_job (HttpServer *server, HttpJob *job, HttpPlace place);
/* For evhttp_set_gencb, with the server. */
void http_on_request (struct evhttp_request *raw, void *server);
/* What a worker does with a job; for g_thread_pool_new, with the server. */
void http_work (gpointer job, gpointer server);
/* Which of two jobs a worker takes first; for g_thread_pool_set_sort_function. */
int http_compare_jobs (gconstpointer a, gconstpointer b, gpointer user_data);
/* For CgLiveOptions; from the writing thread. */
void http_on_committed (gint64 sequence, GBytes *message, gpointer server);
void http_on_told (GBytes *message, gpointer server);
/* The reader of a job whose past was looked up joins the stream. */
void http_start_stream (HttpServer *server, HttpJob *job);

/* ---- reply.c ------------------------------------------------------------------------------------ */
/* Writes job->reply, counts it and tells the log. */
void http_send_reply (HttpServer *server, HttpJob *job);
/* Counts and tells a request that was answered by other means, of so many bytes. */
void http_note_reply (HttpServer *server, const HttpJob *job, guint status, gsize bytes);
void http_refuse_busy (HttpServer *server, HttpJob *job);
const char *http_reason_of (guint status);
/* For evbuffer_add_reference to bytes whose reference it takes. */
void http_bytes_sent (const void *data, size_t length, void *bytes);
/* A reply of so many bytes is on its way, until it is taken or its client goes; a request with a connection. */
void http_begin_sending (HttpServer *server, struct evhttp_request *raw, gsize bytes);
void http_end_sending (HttpServer *server, struct evhttp_connection *connection);
/* Ends the loop when the server stops and nothing is left to do. */
void http_finish_if_quiet (HttpServer *server);

/* ---- pieces.c ----------------------------------------------------------------------------------- */
/* Sends a reply that has a rest, whose headers are set; takes over what the job holds. */
void http_send_pieces (HttpServer *server, HttpJob *job);
/* What a worker does with a job that goes on; and the loop when it is back. (job: taken) */
void http_make_piece (HttpJob *job);
void http_send_piece (HttpServer *server, HttpJob *job);
void http_pieces_free (struct HttpPieces *pieces);

/* ---- control.c ---------------------------------------------------------------------------------- */
void http_start_control (HttpServer *server); /* with the base made */
void http_end_control (HttpServer *server);   /* before the base goes */
void http_tell_ready (HttpServer *server);
/* No new connections, streams end, requests at work are answered: then the loop ends. */
void http_begin_stop (HttpServer *server);
void http_end_reload (HttpServer *server, const HttpJob *job);

#endif
