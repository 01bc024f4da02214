/* In how many ways k of the values of a map have the sum s, for all k and s at once. */
#include "analyse/permutation_internal.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

void
cg_ways_counts_init (CgWaysCounts *counts, const CgNeighbours *neighbours)
{
    guint32 n = neighbours->n;
    *counts = (CgWaysCounts){ .n = n,
                              .value = g_new0 (guint32, (gsize) n + 1),
                              .ranked = g_new (CgWaysRanked, (gsize) n + 1) };
    for (guint32 i = 0; i < n; i++)
        counts->k_max = MAX (counts->k_max, cg_ways_drawn (neighbours, i));
}

void
cg_ways_counts_done (CgWaysCounts *counts)
{
    g_free (counts->value);
    g_free (counts->ranked);
}

static int
compare_ranked (const void *a, const void *b)
{
    const CgWaysRanked *p = a, *q = b;
    if (p->value != q->value)
        return p->value < q->value ? -1 : 1;
    return p->place < q->place ? -1 : p->place > q->place;
}

void
cg_ways_counts_rank (CgWaysCounts *counts)
{
    for (guint32 i = 0; i < counts->n; i++) {
        counts->ranked[i] = (CgWaysRanked){ counts->value[i], i };
        counts->range = MAX (counts->range, counts->value[i]);
        counts->total += counts->value[i];
    }
    qsort (counts->ranked, counts->n, sizeof (CgWaysRanked), compare_ranked);
}

guint32
cg_ways_run_end (const CgWaysCounts *counts, guint32 k)
{
    guint32 end = k + 1;
    while (end < counts->n && counts->ranked[end].value == counts->ranked[k].value)
        end++;
    return end;
}

double
cg_ways_entries (guint32 k_max, double range)
{
    double k = k_max;
    return k + 1 + range * (k * (k + 1) / 2);
}

gboolean
cg_ways_init (CgWays *ways, const CgWaysCounts *counts, GError **error)
{
    *ways = (CgWays){ .k_max = counts->k_max,
                      .range = counts->range,
                      .scale = 1,
                      .n_entries = (gsize) cg_ways_entries (counts->k_max, counts->range) };
    while (ways->scale * counts->n > 2.0 * counts->k_max + 2)
        ways->scale /= 2;
    ways->ways = g_try_new (double, ways->n_entries);
    if (ways->ways == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for the chances of %u places",
                     counts->n);
    return ways->ways != NULL;
}

void
cg_ways_done (CgWays *ways)
{
    g_free (ways->ways);
}

/* Times (1 + scale y z^value)^times; below: the greatest value so far. */
static void
multiply (CgWays *ways, guint32 value, guint32 times, guint32 below)
{
    g_autofree double *choose = g_new (double, (gsize) ways->k_max + 1);
    choose[0] = 1;
    for (guint32 j = 1; j <= ways->k_max; j++)
        choose[j] = j > times ? 0 : choose[j - 1] * (times - j + 1) / j * ways->scale;
    for (guint32 k = ways->k_max; k > 0; k--)
        for (guint32 j = 1; j <= MIN (k, times); j++) {
            double *restrict to = cg_ways_row (ways, k) + (gsize) j * value;
            const double *restrict from = cg_ways_row (ways, k - j);
            gsize length = (gsize) (k - j) * below + 1;
            double factor = choose[j];
            for (gsize s = 0; s < length; s++)
                to[s] += factor * from[s];
        }
}

void
cg_ways_fill (CgWays *ways, const CgWaysCounts *counts, const CgProgress *progress,
              GCancellable *cancel)
{
    memset (ways->ways, 0, ways->n_entries * sizeof (double));
    ways->ways[0] = 1;
    guint32 below = 0;
    for (guint32 from = 0, to; from < counts->n && !g_cancellable_is_cancelled (cancel); from = to) {
        to = cg_ways_run_end (counts, from);
        guint32 value = counts->ranked[from].value;
        cg_progress (progress, "places", from, 2 * (guint64) counts->n);
        multiply (ways, value, to - from, below);
        below = value;
    }
}
