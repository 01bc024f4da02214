/* The roll-up against a recount that looks at every incident again for every row. */
#include <math.h>
#include <string.h>

#include "app/attach.h"
#include "app/measures.h"
#include "app/split/plan.h"
#include "attach/attach.h"
#include "small_county.h"

typedef struct {
    double value, base;
} Expected;

typedef struct {
    SmallCounty county;
    gint64 plan;
    CgPlaces *things;
    CgGrids *grids;
    guint32 *grid_of;
    GHashTable *expected; /* "place|start|type" -> Expected, of one level and period */
    guint n_seen;
} Recount;

/* Not the code under test: days by division, months by the calendar of GLib. */
static gint64
start_of (CgPeriod period, gint64 time_s)
{
    if (period == CG_PERIOD_ALL)
        return 0;
    g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_s);
    g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
    int year, month, day;
    g_date_time_get_ymd (local, &year, &month, &day);
    g_autoptr (GDateTime) start =
        g_date_time_new (zone, year, period == CG_PERIOD_YEAR ? 1 : month,
                         period == CG_PERIOD_YEAR || period == CG_PERIOD_MONTH ? 1 : day, 0, 0, 0);
    int since_monday = g_date_time_get_day_of_week (local) - 1;
    return g_date_time_to_unix (start) - (period == CG_PERIOD_WEEK ? since_monday * 86400 : 0);
}

static double
households_in (const Recount *recount, const char *place)
{
    double sum = 0;
    for (guint32 g = 0; g < recount->grids->n; g++)
        if (g_str_has_prefix (recount->grids->code[g], place))
            sum += recount->grids->households[g];
    return strcmp (place, "outside") == 0 ? NAN : sum;
}

static void
count_one (Recount *recount, const char *place, gint64 start_s, const char *type)
{
    g_autofree char *key = g_strdup_printf ("%s|%" G_GINT64_FORMAT "|%s", place, start_s, type);
    Expected *expected = g_hash_table_lookup (recount->expected, key);
    if (expected == NULL) {
        expected = g_new0 (Expected, 1);
        expected->base = households_in (recount, place);
        g_hash_table_insert (recount->expected, g_steal_pointer (&key), expected);
    }
    expected->value++;
}

static void
recount_level (Recount *recount, CgLevel level, CgPeriod period)
{
    static const int digits[] = { 6, 9, 12, 15 };
    const CgPlaces *things = recount->things;
    g_hash_table_remove_all (recount->expected);
    for (guint32 i = 0; i < things->n; i++) {
        gint64 time_s = things->time_s != NULL ? things->time_s[i] : CG_TIME_NONE;
        gboolean outside = recount->grid_of[i] == CG_NONE;
        if ((outside && level != CG_LEVEL_COUNTY) ||
            (period != CG_PERIOD_ALL && time_s == CG_TIME_NONE))
            continue;
        g_autofree char *place =
            outside ? g_strdup ("outside")
                    : g_strndup (recount->grids->code[recount->grid_of[i]], (gsize) digits[level]);
        gint64 start_s = start_of (period, time_s);
        count_one (recount, place, start_s, "");
        if (things->type[i] != CG_NONE)
            count_one (recount, place, start_s, cg_names_get (things->types, things->type[i]));
    }
}

static void
see_row (const CgMeasureRow *row, gpointer user_data)
{
    Recount *recount = user_data;
    g_autofree char *key =
        g_strdup_printf ("%s|%" G_GINT64_FORMAT "|%s", row->place, row->start_s, row->type);
    const Expected *expected = g_hash_table_lookup (recount->expected, key);
    if (expected == NULL)
        g_error ("a row that nothing counts to: %s", key);
    g_assert_cmpfloat (row->value, ==, expected->value);
    g_assert_true (row->base == expected->base || (isnan (row->base) && isnan (expected->base)));
    recount->n_seen++;
}

static void
compare (Recount *recount, const char *name, CgLevel level, CgPeriod period)
{
    g_autoptr (GError) error = NULL;
    recount_level (recount, level, period);
    recount->n_seen = 0;
    g_assert_true (cg_store_each_measure (recount->county.store, recount->plan, name, level, period,
                                          CG_TIME_NONE, CG_TIME_NONE, see_row, recount, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (recount->n_seen, >, 0);
    g_assert_cmpuint (recount->n_seen, ==, g_hash_table_size (recount->expected));
}

static void
load (Recount *recount, CgPlaceKind kind)
{
    g_autoptr (GError) error = NULL;
    CgStore *store = recount->county.store;
    recount->things = kind == CG_PLACE_INCIDENT
                          ? cg_store_load_incidents (store, CG_TIME_NONE, CG_TIME_NONE, &error)
                          : cg_store_load_cameras (store, &error);
    g_assert_no_error (error);
    recount->grid_of =
        cg_store_load_attachments (store, recount->plan, recount->things, recount->grids, &error);
    g_assert_no_error (error);
}

static void
unload (Recount *recount)
{
    g_clear_pointer (&recount->things, cg_places_free);
    g_clear_pointer (&recount->grid_of, g_free);
}

static void
test_recount (gconstpointer seed)
{
    Recount recount = { 0 };
    g_autoptr (GError) error = NULL;
    small_county_open (&recount.county);
    g_autoptr (CgPlaces) incidents = small_places (CG_PLACE_INCIDENT, 400, GPOINTER_TO_UINT (seed));
    g_autoptr (CgPlaces) cameras = small_places (CG_PLACE_CAMERA, 60, GPOINTER_TO_UINT (seed) + 1);
    g_assert_true (cg_store_put_incidents (recount.county.store, incidents, NULL, &error));
    g_assert_true (cg_store_put_cameras (recount.county.store, cameras, &error));
    g_assert_no_error (error);
    recount.plan = small_publish (recount.county.store, GPOINTER_TO_UINT (seed));
    recount.grids = cg_store_load_grids (recount.county.store, recount.plan, &error);
    recount.expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    load (&recount, CG_PLACE_INCIDENT);
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++) {
        for (CgPeriod period = CG_PERIOD_ALL; period < CG_N_PERIODS; period++)
            compare (&recount, "incidents", level, period);
    }
    unload (&recount);
    load (&recount, CG_PLACE_CAMERA);
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
        compare (&recount, "cameras", level, CG_PERIOD_ALL);
    unload (&recount);
    g_hash_table_unref (recount.expected);
    cg_grids_free (recount.grids);
    small_county_close (&recount.county);
}

/* A second roll-up replaces the first: nothing is counted twice, what went away is gone. */
static void
test_again (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    g_autoptr (CgPlaces) cameras = small_places (CG_PLACE_CAMERA, 30, 3);
    g_assert_true (cg_store_put_cameras (county.store, cameras, &error));
    gint64 plan = small_publish (county.store, 1);
    g_autoptr (CgPlaces) none = cg_places_new (CG_PLACE_CAMERA, 0);
    none->working_crs = g_strdup (SMALL_CRS);
    g_assert_true (cg_store_put_cameras (county.store, none, &error));
    g_assert_no_error (error);
    g_assert_true (cg_measures_roll_up (county.store, plan, &error));
    g_assert_true (cg_measures_roll_up (county.store, plan, &error));
    Recount recount = { .county = county, .plan = plan };
    recount.expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_assert_true (cg_store_each_measure (county.store, plan, "cameras", CG_LEVEL_COUNTY,
                                          CG_PERIOD_ALL, CG_TIME_NONE, CG_TIME_NONE, see_row,
                                          &recount, &error));
    g_assert_cmpuint (recount.n_seen, ==, 0);
    g_hash_table_unref (recount.expected);
    small_county_close (&county);
}

/* ---- live ---------------------------------------- */

/* Some of forty incidents, in any revision: new, revised, withdrawn, brought back, repeated, late or contradicting. Times
 * lie round the ends of years and of February in a leap year. */
static CgPlaces *
random_delivery (GRand *random)
{
    static const char *const types[] = { "噪音", "占道", "治安/盗窃" };
    static const gint64 edges[] = { 1709136000, /* 2024-02-29 00:00 */ 1709222400, 1735660800,
                                    1704038400, 1740758400 };
    guint32 n = (guint32) g_rand_int_range (random, 1, 12);
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, n);
    places->time_s = g_new (gint64, n);
    places->revision = g_new (guint32, n);
    places->withdrawn = g_new0 (guint8, n);
    for (guint32 i = 0; i < n; i++) {
        places->id[i] = g_strdup_printf ("t%02d", g_rand_int_range (random, 0, 40));
        places->revision[i] = (guint32) g_rand_int_range (random, 0, 4);
        /* Few contents for each revision, so that repeats and conflicts both happen. */
        gint32 content = g_rand_int_range (random, 0, 3);
        /* A row may say more than that it is withdrawn: none of it is kept. */
        places->withdrawn[i] = g_rand_int_range (random, 0, 4) == 0;
        places->type[i] =
            content == 2 ? CG_NONE
                         : cg_names_add (places->types, types[(content + places->revision[i]) % 3]);
        places->time_s[i] = content == 1 && places->revision[i] == 1
                                ? CG_TIME_NONE
                                : edges[places->revision[i]] - content;
        if (content == 0 && places->revision[i] == 2)
            continue;
        places->x[i] = places->delivered_x[i] =
            SMALL_X + (places->revision[i] * 5 + content * 2 - 1) * SMALL_SIDE_M + 3;
        places->y[i] = places->delivered_y[i] = SMALL_Y + content * 2 * SMALL_SIDE_M + 3;
    }
    places->delivered_crs = g_strdup (SMALL_CRS);
    places->working_crs = g_strdup (SMALL_CRS);
    return places;
}

/* One delivery as the intake does it: a group of incidents and measures. */
static void
deliver (const Recount *recount, const CgAttachIndex *index, CgMeasureCounter *counter,
         const CgPlaces *places, guint out_taken[CG_N_TAKEN])
{
    CgStore *store = recount->county.store;
    g_autofree guint32 *grid_id = g_new0 (guint32, places->n);
    g_autofree guint8 *taken = g_new (guint8, places->n);
    g_autofree gint64 *key = g_new (gint64, places->n);
    g_autoptr (GArray) changes = NULL;
    g_autoptr (GError) error = NULL;
    for (guint32 i = 0; i < places->n; i++) {
        guint32 row = cg_attach_find (index, places->x[i], places->y[i]);
        grid_id[i] = row != CG_NONE ? recount->grids->grid_id[row] : 0;
    }
    g_assert_true (cg_store_begin (store, &error));
    g_assert_true (cg_store_take_incidents (store, recount->plan, places, grid_id, NULL, taken,
                                            key, &changes, &error));
    g_assert_true (cg_measure_counter_change (counter, store, changes, &error));
    g_assert_true (cg_store_commit (store, &error));
    g_assert_no_error (error);
    for (guint32 i = 0; i < places->n; i++) {
        out_taken[taken[i]]++;
        g_assert_true ((key[i] > 0) == (taken[i] <= CG_TAKEN_OUTDATED));
    }
}

/* Measures that were changed row by row are those of a recount, and every seal holds. */
static void
test_live (gconstpointer seed)
{
    Recount recount = { 0 };
    guint taken[CG_N_TAKEN] = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (GRand) random = g_rand_new_with_seed (GPOINTER_TO_UINT (seed));
    small_county_open (&recount.county);
    CgStore *store = recount.county.store;
    g_autoptr (CgPlaces) first = small_places (CG_PLACE_INCIDENT, 60, 1);
    g_assert_true (cg_store_put_incidents (store, first, NULL, &error));
    recount.plan = small_publish (store, 1);
    recount.grids = cg_store_load_grids (store, recount.plan, &error);
    recount.expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (recount.grids->shapes, NULL, &error);
    g_autoptr (CgMeasureCounter) counter = cg_measure_counter_new (recount.plan, recount.grids);
    for (guint round = 0; round < 60; round++) {
        g_autoptr (CgPlaces) places = random_delivery (random);
        deliver (&recount, index, counter, places, taken);
        if (round % 10 < 9)
            continue;
        load (&recount, CG_PLACE_INCIDENT);
        for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
            for (CgPeriod period = CG_PERIOD_ALL; period < CG_N_PERIODS; period++)
                compare (&recount, "incidents", level, period);
        unload (&recount);
    }
    for (guint t = 0; t < CG_N_TAKEN; t++)
        g_assert_cmpuint (taken[t], >, 0);
    g_autoptr (GPtrArray) problems = NULL;
    g_assert_true (cg_store_check (store, &problems, &error));
    g_assert_no_error (error);
    for (guint p = 0; p < problems->len; p++)
        g_test_message ("%s", (const char *) problems->pdata[p]);
    g_assert_cmpuint (problems->len, ==, 0);
    g_hash_table_unref (recount.expected);
    cg_grids_free (recount.grids);
    small_county_close (&recount.county);
}

/* One revision of one incident. */
static CgPlaces *
one_revision (guint order, guint32 revision, gboolean withdrawn)
{
    CgPlaces *places = cg_places_new (CG_PLACE_INCIDENT, 1);
    places->id[0] = g_strdup_printf ("w%u", order);
    places->time_s = g_new (gint64, 1);
    places->revision = g_new (guint32, 1);
    places->withdrawn = g_new0 (guint8, 1);
    places->time_s[0] = 1709136000 + revision * 86400;
    places->revision[0] = revision;
    places->withdrawn[0] = withdrawn;
    places->x[0] = places->delivered_x[0] = SMALL_X + 3;
    places->y[0] = places->delivered_y[0] = SMALL_Y + 3;
    places->delivered_crs = g_strdup (SMALL_CRS);
    places->working_crs = g_strdup (SMALL_CRS);
    return places;
}

/* Four revisions, one of which takes the incident back, in all 24 orders, each twice: the same is left. */
static void
test_withdrawn (gconstpointer which)
{
    guint32 gone = GPOINTER_TO_UINT (which);
    Recount recount = { 0 };
    guint taken[CG_N_TAKEN] = { 0 };
    g_autoptr (GError) error = NULL;
    small_county_open (&recount.county);
    CgStore *store = recount.county.store;
    recount.plan = small_publish (store, 1);
    recount.grids = cg_store_load_grids (store, recount.plan, &error);
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (recount.grids->shapes, NULL, &error);
    g_autoptr (CgMeasureCounter) counter = cg_measure_counter_new (recount.plan, recount.grids);
    for (guint order = 0; order < 24; order++) {
        guint32 revision[] = { 0, 1, 2, 3 };
        for (guint k = 4, left = order; k > 0; left /= k, k--) {
            guint at = left % k;
            g_autoptr (CgPlaces) places = one_revision (order, revision[at], revision[at] == gone);
            deliver (&recount, index, counter, places, taken);
            deliver (&recount, index, counter, places, taken);
            revision[at] = revision[k - 1];
        }
    }
    g_assert_cmpuint (taken[CG_TAKEN_REPEATED], ==, 24 * 4);
    g_assert_cmpuint (taken[CG_TAKEN_CONFLICT], ==, 0);
    recount.expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    load (&recount, CG_PLACE_INCIDENT);
    g_assert_cmpuint (recount.things->n, ==, gone == 3 ? 0 : 24);
    recount_level (&recount, CG_LEVEL_GRID, CG_PERIOD_DAY);
    g_assert_true (cg_store_each_measure (store, recount.plan, "incidents", CG_LEVEL_GRID, CG_PERIOD_DAY,
                                          CG_TIME_NONE, CG_TIME_NONE, see_row, &recount, &error));
    g_assert_cmpuint (recount.n_seen, ==, gone == 3 ? 0 : 1);
    unload (&recount);
    g_hash_table_unref (recount.expected);
    cg_grids_free (recount.grids);
    small_county_close (&recount.county);
}

static void
test_codes (void)
{
    char code[16];
    cg_measures_place_code ("990101001002003", CG_LEVEL_GRID, code);
    g_assert_cmpstr (code, ==, "990101001002003");
    cg_measures_place_code ("990101001002003", CG_LEVEL_COMMUNITY, code);
    g_assert_cmpstr (code, ==, "990101001002");
    cg_measures_place_code ("990101001002003", CG_LEVEL_TOWN, code);
    g_assert_cmpstr (code, ==, "990101001");
    cg_measures_place_code ("990101001002003", CG_LEVEL_COUNTY, code);
    g_assert_cmpstr (code, ==, "990101");
    cg_measures_place_code ("12", CG_LEVEL_TOWN, code);
    g_assert_cmpstr (code, ==, "12");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_data_func ("/app/measures/recount-1", GUINT_TO_POINTER (1), test_recount);
    g_test_add_data_func ("/app/measures/recount-2", GUINT_TO_POINTER (2), test_recount);
    g_test_add_data_func ("/app/measures/recount-3", GUINT_TO_POINTER (3), test_recount);
    g_test_add_func ("/app/measures/again", test_again);
    for (guint seed = 1; seed <= 3; seed++) {
        g_autofree char *name = g_strdup_printf ("/app/measures/live-%u", seed);
        g_test_add_data_func (name, GUINT_TO_POINTER (seed), test_live);
    }
    g_test_add_data_func ("/app/measures/withdrawn-last", GUINT_TO_POINTER (3), test_withdrawn);
    g_test_add_data_func ("/app/measures/withdrawn-and-back", GUINT_TO_POINTER (2), test_withdrawn);
    g_test_add_func ("/app/measures/codes", test_codes);
    return g_test_run ();
}
