/* An answer goes out: status, headers, body. */
#include "base/error.h"
#include "http/server_internal.h"

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <string.h>

static const char *
reason_of (guint status)
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
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
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
    for (guint i = 0; reply->headers != NULL && i + 1 < reply->headers->len; i += 2)
        evhttp_add_header (headers, g_ptr_array_index (reply->headers, i),
                           g_ptr_array_index (reply->headers, i + 1));
}

GBytes *
http_reply_raw (const HttpReply *reply)
{
    gsize size;
    const char *body = g_bytes_get_data (reply->body, &size);
    GString *raw = g_string_new (NULL);
    g_string_append_printf (raw, "HTTP/1.1 %u %s\r\n", reply->status, reason_of (reply->status));
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

static void
on_bytes_sent (const void *data, size_t length, void *bytes)
{
    g_bytes_unref (bytes);
}

void
http_finish_if_quiet (HttpServer *server)
{
    if (server->stopping && server->waiting == 0 && g_hash_table_size (server->sending) == 0)
        event_base_loopexit (server->base, NULL);
}

/* The reply is written, or its client has gone: libevent tells only one of the two. */
static void
on_closed (struct evhttp_connection *connection, void *user_data)
{
    HttpServer *server = user_data;
    http_guard_when_closed (server->guard, connection, NULL, NULL);
    g_hash_table_remove (server->sending, connection);
    http_finish_if_quiet (server);
}

static void
on_sent (struct evhttp_request *raw, void *user_data)
{
    HttpServer *server = user_data;
    http_guard_answered (server->guard, evhttp_request_get_connection (raw));
    on_closed (evhttp_request_get_connection (raw), server);
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

void
http_send_reply (HttpServer *server, HttpJob *job)
{
    struct evhttp_request *raw = job->raw;
    const HttpReply *reply = &job->reply;
    const char *method = job->method;
    struct evkeyvalq *headers = evhttp_request_get_output_headers (raw);
    add_headers (headers, reply);
    evhttp_add_header (headers, "X-Request-Id", job->id);
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
        http_guard_when_closed (server->guard, connection, on_closed, server);
        evhttp_request_set_on_complete_cb (raw, on_sent, server);
    }
    http_note_reply (server, job, reply->status, size);
    evhttp_send_reply (raw, (int) reply->status, reason_of (reply->status), NULL);
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
