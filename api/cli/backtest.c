#include "app/density/backtest.h"

#include <string.h>

#include "app/density/heatmap.h"
#include "cli.h"

#define DEFAULT_SHARE "1,2,5,10,20"
#define DEFAULT_BANDWIDTH "auto,loo,adaptive"

typedef struct {
    char *output, *split, *when, *grids, *score, *boundary, *cell, *bandwidth, *kernel, *share,
        *crs, *encoding, *time_column, *report;
    double *shares;
    CgSurfaceOptions maps[CG_BACKTEST_MAX_MAPS];
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output,   o->split,    o->when,      o->grids,  o->score,
                            o->boundary, o->cell,     o->bandwidth, o->kernel, o->share,
                            o->crs,      o->encoding, o->time_column, o->report };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_free (o->shares);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
parse_maps (Options *o, CgBacktestFile *job, GError **error)
{
    g_auto (GStrv) words =
        g_strsplit (o->bandwidth != NULL ? o->bandwidth : DEFAULT_BANDWIDTH, ",", -1);
    job->n_maps = g_strv_length (words);
    job->maps = o->maps;
    if (job->n_maps > CG_BACKTEST_MAX_MAPS) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--bandwidth: at most %u may be tried",
                     CG_BACKTEST_MAX_MAPS);
        return FALSE;
    }
    for (guint k = 0; k < job->n_maps; k++)
        if (!cg_surface_parse_bandwidth (words[k], &o->maps[k], error) ||
            !cg_surface_parse_names (o->kernel, NULL, &o->maps[k], error))
            return FALSE;
    return TRUE;
}

static gboolean
parse_shares (Options *o, CgBacktestFile *job, GError **error)
{
    o->shares = cg_parse_numbers ("--share", o->share != NULL ? o->share : DEFAULT_SHARE,
                                  &job->n_shares, error);
    if (o->shares == NULL)
        return FALSE;
    if (o->shares[0] <= 0 || o->shares[job->n_shares - 1] > 100) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--share: '%s': percent of the ground, above 0 and at most 100", o->share);
        return FALSE;
    }
    for (guint k = 0; k < job->n_shares; k++)
        o->shares[k] /= 100;
    job->share = o->shares;
    return TRUE;
}

static gboolean
parse_times (const Options *o, CgBacktestFile *job, GError **error)
{
    g_autofree char *from = g_strconcat (o->split, "/", NULL);
    gint64 open;
    g_autoptr (GError) why = NULL;
    if (strchr (o->split, '/') != NULL || !cg_parse_when (from, &job->split_s, &open, &why) ||
        job->split_s == CG_TIME_NONE) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--split: '%s' is no date; write 2026-01-31 or 2026-01-31T08:00", o->split);
        return FALSE;
    }
    return o->when == NULL || cg_parse_when (o->when, &job->since_s, &job->until_s, error);
}

static gboolean
check_ground (const Options *o, CgBacktestFile *job, GError **error)
{
    const char *what = NULL;
    job->cell_m = 200;
    if (o->grids != NULL && (o->cell != NULL || o->boundary != NULL))
        what = "--grids: grids are the places; --cell and --boundary make others";
    else if (o->score != NULL && o->grids == NULL)
        what = "--score: is a column of --grids";
    else if (o->cell != NULL && !cg_parse_metres (o->cell, 1e6, &job->cell_m))
        what = "--cell: must be metres above 0, at most 1000000";
    if (what != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, what);
    return what == NULL;
}

static gboolean
fill_job (Options *o, const char *points, CgBacktestFile *job, GError **error)
{
    *job = (CgBacktestFile){ .points = { .path = points, .crs = o->crs, .encoding = o->encoding,
                                           .time = o->time_column },
                             .output = o->output,
                             .report = cg_cli_report_file (o->report),
                             .since_s = CG_TIME_NONE,
                             .until_s = CG_TIME_NONE,
                             .grids = o->grids,
                             .score = o->score,
                             .boundary = o->boundary };
    const char *const outputs[] = { o->output, o->report };
    const char *const inputs[] = { points, o->grids, o->boundary };
    return cg_cli_need (o->output, "-o OUT.csv", error) && cg_cli_check_table (o->output, error) &&
           cg_cli_need (o->split, "--split DATE", error) && parse_times (o, job, error) &&
           check_ground (o, job, error) && parse_maps (o, job, error) &&
           parse_shares (o, job, error) && cg_cli_check_paths (2, outputs, 3, inputs, error);
}

static void
say_result (const CgCli *cli, const CgBacktestFile *job, const json_t *report)
{
#define FIGURE(object, key) ((long long) json_integer_value (json_object_get (object, key)))
    const json_t *outside = json_object_get (report, "outside"), *map, *pai;
    gsize k, s;
    cg_cli_say (cli, "%lld places; %lld events before, %lld after (outside: %lld, %lld)",
                FIGURE (report, "places"), FIGURE (report, "before"), FIGURE (report, "after"),
                FIGURE (outside, "before"), FIGURE (outside, "after"));
    cg_cli_say (cli, "predictive accuracy index, by share of the ground:");
    json_array_foreach (json_object_get (report, "maps"), k, map)
    {
        g_autoptr (GString) line = g_string_new (NULL);
        json_array_foreach (json_object_get (map, "pai"), s, pai)
        {
            g_string_append_printf (line, "  %g %% ", job->share[s] * 100);
            if (json_is_number (pai))
                g_string_append_printf (line, "%.2f", json_number_value (pai));
            else
                g_string_append (line, "-");
        }
        cg_cli_say (cli, "  %-36s%s", json_string_value (json_object_get (map, "map")), line->str);
    }
    cg_cli_say (cli, "best: %s", json_string_value (json_object_get (report, "best")));
    cg_cli_say (cli, "written: %s", job->output);
#undef FIGURE
}

static gboolean
run_backtest (CgCli *cli, int argc, char **argv, CgImportReport **out_findings, GError **error)
{
    g_auto (Options) o = { 0 };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, "table to write (.csv)", "OUT.csv" },
        { "split", 0, 0, G_OPTION_ARG_STRING, &o.split,
          "events before make the maps, from then on judge them", "DATE" },
        { "when", 0, 0, G_OPTION_ARG_STRING, &o.when,
          "only events of these days; a side may be empty", "FROM/TO" },
        { "grids", 0, 0, G_OPTION_ARG_FILENAME, &o.grids, "places to choose from (default: cells)",
          "GRIDS.gpkg" },
        { "score", 0, 0, G_OPTION_ARG_STRING, &o.score,
          "column of the grids: a map of your own to be judged too", "COL" },
        { "boundary", 0, 0, G_OPTION_ARG_FILENAME, &o.boundary,
          "cells only in these areas (default: box of the events)", "AREAS" },
        { "cell", 0, 0, G_OPTION_ARG_STRING, &o.cell, "side of a cell, metres (default 200)", "M" },
        { "bandwidth", 0, 0, G_OPTION_ARG_STRING, &o.bandwidth,
          "densities to try, as in `density` (default " DEFAULT_BANDWIDTH ")", "B,B,..." },
        { "kernel", 0, 0, G_OPTION_ARG_STRING, &o.kernel, "of the densities (default gaussian)",
          "NAME" },
        { "share", 0, 0, G_OPTION_ARG_STRING, &o.share,
          "percent of the ground that may be chosen (default " DEFAULT_SHARE ")", "P,P,..." },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "of the points: EPSG:n, gcj02 or bd09", "CRS" },
        { "time-column", 0, 0, G_OPTION_ARG_STRING, &o.time_column,
          "column of times (default: the one named like times)", "COL" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures as JSON", "R.json" },
        G_OPTION_ENTRY_NULL
    };
    CgBacktestFile job;
    if (!cg_cli_parse (cli, &cg_command_backtest, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_backtest, argc, 1, error) ||
        !fill_job (&o, argv[1], &job, error))
        return FALSE;
    *out_findings = cg_import_report_new (argv[1]);
    g_autoptr (json_t) report = NULL;
    if (!cg_backtest_file (&job, *out_findings, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, o.report, report, *out_findings, error))
        return FALSE;
    say_result (cli, &job, report);
    cg_cli_result (cli, report);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_backtest);
}

const CgCommand cg_command_backtest = {
    .name = "backtest",
    .summary = "judges maps of the past by what happened afterwards (PAI, PEI, RRI)",
    .usage = "POINTS --split DATE -o OUT.csv",
    .details =
        "Examples:\n"
        "  countygrid backtest incidents.csv --split 2025-07-01 -o pai.csv --cell 150\n"
        "  countygrid backtest incidents.csv --split 2025-07-01 -o pai.csv --grids grids.gpkg \\\n"
        "      --bandwidth 200,400,800,adaptive\n"
        "\n"
        "Each map names the places that it holds for the worst, up to a share of the ground. "
        "hit_rate\n"
        "is the share of later events in them, pai the hit rate over their share of the ground, "
        "pei\n"
        "the pai over that of the best choice that could have been made, rri the hit rate over "
        "that of\n"
        "the old events. counts is the plain map of old events by place.",
    .run = run,
    .gives_up = TRUE,
};
