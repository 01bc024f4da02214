#include "ways_internal.h"

#include "base/error.h"
#include "graph/waters.h"

#include <math.h>
#include <string.h>

#define HERE_M 0.1  /* a unit so near to an end touches it                                  */
#define LED_M 10.0  /* how far an end over ground of nobody is led on                       */
#define ROAD_M 0.5  /* a road so near to an end goes on from it                             */
#define SAME_WAY 0.5 /* cosine: what leaves an end within 60 degrees leaves it the same way   */
#define MOST_ENDS 64u /* of one way; of one with more only those next to each other connect */
#define MOST_UNITS 8u /* at one end */

/* An end: units that it connects, at[first..first + n). */
typedef struct {
    guint32 first, n;
} End;

typedef struct {
    CgGraph *graph;
    const CgUnits *units;
    const CgWaysInput *input;
    CgWayNet net;
    CgBlockers *blockers;
    CgWaters *waters;
    guint8 *ground;   /* [units] water's own              */
    CgBoxTree *tree;  /* over the boxes of units              */
    CgBoxTree *roads; /* over segments of roads in `road`     */
    GArray *road;     /* of CgOutline, unit: row of barriers  */
    guint8 *closed;   /* [units] nobody lives there and no border can be passed */
    guint32 *first, *stretch; /* stretches at each node         */
    End *end;                 /* [nodes]                        */
    GArray *at;               /* of guint32                     */
    GArray *found, *outline, *crossings;
} Ways;

static void
ways_done (Ways *ways)
{
    cg_way_net_done (&ways->net);
    cg_blockers_free (ways->blockers);
    cg_waters_free (ways->waters);
    g_free (ways->ground);
    cg_box_tree_free (ways->tree);
    cg_box_tree_free (ways->roads);
    g_free (ways->closed);
    g_free (ways->first);
    g_free (ways->stretch);
    g_free (ways->end);
    GArray **const arrays[] = { &ways->road, &ways->at, &ways->found, &ways->outline };
    for (guint k = 0; k < G_N_ELEMENTS (arrays); k++)
        g_clear_pointer (arrays[k], g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ways, ways_done)

/* ---- tables ------------------------------------------------------------------------------ */

static gboolean
index_units (Ways *ways, GError **error)
{
    guint32 n = ways->units->n;
    const CgGraph *graph = ways->graph;
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) n + 1);
    ways->closed = g_new0 (guint8, (gsize) n + 1);
    for (guint32 u = 0; u < n; u++) {
        boxes[u] = cg_shapes_box (ways->units->shapes, u);
        ways->closed[u] = ways->units->households[u] == 0 && ways->units->population[u] == 0;
        for (guint32 k = graph->first[u]; k < graph->first[u + 1] && ways->closed[u]; k++)
            ways->closed[u] = !graph->passable[k];
    }
    ways->tree = cg_box_tree_new (n, boxes, error);
    return ways->tree != NULL;
}

static gboolean
index_roads (Ways *ways, GError **error)
{
    const CgBarriers *barriers = ways->input->ways;
    ways->road = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    for (guint32 i = 0; barriers != NULL && i < barriers->n; i++) {
        guint8 class = barriers->class[i];
        const CgShapes *lines = barriers->lines;
        if ((class != CG_BARRIER_ARTERIAL && class != CG_BARRIER_STREET &&
             class != CG_BARRIER_ALLEY) || !barriers->passable[i])
            continue;
        for (guint32 p = lines->shape_part[i]; p < lines->shape_part[i + 1]; p++)
            for (guint32 v = lines->ring_vertex[lines->part_ring[p]];
                 v + 1 < lines->ring_vertex[lines->part_ring[p] + 1]; v++) {
                CgOutline one = { { lines->x[v], lines->y[v] },
                                  { lines->x[v + 1], lines->y[v + 1] }, i };
                g_array_append_val (ways->road, one);
            }
    }
    ways->roads = cg_outline_tree ((const CgOutline *) (gpointer) ways->road->data,
                                   ways->road->len, error);
    return ways->roads != NULL;
}

static void
index_stretches (Ways *ways)
{
    const GArray *stretch = ways->net.stretch;
    guint32 n = ways->net.node->len;
    ways->first = g_new0 (guint32, (gsize) n + 2);
    ways->stretch = g_new (guint32, 2 * (gsize) stretch->len + 1);
    for (guint32 k = 0; k < stretch->len; k++) {
        const CgStretch *s = &g_array_index (stretch, CgStretch, k);
        ways->first[s->a + 2]++;
        ways->first[s->b + 2]++;
    }
    for (guint32 k = 1; k < n + 2; k++)
        ways->first[k] += ways->first[k - 1];
    for (guint32 k = 0; k < stretch->len; k++) {
        const CgStretch *s = &g_array_index (stretch, CgStretch, k);
        ways->stretch[ways->first[s->a + 1]++] = k;
        ways->stretch[ways->first[s->b + 1]++] = k;
    }
}

/* ---- units at a place -------------------------------------------------------------------- */

static gboolean
holds (const GArray *outline, CgPlace p)
{
    gboolean inside = FALSE;
    for (guint k = 0; k < outline->len; k++) {
        const CgOutline *s = &g_array_index (outline, CgOutline, k);
        if ((s->a.y > p.y) != (s->b.y > p.y) &&
            p.x < s->a.x + (p.y - s->a.y) / (s->b.y - s->a.y) * (s->b.x - s->a.x))
            inside = !inside;
    }
    return inside;
}

/* How far a place is from a unit: 0 inside; at most what matters. */
static double
distance_of (Ways *ways, guint32 unit, CgPlace p)
{
    CgOutline at = { p, p, 0 };
    CgPlace here, there;
    double best = INFINITY;
    g_array_set_size (ways->outline, 0);
    cg_outline_add (ways->outline, ways->units, unit, unit);
    for (guint k = 0; k < ways->outline->len; k++)
        best = MIN (best, cg_outline_distance (&at, &g_array_index (ways->outline, CgOutline, k),
                                               &here, &there));
    return holds (ways->outline, p) ? 0 : best;
}

/* Appends the units nearest to p, of those within reach, to ways->at: all that are as near as the
 * nearest, or touch p; never ground of a river. closed_too: also other ground of nobody. Returns how
 * many. */
static guint32
take_units (Ways *ways, CgPlace p, double reach_m, gboolean closed_too)
{
    guint32 begin = ways->at->len;
    CgBox box = { p.x - reach_m, p.y - reach_m, p.x + reach_m, p.y + reach_m };
    double near = reach_m;
    g_autoptr (GArray) apart = g_array_new (FALSE, FALSE, sizeof (double));
    cg_box_tree_find (ways->tree, &box, ways->found);
    for (guint k = 0; k < ways->found->len; k++) {
        guint32 unit = g_array_index (ways->found, guint32, k);
        gboolean out = ways->ground[unit] || (ways->closed[unit] && !closed_too);
        double far = out ? INFINITY : distance_of (ways, unit, p);
        near = MIN (near, far);
        g_array_append_val (apart, far);
    }
    for (guint k = 0; k < ways->found->len && ways->at->len - begin < MOST_UNITS; k++)
        if (g_array_index (apart, double, k) <= MIN (near + HERE_M, reach_m))
            g_array_append_val (ways->at, g_array_index (ways->found, guint32, k));
    return ways->at->len - begin;
}

/* Whether q and r lie the same way from p, or one of them is p. */
static gboolean
is_one_way (CgPlace p, CgPlace q, CgPlace r)
{
    double ux = q.x - p.x, uy = q.y - p.y, vx = r.x - p.x, vy = r.y - p.y;
    double most = sqrt ((ux * ux + uy * uy) * (vx * vx + vy * vy));
    return ux * vx + uy * vy >= SAME_WAY * most;
}

static CgPlace
before_of (const CgStretch *s, guint32 node)
{
    return s->a == node ? s->before_a : s->before_b;
}

/* Whether all that comes to a node comes from one side: a way's end, however many rows deliver it (a
 * bridge twice, a road beside its own bridge). */
static gboolean
is_free_end (const Ways *ways, guint32 node)
{
    CgPlace p = g_array_index (ways->net.node, CgPlace, node);
    const CgStretch *first = NULL;
    for (guint32 i = ways->first[node]; i < ways->first[node + 1]; i++) {
        const CgStretch *s = &g_array_index (ways->net.stretch, CgStretch, ways->stretch[i]);
        if (first != NULL && !is_one_way (p, before_of (first, node), before_of (s, node)))
            return FALSE;
        first = first == NULL ? s : first;
    }
    return TRUE;
}

/* Whether a road, other than the way itself and what runs back along it, touches the place. */
static gboolean
goes_on (Ways *ways, CgPlace p, guint32 row, CgPlace before)
{
    const CgBarriers *barriers = ways->input->ways;
    CgBox box = { p.x - ROAD_M, p.y - ROAD_M, p.x + ROAD_M, p.y + ROAD_M };
    CgOutline at = { p, p, 0 };
    cg_box_tree_find (ways->roads, &box, ways->found);
    for (guint k = 0; k < ways->found->len; k++) {
        const CgOutline *s =
            &g_array_index (ways->road, CgOutline, g_array_index (ways->found, guint32, k));
        CgPlace here, there;
        if ((barriers->row[s->unit] != barriers->row[row] ||
             barriers->file[s->unit] != barriers->file[row]) &&
            cg_outline_distance (&at, s, &here, &there) <= ROAD_M &&
            (!is_one_way (p, before, s->a) || !is_one_way (p, before, s->b)))
            return TRUE;
    }
    return FALSE;
}

/* Whether two of the units appended since `begin` share a border that cannot be passed. */
static gboolean
are_parted (const Ways *ways, guint32 begin)
{
    for (guint32 i = begin; i < ways->at->len; i++)
        for (guint32 j = i + 1; j < ways->at->len; j++) {
            guint32 link = cg_graph_find_link (ways->graph, g_array_index (ways->at, guint32, i),
                                               g_array_index (ways->at, guint32, j));
            if (link != CG_NONE && !ways->graph->passable[link])
                return TRUE;
        }
    return FALSE;
}

/* Of the units appended since `begin`, keeps those that lie in the water themselves (an island of which
 * the map of the water does not know). Returns how many. */
static guint32
keep_afloat (Ways *ways, guint32 begin)
{
    guint32 kept = begin;
    for (guint32 k = begin; k < ways->at->len; k++) {
        guint32 unit = g_array_index (ways->at, guint32, k);
        if (cg_waters_hold_unit (ways->waters, ways->units, unit))
            g_array_index (ways->at, guint32, kept++) = unit;
    }
    g_array_set_size (ways->at, kept);
    return kept - begin;
}

static void
find_end (Ways *ways, guint32 node)
{
    CgPlace p = g_array_index (ways->net.node, CgPlace, node);
    guint32 degree = ways->first[node + 1] - ways->first[node], begin = ways->at->len;
    ways->end[node] = (End){ begin, 0 };
    gboolean is_free = is_free_end (ways, node);
    if (degree == 0 || (!is_free && cg_blockers_meet (ways->blockers, p, p)))
        return;
    guint32 n = take_units (ways, p, HERE_M, FALSE);
    if (n == 0)
        n = take_units (ways, p, LED_M, FALSE);
    if (n == 0 && is_free)
        n = take_units (ways, p, HERE_M, TRUE);
    if (n > 0 && cg_waters_deep (ways->waters, p.x, p.y, LED_M))
        n = keep_afloat (ways, begin);
    const CgStretch *s =
        &g_array_index (ways->net.stretch, CgStretch, ways->stretch[ways->first[node]]);
    CgPlace before = before_of (s, node);
    if (is_free && are_parted (ways, begin) && !goes_on (ways, p, s->row, before)) {
        guint32 from = ways->at->len;
        /* Over a river's own ground it comes from there, and goes ashore. */
        guint32 behind = take_units (ways, before, HERE_M, FALSE);
        if (behind > 0)
            g_array_remove_range (ways->at, begin, from - begin);
        n = ways->at->len - begin;
    }
    ways->end[node].n = n;
}

/* ---- connecting -------------------------------------------------------------------------- */

/* Opens the border of two units; FALSE where they share none. */
static gboolean
open_border (CgGraph *graph, guint32 a, guint32 b)
{
    guint32 link = cg_graph_find_link (graph, a, b);
    if (link == CG_NONE)
        return FALSE;
    graph->passable[link] = graph->passable[graph->reverse[link]] = TRUE;
    return TRUE;
}

/* Units of two ends: over the borders that they share, else by crossings, each with each. */
static void
connect_ends (Ways *ways, guint32 p, guint32 q, guint8 class)
{
    const End *ends[] = { &ways->end[p], &ways->end[q] };
    gboolean opened = FALSE;
    for (guint pass = 0; pass < 2 && !opened; pass++)
        for (guint32 k = 0; k < ends[0]->n * ends[1]->n; k++) {
            guint32 a = g_array_index (ways->at, guint32, ends[0]->first + k / ends[1]->n);
            guint32 b = g_array_index (ways->at, guint32, ends[1]->first + k % ends[1]->n);
            if (ways->units->region[a] != ways->units->region[b])
                continue;
            CgCrossing one = { MIN (a, b), MAX (a, b), 0, class };
            if (pass == 0)
                opened |= a == b || open_border (ways->graph, a, b);
            else
                g_array_append_val (ways->crossings, one);
        }
}

/* From one end over all stretches of its way, to all later ends (all: beyond others, too). */
static void
walk (Ways *ways, guint32 start, gboolean all, guint32 *stamp, guint8 *over, GArray *queue)
{
    const CgBarriers *barriers = ways->input->ways;
    g_array_set_size (queue, 0);
    g_array_append_val (queue, start);
    stamp[start] = start + 1;
    over[start] = FALSE;
    for (guint k = 0; k < queue->len; k++) {
        guint32 node = g_array_index (queue, guint32, k);
        if (k > 0 && !all && ways->end[node].n > 0)
            continue;
        for (guint32 i = ways->first[node]; i < ways->first[node + 1]; i++) {
            const CgStretch *s = &g_array_index (ways->net.stretch, CgStretch, ways->stretch[i]);
            guint32 to = s->a == node ? s->b : s->a;
            if (stamp[to] == start + 1)
                continue;
            stamp[to] = start + 1;
            over[to] = over[node] || s->over;
            g_array_append_val (queue, to);
            if (to > start && over[to])
                connect_ends (ways, start, to, barriers->class[s->row]);
        }
    }
}

/* Ends in the way of each node: nodes that hang together. */
static guint32 *
count_ends (const Ways *ways)
{
    guint32 n = ways->net.node->len;
    g_autofree guint32 *up = g_new (guint32, (gsize) n + 1);
    guint32 *ends = g_new0 (guint32, (gsize) n + 1);
    for (guint32 k = 0; k < n; k++)
        up[k] = k;
    for (guint k = 0; k < ways->net.stretch->len; k++) {
        const CgStretch *s = &g_array_index (ways->net.stretch, CgStretch, k);
        guint32 a = s->a, b = s->b;
        while (up[a] != a)
            a = up[a] = up[up[a]];
        while (up[b] != b)
            b = up[b] = up[up[b]];
        up[MAX (a, b)] = MIN (a, b);
    }
    for (guint32 k = 0; k < n; k++) {
        up[k] = up[up[k]];
        ends[up[k]] += ways->end[k].n > 0;
    }
    for (guint32 k = n; k-- > 0;)
        ends[k] = ends[up[k]];
    return ends;
}

static gboolean
connect_all (Ways *ways, GCancellable *cancel, GError **error)
{
    guint32 n = ways->net.node->len;
    g_autofree guint32 *stamp = g_new0 (guint32, (gsize) n + 1);
    g_autofree guint8 *over = g_new0 (guint8, (gsize) n + 1);
    g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 k = 0; k < n; k++)
        find_end (ways, k);
    g_autofree guint32 *ends = count_ends (ways);
    for (guint32 k = 0; k < n; k++) {
        if (ways->end[k].n > 0)
            walk (ways, k, ends[k] <= MOST_ENDS, stamp, over, queue);
        if ((k & 0xff) == 0 && cg_is_stopped (cancel, error))
            return FALSE;
    }
    return TRUE;
}

static int
compare_crossings (gconstpointer x, gconstpointer y)
{
    const CgCrossing *a = x, *b = y;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return (a->by > b->by) - (a->by < b->by);
}

/* Each pair once, with its length. */
static void
finish (const Ways *ways)
{
    GArray *all = ways->crossings;
    guint kept = 0;
    g_array_sort (all, compare_crossings);
    for (guint k = 0; k < all->len; k++) {
        CgCrossing one = g_array_index (all, CgCrossing, k);
        const CgCrossing *last = kept > 0 ? &g_array_index (all, CgCrossing, kept - 1) : NULL;
        if (last != NULL && last->a == one.a && last->b == one.b)
            continue;
        double cm = cg_graph_unit_distance (ways->units, one.a, one.b) * 100 + 0.5;
        one.length_cm = (guint32) MIN (cm, (double) G_MAXUINT32);
        g_array_index (all, CgCrossing, kept++) = one;
    }
    g_array_set_size (all, kept);
}

gboolean
cg_graph_close_water (CgGraph *graph, const CgUnits *units, const CgBarriers *barriers,
                      GError **error)
{
    if (graph->n != units->n) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "graph of %u units, table of %u",
                     graph->n, units->n);
        return FALSE;
    }
    g_autoptr (CgWaters) waters = cg_waters_new (barriers, error);
    if (waters == NULL)
        return FALSE;
    g_autofree guint8 *ground = cg_waters_ground (waters, units);
    for (guint32 u = 0; u < graph->n; u++)
        for (guint32 k = graph->first[u]; ground[u] && k < graph->first[u + 1]; k++) {
            guint32 both[] = { k, graph->reverse[k] };
            graph->passable[both[0]] = graph->passable[both[1]] = FALSE;
        }
    return TRUE;
}

GArray *
cg_graph_open_ways (CgGraph *graph, const CgUnits *units, const CgWaysInput *input,
                    GCancellable *cancel, GError **error)
{
    if (graph->n != units->n) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "graph of %u units, table of %u",
                     graph->n, units->n);
        return NULL;
    }
    g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
    g_auto (Ways) ways = { .graph = graph, .units = units, .input = input,
                           .crossings = crossings };
    ways.blockers = cg_blockers_new (input->ways, input->more, error);
    ways.waters = ways.blockers != NULL ? cg_waters_new (input->ways, error) : NULL;
    if (ways.waters == NULL || !cg_way_net_init (&ways.net, input->ways, ways.blockers, error))
        return NULL;
    if (ways.net.stretch->len == 0)
        return g_steal_pointer (&crossings);
    ways.at = g_array_new (FALSE, FALSE, sizeof (guint32));
    ways.found = g_array_new (FALSE, FALSE, sizeof (guint32));
    ways.outline = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    ways.end = g_new0 (End, (gsize) ways.net.node->len + 1);
    ways.ground = cg_waters_ground (ways.waters, units);
    if (!index_units (&ways, error) || !index_roads (&ways, error))
        return NULL;
    index_stretches (&ways);
    if (!connect_all (&ways, cancel, error))
        return NULL;
    finish (&ways);
    return g_steal_pointer (&crossings);
}
