/* Pages for people who open the county's data in their own programs: /help, /help/qgis,
 * /help/excel. */
#include "http/geojson.h"
#include "http/http_internal.h"

#include "base/error.h"
#include "cg_help.h"

#include <string.h>

#define ADDRESS "{{BASE}}" /* where the address that the reader came by belongs */

static const struct {
    const char *name, *file, *title, *title_en;
} pages[] = {
    { "", "index", "使用数据", "Using the data" },
    { "qgis", "qgis", "在 QGIS 中打开", "Open in QGIS" },
    { "excel", "excel", "在 Excel 或 WPS 表格中打开", "Open in Excel or WPS" },
};

static gboolean
reply_page (const char *name, const HttpRequest *request, HttpReply *reply, GError **error)
{
    const char *lang = g_hash_table_lookup (request->query, "lang");
    gboolean english = g_strcmp0 (lang, "en") == 0;
    guint p = 0;
    while (p < G_N_ELEMENTS (pages) && strcmp (pages[p].name, name) != 0)
        p++;
    if (p == G_N_ELEMENTS (pages)) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no page of help named '%.40s'", name);
        return FALSE;
    }
    if (lang != NULL && !english && strcmp (lang, "zh") != 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "lang '%.40s': zh or en", lang);
        return FALSE;
    }
    g_autofree char *path = g_strconcat ("/countygrid/help/", pages[p].file, english ? "_en.html" : ".html", NULL);
    g_autofree char *other = g_strconcat ("/help", name[0] != '\0' ? "/" : "", name, english ? "" : "?lang=en", NULL);
    const char *const way[] = { "/",
                                english ? "Start" : "首页",
                                english ? "/help?lang=en" : "/help",
                                english ? "Help" : "使用数据",
                                other,
                                english ? "中文" : "English",
                                NULL };
    g_autoptr (GBytes) bytes =
        g_resource_lookup_data (cg_help_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (bytes == NULL)
        return FALSE;
    /* Only letters, digits, dots, colons, hyphens and brackets: nothing to escape. */
    g_autofree char *base = http_request_base (request);
    g_autoptr (GString) text =
        g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
    g_string_replace (text, ADDRESS, base, 0);
    GString *page = g_string_new (NULL);
    http_html_begin (page, english ? pages[p].title_en : pages[p].title, way);
    if (english)
        g_string_replace (page, "<html lang=\"zh-CN\">", "<html lang=\"en\">", 1);
    g_string_append (page, "<article>\n");
    g_string_append (page, text->str);
    g_string_append (page, "</article>\n");
    http_html_end (page);
    http_reply_text (reply, "text/html; charset=utf-8", page);
    g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, reply->body);
    http_reply_tag (reply, hash);
    return TRUE;
}

static gboolean
get_start (HttpContext *context, const HttpRequest *request, const char *const *names,
           HttpReply *reply, GError **error)
{
    return reply_page ("", request, reply, error);
}

static gboolean
get_page (HttpContext *context, const HttpRequest *request, const char *const *names,
          HttpReply *reply, GError **error)
{
    return reply_page (names[0], request, reply, error);
}

static const char *const help_parameters[] = { "lang", NULL };

const HttpRoute http_help_routes[] = {
    { "GET", "/help", HTTP_AT_ONCE, help_parameters, get_start },
    { "GET", "/help/{name}", HTTP_AT_ONCE, help_parameters, get_page },
    { NULL },
};
