#include "graph_internal.h"

#include "base/error.h"
#include "geom/boxtree.h"

#include <math.h>
#include <string.h>

#define MAX_ROUNDS 8
/* Borders that run together have at most this cosine between their directions: 120 degrees. */
#define AGAINST (-0.5)

/* A node of a free border near a free segment of another unit that runs against it. */
typedef struct {
    guint32 near; /* local index of the node */
    guint32 slot;
    double distance;
} Candidate;

/* Two nodes that may become one. */
typedef struct {
    double distance;
    guint32 a, b; /* local, a < b */
} Merge;

/* A node to be added to a segment of a unit. */
typedef struct {
    guint32 near, unit, slot;
    double distance, along; /* metres; 0..1 */
    CgPlace own;
} Insert;

typedef struct {
    CgTopology *topology;
    const CgUnits *units;
    double snap_m;
    GArray *open;         /* free slots                                                   */
    guint32 *local;       /* [n_nodes] local index of the ends of free slots, or CG_NONE  */
    GArray *nodes;        /* node of each local index                                     */
    guint32 *star_first;  /* [n_local + 1]                                                */
    guint32 *star;        /* slots that begin at each local node                          */
    guint32 *root;        /* [n_local] local index of the node it has become              */
    guint32 *next_member; /* [n_local] list of the nodes that share a root                */
    GArray *candidates, *merges, *inserts;
} Snap;

static CgPlace
place_of (const Snap *snap, guint32 node)
{
    return cg_topology_place (snap->topology, snap->units, node);
}

static guint32
end_node (const Snap *snap, guint32 slot)
{
    return snap->topology->slot_node[cg_topology_next (snap->topology, slot)];
}

static void
snap_done (Snap *snap)
{
    g_clear_pointer (&snap->open, g_array_unref);
    g_clear_pointer (&snap->nodes, g_array_unref);
    g_clear_pointer (&snap->candidates, g_array_unref);
    g_clear_pointer (&snap->merges, g_array_unref);
    g_clear_pointer (&snap->inserts, g_array_unref);
    g_clear_pointer (&snap->local, g_free);
    g_clear_pointer (&snap->star_first, g_free);
    g_clear_pointer (&snap->star, g_free);
    g_clear_pointer (&snap->root, g_free);
    g_clear_pointer (&snap->next_member, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Snap, snap_done)

static void
add_local (Snap *snap, guint32 node)
{
    if (snap->local[node] != CG_NONE)
        return;
    snap->local[node] = snap->nodes->len;
    g_array_append_val (snap->nodes, node);
}

/* Gathers the ends of free slots and the slots that begin there. */
static gboolean
find_stars (Snap *snap, GError **error)
{
    const CgTopology *t = snap->topology;
    snap->open = cg_topology_free_slots (t);
    snap->nodes = g_array_new (FALSE, FALSE, sizeof (guint32));
    snap->candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
    snap->merges = g_array_new (FALSE, FALSE, sizeof (Merge));
    snap->inserts = g_array_new (FALSE, FALSE, sizeof (Insert));
    snap->local = g_try_new (guint32, (gsize) t->n_nodes + 1);
    if (snap->local == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %u nodes", t->n_nodes);
        return FALSE;
    }
    memset (snap->local, 0xff, ((gsize) t->n_nodes + 1) * sizeof *snap->local);
    for (guint k = 0; k < snap->open->len; k++) {
        guint32 slot = g_array_index (snap->open, guint32, k);
        add_local (snap, t->slot_node[slot]);
        add_local (snap, end_node (snap, slot));
    }
    guint32 n = snap->nodes->len;
    snap->star_first = g_new0 (guint32, (gsize) n + 2);
    snap->root = g_new (guint32, (gsize) n + 1);
    snap->next_member = g_new (guint32, (gsize) n + 1);
    for (guint32 k = 0; k < n; k++) {
        snap->root[k] = k;
        snap->next_member[k] = CG_NONE;
    }
    for (guint32 k = 0; k < t->n_slots; k++)
        if (snap->local[t->slot_node[k]] != CG_NONE)
            snap->star_first[snap->local[t->slot_node[k]] + 2]++;
    for (guint32 k = 2; k <= n; k++)
        snap->star_first[k] += snap->star_first[k - 1];
    snap->star = g_new (guint32, (gsize) snap->star_first[n] + snap->star_first[n + 1] + 1);
    for (guint32 k = 0; k < t->n_slots; k++)
        if (snap->local[t->slot_node[k]] != CG_NONE)
            snap->star[snap->star_first[snap->local[t->slot_node[k]] + 1]++] = k;
    return TRUE;
}

static gboolean
node_has_unit (const Snap *snap, guint32 near, guint32 unit)
{
    for (guint32 k = snap->star_first[near]; k < snap->star_first[near + 1]; k++)
        if (cg_topology_unit (snap->topology, snap->star[k]) == unit)
            return TRUE;
    return FALSE;
}

/* The same for a node together with all that have become one with it. */
static gboolean
group_has_unit (const Snap *snap, guint32 root, guint32 unit)
{
    for (guint32 k = root; k != CG_NONE; k = snap->next_member[k])
        if (node_has_unit (snap, k, unit))
            return TRUE;
    return FALSE;
}

static gboolean
groups_share_unit (const Snap *snap, guint32 a, guint32 b)
{
    for (guint32 k = a; k != CG_NONE; k = snap->next_member[k])
        for (guint32 s = snap->star_first[k]; s < snap->star_first[k + 1]; s++)
            if (group_has_unit (snap, b, cg_topology_unit (snap->topology, snap->star[s])))
                return TRUE;
    return FALSE;
}

/* Position of p along segment a-b, 0 at a and 1 at b, not clamped. */
static double
position_along (CgPlace p, CgPlace a, CgPlace b)
{
    double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    return square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;
}

static double
distance_to (CgPlace p, CgPlace a, CgPlace b)
{
    double u = CLAMP (position_along (p, a, b), 0, 1);
    double dx = a.x + u * (b.x - a.x) - p.x, dy = a.y + u * (b.y - a.y) - p.y;
    return sqrt (dx * dx + dy * dy);
}

static double
distance_between (CgPlace p, CgPlace q)
{
    return sqrt ((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
}

/* TRUE when free slot s runs against free slot t and beside it for some length. */
static gboolean
runs_against (const Snap *snap, guint32 s, guint32 t)
{
    CgPlace a = place_of (snap, snap->topology->slot_node[s]);
    CgPlace b = place_of (snap, end_node (snap, s));
    CgPlace c = place_of (snap, snap->topology->slot_node[t]);
    CgPlace d = place_of (snap, end_node (snap, t));
    double sx = b.x - a.x, sy = b.y - a.y, tx = d.x - c.x, ty = d.y - c.y;
    double dot = sx * tx + sy * ty;
    if (!(dot < AGAINST * sqrt ((sx * sx + sy * sy) * (tx * tx + ty * ty))))
        return FALSE;
    double low = MAX (position_along (b, c, d), 0), high = MIN (position_along (a, c, d), 1);
    return high - low > 1e-9;
}

/* A free slot that begins or ends at the node and runs against slot t, or CG_NONE. */
static guint32
border_against (const Snap *snap, guint32 near, guint32 t)
{
    const CgTopology *topology = snap->topology;
    for (guint32 k = snap->star_first[near]; k < snap->star_first[near + 1]; k++) {
        guint32 out = snap->star[k], in = cg_topology_previous (topology, out);
        if (topology->twin[out] == CG_NONE && runs_against (snap, out, t))
            return out;
        if (topology->twin[in] == CG_NONE && runs_against (snap, in, t))
            return in;
    }
    return CG_NONE;
}

static double
turn (CgPlace a, CgPlace b, CgPlace c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* TRUE when the way from a node to slot t leaves a third unit on it: then that unit, however thin,
 * lies between the two. s is the node's border, found are free slots near. */
static gboolean
is_behind (const Snap *snap, guint32 near, guint32 s, guint32 t, const GArray *found)
{
    const CgTopology *topology = snap->topology;
    CgPlace p = place_of (snap, g_array_index (snap->nodes, guint32, near));
    CgPlace a = place_of (snap, topology->slot_node[t]), b = place_of (snap, end_node (snap, t));
    CgPlace s0 = place_of (snap, topology->slot_node[s]), s1 = place_of (snap, end_node (snap, s));
    double u = CLAMP (position_along (p, a, b), 0, 1);
    CgPlace q = { a.x + u * (b.x - a.x), a.y + u * (b.y - a.y) };
    for (guint k = 0; k < found->len; k++) {
        guint32 slot = g_array_index (snap->open, guint32, g_array_index (found, guint32, k));
        guint32 unit = cg_topology_unit (topology, slot);
        if (unit == cg_topology_unit (topology, t) || node_has_unit (snap, near, unit))
            continue;
        CgPlace c = place_of (snap, topology->slot_node[slot]);
        CgPlace d = place_of (snap, end_node (snap, slot));
        if ((d.x - c.x) * (s1.x - s0.x) + (d.y - c.y) * (s1.y - s0.y) > 0 &&
            turn (p, q, c) * turn (p, q, d) <= 0 && turn (c, d, p) * turn (c, d, q) <= 0)
            return TRUE;
    }
    return FALSE;
}

static CgBoxTree *
index_open (const Snap *snap, GError **error)
{
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) snap->open->len + 1);
    for (guint k = 0; k < snap->open->len; k++) {
        guint32 slot = g_array_index (snap->open, guint32, k);
        CgPlace a = place_of (snap, snap->topology->slot_node[slot]);
        CgPlace b = place_of (snap, end_node (snap, slot));
        boxes[k] = (CgBox){ MIN (a.x, b.x), MIN (a.y, b.y), MAX (a.x, b.x), MAX (a.y, b.y) };
    }
    return cg_box_tree_new (snap->open->len, boxes, error);
}

/* Finds every candidate; a limit on the work stops input in which everything lies on everything. */
static gboolean
find_candidates (Snap *snap, GError **error)
{
    g_autoptr (CgBoxTree) tree = index_open (snap, error);
    if (tree == NULL)
        return FALSE;
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint64 work = 0, limit = cg_graph_work_limit (snap->open->len);
    for (guint32 near = 0; near < snap->nodes->len; near++) {
        CgPlace p = place_of (snap, g_array_index (snap->nodes, guint32, near));
        CgBox box = { p.x - snap->snap_m, p.y - snap->snap_m, p.x + snap->snap_m,
                      p.y + snap->snap_m };
        cg_box_tree_find (tree, &box, found);
        for (guint k = 0; k < found->len; k++) {
            guint32 slot = g_array_index (snap->open, guint32,
                                          g_array_index (found, guint32, k));
            if (++work > limit)
                return cg_graph_fail_crowded (snap->topology, snap->units,
                                              snap->star[snap->star_first[near]], slot, error);
            double distance = distance_to (p, place_of (snap, snap->topology->slot_node[slot]),
                                           place_of (snap, end_node (snap, slot)));
            if (distance > snap->snap_m ||
                node_has_unit (snap, near, cg_topology_unit (snap->topology, slot)))
                continue;
            guint32 border = border_against (snap, near, slot);
            if (border != CG_NONE && !is_behind (snap, near, border, slot, found)) {
                Candidate candidate = { near, slot, distance };
                g_array_append_val (snap->candidates, candidate);
            }
        }
    }
    return TRUE;
}

static int
compare_merge (gconstpointer a, gconstpointer b)
{
    const Merge *p = a, *q = b;
    if (p->distance != q->distance)
        return p->distance < q->distance ? -1 : 1;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

static void
list_merges (Snap *snap)
{
    for (guint k = 0; k < snap->candidates->len; k++) {
        const Candidate *c = &g_array_index (snap->candidates, Candidate, k);
        guint32 ends[2] = { snap->topology->slot_node[c->slot], end_node (snap, c->slot) };
        guint32 node = g_array_index (snap->nodes, guint32, c->near);
        for (guint e = 0; e < 2; e++) {
            double distance = distance_between (place_of (snap, node), place_of (snap, ends[e]));
            guint32 other = snap->local[ends[e]];
            if (distance > snap->snap_m || other == c->near)
                continue;
            Merge merge = { distance, MIN (c->near, other), MAX (c->near, other) };
            g_array_append_val (snap->merges, merge);
        }
    }
    g_array_sort (snap->merges, compare_merge);
}

/* Makes the group of root `from` one with that of root `to`, where all of it is near enough. */
static gboolean
join (Snap *snap, guint32 from, guint32 to)
{
    CgPlace q = place_of (snap, g_array_index (snap->nodes, guint32, to));
    guint32 last = from;
    for (guint32 k = from; k != CG_NONE; k = snap->next_member[k]) {
        CgPlace p = place_of (snap, g_array_index (snap->nodes, guint32, k));
        if (distance_between (p, q) > snap->snap_m)
            return FALSE;
        last = k;
    }
    for (guint32 k = from; k != CG_NONE; k = snap->next_member[k])
        snap->root[k] = to;
    snap->next_member[last] = snap->next_member[to];
    snap->next_member[to] = from;
    return TRUE;
}

/* Joins nodes pair by pair, nearest first; returns how many. */
static guint32
run_merges (Snap *snap)
{
    guint32 n = 0;
    list_merges (snap);
    for (guint k = 0; k < snap->merges->len; k++) {
        const Merge *merge = &g_array_index (snap->merges, Merge, k);
        guint32 a = snap->root[merge->a], b = snap->root[merge->b];
        if (a == b || groups_share_unit (snap, a, b))
            continue;
        guint32 low = MIN (a, b), high = MAX (a, b);
        n += join (snap, high, low) || join (snap, low, high);
    }
    return n;
}

static guint32
root_node (const Snap *snap, guint32 node)
{
    guint32 near = snap->local[node];
    return near == CG_NONE ? node : g_array_index (snap->nodes, guint32, snap->root[near]);
}

static CgPlace
own_place (const Snap *snap, guint32 slot)
{
    const CgTopology *t = snap->topology;
    if (t->own_x != NULL)
        return (CgPlace){ t->own_x[slot], t->own_y[slot] };
    return place_of (snap, t->slot_node[slot]);
}

static int
compare_insert_choice (gconstpointer a, gconstpointer b)
{
    const Insert *p = a, *q = b;
    if (p->near != q->near)
        return p->near < q->near ? -1 : 1;
    if (p->unit != q->unit)
        return p->unit < q->unit ? -1 : 1;
    if (p->distance != q->distance)
        return p->distance < q->distance ? -1 : 1;
    return (p->slot > q->slot) - (p->slot < q->slot);
}

static int
compare_insert_order (gconstpointer a, gconstpointer b)
{
    const Insert *p = a, *q = b;
    if (p->slot != q->slot)
        return p->slot < q->slot ? -1 : 1;
    if (p->along != q->along)
        return p->along < q->along ? -1 : 1;
    return (p->near > q->near) - (p->near < q->near);
}

static void
list_inserts (Snap *snap)
{
    const CgTopology *t = snap->topology;
    for (guint k = 0; k < snap->candidates->len; k++) {
        const Candidate *c = &g_array_index (snap->candidates, Candidate, k);
        Insert insert = { .near = snap->root[c->near], .unit = cg_topology_unit (t, c->slot),
                          .slot = c->slot };
        if (group_has_unit (snap, insert.near, insert.unit))
            continue;
        CgPlace p = place_of (snap, g_array_index (snap->nodes, guint32, insert.near));
        CgPlace a = place_of (snap, root_node (snap, t->slot_node[c->slot]));
        CgPlace b = place_of (snap, root_node (snap, end_node (snap, c->slot)));
        insert.along = position_along (p, a, b);
        insert.distance = distance_to (p, a, b);
        if (!(insert.along > 0 && insert.along < 1) || insert.distance > snap->snap_m)
            continue;
        CgPlace c0 = own_place (snap, c->slot);
        CgPlace c1 = own_place (snap, cg_topology_next (t, c->slot));
        insert.own.x = c0.x + insert.along * (c1.x - c0.x);
        insert.own.y = c0.y + insert.along * (c1.y - c0.y);
        g_array_append_val (snap->inserts, insert);
    }
}

/* Keeps one segment for each node and unit, the nearest; sorted by segment in the end. */
static void
choose_inserts (Snap *snap)
{
    list_inserts (snap);
    g_array_sort (snap->inserts, compare_insert_choice);
    guint kept = 0;
    for (guint k = 0; k < snap->inserts->len; k++) {
        Insert insert = g_array_index (snap->inserts, Insert, k);
        const Insert *last = kept > 0 ? &g_array_index (snap->inserts, Insert, kept - 1) : NULL;
        if (last == NULL || last->near != insert.near || last->unit != insert.unit)
            g_array_index (snap->inserts, Insert, kept++) = insert;
    }
    g_array_set_size (snap->inserts, kept);
    g_array_sort (snap->inserts, compare_insert_order);
}

typedef struct {
    guint32 node;
    CgPlace own;
} Corner;

/* Pushes a corner and takes away what has become a repetition or a spike. */
static void
push_corner (GArray *ring, guint first, Corner corner)
{
    g_array_append_val (ring, corner);
    while (ring->len > first + 1) {
        const Corner *top = &g_array_index (ring, Corner, ring->len - 1);
        if (top[0].node == top[-1].node)
            g_array_set_size (ring, ring->len - 1);
        else if (ring->len > first + 2 && top[0].node == top[-2].node)
            g_array_set_size (ring, ring->len - 2);
        else
            break;
    }
}

/* The same across the seam of the ring; what vanishes altogether leaves nothing. */
static void
close_corners (GArray *ring, guint first)
{
    while (ring->len > first + 1) {
        const Corner *all = &g_array_index (ring, Corner, first);
        guint n = ring->len - first;
        if (all[0].node == all[n - 1].node)
            g_array_set_size (ring, ring->len - 1);
        else if (n > 2 && all[n - 2].node == all[0].node)
            g_array_set_size (ring, ring->len - 2);
        else if (n > 2 && all[n - 1].node == all[1].node)
            g_array_remove_range (ring, first, 2);
        else
            break;
    }
    if (ring->len < first + 3)
        g_array_set_size (ring, first);
}

/* Appends the new corners of ring r; *at walks along the sorted inserts. */
static void
redraw_ring (const Snap *snap, guint32 r, guint *at, GArray *corners)
{
    const CgTopology *t = snap->topology;
    guint first = corners->len;
    for (guint32 k = t->ring_slot[r]; k < t->ring_slot[r + 1]; k++) {
        push_corner (corners, first,
                     (Corner){ root_node (snap, t->slot_node[k]), own_place (snap, k) });
        for (; *at < snap->inserts->len; (*at)++) {
            const Insert *insert = &g_array_index (snap->inserts, Insert, *at);
            if (insert->slot != k)
                break;
            guint32 node = g_array_index (snap->nodes, guint32, insert->near);
            push_corner (corners, first, (Corner){ node, insert->own });
        }
    }
    close_corners (corners, first);
}

static gpointer
swap_array (gpointer *into, gpointer *from)
{
    gpointer old = *into;
    *into = g_steal_pointer (from);
    return old;
}

/* Puts new rings and their corners in place of the old ones. The arrays are taken. */
static gboolean
replace_rings (CgTopology *t, const GArray *corners, guint32 n_rings, guint32 *ring_slot,
               guint32 *ring_unit, GError **error)
{
    guint32 n = corners->len;
    guint32 *slot_node = g_try_new (guint32, (gsize) n + 1);
    guint32 *slot_ring = g_try_new (guint32, (gsize) n + 1);
    guint32 *twin = g_try_new (guint32, (gsize) n + 1);
    double *own_x = g_try_new (double, (gsize) n + 1);
    double *own_y = g_try_new (double, (gsize) n + 1);
    gboolean good = slot_node && slot_ring && twin && own_x && own_y;
    for (guint32 r = 0; good && r < n_rings; r++)
        for (guint32 k = ring_slot[r]; k < ring_slot[r + 1]; k++) {
            const Corner *corner = &g_array_index (corners, Corner, k);
            slot_node[k] = corner->node;
            slot_ring[k] = r;
            own_x[k] = corner->own.x;
            own_y[k] = corner->own.y;
        }
    if (good) {
        t->n_slots = n;
        t->n_rings = n_rings;
    } else {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %u vertices", n);
    }
    gpointer fresh[] = { slot_node, slot_ring, twin, own_x, own_y, ring_slot, ring_unit };
    gpointer *place[] = { (gpointer *) &t->slot_node, (gpointer *) &t->slot_ring,
                          (gpointer *) &t->twin,      (gpointer *) &t->own_x,
                          (gpointer *) &t->own_y,     (gpointer *) &t->ring_slot,
                          (gpointer *) &t->ring_unit };
    for (guint k = 0; k < G_N_ELEMENTS (fresh); k++)
        g_free (good ? swap_array (place[k], &fresh[k]) : fresh[k]);
    return good;
}

/* Draws all rings anew with moved and added nodes. */
static gboolean
redraw (Snap *snap, GError **error)
{
    /* No ring collapses here, unless it was a spike in the source: two nodes of one unit are never
     * joined, and a node is added to a unit only once. */
    CgTopology *t = snap->topology;
    g_autoptr (GArray) corners = g_array_sized_new (FALSE, FALSE, sizeof (Corner), t->n_slots + 1);
    g_autofree guint32 *ring_slot = g_new0 (guint32, (gsize) t->n_rings + 1);
    g_autofree guint32 *ring_unit = g_new (guint32, (gsize) t->n_rings + 1);
    guint at = 0;
    guint32 n_rings = 0;
    for (guint32 i = 0, first = 0; i < t->n_units; i++) {
        guint32 end = t->unit_ring[i + 1];
        for (guint32 r = first; r < end; r++) {
            guint before = corners->len;
            redraw_ring (snap, r, &at, corners);
            if (corners->len == before)
                continue;
            ring_unit[n_rings++] = i;
            ring_slot[n_rings] = corners->len;
        }
        first = end;
        t->unit_ring[i + 1] = n_rings;
    }
    return replace_rings (t, corners, n_rings, g_steal_pointer (&ring_slot),
                          g_steal_pointer (&ring_unit), error);
}

static gboolean
snap_once (CgTopology *topology, const CgUnits *units, double snap_m, gboolean *out_changed,
           GError **error)
{
    g_auto (Snap) snap = { .topology = topology, .units = units, .snap_m = snap_m };
    if (!find_stars (&snap, error) || !find_candidates (&snap, error))
        return FALSE;
    /* Borders whose nodes match after joining are no longer free: nodes are added only to what
     * remains, else a node might be added across a thin unit that is about to match. */
    guint32 n_changes = run_merges (&snap);
    if (n_changes == 0) {
        choose_inserts (&snap);
        n_changes = snap.inserts->len;
    }
    *out_changed = n_changes > 0;
    return n_changes == 0 || (redraw (&snap, error) && cg_topology_match (topology, error));
}

gboolean
cg_topology_snap (CgTopology *topology, const CgUnits *units, double snap_m, GCancellable *cancel,
                  GError **error)
{
    gboolean changed = TRUE;
    for (guint round = 0; changed && round < MAX_ROUNDS; round++) {
        if (cg_is_stopped (cancel, error))
            return FALSE;
        if (!snap_once (topology, units, snap_m, &changed, error))
            return FALSE;
        topology->snapped |= changed;
    }
    return TRUE;
}
