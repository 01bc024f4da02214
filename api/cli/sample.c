#include "app/sample.h"

#include "cli.h"
#include "sample/sample.h"

static char *
describe_presets (void)
{
    GString *text = g_string_new ("Presets:");
    for (const CgSamplePreset *preset = cg_sample_presets (); preset->name != NULL; preset++)
        g_string_append_printf (text, "\n  %-10s %s", preset->name, preset->title);
    return g_string_free (text, FALSE);
}

static gboolean
run_sample (CgCli *cli, int argc, char **argv, GError **error)
{
    g_autofree char *preset = NULL;
    gint64 seed = 1;
    int days = 0;
    const GOptionEntry entries[] = {
        { "preset", 0, 0, G_OPTION_ARG_STRING, &preset, "kind of county, see below", "NAME" },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "same seed, same county (default 1)", "N" },
        { "days", 0, 0, G_OPTION_ARG_INT, &days, "days of incidents up to now (default 400)", "N" },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *presets = describe_presets ();
    if (!cg_cli_parse (cli, &cg_command_sample, entries, presets, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_sample, argc, 1, error))
        return FALSE;
    if (seed < 0 || days < 0 || days > 3660) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "--seed must be >= 0 and --days from 0 to 3660");
        return FALSE;
    }
    CgSampleOptions options = { preset, (guint64) seed, cg_app_now (), (guint) days };
    if (!cg_sample_into (argv[1], &options, &cli->progress, cli->cancel, error))
        return FALSE;
    cg_cli_say (cli, "made: %s (next: countygrid plan %s split)", argv[1], argv[1]);
    g_autoptr (json_t) result = json_pack ("{s:s, s:I, s:s}", "county", argv[1], "seed",
                                           (json_int_t) seed, "version", CG_VERSION);
    cg_cli_result (cli, result);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_sample (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_sample = {
    .name = "sample",
    .summary = "makes a made-up county with grids' worth of everything",
    .usage = "COUNTY.sqlite [--preset NAME]",
    .details = "Example:\n"
               "  countygrid sample demo.sqlite --preset wuqi --seed 7\n"
               "\n"
               "No person, place name or address in it is real.",
    .run = run,
};
