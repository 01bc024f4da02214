#include "partition/bound_internal.h"

/* A piece too large for one frontier is cut in two, and these again, until each can be worked on. What
 * a plan's parts leave in such a strip are connected sets, no heavier than parts may be; whatever is
 * cheapest for such sets, strip by strip, is a bound. Borders between strips and what is missing to the
 * target are not counted. */
enum {
    STATES_BY_NODE = 270000000, /* states of a strip, by nodes of the piece: prices need some rounds */
    FEWEST_STATES = 20000,
    MOST_STATES = 400000,
    STRIP_STEPS = 1600000000 /* for one piece: some 10 to 20 s */
};

typedef struct {
    const CgPartitionProblem *problem;
    const CgPartitionWork *work;
    guint32 most_nodes;      /* of a strip                                               */
    gint64 slack, *over;     /* [n] parts with the node may be so much above max, slack at most */
    guint32 *node;           /* [n] strip after strip                                    */
    GArray *first;           /* of guint32: where strips begin; the end of all           */
    guint32 *local;          /* [n] place in the strip                                   */
    guint32 *owner, n_owners; /* [n] which set the node belongs to now                    */
    guint32 *order, *ring;   /* [n] scratch                                              */
    gboolean stopped;        /* no time left                                             */
} Strips;

static void
strips_init (Strips *strips, const CgPartitionProblem *problem, const CgPartitionWork *work,
             gint64 slack)
{
    gsize n = (gsize) problem->n + 1;
    *strips = (Strips){ .problem = problem, .work = work, .slack = slack };
    guint32 outside;
    strips->over = g_new0 (gint64, n);
    gint64 known = slack > 0 ? cg_bound_behind (problem, slack, &outside, strips->over) : 0;
    for (guint32 v = 0; known < slack && v < problem->n; v++)
        strips->over[v] = slack;
    strips->node = g_new (guint32, n);
    strips->first = g_array_new (FALSE, FALSE, sizeof (guint32));
    strips->local = g_new0 (guint32, n);
    strips->owner = g_new0 (guint32, n);
    strips->order = g_new (guint32, n);
    strips->ring = g_new (guint32, n);
    for (guint32 v = 0; v < problem->n; v++)
        strips->node[v] = v;
}

static void
strips_done (Strips *strips)
{
    g_free (strips->over);
    g_free (strips->node);
    g_array_unref (strips->first);
    g_free (strips->local);
    g_free (strips->owner);
    g_free (strips->order);
    g_free (strips->ring);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Strips, strips_done)

static guint32
strip_begin (const Strips *strips, guint s)
{
    return g_array_index (strips->first, guint32, s);
}

/* Nodes of the set of `start` by their distance from it in steps; returns how many reach it. Those
 * that it reaches get the owner `fresh`. */
static guint32
order_rings (Strips *strips, guint32 start, guint32 fresh)
{
    const CgPartitionProblem *problem = strips->problem;
    guint32 own = strips->owner[start], head = 0, tail = 0;
    strips->order[tail++] = start;
    strips->ring[start] = 0;
    strips->owner[start] = fresh;
    while (head < tail) {
        guint32 v = strips->order[head++];
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++) {
            guint32 to = problem->link[i].target;
            if (strips->owner[to] != own)
                continue;
            strips->owner[to] = fresh;
            strips->ring[to] = strips->ring[v] + 1;
            strips->order[tail++] = to;
        }
    }
    return tail;
}

/* The strip as a problem of its own: parts may be as light as they like, and go on elsewhere. */
static CgPartitionProblem *
strip_problem (Strips *strips, guint32 begin, guint32 end)
{
    gint64 over = 0;
    for (guint32 k = begin; k < end; k++) {
        strips->local[strips->node[k]] = k - begin;
        over = MAX (over, strips->over[strips->node[k]]);
    }
    CgPartitionProblem *strip
        = cg_problem_subset (strips->problem, strips->node + begin, end - begin, strips->local);
    strip->min = 0;
    strip->max += MIN (over, strips->slack);
    strip->goes_on = TRUE;
    /* Two sets that are one part by a way outside have nothing between them to pay for. */
    for (guint32 v = 0; v < strip->n; v++)
        for (guint32 i = strip->wall[v]; i < strip->first[v + 1]; i++)
            strip->link[i].cost = MIN (0, strip->link[i].cost);
    return strip;
}

static gboolean
is_workable (Strips *strips, guint32 begin, guint32 end)
{
    if (end - begin < 2)
        return TRUE;
    if (end - begin > strips->most_nodes)
        return FALSE;
    g_autoptr (CgPartitionProblem) strip = strip_problem (strips, begin, end);
    guint32 states = CLAMP (STATES_BY_NODE / strips->problem->n, FEWEST_STATES, MOST_STATES);
    g_autoptr (CgFrontier) frontier
        = cg_frontier_new (strip, MIN (strip->total, strip->max), states, strips->work);
    return frontier != NULL;
}

/* Between two rings about the middle, where least border lies between them. node: by rings. */
static guint32
find_seam (const Strips *strips, guint32 begin, guint32 end)
{
    const CgPartitionProblem *problem = strips->problem;
    guint32 n = end - begin, best = begin + n / 2;
    gint64 least = G_MAXINT64, across = 0;
    for (guint32 k = begin; k + 1 < end; k++) {
        guint32 v = strips->node[k], own = strips->owner[v];
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++) {
            guint32 to = problem->link[i].target;
            if (strips->owner[to] == own)
                across += strips->ring[to] > strips->ring[v]   ? problem->link[i].cost
                          : strips->ring[to] < strips->ring[v] ? -problem->link[i].cost
                                                               : 0;
        }
        if (strips->ring[strips->node[k + 1]] == strips->ring[v] || (k + 1 - begin) < n * 0.3
            || (k + 1 - begin) > n * 0.7 || across >= least)
            continue;
        least = across;
        best = k + 1;
    }
    return best;
}

/* Cuts what lies from begin to end. From one end of it rings are short, and so are seams. */
static void
cut_strips (Strips *strips, guint32 begin, guint32 end)
{
    guint32 whole = ++strips->n_owners;
    strips->stopped = strips->stopped || cg_work_is_over (strips->work);
    for (guint32 k = begin; k < end; k++)
        strips->owner[strips->node[k]] = whole;
    for (guint32 from = begin, to; from < end && !strips->stopped; from = to) {
        guint32 start = strips->node[from];
        for (guint turn = 0; turn < 3; turn++) {
            to = from + order_rings (strips, start, ++strips->n_owners);
            start = strips->order[to - from - 1];
        }
        /* The connected set moves to the front, by rings. */
        guint32 own = strips->n_owners, kept = to;
        g_autofree guint32 *rest = g_new (guint32, (gsize) (end - from) + 1);
        guint32 n_rest = 0;
        for (guint32 k = from; k < end; k++)
            if (strips->owner[strips->node[k]] != own)
                rest[n_rest++] = strips->node[k];
        memcpy (strips->node + from, strips->order, sizeof (guint32) * (to - from));
        memcpy (strips->node + kept, rest, sizeof (guint32) * n_rest);
        if (is_workable (strips, from, to)) {
            g_array_append_val (strips->first, from);
            continue;
        }
        guint32 seam = find_seam (strips, from, to);
        cut_strips (strips, from, seam);
        cut_strips (strips, seam, to);
    }
}

/* Parts of the plan within the strip, piece by piece: a plan of the strip to start from. */
static void
restrict_plan (const guint32 *node, const CgPartitionProblem *strip, const guint32 *part_of,
               guint32 *plan)
{
    g_autofree guint32 *queue = g_new (guint32, (gsize) strip->n + 1);
    guint32 n_parts = 0;
    for (guint32 v = 0; v < strip->n; v++)
        plan[v] = CG_NONE;
    for (guint32 start = 0; start < strip->n; start++) {
        guint32 head = 0, tail = 0;
        if (plan[start] != CG_NONE)
            continue;
        plan[start] = n_parts;
        queue[tail++] = start;
        while (head < tail) {
            guint32 v = queue[head++];
            for (guint32 i = strip->first[v]; i < strip->wall[v]; i++) {
                guint32 to = strip->link[i].target;
                if (plan[to] != CG_NONE || part_of[node[to]] != part_of[node[v]])
                    continue;
                plan[to] = n_parts;
                queue[tail++] = to;
            }
        }
        n_parts++;
    }
}

/* Links between strips that earn something: no plan gets more from them. */
static gint64
earned_between (Strips *strips)
{
    const CgPartitionProblem *problem = strips->problem;
    gint64 sum = 0;
    for (guint s = 0; s + 1 < strips->first->len; s++)
        for (guint32 k = strip_begin (strips, s); k < strip_begin (strips, s + 1); k++)
            strips->owner[strips->node[k]] = s;
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; i < problem->first[v + 1]; i++)
            if (strips->owner[problem->link[i].target] != strips->owner[v])
                sum += MIN (0, problem->link[i].cost);
    return sum / 2;
}

void
cg_strips_bound (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 most_nodes,
                 const guint32 *part_of, CgBound *out)
{
    g_auto (Strips) strips = { 0 };
    strips_init (&strips, problem, work, out->score.violation);
    strips.most_nodes = most_nodes;
    cut_strips (&strips, 0, problem->n);
    g_array_append_val (strips.first, problem->n);
    if (strips.stopped)
        return;
    gint64 energy = earned_between (&strips);
    for (guint s = 0; s + 1 < strips.first->len; s++) {
        guint32 begin = strip_begin (&strips, s);
        g_autoptr (CgPartitionProblem) strip
            = strip_problem (&strips, begin, strip_begin (&strips, s + 1));
        g_autofree guint32 *plan = g_new0 (guint32, (gsize) strip->n + 1);
        g_autoptr (CgPool) pool = cg_pool_new (strip);
        CgBound bound;
        restrict_plan (strips.node + begin, strip, part_of, plan);
        cg_bound_run (strip, work, (guint64) STRIP_STEPS * strip->n / problem->n, pool, plan,
                      &bound);
        energy += bound.bound.energy;
        out->columns += bound.columns;
        out->rounds += bound.rounds;
        out->steps += bound.steps;
    }
    out->tried = TRUE;
    out->bound.energy = MAX (out->bound.energy, energy);
}
