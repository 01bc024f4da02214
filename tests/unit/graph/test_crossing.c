/* Crossings between the pieces of a community: hand-worked places, and a slow second way to find
 * them on random ones. */
#include "base/error.h"
#include "base/random.h"
#include "drawn_units.h"
#include "graph/crossing.h"

#include <math.h>
#include <string.h>

static GArray *
find (const CgUnits *units, const CgGraph *graph, const CgBarriers *barriers, double max_m)
{
    CgCrossingOptions options = { .region = units->region, .barriers = barriers, .max_m = max_m };
    g_autoptr (GError) error = NULL;
    GArray *found = cg_graph_find_crossings (graph, units, &options, NULL, &error);
    g_assert_no_error (error);
    return found;
}

static CgGraph *
build (const CgUnits *units)
{
    g_autoptr (GError) error = NULL;
    CgGraph *graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    return graph;
}

static void
assert_crossings (const GArray *found, guint n, const CgCrossing *expected)
{
    for (guint k = 0; k < found->len; k++) {
        const CgCrossing *c = &g_array_index (found, CgCrossing, k);
        g_test_message ("%u - %u: %u cm", c->a, c->b, c->length_cm);
    }
    g_assert_cmpuint (found->len, ==, n);
    for (guint k = 0; k < n; k++) {
        const CgCrossing *c = &g_array_index (found, CgCrossing, k);
        g_assert_cmpuint (c->a, ==, expected[k].a);
        g_assert_cmpuint (c->b, ==, expected[k].b);
        g_assert_cmpuint (c->length_cm, ==, expected[k].length_cm);
    }
}

/* A and B are one piece; C lies 3 east and 4 north of B's corner; D touches A in a corner; E lies
 * 6 m above C with a vertex against the middle of C's side; F is far away. */
static const char *const places[] = {
    "0 0, 10 0, 10 10, 0 10", "10 0, 20 0, 20 10, 10 10", "23 14, 33 14, 33 24, 23 24",
    "-10 10, 0 10, 0 20, -10 20", "28 30, 33 40, 23 40", "900 0, 910 0, 910 10, 900 10",
};

static void
test_lengths (void)
{
    static const CgCrossing expected[] = { { 0, 3, 0 }, { 1, 2, 500 }, { 2, 4, 600 } };
    static const CgCrossing far[] = { { 0, 3, 0 }, { 1, 2, 500 }, { 2, 4, 600 }, { 2, 5, 86701 } };
    g_autoptr (CgUnits) units = cg_test_draw_units (6, places);
    g_autoptr (CgGraph) graph = build (units);
    g_autoptr (GArray) none = find (units, graph, NULL, 0);
    assert_crossings (none, 0, NULL);
    g_autoptr (GArray) exact = find (units, graph, NULL, 6);
    assert_crossings (exact, 3, expected);
    g_autoptr (GArray) near = find (units, graph, NULL, 5.99);
    assert_crossings (near, 2, expected);
    /* From C's corner (33, 14) to F's (900, 10): sqrt (867^2 + 4^2) = 867.01; B's is 880 away. */
    g_autoptr (GArray) all = find (units, graph, NULL, 1000);
    assert_crossings (all, 4, far);
}

/* Pieces of different regions are not joined; units without a region are a region. */
static void
test_regions (void)
{
    static const CgCrossing expected[] = { { 2, 4, 600 } };
    g_autoptr (CgUnits) units = cg_test_draw_units (6, places);
    guint32 other = cg_names_add (units->regions, "other");
    units->region[2] = units->region[4] = CG_NONE;
    units->region[3] = other;
    units->region[5] = other;
    g_autoptr (CgGraph) graph = build (units);
    g_autoptr (GArray) found = find (units, graph, NULL, 100);
    assert_crossings (found, 1, expected);
}

/* A wall between A and B: no crossing leads over it, nor between the two units that it divides; round
 * its end, over C and D, one does. */
static void
test_walls (void)
{
    static const char *const texts[] = { "0 0, 100 0, 100 100, 0 100",
                                         "100 0, 200 0, 200 100, 100 100",
                                         "40 110, 60 110, 60 130, 40 130",
                                         "140 110, 160 110, 160 130, 140 130" };
    static const CgCrossing expected[] = { { 0, 2, 1000 }, { 1, 3, 1000 }, { 2, 3, 8000 } };
    g_autoptr (CgUnits) units = cg_test_draw_units (4, texts);
    g_autoptr (CgGraph) graph = build (units);
    g_autoptr (CgBarriers) barriers = cg_barriers_new (1);
    g_autoptr (GError) error = NULL;
    cg_test_draw_barrier (barriers, 0, CG_BARRIER_WALL, "100 0, 100 100");
    barriers->passable[0] = FALSE;
    g_assert_true (cg_graph_mark_barriers (graph, units, barriers, 0, &error));
    g_assert_no_error (error);
    g_autoptr (GArray) found = find (units, graph, barriers, 100);
    assert_crossings (found, 3, expected);
    /* With a wall that goes on to the north, C and D stay apart too. */
    g_autoptr (CgBarriers) longer = cg_barriers_new (1);
    cg_test_draw_barrier (longer, 0, CG_BARRIER_WALL, "100 0, 100 200");
    longer->passable[0] = FALSE;
    g_autoptr (GArray) apart = find (units, graph, longer, 100);
    assert_crossings (apart, 2, expected);
    /* Passable, it is no hindrance: A's corner at its foot is nearer to D than C is. */
    static const CgCrossing over[] = { { 0, 2, 1000 }, { 0, 3, 4123 }, { 1, 3, 1000 } };
    longer->passable[0] = TRUE;
    g_autoptr (GArray) open = find (units, graph, longer, 100);
    assert_crossings (open, 3, over);
}

static void
test_graph (void)
{
    g_autoptr (CgUnits) units = cg_test_draw_units (6, places);
    g_autoptr (CgGraph) graph = build (units);
    g_autoptr (GArray) found = find (units, graph, NULL, 1000);
    for (guint k = 0; k < found->len / 2; k++) { /* in any order */
        CgCrossing *a = &g_array_index (found, CgCrossing, k);
        CgCrossing *b = &g_array_index (found, CgCrossing, found->len - 1 - k), swap = *a;
        *a = *b;
        *b = swap;
    }
    g_autoptr (CgGraph) joined = cg_graph_with_crossings (graph, found);
    g_assert_cmpuint (joined->first[6], ==, graph->first[6] + 2 * found->len);
    g_assert_cmpuint (cg_graph_count_links (joined, NULL), ==,
                      cg_graph_count_links (graph, NULL));
    guint crossings = 0;
    for (guint32 u = 0; u < joined->n; u++)
        for (guint32 k = joined->first[u]; k < joined->first[u + 1]; k++) {
            guint32 back = joined->reverse[k];
            g_assert_true (k == joined->first[u] || joined->target[k] > joined->target[k - 1]);
            g_assert_cmpuint (joined->target[back], ==, u);
            g_assert_cmpuint (joined->reverse[back], ==, k);
            g_assert_cmpuint (joined->crossing_cm[back], ==, joined->crossing_cm[k]);
            g_assert_cmpint (joined->border_cm[k] == 0, ==, joined->crossing_cm[k] > 0);
            g_assert_true (joined->passable[k]);
            crossings += joined->crossing_cm[k] > 0;
        }
    g_assert_cmpuint (crossings, ==, 2 * found->len);
    /* Once more over the joined graph: nothing is left to join. */
    g_autoptr (GArray) again = find (units, joined, NULL, 1000);
    g_assert_cmpuint (again->len, ==, 0);
}

static void
test_refused (void)
{
    static const double wrong[] = { -1, 100001, NAN, INFINITY };
    g_autoptr (CgUnits) units = cg_test_draw_units (6, places);
    g_autoptr (CgGraph) graph = build (units);
    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
        CgCrossingOptions options = { .max_m = wrong[i] };
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_graph_find_crossings (graph, units, &options, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    CgCrossingOptions options = { .max_m = 10 };
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_graph_find_crossings (graph, units, &options, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

/* ---- the slow way: all pairs of units by distance, one after the other ---- */

typedef struct {
    double distance;
    guint32 a, b;
} Pair;

static gint
by_distance (gconstpointer a, gconstpointer b)
{
    const Pair *p = a, *q = b;
    return (p->distance > q->distance) - (p->distance < q->distance);
}

static guint32
top_of (const guint32 *up, guint32 u)
{
    while (up[u] != u)
        u = up[u];
    return u;
}

/* Number of crossings and their sum, in metres. */
static guint
slow_way (const CgUnits *units, const CgGraph *graph, double max_m, double *out_sum)
{
    g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
    g_autofree guint32 *up = g_new (guint32, units->n);
    guint count = 0;
    *out_sum = 0;
    for (guint32 a = 0; a < units->n; a++) {
        up[a] = a;
        for (guint32 b = a + 1; b < units->n; b++) {
            Pair one = { cg_graph_unit_distance (units, a, b), a, b };
            if (one.distance <= max_m)
                g_array_append_val (pairs, one);
        }
    }
    for (guint32 u = 0; u < graph->n; u++)
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
            up[top_of (up, u)] = top_of (up, graph->target[k]);
    g_array_sort (pairs, by_distance);
    for (guint k = 0; k < pairs->len; k++) {
        const Pair *one = &g_array_index (pairs, Pair, k);
        guint32 a = top_of (up, one->a), b = top_of (up, one->b);
        if (a == b)
            continue;
        up[a] = b;
        *out_sum += one->distance;
        count++;
    }
    return count;
}

/* Triangles strewn in cells of 40 m, some of them missing. */
static CgUnits *
strew (CgRandom *random, guint side)
{
    g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
    for (guint c = 0; c < side * side; c++) {
        double x = c % side * 40, y = c / side * 40;
        if (cg_random_below (random, 3) == 0)
            continue;
        double u[6];
        for (guint k = 0; k < 6; k++)
            u[k] = cg_random_unit (random) * 12;
        g_ptr_array_add (texts, g_strdup_printf ("%.3f %.3f, %.3f %.3f, %.3f %.3f", x + u[0],
                                                 y + u[1], x + 25 + u[2], y + u[3], x + u[4],
                                                 y + 25 + u[5]));
    }
    return cg_test_draw_units (texts->len, (const char *const *) texts->pdata);
}

static void
test_random (void)
{
    CgRandom random;
    cg_random_init (&random, 5, 1);
    for (guint round = 0; round < (g_test_slow () ? 500 : 40); round++) {
        guint side = 2 + cg_random_below (&random, 6);
        g_autoptr (CgUnits) units = strew (&random, side);
        g_autoptr (CgGraph) graph = build (units);
        double max_m = 5 + 60 * cg_random_unit (&random), sum = 0, expected;
        g_autoptr (GArray) found = find (units, graph, NULL, max_m);
        for (guint k = 0; k < found->len; k++) {
            const CgCrossing *c = &g_array_index (found, CgCrossing, k);
            double distance = cg_graph_unit_distance (units, c->a, c->b);
            g_assert_cmpfloat (fabs (distance - c->length_cm / 100.0), <, 0.006);
            sum += distance;
        }
        g_assert_cmpuint (found->len, ==, slow_way (units, graph, max_m, &expected));
        g_assert_cmpfloat (fabs (sum - expected), <, 1e-6);
    }
}

/* Two rings of 2000 corners, 30 m apart at one place: too many pairs to look at all. */
static void
test_long_outlines (void)
{
    g_autoptr (GString) west = g_string_new (NULL), east = g_string_new (NULL);
    for (guint k = 0; k < 2000; k++) {
        double turn = 2 * G_PI * k / 2000;
        const char *comma = k > 0 ? ", " : "";
        g_string_append_printf (west, "%s%.6f %.6f", comma, 100 * cos (turn), 100 * sin (turn));
        g_string_append_printf (east, "%s%.6f %.6f", comma, 230 + 100 * cos (turn),
                                100 * sin (turn));
    }
    const char *texts[] = { west->str, east->str };
    g_autoptr (CgUnits) units = cg_test_draw_units (2, texts);
    g_assert_cmpfloat (fabs (cg_graph_unit_distance (units, 0, 1) - 30), <, 1e-5);
    g_autoptr (CgGraph) graph = build (units);
    static const CgCrossing expected[] = { { 0, 1, 3000 } };
    g_autoptr (GArray) found = find (units, graph, NULL, 100);
    assert_crossings (found, 1, expected);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/graph/crossing/lengths", test_lengths);
    g_test_add_func ("/graph/crossing/regions", test_regions);
    g_test_add_func ("/graph/crossing/walls", test_walls);
    g_test_add_func ("/graph/crossing/graph", test_graph);
    g_test_add_func ("/graph/crossing/refused", test_refused);
    g_test_add_func ("/graph/crossing/long-outlines", test_long_outlines);
    g_test_add_func ("/graph/crossing/random", test_random);
    return g_test_run ();
}
