/* A long answer goes out piece by piece: a worker makes the next one when the client has taken the one before. */
#include "base/error.h"
#include "http/server_internal.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http_struct.h>
#include <string.h>
#include <sys/socket.h>

struct HttpPieces {
    struct evhttp_connection *connection; /* NULL: the client has gone */
    GBytes *piece;                        /* made, not sent            */
    GError *error;                        /* why there is none         */
    gboolean working;                     /* a worker has the job      */
    gsize bytes;                          /* that were sent            */
};

void
http_pieces_free (struct HttpPieces *pieces)
{
    if (pieces == NULL)
        return;
    g_clear_pointer (&pieces->piece, g_bytes_unref);
    g_clear_error (&pieces->error);
    g_free (pieces);
}

static void
job_done (HttpServer *server, HttpJob *job)
{
    http_note_reply (server, job, job->reply.status, job->pieces->bytes);
    http_job_free (job);
}

/* Without its last chunk the client knows that the reply is not whole. */
static void
cut_off (HttpJob *job)
{
    struct bufferevent *line = evhttp_connection_get_bufferevent (job->pieces->connection);
    shutdown (bufferevent_getfd (line), SHUT_RDWR);
}

/* libevent parts a request that is not answered to its end from the connection that it lost, and leaves it to us. */
static void
on_gone (struct evhttp_connection *connection, void *user_data)
{
    HttpJob *job = user_data;
    HttpServer *server = job->server;
    if (evhttp_request_get_connection (job->raw) == NULL)
        evhttp_request_free (job->raw);
    job->raw = NULL;
    job->pieces->connection = NULL;
    http_end_sending (server, connection);
    if (!job->pieces->working)
        job_done (server, job);
}

static void
ask_for_piece (HttpJob *job)
{
    HttpServer *server = job->server;
    job->pieces->working = TRUE;
    job->draws = TRUE;
    server->waiting++;
    server->drawing++;
    g_thread_pool_push (server->pool, job, NULL);
}

/* All of the piece is with the system. */
static void
on_taken (struct evhttp_connection *connection, void *user_data)
{
    HttpJob *job = user_data;
    if (!job->pieces->working)
        ask_for_piece (job);
}

static void
put_piece (HttpJob *job, GBytes *bytes)
{
    gsize size = g_bytes_get_size (bytes);
    if (size == 0) {
        ask_for_piece (job); /* a chunk of nothing would be the end */
        return;
    }
    struct evbuffer *chunk = evbuffer_new ();
    if (chunk == NULL) {
        cut_off (job);
        return;
    }
    evbuffer_add_reference (chunk, g_bytes_get_data (bytes, NULL), size, http_bytes_sent,
                            g_bytes_ref (bytes));
    job->pieces->bytes += size;
    evhttp_send_reply_chunk_with_cb (job->raw, chunk, on_taken, job);
    evbuffer_free (chunk);
}

void
http_make_piece (HttpJob *job)
{
    struct HttpPieces *pieces = job->pieces;
    pieces->piece = job->reply.rest.next (job->reply.rest.data, &pieces->error);
}

void
http_send_piece (HttpServer *server, HttpJob *job)
{
    struct HttpPieces *pieces = job->pieces;
    pieces->working = FALSE;
    if (pieces->connection == NULL) {
        job_done (server, job);
        return;
    }
    if (pieces->piece != NULL) {
        g_autoptr (GBytes) piece = g_steal_pointer (&pieces->piece);
        put_piece (job, piece);
        return;
    }
    if (pieces->error != NULL) {
        g_free (job->reply.fault);
        job->reply.fault = g_strdup (pieces->error->message);
        cut_off (job);
        return;
    }
    /* From here on it ends as any other reply. */
    http_begin_sending (server, job->raw, 0);
    evhttp_send_reply_end (job->raw);
    job_done (server, job);
}

void
http_send_pieces (HttpServer *server, HttpJob *job)
{
    struct evhttp_connection *connection = evhttp_request_get_connection (job->raw);
    HttpJob *own = g_memdup2 (job, sizeof *job);
    job->client = job->mark = NULL;
    job->history = NULL;
    memset (&job->request, 0, sizeof job->request);
    memset (&job->reply, 0, sizeof job->reply);
    own->goes_on = TRUE;
    own->picture = TRUE; /* small answers go first */
    own->pieces = g_new0 (struct HttpPieces, 1);
    own->pieces->connection = connection;
    /* What HTTP/1.0 has no chunks for ends with its connection. */
    if (own->raw->minor == 0)
        evhttp_remove_header (evhttp_request_get_input_headers (own->raw), "Connection");
    http_begin_sending (server, own->raw, HTTP_PIECE_BYTES);
    http_guard_when_closed (server->guard, connection, on_gone, own);
    evhttp_send_reply_start (own->raw, (int) own->reply.status, http_reason_of (own->reply.status));
    g_autoptr (GBytes) first = g_steal_pointer (&own->reply.body);
    put_piece (own, first);
}
