/* The fast half of an index: square cells in two levels over all areas.
 *
 *   coarse cell   one area or none, or a block of 8 x 8 fine cells where a border runs through
 *   fine cell     one area or none, or a crossing: the pieces that meet there, lowest rank first
 *   crossing      each edge in the cell once, and for each piece: whether it holds the middle of the
 *                 cell, and which of the edges are its own
 *
 * A point in a crossing is decided by walking to it from the middle of the cell: along the vertical
 * through the middle, then along its own horizontal. Each edge on the way changes sides. Only signs of
 * exact determinants decide, and the way stays inside the cell, so that the edges of the cell
 * suffice. To stand on no edge and no corner, the way runs at (x_middle + e^2, y + e), with an e
 * smaller than every distance: the half-open rules below say what that means.
 *
 * A border cell lists its edges with a margin around it that covers the rounding of positions; an
 * edge too many is only looked at in vain. */
#include "attach/attach_internal.h"

#include <math.h>
#include <string.h>

#include "geom/orient.h"

#define BLOCK 8u /* fine cells along a side of a coarse one */
#define BLOCK_CELLS (BLOCK * BLOCK)
#define MAX_COARSE (1u << 22)
#define MAX_BLOCKS (1u << 20) /* 256 MB of fine cells               */
#define MAX_WALK (1u << 24)   /* edges times fine cells they meet   */
#define BATCH 256u
#define MAX_EDGES 32u /* in a crossing; where more meet, the slow half of the index is asked */

#define SPECIAL 0x80000000u /* with the number of a block or crossing; CG_NONE stays what it is */

typedef struct {
    double x[2], y[2];
} Edge;

/* A piece in a crossing. edges: bits of those of the crossing that are its own; none: no edge of the
 * piece is here. */
typedef struct {
    guint32 shape, edges;
    guint64 holds_middle; /* a whole word, so that edges behind it stay aligned */
} Entry;

/* In the words of records: a head, its entries, its edges. hides: pieces of a higher rank, below one
 * that holds all of the cell, have edges here that the record does not list; they matter to who asks
 * for borders only. */
typedef struct {
    guint32 n_entries; /* 0: too many edges */
    guint16 n_edges, hides;
} Head;

#define WORDS(type) (sizeof (type) / sizeof (guint64))

struct _CgRaster {
    const CgShapes *areas;
    CgBox box;
    CgLines columns, rows; /* of fine cells; counts are multiples of BLOCK                   */
    guint32 n_coarse_columns, n_coarse;
    guint32 *coarse;  /* [n_coarse + 1] area, CG_NONE or SPECIAL | block; the last one: none */
    guint32 *fine;    /* [n_blocks * BLOCK_CELLS] area, CG_NONE or SPECIAL | crossing        */
    guint32 n_blocks;
    GArray *words;    /* of guint64: all crossings, each named by its first word             */
    const CgAttachIndex *index;
};

static inline double
middle_of (const CgLines *lines, guint32 k)
{
    return lines->per_unit > 0 ? lines->origin + (k + 0.5) / lines->per_unit : lines->origin;
}

/* ---- walking along an edge ------------------------------------------------------------------ */

typedef struct {
    guint32 low, high;
} Range;

/* Lines that values from low to high may lie in, with a margin for the rounding of both. */
static Range
range_of (const CgLines *lines, double low, double high)
{
    double slack = 1e-3 / lines->per_unit;
    if (!(lines->per_unit > 0))
        return (Range){ 0, 0 };
    return (Range){ cg_line_of (lines, low - slack), cg_line_of (lines, high + slack) };
}

/* Columns that an edge may touch in a row. */
static Range
columns_in_row (const CgRaster *raster, const double *x, const double *y, guint32 row)
{
    guint low = y[0] <= y[1] ? 0 : 1, high = 1 - low;
    double from = x[low], to = x[high];
    if (y[high] > y[low] && raster->rows.per_unit > 0) {
        double slope = (x[high] - x[low]) / (y[high] - y[low]);
        double height = 1 / raster->rows.per_unit;
        double bottom = raster->rows.origin + (row - 1e-3) * height;
        double top = raster->rows.origin + (row + 1 + 1e-3) * height;
        if (bottom > y[low])
            from = x[low] + (bottom - y[low]) * slope;
        if (top < y[high])
            to = x[low] + (top - y[low]) * slope;
    }
    double least = MIN (x[0], x[1]), most = MAX (x[0], x[1]);
    from = CLAMP (from, least, most);
    to = CLAMP (to, least, most);
    return range_of (&raster->columns, MIN (from, to), MAX (from, to));
}

typedef void (*VisitCell) (CgRaster *raster, guint32 column, guint32 row, guint32 edge,
                           gpointer user_data);

static void
walk_edge (CgRaster *raster, guint32 edge, VisitCell visit, gpointer user_data)
{
    const double *x = raster->areas->x + edge, *y = raster->areas->y + edge;
    Range rows = range_of (&raster->rows, MIN (y[0], y[1]), MAX (y[0], y[1]));
    for (guint32 row = rows.low; row <= rows.high; row++) {
        Range columns = columns_in_row (raster, x, y, row);
        for (guint32 column = columns.low; column <= columns.high; column++)
            visit (raster, column, row, edge, user_data);
    }
}

static void
walk_piece (CgRaster *raster, const CgPiece *piece, VisitCell visit, gpointer user_data)
{
    const CgShapes *areas = raster->areas;
    for (guint32 r = areas->part_ring[piece->part]; r < areas->part_ring[piece->part + 1]; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++)
            walk_edge (raster, v, visit, user_data);
}

/* ---- size ----------------------------------------------------------------------------------- */

/* About this many fine cells are met by all edges. */
static double
estimate_walk (const CgRaster *raster)
{
    const CgShapes *areas = raster->areas;
    double sum = 0;
    for (guint32 r = 0; r < areas->n_rings; r++)
        for (guint32 v = areas->ring_vertex[r]; v + 1 < areas->ring_vertex[r + 1]; v++)
            sum += 3 + fabs (areas->x[v + 1] - areas->x[v]) * raster->columns.per_unit +
                   fabs (areas->y[v + 1] - areas->y[v]) * raster->rows.per_unit;
    return sum;
}

/* Two coarse cells an edge, nearly square; fewer while edges would cross too many of them. FALSE
 * when even few are too many. */
static gboolean
choose_size (CgRaster *raster)
{
    double width = raster->box.x_max - raster->box.x_min;
    double height = raster->box.y_max - raster->box.y_min;
    double shape = width > 0 && height > 0 ? CLAMP (width / height, 1e-3, 1e3) : 1;
    double edges = raster->areas->n_vertices;
    for (double cells = CLAMP (2 * edges, 16, MAX_COARSE); cells >= 4; cells /= 4) {
        guint32 columns = (guint32) CLAMP (sqrt (cells * shape), 1, 65536);
        guint32 rows = (guint32) CLAMP (cells / columns, 1, 65536);
        raster->columns = cg_lines_over (raster->box.x_min, raster->box.x_max, columns * BLOCK);
        raster->rows = cg_lines_over (raster->box.y_min, raster->box.y_max, rows * BLOCK);
        raster->n_coarse_columns = (raster->columns.count + BLOCK - 1) / BLOCK;
        raster->n_coarse = raster->n_coarse_columns * ((raster->rows.count + BLOCK - 1) / BLOCK);
        if (estimate_walk (raster) <= MIN (MAX_WALK, 24 * edges + 65536))
            return TRUE;
    }
    return FALSE;
}

/* ---- coarse cells --------------------------------------------------------------------------- */

static inline guint32
coarse_at (const CgRaster *raster, guint32 column, guint32 row)
{
    return row / BLOCK * raster->n_coarse_columns + column / BLOCK;
}

static inline guint32
fine_at (const CgRaster *raster, guint32 block, guint32 column, guint32 row)
{
    return block * BLOCK_CELLS + row % BLOCK * BLOCK + column % BLOCK;
}

static void
mark_coarse (CgRaster *raster, guint32 column, guint32 row, guint32 edge, gpointer user_data)
{
    raster->coarse[coarse_at (raster, column, row)] = SPECIAL;
}

/* Every coarse cell that an edge meets gets a block. FALSE when there are too many. */
static gboolean
number_blocks (CgRaster *raster, const CgAttachIndex *index)
{
    for (guint32 c = 0; c <= raster->n_coarse; c++)
        raster->coarse[c] = CG_NONE;
    for (guint32 p = 0; p < index->n_pieces; p++)
        walk_piece (raster, &index->pieces[p], mark_coarse, NULL);
    for (guint32 c = 0; c < raster->n_coarse; c++)
        if (raster->coarse[c] == SPECIAL) {
            if (raster->n_blocks >= MAX_BLOCKS)
                return FALSE;
            raster->coarse[c] = SPECIAL | raster->n_blocks++;
        }
    return TRUE;
}

/* ---- what each piece does in fine cells ----------------------------------------------------- */

/* One edge of a piece, or the piece as a whole, in a fine cell. */
typedef struct {
    guint32 cell, piece, edge; /* edge CG_NONE: all of the cell is inside */
    guint32 column, row;
} Part;

typedef struct {
    guint32 piece;
    GArray *parts;     /* of Part, by piece                                             */
    guint32 *fine_of;  /* [n_blocks * BLOCK_CELLS] last piece that met the cell, + 1      */
    guint32 *coarse_of; /* [n_coarse] the same for coarse cells                          */
} Filing;

static void
file_part (CgRaster *raster, guint32 column, guint32 row, guint32 edge, gpointer user_data)
{
    Filing *filing = user_data;
    guint32 coarse = coarse_at (raster, column, row);
    guint32 cell = fine_at (raster, raster->coarse[coarse] & ~SPECIAL, column, row);
    Part part = { cell, filing->piece, edge, column, row };
    g_array_append_val (filing->parts, part);
    filing->fine_of[cell] = filing->coarse_of[coarse] = filing->piece + 1;
}

static void
mark_fine (CgRaster *raster, guint32 column, guint32 row, guint32 edge, gpointer user_data)
{
    guint32 block = raster->coarse[coarse_at (raster, column, row)] & ~SPECIAL;
    raster->fine[fine_at (raster, block, column, row)] = SPECIAL;
}

static gboolean
holds_middle (const CgAttachIndex *index, const CgRaster *raster, guint32 piece, guint32 column,
              guint32 row)
{
    return cg_piece_holds_beside (index, &index->pieces[piece],
                                  middle_of (&raster->columns, column),
                                  middle_of (&raster->rows, row));
}

/* Fine cells of a block that no edge of the piece meets: all in or all out, the same along a row
 * until the next cell that is met. Where no other piece has an edge either the cell is done with. */
static void
fill_block (const CgAttachIndex *index, CgRaster *raster, Filing *filing, guint32 block,
            guint32 first_column, guint32 first_row)
{
    for (guint32 row = first_row; row < first_row + BLOCK; row++) {
        gboolean known = FALSE, inside = FALSE;
        for (guint32 column = first_column; column < first_column + BLOCK; column++) {
            guint32 cell = fine_at (raster, block, column, row);
            if (filing->fine_of[cell] == filing->piece + 1) {
                known = FALSE;
                continue;
            }
            guint32 *code = &raster->fine[cell];
            if (*code != SPECIAL && *code != CG_NONE)
                continue;
            if (!known)
                inside = holds_middle (index, raster, filing->piece, column, row);
            known = TRUE;
            Part part = { cell, filing->piece, CG_NONE, column, row };
            if (inside && *code == CG_NONE)
                *code = index->pieces[filing->piece].shape;
            else if (inside)
                g_array_append_val (filing->parts, part);
        }
    }
}

/* Whole coarse cells: the piece is in or out of all of them between two that it meets. */
static void
fill_coarse (const CgAttachIndex *index, CgRaster *raster, Filing *filing)
{
    const CgPiece *piece = &index->pieces[filing->piece];
    Range columns = range_of (&raster->columns, piece->box.x_min, piece->box.x_max);
    Range rows = range_of (&raster->rows, piece->box.y_min, piece->box.y_max);
    for (guint32 y = rows.low / BLOCK; y <= rows.high / BLOCK; y++) {
        gboolean known = FALSE, inside = FALSE;
        for (guint32 x = columns.low / BLOCK; x <= columns.high / BLOCK; x++) {
            guint32 cell = y * raster->n_coarse_columns + x;
            guint32 column = x * BLOCK, row = y * BLOCK;
            gboolean is_block = raster->coarse[cell] != CG_NONE && raster->coarse[cell] & SPECIAL;
            if (filing->coarse_of[cell] == filing->piece + 1) {
                fill_block (index, raster, filing, raster->coarse[cell] & ~SPECIAL, column, row);
                known = FALSE;
                continue;
            }
            if (!known)
                inside = holds_middle (index, raster, filing->piece, column + BLOCK / 2,
                                       row + BLOCK / 2);
            known = TRUE;
            if (inside && is_block)
                fill_block (index, raster, filing, raster->coarse[cell] & ~SPECIAL, column, row);
            else if (inside && raster->coarse[cell] == CG_NONE)
                raster->coarse[cell] = piece->shape;
        }
    }
}

/* ---- crossings ------------------------------------------------------------------------------ */

/* Parts in the order of their cells; in a cell they stay in the order of pieces. (g_free) */
static guint32 *
order_by_cell (const CgRaster *raster, const GArray *parts)
{
    gsize n_cells = (gsize) raster->n_blocks * BLOCK_CELLS;
    guint32 *first = g_try_new0 (guint32, n_cells + 1);
    guint32 *order = g_try_new (guint32, (gsize) parts->len + 1);
    if (first == NULL || order == NULL) {
        g_free (first);
        g_free (order);
        return NULL;
    }
    for (guint k = 0; k < parts->len; k++)
        first[g_array_index (parts, Part, k).cell + 1]++;
    for (gsize c = 0; c < n_cells; c++)
        first[c + 1] += first[c];
    for (guint k = 0; k < parts->len; k++)
        order[first[g_array_index (parts, Part, k).cell]++] = k;
    g_free (first);
    return order;
}

typedef struct {
    guint32 n_entries, n_edges;
    Entry entry[MAX_EDGES + 1];
    Edge edge[MAX_EDGES];
} Draft;

/* Number of an edge among those of the crossing, whichever way it runs; MAX_EDGES: no room. */
static guint32
number_edge (Draft *draft, const CgShapes *areas, guint32 v)
{
    Edge edge = { { areas->x[v], areas->x[v + 1] }, { areas->y[v], areas->y[v + 1] } };
    Edge back = { { edge.x[1], edge.x[0] }, { edge.y[1], edge.y[0] } };
    for (guint32 k = 0; k < draft->n_edges; k++)
        if (memcmp (&draft->edge[k], &edge, sizeof edge) == 0 ||
            memcmp (&draft->edge[k], &back, sizeof back) == 0)
            return k;
    if (draft->n_edges < MAX_EDGES)
        draft->edge[draft->n_edges++] = edge;
    else
        return MAX_EDGES;
    return draft->n_edges - 1;
}

/* Parts of one piece from k on; returns the first part behind them. fits gets FALSE where bits are too
 * few, and where the piece walks an edge twice: it bounds nothing then, but is a border. */
static guint
draft_piece (const CgAttachIndex *index, const CgRaster *raster, const Part *all,
             const guint32 *order, guint k, guint to, Draft *draft, gboolean *fits)
{
    const Part *first = &all[order[k]];
    Entry entry = { .shape = index->pieces[first->piece].shape, .holds_middle = TRUE };
    if (draft->n_entries > MAX_EDGES) {
        *fits = FALSE;
        return to;
    }
    if (first->edge != CG_NONE)
        entry.holds_middle = holds_middle (index, raster, first->piece, first->column, first->row);
    for (; k < to && all[order[k]].piece == first->piece; k++) {
        if (first->edge == CG_NONE)
            continue;
        guint32 number = number_edge (draft, index->areas, all[order[k]].edge);
        if (number == MAX_EDGES || entry.edges >> number & 1) {
            *fits = FALSE;
            return to;
        }
        entry.edges |= 1u << number;
    }
    draft->entry[draft->n_entries++] = entry;
    return k;
}

/* The parts order[from..to-1] share a cell. plain[shape]: record of a cell that it holds all of,
 * with hidden edges; 0: none yet, else the word behind its place. */
static void
make_cell (const CgAttachIndex *index, CgRaster *raster, const GArray *parts,
           const guint32 *order, guint from, guint to, guint32 *plain)
{
    const Part *all = (const Part *) (const void *) parts->data;
    const Part *first = &all[order[from]];
    guint32 *cell = &raster->fine[first->cell];
    guint32 shape = index->pieces[first->piece].shape, k = from;
    Draft draft = { 0 };
    gboolean fits = TRUE, whole = FALSE;
    if (first->edge == CG_NONE && plain[shape] != 0) {
        *cell = SPECIAL | (plain[shape] - 1);
        return;
    }
    while (k < to && !whole) {
        /* Behind a piece that holds all of the cell come only higher ranks. */
        whole = all[order[k]].edge == CG_NONE;
        k = draft_piece (index, raster, all, order, k, to, &draft, &fits);
    }
    Head head = { fits ? draft.n_entries : 0, fits ? (guint16) draft.n_edges : 0, whole && k < to };
    if (first->edge == CG_NONE)
        plain[shape] = raster->words->len + 1;
    *cell = SPECIAL | raster->words->len;
    g_array_append_vals (raster->words, &head, WORDS (Head));
    g_array_append_vals (raster->words, draft.entry, head.n_entries * WORDS (Entry));
    g_array_append_vals (raster->words, draft.edge, head.n_edges * WORDS (Edge));
}

static gboolean
make_cells (const CgAttachIndex *index, CgRaster *raster, const GArray *parts)
{
    g_autofree guint32 *order = order_by_cell (raster, parts);
    g_autofree guint32 *plain = g_try_new0 (guint32, (gsize) index->areas->n_shapes + 1);
    if (order == NULL || plain == NULL)
        return FALSE;
    for (guint from = 0, to; from < parts->len; from = to) {
        to = from + 1;
        guint32 cell = g_array_index (parts, Part, order[from]).cell;
        while (to < parts->len && g_array_index (parts, Part, order[to]).cell == cell)
            to++;
        make_cell (index, raster, parts, order, from, to, plain);
        if (raster->words->len >= SPECIAL / 4)
            return FALSE;
    }
    return TRUE;
}

static gboolean
fill_raster (const CgAttachIndex *index, CgRaster *raster)
{
    raster->coarse = g_try_new (guint32, (gsize) raster->n_coarse + 1);
    if (raster->coarse == NULL || !number_blocks (raster, index))
        return FALSE;
    gsize n_cells = (gsize) raster->n_blocks * BLOCK_CELLS;
    raster->fine = g_try_new (guint32, n_cells + 1);
    g_autofree guint32 *fine_of = g_try_new0 (guint32, n_cells + 1);
    g_autofree guint32 *coarse_of = g_try_new0 (guint32, (gsize) raster->n_coarse + 1);
    if (raster->fine == NULL || fine_of == NULL || coarse_of == NULL)
        return FALSE;
    for (gsize c = 0; c < n_cells; c++)
        raster->fine[c] = CG_NONE;
    for (guint32 p = 0; p < index->n_pieces; p++)
        walk_piece (raster, &index->pieces[p], mark_fine, NULL);
    g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Part));
    Filing filing = { 0, parts, fine_of, coarse_of };
    for (guint32 p = 0; p < index->n_pieces; p++) {
        filing.piece = p;
        walk_piece (raster, &index->pieces[p], file_part, &filing);
        fill_coarse (index, raster, &filing);
        if (parts->len > 2 * MAX_WALK)
            return FALSE;
    }
    return make_cells (index, raster, parts);
}

CgRaster *
cg_raster_new (const CgAttachIndex *index)
{
    if (index->n_pieces == 0 || index->areas->n_shapes >= SPECIAL)
        return NULL;
    CgRaster *raster = g_new0 (CgRaster, 1);
    raster->areas = index->areas;
    raster->box = index->box;
    raster->index = index;
    raster->words = g_array_new (FALSE, FALSE, sizeof (guint64));
    if (choose_size (raster) && fill_raster (index, raster))
        return raster;
    cg_raster_free (raster);
    return NULL;
}

void
cg_raster_free (CgRaster *raster)
{
    if (raster == NULL)
        return;
    g_free (raster->coarse);
    g_free (raster->fine);
    g_array_unref (raster->words);
    g_free (raster);
}

/* ---- asking --------------------------------------------------------------------------------- */

typedef enum { STAYS, CHANGES, ON_EDGE } Step;

/* TRUE when at height y (and a little more) the edge lies right of x (and a lot less more). */
static inline gboolean
lies_right (const double *x, const double *y, guint low, double px, double py)
{
    guint high = 1 - low;
    int side = cg_orient_sign (x[low], y[low], x[high], y[high], px, py);
    return side > 0 || (side == 0 && x[high] > x[low]);
}

/* Whether the horizontal from (mx, py) to (px, py) crosses the edge, or p lies on it. */
static inline Step
step_across (const double *x, const double *y, double px, double py, double mx)
{
    guint low = y[0] <= y[1] ? 0 : 1, high = 1 - low;
    if (py < y[low] || py > y[high])
        return STAYS;
    if (py == y[high]) {
        gboolean on = y[low] == y[high] ? px >= MIN (x[0], x[1]) && px <= MAX (x[0], x[1])
                                        : px == x[high];
        return on ? ON_EDGE : STAYS;
    }
    double least = MIN (x[0], x[1]), most = MAX (x[0], x[1]);
    if ((px < least && mx < least) || (px > most && mx > most))
        return STAYS;
    int side = px < least  ? 1
               : px > most ? -1
                           : cg_orient_sign (x[low], y[low], x[high], y[high], px, py);
    if (side == 0)
        return ON_EDGE;
    return (side > 0) != lies_right (x, y, low, mx, py) ? CHANGES : STAYS;
}

/* Whether the vertical at mx from my to py crosses the edge. */
static inline gboolean
step_along (const double *x, const double *y, double py, double mx, double my)
{
    guint left = x[0] <= x[1] ? 0 : 1, right = 1 - left;
    if (mx < x[left] || mx >= x[right])
        return FALSE;
    double least = MIN (y[0], y[1]), most = MAX (y[0], y[1]);
    if ((py < least && my < least) || (py > most && my > most))
        return FALSE;
    gboolean above_p = cg_orient_sign (x[left], y[left], x[right], y[right], mx, py) < 0;
    gboolean above_m = cg_orient_sign (x[left], y[left], x[right], y[right], mx, my) < 0;
    return above_p != above_m;
}

/* out_border may be NULL. */
static inline guint32
resolve_crossing (const CgRaster *raster, guint32 crossing, double x, double y, guint8 *out_border)
{
    const guint64 *words = (const guint64 *) (const void *) raster->words->data + crossing;
    const Head *head = (const Head *) (const void *) words;
    const Entry *entry = (const Entry *) (const void *) (words + WORDS (Head));
    const Edge *edge = (const Edge *) (const void *) (entry + head->n_entries);
    if (head->n_entries == 0 || (out_border != NULL && head->hides))
        return cg_attach_find_slowly (raster->index, x, y, out_border);
    double mx = middle_of (&raster->columns, cg_line_of (&raster->columns, x));
    double my = middle_of (&raster->rows, cg_line_of (&raster->rows, y));
    guint32 on = 0, changes = 0;
    for (guint32 k = 0; k < head->n_edges; k++) {
        Step step = step_across (edge[k].x, edge[k].y, x, y, mx);
        gboolean along = step_along (edge[k].x, edge[k].y, y, mx, my);
        on |= (guint32) (step == ON_EDGE) << k;
        changes |= (guint32) ((step == CHANGES) ^ along) << k;
    }
    if (out_border != NULL)
        *out_border = on != 0;
    for (guint32 k = 0; k < head->n_entries; k++) {
        gboolean changed = __builtin_popcount (changes & entry[k].edges) & 1;
        if (on & entry[k].edges || (entry[k].holds_middle != 0) != changed)
            return entry[k].shape;
    }
    return CG_NONE;
}

/* Coarse cell of a point, the last one for a point outside of everything; its place in a block. */
static inline guint32
locate_cell (const CgRaster *raster, double x, double y, guint32 *out_inner)
{
    double column = (x - raster->columns.origin) * raster->columns.per_unit;
    double row = (y - raster->rows.origin) * raster->rows.per_unit;
    const CgBox *box = &raster->box;
    gboolean held = (x >= box->x_min) & (x <= box->x_max) & (y >= box->y_min) & (y <= box->y_max);
    guint32 c = held ? (guint32) column : 0, r = held ? (guint32) row : 0;
    c = MIN (c, raster->columns.count - 1);
    r = MIN (r, raster->rows.count - 1);
    *out_inner = r % BLOCK * BLOCK + c % BLOCK;
    return held ? r / BLOCK * raster->n_coarse_columns + c / BLOCK : raster->n_coarse;
}

guint32
cg_raster_find (const CgRaster *raster, double x, double y)
{
    guint32 inner, code = raster->coarse[locate_cell (raster, x, y, &inner)];
    if (code == CG_NONE || !(code & SPECIAL))
        return code;
    code = raster->fine[(code & ~SPECIAL) * BLOCK_CELLS + inner];
    if (code == CG_NONE || !(code & SPECIAL))
        return code;
    return resolve_crossing (raster, code & ~SPECIAL, x, y, NULL);
}

/* In three passes, so that memory is asked for many points at once. border NULL: not asked for; a
 * cell without a record has no border in it. */
static inline void
run_batch (const CgRaster *raster, guint32 n, const double *x, const double *y, guint32 *out,
           guint8 *border)
{
    guint32 place[BATCH], inner[BATCH], waiting[BATCH], n_waiting = 0;
    for (guint32 i = 0; i < n; i++)
        place[i] = locate_cell (raster, x[i], y[i], &inner[i]);
    for (guint32 i = 0; i < n; i++) {
        guint32 code = raster->coarse[place[i]];
        gboolean block = code != CG_NONE && code & SPECIAL;
        out[i] = code;
        waiting[n_waiting] = i;
        n_waiting += block;
    }
    for (guint32 k = 0; k < n_waiting; k++) {
        guint32 i = waiting[k];
        place[i] = (out[i] & ~SPECIAL) * BLOCK_CELLS + inner[i];
        __builtin_prefetch (&raster->fine[place[i]]);
    }
    guint32 n_crossing = 0;
    for (guint32 k = 0; k < n_waiting; k++) {
        guint32 i = waiting[k], code = raster->fine[place[i]];
        out[i] = code;
        if (code != CG_NONE && code & SPECIAL) {
            const guint64 *record =
                (const guint64 *) (const void *) raster->words->data + (code & ~SPECIAL);
            __builtin_prefetch (record);
            __builtin_prefetch (record + 8);
            waiting[n_crossing++] = i;
        }
    }
    for (guint32 k = 0; k < n_crossing; k++) {
        guint32 i = waiting[k];
        out[i] = resolve_crossing (raster, out[i] & ~SPECIAL, x[i], y[i],
                                   border != NULL ? &border[i] : NULL);
    }
}

void
cg_raster_run (const CgRaster *raster, guint32 n, const double *x, const double *y, guint32 *out,
               guint8 *out_border)
{
    if (out_border != NULL)
        memset (out_border, 0, n);
    for (guint32 from = 0; from < n; from += BATCH)
        if (out_border != NULL)
            run_batch (raster, MIN (n - from, BATCH), x + from, y + from, out + from,
                       out_border + from);
        else
            run_batch (raster, MIN (n - from, BATCH), x + from, y + from, out + from, NULL);
}
