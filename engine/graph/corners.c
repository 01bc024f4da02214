#include "graph/corners.h"

#include "graph/topology.h"

typedef struct {
    guint32 node, unit;
} Visit;

typedef struct {
    CgUnitPair pair;
    guint32 node;
} Meeting;

static int
compare_visits (gconstpointer a, gconstpointer b)
{
    const Visit *p = a, *q = b;
    return p->node != q->node ? (p->node > q->node) - (p->node < q->node)
                              : (p->unit > q->unit) - (p->unit < q->unit);
}

static int
compare_meetings (gconstpointer a, gconstpointer b)
{
    const Meeting *p = a, *q = b;
    if (p->pair.a != q->pair.a)
        return p->pair.a < q->pair.a ? -1 : 1;
    if (p->pair.b != q->pair.b)
        return p->pair.b < q->pair.b ? -1 : 1;
    return (p->node > q->node) - (p->node < q->node);
}

/* Nodes where unlinked units can meet: four outlines or more, or a free border passes by. In the
 * middle of a border between two units, and where three units meet, all neighbours share a segment.
 */
static guint8 *
mark_nodes (const CgTopology *topology)
{
    guint8 *degree = g_new0 (guint8, (gsize) topology->n_nodes + 1);
    for (guint32 k = 0; k < topology->n_slots; k++) {
        guint32 node = topology->slot_node[k];
        degree[node] = MIN (degree[node] + 1, 4);
        if (topology->twin[k] == CG_NONE) {
            degree[node] = 4;
            degree[topology->slot_node[cg_topology_next (topology, k)]] = 4;
        }
    }
    return degree;
}

static GArray *
collect_visits (const CgTopology *topology)
{
    g_autofree guint8 *degree = mark_nodes (topology);
    GArray *visits = g_array_new (FALSE, FALSE, sizeof (Visit));
    for (guint32 k = 0; k < topology->n_slots; k++)
        if (degree[topology->slot_node[k]] == 4) {
            Visit visit = { topology->slot_node[k], cg_topology_unit (topology, k) };
            g_array_append_val (visits, visit);
        }
    g_array_sort (visits, compare_visits);
    return visits;
}

static gboolean
are_linked (const CgGraph *graph, guint32 a, guint32 b)
{
    guint32 low = graph->first[a], high = graph->first[a + 1];
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (graph->target[middle] < b)
            low = middle + 1;
        else
            high = middle;
    }
    return low < graph->first[a + 1] && graph->target[low] == b;
}

/* Every two unlinked units at each node, once a node. */
static GArray *
collect_meetings (const CgGraph *graph, const CgUnits *units, const GArray *visits)
{
    GArray *meetings = g_array_new (FALSE, FALSE, sizeof (Meeting));
    for (guint first = 0, end = 0; first < visits->len; first = end) {
        const Visit *at = &g_array_index (visits, Visit, first);
        for (end = first; end < visits->len && g_array_index (visits, Visit, end).node == at->node;)
            end++;
        for (guint i = first; i < end; i++)
            for (guint j = i + 1; j < end; j++) {
                guint32 a = g_array_index (visits, Visit, i).unit,
                        b = g_array_index (visits, Visit, j).unit;
                if (a == b || (units != NULL && units->region[a] != units->region[b]) ||
                    are_linked (graph, a, b))
                    continue;
                Meeting meeting = { { a, b }, at->node };
                g_array_append_val (meetings, meeting);
            }
    }
    g_array_sort (meetings, compare_meetings);
    return meetings;
}

GArray *
cg_graph_corner_pairs (const CgGraph *graph, const CgUnits *units)
{
    GArray *pairs = g_array_new (FALSE, FALSE, sizeof (CgUnitPair));
    if (graph->topology == NULL)
        return pairs;
    g_autoptr (GArray) visits = collect_visits (graph->topology);
    g_autoptr (GArray) meetings = collect_meetings (graph, units, visits);
    for (guint i = 1; i < meetings->len; i++) {
        const Meeting *now = &g_array_index (meetings, Meeting, i), *before = now - 1;
        gboolean same = now->pair.a == before->pair.a && now->pair.b == before->pair.b;
        if (!same || now->node == before->node)
            continue;
        const CgUnitPair *last =
            pairs->len > 0 ? &g_array_index (pairs, CgUnitPair, pairs->len - 1) : NULL;
        if (last == NULL || last->a != now->pair.a || last->b != now->pair.b)
            g_array_append_val (pairs, now->pair);
    }
    return pairs;
}
