/* Maps: a view, layers drawn in order, and the furniture that makes them readable.
 *
 * Coordinates are working metres, x east and y north. Everything is clipped to the view's
 * rectangle. Shapes, names and values are borrowed for the call. Coordinates that are not finite
 * are skipped. Widths scale with the canvas's vh and detail with metres per vh, so a map looks
 * alike on every wall.
 *
 *   CgMapView view;
 *   cg_map_view_fit (&view, &box, cg_map_frame (canvas, rect, &frame), 0.03, &error);
 *   cg_map_ground (canvas, &view);
 *   cg_map_land (canvas, &view, county);
 *   cg_map_barriers (canvas, &view, barriers);
 *   cg_map_heat (canvas, &view, density, &heat);
 *   cg_map_borders (canvas, &view, grids->shapes, CG_LEVEL_GRID);
 *   cg_map_dim_outside (canvas, &view, county);
 *   cg_map_area_labels (canvas, &view, towns->shapes, towns->name, NULL, &labels);
 *   cg_map_legend (canvas, &view, &legend, CG_CORNER_SE);
 *   cg_map_scale_bar (canvas, &view, CG_CORNER_SW);
 */
#ifndef CG_MAP_H
#define CG_MAP_H

#include "analyse/density_field.h"
#include "model/regions.h"
#include "page/page.h"
#include "page/png.h"
#include "page/stage.h"

typedef struct {
    CgRect rect;     /* pixels                                    */
    CgBox box;       /* working metres that the rectangle shows   */
    double m_per_px; /* the same in x and y                       */
} CgMapView;

/* Fits working to rect, centred, aspect kept; margin is a share of the rectangle left free on each
 * side, 0..0.4. A box without extent is widened to 1 km.
 * Errors  ARGUMENT box empty or not finite, rectangle empty, margin out of range */
gboolean cg_map_view_fit (CgMapView *view, const CgBox *working, CgRect rect, double margin,
                          GError **error);
void cg_map_view_to_px (const CgMapView *view, double x, double y, double *out_x, double *out_y);
void cg_map_view_to_m (const CgMapView *view, double px, double py, double *out_x, double *out_y);

/* Layers, from below. */
void cg_map_ground (CgCanvas *canvas, const CgMapView *view); /* outside colour */
void cg_map_land (CgCanvas *canvas, const CgMapView *view, const CgShapes *county);
void cg_map_areas (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, CgColour colour);
/* The same of areas that may overlap: what several cover has the colour of one. */
void cg_map_areas_once (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, CgColour colour);
/* Water, buildings, railways, roads by class: which of them are drawn, and how wide, depends on
 * the scale. */
void cg_map_barriers (CgCanvas *canvas, const CgMapView *view, const CgBarriers *barriers);
/* Borders of the level: grids 0.08 vh at 60 %, each level above heavier. Shared borders are drawn
 * once. */
void cg_map_borders (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, CgLevel level);
/* Lowers everything that is not in the county. */
void cg_map_dim_outside (CgCanvas *canvas, const CgMapView *view, const CgShapes *county);
/* Outline of chosen areas (rows), for an alarm or a selection. */
void cg_map_outline (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas, guint n,
                     const guint32 *rows, CgColour colour, double line_vh);

#define CG_MAP_MAX_CLASSES 9u

/* Classes of a measure. class of v: the first with v <= upper, the last for anything above. */
typedef struct {
    const CgPalette *palette; /* NULL: the theme's sequential one                                 */
    guint n_classes;          /* 1..9                                                             */
    double upper[CG_MAP_MAX_CLASSES]; /* the last may be infinite: "> 50"                        */
    double lower;   /* of the first class, for the legend; -infinite: "≤ 10"            */
    gboolean zero;  /* TRUE: exactly 0 has a class and colour of its own before these   */
    double opacity; /* 0..1; 0 is taken as 1                                            */
    gboolean dots;  /* TRUE: paler, under dots that grow with the class, for copies without
                       colour                                                           */
    guint decimals; /* of the legend's numbers                                          */
    /* filled by cg_map_choropleth and cg_choropleth_count */
    guint32 count[CG_MAP_MAX_CLASSES], count_zero, count_none;
} CgChoropleth;

/* Colours each area by its class; NaN and infinite values are hatched (无数据). value has one
 * number for each shape. Neighbours meet without seam or ground between them. */
void cg_map_choropleth (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                        const double *value, CgChoropleth *choropleth);
/* Counts n values by class without drawing, for a legend that must have its size before. */
void cg_choropleth_count (guint32 n, const double *value, CgChoropleth *choropleth);
/* The colour of a class, as drawn and as in the legend. */
CgColour cg_choropleth_colour (const CgChoropleth *choropleth, const CgTheme *theme, guint class);
/* The share of a class's ground that its dots cover, 0..1; 0 without dots. */
double cg_choropleth_dots (const CgChoropleth *choropleth, guint class);
/* The colour of the class of zero. */
CgColour cg_choropleth_zero (const CgChoropleth *choropleth, const CgTheme *theme);

typedef struct {
    const CgPalette *palette; /* NULL: the theme's for heat                                       */
    double full_per_km2;      /* density of the last colour; 0: cg_map_heat_full of the peak,
                                 but a legend needs the number */
    double peak_per_km2;      /* highest density of the data, which the legend names; 0: not said */
    double power;             /* the colour of d stands at (d / full)^power: 1 linear, 0.5 square
                                 root, which shows villages and a town at once; 0 is taken as 1,
                                 else 0.1..1                                                      */
    double opacity;           /* of the last colour, 0..1; 0 is taken as 0.9                      */
} CgHeat;

/* Palette (without its first fifth, which is as dark or pale as the land) with alpha rising from 0,
 * on an absolute scale; densities above full have the last colour. Sampled bilinearly in events per
 * km2, then coloured, for each pixel. */
void cg_map_heat (CgCanvas *canvas, const CgMapView *view, const CgDensity *density,
                  const CgHeat *heat);
/* The same from a field, without a raster between; same pixels. Only where the view shows the field's
 * window pixel by pixel, at whole pixels of a canvas of pixels; FALSE: nothing was painted. */
gboolean cg_map_heat_field (CgCanvas *canvas, const CgMapView *view, const CgDensityField *field,
                            const CgHeat *heat);
/* The field's window as rows of a stage's layer of the same size, pixel by pixel. Errors LIMIT memory. */
gboolean cg_map_heat_rows (CgStageSink *sink, const CgDensityField *field, const CgHeat *heat,
                           const CgTheme *theme, GError **error);
/* A picture that is nothing but heat: the field's window, pixel by pixel, on the theme's outside
 * colour, or clear with alpha. The same pixels as cg_map_ground and cg_map_heat of the raster give,
 * as a palette of 256 and without a raster between (transfer full).
 *
 * notes   as of cg_png_write
 * Errors  LIMIT memory, size
 * Cost    3840 x 2160 on one core: about 12 ms after the field */
GBytes *cg_map_heat_png (const CgDensityField *field, const CgHeat *heat, const CgTheme *theme,
                         gboolean clear, guint n_notes, const CgPngNote *notes, GError **error);
/* Its colours for 256 steps of the scale, multiplied by alpha, as cairo stores them. */
void cg_map_heat_colours (const CgTheme *theme, const CgHeat *heat, guint32 out[256]);
/* The round number (cg_round_up) at or above peak; 1 for no events. */
double cg_map_heat_full (double peak_per_km2);

typedef enum {
    CG_SYMBOL_CIRCLE,
    CG_SYMBOL_TRIANGLE,
    CG_SYMBOL_SQUARE,
    CG_SYMBOL_DIAMOND,
    CG_SYMBOL_CROSS,
    CG_SYMBOL_STAR,
    CG_SYMBOL_RING,
    CG_N_SYMBOLS
} CgSymbol;

typedef struct {
    CgSymbol symbol;
    CgColour colour; /* a = 0: the theme's class colour of this position */
    double size_vh;  /* 0: 0.9                                           */
} CgSymbolClass;

/* n points; class[i] is a row of classes (others are not drawn); NULL = all 0. Drawn in the order
 * given, class by class from the last to the first, so that the first class lies on top. */
void cg_map_points (CgCanvas *canvas, const CgMapView *view, guint32 n, const double *x,
                    const double *y, const guint32 *class, guint n_classes,
                    const CgSymbolClass *classes);

/* Where the labels of the last picture stood, so that those of the next one stay. A name that still
 * has room at its old place keeps it, in its old size, before any other is placed: a newcomer,
 * also one of higher priority, takes what is left. Names are told apart by their text, equal ones
 * by their order. Forgotten when the scale or the size of text changes. */
typedef struct _CgLabelMemory CgLabelMemory;
CgLabelMemory *cg_label_memory_new (void);
void cg_label_memory_free (CgLabelMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLabelMemory, cg_label_memory_free)

typedef struct {
    double x, y, radius; /* pixels */
} CgMapCircle;

typedef struct {
    CgTextSize size;
    gboolean bold;
    guint n_taken; /* rectangles (legend, panel seams) where no label may stand           */
    const CgRect *taken;
    CgLabelMemory *memory; /* read and written; NULL: each picture by itself               */
    guint n_circles;       /* circles of values: a label touches none but the one about its own
                              point                                                        */
    const CgMapCircle *circles;
} CgLabelOptions;

typedef struct {
    double x, y; /* working metres: where the middle wants to be                        */
    const char *text;
    const char *short_text; /* listed short form, tried when the whole name does not fit; or NULL */
    double priority; /* higher is placed first; ties in the order given                     */
    double radius_m; /* > 0: the middle may move this far from the point and no further     */
    double circle_px; /* > 0: a circle of this radius is drawn about the point; the label
                         stands in it, else just beside it, else across its middle        */
} CgLabel;

/* Labels with halo at the point or, if taken, a little beside it; where there is no room the short
 * form is tried, then the small size. Never cut, never overlapping, never outside the view; the
 * rest is left out.
 * out_box  [n] ink box of each label, width 0 where left out; may be NULL
 * Returns the number placed. Same input (and memory), same places. */
guint cg_map_labels (CgCanvas *canvas, const CgMapView *view, guint n, const CgLabel *labels,
                     const CgLabelOptions *options, CgRect *out_box);
/* Labels whose middle lies in the largest circle inside each area; priority NULL = area. */
guint cg_map_area_labels (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                          char *const *name, const double *priority, const CgLabelOptions *options);

typedef struct {
    CgColour colour;
    int symbol;       /* CgSymbol, or -1: a swatch                 */
    gboolean hatched; /* no data                                   */
    const char *text; /* "100–200", "A 类摄像头"                   */
    double count;     /* shown at the right; NaN: not shown        */
    double dots;      /* share of a swatch that dots cover; 0: none */
    double line_vh;   /* > 0: a line of this width, not a swatch    */
    gboolean dashed;  /* that line                                  */
} CgLegendRow;

typedef struct _CgLegend {
    const char *title;              /* "事件密度", "户数"                                */
    const char *unit;               /* "起/km²"                                          */
    const CgHeat *heat;             /* a continuous bar with round ticks at their true places (of
                                       a power scale: not evenly spaced), or NULL            */
    const CgChoropleth *choropleth; /* classes with counts, after it was drawn, or NULL; with
                                       decimals 0 values are whole and classes read 1–36, 37–68  */
    const char *count_title;        /* head of the counts, "网格数", or NULL                  */
    const char *note;               /* last line, "分级表达了 93% 的差异", or NULL                         */
    guint n_rows;
    const CgLegendRow *rows; /* further rows                                      */
    const struct _CgLegend *brief; /* what a strip says in place of all this, or NULL   */
} CgLegend;

/* The same on a line or two for a map too small for a box: the ends of its scale, or names beside
 * their symbols. Where that has no room either: 图例从略.
 * strip  1.1 small lines high for each line; painted over with the theme's background
 * Returns FALSE where it is (or would be) the word; draw FALSE: nothing drawn */
gboolean cg_map_legend_strip (CgCanvas *canvas, CgRect strip, const CgLegend *legend,
                              gboolean draw);

typedef enum { CG_CORNER_NW, CG_CORNER_NE, CG_CORNER_SW, CG_CORNER_SE, CG_N_CORNERS } CgCorner;

/* Box of the legend in pixels, so that labels can keep clear of it; nothing drawn. */
CgRect cg_map_legend_rect (CgCanvas *canvas, const CgMapView *view, const CgLegend *legend,
                           CgCorner corner);
void cg_map_legend (CgCanvas *canvas, const CgMapView *view, const CgLegend *legend,
                    CgCorner corner);

/* Length in metres of the scale bar of this view: 1, 2 or 5 x 10^k, at most a fifth of the view's
 * width. */
double cg_map_scale_bar_m (const CgMapView *view);
CgRect cg_map_scale_bar_rect (CgCanvas *canvas, const CgMapView *view, CgCorner corner);
/* Scale bar and, beside it, the north arrow (grid north is up). */
void cg_map_scale_bar (CgCanvas *canvas, const CgMapView *view, CgCorner corner);

typedef struct {
    const char *title;  /* "房县事件热力图"                        */
    const char *span;   /* "2026-10-22 至 2026-11-21 · 1,234 起"   */
    const char *source; /* "来源: 12345 热线; 高斯核, 带宽 500 m"  */
    double text_width;  /* pixels from the left edge of the rectangle that lines may fill; 0: all */
} CgMapFrame;

/* Title and span above, source below; returns the rectangle left for the map, with a hairline
 * round it. Where that would be under 10 vh high, source and then span are left out. */
CgRect cg_map_frame (CgCanvas *canvas, CgRect rect, const CgMapFrame *frame);

#endif
