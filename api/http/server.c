#include "http/server.h"

#include "app/clock.h"
#include "base/error.h"
#include "http/analyses.h"
#include "http/server_internal.h"
#include "http/snapshot.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define IDLE_S 30    /* a connection without any byte                  */
#define WAITERS 8    /* deliveries that are being parsed or wait for the disk */
#define FILES_KEPT 128

void
http_job_free (gpointer data)
{
    HttpJob *job = data;
    http_request_clear (&job->request);
    http_reply_clear (&job->reply);
    g_clear_pointer (&job->history, g_bytes_unref);
    http_pieces_free (job->pieces);
    g_clear_pointer (&job->gone, event_free);
    g_free (job->client);
    g_free (job->mark);
    g_free (job);
}

void
http_server_wake (HttpServer *server)
{
    guint64 one = 1;
    /* The counter only overflows after 2^64 wakes: nothing to do about a failed write. */
    G_GNUC_UNUSED gssize written = write (server->wake_fd, &one, sizeof one);
}

/* ---- start and end ---------------------------------------- */

static void
on_cancelled (GCancellable *cancel, gpointer user_data)
{
    HttpServer *server = user_data;
    g_atomic_int_set (&server->stop, 1);
    http_server_wake (server);
}

static void
on_wake (evutil_socket_t fd, short what, void *user_data)
{
    HttpServer *server = user_data;
    guint64 count;
    G_GNUC_UNUSED gssize got = read (fd, &count, sizeof count);
    HttpJob *job;
    while ((job = g_async_queue_try_pop (server->finished)) != NULL) {
        server->waiting--;
        server->drawing -= job->draws;
        if (job->goes_on) {
            http_send_piece (server, job);
            continue;
        }
        if (http_is_analysis (job)) {
            http_analyses_done (server->context.analyses, job);
            continue;
        }
        if (job->reply.postponed != NULL) {
            http_analyses_park (server->context.analyses, job);
            continue;
        }
        if (job->reloads)
            http_end_reload (server, job);
        else if (job->streams)
            http_start_stream (server, job);
        else
            http_send_reply (server, job);
        http_job_free (job);
    }
    if (server->events != NULL)
        http_events_flush (server->events);
    if (g_atomic_int_get (&server->stop))
        http_begin_stop (server);
    http_finish_if_quiet (server);
}

static void
on_libevent_message (int severity, const char *text)
{
    if (severity >= EVENT_LOG_WARN)
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "http: %s", text);
}

/* A client that goes away while a reply is being written must not end the program. */
static void
ignore_broken_pipes (void)
{
    struct sigaction action;
    if (sigaction (SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
        action.sa_handler = SIG_IGN;
        sigaction (SIGPIPE, &action, NULL);
    }
}

/* Many slow clients must not use up the files that a few good ones need. */
static void
raise_file_limit (void)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = MIN (limit.rlim_max, 65536);
    setrlimit (RLIMIT_NOFILE, &limit);
}

/* Files are needed for the county, pictures and fonts too. */
static guint
max_connections (const CgHttpOptions *options)
{
    guint wanted = options->max_connections > 0 ? options->max_connections : CG_HTTP_MAX_CONNECTIONS;
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return wanted;
    rlim_t room = limit.rlim_cur > 2 * FILES_KEPT ? limit.rlim_cur - FILES_KEPT : limit.rlim_cur / 2;
    return (guint) MIN (wanted, room);
}

static gboolean
start_http (HttpServer *server, int fd, GError **error)
{
    server->http = evhttp_new (server->base);
    server->bound =
        server->http != NULL ? evhttp_accept_socket_with_handle (server->http, fd) : NULL;
    if (server->bound == NULL) {
        close (fd);
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "HTTP server: no memory");
        return FALSE;
    }
    evhttp_set_bevcb (server->http, http_guard_connection, server->guard);
    evhttp_set_gencb (server->http, http_on_request, server);
    evhttp_set_timeout (server->http, IDLE_S);
    /* Larger than what wire.c lets through: libevent would answer in HTML. */
    evhttp_set_max_headers_size (server->http, 2 * CG_HTTP_MAX_HEADERS);
    evhttp_set_max_body_size (server->http, 2 * CG_HTTP_MAX_BODY);
    /* All are let in so that the route table can answer 405 with the list of those allowed. */
    evhttp_set_allowed_methods (server->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                                  EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
                                                  EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE |
                                                  EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
    return TRUE;
}

static gboolean
start_events (HttpServer *server, GError **error)
{
    server->wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
    server->base = event_base_new ();
    if (server->wake_fd < 0 || server->base == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "HTTP server: %s", g_strerror (errno));
        return FALSE;
    }
    guint deadline_ms = server->options->deadline_ms > 0 ? server->options->deadline_ms : 10000;
    server->guard = http_guard_new (server->base, deadline_ms, max_connections (server->options));
    server->wake = event_new (server->base, server->wake_fd, EV_READ | EV_PERSIST, on_wake, server);
    event_add (server->wake, NULL);
    http_start_control (server);
    return TRUE;
}

/* Of two cores one is left to the screens. */
static void
start_analyses (HttpServer *server)
{
    const CgHttpOptions *o = server->options;
    g_autoptr (CgScreen) screen = cg_screen_source_last (server->context.source);
    const CgConfig *config = cg_screen_config (screen);
    guint half = MAX (g_get_num_processors () / 2, 1);
    guint at_once = o->analyses > 0 ? o->analyses : config->serve_analyses;
    guint config_ms = (guint) (config->serve_analysis_s * 1000);
    server->context.analyses =
        http_analyses_new (server, at_once > 0 ? at_once : half,
                           o->analyses_waiting > 0 ? o->analyses_waiting : config->serve_analyses_waiting,
                           o->analysis_ms > 0 ? o->analysis_ms : config_ms);
}

static gboolean
start_intake (HttpServer *server, GError **error)
{
    CgLiveOptions live = { .county = server->options->county,
                           .now_s = cg_app_now,
                           .shelf = cg_screen_source_shelf (server->context.source),
                           .committed = http_on_committed,
                           .told = http_on_told,
                           .user_data = server };
    if (server->options->county == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "incidents need a county file");
        return FALSE;
    }
    if ((server->context.live = cg_live_new (&live, error)) == NULL)
        return FALSE;
    server->events = http_events_new (server->base, server->guard, cg_live_sequence (server->context.live));
    server->waiters = g_thread_pool_new (http_work, server, WAITERS, FALSE, NULL);
    if (server->options->watch == NULL)
        return TRUE;
    const CgFeedOptions feed = { .county = server->options->county,
                                 .path = server->options->watch,
                                 .crs = server->options->watch_crs,
                                 .encoding = server->options->watch_encoding,
                                 .map = server->options->watch_map,
                                 .live = server->context.live };
    return (server->watch = http_watch_start (&feed, error)) != NULL;
}

static void
gather (HttpGauges *out, gpointer user_data)
{
    const HttpServer *server = user_data;
    HttpEventsStats events = { 0 };
    HttpGuardStats guard;
    HttpAnalysesStats analyses;
    http_analyses_stats (server->context.analyses, &analyses);
    http_guard_stats (server->guard, &guard);
    CgFeedStats feed = { 0 };
    if (server->watch != NULL)
        http_watch_stats (server->watch, &feed);
    if (server->events != NULL)
        http_events_stats (server->events, &events);
    *out = (HttpGauges){ .workers = server->n_workers,
                         .drawing = MIN (server->drawing, server->n_workers),
                         .waiting = server->waiting,
                         .queue = server->queue,
                         .analyses = analyses,
                         .watches = server->watch != NULL,
                         .rows_taken = feed.taken,
                         .rows_rejected = feed.rejected,
                         .connections = guard.open,
                         .connections_max = guard.max,
                         .connections_refused = guard.closed,
                         .requests_refused = guard.malformed,
                         .readers = events.readers,
                         .readers_bytes = events.waiting_bytes,
                         .events_bytes = events.kept_bytes,
                         .readers_dropped = events.dropped };
}

static void
server_init (HttpServer *server, const CgHttpOptions *options, CgScreenSource *source)
{
    guint workers = options->workers > 0 ? options->workers : MIN (g_get_num_processors (), 4);
    server->options = options;
    server->wake_fd = -1;
    server->queue = options->queue > 0 ? options->queue : 64;
    server->context.source = source;
    server->context.county = options->county;
    server->context.scenes = options->scenes != NULL ? options->scenes : cg_scenes_built_in ();
    server->context.sites = options->sites;
    server->context.features = cg_features_new (source, options->county);
    server->context.maps = cg_tile_maps_new ();
    server->context.snapshot = http_snapshot_new ();
    server->context.cache = http_cache_new (CG_HTTP_CACHE_BYTES);
    if (options->county != NULL)
        server->context.measures = http_measures_new (options->county, server->context.cache);
    server->context.now_s = cg_app_now;
    server->context.metrics = http_metrics_new ();
    http_metrics_set_gather (server->context.metrics, gather, server);
    server->log = http_log_new (options->log_requests);
    server->run = g_random_int ();
    server->n_workers = workers;
    server->finished = g_async_queue_new_full (http_job_free);
    server->sending = g_hash_table_new (NULL, NULL);
    /* Threads of our own that stay: each holds its loaded fonts. */
    server->pool = g_thread_pool_new (http_work, server, (gint) workers, TRUE, NULL);
    g_thread_pool_set_sort_function (server->pool, http_compare_jobs, NULL);
}

/* Workers end before anything that they use; connections end before the guard that watches them. */
static void
server_done (HttpServer *server)
{
    g_clear_pointer (&server->context.analyses, http_analyses_free);
    if (server->pool != NULL)
        g_thread_pool_free (server->pool, FALSE, TRUE);
    if (server->waiters != NULL)
        g_thread_pool_free (server->waiters, FALSE, TRUE);
    g_clear_pointer (&server->watch, http_watch_stop);
    g_clear_pointer (&server->cover, http_cover_stop);
    g_clear_pointer (&server->context.live, cg_live_free);
    g_clear_pointer (&server->http, evhttp_free);
    g_clear_pointer (&server->events, http_events_free);
    g_clear_pointer (&server->guard, http_guard_free);
    g_clear_pointer (&server->wake, event_free);
    http_end_control (server);
    g_clear_pointer (&server->base, event_base_free);
    g_clear_pointer (&server->finished, g_async_queue_unref);
    g_clear_pointer (&server->sending, g_hash_table_unref);
    g_clear_pointer (&server->context.measures, http_measures_free);
    g_clear_pointer (&server->context.cache, http_cache_free);
    g_clear_pointer (&server->context.metrics, http_metrics_free);
    g_clear_pointer (&server->log, http_log_free);
    g_clear_pointer (&server->context.features, cg_features_free);
    g_clear_pointer (&server->context.maps, cg_tile_maps_free);
    g_clear_pointer (&server->context.snapshot, http_snapshot_free);
    if (server->wake_fd >= 0)
        close (server->wake_fd);
    if (server->unix_path != NULL)
        unlink (server->unix_path);
    g_free (server->url);
    g_free (server->unix_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HttpServer, server_done)

/* A playlist of scenes that are not there is told at start and not to the wall. */
static gboolean
check_scenes (const HttpContext *context, GError **error)
{
    g_autoptr (CgScreen) screen = cg_screen_source_last (context->source);
    json_t *scenes = cg_screen_scenes (screen, context->scenes, error);
    json_decref (scenes);
    return scenes != NULL;
}

gboolean
cg_http_serve (const CgHttpOptions *options, GError **error)
{
    g_autoptr (CgScreenSource) own = NULL;
    if (!http_hosts_check (options->hosts, error))
        return FALSE;
    if (options->source == NULL && (own = cg_screen_source_new (options->county, error)) == NULL)
        return FALSE;
    g_auto (HttpServer) server = { 0 };
    server_init (&server, options, own != NULL ? own : options->source);
    if (!check_scenes (&server.context, error))
        return FALSE;
    event_set_log_callback (on_libevent_message);
    raise_file_limit ();
    ignore_broken_pipes ();
    if (!start_events (&server, error))
        return FALSE;
    start_analyses (&server);
    const char *address = options->listen != NULL ? options->listen : "127.0.0.1:8420";
    if (options->intake && !start_intake (&server, error))
        return FALSE;
    int fd = http_listen (address, &server.url, &server.unix_path, error);
    if (fd < 0 || !start_http (&server, fd, error))
        return FALSE;
    if (options->county != NULL)
        server.cover = http_cover_start (options->county, server.context.live);
    gulong handler = 0;
    if (options->cancel != NULL)
        handler = g_cancellable_connect (options->cancel, G_CALLBACK (on_cancelled), &server, NULL);
    http_tell_ready (&server);
    if (options->ready != NULL)
        options->ready (server.url, options->user_data);
    event_base_dispatch (server.base);
    if (options->cancel != NULL)
        g_cancellable_disconnect (options->cancel, handler);
    return TRUE;
}
