#include "app/table.h"

#include <math.h>

void
cg_table_init (CgTable *table, guint32 n)
{
    *table = (CgTable){ n, g_array_new (FALSE, FALSE, sizeof (CgLayerColumn)),
                        g_ptr_array_new_with_free_func (g_free) };
}

void
cg_table_done (CgTable *table)
{
    g_clear_pointer (&table->columns, g_array_unref);
    g_clear_pointer (&table->memory, g_ptr_array_unref);
}

double *
cg_table_numbers (CgTable *table, const char *name, CgColumnKind kind)
{
    double *number = g_new (double, (gsize) table->n + 1);
    for (guint32 i = 0; i < table->n; i++)
        number[i] = NAN;
    CgLayerColumn column = { name, kind, NULL, number };
    g_array_append_val (table->columns, column);
    g_ptr_array_add (table->memory, number);
    return number;
}

const char **
cg_table_texts (CgTable *table, const char *name)
{
    const char **text = g_new0 (const char *, (gsize) table->n + 1);
    CgLayerColumn column = { name, CG_COLUMN_TEXT, text, NULL };
    g_array_append_val (table->columns, column);
    g_ptr_array_add (table->memory, text);
    return text;
}

void
cg_table_keep (CgTable *table, char *text)
{
    g_ptr_array_add (table->memory, text);
}

gboolean
cg_table_write (const CgTable *table, const char *path, const char *layer, const CgShapes *shapes,
                const char *crs, const CgExportStamp *stamp, GError **error)
{
    g_autoptr (CgShapes) none = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 i = 0; shapes == NULL && i < table->n; i++)
        cg_shapes_end_shape (none);
    CgLayerTable out = { layer, shapes != NULL ? shapes : none, crs, table->columns->len,
                         (const CgLayerColumn *) (const void *) table->columns->data };
    return cg_export_layer (path, &out, stamp, error);
}
