/* Pieces of border between cells: collected from the triangles, then straightened. */
#include "cells/cells_internal.h"

#include <math.h>
#include <string.h>

#include "cells/buckets.h"

#define LONGEST_LOOK 64u
#define GAP_SHARE 16 /* a border may move by this share of the gap that it runs in, */
#define GAP_TIMES 10 /* up to so many times simplify_m                              */
#define RIM_M 30.0     /* or this far, between a garden and open ground (trace.c: squares of 40 m) */
#define JOINT_PLACES 3 /* places that a line was given between its ends lie so near to it */

/* ---- collecting -------------------------------------------------------------------------- */

typedef struct {
    CgCellsJob *job;
    CgBorders *out;
    guint32 *vertex_of; /* nodes, then middles by slot, then centres by triangle */
} Collect;

static guint32
take_vertex (Collect *c, gsize key, CgSpot spot, guint32 node, double gap_m)
{
    if (c->vertex_of[key] == CG_NONE) {
        c->vertex_of[key] = c->out->vertex->len;
        g_array_append_val (c->out->vertex, spot);
        g_array_append_val (c->out->node, node);
        g_array_append_val (c->out->gap_m, gap_m);
    }
    return c->vertex_of[key];
}

static guint32
corner_vertex (Collect *c, guint32 s)
{
    const CgNet *mesh = c->job->mesh;
    guint32 node = mesh->corner[s];
    CgSpot p = mesh->spot[node];
    return take_vertex (c, node, (CgSpot){ CG_PLACE * p.x, CG_PLACE * p.y }, node, 0);
}

/* Where the ground on the left of slot s is divided. Beside a line its two sides may be divided at two
 * places, or at one. */
static guint32
middle_vertex (Collect *c, guint32 s)
{
    const CgNet *mesh = c->job->mesh;
    guint32 r = mesh->twin[s], slot = r != CG_NONE ? MIN (s, r) : s;
    double gap_m, other_m;
    gboolean line = mesh->edge[s] != CG_NONE;
    guint32 known = c->vertex_of[(gsize) mesh->n_nodes + (line ? s : slot)];
    if (known != CG_NONE)
        return known;
    CgSpot p = cg_cells_cut_side (c->job, s, &gap_m);
    if (r != CG_NONE && line && slot != s) {
        CgSpot q = cg_cells_cut_side (c->job, r, &other_m);
        if (p.x != q.x || p.y != q.y)
            slot = s;
    }
    return take_vertex (c, (gsize) mesh->n_nodes + slot, p, CG_NONE, gap_m);
}

/* Where side s is divided; in the open, where both of its slots are divided at one place, that is known
 * once a border has been there. */
static CgSpot
cut_of (const Collect *c, guint32 s)
{
    const CgNet *mesh = c->job->mesh;
    guint32 slot = MIN (s, mesh->twin[s]), known = c->vertex_of[(gsize) mesh->n_nodes + slot];
    double gap_m;
    return mesh->edge[s] == CG_NONE && known != CG_NONE
               ? g_array_index (c->out->vertex, CgSpot, known)
               : cg_cells_cut_side (c->job, s, &gap_m);
}

static guint32
centre_vertex (Collect *c, guint32 t)
{
    const CgNet *mesh = c->job->mesh;
    gsize key = (gsize) mesh->n_nodes + 3 * (gsize) mesh->n_triangles + t;
    double gap_m = INFINITY;
    CgSpot cut[3];
    if (c->vertex_of[key] != CG_NONE)
        return c->vertex_of[key];
    for (guint k = 0; k < 3; k++) {
        gap_m = MIN (gap_m, cg_cells_metres (c->job, mesh->spot[mesh->corner[3 * t + k]],
                                             mesh->spot[mesh->corner[3 * t + (k + 1) % 3]]));
        cut[k] = cut_of (c, 3 * t + k);
    }
    return take_vertex (c, key, cg_cells_cut_centre (c->job, t, cut), CG_NONE, gap_m);
}

static guint32
cell_at (const CgCellsJob *job, guint32 piece)
{
    guint32 label = job->label[piece];
    return label < CG_FREE ? job->cell_of_label[label] : CG_NONE;
}

static void
add_border (Collect *c, guint32 a, guint32 b, guint32 left, guint32 right, guint32 edge,
            gboolean closed)
{
    const CgCellsJob *job = c->job;
    if (left == right)
        return;
    CgBorder border = { a, b, left, right, CG_BARRIER_NONE, TRUE, edge != CG_NONE, FALSE };
    if (edge != CG_NONE) {
        border.class = job->edge_class[edge];
        border.closed = closed && job->edge_cut[edge];
        border.passable = job->edge_passable[edge] && !border.closed;
    }
    g_array_append_val (c->out->border, border);
}

/* Whether vertex a on side s lies before vertex b. */
static gboolean
is_nearer (const Collect *c, guint32 s, guint32 a, guint32 b)
{
    const CgNet *mesh = c->job->mesh;
    CgSpot from = mesh->spot[mesh->corner[s]], to = mesh->spot[mesh->corner[cg_net_next (s)]];
    CgSpot p = g_array_index (c->out->vertex, CgSpot, a), q = g_array_index (c->out->vertex, CgSpot, b);
    return (CgWide) (q.x - p.x) * (to.x - from.x) + (CgWide) (q.y - p.y) * (to.y - from.y) > 0;
}

static void
collect_side (Collect *c, guint32 s)
{
    const CgCellsJob *job = c->job;
    const CgNet *mesh = job->mesh;
    guint32 r = mesh->twin[s], t = s / 3, e = mesh->edge[s];
    if (r == CG_NONE || r < s)
        return;
    gboolean closed = job->is_water[t] == CG_WATER_CLOSED ||
                      job->is_water[r / 3] == CG_WATER_CLOSED;
    guint32 left[3], right[3]; /* in the first half, the second, and between two cuts */
    for (guint h = 0; h < 2; h++) {
        left[h] = cell_at (job, cg_cells_piece_at (job, t, s % 3, h));
        right[h] = cell_at (job, cg_cells_piece_at (job, r / 3, r % 3, 1 - h));
    }
    if (left[0] == right[0] && left[1] == right[1] && left[0] == left[1])
        return;
    /* Both sides change from one cell to the next at most once, beside a line not at one place. */
    guint32 at[2], n = 0;
    if (left[0] != left[1])
        at[n++] = middle_vertex (c, s);
    if (right[0] != right[1])
        at[n++] = middle_vertex (c, r);
    if (n == 2 && at[0] == at[1])
        n = 1;
    if (n == 2 && !is_nearer (c, s, at[0], at[1])) {
        guint32 swap = at[0];
        at[0] = at[1];
        at[1] = swap;
        left[2] = left[0];
        right[2] = right[1];
    } else {
        left[2] = left[n > 0];
        right[2] = right[0];
    }
    /* Vertices are numbered as they are asked for: one a statement, so that every compiler asks in this
     * order. */
    if (left[0] != right[0]) {
        guint32 to = n > 0 ? at[0] : corner_vertex (c, r), from = corner_vertex (c, s);
        add_border (c, from, to, left[0], right[0], e, closed);
    }
    if (n == 2 && left[2] != right[2])
        add_border (c, at[0], at[1], left[2], right[2], e, closed);
    if (n > 0 && left[1] != right[1])
        add_border (c, at[n - 1], corner_vertex (c, r), left[1], right[1], e, closed);
}

/* Cuts inside a triangle. */
static void
collect_inside (Collect *c, guint32 t)
{
    const CgCellsJob *job = c->job;
    guint split = job->split[t];
    guint32 cell[3];
    for (guint k = 0; k < 3; k++)
        cell[k] = cell_at (job, 3 * t + k);
    if (split == CG_SPLIT_WHOLE || (cell[0] == cell[1] && split < CG_SPLIT_STAR))
        return;
    if (split < CG_SPLIT_MEDIAN) {
        guint i = split - CG_SPLIT_CORNER;
        guint32 to = middle_vertex (c, 3 * t + (i + 2) % 3), from = middle_vertex (c, 3 * t + i);
        add_border (c, from, to, cell[1], cell[0], CG_NONE, FALSE);
    } else if (split < CG_SPLIT_STAR) {
        guint i = split - CG_SPLIT_MEDIAN;
        guint32 to = corner_vertex (c, 3 * t + i), from = middle_vertex (c, 3 * t + (i + 1) % 3);
        add_border (c, from, to, cell[1], cell[0], CG_NONE, FALSE);
    } else {
        for (guint i = 0; i < 3; i++) {
            if (cell[i] == cell[(i + 1) % 3])
                continue;
            guint32 to = centre_vertex (c, t), from = middle_vertex (c, 3 * t + i);
            add_border (c, from, to, cell[i], cell[(i + 1) % 3], CG_NONE, FALSE);
        }
    }
}

gboolean
cg_cells_collect_borders (CgCellsJob *job, CgBorders *borders, GError **error)
{
    const CgNet *mesh = job->mesh;
    gsize keys = (gsize) mesh->n_nodes + 4 * (gsize) mesh->n_triangles;
    g_autofree guint32 *vertex_of = g_try_new (guint32, keys + 1);
    if (vertex_of == NULL)
        return cg_cells_no_memory (error);
    memset (vertex_of, 0xff, keys * sizeof *vertex_of);
    Collect c = { job, borders, vertex_of };
    for (guint32 t = 0; t < mesh->n_triangles; t++) {
        if ((t & 0xffff) == 0 && cg_cells_is_stopped (job, error))
            return FALSE;
        for (guint32 s = 3 * t; s < 3 * t + 3; s++)
            collect_side (&c, s);
        if (job->region_of[t] != CG_NONE)
            collect_inside (&c, t);
    }
    return TRUE;
}

/* ---- straightening ----------------------------------------------------------------------- */

typedef struct {
    guint32 to, next;
} Direct;

/* Borders at each vertex; a vertex with two of one kind lies inside a line. */
typedef struct {
    CgCellsJob *job;
    CgBorders *borders;
    guint32 *first, *at;  /* borders by vertex                        */
    guint8 *done;         /* borders that a line has taken            */
    CgBuckets buckets;    /* vertices, then nodes of outlines         */
    CgSpot *stops;        /* their places, two each, for buckets      */
    guint8 *gone;         /* vertices that straightening has left out */
    guint32 *direct_first; /* by vertex: lines made without a vertex between, CG_NONE ends */
    GArray *direct;        /* of Direct                                                    */
    double joint_m;       /* how far fixed lines may move             */
    gboolean is_rim;      /* the line in hand parts a garden from open ground */
    GArray *found, *line; /* line: vertices of the line in hand       */
    GArray *made;         /* of CgBorder                              */
} Straight;

static void
straight_done (Straight *s)
{
    g_free (s->first);
    g_free (s->at);
    g_free (s->done);
    g_free (s->stops);
    g_free (s->gone);
    g_free (s->direct_first);
    g_clear_pointer (&s->direct, g_array_unref);
    cg_buckets_done (&s->buckets);
    g_clear_pointer (&s->found, g_array_unref);
    g_clear_pointer (&s->line, g_array_unref);
    g_clear_pointer (&s->made, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Straight, straight_done)

static CgSpot
vertex_at (const Straight *s, guint32 v)
{
    return g_array_index (s->borders->vertex, CgSpot, v);
}

static void
index_borders (Straight *s)
{
    const GArray *border = s->borders->border;
    guint32 n = s->borders->vertex->len;
    s->first = g_new0 (guint32, (gsize) n + 2);
    s->at = g_new (guint32, 2 * (gsize) border->len + 1);
    for (guint32 b = 0; b < border->len; b++) {
        const CgBorder *border_b = &g_array_index (border, CgBorder, b);
        s->first[border_b->a + 2]++;
        s->first[border_b->b + 2]++;
    }
    for (guint32 v = 1; v < n + 2; v++)
        s->first[v] += s->first[v - 1];
    for (guint32 b = 0; b < border->len; b++) {
        const CgBorder *border_b = &g_array_index (border, CgBorder, b);
        s->at[s->first[border_b->a + 1]++] = b;
        s->at[s->first[border_b->b + 1]++] = b;
    }
}

/* Everything that a straightened border must not run over: all vertices, and outlines. */
static gboolean
index_stops (Straight *s, GError **error)
{
    const CgCellsJob *job = s->job;
    guint32 n_vertices = s->borders->vertex->len, n = n_vertices;
    for (guint32 v = 0; v < job->mesh->n_nodes; v++)
        n += job->node_first[v] < job->node_first[v + 1];
    s->stops = g_try_new (CgSpot, 2 * (gsize) n + 1);
    s->gone = g_try_new0 (guint8, (gsize) n + 1);
    if (s->stops == NULL || s->gone == NULL)
        return cg_cells_no_memory (error);
    for (guint32 v = 0; v < n_vertices; v++)
        s->stops[2 * (gsize) v] = s->stops[2 * (gsize) v + 1] = vertex_at (s, v);
    guint32 k = n_vertices;
    for (guint32 v = 0; v < job->mesh->n_nodes; v++)
        if (job->node_first[v] < job->node_first[v + 1]) {
            CgSpot p = job->mesh->spot[v];
            s->stops[2 * (gsize) k] = s->stops[2 * (gsize) k + 1] =
                (CgSpot){ CG_PLACE * p.x, CG_PLACE * p.y };
            k++;
        }
    return cg_buckets_init (&s->buckets, s->stops, n, error);
}

static gboolean
are_alike (const CgBorder *x, const CgBorder *y)
{
    gboolean same = x->left == y->left && x->right == y->right;
    gboolean turned = x->left == y->right && x->right == y->left;
    return (same || turned) && x->class == y->class && x->passable == y->passable &&
           x->fixed == y->fixed && x->closed == y->closed;
}

/* The other border at v, when v lies inside a line of b; else CG_NONE. */
static guint32
goes_on (const Straight *s, guint32 v, guint32 b)
{
    if (s->first[v + 1] - s->first[v] != 2)
        return CG_NONE;
    guint32 other = s->at[s->first[v]] == b ? s->at[s->first[v] + 1] : s->at[s->first[v]];
    return other != b && are_alike (&g_array_index (s->borders->border, CgBorder, b),
                                    &g_array_index (s->borders->border, CgBorder, other))
               ? other
               : CG_NONE;
}

/* Metres from p to the straight way from a to b. */
static double
off_line (const Straight *s, CgSpot a, CgSpot b, CgSpot p)
{
    double step_x = s->job->step * s->job->in->metre_x, step_y = s->job->step * s->job->in->metre_y;
    double dx = (double) (b.x - a.x) * step_x, dy = (double) (b.y - a.y) * step_y;
    double px = (double) (p.x - a.x) * step_x, py = (double) (p.y - a.y) * step_y;
    double square = dx * dx + dy * dy;
    double t = square > 0 ? CLAMP ((px * dx + py * dy) / square, 0, 1) : 0;
    px -= t * dx;
    py -= t * dy;
    return sqrt (px * px + py * py);
}

static guint32
line_vertex (const Straight *s, guint k)
{
    return g_array_index (s->line, guint32, k);
}

static gboolean
is_collinear (const Straight *s, guint i, guint j)
{
    CgSpot a = vertex_at (s, line_vertex (s, i)), b = vertex_at (s, line_vertex (s, j));
    for (guint k = i + 1; k < j; k++) {
        CgSpot p = vertex_at (s, line_vertex (s, k));
        if (cg_spot_turn (a, b, p) != 0 || (CgWide) (p.x - a.x) * (b.x - p.x) < 0 ||
            (CgWide) (p.y - a.y) * (b.y - p.y) < 0)
            return FALSE;
    }
    return TRUE;
}

/* How far the border may move at vertex k of the line; on a fixed one only what rounding moved the
 * places that were put between its ends (trace.c). */
static double
freedom (const Straight *s, guint k, gboolean fixed)
{
    if (fixed)
        return s->joint_m;
    double least_m = s->job->options.simplify_m;
    if (s->is_rim)
        return MAX (least_m, RIM_M);
    double gap_m = g_array_index (s->borders->gap_m, double, line_vertex (s, k));
    return CLAMP (gap_m / GAP_SHARE, least_m, GAP_TIMES * least_m);
}

/* Every vertex between the two moves by no more than its own freedom; out_most: the greatest move. */
static gboolean
is_near (const Straight *s, guint i, guint j, gboolean fixed, double *out_most)
{
    CgSpot a = vertex_at (s, line_vertex (s, i)), b = vertex_at (s, line_vertex (s, j));
    if (a.x == b.x && a.y == b.y)
        return FALSE;
    *out_most = fixed ? s->joint_m : 0;
    for (guint k = i + 1; k < j; k++) {
        double off_m = off_line (s, a, b, vertex_at (s, line_vertex (s, k)));
        if (off_m > freedom (s, k, fixed))
            return FALSE;
        *out_most = MAX (*out_most, off_m);
    }
    return TRUE;
}

/* No vertex that stays, other than those of the line from i to j, lies as near to the straight way
 * as the line itself: then nothing can lie between the two, and nothing is crossed. */
static gboolean
is_clear (Straight *s, guint i, guint j, double tolerance_m)
{
    CgSpot a = vertex_at (s, line_vertex (s, i)), b = vertex_at (s, line_vertex (s, j));
    double wide = tolerance_m * 1.01;
    gint64 rx = (gint64) (wide / (s->job->step * s->job->in->metre_x)) + 2,
           ry = (gint64) (wide / (s->job->step * s->job->in->metre_y)) + 2;
    cg_buckets_find (&s->buckets, (CgSpot){ MIN (a.x, b.x) - rx, MIN (a.y, b.y) - ry },
                     (CgSpot){ MAX (a.x, b.x) + rx, MAX (a.y, b.y) + ry }, s->found);
    for (guint f = 0; f < s->found->len; f++) {
        guint32 v = g_array_index (s->found, guint32, f);
        gboolean own = FALSE;
        CgSpot p = s->stops[2 * (gsize) v];
        if (s->gone[v] || (p.x == a.x && p.y == a.y) || (p.x == b.x && p.y == b.y))
            continue;
        for (guint k = i; k <= j && !own; k++)
            own = line_vertex (s, k) == v;
        if (!own && off_line (s, a, b, p) <= wide)
            return FALSE;
    }
    return TRUE;
}

/* Whether a line without a vertex between runs from a to b, as it came or since it was straightened. */
static gboolean
is_direct (const Straight *s, guint32 a, guint32 b)
{
    for (guint32 k = s->first[a]; k < s->first[a + 1]; k++) {
        const CgBorder *border = &g_array_index (s->borders->border, CgBorder, s->at[k]);
        if (border->a == b || border->b == b)
            return TRUE;
    }
    for (guint32 k = s->direct_first[a]; k != CG_NONE;) {
        const Direct *direct = &g_array_index (s->direct, Direct, k);
        if (direct->to == b)
            return TRUE;
        k = direct->next;
    }
    return FALSE;
}

static void
note_direct (Straight *s)
{
    const guint32 end[] = { line_vertex (s, 0), line_vertex (s, s->line->len - 1) };
    for (guint k = 0; k < 2; k++) {
        Direct direct = { end[1 - k], s->direct_first[end[k]] };
        s->direct_first[end[k]] = s->direct->len;
        g_array_append_val (s->direct, direct);
    }
}

/* Where a line may end that begins at vertex i of the one in hand. A ring keeps all its corners,
 * and a line one vertex between its ends: else two lines between the same ends, or the halves of a
 * ring, could fall on each other; the rim of a garden all around is two such lines. Fixed lines,
 * which run straight between their ends for the most part, need it only where there is another such
 * line. */
static guint
last_that_may_follow (const Straight *s, guint i, gboolean fixed)
{
    guint end = s->line->len - 1, last = MIN (end, i + LONGEST_LOOK);
    guint32 a = line_vertex (s, 0), z = line_vertex (s, end);
    if (a == z && s->is_rim && end >= 4) {
        guint half = i < end / 2 ? end / 2 : end;
        return MIN (last, i == 0 || i == end / 2 ? half - 1 : half);
    }
    if (a == z)
        return i + 1;
    return i == 0 && (!fixed || is_direct (s, a, z)) ? MIN (last, end - 1) : last;
}

/* The furthest vertex of the line that can follow vertex i. */
static guint
next_kept (Straight *s, guint i, gboolean fixed)
{
    double most_m = 0;
    guint end = s->line->len - 1, last = MIN (end, i + LONGEST_LOOK), j = i + 1;
    while (j < last && is_collinear (s, i, j + 1))
        j++;
    if (j == end || (!fixed && s->job->options.simplify_m <= 0))
        return j;
    last = last_that_may_follow (s, i, fixed);
    guint far = j;
    while (far < last && is_near (s, i, far + 1, fixed, &most_m))
        far++;
    for (; far > j; far = j + (far - j) / 2)
        if (is_near (s, i, far, fixed, &most_m) && is_clear (s, i, far, most_m))
            return far;
    return j;
}

/* What leaving out vertices between i and j of the line takes from the ground of all cells, where
 * one side of it is outside: twice, in square steps. */
static CgWide
trimmed (const Straight *s, guint i, guint j, const CgBorder *border)
{
    CgWide twice = 0;
    if ((border->left == CG_NONE) == (border->right == CG_NONE))
        return 0;
    CgSpot a = vertex_at (s, line_vertex (s, i));
    for (guint k = i + 1; k < j; k++)
        twice += cg_spot_turn (a, vertex_at (s, line_vertex (s, k)),
                               vertex_at (s, line_vertex (s, k + 1)));
    return border->left == CG_NONE ? -twice : twice;
}

/* Collects the line that begins at v with border b, and takes its borders. */
static void
take_line (Straight *s, guint32 v, guint32 b)
{
    g_array_set_size (s->line, 0);
    g_array_append_val (s->line, v);
    while (b != CG_NONE && !s->done[b]) {
        const CgBorder *border = &g_array_index (s->borders->border, CgBorder, b);
        s->done[b] = TRUE;
        v = border->a == v ? border->b : border->a;
        g_array_append_val (s->line, v);
        b = goes_on (s, v, b);
    }
}

/* Nobody's house is near the rim of a garden, and where it runs was settled by squares. */
static gboolean
is_rim (const Straight *s, const CgBorder *border)
{
    const guint8 *content = s->job->out->content;
    if (border->fixed || border->left == CG_NONE || border->right == CG_NONE)
        return FALSE;
    guint8 a = content[border->left], b = content[border->right];
    return MIN (a, b) == CG_CELL_BUILT && MAX (a, b) == CG_CELL_EMPTY;
}

static void
straighten_line (Straight *s, guint32 v, guint32 b)
{
    CgBorder kind = g_array_index (s->borders->border, CgBorder, b);
    gboolean forward = kind.a == v;
    s->is_rim = is_rim (s, &kind);
    take_line (s, v, b);
    guint32 first = s->made->len;
    g_array_append_val (s->borders->chain, first);
    for (guint i = 0, j; i + 1 < s->line->len; i = j) {
        j = next_kept (s, i, kind.fixed);
        for (guint k = i + 1; k < j; k++)
            s->gone[line_vertex (s, k)] = TRUE;
        CgBorder border = kind;
        border.a = line_vertex (s, i);
        border.b = line_vertex (s, j);
        border.left = forward ? kind.left : kind.right;
        border.right = forward ? kind.right : kind.left;
        if (i == 0 && j + 1 == s->line->len)
            note_direct (s);
        s->job->trimmed += trimmed (s, i, j, &border);
        g_array_append_val (s->made, border);
    }
}

gboolean
cg_cells_straighten (CgCellsJob *job, CgBorders *borders, GError **error)
{
    g_auto (Straight) s = { .job = job, .borders = borders };
    s.found = g_array_new (FALSE, FALSE, sizeof (guint32));
    s.line = g_array_new (FALSE, FALSE, sizeof (guint32));
    s.made = g_array_new (FALSE, FALSE, sizeof (CgBorder));
    s.done = g_new0 (guint8, (gsize) borders->border->len + 1);
    s.direct = g_array_new (FALSE, FALSE, sizeof (Direct));
    s.direct_first = g_new (guint32, (gsize) borders->vertex->len + 1);
    memset (s.direct_first, 0xff, ((gsize) borders->vertex->len + 1) * sizeof *s.direct_first);
    s.joint_m = JOINT_PLACES * CG_PLACE * job->step * MAX (job->in->metre_x, job->in->metre_y);
    index_borders (&s);
    if (!index_stops (&s, error))
        return FALSE;
    /* Lines with ends, then rings, which keep the vertex that comes first. */
    for (guint pass = 0; pass < 2; pass++)
        for (guint32 v = 0; v < borders->vertex->len; v++) {
            if ((v & 0xfff) == 0 && cg_cells_is_stopped (job, error))
                return FALSE;
            for (guint32 k = s.first[v]; k < s.first[v + 1]; k++)
                if (!s.done[s.at[k]] && (pass == 1 || goes_on (&s, v, s.at[k]) == CG_NONE))
                    straighten_line (&s, v, s.at[k]);
        }
    g_array_append_val (borders->chain, s.made->len);
    g_array_unref (borders->border);
    borders->border = g_steal_pointer (&s.made);
    return TRUE;
}
