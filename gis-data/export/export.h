/* Products as files: GeoPackage through GDAL, CSV. Same tables give the same bytes. */
#ifndef CG_EXPORT_H
#define CG_EXPORT_H

#include "model/grids.h"
#include "model/places.h"

typedef struct {
    guint64 seed;
    const char *options;      /* the command's options, one line                        */
    const char *data_version; /* hash of the input                                      */
} CgExportStamp;

/* Layers `grids` and `assignment` of design.md section 4, in grids->delivered_crs when delivered is there, else
 * the working CRS. Written beside the target and renamed into place. (unit_id[n_units] borrowed)
 * Errors IO */
gboolean cg_export_grids (const char *path, const CgGrids *grids, char *const *unit_id,
                          const CgExportStamp *stamp, GError **error);

/* id, grid_id; out_area[i] is a row of area_id or CG_NONE. */
gboolean cg_export_attachments (const char *path, const CgPlaces *places, const guint32 *area, char *const *area_id,
                                GError **error);

#endif
