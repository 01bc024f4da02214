/* The table of routes and the one way from request to reply. */
#include "http/http_internal.h"

#include "base/error.h"

#include <string.h>

static const char *const no_parameters[] = { NULL };
static const char *const render_parameters[] = { "w",       "h",       "screen", "format",
                                                 "theme",   "measure", "period", "breaks",
                                                 "classes", "palette", "hatch",  "page",
                                                 "frame",   "v",       NULL };

static const HttpRoute routes[] = {
    { "GET", "/", FALSE, no_parameters, http_get_start },
    { "GET", "/healthz", FALSE, no_parameters, http_get_health },
    { "GET", "/screen/*", FALSE, NULL, http_get_screen },
    { "GET", "/assets/*", FALSE, no_parameters, http_get_asset },
    { "GET", "/favicon.ico", FALSE, no_parameters, http_get_asset },
    { "GET", "/api/overview", TRUE, no_parameters, http_get_overview },
    { "GET", "/api/pictures", FALSE, no_parameters, http_get_pictures },
    { "GET", "/api/render/*", TRUE, render_parameters, http_get_render },
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
static const HttpRoute *
find_route (const char *path, const char **out_name)
{
    for (guint r = 0; r < G_N_ELEMENTS (routes); r++) {
        gsize length = strlen (routes[r].pattern);
        if (routes[r].pattern[length - 1] != '*') {
            if (strcmp (routes[r].pattern, path) != 0)
                continue;
            *out_name = NULL;
            return &routes[r];
        }
        const char *rest = path + length - 1;
        if (strncmp (routes[r].pattern, path, length - 1) != 0 || *rest == '\0' ||
            strchr (rest, '/') != NULL)
            continue;
        *out_name = rest;
        return &routes[r];
    }
    return NULL;
}

static gboolean
reads_only (const char *method)
{
    return strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0;
}

gboolean
http_is_slow (const HttpRequest *request)
{
    const char *name;
    const HttpRoute *route = find_route (request->path, &name);
    return route != NULL && route->slow && reads_only (request->method);
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

static guint
run_route (HttpContext *context, const HttpRequest *request, HttpReply *reply, GError **error)
{
    const char *name = NULL;
    const HttpRoute *route = find_route (request->path, &name);
    if (route == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "nothing at %.200s", request->path);
        return 404;
    }
    if (!reads_only (request->method)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "method %.20s is not allowed at %.200s",
                     request->method, request->path);
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
    guint status = run_route (context, request, reply, &error);
    if (error != NULL) {
        http_problem (reply, status, error);
        if (status == 405)
            reply->allow = "GET, HEAD";
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
