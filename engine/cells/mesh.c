#include "cells/mesh.h"

#include <stdlib.h>

#include "base/error.h"

#define NONE G_MAXUINT32
#define CHECK_EVERY 8192u

typedef struct {
    CgNet *mesh;
    GArray *stack; /* of guint32: slots whose circles are to be tested */
    guint32 last;  /* slot of the triangle made last                   */
    guint32 dice;
} Work;

/* ---- signs ------------------------------------------------------------------------------- */

static int
sign_of_turn (const CgNet *mesh, guint32 a, guint32 b, guint32 c)
{
    CgWide turn = cg_spot_turn (mesh->spot[a], mesh->spot[b], mesh->spot[c]);
    return (turn > 0) - (turn < 0);
}

__extension__ typedef unsigned __int128 Natural;

/* A whole number of 256 bits, lowest 64 first, as complements of two. */
typedef struct {
    guint64 word[4];
} Huge;

/* sum += a * b, for |a| and |b| below 2^126. */
static void
add_product (Huge *sum, CgWide a, CgWide b)
{
    gboolean minus = (a < 0) != (b < 0);
    Natural p = (Natural) (a < 0 ? -a : a), q = (Natural) (b < 0 ? -b : b);
    guint64 p_low = (guint64) p, p_high = (guint64) (p >> 64), q_low = (guint64) q,
            q_high = (guint64) (q >> 64);
    Natural low = (Natural) p_low * q_low, high = (Natural) p_high * q_high;
    Natural cross = (Natural) p_low * q_high, other = (Natural) p_high * q_low;
    Natural middle = (low >> 64) + (guint64) cross + (guint64) other;
    high += (cross >> 64) + (other >> 64) + (middle >> 64);
    const guint64 word[] = { (guint64) low, (guint64) middle, (guint64) high, (guint64) (high >> 64) };
    Natural carry = minus ? 1 : 0;
    for (guint k = 0; k < 4; k++) {
        carry += (Natural) sum->word[k] + (minus ? ~word[k] : word[k]);
        sum->word[k] = (guint64) carry;
        carry >>= 64;
    }
}

static gboolean
is_positive (const Huge *sum)
{
    return sum->word[3] >> 63 == 0 &&
           (sum->word[0] | sum->word[1] | sum->word[2] | sum->word[3]) != 0;
}

/* Whether d lies inside the circle through a, b, c, which turn left. Differences up to 2^29 are
 * taken as they are, so that the determinant fits 127 bits. Larger ones are shortened first, which
 * may change it by less than 2^95; where that leaves a doubt, all their bits decide. */
static gboolean
is_in_circle (CgSpot a, CgSpot b, CgSpot c, CgSpot d)
{
    const gint64 full[6] = { a.x - d.x, a.y - d.y, b.x - d.x, b.y - d.y, c.x - d.x, c.y - d.y };
    gint64 v[6], most = 0;
    for (guint k = 0; k < 6; k++)
        most = MAX (most, ABS (full[k]));
    guint shift = 0;
    while ((most >> shift) >= ((gint64) 1 << 29))
        shift++;
    for (guint k = 0; k < 6; k++)
        v[k] = full[k] >> shift;
    gint64 lift_a = v[0] * v[0] + v[1] * v[1], lift_b = v[2] * v[2] + v[3] * v[3],
           lift_c = v[4] * v[4] + v[5] * v[5];
    CgWide sum = (CgWide) lift_a * (v[2] * v[5] - v[3] * v[4]) +
                 (CgWide) lift_b * (v[4] * v[1] - v[5] * v[0]) +
                 (CgWide) lift_c * (v[0] * v[3] - v[1] * v[2]);
    const CgWide doubt = shift > 0 ? (CgWide) 1 << 95 : 0;
    if (sum > doubt || sum < -doubt || shift == 0)
        return sum > 0;
    Huge exact = { { 0 } };
    for (guint k = 0; k < 3; k++) {
        CgWide x = full[2 * k], y = full[2 * k + 1];
        CgWide px = full[(2 * k + 2) % 6], py = full[(2 * k + 3) % 6];
        CgWide qx = full[(2 * k + 4) % 6], qy = full[(2 * k + 5) % 6];
        add_product (&exact, x * x + y * y, px * qy - py * qx);
    }
    return is_positive (&exact);
}

/* ---- triangles --------------------------------------------------------------------------- */

static void
set_side (CgNet *mesh, guint32 slot, guint32 corner, guint32 twin, guint32 edge)
{
    mesh->corner[slot] = corner;
    mesh->twin[slot] = twin;
    mesh->edge[slot] = edge;
    mesh->slot_of[corner] = slot;
    if (twin != NONE)
        mesh->twin[twin] = slot;
}

/* Turns the diagonal of the two triangles at slot s. Afterwards s - s % 3 + 2 is the new diagonal;
 * sides 0 and 1 of both triangles are the quad's rim. */
static void
flip (CgNet *mesh, guint32 s)
{
    guint32 r = mesh->twin[s], t = s - s % 3, n = r - r % 3;
    guint32 bc = cg_net_next (s), ca = cg_net_previous (s), ad = cg_net_next (r),
            db = cg_net_previous (r);
    guint32 a = mesh->corner[s], b = mesh->corner[r], c = mesh->corner[ca], d = mesh->corner[db];
    guint32 twin_ca = mesh->twin[ca], twin_ad = mesh->twin[ad], twin_db = mesh->twin[db],
            twin_bc = mesh->twin[bc];
    guint32 edge_ca = mesh->edge[ca], edge_ad = mesh->edge[ad], edge_db = mesh->edge[db],
            edge_bc = mesh->edge[bc];
    set_side (mesh, t, c, twin_ca, edge_ca);
    set_side (mesh, t + 1, a, twin_ad, edge_ad);
    set_side (mesh, n, d, twin_db, edge_db);
    set_side (mesh, n + 1, b, twin_bc, edge_bc);
    set_side (mesh, t + 2, d, n + 2, NONE);
    set_side (mesh, n + 2, c, t + 2, NONE);
}

static void
push (Work *work, guint32 slot)
{
    g_array_append_val (work->stack, slot);
}

/* Flips until every circle on the stack is empty. Each flip lowers the surface over the lifted
 * nodes, so this ends. */
static void
settle (Work *work)
{
    CgNet *mesh = work->mesh;
    while (work->stack->len > 0) {
        guint32 s = g_array_index (work->stack, guint32, work->stack->len - 1);
        g_array_set_size (work->stack, work->stack->len - 1);
        guint32 r = mesh->twin[s];
        if (r == NONE || mesh->edge[s] != NONE)
            continue;
        guint32 a = mesh->corner[s], b = mesh->corner[r], c = mesh->corner[cg_net_previous (s)],
                d = mesh->corner[cg_net_previous (r)];
        /* The four outside and rounding aside, a filled circle means a convex quad. */
        if (!is_in_circle (mesh->spot[a], mesh->spot[b], mesh->spot[c], mesh->spot[d]) ||
            sign_of_turn (mesh, c, a, d) <= 0 || sign_of_turn (mesh, d, b, c) <= 0)
            continue;
        guint32 t = s - s % 3, n = r - r % 3;
        flip (mesh, s);
        push (work, t);
        push (work, t + 1);
        push (work, n);
        push (work, n + 1);
    }
}

static guint32
new_triangle (CgNet *mesh)
{
    return 3 * mesh->n_triangles++;
}

/* Node p inside the triangle of slot t. */
static void
split_triangle (Work *work, guint32 t, guint32 p)
{
    CgNet *mesh = work->mesh;
    t -= t % 3;
    guint32 a = mesh->corner[t], b = mesh->corner[t + 1], c = mesh->corner[t + 2];
    guint32 twin_bc = mesh->twin[t + 1], twin_ca = mesh->twin[t + 2];
    guint32 edge_bc = mesh->edge[t + 1], edge_ca = mesh->edge[t + 2];
    guint32 u = new_triangle (mesh), v = new_triangle (mesh);
    set_side (mesh, u, b, twin_bc, edge_bc);
    set_side (mesh, v, c, twin_ca, edge_ca);
    set_side (mesh, t + 1, b, u + 2, NONE);
    set_side (mesh, u + 1, c, v + 2, NONE);
    set_side (mesh, v + 1, a, t + 2, NONE);
    mesh->corner[t + 2] = mesh->corner[u + 2] = mesh->corner[v + 2] = p;
    mesh->edge[t + 2] = mesh->edge[u + 2] = mesh->edge[v + 2] = NONE;
    mesh->slot_of[p] = t + 2;
    mesh->slot_of[a] = t;
    push (work, t);
    push (work, u);
    push (work, v);
    work->last = t;
}

/* Node p on side s (inside it). */
static void
split_side (Work *work, guint32 s, guint32 p)
{
    CgNet *mesh = work->mesh;
    guint32 r = mesh->twin[s], bc = cg_net_next (s), ad = cg_net_next (r);
    guint32 a = mesh->corner[s], b = mesh->corner[r], c = mesh->corner[cg_net_next (bc)],
            d = mesh->corner[cg_net_next (ad)];
    guint32 ca = cg_net_previous (s), db = cg_net_previous (r);
    guint32 old[4] = { ca, bc, ad, db }, twin[4], edge[4];
    for (guint k = 0; k < 4; k++) {
        twin[k] = mesh->twin[old[k]];
        edge[k] = mesh->edge[old[k]];
    }
    guint32 t = s - s % 3, n = r - r % 3, u = new_triangle (mesh), v = new_triangle (mesh);
    /* t = c a p, u = b c p, n = a d p, v = d b p */
    set_side (mesh, t, c, twin[0], edge[0]);
    set_side (mesh, u, b, twin[1], edge[1]);
    set_side (mesh, n, a, twin[2], edge[2]);
    set_side (mesh, v, d, twin[3], edge[3]);
    set_side (mesh, t + 1, a, n + 2, NONE);
    set_side (mesh, n + 1, d, v + 2, NONE);
    set_side (mesh, v + 1, b, u + 2, NONE);
    set_side (mesh, u + 1, c, t + 2, NONE);
    const guint32 made[4] = { t, u, n, v };
    for (guint k = 0; k < 4; k++) {
        mesh->corner[made[k] + 2] = p;
        mesh->edge[made[k] + 2] = NONE;
        push (work, made[k]);
    }
    mesh->slot_of[p] = t + 2;
    work->last = t;
}

/* ---- insertion --------------------------------------------------------------------------- */

/* Walks to the triangle that holds p. Which side is tried first is thrown (the same each time), as
 * a fixed order may walk in a circle. FALSE: p is a corner that is there already. */
static gboolean
insert_node (Work *work, guint32 p)
{
    CgNet *mesh = work->mesh;
    guint32 t = work->last - work->last % 3;
    for (;;) {
        guint32 on_side = NONE, n_sides = 0, k = 0;
        work->dice = work->dice * 1664525u + 1013904223u;
        guint32 first = (work->dice >> 16) % 3;
        for (; k < 3; k++) {
            guint32 s = t + (first + k) % 3;
            int turn = sign_of_turn (mesh, mesh->corner[s], mesh->corner[cg_net_next (s)], p);
            if (turn < 0) {
                t = mesh->twin[s] - mesh->twin[s] % 3;
                break;
            }
            n_sides += turn == 0;
            on_side = turn == 0 ? s : on_side;
        }
        if (k < 3)
            continue;
        if (n_sides > 1)
            return FALSE;
        if (n_sides == 1)
            split_side (work, on_side, p);
        else
            split_triangle (work, t, p);
        settle (work);
        return TRUE;
    }
}

typedef struct {
    guint64 key;
    guint32 node;
} Ranked;

static int
compare_ranked (gconstpointer x, gconstpointer y)
{
    const Ranked *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* Distance along a Hilbert curve through 2^20 x 2^20 squares (D. Hilbert, 1891). */
static guint64
hilbert_key (guint32 x, guint32 y)
{
    guint64 key = 0;
    for (guint32 side = 1u << 19; side > 0; side >>= 1) {
        guint32 right = (x & side) > 0, top = (y & side) > 0;
        key += (guint64) side * side * ((3 * right) ^ top);
        if (!top) {
            if (right) {
                x = 0xfffff - (x & 0xfffff);
                y = 0xfffff - (y & 0xfffff);
            }
            guint32 swap = x;
            x = y;
            y = swap;
        }
    }
    return key;
}

static Ranked *
rank_nodes (const CgNoding *noding, CgSpot low, guint shift)
{
    Ranked *ranked = g_new (Ranked, (gsize) noding->n_nodes + 1);
    for (guint32 k = 0; k < noding->n_nodes; k++) {
        guint32 x = (guint32) ((noding->node[k].x - low.x) >> shift);
        guint32 y = (guint32) ((noding->node[k].y - low.y) >> shift);
        ranked[k] = (Ranked){ hilbert_key (x, y), k };
    }
    qsort (ranked, noding->n_nodes, sizeof (Ranked), compare_ranked);
    return ranked;
}

/* Two triangles over four corners that lie a width beyond all nodes. */
static void
start_square (CgNet *mesh, const CgNoding *noding, CgSpot low, CgSpot high)
{
    gint64 wide = MAX (high.x - low.x, high.y - low.y) + 2;
    guint32 n = noding->n_nodes;
    for (guint32 k = 0; k < n; k++)
        mesh->spot[k] = noding->node[k];
    mesh->spot[n] = (CgSpot){ low.x - wide, low.y - wide };
    mesh->spot[n + 1] = (CgSpot){ high.x + wide, low.y - wide };
    mesh->spot[n + 2] = (CgSpot){ high.x + wide, high.y + wide };
    mesh->spot[n + 3] = (CgSpot){ low.x - wide, high.y + wide };
    guint32 t = new_triangle (mesh), u = new_triangle (mesh);
    set_side (mesh, t, n, NONE, NONE);
    set_side (mesh, t + 1, n + 1, NONE, NONE);
    set_side (mesh, u, n, NONE, NONE);
    set_side (mesh, u + 1, n + 2, NONE, NONE);
    set_side (mesh, u + 2, n + 3, NONE, NONE);
    set_side (mesh, t + 2, n + 2, u, NONE);
}

static gboolean
insert_all (Work *work, const CgNoding *noding, GCancellable *cancel, GError **error)
{
    CgSpot low = { 0, 0 }, high = { 0, 0 };
    for (guint32 k = 0; k < noding->n_nodes; k++) {
        CgSpot p = noding->node[k];
        low = k == 0 ? p : (CgSpot){ MIN (low.x, p.x), MIN (low.y, p.y) };
        high = k == 0 ? p : (CgSpot){ MAX (high.x, p.x), MAX (high.y, p.y) };
    }
    guint shift = 0;
    while ((MAX (high.x - low.x, high.y - low.y) >> shift) >= (1 << 20))
        shift++;
    start_square (work->mesh, noding, low, high);
    g_autofree Ranked *ranked = rank_nodes (noding, low, shift);
    for (guint32 k = 0; k < noding->n_nodes; k++) {
        if (k % CHECK_EVERY == 0 && cg_is_stopped (cancel, error))
            return FALSE;
        if (!insert_node (work, ranked[k].node)) {
            g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "node %u repeats a place",
                         ranked[k].node);
            return FALSE;
        }
    }
    return TRUE;
}

/* ---- edges ------------------------------------------------------------------------------- */

static guint32
find_around (const CgNet *mesh, guint32 a, guint32 b)
{
    guint32 start = mesh->slot_of[a], s = start;
    do {
        if (mesh->corner[cg_net_next (s)] == b)
            return s;
        s = mesh->twin[cg_net_previous (s)];
    } while (s != start && s != NONE);
    return NONE;
}

/* The slot from a to b, or NONE. Round one of the four outside the way ends at the rim. */
static guint32
find_side (const CgNet *mesh, guint32 a, guint32 b)
{
    if (a < mesh->n_nodes - 4)
        return find_around (mesh, a, b);
    guint32 s = find_around (mesh, b, a);
    return s != NONE ? mesh->twin[s] : NONE;
}

static gboolean
fail_edge (const CgNet *mesh, guint32 a, guint32 b, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                 "the edge from lattice place %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
                 " to %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " meets another",
                 mesh->spot[a].x, mesh->spot[a].y, mesh->spot[b].x, mesh->spot[b].y);
    return FALSE;
}

/* Nodes of the sides that edge a-b crosses, by twos, in order. */
static gboolean
find_crossed (const CgNet *mesh, guint32 a, guint32 b, GArray *out, GError **error)
{
    g_array_set_size (out, 0);
    guint32 start = mesh->slot_of[a], s = start, p, q;
    for (;;) {
        p = mesh->corner[cg_net_next (s)];
        q = mesh->corner[cg_net_previous (s)];
        if (sign_of_turn (mesh, a, b, p) < 0 && sign_of_turn (mesh, a, b, q) > 0 &&
            sign_of_turn (mesh, p, q, b) < 0)
            break;
        s = mesh->twin[cg_net_previous (s)];
        if (s == start || s == NONE)
            return fail_edge (mesh, a, b, error);
    }
    for (s = cg_net_next (s);;) {
        if (mesh->edge[s] != NONE || mesh->twin[s] == NONE)
            return fail_edge (mesh, a, b, error);
        g_array_append_val (out, p);
        g_array_append_val (out, q);
        s = mesh->twin[s];
        guint32 apex = mesh->corner[cg_net_previous (s)];
        if (apex == b)
            return TRUE;
        int turn = sign_of_turn (mesh, a, b, apex);
        if (turn == 0)
            return fail_edge (mesh, a, b, error);
        s = turn > 0 ? cg_net_next (s) : cg_net_previous (s);
        if (turn > 0)
            q = apex;
        else
            p = apex;
    }
}

/* Flips crossed sides away, those in convex quads first come first served. */
static gboolean
force_edge (Work *work, guint32 a, guint32 b, GArray *crossed, GError **error)
{
    CgNet *mesh = work->mesh;
    g_autoptr (GArray) made = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint64 tries = 0, most = 1000 + (guint64) crossed->len * crossed->len;
    for (guint32 k = 0; k < crossed->len; k += 2) {
        guint32 p = g_array_index (crossed, guint32, k);
        guint32 q = g_array_index (crossed, guint32, k + 1);
        guint32 s = find_side (mesh, p, q);
        if (s == NONE || mesh->twin[s] == NONE || tries++ > most)
            return fail_edge (mesh, a, b, error);
        guint32 c = mesh->corner[cg_net_previous (s)];
        guint32 d = mesh->corner[cg_net_previous (mesh->twin[s])];
        if (sign_of_turn (mesh, c, p, d) <= 0 || sign_of_turn (mesh, d, q, c) <= 0) {
            g_array_append_val (crossed, p);
            g_array_append_val (crossed, q);
            continue;
        }
        flip (mesh, s);
        gboolean ends = c == a || c == b || d == a || d == b;
        GArray *into = !ends && sign_of_turn (mesh, a, b, c) * sign_of_turn (mesh, a, b, d) < 0
                           ? crossed
                           : made;
        g_array_append_val (into, c);
        g_array_append_val (into, d);
    }
    for (guint32 k = 0; k < made->len; k += 2) {
        guint32 s = find_side (mesh, g_array_index (made, guint32, k),
                               g_array_index (made, guint32, k + 1));
        if (s != NONE)
            push (work, s);
    }
    return TRUE;
}

static gboolean
insert_edges (Work *work, const CgNoding *noding, GCancellable *cancel, GError **error)
{
    CgNet *mesh = work->mesh;
    g_autoptr (GArray) crossed = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 e = 0; e < noding->n_edges; e++) {
        guint32 a = noding->edge_a[e], b = noding->edge_b[e];
        guint32 s = find_side (mesh, a, b);
        if (e % CHECK_EVERY == 0 && cg_is_stopped (cancel, error))
            return FALSE;
        if (s == NONE) {
            if (!find_crossed (mesh, a, b, crossed, error) ||
                !force_edge (work, a, b, crossed, error))
                return FALSE;
            s = find_side (mesh, a, b);
            if (s == NONE)
                return fail_edge (mesh, a, b, error);
        }
        mesh->edge[s] = mesh->edge[mesh->twin[s]] = e;
        settle (work);
    }
    return TRUE;
}

static void
work_done (Work *work)
{
    g_clear_pointer (&work->stack, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

CgNet *
cg_net_build (const CgNoding *noding, GCancellable *cancel, GError **error)
{
    g_autoptr (CgNet) mesh = g_new0 (CgNet, 1);
    gsize slots = 6 * ((gsize) noding->n_nodes + 4);
    mesh->n_nodes = noding->n_nodes + 4;
    if (slots < G_MAXUINT32 / 2) {
        mesh->spot = g_try_new (CgSpot, mesh->n_nodes);
        mesh->slot_of = g_try_new (guint32, mesh->n_nodes);
        mesh->corner = g_try_new (guint32, slots);
        mesh->twin = g_try_new (guint32, slots);
        mesh->edge = g_try_new (guint32, slots);
    }
    if (mesh->spot == NULL || mesh->slot_of == NULL || mesh->corner == NULL || mesh->twin == NULL ||
        mesh->edge == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for a mesh of %u nodes",
                     noding->n_nodes);
        return NULL;
    }
    g_auto (Work) work = { mesh, g_array_new (FALSE, FALSE, sizeof (guint32)), 0, 1 };
    if (!insert_all (&work, noding, cancel, error) || !insert_edges (&work, noding, cancel, error))
        return NULL;
    return g_steal_pointer (&mesh);
}

void
cg_net_free (CgNet *mesh)
{
    if (mesh == NULL)
        return;
    g_free (mesh->spot);
    g_free (mesh->corner);
    g_free (mesh->twin);
    g_free (mesh->edge);
    g_free (mesh->slot_of);
    g_free (mesh);
}
