/* The table tests/data/import/cases.csv: a file, how it is imported, and what must come of it. A
 * case is a row there; the files are made up. */
#include <string.h>

#include "import/import.h"
#include "support.h"

typedef struct {
    char *file, *kind, *error, *code, *row, *column, *why;
    char **options;
    char *directory;
} Case;

static void
case_free (gpointer data)
{
    Case *one = data;
    char *texts[] = { one->file, one->kind,   one->error, one->code,
                      one->row,  one->column, one->why,   one->directory };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_strfreev (one->options);
    g_free (one);
}

static CgRegions *
load_regions (const char *directory, const char *file)
{
    g_autofree char *path = g_build_filename (directory, file, NULL);
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (GError) error = NULL;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.crs = "EPSG:4326";
    CgRegions *regions = cg_import_regions (&options, report, NULL, NULL, &error);
    g_assert_no_error (error);
    return regions;
}

/* TRUE when a table came back. */
static gboolean
run (const char *kind, const CgImportOptions *options, gboolean lenient, CgImportReport *report,
     GError **error)
{
    if (strcmp (kind, "units") == 0) {
        g_autoptr (CgUnits) units = cg_import_units (options, report, NULL, NULL, error);
        return units != NULL;
    }
    if (strcmp (kind, "regions") == 0) {
        g_autoptr (CgRegions) regions = cg_import_regions (options, report, NULL, NULL, error);
        return regions != NULL;
    }
    if (strcmp (kind, "compounds") == 0) {
        g_autoptr (CgCompounds) compounds =
            cg_import_compounds (options, report, NULL, NULL, error);
        return compounds != NULL;
    }
    if (strcmp (kind, "barriers") == 0) {
        g_autoptr (CgBarriers) barriers = cg_import_barriers (options, report, NULL, NULL, error);
        return barriers != NULL;
    }
    CgPlaceKind place = strcmp (kind, "incidents") == 0 ? CG_PLACE_INCIDENT
                        : strcmp (kind, "cameras") == 0 ? CG_PLACE_CAMERA
                                                        : CG_PLACE_SERVICE;
    g_autoptr (CgPlaces) places =
        cg_import_places (options, place, lenient, report, NULL, NULL, error);
    return places != NULL;
}

static const CgFinding *
find (const CgImportReport *report, const Case *one)
{
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        g_autofree char *row = g_strdup_printf ("%u", finding->row);
        if (strcmp (finding->code, one->code) == 0 &&
            (one->row[0] == '\0' || strcmp (row, one->row) == 0) &&
            (one->column[0] == '\0' || g_strcmp0 (finding->column, one->column) == 0))
            return finding;
    }
    return NULL;
}

static void
judge (const Case *one, gboolean good, const CgImportReport *report, const GError *error)
{
    GString *all = g_string_new (NULL);
    for (guint f = 0; f < report->findings->len; f++) {
        g_autofree char *text = cg_finding_to_string (g_ptr_array_index (report->findings, f));
        g_string_append_printf (all, "\n    %s", text);
    }
    if (error != NULL)
        g_string_append_printf (all, "\n    error %s", error->message);
    g_test_message ("%s%s", one->why, all->str);
    g_assert_cmpstr (good ? "OK" : cg_error_name (error), ==, one->error);
    g_assert_true (good == (error == NULL));
    if (one->code[0] != '\0')
        g_assert_nonnull (find (report, one));
    else
        g_assert_cmpuint (report->n_errors, ==, 0);
    if (!good) {
        g_autofree char *base = g_path_get_basename (one->file);
        g_assert_true (g_str_has_prefix (error->message, base));
        g_assert_null (strchr (error->message, '\n'));
        g_assert_cmpuint (report->n_errors, >, 0);
    }
    g_string_free (all, TRUE);
}

static void
test_case (gconstpointer data)
{
    const Case *one = data;
    g_autofree char *path = g_build_filename (one->directory, one->file, NULL);
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (GPtrArray) map = g_ptr_array_new ();
    g_autoptr (CgRegions) regions = NULL;
    g_autoptr (GError) error = NULL;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    gboolean lenient = FALSE;
    options.path = path;
    for (guint i = 0; one->options[i] != NULL; i++) {
        const char *word = one->options[i];
        if (g_str_has_prefix (word, "crs="))
            options.crs = word + 4;
        else if (g_str_has_prefix (word, "enc="))
            options.encoding = word + 4;
        else if (g_str_has_prefix (word, "map:"))
            g_ptr_array_add (map, (gpointer) (word + 4));
        else if (g_str_has_prefix (word, "regions="))
            regions = load_regions (one->directory, word + 8);
        options.skip_bad = options.skip_bad || strcmp (word, "skip") == 0;
        options.repair = options.repair && strcmp (word, "repair=no") != 0;
        options.keep_placeless = options.keep_placeless || strcmp (word, "keep") == 0;
        lenient = lenient || strcmp (word, "lenient") == 0;
    }
    g_ptr_array_add (map, NULL);
    options.map = (char **) map->pdata;
    options.regions = regions;
    gboolean good = run (one->kind, &options, lenient, report, &error);
    judge (one, good, report, error);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    const char *root = g_getenv ("CG_SOURCE");
    g_autofree char *directory =
        g_build_filename (root != NULL ? root : ".", "tests", "data", "import", NULL);
    g_autofree char *table = g_build_filename (directory, "cases.csv", NULL);
    g_autoptr (GPtrArray) rows = cg_test_csv (table);
    for (guint r = 1; r < rows->len; r++) {
        char **cells = g_ptr_array_index (rows, r);
        g_assert_cmpuint (g_strv_length (cells), ==, 8);
        Case *one = g_new0 (Case, 1);
        char **texts[] = { &one->file, &one->kind, NULL,         &one->error,
                           &one->code, &one->row,  &one->column, &one->why };
        for (guint c = 0; c < 8; c++)
            if (texts[c] != NULL)
                *texts[c] = g_strdup (cells[c]);
        one->options = g_strsplit (cells[2], " ", -1);
        one->directory = g_strdup (directory);
        g_autofree char *name = g_strdup_printf ("/import/cases/%03u-%s", r, cells[0]);
        g_test_add_data_func_full (name, one, test_case, case_free);
    }
    return g_test_run ();
}
