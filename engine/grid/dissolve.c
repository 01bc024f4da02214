#include "grid_internal.h"

#include "base/error.h"
#include "geom/geom.h"

#include <math.h>
#include <string.h>

/* A simple closed ring: slots in order; its nodes are where they begin. */
typedef struct {
    guint first, n;  /* in Work.slots */
    double area_m2;  /* > 0 outside, < 0 hole */
    double length_m;
    gboolean free;   /* no unit of any part on its other side, all the way */
    CgBox box;
    guint32 shell;   /* of a hole: index of its outside */
} Ring;

typedef struct {
    const CgUnits *units;
    const CgTopology *t;
    const guint32 *part_of;
    guint8 *seen;   /* [n_slots] border slots already in a ring           */
    guint32 *at;    /* [n_nodes] position on the stack, or CG_NONE        */
    GArray *stack;  /* slots of the walk that are in no ring yet          */
    GArray *slots;  /* slots of all rings of the part                     */
    GArray *rings;
} Work;

static void
work_done (Work *work)
{
    g_clear_pointer (&work->seen, g_free);
    g_clear_pointer (&work->at, g_free);
    g_clear_pointer (&work->stack, g_array_unref);
    g_clear_pointer (&work->slots, g_array_unref);
    g_clear_pointer (&work->rings, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

static guint32
vertex_of (const Work *work, guint32 slot)
{
    return work->t->node_vertex[work->t->slot_node[slot]];
}

static guint32
slot_at (const Work *work, const Ring *ring, guint k)
{
    return g_array_index (work->slots, guint32, ring->first + (k < ring->n ? k : 0));
}

/* Area, length, box and freedom of a ring whose slots are known. */
static void
measure_ring (const Work *work, Ring *ring)
{
    const double *x = work->units->shapes->x, *y = work->units->shapes->y;
    guint32 v0 = vertex_of (work, slot_at (work, ring, 0));
    double sum = 0;
    ring->free = TRUE;
    ring->box = CG_BOX_EMPTY;
    for (guint k = 0; k < ring->n; k++) {
        guint32 a = vertex_of (work, slot_at (work, ring, k));
        guint32 b = vertex_of (work, slot_at (work, ring, k + 1));
        sum += (x[a] - x[v0]) * (y[b] - y[v0]) - (x[b] - x[v0]) * (y[a] - y[v0]);
        ring->length_m += sqrt ((x[b] - x[a]) * (x[b] - x[a]) + (y[b] - y[a]) * (y[b] - y[a]));
        ring->free &= work->t->twin[slot_at (work, ring, k)] == CG_NONE;
        cg_box_add (&ring->box, x[a], y[a]);
    }
    ring->area_m2 = sum / 2;
}

/* Takes the stack from `first` on as a ring; what is too short to enclose anything is dropped. */
static void
take_ring (Work *work, guint first)
{
    Ring ring = { .first = work->slots->len, .n = work->stack->len - first, .shell = CG_NONE };
    for (guint k = first; k < work->stack->len; k++) {
        guint32 slot = g_array_index (work->stack, guint32, k);
        work->at[work->t->slot_node[slot]] = CG_NONE;
        g_array_append_val (work->slots, slot);
    }
    g_array_set_size (work->stack, first);
    if (ring.n >= 3)
        measure_ring (work, &ring);
    if (ring.area_m2 != 0)
        g_array_append_val (work->rings, ring);
    else
        g_array_set_size (work->slots, ring.first);
}

/* Follows the border from a slot until it closes. Where the walk comes to a node again, the loop
 * since then is a ring of its own, so that no ring touches itself. */
static void
walk (Work *work, guint32 start)
{
    guint32 slot = start;
    do {
        guint32 node = work->t->slot_node[slot];
        if (work->at[node] != CG_NONE)
            take_ring (work, work->at[node]);
        work->at[node] = work->stack->len;
        g_array_append_val (work->stack, slot);
        work->seen[slot] = TRUE;
        slot = cg_topology_follow (work->t, work->part_of, slot);
    } while (slot != start);
    take_ring (work, 0);
}

static gboolean
ring_holds (const Work *work, const Ring *ring, double px, double py)
{
    const double *x = work->units->shapes->x, *y = work->units->shapes->y;
    gboolean inside = FALSE;
    for (guint k = 0; k < ring->n; k++) {
        guint32 a = vertex_of (work, slot_at (work, ring, k));
        guint32 b = vertex_of (work, slot_at (work, ring, k + 1));
        if ((y[a] <= py) != (y[b] <= py) &&
            px < x[a] + (py - y[a]) / (y[b] - y[a]) * (x[b] - x[a]))
            inside = !inside;
    }
    return inside;
}

/* Smallest outside around a hole, or CG_NONE. The middle of a segment decides: rings may touch in
 * nodes, but no two rings of a part share a segment. */
static guint32
find_shell (const Work *work, const Ring *hole)
{
    const double *x = work->units->shapes->x, *y = work->units->shapes->y;
    guint32 a = vertex_of (work, slot_at (work, hole, 0));
    guint32 b = vertex_of (work, slot_at (work, hole, 1));
    double px = (x[a] + x[b]) / 2, py = (y[a] + y[b]) / 2;
    guint32 best = CG_NONE;
    for (guint k = 0; k < work->rings->len; k++) {
        const Ring *ring = &g_array_index (work->rings, Ring, k);
        if (ring->area_m2 <= -hole->area_m2 || hole->box.x_min < ring->box.x_min ||
            hole->box.x_max > ring->box.x_max || hole->box.y_min < ring->box.y_min ||
            hole->box.y_max > ring->box.y_max || !ring_holds (work, ring, px, py))
            continue;
        if (best == CG_NONE || ring->area_m2 < g_array_index (work->rings, Ring, best).area_m2)
            best = k;
    }
    return best;
}

/* A hole that is only a gap between borders which snapping could not close. */
static gboolean
is_sliver (const Work *work, const Ring *ring)
{
    return work->t->snapped && ring->area_m2 < 0 && ring->free &&
           -2 * ring->area_m2 <= work->t->snap_m * ring->length_m;
}

static gboolean
fail_unit (const Work *work, guint32 unit, const char *what, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "the outline of the part of unit \"%s\" %s",
                 work->units->id[unit] != NULL ? work->units->id[unit] : "?", what);
    return FALSE;
}

/* Rings of one part, holes with their outsides; FALSE when a hole has none. */
static gboolean
find_rings (Work *work, const guint32 *unit, guint32 n_units)
{
    const CgTopology *t = work->t;
    g_array_set_size (work->slots, 0);
    g_array_set_size (work->rings, 0);
    for (guint32 m = 0; m < n_units; m++) {
        guint32 end = t->ring_slot[t->unit_ring[unit[m] + 1]];
        for (guint32 k = t->ring_slot[t->unit_ring[unit[m]]]; k < end; k++)
            if (!work->seen[k] && cg_topology_is_border (t, work->part_of, k))
                walk (work, k);
    }
    for (guint k = 0; k < work->rings->len; k++) {
        Ring *ring = &g_array_index (work->rings, Ring, k);
        if (ring->area_m2 > 0 || is_sliver (work, ring))
            continue;
        ring->shell = find_shell (work, ring);
        if (ring->shell == CG_NONE)
            return FALSE;
    }
    return TRUE;
}

static void
add_ring (const Work *work, const Ring *ring, const CgShapes *source, CgShapes *out)
{
    for (guint k = 0; k <= ring->n; k++) {
        guint32 v = vertex_of (work, slot_at (work, ring, k));
        cg_shapes_add_vertex (out, source->x[v], source->y[v]);
    }
    cg_shapes_end_ring (out);
}

static int
compare_hole (gconstpointer a, gconstpointer b)
{
    const Ring *p = *(const Ring *const *) a, *q = *(const Ring *const *) b;
    if (p->shell != q->shell)
        return p->shell < q->shell ? -1 : 1;
    return (p->first > q->first) - (p->first < q->first);
}

/* Appends the rings found as one shape with the coordinates of source. */
static void
add_shape (const Work *work, const CgShapes *source, CgShapes *out)
{
    g_autoptr (GPtrArray) holes = g_ptr_array_new ();
    for (guint k = 0; k < work->rings->len; k++)
        if (g_array_index (work->rings, Ring, k).shell != CG_NONE)
            g_ptr_array_add (holes, &g_array_index (work->rings, Ring, k));
    g_ptr_array_sort (holes, compare_hole);
    guint next = 0;
    for (guint k = 0; k < work->rings->len; k++) {
        const Ring *ring = &g_array_index (work->rings, Ring, k);
        if (ring->area_m2 < 0)
            continue;
        add_ring (work, ring, source, out);
        for (; next < holes->len && ((const Ring *) holes->pdata[next])->shell == k; next++)
            add_ring (work, holes->pdata[next], source, out);
        cg_shapes_end_part (out);
    }
    cg_shapes_end_shape (out);
}

/* Appends the union of the units as they are. */
static gboolean
add_union (const Work *work, const CgShapes *source, const guint32 *unit, guint32 n_units,
           CgShapes *out, GError **error)
{
    g_autoptr (GError) why = NULL;
    return cg_geom_union (source, n_units, unit, out, &why) ||
           fail_unit (work, unit[0], why->message, error);
}

/* Appends the outline of one part in the coordinates of source. Snapping may fold a border by less
 * than its tolerance: such an outline is made valid. */
static gboolean
add_part (const Work *work, const CgShapes *source, guint32 unit, CgShapes *out, GError **error)
{
    if (!work->t->snapped) {
        add_shape (work, source, out);
        return TRUE;
    }
    g_autoptr (CgShapes) one = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) why = NULL;
    add_shape (work, source, one);
    return cg_geom_repair (one, 0, out, NULL, &why) || fail_unit (work, unit, why->message, error);
}

/* One part, in both coordinates. Where snapping has folded borders so that a hole finds no outside,
 * the units are joined by GEOS, unsnapped. */
static gboolean
dissolve_part (Work *work, const guint32 *unit, guint32 n_units, CgShapes *out,
               CgShapes *out_delivered, GError **error)
{
    const CgUnits *units = work->units;
    if (find_rings (work, unit, n_units))
        return add_part (work, units->shapes, unit[0], out, error) &&
               (out_delivered == NULL ||
                add_part (work, units->delivered, unit[0], out_delivered, error));
    if (!work->t->snapped)
        return fail_unit (work, unit[0], "does not close", error);
    return add_union (work, units->shapes, unit, n_units, out, error) &&
           (out_delivered == NULL ||
            add_union (work, units->delivered, unit, n_units, out_delivered, error));
}

static gboolean
work_init (Work *work, GError **error)
{
    gsize n_nodes = (gsize) work->t->n_nodes + 1;
    work->seen = g_try_malloc0 ((gsize) work->t->n_slots + 1);
    work->at = g_try_new (guint32, n_nodes);
    work->stack = g_array_new (FALSE, FALSE, sizeof (guint32));
    work->slots = g_array_new (FALSE, FALSE, sizeof (guint32));
    work->rings = g_array_new (FALSE, FALSE, sizeof (Ring));
    if (work->seen == NULL || work->at == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %u vertices",
                     work->t->n_slots);
        return FALSE;
    }
    memset (work->at, 0xff, n_nodes * sizeof *work->at); /* CG_NONE */
    return TRUE;
}

gboolean
cg_grid_dissolve (const CgUnits *units, const CgTopology *topology, const CgParts *parts,
                  const CgMembers *members, GCancellable *cancel, CgShapes *out,
                  CgShapes *out_delivered, GError **error)
{
    g_auto (Work) work = { .units = units, .t = topology, .part_of = parts->part_of };
    if (!work_init (&work, error))
        return FALSE;
    for (guint32 p = 0; p < members->n_parts; p++) {
        const guint32 *unit = members->unit + members->first[p];
        if (cg_is_stopped (cancel, error))
            return FALSE;
        if (!dissolve_part (&work, unit, members->first[p + 1] - members->first[p], out,
                            out_delivered, error))
            return FALSE;
    }
    return TRUE;
}
