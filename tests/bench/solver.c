#include "solver.h"

#include "partition/partition.h"

#include <string.h>

static const BenchSolver solvers[] = {
    { "ours", "countygrid, default effort", 20, 0, bench_run_ours },
    { "ours-100", "countygrid, effort 100", 100, 0, bench_run_ours },
#ifdef HAVE_METIS
    { "metis-250", "METIS ufactor 250", 250, 0, bench_run_metis },
    { "metis-100", "METIS ufactor 100", 100, 0, bench_run_metis },
    { "metis-30", "METIS ufactor 30", 30, 0, bench_run_metis },
#endif
    { NULL },
};

const BenchSolver *
bench_solvers (void)
{
    return solvers;
}

gboolean
bench_run_ours (const BenchSolver *solver, const BenchInstance *instance, guint32 *label,
                double *out_cpu_s, GError **error)
{
    CgPartitionInput input = { .graph = instance->graph, .weight = instance->units->households,
                               .region = instance->units->region, .id = instance->units->id };
    CgPartitionOptions options = { .min = instance->rule.min, .max = instance->rule.max,
                                   .target = instance->rule.target, .seed = 1,
                                   .effort = (guint) solver->setting, .threads = 1 };
    double start = bench_cpu_s ();
    g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, error);
    *out_cpu_s = bench_cpu_s () - start;
    if (parts == NULL)
        return FALSE;
    memcpy (label, parts->part_of, instance->graph->n * sizeof *label);
    return TRUE;
}
