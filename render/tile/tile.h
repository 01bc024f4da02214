/* Tiles of web maps: the square grid of WebMercatorQuad, vector tiles, and pictures that meet without a seam.
 *
 * World    the square of EPSG:3857 as u and v from 0 to 1: u east from 180 W, v south from 85.0511 N. Tile x, y of zoom z is
 *          the square of side 2^-z whose north-west corner is x 2^-z, y 2^-z
 */
#ifndef CG_TILE_H
#define CG_TILE_H

#include "model/shapes.h"
#include "style/style.h"

#define CG_TILE_MAX_ZOOM 22u
#define CG_TILE_SIZE 256u /* pixels of a picture */

typedef struct {
    guint z;
    guint32 x, y; /* below 2^z */
} CgTile;

/* Latitudes beyond the square are those of its rim. */
void cg_tile_world (double lon, double lat, double *out_u, double *out_v);
void cg_tile_degrees (double u, double v, double *out_lon, double *out_lat);
/* The tile's square in world units (y is v), wider on each side by so many tiles. */
CgBox cg_tile_box (const CgTile *tile, double margin);

/* ---- vector tiles ---------------------------------------------------------------------------- */
#define CG_MVT_EXTENT 4096 /* units of a tile's side */
#define CG_MVT_MARGIN 128  /* geometry goes so far beyond it: what is cut there shows in no line up to 16 pixels wide, of 256 a tile */

/* One layer of Mapbox Vector Tile 2.1, feature by feature:
 *
 *   CgMvt *mvt = cg_mvt_new (&tile, "grids");
 *   if (cg_mvt_add_shape (mvt, world, i)) { cg_mvt_tag_text (mvt, "code", code); cg_mvt_end (mvt, id); }
 *   GBytes *bytes = cg_mvt_finish (mvt);
 *
 * Method  areas are cut at the tile's rim (Sutherland and Hodgman 1974, doi:10.1145/360767.360802), lines as well (Liang and
 *         Barsky 1984, doi:10.1145/357332.357333); then every vertex goes to the nearest unit, which is the same one in both
 *         of two tiles that meet. Rings without an area in whole units are left out; outer rings have a positive area with
 *         y down, holes a negative one. Same calls, same bytes */
typedef struct _CgMvt CgMvt;

CgMvt *cg_mvt_new (const CgTile *tile, const char *layer);
void cg_mvt_free (CgMvt *mvt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgMvt, cg_mvt_free)
/* Begins a feature. world: lines or areas in world units. FALSE: nothing of it is in the tile, and no feature was begun. */
gboolean cg_mvt_add_shape (CgMvt *mvt, const CgShapes *world, guint32 i);
gboolean cg_mvt_add_point (CgMvt *mvt, double u, double v);
/* An area: the box, which is in the tile or its margin and has an area in whole units. */
void cg_mvt_add_box (CgMvt *mvt, const CgBox *world);
/* Of the feature that was begun; texts are copied. */
void cg_mvt_tag_text (CgMvt *mvt, const char *key, const char *text);
void cg_mvt_tag_whole (CgMvt *mvt, const char *key, gint64 value);
void cg_mvt_tag_real (CgMvt *mvt, const char *key, double value);
void cg_mvt_tag_flag (CgMvt *mvt, const char *key, gboolean value);
/* id 0: none. */
void cg_mvt_end (CgMvt *mvt, guint64 id);
/* The tile, empty where it has no feature; frees mvt. (transfer full) */
GBytes *cg_mvt_finish (CgMvt *mvt);

#endif
