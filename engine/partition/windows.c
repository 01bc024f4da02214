#include "partition/partition_internal.h"

/* A walk over a whole town settles which blocks share a part once and for all while it is hot. Where a
 * border crosses open ground in the end, the parts around are divided anew by themselves: few enough
 * for many walks. */
enum {
    PARTS = 6,   /* of a window: the one with open border and those beside it             */
    ROUNDS = 2,
    BUDGET = 12  /* proposals of all windows together, as many times those of a whole walk */
};

typedef struct {
    const CgPartitionProblem *problem;
    CgPartitionWork *work;
    guint32 *part_of;
    gint64 *open;      /* [n] cost of border inside blocks, by part */
    guint32 *local;    /* [n] scratch                               */
    gint64 *shared;    /* [n] scratch                               */
    guint64 left;      /* proposals                                 */
} Windows;

static gboolean
is_open (const Windows *w, guint32 v, guint32 to)
{
    return w->part_of[v] != w->part_of[to] && w->problem->block[v] == w->problem->block[to];
}

static void
measure_open (Windows *w)
{
    const CgPartitionProblem *problem = w->problem;
    memset (w->open, 0, sizeof (gint64) * problem->n);
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
            if (is_open (w, v, problem->link[i].target))
                w->open[w->part_of[v]] += problem->link[i].cost;
}

typedef struct {
    gint64 open;
    guint32 part;
} Middle;

static int
compare_middles (gconstpointer x, gconstpointer y)
{
    const Middle *a = x, *b = y;
    if (a->open != b->open)
        return a->open > b->open ? -1 : 1;
    return (a->part > b->part) - (a->part < b->part);
}

/* Parts with open border, the most of it first. (transfer full) */
static GArray *
list_middles (const Windows *w)
{
    GArray *middles = g_array_new (FALSE, FALSE, sizeof (Middle));
    for (guint32 p = 0; p < w->problem->n; p++)
        if (w->open[p] > 0) {
            Middle middle = { w->open[p], p };
            g_array_append_val (middles, middle);
        }
    g_array_sort (middles, compare_middles);
    return middles;
}

/* The part in the middle and its neighbours, those with the costliest border first. Returns how many. */
static guint32
choose_parts (Windows *w, guint32 middle, guint32 *chosen)
{
    const CgPartitionProblem *problem = w->problem;
    guint32 count = 1;
    memset (w->shared, 0, sizeof (gint64) * problem->n);
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; w->part_of[v] == middle && i < problem->wall[v]; i++)
            w->shared[w->part_of[problem->link[i].target]] += problem->link[i].cost;
    chosen[0] = middle;
    w->shared[middle] = 0;
    while (count < PARTS) {
        guint32 best = 0;
        for (guint32 p = 1; p < problem->n; p++)
            if (w->shared[p] > w->shared[best])
                best = p;
        if (w->shared[best] == 0)
            break;
        w->shared[best] = 0;
        chosen[count++] = best;
    }
    return count;
}

/* The window alone; node[] gets its nodes. (transfer full) */
static CgPartitionProblem *
cut_out (Windows *w, const guint32 *chosen, guint32 n_chosen, guint32 *node)
{
    guint32 n = 0;
    for (guint32 v = 0; v < w->problem->n; v++)
        for (guint32 k = 0; k < n_chosen; k++)
            if (w->part_of[v] == chosen[k]) {
                w->local[v] = n;
                node[n++] = v;
                break;
            }
    CgPartitionProblem *window = cg_problem_subset (w->problem, node, n, w->local);
    window->block = g_new (guint32, (gsize) n + 1);
    for (guint32 k = n; k-- > 0;)
        w->shared[w->problem->block[node[k]]] = k; /* its lowest node names a block */
    for (guint32 k = 0; k < n; k++)
        window->block[k] = (guint32) w->shared[w->problem->block[node[k]]];
    cg_problem_tabulate (window);
    return window;
}

/* Numbers that the parts of the window left free, then unused ones. */
static void
put_back (Windows *w, const CgPartitionProblem *window, const guint32 *node, const guint32 *label)
{
    guint32 n = w->problem->n, next = 0;
    g_autofree guint8 *used = g_new0 (guint8, (gsize) n + 1);
    g_autofree guint32 *number = g_new (guint32, (gsize) n + 1);
    for (guint32 k = 0; k < window->n; k++) {
        w->part_of[node[k]] = CG_NONE;
        number[label[k]] = CG_NONE;
    }
    for (guint32 v = 0; v < n; v++)
        if (w->part_of[v] != CG_NONE)
            used[w->part_of[v]] = TRUE;
    for (guint32 k = 0; k < window->n; k++) {
        guint32 *part = &number[label[k]];
        if (*part == CG_NONE) {
            while (used[next])
                next++;
            *part = next++;
        }
        w->part_of[node[k]] = *part;
    }
}

/* Divides the window from nothing, and keeps what is better. */
static gboolean
improve (Windows *w, guint32 middle, guint32 *node)
{
    guint32 chosen[PARTS], n_chosen = choose_parts (w, middle, chosen);
    if (n_chosen < 2)
        return FALSE;
    g_autoptr (CgPartitionProblem) window = cut_out (w, chosen, n_chosen, node);
    g_autofree guint32 *label = g_new0 (guint32, (gsize) window->n + 1);
    g_autofree guint32 *now = g_new (guint32, (gsize) window->n + 1);
    for (guint32 k = 0; k < window->n; k++) {
        guint32 c = 0;
        while (chosen[c] != w->part_of[node[k]])
            c++;
        now[k] = c;
    }
    CgPartitionScore before = cg_problem_score (window, now);
    cg_anneal_walks (window, w->work, label);
    w->left -= MIN (w->left, (guint64) window->n * w->work->proposals);
    CgPartitionScore after = cg_problem_score (window, label);
    if (cg_partition_score_compare (&after, &before) >= 0)
        return FALSE;
    put_back (w, window, node, label);
    return TRUE;
}

void
cg_windows_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    if (problem->block == NULL || problem->old != NULL || problem->second != NULL
        || problem->lock != NULL)
        return;
    g_autofree gint64 *open = g_new (gint64, (gsize) problem->n + 1);
    g_autofree gint64 *shared = g_new (gint64, (gsize) problem->n + 1);
    g_autofree guint32 *local = g_new0 (guint32, (gsize) problem->n + 1);
    g_autofree guint32 *node = g_new (guint32, (gsize) problem->n + 1);
    Windows w = { problem, work, part_of, open, local, shared,
                  (guint64) BUDGET * work->proposals * problem->n };
    gboolean better = TRUE;
    for (guint round = 0; round < ROUNDS && better; round++) {
        better = FALSE;
        measure_open (&w);
        g_autoptr (GArray) middles = list_middles (&w);
        for (guint k = 0; k < middles->len && w.left > 0 && !cg_work_is_over (work); k++)
            better |= improve (&w, g_array_index (middles, Middle, k).part, node);
    }
}
