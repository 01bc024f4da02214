#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "import/table.h"
#include "model/codes.h"

void
cg_keyed_areas_free (CgKeyedAreas *areas)
{
    if (areas == NULL)
        return;
    for (guint32 i = 0; areas->id != NULL && i < areas->n; i++)
        g_free (areas->id[i]);
    g_free (areas->id);
    g_free (areas->rank);
    g_free (areas->row);
    g_free (areas->village);
    g_free (areas->count);
    cg_shapes_free (areas->shapes);
    cg_shapes_free (areas->delivered);
    g_free (areas->id_column);
    g_free (areas->delivered_crs);
    g_free (areas->working_crs);
    g_free (areas);
}

/* An integer of up to 18 digits written the shortest way. */
static gboolean
parse_integer (const char *text, gint64 *out)
{
    const char *digits = text + (*text == '-');
    gsize length = strlen (digits);
    if (length == 0 || length > 18 || strspn (digits, "0123456789") != length ||
        (digits[0] == '0' && length > 1))
        return FALSE;
    *out = g_ascii_strtoll (text, NULL, 10);
    return TRUE;
}

typedef struct {
    const char *text;
    gint64 number;
    guint32 row;
} Key;

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
    const Key *one = a, *two = b;
    int order = (one->number > two->number) - (one->number < two->number);
    return order != 0 ? order : (one->row > two->row) - (one->row < two->row);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
    const Key *one = a, *two = b;
    int order = strcmp (one->text, two->text);
    return order != 0 ? order : (one->row > two->row) - (one->row < two->row);
}

static void
rank_ids (CgKeyedAreas *areas)
{
    g_autofree Key *keys = g_new0 (Key, areas->n + 1);
    areas->id_is_integer = TRUE;
    for (guint32 i = 0; i < areas->n; i++) {
        keys[i].text = areas->id[i];
        keys[i].row = i;
        areas->id_is_integer =
            parse_integer (areas->id[i], &keys[i].number) && areas->id_is_integer;
    }
    qsort (keys, areas->n, sizeof (Key), areas->id_is_integer ? compare_numbers : compare_texts);
    areas->rank = g_new (guint32, areas->n + 1);
    for (guint32 k = 0; k < areas->n; k++)
        areas->rank[keys[k].row] = k;
}

static void
check_rows (CgTable *table, gboolean with_value)
{
    const char *text = NULL;
    double number;
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        cg_table_text (table, i, CG_FIELD_ID, table->slot[CG_FIELD_ID] >= 0, &text);
        if (with_value)
            cg_table_number (table, i, CG_FIELD_VALUE, NAN, &number);
        CgTableRow *row = cg_table_row (table, i);
        if (row->kind == CG_NO_SHAPE && !row->bad)
            cg_table_fault (table, i, CG_N_FIELDS, "NO_GEOMETRY", "the area has no outline");
    }
}

static CgKeyedAreas *
build (CgTable *table, gboolean with_value)
{
    CgKeyedAreas *areas = g_new0 (CgKeyedAreas, 1);
    g_autofree guint32 *good = cg_table_good (table, &areas->n);
    areas->id = g_new0 (char *, areas->n + 1);
    areas->row = g_new (guint32, areas->n + 1);
    areas->count = with_value ? g_new (double, areas->n + 1) : NULL;
    areas->shapes = cg_shapes_new (CG_SHAPES_AREA);
    areas->delivered = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 a = 0; a < areas->n; a++) {
        const CgTableRow *row = cg_table_row (table, good[a]);
        const char *id = cg_table_cell (table, good[a], CG_FIELD_ID);
        areas->row[a] = row->row;
        areas->id[a] = id != NULL ? g_strdup (id) : g_strdup_printf ("%u", row->row);
        if (with_value)
            cg_table_number (table, good[a], CG_FIELD_VALUE, NAN, &areas->count[a]);
        cg_shapes_add_shape (areas->shapes, table->working[CG_SHAPES_AREA], row->shape);
        cg_shapes_add_shape (areas->delivered, table->shapes[CG_SHAPES_AREA], row->shape);
    }
    areas->id_column = g_strdup (table->column[CG_FIELD_ID]);
    areas->delivered_crs = g_strdup (table->crs);
    areas->working_crs = g_strdup (table->working_crs);
    rank_ids (areas);
    return areas;
}

/* before and a column behind it, for those columns that are given. (g_strfreev) */
static char **
list_columns (const char *before_id, const char *id_column, const char *before_value,
              const char *value_column)
{
    g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
    g_autofree char *id = id_column != NULL ? g_strconcat (before_id, id_column, NULL) : NULL;
    g_autofree char *value =
        value_column != NULL ? g_strconcat (before_value, value_column, NULL) : NULL;
    if (id != NULL)
        g_strv_builder_add (list, id);
    if (value != NULL)
        g_strv_builder_add (list, value);
    return g_strv_builder_end (list);
}

/* Villages among the good rows; what nobody says is none. FALSE: a word that nobody knows. (g_free) */
static guint8 *
find_villages (CgTable *table)
{
    guint8 *village = g_new0 (guint8, (gsize) cg_table_count (table) + 1);
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        gboolean urban = TRUE;
        const char *name = cg_table_cell (table, i, CG_FIELD_NAME),
                   *code = cg_table_cell (table, i, CG_FIELD_ID);
        village[i] = (cg_urban_read (table, i, &urban) || cg_urban_guess (name, code, &urban)) &&
                     !urban;
    }
    return village;
}

/* The good rows as regions, each at the level that its code names. */
static CgRegions *
regions_of (const CgTable *table, const guint32 *good, guint32 n)
{
    CgRegions *regions = cg_regions_new (n);
    for (guint32 a = 0; a < n; a++) {
        CgLevel level = CG_LEVEL_COMMUNITY;
        regions->code[a] = g_strdup (cg_table_cell (table, good[a], CG_FIELD_ID));
        cg_code_level (regions->code[a], &level);
        regions->level[a] = (guint8) level;
        cg_shapes_add_shape (regions->shapes, table->working[CG_SHAPES_AREA],
                             cg_table_row (table, good[a])->shape);
    }
    return regions;
}

/* A file of all levels: a county or town of which the file has the parts, by code and by place, would claim the ground
 * of them all. */
static void
leave_out_above (CgTable *table)
{
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    g_autoptr (CgRegions) regions = regions_of (table, good, n);
    g_autofree guint8 *how = g_new0 (guint8, (gsize) n + 1);
    g_autofree guint32 *n_below = g_new0 (guint32, (gsize) n + 1);
    cg_regions_link (regions, how);
    for (guint32 a = 0; a < n; a++)
        if (how[a] == CG_ABOVE_CODE)
            n_below[regions->parent[a]]++;
    for (guint32 a = 0; a < n; a++) {
        CgTableRow *row = cg_table_row (table, good[a]);
        if (n_below[a] == 0 || !cg_regions_has_inside (regions, a))
            continue;
        row->bad = TRUE;
        cg_import_report_add (table->report, CG_FINDING_WARNING, "REGION_ABOVE", row->row,
                              table->column[CG_FIELD_ID], regions->code[a],
                              "the %s %s is left out: the file has its parts (%u)",
                              cg_level_name (regions->level[a]), regions->code[a], n_below[a]);
    }
    cg_table_place_findings (table);
}

static CgKeyedAreas *
read_areas (const CgImportOptions *options, const char *fields, const char *id_column,
            const char *value_column, CgImportReport *report, GError **error)
{
    g_auto (GStrv) map = list_columns ("id=", id_column, "value=", value_column);
    g_auto (GStrv) words = list_columns ("--area-id ", id_column, "--count ", value_column);
    CgImportOptions own = *options;
    own.map = map;
    own.map_words = options->map_words != NULL ? options->map_words : words;
    g_autoptr (CgSource) source = cg_source_open (&own, FALSE, report);
    g_autoptr (CgTable) table = NULL;
    if (source != NULL)
        table = cg_table_read (source, NULL, cg_fields_of (fields), CG_TAKE (CG_SHAPES_AREA), NULL,
                               NULL);
    if (table == NULL) {
        cg_import_fail (report, NULL, error);
        return NULL;
    }
    check_rows (table, value_column != NULL);
    g_autofree guint8 *village = table->field[CG_FIELD_URBAN] != NULL ? find_villages (table) : NULL;
    cg_table_check_unique (table, CG_FIELD_ID);
    if (cg_table_decide_crs (table, NULL, TRUE) && cg_table_place (table)) {
        const double any_change = -1;
        if (table->working[CG_SHAPES_AREA] != NULL)
            cg_table_repair_areas (table, CG_FIELD_ID, any_change);
    }
    if (!cg_table_finish (table, error))
        return NULL;
    if (village != NULL)
        leave_out_above (table);
    CgKeyedAreas *areas = build (table, value_column != NULL);
    g_autofree guint32 *good = cg_table_good (table, &areas->n);
    areas->village = village != NULL ? g_new0 (guint8, (gsize) areas->n + 1) : NULL;
    for (guint32 a = 0; village != NULL && a < areas->n; a++)
        areas->village[a] = village[good[a]];
    return areas;
}

CgKeyedAreas *
cg_import_keyed_areas (const CgImportOptions *options, const char *id_column,
                       const char *value_column, CgImportReport *report, GError **error)
{
    return read_areas (options, "areas", id_column, value_column, report, error);
}

CgKeyedAreas *
cg_import_boundary (const CgImportOptions *options, const char *id_column,
                    const char *value_column, CgImportReport *report, GError **error)
{
    return read_areas (options, "boundary", id_column, value_column, report, error);
}
