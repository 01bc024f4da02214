/* Rows of figures as a layer of areas or a sheet; apart from the pictures, whose charts have columns and sheets of
 * their own by the same names. */
#ifndef CG_APP_SCREEN_ROWS_H
#define CG_APP_SCREEN_ROWS_H

#include "model/shapes.h"

/* Borrowed; text or number is NULL. */
typedef struct {
    const char *key, *title;
    guint decimals;
    const char *const *text; /* [n] */
    const double *number; /* [n] */
} ScreenRowsColumn;

typedef struct {
    guint32 n;
    guint n_columns;
    const ScreenRowsColumn *columns;
    const char *name, *title;   /* of a layer; of a sheet's page of notes */
    const char *sheet, *notes_name; /* names of the sheets                 */
    const char *const *notes;   /* NULL-terminated */
    const char *data_version;
    gint64 made_s;
} ScreenRows;

/* shapes: of each row. Errors as cg_export_layer */
gboolean screen_rows_layer (const char *path, const ScreenRows *rows, const CgShapes *shapes, const char *crs,
                            GError **error);
/* XLSX or CSV, by the ending. Errors as cg_export_sheet */
gboolean screen_rows_sheet (const char *path, const ScreenRows *rows, GError **error);

#endif
