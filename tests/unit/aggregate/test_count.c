/* Counts by place, period and type. */
#include "aggregate/aggregate.h"
#include "base/random.h"

#define MIDNIGHT G_GINT64_CONSTANT (1735660800) /* 2025-01-01 00:00:00 in Shanghai, a Wednesday */

static CgPlaces *
places_of (guint32 n, const gint64 *time_s, const guint32 *type)
{
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, n);
    if (time_s != NULL)
        places->time_s = g_memdup2 (time_s, n * sizeof (gint64));
    for (guint32 i = 0; i < n; i++)
        places->type[i] = type[i];
    return places;
}

static void
check_row (const GArray *rows, guint i, guint32 place, gint64 start_s, guint32 type, guint32 count)
{
    const CgCount *row = &g_array_index (rows, CgCount, i);
    g_assert_cmpuint (row->place, ==, place);
    g_assert_cmpint (row->start_s, ==, start_s);
    g_assert_cmpuint (row->type, ==, type);
    g_assert_cmpuint (row->count, ==, count);
}

static void
test_by_hand (void)
{
    const gint64 time_s[] = { MIDNIGHT,     MIDNIGHT - 1, MIDNIGHT + 86399, MIDNIGHT + 86400,
                              CG_TIME_NONE, MIDNIGHT,     MIDNIGHT };
    const guint32 type[] = { 1, 1, 1, 0, 0, CG_NONE, 1 };
    const guint32 place_of[] = { 2, 2, 2, 0, 0, 2, CG_NONE };
    g_autoptr (CgPlaces) places = places_of (7, time_s, type);
    guint32 left_out;
    g_autoptr (GArray) days = cg_aggregate_count (places, place_of, CG_PERIOD_DAY, &left_out);
    g_assert_cmpuint (left_out, ==, 2);
    g_assert_cmpuint (days->len, ==, 4);
    check_row (days, 0, 0, MIDNIGHT + 86400, 0, 1);
    check_row (days, 1, 2, MIDNIGHT - 86400, 1, 1);
    check_row (days, 2, 2, MIDNIGHT, 1, 2);
    check_row (days, 3, 2, MIDNIGHT, CG_NONE, 1);

    g_autoptr (GArray) all = cg_aggregate_count (places, place_of, CG_PERIOD_ALL, &left_out);
    g_assert_cmpuint (left_out, ==, 1);
    g_assert_cmpuint (all->len, ==, 3);
    check_row (all, 0, 0, 0, 0, 2);
    check_row (all, 1, 2, 0, 1, 3);
    check_row (all, 2, 2, 0, CG_NONE, 1);

    /* Wednesday and the Tuesday before fall in one week, in different months and years. */
    g_autoptr (GArray) weeks = cg_aggregate_count (places, place_of, CG_PERIOD_WEEK, NULL);
    g_assert_cmpuint (weeks->len, ==, 3);
    check_row (weeks, 1, 2, MIDNIGHT - 2 * 86400, 1, 3);
    g_autoptr (GArray) months = cg_aggregate_count (places, place_of, CG_PERIOD_MONTH, NULL);
    check_row (months, 1, 2, MIDNIGHT - 31 * 86400, 1, 1);
    check_row (months, 2, 2, MIDNIGHT, 1, 2);
}

static void
test_no_times_at_all (void)
{
    const guint32 type[] = { 0, 0 }, place_of[] = { 1, 1 };
    g_autoptr (CgPlaces) places = places_of (2, NULL, type);
    guint32 left_out;
    g_autoptr (GArray) all = cg_aggregate_count (places, place_of, CG_PERIOD_ALL, &left_out);
    g_assert_cmpuint (left_out, ==, 0);
    check_row (all, 0, 1, 0, 0, 2);
    g_autoptr (GArray) days = cg_aggregate_count (places, place_of, CG_PERIOD_DAY, &left_out);
    g_assert_cmpuint (left_out, ==, 2);
    g_assert_cmpuint (days->len, ==, 0);
    g_autoptr (CgPlaces) none = cg_places_new (CG_PLACE_INCIDENT, 0);
    g_autoptr (GArray) empty = cg_aggregate_count (none, NULL, CG_PERIOD_MONTH, NULL);
    g_assert_cmpuint (empty->len, ==, 0);
}

/* Sums agree with what was put in, rows ascend, and the order of things does not matter. */
static void
test_properties (void)
{
    const guint32 n = 50000;
    g_autoptr (CgPlaces) places = cg_places_new (CG_PLACE_INCIDENT, n),
                         turned = cg_places_new (CG_PLACE_INCIDENT, n);
    g_autofree guint32 *place_of = g_new (guint32, n), *turned_of = g_new (guint32, n);
    places->time_s = g_new (gint64, n), turned->time_s = g_new (gint64, n);
    CgRandom random;
    cg_random_init (&random, 5, 0);
    guint32 inside = 0;
    for (guint32 i = 0; i < n; i++) {
        place_of[i] = turned_of[n - 1 - i] =
            cg_random_below (&random, 10) == 0 ? CG_NONE : cg_random_below (&random, 40);
        places->type[i] = turned->type[n - 1 - i] = cg_random_below (&random, 5);
        places->time_s[i] = turned->time_s[n - 1 - i] =
            MIDNIGHT + cg_random_below (&random, 40 * 86400);
        inside += place_of[i] != CG_NONE;
    }
    for (CgPeriod period = CG_PERIOD_ALL; period <= CG_PERIOD_MONTH; period++) {
        guint32 left_out;
        g_autoptr (GArray) rows = cg_aggregate_count (places, place_of, period, &left_out);
        g_autoptr (GArray) again = cg_aggregate_count (turned, turned_of, period, NULL);
        g_assert_cmpuint (left_out, ==, n - inside);
        g_assert_cmpmem (rows->data, rows->len * sizeof (CgCount), again->data,
                         again->len * sizeof (CgCount));
        guint64 sum = 0;
        for (guint i = 0; i < rows->len; i++) {
            const CgCount *row = &g_array_index (rows, CgCount, i);
            g_assert_cmpuint (row->count, >, 0);
            sum += row->count;
            if (i > 0)
                g_assert_true (row[-1].place < row->place ||
                               (row[-1].place == row->place &&
                                (row[-1].start_s < row->start_s ||
                                 (row[-1].start_s == row->start_s && row[-1].type < row->type))));
        }
        g_assert_cmpuint (sum, ==, inside);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/count/by-hand", test_by_hand);
    g_test_add_func ("/count/no-times", test_no_times_at_all);
    g_test_add_func ("/count/properties", test_properties);
    return g_test_run ();
}
