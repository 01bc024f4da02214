/* What queries ask of a stored geometry, answered without the extension, which trusts the counts in
 * a blob: one flipped bit could make it write where nothing is.
 *
 * Blobs are those of SpatiaLite (https://www.gaia-gis.it/gaia-sins/BLOB-Geometry.html), two
 * dimensions, little-endian; anything else answers NULL. */
#ifndef CG_STORE_BLOB_H
#define CG_STORE_BLOB_H

#include <sqlite3.h>

/* Takes the place of GeometryType, ST_SRID, ST_AsBinary, ST_X, ST_Y, ST_MinX, ST_MinY, ST_MaxX and
 * ST_MaxY on a connection. SQLITE_OK or an error of SQLite. */
int cg_blob_replace_functions (sqlite3 *handle);

#endif
