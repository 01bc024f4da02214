#include "app/density/clusters.h"

#include <math.h>
#include <string.h>

#include "cli.h"

typedef struct {
    char *output, *method, *crs, *encoding, *report;
    double radius_m, area_km2;
    gint64 min_points;
} Options;

static void
options_done (Options *o)
{
    char *const texts[] = { o->output, o->method, o->crs, o->encoding, o->report };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_done)

static gboolean
check_numbers (const Options *o, const CgClustersFile *job, GError **error)
{
    gboolean nearest = job->method == CG_CLUSTERS_NNH, given = o->radius_m != CG_CLI_UNSET;
    if (!given && !nearest) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "--radius METRES is needed: how far neighbours may be");
        return FALSE;
    }
    if (given && !(o->radius_m > 0 && o->radius_m <= 1e6)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--radius: %g is not above 0 and at most 1000000 metres", o->radius_m);
        return FALSE;
    }
    if (o->area_km2 != CG_CLI_UNSET &&
        (!nearest || given || !(o->area_km2 > 0 && o->area_km2 <= 1e9))) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--area: %s",
                     nearest && !given ? "must be above 0 km2"
                                       : "serves --method nnh without --radius only");
        return FALSE;
    }
    return cg_cli_check_number ("--min-points", o->min_points, 1, 1000000, error);
}

static gboolean
fill_job (const Options *o, const char *points, CgClustersFile *job, GError **error)
{
    *job = (CgClustersFile){ .points = { .path = points, .crs = o->crs, .encoding = o->encoding },
                             .output = o->output,
                             .report = cg_cli_report_file (o->report),
                             .radius_m = o->radius_m != CG_CLI_UNSET ? o->radius_m : 0,
                             .min_points = (guint32) o->min_points,
                             .area_km2 = o->area_km2 != CG_CLI_UNSET ? o->area_km2 : 0 };
    if (o->method != NULL && strcmp (o->method, "nnh") == 0) {
        job->method = CG_CLUSTERS_NNH;
    } else if (o->method != NULL && strcmp (o->method, "dbscan") != 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "--method: '%s' is neither dbscan nor nnh",
                     o->method);
        return FALSE;
    }
    const char *const outputs[] = { o->output, o->report };
    const char *const inputs[] = { points };
    return cg_cli_need (o->output, "-o OUT.gpkg", error) && cg_cli_check_layer (o->output, error) &&
           check_numbers (o, job, error) && cg_cli_check_paths (2, outputs, 1, inputs, error);
}

static void
say_result (const CgCli *cli, const CgClustersFile *job, const json_t *report)
{
#define FIGURE(object, key) ((long long) json_integer_value (json_object_get (object, key)))
    gsize k;
    const json_t *order;
    cg_cli_say (cli, "%lld points, %lld clusters; %lld points in clusters, %lld in none",
                FIGURE (report, "points"), FIGURE (report, "clusters"),
                FIGURE (report, "in_clusters"), FIGURE (report, "noise"));
    json_array_foreach (json_object_get (report, "orders"), k, order) cg_cli_say (
        cli, "  order %lld: %lld clusters, nearer than %.4g m", FIGURE (order, "order"),
        FIGURE (order, "clusters"), json_number_value (json_object_get (order, "threshold_m")));
    if (json_is_true (json_object_get (report, "no_area")))
        cg_cli_say (cli, "  all points lie in one place or line, whose box has no area: chance gives no "
                         "distance; say the area with --area KM2, or a distance with --radius M");
    cg_cli_say (cli, "written: %s", job->output);
#undef FIGURE
}

static gboolean
run_clusters (CgCli *cli, int argc, char **argv, CgImportReport **out_findings, GError **error)
{
    g_auto (Options) o = { .radius_m = CG_CLI_UNSET, .area_km2 = CG_CLI_UNSET, .min_points = 5 };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
          "outlines (.gpkg, .geojson), or each point's cluster (.csv)", "OUT" },
        { "method", 0, 0, G_OPTION_ARG_STRING, &o.method, "dbscan (default) or nnh", "NAME" },
        { "radius", 0, 0, G_OPTION_ARG_DOUBLE, &o.radius_m,
          "how far neighbours may be, metres (nnh: default by chance)", "M" },
        { "min-points", 0, 0, G_OPTION_ARG_INT64, &o.min_points,
          "dbscan: around a core, itself included; nnh: in a cluster (default 5)", "N" },
        { "area", 0, 0, G_OPTION_ARG_DOUBLE, &o.area_km2,
          "nnh: where events can be, for chance (default: box of the points)", "KM2" },
        { "crs", 0, 0, G_OPTION_ARG_STRING, &o.crs, "of the points: EPSG:n, gcj02 or bd09", "CRS" },
        { "encoding", 0, 0, G_OPTION_ARG_STRING, &o.encoding, "of texts (default: found out)",
          "E" },
        { "report", 0, 0, G_OPTION_ARG_FILENAME, &o.report, "figures as JSON", "R.json" },
        G_OPTION_ENTRY_NULL
    };
    CgClustersFile job;
    if (!cg_cli_parse (cli, &cg_command_clusters, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_clusters, argc, 1, error) ||
        !fill_job (&o, argv[1], &job, error))
        return FALSE;
    g_autofree char *stamp = g_strdup_printf ("clusters method=%s radius=%g min-points=%u area=%g",
                                              job.method == CG_CLUSTERS_NNH ? "nnh" : "dbscan",
                                              job.radius_m, job.min_points, job.area_km2);
    job.options_text = stamp;
    *out_findings = cg_import_report_new (argv[1]);
    g_autoptr (json_t) report = NULL;
    if (!cg_clusters_file (&job, *out_findings, &cli->progress, cli->cancel, &report, error) ||
        !cg_cli_tell_file (cli, o.report, report, *out_findings, error))
        return FALSE;
    say_result (cli, &job, report);
    cg_cli_result (cli, report);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    return cg_cli_run_file (cli, argc, argv, run_clusters);
}

const CgCommand cg_command_clusters = {
    .name = "clusters",
    .summary = "finds clusters of points: DBSCAN, or nearest neighbours in orders",
    .usage = "POINTS -o OUT.gpkg",
    .details =
        "Examples:\n"
        "  countygrid clusters incidents.csv -o clusters.gpkg --radius 150 --min-points 10\n"
        "  countygrid clusters incidents.csv -o nnh.gpkg --method nnh --min-points 10 --area 420\n"
        "\n"
        "dbscan joins points that have enough others within the radius, whatever shape comes of "
        "it.\n"
        "nnh (nearest-neighbour hierarchical) makes round clusters, then clusters of clusters; "
        "without\n"
        "--radius two points must be nearer than 19 of 20 pairs of neighbours would be by chance.",
    .run = run,
    .gives_up = TRUE,
};
