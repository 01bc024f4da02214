#include "app/cells.h"

#include <math.h>
#include <string.h>

#include "cli.h"

typedef struct {
    char *output, *boundary, *compounds, *report, *id, *households, *population, *levels, *use,
        *compound, *group, *boundary_id, *total, *cut, *crs, *encoding;
    char **barriers;
    double close_m, empty_m2, sliver_m, simplify_m, dwelling_m2, storeys, persons;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output, o->boundary,   o->compounds,  o->report,
                            o->id,     o->households, o->population, o->levels,
                            o->use,    o->compound,   o->group,      o->boundary_id,
                            o->total,  o->cut,        o->crs,        o->encoding };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_strfreev (o->barriers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
check_size (const char *option, double value, double min, double max, GError **error)
{
    if (value >= min && value <= max)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: %g is not from %g to %g", option, value,
                 min, max);
    return FALSE;
}

/* "water,railway,street" as bits. */
static gboolean
parse_classes (const char *text, guint *out, GError **error)
{
    g_auto (GStrv) names = g_strsplit (text, ",", -1);
    guint bits = 0;
    for (guint k = 0; names[k] != NULL; k++) {
        guint class = CG_BARRIER_WATER;
        while (class < CG_BARRIER_BUILDING && strcmp (cg_barrier_name (class), names[k]) != 0)
            class ++;
        if (class == CG_BARRIER_BUILDING) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "--cut: '%s' is none of water, railway, arterial, street, alley, wall",
                         names[k]);
            return FALSE;
        }
        bits |= 1u << class;
    }
    *out = bits;
    return TRUE;
}

/* A number is the sum for all communities, anything else a column of the boundary. */
static gboolean
parse_total (const char *text, CgCellsFile *job, GError **error)
{
    char *end;
    job->total = NAN;
    if (text == NULL)
        return TRUE;
    double value = g_ascii_strtod (text, &end);
    if (end == text || *end != '\0') {
        job->total_column = text;
        return TRUE;
    }
    job->total = value;
    return check_size ("--total", value, 0, 1e9, error);
}

static gboolean
fill_job (const Options *o, const char *input, CgCellsFile *job, GError **error)
{
    *job = (CgCellsFile){ .buildings = input,
                          .boundary = o->boundary,
                          .compounds = o->compounds,
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
                          .encoding = o->encoding,
                          .cells = CG_CELLS_OPTIONS_DEFAULT,
                          .dwellings = CG_DWELLINGS_DEFAULT,
                          .persons = o->persons };
    if (!cg_cli_need (o->output, "-o CELLS.gpkg", error) ||
        !cg_cli_need (o->boundary, "--boundary FILE", error))
        return FALSE;
    if (!g_str_has_suffix (o->output, ".gpkg")) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "-o %s: the name must end in .gpkg",
                     o->output);
        return FALSE;
    }
    if (!check_size ("--close", o->close_m, 0, 1000, error) ||
        !check_size ("--empty", o->empty_m2, 0, 1e12, error) ||
        !check_size ("--sliver", o->sliver_m, 0, 1000, error) ||
        !check_size ("--straighten", o->simplify_m, 0, 100, error) ||
        !check_size ("--dwelling", o->dwelling_m2, 1, 10000, error) ||
        !check_size ("--storeys", o->storeys, 0.1, 300, error) ||
        !check_size ("--persons", o->persons, 0, 100, error) || !parse_total (o->total, job, error))
        return FALSE;
    job->cells.close_m = o->close_m;
    job->cells.empty_m2 = o->empty_m2;
    job->cells.sliver_m = o->sliver_m;
    job->cells.simplify_m = o->simplify_m;
    job->dwellings.dwelling_m2 = o->dwelling_m2;
    job->dwellings.storeys = o->storeys;
    return o->cut == NULL || parse_classes (o->cut, &job->cells.cut, error);
}

static gboolean
check_paths (const CgCellsFile *job, GError **error)
{
    const char *const outputs[] = { job->output, job->report };
    g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
    g_ptr_array_add (inputs, (gpointer) job->buildings);
    g_ptr_array_add (inputs, (gpointer) job->boundary);
    g_ptr_array_add (inputs, (gpointer) job->compounds);
    for (guint k = 0; job->barriers != NULL && job->barriers[k] != NULL; k++)
        g_ptr_array_add (inputs, job->barriers[k]);
    return cg_cli_check_paths (2, outputs, inputs->len, (const char *const *) inputs->pdata, error);
}

static char *
describe_options (const Options *o)
{
    return g_strdup_printf ("cells close=%g empty=%g sliver=%g straighten=%g dwelling=%g "
                            "storeys=%g persons=%g cut=%s total=%s",
                            o->close_m, o->empty_m2, o->sliver_m, o->simplify_m, o->dwelling_m2,
                            o->storeys, o->persons, o->cut != NULL ? o->cut : "all",
                            o->total != NULL ? o->total : "");
}

static void
say_result (const CgCli *cli, const CgCellsFile *job, json_t *report)
{
#define FIGURE(key) ((long long) json_integer_value (json_object_get (report, key)))
    cg_cli_say (cli, "%lld buildings -> %lld cells in %lld blocks; %lld households%s",
                FIGURE ("buildings"), FIGURE ("cells"), FIGURE ("blocks"), FIGURE ("households"),
                json_is_true (json_object_get (report, "estimated")) ? " (estimated)" : "");
    const char *key;
    json_t *value;
    json_object_foreach (json_object_get (report, "counts"), key,
                         value) if (json_integer_value (value) > 0)
        cg_cli_say (cli, "  %s: %lld", key, (long long) json_integer_value (value));
    cg_cli_say (cli, "written: %s", job->output);
#undef FIGURE
}

static gboolean
run_cells (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    const CgCellsOptions usual = CG_CELLS_OPTIONS_DEFAULT;
    const CgDwellings dwellings = CG_DWELLINGS_DEFAULT;
    g_auto (Options) o = { .close_m = usual.close_m,
                           .empty_m2 = usual.empty_m2,
                           .sliver_m = usual.sliver_m,
                           .simplify_m = usual.simplify_m,
                           .dwelling_m2 = dwellings.dwelling_m2,
                           .storeys = dwellings.storeys,
                           .persons = 2.6 };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "GeoPackage to write: layers cells, borders and buildings", "CELLS.gpkg" },
        { "boundary", 0, 0, G_OPTION_ARG_FILENAME, &o.boundary,
          "outline to cover, one row a community; cells are in its coordinates", "FILE" },
        { "boundary-id", 0, 0, G_OPTION_ARG_STRING, &o.boundary_id,
          "column with the community's code", "COL" },
        { "barriers", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.barriers,
          "roads, water, railways, walls; may be given several times", "FILE" },
        { "cut", 0, 0, G_OPTION_ARG_STRING, &o.cut,
          "classes that cells never cross (default: water,railway,arterial,street,alley,wall)",
          "LIST" },
        { "compounds", 0, 0, G_OPTION_ARG_FILENAME, &o.compounds,
          "outlines of housing estates: their rims are walls", "FILE" },
        { "close", 0, 0, G_OPTION_ARG_DOUBLE, &o.close_m,
          "lines that end this near to another are led on to it (default 8)", "METRES" },
        { "empty", 0, 0, G_OPTION_ARG_DOUBLE, &o.empty_m2,
          "ground that no building faces is a cell of its own from here on (default 5000)", "M2" },
        { "sliver", 0, 0, G_OPTION_ARG_DOUBLE, &o.sliver_m,
          "empty blocks narrower than this join a neighbour (default 12)", "METRES" },
        { "straighten", 0, 0, G_OPTION_ARG_DOUBLE, &o.simplify_m,
          "borders between gardens may be straightened by this (default 0.5)", "METRES" },
        { "id", 0, 0, G_OPTION_ARG_STRING, &o.id,
          "column with the building's id; touching rows of one id are one building", "COL" },
        { "households", 0, 0, G_OPTION_ARG_STRING, &o.households,
          "column with households (default: estimated from floor area)", "COL" },
        { "population", 0, 0, G_OPTION_ARG_STRING, &o.population, "column with population", "COL" },
        { "levels", 0, 0, G_OPTION_ARG_STRING, &o.levels, "column with storeys", "COL" },
        { "use", 0, 0, G_OPTION_ARG_STRING, &o.use, "column that says what a building is", "COL" },
        { "compound", 0, 0, G_OPTION_ARG_STRING, &o.compound, "column with the housing estate",
          "COL" },
        { "group", 0, 0, G_OPTION_ARG_STRING, &o.group, "column with the villager group", "COL" },
        { "total", 0, 0, G_OPTION_ARG_STRING, &o.total,
          "known households: of all, or a column of the boundary", "N|COL" },
        { "dwelling", 0, 0, G_OPTION_ARG_DOUBLE, &o.dwelling_m2,
          "floor of one household (default 100)", "M2" },
        { "storeys", 0, 0, G_OPTION_ARG_DOUBLE, &o.storeys,
          "of buildings of which nothing is known (default 2)", "N" },
        { "persons", 0, 0, G_OPTION_ARG_DOUBLE, &o.persons,
          "people of a household, where none are counted (default 2.6)", "N" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs,
          "of the buildings: EPSG:n, gcj02 or bd09 (default: the file's)", "CRS" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures and findings as JSON",
          "REPORT.json" },
        G_OPTION_ENTRY_NULL
    };
    if (!cg_cli_parse (cli, &cg_command_cells, entries, NULL, &argc, &argv, error) ||
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
        (job.report == NULL && !cg_cli_write_report (o.report, report, error)))
        return FALSE;
    cg_cli_show_findings (cli, *out_report);
    say_result (cli, &job, report);
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
        "Every building lies in one cell; no cell crosses a barrier beyond its building. "
        "Households\n"
        "without a count are estimates and say so in column `estimated`.",
    .run = run,
};
