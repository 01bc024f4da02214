#include "graph/corners.h"
#include "support.h"

/* Four units round a square lake of nobody; opposite ones of a checkerboard meet in one corner only. */
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

/* A above and B below meet in (0, 0) and (4, 0); the lens between them belongs to C and D, split by a line from
 * corner to corner, so that A and B have two points and no length in common. */
static void
test_two_corners (void)
{
    static const double a[] = { -2, 0, 0, 0, 2, 1, 4, 0, 6, 0, 6, 4, -2, 4 };
    static const double b[] = { -2, -4, 6, -4, 6, 0, 4, 0, 2, -1, 0, 0, -2, 0 };
    static const double c[] = { 0, 0, 4, 0, 2, 1 };
    static const double d[] = { 0, 0, 2, -1, 4, 0 };
    /* Pull the sides apart, so that A and B really only touch in the two points. */
    double a2[14], b2[14];
    for (guint i = 0; i < 14; i++) {
        a2[i] = a[i];
        b2[i] = b[i];
    }
    a2[1] = a2[9] = 1;
    b2[5] = b2[13] = -1;
    g_autoptr (CgUnits) units = cg_units_new (4);
    add_unit (units, 0, 7, a2);
    add_unit (units, 1, 7, b2);
    add_unit (units, 2, 3, c);
    add_unit (units, 3, 3, d);
    CgGraphOptions exact = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, &exact, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (GArray) pairs = cg_graph_corner_pairs (graph, NULL);
    g_assert_cmpuint (pairs->len, ==, 1);
    const CgUnitPair *pair = &g_array_index (pairs, CgUnitPair, 0);
    g_assert_cmpuint (pair->a, ==, 0);
    g_assert_cmpuint (pair->b, ==, 1);
    units->region[0] = cg_names_add (units->regions, "north");
    g_autoptr (GArray) within = cg_graph_corner_pairs (graph, units);
    g_assert_cmpuint (within->len, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/graph/corners/one", test_one_corner_is_none);
    g_test_add_func ("/graph/corners/two", test_two_corners);
    return g_test_run ();
}
