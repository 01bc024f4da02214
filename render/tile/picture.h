/* Tiles as pictures: areas by class, and density, on the square grid of tile.h.
 *
 * A pixel's colour is made from its own place on the world's lattice of pixels and never from the tile
 * that holds it, so tiles that meet show what one large picture would, to the bit. A square of span x
 * span tiles is drawn as one picture by the same calls: tests compare, services ask for span 1.
 *
 * Map units  u east, and -v: north is up, and nothing is rounded on the way
 * Pictures   PNG, clear where nothing is; one that is clear all over is cg_tile_clear
 * Errors     LIMIT memory, a square of over CG_CANVAS_MAX_SIDE pixels a side; NOT_FOUND fonts are missing
 */
#ifndef CG_TILE_PICTURE_H
#define CG_TILE_PICTURE_H

#include "map/map.h"
#include "tile/tile.h"

#define CG_TILE_STEP 16u /* pixels from one node to the next */
#define CG_TILE_NODES (CG_TILE_SIZE / CG_TILE_STEP)

/* The clear picture of a tile: always the same bytes. (transfer full) */
GBytes *cg_tile_clear (void);
/* Map units of a square of tiles, wider on each side by so many pixels. */
CgBox cg_tile_map_box (const CgTile *tile, guint span, double margin_px);
/* Side of a pixel in map units. */
double cg_tile_pixel (guint z);
/* Metres on the ground that a pixel shows at a latitude. */
double cg_tile_pixel_m (guint z, double lat);

/* ---- areas by class ---------------------------------------------------------------------------- */
typedef struct {
    const CgShapes *areas; /* map units; borrowed, as all of these */
    const CgBox *box;      /* [n_shapes] */
} CgTileAreas;

typedef struct {
    CgTileAreas filled;
    const double *value;            /* of each; not finite: the colour of no data */
    const CgChoropleth *choropleth; /* opacity, dots are not looked at */
    guint n_borders;                /* from below */
    struct {
        CgTileAreas areas;
        CgLevel level;
    } border[CG_LEVEL_GRID + 1];
} CgTileClasses;

/* Cost  256 x 256: 2 to 8 ms for some hundred areas in the tile */
GBytes *cg_tile_draw_classes (const CgTile *tile, guint span, const CgTileClasses *classes,
                              const CgTheme *theme, GError **error);

/* ---- density ------------------------------------------------------------------------------------- */
/* Places of the nodes of a square: every CG_TILE_STEP pixels, row by row from the north-west, both ends
 * included: (span * CG_TILE_NODES + 1)^2 of them, longitude and latitude. Whoever knows the projection
 * turns them into working metres; between them a place is found bilinearly, which is off by less than
 * a fiftieth of a pixel from zoom 5 on. */
void cg_tile_nodes (const CgTile *tile, guint span, double *lon, double *lat);

typedef struct {
    double pixel_m;   /* a pixel of this zoom, the same for all its tiles                             */
    double sigma_m;   /* of the Gaussian: what was asked for, or 1.5 pixels where that is more        */
    double cell_m;    /* lattice of the density: a quarter of sigma                                   */
} CgTileLattice;
void cg_tile_lattice (guint z, double lat, double sigma_m, CgTileLattice *out);

/* The window of density that the pixels of a square read, on the lattice.
 *
 * x, y    nodes in working metres; those that are not finite show nothing
 * events  box of the events: what lies beyond 8 sigma from it is not looked at
 * FALSE   nothing reaches the square, or the lattice cannot be laid so far: the picture is clear */
gboolean cg_tile_window (guint span, const double *x, const double *y, const CgTileLattice *lattice,
                         const CgBox *events, CgDensityOptions *out);
/* density  of that window
 * heat     full_per_km2 is needed: the scale belongs to the map and not to the tile
 * Method   Lagrange's cubic through four by four cells: below 1e-3 of the peak from the true density */
GBytes *cg_tile_draw_heat (guint span, const double *x, const double *y, const CgTileLattice *lattice,
                           const CgDensity *density, const CgHeat *heat, const CgTheme *theme,
                           GError **error);

#endif
