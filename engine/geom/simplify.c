#include "geom/simplify.h"

#include "base/error.h"
#include "geom/livetree.h"
#include "geom/orient.h"

#include <math.h>
#include <stdlib.h>

#define NONE G_MAXUINT32
#define MAX_COORDINATE 1e150
/* A border's distance from what was delivered is known as an upper bound; where that is too much,
 * it is measured anew over this many vertices at most. */
#define MAX_LOOK 1024u

typedef struct {
    guint32 a, b; /* nodes, a < b */
} Edge;

typedef struct {
    const CgSimplifyOptions *options;
    guint n_tables;
    const CgShapes *const *tables;

    guint32 n_nodes; /* places: vertices of all tables that are equal are one */
    double *x, *y;   /* [n_nodes] */
    guint32 *first_vertex; /* [n_tables + 1] of each table in node_of */
    guint32 *node_of;      /* [vertices of all tables] */
    Edge *edge;            /* sorted, each once */
    guint32 n_edges;
    guint32 *nodes_edge;   /* [n_nodes + 1] first entry of each node in near_node */
    guint32 *near_node;
    guint8 *fixed; /* [n_nodes] ends of chains */
    guint8 *gone;  /* [n_nodes] */

    /* Chains one behind another: a place in them is a spot. */
    guint32 n_spots;
    guint32 *spot_node; /* [n_spots] */
    guint32 *before, *after; /* [n_spots] the spots left on both sides; NONE past an end */
    double *off_m; /* [n_spots] the border from here to `after` is no further from the old one */
    GHashTable *straight; /* borders from one fixed node to another, as guint64 */

    /* Spots by the triangle that leaves with them, smallest first. */
    guint32 *heap, n_heap;
    guint32 *heap_at; /* [n_spots] or NONE */
    double *weight;   /* [n_spots] m2 */
    CgLiveTree *tree;
} Job;

static void
job_done (Job *job)
{
    g_free (job->x);
    g_free (job->y);
    g_free (job->first_vertex);
    g_free (job->node_of);
    g_free (job->edge);
    g_free (job->nodes_edge);
    g_free (job->near_node);
    g_free (job->fixed);
    g_free (job->gone);
    g_free (job->spot_node);
    g_free (job->before);
    g_free (job->after);
    g_free (job->off_m);
    g_clear_pointer (&job->straight, g_hash_table_unref);
    g_free (job->heap);
    g_free (job->heap_at);
    g_free (job->weight);
    cg_live_tree_free (job->tree);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_done)

static gboolean
fail_memory (guint64 n, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %" G_GUINT64_FORMAT " vertices",
                 n);
    return FALSE;
}

/* ---- places ------------------------------------------------------------------------------ */

typedef struct {
    double x, y;
    guint32 vertex;
} Place;

static int
compare_places (const void *a, const void *b)
{
    const Place *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

static gboolean
check_tables (Job *job, guint64 *out_vertices, GError **error)
{
    const CgSimplifyOptions *o = job->options;
    if (!(o->tolerance_m >= 0 && o->tolerance_m <= 1e12) ||
        !(o->metre_x > 0 && o->metre_x <= 1e12) || !(o->metre_y > 0 && o->metre_y <= 1e12)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "simplify: %g m with units of %g by %g m", o->tolerance_m, o->metre_x,
                     o->metre_y);
        return FALSE;
    }
    *out_vertices = 0;
    for (guint t = 0; t < job->n_tables; t++) {
        const CgShapes *s = job->tables[t];
        if (s->kind != CG_SHAPES_AREA) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "simplify: table %u is not of areas",
                         t);
            return FALSE;
        }
        for (guint32 i = 0, v = 0; i < s->n_shapes; i++)
            for (guint32 end = s->ring_vertex[s->part_ring[s->shape_part[i + 1]]]; v < end; v++)
                if (!(fabs (s->x[v]) <= MAX_COORDINATE && fabs (s->y[v]) <= MAX_COORDINATE)) {
                    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                                 "simplify: row %u of table %u has the place %g %g", i, t, s->x[v],
                                 s->y[v]);
                    return FALSE;
                }
        *out_vertices += s->n_vertices;
    }
    return *out_vertices < CG_SHAPES_MAX_VERTICES || fail_memory (*out_vertices, error);
}

/* Vertices at one place get one number; numbers go from west to east. */
static gboolean
number_places (Job *job, GError **error)
{
    guint64 n;
    if (!check_tables (job, &n, error))
        return FALSE;
    g_autofree Place *places = g_try_new (Place, n + 1);
    job->first_vertex = g_new0 (guint32, (gsize) job->n_tables + 1);
    job->node_of = g_try_new (guint32, n + 1);
    job->x = g_try_new (double, n + 1);
    job->y = g_try_new (double, n + 1);
    if (places == NULL || job->node_of == NULL || job->x == NULL || job->y == NULL)
        return fail_memory (n, error);
    guint32 k = 0;
    for (guint t = 0; t < job->n_tables; t++) {
        const CgShapes *s = job->tables[t];
        job->first_vertex[t] = k;
        for (guint32 v = 0; v < s->n_vertices; v++, k++)
            places[k] = (Place){ s->x[v], s->y[v], k };
    }
    job->first_vertex[job->n_tables] = k;
    qsort (places, k, sizeof *places, compare_places);
    for (guint32 i = 0; i < k; i++) {
        if (i == 0 || compare_places (&places[i - 1], &places[i]) != 0) {
            job->x[job->n_nodes] = places[i].x;
            job->y[job->n_nodes++] = places[i].y;
        }
        job->node_of[places[i].vertex] = job->n_nodes - 1;
    }
    return TRUE;
}

/* ---- borders and chains ------------------------------------------------------------------ */

static int
compare_edges (const void *a, const void *b)
{
    const Edge *p = a, *q = b;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

/* Borders of one ring; where it turns back on itself, the place of the turn stays. */
static void
add_ring (Job *job, guint32 from, guint32 to)
{
    guint32 last = NONE, last_but_one = NONE, start = NONE, second = NONE;
    for (guint32 v = from; v < to; v++) {
        guint32 node = job->node_of[v];
        if (node == last)
            continue;
        if (last != NONE) {
            job->edge[job->n_edges++] = (Edge){ MIN (last, node), MAX (last, node) };
            second = second == NONE ? node : second;
        } else
            start = node;
        if (last != NONE && node == last_but_one)
            job->fixed[last] = TRUE;
        last_but_one = last;
        last = node;
    }
    if (start != NONE && (last != start || last_but_one == second))
        job->fixed[start] = TRUE;
}

static gboolean
find_edges (Job *job, GError **error)
{
    gsize n = (gsize) job->first_vertex[job->n_tables] + 1;
    job->edge = g_try_new (Edge, n);
    job->fixed = g_try_malloc0 ((gsize) job->n_nodes + 1);
    job->gone = g_try_malloc0 ((gsize) job->n_nodes + 1);
    job->nodes_edge = g_try_new0 (guint32, (gsize) job->n_nodes + 2);
    job->near_node = g_try_new (guint32, 2 * n);
    if (job->edge == NULL || job->fixed == NULL || job->gone == NULL || job->nodes_edge == NULL ||
        job->near_node == NULL)
        return fail_memory (n, error);
    for (guint t = 0; t < job->n_tables; t++)
        for (guint32 r = 0; r < job->tables[t]->n_rings; r++)
            add_ring (job, job->first_vertex[t] + job->tables[t]->ring_vertex[r],
                      job->first_vertex[t] + job->tables[t]->ring_vertex[r + 1]);
    qsort (job->edge, job->n_edges, sizeof *job->edge, compare_edges);
    guint32 kept = 0;
    for (guint32 e = 0; e < job->n_edges; e++)
        if (e == 0 || compare_edges (&job->edge[e - 1], &job->edge[e]) != 0) {
            job->edge[kept] = job->edge[e];
            job->nodes_edge[job->edge[kept].a + 1]++;
            job->nodes_edge[job->edge[kept].b + 1]++;
            kept++;
        }
    job->n_edges = kept;
    for (guint32 i = 0; i < job->n_nodes; i++) {
        job->fixed[i] |= job->nodes_edge[i + 1] != 2;
        job->nodes_edge[i + 1] += job->nodes_edge[i];
    }
    return TRUE;
}

/* Neighbours of each node, ascending. */
static gboolean
find_neighbours (Job *job, GError **error)
{
    g_autofree guint32 *next = g_try_new (guint32, (gsize) job->n_nodes + 1);
    if (next == NULL)
        return fail_memory (job->n_nodes, error);
    for (guint32 i = 0; i < job->n_nodes; i++)
        next[i] = job->nodes_edge[i];
    for (guint32 e = 0; e < job->n_edges; e++)
        job->near_node[next[job->edge[e].b]++] = job->edge[e].a;
    for (guint32 e = 0; e < job->n_edges; e++)
        job->near_node[next[job->edge[e].a]++] = job->edge[e].b;
    return TRUE;
}

static guint64
straight_key (guint32 a, guint32 b)
{
    return (guint64) MIN (a, b) << 32 | MAX (a, b);
}

static void
add_straight (Job *job, guint32 a, guint32 b)
{
    g_hash_table_add (job->straight,
                      g_memdup2 (&(guint64){ straight_key (a, b) }, sizeof (guint64)));
}

static guint32
add_spot (Job *job, guint32 node, guint32 last)
{
    guint32 spot = job->n_spots++;
    job->spot_node[spot] = node;
    job->before[spot] = last;
    job->after[spot] = NONE;
    job->off_m[spot] = 0;
    if (last != NONE)
        job->after[last] = spot;
    return spot;
}

/* From node by way of `next` to the end of the chain; seen marks what is no end. */
static void
follow_chain (Job *job, guint32 node, guint32 next, guint8 *seen)
{
    guint32 start = job->n_spots, spot = add_spot (job, node, NONE), end = node;
    while (!job->fixed[next] && next != end) {
        seen[next] = TRUE;
        spot = add_spot (job, next, spot);
        const guint32 *near = job->near_node + job->nodes_edge[next];
        guint32 on = near[near[0] == node];
        node = next;
        next = on;
    }
    if (job->fixed[next])
        add_spot (job, next, spot);
    else { /* closed, without an end */
        job->after[spot] = start;
        job->before[start] = spot;
    }
}

static gboolean
find_chains (Job *job, GError **error)
{
    gsize room = 2 * (gsize) job->n_edges + job->n_nodes + 1;
    g_autofree guint8 *seen = g_try_malloc0 ((gsize) job->n_nodes + 1);
    job->spot_node = g_try_new (guint32, room);
    job->before = g_try_new (guint32, room);
    job->after = g_try_new (guint32, room);
    job->off_m = g_try_new (double, room);
    job->heap = g_try_new (guint32, room);
    job->heap_at = g_try_new (guint32, room);
    job->weight = g_try_new (double, room);
    job->straight = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    if (seen == NULL || job->spot_node == NULL || job->before == NULL || job->after == NULL ||
        job->off_m == NULL || job->heap == NULL || job->heap_at == NULL || job->weight == NULL)
        return fail_memory (room, error);
    for (guint32 i = 0; i < job->n_nodes; i++)
        for (guint32 k = job->nodes_edge[i]; job->fixed[i] && k < job->nodes_edge[i + 1]; k++) {
            guint32 next = job->near_node[k];
            if (job->fixed[next])
                add_straight (job, i, next);
            else if (!seen[next])
                follow_chain (job, i, next, seen);
        }
    for (guint32 i = 0; i < job->n_nodes; i++)
        if (!job->fixed[i] && !seen[i]) {
            seen[i] = TRUE;
            follow_chain (job, i, job->near_node[job->nodes_edge[i]], seen);
        }
    return TRUE;
}

/* ---- the heap ---------------------------------------------------------------------------- */

static gboolean
is_lighter (const Job *job, guint32 p, guint32 q)
{
    return job->weight[p] != job->weight[q] ? job->weight[p] < job->weight[q] : p < q;
}

static void
put (Job *job, guint32 at, guint32 spot)
{
    job->heap[at] = spot;
    job->heap_at[spot] = at;
}

static void
sift (Job *job, guint32 at, guint32 spot)
{
    for (; at > 0 && is_lighter (job, spot, job->heap[(at - 1) / 2]); at = (at - 1) / 2)
        put (job, at, job->heap[(at - 1) / 2]);
    for (;;) {
        guint32 child = 2 * at + 1;
        if (child + 1 < job->n_heap && is_lighter (job, job->heap[child + 1], job->heap[child]))
            child++;
        if (child >= job->n_heap || !is_lighter (job, job->heap[child], spot))
            break;
        put (job, at, job->heap[child]);
        at = child;
    }
    put (job, at, spot);
}

static guint32
pop (Job *job)
{
    guint32 top = job->heap[0], last = job->heap[--job->n_heap];
    job->heap_at[top] = NONE;
    if (job->n_heap > 0)
        sift (job, 0, last);
    return top;
}

static void
weigh (Job *job, guint32 spot)
{
    guint32 b = job->spot_node[spot];
    if (job->fixed[b] || job->gone[b])
        return;
    guint32 a = job->spot_node[job->before[spot]], c = job->spot_node[job->after[spot]];
    double turn = (job->x[b] - job->x[a]) * (job->y[c] - job->y[a]) -
                  (job->y[b] - job->y[a]) * (job->x[c] - job->x[a]);
    job->weight[spot] = fabs (turn) / 2 * job->options->metre_x * job->options->metre_y;
    guint32 at = job->heap_at[spot] != NONE ? job->heap_at[spot] : job->n_heap++;
    sift (job, at, spot);
}

/* ---- taking away ------------------------------------------------------------------------- */

/* From node p to the line from a to c, in metres. */
static double
distance_m (const Job *job, guint32 p, guint32 a, guint32 c)
{
    double mx = job->options->metre_x, my = job->options->metre_y;
    double dx = (job->x[c] - job->x[a]) * mx, dy = (job->y[c] - job->y[a]) * my;
    double px = (job->x[p] - job->x[a]) * mx, py = (job->y[p] - job->y[a]) * my;
    double length2 = dx * dx + dy * dy;
    double share = length2 > 0 ? CLAMP ((px * dx + py * dy) / length2, 0, 1) : 0;
    px -= share * dx;
    py -= share * dy;
    return sqrt (px * px + py * py);
}

/* Every vertex delivered between the spots around `spot` lies within the tolerance of the line that
 * would join them. A closed chain may run over the end of its spots. */
static gboolean
is_near (const Job *job, guint32 spot, double *out_m)
{
    guint32 from = job->before[spot], to = job->after[spot];
    guint32 a = job->spot_node[from], c = job->spot_node[to];
    double tolerance_m = job->options->tolerance_m;
    double middle_m = distance_m (job, job->spot_node[spot], a, c);
    *out_m = MAX (job->off_m[from], job->off_m[spot]) + middle_m;
    if (*out_m <= tolerance_m)
        return TRUE;
    if (middle_m > tolerance_m || to <= from || to - from > MAX_LOOK)
        return FALSE;
    *out_m = 0;
    for (guint32 k = from + 1; k < to && *out_m <= tolerance_m; k++)
        *out_m = MAX (*out_m, distance_m (job, job->spot_node[k], a, c));
    return *out_m <= tolerance_m;
}

/* A border leads from the spot before to the one after by another way than through `spot`. */
static gboolean
is_joined (const Job *job, guint32 spot)
{
    guint32 from = job->before[spot], to = job->after[spot];
    guint32 a = job->spot_node[from], c = job->spot_node[to];
    if (a == c)
        return TRUE;
    if (!job->fixed[a])
        return job->spot_node[job->before[from]] == c;
    if (!job->fixed[c])
        return job->spot_node[job->after[to]] == a;
    return g_hash_table_contains (job->straight, &(guint64){ straight_key (a, c) });
}

/* A border that turns straight back covers itself: nothing can be said about what it bounds. */
static gboolean
turns_back (const Job *job, guint32 a, guint32 b, guint32 c)
{
    double onward = (job->x[b] - job->x[a]) * (job->x[c] - job->x[b]) +
                    (job->y[b] - job->y[a]) * (job->y[c] - job->y[b]);
    return onward < 0 && cg_orient_sign (job->x[a], job->y[a], job->x[b], job->y[b], job->x[c],
                                         job->y[c]) == 0;
}

static gboolean
may_leave (const Job *job, guint32 spot, double *out_m)
{
    guint32 a = job->spot_node[job->before[spot]], b = job->spot_node[spot],
            c = job->spot_node[job->after[spot]];
    return is_near (job, spot, out_m) && !is_joined (job, spot) && !turns_back (job, a, b, c) &&
           !cg_live_tree_in_triangle (job->tree, a, b, c);
}

static void
take_away (Job *job, guint32 spot, double off_m)
{
    guint32 from = job->before[spot], to = job->after[spot];
    guint32 a = job->spot_node[from], c = job->spot_node[to];
    job->gone[job->spot_node[spot]] = TRUE;
    cg_live_tree_remove (job->tree, job->spot_node[spot]);
    job->after[from] = to;
    job->before[to] = from;
    job->off_m[from] = off_m;
    if (job->fixed[a] && job->fixed[c])
        add_straight (job, a, c);
    weigh (job, from);
    weigh (job, to);
}

/* What was in the way of a vertex may have left since, so rounds are repeated while they help. */
static gboolean
thin_chains (Job *job, GCancellable *cancel, GError **error)
{
    guint32 n_gone = 1;
    for (guint32 k = 0; k < job->n_spots; k++)
        job->heap_at[k] = NONE;
    for (guint round = 0; n_gone > 0 && round < 8; round++) {
        n_gone = 0;
        for (guint32 k = 0; k < job->n_spots; k++)
            weigh (job, k);
        for (guint32 work = 0; job->n_heap > 0; work++) {
            double off_m;
            guint32 spot = pop (job);
            if (work % 4096 == 0 && cg_is_stopped (cancel, error))
                return FALSE;
            if (!may_leave (job, spot, &off_m))
                continue;
            take_away (job, spot, off_m);
            n_gone++;
        }
    }
    return TRUE;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* The vertices of a ring that stay, from the first of them round to it again. */
static void
copy_ring (const Job *job, const CgShapes *from, const guint32 *node_of, guint32 ring,
           CgShapes *out)
{
    guint32 begin = from->ring_vertex[ring], end = from->ring_vertex[ring + 1], first = begin;
    while (first < end && job->gone[node_of[first]])
        first++;
    for (guint32 v = first; v < end; v++)
        if (!job->gone[node_of[v]])
            cg_shapes_add_vertex (out, from->x[v], from->y[v]);
    if (first > begin && first < end)
        cg_shapes_add_vertex (out, from->x[first], from->y[first]);
    cg_shapes_end_ring (out);
}

static CgShapes *
copy_table (const Job *job, guint t)
{
    const CgShapes *from = job->tables[t];
    CgShapes *out = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 i = 0; i < from->n_shapes; i++) {
        for (guint32 p = from->shape_part[i]; p < from->shape_part[i + 1]; p++) {
            for (guint32 r = from->part_ring[p]; r < from->part_ring[p + 1]; r++)
                copy_ring (job, from, job->node_of + job->first_vertex[t], r, out);
            cg_shapes_end_part (out);
        }
        cg_shapes_end_shape (out);
    }
    return out;
}

gboolean
cg_simplify_run (guint n_tables, const CgShapes *const *tables, const CgSimplifyOptions *options,
                 GCancellable *cancel, CgShapes **out, GError **error)
{
    g_auto (Job) job = { .options = options, .n_tables = n_tables, .tables = tables };
    if (!number_places (&job, error) || !find_edges (&job, error) ||
        !find_neighbours (&job, error) || !find_chains (&job, error))
        return FALSE;
    job.tree = cg_live_tree_new (job.n_nodes, job.x, job.y, error);
    if (job.tree == NULL || !thin_chains (&job, cancel, error))
        return FALSE;
    for (guint t = 0; t < n_tables; t++)
        out[t] = copy_table (&job, t);
    return TRUE;
}
