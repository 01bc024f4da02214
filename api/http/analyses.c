#include "http/analyses.h"

#include "base/error.h"

#include <event2/bufferevent.h>
#include <string.h>
#include <sys/resource.h>

#define NICE 10 /* of the threads: what a wall shows goes before what an analyst asks */

typedef struct {
    HttpAnalyses *all;
    char *key;
    GQueue jobs;    /* of HttpJob, whose clients are still there, first come first; the first runs it */
    HttpJob *lead;  /* that runs it, maybe without a client; NULL: it waits                           */
    guint64 turn;
    GCancellable *cancel;
    struct event *limit;
    gint64 began_us;
    CgProgress progress;
    const char *what; /* atomic, as the next two; NULL: nothing is known */
    gint permille;
    gint late;
} Analysis;

struct _HttpAnalyses {
    HttpServer *server;
    GThreadPool *pool;
    GQueue all; /* of Analysis, in the order in which they came */
    guint at_once, most_waiting, running;
    guint limit_ms;
    GHashTable *last_turn; /* of a client, while others wait */
    guint64 turn;          /* of the one that began last */
    guint64 ended[HTTP_N_ANALYSED];
    gboolean stopped;
};

gboolean
http_is_analysis (const HttpJob *job)
{
    return job->runs;
}

/* ---- one of them ---------------------------------------- */

/* From the thread that works. */
static void
on_progress (const char *what, guint64 done, guint64 total, gpointer user_data)
{
    Analysis *analysis = user_data;
    double share = total > 0 ? (double) done / (double) total : 0;
    g_atomic_int_set (&analysis->permille, (gint) (1000 * CLAMP (share, 0, 1)));
    g_atomic_pointer_set (&analysis->what, what);
}

static void
leave (HttpJob *job)
{
    g_clear_pointer (&job->gone, event_free);
}

static void
analysis_free (Analysis *analysis)
{
    g_queue_clear_full (&analysis->jobs, http_job_free);
    g_clear_pointer (&analysis->limit, event_free);
    g_object_unref (analysis->cancel);
    g_free (analysis->key);
    g_free (analysis);
}

static void
forget (HttpAnalyses *all, Analysis *analysis)
{
    g_queue_remove (&all->all, analysis);
    if (g_queue_is_empty (&all->all))
        g_hash_table_remove_all (all->last_turn);
    analysis_free (analysis);
}

/* ---- ends ---------------------------------------- */

static void
answer_problem (HttpAnalyses *all, HttpJob *job, guint status, CgError code, const char *text)
{
    g_autoptr (GError) error = g_error_new_literal (CG_ERROR, code, text);
    leave (job);
    http_problem (&job->reply, status, error);
    job->reply.retry_s = status == 503 ? MAX (all->limit_ms / 4000, 2) : 0;
    http_send_reply (all->server, job);
}

static void
refuse_all (Analysis *analysis, guint status, CgError code, const char *text)
{
    HttpJob *job;
    while ((job = g_queue_pop_head (&analysis->jobs)) != NULL) {
        answer_problem (analysis->all, job, status, code, text);
        http_job_free (job);
    }
}

static char *
late_text (const HttpAnalyses *all)
{
    return g_strdup_printf ("not finished within the %g s that an analysis may take: choose a shorter period or a "
                            "smaller area",
                            all->limit_ms / 1000.0);
}

static void
on_limit (evutil_socket_t fd, short events, void *user_data)
{
    Analysis *analysis = user_data;
    HttpAnalyses *all = analysis->all;
    if (analysis->lead != NULL) {
        g_atomic_int_set (&analysis->late, 1);
        g_cancellable_cancel (analysis->cancel);
        return;
    }
    all->ended[HTTP_ANALYSIS_REFUSED]++;
    refuse_all (analysis, 503, CG_ERROR_LIMIT, "the server is busy: other analyses take too long");
    forget (all, analysis);
    http_finish_if_quiet (all->server);
}

static void
start_limit (Analysis *analysis)
{
    guint ms = analysis->all->limit_ms;
    struct timeval limit = { .tv_sec = ms / 1000, .tv_usec = (suseconds_t) (ms % 1000) * 1000 };
    event_add (analysis->limit, &limit);
}

/* ---- clients that leave ---------------------------------------- */

/* 499 is nobody's to read; the log and the figures tell it from a failure. */
static void
on_gone (evutil_socket_t fd, short events, void *user_data)
{
    HttpJob *job = user_data;
    Analysis *analysis = job->analysis;
    HttpAnalyses *all = analysis->all;
    g_queue_remove (&analysis->jobs, job);
    leave (job);
    if (job != analysis->lead) {
        answer_problem (all, job, 499, CG_ERROR_CANCELLED, "the client has gone");
        http_job_free (job);
    }
    if (!g_queue_is_empty (&analysis->jobs))
        return;
    if (analysis->lead != NULL) {
        g_cancellable_cancel (analysis->cancel);
        return;
    }
    all->ended[HTTP_ANALYSIS_LEFT]++;
    forget (all, analysis);
    http_finish_if_quiet (all->server);
}

/* libevent does not read while a request is answered, so it does not see the end of the line either. */
static void
watch_client (HttpJob *job)
{
    struct evhttp_connection *connection = evhttp_request_get_connection (job->raw);
    if (connection == NULL)
        return;
    evutil_socket_t fd = bufferevent_getfd (evhttp_connection_get_bufferevent (connection));
    job->gone = event_new (job->server->base, fd, EV_CLOSED, on_gone, job);
    event_add (job->gone, NULL);
}

/* ---- turns ---------------------------------------- */

/* Whoever asks for many waits behind who asks for one: each client's are one turn apart (start-time fair queueing). Clients
 * are told apart by what the proxy in front says. */
static guint64
next_turn (HttpAnalyses *all, const HttpJob *job)
{
    const char *client = job->client != NULL ? job->client : "";
    guint64 *last = g_hash_table_lookup (all->last_turn, client);
    guint64 turn = MAX (all->turn, last != NULL ? *last : 0) + 1;
    g_hash_table_replace (all->last_turn, g_strdup (client), g_memdup2 (&turn, sizeof turn));
    return turn;
}

static guint
count_waiting (const HttpAnalyses *all)
{
    return all->all.length - all->running;
}

static Analysis *
choose_next (const HttpAnalyses *all)
{
    Analysis *best = NULL;
    for (GList *link = all->all.head; link != NULL; link = link->next) {
        Analysis *analysis = link->data;
        if (analysis->lead == NULL && (best == NULL || analysis->turn < best->turn))
            best = analysis;
    }
    return best;
}

static void
start (Analysis *analysis)
{
    HttpAnalyses *all = analysis->all;
    HttpJob *job = g_queue_peek_head (&analysis->jobs);
    analysis->lead = job;
    analysis->began_us = g_get_monotonic_time ();
    all->turn = analysis->turn;
    all->running++;
    job->runs = TRUE;
    job->draws = FALSE;
    all->server->waiting++;
    job->request.cancel = analysis->cancel;
    job->request.progress = &analysis->progress;
    start_limit (analysis);
    g_thread_pool_push (all->pool, job, NULL);
}

static void
start_some (HttpAnalyses *all)
{
    Analysis *next;
    while (!all->stopped && all->running < all->at_once && (next = choose_next (all)) != NULL)
        start (next);
}

/* ---- in and out ---------------------------------------- */

/* One that was stopped but has not ended yet finds nothing any more. */
static Analysis *
find (const HttpAnalyses *all, const char *key)
{
    for (GList *link = all->all.head; link != NULL; link = link->next) {
        Analysis *analysis = link->data;
        if (strcmp (analysis->key, key) == 0 && !g_cancellable_is_cancelled (analysis->cancel))
            return analysis;
    }
    return NULL;
}

static Analysis *
add (HttpAnalyses *all, const HttpJob *job)
{
    Analysis *analysis = g_new0 (Analysis, 1);
    analysis->all = all;
    analysis->key = g_strdup (job->reply.postponed);
    analysis->cancel = g_cancellable_new ();
    analysis->limit = evtimer_new (all->server->base, on_limit, analysis);
    analysis->progress = (CgProgress){ on_progress, analysis };
    analysis->turn = next_turn (all, job);
    analysis->began_us = g_get_monotonic_time ();
    g_queue_init (&analysis->jobs);
    g_queue_push_tail (&all->all, analysis);
    start_limit (analysis);
    return analysis;
}

static guint
count_parked (const HttpAnalyses *all)
{
    guint n = 0;
    for (GList *link = all->all.head; link != NULL; link = link->next)
        n += ((const Analysis *) link->data)->jobs.length;
    return n;
}

void
http_analyses_park (HttpAnalyses *all, HttpJob *job)
{
    Analysis *analysis = find (all, job->reply.postponed);
    gboolean full = count_parked (all) >= all->server->queue ||
                    (analysis == NULL && all->running >= all->at_once && count_waiting (all) >= all->most_waiting);
    if (full || all->stopped) {
        all->ended[HTTP_ANALYSIS_REFUSED]++;
        answer_problem (all, job, 503, CG_ERROR_LIMIT, "the server is busy: too many analyses wait");
        http_job_free (job);
        return;
    }
    if (analysis == NULL)
        analysis = add (all, job);
    else if (analysis->lead == NULL)
        analysis->turn = MIN (analysis->turn, next_turn (all, job));
    g_clear_pointer (&job->request.snapshot, cg_screen_unref);
    job->request.snapshot = g_steal_pointer (&job->reply.snapshot);
    http_reply_clear (&job->reply);
    job->analysis = analysis;
    g_queue_push_tail (&analysis->jobs, job);
    watch_client (job);
    start_some (all);
}

/* The finding is there: what is left is drawing. */
static void
go_on (Analysis *analysis)
{
    HttpJob *job;
    while ((job = g_queue_pop_head (&analysis->jobs)) != NULL) {
        leave (job);
        job->analysis = NULL;
        job->runs = FALSE;
        http_push_job (job->server, job, HTTP_DRAWS);
    }
}

static HttpAnalysed
how_ended (const Analysis *analysis)
{
    return g_atomic_int_get (&analysis->late) ? HTTP_ANALYSIS_LATE
           : g_cancellable_is_cancelled (analysis->cancel) ? HTTP_ANALYSIS_LEFT
                                                           : HTTP_ANALYSED;
}

void
http_analyses_done (HttpAnalyses *all, HttpJob *job)
{
    Analysis *analysis = job->analysis;
    HttpAnalysed how = how_ended (analysis);
    g_autofree char *text = late_text (all);
    gboolean found = job->reply.status < 400;
    event_del (analysis->limit);
    all->running--;
    all->ended[how]++;
    leave (job);
    g_queue_remove (&analysis->jobs, job);
    if (how == HTTP_ANALYSIS_LATE && !found)
        answer_problem (all, job, 504, CG_ERROR_DEADLINE, text);
    else if (how == HTTP_ANALYSIS_LEFT && !found)
        answer_problem (all, job, all->stopped ? 503 : 499, CG_ERROR_CANCELLED, "stopped");
    else
        http_send_reply (all->server, job);
    analysis->lead = NULL;
    http_job_free (job);
    if (how == HTTP_ANALYSIS_LATE && !found)
        refuse_all (analysis, 504, CG_ERROR_DEADLINE, text);
    else
        go_on (analysis);
    forget (all, analysis);
    start_some (all);
}

/* ---- figures ---------------------------------------- */

void
http_analyses_stats (const HttpAnalyses *all, HttpAnalysesStats *out)
{
    *out = (HttpAnalysesStats){ .at_once = all->at_once,
                                .running = all->running,
                                .waiting = count_waiting (all),
                                .most_waiting = all->most_waiting,
                                .parked = count_parked (all) };
    memcpy (out->ended, all->ended, sizeof out->ended);
}

static gboolean
asked_with (const Analysis *analysis, const char *mark)
{
    for (GList *link = analysis->jobs.head; link != NULL; link = link->next)
        if (g_strcmp0 (((HttpJob *) link->data)->mark, mark) == 0)
            return TRUE;
    return FALSE;
}

/* How many come before it. */
static guint
count_ahead (const HttpAnalyses *all, const Analysis *analysis)
{
    guint n = 0;
    gboolean before = TRUE;
    for (GList *link = all->all.head; link != NULL; link = link->next) {
        const Analysis *other = link->data;
        before &= other != analysis;
        n += other != analysis && (other->lead != NULL || other->turn < analysis->turn ||
                                   (other->turn == analysis->turn && before));
    }
    return n;
}

static json_t *
tell (const HttpAnalyses *all, Analysis *analysis)
{
    double seconds = (double) (g_get_monotonic_time () - analysis->began_us) / G_USEC_PER_SEC;
    const char *what = g_atomic_pointer_get (&analysis->what);
    json_t *told = json_pack ("{s:s, s:f, s:f}", "state", analysis->lead != NULL ? "running" : "waiting", "seconds",
                              seconds, "limit_s", all->limit_ms / 1000.0);
    if (analysis->lead == NULL)
        json_object_set_new (told, "ahead", json_integer (count_ahead (all, analysis)));
    if (what != NULL) {
        json_object_set_new (told, "of", json_string (what));
        json_object_set_new (told, "done", json_real (g_atomic_int_get (&analysis->permille) / 1000.0));
    }
    return told;
}

static gboolean
get_analysis (HttpContext *context, const HttpRequest *request, const char *const *names, HttpReply *reply,
              GError **error)
{
    const HttpAnalyses *all = context->analyses;
    for (GList *link = all != NULL ? all->all.head : NULL; link != NULL; link = link->next)
        if (asked_with (link->data, names[0])) {
            http_reply_json (reply, tell (all, link->data));
            return TRUE;
        }
    /* Not 404, which browsers tell their users of: most requests are answered before anybody asks. */
    http_reply_json (reply, json_pack ("{s:s}", "state", "none"));
    return TRUE;
}

const HttpRoute http_analysis_routes[] = {
    { "GET", "/api/analyses/{mark}", HTTP_AT_ONCE, http_no_parameters, get_analysis,
      "how far the analysis is that a request waits for; mark: the X-Progress header of that request", NULL },
    { NULL, NULL, HTTP_AT_ONCE, NULL, NULL, NULL, NULL },
};

/* ---- start and end ---------------------------------------- */

static void
work (gpointer job, gpointer server)
{
    static _Thread_local gboolean calm;
    if (!calm)
        setpriority (PRIO_PROCESS, 0, NICE); /* of this thread only, on Linux; where it is forbidden it stays as it is */
    calm = TRUE;
    http_work (job, server);
}

HttpAnalyses *
http_analyses_new (HttpServer *server, guint at_once, guint most_waiting, guint limit_ms)
{
    HttpAnalyses *all = g_new0 (HttpAnalyses, 1);
    all->server = server;
    all->at_once = at_once;
    all->most_waiting = most_waiting;
    all->limit_ms = limit_ms;
    all->last_turn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init (&all->all);
    all->pool = g_thread_pool_new (work, server, (gint) at_once, TRUE, NULL);
    return all;
}

void
http_analyses_stop (HttpAnalyses *all, gboolean now)
{
    g_autoptr (GList) every = g_list_copy (all->all.head);
    all->stopped = TRUE;
    for (GList *link = every; link != NULL; link = link->next) {
        Analysis *analysis = link->data;
        if (analysis->lead == NULL) {
            refuse_all (analysis, 503, CG_ERROR_CANCELLED, "the server stops");
            forget (all, analysis);
        } else if (now) {
            g_cancellable_cancel (analysis->cancel);
        }
    }
}

gboolean
http_analyses_are_quiet (const HttpAnalyses *all)
{
    return all->all.length == 0;
}

/* Jobs in the hands of workers come back through the queue of finished ones, which its owner frees. */
void
http_analyses_free (HttpAnalyses *all)
{
    if (all == NULL)
        return;
    http_analyses_stop (all, TRUE);
    g_thread_pool_free (all->pool, FALSE, TRUE);
    for (GList *link = all->all.head; link != NULL; link = link->next) {
        Analysis *analysis = link->data;
        g_queue_remove (&analysis->jobs, analysis->lead);
        leave (analysis->lead);
        analysis_free (analysis);
    }
    g_queue_clear (&all->all);
    g_hash_table_unref (all->last_turn);
    g_free (all);
}
