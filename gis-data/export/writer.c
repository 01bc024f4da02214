#include "export/writer.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "export/rtree.h"

/* Registered by itself: drivers that are not needed stay unknown to the process. */
void RegisterOGRGeoPackage (void);

/* ---- GDAL's surroundings ----------------------------------------------------------------- */

static void
keep_trouble (CPLErr level, CPLErrorNum number, const char *text)
{
    GString *trouble = CPLGetErrorHandlerUserData ();
    if (level >= CE_Failure && trouble->len == 0)
        g_string_append (trouble, text);
}

/* For this thread and while writing. The date makes bytes repeat; the draft needs no journal on
 * disk and no sync, since it is thrown away on failure and synced as a whole before it
 * is renamed. */
static const char *const settings[][2] = {
    { "OGR_CURRENT_DATE", "2000-01-01T00:00:00.000Z" },
    { "OGR_SQLITE_JOURNAL", "MEMORY" },
    { "OGR_SQLITE_SYNCHRONOUS", "OFF" },
    { "OGR_SQLITE_CACHE", "64" },
};

void
cg_writer_begin (CgWriter *writer)
{
    *writer = (CgWriter){ .trouble = g_string_new (NULL),
                          .trees = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_rtree_free) };
    CPLPushErrorHandlerEx (keep_trouble, writer->trouble);
    for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
        CPLSetThreadLocalConfigOption (settings[i][0], settings[i][1]);
    if (GDALGetDriverByName ("GPKG") == NULL)
        RegisterOGRGeoPackage ();
}

static void
writer_close (CgWriter *writer)
{
    if (writer->dataset != NULL)
        GDALClose (writer->dataset);
    writer->dataset = NULL;
}

void
cg_writer_end (CgWriter *writer)
{
    if (writer->trouble == NULL)
        return;
    writer_close (writer);
    if (writer->crs != NULL)
        OSRRelease (writer->crs);
    for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
        CPLSetThreadLocalConfigOption (settings[i][0], NULL);
    CPLPopErrorHandler ();
    g_string_free (writer->trouble, TRUE);
    g_ptr_array_unref (writer->trees);
}
/* ---- CRS --------------------------------------------------------------------------------- */

/* The shifted Chinese coordinates have no code of EPSG. A datum of their own keeps programs from
 * drawing them as if they were WGS 84 without a word. */
#define SHIFTED(name)                                                                              \
    "GEOGCS[\"" name " (shifted longitude and latitude)\",DATUM[\"" name                           \
    "\",SPHEROID[\"WGS 84\",6378137,"                                                              \
    "298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]"

static OGRErr
read_crs (OGRSpatialReferenceH crs, const char *name)
{
    if (g_str_has_prefix (name, "EPSG:")) {
        guint64 code;
        if (!g_ascii_string_to_unsigned (name + 5, 10, 1, G_MAXINT32, &code, NULL))
            return OGRERR_CORRUPT_DATA;
        return OSRImportFromEPSG (crs, (int) code);
    }
    if (name[0] == '{')
        return OSRSetFromUserInput (crs, name);
    g_autofree char *wkt = g_strdup (strcmp (name, "gcj02") == 0  ? SHIFTED ("GCJ-02")
                                     : strcmp (name, "bd09") == 0 ? SHIFTED ("BD-09")
                                                                  : name);
    char *rest = wkt;
    return OSRImportFromWkt (crs, &rest);
}

gboolean
cg_writer_set_crs (CgWriter *writer, const CgTarget *target, const char *name, GError **error)
{
    if (name == NULL)
        return TRUE;
    writer->crs = OSRNewSpatialReference (NULL);
    if (read_crs (writer->crs, name) != OGRERR_NONE) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: unknown coordinate system %.80s",
                     target->path, name);
        return FALSE;
    }
    OSRSetAxisMappingStrategy (writer->crs, OAMS_TRADITIONAL_GIS_ORDER);
    return TRUE;
}

/* ---- layers ------------------------------------------------------------------------------ */

OGRLayerH
cg_writer_add_layer (CgWriter *writer, const char *name, OGRwkbGeometryType type,
                     const CgColumn *columns, guint n_columns)
{
    char *options[] = { (char *) "SPATIAL_INDEX=NO", NULL }; /* see export/rtree.h */
    OGRLayerH layer = GDALDatasetCreateLayer (
        writer->dataset, name, type != wkbNone ? writer->crs : NULL, type, options);
    for (guint i = 0; layer != NULL && i < n_columns; i++) {
        OGRFieldDefnH field = OGR_Fld_Create (columns[i].name, columns[i].type);
        if (OGR_L_CreateField (layer, field, FALSE) != OGRERR_NONE)
            layer = NULL;
        OGR_Fld_Destroy (field);
    }
    if (layer == NULL || type == wkbNone)
        return layer;
    CgRtree *tree = cg_rtree_new (writer->dataset, layer);
    if (tree == NULL)
        return NULL;
    g_ptr_array_add (writer->trees, tree);
    return layer;
}

void
cg_writer_set_text (OGRFeatureH feature, int column, const char *text)
{
    if (text != NULL)
        OGR_F_SetFieldString (feature, column, text);
}

void
cg_writer_set_number (OGRFeatureH feature, int column, double value)
{
    if (isfinite (value))
        OGR_F_SetFieldDouble (feature, column, value);
}

/* Adds the feature to the layer and frees it. */
gboolean
cg_writer_add_feature (CgWriter *writer, OGRLayerH layer, OGRFeatureH feature)
{
    gboolean added = OGR_L_CreateFeature (layer, feature) == OGRERR_NONE;
    for (guint k = 0; k < writer->trees->len && added; k++)
        if (cg_rtree_is_of (writer->trees->pdata[k], layer))
            cg_rtree_add (writer->trees->pdata[k], feature);
    OGR_F_Destroy (feature);
    return added;
}

gboolean
cg_writer_set_geometry (OGRFeatureH feature, const CgShapes *shapes, guint32 i, gboolean multi)
{
    if (shapes->shape_part[i] == shapes->shape_part[i + 1])
        return TRUE;
    g_autoptr (GBytes) wkb = cg_shapes_get_wkb (shapes, i, multi);
    gsize size;
    const void *bytes = g_bytes_get_data (wkb, &size);
    OGRGeometryH geometry = NULL;
    return OGR_G_CreateFromWkbEx (bytes, NULL, &geometry, size) == OGRERR_NONE &&
           OGR_F_SetGeometryDirectly (feature, geometry) == OGRERR_NONE;
}

gboolean
cg_writer_needs_multi (const CgShapes *shapes)
{
    for (guint32 i = 0; i < shapes->n_shapes; i++)
        if (shapes->shape_part[i + 1] - shapes->shape_part[i] > 1)
            return TRUE;
    return FALSE;
}

gboolean
cg_writer_add_run (CgWriter *writer, const CgExportStamp *stamp)
{
    static const CgColumn columns[] = { { "key", OFTString }, { "value", OFTString } };
    g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, stamp != NULL ? stamp->seed : 0);
    const struct {
        const char *key, *value;
    } rows[] = {
        { "program", "countygrid" },
        { "version", CG_VERSION },
        { "seed", stamp != NULL ? seed : NULL },
        { "options", stamp != NULL ? stamp->options : NULL },
        { "data_version", stamp != NULL ? stamp->data_version : NULL },
    };
    OGRLayerH layer =
        cg_writer_add_layer (writer, "countygrid_run", wkbNone, columns, G_N_ELEMENTS (columns));
    for (guint i = 0; layer != NULL && i < G_N_ELEMENTS (rows); i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        cg_writer_set_text (feature, 0, rows[i].key);
        cg_writer_set_text (feature, 1, rows[i].value);
        if (!cg_writer_add_feature (writer, layer, feature))
            return FALSE;
    }
    return layer != NULL;
}

gboolean
cg_writer_create (CgWriter *writer, const char *draft)
{
    GDALDriverH driver = GDALGetDriverByName ("GPKG");
    writer->dataset =
        driver != NULL ? GDALCreate (driver, draft, 0, 0, 0, GDT_Unknown, NULL) : NULL;
    return writer->dataset != NULL &&
           GDALDatasetStartTransaction (writer->dataset, FALSE) == OGRERR_NONE;
}

gboolean
cg_writer_finish (CgWriter *writer, CgTarget *target, gboolean written, GError **error)
{
    for (guint k = 0; k < writer->trees->len; k++)
        written = written && cg_rtree_write (writer->trees->pdata[k]);
    written = written && GDALDatasetCommitTransaction (writer->dataset) == OGRERR_NONE;
    /* Closing writes what was held back, and tells of trouble only through the handler. */
    writer_close (writer);
    if (!written || writer->trouble->len > 0) {
        const char *why = writer->trouble->len > 0 ? writer->trouble->str
                                                   : "the GeoPackage driver gave no reason";
        cg_target_fail (target, "cannot be written", why, error);
        return FALSE;
    }
    return cg_target_commit (target, error);
}
