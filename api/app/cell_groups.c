#include "app/cell_groups.h"

#include <string.h>

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
