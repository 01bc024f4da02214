/* A map of hexagons: events counted in cells of equal area, in classes of round numbers. */
#ifndef CG_APP_HEX_MAP_H
#define CG_APP_HEX_MAP_H

#include "aggregate/hexbin.h"
#include "map/map.h"

typedef struct {
    CgHexBins *bins;
    CgShapes *shapes;
    CgChoropleth choropleth;
    CgLanguage language;
    CgLegend brief; /* of a map too small for rows */
    GArray *rows; /* CgLegendRow: events in a cell, the same in events per km2, number of cells */
    char *method; /* "六边形对边距 500 m，每格 0.217 km²" */
} CgHexMap;

/* Counts the events (weight NULL: one each) and makes classes 1, 2, 5 times powers of ten.
 *
 * width_m  between opposite sides; 0: a round number near a sixtieth of the window's side
 * box      the window that sets the automatic width; only hexagons that meet it make classes
 * palette  NULL: the theme's sequential one
 * theme    of the legend's colours
 * out      cg_hex_map_clear it, also after a failure
 * Errors   those of cg_hexbin_run */
gboolean cg_hex_map_init (CgHexMap *out, guint32 n, const double *x, const double *y,
                          const double *weight, double width_m, const CgBox *box,
                          const CgPalette *palette, const CgTheme *theme, CgLanguage language,
                          GError **error);
void cg_hex_map_clear (CgHexMap *map);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgHexMap, cg_hex_map_clear)

/* The hexagons, with a gap of the ground between them. */
void cg_hex_map_draw (CgCanvas *canvas, const CgMapView *view, CgHexMap *map);
/* Borrows from map. */
CgLegend cg_hex_map_legend (const CgHexMap *map);

#endif
