#include "graph.h"

#include "base/error.h"
#include "geom/boxtree.h"
#include "geom/hull.h"
#include "graph/waters.h"
#include "graph_internal.h"

#include <math.h>
#include <string.h>

#define DEFAULT_TOLERANCE_M 5.0
#define SAME_M 0.01 /* a border so near to a line runs on it */
#define SAMPLE_M 1.0 /* borders are asked at places so far apart, or the tolerance */
#define MAX_SAMPLES 10000.0
/* Length along each class (none: CG_BARRIER_NONE), then near anything impassable, then in all, then what is
 * open outside of the hull of all lines. */
#define IMPASSABLE CG_N_BARRIERS
#define TOTAL (CG_N_BARRIERS + 1)
#define BEYOND (CG_N_BARRIERS + 2)
#define N_SUMS (CG_N_BARRIERS + 3)

typedef struct {
    CgPlace a, b;
    guint8 class, passable;
} Segment;

typedef struct {
    GArray *segments; /* of Segment */
    CgBoxTree *tree;  /* over them, widened by the tolerance */
    CgWaters *waters;
    CgHullCorner *hull; /* around all segments that are no word of nothing */
    guint n_hull;
    double tolerance_m;
    GArray *found;
} Lines;

static void
lines_done (Lines *lines)
{
    g_clear_pointer (&lines->segments, g_array_unref);
    g_clear_pointer (&lines->tree, cg_box_tree_free);
    g_clear_pointer (&lines->waters, cg_waters_free);
    g_clear_pointer (&lines->found, g_array_unref);
    g_clear_pointer (&lines->hull, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lines, lines_done)

static void
add_shape (Lines *lines, const CgShapes *shapes, guint32 i, guint8 class, guint8 passable)
{
    if (shapes == NULL || i >= shapes->n_shapes)
        return;
    guint32 first = shapes->part_ring[shapes->shape_part[i]];
    guint32 end = shapes->part_ring[shapes->shape_part[i + 1]];
    for (guint32 r = first; r < end; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
            Segment segment = { { shapes->x[v], shapes->y[v] },
                                { shapes->x[v + 1], shapes->y[v + 1] }, class, passable };
            g_array_append_val (lines->segments, segment);
        }
}

static void
find_hull (Lines *lines)
{
    g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (CgHullCorner));
    for (guint k = 0; k < lines->segments->len; k++) {
        const Segment *s = &g_array_index (lines->segments, Segment, k);
        const CgHullCorner ends[] = { { s->a.x, s->a.y }, { s->b.x, s->b.y } };
        if (s->class != CG_BARRIER_NONE)
            g_array_append_vals (places, ends, 2);
    }
    lines->hull = g_new (CgHullCorner, 2 * (gsize) places->len + 1);
    lines->n_hull = places->len > 0 ? cg_hull_corners (places, lines->hull) : 0;
}

static gboolean
lines_init (Lines *lines, const CgBarriers *barriers, GError **error)
{
    lines->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
    lines->found = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < barriers->n; i++) {
        guint8 class = barriers->class[i];
        if (class >= CG_BARRIER_BUILDING)
            continue;
        add_shape (lines, barriers->lines, i, class, barriers->passable[i]);
        add_shape (lines, barriers->areas, i, class, barriers->passable[i]);
    }
    double wide = lines->tolerance_m;
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) lines->segments->len + 1);
    for (guint k = 0; k < lines->segments->len; k++) {
        const Segment *s = &g_array_index (lines->segments, Segment, k);
        boxes[k] = (CgBox){ MIN (s->a.x, s->b.x) - wide, MIN (s->a.y, s->b.y) - wide,
                            MAX (s->a.x, s->b.x) + wide, MAX (s->a.y, s->b.y) + wide };
    }
    lines->tree = cg_box_tree_new (lines->segments->len, boxes, error);
    lines->waters = lines->tree != NULL ? cg_waters_new (barriers, error) : NULL;
    find_hull (lines);
    return lines->waters != NULL;
}

static gboolean
is_near (const Segment *s, CgPlace p, double tolerance_m)
{
    double dx = s->b.x - s->a.x, dy = s->b.y - s->a.y, square = dx * dx + dy * dy;
    double u = square > 0 ? ((p.x - s->a.x) * dx + (p.y - s->a.y) * dy) / square : 0;
    u = CLAMP (u, 0, 1);
    double ex = s->a.x + u * dx - p.x, ey = s->a.y + u * dy - p.y;
    return ex * ex + ey * ey <= tolerance_m * tolerance_m;
}

/* Nearer to the line's direction, either way, than to the one across it. */
static gboolean
is_alongside (const Segment *s, CgPlace way)
{
    double dx = s->b.x - s->a.x, dy = s->b.y - s->a.y;
    return fabs (dx * way.x + dy * way.y) > fabs (dx * way.y - dy * way.x);
}

/* Which classes a border at place p runs along, no further than the tolerance (CG_BARRIER_NONE: it is
 * open), and whether anything impassable is near. A line of class NONE says that there is nothing. In
 * water the river's middle is water, too, but not a road on a dam. */
static void
find_along (const Lines *lines, CgPlace p, CgPlace way, gboolean in_water, gboolean *along)
{
    double same_m = MIN (SAME_M, lines->tolerance_m);
    gboolean on_none = FALSE, on_line = FALSE, on_closed = FALSE, on_road = FALSE;
    memset (along, FALSE, N_SUMS * sizeof *along);
    for (guint m = 0; m < lines->found->len; m++) {
        const Segment *s = &g_array_index (lines->segments, Segment,
                                           g_array_index (lines->found, guint32, m));
        gboolean none = s->class == CG_BARRIER_NONE;
        if (!is_near (s, p, none ? same_m : lines->tolerance_m))
            continue;
        gboolean on = none || is_near (s, p, same_m);
        along[s->class] |= on || is_alongside (s, way);
        along[IMPASSABLE] |= !s->passable;
        on_none |= none;
        on_line |= on && !none;
        on_closed |= on && !s->passable;
        on_road |= on && s->class > CG_BARRIER_WATER;
    }
    if (on_line || on_none)
        along[IMPASSABLE] = on_closed;
    if (on_none && !on_line)
        memset (along, FALSE, CG_N_BARRIERS * sizeof *along);
    if (in_water && !on_road)
        along[CG_BARRIER_WATER] = along[IMPASSABLE] = TRUE;
    along[CG_BARRIER_NONE] = FALSE;
    for (guint c = CG_BARRIER_NONE + 1; c < CG_N_BARRIERS && !along[CG_BARRIER_NONE]; c++)
        along[CG_BARRIER_NONE] = along[c];
    along[CG_BARRIER_NONE] = !along[CG_BARRIER_NONE];
}

/* Metres of the way a-b outside of the hull of all lines. */
static double
measure_beyond (const Lines *lines, CgPlace a, CgPlace b, double length)
{
    return length * cg_hull_share_outside (lines->hull, lines->n_hull, (CgHullCorner){ a.x, a.y },
                                           (CgHullCorner){ b.x, b.y });
}

/* Adds the length of border a-b that runs along each class, or in water, to sums. What runs on a line that may be
 * passed may be passed: a path beside a river is not the river. */
static void
measure (Lines *lines, CgPlace a, CgPlace b, double *sums)
{
    double length = sqrt ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
    CgBox box = { MIN (a.x, b.x), MIN (a.y, b.y), MAX (a.x, b.x), MAX (a.y, b.y) };
    sums[TOTAL] += length;
    cg_box_tree_find (lines->tree, &box, lines->found);
    gboolean near_water = cg_waters_near (lines->waters, &box);
    if (lines->found->len == 0 && !near_water) {
        sums[CG_BARRIER_NONE] += length;
        sums[BEYOND] += measure_beyond (lines, a, b, length);
        return;
    }
    guint n = (guint) CLAMP (ceil (length / MAX (lines->tolerance_m, SAMPLE_M)), 1, MAX_SAMPLES);
    for (guint k = 0; k < n; k++) {
        double u = (k + 0.5) / n;
        CgPlace p = { a.x + u * (b.x - a.x), a.y + u * (b.y - a.y) };
        gboolean along[N_SUMS];
        gboolean in_water = near_water && cg_waters_hold (lines->waters, p.x, p.y);
        find_along (lines, p, (CgPlace){ b.x - a.x, b.y - a.y }, in_water, along);
        for (guint c = 0; c < TOTAL; c++)
            if (along[c])
                sums[c] += length / n;
        if (along[CG_BARRIER_NONE])
            sums[BEYOND] += measure_beyond (lines, p, p, length / n);
    }
}

/* What most of the border runs along that is not open. */
static guint8
find_line (const double *sums)
{
    double along = sums[TOTAL] - sums[CG_BARRIER_NONE];
    guint8 most = CG_BARRIER_NONE;
    for (guint c = CG_BARRIER_NONE + 1; c < CG_BARRIER_BUILDING; c++) {
        if (sums[c] > 0 && sums[c] >= along / 2)
            return (guint8) c;
        if (sums[c] > 0 && (most == CG_BARRIER_NONE || sums[c] > sums[most]))
            most = (guint8) c;
    }
    return most;
}

static void
set_link (CgGraph *graph, guint32 link, const double *sums)
{
    double total = sums[TOTAL], along = total - sums[CG_BARRIER_NONE];
    guint8 line = find_line (sums);
    guint8 class = total > 0 && along >= total / 2 ? line : CG_BARRIER_NONE;
    gboolean passable = !(total > 0 && sums[IMPASSABLE] >= total / 2);
    double open = total > 0 ? sums[CG_BARRIER_NONE] / total : 1;
    double beyond = total > 0 ? sums[BEYOND] / total : 0;
    guint32 both[] = { link, graph->reverse[link] };
    for (guint k = 0; k < 2; k++) {
        guint32 border = graph->border_cm[both[k]];
        graph->barrier[both[k]] = class;
        graph->line[both[k]] = line;
        graph->open_cm[both[k]] = line != CG_BARRIER_NONE
                                      ? MIN ((guint32) (border * open + 0.5), border) : border;
        graph->beyond_cm[both[k]] = MIN ((guint32) (border * beyond + 0.5), graph->open_cm[both[k]]);
        graph->passable[both[k]] = passable;
    }
}

/* Measures the borders of unit u with later units. */
static void
mark_unit (CgGraph *graph, const CgTopology *t, const CgUnits *units, const guint8 *which,
           guint32 u, Lines *lines, GArray *sums)
{
    guint32 n_links = graph->first[u + 1] - graph->first[u];
    g_array_set_size (sums, n_links * N_SUMS);
    double *sum = (double *) (gpointer) sums->data;
    if (n_links > 0)
        memset (sum, 0, n_links * N_SUMS * sizeof *sum);
    guint32 end = t->ring_slot[t->unit_ring[u + 1]];
    for (guint32 k = t->ring_slot[t->unit_ring[u]]; k < end; k++) {
        guint32 other = t->twin[k] != CG_NONE ? cg_topology_unit (t, t->twin[k]) : u;
        guint32 link = other > u ? cg_graph_find_link (graph, u, other) : CG_NONE;
        if (link == CG_NONE || (which != NULL && !which[other]))
            continue;
        measure (lines, cg_topology_place (t, units, t->slot_node[k]),
                 cg_topology_place (t, units, t->slot_node[cg_topology_next (t, k)]),
                 sum + (gsize) (link - graph->first[u]) * N_SUMS);
    }
    for (guint32 link = graph->first[u]; link < graph->first[u + 1]; link++)
        if (graph->target[link] > u && (which == NULL || which[graph->target[link]]))
            set_link (graph, link, sum + (gsize) (link - graph->first[u]) * N_SUMS);
}

/* Room for what borders run along piece by piece; links that are not marked anew stay as they were. */
static void
keep_pieces (CgGraph *graph)
{
    guint32 n = graph->first[graph->n];
    if (graph->open_cm == NULL) {
        graph->open_cm = g_new (guint32, (gsize) n + 1);
        for (guint32 link = 0; link < n; link++)
            graph->open_cm[link] = graph->barrier[link] == CG_BARRIER_NONE ? graph->border_cm[link] : 0;
    }
    if (graph->beyond_cm == NULL)
        graph->beyond_cm = g_new0 (guint32, (gsize) n + 1);
    if (graph->line == NULL)
        graph->line = g_memdup2 (graph->barrier, (gsize) n + 1);
}

gboolean
cg_graph_mark_barriers (CgGraph *graph, const CgUnits *units, const CgBarriers *barriers,
                        double tolerance_m, GError **error)
{
    return cg_graph_mark_some_barriers (graph, units, NULL, barriers, tolerance_m, error);
}

gboolean
cg_graph_mark_some_barriers (CgGraph *graph, const CgUnits *units, const guint8 *which,
                             const CgBarriers *barriers, double tolerance_m, GError **error)
{
    if (!(tolerance_m >= 0 && tolerance_m <= 1000) || graph->n != units->n) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "barriers within %g m, graph of %u units, table of %u", tolerance_m, graph->n,
                     units->n);
        return FALSE;
    }
    g_auto (Lines) lines = { .tolerance_m = tolerance_m > 0 ? tolerance_m : DEFAULT_TOLERANCE_M };
    g_autoptr (CgTopology) own = NULL;
    const CgTopology *t = cg_topology_of (graph, units, &own, NULL, error);
    if (t == NULL || !lines_init (&lines, barriers, error))
        return FALSE;
    keep_pieces (graph);
    g_autoptr (GArray) sums = g_array_new (FALSE, FALSE, sizeof (double));
    for (guint32 u = 0; u < graph->n; u++)
        if (which == NULL || which[u])
            mark_unit (graph, t, units, which, u, &lines, sums);
    return TRUE;
}
