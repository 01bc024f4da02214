/* The clock of replays, and local times, against values by hand. */
#include "app/clock.h"

static void
test_fixed (void)
{
    g_assert_cmpint (cg_app_clock_at ("1764518400", 0), ==, 1764518400);
    g_assert_cmpint (cg_app_clock_at ("1764518400", 7 * G_USEC_PER_SEC), ==, 1764518400);
    g_setenv ("COUNTYGRID_NOW", "1795219200", TRUE);
    g_assert_cmpint (cg_app_now (), ==, 1795219200);
    g_unsetenv ("COUNTYGRID_NOW");
    g_assert_cmpint (cg_app_now (), >, 1700000000);
}

/* A day at 1000 times lasts 86.4 s. */
static void
test_replay (void)
{
    g_assert_cmpint (cg_app_clock_at ("1764518400x1000", 0), ==, 1764518400);
    g_assert_cmpint (cg_app_clock_at ("1764518400x1000", 86400000), ==, 1764518400 + 86400);
    g_assert_cmpint (cg_app_clock_at ("1764518400x1000", 1500), ==, 1764518400 + 1);
    g_assert_cmpint (cg_app_clock_at ("1764518400x1000", 999), ==, 1764518400);
    g_assert_cmpint (cg_app_clock_at ("100x-5", 9 * G_USEC_PER_SEC), ==, 100);
    gint64 century_us = G_GINT64_CONSTANT (3155760000) * G_USEC_PER_SEC;
    g_assert_cmpint (cg_app_clock_at ("0x999999999", century_us), ==,
                     G_GINT64_CONSTANT (3155760000) * 100000);
}

/* Time goes on and never back. */
static void
test_runs (void)
{
    g_setenv ("COUNTYGRID_NOW", "1764518400x100000", TRUE);
    gint64 first = cg_app_now (), last = first;
    while (last < first + 1000) {
        gint64 now = cg_app_now ();
        g_assert_cmpint (now, >=, last);
        last = now;
    }
    g_assert_cmpint (first, >=, 1764518400);
    g_unsetenv ("COUNTYGRID_NOW");
}

static void
test_local (void)
{
    g_autofree char *text = cg_app_local_text (1764518400, "%Y-%m-%d %H:%M:%S");
    g_assert_cmpstr (text, ==, "2025-12-01 00:00:00");
    g_autofree char *none = cg_app_local_text (G_MAXINT64 / 2, "%Y");
    g_assert_cmpstr (none, ==, "");
}

static void
assert_iso (gint64 time_s)
{
    char text[CG_APP_ISO_SIZE];
    g_autofree char *want = cg_app_local_text (time_s, "%Y-%m-%dT%H:%M:%S+08:00");
    g_assert_cmpstr (cg_app_iso (time_s, text), ==, want);
}

/* By hand, and as GLib's calendar has it: around every midnight of 400 years, and at the ends. */
static void
test_iso (void)
{
    char text[CG_APP_ISO_SIZE];
    g_assert_cmpstr (cg_app_iso (1709164799, text), ==, "2024-02-29T07:59:59+08:00");
    g_assert_cmpstr (cg_app_iso (951753600, text), ==, "2000-02-29T00:00:00+08:00");
    for (gint64 day = 0; day < 146097; day++)
        for (gint64 second = -1; second < 1; second++)
            assert_iso (day * 86400 - 8 * 3600 + second);
    for (gint64 k = 0; k < 3; k++) {
        assert_iso (G_GINT64_CONSTANT (253402300800) - 8 * 3600 - 1 + k);
        assert_iso (G_GINT64_CONSTANT (4102444800) * (k + 1) + 86399);
        assert_iso (k == 0 ? G_MININT64 : k == 1 ? G_MAXINT64 : -1);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/clock/fixed", test_fixed);
    g_test_add_func ("/app/clock/replay", test_replay);
    g_test_add_func ("/app/clock/runs", test_runs);
    g_test_add_func ("/app/clock/local", test_local);
    g_test_add_func ("/app/clock/iso", test_iso);
    return g_test_run ();
}
