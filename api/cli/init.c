#include "app/county.h"
#include "cli.h"

static gboolean
run_init (CgCli *cli, int argc, char **argv, GError **error)
{
    g_autofree char *config = NULL;
    gboolean print = FALSE;
    const GOptionEntry entries[] = {
        { "config", 0, 0, G_OPTION_ARG_FILENAME, &config,
          "county.ini to keep in the file (default: built-in values)", "F" },
        { "print-config", 0, 0, G_OPTION_ARG_NONE, &print,
          "write the commented default county.ini to standard output", NULL },
        G_OPTION_ENTRY_NULL
    };
    if (!cg_cli_parse (cli, &cg_command_init, entries, NULL, &argc, &argv, error))
        return FALSE;
    if (print) {
        g_print ("%s", cg_config_template ());
        return TRUE;
    }
    if (!cg_cli_expect (&cg_command_init, argc, 1, error) ||
        !cg_county_init (argv[1], config, error))
        return FALSE;
    cg_cli_say (cli, "made: %s (empty; next: countygrid import %s regions FILE)", argv[1], argv[1]);
    g_autoptr (json_t) result = json_pack ("{s:s, s:s}", "county", argv[1], "version", CG_VERSION);
    cg_cli_result (cli, result);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_init (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_init = {
    .name = "init",
    .summary = "makes an empty county file",
    .usage = "COUNTY.sqlite [--config F]",
    .details = "Example:\n"
               "  countygrid init --print-config > county.ini     (then edit it)\n"
               "  countygrid init wuqi.sqlite --config county.ini",
    .run = run,
};
