/* Ground between regions that none of them claims: told, never closed. */
#include "cells/cells_internal.h"

#include <math.h>
#include <stdlib.h>

#define GAP_M 5.0      /* a strip between two rims no wider than that was hardly meant */
#define LEAST_M2 1.0

/* One triangle, or all of one piece of ground, between two regions. */
typedef struct {
    guint32 a, b, triangle;
    CgWide area;
} Gap;

typedef struct {
    CgCellsJob *job;
    guint32 *rim_of;  /* [2 * n_nodes] the first two regions whose rim has the node, or CG_NONE */
    guint8 *seen;     /* [n_triangles] */
    GArray *gap;
    GArray *piece;    /* of guint32 */
} Gaps;

static void
gaps_done (Gaps *gaps)
{
    g_free (gaps->rim_of);
    g_free (gaps->seen);
    g_clear_pointer (&gaps->gap, g_array_unref);
    g_clear_pointer (&gaps->piece, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gaps, gaps_done)

static void
add_rim (Gaps *gaps, guint32 node, guint32 region)
{
    guint32 *two = gaps->rim_of + 2 * (gsize) node;
    if (two[0] == CG_NONE)
        two[0] = region;
    else if (two[0] != region && two[1] == CG_NONE)
        two[1] = region;
}

static void
list_rims (Gaps *gaps)
{
    const CgCellsJob *job = gaps->job;
    for (guint32 r = 0; r < job->in->regions->n_shapes; r++)
        for (guint32 k = job->source_first[r]; k < job->source_first[r + 1]; k++)
            if (job->source_turn[k] != 0) {
                add_rim (gaps, job->noding->edge_a[job->source_edge[k]], r);
                add_rim (gaps, job->noding->edge_b[job->source_edge[k]], r);
            }
}

static void
add_gap (Gaps *gaps, guint32 a, guint32 b, guint32 triangle, CgWide area)
{
    Gap one = { MIN (a, b), MAX (a, b), triangle, area };
    g_array_append_val (gaps->gap, one);
}

/* Whether the place c faces the side from a to b no further away than a gap is wide. */
static gboolean
faces (const CgCellsJob *job, CgSpot a, CgSpot b, CgSpot c)
{
    double place = CG_PLACE * job->step, mx = place * job->in->metre_x, my = place * job->in->metre_y;
    double ux = (double) (b.x - a.x) * mx, uy = (double) (b.y - a.y) * my;
    double vx = (double) (c.x - a.x) * mx, vy = (double) (c.y - a.y) * my;
    double length = sqrt (ux * ux + uy * uy);
    double far = fabs (ux * vy - uy * vx) / length, along = (ux * vx + uy * vy) / length;
    return far <= GAP_M && along >= -far && along <= length + far;
}

/* A triangle that stands with one side on the rim of a region and with the corner across on the rim of
 * another. */
static void
look_at (Gaps *gaps, guint32 t)
{
    const CgCellsJob *job = gaps->job;
    const CgNet *mesh = job->mesh;
    for (guint32 s = 3 * t; s < 3 * t + 3; s++) {
        guint32 region = mesh->twin[s] != CG_NONE ? job->region_of[mesh->twin[s] / 3] : CG_NONE;
        guint32 across = mesh->corner[cg_net_previous (s)];
        const guint32 *two = gaps->rim_of + 2 * (gsize) across;
        guint32 other = two[0] == region ? two[1] : two[0];
        if (region == CG_NONE || other == CG_NONE || two[1] == region ||
            !faces (job, mesh->spot[mesh->corner[s]], mesh->spot[mesh->corner[cg_net_next (s)]],
                    mesh->spot[across]))
            continue;
        add_gap (gaps, region, other, t, cg_cells_twice (job, t));
        return;
    }
}

/* Ground of nobody that hangs together with a triangle: as a whole where it is closed in by two regions
 * or more, else triangle by triangle. */
static void
look_around (Gaps *gaps, guint32 start)
{
    const CgCellsJob *job = gaps->job;
    const CgNet *mesh = job->mesh;
    GArray *piece = gaps->piece;
    guint32 a = CG_NONE, b = CG_NONE, largest = start;
    CgWide area = 0;
    gboolean open = FALSE;
    g_array_set_size (piece, 0);
    g_array_append_val (piece, start);
    gaps->seen[start] = TRUE;
    for (guint k = 0; k < piece->len; k++) {
        guint32 t = g_array_index (piece, guint32, k);
        area += cg_cells_twice (job, t);
        largest = cg_cells_twice (job, t) > cg_cells_twice (job, largest) ? t : largest;
        for (guint32 s = 3 * t; s < 3 * t + 3; s++) {
            guint32 next = mesh->twin[s] != CG_NONE ? mesh->twin[s] / 3 : CG_NONE;
            guint32 region = next != CG_NONE ? job->region_of[next] : CG_NONE;
            open |= next == CG_NONE;
            if (region != CG_NONE && region != a) {
                b = a == CG_NONE ? b : MIN (b, MAX (a, region));
                a = MIN (a, region);
            } else if (next != CG_NONE && region == CG_NONE && !gaps->seen[next]) {
                gaps->seen[next] = TRUE;
                g_array_append_val (piece, next);
            }
        }
    }
    if (!open && b != CG_NONE)
        add_gap (gaps, a, b, largest, area);
    for (guint k = 0; open && k < piece->len; k++)
        look_at (gaps, g_array_index (piece, guint32, k));
}

static int
compare_gaps (gconstpointer x, gconstpointer y)
{
    const Gap *a = x, *b = y;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return (a->triangle > b->triangle) - (a->triangle < b->triangle);
}

static void
tell_gaps (Gaps *gaps)
{
    CgCellsJob *job = gaps->job;
    g_array_sort (gaps->gap, compare_gaps);
    for (guint k = 0, end; k < gaps->gap->len; k = end) {
        const Gap *first = &g_array_index (gaps->gap, Gap, k), *largest = first;
        CgWide sum = 0;
        for (end = k; end < gaps->gap->len; end++) {
            const Gap *one = &g_array_index (gaps->gap, Gap, end);
            if (one->a != first->a || one->b != first->b)
                break;
            sum += one->area;
            largest = one->area > largest->area ? one : largest;
        }
        double x, y, m2 = cg_cells_m2 (job, sum);
        cg_cells_centre (job, largest->triangle, &x, &y);
        if (m2 >= LEAST_M2)
            cg_cells_note (job, CG_CELLS_REGIONS_GAP, first->a, first->b, x, y, m2);
    }
}

gboolean
cg_cells_find_gaps (CgCellsJob *job, GError **error)
{
    g_auto (Gaps) gaps = { .job = job };
    gsize n = 2 * (gsize) job->mesh->n_nodes;
    if (job->in->regions->n_shapes < 2)
        return TRUE;
    gaps.rim_of = g_try_new (guint32, n + 1);
    gaps.seen = g_try_new0 (guint8, (gsize) job->mesh->n_triangles + 1);
    gaps.gap = g_array_new (FALSE, FALSE, sizeof (Gap));
    gaps.piece = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (gaps.rim_of == NULL || gaps.seen == NULL)
        return cg_cells_no_memory (error);
    for (gsize k = 0; k < n; k++)
        gaps.rim_of[k] = CG_NONE;
    list_rims (&gaps);
    for (guint32 t = 0; t < job->mesh->n_triangles; t++)
        if (job->region_of[t] == CG_NONE && !gaps.seen[t])
            look_around (&gaps, t);
    tell_gaps (&gaps);
    return TRUE;
}
