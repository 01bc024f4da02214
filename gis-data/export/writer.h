/* GeoPackages through GDAL: layers, columns, one transaction; what the products share. */
#ifndef CG_EXPORT_WRITER_H
#define CG_EXPORT_WRITER_H

/* The library's enumerations are wider than the standard's int. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#pragma GCC diagnostic pop

#include "export/export.h"
#include "export/target.h"

typedef struct CgRtree CgRtree;

typedef struct {
    GDALDatasetH dataset;
    OGRSpatialReferenceH crs; /* NULL: undefined                          */
    GString *trouble;         /* first failure that GDAL told of          */
    GPtrArray *trees;         /* of CgRtree: one a layer with geometry    */
} CgWriter;

typedef struct {
    const char *name;
    OGRFieldType type;
} CgColumn;

/* Takes over GDAL's messages and settings of this thread until cg_writer_end. */
void cg_writer_begin (CgWriter *writer);
void cg_writer_end (CgWriter *writer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgWriter, cg_writer_end)

/* NULL: undefined. Errors INPUT unknown CRS */
gboolean cg_writer_set_crs (CgWriter *writer, const CgTarget *target, const char *name,
                            GError **error);
/* The file, and a transaction over all of it. FALSE: see cg_writer_finish. */
gboolean cg_writer_create (CgWriter *writer, const char *draft);
/* Ends the transaction, closes and puts the file in place. written FALSE: only says why not.
 * Errors IO */
gboolean cg_writer_finish (CgWriter *writer, CgTarget *target, gboolean written, GError **error);

/* With a spatial index where it has a geometry. NULL when the library refuses. */
OGRLayerH cg_writer_add_layer (CgWriter *writer, const char *name, OGRwkbGeometryType type,
                               const CgColumn *columns, guint n_columns);
/* The table countygrid_run. */
gboolean cg_writer_add_run (CgWriter *writer, const CgExportStamp *stamp);

/* NULL and what is not finite stay null. */
void cg_writer_set_text (OGRFeatureH feature, int column, const char *text);
void cg_writer_set_number (OGRFeatureH feature, int column, double value);
gboolean cg_writer_set_geometry (OGRFeatureH feature, const CgShapes *shapes, guint32 i,
                                 gboolean multi);
gboolean cg_writer_needs_multi (const CgShapes *shapes);
/* Adds the feature to the layer and frees it. */
gboolean cg_writer_add_feature (CgWriter *writer, OGRLayerH layer, OGRFeatureH feature);

#endif
