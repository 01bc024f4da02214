#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "heatmap.h"
#include "style/style.h"

typedef struct {
    char *output, *size, *bbox, *bandwidth, *kernel, *edge, *boundary, *weight, *when, *palette,
        *theme, *title, *grids, *barriers, *crs, *encoding, *time_column, *report, *style, *hex, *frames, *window, *lang,
        *moment, *per, *per_column, *against;
    double fps, floor;
    gboolean legend, bare, skip_bad;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output,   o->size,     o->bbox,  o->bandwidth, o->kernel, o->edge,
                            o->boundary, o->weight,   o->when,  o->palette,   o->theme,  o->title,
                            o->grids,    o->barriers, o->crs,   o->encoding,  o->time_column, o->report, o->style,
                            o->hex,      o->frames,   o->window, o->moment, o->per,       o->per_column, o->against, o->lang };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
fill_style (const Options *o, CgHeatmapFile *job, GError **error)
{
    if (o->style != NULL && !cg_heatmap_parse_style (o->style, &job->style, error))
        return FALSE;
    if (o->hex == NULL)
        return TRUE;
    if (job->style == CG_HEATMAP_HEXBIN && cg_parse_metres (o->hex, 1e6, &job->hex_m))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--hex '%s': metres between opposite sides, with --style hexbin", o->hex);
    return FALSE;
}

static gboolean
fill_frames (const Options *o, CgHeatmapFile *job, GError **error)
{
    if (o->frames == NULL) {
        if (o->moment != NULL)
            return cg_moment_parse (o->moment, o->window, &job->moment, error);
        if (o->window == NULL && o->fps == 0)
            return TRUE;
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: without --frames nothing moves, and without --moment there is no time",
                     o->window != NULL ? "--window" : "--fps");
        return FALSE;
    }
    job->moment.has = o->moment != NULL;
    if (!cg_heatmap_parse_frames (o->frames, job, error))
        return FALSE;
    if (o->window != NULL && !cg_parse_time_span (o->window, &job->window_s)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--window: '%s' is no span of time; write 90min, 6h, 7d or 2w", o->window);
        return FALSE;
    }
    if (o->fps != 0 && !(o->fps >= 0.1 && o->fps <= 50)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--fps %g: 0.1 to 50 frames a second",
                     o->fps);
        return FALSE;
    }
    job->frame_ms = o->fps > 0 ? (guint) (1000 / o->fps + 0.5) : 0;
    return TRUE;
}

static gboolean
fill_ratio (const Options *o, CgHeatmapFile *job, GError **error)
{
    const char *what = NULL;
    gboolean any = o->per != NULL || o->against != NULL;
    if (o->per_column != NULL && o->per == NULL)
        what = "--per-column: is a column of --per FILE";
    else if (o->floor != CG_CLI_UNSET && !any)
        what = "--floor: serves --per and --against";
    else if (o->floor != CG_CLI_UNSET && !(o->floor >= 0 && o->floor <= 1e12))
        what = "--floor: must be 0 or above";
    if (what != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, what);
    else if (o->floor != CG_CLI_UNSET)
        job->ratio.floor = o->floor;
    return what == NULL;
}

static gboolean
fill_job (const Options *o, const char *points, CgHeatmapFile *job, GError **error)
{
    *job = (CgHeatmapFile){ .points = points,
                            .output = o->output,
                            .report = o->report,
                            .crs = o->crs,
                            .encoding = o->encoding,
                            .time = o->time_column,
                            .weight = o->weight,
                            .skip_bad = o->skip_bad,
                            .since_s = CG_TIME_NONE,
                            .until_s = CG_TIME_NONE,
                            .palette = o->palette,
                            .theme = o->theme,
                            .title = o->title,
                            .legend = o->legend,
                            .bare = o->bare,
                            .grids = o->grids,
                            .barriers = o->barriers,
                            .width = 1920,
                            .height = 1080,
                            .has_bbox = o->bbox != NULL,
                            .ratio = { o->per, o->per_column, o->against, -1 } };
    job->surface.boundary = o->boundary;
    if (o->lang != NULL && !cg_language_parse (o->lang, &job->language)) {
        g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND, "no language named '%.40s': zh, en", o->lang);
        return FALSE;
    }
    if (!fill_ratio (o, job, error))
        return FALSE;
    if (o->bare && o->title != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--title: --bare leaves no room for it");
        return FALSE;
    }
    return cg_cli_need (o->output, "-o OUT.png", error) &&
           (o->size == NULL || cg_cli_parse_size (o->size, &job->width, &job->height, error)) &&
           (o->bbox == NULL || cg_cli_parse_bbox (o->bbox, &job->bbox, error)) &&
           cg_surface_parse_bandwidth (o->bandwidth, &job->surface, error) &&
           cg_surface_parse_names (o->kernel, o->edge, &job->surface, error) &&
           fill_style (o, job, error) && fill_frames (o, job, error) &&
           (o->when == NULL || cg_parse_when (o->when, &job->since_s, &job->until_s, error));
}

static gboolean
check_paths (const CgHeatmapFile *job, GError **error)
{
    /* Of a directory OUT/ that frames are to make, the folder that it goes into must be there. */
    g_autofree char *output = g_strdup (job->output);
    for (gsize n = strlen (output); n > 1 && output[n - 1] == G_DIR_SEPARATOR; n--)
        output[n - 1] = '\0';
    gboolean moves = job->n_frames > 0 || job->step_s != 0;
    const char *const outputs[] = { moves ? output : job->output, job->report };
    const char *const inputs[] = { job->points,           job->grids,     job->barriers,
                                   job->surface.boundary, job->ratio.per, job->ratio.against };
    return cg_cli_check_paths (2, outputs, G_N_ELEMENTS (inputs), inputs, error);
}

static char *
describe_palettes (void)
{
    GString *text = g_string_new ("Palettes:");
    for (const CgPalette *palette = cg_palettes (); palette->name != NULL; palette++)
        g_string_append_printf (text, " %s", palette->name);
    return g_string_free (text, FALSE);
}

void
cg_cli_say_adaptive (const CgCli *cli, const json_t *report)
{
    const json_t *own = json_object_get (report, "adaptive");
    if (own == NULL)
        return;
    long long raised = json_integer_value (json_object_get (own, "raised")),
              trimmed = json_integer_value (json_object_get (own, "trimmed"));
    cg_cli_say (cli, "adaptive: each event's own bandwidth, %.4g to %.4g m",
                json_real_value (json_object_get (own, "least_m")),
                json_real_value (json_object_get (own, "most_m")));
    if (raised + trimmed > 0)
        cg_cli_say (cli,
                    "adaptive: %lld raised to what pixels show, %lld kept to five times the "
                    "global bandwidth",
                    raised, trimmed);
}

void
cg_cli_say_raised (const CgCli *cli, const json_t *report, CgKernel kernel, const char *what)
{
    const json_t *raised = json_object_get (report, "bandwidth_raised_from_m");
    double bandwidth_m = json_real_value (json_object_get (report, "bandwidth_m"));
    if (!json_is_real (raised))
        return;
    g_autofree char *times = kernel == CG_KERNEL_GAUSSIAN  ? g_strdup_printf (", half a %.*s",
                                                                             (int) strlen (what) - 1, what)
                             : kernel == CG_KERNEL_QUARTIC ? g_strdup_printf (", 1.41 %s", what)
                                                           : g_strdup ("");
    cg_cli_say (cli, "bandwidth: %.3g m is too narrow for the %s; raised to %.*g m%s",
                json_real_value (raised), what, bandwidth_m < 100 ? 3 : 9,
                bandwidth_m < 100 ? bandwidth_m : round (bandwidth_m), times);
}

static void
say_result (const CgCli *cli, const CgHeatmapFile *job, const json_t *report)
{
    double bandwidth_m = json_real_value (json_object_get (report, "bandwidth_m"));
    int digits = bandwidth_m < 100 ? 3 : 9; /* "0.123", "98.8", "512", "12345" */
    bandwidth_m = bandwidth_m < 100 ? bandwidth_m : round (bandwidth_m);
    cg_cli_say (cli,
                "%lld events, %lld of them outside the window; bandwidth %.*g m, peak %.4g per km2%s",
                (long long) json_integer_value (json_object_get (report, "events")),
                (long long) json_integer_value (json_object_get (report, "outside")), digits,
                bandwidth_m, json_real_value (json_object_get (report, "peak_per_km2")),
                job->moment.has ? " and day" : "");
    cg_cli_say_raised (cli, report, job->surface.kernel, "pixels");
    cg_cli_say_adaptive (cli, report);
    const json_t *frames = json_object_get (report, "frames");
    if (frames != NULL)
        cg_cli_say (cli, "%u frames, colours from 0 to %.6g per km2 in all of them",
                    (guint) json_array_size (frames),
                    json_real_value (json_object_get (report, "full_per_km2")));
    cg_cli_say (cli, "written: %s", job->output);
}

gboolean
cg_cli_draw_heat (CgCli *cli, CgHeatmapFile *job, const char *report_path,
                  CgImportReport **out_findings, GError **error)
{
    job->report = cg_cli_report_file (report_path);
    *out_findings = cg_import_report_new (job->points);
    g_autoptr (json_t) report = NULL;
    if (!cg_heatmap_file (job, *out_findings, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, report_path, report, *out_findings, error))
        return FALSE;
    say_result (cli, job, report);
    cg_cli_result (cli, report);
    return TRUE;
}

static gboolean
run_heatmap (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { .floor = CG_CLI_UNSET };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "picture to write: .png, .svg or .pdf", "OUT.png" },
        { "size", 0, 0, G_OPTION_ARG_STRING, &o.size, "pixels (default 1920x1080)", "WxH" },
        { "bbox", 0, 0, G_OPTION_ARG_STRING, &o.bbox,
          "window in degrees (or the points' own metres)", "W,S,E,N" },
        { "bandwidth", 0, 0, G_OPTION_ARG_STRING, &o.bandwidth, CG_CLI_BANDWIDTH_HELP, "M|RULE" },
        { "kernel", 0, 0, G_OPTION_ARG_STRING, &o.kernel, CG_CLI_KERNEL_HELP, "NAME" },
        { "edge", 0, 0, G_OPTION_ARG_STRING, &o.edge, CG_CLI_EDGE_HELP, "NAME" },
        { "boundary", 0, 0, G_OPTION_ARG_FILENAME, &o.boundary,
          "areas: region of the correction (default: the window)", "AREAS" },
        { "weight", 0, 0, G_OPTION_ARG_STRING, &o.weight,
          "column: how many events a row stands for", "COL" },
        { "skip-bad", 0, 0, G_OPTION_ARG_NONE, &o.skip_bad,
          "leave out rows whose weight is no number from 0 (all are listed)", NULL },
        { "when", 0, 0, G_OPTION_ARG_STRING, &o.when,
          "days or times, local (UTC+8); a side may be empty", "FROM/TO" },
        { "palette", 0, 0, G_OPTION_ARG_STRING, &o.palette, "colours, see below", "NAME" },
        { "theme", 0, 0, G_OPTION_ARG_STRING, &o.theme, "dark (default) or light", "NAME" },
        { "title", 0, 0, G_OPTION_ARG_STRING, &o.title, "heading of the picture", "TEXT" },
        { "lang", 0, 0, G_OPTION_ARG_STRING, &o.lang, "zh (default) or en: what the picture says", "LANGUAGE" },
        { "legend", 0, 0, G_OPTION_ARG_NONE, &o.legend, "draw the legend", NULL },
        { "style", 0, 0, G_OPTION_ARG_STRING, &o.style, "heat (default), contours or hexbin",
          "NAME" },
        { "hex", 0, 0, G_OPTION_ARG_STRING, &o.hex,
          "hexbin: metres between opposite sides (default: automatic)", "M" },
        { "frames", 0, 0, G_OPTION_ARG_STRING, &o.frames,
          "pictures through time with one colour scale: so many, or one a hour, day, week, month, "
          "6h, 2d; -o OUT.png moves (APNG), -o DIR/ takes one file a frame",
          "N|STEP" },
        { "window", 0, 0, G_OPTION_ARG_STRING, &o.window,
          "events that a frame shows: 6h, 7d, up to its end (default: those of its step); of "
          "--moment: before and after it",
          "SPAN" },
        { "moment", 0, 0, G_OPTION_ARG_STRING, &o.moment,
          "events per km2 and day at this time, near ones counting more; with --window", "TIME" },
        { "fps", 0, 0, G_OPTION_ARG_DOUBLE, &o.fps, "frames a second (default 2.5)", "F" },
        { "per", 0, 0, G_OPTION_ARG_FILENAME, &o.per,
          "rates: houses, units or points that events are counted by", "FILE" },
        { "per-column", 0, 0, G_OPTION_ARG_STRING, &o.per_column,
          "column of --per with households or people (default: each row one)", "COL" },
        { "against", 0, 0, G_OPTION_ARG_FILENAME, &o.against,
          "relative risk: points of the events to compare with, lines round what is significant",
          "POINTS" },
        { "floor", 0, 0, G_OPTION_ARG_DOUBLE, &o.floor,
          "no value where fewer lie within the kernel (default 100 of --per, 10 events)", "N" },
        { "bare", 0, 0, G_OPTION_ARG_NONE, &o.bare,
          "the surface alone: no title, texts and scale bar", NULL },
        { "grids", 0, 0, G_OPTION_ARG_FILENAME, &o.grids,
          "borders to draw over it; they set the window too", "GRIDS.gpkg" },
        { "barriers", 0, 0, G_OPTION_ARG_FILENAME, &o.barriers, "roads and water to draw below it",
          "FILE" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "of the points: EPSG:n, gcj02 or bd09", "CRS" },
        { "time-column", 0, 0, G_OPTION_ARG_STRING, &o.time_column,
          "column of times (default: the one named like times)", "COL" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures as JSON", "R.json" },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *palettes = describe_palettes ();
    CgHeatmapFile job;
    return cg_cli_parse (cli, &cg_command_heatmap, entries, palettes, &argc, &argv, error) &&
           cg_cli_expect (&cg_command_heatmap, argc, 1, error) &&
           fill_job (&o, argv[1], &job, error) && check_paths (&job, error) &&
           cg_cli_draw_heat (cli, &job, o.report, out_report, error);
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_heatmap);
}

const CgCommand cg_command_heatmap = {
    .name = "heatmap",
    .summary = "draws where points gather, in events per square kilometre",
    .usage = "POINTS -o OUT.png",
    .details = "Example:\n"
               "  countygrid heatmap accidents.csv -o heat.png --size 3840x2160 --bandwidth 500 "
               "--legend \\\n"
               "      --when 2025-01-01/2025-12-31 --grids grids.gpkg --report heat.json\n"
               "  countygrid heatmap accidents.csv -o hex.png --style hexbin --hex 500 --legend\n"
               "  countygrid heatmap thefts.csv -o rate.png --per units.gpkg --per-column households "
               "--legend\n"
               "  countygrid heatmap thefts.csv -o risk.png --against calls.csv --legend\n"
               "  countygrid heatmap accidents.csv -o year.png --frames week --window 28d "
               "--legend",
    .run = run,
    .gives_up = TRUE,
};
