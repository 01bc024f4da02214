/* Splits counties with every splitter there is, in turns, and prints one table of measures.
 *
 *   bench-split [--rounds N] [NAME...]
 */
#include "solver.h"

#include <stdio.h>
#include <string.h>

static gint rounds = 3;
static char *only = NULL;

static GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &rounds, "times each splitter runs; the fastest counts",
      "N" },
    { "solvers", 0, 0, G_OPTION_ARG_STRING, &only, "names separated by commas", "LIST" },
    { NULL },
};

typedef struct {
    guint32 *label;
    double cpu_s;
    gboolean done;
} Result;

static gboolean
is_wanted (const BenchSolver *solver, const BenchInstance *instance)
{
    if (solver->most_units > 0 && instance->graph->n > solver->most_units)
        return FALSE;
    g_auto (GStrv) names = only != NULL ? g_strsplit (only, ",", -1) : NULL;
    return names == NULL || g_strv_contains ((const char *const *) names, solver->name);
}

static void
print_row (const BenchInstance *instance, const BenchSolver *solver, const Result *result)
{
    BenchMeasures m;
    bench_measure (instance->graph, instance->units->households, instance->units->region,
                   result->label, &instance->rule, &m);
    printf ("%-13s %-10s %6u %6.2f %6.2f %6.1f %9.2f %6.3f %4u %9.4f\n", instance->name,
            solver->name, m.grids, 100.0 * m.in_range / m.grids, 100 * m.deviation,
            100 * m.max_deviation, m.boundary_m / 1000, m.compactness, m.violations,
            result->cpu_s);
    fflush (stdout);
}

static void
run_instance (const char *name)
{
    g_auto (BenchInstance) instance;
    g_autofree char *why = NULL;
    Result results[32] = { 0 };
    if (!bench_instance_open (&instance, name, &why)) {
        printf ("%s\n", why);
        return;
    }
    const BenchSolver *solvers = bench_solvers ();
    printf ("# %s: %u units, %u communities in %u pieces\n", instance.title, instance.graph->n,
            instance.tasks->len, instance.n_pieces);
    for (gint round = 0; round < rounds; round++)
        for (guint s = 0; solvers[s].name != NULL; s++) {
            double cpu_s;
            g_autoptr (GError) error = NULL;
            if (!is_wanted (&solvers[s], &instance))
                continue;
            if (results[s].label == NULL)
                results[s].label = g_new (guint32, instance.graph->n + 1);
            if (!solvers[s].run (&solvers[s], &instance, results[s].label, &cpu_s, &error)) {
                printf ("%s %s: %s\n", name, solvers[s].name, error->message);
                continue;
            }
            results[s].cpu_s = results[s].done ? MIN (results[s].cpu_s, cpu_s) : cpu_s;
            results[s].done = TRUE;
        }
    for (guint s = 0; solvers[s].name != NULL; s++) {
        if (results[s].done)
            print_row (&instance, &solvers[s], &results[s]);
        g_free (results[s].label);
    }
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GOptionContext) context = g_option_context_new ("[NAME...]");
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error)) {
        fprintf (stderr, "bench-split: %s\n", error->message);
        return 2;
    }
    printf ("%-13s %-10s %6s %6s %6s %6s %9s %6s %4s %9s\n", "instance", "splitter", "grids",
            "in%", "dev%", "max%", "km", "PP", "viol", "cpu s");
    for (guint i = 0; bench_instance_names ()[i] != NULL; i++) {
        const char *name = bench_instance_names ()[i];
        gboolean wanted = argc == 1;
        for (int k = 1; k < argc; k++)
            wanted |= g_str_equal (argv[k], name);
        if (wanted)
            run_instance (name);
    }
    return 0;
}
