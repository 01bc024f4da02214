/* How a reply goes over the line: shorter where the client can take it, and to pages of which other
 * sites. */
#include "http/http_internal.h"

#include "page/gzip.h"

#include <string.h>

#define REST_LEVEL 4
#define LEAST_BYTES 1024u /* below that a frame is not filled anyway */

/* Pictures and packed files are short already. */
static gboolean
is_text (const char *type)
{
    return g_str_has_prefix (type, "text/") || strstr (type, "json") != NULL ||
           g_str_has_prefix (type, "image/svg") || strstr (type, "vector-tile") != NULL ||
           strstr (type, "xml") != NULL;
}

/* RFC 9110 12.5.3: gzip or "*" with a weight above 0; what is named counts before "*". */
static gboolean
takes_gzip (const char *accept)
{
    gboolean named = FALSE, any = FALSE, gzip = FALSE;
    g_auto (GStrv) codings = g_strsplit (accept != NULL ? accept : "", ",", 32);
    for (guint i = 0; codings[i] != NULL; i++) {
        gsize length = strcspn (codings[i], ";");
        g_autofree char *name = g_strstrip (g_ascii_strdown (codings[i], (gssize) length));
        const char *q = strstr (codings[i] + length, "q=");
        gboolean wanted = q == NULL || g_ascii_strtod (q + 2, NULL) > 0;
        if (strcmp (name, "gzip") == 0 || strcmp (name, "x-gzip") == 0) {
            named = TRUE;
            gzip = wanted;
        } else if (strcmp (name, "*") == 0) {
            any = wanted;
        }
    }
    return named ? gzip : any;
}

static GBytes *
make_gzip (gpointer user_data, GError **error)
{
    GBytes *shorter = cg_gzip (user_data);
    return shorter != NULL ? shorter : g_bytes_ref (user_data);
}

/* Another tag: the bytes differ. */
static void
mark_tag (HttpReply *reply)
{
    gsize length = strlen (reply->etag);
    g_autofree char *marked =
        g_strdup_printf ("%.*s" HTTP_GZIP_MARK "\"", (int) length - 1, reply->etag);
    g_free (reply->etag);
    reply->etag = g_steal_pointer (&marked);
}

/* ---- replies with a rest --------------------------------------------------------------------- */

/* One gzip stream over all pieces: readers of web pages take no second one. */
typedef struct {
    HttpRest plain;
    GConverter *converter;
    gboolean ended;
} Shortener;

static void
shortener_free (gpointer data)
{
    Shortener *shortener = data;
    http_rest_clear (&shortener->plain);
    g_object_unref (shortener->converter);
    g_free (shortener);
}

/* piece NULL: the end. */
static gboolean
shorten_piece (Shortener *shortener, GBytes *piece, GByteArray *out, GError **error)
{
    guint8 block[16384];
    gsize n = 0, read, written;
    const guint8 *from = piece != NULL ? g_bytes_get_data (piece, &n) : block;
    GConverterFlags flags = piece != NULL ? G_CONVERTER_NO_FLAGS : G_CONVERTER_INPUT_AT_END;
    for (;;) {
        GConverterResult result = g_converter_convert (shortener->converter, from, n, block,
                                                       sizeof block, flags, &read, &written, error);
        if (result == G_CONVERTER_ERROR)
            return FALSE;
        g_byte_array_append (out, block, (guint) written);
        from += read;
        n -= read;
        if (result == G_CONVERTER_FINISHED || (piece != NULL && n == 0))
            return TRUE;
    }
}

/* HttpRest.next; so many pieces that they are worth sending. */
static GBytes *
next_shortened (gpointer data, GError **error)
{
    Shortener *shortener = data;
    if (shortener->ended)
        return NULL;
    g_autoptr (GByteArray) out = g_byte_array_new ();
    while (!shortener->ended && out->len < HTTP_PIECE_BYTES / 4) {
        g_autoptr (GError) inner = NULL;
        g_autoptr (GBytes) piece = shortener->plain.next (shortener->plain.data, &inner);
        shortener->ended = piece == NULL;
        if (inner == NULL && shorten_piece (shortener, piece, out, &inner))
            continue;
        g_propagate_error (error, g_steal_pointer (&inner));
        return NULL;
    }
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static void
encode_rest (HttpReply *reply)
{
    Shortener *shortener = g_new0 (Shortener, 1);
    g_autoptr (GByteArray) out = g_byte_array_new ();
    shortener->converter =
        G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, REST_LEVEL));
    shortener->plain = reply->rest;
    reply->rest = (HttpRest){ next_shortened, shortener_free, shortener };
    /* In memory it only fails where memory ends, which GLib does not survive. */
    shorten_piece (shortener, reply->body, out, NULL);
    g_bytes_unref (reply->body);
    reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

void
http_encode (HttpContext *context, const HttpRequest *request, HttpReply *reply)
{
    if (reply->type == NULL || !is_text (reply->type))
        return;
    http_reply_header (reply, "Vary", "Accept-Encoding");
    gboolean wanted = takes_gzip (request->accept_encoding);
    if (reply->status == 304 && wanted && reply->etag != NULL)
        mark_tag (reply);
    if (reply->body == NULL || g_bytes_get_size (reply->body) < LEAST_BYTES || !wanted)
        return;
    if (reply->rest.next != NULL) {
        encode_rest (reply);
        http_reply_header (reply, "Content-Encoding", "gzip");
        if (reply->etag != NULL)
            mark_tag (reply);
        return;
    }
    g_autoptr (GBytes) plain = g_steal_pointer (&reply->body);
    g_autofree char *key =
        reply->etag != NULL ? g_strconcat ("gzip|", request->path, "|", reply->etag, NULL) : NULL;
    reply->body = key != NULL ? http_cache_get (context->cache, key, make_gzip, plain, NULL)
                              : make_gzip (plain, NULL);
    if (g_bytes_get_size (reply->body) == g_bytes_get_size (plain))
        return;
    http_reply_header (reply, "Content-Encoding", "gzip");
    if (reply->etag != NULL)
        mark_tag (reply);
}

/* ---- pages of other sites -------------------------------------------------------------------- */

/* Off unless the operator names the site; reading only. */
static gboolean
is_shared (const char *path)
{
    return g_str_has_prefix (path, "/api") || g_str_has_prefix (path, "/wmts");
}

void
http_share (HttpContext *context, const HttpRequest *request, HttpReply *reply)
{
    if (context->sites == NULL || !is_shared (request->path))
        return;
    http_reply_header (reply, "Vary", "Origin");
    gboolean reads = strcmp (request->method, "POST") != 0;
    if (request->origin == NULL || !reads || !g_strv_contains (context->sites, request->origin))
        return;
    http_reply_header (reply, "Access-Control-Allow-Origin", request->origin);
    http_reply_header (reply, "Access-Control-Expose-Headers", "ETag, Content-Crs");
}

gboolean
http_preflight (HttpContext *context, const HttpRequest *request, HttpReply *reply)
{
    if (strcmp (request->method, "OPTIONS") != 0 || context->sites == NULL ||
        request->origin == NULL || !is_shared (request->path) ||
        !g_strv_contains (context->sites, request->origin))
        return FALSE;
    reply->status = 204;
    reply->type = "text/plain";
    http_reply_header (reply, "Access-Control-Allow-Methods", "GET, HEAD");
    http_reply_header (reply, "Access-Control-Allow-Headers", "If-None-Match, Accept");
    http_reply_header (reply, "Access-Control-Max-Age", "600");
    return TRUE;
}
