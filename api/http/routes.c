/* The table of routes and the one way from request to reply. */
#include "http/http_internal.h"

#include "base/error.h"

#include <string.h>

const char *const http_no_parameters[] = { NULL };

static const HttpRoute *const lists[] = { http_page_routes, http_picture_routes,
                                          http_measure_routes, http_incident_routes,
                                          http_operation_routes, http_feature_routes,
                                          http_tile_routes, http_tile_picture_routes, http_wmts_routes, http_snapshot_routes, http_help_routes, http_analysis_routes,
                                          http_openapi_routes, NULL };

const HttpRoute *const *
http_route_lists (void)
{
    return lists;
}

const char *const *
http_security_headers (void)
{
    static const char *const headers[] = {
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'",
        "X-Content-Type-Options",
        "nosniff",
        "X-Frame-Options",
        "DENY",
        "Referrer-Policy",
        "no-referrer",
        "Cross-Origin-Resource-Policy",
        "same-origin",
        NULL,
    };
    return headers;
}

typedef struct {
    char *at[HTTP_MAX_NAMES + 1];
} Names;

static void
names_clear (Names *names)
{
    for (guint i = 0; i < HTTP_MAX_NAMES; i++)
        g_clear_pointer (&names->at[i], g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Names, names_clear)

/* piece: one segment of a pattern, of `length` bytes. What stands for its {variable} goes to
 * out_value, which stays NULL where it has none. */
static gboolean
fits_segment (const char *piece, gsize length, const char *segment, char **out_value)
{
    gsize given = strlen (segment);
    if (piece[0] != '{')
        return given == length && strncmp (piece, segment, length) == 0;
    const char *ending = strchr (piece, '}') + 1;
    gsize rest = length - (gsize) (ending - piece);
    if (given <= rest || strncmp (segment + given - rest, ending, rest) != 0)
        return FALSE;
    *out_value = g_strndup (segment, given - rest);
    return TRUE;
}

static gboolean
fits_path (const HttpRoute *route, char **segments, Names *out_names)
{
    const char *piece = route->pattern + 1;
    guint n = 0, i = 0;
    for (; segments[i] != NULL; i++) {
        gsize length = strcspn (piece, "/");
        if (!fits_segment (piece, length, segments[i], &out_names->at[n]))
            break;
        n += out_names->at[n] != NULL;
        if (piece[length] == '\0')
            return segments[i + 1] == NULL;
        piece += length + 1;
    }
    return FALSE;
}

static gboolean
fits_method (const HttpRoute *route, const char *method)
{
    return strcmp (route->method, method) == 0 ||
           (strcmp (route->method, "GET") == 0 && strcmp (method, "HEAD") == 0);
}

/* out_path: a route of this path, of any method. */
static const HttpRoute *
find_route (const HttpRequest *request, const HttpRoute **out_path, Names *out_names)
{
    *out_path = NULL;
    for (guint l = 0; lists[l] != NULL; l++)
        for (const HttpRoute *route = lists[l]; route->method != NULL; route++) {
            if (fits_path (route, request->segments, out_names)) {
                if (*out_path == NULL)
                    *out_path = route;
                if (fits_method (route, request->method))
                    return route;
            }
            names_clear (out_names);
        }
    return NULL;
}

const HttpRoute *
http_route_of (const HttpRequest *request)
{
    g_auto (Names) names = { 0 };
    const HttpRoute *any;
    return find_route (request, &any, &names);
}

/* The first name in order of the alphabet that the route does not know, or NULL: the same text each
 * time. */
static const char *
unknown_parameter (const HttpRoute *route, GHashTable *query)
{
    const char *unknown = NULL;
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init (&iter, query);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        if (!g_strv_contains (route->parameters, key) &&
            (unknown == NULL || strcmp (key, unknown) < 0))
            unknown = key;
    return unknown;
}

/* The tag, or that of the same reply shortened. */
static gboolean
is_tag (const char *tag, const char *etag)
{
    gsize length = strlen (etag) - 1;
    const char *rest = tag + length;
    return strncmp (tag, etag, length) == 0 &&
           (strcmp (rest, "\"") == 0 || strcmp (rest, HTTP_GZIP_MARK "\"") == 0);
}

/* RFC 9110 13.1.2: a list of tags or "*"; comparison is weak. */
static gboolean
tag_matches (const char *list, const char *etag)
{
    if (list == NULL || etag == NULL)
        return FALSE;
    g_auto (GStrv) tags = g_strsplit (list, ",", 64);
    for (guint i = 0; tags[i] != NULL; i++) {
        const char *tag = g_strstrip (tags[i]);
        if (g_str_has_prefix (tag, "W/"))
            tag += 2;
        if (strcmp (tag, "*") == 0 || is_tag (tag, etag))
            return TRUE;
    }
    return FALSE;
}

gboolean
http_reply_is_known (const HttpRequest *request, const HttpReply *reply)
{
    return tag_matches (request->if_none_match, reply->etag);
}

/* out_allow: the methods of a path, where the request has another. */
static guint
run_route (HttpContext *context, const HttpRequest *request, HttpReply *reply,
           const char **out_allow, GError **error)
{
    g_auto (Names) names = { 0 };
    const HttpRoute *any, *route = find_route (request, &any, &names);
    if (any == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "nothing at %.200s", request->path);
        return 404;
    }
    if (route == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "method %.20s is not allowed at %.200s",
                     request->method, request->path);
        *out_allow = strcmp (any->method, "GET") == 0 ? "GET, HEAD" : any->method;
        return 405;
    }
    const char *unknown =
        route->parameters != NULL ? unknown_parameter (route, request->query) : NULL;
    if (unknown != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "unknown parameter '%.40s'", unknown);
        return 400;
    }
    route->run (context, request, (const char *const *) names.at, reply, error);
    return 0;
}

static void
answer (HttpContext *context, const HttpRequest *request, HttpReply *reply)
{
    g_autoptr (GError) error = NULL;
    const char *allow = NULL;
    guint status = run_route (context, request, reply, &allow, &error);
    if (error != NULL) {
        http_problem (reply, status, error);
        reply->allow = allow;
        if (reply->status >= 500)
            reply->fault = g_strdup_printf ("%s (%s)", error->message, cg_error_name (error));
        return;
    }
    if (reply->status == 200 && http_reply_is_known (request, reply)) {
        reply->status = 304;
        g_clear_pointer (&reply->body, g_bytes_unref);
    }
}

void
http_answer (HttpContext *context, const HttpRequest *request, HttpReply *reply)
{
    memset (reply, 0, sizeof *reply);
    if (!http_preflight (context, request, reply)) {
        answer (context, request, reply);
        http_encode (context, request, reply);
    }
    http_share (context, request, reply);
}
