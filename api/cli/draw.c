#include "app/draw.h"

#include "cli.h"

typedef struct {
    char *output, *grids, *buildings, *label, *title, *theme, *size, *bbox;
    char **barriers;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output, o->grids, o->buildings, o->label,
                            o->title,  o->theme, o->size,      o->bbox };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_strfreev (o->barriers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
check_paths (const CgDrawFile *job, GError **error)
{
    const char *const outputs[] = { job->output };
    g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
    g_ptr_array_add (inputs, (gpointer) job->cells);
    g_ptr_array_add (inputs, (gpointer) job->grids);
    g_ptr_array_add (inputs, (gpointer) job->buildings);
    for (guint k = 0; job->barriers != NULL && job->barriers[k] != NULL; k++)
        g_ptr_array_add (inputs, job->barriers[k]);
    return cg_cli_check_paths (1, outputs, inputs->len, (const char *const *) inputs->pdata, error);
}

static gboolean
fill_job (const Options *o, const char *cells, CgDrawFile *job, GError **error)
{
    *job = (CgDrawFile){ .cells = cells,
                         .grids = o->grids,
                         .buildings = o->buildings,
                         .barriers = o->barriers,
                         .label = o->label,
                         .output = o->output,
                         .title = o->title,
                         .theme = o->theme,
                         .width = 1600,
                         .height = 1200,
                         .has_bbox = o->bbox != NULL };
    if (o->label != NULL && o->grids == NULL) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, "--label needs --grids GRIDS.gpkg");
        return FALSE;
    }
    return cg_cli_need (o->output, "-o OUT.png", error) &&
           (o->size == NULL || cg_cli_parse_size (o->size, &job->width, &job->height, error)) &&
           (o->bbox == NULL || cg_cli_parse_bbox (o->bbox, &job->bbox, error)) &&
           check_paths (job, error);
}

static gboolean
run_draw (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { 0 };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "picture to write: .png, .svg or .pdf", "OUT.png" },
        { "grids", 0, 0, G_OPTION_ARG_FILENAME, &o.grids, "grids to draw with thick borders over the cells",
          "GRIDS.gpkg" },
        { "label", 0, 0, G_OPTION_ARG_STRING, &o.label, "column of the grids with a number to write in each", "COL" },
        { "buildings", 0, 0, G_OPTION_ARG_FILENAME, &o.buildings, "buildings to draw under the cells", "FILE" },
        { "barriers", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.barriers,
          "roads, water, railways to draw under the cells; may be given several times", "FILE" },
        { "size", 0, 0, G_OPTION_ARG_STRING, &o.size, "pixels (default 1600x1200)", "WxH" },
        { "bbox", 0, 0, G_OPTION_ARG_STRING, &o.bbox,
          "window, in degrees or in the metres of the cells' file (default: all cells)", "W,S,E,N" },
        { "title", 0, 0, G_OPTION_ARG_STRING, &o.title, "heading of the picture", "TEXT" },
        { "theme", 0, 0, G_OPTION_ARG_STRING, &o.theme, "light (default) or dark", "NAME" },
        G_OPTION_ENTRY_NULL
    };
    CgDrawFile job;
    if (!cg_cli_parse (cli, &cg_command_draw, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_draw, argc, 1, error) || !fill_job (&o, argv[1], &job, error))
        return FALSE;
    *out_report = cg_import_report_new (argv[1]);
    if (!cg_draw_file (&job, *out_report, &cli->progress, cli->cancel, error))
        return FALSE;
    cg_cli_show_findings (cli, *out_report);
    cg_cli_say (cli, "written: %s", job.output);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (GError) error = NULL;
    if (run_draw (cli, argc, argv, &report, &error))
        return 0;
    /* Once the cells are read, another file was wrong. */
    return cg_cli_fail (cli, error, report != NULL && report->n_good > 0 ? NULL : report);
}

const CgCommand cg_command_draw = {
    .name = "draw",
    .summary = "draws cells and grids over buildings and roads, for a look at their borders",
    .usage = "CELLS -o OUT.png",
    .details =
        "Example:\n"
        "  countygrid draw cells.gpkg:cells -o town.png --grids grids.gpkg:grids --label "
        "households \\\n"
        "      --buildings town.gpkg:buildings --barriers town.gpkg:roads --barriers "
        "town.gpkg:water\n"
        "\n"
        "FILE:LAYER names a layer of a file. Each file may have its own coordinate system.",
    .run = run,
};
