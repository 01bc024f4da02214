#include "partition/partition_internal.h"

/* The parts at a border (and sometimes one more) are merged, a random spanning tree is laid through
 * the union, and the tree edge whose removal is best for the whole energy is cut. */
enum { MAX_PARTS = 3 };

struct _CgResplit {
    guint32 *node, n;          /* the union; by local number from here on        */
    guint32 *edge_from, *edge_to, n_edges;
    gint32 *edge_cost;
    guint32 *up, *parent, *order, *depth, *first, *child;
    gint64 *below, *leaving;   /* weight of a subtree, border that leaves it     */
    guint32 *all, n_all;       /* the whole union while a side of it is cut again */
    guint8 *side;              /* new part of each node of the problem, 0..MAX_PARTS-1 */
};

CgResplit *
cg_resplit_new (const CgPartitionProblem *problem)
{
    gsize n = (gsize) problem->n + 2, m = (gsize) problem->first[problem->n] / 2 + 1;
    CgResplit *resplit = g_new0 (CgResplit, 1);
    resplit->node = g_new (guint32, n);
    resplit->edge_from = g_new (guint32, m);
    resplit->edge_to = g_new (guint32, m);
    resplit->edge_cost = g_new (gint32, m);
    resplit->up = g_new (guint32, n);
    resplit->parent = g_new (guint32, n);
    resplit->order = g_new (guint32, n);
    resplit->depth = g_new (guint32, n);
    resplit->first = g_new (guint32, n);
    resplit->child = g_new (guint32, 2 * n);
    resplit->below = g_new (gint64, n);
    resplit->leaving = g_new (gint64, n);
    resplit->all = g_new (guint32, n);
    resplit->side = g_new (guint8, n);
    return resplit;
}

void
cg_resplit_free (CgResplit *resplit)
{
    if (resplit == NULL)
        return;
    gpointer all[] = { resplit->node, resplit->edge_from, resplit->edge_to, resplit->edge_cost,
                       resplit->up, resplit->parent, resplit->order, resplit->depth, resplit->first,
                       resplit->child, resplit->below, resplit->leaving, resplit->all,
                       resplit->side };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
    g_free (resplit);
}

static void
take_part (CgResplit *resplit, CgPartitionState *state, guint32 node)
{
    guint32 added = cg_state_collect (state, node, resplit->node + resplit->n);
    for (guint32 i = 0; i < added; i++, resplit->n++)
        state->local[resplit->node[resplit->n]] = resplit->n;
}

static inline gboolean
in_union (const CgResplit *resplit, const CgPartitionState *state, guint32 node)
{
    guint32 local = state->local[node];
    return local < resplit->n && resplit->node[local] == node;
}

/* Links inside the union; those that only have a cost come after n_edges (they join nothing). */
static guint32
take_edges (CgResplit *resplit, const CgPartitionState *state)
{
    const CgPartitionProblem *problem = state->problem;
    guint32 used = 0;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 a = 0; a < resplit->n; a++) {
            guint32 v = resplit->node[a];
            guint32 end = pass == 0 ? problem->wall[v] : problem->first[v + 1];
            for (guint32 i = pass == 0 ? problem->first[v] : problem->wall[v]; i < end; i++) {
                guint32 to = problem->link[i].target;
                if (to <= v || !in_union (resplit, state, to))
                    continue;
                resplit->edge_from[used] = a;
                resplit->edge_to[used] = state->local[to];
                resplit->edge_cost[used++] = problem->link[i].cost;
            }
        }
        if (pass == 0)
            resplit->n_edges = used;
    }
    return used;
}

static guint32
find (guint32 *up, guint32 v)
{
    while (up[v] != v)
        v = up[v] = up[up[v]];
    return v;
}

static void
swap_edges (CgResplit *resplit, guint32 i, guint32 j)
{
    guint32 from = resplit->edge_from[i], to = resplit->edge_to[i];
    gint32 cost = resplit->edge_cost[i];
    resplit->edge_from[i] = resplit->edge_from[j];
    resplit->edge_to[i] = resplit->edge_to[j];
    resplit->edge_cost[i] = resplit->edge_cost[j];
    resplit->edge_from[j] = from;
    resplit->edge_to[j] = to;
    resplit->edge_cost[j] = cost;
}

/* Random tree through the union: links in random order, of two drawn the longer border first, since
 * a long border is a poor place to cut. */
static guint32
choose_tree (CgResplit *resplit, CgRandom *random)
{
    guint32 used = 0, m = resplit->n_edges;
    for (guint32 a = 0; a < resplit->n; a++)
        resplit->up[a] = a;
    for (guint32 i = 0; i < m && used + 1 < resplit->n; i++) {
        guint64 bits = cg_random_bits (random);
        guint32 j = i + (guint32) (((bits & G_MAXUINT32) * (m - i)) >> 32);
        guint32 k = i + (guint32) (((bits >> 32) * (m - i)) >> 32);
        swap_edges (resplit, i, resplit->edge_cost[j] >= resplit->edge_cost[k] ? j : k);
        guint32 a = find (resplit->up, resplit->edge_from[i]);
        guint32 b = find (resplit->up, resplit->edge_to[i]);
        if (a == b)
            continue;
        resplit->up[a] = b;
        swap_edges (resplit, i, used++);
    }
    return used;
}

static void
root_tree (CgResplit *resplit, guint32 used)
{
    guint32 n = resplit->n, tail = 0;
    memset (resplit->first, 0, sizeof (guint32) * (n + 2));
    for (guint32 i = 0; i < used; i++) {
        resplit->first[resplit->edge_from[i] + 1]++;
        resplit->first[resplit->edge_to[i] + 1]++;
    }
    for (guint32 a = 0; a < n; a++)
        resplit->first[a + 1] += resplit->first[a];
    /* Filling from the ends: first[a + 1] walks down to the start of a. */
    for (guint32 i = 0; i < used; i++) {
        guint32 a = resplit->edge_from[i], b = resplit->edge_to[i];
        resplit->child[--resplit->first[a + 1]] = b;
        resplit->child[--resplit->first[b + 1]] = a;
    }
    resplit->parent[0] = CG_NONE;
    resplit->depth[0] = 0;
    resplit->order[tail++] = 0;
    for (guint32 head = 0; head < tail; head++) {
        guint32 a = resplit->order[head];
        guint32 end = a + 1 < n ? resplit->first[a + 2] : 2 * used;
        for (guint32 i = resplit->first[a + 1]; i < end; i++) {
            guint32 b = resplit->child[i];
            if (b == resplit->parent[a])
                continue;
            resplit->parent[b] = a;
            resplit->depth[b] = resplit->depth[a] + 1;
            resplit->order[tail++] = b;
        }
    }
}

/* For each subtree its weight and the border between it and the rest of the same side. */
static void
measure_tree (CgResplit *resplit, const CgPartitionState *state, guint32 all_edges)
{
    for (guint32 a = 0; a < resplit->n; a++) {
        resplit->below[a] = state->problem->weight[resplit->node[a]];
        resplit->leaving[a] = 0;
    }
    for (guint32 i = 0; i < all_edges; i++) {
        guint32 a = resplit->edge_from[i], b = resplit->edge_to[i];
        resplit->leaving[a] += resplit->edge_cost[i];
        resplit->leaving[b] += resplit->edge_cost[i];
        while (a != b) {
            if (resplit->depth[a] >= resplit->depth[b])
                a = resplit->parent[a];
            else
                b = resplit->parent[b];
        }
        resplit->leaving[a] -= 2 * (gint64) resplit->edge_cost[i];
    }
    for (guint32 i = resplit->n; i-- > 1;) {
        guint32 a = resplit->order[i], parent = resplit->parent[a];
        resplit->below[parent] += resplit->below[a];
        resplit->leaving[parent] += resplit->leaving[a];
    }
}

/* Cost of a side that will still be cut into `parts` equal ones. */
static gint64
future_cost (const CgPartitionProblem *problem, gint64 sum, guint32 parts)
{
    return parts * cg_problem_part_cost (problem, sum / parts);
}

/* Subtree that is best taken off as one part while the rest makes `others` parts; CG_NONE when
 * there is nothing to cut. out_upper: it is the rest that becomes one part. */
static guint32
best_cut (const CgResplit *resplit, const CgPartitionProblem *problem, guint32 others,
          gboolean *out_upper)
{
    guint32 best = CG_NONE;
    gint64 best_cost = G_MAXINT64, total = resplit->below[0];
    for (guint32 i = 1; i < resplit->n; i++) {
        guint32 a = resplit->order[i];
        gint64 sum = resplit->below[a], rest = total - sum;
        gint64 cost = resplit->leaving[a] + cg_problem_part_cost (problem, sum)
                      + future_cost (problem, rest, others);
        gint64 upper = others == 1 ? G_MAXINT64
                                   : resplit->leaving[a] + cg_problem_part_cost (problem, rest)
                                         + future_cost (problem, sum, others);
        if (MIN (cost, upper) >= best_cost)
            continue;
        best_cost = MIN (cost, upper);
        best = a;
        *out_upper = upper < cost;
    }
    return best;
}

/* Cuts one part with number `number` off the union; the rest keeps 0. */
static gboolean
cut_off (CgResplit *resplit, const CgPartitionState *state, CgRandom *random, guint32 others,
         guint8 number)
{
    guint32 all_edges = take_edges (resplit, state);
    gboolean upper = FALSE;
    root_tree (resplit, choose_tree (resplit, random));
    measure_tree (resplit, state, all_edges);
    guint32 best = best_cut (resplit, state->problem, others, &upper);
    if (best == CG_NONE)
        return FALSE;
    /* Parents come first in order, so each node knows in time whether it hangs below `best`. */
    for (guint32 i = 0; i < resplit->n; i++) {
        guint32 a = resplit->order[i];
        gboolean below = a == best || (i > 0 && resplit->up[resplit->parent[a]] == 1);
        resplit->up[a] = below;
        resplit->side[resplit->node[a]] = below != upper ? number : 0;
    }
    return TRUE;
}

/* Leaves only side 0 in the union. */
static void
keep_rest (CgResplit *resplit, CgPartitionState *state)
{
    guint32 kept = 0;
    for (guint32 a = 0; a < resplit->n; a++) {
        guint32 node = resplit->node[a];
        if (resplit->side[node] != 0)
            continue;
        state->local[node] = kept;
        resplit->node[kept++] = node;
    }
    resplit->n = kept;
}

/* ---- one try ---- */

typedef struct {
    guint32 old[MAX_PARTS], n_old; /* part numbers merged   */
    guint32 new[MAX_PARTS], n_new; /* part number of a side */
    gint64 sum[MAX_PARTS];         /* weight of a side      */
} Change;

/* A part beyond the union, next to a node drawn from it; CG_NONE when the draw finds none. */
static guint32
find_third (const CgResplit *resplit, const CgPartitionState *state, CgRandom *random)
{
    const CgPartitionProblem *problem = state->problem;
    for (guint draw = 0; draw < 4; draw++) {
        guint32 v = resplit->node[cg_random_below (random, resplit->n)];
        guint32 degree = problem->wall[v] - problem->first[v];
        if (degree == 0)
            continue;
        guint32 to = problem->link[problem->first[v] + cg_random_below (random, degree)].target;
        if (!in_union (resplit, state, to))
            return to;
    }
    return CG_NONE;
}

static gboolean
merge_parts (CgResplit *resplit, CgPartitionState *state, CgRandom *random, Change *change)
{
    const CgPartitionProblem *problem = state->problem;
    guint32 node = state->border[cg_random_below (random, state->n_border)];
    guint32 kind = cg_random_below (random, 16), third;
    resplit->n = 0;
    take_part (resplit, state, node);
    change->old[change->n_old++] = state->part[node];
    if (kind == 0)
        return TRUE;
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++) {
        guint32 to = problem->link[i].target;
        if (state->part[to] == state->part[node])
            continue;
        if (change->n_old == 2 && cg_random_below (random, 2) == 0)
            continue;
        change->old[1] = state->part[to];
        change->n_old = 2;
        third = to;
    }
    if (change->n_old < 2)
        return FALSE;
    for (guint32 i = problem->first[node]; i < problem->wall[node]; i++)
        if (state->part[problem->link[i].target] == change->old[1]) {
            take_part (resplit, state, problem->link[i].target);
            break;
        }
    if (kind > 4 || (third = find_third (resplit, state, random)) == CG_NONE)
        return TRUE;
    change->old[change->n_old++] = state->part[third];
    take_part (resplit, state, third);
    return TRUE;
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

/* Growth of the energy if the change is made. */
static gint64
measure_change (const CgResplit *resplit, const CgPartitionState *state, Change *change)
{
    const CgPartitionProblem *problem = state->problem;
    gint64 cut = 0, growth = 0;
    for (guint32 k = 0; k < resplit->n_all; k++) {
        guint32 v = resplit->all[k];
        change->sum[resplit->side[v]] += problem->weight[v];
        if (state->anchor != NULL)
            growth += cg_state_move_cost (state, v, change->new[resplit->side[v]])
                      - cg_state_move_cost (state, v, state->part[v]);
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++) {
            guint32 to = problem->link[i].target;
            if (to <= v)
                continue;
            gboolean inside = FALSE;
            for (guint32 p = 0; p < change->n_old; p++)
                inside |= state->part[to] == change->old[p];
            if (inside)
                cut += ((resplit->side[to] != resplit->side[v])
                        - (state->part[to] != state->part[v]))
                       * (gint64) problem->link[i].cost;
        }
    }
    for (guint32 p = 0; p < change->n_old; p++)
        growth -= state->cost[change->old[p]];
    for (guint32 s = 0; s < change->n_new; s++)
        growth += cg_problem_part_cost (problem, change->sum[s]);
    return growth + cut;
}

static void
make_change (const CgResplit *resplit, CgPartitionState *state, const Change *change)
{
    for (guint32 s = 0; s < change->n_new; s++)
        if (state->count[change->new[s]] == 0)
            state->n_spare--;
    for (guint32 i = 0; i < resplit->n_all; i++) {
        guint32 v = resplit->all[i], to = change->new[resplit->side[v]];
        if (state->part[v] != to)
            cg_state_shift (state, v, to);
    }
    for (guint32 p = 0; p < change->n_old; p++)
        if (state->count[change->old[p]] == 0)
            state->spare[state->n_spare++] = change->old[p];
}

guint32
cg_resplit_try (CgResplit *resplit, CgPartitionState *state, CgRandom *random, gint64 threshold)
{
    Change change = { .n_old = 0 };
    gint64 total = 0;
    if (state->n_border == 0 || !merge_parts (resplit, state, random, &change))
        return 1;
    memcpy (resplit->all, resplit->node, sizeof (guint32) * resplit->n);
    resplit->n_all = resplit->n;
    for (guint32 i = 0; i < resplit->n_all; i++)
        resplit->side[resplit->all[i]] = 0;
    for (guint32 p = 0; p < change.n_old; p++)
        total += state->sum[change.old[p]];
    change.n_new = choose_count (state->problem, random, change.n_old, total);
    for (guint32 s = 1; s < change.n_new; s++) {
        if (s > 1)
            keep_rest (resplit, state);
        if (!cut_off (resplit, state, random, change.n_new - s, (guint8) s))
            return resplit->n_all;
    }
    choose_numbers (resplit, state, &change);
    if (measure_change (resplit, state, &change) <= threshold)
        make_change (resplit, state, &change);
    return resplit->n_all;
}
