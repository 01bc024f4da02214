/* Use case: tiles of web maps, of the collections and of the screens' maps. */
#ifndef CG_APP_TILES_H
#define CG_APP_TILES_H

#include "app/collections.h"
#include "tile/tile.h"

/* A vector tile of a collection, its layer named as the collection.
 *
 * Tags are the columns of a feature that are not null, no details and no long texts; times as texts; id is the feature's where that is
 * a number. Points that fall on one pixel of a tile of 256 are one feature with the tags of the first, and `points` says how
 * many they are: a tile has at most 69 696 of them.
 * Cost  what lies in the tile, and a look at the box of every feature (transfer full) */
GBytes *cg_tile_vector (const CgFeatureTable *table, const CgTile *tile);

#endif
