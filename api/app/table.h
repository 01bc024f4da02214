/* A table built column by column, then written as a layer or as CSV. */
#ifndef CG_APP_TABLE_H
#define CG_APP_TABLE_H

#include "export/layer.h"

typedef struct {
    guint32 n;
    GArray *columns;   /* of CgLayerColumn      */
    GPtrArray *memory; /* what the columns hold */
} CgTable;

void cg_table_init (CgTable *table, guint32 n);
void cg_table_done (CgTable *table);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgTable, cg_table_done)

/* Memory for one number or text a row, borrowed from the table; NaN and NULL to begin with: empty.
 * name is borrowed by the table. */
double *cg_table_numbers (CgTable *table, const char *name, CgColumnKind kind);
const char **cg_table_texts (CgTable *table, const char *name);
/* Texts made for the table: taken over (g_free). */
void cg_table_keep (CgTable *table, char *text);

/* shapes: areas of the rows; NULL where the path ends in .csv. Errors those of cg_export_layer */
gboolean cg_table_write (const CgTable *table, const char *path, const char *layer,
                         const CgShapes *shapes, const char *crs, const CgExportStamp *stamp,
                         GError **error);

#endif
