/* A raster of numbers as a GeoTIFF, through GDAL. */
#ifndef CG_EXPORT_RASTER_H
#define CG_EXPORT_RASTER_H

#include "model/shapes.h"

typedef struct {
    const char *name;   /* of the band */
    const char *unit;   /* "events per km2" */
    const float *value; /* [width * height] row by row from the north-west; NaN: no data */
} CgRasterBand;

/* 32-bit floats, deflated, north up. Same numbers give the same bytes.
 *
 * crs    "EPSG:n", WKT or PROJJSON; NULL: undefined
 * cancel looked at every 256 rows, and nothing is written then; or NULL
 * notes  NULL-terminated key, value, key, value: metadata of the file; or NULL
 * Errors IO cannot be written; INPUT unknown CRS; CANCELLED */
gboolean cg_export_raster (const char *path, const char *crs, const CgBox *box, guint32 width,
                           guint32 height, guint n_bands, const CgRasterBand *bands,
                           const char *const *notes, GCancellable *cancel, GError **error);

#endif
