/* Pieces of ways put together: where they end, meet and part. */
#include "ways_internal.h"

#include <math.h>
#include <stdlib.h>

#define TOUCH_M 0.5  /* ends so near to a way belong to it              */
#define BEFORE_M 1.0 /* how far in from its end a way is asked whence it comes */

/* One line of a row. */
typedef struct {
    guint32 row, first, n; /* first, n: of Lines.place */
    guint32 first_segment;
} Line;

/* Where a node lies along a line. */
typedef struct {
    guint32 line, node;
    double along_m;
} Stop;

typedef struct {
    GArray *line;    /* of Line      */
    GArray *place;   /* of CgPlace   */
    GArray *segment; /* of CgOutline, unit: the line */
    CgBoxTree *tree; /* over them    */
    GArray *found;
    GArray *stop;    /* of Stop      */
} Lines;

static void
lines_done (Lines *lines)
{
    g_clear_pointer (&lines->line, g_array_unref);
    g_clear_pointer (&lines->place, g_array_unref);
    g_clear_pointer (&lines->segment, g_array_unref);
    g_clear_pointer (&lines->found, g_array_unref);
    g_clear_pointer (&lines->stop, g_array_unref);
    cg_box_tree_free (lines->tree);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lines, lines_done)

void
cg_way_net_done (CgWayNet *net)
{
    g_clear_pointer (&net->node, g_array_unref);
    g_clear_pointer (&net->stretch, g_array_unref);
}

static CgPlace
place_at (const Lines *lines, guint32 k)
{
    return g_array_index (lines->place, CgPlace, k);
}

static double
distance (CgPlace p, CgPlace q)
{
    return sqrt ((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
}

static void
add_line (Lines *lines, const CgShapes *shapes, guint32 ring, guint32 row)
{
    guint32 from = shapes->ring_vertex[ring], to = shapes->ring_vertex[ring + 1];
    guint32 number = lines->line->len;
    Line line = { row, lines->place->len, to - from, lines->segment->len };
    if (to - from < 2)
        return;
    for (guint32 v = from; v < to; v++) {
        CgPlace p = { shapes->x[v], shapes->y[v] };
        g_array_append_val (lines->place, p);
        if (v + 1 == to)
            continue;
        CgOutline segment = { p, { shapes->x[v + 1], shapes->y[v + 1] }, number };
        g_array_append_val (lines->segment, segment);
    }
    g_array_append_val (lines->line, line);
}

static gboolean
lines_init (Lines *lines, const CgBarriers *barriers, GError **error)
{
    lines->line = g_array_new (FALSE, FALSE, sizeof (Line));
    lines->place = g_array_new (FALSE, FALSE, sizeof (CgPlace));
    lines->segment = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    lines->found = g_array_new (FALSE, FALSE, sizeof (guint32));
    lines->stop = g_array_new (FALSE, FALSE, sizeof (Stop));
    for (guint32 i = 0; barriers != NULL && i < barriers->n; i++) {
        guint8 class = barriers->class[i];
        const CgShapes *shapes = barriers->lines;
        if ((class != CG_BARRIER_BRIDGE && class != CG_BARRIER_TUNNEL) || !barriers->passable[i] ||
            shapes == NULL || i >= shapes->n_shapes)
            continue;
        for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++)
            add_line (lines, shapes, shapes->part_ring[p], i);
    }
    lines->tree = cg_outline_tree ((const CgOutline *) (gpointer) lines->segment->data,
                                   lines->segment->len, error);
    return lines->tree != NULL;
}

/* ---- nodes ------------------------------------------------------------------------------- */

/* Ends of all lines as nodes: each takes the first within reach, or is a new one. */
static gboolean
list_nodes (const Lines *lines, GArray *node, GError **error)
{
    guint32 n = 2 * lines->line->len;
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) n + 1);
    g_autofree guint32 *node_of = g_new (guint32, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++) {
        const Line *line = &g_array_index (lines->line, Line, i / 2);
        CgPlace p = place_at (lines, i % 2 == 0 ? line->first : line->first + line->n - 1);
        boxes[i] = (CgBox){ p.x, p.y, p.x, p.y };
    }
    g_autoptr (CgBoxTree) tree = cg_box_tree_new (n, boxes, error);
    if (tree == NULL)
        return FALSE;
    for (guint32 i = 0; i < n; i++) {
        CgPlace p = { boxes[i].x_min, boxes[i].y_min };
        CgBox box = { p.x - 2 * TOUCH_M, p.y - 2 * TOUCH_M, p.x + 2 * TOUCH_M, p.y + 2 * TOUCH_M };
        node_of[i] = CG_NONE;
        cg_box_tree_find (tree, &box, lines->found);
        for (guint k = 0; k < lines->found->len && node_of[i] == CG_NONE; k++) {
            guint32 j = g_array_index (lines->found, guint32, k);
            if (j < i && distance (g_array_index (node, CgPlace, node_of[j]), p) <= TOUCH_M)
                node_of[i] = node_of[j];
        }
        if (node_of[i] != CG_NONE)
            continue;
        node_of[i] = node->len;
        g_array_append_val (node, p);
    }
    return TRUE;
}

/* Metres along its line to the place of segment s that is nearest to p. */
static double
along (const Lines *lines, guint32 s, CgPlace p)
{
    const CgOutline *at = &g_array_index (lines->segment, CgOutline, s);
    const Line *line = &g_array_index (lines->line, Line, at->unit);
    double sum = 0, length = distance (at->a, at->b);
    for (guint32 k = line->first; k < line->first + s - line->first_segment; k++)
        sum += distance (place_at (lines, k), place_at (lines, k + 1));
    double u = length > 0 ? ((p.x - at->a.x) * (at->b.x - at->a.x) +
                             (p.y - at->a.y) * (at->b.y - at->a.y)) / length
                          : 0;
    return sum + CLAMP (u, 0, length);
}

static void
add_stop (Lines *lines, guint32 line, guint32 node, double along_m)
{
    Stop stop = { line, node, along_m };
    g_array_append_val (lines->stop, stop);
}

/* Stops of a node on all lines that pass by it: the nearest place of each. */
static void
find_stops (Lines *lines, guint32 node, CgPlace p)
{
    CgOutline at = { p, p, 0 };
    CgBox box = { p.x - TOUCH_M, p.y - TOUCH_M, p.x + TOUCH_M, p.y + TOUCH_M };
    guint32 line = CG_NONE;
    double near = INFINITY, best = 0;
    cg_box_tree_find (lines->tree, &box, lines->found);
    for (guint k = 0; k < lines->found->len; k++) {
        guint32 s = g_array_index (lines->found, guint32, k);
        const CgOutline *segment = &g_array_index (lines->segment, CgOutline, s);
        CgPlace here, there;
        double apart = cg_outline_distance (&at, segment, &here, &there);
        if (line != segment->unit) {
            if (near <= TOUCH_M)
                add_stop (lines, line, node, best);
            line = segment->unit;
            near = INFINITY;
        }
        if (apart >= near)
            continue;
        near = apart;
        best = along (lines, s, p);
    }
    if (near <= TOUCH_M)
        add_stop (lines, line, node, best);
}

static int
compare_stops (gconstpointer x, gconstpointer y)
{
    const Stop *a = x, *b = y;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->along_m != b->along_m)
        return a->along_m < b->along_m ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static gboolean
list_stops (Lines *lines, GArray *node, GError **error)
{
    if (!list_nodes (lines, node, error))
        return FALSE;
    for (guint32 k = 0; k < node->len; k++)
        find_stops (lines, k, g_array_index (node, CgPlace, k));
    g_array_sort (lines->stop, compare_stops);
    return TRUE;
}

/* ---- stretches --------------------------------------------------------------------------- */

static CgPlace
place_along (const Lines *lines, const Line *line, double along_m)
{
    for (guint32 k = line->first; k + 1 < line->first + line->n; k++) {
        CgPlace p = place_at (lines, k), q = place_at (lines, k + 1);
        double length = distance (p, q);
        if (along_m <= length || k + 2 == line->first + line->n) {
            double u = length > 0 ? CLAMP (along_m / length, 0, 1) : 0;
            return (CgPlace){ p.x + u * (q.x - p.x), p.y + u * (q.y - p.y) };
        }
        along_m -= length;
    }
    return place_at (lines, line->first);
}

static gboolean
comes_near (const Lines *lines, const Line *line, CgBlockers *blockers, double from_m,
            double to_m)
{
    double sum = 0;
    for (guint32 k = line->first; k + 1 < line->first + line->n; k++) {
        double length = distance (place_at (lines, k), place_at (lines, k + 1));
        double low = MAX (from_m, sum), high = MIN (to_m, sum + length);
        sum += length;
        if (low <= high && cg_blockers_meet (blockers, place_along (lines, line, low),
                                             place_along (lines, line, high)))
            return TRUE;
    }
    return FALSE;
}

static void
add_stretch (CgWayNet *net, const Lines *lines, CgBlockers *blockers, const Stop *from,
             const Stop *to)
{
    const Line *line = &g_array_index (lines->line, Line, from->line);
    double in_m = MIN (BEFORE_M, (to->along_m - from->along_m) / 2);
    CgStretch stretch = { .a = from->node,
                          .b = to->node,
                          .row = line->row,
                          .over = comes_near (lines, line, blockers, from->along_m, to->along_m),
                          .before_a = place_along (lines, line, from->along_m + in_m),
                          .before_b = place_along (lines, line, to->along_m - in_m) };
    g_array_append_val (net->stretch, stretch);
}

gboolean
cg_way_net_init (CgWayNet *net, const CgBarriers *barriers, CgBlockers *blockers,
                 GError **error)
{
    g_auto (Lines) lines = { 0 };
    net->node = g_array_new (FALSE, FALSE, sizeof (CgPlace));
    net->stretch = g_array_new (FALSE, FALSE, sizeof (CgStretch));
    if (!lines_init (&lines, barriers, error) || !list_stops (&lines, net->node, error))
        return FALSE;
    for (guint k = 1; k < lines.stop->len; k++) {
        const Stop *from = &g_array_index (lines.stop, Stop, k - 1), *to = from + 1;
        if (from->line == to->line && from->node != to->node)
            add_stretch (net, &lines, blockers, from, to);
    }
    return TRUE;
}
