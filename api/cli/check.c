#include <stdio.h>

#include "app/split/plan.h"
#include "cli.h"
#include "store/store.h"

/* The plan in force, measured against the geometry of its units. A county without a plan is sound
 * too. */
static gboolean
check_plan (CgStore *store, GPtrArray *problems, GError **error)
{
    g_autoptr (GError) none = NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, 0, &none);
    if (plan == NULL && g_error_matches (none, CG_ERROR, CG_ERROR_NOT_FOUND))
        return TRUE;
    g_autoptr (json_t) result = plan != NULL ? cg_plan_check (store, plan->id, error) : NULL;
    if (result == NULL)
        return FALSE;
    if (json_integer_value (json_object_get (result, "violations")) > 0)
        g_ptr_array_add (
            problems, g_strdup_printf ("plan %" G_GINT64_FORMAT " is not a partition: %s", plan->id,
                                       json_string_value (json_object_get (result, "first"))));
    return TRUE;
}

static gboolean
run_check (CgCli *cli, int argc, char **argv, GError **error)
{
    if (!cg_cli_parse (cli, &cg_command_check, NULL, NULL, &argc, &argv, error) ||
        !cg_cli_expect (&cg_command_check, argc, 1, error))
        return FALSE;
    g_autoptr (CgStore) store = cg_store_open (argv[1], CG_STORE_READ, error);
    g_autoptr (GPtrArray) problems = NULL;
    if (store == NULL || !cg_store_check (store, &problems, error))
        return FALSE;
    if (problems->len == 0 && !check_plan (store, problems, error))
        return FALSE;
    g_autoptr (json_t) list = json_array ();
    for (guint i = 0; i < problems->len; i++) {
        const char *problem = g_ptr_array_index (problems, i);
        json_array_append_new (list, json_string (problem));
        if (!cli->json)
            fprintf (stderr, "countygrid: %s: %s (STORE)\n", argv[1], problem);
    }
    g_autoptr (json_t) result = json_pack ("{s:s, s:b, s:O}", "county", argv[1], "sound",
                                           problems->len == 0, "problems", list);
    cg_cli_result (cli, result);
    if (problems->len > 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_STORE, "%s: %u problems; restore a backup", argv[1],
                     problems->len);
        return FALSE;
    }
    cg_cli_say (cli, "%s: sound", argv[1]);
    return TRUE;
}

static int
run (CgCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    return run_check (cli, argc, argv, &error) ? 0 : cg_cli_fail (cli, error, NULL);
}

const CgCommand cg_command_check = {
    .name = "check",
    .summary = "verifies a county file: pages, indexes, counts, audit chain, plans",
    .usage = "COUNTY.sqlite",
    .details = "Example:\n"
               "  countygrid check wuqi.sqlite\n"
               "\n"
               "Exit 0 when sound, 3 with a line for each problem when not.",
    .run = run,
};
