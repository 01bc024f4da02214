#include "graph/corners.h"
#include "support.h"

/* Four units round a square lake of nobody; opposite ones of a checkerboard meet in one corner
 * only. */
static void
test_one_corner_is_none (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (GArray) pairs = cg_graph_corner_pairs (graph, NULL);
    g_assert_cmpuint (pairs->len, ==, 0);
}

static void
add_unit (CgUnits *units, guint32 i, guint n, const double *xy)
{
    for (guint k = 0; k <= n; k++)
        cg_shapes_add_vertex (units->shapes, xy[2 * (k % n)], xy[2 * (k % n) + 1]);
    cg_shapes_end_ring (units->shapes);
    cg_shapes_end_part (units->shapes);
    cg_shapes_end_shape (units->shapes);
    units->id[i] = g_strdup_printf ("%u", i);
}

/* A above and B below meet in (0, 0) and (4, 0). The lens between them is C above a line from
 * corner to corner and D below it: A has a border with C, B with D, C with D; A and B, A and D, B
 * and C have two points and no length. */
static void
test_two_corners (void)
{
    static const double a[] = { -2, 1, 0, 0, 2, 1, 4, 0, 6, 1, 6, 4, -2, 4 };
    static const double b[] = { -2, -4, 6, -4, 6, -1, 4, 0, 2, -1, 0, 0, -2, -1 };
    static const double c[] = { 0, 0, 4, 0, 2, 1 };
    static const double d[] = { 0, 0, 2, -1, 4, 0 };
    g_autoptr (CgUnits) units = cg_units_new (4);
    add_unit (units, 0, 7, a);
    add_unit (units, 1, 7, b);
    add_unit (units, 2, 3, c);
    add_unit (units, 3, 3, d);
    CgGraphOptions exact = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, &exact, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (GArray) pairs = cg_graph_corner_pairs (graph, NULL);
    g_assert_cmpuint (cg_graph_count_links (graph, NULL), ==, 3);
    static const CgUnitPair expected[] = { { 0, 1 }, { 0, 3 }, { 1, 2 } };
    g_assert_cmpmem (pairs->data, pairs->len * sizeof (CgUnitPair), expected, sizeof expected);
    units->region[0] = cg_names_add (units->regions, "north");
    g_autoptr (GArray) within = cg_graph_corner_pairs (graph, units);
    g_assert_cmpuint (within->len, ==, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/graph/corners/one", test_one_corner_is_none);
    g_test_add_func ("/graph/corners/two", test_two_corners);
    return g_test_run ();
}
