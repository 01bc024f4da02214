/* Shared by the layers of a map. */
#ifndef CG_MAP_INTERNAL_H
#define CG_MAP_INTERNAL_H

#include "map/map.h"
#include "page/canvas_internal.h"

/* Metres that one vh shows: the scale by which layers choose their detail. */
double cg_map_m_per_vh (const CgCanvas *canvas, const CgMapView *view);

/* Saves the state and clips to the view; FALSE (nothing to restore) when there is nothing to draw
 * on. */
gboolean cg_map_begin (CgCanvas *canvas, const CgMapView *view);
void cg_map_end (CgCanvas *canvas);

/* Adds shape i to the current path; FALSE when it is outside the view grown by grow_px or too
 * small to see. Vertices are rounded to a fine lattice, so neighbours that share an edge draw the
 * same line. */
gboolean cg_map_path (CgCanvas *canvas, const CgMapView *view, const CgShapes *shapes, guint32 i,
                      double grow_px);

/* Fills shapes seam-free; colour_of gives the colour of a shape, alpha 0 = leave out. */
typedef CgColour (*CgMapColour) (guint32 i, gconstpointer user_data);
void cg_map_fill (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, double opacity,
                  CgMapColour colour_of, gconstpointer user_data);

void cg_map_symbol (CgCanvas *canvas, CgSymbol symbol, double x, double y, double size_px,
                    CgColour colour);

/* Density of the last colour, for a heat map that has a legend; 1 where none is given. */
double cg_heat_full (const CgHeat *heat);
/* Place of a share of the full density, 0..1, on the colour scale. */
double cg_heat_place (const CgHeat *heat, double share);

/* Dots in the text's colour, about 0.7 vh apart, that cover this share. (transfer full) */
cairo_pattern_t *cg_map_dots (const CgCanvas *canvas, double share);
/* Dots over the areas of each class that has some. */
void cg_map_dot_classes (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                         const CgChoropleth *choropleth, const double *value);
/* -2 no data, -1 the class of zero, else 0..n_classes-1. */
int cg_choropleth_class (const CgChoropleth *choropleth, double value);
/* Colours of -2, -1, 0 ...: out[class + 2]. */
void cg_choropleth_colours (const CgChoropleth *choropleth, const CgTheme *theme, CgColour *out);

/* A part of a legend on one line: a swatch, symbol or colour scale and words, either may be missing. */
typedef struct {
    CgLegendRow row;    /* colour, symbol, hatched, dots; text; its count is not said */
    double width_vh;    /* of what is drawn before the text; 0: nothing               */
    const CgHeat *heat; /* drawn as a scale in place of the swatch, or NULL           */
    gboolean blank;     /* room of that width, nothing drawn                          */
    gboolean joined;    /* to the part before it, without a gap                       */
} CgStripPart;
/* From the left of strip, on as many lines as its height has; FALSE: they do not fit, and 图例从略
 * stands there. */
gboolean cg_map_strip (CgCanvas *canvas, CgRect strip, guint n, const CgStripPart *parts,
                       gboolean draw);
/* What stands before the text of a row of a legend, in a box of its size. */
void cg_map_swatch (CgCanvas *canvas, const CgLegendRow *row, CgRect box);
/* The colours of a heat map from 0 to its end. */
void cg_map_heat_bar (CgCanvas *canvas, const CgHeat *heat, CgRect bar);
/* "120", "≥ 120": what the last colour stands for. (transfer full) */
char *cg_map_heat_end (const CgCanvas *canvas, const CgHeat *heat);
/* "37–68", "≤ 10", "≥ 51". (transfer full) */
char *cg_choropleth_text (const CgCanvas *canvas, const CgChoropleth *choropleth, guint class);

/* One circle of a map of graduated circles, in pixels. */
void cg_map_circle (CgCanvas *canvas, double x, double y, double radius, CgColour colour);

/* The corner's rectangle of that size, 1.2 vh inside the view. */
CgRect cg_map_corner (const CgCanvas *canvas, const CgMapView *view, double width, double height,
                      CgCorner corner);

#endif
