/* What the doors to tiles share: XYZ with TileJSON (tiles.c, tile_pictures.c) and WMTS (wmts.c). */
#ifndef CG_HTTP_TILES_H
#define CG_HTTP_TILES_H

#include "app/open/tile_maps.h"
#include "http/http_internal.h"

/* Texts of z, x and y. Errors ARGUMENT no whole number; NOT_FOUND no such tile (says the range) */
gboolean http_parse_tile (const char *const *names, CgTile *out, GError **error);

/* One map of pictures as a request asks for it; texts are borrowed from the request. */
typedef struct {
    CgTileLayer layer;
    CgTileMapOptions options;
    CgScreen *screen;
    char *key; /* of the map, its snapshot and its day */
} HttpTileMap;
void http_tile_map_clear (HttpTileMap *map);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HttpTileMap, http_tile_map_clear)

/* Errors NOT_FOUND no such layer; as cg_screen_source_get */
gboolean http_tile_map_begin (HttpContext *context, const char *layer, HttpTileMap *out, GError **error);
/* Fills options by the query. Errors ARGUMENT names the parameter */
gboolean http_tile_map_ask (const HttpRequest *request, HttpTileMap *map, GError **error);
/* The map itself, once the options are there. (transfer full) Errors as cg_tile_map_new */
CgTileMap *http_tile_map_get (HttpContext *context, HttpTileMap *map, GError **error);
/* Replies with a tile, or with the legend as a picture. Errors as above */
gboolean http_tile_map_reply (HttpContext *context, HttpTileMap *map, const CgTile *tile, HttpReply *reply,
                              GError **error);
gboolean http_tile_map_reply_legend (HttpContext *context, HttpTileMap *map, HttpReply *reply, GError **error);

/* Parameters of maps of pictures, ends with NULL. */
extern const char *const http_tile_parameters[];
/* The TileJSON of a layer of pictures. Errors as above */
gboolean http_get_picture_tilejson (HttpContext *context, const HttpRequest *request, const char *layer,
                                    HttpReply *reply, GError **error);
/* What every TileJSON says; box: longitude, latitude. (transfer full) */
json_t *http_tilejson (const char *name, const char *title, const char *url, CgBox box);

#endif
