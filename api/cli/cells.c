#include "app/cells/cells.h"

#include <math.h>
#include <string.h>

#include "cells_options.h"

typedef struct {
    char *output, *boundary, *compounds, *report, *id, *households, *population, *levels, *use,
        *compound, *group, *boundary_id, *total, *crs, *encoding, *groups, *groups_id;
    char **barriers;
    gboolean join_groups;
    CgCliCells cells;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output, o->boundary,   o->compounds,  o->report,
                            o->id,     o->households, o->population, o->levels,
                            o->use,    o->compound,   o->group,      o->boundary_id,
                            o->total,  o->crs,        o->encoding,   o->groups,
                            o->groups_id };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_strfreev (o->barriers);
    cg_cli_cells_done (&o->cells);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

/* A number is the sum for all communities, anything else a column of the boundary. */
static gboolean
parse_total (const char *text, CgCellsFile *job, GError **error)
{
    char *end;
    if (text == NULL)
        return TRUE;
    double value = g_ascii_strtod (text, &end);
    if (end == text || *end != '\0') {
        job->total_column = text;
        return TRUE;
    }
    job->settings.total = value;
    if (value >= 0 && value <= 1e9)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--total: %g is not from 0 to 1e9", value);
    return FALSE;
}

static gboolean
fill_job (const Options *o, const char *input, CgCellsFile *job, GError **error)
{
    *job = (CgCellsFile){ .buildings = input,
                          .boundary = o->boundary,
                          .compounds = o->compounds,
                          .groups = o->groups,
                          .groups_id = o->groups_id,
                          .barriers = o->barriers,
                          .output = o->output,
                          .report = cg_cli_report_file (o->report),
                          .id = o->id,
                          .households = o->households,
                          .population = o->population,
                          .levels = o->levels,
                          .use = o->use,
                          .compound = o->compound,
                          .group = o->group,
                          .boundary_id = o->boundary_id,
                          .crs = o->crs,
                          .encoding = o->encoding };
    if (!cg_cli_need (o->output, "-o CELLS.gpkg", error) ||
        !cg_cli_need (o->boundary, "--boundary FILE", error))
        return FALSE;
    if (!g_str_has_suffix (o->output, ".gpkg")) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "-o %s: the name must end in .gpkg",
                     o->output);
        return FALSE;
    }
    if (!cg_cli_cells_settings (&o->cells, &job->settings, error))
        return FALSE;
    job->settings.cells.join_groups = o->join_groups;
    return parse_total (o->total, job, error);
}

static gboolean
check_paths (const CgCellsFile *job, GError **error)
{
    const char *const outputs[] = { job->output, job->report };
    g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
    g_ptr_array_add (inputs, (gpointer) job->buildings);
    g_ptr_array_add (inputs, (gpointer) job->boundary);
    g_ptr_array_add (inputs, (gpointer) job->compounds);
    g_ptr_array_add (inputs, (gpointer) job->groups);
    for (guint k = 0; job->barriers != NULL && job->barriers[k] != NULL; k++)
        g_ptr_array_add (inputs, job->barriers[k]);
    return cg_cli_check_paths (2, outputs, inputs->len, (const char *const *) inputs->pdata, error);
}

static char *
describe_options (const Options *o)
{
    g_autofree char *cells = cg_cli_cells_describe (&o->cells);
    return g_strdup_printf ("cells %s total=%s%s", cells, o->total != NULL ? o->total : "",
                            o->join_groups ? " join-groups" : "");
}

static void
say_result (const CgCli *cli, const CgCellsFile *job, const json_t *report, gboolean has_report)
{
#define FIGURE(key) ((long long) json_integer_value (json_object_get (report, key)))
    g_autofree char *part = g_strdup_printf (" (%lld estimated)", FIGURE ("estimated_households"));
    gboolean all = FIGURE ("estimated_households") == FIGURE ("households");
    cg_cli_say (cli, "%lld buildings -> %lld cells in %lld blocks; %lld households%s",
                FIGURE ("buildings"), FIGURE ("cells"), FIGURE ("blocks"), FIGURE ("households"),
                !json_is_true (json_object_get (report, "estimated")) ? "" : all ? " (estimated)" : part);
    cg_cli_cells_tell (cli, report, has_report);
    cg_cli_say (cli, "written: %s", job->output);
#undef FIGURE
}

static gboolean
run_cells (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { 0 };
    cg_cli_cells_init (&o.cells);
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "GeoPackage to write: layers cells, borders and buildings", "CELLS.gpkg" },
        { "boundary", 0, 0, G_OPTION_ARG_FILENAME, &o.boundary,
          "outline to cover, one row a community; cells are in its coordinates", "FILE" },
        { "boundary-id", 0, 0, G_OPTION_ARG_STRING, &o.boundary_id,
          "column with the community's code (default: found, else the row number)", "COL" },
        { "barriers", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.barriers,
          "roads, water, railways, walls; may be given several times", "FILE" },
        { "compounds", 0, 0, G_OPTION_ARG_FILENAME, &o.compounds,
          "outlines of housing estates: no cell crosses their rims", "FILE" },
        { "id", 0, 0, G_OPTION_ARG_STRING, &o.id,
          "column with the building's id; rows of one id that touch count as one building", "COL" },
        { "households", 0, 0, G_OPTION_ARG_STRING, &o.households,
          "column with households (default: found, else estimated from floor area)", "COL" },
        { "population", 0, 0, G_OPTION_ARG_STRING, &o.population, "column with population", "COL" },
        { "levels", 0, 0, G_OPTION_ARG_STRING, &o.levels, "column with storeys", "COL" },
        { "use", 0, 0, G_OPTION_ARG_STRING, &o.use,
          "column with the use: garages, schools, offices have no households (without one, tall deep buildings have none)",
          "COL" },
        { "compound", 0, 0, G_OPTION_ARG_STRING, &o.compound, "column with the housing estate",
          "COL" },
        { "group", 0, 0, G_OPTION_ARG_STRING, &o.group, "column with the villager group", "COL" },
        { "groups", 0, 0, G_OPTION_ARG_FILENAME, &o.groups,
          "outlines of villager groups, drawn by hand: the houses in them are theirs", "FILE" },
        { "groups-id", 0, 0, G_OPTION_ARG_STRING, &o.groups_id,
          "column with the group's name (default: found, else the row number)", "COL" },
        { "join-groups", 0, 0, G_OPTION_ARG_NONE, &o.join_groups,
          "the cells of a group that hang together become one", NULL },
        { "total", 0, 0, G_OPTION_ARG_STRING, &o.total,
          "known households to share out: one sum, or a column of the boundary", "N|COL" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs,
          "of the buildings, and of other files that name none, GeoJSON too: EPSG:n, gcj02 or bd09 "
          "(default: the file's; a GeoJSON's is WGS 84)",
          "CRS" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures and findings as JSON",
          "REPORT.json" },
        G_OPTION_ENTRY_NULL
    };
    g_autofree GOptionEntry *all = cg_cli_cells_entries (&o.cells, entries, "");
    if (!cg_cli_parse (cli, &cg_command_cells, all, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_cells, argc, 1, error))
        return FALSE;
    CgCellsFile job;
    if (!fill_job (&o, argv[1], &job, error) || !check_paths (&job, error))
        return FALSE;
    *out_report = cg_import_report_new (argv[1]);
    g_autofree char *stamp = describe_options (&o);
    job.options_text = stamp;
    g_autoptr (json_t) report = NULL;
    if (!cg_cells_file (&job, *out_report, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, o.report, report, *out_report, error))
        return FALSE;
    say_result (cli, &job, report, o.report != NULL);
    cg_cli_result (cli, report);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (CgImportReport) report = NULL;
    g_autoptr (GError) error = NULL;
    if (run_cells (cli, argc, argv, &report, &error))
        return 0;
    /* Rows that were left out are no failure; once the buildings are read, another file was. */
    return cg_cli_fail (cli, error, report != NULL && report->n_good > 0 ? NULL : report);
}

const CgCommand cg_command_cells = {
    .name = "cells",
    .summary = "makes units that cover a boundary exactly from buildings, roads and rivers",
    .usage = "BUILDINGS -o CELLS.gpkg --boundary FILE",
    .details =
        "Example:\n"
        "  countygrid cells town.gpkg:buildings -o cells.gpkg --boundary community.geojson \\\n"
        "      --barriers town.gpkg:roads --barriers town.gpkg:waterways --report report.json\n"
        "  countygrid split cells.gpkg:cells -o grids.gpkg --households households \\\n"
        "      --within region --barriers cells.gpkg:borders\n"
        "\n"
        "FILE:LAYER names a layer of a file. Columns are found by their usual names (countygrid "
        "import --help,\n"
        "kind buildings). Every building lies in one cell and counts once; no cell crosses a barrier "
        "beyond its\n"
        "building. Households that nobody has counted are floor area x storeys / dwelling, and "
        "places count as\n"
        "one each; both are marked in column `estimated`, and so is what --total scales. Where a community is\n"
        "counted in part, the others have what their floor says times what the counted ones have for theirs\n"
        "(write 0 where nobody lives). People that nobody has counted are --persons a household, or as many\n"
        "as where others are counted, marked in column `population_estimated`.\n"
        "docs/import.md goes from buildings to grids step by step.",
    .run = run,
};
