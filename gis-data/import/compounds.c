#include <string.h>

#include "geom/geom.h"
#include "import/table.h"
#include "model/codes.h"

#define MOST_REPAIR_SHARE 0.01
#define LEAST_OVERLAP_M2 1.0

/* Kinds by our names, and whether each is a place with its own dedicated grid. */
static const struct {
    const char *name;
    gboolean dedicated;
    const char *words; /* compared after cg_field_key */
} kinds[] = {
    { "compound", FALSE, "compound|小区|住宅小区|住宅|residential|居民小区|楼院" },
    { "park", TRUE, "park|industrialpark|园区|工业园|工业园区|产业园|开发区|industrial" },
    { "hospital", TRUE, "hospital|医院|卫生院" },
    { "school", TRUE, "school|学校|大学|中学|小学|university|college" },
    { "market", TRUE, "market|市场|商圈|商场|commercial|retail" },
    { "enterprise", TRUE, "enterprise|企业|工厂|factory" },
};

typedef struct {
    const char *kind;
    gboolean dedicated;
} CompoundRow;

static void
check_row (CgTable *table, guint32 i, CompoundRow *row)
{
    const char *text = NULL, *kind = cg_table_cell (table, i, CG_FIELD_KIND);
    cg_table_text (table, i, CG_FIELD_ID, table->slot[CG_FIELD_ID] >= 0, &text);
    cg_table_text (table, i, CG_FIELD_REGION, FALSE, &text);
    *row = (CompoundRow){ kind != NULL ? kind : "compound", FALSE };
    g_autofree char *key = cg_field_key (row->kind);
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        if (cg_field_matches (kinds[k].words, key, NULL))
            *row = (CompoundRow){ kinds[k].name, kinds[k].dedicated };
    if (strcmp (key, "villagergroup") == 0 || strcmp (key, "村民小组") == 0 ||
        strcmp (row->kind, CG_COMPOUND_GROUP) == 0)
        cg_table_fault (table, i, CG_FIELD_KIND, "BAD_VALUE",
                        "outlines of villager groups are no compounds: import them as groups");
    cg_table_flag (table, i, CG_FIELD_DEDICATED, row->dedicated, &row->dedicated);
    CgTableRow *state = cg_table_row (table, i);
    if (state->kind == CG_NO_SHAPE && !state->bad)
        cg_table_fault (table, i, CG_N_FIELDS, "NO_GEOMETRY", "the compound has no outline");
    const char *region = cg_table_cell (table, i, CG_FIELD_REGION);
    const CgRegions *regions = table->options->regions;
    g_autoptr (CgCodeIndex) index =
        regions != NULL && region != NULL ? cg_code_index_new (regions) : NULL;
    if (index != NULL && cg_code_index_find (index, region) == CG_NONE)
        cg_table_fault (table, i, CG_FIELD_REGION, "UNKNOWN_REGION",
                        "the county has no community \"%.40s\"", region);
}

/* Estates on common ground: the later row loses it to the earlier, which nobody would see. */
static void
find_overlaps (CgTable *table, GCancellable *cancel)
{
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    for (guint32 c = 0; c < n; c++)
        cg_shapes_add_shape (areas, table->working[CG_SHAPES_AREA],
                             cg_table_row (table, good[c])->shape);
    g_autoptr (GArray) pairs = cg_geom_overlaps (areas, LEAST_OVERLAP_M2, cancel, NULL);
    for (guint p = 0; pairs != NULL && p < pairs->len; p++) {
        const CgGeomOverlap *pair = &g_array_index (pairs, CgGeomOverlap, p);
        guint32 one = good[MAX (pair->i, pair->j)], two = good[MIN (pair->i, pair->j)];
        const char *name = cg_table_cell (table, one, CG_FIELD_NAME),
                   *other = cg_table_cell (table, two, CG_FIELD_NAME);
        cg_import_report_add (table->report, CG_FINDING_WARNING, "OVERLAP",
                              cg_table_row (table, one)->row, "geometry", NULL,
                              "the estate %s overlaps %s (row %u) by %.1f m2",
                              name != NULL ? name : "without a name",
                              other != NULL ? other : "without a name",
                              cg_table_row (table, two)->row, pair->area_m2);
    }
}

static CgCompounds *
build (CgTable *table, const CompoundRow *rows)
{
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    CgCompounds *compounds = cg_compounds_new (n);
    compounds->delivered_crs = g_strdup (table->crs);
    compounds->working_crs = g_strdup (table->working_crs);
    if (table->transform != NULL)
        compounds->delivered = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 c = 0; c < n; c++) {
        guint32 i = good[c];
        const CgTableRow *row = cg_table_row (table, i);
        const char *code = cg_table_cell (table, i, CG_FIELD_ID),
                   *name = cg_table_cell (table, i, CG_FIELD_NAME);
        compounds->code[c] = code != NULL ? g_strdup (code) : g_strdup_printf ("estate-%06u", row->row);
        compounds->name[c] = g_strdup (name != NULL ? name : compounds->code[c]);
        compounds->kind[c] = g_strdup (rows[i].kind);
        compounds->region[c] = g_strdup (cg_table_cell (table, i, CG_FIELD_REGION));
        compounds->dedicated[c] = (guint8) rows[i].dedicated;
        compounds->row[c] = row->row;
        cg_shapes_add_shape (compounds->shapes, table->working[CG_SHAPES_AREA], row->shape);
        if (compounds->delivered != NULL)
            cg_shapes_add_shape (compounds->delivered, table->shapes[CG_SHAPES_AREA], row->shape);
    }
    return compounds;
}

CgCompounds *
cg_import_compounds (const CgImportOptions *options, CgImportReport *report,
                     const CgProgress *progress, GCancellable *cancel, GError **error)
{
    g_autoptr (CgSource) source = cg_source_open (options, FALSE, report);
    g_autoptr (CgTable) table = NULL;
    if (source != NULL)
        table = cg_table_read (source, NULL, cg_fields_of ("compounds"), CG_TAKE (CG_SHAPES_AREA),
                               progress, cancel);
    if (table == NULL) {
        cg_import_fail (report, cancel, error);
        return NULL;
    }
    g_autofree CompoundRow *rows = g_new0 (CompoundRow, cg_table_count (table) + 1);
    for (guint32 i = 0; i < cg_table_count (table); i++)
        check_row (table, i, &rows[i]);
    cg_table_check_unique (table, CG_FIELD_ID);
    if (table->slot[CG_FIELD_ID] < 0)
        cg_import_report_add (report, CG_FINDING_WARNING, "ID_GENERATED", 0, NULL, NULL,
                              "the file has no codes: estate- and the number of the row are used");
    if (cg_table_decide_crs (table, NULL, table->options->plane) && cg_table_place (table))
{
        cg_table_repair_areas (table, CG_FIELD_NAME, MOST_REPAIR_SHARE);
        find_overlaps (table, cancel);
    }
    return cg_table_finish (table, error) ? build (table, rows) : NULL;
}
