#include "app/import.h"

#include "cli.h"

typedef struct {
    char *layer, *crs, *encoding, *report;
    char **map;
    gboolean add, dry_run, skip_bad, no_repair;
} Options;

static void
options_done (Options *o)
{
    g_free (o->layer);
    g_free (o->crs);
    g_free (o->encoding);
    g_free (o->report);
    g_strfreev (o->map);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static char *
describe_kinds (void)
{
    GString *text = g_string_new (
        "Kinds and their fields (each found by any of its names, or named by --map):");
    for (const CgImportKind *kind = cg_import_kinds (); kind->name != NULL; kind++) {
        g_autofree char *fields = cg_import_describe_fields (kind->name);
        g_string_append_printf (text, "\n\n%s - %s\n%s", kind->name, kind->title,
                                fields != NULL ? fields : "");
    }
    return g_string_free (text, FALSE);
}

/* "100 of 100 rows stored, replacing 120"; incidents and what is added, which replace nothing, are new or known. */
static char *
describe_rows (const CgImportReport *report, const char *kind, gboolean add, gboolean dry_run)
{
    const char *stored = dry_run ? "would be stored" : "stored";
    if (add || g_str_equal (kind, "incidents"))
        return g_strdup_printf ("%u of %u rows %s: %u new, %u known", report->n_good,
                                report->n_rows, dry_run ? "would be taken" : "taken",
                                report->n_good - MIN (report->n_known, report->n_good),
                                report->n_known);
    if (report->n_replaced == 0)
        return g_strdup_printf ("%u of %u rows %s", report->n_good, report->n_rows, stored);
    return g_strdup_printf ("%u of %u rows %s, replacing %u", report->n_good, report->n_rows,
                            stored, report->n_replaced);
}

static void
say_result (const CgCli *cli, const CgImportReport *report, const Options *o, const char *kind)
{
    cg_cli_show_findings (cli, report);
    g_autofree char *rows = describe_rows (report, kind, o->add, o->dry_run);
    cg_cli_say (cli, "%s: %s; %u repaired, %u warnings (%s, %s -> %s, %s)", kind, rows,
                report->n_repairs, report->n_warnings,
                report->driver != NULL ? report->driver : "?",
                report->crs != NULL ? report->crs : "?",
                report->working_crs != NULL ? report->working_crs : "?",
                report->encoding != NULL ? report->encoding : "UTF-8");
}

static gboolean
run_import (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { 0 };
    const GOptionEntry entries[] = {
        { "layer", 0, 0, G_OPTION_ARG_STRING, &o.layer, "layer of the file", "L" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "EPSG:n, gcj02 or bd09 (default: the file's)",
          "CRS" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding,
          "UTF-8, GBK, GB18030 (default: found out)", "E" },
        { "map", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.map, "column of a field; may be repeated",
          "FIELD=COLUMN" },
        { "add", 0, 0, G_OPTION_ARG_NONE, &o.add,
          "barriers beside those that are stored, instead of in their place", NULL },
        { "dry-run", 0, 0, G_OPTION_ARG_NONE, &o.dry_run, "check everything, store nothing", NULL },
        { "skip-bad", 0, 0, G_OPTION_ARG_NONE, &o.skip_bad,
          "leave bad rows out instead of refusing the file; the report lists them", NULL },
        { "no-repair", 0, 0, G_OPTION_ARG_NONE, &o.no_repair,
          "invalid polygons are errors instead of being repaired", NULL },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report,
          "all findings as JSON, also when the file is refused", "R.json" },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *kinds = describe_kinds ();
    if (!cg_cli_parse (cli, &cg_command_import, entries, kinds, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_import, argc, 3, error))
        return FALSE;
    const char *const inputs[] = { argv[1], argv[3] };
    if (!cg_cli_check_paths (1, (const char *const *) &o.report, 2, inputs, error))
        return FALSE;
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = argv[3];
    options.layer = o.layer;
    options.crs = o.crs;
    options.encoding = o.encoding;
    options.map = o.map;
    options.add = o.add;
    options.skip_bad = o.skip_bad;
    options.repair = !o.no_repair;
    CgImportReport *report = *out_report = cg_import_report_new (argv[3]);
    gboolean done = cg_import_file (argv[1], argv[2], &options, o.dry_run, g_get_user_name (),
                                    report, &cli->progress, cli->cancel, error);
    g_autoptr (json_t) json = cg_json_import_report (report);
    json_object_set_new (json, "kind", json_string (argv[2]));
    json_object_set_new (json, "stored", json_boolean (done && !o.dry_run));
    g_autoptr (GError) problem = NULL;
    if (!cg_cli_write_report (o.report, json, &problem)) {
        if (done)
            g_propagate_error (error, g_steal_pointer (&problem));
        else
            cg_cli_warn (cli, "the report could not be written: %s (%s)", problem->message,
                         cg_error_name (problem));
        return FALSE;
    }
    if (!done)
        return FALSE;
    say_result (cli, report, &o, argv[2]);
    cg_cli_result (cli, json);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (GError) error = NULL;
    return run_import (cli, argc, argv, &report, &error) ? 0 : cg_cli_fail (cli, error, report);
}

const CgCommand cg_command_import = {
    .name = "import",
    .summary = "checks a file row by row and stores it, all or nothing",
    .usage = "COUNTY.sqlite KIND FILE",
    .details = "Example:\n"
               "  countygrid import wuqi.sqlite regions towns.shp --encoding GBK\n"
               "  countygrid import wuqi.sqlite units buildings.gpkg --map households=户数 --map "
               "region=社区编码\n"
               "  countygrid import wuqi.sqlite barriers town.gpkg:roads\n"
               "  countygrid import wuqi.sqlite barriers town.gpkg:water --add\n"
               "  countygrid import wuqi.sqlite incidents 12345.xlsx:工单 --map id=工单编号\n"
               "  countygrid import wuqi.sqlite incidents 12345.csv --crs gcj02 --dry-run --report "
               "check.json\n"
               "\n"
               "Formats: GeoPackage, GeoJSON, Shapefile, CSV (also .csv.gz), XLSX (FILE.xlsx:SHEET), "
               "FlatGeobuf; OSM PBF for barriers.\n"
               "A file takes the place of the whole table of its kind; incidents are added, or "
               "revised by\nsource, id and revision, and barriers are added with --add.\n"
               "Columns with names, telephone or identity numbers of persons are refused.",
    .run = run,
};
