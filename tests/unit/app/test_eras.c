/* Incidents by the plans of their own times, against a recount that knows nothing of measures: plans
 * that change in the middle, late incidents, corrections that move in time and place. */
#include <sqlite3.h>
#include <string.h>

#include "app/attach.h"
#include "app/json.h"
#include "app/live/live.h"
#include "app/measures.h"
#include "app/report.h"
#include "app/split/eras.h"
#include "app/split/plan.h"
#include "base/error.h"
#include "small_county.h"

#define DAY_S 86400
#define BEGIN_S (SMALL_NOW_S - 40 * DAY_S)

static gint64 clock_s;

static gint64
get_clock (void)
{
    return clock_s;
}

typedef struct {
    SmallCounty county;
    GRand *random;
    guint n_eras;
    gint64 plan[8], from_s[8]; /* as they were published */
} World;

static void
open_store (World *world, CgStoreMode mode)
{
    g_autoptr (GError) error = NULL;
    g_clear_pointer (&world->county.store, cg_store_close);
    world->county.store = cg_store_open (world->county.path, mode, &error);
    g_assert_no_error (error);
}

/* ---- what happens ---------------------------------------- */

static gint64
random_time (World *world)
{
    if (world->n_eras > 0 && g_rand_int_range (world->random, 0, 6) == 0) /* its first second, or before */
        return world->from_s[g_rand_int_range (world->random, 0, (gint32) world->n_eras)] -
               g_rand_int_range (world->random, 0, 2);
    return BEGIN_S + g_rand_int_range (world->random, 0, (gint32) (clock_s - BEGIN_S + 1));
}

/* Well inside a unit, or beside the county. */
static double
random_place (World *world, guint n)
{
    return SMALL_SIDE_M * (g_rand_int_range (world->random, -1, (gint32) n + 1) +
                           g_rand_double_range (world->random, 0.1, 0.9));
}

static const char *const types[] = { "噪音", "占道", "治安/盗窃" };

static void
import (World *world, guint batch, guint n)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) places = cg_places_new (CG_PLACE_INCIDENT, n);
    CgAttachCounts counts;
    places->time_s = g_new (gint64, n);
    for (guint i = 0; i < n; i++) {
        places->id[i] = g_strdup_printf ("import %u-%u", batch, i);
        places->time_s[i] = i % 11 == 3 ? CG_TIME_NONE : random_time (world);
        if (i % 3 != 0)
            places->type[i] = cg_names_add (places->types, types[i % 3]);
        if (i % 13 == 5)
            continue;
        places->x[i] = places->delivered_x[i] = SMALL_X + random_place (world, SMALL_COLUMNS);
        places->y[i] = places->delivered_y[i] = SMALL_Y + random_place (world, SMALL_ROWS);
    }
    places->delivered_crs = g_strdup (SMALL_CRS);
    places->working_crs = g_strdup (SMALL_CRS);
    open_store (world, CG_STORE_WRITE);
    g_assert_true (cg_store_put_incidents (world->county.store, places, NULL, &error));
    if (world->n_eras > 0)
        g_assert_true (cg_attach_county (world->county.store, 0, &counts, &error));
    g_assert_no_error (error);
}

/* Some of fifty incidents in some revision. */
static json_t *
random_item (World *world)
{
    json_t *item = json_object ();
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (random_time (world));
    g_autofree char *occurred = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
    guint type = (guint) g_rand_int_range (world->random, 0, 4);
    json_object_set_new (item, "id", json_integer (g_rand_int_range (world->random, 0, 50)));
    json_object_set_new (item, "source", json_string ("12345"));
    json_object_set_new (item, "revision", json_integer (g_rand_int_range (world->random, 0, 6)));
    json_object_set_new (item, "occurred", json_string (occurred));
    if (type < G_N_ELEMENTS (types))
        json_object_set_new (item, "type", json_string (types[type]));
    json_object_set_new (item, "x", json_real (SMALL_X + random_place (world, SMALL_COLUMNS)));
    json_object_set_new (item, "y", json_real (SMALL_Y + random_place (world, SMALL_ROWS)));
    json_object_set_new (item, "crs", json_string (SMALL_CRS));
    if (g_rand_int_range (world->random, 0, 5) == 0)
        json_object_set_new (item, "withdrawn", json_true ());
    return item;
}

/* As the server takes them. */
static void
deliver (World *world, guint n_deliveries)
{
    g_autoptr (GError) error = NULL;
    g_clear_pointer (&world->county.store, cg_store_close);
    CgLiveOptions options = { .county = world->county.path, .now_s = get_clock };
    g_autoptr (CgLive) live = cg_live_new (&options, &error);
    g_assert_no_error (error);
    for (guint d = 0; d < n_deliveries; d++) {
        g_autoptr (json_t) body = json_array ();
        json_t *reply = NULL;
        CgLiveOutcome outcome;
        for (guint i = 0; i < 8; i++)
            json_array_append_new (body, random_item (world));
        g_assert_true (cg_live_deliver (live, body, NULL, &outcome, &reply, &error));
        g_assert_no_error (error);
        g_assert_cmpint (outcome, ==, CG_LIVE_STORED);
        json_decref (reply);
    }
}

/* Plans of other sizes: codes come again for other ground. */
static void
publish (World *world)
{
    g_autoptr (GError) error = NULL;
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    guint32 size = 200 + 100 * (world->n_eras % 3);
    options.partition.min = size;
    options.partition.max = 2 * size;
    options.partition.target = size + size / 2;
    options.partition.seed = world->n_eras + 1;
    open_store (world, CG_STORE_WRITE);
    gint64 *plan = &world->plan[world->n_eras];
    g_assert_true (cg_plan_split (world->county.store, &options, NULL, "tester", clock_s, NULL, NULL,
                                  plan, NULL, &error));
    g_assert_no_error (error);
    g_assert_true (cg_plan_publish (world->county.store, *plan, 0, clock_s, "tester", NULL, &error));
    g_assert_no_error (error);
    world->from_s[world->n_eras++] = clock_s;
}

/* ---- the recount ---------------------------------------- */

static CgReport *
run_report (World *world, CgLevel level, CgPeriod period, CgReportGrids grids)
{
    g_autoptr (GError) error = NULL;
    CgReportJob job = { .level = level,
                        .period = period,
                        .since_s = period == CG_PERIOD_ALL ? CG_TIME_NONE : 0,
                        .until_s = CG_TIME_NONE,
                        .type = "*",
                        .grids = grids };
    CgReport *report = cg_report_run (world->county.store, &job, &error);
    g_assert_no_error (error);
    return report;
}

static guint
era_at (const World *world, gint64 time_s)
{
    guint era = 0;
    for (guint e = 1; e < world->n_eras; e++)
        if (time_s != CG_TIME_NONE && world->from_s[e] <= time_s)
            era = e;
    return era;
}

static void
count_one (GHashTable *expected, gint64 plan, const char *place, gint64 start_s, const char *type)
{
    char *key = g_strdup_printf ("%" G_GINT64_FORMAT "|%s|%" G_GINT64_FORMAT "|%s", plan, place,
                                 start_s, type);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (expected, key));
    g_hash_table_insert (expected, key, GUINT_TO_POINTER (n + 1));
}

/* Crossings of a ray to the east; places lie on no border. */
static gboolean
holds (const CgShapes *areas, guint32 area, double x, double y)
{
    gboolean inside = FALSE;
    for (guint32 p = areas->shape_part[area]; p < areas->shape_part[area + 1]; p++)
        for (guint32 r = areas->part_ring[p]; r < areas->part_ring[p + 1]; r++)
            for (guint32 v = areas->ring_vertex[r] + 1; v < areas->ring_vertex[r + 1]; v++) {
                double xa = areas->x[v - 1], ya = areas->y[v - 1], xb = areas->x[v];
                double yb = areas->y[v];
                if ((ya > y) != (yb > y) && x < xa + (y - ya) / (yb - ya) * (xb - xa))
                    inside = !inside;
            }
    return inside;
}

/* Every incident again for every row: the grid of its plan that holds it, by looking at each. */
static GHashTable *
recount (const World *world, CgLevel level, CgPeriod period, guint *out_n)
{
    static const int digits[] = { 6, 9, 12, 15 };
    g_autoptr (GError) error = NULL;
    CgGrids *grids[8];
    GHashTable *expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (CgPlaces) all =
        cg_store_load_incidents (world->county.store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_assert_no_error (error);
    *out_n = 0;
    for (guint e = 0; e < world->n_eras; e++)
        grids[e] = cg_store_load_grids (world->county.store, world->plan[e], &error);
    for (guint32 i = 0; i < all->n; i++) {
        guint era = era_at (world, all->time_s[i]);
        const char *code = NULL;
        for (guint32 g = 0; g < grids[era]->n; g++)
            if (holds (grids[era]->shapes, g, all->x[i], all->y[i]))
                code = grids[era]->code[g];
        if ((code == NULL && level != CG_LEVEL_COUNTY) ||
            (period != CG_PERIOD_ALL && all->time_s[i] == CG_TIME_NONE))
            continue;
        g_autofree char *place = g_strndup (code != NULL ? code : "", (gsize) digits[level]);
        gint64 start_s = cg_period_start (period, all->time_s[i]);
        gint64 plan = level == CG_LEVEL_GRID ? world->plan[era] : 0;
        count_one (expected, plan, place, start_s, "");
        if (all->type[i] != CG_NONE)
            count_one (expected, plan, place, start_s, cg_names_get (all->types, all->type[i]));
        (*out_n)++;
    }
    for (guint e = 0; e < world->n_eras; e++)
        cg_grids_free (grids[e]);
    return expected;
}

static void
compare_then (World *world, CgLevel level, CgPeriod period)
{
    guint n, n_seen = 0;
    g_autoptr (CgReport) report = run_report (world, level, period, CG_GRIDS_THEN);
    g_autoptr (GHashTable) expected = recount (world, level, period, &n);
    for (guint i = 0; i < report->n; i++) {
        const CgReportRow *row = &report->rows[i];
        g_autofree char *key = g_strdup_printf (
            "%" G_GINT64_FORMAT "|%s|%" G_GINT64_FORMAT "|%s",
            level == CG_LEVEL_GRID ? row->plan : 0, row->code, row->start_s, row->type);
        g_assert_cmpfloat (row->count, ==,
                           GPOINTER_TO_UINT (g_hash_table_lookup (expected, key)));
        n_seen += row->type[0] == '\0' ? (guint) row->count : 0;
    }
    g_assert_cmpuint (n_seen, ==, n);
}

static double
sum_of (const CgReport *report, const char *type)
{
    double sum = 0;
    for (guint i = 0; i < report->n; i++)
        sum += strcmp (report->rows[i].type, type) == 0 ? report->rows[i].count : 0;
    return sum;
}

static void
check (World *world)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) problems = NULL;
    open_store (world, CG_STORE_READ);
    for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
        for (CgPeriod period = CG_PERIOD_ALL; period < CG_N_PERIODS; period++)
            compare_then (world, level, period);
    for (CgPeriod period = CG_PERIOD_ALL; period < CG_N_PERIODS; period++) {
        g_autoptr (CgReport) now = run_report (world, CG_LEVEL_COUNTY, period, CG_GRIDS_NOW);
        g_autoptr (CgReport) then = run_report (world, CG_LEVEL_COUNTY, period, CG_GRIDS_THEN);
        g_assert_cmpfloat (sum_of (now, ""), ==, sum_of (then, ""));
        for (guint t = 0; t < G_N_ELEMENTS (types); t++)
            g_assert_cmpfloat (sum_of (now, types[t]), ==, sum_of (then, types[t]));
    }
    g_assert_true (cg_store_check (world->county.store, &problems, &error));
    for (guint p = 0; p < problems->len; p++)
        g_test_message ("%s", (const char *) problems->pdata[p]);
    g_assert_cmpuint (problems->len, ==, 0);
}

/* ---- tests ---------------------------------------- */

static void
world_init (World *world, guint32 seed)
{
    *world = (World){ .random = g_rand_new_with_seed (seed) };
    clock_s = SMALL_NOW_S - 30 * DAY_S;
    small_county_open (&world->county);
}

static void
world_done (World *world)
{
    g_rand_free (world->random);
    small_county_close (&world->county);
}

static void
test_recount (gconstpointer seed)
{
    World world;
    world_init (&world, GPOINTER_TO_UINT (seed));
    import (&world, 0, 60);
    publish (&world);
    check (&world);
    for (guint round = 1; round <= 3; round++) {
        clock_s += DAY_S * g_rand_int_range (world.random, 3, 9) + 4321;
        deliver (&world, 6);
        check (&world);
        publish (&world);
        check (&world);
        deliver (&world, 6); /* at the same second, and late ones */
        check (&world);
        clock_s += 2 * DAY_S;
        import (&world, round, 30);
        check (&world);
    }
    world_done (&world);
}

static char *
rows_before (World *world, CgLevel level, gint64 until_s)
{
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (CgReport) report = run_report (world, level, CG_PERIOD_DAY, CG_GRIDS_THEN);
    for (guint i = 0; i < report->n; i++) {
        const CgReportRow *row = &report->rows[i];
        if (row->start_s + DAY_S <= until_s)
            g_string_append_printf (text, "%s %s %s %" G_GINT64_FORMAT " %g %g %g\n", row->code,
                                    row->name, row->type, row->start_s, row->count, row->households,
                                    row->previous);
    }
    g_assert_cmpuint (text->len, >, 1000);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What is over stays as it was when a plan is published. */
static void
test_past (void)
{
    World world;
    world_init (&world, 7);
    import (&world, 0, 80);
    publish (&world);
    for (guint round = 0; round < 2; round++) {
        clock_s += 5 * DAY_S;
        deliver (&world, 8);
        char *before[CG_LEVEL_GRID + 1];
        open_store (&world, CG_STORE_READ);
        for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++)
            before[level] = rows_before (&world, level, clock_s);
        publish (&world);
        for (CgLevel level = CG_LEVEL_COUNTY; level <= CG_LEVEL_GRID; level++) {
            g_autofree char *after = rows_before (&world, level, clock_s);
            g_assert_cmpstr (before[level], ==, after);
            g_free (before[level]);
        }
    }
    world_done (&world);
}

static void
run_sql (const World *world, const char *sql)
{
    sqlite3 *handle = NULL;
    char *message = NULL;
    sqlite3_open (world->county.path, &handle);
    sqlite3_exec (handle, sql, NULL, NULL, &message);
    g_assert_cmpstr (message, ==, NULL);
    sqlite3_close (handle);
}

/* A file of a program that counted as now only: refused by name, and counted by the next delivery. */
static void
test_earlier_file (void)
{
    World world;
    g_autoptr (GError) error = NULL;
    CgReportJob job = { .level = CG_LEVEL_GRID,
                        .period = CG_PERIOD_MONTH,
                        .since_s = CG_TIME_NONE,
                        .until_s = CG_TIME_NONE,
                        .grids = CG_GRIDS_THEN };
    world_init (&world, 11);
    import (&world, 0, 80);
    publish (&world);
    clock_s += 5 * DAY_S;
    import (&world, 1, 40);
    publish (&world);
    clock_s += 5 * DAY_S;
    g_clear_pointer (&world.county.store, cg_store_close);
    run_sql (&world, "DELETE FROM measure WHERE name IN ('incidents_before', 'incidents_then');"
                     "DELETE FROM seal WHERE scope LIKE 'measure%incidents\\_%' ESCAPE '\\'");
    open_store (&world, CG_STORE_READ);
    g_assert_null (cg_report_run (world.county.store, &job, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CONFLICT);
    g_clear_error (&error);
    job.plan = world.plan[0];
    g_assert_null (cg_report_run (world.county.store, &job, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    deliver (&world, 4);
    check (&world);
    world_done (&world);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint seed = 1; seed <= 2; seed++) {
        g_autofree char *name = g_strdup_printf ("/app/eras/recount-%u", seed);
        g_test_add_data_func (name, GUINT_TO_POINTER (seed), test_recount);
    }
    g_test_add_func ("/app/eras/past", test_past);
    g_test_add_func ("/app/eras/earlier-file", test_earlier_file);
    return g_test_run ();
}
