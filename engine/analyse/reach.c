#include "analyse/reach.h"

#include "base/error.h"
#include "cells/noding.h"
#include "geom/boxtree.h"

#include <math.h>

#define SPOTS_PER_M 100.0
#define FARTHEST_M 1e8

struct _CgRoads {
    CgNoding *net;
    guint32 *first; /* [n_nodes + 1] into links          */
    guint32 *links; /* edges of each node, ascending     */
    double *length; /* [n_edges] metres                  */
    CgBoxTree *tree, *main_tree; /* all edges; those of the longest net, else empty boxes */
};

/* Where a point meets the roads. */
typedef struct {
    guint32 edge; /* NO_EDGE: no road near enough */
    double off_m; /* from the point to the road                   */
    double along; /* 0..1 from edge_a to edge_b                   */
} Foot;

#define NO_EDGE G_MAXUINT32

typedef struct {
    const CgRoadNet *roads;
    double x, y;
} Asked;

void
cg_road_net_free (CgRoadNet *roads)
{
    if (roads == NULL)
        return;
    cg_noding_free (roads->net);
    g_free (roads->first);
    g_free (roads->links);
    g_free (roads->length);
    cg_box_tree_free (roads->tree);
    cg_box_tree_free (roads->main_tree);
    g_free (roads);
}

/* ---- roads as a net ------------------------------------------------------------------------------ */

static gboolean
add_row (CgLines *out, const CgShapes *lines, guint32 row, GError **error)
{
    guint32 from = lines->part_ring[lines->shape_part[row]];
    guint32 to = lines->part_ring[lines->shape_part[row + 1]];
    for (guint32 r = from; r < to; r++)
        for (guint32 v = lines->ring_vertex[r]; v < lines->ring_vertex[r + 1]; v++) {
            if (!(fabs (lines->x[v]) <= FARTHEST_M && fabs (lines->y[v]) <= FARTHEST_M)) {
                g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                             "road %u: coordinates are not metres on a plane (%g, %g)", row + 1,
                             lines->x[v], lines->y[v]);
                return FALSE;
            }
            if (v == lines->ring_vertex[r])
                continue;
            CgSpot a = { llround (lines->x[v - 1] * SPOTS_PER_M),
                         llround (lines->y[v - 1] * SPOTS_PER_M) };
            CgSpot b = { llround (lines->x[v] * SPOTS_PER_M), llround (lines->y[v] * SPOTS_PER_M) };
            cg_lines_add (out, a, b, row);
        }
    return TRUE;
}

static void
link_nodes (CgRoadNet *roads)
{
    const CgNoding *net = roads->net;
    roads->first = g_new0 (guint32, (gsize) net->n_nodes + 2);
    roads->links = g_new (guint32, MAX (2 * (gsize) net->n_edges, 1));
    roads->length = g_new (double, MAX (net->n_edges, 1));
    for (guint32 e = 0; e < net->n_edges; e++) {
        CgSpot a = net->node[net->edge_a[e]], b = net->node[net->edge_b[e]];
        roads->length[e] = hypot ((double) (b.x - a.x), (double) (b.y - a.y)) / SPOTS_PER_M;
        roads->first[net->edge_a[e] + 2]++;
        roads->first[net->edge_b[e] + 2]++;
    }
    for (guint32 v = 0; v < net->n_nodes; v++)
        roads->first[v + 2] += roads->first[v + 1];
    for (guint32 e = 0; e < net->n_edges; e++) {
        roads->links[roads->first[net->edge_a[e] + 1]++] = e;
        roads->links[roads->first[net->edge_b[e] + 1]++] = e;
    }
}

/* Names each node by its net, 0.. in order of their lowest nodes; the number of the longest one comes back. */
static guint32
find_nets (const CgRoadNet *roads, guint32 *net_of)
{
    const CgNoding *net = roads->net;
    g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint32 n = 0, longest = 0;
    double most = -1;
    for (guint32 v = 0; v < net->n_nodes; v++)
        net_of[v] = G_MAXUINT32;
    for (guint32 v = 0; v < net->n_nodes; v++) {
        if (net_of[v] != G_MAXUINT32)
            continue;
        double twice = 0; /* each edge is met from both its ends */
        net_of[v] = n;
        g_array_append_val (queue, v);
        while (queue->len > 0) {
            guint32 at = g_array_index (queue, guint32, queue->len - 1);
            g_array_set_size (queue, queue->len - 1);
            for (guint32 i = roads->first[at]; i < roads->first[at + 1]; i++) {
                guint32 e = roads->links[i];
                guint32 to = net->edge_a[e] == at ? net->edge_b[e] : net->edge_a[e];
                twice += roads->length[e];
                if (net_of[to] != G_MAXUINT32)
                    continue;
                net_of[to] = n;
                g_array_append_val (queue, to);
            }
        }
        if (twice > most) {
            most = twice;
            longest = n;
        }
        n++;
    }
    return longest;
}

static gboolean
index_edges (CgRoadNet *roads, GError **error)
{
    const CgNoding *net = roads->net;
    g_autofree CgBox *boxes = g_new (CgBox, MAX (net->n_edges, 1));
    g_autofree guint32 *net_of = g_new (guint32, MAX (net->n_nodes, 1));
    guint32 longest = find_nets (roads, net_of);
    for (guint32 e = 0; e < net->n_edges; e++) {
        CgSpot a = net->node[net->edge_a[e]], b = net->node[net->edge_b[e]];
        boxes[e] = CG_BOX_EMPTY;
        cg_box_add (&boxes[e], (double) a.x / SPOTS_PER_M, (double) a.y / SPOTS_PER_M);
        cg_box_add (&boxes[e], (double) b.x / SPOTS_PER_M, (double) b.y / SPOTS_PER_M);
    }
    roads->tree = cg_box_tree_new (net->n_edges, boxes, error);
    for (guint32 e = 0; e < net->n_edges; e++)
        if (net_of[net->edge_a[e]] != longest)
            boxes[e] = CG_BOX_EMPTY;
    if (roads->tree != NULL)
        roads->main_tree = cg_box_tree_new (net->n_edges, boxes, error);
    return roads->main_tree != NULL;
}

CgRoadNet *
cg_road_net_new (const CgShapes *lines, const guint8 *use, GCancellable *cancel, GError **error)
{
    g_autoptr (CgLines) segments = cg_lines_new ();
    for (guint32 row = 0; row < lines->n_shapes; row++)
        if ((use == NULL || use[row]) && !add_row (segments, lines, row, error))
            return NULL;
    g_autoptr (CgRoadNet) roads = g_new0 (CgRoadNet, 1);
    roads->net = cg_noding_build (segments, cancel, error);
    if (roads->net == NULL)
        return NULL;
    link_nodes (roads);
    return index_edges (roads, error) ? g_steal_pointer (&roads) : NULL;
}

/* ---- from points to roads ------------------------------------------------------------------------ */

static double
to_edge (const CgRoadNet *roads, guint32 edge, double x, double y, double *out_along)
{
    CgSpot a = roads->net->node[roads->net->edge_a[edge]];
    CgSpot b = roads->net->node[roads->net->edge_b[edge]];
    double ax = (double) a.x / SPOTS_PER_M, ay = (double) a.y / SPOTS_PER_M;
    double dx = (double) (b.x - a.x) / SPOTS_PER_M, dy = (double) (b.y - a.y) / SPOTS_PER_M;
    double t = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
    *out_along = CLAMP (t, 0, 1);
    return hypot (ax + *out_along * dx - x, ay + *out_along * dy - y);
}

static double
edge_distance (guint32 id, double best, gpointer user_data)
{
    const Asked *asked = user_data;
    double along;
    return to_edge (asked->roads, id, asked->x, asked->y, &along);
}

static Foot
find_foot (const CgRoadNet *roads, const CgBoxTree *tree, double x, double y, double limit_m)
{
    Asked asked = { roads, x, y };
    CgBox box = { x, y, x, y };
    Foot foot = { .edge = NO_EDGE };
    double distance;
    if (!isfinite (x) || !isfinite (y))
        return foot;
    foot.edge = cg_box_tree_nearest (tree, &box, limit_m, edge_distance, &asked, &distance);
    if (foot.edge != NO_EDGE)
        foot.off_m = to_edge (roads, foot.edge, x, y, &foot.along);
    return foot;
}

/* ---- nearest place by road ----------------------------------------------------------------------- */

typedef struct {
    double m;
    guint32 node, place;
} Step;

/* Places on edges, sorted by edge: who stands on a point's own edge. */
typedef struct {
    Foot foot;
    guint32 place;
} Stand;

typedef struct {
    const CgRoadNet *roads;
    const CgReachParams *params;
    guint32 n_places;
    const double *place_x, *place_y;
    Foot *feet;     /* [n_places] on the nearest road                  */
    GArray *stands; /* of Stand                                        */
    double *m;      /* [n_nodes] to the nearest place                  */
    guint32 *place; /* [n_nodes] which                                 */
    GArray *heap;   /* of Step                                         */
    CgBoxTree *all, *lost; /* places; those without a road             */
    GArray *lost_places;   /* guint32: place of each box of lost       */
} Work;

static void
work_done (Work *work)
{
    g_clear_pointer (&work->feet, g_free);
    g_clear_pointer (&work->stands, g_array_unref);
    g_clear_pointer (&work->m, g_free);
    g_clear_pointer (&work->place, g_free);
    g_clear_pointer (&work->heap, g_array_unref);
    g_clear_pointer (&work->all, cg_box_tree_free);
    g_clear_pointer (&work->lost, cg_box_tree_free);
    g_clear_pointer (&work->lost_places, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_done)

static gboolean
is_before (const Step *a, const Step *b)
{
    if (a->m != b->m)
        return a->m < b->m;
    return a->place != b->place ? a->place < b->place : a->node < b->node;
}

static void
push (GArray *heap, Step step)
{
    g_array_append_val (heap, step);
    Step *steps = (Step *) (gpointer) heap->data;
    guint at = heap->len - 1;
    while (at > 0 && is_before (&step, &steps[(at - 1) / 2])) {
        steps[at] = steps[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    steps[at] = step;
}

static Step
pop (GArray *heap)
{
    Step *steps = (Step *) (gpointer) heap->data;
    Step top = steps[0], last = steps[heap->len - 1];
    g_array_set_size (heap, heap->len - 1);
    guint at = 0, n = heap->len;
    while (2 * at + 1 < n) {
        guint child = 2 * at + 1;
        if (child + 1 < n && is_before (&steps[child + 1], &steps[child]))
            child++;
        if (!is_before (&steps[child], &last))
            break;
        steps[at] = steps[child];
        at = child;
    }
    if (n > 0)
        steps[at] = last;
    return top;
}

static void
offer (Work *work, guint32 node, double m, guint32 place)
{
    if (m > work->m[node] || (m == work->m[node] && place >= work->place[node]))
        return;
    work->m[node] = m;
    work->place[node] = place;
    push (work->heap, (Step){ m, node, place });
}

static int
compare_stands (gconstpointer a, gconstpointer b)
{
    const Stand *left = a, *right = b;
    if (left->foot.edge != right->foot.edge)
        return left->foot.edge < right->foot.edge ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

static void
stand_on (Work *work, const Foot *foot, guint32 place)
{
    const CgNoding *net = work->roads->net;
    Stand stand = { *foot, place };
    g_array_append_val (work->stands, stand);
    double off = foot->off_m * work->params->detour, length = work->roads->length[foot->edge];
    offer (work, net->edge_a[foot->edge], off + foot->along * length, place);
    offer (work, net->edge_b[foot->edge], off + (1 - foot->along) * length, place);
}

/* The nearest road, and the nearest of the longest net where that is another one. */
static guint
find_feet (const Work *work, double x, double y, Foot out[2])
{
    const CgRoadNet *roads = work->roads;
    out[0] = find_foot (roads, roads->tree, x, y, work->params->off_road_m);
    if (out[0].edge == NO_EDGE)
        return 0;
    out[1] = find_foot (roads, roads->main_tree, x, y, work->params->off_road_m);
    return out[1].edge == NO_EDGE || out[1].edge == out[0].edge ? 1 : 2;
}

static void
set_out (Work *work)
{
    const CgNoding *net = work->roads->net;
    work->feet = g_new (Foot, MAX (work->n_places, 1));
    work->stands = g_array_new (FALSE, FALSE, sizeof (Stand));
    work->heap = g_array_new (FALSE, FALSE, sizeof (Step));
    work->m = g_new (double, MAX (net->n_nodes, 1));
    work->place = g_new (guint32, MAX (net->n_nodes, 1));
    for (guint32 v = 0; v < net->n_nodes; v++) {
        work->m[v] = INFINITY;
        work->place[v] = G_MAXUINT32;
    }
    for (guint32 p = 0; p < work->n_places; p++) {
        Foot feet[2];
        guint n = find_feet (work, work->place_x[p], work->place_y[p], feet);
        work->feet[p] = feet[0];
        for (guint f = 0; f < n; f++)
            stand_on (work, &feet[f], p);
    }
    g_array_sort (work->stands, compare_stands);
}

static gboolean
walk (Work *work, GCancellable *cancel, GError **error)
{
    const CgRoadNet *roads = work->roads;
    for (guint64 steps = 0; work->heap->len > 0; steps++) {
        Step step = pop (work->heap);
        if (step.m != work->m[step.node] || step.place != work->place[step.node])
            continue;
        for (guint32 i = roads->first[step.node]; i < roads->first[step.node + 1]; i++) {
            guint32 edge = roads->links[i], a = roads->net->edge_a[edge];
            offer (work, a == step.node ? roads->net->edge_b[edge] : a,
                   step.m + roads->length[edge], step.place);
        }
        if (steps % 65536 == 0 && cg_is_stopped (cancel, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- nearest place by a straight line ------------------------------------------------------------ */

/* All, and those that no road comes near. */
static gboolean
index_places (Work *work, GError **error)
{
    g_autofree CgBox *boxes = g_new (CgBox, MAX (work->n_places, 1));
    g_autofree CgBox *lost = g_new (CgBox, MAX (work->n_places, 1));
    work->lost_places = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 p = 0; p < work->n_places; p++) {
        boxes[p] = CG_BOX_EMPTY;
        if (isfinite (work->place_x[p]) && isfinite (work->place_y[p]))
            cg_box_add (&boxes[p], work->place_x[p], work->place_y[p]);
        if (work->feet[p].edge != NO_EDGE)
            continue;
        lost[work->lost_places->len] = boxes[p];
        g_array_append_val (work->lost_places, p);
    }
    work->all = cg_box_tree_new (work->n_places, boxes, error);
    if (work->all != NULL)
        work->lost = cg_box_tree_new (work->lost_places->len, lost, error);
    return work->lost != NULL;
}

typedef struct {
    const Work *work;
    const guint32 *place_of; /* NULL: boxes are places */
    double x, y;
} Beside;

static double
place_distance (guint32 id, double best, gpointer user_data)
{
    const Beside *beside = user_data;
    guint32 p = beside->place_of != NULL ? beside->place_of[id] : id;
    return hypot (beside->work->place_x[p] - beside->x, beside->work->place_y[p] - beside->y);
}

/* ---- each point ---------------------------------------------------------------------------------- */

typedef struct {
    double m;
    guint32 place;
} Nearest;

static void
take (Nearest *nearest, double m, guint32 place)
{
    if (m < nearest->m || (m == nearest->m && place < nearest->place))
        *nearest = (Nearest){ m, place };
}

/* The nearest by a straight line, if it is no further than limit_m. */
static void
take_straight (const Work *work, double x, double y, gboolean only_lost, double limit_m,
               Nearest *nearest)
{
    Beside beside = { work, NULL, x, y };
    if (only_lost)
        beside.place_of = (const guint32 *) (gpointer) work->lost_places->data;
    CgBox box = { x, y, x, y };
    double m;
    guint32 id = cg_box_tree_nearest (only_lost ? work->lost : work->all, &box, limit_m,
                                      place_distance, &beside, &m);
    if (id != G_MAXUINT32)
        take (nearest, m * work->params->detour, only_lost ? beside.place_of[id] : id);
}

/* A neighbour who lives nearer than the two of them live to the road is not reached by the road. */
static void
take_neighbour (const Work *work, const Foot *foot, double x, double y, Nearest *nearest)
{
    Beside beside = { work, NULL, x, y };
    CgBox box = { x, y, x, y };
    double m;
    guint32 p = cg_box_tree_nearest (work->all, &box, foot->off_m + work->params->off_road_m,
                                     place_distance, &beside, &m);
    if (p != G_MAXUINT32 && work->feet[p].edge != NO_EDGE &&
        m <= foot->off_m + work->feet[p].off_m)
        take (nearest, m * work->params->detour, p);
}

static void
take_same_edge (const Work *work, const Foot *foot, Nearest *nearest)
{
    const Stand *stands = (const Stand *) (gpointer) work->stands->data;
    guint low = 0, high = work->stands->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (stands[middle].foot.edge < foot->edge)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < work->stands->len && stands[low].foot.edge == foot->edge; low++) {
        const Foot *other = &stands[low].foot;
        double along = fabs (foot->along - other->along) * work->roads->length[foot->edge];
        take (nearest, (foot->off_m + other->off_m) * work->params->detour + along,
              stands[low].place);
    }
}

static void
take_road (const Work *work, const Foot *foot, Nearest *nearest)
{
    const CgNoding *net = work->roads->net;
    guint32 a = net->edge_a[foot->edge], b = net->edge_b[foot->edge];
    double off = foot->off_m * work->params->detour, length = work->roads->length[foot->edge];
    if (work->place[a] != G_MAXUINT32)
        take (nearest, off + foot->along * length + work->m[a], work->place[a]);
    if (work->place[b] != G_MAXUINT32)
        take (nearest, off + (1 - foot->along) * length + work->m[b], work->place[b]);
    take_same_edge (work, foot, nearest);
}

static Nearest
find_nearest (const Work *work, double x, double y)
{
    Nearest nearest = { INFINITY, G_MAXUINT32 };
    Foot feet[2];
    guint n = find_feet (work, x, y, feet);
    take_straight (work, x, y, n > 0, INFINITY, &nearest);
    for (guint f = 0; f < n; f++)
        take_road (work, &feet[f], &nearest);
    /* On a piece of road that leads to no place at all: a way across the fields. */
    if (nearest.place == G_MAXUINT32)
        take_straight (work, x, y, FALSE, INFINITY, &nearest);
    else if (n > 0)
        take_neighbour (work, &feet[0], x, y, &nearest);
    return nearest;
}

gboolean
cg_reach_run (const CgRoadNet *roads, guint32 n_places, const double *place_x, const double *place_y,
              guint32 n, const double *x, const double *y, const CgReachParams *params,
              GCancellable *cancel, double *out, guint32 *out_place, GError **error)
{
    if (!(params->detour >= 1 && isfinite (params->detour)) || !(params->off_road_m >= 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a detour of %g and roads within %g m: at least 1 and 0 are wanted",
                     params->detour, params->off_road_m);
        return FALSE;
    }
    g_auto (Work) work = { .roads = roads, .params = params, .n_places = n_places,
                           .place_x = place_x, .place_y = place_y };
    set_out (&work);
    if (!walk (&work, cancel, error) || !index_places (&work, error))
        return FALSE;
    for (guint32 i = 0; i < n; i++) {
        gboolean known = isfinite (x[i]) && isfinite (y[i]);
        Nearest nearest = known ? find_nearest (&work, x[i], y[i])
                                : (Nearest){ NAN, G_MAXUINT32 };
        out[i] = nearest.m;
        if (out_place != NULL)
            out_place[i] = nearest.place;
    }
    return TRUE;
}
