/* libmetis, k-way with -contig, community by community; METIS's own defaults otherwise. */
#include "base/error.h"
#include "solver.h"

#include <metis.h>

static gboolean
solve_task (const BenchTask *task, idx_t ufactor, guint seed, idx_t *out_part, double *cpu_s,
            GError **error)
{
    idx_t options[METIS_NOPTIONS], n = (idx_t) task->n, constraints = 1, cut;
    idx_t parts = (idx_t) task->k;
    METIS_SetDefaultOptions (options);
    options[METIS_OPTION_CONTIG] = 1;
    options[METIS_OPTION_UFACTOR] = ufactor;
    if (seed > 0)
        options[METIS_OPTION_SEED] = (idx_t) seed;
    double start = bench_cpu_s ();
    int status =
        METIS_PartGraphKway (&n, &constraints, task->first, task->target, task->weight, NULL,
                             task->border_cm, &parts, NULL, NULL, options, &cut, out_part);
    *cpu_s += bench_cpu_s () - start;
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
    guint32 base = 0;
    double cpu_s = 0;
    g_autofree idx_t *part = g_new (idx_t, instance->graph->n + 1);
    for (guint c = 0; c < instance->tasks->len; c++) {
        const BenchTask *task = g_ptr_array_index (instance->tasks, c);
        for (guint32 i = 0; i < task->n; i++)
            part[i] = 0;
        if (task->k > 1 &&
            !solve_task (task, (idx_t) solver->setting, answer->seed, part, &cpu_s, error))
            return FALSE;
        for (guint32 i = 0; i < task->n; i++)
            answer->label[task->rows[i]] = base + (guint32) part[i];
        base += task->k;
    }
    answer->cpu_s = cpu_s;
    return TRUE;
}

char *
bench_metis_version (void)
{
    return g_strdup_printf ("METIS %d.%d.%d", METIS_VER_MAJOR, METIS_VER_MINOR, METIS_VER_SUBMINOR);
}
