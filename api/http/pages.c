/* The pages: files packed into the program at build. Paths come from this table, never from a
 * request. */
#include "http/http_internal.h"

#include "base/error.h"
#include "web/web_pages.h"

#include <string.h>

#define SCREEN "/screen/" /* one page for all scenes and the playlist */

static const struct {
    const char *path, *file, *type;
} files[] = {
    { "/", "index.html", "text/html; charset=utf-8" },
    { SCREEN, "screen.html", "text/html; charset=utf-8" },
    { "/analyse", "analyse.html", "text/html; charset=utf-8" },
    { "/assets/analyse.js", "analyse.js", "text/javascript; charset=utf-8" },
    { "/assets/analyse.css", "analyse.css", "text/css; charset=utf-8" },
    { "/assets/screen.js", "screen.js", "text/javascript; charset=utf-8" },
    { "/assets/screen.css", "screen.css", "text/css; charset=utf-8" },
    { "/assets/index.js", "index.js", "text/javascript; charset=utf-8" },
    { "/assets/index.css", "index.css", "text/css; charset=utf-8" },
    { "/favicon.ico", "icon.svg", "image/svg+xml" },
};

static gboolean
reply_file (const char *path, HttpReply *reply, GError **error)
{
    for (guint f = 0; f < G_N_ELEMENTS (files); f++) {
        if (strcmp (files[f].path, path) != 0)
            continue;
        reply->body = cg_web_page (files[f].file);
        if (reply->body == NULL)
            break;
        g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, reply->body);
        reply->status = 200;
        reply->type = files[f].type;
        http_reply_tag (reply, hash);
        return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no page at %.200s%s", path,
                 cg_web_is_built () ? "" : ": this program was built without pages");
    return FALSE;
}

static gboolean
get_start (HttpContext *context, const HttpRequest *request, const char *const *names,
           HttpReply *reply, GError **error)
{
    return reply_file (request->path, reply, error);
}

static gboolean
get_asset (HttpContext *context, const HttpRequest *request, const char *const *names,
           HttpReply *reply, GError **error)
{
    return reply_file (request->path, reply, error);
}

static gboolean
get_screen (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    if (strcmp (names[0], "play") == 0 || cg_scenes_find (context->scenes, names[0]) != NULL)
        return reply_file (SCREEN, reply, error);
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no scene named '%.40s'", names[0]);
    return FALSE;
}

const HttpRoute http_page_routes[] = {
    { "GET", "/", HTTP_AT_ONCE, http_no_parameters, get_start },
    { "GET", "/analyse", HTTP_AT_ONCE, NULL, get_start },
    { "GET", "/screen/{name}", HTTP_AT_ONCE, NULL, get_screen },
    { "GET", "/assets/{name}", HTTP_AT_ONCE, http_no_parameters, get_asset },
    { "GET", "/favicon.ico", HTTP_AT_ONCE, http_no_parameters, get_asset },
    { NULL },
};
