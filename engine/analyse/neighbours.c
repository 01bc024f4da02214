#include "analyse/neighbours.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

/* ---- from pairs ------------------------------------------------------------------------------ */

#define CHECK_EVERY 1024 /* rows between two looks at whether somebody stopped the work */

static int
compare_rows (gconstpointer a, gconstpointer b)
{
    guint32 p = *(const guint32 *) a, q = *(const guint32 *) b;
    return p < q ? -1 : p > q;
}

/* keys: (from << 32 | to), any order, both directions, repeats allowed. Filed by their first half, then each row is
 * sorted by itself. NULL with error: stopped. */
static CgNeighbours *
from_keys (guint32 n, const GArray *keys, GCancellable *cancel, GError **error)
{
    g_autoptr (CgNeighbours) neighbours = g_new0 (CgNeighbours, 1);
    const guint64 *key = (const guint64 *) (const void *) keys->data;
    neighbours->n = n;
    neighbours->first = g_new0 (guint32, (gsize) n + 1);
    neighbours->target = g_new (guint32, (gsize) keys->len + 1);
    g_autofree guint32 *start = g_new0 (guint32, (gsize) n + 2);
    for (guint k = 0; k < keys->len; k++)
        start[(key[k] >> 32) + 2]++;
    for (guint32 i = 0; i < n; i++)
        start[i + 2] += start[i + 1];
    for (guint k = 0; k < keys->len; k++)
        neighbours->target[start[(key[k] >> 32) + 1]++] = (guint32) key[k];
    guint32 kept = 0;
    for (guint32 i = 0; i < n; i++) {
        if (i % CHECK_EVERY == 0 && cg_is_stopped (cancel, error))
            return NULL;
        qsort (neighbours->target + start[i], start[i + 1] - start[i], sizeof (guint32), compare_rows);
        for (guint32 k = start[i]; k < start[i + 1]; k++)
            if (k == start[i] || neighbours->target[k] != neighbours->target[kept - 1])
                neighbours->target[kept++] = neighbours->target[k];
        neighbours->first[i + 1] = kept;
    }
    return g_steal_pointer (&neighbours);
}

/* FALSE when there are too many to count. */
static gboolean
add_pair (GArray *keys, guint32 a, guint32 b)
{
    guint64 both[2] = { (guint64) a << 32 | b, (guint64) b << 32 | a };
    if (keys->len >= G_MAXUINT32 / 16)
        return FALSE;
    g_array_append_vals (keys, both, 2);
    return TRUE;
}

static CgNeighbours *
too_many (GError **error)
{
    g_set_error_literal (error, CG_ERROR, CG_ERROR_LIMIT,
                         "too many pairs of neighbours: take a smaller distance");
    return NULL;
}

CgNeighbours *
cg_neighbours_from_pairs (guint32 n, gsize n_pairs, const guint32 *a, const guint32 *b,
                          GError **error)
{
    g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint64));
    for (gsize k = 0; k < n_pairs; k++) {
        if (a[k] >= n || b[k] >= n || a[k] == b[k]) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "pair %" G_GSIZE_FORMAT " (%u, %u) does not join two of %u places", k + 1,
                         a[k], b[k], n);
            return NULL;
        }
        if (!add_pair (keys, a[k], b[k]))
            return too_many (error);
    }
    return from_keys (n, keys, NULL, error);
}

CgNeighbours *
cg_neighbours_from_graph (const CgGraph *graph, gboolean passable_only)
{
    CgNeighbours *neighbours = g_new0 (CgNeighbours, 1);
    neighbours->n = graph->n;
    neighbours->first = g_new0 (guint32, (gsize) graph->n + 1);
    neighbours->target = g_new (guint32, (gsize) graph->first[graph->n] + 1);
    guint32 kept = 0;
    for (guint32 i = 0; i < graph->n; i++) {
        for (guint32 k = graph->first[i]; k < graph->first[i + 1]; k++)
            if (!passable_only || graph->passable[k])
                neighbours->target[kept++] = graph->target[k];
        neighbours->first[i + 1] = kept;
    }
    return neighbours;
}

/* ---- from areas ------------------------------------------------------------------------------ */

/* What two areas may have in common: a vertex (x2 = y2 = 0), or a segment from its lower end. */
typedef struct {
    double x1, y1, x2, y2;
    guint32 area;
} Trace;

static int
compare_traces (gconstpointer a, gconstpointer b)
{
    const Trace *p = a, *q = b;
    const double left[4] = { p->x1, p->y1, p->x2, p->y2 };
    const double right[4] = { q->x1, q->y1, q->x2, q->y2 };
    for (int k = 0; k < 4; k++)
        if (left[k] != right[k])
            return left[k] < right[k] ? -1 : 1;
    return p->area < q->area ? -1 : p->area > q->area;
}

static Trace
trace_of (const CgShapes *areas, guint32 area, guint32 v, CgNearness nearness)
{
    const double *x = areas->x, *y = areas->y;
    if (nearness == CG_NEAR_QUEEN)
        return (Trace){ x[v] + 0.0, y[v] + 0.0, 0, 0, area };
    gboolean up = y[v] < y[v + 1] || (y[v] == y[v + 1] && x[v] < x[v + 1]);
    guint32 low = up ? v : v + 1, high = up ? v + 1 : v;
    return (Trace){ x[low] + 0.0, y[low] + 0.0, x[high] + 0.0, y[high] + 0.0, area };
}

static GArray *
collect_traces (const CgShapes *areas, CgNearness nearness)
{
    GArray *traces = g_array_new (FALSE, FALSE, sizeof (Trace));
    for (guint32 s = 0; s < areas->n_shapes; s++)
        for (guint32 p = areas->shape_part[s]; p < areas->shape_part[s + 1]; p++)
            for (guint32 r = areas->part_ring[p]; r < areas->part_ring[p + 1]; r++)
                for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++) {
                    Trace trace = trace_of (areas, s, v, nearness);
                    g_array_append_val (traces, trace);
                }
    g_array_sort (traces, compare_traces);
    return traces;
}

static gboolean
same_place (const Trace *a, const Trace *b)
{
    return a->x1 == b->x1 && a->y1 == b->y1 && a->x2 == b->x2 && a->y2 == b->y2;
}

/* Every two areas of a run of equal traces are neighbours. */
static gboolean
pair_runs (const GArray *traces, GArray *keys)
{
    const Trace *trace = (const Trace *) (const void *) traces->data;
    for (guint from = 0, to; from < traces->len; from = to) {
        to = from + 1;
        while (to < traces->len && same_place (&trace[from], &trace[to]))
            to++;
        for (guint i = from; i < to; i++)
            for (guint j = i + 1; j < to; j++)
                if (trace[i].area != trace[j].area &&
                    !add_pair (keys, trace[i].area, trace[j].area))
                    return FALSE;
    }
    return TRUE;
}

CgNeighbours *
cg_neighbours_from_areas (const CgShapes *areas, CgNearness nearness, const CgGraph *graph,
                          GError **error)
{
    if (areas->kind != CG_SHAPES_AREA || (graph != NULL && graph->n != areas->n_shapes)) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "neighbours are found among areas, and a graph must be theirs");
        return NULL;
    }
    g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint64));
    g_autoptr (GArray) traces = collect_traces (areas, nearness);
    gboolean fits = pair_runs (traces, keys);
    for (guint32 i = 0; graph != NULL && i < graph->n; i++)
        for (guint32 k = graph->first[i]; fits && k < graph->first[i + 1]; k++)
            fits = add_pair (keys, i, graph->target[k]);
    return fits ? from_keys (areas->n_shapes, keys, NULL, error) : too_many (error);
}

/* ---- from distances -------------------------------------------------------------------------- */

typedef struct {
    double x, y;
    gint64 column, row;
    guint32 point;
} Bucket;

static int
compare_buckets (gconstpointer a, gconstpointer b)
{
    const Bucket *p = a, *q = b;
    if (p->row != q->row)
        return p->row < q->row ? -1 : 1;
    if (p->column != q->column)
        return p->column < q->column ? -1 : 1;
    return p->point < q->point ? -1 : p->point > q->point;
}

/* First bucket entry at or behind (row, column). */
static guint32
find_bucket (const Bucket *bucket, guint32 n, gint64 row, gint64 column)
{
    guint32 low = 0, high = n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        const Bucket *b = &bucket[middle];
        if (b->row < row || (b->row == row && b->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static gboolean
pair_near (const Bucket *bucket, guint32 n, double radius_m, const CgProgress *progress, GCancellable *cancel,
           GArray *keys, GError **error)
{
    for (guint32 i = 0; i < n; i++) {
        const Bucket *own = &bucket[i];
        cg_progress_step (progress, "points", i, n);
        if (i % CHECK_EVERY == 0 && cg_is_stopped (cancel, error))
            return FALSE;
        for (gint64 row = own->row; row <= own->row + 1; row++) {
            guint32 k = row == own->row ? i + 1 : find_bucket (bucket, n, row, own->column - 1);
            for (; k < n && bucket[k].row == row && bucket[k].column <= own->column + 1; k++)
                if (hypot (bucket[k].x - own->x, bucket[k].y - own->y) <= radius_m &&
                    !add_pair (keys, own->point, bucket[k].point)) {
                    too_many (error);
                    return FALSE;
                }
        }
    }
    return TRUE;
}

CgNeighbours *
cg_neighbours_within (guint32 n, const double *x, const double *y, double radius_m, const CgProgress *progress,
                      GCancellable *cancel, GError **error)
{
    if (!(radius_m > 0) || !isfinite (radius_m)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a distance of %g m makes nobody a neighbour", radius_m);
        return NULL;
    }
    g_autofree Bucket *bucket = g_new (Bucket, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++) {
        double column = floor (x[i] / radius_m), row = floor (y[i] / radius_m);
        if (!(fabs (column) < 4e18 && fabs (row) < 4e18)) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "point %u (%g, %g) is not finite or too far off for steps of %g m", i + 1,
                         x[i], y[i], radius_m);
            return NULL;
        }
        bucket[i] = (Bucket){ x[i], y[i], (gint64) column, (gint64) row, i };
    }
    qsort (bucket, n, sizeof (Bucket), compare_buckets);
    g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint64));
    return pair_near (bucket, n, radius_m, progress, cancel, keys, error) ? from_keys (n, keys, cancel, error) : NULL;
}

/* ---- use ------------------------------------------------------------------------------------- */

CgNeighbours *
cg_neighbours_subset (const CgNeighbours *neighbours, guint32 n_rows, const guint32 *rows)
{
    g_autofree guint32 *place = g_new (guint32, (gsize) neighbours->n + 1);
    memset (place, 0xff, ((gsize) neighbours->n + 1) * sizeof (guint32));
    for (guint32 k = 0; k < n_rows; k++)
        place[rows[k]] = k;
    gsize n_links = neighbours->first[neighbours->n];
    CgNeighbours *subset = g_new0 (CgNeighbours, 1);
    subset->n = n_rows;
    subset->first = g_new0 (guint32, (gsize) n_rows + 1);
    subset->target = g_new (guint32, n_links + 1);
    subset->weight = neighbours->weight != NULL ? g_new (double, n_links + 1) : NULL;
    guint32 kept = 0;
    for (guint32 k = 0; k < n_rows; k++) {
        for (guint32 l = neighbours->first[rows[k]]; l < neighbours->first[rows[k] + 1]; l++) {
            if (place[neighbours->target[l]] == CG_NONE)
                continue;
            if (subset->weight != NULL)
                subset->weight[kept] = neighbours->weight[l];
            subset->target[kept++] = place[neighbours->target[l]];
        }
        subset->first[k + 1] = kept;
    }
    return subset;
}

guint32
cg_neighbours_count_islands (const CgNeighbours *neighbours)
{
    guint32 islands = 0;
    for (guint32 i = 0; i < neighbours->n; i++)
        islands += cg_neighbours_degree (neighbours, i) == 0;
    return islands;
}

void
cg_neighbours_free (CgNeighbours *neighbours)
{
    if (neighbours == NULL)
        return;
    g_free (neighbours->first);
    g_free (neighbours->target);
    g_free (neighbours->weight);
    g_free (neighbours);
}

double
cg_neighbours_sum (const CgNeighbours *neighbours, guint32 i)
{
    if (neighbours->weight == NULL)
        return cg_neighbours_degree (neighbours, i);
    double sum = 0;
    for (guint32 k = neighbours->first[i]; k < neighbours->first[i + 1]; k++)
        sum += neighbours->weight[k];
    return sum;
}

double
cg_neighbours_scale (const CgNeighbours *neighbours, guint32 i, CgWeightStyle style)
{
    double sum = cg_neighbours_sum (neighbours, i);
    if (style == CG_WEIGHTS_BINARY)
        return sum > 0;
    return sum > 0 ? 1 / sum : 0;
}

double
cg_neighbours_lag (const CgNeighbours *neighbours, const double *value, guint32 i)
{
    double sum = 0;
    for (guint32 k = neighbours->first[i]; k < neighbours->first[i + 1]; k++)
        sum += (neighbours->weight != NULL ? neighbours->weight[k] : 1) *
               value[neighbours->target[k]];
    return sum;
}
