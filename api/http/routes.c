/* The table of routes and the one way from request to reply. */
#include "http/http_internal.h"

#include "base/error.h"

#include <string.h>

static const char *const no_parameters[] = { NULL };
static const char *const render_parameters[] = { "w",       "h",       "screen", "format",
                                                 "theme",   "measure", "period", "breaks",
                                                 "classes", "palette", "hatch",  "page",
                                                 "frame",   "v",       NULL };

static const char *const measure_parameters[] = { "level", "period", "last", "when",
                                                  "type",  "plan",   NULL };

static const HttpRoute routes[] = {
    { "GET", "/", HTTP_AT_ONCE, no_parameters, http_get_start },
    { "GET", "/healthz", HTTP_AT_ONCE, no_parameters, http_get_health },
    { "GET", "/screen/*", HTTP_AT_ONCE, NULL, http_get_screen },
    { "GET", "/assets/*", HTTP_AT_ONCE, no_parameters, http_get_asset },
    { "GET", "/favicon.ico", HTTP_AT_ONCE, no_parameters, http_get_asset },
    { "GET", "/api/overview", HTTP_DRAWS, no_parameters, http_get_overview },
    { "GET", "/api/pictures", HTTP_AT_ONCE, no_parameters, http_get_pictures },
    { "GET", "/api/render/*", HTTP_DRAWS, render_parameters, http_get_render },
    { "GET", "/api/measures", HTTP_DRAWS, measure_parameters, http_get_measures },
    { "POST", "/api/incidents", HTTP_WAITS, no_parameters, http_post_incidents },
};

const char *const *
http_security_headers (void)
{
    static const char *const headers[] = {
        "Content-Security-Policy",
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
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

/* out_name: what stands for "*" (borrowed from path), or NULL. */
static gboolean
fits_path (const HttpRoute *route, const char *path, const char **out_name)
{
    gsize length = strlen (route->pattern);
    *out_name = NULL;
    if (route->pattern[length - 1] != '*')
        return strcmp (route->pattern, path) == 0;
    const char *rest = path + length - 1;
    if (strncmp (route->pattern, path, length - 1) != 0 || *rest == '\0' ||
        strchr (rest, '/') != NULL)
        return FALSE;
    *out_name = rest;
    return TRUE;
}

static gboolean
fits_method (const HttpRoute *route, const char *method)
{
    return strcmp (route->method, method) == 0 ||
           (strcmp (route->method, "GET") == 0 && strcmp (method, "HEAD") == 0);
}

/* out_path: a route of this path, of any method; its name as above. */
static const HttpRoute *
find_route (const char *method, const char *path, const HttpRoute **out_path, const char **out_name)
{
    *out_path = NULL;
    for (guint r = 0; r < G_N_ELEMENTS (routes); r++) {
        const char *name;
        if (!fits_path (&routes[r], path, &name))
            continue;
        *out_path = &routes[r];
        *out_name = name;
        if (fits_method (&routes[r], method))
            return &routes[r];
    }
    return NULL;
}

HttpPlace
http_place_of (const HttpRequest *request)
{
    const char *name;
    const HttpRoute *any, *route = find_route (request->method, request->path, &any, &name);
    return route != NULL ? route->place : HTTP_AT_ONCE;
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
        if (strcmp (tag, "*") == 0 || strcmp (tag, etag) == 0)
            return TRUE;
    }
    return FALSE;
}

/* out_allow: the methods of a path, where the request has another. */
static guint
run_route (HttpContext *context, const HttpRequest *request, HttpReply *reply,
           const char **out_allow, GError **error)
{
    const char *name = NULL;
    const HttpRoute *any, *route = find_route (request->method, request->path, &any, &name);
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
    route->run (context, request, name, reply, error);
    return 0;
}

void
http_answer (HttpContext *context, const HttpRequest *request, HttpReply *reply)
{
    g_autoptr (GError) error = NULL;
    memset (reply, 0, sizeof *reply);
    const char *allow = NULL;
    guint status = run_route (context, request, reply, &allow, &error);
    if (error != NULL) {
        http_problem (reply, status, error);
        reply->allow = allow;
        if (reply->status >= 500)
            g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "%s %s: %s (%s)",
                              request->method, request->path, error->message,
                              cg_error_name (error));
        return;
    }
    if (reply->status == 200 && tag_matches (request->if_none_match, reply->etag)) {
        reply->status = 304;
        g_clear_pointer (&reply->body, g_bytes_unref);
    }
}
