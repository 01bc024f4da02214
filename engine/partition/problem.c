#include "partition/partition_internal.h"

#include "base/error.h"

#include <math.h>

/* What breaking a bound costs while searching, in units of `scale` (the typical border of a part);
 * the weights of what the bounds leave open are CgPartitionWeights. */
enum {
    SLOPE_WEIGHT = 24,   /* out of range by the whole target            */
    STEP_WEIGHT = 1,     /* out of range at all                         */
    FEW_PARTS = 12,      /* evenness weighs twice as much in so many parts as in many */
    REPLAN_FACTOR = 40   /* with an old plan the bounds must outweigh moves */
};

enum { RELATIVE_BITS = 12, INVERSE_BITS = 44 };

void
cg_pieces_free (CgPieces *pieces)
{
    if (pieces == NULL)
        return;
    g_free (pieces->first);
    g_free (pieces->unit);
    g_free (pieces->piece);
    g_free (pieces->local);
    g_free (pieces);
}

static gboolean
joined (const CgPartitionInput *input, guint32 from, guint32 link)
{
    const CgGraph *graph = input->graph;
    return graph->passable[link]
           && (input->region == NULL || input->region[from] == input->region[graph->target[link]]);
}

/* Marks everything connected with `start`, using `queue` from its place on; returns how many. */
static guint32
flood (const CgPartitionInput *input, CgPieces *pieces, guint32 start, guint32 number,
       guint32 *queue)
{
    const CgGraph *graph = input->graph;
    guint32 head = 0, tail = 0;
    queue[tail++] = start;
    pieces->piece[start] = number;
    while (head < tail) {
        guint32 unit = queue[head++];
        for (guint32 i = graph->first[unit]; i < graph->first[unit + 1]; i++) {
            guint32 next = graph->target[i];
            if (pieces->piece[next] != CG_NONE || !joined (input, unit, i))
                continue;
            pieces->piece[next] = number;
            queue[tail++] = next;
        }
    }
    return tail;
}

CgPieces *
cg_pieces_find (const CgPartitionInput *input, GError **error)
{
    guint32 n = input->graph->n;
    g_autoptr (CgPieces) pieces = g_new0 (CgPieces, 1);
    pieces->first = g_try_new0 (guint32, (gsize) n + 1);
    pieces->unit = g_try_new (guint32, (gsize) n + 1);
    pieces->piece = g_try_new (guint32, (gsize) n + 1);
    pieces->local = g_try_new (guint32, (gsize) n + 1);
    if (pieces->first == NULL || pieces->unit == NULL || pieces->piece == NULL
        || pieces->local == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory to split %u units", n);
        return NULL;
    }
    for (guint32 i = 0; i < n; i++)
        pieces->piece[i] = CG_NONE;
    for (guint32 i = 0, filled = 0; i < n; i++)
        if (pieces->piece[i] == CG_NONE) {
            filled += flood (input, pieces, i, pieces->n_pieces, pieces->unit + filled);
            pieces->first[++pieces->n_pieces] = filled;
        }
    /* Flooding gives each piece its room; counting through the units once puts them in order. */
    g_autofree guint32 *fill = g_memdup2 (pieces->first, sizeof (guint32) * ((gsize) n + 1));
    for (guint32 i = 0; i < n; i++) {
        guint32 piece = pieces->piece[i];
        pieces->local[i] = fill[piece] - pieces->first[piece];
        pieces->unit[fill[piece]++] = i;
    }
    return g_steal_pointer (&pieces);
}

/* ---- costs ---- */

static gint32
link_cost (const CgPartitionInput *input, const CgPartitionWeights *weights, guint32 from,
           guint32 link)
{
    const CgGraph *graph = input->graph;
    guint32 to = graph->target[link];
    gint64 length = graph->border_cm[link];
    if (graph->crossing_cm != NULL && graph->crossing_cm[link] > 0)
        return (gint32) -MIN ((gint64) graph->crossing_cm[link] * weights->crossing / 1000,
                              G_MAXINT32);
    if (!graph->passable[link])
        return (gint32) -MIN (length * weights->inside / 1000, G_MAXINT32);
    if (input->compound != NULL && input->compound[from] != CG_NONE
        && input->compound[from] == input->compound[to])
        return (gint32) CLAMP (length * weights->compound / 1000, 1, G_MAXINT32);
    gint64 open = cg_graph_open_cm (graph, link);
    return (gint32) CLAMP ((open * weights->border[CG_BARRIER_NONE]
                            + (length - open) * weights->border[cg_graph_line (graph, link)])
                               / 1000,
                           1, G_MAXINT32);
}

/* Few parts are harder to make even than many: there is less to choose from and less to share what
 * is left over with. For loads that are alike everywhere in a county evenness weighs more there.
 *
 * The scale is what a part's share of the border would be if the pattern of links were uniform:
 * cutting a sheet of n units in k parts cuts about sqrt (k / n) of all links. */
static void
set_weights (CgPartitionProblem *problem)
{
    gint64 border = 0;
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
            border += MAX (problem->link[i].cost, 0);
    double parts = MAX (1.0, (double) problem->total / (double) problem->target);
    double scale = (double) (border / 2) / sqrt ((double) MAX (problem->n, 1) * parts);
    problem->scale = (gint64) CLAMP (scale, 16.0, 67108864.0);
    problem->inverse = (G_GUINT64_CONSTANT (1) << INVERSE_BITS) / (guint64) problem->target;
    problem->balance = (gint64) (problem->weights.balance / 1000.0 * (double) problem->scale
                                 * (1 + FEW_PARTS / parts));
    gint64 factor = problem->old != NULL ? REPLAN_FACTOR : 1;
    problem->slope = SLOPE_WEIGHT * factor * problem->scale;
    problem->step = STEP_WEIGHT * factor * problem->scale;
    problem->move
        = problem->old != NULL
              ? (gint64) MIN (problem->weights.move / 1000.0 * (double) problem->scale * 4096.0
                                  / (double) problem->target, 1e9)
              : 0;
}

/* The same border means the same whether nodes are joined, or looked at alone. */
static void
copy_weights (CgPartitionProblem *out, const CgPartitionProblem *problem)
{
    out->scale = problem->scale;
    out->inverse = problem->inverse;
    out->balance = problem->balance;
    out->slope = problem->slope;
    out->step = problem->step;
    out->move = problem->move;
}

/* Bounds, and room for the weights of nodes, all 0. */
static void
copy_second (CgPartitionProblem *out, const CgPartitionProblem *problem)
{
    if (problem->second == NULL)
        return;
    out->second = g_new0 (guint32, (gsize) out->n + 1);
    out->min2 = problem->min2;
    out->max2 = problem->max2;
    out->target2 = problem->target2;
}

gint64
cg_problem_penalty (const CgPartitionProblem *problem, gint64 sum)
{
    gint64 violation = MIN (cg_problem_violation (problem, sum), 256 * problem->target);
    gint64 relative = (gint64) (((guint64) violation * problem->inverse) >> 32);
    return problem->step + ((relative * problem->slope) >> RELATIVE_BITS);
}

void
cg_problem_tabulate (CgPartitionProblem *problem)
{
    enum { MOST = 3072 };
    if (2 * problem->max > MOST || problem->cost != NULL)
        return;
    gint64 n = MIN (2 * problem->max, problem->total) + 1;
    gint64 *cost = g_new (gint64, (gsize) n);
    for (gint64 sum = 0; sum < n; sum++)
        cost[sum] = cg_problem_part_cost (problem, sum);
    problem->cost = cost;
    problem->n_cost = n;
}

gboolean
cg_problem_sum_fits (const CgPartitionProblem *problem, gint64 sum)
{
    return cg_problem_remainder (problem, sum) == 0;
}

gint64
cg_problem_remainder (const CgPartitionProblem *problem, gint64 sum)
{
    if (problem->min == 0)
        return 0;
    gint64 parts = sum / problem->min;
    return MAX (0, sum - parts * problem->max);
}

/* ---- building ---- */

static CgPartitionProblem *
problem_new (guint32 n, guint32 n_links, gboolean with_old, gboolean with_lock)
{
    CgPartitionProblem *problem = g_new0 (CgPartitionProblem, 1);
    problem->n = n;
    problem->first = g_new0 (guint32, (gsize) n + 1);
    problem->wall = g_new0 (guint32, (gsize) n + 1);
    problem->link = g_new (CgPartitionLink, (gsize) n_links + 1);
    problem->weight = g_new0 (guint32, (gsize) n + 1);
    problem->old = with_old ? g_new (guint32, (gsize) n + 1) : NULL;
    problem->second = NULL;
    problem->lock = with_lock ? g_new (guint32, (gsize) n + 1) : NULL;
    return problem;
}

void
cg_problem_free (CgPartitionProblem *problem)
{
    if (problem == NULL)
        return;
    g_free (problem->first);
    g_free (problem->wall);
    g_free (problem->link);
    g_free (problem->weight);
    g_free (problem->second);
    g_free (problem->old);
    g_free (problem->lock);
    g_free (problem->cost);
    g_free (problem->block);
    g_free (problem);
}

/* Appends the links of a unit that stay in its piece, those that join before those that do not. */
static guint32
append_links (CgPartitionProblem *problem, const CgPartitionInput *input, const CgPieces *pieces,
              guint32 unit, guint32 used)
{
    const CgGraph *graph = input->graph;
    guint32 v = pieces->local[unit];
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 i = graph->first[unit]; i < graph->first[unit + 1]; i++) {
            guint32 to = graph->target[i];
            gboolean joins = graph->passable[i] != 0;
            if (pieces->piece[to] != pieces->piece[unit] || joins != (pass == 0)
                || (!joins && graph->loose != NULL && graph->loose[i]))
                continue;
            problem->link[used++] = (CgPartitionLink){ .target = pieces->local[to],
                                                       .cost = link_cost (input, &problem->weights,
                                                                          unit, i) };
        }
        if (pass == 0)
            problem->wall[v] = used;
    }
    return used;
}

static gboolean
has_old (const CgPartitionInput *input, const guint32 *unit, guint32 n)
{
    for (guint32 k = 0; k < n && input->keep != NULL; k++)
        if (input->keep[unit[k]] != CG_NONE
            || (input->lock != NULL && input->lock[unit[k]] != CG_NONE))
            return TRUE;
    return FALSE;
}

CgPartitionProblem *
cg_problem_from_piece (const CgPartitionInput *input, const CgPartitionOptions *options,
                       const CgPieces *pieces, guint32 piece)
{
    const guint32 *unit = pieces->unit + pieces->first[piece];
    guint32 n = pieces->first[piece + 1] - pieces->first[piece], n_links = 0, used = 0;
    for (guint32 v = 0; v < n; v++)
        n_links += input->graph->first[unit[v] + 1] - input->graph->first[unit[v]];
    gboolean old = has_old (input, unit, n);
    CgPartitionProblem *problem = problem_new (n, n_links, old, old && input->lock != NULL);
    problem->weights
        = options->weights != NULL ? *options->weights : CG_PARTITION_WEIGHTS_DEFAULT;
    problem->min = options->min;
    problem->max = options->max;
    problem->target = options->target;
    for (guint32 v = 0; v < n; v++) {
        problem->first[v] = used;
        problem->weight[v] = input->weight[unit[v]];
        problem->total += problem->weight[v];
        if (problem->old != NULL)
            problem->old[v] = input->keep[unit[v]];
        if (problem->lock != NULL)
            problem->lock[v] = input->lock[unit[v]];
        used = append_links (problem, input, pieces, unit[v], used);
    }
    problem->first[n] = used;
    if (input->second != NULL) {
        problem->second = g_new (guint32, (gsize) n + 1);
        problem->min2 = options->second_min;
        problem->max2 = options->second_max;
        problem->target2 = MAX (1, (problem->min2 + problem->max2) / 2);
        for (guint32 v = 0; v < n; v++)
            problem->second[v] = input->second[unit[v]];
    }
    set_weights (problem);
    problem->block = cg_blocks_find (input, &problem->weights, pieces, piece);
    return problem;
}

/* ---- contraction ---- */

/* The old part that most of the weight of a group comes from; lower numbers win ties. Only the
 * first few candidates are weighed: a group has few, and a hostile file must not cost n^2. */
static guint32
main_old (const CgPartitionProblem *problem, const guint32 *member, guint32 n)
{
    guint32 best = CG_NONE;
    gint64 best_weight = -1;
    for (guint32 i = 0, tried = 0; i < n && tried < 32; i++) {
        guint32 old = problem->old[member[i]];
        gint64 weight = 0;
        if (old == CG_NONE || old == best)
            continue;
        tried++;
        for (guint32 j = 0; j < n; j++)
            weight += problem->old[member[j]] == old ? problem->weight[member[j]] : 0;
        if (weight > best_weight || (weight == best_weight && old < best)) {
            best = old;
            best_weight = weight;
        }
    }
    return best;
}

static guint32
first_lock (const CgPartitionProblem *problem, const guint32 *member, guint32 n)
{
    for (guint32 k = 0; k < n; k++)
        if (problem->lock[member[k]] != CG_NONE)
            return problem->lock[member[k]];
    return CG_NONE;
}

/* By target; nodes have few links. */
static void
sort_links (CgPartitionLink *link, guint32 n)
{
    for (guint32 i = 1; i < n; i++) {
        CgPartitionLink one = link[i];
        guint32 k = i;
        for (; k > 0 && link[k - 1].target > one.target; k--)
            link[k] = link[k - 1];
        link[k] = one;
    }
}

/* Links of one kind that leave a group, added up by the group they reach. */
static guint32
contract_links (CgPartitionProblem *out, const CgPartitionProblem *problem, const guint32 *group,
                guint32 own, const guint32 *member, guint32 n, gboolean walls, guint32 *slot,
                guint32 used)
{
    guint32 start = used;
    for (guint32 k = 0; k < n; k++) {
        guint32 v = member[k], end = walls ? problem->first[v + 1] : problem->wall[v];
        for (guint32 i = walls ? problem->wall[v] : problem->first[v]; i < end; i++) {
            guint32 to = group[problem->link[i].target];
            if (to == own)
                continue;
            if (slot[to] == CG_NONE) {
                slot[to] = used;
                out->link[used++] = (CgPartitionLink){ .target = to, .cost = 0 };
            }
            gint64 cost = (gint64) out->link[slot[to]].cost + problem->link[i].cost;
            out->link[slot[to]].cost = (gint32) CLAMP (cost, -G_MAXINT32, G_MAXINT32);
        }
    }
    for (guint32 i = start; i < used; i++)
        slot[out->link[i].target] = CG_NONE;
    sort_links (out->link + start, used - start);
    return used;
}

/* A group over several blocks counts to that of its lowest node. */
static void
copy_blocks (CgPartitionProblem *out, const CgPartitionProblem *problem, const guint32 *group)
{
    if (problem->block == NULL)
        return;
    out->block = g_new (guint32, (gsize) out->n + 1);
    for (guint32 v = problem->n; v > 0; v--)
        out->block[group[v - 1]] = group[problem->block[v - 1]];
}

CgPartitionProblem *
cg_problem_contract (const CgPartitionProblem *problem, const guint32 *group, guint32 n_groups)
{
    CgPartitionProblem *out
        = problem_new (n_groups, problem->first[problem->n], problem->old != NULL,
                       problem->lock != NULL);
    g_autofree guint32 *first = g_new0 (guint32, (gsize) n_groups + 2);
    g_autofree guint32 *member = g_new (guint32, (gsize) problem->n + 1);
    g_autofree guint32 *slot = g_new (guint32, (gsize) n_groups + 1);
    for (guint32 v = 0; v < problem->n; v++)
        first[group[v] + 2]++;
    for (guint32 g = 0; g < n_groups; g++) {
        first[g + 2] += first[g + 1];
        slot[g] = CG_NONE;
    }
    for (guint32 v = 0; v < problem->n; v++)
        member[first[group[v] + 1]++] = v;
    out->weights = problem->weights;
    out->min = problem->min;
    out->max = problem->max;
    out->target = problem->target;
    out->total = problem->total;
    copy_second (out, problem);
    for (guint32 g = 0, used = 0; g < n_groups; g++) {
        const guint32 *own = member + first[g];
        guint32 n = first[g + 1] - first[g];
        for (guint32 k = 0; k < n; k++)
            out->weight[g] += problem->weight[own[k]];
        for (guint32 k = 0; out->second != NULL && k < n; k++)
            out->second[g] += problem->second[own[k]];
        if (out->old != NULL)
            out->old[g] = main_old (problem, own, n);
        if (out->lock != NULL)
            out->lock[g] = first_lock (problem, own, n);
        out->first[g] = used;
        used = out->wall[g] = contract_links (out, problem, group, g, own, n, FALSE, slot, used);
        used = contract_links (out, problem, group, g, own, n, TRUE, slot, used);
        out->first[g + 1] = used;
    }
    copy_weights (out, problem);
    copy_blocks (out, problem, group);
    return out;
}

/* ---- a part of the nodes ---- */

CgPartitionProblem *
cg_problem_subset (const CgPartitionProblem *problem, const guint32 *node, guint32 n,
                   const guint32 *local)
{
    guint32 n_links = 0, used = 0;
    for (guint32 k = 0; k < n; k++)
        n_links += problem->first[node[k] + 1] - problem->first[node[k]];
    CgPartitionProblem *out = problem_new (n, n_links, FALSE, FALSE);
    out->weights = problem->weights;
    out->min = problem->min;
    out->max = problem->max;
    out->target = problem->target;
    copy_second (out, problem);
    for (guint32 k = 0; k < n; k++) {
        guint32 v = node[k];
        out->weight[k] = problem->weight[v];
        if (out->second != NULL)
            out->second[k] = problem->second[v];
        out->total += out->weight[k];
        out->first[k] = out->wall[k] = used;
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++) {
            guint32 to = problem->link[i].target, place = local[to];
            if (place >= n || node[place] != to)
                continue;
            out->link[used++] = (CgPartitionLink){ place, problem->link[i].cost };
            out->wall[k] += i < problem->wall[v];
        }
        sort_links (out->link + out->first[k], out->wall[k] - out->first[k]);
        out->first[k + 1] = used;
    }
    copy_weights (out, problem);
    return out;
}

/* ---- scores ---- */

int
cg_partition_score_compare (const CgPartitionScore *a, const CgPartitionScore *b)
{
    if (a->violation != b->violation)
        return a->violation < b->violation ? -1 : 1;
    if (a->exceptions != b->exceptions)
        return a->exceptions < b->exceptions ? -1 : 1;
    return a->energy < b->energy ? -1 : a->energy > b->energy;
}

CgPartitionScore
cg_problem_score (const CgPartitionProblem *problem, const guint32 *part_of)
{
    CgPartitionScore score = { 0 };
    gint64 cut = 0;
    g_autofree gint64 *sum = g_new0 (gint64, (gsize) problem->n + 1);
    g_autofree gint64 *second = g_new0 (gint64, problem->second != NULL ? problem->n : 1);
    g_autofree gboolean *used = g_new0 (gboolean, (gsize) problem->n + 1);
    for (guint32 v = 0; v < problem->n; v++) {
        sum[part_of[v]] += problem->weight[v];
        if (problem->second != NULL)
            second[part_of[v]] += problem->second[v];
        used[part_of[v]] = TRUE;
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
            cut += part_of[problem->link[i].target] != part_of[v] ? problem->link[i].cost : 0;
    }
    score.energy = cut / 2;
    for (guint32 p = 0; p < problem->n; p++) {
        if (!used[p])
            continue;
        gint64 violation = cg_problem_violation (problem, sum[p]);
        if (problem->second != NULL)
            violation += cg_second_violation (problem, second[p]);
        score.violation += violation;
        score.exceptions += violation > 0;
        score.energy += cg_problem_balance (problem, sum[p]);
    }
    return score;
}

gboolean
cg_work_is_stopped (const CgPartitionWork *work)
{
    return g_cancellable_is_cancelled (work->cancel) || g_cancellable_is_cancelled (work->hurry);
}

gboolean
cg_work_is_over (const CgPartitionWork *work)
{
    return (work->end_us != 0 && g_get_monotonic_time () >= work->end_us)
           || cg_work_is_stopped (work);
}
