/* An area drawn by hand, as people and pages give it. */
#ifndef CG_APP_AREA_H
#define CG_APP_AREA_H

#include "model/shapes.h"

#define CG_AREA_MAX_VERTICES 1000u
#define CG_AREA_MIN_SIDE_M 100.0 /* less says nothing about a county */

/* A table of one valid area, from
 *
 *   WKT      POLYGON or MULTIPOLYGON of x and y in metres of the working CRS
 *   GeoJSON  (RFC 7946: longitude and latitude) a Polygon, a MultiPolygon, a Feature of one, or a
 *            collection of one Feature
 *
 * A ring that is not closed is closed. Coordinates are rounded to whole centimetres, so that the
 * same area told in either way is the same to the bit. working_crs NULL: a plane without a name,
 * which GeoJSON cannot be put on. (transfer full)
 * Errors  ARGUMENT neither of them, a number that is none, a ring of less than three places, an
 *         area that crosses itself (says where) or is under CG_AREA_MIN_SIDE_M a side, degrees that
 *         are none or are not in the working CRS; LIMIT over CG_AREA_MAX_VERTICES */
CgShapes *cg_area_parse (const char *text, const char *working_crs, GError **error);

/* The text of an area on a command line: itself, or where it does not begin as WKT or GeoJSON the
 * content of the file of that name. (transfer full)
 * Errors  IO no such file; LIMIT a file over a megabyte */
char *cg_area_read (const char *given, GError **error);

#endif
