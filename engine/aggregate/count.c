#include "aggregate/aggregate.h"

static int
compare_counts (gconstpointer a, gconstpointer b)
{
    const CgCount *p = a, *q = b;
    if (p->place != q->place)
        return p->place < q->place ? -1 : 1;
    if (p->start_s != q->start_s)
        return p->start_s < q->start_s ? -1 : 1;
    return p->type < q->type ? -1 : p->type > q->type;
}

/* Joins equal neighbours of a sorted list. */
static void
fold (GArray *counts)
{
    CgCount *rows = (CgCount *) counts->data;
    guint kept = 0;
    for (guint i = 0; i < counts->len; i++) {
        if (kept > 0 && compare_counts (&rows[kept - 1], &rows[i]) == 0)
            rows[kept - 1].count += rows[i].count;
        else
            rows[kept++] = rows[i];
    }
    g_array_set_size (counts, kept);
}

GArray *
cg_aggregate_count (const CgPlaces *places, const guint32 *place_of, CgPeriod period,
                    guint32 *out_left_out)
{
    GArray *counts = g_array_new (FALSE, TRUE, sizeof (CgCount));
    guint32 left_out = 0;
    for (guint32 i = 0; i < places->n; i++) {
        gint64 time_s = places->time_s != NULL ? places->time_s[i] : CG_TIME_NONE;
        if (place_of[i] == CG_NONE || (period != CG_PERIOD_ALL && time_s == CG_TIME_NONE)) {
            left_out++;
            continue;
        }
        CgCount one = { place_of[i], places->type[i], cg_period_start (period, time_s), 1 };
        g_array_append_val (counts, one);
    }
    g_array_sort (counts, compare_counts);
    fold (counts);
    if (out_left_out != NULL)
        *out_left_out = left_out;
    return counts;
}
