/* One layer of areas or lines with named columns as GeoPackage, GeoJSON or CSV: what analyses give back. */
#ifndef CG_EXPORT_LAYER_H
#define CG_EXPORT_LAYER_H

#include <stdio.h>

#include "export/export.h"
#include "export/number.h"

typedef enum { CG_COLUMN_TEXT, CG_COLUMN_WHOLE, CG_COLUMN_REAL } CgColumnKind;

/* Borrowed. text for TEXT (NULL: empty), number for the others (not finite: empty). */
typedef struct {
    const char *name;
    CgColumnKind kind;
    const char *const *text; /* [n] */
    const double *number;    /* [n] */
} CgLayerColumn;

typedef struct {
    const char *name;        /* of the layer                                                    */
    const CgShapes *shapes;  /* AREA or LINE [n], as they are to be written                     */
    const char *crs;         /* as in cg_export_grids                                           */
    guint n_columns;
    const CgLayerColumn *columns;
} CgLayerTable;

/* Format by the ending of path: .gpkg, .geojson or .json (RFC 7946: longitude and latitude of WGS 84,
 * nine decimals), .csv (no geometry). Numbers are the shortest text that gives the same double.
 * stamp goes into a GeoPackage only; may be NULL. Same table, same bytes.
 * Errors   ARGUMENT another ending; INPUT unknown CRS, or none where GeoJSON needs one; GEOMETRY
 *          a vertex that has no longitude and latitude; IO */
gboolean cg_export_layer (const char *path, const CgLayerTable *table, const CgExportStamp *stamp,
                          GError **error);

/* One field of a CSV (RFC 4180), quoted where it must be. */
void cg_export_csv_field (FILE *file, const char *text);

#endif
