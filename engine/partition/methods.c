#include "partition/partition_internal.h"

/* Best of a few random trees, without a search: fast and rough. */
static void
solve_trees (const CgPartitionProblem *problem, CgPartitionWork *work, guint32 *part_of)
{
    if (problem->old != NULL)
        cg_seed_old (problem, part_of);
    else
        cg_seed_run (problem, work, MAX (1, work->effort / 2), 10 * work->effort, 0, part_of);
}

static const CgPartitionMethod methods[] = {
    { .name = "anneal",
      .title = "Random trees, then annealing / 随机树加退火",
      .solve = cg_anneal_solve },
    { .name = "trees", .title = "Best of random trees / 随机树择优", .solve = solve_trees },
    { .name = NULL },
};

const CgPartitionMethod *
cg_partition_methods (void)
{
    return methods;
}

const CgPartitionMethod *
cg_partition_find_method (const char *name)
{
    for (const CgPartitionMethod *method = methods; method->name != NULL; method++)
        if (name == NULL || g_str_equal (method->name, name))
            return method;
    return NULL;
}
