#include "solver.h"

#include "partition/partition.h"

#include <string.h>

static gboolean
run_ours (const BenchSolver *solver, const BenchInstance *instance, BenchAnswer *answer,
          GError **error)
{
    CgPartitionInput input = { .graph = instance->graph,
                               .weight = instance->weight,
                               .region = instance->region,
                               .id = instance->id };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.min = instance->rule.min;
    options.max = instance->rule.max;
    options.target = instance->rule.target;
    options.threads = 1;
    if (solver->setting > 0)
        options.effort = (guint) solver->setting;
    double start = bench_cpu_s ();
    g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, error);
    answer->cpu_s = bench_cpu_s () - start;
    if (parts == NULL)
        return FALSE;
    memcpy (answer->label, parts->part_of, instance->graph->n * sizeof (guint32));
    answer->certified = 0;
    for (guint32 p = 0; p < parts->n_parts; p++)
        answer->certified += cg_reason_is_certified (parts->reason[p]);
    return TRUE;
}

static const BenchSolver solvers[] = {
    { "ours", "default effort", 0, 0, FALSE, TRUE, run_ours },
    { "ours-100", "effort 100", 100, 50000, FALSE, TRUE, run_ours },
#ifdef HAVE_METIS
    { "metis-250", "METIS k-way contig, ufactor 250", 250, 0, FALSE, FALSE, bench_run_metis },
    { "metis-100", "METIS k-way contig, ufactor 100", 100, 0, FALSE, FALSE, bench_run_metis },
    { "metis-30", "METIS k-way contig, ufactor 30", 30, 0, FALSE, FALSE, bench_run_metis },
#endif
#ifdef HAVE_SCOTCH
    { "scotch-25", "Scotch, imbalance 0.25", 0.25, 0, FALSE, FALSE, bench_run_scotch },
    { "scotch-10", "Scotch, imbalance 0.10", 0.10, 0, FALSE, FALSE, bench_run_scotch },
#endif
    { "skater", "spdep::skater", 0, 5000, TRUE, FALSE, bench_run_skater },
    { NULL },
};

const BenchSolver *
bench_solvers (void)
{
    return solvers;
}

char *
bench_opponents (void)
{
    g_autofree char *metis = NULL, *scotch = NULL, *skater = bench_skater_version ();
#ifdef HAVE_METIS
    metis = bench_metis_version ();
#endif
#ifdef HAVE_SCOTCH
    scotch = bench_scotch_version ();
#endif
    return g_strdup_printf ("%s, %s, %s",
                            metis != NULL ? metis : "METIS absent (package libmetis-dev)",
                            scotch != NULL ? scotch : "Scotch absent (package libscotch-dev)",
                            skater != NULL ? skater : "skater absent (package r-cran-spdep)");
}
