#include "cells/noding.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cells/buckets.h"

#define MAX_ROUNDS 64
#define NONE G_MAXUINT32

/* A source's way from one node to another. */
typedef struct {
    guint32 a, b, source;
    gint32 turn; /* +1: a to b */
} Piece;

typedef struct {
    GArray *node; /* of CgSpot */
    guint32 *slot;
    guint32 mask;
} Nodes;

typedef struct {
    guint32 piece, node;
} Pass;

static void
nodes_done (Nodes *nodes)
{
    g_clear_pointer (&nodes->node, g_array_unref);
    g_clear_pointer (&nodes->slot, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Nodes, nodes_done)

CgLines *
cg_lines_new (void)
{
    CgLines *lines = g_new0 (CgLines, 1);
    lines->ends = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    lines->source = g_array_new (FALSE, FALSE, sizeof (guint32));
    lines->spots = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    return lines;
}

void
cg_lines_free (CgLines *lines)
{
    if (lines == NULL)
        return;
    g_array_unref (lines->ends);
    g_array_unref (lines->source);
    g_array_unref (lines->spots);
    g_free (lines);
}

void
cg_lines_add (CgLines *lines, CgSpot a, CgSpot b, guint32 source)
{
    if (a.x == b.x && a.y == b.y)
        return;
    g_array_append_val (lines->ends, a);
    g_array_append_val (lines->ends, b);
    g_array_append_val (lines->source, source);
}

void
cg_lines_add_spot (CgLines *lines, CgSpot spot)
{
    g_array_append_val (lines->spots, spot);
}

/* ---- nodes: places without repeats ------------------------------------------------------- */

static guint32
hash_spot (CgSpot p)
{
    guint64 h = (guint64) p.x * 0x9e3779b97f4a7c15u ^ (guint64) p.y * 0xc2b2ae3d27d4eb4fu;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9u;
    return (guint32) (h >> 32);
}

static void
nodes_grow (Nodes *nodes, guint32 size)
{
    g_free (nodes->slot);
    nodes->slot = g_new (guint32, size);
    nodes->mask = size - 1;
    memset (nodes->slot, 0xff, size * sizeof *nodes->slot);
    for (guint32 k = 0; k < nodes->node->len; k++) {
        guint32 at = hash_spot (g_array_index (nodes->node, CgSpot, k)) & nodes->mask;
        while (nodes->slot[at] != NONE)
            at = (at + 1) & nodes->mask;
        nodes->slot[at] = k;
    }
}

static void
nodes_init (Nodes *nodes)
{
    nodes->node = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    nodes->slot = NULL;
    nodes_grow (nodes, 1024);
}

static guint32
nodes_add (Nodes *nodes, CgSpot p)
{
    guint32 at = hash_spot (p) & nodes->mask;
    for (; nodes->slot[at] != NONE; at = (at + 1) & nodes->mask) {
        CgSpot other = g_array_index (nodes->node, CgSpot, nodes->slot[at]);
        if (other.x == p.x && other.y == p.y)
            return nodes->slot[at];
    }
    guint32 id = nodes->node->len;
    nodes->slot[at] = id;
    g_array_append_val (nodes->node, p);
    if (nodes->node->len * 2 > nodes->mask)
        nodes_grow (nodes, (nodes->mask + 1) * 2);
    return id;
}

static CgSpot
node_at (const Nodes *nodes, guint32 id)
{
    return g_array_index (nodes->node, CgSpot, id);
}

/* ---- crossings --------------------------------------------------------------------------- */

/* n / d to the nearest whole number, halves up; d > 0. */
static gint64
divide_round (CgWide n, CgWide d)
{
    CgWide twice = 2 * n + d, whole = twice / (2 * d);
    if (twice % (2 * d) < 0)
        whole--;
    return (gint64) whole;
}

/* The rounded place where two segments cross inside both; FALSE where they do not. */
static gboolean
find_crossing (CgSpot a, CgSpot b, CgSpot c, CgSpot d, CgSpot *out)
{
    if (MAX (a.x, b.x) < MIN (c.x, d.x) || MAX (c.x, d.x) < MIN (a.x, b.x) ||
        MAX (a.y, b.y) < MIN (c.y, d.y) || MAX (c.y, d.y) < MIN (a.y, b.y))
        return FALSE;
    CgWide from_c = cg_spot_turn (a, b, c), from_d = cg_spot_turn (a, b, d);
    if (!((from_c < 0 && from_d > 0) || (from_c > 0 && from_d < 0)))
        return FALSE;
    CgWide from_a = cg_spot_turn (c, d, a), from_b = cg_spot_turn (c, d, b);
    if (!((from_a < 0 && from_b > 0) || (from_a > 0 && from_b < 0)))
        return FALSE;
    /* a + (b - a) * from_a / (from_a - from_b); at most 2^38 * 2^77 * 2. */
    CgWide whole = from_a - from_b, part = from_a;
    if (whole < 0) {
        whole = -whole;
        part = -part;
    }
    out->x = a.x + divide_round ((CgWide) (b.x - a.x) * part, whole);
    out->y = a.y + divide_round ((CgWide) (b.y - a.y) * part, whole);
    return TRUE;
}

static gboolean
fail_crowded (CgSpot where, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                 "too many lines lie on one heap (at lattice place %" G_GINT64_FORMAT
                 ", %" G_GINT64_FORMAT ")",
                 where.x, where.y);
    return FALSE;
}

static gboolean
add_crossings (const CgBuckets *b, const CgSpot *ends, guint32 n, Nodes *nodes,
               GCancellable *cancel, GError **error)
{
    guint64 work = 0, most = G_GUINT64_CONSTANT (20000000) + G_GUINT64_CONSTANT (512) * n;
    gsize squares = (gsize) b->n_x * b->n_y;
    for (gsize square = 0; square < squares; square++) {
        guint32 from = b->first[square], to = b->first[square + 1];
        if ((square & 0xffff) == 0 && cg_is_stopped (cancel, error))
            return FALSE;
        for (guint32 i = from; i < to; i++) {
            const CgSpot *p = ends + 2 * (gsize) b->item[i];
            work += to - i;
            if (work > most)
                return fail_crowded (*p, error);
            for (guint32 j = i + 1; j < to; j++) {
                const CgSpot *q = ends + 2 * (gsize) b->item[j];
                CgSpot crossing;
                if (find_crossing (p[0], p[1], q[0], q[1], &crossing))
                    nodes_add (nodes, crossing);
            }
        }
    }
    return TRUE;
}

/* ---- squares around places --------------------------------------------------------------- */

/* Whether segment a-b meets the square [x - 1/2, x + 1/2) x [y - 1/2, y + 1/2) around p. */
static gboolean
meets_square (CgSpot a, CgSpot b, CgSpot p)
{
    if (p.x < MIN (a.x, b.x) || p.x > MAX (a.x, b.x) || p.y < MIN (a.y, b.y) ||
        p.y > MAX (a.y, b.y))
        return FALSE;
    gint64 dx = b.x - a.x, dy = b.y - a.y;
    CgWide twice = 2 * cg_spot_turn (a, b, p);
    CgWide reach = (CgWide) ABS (dx) + ABS (dy);
    if (twice > -reach && twice < reach)
        return TRUE;
    /* Through one corner only: the lower left one is part of the square. */
    return (twice == reach || twice == -reach) && twice == (CgWide) dx - dy;
}

/* Nodes by square of the raster, as offsets and members. */
static void
bin_nodes (const CgBuckets *b, const Nodes *nodes, guint32 **out_first, guint32 **out_member)
{
    gsize squares = (gsize) b->n_x * b->n_y;
    guint32 n = nodes->node->len;
    guint32 *first = g_new0 (guint32, squares + 2), *member = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *square = g_new (guint32, (gsize) n + 1);
    for (guint32 k = 0; k < n; k++) {
        square[k] = cg_buckets_at (b, node_at (nodes, k));
        if (square[k] != CG_BUCKETS_NONE)
            first[square[k] + 2]++;
    }
    for (gsize k = 1; k < squares + 2; k++)
        first[k] += first[k - 1];
    for (guint32 k = 0; k < n; k++)
        if (square[k] != CG_BUCKETS_NONE)
            member[first[square[k] + 1]++] = k;
    *out_first = first;
    *out_member = member;
}

/* Every (piece, node) with the piece in the node's square, as offsets and nodes by piece. */
static gboolean
find_passes (const CgBuckets *b, const CgSpot *ends, guint32 n, const Nodes *nodes,
             guint32 **out_first, guint32 **out_node, GCancellable *cancel, GError **error)
{
    g_autofree guint32 *node_first = NULL, *member = NULL;
    g_autoptr (GArray) passes = g_array_new (FALSE, FALSE, sizeof (Pass));
    bin_nodes (b, nodes, &node_first, &member);
    guint64 work = 0;
    guint64 most =
        G_GUINT64_CONSTANT (20000000) + G_GUINT64_CONSTANT (512) * (n + nodes->node->len);
    for (gsize square = 0; square < (gsize) b->n_x * b->n_y; square++) {
        if ((square & 0xffff) == 0 && cg_is_stopped (cancel, error))
            return FALSE;
        for (guint32 i = b->first[square]; i < b->first[square + 1]; i++) {
            const CgSpot *p = ends + 2 * (gsize) b->item[i];
            work += node_first[square + 1] - node_first[square];
            if (work > most)
                return fail_crowded (*p, error);
            for (guint32 k = node_first[square]; k < node_first[square + 1]; k++)
                if (meets_square (p[0], p[1], node_at (nodes, member[k]))) {
                    Pass pass = { b->item[i], member[k] };
                    g_array_append_val (passes, pass);
                }
        }
    }
    guint32 *first = g_new0 (guint32, (gsize) n + 2);
    guint32 *node = g_new (guint32, (gsize) passes->len + 1);
    for (guint32 k = 0; k < passes->len; k++)
        first[g_array_index (passes, Pass, k).piece + 1]++;
    for (guint32 k = 0; k < n; k++)
        first[k + 1] += first[k];
    for (guint32 k = 0; k < passes->len; k++) {
        const Pass *pass = &g_array_index (passes, Pass, k);
        node[first[pass->piece]++] = pass->node;
    }
    memmove (first + 1, first, n * sizeof *first);
    first[0] = 0;
    *out_first = first;
    *out_node = node;
    return TRUE;
}

/* Sorts the nodes of a segment along it. Two squares beside each other across its direction are
 * never both met (each holds only half of its rim), so distances along it differ. */
static void
sort_along (CgSpot a, CgSpot b, const Nodes *nodes, guint32 *node, guint32 n)
{
    for (guint32 i = 1; i < n; i++) {
        guint32 id = node[i], j = i;
        CgSpot p = node_at (nodes, id);
        for (; j > 0; j--) {
            CgSpot q = node_at (nodes, node[j - 1]);
            CgWide ahead = (CgWide) (b.x - a.x) * (q.x - p.x) + (CgWide) (b.y - a.y) * (q.y - p.y);
            if (ahead <= 0)
                break;
            node[j] = node[j - 1];
        }
        node[j] = id;
    }
}

/* ---- rounds ------------------------------------------------------------------------------ */

static int
compare_pieces (gconstpointer x, gconstpointer y)
{
    const Piece *p = x, *q = y;
    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    return (p->source > q->source) - (p->source < q->source);
}

/* Pieces from the lower to the higher node, sorted by (a, b, source), equal ones made one. */
static GArray *
merge_pieces (GArray *pieces, guint32 n_nodes)
{
    g_autofree guint32 *first = g_new0 (guint32, (gsize) n_nodes + 2);
    GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (Piece), pieces->len);
    g_array_set_size (sorted, pieces->len);
    for (guint32 k = 0; k < pieces->len; k++) {
        Piece *piece = &g_array_index (pieces, Piece, k);
        if (piece->a > piece->b)
            *piece = (Piece){ piece->b, piece->a, piece->source, -piece->turn };
        first[piece->a + 1]++;
    }
    for (guint32 k = 0; k < n_nodes; k++)
        first[k + 1] += first[k];
    for (guint32 k = 0; k < pieces->len; k++) {
        const Piece *piece = &g_array_index (pieces, Piece, k);
        g_array_index (sorted, Piece, first[piece->a]++) = *piece;
    }
    for (guint32 k = 0, from = 0; k < n_nodes; from = first[k++])
        if (first[k] - from > 1)
            qsort (&g_array_index (sorted, Piece, from), first[k] - from, sizeof (Piece),
                   compare_pieces);
    guint32 kept = 0;
    for (guint32 k = 0; k < sorted->len; k++) {
        Piece piece = g_array_index (sorted, Piece, k);
        Piece *last = kept > 0 ? &g_array_index (sorted, Piece, kept - 1) : NULL;
        if (last != NULL && last->a == piece.a && last->b == piece.b &&
            last->source == piece.source)
            last->turn += piece.turn;
        else
            g_array_index (sorted, Piece, kept++) = piece;
    }
    g_array_set_size (sorted, kept);
    return sorted;
}

static CgSpot *
ends_of (const GArray *pieces, const Nodes *nodes)
{
    CgSpot *ends = g_new (CgSpot, 2 * (gsize) pieces->len + 1);
    for (guint32 k = 0; k < pieces->len; k++) {
        const Piece *piece = &g_array_index (pieces, Piece, k);
        ends[2 * (gsize) k] = node_at (nodes, piece->a);
        ends[2 * (gsize) k + 1] = node_at (nodes, piece->b);
    }
    return ends;
}

/* Leads every piece through the nodes whose squares it meets. What meets no foreign square is at rest,
 * since no node comes after the first round: it goes into out_resting, the rest into out_moved. */
static gboolean
run_round (GArray *pieces, Nodes *nodes, gboolean with_crossings, GArray *out_resting,
           GArray *out_moved, GCancellable *cancel, GError **error)
{
    g_auto (CgBuckets) buckets = { 0 };
    g_autofree CgSpot *ends = ends_of (pieces, nodes);
    g_autofree guint32 *first = NULL, *passed = NULL;
    if (!cg_buckets_init (&buckets, ends, pieces->len, error) ||
        (with_crossings && !add_crossings (&buckets, ends, pieces->len, nodes, cancel, error)) ||
        !find_passes (&buckets, ends, pieces->len, nodes, &first, &passed, cancel, error))
        return FALSE;
    for (guint32 k = 0; k < pieces->len; k++) {
        Piece piece = g_array_index (pieces, Piece, k);
        guint32 *chain = passed + first[k], n = first[k + 1] - first[k];
        sort_along (ends[2 * (gsize) k], ends[2 * (gsize) k + 1], nodes, chain, n);
        for (guint32 c = 0; c + 1 < n; c++) {
            Piece part = { chain[c], chain[c + 1], piece.source, piece.turn };
            g_array_append_val (n == 2 ? out_resting : out_moved, part);
        }
    }
    return TRUE;
}

static CgNoding *
pack (const GArray *pieces, Nodes *nodes)
{
    CgNoding *noding = g_new0 (CgNoding, 1);
    gsize room = (gsize) pieces->len + 1;
    noding->n_nodes = nodes->node->len;
    noding->node = (CgSpot *) (gpointer) g_array_free (g_steal_pointer (&nodes->node), FALSE);
    noding->edge_a = g_new (guint32, room);
    noding->edge_b = g_new (guint32, room);
    noding->edge_use = g_new (guint32, room);
    noding->use = g_new (CgEdgeUse, room);
    for (guint32 k = 0; k < pieces->len; k++) {
        const Piece *piece = &g_array_index (pieces, Piece, k);
        guint32 e = noding->n_edges;
        if (e == 0 || noding->edge_a[e - 1] != piece->a || noding->edge_b[e - 1] != piece->b) {
            noding->edge_a[e] = piece->a;
            noding->edge_b[e] = piece->b;
            noding->edge_use[e] = k;
            noding->n_edges++;
        }
        noding->use[k] = (CgEdgeUse){ piece->source, piece->turn };
    }
    noding->edge_use[noding->n_edges] = pieces->len;
    return noding;
}

static gboolean
is_on_lattice (CgSpot p)
{
    return ABS (p.x) <= CG_SPOT_MAX && ABS (p.y) <= CG_SPOT_MAX;
}

static GArray *
take_lines (const CgLines *lines, Nodes *nodes, GError **error)
{
    g_autoptr (GArray) pieces = g_array_sized_new (FALSE, FALSE, sizeof (Piece), lines->source->len);
    for (guint32 k = 0; k < lines->source->len; k++) {
        const CgSpot *end = &g_array_index (lines->ends, CgSpot, 2 * (gsize) k);
        if (!is_on_lattice (end[0]) || !is_on_lattice (end[1])) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "segment %u reaches beyond the lattice", k);
            return NULL;
        }
        guint32 from = nodes_add (nodes, end[0]), to = nodes_add (nodes, end[1]);
        Piece piece = { from, to, g_array_index (lines->source, guint32, k), 1 };
        g_array_append_val (pieces, piece);
    }
    for (guint32 k = 0; k < lines->spots->len; k++) {
        CgSpot spot = g_array_index (lines->spots, CgSpot, k);
        if (!is_on_lattice (spot)) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "place %u lies beyond the lattice", k);
            return NULL;
        }
        nodes_add (nodes, spot);
    }
    return g_steal_pointer (&pieces);
}

CgNoding *
cg_noding_build (const CgLines *lines, GCancellable *cancel, GError **error)
{
    g_auto (Nodes) nodes = { 0 };
    nodes_init (&nodes);
    g_autoptr (GArray) moved = take_lines (lines, &nodes, error);
    if (moved == NULL)
        return NULL;
    g_autoptr (GArray) resting = g_array_sized_new (FALSE, FALSE, sizeof (Piece), moved->len);
    guint32 n_given = nodes.node->len;
    guint round = 0;
    for (; round == 0 || moved->len > 0; round++) {
        g_autoptr (GArray) pieces = g_steal_pointer (&moved);
        moved = g_array_new (FALSE, FALSE, sizeof (Piece));
        if (round == MAX_ROUNDS) {
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                         "lines do not come to rest on the lattice after %d rounds", MAX_ROUNDS);
            return NULL;
        }
        if (!run_round (pieces, &nodes, round == 0, resting, moved, cancel, error))
            return NULL;
    }
    g_autoptr (GArray) merged = merge_pieces (resting, nodes.node->len);
    CgNoding *noding = pack (merged, &nodes);
    noding->n_crossings = noding->n_nodes - n_given;
    noding->n_rounds = round;
    return noding;
}

void
cg_noding_free (CgNoding *noding)
{
    if (noding == NULL)
        return;
    g_free (noding->node);
    g_free (noding->edge_a);
    g_free (noding->edge_b);
    g_free (noding->edge_use);
    g_free (noding->use);
    g_free (noding);
}
