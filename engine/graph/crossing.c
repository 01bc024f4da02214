#include "crossing_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As in cg_graph_mark_barriers: what is nearer to a line runs along it. */
#define BLOCKED_M 5.0

/* ---- segments ---- */

static CgPlace
nearest_on (const CgOutline *s, CgPlace p)
{
    double dx = s->b.x - s->a.x, dy = s->b.y - s->a.y, square = dx * dx + dy * dy;
    double u = square > 0 ? ((p.x - s->a.x) * dx + (p.y - s->a.y) * dy) / square : 0;
    u = CLAMP (u, 0, 1);
    return (CgPlace){ s->a.x + u * dx, s->a.y + u * dy };
}

static double
between (CgPlace p, CgPlace q)
{
    return sqrt ((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
}

static double
side (CgPlace a, CgPlace b, CgPlace p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static gboolean
cross (const CgOutline *s, const CgOutline *o, CgPlace *out)
{
    double c = side (s->a, s->b, o->a), d = side (s->a, s->b, o->b);
    double e = side (o->a, o->b, s->a), f = side (o->a, o->b, s->b);
    if (!((c > 0 && d < 0) || (c < 0 && d > 0)) || !((e > 0 && f < 0) || (e < 0 && f > 0)))
        return FALSE;
    double u = e / (e - f);
    *out = (CgPlace){ s->a.x + u * (s->b.x - s->a.x), s->a.y + u * (s->b.y - s->a.y) };
    return TRUE;
}

double
cg_outline_distance (const CgOutline *s, const CgOutline *o, CgPlace *out_s, CgPlace *out_o)
{
    if (cross (s, o, out_s)) {
        *out_o = *out_s;
        return 0;
    }
    const CgPlace pairs[4][2] = { { s->a, nearest_on (o, s->a) }, { s->b, nearest_on (o, s->b) },
                                  { nearest_on (s, o->a), o->a }, { nearest_on (s, o->b), o->b } };
    double best = INFINITY;
    for (guint k = 0; k < 4; k++) {
        double distance = between (pairs[k][0], pairs[k][1]);
        if (distance >= best)
            continue;
        best = distance;
        *out_s = pairs[k][0];
        *out_o = pairs[k][1];
    }
    return best;
}

CgBox
cg_outline_box (const CgOutline *s)
{
    return (CgBox){ MIN (s->a.x, s->b.x), MIN (s->a.y, s->b.y), MAX (s->a.x, s->b.x),
                    MAX (s->a.y, s->b.y) };
}

static void
add_shape (GArray *outlines, const CgShapes *shapes, guint32 i, guint32 unit)
{
    guint32 first = shapes->part_ring[shapes->shape_part[i]];
    guint32 end = shapes->part_ring[shapes->shape_part[i + 1]];
    for (guint32 r = first; r < end; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
            CgOutline one = { { shapes->x[v], shapes->y[v] },
                              { shapes->x[v + 1], shapes->y[v + 1] }, unit };
            g_array_append_val (outlines, one);
        }
}

void
cg_outline_add (GArray *outlines, const CgUnits *units, guint32 row, guint32 unit)
{
    add_shape (outlines, units->shapes, row, unit);
}

CgBoxTree *
cg_outline_tree (const CgOutline *outlines, guint32 n, GError **error)
{
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) n + 1);
    for (guint32 k = 0; k < n; k++)
        boxes[k] = cg_outline_box (&outlines[k]);
    return cg_box_tree_new (n, boxes, error);
}

typedef struct {
    const CgOutline *own, *other;
} Near;

static double
near_distance (guint32 id, double best, gpointer user_data)
{
    const Near *near = user_data;
    CgPlace p, q;
    return cg_outline_distance (near->own, &near->other[id], &p, &q);
}

/* For long outlines, where all pairs would be too many. */
static double
indexed_distance (const GArray *first, const GArray *second)
{
    const CgOutline *own = (const CgOutline *) (gpointer) first->data;
    Near near = { .other = (const CgOutline *) (gpointer) second->data };
    double best = INFINITY;
    g_autoptr (CgBoxTree) tree = cg_outline_tree (near.other, second->len, NULL);
    for (guint k = 0; tree != NULL && k < first->len; k++) {
        CgBox box = cg_outline_box (&own[k]);
        near.own = &own[k];
        cg_box_tree_nearest (tree, &box, best, near_distance, &near, &best);
    }
    return best;
}

double
cg_graph_unit_distance (const CgUnits *units, guint32 a, guint32 b)
{
    enum { ALL_PAIRS = 100000 };
    g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    g_autoptr (GArray) second = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    CgPlace p, q;
    double best = INFINITY;
    cg_outline_add (first, units, a, a);
    cg_outline_add (second, units, b, b);
    if ((guint64) first->len * second->len > ALL_PAIRS)
        return indexed_distance (first, second);
    for (guint i = 0; i < first->len; i++)
        for (guint j = 0; j < second->len; j++) {
            double distance = cg_outline_distance (&g_array_index (first, CgOutline, i),
                                                   &g_array_index (second, CgOutline, j), &p, &q);
            best = MIN (best, distance);
        }
    return best;
}

/* ---- what blocks ---- */

struct _CgBlockers {
    GArray *lines; /* of CgOutline */
    CgBoxTree *tree;
    guint32 last; /* met at the last question: near places meet the same one */
};

void
cg_blockers_free (CgBlockers *blockers)
{
    if (blockers == NULL)
        return;
    g_array_unref (blockers->lines);
    cg_box_tree_free (blockers->tree);
    g_free (blockers);
}

static void
add_blockers (CgBlockers *blockers, const CgBarriers *barriers)
{
    for (guint32 i = 0; barriers != NULL && i < barriers->n; i++) {
        guint8 class = barriers->class[i];
        if (barriers->passable[i] || class == CG_BARRIER_NONE || class >= CG_BARRIER_BUILDING)
            continue;
        if (barriers->lines != NULL && i < barriers->lines->n_shapes)
            add_shape (blockers->lines, barriers->lines, i, i);
        if (barriers->areas != NULL && i < barriers->areas->n_shapes)
            add_shape (blockers->lines, barriers->areas, i, i);
    }
}

CgBlockers *
cg_blockers_new (const CgBarriers *barriers, const CgBarriers *more, GError **error)
{
    g_autoptr (CgBlockers) blockers = g_new0 (CgBlockers, 1);
    blockers->lines = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    add_blockers (blockers, barriers);
    add_blockers (blockers, more);
    blockers->tree = cg_outline_tree ((const CgOutline *) (gpointer) blockers->lines->data,
                                      blockers->lines->len, error);
    return blockers->tree != NULL ? g_steal_pointer (&blockers) : NULL;
}

typedef struct {
    const CgBlockers *blockers;
    CgOutline way;
    gboolean whole; /* only a line that all of the way is near to counts */
} Meeting;

/* 0 where a line is as near as counts: nothing is nearer, which ends the search. */
static double
meeting_distance (guint32 id, double best, gpointer user_data)
{
    const Meeting *meeting = user_data;
    const CgOutline *line = &g_array_index (meeting->blockers->lines, CgOutline, id),
                    *way = &meeting->way;
    CgPlace p, q;
    double distance = meeting->whole ? MAX (between (way->a, nearest_on (line, way->a)),
                                            between (way->b, nearest_on (line, way->b)))
                                     : cg_outline_distance (way, line, &p, &q);
    return distance <= BLOCKED_M ? 0 : INFINITY;
}

static gboolean
meets (CgBlockers *blockers, CgPlace a, CgPlace b, gboolean whole)
{
    Meeting meeting = { .blockers = blockers, .way = { a, b, 0 }, .whole = whole };
    CgBox box = cg_outline_box (&meeting.way);
    double distance;
    if (blockers->lines->len == 0)
        return FALSE;
    if (meeting_distance (blockers->last, 0, &meeting) == 0)
        return TRUE;
    guint32 id = cg_box_tree_nearest (blockers->tree, &box, BLOCKED_M, meeting_distance, &meeting,
                                      &distance);
    if (id != G_MAXUINT32)
        blockers->last = id;
    return id != G_MAXUINT32;
}

gboolean
cg_blockers_meet (CgBlockers *blockers, CgPlace a, CgPlace b)
{
    return meets (blockers, a, b, FALSE);
}

/* What is near to a segment is convex: with both its ends all of a straight way lies there. */
gboolean
cg_blockers_line (CgBlockers *blockers, CgPlace a, CgPlace b)
{
    return meets (blockers, a, b, TRUE);
}

/* ---- a graph with crossings ---- */

typedef struct {
    guint32 target, length_cm;
} Way;

static int
compare_way (const void *a, const void *b)
{
    const Way *p = a, *q = b;
    return (p->target > q->target) - (p->target < q->target);
}

/* For each unit the far ends of its crossings: ways[first[u]..first[u + 1]), by target. */
static Way *
sort_ways (guint32 n, const GArray *crossings, guint32 *first)
{
    Way *ways = g_new (Way, 2 * (gsize) crossings->len + 1);
    memset (first, 0, sizeof (guint32) * ((gsize) n + 2));
    for (guint k = 0; k < crossings->len; k++) {
        const CgCrossing *c = &g_array_index (crossings, CgCrossing, k);
        first[c->a + 2]++;
        first[c->b + 2]++;
    }
    for (guint32 u = 0; u < n; u++)
        first[u + 2] += first[u + 1];
    for (guint k = 0; k < crossings->len; k++) {
        const CgCrossing *c = &g_array_index (crossings, CgCrossing, k);
        ways[first[c->a + 1]++] = (Way){ c->b, MAX (c->length_cm, 1) };
        ways[first[c->b + 1]++] = (Way){ c->a, MAX (c->length_cm, 1) };
    }
    for (guint32 u = 0; u < n; u++)
        if (first[u + 1] - first[u] > 1)
            qsort (ways + first[u], first[u + 1] - first[u], sizeof *ways, compare_way);
    return ways;
}

static void
copy_link (CgGraph *out, guint32 at, const CgGraph *graph, guint32 link)
{
    out->target[at] = graph->target[link];
    out->border_cm[at] = graph->border_cm[link];
    out->barrier[at] = graph->barrier[link];
    if (out->open_cm != NULL)
        out->open_cm[at] = graph->open_cm[link];
    if (out->beyond_cm != NULL)
        out->beyond_cm[at] = graph->beyond_cm[link];
    if (out->line != NULL)
        out->line[at] = graph->line[link];
    out->passable[at] = graph->passable[link];
    if (out->loose != NULL)
        out->loose[at] = graph->loose[link];
    out->crossing_cm[at] = graph->crossing_cm != NULL ? graph->crossing_cm[link] : 0;
}

CgGraph *
cg_graph_with_crossings (const CgGraph *graph, const GArray *crossings)
{
    gsize n = graph->n, n_links = (gsize) graph->first[n] + 2 * (gsize) crossings->len;
    g_autofree guint32 *first = g_new (guint32, n + 2), *at = g_new (guint32, n + 1);
    g_autofree Way *ways = sort_ways (graph->n, crossings, first);
    CgGraph *out = g_new0 (CgGraph, 1);
    out->n = graph->n;
    out->snapped = graph->snapped;
    out->first = g_new0 (guint32, n + 1);
    out->target = g_new (guint32, n_links + 1);
    out->reverse = g_new (guint32, n_links + 1);
    out->border_cm = g_new0 (guint32, n_links + 1);
    out->barrier = g_new0 (guint8, n_links + 1);
    out->open_cm = graph->open_cm != NULL ? g_new0 (guint32, n_links + 1) : NULL;
    out->beyond_cm = graph->beyond_cm != NULL ? g_new0 (guint32, n_links + 1) : NULL;
    out->line = graph->line != NULL ? g_new0 (guint8, n_links + 1) : NULL;
    out->passable = g_new (guint8, n_links + 1);
    out->loose = graph->loose != NULL ? g_new0 (guint8, n_links + 1) : NULL;
    out->crossing_cm = g_new0 (guint32, n_links + 1);
    out->outer_cm = g_memdup2 (graph->outer_cm, sizeof (guint32) * n);
    out->area_m2 = g_memdup2 (graph->area_m2, sizeof (double) * n);
    for (guint32 u = 0, used = 0; u < graph->n; u++) {
        guint32 link = graph->first[u], way = first[u];
        at[u] = used;
        while (link < graph->first[u + 1] || way < first[u + 1]) {
            if (way == first[u + 1]
                || (link < graph->first[u + 1] && graph->target[link] < ways[way].target)) {
                copy_link (out, used++, graph, link++);
                continue;
            }
            out->target[used] = ways[way].target;
            out->passable[used] = TRUE;
            out->crossing_cm[used++] = ways[way++].length_cm;
        }
        out->first[u + 1] = used;
    }
    /* Targets are sorted and units visited in order, so opposite links come in order. */
    for (guint32 u = 0; u < graph->n; u++)
        for (guint32 k = out->first[u]; k < out->first[u + 1]; k++)
            out->reverse[k] = at[out->target[k]]++;
    return out;
}
