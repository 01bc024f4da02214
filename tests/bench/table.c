#include "table.h"

#include <stdio.h>
#include <string.h>

#define MOST_SOLVERS 16
#define LARGE_UNITS 50000u
#define HUGE_UNITS 500000u

typedef struct {
    BenchAnswer answer;
    double best_s;
    gboolean done;
    char *trouble;
} Run;

void
bench_table_head (void)
{
    fputs ("| instance | splitter | grids | in range % | out, proved | mean dev. % | "
           "boundary km | compactness | violations | solve s |\n"
           "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
           stdout);
}

static gboolean
is_wanted (const BenchSolver *solver, const BenchInstance *instance, gint round,
           const BenchTableOptions *options)
{
    if ((solver->most_units > 0 && instance->graph->n > solver->most_units) ||
        (solver->once && (round > 0 || options->quick)))
        return FALSE;
    g_auto (GStrv) names = options->only != NULL ? g_strsplit (options->only, ",", -1) : NULL;
    return names == NULL || g_strv_contains ((const char *const *) names, solver->name);
}

static gint
rounds_of (const BenchInstance *instance, const BenchTableOptions *options)
{
    guint32 n = instance->graph->n;
    if (options->rounds > 0 || options->quick)
        return MAX (options->rounds, 1);
    return n > HUGE_UNITS ? 1 : n > LARGE_UNITS ? 2 : 5;
}

static void
run_solver (const BenchSolver *solver, const BenchInstance *instance, Run *run)
{
    g_autoptr (GError) error = NULL;
    if (run->trouble != NULL)
        return;
    if (run->answer.label == NULL)
        run->answer.label = g_new (guint32, instance->graph->n + 1);
    if (!solver->run (solver, instance, &run->answer, &error)) {
        run->trouble = g_strdup (error->message);
        g_strdelimit (run->trouble, "\n|", ' ');
        return;
    }
    run->best_s = run->done ? MIN (run->best_s, run->answer.cpu_s) : run->answer.cpu_s;
    run->done = TRUE;
}

static void
print_row (const BenchRow *row, const BenchSolver *solver)
{
    const BenchMeasures *m = &row->m;
    g_autofree char *out = solver->ours
                               ? g_strdup_printf ("%u, %u", m->grids - m->in_range, row->certified)
                               : g_strdup_printf ("%u", m->grids - m->in_range);
    printf ("| %s | %s | %u | %.2f | %s | %.2f | %.2f | %.3f | %u | %.3f |\n", row->instance,
            row->solver, m->grids, 100.0 * m->in_range / m->grids, out, 100 * m->deviation,
            m->boundary_m / 1000, m->compactness, m->violations, row->cpu_s);
    fflush (stdout);
}

static void
keep_row (const BenchSolver *solver, const BenchInstance *instance, const Run *run, GArray *rows)
{
    BenchRow row = { instance->name, solver->name, instance->graph->n,
                     { 0 },          run->best_s,  run->answer.certified };
    bench_measure (instance->graph, instance->weight, instance->region, run->answer.label,
                   &instance->rule, &row.m);
    print_row (&row, solver);
    g_array_append_val (rows, row);
}

void
bench_table_run (const char *name, const BenchTableOptions *options, GArray *rows)
{
    g_auto (BenchInstance) instance = { 0 };
    g_autofree char *why = NULL;
    Run runs[MOST_SOLVERS] = { 0 };
    if (!bench_instance_open (&instance, name, &why)) {
        printf ("| %s | left out: %s | | | | | | | | |\n", name, why);
        return;
    }
    if (options->quick && instance.graph->n > LARGE_UNITS)
        return;
    const BenchSolver *solvers = bench_solvers ();
    for (gint round = 0; round < rounds_of (&instance, options); round++)
        for (guint s = 0; solvers[s].name != NULL; s++)
            if (is_wanted (&solvers[s], &instance, round, options))
                run_solver (&solvers[s], &instance, &runs[s]);
    for (guint s = 0; solvers[s].name != NULL; s++) {
        if (runs[s].done)
            keep_row (&solvers[s], &instance, &runs[s], rows);
        else if (runs[s].trouble != NULL)
            printf ("| %s | %s: %s | | | | | | | | |\n", name, solvers[s].name, runs[s].trouble);
        g_free (runs[s].answer.label);
        g_free (runs[s].trouble);
    }
}
