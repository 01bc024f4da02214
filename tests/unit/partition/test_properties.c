/* Promises that hold for any graph. The checks share no code with the splitter or its checker. */
#include "drawn_graphs.h"
#include "support.h"

#include <string.h>

/* Depth-first over the part's units only. */
static guint32
reach (const DrawnCase *drawn, const CgParts *parts, guint32 start, guint8 *seen)
{
    const CgGraph *graph = drawn->graph;
    g_autofree guint32 *stack = g_new (guint32, graph->first[graph->n] + graph->n + 1);
    guint32 depth = 0, reached = 0;
    stack[depth++] = start;
    while (depth > 0) {
        guint32 unit = stack[--depth];
        if (seen[unit])
            continue;
        seen[unit] = 1;
        reached++;
        for (guint32 i = graph->first[unit]; i < graph->first[unit + 1]; i++)
            if (graph->passable[i] && parts->part_of[graph->target[i]] == parts->part_of[unit])
                stack[depth++] = graph->target[i];
    }
    return reached;
}

static void
check_by_hand (const DrawnCase *drawn, const CgParts *parts)
{
    guint32 n = drawn->graph->n, next = 0, reached = 0;
    g_autofree guint8 *seen = g_new0 (guint8, n + 1);
    g_autofree gint64 *sum = g_new0 (gint64, n + 1);
    g_autofree guint32 *home = g_new0 (guint32, n + 1);
    g_assert_cmpuint (parts->n_units, ==, n);
    for (guint32 i = 0; i < n; i++) {
        guint32 part = parts->part_of[i];
        g_assert_cmpuint (part, <=, next);
        if (part == next) {
            home[next++] = i;
            reached += reach (drawn, parts, i, seen);
        }
        if (drawn->region != NULL)
            g_assert_cmpuint (drawn->region[i], ==, drawn->region[home[part]]);
        sum[part] += drawn->weight[i];
    }
    g_assert_cmpuint (next, ==, parts->n_parts);
    g_assert_cmpuint (reached, ==, n);
    for (guint32 p = 0; p < parts->n_parts; p++) {
        gboolean inside = sum[p] >= drawn->options.min && sum[p] <= drawn->options.max;
        g_assert_cmpint (parts->reason[p] == CG_REASON_NONE, ==, inside);
        g_assert_cmpint (parts->certificate[p] == NULL, ==, inside);
        if (!inside) {
            g_assert_nonnull (strstr (parts->certificate[p], " / "));
            g_assert_true (g_utf8_validate (parts->certificate[p], -1, NULL));
        }
    }
}

static CgParts *
run (const DrawnCase *drawn, guint threads)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    CgPartitionInput input = drawn_input (drawn);
    CgPartitionOptions options = drawn->options;
    options.threads = threads;
    CgParts *parts = cg_partition_run (&input, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    guint32 violations = cg_partition_check (&input, parts, &text);
    g_assert_cmpstr (text, ==, NULL);
    g_assert_cmpuint (violations, ==, 0);
    return parts;
}

static void
assert_same (const CgParts *a, const CgParts *b)
{
    g_assert_cmpuint (a->n_parts, ==, b->n_parts);
    g_assert_cmpmem (a->part_of, a->n_units * sizeof (guint32), b->part_of,
                     b->n_units * sizeof (guint32));
    for (guint32 p = 0; p < a->n_parts; p++) {
        g_assert_cmpuint (a->reason[p], ==, b->reason[p]);
        g_assert_cmpstr (a->certificate[p], ==, b->certificate[p]);
    }
}

static void
test_any_graph (void)
{
    guint count = g_test_slow () ? 100000 : cg_test_cases (4000);
    for (guint i = 0; i < count; i++) {
        CgRandom random;
        DrawnCase drawn;
        cg_random_init (&random, 20, i);
        drawn_random (&drawn, &random, 60);
        if (i % 3 == 0)
            drawn.options.method = "trees";
        g_autoptr (CgParts) one = run (&drawn, 1);
        g_autoptr (CgParts) two = run (&drawn, 2);
        check_by_hand (&drawn, one);
        assert_same (one, two);
        if (i % 8 == 0) {
            g_autoptr (CgParts) four = run (&drawn, 4);
            g_autoptr (CgParts) again = run (&drawn, 1);
            assert_same (one, four);
            assert_same (one, again);
        }
        drawn_done (&drawn);
    }
}

/* One case with every unit in its own region, and large enough pieces to fill the pool. */
static void
test_many_regions (void)
{
    CgRandom random;
    cg_random_init (&random, 1, 2);
    DrawnCase drawn = { .graph = drawn_lattice (60, 60), .options = CG_PARTITION_OPTIONS_DEFAULT };
    drawn.weight = g_new (guint32, 3600);
    drawn.region = g_new (guint32, 3600);
    for (guint32 i = 0; i < 3600; i++) {
        drawn.weight[i] = cg_random_below (&random, 120);
        drawn.region[i] = i / 60 / 10 * 6 + i % 60 / 10;
    }
    drawn.options.effort = 2;
    g_autoptr (CgParts) one = run (&drawn, 1);
    g_autoptr (CgParts) two = run (&drawn, 2);
    g_autoptr (CgParts) four = run (&drawn, 4);
    check_by_hand (&drawn, one);
    assert_same (one, two);
    assert_same (one, four);
    for (guint32 p = 0; p < one->n_parts; p++)
        g_assert_cmpuint (one->reason[p], ==, CG_REASON_NONE);
    drawn_done (&drawn);
}

/* Plans made by hand, with faults that the checker has to see. */
static void
test_checker_sees (void)
{
    DrawnCase drawn = { .graph = drawn_lattice (3, 2), .options = CG_PARTITION_OPTIONS_DEFAULT };
    guint32 region[] = { 0, 0, 0, 0, 0, 1 };
    CgPartitionInput input = { .graph = drawn.graph };
    g_autoptr (CgParts) parts = cg_parts_new (6, 2);
    static const guint32 pieces[] = { 0, 1, 0, 1, 1, 1 }, good[] = { 0, 0, 0, 1, 1, 1 };
    memcpy (parts->part_of, pieces, sizeof pieces);
    g_autofree char *text = NULL;
    g_assert_cmpuint (cg_partition_check (&input, parts, &text), ==, 1);
    g_assert_cmpstr (text, ==, "part 1 is in pieces: unit #3");
    memcpy (parts->part_of, good, sizeof good);
    g_assert_cmpuint (cg_partition_check (&input, parts, NULL), ==, 0);
    g_assert_cmpfloat (cg_partition_internal_boundary_m (&input, parts), ==, 300);
    input.region = region;
    g_clear_pointer (&text, g_free);
    g_assert_cmpuint (cg_partition_check (&input, parts, &text), ==, 1);
    g_assert_cmpstr (text, ==, "part 2 lies in two regions: unit #6");
    g_assert_cmpfloat (cg_partition_internal_boundary_m (&input, parts), ==, 200);
    parts->part_of[2] = 7;
    g_clear_pointer (&text, g_free);
    g_assert_cmpuint (cg_partition_check (&input, parts, &text), ==, 1);
    g_assert_cmpstr (text, ==, "unit #3 is in no part");
    drawn.graph->passable[0] = drawn.graph->passable[drawn.graph->reverse[0]] = FALSE;
    memcpy (parts->part_of, good, sizeof good);
    input.region = NULL;
    g_assert_cmpuint (cg_partition_check (&input, parts, NULL), ==, 1);
    drawn_done (&drawn);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/properties/any-graph", test_any_graph);
    g_test_add_func ("/partition/properties/many-regions", test_many_regions);
    g_test_add_func ("/partition/properties/checker-sees", test_checker_sees);
    return g_test_run ();
}
