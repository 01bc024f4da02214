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
    CgPartitionWeights weights = CG_PARTITION_WEIGHTS_DEFAULT;
    if (solver->setting > 0)
        options.effort = (guint) solver->setting;
    if (solver->balance > 0)
        weights.balance = solver->balance;
    options.weights = &weights;
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

gboolean
bench_each_task (const BenchSolver *solver, const BenchInstance *instance, BenchAnswer *answer,
                 BenchDivide divide, GError **error)
{
    guint32 base = 0;
    double cpu_s = 0;
    g_autofree gint32 *part = g_new (gint32, instance->graph->n + 1);
    for (guint c = 0; c < instance->tasks->len; c++) {
        const BenchTask *task = g_ptr_array_index (instance->tasks, c);
        for (guint32 i = 0; i < task->n; i++)
            part[i] = 0;
        double start = bench_cpu_s ();
        if (task->k > 1 && !divide (task, solver, answer->seed, part, error))
            return FALSE;
        cpu_s += bench_cpu_s () - start;
        for (guint32 i = 0; i < task->n; i++)
            answer->label[task->rows[i]] = base + (guint32) part[i];
        base += task->k;
    }
    answer->cpu_s = cpu_s;
    return TRUE;
}

static const BenchSolver solvers[] = {
    { .name = "ours", .ours = TRUE, .run = run_ours },
    { .name = "ours-even0.5",
      .balance = 500,
      .most_units = 50000,
      .once = TRUE,
      .ours = TRUE,
      .run = run_ours },
    { .name = "ours-even1.5",
      .balance = 1500,
      .most_units = 50000,
      .once = TRUE,
      .ours = TRUE,
      .run = run_ours },
    { .name = "ours-100",
      .setting = 100,
      .most_units = 50000,
      .once = TRUE,
      .ours = TRUE,
      .run = run_ours },
#ifdef HAVE_METIS
    { .name = "metis-250", .setting = 250, .run = bench_run_metis },
    { .name = "metis-100", .setting = 100, .run = bench_run_metis },
    { .name = "metis-30", .setting = 30, .run = bench_run_metis },
#endif
#ifdef HAVE_SCOTCH
    { .name = "scotch-25", .setting = 0.25, .run = bench_run_scotch },
    { .name = "scotch-10", .setting = 0.10, .run = bench_run_scotch },
#endif
    { .name = "skater",
      .most_piece = 1000,
      .most_units = 5000,
      .once = TRUE,
      .slow = TRUE,
      .run = bench_run_skater },
    { .name = NULL },
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
