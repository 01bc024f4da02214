#include "cells/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cells/cells_internal.h"

static const char *const content_names[] = { "built", "empty", "water" };

static const char *const finding_names[CG_N_CELLS_FINDINGS] = {
    [CG_CELLS_REPEATED] = "REPEATED",
    [CG_CELLS_MERGED] = "MERGED",
    [CG_CELLS_OVERLAP] = "OVERLAP",
    [CG_CELLS_PIECES] = "PIECES",
    [CG_CELLS_ACROSS] = "ACROSS_BARRIER",
    [CG_CELLS_PARTLY_OUTSIDE] = "PARTLY_OUTSIDE",
    [CG_CELLS_OUTSIDE] = "OUTSIDE",
    [CG_CELLS_COLLAPSED] = "COLLAPSED",
    [CG_CELLS_SAME_PLACE] = "SAME_PLACE",
    [CG_CELLS_APART] = "PARTS_APART",
    [CG_CELLS_ACROSS_REGIONS] = "ACROSS_COMMUNITIES",
    [CG_CELLS_REGIONS_OVERLAP] = "REGIONS_OVERLAP",
    [CG_CELLS_REGIONS_GAP] = "REGIONS_GAP",
    [CG_CELLS_CLOSED] = "END_CLOSED",
    [CG_CELLS_OPEN] = "END_OPEN",
    [CG_CELLS_STRIP] = "STRIP_JOINED",
    [CG_CELLS_IN_WATER] = "IN_WATER",
    [CG_CELLS_TILE] = "TILE_MISSING",
    [CG_CELLS_GROUPS_OVERLAP] = "GROUPS_OVERLAP",
    [CG_CELLS_GROUP_EMPTY] = "GROUP_WITHOUT_HOUSE",
    [CG_CELLS_GROUP_DIFFERS] = "GROUP_DIFFERS",
    [CG_CELLS_GROUP_APART] = "GROUP_APART",
};

const char *
cg_cell_content_name (CgCellContent content)
{
    return content_names[content];
}

const char *
cg_cells_finding_name (CgCellsFindingKind kind)
{
    return finding_names[kind];
}

gboolean
cg_cells_is_stopped (const CgCellsJob *job, GError **error)
{
    if (!g_cancellable_is_cancelled (job->cancel))
        return FALSE;
    g_set_error (error, CG_ERROR, CG_ERROR_CANCELLED, "making cells was stopped");
    return TRUE;
}

gboolean
cg_cells_no_memory (GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for so many cells");
    return FALSE;
}

void
cg_cells_note (CgCellsJob *job, CgCellsFindingKind kind, guint32 row, guint32 other, double x,
               double y, double amount)
{
    CgCellsFinding finding = { kind, row, other, x, y, amount, 0, 0 };
    if (job->out->n_findings[kind]++ < CG_CELLS_MAX_FINDINGS)
        g_array_append_val (job->out->findings, finding);
}

static int
compare_findings (gconstpointer x, gconstpointer y)
{
    const CgCellsFinding *a = x, *b = y;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

/* ---- the job ----------------------------------------------------------------------------- */

static void
job_done (CgCellsJob *job)
{
    g_clear_pointer (&job->sites, g_array_unref);
    cg_lines_free (job->lines);
    cg_noding_free (job->noding);
    cg_net_free (job->mesh);
    void *const columns[] = { job->edge_class,   job->edge_cut,    job->edge_passable,
                              job->source_first, job->source_edge, job->source_turn,
                              job->region_of,    job->block_of,    job->atom_of,
                              job->is_water,     job->home,        job->node_first,
                              job->node_atom,    job->touch_node,  job->corner_wall,
                              job->touch_wall,
                              job->split,       job->label,
                              job->cell_of_label, job->piece_of };
    for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        g_free (columns[k]);
    cg_cells_free (job->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgCellsJob, job_done)

static void
borders_done (CgBorders *borders)
{
    g_array_unref (borders->vertex);
    g_array_unref (borders->node);
    g_array_unref (borders->border);
    g_array_unref (borders->chain);
    g_array_unref (borders->gap_m);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgBorders, borders_done)

static CgCells *
new_cells (const CgCellsInput *input)
{
    CgCells *cells = g_new0 (CgCells, 1);
    cells->shapes = cg_shapes_new (CG_SHAPES_AREA);
    cells->borders = cg_shapes_new (CG_SHAPES_LINE);
    cells->n_buildings = input->n_buildings;
    cells->cell_of = g_new (guint32, (gsize) input->n_buildings + 1);
    cells->share = g_new0 (double, (gsize) input->n_buildings + 1);
    cells->same_as = g_new (guint32, (gsize) input->n_buildings + 1);
    for (guint32 i = 0; i < input->n_buildings; i++)
        cells->same_as[i] = i;
    cells->findings = g_array_new (FALSE, FALSE, sizeof (CgCellsFinding));
    cells->overlaps = g_array_new (FALSE, FALSE, sizeof (CgCellsOverlap));
    return cells;
}

static gboolean
fail_argument (const char *what, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s", what);
    return FALSE;
}

static gboolean
is_size (double value, double most)
{
    return value >= 0 && value <= most;
}

static gboolean
are_groups (guint32 n_groups, guint32 n, const guint32 *group)
{
    for (guint32 i = 0; group != NULL && i < n; i++)
        if (group[i] >= n_groups && group[i] != CG_NONE)
            return FALSE;
    return TRUE;
}

static gboolean
check_input (const CgCellsInput *in, const CgCellsOptions *o, GError **error)
{
    if (in->regions == NULL || in->regions->kind != CG_SHAPES_AREA || in->outlines == NULL ||
        in->outlines->kind != CG_SHAPES_AREA || in->outlines->n_shapes != in->n_buildings ||
        (in->points != NULL && in->points->n_shapes != in->n_buildings))
        return fail_argument ("tables of cells do not match", error);
    if ((in->drawn != NULL && (in->drawn->kind != CG_SHAPES_AREA || in->drawn_group == NULL)) ||
        !are_groups (in->n_groups, in->n_buildings, in->group) ||
        !are_groups (in->n_groups, in->drawn != NULL ? in->drawn->n_shapes : 0, in->drawn_group))
        return fail_argument ("groups of cells do not match", error);
    if (!(in->metre_x > 0 && in->metre_y > 0 && in->metre_x < 1e9 && in->metre_y < 1e9))
        return fail_argument ("metres of a unit are not positive", error);
    if (!is_size (o->close_m, 1000) || !is_size (o->empty_m2, 1e12) ||
        !is_size (o->sliver_m, 1000) || !is_size (o->simplify_m, 100))
        return fail_argument ("an option of cells is out of range", error);
    return TRUE;
}

/* ---- cells out of labels ----------------------------------------------------------------- */

/* Cells in order of their lowest building, then of their label; the largest triangle of each speaks
 * for it. */
static void
number_cells (CgCellsJob *job, guint32 **out_triangle)
{
    const CgNet *mesh = job->mesh;
    guint32 n_labels = job->n_labels;
    g_autofree guint32 *triangle = g_new (guint32, (gsize) n_labels + 1);
    g_autofree CgWide *most = g_new0 (CgWide, (gsize) n_labels + 1);
    for (guint32 t = 0; t < mesh->n_triangles; t++) {
        CgWide twice = cg_cells_twice (job, t);
        for (guint k = 0; k < 3; k++) {
            guint32 label = job->label[3 * t + k];
            if (label >= CG_FREE || twice <= most[label])
                continue;
            most[label] = twice;
            triangle[label] = t;
        }
    }
    CgCells *out = job->out;
    job->cell_of_label = g_new (guint32, (gsize) n_labels + 1);
    *out_triangle = g_new (guint32, (gsize) n_labels + 1);
    for (guint32 label = 0; label < n_labels; label++) {
        job->cell_of_label[label] = most[label] > 0 ? out->n : CG_NONE;
        if (most[label] > 0)
            (*out_triangle)[out->n++] = triangle[label];
    }
}

static gboolean
fill_columns (CgCellsJob *job, GError **error)
{
    CgCells *out = job->out;
    const CgNet *mesh = job->mesh;
    g_autofree guint32 *triangle = NULL;
    g_auto (CgCellsLookup) compounds = { 0 };
    number_cells (job, &triangle);
    if (!cg_cells_lookup_init (&compounds, job->in->compounds, error))
        return FALSE;
    gsize room = (gsize) out->n + 1;
    out->region = g_new (guint32, room);
    out->block = g_new (guint32, room);
    out->compound = g_new (guint32, room);
    out->buildings = g_new0 (guint32, room);
    out->content = g_new0 (guint8, room);
    out->area_m2 = g_new0 (double, room);
    out->group = g_new (guint32, room);
    for (guint32 c = 0; c < out->n; c++) {
        guint32 t = triangle[c];
        double x = 0, y = 0;
        for (guint k = 0; k < 3; k++) {
            x += cg_cells_x (job, (double) mesh->spot[mesh->corner[3 * t + k]].x) / 3;
            y += cg_cells_y (job, (double) mesh->spot[mesh->corner[3 * t + k]].y) / 3;
        }
        out->region[c] = job->region_of[t];
        out->block[c] = job->block_of[t];
        out->group[c] = CG_NONE;
        out->compound[c] = cg_cells_look_up (&compounds, x, y);
        out->content[c] = job->is_water[t] ? CG_CELL_WATER : CG_CELL_EMPTY;
    }
    out->n_blocks = job->n_blocks;
    return TRUE;
}

/* The cell of a site's building. One that got no ground of its own (between others that touch it on
 * all sides) is in the first cell around it. */
static guint32
cell_of_site (const CgCellsJob *job, guint32 s)
{
    const CgSite *site = &g_array_index (job->sites, CgSite, s);
    const CgNet *mesh = job->mesh;
    guint32 cell = job->cell_of_label[site->atom], k = job->source_first[job->first_site + s];
    if (cell != CG_NONE || k == job->source_first[job->first_site + s + 1])
        return cell;
    guint32 start = mesh->slot_of[job->noding->edge_a[job->source_edge[k]]], slot = start;
    do {
        guint32 label = job->label[cg_cells_piece_at (job, slot / 3, slot % 3, 0)];
        if (label < CG_FREE)
            cell = MIN (cell, job->cell_of_label[label]);
        slot = mesh->twin[cg_net_previous (slot)];
    } while (slot != start);
    return cell;
}

/* A building of several sites counts where the most of it stands. */
static void
fill_buildings (CgCellsJob *job)
{
    CgCells *out = job->out;
    g_autofree CgWide *most = g_new0 (CgWide, (gsize) out->n_buildings + 1);
    g_autofree guint8 *told = g_new0 (guint8, (gsize) out->n_buildings + 1);
    for (guint32 i = 0; i < out->n_buildings; i++)
        out->cell_of[i] = CG_NONE;
    for (guint32 s = 0; s < job->sites->len; s++) {
        const CgSite *site = &g_array_index (job->sites, CgSite, s);
        if (job->home[site->atom] == CG_NONE)
            continue;
        guint32 cell = cell_of_site (job, s);
        if (cell == CG_NONE)
            continue;
        out->content[cell] = CG_CELL_BUILT;
        out->block[cell] = job->home[site->atom];
        if (out->cell_of[site->row] != CG_NONE && out->cell_of[site->row] != cell &&
            told[site->row] != TRUE) {
            told[site->row] = TRUE;
            cg_cells_note (job, CG_CELLS_APART, site->row, CG_NONE,
                           cg_cells_x (job, (double) site->spot.x),
                           cg_cells_y (job, (double) site->spot.y), 0);
        }
        if (out->cell_of[site->row] != CG_NONE && site->inside <= most[site->row])
            continue;
        out->cell_of[site->row] = cell;
        most[site->row] = site->inside;
    }
    for (guint32 i = 0; i < out->n_buildings; i++)
        if (out->cell_of[i] != CG_NONE)
            out->buildings[out->cell_of[i]]++;
}

/* ---- borders as a table ------------------------------------------------------------------ */

static gboolean
has_bridge (const CgBorders *borders, const guint8 *bridge, CgCellsTunnels *tunnels, guint32 from,
            guint32 to)
{
    for (guint32 b = from; b < to; b++) {
        const CgBorder *border = &g_array_index (borders->border, CgBorder, b);
        const guint32 end[] = { border->a, border->b };
        for (guint k = 0; k < 2; k++) {
            guint32 node = g_array_index (borders->node, guint32, end[k]);
            if (node != CG_NONE && bridge[node])
                return TRUE;
        }
        if (cg_cells_is_undercut (tunnels, g_array_index (borders->vertex, CgSpot, border->a),
                                  g_array_index (borders->vertex, CgSpot, border->b)))
            return TRUE;
    }
    return FALSE;
}

static void
add_vertex (const CgCellsJob *job, const CgBorders *borders, guint32 vertex)
{
    CgSpot p = g_array_index (borders->vertex, CgSpot, vertex);
    cg_shapes_add_vertex (job->out->borders, job->x0 + (double) p.x * job->step,
                          job->y0 + (double) p.y * job->step);
}

static gboolean
fill_borders (CgCellsJob *job, const CgBorders *borders, GError **error)
{
    CgCells *out = job->out;
    g_autofree guint8 *bridge = cg_cells_find_bridges (job);
    g_autoptr (CgCellsTunnels) tunnels = cg_cells_tunnels_new (job, error);
    if (tunnels == NULL)
        return FALSE;
    gsize room = (gsize) borders->chain->len + 1;
    out->left = g_new (guint32, room);
    out->right = g_new (guint32, room);
    out->class = g_new (guint8, room);
    out->passable = g_new (guint8, room);
    for (guint k = 0; k + 1 < borders->chain->len; k++) {
        guint32 from = g_array_index (borders->chain, guint32, k);
        guint32 to = g_array_index (borders->chain, guint32, k + 1);
        const CgBorder *first = &g_array_index (borders->border, CgBorder, from);
        if (first->left == CG_NONE || first->right == CG_NONE)
            continue;
        out->left[out->n_borders] = first->left;
        out->right[out->n_borders] = first->right;
        out->class[out->n_borders] = first->class;
        out->passable[out->n_borders] =
            first->passable ||
            (!first->closed && has_bridge (borders, bridge, tunnels, from, to));
        out->n_borders++;
        add_vertex (job, borders, first->a);
        for (guint32 b = from; b < to; b++)
            add_vertex (job, borders, g_array_index (borders->border, CgBorder, b).b);
        cg_shapes_end_ring (out->borders);
        cg_shapes_end_part (out->borders);
        cg_shapes_end_shape (out->borders);
    }
    return TRUE;
}

gboolean
cg_cells_draw (CgCellsJob *job, GError **error)
{
    g_auto (CgBorders) borders = { g_array_new (FALSE, FALSE, sizeof (CgSpot)),
                                   g_array_new (FALSE, FALSE, sizeof (guint32)),
                                   g_array_new (FALSE, FALSE, sizeof (double)),
                                   g_array_new (FALSE, FALSE, sizeof (CgBorder)),
                                   g_array_new (FALSE, FALSE, sizeof (guint32)) };
    if (!fill_columns (job, error))
        return FALSE;
    fill_buildings (job);
    if (!cg_cells_collect_borders (job, &borders, error) ||
        !cg_cells_place_groups (job, &borders, error) ||
        !cg_cells_straighten (job, &borders, error) || !cg_cells_walk_rings (job, &borders, error))
        return FALSE;
    if (!fill_borders (job, &borders, error))
        return FALSE;
    cg_cells_note_pieces (job);
    return TRUE;
}

/* ---- the whole --------------------------------------------------------------------------- */

static double
area_of_all (const CgShapes *areas)
{
    double sum = 0;
    for (guint32 i = 0; i < areas->n_shapes; i++)
        sum += cg_shapes_area (areas, i);
    return sum;
}

CgCells *
cg_cells_build (const CgCellsInput *input, const CgCellsOptions *options,
                const CgProgress *progress, GCancellable *cancel, GError **error)
{
    const char *const what = "steps";
    const guint n_steps = 6;
    g_auto (CgCellsJob) job = { .in = input,
                                .options = options != NULL ? *options : CG_CELLS_OPTIONS_DEFAULT,
                                .progress = progress,
                                .cancel = cancel };
    if (!check_input (input, &job.options, error))
        return NULL;
    job.out = new_cells (input);
    job.sites = g_array_new (FALSE, FALSE, sizeof (CgSite));
    job.lines = cg_lines_new ();
    job.out->boundary_area = area_of_all (input->regions);
    cg_progress (progress, what, 0, n_steps);
    if (!cg_cells_trace (&job, error))
        return NULL;
    cg_progress (progress, what, 1, n_steps);
    job.noding = cg_noding_build (job.lines, cancel, error);
    if (job.noding == NULL)
        return NULL;
    g_clear_pointer (&job.lines, cg_lines_free);
    cg_progress (progress, what, 2, n_steps);
    job.mesh = cg_net_build (job.noding, cancel, error);
    if (job.mesh == NULL)
        return NULL;
    cg_progress (progress, what, 3, n_steps);
    if (!cg_cells_place_sites (&job, error))
        return NULL;
    cg_progress (progress, what, 4, n_steps);
    if (!cg_cells_share_land (&job, error))
        return NULL;
    cg_progress (progress, what, 5, n_steps);
    if (!cg_cells_draw (&job, error))
        return NULL;
    if (job.out->findings->len > 1)
        qsort (job.out->findings->data, job.out->findings->len, sizeof (CgCellsFinding),
               compare_findings);
    cg_progress (progress, what, n_steps, n_steps);
    return g_steal_pointer (&job.out);
}

void
cg_cells_free (CgCells *cells)
{
    if (cells == NULL)
        return;
    cg_shapes_free (cells->shapes);
    cg_shapes_free (cells->borders);
    void *const columns[] = { cells->region,  cells->block,   cells->compound, cells->buildings,
                              cells->content, cells->area_m2, cells->cell_of,  cells->share,
                              cells->same_as,
                              cells->left,    cells->right,   cells->class,    cells->passable,
                              cells->group };
    for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        g_free (columns[k]);
    g_clear_pointer (&cells->findings, g_array_unref);
    g_clear_pointer (&cells->overlaps, g_array_unref);
    g_free (cells);
}
