/* Borders become rings: the outside of each cell and its holes. */
#include "cells/cells_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Way 2 * b runs along border b with border.left on its left, way 2 * b + 1 back. */
typedef struct {
    CgCellsJob *job;
    const CgBorders *borders;
    guint32 *first, *at; /* ways that begin at each vertex, counter-clockwise */
    guint8 *walked;
    GArray *ring;  /* of guint32: vertices of the ring in hand          */
    GArray *rings; /* of Ring                                           */
    GArray *spots; /* of CgSpot: their vertices                         */
} Rings;

typedef struct {
    guint32 cell, first, n; /* in spots; not closed                           */
    CgWide twice;           /* > 0: outside                                   */
} Ring;

static void
rings_done (Rings *r)
{
    g_free (r->first);
    g_free (r->at);
    g_free (r->walked);
    g_clear_pointer (&r->ring, g_array_unref);
    g_clear_pointer (&r->rings, g_array_unref);
    g_clear_pointer (&r->spots, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rings, rings_done)

static const CgBorder *
border_of (const Rings *r, guint32 way)
{
    return &g_array_index (r->borders->border, CgBorder, way / 2);
}

static guint32
start_of (const Rings *r, guint32 way)
{
    return way % 2 == 0 ? border_of (r, way)->a : border_of (r, way)->b;
}

static guint32
cell_on_left (const Rings *r, guint32 way)
{
    return way % 2 == 0 ? border_of (r, way)->left : border_of (r, way)->right;
}

static CgSpot
spot_of (const Rings *r, guint32 vertex)
{
    return g_array_index (r->borders->vertex, CgSpot, vertex);
}

/* Whether the way to p comes before the way to q, counter-clockwise from east. */
static gboolean
is_before (CgSpot from, CgSpot p, CgSpot q)
{
    gboolean p_low = p.y < from.y || (p.y == from.y && p.x < from.x);
    gboolean q_low = q.y < from.y || (q.y == from.y && q.x < from.x);
    if (p_low != q_low)
        return q_low;
    return cg_spot_turn (from, p, q) > 0;
}

static void
sort_around (Rings *r, guint32 v)
{
    for (guint32 i = r->first[v] + 1; i < r->first[v + 1]; i++) {
        guint32 way = r->at[i], j = i;
        CgSpot p = spot_of (r, start_of (r, way ^ 1));
        for (; j > r->first[v]; j--) {
            CgSpot q = spot_of (r, start_of (r, r->at[j - 1] ^ 1));
            if (!is_before (spot_of (r, v), p, q))
                break;
            r->at[j] = r->at[j - 1];
        }
        r->at[j] = way;
    }
}

static void
index_ways (Rings *r)
{
    guint32 n = r->borders->vertex->len, n_ways = 2 * r->borders->border->len;
    r->first = g_new0 (guint32, (gsize) n + 2);
    r->at = g_new (guint32, (gsize) n_ways + 1);
    r->walked = g_new0 (guint8, (gsize) n_ways + 1);
    for (guint32 w = 0; w < n_ways; w++)
        r->first[start_of (r, w) + 2]++;
    for (guint32 v = 1; v < n + 2; v++)
        r->first[v] += r->first[v - 1];
    for (guint32 w = 0; w < n_ways; w++)
        r->at[r->first[start_of (r, w) + 1]++] = w;
    for (guint32 v = 0; v < n; v++)
        sort_around (r, v);
}

/* The way that continues `way` around its cell: the next one counter-clockwise from the way back
 * that has the cell on its left. Where a cell touches itself in a corner this parts the rings, so
 * that each is simple. */
static guint32
follow (const Rings *r, guint32 way)
{
    guint32 back = way ^ 1, v = start_of (r, back), cell = cell_on_left (r, way);
    guint32 from = r->first[v], n = r->first[v + 1] - from, at = 0;
    while (r->at[from + at] != back)
        at++;
    for (guint32 k = 1; k <= n; k++) {
        guint32 next = r->at[from + (at + k) % n];
        if (cell_on_left (r, next) == cell)
            return next;
    }
    return CG_NONE;
}

static gboolean
fail_rings (const char *what, guint32 cell, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "cell %u: %s", cell, what);
    return FALSE;
}

static gboolean
walk_ring (Rings *r, guint32 start, GError **error)
{
    guint32 cell = cell_on_left (r, start), way = start;
    Ring ring = { cell, r->spots->len, 0, 0 };
    do {
        CgSpot p = spot_of (r, start_of (r, way));
        r->walked[way] = TRUE;
        g_array_append_val (r->spots, p);
        ring.n++;
        way = follow (r, way);
        if (way == CG_NONE || (way != start && r->walked[way]))
            return fail_rings ("its border does not close", cell, error);
    } while (way != start);
    const CgSpot *spot = &g_array_index (r->spots, CgSpot, ring.first);
    for (guint32 k = 1; k + 1 < ring.n; k++)
        ring.twice += cg_spot_turn (spot[0], spot[k], spot[k + 1]);
    g_array_append_val (r->rings, ring);
    return TRUE;
}

static int
compare_rings (gconstpointer x, gconstpointer y)
{
    const Ring *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    if ((a->twice > 0) != (b->twice > 0))
        return a->twice > 0 ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static void
add_ring (const CgCellsJob *job, const Rings *r, const Ring *ring, CgShapes *shapes)
{
    for (guint32 k = 0; k <= ring->n; k++) {
        CgSpot p = g_array_index (r->spots, CgSpot, ring->first + k % ring->n);
        cg_shapes_add_vertex (shapes, job->x0 + (double) p.x * job->step,
                              job->y0 + (double) p.y * job->step);
    }
    cg_shapes_end_ring (shapes);
}

/* Twice the ground of all regions, in square steps. */
static CgWide
ground_of_regions (const CgCellsJob *job)
{
    CgWide sum = 0;
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        if (job->region_of[t] != CG_NONE)
            sum += cg_cells_twice (job, t);
    return sum * CG_PLACE * CG_PLACE;
}

/* Each cell has one outside; together they are the regions without the joints of their outlines, as
 * whole numbers. */
static gboolean
fill_shapes (CgCellsJob *job, Rings *r, GError **error)
{
    CgCells *out = job->out;
    CgWide all = 0;
    guint32 cell = 0, k = 0;
    if (r->rings->len > 1)
        qsort (r->rings->data, r->rings->len, sizeof (Ring), compare_rings);
    for (; cell < out->n; cell++) {
        CgWide twice = 0;
        guint32 n_outside = 0;
        for (; k < r->rings->len && g_array_index (r->rings, Ring, k).cell == cell; k++) {
            const Ring *ring = &g_array_index (r->rings, Ring, k);
            n_outside += ring->twice > 0;
            twice += ring->twice;
            add_ring (job, r, ring, out->shapes);
        }
        if (n_outside != 1)
            return fail_rings ("it is not one piece", cell, error);
        cg_shapes_end_part (out->shapes);
        cg_shapes_end_shape (out->shapes);
        out->area_m2[cell] = cg_cells_m2 (job, twice) / (CG_PLACE * CG_PLACE);
        all += twice;
    }
    if (all != ground_of_regions (job) - job->trimmed)
        return fail_rings ("the cells before it do not add up to the boundary", cell, error);
    out->cell_area = (double) all / 2 * job->step * job->step;
    return TRUE;
}

gboolean
cg_cells_walk_rings (CgCellsJob *job, const CgBorders *borders, GError **error)
{
    g_auto (Rings) r = { .job = job, .borders = borders };
    r.rings = g_array_new (FALSE, FALSE, sizeof (Ring));
    r.spots = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    index_ways (&r);
    for (guint32 way = 0; way < 2 * borders->border->len; way++) {
        if ((way & 0xffff) == 0 && cg_cells_is_stopped (job, error))
            return FALSE;
        if (!r.walked[way] && cell_on_left (&r, way) != CG_NONE && !walk_ring (&r, way, error))
            return FALSE;
    }
    return fill_shapes (job, &r, error);
}
