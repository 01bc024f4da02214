#include <math.h>

#include "base/error.h"
#include "normalise/repair.h"

static void
add_ring (CgShapes *shapes, guint n, const double *xy)
{
    for (guint i = 0; i < n; i++)
        cg_shapes_add_vertex (shapes, xy[2 * i], xy[2 * i + 1]);
    cg_shapes_end_ring (shapes);
}

static CgShapes *
one_area (guint n, const double *xy)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    add_ring (shapes, n, xy);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
    return shapes;
}

static void
test_repeats (void)
{
    static const double square[] = { 0, 0, 0, 0, 10, 0, 10, 10, 10, 10, 10, 10, 0, 10, 0, 0, 0, 0 };
    g_autoptr (CgShapes) in = one_area (9, square);
    g_autoptr (CgShapes) out = cg_shapes_new (CG_SHAPES_AREA);
    g_assert_cmpuint (cg_repair_copy_without_repeats (in, 0, out), ==, 4);
    g_assert_cmpuint (out->n_vertices, ==, 5);
    g_assert_cmpfloat (cg_shapes_area (out, 0), ==, 100);
    static const double flat[] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    g_autoptr (CgShapes) collapsed = one_area (4, flat);
    g_assert_cmpuint (cg_repair_copy_without_repeats (collapsed, 0, out), ==, 0);
    g_assert_cmpuint (out->n_vertices, ==, 9);
}

static void
test_snap (void)
{
    static const double left[] = { 0, 0, 10, 0, 10, 10, 0, 10, 0, 0 };
    static const double right[] = { 10.0004, 0.0003, 20, 0, 20, 10, 9.9996, 10, 10.0004, 0.0003 };
    g_autoptr (CgShapes) shapes = one_area (5, left);
    add_ring (shapes, 5, right);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
    guint32 moved = 0;
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_repair_snap (shapes, 0.001, &moved, &error));
    g_assert_cmpuint (moved, ==, 3); /* the shared corner counts at both ends of its ring */
    g_assert_cmpfloat (shapes->x[5], ==, 10);
    g_assert_cmpfloat (shapes->y[5], ==, 0);
    g_assert_cmpfloat (shapes->x[8], ==, 10);
    g_assert_cmpfloat (shapes->x[9], ==, shapes->x[5]);
    g_assert_cmpfloat (cg_shapes_area (shapes, 0) + cg_shapes_area (shapes, 1), ==, 200);
    g_assert_false (cg_repair_snap (shapes, 0, &moved, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* Cells lie on both sides of zero and of a cell border; every pair nearer than the tolerance must
 * be found. */
static void
test_snap_against_all_pairs (void)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (7);
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_POINT);
    for (guint i = 0; i < 600; i++)
        cg_shapes_add_point (shapes, g_rand_double_range (rand, -5, 5),
                             g_rand_double_range (rand, -5, 5));
    g_autoptr (CgShapes) before = cg_shapes_copy (shapes);
    guint32 moved = 0, expected = 0;
    g_assert_true (cg_repair_snap (shapes, 0.3, &moved, NULL));
    g_autofree guint32 *anchor = g_new (guint32, 600);
    for (guint32 i = 0; i < 600; i++) {
        anchor[i] = i;
        for (guint32 j = 0; j < i && anchor[i] == i; j++)
            if (anchor[j] == j &&
                hypot (before->x[i] - before->x[j], before->y[i] - before->y[j]) <= 0.3)
                anchor[i] = j;
        expected += anchor[i] != i;
        g_assert_cmpfloat (shapes->x[i], ==, before->x[anchor[i]]);
        g_assert_cmpfloat (shapes->y[i], ==, before->y[anchor[i]]);
    }
    g_assert_cmpuint (moved, ==, expected);
    g_assert_cmpuint (moved, >, 50);
}

static CgRepairResult
repair (const CgShapes *shapes, double max_share, CgRepair *out)
{
    g_autoptr (CgShapes) fixed = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_repair_area (shapes, NULL, 0, NULL, max_share, fixed, NULL, out, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (fixed->n_shapes, ==, out->result == CG_REPAIR_DONE ? 1 : 0);
    return out->result;
}

static void
test_repair_rules (void)
{
    CgRepair found;
    static const double square[] = { 0, 0, 100, 0, 100, 100, 0, 100, 0, 0 };
    g_autoptr (CgShapes) valid = one_area (5, square);
    g_assert_cmpint (repair (valid, 0.01, &found), ==, CG_REPAIR_VALID);
    cg_repair_clear (&found);

    /* Equal lobes: signed areas cancel, so the honest repair is a change without measure. */
    static const double bow_tie[] = { 0, 0, 100, 100, 100, 0, 0, 100, 0, 0 };
    g_autoptr (CgShapes) crossed = one_area (5, bow_tie);
    g_assert_cmpint (repair (crossed, 0.01, &found), ==, CG_REPAIR_TOO_MUCH);
    g_assert_cmpstr (found.reason, ==, "Self-intersection");
    g_assert_cmpfloat_with_epsilon (found.x, 50, 1e-9);
    g_assert_cmpfloat_with_epsilon (found.after_m2, 5000, 1e-6);
    cg_repair_clear (&found);
    g_assert_cmpint (repair (crossed, -1, &found), ==, CG_REPAIR_DONE);
    cg_repair_clear (&found);

    /* A square with a crossed corner: the ring turns once too often on a lobe of 1 m2. */
    static const double corner[] = { 0, 0, 100, 0, 100, 100, 2, 100, 0, 99, 2, 99, 0, 100, 0, 0 };
    g_autoptr (CgShapes) nick = one_area (8, corner);
    g_assert_cmpint (repair (nick, 0.01, &found), ==, CG_REPAIR_DONE);
    g_assert_cmpfloat (fabs (found.after_m2 - found.before_m2), <, 100);
    g_assert_cmpfloat (fabs (found.after_m2 - found.before_m2), >, 0);
    cg_repair_clear (&found);

    static const double line[] = { 0, 0, 100, 100, 50, 50, 0, 0 };
    g_autoptr (CgShapes) flat = one_area (4, line);
    g_assert_cmpint (repair (flat, 0.01, &found), ==, CG_REPAIR_HOPELESS);
    cg_repair_clear (&found);
}

static void
test_repair_delivered (void)
{
    static const double degrees[] = { 108, 36,      108.1,    36,      108.1, 36.1, 108.0002, 36.1,
                                      108, 36.0999, 108.0002, 36.0999, 108,   36.1, 108,      36 };
    g_autoptr (CgShapes) delivered = one_area (8, degrees);
    g_autoptr (CgTransform) transform = cg_transform_new ("EPSG:4326", "EPSG:4545", NULL);
    g_autoptr (CgShapes) working = cg_transform_shapes (transform, delivered, NULL);
    g_autoptr (CgShapes) out_delivered = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (CgShapes) out_working = cg_shapes_new (CG_SHAPES_AREA);
    CgRepair found;
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_repair_area (working, delivered, 0, transform, 0.01, out_delivered,
                                   out_working, &found, &error));
    g_assert_cmpint (found.result, ==, CG_REPAIR_DONE);
    g_assert_cmpuint (out_delivered->n_vertices, ==, out_working->n_vertices);
    g_assert_cmpfloat_with_epsilon (cg_shapes_area (out_delivered, 0), 0.01, 1e-6);
    g_assert_cmpfloat_with_epsilon (cg_shapes_area (out_working, 0), found.after_m2, 1e-6);
    cg_repair_clear (&found);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/normalise/repair/repeats", test_repeats);
    g_test_add_func ("/normalise/repair/snap", test_snap);
    g_test_add_func ("/normalise/repair/snap-against-all-pairs", test_snap_against_all_pairs);
    g_test_add_func ("/normalise/repair/rules", test_repair_rules);
    g_test_add_func ("/normalise/repair/delivered", test_repair_delivered);
    return g_test_run ();
}
