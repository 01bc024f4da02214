/* Bar 7: what is proved of the plan of each community of Rockland, solved one by one. */
#include "graph/subset.h"
#include "partition/partition.h"
#include "steps.h"
#include "table.h"

#include <stdio.h>

#define SMALL_UNITS 50u
#define SMALL_S 1.0
#define MOST_GAP 0.02
#define MOST_S 10.0

typedef struct {
    guint n, small, small_proved, small_in_time, narrow, optimal;
    double slowest_small_s, slowest_s, total_s;
} Proofs;

static gboolean
prove (const BenchInstance *instance, const BenchTask *task, Proofs *proofs)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_subset (instance->graph, task->n, task->rows);
    g_autofree guint32 *weight = g_new (guint32, task->n + 1);
    for (guint32 i = 0; i < task->n; i++)
        weight[i] = instance->weight[task->rows[i]];
    CgPartitionInput input = { .graph = graph, .weight = weight };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.min = instance->rule.min;
    options.max = instance->rule.max;
    options.target = instance->rule.target;
    options.threads = 1;
    options.certify = TRUE;
    double start_s = bench_cpu_s ();
    g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, &error);
    double took_s = bench_cpu_s () - start_s;
    if (parts == NULL) {
        printf ("- bar 7: %s\n", error->message);
        return FALSE;
    }
    gboolean optimal = parts->n_bounds == 1 && parts->bounds[0].optimal;
    proofs->n++;
    proofs->optimal += optimal;
    proofs->narrow +=
        took_s <= MOST_S && (optimal || (parts->n_bounds == 1 && parts->bounds[0].bounded
                                       && parts->bounds[0].gap <= MOST_GAP));
    proofs->total_s += took_s;
    proofs->slowest_s = MAX (proofs->slowest_s, took_s);
    if (task->n <= SMALL_UNITS) {
        proofs->small++;
        proofs->small_proved += optimal;
        proofs->small_in_time += optimal && took_s < SMALL_S;
        proofs->slowest_small_s = MAX (proofs->slowest_small_s, took_s);
    }
    return TRUE;
}

gboolean
bench_certify (void)
{
    g_auto (BenchInstance) instance = { 0 };
    g_autofree char *why = NULL;
    Proofs p = { 0 };
    if (!bench_instance_open (&instance, "rockland", &why)) {
        printf ("- left out: %s\n", why);
        return FALSE;
    }
    for (guint t = 0; t < instance.tasks->len; t++)
        if (!prove (&instance, g_ptr_array_index (instance.tasks, t), &p))
            return FALSE;
    bench_bar ("7 (small)", p.small_in_time == p.small,
               "rockland: %u of %u communities of up to %u units proved optimal, %u of them within "
               "%.0f s (slowest %.2f s CPU)",
               p.small_proved, p.small, SMALL_UNITS, p.small_in_time, SMALL_S, p.slowest_small_s);
    bench_bar ("7 (all)", 100 * p.narrow >= 80 * p.n,
               "rockland: gap of at most %.0f %% within %.0f s in %u of %u communities (at least "
               "80 %%), %u proved optimal; slowest %.1f s, all %.0f s CPU",
               100 * MOST_GAP, MOST_S, p.narrow, p.n, p.optimal, p.slowest_s, p.total_s);
    return TRUE;
}
