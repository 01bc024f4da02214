/* The door to tiles of pictures: what is empty, what is wrong, spans, tags, documents. */
#include "desk.h"

#include "http/http_internal.h"
#include "http/snapshot.h"

#include <string.h>

static const HttpReply *
ask (Desk *desk, const char *target)
{
    g_auto (HttpRequest) request = { 0 };
    http_reply_clear (&desk->reply);
    g_assert_true (http_request_init (&request, "GET", target, NULL, NULL));
    request.host = g_strdup ("grid.example:8420");
    http_answer (&desk->context, &request, &desk->reply);
    return &desk->reply;
}

static GBytes *
ask_bytes (Desk *desk, const char *target)
{
    const HttpReply *reply = ask (desk, target);
    g_assert_cmpuint (reply->status, ==, 200);
    return g_bytes_ref (reply->body);
}

static json_t *
ask_json (Desk *desk, const char *target)
{
    g_autoptr (GBytes) bytes = ask_bytes (desk, target);
    json_t *value = json_loadb (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0, NULL);
    g_assert_nonnull (value);
    return value;
}

static void
desk_with_maps (Desk *desk)
{
    desk_open (desk);
    desk->context.features = cg_features_new (desk->context.source, NULL);
    desk->context.maps = cg_tile_maps_new ();
}

/* Outside of the county, near the pole, at the edge of the world and at every zoom: the same bytes.
 */
static void
test_empty (void)
{
    static const char *const targets[] = {
        "/api/tiles/heat/12/0/0.png",        "/api/tiles/heat/22/4194303/4194303.png",
        "/api/tiles/grid-open/5/0/31.png",   "/api/tiles/grid-open/22/0/0.png",
        "/api/tiles/heat/9/410/199.png?v=1", "/api/tiles/grid-households/1/0/1.png",
    };
    Desk desk;
    desk_with_maps (&desk);
    g_autoptr (GBytes) clear = ask_bytes (&desk, targets[0]);
    for (guint i = 1; i < G_N_ELEMENTS (targets); i++) {
        g_autoptr (GBytes) other = ask_bytes (&desk, targets[i]);
        if (i == 4) /* in the county */
            g_assert_false (g_bytes_equal (clear, other));
        else
            g_assert_true (g_bytes_equal (clear, other));
    }
    g_assert_cmpuint (g_bytes_get_size (clear), <, 600);
    desk_close (&desk);
}

static void
test_refusals (void)
{
    static const struct {
        const char *target;
        guint status;
    } cases[] = {
        { "/api/tiles/heat/23/0/0.png", 404 },
        { "/api/tiles/heat/3/8/0.png", 404 },
        { "/api/tiles/heat/3/0/8.png", 404 },
        { "/api/tiles/heat/3/-1/0.png", 400 },
        { "/api/tiles/heat/3/1.5/0.png", 400 },
        { "/api/tiles/heat/99999999999/0/0.png", 400 },
        { "/api/tiles/nothing/3/0/0.png", 404 },
        { "/api/tiles/units/3/0/0.png", 404 }, /* of vectors */
        { "/api/tiles/heat/3/0/0.png?size=512", 400 },
        { "/api/tiles/heat/3/0/0.png?classes=5", 400 },
        { "/api/tiles/heat/3/0/0.png?bandwidth=5", 400 },
        { "/api/tiles/heat/3/0/0.png?bandwidth=nan", 400 },
        { "/api/tiles/heat/3/0/0.png?bandwidth=1e99", 400 },
        { "/api/tiles/heat/3/0/0.png?full=-1", 400 },
        { "/api/tiles/heat/3/0/0.png?palette=none", 404 },
        { "/api/tiles/heat/3/0/0.png?theme=none", 404 },
        { "/api/tiles/heat/3/0/0.png?types=none", 404 },
        { "/api/tiles/heat/3/0/0.png?datetime=yesterday", 400 },
        { "/api/tiles/heat/3/0/0.png?datetime=2026-11-02/2026-11-01", 400 },
        { "/api/tiles/grid-households/3/0/0.png?datetime=2026-11-01", 400 },
        { "/api/tiles/grid-households/3/0/0.png?types=x", 400 },
        { "/api/tiles/grid-households/3/0/0.png?full=3", 400 },
        { "/api/tiles/grid-households/3/0/0.png?classes=10", 400 },
        { "/api/tiles/grid-households/3/0/0.png?breaks=none", 404 },
        { "/api/tiles/grid-households/legend.json?breaks=3,2", 400 },
        { "/api/tiles/units/tilejson.json?theme=dark", 400 },
    };
    Desk desk;
    desk_with_maps (&desk);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        const HttpReply *reply = ask (&desk, cases[i].target);
        if (reply->status != cases[i].status)
            g_error ("%s: %u, not %u", cases[i].target, reply->status, cases[i].status);
        g_assert_cmpstr (reply->type, ==, "application/problem+json");
    }
    desk_close (&desk);
}

static json_int_t
incidents_of (Desk *desk, const char *query)
{
    g_autofree char *target = g_strconcat ("/api/tiles/grid-incidents/legend.json", query, NULL);
    json_t *legend = ask_json (desk, target);
    json_int_t n = json_integer_value (json_object_get (legend, "incidents"));
    json_decref (legend);
    return n;
}

/* Types and spans count what they say; the numbers of the grids add up to it. */
static void
test_spans (void)
{
    Desk desk;
    desk_with_maps (&desk);
    json_int_t all = incidents_of (&desk, "?datetime=../..");
    json_int_t before = incidents_of (&desk, "?datetime=../2026-08-31"),
               after = incidents_of (&desk, "?datetime=2026-09-01/..");
    g_assert_cmpint (before + after, ==, all);
    g_assert_cmpint (before, >, 0);
    /* The last second of a span belongs to it: at that of one incident there is that one. */
    json_t *items = ask_json (&desk, "/api/collections/incidents/items?limit=50");
    gsize k;
    json_t *feature;
    guint n_seconds = 0;
    json_array_foreach (json_object_get (items, "features"), k, feature)
    {
        const json_t *facts = json_object_get (feature, "properties");
        const char *time = json_string_value (json_object_get (facts, "occurred"));
        if (time == NULL || json_is_null (json_object_get (facts, "grid_code")))
            continue;
        g_autofree char *whole = g_strndup (time, 19);
        g_autofree char *query = g_strdup_printf ("?datetime=%s/%s", whole, whole);
        g_assert_cmpint (incidents_of (&desk, query), >, 0);
        n_seconds++;
    }
    g_assert_cmpuint (n_seconds, >, 0);
    json_decref (items);
    json_int_t parts = 0, group = incidents_of (&desk, "?datetime=../..&types=民生服务");
    static const char *const leaves[] = { "噪音", "供水", "垃圾清运" };
    for (guint i = 0; i < G_N_ELEMENTS (leaves); i++) {
        g_autofree char *query = g_strconcat ("?datetime=../..&types=民生服务/", leaves[i], NULL);
        parts += incidents_of (&desk, query);
    }
    g_assert_cmpint (parts, ==, group);
    g_assert_cmpint (group, <, all);
    desk_close (&desk);
}

/* A tag changes with what is asked and with the data, and with nothing else. */
static void
test_tags (void)
{
    Desk desk;
    desk_with_maps (&desk);
    const char *target = "/api/tiles/heat/9/410/199.png";
    g_autofree char *first = g_strdup (ask (&desk, target)->etag);
    g_assert_cmpstr (ask (&desk, target)->etag, ==, first);
    g_assert_cmpstr (ask (&desk, "/api/tiles/heat/9/410/199.png?theme=dark")->etag, !=, first);
    g_assert_cmpstr (ask (&desk, "/api/tiles/heat/9/409/199.png")->etag, !=, first);
    g_auto (HttpRequest) request = { 0 };
    g_assert_true (http_request_init (&request, "GET", target, first, NULL));
    http_reply_clear (&desk.reply);
    http_answer (&desk.context, &request, &desk.reply);
    g_assert_cmpuint (desk.reply.status, ==, 304);
    g_assert_null (desk.reply.body);
    g_autoptr (CgScreen) other = fake_county (6);
    cg_screen_source_free (desk.context.source);
    desk.context.source = cg_screen_source_new_fixed (other);
    g_assert_cmpstr (ask (&desk, target)->etag, !=, first);
    desk_close (&desk);
}

static void
test_documents (void)
{
    Desk desk;
    desk_with_maps (&desk);
    json_t *json =
        ask_json (&desk, "/api/tiles/heat/tilejson.json?types=%E6%B2%BB%E5%AE%89&theme=dark");
    const char *url = json_string_value (json_array_get (json_object_get (json, "tiles"), 0));
    g_assert_cmpstr (url, ==,
                     "http://grid.example:8420/api/tiles/heat/{z}/{x}/"
                     "{y}.png?theme=dark&types=%E6%B2%BB%E5%AE%89");
    json_decref (json);
    json = ask_json (&desk, "/api/tiles");
    g_assert_cmpuint (json_array_size (json_object_get (json, "layers")), ==,
                      cg_tile_layer_count () + cg_collection_count ());
    json_decref (json);
    /* One legend, whatever the tile: and it is a picture. */
    g_autoptr (GBytes) legend = ask_bytes (&desk, "/api/tiles/grid-incidents/legend.png");
    g_assert_cmpmem (g_bytes_get_data (legend, NULL), 4, "\x89PNG", 4);
    desk_close (&desk);
}

/* Made once for data that stay, anew for others; a server without one says so. */
static void
test_snapshot (void)
{
    Desk desk;
    desk_with_maps (&desk);
    g_assert_cmpuint (ask (&desk, "/api/snapshot.gpkg")->status, ==, 404);
    HttpSnapshot *snapshot = desk.context.snapshot = http_snapshot_new ();
    g_autoptr (GBytes) first = ask_bytes (&desk, "/api/snapshot.gpkg");
    g_autofree char *tag = g_strdup (desk.reply.etag);
    g_autoptr (GBytes) again = ask_bytes (&desk, "/api/snapshot.gpkg");
    g_assert_true (g_bytes_get_data (first, NULL) == g_bytes_get_data (again, NULL));
    g_assert_cmpstr (desk.reply.etag, ==, tag);
    g_assert_cmpmem (g_bytes_get_data (first, NULL), 15, "SQLite format 3", 15);
    g_autoptr (CgScreen) other = fake_county (6);
    cg_screen_source_free (desk.context.source);
    desk.context.source = cg_screen_source_new_fixed (other);
    g_autoptr (GBytes) later = ask_bytes (&desk, "/api/snapshot.gpkg");
    g_assert_cmpstr (desk.reply.etag, !=, tag);
    desk_close (&desk);
    http_snapshot_free (snapshot);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tiles/empty", test_empty);
    g_test_add_func ("/tiles/refusals", test_refusals);
    g_test_add_func ("/tiles/spans", test_spans);
    g_test_add_func ("/tiles/tags", test_tags);
    g_test_add_func ("/tiles/documents", test_documents);
    g_test_add_func ("/tiles/snapshot", test_snapshot);
    return g_test_run ();
}
