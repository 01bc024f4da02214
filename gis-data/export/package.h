/* A GeoPackage of several layers, feature by feature, with the styles that QGIS opens them in.
 *
 *   g_autoptr (CgPackage) package = cg_package_new (path, "EPSG:4545", &error);
 *   cg_package_begin (package, "towns", CG_PACKAGE_AREAS, columns, n);
 *   cg_package_set_text (package, 0, name);
 *   cg_package_end_shape (package, shapes, i);
 *   cg_package_finish (package, &stamp, &error);
 *
 * What GDAL refuses is told once, by cg_package_finish; calls after it do nothing. The file appears whole or not
 * at all, and has the same bytes for the same calls. One thread from new to free.
 */
#ifndef CG_EXPORT_PACKAGE_H
#define CG_EXPORT_PACKAGE_H

#include "export/export.h"

typedef enum {
    CG_FIELD_TEXT,
    CG_FIELD_WHOLE,
    CG_FIELD_REAL,
    CG_FIELD_FLAG,
    CG_FIELD_TIME, /* stored as UTC */
} CgFieldKind;

typedef struct {
    const char *name;
    CgFieldKind kind;
} CgPackageColumn;

typedef enum { CG_PACKAGE_POINTS, CG_PACKAGE_LINES, CG_PACKAGE_AREAS } CgPackageKind; /* lines and areas: Multi */

typedef struct CgPackage CgPackage;

/* crs  of all layers, as in cg_export_grids. Errors INPUT unknown CRS; IO */
CgPackage *cg_package_new (const char *path, const char *crs, GError **error);
/* Removes what was not finished. */
void cg_package_free (CgPackage *package);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPackage, cg_package_free)

void cg_package_begin (CgPackage *package, const char *layer, CgPackageKind kind, const CgPackageColumn *columns,
                       guint n_columns);
/* Of the next feature; what is not set is null. */
void cg_package_set_text (CgPackage *package, guint column, const char *text); /* NULL: null */
void cg_package_set_whole (CgPackage *package, guint column, gint64 value);   /* FLAG too */
void cg_package_set_real (CgPackage *package, guint column, double value);    /* not finite: null */
void cg_package_set_time (CgPackage *package, guint column, gint64 time_s);
/* The feature ends with its geometry; none: not finite, shapes NULL or an empty shape. */
void cg_package_end_point (CgPackage *package, double x, double y);
void cg_package_end_shape (CgPackage *package, const CgShapes *shapes, guint32 i);

/* In table layer_styles, which QGIS reads when a layer is opened: the layer's own style.
 * qml  as QGIS 3 writes it */
void cg_package_add_style (CgPackage *package, const char *layer, const char *title, const char *qml);

/* stamp  as in cg_export_grids; may be NULL. Errors IO */
gboolean cg_package_finish (CgPackage *package, const CgExportStamp *stamp, GError **error);

#endif
