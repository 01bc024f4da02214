#include "app/coverage.h"

#include <math.h>

#include "analyse/coverage.h"
#include "cli.h"

typedef struct {
    char *output, *kind;
    double cell_m, range_m, fov_deg, minutes, speed_m_min;
    gint64 plan;
} Options;

static void
options_done (Options *o)
{
    g_free (o->output);
    g_free (o->kind);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

/* NaN: not given. */
static gboolean
check_between (const char *option, double value, double min, double max, GError **error)
{
    if (isnan (value) || (value >= min && value <= max))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: %g is not between %g and %g", option,
                 value, min, max);
    return FALSE;
}

static gboolean
check_output (const char *output, GError **error)
{
    static const char *const endings[] = { ".csv", ".xlsx", ".gpkg", ".geojson" };
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
        if (g_str_has_suffix (output, endings[i]))
            return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "%s: .csv, .xlsx, .gpkg or .geojson is wanted", output);
    return FALSE;
}

static gboolean
fill_job (const Options *o, CgCoverageJob *job, GError **error)
{
    *job = (CgCoverageJob){ .plan = o->plan,
                            .cell_m = o->cell_m,
                            .range_m = o->range_m,
                            .fov_deg = o->fov_deg,
                            .minutes = o->minutes,
                            .speed_m_min = o->speed_m_min,
                            .kind = o->kind };
    return cg_cli_check_number ("--plan", o->plan, 0, G_MAXINT64, error) &&
           check_between ("--cell", o->cell_m, 0.25, 100, error) &&
           check_between ("--range", o->range_m, 1, 5000, error) &&
           check_between ("--fov", o->fov_deg, 1, 360, error) &&
           check_between ("--minutes", o->minutes, 0.1, 600, error) &&
           check_between ("--speed", o->speed_m_min, 1, 2000, error);
}

static double
share (double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static void
set_share (json_t *result, const char *key, double value)
{
    json_object_set_new (result, key, isnan (value) ? json_null () : json_real (value));
}

static void
say_result (CgCli *cli, const CgCoverageReport *report, const char *output)
{
    double seen = share (report->seen_urban_m2, report->open_urban_m2);
    double near = share (report->households_near, report->households_total);
    cg_cli_say (cli, "%u grids of plan %" G_GINT64_FORMAT, report->n, report->plan);
    if (report->n_cameras > 0)
        cg_cli_say (cli, "%u cameras (range or opening of %u assumed)", report->n_cameras,
                    report->n_assumed);
    if (!isnan (seen) && report->n_cameras > 0)
        cg_cli_say (cli, "they see %.1f %% of the open ground of urban grids", seen * 100);
    if (report->n_services > 0)
        cg_cli_say (cli, "%u service points: %.1f %% of households within %g minutes",
                    report->n_services, near * 100, report->job.minutes);
    cg_cli_say (cli, "written: %s", output);
    g_autoptr (json_t) result = json_pack (
        "{s:s, s:i, s:i, s:i, s:i, s:i, s:I, s:I}", "file", output, "grids", (int) report->n,
        "cameras", (int) report->n_cameras, "cameras_outside", (int) report->cameras_outside,
        "cameras_assumed", (int) report->n_assumed, "services", (int) report->n_services, "plan",
        (json_int_t) report->plan, "data_version", (json_int_t) report->data_version);
    set_share (result, "seen_share_urban", report->n_cameras > 0 ? seen : NAN);
    set_share (result, "near_share", report->n_services > 0 ? near : NAN);
    cg_cli_result (cli, result);
}

static gboolean
run_coverage (CgCli *cli, int argc, char **argv, GError **error)
{
    g_auto (Options) o = { .cell_m = CG_COVERAGE_CELL_M,
                           .range_m = NAN,
                           .fov_deg = NAN,
                           .minutes = NAN,
                           .speed_m_min = NAN };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "sheet (.xlsx, .csv) or grids (.gpkg, .geojson) to write", "OUT" },
        { "plan", 0, 0, G_OPTION_ARG_INT64, &o.plan, "number of a plan (default: the one in force)",
          "N" },
        { "cell", 0, 0, G_OPTION_ARG_DOUBLE, &o.cell_m, "ground is looked at every so many metres (default 2)",
          "METRES" },
        { "range", 0, 0, G_OPTION_ARG_DOUBLE, &o.range_m,
          "of cameras whose own range is not known (default: county.ini, 50)", "METRES" },
        { "fov", 0, 0, G_OPTION_ARG_DOUBLE, &o.fov_deg,
          "opening of cameras with a bearing whose own is not known (default: county.ini, 90)",
          "DEGREES" },
        { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &o.minutes,
          "the service circle (default: county.ini, 5)", "N" },
        { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &o.speed_m_min,
          "metres a minute on foot (default: county.ini, 75)", "N" },
        { "kind", 0, 0, G_OPTION_ARG_STRING, &o.kind, "only service points of this kind", "NAME" },
        G_OPTION_ENTRY_NULL
    };
    CgCoverageJob job;
    if (!cg_cli_parse (cli, &cg_command_coverage, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_coverage, argc, 1, error) ||
        !cg_cli_need (o.output, "-o OUT.xlsx", error) || !check_output (o.output, error) ||
        !fill_job (&o, &job, error))
        return FALSE;
    const char *const county = argv[1], *const output = o.output;
    if (!cg_cli_check_paths (1, &output, 1, &county, error))
        return FALSE;
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_READ, error);
    g_autoptr (CgCoverageReport) report =
        store != NULL ? cg_coverage_report_run (store, &job, &cli->progress, cli->cancel, error)
                      : NULL;
    if (report == NULL || !cg_coverage_report_write (report, output, error))
        return FALSE;
    say_result (cli, report, output);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_coverage (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_coverage = {
    .name = "coverage",
    .summary = "says what cameras see of each grid, and how far it is to service points",
    .usage = "COUNTY.sqlite -o OUT.xlsx",
    .details =
        "Example:\n"
        "  countygrid coverage wuqi.sqlite -o coverage.xlsx\n"
        "  countygrid coverage wuqi.sqlite -o blind.gpkg --range 80 --cell 1\n"
        "  countygrid coverage wuqi.sqlite -o clinics.csv --kind 卫生室 --minutes 15\n"
        "\n"
        "Cameras see a sector of their range; buildings stand in the way, trees and slopes do not.\n"
        "Ways go along the county's roads (barriers of the classes arterial, street, alley), and\n"
        "straight, counted 1.3 times, to and from them. Methods: docs/methods.md.",
    .run = run,
    .gives_up = TRUE,
};
