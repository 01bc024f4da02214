/* Bar 1: plans of small random graphs of any shape, seen by the bench's checker. */
#include "drawn_graphs.h"
#include "measure.h"
#include "steps.h"
#include "table.h"

#include <stdio.h>

#define MOST_UNITS 60

gboolean
bench_planar (guint n)
{
    CgRandom random;
    cg_random_init (&random, 20, 26);
    guint64 violations = 0, units = 0, grids = 0;
    double start_s = bench_cpu_s ();
    for (guint i = 0; i < n; i++) {
        DrawnCase drawn;
        g_autoptr (GError) error = NULL;
        BenchMeasures m;
        drawn_random (&drawn, &random, MOST_UNITS);
        drawn.options.threads = 1;
        CgPartitionInput input = drawn_input (&drawn);
        g_autoptr (CgParts) parts = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
        if (parts == NULL) {
            printf ("- bar 1: graph %u: %s\n", i, error->message);
            drawn_done (&drawn);
            return FALSE;
        }
        BenchRule rule = { drawn.options.min, drawn.options.max, drawn.options.target };
        bench_measure (drawn.graph, drawn.weight, drawn.region, parts->part_of, &rule, &m);
        violations += m.violations;
        units += drawn.graph->n;
        grids += m.grids;
        drawn_done (&drawn);
    }
    bench_bar ("1", violations == 0,
               "%u random planar graphs (lattices with holes, trees, stars, loose units; walls, "
               "giants, compounds, old plans), %" G_GUINT64_FORMAT " units in %" G_GUINT64_FORMAT
               " grids: %" G_GUINT64_FORMAT " violations, %.0f s CPU",
               n, units, grids, violations, bench_cpu_s () - start_s);
    return TRUE;
}
