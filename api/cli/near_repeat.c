#include "app/density/near_repeat.h"

#include <string.h>

#include "cli.h"

#define DEFAULT_SPACE "0,1,101,201,301,401,501"
#define DEFAULT_TIME "0,8,15,22,29"

typedef struct {
    char *output, *space, *time, *distance, *crs, *encoding, *time_column, *report;
    gint64 replicates, seed;
    double *space_m, *time_d;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output, o->space,    o->time,  o->distance,
                            o->crs,    o->encoding, o->time_column, o->report };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_free (o->space_m);
    g_free (o->time_d);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
parse_bands (Options *o, CgKnoxOptions *knox, GError **error)
{
    o->space_m = cg_parse_numbers ("--space", o->space != NULL ? o->space : DEFAULT_SPACE,
                                   &knox->n_space, error);
    if (o->space_m == NULL)
        return FALSE;
    o->time_d =
        cg_parse_numbers ("--time", o->time != NULL ? o->time : DEFAULT_TIME, &knox->n_time, error);
    if (o->time_d == NULL)
        return FALSE;
    knox->space_m = o->space_m;
    knox->time_d = o->time_d;
    if (o->space_m[0] == 0 && o->time_d[0] == 0 && knox->n_space >= 2)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s",
                 o->space_m[0] != 0  ? "--space: the first limit must be 0"
                 : o->time_d[0] != 0 ? "--time: the first limit must be 0"
                                     : "--space: at least two limits are needed, 0 and another");
    return FALSE;
}

static gboolean
fill_job (Options *o, const char *points, CgNearRepeatFile *job, GError **error)
{
    *job = (CgNearRepeatFile){ .points = { .path = points, .crs = o->crs, .encoding = o->encoding,
                                           .time = o->time_column },
                               .output = o->output,
                               .report = cg_cli_report_file (o->report),
                               .knox = { .replicates = (guint32) o->replicates,
                                         .seed = (guint64) o->seed } };
    if (o->distance != NULL && strcmp (o->distance, "euclidean") == 0) {
        job->knox.distance = CG_DISTANCE_EUCLIDEAN;
    } else if (o->distance != NULL && strcmp (o->distance, "manhattan") != 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--distance: '%s' is neither manhattan nor euclidean", o->distance);
        return FALSE;
    }
    const char *const outputs[] = { o->output, o->report };
    const char *const inputs[] = { points };
    return cg_cli_need (o->output, "-o OUT.csv", error) && cg_cli_check_table (o->output, error) &&
           cg_cli_check_number ("--replicates", o->replicates, 0, 99999, error) &&
           cg_cli_check_number ("--seed", o->seed, 0, G_MAXINT64, error) &&
           parse_bands (o, &job->knox, error) && cg_cli_check_paths (2, outputs, 1, inputs, error);
}

static void
say_result (const CgCli *cli, const CgNearRepeatFile *job, const json_t *report)
{
#define FIGURE(key) ((long long) json_integer_value (json_object_get (report, key)))
    const json_t *cells = json_object_get (report, "cells"), *cell;
    gsize k;
    cg_cli_say (cli, "%lld events, %lld pairs", FIGURE ("events"), FIGURE ("pairs"));
    if (FIGURE ("events") < FIGURE ("rows"))
        cg_cli_say (cli, "left out: %lld without a place, %lld without a time",
                    FIGURE ("without_place"), FIGURE ("without_time"));
    json_array_foreach (cells, k, cell) if (k < 8)
        cg_cli_say (cli, "  %s m, %s days: %lld pairs, %.2f times what chance gives, p %.3g",
                    json_string_value (json_object_get (cell, "space_m")),
                    json_string_value (json_object_get (cell, "time_d")),
                    (long long) json_integer_value (json_object_get (cell, "pairs")),
                    json_number_value (json_object_get (cell, "ratio")),
                    json_number_value (json_object_get (cell, "p")));
    if (json_array_size (cells) > 8)
        cg_cli_say (cli, "  ... and %zu more pairs of bands", json_array_size (cells) - 8);
    if (json_array_size (cells) == 0 && job->knox.replicates > 0)
        cg_cli_say (cli, "  nowhere more pairs than chance gives");
    cg_cli_say (cli, "written: %s", job->output);
#undef FIGURE
}

static gboolean
run_near_repeat (CgCli *cli, int argc, char **argv, CgImportReport **out_findings, GError **error)
{
    g_auto (Options) o = { .replicates = 999, .seed = 1 };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, "table to write (.csv)", "OUT.csv" },
        { "space", 0, 0, G_OPTION_ARG_STRING, &o.space,
          "limits of the bands of distance, metres (default " DEFAULT_SPACE ")", "M,M,..." },
        { "time", 0, 0, G_OPTION_ARG_STRING, &o.time,
          "limits of the bands of time, days (default " DEFAULT_TIME ")", "D,D,..." },
        { "distance", 0, 0, G_OPTION_ARG_STRING, &o.distance,
          "manhattan, as along streets (default), or euclidean", "NAME" },
        { "replicates", 0, 0, G_OPTION_ARG_INT64, &o.replicates,
          "how often times are shuffled; 0: no p (default 999)", "N" },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, "of random numbers (default 1)", "N" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "of the points: EPSG:n, gcj02 or bd09", "CRS" },
        { "time-column", 0, 0, G_OPTION_ARG_STRING, &o.time_column,
          "column of times (default: the one named like times)", "COL" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures as JSON", "R.json" },
        G_OPTION_ENTRY_NULL
    };
    CgNearRepeatFile job;
    if (!cg_cli_parse (cli, &cg_command_near_repeat, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_near_repeat, argc, 1, error) ||
        !fill_job (&o, argv[1], &job, error))
        return FALSE;
    *out_findings = cg_import_report_new (argv[1]);
    g_autoptr (json_t) report = NULL;
    if (!cg_near_repeat_file (&job, *out_findings, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, o.report, report, *out_findings, error))
        return FALSE;
    say_result (cli, &job, report);
    cg_cli_result (cli, report);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_near_repeat);
}

const CgCommand cg_command_near_repeat = {
    .name = "near-repeat",
    .summary = "says whether events follow one another nearby (Knox)",
    .usage = "POINTS -o OUT.csv",
    .details =
        "Example:\n"
        "  countygrid near-repeat burglaries.csv -o knox.csv --space 0,1,101,201 --time 0,8,15,22\n"
        "\n"
        "Every pair of events is counted in one band of distance and one of time; a band holds "
        "its\n"
        "lower limit and ends before the next, the last one is open. ratio is pairs over what "
        "their\n"
        "distances and their times, taken alone, would give; p is the share of shuffled times with "
        "as\n"
        "many pairs.",
    .run = run,
    .gives_up = TRUE,
};
