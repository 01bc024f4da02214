/* What the server tells about itself: counts against counts made by hand, and a page that the reader of the format
 * below accepts. */
#include "desk.h"

#include "app/json.h"
#include "http/metrics.h"

#include <string.h>

/* (transfer full) */
static char *
ask (Desk *desk, const char *target, guint status)
{
    g_auto (HttpRequest) request = { 0 };
    gsize size;
    http_reply_clear (&desk->reply);
    g_assert_true (http_request_init (&request, "GET", target, NULL, NULL));
    http_answer (&desk->context, &request, &desk->reply);
    g_assert_cmpuint (desk->reply.status, ==, status);
    const char *text = g_bytes_get_data (desk->reply.body, &size);
    return g_strndup (text, size);
}

/* The value of a sample, which must be there once. */
static double
sample (const char *page, const char *name)
{
    g_autofree char *start = g_strdup_printf ("\n%s ", name);
    const char *at = strstr (page, start);
    if (at == NULL)
        g_error ("no %s in:\n%s", name, page);
    g_assert_null (strstr (at + 1, start));
    return g_ascii_strtod (at + strlen (start), NULL);
}

/* Rules of the format (version 0.0.4): a name has one TYPE, which stands before its samples; classes of a histogram
 * grow, and the last is its count. */
static void
check_page (const char *page)
{
    g_auto (GStrv) lines = g_strsplit (page, "\n", -1);
    g_autoptr (GHashTable) types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *family = g_strdup ("");
    double last = 0;
    for (guint i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] == '\0') {
            g_assert_null (lines[i + 1]);
            break;
        }
        if (g_str_has_prefix (lines[i], "# TYPE ")) {
            g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
            g_assert_cmpuint (g_strv_length (words), ==, 4);
            g_assert_true (g_hash_table_insert (types, g_strdup (words[2]), g_strdup (words[3])));
            g_free (family);
            family = g_strdup (words[2]);
        }
        if (lines[i][0] == '#')
            continue;
        gsize length = strcspn (lines[i], "{ ");
        g_assert_true (g_str_has_prefix (lines[i], family) && length >= strlen (family));
        const char *type = g_hash_table_lookup (types, family);
        const char *value = strrchr (lines[i], ' ') + 1;
        char *end;
        double number = g_ascii_strtod (value, &end);
        g_assert_true (*end == '\0' && end != value);
        g_autofree char *ending = g_strndup (lines[i] + strlen (family), length - strlen (family));
        if (strcmp (type, "histogram") != 0) {
            g_assert_cmpstr (ending, ==, "");
        } else if (strcmp (ending, "_bucket") == 0) {
            g_assert_true (strstr (lines[i], "le=\"0.001\"") != NULL || number >= last);
            last = number;
        } else if (strcmp (ending, "_count") == 0) {
            g_assert_cmpfloat (number, ==, last);
        } else {
            g_assert_cmpstr (ending, ==, "_sum");
        }
    }
}

static void
gather (HttpGauges *out, gpointer user_data)
{
    *out = (HttpGauges){ .workers = 3, .drawing = 2, .waiting = 5, .readers = 7, .readers_bytes = 11 };
}

static void
test_metrics (void)
{
    Desk desk;
    desk_open (&desk);
    desk.context.metrics = http_metrics_new ();
    const HttpRoute *health = http_operation_routes;
    HttpMetrics *metrics = desk.context.metrics;
    http_metrics_set_gather (metrics, gather, NULL);
    g_assert_cmpstr (health->pattern, ==, "/healthz");
    http_metrics_count (metrics, health, 200, 100, 0.0005);
    http_metrics_count (metrics, health, 200, 50, 0.001);
    http_metrics_count (metrics, health, 503, 7, 0.3);
    http_metrics_count (metrics, health, 304, 0, 60);
    http_metrics_count (metrics, NULL, 404, 9, 0.02);
    g_autofree char *page = ask (&desk, "/metrics", 200);
    g_assert_cmpstr (desk.reply.type, ==, "text/plain; version=0.0.4; charset=utf-8");
    check_page (page);
#define ROUTE "method=\"GET\",route=\"/healthz\""
#define TOOK "countygrid_http_request_duration_seconds"
    g_assert_cmpfloat (sample (page, "countygrid_http_requests_total{" ROUTE ",class=\"2xx\"}"), ==, 2);
    g_assert_cmpfloat (sample (page, "countygrid_http_requests_total{" ROUTE ",class=\"3xx\"}"), ==, 1);
    g_assert_cmpfloat (sample (page, "countygrid_http_requests_total{" ROUTE ",class=\"5xx\"}"), ==, 1);
    g_assert_cmpfloat (sample (page, "countygrid_http_response_bytes_total{" ROUTE "}"), ==, 157);
    g_assert_cmpfloat (sample (page, TOOK "_bucket{" ROUTE ",le=\"0.001\"}"), ==, 2);
    g_assert_cmpfloat (sample (page, TOOK "_bucket{" ROUTE ",le=\"0.25\"}"), ==, 2);
    g_assert_cmpfloat (sample (page, TOOK "_bucket{" ROUTE ",le=\"0.5\"}"), ==, 3);
    g_assert_cmpfloat (sample (page, TOOK "_bucket{" ROUTE ",le=\"10\"}"), ==, 3);
    g_assert_cmpfloat (sample (page, TOOK "_bucket{" ROUTE ",le=\"+Inf\"}"), ==, 4);
    g_assert_cmpfloat_with_epsilon (sample (page, TOOK "_sum{" ROUTE "}"), 60.3015, 1e-9);
    g_assert_cmpfloat (sample (page, TOOK "_count{method=\"\",route=\"\"}"), ==, 1);
    g_assert_cmpfloat (sample (page, "countygrid_workers_busy"), ==, 2);
    g_assert_cmpfloat (sample (page, "countygrid_event_readers_bytes"), ==, 11);
    g_assert_cmpfloat (sample (page, "countygrid_build_info{version=\"" CG_VERSION "\"}"), ==, 1);
    g_assert_cmpfloat (sample (page, "countygrid_resident_memory_bytes"), >, 1e6);
    g_assert_cmpfloat (sample (page, "countygrid_open_files"), >=, 3);
    desk_close (&desk);
}

/* A picture drawn, then given from the cache. */
static void
test_cache_counts (void)
{
    Desk desk;
    desk_open (&desk);
    desk.context.metrics = http_metrics_new ();
    for (guint i = 0; i < 3; i++) {
        g_autofree char *picture = ask (&desk, "/api/render/county?w=64&h=36", 200);
        g_assert_nonnull (picture);
    }
    g_autofree char *page = ask (&desk, "/metrics", 200);
    check_page (page);
    g_assert_cmpfloat (sample (page, "countygrid_cache_misses_total"), ==, 1);
    g_assert_cmpfloat (sample (page, "countygrid_cache_hits_total"), ==, 2);
    g_assert_cmpfloat (sample (page, "countygrid_cache_bytes"), ==,
                       (double) http_cache_bytes (desk.context.cache));
    desk_close (&desk);
}

static void
test_health (void)
{
    Desk desk;
    desk_open (&desk);
    desk.context.metrics = http_metrics_new ();
    CgScreenFacts facts;
    g_autoptr (CgScreen) screen = cg_screen_source_last (desk.context.source);
    cg_screen_facts (screen, &facts);
    g_autofree char *text = ask (&desk, "/healthz", 200);
    g_autoptr (json_t) health = json_loads (text, 0, NULL);
    g_assert_true (json_is_true (json_object_get (health, "ok")));
    g_assert_cmpuint (json_array_size (json_object_get (health, "reasons")), ==, 0);
    const json_t *incidents = json_object_get (health, "incidents");
    g_assert_cmpint (json_integer_value (json_object_get (incidents, "count")), ==, facts.incidents);
    g_assert_cmpint (json_integer_value (json_object_get (incidents, "last_age_s")), ==,
                     FAKE_NOW_S - facts.last_incident_s);
    g_assert_cmpint (json_integer_value (json_object_get (json_object_get (health, "plan"), "id")), ==,
                     facts.plan);
    g_assert_true (json_is_null (json_object_get (json_object_get (health, "store"), "writable")));
    desk_close (&desk);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/operation/metrics", test_metrics);
    g_test_add_func ("/operation/cache", test_cache_counts);
    g_test_add_func ("/operation/health", test_health);
    return g_test_run ();
}
