/* Requests to replies without a socket. */
#include "desk.h"

#include "base/error.h"
#include "http/http_internal.h"
#include "http/openapi_words.h"
#include "web/web_pages.h"

#include <glib/gstdio.h>
#include <string.h>

static const HttpReply *
ask_full (Desk *desk, const char *method, const char *target, const char *tags)
{
    g_auto (HttpRequest) request = { 0 };
    g_autoptr (GError) error = NULL;
    http_reply_clear (&desk->reply);
    g_assert_true (http_request_init (&request, method, target, tags, &error));
    http_answer (&desk->context, &request, &desk->reply);
    return &desk->reply;
}

static const HttpReply *
ask (Desk *desk, const char *target)
{
    return ask_full (desk, "GET", target, NULL);
}

static json_t *
body_json (const HttpReply *reply)
{
    gsize size;
    const char *data = g_bytes_get_data (reply->body, &size);
    json_t *value = json_loadb (data, size, 0, NULL);
    g_assert_nonnull (value);
    return value;
}

static void
assert_problem (const HttpReply *reply, guint status, const char *code)
{
    g_assert_cmpuint (reply->status, ==, status);
    g_assert_cmpstr (reply->type, ==, "application/problem+json");
    json_t *problem = body_json (reply);
    g_assert_cmpint (json_integer_value (json_object_get (problem, "status")), ==, status);
    g_assert_cmpstr (json_string_value (json_object_get (problem, "code")), ==, code);
    g_assert_nonnull (json_string_value (json_object_get (problem, "title")));
    g_assert_nonnull (json_string_value (json_object_get (problem, "detail")));
    json_decref (problem);
}

static void
test_health (void)
{
    Desk desk;
    desk_open (&desk);
    const HttpReply *reply = ask (&desk, "/healthz");
    g_assert_cmpuint (reply->status, ==, 200);
    json_t *health = body_json (reply);
    g_assert_true (json_is_true (json_object_get (health, "ok")));
    g_assert_cmpint (json_integer_value (json_object_get (health, "data_version")), ==, 5);
    g_assert_cmpstr (json_string_value (json_object_get (health, "version")), ==, CG_VERSION);
    json_decref (health);
    desk_close (&desk);
}

static void
test_overview_tags (void)
{
    Desk desk;
    desk_open (&desk);
    const HttpReply *reply = ask (&desk, "/api/overview");
    g_assert_cmpuint (reply->status, ==, 200);
    g_assert_cmpstr (reply->type, ==, "application/json");
    g_autofree char *tag = g_strdup (reply->etag);
    g_assert_nonnull (tag);
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/overview", tag)->status, ==, 304);
    g_assert_null (desk.reply.body);
    g_autofree char *list = g_strdup_printf ("\"other\", W/%s", tag);
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/overview", list)->status, ==, 304);
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/overview", "\"other\"")->status, ==, 200);
    /* A new data version has a new tag. */
    g_autoptr (CgScreen) next = fake_county (6);
    cg_screen_source_free (desk.context.source);
    desk.context.source = cg_screen_source_new_fixed (next);
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/overview", tag)->status, ==, 200);
    g_assert_cmpstr (desk.reply.etag, !=, tag);
    desk_close (&desk);
}

static void
test_render (void)
{
    Desk desk;
    desk_open (&desk);
    const HttpReply *reply = ask (&desk, "/api/render/trend?w=320&h=200&v=9");
    g_assert_cmpuint (reply->status, ==, 200);
    g_assert_cmpstr (reply->type, ==, "image/png");
    gsize size;
    const guint8 *data = g_bytes_get_data (reply->body, &size);
    g_assert_cmpmem (data, 8, "\x89PNG\r\n\x1a\n", 8);
    g_assert_cmpuint (data[18] << 8 | data[19], ==, 320);
    g_assert_cmpuint (data[22] << 8 | data[23], ==, 200);
    /* The door gives what the use case gives. */
    g_autoptr (CgScreen) screen = fake_county (5);
    CgScreenOptions options = { .width = 320, .height = 200, .now_s = FAKE_NOW_S };
    g_autoptr (GBytes) direct = cg_screen_render (screen, "trend", &options, NULL);
    g_assert_true (g_bytes_equal (direct, reply->body));
    g_autofree char *tag = g_strdup (reply->etag);
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/render/trend?h=200&w=320", tag)->status, ==,
                      304);
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/render/trend?h=201&w=320", tag)->status, ==,
                      200);
    g_assert_cmpstr (ask (&desk, "/api/render/hours?format=svg")->type, ==, "image/svg+xml");
    g_assert_cmpuint (ask (&desk, "/api/render/mapbook?page=2&hatch=1&w=400&h=283")->status, ==,
                      200);
    g_assert_cmpstr (ask (&desk, "/api/render/types?format=pdf&w=300&h=300")->type, ==,
                     "application/pdf");
    g_assert_cmpuint (
        ask (&desk, "/api/render/choropleth?measure=households&theme=light&w=300&h=300")->status,
        ==, 200);
    desk_close (&desk);
}

/* A wall that names the tag of what it shows is told so without a stroke, also by a server that has drawn nothing yet. */
static void
test_same (void)
{
    static const char *const targets[] = { "/api/render/trend?w=320&h=200", "/api/render/scene?w=640&h=360",
                                           "/api/render/map?w=320&h=240&place=990001101" };
    Desk desk;
    HttpCacheStats before, after;
    desk_open (&desk);
    for (guint i = 0; i < G_N_ELEMENTS (targets); i++) {
        g_assert_cmpuint (ask (&desk, targets[i])->status, ==, 200);
        g_autofree char *tag = g_strdup (desk.reply.etag);
        http_cache_clear (desk.context.cache);
        http_cache_stats (desk.context.cache, &before);
        g_assert_cmpuint (ask_full (&desk, "GET", targets[i], tag)->status, ==, 304);
        g_assert_null (desk.reply.body);
        http_cache_stats (desk.context.cache, &after);
        g_assert_cmpuint (after.misses, ==, before.misses);
    }
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/render/map?place=nowhere", "*")->status, ==, 404);
    g_assert_cmpuint (ask_full (&desk, "GET", "/api/render/map?theme=none", "*")->status, ==, 404);
    /* Other scenes of the same data are another picture. */
    g_autofree char *tag = g_strdup (ask (&desk, targets[1])->etag);
    g_autofree char *file = NULL;
    int fd = g_file_open_tmp ("countygrid-scenes-XXXXXX.json", &file, NULL);
    g_assert_cmpint (fd, >=, 0);
    g_close (fd, NULL);
    g_assert_true (g_file_set_contents (file, "{\"playlist\": {\"scenes\": [\"heat\"], \"dwell_s\": 77}}", -1, NULL));
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScenes) scenes = cg_scenes_load (file, &error);
    g_assert_no_error (error);
    g_unlink (file);
    desk.context.scenes = scenes;
    g_assert_cmpuint (ask_full (&desk, "GET", targets[1], tag)->status, ==, 200);
    g_assert_cmpstr (desk.reply.etag, !=, tag);
    desk_close (&desk);
}

static void
test_refusals (void)
{
    static const struct {
        const char *target;
        guint status;
        const char *code;
    } cases[] = {
        { "/nothing", 404, "NOT_FOUND" },
        { "/api/render/", 404, "NOT_FOUND" },
        { "/api/render/nothing", 404, "NOT_FOUND" },
        { "/api/render/map/x", 404, "NOT_FOUND" },
        { "/api/render/..%2f..%2fetc%2fpasswd", 404, "NOT_FOUND" },
        { "/assets/..%2fserver.c", 404, "NOT_FOUND" },
        { "/screen/nothing", 404, "NOT_FOUND" },
        { "/api/overview?x=1", 400, "ARGUMENT" },
        { "/api/render/map?w=0", 400, "ARGUMENT" },
        { "/api/render/map?w=-5", 400, "ARGUMENT" },
        { "/api/render/map?w=12x", 400, "ARGUMENT" },
        { "/api/render/map?w=99999999999999999999", 400, "ARGUMENT" },
        { "/api/render/map?w=8&h=100", 400, "ARGUMENT" },
        { "/api/render/map?w=16385&h=100", 413, "LIMIT" },
        { "/api/render/map?w=16384&h=16384", 413, "LIMIT" },
        { "/api/render/map?w=16384&h=4097", 413, "LIMIT" }, /* which the command line would draw */
        { "/api/render/map?format=gif", 400, "ARGUMENT" },
        { "/api/render/map?format=x.png", 400, "ARGUMENT" },
        { "/api/render/map?theme=pink", 404, "NOT_FOUND" },
        { "/api/render/choropleth?hatch=2", 400, "ARGUMENT" },
        { "/api/render/map?hatch=1", 400, "ARGUMENT" },
        { "/api/render/map?page=1", 400, "ARGUMENT" },
        { "/api/render/mapbook?page=999&w=400&h=283", 404, "NOT_FOUND" },
        { "/api/render/choropleth?measure=luck", 404, "NOT_FOUND" },
    };
    Desk desk;
    desk_open (&desk);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s", cases[i].target);
        assert_problem (ask (&desk, cases[i].target), cases[i].status, cases[i].code);
    }
    static const char *const methods[] = { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE" };
    for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
        assert_problem (ask_full (&desk, methods[i], "/api/overview", NULL), 405, "ARGUMENT");
        g_assert_cmpstr (desk.reply.allow, ==, "GET, HEAD");
    }
    g_assert_cmpuint (ask_full (&desk, "HEAD", "/api/overview", NULL)->status, ==, 200);
    desk_close (&desk);
}

static void
test_targets (void)
{
    g_autofree char *path = g_strnfill (CG_HTTP_MAX_URL, 'a');
    g_autofree char *long_target = g_strconcat ("/", path, NULL);
    GString *many = g_string_new ("/?");
    for (guint i = 0; i < 40; i++)
        g_string_append_printf (many, "p%u=1&", i);
    const struct {
        const char *target;
        int code;
    } cases[] = {
        { long_target, CG_ERROR_LIMIT },  { many->str, CG_ERROR_LIMIT },
        { "nothing", CG_ERROR_ARGUMENT }, { "/%", CG_ERROR_ARGUMENT },
        { "/%zz", CG_ERROR_ARGUMENT },    { "/a%00b", CG_ERROR_ARGUMENT },
        { "/%ff%fe", CG_ERROR_ARGUMENT }, { "/?a=1&a=2", CG_ERROR_ARGUMENT },
        { "/?a=%ff", CG_ERROR_ARGUMENT }, { "http://other/", CG_ERROR_ARGUMENT },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_auto (HttpRequest) request = { 0 };
        g_autoptr (GError) error = NULL;
        g_assert_false (http_request_init (&request, "GET", cases[i].target, NULL, &error));
        g_assert_error (error, CG_ERROR, cases[i].code);
        g_assert_null (request.path);
    }
    g_string_free (many, TRUE);
    g_auto (HttpRequest) request = { 0 };
    g_assert_true (http_request_init (&request, "GET", "/%E5%8E%BF?a+b=%E7%BD%91&c#d", NULL, NULL));
    g_assert_cmpstr (request.path, ==, "/县");
    g_assert_cmpstr (g_hash_table_lookup (request.query, "a b"), ==, "网");
    g_assert_cmpstr (g_hash_table_lookup (request.query, "c"), ==, "");
}

static void
test_hosts (void)
{
    static const char *const names[] = { "map.example.cn", "COUNTY", NULL };
    static const char *const ours[] = {
        "localhost",     "LOCALHOST:8420",     "localhost.",      "127.0.0.1", "127.0.0.1:80",
        "127.1.2.3:1",   "[::1]",              "[::1]:8420",      "[0:0::1]",  "map.example.cn",
        "county:8420",   "Map.Example.CN.:99",
    };
    static const char *const foreign[] = {
        "",          ":80",          "evil.example",  "localhost.evil.example", "127.0.0.1.evil",
        "10.0.0.1",  "0.0.0.0",      "[::]",          "[::1",                   "::1",
        "[::1]x",    "localhost:",   "localhost:x",   "localhost:80:80",        "[",
        "localhost@evil.example",    "map.example",   "xmap.example.cn",        "127.1",
        "localhost ", ".",           "2130706433",    "[::ffff:10.0.0.1]",      "[]",
    };
    for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
        if (!http_host_is_ours (ours[i], names))
            g_error ("refused: '%s'", ours[i]);
    for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
        if (http_host_is_ours (foreign[i], names))
            g_error ("taken: '%s'", foreign[i]);
    g_assert_false (http_host_is_ours ("county", NULL));
    static const char *const bad[] = { "", "a:80", "http://a", "a b", "*", ".a", "县" };
    g_assert_true (http_hosts_check (NULL, NULL));
    g_assert_true (http_hosts_check (names, NULL));
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_false (http_hosts_check ((const char *[]){ "good", bad[i], NULL }, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
}

static void
test_pages (void)
{
    static const char *const pages[] = { "/",
                                         "/screen/county",
                                         "/screen/heat",
                                         "/screen/play",
                                         "/assets/screen.js",
                                         "/assets/screen.css",
                                         "/assets/index.js",
                                         "/assets/index.css",
                                         "/favicon.ico" };
    Desk desk;
    desk_open (&desk);
    for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
        const HttpReply *reply = ask (&desk, pages[i]);
        if (!cg_web_is_built ()) {
            assert_problem (reply, 404, "NOT_FOUND");
            continue;
        }
        g_assert_cmpuint (reply->status, ==, 200);
        g_assert_nonnull (reply->etag);
        gsize size;
        const char *data = g_bytes_get_data (reply->body, &size);
        g_assert_cmpuint (size, >, 100);
        /* No address of another host in anything that a browser gets, except the name of the SVG
         * language. */
        for (const char *hit = g_strstr_len (data, (gssize) size, "http"); hit != NULL;
             hit = g_strstr_len (hit + 4, (gssize) (data + size - hit - 4), "http"))
            if (memcmp (hit, "http:", 5) == 0 || memcmp (hit, "https:", 6) == 0)
                g_assert_true (g_str_has_prefix (hit, "http://www.w3.org/2000/svg"));
    }
    desk_close (&desk);
}

static void
test_headers (void)
{
    const char *const *headers = http_security_headers ();
    GString *all = g_string_new (NULL);
    for (guint i = 0; headers[i] != NULL; i += 2) {
        g_assert_nonnull (headers[i + 1]);
        g_string_append_printf (all, "%s: %s\n", headers[i], headers[i + 1]);
    }
    g_assert_nonnull (strstr (all->str, "default-src 'self'"));
    g_assert_nonnull (strstr (all->str, "frame-ancestors 'none'"));
    g_assert_nonnull (strstr (all->str, "X-Content-Type-Options: nosniff"));
    g_assert_nonnull (strstr (all->str, "Referrer-Policy: no-referrer"));
    g_string_free (all, TRUE);
}

/* An escaped "/" is part of a segment, not a border of it. */
static void
test_segments (void)
{
    static const struct {
        const char *target, *joined;
    } cases[] = {
        { "/", "|" },
        { "/api/a%2Fb/c%20d?x=/y", "api|a/b|c d|" },
        { "/api//x/", "api||x||" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_auto (HttpRequest) request = { 0 };
        g_autoptr (GString) joined = g_string_new (NULL);
        g_assert_true (http_request_init (&request, "GET", cases[i].target, NULL, NULL));
        for (guint s = 0; request.segments[s] != NULL; s++)
            g_string_append_printf (joined, "%s|", request.segments[s]);
        g_assert_cmpstr (joined->str, ==, cases[i].joined);
    }
}

static guint
count_variables (const char *pattern)
{
    guint n = 0;
    for (; *pattern != '\0'; pattern++)
        n += *pattern == '{';
    return n;
}

/* What the router relies on, and what people are told about each route. */
static void
test_routes (void)
{
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    const HttpRoute *const *lists = http_route_lists ();
    for (guint l = 0; lists[l] != NULL; l++)
        for (const HttpRoute *route = lists[l]; route->method != NULL; route++) {
            g_assert_true (g_hash_table_add (
                seen, g_strdup_printf ("%s %s", route->method, route->pattern)));
            g_assert_cmpint (route->pattern[0], ==, '/');
            g_assert_cmpuint (count_variables (route->pattern), <=, HTTP_MAX_NAMES);
            g_assert_nonnull (route->run);
            if (g_str_has_prefix (route->pattern, "/api"))
                g_assert_nonnull (route->summary);
            for (guint p = 0; route->parameters != NULL && route->parameters[p] != NULL; p++)
                if (http_word_find (http_parameters, route->parameters[p]) == NULL)
                    g_error ("%s: parameter %s is not told in openapi_words.c", route->pattern,
                             route->parameters[p]);
        }
    g_assert_cmpuint (g_hash_table_size (seen), >=, 10);
}

/* ---- cache
 * -----------------------------------------------------------------------------------------------
 */

typedef struct {
    gint made; /* atomic */
    gsize size;
    gboolean fail;
} Maker;

static GBytes *
make (gpointer user_data, GError **error)
{
    Maker *maker = user_data;
    g_atomic_int_inc (&maker->made);
    g_usleep (20000);
    if (!maker->fail)
        return g_bytes_new_take (g_malloc0 (maker->size), maker->size);
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "made to fail");
    return NULL;
}

typedef struct {
    HttpCache *cache;
    Maker *maker;
} Asker;

static gpointer
ask_cache (gpointer data)
{
    Asker *asker = data;
    return http_cache_get (asker->cache, "same", make, asker->maker, NULL);
}

/* So many pictures of 100 000 bytes, and what keeping them takes. */
static void
assert_holds (HttpCache *cache, gsize n)
{
    g_assert_cmpuint (http_cache_bytes (cache), >, n * 100000 + n * 100);
    g_assert_cmpuint (http_cache_bytes (cache), <, n * 100000 + n * 1000);
}

static void
test_cache (void)
{
    HttpCache *cache = http_cache_new (250000);
    Maker maker = { .size = 100000 };
    Asker asker = { cache, &maker };
    GThread *threads[6];
    for (guint t = 0; t < 6; t++)
        threads[t] = g_thread_new ("ask", ask_cache, &asker);
    for (guint t = 0; t < 6; t++) {
        g_autoptr (GBytes) bytes = g_thread_join (threads[t]);
        g_assert_nonnull (bytes);
    }
    g_assert_cmpint (maker.made, ==, 1);
    g_bytes_unref (http_cache_get (cache, "b", make, &maker, NULL));
    g_bytes_unref (
        http_cache_get (cache, "same", make, &maker, NULL)); /* used again: b is the oldest now */
    assert_holds (cache, 2);
    g_bytes_unref (http_cache_get (cache, "c", make, &maker, NULL));
    assert_holds (cache, 2);
    g_assert_cmpint (maker.made, ==, 3);
    g_bytes_unref (http_cache_get (cache, "same", make, &maker, NULL));
    g_assert_cmpint (maker.made, ==, 3);
    g_bytes_unref (http_cache_get (cache, "b", make, &maker, NULL));
    g_assert_cmpint (maker.made, ==, 4);
    maker.size = 500000; /* too large to keep */
    g_bytes_unref (http_cache_get (cache, "d", make, &maker, NULL));
    assert_holds (cache, 2);
    maker.fail = TRUE;
    g_autoptr (GError) error = NULL;
    g_assert_null (http_cache_get (cache, "e", make, &maker, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
    maker.fail = FALSE;
    maker.size = 10;
    g_bytes_unref (http_cache_get (cache, "e", make, &maker, NULL)); /* an error is not kept */
    http_cache_free (cache);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/answer/health", test_health);
    g_test_add_func ("/answer/overview-tags", test_overview_tags);
    g_test_add_func ("/answer/render", test_render);
    g_test_add_func ("/answer/same", test_same);
    g_test_add_func ("/answer/refusals", test_refusals);
    g_test_add_func ("/answer/targets", test_targets);
    g_test_add_func ("/answer/hosts", test_hosts);
    g_test_add_func ("/answer/pages", test_pages);
    g_test_add_func ("/answer/headers", test_headers);
    g_test_add_func ("/answer/segments", test_segments);
    g_test_add_func ("/answer/routes", test_routes);
    g_test_add_func ("/answer/cache", test_cache);
    return g_test_run ();
}
