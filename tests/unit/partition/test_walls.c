/* Impassable barriers are never inside a grid where a plan without exists: against every plan of
 * small graphs, and by hand. */
#include "base/random.h"
#include "drawn_graphs.h"

static void
put_wall (CgGraph *graph, guint32 a, guint32 b)
{
    for (guint32 i = graph->first[a]; i < graph->first[a + 1]; i++)
        if (graph->target[i] == b)
            graph->passable[i] = graph->passable[graph->reverse[i]] = FALSE;
}

static guint32
count_inside (const DrawnCase *drawn, const CgParts *parts, double *out_sum)
{
    CgPartitionInput input = drawn_input (drawn);
    g_autofree double *metres = g_new (double, parts->n_parts + 1);
    guint32 count = cg_partition_barrier_inside (&input, parts, metres);
    *out_sum = 0;
    for (guint32 p = 0; p < parts->n_parts; p++)
        *out_sum += metres[p];
    return count;
}

/* 450 households can only be one grid, wall or not; 600 in two of 300 leave it outside. */
static void
test_bounds (void)
{
    double metres;
    DrawnCase one = drawn_lattice_case (3, 2, 75);
    put_wall (one.graph, 0, 1);
    g_autoptr (CgParts) single = drawn_run_case (&one);
    g_assert_cmpuint (single->n_parts, ==, 1);
    g_assert_cmpuint (count_inside (&one, single, &metres), ==, 1);
    g_assert_cmpfloat (metres, ==, 100);
    g_assert_true (single->inside_proved[0]);
    drawn_done (&one);
    DrawnCase two = drawn_lattice_case (3, 2, 100);
    put_wall (two.graph, 0, 1);
    g_autoptr (CgParts) pair = drawn_run_case (&two);
    g_assert_cmpuint (pair->n_parts, ==, 2);
    g_assert_cmpuint (count_inside (&two, pair, &metres), ==, 0);
    drawn_done (&two);
}

/* Two halves of the strip with 200 m between them would be best, and a wall of 1 m inside one; all
 * other borders along the strip are 10 km long. The wall stays outside all the same. */
static void
test_price (void)
{
    double metres;
    Draft draft;
    draft_init (&draft, 12);
    for (guint32 i = 0; i < 6; i++) {
        if (i == 1)
            draft_wall (&draft, 2 * i, 2 * i + 1, 100, CG_BARRIER_WALL, FALSE);
        else
            draft_link (&draft, 2 * i, 2 * i + 1, 10000);
        for (guint32 k = 0; k < 2 && i < 5; k++)
            draft_link (&draft, 2 * i + k, 2 * i + 2 + k, i == 2 ? 10000 : 1000000);
    }
    DrawnCase drawn = { .graph = draft_done (&draft), .options = CG_PARTITION_OPTIONS_DEFAULT };
    drawn.weight = g_new (guint32, 12);
    for (guint32 i = 0; i < 12; i++)
        drawn.weight[i] = 100;
    drawn.options.max = 700;
    drawn.options.target = 600;
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    g_assert_cmpuint (count_inside (&drawn, parts, &metres), ==, 0);
    for (guint32 p = 0; p < parts->n_parts; p++)
        g_assert_cmpuint (parts->reason[p], ==, CG_REASON_NONE);
    /* What is best by its price has the wall inside: a proof does not bring it back. */
    drawn.options.certify = TRUE;
    g_autoptr (CgParts) certified = drawn_run_case (&drawn);
    g_assert_cmpuint (count_inside (&drawn, certified, &metres), ==, 0);
    drawn_done (&drawn);
}

/* A compound on both sides of a wall is divided along it, another is not. */
static void
test_compound (void)
{
    double metres;
    DrawnCase drawn = drawn_lattice_case (4, 3, 100);
    drawn.compound = g_new (guint32, 12);
    for (guint32 i = 0; i < 12; i++)
        drawn.compound[i] = i < 2 ? 0 : i == 3 || i == 7 ? 1 : CG_NONE;
    drawn.compound[4] = drawn.compound[5] = 0;
    put_wall (drawn.graph, 0, 1);
    g_autoptr (CgParts) parts = drawn_run_case (&drawn);
    g_assert_cmpuint (count_inside (&drawn, parts, &metres), ==, 0);
    g_assert_cmpuint (parts->part_of[3], ==, parts->part_of[7]);
    drawn_done (&drawn);
}

/* ---- every plan of a small graph ---- */

typedef struct {
    gint64 violation;
    guint32 exceptions, inside;
} Best;

typedef struct {
    const DrawnCase *drawn;
    guint32 part[10];
    Best best;
} Oracle;

static void
judge (gpointer data, guint32 n_parts)
{
    Oracle *oracle = data;
    const CgGraph *graph = oracle->drawn->graph;
    const CgPartitionOptions *options = &oracle->drawn->options;
    Best this = { 0 };
    for (guint32 p = 0; p < n_parts; p++) {
        gint64 sum = 0;
        if (!drawn_is_connected (graph, oracle->part, p))
            return;
        for (guint32 v = 0; v < graph->n; v++)
            sum += oracle->part[v] == p ? oracle->drawn->weight[v] : 0;
        gint64 off = MAX (MAX (options->min - sum, sum - options->max), 0);
        this.violation += off;
        this.exceptions += off > 0;
    }
    for (guint32 v = 0; v < graph->n; v++)
        for (guint32 i = graph->first[v]; i < graph->first[v + 1]; i++)
            this.inside += graph->target[i] > v && !graph->passable[i]
                           && oracle->part[graph->target[i]] == oracle->part[v];
    Best *best = &oracle->best;
    if (this.violation < best->violation
        || (this.violation == best->violation
            && (this.exceptions < best->exceptions
                || (this.exceptions == best->exceptions && this.inside < best->inside))))
        *best = this;
}

static void
test_every_plan (void)
{
    CgRandom random;
    cg_random_init (&random, 11, 3);
    guint in_range = 0, proved = 0, missed = 0;
    for (guint round = 0; round < (g_test_slow () ? 1500 : 150); round++) {
        guint32 columns = 2 + cg_random_below (&random, 3), rows = columns == 4 ? 2 : 3;
        DrawnCase drawn = drawn_lattice_case (columns, rows, 0);
        for (guint32 i = 0; i < columns * rows; i++) {
            drawn.weight[i] = 60 + cg_random_below (&random, 120);
            if (i % columns + 1 < columns && cg_random_below (&random, 3) == 0)
                put_wall (drawn.graph, i, i + 1);
        }
        drawn.options.min = 200 + 50 * cg_random_below (&random, 3);
        g_autoptr (CgParts) parts = drawn_run_case (&drawn);
        Oracle oracle = { .drawn = &drawn, .best = { G_MAXINT64, 0, 0 } };
        drawn_each_plan (drawn.graph->n, oracle.part, judge, &oracle);
        double metres;
        count_inside (&drawn, parts, &metres);
        gboolean outside = FALSE;
        for (guint32 p = 0; p < parts->n_parts; p++)
            outside |= parts->reason[p] != CG_REASON_NONE;
        g_assert_true (outside || oracle.best.violation == 0);
        if (!outside && oracle.best.violation == 0) {
            in_range++;
            missed += metres / 100 > oracle.best.inside;
            g_assert_cmpint (metres > 0, ==, oracle.best.inside > 0);
            for (guint32 p = 0; p < parts->n_parts; p++)
                if (parts->inside_proved[p])
                    g_assert_cmpuint (oracle.best.inside, >, 0);
            proved += parts->inside_proved[0];
        }
        drawn_done (&drawn);
    }
    g_test_message ("%u in range, %u cannot be without a wall, %u with more walls than need be",
                    in_range, proved, missed);
    g_assert_cmpuint (in_range, >, 40);
    g_assert_cmpuint (proved, >, 4);
    g_assert_cmpuint (missed, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/walls/bounds", test_bounds);
    g_test_add_func ("/partition/walls/price", test_price);
    g_test_add_func ("/partition/walls/compound", test_compound);
    g_test_add_func ("/partition/walls/every-plan", test_every_plan);
    return g_test_run ();
}
