/* What a supervisor asks of the server and hears from it: start, reload, stop, signs of life. */
#include "http/analyses.h"
#include "http/notify.h"
#include "http/server_internal.h"

#include <signal.h>

#define PATIENCE_S 5 /* at the end, for requests that are being answered */

/* ---- stop ---------------------------------------- */

static void
on_patience_over (evutil_socket_t fd, short what, void *user_data)
{
    HttpServer *server = user_data;
    http_analyses_stop (server->context.analyses, TRUE);
    event_base_loopbreak (server->base);
}

void
http_begin_stop (HttpServer *server)
{
    if (server->stopping)
        return;
    http_notify ("STOPPING=1");
    server->stopping = TRUE;
    evhttp_del_accept_socket (server->http, server->bound);
    server->bound = NULL;
    if (server->events != NULL)
        http_events_end (server->events);
    http_analyses_stop (server->context.analyses, FALSE);
    struct timeval patience = { .tv_sec = PATIENCE_S };
    event_add (server->patience, &patience);
    http_finish_if_quiet (server);
}

static void
on_stop_signal (evutil_socket_t fd, short what, void *user_data)
{
    http_begin_stop (user_data);
}

/* ---- reload ---------------------------------------- */

static void
begin_reload (HttpServer *server)
{
    if (server->reloading || server->stopping)
        return;
    g_autofree char *state =
        g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
    http_notify (state);
    HttpJob *job = g_new0 (HttpJob, 1);
    job->server = server;
    job->reloads = TRUE;
    server->reloading = TRUE;
    server->waiting++;
    g_thread_pool_push (server->pool, job, NULL);
}

static void
on_reload_signal (evutil_socket_t fd, short what, void *user_data)
{
    begin_reload (user_data);
}

void
http_end_reload (HttpServer *server, const HttpJob *job)
{
    server->reloading = FALSE;
    if (job->reply.fault == NULL) {
        http_cache_clear (server->context.cache);
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "MESSAGE", "the county was read anew");
    } else {
        g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE",
                          "the county could not be read anew, the old one is shown: %s",
                          job->reply.fault);
    }
    http_notify ("READY=1");
}

/* ---- signs of life ---------------------------------------- */

static void
on_alive (evutil_socket_t fd, short what, void *user_data)
{
    http_notify ("WATCHDOG=1");
}

void
http_tell_ready (HttpServer *server)
{
    g_autofree char *state = g_strdup_printf ("READY=1\nSTATUS=serving %s", server->url);
    guint64 us = http_notify_watchdog_us () / 2;
    struct timeval half = { .tv_sec = (time_t) (us / G_USEC_PER_SEC),
                            .tv_usec = (suseconds_t) (us % G_USEC_PER_SEC) };
    http_notify (state);
    if (us > 0)
        event_add (server->alive, &half);
}

void
http_start_control (HttpServer *server)
{
    server->patience = evtimer_new (server->base, on_patience_over, server);
    server->alive = event_new (server->base, -1, EV_PERSIST, on_alive, server);
    if (!server->options->keep_signals) {
        server->term = evsignal_new (server->base, SIGTERM, on_stop_signal, server);
        server->interrupt = evsignal_new (server->base, SIGINT, on_stop_signal, server);
        event_add (server->term, NULL);
        event_add (server->interrupt, NULL);
    }
    if (server->options->reloads) {
        server->hangup = evsignal_new (server->base, SIGHUP, on_reload_signal, server);
        event_add (server->hangup, NULL);
    }
}

void
http_end_control (HttpServer *server)
{
    g_clear_pointer (&server->patience, event_free);
    g_clear_pointer (&server->alive, event_free);
    g_clear_pointer (&server->term, event_free);
    g_clear_pointer (&server->interrupt, event_free);
    g_clear_pointer (&server->hangup, event_free);
}
