/* Scotch's graph partitioning, one thread, community by community. It knows no contiguity. */
#include "base/error.h"
#include "solver.h"

#include <stdint.h>
#include <stdio.h>

#include <scotch/scotch.h>

static gboolean
divide (const BenchTask *task, const BenchSolver *solver, guint seed, gint32 *out_part,
        GError **error)
{
    SCOTCH_Graph graph, bound;
    SCOTCH_Strat strategy;
    SCOTCH_Context context;
    SCOTCH_contextInit (&context);
    SCOTCH_contextRandomSeed (&context, (SCOTCH_Num) seed + 1);
    SCOTCH_graphInit (&graph);
    SCOTCH_graphInit (&bound);
    SCOTCH_stratInit (&strategy);
    gboolean done =
        SCOTCH_contextThreadSpawn (&context, 1, NULL) == 0 &&
        SCOTCH_graphBuild (&graph, 0, (SCOTCH_Num) task->n, task->first, NULL, task->weight, NULL,
                           task->first[task->n], task->target, task->border_cm) == 0 &&
        SCOTCH_contextBindGraph (&context, &graph, &bound) == 0 &&
        SCOTCH_stratGraphMapBuild (&strategy, SCOTCH_STRATDEFAULT, (SCOTCH_Num) task->k,
                                   solver->setting) == 0 &&
        SCOTCH_graphPart (&bound, (SCOTCH_Num) task->k, &strategy, out_part) == 0;
    SCOTCH_stratExit (&strategy);
    SCOTCH_graphExit (&bound);
    SCOTCH_graphExit (&graph);
    SCOTCH_contextExit (&context);
    if (!done)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "Scotch refused a graph of %u units",
                     task->n);
    return done;
}

gboolean
bench_run_scotch (const BenchSolver *solver, const BenchInstance *instance, BenchAnswer *answer,
                  GError **error)
{
    return bench_each_task (solver, instance, answer, divide, error);
}

char *
bench_scotch_version (void)
{
    return g_strdup_printf ("Scotch %d.%d.%d", SCOTCH_VERSION, SCOTCH_RELEASE, SCOTCH_PATCHLEVEL);
}
