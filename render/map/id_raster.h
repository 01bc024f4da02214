/* Which area each pixel of a view shows: made once, coloured as often as values change.
 *
 * A choropleth whose values change a few times a minute keeps its borders for months. The raster
 * holds runs of equal areas row by row; colouring it is nothing but writing.
 */
#ifndef CG_ID_RASTER_H
#define CG_ID_RASTER_H

#include "map/map.h"
#include "page/stage.h"

typedef struct CgIdRaster CgIdRaster;

/* areas   AREA table in working metres; not kept
 * Errors  ARGUMENT not an AREA table, view without pixels; LIMIT over CG_CANVAS_MAX_SIDE or _PIXELS,
 *         no memory
 * Rule    a pixel shows what its centre shows, by the rule of attach.h to the last bit: on a border
 *         or in an overlap the lowest row; a part whose rings cross by the even-odd rule. Rings
 *         with a coordinate that is not finite are left out
 * Promise immutable, may be used by several threads; the same bytes everywhere
 * Method  crossings of edges with rows of centres, placed by division and, near a centre, by the
 *         exact sign of a determinant (geom/orient.h)
 * Cost    3840 x 2160, 10 000 areas of 32 vertices: about 85 ms, 4 bytes a pixel meanwhile; kept: 6
 *         bytes a run */
CgIdRaster *cg_id_raster_new (const CgMapView *view, const CgShapes *areas, GError **error);
void cg_id_raster_free (CgIdRaster *raster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgIdRaster, cg_id_raster_free)

gsize cg_id_raster_bytes (const CgIdRaster *raster);

/* Pixels of the sheet that it covers: those whose centres lie in the view's rectangle. */
void cg_id_raster_rect (const CgIdRaster *raster, int *out_left, int *out_top, guint *out_width,
                        guint *out_height);
/* Row of the area at a pixel of the sheet, or CG_NONE. */
guint32 cg_id_raster_at (const CgIdRaster *raster, int x, int y);
/* Working metres of the centre of a pixel, as the raster takes it. */
void cg_id_raster_centre (const CgIdRaster *raster, int x, int y, double *out_x, double *out_y);

/* Writes every pixel, the raster's first at pixels. colour: [n_areas + 1], as cairo stores them; the
 * last is of pixels without an area. stride in bytes.
 * Cost  3840 x 2160, 10 000 areas: 3 ms */
void cg_id_raster_paint (const CgIdRaster *raster, const guint32 *colour, gsize stride,
                         guint32 *pixels);
/* The same with one byte a pixel, for cg_png_write_indexed. */
void cg_id_raster_index (const CgIdRaster *raster, const guint8 *index, gsize stride, guint8 *out);

/* As cg_map_choropleth of the areas that the raster was made of, on the raster's view; edges are
 * steps of whole pixels, which borders drawn on top cover. Whole pixels are painted even where the
 * view's rectangle cuts through them. On SVG and PDF, and where a clip cuts through pixels,
 * cg_map_choropleth. Nothing where areas are of another number. */
void cg_map_choropleth_ids (CgCanvas *canvas, const CgIdRaster *raster, const CgShapes *areas,
                            const double *value, CgChoropleth *choropleth);
/* The colours as rows of a stage's layer whose rectangle is that of the raster; stripes and dots go on
 * a layer of their own above (cg_map_choropleth_marks). */
void cg_map_choropleth_rows (CgStageSink *sink, const CgIdRaster *raster, const CgTheme *theme,
                             const double *value, CgChoropleth *choropleth);
/* What is drawn on the colours: stripes where there is no data, dots of classes that have some. */
void cg_map_choropleth_marks (CgCanvas *canvas, const CgMapView *view, const CgShapes *areas,
                              const double *value, const CgChoropleth *choropleth);

#endif
