#include "partition/partition_internal.h"

/* The search pays for walls inside a part by the metre, so that it may pass over them on its way.
 * What is left of them at the end is taken out here, where it can be. */

enum {
    BASE = 64,               /* price of one wall in typical borders: above any arrangement  */
    MOST = 1 << 29,          /* price of a link; sums of many still fit                       */
    STEPS = 20000            /* of the exhaustive search, for each point of effort            */
};

gboolean
cg_walls_exist (const CgPartitionProblem *problem)
{
    for (guint32 v = 0; v < problem->n; v++)
        if (problem->wall[v] < problem->first[v + 1])
            return TRUE;
    return FALSE;
}

guint32
cg_walls_inside (const CgPartitionProblem *problem, const guint32 *part_of)
{
    guint32 inside = 0;
    for (guint32 v = 0; v < problem->n; v++)
        for (guint32 i = problem->wall[v]; i < problem->first[v + 1]; i++)
            inside += problem->link[i].target > v
                      && part_of[problem->link[i].target] == part_of[v];
    return inside;
}

CgPartitionProblem *
cg_walls_price (const CgPartitionProblem *problem)
{
    g_autofree guint32 *all = g_new (guint32, (gsize) problem->n + 1);
    for (guint32 v = 0; v < problem->n; v++)
        all[v] = v;
    CgPartitionProblem *priced = cg_problem_subset (problem, all, problem->n, all);
    gint64 base = MIN (BASE * problem->scale, MOST / 2);
    for (guint32 v = 0; v < priced->n; v++)
        for (guint32 i = priced->wall[v]; i < priced->first[v + 1]; i++)
            priced->link[i].cost = (gint32) MAX (priced->link[i].cost - base, -MOST);
    cg_problem_tabulate (priced);
    return priced;
}

/* Bounds first, then walls, then the rest. */
static gboolean
is_better (const CgPartitionProblem *problem, const guint32 *trial, const guint32 *part_of)
{
    CgPartitionScore a = cg_problem_score (problem, trial);
    CgPartitionScore b = cg_problem_score (problem, part_of);
    gint64 energy = a.energy - b.energy;
    a.energy = cg_walls_inside (problem, trial);
    b.energy = cg_walls_inside (problem, part_of);
    int order = cg_partition_score_compare (&a, &b);
    return order < 0 || (order == 0 && energy < 0);
}

gboolean
cg_walls_settle (const CgPartitionProblem *problem, CgPartitionSolve solve, CgPartitionWork *work,
                 guint32 *part_of)
{
    if (!cg_walls_exist (problem) || cg_walls_inside (problem, part_of) == 0)
        return FALSE;
    g_autoptr (CgPartitionProblem) priced = cg_walls_price (problem);
    g_autofree guint32 *trial = g_memdup2 (part_of, sizeof (guint32) * ((gsize) problem->n + 1));
    if (!cg_work_is_over (work))
        cg_search_polish (priced, work, trial);
    if (is_better (problem, trial, part_of))
        memcpy (part_of, trial, sizeof (guint32) * problem->n);
    if (cg_walls_inside (problem, part_of) > 0 && !cg_work_is_over (work)) {
        for (guint32 v = 0; v < problem->n; v++)
            trial[v] = 0;
        solve (priced, work, trial);
        if (is_better (problem, trial, part_of))
            memcpy (part_of, trial, sizeof (guint32) * problem->n);
    }
    if (cg_walls_inside (problem, part_of) == 0
        || cg_problem_score (problem, part_of).violation > 0 || cg_work_is_over (work))
        return FALSE;
    CgExhaust end = cg_exhaust_without_walls (problem, (guint64) STEPS * work->effort, work, trial);
    if (end == CG_EXHAUST_FOUND) {
        cg_search_polish (priced, work, trial);
        if (is_better (problem, trial, part_of))
            memcpy (part_of, trial, sizeof (guint32) * problem->n);
    }
    return end == CG_EXHAUST_NONE;
}
