#include "base/random.h"
#include "geom/hull.h"

#include <math.h>

static GArray *
scatter (CgRandom *random, guint n, guint side)
{
    GArray *places = g_array_new (FALSE, FALSE, sizeof (CgHullCorner));
    for (guint k = 0; k < n; k++) {
        CgHullCorner place = { cg_random_below (random, side), cg_random_below (random, side) };
        g_array_append_val (places, place);
    }
    return places;
}

static double
turn (CgHullCorner a, CgHullCorner b, CgHullCorner c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* By its definition: places of a small lattice, so that many lie on one line and some twice. All of
 * them lie left of every side, every corner is one of them, and the outline turns left at each. */
static void
test_definition (void)
{
    CgRandom random;
    cg_random_init (&random, 5, 0);
    for (guint trial = 0; trial < 3000; trial++) {
        guint n = 1 + cg_random_below (&random, 40), side = 2 + cg_random_below (&random, 30);
        g_autoptr (GArray) places = scatter (&random, n, side);
        g_autoptr (GArray) all = g_array_copy (places);
        g_autofree CgHullCorner *hull = g_new (CgHullCorner, 2 * (gsize) n + 1);
        guint length = cg_hull_corners (places, hull);
        g_assert_cmpuint (length, >=, 1);
        g_assert_cmpuint (length, !=, 3);
        for (guint k = 0; k + 1 < length && length > 2; k++) {
            gboolean given = FALSE;
            for (guint i = 0; i < n; i++) {
                CgHullCorner place = g_array_index (all, CgHullCorner, i);
                g_assert_cmpfloat (turn (hull[k], hull[k + 1], place), >=, 0);
                given = given || (place.x == hull[k].x && place.y == hull[k].y);
                g_assert_cmpfloat (cg_hull_share_outside (hull, length, place, place), ==, 0);
            }
            g_assert_true (given);
            g_assert_cmpfloat (turn (hull[k], hull[k + 1], hull[k + 2 < length ? k + 2 : 1]), >, 0);
        }
    }
}

/* A way through a square of 100 m and past it. */
static void
test_outside (void)
{
    const CgHullCorner corner[] = { { 0, 0 }, { 100, 100 }, { 50, 50 }, { 100, 0 }, { 0, 100 },
                                    { 50, 0 } };
    g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (CgHullCorner));
    CgHullCorner hull[13];
    g_array_append_vals (places, corner, 6);
    guint n = cg_hull_corners (places, hull);
    g_assert_cmpuint (n, ==, 5);
    const struct {
        CgHullCorner a, b;
        double share;
    } ways[] = { { { 10, 10 }, { 90, 20 }, 0 },    { { -100, 50 }, { 300, 50 }, 0.75 },
                 { { 50, 50 }, { 50, 300 }, 0.8 }, { { -50, 0 }, { 0, 150 }, 1 },
                 { { 200, 0 }, { 200, 9 }, 1 },    { { 0, 0 }, { 100, 0 }, 0 },
                 { { -50, 60 }, { 60, -50 }, 1 - 10.0 / 110 } };
    for (guint k = 0; k < G_N_ELEMENTS (ways); k++)
        g_assert_cmpfloat_with_epsilon (cg_hull_share_outside (hull, n, ways[k].a, ways[k].b),
                                        ways[k].share, 1e-12);
    /* A road alone has no ground around it. */
    g_array_set_size (places, 2);
    n = cg_hull_corners (places, hull);
    g_assert_cmpuint (n, ==, 2);
    g_assert_cmpfloat (cg_hull_share_outside (hull, n, ways[1].a, ways[1].b), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/geom/hull/definition", test_definition);
    g_test_add_func ("/geom/hull/outside", test_outside);
    return g_test_run ();
}
