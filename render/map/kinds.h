/* Further kinds of map: two measures at once, graduated circles, contours, rasters in bands.
 *
 * They follow map.h: working metres, clipped to the view, borrowed inputs, values that are not
 * finite shown as no data or left out and counted. Each kind has a legend of its own that says what
 * its colours or sizes mean, in the measure's unit.
 */
#ifndef CG_MAP_KINDS_H
#define CG_MAP_KINDS_H

#include "analyse/contours.h"
#include "map/map.h"

/* ---- two measures of each area, in up to 3 x 3 classes --------------------------------------- */
#define CG_BIVARIATE_CLASSES 3u

typedef struct {
    const char *title, *unit;
    guint n_classes;                           /* 1..3 */
    double lower, upper[CG_BIVARIATE_CLASSES]; /* class of v: the first with v <= upper, else the
                                                  last */
    guint decimals;                            /* of the legend's numbers */
} CgBivariateAxis;

typedef struct {
    CgBivariateAxis x, y;
    /* filled by cg_bivariate_count and cg_map_bivariate: [class of y][class of x] */
    guint32 count[CG_BIVARIATE_CLASSES][CG_BIVARIATE_CLASSES], count_none;
} CgBivariate;

/* x_value and y_value have one number for each of n areas. */
void cg_bivariate_count (guint32 n, const double *x_value, const double *y_value,
                         CgBivariate *bivariate);
/* The nine colours: rising to blue with x, to orange with y, and to what both make together; each
 * two of them differ by over 15 in CIELAB, also for people who see no red, green or blue. x, y
 * below 3. Source of the test's vision: Machado, Oliveira, Fernandes 2009,
 * doi:10.1109/TVCG.2009.113. */
CgColour cg_bivariate_colour (const CgTheme *theme, guint x, guint y);
/* Colours the areas; those in the highest class of both axes are outlined too, so that they stand
 * out without colour; areas without one of the two values are hatched. */
void cg_map_bivariate (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                       const double *x_value, const double *y_value, CgBivariate *bivariate);
/* A square of the nine colours with the number of areas in each, both axes named, and the values of
 * each column and row. */
CgRect cg_map_bivariate_legend_rect (CgCanvas *canvas, const CgMapView *view,
                                     const CgBivariate *bivariate, CgCorner corner);
void cg_map_bivariate_legend (CgCanvas *canvas, const CgMapView *view, const CgBivariate *bivariate,
                              CgCorner corner);

/* Colours of the highest classes alone, on one line; as cg_map_legend_strip. */
gboolean cg_map_bivariate_strip (CgCanvas *canvas, CgRect strip, const CgBivariate *bivariate,
                                 gboolean draw);

/* ---- circles whose area is the value ------------------------------------------------------- */
typedef struct {
    const char *title, *unit; /* of the legend                                             */
    double full;              /* value of the largest circle of the legend; above 0         */
    double radius_vh;         /* of that circle; 0: 3.2                                     */
    CgColour colour;          /* a = 0: the theme's accent                                  */
    guint decimals;           /* of the legend's numbers; 0: values are whole               */
    /* filled by cg_map_graduated */
    guint32 n_drawn, n_zero, n_below, n_none; /* below zero, and not finite: not drawn, said */
} CgGraduated;

/* Radius in pixels of a value: radius_vh sqrt (value / full). Areas are in true proportion; the
 * enlargement of small ones by which Flannery (1971, doi:10.3138/J647-1776-745H-3667) meant to
 * make up for how people misjudge circles is not applied: it would make the legend's rule untrue.
 */
double cg_graduated_radius (const CgCanvas *canvas, const CgGraduated *graduated, double value);
CgColour cg_graduated_colour (const CgCanvas *canvas, const CgGraduated *graduated);
/* Largest first, so that a small circle lies on a large one; ties in the order given. */
void cg_map_graduated (CgCanvas *canvas, const CgMapView *view, guint32 n, const double *x,
                       const double *y, const double *value, CgGraduated *graduated);
/* Nested circles of round values, after cg_map_graduated. */
CgRect cg_map_graduated_legend_rect (CgCanvas *canvas, const CgMapView *view,
                                     const CgGraduated *graduated, CgCorner corner);
void cg_map_graduated_legend (CgCanvas *canvas, const CgMapView *view, const CgGraduated *graduated,
                              CgCorner corner);

/* One circle and its value; as cg_map_legend_strip. */
gboolean cg_map_graduated_strip (CgCanvas *canvas, CgRect strip, const CgGraduated *graduated,
                                 gboolean draw);

/* ---- contours ------------------------------------------------------------------------------ */
/* Bands between the levels, filled in colours of the heat's palette, and the lines,
 * drawn smooth: quadratic splines through the middles of the ring's sides, nowhere further from
 * them than a quarter of a side. heat gives palette and opacity. */
void cg_map_contours (CgCanvas *canvas, const CgMapView *view, const CgContours *contours,
                      const CgHeat *heat);
/* The levels' numbers along straight stretches of their lines, where there is room.
 * taken  CgRect: where no label may stand; those placed are added. May be NULL */
void cg_map_contour_labels (CgCanvas *canvas, const CgMapView *view, const CgContours *contours,
                            GArray *taken);
/* The colour of the band above level `rank` of n_levels (0 the lowest), before opacity: bands lie evenly
 * over the palette, since levels that grow by 2 and 2.5 would crowd at its quiet end. */
CgColour cg_contours_colour (const CgCanvas *canvas, const CgHeat *heat, guint rank, guint n_levels);
/* Rows of a legend, in the colours that the bands have on land, the highest first: "≥ 50", "20–50".
 * (transfer full; its elements clear their texts) */
GArray *cg_contours_legend_rows (const CgCanvas *canvas, const CgContours *contours,
                                 const CgHeat *heat);

/* ---- a raster of any measure in bands -------------------------------------------------------- */
#define CG_BANDS_MAX 12u
#define CG_BANDS_OPACITY 0.88

typedef struct {
    guint n;                    /* bounds, at most CG_BANDS_MAX; one band more             */
    double bound[CG_BANDS_MAX]; /* rising; band of v: the number of bounds at or below v   */
    gboolean diverging; /* the middle band (n even) is no different from the ground; the others
                           are the bluer below and the redder above it the further they lie */
    const CgPalette *palette; /* of a scale that does not diverge; NULL: the theme's sequential */
} CgBands;

/* The colour of a band, before CG_BANDS_OPACITY. */
CgColour cg_bands_colour (const CgTheme *theme, const CgBands *bands, guint band);
/* value   [width * height] row by row from the north-west corner of box; NaN is hatched
 * within  areas outside which nothing is drawn; NULL: everywhere */
void cg_map_bands (CgCanvas *canvas, const CgMapView *view, const CgBox *box, guint32 width,
                   guint32 height, const float *value, const CgBands *bands, const CgShapes *within);
/* Rows of a legend, the highest first; none: words of the hatched row, NULL: no such row. (transfer
 * full; its elements clear their texts) */
GArray *cg_bands_legend_rows (const CgTheme *theme, const CgBands *bands, const char *none);
/* The lines of one level, nothing filled. */
void cg_map_rings (CgCanvas *canvas, const CgMapView *view, const CgContours *contours, guint level,
                   CgColour colour, double line_vh, gboolean dashed, const CgShapes *within);

#endif
