/* What the files of engine/graph share. */
#ifndef CG_GRAPH_INTERNAL_H
#define CG_GRAPH_INTERNAL_H

#include "graph/topology.h"

typedef struct {
    double x, y;
} CgPlace;

static inline CgPlace
cg_topology_place (const CgTopology *topology, const CgUnits *units, guint32 node)
{
    guint32 v = topology->node_vertex[node];
    return (CgPlace){ units->shapes->x[v], units->shapes->y[v] };
}

/* Finds the twin of each slot anew and notes the first clash. FALSE: no memory. */
gboolean cg_topology_match (CgTopology *topology, GError **error);

/* Brings free borders within snap_m together; see topology.h. */
gboolean cg_topology_snap (CgTopology *topology, const CgUnits *units, double snap_m,
                           GCancellable *cancel, GError **error);

/* GEOMETRY when two slots lie on the same side of one segment, naming both units. */
gboolean cg_topology_check_clash (const CgTopology *topology, const CgUnits *units,
                                  GError **error);

/* GEOMETRY when free borders cross or enclose another unit by more than snapping explains, naming
 * both units; counts what it does explain. */
gboolean cg_topology_check (CgTopology *topology, const CgUnits *units,
                            GCancellable *cancel, GError **error);

/* How many pairs of near borders are looked at for n free segments before the input is refused as a
 * heap of areas on each other: real borders have a few each. */
static inline guint64
cg_graph_work_limit (guint32 n)
{
    return G_GUINT64_CONSTANT (1000000) + G_GUINT64_CONSTANT (256) * n;
}

/* Sets GEOMETRY for that, naming the units of two slots. Always returns FALSE. */
gboolean cg_graph_fail_crowded (const CgTopology *topology, const CgUnits *units, guint32 slot_a,
                                guint32 slot_b, GError **error);

/* Link of unit u to target, or CG_NONE. */
static inline guint32
cg_graph_find_link (const CgGraph *graph, guint32 u, guint32 target)
{
    guint32 low = graph->first[u], high = graph->first[u + 1];
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (graph->target[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low < graph->first[u + 1] && graph->target[low] == target ? low : CG_NONE;
}

/* Name of a unit for messages: its id, or "row N". (transfer full) */
char *cg_graph_unit_text (const CgUnits *units, guint32 unit);

/* All slots without a twin, ascending. (transfer full: guint32) */
GArray *cg_topology_free_slots (const CgTopology *topology);

#endif
