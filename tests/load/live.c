/* Load on the intake: a source that delivers at a fixed rate, readers of the stream, and screens.
 *
 *   live URL [--rate 2000] [--batch 100] [--seconds 60] [--readers 200] [--screens 10] [--keys]
 *
 * Everything runs in one loop over non-blocking sockets. For every reader the numbers of incidents
 * must come without a gap; the time from an answer to a delivery until each reader has all of it is
 * measured. Prints figures; exits 1 when an incident was lost or came twice, 3 when the server
 * failed. Loopback only. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef enum { READER, SCREEN, SOURCE } Kind;

typedef struct {
    Kind kind;
    int fd;
    GString *in, *out;
    gsize sent; /* of out */
    gint64 seq; /* READER: last number seen */
    guint64 n;  /* READER: incidents seen; others: replies */
    gint64 asked_us;
    gboolean waiting;
} Line;

typedef struct {
    guint16 port;
    char *host;
    double rate, seconds;
    guint batch, readers, screens;
    gboolean keys; /* each delivery has an Idempotency-Key */
    int poll;
    GPtrArray *lines; /* of Line */
    GArray *acked_us; /* gint64: when the delivery with number i * batch.. was answered      */
    GArray *late_us;  /* double: answer to the last reader, each delivery                    */
    GArray *reply_us, *screen_us; /* double                                                  */
    guint64 sent, acked, lost, twice, failed, busy;
    gint64 first_seq;
    guint64 wanted; /* incidents each reader must see */
} Load;

static int
connect_to (const Load *load)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons (load->port),
                              .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0 || connect (fd, (const struct sockaddr *) &to, sizeof to) != 0)
        g_error ("cannot connect: %s", g_strerror (errno));
    setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl (fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static Line *
add_line (Load *load, Kind kind)
{
    Line *line = g_new0 (Line, 1);
    line->kind = kind;
    line->fd = connect_to (load);
    line->in = g_string_new (NULL);
    line->out = g_string_new (NULL);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = line };
    epoll_ctl (load->poll, EPOLL_CTL_ADD, line->fd, &event);
    g_ptr_array_add (load->lines, line);
    return line;
}

static void
flush (Load *load, Line *line)
{
    while (line->sent < line->out->len) {
        gssize n = write (line->fd, line->out->str + line->sent, line->out->len - line->sent);
        if (n <= 0)
            break;
        line->sent += (gsize) n;
    }
    gboolean all = line->sent == line->out->len;
    struct epoll_event event = { .events = EPOLLIN | (all ? 0 : EPOLLOUT), .data.ptr = line };
    epoll_ctl (load->poll, EPOLL_CTL_MOD, line->fd, &event);
    if (all) {
        g_string_truncate (line->out, 0);
        line->sent = 0;
    }
}

static void
ask (Load *load, Line *line, const char *head, const char *body)
{
    g_string_append_printf (line->out, "%s\r\nHost: %s\r\n", head, load->host);
    if (body != NULL)
        g_string_append_printf (
            line->out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen (body));
    g_string_append_printf (line->out, "\r\n%s", body != NULL ? body : "");
    line->asked_us = g_get_monotonic_time ();
    line->waiting = TRUE;
    flush (load, line);
}

/* ---- readers ---------------------------------------- */

static void
see (Load *load, Line *line, gint64 seq, gint64 now_us)
{
    if (line->seq != 0 && seq <= line->seq)
        load->twice++;
    else if (line->seq != 0 && seq != line->seq + 1)
        load->lost += (guint64) (seq - line->seq - 1);
    line->seq = MAX (seq, line->seq);
    line->n++;
    if (load->first_seq == 0)
        load->first_seq = seq;
    /* The last incident of a delivery tells how late all of it is. */
    guint64 place = (guint64) (seq - load->first_seq);
    if (place % load->batch != load->batch - 1)
        return;
    guint64 delivery = place / load->batch;
    if (delivery >= load->late_us->len)
        g_array_set_size (load->late_us, (guint) delivery + 1);
    double *late = &g_array_index (load->late_us, double, delivery);
    *late = MAX (*late, (double) now_us);
}

/* Numbers are read wherever they stand: the stream comes in chunks of its own. */
static void
read_stream (Load *load, Line *line)
{
    static const char mark[] = "\"seq\":";
    gint64 now_us = g_get_monotonic_time ();
    char *at = line->in->str, *end = at + line->in->len;
    for (;;) {
        char *found = memmem (at, (gsize) (end - at), mark, sizeof mark - 1);
        if (found == NULL)
            break;
        char *digit = found + sizeof mark - 1, *stop = digit;
        while (stop < end && g_ascii_isdigit (*stop))
            stop++;
        if (stop == end) {
            at = found;
            break;
        }
        see (load, line, g_ascii_strtoll (digit, NULL, 10), now_us);
        at = stop;
    }
    gsize keep = MIN ((gsize) (end - at), sizeof mark + 32);
    if (memmem (at, (gsize) (end - at), mark, sizeof mark - 1) == at)
        keep = (gsize) (end - at);
    g_string_erase (line->in, 0, (gssize) (line->in->len - keep));
}

/* ---- replies ---------------------------------------- */

/* TRUE: a whole reply was taken off. */
static gboolean
take_reply (Load *load, Line *line, guint *out_status)
{
    const char *head_end = strstr (line->in->str, "\r\n\r\n");
    if (head_end == NULL)
        return FALSE;
    const char *length = strcasestr (line->in->str, "\r\nContent-Length:");
    gsize size =
        length != NULL && length < head_end ? (gsize) g_ascii_strtoull (length + 17, NULL, 10) : 0;
    gsize whole = (gsize) (head_end + 4 - line->in->str) + size;
    if (line->in->len < whole)
        return FALSE;
    *out_status = (guint) g_ascii_strtoull (line->in->str + 9, NULL, 10);
    g_string_erase (line->in, 0, (gssize) whole);
    return TRUE;
}

static void
on_reply (Load *load, Line *line)
{
    guint status;
    if (!take_reply (load, line, &status))
        return;
    gint64 now_us = g_get_monotonic_time ();
    double took = (double) (now_us - line->asked_us);
    line->waiting = FALSE;
    line->n++;
    if (line->kind == SCREEN) {
        g_array_append_val (load->screen_us, took);
        load->failed += status != 200 && status != 304;
        return;
    }
    g_array_append_val (load->reply_us, took);
    if (status == 200) {
        load->acked += load->batch;
        g_array_append_val (load->acked_us, now_us);
    } else if (status == 503) {
        load->busy++;
    } else {
        load->failed++;
    }
}

/* A server closes lines that are silent for long; only one that waits for an answer has lost it. */
static void
lose (Load *load, Line *line)
{
    load->failed += line->kind == READER || line->waiting;
    close (line->fd);
    line->fd = connect_to (load);
    line->waiting = FALSE;
    g_string_truncate (line->in, 0);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = line };
    epoll_ctl (load->poll, EPOLL_CTL_ADD, line->fd, &event);
}

static void
on_input (Load *load, Line *line)
{
    char buffer[65536];
    gssize n;
    while ((n = read (line->fd, buffer, sizeof buffer)) > 0) {
        g_string_append_len (line->in, buffer, n);
        if (line->kind == READER)
            read_stream (load, line);
    }
    if (n == 0) {
        lose (load, line);
        return;
    }
    if (line->kind != READER)
        on_reply (load, line);
}

/* ---- the clock ---------------------------------------- */

static char *
make_batch (Load *load)
{
    static const char *const types[] = { "治安/盗窃", "民生服务/噪音", "安全隐患/消防" };
    GString *body = g_string_new ("[");
    for (guint i = 0; i < load->batch; i++) {
        guint64 id = load->sent + i;
        g_string_append_printf (
            body,
            "%s{\"id\":\"L%d-%" G_GUINT64_FORMAT "\",\"source\":\"load\",\"type\":\"%s\","
            "\"occurred\":\"2026-11-%02uT%02u:%02u:00\",\"lon\":%.6f,\"lat\":%.6f}",
            i > 0 ? "," : "", (int) getpid (), id, types[id % 3], (guint) (id % 20) + 1,
            (guint) (id % 24), (guint) (id % 60), 109.1 + (double) (id * 7919 % 10007) / 10007,
            31.8 + (double) (id * 104729 % 10009) / 25000);
    }
    g_string_append_c (body, ']');
    return g_string_free (body, FALSE);
}

/* A delivery is due each batch / rate seconds, on the first free line. */
static void
deliver_due (Load *load, gint64 start_us, gint64 now_us)
{
    double due = (double) (now_us - start_us) / 1e6 * load->rate;
    for (guint i = 0; i < load->lines->len && (double) load->sent + load->batch <= due; i++) {
        Line *line = load->lines->pdata[i];
        if (line->kind != SOURCE || line->waiting)
            continue;
        g_autofree char *body = make_batch (load);
        g_autofree char *head =
            load->keys ? g_strdup_printf ("POST /api/incidents HTTP/1.1\r\nIdempotency-Key: L%d-%" G_GUINT64_FORMAT, (int) getpid (), load->sent)
                       : g_strdup ("POST /api/incidents HTTP/1.1");
        load->sent += load->batch;
        ask (load, line, head, body);
    }
}

static void
look_due (Load *load, gint64 now_us)
{
    for (guint i = 0; i < load->lines->len; i++) {
        Line *line = load->lines->pdata[i];
        if (line->kind == SCREEN && !line->waiting && now_us - line->asked_us > G_USEC_PER_SEC)
            ask (load, line, "GET /api/overview HTTP/1.1", NULL);
    }
}

static void
turn (Load *load)
{
    struct epoll_event events[256];
    int n = epoll_wait (load->poll, events, G_N_ELEMENTS (events), 2);
    for (int i = 0; i < n; i++) {
        Line *line = events[i].data.ptr;
        if (events[i].events & EPOLLOUT)
            flush (load, line);
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            on_input (load, line);
    }
}

static gboolean
is_quiet (const Load *load)
{
    for (guint i = 0; i < load->lines->len; i++) {
        const Line *line = load->lines->pdata[i];
        if ((line->kind == SOURCE && line->waiting) ||
            (line->kind == READER && line->n < load->acked))
            return FALSE;
    }
    return TRUE;
}

static void
run (Load *load)
{
    for (guint i = 0; i < load->readers; i++)
        ask (load, add_line (load, READER), "GET /api/events HTTP/1.1", NULL);
    for (guint i = 0; i < load->screens; i++)
        add_line (load, SCREEN);
    for (guint i = 0; i < 4; i++)
        add_line (load, SOURCE);
    gint64 start_us = g_get_monotonic_time () + G_USEC_PER_SEC, now_us;
    while ((now_us = g_get_monotonic_time ()) < start_us)
        turn (load);
    gint64 end_us = start_us + (gint64) (load->seconds * G_USEC_PER_SEC);
    while ((now_us = g_get_monotonic_time ()) < end_us) {
        deliver_due (load, start_us, now_us);
        look_due (load, now_us);
        turn (load);
    }
    while (!is_quiet (load) && g_get_monotonic_time () < end_us + 20 * G_USEC_PER_SEC)
        turn (load);
}

/* ---- figures ---------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

static void
print_times (const char *what, GArray *us)
{
    g_array_sort (us, compare_doubles);
    if (us->len == 0)
        return;
    printf ("%-34s p50 %8.1f ms  p99 %8.1f ms  max %8.1f ms  (%u)\n", what,
            g_array_index (us, double, us->len / 2) / 1e3,
            g_array_index (us, double, (us->len * 99) / 100) / 1e3,
            g_array_index (us, double, us->len - 1) / 1e3, us->len);
}

static int
tell (Load *load)
{
    guint64 least = G_MAXUINT64;
    for (guint i = 0; i < load->lines->len; i++) {
        const Line *line = load->lines->pdata[i];
        if (line->kind == READER)
            least = MIN (least, line->n);
    }
    g_autoptr (GArray) late = g_array_new (FALSE, FALSE, sizeof (double));
    for (guint i = 0; i < MIN (load->late_us->len, load->acked_us->len); i++) {
        double seen = g_array_index (load->late_us, double, i);
        double after = seen - (double) g_array_index (load->acked_us, gint64, i);
        after = MAX (after, 0);
        g_array_append_val (late, after);
    }
    printf ("acknowledged %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " incidents sent, %.0f/s; "
            "%" G_GUINT64_FORMAT " deliveries told to come again\n",
            load->acked, load->sent, (double) load->acked / load->seconds, load->busy);
    printf ("%u readers: the one with the fewest saw %" G_GUINT64_FORMAT "; lost %" G_GUINT64_FORMAT
            ", twice %" G_GUINT64_FORMAT ", failures %" G_GUINT64_FORMAT "\n",
            load->readers, least, load->lost, load->twice, load->failed);
    print_times ("answer to a delivery", load->reply_us);
    print_times ("answer until the last reader has it", late);
    print_times ("overview for a screen", load->screen_us);
    if (load->failed > 0)
        return 3;
    return load->lost > 0 || load->twice > 0 || (load->readers > 0 && least < load->acked);
}

int
main (int argc, char **argv)
{
    Load load = { .rate = 2000, .seconds = 60, .batch = 100, .readers = 200, .screens = 10 };
    const GOptionEntry entries[] = {
        { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &load.rate, "incidents a second", "N" },
        { "batch", 0, 0, G_OPTION_ARG_INT, &load.batch, "incidents in a delivery", "N" },
        { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &load.seconds, "how long", "S" },
        { "readers", 0, 0, G_OPTION_ARG_INT, &load.readers, "of the stream", "N" },
        { "screens", 0, 0, G_OPTION_ARG_INT, &load.screens, "each asks once a second", "N" },
        { "keys", 0, 0, G_OPTION_ARG_NONE, &load.keys, "an Idempotency-Key with each delivery", NULL },
        G_OPTION_ENTRY_NULL
    };
    g_autoptr (GOptionContext) context = g_option_context_new ("URL");
    g_option_context_add_main_entries (context, entries, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GUri) uri = NULL;
    if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 ||
        (uri = g_uri_parse (argv[1], G_URI_FLAGS_NONE, &error)) == NULL) {
        fprintf (stderr, "live: %s\n", error != NULL ? error->message : "one URL is needed");
        return 2;
    }
    load.port = (guint16) g_uri_get_port (uri);
    load.host = g_strdup_printf ("127.0.0.1:%u", load.port);
    load.poll = epoll_create1 (EPOLL_CLOEXEC);
    load.lines = g_ptr_array_new ();
    load.acked_us = g_array_new (FALSE, TRUE, sizeof (gint64));
    load.late_us = g_array_new (FALSE, TRUE, sizeof (double));
    load.reply_us = g_array_new (FALSE, TRUE, sizeof (double));
    load.screen_us = g_array_new (FALSE, TRUE, sizeof (double));
    run (&load);
    return tell (&load);
}
