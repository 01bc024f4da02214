#include "app/cells/cell_groups.h"

#include <string.h>

#include "attach/attach.h"

typedef struct {
    guint32 cell, other;
    double length_m;
} Touch;

static int
compare_touches (gconstpointer x, gconstpointer y)
{
    const Touch *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

/* Neighbours of the cells of villages, with the length of each piece of border, by cell. */
static GArray *
list_touches (const CgCells *cells, const guint8 *village)
{
    GArray *touches = g_array_new (FALSE, FALSE, sizeof (Touch));
    for (guint32 b = 0; b < cells->n_borders; b++) {
        guint32 left = cells->left[b], right = cells->right[b];
        if (cells->region[left] != cells->region[right] || !village[cells->region[left]])
            continue;
        Touch one = { left, right, cg_shapes_length (cells->borders, b) };
        Touch two = { right, left, one.length_m };
        g_array_append_val (touches, one);
        g_array_append_val (touches, two);
    }
    g_array_sort (touches, compare_touches);
    return touches;
}

/* The group with most border around a cell, the lower number where two have as much. */
static guint32
strongest_group (const Touch *touch, guint n, const guint32 *group, double *sum)
{
    guint32 best = CG_NONE;
    for (guint k = 0; k < n; k++)
        if (group[touch[k].other] != CG_NONE)
            sum[group[touch[k].other]] = 0;
    for (guint k = 0; k < n; k++) {
        guint32 g = group[touch[k].other];
        if (g == CG_NONE)
            continue;
        sum[g] += touch[k].length_m;
        if (best == CG_NONE || sum[g] > sum[best] || (sum[g] == sum[best] && g < best))
            best = g;
    }
    return best;
}

/* In rounds outwards from the houses, so that no order of cells decides. */
static void
spread_groups (const GArray *touches, guint32 n, guint32 n_groups, guint32 *group)
{
    const Touch *all = (const Touch *) (gconstpointer) touches->data;
    g_autofree guint32 *next = g_memdup2 (group, (gsize) n * sizeof *group);
    g_autofree double *sum = g_new0 (double, (gsize) n_groups + 1);
    gboolean changed = n > 0 && n_groups > 0;
    while (changed) {
        changed = FALSE;
        for (guint k = 0, end; k < touches->len; k = end) {
            for (end = k; end < touches->len && all[end].cell == all[k].cell;)
                end++;
            if (group[all[k].cell] != CG_NONE)
                continue;
            next[all[k].cell] = strongest_group (all + k, end - k, group, sum);
            changed |= next[all[k].cell] != CG_NONE;
        }
        memcpy (group, next, (gsize) n * sizeof *group);
    }
}

guint32 *
cg_cell_groups_spread (const CgCellSource *source, const CgCells *cells)
{
    guint32 *group = g_memdup2 (cells->group, ((gsize) cells->n + 1) * sizeof *group);
    if (source->village == NULL || source->groups == NULL)
        return group;
    g_autoptr (GArray) touches = list_touches (cells, source->village);
    spread_groups (touches, cells->n, cg_names_count (source->groups), group);
    return group;
}

/* ---- what has to be said ---------------------------------------- */

/* The first row of each building that lies in a cell. */
static gboolean
is_home (const CgCells *cells, guint8 *seen, guint32 i)
{
    gboolean home = cells->cell_of[i] != CG_NONE && !seen[cells->same_as[i]];
    seen[cells->same_as[i]] |= home;
    return home;
}

static void
place_of (const CgCellSource *source, guint32 i, double *out_x, double *out_y)
{
    const CgShapes *outlines = source->input.outlines;
    gboolean is_area = outlines->shape_part[i] < outlines->shape_part[i + 1];
    cg_shapes_centroid (is_area ? outlines : source->input.points, i, out_x, out_y);
}

/* Outlines drawn over a border: the first house in another community than the outline's first. */
static gboolean
note_across (const CgCellSource *source, const CgCells *cells, GArray *notes, GError **error)
{
    const CgShapes *drawn = source->input.drawn;
    if (drawn == NULL)
        return TRUE;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (drawn, NULL, error);
    if (index == NULL)
        return FALSE;
    g_autofree guint8 *seen = g_new0 (guint8, (gsize) cells->n_buildings + 1);
    g_autofree guint8 *told = g_new0 (guint8, (gsize) drawn->n_shapes + 1);
    g_autofree guint32 *first = g_new (guint32, (gsize) drawn->n_shapes + 1);
    memset (first, 0xff, ((gsize) drawn->n_shapes + 1) * sizeof *first);
    for (guint32 i = 0; i < cells->n_buildings; i++) {
        double x, y;
        if (!is_home (cells, seen, i))
            continue;
        place_of (source, i, &x, &y);
        guint32 outline = cg_attach_find (index, x, y), cell = cells->cell_of[i];
        if (outline == CG_NONE || told[outline] ||
            cells->group[cell] != source->input.drawn_group[outline])
            continue;
        if (first[outline] == CG_NONE)
            first[outline] = i;
        if (cells->region[cells->cell_of[first[outline]]] == cells->region[cell])
            continue;
        CgCellNote note = { .kind = CG_CELL_GROUP_ACROSS, .row = i, .other = first[outline] };
        g_array_append_val (notes, note);
        told[outline] = TRUE;
    }
    return TRUE;
}

gboolean
cg_cell_groups_note (const CgCellSource *source, const CgCells *cells, const guint32 *spread,
                     GArray *notes, GError **error)
{
    g_autofree guint8 *seen = g_new0 (guint8, (gsize) cells->n_buildings + 1);
    for (guint32 i = 0; source->village != NULL && i < cells->n_buildings; i++) {
        guint32 cell = cells->cell_of[i];
        if (!is_home (cells, seen, i) || !source->village[cells->region[cell]] ||
            cells->group[cell] != CG_NONE || spread[cell] == CG_NONE)
            continue;
        CgCellNote note = { .kind = CG_CELL_GROUP_FOUND, .row = i, .other = CG_NONE };
        g_array_append_val (notes, note);
    }
    return note_across (source, cells, notes, error);
}
