/* From the raw target of a request to path and parameters; replies and problem documents. */
#include "http/http_internal.h"

#include "app/status.h"
#include "base/error.h"

#include <string.h>

#define MAX_PARAMETERS 32u

void
http_request_clear (HttpRequest *request)
{
    g_clear_pointer (&request->method, g_free);
    g_clear_pointer (&request->path, g_free);
    g_clear_pointer (&request->segments, g_strfreev);
    g_clear_pointer (&request->query, g_hash_table_unref);
    g_clear_pointer (&request->if_none_match, g_free);
    g_clear_pointer (&request->content_type, g_free);
    g_clear_pointer (&request->origin, g_free);
    g_clear_pointer (&request->host, g_free);
    g_clear_pointer (&request->accept, g_free);
    g_clear_pointer (&request->accept_encoding, g_free);
    g_clear_pointer (&request->forwarded_proto, g_free);
    g_clear_pointer (&request->idempotency_key, g_free);
    g_clear_pointer (&request->body, g_bytes_unref);
    g_clear_pointer (&request->snapshot, cg_screen_unref);
}

void
http_rest_clear (HttpRest *rest)
{
    if (rest->free != NULL)
        rest->free (rest->data);
    *rest = (HttpRest){ NULL };
}

gboolean
http_reply_gather (HttpReply *reply, GError **error)
{
    if (reply->rest.next == NULL)
        return TRUE;
    g_autoptr (GError) inner = NULL;
    g_autoptr (GByteArray) all = g_bytes_unref_to_array (g_steal_pointer (&reply->body));
    GBytes *piece;
    while ((piece = reply->rest.next (reply->rest.data, &inner)) != NULL) {
        gsize size;
        const guint8 *data = g_bytes_get_data (piece, &size);
        g_byte_array_append (all, data, (guint) size);
        g_bytes_unref (piece);
    }
    http_rest_clear (&reply->rest);
    if (inner != NULL) {
        g_propagate_error (error, g_steal_pointer (&inner));
        return FALSE;
    }
    reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&all));
    return TRUE;
}

void
http_reply_clear (HttpReply *reply)
{
    g_clear_pointer (&reply->body, g_bytes_unref);
    http_rest_clear (&reply->rest);
    g_clear_pointer (&reply->etag, g_free);
    g_clear_pointer (&reply->fault, g_free);
    g_clear_pointer (&reply->headers, g_ptr_array_unref);
    g_clear_pointer (&reply->postponed, g_free);
    g_clear_pointer (&reply->snapshot, cg_screen_unref);
}

/* %00 and broken escapes come back as NULL from GLib; what is not UTF-8 is refused as well. */
static char *
decode (const char *text, gsize length, gboolean plus_is_space, GError **error)
{
    g_autofree char *raw = g_strndup (text, length);
    for (char *c = raw; plus_is_space && *c != '\0'; c++)
        if (*c == '+')
            *c = ' ';
    g_autofree char *decoded = g_uri_unescape_string (raw, NULL);
    if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "URL: bad escape or not UTF-8");
        return NULL;
    }
    return g_steal_pointer (&decoded);
}

/* path begins with "/" and decodes: the whole of it was. */
static char **
split_path (const char *path, gsize length)
{
    g_autofree char *raw = g_strndup (path + 1, length - 1);
    /* Nothing gives no segment at all, but "/" has one: an empty one. */
    char **segments = raw[0] != '\0' ? g_strsplit (raw, "/", -1) : g_new0 (char *, 2);
    if (segments[0] == NULL)
        segments[0] = g_strdup ("");
    for (guint i = 0; segments[i] != NULL; i++) {
        char *decoded = g_uri_unescape_string (segments[i], NULL);
        g_free (segments[i]);
        segments[i] = decoded;
    }
    return segments;
}

static gboolean
add_parameter (GHashTable *query, const char *pair, GError **error)
{
    const char *equals = strchr (pair, '=');
    gsize length = equals != NULL ? (gsize) (equals - pair) : strlen (pair);
    g_autofree char *name = decode (pair, length, TRUE, error);
    g_autofree char *value = name != NULL
                                 ? decode (equals != NULL ? equals + 1 : "",
                                           equals != NULL ? strlen (equals + 1) : 0, TRUE, error)
                                 : NULL;
    if (value == NULL)
        return FALSE;
    if (g_hash_table_contains (query, name)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "parameter '%.40s' is given twice", name);
        return FALSE;
    }
    if (g_hash_table_size (query) >= MAX_PARAMETERS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "more than %u parameters", MAX_PARAMETERS);
        return FALSE;
    }
    g_hash_table_insert (query, g_steal_pointer (&name), g_steal_pointer (&value));
    return TRUE;
}

gboolean
http_request_init (HttpRequest *request, const char *method, const char *target,
                   const char *if_none_match, GError **error)
{
    g_auto (HttpRequest) made = { 0 };
    if (strlen (target) > CG_HTTP_MAX_URL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "URL is longer than %u bytes",
                     CG_HTTP_MAX_URL);
        return FALSE;
    }
    gsize path_length = strcspn (target, "?#");
    made.method = g_strdup (method);
    made.if_none_match = g_strdup (if_none_match);
    made.query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    if ((made.path = decode (target, path_length, FALSE, error)) == NULL)
        return FALSE;
    if (made.path[0] != '/') {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "URL: the path does not begin with '/'");
        return FALSE;
    }
    made.segments = split_path (target, path_length);
    if (target[path_length] == '?') {
        g_autofree char *text =
            g_strndup (target + path_length + 1, strcspn (target + path_length + 1, "#"));
        g_auto (GStrv) pairs = g_strsplit (text, "&", -1);
        for (guint i = 0; pairs[i] != NULL; i++)
            if (pairs[i][0] != '\0' && !add_parameter (made.query, pairs[i], error))
                return FALSE;
    }
    *request = made;
    memset (&made, 0, sizeof made);
    return TRUE;
}

gboolean
http_get_whole (const HttpRequest *request, const char *name, guint64 min, guint64 max,
                guint64 *out, GError **error)
{
    const char *text = g_hash_table_lookup (request->query, name);
    if (text == NULL || g_ascii_string_to_unsigned (text, 10, min, max, out, NULL))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "parameter %s: '%.40s' is no whole number from %" G_GUINT64_FORMAT
                 " to %" G_GUINT64_FORMAT,
                 name, text, min, max);
    return FALSE;
}

char *
http_request_base (const HttpRequest *request)
{
    gboolean secure = g_strcmp0 (request->forwarded_proto, "https") == 0;
    if (request->host == NULL || request->host[0] == '\0')
        return g_strdup ("");
    /* Behind a Unix socket the proxy has checked the name; what no name holds goes no further. */
    if (strspn (request->host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:"
                               "[]_") != strlen (request->host))
        return g_strdup ("");
    return g_strconcat (secure ? "https://" : "http://", request->host, NULL);
}

/* RFC 9110 12.4.2: weight of the most exact range that takes the type; -1: none does. */
static double
weight_of (const char *accept, const char *type)
{
    const char *slash = strchr (type, '/');
    int best = 0;
    double weight = -1;
    g_auto (GStrv) ranges = g_strsplit (accept, ",", 64);
    for (guint i = 0; ranges[i] != NULL; i++) {
        gsize length = strcspn (ranges[i], ";");
        g_autofree char *range = g_strstrip (g_ascii_strdown (ranges[i], (gssize) length));
        gsize family = (gsize) (slash - type) + 1;
        int exact = strcmp (range, type) == 0                                             ? 3
                    : strncmp (range, type, family) == 0 && !strcmp (range + family, "*") ? 2
                    : strcmp (range, "*/*") == 0                                          ? 1
                                                                                          : 0;
        const char *q = strstr (ranges[i] + length, "q=");
        if (exact > best) {
            best = exact;
            weight = q != NULL ? g_ascii_strtod (q + 2, NULL) : 1;
        }
    }
    return weight;
}

gboolean
http_wants_html (const HttpRequest *request, gboolean *out, GError **error)
{
    const char *f = g_hash_table_lookup (request->query, "f");
    if (f != NULL && strcmp (f, "json") != 0 && strcmp (f, "html") != 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "parameter f: '%.40s' is not json or html",
                     f);
        return FALSE;
    }
    *out = f != NULL && strcmp (f, "html") == 0;
    if (f != NULL || request->accept == NULL)
        return TRUE;
    double json = MAX (weight_of (request->accept, "application/json"),
                       weight_of (request->accept, "application/geo+json"));
    *out = weight_of (request->accept, "text/html") > json;
    return TRUE;
}

void
http_reply_header (HttpReply *reply, const char *name, const char *value)
{
    if (reply->headers == NULL)
        reply->headers = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (reply->headers, g_strdup (name));
    g_ptr_array_add (reply->headers, g_strdup (value));
}

void
http_reply_text (HttpReply *reply, const char *type, GString *text)
{
    reply->status = 200;
    reply->type = type;
    g_clear_pointer (&reply->body, g_bytes_unref);
    reply->body = g_string_free_to_bytes (text);
}

void
http_reply_json (HttpReply *reply, json_t *value)
{
    char *text = json_dumps (value, JSON_COMPACT | JSON_REAL_PRECISION (10));
    json_decref (value);
    reply->status = 200;
    reply->type = "application/json";
    g_clear_pointer (&reply->body, g_bytes_unref);
    /* jansson allocates with malloc, which g_free matches since GLib 2.46 */
    reply->body =
        text != NULL ? g_bytes_new_take (text, strlen (text)) : g_bytes_new_static ("null", 4);
}

void
http_reply_tag (HttpReply *reply, const char *text)
{
    g_autofree char *all = g_strconcat (CG_VERSION, "|", text, NULL);
    g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, all, -1);
    g_free (reply->etag);
    reply->etag = g_strdup_printf ("\"%.32s\"", hash);
}

void
http_problem (HttpReply *reply, guint status, const GError *error)
{
    guint answer = status != 0 ? status : (guint) cg_status_http (error);
    gboolean ours = error->domain == CG_ERROR && error->code >= 0 && error->code < CG_N_ERRORS;
    const char *title = ours ? cg_error_title (error->code) : "The request could not be answered";
    json_t *problem = json_object ();
    g_autofree char *type = g_strdup_printf ("urn:countygrid:problem:%s", cg_error_name (error));
    json_object_set_new (problem, "type", json_string (type));
    json_object_set_new (problem, "title", json_string (title));
    json_object_set_new (problem, "status", json_integer (answer));
    json_object_set_new (problem, "code", json_string (cg_error_name (error)));
    /* What failed inside (paths, file states) is for the log, not for whoever asks. */
    g_autofree char *detail =
        g_utf8_make_valid (answer < 500 || status != 0 ? error->message : title, -1);
    json_object_set_new (problem, "detail", json_string (detail));
    http_reply_clear (reply);
    http_reply_json (reply, problem);
    reply->status = answer;
    reply->type = "application/problem+json";
}
