/* Which side of a strip is which, and which one it goes to. */
#include <stdlib.h>

#include "cells/strips.h"

#define SIDE_SHARE 4 /* a side that is less is one of many: a net of lanes, not a strip */
#define SIDES_ALIKE 1.25

typedef struct {
    double length, x, y; /* x, y: sums of length times place, in places */
} RimSide;

/* ---- sides ------------------------------------------------------------------------------- */

static int
compare_ends (gconstpointer x, gconstpointer y)
{
    const CgStripEnd *a = x, *b = y;
    if (a->vertex != b->vertex)
        return a->vertex < b->vertex ? -1 : 1;
    return (a->rim > b->rim) - (a->rim < b->rim);
}

/* The corner of the rim that is furthest from a node. */
static guint32
furthest (const CgStrips *s, guint32 from)
{
    const CgNet *mesh = s->job->mesh;
    double most = -1;
    guint32 best = from;
    for (guint k = 0; k < s->ends->len; k++) {
        guint32 v = g_array_index (s->ends, CgStripEnd, k).vertex;
        double length = v < mesh->n_nodes
                            ? cg_cells_metres (s->job, mesh->spot[from], mesh->spot[v])
                            : -1;
        if (length > most) {
            most = length;
            best = v;
        }
    }
    return best;
}

static guint32
side_of (CgStrips *s, guint32 k)
{
    CgStripRim *rim = &g_array_index (s->rim, CgStripRim, 0);
    while (rim[k].side != k)
        k = rim[k].side = rim[rim[k].side].side;
    return k;
}

/* Whether the rim turns back at a vertex: the other ends of the two pieces that meet there are seen
 * from it within 60 degrees of each other. */
static gboolean
is_tip (const CgStrips *s, const CgStripEnd *a, const CgStripEnd *b)
{
    const CgNet *mesh = s->job->mesh;
    const CgStripEnd *const end[] = { a, b };
    double x[2], y[2];
    if (a->vertex >= mesh->n_nodes)
        return FALSE;
    for (guint k = 0; k < 2; k++) {
        guint32 slot = cg_strips_rim_at (s, end[k]->rim)->contact.slot, from = mesh->corner[slot],
                to = mesh->corner[cg_net_next (slot)];
        CgSpot p = mesh->spot[a->vertex], q = mesh->spot[from == a->vertex ? to : from];
        x[k] = (double) (q.x - p.x) * s->job->in->metre_x;
        y[k] = (double) (q.y - p.y) * s->job->in->metre_y;
    }
    double along = x[0] * x[1] + y[0] * y[1];
    return along > 0 && 4 * along * along > (x[0] * x[0] + y[0] * y[0]) * (x[1] * x[1] + y[1] * y[1]);
}

/* The two corners furthest apart, and those where it turns back, part the rim into sides; a hole is
 * a side by itself. */
void
cg_strips_find_sides (CgStrips *s)
{
    g_array_set_size (s->ends, 0);
    for (guint32 k = 0; k < s->rim->len; k++) {
        const CgStripContact *contact = &cg_strips_rim_at (s, k)->contact;
        CgStripEnd both[] = { { contact->from, k }, { contact->to, k } };
        if (contact->slot != CG_NONE)
            g_array_append_vals (s->ends, both, 2);
    }
    if (s->ends->len < 2)
        return;
    qsort (s->ends->data, s->ends->len, sizeof (CgStripEnd), compare_ends);
    guint32 first = g_array_index (s->ends, CgStripEnd, 0).vertex;
    if (first >= s->job->mesh->n_nodes)
        return;
    guint32 p = furthest (s, first), q = furthest (s, p);
    for (guint k = 1; k < s->ends->len; k++) {
        const CgStripEnd *a = &g_array_index (s->ends, CgStripEnd, k - 1), *b = a + 1;
        if (a->vertex != b->vertex || a->vertex == p || a->vertex == q || is_tip (s, a, b))
            continue;
        guint32 i = side_of (s, a->rim), j = side_of (s, b->rim);
        g_array_index (s->rim, CgStripRim, MAX (i, j)).side = MIN (i, j);
    }
    for (guint32 k = 0; k < s->rim->len; k++)
        g_array_index (s->rim, CgStripRim, k).side = side_of (s, k);
}

/* Between strong lines strips wait for the strips on their side, so that all carriageways of a road
 * go the same way; else they take what there is. */
gboolean
cg_strips_may_go (const CgStrips *s, const CgStripRim *rim, guint rank)
{
    return rim->rank <= rank &&
           (rank >= CG_RANK_ARTERIAL || !cg_strips_is_narrow (s, s->job->label[rim->contact.other]));
}

/* The side with the longest border that may be crossed; of two nearly alike the south-eastern one,
 * so that strips along one road go the same way. CG_NONE: no side is a good part of the rim. */
guint32
cg_strips_choose_side (const CgStrips *s, guint rank)
{
    const CgNet *mesh = s->job->mesh;
    g_autofree RimSide *open = g_new0 (RimSide, s->rim->len);
    g_autofree double *whole = g_new0 (double, s->rim->len);
    guint32 best = CG_NONE;
    for (guint32 k = 0; k < s->rim->len; k++) {
        const CgStripRim *rim = cg_strips_rim_at (s, k);
        double length = rim->contact.length;
        whole[rim->side] += length;
        if (!cg_strips_may_go (s, rim, rank))
            continue;
        CgSpot p = mesh->spot[mesh->corner[3 * (rim->piece / 3)]];
        if (rim->contact.slot != CG_NONE) {
            CgSpot a = mesh->spot[mesh->corner[rim->contact.slot]],
                   b = mesh->spot[mesh->corner[cg_net_next (rim->contact.slot)]];
            p = (CgSpot){ (a.x + b.x) / 2, (a.y + b.y) / 2 };
        }
        open[rim->side].length += length;
        open[rim->side].x += length * (double) p.x;
        open[rim->side].y += length * (double) p.y;
    }
    for (guint32 k = 0; k < s->rim->len; k++) {
        if (open[k].length <= 0 || whole[k] * SIDE_SHARE < s->rim_m)
            continue;
        const RimSide *here = &open[k], *there = best != CG_NONE ? &open[best] : NULL;
        if (there == NULL || here->length > SIDES_ALIKE * there->length) {
            best = k;
            continue;
        }
        double east_m = (here->x / here->length - there->x / there->length) * s->job->in->metre_x,
               north_m = (here->y / here->length - there->y / there->length) * s->job->in->metre_y;
        if (there->length <= SIDES_ALIKE * here->length && east_m > north_m)
            best = k;
    }
    return best;
}

