#include <string.h>

#include "import/table.h"

static void
check_row (CgTable *table, guint32 i)
{
    const char *text = NULL;
    cg_table_text (table, i, CG_FIELD_GROUP, table->slot[CG_FIELD_GROUP] >= 0, &text);
    CgTableRow *row = cg_table_row (table, i);
    if (row->kind == CG_NO_SHAPE && !row->bad)
        cg_table_fault (table, i, CG_N_FIELDS, "NO_GEOMETRY", "the villager group has no outline");
}

static CgCompounds *
build (CgTable *table)
{
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    CgCompounds *groups = cg_compounds_new (n);
    groups->delivered_crs = g_strdup (table->crs);
    groups->working_crs = g_strdup (table->working_crs);
    for (guint32 g = 0; g < n; g++) {
        const CgTableRow *row = cg_table_row (table, good[g]);
        const char *name = cg_table_cell (table, good[g], CG_FIELD_GROUP);
        groups->code[g] = g_strdup_printf ("villager_group:%u", row->row);
        groups->name[g] = name != NULL ? g_strdup (name) : g_strdup_printf ("%u", row->row);
        groups->kind[g] = g_strdup (CG_COMPOUND_GROUP);
        groups->row[g] = row->row;
        cg_shapes_add_shape (groups->shapes, table->working[CG_SHAPES_AREA], row->shape);
    }
    return groups;
}

CgCompounds *
cg_import_groups (const CgImportOptions *options, CgImportReport *report,
                  const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const double any_change = -1;
    g_autoptr (CgSource) source = cg_source_open (options, FALSE, report);
    g_autoptr (CgTable) table = NULL;
    if (source != NULL)
        table = cg_table_read (source, NULL, cg_fields_of ("groups"), CG_TAKE (CG_SHAPES_AREA),
                               progress, cancel);
    if (table == NULL) {
        cg_import_fail (report, cancel, error);
        return NULL;
    }
    for (guint32 i = 0; i < cg_table_count (table); i++)
        check_row (table, i);
    if (table->slot[CG_FIELD_GROUP] < 0)
        cg_import_report_add (report, CG_FINDING_WARNING, "ID_GENERATED", 0, NULL, NULL,
                              "no column names the villager groups: the numbers of the rows are "
                              "used");
    if (cg_table_decide_crs (table, NULL, TRUE) && cg_table_place (table) &&
        table->working[CG_SHAPES_AREA] != NULL)
        cg_table_repair_areas (table, CG_FIELD_GROUP, any_change);
    return cg_table_finish (table, error) ? build (table) : NULL;
}
