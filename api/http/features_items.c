/* Items of a collection: what is asked for, page by page, as GeoJSON or as a page. */
#include "http/items.h"

#include "base/error.h"
#include "http/geojson.h"

#include <string.h>

#define DEFAULT_LIMIT 100u
/* A page ends early rather than hold a server's memory: next leads on. */
#define MAX_PAGE_BYTES (32u << 20)

const char *const http_items_parameters[] = { "f",        "limit", "bbox",  "bbox-crs",
                                              "datetime", "crs",   "after", NULL };

/* ---- what is asked for ----------------------------------------------------------------------- */

static gboolean
refuse (const char *name, const char *text, const char *wanted, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "parameter %s: '%.80s' is not %s", name, text,
                 wanted);
    return FALSE;
}

static gboolean
parse_crs (const CgFeatureTable *table, const HttpRequest *request, const char *name,
           CgFeatureCrs *out, GError **error)
{
    const char *text = g_hash_table_lookup (request->query, name);
    *out = CG_FEATURE_CRS84;
    return text == NULL || cg_feature_table_find_crs (table, text, out) ||
           refuse (name, text, "one of the collection's crs", error);
}

/* Four numbers, or six with heights, which nothing here has. */
static gboolean
parse_box (const CgFeatureTable *table, const HttpRequest *request, HttpItems *items,
           GError **error)
{
    const char *text = g_hash_table_lookup (request->query, "bbox");
    if (!parse_crs (table, request, "bbox-crs", &items->query.box_crs, error))
        return FALSE;
    if (text == NULL)
        return TRUE;
    double number[6];
    guint n = 0;
    const char *at = text;
    for (; n < 6; n++) {
        char *end;
        number[n] = g_ascii_strtod (at, &end);
        if (end == at || (*end != ',' && *end != '\0'))
            return refuse ("bbox", text, "four or six numbers with commas", error);
        at = end;
        if (*at == '\0')
            break;
        at++;
    }
    if (*at != '\0' || (n != 3 && n != 5))
        return refuse ("bbox", text, "four or six numbers with commas", error);
    items->query.has_box = TRUE;
    items->query.box[0] = number[0];
    items->query.box[1] = number[1];
    items->query.box[2] = number[n == 3 ? 2 : 3];
    items->query.box[3] = number[n == 3 ? 3 : 4];
    return TRUE;
}

/* RFC 3339; a day alone is one of Asia/Shanghai, all of it. "" and ".." are open. Times are whole seconds: a span that begins
 * inside one begins with the next (up). */
static gboolean
parse_time (const char *text, gboolean end, gboolean up, gint64 *out_s)
{
    if (text[0] == '\0' || strcmp (text, "..") == 0)
        return TRUE;
    gboolean day = strlen (text) == 10 && strchr (text, 'T') == NULL;
    g_autofree char *whole = day ? g_strconcat (text, "T00:00:00+08:00", NULL) : g_strdup (text);
    char *blank = strchr (whole, ' '); /* a "+" that was not escaped */
    if (blank != NULL)
        *blank = '+';
    g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (whole, zone);
    if (time == NULL)
        return FALSE;
    *out_s = g_date_time_to_unix (time) + (day && end ? 86399 : 0) +
             (up && g_date_time_get_microsecond (time) > 0);
    return TRUE;
}

gboolean
http_parse_datetime (const char *text, gint64 *out_since_s, gint64 *out_until_s, GError **error)
{
    *out_since_s = *out_until_s = CG_TIME_NONE;
    const char *slash = strchr (text, '/');
    g_autofree char *first = slash != NULL ? g_strndup (text, (gsize) (slash - text)) : NULL;
    const char *wanted = "a time or a span (RFC 3339), as in 2026-11-01T00:00:00Z/..";
    gboolean good = slash == NULL ? text[0] != '\0' && strcmp (text, "..") != 0 &&
                                        parse_time (text, FALSE, FALSE, out_since_s) &&
                                        parse_time (text, TRUE, FALSE, out_until_s)
                                  : parse_time (first, FALSE, TRUE, out_since_s) &&
                                        parse_time (slash + 1, TRUE, FALSE, out_until_s);
    if (!good)
        return refuse ("datetime", text, wanted, error);
    if (*out_since_s != CG_TIME_NONE && *out_until_s != CG_TIME_NONE &&
        *out_since_s > *out_until_s)
        return refuse ("datetime", text, "a span whose end comes after its beginning", error);
    return TRUE;
}

gboolean
http_get_datetime (const HttpRequest *request, gint64 *out_since_s, gint64 *out_until_s,
                   GError **error)
{
    const char *text = g_hash_table_lookup (request->query, "datetime");
    *out_since_s = *out_until_s = CG_TIME_NONE;
    return text == NULL || http_parse_datetime (text, out_since_s, out_until_s, error);
}

/* In order of their names: the first that is wrong is always the same. */
static gboolean
parse_filters (const CgFeatureTable *table, const HttpRequest *request, CgFeatureQuery *query,
               GError **error)
{
    g_autoptr (GList) names =
        g_list_sort (g_hash_table_get_keys (request->query), (GCompareFunc) strcmp);
    for (GList *name = names; name != NULL; name = name->next) {
        if (g_strv_contains (http_items_parameters, name->data))
            continue;
        int column = cg_collection_column (cg_feature_table_about (table), name->data);
        if (column < 0 || query->n_filters == CG_FEATURE_MAX_FILTERS) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         column < 0 ? "unknown parameter '%.40s'" : "too many filters: '%.40s'",
                         (char *) name->data);
            return FALSE;
        }
        query->filter[query->n_filters].column = (guint) column;
        query->filter[query->n_filters++].value = g_hash_table_lookup (request->query, name->data);
    }
    return TRUE;
}

/* A limit above the highest is that one (17-069r4, requirement 21 and permission 8). */
static gboolean
parse_limit (const HttpRequest *request, guint *out, GError **error)
{
    guint64 limit = DEFAULT_LIMIT;
    if (!http_get_whole (request, "limit", 1, G_MAXUINT32, &limit, error))
        return FALSE;
    *out = (guint) MIN (limit, CG_FEATURE_MAX_LIMIT);
    return TRUE;
}

gboolean
http_items_parse (const CgFeatureTable *table, const HttpRequest *request, HttpItems *out,
                  GError **error)
{
    memset (out, 0, sizeof *out);
    out->query.after = g_hash_table_lookup (request->query, "after");
    return http_wants_html (request, &out->html, error) &&
           parse_limit (request, &out->query.limit, error) &&
           parse_crs (table, request, "crs", &out->crs, error) &&
           parse_box (table, request, out, error) &&
           http_get_datetime (request, &out->query.since_s, &out->query.until_s, error) &&
           parse_filters (table, request, &out->query, error);
}

/* ---- a page of features ---------------------------------------------------------------------- */

/* Rows whose details are looked up at once. */
#define BLOCK 500u

/* Written from top to end, a piece at a time; it owns what it is made of, since the request may be gone by then. */
typedef struct {
    CgFeatures *features;
    GHashTable *query; /* of the request */
    CgFeatureTable *table;
    char *base, *name;
    HttpItems items; /* texts of query */
    CgFeaturePage page;
    CgFeatureDetails details; /* of the rows from `detailed` on */
    guint detailed, detailed_end;
    guint shown;   /* rows that were written */
    gsize written; /* bytes                  */
    gboolean begun, ended, has_next;
} Sheet;

static void
sheet_free (gpointer data)
{
    Sheet *sheet = data;
    g_hash_table_unref (sheet->query);
    cg_feature_table_unref (sheet->table);
    cg_feature_page_clear (&sheet->page);
    cg_feature_details_clear (&sheet->details);
    g_free (sheet->base);
    g_free (sheet->name);
    g_free (sheet);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sheet, sheet_free)

/* ---- links ----------------------------------------------------------------------------------- */

/* The request's own URL with another `after` and f; NULL leaves it out. f "": as it was. */
static char *
page_url (const Sheet *sheet, const char *base, const char *after, const char *f)
{
    g_autoptr (GList) names =
        g_list_sort (g_hash_table_get_keys (sheet->query), (GCompareFunc) strcmp);
    GString *url = g_string_new (base);
    g_string_append_printf (url, "/api/collections/%s/items", sheet->name);
    char mark = '?';
    for (GList *name = names; name != NULL; name = name->next) {
        if (strcmp (name->data, "after") == 0 || (f[0] != '\0' && strcmp (name->data, "f") == 0))
            continue;
        g_string_append_c (url, mark);
        g_string_append_uri_escaped (url, name->data, NULL, FALSE);
        g_string_append_c (url, '=');
        g_string_append_uri_escaped (url, g_hash_table_lookup (sheet->query, name->data), ",:/",
                                     FALSE);
        mark = '&';
    }
    if (f[0] != '\0') {
        g_string_append_printf (url, "%cf=%s", mark, f);
        mark = '&';
    }
    if (after != NULL) {
        g_string_append_printf (url, "%cafter=", mark);
        g_string_append_uri_escaped (url, after, NULL, FALSE);
    }
    return g_string_free (url, FALSE);
}

static char *
next_url (const Sheet *sheet)
{
    guint32 last = g_array_index (sheet->page.rows, guint32, sheet->shown - 1);
    g_autofree char *id = cg_feature_table_id (sheet->table, last);
    return page_url (sheet, sheet->base, id, "");
}

static char *
previous_url (const Sheet *sheet)
{
    g_autofree char *id =
        sheet->page.prev != CG_NONE ? cg_feature_table_id (sheet->table, sheet->page.prev) : NULL;
    return page_url (sheet, sheet->base, id, "");
}

static void
append_link (GString *out, gboolean first, char *url, const char *rel, const char *type)
{
    g_string_append (out, first ? "{\"href\":" : ",{\"href\":");
    http_json_text (out, url);
    g_string_append_printf (out, ",\"rel\":\"%s\",\"type\":\"%s\"}", rel, type);
    g_free (url);
}

/* ---- GeoJSON --------------------------------------------------------------------------------- */

static void
begin_json (Sheet *sheet, GString *out)
{
    g_string_append (out, "{\"type\":\"FeatureCollection\",\"features\":[");
}

static void
row_json (Sheet *sheet, GString *out, guint32 row)
{
    if (sheet->shown > 0)
        g_string_append (out, ",\n");
    http_geojson_feature (out, sheet->table, row, &sheet->details, sheet->shown - sheet->detailed,
                          sheet->items.crs, NULL);
}

static void
end_json (Sheet *sheet, GString *out)
{
    const char *type = "application/geo+json", *after = sheet->items.query.after;
    g_string_append (out, "],\"links\":[");
    append_link (out, TRUE, page_url (sheet, sheet->base, after, ""), "self", type);
    append_link (out, FALSE, page_url (sheet, sheet->base, after, "html"), "alternate", "text/html");
    if (sheet->has_next)
        append_link (out, FALSE, next_url (sheet), "next", type);
    if (sheet->page.has_prev)
        append_link (out, FALSE, previous_url (sheet), "prev", type);
    append_link (out, FALSE, g_strconcat (sheet->base, "/api/collections/", sheet->name, NULL),
                 "collection", "application/json");
    g_string_append_printf (out, "],\"numberMatched\":%u,\"numberReturned\":%u}\n",
                            sheet->page.matched, sheet->shown);
}

/* ---- HTML ------------------------------------------------------------------------------------ */

static void
begin_html (Sheet *sheet, GString *out)
{
    const CgCollection *about = cg_feature_table_about (sheet->table);
    g_autofree char *above = g_strconcat ("/api/collections/", about->name, "?f=html", NULL);
    const char *const way[] = {
        "/api?f=html",   "接口 API", "/api/collections?f=html", "数据集 Collections", above,
        about->title_zh, NULL
    };
    http_html_begin (out, about->title_zh, way);
    g_string_append_printf (out, "<p>共 %u 条 features</p>\n", sheet->page.matched);
    g_string_append (out, "<table>\n<tr><th>id</th>");
    for (guint c = 0; about->columns[c].name != NULL; c++)
        g_string_append_printf (out, "<th title=\"%s\">%s</th>", about->columns[c].title,
                                about->columns[c].name);
    g_string_append (out, "</tr>\n");
}

static void
row_html (Sheet *sheet, GString *out, guint32 row)
{
    const CgFeatureColumn *columns = cg_feature_table_about (sheet->table)->columns;
    g_autofree char *id = cg_feature_table_id (sheet->table, row);
    g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);
    g_autofree char *url =
        g_strdup_printf ("/api/collections/%s/items/%s?f=html", sheet->name, escaped);
    g_string_append (out, "<tr><td>");
    http_html_link (out, url, id);
    for (guint c = 0; columns[c].name != NULL; c++) {
        CgFeatureValue value;
        http_feature_value (sheet->table, row, &sheet->details, sheet->shown - sheet->detailed, c,
                            &value);
        g_string_append (out, "</td><td>");
        http_html_value (out, &columns[c], &value);
    }
    g_string_append (out, "</td></tr>\n");
}

static void
end_html (Sheet *sheet, GString *out)
{
    g_string_append (out, "</table>\n<p>");
    if (sheet->page.has_prev) {
        g_autofree char *url = previous_url (sheet);
        http_html_link (out, url, "上一页 Previous");
        g_string_append_c (out, ' ');
    }
    if (sheet->has_next) {
        g_autofree char *url = next_url (sheet);
        http_html_link (out, url, "下一页 Next");
        g_string_append_c (out, ' ');
    }
    g_autofree char *json = page_url (sheet, "", sheet->items.query.after, "json");
    http_html_link (out, json, "GeoJSON");
    g_string_append (out, "</p>\n");
    http_html_end (out);
}

/* ---- piece by piece -------------------------------------------------------------------------- */

static gboolean
look_up_details (Sheet *sheet, GError **error)
{
    if (sheet->shown < sheet->detailed_end)
        return TRUE;
    const GArray *rows = sheet->page.rows;
    guint n = MIN (rows->len - sheet->shown, BLOCK);
    cg_feature_details_clear (&sheet->details);
    sheet->detailed = sheet->shown;
    sheet->detailed_end = sheet->shown + n;
    return cg_features_details (sheet->features, sheet->table, n,
                                &g_array_index (rows, guint32, sheet->shown), &sheet->details,
                                error);
}

/* HttpRest.next */
static GBytes *
write_piece (gpointer data, GError **error)
{
    Sheet *sheet = data;
    const GArray *rows = sheet->page.rows;
    gboolean html = sheet->items.html;
    if (sheet->ended)
        return NULL;
    g_autoptr (GString) out = g_string_sized_new (4096);
    if (!sheet->begun)
        (html ? begin_html : begin_json) (sheet, out);
    sheet->begun = TRUE;
    while (sheet->shown < rows->len && sheet->written + out->len < MAX_PAGE_BYTES &&
           out->len < HTTP_PIECE_BYTES) {
        if (!look_up_details (sheet, error))
            return NULL;
        (html ? row_html : row_json) (sheet, out, g_array_index (rows, guint32, sheet->shown));
        sheet->shown++;
    }
    sheet->written += out->len;
    sheet->ended = sheet->shown == rows->len || sheet->written >= MAX_PAGE_BYTES;
    sheet->has_next = sheet->page.has_next || sheet->shown < rows->len;
    if (sheet->ended)
        (html ? end_html : end_json) (sheet, out);
    /* A text grows by doubling: what it does not need is given back, since slow clients hold many of them. */
    gsize n = out->len;
    char *text = g_string_free (g_steal_pointer (&out), FALSE);
    return g_bytes_new_take (g_realloc (text, n), n);
}

/* ---- handlers -------------------------------------------------------------------------------- */

static void
tell_crs (HttpReply *reply, const CgFeatureTable *table, CgFeatureCrs crs)
{
    g_autofree char *uri = g_strconcat ("<", cg_feature_table_crs (table, crs), ">", NULL);
    http_reply_header (reply, "Content-Crs", uri);
}

gboolean
http_get_items (HttpContext *context, const HttpRequest *request, const char *const *names,
                HttpReply *reply, GError **error)
{
    g_autoptr (CgFeatureTable) table = http_find_collection (context, names[0], error);
    if (table == NULL)
        return FALSE;
    g_autoptr (Sheet) sheet = g_new0 (Sheet, 1);
    sheet->features = context->features;
    sheet->query = g_hash_table_ref (request->query);
    sheet->table = cg_feature_table_ref (table);
    sheet->name = g_strdup (names[0]);
    HttpItems *items = &sheet->items;
    if (!http_items_parse (table, request, items, error))
        return FALSE;
    sheet->base = items->html ? g_strdup ("") : http_request_base (request);
    reply->status = 200;
    reply->type = items->html ? "text/html; charset=utf-8" : "application/geo+json";
    http_reply_vary (request, reply, cg_feature_table_stamp (table), items->html);
    if (!items->html)
        tell_crs (reply, table, items->crs);
    if (!cg_feature_table_ask (table, &items->query, &sheet->page, error))
        return FALSE;
    if (http_reply_is_known (request, reply))
        return TRUE;
    if ((reply->body = write_piece (sheet, error)) == NULL)
        return FALSE;
    if (sheet->ended)
        return TRUE;
    reply->rest = (HttpRest){ write_piece, sheet_free, g_steal_pointer (&sheet) };
    /* A table of incidents is new each second: many slow readers would hold many. */
    return !cg_feature_table_about (table)->timed || http_reply_gather (reply, error);
}

static GString *
item_page (const CgFeatureTable *table, guint32 row, const CgFeatureDetails *details,
           const char *id)
{
    const CgCollection *about = cg_feature_table_about (table);
    g_autofree char *items = g_strconcat ("/api/collections/", about->name, "/items?f=html", NULL);
    const char *const way[] = {
        "/api?f=html",   "接口 API", "/api/collections?f=html", "数据集 Collections", items,
        about->title_zh, NULL
    };
    GString *out = g_string_new (NULL);
    http_html_begin (out, id, way);
    g_string_append (out, "<table>\n");
    for (guint c = 0; about->columns[c].name != NULL; c++) {
        CgFeatureValue value;
        http_feature_value (table, row, details, 0, c, &value);
        g_string_append_printf (out, "<tr><th>%s</th><td>", about->columns[c].title);
        http_html_value (out, &about->columns[c], &value);
        g_string_append (out, "</td></tr>\n");
    }
    g_string_append (out, "</table>\n");
    http_html_end (out);
    return out;
}

static GString *
item_json (const HttpRequest *request, const CgFeatureTable *table, guint32 row,
           const CgFeatureDetails *details, const char *id, CgFeatureCrs crs)
{
    g_autofree char *base = http_request_base (request);
    g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);
    g_autofree char *collection =
        g_strconcat (base, "/api/collections/", cg_feature_table_about (table)->name, NULL);
    char *self = g_strconcat (collection, "/items/", escaped, NULL);
    g_autoptr (GString) links = g_string_new (",\"links\":[");
    append_link (links, TRUE, self, "self", "application/geo+json");
    append_link (links, FALSE, g_steal_pointer (&collection), "collection", "application/json");
    g_string_append_c (links, ']');
    GString *out = g_string_new (NULL);
    http_geojson_feature (out, table, row, details, 0, crs, links->str);
    g_string_append_c (out, '\n');
    return out;
}

gboolean
http_get_item (HttpContext *context, const HttpRequest *request, const char *const *names,
               HttpReply *reply, GError **error)
{
    gboolean html;
    CgFeatureCrs crs;
    g_autoptr (CgFeatureTable) table = http_find_collection (context, names[0], error);
    if (table == NULL || !http_wants_html (request, &html, error) ||
        !parse_crs (table, request, "crs", &crs, error))
        return FALSE;
    guint32 row = cg_feature_table_find (table, names[1]);
    if (row == CG_NONE) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "%s has no feature '%.60s'", names[0],
                     names[1]);
        return FALSE;
    }
    http_reply_vary (request, reply, cg_feature_table_stamp (table), html);
    g_auto (CgFeatureDetails) details = { 0 };
    if (!cg_features_details (context->features, table, 1, &row, &details, error))
        return FALSE;
    if (html) {
        http_reply_text (reply, "text/html; charset=utf-8",
                         item_page (table, row, &details, names[1]));
        return TRUE;
    }
    tell_crs (reply, table, crs);
    http_reply_text (reply, "application/geo+json",
                     item_json (request, table, row, &details, names[1], crs));
    return TRUE;
}
