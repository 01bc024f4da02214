#include <math.h>
#include <string.h>

#include "import/table.h"
#include "model/codes.h"

#define MOST_HOUSEHOLDS 1000000u
#define MOST_PEOPLE 10000000u
#define MOST_REPAIR_SHARE 0.01

/* The values of a row while all rows are checked. */
typedef struct {
    guint32 households, population;
    CgUnitKind kind;
    gboolean households_estimated, population_estimated;
    guint32 region; /* row of options.regions, or CG_NONE */
} UnitRow;

/* Yes or no; or, as our own grids say it, how many. */
static void
read_mark (CgTable *table, guint32 i, CgFieldId field, gboolean *out)
{
    const char *text = cg_table_cell (table, i, field);
    char *end = NULL;
    double count = text != NULL ? g_ascii_strtod (text, &end) : 0;
    if (text != NULL && end != text && *end == '\0' && isfinite (count) && count >= 0)
        *out = count > 0;
    else
        cg_table_flag (table, i, field, FALSE, out);
}

static void
check_row (CgTable *table, guint32 i, UnitRow *row)
{
    const char *text = NULL;
    *row = (UnitRow){ .region = CG_NONE };
    cg_table_text (table, i, CG_FIELD_ID, table->slot[CG_FIELD_ID] >= 0, &text);
    cg_table_text (table, i, CG_FIELD_REGION, FALSE, &text);
    cg_table_whole (table, i, CG_FIELD_HOUSEHOLDS, TRUE, MOST_HOUSEHOLDS, &row->households);
    cg_table_whole (table, i, CG_FIELD_POPULATION, FALSE, MOST_PEOPLE, &row->population);
    read_mark (table, i, CG_FIELD_ESTIMATED, &row->households_estimated);
    read_mark (table, i, CG_FIELD_POPULATION_ESTIMATED, &row->population_estimated);
    const char *kind = cg_table_cell (table, i, CG_FIELD_KIND);
    if (kind != NULL && !cg_unit_kind_parse (kind, &row->kind))
        cg_table_fault (table, i, CG_FIELD_KIND, "BAD_VALUE",
                        "\"%.40s\" is none of urban, rural, dedicated (城镇 农村 专属); %s leaves the "
                        "column out",
                        kind, table->options->lenient ? "--kind ''" : "--map kind=");
    CgTableRow *state = cg_table_row (table, i);
    if (state->kind == CG_NO_SHAPE && !state->bad)
        cg_table_fault (table, i, CG_N_FIELDS, "NO_GEOMETRY", "the unit has no outline");
}

/* ---- communities ---------------------------------------------------------------------- */

/* The lowest level that the regions have: communities, or towns where there are none. */
static guint8
lowest_level (const CgRegions *regions)
{
    guint8 lowest = 0;
    for (guint32 r = 0; r < regions->n; r++)
        lowest = MAX (lowest, regions->level[r]);
    return lowest;
}

/* Row of the community that holds a point well inside the unit; where none does, the one that
 * holds most of the middles of its edges (a unit may straddle its community's border). */
static guint32
find_region (const CgRegions *regions, const CgBox *boxes, guint8 level, const CgShapes *areas,
             guint32 shape, guint32 *votes)
{
    double x, y;
    CgBox box = cg_shapes_box (areas, shape);
    cg_shapes_label_point (areas, shape, &x, &y, NULL);
    guint32 best = CG_NONE, from = areas->ring_vertex[areas->part_ring[areas->shape_part[shape]]];
    guint32 to = areas->ring_vertex[areas->part_ring[areas->shape_part[shape] + 1]];
    for (guint32 r = 0; r < regions->n; r++)
        if (regions->level[r] == level && cg_box_meets (&box, &boxes[r]) &&
            cg_shapes_holds (regions->shapes, r, x, y))
            return r;
    for (guint32 r = 0; r < regions->n; r++) {
        votes[r] = 0;
        if (regions->level[r] != level || !cg_box_meets (&box, &boxes[r]))
            continue;
        for (guint32 v = from + 1; v < to; v++)
            votes[r] += cg_shapes_holds (regions->shapes, r, (areas->x[v - 1] + areas->x[v]) / 2,
                                       (areas->y[v - 1] + areas->y[v]) / 2);
        if (votes[r] > 0 && (best == CG_NONE || votes[r] > votes[best]))
            best = r;
    }
    return best;
}

static void
attach_region (CgTable *table, guint32 i, const CgCodeIndex *codes, const CgBox *boxes, guint8 level,
               guint32 *votes, UnitRow *row, guint32 *n_found)
{
    const CgRegions *regions = table->options->regions;
    const CgShapes *areas = table->working[CG_SHAPES_AREA];
    guint32 shape = cg_table_row (table, i)->shape;
    const char *code = cg_table_cell (table, i, CG_FIELD_REGION);
    if (code == NULL) {
        row->region = find_region (regions, boxes, level, areas, shape, votes);
        *n_found += row->region != CG_NONE;
        if (row->region == CG_NONE)
            cg_table_fault (table, i, CG_N_FIELDS, "OUTSIDE_REGIONS",
                            "the unit lies in no community of the county");
        return;
    }
    guint32 found = cg_code_index_find (codes, code);
    if (found == CG_NONE || regions->level[found] != level) {
        cg_table_fault (table, i, CG_FIELD_REGION, "UNKNOWN_REGION",
                        "the county has no community \"%.40s\"", code);
        return;
    }
    row->region = found;
    CgBox box = cg_shapes_box (areas, shape);
    if (!cg_box_meets (&box, &boxes[row->region]))
        cg_table_fault (table, i, CG_FIELD_REGION, "FAR_FROM_REGION",
                        "the unit lies outside its community %.40s", code);
}

static void
attach_regions (CgTable *table, UnitRow *rows)
{
    const CgRegions *regions = table->options->regions;
    if (regions == NULL || table->working[CG_SHAPES_AREA] == NULL)
        return;
    g_autoptr (CgCodeIndex) codes = cg_code_index_new (regions);
    g_autofree CgBox *boxes = g_new (CgBox, regions->n + 1);
    g_autofree guint32 *votes = g_new0 (guint32, regions->n + 1);
    guint8 level = lowest_level (regions);
    guint32 n_found = 0;
    for (guint32 r = 0; r < regions->n; r++)
        boxes[r] = cg_shapes_box (regions->shapes, r);
    for (guint32 i = 0; i < cg_table_count (table); i++)
        if (!cg_table_row (table, i)->bad && cg_table_row (table, i)->kind == CG_SHAPES_AREA)
            attach_region (table, i, codes, boxes, level, votes, &rows[i], &n_found);
    if (n_found > 0)
        cg_import_report_add (table->report, CG_FINDING_NOTE, "REGION_FOUND", 0, NULL, NULL,
                              "the community of %u units was found by place", n_found);
}

/* ---- table ---------------------------------------------------------------------------- */

static guint32
name_of (CgTable *table, guint32 i, CgFieldId field, CgNames *names)
{
    const char *text = cg_table_cell (table, i, field);
    return text != NULL ? cg_names_add (names, text) : CG_NONE;
}

/* Ids are missing only where options.lenient lets them. */
static CgUnits *
build (CgTable *table, const UnitRow *rows)
{
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    CgUnits *units = cg_units_new (n);
    units->has_population = table->slot[CG_FIELD_POPULATION] >= 0;
    units->delivered_crs = g_strdup (table->crs);
    units->working_crs = g_strdup (table->working_crs);
    if (table->transform != NULL)
        units->delivered = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 u = 0; u < n; u++) {
        guint32 i = good[u];
        const CgTableRow *row = cg_table_row (table, i);
        const char *id = cg_table_cell (table, i, CG_FIELD_ID);
        units->id[u] = id != NULL ? g_strdup (id) : g_strdup_printf ("%u", row->row);
        units->households[u] = rows[i].households;
        units->population[u] = rows[i].population;
        units->kind[u] = (guint8) rows[i].kind;
        units->estimated[u] =
            (guint8) ((rows[i].households_estimated ? CG_ESTIMATED_HOUSEHOLDS : 0) |
                      (rows[i].population_estimated ? CG_ESTIMATED_POPULATION : 0));
        units->row[u] = row->row;
        units->region[u] =
            rows[i].region != CG_NONE
                ? cg_names_add (units->regions, table->options->regions->code[rows[i].region])
                : name_of (table, i, CG_FIELD_REGION, units->regions);
        units->compound[u] = name_of (table, i, CG_FIELD_COMPOUND, units->compounds);
        units->group[u] = name_of (table, i, CG_FIELD_GROUP, units->groups);
        units->keep[u] = name_of (table, i, CG_FIELD_KEEP, units->kept);
        cg_shapes_add_shape (units->shapes, table->working[CG_SHAPES_AREA], row->shape);
        if (units->delivered != NULL)
            cg_shapes_add_shape (units->delivered, table->shapes[CG_SHAPES_AREA], row->shape);
    }
    return units;
}

static void
note_missing_kinds (const CgTable *table, CgImportReport *report)
{
    guint32 n = 0, first = 0;
    for (guint32 i = cg_table_count (table); table->slot[CG_FIELD_KIND] >= 0 && i-- > 0;)
        if (cg_table_cell (table, i, CG_FIELD_KIND) == NULL) {
            n++;
            first = cg_table_row (table, i)->row;
        }
    if (n > 0)
        cg_import_report_add (report, CG_FINDING_WARNING, "MISSING_VALUE", 0, "kind", NULL,
                              "%u units without a kind count as urban, the first in row %u", n,
                              first);
}

CgUnits *
cg_import_units (const CgImportOptions *options, CgImportReport *report, const CgProgress *progress,
                 GCancellable *cancel, GError **error)
{
    g_autoptr (CgSource) source = cg_source_open (options, FALSE, report);
    g_autoptr (CgTable) table = NULL;
    if (source != NULL)
        table = cg_table_read (source, NULL, cg_fields_of ("units"), CG_TAKE (CG_SHAPES_AREA),
                               progress, cancel);
    if (table == NULL) {
        cg_import_fail (report, cancel, error);
        return NULL;
    }
    if (table->slot[CG_FIELD_ID] < 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "ID_GENERATED", 0, NULL, NULL,
                              "the file has no column of ids: units go by their row");
    g_autofree UnitRow *rows = g_new (UnitRow, cg_table_count (table) + 1);
    for (guint32 i = 0; i < cg_table_count (table); i++)
        check_row (table, i, &rows[i]);
    note_missing_kinds (table, report);
    cg_table_check_unique (table, CG_FIELD_ID);
    if (cg_table_decide_crs (table, NULL, FALSE) && cg_table_place (table)) {
        cg_table_repair_areas (table, CG_FIELD_ID, MOST_REPAIR_SHARE);
        attach_regions (table, rows);
    }
    return cg_table_finish (table, error) ? build (table, rows) : NULL;
}
