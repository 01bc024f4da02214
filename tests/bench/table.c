#include "table.h"

#include <stdio.h>
#include <string.h>

#define LARGE_UNITS 50000u
#define HUGE_UNITS 500000u

typedef struct {
    BenchAnswer answer;
    double best_s;
    guint64 hash;   /* of the first plan */
    GArray *rounds; /* of BenchMeasures; NULL before the first */
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

static guint32
largest_piece (const BenchInstance *instance)
{
    guint32 largest = 0;
    for (guint t = 0; t < instance->tasks->len; t++) {
        const BenchTask *task = g_ptr_array_index (instance->tasks, t);
        largest = MAX (largest, task->n);
    }
    return largest;
}

static gboolean
is_wanted (const BenchSolver *solver, const BenchInstance *instance, gint round,
           const BenchTableOptions *options)
{
    if ((solver->most_piece > 0 && largest_piece (instance) > solver->most_piece) ||
        (solver->most_units > 0 && instance->graph->n > solver->most_units) ||
        (solver->once && round > 0) || (solver->slow && options->quick))
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

/* Opponents that draw lots get another seed in each round; ours must give one plan every time. */
static void
run_solver (const BenchSolver *solver, const BenchInstance *instance, gint round, Run *run)
{
    g_autoptr (GError) error = NULL;
    guint32 n = instance->graph->n;
    BenchMeasures m;
    if (run->trouble != NULL)
        return;
    if (run->answer.label == NULL)
        run->answer.label = g_new (guint32, n + 1);
    run->answer.seed = solver->ours ? 0 : (guint) round;
    if (!solver->run (solver, instance, &run->answer, &error)) {
        run->trouble = g_strdelimit (g_strdup (error->message), "\n|", ' ');
        return;
    }
    guint64 hash = bench_label_hash (run->answer.label, n);
    if (run->rounds != NULL && solver->ours && hash != run->hash) {
        run->trouble = g_strdup_printf ("another plan in round %d", round + 1);
        return;
    }
    bench_measure (instance->graph, instance->weight, instance->region, run->answer.label,
                   &instance->rule, &m);
    if (run->rounds == NULL) {
        run->rounds = g_array_new (FALSE, FALSE, sizeof (BenchMeasures));
        run->best_s = run->answer.cpu_s;
        run->hash = hash;
    }
    run->best_s = MIN (run->best_s, run->answer.cpu_s);
    g_array_append_val (run->rounds, m);
}

static void
print_row (const BenchRow *row, const BenchSolver *solver)
{
    const BenchMeasures *m = &row->m;
    g_autofree char *out = solver->ours
                               ? g_strdup_printf ("%u, %u", m->grids - m->in_range, row->certified)
                               : g_strdup_printf ("%u", m->grids - m->in_range);
    g_autofree char *shortest = row->shortest_m < m->boundary_m
                                    ? g_strdup_printf (" (%.2f)", row->shortest_m / 1000)
                                    : g_strdup ("");
    printf ("| %s | %s | %u | %.2f | %s | %.2f | %.2f%s | %.3f | %u | %.3f |\n", row->instance,
            row->solver, m->grids, 100.0 * m->in_range / m->grids, out, 100 * m->deviation,
            m->boundary_m / 1000, shortest, m->compactness, m->violations, row->cpu_s);
    fflush (stdout);
}

static int
compare_boundaries (gconstpointer a, gconstpointer b)
{
    const BenchMeasures *p = a, *q = b;
    return (p->boundary_m > q->boundary_m) - (p->boundary_m < q->boundary_m);
}

/* The plan in the middle by boundary; of two in the middle the shorter one. */
static void
keep_row (const BenchSolver *solver, const BenchInstance *instance, const Run *run, GArray *rows)
{
    g_array_sort (run->rounds, compare_boundaries);
    const BenchMeasures *sorted = (const BenchMeasures *) (gpointer) run->rounds->data;
    BenchRow row = { .instance = instance->name,
                     .solver = solver->name,
                     .m = sorted[(run->rounds->len - 1) / 2],
                     .shortest_m = sorted[0].boundary_m,
                     .cpu_s = run->best_s,
                     .certified = run->answer.certified };
    print_row (&row, solver);
    g_array_append_val (rows, row);
}

void
bench_table_run (const char *name, const BenchTableOptions *options, GArray *rows)
{
    g_auto (BenchInstance) instance = { 0 };
    g_autofree char *why = NULL;
    if (!bench_instance_open (&instance, name, &why)) {
        printf ("| %s | left out: %s | | | | | | | | |\n", name, why);
        return;
    }
    if (options->quick && instance.graph->n > LARGE_UNITS)
        return;
    const BenchSolver *solvers = bench_solvers ();
    guint n_solvers = 0;
    while (solvers[n_solvers].name != NULL)
        n_solvers++;
    g_autofree Run *runs = g_new0 (Run, n_solvers);
    for (gint round = 0; round < rounds_of (&instance, options); round++)
        for (guint s = 0; s < n_solvers; s++)
            if (is_wanted (&solvers[s], &instance, round, options))
                run_solver (&solvers[s], &instance, round, &runs[s]);
    for (guint s = 0; s < n_solvers; s++) {
        if (runs[s].trouble != NULL)
            printf ("| %s | %s: %s | | | | | | | | |\n", name, solvers[s].name, runs[s].trouble);
        else if (runs[s].rounds != NULL)
            keep_row (&solvers[s], &instance, &runs[s], rows);
        if (runs[s].rounds != NULL)
            g_array_unref (runs[s].rounds);
        g_free (runs[s].answer.label);
        g_free (runs[s].trouble);
    }
}
