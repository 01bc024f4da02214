#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geom/geom.h"
#include "import/table.h"
#include "model/codes.h"

#define MOST_REPAIR_SHARE 0.01
/* Overlaps below this are rounding of the coordinates. */
#define LEAST_OVERLAP_M2 1.0

typedef struct {
    char *code;
    CgLevel level;
    gboolean urban;
    double households; /* NaN: not known */
    gboolean is_urban_said;
} RegionRow;

static gboolean
is_digits (const char *text)
{
    return text[0] != '\0' && text[strspn (text, "0123456789")] == '\0';
}

static gboolean
ends_with_any (const char *name, const char *const *endings)
{
    for (guint e = 0; endings[e] != NULL; e++)
        if (g_str_has_suffix (name, endings[e]))
            return TRUE;
    return FALSE;
}

static gboolean
level_of_name (const char *name, CgLevel *out)
{
    static const char *const counties[] = { "县", "自治县", "旗", "市", "區", "縣", "区", NULL };
    static const char *const towns[] = { "镇",         "鎮",   "乡",     "鄉", "街道",
                                         "街道办事处", "苏木", "民族乡", NULL };
    static const char *const communities[] = { "村",         "里",         "社区",
                                               "居委会",     "居民委员会", "村委会",
                                               "村民委员会", "嘎查",       NULL };
    if (ends_with_any (name, communities))
        *out = CG_LEVEL_COMMUNITY;
    else if (ends_with_any (name, towns))
        *out = CG_LEVEL_TOWN;
    else if (ends_with_any (name, counties))
        *out = CG_LEVEL_COUNTY;
    else
        return FALSE;
    return TRUE;
}

/* From the column, else from the code, else from the ending of the name. No community's code ends in 000, but a
 * list may have made one up: 某村 is a community whatever its zeros. */
static void
read_level (CgTable *table, guint32 i, const char *code, const char *name, RegionRow *row)
{
    CgLevel named;
    const char *text = cg_table_cell (table, i, CG_FIELD_LEVEL);
    gboolean has_name = name != NULL && level_of_name (name, &named);
    if (text != NULL) {
        if (!cg_level_parse (text, &row->level) || row->level == CG_LEVEL_GRID)
            cg_table_fault (table, i, CG_FIELD_LEVEL, "BAD_VALUE",
                            "\"%.40s\" is none of county, town, community (县 镇 社区 村)", text);
        return;
    }
    if (!cg_code_level (code, &row->level))
        row->level = has_name ? named : CG_LEVEL_COMMUNITY;
    else if (strlen (code) == cg_code_digits (CG_LEVEL_COMMUNITY) && has_name &&
             named == CG_LEVEL_COMMUNITY)
        row->level = CG_LEVEL_COMMUNITY;
}

/* Codes of the national list are taken as they are; other digits (an older list, another country)
 * with a warning. */
static void
read_code (CgTable *table, guint32 i, const char *code, RegionRow *row)
{
    gsize length = strlen (code);
    if (!is_digits (code) || length > 12)
        cg_table_fault (table, i, CG_FIELD_ID, "BAD_CODE",
                        "\"%.40s\" is no code of 6, 9 or 12 digits", code);
    else if (length != 6 && length != 9 && length != 12)
        cg_import_report_add (table->report, CG_FINDING_WARNING, "FOREIGN_CODE",
                              cg_table_row (table, i)->row, table->column[CG_FIELD_ID], code,
                              "the code does not have 6, 9 or 12 digits; kept as it is");
    row->code = g_strdup (code);
}

/* Files write -99, "-" and the like for what nobody knows: told, never an error. */
static void
read_households (CgTable *table, guint32 i, RegionRow *row)
{
    const char *cell = cg_table_cell (table, i, CG_FIELD_HOUSEHOLDS);
    char *end = NULL;
    row->households = cell != NULL ? g_ascii_strtod (cell, &end) : NAN;
    if (cell == NULL ||
        (end != cell && *end == '\0' && row->households >= 0 && row->households <= 1e9))
        return;
    row->households = NAN;
    cg_table_doubt (table, i, CG_FIELD_HOUSEHOLDS, cell, "is no number from 0 to 1e9");
}

static void
check_row (CgTable *table, guint32 i, RegionRow *row)
{
    const char *code = NULL, *name = NULL;
    *row = (RegionRow){ 0 };
    cg_table_text (table, i, CG_FIELD_ID, table->slot[CG_FIELD_ID] >= 0, &code);
    cg_table_text (table, i, CG_FIELD_NAME, TRUE, &name);
    if (code != NULL)
        read_code (table, i, code, row);
    read_level (table, i, code, name, row);
    row->is_urban_said = cg_urban_read (table, i, &row->urban);
    read_households (table, i, row);
    CgTableRow *state = cg_table_row (table, i);
    if (state->kind == CG_NO_SHAPE && !state->bad)
        cg_table_fault (table, i, CG_N_FIELDS, "NO_GEOMETRY", "the region has no outline");
}

/* Codes of one foreign length are one level, whatever single names suggest: 南投市 among twelve towns is a town. */
static void
agree_on_levels (const CgTable *table, RegionRow *rows)
{
    guint32 votes[13][3] = { { 0 } };
    guint32 n = cg_table_count (table);
    if (table->slot[CG_FIELD_LEVEL] >= 0)
        return;
    for (guint32 i = 0; i < n; i++) {
        gsize length = rows[i].code != NULL ? strlen (rows[i].code) : 0;
        if (length > 0 && length < 13 && rows[i].level < 3)
            votes[length][rows[i].level]++;
    }
    for (guint32 i = 0; i < n; i++) {
        gsize length = rows[i].code != NULL ? strlen (rows[i].code) : 0;
        if (length == 0 || length > 12 || length == 6 || length == 9 || length == 12)
            continue;
        guint best = CG_LEVEL_COMMUNITY;
        for (int level = CG_LEVEL_TOWN; level >= CG_LEVEL_COUNTY; level--)
            if (votes[length][level] > votes[length][best])
                best = (guint) level;
        rows[i].level = (CgLevel) best;
    }
}

/* What nobody says is urban, since a village without groups becomes one grid. */
static void
guess_urban (CgTable *table, guint32 i, RegionRow *row)
{
    const char *name = cg_table_cell (table, i, CG_FIELD_NAME), *code = row->code;
    gboolean is_community = row->level == CG_LEVEL_COMMUNITY;
    if (cg_urban_guess (name, is_community ? code : NULL, &row->urban) || !is_community)
        return;
    row->urban = TRUE;
    cg_import_report_add (table->report, CG_FINDING_WARNING, "URBAN_ASSUMED",
                          cg_table_row (table, i)->row, NULL, name,
                          "\"%.40s\": neither column, name nor code says whether the community is "
                          "urban or a village: taken as urban",
                          name != NULL ? name : code != NULL ? code : "");
}

static void
guess_urbans (CgTable *table, RegionRow *rows)
{
    for (guint32 i = 0; i < cg_table_count (table); i++)
        if (!rows[i].is_urban_said)
            guess_urban (table, i, &rows[i]);
}

/* 999999 is no province's number, so such codes never meet a real one. */
static void
make_codes (CgTable *table, RegionRow *rows)
{
    guint next[3] = { 0 };
    if (table->slot[CG_FIELD_ID] >= 0 || cg_table_count (table) == 0)
        return;
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        guint number = ++next[rows[i].level];
        if (rows[i].level == CG_LEVEL_COUNTY)
            rows[i].code = g_strdup_printf ("99%04u", number % 10000);
        else if (rows[i].level == CG_LEVEL_TOWN)
            rows[i].code = g_strdup_printf ("999999%03u", number % 1000);
        else
            rows[i].code = g_strdup_printf ("999999%06u", number % 1000000);
        if ((rows[i].level == CG_LEVEL_COUNTY && number > 9999) ||
            (rows[i].level == CG_LEVEL_TOWN && number > 999))
            cg_table_fault (table, i, CG_FIELD_ID, "MISSING_VALUE",
                            "too many regions of one level without a code");
    }
    cg_import_report_add (
        table->report, CG_FINDING_WARNING, "ID_GENERATED", 0, NULL, NULL,
        "the file has no codes: codes that begin with 99 were made up in the order of the rows");
}

/* ---- overlaps ------------------------------------------------------------------------- */

static void
find_overlaps (CgTable *table, const RegionRow *rows, CgLevel level, GCancellable *cancel)
{
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GArray) which = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GError) error = NULL;
    for (guint32 i = 0; i < cg_table_count (table); i++)
        if (!cg_table_row (table, i)->bad && rows[i].level == level) {
            cg_shapes_add_shape (areas, table->working[CG_SHAPES_AREA],
                                 cg_table_row (table, i)->shape);
            g_array_append_val (which, i);
        }
    g_autoptr (GArray) pairs = cg_geom_overlaps (areas, LEAST_OVERLAP_M2, cancel, &error);
    if (pairs == NULL) {
        if (!g_error_matches (error, CG_ERROR, CG_ERROR_CANCELLED))
            cg_import_report_add (table->report, CG_FINDING_WARNING, "OVERLAP", 0, NULL, NULL,
                                  "overlaps could not be looked for: %s", error->message);
        return;
    }
    for (guint p = 0; p < pairs->len; p++) {
        const CgGeomOverlap *pair = &g_array_index (pairs, CgGeomOverlap, p);
        guint32 one = g_array_index (which, guint32, pair->i),
                two = g_array_index (which, guint32, pair->j);
        const char *name = cg_table_cell (table, one, CG_FIELD_NAME),
                   *other = cg_table_cell (table, two, CG_FIELD_NAME);
        cg_import_report_add (table->report, CG_FINDING_WARNING, "OVERLAP",
                              cg_table_row (table, one)->row, "geometry", NULL,
                              "%s (%s) overlaps %s (%s, row %u) by %.1f m2", name, rows[one].code,
                              other, rows[two].code, cg_table_row (table, two)->row, pair->area_m2);
    }
}

/* ---- table ---------------------------------------------------------------------------- */

/* What the column says, as far as it is so; else what is wrong with it, row by row. (g_ptr_array_unref) */
static GPtrArray *
take_stated (CgTable *table, const guint32 *good, CgRegions *regions)
{
    g_autoptr (CgCodeIndex) index = cg_code_index_new (regions);
    GPtrArray *wrong = g_ptr_array_new_with_free_func (g_free);
    for (guint32 r = 0; r < regions->n; r++) {
        char *text = NULL;
        const char *stated = cg_table_cell (table, good[r], CG_FIELD_PARENT);
        guint32 found = cg_code_index_find (index, stated);
        if (found != CG_NONE && found != r && regions->level[found] < regions->level[r])
            regions->parent[r] = found;
        else if (stated != NULL && regions->level[r] != CG_LEVEL_COUNTY)
            text = g_strdup_printf (found == CG_NONE
                                        ? "the region above, %.40s, is not in this file"
                                        : "the region above, %.40s, is not of a higher level",
                                    stated);
        g_ptr_array_add (wrong, text);
    }
    return wrong;
}

/* A region that is not where its column or its code says. wrong NULL: it is its code. */
static void
tell_parent (CgTable *table, const CgRegions *regions, guint32 r, const char *wrong)
{
    CgLevel level = regions->level[r];
    guint32 parent = regions->parent[r];
    g_autofree char *above = cg_code_above (regions->code[r], level, level - 1);
    g_autofree char *lacks =
        wrong != NULL   ? g_strdup (wrong)
        : above != NULL ? g_strdup_printf ("%s, which is above it by its code, is not in this file", above)
                        : g_strdup ("no region of this file is right above it");
    g_autofree char *instead =
        parent != CG_NONE ? g_strdup_printf ("it goes to the %s %s", cg_level_name (regions->level[parent]),
                                             regions->code[parent])
                          : g_strdup ("no other region has it");
    cg_import_report_add (table->report, CG_FINDING_WARNING, "PARENT", regions->row[r],
                          table->column[wrong != NULL ? CG_FIELD_PARENT : CG_FIELD_ID],
                          regions->code[r], "%s: %s: %s", regions->code[r], lacks, instead);
}

/* Whether the region is right where its code says, or where it lies when its code says nothing. */
static gboolean
is_in_place (const CgRegions *regions, guint32 r, CgAbove how)
{
    CgLevel level = regions->level[r];
    guint32 parent = regions->parent[r];
    g_autofree char *above = cg_code_above (regions->code[r], level, level - 1);
    return parent != CG_NONE && regions->level[parent] == level - 1 &&
           (how == CG_ABOVE_CODE || above == NULL);
}

static void
link_parents (CgTable *table, const guint32 *good, CgRegions *regions)
{
    guint32 at_level[CG_LEVEL_GRID + 1] = { 0 }, n_placed = 0, n_skipped = 0;
    g_autofree guint8 *how = g_new0 (guint8, (gsize) regions->n + 1);
    g_autoptr (GPtrArray) wrong = take_stated (table, good, regions);
    cg_regions_link (regions, how);
    for (guint32 r = 0; r < regions->n; r++)
        at_level[regions->level[r]]++;
    for (guint32 r = 0; r < regions->n; r++) {
        CgLevel level = regions->level[r];
        if (level == CG_LEVEL_COUNTY || how[r] == CG_ABOVE_STATED)
            continue;
        if (wrong->pdata[r] == NULL && is_in_place (regions, r, how[r]))
            n_placed += how[r] == CG_ABOVE_PLACE;
        else if (wrong->pdata[r] != NULL || at_level[level - 1] > 0)
            tell_parent (table, regions, r, wrong->pdata[r]);
        else
            n_skipped += at_level[CG_LEVEL_COUNTY] > 0;
    }
    if (n_placed > 0)
        cg_import_report_add (table->report, CG_FINDING_NOTE, "REGION_FOUND", 0, NULL, NULL,
                              "the region above of %u regions was found by place", n_placed);
    if (n_skipped > 0)
        cg_import_report_add (table->report, CG_FINDING_WARNING, "PARENT", 0, NULL, NULL,
                              "the file has no towns: %u communities are right below the county", n_skipped);
}

static CgRegions *
build (CgTable *table, RegionRow *rows)
{
    guint32 n;
    g_autofree guint32 *good = cg_table_good (table, &n);
    CgRegions *regions = cg_regions_new (n);
    regions->delivered_crs = g_strdup (table->crs);
    regions->working_crs = g_strdup (table->working_crs);
    if (table->transform != NULL)
        regions->delivered = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 r = 0; r < n; r++) {
        const CgTableRow *row = cg_table_row (table, good[r]);
        regions->code[r] = g_strdup (rows[good[r]].code);
        regions->name[r] = g_strdup (cg_table_cell (table, good[r], CG_FIELD_NAME));
        regions->level[r] = (guint8) rows[good[r]].level;
        regions->urban[r] = (guint8) rows[good[r]].urban;
        regions->row[r] = row->row;
        regions->households[r] = rows[good[r]].households;
        cg_shapes_add_shape (regions->shapes, table->working[CG_SHAPES_AREA], row->shape);
        if (regions->delivered != NULL)
            cg_shapes_add_shape (regions->delivered, table->shapes[CG_SHAPES_AREA], row->shape);
    }
    link_parents (table, good, regions);
    cg_table_place_findings (table);
    cg_import_report_sort (table->report);
    return regions;
}

CgRegions *
cg_import_regions (const CgImportOptions *options, CgImportReport *report,
                   const CgProgress *progress, GCancellable *cancel, GError **error)
{
    g_autoptr (CgSource) source = cg_source_open (options, FALSE, report);
    g_autoptr (CgTable) table = NULL;
    if (source != NULL)
        table = cg_table_read (source, NULL, cg_fields_of ("regions"), CG_TAKE (CG_SHAPES_AREA),
                               progress, cancel);
    if (table == NULL) {
        cg_import_fail (report, cancel, error);
        return NULL;
    }
    guint32 n = cg_table_count (table);
    g_autofree RegionRow *rows = g_new0 (RegionRow, n + 1);
    for (guint32 i = 0; i < n; i++)
        check_row (table, i, &rows[i]);
    agree_on_levels (table, rows);
    guess_urbans (table, rows);
    make_codes (table, rows);
    cg_table_check_unique (table, CG_FIELD_ID);
    if (cg_table_decide_crs (table, NULL, FALSE) && cg_table_place (table) &&
        table->working[CG_SHAPES_AREA] != NULL) {
        cg_table_repair_areas (table, CG_FIELD_NAME, MOST_REPAIR_SHARE);
        for (int level = CG_LEVEL_COUNTY; level <= CG_LEVEL_COMMUNITY; level++)
            find_overlaps (table, rows, (CgLevel) level, cancel);
    }
    CgRegions *regions = NULL;
    if (g_cancellable_is_cancelled (cancel))
        cg_import_fail (report, cancel, error);
    else if (cg_table_finish (table, error))
        regions = build (table, rows);
    for (guint32 i = 0; i < n; i++)
        g_free (rows[i].code);
    return regions;
}
