/* Use case: tiles of web maps, of the collections and of the screens' maps. */
#ifndef CG_APP_TILES_H
#define CG_APP_TILES_H

#include "app/open/collections.h"
#include "tile/tile.h"

/* A vector tile of a collection, its layer named as the collection.
 *
 * Tags are the columns of a feature that are not null, no details and no long texts; times as texts; id is the feature's where that is
 * a number. Points that fall on one pixel of a tile of 256 are one feature with the tags of the first, and `points` says how
 * many they are: a tile has at most 73 984 of them.
 *
 * Areas smaller than such a pixel both ways are not drawn by themselves: those whose box has its centre in one pixel are a square,
 * that pixel, with the tags of the first, `shapes` that says how many they are, and in columns that add up (households, people, units, m²)
 * their sum. So nothing vanishes when a map is seen from afar, and sums over the tiles of a zoom are those of the collection.
 * Cost  what lies in the tile, and a look at the box of every feature (transfer full) */
GBytes *cg_tile_vector (const CgFeatureTable *table, const CgTile *tile);

#endif
