/* Plans of a small county: split, publish, compare, check, export. */
#include <string.h>

#include "app/json.h"
#include "app/screen/screen.h"
#include "app/split/plan.h"
#include "small_county.h"
#include "support.h"

/* target: households of a grid; bounds lie 100 to each side. */
static gint64
split (SmallCounty *county, guint32 target, json_t **out_report)
{
    g_autoptr (GError) error = NULL;
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    gint64 plan = 0;
    options.partition.min = target - 100;
    options.partition.max = target + 100;
    options.partition.target = target;
    g_assert_true (cg_plan_split (county->store, &options, "一稿", "tester", SMALL_NOW_S, NULL,
                                  NULL, &plan, out_report, &error));
    g_assert_no_error (error);
    return plan;
}

static void
assert_state (CgStore *store, gint64 id, const char *state)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlan) plan = cg_store_get_plan (store, id, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (plan->state, ==, state);
}

static json_int_t
number (const json_t *object, const char *key)
{
    g_assert_true (json_is_integer (json_object_get (object, key)));
    return json_integer_value (json_object_get (object, key));
}

/* 72 units of 45 households: two communities of 1620, four grids each. */
static void
test_split (void)
{
    SmallCounty county;
    g_autoptr (json_t) report = NULL;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    gint64 id = split (&county, 400, &report);
    g_autoptr (CgPlan) plan = cg_store_get_plan (county.store, id, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (plan->state, ==, "draft");
    g_assert_cmpstr (plan->title, ==, "一稿");
    g_assert_cmpuint (plan->n_grids, ==, 8);
    g_assert_cmpuint (plan->n_ok, ==, 8);
    g_assert_cmpint (number (report, "in_range"), ==, 8);
    g_assert_cmpint (number (report, "households"), ==, 72 * SMALL_HOUSEHOLDS);
    g_assert_cmpstr (json_string_value (json_object_get (report, "plan_hash")), ==, plan->hash);
    gint64 again = split (&county, 400, NULL);
    g_autoptr (CgPlan) second = cg_store_get_plan (county.store, again, &error);
    g_assert_cmpstr (second->hash, ==, plan->hash);
    g_assert_cmpint (again, !=, id);
    g_assert_cmpint (cg_plan_newest (county.store, "draft", &error), ==, again);
    g_assert_cmpint (cg_plan_newest (county.store, "published", &error), ==, 0);
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    small_county_close (&county);
}

static void
test_no_units (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    g_autoptr (CgUnits) none = cg_units_new (0);
    none->working_crs = g_strdup (SMALL_CRS);
    g_assert_true (cg_store_put_units (county.store, none, &error));
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    gint64 plan = 77;
    g_assert_false (cg_plan_split (county.store, &options, NULL, "tester", SMALL_NOW_S, NULL, NULL,
                                   &plan, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_assert_cmpint (plan, ==, 77);
    small_county_close (&county);
}

static void
test_publish (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    g_autoptr (CgPlaces) incidents = small_places (CG_PLACE_INCIDENT, 100, 9);
    g_autoptr (CgPlaces) cameras = small_places (CG_PLACE_CAMERA, 20, 10);
    g_assert_true (cg_store_put_incidents (county.store, incidents, NULL, &error));
    g_assert_true (cg_store_put_cameras (county.store, cameras, &error));
    gint64 first = split (&county, 400, NULL), second = split (&county, 320, NULL);
    CgAttachCounts counts = { 0 };
    g_assert_true (cg_plan_publish (county.store, first, CG_PUBLISH_NONE, SMALL_NOW_S, "tester",
                                    &counts, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (counts.incidents, ==, 100);
    g_assert_cmpuint (counts.incidents_outside, >, 0);
    g_assert_cmpuint (counts.incidents_outside, <, 100);
    g_assert_cmpuint (counts.cameras, ==, 20);
    assert_state (county.store, first, "published");
    g_assert_true (cg_plan_publish (county.store, second, CG_PUBLISH_NONE, SMALL_NOW_S + 60,
                                    "tester", NULL, &error));
    assert_state (county.store, first, "archived");
    assert_state (county.store, second, "published");
    g_assert_false (cg_plan_publish (county.store, first, CG_PUBLISH_NONE, SMALL_NOW_S + 120,
                                     "tester", NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CONFLICT);
    g_clear_error (&error);
    g_assert_false (cg_plan_publish (county.store, 99, CG_PUBLISH_NONE, SMALL_NOW_S + 120, "tester",
                                     NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    assert_state (county.store, second, "published");
    small_county_close (&county);
}

static guint64
version_in_force (CgScreenSource *source)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgScreen) screen = cg_screen_source_get (source, &error);
    g_assert_no_error (error);
    g_autoptr (CgAttachSnapshot) index = cg_attach_shelf_take (cg_screen_source_shelf (source));
    return index != NULL ? cg_attach_snapshot_version (index) : 0;
}

/* The index that live events are attached with: none without a plan, the same while only events
 * come in, another when a plan is published; what the command line attached is what it says. */
static void
test_index_in_force (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    g_autoptr (CgScreenSource) young = cg_screen_source_new (county.path, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (version_in_force (young), ==, 0);
    gint64 first = split (&county, 400, NULL), second = split (&county, 320, NULL);
    g_assert_true (cg_plan_publish (county.store, first, CG_PUBLISH_NONE, SMALL_NOW_S, "tester",
                                    NULL, &error));
    g_autoptr (CgScreenSource) source = cg_screen_source_new (county.path, &error);
    g_assert_no_error (error);
    guint64 one = version_in_force (source);
    g_assert_cmpuint (one, !=, 0);
    g_autoptr (CgPlaces) incidents = small_places (CG_PLACE_INCIDENT, 100, 9);
    g_assert_true (cg_store_put_incidents (county.store, incidents, NULL, &error));
    g_assert_cmpuint (version_in_force (source), ==, one);
    g_autoptr (CgAttachSnapshot) held = cg_attach_shelf_take (cg_screen_source_shelf (source));
    g_assert_true (cg_plan_publish (county.store, second, CG_PUBLISH_NONE, SMALL_NOW_S + 60,
                                    "tester", NULL, &error));
    g_assert_cmpuint (version_in_force (source), !=, one);
    g_assert_cmpuint (cg_attach_snapshot_version (held), ==, one);
    g_autoptr (CgAttachSnapshot) index = cg_attach_shelf_take (cg_screen_source_shelf (source));
    g_autoptr (CgGrids) grids = cg_store_load_grids (county.store, second, &error);
    g_autoptr (CgPlaces) stored =
        cg_store_load_incidents (county.store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_autofree guint32 *grid =
        cg_store_load_attachments (county.store, second, stored, grids, &error);
    g_assert_no_error (error);
    for (guint32 i = 0; i < stored->n; i++)
        g_assert_cmpuint (cg_attach_find (cg_attach_snapshot_index (index), stored->x[i],
                                          stored->y[i]),
                          ==, grid[i]);
    small_county_close (&county);
}

/* A draft of units that were replaced since goes in force only when that is asked for. */
static void
test_stale (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    gint64 plan = split (&county, 400, NULL);
    g_autoptr (CgUnits) units = small_units ();
    units->households[0]++;
    g_assert_true (cg_store_put_units (county.store, units, &error));
    g_assert_false (cg_plan_publish (county.store, plan, CG_PUBLISH_NONE, SMALL_NOW_S, "tester",
                                     NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CONFLICT);
    g_clear_error (&error);
    assert_state (county.store, plan, "draft");
    g_assert_true (cg_plan_publish (county.store, plan, CG_PUBLISH_STALE, SMALL_NOW_S, "tester",
                                    NULL, &error));
    g_assert_no_error (error);
    assert_state (county.store, plan, "published");
    small_county_close (&county);
}

/* Against a count over the two assignments themselves. */
static void
test_compare (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    gint64 from = split (&county, 400, NULL), to = split (&county, 320, NULL);
    g_autoptr (CgGrids) a = cg_store_load_grids (county.store, from, &error);
    g_autoptr (CgGrids) b = cg_store_load_grids (county.store, to, &error);
    g_assert_no_error (error);
    guint moved = 0;
    for (guint32 i = 0; i < SMALL_COLUMNS * SMALL_ROWS; i++)
        moved += strcmp (a->code[a->grid_of[i]], b->code[b->grid_of[i]]) != 0;
    g_assert_cmpuint (moved, >, 0);
    g_autoptr (json_t) changes = cg_plan_compare (county.store, from, to, &error);
    g_assert_no_error (error);
    g_assert_cmpint (number (changes, "moved_units"), ==, moved);
    g_assert_cmpint (number (changes, "moved_households"), ==, moved * SMALL_HOUSEHOLDS);
    json_int_t by_community = 0;
    const char *community;
    json_t *value;
    json_object_foreach (json_object_get (changes, "moved_by_community"), community, value)
        by_community += json_integer_value (value);
    g_assert_cmpint (by_community, ==, moved * SMALL_HOUSEHOLDS);
    g_assert_cmpint (number (json_object_get (changes, "from"), "grids"), ==, 8);
    g_autoptr (json_t) same = cg_plan_compare (county.store, from, from, &error);
    g_assert_cmpint (number (same, "moved_units"), ==, 0);
    g_assert_null (cg_plan_compare (county.store, from, 99, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    small_county_close (&county);
}

static void
test_check (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    gint64 plan = split (&county, 400, NULL);
    g_autoptr (json_t) check = cg_plan_check (county.store, plan, &error);
    g_assert_no_error (error);
    g_assert_cmpint (number (check, "violations"), ==, 0);
    g_assert_cmpint (number (check, "units"), ==, 72);
    g_assert_cmpint (number (check, "grids"), ==, 8);
    g_assert_true (json_is_null (json_object_get (check, "first")));
    g_assert_null (cg_plan_check (county.store, 99, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    small_county_close (&county);
}

/* A park in the fifth column cuts 270 households off the first community; the check knows the
 * crossing that joins them from the plan's report. */
static void
test_crossing (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = small_units ();
    g_autoptr (json_t) report = NULL;
    small_county_open (&county);
    for (guint32 i = 4; i < units->n; i += SMALL_COLUMNS) {
        units->kind[i] = CG_UNIT_DEDICATED;
        units->group[i] = cg_names_add (units->groups, "park");
    }
    g_assert_true (cg_store_put_units (county.store, units, &error));
    g_assert_no_error (error);
    gint64 plan = split (&county, 400, &report);
    g_assert_cmpint (number (report, "crossings_used"), ==, 1);
    g_assert_cmpint (number (report, "multipart_grids"), ==, 1);
    g_autoptr (json_t) check = cg_plan_check (county.store, plan, &error);
    g_assert_no_error (error);
    g_assert_cmpint (number (check, "violations"), ==, 0);
    g_assert_cmpint (number (check, "multipart_grids"), ==, 1);
    g_assert_cmpint (number (check, "crossings"), ==, 1);
    small_county_close (&county);
}

/* Micro-units of 100 to 200 households as county.ini could have them: stored with the plan, sealed,
 * loaded again as they were, and fixed once the plan is in force. */
static void
test_micro (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT,
                               .micro_min = 100, .micro_max = 200 };
    gint64 plan = 0;
    g_autoptr (json_t) report = NULL;
    small_county_open (&county);
    g_assert_true (cg_plan_split (county.store, &options, NULL, "tester", SMALL_NOW_S, NULL, NULL,
                                  &plan, &report, &error));
    g_assert_no_error (error);
    const json_t *figures = json_object_get (report, "micro");
    g_autoptr (CgUnits) units = NULL;
    g_autoptr (CgGrids) grids = NULL;
    g_assert_true (cg_store_load_plan (county.store, plan, &units, &grids, &error));
    g_assert_no_error (error);
    const CgGrids *micro = grids->micro;
    g_assert_nonnull (micro);
    g_assert_cmpint (number (figures, "units"), ==, micro->n);
    g_assert_cmpint (number (figures, "in_range"), ==, micro->n);
    for (guint32 i = 0; i < units->n; i++) {
        guint32 m = micro->grid_of[i], g = grids->grid_of[i];
        g_assert_cmpstr (micro->within[m], ==, grids->code[g]);
        g_assert_cmpuint (micro->households[m], >=, 100);
        g_assert_cmpuint (micro->households[m], <=, 200);
        g_assert_cmpuint (cg_grid_pieces (micro, m), ==, 1);
    }
    g_autoptr (GPtrArray) problems = NULL;
    g_assert_true (cg_store_check (county.store, &problems, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (problems->len, ==, 0);
    g_assert_true (cg_plan_publish (county.store, plan, 0, SMALL_NOW_S, "tester", NULL, &error));
    g_assert_no_error (error);
    /* Without the option a plan has none. */
    gint64 plain = split (&county, 400, NULL);
    g_clear_pointer (&units, cg_units_free);
    g_clear_pointer (&grids, cg_grids_free);
    g_assert_true (cg_store_load_plan (county.store, plain, &units, &grids, &error));
    g_assert_null (grids->micro);
    small_county_close (&county);
}

/* Same plan, same bytes; nothing is left of what cannot be written. */
static void
test_export (void)
{
    SmallCounty county;
    g_autoptr (GError) error = NULL;
    small_county_open (&county);
    gint64 plan = split (&county, 400, NULL);
    g_autofree char *one = g_build_filename (county.dir, "one.gpkg", NULL);
    g_autofree char *two = g_build_filename (county.dir, "two.gpkg", NULL);
    g_autofree char *lost = g_build_filename (county.dir, "none", "grids.gpkg", NULL);
    g_autofree char *first = NULL, *second = NULL;
    gsize n_first, n_second;
    g_assert_true (cg_plan_export (county.store, plan, 0, one, &error));
    g_assert_true (cg_plan_export (county.store, 0, 0, two, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (one, &first, &n_first, &error));
    g_assert_true (g_file_get_contents (two, &second, &n_second, &error));
    g_assert_cmpmem (first, n_first, second, n_second);
    g_assert_false (cg_plan_export (county.store, plan, 0, lost, &error));
    g_assert_nonnull (error);
    g_clear_error (&error);
    g_assert_false (cg_plan_export (county.store, 99, 0, lost, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    small_county_close (&county);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/plan/split", test_split);
    g_test_add_func ("/app/plan/no-units", test_no_units);
    g_test_add_func ("/app/plan/publish", test_publish);
    g_test_add_func ("/app/plan/index-in-force", test_index_in_force);
    g_test_add_func ("/app/plan/stale", test_stale);
    g_test_add_func ("/app/plan/compare", test_compare);
    g_test_add_func ("/app/plan/check", test_check);
    g_test_add_func ("/app/plan/crossing", test_crossing);
    g_test_add_func ("/app/plan/micro", test_micro);
    g_test_add_func ("/app/plan/export", test_export);
    return g_test_run ();
}
