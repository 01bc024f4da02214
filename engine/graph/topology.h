/* How the outlines of units hang together: every outline as a chain of directed segments between
 * shared nodes, each segment knowing the one that runs the other way.
 *
 *        b ----> c          slot k runs from slot_node[k] to the node of the next slot of its
 *        |  unit |          ring; the unit lies on its left (outsides counter-clockwise, holes
 *   ring ^       v  ...     clockwise, whatever the source had). twin[k] is the slot of the
 *        a <---- d          neighbour on the same segment, or CG_NONE on a free border.
 *
 * A node stands for a place; its coordinates are those of vertex node_vertex[] of the units'
 * tables, working and delivered alike, so that rings can be drawn in both. Where snapping moved a
 * border, nodes are still vertices of the source: no place is invented.
 */
#ifndef CG_GRAPH_TOPOLOGY_H
#define CG_GRAPH_TOPOLOGY_H

#include "graph/graph.h"

typedef struct _CgTopology {
    guint32 n_units, n_nodes, n_rings, n_slots;
    guint32 *node_vertex; /* [n_nodes] lowest vertex of units->shapes at the place       */
    guint32 *unit_ring;   /* [n_units + 1] first ring of each unit                       */
    guint32 *ring_unit;   /* [n_rings]                                                   */
    guint32 *ring_slot;   /* [n_rings + 1] first slot of each ring                       */
    guint32 *slot_node;   /* [n_slots] node where the segment begins                     */
    guint32 *slot_ring;   /* [n_slots]                                                   */
    guint32 *twin;        /* [n_slots] or CG_NONE                                        */
    double *own_x, *own_y; /* [n_slots] where the unit itself had the node before snapping; NULL
                              unless snapped                                             */
    gboolean snapped;     /* TRUE when nodes were moved or added                         */
    double snap_m;        /* asked for                                                   */
    guint32 n_overlaps;   /* pairs of units whose free borders still cross, within snap_m     */
    double overlap_m2;
    GArray *clashes;      /* guint32 by twos: slots on the same side of one segment            */
} CgTopology;

/* Nodes, rings and twins of all units, borders nearer than snap_m brought together, checked for
 * overlaps.
 *
 * Method   hash of coordinates, then of node pairs. With snap_m > 0: a node of a free border that
 *          lies within snap_m of a free segment of another unit which runs against it moves to the
 *          nearest end of that segment within snap_m, else becomes a node of it; no node moves
 *          further than snap_m in a round, at most eight rounds; joining goes before adding.
 * Errors   ARGUMENT, GEOMETRY as at cg_graph_build;
 *          LIMIT memory; CANCELLED
 * Cost     O(vertices) time and memory, plus O(m log m) for m segments on free borders */
CgTopology *cg_topology_build (const CgUnits *units, double snap_m, GCancellable *cancel,
                               GError **error);
void cg_topology_free (CgTopology *topology);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgTopology, cg_topology_free)

/* The topology that a graph was built from; a graph made by hand has none, then *own is built, with
 * the usual snapping distance where graph->snapped. Borrowed, from graph or *own.
 * Errors  those of cg_topology_build */
const CgTopology *cg_topology_of (const CgGraph *graph, const CgUnits *units, CgTopology **own,
                                  GCancellable *cancel, GError **error);

/* The slot after slot k in its ring, and the one before. */
guint32 cg_topology_next (const CgTopology *topology, guint32 k);
guint32 cg_topology_previous (const CgTopology *topology, guint32 k);
guint32 cg_topology_unit (const CgTopology *topology, guint32 k);

/* TRUE when slot k is on the border of its part: nothing, or another part, lies beyond it.
 * part_of NULL: all units are one part. */
gboolean cg_topology_is_border (const CgTopology *topology, const guint32 *part_of, guint32 k);

/* The border slot of the same part that continues border slot k, turning through the inside of the
 * part; following it closes always. */
guint32 cg_topology_follow (const CgTopology *topology, const guint32 *part_of, guint32 k);

#endif
