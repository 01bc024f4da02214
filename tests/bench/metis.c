/* libmetis, k-way with -contig, community by community; METIS's own defaults otherwise. */
#include "base/error.h"
#include "solver.h"

#include <metis.h>

static gboolean
solve_task (const BenchTask *task, const BenchSolver *solver, guint seed, gint32 *out_part,
            GError **error)
{
    idx_t options[METIS_NOPTIONS], n = (idx_t) task->n, constraints = 1, cut;
    idx_t parts = (idx_t) task->k;
    METIS_SetDefaultOptions (options);
    options[METIS_OPTION_CONTIG] = 1;
    options[METIS_OPTION_UFACTOR] = (idx_t) solver->setting;
    if (seed > 0)
        options[METIS_OPTION_SEED] = (idx_t) seed;
    int status =
        METIS_PartGraphKway (&n, &constraints, task->first, task->target, task->weight, NULL,
                             task->border_cm, &parts, NULL, NULL, options, &cut, out_part);
    if (status == METIS_OK)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "METIS refused a graph of %u units (%d)",
                 task->n, status);
    return FALSE;
}

gboolean
bench_run_metis (const BenchSolver *solver, const BenchInstance *instance, BenchAnswer *answer,
                 GError **error)
{
    return bench_each_task (solver, instance, answer, solve_task, error);
}

char *
bench_metis_version (void)
{
    return g_strdup_printf ("METIS %d.%d.%d", METIS_VER_MAJOR, METIS_VER_MINOR, METIS_VER_SUBMINOR);
}
