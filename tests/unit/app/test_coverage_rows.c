/* Stored coverage: against a count by hand, cell by cell; sums of places; what makes it stale; old files. */
#include "app/attach.h"
#include "app/coverage_rows.h"
#include "app/measures.h"
#include "small_county.h"
#include "support.h"

#include <math.h>
#include <string.h>

#define WALL_X0 (SMALL_X + 140)
#define WALL_Y0 (SMALL_Y + 160)
#define WALL_X1 (SMALL_X + 160)
#define WALL_Y1 (SMALL_Y + 164)

typedef struct {
    double x, y, bearing_deg, fov_deg, range_m;
} Eye;

/* The first looks north at the wall, 10 m away; the second looks all round in the other community. */
static const Eye eyes[] = { { SMALL_X + 150, SMALL_Y + 150, 0, 90, 40 },
                            { SMALL_X + 850, SMALL_Y + 330, NAN, 360, 30 } };

static void
put_eyes (CgStore *store, guint n, double range_factor)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) cameras = cg_places_new (CG_PLACE_CAMERA, n);
    cameras->bearing_deg = g_new (double, MAX (n, 1));
    cameras->fov_deg = g_new (double, MAX (n, 1));
    cameras->range_m = g_new (double, MAX (n, 1));
    for (guint i = 0; i < n; i++) {
        cameras->id[i] = g_strdup_printf ("3301010000132000000%u", i);
        cameras->row[i] = i + 2;
        cameras->type[i] = CG_NONE;
        cameras->x[i] = cameras->delivered_x[i] = eyes[i].x;
        cameras->y[i] = cameras->delivered_y[i] = eyes[i].y;
        cameras->bearing_deg[i] = eyes[i].bearing_deg;
        cameras->fov_deg[i] = eyes[i].fov_deg;
        cameras->range_m[i] = eyes[i].range_m * range_factor;
    }
    cameras->delivered_crs = g_strdup (SMALL_CRS);
    cameras->working_crs = g_strdup (SMALL_CRS);
    g_assert_true (cg_store_put_cameras (store, cameras, &error));
    g_assert_no_error (error);
}

/* The wall is a house of 6 households; another of 9 stands where nobody looks. */
static void
put_houses (CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBuildings) houses = cg_buildings_new (2);
    cg_test_add_box (houses->outlines, WALL_X0, WALL_Y0, WALL_X1 - WALL_X0, WALL_Y1 - WALL_Y0);
    cg_test_add_box (houses->outlines, SMALL_X + 180, SMALL_Y + 110, 10, 10);
    for (guint i = 0; i < 2; i++) {
        cg_shapes_end_shape (houses->points);
        houses->row[i] = i + 2;
        houses->households[i] = i == 0 ? 6 : 9;
    }
    houses->working_crs = g_strdup (SMALL_CRS);
    g_assert_true (cg_store_put_buildings (store, houses, &error));
    g_assert_no_error (error);
}

static void
put_service (CgStore *store, double x)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) services = cg_places_new (CG_PLACE_SERVICE, 1);
    services->id[0] = g_strdup ("s1");
    services->row[0] = 2;
    services->type[0] = CG_NONE;
    services->x[0] = services->delivered_x[0] = x;
    services->y[0] = services->delivered_y[0] = SMALL_Y + 50;
    services->delivered_crs = g_strdup (SMALL_CRS);
    services->working_crs = g_strdup (SMALL_CRS);
    g_assert_true (cg_store_put_services (store, services, &error));
    g_assert_no_error (error);
}

static CgCoverageState
state_of (CgStore *store, gint64 plan, CgCoverageFacts **out_facts)
{
    g_autoptr (GError) error = NULL;
    CgCoverageFacts *facts = cg_coverage_facts_load (store, plan, &error);
    g_assert_no_error (error);
    CgCoverageState state = facts->state;
    if (out_facts != NULL)
        *out_facts = facts;
    else
        cg_coverage_facts_free (facts);
    return state;
}

static void
update (CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *problem = NULL;
    g_assert_true (cg_coverage_update (store, NULL, NULL, &problem, &error));
    g_assert_no_error (error);
    g_assert_null (problem);
}

/* ---- the count by hand ---------------------------------------- */

/* Does the line from the eye to (x, y) meet the wall? Both ends of the part inside each slab. */
static gboolean
crosses_wall (const Eye *eye, double x, double y)
{
    double from = 0, to = 1;
    const double at[2] = { eye->x, eye->y }, step[2] = { x - eye->x, y - eye->y },
                 low[2] = { WALL_X0, WALL_Y0 }, high[2] = { WALL_X1, WALL_Y1 };
    for (int k = 0; k < 2; k++) {
        if (step[k] == 0) {
            if (at[k] < low[k] || at[k] > high[k])
                return FALSE;
            continue;
        }
        double a = (low[k] - at[k]) / step[k], b = (high[k] - at[k]) / step[k];
        from = MAX (from, MIN (a, b));
        to = MIN (to, MAX (a, b));
    }
    return from <= to;
}

static gboolean
is_seen (double x, double y)
{
    for (guint i = 0; i < G_N_ELEMENTS (eyes); i++) {
        double dx = x - eyes[i].x, dy = y - eyes[i].y;
        if (hypot (dx, dy) > eyes[i].range_m || crosses_wall (&eyes[i], x, y))
            continue;
        double off = atan2 (dx, dy) * 180 / G_PI; /* from north, as the first one looks */
        if (eyes[i].fov_deg == 360 || fabs (off) <= eyes[i].fov_deg / 2)
            return TRUE;
    }
    return FALSE;
}

static double
count_seen (const CgShapes *grids, guint32 g)
{
    double seen = 0;
    CgBox box = cg_shapes_box (grids, g);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (grids, NULL, &error);
    for (double y = floor (box.y_min / 2) * 2 + 1; y < box.y_max; y += 2)
        for (double x = floor (box.x_min / 2) * 2 + 1; x < box.x_max; x += 2)
            seen += cg_attach_find (index, x, y) == g && is_seen (x, y) ? 4 : 0;
    return seen;
}

static void
test_recount (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    put_eyes (county.store, 2, 1);
    put_houses (county.store);
    put_service (county.store, SMALL_X + 50);
    gint64 plan = small_publish (county.store, 1);
    update (county.store);
    g_assert_cmpint (state_of (county.store, plan, NULL), ==, CG_COVERAGE_FRESH);
    g_autoptr (CgGrids) grids = cg_store_load_grids (county.store, plan, &error);
    g_autoptr (CgCoverageRows) rows =
        cg_coverage_rows_load (county.store, plan, CG_LEVEL_GRID, grids->n, grids->code, &error);
    g_assert_no_error (error);
    double seen = 0, open = 0, houses = 0, in_view = 0, people = 0;
    for (guint32 g = 0; g < grids->n; g++) {
        double by_hand = count_seen (grids->shapes, g);
        seen += by_hand;
        g_assert_cmpfloat (rows->part[CG_COVERED_GROUND][g], ==, by_hand);
        open += rows->whole[CG_COVERED_GROUND][g];
        if (isfinite (rows->whole[CG_COVERED_BUILDINGS][g])) {
            houses += rows->whole[CG_COVERED_BUILDINGS][g];
            in_view += rows->part[CG_COVERED_BUILDINGS][g];
            people += rows->whole[CG_COVERED_HOUSEHOLDS][g];
        }
    }
    /* A disc of 30 m, and the triangle before the wall, which fills the first one's view: 10 x 10 m². */
    g_assert_cmpfloat_with_epsilon (seen, G_PI * 900 + 100, 0.03 * seen);
    g_assert_cmpfloat_with_epsilon (open, 72 * 1e4 - 80 - 100, 1e-3);
    g_assert_cmpfloat (houses, ==, 2);
    g_assert_cmpfloat (in_view, ==, 1);
    g_assert_cmpfloat (people, ==, 15);
    small_county_close (&county);
}

/* No roads: straight times 1.3 at 75 m a minute, from the middle of each unit to (50, 50). */
static void
test_walks (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    put_service (county.store, SMALL_X + 50);
    gint64 plan = small_publish (county.store, 1);
    update (county.store);
    double minutes = 0, most = 0, far = 0;
    for (guint i = 0; i < SMALL_COLUMNS * SMALL_ROWS; i++) {
        double way = 1.3 * 100 * hypot (i % SMALL_COLUMNS, i / SMALL_COLUMNS) / 75;
        minutes += SMALL_HOUSEHOLDS * way;
        most = MAX (most, way);
        far += way > 5 ? SMALL_HOUSEHOLDS : 0;
    }
    char *const code[] = { "990101" };
    g_autoptr (CgCoverageRows) rows =
        cg_coverage_rows_load (county.store, plan, CG_LEVEL_COUNTY, 1, code, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat_with_epsilon (rows->part[CG_COVERED_WALK][0], minutes, 1e-3);
    g_assert_cmpfloat (rows->whole[CG_COVERED_WALK][0], ==, 72 * SMALL_HOUSEHOLDS);
    g_assert_cmpfloat_with_epsilon (cg_coverage_rows_value (rows, CG_COVERED_MOST, 0), most, 1e-6);
    g_assert_cmpfloat (rows->part[CG_COVERED_FAR][0], ==, far);
    g_assert_true (isnan (cg_coverage_rows_value (rows, CG_COVERED_GROUND, 0))); /* no camera at all */
    small_county_close (&county);
}

/* A community's share is the sum of parts over the sum of wholes; the county's too. */
static void
test_levels (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    put_eyes (county.store, 2, 1);
    put_houses (county.store);
    put_service (county.store, SMALL_X + 250);
    gint64 plan = small_publish (county.store, 1);
    update (county.store);
    g_autoptr (CgGrids) grids = cg_store_load_grids (county.store, plan, &error);
    g_autoptr (CgCoverageRows) rows =
        cg_coverage_rows_load (county.store, plan, CG_LEVEL_GRID, grids->n, grids->code, &error);
    char *const codes[] = { "990101001001", "990101001002" };
    g_autoptr (CgCoverageRows) above =
        cg_coverage_rows_load (county.store, plan, CG_LEVEL_COMMUNITY, 2, codes, &error);
    g_assert_no_error (error);
    for (guint p = 0; p < 2; p++)
        for (CgCovered c = 0; c < CG_N_COVERED; c++) {
            double part = 0, whole = 0, most = 0;
            guint n = 0;
            for (guint32 g = 0; g < grids->n; g++) {
                if (!g_str_has_prefix (grids->code[g], codes[p]) || isnan (rows->part[c][g]))
                    continue;
                part += rows->part[c][g];
                whole += rows->whole[c][g];
                most = MAX (most, rows->part[c][g]);
                n++;
            }
            if (n == 0) {
                g_assert_true (isnan (above->part[c][p]));
                continue;
            }
            g_assert_cmpfloat_with_epsilon (above->part[c][p], c == CG_COVERED_MOST ? most : part, 1e-6);
            if (c != CG_COVERED_MOST)
                g_assert_cmpfloat_with_epsilon (cg_coverage_rows_value (above, c, p), part / whole, 1e-12);
        }
    small_county_close (&county);
}

/* ---- stale, old, wrong ---------------------------------------- */

static void
test_stale (void)
{
    SmallCounty county;
    small_county_open (&county);
    put_eyes (county.store, 1, 1);
    gint64 plan = small_publish (county.store, 1);
    /* A file of before: published, nothing kept. */
    g_autoptr (CgCoverageFacts) old = NULL, stale = NULL;
    g_assert_cmpint (state_of (county.store, plan, &old), ==, CG_COVERAGE_NONE);
    g_assert_true (old->wanted);
    update (county.store);
    gint64 version = cg_store_data_version (county.store);
    g_assert_cmpint (state_of (county.store, plan, NULL), ==, CG_COVERAGE_FRESH);
    update (county.store); /* nothing to do: nothing is written */
    g_assert_cmpint (cg_store_data_version (county.store), ==, version);
    put_eyes (county.store, 1, 1); /* the same cameras once more */
    g_assert_cmpint (state_of (county.store, plan, NULL), ==, CG_COVERAGE_FRESH);
    put_eyes (county.store, 2, 1);
    put_houses (county.store);
    g_assert_cmpint (state_of (county.store, plan, &stale), ==, CG_COVERAGE_STALE);
    g_assert_cmpstr (stale->changed, ==, "camera, camera_place, building");
    g_assert_cmpint (stale->data_version, >, 0);
    g_assert_cmpint (stale->data_version, <, version);
    update (county.store);
    g_assert_cmpint (state_of (county.store, plan, NULL), ==, CG_COVERAGE_FRESH);
    small_county_close (&county);
}

static void
test_none (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (CgCoverageFacts) none = NULL;
    gint64 plan = small_publish (county.store, 1);
    gint64 version = cg_store_data_version (county.store);
    update (county.store);
    g_assert_cmpint (state_of (county.store, plan, &none), ==, CG_COVERAGE_NONE);
    g_assert_false (none->wanted);
    g_assert_cmpint (cg_store_data_version (county.store), ==, version);
    small_county_close (&county);
}

/* Cameras that nothing can be worked out from are told, and tried once. */
static void
test_wrong_cameras (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCoverageFacts) facts = NULL;
    g_autofree char *problem = NULL, *again = NULL;
    put_eyes (county.store, 1, 1000);
    gint64 plan = small_publish (county.store, 1);
    g_assert_true (cg_coverage_update (county.store, NULL, NULL, &problem, &error));
    g_assert_nonnull (problem);
    g_assert_nonnull (strstr (problem, "camera 1"));
    g_assert_cmpint (state_of (county.store, plan, &facts), ==, CG_COVERAGE_FAILED);
    g_assert_cmpstr (facts->problem, ==, problem);
    g_assert_false (facts->wanted);
    g_assert_true (cg_coverage_update (county.store, NULL, NULL, &again, &error));
    g_assert_null (again);
    put_eyes (county.store, 1, 1);
    update (county.store);
    g_assert_cmpint (state_of (county.store, plan, NULL), ==, CG_COVERAGE_FRESH);
    small_county_close (&county);
}

static void
test_cancel (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    put_eyes (county.store, 1, 1);
    gint64 plan = small_publish (county.store, 1);
    update (county.store);
    put_eyes (county.store, 2, 1);
    gint64 version = cg_store_data_version (county.store);
    g_cancellable_cancel (cancel);
    g_assert_false (cg_coverage_update (county.store, NULL, cancel, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_assert_cmpint (cg_store_data_version (county.store), ==, version);
    g_assert_cmpint (state_of (county.store, plan, NULL), ==, CG_COVERAGE_STALE);
    small_county_close (&county);
}

/* Worked out from one state of the county, stored after another: worthless. */
static void
test_overtaken (void)
{
    SmallCounty county;
    small_county_open (&county);
    g_autoptr (GError) error = NULL;
    gboolean stored = TRUE;
    put_eyes (county.store, 1, 1);
    small_publish (county.store, 1);
    g_autoptr (CgCoverageWork) work = cg_coverage_work_new (county.store, NULL, NULL, &error);
    g_assert_nonnull (work);
    put_eyes (county.store, 2, 1);
    g_assert_true (cg_coverage_work_put (work, county.store, &stored, &error));
    g_assert_no_error (error);
    g_assert_false (stored);
    small_county_close (&county);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/coverage-rows/recount", test_recount);
    g_test_add_func ("/coverage-rows/walks", test_walks);
    g_test_add_func ("/coverage-rows/levels", test_levels);
    g_test_add_func ("/coverage-rows/stale", test_stale);
    g_test_add_func ("/coverage-rows/none", test_none);
    g_test_add_func ("/coverage-rows/wrong-cameras", test_wrong_cameras);
    g_test_add_func ("/coverage-rows/cancel", test_cancel);
    g_test_add_func ("/coverage-rows/overtaken", test_overtaken);
    return g_test_run ();
}
