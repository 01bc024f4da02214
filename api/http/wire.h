/* Reads along with the bytes of a connection and says where they stop being requests that this server takes.
 *
 * libevent is lenient (two lengths, folded lines, sizes of chunks with signs) and answers what it does not understand with
 * a page of HTML. A proxy in front may read the same bytes in another way, which is how requests are smuggled. Here only
 * one reading is possible, and whatever differs ends the connection: lines end with CR LF, a head has one Host and at
 * most one Content-Length of digits, no folded line, no blank around a name; only POST, PUT, PATCH and DELETE have
 * bodies; a body has a Content-Length (chunks are refused, RFC 9110 15.5.12). Knows neither sockets nor libevent. */
#ifndef CG_HTTP_WIRE_H
#define CG_HTTP_WIRE_H

#include <glib.h>

#define CG_WIRE_MAX_HEADERS 64u

typedef struct {
    GString *line;        /* what came of the line that is not whole yet; NULL: nothing */
    guint part;           /* of wire.c */
    gsize head_bytes;     /* of this head so far  */
    guint n_headers, n_hosts;
    guint64 body_left;
    gint64 length;        /* Content-Length, -1: none */
    gboolean coded, takes_body, expects;
} HttpWire;

void http_wire_init (HttpWire *wire);
void http_wire_clear (HttpWire *wire);

/* What is wrong. */
typedef struct {
    guint status; /* to answer with      */
    int code;     /* CgError             */
    const char *text;
} HttpWireFault;

/* The next bytes of the connection, cut anywhere. FALSE: out_fault says why nothing after this is a request. */
gboolean http_wire_feed (HttpWire *wire, const char *bytes, gsize n, HttpWireFault *out_fault);
/* TRUE between two requests. */
gboolean http_wire_is_between (const HttpWire *wire);

#endif
