#include <string.h>

#include "app/config.h"
#include "app/density/heatmap.h"
#include "app/measures.h"
#include "app/status.h"

static void
test_defaults (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgConfig) config = cg_config_parse (cg_config_template (), "county.ini", &error);
    g_assert_no_error (error);
    g_assert_cmpuint (config->households_min, ==, 300);
    g_assert_cmpuint (config->households_target, ==, 400);
    g_assert_cmpuint (config->households_max, ==, 500);
    g_assert_cmpuint (config->population_target, ==, 1000);
    g_assert_cmpuint (config->micro_min, ==, 5);
    g_assert_cmpuint (config->micro_max, ==, 15);
    g_assert_cmpstr (config->working_crs, ==, "");
    g_assert_cmpfloat (config->warning_times[0], ==, 3);
    g_assert_cmpfloat (config->warning_times[1], ==, 2);
    g_assert_cmpfloat (config->warning_times[2], ==, 1.5);
    g_assert_cmpfloat (config->warning_times[3], ==, 1.2);
    g_assert_cmpuint (config->warning_min, ==, 5);
    g_assert_true (cg_config_is_closed (config, "办结"));
    g_assert_true (cg_config_is_closed (config, " Closed "));
    g_assert_false (cg_config_is_closed (config, "处置"));
    g_assert_false (cg_config_is_closed (config, ""));
}

static void
test_warning_and_states (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgConfig) config = cg_config_parse (
        "[warning]\nred = 4.25\nmin_incidents = 10\n[incident]\nclosed_states = 归档 , 已回访\n",
        "county.ini", &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (config->warning_times[0], ==, 4.25);
    g_assert_cmpfloat (config->warning_times[1], ==, 2);
    g_assert_cmpuint (config->warning_min, ==, 10);
    g_assert_true (cg_config_is_closed (config, "归档"));
    g_assert_true (cg_config_is_closed (config, "已回访"));
    g_assert_false (cg_config_is_closed (config, "办结")); /* the list is the county's own */
    g_autoptr (CgConfig) none =
        cg_config_parse ("[incident]\nclosed_states =\n", "county.ini", &error);
    g_assert_no_error (error);
    g_assert_false (cg_config_is_closed (none, "办结"));
    g_assert_false (cg_config_is_closed (none, ""));
}

static void
test_weights (void)
{
    const CgPartitionWeights defaults = CG_PARTITION_WEIGHTS_DEFAULT;
    g_autoptr (GError) error = NULL;
    g_assert_nonnull (strstr (cg_config_template (), "\n[split]\n"));
    /* Each weight is there with its default, commented out. */
    for (const CgPartitionWeight *w = cg_partition_weight_list (); w->name != NULL; w++) {
        g_autofree char *line =
            g_strdup_printf ("\n#%s = %g\n", w->name, cg_partition_weight_get (&defaults, w));
        g_assert_nonnull (strstr (cg_config_template (), line));
    }
    g_autoptr (CgConfig) config =
        cg_config_parse ("[split]\nbalance = 2.5\nstreet = 0\n", "county.ini", &error);
    g_assert_no_error (error);
    g_assert_cmpuint (config->weights.balance, ==, 2500);
    g_assert_cmpuint (config->weights.border[CG_BARRIER_STREET], ==, 0);
    g_assert_cmpuint (config->weights.compound, ==, defaults.compound);
}

static void
assert_refused (const char *text, const char *word)
{
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_config_parse (text, "my.ini", &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_assert_nonnull (strstr (error->message, "my.ini"));
    g_assert_nonnull (strstr (error->message, word));
}

static void
test_refused (void)
{
    assert_refused ("[grid]\nhouseholds_mim = 300\n", "households_min");
    assert_refused ("[gird]\nhouseholds_min = 300\n", "grid");
    assert_refused ("[grid]\nhouseholds_min = many\n", "many");
    assert_refused ("[grid]\nhouseholds_min = 300.5\n", "300.5");
    assert_refused ("[grid]\nhouseholds_min = -1\n", "-1");
    assert_refused ("[grid]\nhouseholds_min = 600\n", "600");
    assert_refused ("[screen]\nheat_bandwidth_m = nan\n", "nan");
    assert_refused ("[warning]\nred = 0.5\n", "0.5");
    assert_refused ("[warning]\nrule = often\n", "limit or times");
    assert_refused ("[warning]\nblue_limit = 40\n", "40");
    assert_refused ("[warning]\nblue_limit = 99.5\n", "yellow_limit >= blue_limit");
    assert_refused ("[warning]\norange = 3.5\n", "red >= orange"); /* above red's 3 */
    assert_refused ("[warning]\nmin_incidents = 0\n", "min_incidents");
    assert_refused ("[warning]\nmin_incidents = 2.5\n", "2.5");
    assert_refused ("[incident]\nclosed_state = x\n", "closed_states");
    assert_refused ("no group\n", "my.ini");
}

static void
test_exit_codes (void)
{
    g_assert_cmpint (cg_status_exit (NULL), ==, 0);
    for (int code = 0; code < CG_N_ERRORS; code++) {
        g_autoptr (GError) error = g_error_new_literal (CG_ERROR, code, "x");
        int status = cg_status_exit (error);
        g_assert_true (status >= 1 && status <= 3);
        g_assert_true (cg_status_http (error) >= 400);
    }
    g_autoptr (GError) use = g_error_new_literal (G_OPTION_ERROR, 0, "x");
    g_assert_cmpint (cg_status_exit (use), ==, 2);
}

static void
test_when (void)
{
    g_autoptr (GError) error = NULL;
    gint64 since, until;
    /* A bare day as the end includes it: 24 h from midnight to midnight in UTC+8. */
    g_assert_true (cg_parse_when ("2026-01-01/2026-01-01", &since, &until, &error));
    g_assert_cmpint (since, ==, 1767196800);
    g_assert_cmpint (until - since, ==, 86400);
    g_assert_true (cg_parse_when ("/2026-01-01T08:00", &since, &until, &error));
    g_assert_cmpint (since, ==, CG_TIME_NONE);
    g_assert_cmpint (until, ==, 1767225600);
    static const char *const bad[] = { "2026-02-30/2026-03-01", "2026-01-02/2026-01-01",
                                       "2026-01-01", "a/b" };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) problem = NULL;
        g_assert_false (cg_parse_when (bad[i], &since, &until, &problem));
        g_assert_error (problem, CG_ERROR, CG_ERROR_ARGUMENT);
    }
}

static void
test_place_codes (void)
{
    char code[16];
    cg_measures_place_code ("990001100001007", CG_LEVEL_COUNTY, code);
    g_assert_cmpstr (code, ==, "990001");
    cg_measures_place_code ("990001100001007", CG_LEVEL_TOWN, code);
    g_assert_cmpstr (code, ==, "990001100");
    cg_measures_place_code ("990001100001007", CG_LEVEL_GRID, code);
    g_assert_cmpstr (code, ==, "990001100001007");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/config/defaults", test_defaults);
    g_test_add_func ("/app/config/weights", test_weights);
    g_test_add_func ("/app/config/warning-and-states", test_warning_and_states);
    g_test_add_func ("/app/config/refused", test_refused);
    g_test_add_func ("/app/status/exit", test_exit_codes);
    g_test_add_func ("/app/when", test_when);
    g_test_add_func ("/app/measures/codes", test_place_codes);
    return g_test_run ();
}
