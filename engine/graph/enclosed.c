#include "graph/enclosed.h"

#include <string.h>

#include "graph/subset.h"
#include "graph_internal.h"

typedef struct {
    CgGraph *graph;
    const CgUnits *units;
    const guint32 *label;
    guint32 n;      /* pieces                                          */
    guint32 *piece; /* [units]                                         */
    guint32 *first, *member; /* units of each piece                    */
    guint8 *empty;  /* [n] nobody lives there                          */
    guint8 *island; /* [n] nothing but water around it                 */
    guint8 *settled; /* [n] has a way, or is what others have a way to */
} Enclosed;

static void
enclosed_done (Enclosed *e)
{
    g_free (e->piece);
    g_free (e->first);
    g_free (e->member);
    g_free (e->empty);
    g_free (e->island);
    g_free (e->settled);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Enclosed, enclosed_done)

static void
list_pieces (Enclosed *e, const GArray *ways)
{
    guint32 n = e->graph->n;
    e->piece = g_new (guint32, (gsize) n + 1);
    if (ways != NULL && ways->len > 0) {
        g_autoptr (CgGraph) joined = cg_graph_with_crossings (e->graph, ways);
        e->n = cg_graph_pieces (joined, e->label, e->piece);
    } else {
        e->n = cg_graph_pieces (e->graph, e->label, e->piece);
    }
    e->first = g_new0 (guint32, (gsize) e->n + 2);
    e->member = g_new (guint32, (gsize) n + 1);
    for (guint32 u = 0; u < n; u++)
        e->first[e->piece[u] + 2]++;
    for (guint32 p = 0; p < e->n; p++)
        e->first[p + 2] += e->first[p + 1];
    for (guint32 u = 0; u < n; u++)
        e->member[e->first[e->piece[u] + 1]++] = u;
}

static gboolean
is_shore (const CgGraph *graph, guint32 link)
{
    return !graph->passable[link] && graph->barrier[link] == CG_BARRIER_WATER;
}

static void
judge_pieces (Enclosed *e)
{
    const CgGraph *graph = e->graph;
    e->empty = g_new (guint8, (gsize) e->n + 1);
    e->island = g_new (guint8, (gsize) e->n + 1);
    e->settled = g_new0 (guint8, (gsize) e->n + 1);
    memset (e->empty, TRUE, (gsize) e->n + 1);
    memset (e->island, TRUE, (gsize) e->n + 1);
    for (guint32 u = 0; u < graph->n; u++) {
        guint32 p = e->piece[u];
        e->empty[p] &= e->units->households[u] == 0 && e->units->population[u] == 0;
        e->island[p] &= graph->outer_cm[u] == 0;
        for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++) {
            guint32 to = graph->target[k];
            if (e->piece[to] != p)
                e->island[p] &= e->label[to] == e->label[u] && is_shore (graph, k);
        }
    }
}

/* What others go to: pieces where people live that are no islands; of a label without one those where
 * people live, else the first. */
static void
settle_first (Enclosed *e)
{
    guint32 most = 0;
    for (guint32 u = 0; u < e->graph->n; u++)
        most = MAX (most, e->label[u]);
    g_autofree guint8 *rank = g_new0 (guint8, (gsize) most + 1);
    g_autofree guint8 *own = g_new (guint8, (gsize) e->n + 1);
    for (guint32 p = 0; p < e->n; p++) {
        guint32 label = e->label[e->member[e->first[p]]];
        own[p] = e->empty[p] ? 1 : e->island[p] ? 2 : 3;
        rank[label] = MAX (rank[label], own[p]);
    }
    for (guint32 p = 0; p < e->n; p++) {
        guint32 label = e->label[e->member[e->first[p]]];
        e->settled[p] = own[p] == rank[label];
        if (e->settled[p] && own[p] == 1)
            rank[label] = 4; /* one is enough */
    }
}

typedef struct {
    guint32 unit;
    guint64 cm;
} Side;

static int
compare_sides (gconstpointer x, gconstpointer y)
{
    const Side *a = x, *b = y;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

/* The unit of a settled piece with the longest border to piece p, or CG_NONE. */
static guint32
find_side (const Enclosed *e, guint32 p, const guint8 *settled, GArray *sides)
{
    const CgGraph *graph = e->graph;
    guint64 best_cm = 0;
    guint32 best = CG_NONE;
    g_array_set_size (sides, 0);
    for (guint32 m = e->first[p]; m < e->first[p + 1]; m++)
        for (guint32 k = graph->first[e->member[m]]; k < graph->first[e->member[m] + 1]; k++) {
            guint32 to = graph->target[k];
            Side side = { to, graph->border_cm[k] };
            if (e->piece[to] != p && settled[e->piece[to]] && e->label[to] == e->label[e->member[m]])
                g_array_append_val (sides, side);
        }
    g_array_sort (sides, compare_sides);
    for (guint k = 0; k < sides->len;) {
        Side sum = g_array_index (sides, Side, k++);
        for (; k < sides->len && g_array_index (sides, Side, k).unit == sum.unit; k++)
            sum.cm += g_array_index (sides, Side, k).cm;
        if (sum.cm > best_cm) {
            best_cm = sum.cm;
            best = sum.unit;
        }
    }
    return best;
}

static void
set_both (CgGraph *graph, guint8 *column, guint32 link)
{
    column[link] = column[graph->reverse[link]] = TRUE;
}

/* Opens the longest border of piece p with `side`; its others become loose, where nobody lives. */
static void
give (Enclosed *e, guint32 p, guint32 side)
{
    CgGraph *graph = e->graph;
    guint32 open = CG_NONE;
    for (guint32 m = e->first[p]; m < e->first[p + 1]; m++)
        for (guint32 k = graph->first[e->member[m]]; k < graph->first[e->member[m] + 1]; k++) {
            guint32 to = graph->target[k];
            if (to == side && (open == CG_NONE || graph->border_cm[k] > graph->border_cm[open]))
                open = k;
            if (e->empty[p] && e->piece[to] != p && e->label[to] == e->label[e->member[m]])
                set_both (graph, graph->loose, k);
        }
    set_both (graph, graph->passable, open);
    graph->loose[open] = graph->loose[graph->reverse[open]] = FALSE;
}

guint32
cg_graph_settle_enclosed (CgGraph *graph, const CgUnits *units, const guint32 *label,
                          const GArray *ways)
{
    g_auto (Enclosed) e = { .graph = graph, .units = units, .label = label };
    g_autoptr (GArray) sides = g_array_new (FALSE, FALSE, sizeof (Side));
    guint32 given = 0, before;
    if (graph->n == 0)
        return 0;
    list_pieces (&e, ways);
    judge_pieces (&e);
    settle_first (&e);
    if (graph->loose == NULL)
        graph->loose = g_new0 (guint8, (gsize) graph->first[graph->n] + 1);
    do {
        g_autofree guint8 *settled = g_memdup2 (e.settled, (gsize) e.n + 1);
        before = given;
        for (guint32 p = 0; p < e.n; p++) {
            guint32 side = settled[p] || !(e.empty[p] || e.island[p])
                               ? CG_NONE
                               : find_side (&e, p, settled, sides);
            if (side == CG_NONE)
                continue;
            give (&e, p, side);
            e.settled[p] = TRUE;
            given++;
        }
    } while (given > before);
    return given;
}
