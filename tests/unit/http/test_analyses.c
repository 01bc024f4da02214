/* Long analyses behind the server: turns, limits, clients that leave. The county has so many incidents that a scan takes
 * seconds; each is stopped long before. */
#include "fake_county.h"
#include "runner.h"
#include "support.h"

#include <string.h>

#define INCIDENTS 1500000u
#define PATIENCE_US (3 * G_USEC_PER_SEC) /* only ends a hang */

/* The county's incidents over and over. */
static CgPlaces *
many_of (const CgPlaces *few, guint32 n)
{
    CgPlaces *many = cg_places_new (CG_PLACE_INCIDENT, n);
    many->time_s = g_new (gint64, n);
    many->types = cg_names_new ();
    for (guint32 i = 0; i < n; i++) {
        guint32 from = (guint32) ((guint64) i * few->n / n);
        many->x[i] = few->x[from];
        many->y[i] = few->y[from];
        many->time_s[i] = few->time_s[from];
    }
    return many;
}

static CgScreenSource *
busy_county (void)
{
    static CgScreenSource *source = NULL;
    g_autoptr (GError) error = NULL;
    if (source != NULL)
        return source;
    CgScreenTables tables;
    fake_county_tables (&tables, 7);
    g_autoptr (CgPlaces) few = tables.incidents;
    tables.incidents = many_of (few, INCIDENTS);
    tables.config->serve_analyses = 3;
    tables.config->serve_analyses_waiting = 7;
    g_autoptr (CgScreen) screen = cg_screen_new_from_tables (&tables, &error);
    g_assert_no_error (error);
    return source = cg_screen_source_new_fixed (screen);
}

static Runner *
serve (CgHttpOptions options)
{
    options.listen = "127.0.0.1:0";
    options.source = busy_county ();
    Runner *runner = start (&options);
    g_assert_nonnull (runner->address);
    return runner;
}

/* ---- what the server says about itself ---------------------------------------------------------- */

static double
figure (const Runner *runner, const char *name)
{
    g_autoptr (GString) page = ask (runner, "GET /metrics HTTP/1.1\r\n" CLOSE);
    g_autofree char *line = g_strdup_printf ("\ncountygrid_%s ", name);
    const char *at = strstr (page->str, line);
    g_assert_nonnull (at);
    return g_ascii_strtod (at + strlen (line), NULL);
}

static void
wait_for (const Runner *runner, const char *name, double wanted)
{
    gint64 end_us = g_get_monotonic_time () + PATIENCE_US;
    while (figure (runner, name) != wanted) {
        if (g_get_monotonic_time () > end_us)
            g_error ("%s is %g and not %g", name, figure (runner, name), wanted);
        g_usleep (5000);
    }
}

/* "running", "waiting" or "none". */
static char *
state_of (const Runner *runner, const char *mark, gint64 *out_ahead)
{
    g_autofree char *request = g_strdup_printf ("GET /api/analyses/%s HTTP/1.1\r\n" CLOSE, mark);
    g_autoptr (GString) reply = ask (runner, request);
    const char *state = strstr (reply->str, "\"state\":\""), *ahead = strstr (reply->str, "\"ahead\":");
    g_assert_cmpuint (status_of (reply), ==, 200);
    g_assert_nonnull (state);
    *out_ahead = ahead != NULL ? g_ascii_strtoll (ahead + 8, NULL, 10) : -1;
    return g_strndup (state + 9, strcspn (state + 9, "\""));
}

static void
assert_state (const Runner *runner, const char *mark, const char *state, gint64 ahead)
{
    gint64 found = -1;
    g_autofree char *now = state_of (runner, mark, &found);
    g_assert_cmpstr (now, ==, state);
    g_assert_cmpint (found, ==, ahead);
}

/* ---- clients ------------------------------------------------------------------------------------- */

/* A scan of so many days for the client, whose answer nobody reads yet. */
static GSocket *
scan (const Runner *runner, guint days, const char *file, const char *client)
{
    GSocket *socket = dial (runner);
    g_autofree char *request =
        g_strdup_printf ("GET /api/render/clusters?period=%u%s HTTP/1.1\r\nX-Forwarded-For: %s\r\n"
                         "X-Progress: mark-%s-%u\r\n" CLOSE,
                         days, file, client, client, days);
    g_assert_true (say (socket, request));
    return socket;
}

static void
hang_up (GSocket **socket)
{
    g_socket_close (*socket, NULL);
    g_clear_object (socket);
}

/* All of them wait in the server. */
static void
settle (const Runner *runner, guint running, guint waiting, guint requests)
{
    wait_for (runner, "analyses_running", running);
    wait_for (runner, "analyses_waiting", waiting);
    wait_for (runner, "analyses_requests", requests);
}

/* Who hangs up frees the thread for the next, whether it ran or waited. */
static void
test_left (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1 });
    g_autoptr (GSocket) one = scan (runner, 390, "", "10.0.0.1");
    settle (runner, 1, 0, 1);
    g_autoptr (GSocket) two = scan (runner, 380, "", "10.0.0.1");
    g_autoptr (GSocket) three = scan (runner, 370, "", "10.0.0.1");
    settle (runner, 1, 2, 3);
    assert_state (runner, "mark-10.0.0.1-390", "none", -1); /* no plain name: it is not kept */
    hang_up (&two);
    settle (runner, 1, 1, 2);
    hang_up (&one);
    settle (runner, 1, 0, 1);
    g_assert_cmpfloat (figure (runner, "analyses_total{result=\"left\"}"), ==, 2);
    hang_up (&three);
    settle (runner, 0, 0, 0);
    g_assert_cmpfloat (figure (runner, "analyses_total{result=\"left\"}"), ==, 3);
    g_assert_cmpfloat (figure (runner, "analyses_total{result=\"done\"}"), ==, 0);
    stop (runner);
}

/* Eight scans are asked for; frames and figures come all the same. */
static void
test_frames (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 2, .workers = 1 });
    GSocket *scans[8];
    for (guint k = 0; k < 8; k++)
        scans[k] = scan (runner, 350 + k, "&w=300&h=300", "10.0.0.1");
    settle (runner, 2, 6, 8);
    g_autoptr (GString) frame =
        ask (runner, "GET /api/render/scene?w=960&h=540&place=990001101 HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (frame), ==, 200);
    g_autoptr (GString) figures = ask (runner, "GET /api/overview HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (figures), ==, 200);
    settle (runner, 2, 6, 8);
    for (guint k = 0; k < 8; k++)
        hang_up (&scans[k]);
    settle (runner, 0, 0, 0);
    stop (runner);
}

static void
assert_problem (GSocket *socket, guint status, const char *code)
{
    g_autoptr (GString) reply = hear (socket);
    g_autofree char *named = g_strdup_printf ("\"code\":\"%s\"", code);
    g_assert_cmpuint (status_of (reply), ==, status);
    g_assert_nonnull (strstr (reply->str, "application/problem+json"));
    g_assert_nonnull (strstr (reply->str, named));
    g_assert_true ((strstr (reply->str, "\r\nRetry-After: ") != NULL) == (status == 503));
}

static void
test_bound (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1, .analyses_waiting = 2 });
    GSocket *scans[3];
    for (guint k = 0; k < 3; k++) {
        scans[k] = scan (runner, 350 + k, "", "10.0.0.1");
        settle (runner, 1, k, k + 1);
    }
    g_autoptr (GSocket) much = scan (runner, 360, "", "10.0.0.2");
    assert_problem (much, 503, "LIMIT");
    g_assert_cmpfloat (figure (runner, "analyses_total{result=\"refused\"}"), ==, 1);
    /* What somebody waits for already takes no further place. */
    g_autoptr (GSocket) same = scan (runner, 352, "&w=200&h=200", "10.0.0.2");
    settle (runner, 1, 2, 4);
    for (guint k = 0; k < 3; k++)
        hang_up (&scans[k]);
    settle (runner, 1, 0, 1);
    hang_up (&same);
    settle (runner, 0, 0, 0);
    stop (runner);
}

/* Picture, figures and outlines of one choice are one analysis; one leaves, the others have theirs. */
static void
test_shared (void)
{
    static const char *const files[] = { "&w=300&h=300", "&w=310&h=300", "&format=json", "&format=csv" };
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1 });
    g_autoptr (GSocket) slow = scan (runner, 390, "", "10.0.0.1");
    settle (runner, 1, 0, 1);
    GSocket *scans[G_N_ELEMENTS (files)];
    for (guint k = 0; k < G_N_ELEMENTS (files); k++) {
        scans[k] = scan (runner, 2, files[k], "10.0.0.1");
        settle (runner, 1, 1, k + 2);
    }
    hang_up (&scans[0]); /* whose turn it would be to run it */
    settle (runner, 1, 1, 4);
    hang_up (&slow);
    for (guint k = 1; k < G_N_ELEMENTS (files); k++) {
        g_autoptr (GString) reply = hear (scans[k]);
        g_assert_cmpuint (status_of (reply), ==, 200);
        g_clear_object (&scans[k]);
    }
    g_assert_cmpfloat (figure (runner, "analyses_total{result=\"done\"}"), ==, 1);
    /* Found once, it is drawn anew without a turn. */
    g_autoptr (GSocket) busy = scan (runner, 390, "", "10.0.0.1");
    settle (runner, 1, 0, 1);
    g_autoptr (GSocket) again = scan (runner, 2, "&w=320&h=300", "10.0.0.1");
    g_autoptr (GString) reply = hear (again);
    g_assert_cmpuint (status_of (reply), ==, 200);
    hang_up (&busy);
    settle (runner, 0, 0, 0);
    stop (runner);
}

static void
test_deadline (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1, .analysis_ms = 300 });
    g_autoptr (GSocket) one = scan (runner, 390, "", "10.0.0.1");
    g_autoptr (GSocket) same = scan (runner, 390, "&format=json", "10.0.0.2");
    assert_problem (one, 504, "DEADLINE");
    assert_problem (same, 504, "DEADLINE");
    wait_for (runner, "analyses_running", 0);
    g_assert_cmpfloat (figure (runner, "analyses_total{result=\"late\"}"), >=, 1);
    g_autoptr (GString) frame = ask (runner, "GET /api/render/types?w=300&h=200 HTTP/1.1\r\n" CLOSE);
    g_assert_cmpuint (status_of (frame), ==, 200);
    stop (runner);
}

static GSocket *
book (const Runner *runner, const char *more)
{
    GSocket *socket = dial (runner);
    g_autofree char *request = g_strdup_printf (
        "GET /api/render/mapbook?format=pdf%s HTTP/1.1\r\nX-Progress: mark-of-a-book\r\n" CLOSE, more);
    g_assert_true (say (socket, request));
    return socket;
}

/* A map book takes its turn and has its limits, once for all who ask for the same; one page of it is a picture. */
static void
test_book (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1, .analyses_waiting = 1 });
    g_autoptr (GSocket) slow = scan (runner, 390, "", "10.0.0.1");
    settle (runner, 1, 0, 1);
    g_autoptr (GSocket) one = book (runner, "&w=842&h=595");
    settle (runner, 1, 1, 2);
    assert_state (runner, "mark-of-a-book", "waiting", 1);
    g_autoptr (GSocket) same = book (runner, "&h=595&w=842");
    settle (runner, 1, 1, 3);
    g_autoptr (GSocket) other = book (runner, "&w=841&h=595");
    assert_problem (other, 503, "LIMIT");
    g_autoptr (GSocket) page = book (runner, "&w=842&h=595&page=2&period=1");
    g_autoptr (GString) drawn = hear (page);
    g_assert_cmpuint (status_of (drawn), ==, 200);
    hang_up (&slow);
    g_autoptr (GString) first = hear (one), second = hear (same);
    g_assert_cmpuint (status_of (first), ==, 200);
    g_assert_cmpuint (status_of (second), ==, 200);
    g_assert_cmpuint (first->len, ==, second->len);
    g_assert_cmpfloat (figure (runner, "analyses_total{result=\"done\"}"), ==, 1);
    stop (runner);
    runner = serve ((CgHttpOptions){ .analysis_ms = 1 }); /* the others by county.ini */
    g_assert_cmpfloat (figure (runner, "analyses_max"), ==, 3);
    g_assert_cmpfloat (figure (runner, "analyses_waiting_max"), ==, 7);
    g_autoptr (GSocket) late = book (runner, "&w=843&h=595");
    assert_problem (late, 504, "DEADLINE");
    stop (runner);
}

/* Who asks for one waits for one of those who ask for many. */
static void
test_turns (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1 });
    GSocket *scans[6];
    const char *const clients[] = { "192-0-2-1", "192-0-2-1", "192-0-2-1", "192-0-2-1", "192-0-2-2", "192-0-2-3" };
    static const gint64 ahead[] = { -1, 1, 4, 5, 2, 3 };
    for (guint k = 0; k < G_N_ELEMENTS (scans); k++) {
        g_autofree char *address = g_strdup (clients[k]);
        for (char *at = address; *at != '\0'; at++)
            if (*at == '-')
                *at = '.';
        GSocket *socket = dial (runner);
        g_autofree char *request =
            g_strdup_printf ("GET /api/render/clusters?period=%u HTTP/1.1\r\nX-Forwarded-For: %s\r\n"
                             "X-Progress: mark-%s-%u\r\n" CLOSE,
                             350 + k, address, clients[k], k);
        g_assert_true (say (socket, request));
        scans[k] = socket;
        settle (runner, 1, k, k + 1);
    }
    for (guint k = 0; k < G_N_ELEMENTS (scans); k++) {
        g_autofree char *mark = g_strdup_printf ("mark-%s-%u", clients[k], k);
        assert_state (runner, mark, k == 0 ? "running" : "waiting", ahead[k]);
    }
    assert_state (runner, "mark-of-nobody", "none", -1);
    for (guint k = 0; k < G_N_ELEMENTS (scans); k++)
        hang_up (&scans[k]);
    settle (runner, 0, 0, 0);
    stop (runner);
}

/* What runs is told in parts of the whole, which grow. */
static void
test_progress (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1 });
    g_autoptr (GSocket) one = dial (runner);
    double done = -1, first = -1;
    say (one, "GET /api/render/clusters?period=390 HTTP/1.1\r\nX-Progress: mark-of-one\r\n" CLOSE);
    settle (runner, 1, 0, 1);
    for (gint64 end_us = g_get_monotonic_time () + PATIENCE_US;
         (first < 0 || !(done > first)) && g_get_monotonic_time () < end_us;) {
        g_autoptr (GString) reply = ask (runner, "GET /api/analyses/mark-of-one HTTP/1.1\r\n" CLOSE);
        const char *at = strstr (reply->str, "\"done\":");
        done = at != NULL ? g_ascii_strtod (at + 7, NULL) : -1;
        g_assert_cmpfloat (done, <=, 1);
        first = first < 0 ? done : first;
        if (at != NULL)
            g_assert_nonnull (strstr (reply->str, "\"of\":\"replicates\""));
        g_usleep (5000);
    }
    g_assert_cmpfloat (done, >, first);
    hang_up (&one);
    settle (runner, 0, 0, 0);
    stop (runner);
}

/* A server that stops does not wait for what nobody could read. */
static void
test_stop (void)
{
    Runner *runner = serve ((CgHttpOptions){ .analyses = 1 });
    g_autoptr (GSocket) one = scan (runner, 390, "", "10.0.0.1"), two = NULL;
    settle (runner, 1, 0, 1);
    two = scan (runner, 380, "", "10.0.0.1");
    settle (runner, 1, 1, 2);
    g_cancellable_cancel (runner->options.cancel);
    assert_problem (two, 503, "CANCELLED");
    hang_up (&one);
    stop (runner);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyses/left", test_left);
    g_test_add_func ("/analyses/frames", test_frames);
    g_test_add_func ("/analyses/bound", test_bound);
    g_test_add_func ("/analyses/shared", test_shared);
    g_test_add_func ("/analyses/deadline", test_deadline);
    g_test_add_func ("/analyses/book", test_book);
    g_test_add_func ("/analyses/turns", test_turns);
    g_test_add_func ("/analyses/progress", test_progress);
    g_test_add_func ("/analyses/stop", test_stop);
    return g_test_run ();
}
