#include "partition/partition_internal.h"

/* A random spanning tree is cut by dynamic programming: for each node the set of weights that can
 * be open (not yet in a closed part) at it, given that all parts closed below are within bounds.
 * Sets are bit strings; weights above SET_BITS are scaled down and the result is scored exactly. */
enum { HUGE_PIECE = 100000 }; /* against a deadline such a piece is cut by greed alone */
enum { SET_WORDS = 8, SET_BITS = 64 * SET_WORDS, SET_TOP = SET_BITS - 1 };

typedef struct {
    guint64 word[SET_WORDS];
} Set;

typedef struct {
    const CgPartitionProblem *problem;
    CgRandom *random;
    guint32 *parent, *order; /* tree, parents first                                  */
    guint32 *edge_from, *edge_to, n_edges, *edge_order;
    guint32 *up;             /* union-find                                           */
    guint32 *first, *child;  /* tree links while it is being rooted                  */
    Set *open, *before;      /* at the node; at its parent just before it was merged */
    guint8 *over, *before_over; /* more than the bound is open: only with a giant    */
    guint32 *weight;         /* scaled                                               */
    guint32 low, high, aim;  /* scaled bounds                                        */
    gint64 close_at;         /* not scaled: where greed closes a part                */
    gboolean exact;          /* nothing was scaled                                   */
    guint32 *state;          /* chosen open weight; OVER                             */
} Seed;

enum { OVER = SET_BITS };

static inline gboolean
has (const Set *set, guint32 bit)
{
    return set->word[bit / 64] >> (bit % 64) & 1;
}

static inline void
put (Set *set, guint32 bit)
{
    set->word[bit / 64] |= G_GUINT64_CONSTANT (1) << (bit % 64);
}

static gboolean
is_empty (const Set *set)
{
    guint64 any = 0;
    for (guint i = 0; i < SET_WORDS; i++)
        any |= set->word[i];
    return any == 0;
}

static guint
count (const Set *set)
{
    guint sum = 0;
    for (guint i = 0; i < SET_WORDS; i++)
        sum += (guint) __builtin_popcountll (set->word[i]);
    return sum;
}

/* Lowest bit in from..to, or SET_BITS. */
static guint32
next_bit (const Set *set, guint32 from, guint32 to)
{
    for (guint32 w = from / 64; w < SET_WORDS && w * 64 <= to; w++) {
        guint64 word = set->word[w];
        if (w == from / 64)
            word &= ~G_GUINT64_CONSTANT (0) << (from % 64);
        if (word != 0) {
            guint32 bit = w * 64 + (guint32) __builtin_ctzll (word);
            return bit <= to ? bit : SET_BITS;
        }
    }
    return SET_BITS;
}

static void
or_shifted (Set *out, const Set *set, guint32 shift)
{
    guint32 words = shift / 64, bits = shift % 64;
    for (guint32 i = SET_WORDS; i-- > words;) {
        guint64 word = set->word[i - words] << bits;
        if (bits > 0 && i > words)
            word |= set->word[i - words - 1] >> (64 - bits);
        out->word[i] |= word;
    }
}

/* All sums of one weight of each set that stay within the bound. */
static void
or_sums (Set *out, const Set *a, const Set *b, guint32 high)
{
    const Set *few = count (a) < count (b) ? a : b, *many = few == a ? b : a;
    for (guint32 bit = next_bit (few, 0, high); bit < SET_BITS;
         bit = bit < high ? next_bit (few, bit + 1, high) : SET_BITS)
        or_shifted (out, many, bit);
    guint32 last = high / 64;
    if (high % 64 < 63)
        out->word[last] &= (G_GUINT64_CONSTANT (1) << (high % 64 + 1)) - 1;
    for (guint32 w = last + 1; w < SET_WORDS; w++)
        out->word[w] = 0;
}

/* ---- the tree ---- */

static Seed *
seed_new (const CgPartitionProblem *problem, CgRandom *random)
{
    gsize n = (gsize) problem->n + 1, m = (gsize) problem->first[problem->n] / 2 + 1;
    Seed *seed = g_new0 (Seed, 1);
    seed->problem = problem;
    seed->random = random;
    seed->parent = g_new (guint32, n);
    seed->order = g_new (guint32, n);
    seed->edge_from = g_new (guint32, m);
    seed->edge_to = g_new (guint32, m);
    seed->edge_order = g_new (guint32, m);
    seed->up = g_new (guint32, n);
    seed->first = g_new (guint32, n + 1);
    seed->child = g_new (guint32, 2 * n);
    seed->open = g_new (Set, n);
    seed->before = g_new (Set, n);
    seed->over = g_new (guint8, n);
    seed->before_over = g_new (guint8, n);
    seed->weight = g_new (guint32, n);
    seed->state = g_new (guint32, n);
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
            if (problem->link[i].target > v) {
                seed->edge_from[seed->n_edges] = v;
                seed->edge_to[seed->n_edges] = problem->link[i].target;
                seed->edge_order[seed->n_edges] = seed->n_edges;
                seed->n_edges++;
            }
    return seed;
}

static void
seed_free (Seed *seed)
{
    gpointer all[] = { seed->parent, seed->order, seed->edge_from, seed->edge_to, seed->edge_order,
                       seed->up, seed->first, seed->child, seed->open, seed->before, seed->over,
                       seed->before_over, seed->weight, seed->state };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
    g_free (seed);
}

static void
scale_weights (Seed *seed, guint32 wanted)
{
    const CgPartitionProblem *problem = seed->problem;
    gint64 max = problem->max;
    seed->exact = max <= SET_TOP;
    gint64 top = seed->exact ? max : SET_TOP;
    seed->high = (guint32) top;
    seed->low = (guint32) ((problem->min * top + max - 1) / max);
    gint64 aim = wanted > 0 ? (problem->total + wanted / 2) / wanted : problem->target;
    seed->close_at = CLAMP (aim, problem->min, max);
    seed->aim = (guint32) (seed->close_at * top / max);
    for (guint32 v = 0; v < problem->n; v++) {
        gint64 weight = problem->weight[v];
        seed->weight[v] = weight > max ? OVER : (guint32) ((weight * top + max / 2) / max);
    }
}

static guint32
find (guint32 *up, guint32 v)
{
    while (up[v] != v)
        v = up[v] = up[up[v]];
    return v;
}

/* Kruskal over the links in random order: a random tree, then rooted at a random node. */
static void
grow_tree (Seed *seed)
{
    guint32 n = seed->problem->n, used = 0;
    for (guint32 v = 0; v <= n; v++) {
        seed->up[v] = v;
        seed->first[v] = 0;
    }
    seed->first[n + 1] = 0;
    for (guint32 i = 0; i < seed->n_edges && used + 1 < n; i++) {
        guint32 j = i + cg_random_below (seed->random, seed->n_edges - i);
        guint32 edge = seed->edge_order[j];
        seed->edge_order[j] = seed->edge_order[i];
        guint32 a = find (seed->up, seed->edge_from[edge]);
        guint32 b = find (seed->up, seed->edge_to[edge]);
        seed->edge_order[i] = edge;
        if (a == b)
            continue;
        seed->up[a] = b;
        /* Chosen edges move to the front, where the rooting below looks for them. */
        seed->edge_order[i] = seed->edge_order[used];
        seed->edge_order[used++] = edge;
        seed->first[seed->edge_from[edge] + 2]++;
        seed->first[seed->edge_to[edge] + 2]++;
    }
    for (guint32 v = 2; v <= n + 1; v++)
        seed->first[v] += seed->first[v - 1];
    for (guint32 i = 0; i < used; i++) {
        guint32 edge = seed->edge_order[i];
        guint32 a = seed->edge_from[edge], b = seed->edge_to[edge];
        seed->child[seed->first[a + 1]++] = b;
        seed->child[seed->first[b + 1]++] = a;
    }
    guint32 root = cg_random_below (seed->random, n), tail = 0;
    seed->parent[root] = CG_NONE;
    seed->order[tail++] = root;
    for (guint32 head = 0; head < tail; head++) {
        guint32 v = seed->order[head];
        for (guint32 i = seed->first[v]; i < seed->first[v + 1]; i++)
            if (seed->child[i] != seed->parent[v]) {
                seed->parent[seed->child[i]] = v;
                seed->order[tail++] = seed->child[i];
            }
    }
}

/* ---- the dynamic programme ---- */

static gboolean
can_close (const Seed *seed, guint32 v)
{
    return seed->over[v] || next_bit (&seed->open[v], seed->low, seed->high) < SET_BITS;
}

/* FALSE: this tree has no cut within bounds (giants excepted). */
static gboolean
merge_up (Seed *seed)
{
    guint32 n = seed->problem->n;
    for (guint32 v = 0; v < n; v++) {
        seed->open[v] = (Set){ 0 };
        seed->over[v] = seed->weight[v] == OVER;
        if (!seed->over[v])
            put (&seed->open[v], seed->weight[v]);
    }
    for (guint32 i = n; i-- > 1;) {
        guint32 v = seed->order[i], parent = seed->parent[v];
        Set merged = { 0 };
        gboolean close = can_close (seed, v);
        seed->before[v] = seed->open[parent];
        seed->before_over[v] = seed->over[parent];
        or_sums (&merged, &seed->open[parent], &seed->open[v], seed->high);
        for (guint w = 0; close && w < SET_WORDS; w++)
            merged.word[w] |= seed->open[parent].word[w];
        seed->open[parent] = merged;
        seed->over[parent] |= seed->over[v];
        if (is_empty (&merged) && !seed->over[parent])
            return FALSE;
    }
    return can_close (seed, seed->order[0]);
}

/* Set bit nearest to one drawn around the aim; OVER when none can be closed. */
static guint32
choose_close (Seed *seed, guint32 v)
{
    guint32 spread = MIN (seed->high - seed->low, seed->aim / 4) + 1;
    guint32 from = seed->aim - seed->aim / 8 + cg_random_below (seed->random, spread);
    from = CLAMP (from, seed->low, seed->high);
    guint32 above = next_bit (&seed->open[v], from, seed->high);
    guint32 reach = above == SET_BITS ? from - seed->low : MIN (above - from, from - seed->low);
    for (guint32 k = 1; k <= reach; k++)
        if (has (&seed->open[v], from - k))
            return from - k;
    return above == SET_BITS ? OVER : above;
}

/* Open weight of v with which it can join its parent so that the parent had `sum` after it:
 * the first that fits from a random one on, or SET_BITS. */
static guint32
choose_join (Seed *seed, guint32 v, guint32 sum)
{
    guint32 start = cg_random_below (seed->random, sum + 1);
    for (guint32 k = 0; k <= sum; k++) {
        guint32 bit = start + k <= sum ? start + k : start + k - sum - 1;
        if (has (&seed->open[v], bit) && has (&seed->before[v], sum - bit))
            return bit;
    }
    return SET_BITS;
}

/* Parent is above the bound: it takes the child along only where the child cannot stand alone. */
static gboolean
walk_down_over (Seed *seed, guint32 v, guint32 *above)
{
    if (seed->before_over[v] && can_close (seed, v)) {
        seed->state[v] = choose_close (seed, v);
        return TRUE;
    }
    if (seed->over[v]) {
        seed->state[v] = OVER;
        *above = seed->before_over[v] ? OVER : next_bit (&seed->before[v], 0, seed->high);
    } else {
        seed->state[v] = next_bit (&seed->open[v], 0, seed->high);
    }
    return FALSE;
}

/* Fixes the open weight of v and what its parent had before; TRUE when v closes a part. */
static gboolean
walk_down (Seed *seed, guint32 v, guint32 *above)
{
    guint32 sum = *above;
    if (sum == OVER)
        return walk_down_over (seed, v, above);
    gboolean may_close = has (&seed->before[v], sum) && can_close (seed, v);
    guint32 close = may_close ? choose_close (seed, v) : OVER;
    gint32 off = ABS ((gint32) close - (gint32) seed->aim);
    gboolean good = may_close && close != OVER && 8 * off <= (gint32) seed->aim;
    guint32 join = good ? SET_BITS : choose_join (seed, v, sum);
    if (may_close && (good || join == SET_BITS || cg_random_below (seed->random, 4) == 0)) {
        seed->state[v] = close;
        return TRUE;
    }
    seed->state[v] = join;
    *above = sum - join;
    return FALSE;
}

/* Children are undone in the reverse order of merging, which is the order of `order`. */
static guint32
label_parts (Seed *seed, guint32 *part_of)
{
    guint32 n = seed->problem->n, n_parts = 1, root = seed->order[0];
    seed->state[root] = choose_close (seed, root);
    part_of[root] = 0;
    for (guint32 i = 1; i < n; i++) {
        guint32 v = seed->order[i], parent = seed->parent[v];
        gboolean closes = walk_down (seed, v, &seed->state[parent]);
        part_of[v] = closes ? n_parts++ : part_of[parent];
    }
    return n_parts;
}

/* ---- where no tree fits ---- */

/* Bottom up: a part is closed when it has reached the target; what would pass the upper bound stays
 * apart, and small leftovers join the part above or the lightest part beside. */
static guint32
cut_greedily (Seed *seed, guint32 *part_of)
{
    const CgPartitionProblem *problem = seed->problem;
    guint32 n = problem->n, n_parts = 0;
    g_autofree gint64 *open = g_new (gint64, (gsize) n + 1);
    g_autofree guint8 *closed = g_new0 (guint8, (gsize) n + 1);
    for (guint32 v = 0; v < n; v++)
        open[v] = problem->weight[v];
    for (guint32 i = n; i-- > 1;) {
        guint32 v = seed->order[i], parent = seed->parent[v];
        gboolean fits = open[parent] + open[v] <= problem->max;
        closed[v] = open[v] >= seed->close_at || (!fits && 2 * open[v] >= problem->min);
        if (!closed[v])
            open[parent] += open[v];
    }
    for (guint32 i = 0; i < n; i++) {
        guint32 v = seed->order[i];
        part_of[v] = i == 0 || closed[v] ? n_parts++ : part_of[seed->parent[v]];
    }
    return n_parts;
}

static void
number_old (const CgPartitionProblem *problem, guint32 *part_of, guint32 *queue)
{
    guint32 n_parts = 0;
    for (guint32 v = 0; v < problem->n; v++)
        part_of[v] = CG_NONE;
    for (guint32 s = 0; s < problem->n; s++) {
        if (part_of[s] != CG_NONE || problem->old[s] == CG_NONE)
            continue;
        guint32 head = 0, tail = 0;
        queue[tail++] = s;
        part_of[s] = n_parts;
        while (head < tail) {
            guint32 v = queue[head++];
            for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
                guint32 to = problem->link[i].target;
                if (part_of[to] == CG_NONE && problem->old[to] == problem->old[v]) {
                    part_of[to] = n_parts;
                    queue[tail++] = to;
                }
            }
        }
        n_parts++;
    }
}

void
cg_seed_old (const CgPartitionProblem *problem, guint32 *part_of)
{
    g_autofree guint32 *queue = g_new (guint32, (gsize) problem->n + 1);
    guint32 tail = 0;
    number_old (problem, part_of, queue);
    for (guint32 v = 0; v < problem->n; v++)
        if (part_of[v] != CG_NONE)
            queue[tail++] = v;
    if (tail == 0) {
        part_of[0] = 0;
        queue[tail++] = 0;
    }
    for (guint32 head = 0; head < tail; head++)
        for (guint32 v = queue[head], i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (part_of[to] != CG_NONE)
                continue;
            part_of[to] = part_of[v];
            queue[tail++] = to;
        }
}

typedef struct {
    CgPartitionScore score;
    guint32 off; /* by how many parts it is off the number wanted */
} SeedScore;

static gboolean
is_better (const SeedScore *a, const SeedScore *b)
{
    if (a->score.violation != b->score.violation)
        return a->score.violation < b->score.violation;
    if (a->off != b->off)
        return a->off < b->off;
    return cg_partition_score_compare (&a->score, &b->score) < 0;
}

/* Trees rarely close parts just where they aim: the next one aims higher or lower by as much. */
static void
correct_aim (Seed *seed, guint32 made, guint32 wanted)
{
    guint64 aim = ((guint64) seed->aim * made + wanted / 2) / wanted;
    seed->aim = (guint32) CLAMP (aim, seed->low, seed->high);
    gint64 close_at = (seed->close_at * made + wanted / 2) / wanted;
    seed->close_at = CLAMP (close_at, seed->problem->min, seed->problem->max);
}

void
cg_seed_run (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 trees,
             guint32 patience, guint32 wanted, guint32 *part_of)
{
    Seed *seed = seed_new (problem, &work->random);
    g_autofree guint32 *trial = g_new (guint32, (gsize) problem->n + 1);
    SeedScore best = { .score.violation = G_MAXINT64 };
    guint32 good = 0;
    gboolean seen_all = FALSE;
    scale_weights (seed, wanted);
    for (guint32 i = 0; i < patience && good < trees; i++) {
        if (i > 0 && (cg_work_is_over (work) || (good > 0 && best.off == 0 && wanted > 0)))
            break;
        grow_tree (seed);
        gboolean in_time = problem->n < HUGE_PIECE && !cg_work_is_over (work);
        gboolean try_sets = work->end_us == 0 || in_time;
        work->hurried |= !try_sets;
        gboolean cuts = try_sets && merge_up (seed);
        seen_all |= try_sets && !cuts && seed->exact && seed->n_edges + 1 == problem->n;
        guint32 made = wanted;
        if (cuts)
            made = label_parts (seed, trial);
        else if (i < trees)
            made = cut_greedily (seed, trial);
        else
            continue;
        good += cuts;
        SeedScore next = { cg_problem_score (problem, trial),
                           wanted > 0 ? MAX (made, wanted) - MIN (made, wanted) : 0 };
        if (is_better (&next, &best)) {
            best = next;
            memcpy (part_of, trial, sizeof (guint32) * problem->n);
        }
        if (wanted > 0)
            correct_aim (seed, made, wanted);
    }
    /* Where the piece is a tree and nothing was scaled, the programme has seen every plan. */
    work->exact = seen_all;
    seed_free (seed);
}
