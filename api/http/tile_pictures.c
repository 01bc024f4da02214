/* Tiles that are pictures: /api/tiles/LAYER/{z}/{x}/{y}.png, their legends and their TileJSON. */
#include "base/error.h"
#include "http/items.h"
#include "http/tiles.h"
#include "map/map.h"

#include <math.h>
#include <string.h>

const char *const http_tile_parameters[] = { "datetime", "types",     "theme", "palette", "breaks",
                                             "classes",  "bandwidth", "full",  "v",       NULL };

/* ---- what is asked for ----------------------------------------------------------------------- */

void
http_tile_map_clear (HttpTileMap *map)
{
    g_clear_pointer (&map->screen, cg_screen_unref);
    g_clear_pointer (&map->key, g_free);
}

gboolean
http_tile_map_begin (HttpContext *context, const char *layer, HttpTileMap *out, GError **error)
{
    *out = (HttpTileMap){ .options.now_s = context->now_s () };
    if (context->maps == NULL || !cg_tile_layer_find (layer, &out->layer)) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                     "no layer of pictures named '%.40s': /api/tiles lists them", layer);
        return FALSE;
    }
    return (out->screen = cg_screen_source_get (context->source, error)) != NULL;
}

static gboolean
get_number (const HttpRequest *request, const char *name, double *out, GError **error)
{
    const char *text = g_hash_table_lookup (request->query, name);
    char *end = NULL;
    if (g_strcmp0 (text, "auto") == 0)
        text = NULL;
    double value = text != NULL ? g_ascii_strtod (text, &end) : 0;
    if (text == NULL || (end != text && *end == '\0' && isfinite (value) && value > 0)) {
        *out = value;
        return TRUE;
    }
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "parameter %s: '%.40s' is no number above 0, nor auto", name, text);
    return FALSE;
}

gboolean
http_tile_map_ask (const HttpRequest *request, HttpTileMap *map, GError **error)
{
    CgTileMapOptions *options = &map->options;
    guint64 classes = 0;
    options->types = g_hash_table_lookup (request->query, "types");
    options->theme = g_hash_table_lookup (request->query, "theme");
    options->palette = g_hash_table_lookup (request->query, "palette");
    options->breaks = g_hash_table_lookup (request->query, "breaks");
    if (g_hash_table_contains (request->query, "datetime") &&
        !http_get_datetime (request, &options->since_s, &options->until_s, error))
        return FALSE;
    if (!http_get_whole (request, "classes", 2, CG_MAP_MAX_CLASSES, &classes, error))
        return FALSE;
    options->classes = (guint) classes;
    return get_number (request, "bandwidth", &options->bandwidth_m, error) &&
           get_number (request, "full", &options->full_per_km2, error);
}

static const char *
key_of (HttpTileMap *map)
{
    if (map->key == NULL) {
        g_autofree char *asked = cg_tile_map_key (map->layer.name, &map->options);
        map->key = g_strdup_printf ("%s|%" G_GINT64_FORMAT "|%s", asked,
                                    cg_screen_today_s (map->screen, map->options.now_s),
                                    cg_screen_stamp (map->screen));
    }
    return map->key;
}

CgTileMap *
http_tile_map_get (HttpContext *context, HttpTileMap *map, GError **error)
{
    return cg_tile_maps_get (context->maps, key_of (map), map->screen, map->layer.name,
                             &map->options, error);
}

/* ---- pictures -------------------------------------------------------------------------------- */

typedef struct {
    HttpContext *context;
    HttpTileMap *map;
    const CgTile *tile; /* NULL: the legend */
} Job;

static GBytes *
make (gpointer user_data, GError **error)
{
    const Job *job = user_data;
    g_autoptr (CgTileMap) map = http_tile_map_get (job->context, job->map, error);
    if (map == NULL)
        return NULL;
    return job->tile != NULL ? cg_tile_map_draw (map, job->tile, 1, error)
                             : cg_tile_map_legend (map, error);
}

static gboolean
reply_picture (const Job *job, const char *key, HttpReply *reply, GError **error)
{
    /* Only what exists may answer 304, so the picture comes first. */
    reply->body = http_cache_get (job->context->cache, key, make, (gpointer) job, error);
    reply->status = 200;
    reply->type = "image/png";
    http_reply_tag (reply, key);
    return reply->body != NULL;
}

gboolean
http_tile_map_reply (HttpContext *context, HttpTileMap *map, const CgTile *tile, HttpReply *reply,
                     GError **error)
{
    const Job job = { context, map, tile };
    g_autofree char *key =
        g_strdup_printf ("tile|%u/%u/%u|%s", tile->z, tile->x, tile->y, key_of (map));
    return reply_picture (&job, key, reply, error);
}

gboolean
http_tile_map_reply_legend (HttpContext *context, HttpTileMap *map, HttpReply *reply,
                            GError **error)
{
    const Job job = { context, map, NULL };
    g_autofree char *key = g_strconcat ("legend|", key_of (map), NULL);
    return reply_picture (&job, key, reply, error);
}

static gboolean
get_picture (HttpContext *context, const HttpRequest *request, const char *const *names,
             HttpReply *reply, GError **error)
{
    g_auto (HttpTileMap) map = { 0 };
    CgTile tile;
    return http_parse_tile (names + 1, &tile, error) &&
           http_tile_map_begin (context, names[0], &map, error) &&
           http_tile_map_ask (request, &map, error) &&
           http_tile_map_reply (context, &map, &tile, reply, error);
}

static gboolean
get_legend (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    g_auto (HttpTileMap) map = { 0 };
    return http_tile_map_begin (context, names[0], &map, error) &&
           http_tile_map_ask (request, &map, error) &&
           http_tile_map_reply_legend (context, &map, reply, error);
}

/* ---- documents ------------------------------------------------------------------------------- */

static gboolean
get_legend_json (HttpContext *context, const HttpRequest *request, const char *const *names,
                 HttpReply *reply, GError **error)
{
    g_auto (HttpTileMap) asked = { 0 };
    if (!http_tile_map_begin (context, names[0], &asked, error) ||
        !http_tile_map_ask (request, &asked, error))
        return FALSE;
    g_autoptr (CgTileMap) map = http_tile_map_get (context, &asked, error);
    if (map == NULL)
        return FALSE;
    http_reply_json (reply, cg_tile_map_legend_json (map));
    http_reply_vary (request, reply, key_of (&asked), FALSE);
    return TRUE;
}

/* base/api/tiles/LAYER/ending with the request's own query. (transfer full) */
static char *
url_with_query (const HttpRequest *request, const char *base, const char *layer, const char *ending)
{
    g_autoptr (GList) names =
        g_list_sort (g_hash_table_get_keys (request->query), (GCompareFunc) strcmp);
    GString *url = g_string_new (base);
    g_string_append_printf (url, "/api/tiles/%s/%s", layer, ending);
    char mark = '?';
    for (GList *name = names; name != NULL; name = name->next, mark = '&') {
        g_string_append_printf (url, "%c%s=", mark, (char *) name->data);
        g_string_append_uri_escaped (url, g_hash_table_lookup (request->query, name->data), ",:/",
                                     FALSE);
    }
    return g_string_free (url, FALSE);
}

gboolean
http_get_picture_tilejson (HttpContext *context, const HttpRequest *request, const char *layer,
                           HttpReply *reply, GError **error)
{
    g_auto (HttpTileMap) asked = { 0 };
    if (!http_tile_map_begin (context, layer, &asked, error) ||
        !http_tile_map_ask (request, &asked, error))
        return FALSE;
    g_autoptr (CgTileMap) map = http_tile_map_get (context, &asked, error);
    if (map == NULL)
        return FALSE;
    g_autofree char *base = http_request_base (request);
    g_autofree char *url = url_with_query (request, base, layer, "{z}/{x}/{y}.png");
    g_autofree char *legend = url_with_query (request, base, layer, "legend.png");
    g_autofree char *colours = url_with_query (request, base, layer, "legend.json");
    json_t *json = http_tilejson (layer, asked.layer.title, url, cg_tile_map_extent (map));
    json_object_set_new (json, "format", json_string ("png"));
    json_object_set_new (json, "legend_png", json_string (legend));
    json_object_set_new (json, "legend_json", json_string (colours));
    http_reply_json (reply, json);
    http_reply_vary (request, reply, key_of (&asked), FALSE);
    return TRUE;
}

/* A line of the list of layers; legend: of pictures. */
static json_t *
layer_json (const char *base, const char *name, const char *title, const char *unit,
            gboolean pictures)
{
    g_autofree char *tilejson = g_strdup_printf ("%s/api/tiles/%s/tilejson.json", base, name);
    json_t *layer = json_pack ("{s:s, s:s, s:s, s:s}", "name", name, "title", title, "format",
                               pictures ? "png" : "mvt", "tilejson", tilejson);
    if (pictures) {
        g_autofree char *legend = g_strdup_printf ("%s/api/tiles/%s/legend.png", base, name);
        json_object_set_new (layer, "legend", json_string (legend));
        json_object_set_new (layer, "unit", json_string (unit));
    }
    return layer;
}

static gboolean
get_layers (HttpContext *context, const HttpRequest *request, const char *const *names,
            HttpReply *reply, GError **error)
{
    g_autofree char *base = http_request_base (request);
    json_t *layers = json_array ();
    for (guint i = 0; context->maps != NULL && i < cg_tile_layer_count (); i++) {
        CgTileLayer layer;
        cg_tile_layer_at (i, &layer);
        json_array_append_new (layers,
                               layer_json (base, layer.name, layer.title, layer.unit, TRUE));
    }
    for (guint i = 0; context->features != NULL && i < cg_collection_count (); i++) {
        const CgCollection *about = cg_collection_at (i);
        json_array_append_new (layers,
                               layer_json (base, about->name, about->title_zh, NULL, FALSE));
    }
    http_reply_json (reply, json_pack ("{s:o}", "layers", layers));
    http_reply_vary (request, reply, "layers", FALSE);
    return TRUE;
}

const HttpRoute http_tile_picture_routes[] = {
    { "GET", "/api/tiles", HTTP_AT_ONCE, http_no_parameters, get_layers,
      "layers of tiles: pictures and vectors" },
    { "GET", "/api/tiles/{layer}/{z}/{x}/{y}.png", HTTP_DRAWS, http_tile_parameters, get_picture,
      "a tile of 256 pixels: heat, or a measure by grid", "image/png" },
    { "GET", "/api/tiles/{layer}/legend.png", HTTP_DRAWS, http_tile_parameters, get_legend,
      "what the colours of a layer of pictures mean, as a picture", "image/png" },
    { "GET", "/api/tiles/{layer}/legend.json", HTTP_DRAWS, http_tile_parameters, get_legend_json,
      "what the colours of a layer of pictures mean" },
    { NULL },
};
