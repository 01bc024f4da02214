/* Cells of one villager group: named by houses or by outlines drawn by hand, joined if asked for. */
#include "cells/cells_internal.h"

#include <stdlib.h>

#include "geom/geom.h"

#define POINT_M2 1.0   /* what a house without an outline weighs beside others of its cell */
#define OVERLAP_M2 1.0 /* smaller common ground of two drawn outlines is the pen's width */

/* Houses of a cell, or the ground of an empty one, in one drawn outline; CG_NONE: in none. */
typedef struct {
    guint32 cell, row;
    double m2;
} Tally;

static int
compare_tallies (gconstpointer x, gconstpointer y)
{
    const Tally *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* ---- which group a cell is of ------------------------------------------------------------ */

static gboolean
note_overlaps (CgCellsJob *job, GError **error)
{
    const CgCellsInput *in = job->in;
    double unit_m2 = in->metre_x * in->metre_y;
    g_autoptr (GArray) overlaps =
        cg_geom_overlaps (in->drawn, OVERLAP_M2 / unit_m2, job->cancel, error);
    if (overlaps == NULL)
        return FALSE;
    for (guint k = 0; k < overlaps->len; k++) {
        const CgGeomOverlap *o = &g_array_index (overlaps, CgGeomOverlap, k);
        if (in->drawn_group[o->i] != in->drawn_group[o->j])
            cg_cells_note (job, CG_CELLS_GROUPS_OVERLAP, o->j, o->i, o->x, o->y,
                           o->area_m2 * unit_m2);
    }
    return TRUE;
}

static void
add_tally (GArray *tallies, guint32 cell, guint32 row, double m2)
{
    Tally *last = tallies->len > 0 ? &g_array_index (tallies, Tally, tallies->len - 1) : NULL;
    if (last != NULL && last->cell == cell && last->row == row)
        last->m2 += m2;
    else {
        Tally tally = { cell, row, m2 };
        g_array_append_val (tallies, tally);
    }
}

/* The one outline that holds every vertex of building i, CG_NONE: none holds any. FALSE: they
 * differ. */
static gboolean
look_up_house (const CgShapes *outlines, guint32 i, CgCellsLookup *drawn, guint32 *out_row)
{
    guint32 from = outlines->ring_vertex[outlines->part_ring[outlines->shape_part[i]]];
    guint32 to = outlines->ring_vertex[outlines->part_ring[outlines->shape_part[i + 1]]];
    *out_row = cg_cells_look_up (drawn, outlines->x[from], outlines->y[from]);
    for (guint32 v = from + 1; v < to; v++)
        if (cg_cells_look_up (drawn, outlines->x[v], outlines->y[v]) != *out_row)
            return FALSE;
    return TRUE;
}

/* A house that outlines cut through: how much of it lies in each. */
static gboolean
tally_cut_house (CgCellsJob *job, guint32 i, CgCellsLookup *drawn, GArray *tallies, GError **error)
{
    const CgCellsInput *in = job->in;
    double unit_m2 = in->metre_x * in->metre_y;
    double rest_m2 = cg_shapes_area (in->outlines, i) * unit_m2;
    CgBox box = cg_shapes_box (in->outlines, i);
    cg_box_tree_find (drawn->tree, &box, drawn->found);
    for (guint k = 0; k < drawn->found->len; k++) {
        guint32 row = g_array_index (drawn->found, guint32, k);
        double area;
        if (!cg_geom_intersection_area (in->outlines, i, in->drawn, row, &area, error))
            return FALSE;
        add_tally (tallies, job->out->cell_of[i], row, area * unit_m2);
        rest_m2 -= area * unit_m2;
    }
    add_tally (tallies, job->out->cell_of[i], CG_NONE, MAX (rest_m2, 0));
    return TRUE;
}

static gboolean
tally_houses (CgCellsJob *job, CgCellsLookup *drawn, GArray *tallies, GError **error)
{
    const CgCellsInput *in = job->in;
    for (guint32 i = 0; i < in->n_buildings; i++) {
        guint32 cell = job->out->cell_of[i], row;
        double m2 = cg_shapes_area (in->outlines, i) * in->metre_x * in->metre_y;
        if (cell == CG_NONE)
            continue;
        if (in->outlines->shape_part[i] == in->outlines->shape_part[i + 1]) {
            guint32 v = in->points->ring_vertex[in->points->part_ring[in->points->shape_part[i]]];
            add_tally (tallies, cell,
                       cg_cells_look_up (drawn, in->points->x[v], in->points->y[v]), POINT_M2);
        } else if (look_up_house (in->outlines, i, drawn, &row))
            add_tally (tallies, cell, row, m2);
        else if (!tally_cut_house (job, i, drawn, tallies, error))
            return FALSE;
    }
    return TRUE;
}

/* All ground of empty cells, triangle by triangle; a divided one counts in equal parts. */
static void
tally_ground (CgCellsJob *job, CgCellsLookup *drawn, GArray *tallies)
{
    const CgNet *mesh = job->mesh;
    for (guint32 t = 0; t < mesh->n_triangles; t++) {
        double x = 0, y = 0;
        guint n = job->split[t] == CG_SPLIT_WHOLE ? 1 : job->split[t] >= CG_SPLIT_STAR ? 3 : 2;
        guint32 row = CG_NONE;
        gboolean looked = FALSE;
        for (guint k = 0; k < n; k++) {
            guint32 label = job->label[3 * t + k];
            guint32 cell = label < CG_FREE ? job->cell_of_label[label] : CG_NONE;
            if (cell == CG_NONE || job->out->content[cell] != CG_CELL_EMPTY)
                continue;
            for (guint c = 0; c < 3 && !looked; c++) {
                x += cg_cells_x (job, (double) mesh->spot[mesh->corner[3 * t + c]].x) / 3;
                y += cg_cells_y (job, (double) mesh->spot[mesh->corner[3 * t + c]].y) / 3;
            }
            row = looked ? row : cg_cells_look_up (drawn, x, y);
            looked = TRUE;
            add_tally (tallies, cell, row, cg_cells_m2 (job, cg_cells_twice (job, t)) / n);
        }
    }
}

/* The outline with most of each cell's ground, the earlier one of equals; CG_NONE where more lies
 * outside of all. */
static guint32 *
choose_outlines (const CgCellsJob *job, GArray *tallies)
{
    guint32 *best = g_new (guint32, (gsize) job->out->n + 1);
    g_autofree double *most = g_new0 (double, (gsize) job->out->n + 1);
    g_array_sort (tallies, compare_tallies);
    for (guint32 c = 0; c < job->out->n; c++)
        best[c] = CG_NONE;
    for (guint k = 0; k < tallies->len;) {
        Tally sum = g_array_index (tallies, Tally, k);
        for (k++; k < tallies->len; k++) {
            const Tally *more = &g_array_index (tallies, Tally, k);
            if (more->cell != sum.cell || more->row != sum.row)
                break;
            sum.m2 += more->m2;
        }
        if (sum.m2 > most[sum.cell]) {
            best[sum.cell] = sum.row;
            most[sum.cell] = sum.m2;
        }
    }
    return best;
}

/* Words of the houses themselves; house[c] is the one that spoke for its cell, else its first. */
static void
take_words (CgCellsJob *job, guint32 *house)
{
    CgCells *out = job->out;
    for (guint32 c = 0; c < out->n; c++)
        house[c] = CG_NONE;
    for (guint32 i = 0; i < out->n_buildings; i++) {
        guint32 cell = out->cell_of[i];
        guint32 group = job->in->group != NULL ? job->in->group[i] : CG_NONE;
        if (cell == CG_NONE)
            continue;
        if (house[cell] == CG_NONE || (out->group[cell] == CG_NONE && group != CG_NONE))
            house[cell] = i;
        if (out->group[cell] == CG_NONE)
            out->group[cell] = group;
    }
}

static void
place_of (const CgCellsJob *job, guint32 building, double *out_x, double *out_y)
{
    const CgCellsInput *in = job->in;
    if (in->outlines->shape_part[building] < in->outlines->shape_part[building + 1])
        cg_shapes_centroid (in->outlines, building, out_x, out_y);
    else
        cg_shapes_centroid (in->points, building, out_x, out_y);
}

static gboolean
ask_outlines (CgCellsJob *job, const guint32 *house, GError **error)
{
    const CgCellsInput *in = job->in;
    CgCells *out = job->out;
    if (in->drawn == NULL)
        return TRUE;
    g_auto (CgCellsLookup) drawn = { 0 };
    g_autoptr (GArray) tallies = g_array_new (FALSE, FALSE, sizeof (Tally));
    if (!note_overlaps (job, error) || !cg_cells_lookup_init (&drawn, in->drawn, error))
        return FALSE;
    if (!tally_houses (job, &drawn, tallies, error))
        return FALSE;
    tally_ground (job, &drawn, tallies);
    g_autofree guint32 *row = choose_outlines (job, tallies);
    g_autofree guint8 *used = g_new0 (guint8, (gsize) in->drawn->n_shapes + 1);
    for (guint32 c = 0; c < out->n; c++) {
        if (row[c] == CG_NONE)
            continue;
        used[row[c]] |= house[c] != CG_NONE;
        double x, y;
        if (out->group[c] == CG_NONE)
            out->group[c] = in->drawn_group[row[c]];
        else if (out->group[c] != in->drawn_group[row[c]]) {
            place_of (job, house[c], &x, &y);
            cg_cells_note (job, CG_CELLS_GROUP_DIFFERS, house[c], row[c], x, y, 0);
        }
    }
    for (guint32 i = 0; i < in->drawn->n_shapes; i++)
        if (!used[i] && in->drawn->shape_part[i] < in->drawn->shape_part[i + 1]) {
            double x, y;
            cg_shapes_label_point (in->drawn, i, &x, &y, NULL);
            cg_cells_note (job, CG_CELLS_GROUP_EMPTY, i, CG_NONE, x, y,
                           cg_shapes_area (in->drawn, i) * in->metre_x * in->metre_y);
        }
    return TRUE;
}

/* ---- pieces ------------------------------------------------------------------------------ */

static guint32
find_top (guint32 *top, guint32 c)
{
    while (top[c] != c)
        c = top[c] = top[top[c]];
    return c;
}

/* Cells of one group and region that a border joins which may be passed, or that has a bridge. */
static gboolean
find_pieces (CgCellsJob *job, const CgBorders *borders, GError **error)
{
    const CgCells *out = job->out;
    g_autofree guint8 *bridge = cg_cells_find_bridges (job);
    g_autoptr (CgCellsTunnels) tunnels = cg_cells_tunnels_new (job, error);
    if (tunnels == NULL)
        return FALSE;
    guint32 *top = job->piece_of;
    for (guint b = 0; b < borders->border->len; b++) {
        const CgBorder *border = &g_array_index (borders->border, CgBorder, b);
        guint32 p = border->left, q = border->right;
        if (p == CG_NONE || q == CG_NONE || out->group[p] == CG_NONE ||
            out->group[p] != out->group[q] || out->region[p] != out->region[q])
            continue;
        guint32 a = g_array_index (borders->node, guint32, border->a);
        guint32 z = g_array_index (borders->node, guint32, border->b);
        if (!border->passable && !(a != CG_NONE && bridge[a]) && !(z != CG_NONE && bridge[z]) &&
            !cg_cells_is_undercut (tunnels, g_array_index (borders->vertex, CgSpot, border->a),
                                   g_array_index (borders->vertex, CgSpot, border->b)))
            continue;
        p = find_top (top, p);
        q = find_top (top, q);
        top[MAX (p, q)] = MIN (p, q);
    }
    for (guint32 c = 0; c < out->n; c++)
        top[c] = find_top (top, c);
    return TRUE;
}

/* Ground that hangs together with no house of the group is not of it. */
static void
drop_loose (CgCellsJob *job)
{
    CgCells *out = job->out;
    g_autofree guint8 *lived = g_new0 (guint8, (gsize) out->n + 1);
    for (guint32 c = 0; c < out->n; c++)
        lived[job->piece_of[c]] |= out->buildings[c] > 0;
    for (guint32 c = 0; c < out->n; c++)
        if (!lived[job->piece_of[c]]) {
            out->group[c] = CG_NONE;
            job->piece_of[c] = c;
        }
}

/* Cell c of the others goes up into the piece's; what is left is numbered anew in the same order. */
static void
join_cells (CgCellsJob *job)
{
    CgCells *out = job->out;
    guint32 n = 0;
    g_autofree guint32 *now = g_new (guint32, (gsize) out->n + 1);
    for (guint32 c = 0; c < out->n; c++) {
        guint32 into = job->piece_of[c];
        if (into != c) {
            guint32 to = now[into];
            out->buildings[to] += out->buildings[c];
            if (out->compound[to] != out->compound[c])
                out->compound[to] = CG_NONE;
            if (out->content[c] == CG_CELL_BUILT)
                out->content[to] = CG_CELL_BUILT;
            now[c] = to;
            continue;
        }
        now[c] = n;
        out->region[n] = out->region[c];
        out->block[n] = out->block[c];
        out->compound[n] = out->compound[c];
        out->group[n] = out->group[c];
        out->buildings[n] = out->buildings[c];
        out->content[n] = out->content[c];
        job->piece_of[n] = n;
        n++;
    }
    for (guint32 label = 0; label < job->n_labels; label++)
        if (job->cell_of_label[label] != CG_NONE)
            job->cell_of_label[label] = now[job->cell_of_label[label]];
    for (guint32 i = 0; i < out->n_buildings; i++)
        if (out->cell_of[i] != CG_NONE)
            out->cell_of[i] = now[out->cell_of[i]];
    out->n = n;
}

gboolean
cg_cells_place_groups (CgCellsJob *job, CgBorders *borders, GError **error)
{
    guint32 n = job->out->n;
    if (job->in->n_groups == 0)
        return TRUE;
    g_autofree guint32 *house = g_new (guint32, (gsize) n + 1);
    job->piece_of = g_new (guint32, (gsize) n + 1);
    for (guint32 c = 0; c < n; c++)
        job->piece_of[c] = c;
    take_words (job, house);
    if (!ask_outlines (job, house, error))
        return FALSE;
    if (!find_pieces (job, borders, error))
        return FALSE;
    drop_loose (job);
    if (!job->options.join_groups)
        return TRUE;
    join_cells (job);
    g_array_set_size (borders->vertex, 0);
    g_array_set_size (borders->node, 0);
    g_array_set_size (borders->gap_m, 0);
    g_array_set_size (borders->border, 0);
    g_array_set_size (borders->chain, 0);
    return cg_cells_collect_borders (job, borders, error);
}

/* ---- groups in several pieces ------------------------------------------------------------ */

typedef struct {
    guint32 houses, first; /* first: lowest building */
    double area_m2;
} Piece;

static Piece *
measure_pieces (const CgCellsJob *job)
{
    const CgCells *out = job->out;
    Piece *pieces = g_new0 (Piece, (gsize) out->n + 1);
    for (guint32 c = 0; c < out->n; c++) {
        pieces[c].first = CG_NONE;
        pieces[job->piece_of[c]].area_m2 += out->area_m2[c];
    }
    for (guint32 i = out->n_buildings; i-- > 0;)
        if (out->cell_of[i] != CG_NONE) {
            pieces[job->piece_of[out->cell_of[i]]].houses++;
            pieces[job->piece_of[out->cell_of[i]]].first = i;
        }
    return pieces;
}

/* A group of one name in another region is another group: every village has its first. */
static gint64
village_group (const CgCells *out, guint32 c)
{
    return (gint64) ((guint64) out->region[c] << 32 | out->group[c]);
}

void
cg_cells_note_pieces (CgCellsJob *job)
{
    const CgCells *out = job->out;
    if (job->in->n_groups == 0)
        return;
    g_autofree Piece *pieces = measure_pieces (job);
    g_autoptr (GHashTable) main_of =
        g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint32 c = 0; c < out->n; c++) {
        gint64 key = village_group (out, c);
        if (out->group[c] == CG_NONE || job->piece_of[c] != c)
            continue;
        gpointer known = g_hash_table_lookup (main_of, &key);
        if (known == NULL || pieces[c].houses > pieces[GPOINTER_TO_UINT (known) - 1].houses)
            g_hash_table_replace (main_of, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (c + 1));
    }
    for (guint32 c = 0; c < out->n; c++) {
        gint64 key = village_group (out, c);
        if (out->group[c] == CG_NONE || job->piece_of[c] != c)
            continue;
        guint32 main = GPOINTER_TO_UINT (g_hash_table_lookup (main_of, &key)) - 1;
        double x, y;
        if (main == c)
            continue;
        place_of (job, pieces[c].first, &x, &y);
        cg_cells_note (job, CG_CELLS_GROUP_APART, pieces[c].first, pieces[main].first, x, y,
                       pieces[c].area_m2);
    }
}
