/* Coordinates: CRS names, Chinese offsets, and the working CRS. The only place that includes PROJ.
 *
 * x is always easting or longitude, y northing or latitude, whatever the authority says of axis
 * order. CGCS2000 and WGS 84 are taken as the same datum (difference below 0.1 m; the EPSG data
 * base has no transformation); stated in docs/methods.md.
 */
#ifndef CG_NORMALISE_CRS_H
#define CG_NORMALISE_CRS_H

#include "model/shapes.h"

typedef struct _CgTransform CgTransform; /* one thread at a time */

/* from, to: "EPSG:n", "gcj02", "bd09" (longitude, latitude in degrees), or WKT / PROJJSON.
 * Pipelines and "+proj" texts are refused (they may name files). PROJ's network is off. Errors
 * INPUT unknown name (says which). */
CgTransform *cg_transform_new (const char *from, const char *to, GError **error);
void cg_transform_free (CgTransform *transform);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgTransform, cg_transform_free)

/* In place. Points that cannot be transformed become NaN; returns how many did. */
guint32 cg_transform_run (CgTransform *transform, guint32 n, double *x, double *y);

/* Betters *out_x, *out_y, which cg_transform_run made of (x, y), until the way back leads to (x, y): far from where a projection is
 * meant to be used the two ways of its formulas differ (transverse Mercator, 80 degrees beside its meridian: by ten metres).
 * To 1e-12 of the target's unit, or as near as 30 steps of q + G (w) - G (F (q)) lead; beyond some 85 degrees, where several
 * places share their coordinates, to one of these. Chinese offsets are left as they are. */
void cg_transform_sharpen (CgTransform *transform, double x, double y, double *out_x, double *out_y);

/* New table in the target CRS, vertex for vertex.
 * Errors GEOMETRY a vertex cannot be transformed */
CgShapes *cg_transform_shapes (CgTransform *transform, const CgShapes *shapes, GError **error);

/* The CRS to measure in for data that lies in box (of crs): crs itself when it is projected with a
 * scale within 1 % of true and metres; the CGCS2000 3-degree zone (EPSG:4534..4554, central
 * meridian by the middle of the box) between 73.5 and 136.5 E and 3 and 54 N; else the UTM zone.
 * "EPSG:n". (transfer full)
 * Errors INPUT unknown name, a box that does not fit the CRS */
char *cg_crs_working_for (const char *crs, const CgBox *box, GError **error);

/* Errors INPUT unknown name. */
gboolean cg_crs_is_geographic (const char *crs, gboolean *out, GError **error);
/* TRUE when crs is projected and its unit is the metre: fit to be a working CRS. Errors INPUT
 * unknown name. */
gboolean cg_crs_is_metric (const char *crs, gboolean *out, GError **error);
/* TRUE where the authority names latitude or northing before longitude or easting, as for EPSG:4490
 * and the Gauss-Kruger zones. Everything else here takes x first all the same. Errors INPUT unknown
 * name. */
gboolean cg_crs_is_north_first (const char *crs, gboolean *out, GError **error);
/* Range that coordinates of the CRS may have: its area of use with 1.5 degrees around it, in its
 * own units. Errors INPUT unknown name, datum or area of use. */
gboolean cg_crs_bounds (const char *crs, CgBox *out, GError **error);
/* "CGCS2000 / 3-degree Gauss-Kruger CM 108E (EPSG:4545)". (transfer full) */
char *cg_crs_describe (const char *crs);

/* GCJ-02: the published formula; forward exact to 1e-9 degree of it; inverse by fixed-point
 * iteration, round trip below 1e-9 degree except within 700 m of the rim of the box. Outside China
 * (72.004-137.8347 E, 0.8293-55.8271 N) both are the identity. BD-09 is a second offset on GCJ-02,
 * with the same box. In and out may be the same variables. */
void cg_gcj02_from_wgs84 (double lon, double lat, double *out_lon, double *out_lat);
void cg_gcj02_to_wgs84 (double lon, double lat, double *out_lon, double *out_lat);
void cg_bd09_from_gcj02 (double lon, double lat, double *out_lon, double *out_lat);
void cg_bd09_to_gcj02 (double lon, double lat, double *out_lon, double *out_lat);

#endif
