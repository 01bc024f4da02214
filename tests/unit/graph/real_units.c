#include "real_units.h"

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

static void
add_feature (CgUnits *units, guint32 i, OGRFeatureH feature, OGRCoordinateTransformationH transform)
{
    OGRGeometryH geometry = OGR_F_GetGeometryRef (feature);
    for (guint pass = 0; pass < 2; pass++) {
        g_autoptr (GError) error = NULL;
        gsize size = (gsize) OGR_G_WkbSize (geometry);
        g_autofree guint8 *wkb = g_malloc (size);
        g_assert_cmpint (OGR_G_ExportToIsoWkb (geometry, wkbNDR, wkb), ==, OGRERR_NONE);
        CgShapes *table = pass == 0 && transform != NULL ? units->delivered : units->shapes;
        cg_shapes_add_wkb (table, wkb, size, &error);
        g_assert_no_error (error);
        if (transform == NULL)
            break;
        if (pass == 0)
            g_assert_cmpint (OGR_G_Transform (geometry, transform), ==, OGRERR_NONE);
    }
}

static const char *
text_of (OGRFeatureH feature, const char *column)
{
    int field = column != NULL ? OGR_F_GetFieldIndex (feature, column) : -1;
    return field < 0 ? NULL : OGR_F_GetFieldAsString (feature, field);
}

CgUnits *
cg_test_read_units (const char *path, const char *id, const char *region, int epsg)
{
    GDALAllRegister ();
    GDALDatasetH file = GDALOpenEx (path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    g_assert_nonnull (file);
    OGRLayerH layer = GDALDatasetGetLayer (file, 0);
    OGRCoordinateTransformationH transform = NULL;
    OGRSpatialReferenceH to = NULL;
    if (epsg != 0) {
        to = OSRNewSpatialReference (NULL);
        OSRImportFromEPSG (to, epsg);
        OSRSetAxisMappingStrategy (to, OAMS_TRADITIONAL_GIS_ORDER);
        transform = OCTNewCoordinateTransformation (OGR_L_GetSpatialRef (layer), to);
        g_assert_nonnull (transform);
    }
    guint32 n = (guint32) OGR_L_GetFeatureCount (layer, TRUE);
    CgUnits *units = cg_units_new (n);
    if (transform != NULL)
        units->delivered = cg_shapes_new (CG_SHAPES_AREA);
    OGRFeatureH feature;
    for (guint32 i = 0; i < n && (feature = OGR_L_GetNextFeature (layer)) != NULL; i++) {
        const char *name = text_of (feature, region), *households = text_of (feature, "households");
        units->id[i] = g_strdup (text_of (feature, id));
        units->region[i] = cg_names_add (units->regions, name != NULL ? name : "R");
        if (households != NULL)
            units->households[i] = (guint32) g_ascii_strtoull (households, NULL, 10);
        add_feature (units, i, feature, transform);
        OGR_F_Destroy (feature);
    }
    if (transform != NULL) {
        OCTDestroyCoordinateTransformation (transform);
        OSRDestroySpatialReference (to);
    }
    GDALClose (file);
    return units;
}
