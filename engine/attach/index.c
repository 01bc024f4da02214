#include "attach/attach_internal.h"

#include "base/error.h"
#include "geom/orient.h"

#include <math.h>

#define MAX_COORDINATE 1e100 /* products of differences stay far from overflow */
#define POINTS_PER_THREAD 16384

typedef enum { OUTSIDE, INSIDE, BORDER } Where;

CgLines
cg_lines_over (double low, double high, guint32 count)
{
    double per_unit = count / (high - low);
    /* A flat interval, or one so small that the division overflows, has one line. */
    if (count <= 1 || !isfinite (per_unit))
        return (CgLines){ low, 0, 1 };
    return (CgLines){ low, per_unit, count };
}

static inline gboolean
box_holds (const CgBox *box, double x, double y)
{
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max;
}

/* ---- building ---------------------------------------------------------------------------- */

static int
compare_pieces (gconstpointer a, gconstpointer b)
{
    const CgPiece *p = a, *q = b;
    if (p->rank != q->rank)
        return p->rank < q->rank ? -1 : 1;
    return p->part < q->part ? -1 : p->part > q->part;
}

static gboolean
check_vertices (const CgShapes *areas, guint32 shape, guint32 from, guint32 to, GError **error)
{
    for (guint32 v = from; v < to; v++)
        if (!(fabs (areas->x[v]) <= MAX_COORDINATE && fabs (areas->y[v]) <= MAX_COORDINATE)) {
            g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                         "area %u has a coordinate that is not finite or too large (%g, %g)",
                         shape + 1, areas->x[v], areas->y[v]);
            return FALSE;
        }
    return TRUE;
}

/* Box and stripes of one part: many enough that a stripe holds a few edges, few enough that edges
 * which span many stripes (a comb) do not blow up the list: at most about five entries an edge. */
static void
measure_piece (const CgShapes *areas, CgPiece *piece)
{
    double climbed = 0;
    guint32 n_edges = 0;
    piece->box = CG_BOX_EMPTY;
    for (guint32 r = areas->part_ring[piece->part]; r < areas->part_ring[piece->part + 1]; r++)
        for (guint32 v = areas->ring_vertex[r]; v < areas->ring_vertex[r + 1]; v++) {
            piece->box.x_min = MIN (piece->box.x_min, areas->x[v]);
            piece->box.x_max = MAX (piece->box.x_max, areas->x[v]);
            piece->box.y_min = MIN (piece->box.y_min, areas->y[v]);
            piece->box.y_max = MAX (piece->box.y_max, areas->y[v]);
            if (v + 1 < areas->ring_vertex[r + 1]) {
                climbed += fabs (areas->y[v + 1] - areas->y[v]);
                n_edges++;
            }
        }
    double height = piece->box.y_max - piece->box.y_min;
    double by_climb = climbed > 0 ? 4.0 * n_edges * (height / climbed) : 1;
    double wanted = MIN (n_edges, by_climb);
    piece->stripes =
        cg_lines_over (piece->box.y_min, piece->box.y_max, wanted < 1 ? 1 : (guint32) wanted);
}

static gboolean
collect_pieces (CgAttachIndex *index, const guint32 *rank, GError **error)
{
    const CgShapes *areas = index->areas;
    for (guint32 s = 0; s < areas->n_shapes; s++)
        for (guint32 p = areas->shape_part[s]; p < areas->shape_part[s + 1]; p++) {
            guint32 from = areas->ring_vertex[areas->part_ring[p]];
            guint32 to = areas->ring_vertex[areas->part_ring[p + 1]];
            if (!check_vertices (areas, s, from, to, error))
                return FALSE;
            if (from == to)
                continue;
            CgPiece *piece = &index->pieces[index->n_pieces++];
            *piece = (CgPiece){ .shape = s, .part = p, .rank = rank != NULL ? rank[s] : s };
            measure_piece (areas, piece);
            index->box.x_min = MIN (index->box.x_min, piece->box.x_min);
            index->box.y_min = MIN (index->box.y_min, piece->box.y_min);
            index->box.x_max = MAX (index->box.x_max, piece->box.x_max);
            index->box.y_max = MAX (index->box.y_max, piece->box.y_max);
        }
    qsort (index->pieces, index->n_pieces, sizeof (CgPiece), compare_pieces);
    return TRUE;
}

/* Files the edges of a piece under its stripes. list NULL: only counts them, in next[stripe]. */
static void
file_edges (const CgShapes *areas, const CgPiece *piece, guint32 *next, guint32 *list)
{
    next += piece->first_stripe;
    for (guint32 r = areas->part_ring[piece->part]; r < areas->part_ring[piece->part + 1]; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++) {
            double low = MIN (areas->y[v], areas->y[v + 1]),
                   high = MAX (areas->y[v], areas->y[v + 1]);
            guint32 last = cg_line_of (&piece->stripes, high);
            for (guint32 s = cg_line_of (&piece->stripes, low); s <= last; s++) {
                if (list != NULL)
                    list[next[s]] = v;
                next[s]++;
            }
        }
}

static void
file_box (const CgAttachIndex *index, guint32 piece, guint32 *next, guint32 *list)
{
    const CgBox *box = &index->pieces[piece].box;
    guint32 last_row = cg_line_of (&index->rows, box->y_max),
            last_column = cg_line_of (&index->columns, box->x_max);
    for (guint32 row = cg_line_of (&index->rows, box->y_min); row <= last_row; row++)
        for (guint32 column = cg_line_of (&index->columns, box->x_min); column <= last_column;
             column++) {
            gsize cell = (gsize) row * index->columns.count + column;
            if (list != NULL)
                list[next[cell]] = piece;
            next[cell]++;
        }
}

/* Turns counts into first entries, in place; counts[n] becomes the total. FALSE when that passes 32
 * bits. */
static gboolean
counts_to_firsts (guint32 *counts, gsize n)
{
    guint64 sum = 0;
    for (gsize i = 0; i <= n; i++) {
        guint32 count = counts[i];
        counts[i] = (guint32) sum;
        sum += count;
    }
    return sum < G_MAXUINT32;
}

/* After filling, each first has moved to the next one's place. */
static void
firsts_back (guint32 *firsts, gsize n)
{
    for (gsize i = n; i > 0; i--)
        firsts[i] = firsts[i - 1];
    firsts[0] = 0;
}

static gboolean
build_stripes (CgAttachIndex *index)
{
    guint64 n_stripes = 0;
    for (guint32 p = 0; p < index->n_pieces; p++) {
        index->pieces[p].first_stripe = (guint32) n_stripes;
        n_stripes += index->pieces[p].stripes.count;
    }
    if (n_stripes >= G_MAXUINT32)
        return FALSE;
    index->stripe_first = g_try_new0 (guint32, n_stripes + 1);
    if (index->stripe_first == NULL)
        return FALSE;
    for (guint32 p = 0; p < index->n_pieces; p++)
        file_edges (index->areas, &index->pieces[p], index->stripe_first, NULL);
    if (!counts_to_firsts (index->stripe_first, n_stripes))
        return FALSE;
    index->stripe_edge = g_try_new (guint32, (gsize) index->stripe_first[n_stripes] + 1);
    if (index->stripe_edge == NULL)
        return FALSE;
    for (guint32 p = 0; p < index->n_pieces; p++)
        file_edges (index->areas, &index->pieces[p], index->stripe_first, index->stripe_edge);
    firsts_back (index->stripe_first, n_stripes);
    return TRUE;
}

/* About eight cells a piece, nearly square; coarser as long as boxes that overlap would fill them
 * with more than 64 entries a piece. */
static void
choose_cells (CgAttachIndex *index)
{
    double width = index->box.x_max - index->box.x_min,
           height = index->box.y_max - index->box.y_min;
    double shape = width > 0 && height > 0 ? CLAMP (width / height, 1e-3, 1e3) : 1;
    for (double cells = 8.0 * index->n_pieces;; cells /= 4) {
        double columns = CLAMP (sqrt (cells * shape), 1, 16384);
        index->columns = cg_lines_over (index->box.x_min, index->box.x_max, (guint32) columns);
        index->rows = cg_lines_over (index->box.y_min, index->box.y_max,
                                  (guint32) CLAMP (cells / columns, 1, 16384));
        double entries = 0;
        for (guint32 p = 0; p < index->n_pieces; p++) {
            const CgBox *box = &index->pieces[p].box;
            entries +=
                (1.0 + cg_line_of (&index->columns, box->x_max) -
                 cg_line_of (&index->columns, box->x_min)) *
                (1.0 + cg_line_of (&index->rows, box->y_max) - cg_line_of (&index->rows, box->y_min));
        }
        if (cells <= 1 || entries <= 64.0 * index->n_pieces)
            return;
    }
}

static gboolean
build_cells (CgAttachIndex *index)
{
    choose_cells (index);
    gsize n_cells = (gsize) index->columns.count * index->rows.count;
    index->cell_first = g_try_new0 (guint32, n_cells + 1);
    if (index->cell_first == NULL)
        return FALSE;
    for (guint32 p = 0; p < index->n_pieces; p++)
        file_box (index, p, index->cell_first, NULL);
    if (!counts_to_firsts (index->cell_first, n_cells))
        return FALSE;
    index->cell_piece = g_try_new (guint32, (gsize) index->cell_first[n_cells] + 1);
    if (index->cell_piece == NULL)
        return FALSE;
    for (guint32 p = 0; p < index->n_pieces; p++)
        file_box (index, p, index->cell_first, index->cell_piece);
    firsts_back (index->cell_first, n_cells);
    return TRUE;
}

CgAttachIndex *
cg_attach_index_new (const CgShapes *areas, const guint32 *rank, GError **error)
{
    if (areas->kind != CG_SHAPES_AREA) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "points can only be attached to areas");
        return NULL;
    }
    g_autoptr (CgAttachIndex) index = g_new0 (CgAttachIndex, 1);
    index->areas = areas;
    index->box = CG_BOX_EMPTY;
    index->pieces = g_try_new (CgPiece, (gsize) areas->n_parts + 1);
    if (index->pieces != NULL && !collect_pieces (index, rank, error))
        return NULL;
    if (index->pieces == NULL || !build_stripes (index) || !build_cells (index)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory to index %u areas of %u vertices", areas->n_shapes,
                     areas->n_vertices);
        return NULL;
    }
    index->raster = cg_raster_new (index);
    return g_steal_pointer (&index);
}

void
cg_attach_index_free (CgAttachIndex *index)
{
    if (index == NULL)
        return;
    cg_raster_free (index->raster);
    g_free (index->pieces);
    g_free (index->stripe_first);
    g_free (index->stripe_edge);
    g_free (index->cell_first);
    g_free (index->cell_piece);
    g_free (index);
}

/* ---- asking ------------------------------------------------------------------------------ */

/* How an edge meets the ray from p to the east: INSIDE when the ray crosses it (half-open: the
 * upper end does not count), BORDER when p lies on it. x and y point to its first vertex. */
static inline Where
meet_edge (const double *x, const double *y, double px, double py)
{
    guint low = y[0] <= y[1] ? 0 : 1, high = 1 - low;
    if (py < y[low] || py > y[high])
        return OUTSIDE;
    if (py == y[high]) {
        if (y[low] == y[high])
            return px >= MIN (x[0], x[1]) && px <= MAX (x[0], x[1]) ? BORDER : OUTSIDE;
        return px == x[high] ? BORDER : OUTSIDE;
    }
    if (px < x[0] && px < x[1])
        return INSIDE;
    if (px > x[0] && px > x[1])
        return OUTSIDE;
    int side = cg_orient_sign (x[low], y[low], x[high], y[high], px, py);
    return side == 0 ? BORDER : side > 0 ? INSIDE : OUTSIDE;
}

gboolean
cg_piece_holds_beside (const CgAttachIndex *index, const CgPiece *piece, double px, double py)
{
    if (!box_holds (&piece->box, px, py))
        return FALSE;
    guint32 stripe = piece->first_stripe + cg_line_of (&piece->stripes, py);
    gboolean inside = FALSE;
    for (guint32 k = index->stripe_first[stripe]; k < index->stripe_first[stripe + 1]; k++) {
        const double *x = index->areas->x + index->stripe_edge[k];
        const double *y = index->areas->y + index->stripe_edge[k];
        guint low = y[0] <= y[1] ? 0 : 1, high = 1 - low;
        if (py < y[low] || py >= y[high] || (px > x[0] && px > x[1]))
            continue;
        int side = px < x[0] && px < x[1]
                       ? 1
                       : cg_orient_sign (x[low], y[low], x[high], y[high], px, py);
        /* Exactly on the edge: a little further up it has moved right or not. */
        inside ^= side > 0 || (side == 0 && x[high] > x[low]);
    }
    return inside;
}

static Where
locate (const CgAttachIndex *index, const CgPiece *piece, double x, double y)
{
    guint32 stripe = piece->first_stripe + cg_line_of (&piece->stripes, y);
    const CgShapes *areas = index->areas;
    gboolean inside = FALSE;
    for (guint32 k = index->stripe_first[stripe]; k < index->stripe_first[stripe + 1]; k++) {
        guint32 v = index->stripe_edge[k];
        Where where = meet_edge (areas->x + v, areas->y + v, x, y);
        if (where == BORDER)
            return BORDER;
        inside ^= where == INSIDE;
    }
    return inside ? INSIDE : OUTSIDE;
}

/* out_border NULL: the first piece that holds the point ends the search. */
guint32
cg_attach_find_slowly (const CgAttachIndex *index, double x, double y, guint8 *out_border)
{
    guint32 found = CG_NONE;
    if (out_border != NULL)
        *out_border = FALSE;
    if (!box_holds (&index->box, x, y))
        return CG_NONE;
    gsize cell =
        (gsize) cg_line_of (&index->rows, y) * index->columns.count + cg_line_of (&index->columns, x);
    for (guint32 k = index->cell_first[cell]; k < index->cell_first[cell + 1]; k++) {
        const CgPiece *piece = &index->pieces[index->cell_piece[k]];
        if (!box_holds (&piece->box, x, y))
            continue;
        Where where = locate (index, piece, x, y);
        if (where == OUTSIDE)
            continue;
        if (found == CG_NONE)
            found = piece->shape;
        if (out_border == NULL)
            break;
        *out_border |= where == BORDER;
    }
    return found;
}

guint32
cg_attach_find (const CgAttachIndex *index, double x, double y)
{
    return index->raster != NULL ? cg_raster_find (index->raster, x, y)
                                 : cg_attach_find_slowly (index, x, y, NULL);
}

typedef struct {
    const CgAttachIndex *index;
    guint32 from, to;
    const double *x, *y;
    guint32 *out;
    guint8 *out_on_border;
} Slice;

static gpointer
run_slice (gpointer data)
{
    const Slice *slice = data;
    guint8 *border = slice->out_on_border != NULL ? slice->out_on_border + slice->from : NULL;
    if (slice->index->raster != NULL) {
        cg_raster_run (slice->index->raster, slice->to - slice->from, slice->x + slice->from,
                       slice->y + slice->from, slice->out + slice->from, border);
        return NULL;
    }
    for (guint32 i = slice->from; i < slice->to; i++)
        slice->out[i] = cg_attach_find_slowly (slice->index, slice->x[i], slice->y[i],
                                               border != NULL ? border++ : NULL);
    return NULL;
}

void
cg_attach_run (const CgAttachIndex *index, guint32 n, const double *x, const double *y,
               guint threads, guint32 *out, guint8 *out_on_border)
{
    if (threads == 0)
        threads = g_get_num_processors ();
    threads = CLAMP (threads, 1, n / POINTS_PER_THREAD + 1);
    g_autofree Slice *slices = g_new (Slice, threads);
    g_autofree GThread **helpers = g_new0 (GThread *, threads);
    for (guint t = 0; t < threads; t++) {
        guint32 from = (guint64) n * t / threads, to = (guint64) n * (t + 1) / threads;
        slices[t] = (Slice){ index, from, to, x, y, out, out_on_border };
        /* Where no thread is to be had the caller does the slice: the answers are the same. */
        if (t > 0)
            helpers[t] = g_thread_try_new ("attach", run_slice, &slices[t], NULL);
        if (t > 0 && helpers[t] == NULL)
            run_slice (&slices[t]);
    }
    run_slice (&slices[0]);
    for (guint t = 1; t < threads; t++)
        if (helpers[t] != NULL)
            g_thread_join (helpers[t]);
}
