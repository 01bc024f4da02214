/* What happens in the made-up county: hours, weekdays, seasons, places, states. */
#include <string.h>

#include "cover.h"
#include "sample/kind_internal.h"

#define UNTIL_S G_GINT64_CONSTANT (1795219200) /* 21 November 2026, 0:00 UTC */
#define DAYS 365
#define DAY_S 86400

static CgSample *sample; /* one year, made once */

static const CgSample *
year (void)
{
    if (sample == NULL) {
        g_autoptr (GError) error = NULL;
        sample = cg_sample_run ("wuqi", 11, UNTIL_S, DAYS, NULL, NULL, &error);
        g_assert_no_error (error);
    }
    return sample;
}

static guint
local_hour (gint64 time_s)
{
    return (guint) ((time_s + 8 * 3600) % DAY_S / 3600);
}

static guint
local_weekday (gint64 time_s)
{
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_s + 8 * 3600);
    return (guint) g_date_time_get_day_of_week (utc); /* 1 Monday .. 7 Sunday */
}

/* Share of the incidents of a type (NULL: all) that fall into hours from..to-1. */
static double
share_of_hours (const CgPlaces *incidents, const char *type, guint from, guint to)
{
    guint all = 0, in = 0;
    for (guint32 i = 0; i < incidents->n; i++) {
        if (type != NULL && strcmp (cg_names_get (incidents->types, incidents->type[i]), type) != 0)
            continue;
        guint hour = local_hour (incidents->time_s[i]);
        all++;
        in += hour >= from && hour < to;
    }
    g_assert_cmpuint (all, >, 100);
    return (double) in / all;
}

static void
test_hours (void)
{
    const CgPlaces *incidents = year ()->incidents;
    /* An even day would give 2 hours 8.3 %. */
    g_assert_cmpfloat (share_of_hours (incidents, "民生服务/供水", 9, 11), >, 0.20);
    g_assert_cmpfloat (share_of_hours (incidents, "民生服务/供水", 15, 17), >, 0.16);
    g_assert_cmpfloat (share_of_hours (incidents, "民生服务/噪音", 21, 23), >, 0.30);
    g_assert_cmpfloat (share_of_hours (incidents, "安全隐患/道路交通", 7, 9), >, 0.18);
    g_assert_cmpfloat (share_of_hours (incidents, "安全隐患/道路交通", 17, 19), >, 0.18);
    g_assert_cmpfloat (share_of_hours (incidents, NULL, 9, 11), >, 0.13);
    g_assert_cmpfloat (share_of_hours (incidents, NULL, 2, 5), <, 0.06);
}

static void
test_weekdays (void)
{
    const CgPlaces *incidents = year ()->incidents;
    guint workdays = 0, weekend = 0, policy_workdays = 0, policy_weekend = 0;
    for (guint32 i = 0; i < incidents->n; i++) {
        gboolean free_day = local_weekday (incidents->time_s[i]) >= 6;
        gboolean policy =
            g_str_has_prefix (cg_names_get (incidents->types, incidents->type[i]), "政策咨询/");
        *(free_day ? &weekend : &workdays) += 1;
        if (policy)
            *(free_day ? &policy_weekend : &policy_workdays) += 1;
    }
    g_assert_cmpfloat (weekend / 2.0, <, 0.95 * workdays / 5.0);
    g_assert_cmpfloat (policy_weekend / 2.0, <, 0.5 * policy_workdays / 5.0);
}

static guint
count_type (const CgPlaces *incidents, const char *prefix, gint64 from_day, gint64 to_day)
{
    guint n = 0;
    for (guint32 i = 0; i < incidents->n; i++) {
        gint64 day = (incidents->time_s[i] + 8 * 3600) / DAY_S;
        n += day >= from_day && day < to_day &&
             g_str_has_prefix (cg_names_get (incidents->types, incidents->type[i]), prefix);
    }
    return n;
}

static void
test_seasons (void)
{
    const CgPlaces *incidents = year ()->incidents;
    gint64 festival = cg_season_festival (2026), june = 20605; /* 1 June 2026 */
    g_assert_cmpuint (count_type (incidents, "矛盾纠纷/劳资债务", festival - 30, festival), >,
                      1.25 * count_type (incidents, "矛盾纠纷/劳资债务", june, june + 30));
    g_assert_cmpuint (count_type (incidents, "安全隐患/消防", festival - 45, festival), >,
                      2 * count_type (incidents, "安全隐患/消防", june, june + 45));
    g_assert_cmpuint (count_type (incidents, "民生服务/噪音", june, june + 90), >,
                      1.5 * count_type (incidents, "民生服务/噪音", festival - 60, festival + 30));
}

/* First days of the spring festival as published by the State Council for these years. */
static void
test_festival (void)
{
    static const struct {
        guint year, month, day;
    } published[] = { { 2020, 1, 25 }, { 2021, 2, 12 }, { 2022, 2, 1 },  { 2023, 1, 22 },
                      { 2024, 2, 10 }, { 2025, 1, 29 }, { 2026, 2, 17 } };
    for (guint i = 0; i < G_N_ELEMENTS (published); i++) {
        g_autoptr (GDate) date =
            g_date_new_dmy ((GDateDay) published[i].day, (GDateMonth) published[i].month,
                            (GDateYear) published[i].year);
        gint64 day = (gint64) g_date_get_julian (date) - 719163;
        g_assert_cmpint (ABS (cg_season_festival (published[i].year) - day), <=, 1);
    }
}

static void
test_period (void)
{
    const CgPlaces *incidents = year ()->incidents;
    g_assert_cmpuint (incidents->n, >, 40 * DAYS);
    g_assert_cmpuint (incidents->n, <, 120 * DAYS);
    guint open = 0, old_open = 0;
    for (guint32 i = 0; i < incidents->n; i++) {
        g_assert_cmpint (incidents->time_s[i], >=, UNTIL_S - (gint64) DAYS * DAY_S);
        g_assert_cmpint (incidents->reported_s[i], <, UNTIL_S);
        g_assert_cmpint (incidents->reported_s[i], >, incidents->time_s[i]);
        g_assert_true (i == 0 || incidents->time_s[i] >= incidents->time_s[i - 1]);
        g_assert_cmpuint (strlen (incidents->id[i]), ==, 14);
        g_assert_true (g_str_has_prefix (incidents->id[i], "GD202"));
        g_assert_cmpuint (incidents->source[i], <, cg_names_count (incidents->sources));
        gboolean done = g_str_equal (cg_names_get (incidents->states, incidents->state[i]), "办结");
        open += !done;
        old_open += !done && incidents->time_s[i] < UNTIL_S - 90 * (gint64) DAY_S;
    }
    g_assert_cmpfloat ((double) open / incidents->n, >, 0.002);
    g_assert_cmpfloat ((double) open / incidents->n, <, 0.06);
    g_assert_cmpfloat ((double) old_open / incidents->n, <, 0.005);
}

/* The same day reads the same in a shorter history. */
static void
test_overlap (void)
{
    const CgPlaces *whole = year ()->incidents;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgSample) week = cg_sample_run ("wuqi", 11, UNTIL_S, 7, NULL, NULL, &error);
    g_assert_no_error (error);
    guint32 skip = whole->n - week->incidents->n;
    for (guint32 i = 0; i < week->incidents->n; i++) {
        g_assert_cmpstr (week->incidents->id[i], ==, whole->id[skip + i]);
        g_assert_true (week->incidents->x[i] == whole->x[skip + i]);
    }
    g_autoptr (CgSample) none = cg_sample_run ("wuqi", 11, UNTIL_S, 0, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (none->incidents->n, ==, 0);
}

static gboolean
is_hot (const CgPlaces *services, guint32 i)
{
    const char *kind = cg_names_get (services->types, services->type[i]);
    return g_str_equal (kind, "市场") || g_str_equal (kind, "汽车站") || g_str_equal (kind, "医院");
}

/* Around markets, hospitals and the bus station the density is several times that of the built-up
 * land, even when all incidents of the county are counted against the built-up land alone. */
static void
test_hot_spots (void)
{
    year ();
    const CgPlaces *services = sample->services, *incidents = sample->incidents;
    const double reach_m = 120;
    guint near = 0, spots = 0;
    double urban_m2 = 0;
    for (guint32 i = 0; i < sample->units->n; i++)
        if (sample->units->kind[i] == CG_UNIT_URBAN)
            urban_m2 += cg_shapes_area (sample->units->shapes, i);
    for (guint32 k = 0; k < services->n; k++)
        spots += is_hot (services, k);
    for (guint32 i = 0; i < incidents->n; i++) {
        gboolean hot = FALSE;
        for (guint32 k = 0; k < services->n && !hot; k++) {
            double dx = services->x[k] - incidents->x[i], dy = services->y[k] - incidents->y[i];
            hot = dx * dx + dy * dy < reach_m * reach_m && is_hot (services, k);
        }
        near += hot;
    }
    double near_density = near / (spots * G_PI * reach_m * reach_m);
    double ratio = near_density / (incidents->n / urban_m2);
    g_test_message ("%u spots, %u of %u incidents near, density ratio %.2f", spots, near,
                    incidents->n, ratio);
    g_assert_cmpfloat (ratio, >, 1.8);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sample/life/hours", test_hours);
    g_test_add_func ("/sample/life/weekdays", test_weekdays);
    g_test_add_func ("/sample/life/seasons", test_seasons);
    g_test_add_func ("/sample/life/festival", test_festival);
    g_test_add_func ("/sample/life/period", test_period);
    g_test_add_func ("/sample/life/overlap", test_overlap);
    g_test_add_func ("/sample/life/hot-spots", test_hot_spots);
    int result = g_test_run ();
    cg_sample_free (sample);
    return result;
}
