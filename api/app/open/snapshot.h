/* Use case: everything public of a county as one GeoPackage, of one moment, to be opened in QGIS or read by scripts:
 * nobody works on the county's own file, and nobody who writes is held up.
 *
 * Layers  the collections (app/open/collections.h) by their names, in the working CRS; lines and areas of barriers apart as
 *         barriers and barrier_areas; grids have the screens' measures as further columns; styles in layer_styles.
 *         Nothing about persons and no single building is in it, as in the collections.
 */
#ifndef CG_APP_SNAPSHOT_H
#define CG_APP_SNAPSHOT_H

#include "app/open/collections.h"

/* source, county as for cg_features_new. The same data and day give the same bytes.
 * now_s           picks the day that measures end with
 * out_data_version  of what was written; may be NULL
 * Errors  as cg_features_get; CONFLICT the ground changed again and again meanwhile; IO */
gboolean cg_snapshot_write (CgScreenSource *source, const char *county, gint64 now_s, const char *path,
                            gint64 *out_data_version, GError **error);

#endif
