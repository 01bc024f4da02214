/* Split from file to file: the analyst's way, without a county. */
#include "app/split/split.h"

#include <string.h>

#include "app/json.h"
#include "base/error.h"
#include "export/export.h"
#include "graph/ways.h"
#include "import/import.h"

static void
forget_column (guint32 *column, guint32 n, CgNames **names)
{
    for (guint32 i = 0; i < n; i++)
        column[i] = CG_NONE;
    cg_names_free (*names);
    *names = cg_names_new ();
}

/* What a unit that is in a grid by rule shares with the others of its grid: its villager group or
 * dedicated area (else the compound that is one), behind its community where that does not bind by
 * itself, for each village has a first group. NULL: nothing is known. (transfer full) */
static char *
name_ruled (const CgSplitFile *job, const CgUnits *units, guint32 i)
{
    const char *region =
        job->within == NULL ? cg_names_get (units->regions, units->region[i]) : "";
    const char *group = cg_names_get (units->groups, units->group[i]);
    if (group[0] == '\0' && units->kind[i] == CG_UNIT_DEDICATED)
        group = cg_names_get (units->compounds, units->compound[i]);
    if (region[0] == '\0' && group[0] == '\0')
        return NULL;
    return g_strconcat (region, region[0] != '\0' && group[0] != '\0' ? " " : "", group, NULL);
}

static void
name_groups (const CgSplitFile *job, CgUnits *units)
{
    CgNames *names = cg_names_new ();
    for (guint32 i = 0; i < units->n; i++) {
        g_autofree char *name =
            units->kind[i] != CG_UNIT_URBAN ? name_ruled (job, units, i) : NULL;
        units->group[i] = name != NULL ? cg_names_add (names, name) : CG_NONE;
    }
    cg_names_free (units->groups);
    units->groups = names;
}

/* Columns count only when the caller names them: a file's own idea of communities must not bind an
 * analyst. */
static void
forget_unnamed_columns (const CgSplitFile *job, CgUnits *units)
{
    name_groups (job, units);
    if (job->within == NULL)
        forget_column (units->region, units->n, &units->regions);
    if (job->compound == NULL)
        forget_column (units->compound, units->n, &units->compounds);
    if (job->keep == NULL)
        forget_column (units->keep, units->n, &units->kept);
    if (job->households == NULL)
        memset (units->households, 0, sizeof *units->households * units->n);
}

/* Which column serves which field, and how the user said so. (both g_strfreev) */
static void
make_map (const CgSplitFile *job, char ***out_map, char ***out_words)
{
    /* Where only people are counted, their column stands in until it is read. */
    const char *without = job->households == NULL ? job->population : NULL;
    const struct {
        const char *field, *option, *column;
    } rows[] = { { "id", "id", job->id },
                 { "households", "population", without },
                 { "households", "households", job->households },
                 { "population", "population", job->population },
                 { "region", "within", job->within },
                 { "compound", "compound", job->compound },
                 { "keep", "keep", job->keep },
                 { "kind", "kind", job->kind },
                 { "group", "group", job->group } };
    GPtrArray *map = g_ptr_array_new (), *words = g_ptr_array_new ();
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        if (rows[i].column != NULL) {
            g_ptr_array_add (map, g_strdup_printf ("%s=%s", rows[i].field, rows[i].column));
            g_ptr_array_add (words, g_strdup_printf ("--%s %s", rows[i].option, rows[i].column));
        }
    g_ptr_array_add (map, NULL);
    g_ptr_array_add (words, NULL);
    *out_map = (char **) g_ptr_array_free (map, FALSE);
    *out_words = (char **) g_ptr_array_free (words, FALSE);
}

/* Units that name no community are not dropped and not guessed: they share one. */
static void
note_units_without (const CgSplitFile *job, const CgUnits *units, CgImportReport *report)
{
    guint32 n = 0, first = 0;
    for (guint32 i = units->n; job->within != NULL && i-- > 0;)
        if (units->region[i] == CG_NONE) {
            n++;
            first = units->row[i];
        }
    if (n > 0)
        cg_import_report_add (report, CG_FINDING_WARNING, "MISSING_VALUE", 0, job->within, NULL,
                              "%u units without a value form a community of their own, the first "
                              "in row %u",
                              n, first);
}

/* Communities (or "", where none is named) that have units of a kind without a group. */
static CgNames *
list_ungrouped (const CgUnits *units, CgUnitKind kind)
{
    CgNames *names = cg_names_new ();
    for (guint32 i = 0; i < units->n; i++)
        if (units->kind[i] == kind && units->group[i] == CG_NONE &&
            (kind != CG_UNIT_DEDICATED || units->compound[i] == CG_NONE))
            cg_names_add (names, cg_names_get (units->regions, units->region[i]));
    return names;
}

/* Without a group there is one grid for all that a community has of the kind. */
static void
note_ungrouped (const CgUnits *units, CgImportReport *report)
{
    g_autoptr (CgNames) villages = list_ungrouped (units, CG_UNIT_RURAL);
    g_autoptr (CgNames) areas = list_ungrouped (units, CG_UNIT_DEDICATED);
    const struct {
        CgNames *names;
        const char *code, *text;
    } rows[] = {
        { villages, "NO_GROUPS",
          "communities with rural units of no villager group, which become one rural grid each: %u "
          "(the first: %s); --group COL names their groups" },
        { areas, "NO_GROUPS",
          "communities with dedicated units of no named area, which become one dedicated grid each: "
          "%u (the first: %s); --group COL names the areas" },
    };
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++)
        if (cg_names_count (rows[k].names) > 0) {
            const char *name = cg_names_get (rows[k].names, 0);
            g_autofree char *text = g_strdup_printf (rows[k].text, cg_names_count (rows[k].names),
                                                     name[0] != '\0' ? name : "without a name");
            cg_import_report_add (report, CG_FINDING_WARNING, rows[k].code, 0, NULL, NULL, "%s",
                                  text);
        }
}

static gboolean
check_population (const CgSplitFile *job, const CgUnits *units, GError **error)
{
    guint64 people = 0;
    for (guint32 i = 0; i < units->n; i++)
        people += units->population[i];
    if ((!job->split.by_population && job->split.population_max == 0) || people > 0)
        return TRUE;
    g_autofree char *file = g_path_get_basename (job->input);
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s: %s: no unit has a population, so there is nothing to divide by", file,
                 job->population != NULL ? job->population : "population");
    return FALSE;
}

/* Units without an old grid are new; where all are, there is nothing to keep. */
static gboolean
check_old_plan (const CgSplitFile *job, const CgUnits *units, CgImportReport *report,
                GError **error)
{
    guint32 n = 0, first = 0;
    for (guint32 i = units->n; job->keep != NULL && i-- > 0;)
        if (units->keep[i] == CG_NONE) {
            n++;
            first = units->row[i];
        }
    if (n > 0 && n == units->n) {
        g_autofree char *file = g_path_get_basename (job->input);
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: %s: no unit has a grid of an old plan, so there is nothing to keep: name "
                     "another column, or leave --keep out",
                     file, job->keep);
        return FALSE;
    }
    if (n > 0)
        cg_import_report_add (report, CG_FINDING_WARNING, "MISSING_VALUE", 0, job->keep, NULL,
                              "%u units without a grid of the old plan count as new, the first in "
                              "row %u",
                              n, first);
    return TRUE;
}

static CgUnits *
read_units (const CgSplitFile *job, CgImportReport *report, const CgProgress *progress,
            GCancellable *cancel, GError **error)
{
    g_auto (GStrv) map = NULL, words = NULL;
    make_map (job, &map, &words);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->input;
    options.layer = job->layer;
    options.crs = job->crs;
    options.encoding = job->encoding;
    options.map = map;
    options.map_words = words;
    options.lenient = TRUE;
    g_autoptr (CgUnits) units = cg_import_units (&options, report, progress, cancel, error);
    if (units == NULL || !check_population (job, units, error) ||
        !check_old_plan (job, units, report, error))
        return NULL;
    note_ungrouped (units, report);
    forget_unnamed_columns (job, units);
    note_units_without (job, units, report);
    return g_steal_pointer (&units);
}

/* What was read goes to other_files. */
static CgBarriers *
read_barriers (const CgSplitFile *job, const char *working_crs, CgImportReport *import_report,
               json_t *other_files, const CgProgress *progress, GCancellable *cancel,
               GError **error)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (job->barriers);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->barriers;
    options.working_crs = working_crs;
    options.assumed_crs = job->crs;
    options.skip_bad = TRUE;
    options.borders_only = TRUE;
    options.none_will_do = TRUE;
    options.keep_none = TRUE;
    g_autoptr (CgBarriers) barriers =
        cg_import_barriers (&options, report, progress, cancel, error);
    if (barriers == NULL)
        return NULL;
    cg_import_report_add_warnings (import_report, report);
    json_array_append_new (other_files, cg_json_import_report (report));
    return cg_ways_prepare (barriers, job->wide_water_m, 1, 1, error);
}

static char *
hash_file (const char *path)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 block[65536];
    gssize n = 0;
    while (stream != NULL &&
           (n = g_input_stream_read (G_INPUT_STREAM (stream), block, sizeof block, NULL, NULL)) > 0)
        g_checksum_update (sum, block, n);
    return stream == NULL || n < 0 ? g_strdup ("") : g_strdup (g_checksum_get_string (sum));
}

static gboolean
write_grids (const CgSplitFile *job, const CgUnits *units, const CgSplit *split, GError **error)
{
    g_autofree char *version = hash_file (job->input);
    CgExportStamp stamp = { job->split.partition.seed, job->split.options_text, version };
    return cg_export_grids (job->output, split->grids, units->id, &stamp, error);
}

/* What is wrong with the units names their file. Always FALSE. */
static gboolean
blame_file (const CgSplitFile *job, GError **error)
{
    g_autofree char *file = g_path_get_basename (job->input);
    if (error != NULL && (g_error_matches (*error, CG_ERROR, CG_ERROR_GEOMETRY) ||
                          g_error_matches (*error, CG_ERROR, CG_ERROR_INPUT)))
        g_prefix_error (error, "%s: ", file);
    return FALSE;
}

gboolean
cg_split_file (const CgSplitFile *job, CgImportReport *import_report, const CgProgress *progress,
               GCancellable *cancel, json_t **out_report, GError **error)
{
    gint64 start = g_get_monotonic_time ();
    GCancellable *early = cg_split_before_search (&job->split, cancel);
    CgPartitionWeights scratch;
    if (!cg_split_weights (&job->split, &scratch, error))
        return FALSE;
    g_autoptr (CgUnits) units = read_units (job, import_report, progress, early, error);
    if (units == NULL)
        return FALSE;
    CgSplitOptions options = job->split;
    g_autoptr (CgBarriers) barriers = NULL;
    g_autoptr (json_t) other_files = json_array ();
    if (job->keep != NULL)
        options.used_codes = units->kept;
    if (job->barriers != NULL) {
        barriers = read_barriers (job, units->working_crs, import_report, other_files, progress,
                                  early, error);
        if (barriers == NULL)
            return FALSE;
        options.barriers = barriers->n > 0 ? barriers : NULL;
    }
    double read_s = (g_get_monotonic_time () - start) / 1e6;
    g_autoptr (CgSplit) split = cg_split_run (units, &options, progress, cancel, error);
    if (split == NULL)
        return blame_file (job, error);
    if (g_cancellable_is_cancelled (cancel)) {
        g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "%s: stopped; nothing was written",
                     job->output);
        return FALSE;
    }
    start = g_get_monotonic_time ();
    if (!write_grids (job, units, split, error))
        return FALSE;
    double write_s = (g_get_monotonic_time () - start) / 1e6;
    g_autoptr (json_t) report = cg_split_report (units, split, &options, read_s, write_s);
    json_object_set_new (report, "input", cg_json_import_report (import_report));
    json_object_set (report, "other_files", other_files);
    json_t *points = json_object_get (report, "pareto");
    if (job->pareto != NULL && points != NULL && !cg_json_write (job->pareto, points, error))
        return FALSE;
    if (job->report != NULL && !cg_json_write (job->report, report, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}
