#include "http/metrics.h"

#include "app/density/histogram.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLASSES 5u /* 1xx to 5xx */

typedef struct {
    guint64 replies[CLASSES], bytes;
    CgHistogram took;
} Answered;

struct _HttpMetrics {
    GHashTable *answered; /* HttpRoute -> Answered */
    gint64 started_us, started_s;
    HttpGather gather;
    gpointer user_data;
};

HttpMetrics *
http_metrics_new (void)
{
    HttpMetrics *metrics = g_new0 (HttpMetrics, 1);
    metrics->answered = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    metrics->started_us = g_get_monotonic_time ();
    metrics->started_s = g_get_real_time () / G_USEC_PER_SEC;
    return metrics;
}

void
http_metrics_free (HttpMetrics *metrics)
{
    if (metrics == NULL)
        return;
    g_hash_table_unref (metrics->answered);
    g_free (metrics);
}

void
http_metrics_set_gather (HttpMetrics *metrics, HttpGather gather, gpointer user_data)
{
    metrics->gather = gather;
    metrics->user_data = user_data;
}

void
http_metrics_count (HttpMetrics *metrics, const HttpRoute *route, guint status, gsize bytes,
                    double seconds)
{
    Answered *answered = g_hash_table_lookup (metrics->answered, route);
    if (answered == NULL) {
        answered = g_new0 (Answered, 1);
        g_hash_table_insert (metrics->answered, (gpointer) route, answered);
    }
    answered->replies[CLAMP (status / 100, 1, CLASSES) - 1]++;
    answered->bytes += bytes;
    cg_histogram_add (&answered->took, seconds);
}

/* ---- the page ---------------------------------------- */

static void
add_head (GString *page, const char *name, const char *type, const char *help)
{
    g_string_append_printf (page, "# HELP countygrid_%s %s\n# TYPE countygrid_%s %s\n", name, help,
                            name, type);
}

/* A number as the format wants it, whatever the locale. */
static void
add_value (GString *page, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf (page, " %s\n", g_ascii_formatd (text, sizeof text, "%.15g", value));
}

static void
add_one (GString *page, const char *name, const char *type, const char *help, double value)
{
    add_head (page, name, type, help);
    g_string_append_printf (page, "countygrid_%s", name);
    add_value (page, value);
}

/* labels: "" or "a=\"b\"," */
static void
add_histogram (GString *page, const char *name, const char *labels, const CgHistogram *took)
{
    guint64 n = 0;
    char bound[G_ASCII_DTOSTR_BUF_SIZE];
    for (guint i = 0; i < CG_HISTOGRAM_BOUNDS; i++) {
        n += took->count[i];
        g_ascii_formatd (bound, sizeof bound, "%g", cg_histogram_bounds_s[i]);
        g_string_append_printf (page, "countygrid_%s_bucket{%sle=\"%s\"} %" G_GUINT64_FORMAT "\n",
                                name, labels, bound, n);
    }
    g_string_append_printf (page, "countygrid_%s_bucket{%sle=\"+Inf\"} %" G_GUINT64_FORMAT "\n",
                            name, labels, took->n);
    g_autofree char *plain = g_strndup (labels, labels[0] != '\0' ? strlen (labels) - 1 : 0);
    const char *open = plain[0] != '\0' ? "{" : "", *close = plain[0] != '\0' ? "}" : "";
    g_string_append_printf (page, "countygrid_%s_sum%s%s%s", name, open, plain, close);
    add_value (page, took->sum_s);
    g_string_append_printf (page, "countygrid_%s_count%s%s%s %" G_GUINT64_FORMAT "\n", name, open,
                            plain, close, took->n);
}

/* ---- requests ---------------------------------------- */

typedef void (*AddRoute) (GString *page, const char *labels, const Answered *answered);

static void
add_replies (GString *page, const char *labels, const Answered *answered)
{
    for (guint c = 0; c < CLASSES; c++)
        if (answered->replies[c] > 0)
            g_string_append_printf (
                page, "countygrid_http_requests_total{%sclass=\"%uxx\"} %" G_GUINT64_FORMAT "\n",
                labels, c + 1, answered->replies[c]);
}

static void
add_bytes (GString *page, const char *labels, const Answered *answered)
{
    g_autofree char *plain = g_strndup (labels, strlen (labels) - 1);
    g_string_append_printf (
        page, "countygrid_http_response_bytes_total{%s} %" G_GUINT64_FORMAT "\n", plain,
        answered->bytes);
}

static void
add_took (GString *page, const char *labels, const Answered *answered)
{
    add_histogram (page, "http_request_duration_seconds", labels, &answered->took);
}

/* In the order of the route table, those that fitted none last. */
static void
add_routes (const HttpMetrics *metrics, GString *page, AddRoute add)
{
    const HttpRoute *const *lists = http_route_lists ();
    for (guint l = 0; lists[l] != NULL; l++)
        for (const HttpRoute *route = lists[l]; route->method != NULL; route++) {
            const Answered *answered = g_hash_table_lookup (metrics->answered, route);
            g_autofree char *labels =
                g_strdup_printf ("method=\"%s\",route=\"%s\",", route->method, route->pattern);
            if (answered != NULL)
                add (page, labels, answered);
        }
    const Answered *answered = g_hash_table_lookup (metrics->answered, NULL);
    if (answered != NULL)
        add (page, "method=\"\",route=\"\",", answered);
}

static void
add_requests (const HttpMetrics *metrics, GString *page)
{
    add_head (page, "http_requests_total", "counter",
              "Requests answered, by route and class of status; no route: none fitted.");
    add_routes (metrics, page, add_replies);
    add_head (page, "http_response_bytes_total", "counter", "Bytes of bodies answered.");
    add_routes (metrics, page, add_bytes);
    add_head (page, "http_request_duration_seconds", "histogram",
              "From the whole request to the whole answer, before it is sent.");
    add_routes (metrics, page, add_took);
}

/* ---- the parts of the server ---------------------------------------- */

static void
add_analyses (const HttpAnalysesStats *now, GString *page)
{
    static const char *const names[HTTP_N_ANALYSED] = { "done", "left", "late", "refused" };
    add_one (page, "analyses_max", "gauge", "Analyses that may run at a time.", now->at_once);
    add_one (page, "analyses_running", "gauge", "Analyses that run.", now->running);
    add_one (page, "analyses_waiting", "gauge", "Analyses that wait for their turn.", now->waiting);
    add_one (page, "analyses_waiting_max", "gauge", "More are told to come again.", now->most_waiting);
    add_one (page, "analyses_requests", "gauge", "Requests that wait for them.", now->parked);
    add_head (page, "analyses_total", "counter",
              "Analyses that ended: found, left by all who asked, over the limit of time, refused.");
    for (guint how = 0; how < HTTP_N_ANALYSED; how++)
        g_string_append_printf (page, "countygrid_analyses_total{result=\"%s\"} %" G_GUINT64_FORMAT "\n",
                                names[how], now->ended[how]);
}

static void
add_gauges (const HttpMetrics *metrics, GString *page)
{
    HttpGauges now = { 0 };
    if (metrics->gather == NULL)
        return;
    metrics->gather (&now, metrics->user_data);
    add_one (page, "workers", "gauge", "Threads that draw.", now.workers);
    add_one (page, "workers_busy", "gauge", "Of them, drawing now.", now.drawing);
    add_one (page, "requests_waiting", "gauge", "Requests on workers or waiting for one.", now.waiting);
    add_one (page, "requests_waiting_max", "gauge", "More are told to come again.", now.queue);
    add_analyses (&now.analyses, page);
    add_one (page, "connections", "gauge", "Open connections.", now.connections);
    add_one (page, "connections_max", "gauge", "More make the longest silent one close.",
             now.connections_max);
    add_one (page, "connections_closed_total", "counter", "Connections closed for others or as too slow.",
             (double) now.connections_refused);
    add_one (page, "requests_malformed_total", "counter", "Requests that were no HTTP or over a limit.",
             (double) now.requests_refused);
    add_one (page, "event_readers", "gauge", "Readers of /api/events.", now.readers);
    add_one (page, "event_readers_bytes", "gauge", "Bytes that they have not taken yet.",
             (double) now.readers_bytes);
    add_one (page, "event_readers_dropped_total", "counter", "Readers cut off as too slow.",
             (double) now.readers_dropped);
    if (now.watches) {
        add_one (page, "feed_rows_taken_total", "counter", "Rows taken from files that are followed.",
                 (double) now.rows_taken);
        add_one (page, "feed_rows_rejected_total", "counter", "Rows of them that are listed as rejects.",
                 (double) now.rows_rejected);
    }
    add_one (page, "event_messages_bytes", "gauge", "Messages kept for readers that come back.",
             (double) now.events_bytes);
}

static void
add_cache (HttpCache *cache, GString *page)
{
    HttpCacheStats stats;
    http_cache_stats (cache, &stats);
    add_one (page, "cache_bytes", "gauge", "Finished pictures kept.", (double) stats.bytes);
    add_one (page, "cache_hits_total", "counter", "Pictures given from the cache.", (double) stats.hits);
    add_one (page, "cache_misses_total", "counter", "Pictures that had to be drawn.",
             (double) stats.misses);
}

static void
add_live (CgLive *live, GString *page)
{
    CgLiveStats stats;
    cg_live_stats (live, &stats);
    add_head (page, "incidents_total", "counter", "Incidents delivered, by what became of them.");
    for (guint t = 0; t < CG_N_TAKEN; t++)
        g_string_append_printf (
            page, "countygrid_incidents_total{result=\"%s\"} %" G_GUINT64_FORMAT "\n",
            cg_taken_name (t), stats.taken[t]);
    add_head (page, "deliveries_refused_total", "counter", "Deliveries of which nothing was stored.");
    g_string_append_printf (
        page,
        "countygrid_deliveries_refused_total{reason=\"faulty\"} %" G_GUINT64_FORMAT "\n"
        "countygrid_deliveries_refused_total{reason=\"busy\"} %" G_GUINT64_FORMAT "\n"
        "countygrid_deliveries_refused_total{reason=\"failed\"} %" G_GUINT64_FORMAT "\n",
        stats.faulty, stats.busy, stats.failed);
    add_head (page, "commit_duration_seconds", "histogram",
              "From the first row of a group of deliveries until it is on the disk.");
    add_histogram (page, "commit_duration_seconds", "", &stats.commit);
    add_one (page, "deliveries_queued", "gauge", "Deliveries that wait for the writer.", stats.queued);
    add_one (page, "store_open_for_writing", "gauge", "1 while the server holds the file for writing.",
             stats.writing);
}

static void
add_source (CgScreenSource *source, GString *page)
{
    CgScreenStats stats;
    cg_screen_source_stats (source, &stats);
    g_autoptr (CgScreen) screen = cg_screen_source_last (source);
    CgScreenFacts facts;
    cg_screen_facts (screen, &facts);
    add_one (page, "snapshot_age_seconds", "gauge", "Since the snapshot that screens show was loaded.",
             stats.age_s);
    add_one (page, "snapshot_loads_total", "counter", "Snapshots loaded.", (double) stats.loads);
    add_one (page, "snapshot_failures_total", "counter", "Snapshots that could not be loaded.",
             (double) stats.failures);
    add_one (page, "snapshot_load_seconds_total", "counter", "Time spent on them.", stats.load_s);
    add_one (page, "data_version", "gauge", "Data version of the snapshot.",
             (double) cg_screen_data_version (screen));
    add_one (page, "incidents", "gauge", "Incidents in the snapshot.", facts.incidents);
}

static double
file_bytes (const char *path, const char *ending)
{
    struct stat info;
    g_autofree char *name = g_strconcat (path, ending, NULL);
    return stat (name, &info) == 0 ? (double) info.st_size : 0;
}

static double
count_files (void)
{
    DIR *folder = opendir ("/proc/self/fd");
    double n = 0;
    while (folder != NULL && readdir (folder) != NULL)
        n++;
    if (folder != NULL)
        closedir (folder);
    return MAX (n - 3, 0); /* ".", ".." and the folder itself */
}

static double
resident_bytes (void)
{
    g_autofree char *text = NULL;
    unsigned long pages = 0;
    if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) ||
        sscanf (text, "%*s %lu", &pages) != 1)
        return 0;
    return (double) pages * (double) sysconf (_SC_PAGESIZE);
}

static void
add_process (const HttpMetrics *metrics, const char *county, GString *page)
{
    add_head (page, "build_info", "gauge", "Version of the program.");
    g_string_append_printf (page, "countygrid_build_info{version=\"%s\"} 1\n", CG_VERSION);
    if (county != NULL) {
        add_one (page, "store_bytes", "gauge", "Size of the county file.", file_bytes (county, ""));
        add_one (page, "store_wal_bytes", "gauge", "Size of its log of changes.",
                 file_bytes (county, "-wal"));
    }
    add_one (page, "resident_memory_bytes", "gauge", "Memory of the process.", resident_bytes ());
    add_one (page, "open_files", "gauge", "Files and sockets of the process.", count_files ());
    add_one (page, "start_time_seconds", "gauge", "When the server started, seconds since 1970.",
             (double) metrics->started_s);
    add_one (page, "uptime_seconds", "counter", "Since then.",
             (double) (g_get_monotonic_time () - metrics->started_us) / G_USEC_PER_SEC);
}

gboolean
http_get_metrics (HttpContext *context, const HttpRequest *request, const char *const *names,
                  HttpReply *reply, GError **error)
{
    GString *page = g_string_new (NULL);
    if (context->metrics != NULL) {
        add_requests (context->metrics, page);
        add_gauges (context->metrics, page);
        add_process (context->metrics, context->county, page);
    }
    add_cache (context->cache, page);
    add_source (context->source, page);
    if (context->live != NULL)
        add_live (context->live, page);
    reply->status = 200;
    reply->type = "text/plain; version=0.0.4; charset=utf-8";
    reply->body = g_string_free_to_bytes (page);
    return TRUE;
}
