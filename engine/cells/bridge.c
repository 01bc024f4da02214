/* Where impassable lines can be crossed all the same. */
#include <stdlib.h>

#include "cells/cells_internal.h"

typedef struct {
    guint32 node;
    CgSpot to; /* relative to the node */
    gboolean road;
} Spoke;

static gboolean
is_low (CgSpot p)
{
    return p.y < 0 || (p.y == 0 && p.x < 0);
}

/* By node, then counter-clockwise from east; no two edges of a node run the same way. */
static int
compare_spokes (gconstpointer x, gconstpointer y)
{
    const Spoke *a = x, *b = y;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (is_low (a->to) != is_low (b->to))
        return is_low (a->to) ? 1 : -1;
    CgWide turn = cg_spot_turn ((CgSpot){ 0, 0 }, a->to, b->to);
    return (turn < 0) - (turn > 0);
}

static gboolean
is_way (guint8 class)
{
    return class == CG_BARRIER_RAILWAY || class == CG_BARRIER_ARTERIAL ||
           class == CG_BARRIER_STREET || class == CG_BARRIER_ALLEY;
}

/* Sides of the impassable edges of one node on which a way leaves it. */
static guint
count_sides (const Spoke *spoke, guint n)
{
    guint sides = 0, first = 0;
    while (first < n && spoke[first].road)
        first++;
    gboolean here = FALSE;
    for (guint k = 1; k <= n && first < n; k++) {
        const Spoke *next = &spoke[(first + k) % n];
        if (next->road) {
            here = TRUE;
            continue;
        }
        sides += here;
        here = FALSE;
    }
    return sides;
}

guint8 *
cg_cells_find_bridges (const CgCellsJob *job)
{
    const CgNoding *n = job->noding;
    guint8 *bridge = g_new0 (guint8, (gsize) job->mesh->n_nodes + 1);
    g_autoptr (GArray) spokes = g_array_new (FALSE, FALSE, sizeof (Spoke));
    for (guint32 e = 0; e < n->n_edges; e++) {
        gboolean road = job->edge_passable[e] && is_way (job->edge_class[e]);
        if (job->edge_passable[e] && !road)
            continue;
        CgSpot a = n->node[n->edge_a[e]], b = n->node[n->edge_b[e]];
        Spoke both[] = { { n->edge_a[e], { b.x - a.x, b.y - a.y }, road },
                         { n->edge_b[e], { a.x - b.x, a.y - b.y }, road } };
        g_array_append_vals (spokes, both, 2);
    }
    if (spokes->len > 1)
        qsort (spokes->data, spokes->len, sizeof (Spoke), compare_spokes);
    for (guint k = 0, end; k < spokes->len; k = end) {
        const Spoke *first = &g_array_index (spokes, Spoke, k);
        for (end = k; end < spokes->len && g_array_index (spokes, Spoke, end).node == first->node;)
            end++;
        bridge[first->node] = count_sides (first, end - k) >= 2;
    }
    return bridge;
}
