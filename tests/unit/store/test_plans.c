/* Plans, their grids, publishing, attachments, measures. */
#include <math.h>
#include <string.h>

#include "fixture.h"

static void
assert_same_grids (const CgGrids *in, const CgGrids *out)
{
    g_assert_cmpuint (out->n, ==, in->n);
    for (guint32 g = 0; g < in->n; g++) {
        g_assert_cmpuint (out->grid_id[g], ==, in->grid_id[g]);
        g_assert_cmpstr (out->code[g], ==, in->code[g]);
        g_assert_cmpstr (out->name[g], ==, in->name[g]);
        g_assert_cmpstr (out->within[g], ==, in->within[g]);
        g_assert_cmpuint (out->kind[g], ==, in->kind[g]);
        g_assert_cmpuint (out->status[g], ==, in->status[g]);
        g_assert_cmpuint (out->reason[g], ==, in->reason[g]);
        g_assert_cmpuint (out->households[g], ==, in->households[g]);
        g_assert_cmpuint (out->population[g], ==, in->population[g]);
        g_assert_cmpuint (out->households_estimated[g], ==, in->households_estimated[g]);
        g_assert_cmpuint (out->population_estimated[g], ==, in->population_estimated[g]);
        g_assert_cmpuint (out->units[g], ==, in->units[g]);
        assert_same_double (out->perimeter_m[g], in->perimeter_m[g]);
        assert_same_double (out->area_m2[g], in->area_m2[g]);
        assert_same_double (out->compactness[g], in->compactness[g]);
        g_assert_cmpstr (out->certificate[g], ==, in->certificate[g]);
        assert_same_shapes (in->shapes, g, out->shapes, g);
    }
}

static void
test_round_trip (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (4, 3, 100);
    g_autoptr (CgGrids) grids = make_grids (units, 4);
    g_assert_true (cg_store_put_units (f->store, units, &error));
    gint64 id = put_plan (f->store, units, grids);
    g_autoptr (CgPlan) plan = cg_store_get_plan (f->store, id, &error);
    g_assert_no_error (error);
    g_autofree char *hash = cg_plan_hash (units, grids),
                    *report = cg_store_get_report (f->store, id, &error);
    g_assert_cmpstr (plan->state, ==, "draft");
    g_assert_cmpstr (plan->title, ==, "试划");
    g_assert_cmpstr (plan->author, ==, "planner");
    g_assert_cmpstr (plan->parameters, ==, "{\"seed\":1}");
    g_assert_cmpstr (plan->hash, ==, hash);
    g_assert_cmpint (plan->created_s, ==, 1700000000);
    g_assert_cmpint (plan->effective_from_s, ==, CG_TIME_NONE);
    g_assert_cmpuint (plan->n_grids, ==, 3);
    g_assert_cmpuint (plan->n_ok + plan->n_below + plan->n_above, ==, 3);
    g_assert_cmpstr (report, ==, "{\"grids\":3}");
    g_autoptr (CgGrids) out = cg_store_load_grids (f->store, id, &error);
    g_assert_no_error (error);
    assert_same_grids (grids, out);
    g_assert_cmpmem (out->grid_of, sizeof (guint32) * 12, grids->grid_of, sizeof (guint32) * 12);
    g_assert_null (cg_store_load_grids (f->store, 77, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
}

/* printf 'a\tG2\nb\tG1\n' | sha256sum */
static void
test_hash (Fixture *f, gconstpointer unused)
{
    g_autoptr (CgUnits) units = cg_units_new (2);
    g_autoptr (CgGrids) grids = cg_grids_new (2, 2);
    units->id[0] = g_strdup ("b");
    units->id[1] = g_strdup ("a");
    grids->code[0] = g_strdup ("G1");
    grids->code[1] = g_strdup ("G2");
    grids->grid_of[0] = 0;
    grids->grid_of[1] = 1;
    g_autofree char *hash = cg_plan_hash (units, grids);
    g_assert_cmpstr (hash, ==, "344b5459b25cf4e0b930ad7db020b42f150633e7cc254165a62a0efb0b464cfb");
}

static void
test_newer_units (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (4, 3, 100), more = make_units (7, 2, 90);
    g_autoptr (CgGrids) grids = make_grids (units, 4);
    g_assert_true (cg_store_put_units (f->store, units, &error));
    gint64 id = put_plan (f->store, units, grids);
    g_assert_true (cg_store_put_units (f->store, more, &error));
    g_autoptr (CgGrids) out = cg_store_load_grids (f->store, id, &error);
    g_assert_no_error (error);
    assert_same_grids (grids, out);
    g_assert_cmpuint (out->n_units, ==, 14);
    g_assert_cmpuint (out->grid_of[11], ==, 2);
    g_assert_cmpuint (out->grid_of[12], ==, CG_NONE);
    g_autoptr (CgUnits) old = NULL;
    g_autoptr (CgGrids) whole = NULL;
    g_assert_true (cg_store_load_plan (f->store, id, &old, &whole, &error));
    assert_same_grids (grids, whole);
    g_assert_cmpuint (old->n, ==, 12);
    g_assert_cmpuint (old->households[11], ==, units->households[11]);
    g_assert_cmpmem (whole->grid_of, sizeof (guint32) * 12, grids->grid_of, sizeof (guint32) * 12);
    g_assert_false (cg_store_load_plan (f->store, 77, &old, &whole, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_NOT_FOUND);
    g_clear_error (&error);
    gint64 today = 0;
    g_autoptr (CgPlan) stored = cg_store_get_plan (f->store, id, &error);
    g_assert_true (cg_store_unit_version (f->store, &today, &error));
    g_assert_cmpint (stored->unit_version, <, today);
    CgPlan plan = { .created_s = CG_TIME_NONE };
    assert_failed (cg_store_add_plan (f->store, &plan, "split", units, grids, NULL, NULL, &error),
                   &error, CG_ERROR_CONFLICT, "u00000");
}

static void
test_refused (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (4, 3, 100);
    g_autoptr (CgGrids) grids = make_grids (units, 4);
    CgPlan plan = { .created_s = CG_TIME_NONE };
    assert_failed (cg_store_add_plan (f->store, &plan, "split", units, grids, NULL, NULL, &error),
                   &error, CG_ERROR_CONFLICT, "the store has 0");
    g_assert_true (cg_store_put_units (f->store, units, &error));
    grids->grid_of[3] = CG_NONE;
    assert_failed (cg_store_add_plan (f->store, &plan, "split", units, grids, NULL, NULL, &error),
                   &error, CG_ERROR_ARGUMENT, "u00003 is in no grid");
    grids->grid_of[3] = 1;
    assert_failed (cg_store_add_plan (f->store, &plan, "split", units, grids, NULL, NULL, &error),
                   &error, CG_ERROR_ARGUMENT, "not the sums");
    grids->grid_of[3] = 0;
    plan.parent = 9;
    assert_failed (cg_store_add_plan (f->store, &plan, "split", units, grids, NULL, NULL, &error),
                   &error, CG_ERROR_NOT_FOUND, "plan 9");
    plan.parent = 0;
    g_free (grids->code[2]);
    grids->code[2] = g_strdup (grids->code[1]);
    assert_failed (cg_store_add_plan (f->store, &plan, "split", units, grids, NULL, NULL, &error),
                   &error, CG_ERROR_INPUT, "grids row 3");
    g_autoptr (GPtrArray) plans = cg_store_list_plans (f->store, &error);
    g_assert_cmpuint (plans->len, ==, 0);
}

static void
test_publish (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = make_units (4, 3, 100);
    g_autoptr (CgGrids) grids = make_grids (units, 4), coarse = make_grids (units, 6);
    g_assert_true (cg_store_put_units (f->store, units, &error));
    gint64 first = put_plan (f->store, units, grids), second = put_plan (f->store, units, coarse);
    g_autoptr (CgPlan) draft = cg_store_get_plan (f->store, 0, &error);
    g_assert_cmpint (draft->id, ==, second);
    g_assert_true (cg_store_publish_plan (f->store, first, 1000, "head", &error));
    g_autoptr (CgPlan) force = cg_store_get_plan (f->store, 0, &error);
    g_assert_cmpint (force->id, ==, first);
    g_assert_cmpint (force->effective_from_s, ==, 1000);
    assert_failed (cg_store_publish_plan (f->store, first, 2000, NULL, &error), &error,
                   CG_ERROR_CONFLICT, "published");
    assert_failed (cg_store_publish_plan (f->store, second, 999, NULL, &error), &error,
                   CG_ERROR_CONFLICT, "later time");
    assert_failed (cg_store_publish_plan (f->store, 55, 999, NULL, &error), &error,
                   CG_ERROR_NOT_FOUND, "plan 55");
    g_assert_true (cg_store_publish_plan (f->store, second, 5000, "head", &error));
    g_autoptr (CgPlan) old = cg_store_get_plan (f->store, first, &error);
    g_assert_cmpstr (old->state, ==, "archived");
    g_assert_cmpint (old->effective_to_s, ==, 5000);
    fixture_close (f);
    g_assert_cmpint (
        ask (f->path, "SELECT count(*) FROM audit WHERE who = 'head' AND action = 'plan publish'"),
        ==, 2);
    g_assert_cmpint (ask (f->path, "SELECT count(*) FROM operation"), ==, 4);
}

/* The file itself refuses, whoever writes: each statement by a plain connection fails in a trigger.
 */
static void
test_immutable (Fixture *f, gconstpointer unused)
{
    static const char *const attempts[] = {
        "UPDATE plan SET title = 'x' WHERE plan_id = 1",
        "UPDATE plan SET state = 'draft' WHERE plan_id = 1",
        "UPDATE plan SET hash = 'x' WHERE plan_id = 1",
        "UPDATE plan SET effective_from_s = 5 WHERE plan_id = 1",
        "UPDATE plan SET effective_to_s = 5000 WHERE plan_id = 1",
        "DELETE FROM plan WHERE plan_id = 1",
        "UPDATE grid SET name = 'x' WHERE plan = 1",
        "DELETE FROM grid WHERE plan = 1",
        "UPDATE assignment SET grid_id = 2 WHERE plan = 1",
        "DELETE FROM assignment WHERE plan = 1",
        "INSERT INTO assignment VALUES (1, 1, 1)",
        "UPDATE operation SET kind = 'x'",
        "DELETE FROM operation",
        "UPDATE audit SET who = 'x'",
        "DELETE FROM audit",
        "UPDATE import_log SET file = 'x'",
        "DELETE FROM import_log",
        "UPDATE incident SET state = 'x'",
        "UPDATE unit SET households = 1",
    };
    g_autoptr (GError) error = NULL;
    gint64 plan = fill (f->store);
    g_assert_true (cg_store_publish_plan (f->store, plan, 1700002000, NULL, &error));
    fixture_close (f);
    sqlite3 *handle = NULL;
    g_assert_cmpint (sqlite3_open (f->path, &handle), ==, SQLITE_OK);
    sqlite3_extended_result_codes (handle, 1);
    for (guint i = 0; i < G_N_ELEMENTS (attempts); i++) {
        int code = sqlite3_exec (handle, attempts[i], NULL, NULL, NULL);
        if (code != SQLITE_CONSTRAINT_TRIGGER)
            g_error ("%s gave %d", attempts[i], code);
    }
    sqlite3_close (handle);
}

static void
test_attachments (Fixture *f, gconstpointer unused)
{
    static const CgPlaceKind kinds[] = { CG_PLACE_INCIDENT, CG_PLACE_CAMERA, CG_PLACE_SERVICE };
    g_autoptr (GError) error = NULL;
    gint64 plan = fill (f->store);
    g_autoptr (CgGrids) grids = cg_store_load_grids (f->store, plan, &error);
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
        g_autoptr (CgPlaces) places = make_places (kinds[k], 41); /* one more than was attached */
        g_autofree guint32 *of = cg_store_load_attachments (f->store, plan, places, grids, &error);
        g_assert_no_error (error);
        for (guint32 i = 0; i < 41; i++)
            g_assert_cmpuint (of[i], ==, i == 40 || isnan (places->x[i]) ? CG_NONE : i % 3);
        assert_failed (cg_store_put_attachments (f->store, plan, places, grids, of, &error), &error,
                       CG_ERROR_NOT_FOUND, "-000040");
        places->n = 40;
        assert_failed (cg_store_put_attachments (f->store, 8, places, grids, of, &error), &error,
                       CG_ERROR_NOT_FOUND, "plan 8");
        of[2] = 3;
        assert_failed (cg_store_put_attachments (f->store, plan, places, grids, of, &error), &error,
                       CG_ERROR_ARGUMENT, "row 3 of 3");
        of[2] = 0; /* replaced */
        g_assert_true (cg_store_put_attachments (f->store, plan, places, grids, of, &error));
        g_autofree guint32 *again =
            cg_store_load_attachments (f->store, plan, places, grids, &error);
        g_assert_cmpmem (of, 40 * sizeof *of, again, 40 * sizeof *of);
        places->n = 41;
    }
    g_autofree char *problems = problems_of (f->store);
    g_assert_cmpstr (problems, ==, "");
}

static void
add_row (const CgMeasureRow *row, gpointer user_data)
{
    g_string_append_printf (user_data, "%s %s %s %" G_GINT64_FORMAT " [%s] %.17g %.17g\n",
                            row->name, cg_level_name (row->level), row->place, row->start_s,
                            row->type, row->value, row->base);
}

static void
test_measures (Fixture *f, gconstpointer unused)
{
    g_autoptr (GError) error = NULL;
    gint64 plan = fill (f->store);
    CgMeasureRow rows[] = {
        { .place = "b", .start_s = 200, .type = "noise", .value = 0.1, .base = NAN },
        { .place = "a", .start_s = 300, .type = "", .value = 7, .base = 400 },
        { .place = "a", .start_s = 100, .type = "", .value = 1e300, .base = 400 },
    };
    g_assert_true (cg_store_put_measures (f->store, plan, "incidents", CG_LEVEL_GRID,
                                          CG_PERIOD_WEEK, rows, 3, &error));
    g_assert_true (cg_store_put_measures (f->store, 0, "incidents", CG_LEVEL_GRID, CG_PERIOD_WEEK,
                                          rows, 1, &error));
    g_autoptr (GString) text = g_string_new ("");
    g_assert_true (cg_store_each_measure (f->store, plan, "incidents", CG_LEVEL_GRID,
                                          CG_PERIOD_WEEK, CG_TIME_NONE, CG_TIME_NONE, add_row, text,
                                          &error));
    g_assert_cmpstr (
        text->str, ==,
        "incidents grid a 100 [] 1.0000000000000001e+300 400\nincidents grid a 300 [] 7 400\n"
        "incidents grid b 200 [noise] 0.10000000000000001 nan\n");
    g_string_truncate (text, 0);
    g_assert_true (cg_store_put_measures (f->store, plan, "incidents", CG_LEVEL_GRID,
                                          CG_PERIOD_WEEK, rows, 2, &error));
    g_assert_true (cg_store_each_measure (f->store, plan, "incidents", CG_LEVEL_GRID,
                                          CG_PERIOD_WEEK, 200, 300, add_row, text, &error));
    g_assert_cmpstr (text->str, ==, "incidents grid b 200 [noise] 0.10000000000000001 nan\n");
    rows[1] = rows[0];
    assert_failed (cg_store_put_measures (f->store, plan, "incidents", CG_LEVEL_GRID,
                                          CG_PERIOD_WEEK, rows, 2, &error),
                   &error, CG_ERROR_INPUT, "row 2");
    assert_failed (
        cg_store_put_measures (f->store, 9, "x", CG_LEVEL_GRID, CG_PERIOD_WEEK, rows, 1, &error),
        &error, CG_ERROR_NOT_FOUND, "plan 9");
    assert_failed (cg_store_put_measures (f->store, plan, "a\tb", CG_LEVEL_GRID, CG_PERIOD_WEEK,
                                          rows, 1, &error),
                   &error, CG_ERROR_ARGUMENT, "name");
    g_autofree char *problems = problems_of (f->store);
    g_assert_cmpstr (problems, ==, "");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("/store/plans/round-trip", test_round_trip);
    ADD ("/store/plans/hash", test_hash);
    ADD ("/store/plans/newer-units", test_newer_units);
    ADD ("/store/plans/refused", test_refused);
    ADD ("/store/plans/publish", test_publish);
    ADD ("/store/plans/immutable", test_immutable);
    ADD ("/store/plans/attachments", test_attachments);
    ADD ("/store/plans/measures", test_measures);
    return g_test_run ();
}
