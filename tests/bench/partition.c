/* Splits counties with ours alone, with any options, and prints the measures.
 *
 *   bench-partition [OPTIONS] [NAME...]    names as for split; default: the real counties
 *
 * "solve" is the processor time of cg_partition_run alone. Measures come from measure.c.
 */
#include "instance.h"
#include "partition/partition.h"

#include <stdio.h>
#include <string.h>

static gint effort = 20, threads = 1, seed = 1, seeds = 1;
static gdouble deadline = 0;
static gboolean certificates = FALSE;
static char *method = NULL, *weights = NULL;

static GOptionEntry entries[] = {
    { "effort", 0, 0, G_OPTION_ARG_INT, &effort, "1..100", "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &threads, "threads", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "first seed", "N" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &seeds, "how many seeds", "N" },
    { "deadline", 0, 0, G_OPTION_ARG_DOUBLE, &deadline, "seconds", "S" },
    { "method", 0, 0, G_OPTION_ARG_STRING, &method, "method of the list", "NAME" },
    { "weight", 0, 0, G_OPTION_ARG_STRING, &weights, "as --weight of countygrid split", "LIST" },
    { "certificates", 0, 0, G_OPTION_ARG_NONE, &certificates, "print them", NULL },
    { NULL },
};

static void
print_certificates (const CgParts *parts)
{
    for (guint32 p = 0; p < parts->n_parts; p++)
        if (parts->certificate[p] != NULL)
            printf ("    grid %u %s: %s\n", p + 1, cg_reason_name (parts->reason[p]),
                    parts->certificate[p]);
}

static void
run_once (const BenchInstance *instance, guint64 number)
{
    g_autoptr (GError) error = NULL;
    CgPartitionInput input = { .graph = instance->graph, .weight = instance->weight,
                               .region = instance->region, .id = instance->id };
    CgPartitionWeights priced = CG_PARTITION_WEIGHTS_DEFAULT;
    CgPartitionOptions options = { .min = instance->rule.min, .max = instance->rule.max,
                                   .target = instance->rule.target, .seed = number,
                                   .effort = (guint) effort, .deadline_s = deadline,
                                   .threads = (guint) threads, .method = method,
                                   .weights = &priced };
    if (weights != NULL && !cg_partition_weights_parse (weights, &priced, &error))
        g_error ("%s", error->message);
    double start = bench_cpu_s ();
    g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, &error);
    double seconds = bench_cpu_s () - start;
    g_assert_no_error (error);
    guint32 certified = 0;
    for (guint32 p = 0; p < parts->n_parts; p++)
        certified += cg_reason_is_certified (parts->reason[p]);
    BenchMeasures measured;
    bench_measure (instance->graph, instance->weight, instance->region, parts->part_of,
                   &instance->rule, &measured);
    printf ("%-13s seed %-4" G_GUINT64_FORMAT " grids %5u  in range %6.2f %%  out %3u (certified "
            "%3u)  deviation %5.2f %%  boundary %8.2f km  compactness %.3f  violations %u  solve "
            "%.3f s\n",
            instance->name, number, measured.grids, 100.0 * measured.in_range / measured.grids,
            measured.grids - measured.in_range, certified, 100 * measured.deviation,
            measured.boundary_m / 1000, measured.compactness, measured.violations, seconds);
    if (certificates)
        print_certificates (parts);
}

static void
run_instance (const char *name)
{
    g_auto (BenchInstance) instance = { 0 };
    g_autofree char *why = NULL;
    if (!bench_instance_open (&instance, name, &why)) {
        printf ("%s: %s\n", name, why);
        return;
    }
    for (gint i = 0; i < seeds; i++)
        run_once (&instance, (guint64) (seed + i));
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GOptionContext) context = g_option_context_new ("[NAME...]");
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error)) {
        fprintf (stderr, "bench-partition: %s\n", error->message);
        return 2;
    }
    static const char *const real[] = { "chiayi", "nantou", "rockland", "chiayi-code2",
                                        "cincinnati" };
    for (guint i = 0; argc == 1 && i < G_N_ELEMENTS (real); i++)
        run_instance (real[i]);
    for (int k = 1; k < argc; k++)
        run_instance (argv[k]);
    return 0;
}
