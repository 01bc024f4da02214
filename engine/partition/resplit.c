#include "partition/partition_internal.h"

/* The parts at a border (and sometimes one more) are merged, a random spanning tree is laid through
 * the union, and the tree edge whose removal is best for the whole energy is cut. */
enum { MAX_PARTS = 3 };

/* Nodes of the tree in the order in which it grew: parents before children. */
typedef struct {
    gint64 below, leaving; /* weight of the subtree, border that leaves it (within the union) */
    guint32 node, parent, depth;
    guint32 hangs;         /* lies below the cut */
} Branch;

typedef struct {
    guint32 from, to; /* place in the tree; node, or place once both ends are in the tree */
    gint32 cost;
} Twig;

struct _CgResplit {
    guint32 *node, n;     /* what is cut now                                     */
    guint32 *all, n_all;  /* the whole union                                     */
    Branch *tree;
    Twig *open, *inner;   /* links that reach out of the tree; links inside it   */
    guint8 *side;         /* new part of each node of the problem, 0..MAX_PARTS-1 */
};

CgResplit *
cg_resplit_new (const CgPartitionProblem *problem)
{
    gsize n = (gsize) problem->n + 2, m = (gsize) problem->first[problem->n] + 1;
    CgResplit *resplit = g_new0 (CgResplit, 1);
    resplit->node = g_new (guint32, n);
    resplit->all = g_new (guint32, n);
    resplit->tree = g_new (Branch, n);
    resplit->open = g_new (Twig, m);
    resplit->inner = g_new (Twig, m);
    resplit->side = g_new (guint8, n);
    return resplit;
}

void
cg_resplit_free (CgResplit *resplit)
{
    if (resplit == NULL)
        return;
    g_free (resplit->node);
    g_free (resplit->all);
    g_free (resplit->tree);
    g_free (resplit->open);
    g_free (resplit->inner);
    g_free (resplit->side);
    g_free (resplit);
}

/* Until the tree reaches them, nodes of the union have this instead of a place in it. Places of
 * other nodes are stale: what stands in the tree at such a place is another node. */
#define WAITING (G_MAXUINT32 - 1)

static void
take_part (CgResplit *resplit, CgPartitionState *state, guint32 node)
{
    resplit->n += cg_state_collect (state, node, resplit->node + resplit->n);
}

/* Takes the next link that leaves the tree: of two drawn the one with the longer border, since a
 * long border is a poor place to cut. */
static Twig
draw_twig (CgResplit *resplit, CgRandom *random, guint32 *n_open)
{
    guint64 bits = cg_random_bits (random);
    guint32 j = (guint32) (((bits & G_MAXUINT32) * *n_open) >> 32);
    guint32 k = (guint32) (((bits >> 32) * *n_open) >> 32);
    j = resplit->open[j].cost >= resplit->open[k].cost ? j : k;
    Twig twig = resplit->open[j];
    resplit->open[j] = resplit->open[--*n_open];
    return twig;
}

/* Takes the border out of the sums of everything above where its two ends meet. */
static inline void
add_border (Branch *tree, const Twig *twig)
{
    guint32 a = twig->from, b = twig->to;
    tree[a].leaving += twig->cost;
    tree[b].leaving += twig->cost;
    while (a != b) {
        if (tree[a].depth >= tree[b].depth)
            a = tree[a].parent;
        else
            b = tree[b].parent;
    }
    tree[a].leaving -= 2 * (gint64) twig->cost;
}

/* Random tree through the nodes, with the weight and the border of each subtree. local[] of the
 * nodes becomes their place in the tree. */
static void
grow_tree (CgResplit *resplit, CgPartitionState *state, CgRandom *random)
{
    const CgPartitionLink *link = state->problem->link;
    Branch *tree = resplit->tree;
    guint32 n_open = 0, n_inner = 0, size = 0;
    for (guint32 i = 0; i < resplit->n; i++)
        state->local[resplit->node[i]] = WAITING;
    Twig twig = { .from = CG_NONE, .to = resplit->node[cg_random_below (random, resplit->n)] };
    for (;;) {
        guint32 v = twig.to;
        const CgStateNode *node = &state->node[v];
        tree[size] = (Branch){ .below = node->weight, .node = v, .parent = twig.from,
                               .depth = size > 0 ? tree[twig.from].depth + 1 : 0 };
        state->local[v] = size;
        for (guint32 i = node->first; i < node->end; i++) {
            guint32 to = link[i].target, place = state->local[to];
            if (place == WAITING) {
                if (i < node->wall)
                    resplit->open[n_open++] = (Twig){ size, to, link[i].cost };
            } else if (place < size && tree[place].node == to) {
                resplit->inner[n_inner++] = (Twig){ place, size, link[i].cost };
            }
        }
        if (++size == resplit->n)
            break;
        do
            twig = draw_twig (resplit, random, &n_open);
        while (state->local[twig.to] != WAITING);
    }
    for (guint32 i = 0; i < n_inner; i++)
        add_border (tree, &resplit->inner[i]);
    for (guint32 i = size; i-- > 1;) {
        tree[tree[i].parent].below += tree[i].below;
        tree[tree[i].parent].leaving += tree[i].leaving;
    }
}

/* Cost of a side that will still be cut into `parts` equal ones. */
static gint64
future_cost (const CgPartitionProblem *problem, gint64 sum, guint32 parts)
{
    return parts == 1 ? cg_problem_part_cost (problem, sum)
                      : parts * cg_problem_part_cost (problem, sum / parts);
}

typedef struct {
    guint32 place;  /* the subtree that is cut off         */
    gboolean upper; /* it is the rest that becomes one part */
    gint64 cost;
} Cut;

/* Where one part is best taken off while the rest makes `others` parts; the tree has two nodes or
 * more. */
static Cut
best_cut (const CgResplit *resplit, const CgPartitionProblem *problem, guint32 others)
{
    const Branch *tree = resplit->tree;
    gint64 total = tree[0].below;
    Cut best = { .cost = G_MAXINT64 };
    for (guint32 i = 1; i < resplit->n; i++) {
        gint64 sum = tree[i].below, rest = total - sum;
        gint64 cost = tree[i].leaving + cg_problem_part_cost (problem, sum)
                      + future_cost (problem, rest, others);
        if (cost < best.cost)
            best = (Cut){ i, FALSE, cost };
        if (others == 1)
            continue;
        cost = tree[i].leaving + cg_problem_part_cost (problem, rest)
               + future_cost (problem, sum, others);
        if (cost < best.cost)
            best = (Cut){ i, TRUE, cost };
    }
    return best;
}

/* Gives one side of the cut a number; the other keeps 0. */
static void
mark_sides (CgResplit *resplit, const Cut *cut, guint8 number)
{
    Branch *tree = resplit->tree;
    tree[0].hangs = FALSE;
    for (guint32 i = 0; i < resplit->n; i++) {
        tree[i].hangs = i == cut->place || (i > 0 && tree[tree[i].parent].hangs);
        resplit->side[tree[i].node] = (gboolean) tree[i].hangs != cut->upper ? number : 0;
    }
}

/* Leaves only side 0 in the union. */
static void
keep_rest (CgResplit *resplit)
{
    guint32 kept = 0;
    for (guint32 i = 0; i < resplit->n; i++)
        if (resplit->side[resplit->node[i]] == 0)
            resplit->node[kept++] = resplit->node[i];
    resplit->n = kept;
}

/* ---- one try ---- */

typedef struct {
    guint32 old[MAX_PARTS], n_old; /* part numbers merged   */
    guint32 new[MAX_PARTS], n_new; /* part number of a side */
} Change;

/* A node beyond the union, next to a node drawn from it; CG_NONE when the draw finds none. */
static guint32
find_third (const CgResplit *resplit, const CgPartitionState *state, CgRandom *random,
            const Change *change)
{
    const CgPartitionProblem *problem = state->problem;
    for (guint draw = 0; draw < 4; draw++) {
        guint32 v = resplit->node[cg_random_below (random, resplit->n)];
        guint32 degree = problem->wall[v] - problem->first[v];
        if (degree == 0)
            continue;
        guint32 to = problem->link[problem->first[v] + cg_random_below (random, degree)].target;
        if (state->part[to] != change->old[0] && state->part[to] != change->old[1])
            return to;
    }
    return CG_NONE;
}

static void
merge_parts (CgResplit *resplit, CgPartitionState *state, CgRandom *random, Change *change)
{
    const guint32 *edge = state->edge[state->cut[cg_random_below (random, state->n_cut)]];
    guint32 kind = cg_random_below (random, 16);
    resplit->n = 0;
    take_part (resplit, state, edge[0]);
    change->old[change->n_old++] = state->part[edge[0]];
    if (kind == 0)
        return;
    take_part (resplit, state, edge[1]);
    change->old[change->n_old++] = state->part[edge[1]];
    guint32 third = kind <= 4 ? find_third (resplit, state, random, change) : CG_NONE;
    if (third == CG_NONE)
        return;
    take_part (resplit, state, third);
    change->old[change->n_old++] = state->part[third];
}

static guint32
choose_count (const CgPartitionProblem *problem, CgRandom *random, guint32 n_old, gint64 total)
{
    if (n_old == 1)
        return 2;
    guint32 draw = cg_random_below (random, 6);
    gint64 count = draw == 0 ? n_old - 1 : draw == 1 ? n_old + 1 : n_old;
    gint64 fewest = (total + problem->max - 1) / problem->max;
    gint64 most = problem->min > 0 ? total / problem->min : MAX_PARTS;
    if (fewest <= most)
        count = CLAMP (count, fewest, most);
    return (guint32) CLAMP (count, 1, MAX_PARTS);
}

/* Sides take the numbers of the old parts with which they share most nodes: little moves. */
static void
choose_numbers (const CgResplit *resplit, CgPartitionState *state, Change *change)
{
    guint32 shared[MAX_PARTS][MAX_PARTS] = { { 0 } };
    for (guint32 i = 0; i < resplit->n_all; i++)
        for (guint32 p = 0; p < change->n_old; p++)
            if (state->part[resplit->all[i]] == change->old[p])
                shared[resplit->side[resplit->all[i]]][p]++;
    gboolean used[MAX_PARTS] = { FALSE };
    for (guint32 s = 0; s < change->n_new; s++)
        change->new[s] = CG_NONE;
    for (guint32 round = 0; round < MIN (change->n_old, change->n_new); round++) {
        guint32 side = CG_NONE, part = 0;
        for (guint32 s = 0; s < change->n_new; s++)
            for (guint32 p = 0; p < change->n_old; p++)
                if (change->new[s] == CG_NONE && !used[p]
                    && (side == CG_NONE || shared[s][p] > shared[side][part])) {
                    side = s;
                    part = p;
                }
        change->new[side] = change->old[part];
        used[part] = TRUE;
    }
    for (guint32 s = 0, spare = state->n_spare; s < change->n_new; s++)
        if (change->new[s] == CG_NONE)
            change->new[s] = state->spare[--spare];
}

/* What cutting the union anew replaces: border between the old parts, and their cost. */
static gint64
measure_old (const CgResplit *resplit, const CgPartitionState *state, const Change *change)
{
    gint64 cost = 0;
    for (guint32 p = 0; p < change->n_old; p++)
        cost += state->parts[change->old[p]].cost;
    for (guint32 p = 0; p + 1 < change->n_old; p++)
        for (guint32 i = 0; i < resplit->n; i++)
            if (state->part[resplit->node[i]] == change->old[p])
                for (guint32 q = p + 1; q < change->n_old; q++)
                    cost += cg_state_cost_to (state, resplit->node[i], change->old[q]);
    return cost;
}

static gint64
moves_growth (const CgResplit *resplit, const CgPartitionState *state, const Change *change)
{
    gint64 growth = 0;
    for (guint32 i = 0; state->anchored && i < resplit->n_all; i++) {
        guint32 v = resplit->all[i];
        growth += cg_state_move_cost (state, v, change->new[resplit->side[v]])
                  - cg_state_move_cost (state, v, state->part[v]);
    }
    return growth;
}

static gint64
second_growth (const CgResplit *resplit, const CgPartitionState *state, const Change *change)
{
    const CgPartitionProblem *problem = state->problem;
    gint64 sum[MAX_PARTS] = { 0 }, growth = 0;
    if (problem->second == NULL)
        return 0;
    for (guint32 i = 0; i < resplit->n_all; i++)
        sum[resplit->side[resplit->all[i]]] += problem->second[resplit->all[i]];
    for (guint32 s = 0; s < change->n_new; s++)
        growth += cg_second_cost (problem, sum[s]);
    for (guint32 p = 0; p < change->n_old; p++)
        growth -= cg_second_cost (problem, state->parts[change->old[p]].second);
    return growth;
}

static void
make_change (const CgResplit *resplit, CgPartitionState *state, const Change *change)
{
    for (guint32 s = 0; s < change->n_new; s++)
        if (state->parts[change->new[s]].count == 0)
            state->n_spare--;
    for (guint32 i = 0; i < resplit->n_all; i++) {
        guint32 v = resplit->all[i], to = change->new[resplit->side[v]];
        if (state->part[v] != to)
            cg_state_shift (state, v, to);
    }
    for (guint32 p = 0; p < change->n_old; p++)
        if (state->parts[change->old[p]].count == 0)
            state->spare[state->n_spare++] = change->old[p];
}

/* Cuts all parts but the last off the union, which gets smaller by it; returns the cost of all. */
static gint64
cut_union (CgResplit *resplit, CgPartitionState *state, CgRandom *random, guint32 n_new,
           gint64 most)
{
    gint64 border = 0;
    for (guint32 side = 1; side < n_new; side++) {
        if (side > 1)
            keep_rest (resplit);
        if (resplit->n < 2)
            return G_MAXINT64;
        grow_tree (resplit, state, random);
        Cut cut = best_cut (resplit, state->problem, n_new - side);
        if (side + 1 == n_new && border + cut.cost > most)
            return G_MAXINT64;
        mark_sides (resplit, &cut, (guint8) side);
        gint64 sum = resplit->tree[cut.place].below;
        gint64 off = cut.upper ? resplit->tree[0].below - sum : sum;
        border += side + 1 == n_new ? cut.cost
                                    : resplit->tree[cut.place].leaving
                                          + cg_problem_part_cost (state->problem, off);
    }
    return border;
}

guint32
cg_resplit_try (CgResplit *resplit, CgPartitionState *state, CgRandom *random, gint64 threshold)
{
    Change change = { .n_old = 0 };
    gint64 total = 0;
    if (state->n_cut == 0)
        return 1;
    merge_parts (resplit, state, random, &change);
    for (guint32 p = 0; p < change.n_old; p++)
        total += state->parts[change.old[p]].sum;
    change.n_new = choose_count (state->problem, random, change.n_old, total);
    gint64 before = measure_old (resplit, state, &change);
    resplit->n_all = resplit->n;
    memcpy (resplit->all, resplit->node, sizeof (guint32) * resplit->n);
    if (change.n_new > 2 || change.n_new == 1)
        for (guint32 i = 0; i < resplit->n; i++)
            resplit->side[resplit->node[i]] = 0;
    gint64 after = change.n_new == 1 ? cg_problem_part_cost (state->problem, total)
                                     : cut_union (resplit, state, random, change.n_new,
                                                  before + threshold);
    if (after == G_MAXINT64 || after - before > threshold)
        return resplit->n_all;
    choose_numbers (resplit, state, &change);
    if (after - before + moves_growth (resplit, state, &change)
            + second_growth (resplit, state, &change)
        <= threshold)
        make_change (resplit, state, &change);
    return resplit->n_all;
}
