/* Use case: maps as tiles of pictures, for web maps and desktop programs: the heat of incidents, and each
 * measure by grid.
 *
 * A map is made once for a snapshot and what is asked for; its classes or its scale of colours are those of
 * the whole county then, so that a colour means the same in every tile, at every zoom, and in its legend.
 *
 * Layers  "heat", and "grid-" with the name of each of cg_screen_measures
 * Time    as the pictures of the screens: without a span the days of [heat] in county.ini up to the day
 *         that the screens call today
 */
#ifndef CG_APP_TILE_MAPS_H
#define CG_APP_TILE_MAPS_H

#include "app/screen/screen.h"
#include "tile/tile.h"

typedef struct {
    char name[64];                  /* "heat", "grid-households" */
    const char *title;
    const char *unit;
    const CgScreenMeasure *measure; /* NULL: heat */
    gboolean events;                /* counts incidents: a span of time and a type mean something */
} CgTileLayer;

guint cg_tile_layer_count (void);
void cg_tile_layer_at (guint which, CgTileLayer *out);
gboolean cg_tile_layer_find (const char *name, CgTileLayer *out); /* FALSE: none */

/* Zeroed: as is usual. Texts are borrowed. */
typedef struct {
    gint64 now_s;            /* picks today, see cg_screen_today_s                        */
    gint64 since_s, until_s; /* both within; CG_TIME_NONE: open; both 0: the usual days   */
    const char *types;       /* of incidents, as in CgScreenOptions; NULL: all            */
    const char *theme;       /* NULL: "light"                                             */
    const char *palette;     /* NULL: the theme's                                         */
    const char *breaks;      /* of grids, as in CgScreenOptions; NULL: quantile           */
    guint classes;           /* of grids, 2..9; 0: at most 6                              */
    double bandwidth_m;      /* of heat; 0: that of the county's heat map                 */
    double full_per_km2;     /* of heat: density of the last colour; 0: by the county's
                                peak, rounded up                                          */
} CgTileMapOptions;

/* Everything that makes a map another one, but for the snapshot and the day. (transfer full) */
char *cg_tile_map_key (const char *layer, const CgTileMapOptions *options);

typedef struct _CgTileMap CgTileMap; /* immutable, counted references, thread safe */

/* Of one snapshot. ground: NULL, or a map of the same plan, whose outlines are shared then.
 * Errors  NOT_FOUND layer, type, theme, palette, classification; ARGUMENT an option that the layer has no
 *         use for, a number out of range (names it); GEOMETRY the working CRS is not known; LIMIT */
CgTileMap *cg_tile_map_new (CgScreen *screen, const char *layer, const CgTileMapOptions *options,
                            const CgTileMap *ground, GError **error);
void cg_tile_map_unref (CgTileMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgTileMap, cg_tile_map_unref)
gsize cg_tile_map_bytes (const CgTileMap *map); /* without the outlines */

/* A PNG of 256 pixels a side; span > 1: so many tiles a side as one picture, from `tile` to the south-east,
 * pixel for pixel what the tiles show. (transfer full) Errors LIMIT */
GBytes *cg_tile_map_draw (const CgTileMap *map, const CgTile *tile, guint span, GError **error);
/* Longitude and latitude of what there is to show; empty: nothing. */
CgBox cg_tile_map_extent (const CgTileMap *map);
/* Colours in words and numbers; keys at docs/http.md. (transfer full) */
json_t *cg_tile_map_legend_json (const CgTileMap *map);
/* The same as a picture, PNG, as large as it needs to be. (transfer full) Errors LIMIT, NOT_FOUND fonts */
GBytes *cg_tile_map_legend (const CgTileMap *map, GError **error);

/* ---- the maps in use ------------------------------------------------------------------------------ */
typedef struct _CgTileMaps CgTileMaps; /* thread safe; keeps the last few maps, at most 64 MiB of events */

CgTileMaps *cg_tile_maps_new (void);
void cg_tile_maps_free (CgTileMaps *maps);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgTileMaps, cg_tile_maps_free)
/* key: of cg_tile_map_key with whatever the snapshot and the day add. Errors as cg_tile_map_new */
CgTileMap *cg_tile_maps_get (CgTileMaps *maps, const char *key, CgScreen *screen, const char *layer,
                             const CgTileMapOptions *options, GError **error);

#endif
