/* On small made-up counties a plan of ours has less border than METIS with the same room, and METIS is
 * seen to do its work. Only ratios of what both find; no times. */
#include "generate.h"
#include "partition/partition.h"

#include <metis.h>

enum { N_COUNTIES = 4, SIDE = 30 };

/* Boundary in metres of METIS's contiguous parts, ufactor 100: up to a tenth above the mean, as the
 * counties of docs/benchmarks.md. out_k: how many parts. */
static double
divide_by_metis (const CgPartitionInput *input, guint32 target, guint32 *out_k)
{
    const CgGraph *graph = input->graph;
    idx_t options[METIS_NOPTIONS], n = (idx_t) graph->n, constraints = 1, cut = 0;
    guint32 n_links = graph->first[graph->n];
    guint64 total = 0;
    g_autofree idx_t *first = g_new (idx_t, graph->n + 1), *weight = g_new (idx_t, graph->n);
    g_autofree idx_t *to = g_new (idx_t, n_links), *border = g_new (idx_t, n_links);
    g_autofree idx_t *part = g_new0 (idx_t, graph->n);
    for (guint32 v = 0; v < graph->n; v++) {
        first[v] = (idx_t) graph->first[v];
        weight[v] = (idx_t) input->weight[v];
        total += input->weight[v];
    }
    first[graph->n] = (idx_t) n_links;
    for (guint32 i = 0; i < n_links; i++) {
        to[i] = (idx_t) graph->target[i];
        border[i] = (idx_t) graph->border_cm[i];
    }
    idx_t k = (idx_t) ((total + target / 2) / target);
    METIS_SetDefaultOptions (options);
    options[METIS_OPTION_CONTIG] = 1;
    options[METIS_OPTION_UFACTOR] = 100;
    g_assert_cmpint (METIS_PartGraphKway (&n, &constraints, first, to, weight, NULL, border, &k,
                                          NULL, NULL, options, &cut, part),
                     ==, METIS_OK);
    *out_k = (guint32) k;
    return (double) cut / 100;
}

static void
test_shorter (void)
{
    double ours_m = 0, theirs_m = 0;
    for (guint64 seed = 1; seed <= N_COUNTIES; seed++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgUnits) units = bench_generate (SIDE, 1, seed);
        g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
        g_assert_no_error (error);
        CgPartitionInput input = { .graph = graph, .weight = units->households };
        CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
        guint32 k;
        g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, &error);
        g_assert_no_error (error);
        for (guint32 p = 0; p < parts->n_parts; p++)
            g_assert_cmpuint (parts->reason[p], ==, CG_REASON_NONE);
        double ours = cg_partition_internal_boundary_m (&input, parts);
        double theirs = divide_by_metis (&input, options.target, &k);
        g_test_message ("%u units: ours %.0f m in %u grids, METIS %.0f m in %u", graph->n, ours,
                        parts->n_parts, theirs, k);
        g_assert_cmpfloat (ours, <, theirs);
        ours_m += ours;
        theirs_m += theirs;
    }
    g_test_message ("ours / METIS: %.3f", ours_m / theirs_m);
    g_assert_cmpfloat (ours_m, <, 0.95 * theirs_m);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/bench/metis/shorter", test_shorter);
    return g_test_run ();
}
