/* The weights of the splitter: their names, their texts, and that each one does what it says. */
#include "base/error.h"
#include "base/random.h"
#include "drawn_graphs.h"

#include <string.h>

static void
assert_refused (const char *text, const char *word)
{
    CgPartitionWeights weights = CG_PARTITION_WEIGHTS_DEFAULT;
    const CgPartitionWeights before = weights;
    g_autoptr (GError) error = NULL;
    g_assert_false (cg_partition_weights_parse (text, &weights, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_assert_nonnull (strstr (error->message, word));
    g_assert_cmpmem (&weights, sizeof weights, &before, sizeof before);
}

static void
test_texts (void)
{
    CgPartitionWeights weights = CG_PARTITION_WEIGHTS_DEFAULT;
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_partition_weights_parse ("balance=2, street=0.25", &weights, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (weights.balance, ==, 2000);
    g_assert_cmpuint (weights.border[CG_BARRIER_STREET], ==, 250);
    g_autofree char *text = cg_partition_weights_text (&weights);
    g_assert_nonnull (strstr (text, "balance=2,"));
    g_assert_nonnull (strstr (text, "street=0.25,"));
    /* The text is its own input. */
    CgPartitionWeights again = { 0 };
    again.border[CG_BARRIER_BUILDING] = weights.border[CG_BARRIER_BUILDING];
    g_assert_true (cg_partition_weights_parse (text, &again, &error));
    g_assert_cmpmem (&weights, sizeof weights, &again, sizeof again);
    assert_refused ("balance", "NAME=VALUE");
    assert_refused ("balance=1,", "NAME=VALUE");
    assert_refused ("balance=1,wishes=2", "wishes");
    assert_refused ("balance=1,wishes=2", "known are balance");
    assert_refused ("balance=-1", "0 to 100");
    assert_refused ("balance=101", "0 to 100");
    assert_refused ("street=nan", "street");
    assert_refused ("street=", "street");
    assert_refused ("street=1x", "1x");
}

/* A strip of six by two, 70 households each, a river across between the second and third pair. */
static CgParts *
split_strip (const CgPartitionWeights *weights, DrawnCase *drawn)
{
    Draft draft;
    draft_init (&draft, 12);
    for (guint32 i = 0; i < 6; i++) {
        draft_link (&draft, 2 * i, 2 * i + 1, 10000);
        for (guint32 k = 0; k < 2 && i < 5; k++)
            draft_wall (&draft, 2 * i + k, 2 * i + 2 + k, 10000,
                        i == 1 ? CG_BARRIER_WATER : CG_BARRIER_NONE, TRUE);
    }
    *drawn = (DrawnCase){ .graph = draft_done (&draft),
                          .options = CG_PARTITION_OPTIONS_DEFAULT };
    drawn->weight = g_new (guint32, 12);
    for (guint32 i = 0; i < 12; i++)
        drawn->weight[i] = 70;
    drawn->options.min = 250;
    drawn->options.max = 600;
    drawn->options.target = 420;
    drawn->options.weights = weights;
    CgPartitionInput input = drawn_input (drawn);
    g_autoptr (GError) error = NULL;
    CgParts *parts = cg_partition_run (&input, &drawn->options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (parts->n_parts, ==, 2);
    return parts;
}

/* Cheap water draws the border to the river (280 and 560 households); dear water or a heavy balance
 * leave it in the middle (420 and 420). */
static void
test_effect (void)
{
    static const struct {
        guint32 water, balance;
        gboolean at_river;
    } cases[] = { { 100, 100, TRUE }, { 1000, 100, FALSE }, { 100, 100000, FALSE },
                  { 0, 0, TRUE } };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        CgPartitionWeights weights = CG_PARTITION_WEIGHTS_DEFAULT;
        weights.border[CG_BARRIER_WATER] = cases[i].water;
        weights.balance = cases[i].balance;
        DrawnCase drawn;
        g_autoptr (CgParts) parts = split_strip (&weights, &drawn);
        CgPartitionInput input = drawn_input (&drawn);
        g_assert_cmpfloat (cg_partition_internal_boundary_m (&input, parts), ==, 200);
        g_assert_cmpint (parts->part_of[3] != parts->part_of[4], ==, cases[i].at_river);
        g_assert_cmpint (parts->part_of[5] != parts->part_of[6], ==, !cases[i].at_river);
        drawn_done (&drawn);
    }
}

/* Sum over parts of outline^2 / (4 pi area), from the squares of a lattice. */
static double
sum_of_shapes (const DrawnCase *drawn, const CgParts *parts)
{
    const CgGraph *graph = drawn->graph;
    double sum = 0;
    for (guint32 p = 0; p < parts->n_parts; p++) {
        double outline = 0, area = 0;
        for (guint32 v = 0; v < graph->n; v++) {
            if (parts->part_of[v] != p)
                continue;
            area += 10000;
            outline += 400;
            for (guint32 i = graph->first[v]; i < graph->first[v + 1]; i++)
                outline -= parts->part_of[graph->target[i]] == p ? 100 : 0;
        }
        sum += outline * outline / (4 * G_PI * area);
    }
    return sum / parts->n_parts;
}

/* Lattices of 12 x 12 squares with random households: with a weight of shape parts are rounder than
 * without, from the same start, and no bound is given up for it. */
static void
test_shape (void)
{
    double plain = 0, round = 0;
    CgRandom random;
    cg_random_init (&random, 3, 9);
    for (guint k = 0; k < 12; k++) {
        DrawnCase drawn = { .graph = drawn_lattice (12, 12),
                            .options = CG_PARTITION_OPTIONS_DEFAULT };
        CgPartitionWeights weights = CG_PARTITION_WEIGHTS_DEFAULT;
        drawn.weight = g_new (guint32, 144);
        for (guint32 v = 0; v < 144; v++) {
            drawn.weight[v] = 20 + cg_random_below (&random, 60);
            drawn.graph->area_m2[v] = 10000;
            drawn.graph->outer_cm[v] = 40000;
            for (guint32 i = drawn.graph->first[v]; i < drawn.graph->first[v + 1]; i++)
                drawn.graph->outer_cm[v] -= drawn.graph->border_cm[i];
        }
        drawn.options.effort = 2;
        drawn.options.weights = &weights;
        CgPartitionInput input = drawn_input (&drawn);
        g_autoptr (GError) error = NULL;
        for (guint with = 0; with < 2; with++) {
            g_autofree char *text = NULL;
            weights.shape = with * 20000;
            g_autoptr (CgParts) parts
                = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
            g_assert_no_error (error);
            cg_partition_check (&input, parts, &text);
            g_assert_cmpstr (text, ==, NULL);
            for (guint32 p = 0; p < parts->n_parts; p++)
                g_assert_cmpuint (parts->reason[p], ==, CG_REASON_NONE);
            *(with ? &round : &plain) += sum_of_shapes (&drawn, parts);
        }
        drawn.options.certify = TRUE;
        g_assert_null (cg_partition_run (&input, &drawn.options, NULL, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        drawn_done (&drawn);
    }
    g_test_message ("mean outline^2 / (4 pi area): %.3f without, %.3f with", plain / 12,
                    round / 12);
    g_assert_cmpfloat (round, <, plain);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/weights/texts", test_texts);
    g_test_add_func ("/partition/weights/effect", test_effect);
    g_test_add_func ("/partition/weights/shape", test_shape);
    return g_test_run ();
}
