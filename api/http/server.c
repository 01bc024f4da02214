#include "http/server.h"

#include "app/clock.h"
#include "base/error.h"
#include "http/events.h"
#include "http/guard.h"
#include "http/http_internal.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <unistd.h>

#define IDLE_S 30    /* a connection without any byte                  */
#define WAITERS 8    /* deliveries that are being parsed or wait for the disk */
#define PATIENCE_S 5 /* at the end, for requests that are being answered */

typedef struct {
    const CgHttpOptions *options;
    HttpContext context;
    HttpGuard *guard;
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *bound;
    struct event *wake, *patience, *term, *interrupt;
    GThreadPool *pool;     /* that draw */
    GThreadPool *waiters;  /* that wait for the disk; NULL without live incidents */
    HttpEvents *events;    /* NULL without live incidents */
    GAsyncQueue *finished; /* of Job */
    int wake_fd;
    guint queue, waiting; /* requests on workers (loop's thread only) */
    GHashTable *sending;  /* connections that a reply is being written to */
    gint stop;            /* atomic: asked for from another thread */
    gboolean stopping;
    char *url, *unix_path;
} Server;

typedef struct {
    Server *server;
    struct evhttp_request *raw;
    HttpRequest request;
    HttpReply reply;
    gboolean streams; /* a reader of events whose past is looked up */
    gint64 last;
    GBytes *history;
} Job;

static void
job_free (gpointer data)
{
    Job *job = data;
    http_request_clear (&job->request);
    http_reply_clear (&job->reply);
    g_clear_pointer (&job->history, g_bytes_unref);
    g_free (job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static void
wake (Server *server)
{
    guint64 one = 1;
    /* The counter only overflows after 2^64 wakes: nothing to do about a failed write. */
    G_GNUC_UNUSED gssize written = write (server->wake_fd, &one, sizeof one);
}

/* ---- replies
 * ------------------------------------------------------------------------------------------ */

static const char *
reason_of (guint status)
{
    static const struct {
        guint status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" },
        { 500, "Internal Server Error" },
        { 503, "Service Unavailable" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Status";
}

static void
add_headers (struct evkeyvalq *headers, const HttpReply *reply)
{
    const char *const *fixed = http_security_headers ();
    for (guint i = 0; fixed[i] != NULL; i += 2)
        evhttp_add_header (headers, fixed[i], fixed[i + 1]);
    gboolean kept = reply->etag != NULL && (reply->status == 200 || reply->status == 304);
    evhttp_add_header (headers, "Cache-Control", kept ? "no-cache" : "no-store");
    if (kept)
        evhttp_add_header (headers, "ETag", reply->etag);
    if (reply->status != 304)
        evhttp_add_header (headers, "Content-Type", reply->type);
    if (reply->allow != NULL)
        evhttp_add_header (headers, "Allow", reply->allow);
    if (reply->retry_s > 0) {
        g_autofree char *text = g_strdup_printf ("%u", reply->retry_s);
        evhttp_add_header (headers, "Retry-After", text);
    }
}

static void
on_bytes_sent (const void *data, size_t length, void *bytes)
{
    g_bytes_unref (bytes);
}

static void
finish_if_quiet (Server *server)
{
    if (server->stopping && server->waiting == 0 && g_hash_table_size (server->sending) == 0)
        event_base_loopexit (server->base, NULL);
}

/* The reply is written, or its client has gone: libevent tells only one of the two. */
static void
on_closed (struct evhttp_connection *connection, void *user_data)
{
    Server *server = user_data;
    evhttp_connection_set_closecb (connection, NULL, NULL);
    g_hash_table_remove (server->sending, connection);
    finish_if_quiet (server);
}

static void
on_sent (struct evhttp_request *raw, void *user_data)
{
    on_closed (evhttp_request_get_connection (raw), user_data);
}

static void
send_reply (Server *server, struct evhttp_request *raw, const char *method, const HttpReply *reply)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers (raw);
    add_headers (headers, reply);
    if (server->stopping)
        evhttp_add_header (headers, "Connection", "close");
    gsize size = reply->body != NULL ? g_bytes_get_size (reply->body) : 0;
    struct evbuffer *body = NULL;
    if (strcmp (method, "HEAD") == 0 && reply->status != 304) {
        g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
        evhttp_add_header (headers, "Content-Length", length);
    } else if (size > 0) {
        body = evhttp_request_get_output_buffer (raw);
        evbuffer_add_reference (body, g_bytes_get_data (reply->body, NULL), size, on_bytes_sent,
                                g_bytes_ref (reply->body));
    }
    /* A request whose client has gone has no connection any more; libevent frees it in this call.
     */
    struct evhttp_connection *connection = evhttp_request_get_connection (raw);
    if (connection != NULL) {
        g_hash_table_add (server->sending, connection);
        evhttp_connection_set_closecb (connection, on_closed, server);
        evhttp_request_set_on_complete_cb (raw, on_sent, server);
    }
    evhttp_send_reply (raw, (int) reply->status, reason_of (reply->status), NULL);
}

static void
refuse_busy (Server *server, Job *job)
{
    g_autoptr (GError) error = g_error_new (
        CG_ERROR, CG_ERROR_LIMIT, "the server is busy: %u requests wait", server->waiting);
    http_problem (&job->reply, 503, error);
    job->reply.retry_s = 2;
    send_reply (server, job->raw, job->request.method, &job->reply);
}

/* ---- the stream of events
 * ------------------------------------------------------------------------------------------ */

/* From the writing thread. */
static void
on_committed (gint64 sequence, GBytes *message, gpointer user_data)
{
    Server *server = user_data;
    http_events_push (server->events, sequence, message);
    wake (server);
}

/* Last-Event-ID, or -1. A browser cannot set the header of the first request: last_event_id in the
 * URL is the same. */
static gint64
last_event (struct evhttp_request *raw, const HttpRequest *request)
{
    const char *text = evhttp_find_header (evhttp_request_get_input_headers (raw), "Last-Event-ID");
    guint64 last;
    if (text == NULL)
        text = g_hash_table_lookup (request->query, "last_event_id");
    return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &last, NULL)
               ? (gint64) last
               : -1;
}

static gboolean
is_stream (const Server *server, const HttpRequest *request)
{
    return server->events != NULL && !server->stopping &&
           strcmp (request->path, "/api/events") == 0 && strcmp (request->method, "GET") == 0;
}

static void
start_stream (Server *server, Job *job)
{
    if (!http_events_add (server->events, job->raw, http_security_headers (), job->history,
                          job->last))
        refuse_busy (server, job);
}

/* ---- requests
 * ------------------------------------------------------------------------------------------ */

/* Without history (too much came, or the file failed) the reader is told to begin anew. */
static void
look_back (Server *server, Job *job)
{
    g_autoptr (GError) error = NULL;
    gint64 until = job->last;
    job->history = cg_live_history (server->context.live, job->last, &until, &error);
    if (job->history != NULL)
        job->last = until;
    if (error != NULL)
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "events: %s",
                          error->message);
}

static void
work (gpointer data, gpointer user_data)
{
    Job *job = data;
    Server *server = job->server;
    if (job->streams)
        look_back (server, job);
    else
        http_answer (&server->context, &job->request, &job->reply);
    g_async_queue_push (server->finished, job); /* from here on it may be freed at any time */
    wake (server);
}

static const char *
method_name (enum evhttp_cmd_type type)
{
    switch (type) {
    case EVHTTP_REQ_GET:
        return "GET";
    case EVHTTP_REQ_HEAD:
        return "HEAD";
    case EVHTTP_REQ_POST:
        return "POST";
    case EVHTTP_REQ_PUT:
        return "PUT";
    case EVHTTP_REQ_DELETE:
        return "DELETE";
    case EVHTTP_REQ_OPTIONS:
        return "OPTIONS";
    case EVHTTP_REQ_TRACE:
        return "TRACE";
    case EVHTTP_REQ_CONNECT:
        return "CONNECT";
    case EVHTTP_REQ_PATCH:
        return "PATCH";
    default:
        return "UNKNOWN";
    }
}

/* 0: the request names this server; otherwise the status to refuse it with. A request without
 * Host is no browser's; HTTP/1.1 demands one (RFC 9112 3.2). */
static guint
refused_host (const Server *server, struct evhttp_request *raw, GError **error)
{
    const char *host = NULL;
    guint n_hosts = 0;
    struct evkeyval *header;
    TAILQ_FOREACH (header, evhttp_request_get_input_headers (raw), next)
    if (g_ascii_strcasecmp (header->key, "Host") == 0) {
        host = header->value;
        n_hosts++;
    }
    if (n_hosts > 1 || (n_hosts == 0 && raw->minor > 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "a request names one Host, this one %u",
                     n_hosts);
        return 400;
    }
    if (n_hosts == 0 || server->unix_path != NULL ||
        http_host_is_ours (host, server->options->hosts))
        return 0;
    g_autofree char *shown = g_utf8_make_valid (host, (gssize) strnlen (host, 100));
    g_set_error (error, CG_ERROR, CG_ERROR_FORBIDDEN, "'%s' is not a name of this server", shown);
    return 421;
}

static char *
header_of (struct evhttp_request *raw, const char *name)
{
    const char *value = evhttp_find_header (evhttp_request_get_input_headers (raw), name);
    return value != NULL ? g_utf8_make_valid (value, -1) : NULL;
}

/* What a request brings, beside where it goes. */
static void
take_body (struct evhttp_request *raw, HttpRequest *request)
{
    struct evbuffer *input = evhttp_request_get_input_buffer (raw);
    gsize length = evbuffer_get_length (input);
    request->content_type = header_of (raw, "Content-Type");
    request->origin = header_of (raw, "Origin");
    request->host = header_of (raw, "Host");
    request->idempotency_key = header_of (raw, "Idempotency-Key");
    if (length == 0)
        return;
    void *body = g_malloc (length);
    evbuffer_remove (input, body, length);
    request->body = g_bytes_new_take (body, length);
}

static void
on_request (struct evhttp_request *raw, void *user_data)
{
    Server *server = user_data;
    struct evhttp_connection *connection = evhttp_request_get_connection (raw);
    if (connection != NULL)
        http_guard_arrived (server->guard, evhttp_connection_get_bufferevent (connection));
    g_autoptr (GError) error = NULL;
    g_autoptr (Job) job = g_new0 (Job, 1);
    job->server = server;
    job->raw = raw;
    const char *method = method_name (evhttp_request_get_command (raw));
    const char *tags = evhttp_find_header (evhttp_request_get_input_headers (raw), "If-None-Match");
    guint refused = refused_host (server, raw, &error);
    if (refused != 0) {
        http_problem (&job->reply, refused, error);
        send_reply (server, raw, method, &job->reply);
        return;
    }
    if (!http_request_init (&job->request, method, evhttp_request_get_uri (raw), tags, &error)) {
        http_problem (&job->reply, error->code == CG_ERROR_LIMIT ? 414 : 0, error);
        send_reply (server, raw, method, &job->reply);
        return;
    }
    HttpPlace place = http_place_of (&job->request);
    if (is_stream (server, &job->request)) {
        job->last = last_event (raw, &job->request);
        /* Nothing to look up for an id that was never given. */
        if (http_events_keeps (server->events, job->last) ||
            job->last > cg_live_sequence (server->context.live)) {
            start_stream (server, job);
            return;
        }
        job->streams = TRUE;
        place = HTTP_WAITS;
    }
    if (place == HTTP_WAITS && server->waiters == NULL)
        place = HTTP_AT_ONCE; /* which says why not */
    if (place == HTTP_AT_ONCE) {
        http_answer (&server->context, &job->request, &job->reply);
        send_reply (server, raw, method, &job->reply);
        return;
    }
    if (server->waiting >= server->queue || server->stopping) {
        refuse_busy (server, job);
        return;
    }
    if (place == HTTP_WAITS)
        take_body (raw, &job->request);
    server->waiting++;
    g_thread_pool_push (place == HTTP_WAITS ? server->waiters : server->pool,
                        g_steal_pointer (&job), NULL);
}

/* ---- start and end
 * -------------------------------------------------------------------------------------- */

static void
on_patience_over (evutil_socket_t fd, short what, void *user_data)
{
    Server *server = user_data;
    event_base_loopbreak (server->base);
}

static void
begin_stop (Server *server)
{
    if (server->stopping)
        return;
    server->stopping = TRUE;
    evhttp_del_accept_socket (server->http, server->bound);
    server->bound = NULL;
    if (server->events != NULL)
        http_events_end (server->events);
    struct timeval patience = { .tv_sec = PATIENCE_S };
    event_add (server->patience, &patience);
    finish_if_quiet (server);
}

static void
on_signal (evutil_socket_t fd, short what, void *user_data)
{
    begin_stop (user_data);
}

static void
on_cancelled (GCancellable *cancel, gpointer user_data)
{
    Server *server = user_data;
    g_atomic_int_set (&server->stop, 1);
    wake (server);
}

static void
on_wake (evutil_socket_t fd, short what, void *user_data)
{
    Server *server = user_data;
    guint64 count;
    G_GNUC_UNUSED gssize got = read (fd, &count, sizeof count);
    Job *job;
    while ((job = g_async_queue_try_pop (server->finished)) != NULL) {
        server->waiting--;
        if (job->streams)
            start_stream (server, job);
        else
            send_reply (server, job->raw, job->request.method, &job->reply);
        job_free (job);
    }
    if (server->events != NULL)
        http_events_flush (server->events);
    if (g_atomic_int_get (&server->stop))
        begin_stop (server);
    finish_if_quiet (server);
}

static void
on_libevent_message (int severity, const char *text)
{
    if (severity >= EVENT_LOG_WARN)
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "http: %s", text);
}

/* A client that goes away while a reply is being written must not end the program. */
static void
ignore_broken_pipes (void)
{
    struct sigaction action;
    if (sigaction (SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
        action.sa_handler = SIG_IGN;
        sigaction (SIGPIPE, &action, NULL);
    }
}

/* Many slow clients must not use up the files that a few good ones need. */
static void
raise_file_limit (void)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = MIN (limit.rlim_max, 65536);
    setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
start_http (Server *server, int fd, GError **error)
{
    server->http = evhttp_new (server->base);
    server->bound =
        server->http != NULL ? evhttp_accept_socket_with_handle (server->http, fd) : NULL;
    if (server->bound == NULL) {
        close (fd);
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "HTTP server: no memory");
        return FALSE;
    }
    evhttp_set_bevcb (server->http, http_guard_connection, server->guard);
    evhttp_set_gencb (server->http, on_request, server);
    evhttp_set_timeout (server->http, IDLE_S);
    evhttp_set_max_headers_size (server->http, CG_HTTP_MAX_HEADERS);
    evhttp_set_max_body_size (server->http, CG_HTTP_MAX_BODY);
    /* All are let in so that the route table can answer 405 with the list of those allowed. */
    evhttp_set_allowed_methods (server->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                                  EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
                                                  EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE |
                                                  EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
    return TRUE;
}

static gboolean
start_events (Server *server, GError **error)
{
    server->wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
    server->base = event_base_new ();
    if (server->wake_fd < 0 || server->base == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "HTTP server: %s", g_strerror (errno));
        return FALSE;
    }
    server->wake = event_new (server->base, server->wake_fd, EV_READ | EV_PERSIST, on_wake, server);
    server->patience = evtimer_new (server->base, on_patience_over, server);
    event_add (server->wake, NULL);
    if (!server->options->keep_signals) {
        server->term = evsignal_new (server->base, SIGTERM, on_signal, server);
        server->interrupt = evsignal_new (server->base, SIGINT, on_signal, server);
        event_add (server->term, NULL);
        event_add (server->interrupt, NULL);
    }
    return TRUE;
}

static gboolean
start_intake (Server *server, GError **error)
{
    CgLiveOptions live = { .county = server->options->county,
                           .now_s = cg_app_now,
                           .shelf = cg_screen_source_shelf (server->context.source),
                           .committed = on_committed,
                           .user_data = server };
    if (server->options->county == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "incidents need a county file");
        return FALSE;
    }
    if ((server->context.live = cg_live_new (&live, error)) == NULL)
        return FALSE;
    server->events = http_events_new (server->base, cg_live_sequence (server->context.live));
    server->waiters = g_thread_pool_new (work, server, WAITERS, FALSE, NULL);
    return TRUE;
}

static void
server_init (Server *server, const CgHttpOptions *options, CgScreenSource *source)
{
    guint workers = options->workers > 0 ? options->workers : MIN (g_get_num_processors (), 4);
    server->options = options;
    server->wake_fd = -1;
    server->queue = options->queue > 0 ? options->queue : 64;
    server->context.source = source;
    server->context.county = options->county;
    server->context.cache = http_cache_new (CG_HTTP_CACHE_BYTES);
    server->context.now_s = cg_app_now;
    server->guard = http_guard_new (options->deadline_ms > 0 ? options->deadline_ms : 10000);
    server->finished = g_async_queue_new_full (job_free);
    server->sending = g_hash_table_new (NULL, NULL);
    /* Threads of our own that stay: each holds its loaded fonts. */
    server->pool = g_thread_pool_new (work, server, (gint) workers, TRUE, NULL);
}

/* Workers end before anything that they use; connections end before the guard that watches them. */
static void
server_done (Server *server)
{
    if (server->pool != NULL)
        g_thread_pool_free (server->pool, FALSE, TRUE);
    if (server->waiters != NULL)
        g_thread_pool_free (server->waiters, FALSE, TRUE);
    g_clear_pointer (&server->context.live, cg_live_free);
    g_clear_pointer (&server->http, evhttp_free);
    g_clear_pointer (&server->events, http_events_free);
    g_clear_pointer (&server->wake, event_free);
    g_clear_pointer (&server->patience, event_free);
    g_clear_pointer (&server->term, event_free);
    g_clear_pointer (&server->interrupt, event_free);
    g_clear_pointer (&server->base, event_base_free);
    g_clear_pointer (&server->finished, g_async_queue_unref);
    g_clear_pointer (&server->sending, g_hash_table_unref);
    g_clear_pointer (&server->guard, http_guard_free);
    g_clear_pointer (&server->context.cache, http_cache_free);
    if (server->wake_fd >= 0)
        close (server->wake_fd);
    if (server->unix_path != NULL)
        unlink (server->unix_path);
    g_free (server->url);
    g_free (server->unix_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_done)

gboolean
cg_http_serve (const CgHttpOptions *options, GError **error)
{
    g_autoptr (CgScreenSource) own = NULL;
    if (!http_hosts_check (options->hosts, error))
        return FALSE;
    if (options->source == NULL && (own = cg_screen_source_new (options->county, error)) == NULL)
        return FALSE;
    g_auto (Server) server = { 0 };
    server_init (&server, options, own != NULL ? own : options->source);
    event_set_log_callback (on_libevent_message);
    raise_file_limit ();
    ignore_broken_pipes ();
    if (!start_events (&server, error))
        return FALSE;
    const char *address = options->listen != NULL ? options->listen : "127.0.0.1:8420";
    if (options->intake && !start_intake (&server, error))
        return FALSE;
    int fd = http_listen (address, &server.url, &server.unix_path, error);
    if (fd < 0 || !start_http (&server, fd, error))
        return FALSE;
    gulong handler = 0;
    if (options->cancel != NULL)
        handler = g_cancellable_connect (options->cancel, G_CALLBACK (on_cancelled), &server, NULL);
    if (options->ready != NULL)
        options->ready (server.url, options->user_data);
    event_base_dispatch (server.base);
    if (options->cancel != NULL)
        g_cancellable_disconnect (options->cancel, handler);
    return TRUE;
}
