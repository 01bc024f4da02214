/* The checker by which splitters are compared rejects wrong plans and measures right ones as a
 * person does on paper. 3 x 3 squares of 100 m, 10 households each, rows numbered from the south:
 *
 *     6 7 8
 *     3 4 5
 *     0 1 2
 */
#include "measure.h"

#include "support.h"

#include <math.h>

static const BenchRule rule = { 25, 35, 30 };

static void
measure (const guint32 *label, const guint32 *region, gint wall, BenchMeasures *out)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 10);
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    for (guint32 k = graph->first[4]; wall >= 0 && k < graph->first[5]; k++)
        if (graph->target[k] == (guint32) wall)
            graph->passable[k] = graph->passable[graph->reverse[k]] = FALSE;
    bench_measure (graph, units->households, region, label, &rule, out);
}

static void
test_columns (void)
{
    const guint32 label[9] = { 7, 2, 40, 7, 2, 40, 7, 2, 40 };
    BenchMeasures m;
    measure (label, NULL, -1, &m);
    g_assert_cmpuint (m.grids, ==, 3);
    g_assert_cmpuint (m.in_range, ==, 3);
    g_assert_cmpuint (m.violations, ==, 0);
    g_assert_cmpfloat (m.deviation, ==, 0);
    g_assert_cmpfloat_with_epsilon (m.boundary_m, 600, 0.01);
    /* 100 m x 300 m: 4 pi 30000 / 800^2 */
    g_assert_cmpfloat_with_epsilon (m.compactness, 0.589049, 1e-6);
}

static void
test_two_pieces (void)
{
    const guint32 label[9] = { 0, 1, 0, 0, 1, 0, 0, 1, 0 };
    BenchMeasures m;
    measure (label, NULL, -1, &m);
    g_assert_cmpuint (m.grids, ==, 2);
    g_assert_cmpuint (m.extra, ==, 1);
    g_assert_cmpuint (m.violations, ==, 1);
    g_assert_cmpuint (m.in_range, ==, 1);
    /* |60 - 30| / 30 of one of two */
    g_assert_cmpfloat_with_epsilon (m.deviation, 0.5, 1e-9);
    g_assert_cmpfloat_with_epsilon (m.max_deviation, 1, 1e-9);
}

static void
test_corner_is_no_link (void)
{
    const guint32 label[9] = { 0, 1, 1, 1, 0, 1, 1, 1, 1 };
    BenchMeasures m;
    measure (label, NULL, -1, &m);
    g_assert_cmpuint (m.extra, ==, 1);
}

static void
test_missing_unit (void)
{
    const guint32 label[9] = { 0, 1, 2, 0, CG_NONE, 2, 0, 1, 2 };
    BenchMeasures m;
    measure (label, NULL, -1, &m);
    g_assert_cmpuint (m.grids, ==, 3);
    g_assert_cmpuint (m.missing, ==, 1);
    g_assert_cmpuint (m.extra, ==, 1);
    g_assert_cmpuint (m.violations, ==, 2);
    g_assert_cmpuint (m.in_range, ==, 2);
}

/* Label 1 is asked for and carried by no unit: two grids, not three, and no share for it. */
static void
test_empty_part (void)
{
    const guint32 label[9] = { 0, 0, 0, 2, 2, 2, 2, 2, 2 };
    BenchMeasures m;
    measure (label, NULL, -1, &m);
    g_assert_cmpuint (m.grids, ==, 2);
    g_assert_cmpuint (m.in_range, ==, 1);
    g_assert_cmpuint (m.violations, ==, 0);
}

static void
test_across_regions (void)
{
    const guint32 label[9] = { 0, 0, 0, 1, 1, 1, 1, 1, 1 };
    const guint32 region[9] = { 0, 0, 0, 0, 0, 0, 1, 1, 1 };
    BenchMeasures m;
    measure (label, region, -1, &m);
    g_assert_cmpuint (m.grids, ==, 3);
    g_assert_cmpuint (m.crossing, ==, 1);
    g_assert_cmpuint (m.violations, ==, 1);
    /* The border of the regions is no work of the splitter. */
    g_assert_cmpfloat_with_epsilon (m.boundary_m, 300, 0.01);
}

/* A wall between 4 and 5 cuts the middle row; what lies round its end joins nothing here. */
static void
test_wall (void)
{
    const guint32 label[9] = { 0, 0, 0, 1, 1, 1, 2, 2, 2 };
    BenchMeasures m;
    measure (label, NULL, 5, &m);
    g_assert_cmpuint (m.extra, ==, 1);
}

static void
test_moved (void)
{
    const guint32 weight[6] = { 10, 20, 30, 40, 50, 50 };
    const guint32 before[6] = { 0, 0, 0, 1, 1, CG_NONE };
    const guint32 renamed[6] = { 9, 9, 9, 4, 4, 4 }, shifted[6] = { 5, 5, 6, 6, 6, 6 };
    g_assert_cmpfloat (bench_moved (weight, before, renamed, 6), ==, 0);
    /* 30 of 150 goes over: old 0 is matched with 5 (30), old 1 with 6 (90). */
    g_assert_cmpfloat_with_epsilon (bench_moved (weight, before, shifted, 6), 0.2, 1e-12);
    g_assert_true (bench_label_hash (before, 5) == bench_label_hash (renamed, 5));
    g_assert_false (bench_label_hash (before, 5) == bench_label_hash (shifted, 5));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/bench/measure/columns", test_columns);
    g_test_add_func ("/bench/measure/two-pieces", test_two_pieces);
    g_test_add_func ("/bench/measure/corner", test_corner_is_no_link);
    g_test_add_func ("/bench/measure/missing-unit", test_missing_unit);
    g_test_add_func ("/bench/measure/empty-part", test_empty_part);
    g_test_add_func ("/bench/measure/across-regions", test_across_regions);
    g_test_add_func ("/bench/measure/wall", test_wall);
    g_test_add_func ("/bench/measure/moved", test_moved);
    return g_test_run ();
}
