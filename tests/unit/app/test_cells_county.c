/* Units that a county makes from its buildings where none were delivered. */
#include <math.h>
#include <string.h>

#include "app/cells/cells_county.h"
#include "app/json.h"
#include "app/split/plan.h"
#include "small_county.h"
#include "support.h"

#define WEST "990101001001"
#define EAST "990101001002"
#define PER_SIDE 12 /* houses of a community in a row */

/* ---- the county: houses of 20 x 20 m every 50 m in both communities, no units ------------- */

static CgBuildings *
draw_houses (void)
{
    CgBuildings *b = cg_buildings_new (2 * PER_SIDE * PER_SIDE);
    for (guint32 i = 0; i < b->n; i++) {
        double x = SMALL_X + 50.0 * (i % (2 * PER_SIDE)) + 15;
        double y = SMALL_Y + 50.0 * (i / (2 * PER_SIDE)) + 15;
        double xs[] = { x, x + 20, x + 20, x, x }, ys[] = { y, y, y + 20, y + 20, y };
        b->id[i] = g_strdup_printf ("b%03u", i);
        b->key[i] = i;
        b->row[i] = i + 1;
        b->levels[i] = 3;
        for (guint k = 0; k < 5; k++)
            cg_shapes_add_vertex (b->outlines, xs[k], ys[k]);
        cg_shapes_end_ring (b->outlines);
        cg_shapes_end_part (b->outlines);
        cg_shapes_end_shape (b->outlines);
        cg_shapes_end_shape (b->points);
    }
    b->working_crs = g_strdup (SMALL_CRS);
    return b;
}

static gboolean
is_west (guint32 house)
{
    return house % (2 * PER_SIDE) < PER_SIDE;
}

static void
draw_line (CgBarriers *barriers, guint32 i, CgBarrierClass class, gboolean passable,
           const double *xy)
{
    barriers->class[i] = (guint8) class;
    barriers->passable[i] = (guint8) passable;
    for (guint k = 0; k < 2; k++)
        cg_shapes_add_vertex (barriers->lines, SMALL_X + xy[2 * k], SMALL_Y + xy[2 * k + 1]);
    cg_shapes_end_ring (barriers->lines);
    cg_shapes_end_part (barriers->lines);
    cg_shapes_end_shape (barriers->lines);
    cg_shapes_end_shape (barriers->areas);
}

/* A street through the west, and a railway through the east that two streets cross or do not. */
static CgBarriers *
draw_barriers (gboolean with_bridge)
{
    CgBarriers *barriers = cg_barriers_new (with_bridge ? 3 : 2);
    draw_line (barriers, 0, CG_BARRIER_STREET, TRUE, (const double[]){ 300, -5, 300, 605 });
    draw_line (barriers, 1, CG_BARRIER_RAILWAY, FALSE, (const double[]){ 600, 300, 1205, 300 });
    if (with_bridge)
        draw_line (barriers, 2, CG_BARRIER_STREET, TRUE, (const double[]){ 900, 0, 900, 600 });
    barriers->working_crs = g_strdup (SMALL_CRS);
    return barriers;
}

typedef struct {
    SmallCounty county;
    CgRegions *regions;
    CgBuildings *houses;
    CgCellsSettings settings;
} Fixture;

static void
put_all (Fixture *f, gboolean with_bridge)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBarriers) barriers = draw_barriers (with_bridge);
    g_assert_true (cg_store_put_regions (f->county.store, f->regions, &error));
    g_assert_true (cg_store_put_buildings (f->county.store, f->houses, &error));
    g_assert_true (cg_store_put_barriers (f->county.store, barriers, &error));
    g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    f->county.dir = cg_test_dir ();
    f->county.path = g_build_filename (f->county.dir, "county.sqlite", NULL);
    f->county.store = cg_store_create (f->county.path, SMALL_CRS, "", &error);
    g_assert_no_error (error);
    f->regions = small_regions ();
    f->houses = draw_houses ();
    f->settings = CG_CELLS_SETTINGS_DEFAULT;
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
    cg_regions_free (f->regions);
    cg_buildings_free (f->houses);
    small_county_close (&f->county);
}

static CgCountyUnits *
load (Fixture *f)
{
    g_autoptr (GError) error = NULL;
    CgCountyUnits *units =
        cg_county_units_load (f->county.store, &f->settings, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (units);
    return units;
}

static gint64
version_of (Fixture *f)
{
    gint64 version = 0;
    g_assert_true (cg_store_unit_version (f->county.store, &version, NULL));
    return version;
}

static const char *
region_of (const CgUnits *units, guint32 i)
{
    return cg_names_get (units->regions, units->region[i]);
}

static json_t *
split (Fixture *f)
{
    g_autoptr (GError) error = NULL;
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    json_t *report = NULL;
    gint64 plan = 0;
    g_assert_true (cg_plan_split (f->county.store, &options, NULL, "tester", SMALL_NOW_S, NULL,
                                  NULL, &plan, &report, &error));
    g_assert_no_error (error);
    g_autoptr (json_t) check = cg_plan_check (f->county.store, plan, &error);
    g_assert_cmpint (json_integer_value (json_object_get (check, "violations")), ==, 0);
    g_autoptr (GPtrArray) problems = NULL;
    g_assert_true (cg_store_check (f->county.store, &problems, &error));
    g_assert_cmpuint (problems->len, ==, 0);
    return report;
}

static gint64
figure (const json_t *json, const char *key)
{
    return json_integer_value (json_object_get (json, key));
}

/* ---- tests ------------------------------------------------------------------------------- */

/* 20 x 20 m on three storeys of 100 m2 a dwelling: 12 households a house, by hand. */
static void
test_made (Fixture *f, gconstpointer unused)
{
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) county = load (f);
    const CgUnits *units = county->units;
    double area = 0;
    g_assert_cmpuint (units->n, ==, f->houses->n);
    for (guint32 i = 0; i < units->n; i++) {
        g_autofree char *id = NULL;
        guint32 house = (guint32) g_ascii_strtoull (units->id[i] + strlen (WEST "-b"), NULL, 10);
        id = g_strdup_printf ("%s-b%03u", is_west (house) ? WEST : EAST, house);
        g_assert_cmpstr (units->id[i], ==, id);
        g_assert_cmpstr (region_of (units, i), ==, is_west (house) ? WEST : EAST);
        g_assert_cmpuint (units->households[i], ==, 12);
        g_assert_cmpuint (units->estimated[i], ==,
                          CG_ESTIMATED_HOUSEHOLDS | CG_ESTIMATED_POPULATION);
        g_assert_true (county->made[i]);
        g_assert_cmpuint (units->kind[i], ==, CG_UNIT_URBAN);
        area += cg_shapes_area (units->shapes, i);
    }
    g_assert_cmpfloat (fabs (area - 1200.0 * 600), <, 1e-5);
    g_assert_cmpint (figure (county->report, "estimated_households"), ==, 288 * 12);
    g_assert_true (json_is_false (json_object_get (county->report, "kept")));
}

static void
test_kept (Fixture *f, gconstpointer unused)
{
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) first = load (f);
    gint64 version = version_of (f);
    g_autoptr (CgCountyUnits) again = load (f);
    g_assert_cmpint (version_of (f), ==, version);
    g_assert_true (json_is_true (json_object_get (again->report, "kept")));
    g_assert_cmpuint (again->borders->n, ==, first->borders->n);
    g_assert_true (again->made[0]);
    f->settings.dwellings.dwelling_m2 = 50;
    g_autoptr (CgCountyUnits) other = load (f);
    g_assert_cmpint (version_of (f), >, version);
    g_assert_cmpuint (other->units->households[0], ==, 24);
    version = version_of (f);
    put_all (f, FALSE);
    g_autoptr (CgCountyUnits) roads = load (f);
    g_assert_cmpint (version_of (f), >, version);
    g_assert_cmpuint (roads->units->n, ==, f->houses->n);
}

/* Only communities without units get some; delivered ones stay as they are and always win. */
static void
test_delivered (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) delivered = small_units ();
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) all_made = load (f);
    /* small_units of the east become units of the west's name: only the west is delivered. */
    for (guint32 i = 0; i < delivered->n; i++)
        delivered->region[i] = cg_names_find (delivered->regions, WEST);
    g_assert_true (cg_store_put_units (f->county.store, delivered, &error));
    g_autoptr (CgCountyUnits) some = load (f);
    guint32 n_made = 0, n_delivered = 0;
    for (guint32 i = 0; i < some->units->n; i++) {
        g_assert_true (some->made[i] == g_str_equal (region_of (some->units, i), EAST));
        n_made += some->made[i];
        n_delivered += !some->made[i];
        if (!some->made[i])
            g_assert_cmpuint (some->units->households[i], ==, SMALL_HOUSEHOLDS);
    }
    g_assert_cmpuint (n_delivered, ==, delivered->n);
    g_assert_cmpuint (n_made, ==, PER_SIDE * PER_SIDE);
    g_autoptr (CgUnits) full = small_units ();
    g_assert_true (cg_store_put_units (f->county.store, full, &error));
    g_autoptr (CgCountyUnits) none = load (f);
    g_assert_cmpuint (none->units->n, ==, full->n);
    g_assert_null (none->borders);
    g_assert_null (none->report);
}

static void
test_stray (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = small_units ();
    put_all (f, TRUE);
    for (guint32 i = 0; i < units->n; i++)
        if (g_str_equal (region_of (units, i), EAST) || i == 0)
            units->region[i] = i == 0 ? CG_NONE : units->region[1];
    g_assert_true (cg_store_put_units (f->county.store, units, &error));
    g_assert_null (cg_county_units_load (f->county.store, &f->settings, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_assert_nonnull (strstr (error->message, "u00"));
}

static void
test_counted (Fixture *f, gconstpointer unused)
{
    for (guint32 i = 0; i < f->houses->n; i++)
        if (is_west (i))
            f->houses->households[i] = f->houses->population[i] = i % 5;
    f->regions->households[3] = 1000; /* the east */
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) county = load (f);
    guint64 east = 0;
    for (guint32 i = 0; i < county->units->n; i++) {
        gboolean in_west = g_str_equal (region_of (county->units, i), WEST);
        guint32 house = county->units->row[i] - 1;
        g_assert_cmpuint (county->units->estimated[i], ==,
                          in_west ? 0 : CG_ESTIMATED_HOUSEHOLDS | CG_ESTIMATED_POPULATION);
        if (in_west)
            g_assert_cmpuint (county->units->households[i], ==, house % 5);
        else
            east += county->units->households[i];
    }
    g_assert_cmpuint (east, ==, 1000);
    g_assert_cmpint (figure (county->report, "estimated_households"), ==, 1000);
}

/* Who counts one figure leaves the other an estimate, and the plan of the county says so. */
static void
test_one_counted (Fixture *f, gconstpointer unused)
{
    for (guint32 i = 0; i < f->houses->n; i++) {
        if (is_west (i))
            f->houses->households[i] = 10;
        else
            f->houses->population[i] = 25;
    }
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) county = load (f);
    for (guint32 i = 0; i < county->units->n; i++) {
        gboolean in_west = g_str_equal (region_of (county->units, i), WEST);
        g_assert_cmpuint (county->units->estimated[i], ==,
                          in_west ? CG_ESTIMATED_POPULATION : CG_ESTIMATED_HOUSEHOLDS);
        g_assert_cmpuint (county->units->population[i], ==, in_west ? 26 : 25);
        g_assert_cmpuint (county->units->households[i], ==, in_west ? 10 : 12);
    }
    g_autoptr (json_t) report = split (f);
    gint64 n_west = 0;
    for (guint32 i = 0; i < f->houses->n; i++)
        n_west += is_west (i);
    g_assert_cmpint (figure (report, "estimated_households"), ==, 12 * (f->houses->n - n_west));
    g_assert_cmpint (figure (report, "estimated_population"), ==, 26 * n_west);
    g_assert_cmpint (figure (report, "estimated_grids"), <, figure (report, "grids"));
    g_assert_cmpint (figure (report, "estimated_grids") +
                         figure (report, "estimated_population_grids"),
                     ==, figure (report, "grids"));
}

/* Length of the railway's borders that a grid may or may not lie across. */
static double
railway_m (const CgCountyUnits *county, gboolean passable)
{
    double sum = 0;
    for (guint32 b = 0; b < county->borders->n; b++)
        if (county->borders->class[b] == CG_BARRIER_RAILWAY &&
            county->borders->passable[b] == passable)
            sum += cg_shapes_length (county->borders->lines, b);
    return sum;
}

static void
test_bridge (Fixture *f, gconstpointer unused)
{
    put_all (f, FALSE);
    g_autoptr (CgCountyUnits) closed = load (f);
    g_assert_cmpfloat (fabs (railway_m (closed, FALSE) - 600), <, 1e-3);
    g_assert_cmpfloat (railway_m (closed, TRUE), ==, 0);
    g_autoptr (json_t) report = split (f);
    g_assert_cmpint (figure (json_object_get (report, "barrier_inside"), "grids"), ==, 0);
    g_assert_cmpfloat (json_real_value (json_object_get (report, "border_on_barrier")), >, 0);
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) open = load (f);
    g_assert_cmpfloat (railway_m (open, TRUE), >, 20);
    g_assert_cmpfloat (railway_m (open, FALSE), >, 400);
    g_autoptr (json_t) over = split (f);
    g_assert_cmpint (figure (over, "violations"), ==, 0);
}

static const json_t *
warning_of (const json_t *cells, const char *code)
{
    const json_t *list = json_object_get (cells, "warnings");
    for (gsize k = 0; k < json_array_size (list); k++)
        if (g_strcmp0 (json_string_value (json_object_get (json_array_get (list, k), "code")),
                       code) == 0)
            return json_array_get (list, k);
    return NULL;
}

/* A village without villager groups is one rural grid, whatever its size, and is told each time. */
static void
test_village (Fixture *f, gconstpointer unused)
{
    f->regions->urban[2] = FALSE;
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) county = load (f);
    for (guint32 i = 0; i < county->units->n; i++) {
        gboolean in_west = g_str_equal (region_of (county->units, i), WEST);
        g_assert_cmpuint (county->units->kind[i], ==, in_west ? CG_UNIT_RURAL : CG_UNIT_URBAN);
        g_assert_cmpuint (county->units->group[i], ==, CG_NONE);
    }
    for (guint round = 0; round < 2; round++) {
        g_autoptr (json_t) report = split (f);
        const json_t *cells = json_object_get (report, "cells");
        const json_t *warning = warning_of (cells, "NO_GROUPS");
        g_assert_cmpint (figure (json_object_get (report, "kinds"), "rural"), ==, 1);
        g_assert_cmpint (figure (json_object_get (report, "kinds"), "urban"), >, 1);
        g_assert_true (json_is_true (json_object_get (cells, "kept")));
        g_assert_nonnull (warning);
        g_assert_cmpint (figure (warning, "villages"), ==, 1);
        g_assert_nonnull (strstr (json_string_value (json_object_get (warning, "text")), WEST));
        const json_t *exception = json_array_get (json_object_get (report, "exceptions"), 0);
        g_assert_nonnull (strstr (json_string_value (json_object_get (exception, "certificate")),
                                  "one grid a village without villager groups by rule: " WEST));
    }
}

/* Known households of a community without a dwelling are told, when its units are kept too. */
static void
test_unshared (Fixture *f, gconstpointer unused)
{
    for (guint32 i = 0; i < f->houses->n; i++)
        f->houses->dwelling[i] = is_west (i);
    f->regions->households[2] = 500;
    f->regions->households[3] = 70;
    put_all (f, TRUE);
    for (guint round = 0; round < 2; round++) {
        g_autoptr (CgCountyUnits) county = load (f);
        const json_t *warning = warning_of (county->report, "NOT_SHARED");
        guint64 sum = 0;
        for (guint32 i = 0; i < county->units->n; i++)
            sum += county->units->households[i];
        g_assert_cmpuint (sum, ==, 500);
        g_assert_true (json_is_true (json_object_get (county->report, "kept")) == (round > 0));
        g_assert_nonnull (warning);
        g_assert_cmpstr (json_string_value (json_object_get (warning, "region")), ==, EAST);
        g_assert_cmpfloat (json_number_value (json_object_get (warning, "households")), ==, 70);
        g_assert_cmpuint (json_array_size (json_object_get (county->report, "warnings")), ==, 1);
    }
}

/* Two groups of a village share all of its ground, houses or not; a park is cut out. */
static void
test_groups (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCompounds) compounds = cg_compounds_new (1);
    double xs[] = { 700, 800, 800, 700, 700 }, ys[] = { 400, 400, 500, 500, 400 };
    f->regions->urban[2] = FALSE;
    for (guint32 i = 0; i < f->houses->n; i++)
        if (is_west (i) && i % 3 == 0)
            f->houses->group[i] =
                cg_names_add (f->houses->groups, i < f->houses->n / 2 ? "一组" : "二组");
    for (guint k = 0; k < 5; k++)
        cg_shapes_add_vertex (compounds->shapes, SMALL_X + xs[k], SMALL_Y + ys[k]);
    cg_shapes_end_ring (compounds->shapes);
    cg_shapes_end_part (compounds->shapes);
    cg_shapes_end_shape (compounds->shapes);
    compounds->code[0] = g_strdup ("P1");
    compounds->name[0] = g_strdup ("工业园");
    compounds->kind[0] = g_strdup ("park");
    compounds->dedicated[0] = TRUE;
    compounds->working_crs = g_strdup (SMALL_CRS);
    put_all (f, TRUE);
    g_assert_true (cg_store_put_compounds (f->county.store, compounds, &error));
    g_autoptr (CgCountyUnits) county = load (f);
    const CgUnits *units = county->units;
    for (guint32 i = 0; i < units->n; i++) {
        gboolean in_west = g_str_equal (region_of (units, i), WEST);
        const char *group = cg_names_get (units->groups, units->group[i]);
        if (in_west)
            g_assert_true (g_str_equal (group, "一组") || g_str_equal (group, "二组"));
        else
            g_assert_true (g_str_equal (group, "") || g_str_equal (group, "工业园"));
        g_assert_cmpuint (units->kind[i], ==,
                          in_west                    ? CG_UNIT_RURAL
                          : g_str_equal (group, "") ? CG_UNIT_URBAN
                                                     : CG_UNIT_DEDICATED);
    }
    g_autoptr (json_t) report = split (f);
    const json_t *kinds = json_object_get (report, "kinds");
    g_assert_cmpint (figure (kinds, "rural"), ==, 2);
    g_assert_cmpint (figure (kinds, "dedicated"), ==, 1);
}

static void
test_cancelled (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    put_all (f, TRUE);
    g_cancellable_cancel (cancel);
    g_assert_null (cg_county_units_load (f->county.store, &f->settings, NULL, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_assert_cmpint (version_of (f), ==, 0);
}

/* Codes of 12 digits with zeros, and no parents: the county is still no community of its own. */
static void
test_padded (Fixture *f, gconstpointer unused)
{
    for (guint32 r = 0; r < f->regions->n; r++) {
        g_autofree char *code = f->regions->code[r];
        gsize length = strlen (code);
        f->regions->code[r] = g_strnfill (12, '0');
        memcpy (f->regions->code[r], code, length);
        f->regions->parent[r] = CG_NONE;
    }
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) padded = load (f);
    g_assert_cmpuint (padded->units->n, >, 0);
    for (guint32 i = 0; i < padded->units->n; i++)
        g_assert_true (strcmp (region_of (padded->units, i), WEST) == 0 ||
                       strcmp (region_of (padded->units, i), EAST) == 0);
}

/* Codes that say nothing: place decides. */
static void
test_foreign (Fixture *f, gconstpointer unused)
{
    for (guint32 r = 0; r < f->regions->n; r++) {
        f->regions->parent[r] = CG_NONE;
        if (f->regions->level[r] == CG_LEVEL_COMMUNITY)
            continue;
        g_free (f->regions->code[r]);
        f->regions->code[r] = g_strdup_printf ("77%u", r);
    }
    put_all (f, TRUE);
    g_autoptr (CgCountyUnits) foreign = load (f);
    for (guint32 i = 0; i < foreign->units->n; i++)
        g_assert_true (strcmp (region_of (foreign->units, i), WEST) == 0 ||
                       strcmp (region_of (foreign->units, i), EAST) == 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
    g_test_add ("/app/cells-county/" path, Fixture, NULL, set_up, function, tear_down)
    ADD ("made", test_made);
    ADD ("kept", test_kept);
    ADD ("delivered", test_delivered);
    ADD ("stray", test_stray);
    ADD ("counted", test_counted);
    ADD ("one-counted", test_one_counted);
    ADD ("bridge", test_bridge);
    ADD ("groups", test_groups);
    ADD ("village", test_village);
    ADD ("unshared", test_unshared);
    ADD ("cancelled", test_cancelled);
    ADD ("padded", test_padded);
    ADD ("foreign", test_foreign);
    return g_test_run ();
}
