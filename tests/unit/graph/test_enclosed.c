/* Ponds, islets and islands: to which side they go, worked by hand. */
#include "drawn_units.h"
#include "graph/enclosed.h"

typedef struct {
    CgUnits *units;
    CgGraph *graph;
} Town;

static void
town_done (Town *town)
{
    cg_units_free (town->units);
    cg_graph_free (town->graph);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Town, town_done)

/* All borders of the units in `closed` (by letter) are shores; nobody lives in those of `empty`. */
static void
town_init (Town *town, guint n, const char *const *outlines, const char *closed,
           const char *empty, CgBarrierClass class)
{
    g_autoptr (GError) error = NULL;
    town->units = cg_test_draw_units (n, outlines);
    for (const char *c = empty; *c != '\0'; c++)
        town->units->households[*c - 'A'] = town->units->population[*c - 'A'] = 0;
    town->graph = cg_graph_build (town->units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    CgGraph *graph = town->graph;
    for (const char *c = closed; *c != '\0'; c++)
        for (guint32 k = graph->first[*c - 'A']; k < graph->first[*c - 'A' + 1]; k++) {
            guint32 both[] = { k, graph->reverse[k] };
            for (guint i = 0; i < 2; i++) {
                graph->passable[both[i]] = FALSE;
                graph->barrier[both[i]] = (guint8) class;
            }
        }
}

/* '+' joined, 'o' loose, 'x' parted. */
static char
state (const Town *town, char from, char to)
{
    const CgGraph *graph = town->graph;
    for (guint32 k = graph->first[from - 'A']; k < graph->first[from - 'A' + 1]; k++)
        if (graph->target[k] == (guint32) (to - 'A')) {
            guint32 r = graph->reverse[k];
            g_assert_cmpint (graph->passable[k], ==, graph->passable[r]);
            g_assert_cmpint (graph->loose[k], ==, graph->loose[r]);
            return graph->passable[k] ? '+' : graph->loose[k] ? 'o' : 'x';
        }
    g_assert_not_reached ();
}

/* A pond C between A and B: B has 30 m of its rim, A 10 m. */
static const char *const pond[] = { "0 0, 100 0, 100 100, 0 100",
                                    "100 0, 200 0, 200 100, 100 100, 100 55, 110 55, 110 45, 100 45",
                                    "100 45, 110 45, 110 55, 100 55" };

static void
test_pond (void)
{
    g_auto (Town) town = { 0 };
    guint32 label[3] = { 0 };
    town_init (&town, 3, pond, "C", "C", CG_BARRIER_WATER);
    g_assert_cmpuint (cg_graph_settle_enclosed (town.graph, town.units, label, NULL), ==, 1);
    g_assert_cmpint (state (&town, 'C', 'B'), ==, '+'); /* 30 m against 10 m */
    g_assert_cmpint (state (&town, 'C', 'A'), ==, 'o');
    g_assert_cmpint (state (&town, 'A', 'B'), ==, '+');
    /* Nothing is left to do. */
    g_assert_cmpuint (cg_graph_settle_enclosed (town.graph, town.units, label, NULL), ==, 0);
    /* Only to what may share a grid with it. */
    g_auto (Town) other = { 0 };
    guint32 apart[3] = { 0, 1, 0 };
    town_init (&other, 3, pond, "C", "C", CG_BARRIER_WATER);
    g_assert_cmpuint (cg_graph_settle_enclosed (other.graph, other.units, apart, NULL), ==, 1);
    g_assert_cmpint (state (&other, 'C', 'A'), ==, '+');
    g_assert_cmpint (state (&other, 'C', 'B'), ==, 'x');
}

/* Water C, and in it an islet D: the islet follows the water, the water goes to a bank. Banks A and B stay
 * apart. */
static const char *const lake[] = { "0 0, 100 0, 100 50, 0 50", "0 80, 100 80, 100 180, 0 180",
                                    "0 50, 100 50, 100 80, 0 80 | 40 60, 40 70, 60 70, 60 60",
                                    "40 60, 60 60, 60 70, 40 70" };

static void
test_islet (void)
{
    g_auto (Town) town = { 0 };
    guint32 label[4] = { 0 };
    town_init (&town, 4, lake, "CD", "CD", CG_BARRIER_WATER);
    g_assert_cmpuint (cg_graph_settle_enclosed (town.graph, town.units, label, NULL), ==, 2);
    g_assert_cmpint (state (&town, 'C', 'A'), ==, '+'); /* as long as B's: the lower one */
    g_assert_cmpint (state (&town, 'C', 'B'), ==, 'o');
    g_assert_cmpint (state (&town, 'C', 'D'), ==, '+');
    /* With people on it, too: an island, which can stand by itself, but need not. */
    g_auto (Town) lived = { 0 };
    town_init (&lived, 4, lake, "CD", "C", CG_BARRIER_WATER);
    g_assert_cmpuint (cg_graph_settle_enclosed (lived.graph, lived.units, label, NULL), ==, 2);
    g_assert_cmpint (state (&lived, 'C', 'D'), ==, '+');
    g_assert_cmpint (state (&lived, 'C', 'A'), ==, '+');
    /* People behind walls on all sides stay there. */
    g_auto (Town) walled = { 0 };
    town_init (&walled, 4, lake, "CD", "C", CG_BARRIER_WALL);
    g_assert_cmpuint (cg_graph_settle_enclosed (walled.graph, walled.units, label, NULL), ==, 1);
    g_assert_cmpint (state (&walled, 'C', 'A'), ==, '+');
    g_assert_cmpint (state (&walled, 'C', 'D'), ==, 'o');
    /* A way to it is enough. */
    CgCrossing way = { 0, 3, 1000, CG_BARRIER_BRIDGE };
    g_autoptr (GArray) ways = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
    g_array_append_val (ways, way);
    g_auto (Town) bridged = { 0 };
    town_init (&bridged, 4, lake, "CD", "C", CG_BARRIER_WATER);
    g_assert_cmpuint (cg_graph_settle_enclosed (bridged.graph, bridged.units, label, ways), ==, 1);
    /* D's rim is 60 m, A's and B's are 100 m each. */
    g_assert_cmpint (state (&bridged, 'C', 'A'), ==, '+');
    g_assert_cmpint (state (&bridged, 'C', 'D'), ==, 'o');
}

/* Where nobody lives at all, one grid is enough. */
static void
test_nobody (void)
{
    g_auto (Town) town = { 0 };
    guint32 label[4] = { 0 };
    town_init (&town, 4, lake, "CD", "ABCD", CG_BARRIER_WATER);
    g_assert_cmpuint (cg_graph_settle_enclosed (town.graph, town.units, label, NULL), ==, 3);
    g_assert_cmpint (state (&town, 'C', 'A'), ==, '+');
    g_assert_cmpint (state (&town, 'C', 'B'), ==, '+');
    g_assert_cmpint (state (&town, 'C', 'D'), ==, '+');
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/graph/enclosed/pond", test_pond);
    g_test_add_func ("/graph/enclosed/islet", test_islet);
    g_test_add_func ("/graph/enclosed/nobody", test_nobody);
    return g_test_run ();
}
