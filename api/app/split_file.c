/* Split from file to file: the analyst's way, without a county. */
#include "app/split.h"

#include <string.h>

#include "app/json.h"
#include "base/error.h"
#include "export/export.h"
#include "import/import.h"

static void
forget_column (guint32 *column, guint32 n, CgNames **names)
{
    for (guint32 i = 0; i < n; i++)
        column[i] = CG_NONE;
    cg_names_free (*names);
    *names = cg_names_new ();
}

/* Columns count only when the caller names them: a file's own idea of communities must not bind an
 * analyst. */
static void
forget_unnamed_columns (const CgSplitFile *job, CgUnits *units)
{
    if (job->within == NULL)
        forget_column (units->region, units->n, &units->regions);
    if (job->compound == NULL)
        forget_column (units->compound, units->n, &units->compounds);
    if (job->keep == NULL)
        forget_column (units->keep, units->n, &units->kept);
    forget_column (units->group, units->n, &units->groups);
    memset (units->kind, CG_UNIT_URBAN, units->n);
}

static char **
make_map (const CgSplitFile *job)
{
    const struct {
        const char *field, *column;
    } pairs[] = { { "id", job->id },
                  { "households", job->households },
                  { "population", job->population },
                  { "region", job->within },
                  { "compound", job->compound },
                  { "keep", job->keep } };
    GPtrArray *map = g_ptr_array_new ();
    for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
        if (pairs[i].column != NULL)
            g_ptr_array_add (map, g_strdup_printf ("%s=%s", pairs[i].field, pairs[i].column));
    g_ptr_array_add (map, NULL);
    return (char **) g_ptr_array_free (map, FALSE);
}

static CgUnits *
read_units (const CgSplitFile *job, CgImportReport *report, const CgProgress *progress,
            GCancellable *cancel, GError **error)
{
    g_auto (GStrv) map = make_map (job);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->input;
    options.layer = job->layer;
    options.crs = job->crs;
    options.encoding = job->encoding;
    options.map = map;
    options.lenient = TRUE;
    CgUnits *units = cg_import_units (&options, report, progress, cancel, error);
    if (units != NULL)
        forget_unnamed_columns (job, units);
    return units;
}

static CgBarriers *
read_barriers (const CgSplitFile *job, const char *working_crs, const CgProgress *progress,
               GCancellable *cancel, GError **error)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (job->barriers);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = job->barriers;
    options.working_crs = working_crs;
    options.skip_bad = TRUE;
    return cg_import_barriers (&options, report, progress, cancel, error);
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

gboolean
cg_split_file (const CgSplitFile *job, CgImportReport *import_report, const CgProgress *progress,
               GCancellable *cancel, json_t **out_report, GError **error)
{
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgUnits) units = read_units (job, import_report, progress, cancel, error);
    if (units == NULL)
        return FALSE;
    CgSplitOptions options = job->split;
    g_autoptr (CgBarriers) barriers = NULL;
    if (job->barriers != NULL) {
        barriers = read_barriers (job, units->working_crs, progress, cancel, error);
        if (barriers == NULL)
            return FALSE;
        options.barriers = barriers;
    }
    double read_s = (g_get_monotonic_time () - start) / 1e6;
    g_autoptr (CgSplit) split = cg_split_run (units, &options, progress, cancel, error);
    if (split == NULL)
        return FALSE;
    start = g_get_monotonic_time ();
    if (!write_grids (job, units, split, error))
        return FALSE;
    double write_s = (g_get_monotonic_time () - start) / 1e6;
    g_autoptr (json_t) report = cg_split_report (units, split, &options, read_s, write_s);
    json_object_set_new (report, "input", cg_json_import_report (import_report));
    if (job->report != NULL && !cg_json_write (job->report, report, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}
