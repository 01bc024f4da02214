/* What the files of tile maps share. */
#ifndef CG_APP_TILE_MAPS_INTERNAL_H
#define CG_APP_TILE_MAPS_INTERNAL_H

#include "app/open/tile_maps.h"
#include "app/screen/screen_internal.h"
#include "normalise/crs.h"

/* ---- outlines, which stay as long as the plan; tile_ground.c ---- */
typedef struct {
    CgShapes *areas;
    CgBox *box;
} TileOutlines;

typedef struct {
    gatomicrefcount references;
    CgScreen *of;                            /* the snapshot that they belong to */
    TileOutlines full[CG_LEVEL_GRID + 1], thin[CG_LEVEL_GRID + 1]; /* map units      */
    double thin_m;                           /* 0: none are thin                 */
    double grid_side, town_side;             /* median, map units; 0: none       */
    double lon, lat;                         /* middle of the county             */
    CgBox extent;                            /* longitude, latitude              */
} TileGround;

/* Errors GEOMETRY the working CRS is not known, a vertex has no longitude */
TileGround *tile_ground_new (CgScreen *screen, GError **error);
void tile_ground_unref (TileGround *ground);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TileGround, tile_ground_unref)
/* The snapshot that a snapshot's outlines belong to. Borrowed. */
CgScreen *tile_ground_screen (CgScreen *screen);
/* NULL: no table says. */
const char *tile_working_crs (const CgScreen *screen);

struct _CgTileMap {
    gatomicrefcount references;
    TileGround *ground;
    CgTileLayer layer;
    const CgTheme *theme;
    const CgPalette *palette;
    gint64 since_s, until_s;
    char *types, *title, *note;
    guint32 n_events, n_left_out;
    /* of grids */
    double *value;
    CgChoropleth choropleth;
    /* of heat */
    double *x, *y;
    CgBox events;
    CgHeat heat;
    double bandwidth_m;
    GMutex lock; /* of the transformation */
    CgTransform *transform;
};


#endif
