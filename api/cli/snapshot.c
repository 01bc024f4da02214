#include "app/open/snapshot.h"

#include "app/clock.h"
#include "cli.h"

static gboolean
run_snapshot (CgCli *cli, int argc, char **argv, GError **error)
{
    g_autofree char *output = NULL;
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "the GeoPackage to write", "OUT.gpkg" },
        G_OPTION_ENTRY_NULL,
    };
    if (!cg_cli_parse (cli, &cg_command_snapshot, entries, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_snapshot, argc, 1, error) ||
        !cg_cli_check_package (output, error))
        return FALSE;
    const char *const county = argv[1], *const file = output;
    if (!cg_cli_check_paths (1, &file, 1, &county, error))
        return FALSE;
    g_autoptr (CgScreenSource) source = cg_screen_source_new (argv[1], error);
    gint64 version;
    if (source == NULL ||
        !cg_snapshot_write (source, argv[1], cg_app_now (), output, &version, error))
        return FALSE;
    cg_cli_say (cli, "written: %s (data version %" G_GINT64_FORMAT ")", output, version);
    g_autoptr (json_t) result = json_pack ("{s:s, s:s, s:I}", "county", argv[1], "output", output,
                                           "data_version", (json_int_t) version);
    cg_cli_result (cli, result);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_snapshot (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_snapshot = {
    .name = "snapshot",
    .summary = "writes all public layers of a county as one GeoPackage for QGIS",
    .usage = "COUNTY.sqlite -o OUT.gpkg",
    .details =
        "Example:\n"
        "  countygrid snapshot wuqi.sqlite -o wuqi.gpkg\n"
        "\n"
        "Layers: regions, towns, communities, grids (with the measures of the screens), units,\n"
        "incidents, cameras, services, barriers, barrier_areas, each with its style. Nothing\n"
        "about persons and no single building is in it. Safe while the county is being served,\n"
        "which gives the same file at /api/snapshot.gpkg.",
    .run = run,
};
