#include "export/package.h"

#include <math.h>

#include "export/writer.h"

#define GEOMETRY_COLUMN "geom" /* GDAL's name for it */

typedef struct {
    char *layer, *title, *qml;
} Style;

struct CgPackage {
    CgTarget target;
    CgWriter writer;
    gboolean good;
    OGRLayerH layer;
    OGRFeatureH feature; /* the next one, NULL: nothing set yet */
    GArray *styles;      /* of Style */
};

static void
style_clear (gpointer data)
{
    Style *style = data;
    g_free (style->layer);
    g_free (style->title);
    g_free (style->qml);
}

CgPackage *
cg_package_new (const char *path, const char *crs, GError **error)
{
    CgPackage *package = g_new0 (CgPackage, 1);
    package->styles = g_array_new (FALSE, FALSE, sizeof (Style));
    g_array_set_clear_func (package->styles, style_clear);
    if (!cg_target_init (&package->target, path, ".gpkg", error)) {
        cg_package_free (package);
        return NULL;
    }
    cg_writer_begin (&package->writer);
    if (!cg_writer_set_crs (&package->writer, &package->target, crs, error)) {
        cg_package_free (package);
        return NULL;
    }
    package->good = cg_writer_create (&package->writer, package->target.draft);
    return package;
}

void
cg_package_free (CgPackage *package)
{
    if (package == NULL)
        return;
    if (package->feature != NULL)
        OGR_F_Destroy (package->feature);
    cg_writer_end (&package->writer);
    cg_target_done (&package->target);
    g_array_unref (package->styles);
    g_free (package);
}

static OGRwkbGeometryType
geometry_type (CgPackageKind kind)
{
    return kind == CG_PACKAGE_POINTS  ? wkbPoint
           : kind == CG_PACKAGE_LINES ? wkbMultiLineString
                                      : wkbMultiPolygon;
}

void
cg_package_begin (CgPackage *package, const char *layer, CgPackageKind kind,
                  const CgPackageColumn *columns, guint n_columns)
{
    static const OGRFieldType types[] = { OFTString, OFTInteger64, OFTReal, OFTInteger,
                                          OFTDateTime };
    g_autofree CgColumn *fields = g_new (CgColumn, n_columns + 1);
    for (guint c = 0; c < n_columns; c++)
        fields[c] = (CgColumn){ columns[c].name, types[columns[c].kind] };
    if (!package->good)
        return;
    package->layer =
        cg_writer_add_layer (&package->writer, layer, geometry_type (kind), fields, n_columns);
    package->good = package->layer != NULL;
}

/* NULL: nothing is written any more. */
static OGRFeatureH
next_feature (CgPackage *package)
{
    if (package->good && package->feature == NULL)
        package->feature = OGR_F_Create (OGR_L_GetLayerDefn (package->layer));
    return package->good ? package->feature : NULL;
}

void
cg_package_set_text (CgPackage *package, guint column, const char *text)
{
    OGRFeatureH feature = next_feature (package);
    if (feature != NULL)
        cg_writer_set_text (feature, (int) column, text);
}

void
cg_package_set_whole (CgPackage *package, guint column, gint64 value)
{
    OGRFeatureH feature = next_feature (package);
    if (feature != NULL)
        OGR_F_SetFieldInteger64 (feature, (int) column, value);
}

void
cg_package_set_real (CgPackage *package, guint column, double value)
{
    OGRFeatureH feature = next_feature (package);
    if (feature != NULL)
        cg_writer_set_number (feature, (int) column, value);
}

void
cg_package_set_time (CgPackage *package, guint column, gint64 time_s)
{
    OGRFeatureH feature = next_feature (package);
    g_autoptr (GDateTime) time = feature != NULL ? g_date_time_new_from_unix_utc (time_s) : NULL;
    if (time != NULL)
        OGR_F_SetFieldDateTimeEx (feature, (int) column, g_date_time_get_year (time),
                                  g_date_time_get_month (time), g_date_time_get_day_of_month (time),
                                  g_date_time_get_hour (time), g_date_time_get_minute (time),
                                  (float) g_date_time_get_second (time), 100); /* UTC */
}

static void
end_feature (CgPackage *package)
{
    package->good = cg_writer_add_feature (&package->writer, package->layer, package->feature);
    package->feature = NULL;
}

void
cg_package_end_point (CgPackage *package, double x, double y)
{
    OGRFeatureH feature = next_feature (package);
    if (feature == NULL)
        return;
    if (isfinite (x) && isfinite (y)) {
        OGRGeometryH point = OGR_G_CreateGeometry (wkbPoint);
        OGR_G_SetPoint_2D (point, 0, x, y);
        OGR_F_SetGeometryDirectly (feature, point);
    }
    end_feature (package);
}

void
cg_package_end_shape (CgPackage *package, const CgShapes *shapes, guint32 i)
{
    OGRFeatureH feature = next_feature (package);
    if (feature == NULL)
        return;
    gboolean shaped = shapes == NULL || cg_writer_set_geometry (feature, shapes, i, TRUE);
    end_feature (package);
    package->good &= shaped;
}

void
cg_package_add_style (CgPackage *package, const char *layer, const char *title, const char *qml)
{
    Style style = { g_strdup (layer), g_strdup (title), g_strdup (qml) };
    g_array_append_val (package->styles, style);
}

/* The table as QGIS makes it, down to its empty texts, by which it finds a style. */
static gboolean
write_styles (CgPackage *package)
{
    enum { CATALOG, SCHEMA, LAYER, GEOMETRY, NAME, QML, SLD, DEFAULT, ABOUT, OWNER, UI, TIME };
    static const CgColumn columns[] = {
        { "f_table_catalog", OFTString },
        { "f_table_schema", OFTString },
        { "f_table_name", OFTString },
        { "f_geometry_column", OFTString },
        { "styleName", OFTString },
        { "styleQML", OFTString },
        { "styleSLD", OFTString },
        { "useAsDefault", OFTInteger },
        { "description", OFTString },
        { "owner", OFTString },
        { "ui", OFTString },
        { "update_time", OFTDateTime },
    };
    OGRLayerH layer = cg_writer_add_layer (&package->writer, "layer_styles", wkbNone, columns,
                                           G_N_ELEMENTS (columns));
    for (guint i = 0; layer != NULL && i < package->styles->len; i++) {
        const Style *style = &g_array_index (package->styles, Style, i);
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        cg_writer_set_text (feature, CATALOG, "");
        cg_writer_set_text (feature, SCHEMA, "");
        cg_writer_set_text (feature, LAYER, style->layer);
        cg_writer_set_text (feature, GEOMETRY, GEOMETRY_COLUMN);
        cg_writer_set_text (feature, NAME, style->title);
        cg_writer_set_text (feature, QML, style->qml);
        cg_writer_set_text (feature, SLD, "");
        OGR_F_SetFieldInteger (feature, DEFAULT, 1);
        cg_writer_set_text (feature, ABOUT, style->title);
        cg_writer_set_text (feature, OWNER, "");
        /* Fixed, as all dates of the file: the same data give the same bytes. */
        OGR_F_SetFieldDateTimeEx (feature, TIME, 2000, 1, 1, 0, 0, 0, 100);
        if (!cg_writer_add_feature (&package->writer, layer, feature))
            return FALSE;
    }
    return layer != NULL;
}

gboolean
cg_package_finish (CgPackage *package, const CgExportStamp *stamp, GError **error)
{
    gboolean written =
        package->good && write_styles (package) && cg_writer_add_run (&package->writer, stamp);
    return cg_writer_finish (&package->writer, &package->target, written, error);
}
