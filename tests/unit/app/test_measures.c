/* The roll-up against a recount that looks at every incident again for every row. */
#include <math.h>
#include <string.h>

#include "app/measures.h"
#include "app/plan.h"
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
    g_test_add_func ("/app/measures/codes", test_codes);
    return g_test_run ();
}
