/* Periods on the clock of Asia/Shanghai, against GLib's calendar and by hand. */
#include "aggregate/aggregate.h"
#include "base/random.h"

static gint64
shanghai (const char *text)
{
    g_autofree char *iso = g_strconcat (text, "+08:00", NULL);
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, NULL);
    g_assert_nonnull (time);
    return g_date_time_to_unix (time);
}

static void
test_by_hand (void)
{
    /* 2024 was a leap year; 2024-12-30 a Monday; 2025-01-01 a Wednesday; 1900 and 2100 are no leap
     * years. */
    static const struct {
        const char *time, *day, *week, *month;
        guint hour, weekday;
    } cases[] = {
        { "2024-12-31T23:59:59", "2024-12-31T00:00:00", "2024-12-30T00:00:00",
          "2024-12-01T00:00:00", 23, 1 },
        { "2025-01-01T00:00:00", "2025-01-01T00:00:00", "2024-12-30T00:00:00",
          "2025-01-01T00:00:00", 0, 2 },
        { "2025-01-05T23:59:59", "2025-01-05T00:00:00", "2024-12-30T00:00:00",
          "2025-01-01T00:00:00", 23, 6 },
        { "2025-01-06T00:00:00", "2025-01-06T00:00:00", "2025-01-06T00:00:00",
          "2025-01-01T00:00:00", 0, 0 },
        { "2024-02-29T12:00:00", "2024-02-29T00:00:00", "2024-02-26T00:00:00",
          "2024-02-01T00:00:00", 12, 3 },
        { "2024-03-01T07:59:59", "2024-03-01T00:00:00", "2024-02-26T00:00:00",
          "2024-03-01T00:00:00", 7, 4 },
        { "2023-03-01T08:00:00", "2023-03-01T00:00:00", "2023-02-27T00:00:00",
          "2023-03-01T00:00:00", 8, 2 },
        { "2000-02-29T00:00:01", "2000-02-29T00:00:00", "2000-02-28T00:00:00",
          "2000-02-01T00:00:00", 0, 1 },
        { "2100-02-28T23:00:00", "2100-02-28T00:00:00", "2100-02-22T00:00:00",
          "2100-02-01T00:00:00", 23, 6 },
        { "2100-03-01T00:00:00", "2100-03-01T00:00:00", "2100-03-01T00:00:00",
          "2100-03-01T00:00:00", 0, 0 },
        { "1970-01-01T07:59:59", "1970-01-01T00:00:00", "1969-12-29T00:00:00",
          "1970-01-01T00:00:00", 7, 3 },
        { "1969-12-31T23:59:59", "1969-12-31T00:00:00", "1969-12-29T00:00:00",
          "1969-12-01T00:00:00", 23, 2 },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gint64 time_s = shanghai (cases[i].time);
        guint hour, weekday;
        cg_local_hour (time_s, &hour, &weekday);
        g_assert_cmpuint (hour, ==, cases[i].hour);
        g_assert_cmpuint (weekday, ==, cases[i].weekday);
        g_assert_cmpint (cg_period_start (CG_PERIOD_DAY, time_s), ==, shanghai (cases[i].day));
        g_assert_cmpint (cg_period_start (CG_PERIOD_WEEK, time_s), ==, shanghai (cases[i].week));
        g_assert_cmpint (cg_period_start (CG_PERIOD_MONTH, time_s), ==, shanghai (cases[i].month));
        g_assert_cmpint (cg_period_start (CG_PERIOD_ALL, time_s), ==, 0);
    }
}

static void
test_utc_edges (void)
{
    /* 16:00 UTC is midnight in Shanghai. */
    g_assert_cmpint (cg_period_start (CG_PERIOD_DAY, 57599), ==, -28800);
    g_assert_cmpint (cg_period_start (CG_PERIOD_DAY, 57600), ==, 57600);
    g_assert_cmpint (cg_period_start (CG_PERIOD_DAY, -28801), ==, -28800 - 86400);
}

static void
check_year (GTimeZone *zone, int year, gint64 time_s)
{
    g_autoptr (GDateTime) new_year = g_date_time_new (zone, year, 1, 1, 0, 0, 0);
    g_assert_cmpint (cg_period_start (CG_PERIOD_YEAR, time_s), ==, g_date_time_to_unix (new_year));
}

/* Steps of days and months, and last year's day, by GLib's calendar, which also makes 28 February
 * of the 29th. */
static void
check_steps (CgRandom *random, GDateTime *midnight, GDateTime *first)
{
    int steps = (int) cg_random_below (random, 4001) - 2000;
    gint64 day_s = g_date_time_to_unix (midnight), month_s = g_date_time_to_unix (first);
    g_assert_cmpint (cg_period_step (CG_PERIOD_DAY, day_s, steps), ==, day_s + steps * 86400);
    int year = g_date_time_get_year (first);
    g_autoptr (GDateTime) before = year > 1 ? g_date_time_add_years (midnight, -1) : NULL;
    if (before != NULL)
        g_assert_cmpint (cg_period_last_year (CG_PERIOD_DAY, day_s), ==,
                         g_date_time_to_unix (before));
    g_autoptr (GDateTime) there = g_date_time_add_months (first, steps);
    if (there != NULL)
        g_assert_cmpint (cg_period_step (CG_PERIOD_MONTH, month_s, steps), ==,
                         g_date_time_to_unix (there));
}

static void
test_last_year (void)
{
    static const struct {
        CgPeriod period;
        const char *start, *last_year;
    } cases[] = {
        { CG_PERIOD_DAY, "2024-02-29T00:00:00", "2023-02-28T00:00:00" },
        { CG_PERIOD_DAY, "2025-02-28T00:00:00", "2024-02-28T00:00:00" },
        { CG_PERIOD_DAY, "2025-03-01T00:00:00", "2024-03-01T00:00:00" },
        { CG_PERIOD_DAY, "2024-12-31T00:00:00", "2023-12-31T00:00:00" },
        { CG_PERIOD_WEEK, "2025-01-06T00:00:00", "2024-01-08T00:00:00" },
        { CG_PERIOD_MONTH, "2025-02-01T00:00:00", "2024-02-01T00:00:00" },
        { CG_PERIOD_MONTH, "2024-01-01T00:00:00", "2023-01-01T00:00:00" },
        { CG_PERIOD_YEAR, "2024-01-01T00:00:00", "2023-01-01T00:00:00" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpint (cg_period_last_year (cases[i].period, shanghai (cases[i].start)), ==,
                         shanghai (cases[i].last_year));
    g_assert_cmpint (cg_period_step (CG_PERIOD_YEAR, shanghai ("2024-01-01T00:00:00"), -4), ==,
                     shanghai ("2020-01-01T00:00:00"));
    g_assert_cmpint (cg_period_step (CG_PERIOD_ALL, 0, 5), ==, 0);
}

static void
test_against_glib (void)
{
    CgRandom random;
    cg_random_init (&random, 1, 0);
    g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
    for (guint i = 0; i < 20000; i++) {
        gint64 time_s =
            (gint64) (cg_random_bits (&random) % G_GUINT64_CONSTANT (250000000000)) - 60000000000;
        g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_s);
        g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
        int year, month, day;
        g_date_time_get_ymd (local, &year, &month, &day);
        g_autoptr (GDateTime) midnight = g_date_time_new (zone, year, month, day, 0, 0, 0);
        g_autoptr (GDateTime) first = g_date_time_new (zone, year, month, 1, 0, 0, 0);
        g_autoptr (GDateTime) monday =
            g_date_time_add_days (midnight, 1 - g_date_time_get_day_of_week (local));
        guint hour, weekday;
        cg_local_hour (time_s, &hour, &weekday);
        g_assert_cmpuint (hour, ==, g_date_time_get_hour (local));
        g_assert_cmpuint (weekday + 1, ==, g_date_time_get_day_of_week (local));
        g_assert_cmpint (cg_period_start (CG_PERIOD_DAY, time_s), ==,
                         g_date_time_to_unix (midnight));
        g_assert_cmpint (cg_period_start (CG_PERIOD_WEEK, time_s), ==,
                         g_date_time_to_unix (monday));
        g_assert_cmpint (cg_period_start (CG_PERIOD_MONTH, time_s), ==,
                         g_date_time_to_unix (first));
        check_year (zone, year, time_s);
        check_steps (&random, midnight, first);
    }
}

static void
test_ends_of_time (void)
{
    const gint64 ends[] = { G_MININT64, G_MININT64 + 1, G_MAXINT64, 0 };
    for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
        for (CgPeriod period = CG_PERIOD_ALL; period < CG_N_PERIODS; period++) {
            gint64 start = cg_period_start (period, ends[i]);
            g_assert_cmpint (cg_period_start (period, start), <=, start);
            cg_period_step (period, start, 100000);
            cg_period_step (period, start, -100000);
            cg_period_last_year (period, start);
        }
    guint hour, weekday;
    cg_local_hour (G_MININT64, &hour, &weekday);
    g_assert_true (hour < 24 && weekday < 7);
}

static void
test_names (void)
{
    for (CgPeriod period = CG_PERIOD_ALL; period < CG_N_PERIODS; period++) {
        CgPeriod parsed = CG_PERIOD_ALL;
        g_assert_true (cg_period_parse (cg_period_name (period), &parsed));
        g_assert_cmpint (parsed, ==, period);
    }
    CgPeriod untouched = CG_PERIOD_WEEK;
    g_assert_false (cg_period_parse ("quarter", &untouched));
    g_assert_false (cg_period_parse (NULL, &untouched));
    g_assert_cmpint (untouched, ==, CG_PERIOD_WEEK);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/period/by-hand", test_by_hand);
    g_test_add_func ("/period/utc-edges", test_utc_edges);
    g_test_add_func ("/period/glib", test_against_glib);
    g_test_add_func ("/period/last-year", test_last_year);
    g_test_add_func ("/period/ends-of-time", test_ends_of_time);
    g_test_add_func ("/period/names", test_names);
    return g_test_run ();
}
