#include "topology.h"

#include "base/error.h"
#include "graph_internal.h"

#include <string.h>

static gboolean
no_memory (guint64 n, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %" G_GUINT64_FORMAT " vertices",
                 n);
    return FALSE;
}

static guint64
mix (guint64 h)
{
    h ^= h >> 32;
    h *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
    return h ^ (h >> 32);
}

static guint64
hash_place (double x, double y)
{
    /* Adding zero makes one of the two zeros. */
    double px = x + 0.0, py = y + 0.0;
    guint64 a, b;
    memcpy (&a, &px, sizeof a);
    memcpy (&b, &py, sizeof b);
    return mix (a + mix (b));
}

/* Entries of a hash table with room for twice n, a power of two. */
static guint64
table_size (guint64 n)
{
    guint64 size = 16;
    while (size < 2 * n)
        size *= 2;
    return size;
}

static guint32 *
new_table (guint64 size)
{
    guint32 *table = g_try_new (guint32, size);
    if (table != NULL)
        memset (table, 0xff, size * sizeof *table); /* CG_NONE */
    return table;
}

/* Node of each vertex, nodes numbered in order of first appearance. */
static guint32 *
number_nodes (CgTopology *topology, const CgShapes *shapes)
{
    guint64 size = table_size (shapes->n_vertices);
    g_autofree guint32 *table = new_table (size);
    g_autofree guint32 *node_of = g_try_new (guint32, (gsize) shapes->n_vertices + 1);
    topology->node_vertex = g_try_new (guint32, (gsize) shapes->n_vertices + 1);
    if (table == NULL || node_of == NULL || topology->node_vertex == NULL)
        return NULL;
    for (guint32 v = 0; v < shapes->n_vertices; v++) {
        guint64 at = hash_place (shapes->x[v], shapes->y[v]) & (size - 1);
        while (table[at] != CG_NONE) {
            guint32 other = topology->node_vertex[table[at]];
            if (shapes->x[other] == shapes->x[v] && shapes->y[other] == shapes->y[v])
                break;
            at = (at + 1) & (size - 1);
        }
        if (table[at] == CG_NONE) {
            table[at] = topology->n_nodes;
            topology->node_vertex[topology->n_nodes++] = v;
        }
        node_of[v] = table[at];
    }
    return g_steal_pointer (&node_of);
}

/* Appends one ring with its unit on the left; repeated vertices and empty rings are left out. */
static void
add_ring (CgTopology *topology, const CgShapes *shapes, const guint32 *node_of, guint32 unit,
          guint32 r, gboolean outside)
{
    guint32 first = shapes->ring_vertex[r], n = shapes->ring_vertex[r + 1] - first;
    guint32 start = topology->n_slots;
    gboolean forwards = (cg_shapes_ring_area (shapes, r) > 0) == outside;
    for (guint32 k = 0; k + 1 < n; k++) {
        guint32 node = node_of[forwards ? first + k : first + n - 1 - k];
        if (topology->n_slots > start && topology->slot_node[topology->n_slots - 1] == node)
            continue;
        topology->slot_node[topology->n_slots++] = node;
    }
    while (topology->n_slots > start + 1 &&
           topology->slot_node[topology->n_slots - 1] == topology->slot_node[start])
        topology->n_slots--;
    if (topology->n_slots < start + 3) {
        topology->n_slots = start;
        return;
    }
    for (guint32 k = start; k < topology->n_slots; k++)
        topology->slot_ring[k] = topology->n_rings;
    topology->ring_unit[topology->n_rings++] = unit;
    topology->ring_slot[topology->n_rings] = topology->n_slots;
}

static gboolean
lay_rings (CgTopology *topology, const CgShapes *shapes)
{
    gsize n_vertices = shapes->n_vertices, n_rings = shapes->n_rings;
    g_autofree guint32 *node_of = number_nodes (topology, shapes);
    topology->slot_node = g_try_new (guint32, n_vertices + 1);
    topology->slot_ring = g_try_new (guint32, n_vertices + 1);
    topology->twin = g_try_new (guint32, n_vertices + 1);
    topology->ring_unit = g_try_new (guint32, n_rings + 1);
    topology->ring_slot = g_try_new0 (guint32, n_rings + 1);
    topology->unit_ring = g_try_new0 (guint32, (gsize) topology->n_units + 1);
    if (node_of == NULL || topology->slot_node == NULL || topology->slot_ring == NULL ||
        topology->twin == NULL || topology->ring_unit == NULL || topology->ring_slot == NULL ||
        topology->unit_ring == NULL)
        return FALSE;
    for (guint32 i = 0; i < topology->n_units; i++) {
        for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++)
            for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++)
                add_ring (topology, shapes, node_of, i, r, r == shapes->part_ring[p]);
        topology->unit_ring[i + 1] = topology->n_rings;
    }
    return TRUE;
}

guint32
cg_topology_next (const CgTopology *topology, guint32 k)
{
    guint32 r = topology->slot_ring[k];
    return k + 1 < topology->ring_slot[r + 1] ? k + 1 : topology->ring_slot[r];
}

guint32
cg_topology_previous (const CgTopology *topology, guint32 k)
{
    guint32 r = topology->slot_ring[k];
    return k > topology->ring_slot[r] ? k - 1 : topology->ring_slot[r + 1] - 1;
}

guint32
cg_topology_unit (const CgTopology *topology, guint32 k)
{
    return topology->ring_unit[topology->slot_ring[k]];
}

gboolean
cg_topology_is_border (const CgTopology *topology, const guint32 *part_of, guint32 k)
{
    guint32 twin = topology->twin[k];
    return twin == CG_NONE || (part_of != NULL && part_of[cg_topology_unit (topology, twin)] !=
                                                      part_of[cg_topology_unit (topology, k)]);
}

guint32
cg_topology_follow (const CgTopology *topology, const guint32 *part_of, guint32 k)
{
    /* Twins pair slots one to one, so this turn about the node never comes round to k's inside
     * again: it ends at a border slot, and each border slot has one predecessor only. */
    guint32 n = cg_topology_next (topology, k);
    while (!cg_topology_is_border (topology, part_of, n))
        n = cg_topology_next (topology, topology->twin[n]);
    return n;
}

/* A slot that found its segment taken: settled once all are known. */
typedef struct {
    guint32 first, slot;
} Extra;

static int
compare_extra (gconstpointer a, gconstpointer b)
{
    const Extra *p = a, *q = b;
    if (p->first != q->first)
        return p->first < q->first ? -1 : 1;
    return (p->slot > q->slot) - (p->slot < q->slot);
}

static void
pair (CgTopology *topology, guint32 a, guint32 b)
{
    topology->twin[a] = b;
    topology->twin[b] = a;
}

/* More walkers of one segment than this are taken as a clash without looking at each pair. */
#define MAX_WALKERS 64u

/* Slots on one segment that cannot simply be paired: first each unit against itself (a neck that
 * snapping closed), then the one that remains each way. */
static void
settle (CgTopology *topology, const guint32 *slots, guint n)
{
    guint32 left[2][MAX_WALKERS]; /* by direction */
    guint n_left[2] = { 0, 0 };
    if (n > MAX_WALKERS) {
        g_array_append_vals (topology->clashes, slots, 2);
        return;
    }
    for (guint k = 0; k < n; k++)
        topology->twin[slots[k]] = CG_NONE;
    for (guint k = 0; k < n; k++)
        for (guint m = k + 1; m < n && topology->twin[slots[k]] == CG_NONE; m++)
            if (topology->twin[slots[m]] == CG_NONE &&
                topology->slot_node[slots[k]] != topology->slot_node[slots[m]] &&
                cg_topology_unit (topology, slots[k]) == cg_topology_unit (topology, slots[m]))
                pair (topology, slots[k], slots[m]);
    for (guint k = 0; k < n; k++)
        if (topology->twin[slots[k]] == CG_NONE) {
            guint way = topology->slot_node[slots[k]] != topology->slot_node[slots[0]];
            left[way][n_left[way]++] = slots[k];
        }
    for (guint way = 0; way < 2; way++)
        if (n_left[way] > 1)
            g_array_append_vals (topology->clashes, left[way], 2);
    if (n_left[0] == 1 && n_left[1] == 1)
        pair (topology, left[0][0], left[1][0]);
}

static void
settle_all (CgTopology *topology, GArray *extras)
{
    g_array_sort (extras, compare_extra);
    g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint k = 0; k < extras->len;) {
        guint32 first = g_array_index (extras, Extra, k).first;
        g_array_set_size (slots, 0);
        g_array_append_val (slots, first);
        if (topology->twin[first] != CG_NONE)
            g_array_append_val (slots, topology->twin[first]);
        for (; k < extras->len && g_array_index (extras, Extra, k).first == first; k++)
            g_array_append_val (slots, g_array_index (extras, Extra, k).slot);
        settle (topology, (const guint32 *) slots->data, slots->len);
    }
}

gboolean
cg_topology_match (CgTopology *topology, GError **error)
{
    guint64 size = table_size (topology->n_slots);
    g_autofree guint32 *table = new_table (size);
    if (table == NULL)
        return no_memory (topology->n_slots, error);
    g_autoptr (GArray) extras = g_array_new (FALSE, FALSE, sizeof (Extra));
    g_array_set_size (topology->clashes, 0);
    for (guint32 k = 0; k < topology->n_slots; k++) {
        guint32 a = topology->slot_node[k];
        guint32 b = topology->slot_node[cg_topology_next (topology, k)];
        guint64 key = (guint64) MIN (a, b) << 32 | MAX (a, b);
        guint64 at = mix (key) & (size - 1);
        topology->twin[k] = CG_NONE;
        for (; table[at] != CG_NONE; at = (at + 1) & (size - 1)) {
            guint32 p = topology->slot_node[table[at]];
            guint32 q = topology->slot_node[cg_topology_next (topology, table[at])];
            if ((p == a && q == b) || (p == b && q == a))
                break;
        }
        guint32 first = table[at];
        if (first == CG_NONE) {
            table[at] = k;
        } else if (topology->twin[first] == CG_NONE && topology->slot_node[first] == b) {
            pair (topology, first, k);
        } else {
            Extra extra = { first, k };
            g_array_append_val (extras, extra);
        }
    }
    settle_all (topology, extras);
    return TRUE;
}

GArray *
cg_topology_free_slots (const CgTopology *topology)
{
    GArray *slots = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 k = 0; k < topology->n_slots; k++)
        if (topology->twin[k] == CG_NONE)
            g_array_append_val (slots, k);
    return slots;
}

char *
cg_graph_unit_text (const CgUnits *units, guint32 unit)
{
    if (units->id[unit] != NULL)
        return g_strdup_printf ("\"%s\"", units->id[unit]);
    return g_strdup_printf ("row %u", unit);
}

static gboolean
check_units (const CgUnits *units, double snap_m, GError **error)
{
    const CgShapes *shapes = units->shapes;
    if (shapes->kind != CG_SHAPES_AREA || shapes->n_shapes != units->n) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%u units with %u areas", units->n,
                     shapes->n_shapes);
        return FALSE;
    }
    if (!(snap_m >= 0 && snap_m <= 1000)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "snapping distance of %g m", snap_m);
        return FALSE;
    }
    return TRUE;
}

CgTopology *
cg_topology_build (const CgUnits *units, double snap_m, GCancellable *cancel, GError **error)
{
    if (!check_units (units, snap_m, error))
        return NULL;
    g_autoptr (CgTopology) topology = g_new0 (CgTopology, 1);
    topology->n_units = units->n;
    topology->snap_m = snap_m;
    topology->clashes = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (!lay_rings (topology, units->shapes)) {
        no_memory (units->shapes->n_vertices, error);
        return NULL;
    }
    if (!cg_topology_match (topology, error) ||
        !cg_topology_check_clash (topology, units, error) ||
        (snap_m > 0 && !cg_topology_snap (topology, units, snap_m, cancel, error)) ||
        !cg_topology_check (topology, units, cancel, error))
        return NULL;
    return g_steal_pointer (&topology);
}

const CgTopology *
cg_topology_of (const CgGraph *graph, const CgUnits *units, CgTopology **own, GCancellable *cancel,
                GError **error)
{
    if (graph->topology != NULL && graph->topology->n_units == units->n)
        return graph->topology;
    *own = cg_topology_build (units, graph->snapped ? CG_GRAPH_SNAP_M : 0, cancel, error);
    return *own;
}

void
cg_topology_free (CgTopology *topology)
{
    if (topology == NULL)
        return;
    g_free (topology->node_vertex);
    g_free (topology->unit_ring);
    g_free (topology->ring_unit);
    g_free (topology->ring_slot);
    g_free (topology->slot_node);
    g_free (topology->slot_ring);
    g_free (topology->twin);
    g_free (topology->own_x);
    g_free (topology->own_y);
    g_clear_pointer (&topology->clashes, g_array_unref);
    g_free (topology);
}
