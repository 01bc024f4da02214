#include "export/layer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "export/writer.h"
#include "normalise/crs.h"

void
cg_export_csv_field (FILE *file, const char *text)
{
    gsize length = strlen (text);
    gboolean padded = length > 0 && (text[0] == ' ' || text[length - 1] == ' ');
    if (!padded && strpbrk (text, ",\"\r\n") == NULL) {
        fputs (text, file);
        return;
    }
    putc ('"', file);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"')
            putc ('"', file);
        putc (*at, file);
    }
    putc ('"', file);
}

static void
format_number (double value, CgColumnKind kind, char out[G_ASCII_DTOSTR_BUF_SIZE])
{
    if (kind == CG_COLUMN_WHOLE && fabs (value) < 1e15)
        g_snprintf (out, G_ASCII_DTOSTR_BUF_SIZE, "%" G_GINT64_FORMAT, (gint64) value);
    else
        cg_export_format_number (value, out);
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static void
write_csv (FILE *file, const CgLayerTable *table)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    for (guint c = 0; c < table->n_columns; c++) {
        fputs (c > 0 ? "," : "", file);
        cg_export_csv_field (file, table->columns[c].name);
    }
    putc ('\n', file);
    for (guint32 i = 0; i < table->shapes->n_shapes; i++) {
        for (guint c = 0; c < table->n_columns; c++) {
            const CgLayerColumn *column = &table->columns[c];
            fputs (c > 0 ? "," : "", file);
            if (column->kind == CG_COLUMN_TEXT) {
                cg_export_csv_field (file, column->text[i] != NULL ? column->text[i] : "");
            } else if (isfinite (column->number[i])) {
                format_number (column->number[i], column->kind, number);
                fputs (number, file);
            }
        }
        putc ('\n', file);
    }
}

/* ---- GeoJSON -------------------------------------------------------------------------------- */

static void
write_json_text (FILE *file, const char *text)
{
    putc ('"', file);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            fprintf (file, "\\%c", *at);
        else if ((guchar) *at < 0x20)
            fprintf (file, "\\u%04x", *at);
        else
            putc (*at, file);
    }
    putc ('"', file);
}

static void
write_properties (FILE *file, const CgLayerTable *table, guint32 i)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    for (guint c = 0; c < table->n_columns; c++) {
        const CgLayerColumn *column = &table->columns[c];
        fputs (c > 0 ? "," : "", file);
        write_json_text (file, column->name);
        putc (':', file);
        if (column->kind == CG_COLUMN_TEXT && column->text[i] != NULL) {
            write_json_text (file, column->text[i]);
        } else if (column->kind != CG_COLUMN_TEXT && isfinite (column->number[i])) {
            format_number (column->number[i], column->kind, number);
            fputs (number, file);
        } else {
            fputs ("null", file);
        }
    }
}

static void
write_position (FILE *file, double x, double y)
{
    char text[2][G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd (text[0], G_ASCII_DTOSTR_BUF_SIZE, "%.9f", x);
    g_ascii_formatd (text[1], G_ASCII_DTOSTR_BUF_SIZE, "%.9f", y);
    fprintf (file, "[%s,%s]", text[0], text[1]);
}

static void
write_vertices (FILE *file, const CgShapes *shapes, guint32 ring, gboolean turn)
{
    guint32 from = shapes->ring_vertex[ring], n = shapes->ring_vertex[ring + 1] - from;
    putc ('[', file);
    for (guint32 k = 0; k < n; k++) {
        guint32 v = from + (turn ? n - 1 - k : k);
        fputs (k > 0 ? "," : "", file);
        write_position (file, shapes->x[v], shapes->y[v]);
    }
    putc (']', file);
}

/* Outsides counter-clockwise, holes clockwise, as the standard wants it. */
static void
write_ring (FILE *file, const CgShapes *shapes, guint32 ring, gboolean outside)
{
    write_vertices (file, shapes, ring, (cg_shapes_ring_area (shapes, ring) > 0) != outside);
}

static void
write_part (FILE *file, const CgShapes *shapes, guint32 part)
{
    putc ('[', file);
    for (guint32 r = shapes->part_ring[part]; r < shapes->part_ring[part + 1]; r++) {
        fputs (r > shapes->part_ring[part] ? "," : "", file);
        write_ring (file, shapes, r, r == shapes->part_ring[part]);
    }
    putc (']', file);
}

static void
write_geometry (FILE *file, const CgShapes *shapes, guint32 i)
{
    guint32 from = shapes->shape_part[i], to = shapes->shape_part[i + 1];
    if (from == to) {
        fputs ("null", file);
        return;
    }
    gboolean line = shapes->kind == CG_SHAPES_LINE;
    fprintf (file, "{\"type\":\"%s%s\",\"coordinates\":%s", to - from > 1 ? "Multi" : "",
             line ? "LineString" : "Polygon", to - from > 1 ? "[" : "");
    for (guint32 p = from; p < to; p++) {
        fputs (p > from ? "," : "", file);
        if (line)
            write_vertices (file, shapes, shapes->part_ring[p], FALSE);
        else
            write_part (file, shapes, p);
    }
    fputs (to - from > 1 ? "]}" : "}", file);
}

static void
write_geojson (FILE *file, const CgLayerTable *table, const CgShapes *shapes)
{
    fputs ("{\"type\":\"FeatureCollection\",\"name\":", file);
    write_json_text (file, table->name);
    fputs (",\"features\":[", file);
    for (guint32 i = 0; i < shapes->n_shapes; i++) {
        fprintf (file, "%s\n{\"type\":\"Feature\",\"properties\":{", i > 0 ? "," : "");
        write_properties (file, table, i);
        fputs ("},\"geometry\":", file);
        write_geometry (file, shapes, i);
        putc ('}', file);
    }
    fputs ("\n]}\n", file);
}

/* The shapes in longitude and latitude of WGS 84. (transfer full) */
static CgShapes *
to_degrees (const CgTarget *target, const CgLayerTable *table, GError **error)
{
    if (table->crs == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: GeoJSON needs degrees, and the coordinate system of the areas is not "
                     "known; write a GeoPackage",
                     target->path);
        return NULL;
    }
    if (strcmp (table->crs, "EPSG:4326") == 0)
        return cg_shapes_copy (table->shapes);
    g_autoptr (CgTransform) transform = cg_transform_new (table->crs, "EPSG:4326", error);
    return transform != NULL ? cg_transform_shapes (transform, table->shapes, error) : NULL;
}

/* ---- files ---------------------------------------------------------------------------------- */

static gboolean
finish_text (FILE *file, CgTarget *target, GError **error)
{
    /* A full disk may show only when the buffer is written out. */
    gboolean failed = ferror (file) != 0;
    failed |= fclose (file) != 0;
    if (failed) {
        cg_target_fail (target, "cannot be written", g_strerror (errno), error);
        return FALSE;
    }
    return cg_target_commit (target, error);
}

static gboolean
export_text (CgTarget *target, const CgLayerTable *table, gboolean geojson, GError **error)
{
    g_autoptr (CgShapes) shapes = geojson ? to_degrees (target, table, error) : NULL;
    if (geojson && shapes == NULL)
        return FALSE;
    FILE *file = g_fopen (target->draft, "we");
    if (file == NULL) {
        cg_target_fail (target, "cannot be written", g_strerror (errno), error);
        return FALSE;
    }
    if (geojson)
        write_geojson (file, table, shapes);
    else
        write_csv (file, table);
    return finish_text (file, target, error);
}

static gboolean
write_features (CgWriter *writer, const CgLayerTable *table)
{
    static const OGRFieldType types[] = { OFTString, OFTInteger64, OFTReal };
    g_autofree CgColumn *columns = g_new (CgColumn, table->n_columns + 1);
    for (guint c = 0; c < table->n_columns; c++)
        columns[c] = (CgColumn){ table->columns[c].name, types[table->columns[c].kind] };
    gboolean multi = cg_writer_needs_multi (table->shapes);
    gboolean line = table->shapes->kind == CG_SHAPES_LINE;
    OGRwkbGeometryType type = line ? (multi ? wkbMultiLineString : wkbLineString)
                                   : (multi ? wkbMultiPolygon : wkbPolygon);
    OGRLayerH layer =
        cg_writer_add_layer (writer, table->name, type, columns, table->n_columns);
    for (guint32 i = 0; layer != NULL && i < table->shapes->n_shapes; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        gboolean shaped = cg_writer_set_geometry (feature, table->shapes, i, multi);
        for (guint c = 0; c < table->n_columns; c++)
            if (table->columns[c].kind == CG_COLUMN_TEXT)
                cg_writer_set_text (feature, (int) c, table->columns[c].text[i]);
            else
                cg_writer_set_number (feature, (int) c, table->columns[c].number[i]);
        if (!cg_writer_add_feature (writer, layer, feature) || !shaped)
            return FALSE;
    }
    return layer != NULL;
}

static gboolean
export_gpkg (CgTarget *target, const CgLayerTable *table, const CgExportStamp *stamp,
             GError **error)
{
    g_auto (CgWriter) writer = { NULL };
    cg_writer_begin (&writer);
    if (!cg_writer_set_crs (&writer, target, table->crs, error))
        return FALSE;
    gboolean written = cg_writer_create (&writer, target->draft) &&
                       write_features (&writer, table) && cg_writer_add_run (&writer, stamp);
    return cg_writer_finish (&writer, target, written, error);
}

gboolean
cg_export_layer (const char *path, const CgLayerTable *table, const CgExportStamp *stamp,
                 GError **error)
{
    static const char *const endings[] = { ".gpkg", ".geojson", ".json", ".csv" };
    guint k = 0;
    while (k < G_N_ELEMENTS (endings) && !g_str_has_suffix (path, endings[k]))
        k++;
    if (k == G_N_ELEMENTS (endings)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "%s: the name must end in .gpkg, .geojson or .csv", path);
        return FALSE;
    }
    g_auto (CgTarget) target = { NULL };
    if (!cg_target_init (&target, path, endings[k], error))
        return FALSE;
    return k == 0 ? export_gpkg (&target, table, stamp, error)
                  : export_text (&target, table, k < 3, error);
}
