#include "app/screen/screen_rows.h"

#include "export/layer.h"
#include "export/sheet.h"

gboolean
screen_rows_layer (const char *path, const ScreenRows *rows, const CgShapes *shapes, const char *crs,
                   GError **error)
{
    g_autofree CgLayerColumn *columns = g_new0 (CgLayerColumn, (gsize) rows->n_columns + 1);
    for (guint c = 0; c < rows->n_columns; c++) {
        const ScreenRowsColumn *from = &rows->columns[c];
        columns[c] = (CgLayerColumn){ .name = from->key,
                                      .kind = from->text != NULL ? CG_COLUMN_TEXT : CG_COLUMN_REAL,
                                      .text = from->text,
                                      .number = from->number };
    }
    g_autofree char *options = g_strjoinv ("; ", (char **) rows->notes);
    CgExportStamp stamp = { 1, options, rows->data_version };
    CgLayerTable table = { .name = rows->name,
                           .shapes = shapes,
                           .crs = crs,
                           .n_columns = rows->n_columns,
                           .columns = columns };
    return cg_export_layer (path, &table, &stamp, error);
}

gboolean
screen_rows_sheet (const char *path, const ScreenRows *rows, GError **error)
{
    g_autofree CgSheetColumn *columns = g_new0 (CgSheetColumn, (gsize) rows->n_columns + 1);
    for (guint c = 0; c < rows->n_columns; c++) {
        const ScreenRowsColumn *from = &rows->columns[c];
        columns[c] = (CgSheetColumn){ .key = from->key,
                                      .title = from->title,
                                      .kind = from->text != NULL ? CG_SHEET_TEXT : CG_SHEET_NUMBER,
                                      .decimals = from->decimals,
                                      .width = from->text != NULL ? 20 : 12,
                                      .text = from->text,
                                      .number = from->number };
    }
    CgSheet sheet = { .name = rows->sheet,
                      .title = rows->title,
                      .notes_name = rows->notes_name,
                      .n = rows->n,
                      .n_columns = rows->n_columns,
                      .columns = columns,
                      .notes = rows->notes,
                      .made_s = rows->made_s };
    return cg_export_sheet (path, &sheet, error);
}
