/* Round trips of every table, bit for bit, and what the door refuses. */
#include <math.h>
#include <string.h>

#include "fixture.h"

static guint32
find_text (char *const *texts, guint32 n, const char *text)
{
    for (guint32 i = 0; i < n; i++)
        if (g_strcmp0 (texts[i], text) == 0)
            return i;
    g_assert_not_reached ();
}

static void
test_regions (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgRegions) in = make_regions ();
    g_assert_true (cg_store_put_regions (f->store, in, &error));
    g_assert_true (cg_store_put_regions (f->store, in, &error)); /* replaces */
    g_autoptr (CgRegions) out = cg_store_load_regions (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (out->n, ==, 4);
    for (guint32 j = 0; j < out->n; j++) {
        guint32 i = find_text (in->code, in->n, out->code[j]);
        g_assert_true (j == 0 || strcmp (out->code[j - 1], out->code[j]) < 0);
        g_assert_cmpstr (out->name[j], ==, in->name[i]);
        g_assert_cmpuint (out->level[j], ==, in->level[i]);
        g_assert_cmpuint (out->urban[j], ==, in->urban[i]);
        g_assert_cmpuint (out->row[j], ==, in->row[i]);
        assert_same_double (in->households[i], out->households[j]);
        assert_same_shapes (in->shapes, i, out->shapes, j);
        g_assert_cmpstr (out->parent[j] == CG_NONE ? NULL : out->code[out->parent[j]], ==,
                         in->parent[i] == CG_NONE ? NULL : in->code[in->parent[i]]);
    }
    g_assert_cmpstr (out->working_crs, ==, CRS);
    g_assert_null (out->delivered);
}

static void
test_compounds (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCompounds) in = make_compounds ();
    g_assert_true (cg_store_put_compounds (f->store, in, &error));
    g_autoptr (CgCompounds) out = cg_store_load_compounds (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (out->n, ==, in->n);
    for (guint32 i = 0; i < in->n; i++) {
        g_assert_cmpstr (out->code[i], ==, in->code[i]);
        g_assert_cmpstr (out->name[i], ==, in->name[i]);
        g_assert_cmpstr (out->kind[i], ==, in->kind[i]);
        g_assert_cmpstr (out->region[i], ==, in->region[i]);
        g_assert_cmpuint (out->dedicated[i], ==, in->dedicated[i]);
        g_assert_cmpuint (out->row[i], ==, in->row[i]);
        assert_same_shapes (in->shapes, i, out->shapes, i);
    }
}

/* Outlines of villager groups lie beside the compounds: neither takes the other's place. */
static void
test_drawn_groups (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCompounds) compounds = make_compounds (), groups = make_compounds ();
    guint32 n_compounds, n_groups;
    for (guint32 i = 0; i < groups->n; i++) {
        g_free (groups->code[i]);
        g_free (groups->kind[i]);
        groups->code[i] = g_strdup_printf ("g%u", 9 - i);
        groups->kind[i] = g_strdup (CG_COMPOUND_GROUP);
    }
    for (guint round = 0; round < 2; round++) {
        g_assert_true (cg_store_put_groups (f->store, groups, &error));
        g_assert_true (cg_store_put_compounds (f->store, compounds, &error));
    }
    g_assert_true (cg_store_count (f->store, "compounds", &n_compounds, &error));
    g_assert_true (cg_store_count (f->store, "groups", &n_groups, &error));
    g_assert_cmpuint (n_compounds, ==, compounds->n);
    g_assert_cmpuint (n_groups, ==, groups->n);
    g_autoptr (CgCompounds) out = cg_store_load_groups (f->store, &error);
    g_autoptr (CgCompounds) others = cg_store_load_compounds (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (out->n, ==, groups->n);
    g_assert_cmpuint (others->n, ==, compounds->n);
    for (guint32 i = 0; i < out->n; i++) { /* in order of the file */
        g_assert_cmpstr (out->code[i], ==, groups->code[i]);
        g_assert_cmpstr (out->name[i], ==, groups->name[i]);
        assert_same_shapes (groups->shapes, i, out->shapes, i);
        g_assert_cmpstr (others->kind[i], !=, CG_COMPOUND_GROUP);
    }
    g_assert_false (cg_store_put_compounds (f->store, groups, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_false (cg_store_put_groups (f->store, compounds, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

static void
assert_same_barrier (const CgBarriers *in, guint32 i, const CgBarriers *out, guint32 j)
{
    g_assert_cmpstr (out->id[j], ==, in->id[i]);
    g_assert_cmpstr (out->name[j], ==, in->name[i]);
    g_assert_cmpuint (out->class[j], ==, in->class[i]);
    g_assert_cmpuint (out->passable[j], ==, in->passable[i]);
    assert_same_shapes (in->lines, i, out->lines, j);
    assert_same_shapes (in->areas, i, out->areas, j);
}

static void
test_barriers (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBarriers) in = make_barriers ();
    g_assert_true (cg_store_put_barriers (f->store, in, &error));
    g_autoptr (CgBarriers) out = cg_store_load_barriers (f->store, NULL, &error);
    g_assert_no_error (error);
    static const guint32 order[] = { 0, 1, 5, 4, 3, 2 }; /* without id first, then b1 .. b4 */
    g_assert_cmpuint (out->n, ==, 6);
    g_assert_cmpuint (out->lines->n_shapes, ==, 6);
    g_assert_cmpuint (out->areas->n_shapes, ==, 6);
    for (guint32 j = 0; j < 6; j++)
        assert_same_barrier (in, order[j], out, j);
}

/* The box ends exactly where barrier 2 begins and a hair before barrier 3: single precision could
 * not tell. */
static void
test_barriers_in_box (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBarriers) in = make_barriers ();
    g_assert_true (cg_store_put_barriers (f->store, in, &error));
    CgBox touching = { 501000, 4000000, 502000, 4000001 },
          before = { 502500, 4000000, 502999.999, 4000100 };
    g_autoptr (CgBarriers) two = cg_store_load_barriers (f->store, &touching, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (two->n, ==, 2);
    assert_same_barrier (in, 1, two, 0);
    assert_same_barrier (in, 2, two, 1);
    g_autoptr (CgBarriers) none = cg_store_load_barriers (f->store, &before, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (none->n, ==, 0);
}

static void
test_buildings (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBuildings) in = make_buildings ();
    g_assert_true (cg_store_put_buildings (f->store, in, &error));
    g_assert_true (cg_store_put_buildings (f->store, in, &error)); /* replaces */
    g_autoptr (CgBuildings) out = cg_store_load_buildings (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (out->n, ==, in->n);
    g_assert_true (out->has_households && out->has_population);
    for (guint32 i = 0; i < in->n; i++) {
        g_assert_cmpstr (out->id[i], ==, in->id[i]);
        g_assert_cmpuint (out->key[i], ==, in->key[i]);
        assert_same_double (out->households[i], in->households[i]);
        assert_same_double (out->population[i], in->population[i]);
        assert_same_double (out->levels[i], in->levels[i]);
        assert_same_double (out->height_m[i], in->height_m[i]);
        g_assert_cmpuint (out->dwelling[i], ==, in->dwelling[i]);
        g_assert_cmpuint (out->row[i], ==, in->row[i]);
        g_assert_cmpstr (cg_names_get (out->compounds, out->compound[i]), ==,
                         cg_names_get (in->compounds, in->compound[i]));
        g_assert_cmpstr (cg_names_get (out->groups, out->group[i]), ==,
                         cg_names_get (in->groups, in->group[i]));
        assert_same_shapes (in->outlines, i, out->outlines, i);
        g_assert_cmpuint (out->points->shape_part[i + 1], ==, in->points->shape_part[i + 1]);
    }
    g_assert_cmpfloat (out->points->x[0], ==, in->points->x[0]);
    in->outlines->x[0] = NAN;
    assert_failed (cg_store_put_buildings (f->store, in, &error), &error, CG_ERROR_GEOMETRY, "h0");
}

/* What made units came from lives as long as a plan stands on them, and is theirs alone. */
static void
test_made_units (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *parameters = NULL, *none = NULL;
    g_autoptr (CgUnits) units = make_units (4, 3, 100);
    g_autoptr (CgBarriers) borders = make_borders (), out = NULL, no_borders = NULL;
    g_autofree char *before = cg_store_table_digest (f->store, "unit_border", &error);
    g_assert_cmpstr (before, ==, "");
    g_assert_true (cg_store_put_made_units (f->store, units, "{\"a\":1}", borders, &error));
    g_assert_true (cg_store_load_made (f->store, &parameters, &out, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (parameters, ==, "{\"a\":1}");
    g_assert_cmpuint (out->n, ==, 2);
    for (guint32 i = 0; i < 2; i++) {
        g_assert_cmpuint (out->class[i], ==, borders->class[i]);
        g_assert_cmpuint (out->passable[i], ==, borders->passable[i]);
        assert_same_shapes (borders->lines, i, out->lines, i);
    }
    g_autofree char *digest = cg_store_table_digest (f->store, "unit_border", &error);
    g_assert_cmpuint (strlen (digest), ==, 64);
    g_assert_true (cg_store_put_units (f->store, units, &error)); /* delivered ones win */
    g_assert_true (cg_store_load_made (f->store, &none, &no_borders, &error));
    g_assert_null (none);
    g_assert_null (no_borders);
    g_autoptr (GPtrArray) problems = NULL;
    g_assert_true (cg_store_check (f->store, &problems, &error));
    g_assert_cmpuint (problems->len, ==, 0);
    borders->class[1] = 200;
    assert_failed (cg_store_put_made_units (f->store, units, "{}", borders, &error), &error,
                   CG_ERROR_ARGUMENT, "200");
}

static void
assert_same_name (const CgNames *a, guint32 x, const CgNames *b, guint32 y)
{
    g_assert_true ((x == CG_NONE) == (y == CG_NONE));
    g_assert_cmpstr (cg_names_get (a, x), ==, cg_names_get (b, y));
}

static void
assert_same_units (const CgUnits *in, const CgUnits *out)
{
    g_assert_cmpuint (out->n, ==, in->n);
    for (guint32 i = 0; i < in->n; i++) {
        g_assert_cmpstr (out->id[i], ==, in->id[i]);
        g_assert_cmpuint (out->households[i], ==, in->households[i]);
        g_assert_cmpuint (out->population[i], ==, in->population[i]);
        assert_same_name (in->regions, in->region[i], out->regions, out->region[i]);
        assert_same_name (in->compounds, in->compound[i], out->compounds, out->compound[i]);
        assert_same_name (in->groups, in->group[i], out->groups, out->group[i]);
        assert_same_name (in->kept, in->keep[i], out->kept, out->keep[i]);
        g_assert_cmpuint (out->kind[i], ==, in->kind[i]);
        g_assert_cmpuint (out->estimated[i], ==, in->estimated[i]);
        g_assert_cmpuint (out->row[i], ==, in->row[i]);
        assert_same_shapes (in->shapes, i, out->shapes, i);
    }
    g_assert_true (out->has_population == in->has_population);
}

static void
test_units (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) in = make_units (5, 4, 77);
    in->households[3] = G_MAXUINT32;
    g_assert_true (cg_store_put_units (f->store, in, &error));
    g_autoptr (CgUnits) out = cg_store_load_units (f->store, &error);
    g_assert_no_error (error);
    assert_same_units (in, out);
    g_autoptr (CgUnits) fewer = make_units (2, 2, 5);
    fewer->has_population = FALSE;
    g_assert_true (cg_store_put_units (f->store, fewer, &error));
    g_autoptr (CgUnits) now = cg_store_load_units (f->store, &error);
    g_assert_no_error (error);
    assert_same_units (fewer, now);
    fixture_close (f);
    g_assert_cmpint (ask (f->path, "SELECT count(*) FROM unit"), ==,
                     4); /* no plan needed the old ones */
}

static void
assert_same_places (const CgPlaces *in, guint32 i, const CgPlaces *out, guint32 j)
{
    g_assert_cmpstr (out->id[j], ==, in->id[i]);
    assert_same_double (out->x[j], in->x[i]);
    assert_same_double (out->y[j], in->y[i]);
    assert_same_double (out->delivered_x[j], in->delivered_x[i]);
    assert_same_double (out->delivered_y[j], in->delivered_y[i]);
    g_assert_cmpuint (out->row[j], ==, in->row[i]);
    assert_same_name (in->types, in->type[i], out->types, out->type[j]);
    if (out->place != CG_PLACE_INCIDENT) {
        g_assert_cmpstr (out->name[j], ==, in->name[i]);
        return;
    }
    g_assert_cmpint (out->time_s[j], ==, in->time_s[i]);
    g_assert_cmpint (out->reported_s[j], ==, in->reported_s[i]);
    assert_same_double (out->weight[j], in->weight[i]);
    assert_same_name (in->sources, in->source[i], out->sources, out->source[j]);
    g_assert_cmpuint (out->revision[j], ==, in->revision[i]);
    assert_same_name (in->states, in->state[i], out->states, out->state[j]);
}

static void
test_incidents (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) in = make_places (CG_PLACE_INCIDENT, 50);
    guint32 n_new = 99;
    g_assert_true (cg_store_put_incidents (f->store, in, &n_new, &error));
    g_assert_cmpuint (n_new, ==, 50);
    g_autoptr (CgPlaces) out =
        cg_store_load_incidents (f->store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (out->n, ==, 50);
    g_assert_cmpstr (out->delivered_crs, ==, "gcj02");
    g_assert_null (out->name);
    for (guint32 j = 0; j < 50; j++) {
        g_assert_true (j == 0 || out->time_s[j - 1] <= out->time_s[j]);
        assert_same_places (in, find_text (in->id, in->n, out->id[j]), out, j);
    }
    /* Seconds 600 to 1200: incidents 10 to 19, of which 16 has no time. */
    g_autoptr (CgPlaces) some = cg_store_load_incidents (f->store, 1700000600, 1700001200, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (some->n, ==, 9);
    g_assert_cmpstr (some->id[0], ==, "incident-000010");
    g_assert_cmpstr (some->id[8], ==, "incident-000019");
}

static void
test_incidents_again (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) in = make_places (CG_PLACE_INCIDENT, 50);
    guint32 n_new = 99;
    g_assert_true (cg_store_put_incidents (f->store, in, NULL, &error));
    gint64 version = cg_store_data_version (f->store);
    in->row[4] = 4000; /* where it stood in a file is no part of what the source said */
    g_assert_true (cg_store_put_incidents (f->store, in, &n_new, &error));
    g_assert_cmpuint (n_new, ==, 0);
    g_assert_cmpint (cg_store_data_version (f->store), ==, version);
    in->state[4] = cg_names_add (in->states, "已办结");
    assert_failed (cg_store_put_incidents (f->store, in, &n_new, &error), &error, CG_ERROR_CONFLICT,
                   "incident-000004");
    in->revision[4] = 2;
    g_assert_true (cg_store_put_incidents (f->store, in, &n_new, &error));
    g_assert_cmpuint (n_new, ==, 1);
    in->revision[4] = 1; /* an older revision that comes late is kept, and is not the latest */
    in->state[4] = CG_NONE;
    g_assert_true (cg_store_put_incidents (f->store, in, &n_new, &error));
    g_autoptr (CgPlaces) out =
        cg_store_load_incidents (f->store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (out->n, ==, 50);
    guint32 j = find_text (out->id, out->n, "incident-000004");
    g_assert_cmpuint (out->revision[j], ==, 2);
    g_assert_cmpstr (cg_names_get (out->states, out->state[j]), ==, "已办结");
    fixture_close (f);
    g_assert_cmpint (ask (f->path, "SELECT count(*) FROM incident"), ==, 52);
    g_assert_cmpint (ask (f->path, "SELECT count(*) FROM latest"), ==, 50);
}

static void
test_cameras_and_services (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) cameras = make_places (CG_PLACE_CAMERA, 30),
                         services = make_places (CG_PLACE_SERVICE, 20);
    g_assert_true (cg_store_put_cameras (f->store, cameras, &error));
    g_assert_true (cg_store_put_cameras (f->store, cameras, &error));
    g_assert_true (cg_store_put_services (f->store, services, &error));
    g_autoptr (CgPlaces) c = cg_store_load_cameras (f->store, &error);
    g_autoptr (CgPlaces) s = cg_store_load_services (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (c->n, ==, 30);
    g_assert_cmpuint (s->n, ==, 20);
    for (guint32 i = 0; i < 30; i++) {
        assert_same_places (cameras, i, c, i);
        assert_same_double (c->bearing_deg[i], cameras->bearing_deg[i]);
        assert_same_double (c->fov_deg[i], cameras->fov_deg[i]);
        assert_same_double (c->range_m[i], cameras->range_m[i]);
    }
    for (guint32 i = 0; i < 20; i++)
        assert_same_places (services, i, s, i);
    assert_failed (cg_store_put_cameras (f->store, services, &error), &error, CG_ERROR_ARGUMENT,
                   "not cameras");
}

static void
test_empty_tables (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = cg_store_load_units (f->store, &error);
    g_autoptr (CgRegions) regions = cg_store_load_regions (f->store, &error);
    g_autoptr (CgCompounds) compounds = cg_store_load_compounds (f->store, &error);
    g_autoptr (CgBarriers) barriers = cg_store_load_barriers (f->store, NULL, &error);
    g_autoptr (CgPlaces) incidents =
        cg_store_load_incidents (f->store, CG_TIME_NONE, CG_TIME_NONE, &error);
    g_autoptr (GPtrArray) plans = cg_store_list_plans (f->store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (
        units->n + regions->n + compounds->n + barriers->n + incidents->n + plans->len, ==, 0);
    g_autoptr (CgPlan) plan = cg_store_get_plan (f->store, 0, &error);
    g_assert_null (plan);
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
}

static void
test_settings (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *crs = cg_store_get_setting (f->store, "working_crs", &error);
    g_autofree char *config = cg_store_get_setting (f->store, "config", &error);
    g_autofree char *none = cg_store_get_setting (f->store, "nothing", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (crs, ==, CRS);
    g_assert_cmpstr (config, ==, "[county]\n");
    g_assert_null (none);
    gint64 version = cg_store_data_version (f->store);
    g_assert_true (cg_store_put_setting (f->store, "config", "[county]\nname=样例县\n", &error));
    g_autofree char *now = cg_store_get_setting (f->store, "config", &error);
    g_assert_cmpstr (now, ==, "[county]\nname=样例县\n");
    g_assert_cmpint (cg_store_data_version (f->store), ==, version + 1);
    g_assert_true (cg_store_put_setting (f->store, "config", "[county]\nname=样例县\n",
                                         &error)); /* no change */
    g_assert_cmpint (cg_store_data_version (f->store), ==, version + 1);
    assert_failed (cg_store_put_setting (f->store, "working_crs", "EPSG:4546", &error), &error,
                   CG_ERROR_CONFLICT, CRS);
    assert_failed (cg_store_put_setting (f->store, "", "x", &error), &error, CG_ERROR_ARGUMENT,
                   "key");
    assert_failed (cg_store_put_setting (f->store, "k", "\xff\xfe", &error), &error, CG_ERROR_INPUT,
                   "UTF-8");
}

/* Whatever the door refuses leaves everything as it was. */
static void
test_refused (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    fill (f->store);
    gint64 version = cg_store_data_version (f->store);
    g_autoptr (CgUnits) units = make_units (3, 3, 10);
    units->shapes->x[12] = INFINITY;
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_GEOMETRY,
                   "u00002");
    units->shapes->x[12] = 500000;
    g_free (units->id[5]);
    units->id[5] = g_strdup ("u00004");
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_INPUT,
                   "units row 6 (u00004)");
    g_free (units->id[5]);
    units->id[5] = g_strdup ("\xb2\xe2");
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_INPUT,
                   "not UTF-8");
    g_free (units->id[5]);
    units->id[5] = NULL;
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_INPUT,
                   "units row 6");
    g_free (units->working_crs);
    units->working_crs = g_strdup ("EPSG:4546");
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_ARGUMENT,
                   "EPSG:4546");
    g_autoptr (CgBarriers) barriers = make_barriers ();
    barriers->class[2] = 200;
    assert_failed (cg_store_put_barriers (f->store, barriers, &error), &error, CG_ERROR_ARGUMENT,
                   "b4");
    g_autoptr (CgPlaces) cameras = make_places (CG_PLACE_CAMERA, 3);
    cameras->y[1] = INFINITY;
    assert_failed (cg_store_put_cameras (f->store, cameras, &error), &error, CG_ERROR_GEOMETRY,
                   "camera-000001");
    g_autoptr (CgUnits) kept = cg_store_load_units (f->store, &error);
    g_autoptr (CgUnits) first = make_units (4, 3, 100);
    assert_same_units (first, kept);
    g_assert_cmpint (cg_store_data_version (f->store), ==, version);
    g_autofree char *problems = problems_of (f->store);
    g_assert_cmpstr (problems, ==, "");
}

static void
test_group (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (3, 3, 10);
    g_autoptr (CgRegions) regions = make_regions ();
    g_assert_true (cg_store_begin (f->store, &error));
    assert_failed (cg_store_begin (f->store, &error), &error, CG_ERROR_ARGUMENT, "open already");
    g_assert_true (cg_store_put_units (f->store, units, &error));
    g_assert_true (cg_store_add_import (f->store, "units", "u.csv", 9, 9, NULL, &error));
    g_autoptr (CgStore) reader = cg_store_open (f->path, CG_STORE_READ, &error);
    g_assert_no_error (error);
    g_autoptr (CgUnits) unseen = cg_store_load_units (reader, &error);
    g_assert_cmpuint (unseen->n, ==, 0);
    g_assert_true (cg_store_commit (f->store, &error));
    g_autoptr (CgUnits) seen = cg_store_load_units (reader, &error);
    g_assert_cmpuint (seen->n, ==, 9);
    g_autoptr (GPtrArray) imports = cg_store_list_imports (reader, &error);
    g_assert_cmpuint (imports->len, ==, 1);
    g_assert_cmpstr (((CgImportEntry *) imports->pdata[0])->file, ==, "u.csv");

    g_assert_true (cg_store_begin (f->store, &error));
    g_assert_true (cg_store_put_regions (f->store, regions, &error));
    units->households[0]++;
    g_free (units->id[1]);
    units->id[1] = g_strdup ("u00000");
    assert_failed (cg_store_put_units (f->store, units, &error), &error, CG_ERROR_INPUT, "u00000");
    assert_failed (cg_store_put_regions (f->store, regions, &error), &error, CG_ERROR_CONFLICT,
                   "earlier change");
    assert_failed (cg_store_commit (f->store, &error), &error, CG_ERROR_CONFLICT, "none of them");
    g_autoptr (CgRegions) none = cg_store_load_regions (reader, &error);
    g_assert_cmpuint (none->n, ==, 0);
    g_assert_true (cg_store_begin (f->store, &error));
    g_assert_true (cg_store_put_regions (f->store, regions, &error));
    cg_store_cancel (f->store);
    assert_failed (cg_store_commit (f->store, &error), &error, CG_ERROR_ARGUMENT, "no group");
    g_autoptr (CgRegions) still = cg_store_load_regions (f->store, &error);
    g_assert_cmpuint (still->n, ==, 0);
}

/* Geometry of another type or SRID is refused by the file itself, whoever writes. */
static void
test_geometry_guard (Fixture *f, gconstpointer unused)
{
    fill (f->store);
    fixture_close (f);
    sqlite3 *handle = NULL;
    g_assert_cmpint (sqlite3_open (f->path, &handle), ==, SQLITE_OK);
    /* A connection without SpatiaLite cannot even ask. */
    g_assert_cmpint (
        sqlite3_exec (handle, "INSERT INTO incident_place VALUES (900, x'00')", NULL, NULL, NULL),
        !=, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (handle, "UPDATE unit SET households = 1", NULL, NULL, NULL), ==,
                     SQLITE_CONSTRAINT_TRIGGER & 0xff);
    sqlite3_close (handle);
}

static void
test_same_puts_same_content (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *other = g_build_filename (f->dir, "other.sqlite", NULL);
    CgStore *second = cg_store_create (other, CRS, "[county]\n", &error);
    g_assert_no_error (error);
    fill (f->store);
    fill (second);
    cg_store_close (second);
    fixture_close (f);
    g_autofree char *a = dump (f->path), *b = dump (other);
    g_assert_cmpstr (a, ==, b);
    g_assert_cmpuint (strlen (a), >, 10000);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("/store/tables/regions", test_regions);
    ADD ("/store/tables/compounds", test_compounds);
    ADD ("/store/tables/drawn-groups", test_drawn_groups);
    ADD ("/store/tables/barriers", test_barriers);
    ADD ("/store/tables/buildings", test_buildings);
    ADD ("/store/tables/made-units", test_made_units);
    ADD ("/store/tables/barriers-in-box", test_barriers_in_box);
    ADD ("/store/tables/units", test_units);
    ADD ("/store/tables/incidents", test_incidents);
    ADD ("/store/tables/incidents-again", test_incidents_again);
    ADD ("/store/tables/cameras-and-services", test_cameras_and_services);
    ADD ("/store/tables/empty", test_empty_tables);
    ADD ("/store/tables/settings", test_settings);
    ADD ("/store/tables/refused", test_refused);
    ADD ("/store/tables/group", test_group);
    ADD ("/store/tables/geometry-guard", test_geometry_guard);
    ADD ("/store/tables/same-puts-same-content", test_same_puts_same_content);
    return g_test_run ();
}
