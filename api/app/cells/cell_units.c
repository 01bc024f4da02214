#include "app/cells/cell_units.h"

#include <stdlib.h>
#include <string.h>

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
           guint32 k, CgUnits *units, guint32 i)
{
    const char *group = columns->group[k];
    gboolean in_village = source->village != NULL && source->village[cells->region[k]];
    guint32 compound = cells->compound[k];
    gboolean dedicated = compound != CG_NONE && source->compounds->dedicated[compound];
    units->households[i] = columns->households[k];
    units->population[i] = columns->population[k];
    units->estimated[i] = (guint8) ((columns->estimated[k] ? CG_ESTIMATED_HOUSEHOLDS : 0) |
                                    (columns->population_estimated[k] ? CG_ESTIMATED_POPULATION
                                                                      : 0));
    units->region[i] = cg_names_add (units->regions, columns->region[k]);
    if (columns->compound[k] != NULL)
        units->compound[i] = cg_names_add (units->compounds, columns->compound[k]);
    units->kind[i] = dedicated                        ? CG_UNIT_DEDICATED
                     : group != NULL || in_village ? CG_UNIT_RURAL
                                                      : CG_UNIT_URBAN;
    if (dedicated)
        units->group[i] =
            cg_names_add (units->groups, compound_title (source->compounds, compound));
    else if (group != NULL)
        units->group[i] = cg_names_add (units->groups, group);
    cg_shapes_add_shape (units->shapes, cells->shapes, k);
}

CgUnits *
cg_cell_units_new (const CgCellSource *source, const CgCells *cells, const CgCellColumns *columns,
                   const CgUnits *units, const guint8 *keep)
{
    CgUnits *out = cg_units_subset (units, keep, cells->n);
    guint32 n_kept = out->n - cells->n;
    for (guint32 k = 0; k < cells->n; k++)
        fill_unit (source, cells, columns, k, out, n_kept + k);
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
