/* Where a tunnel leads under a border, or a road on piles over it: exact on the finer lattice. */
#include "cells/cells_internal.h"

#include <math.h>

struct CgCellsTunnels {
    GArray *ends; /* of CgSpot, two a segment, in steps; a tunnel's segments follow each other */
    GArray *last; /* of guint8: by segment: the last of its tunnel                             */
    CgBuckets buckets;
    GArray *found;
};

void
cg_cells_tunnels_free (CgCellsTunnels *tunnels)
{
    if (tunnels == NULL)
        return;
    g_array_unref (tunnels->ends);
    g_array_unref (tunnels->last);
    g_array_unref (tunnels->found);
    cg_buckets_done (&tunnels->buckets);
    g_free (tunnels);
}

static CgSpot
fine_spot (const CgCellsJob *job, const CgShapes *lines, guint32 v)
{
    CgSpot p = cg_cells_spot (job, lines->x[v], lines->y[v]);
    return (CgSpot){ CG_PLACE * p.x, CG_PLACE * p.y };
}

static gboolean
is_within (const CgBox *box, double x, double y)
{
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max;
}

/* What leaves the reach of the lattice crosses no border there: cut off by whole segments. */
static void
add_tunnel (CgCellsTunnels *tunnels, const CgCellsJob *job, const CgShapes *lines, guint32 ring)
{
    for (guint32 v = lines->ring_vertex[ring]; v + 1 < lines->ring_vertex[ring + 1]; v++) {
        gboolean here = is_within (&job->reach, lines->x[v], lines->y[v]),
                 there = is_within (&job->reach, lines->x[v + 1], lines->y[v + 1]);
        guint8 last = v + 2 == lines->ring_vertex[ring + 1] || !there;
        if (!here || !there)
            continue;
        CgSpot end[] = { fine_spot (job, lines, v), fine_spot (job, lines, v + 1) };
        g_array_append_vals (tunnels->ends, end, 2);
        g_array_append_val (tunnels->last, last);
    }
}

CgCellsTunnels *
cg_cells_tunnels_new (const CgCellsJob *job, GError **error)
{
    const CgBarriers *barriers = job->in->barriers;
    g_autoptr (CgCellsTunnels) tunnels = g_new0 (CgCellsTunnels, 1);
    tunnels->ends = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    tunnels->last = g_array_new (FALSE, FALSE, sizeof (guint8));
    tunnels->found = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; barriers != NULL && i < barriers->n; i++) {
        const CgShapes *lines = barriers->lines;
        if (barriers->class[i] != CG_BARRIER_TUNNEL || !barriers->passable[i])
            continue;
        for (guint32 p = lines->shape_part[i]; p < lines->shape_part[i + 1]; p++)
            add_tunnel (tunnels, job, lines, lines->part_ring[p]);
    }
    return cg_buckets_init (&tunnels->buckets, (const CgSpot *) (gconstpointer) tunnels->ends->data,
                            tunnels->last->len, error)
               ? g_steal_pointer (&tunnels)
               : NULL;
}

static int
side_of (CgSpot a, CgSpot b, CgSpot p)
{
    CgWide turn = cg_spot_turn (a, b, p);
    return (turn > 0) - (turn < 0);
}

/* Whether the tunnel goes from one side of a-b to the other in segment k. A place on the line itself
 * counts with the segment that leads to it, if the tunnel goes on beyond. */
static gboolean
passes (const CgCellsTunnels *tunnels, guint32 k, CgSpot a, CgSpot b)
{
    const CgSpot *end = &g_array_index (tunnels->ends, CgSpot, 2 * (gsize) k);
    int from = side_of (a, b, end[0]), to = side_of (a, b, end[1]);
    CgSpot p = end[0], q = end[1];
    while (to == 0 && !g_array_index (tunnels->last, guint8, k))
        to = side_of (a, b, g_array_index (tunnels->ends, CgSpot, 2 * (gsize) ++k + 1));
    /* The border's own ends: a place on the tunnel counts to its left, so that of two pieces that
     * meet there one is passed. */
    return from * to < 0 && (side_of (p, q, a) >= 0) != (side_of (p, q, b) >= 0);
}

gboolean
cg_cells_is_undercut (CgCellsTunnels *tunnels, CgSpot a, CgSpot b)
{
    if (tunnels->last->len == 0)
        return FALSE;
    cg_buckets_find (&tunnels->buckets, (CgSpot){ MIN (a.x, b.x), MIN (a.y, b.y) },
                     (CgSpot){ MAX (a.x, b.x), MAX (a.y, b.y) }, tunnels->found);
    for (guint k = 0; k < tunnels->found->len; k++)
        if (passes (tunnels, g_array_index (tunnels->found, guint32, k), a, b))
            return TRUE;
    return FALSE;
}
