#include "partition/partition_internal.h"

/* Nodes are bits. The first open node gets every connected part within bounds that holds it; what
 * stays open is solved in the same way. Open sets known to have no plan are remembered. */
enum { CACHE_BITS = 14, MAX_NODES = 64 };

typedef struct {
    const CgPartitionProblem *problem;
    const CgPartitionWork *work;
    guint64 near[MAX_NODES];
    guint64 barred[MAX_NODES]; /* nodes beyond a wall: never in one part; all 0: walls do not count */
    guint64 part[MAX_NODES]; /* closed so far */
    guint32 n_parts;
    guint64 *failed;         /* lossy table of open sets without a plan */
    guint64 steps;           /* left */
    gboolean gave_up;
} Exhaust;

static gboolean solve_open (Exhaust *exhaust, guint64 open);

static inline guint32
lowest (guint64 set)
{
    return (guint32) __builtin_ctzll (set);
}

static gint64
sum_of (const Exhaust *exhaust, guint64 set)
{
    gint64 sum = 0;
    for (; set != 0; set &= set - 1)
        sum += exhaust->problem->weight[lowest (set)];
    return sum;
}

static guint64
neighbours (const Exhaust *exhaust, guint64 set)
{
    guint64 near = 0;
    for (; set != 0; set &= set - 1)
        near |= exhaust->near[lowest (set)];
    return near;
}

static guint64
component (const Exhaust *exhaust, guint64 within, guint32 start)
{
    guint64 reached = G_GUINT64_CONSTANT (1) << start, fresh = reached;
    while (fresh != 0) {
        fresh = neighbours (exhaust, fresh) & within & ~reached;
        reached |= fresh;
    }
    return reached;
}

/* FALSE: whatever is added to `part` (weight sum), some piece of the rest cannot be divided. */
static gboolean
rest_may_fit (const Exhaust *exhaust, guint64 rest, guint64 may_add, gint64 sum)
{
    gint64 room = exhaust->problem->max - sum;
    while (rest != 0) {
        guint64 piece = component (exhaust, rest, lowest (rest));
        gint64 left = cg_problem_remainder (exhaust->problem, sum_of (exhaust, piece));
        if (left > 0 && (piece & may_add) == 0)
            return FALSE;
        room -= left;
        if (room < 0)
            return FALSE;
        rest &= ~piece;
    }
    return TRUE;
}

static gboolean
second_fits (const Exhaust *exhaust, guint64 set)
{
    const CgPartitionProblem *problem = exhaust->problem;
    gint64 sum = 0;
    if (problem->second == NULL)
        return TRUE;
    for (; set != 0; set &= set - 1)
        sum += problem->second[lowest (set)];
    return cg_second_violation (problem, sum) == 0;
}

/* Grows `part` by nodes of open that are not barred; closes it where it is within bounds. */
static gboolean
grow (Exhaust *exhaust, guint64 open, guint64 part, guint64 barred, gint64 sum)
{
    if (exhaust->steps == 0 || (exhaust->steps % 4096 == 0 && cg_work_is_over (exhaust->work))) {
        exhaust->gave_up = TRUE;
        return FALSE;
    }
    exhaust->steps--;
    guint64 may_add = neighbours (exhaust, part) & open & ~part & ~barred;
    if (!rest_may_fit (exhaust, open & ~part, may_add, sum))
        return FALSE;
    if (sum >= exhaust->problem->min && second_fits (exhaust, part)) {
        exhaust->part[exhaust->n_parts++] = part;
        if (solve_open (exhaust, open & ~part))
            return TRUE;
        exhaust->n_parts--;
    }
    for (; may_add != 0 && !exhaust->gave_up; may_add &= may_add - 1) {
        guint64 node = may_add & -may_add;
        gint64 grown = sum + exhaust->problem->weight[lowest (node)];
        if (grown <= exhaust->problem->max && (exhaust->barred[lowest (node)] & part) == 0
            && grow (exhaust, open, part | node, barred, grown))
            return TRUE;
        barred |= node;
    }
    return FALSE;
}

static gboolean
solve_open (Exhaust *exhaust, guint64 open)
{
    if (open == 0)
        return TRUE;
    guint64 *known = &exhaust->failed[(open * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15))
                                      >> (64 - CACHE_BITS)];
    if (*known == open || !rest_may_fit (exhaust, open, 0, exhaust->problem->max))
        return FALSE;
    /* A node with few open neighbours has few parts to try. */
    guint32 start = 0;
    gint fewest = G_MAXINT;
    for (guint64 left = open; left != 0; left &= left - 1) {
        gint degree = __builtin_popcountll (exhaust->near[lowest (left)] & open);
        if (degree < fewest) {
            fewest = degree;
            start = lowest (left);
        }
    }
    gint64 weight = exhaust->problem->weight[start];
    if (weight <= exhaust->problem->max
        && grow (exhaust, open, G_GUINT64_CONSTANT (1) << start, 0, weight))
        return TRUE;
    if (!exhaust->gave_up)
        *known = open;
    return FALSE;
}

static CgExhaust
exhaust_all (const CgPartitionProblem *problem, gboolean walls, guint64 steps,
             const CgPartitionWork *work, guint32 *part_of)
{
    if (problem->n > MAX_NODES)
        return CG_EXHAUST_GAVE_UP;
    Exhaust exhaust = { .problem = problem, .work = work, .steps = steps };
    g_autofree guint64 *failed = g_new0 (guint64, 1 << CACHE_BITS);
    exhaust.failed = failed;
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->first[v]; i < problem->wall[v]; i++)
            exhaust.near[v] |= G_GUINT64_CONSTANT (1) << problem->link[i].target;
    for (guint32 v = 0; walls && v < problem->n; v++)
        for (guint32 i = problem->wall[v]; i < problem->first[v + 1]; i++)
            exhaust.barred[v] |= G_GUINT64_CONSTANT (1) << problem->link[i].target;
    guint64 all = ~G_GUINT64_CONSTANT (0) >> (MAX_NODES - problem->n);
    if (!solve_open (&exhaust, all))
        return exhaust.gave_up ? CG_EXHAUST_GAVE_UP : CG_EXHAUST_NONE;
    for (guint32 p = 0; p < exhaust.n_parts; p++)
        for (guint64 set = exhaust.part[p]; set != 0; set &= set - 1)
            part_of[lowest (set)] = p;
    return CG_EXHAUST_FOUND;
}

CgExhaust
cg_exhaust_run (const CgPartitionProblem *problem, guint64 steps, const CgPartitionWork *work,
                guint32 *part_of)
{
    return exhaust_all (problem, FALSE, steps, work, part_of);
}

CgExhaust
cg_exhaust_without_walls (const CgPartitionProblem *problem, guint64 steps,
                          const CgPartitionWork *work, guint32 *part_of)
{
    return exhaust_all (problem, TRUE, steps, work, part_of);
}
