/* Free ground goes to the buildings that face it: triangle by triangle, then what is left over. */
#include "cells/cells_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    guint32 label;
    double length;
} Facing;

typedef struct {
    CgCellsJob *job;
    guint32 *component; /* [3 * n_triangles] of the last run, CG_NONE: not in any */
    GArray *queue;      /* of guint32: pieces                                     */
    GArray *facing;     /* of Facing                                              */
} Walk;

static void
walk_done (Walk *walk)
{
    g_free (walk->component);
    g_clear_pointer (&walk->queue, g_array_unref);
    g_clear_pointer (&walk->facing, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_done)

/* ---- who faces a triangle ---------------------------------------------------------------- */

const guint8 cg_cells_centres[CG_N_CENTRES][3] = { { 2, 2, 2 }, { 3, 2, 1 }, { 3, 1, 2 },
                                                   { 2, 3, 1 }, { 1, 3, 2 }, { 2, 1, 3 },
                                                   { 1, 2, 3 } };

/* The centre nearest to the place that is equally far from all three corners. */
static guint
choose_centre (const CgCellsJob *job, guint32 t)
{
    const CgNet *mesh = job->mesh;
    const CgSpot a = mesh->spot[mesh->corner[3 * t]];
    double x[3], y[3], best = INFINITY;
    guint chosen = 0;
    for (guint k = 0; k < 3; k++) {
        CgSpot p = mesh->spot[mesh->corner[3 * t + k]];
        x[k] = (double) (p.x - a.x) * job->in->metre_x / job->in->metre_y;
        y[k] = (double) (p.y - a.y);
    }
    double twice = 2 * (x[1] * y[2] - y[1] * x[2]);
    double b2 = x[1] * x[1] + y[1] * y[1], c2 = x[2] * x[2] + y[2] * y[2];
    double ux = (y[2] * b2 - y[1] * c2) / twice, uy = (x[1] * c2 - x[2] * b2) / twice;
    for (guint c = 0; c < CG_N_CENTRES; c++) {
        const guint8 *w = cg_cells_centres[c];
        double dx = (w[1] * x[1] + w[2] * x[2]) / 6 - ux, dy = (w[1] * y[1] + w[2] * y[2]) / 6 - uy;
        if (dx * dx + dy * dy < best) {
            best = dx * dx + dy * dy;
            chosen = c;
        }
    }
    return chosen;
}

void
cg_cells_split_triangle (CgCellsJob *job, guint32 t, const guint32 owner[3])
{
    guint32 *label = job->label + 3 * (gsize) t;
    label[1] = label[2] = CG_NONE;
    job->split[t] = CG_SPLIT_WHOLE;
    for (guint i = 0; i < 3; i++) {
        guint j = (i + 1) % 3, k = (i + 2) % 3;
        if (owner[i] == CG_FREE && owner[j] != CG_FREE && owner[k] != CG_FREE &&
            owner[j] != owner[k]) {
            job->split[t] = (guint8) (CG_SPLIT_MEDIAN + i);
            label[1] = owner[j];
            label[0] = owner[k];
            return;
        }
        if (owner[j] == owner[k] && owner[j] != CG_FREE && owner[i] != CG_FREE &&
            owner[i] != owner[j]) {
            job->split[t] = (guint8) (CG_SPLIT_CORNER + i);
            label[1] = owner[i];
            label[0] = owner[j];
            return;
        }
    }
    if (owner[0] != CG_FREE && owner[1] != CG_FREE && owner[2] != CG_FREE && owner[0] != owner[1]) {
        job->split[t] = (guint8) (CG_SPLIT_STAR + choose_centre (job, t));
        memcpy (label, owner, 3 * sizeof *owner);
        return;
    }
    /* One owner, or none. */
    label[0] = owner[0] != CG_FREE ? owner[0] : owner[1] != CG_FREE ? owner[1] : owner[2];
}

static void
divide (CgCellsJob *job, guint32 t)
{
    guint32 *label = job->label + 3 * (gsize) t, owner[3];
    label[0] = label[1] = label[2] = CG_NONE;
    job->split[t] = CG_SPLIT_WHOLE;
    if (job->region_of[t] == CG_NONE)
        return;
    label[0] = job->atom_of[t];
    if (label[0] != CG_NONE)
        return;
    label[0] = CG_FREE;
    if (job->is_water[t] || !cg_cells_is_garden (job, t))
        return;
    for (guint c = 0; c < 3; c++)
        owner[c] = cg_cells_owner (job, 3 * t + c);
    cg_cells_split_triangle (job, t, owner);
}

/* ---- pieces ------------------------------------------------------------------------------ */

CgWide
cg_cells_ground (const CgCellsJob *job, guint32 piece)
{
    guint32 t = piece / 3, k = piece % 3;
    guint split = job->split[t];
    CgWide twice = cg_cells_twice (job, t);
    guint parts = split == CG_SPLIT_WHOLE   ? 12
                  : split < CG_SPLIT_MEDIAN ? (k == 1 ? 3 : 9)
                  : split < CG_SPLIT_STAR   ? 6
                                            : 6u - cg_cells_centres[split - CG_SPLIT_STAR][k];
    return twice * parts;
}

/* Whether ground may hang together across side s: not over a line, unless within a building; and
 * not with the wall of a building that lives on the other side of a line. */
static gboolean
is_open (const CgCellsJob *job, guint32 s)
{
    const CgNet *mesh = job->mesh;
    guint32 t = s / 3, n = mesh->twin[s] / 3, here = job->atom_of[t], there = job->atom_of[n];
    if (job->region_of[t] != job->region_of[n])
        return FALSE;
    if (here != CG_NONE && here == there)
        return TRUE;
    if (mesh->edge[s] != CG_NONE && job->edge_cut[mesh->edge[s]])
        return FALSE;
    return (here == CG_NONE || job->home[here] == job->block_of[n]) &&
           (there == CG_NONE || job->home[there] == job->block_of[t]);
}

typedef void (*Visit) (Walk *walk, guint32 piece, guint32 other, double length, gboolean open,
                       gpointer user_data);

/* Calls visit for every neighbour of a piece across half a side, and within its triangle. */
static void
visit_neighbours (Walk *walk, guint32 piece, Visit visit, gpointer user_data)
{
    const CgCellsJob *job = walk->job;
    const CgNet *mesh = job->mesh;
    guint32 t = piece / 3;
    for (guint i = 0; i < 3; i++)
        for (guint h = 0; h < 2; h++) {
            guint32 s = 3 * t + i, r = mesh->twin[s];
            if (cg_cells_piece_at (job, t, i, h) != piece)
                continue;
            guint32 other = cg_cells_piece_at (job, r / 3, r % 3, 1 - h);
            double length =
                cg_cells_metres (job, mesh->spot[mesh->corner[s]], mesh->spot[mesh->corner[r]]) / 2;
            visit (walk, piece, other, length, is_open (job, s), user_data);
        }
    guint n = job->split[t] == CG_SPLIT_WHOLE ? 1 : job->split[t] >= CG_SPLIT_STAR ? 3 : 2;
    double size = n > 1 ? sqrt (cg_cells_m2 (job, cg_cells_twice (job, t))) : 0;
    for (guint k = 0; k < n; k++)
        if (3 * t + k != piece)
            visit (walk, piece, 3 * t + k, size, TRUE, user_data);
}

static void
spread (Walk *walk, guint32 piece, guint32 other, double length, gboolean open, gpointer user_data)
{
    const guint32 *label = walk->job->label;
    (void) length;
    (void) user_data;
    if (!open || label[other] != label[piece] ||
        walk->component[other] != CG_NONE)
        return;
    walk->component[other] = walk->component[piece];
    g_array_append_val (walk->queue, other);
}

/* Pieces of one label that hang together with start; walk->queue lists them. */
static void
gather (Walk *walk, guint32 start, guint32 component)
{
    g_array_set_size (walk->queue, 0);
    walk->component[start] = component;
    g_array_append_val (walk->queue, start);
    for (guint k = 0; k < walk->queue->len; k++)
        visit_neighbours (walk, g_array_index (walk->queue, guint32, k), spread, NULL);
}

static void
forget_components (Walk *walk)
{
    memset (walk->component, 0xff, 3 * (gsize) walk->job->mesh->n_triangles * sizeof (guint32));
}

/* ---- each building keeps the piece that it stands on ------------------------------------- */

typedef struct {
    guint32 component;
    CgWide built, ground;
} Best;

static guint32
keep_main_pieces (Walk *walk)
{
    CgCellsJob *job = walk->job;
    guint32 n_pieces = 3 * job->mesh->n_triangles, n = 0, loose = 0;
    g_autofree Best *best = g_new0 (Best, (gsize) job->n_atoms + 1);
    for (guint32 a = 0; a < job->n_atoms; a++)
        best[a].component = CG_NONE;
    forget_components (walk);
    for (guint32 p = 0; p < n_pieces; p++) {
        guint32 label = job->label[p];
        if (label >= CG_FREE || walk->component[p] != CG_NONE)
            continue;
        gather (walk, p, n);
        Best found = { n++, 0, 0 };
        for (guint k = 0; k < walk->queue->len; k++) {
            guint32 piece = g_array_index (walk->queue, guint32, k);
            found.ground += cg_cells_ground (job, piece);
            if (job->atom_of[piece / 3] != CG_NONE)
                found.built += cg_cells_ground (job, piece);
        }
        Best *so_far = &best[label];
        if (so_far->component == CG_NONE || found.built > so_far->built ||
            (found.built == so_far->built && found.ground > so_far->ground))
            *so_far = found;
    }
    for (guint32 p = 0; p < n_pieces; p++)
        if (job->label[p] < CG_FREE && walk->component[p] != best[job->label[p]].component) {
            job->label[p] = CG_FREE;
            loose++;
        }
    return loose;
}

/* ---- loose ground ------------------------------------------------------------------------ */

static void
add_facing (Walk *walk, guint32 label, double length)
{
    for (guint k = 0; k < walk->facing->len; k++) {
        Facing *facing = &g_array_index (walk->facing, Facing, k);
        if (facing->label == label) {
            facing->length += length;
            return;
        }
    }
    Facing facing = { label, length };
    g_array_append_val (walk->facing, facing);
}

static void
meet (Walk *walk, guint32 piece, guint32 other, double length, gboolean open, gpointer user_data)
{
    guint32 label = walk->job->label[other];
    (void) piece;
    (void) user_data;
    if (open && label < CG_FREE)
        add_facing (walk, label, length);
}

static guint32
longest_facing (const Walk *walk)
{
    guint32 best = CG_NONE;
    double length = -1;
    for (guint k = 0; k < walk->facing->len; k++) {
        const Facing *facing = &g_array_index (walk->facing, Facing, k);
        if (facing->length > length || (facing->length == length && facing->label < best)) {
            best = facing->label;
            length = facing->length;
        }
    }
    return best;
}

static void
give (Walk *walk, guint32 label)
{
    for (guint k = 0; k < walk->queue->len; k++)
        walk->job->label[g_array_index (walk->queue, guint32, k)] = label;
}

static gboolean
place_loose (Walk *walk, GError **error)
{
    CgCellsJob *job = walk->job;
    guint32 n_pieces = 3 * job->mesh->n_triangles;
    forget_components (walk);
    for (guint32 p = 0; p < n_pieces; p++) {
        if ((p & 0xffff) == 0 && cg_cells_is_stopped (job, error))
            return FALSE;
        if (job->label[p] != CG_FREE || walk->component[p] != CG_NONE)
            continue;
        gather (walk, p, p);
        CgWide ground = 0, water = 0;
        g_array_set_size (walk->facing, 0);
        for (guint k = 0; k < walk->queue->len; k++) {
            guint32 piece = g_array_index (walk->queue, guint32, k);
            ground += cg_cells_ground (job, piece);
            water += job->is_water[piece / 3] ? cg_cells_ground (job, piece) : 0;
            visit_neighbours (walk, piece, meet, NULL);
        }
        guint32 label = longest_facing (walk);
        if (label == CG_NONE || 2 * water > ground || cg_cells_m2 (job, ground / CG_TWELFTHS) >= job->options.empty_m2)
            label = job->n_labels++;
        give (walk, label);
    }
    return TRUE;
}

gboolean
cg_cells_share_land (CgCellsJob *job, GError **error)
{
    guint32 n = job->mesh->n_triangles;
    g_auto (Walk) walk = { job, g_try_new (guint32, 3 * (gsize) n + 1),
                           g_array_new (FALSE, FALSE, sizeof (guint32)),
                           g_array_new (FALSE, FALSE, sizeof (Facing)) };
    job->split = g_try_new (guint8, (gsize) n + 1);
    job->label = g_try_new (guint32, 3 * (gsize) n + 1);
    if (walk.component == NULL || job->split == NULL || job->label == NULL)
        return cg_cells_no_memory (error);
    if (!cg_cells_find_walls (job, error))
        return FALSE;
    for (guint32 t = 0; t < n; t++) {
        if ((t & 0xffff) == 0 && cg_cells_is_stopped (job, error))
            return FALSE;
        divide (job, t);
    }
    job->n_labels = job->n_atoms;
    keep_main_pieces (&walk);
    if (!place_loose (&walk, error))
        return FALSE;
    return cg_cells_join_strips (job, error);
}
