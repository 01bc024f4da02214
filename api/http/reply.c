/* An answer goes out: status, headers, body. Long ones go on in pieces.c. */
#include "base/error.h"
#include "http/analyses.h"
#include "http/server_internal.h"

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <string.h>

const char *
http_reason_of (guint status)
{
    static const struct {
        guint status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 204, "No Content" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 411, "Length Required" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 417, "Expectation Failed" },
        { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" },
        { 431, "Request Header Fields Too Large" },
        { 499, "Client Closed Request" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
        { 505, "HTTP Version Not Supported" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Status";
}

static void
add_headers (const HttpServer *server, const HttpJob *job)
{
    const HttpReply *reply = &job->reply;
    struct evkeyvalq *headers = evhttp_request_get_output_headers (job->raw);
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
    for (guint i = 0; reply->headers != NULL && i + 1 < reply->headers->len; i += 2)
        evhttp_add_header (headers, g_ptr_array_index (reply->headers, i),
                           g_ptr_array_index (reply->headers, i + 1));
    evhttp_add_header (headers, "X-Request-Id", job->id);
    if (server->stopping)
        evhttp_add_header (headers, "Connection", "close");
}

GBytes *
http_reply_raw (const HttpReply *reply)
{
    gsize size;
    const char *body = g_bytes_get_data (reply->body, &size);
    GString *raw = g_string_new (NULL);
    g_string_append_printf (raw, "HTTP/1.1 %u %s\r\n", reply->status, http_reason_of (reply->status));
    const char *const *fixed = http_security_headers ();
    for (guint i = 0; fixed[i] != NULL; i += 2)
        g_string_append_printf (raw, "%s: %s\r\n", fixed[i], fixed[i + 1]);
    g_string_append_printf (raw,
                            "Cache-Control: no-store\r\nContent-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT
                            "\r\nConnection: close\r\n\r\n",
                            reply->type, size);
    g_string_append_len (raw, body, (gssize) size);
    return g_string_free_to_bytes (raw);
}

void
http_bytes_sent (const void *data, size_t length, void *bytes)
{
    g_bytes_unref (bytes);
}

void
http_finish_if_quiet (HttpServer *server)
{
    if (server->stopping && server->waiting == 0 && http_analyses_are_quiet (server->context.analyses) &&
        g_hash_table_size (server->sending) == 0)
        event_base_loopexit (server->base, NULL);
}

/* ---- what is being written ---------------------------------------- */

void
http_end_sending (HttpServer *server, struct evhttp_connection *connection)
{
    http_guard_when_closed (server->guard, connection, NULL, NULL);
    server->unsent -= GPOINTER_TO_SIZE (g_hash_table_lookup (server->sending, connection));
    g_hash_table_remove (server->sending, connection);
    http_finish_if_quiet (server);
}

/* The reply is written, or its client has gone: libevent tells only one of the two. */
static void
on_closed (struct evhttp_connection *connection, void *user_data)
{
    http_end_sending (user_data, connection);
}

static void
on_sent (struct evhttp_request *raw, void *user_data)
{
    HttpServer *server = user_data;
    http_guard_answered (server->guard, evhttp_request_get_connection (raw));
    http_end_sending (server, evhttp_request_get_connection (raw));
}

void
http_begin_sending (HttpServer *server, struct evhttp_request *raw, gsize bytes)
{
    struct evhttp_connection *connection = evhttp_request_get_connection (raw);
    bytes = bytes >= HTTP_PIECE_BYTES ? bytes : 0;
    server->unsent -= GPOINTER_TO_SIZE (g_hash_table_lookup (server->sending, connection));
    server->unsent += bytes;
    g_hash_table_insert (server->sending, connection, GSIZE_TO_POINTER (bytes));
    http_guard_when_closed (server->guard, connection, on_closed, server);
    evhttp_request_set_on_complete_cb (raw, on_sent, server);
}

/* Large answers that nobody takes may not fill the memory: who takes one for the longest gives way, or else this one. */
static gboolean
is_too_much (HttpServer *server, gsize bytes)
{
    return bytes >= HTTP_PIECE_BYTES && server->unsent + bytes > HTTP_UNSENT_BYTES &&
           !http_guard_drop_slowest (server->guard);
}

void
http_note_reply (HttpServer *server, const HttpJob *job, guint status, gsize bytes)
{
    double seconds = (double) (g_get_monotonic_time () - job->began_us) / G_USEC_PER_SEC;
    http_metrics_count (server->context.metrics, job->route, status, bytes, seconds);
    const HttpLogLine line = { .id = job->id,
                               .method = job->method,
                               .route = job->route != NULL ? job->route->pattern : NULL,
                               .client = job->client,
                               .fault = job->reply.fault,
                               .status = status,
                               .bytes = bytes,
                               .seconds = seconds };
    http_log_request (server->log, &line);
}

/* The body, or of a HEAD its length. */
static void
put_body (HttpJob *job, gsize size)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers (job->raw);
    if (strcmp (job->method, "HEAD") != 0) {
        if (size > 0)
            evbuffer_add_reference (evhttp_request_get_output_buffer (job->raw),
                                    g_bytes_get_data (job->reply.body, NULL), size, http_bytes_sent,
                                    g_bytes_ref (job->reply.body));
    } else if (job->reply.status != 304) {
        g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
        /* Nobody knows how long a reply of pieces is before it is made. */
        if (job->reply.rest.next == NULL)
            evhttp_add_header (headers, "Content-Length", length);
    }
}

void
http_send_reply (HttpServer *server, HttpJob *job)
{
    struct evhttp_request *raw = job->raw;
    HttpReply *reply = &job->reply;
    gsize size = reply->body != NULL ? g_bytes_get_size (reply->body) : 0;
    if (is_too_much (server, size)) {
        g_autoptr (GError) error = g_error_new_literal (
            CG_ERROR, CG_ERROR_LIMIT, "the server is busy: many large replies are being read");
        http_reply_clear (reply);
        http_problem (reply, 503, error);
        reply->retry_s = 5;
        size = g_bytes_get_size (reply->body);
    }
    add_headers (server, job);
    gboolean heads = strcmp (job->method, "HEAD") == 0;
    if (reply->rest.next != NULL && !heads && evhttp_request_get_connection (raw) != NULL) {
        http_send_pieces (server, job);
        return;
    }
    put_body (job, size);
    /* A request whose client has gone has no connection any more; libevent frees it in this call. */
    if (evhttp_request_get_connection (raw) != NULL)
        http_begin_sending (server, raw, heads ? 0 : size);
    http_note_reply (server, job, reply->status, size);
    evhttp_send_reply (raw, (int) reply->status, http_reason_of (reply->status), NULL);
}

void
http_refuse_busy (HttpServer *server, HttpJob *job)
{
    g_autoptr (GError) error = g_error_new (
        CG_ERROR, CG_ERROR_LIMIT, "the server is busy: %u requests wait", server->waiting);
    http_problem (&job->reply, 503, error);
    job->reply.retry_s = 2;
    http_send_reply (server, job);
}
