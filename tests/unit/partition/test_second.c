/* Two weights at once, households and people: against every plan of small graphs, and by hand. */
#include "base/error.h"
#include "base/random.h"
#include "drawn_graphs.h"

#include <string.h>

static guint64 *
sum_second (const CgPartitionInput *input, const CgParts *parts)
{
    CgPartitionInput turned = *input;
    turned.weight = input->second;
    return cg_partition_sums (&turned, parts);
}

/* Eight by two units of 100 households. The western half has 150 people a unit, the eastern 350: four
 * grids of 400 households would hold 600 people in the west and 1400 in the east. With 750:1250 people
 * beside 300:500 households each grid takes something of both, or more in the west, less in the east. */
static void
test_both (void)
{
    guint32 households[16], people[16];
    g_autoptr (CgGraph) graph = drawn_lattice (8, 2);
    for (guint32 i = 0; i < 16; i++) {
        households[i] = 100;
        people[i] = i % 8 < 4 ? 150 : 350;
    }
    CgPartitionInput input = { .graph = graph, .weight = households, .second = people };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.second_min = 750;
    options.second_max = 1250;
    g_autoptr (CgParts) both = drawn_run (&input, &options);
    g_autofree guint64 *h = cg_partition_sums (&input, both), *p = sum_second (&input, both);
    for (guint32 k = 0; k < both->n_parts; k++) {
        g_assert_cmpuint (h[k], >=, 300);
        g_assert_cmpuint (h[k], <=, 500);
        g_assert_cmpuint (p[k], >=, 750);
        g_assert_cmpuint (p[k], <=, 1250);
        g_assert_cmpuint (both->reason[k], ==, CG_REASON_NONE);
    }
    /* Without the second weight the squares of 400 are best. */
    input.second = NULL;
    g_autoptr (CgParts) one = drawn_run (&input, &options);
    g_assert_cmpuint (one->n_parts, ==, 4);
    g_assert_cmpfloat (cg_partition_internal_boundary_m (&input, one), ==, 600);
}

/* One unit of 100 households and 2000 people is a giant for the second weight alone. */
static void
test_proof (void)
{
    guint32 households[12], people[12];
    g_autoptr (CgGraph) graph = drawn_lattice (4, 3);
    for (guint32 i = 0; i < 12; i++) {
        households[i] = 100;
        people[i] = i == 5 ? 2000 : 250;
    }
    CgPartitionInput input = { .graph = graph, .weight = households, .second = people };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.second_min = 750;
    options.second_max = 1250;
    g_autoptr (CgParts) parts = drawn_run (&input, &options);
    guint32 giant = parts->part_of[5];
    g_assert_cmpuint (parts->reason[giant], ==, CG_REASON_GIANT);
    g_assert_true (g_str_has_prefix (parts->certificate[giant], "counting people: unit #6"));
    g_assert_nonnull (strstr (parts->certificate[giant], "按人口计"));
}

static void
test_arguments (void)
{
    guint32 one[4] = { 100, 100, 100, 100 };
    g_autoptr (CgGraph) graph = drawn_lattice (2, 2);
    CgPartitionInput input = { .graph = graph, .weight = one, .second = one };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    g_autoptr (GError) error = NULL;
    options.second_min = 2;
    options.second_max = 1;
    g_assert_null (cg_partition_run (&input, &options, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    options.second_max = 1000;
    input.keep = input.lock = one;
    g_assert_null (cg_partition_run (&input, &options, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* ---- every plan of a small graph ---- */

typedef struct {
    const CgPartitionInput *input;
    const CgPartitionOptions *options;
    guint32 part[10];
    gint64 violation; /* least */
    guint32 exceptions;
} Oracle;

/* What a part is off, in households; people count relative to 1000 as households to the target. */
static gint64
off (const CgPartitionOptions *options, gint64 households, gint64 people)
{
    gint64 a = MAX (MAX (options->min - households, households - options->max), 0);
    gint64 b = MAX (MAX (options->second_min - people, people - options->second_max), 0);
    gint64 middle = (options->second_min + options->second_max) / 2;
    return a + (b * options->target + middle - 1) / middle;
}

static void
judge (gpointer data, guint32 n_parts)
{
    Oracle *oracle = data;
    const CgPartitionInput *input = oracle->input;
    gint64 violation = 0;
    guint32 exceptions = 0;
    for (guint32 p = 0; p < n_parts; p++) {
        gint64 households = 0, people = 0;
        if (!drawn_is_connected (input->graph, oracle->part, p))
            return;
        for (guint32 v = 0; v < input->graph->n; v++) {
            households += oracle->part[v] == p ? input->weight[v] : 0;
            people += oracle->part[v] == p ? input->second[v] : 0;
        }
        gint64 by = off (oracle->options, households, people);
        violation += by;
        exceptions += by > 0;
    }
    if (violation < oracle->violation
        || (violation == oracle->violation && exceptions < oracle->exceptions)) {
        oracle->violation = violation;
        oracle->exceptions = exceptions;
    }
}

static void
test_every_plan (void)
{
    CgRandom random;
    cg_random_init (&random, 21, 3);
    guint in_range = 0, proved = 0, best = 0, rounds = g_test_slow () ? 1500 : 150;
    for (guint round = 0; round < rounds; round++) {
        guint32 households[9], people[9], n = 9;
        g_autoptr (CgGraph) graph = drawn_lattice (3, 3);
        for (guint32 i = 0; i < n; i++) {
            households[i] = 60 + cg_random_below (&random, 120);
            people[i] = households[i] * (15 + cg_random_below (&random, 25)) / 10;
        }
        CgPartitionInput input = { .graph = graph, .weight = households, .second = people };
        CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
        options.second_min = 600 + 50 * cg_random_below (&random, 4);
        options.second_max = 1250;
        options.effort = 5;
        g_autoptr (CgParts) parts = drawn_run (&input, &options);
        g_autofree guint64 *h = cg_partition_sums (&input, parts), *p = sum_second (&input, parts);
        Oracle oracle = { .input = &input, .options = &options, .violation = G_MAXINT64 };
        drawn_each_plan (graph->n, oracle.part, judge, &oracle);
        gint64 violation = 0;
        guint32 certified = 0, exceptions = 0;
        for (guint32 k = 0; k < parts->n_parts; k++) {
            gint64 by = off (&options, (gint64) h[k], (gint64) p[k]);
            violation += by;
            exceptions += by > 0;
            certified += cg_reason_is_certified ((CgReason) parts->reason[k]);
            g_assert_cmpint (by > 0, ==, parts->reason[k] != CG_REASON_NONE);
        }
        g_assert_cmpint (violation, >=, oracle.violation);
        /* A proof is wrong when there is a plan with fewer exceptions than are proved. */
        g_assert_cmpuint (certified > 0, <=, oracle.violation > 0);
        in_range += violation == 0;
        proved += certified > 0;
        best += violation == oracle.violation && exceptions == oracle.exceptions;
        g_assert_true (violation == 0 || oracle.violation > 0);
    }
    g_test_message ("of %u: %u in range, %u with a proof, %u as good as can be", rounds, in_range,
                    proved, best);
    g_assert_cmpuint (in_range, >, rounds / 20);
    g_assert_cmpuint (proved, >, rounds / 20);
    g_assert_cmpuint (best, >=, rounds * 9 / 10);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/second/both", test_both);
    g_test_add_func ("/partition/second/proof", test_proof);
    g_test_add_func ("/partition/second/arguments", test_arguments);
    g_test_add_func ("/partition/second/every-plan", test_every_plan);
    return g_test_run ();
}
