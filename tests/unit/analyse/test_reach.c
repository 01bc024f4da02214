/* Ways to the nearest place: worked by hand, and on random towns against every pair of crossings (Floyd 1962). */
#include "analyse/reach.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>
#include <string.h>

static void
add_line (CgShapes *lines, double ax, double ay, double bx, double by)
{
    cg_shapes_add_vertex (lines, ax, ay);
    cg_shapes_add_vertex (lines, bx, by);
    cg_shapes_end_ring (lines);
    cg_shapes_end_part (lines);
    cg_shapes_end_shape (lines);
}

/* A road east from (0, 0) to (1000, 0), another north from (400, -50) to (400, 600): they cross without a common
 * vertex. The clinic stands at (390, 500): 10 m off. */
static void
test_by_hand (void)
{
    g_autoptr (CgShapes) lines = cg_shapes_new (CG_SHAPES_LINE);
    g_autoptr (GError) error = NULL;
    add_line (lines, 0, 0, 1000, 0);
    add_line (lines, 400, -50, 400, 600);
    g_autoptr (CgRoadNet) roads = cg_road_net_new (lines, NULL, NULL, &error);
    g_assert_no_error (error);
    const double clinic_x[] = { 390 }, clinic_y[] = { 500 };
    const double x[] = { 700, 410, 390, 100, 2000, NAN }, y[] = { -20, 300, 500, 0, 0, 0 };
    double m[6];
    guint32 place[6];
    CgReachParams params = { 1.5, 300 };
    g_assert_true (
        cg_reach_run (roads, 1, clinic_x, clinic_y, 6, x, y, &params, NULL, m, place, &error));
    g_assert_no_error (error);
    g_assert_cmpfloat (fabs (m[0] - (20 * 1.5 + 300 + 500 + 10 * 1.5)), <, 1e-9);
    /* On the same piece of road: 10 + 10 off it and 200 along it. */
    g_assert_cmpfloat (fabs (m[1] - (10 * 1.5 + 200 + 10 * 1.5)), <, 1e-9);
    g_assert_cmpfloat (m[2], ==, 0);
    g_assert_cmpfloat (fabs (m[3] - (300 + 500 + 15)), <, 1e-9);
    /* 1000 m from the end of the road: across the fields. */
    g_assert_cmpfloat (fabs (m[4] - 1.5 * hypot (1610, 500)), <, 1e-9);
    g_assert_true (isnan (m[5]));
    g_assert_cmpuint (place[0], ==, 0);
    g_assert_cmpuint (place[5], ==, G_MAXUINT32);
    /* Without the second road there is no way along roads: all are without one, or on a road to nowhere. */
    const guint8 use[] = { TRUE, FALSE };
    g_autoptr (CgRoadNet) east = cg_road_net_new (lines, use, NULL, &error);
    g_assert_true (
        cg_reach_run (east, 1, clinic_x, clinic_y, 1, x, y, &params, NULL, m, NULL, &error));
    g_assert_cmpfloat (fabs (m[0] - 1.5 * hypot (310, 520)), <, 1e-9);
    g_assert_true (cg_reach_run (east, 0, NULL, NULL, 1, x, y, &params, NULL, m, place, &error));
    g_assert_true (isinf (m[0]));
    g_assert_cmpuint (place[0], ==, G_MAXUINT32);
}

#define SIDE 6
#define CROSSINGS (SIDE * SIDE)
#define BLOCK_M 100.0

typedef struct {
    guint a, b; /* crossings */
} Street;

static double
crossing_x (guint c)
{
    return c % SIDE * BLOCK_M + 7 * (c / SIDE);
}

static double
crossing_y (guint c)
{
    return c / SIDE * BLOCK_M;
}

static double
foot_on (const Street *street, double x, double y, double *out_to_a, double *out_to_b)
{
    double ax = crossing_x (street->a), ay = crossing_y (street->a);
    double dx = crossing_x (street->b) - ax, dy = crossing_y (street->b) - ay;
    double length = hypot (dx, dy), along = ((x - ax) * dx + (y - ay) * dy) / length;
    along = CLAMP (along, 0, length);
    *out_to_a = along;
    *out_to_b = length - along;
    return hypot (ax + along * dx / length - x, ay + along * dy / length - y);
}

/* use NULL: all streets. */
static guint
nearest_street (const GArray *streets, const gboolean *use, double x, double y)
{
    guint best = 0;
    double least = G_MAXDOUBLE, a, b;
    for (guint s = 0; s < streets->len; s++) {
        double off = foot_on (&g_array_index (streets, Street, s), x, y, &a, &b);
        if (off < least && (use == NULL || use[s])) {
            least = off;
            best = s;
        }
    }
    return best;
}

/* Streets of the longest connected net. */
static void
find_longest (const GArray *streets, double m[CROSSINGS][CROSSINGS], gboolean *out)
{
    double most = -1;
    guint home = 0;
    for (guint c = 0; c < CROSSINGS; c++) {
        double sum = 0;
        for (guint s = 0; s < streets->len; s++) {
            Street t = g_array_index (streets, Street, s);
            sum += isfinite (m[c][t.a]) ? hypot (crossing_x (t.a) - crossing_x (t.b),
                                                 crossing_y (t.a) - crossing_y (t.b))
                                        : 0;
        }
        if (sum > most + 1e-9) {
            most = sum;
            home = c;
        }
    }
    for (guint s = 0; s < streets->len; s++)
        out[s] = isfinite (m[home][g_array_index (streets, Street, s).a]);
}

static void
floyd (const GArray *streets, double m[CROSSINGS][CROSSINGS])
{
    for (guint i = 0; i < CROSSINGS; i++)
        for (guint j = 0; j < CROSSINGS; j++)
            m[i][j] = i == j ? 0 : INFINITY;
    for (guint s = 0; s < streets->len; s++) {
        Street t = g_array_index (streets, Street, s);
        m[t.a][t.b] = m[t.b][t.a] =
            hypot (crossing_x (t.a) - crossing_x (t.b), crossing_y (t.a) - crossing_y (t.b));
    }
    for (guint k = 0; k < CROSSINGS; k++)
        for (guint i = 0; i < CROSSINGS; i++)
            for (guint j = 0; j < CROSSINGS; j++)
                m[i][j] = MIN (m[i][j], m[i][k] + m[k][j]);
}

static GArray *
make_streets (CgRandom *random, CgShapes *lines)
{
    GArray *streets = g_array_new (FALSE, FALSE, sizeof (Street));
    for (guint c = 0; c < CROSSINGS; c++)
        for (guint way = 0; way < 2; way++) {
            gboolean edge = way == 0 ? c % SIDE + 1 == SIDE : c / SIDE + 1 == SIDE;
            Street street = { c, way == 0 ? c + 1 : c + SIDE };
            if (edge || cg_random_unit (random) < 0.25)
                continue;
            g_array_append_val (streets, street);
            add_line (lines, crossing_x (street.a), crossing_y (street.a), crossing_x (street.b),
                      crossing_y (street.b));
        }
    return streets;
}

static double
by_all_pairs (const GArray *streets, double m[CROSSINGS][CROSSINGS], const gboolean *use, guint n,
              const double *px, const double *py, double x, double y, double detour)
{
    double best = INFINITY, to[2], from[2], least = INFINITY, neighbour = INFINITY;
    for (guint p = 0; p < n; p++)
        for (guint choice = 0; choice < 4; choice++) {
            guint s = nearest_street (streets, choice % 2 == 0 ? NULL : use, x, y);
            guint t = nearest_street (streets, choice / 2 == 0 ? NULL : use, px[p], py[p]);
            Street own = g_array_index (streets, Street, s);
            Street other = g_array_index (streets, Street, t);
            double off = foot_on (&own, x, y, &to[0], &to[1]) * detour;
            double off_p = foot_on (&other, px[p], py[p], &from[0], &from[1]) * detour;
            const guint a[2] = { own.a, own.b }, b[2] = { other.a, other.b };
            for (guint i = 0; i < 4; i++)
                best = MIN (best, off + to[i / 2] + m[a[i / 2]][b[i % 2]] + from[i % 2] + off_p);
            if (s == t)
                best = MIN (best, off + fabs (to[0] - from[0]) + off_p);
            double straight = hypot (px[p] - x, py[p] - y);
            if (choice == 0 && straight < least) {
                least = straight;
                neighbour = straight * detour <= off + off_p ? straight * detour : INFINITY;
            }
        }
    return isinf (best) ? best : MIN (best, neighbour);
}

static void
test_random_towns (void)
{
    CgRandom random;
    cg_random_init (&random, 5, 0);
    guint compared = 0;
    static double m[CROSSINGS][CROSSINGS];
    for (guint town = 0; town < 40; town++) {
        g_autoptr (CgShapes) lines = cg_shapes_new (CG_SHAPES_LINE);
        g_autoptr (GArray) streets = make_streets (&random, lines);
        g_autoptr (GError) error = NULL;
        g_autoptr (CgRoadNet) roads = cg_road_net_new (lines, NULL, NULL, &error);
        g_assert_no_error (error);
        floyd (streets, m);
        gboolean use[2 * CROSSINGS];
        find_longest (streets, m, use);
        double px[3], py[3], x[60], y[60], out[60];
        for (guint i = 0; i < 63; i++) {
            double *to_x = i < 3 ? &px[i] : &x[i - 3], *to_y = i < 3 ? &py[i] : &y[i - 3];
            *to_x = 500 * cg_random_unit (&random);
            *to_y = 500 * cg_random_unit (&random);
        }
        CgReachParams params = { 1.3, 1000 };
        g_assert_true (
            cg_reach_run (roads, 3, px, py, 60, x, y, &params, NULL, out, NULL, &error));
        for (guint i = 0; i < 60; i++) {
            double expected = by_all_pairs (streets, m, use, 3, px, py, x[i], y[i], 1.3);
            if (isinf (expected))
                continue;
            /* Corners lie on whole centimetres here, so that nothing is rounded. */
            g_assert_cmpfloat (fabs (out[i] - expected), <, 1e-6);
            compared++;
        }
    }
    g_assert_cmpuint (compared, >, 2000);
}

static void
test_errors (void)
{
    g_autoptr (CgShapes) lines = cg_shapes_new (CG_SHAPES_LINE);
    g_autoptr (GError) error = NULL, other = NULL, none = NULL;
    add_line (lines, 0, 0, 1, 0);
    add_line (lines, 0, 0, 1e9, 0);
    g_assert_null (cg_road_net_new (lines, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
    g_assert_nonnull (strstr (error->message, "road 2"));
    const guint8 use[] = { FALSE, FALSE };
    g_autoptr (CgRoadNet) empty = cg_road_net_new (lines, use, NULL, &none);
    g_assert_no_error (none);
    const double x[] = { 3 }, y[] = { 4 }, zero[] = { 0 };
    double m;
    CgReachParams params = { 0.9, 10 };
    g_assert_false (cg_reach_run (empty, 1, zero, zero, 1, x, y, &params, NULL, &m, NULL, &other));
    g_assert_error (other, CG_ERROR, CG_ERROR_ARGUMENT);
    params.detour = 1;
    g_assert_true (cg_reach_run (empty, 1, zero, zero, 1, x, y, &params, NULL, &m, NULL, &none));
    g_assert_cmpfloat (m, ==, 5);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/reach/by-hand", test_by_hand);
    g_test_add_func ("/analyse/reach/random-towns", test_random_towns);
    g_test_add_func ("/analyse/reach/errors", test_errors);
    return g_test_run ();
}
