#include "generate.h"

#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

static gboolean
write_unit (OGRLayerH layer, const CgUnits *units, guint32 i)
{
    g_autoptr (GBytes) wkb = cg_shapes_get_wkb (units->shapes, i, FALSE);
    OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
    OGRGeometryH geometry = NULL;
    gsize size;
    gconstpointer bytes = g_bytes_get_data (wkb, &size);
    OGR_F_SetFieldString (feature, 0, units->id[i]);
    OGR_F_SetFieldString (feature, 1, cg_names_get (units->regions, units->region[i]));
    OGR_F_SetFieldInteger (feature, 2, (int) units->households[i]);
    gboolean written = OGR_G_CreateFromWkb (bytes, NULL, &geometry, (int) size) == OGRERR_NONE &&
                       OGR_F_SetGeometryDirectly (feature, geometry) == OGRERR_NONE &&
                       OGR_L_CreateFeature (layer, feature) == OGRERR_NONE;
    OGR_F_Destroy (feature);
    return written;
}

static OGRLayerH
create_layer (GDALDatasetH set)
{
    const struct {
        const char *name;
        OGRFieldType type;
    } fields[] = { { "unit_id", OFTString },
                   { "community", OFTString },
                   { "households", OFTInteger } };
    OGRSpatialReferenceH crs = OSRNewSpatialReference (NULL);
    OSRImportFromEPSG (crs, 4547);
    OGRLayerH layer = GDALDatasetCreateLayer (set, "units", crs, wkbPolygon, NULL);
    OSRDestroySpatialReference (crs);
    for (guint f = 0; layer != NULL && f < G_N_ELEMENTS (fields); f++) {
        OGRFieldDefnH field = OGR_Fld_Create (fields[f].name, fields[f].type);
        OGR_L_CreateField (layer, field, TRUE);
        OGR_Fld_Destroy (field);
    }
    return layer;
}

gboolean
bench_write_units (const CgUnits *units, const char *path, char **out_why)
{
    GDALAllRegister ();
    CPLSetConfigOption ("OGR_CURRENT_DATE", "2020-01-01T00:00:00.000Z");
    GDALDatasetH set = GDALCreate (GDALGetDriverByName ("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
    OGRLayerH layer = set != NULL ? create_layer (set) : NULL;
    gboolean written = layer != NULL && GDALDatasetStartTransaction (set, FALSE) == OGRERR_NONE;
    for (guint32 i = 0; written && i < units->n; i++)
        written = write_unit (layer, units, i);
    written = written && GDALDatasetCommitTransaction (set) == OGRERR_NONE;
    if (!written)
        *out_why = g_strdup_printf ("%s: %s", path, CPLGetLastErrorMsg ());
    if (set != NULL)
        GDALClose (set);
    return written;
}
