#include "partition/bound_internal.h"

#include <math.h>

/* The linear programme over the pool says what each node is worth; zones that it finds dear cannot
 * be in a better plan, and the rest are few enough to be searched. */
enum { COVER_STEPS = 300000, UNIT = 1024 };

/* One number for the three levels of the goal: more than any energy for what is missed. */
static double
zone_cost (const CgPool *pool, guint32 zone)
{
    const CgPartitionProblem *problem = pool->problem;
    gint64 weight = cg_pool_weight (pool, zone);
    gint64 violation = cg_problem_violation (problem, weight);
    double dear = 64.0 * (double) problem->scale;
    return (double) cg_pool_border (pool, zone)
           + 2.0 * (double) cg_problem_balance (problem, weight)
           + (violation > 0 ? dear * (1 + 8.0 * (double) violation / (double) problem->target) : 0);
}

static double
plan_cost (CgPool *pool, const guint32 *part_of)
{
    g_autofree guint32 *zone = g_new (guint32, (gsize) pool->problem->n + 1);
    guint32 n = cg_pool_add_plan (pool, part_of, zone);
    double cost = 0;
    for (guint32 p = 0; p < n; p++)
        cost += zone_cost (pool, zone[p]);
    return cost;
}

static gint64
reduced_cost (const CgPool *pool, guint32 zone, const double *price)
{
    const guint64 *set = cg_pool_set (pool, zone);
    double cost = zone_cost (pool, zone);
    for (guint32 w = 0; w < pool->words; w++)
        for (guint64 left = set[w]; left != 0; left &= left - 1)
            cost -= price[64 * w + (guint32) __builtin_ctzll (left)];
    return llround (CLAMP (cost, -1e12, 1e12) * UNIT);
}

gboolean
cg_polish_run (const CgPartitionProblem *problem, CgPartitionWork *work, CgPool *pool,
               guint32 *part_of)
{
    CgPartitionScore score = cg_problem_score (problem, part_of);
    double cost = plan_cost (pool, part_of), value = 0, scale = (double) problem->scale;
    g_autofree double *price = g_new0 (double, (gsize) problem->n + 1);
    g_autofree guint32 *plan = g_new0 (guint32, (gsize) problem->n + 1);
    g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (CgMaster) master = cg_master_new (problem->n, 0, NULL, 2 * cost / scale + 1);
    if (problem->old != NULL || problem->second != NULL || cg_work_is_over (work))
        return FALSE;
    cg_master_set_count (master, 0, problem->n);
    for (guint32 i = 0; i < pool->n; i++)
        cg_master_add (master, cg_pool_set (pool, i), zone_cost (pool, i) / scale, NULL);
    if (!cg_master_solve (master, work, price, &value))
        return FALSE;
    for (guint32 v = 0; v < problem->n; v++)
        price[v] *= scale;
    gint64 below = llround ((cost - value * scale) * UNIT);
    for (guint32 i = 0; i < pool->n; i++) {
        gint64 reduced = MAX (0, reduced_cost (pool, i, price));
        if (reduced >= below)
            continue;
        g_array_append_val (zones, i);
        g_array_append_val (costs, reduced);
    }
    CgCover cover = { .pool = pool, .zone = (guint32 *) (gpointer) zones->data,
                      .cost = (gint64 *) (gpointer) costs->data, .n_zones = zones->len,
                      .below = below, .steps = COVER_STEPS };
    if (below <= 0 || !cg_cover_run (&cover, plan))
        return FALSE;
    CgPartitionScore next = cg_problem_score (problem, plan);
    if (cg_partition_score_compare (&next, &score) >= 0)
        return FALSE;
    memcpy (part_of, plan, sizeof (guint32) * problem->n);
    return TRUE;
}
