#include "crossing_internal.h"

#include "base/error.h"
#include "graph/subset.h"
#include "graph/waters.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    guint32 region, number; /* number: of the piece in the graph */
    guint first, n;         /* in Region.outlines                */
    CgBox box;
    CgBoxTree *tree;        /* over them                         */
} Piece;

/* The pieces of one region while they are being joined. */
typedef struct {
    const CgGraph *graph;
    CgBlockers *blockers;
    GArray *outlines; /* of CgOutline, piece by piece */
    Piece *piece;
    guint32 n;
    CgBoxTree *tree;  /* over the boxes of pieces     */
    guint32 *group;   /* [n] pieces joined so far     */
    guint8 *stuck;    /* [n] no way leads out of it   */
} Region;

typedef struct {
    double distance;
    guint32 a, b;   /* units, a < b     */
    guint32 from, to; /* pieces         */
} Candidate;

/* ---- distance of two pieces ---- */

typedef struct {
    const Region *region;
    const CgOutline *own;   /* one segment              */
    const CgOutline *other; /* segments of the far side */
} SegmentSearch;

/* TRUE where two units share a border that is not passable: they are not apart but divided. */
static gboolean
divided (const CgGraph *graph, guint32 a, guint32 b)
{
    for (guint32 k = graph->first[a]; k < graph->first[a + 1]; k++)
        if (graph->target[k] == b)
            return !graph->passable[k];
    return FALSE;
}

static double
segment_distance (guint32 id, double best, gpointer user_data)
{
    const SegmentSearch *search = user_data;
    const CgOutline *other = &search->other[id];
    CgPlace p, q;
    double distance = cg_outline_distance (search->own, other, &p, &q);
    if (distance > best || divided (search->region->graph, search->own->unit, other->unit)
        || cg_blockers_meet (search->region->blockers, p, q))
        return INFINITY;
    return distance;
}

static const CgOutline *
outlines_of (const Region *region, const Piece *piece)
{
    return &g_array_index (region->outlines, CgOutline, piece->first);
}

/* Finds a way between pieces p and q no longer than best->distance; FALSE when there is none. */
static gboolean
join_pieces (const Region *region, guint32 p, guint32 q, Candidate *best)
{
    const Piece *few = &region->piece[p], *many = &region->piece[q];
    gboolean found = FALSE;
    if (few->n > many->n) {
        const Piece *swap = few;
        few = many;
        many = swap;
    }
    SegmentSearch search = { .region = region, .other = outlines_of (region, many) };
    for (guint k = 0; k < few->n; k++) {
        search.own = outlines_of (region, few) + k;
        CgBox box = cg_outline_box (search.own);
        double distance;
        if (cg_box_distance (&box, &many->box) > best->distance)
            continue;
        guint32 id = cg_box_tree_nearest (many->tree, &box, best->distance, segment_distance,
                                          &search, &distance);
        if (id == G_MAXUINT32 || (found && distance == best->distance))
            continue;
        guint32 a = search.own->unit, b = search.other[id].unit;
        *best = (Candidate){ distance, MIN (a, b), MAX (a, b), p, q };
        found = TRUE;
    }
    return found;
}

typedef struct {
    const Region *region;
    guint32 from;
    Candidate best;
} PieceSearch;

static double
piece_distance (guint32 id, double best, gpointer user_data)
{
    PieceSearch *search = user_data;
    Candidate candidate = { .distance = best };
    if (search->region->group[id] == search->region->group[search->from]
        || !join_pieces (search->region, search->from, id, &candidate))
        return INFINITY;
    if (candidate.distance < search->best.distance || search->best.a == CG_NONE)
        search->best = candidate;
    return candidate.distance;
}

/* ---- one region ---- */

static void
region_done (Region *region)
{
    for (guint32 p = 0; p < region->n; p++)
        cg_box_tree_free (region->piece[p].tree);
    g_clear_pointer (&region->outlines, g_array_unref);
    g_clear_pointer (&region->tree, cg_box_tree_free);
    g_clear_pointer (&region->group, g_free);
    g_clear_pointer (&region->stuck, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Region, region_done)

static gboolean
index_pieces (Region *region, GError **error)
{
    g_autofree CgBox *boxes = g_new (CgBox, (gsize) region->n + 1);
    region->group = g_new (guint32, (gsize) region->n + 1);
    region->stuck = g_new0 (guint8, (gsize) region->n + 1);
    for (guint32 p = 0; p < region->n; p++) {
        Piece *piece = &region->piece[p];
        const CgOutline *outlines = outlines_of (region, piece);
        piece->box = CG_BOX_EMPTY;
        for (guint k = 0; k < piece->n; k++) {
            CgBox box = cg_outline_box (&outlines[k]);
            cg_box_join (&piece->box, &box);
        }
        piece->tree = cg_outline_tree (outlines, piece->n, error);
        if (piece->tree == NULL)
            return FALSE;
        boxes[p] = piece->box;
        region->group[p] = p;
    }
    region->tree = cg_box_tree_new (region->n, boxes, error);
    return region->tree != NULL;
}

static guint32
find_group (guint32 *up, guint32 p)
{
    while (up[p] != p)
        p = up[p] = up[up[p]];
    return p;
}

static int
compare_candidate (gconstpointer a, gconstpointer b)
{
    const Candidate *p = a, *q = b;
    if (p->distance != q->distance)
        return p->distance < q->distance ? -1 : 1;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

/* The group with most segments may wait: its nearest neighbour finds it. */
static guint32
largest_group (const Region *region)
{
    g_autofree guint64 *size = g_new0 (guint64, (gsize) region->n + 1);
    guint32 largest = 0;
    for (guint32 p = 0; p < region->n; p++)
        size[region->group[p]] += region->piece[p].n + 1;
    for (guint32 p = 1; p < region->n; p++)
        if (size[p] > size[largest])
            largest = p;
    return largest;
}

/* The shortest way out of each group but the largest. */
static void
find_ways (const Region *region, double max_m, GCancellable *cancel, GArray *out)
{
    g_autofree Candidate *best = g_new (Candidate, (gsize) region->n + 1);
    guint32 largest = largest_group (region);
    for (guint32 p = 0; p < region->n; p++)
        best[p] = (Candidate){ .distance = max_m, .a = CG_NONE };
    for (guint32 p = 0; p < region->n && !g_cancellable_is_cancelled (cancel); p++) {
        guint32 group = region->group[p];
        if (group == largest || region->piece[p].n == 0 || region->stuck[p])
            continue;
        PieceSearch search = { .region = region, .from = p,
                               .best = { .distance = best[group].distance, .a = CG_NONE } };
        double distance, limit = best[group].distance;
        cg_box_tree_nearest (region->tree, &region->piece[p].box, limit, piece_distance, &search,
                             &distance);
        /* Later rounds ask about fewer pieces. */
        region->stuck[p] = search.best.a == CG_NONE && limit == max_m;
        if (search.best.a != CG_NONE
            && (best[group].a == CG_NONE || compare_candidate (&search.best, &best[group]) < 0))
            best[group] = search.best;
    }
    g_array_set_size (out, 0);
    for (guint32 p = 0; p < region->n; p++)
        if (best[p].a != CG_NONE)
            g_array_append_val (out, best[p]);
    g_array_sort (out, compare_candidate);
}

/* Rounds until one group is left or none finds a way. */
static void
join_region (Region *region, double max_m, GCancellable *cancel, GArray *crossings)
{
    g_autoptr (GArray) ways = g_array_new (FALSE, FALSE, sizeof (Candidate));
    g_autofree guint32 *up = g_memdup2 (region->group, sizeof (guint32) * region->n);
    do {
        find_ways (region, max_m, cancel, ways);
        for (guint k = 0; k < ways->len; k++) {
            const Candidate *way = &g_array_index (ways, Candidate, k);
            guint32 p = find_group (up, way->from), q = find_group (up, way->to);
            if (p == q)
                continue;
            up[MAX (p, q)] = MIN (p, q);
            double cm = way->distance * 100 + 0.5;
            CgCrossing one = { way->a, way->b, (guint32) MIN (cm, (double) G_MAXUINT32) };
            g_array_append_val (crossings, one);
        }
        for (guint32 p = 0; p < region->n; p++)
            region->group[p] = find_group (up, p);
    } while (ways->len > 0);
}

/* ---- all regions ---- */

static int
compare_piece (const void *a, const void *b)
{
    const Piece *p = a, *q = b;
    if (p->region != q->region)
        return p->region < q->region ? -1 : 1;
    return (p->number > q->number) - (p->number < q->number);
}

/* Pieces by region; out_piece_of[n]: the piece of each unit. */
static Piece *
list_pieces (const CgGraph *graph, const guint32 *region, guint32 *out_piece_of, guint32 *out_n)
{
    g_autofree guint32 *label = g_new (guint32, (gsize) graph->n + 1);
    /* CG_NONE would leave a unit out; the name ids below it are never that many. */
    for (guint32 u = 0; u < graph->n; u++)
        label[u] = region == NULL ? 0 : MIN (region[u], CG_NONE - 1);
    *out_n = cg_graph_pieces (graph, label, out_piece_of);
    Piece *pieces = g_new0 (Piece, (gsize) *out_n + 1);
    for (guint32 u = graph->n; u-- > 0;)
        pieces[out_piece_of[u]] = (Piece){ .region = label[u], .number = out_piece_of[u] };
    qsort (pieces, *out_n, sizeof *pieces, compare_piece);
    return pieces;
}

/* A unit on the outside of its piece: only those can be an end of a crossing. */
static gboolean
is_outside (const CgGraph *graph, const guint32 *piece_of, guint32 u)
{
    if (graph->outer_cm[u] > 0)
        return TRUE;
    for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
        if (piece_of[graph->target[k]] != piece_of[u])
            return TRUE;
    return graph->first[u] == graph->first[u + 1];
}

typedef struct {
    const CgUnits *units;
    const CgGraph *graph;
    const CgCrossingOptions *options;
    CgBlockers *blockers;
    CgWaters *waters;
    guint32 *piece_of;               /* [n]                                  */
    guint32 *first, *member;         /* units of each piece, by piece number */
    GCancellable *cancel;
} Job;

static void
job_done (Job *job)
{
    g_clear_pointer (&job->piece_of, g_free);
    g_clear_pointer (&job->first, g_free);
    g_clear_pointer (&job->member, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_done)

static void
list_members (Job *job, guint32 n_pieces)
{
    guint32 n = job->graph->n;
    job->first = g_new0 (guint32, (gsize) n_pieces + 2);
    job->member = g_new (guint32, (gsize) n + 1);
    for (guint32 u = 0; u < n; u++)
        job->first[job->piece_of[u] + 2]++;
    for (guint32 p = 0; p < n_pieces; p++)
        job->first[p + 2] += job->first[p + 1];
    for (guint32 u = 0; u < n; u++)
        job->member[job->first[job->piece_of[u] + 1]++] = u;
}

/* Takes segments from `first` on out that run along what blocks: no crossing may begin there, and where
 * water parts two pieces all pairs over it would be asked in vain. */
static void
drop_blocked (const Job *job, GArray *outlines, guint first)
{
    guint kept = first;
    for (guint k = first; k < outlines->len; k++) {
        CgOutline one = g_array_index (outlines, CgOutline, k);
        if (!cg_blockers_line (job->blockers, one.a, one.b))
            g_array_index (outlines, CgOutline, kept++) = one;
    }
    g_array_set_size (outlines, kept);
}

static guint32
row_of (const Job *job, guint32 u)
{
    return job->options->row_of != NULL ? job->options->row_of[u] : u;
}

/* Whether a piece is water's own ground. */
static gboolean
is_ground (const Job *job, guint32 number)
{
    for (guint32 k = job->first[number]; k < job->first[number + 1]; k++) {
        guint32 row = row_of (job, job->member[k]);
        if (job->units->households[row] > 0 || job->units->population[row] > 0 ||
            !cg_waters_hold_unit (job->waters, job->units, row))
            return FALSE;
    }
    return TRUE;
}

/* Joins a piece of ground to the nearest unit of the others; equal ones: the first. */
static void
join_ground (const Job *job, const Piece *pieces, guint32 n, guint32 p, const guint8 *ground,
             GArray *crossings)
{
    guint32 number = pieces[p].number;
    CgCrossing best = { .a = CG_NONE, .by = CG_BARRIER_WATER };
    double near = job->options->max_m;
    for (guint32 k = job->first[number]; k < job->first[number + 1]; k++) {
        guint32 u = job->member[k];
        CgBox box = cg_shapes_box (job->units->shapes, row_of (job, u));
        for (guint32 q = 0; q < n; q++)
            for (guint32 m = job->first[pieces[q].number];
                 m < job->first[pieces[q].number + 1] && !ground[q]; m++) {
                guint32 v = job->member[m];
                CgBox other = cg_shapes_box (job->units->shapes, row_of (job, v));
                if (cg_box_distance (&box, &other) > near)
                    continue;
                double apart = cg_graph_unit_distance (job->units, row_of (job, u), row_of (job, v));
                if (apart > near || (apart == near && best.a != CG_NONE))
                    continue;
                near = apart;
                best.a = MIN (u, v);
                best.b = MAX (u, v);
            }
    }
    if (best.a == CG_NONE)
        return;
    best.length_cm = (guint32) MIN (near * 100 + 0.5, (double) G_MAXUINT32);
    g_array_append_val (crossings, best);
}

static gboolean
join_pieces_of (Job *job, Piece *pieces, guint32 n, GArray *crossings, GError **error)
{
    g_auto (Region) region = { .graph = job->graph, .blockers = job->blockers, .piece = pieces,
                               .n = n };
    region.outlines = g_array_new (FALSE, FALSE, sizeof (CgOutline));
    g_autofree guint8 *ground = g_new0 (guint8, (gsize) n + 1);
    guint32 n_ground = 0;
    for (guint32 p = 0; p < n; p++)
        n_ground += ground[p] = is_ground (job, pieces[p].number);
    for (guint32 p = 0; n_ground == n && p < n; p++)
        ground[p] = FALSE; /* nothing else is there */
    for (guint32 p = 0; p < n; p++) {
        guint32 number = pieces[p].number;
        pieces[p].first = region.outlines->len;
        for (guint32 k = job->first[number]; k < job->first[number + 1] && !ground[p]; k++) {
            guint32 u = job->member[k];
            if (is_outside (job->graph, job->piece_of, u))
                cg_outline_add (region.outlines, job->units, row_of (job, u), u);
        }
        drop_blocked (job, region.outlines, pieces[p].first);
        pieces[p].n = region.outlines->len - pieces[p].first;
    }
    if (!index_pieces (&region, error))
        return FALSE;
    join_region (&region, job->options->max_m, job->cancel, crossings);
    for (guint32 p = 0; p < n; p++)
        if (ground[p])
            join_ground (job, pieces, n, p, ground, crossings);
    return TRUE;
}

static int
compare_crossing (gconstpointer a, gconstpointer b)
{
    const CgCrossing *p = a, *q = b;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

GArray *
cg_graph_find_crossings (const CgGraph *graph, const CgUnits *units,
                         const CgCrossingOptions *options, GCancellable *cancel, GError **error)
{
    if (!(options->max_m >= 0 && options->max_m <= 100000)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "crossings of at most %g m: a length from 0 to 100000 is wanted",
                     options->max_m);
        return NULL;
    }
    g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
    if (options->max_m == 0 || graph->n == 0)
        return g_steal_pointer (&crossings);
    g_autoptr (CgBlockers) blockers = cg_blockers_new (options->barriers, NULL, error);
    if (blockers == NULL)
        return NULL;
    g_autoptr (CgWaters) waters = cg_waters_new (options->barriers, error);
    if (waters == NULL)
        return NULL;
    g_auto (Job) job = { .units = units, .graph = graph, .options = options,
                         .blockers = blockers, .waters = waters, .cancel = cancel };
    guint32 n_pieces;
    job.piece_of = g_new (guint32, (gsize) graph->n + 1);
    g_autofree Piece *pieces = list_pieces (graph, options->region, job.piece_of, &n_pieces);
    list_members (&job, n_pieces);
    for (guint32 p = 0, end = 0; p < n_pieces; p = end) {
        for (end = p + 1; end < n_pieces && pieces[end].region == pieces[p].region;)
            end++;
        if (end - p > 1 && !join_pieces_of (&job, pieces + p, end - p, crossings, error))
            return NULL;
        if (cg_is_stopped (cancel, error))
            return NULL;
    }
    g_array_sort (crossings, compare_crossing);
    return g_steal_pointer (&crossings);
}
