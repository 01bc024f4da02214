#include "drawn_town.h"

#include "drawn_units.h"

void
cg_test_town_init (CgTestTown *town, guint n, const char *const *outlines, const char *empty,
                   CgBarriers *barriers, gboolean river)
{
    g_autoptr (GError) error = NULL;
    town->units = cg_test_draw_units (n, outlines);
    for (const char *c = empty; *c != '\0'; c++)
        town->units->households[*c - 'A'] = town->units->population[*c - 'A'] = 0;
    town->barriers = barriers;
    town->graph = cg_graph_build (town->units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (cg_graph_mark_barriers (town->graph, town->units, barriers, 0, &error));
    if (river)
        g_assert_true (cg_graph_close_water (town->graph, town->units, barriers, &error));
    CgWaysInput input = { barriers, NULL };
    town->ways = cg_graph_open_ways (town->graph, town->units, &input, NULL, &error);
    g_assert_no_error (error);
}

void
cg_test_town_done (CgTestTown *town)
{
    cg_units_free (town->units);
    cg_graph_free (town->graph);
    cg_barriers_free (town->barriers);
    g_clear_pointer (&town->ways, g_array_unref);
}

guint32
cg_test_town_link (const CgTestTown *town, guint32 from, guint32 to)
{
    const CgGraph *graph = town->graph;
    for (guint32 k = graph->first[from]; k < graph->first[from + 1]; k++)
        if (graph->target[k] == to) {
            g_assert_cmpint (graph->passable[k], ==, graph->passable[graph->reverse[k]]);
            return k;
        }
    g_assert_not_reached ();
}

gboolean
cg_test_town_is_open (const CgTestTown *town, guint32 from, guint32 to)
{
    return town->graph->passable[cg_test_town_link (town, from, to)] != 0;
}
