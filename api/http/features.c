/* OGC API Features (17-069r4, 18-058r1): landing page, conformance, collections. */
#include "http/items.h"

#include "app/clock.h"
#include "base/error.h"
#include "http/geojson.h"

#include <string.h>

json_t *
http_link (const char *href, const char *rel, const char *type, const char *title)
{
    json_t *link = json_object ();
    json_object_set_new (link, "href", json_string (href));
    json_object_set_new (link, "rel", json_string (rel));
    if (type != NULL)
        json_object_set_new (link, "type", json_string (type));
    if (title != NULL)
        json_object_set_new (link, "title", json_string (title));
    return link;
}

void
http_reply_vary (const HttpRequest *request, HttpReply *reply, const char *stamp, gboolean html)
{
    g_autoptr (GList) names =
        g_list_sort (g_hash_table_get_keys (request->query), (GCompareFunc) strcmp);
    g_autofree char *base = http_request_base (request);
    g_autoptr (GString) tag = g_string_new (NULL);
    g_string_printf (tag, "%s|%s|%s|%d", stamp, base, request->path, html);
    for (GList *name = names; name != NULL; name = name->next) {
        const char *value = g_hash_table_lookup (request->query, name->data);
        g_string_append_printf (tag, "|%zu:%s=%s", strlen (name->data), (char *) name->data, value);
    }
    http_reply_tag (reply, tag->str);
    http_reply_header (reply, "Vary", "Accept");
}

CgFeatureTable *
http_find_collection (HttpContext *context, const char *name, GError **error)
{
    if (context->features != NULL)
        return cg_features_get (context->features, name, error);
    g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "this server has no collections");
    return NULL;
}

/* ---- landing page, conformance --------------------------------------------------------------- */

static const char *const conformance[] = {
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    NULL,
};

static json_t *
landing_json (const char *title, const char *base)
{
    static const struct {
        const char *path, *rel, *type, *title;
    } links[] = {
        { "/api?f=json", "self", "application/json", "this document" },
        { "/api?f=html", "alternate", "text/html", "this document as a page" },
        { "/api/conformance", "conformance", "application/json", "what is implemented" },
        { "/api/openapi.json", "service-desc", "application/vnd.oai.openapi+json;version=3.0",
          "the description of all routes" },
        { "/api?f=html", "service-doc", "text/html", "pages for people" },
        { "/api/collections", "data", "application/json", "collections" },
        { "/api/snapshot.gpkg", "enclosure", "application/geopackage+sqlite3",
          "all public layers as one GeoPackage" },
        { "/api/tiles", "related", "application/json", "layers of tiles, with their TileJSON" },
        { "/wmts/1.0.0/WMTSCapabilities.xml", "related", "application/xml",
          "the same pictures by WMTS 1.0.0" },
    };
    json_t *landing = json_object (), *list = json_array ();
    for (guint i = 0; i < G_N_ELEMENTS (links); i++) {
        g_autofree char *href = g_strconcat (base, links[i].path, NULL);
        json_array_append_new (list, http_link (href, links[i].rel, links[i].type, links[i].title));
    }
    json_object_set_new (landing, "title", json_string (title));
    json_object_set_new (landing, "description",
                         json_string ("Grids, places and incidents of a county / "
                                      "县域网格、场所和事件"));
    json_object_set_new (landing, "links", list);
    return landing;
}

static void
reply_landing_page (HttpReply *reply, const char *title)
{
    static const char *const way[] = { "/", "首页 Start", NULL };
    static const char *const link[][2] = {
        { "/api/collections?f=html", "数据集 Collections" },
        { "/help/qgis", "在 QGIS 中打开 Open in QGIS" },
        { "/help/excel", "在 Excel 或 WPS 表格中打开 Open in Excel" },
        { "/api/snapshot.gpkg", "全部图层下载 GeoPackage" },
        { "/api/tiles", "瓦片图层 Layers of tiles" },
        { "/wmts/1.0.0/WMTSCapabilities.xml", "WMTS 服务 WMTS 1.0.0" },
        { "/api/conformance?f=html", "符合的标准 Conformance" },
        { "/api/openapi.json", "接口描述 OpenAPI 3.0" },
    };
    GString *page = g_string_new (NULL);
    http_html_begin (page, title, way);
    g_string_append (page, "<p>开放接口 Open interfaces: OGC API Features.</p>\n<ul>\n");
    for (guint k = 0; k < G_N_ELEMENTS (link); k++) {
        g_string_append (page, "<li>");
        http_html_link (page, link[k][0], link[k][1]);
        g_string_append (page, "</li>\n");
    }
    g_string_append (page, "</ul>\n");
    http_html_end (page);
    http_reply_text (reply, "text/html; charset=utf-8", page);
}

static gboolean
get_landing (HttpContext *context, const HttpRequest *request, const char *const *names,
             HttpReply *reply, GError **error)
{
    gboolean html;
    if (!http_wants_html (request, &html, error))
        return FALSE;
    g_autoptr (CgScreen) screen = cg_screen_source_last (context->source);
    const char *county = cg_screen_county_name (screen);
    g_autofree char *title = g_strconcat (county, county[0] != '\0' ? " " : "", "countygrid", NULL);
    g_autofree char *base = http_request_base (request);
    if (html)
        reply_landing_page (reply, title);
    else
        http_reply_json (reply, landing_json (title, base));
    http_reply_vary (request, reply, title, html);
    return TRUE;
}

static gboolean
get_conformance (HttpContext *context, const HttpRequest *request, const char *const *names,
                 HttpReply *reply, GError **error)
{
    static const char *const way[] = { "/api?f=html", "接口 API", NULL };
    gboolean html;
    if (!http_wants_html (request, &html, error))
        return FALSE;
    if (html) {
        GString *page = g_string_new (NULL);
        http_html_begin (page, "符合的标准 Conformance", way);
        g_string_append (page, "<ul>\n");
        for (guint i = 0; conformance[i] != NULL; i++)
            g_string_append_printf (page, "<li>%s</li>\n", conformance[i]);
        g_string_append (page, "</ul>\n");
        http_html_end (page);
        http_reply_text (reply, "text/html; charset=utf-8", page);
    } else {
        json_t *all = json_object (), *list = json_array ();
        for (guint i = 0; conformance[i] != NULL; i++)
            json_array_append_new (list, json_string (conformance[i]));
        json_object_set_new (all, "conformsTo", list);
        http_reply_json (reply, all);
    }
    http_reply_vary (request, reply, "conformance", html);
    return TRUE;
}

static gboolean
get_style (HttpContext *context, const HttpRequest *request, const char *const *names,
           HttpReply *reply, GError **error)
{
    static const char style[] =
        ":root{color-scheme:light dark;--ink:#1d2733;--ground:#fff;--soft:#eef2f6;--line:#cbd5df;--link:#0b5cad}\n"
        "@media(prefers-color-scheme:dark){:root{--ink:#e8eef4;--ground:#0a1420;--soft:#14243a;--line:#2b4460;"
        "--link:#6cc0ff}}\n"
        "html{font-size:16px}\n@media(min-width:1800px){html{font-size:18px}}\n"
        "@media(min-width:3000px){html{font-size:30px}}\n"
        "body{font:1rem/1.6 \"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;color:var(--ink);"
        "background:var(--ground);margin:0}\n"
        "nav,main{padding:.75rem 1.5rem}\nnav{background:var(--soft)}\n"
        "h1{font-size:1.6rem;margin:.4em 0}\nh2{font-size:1.2rem;margin:1.2em 0 .4em;break-after:avoid}\n"
        "a{color:var(--link)}\n"
        "table{border-collapse:collapse;font-size:.88rem}\n"
        "th,td{border:1px solid var(--line);padding:.25em .5em;text-align:left}\nth{background:var(--soft)}\n"
        "code,pre{background:var(--soft);border-radius:3px;overflow-wrap:anywhere}\ncode{padding:0 .2em}\n"
        "pre{padding:.4em .6em;white-space:pre-wrap}\ndt{font-weight:700;break-after:avoid}\ndd{margin:0 0 .5em 1.2em}\n"
        "p.scroll{overflow-x:auto}\n"
        /* Text in columns of a width that is read easily, as many as the window has room for. */
        "article{columns:2 38rem;column-gap:3rem}\narticle>:first-child{margin-top:0}\n"
        "li,table,pre{break-inside:avoid}\nul,ol{padding-left:1.6em}\n";
    reply->status = 200;
    reply->type = "text/css; charset=utf-8";
    reply->body = g_bytes_new_static (style, sizeof style - 1);
    http_reply_tag (reply, style);
    return TRUE;
}

/* ---- collections ----------------------------------------------------------------------------- */

static json_t *
extent_json (const CgFeatureTable *table)
{
    json_t *extent = json_object ();
    CgBox box = cg_feature_table_extent (table);
    gint64 first_s, last_s;
    if (!cg_box_is_empty (&box)) {
        json_t *bbox = json_pack ("[[f,f,f,f]]", box.x_min, box.y_min, box.x_max, box.y_max);
        json_object_set_new (extent, "spatial",
                             json_pack ("{s:o,s:s}", "bbox", bbox, "crs",
                                        cg_feature_table_crs (table, CG_FEATURE_CRS84)));
    }
    if (cg_feature_table_times (table, &first_s, &last_s)) {
        g_autofree char *first = cg_app_local_text (first_s, "%Y-%m-%dT%H:%M:%S+08:00");
        g_autofree char *last = cg_app_local_text (last_s, "%Y-%m-%dT%H:%M:%S+08:00");
        json_object_set_new (extent, "temporal",
                             json_pack ("{s:[[s,s]],s:s}", "interval", first, last, "trs",
                                        "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"));
    }
    return extent;
}

static json_t *
collection_json (const CgFeatureTable *table, const char *base)
{
    const CgCollection *about = cg_feature_table_about (table);
    g_autofree char *self = g_strconcat (base, "/api/collections/", about->name, NULL);
    g_autofree char *items = g_strconcat (self, "/items", NULL);
    g_autofree char *self_html = g_strconcat (self, "?f=html", NULL);
    g_autofree char *items_html = g_strconcat (items, "?f=html", NULL);
    g_autofree char *title = g_strconcat (about->title_zh, " ", about->title, NULL);
    json_t *links = json_array (), *crs = json_array ();
    json_array_append_new (links, http_link (self, "self", "application/json", "this document"));
    json_array_append_new (links, http_link (self_html, "alternate", "text/html", NULL));
    json_array_append_new (links, http_link (items, "items", "application/geo+json", title));
    json_array_append_new (links, http_link (items_html, "items", "text/html", title));
    for (guint c = 0; c < CG_N_FEATURE_CRS; c++)
        json_array_append_new (crs, json_string (cg_feature_table_crs (table, (CgFeatureCrs) c)));
    json_t *collection = json_object ();
    json_object_set_new (collection, "id", json_string (about->name));
    json_object_set_new (collection, "title", json_string (title));
    json_object_set_new (collection, "description", json_string (about->title));
    json_object_set_new (collection, "links", links);
    json_object_set_new (collection, "extent", extent_json (table));
    json_object_set_new (collection, "itemType", json_string ("feature"));
    json_object_set_new (collection, "crs", crs);
    json_object_set_new (collection, "storageCrs",
                         json_string (cg_feature_table_crs (table, CG_FEATURE_WORKING)));
    return collection;
}

static void
collection_page (GString *page, const CgFeatureTable *table)
{
    const CgCollection *about = cg_feature_table_about (table);
    CgBox box = cg_feature_table_extent (table);
    g_autofree char *items = g_strconcat ("/api/collections/", about->name, "/items?f=html", NULL);
    g_string_append_printf (page, "<p>%s. %u 条 features. ", about->title,
                            cg_feature_table_count (table));
    http_html_link (page, items, "浏览 Browse");
    g_string_append (page, "</p>\n");
    if (!cg_box_is_empty (&box))
        g_string_append_printf (page, "<p>范围 Extent (CRS84): %.5f, %.5f – %.5f, %.5f</p>\n",
                                box.x_min, box.y_min, box.x_max, box.y_max);
    g_string_append (page, "<table>\n<tr><th>字段 Column</th><th>含义 Meaning</th></tr>\n");
    for (guint c = 0; about->columns[c].name != NULL; c++)
        g_string_append_printf (page, "<tr><td>%s</td><td>%s</td></tr>\n", about->columns[c].name,
                                about->columns[c].title);
    g_string_append (page, "</table>\n");
}

static gboolean
get_collection (HttpContext *context, const HttpRequest *request, const char *const *names,
                HttpReply *reply, GError **error)
{
    static const char *const way[] = { "/api?f=html", "接口 API", "/api/collections?f=html",
                                       "数据集 Collections", NULL };
    gboolean html;
    if (!http_wants_html (request, &html, error))
        return FALSE;
    g_autoptr (CgFeatureTable) table = http_find_collection (context, names[0], error);
    if (table == NULL)
        return FALSE;
    g_autofree char *base = http_request_base (request);
    if (html) {
        GString *page = g_string_new (NULL);
        http_html_begin (page, cg_feature_table_about (table)->title_zh, way);
        collection_page (page, table);
        http_html_end (page);
        http_reply_text (reply, "text/html; charset=utf-8", page);
    } else {
        http_reply_json (reply, collection_json (table, base));
    }
    http_reply_vary (request, reply, cg_feature_table_stamp (table), html);
    return TRUE;
}

static GPtrArray *
all_collections (HttpContext *context, GString *stamp, GError **error)
{
    g_autoptr (GPtrArray) tables =
        g_ptr_array_new_with_free_func ((GDestroyNotify) cg_feature_table_unref);
    for (guint i = 0; i < cg_collection_count (); i++) {
        CgFeatureTable *table = http_find_collection (context, cg_collection_at (i)->name, error);
        if (table == NULL)
            return NULL;
        g_ptr_array_add (tables, table);
        g_string_append (stamp, cg_feature_table_stamp (table));
    }
    return g_steal_pointer (&tables);
}

static void
reply_collections_page (HttpReply *reply, GPtrArray *tables)
{
    static const char *const way[] = { "/api?f=html", "接口 API", NULL };
    GString *page = g_string_new (NULL);
    http_html_begin (page, "数据集 Collections", way);
    g_string_append (page, "<ul>\n");
    for (guint i = 0; i < tables->len; i++) {
        const CgFeatureTable *table = tables->pdata[i];
        const CgCollection *about = cg_feature_table_about (table);
        g_autofree char *url = g_strconcat ("/api/collections/", about->name, "?f=html", NULL);
        g_string_append (page, "<li>");
        http_html_link (page, url, about->title_zh);
        g_string_append_printf (page, " %s (%u)</li>\n", about->title,
                                cg_feature_table_count (table));
    }
    g_string_append (page, "</ul>\n");
    http_html_end (page);
    http_reply_text (reply, "text/html; charset=utf-8", page);
}

static gboolean
get_collections (HttpContext *context, const HttpRequest *request, const char *const *names,
                 HttpReply *reply, GError **error)
{
    gboolean html;
    if (!http_wants_html (request, &html, error))
        return FALSE;
    g_autoptr (GString) stamp = g_string_new ("collections");
    g_autoptr (GPtrArray) tables = all_collections (context, stamp, error);
    if (tables == NULL)
        return FALSE;
    http_reply_vary (request, reply, stamp->str, html);
    if (html) {
        reply_collections_page (reply, tables);
        return TRUE;
    }
    g_autofree char *base = http_request_base (request);
    g_autofree char *self = g_strconcat (base, "/api/collections", NULL);
    g_autofree char *page = g_strconcat (self, "?f=html", NULL);
    json_t *all = json_object (), *links = json_array (), *list = json_array ();
    json_array_append_new (links, http_link (self, "self", "application/json", "this document"));
    json_array_append_new (links, http_link (page, "alternate", "text/html", NULL));
    for (guint i = 0; i < tables->len; i++)
        json_array_append_new (list, collection_json (tables->pdata[i], base));
    json_object_set_new (all, "links", links);
    json_object_set_new (all, "collections", list);
    http_reply_json (reply, all);
    return TRUE;
}

static const char *const f_parameters[] = { "f", NULL };
static const char *const item_parameters[] = { "f", "crs", NULL };

#define JSON_OR_HTML "application/json text/html"
#define GEOJSON_OR_HTML "application/geo+json text/html"

const HttpRoute http_feature_routes[] = {
    { "GET", "/api", HTTP_AT_ONCE, f_parameters, get_landing, "landing page of the open interfaces",
      JSON_OR_HTML },
    { "GET", "/api/style.css", HTTP_AT_ONCE, http_no_parameters, get_style,
      "how the pages of the open interfaces look", "text/css" },
    { "GET", "/api/conformance", HTTP_AT_ONCE, f_parameters, get_conformance,
      "conformance classes that are implemented", JSON_OR_HTML },
    { "GET", "/api/collections", HTTP_DRAWS, f_parameters, get_collections,
      "collections of features", JSON_OR_HTML },
    { "GET", "/api/collections/{collectionId}", HTTP_DRAWS, f_parameters, get_collection,
      "one collection", JSON_OR_HTML },
    { "GET", "/api/collections/{collectionId}/items", HTTP_DRAWS, NULL, http_get_items,
      "features, page by page", GEOJSON_OR_HTML },
    { "GET", "/api/collections/{collectionId}/items/{featureId}", HTTP_DRAWS, item_parameters,
      http_get_item, "one feature", GEOJSON_OR_HTML },
    { NULL },
};
