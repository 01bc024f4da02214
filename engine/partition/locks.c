#include "partition/partition_internal.h"

#include "base/error.h"

char *
cg_partition_unit_name (const CgPartitionInput *input, guint32 unit)
{
    return input->id != NULL && input->id[unit] != NULL ? g_strdup (input->id[unit])
                                                        : g_strdup_printf ("#%u", unit + 1);
}

/* A unit cannot be locked to a part that lies in other pieces alone. */
static gboolean
check_homes (const CgPartitionInput *input, const CgPieces *pieces, GError **error)
{
    guint32 n = input->graph->n;
    g_autofree guint32 *both = g_new (guint32, 2 * (gsize) n + 1);
    g_autofree guint8 *near = g_new0 (guint8, 2 * (gsize) n + 1);
    g_autofree guint8 *far = g_new0 (guint8, 2 * (gsize) n + 1);
    g_autofree guint32 *piece = g_new (guint32, 2 * (gsize) n + 1);
    memcpy (both, input->keep, sizeof (guint32) * n);
    memcpy (both + n, input->lock, sizeof (guint32) * n);
    guint32 count = cg_assign_number (both, 2 * (gsize) n, NULL);
    for (guint32 label = 0; label < count; label++)
        piece[label] = CG_NONE;
    for (guint32 unit = 0; unit < n; unit++)
        if (both[n + unit] != CG_NONE)
            piece[both[n + unit]] = pieces->piece[unit];
    for (guint32 unit = 0; unit < n; unit++)
        if (both[unit] != CG_NONE && pieces->piece[unit] == piece[both[unit]])
            near[both[unit]] = TRUE;
        else if (both[unit] != CG_NONE)
            far[both[unit]] = TRUE;
    for (guint32 unit = 0; unit < n; unit++) {
        guint32 label = both[n + unit];
        if (label == CG_NONE || near[label] || !far[label])
            continue;
        g_autofree char *name = cg_partition_unit_name (input, unit);
        g_set_error (error, CG_ERROR, CG_ERROR_INFEASIBLE,
                     "unit %s is locked to a grid of which it shares no community", name);
        return FALSE;
    }
    return TRUE;
}

gboolean
cg_locks_check (const CgPartitionInput *input, const CgPieces *pieces, GError **error)
{
    guint32 n = input->graph->n;
    if (input->lock == NULL)
        return TRUE;
    if (input->second != NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "locks and a second weight do not go "
                     "together");
        return FALSE;
    }
    if (input->keep == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "locks name parts of the old plan, and "
                     "there is none");
        return FALSE;
    }
    g_autofree guint32 *lock = g_memdup2 (input->lock, sizeof (guint32) * n);
    g_autofree guint32 *first = g_new (guint32, (gsize) n + 1);
    guint32 n_locks = cg_assign_number (lock, n, NULL);
    for (guint32 k = 0; k < n_locks; k++)
        first[k] = CG_NONE;
    for (guint32 unit = 0; unit < n; unit++) {
        if (lock[unit] == CG_NONE)
            continue;
        guint32 other = first[lock[unit]];
        if (other == CG_NONE) {
            first[lock[unit]] = unit;
        } else if (pieces->piece[other] != pieces->piece[unit]) {
            g_autofree char *a = cg_partition_unit_name (input, other);
            g_autofree char *b = cg_partition_unit_name (input, unit);
            g_set_error (error, CG_ERROR, CG_ERROR_INFEASIBLE,
                         "units %s and %s are locked to one grid, but no units of one community "
                         "join them", a, b);
            return FALSE;
        }
    }
    return check_homes (input, pieces, error);
}
