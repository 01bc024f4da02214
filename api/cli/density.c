#include <math.h>
#include <string.h>

#include "app/density/density.h"
#include "cli.h"
#include "heatmap.h"
#include "page/page.h"

typedef struct {
    char *output, *at, *bandwidth, *kernel, *weight, *edge, *per, *per_column, *against, *contours,
        *boundary, *bbox, *cell, *crs, *encoding, *time_column, *report, *when, *moment,
        *window;
    gboolean skip_bad;
    double floor;
    int threads;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->per,      o->per_column, o->against, o->contours, o->output,
                            o->at,       o->bandwidth,  o->kernel,  o->weight,   o->edge,
                            o->boundary, o->bbox,       o->cell,    o->crs,      o->encoding, o->time_column,
                            o->report,   o->when,       o->moment,  o->window };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
is_picture (const char *output)
{
    CgFormat format;
    return output != NULL && cg_format_parse (output, &format);
}

static gboolean
check_output (const Options *o, double *out_cell_m, GError **error)
{
    gboolean is_csv = g_str_has_suffix (o->output, ".csv");
    if (!is_csv && !is_picture (o->output) && !g_str_has_suffix (o->output, ".tif") &&
        !g_str_has_suffix (o->output, ".tiff")) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "-o %s: the name must end in .tif or .csv, or in .png, .svg or .pdf for a "
                     "picture",
                     o->output);
        return FALSE;
    }
    if (!is_csv && o->at != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--at: values at points go to a .csv, not %s", o->output);
        return FALSE;
    }
    if (o->cell != NULL && (is_csv || is_picture (o->output))) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--cell: a %s has no cells",
                     is_csv ? ".csv" : "picture");
        return FALSE;
    }
    if (o->cell != NULL && !cg_parse_metres (o->cell, 1e9, out_cell_m)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--cell: '%s' is not metres above 0",
                     o->cell);
        return FALSE;
    }
    return TRUE;
}

/* Rates and risks take what their methods can answer for. */
static gboolean
check_ratio (const Options *o, const CgDensityFile *job, GError **error)
{
    gboolean any = o->per != NULL || o->against != NULL;
    const char *what = NULL;
    if (o->per != NULL && o->against != NULL)
        what = "--per, --against: a rate or a risk, not both";
    else if (o->per_column != NULL && o->per == NULL)
        what = "--per-column: is a column of --per FILE";
    else if (o->floor != CG_CLI_UNSET && (!any || !(o->floor >= 0 && o->floor <= 1e12)))
        what = any ? "--floor: must be 0 or above" : "--floor: serves --per and --against";
    else if (o->contours != NULL && (o->against == NULL || g_str_has_suffix (o->output, ".csv")))
        what = "--contours: of a risk (--against) as a raster";
    else if (o->contours != NULL && g_str_has_suffix (o->contours, ".csv"))
        what = "--contours: the name must end in .gpkg or .geojson";
    else if (o->contours != NULL && is_picture (o->output))
        what = "--contours: a picture draws them itself";
    else if (any && job->surface.adaptive)
        what = "--bandwidth adaptive: a rate or a risk takes one bandwidth for all";
    else if (o->against != NULL && job->surface.kernel != CG_KERNEL_GAUSSIAN)
        what = "--against: takes the gaussian kernel";
    else if (o->against != NULL && job->surface.edge == CG_EDGE_DIGGLE)
        what = "--against: takes --edge uniform, or none";
    else if (o->against != NULL && o->weight != NULL)
        what = "--against: compares events, not weights";
    if (what != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, what);
    return what == NULL;
}

static gboolean
check_moment (const Options *o, const CgDensityFile *job, GError **error)
{
    const char *what = NULL;
    if (!job->moment.has)
        return TRUE;
    if (o->per != NULL || o->against != NULL)
        what = "--moment: of a density, not of a rate or a risk";
    else if (job->surface.edge != CG_EDGE_NONE || job->surface.adaptive)
        what = "--moment: takes neither --edge nor an adaptive bandwidth";
    if (what != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, what);
    return what == NULL;
}

static gboolean
fill_job (const Options *o, const char *points, CgDensityFile *job, GError **error)
{
    *job = (CgDensityFile){ .points = points,
                            .output = o->output,
                            .at = o->at,
                            .crs = o->crs,
                            .encoding = o->encoding,
                            .time = o->time_column,
                            .weight = o->weight,
                            .skip_bad = o->skip_bad,
                            .has_when = o->when != NULL,
                            .surface = { .boundary = o->boundary },
                            .has_bbox = o->bbox != NULL,
                            .threads = (guint) o->threads };
    job->ratio = (CgRatio){ o->per, o->per_column, o->against,
                            o->floor != CG_CLI_UNSET ? o->floor : -1 };
    job->contours = o->contours;
    const char *const outputs[] = { o->output, o->report, o->contours };
    const char *const inputs[] = { points, o->at, o->boundary, o->per, o->against };
    return cg_cli_need (o->output, "-o OUT.tif", error) && check_output (o, &job->cell_m, error) &&
           cg_surface_parse_bandwidth (o->bandwidth, &job->surface, error) &&
           cg_surface_parse_names (o->kernel, o->edge, &job->surface, error) &&
           cg_cli_check_number ("--threads", o->threads, 0, CG_DENSITY_MAX_THREADS, error) &&
           (o->bbox == NULL || cg_cli_parse_bbox (o->bbox, &job->bbox, error)) &&
           (o->when == NULL || cg_parse_when (o->when, &job->since_s, &job->until_s, error)) &&
           cg_moment_parse (o->moment, o->window, &job->moment, error) &&
           check_moment (o, job, error) && check_ratio (o, job, error) && cg_cli_check_paths (3, outputs, 5, inputs, error);
}

static void
say_ratio (const CgCli *cli, const json_t *ratio)
{
#define FIGURE(key) json_number_value (json_object_get (ratio, key))
    if (ratio == NULL)
        return;
    if (json_object_get (ratio, "base") != NULL)
        cg_cli_say (cli, "rates over %.6g in %.0f places, at most %.4g per 1000", FIGURE ("base"),
                    FIGURE ("base_rows"), FIGURE ("peak_per_1000"));
    else
        cg_cli_say (cli, "risk against %.0f points: %.3g %% high, %.3g %% low (5 %% level each)",
                    FIGURE ("against"), FIGURE ("high_05") * 100, FIGURE ("low_05") * 100);
    cg_cli_say (cli, "no value on %.3g %%: fewer than %.6g within the kernel",
                FIGURE ("without_value") * 100, FIGURE ("floor"));
#undef FIGURE
}

static void
say_result (const CgCli *cli, const CgDensityFile *job, const json_t *report)
{
#define FIGURE(key) json_number_value (json_object_get (report, key))
    json_t *ratio = json_object_get (report, "ratio");
    /* A rate or a risk has no peak in events per km2; its own figures follow. */
    g_autofree char *peak = ratio != NULL
                                ? g_strdup ("")
                                : g_strdup_printf (", peak %.4g per km2%s", FIGURE ("peak_per_km2"),
                                                   job->moment.has ? " and day" : "");
    cg_cli_say (cli, "%.0f events%s; %s kernel, bandwidth %.4g m (%s), edge %s%s",
                FIGURE ("events") - FIGURE ("outside"),
                FIGURE ("outside") > 0 ? " in the region" : "",
                cg_kernel_name (job->surface.kernel), FIGURE ("bandwidth_m"),
                json_string_value (json_object_get (report, "rule")),
                cg_edge_name (job->surface.edge), peak);
    cg_cli_say_raised (cli, report, job->surface.kernel, "cells");
    cg_cli_say_adaptive (cli, report);
    if (FIGURE ("outside") > 0)
        cg_cli_say (cli, "left out: %.0f events outside the region", FIGURE ("outside"));
    say_ratio (cli, ratio);
    json_int_t width, height;
    if (json_unpack ((json_t *) report, "{s:[I, I]}", "size", &width, &height) == 0)
        cg_cli_say (cli, "written: %s, %lld x %lld cells of %.6g m", job->output, (long long) width,
                    (long long) height, FIGURE ("cell_m"));
    else
        cg_cli_say (cli, "written: %s, %.0f points", job->output, FIGURE ("points"));
#undef FIGURE
}

/* What a newcomer expects of -o OUT.png: the heat map of the same events, with its legend. */
static gboolean
draw_picture (CgCli *cli, const CgDensityFile *density, const char *report,
              CgImportReport **out_report, GError **error)
{
    CgHeatmapFile job = { .points = density->points,
                          .output = density->output,
                          .crs = density->crs,
                          .encoding = density->encoding,
                          .time = density->time,
                          .weight = density->weight,
                          .skip_bad = density->skip_bad,
                          .since_s = density->has_when ? density->since_s : CG_TIME_NONE,
                          .until_s = density->has_when ? density->until_s : CG_TIME_NONE,
                          .legend = TRUE,
                          .width = 1920,
                          .height = 1080,
                          .has_bbox = density->has_bbox,
                          .bbox = density->bbox,
                          .surface = density->surface,
                          .ratio = density->ratio,
                          .moment = density->moment };
    return cg_cli_draw_heat (cli, &job, report, out_report, error);
}

static gboolean
run_density (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { .floor = CG_CLI_UNSET };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "raster (.tif), values at points (.csv) or picture (.png, .svg, .pdf)", "OUT.tif" },
        { "at", 0, 0, G_OPTION_ARG_FILENAME, &o.at,
          "points of a .csv (default: the POINTS themselves)", "POINTS" },
        { "bandwidth", 0, 0, G_OPTION_ARG_STRING, &o.bandwidth, CG_CLI_BANDWIDTH_HELP, "M|RULE" },
        { "kernel", 0, 0, G_OPTION_ARG_STRING, &o.kernel, CG_CLI_KERNEL_HELP, "NAME" },
        { "weight", 0, 0, G_OPTION_ARG_STRING, &o.weight,
          "column: how many events a row stands for", "COL" },
        { "skip-bad", 0, 0, G_OPTION_ARG_NONE, &o.skip_bad,
          "leave out rows whose weight is no number from 0 (all are listed)", NULL },
        { "when", 0, 0, G_OPTION_ARG_STRING, &o.when,
          "days or times, local (UTC+8); a side may be empty", "FROM/TO" },
        { "moment", 0, 0, G_OPTION_ARG_STRING, &o.moment,
          "events per km2 and day at this time, near ones counting more; with --window", "TIME" },
        { "window", 0, 0, G_OPTION_ARG_STRING, &o.window,
          "of --moment: 6h, 7d: how far before and after it an event counts", "SPAN" },
        { "edge", 0, 0, G_OPTION_ARG_STRING, &o.edge, CG_CLI_EDGE_HELP, "NAME" },
        { "boundary", 0, 0, G_OPTION_ARG_FILENAME, &o.boundary,
          "areas: region of the correction and window of the raster", "AREAS" },
        { "per", 0, 0, G_OPTION_ARG_FILENAME, &o.per,
          "rates: houses, units or points that events are counted by", "FILE" },
        { "per-column", 0, 0, G_OPTION_ARG_STRING, &o.per_column,
          "column of --per with households or people (default: each row one)", "COL" },
        { "against", 0, 0, G_OPTION_ARG_FILENAME, &o.against,
          "relative risk: points of the events to compare with", "POINTS" },
        { "floor", 0, 0, G_OPTION_ARG_DOUBLE, &o.floor,
          "no value where fewer lie within the kernel (default 100 of --per, 10 events)", "N" },
        { "contours", 0, 0, G_OPTION_ARG_FILENAME, &o.contours,
          "lines around significantly high and low risk, p .05 and .01", "OUT.gpkg" },
        { "bbox", 0, 0, G_OPTION_ARG_STRING, &o.bbox,
          "window in degrees (or the points' own metres)", "W,S,E,N" },
        { "cell", 0, 0, G_OPTION_ARG_STRING, &o.cell,
          "side of a cell in metres (default: about a fifth of the bandwidth)", "M" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "of the points: EPSG:n, gcj02 or bd09", "CRS" },
        { "time-column", 0, 0, G_OPTION_ARG_STRING, &o.time_column,
          "column of times (default: the one named like times)", "COL" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads, "at most 16 (default 1)", "N" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures as JSON", "R.json" },
        G_OPTION_ENTRY_NULL
    };
    CgDensityFile job;
    if (!cg_cli_parse (cli, &cg_command_density, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_density, argc, 1, error) ||
        !fill_job (&o, argv[1], &job, error))
        return FALSE;
    if (is_picture (job.output))
        return draw_picture (cli, &job, o.report, out_report, error);
    job.report = cg_cli_report_file (o.report);
    *out_report = cg_import_report_new (argv[1]);
    g_autoptr (json_t) report = NULL;
    if (!cg_density_file (&job, *out_report, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, o.report, report, *out_report, error))
        return FALSE;
    say_result (cli, &job, report);
    cg_cli_result (cli, report);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_density);
}

const CgCommand cg_command_density = {
    .name = "density",
    .summary = "events per square kilometre, as a raster or at given points",
    .usage = "POINTS -o OUT.tif|OUT.csv|OUT.png",
    .details =
        "Examples:\n"
        "  countygrid density accidents.csv -o density.tif --bandwidth 500 --cell 50\n"
        "  countygrid density accidents.csv -o at_cameras.csv --at cameras.gpkg --bandwidth diggle "
        "\\\n"
        "      --edge diggle --boundary county.gpkg:county\n"
        "\n"
        "A raster is a GeoTIFF in the working CRS; its cells lie at multiples of their side, so "
        "that\n"
        "neighbours fit. A bandwidth below half a cell (quartic: 1.4 cells) is raised to that, and told.\n"
        "A .csv has id, x, y, per_km2 (--moment: per_km2_day) in the order of the points asked for; an "
        "event\n"
        "at the point itself counts. Rules of the bandwidth: auto is Scott's with a robust "
        "spread,\n"
        "scott the plain one, diggle Berman and Diggle's least square error, loo the greatest\n"
        "likelihood of each event given the others. adaptive gives each event its own (Abramson):\n"
        "narrow where events crowd, wide where they are few, around the global one (adaptive:M, "
        "else\n"
        "auto).\n"
        "\n"
        "  countygrid density thefts.csv -o rate.tif --per units.gpkg --per-column households\n"
        "  countygrid density thefts.csv -o risk.tif --against calls.csv --contours "
        "tolerance.gpkg\n"
        "\n"
        "A rate is events per 1000 households, both smoothed alike, with its 95 % interval. A risk "
        "is\n"
        "the log ratio of two densities; p is the chance of a ratio as high if both were the "
        "same.\n"
        "A picture (also of a rate or a risk) is what heatmap draws with --legend; heatmap has more\n"
        "options for it.",
    .run = run,
    .gives_up = TRUE,
};
