#include "app/clock.h"
#include "app/density/heatmap.h"
#include "app/report.h"
#include "cli.h"
#include "store/store.h"

#include <math.h>

typedef struct {
    char *output, *level, *period, *when, *type, *grids;
    int last;
    gint64 plan;
} Options;

static void
options_done (Options *o)
{
    g_free (o->output);
    g_free (o->level);
    g_free (o->period);
    g_free (o->when);
    g_free (o->type);
    g_free (o->grids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
refuse (const char *option, const char *text, const char *wanted, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: '%s' is not %s", option, text, wanted);
    return FALSE;
}

static gboolean
fill_job (const Options *o, CgReportJob *job, GError **error)
{
    *job = (CgReportJob){ .level = CG_LEVEL_TOWN,
                          .period = CG_PERIOD_MONTH,
                          .since_s = CG_TIME_NONE,
                          .until_s = CG_TIME_NONE,
                          .type = o->type,
                          .plan = o->plan,
                          .now_s = cg_app_now () };
    if (o->level != NULL && !cg_level_parse (o->level, &job->level))
        return refuse ("--level", o->level, "grid, community, town or county", error);
    if (o->period != NULL && !cg_period_parse (o->period, &job->period))
        return refuse ("--period", o->period, "day, week, month, year or all", error);
    if (o->grids != NULL && !cg_report_grids_parse (o->grids, &job->grids))
        return refuse ("--grids", o->grids, "now or then", error);
    if (!cg_cli_check_number ("--last", o->last, 1, 100000, error) ||
        !cg_cli_check_number ("--plan", o->plan, 0, G_MAXINT64, error) ||
        (o->when != NULL && !cg_parse_when (o->when, &job->since_s, &job->until_s, error)))
        return FALSE;
    job->last = (guint) o->last;
    return TRUE;
}

/* What is known of one period, on the screen: the places with the most. */
static void
say_result (const CgCli *cli, const CgReport *report, const char *output)
{
    double sum = 0;
    guint periods = 0;
    for (guint i = 0; i < report->n; i++) {
        const CgReportRow *row = &report->rows[i];
        sum += row->type[0] == '\0' ? row->count : 0;
        periods += i == 0 || row->start_s != report->rows[i - 1].start_s;
    }
    cg_cli_say (cli, "%u rows: %u periods by %s, %s of plan %" G_GINT64_FORMAT, report->n, periods,
                cg_period_name (report->period), cg_level_name (report->level), report->plan);
    if (sum > 0)
        cg_cli_say (cli, "%.0f incidents in them", sum);
    if (report->without_today)
        cg_cli_say (cli, "today is not over and not counted; --when shows it");
    cg_cli_say (cli, "written: %s", output);
}

static gboolean
run_report (CgCli *cli, int argc, char **argv, GError **error)
{
    g_auto (Options) o = { .last = 1 };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, "sheet to write: .csv or .xlsx",
          "OUT" },
        { "level", 0, 0, G_OPTION_ARG_STRING, &o.level, "grid, community, town (default) or county",
          "NAME" },
        { "period", 0, 0, G_OPTION_ARG_STRING, &o.period, "day, week, month (default), year or all",
          "NAME" },
        { "last", 0, 0, G_OPTION_ARG_INT, &o.last,
          "so many periods, up to the last whole day of the data, or to the end of --when "
          "(default 1)",
          "N" },
        { "when", 0, 0, G_OPTION_ARG_STRING, &o.when,
          "every period that these days touch, local (UTC+8); a side may be empty", "FROM/TO" },
        { "type", 0, 0, G_OPTION_ARG_STRING, &o.type,
          "one type with those below it; '*': all and each by itself (default: all together)",
          "TYPE" },
        { "plan", 0, 0, G_OPTION_ARG_INT64, &o.plan, "number of a plan (default: the one in force)",
          "N" },
        { "grids", 0, 0, G_OPTION_ARG_STRING, &o.grids,
          "now (default): all incidents by the plan in force; then: each by the plan of its own time",
          "now|then" },
        G_OPTION_ENTRY_NULL
    };
    CgReportJob job;
    if (!cg_cli_parse (cli, &cg_command_report, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_report, argc, 1, error) ||
        !cg_cli_need (o.output, "-o OUT.xlsx", error) || !fill_job (&o, &job, error))
        return FALSE;
    const char *const county = argv[1], *const output = o.output;
    if (!cg_cli_check_paths (1, &output, 1, &county, error))
        return FALSE;
    g_autoptr (CgStore) store = cg_store_open (county, CG_STORE_READ, error);
    if (store == NULL || !cg_store_begin_reading (store, error))
        return FALSE;
    g_autoptr (CgReport) report = cg_report_run (store, &job, error);
    if (report == NULL || !cg_report_write (report, output, error))
        return FALSE;
    say_result (cli, report, output);
    g_autoptr (json_t) result = json_pack (
        "{s:s, s:i, s:s, s:s, s:I, s:I}", "file", output, "rows", (int) report->n, "level",
        cg_level_name (report->level), "period", cg_period_name (report->period), "plan",
        (json_int_t) report->plan, "data_version", (json_int_t) report->data_version);
    cg_cli_result (cli, result);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_report (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_report = {
    .name = "report",
    .summary = "writes counts, rates and changes by place and period as a sheet",
    .usage = "COUNTY.sqlite -o OUT.xlsx",
    .details =
        "Examples:\n"
        "  countygrid report wuqi.sqlite --level grid --period month -o month.xlsx\n"
        "  countygrid report wuqi.sqlite --level town --period day --last 30 --type '*' -o "
        "days.csv\n"
        "\n"
        "Columns: count of incidents, households, rate per 1000 households with its interval of\n"
        "95 %, the period before and the same period last year with changes. Without --when the\n"
        "sheet ends with the last whole day: of today nothing is counted until it is over. A\n"
        "period that the data do not fill is compared with as many days. At the level of the\n"
        "county a row of its own counts what lies in no grid. Sheets are made from the measures\n"
        "that import and plan publish roll up.",
    .run = run,
};
