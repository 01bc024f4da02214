#include "app/density/hotspots.h"

#include <string.h>

#include "cli.h"

typedef struct {
    char *output, *count, *events, *per, *method, *near, *id, *crs, *encoding, *report, *period;
    gint64 draws, replicates, seed;
    double max_share;
    int threads;
    gboolean alive;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output, o->count, o->events, o->per,      o->method,
                            o->near,   o->id,    o->crs,    o->encoding, o->report,
                            o->period };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

/* queen, rook, or metres between centres. */
static gboolean
parse_near (const char *text, CgHotspotsFile *job, GError **error)
{
    char *end;
    if (text == NULL || strcmp (text, "queen") == 0 || strcmp (text, "rook") == 0) {
        job->nearness = g_strcmp0 (text, "rook") == 0 ? CG_NEAR_ROOK : CG_NEAR_QUEEN;
        return TRUE;
    }
    job->within_m = g_ascii_strtod (text, &end);
    if (end != text && *end == '\0' && job->within_m > 0 && job->within_m <= 1e7)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--neighbours: '%s' is neither queen nor rook nor metres between centres", text);
    return FALSE;
}

static gboolean
check_output (const CgHotspotsFile *job, GError **error)
{
    const char *const outputs[] = { job->output, job->report };
    const char *const inputs[] = { job->areas, job->events };
    return cg_cli_check_layer (job->output, error) &&
           cg_cli_check_paths (2, outputs, 2, inputs, error);
}

static gboolean
fill_job (const Options *o, const char *areas, CgHotspotsFile *job, GError **error)
{
    *job = (CgHotspotsFile){ .areas = areas,
                             .output = o->output,
                             .report = cg_cli_report_file (o->report),
                             .id = o->id,
                             .count = o->count,
                             .events = o->events,
                             .base = o->per,
                             .crs = o->crs,
                             .encoding = o->encoding,
                             .method = o->method != NULL ? o->method : "gi-star",
                             .draws = (guint32) o->draws,
                             .replicates = (guint32) o->replicates,
                             .max_share = o->max_share,
                             .period = CG_PERIOD_ALL,
                             .alive = o->alive,
                             .seed = (guint64) o->seed,
                             .threads = (guint) CLAMP (o->threads, 0, 256) };
    if (!cg_cli_need (o->output, "-o OUT.gpkg", error) || !check_output (job, error) ||
        !parse_near (o->near, job, error) ||
        !cg_cli_check_number ("--draws", o->draws, 99, 1000000, error) ||
        !cg_cli_check_number ("--replicates", o->replicates, 0, 99999, error) ||
        !cg_cli_check_number ("--seed", o->seed, 0, G_MAXINT64, error))
        return FALSE;
    if (o->period != NULL &&
        (!cg_period_parse (o->period, &job->period) || job->period == CG_PERIOD_ALL)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--period: '%s' is none of day, week, month, year", o->period);
        return FALSE;
    }
    if (o->max_share > 0 && o->max_share < 1)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--max-share: %g is not between 0 and 1",
                 o->max_share);
    return FALSE;
}

static void
say_clusters (const CgCli *cli, json_t *clusters)
{
    gsize k;
    json_t *cluster;
    json_array_foreach (clusters, k, cluster)
    {
        const char *from = json_string_value (json_object_get (cluster, "from"));
        const char *until = json_string_value (json_object_get (cluster, "until"));
        if (k >= 5)
            break;
        cg_cli_say (cli,
                    "  cluster %lld: %lld areas%s%s%s%s, %.0f events where %.1f are expected (%.2f "
                    "times), p %.3g",
                    (long long) json_integer_value (json_object_get (cluster, "cluster")),
                    (long long) json_integer_value (json_object_get (cluster, "areas")),
                    from != NULL ? ", from " : "", from != NULL ? from : "",
                    until != NULL ? " until " : "", until != NULL ? until : "",
                    json_number_value (json_object_get (cluster, "observed")),
                    json_number_value (json_object_get (cluster, "expected")),
                    json_number_value (json_object_get (cluster, "relative_risk")),
                    json_number_value (json_object_get (cluster, "p")));
    }
    if (json_is_array (clusters) && json_array_size (clusters) == 0)
        cg_cli_say (cli, "  no circle has more events than its people explain");
}

static void
say_global (const CgCli *cli, json_t *globals)
{
    const char *name;
    json_t *global;
    json_object_foreach (globals, name, global)
        if (!json_is_number (json_object_get (global, "z")))
            cg_cli_say (cli, "  %-12s has no value: all values are equal, or no area has a neighbour",
                        name);
        else
            cg_cli_say (cli, "  %-12s %.6g, by chance %.6g, z %.2f, p %.3g", name,
                        json_number_value (json_object_get (global, "value")),
                        json_number_value (json_object_get (global, "expected")),
                        json_number_value (json_object_get (global, "z")),
                        json_number_value (json_object_get (global, "p")));
}

/* "exact", "exact, at most 0.4 % too high by rounding", "by 9999 draws". (g_free) */
static char *
describe_chances (json_t *report)
{
    const char *kind = json_string_value (json_object_get (report, "chances"));
    if (g_strcmp0 (kind, "rounded") == 0)
        return g_strdup_printf ("exact, those up to 0.1 at most %.1g %% too high by rounding",
                                MAX (0.01, 100 * json_number_value (
                                                     json_object_get (report, "rounding"))));
    if (g_strcmp0 (kind, "drawn") == 0)
        return g_strdup_printf ("by %lld draws",
                                (long long) json_integer_value (json_object_get (report, "draws")));
    return g_strdup (kind);
}

static void
say_result (const CgCli *cli, const CgHotspotsFile *job, json_t *report)
{
#define FIGURE(object, key) ((long long) json_integer_value (json_object_get (object, key)))
    json_t *hot = json_object_get (report, "hot"), *cold = json_object_get (report, "cold");
    json_t *moran = json_object_get (report, "moran"), *events = json_object_get (report, "events");
    json_t *quadrants = json_object_get (report, "quadrants");
    cg_cli_say (cli, "%s: %lld areas, %lld used (%lld without neighbours)", job->method,
                FIGURE (report, "areas"), FIGURE (report, "used"),
                FIGURE (report, "without_neighbours"));
    if (events != NULL)
        cg_cli_say (cli, "  %lld events, %lld outside all areas", FIGURE (events, "points"),
                    FIGURE (events, "outside"));
    if (hot != NULL)
        cg_cli_say (cli,
                    "  hot %lld (99 %%), %lld (95 %%), %lld (90 %%); cold %lld, %lld, %lld; at most "
                    "that share are false alarms",
                    FIGURE (hot, "99"), FIGURE (hot, "95"), FIGURE (hot, "90"),
                    FIGURE (cold, "99"), FIGURE (cold, "95"), FIGURE (cold, "90"));
    if (quadrants != NULL)
        cg_cli_say (cli, "  high-high %lld, low-low %lld, high-low %lld, low-high %lld (95 %%)",
                    FIGURE (quadrants, "high-high"), FIGURE (quadrants, "low-low"),
                    FIGURE (quadrants, "high-low"), FIGURE (quadrants, "low-high"));
    g_autofree char *chances = describe_chances (report);
    if (json_is_number (json_object_get (moran, "value")))
        cg_cli_say (cli, "  Moran's I %.4f, z %.2f; chances %s",
                    json_number_value (json_object_get (moran, "value")),
                    json_number_value (json_object_get (moran, "z")), chances);
    say_clusters (cli, json_object_get (report, "clusters"));
    say_global (cli, json_object_get (report, "global"));
    const char *label;
    json_t *number;
    json_object_foreach (json_object_get (report, "labels"), label, number)
        cg_cli_say (cli, "  %s: %lld", label, (long long) json_integer_value (number));
    if (FIGURE (report, "small_counts") > 0)
        cg_cli_say (cli, "  %lld areas have fewer than 20 events: look at their intervals",
                    FIGURE (report, "small_counts"));
    cg_cli_say (cli, "written: %s", job->output);
#undef FIGURE
}

static char *
describe_methods (void)
{
    g_autoptr (GString) text = g_string_new ("Methods:\n");
    for (const CgHotspotsMethod *method = cg_hotspots_methods (); method->name != NULL; method++)
        g_string_append_printf (text, "  %-12s %s%s\n", method->name, method->title,
                                method->needs_base ? " (needs --per)" : "");
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What makes the figures less than they seem. */
static void
warn (CgCli *cli, const CgHotspotsFile *job, json_t *report)
{
    json_int_t used = json_integer_value (json_object_get (report, "used"));
    json_int_t no_base = json_integer_value (json_object_get (report, "without_base"));
    double left_out = json_number_value (json_object_get (report, "events_without_base"));
    if (job->base != NULL && used == 0)
        cg_cli_warn (cli, "--per %s: no area has households or people: there is nothing to compare",
                     job->base);
    else if (no_base > 0)
        cg_cli_warn (cli,
                     "--per %s: %lld areas without households or people take no part; %.0f of %.0f "
                     "events lie in them and are left out",
                     job->base, (long long) no_base, left_out,
                     json_number_value (json_object_get (report, "total")));
    if (strcmp (job->method, "scan") != 0 && used > 0 &&
        json_integer_value (json_object_get (report, "links")) == 0)
        cg_cli_warn (cli, "no grid has a neighbour: what compares neighbours has no value; --neighbours "
                          "METRES takes those near by");
}

static gboolean
run_hotspots (CgCli *cli, int argc, char **argv, CgImportReport **out_report, GError **error)
{
    g_auto (Options) o = { .draws = 9999, .replicates = 999, .seed = 1, .max_share = 0.5 };
    const GOptionEntry entries[] = {
        { "count", 0, 0, G_OPTION_ARG_STRING, &o.count, "column with the number of events", "COL" },
        { "events", 0, 0, G_OPTION_ARG_FILENAME, &o.events,
          "points to be counted in the areas instead", "POINTS" },
        { "per", 0, 0, G_OPTION_ARG_STRING, &o.per,
          "column of households or people: rates instead of counts", "COL" },
        { "method", 0, 0, G_OPTION_ARG_STRING, &o.method,
          "gi-star (default), excess, gi, local-moran, global, eb, scan, emerging", "NAME" },
        { "period", 0, 0, G_OPTION_ARG_STRING, &o.period,
          "day, week, month or year: emerging, and the scan in space and time", "P" },
        { "alive", 0, 0, G_OPTION_ARG_NONE, &o.alive,
          "scan with --period: only what lasts until the last period", NULL },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "layer to write: .gpkg, .geojson or .csv", "OUT" },
        { "neighbours", 0, 0, G_OPTION_ARG_STRING, &o.near,
          "queen: a common corner or border (default); rook: a border; or metres between centres",
          "N" },
        { "id", 0, 0, G_OPTION_ARG_STRING, &o.id,
          "column with the area's id (default: grid_id, code, ...)", "COL" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "of the events: EPSG:n, gcj02 or bd09", "CRS" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding,
          "of texts of the events (default: found out)", "E" },
        { "draws", 0, 0, G_OPTION_ARG_INT64, &o.draws,
          "random arrangements where chances cannot be exact (default 9999)", "N" },
        { "replicates", 0, 0, G_OPTION_ARG_INT64, &o.replicates,
          "random maps that the scan compares with (default 999)", "N" },
        { "max-share", 0, 0, G_OPTION_ARG_DOUBLE, &o.max_share,
          "of all people in a circle of the scan at most (default 0.5)", "SHARE" },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, "of random numbers (default 1)", "N" },
        { "threads", 0, 0, G_OPTION_ARG_INT, &o.threads, "0: one a core", "N" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures as JSON", "REPORT.json" },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *methods = describe_methods ();
    if (!cg_cli_parse (cli, &cg_command_hotspots, entries, methods, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_hotspots, argc, 1, error))
        return FALSE;
    CgHotspotsFile job;
    if (!fill_job (&o, argv[1], &job, error))
        return FALSE;
    g_autofree char *stamp = g_strdup_printf (
        "hotspots method=%s count=%s per=%s neighbours=%s draws=%u replicates=%u max-share=%g "
        "period=%s%s",
        job.method, o.count != NULL ? o.count : "", o.per != NULL ? o.per : "",
        o.near != NULL ? o.near : "queen", job.draws, job.replicates, job.max_share,
        cg_period_name (job.period), job.alive ? " alive" : "");
    job.options_text = stamp;
    *out_report = cg_import_report_new (argv[1]);
    g_autoptr (json_t) report = NULL;
    if (!cg_hotspots_file (&job, *out_report, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, o.report, report, *out_report, error))
        return FALSE;
    if (json_is_true (json_object_get (report, "by_vertices_only")))
        cg_cli_warn (cli, "areas overlap: only those with common vertices are neighbours");
    warn (cli, &job, report);
    say_result (cli, &job, report);
    cg_cli_result (cli, report);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_hotspots);
}

const CgCommand cg_command_hotspots = {
    .name = "hotspots",
    .summary = "says where events gather: z, exact chances, smoothed rates, scan",
    .usage = "GRIDS.gpkg --count COL|--events POINTS -o OUT.gpkg",
    .details =
        "Example:\n"
        "  countygrid hotspots grids.gpkg --events incidents.csv --per households -o hot.gpkg\n"
        "  countygrid hotspots grids.gpkg --events incidents.csv --per households --method excess -o hot.gpkg\n"
        "  countygrid hotspots grids.gpkg --count thefts --method local-moran -o lisa.geojson\n"
        "  countygrid hotspots grids.gpkg --count thefts --per households --method scan -o scan.csv\n"
        "  countygrid hotspots grids.gpkg --events incidents.csv --method emerging --period month -o e.gpkg\n"
        "\n"
        "class is 3, 2, 1 for hot at 99, 95, 90 %, negative for cold, after allowing for the number "
        "of areas\n"
        "(false discovery rate, column q). p is exact for counts, and for rates to the rounding that is "
        "told:\n"
        "no random numbers are drawn unless areas have many dozens of neighbours.\n"
        "Counts below 20 are flagged in `small` and come with their exact 95 % interval.",
    .run = run,
    .gives_up = TRUE,
};
