#include "graph.h"

#include "base/error.h"
#include "graph_internal.h"

#include <math.h>

/* A gap or overlap between two units below this is rounding: one square centimetre. */
#define COUNTED_M2 1e-4

/* One segment of a unit's outline shared with another. Lengths are whole micrometres, so that sums
 * do not depend on their order and both ends of a link agree. */
typedef struct {
    guint32 target;
    guint64 length_um;
    double gap_m2; /* < 0: overlap */
} Share;

static guint64
length_um (CgPlace a, CgPlace b)
{
    double dx = b.x - a.x, dy = b.y - a.y;
    return (guint64) (sqrt (dx * dx + dy * dy) * 1e6 + 0.5);
}

static guint32
centimetres (guint64 um)
{
    return (guint32) MIN ((um + 5000) / 10000, (guint64) G_MAXUINT32);
}

/* Ground between a slot and its twin as the units had them: > 0 nobody's, < 0 both's. */
static double
ground_between (const CgTopology *t, guint32 k)
{
    if (t->own_x == NULL)
        return 0;
    guint32 twin = t->twin[k];
    guint32 corner[4] = { cg_topology_next (t, k), k, cg_topology_next (t, twin), twin };
    double sum = 0;
    for (guint c = 1; c < 3; c++) {
        double ax = t->own_x[corner[c]] - t->own_x[corner[0]];
        double ay = t->own_y[corner[c]] - t->own_y[corner[0]];
        double bx = t->own_x[corner[c + 1]] - t->own_x[corner[0]];
        double by = t->own_y[corner[c + 1]] - t->own_y[corner[0]];
        sum += ax * by - bx * ay;
    }
    return sum / 2;
}

static int
compare_share (gconstpointer a, gconstpointer b)
{
    const Share *p = a, *q = b;
    if (p->target != q->target)
        return p->target < q->target ? -1 : 1;
    if (p->gap_m2 != q->gap_m2)
        return p->gap_m2 < q->gap_m2 ? -1 : 1;
    return 0;
}

/* Shared segments of unit i, sorted by neighbour; its free border goes to outer_cm. */
static void
collect_shares (CgGraph *graph, const CgUnits *units, guint32 i, GArray *out)
{
    const CgTopology *t = graph->topology;
    guint64 outer_um = 0;
    g_array_set_size (out, 0);
    guint32 first = t->ring_slot[t->unit_ring[i]], end = t->ring_slot[t->unit_ring[i + 1]];
    for (guint32 k = first; k < end; k++) {
        Share share = { .length_um =
                            length_um (cg_topology_place (t, units, t->slot_node[k]),
                                       cg_topology_place (t, units,
                                                          t->slot_node[cg_topology_next (t, k)])) };
        if (t->twin[k] == CG_NONE) {
            outer_um += share.length_um;
            continue;
        }
        share.target = cg_topology_unit (t, t->twin[k]);
        if (share.target == i)
            continue;
        share.gap_m2 = ground_between (t, k);
        g_array_append_val (out, share);
    }
    g_array_sort (out, compare_share);
    graph->outer_cm[i] = centimetres (outer_um);
}

static void
count_ground (CgGraph *graph, double gap_m2, double overlap_m2)
{
    graph->n_gaps += gap_m2 > COUNTED_M2;
    graph->n_overlaps += overlap_m2 > COUNTED_M2;
    graph->gap_m2 += gap_m2;
    graph->overlap_m2 += overlap_m2;
}

/* Appends one link for each neighbour in the sorted shares of unit i. */
static void
append_links (CgGraph *graph, guint32 i, const GArray *shares, GArray *targets, GArray *borders)
{
    for (guint k = 0; k < shares->len;) {
        guint32 target = g_array_index (shares, Share, k).target;
        guint64 sum_um = 0;
        double gap_m2 = 0, overlap_m2 = 0;
        for (; k < shares->len && g_array_index (shares, Share, k).target == target; k++) {
            const Share *share = &g_array_index (shares, Share, k);
            sum_um += share->length_um;
            gap_m2 += MAX (share->gap_m2, 0);
            overlap_m2 += MAX (-share->gap_m2, 0);
        }
        guint32 border_cm = MAX (centimetres (sum_um), 1);
        g_array_append_val (targets, target);
        g_array_append_val (borders, border_cm);
        if (i < target)
            count_ground (graph, gap_m2, overlap_m2);
    }
}

static void
find_reverse (CgGraph *graph)
{
    /* Targets are sorted and units visited in order, so the opposite links of u come in order. */
    g_autofree guint32 *at = g_new (guint32, (gsize) graph->n + 1);
    for (guint32 u = 0; u < graph->n; u++)
        at[u] = graph->first[u];
    for (guint32 u = 0; u < graph->n; u++)
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
            graph->reverse[k] = at[graph->target[k]]++;
}

static gboolean
link_units (CgGraph *graph, const CgUnits *units, const CgProgress *progress,
            GCancellable *cancel, GError **error)
{
    g_autoptr (GArray) shares = g_array_new (FALSE, FALSE, sizeof (Share));
    g_autoptr (GArray) targets = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) borders = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint32 step = graph->n / 100 + 1;
    for (guint32 i = 0; i < graph->n; i++) {
        if (i % step == 0) {
            if (cg_is_stopped (cancel, error))
                return FALSE;
            cg_progress (progress, "units", i, graph->n);
        }
        collect_shares (graph, units, i, shares);
        append_links (graph, i, shares, targets, borders);
        graph->first[i + 1] = targets->len;
        graph->area_m2[i] = cg_shapes_area (units->shapes, i);
    }
    guint32 n_links = targets->len;
    graph->target = (guint32 *) (gpointer) g_array_free (g_steal_pointer (&targets), FALSE);
    graph->border_cm = (guint32 *) (gpointer) g_array_free (g_steal_pointer (&borders), FALSE);
    graph->reverse = g_new (guint32, (gsize) n_links + 1);
    graph->barrier = g_new0 (guint8, (gsize) n_links + 1);
    graph->passable = g_new (guint8, (gsize) n_links + 1);
    for (guint32 k = 0; k < n_links; k++)
        graph->passable[k] = TRUE;
    find_reverse (graph);
    return TRUE;
}

CgGraph *
cg_graph_build (const CgUnits *units, const CgGraphOptions *options, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    if (cg_is_stopped (cancel, error))
        return NULL;
    g_autoptr (CgGraph) graph = g_new0 (CgGraph, 1);
    graph->n = units->n;
    graph->first = g_new0 (guint32, (gsize) units->n + 1);
    graph->outer_cm = g_new0 (guint32, (gsize) units->n + 1);
    graph->area_m2 = g_new0 (double, (gsize) units->n + 1);
    double snap_m = options != NULL ? options->snap_m : CG_GRAPH_SNAP_M;
    graph->topology = cg_topology_build (units, snap_m, cancel, error);
    if (graph->topology == NULL || !link_units (graph, units, progress, cancel, error))
        return NULL;
    graph->snapped = graph->topology->snapped;
    graph->n_overlaps += graph->topology->n_overlaps;
    graph->overlap_m2 += graph->topology->overlap_m2;
    cg_progress (progress, "units", units->n, units->n);
    return g_steal_pointer (&graph);
}

guint32
cg_graph_count_links (const CgGraph *graph, const CgUnits *units)
{
    guint32 n = 0;
    for (guint32 u = 0; u < graph->n; u++)
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
            n += graph->target[k] > u &&
                 (graph->crossing_cm == NULL || graph->crossing_cm[k] == 0) &&
                 (units == NULL || units->region[u] == units->region[graph->target[k]]);
    return n;
}

void
cg_graph_free (CgGraph *graph)
{
    if (graph == NULL)
        return;
    g_free (graph->first);
    g_free (graph->target);
    g_free (graph->reverse);
    g_free (graph->border_cm);
    g_free (graph->barrier);
    g_free (graph->open_cm);
    g_free (graph->beyond_cm);
    g_free (graph->line);
    g_free (graph->passable);
    g_free (graph->loose);
    g_free (graph->crossing_cm);
    g_free (graph->outer_cm);
    g_free (graph->area_m2);
    cg_topology_free (graph->topology);
    g_free (graph);
}
