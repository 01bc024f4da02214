#include "app/split/keep.h"
#include "grid/grid.h"

gboolean
cg_keep_plan (CgStore *store, gint64 plan, CgUnits *units, GError **error)
{
    g_autoptr (CgUnits) old = NULL;
    g_autoptr (CgGrids) grids = NULL;
    if (!cg_store_load_plan (store, plan, &old, &grids, error))
        return FALSE;
    g_autoptr (GHashTable) row_of = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 i = 0; i < old->n; i++)
        g_hash_table_insert (row_of, old->id[i], GUINT_TO_POINTER (i + 1));
    for (guint32 i = 0; i < units->n; i++) {
        guint32 row = GPOINTER_TO_UINT (g_hash_table_lookup (row_of, units->id[i]));
        guint32 grid = row > 0 ? grids->grid_of[row - 1] : CG_NONE;
        units->keep[i] = grid != CG_NONE ? cg_names_add (units->kept, grids->code[grid]) : CG_NONE;
    }
    return TRUE;
}

const char **
cg_keep_codes (const CgUnits *units, const CgParts *parts, gboolean by_population)
{
    CgGraph none = { .n = units->n };
    CgPartitionInput all = { .graph = &none, .keep = units->keep,
                             .weight = by_population ? units->population : units->households };
    gboolean any = FALSE;
    if (cg_names_count (units->kept) == 0)
        return NULL;
    g_autofree guint32 *continued = cg_partition_continued (&all, parts);
    g_autofree const char **code = g_new0 (const char *, (gsize) parts->n_parts + 1);
    for (guint32 p = 0; p < parts->n_parts; p++) {
        const char *name
            = continued[p] != CG_NONE ? cg_names_get (units->kept, continued[p]) : NULL;
        if (!cg_grid_is_code (name))
            continue;
        code[p] = name;
        any = TRUE;
    }
    return any ? g_steal_pointer (&code) : NULL;
}

/* ---- several plans ---- */

static gboolean
is_better (const CgPartitionPoint *a, const CgPartitionPoint *b)
{
    if (a->violation != b->violation)
        return a->violation < b->violation;
    if (a->exceptions != b->exceptions)
        return a->exceptions < b->exceptions;
    return a->boundary_m < b->boundary_m;
}

CgParts *
cg_keep_choose (const CgPartitionInput *input, const CgPartitionOptions *partition,
                const CgSplitOptions *options, CgSplit *split, const CgProgress *progress,
                GCancellable *cancel, GError **error)
{
    g_autoptr (GPtrArray) points
        = cg_partition_pareto (input, partition, progress, cancel, error);
    if (points == NULL)
        return NULL;
    guint64 total = 0;
    guint taken = 0;
    for (guint32 unit = 0; unit < input->graph->n; unit++)
        total += input->keep[unit] != CG_NONE ? input->weight[unit] : 0;
    split->points = g_array_new (FALSE, TRUE, sizeof (CgSplitPoint));
    for (guint i = 0; i < points->len; i++) {
        const CgPartitionPoint *point = g_ptr_array_index (points, i);
        CgSplitPoint figures = { .moved = point->moved, .violation = point->violation,
                                 .exceptions = point->exceptions, .grids = point->parts->n_parts,
                                 .boundary_m = point->boundary_m,
                                 .moved_share = total > 0 ? (double) point->moved / (double) total
                                                          : 0 };
        g_array_append_val (split->points, figures);
        if (figures.moved_share <= options->moved_at_most
            && (i == 0 || is_better (point, g_ptr_array_index (points, taken))))
            taken = i;
    }
    split->taken = taken;
    CgPartitionPoint *chosen = g_ptr_array_index (points, taken);
    return g_steal_pointer (&chosen->parts);
}

json_t *
cg_keep_points_json (const CgSplit *split, const CgSplitOptions *options)
{
    json_t *list = json_array ();
    for (guint i = 0; i < split->points->len; i++) {
        const CgSplitPoint *p = &g_array_index (split->points, CgSplitPoint, i);
        json_array_append_new (
            list, json_pack ("{s:I, s:f, s:i, s:I, s:i, s:f, s:b}", "moved", (json_int_t) p->moved,
                             "moved_percent", 100 * p->moved_share, "exceptions",
                             (int) p->exceptions, "violation", (json_int_t) p->violation, "grids",
                             (int) p->grids, "internal_boundary_m", p->boundary_m, "taken",
                             i == split->taken));
    }
    gboolean limited = options->moved_at_most >= 0;
    double least = g_array_index (split->points, CgSplitPoint, 0).moved_share;
    return json_pack ("{s:s, s:o?, s:b, s:f, s:o}", "by",
                      options->by_population ? "population" : "households", "moved_at_most_percent",
                      limited ? json_real (100 * options->moved_at_most) : json_null (),
                      "moved_at_most_met", !limited || least <= options->moved_at_most,
                      "least_moved_percent", 100 * least, "points", list);
}
