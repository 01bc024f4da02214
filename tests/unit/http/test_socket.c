/* The server behind real sockets of the loopback: what handlers called as functions cannot show. */
#include "fake_county.h"
#include "runner.h"
#include "support.h"

#include "base/error.h"
#include "http/server.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

static CgScreenSource *
shared_source (void)
{
    static CgScreenSource *source = NULL;
    if (source == NULL) {
        g_autoptr (CgScreen) screen = fake_county (5);
        source = cg_screen_source_new_fixed (screen);
    }
    return source;
}

static Runner *
serve_shared (CgHttpOptions options)
{
    options.source = shared_source ();
    return start (&options);
}

static void
test_talk (void)
{
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = "127.0.0.1:0" });
    g_assert_nonnull (runner->address);
    g_assert_true (g_str_has_prefix (runner->address, "http://127.0.0.1:"));
    g_autoptr (GString) health = ask (runner, "GET /healthz HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (health), ==, 200);
    g_assert_nonnull (strstr (health->str, "\"ok\":true"));
    g_assert_nonnull (strstr (health->str, "X-Content-Type-Options: nosniff"));
    g_assert_nonnull (strstr (health->str, "Content-Security-Policy: default-src 'self'"));
    g_autoptr (GString) get = ask (runner, "GET /api/render/types?w=300&h=200 HTTP/1.1\r\n" CLOSE);
    g_autoptr (GString) head =
        ask (runner, "HEAD /api/render/types?w=300&h=200 HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (get), ==, 200);
    g_assert_cmpuint (status_of (head), ==, 200);
    const char *body = strstr (get->str, "\r\n\r\n") + 4;
    g_autofree char *length =
        g_strdup_printf ("Content-Length: %zu\r\n", get->len - (gsize) (body - get->str));
    g_assert_nonnull (strstr (get->str, length));
    g_assert_nonnull (strstr (head->str, length));
    g_assert_true (g_str_has_suffix (head->str, "\r\n\r\n"));
    const char *tag = strstr (get->str, "ETag: ") + 6;
    g_autofree char *again = g_strdup_printf (
        "GET /api/render/types?w=300&h=200 HTTP/1.1\r\nIf-None-Match: %.*s\r\n" CLOSE,
        (int) strcspn (tag, "\r"), tag);
    g_autoptr (GString) same = ask (runner, again);
    g_assert_cmpuint (status_of (same), ==, 304);
    g_assert_true (g_str_has_suffix (same->str, "\r\n\r\n"));
    g_autoptr (GString) post =
        ask (runner, "POST /api/overview HTTP/1.1\r\nContent-Length: 2\r\n" CLOSE "{}");
    g_assert_cmpuint (status_of (post), ==, 405);
    g_assert_nonnull (strstr (post->str, "Allow: GET, HEAD"));
    stop (runner);
}

static guint
status_by_host (const Runner *runner, const char *version, const char *hosts)
{
    g_autofree char *request =
        g_strdup_printf ("GET /healthz HTTP/%s\r\n%sConnection: close\r\n\r\n", version, hosts);
    g_autoptr (GString) reply = ask (runner, request);
    return status_of (reply);
}

/* Another site may point its name at the loopback: its pages must not read the county. */
static void
test_hosts (void)
{
    static const char *const names[] = { "Map.example.cn", NULL };
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = "127.0.0.1:0", .hosts = names });
    g_assert_cmpuint (status_by_host (runner, "1.1", "Host: map.example.cn:443\r\n"), ==, 200);
    g_assert_cmpuint (status_by_host (runner, "1.1", "Host: localhost\r\n"), ==, 200);
    g_assert_cmpuint (status_by_host (runner, "1.1", "Host: evil.example\r\n"), ==, 421);
    g_assert_cmpuint (status_by_host (runner, "1.1", ""), ==, 400);
    g_assert_cmpuint (status_by_host (runner, "1.0", ""), ==, 200);
    g_assert_cmpuint (status_by_host (runner, "1.0", "Host: evil.example\r\n"), ==, 421);
    g_assert_cmpuint (
        status_by_host (runner, "1.1", "Host: localhost\r\nHost: evil.example\r\n"), ==, 400);
    g_autoptr (GString) refused =
        ask (runner, "GET /api/overview HTTP/1.1\r\nHost: evil.example:8420\r\n"
                     "Connection: close\r\n\r\n");
    g_assert_cmpuint (status_of (refused), ==, 421);
    g_assert_nonnull (strstr (refused->str, "application/problem+json"));
    g_assert_nonnull (strstr (refused->str, "\"code\":\"FORBIDDEN\""));
    g_assert_null (strstr (refused->str, "\"county\""));
    stop (runner);
    static const char *const bad[] = { "map.example.cn:443", NULL };
    runner = serve_shared ((CgHttpOptions){ .listen = "127.0.0.1:0", .hosts = bad });
    g_assert_error (runner->error, CG_ERROR, CG_ERROR_ARGUMENT);
    stop (runner);
}

static void
test_limits (void)
{
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = "127.0.0.1:0" });
    g_autofree char *fill = g_strnfill (5000, 'a');
    g_autofree char *url = g_strdup_printf ("GET /%s HTTP/1.1\r\n" CLOSE, fill);
    g_autoptr (GString) long_url = ask (runner, url);
    g_assert_cmpuint (status_of (long_url), ==, 414);
    g_autofree char *more = g_strnfill (CG_HTTP_MAX_HEADERS + 1000, 'a');
    g_autofree char *headers = g_strdup_printf ("GET / HTTP/1.1\r\nX-Long: %s\r\n" CLOSE, more);
    g_autoptr (GString) long_header = ask (runner, headers);
    g_assert_true (status_of (long_header) == 0 ||
                   (status_of (long_header) >= 400 && status_of (long_header) < 500));
    g_autoptr (GString) big = ask (runner, "POST / HTTP/1.1\r\nContent-Length: 300000\r\n" CLOSE);
    g_assert_true (status_of (big) == 0 || status_of (big) == 413);
    g_autoptr (GString) rubbish = ask (runner, "\x16\x03\x01\x02 rubbish\r\n\r\n");
    g_assert_true (status_of (rubbish) == 0 || status_of (rubbish) == 400);
    g_autoptr (GString) well = ask (runner, "GET /healthz HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (well), ==, 200);
    stop (runner);
}

/* One byte every 60 ms would keep libevent's own timeout from ever firing. */
static void
test_slow_sender (void)
{
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = "127.0.0.1:0", .deadline_ms = 400 });
    g_autoptr (GSocket) slow = dial (runner);
    say (slow, "GET /healthz HTTP/1.1\r\n");
    gboolean closed = FALSE;
    for (guint i = 0; i < 600 && !closed; i++) {
        char byte;
        g_usleep (60000);
        closed = !say (slow, i % 2 == 0 ? "X" : ":");
        g_socket_set_blocking (slow, FALSE);
        g_autoptr (GError) error = NULL;
        gssize n = g_socket_receive (slow, &byte, 1, NULL, &error);
        closed = closed || n == 0 ||
                 (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
        g_socket_set_blocking (slow, TRUE);
    }
    g_assert_true (closed);
    g_autoptr (GString) well = ask (runner, "GET /healthz HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (well), ==, 200);
    /* A connection that is kept open and used in time lives longer than the deadline. */
    g_autoptr (GSocket) kept = dial (runner);
    for (guint i = 0; i < 3; i++) {
        char buffer[4096];
        g_assert_true (say (kept, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        g_assert_cmpint (g_socket_receive (kept, buffer, sizeof buffer, NULL, NULL), >, 0);
        g_usleep (250000);
    }
    stop (runner);
}

/* One worker and a queue of one: of eight pictures at once some are refused with 503, none hangs.
 */
static void
test_busy (void)
{
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = "127.0.0.1:0", .workers = 1, .queue = 2 });
    GSocket *sockets[8];
    guint ok = 0, busy = 0;
    for (guint i = 0; i < 8; i++) {
        g_autofree char *request =
            g_strdup_printf ("GET /api/render/map?w=900&h=%u HTTP/1.1\r\n" CLOSE, 700 + i);
        sockets[i] = dial (runner);
        say (sockets[i], request);
    }
    for (guint i = 0; i < 8; i++) {
        g_autoptr (GString) reply = hear (sockets[i]);
        ok += status_of (reply) == 200;
        busy += status_of (reply) == 503 && strstr (reply->str, "Retry-After: ") != NULL;
        g_object_unref (sockets[i]);
    }
    g_assert_cmpuint (ok, >=, 2);
    g_assert_cmpuint (busy, >=, 1);
    g_assert_cmpuint (ok + busy, ==, 8);
    stop (runner);
}

/* Clients that go away while their picture is drawn, and a stop while some are. */
static void
test_gone (void)
{
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = "127.0.0.1:0", .workers = 2 });
    for (guint i = 0; i < 6; i++) {
        g_autofree char *request = g_strdup_printf (
            "GET /api/render/map?w=400&h=%u HTTP/1.1\r\nHost: localhost\r\n\r\n", 300 + i);
        g_autoptr (GSocket) socket = dial (runner);
        say (socket, request);
        if (i % 2 == 0)
            g_socket_shutdown (socket, TRUE, TRUE, NULL);
    }
    g_autoptr (GString) well = ask (runner, "GET /healthz HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (well), ==, 200);
    g_autoptr (GSocket) last = dial (runner);
    say (last, "GET /api/render/map?w=425&h=326 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    g_usleep (30000);
    gint64 start_us = g_get_monotonic_time ();
    g_cancellable_cancel (runner->options.cancel);
    gint64 stopped = g_get_monotonic_time ();
    g_autoptr (GString) reply = hear (last);
    /* What was begun is finished, unless drawing took longer than the server waits. */
    if (status_of (reply) != 200)
        g_assert_cmpint (g_get_monotonic_time () - stopped, >, 4 * G_USEC_PER_SEC);
    stop (runner);
    /* Those that went away are not waited for: that would take the server's whole patience of 5 s. */
    double seconds = (g_get_monotonic_time () - start_us) / 1e6;
    g_test_message ("stopped after %.2f s", seconds);
    g_assert_true (!g_test_slow () || seconds < 4);
}

static void
test_unix (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "s", NULL),
                    *listen = g_strconcat ("unix:", path, NULL);
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = listen });
    g_assert_no_error (runner->error);
    g_assert_cmpstr (runner->address, ==, listen);
    g_autoptr (GString) health = ask (runner, "GET /healthz HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (health), ==, 200);
    g_assert_cmpuint (status_by_host (runner, "1.1", "Host: any.example\r\n"), ==, 200);
    Runner *second = serve_shared ((CgHttpOptions){ .listen = listen });
    g_assert_error (second->error, CG_ERROR, CG_ERROR_CONFLICT);
    stop (second);
    stop (runner);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    /* Left over by a program that was killed: a socket file that nobody answers on. */
    g_autoptr (GSocket) dead =
        g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
    g_assert_true (g_socket_bind (dead, address, FALSE, NULL));
    g_socket_close (dead, NULL);
    runner = serve_shared ((CgHttpOptions){ .listen = listen });
    g_assert_no_error (runner->error);
    stop (runner);
    g_assert_true (g_file_set_contents (path, "a file", -1, NULL));
    runner = serve_shared ((CgHttpOptions){ .listen = listen });
    g_assert_error (runner->error, CG_ERROR, CG_ERROR_CONFLICT);
    stop (runner);
    g_unlink (path);
    cg_test_remove_dir (dir);
}

static void
test_addresses (void)
{
    static const char *const refused[] = {
        "0.0.0.0:0",   "192.168.1.1:80",  "[::]:0", "example:80", "127.0.0.1",
        "127.0.0.1:x", "127.0.0.1:70000", "",       "unix:"
    };
    for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
        Runner *runner = serve_shared ((CgHttpOptions){ .listen = refused[i] });
        g_assert_error (runner->error, CG_ERROR, CG_ERROR_ARGUMENT);
        stop (runner);
    }
    Runner *runner = serve_shared ((CgHttpOptions){ .listen = "localhost:0" });
    g_assert_no_error (runner->error);
    g_autofree char *same = g_strdup (runner->address + strlen ("http://"));
    same[strlen (same) - 1] = '\0';
    Runner *second = serve_shared ((CgHttpOptions){ .listen = same });
    g_assert_error (second->error, CG_ERROR, CG_ERROR_CONFLICT);
    stop (second);
    stop (runner);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/socket/talk", test_talk);
    g_test_add_func ("/socket/hosts", test_hosts);
    g_test_add_func ("/socket/limits", test_limits);
    g_test_add_func ("/socket/slow-sender", test_slow_sender);
    g_test_add_func ("/socket/busy", test_busy);
    g_test_add_func ("/socket/gone", test_gone);
    g_test_add_func ("/socket/unix", test_unix);
    g_test_add_func ("/socket/addresses", test_addresses);
    return g_test_run ();
}
