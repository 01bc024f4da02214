#include "../graph/real_units.h"
#include "geom/geom.h"
#include "grid/grid.h"
#include "support.h"

typedef struct {
    const char *file, *id, *region;
    int epsg;
    guint32 n_parts, n_regions;
} Case;

static const Case cases[] = {
    { "taiwan/chiayi_city_10020_base_areas.gpkg", "codebase", "town_id", 3826, 200, 2 },
    { "taiwan/nantou_10008_base_areas.gpkg", "codebase", "town_id", 3826, 400, 13 },
    { "us/denver_topology.gpkg", "precinct", NULL, 2232, 40, 1 },
};

/* Parts that grow from seeds, round by round, inside their region: connected, of uneven size. */
static CgParts *
grow (const CgUnits *units, const CgGraph *graph, guint32 n_seeds)
{
    g_autofree guint32 *label = g_new (guint32, units->n), *queue = g_new (guint32, units->n);
    guint32 tail = 0, n = 0;
    for (guint32 i = 0; i < units->n; i++)
        label[i] = CG_NONE;
    for (guint32 next = 0; next < units->n; next++) {
        gboolean seed = next % (units->n / n_seeds) == 0;
        if (seed && label[next] == CG_NONE) {
            label[next] = n++;
            queue[tail++] = next;
        }
    }
    for (guint32 head = 0, more = 0; head < tail || more < units->n;) {
        if (head == tail) {
            /* Nothing grows any more: a piece without a seed begins a part of its own. */
            if (label[more] == CG_NONE) {
                label[more] = n++;
                queue[tail++] = more;
            }
            more++;
            continue;
        }
        guint32 u = queue[head++];
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++) {
            guint32 v = graph->target[k];
            if (label[v] == CG_NONE && units->region[v] == units->region[u]) {
                label[v] = label[u];
                queue[tail++] = v;
            }
        }
    }
    CgParts *parts = cg_parts_new (units->n, n);
    for (guint32 i = 0; i < units->n; i++)
        parts->part_of[i] = label[i];
    return parts;
}

/* Every polygon valid in both coordinates for another library, none over another, and together the
 * same ground as the units. */
static void
check_ground (const CgUnits *units, const CgGrids *grids)
{
    g_autoptr (GError) error = NULL;
    double difference;
    for (guint32 g = 0; g < grids->n; g++) {
        gboolean valid;
        g_assert_true (cg_geom_validity (grids->shapes, g, &valid, NULL, NULL, NULL, &error));
        g_assert_true (valid);
        g_assert_true (cg_geom_validity (grids->delivered, g, &valid, NULL, NULL, NULL, &error));
        g_assert_true (valid);
    }
    g_autoptr (GArray) overlaps = cg_geom_overlaps (grids->shapes, 1e-4, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (overlaps->len, ==, 0);
    g_assert_true (cg_geom_symmetric_difference_area (grids->shapes, units->shapes, &difference,
                                                      &error));
    g_assert_no_error (error);
    g_assert_cmpfloat (difference, <, 1e-3);
}

/* Every segment of the grids' outlines, whatever its direction, must be a segment of a unit. */
static void
check_edges (const CgUnits *units, const CgGrids *grids)
{
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    const CgShapes *tables[] = { units->delivered, grids->delivered };
    for (guint t = 0; t < 2; t++)
        for (guint32 r = 0; r < tables[t]->n_rings; r++) {
            const double *x = tables[t]->x, *y = tables[t]->y;
            guint32 last = tables[t]->ring_vertex[r + 1] - 1;
            for (guint32 v = tables[t]->ring_vertex[r]; v < last; v++) {
                gboolean swap = x[v] > x[v + 1] || (x[v] == x[v + 1] && y[v] > y[v + 1]);
                guint32 a = swap ? v + 1 : v, b = swap ? v : v + 1;
                char *key = g_strdup_printf ("%a %a %a %a", x[a], y[a], x[b], y[b]);
                if (t == 0) {
                    g_hash_table_add (seen, key);
                } else {
                    g_assert_true (g_hash_table_contains (seen, key));
                    g_free (key);
                }
            }
        }
}

static void
test_case (gconstpointer data)
{
    const Case *c = data;
    g_autofree char *path = cg_test_data (c->file);
    if (path == NULL)
        return;
    g_autoptr (CgUnits) units = cg_test_read_units (path, c->id, c->region, c->epsg);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (CgParts) parts = grow (units, graph, c->n_parts);
    gint64 start = g_get_monotonic_time ();
    g_autoptr (CgGrids) grids = cg_grid_build (units, graph, parts, NULL, NULL, &error);
    g_assert_no_error (error);
    g_test_message ("%u grids of %u units: %.3f s", grids->n, units->n,
                    (g_get_monotonic_time () - start) / 1e6);
    CgGridCheck check;
    cg_grid_check (units, graph, NULL, grids, &check);
    g_assert_cmpstr (check.first, ==, NULL);
    g_assert_cmpuint (check.violations, ==, 0);
    g_assert_cmpfloat (check.uncovered_m2 + check.overlap_m2, <, 0.01);
    check_edges (units, grids);
    check_ground (units, grids);
    g_assert_cmpuint (cg_names_count (units->regions), ==, c->n_regions);
    for (guint32 g = 1; g < grids->n; g++)
        g_assert_cmpstr (grids->code[g - 1], <, grids->code[g]);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_data_func ("/grid/real/chiayi", &cases[0], test_case);
    g_test_add_data_func ("/grid/real/nantou", &cases[1], test_case);
    g_test_add_data_func ("/grid/real/denver", &cases[2], test_case);
    return g_test_run ();
}
