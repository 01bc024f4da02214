#include <string.h>

#include "app/split/split.h"
#include "cli.h"
#include "graph/ways.h"

typedef struct {
    char *output, *layer, *report, *id, *households, *population, *within, *compound, *keep,
        *barriers, *crs, *encoding, *range, *method, *by, *weights, *micro, *people, *pareto, *moved,
        *kind, *group;
    int target, effort, threads;
    gint64 seed;
    double deadline_s, snap_m, crossing_m, wide_water_m;
    gboolean certify;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output,     o->layer,    o->report,   o->id,     o->households,
                            o->population, o->within,   o->compound, o->keep,   o->barriers,
                            o->crs,        o->encoding, o->range,    o->method, o->by,
                            o->weights,    o->micro,    o->people,   o->pareto, o->moved,
                            o->kind,       o->group };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
fill_bounds (const Options *o, CgSplitFile *job, GError **error)
{
    CgPartitionOptions *p = &job->split.partition;
    *p = CG_PARTITION_OPTIONS_DEFAULT;
    if (job->split.by_population) {
        p->min = 750;
        p->max = 1250;
        p->target = 1000;
    }
    if (o->range != NULL) {
        if (!cg_cli_parse_range (o->range, &p->min, &p->max, error))
            return FALSE;
        p->target = p->min + (p->max - p->min) / 2;
    }
    if (!cg_cli_check_target (o->target, p->min, p->max, error))
        return FALSE;
    if (o->target != CG_CLI_NO_TARGET)
        p->target = (guint32) o->target;
    if (!cg_cli_check_method (o->method, error) ||
        !cg_cli_check_number ("--seed", o->seed, 0, G_MAXINT64, error) ||
        !cg_cli_check_number ("--effort", o->effort, 1, 100, error) ||
        !cg_cli_check_number ("--threads", o->threads, 0, 256, error) ||
        !cg_cli_check_deadline (o->deadline_s, error))
        return FALSE;
    p->seed = (guint64) o->seed;
    p->effort = (guint) o->effort;
    p->threads = (guint) o->threads;
    p->deadline_s = o->deadline_s;
    p->method = o->method;
    p->certify = o->certify;
    return TRUE;
}

static gboolean
fill_job (const Options *o, const char *input, CgSplitFile *job, GError **error)
{
    *job = (CgSplitFile){ .input = input,
                          .output = o->output,
                          .layer = o->layer,
                          .report = o->report,
                          .pareto = o->pareto,
                          .id = o->id,
                          .households = o->households,
                          .population = o->population,
                          .within = o->within,
                          .compound = o->compound,
                          .keep = o->keep,
                          .kind = o->kind,
                          .group = o->group,
                          .barriers = o->barriers,
                          .crs = o->crs,
                          .encoding = o->encoding };
    if (!cg_cli_need (o->output, "-o GRIDS.gpkg", error))
        return FALSE;
    if (!cg_cli_check_package (o->output, error))
        return FALSE;
    CgSplitOptions *split = &job->split;
    if (!cg_cli_parse_by (o->by, &split->by_population, error) ||
        !cg_cli_parse_people (o->people, split->by_population, &split->population_min,
                              &split->population_max, error))
        return FALSE;
    if ((split->by_population || o->people != NULL) && !cg_cli_need (o->population, "--population COL", error))
        return FALSE;
    /* People alone are enough to divide by people. */
    if ((!split->by_population || o->people != NULL || o->micro != NULL)
        && !cg_cli_need (o->households, "--households COL", error))
        return FALSE;
    if (!(o->snap_m >= 0 && o->snap_m <= 1000)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--snap: %g is not from 0 to 1000 metres",
                     o->snap_m);
        return FALSE;
    }
    if (!(o->wide_water_m >= 0 && o->wide_water_m <= 1e6)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--wide-water: %g is not from 0 to 1000000 metres", o->wide_water_m);
        return FALSE;
    }
    job->split.snap_m = o->snap_m;
    job->wide_water_m = o->wide_water_m;
    job->split.weights = o->weights;
    if (!cg_cli_parse_micro (o->micro, &job->split.micro_min, &job->split.micro_max, error) ||
        !cg_cli_check_crossing (o->crossing_m, &job->split.crossing_max_m, error) ||
        !cg_cli_check_pareto (o->pareto, o->moved, o->keep != NULL, &job->split.pareto,
                              &job->split.moved_at_most, error))
        return FALSE;
    return fill_bounds (o, job, error);
}

static gboolean
check_paths (const CgSplitFile *job, GError **error)
{
    const char *const outputs[] = { job->output, job->report, job->pareto };
    const char *const inputs[] = { job->input, job->barriers };
    return cg_cli_check_paths (3, outputs, 2, inputs, error);
}

static void
add_column (GString *text, const char *option, const char *column)
{
    if (column != NULL)
        g_string_append_printf (text, " %s=%s", option, column);
}

/* What decides the result, and nothing else: products of the same work carry the same stamp. */
static char *
describe_options (const CgSplitFile *job)
{
    const CgPartitionOptions *p = &job->split.partition;
    GString *text = g_string_new (NULL);
    g_string_append_printf (text, "range=%u:%u target=%u effort=%u by=%s", p->min, p->max,
                            p->target, p->effort,
                            job->split.by_population ? "population" : "households");
    add_column (text, "method", p->method);
    add_column (text, "certify", p->certify ? "yes" : NULL);
    add_column (text, "weights", job->split.weights);
    add_column (text, "households", job->households);
    add_column (text, "population", job->population);
    add_column (text, "id", job->id);
    add_column (text, "within", job->within);
    add_column (text, "compound", job->compound);
    add_column (text, "keep", job->keep);
    add_column (text, "kind", job->kind);
    add_column (text, "group", job->group);
    if (job->split.pareto)
        g_string_append (text, " pareto");
    if (job->split.pareto && job->split.moved_at_most >= 0)
        g_string_append_printf (text, " moved-at-most=%g", 100 * job->split.moved_at_most);
    add_column (text, "crs", job->crs);
    if (job->split.population_max > 0)
        g_string_append_printf (text, " population-range=%u:%u", job->split.population_min,
                                job->split.population_max);
    if (job->split.micro_max > 0)
        g_string_append_printf (text, " micro=%u:%u", job->split.micro_min, job->split.micro_max);
    if (job->wide_water_m != CG_WIDE_WATER_M)
        g_string_append_printf (text, " wide-water=%g", job->wide_water_m);
    if (job->split.crossing_max_m != 0)
        g_string_append_printf (text, " crossing-max=%g", MAX (job->split.crossing_max_m, 0));
    return g_string_free (text, FALSE);
}

static void
say_result (const CgCli *cli, const CgSplitFile *job, json_t *report)
{
#define FIGURE(key) ((long long) json_integer_value (json_object_get (report, key)))
    cg_cli_say (cli,
                "%lld units -> %lld grids: %lld in range, %lld below, %lld above (%lld with a "
                "proof, %lld without)",
                FIGURE ("units"), FIGURE ("grids"), FIGURE ("in_range"), FIGURE ("below"),
                FIGURE ("above"), FIGURE ("certified"), FIGURE ("unknown"));
    cg_cli_say_split (cli, report);
    cg_cli_say (cli, "written: %s", job->output);
#undef FIGURE
}

static char *
describe_choices (void)
{
    GString *text = g_string_new ("Methods (--method):");
    for (const CgPartitionMethod *m = cg_partition_methods (); m->name != NULL; m++)
        g_string_append_printf (text, "\n  %-10s %s", m->name, m->title);
    g_autofree char *weights = cg_cli_describe_weights ();
    g_string_append_printf (text, "\n\n%s", weights);
    return g_string_free (text, FALSE);
}

static gboolean
run_split (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { .seed = 1, .effort = 20, .snap_m = CG_GRAPH_SNAP_M,
                           .crossing_m = CG_CLI_UNSET, .wide_water_m = CG_WIDE_WATER_M,
                         .target = CG_CLI_NO_TARGET };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "GeoPackage to write: layers grids and assignment", "GRIDS.gpkg" },
        { "layer", 0, 0, G_OPTION_ARG_STRING, &o.layer, "layer of the input", "L" },
        { "id", 0, 0, G_OPTION_ARG_STRING, &o.id,
          "column with the unit's id (default: found by its name, else the row)", "COL" },
        { "households", 0, 0, G_OPTION_ARG_STRING, &o.households,
          "column with households (needed but with --by population)", "COL" },
        { "population", 0, 0, G_OPTION_ARG_STRING, &o.population, "column with population", "COL" },
        { "range", 0, 0, G_OPTION_ARG_STRING, &o.range, "households of a grid (default 300:500)",
          "MIN:MAX" },
        { "target", 0, 0, G_OPTION_ARG_INT, &o.target,
          "wanted households of a grid (default: the middle)", "N" },
        { "by", 0, 0, G_OPTION_ARG_STRING, &o.by,
          "range and target count households, or population (default range then 750:1250)", "WHAT" },
        { "population-range", 0, 0, G_OPTION_ARG_STRING, &o.people,
          "population of a grid, to hold beside the range of households: 750:1250", "MIN:MAX" },
        { "within", 0, 0, G_OPTION_ARG_STRING, &o.within,
          "column: units of different values never share a grid", "COL" },
        { "compound", 0, 0, G_OPTION_ARG_STRING, &o.compound,
          "column: units of one value stay together", "COL" },
        { "kind", 0, 0, G_OPTION_ARG_STRING, &o.kind,
          "column: urban, rural (one grid a villager group) or dedicated (one grid an area); default: "
          "found by its name; '': all are urban", "COL" },
        { "group", 0, 0, G_OPTION_ARG_STRING, &o.group,
          "column: villager group or dedicated area (default: found by its name; an area: else its "
          "compound)", "COL" },
        { "barriers", 0, 0, G_OPTION_ARG_FILENAME, &o.barriers,
          "roads, rivers, railways that borders should follow", "FILE" },
        { "keep", 0, 0, G_OPTION_ARG_STRING, &o.keep,
          "column with the old plan's grid: the fewest households move, codes stay", "COL" },
        { "pareto", 0, 0, G_OPTION_ARG_FILENAME, &o.pareto,
          "with --keep: plans at six prices of a moved household, as JSON", "FILE" },
        { "moved-at-most", 0, 0, G_OPTION_ARG_STRING, &o.moved,
          "take the best of them that moves no more (default: the one that moves fewest)",
          "PERCENT" },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, "same seed, same result (default 1)", "N" },
        { "effort", 0, 0, G_OPTION_ARG_INT, &o.effort, "1..100, search time; others are refused (default 20)", "N" },
        { "deadline", 0, 0, G_OPTION_ARG_DOUBLE, &o.deadline_s,
          "for all work between reading and writing; the best valid plan by then; 0: none (default)",
          "SECONDS" },
        { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads,
          "0: one a core; the result does not depend on it", "N" },
        { "certify", 0, 0, G_OPTION_ARG_NONE, &o.certify,
          "prove how good each community's plan is, and take the best; mostly below 10 s each", NULL },
        { "method", 0, 0, G_OPTION_ARG_STRING, &o.method, "how to search, see below", "NAME" },
        { "weight", 0, 0, G_OPTION_ARG_STRING, &o.weights,
          "what the search cares for, see below: balance=0.5,street=0.5", "NAME=VALUE,..." },
        { "snap", 0, 0, G_OPTION_ARG_DOUBLE, &o.snap_m,
          "borders nearer than this are shared (default 0.5)", "METRES" },
        { "micro", 0, 0, G_OPTION_ARG_STRING, &o.micro,
          "divide each grid into micro-units of so many households, like 5:15: layer micro",
          "MIN:MAX" },
        { "crossing-max", 0, 0, G_OPTION_ARG_DOUBLE, &o.crossing_m,
          "pieces of a community no further apart may share a grid (default 1000; 0: never)",
          "METRES" },
        { "wide-water", 0, 0, G_OPTION_ARG_DOUBLE, &o.wide_water_m,
          "areas of water of --barriers this wide part grids, but where a road, bridge, tunnel or "
          "ferry leads over (default 50; 0: none does)",
          "METRES" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs,
          "of the units, and of barriers that name none: EPSG:n, gcj02 or bd09 (default: the file's)",
          "CRS" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures as JSON", "REPORT.json" },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *choices = describe_choices ();
    if (!cg_cli_parse (cli, &cg_command_split, entries, choices, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_split, argc, 1, error))
        return FALSE;
    CgSplitFile job;
    if (!fill_job (&o, argv[1], &job, error) || !check_paths (&job, error))
        return FALSE;
    job.report = cg_cli_report_file (o.report);
    *out_report = cg_import_report_new (argv[1]);
    g_autofree char *stamp = describe_options (&job);
    job.split.options_text = stamp;
    job.split.partition.hurry = cg_cli_hurry (cli);
    g_autoptr (json_t) report = NULL;
    if (!cg_split_file (&job, *out_report, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, o.report, report, *out_report, error))
        return FALSE;
    say_result (cli, &job, report);
    cg_cli_result (cli, report);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_split);
}

const CgCommand cg_command_split = {
    .name = "split",
    .summary = "divides units of a file into connected grids of 300-500 households",
    .usage = "UNITS -o GRIDS.gpkg --households COL",
    .details = "Example:\n"
               "  countygrid split blocks.gpkg -o grids.gpkg --id code --households hh --within "
               "community \\\n"
               "      --range 300:500 --report report.json\n"
               "\n"
               "Grids that cannot be in range are written all the same, with the reason; that is "
               "no error.\n"
               "Ctrl-C ends the search: the best plan so far is written, it is valid. A second one, or "
               "one before\nthere is a plan, ends the command without any.",
    .run = run,
};
