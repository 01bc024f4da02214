#include <math.h>

#include "land_internal.h"

typedef struct {
    double key;
    guint32 cell;
} Entry;

static gboolean
before (const Entry *a, const Entry *b)
{
    return a->key != b->key ? a->key < b->key : a->cell < b->cell;
}

static void
heap_push (GArray *heap, Entry entry)
{
    g_array_append_val (heap, entry);
    Entry *at = (Entry *) (void *) heap->data;
    guint i = heap->len - 1;
    for (; i > 0 && before (&entry, &at[(i - 1) / 2]); i = (i - 1) / 2)
        at[i] = at[(i - 1) / 2];
    at[i] = entry;
}

static Entry
heap_pop (GArray *heap)
{
    Entry *at = (Entry *) (void *) heap->data;
    Entry top = at[0], last = at[heap->len - 1];
    g_array_set_size (heap, heap->len - 1);
    guint i = 0;
    for (;;) {
        guint child = 2 * i + 1;
        if (child >= heap->len)
            break;
        if (child + 1 < heap->len && before (&at[child + 1], &at[child]))
            child++;
        if (!before (&at[child], &last))
            break;
        at[i] = at[child];
        i = child;
    }
    if (heap->len > 0)
        at[i] = last;
    return top;
}

static CgLandSpread *
spread_new (guint32 n)
{
    CgLandSpread *spread = g_new0 (CgLandSpread, 1);
    spread->cost = g_new (double, n);
    spread->source = g_new (guint32, n);
    spread->from = g_new (guint32, n);
    spread->reached = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < n; i++) {
        spread->cost[i] = G_MAXDOUBLE;
        spread->source[i] = spread->from[i] = CG_NONE;
    }
    return spread;
}

void
cg_land_spread_free (CgLandSpread *spread)
{
    if (spread == NULL)
        return;
    g_free (spread->cost);
    g_free (spread->source);
    g_free (spread->from);
    g_array_unref (spread->reached);
    g_free (spread);
}

static void
relax (const CgLand *land, CgLandSpread *spread, GArray *heap, guint32 cell, CgLandCost cost,
       gpointer user_data)
{
    for (guint side = 0; side < CG_LAND_SIDES; side++) {
        guint32 next = cg_land_neighbour (land, cell, side);
        if (next == CG_NONE)
            continue;
        double step = cost (land, cell, next, user_data);
        if (step == G_MAXDOUBLE || spread->cost[cell] + step >= spread->cost[next])
            continue;
        spread->cost[next] = spread->cost[cell] + step;
        spread->source[next] = spread->source[cell];
        spread->from[next] = cell;
        heap_push (heap, (Entry){ spread->cost[next], next });
    }
}

CgLandSpread *
cg_land_spread (const CgLand *land, const guint32 *sources, const double *start, guint32 n_sources,
                guint32 n_max, const guint8 *until, CgLandCost cost, gpointer user_data)
{
    CgLandSpread *spread = spread_new (land->n);
    g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Entry));
    for (guint32 i = 0; i < n_sources; i++) {
        double at = start != NULL ? start[i] : 0;
        if (at >= spread->cost[sources[i]])
            continue;
        spread->cost[sources[i]] = at;
        spread->source[sources[i]] = i;
        heap_push (heap, (Entry){ at, sources[i] });
    }
    while (heap->len > 0 && (n_max == 0 || spread->reached->len < n_max)) {
        Entry top = heap_pop (heap);
        if (top.key > spread->cost[top.cell])
            continue; /* a cheaper way to this cell was found after this entry was made */
        g_array_append_val (spread->reached, top.cell);
        if (until != NULL && until[top.cell])
            break;
        relax (land, spread, heap, top.cell, cost, user_data);
    }
    return spread;
}
