/* GET /api/openapi.json: what the server answers, from the table by which it answers. */
#include "base/error.h"
#include "http/items.h"
#include "http/openapi_words.h"

#include <string.h>

static json_t *
refer (const char *where, const char *name)
{
    g_autofree char *text = g_strconcat ("#/components/", where, "/", name, NULL);
    return json_pack ("{s:s}", "$ref", text);
}

/* ---- parameters ------------------------------------------------------------------------------ */

static json_t *
parameter (const char *name, const char *in, const char *about, json_t *schema)
{
    json_t *all = json_pack ("{s:s, s:s, s:s, s:o}", "name", name, "in", in, "description", about,
                             "schema", schema);
    if (strcmp (in, "path") == 0)
        json_object_set_new (all, "required", json_true ());
    if (strcmp (name, "bbox") == 0) {
        json_object_set_new (all, "style", json_string ("form"));
        json_object_set_new (all, "explode", json_false ());
    }
    return all;
}

static json_t *
word_schema (const HttpWord *word)
{
    return word != NULL ? json_loads (word->schema, 0, NULL)
                        : json_pack ("{s:s}", "type", "string");
}

/* {variables} of a pattern, but for one that is filled in. */
static void
add_variables (json_t *list, const char *pattern, const char *but)
{
    for (const char *at = strchr (pattern, '{'); at != NULL; at = strchr (at + 1, '{')) {
        g_autofree char *name = g_strndup (at + 1, strcspn (at + 1, "}"));
        const HttpWord *word = http_word_find (http_variables, name);
        if (g_strcmp0 (name, but) != 0)
            json_array_append_new (list, parameter (name, "path", word != NULL ? word->about : "",
                                                    word_schema (word)));
    }
}

static void
add_query (json_t *list, const char *const *names)
{
    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        const HttpWord *word = http_word_find (http_parameters, names[i]);
        if (word != NULL && word->shared)
            json_array_append_new (list, refer ("parameters", names[i]));
        else
            json_array_append_new (
                list,
                parameter (names[i], "query", word != NULL ? word->about : "", word_schema (word)));
    }
}

static void
add_columns (json_t *list, const CgCollection *about)
{
    static const char *const types[] = { "string", "integer", "number", "boolean", "string" };
    for (guint c = 0; about->columns[c].name != NULL; c++) {
        const CgFeatureColumn *column = &about->columns[c];
        if (!column->detail && column->kind != CG_FEATURE_TIME)
            json_array_append_new (list,
                                   parameter (column->name, "query", column->title,
                                              json_pack ("{s:s}", "type", types[column->kind])));
    }
}

/* ---- replies --------------------------------------------------------------------------------- */

static json_t *
reply_schema (const char *type, const char *name)
{
    if (strstr (type, "json") != NULL)
        return name != NULL ? refer ("schemas", name) : json_pack ("{s:s}", "type", "object");
    json_t *schema = json_pack ("{s:s}", "type", "string");
    if (!g_str_has_prefix (type, "text/"))
        json_object_set_new (schema, "format", json_string ("binary"));
    return schema;
}

static json_t *
replies (const HttpRoute *route, const char *schema)
{
    json_t *content = json_object ();
    g_auto (GStrv) types =
        g_strsplit (route->types != NULL ? route->types : "application/json", " ", -1);
    for (guint t = 0; types[t] != NULL; t++)
        json_object_set_new (content, types[t],
                             json_pack ("{s:o}", "schema", reply_schema (types[t], schema)));
    json_t *all = json_pack ("{s:{s:s, s:o}, s:o, s:o}", "200", "description", route->summary,
                             "content", content, "4XX", refer ("responses", "problem"), "5XX",
                             refer ("responses", "problem"));
    if (strcmp (route->method, "GET") == 0)
        json_object_set_new (all, "304",
                             json_pack ("{s:s}", "description", "the client has it already"));
    return all;
}

/* ---- operations ------------------------------------------------------------------------------ */

/* "get_api_collections_collectionId". */
static char *
operation_id (const HttpRoute *route, const char *path)
{
    GString *id = g_string_new (NULL);
    g_autofree char *method = g_ascii_strdown (route->method, -1);
    g_string_append (id, method);
    for (const char *at = path; *at != '\0'; at++) {
        if (g_ascii_isalnum (*at))
            g_string_append_c (id, *at);
        else if (id->str[id->len - 1] != '_')
            g_string_append_c (id, '_');
    }
    if (id->str[id->len - 1] == '_')
        g_string_truncate (id, id->len - 1);
    return g_string_free (id, FALSE);
}

static json_t *
operation (const HttpRoute *route, const char *path, const char *schema, json_t *parameters)
{
    g_autofree char *id = operation_id (route, path);
    const char *tag = g_str_has_prefix (path, "/api/collections") || strcmp (path, "/api") == 0 ||
                              strcmp (path, "/api/conformance") == 0
                          ? "features"
                      : g_str_has_prefix (path, "/api/tiles") || g_str_has_prefix (path, "/wmts") ? "tiles"
                      : g_str_has_prefix (path, "/api")       ? "screens"
                                                              : "operation";
    json_t *all = json_pack ("{s:s, s:s, s:s, s:[s], s:o, s:o}", "operationId", id, "summary",
                             route->summary, "description", route->summary, "tags", tag,
                             "parameters", parameters, "responses", replies (route, schema));
    if (strcmp (route->method, "POST") == 0)
        json_object_set_new (all, "requestBody",
                             json_pack ("{s:b, s:{s:{s:o}}}", "required", TRUE, "content",
                                        "application/json", "schema",
                                        refer ("schemas", strcmp (path, "/api/alarms") == 0 ? "alarm" : "delivery")));
    return all;
}

static void
put_operation (json_t *paths, const HttpRoute *route, const char *path, json_t *what)
{
    json_t *at = json_object_get (paths, path);
    if (at == NULL) {
        at = json_object ();
        json_object_set_new (paths, path, at);
    }
    g_autofree char *method = g_ascii_strdown (route->method, -1);
    json_object_set_new (at, method, what);
}

/* A path of its own for each collection, since each has columns of its own to ask by. */
static void
add_items (json_t *paths, const HttpRoute *route)
{
    for (guint i = 0; i < cg_collection_count (); i++) {
        const CgCollection *about = cg_collection_at (i);
        json_t *parameters = json_array ();
        g_autofree char *path = g_strdup_printf ("/api/collections/%s/items", about->name);
        g_autofree char *schema = g_strconcat (about->name, "Page", NULL);
        add_query (parameters, http_items_parameters);
        add_columns (parameters, about);
        put_operation (paths, route, path, operation (route, path, schema, parameters));
    }
}

static json_t *
paths_json (void)
{
    json_t *paths = json_object ();
    const HttpRoute *const *lists = http_route_lists ();
    for (guint l = 0; lists[l] != NULL; l++)
        for (const HttpRoute *route = lists[l]; route->method != NULL; route++) {
            if (route->summary == NULL)
                continue;
            if (route->run == http_get_items) {
                add_items (paths, route);
                continue;
            }
            json_t *parameters = json_array ();
            add_variables (parameters, route->pattern, NULL);
            add_query (parameters, route->parameters);
            put_operation (
                paths, route, route->pattern,
                operation (route, route->pattern, http_schema_of (route->pattern), parameters));
        }
    return paths;
}

/* ---- components ------------------------------------------------------------------------------ */

/* Feature and page of a collection, by its columns. */
static void
add_collection (json_t *schemas, const CgCollection *about)
{
    static const char *const types[] = { "string", "integer", "number", "boolean", "string" };
    json_t *properties = json_object (), *required = json_array ();
    for (guint c = 0; about->columns[c].name != NULL; c++) {
        const CgFeatureColumn *column = &about->columns[c];
        json_t *schema = json_pack ("{s:s, s:b, s:s}", "type", types[column->kind], "nullable",
                                    TRUE, "description", column->title);
        if (column->kind == CG_FEATURE_TIME)
            json_object_set_new (schema, "format", json_string ("date-time"));
        json_object_set_new (properties, column->name, schema);
        json_array_append_new (required, json_string (column->name));
    }
    json_t *feature = json_pack (
        "{s:s, s:[s,s,s,s], s:{s:{s:s, s:[s]}, s:{s:s}, s:o, s:{s:s, s:o, s:b, s:o}, s:o}}", "type",
        "object", "required", "type", "id", "geometry", "properties", "properties", "type", "type",
        "string", "enum", "Feature", "id", "type", about->whole_id ? "integer" : "string",
        "geometry", refer ("schemas", "geometry"), "properties", "type", "object", "properties",
        properties, "additionalProperties", FALSE, "required", required, "links",
        refer ("schemas", "links"));
    g_autofree char *one = g_strconcat (about->name, "Feature", NULL);
    g_autofree char *page = g_strconcat (about->name, "Page", NULL);
    json_object_set_new (schemas, one, feature);
    json_object_set_new (
        schemas, page,
        json_pack ("{s:s, s:[s,s,s,s,s], s:{s:{s:s, s:[s]}, s:{s:s, s:o}, s:o, s:{s:s, s:i}, "
                   "s:{s:s, s:i}}}",
                   "type", "object", "required", "type", "features", "links", "numberMatched",
                   "numberReturned", "properties", "type", "type", "string", "enum",
                   "FeatureCollection", "features", "type", "array", "items",
                   refer ("schemas", one), "links", refer ("schemas", "links"), "numberMatched",
                   "type", "integer", "minimum", 0, "numberReturned", "type", "integer", "minimum",
                   0));
}

static json_t *
components_json (void)
{
    json_t *components = json_loads (http_openapi_components, 0, NULL);
    json_t *schemas = json_object_get (components, "schemas"), *shared = json_object (),
           *any = json_array ();
    for (guint i = 0; i < cg_collection_count (); i++) {
        const CgCollection *about = cg_collection_at (i);
        add_collection (schemas, about);
        g_autofree char *one = g_strconcat (about->name, "Feature", NULL);
        json_array_append_new (any, refer ("schemas", one));
    }
    json_object_set_new (schemas, "anyFeature", json_pack ("{s:o}", "anyOf", any));
    for (const HttpWord *word = http_parameters; word->name != NULL; word++)
        if (word->shared)
            json_object_set_new (shared, word->name,
                                 parameter (word->name, "query", word->about, word_schema (word)));
    json_object_set_new (components, "parameters", shared);
    return components;
}

static gboolean
get_openapi (HttpContext *context, const HttpRequest *request, const char *const *names,
             HttpReply *reply, GError **error)
{
    g_autofree char *base = http_request_base (request);
    json_t *all = json_loads (http_openapi_head, 0, NULL);
    json_object_set_new (json_object_get (all, "info"), "version", json_string (CG_VERSION));
    json_object_set_new (all, "servers",
                         json_pack ("[{s:s}]", "url", base[0] != '\0' ? base : "/"));
    json_object_set_new (all, "paths", paths_json ());
    json_object_set_new (all, "components", components_json ());
    http_reply_json (reply, all);
    reply->type = "application/vnd.oai.openapi+json;version=3.0";
    g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, reply->body);
    http_reply_tag (reply, hash);
    return TRUE;
}

const HttpRoute http_openapi_routes[] = {
    { "GET", "/api/openapi.json", HTTP_AT_ONCE, http_no_parameters, get_openapi, "this description",
      "application/vnd.oai.openapi+json;version=3.0" },
    { NULL },
};
