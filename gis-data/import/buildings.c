#include "import/buildings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "import/dwellings.h"

/* "3", "3.5", "12 m"; a value below 0, above `most` or without a number is not known. */
static double
number_of (CgBuildings *b, CgTable *table, guint32 i, CgFieldId field, const char *text,
           double most)
{
    if (text == NULL)
        return NAN;
    char *end;
    double value = g_ascii_strtod (text, &end);
    while (*end == ' ')
        end++;
    if (end != text && (*end == '\0' || strcmp (end, "m") == 0) && value >= 0 && value <= most)
        return value;
    g_autofree char *what = g_strdup_printf ("is no number from 0 to %g", most);
    cg_table_doubt (table, i, field, text, what);
    b->n_bad_values++;
    return NAN;
}

static double
cell_number (CgBuildings *b, CgTable *table, guint32 i, CgFieldId field, double most)
{
    return number_of (b, table, i, field, cg_table_cell (table, i, field), most);
}

static double
tagged_number (CgBuildings *b, CgTable *table, guint32 i, CgFieldId field, const char *key,
               double most)
{
    if (cg_table_cell (table, i, field) != NULL)
        return cell_number (b, table, i, field, most);
    g_autofree char *tag = cg_tags_find (cg_table_cell (table, i, CG_FIELD_TAGS), key);
    return number_of (b, table, i, CG_FIELD_TAGS, tag, most);
}

/* A building of no storeys is one of which nobody said how many. */
static double
levels_of (CgBuildings *b, CgTable *table, guint32 i)
{
    double levels = tagged_number (b, table, i, CG_FIELD_LEVELS, "building:levels", 300);
    const char *cell = cg_table_cell (table, i, CG_FIELD_LEVELS);
    if (levels != 0)
        return levels;
    cg_table_doubt (table, i, cell != NULL ? CG_FIELD_LEVELS : CG_FIELD_TAGS, cell != NULL ? cell : "0",
                    "is no number of storeys");
    b->n_bad_values++;
    return NAN;
}

/* What begins above the ground has the rest of its height. */
static double
above_base (double top, double base)
{
    return base > 0 && base < top ? top - base : top;
}

static guint32
name_of (CgNames *names, const char *cell)
{
    return cell != NULL && cell[0] != '\0' ? cg_names_add (names, cell) : CG_NONE;
}

static void
take_row (CgBuildings *b, guint32 to, CgTable *table, guint32 i, CgNames *keys)
{
    const CgTableRow *row = cg_table_row (table, i);
    const char *id = cg_table_cell (table, i, CG_FIELD_ID);
    b->id[to] = id != NULL ? g_strdup (id) : g_strdup_printf ("%u", row->row);
    b->key[to] = name_of (keys, id);
    b->row[to] = row->row;
    b->households[to] = cell_number (b, table, i, CG_FIELD_HOUSEHOLDS, 1e6);
    b->population[to] = cell_number (b, table, i, CG_FIELD_POPULATION, 1e6);
    b->levels[to] =
        above_base (levels_of (b, table, i),
                    tagged_number (b, table, i, CG_FIELD_BASE_LEVEL, "building:min_level", 300));
    b->height_m[to] =
        above_base (tagged_number (b, table, i, CG_FIELD_HEIGHT, "height", 2000),
                    tagged_number (b, table, i, CG_FIELD_BASE_HEIGHT, "min_height", 2000));
    b->compound[to] = name_of (b->compounds, cg_table_cell (table, i, CG_FIELD_COMPOUND));
    b->group[to] = name_of (b->groups, cg_table_cell (table, i, CG_FIELD_GROUP));
    gboolean is_area = row->kind == CG_SHAPES_AREA;
    cg_shapes_add_shape (is_area ? b->outlines : b->points, table->working[row->kind], row->shape);
    cg_shapes_end_shape (is_area ? b->points : b->outlines);
}

static CgBuildings *
build (CgTable *table, GError **error)
{
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    g_autoptr (CgNames) keys = cg_names_new ();
    g_autoptr (CgBuildings) b = cg_buildings_new (n);
    b->has_households = table->slot[CG_FIELD_HOUSEHOLDS] >= 0;
    b->has_population = table->slot[CG_FIELD_POPULATION] >= 0;
    b->delivered_crs = g_strdup (table->crs);
    b->working_crs = g_strdup (table->working_crs);
    for (guint32 k = 0; k < n; k++)
        take_row (b, k, table, good[k], keys);
    return cg_import_judge_dwellings (b, table, good, error) ? g_steal_pointer (&b) : NULL;
}

static void
check_rows (CgTable *table)
{
    const char *text;
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        CgTableRow *row = cg_table_row (table, i);
        cg_table_text (table, i, CG_FIELD_ID, FALSE, &text);
        if (row->kind == CG_NO_SHAPE && !row->bad)
            cg_table_fault (table, i, CG_N_FIELDS, "NO_GEOMETRY",
                            "the building has neither outline nor place");
    }
}

CgBuildings *
cg_import_buildings (const CgImportOptions *options, CgImportReport *report,
                     const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const double any_change = -1;
    guint take = CG_TAKE (CG_SHAPES_AREA) | CG_TAKE (CG_SHAPES_POINT);
    g_autoptr (CgSource) source = cg_source_open (options, FALSE, report);
    g_autoptr (CgTable) table = NULL;
    if (source != NULL)
        table = cg_table_read (source, NULL, cg_fields_of ("buildings"), take, progress, cancel);
    if (table == NULL) {
        cg_import_fail (report, cancel, error);
        return NULL;
    }
    check_rows (table);
    if (options->none_will_do && cg_table_count (table) == 0) {
        table->may_be_empty = TRUE;
        cg_import_report_add (report, CG_FINDING_WARNING, "NO_ROWS", 0, NULL, NULL,
                              "the file holds no rows");
    }
    if (cg_table_decide_crs (table, NULL, TRUE) && cg_table_place (table) &&
        table->working[CG_SHAPES_AREA] != NULL)
        cg_table_repair_areas (table, CG_FIELD_ID, any_change);
    if (!cg_table_finish (table, error))
        return NULL;
    CgBuildings *buildings = build (table, error);
    if (buildings == NULL)
        return NULL;
    if (buildings->n_bad_values > 0)
        cg_import_report_add (report, CG_FINDING_WARNING, "BAD_VALUES", 0, NULL, NULL,
                              "%u levels, heights or counts are no numbers: taken as not known",
                              buildings->n_bad_values);
    cg_table_place_findings (table);
    cg_import_report_sort (report);
    return buildings;
}
