#include "cli.h"
#include "store/store.h"

static gboolean
run_backup (CgCli *cli, int argc, char **argv, GError **error)
{
    if (!cg_cli_parse (cli, &cg_command_backup, NULL, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_backup, argc, 2, error))
        return FALSE;
    const char *const county = argv[1], *const copy = argv[2];
    if (!cg_cli_check_paths (1, &copy, 1, &county, error))
        return FALSE;
    g_autoptr (CgStore) store = cg_store_open (argv[1], CG_STORE_READ, error);
    if (store == NULL || !cg_store_backup (store, argv[2], error))
        return FALSE;
    cg_cli_say (cli, "written and checked: %s", argv[2]);
    g_autoptr (json_t) result = json_pack ("{s:s, s:s}", "county", argv[1], "backup", argv[2]);
    cg_cli_result (cli, result);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_backup (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_backup = {
    .name = "backup",
    .summary = "writes a consistent, checked copy of a county file",
    .usage = "COUNTY.sqlite DEST",
    .details = "Example:\n"
               "  countygrid backup wuqi.sqlite backup/wuqi-2026-11-21.sqlite\n"
               "\n"
               "Safe while the county is being served. An existing DEST is not overwritten.",
    .run = run,
};
