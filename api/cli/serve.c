#include <malloc.h>
#include <stdio.h>

#include "base/error.h"
#include "cli.h"
#include "http/server.h"
#include "page/page.h"

static void
say_ready (const char *address, gpointer user_data)
{
    const CgCli *cli = user_data;
    cg_cli_say (cli, "serving %s (Ctrl-C stops)", address);
    if (g_str_has_prefix (address, "http:"))
        cg_cli_say (cli, "big screen: %sscreen/county", address);
}

/* A server runs for months: large tables go back to the system as soon as they are freed, and threads share two heaps
 * instead of leaving holes in one each. */
static void
keep_memory_flat (void)
{
#ifdef __GLIBC__
    mallopt (M_ARENA_MAX, 2);
    mallopt (M_MMAP_THRESHOLD, 512 << 10);
#endif
}

static gboolean
check_seconds (double seconds, GError **error)
{
    if (seconds == 0 || (seconds >= 0.1 && seconds <= 3600))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--analysis-deadline: %g is not from 0.1 to 3600 seconds", seconds);
    return FALSE;
}

static gboolean
run_serve (CgCli *cli, int argc, char **argv, GError **error)
{
    g_autofree char *listen = NULL, *file = NULL;
    g_autoptr (CgScenes) scenes = NULL;
    g_auto (GStrv) hosts = NULL;
    g_auto (GStrv) sites = NULL;
    int workers = 0, analyses = 0, analyses_waiting = 0; /* 0: as county.ini says */
    double analysis_s = 0;
    g_autofree char *watch = NULL, *crs = NULL, *encoding = NULL;
    g_auto (GStrv) map = NULL;
    gboolean intake = FALSE, log_requests = FALSE;
    const GOptionEntry entries[] = { { "listen", 0, 0, G_OPTION_ARG_STRING, &listen,
                                       "loopback address or Unix socket (default 127.0.0.1:8420)",
                                       "ADDRESS|unix:PATH" },
                                     { "host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &hosts,
                                       "name that a proxy in front asks by (can be repeated; "
                                       "without it only loopback names)",
                                       "NAME" },
                                     { "scenes", 0, 0, G_OPTION_ARG_FILENAME, &file,
                                       "scenes of the big screens, playlist and alarm (JSON; "
                                       "docs/screens.md)",
                                       "FILE" },
                                     { "cors", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sites,
                                       "site whose pages may read /api, as https://maps.example "
                                       "(can be repeated; without it none)",
                                       "ORIGIN" },
                                     { "intake", 0, 0, G_OPTION_ARG_NONE, &intake,
                                       "take incidents at POST /api/incidents and tell them at "
                                       "/api/events",
                                       NULL },
                                     { "watch", 0, 0, G_OPTION_ARG_FILENAME, &watch,
                                       "also take the rows that others append to a CSV file, and "
                                       "whole spreadsheets (.xlsx), or those of a folder; with --intake",
                                       "FILE|FOLDER" },
                                     { "map", 0, 0, G_OPTION_ARG_STRING_ARRAY, &map,
                                       "of --watch: column of a field, as in import; may be repeated",
                                       "FIELD=COLUMN" },
                                     { "crs", 0, 0, G_OPTION_ARG_STRING, &crs,
                                       "of --watch: EPSG:n, gcj02 or bd09 (default: degrees)", "CRS" },
                                     { "encoding", 0, 0, G_OPTION_ARG_STRING, &encoding,
                                       "of --watch: UTF-8, GBK, GB18030 (default: found out)", "E" },
                                     { "log-requests", 0, 0, G_OPTION_ARG_NONE, &log_requests,
                                       "a line in the log for each request, not only for what "
                                       "failed or was slow",
                                       NULL },
                                     { "workers", 0, 0, G_OPTION_ARG_INT, &workers,
                                       "threads that draw (default: one a core, at most 4)", "N" },
                                     { "analyses", 0, 0, G_OPTION_ARG_INT, &analyses,
                                       "analyses and map books that take long, at a time (default: "
                                       "county.ini, half as many as cores)",
                                       "N" },
                                     { "analyses-waiting", 0, 0, G_OPTION_ARG_INT, &analyses_waiting,
                                       "how many of them may wait for their turn (default: county.ini, 16)", "N" },
                                     { "analysis-deadline", 0, 0, G_OPTION_ARG_DOUBLE, &analysis_s,
                                       "how long one may take, and wait (default: county.ini, 60)", "SECONDS" },
                                     G_OPTION_ENTRY_NULL };
    if (!cg_cli_parse (cli, &cg_command_serve, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_serve, argc, 1, error))
        return FALSE;
    if (file != NULL && (scenes = cg_scenes_load (file, error)) == NULL)
        return FALSE;
    if ((watch != NULL && !intake) ||
        (watch == NULL && (map != NULL || crs != NULL || encoding != NULL))) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--watch needs --intake; --map, --crs and --encoding belong to --watch");
        return FALSE;
    }
    if (!cg_cli_check_number ("--analyses", analyses, 0, 64, error) ||
        !cg_cli_check_number ("--analyses-waiting", analyses_waiting, 0, 1000, error) ||
        !check_seconds (analysis_s, error))
        return FALSE;
    CgHttpOptions options = { .county = argv[1],
                              .scenes = scenes,
                              .listen = listen,
                              .hosts = (const char *const *) hosts,
                              .sites = (const char *const *) sites,
                              .intake = intake,
                              .watch = watch,
                              .watch_crs = crs,
                              .watch_encoding = encoding,
                              .watch_map = map,
                              .log_requests = log_requests,
                              .workers = (guint) CLAMP (workers, 0, 64),
                              .analyses = (guint) analyses,
                              .analyses_waiting = (guint) analyses_waiting,
                              .analysis_ms = (guint) (analysis_s * 1000),
                              .reloads = TRUE,
                              .keep_signals = TRUE,
                              .cancel = cli->cancel,
                              .ready = say_ready,
                              .user_data = cli };
    cg_cli_start_log ();
    keep_memory_flat ();
    /* Nobody's first picture waits for them; who asks for a picture is told where they are missing. */
    cg_fonts_load (NULL);
    return cg_http_serve (&options, error);
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_serve (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_serve = {
    .name = "serve",
    .summary = "serves big screens and data of a county on this machine",
    .usage = "COUNTY.sqlite",
    .details =
        "Example:\n"
        "  countygrid serve wuqi.sqlite --listen 127.0.0.1:8420\n"
        "\n"
        "Only loopback addresses and Unix sockets are taken; put nginx in front for an intranet.\n"
        "SIGHUP reads the county and its settings anew; SIGTERM answers what was asked, then stops.\n"
        "With --intake other programs deliver incidents as they happen (docs/http.md); whoever can\n"
        "reach the address can deliver, so let nginx ask who it is. With --watch the rows that others\n"
        "append to CSV files are taken too; fields as in countygrid import --help.\n"
        "Pages: /, /screen/county, /screen/play and more (docs/screens.md); figures: /api/overview;\n"
        "pictures: /api/render/NAME; /healthz (is it well, and why not), /metrics (for Prometheus).",
    .run = run,
};
