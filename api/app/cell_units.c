#include "app/cell_units.h"

#include <stdlib.h>
#include <string.h>

/* ---- villager groups --------------------------------------------------------------------- */

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

/* Villager group of each cell as id into names, or CG_NONE. (g_free) */
static guint32 *
find_groups (const CgCells *cells, const CgCellColumns *columns, const guint8 *village,
             CgNames *names)
{
    guint32 *group = g_new (guint32, (gsize) cells->n + 1);
    for (guint32 k = 0; k < cells->n; k++)
        group[k] = columns->group[k] != NULL ? cg_names_add (names, columns->group[k]) : CG_NONE;
    g_autoptr (GArray) touches = list_touches (cells, village);
    spread_groups (touches, cells->n, cg_names_count (names), group);
    return group;
}

/* ---- units ------------------------------------------------------------------------------- */

static char *
unused_id (char *wanted, GHashTable *used)
{
    g_autofree char *first = wanted;
    char *id = g_strdup (first);
    for (guint k = 2; g_hash_table_contains (used, id); k++) {
        g_free (id);
        id = g_strdup_printf ("%s-%u", first, k);
    }
    g_hash_table_add (used, id);
    return id;
}

static void
name_units (const CgCellSource *source, const CgCells *cells, guint32 first, CgUnits *units)
{
    g_autoptr (GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);
    g_autofree guint32 *row = g_new (guint32, (gsize) cells->n + 1);
    g_autofree guint32 *n_empty = g_new0 (guint32, 2 * ((gsize) source->n_regions + 1));
    memset (row, 0xff, ((gsize) cells->n + 1) * sizeof *row);
    for (guint32 i = 0; i < first; i++)
        g_hash_table_add (used, units->id[i]);
    for (guint32 i = cells->n_buildings; i-- > 0;)
        if (cells->cell_of[i] != CG_NONE)
            row[cells->cell_of[i]] = i;
    for (guint32 k = 0; k < cells->n; k++) {
        const char *region = source->region[cells->region[k]];
        gboolean water = cells->content[k] == CG_CELL_WATER;
        guint32 b = row[k];
        char *id;
        if (b == CG_NONE)
            id = g_strdup_printf ("%s-%c%u", region, water ? 'w' : 'e',
                                  ++n_empty[2 * cells->region[k] + water]);
        else if (source->buildings->key[b] == CG_NONE)
            id = g_strdup_printf ("%s-r%u", region, source->buildings->row[b]);
        else
            id = g_strdup_printf ("%s-%s", region, source->buildings->id[b]);
        units->id[first + k] = unused_id (id, used);
        units->row[first + k] = b != CG_NONE ? source->buildings->row[b] : 0;
    }
}

/* What a compound that is cut out is called. */
static const char *
compound_title (const CgCompounds *compounds, guint32 row)
{
    return compounds->name[row] != NULL && compounds->name[row][0] != '\0' ? compounds->name[row]
                                                                           : compounds->code[row];
}

static void
fill_unit (const CgCellSource *source, const CgCells *cells, const CgCellColumns *columns,
           const CgNames *names, guint32 group, gboolean in_village, guint32 k, CgUnits *units,
           guint32 i)
{
    guint32 compound = cells->compound[k];
    gboolean dedicated = compound != CG_NONE && source->compounds->dedicated[compound];
    units->households[i] = columns->households[k];
    units->population[i] = columns->population[k];
    units->estimated[i] = columns->estimated[k] || columns->population_estimated[k];
    units->region[i] = cg_names_add (units->regions, columns->region[k]);
    if (columns->compound[k] != NULL)
        units->compound[i] = cg_names_add (units->compounds, columns->compound[k]);
    units->kind[i] = dedicated                        ? CG_UNIT_DEDICATED
                     : group != CG_NONE || in_village ? CG_UNIT_RURAL
                                                      : CG_UNIT_URBAN;
    if (dedicated)
        units->group[i] =
            cg_names_add (units->groups, compound_title (source->compounds, compound));
    else if (group != CG_NONE)
        units->group[i] = cg_names_add (units->groups, cg_names_get (names, group));
    cg_shapes_add_shape (units->shapes, cells->shapes, k);
}

/* A town of which no community is known is no village, whatever it is called. */
static guint8 *
find_villages (const CgCellSource *source, const CgRegions *regions)
{
    guint8 *village = g_new0 (guint8, (gsize) source->n_regions + 1);
    g_autoptr (GHashTable) rural = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 r = 0; r < regions->n; r++)
        if (!regions->urban[r] && regions->level[r] == CG_LEVEL_COMMUNITY)
            g_hash_table_add (rural, regions->code[r]);
    for (guint32 r = 0; r < source->n_regions; r++)
        village[r] = g_hash_table_contains (rural, source->region[r]);
    return village;
}

CgUnits *
cg_cell_units_new (const CgCellSource *source, const CgRegions *regions, const CgCells *cells,
                   const CgCellColumns *columns, const CgUnits *units, const guint8 *keep)
{
    CgUnits *out = cg_units_subset (units, keep, cells->n);
    guint32 n_kept = out->n - cells->n;
    g_autoptr (CgNames) names = cg_names_new ();
    g_autofree guint8 *village = find_villages (source, regions);
    g_autofree guint32 *group = find_groups (cells, columns, village, names);
    for (guint32 k = 0; k < cells->n; k++)
        fill_unit (source, cells, columns, names, group[k], village[cells->region[k]], k, out,
                   n_kept + k);
    name_units (source, cells, n_kept, out);
    out->has_population = TRUE;
    return out;
}

/* ---- borders ----------------------------------------------------------------------------- */

typedef struct {
    guint32 region, border;
    guint8 class, passable;
} Kind;

static int
compare_kinds (gconstpointer x, gconstpointer y)
{
    const Kind *a = x, *b = y;
    if (a->region != b->region)
        return a->region < b->region ? -1 : 1;
    if (a->class != b->class)
        return a->class < b->class ? -1 : 1;
    if (a->passable != b->passable)
        return a->passable < b->passable ? -1 : 1;
    return (a->border > b->border) - (a->border < b->border);
}

static gboolean
is_same_kind (const Kind *a, const Kind *b)
{
    return a->region == b->region && a->class == b->class && a->passable == b->passable;
}

static void
add_parts (CgShapes *to, const CgShapes *from, guint32 i)
{
    for (guint32 p = from->shape_part[i]; p < from->shape_part[i + 1]; p++)
        for (guint32 r = from->part_ring[p]; r < from->part_ring[p + 1]; r++) {
            for (guint32 v = from->ring_vertex[r]; v < from->ring_vertex[r + 1]; v++)
                cg_shapes_add_vertex (to, from->x[v], from->y[v]);
            cg_shapes_end_ring (to);
            cg_shapes_end_part (to);
        }
}

CgBarriers *
cg_cell_borders_new (const CgCells *cells)
{
    g_autoptr (GArray) kinds = g_array_new (FALSE, FALSE, sizeof (Kind));
    for (guint32 b = 0; b < cells->n_borders; b++) {
        Kind kind = { cells->region[cells->left[b]], b, cells->class[b], cells->passable[b] };
        if (kind.class != CG_BARRIER_NONE && cells->region[cells->right[b]] == kind.region)
            g_array_append_val (kinds, kind);
    }
    g_array_sort (kinds, compare_kinds);
    const Kind *all = (const Kind *) (gconstpointer) kinds->data;
    guint32 n = 0;
    for (guint k = 0; k < kinds->len; k++)
        n += k == 0 || !is_same_kind (&all[k - 1], &all[k]);
    CgBarriers *borders = cg_barriers_new (n);
    for (guint k = 0, row = 0; k < kinds->len; k++) {
        add_parts (borders->lines, cells->borders, all[k].border);
        if (k + 1 < kinds->len && is_same_kind (&all[k], &all[k + 1]))
            continue;
        borders->class[row] = all[k].class;
        borders->passable[row++] = all[k].passable;
        cg_shapes_end_shape (borders->lines);
        cg_shapes_end_shape (borders->areas);
    }
    return borders;
}
