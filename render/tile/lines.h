/* Lines on a tile without cairo: which samples a line covers depends on the line and the sample alone, in whole numbers,
 * so what is cut by a tile's edge goes on in the next tile to the bit. */
#ifndef CG_TILE_LINES_H
#define CG_TILE_LINES_H

#include "tile/tile.h"

#define CG_TILE_SAMPLES 4 /* along each side of a pixel: 16 shares of it */

/* Covered samples of a picture of side x side pixels: bit 4 row + column of each pixel. */
typedef struct {
    guint side;
    guint16 *covered; /* [side * side] */
} CgTileMask;

/* side * side zeros; FALSE: no memory. */
gboolean cg_tile_mask_init (CgTileMask *mask, guint side);
void cg_tile_mask_clear (CgTileMask *mask);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgTileMask, cg_tile_mask_clear)

/* Adds the outlines of shape i, round at ends and corners. Vertices go to the nearest quarter of a pixel, samples that lie
 * no further from a line than `radius` eighths of a pixel (1..64) are covered.
 *
 * areas  map units, see picture.h; vertices that are not finite are left out */
void cg_tile_mask_outline (CgTileMask *mask, const CgTile *tile, const CgShapes *areas, guint32 i, guint radius);

#endif
