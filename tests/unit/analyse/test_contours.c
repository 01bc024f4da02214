/* Contours: hand-worked squares, a cone, and that every pixel lies on its own side. */
#include "analyse/contours.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"

static CgDensity
surface_of (guint32 width, guint32 height, float *value)
{
    return (CgDensity){ .width = width,
                        .height = height,
                        .per_km2 = value,
                        .box = { 0, 0, width * 10.0, height * 10.0 } };
}

/* Even-odd: is the point inside the rings of a level? */
static gboolean
is_inside (const CgContours *contours, guint32 level, double x, double y)
{
    gboolean inside = FALSE;
    for (guint32 r = contours->level_ring[level]; r < contours->level_ring[level + 1]; r++)
        for (guint32 v = contours->ring_vertex[r]; v + 1 < contours->ring_vertex[r + 1]; v++) {
            double xa = contours->x[v], ya = contours->y[v], xb = contours->x[v + 1],
                   yb = contours->y[v + 1];
            if ((ya > y) != (yb > y) && x < xa + (y - ya) / (yb - ya) * (xb - xa))
                inside = !inside;
        }
    return inside;
}

static void
check_closed (const CgContours *contours)
{
    for (guint32 r = 0; r < contours->n_rings; r++) {
        guint32 first = contours->ring_vertex[r], last = contours->ring_vertex[r + 1] - 1;
        g_assert_cmpuint (last, >=, first + 4);
        g_assert_true (memcmp (&contours->x[first], &contours->x[last], sizeof (double)) == 0);
        g_assert_true (memcmp (&contours->y[first], &contours->y[last], sizeof (double)) == 0);
    }
}

/* One pixel of 3 above a ground of 1, level 2: crossings half way; a diamond of diagonals 10 m. */
static void
test_one_pixel (void)
{
    float value[9] = { 1, 1, 1, 1, 3, 1, 1, 1, 1 };
    CgDensity density = surface_of (3, 3, value);
    const double level = 2;
    g_autoptr (CgContours) contours = cg_contours_run (&density, 1, &level, NULL);
    g_assert_cmpuint (contours->n_rings, ==, 1);
    g_assert_cmpuint (contours->n_vertices, ==, 5);
    check_closed (contours);
    g_assert_cmpfloat_with_epsilon (cg_contours_level_km2 (contours, 0), 50e-6, 1e-15);
    for (guint v = 0; v < 4; v++)
        g_assert_cmpfloat_with_epsilon (fabs (contours->x[v] - 15) + fabs (contours->y[v] - 15), 5,
                                        1e-12);
    value[4] = -1; /* a hole in a plain that fills the window, whose rim is followed */
    for (guint i = 0; i < 9; i++)
        value[i] += 2;
    g_autoptr (CgContours) hole = cg_contours_run (&density, 1, &level, NULL);
    g_assert_cmpuint (hole->n_rings, ==, 2);
    check_closed (hole);
    double outer = cg_contours_ring_km2 (hole, 0), inner = cg_contours_ring_km2 (hole, 1);
    g_assert_cmpfloat_with_epsilon (MIN (outer, inner), -50e-6, 1e-15);
    /* The rim with its four corners cut: 900 m2 less 4 times 5 * 5 / 2. */
    g_assert_cmpfloat_with_epsilon (MAX (outer, inner), 850e-6, 1e-15);
}

/* Two opposite corners above. With 4, 1 / 1, 4 the saddle is (16 - 1) / (8 - 2) = 2.5. */
static void
test_saddle (void)
{
    float value[4] = { 4, 1, 1, 4 };
    CgDensity density = surface_of (2, 2, value);
    const double levels[] = { 2, 2.5, 2.5000001, 3 };
    g_autoptr (CgContours) contours = cg_contours_run (&density, 4, levels, NULL);
    check_closed (contours);
    const guint rings[] = { 1, 1, 2, 2 };
    for (guint l = 0; l < 4; l++)
        g_assert_cmpuint (contours->level_ring[l + 1] - contours->level_ring[l], ==, rings[l]);
    float turned[4] = { 1, 4, 4, 1 };
    density.per_km2 = turned;
    g_autoptr (CgContours) other = cg_contours_run (&density, 4, levels, NULL);
    for (guint l = 0; l < 4; l++) {
        g_assert_cmpuint (other->level_ring[l + 1] - other->level_ring[l], ==, rings[l]);
        g_assert_cmpfloat_with_epsilon (cg_contours_level_km2 (other, l),
                                        cg_contours_level_km2 (contours, l), 1e-15);
    }
}

/* Pixels at or above each level inside, all others outside; unknown ones and plateaus included. */
static void
check_sides (guint32 width, guint32 height, guint64 seed)
{
    g_autofree float *value = g_new (float, width *height);
    CgRandom random;
    cg_random_init (&random, seed, 0);
    for (guint32 p = 0; p < width * height; p++) {
        guint32 roll = cg_random_below (&random, 20);
        value[p] = roll == 0   ? NAN
                   : roll == 1 ? INFINITY
                   : roll < 8  ? (float) (roll % 3)
                               : (float) (3 * cg_random_unit (&random));
    }
    CgDensity density = surface_of (width, height, value);
    const double levels[] = { 0.5, 1.0, 1.7, 2.9, 5 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgContours) contours = cg_contours_run (&density, 5, levels, &error);
    g_assert_no_error (error);
    check_closed (contours);
    for (guint l = 0; l < 5; l++)
        for (guint32 j = 0; j < height; j++)
            for (guint32 i = 0; i < width; i++) {
                float v = value[j * width + i];
                if (isfinite (v) && v == (float) levels[l])
                    continue; /* on the line itself */
                gboolean inside =
                    is_inside (contours, l, i * 10 + 5 + 1e-7, (height - j) * 10.0 - 5 + 1e-7);
                g_assert_cmpint (inside, ==, isfinite (v) && v >= levels[l]);
            }
}

static void
test_sides (void)
{
    check_sides (1, 1, 1);
    check_sides (1, 9, 2);
    check_sides (9, 1, 3);
    for (guint64 seed = 4; seed < 24; seed++)
        check_sides (23, 17, seed);
}

/* A cone of height 100 and radius 400 m: the line at h is a circle of radius 400 (1 - h / 100). */
static void
test_cone (void)
{
    g_autofree float *value = g_new (float, 200 * 200);
    for (guint j = 0; j < 200; j++)
        for (guint i = 0; i < 200; i++)
            value[j * 200 + i] = (float) MAX (100 - hypot (i * 10.0 - 995, j * 10.0 - 995) / 4, 0);
    CgDensity density = surface_of (200, 200, value);
    double levels[8];
    guint n = cg_contours_levels (100, 5, levels);
    const double want[] = { 2, 5, 10, 20, 50 };
    g_assert_cmpuint (n, ==, 5);
    g_autoptr (CgContours) contours = cg_contours_run (&density, n, levels, NULL);
    g_assert_cmpuint (contours->n_rings, ==, 5);
    for (guint l = 0; l < 5; l++) {
        double radius = 400 - 4 * want[l];
        g_assert_cmpfloat (levels[l], ==, want[l]);
        g_assert_cmpfloat_with_epsilon (cg_contours_level_km2 (contours, l),
                                        G_PI * radius * radius / 1e6, 0.0005);
        for (guint32 v = contours->ring_vertex[l]; v < contours->ring_vertex[l + 1]; v++)
            g_assert_cmpfloat_with_epsilon (hypot (contours->x[v] - 1000, contours->y[v] - 1000),
                                            radius, 0.1); /* the kink at its foot */
    }
}

static void
test_levels (void)
{
    double levels[CG_CONTOURS_MAX_LEVELS];
    g_assert_cmpuint (cg_contours_levels (0, 5, levels), ==, 0);
    g_assert_cmpuint (cg_contours_levels (-1, 5, levels), ==, 0);
    g_assert_cmpuint (cg_contours_levels (NAN, 5, levels), ==, 0);
    g_assert_cmpuint (cg_contours_levels (INFINITY, 5, levels), ==, 0);
    g_assert_cmpuint (cg_contours_levels (7, 0, levels), ==, 0);
    g_assert_cmpuint (cg_contours_levels (0.03, 3, levels), ==, 3);
    g_assert_cmpfloat (levels[2], ==, 0.02);
    g_assert_cmpfloat (levels[1], ==, 0.01);
    g_assert_cmpfloat (levels[0], ==, 0.005);
    g_assert_cmpuint (cg_contours_levels (100, 1, levels), ==, 1);
    g_assert_cmpfloat (levels[0], ==, 50); /* the peak itself has no ring */
    g_assert_cmpuint (cg_contours_levels (1e-300, 9, levels), <=, 9);
}

static void
test_errors (void)
{
    float value[4] = { 5, 5, 5, 5 };
    CgDensity density = surface_of (2, 2, value);
    const double bad[][2] = { { 1, 1 }, { 2, 1 }, { NAN, 1 }, { 1, INFINITY } };
    double many[CG_CONTOURS_MAX_LEVELS + 1];
    for (guint l = 0; l <= CG_CONTOURS_MAX_LEVELS; l++)
        many[l] = l;
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_contours_run (&density, 2, bad[i], &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_contours_run (&density, CG_CONTOURS_MAX_LEVELS + 1, many, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_autoptr (CgContours) none = cg_contours_run (&density, 0, NULL, NULL);
    g_assert_cmpuint (none->n_rings, ==, 0);
    const double above = 6;
    g_autoptr (CgContours) flat = cg_contours_run (&density, 1, &above, NULL);
    g_assert_cmpuint (flat->n_rings, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/contours/one-pixel", test_one_pixel);
    g_test_add_func ("/analyse/contours/saddle", test_saddle);
    g_test_add_func ("/analyse/contours/sides", test_sides);
    g_test_add_func ("/analyse/contours/cone", test_cone);
    g_test_add_func ("/analyse/contours/levels", test_levels);
    g_test_add_func ("/analyse/contours/errors", test_errors);
    return g_test_run ();
}
