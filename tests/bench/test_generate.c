/* Generated counties: an exact coverage, connected communities, the same bytes everywhere. */
#include "generate.h"

#include "graph/subset.h"

#include <math.h>

static void
test_coverage (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = bench_generate (60, 4, 3);
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_false (graph->snapped);
    double outer_m = 0, area_m2 = 0;
    for (guint32 i = 0; i < graph->n; i++) {
        g_assert_cmpfloat (graph->area_m2[i], >, 0);
        g_assert_cmpfloat (cg_shapes_ring_area (units->shapes, i), >, 0);
        outer_m += graph->outer_cm[i] / 100.0;
        area_m2 += graph->area_m2[i];
    }
    /* 59 streets of 24-46 m each way: what the units cover is what lies inside the outermost. */
    g_assert_cmpfloat (fabs (sqrt (area_m2) / (59 * 35) - 1), <, 0.1);
    g_assert_cmpfloat (fabs (outer_m / (4 * sqrt (area_m2)) - 1), <, 0.1);
    double degree = (double) graph->first[graph->n] / graph->n;
    g_assert_cmpfloat (degree, >, 5.7);
    g_assert_cmpfloat (degree, <, 6.0);
    g_autofree guint32 *piece = g_new (guint32, graph->n);
    g_assert_cmpuint (cg_graph_pieces (graph, units->region, piece), ==, 16);
}

static void
test_households (void)
{
    g_autoptr (CgUnits) units = bench_generate (100, 5, 1);
    guint32 empty = 0;
    double sum = 0;
    for (guint32 i = 0; i < units->n; i++) {
        empty += units->households[i] == 0;
        sum += units->households[i];
        g_assert_cmpuint (units->households[i], <=, 250);
    }
    g_assert_cmpfloat (fabs (empty / 1e4 - 0.12), <, 0.02);
    g_assert_cmpfloat (fabs (sum / (units->n - empty) - 21), <, 1.5);
}

/* The benchmark page names figures; they hold only while the instances stay what they were. */
static void
test_same_everywhere (void)
{
    g_autoptr (CgUnits) units = bench_generate (30, 2, 1);
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    for (guint32 v = 0; v < units->shapes->n_vertices; v++) {
        gint64 place[2] = { GINT64_TO_LE ((gint64) (units->shapes->x[v] * 1000 + 0.5)),
                            GINT64_TO_LE ((gint64) (units->shapes->y[v] * 1000 + 0.5)) };
        g_checksum_update (sum, (const guchar *) place, sizeof place);
    }
    for (guint32 i = 0; i < units->n; i++) {
        guint32 row[2] = { GUINT32_TO_LE (units->households[i]), GUINT32_TO_LE (units->region[i]) };
        g_checksum_update (sum, (const guchar *) row, sizeof row);
    }
    g_assert_cmpstr (g_checksum_get_string (sum), ==,
                     "cadab8ecf5a615a9593d8fb214c5b98ead8f51c0be9c737a181562351f0201c7");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/bench/generate/coverage", test_coverage);
    g_test_add_func ("/bench/generate/households", test_households);
    g_test_add_func ("/bench/generate/same-everywhere", test_same_everywhere);
    return g_test_run ();
}
