#include "app/attach.h"
#include "cli.h"

typedef struct {
    char *to, *output, *id, *area_id, *crs, *encoding;
    int threads;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->to, o->output, o->id, o->area_id, o->crs, o->encoding };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
check_paths (const CgAttachFile *job, GError **error)
{
    const char *const inputs[] = { job->points, job->to };
    if (g_str_has_suffix (job->output, ".csv"))
        return cg_cli_check_paths (1, &job->output, 2, inputs, error);
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "-o %s: the name must end in .csv",
                 job->output);
    return FALSE;
}

static gboolean
run_attach (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { 0 };
    const GOptionEntry entries[] = {
        { "to", 0, 0, G_OPTION_ARG_FILENAME, &o.to,
          "areas: a product of split, or any layer of polygons", "GRIDS.gpkg" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, "table to write: id, grid_id",
          "OUT.csv" },
        { "id", 0, 0, G_OPTION_ARG_STRING, &o.id,
          "column with the point's id (default: found by its name, else the row)", "COL" },
        { "area-id", 0, 0, G_OPTION_ARG_STRING, &o.area_id,
          "column with the area's id (default: grid_id, code, ...)", "COL" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "of the points: EPSG:n, gcj02 or bd09", "CRS" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads, "0: one a core", "N" },
        G_OPTION_ENTRY_NULL
    };
    if (!cg_cli_parse (cli, &cg_command_attach, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_attach, argc, 1, error) ||
        !cg_cli_need (o.to, "--to GRIDS.gpkg", error) ||
        !cg_cli_need (o.output, "-o OUT.csv", error))
        return FALSE;
    CgAttachFile job = { .points = argv[1],
                         .to = o.to,
                         .output = o.output,
                         .id = o.id,
                         .area_id = o.area_id,
                         .crs = o.crs,
                         .encoding = o.encoding,
                         .threads = (guint) CLAMP (o.threads, 0, 256) };
    if (!check_paths (&job, error))
        return FALSE;
    *out_report = cg_import_report_new (argv[1]);
    g_autoptr (json_t) summary = NULL;
    if (!cg_attach_file (&job, *out_report, &cli->progress, cli->cancel, &summary, error))
        return FALSE;
    cg_cli_show_findings (cli, *out_report);
#define FIGURE(key) ((long long) json_integer_value (json_object_get (summary, key)))
    cg_cli_say (cli,
                "%lld points: %lld in %lld areas (by %s), %lld outside, %lld exactly on a border",
                FIGURE ("points"), FIGURE ("inside"), FIGURE ("areas"),
                json_string_value (json_object_get (summary, "id_column")), FIGURE ("outside"),
                FIGURE ("on_border"));
#undef FIGURE
    cg_cli_say (cli, "written: %s", o.output);
    cg_cli_result (cli, summary);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_attach);
}

const CgCommand cg_command_attach = {
    .name = "attach",
    .summary = "says for each point which grid holds it",
    .usage = "POINTS --to GRIDS.gpkg -o OUT.csv",
    .details =
        "Example:\n"
        "  countygrid attach incidents.csv --to grids.gpkg -o incident_grid.csv --id ticket\n"
        "\n"
        "Points come in input order; outside every area the grid_id stays empty. A point exactly "
        "on a border\n"
        "belongs to the lowest id of the areas that touch it.",
    .run = run,
};
