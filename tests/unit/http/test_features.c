/* Collections without a socket: boxes by hand, numbers as text, the way through pages. */
#include "desk.h"

#include "base/error.h"
#include "http/geojson.h"
#include "http/items.h"
#include "http/http_internal.h"
#include "support.h"

#include <string.h>

static const HttpReply *
ask (Desk *desk, const char *target, const char *accept)
{
    g_auto (HttpRequest) request = { 0 };
    http_reply_clear (&desk->reply);
    g_assert_true (http_request_init (&request, "GET", target, NULL, NULL));
    request.accept = g_strdup (accept);
    request.host = g_strdup ("grid.example:8420");
    http_answer (&desk->context, &request, &desk->reply);
    return &desk->reply;
}

static json_t *
ask_json (Desk *desk, const char *target)
{
    gsize size;
    const HttpReply *reply = ask (desk, target, NULL);
    const char *data = g_bytes_get_data (reply->body, &size);
    g_assert_cmpuint (reply->status, ==, 200);
    json_t *value = json_loadb (data, size, 0, NULL);
    g_assert_nonnull (value);
    return value;
}

/* ---- boxes ----------------------------------------------------------------------------------- */

static void
test_boxes (void)
{
    /* A square of side 10 with a hole of side 4 in its middle. */
    g_autoptr (CgShapes) area = cg_shapes_new (CG_SHAPES_AREA);
    cg_test_add_ring (area, 0, 0, 10, 10);
    cg_test_add_ring (area, 3, 3, 4, 4);
    cg_shapes_end_part (area);
    cg_shapes_end_shape (area);
    static const struct {
        CgBox box;
        gboolean meets;
    } cases[] = {
        { { 1, 1, 2, 2 }, TRUE },      /* inside, no border near  */
        { { 4, 4, 6, 6 }, FALSE },     /* in the hole             */
        { { -5, -5, 15, 15 }, TRUE },  /* around all of it        */
        { { 10, 10, 12, 12 }, TRUE },  /* a corner touches        */
        { { 10.1, 0, 12, 9 }, FALSE }, /* beside                  */
        { { -1, 4, 11, 5 }, TRUE },    /* across, no vertex in it */
        { { 7, 7, 7, 7 }, TRUE },      /* a point on the hole's corner */
        { { 5, 5, 5, 5 }, FALSE },     /* a point in the hole     */
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpint (cg_feature_shape_meets (area, 0, &cases[i].box), ==, cases[i].meets);
    g_autoptr (CgShapes) line = cg_shapes_new (CG_SHAPES_LINE);
    cg_shapes_add_vertex (line, 0, 0);
    cg_shapes_add_vertex (line, 10, 10);
    cg_shapes_end_ring (line);
    cg_shapes_end_part (line);
    cg_shapes_end_shape (line);
    g_assert_true (cg_feature_shape_meets (line, 0, &(CgBox){ 4, 4, 5, 5 }));
    g_assert_false (cg_feature_shape_meets (line, 0, &(CgBox){ 4, 0, 9, 3 }));
    g_assert_true (cg_feature_shape_meets (line, 0, &(CgBox){ 4, 0, 9, 4 }));
}

/* ---- text ------------------------------------------------------------------------------------ */

static void
test_numbers (void)
{
    static const struct {
        double value;
        guint decimals;
        const char *text;
    } cases[] = {
        { 0, 9, "0" },
        { -0.0, 9, "0" },
        { -0.0000000001, 9, "0" },
        { 108.5, 9, "108.5" },
        { -0.05, 2, "-0.05" },
        { 108.1234567891, 9, "108.123456789" },
        { 3533131.90004, 4, "3533131.9" },
        { 3533131.90006, 4, "3533131.9001" },
        { 100, 0, "100" },
        { 1.0 / 1024, 9, "0.000976562" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GString) out = g_string_new (NULL);
        http_json_fixed (out, cases[i].value, cases[i].decimals);
        g_assert_cmpstr (out->str, ==, cases[i].text);
    }
    g_autoptr (GString) out = g_string_new (NULL);
    http_json_text (out, "a\"b\\c\n\x01网格");
    g_assert_cmpstr (out->str, ==, "\"a\\\"b\\\\c\\u000a\\u0001网格\"");
}

/* ---- pages ----------------------------------------------------------------------------------- */

static const char *
link_of (const json_t *page, const char *rel)
{
    gsize i;
    json_t *link;
    json_array_foreach (json_object_get (page, "links"), i,
                        link) if (strcmp (json_string_value (json_object_get (link, "rel")), rel) ==
                                  0) return json_string_value (json_object_get (link, "href"));
    return NULL;
}

static char *
path_of (const char *url)
{
    const char *base = "http://grid.example:8420";
    g_assert_true (g_str_has_prefix (url, base));
    return g_strdup (url + strlen (base));
}

/* Every feature once, by next; in the order of their numbers. */
static void
test_pages (void)
{
    Desk desk;
    desk_open (&desk);
    desk.context.features = cg_features_new (desk.context.source, NULL);
    g_autofree char *target = g_strdup ("/api/collections/incidents/items?limit=700");
    json_int_t last = 0, n = 0, matched = 0;
    while (target != NULL) {
        json_t *page = ask_json (&desk, target);
        gsize i;
        json_t *feature;
        json_array_foreach (json_object_get (page, "features"), i, feature)
        {
            json_int_t id = json_integer_value (json_object_get (feature, "id"));
            g_assert_cmpint (id, >, last);
            last = id;
            n++;
        }
        matched = json_integer_value (json_object_get (page, "numberMatched"));
        const char *next = link_of (page, "next");
        g_free (target);
        target = next != NULL ? path_of (next) : NULL;
        json_decref (page);
    }
    g_assert_cmpint (n, ==, matched);
    g_assert_cmpint (n, >, 1400);
    desk_close (&desk);
}

static void
test_formats (void)
{
    Desk desk;
    static const struct {
        const char *target, *accept, *type;
    } cases[] = {
        { "/api", NULL, "application/json" },
        { "/api", "*/*", "application/json" },
        { "/api", "text/html,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8" },
        { "/api", "text/html;q=0.5, application/json", "application/json" },
        { "/api?f=html", "application/json", "text/html; charset=utf-8" },
        { "/api/collections/grids/items", "application/geo+json", "application/geo+json" },
        { "/api/collections/grids/items?f=json", "text/html", "application/geo+json" },
    };
    desk_open (&desk);
    desk.context.features = cg_features_new (desk.context.source, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpstr (ask (&desk, cases[i].target, cases[i].accept)->type, ==, cases[i].type);
    g_assert_cmpuint (ask (&desk, "/api?f=xml", NULL)->status, ==, 400);
    desk_close (&desk);
}

/* Without a site that the operator named, no header speaks of any. */
static void
test_sites (void)
{
    Desk desk;
    desk_open (&desk);
    desk.context.features = cg_features_new (desk.context.source, NULL);
    static const char *const sites[] = { "https://maps.example", NULL };
    for (guint named = 0; named < 2; named++) {
        g_auto (HttpRequest) request = { 0 };
        gboolean told = FALSE;
        desk.context.sites = named ? sites : NULL;
        g_assert_true (http_request_init (&request, "GET", "/api", NULL, NULL));
        request.origin = g_strdup ("https://maps.example");
        http_reply_clear (&desk.reply);
        http_answer (&desk.context, &request, &desk.reply);
        for (guint i = 0; i < desk.reply.headers->len; i += 2)
            told |= g_str_has_prefix (g_ptr_array_index (desk.reply.headers, i), "Access-Control");
        g_assert_cmpint (told, ==, named == 1);
    }
    desk_close (&desk);
}

/* A page never shows what a name could hold as markup. */
static void
test_markup (void)
{
    g_autoptr (GString) out = g_string_new (NULL);
    http_html_link (out, "/a?b=1&c=\"", "<script>");
    g_assert_cmpstr (out->str, ==, "<a href=\"/a?b=1&amp;c=&quot;\">&lt;script&gt;</a>");
}

/* ---- pieces ---------------------------------------------------------------------------------- */

#define N_PIECES 5u
#define PIECE 300000u

typedef struct {
    guint n, fails_at;
    gboolean *freed;
} Pieces;

/* Not as short as a text of one letter. */
static void
fill_piece (guint8 *to, guint piece)
{
    guint32 state = piece + 1;
    for (guint i = 0; i < PIECE; i++) {
        state = state * 1664525u + 1013904223u;
        to[i] = (guint8) ('a' + (state >> 28));
    }
}

static GBytes *
next_piece (gpointer data, GError **error)
{
    Pieces *pieces = data;
    if (pieces->n == pieces->fails_at) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "gone");
        return NULL;
    }
    if (pieces->n == N_PIECES)
        return NULL;
    guint8 *bytes = g_malloc (PIECE);
    fill_piece (bytes, pieces->n++);
    return g_bytes_new_take (bytes, PIECE);
}

static void
pieces_free (gpointer data)
{
    *((Pieces *) data)->freed = TRUE;
    g_free (data);
}

static void
answer_in_pieces (HttpReply *out, guint fails_at, gboolean *freed)
{
    Pieces *pieces = g_new0 (Pieces, 1);
    *pieces = (Pieces){ 0, fails_at, freed };
    *out = (HttpReply){ .status = 200, .type = "application/geo+json", .etag = g_strdup ("\"t\"") };
    out->body = next_piece (pieces, NULL);
    out->rest = (HttpRest){ next_piece, pieces_free, pieces };
}

static GBytes *
unzip (GBytes *zipped)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GConverter) converter =
        G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (zipped);
    g_autoptr (GInputStream) plain = g_converter_input_stream_new (in, converter);
    GBytes *all = g_input_stream_read_bytes (plain, 2 * N_PIECES * PIECE, NULL, &error);
    g_assert_no_error (error);
    return all;
}

static void
test_pieces (void)
{
    Desk desk;
    desk_open (&desk);
    g_autofree guint8 *whole = g_malloc (N_PIECES * PIECE);
    for (guint piece = 0; piece < N_PIECES; piece++)
        fill_piece (whole + piece * PIECE, piece);
    for (guint zip = 0; zip < 2; zip++) {
        gboolean freed = FALSE;
        g_auto (HttpReply) reply = { 0 };
        g_auto (HttpRequest) request = { 0 };
        g_assert_true (http_request_init (&request, "GET", "/api", NULL, NULL));
        request.accept_encoding = g_strdup (zip ? "gzip" : "identity");
        answer_in_pieces (&reply, G_MAXUINT, &freed);
        http_encode (&desk.context, &request, &reply);
        g_assert_cmpstr (reply.etag, ==, zip ? "\"t" HTTP_GZIP_MARK "\"" : "\"t\"");
        g_assert_cmpuint (g_bytes_get_size (reply.body), <=, PIECE); /* the rest is not made yet */
        g_assert_true (http_reply_gather (&reply, NULL));
        g_assert_true (freed);
        g_autoptr (GBytes) plain = zip ? unzip (reply.body) : g_bytes_ref (reply.body);
        g_assert_cmpuint (g_bytes_get_size (reply.body) < N_PIECES * PIECE, ==, zip);
        g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), whole,
                         N_PIECES * PIECE);
        /* What fails in the middle says so, shortened or not, and leaves nothing behind. */
        g_auto (HttpReply) broken = { 0 };
        g_autoptr (GError) error = NULL;
        answer_in_pieces (&broken, 3, &freed);
        http_encode (&desk.context, &request, &broken);
        g_assert_false (http_reply_gather (&broken, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_STORE);
        g_assert_null (broken.body);
    }
    desk_close (&desk);
}

/* To the second, by hand: 1795104000 is the midnight with which 20 November 2026 begins in Beijing. */
static void
test_datetime (void)
{
    static const struct {
        const char *text;
        gint64 since_s, until_s;
    } cases[] = {
        { "2026-11-20", 1795104000, 1795190399 },
        { "../2026-11-20", CG_TIME_NONE, 1795190399 },
        { "2026-11-20/..", 1795104000, CG_TIME_NONE },
        { "/2026-11-20", CG_TIME_NONE, 1795190399 },
        { "2026-11-19/2026-11-20", 1795017600, 1795190399 },
        { "2026-11-20T23:59:59+08:00", 1795190399, 1795190399 },
        { "2026-11-20T23:59:59", 1795190399, 1795190399 },
        { "2026-11-20T15:59:59Z/2026-11-20T15:59:59Z", 1795190399, 1795190399 },
        { "2026-11-20T15:59:58.5Z/2026-11-20T15:59:59.9Z", 1795190399, 1795190399 },
        { "2026-11-20T15:59:58.0Z/2026-11-20T15:59:59.0Z", 1795190398, 1795190399 },
        { "2026-11-20T15:59:59.5Z", 1795190399, 1795190399 },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gint64 since_s, until_s;
        g_autoptr (GError) error = NULL;
        g_assert_true (http_parse_datetime (cases[i].text, &since_s, &until_s, &error));
        g_assert_no_error (error);
        g_assert_cmpint (since_s, ==, cases[i].since_s);
        g_assert_cmpint (until_s, ==, cases[i].until_s);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/features/boxes", test_boxes);
    g_test_add_func ("/features/numbers", test_numbers);
    g_test_add_func ("/features/pages", test_pages);
    g_test_add_func ("/features/formats", test_formats);
    g_test_add_func ("/features/sites", test_sites);
    g_test_add_func ("/features/markup", test_markup);
    g_test_add_func ("/features/pieces", test_pieces);
    g_test_add_func ("/features/datetime", test_datetime);
    return g_test_run ();
}
