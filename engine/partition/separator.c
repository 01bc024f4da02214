#include "partition/bound_internal.h"

enum { MOST_STEPS = 30000000, MOST_KEPT = 64 };

struct _CgSeparator {
    const CgPartitionProblem *problem;
    guint32 size, *holder;     /* [size] nodes taken out                    */
    guint32 n_pieces;
    guint32 *piece;            /* [n] of each node; CG_NONE for the holders */
    gint64 *sum;               /* [n_pieces]                                */
    guint32 *queue;
};

/* ---- pieces that are left when a few nodes are taken out ---- */

static void
find_pieces (CgSeparator *separator)
{
    const CgPartitionProblem *problem = separator->problem;
    guint32 *piece = separator->piece, *queue = separator->queue;
    separator->n_pieces = 0;
    for (guint32 v = 0; v < problem->n; v++)
        piece[v] = CG_NONE - 1;
    for (guint32 k = 0; k < separator->size; k++)
        piece[separator->holder[k]] = CG_NONE;
    for (guint32 start = 0; start < problem->n; start++) {
        guint32 head = 0, tail = 0;
        if (piece[start] != CG_NONE - 1)
            continue;
        queue[tail++] = start;
        piece[start] = separator->n_pieces;
        separator->sum[separator->n_pieces] = 0;
        while (head < tail) {
            guint32 v = queue[head++];
            separator->sum[separator->n_pieces] += problem->weight[v];
            for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
                guint32 to = problem->link[i].target;
                if (piece[to] != CG_NONE - 1)
                    continue;
                piece[to] = separator->n_pieces;
                queue[tail++] = to;
            }
        }
        separator->n_pieces++;
    }
}

guint32
cg_separator_pieces (const CgSeparator *separator, const gint64 **out_sum)
{
    *out_sum = separator->sum;
    return separator->n_pieces;
}

gint64
cg_separator_alone (const CgSeparator *separator)
{
    gint64 alone = 0;
    for (guint32 k = 0; k < separator->size; k++)
        alone += separator->problem->weight[separator->holder[k]];
    return alone;
}

/* Every set of `size` nodes of which none is too heavy by itself. */
static gboolean
each_set (CgSeparator *separator, guint32 depth, guint32 from, CgSeparatorVisit visit,
          gpointer user_data)
{
    const CgPartitionProblem *problem = separator->problem;
    if (depth == separator->size) {
        find_pieces (separator);
        return visit (separator, user_data);
    }
    for (guint32 v = from; v < problem->n; v++) {
        if (problem->weight[v] > problem->max)
            continue;
        separator->holder[depth] = v;
        if (!each_set (separator, depth + 1, v + 1, visit, user_data))
            return FALSE;
    }
    return TRUE;
}

gboolean
cg_separator_each (const CgPartitionProblem *problem, guint32 size, CgSeparatorVisit visit,
                   gpointer user_data)
{
    double sets = 1, links = (double) problem->first[problem->n] + problem->n;
    for (guint32 k = 0; k < size; k++)
        sets *= (double) (problem->n - k) / (k + 1);
    if (problem->n <= size || sets * links > MOST_STEPS)
        return FALSE;
    gsize n = (gsize) problem->n + 1;
    g_autofree guint32 *holder = g_new (guint32, (gsize) size + 1), *piece = g_new (guint32, n);
    g_autofree guint32 *queue = g_new (guint32, n);
    g_autofree gint64 *sum = g_new (gint64, n);
    CgSeparator separator = { .problem = problem, .size = size, .holder = holder, .piece = piece,
                              .sum = sum, .queue = queue };
    each_set (&separator, 0, 0, visit, user_data);
    return TRUE;
}

/* ---- proofs ---- */

typedef struct {
    const CgDepthTree *tree;
    GPtrArray *proofs;
    const CgPartitionWork *work;
    guint32 seen;
} Collect;

/* What the pieces cannot keep has to be in parts that hold one of the nodes: these are at most as
 * many as the nodes, and each holds `max` at most. */
static gboolean
collect_proof (const CgSeparator *separator, gpointer user_data)
{
    Collect *collect = user_data;
    const CgPartitionProblem *problem = separator->problem;
    gint64 alone = cg_separator_alone (separator), rest = 0, sum = 0;
    if (++collect->seen % 256 == 0 && cg_work_is_over (collect->work))
        return FALSE;
    for (guint32 p = 0; p < separator->n_pieces; p++) {
        gint64 remainder = cg_problem_remainder (problem, separator->sum[p]);
        rest += remainder;
        sum += remainder > 0 ? separator->sum[p] : 0;
    }
    if (alone + rest <= separator->size * problem->max)
        return TRUE;
    CgProof *proof = cg_proof_new (CG_REASON_SEPARATOR, CG_NONE, alone);
    for (guint32 v = 0; v < problem->n; v++) {
        guint32 p = separator->piece[v], place = collect->tree->place[v];
        if (p == CG_NONE || cg_problem_remainder (problem, separator->sum[p]) > 0)
            cg_proof_add (proof, place, place + 1, 0, 0);
    }
    proof->sum = sum;
    proof->rest = rest;
    proof->n_holders = separator->size;
    memcpy (proof->holder, separator->holder, sizeof (guint32) * separator->size);
    g_ptr_array_add (collect->proofs, proof);
    return collect->proofs->len < MOST_KEPT;
}

static gint
compare_size (gconstpointer a, gconstpointer b)
{
    const CgProof *first = *(CgProof *const *) a, *second = *(CgProof *const *) b;
    if (first->size != second->size)
        return first->size < second->size ? -1 : 1;
    for (guint32 k = 0; k < CG_PROOF_HOLDERS; k++)
        if (first->holder[k] != second->holder[k])
            return first->holder[k] < second->holder[k] ? -1 : 1;
    return 0;
}

GPtrArray *
cg_separator_proofs (const CgPartitionProblem *problem, const CgDepthTree *tree,
                     const CgPartitionWork *work)
{
    GPtrArray *proofs = g_ptr_array_new_with_free_func (cg_proof_free);
    Collect collect = { .tree = tree, .proofs = proofs, .work = work };
    for (guint32 size = 2; size <= CG_PROOF_HOLDERS && proofs->len == 0; size++)
        cg_separator_each (problem, size, collect_proof, &collect);
    g_ptr_array_sort (proofs, compare_size);
    return proofs;
}
