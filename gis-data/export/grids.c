#include "export/export.h"
#include "export/target.h"

#include "base/error.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <string.h>

/* Registered by itself: drivers that are not needed stay unknown to the process. */
void RegisterOGRGeoPackage (void);

typedef struct {
    GDALDatasetH dataset;
    OGRSpatialReferenceH crs; /* NULL: undefined                          */
    GString *trouble;         /* first failure that GDAL told of          */
} Writer;

typedef struct {
    const char *name;
    OGRFieldType type;
} Column;

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

static void
writer_begin (Writer *writer)
{
    *writer = (Writer){ .trouble = g_string_new (NULL) };
    CPLPushErrorHandlerEx (keep_trouble, writer->trouble);
    for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
        CPLSetThreadLocalConfigOption (settings[i][0], settings[i][1]);
    if (GDALGetDriverByName ("GPKG") == NULL)
        RegisterOGRGeoPackage ();
}

static void
writer_close (Writer *writer)
{
    if (writer->dataset != NULL)
        GDALClose (writer->dataset);
    writer->dataset = NULL;
}

static void
writer_end (Writer *writer)
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
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_end)

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

static gboolean
set_crs (Writer *writer, const CgTarget *target, const char *name, GError **error)
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

static OGRLayerH
add_layer (Writer *writer, const char *name, OGRwkbGeometryType type, const Column *columns,
           guint n_columns)
{
    OGRLayerH layer = GDALDatasetCreateLayer (writer->dataset, name,
                                              type != wkbNone ? writer->crs : NULL, type, NULL);
    for (guint i = 0; layer != NULL && i < n_columns; i++) {
        OGRFieldDefnH field = OGR_Fld_Create (columns[i].name, columns[i].type);
        if (OGR_L_CreateField (layer, field, FALSE) != OGRERR_NONE)
            layer = NULL;
        OGR_Fld_Destroy (field);
    }
    return layer;
}

static void
set_text (OGRFeatureH feature, int column, const char *text)
{
    if (text != NULL)
        OGR_F_SetFieldString (feature, column, text);
}

static void
set_number (OGRFeatureH feature, int column, double value)
{
    if (isfinite (value))
        OGR_F_SetFieldDouble (feature, column, value);
}

/* Adds the feature to the layer and frees it. */
static gboolean
add_feature (OGRLayerH layer, OGRFeatureH feature)
{
    gboolean added = OGR_L_CreateFeature (layer, feature) == OGRERR_NONE;
    OGR_F_Destroy (feature);
    return added;
}

static gboolean
set_geometry (OGRFeatureH feature, const CgShapes *shapes, guint32 i, gboolean multi)
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

static gboolean
needs_multi (const CgShapes *shapes)
{
    for (guint32 i = 0; i < shapes->n_shapes; i++)
        if (shapes->shape_part[i + 1] - shapes->shape_part[i] > 1)
            return TRUE;
    return FALSE;
}

/* Columns that grids and micro-units share, from column `first` on. */
static void
set_figures (OGRFeatureH feature, int first, const CgGrids *grids, guint32 i)
{
    set_text (feature, first, cg_unit_kind_name (grids->kind[i]));
    OGR_F_SetFieldInteger64 (feature, first + 1, grids->households[i]);
    OGR_F_SetFieldInteger64 (feature, first + 2, grids->population[i]);
    OGR_F_SetFieldInteger64 (feature, first + 3, grids->units[i]);
    set_number (feature, first + 4, grids->perimeter_m[i]);
    set_number (feature, first + 5, grids->area_m2[i]);
    set_number (feature, first + 6, grids->compactness[i]);
    set_text (feature, first + 7, cg_grid_status_name (grids->status[i]));
    set_text (feature, first + 8, grids->certificate[i]);
    OGR_F_SetFieldInteger64 (feature, first + 9, cg_grid_pieces (grids, i));
}

static gboolean
write_grids (Writer *writer, const CgGrids *grids)
{
    static const Column columns[] = {
        { "grid_id", OFTInteger64 }, { "code", OFTString },          { "within", OFTString },
        { "kind", OFTString },       { "households", OFTInteger64 }, { "population", OFTInteger64 },
        { "units", OFTInteger64 },   { "perimeter_m", OFTReal },     { "area_m2", OFTReal },
        { "compactness", OFTReal },  { "status", OFTString },        { "certificate", OFTString },
        { "pieces", OFTInteger64 },
    };
    const CgShapes *shapes = grids->delivered != NULL ? grids->delivered : grids->shapes;
    gboolean multi = needs_multi (shapes);
    OGRLayerH layer = add_layer (writer, "grids", multi ? wkbMultiPolygon : wkbPolygon, columns,
                                 G_N_ELEMENTS (columns));
    for (guint32 i = 0; layer != NULL && i < grids->n; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        gboolean shaped = set_geometry (feature, shapes, i, multi);
        OGR_F_SetFieldInteger64 (feature, 0, grids->grid_id[i]);
        set_text (feature, 1, grids->code[i] != NULL ? grids->code[i] : "");
        set_text (feature, 2, grids->within[i] != NULL ? grids->within[i] : "");
        set_figures (feature, 3, grids, i);
        if (!add_feature (layer, feature) || !shaped)
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
write_micro (Writer *writer, const CgGrids *micro)
{
    static const Column columns[] = {
        { "micro_id", OFTInteger64 },   { "code", OFTString },          { "grid_code", OFTString },
        { "kind", OFTString },          { "households", OFTInteger64 },
        { "population", OFTInteger64 }, { "units", OFTInteger64 },      { "perimeter_m", OFTReal },
        { "area_m2", OFTReal },         { "compactness", OFTReal },     { "status", OFTString },
        { "certificate", OFTString },   { "pieces", OFTInteger64 },
    };
    const CgShapes *shapes = micro->delivered != NULL ? micro->delivered : micro->shapes;
    gboolean multi = needs_multi (shapes);
    OGRLayerH layer = add_layer (writer, "micro", multi ? wkbMultiPolygon : wkbPolygon, columns,
                                 G_N_ELEMENTS (columns));
    for (guint32 i = 0; layer != NULL && i < micro->n; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        gboolean shaped = set_geometry (feature, shapes, i, multi);
        OGR_F_SetFieldInteger64 (feature, 0, micro->grid_id[i]);
        set_text (feature, 1, micro->code[i]);
        set_text (feature, 2, micro->within[i]);
        set_figures (feature, 3, micro, i);
        if (!add_feature (layer, feature) || !shaped)
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
write_assignment (Writer *writer, const CgGrids *grids, char *const *unit_id)
{
    static const Column columns[] = { { "unit_id", OFTString },
                                      { "grid_id", OFTInteger64 },
                                      { "micro_id", OFTInteger64 } };
    const CgGrids *micro = grids->micro;
    OGRLayerH layer = add_layer (writer, "assignment", wkbNone, columns, micro != NULL ? 3 : 2);
    for (guint32 i = 0; layer != NULL && i < grids->n_units; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        set_text (feature, 0, unit_id[i]);
        if (grids->grid_of[i] < grids->n)
            OGR_F_SetFieldInteger64 (feature, 1, grids->grid_id[grids->grid_of[i]]);
        if (micro != NULL && micro->grid_of[i] < micro->n)
            OGR_F_SetFieldInteger64 (feature, 2, micro->grid_id[micro->grid_of[i]]);
        if (!add_feature (layer, feature))
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
write_run (Writer *writer, const CgExportStamp *stamp)
{
    static const Column columns[] = { { "key", OFTString }, { "value", OFTString } };
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
        add_layer (writer, "countygrid_run", wkbNone, columns, G_N_ELEMENTS (columns));
    for (guint i = 0; layer != NULL && i < G_N_ELEMENTS (rows); i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        set_text (feature, 0, rows[i].key);
        set_text (feature, 1, rows[i].value);
        if (!add_feature (layer, feature))
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
write_all (Writer *writer, const char *draft, const CgGrids *grids, char *const *unit_id,
           const CgExportStamp *stamp)
{
    GDALDriverH driver = GDALGetDriverByName ("GPKG");
    writer->dataset =
        driver != NULL ? GDALCreate (driver, draft, 0, 0, 0, GDT_Unknown, NULL) : NULL;
    if (writer->dataset == NULL ||
        GDALDatasetStartTransaction (writer->dataset, FALSE) != OGRERR_NONE)
        return FALSE;
    if (!write_grids (writer, grids) || !write_assignment (writer, grids, unit_id) ||
        (grids->micro != NULL && !write_micro (writer, grids->micro)) || !write_run (writer, stamp))
        return FALSE;
    return GDALDatasetCommitTransaction (writer->dataset) == OGRERR_NONE;
}

gboolean
cg_export_grids (const char *path, const CgGrids *grids, char *const *unit_id,
                 const CgExportStamp *stamp, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    g_auto (Writer) writer = { NULL };
    if (!cg_target_init (&target, path, ".gpkg", error))
        return FALSE;
    writer_begin (&writer);
    if (!set_crs (&writer, &target,
                  grids->delivered != NULL ? grids->delivered_crs : grids->working_crs, error))
        return FALSE;
    gboolean written = write_all (&writer, target.draft, grids, unit_id, stamp);
    /* Closing writes what was held back, and tells of trouble only through the handler. */
    writer_close (&writer);
    if (!written || writer.trouble->len > 0) {
        const char *why =
            writer.trouble->len > 0 ? writer.trouble->str : "the GeoPackage driver gave no reason";
        cg_target_fail (&target, "cannot be written", why, error);
        return FALSE;
    }
    return cg_target_commit (&target, error);
}
