/* Products as files: GeoPackage through GDAL, CSV. Same tables give the same bytes.
 *
 * A file is written beside its target, in a directory of its own, synced to the disk and renamed
 * into place: the target is the old file or the whole new one, never a part. Errors name the
 * path.
 */
#ifndef CG_EXPORT_H
#define CG_EXPORT_H

#include "model/grids.h"
#include "model/places.h"

/* Goes into table `countygrid_run` (key, value) of a GeoPackage, beside the program's name and
 * version. For equal bytes options must not hold what does not change the result: output path,
 * threads. Texts may be NULL. */
typedef struct {
    guint64 seed;
    const char *options;      /* the command's options, one line                        */
    const char *data_version; /* hash of the input                                      */
} CgExportStamp;

/* A GeoPackage with the layers
 *
 *   grids       grid_id, code, within, kind, households, population, units, perimeter_m, area_m2,
 *               compactness, status (ok, below, above), certificate (or null), pieces (polygons),
 *               households_estimated, population_estimated (of the households, of the people: in
 *               units where that figure is an estimate), geometry
 *   assignment  unit_id, grid_id, in the order of units; no geometry
 *
 * and, where grids->micro is there, a layer
 *
 *   micro       micro_id, code (the grid's and three digits), grid_code, kind to
 *               population_estimated as grids have them, geometry
 *
 * and a column micro_id in assignment.
 *
 * Geometry is Polygon where every grid has one part, else MultiPolygon for all; in
 * grids->delivered_crs when delivered is there, else the working CRS ("EPSG:n", WKT, PROJJSON,
 * "gcj02", "bd09"; NULL: undefined). Time stamps in the file are fixed (2000-01-01).
 *
 * unit_id  [n_units] borrowed
 * stamp    may be NULL
 * Errors   IO cannot be written; INPUT unknown CRS */
gboolean cg_export_grids (const char *path, const CgGrids *grids, char *const *unit_id,
                          const CgExportStamp *stamp, GError **error);

/* CSV (UTF-8, RFC 4180 quoting, lines end with \n): id, grid_id, in the order of places;
 * out_area[i] is a row of area_id or CG_NONE, which leaves grid_id empty.
 * Errors IO */
gboolean cg_export_attachments (const char *path, const CgPlaces *places, const guint32 *area,
                                char *const *area_id, GError **error);

/* CSV: id, x, y as delivered, and a column of values to 15 digits, empty where not finite.
 * Errors IO */
gboolean cg_export_point_values (const char *path, const CgPlaces *places, const char *column,
                                 const double *value, GError **error);

#endif
