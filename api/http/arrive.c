/* A request comes in: where it goes, and the worker that answers it. */
#include "base/error.h"
#include "http/server_internal.h"

#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <string.h>
#include <sys/queue.h>

/* ---- the stream of events ---------------------------------------- */

/* From the writing thread. */
void
http_on_committed (gint64 sequence, GBytes *message, gpointer user_data)
{
    HttpServer *server = user_data;
    http_events_push (server->events, sequence, message);
    http_server_wake (server);
}

void
http_on_told (GBytes *message, gpointer user_data)
{
    HttpServer *server = user_data;
    http_events_push (server->events, HTTP_EVENTS_ASIDE, message);
    http_server_wake (server);
}

/* Last-Event-ID; -1: none is named. A browser cannot set the header of the first request: last_event_id
 * in the URL is the same. What was never an id of ours is as one that was never given: whoever names
 * it believes to have a past, and is told to begin anew. */
static gint64
last_event (struct evhttp_request *raw, const HttpRequest *request)
{
    const char *text = evhttp_find_header (evhttp_request_get_input_headers (raw), "Last-Event-ID");
    guint64 last;
    if (text == NULL)
        text = g_hash_table_lookup (request->query, "last_event_id");
    if (text == NULL || text[0] == '\0')
        return -1;
    return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &last, NULL) ? (gint64) last : G_MAXINT64;
}

static gboolean
is_stream (const HttpServer *server, const HttpRequest *request)
{
    return server->events != NULL && !server->stopping &&
           strcmp (request->path, "/api/events") == 0 && strcmp (request->method, "GET") == 0;
}

void
http_start_stream (HttpServer *server, HttpJob *job)
{
    if (http_events_add (server->events, job->raw, http_security_headers (), job->history,
                         job->last))
        http_note_reply (server, job, 200, 0);
    else
        http_refuse_busy (server, job);
}

/* ---- requests ---------------------------------------- */

/* Without history (too much came, or the file failed) the reader is told to begin anew. */
static void
look_back (HttpServer *server, HttpJob *job)
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
read_anew (HttpServer *server, HttpJob *job)
{
    g_autoptr (GError) error = NULL;
    if (!cg_screen_source_reload (server->context.source, &error))
        job->reply.fault = g_strdup (error->message);
}

void
http_work (gpointer data, gpointer user_data)
{
    HttpJob *job = data;
    HttpServer *server = job->server;
    if (job->goes_on)
        http_make_piece (job);
    else if (job->reloads)
        read_anew (server, job);
    else if (job->streams)
        look_back (server, job);
    else
        http_answer (&server->context, &job->request, &job->reply);
    g_async_queue_push (server->finished, job); /* from here on it may be freed at any time */
    http_server_wake (server);
}

int
http_compare_jobs (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const HttpJob *left = a, *right = b;
    if (left->picture != right->picture)
        return left->picture ? 1 : -1;
    return left->number < right->number ? -1 : left->number > right->number;
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
refused_host (const HttpServer *server, struct evhttp_request *raw, GError **error)
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

/* How the answer is wanted. */
static void
take_wishes (struct evhttp_request *raw, HttpRequest *request)
{
    request->accept = header_of (raw, "Accept");
    request->accept_encoding = header_of (raw, "Accept-Encoding");
    request->host = header_of (raw, "Host");
    request->origin = header_of (raw, "Origin");
    request->forwarded_proto = header_of (raw, "X-Forwarded-Proto");
}

/* The address that a proxy in front met: the last of its list. Whoever else reaches the loopback may write what it likes
 * there, so it is for the log only. */
static char *
client_of (struct evhttp_request *raw)
{
    const char *list = evhttp_find_header (evhttp_request_get_input_headers (raw), "X-Forwarded-For");
    const char *last = list != NULL ? strrchr (list, ',') : NULL;
    g_autofree char *text = g_strstrip (g_strdup (last != NULL ? last + 1 : list != NULL ? list : ""));
    return g_hostname_is_ip_address (text) ? g_steal_pointer (&text) : NULL;
}

static HttpJob *
new_job (HttpServer *server, struct evhttp_request *raw)
{
    HttpJob *job = g_new0 (HttpJob, 1);
    job->server = server;
    job->raw = raw;
    job->method = method_name (evhttp_request_get_command (raw));
    job->began_us = g_get_monotonic_time ();
    job->client = client_of (raw);
    job->number = ++server->n_requests;
    g_snprintf (job->id, sizeof job->id, "%08x-%" G_GINT64_MODIFIER "x", server->run, job->number);
    return job;
}

/* What a request brings, beside where it goes. */
static void
take_body (struct evhttp_request *raw, HttpRequest *request)
{
    struct evbuffer *input = evhttp_request_get_input_buffer (raw);
    gsize length = evbuffer_get_length (input);
    request->content_type = header_of (raw, "Content-Type");
    request->idempotency_key = header_of (raw, "Idempotency-Key");
    if (length == 0)
        return;
    void *body = g_malloc (length);
    evbuffer_remove (input, body, length);
    request->body = g_bytes_new_take (body, length);
}

/* FALSE: it was answered already. */
static gboolean
understand (HttpServer *server, HttpJob *job)
{
    g_autoptr (GError) error = NULL;
    struct evhttp_request *raw = job->raw;
    const char *tags = evhttp_find_header (evhttp_request_get_input_headers (raw), "If-None-Match");
    guint refused = refused_host (server, raw, &error);
    if (refused == 0 && !http_request_init (&job->request, job->method,
                                            evhttp_request_get_uri (raw), tags, &error))
        refused = error->code == CG_ERROR_LIMIT ? 414 : 400;
    if (refused == 0)
        return TRUE;
    http_problem (&job->reply, refused, error);
    http_send_reply (server, job);
    return FALSE;
}

/* FALSE: a worker has to look up its past first. */
static gboolean
join_stream (HttpServer *server, HttpJob *job)
{
    job->last = last_event (job->raw, &job->request);
    /* Nothing to look up for an id that was never given. */
    job->streams = !http_events_keeps (server->events, job->last) &&
                   job->last <= cg_live_sequence (server->context.live);
    if (!job->streams)
        http_start_stream (server, job);
    return !job->streams;
}

/* Anything that is no plain name is as good as none. */
static char *
mark_of (struct evhttp_request *raw)
{
    const char *mark = evhttp_find_header (evhttp_request_get_input_headers (raw), "X-Progress");
    gsize length = mark != NULL ? strspn (mark, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-") : 0;
    return length >= 8 && length <= 64 && mark[length] == '\0' ? g_strdup (mark) : NULL;
}

void
http_push_job (HttpServer *server, HttpJob *job, HttpPlace place)
{
    job->draws = place == HTTP_DRAWS;
    server->waiting++;
    server->drawing += job->draws;
    g_thread_pool_push (place == HTTP_WAITS ? server->waiters : server->pool, job, NULL);
}

void
http_on_request (struct evhttp_request *raw, void *user_data)
{
    HttpServer *server = user_data;
    http_guard_arrived (server->guard, evhttp_request_get_connection (raw));
    g_autoptr (HttpJob) job = new_job (server, raw);
    if (!understand (server, job))
        return;
    take_wishes (raw, &job->request);
    job->route = http_route_of (&job->request);
    HttpPlace place = job->route != NULL ? job->route->place : HTTP_AT_ONCE;
    if (is_stream (server, &job->request)) {
        if (join_stream (server, job))
            return;
        place = HTTP_WAITS;
    }
    if (place == HTTP_WAITS && server->waiters == NULL)
        place = HTTP_AT_ONCE; /* which says why not */
    if (place == HTTP_AT_ONCE) {
        http_answer (&server->context, &job->request, &job->reply);
        http_send_reply (server, job);
        return;
    }
    job->picture = job->route != NULL && job->route->types != NULL &&
                   strstr (job->route->types, "image/") != NULL;
    /* However many pictures are asked for, figures find a place. */
    guint room = job->picture ? server->queue - server->queue / 4 : server->queue;
    if (server->waiting >= room || server->stopping) {
        http_refuse_busy (server, job);
        return;
    }
    if (place == HTTP_WAITS)
        take_body (raw, &job->request);
    job->mark = mark_of (raw);
    http_push_job (server, g_steal_pointer (&job), place);
}
