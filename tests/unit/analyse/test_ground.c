/* Values of areas laid over their ground. */
#include "analyse/ground.h"

#include <math.h>

#include "base/error.h"
#include "support.h"

/* A square of 100 m with a hole of 40 m, one of 3 m between the points of the lattice, one without
 * a value, and a neighbour of the first. */
static CgShapes *
four_areas (void)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    static const double x[] = { 0, 1001, 2000, 100 }, y[] = { 0, 1001, 2000, 0 },
                        side[] = { 100, 3, 100, 100 };
    for (guint i = 0; i < 4; i++) {
        cg_test_add_ring (shapes, x[i], y[i], side[i], side[i]);
        if (i == 0)
            cg_test_add_ring (shapes, 30, 30, 40, 40);
        cg_shapes_end_part (shapes);
        cg_shapes_end_shape (shapes);
    }
    return shapes;
}

static void
test_points (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) shapes = four_areas ();
    const double value[] = { 840, 7, NAN, 50 };
    g_autoptr (CgGround) ground = cg_ground_new (shapes, value, 10, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (ground->step_m, ==, 10);
    g_assert_cmpuint (ground->n, ==, 100 - 16 + 1 + 100);
    double sum[4] = { 0 };
    for (gsize k = 0; k < ground->n; k++) {
        guint32 area = ground->area[k];
        double x = ground->x[k], y = ground->y[k];
        sum[area] += ground->value[k];
        if (area == 0) {
            g_assert_cmpfloat (ground->value[k], ==, 10);
            g_assert_cmpfloat (fmod (x, 10), ==, 5);
            g_assert_true (x > 0 && x < 100 && y > 0 && y < 100);
            g_assert_false (x > 30 && x < 70 && y > 30 && y < 70);
        } else if (area == 1) {
            g_assert_true (x > 1001 && x < 1004 && y > 1001 && y < 1004);
        } else {
            g_assert_cmpuint (area, ==, 3);
            g_assert_true (x > 100 && x < 200);
        }
    }
    g_assert_cmpfloat (fabs (sum[0] - 840), <, 1e-9);
    g_assert_cmpfloat (sum[1], ==, 7);
    g_assert_cmpfloat (fabs (sum[3] - 50), <, 1e-9);
}

/* A country and a millimetre: the lattice is widened, not the memory. */
static void
test_wide (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
    cg_test_add_ring (shapes, -5e5, -5e5, 1e6, 1e6);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
    const double value[] = { 1 };
    g_autoptr (CgGround) ground = cg_ground_new (shapes, value, 0.001, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (ground->step_m, >=, 499);
    g_assert_cmpuint (ground->n, <=, CG_GROUND_MAX_POINTS + 4096);
}

static void
test_errors (void)
{
    const double value[] = { 1, 1, 1, 1 };
    g_autoptr (CgShapes) shapes = four_areas ();
    g_autoptr (CgShapes) lines = cg_shapes_new (CG_SHAPES_LINE);
    static const double steps[] = { 0, -1, NAN, INFINITY };
    for (guint k = 0; k < G_N_ELEMENTS (steps); k++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_ground_new (shapes, value, steps[k], &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_ground_new (lines, value, 1, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/ground/points", test_points);
    g_test_add_func ("/analyse/ground/wide", test_wide);
    g_test_add_func ("/analyse/ground/errors", test_errors);
    return g_test_run ();
}
