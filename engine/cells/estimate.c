#include "cells/estimate.h"

#include <math.h>
#include <stdlib.h>

#define MILLIONTHS 1e6
#define MOST_HOUSEHOLDS 4e9

typedef struct {
    guint64 rest; /* of the division, by which the last ones are given out */
    guint32 row, group;
} Remainder;

double
cg_dwellings_estimate (const CgDwellings *d, double ground_m2, double levels, double height_m)
{
    if (!(ground_m2 >= d->least_m2))
        return 0;
    double storeys = levels;
    if (!(storeys > 0))
        storeys = height_m > 0 ? MAX (floor (height_m / d->storey_m), 1) : d->storeys;
    return ground_m2 * storeys / d->dwelling_m2;
}

static int
compare_remainders (gconstpointer x, gconstpointer y)
{
    const Remainder *a = x, *b = y;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->rest != b->rest)
        return a->rest > b->rest ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static guint64
whole (double value, double unit)
{
    return value > 0 ? (guint64) floor (MIN (value, MOST_HOUSEHOLDS) * unit + 0.5) : 0;
}

void
cg_share_whole (guint32 n, const double *weight, const guint32 *group, guint32 n_groups,
                const double *total, guint32 *out)
{
    __extension__ typedef unsigned __int128 Wide;
    g_autofree guint64 *sum = g_new0 (guint64, (gsize) n_groups + 1);
    g_autofree guint64 *left = g_new0 (guint64, (gsize) n_groups + 1);
    g_autofree Remainder *rest = g_new (Remainder, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        sum[group[i]] += whole (weight[i], MILLIONTHS);
    for (guint32 g = 0; g < n_groups; g++)
        left[g] =
            total != NULL && !isnan (total[g]) ? whole (total[g], 1) : (sum[g] + 500000) / 1000000;
    g_autofree guint64 *want = g_memdup2 (left, (gsize) n_groups * sizeof *left);
    for (guint32 i = 0; i < n; i++) {
        guint64 own = whole (weight[i], MILLIONTHS), all = sum[group[i]];
        Wide share = (Wide) own * (all > 0 ? want[group[i]] : 0);
        out[i] = all > 0 ? (guint32) (share / all) : 0;
        rest[i] = (Remainder){ all > 0 ? (guint64) (share % all) : 0, i, group[i] };
        left[group[i]] -= all > 0 ? out[i] : 0;
    }
    qsort (rest, n, sizeof *rest, compare_remainders);
    for (guint32 k = 0; k < n; k++) {
        guint32 g = rest[k].group;
        if (sum[g] == 0 || left[g] == 0)
            continue;
        out[rest[k].row]++;
        left[g]--;
    }
}
