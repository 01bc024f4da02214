/* Cameras: a shadow worked by hand, sights against a plain test of every edge, and the sums of areas. */
#include "analyse/coverage.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>
#include <string.h>

/* A camera at (0, 0) looks north, 90 degrees, 100 m: pi / 4 x 100². A house from (-10, 20) to (10, 30) hides what
 * lies behind its front: the sector of 2 atan (1/2) less the triangle before the front, 200 m². */
static void
test_shadow (void)
{
    g_autoptr (CgShapes) houses = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    cg_test_add_box (houses, -10, 20, 20, 10);
    cg_test_add_box (houses, 300, 300, 10, 10);
    cg_test_add_box (areas, -200, -200, 400, 400);
    cg_test_add_box (areas, 200, -200, 200, 600);
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, &error);
    g_assert_no_error (error);
    CgCamera camera = { 0, 0, 0, 90, 100 };
    g_autoptr (CgCoverage) out =
        cg_coverage_run (1, &camera, houses, areas, index, 0.5, NULL, &error);
    g_assert_no_error (error);
    double sector = G_PI / 4 * 1e4, hidden = atan (0.5) * 1e4 - 200;
    g_assert_cmpfloat (fabs (out->seen_m2[0] / (sector - hidden) - 1), <, 2e-3);
    g_assert_cmpfloat (out->seen_m2[1], ==, 0);
    g_assert_cmpfloat (out->open_m2[0], ==, 400 * 400 - 200);
    g_assert_cmpfloat (out->open_m2[1], ==, 200 * 600 - 100);
    g_assert_cmpuint (out->cameras[0], ==, 1);
    g_assert_cmpuint (out->cameras[1], ==, 0);
    g_assert_cmpuint (out->buildings[0], ==, 1);
    g_assert_cmpuint (out->buildings_seen[0], ==, 1);
    g_assert_cmpuint (out->buildings_seen[1], ==, 0);
    /* A second camera of the same view adds nothing; one that looks south adds its sector. */
    CgCamera two[] = { camera, camera, { 0, 0, 180, 90, 100 } };
    g_autoptr (CgCoverage) more =
        cg_coverage_run (3, two, houses, areas, index, 0.5, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (fabs (more->seen_m2[0] - out->seen_m2[0] - sector), <, sector * 2e-3);
    g_assert_cmpuint (more->cameras[0], ==, 3);
}

/* The outline has the ground of the cells: behind the house of test_shadow nothing, a disc where nothing is in the way. */
static void
test_outline (void)
{
    g_autoptr (CgShapes) houses = cg_shapes_new (CG_SHAPES_AREA), out = cg_shapes_new (CG_SHAPES_AREA);
    const guint32 row = 0;
    cg_test_add_box (houses, -10, 20, 20, 10);
    const CgCamera north = { 0, 0, 0, 90, 100 }, round = { 500, 0, NAN, 360, 50 }, inside = { 0, 25, 0, 90, 4 };
    g_autoptr (CgSight) shadowed = cg_sight_new (&north, houses, 1, &row);
    g_autoptr (CgSight) open = cg_sight_new (&round, houses, 0, NULL);
    g_autoptr (CgSight) shut = cg_sight_new (&inside, houses, 1, &row);
    cg_sight_outline (shadowed, 0.25, out);
    cg_sight_outline (open, 0.25, out);
    cg_sight_outline (shut, 0.25, out);
    g_assert_cmpuint (out->n_shapes, ==, 3);
    double seen = G_PI / 4 * 1e4 - atan (0.5) * 1e4 + 200;
    g_assert_cmpfloat_with_epsilon (cg_shapes_area (out, 0), seen, 0.01 * seen);
    g_assert_cmpfloat_with_epsilon (cg_shapes_area (out, 1), G_PI * 2500, 10);
    g_assert_cmpuint (out->shape_part[2], ==, out->shape_part[3]); /* sees nothing but its own house */
}

/* On the roof: the house hides nothing, is no open ground, and is not in its own view. */
static void
test_roof (void)
{
    g_autoptr (CgShapes) houses = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    cg_test_add_box (houses, -10, -10, 20, 20);
    cg_test_add_box (areas, -100, -100, 200, 200);
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, &error);
    g_assert_no_error (error);
    CgCamera camera = { 10, 0, NAN, 360, 50 }; /* in the wall */
    g_autoptr (CgCoverage) out =
        cg_coverage_run (1, &camera, houses, areas, index, 0.5, NULL, &error);
    g_assert_no_error (error);
    /* All of the disc but the house: its corners lie within 50 m. */
    g_assert_cmpfloat (fabs (out->seen_m2[0] / (G_PI * 2500 - 400) - 1), <, 2e-3);
    g_assert_cmpuint (out->buildings_seen[0], ==, 0);
}

/* Every edge of every house, by where the two lines meet. */
static gboolean
sees_plainly (const CgCamera *camera, const CgShapes *houses, double x, double y, double *out_margin)
{
    double dx = x - camera->x, dy = y - camera->y, margin = G_MAXDOUBLE;
    gboolean hidden = FALSE;
    for (guint32 v = 0; v + 1 < houses->n_vertices; v++) {
        if (v % 5 == 4)
            continue;
        double ex = houses->x[v + 1] - houses->x[v], ey = houses->y[v + 1] - houses->y[v];
        double cross = dx * ey - dy * ex;
        double wx = houses->x[v] - camera->x, wy = houses->y[v] - camera->y;
        double along = (wx * ey - wy * ex) / cross, on_edge = (wx * dy - wy * dx) / cross;
        margin = MIN (margin, MIN (fabs (along - 1), MIN (fabs (on_edge), fabs (on_edge - 1))));
        hidden |= along > 0 && along < 1 && on_edge > 0 && on_edge < 1;
    }
    *out_margin = margin;
    return !hidden;
}

static void
test_against_every_edge (void)
{
    CgRandom random;
    cg_random_init (&random, 11, 0);
    guint n_seen = 0, n_hidden = 0;
    for (guint scene = 0; scene < 40; scene++) {
        g_autoptr (CgShapes) houses = cg_shapes_new (CG_SHAPES_AREA);
        guint32 rows[60];
        for (guint32 h = 0; h < 60; h++) {
            double x = 200 * cg_random_unit (&random), y = 200 * cg_random_unit (&random);
            double width = 2 + 18 * cg_random_unit (&random);
            cg_test_add_box (houses, x, y, width, 2 + 18 * cg_random_unit (&random));
            rows[h] = h;
        }
        CgCamera camera = { -1 + 202 * cg_random_unit (&random), -1, 360 * cg_random_unit (&random),
                            scene % 2 == 0 ? 360 : 20 + 300 * cg_random_unit (&random), 150 };
        g_autoptr (CgSight) sight = cg_sight_new (&camera, houses, 60, rows);
        for (guint k = 0; k < 500; k++) {
            double x = 200 * cg_random_unit (&random), y = 200 * cg_random_unit (&random), margin;
            double turn = atan2 (x - camera.x, y - camera.y) * 180 / G_PI - camera.bearing_deg;
            gboolean in_sector = fabs (remainder (turn, 360)) <= camera.fov_deg / 2 &&
                                 hypot (x - camera.x, y - camera.y) <= camera.range_m;
            gboolean expected = sees_plainly (&camera, houses, x, y, &margin) && in_sector;
            if (margin < 1e-9)
                continue;
            g_assert_cmpint (cg_sight_sees (sight, x, y), ==, expected);
            n_seen += expected;
            n_hidden += in_sector && !expected;
        }
    }
    g_assert_cmpuint (n_seen, >, 500);
    g_assert_cmpuint (n_hidden, >, 2000);
}

static void
test_errors (void)
{
    g_autoptr (CgShapes) none = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    cg_test_add_box (areas, 0, 0, 1, 1);
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, &error);
    const CgCamera bad[] = { { NAN, 0, 0, 90, 100 },  { 0, 0, NAN, 90, 100 }, { 0, 0, 0, 0, 100 },
                             { 0, 0, 0, 361, 100 },   { 0, 0, 0, 90, 0 },     { 0, 0, 0, 90, 5001 },
                             { 0, 0, INFINITY, 90, 9 } };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) problem = NULL;
        g_assert_null (cg_coverage_run (1, &bad[i], none, areas, index, 2, NULL, &problem));
        g_assert_error (problem, CG_ERROR,
                        (bad[i].range_m > 5000 ? CG_ERROR_LIMIT : CG_ERROR_ARGUMENT));
        g_assert_nonnull (strstr (problem->message, "camera 1"));
    }
    g_assert_null (cg_coverage_run (0, NULL, none, areas, index, 0, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_autoptr (GError) fine = NULL;
    g_autoptr (CgCoverage) empty = cg_coverage_run (0, NULL, none, areas, index, 2, NULL, &fine);
    g_assert_no_error (fine);
    g_assert_cmpfloat (empty->open_m2[0], ==, 1);
    g_assert_cmpfloat (empty->seen_m2[0], ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/coverage/shadow", test_shadow);
    g_test_add_func ("/analyse/coverage/outline", test_outline);
    g_test_add_func ("/analyse/coverage/roof", test_roof);
    g_test_add_func ("/analyse/coverage/against-every-edge", test_against_every_edge);
    g_test_add_func ("/analyse/coverage/errors", test_errors);
    return g_test_run ();
}
