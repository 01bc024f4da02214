#include "fixture.h"

#include "support.h"

#include <math.h>
#include <string.h>

void
fixture_up (Fixture *fixture, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    fixture->dir = cg_test_dir ();
    fixture->path = g_build_filename (fixture->dir, "county.sqlite", NULL);
    fixture->store = cg_store_create (fixture->path, CRS, "[county]\n", &error);
    g_assert_no_error (error);
    g_assert_nonnull (fixture->store);
}

void
fixture_close (Fixture *fixture)
{
    g_clear_pointer (&fixture->store, cg_store_close);
}

void
fixture_open (Fixture *fixture, CgStoreMode mode)
{
    g_autoptr (GError) error = NULL;
    fixture_close (fixture);
    fixture->store = cg_store_open (fixture->path, mode, &error);
    g_assert_no_error (error);
}

void
fixture_down (Fixture *fixture, gconstpointer unused)
{
    fixture_close (fixture);
    g_free (fixture->path);
    cg_test_remove_dir (fixture->dir);
}

CgRegions *
make_regions (void)
{
    static const char *const codes[] = { "610626000001", "610626", "610626100", "610626000002" };
    static const CgLevel levels[] = { CG_LEVEL_COMMUNITY, CG_LEVEL_COUNTY, CG_LEVEL_TOWN,
                                      CG_LEVEL_COMMUNITY };
    static const guint32 parents[] = { 2, CG_NONE, 1, 2 };
    CgRegions *regions = cg_regions_new (4);
    for (guint32 i = 0; i < 4; i++) {
        regions->code[i] = g_strdup (codes[i]);
        regions->name[i] = i == 3 ? NULL : g_strdup_printf ("样例%u", i);
        regions->level[i] = levels[i];
        regions->parent[i] = parents[i];
        regions->urban[i] = i == 0;
        regions->row[i] = i + 2;
        regions->households[i] = i == 2 ? 1234.5 : NAN;
        cg_test_add_ring (regions->shapes, 500000.1 + i, 4000000.3, 1000 / 3.0, 1e-7 + 100);
        cg_shapes_end_part (regions->shapes);
        cg_shapes_end_shape (regions->shapes);
    }
    regions->delivered_crs = g_strdup ("EPSG:4326");
    regions->working_crs = g_strdup (CRS);
    return regions;
}

CgCompounds *
make_compounds (void)
{
    CgCompounds *compounds = cg_compounds_new (3);
    for (guint32 i = 0; i < 3; i++) {
        compounds->code[i] = g_strdup_printf ("C%u", i);
        compounds->name[i] = i == 1 ? NULL : g_strdup ("花园小区");
        compounds->kind[i] = g_strdup (i == 2 ? "park" : "compound");
        compounds->region[i] = i == 0 ? g_strdup ("610626000001") : NULL;
        compounds->dedicated[i] = i == 2;
        compounds->row[i] = i;
        cg_test_add_ring (compounds->shapes, 500000 + 0.1 * i, 4000000, 50,
                 60); /* two parts, the second with a hole */
        cg_shapes_end_part (compounds->shapes);
        cg_test_add_ring (compounds->shapes, 500100, 4000000, 30, 30);
        cg_test_add_ring (compounds->shapes, 500110, 4000010, 1 / 7.0, 1 / 3.0);
        cg_shapes_end_part (compounds->shapes);
        cg_shapes_end_shape (compounds->shapes);
    }
    compounds->working_crs = g_strdup (CRS);
    return compounds;
}

CgBarriers *
make_barriers (void)
{
    CgBarriers *barriers = cg_barriers_new (6);
    for (guint32 i = 0; i < 6; i++) {
        barriers->id[i] = i < 2 ? NULL : g_strdup_printf ("b%u", 6 - i);
        barriers->name[i] = i == 3 ? g_strdup ("洛河") : NULL;
        barriers->class[i] = (guint8) (i + 1);
        barriers->passable[i] = i % 2 == 0;
        barriers->row[i] = i;
        double x = 500000 + 1000.0 * i;
        if (i % 3 == 0) {
            cg_test_add_ring (barriers->areas, x, 4000000, 10.1, 20.2);
            cg_shapes_end_part (barriers->areas);
        } else {
            for (guint k = 0; k < 4; k++)
                cg_shapes_add_vertex (barriers->lines, x + k * 1.1, 4000000 + k * k / 3.0);
            cg_shapes_end_ring (barriers->lines);
            cg_shapes_end_part (barriers->lines);
        }
        cg_shapes_end_shape (barriers->areas);
        cg_shapes_end_shape (barriers->lines);
    }
    barriers->working_crs = g_strdup (CRS);
    return barriers;
}

CgBarriers *
make_borders (void)
{
    CgBarriers *borders = cg_barriers_new (2);
    for (guint32 i = 0; i < 2; i++) {
        borders->class[i] = i == 0 ? CG_BARRIER_RAILWAY : CG_BARRIER_WALL;
        borders->passable[i] = i == 1;
        for (guint part = 0; part <= i; part++) {
            cg_shapes_add_vertex (borders->lines, 500000 + 1 / 3.0, 4000000 + 40.0 * part);
            cg_shapes_add_vertex (borders->lines, 500100 + i, 4000007.5 + 40.0 * part);
            cg_shapes_end_ring (borders->lines);
            cg_shapes_end_part (borders->lines);
        }
        cg_shapes_end_shape (borders->lines);
        cg_shapes_end_shape (borders->areas);
    }
    borders->working_crs = g_strdup (CRS);
    return borders;
}

CgBuildings *
make_buildings (void)
{
    CgBuildings *b = cg_buildings_new (4);
    for (guint32 i = 0; i < b->n; i++) {
        gboolean point = i == 2;
        b->id[i] = i == 1 ? g_strdup ("12") : g_strdup (i == 3 ? "h0" : i == 0 ? "h0" : "h2");
        b->key[i] = i == 1 ? CG_NONE : i == 2 ? 1 : 0;
        b->row[i] = i + 11;
        b->levels[i] = i == 0 ? 3.5 : NAN;
        b->height_m[i] = i == 1 ? 9.1 : NAN;
        b->households[i] = i == 2 ? 7 : NAN;
        b->population[i] = i == 2 ? 19 : NAN;
        b->dwelling[i] = i != 3;
        b->compound[i] = i < 2 ? cg_names_add (b->compounds, "C0") : CG_NONE;
        b->group[i] = i == 2 ? cg_names_add (b->groups, "三组") : CG_NONE;
        if (point) {
            cg_shapes_add_point (b->points, 500000 + 1 / 3.0, 4000000.7);
            cg_shapes_end_shape (b->outlines);
            continue;
        }
        cg_test_add_ring (b->outlines, 500000 + 30.0 * i, 4000000 + 1 / 7.0, 10, 12);
        cg_shapes_end_part (b->outlines);
        cg_shapes_end_shape (b->outlines);
        cg_shapes_end_shape (b->points);
    }
    b->has_households = b->has_population = TRUE;
    b->working_crs = g_strdup (CRS);
    return b;
}

CgUnits *
make_units (guint32 columns, guint32 rows, guint32 households)
{
    static const char *const villages[] = { "610626000001", "610626000002" };
    CgUnits *units = cg_units_new (columns * rows);
    for (guint32 i = 0; i < units->n; i++) {
        units->id[i] = g_strdup_printf ("u%05u", i);
        units->households[i] = households;
        units->population[i] = households * 3 + i;
        units->region[i] = cg_names_add (units->regions, villages[i % 2]);
        units->compound[i] = i % 3 == 0 ? cg_names_add (units->compounds, "C0") : CG_NONE;
        units->group[i] = i % 5 == 0 ? cg_names_add (units->groups, "一组") : CG_NONE;
        units->keep[i] = i % 4 == 0 ? cg_names_add (units->kept, "old 1") : CG_NONE;
        units->kind[i] = (guint8) (i % 3);
        units->estimated[i] = i % 4; /* none, households, people, both */
        units->row[i] = i + 1;
        cg_test_add_ring (units->shapes, 500000 + (i % columns) * 100.0 + 1 / 3.0,
                 4000000 + i / columns * 100.0 + 0.1, 100, 100);
        cg_shapes_end_part (units->shapes);
        cg_shapes_end_shape (units->shapes);
    }
    units->has_population = TRUE;
    units->working_crs = g_strdup (CRS);
    return units;
}

static void
add_camera_columns (CgPlaces *places, guint32 i)
{
    places->bearing_deg[i] = i % 2 == 0 ? NAN : i * 0.1;
    places->fov_deg[i] = 70;
    places->range_m[i] = 1 / 3.0 + i;
}

static void
add_incident_columns (CgPlaces *places, guint32 i)
{
    places->time_s[i] = i % 11 == 5 ? CG_TIME_NONE : 1700000000 + (gint64) i * 60;
    places->reported_s[i] = i % 4 == 0 ? CG_TIME_NONE : 1700000005 + (gint64) i * 60;
    places->weight[i] = 1 + i / 3.0;
    places->source[i] =
        i % 5 == 0 ? CG_NONE : cg_names_add (places->sources, i % 2 == 0 ? "12345" : "patrol");
    places->revision[i] = 0;
    places->state[i] = i % 3 == 0 ? CG_NONE : cg_names_add (places->states, "处理中");
}

CgPlaces *
make_places (CgPlaceKind kind, guint32 n)
{
    static const char *const types[] = { "噪音", "noise", "lighting" };
    CgPlaces *places = cg_places_new (kind, n);
    places->time_s = g_new (gint64, n);
    places->reported_s = g_new (gint64, n);
    places->weight = g_new (double, n);
    places->source = g_new (guint32, n);
    places->revision = g_new (guint32, n);
    places->state = g_new (guint32, n);
    places->name = kind == CG_PLACE_INCIDENT ? NULL : g_new0 (char *, n);
    places->bearing_deg = g_new (double, n);
    places->fov_deg = g_new (double, n);
    places->range_m = g_new (double, n);
    for (guint32 i = 0; i < n; i++) {
        places->id[i] = g_strdup_printf ("%s-%06u", cg_place_kind_name (kind), i);
        places->type[i] = i % 6 == 5 ? CG_NONE : cg_names_add (places->types, types[i % 3]);
        places->row[i] = i + 2;
        if (i % 7 != 6) {
            places->x[i] = 500000 + (i % 300) + 1 / 3.0;
            places->y[i] = 4000000 + (i % 401) + 1 / 7.0;
            places->delivered_x[i] = 108.1 + i * 1e-5;
            places->delivered_y[i] = 36.2 + i * 1e-5;
        }
        add_incident_columns (places, i);
        add_camera_columns (places, i);
        if (places->name != NULL && i % 2 == 0)
            places->name[i] = g_strdup_printf ("点位%u", i);
    }
    places->delivered_crs = g_strdup ("gcj02");
    places->working_crs = g_strdup (CRS);
    return places;
}

static void
set_grid (CgGrids *grids, guint32 g)
{
    grids->grid_id[g] = g + 1;
    grids->code[g] = g_strdup_printf ("610626000001%03u", g + 1);
    grids->name[g] = g == 1 ? NULL : g_strdup_printf ("第%u网格", g + 1);
    grids->within[g] = g_strdup ("610626000001");
    grids->kind[g] = (guint8) (g % 3);
    grids->status[g] = (guint8) (g % 3);
    grids->reason[g] = g % 3 == 0 ? CG_REASON_NONE : CG_REASON_WINDOW;
    grids->perimeter_m[g] = 400 / 3.0;
    grids->area_m2[g] = 1e4 + g;
    grids->compactness[g] = g == 0 ? NAN : 0.785;
    grids->certificate[g] = g % 3 == 0 ? NULL : g_strdup ("too few / 太少");
    cg_test_add_ring (grids->shapes, 500000 + 1 / 3.0, 4000000 + 100.0 * g, 400, 100);
    cg_shapes_end_part (grids->shapes);
    cg_shapes_end_shape (grids->shapes);
}

CgGrids *
make_grids (const CgUnits *units, guint32 per_grid)
{
    CgGrids *grids = cg_grids_new ((units->n + per_grid - 1) / per_grid, units->n);
    for (guint32 g = 0; g < grids->n; g++)
        set_grid (grids, g);
    for (guint32 i = 0; i < units->n; i++) {
        guint32 g = i / per_grid;
        grids->grid_of[i] = g;
        grids->units[g]++;
        grids->households[g] += units->households[i];
        grids->population[g] += units->population[i];
        if ((units->estimated[i] & CG_ESTIMATED_HOUSEHOLDS) != 0)
            grids->households_estimated[g] += units->households[i];
        if ((units->estimated[i] & CG_ESTIMATED_POPULATION) != 0)
            grids->population_estimated[g] += units->population[i];
    }
    grids->working_crs = g_strdup (CRS);
    return grids;
}

gint64
put_plan (CgStore *store, const CgUnits *units, const CgGrids *grids)
{
    g_autoptr (GError) error = NULL;
    gint64 id = 0;
    CgPlan plan = { .title = (char *) "试划",
                    .author = (char *) "planner",
                    .parameters = (char *) "{\"seed\":1}",
                    .created_s = 1700000000 };
    cg_store_add_plan (store, &plan, "split", units, grids, "{\"grids\":3}", &id, &error);
    g_assert_no_error (error);
    return id;
}

static void
attach_all (CgStore *store, gint64 plan, CgPlaceKind kind, const CgGrids *grids)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) places = make_places (kind, 40);
    g_autofree guint32 *grid_of = g_new (guint32, places->n);
    for (guint32 i = 0; i < places->n; i++)
        grid_of[i] = isnan (places->x[i]) ? CG_NONE : i % grids->n;
    if (kind == CG_PLACE_INCIDENT)
        cg_store_put_incidents (store, places, NULL, &error);
    else if (kind == CG_PLACE_CAMERA)
        cg_store_put_cameras (store, places, &error);
    else
        cg_store_put_services (store, places, &error);
    g_assert_no_error (error);
    cg_store_put_attachments (store, plan, places, grids, grid_of, &error);
    g_assert_no_error (error);
}

gint64
fill (CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgRegions) regions = make_regions ();
    g_autoptr (CgCompounds) compounds = make_compounds ();
    g_autoptr (CgBarriers) barriers = make_barriers ();
    g_autoptr (CgBuildings) buildings = make_buildings ();
    g_autoptr (CgUnits) units = make_units (4, 3, 100);
    g_autoptr (CgGrids) grids = make_grids (units, 4);
    g_autoptr (CgBarriers) borders = make_borders ();
    CgMeasureRow row = {
        .place = "610626000001001", .start_s = 1700000000, .type = "", .value = 3, .base = 400
    };
    g_assert_true (cg_store_put_regions (store, regions, &error));
    g_assert_true (cg_store_put_compounds (store, compounds, &error));
    g_assert_true (cg_store_put_barriers (store, barriers, &error));
    g_assert_true (cg_store_put_buildings (store, buildings, &error));
    g_assert_true (cg_store_put_made_units (store, units, "{\"by\":\"cells\"}", borders, &error));
    gint64 plan = put_plan (store, units, grids);
    attach_all (store, plan, CG_PLACE_INCIDENT, grids);
    attach_all (store, plan, CG_PLACE_CAMERA, grids);
    attach_all (store, plan, CG_PLACE_SERVICE, grids);
    cg_store_put_measures (store, plan, "incidents", CG_LEVEL_GRID, CG_PERIOD_DAY, &row, 1, &error);
    cg_store_add_import (store, "units", "units.gpkg", 13, 12, "{}", &error);
    g_assert_no_error (error);
    return plan;
}

/* ---- from outside ---------------------------------------- */

static sqlite3 *
plain (const char *path)
{
    sqlite3 *handle = NULL;
    g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
    return handle;
}

void
damage (const char *path, const char *table, const char *sql)
{
    sqlite3 *handle = plain (path);
    char *message = NULL;
    if (table != NULL) {
        g_autoptr (GString) drops = g_string_new ("");
        sqlite3_stmt *list = NULL;
        sqlite3_prepare_v2 (
            handle, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1", -1,
            &list, NULL);
        sqlite3_bind_text (list, 1, table, -1, SQLITE_TRANSIENT);
        while (sqlite3_step (list) == SQLITE_ROW)
            g_string_append_printf (drops, "DROP TRIGGER %s;",
                                    (const char *) sqlite3_column_text (list, 0));
        sqlite3_finalize (list);
        g_assert_cmpint (sqlite3_exec (handle, drops->str, NULL, NULL, NULL), ==, SQLITE_OK);
    }
    sqlite3_exec (handle, sql, NULL, NULL, &message);
    g_assert_cmpstr (message, ==, NULL);
    sqlite3_close (handle);
}

gint64
ask (const char *path, const char *sql)
{
    sqlite3 *handle = plain (path);
    sqlite3_stmt *st = NULL;
    g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &st, NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_step (st), ==, SQLITE_ROW);
    gint64 value = sqlite3_column_int64 (st, 0);
    sqlite3_finalize (st);
    sqlite3_close (handle);
    return value;
}

char *
problems_of (CgStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) problems = NULL;
    g_assert_true (cg_store_check (store, &problems, &error));
    g_assert_no_error (error);
    g_autoptr (GString) text = g_string_new ("");
    for (guint i = 0; i < problems->len; i++)
        g_string_append_printf (text, "%s\n", (const char *) problems->pdata[i]);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
dump_table (sqlite3 *handle, const char *table, GString *out)
{
    g_autofree char *sql = g_strdup_printf ("SELECT * FROM %s ORDER BY 1, 2", table);
    sqlite3_stmt *st = NULL;
    g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &st, NULL), ==, SQLITE_OK);
    g_string_append_printf (out, "== %s\n", table);
    while (sqlite3_step (st) == SQLITE_ROW) {
        for (int c = 0; c < sqlite3_column_count (st); c++) {
            const guchar *data = sqlite3_column_blob (st, c);
            int length = sqlite3_column_bytes (st, c);
            for (int k = 0; k < length; k++)
                g_string_append_printf (out, g_ascii_isprint (data[k]) ? "%c" : "\\%02x", data[k]);
            g_string_append_c (out, '|');
        }
        g_string_append_c (out, '\n');
    }
    sqlite3_finalize (st);
}

char *
dump (const char *path)
{
    static const char *const tables[] = {
        "setting",      "seal",       "region",        "compound",       "unit_version",
        "unit",         "barrier",    "incident",      "incident_place", "camera",
        "camera_place", "service",    "service_place", "plan",           "operation",
        "grid",         "assignment", "attachment",    "measure",        "audit",
        "audit_head",   "import_log", "store",         "schema_version", "micro",
        "micro_assignment", "building", "region_total", "unit_made", "unit_border",
        "delivery",     "acknowledgement",
    };
    sqlite3 *handle = plain (path);
    GString *out = g_string_new ("");
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        dump_table (handle, tables[i], out);
    sqlite3_close (handle);
    return g_string_free (out, FALSE);
}

/* ---- comparing ---------------------------------------- */

void
assert_same_double (double a, double b)
{
    if (isnan (a) && isnan (b))
        return;
    g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
}

void
assert_same_shapes (const CgShapes *a, guint32 i, const CgShapes *b, guint32 j)
{
    g_autoptr (GBytes) first = cg_shapes_get_wkb (a, i, TRUE),
                       second = cg_shapes_get_wkb (b, j, TRUE);
    g_assert_true (g_bytes_equal (first, second));
}

void
assert_failed (gboolean good, GError **error, CgError code, const char *part)
{
    g_assert_false (good);
    g_assert_error (*error, CG_ERROR, (int) code);
    if (strstr ((*error)->message, part) == NULL)
        g_error ("\"%s\" does not say \"%s\"", (*error)->message, part);
    g_clear_error (error);
}
