#include "partition/bound_internal.h"

/* What lies behind one node is divided into parts of its own, but for an amount that goes to the
 * part of that node. Only amounts count here, not units or borders: a lower bound. */
enum { MOST_PIECES = 3, MOST_KINKS = 40, WAYS = 20000000 };

typedef struct {
    gint64 sum;
    gint64 kink[MOST_KINKS]; /* amounts that may be best: what remains is m * min or m * max */
    guint n_kinks;
} Piece;

typedef struct {
    const CgPartitionProblem *problem;
    gint64 alone, room; /* of the nodes in front; what their parts hold at most */
    gboolean supplied; /* other pieces give whatever is missing to min */
    Piece piece[MOST_PIECES];
    guint n;
    gint64 amount[MOST_PIECES];
    gint64 best;
} Behind;

/* Violation of the best division of sum into any number of parts. */
static gint64
least_violation (const CgPartitionProblem *problem, gint64 sum)
{
    if (sum == 0 || problem->min == 0)
        return 0;
    gint64 parts = sum / problem->min;
    gint64 one_more = (parts + 1) * problem->min - sum;
    return parts == 0 ? one_more : MIN (MAX (0, sum - parts * problem->max), one_more);
}

static gboolean
add_piece (Behind *behind, gint64 sum)
{
    const CgPartitionProblem *problem = behind->problem;
    if (behind->n == MOST_PIECES || sum / problem->min > MOST_KINKS / 2 - 2)
        return FALSE;
    Piece *piece = &behind->piece[behind->n++];
    *piece = (Piece){ .sum = sum };
    piece->kink[piece->n_kinks++] = 0;
    piece->kink[piece->n_kinks++] = sum;
    for (gint64 parts = 1; parts * problem->min <= sum; parts++) {
        piece->kink[piece->n_kinks++] = sum - parts * problem->min;
        if (parts * problem->max <= sum)
            piece->kink[piece->n_kinks++] = sum - parts * problem->max;
    }
    return TRUE;
}

static void
try_amounts (Behind *behind)
{
    gint64 total = behind->alone, cost = 0;
    for (guint i = 0; i < behind->n; i++) {
        total += behind->amount[i];
        cost += least_violation (behind->problem, behind->piece[i].sum - behind->amount[i]);
    }
    if (total > behind->room)
        cost += total - behind->room;
    else if (!behind->supplied)
        cost += MAX (0, behind->problem->min - total);
    behind->best = MIN (behind->best, cost);
}

/* All amounts at kinks, but for one that brings the node's part to a bound. */
static void
choose (Behind *behind, guint i, guint free_piece)
{
    if (i < behind->n && i != free_piece) {
        for (guint k = 0; k < behind->piece[i].n_kinks; k++) {
            behind->amount[i] = behind->piece[i].kink[k];
            choose (behind, i + 1, free_piece);
        }
        return;
    }
    if (i < behind->n) {
        behind->amount[i] = 0;
        choose (behind, i + 1, free_piece);
        return;
    }
    if (free_piece == behind->n) {
        try_amounts (behind);
        return;
    }
    gint64 total = behind->alone;
    for (guint k = 0; k < behind->n; k++)
        total += k == free_piece ? 0 : behind->amount[k];
    behind->amount[free_piece]
        = CLAMP (behind->room - total, 0, behind->piece[free_piece].sum);
    try_amounts (behind);
    behind->amount[free_piece]
        = CLAMP (behind->problem->min - total, 0, behind->piece[free_piece].sum);
    try_amounts (behind);
}

/* 0, which is always true, when the ways to choose amounts are more than `left` of them. */
static gint64
least_cost (Behind *behind, guint64 *left)
{
    guint64 ways = behind->n + 1;
    for (guint i = 0; i < behind->n; i++)
        ways *= behind->piece[i].n_kinks;
    if (ways > *left)
        return 0;
    *left -= ways;
    for (guint free_piece = 0; free_piece <= behind->n; free_piece++)
        choose (behind, 0, free_piece);
    return behind->best;
}

/* One node and what lies behind it and does not divide by itself. */
typedef struct {
    guint32 node;
    gint64 cost;       /* violation of the parts that hold any of it, at least */
    gboolean local;    /* others may supply its part; the upper piece is none of it */
} Knot;

static Knot
violation_behind (const CgPartitionProblem *problem, const CgDepthTree *tree, guint32 node,
                  guint64 *left)
{
    Behind behind = { .problem = problem, .alone = problem->weight[node], .room = problem->max,
                      .best = G_MAXINT64 };
    Knot knot = { .node = node };
    gint64 upper = problem->total - problem->weight[node];
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 child = problem->link[i].target;
        if (tree->parent[child] != node || !cg_depth_tree_hangs (tree, child))
            continue;
        upper -= tree->sum[child];
        if (least_violation (problem, tree->sum[child]) == 0
            || !add_piece (&behind, tree->sum[child]))
            behind.supplied = TRUE;
    }
    knot.local = upper > 0 && least_violation (problem, upper) == 0;
    if (upper > 0 && (knot.local || !add_piece (&behind, upper)))
        behind.supplied = TRUE;
    knot.cost = least_cost (&behind, left);
    return knot;
}

/* Marks the knot's nodes, by place in the tree; FALSE: some are marked already. mark 0: only looks. */
static gboolean
mark_knot (const CgPartitionProblem *problem, const CgDepthTree *tree, const Knot *knot,
           gint64 *marked, gint64 mark)
{
    guint32 node = knot->node;
    if (marked[tree->place[node]])
        return FALSE;
    marked[tree->place[node]] = mark;
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 child = problem->link[i].target;
        if (tree->parent[child] != node || !cg_depth_tree_hangs (tree, child)
            || least_violation (problem, tree->sum[child]) == 0)
            continue;
        for (guint32 place = tree->place[child]; place <= tree->last[child]; place++) {
            if (marked[place])
                return FALSE;
            marked[place] = mark;
        }
    }
    return TRUE;
}

static gint
dearest_first (gconstpointer a, gconstpointer b)
{
    const Knot *first = a, *second = b;
    if (first->cost != second->cost)
        return first->cost > second->cost ? -1 : 1;
    return first->node < second->node ? -1 : first->node > second->node;
}

/* Knots without a common node add up: a part of two of them is above max by more than both, and by max
 * more when both are above it. So a plan that is outside by their sum has as many parts outside. */
static gint64
add_knots (const CgPartitionProblem *problem, const CgDepthTree *tree, GArray *knots,
           guint32 *out_n, gint64 *out_over)
{
    g_autofree gint64 *marked = g_new0 (gint64, (gsize) problem->n + 1);
    gint64 sum = 0, loose = 0;
    *out_n = 0;
    g_array_sort (knots, dearest_first);
    for (guint k = 0; k < knots->len; k++) {
        const Knot *knot = &g_array_index (knots, Knot, k);
        if (!mark_knot (problem, tree, knot, marked, 0))
            continue;
        mark_knot (problem, tree, knot, marked, knot->cost);
        sum += knot->cost;
        (*out_n)++;
        /* Else what its part holds elsewhere may be above max too. */
        if (knot->cost > problem->weight[knot->node])
            loose = G_MAXINT64;
    }
    for (guint32 v = 0; out_over != NULL && v < problem->n; v++)
        out_over[v] = MAX (loose, marked[tree->place[v]]);
    return sum;
}

typedef struct {
    const CgPartitionProblem *problem;
    gint64 most, enough;
    guint64 left; /* of WAYS */
} Most;

static gboolean
behind_separator (const CgSeparator *separator, gpointer user_data)
{
    Most *most = user_data;
    const CgPartitionProblem *problem = most->problem;
    const gint64 *sum;
    guint32 n = cg_separator_pieces (separator, &sum);
    Behind behind = { .problem = problem, .alone = cg_separator_alone (separator),
                      .room = 2 * problem->max, .supplied = TRUE, .best = G_MAXINT64 };
    for (guint32 p = 0; p < n; p++)
        if (least_violation (problem, sum[p]) > 0)
            add_piece (&behind, sum[p]);
    /* Not inside of MAX, which would ask twice: the second may have no ways left and answer 0. */
    gint64 cost = behind.n > 0 ? least_cost (&behind, &most->left) : 0;
    most->most = MAX (most->most, cost);
    return most->most < most->enough && most->left > 0;
}

gint64
cg_bound_behind (const CgPartitionProblem *problem, gint64 enough, guint32 *out_outside,
                 gint64 *out_over)
{
    *out_outside = 0;
    for (guint32 v = 0; out_over != NULL && v < problem->n; v++)
        out_over[v] = G_MAXINT64;
    if (problem->min == 0)
        return 0;
    g_autoptr (CgDepthTree) tree = cg_depth_tree_new (problem);
    g_autoptr (GArray) knots = g_array_new (FALSE, FALSE, sizeof (Knot));
    Most most = { .problem = problem, .most = least_violation (problem, problem->total),
                  .enough = enough, .left = WAYS };
    for (guint32 v = 0; v < problem->n; v++) {
        Knot knot = violation_behind (problem, tree, v, &most.left);
        most.most = MAX (most.most, knot.cost);
        if (knot.cost > 0 && knot.local)
            g_array_append_val (knots, knot);
    }
    *out_outside = most.most > 0;
    guint32 n_knots;
    gint64 sum = add_knots (problem, tree, knots, &n_knots, out_over);
    if (sum >= most.most && n_knots > 0) {
        most.most = sum;
        *out_outside = n_knots;
    }
    if (most.most < enough)
        cg_separator_each (problem, 2, behind_separator, &most);
    if (most.most > sum)
        *out_outside = 1;
    for (guint32 v = 0; out_over != NULL && most.most > sum && v < problem->n; v++)
        out_over[v] = G_MAXINT64;
    return most.most;
}
