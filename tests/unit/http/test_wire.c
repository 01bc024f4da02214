/* Bytes of a connection against what RFC 9112 says of them, whole and cut at every place. */
#include "base/error.h"
#include "http/wire.h"

#include <string.h>

#define GET "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST /api/incidents HTTP/1.1\r\nHost: a\r\n"

/* status 0: taken as requests; else the answer to them. */
static const struct {
    const char *bytes;
    guint status;
} cases[] = {
    { GET "\r\n", 0 },
    { "GET /a%20b?c=d&e HTTP/1.0\r\n\r\n", 0 },
    { GET "\r\n" GET "\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 0 },
    { GET "X: \xe4\xb8\xad\ty\r\nEmpty:\r\n\r\n", 0 },
    { POST "Content-Length: 5\r\n\r\n{...}" GET "\r\n", 0 },
    { POST "Content-Length:  5 \r\nExpect: 100-Continue\r\n\r\n\r\n\r\n\n", 0 },
    { POST "Content-Length: 0\r\n\r\n" GET "\r\n", 0 },
    { POST "\r\n", 0 },
    { GET "Content-Length: 0\r\n\r\n", 0 },
    { "DELETE /x HTTP/1.1\r\nContent-Length: 1\r\n\r\n\x00", 0 },
    /* two readings of one length */
    { POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400 },
    { POST "Content-Length: 5\r\ncontent-length: 50\r\n\r\n", 400 },
    { POST "Content-Length: 5, 5\r\n\r\n", 400 },
    { POST "Content-Length: +5\r\n\r\n", 400 },
    { POST "Content-Length: -5\r\n\r\n", 400 },
    { POST "Content-Length: 0x5\r\n\r\n", 400 },
    { POST "Content-Length: 5;\r\n\r\n", 400 },
    { POST "Content-Length:\r\n\r\n", 400 },
    { POST "Content-Length : 5\r\n\r\n", 400 },
    { POST " Content-Length: 5\r\n\r\n", 400 },
    { POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
    { POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400 },
    { POST "Transfer-Encoding: chunked\r\n\r\n", 411 },
    { POST "Transfer-Encoding: xchunked\r\n\r\n", 411 },
    { POST "Transfer-Encoding: identity, chunked\r\n\r\n", 411 },
    { POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 411 },
    { POST "Content-Length: 262145\r\n\r\n", 413 },
    { POST "Content-Length: 99999999999999999999999\r\n\r\n", 413 },
    { GET "Content-Length: 5\r\n\r\n", 400 },
    { "HEAD / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 400 },
    /* lines */
    { GET "X: a\r\n b\r\n\r\n", 400 },
    { GET "X: a\r\n\tb\r\n\r\n", 400 },
    { GET "X: a\rb\r\n\r\n", 400 },
    { "GET / HTTP/1.1\nHost: a\n\n", 400 },
    { GET "X: a\n\r\n", 400 },
    { GET "X\r\n\r\n", 400 },
    { GET ": a\r\n\r\n", 400 },
    { GET "X y: a\r\n\r\n", 400 },
    { GET "X: \x01\r\n\r\n", 400 },
    { GET "X: \x7f\r\n\r\n", 400 },
    { GET "Host: b\r\n\r\n", 400 },
    { "\r\n" GET "\r\n", 400 },
    /* first lines */
    { "GET /\r\n\r\n", 400 },
    { "GET  / HTTP/1.1\r\n\r\n", 400 },
    { "GET / HTTP/1.1 \r\n\r\n", 400 },
    { "GET / a HTTP/1.1\r\n\r\n", 400 },
    { "GET http://a/ HTTP/1.1\r\n\r\n", 400 },
    { "GET //a HTTP/1.1\r\n\r\n", 400 },
    { "GET * HTTP/1.1\r\n\r\n", 400 },
    { "GET /\xe4\xb8\xad HTTP/1.1\r\n\r\n", 400 },
    { "GET /\t HTTP/1.1\r\n\r\n", 400 },
    { "CONNECT a:22 HTTP/1.1\r\n\r\n", 400 },
    { "G(T / HTTP/1.1\r\n\r\n", 400 },
    { " / HTTP/1.1\r\n\r\n", 400 },
    { "\x16\x03\x01\x02\n", 400 },
    { "get / HTTP/1.1\r\n\r\n", 501 },
    { "BREW / HTTP/1.1\r\n\r\n", 501 },
    { "GET / HTTP/2.0\r\n\r\n", 505 },
    { "GET / HTTP/0.9\r\n\r\n", 505 },
    { "GET / SMTP/1.0\r\n\r\n", 400 },
    { "GET / http/1.1\r\n\r\n", 400 },
    { GET "Expect: 200-ok\r\n\r\n", 417 },
};

/* cut: bytes come in two pieces; CG_NONE-like large: in one; 0: one by one. */
static guint
feed (const char *bytes, gsize n, gsize cut, gboolean *out_between)
{
    HttpWire wire;
    HttpWireFault fault = { 0 };
    http_wire_init (&wire);
    gboolean good = TRUE;
    if (cut == 0)
        for (gsize i = 0; i < n && good; i++)
            good = http_wire_feed (&wire, bytes + i, 1, &fault);
    else
        good = http_wire_feed (&wire, bytes, MIN (cut, n), &fault) &&
               (cut >= n || http_wire_feed (&wire, bytes + cut, n - cut, &fault));
    *out_between = good && http_wire_is_between (&wire);
    http_wire_clear (&wire);
    if (!good)
        g_assert_true (fault.text != NULL && fault.code >= 0 && fault.code < CG_N_ERRORS);
    return good ? 0 : fault.status;
}

static void
test_table (void)
{
    for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
        gsize n = strlen (cases[c].bytes);
        n += g_str_has_prefix (cases[c].bytes, "DELETE"); /* its body is a zero byte */
        for (gsize cut = 0; cut <= n; cut++) {
            gboolean between;
            guint status = feed (cases[c].bytes, n, cut, &between);
            if (status != cases[c].status || between != (status == 0))
                g_error ("%u, not %u, cut at %zu: %s", status, cases[c].status, cut, cases[c].bytes);
        }
    }
}

static guint
feed_text (GString *text)
{
    gboolean between;
    guint status = feed (text->str, text->len, text->len, &between);
    g_string_free (text, TRUE);
    return status;
}

static GString *
repeat (const char *first, const char *piece, guint n, const char *last)
{
    GString *text = g_string_new (first);
    for (guint i = 0; i < n; i++)
        g_string_append (text, piece);
    g_string_append (text, last);
    return text;
}

static void
test_sizes (void)
{
    g_assert_cmpuint (feed_text (repeat ("GET /", "a", 4095, " HTTP/1.1\r\n\r\n")), ==, 0);
    g_assert_cmpuint (feed_text (repeat ("GET /", "a", 4096, " HTTP/1.1\r\n\r\n")), ==, 414);
    g_assert_cmpuint (feed_text (repeat ("GET /", "a", 100000, "")), ==, 414);
    g_assert_cmpuint (feed_text (repeat ("GET / HTTP/1.1\r\n", "A: b\r\n", 64, "\r\n")), ==, 0);
    g_assert_cmpuint (feed_text (repeat ("GET / HTTP/1.1\r\n", "A: b\r\n", 65, "\r\n")), ==, 431);
    g_assert_cmpuint (feed_text (repeat ("GET / HTTP/1.1\r\nA: ", "b", 16000, "\r\n\r\n")), ==, 0);
    g_assert_cmpuint (feed_text (repeat ("GET / HTTP/1.1\r\nA: ", "b", 17000, "\r\n\r\n")), ==, 431);
    g_assert_cmpuint (feed_text (repeat ("GET / HTTP/1.1\r\nA: ", "b", 1000000, "")), ==, 431);
    /* Each request has limits of its own. */
    g_assert_cmpuint (feed_text (repeat ("", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 1000, "")), ==, 0);
    g_assert_cmpuint (feed_text (repeat (POST "Content-Length: 262144\r\n\r\n", "xyz\n", 65536, GET "\r\n")), ==, 0);
}

/* Whatever comes, in whatever pieces: the same verdict, and no byte read beyond. */
static void
test_noise (void)
{
    g_autoptr (GRand) random = g_rand_new_with_seed (11);
    for (guint round = 0; round < 20000; round++) {
        const char *base = cases[g_rand_int_range (random, 0, G_N_ELEMENTS (cases))].bytes;
        gsize n = strlen (base);
        g_autofree char *bytes = g_memdup2 (base, n);
        for (int k = g_rand_int_range (random, 0, 4); k > 0; k--)
            bytes[g_rand_int_range (random, 0, (gint32) n)] = (char) g_rand_int_range (random, 0, 256);
        gboolean one, two;
        guint whole = feed (bytes, n, n, &one), pieces = feed (bytes, n, 0, &two);
        g_assert_cmpuint (whole, ==, pieces);
        g_assert_true (one == two);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/wire/table", test_table);
    g_test_add_func ("/wire/sizes", test_sizes);
    g_test_add_func ("/wire/noise", test_noise);
    return g_test_run ();
}
