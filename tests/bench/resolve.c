/* How long an editor waits: one community is divided again after one change.
 *
 *   bench-resolve [OPTIONS]
 *
 * A made-up community of COLUMNS x ROWS blocks (12 % of them empty, households skewed to the right,
 * one grid for about 22 blocks) is split once. Then, each time from that plan, either one unit gets
 * 0.5 to 2.5 times its households, or one unit at a border is given to the grid beside it and locked
 * there. Time is CPU time of one call of cg_partition_run on one thread, all included.
 */
#include "base/random.h"
#include "partition/partition.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static gint columns = 20, rows = 11, changes = 1000, effort = 20, seed = 1;

static GOptionEntry entries[] = {
    { "columns", 0, 0, G_OPTION_ARG_INT, &columns, "blocks in a row (20)", "N" },
    { "rows", 0, 0, G_OPTION_ARG_INT, &rows, "rows (11)", "N" },
    { "changes", 0, 0, G_OPTION_ARG_INT, &changes, "how many (1000)", "N" },
    { "effort", 0, 0, G_OPTION_ARG_INT, &effort, "1..100 (20)", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "of the community and of the changes", "N" },
    { NULL },
};

static void
add_link (CgGraph *graph, guint32 *used, gboolean there, guint32 to, guint32 border_cm)
{
    if (!there)
        return;
    graph->target[*used] = to;
    graph->border_cm[(*used)++] = border_cm;
}

/* Hexagon-like blocks: a street grid whose rows are shifted by half a block, so that blocks have six
 * neighbours, as units of towns do. */
static CgGraph *
make_graph (CgRandom *random)
{
    guint32 c = (guint32) columns, n = c * (guint32) rows, used = 0;
    CgGraph *graph = g_new0 (CgGraph, 1);
    g_autofree guint32 *side = g_new (guint32, 3 * n);
    graph->n = n;
    graph->first = g_new0 (guint32, n + 1);
    graph->target = g_new (guint32, 6 * n);
    graph->reverse = g_new0 (guint32, 6 * n);
    graph->border_cm = g_new (guint32, 6 * n);
    graph->barrier = g_new0 (guint8, 6 * n);
    graph->passable = g_malloc (6 * n);
    graph->outer_cm = g_new0 (guint32, n);
    graph->area_m2 = g_new0 (double, n);
    memset (graph->passable, 1, 6 * n);
    for (guint32 k = 0; k < 3 * n; k++)
        side[k] = 3000 + cg_random_below (random, 8000);
    /* side[3 v]: to the right; side[3 v + 1], side[3 v + 2]: to the two blocks in the row below. */
    for (guint32 v = 0; v < n; v++) {
        guint32 x = v % c, y = v / c, shift = y & 1;
        gboolean up_left = y > 0 && (shift || x > 0), up_right = y > 0 && (!shift || x + 1 < c);
        gboolean down_left = v + c < n && (shift || x > 0);
        gboolean down_right = v + c < n && (!shift || x + 1 < c);
        guint32 a = v - c - 1 + shift, b = a + 1; /* above, left and right */
        add_link (graph, &used, up_left, a, up_left ? side[3 * a + 2] : 0);
        add_link (graph, &used, up_right, b, up_right ? side[3 * b + 1] : 0);
        add_link (graph, &used, x > 0, v - 1, x > 0 ? side[3 * v - 3] : 0);
        add_link (graph, &used, x + 1 < c, v + 1, side[3 * v]);
        add_link (graph, &used, down_left, v + c - 1 + shift, side[3 * v + 1]);
        add_link (graph, &used, down_right, v + c + shift, side[3 * v + 2]);
        graph->first[v + 1] = used;
    }
    return graph;
}

static double
cpu_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
    return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

/* A unit beside another grid; out_to gets a unit there. */
static guint32
draw_border_unit (const CgGraph *graph, const CgParts *parts, CgRandom *random, guint32 *out_to)
{
    for (;;) {
        guint32 unit = cg_random_below (random, graph->n);
        guint32 degree = graph->first[unit + 1] - graph->first[unit];
        guint32 to = graph->target[graph->first[unit] + cg_random_below (random, degree)];
        *out_to = to;
        if (parts->part_of[to] != parts->part_of[unit])
            return unit;
    }
}

typedef struct {
    double *ms;
    guint32 n, outside, violations;
    guint64 moved, total;
} Figures;

static void
solve_again (const CgPartitionInput *input, const CgPartitionOptions *options, Figures *figures)
{
    g_autoptr (GError) error = NULL;
    double start = cpu_ms ();
    g_autoptr (CgParts) parts = cg_partition_run (input, options, NULL, NULL, &error);
    figures->ms[figures->n++] = cpu_ms () - start;
    g_assert_no_error (error);
    g_autofree guint64 *sum = cg_partition_sums (input, parts);
    for (guint32 p = 0; p < parts->n_parts; p++)
        figures->outside += sum[p] < options->min || sum[p] > options->max;
    figures->violations += cg_partition_check (input, parts, NULL);
    figures->moved += cg_partition_moved (input, parts);
    for (guint32 v = 0; v < input->graph->n; v++) {
        figures->total += input->weight[v];
        if (input->lock != NULL && input->lock[v] != CG_NONE) {
            g_autofree guint32 *continued = cg_partition_continued (input, parts);
            figures->violations += continued[parts->part_of[v]] != input->lock[v];
        }
    }
}

static int
by_value (const void *a, const void *b)
{
    double first = *(const double *) a, second = *(const double *) b;
    return (first > second) - (first < second);
}

static void
print_figures (const char *what, Figures *figures)
{
    qsort (figures->ms, figures->n, sizeof (double), by_value);
    double sum = 0;
    for (guint32 i = 0; i < figures->n; i++)
        sum += figures->ms[i];
    printf ("%-28s %5u changes  CPU ms: mean %6.3f  p50 %6.3f  p99 %6.3f  max %6.3f  out of range "
            "%u  moved %.3f %%  violations %u\n",
            what, figures->n, sum / figures->n, figures->ms[figures->n / 2],
            figures->ms[figures->n * 99 / 100], figures->ms[figures->n - 1], figures->outside,
            100.0 * (double) figures->moved / (double) figures->total, figures->violations);
}

static void
measure (const CgPartitionInput *input, const CgPartitionOptions *options, const CgParts *parts,
         CgRandom *random, gboolean drag)
{
    guint32 n = input->graph->n;
    g_autofree guint32 *weight = g_new (guint32, n), *lock = g_new (guint32, n);
    Figures figures = { .ms = g_new0 (double, changes) };
    CgPartitionInput after = *input;
    after.keep = parts->part_of;
    for (gint i = 0; i < changes; i++) {
        memcpy (weight, input->weight, sizeof (guint32) * n);
        memset (lock, 0xff, sizeof (guint32) * n);
        guint32 to, unit = drag ? draw_border_unit (input->graph, parts, random, &to)
                                : cg_random_below (random, n);
        if (drag)
            lock[unit] = parts->part_of[to];
        else
            weight[unit] = (guint32) (weight[unit] * (0.5 + 2 * cg_random_unit (random)));
        after.weight = weight;
        after.lock = drag ? lock : NULL;
        solve_again (&after, options, &figures);
    }
    print_figures (drag ? "one unit dragged and locked" : "one unit x0.5-2.5", &figures);
    g_free (figures.ms);
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error) || columns < 2 || rows < 2
        || columns > 1000 || rows > 1000 || changes < 1 || effort < 1 || effort > 100) {
        fprintf (stderr, "bench-resolve: %s\n", error != NULL ? error->message : "out of range");
        return 2;
    }
    CgRandom random;
    cg_random_init (&random, (guint64) seed, 7);
    g_autoptr (CgGraph) graph = make_graph (&random);
    g_autofree guint32 *weight = g_new (guint32, graph->n);
    for (guint32 v = 0; v < graph->n; v++) {
        double skew = exp (0.8 * cg_random_normal (&random));
        weight[v] = cg_random_below (&random, 100) < 12 ? 0 : (guint32) MIN (250, 15 * skew);
    }
    CgPartitionInput input = { .graph = graph, .weight = weight };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.effort = (guint) effort;
    options.threads = 1;
    g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    printf ("%u units, %u grids, effort %d\n", graph->n, parts->n_parts, effort);
    measure (&input, &options, parts, &random, FALSE);
    measure (&input, &options, parts, &random, TRUE);
    return 0;
}
