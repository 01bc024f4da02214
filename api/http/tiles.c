/* Tiles of web maps: /api/tiles/LAYER/{z}/{x}/{y}, and what describes them. */
#include "app/open/tiles.h"

#include "base/error.h"
#include "http/items.h"
#include "http/tiles.h"

#include <string.h>

static gboolean
parse_number (const char *name, const char *text, guint64 max, guint64 *out, GError **error)
{
    if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, out, NULL)) {
        if (*out <= max)
            return TRUE;
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                     "no tile with %s %s: it goes from 0 to %" G_GUINT64_FORMAT, name, text, max);
        return FALSE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s '%.40s' of a tile is no whole number",
                 name, text);
    return FALSE;
}

gboolean
http_parse_tile (const char *const *names, CgTile *out, GError **error)
{
    guint64 z, x, y;
    if (!parse_number ("z", names[0], CG_TILE_MAX_ZOOM, &z, error))
        return FALSE;
    guint64 last = ((guint64) 1 << z) - 1;
    if (!parse_number ("x", names[1], last, &x, error) ||
        !parse_number ("y", names[2], last, &y, error))
        return FALSE;
    *out = (CgTile){ (guint) z, (guint32) x, (guint32) y };
    return TRUE;
}

/* ---- vector tiles ---------------------------------------------------------------------------- */

typedef struct {
    const CgFeatureTable *table;
    CgTile tile;
} Vector;

static GBytes *
make_vector (gpointer user_data, GError **error)
{
    const Vector *job = user_data;
    return cg_tile_vector (job->table, &job->tile);
}

static gboolean
get_vector (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    Vector job;
    if (!http_parse_tile (names + 1, &job.tile, error))
        return FALSE;
    g_autoptr (CgFeatureTable) table = http_find_collection (context, names[0], error);
    if (table == NULL)
        return FALSE;
    job.table = table;
    g_autofree char *key = g_strdup_printf ("mvt|%u/%u/%u|%s", job.tile.z, job.tile.x, job.tile.y,
                                            cg_feature_table_stamp (table));
    reply->status = 200;
    reply->type = "application/vnd.mapbox-vector-tile";
    http_reply_tag (reply, key);
    if (http_reply_is_known (request, reply))
        return TRUE;
    reply->body = http_cache_get (context->cache, key, make_vector, &job, error);
    return reply->body != NULL;
}

/* ---- TileJSON -------------------------------------------------------------------------------- */

static json_t *
fields_json (const CgCollection *about)
{
    static const char *const types[] = { "String", "Number", "Number", "Boolean", "String" };
    json_t *fields = json_object ();
    for (guint c = 0; about->columns[c].name != NULL; c++)
        if (!about->columns[c].detail && !about->columns[c].wide)
            json_object_set_new (fields, about->columns[c].name,
                                 json_string (types[about->columns[c].kind]));
    if (strcmp (about->geometry, "Point") == 0)
        json_object_set_new (fields, "points", json_string ("Number"));
    else
        json_object_set_new (fields, "shapes", json_string ("Number"));
    return fields;
}

json_t *
http_tilejson (const char *name, const char *title, const char *url, CgBox box)
{
    json_t *json = json_pack ("{s:s, s:s, s:s, s:s, s:[s], s:i, s:i}", "tilejson", "3.0.0", "name",
                              name, "description", title, "scheme", "xyz", "tiles", url, "minzoom",
                              0, "maxzoom", (int) CG_TILE_MAX_ZOOM);
    if (!cg_box_is_empty (&box)) {
        json_object_set_new (json, "bounds",
                             json_pack ("[f,f,f,f]", box.x_min, box.y_min, box.x_max, box.y_max));
        json_object_set_new (
            json, "center",
            json_pack ("[f,f,i]", (box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2, 10));
    }
    return json;
}

static gboolean
get_tilejson (HttpContext *context, const HttpRequest *request, const char *const *names,
              HttpReply *reply, GError **error)
{
    CgTileLayer layer;
    if (cg_tile_layer_find (names[0], &layer))
        return http_get_picture_tilejson (context, request, names[0], reply, error);
    if (g_hash_table_size (request->query) > 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "vector tiles have no parameters");
        return FALSE;
    }
    g_autoptr (CgFeatureTable) table = http_find_collection (context, names[0], error);
    if (table == NULL)
        return FALSE;
    const CgCollection *about = cg_feature_table_about (table);
    g_autofree char *base = http_request_base (request);
    g_autofree char *url =
        g_strdup_printf ("%s/api/tiles/%s/{z}/{x}/{y}.mvt", base, about->name);
    json_t *json = http_tilejson (about->name, about->title, url, cg_feature_table_extent (table));
    json_object_set_new (json, "vector_layers",
                         json_pack ("[{s:s, s:s, s:o}]", "id", about->name, "description",
                                    about->title, "fields", fields_json (about)));
    http_reply_json (reply, json);
    http_reply_vary (request, reply, cg_feature_table_stamp (table), FALSE);
    return TRUE;
}

const HttpRoute http_tile_routes[] = {
    { "GET", "/api/tiles/{layer}/tilejson.json", HTTP_DRAWS, http_tile_parameters, get_tilejson,
      "TileJSON of a layer of tiles" },
    { "GET", "/api/tiles/{layer}/{z}/{x}/{y}.mvt", HTTP_DRAWS, http_no_parameters, get_vector,
      "a vector tile (Mapbox Vector Tile 2.1) of a collection",
      "application/vnd.mapbox-vector-tile" },
    { NULL },
};
