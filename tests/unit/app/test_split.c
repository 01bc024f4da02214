/* The hand-worked counties of the split: urban by households, rural and dedicated by rule. */
#include <math.h>
#include <string.h>

#include "app/json.h"
#include "app/split/split.h"
#include "support.h"

static CgSplit *
split (const CgUnits *units)
{
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    g_autoptr (GError) error = NULL;
    CgSplit *result = cg_split_run (units, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (result);
    return result;
}

static CgSplit *
split_cut (const CgUnits *units, double crossing_max_m)
{
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT,
                               .crossing_max_m = crossing_max_m };
    g_autoptr (GError) error = NULL;
    CgSplit *result = cg_split_run (units, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    return result;
}

/* 4 x 3 units of 100 households: 1200 in three grids of 400. */
static void
test_urban (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (4, 3, 100, 100);
    g_autoptr (CgSplit) result = split (units);
    g_assert_cmpuint (result->grids->n, ==, 3);
    g_assert_cmpuint (result->links, ==, 17);
    g_assert_cmpuint (result->violations, ==, 0);
    double area = 0;
    for (guint32 g = 0; g < 3; g++) {
        g_assert_cmpuint (result->grids->households[g], ==, 400);
        g_assert_cmpint (result->grids->status[g], ==, CG_GRID_OK);
        area += result->grids->area_m2[g];
    }
    g_assert_cmpfloat (area, ==, 120000);
}

/* Left column dedicated, right column rural in two groups, one of them in two pieces; the middle
 * urban. */
static void
test_kinds (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (6, 3, 100, 100);
    guint32 park = cg_names_add (units->groups, "park"),
            first = cg_names_add (units->groups, "group 1"),
            second = cg_names_add (units->groups, "group 2");
    for (guint32 r = 0; r < 3; r++) {
        units->kind[r * 6] = CG_UNIT_DEDICATED;
        units->group[r * 6] = park;
        units->kind[r * 6 + 5] = CG_UNIT_RURAL;
        units->group[r * 6 + 5] = r == 1 ? second : first;
    }
    /* 100 m apart, the two pieces are one grid over a crossing; without crossings each is one. */
    for (guint apart = 0; apart < 2; apart++) {
        g_autoptr (CgSplit) result = split_cut (units, apart ? -1 : 0);
        guint32 kinds[3] = { 0 };
        gboolean pieces_told = FALSE;
        for (guint32 g = 0; g < result->grids->n; g++) {
            kinds[result->grids->kind[g]]++;
            pieces_told |= result->grids->certificate[g] != NULL &&
                           strstr (result->grids->certificate[g], "2 pieces") != NULL;
        }
        g_assert_cmpuint (kinds[CG_UNIT_URBAN], ==, 3);
        g_assert_cmpuint (kinds[CG_UNIT_DEDICATED], ==, 1);
        g_assert_cmpuint (kinds[CG_UNIT_RURAL], ==, 2 + apart);
        g_assert_cmpint (pieces_told, ==, apart);
        g_assert_cmpuint (result->multipart, ==, 1 - apart);
        g_assert_cmpuint (result->crossings->len, ==, 1 - apart);
    }
}

/* 2 x 2 units of 100: 400 in one grid; the report says what is there. */
static void
test_report (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (2, 2, 100, 100);
    guint32 old = cg_names_add (units->kept, "A"), other = cg_names_add (units->kept, "B");
    for (guint32 i = 0; i < 4; i++)
        units->keep[i] = i < 3 ? old : other;
    g_autoptr (CgSplit) result = split (units);
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    g_autoptr (json_t) report = cg_split_report (units, result, &options, 0, 0);
    g_assert_cmpint (json_integer_value (json_object_get (report, "grids")), ==, 1);
    g_assert_cmpint (json_integer_value (json_object_get (report, "in_range")), ==, 1);
    g_assert_cmpint (json_integer_value (json_object_get (report, "households")), ==, 400);
    /* One unit of old grid B cannot be on its own: its 100 households move. */
    g_assert_cmpint (json_integer_value (json_object_get (report, "moved_households")), ==, 100);
    g_assert_cmpfloat (json_real_value (json_object_get (report, "mean_abs_deviation")), ==, 0);
    g_assert_true (json_is_null (json_object_get (report, "border_on_barrier")));
    g_assert_true (json_is_null (json_object_get (report, "border_on_barrier_at_most")));
    g_assert_cmpuint (strlen (json_string_value (json_object_get (report, "plan_hash"))), ==, 64);
    g_assert_cmpstr (json_string_value (json_object_get (report, "method")), ==, "anneal");
    g_assert_cmpint (json_integer_value (json_object_get (report, "effort")), ==, 20);
    g_assert_true (json_is_null (json_object_get (report, "deadline_s")));
    g_assert_true (json_is_false (json_object_get (report, "timed_out")));
    g_assert_cmpint (json_integer_value (json_object_get (report, "threads")), ==, 1);
    g_assert_cmpfloat (json_real_value (json_object_get (report, "crossing_max_m")), ==, 1000);
}

/* 400 households in one grid: in range by households, 100 people too many; a range of 450 to 500
 * households puts it out of both. */
static void
test_measures_out (void)
{
    for (guint both = 0; both < 2; both++) {
        g_autoptr (CgUnits) units = cg_test_checkerboard (2, 2, 100, 100);
        CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT,
                                   .population_min = 700, .population_max = 900 };
        g_autoptr (GError) error = NULL;
        for (guint32 i = 0; i < 4; i++)
            units->population[i] = 250;
        if (both)
            options.partition.min = options.partition.target = 450;
        g_autoptr (CgSplit) result = cg_split_run (units, &options, NULL, NULL, &error);
        g_assert_no_error (error);
        g_autoptr (json_t) report = cg_split_report (units, result, &options, 0, 0);
        const json_t *list = json_object_get (report, "exceptions");
        g_assert_cmpuint (json_array_size (list), ==, 1);
        const json_t *out = json_object_get (json_array_get (list, 0), "out");
        g_assert_cmpuint (json_array_size (out), ==, 1 + both);
        const json_t *people = json_array_get (out, both);
        g_assert_cmpstr (json_string_value (json_object_get (people, "by")), ==, "population");
        g_assert_cmpint (json_integer_value (json_object_get (people, "value")), ==, 1000);
        g_assert_cmpint (json_integer_value (json_object_get (people, "max")), ==, 900);
        if (both)
            g_assert_cmpint (json_integer_value (json_object_get (json_array_get (out, 0), "min")),
                             ==, 450);
    }
}

/* 7 x 2 units of 100 households; the sixth column is a school that cuts the seventh off. */
static CgUnits *
cut_community (void)
{
    CgUnits *units = cg_test_checkerboard (7, 2, 100, 100);
    guint32 school = cg_names_add (units->groups, "school");
    for (guint32 r = 0; r < 2; r++) {
        units->kind[r * 7 + 5] = CG_UNIT_DEDICATED;
        units->group[r * 7 + 5] = school;
        units->households[r * 7 + 5] = 0;
    }
    return units;
}

/* 1000 households on one side and 200 on the other: 100 m over the school they make three grids of
 * 400; without a crossing the 200 are an exception with a proof. */
static void
test_crossing (void)
{
    static const double apart[] = { -1, 99.9 };
    g_autoptr (CgUnits) units = cut_community ();
    g_autoptr (CgSplit) joined = split_cut (units, 0);
    g_assert_cmpuint (joined->grids->n, ==, 4);
    g_assert_cmpuint (joined->crossings->len, ==, 1);
    g_assert_cmpuint (joined->multipart, ==, 1);
    g_assert_cmpuint (joined->pieces_apart, ==, 0);
    const CgCrossing *c = &g_array_index (joined->crossings, CgCrossing, 0);
    g_assert_cmpuint (c->length_cm, ==, 10000);
    g_assert_cmpuint (units->kind[c->a], ==, CG_UNIT_URBAN);
    g_assert_cmpuint (c->b % 7, ==, 6);
    for (guint32 g = 0; g < joined->grids->n; g++) {
        gboolean island = g == joined->grids->grid_of[c->b];
        g_assert_cmpuint (cg_grid_pieces (joined->grids, g), ==, island ? 2 : 1);
        if (joined->grids->kind[g] == CG_UNIT_URBAN)
            g_assert_cmpuint (joined->grids->households[g], ==, 400);
    }
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT };
    g_autoptr (json_t) report = cg_split_report (units, joined, &options, 0, 0);
    json_t *first = json_array_get (json_object_get (report, "crossings"), 0);
    g_assert_cmpfloat (json_real_value (json_object_get (first, "metres")), ==, 100);
    g_assert_cmpstr (json_string_value (json_object_get (first, "from")), ==, units->id[c->a]);
    for (guint i = 0; i < G_N_ELEMENTS (apart); i++) {
        g_autoptr (CgSplit) result = split_cut (units, apart[i]);
        guint32 small = 0;
        for (guint32 g = 0; g < result->grids->n; g++)
            small += result->grids->reason[g] == CG_REASON_SMALL;
        g_assert_cmpuint (small, ==, 1);
        g_assert_cmpuint (result->multipart + result->crossings->len, ==, 0);
        g_assert_cmpuint (result->pieces_apart, ==, 1);
    }
}

/* Both sides can stand alone (500 and 400): the crossing is there, and nobody uses it. */
static void
test_crossing_unused (void)
{
    g_autoptr (CgUnits) units = cut_community ();
    for (guint32 i = 0; i < units->n; i++)
        units->households[i] = i % 7 == 6 ? 200 : i % 7 == 5 ? 0 : 80;
    g_autoptr (CgSplit) result = split_cut (units, 0);
    g_assert_cmpuint (result->crossings->len, ==, 0);
    g_assert_cmpuint (result->multipart, ==, 0);
    for (guint32 g = 0; g < result->grids->n; g++)
        if (result->grids->kind[g] == CG_UNIT_URBAN)
            g_assert_cmpint (result->grids->status[g], ==, CG_GRID_OK);
}

/* A wall of 60 m along the border of the first two units. Of 12 units of 100 it stays outside every
 * grid; of 4 units, which can only be one grid, it does not, and the report says why. */
static void
test_wall_inside (void)
{
    g_autoptr (CgBarriers) barriers = cg_barriers_new (1);
    barriers->class[0] = CG_BARRIER_WALL;
    barriers->passable[0] = FALSE;
    cg_shapes_add_vertex (barriers->lines, 100, 0);
    cg_shapes_add_vertex (barriers->lines, 100, 60);
    cg_shapes_end_ring (barriers->lines);
    cg_shapes_end_part (barriers->lines);
    cg_shapes_end_shape (barriers->lines);
    for (guint32 rows = 2; rows <= 6; rows += 4) {
        g_autoptr (CgUnits) units = cg_test_checkerboard (2, rows, 100, 100);
        CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT,
                                   .barriers = barriers };
        g_autoptr (GError) error = NULL;
        g_autoptr (CgSplit) result = cg_split_run (units, &options, NULL, NULL, &error);
        g_assert_no_error (error);
        g_autoptr (json_t) report = cg_split_report (units, result, &options, 0, 0);
        const json_t *inside = json_object_get (report, "barrier_inside");
        gboolean forced = rows == 2;
        g_assert_cmpint (json_integer_value (json_object_get (inside, "grids")), ==, forced);
        g_assert_cmpfloat (json_real_value (json_object_get (inside, "metres")), ==,
                           forced ? 100 : 0);
        const json_t *first = json_array_get (json_object_get (inside, "list"), 0);
        g_assert_cmpstr (json_string_value (json_object_get (first, "reason")), ==,
                         forced ? "bounds" : NULL);
    }
}

/* 20 x 8 units of 5 households, one of 30, two grids: connected micro-units of 5 to 15 inside each
 * grid; the large unit stays whole and says why. */
static void
test_micro (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (20, 8, 20, 5);
    units->households[57] = 30;
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT,
                               .micro_min = 5, .micro_max = 15 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgSplit) result = cg_split_run (units, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    const CgGrids *grids = result->grids, *micro = result->grids->micro;
    g_assert_nonnull (micro);
    g_autofree guint32 *households = g_new0 (guint32, micro->n);
    for (guint32 i = 0; i < units->n; i++) {
        guint32 m = micro->grid_of[i];
        const char *code = grids->code[grids->grid_of[i]];
        households[m] += units->households[i];
        g_assert_cmpstr (micro->within[m], ==, code);
        g_assert_true (g_str_has_prefix (micro->code[m], code));
        g_assert_cmpuint (strlen (micro->code[m]), ==, 18);
    }
    guint32 above = 0;
    for (guint32 m = 0; m < micro->n; m++) {
        g_assert_cmpuint (cg_grid_pieces (micro, m), ==, 1);
        g_assert_cmpuint (micro->households[m], ==, households[m]);
        if (m > 0) /* 001, 002, ... in each grid: codes ascend */
            g_assert_cmpint (strcmp (micro->code[m - 1], micro->code[m]), <, 0);
        if (micro->status[m] == CG_GRID_OK)
            continue;
        g_assert_cmpuint (households[m], ==, 30);
        g_assert_cmpint (micro->reason[m], ==, CG_REASON_GIANT);
        above++;
    }
    g_assert_cmpuint (above, ==, 1);
    g_autoptr (json_t) report = cg_split_report (units, result, &options, 0, 0);
    const json_t *figures = json_object_get (report, "micro");
    g_assert_cmpint (json_integer_value (json_object_get (figures, "units")), ==, micro->n);
    g_assert_cmpint (json_integer_value (json_object_get (figures, "coarse_units")), ==, 1);
    g_assert_cmpint (json_integer_value (json_object_get (figures, "coarse_households")), ==, 30);
    options.micro_min = 16;
    g_assert_null (cg_split_run (units, &options, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* Deadlines that nothing can meet, and one that nothing needs: a plan with all that was asked for; the
 * same plan as without. */
static void
test_deadline (void)
{
    static const double seconds[] = { 1e-6, 1e6 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (60, 40, 20, 10);
    for (guint32 i = 0; i < units->n; i++) {
        g_autofree char *old = g_strdup_printf ("old %u", i / 60 / 4 * 10 + i % 60 / 6);
        units->keep[i] = cg_names_add (units->kept, old);
        units->households[i] = 10 + i % 7;
    }
    CgSplitOptions options = { .partition = CG_PARTITION_OPTIONS_DEFAULT, .micro_min = 20,
                               .micro_max = 60, .pareto = TRUE, .moved_at_most = -1 };
    options.partition.effort = 3;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgSplit) free_split = cg_split_run (units, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_false (free_split->timed_out);
    for (guint i = 0; i < G_N_ELEMENTS (seconds); i++) {
        options.partition.deadline_s = seconds[i];
        g_autoptr (CgSplit) result = cg_split_run (units, &options, NULL, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpint (result->timed_out, ==, i == 0);
        g_assert_cmpuint (result->violations, ==, 0);
        g_assert_cmpuint (result->points->len, >=, 1);
        g_assert_cmpuint (result->grids->micro->n, >, result->grids->n);
        if (i == 1)
            g_assert_cmpstr (result->plan_hash, ==, free_split->plan_hash);
    }
}

static void
test_giant (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 100);
    units->households[4] = 900;
    g_autoptr (CgSplit) result = split (units);
    guint32 above = 0;
    for (guint32 g = 0; g < result->grids->n; g++)
        if (result->grids->status[g] == CG_GRID_ABOVE) {
            above++;
            g_assert_nonnull (result->grids->certificate[g]);
        }
    g_assert_cmpuint (above, ==, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/app/split/urban", test_urban);
    g_test_add_func ("/app/split/kinds", test_kinds);
    g_test_add_func ("/app/split/report", test_report);
    g_test_add_func ("/app/split/measures-out", test_measures_out);
    g_test_add_func ("/app/split/crossing", test_crossing);
    g_test_add_func ("/app/split/crossing-unused", test_crossing_unused);
    g_test_add_func ("/app/split/wall-inside", test_wall_inside);
    g_test_add_func ("/app/split/micro", test_micro);
    g_test_add_func ("/app/split/deadline", test_deadline);
    g_test_add_func ("/app/split/giant", test_giant);
    return g_test_run ();
}
