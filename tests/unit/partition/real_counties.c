#include "real_counties.h"

#include "support.h"

#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

static void
scale_to_metres (CgShapes *shapes)
{
    CgBox box = cg_shapes_box_all (shapes);
    double middle = (box.y_min + box.y_max) / 2 * G_PI / 180;
    double per_lat = 111132.954 - 559.822 * cos (2 * middle) + 1.175 * cos (4 * middle);
    double per_lon = 111412.84 * cos (middle) - 93.5 * cos (3 * middle);
    for (guint32 i = 0; i < shapes->n_vertices; i++) {
        shapes->x[i] = (shapes->x[i] - box.x_min) * per_lon;
        shapes->y[i] = (shapes->y[i] - box.y_min) * per_lat;
    }
}

static void
add_shape (CgShapes *shapes, OGRFeatureH feature)
{
    g_autoptr (GError) error = NULL;
    OGRGeometryH geometry = OGR_F_GetGeometryRef (feature);
    gsize size = (gsize) OGR_G_WkbSize (geometry);
    g_autofree guint8 *wkb = g_malloc (size);
    OGR_G_ExportToIsoWkb (geometry, wkbNDR, wkb);
    cg_shapes_add_wkb (shapes, wkb, size, &error);
    g_assert_no_error (error);
}

static CgUnits *
read_units (const char *path, const char *id, const char *weight, const char *within)
{
    GDALAllRegister ();
    GDALDatasetH set = GDALOpenEx (path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    g_assert_nonnull (set);
    OGRLayerH layer = GDALDatasetGetLayer (set, 0);
    OGRFeatureDefnH columns = OGR_L_GetLayerDefn (layer);
    int id_column = OGR_FD_GetFieldIndex (columns, id);
    int weight_column = OGR_FD_GetFieldIndex (columns, weight);
    int within_column = OGR_FD_GetFieldIndex (columns, within);
    g_assert_true (id_column >= 0 && weight_column >= 0 && within_column >= 0);
    CgUnits *units = cg_units_new ((guint32) OGR_L_GetFeatureCount (layer, TRUE));
    OGRFeatureH feature;
    OGR_L_ResetReading (layer);
    for (guint32 row = 0; (feature = OGR_L_GetNextFeature (layer)) != NULL; row++) {
        add_shape (units->shapes, feature);
        units->id[row] = g_strdup (OGR_F_GetFieldAsString (feature, id_column));
        units->households[row] = (guint32) OGR_F_GetFieldAsInteger (feature, weight_column);
        units->region[row]
            = cg_names_add (units->regions, OGR_F_GetFieldAsString (feature, within_column));
        OGR_F_Destroy (feature);
    }
    OGRSpatialReferenceH reference = OGR_L_GetSpatialRef (layer);
    if (reference != NULL && OSRIsGeographic (reference))
        scale_to_metres (units->shapes);
    GDALClose (set);
    return units;
}

gboolean
real_county_read (RealCounty *county, const char *file, const char *id, const char *weight,
                  const char *within)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *path = cg_test_data (file);
    *county = (RealCounty){ 0 };
    if (path == NULL)
        return FALSE;
    county->units = read_units (path, id, weight, within);
    county->graph = cg_graph_build (county->units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    county->input = (CgPartitionInput){ .graph = county->graph, .weight = county->units->households,
                                        .region = county->units->region, .id = county->units->id };
    return TRUE;
}

void
real_county_done (RealCounty *county)
{
    cg_graph_free (county->graph);
    cg_units_free (county->units);
    *county = (RealCounty){ 0 };
}
