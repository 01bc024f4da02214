/* Splits real counties and prints the measures by which splitters are compared.
 *
 *   bench-partition                        the instances of docs, default effort
 *   bench-partition [OPTIONS] NAME...      chiayi nantou rockland cincinnati chiayi-code2
 *                                          sheet-200k sheet-1m
 *
 * "solve" is the processor time of cg_partition_run alone. Measures come from cg_partition_check and from
 * sums taken here.
 */
#include "base/random.h"
#include "real_counties.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct {
    const char *name, *file, *id, *weight, *within;
    guint32 min, max, target;
} Instance;

static const Instance instances[] = {
    { "chiayi", "taiwan/chiayi_city_10020_base_areas.gpkg", "codebase", "households",
      "town_id", 300, 500, 400 },
    { "nantou", "taiwan/nantou_10008_base_areas.gpkg", "codebase", "households",
      "town_id", 300, 500, 400 },
    { "rockland", "partition/rockland_blocks.gpkg", "unit_id", "population", "community", 750,
      1250, 1000 },
    { "chiayi-code2", "taiwan/chiayi_city_10020_base_areas.gpkg", "codebase",
      "households", "code2", 300, 500, 400 },
    { "cincinnati", "us/cincinnati_blocks.gpkg", "geoid", "households", "tract", 300, 500, 400 },
};

/* Made up: a street grid of blocks, households skewed to the right (12 % empty), square communities
 * of 15 x 15 blocks. */
static const struct {
    const char *name;
    guint32 side;
} sheets[] = { { "sheet-200k", 447 }, { "sheet-1m", 1000 } };

static gint effort = 20, threads = 1, seed = 1, seeds = 1;
static gdouble deadline = 0;
static gboolean replan = FALSE, certificates = FALSE;
static char *method = NULL;

static GOptionEntry entries[] = {
    { "effort", 0, 0, G_OPTION_ARG_INT, &effort, "1..100", "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &threads, "threads", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "first seed", "N" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &seeds, "how many seeds", "N" },
    { "deadline", 0, 0, G_OPTION_ARG_DOUBLE, &deadline, "seconds", "S" },
    { "method", 0, 0, G_OPTION_ARG_STRING, &method, "method of the list", "NAME" },
    { "replan", 0, 0, G_OPTION_ARG_NONE, &replan, "change weights, split from the plan", NULL },
    { "certificates", 0, 0, G_OPTION_ARG_NONE, &certificates, "print them", NULL },
    { NULL },
};

static void
print_measures (const char *name, const CgPartitionInput *input, const CgParts *parts,
                const CgPartitionOptions *options, double seconds)
{
    g_autofree guint64 *sum = cg_partition_sums (input, parts);
    g_autofree char *text = NULL;
    guint32 inside = 0, certified = 0;
    double deviation = 0;
    for (guint32 p = 0; p < parts->n_parts; p++) {
        inside += sum[p] >= options->min && sum[p] <= options->max;
        certified += cg_reason_is_certified (parts->reason[p]);
        deviation += fabs ((double) sum[p] - options->target) / options->target;
    }
    guint32 violations = cg_partition_check (input, parts, &text);
    printf ("%-13s seed %-4" G_GUINT64_FORMAT " grids %5u  in range %6.2f %%  "
            "out %3u (certified %3u)  deviation %5.2f %%  boundary %8.2f km  violations %u  solve %.3f s\n",
            name, options->seed, parts->n_parts, 100.0 * inside / parts->n_parts,
            parts->n_parts - inside, certified, 100 * deviation / parts->n_parts,
            cg_partition_internal_boundary_m (input, parts) / 1000, violations, seconds);
    if (violations > 0)
        printf ("    %s\n", text);
    for (guint32 p = 0; certificates && p < parts->n_parts; p++)
        if (parts->certificate[p] != NULL)
            printf ("    grid %u (%" G_GUINT64_FORMAT ") %s: %s\n", p + 1, sum[p],
                    cg_reason_name (parts->reason[p]), parts->certificate[p]);
}

static CgParts *
solve (const char *name, const CgPartitionInput *input, const CgPartitionOptions *options)
{
    g_autoptr (GError) error = NULL;
    clock_t start = clock ();
    CgParts *parts = cg_partition_run (input, options, NULL, NULL, &error);
    g_assert_no_error (error);
    print_measures (name, input, parts, options,
                    (double) (clock () - start) / CLOCKS_PER_SEC);
    return parts;
}

/* One unit in ten times 0.5 to 2.5, the others plus or minus 5 %. */
static void
replan_measure (const CgPartitionInput *before, const CgParts *parts,
                const CgPartitionOptions *options)
{
    guint32 n = before->graph->n;
    g_autofree guint32 *weight = g_new (guint32, n);
    CgRandom random;
    cg_random_init (&random, options->seed, 4711);
    guint64 total = 0;
    for (guint32 i = 0; i < n; i++) {
        double factor = cg_random_below (&random, 10) == 0 ? 0.5 + 2 * cg_random_unit (&random)
                                                           : 0.95 + 0.1 * cg_random_unit (&random);
        weight[i] = (guint32) (before->weight[i] * factor + 0.5);
        total += weight[i];
    }
    CgPartitionInput after = *before;
    after.weight = weight;
    print_measures ("  unchanged", &after, parts, options, 0);
    g_autoptr (CgParts) fresh = solve ("  fresh", &after, options);
    after.keep = parts->part_of;
    g_autoptr (CgParts) kept = solve ("  kept", &after, options);
    printf ("    moved: fresh %.2f %%, kept %.2f %%\n",
            100.0 * (double) cg_partition_moved (&after, fresh) / (double) total,
            100.0 * (double) cg_partition_moved (&after, kept) / (double) total);
}

static void
run_instance (const Instance *instance)
{
    RealCounty county;
    if (!real_county_read (&county, instance->file, instance->id, instance->weight,
                           instance->within))
        return;
    for (gint i = 0; i < seeds; i++) {
        CgPartitionOptions options = { .min = instance->min, .max = instance->max,
                                       .target = instance->target, .seed = (guint64) (seed + i),
                                       .effort = (guint) effort, .deadline_s = deadline,
                                       .threads = (guint) threads, .method = method };
        g_autoptr (CgParts) parts = solve (instance->name, &county.input, &options);
        if (replan)
            replan_measure (&county.input, parts, &options);
    }
    real_county_done (&county);
}

static CgGraph *
sheet_graph (guint32 side, CgRandom *random)
{
    guint32 n = side * side, used = 0;
    CgGraph *graph = g_new0 (CgGraph, 1);
    graph->n = n;
    graph->first = g_new0 (guint32, n + 1);
    graph->target = g_new (guint32, 4 * n);
    graph->reverse = g_new (guint32, 4 * n);
    graph->border_cm = g_new (guint32, 4 * n);
    graph->barrier = g_new0 (guint8, 4 * n);
    graph->passable = g_malloc (4 * n);
    graph->outer_cm = g_new0 (guint32, n);
    graph->area_m2 = g_new0 (double, n);
    memset (graph->passable, 1, 4 * n);
    g_autofree guint32 *right = g_new (guint32, n), *below = g_new (guint32, n);
    for (guint32 v = 0; v < n; v++) {
        right[v] = 6000 + cg_random_below (random, 8000);
        below[v] = 6000 + cg_random_below (random, 8000);
    }
    for (guint32 v = 0; v < n; v++) {
        guint32 column = v % side, row = v / side;
        const struct {
            gboolean there;
            guint32 to, border_cm;
        } link[] = { { row > 0, v - side, row > 0 ? below[v - side] : 0 },
                     { column > 0, v - 1, column > 0 ? right[v - 1] : 0 },
                     { column + 1 < side, v + 1, right[v] },
                     { row + 1 < side, v + side, below[v] } };
        for (guint k = 0; k < 4; k++)
            if (link[k].there) {
                graph->target[used] = link[k].to;
                graph->border_cm[used++] = link[k].border_cm;
            }
        graph->first[v + 1] = used;
    }
    return graph;
}

static void
run_sheet (const char *name, guint32 side)
{
    CgRandom random;
    cg_random_init (&random, 7, side);
    g_autoptr (CgGraph) graph = sheet_graph (side, &random);
    g_autofree guint32 *weight = g_new0 (guint32, graph->n);
    g_autofree guint32 *region = g_new (guint32, graph->n);
    for (guint32 v = 0; v < graph->n; v++) {
        double skew = exp (0.8 * cg_random_normal (&random));
        weight[v] = cg_random_below (&random, 100) < 12 ? 0 : (guint32) MIN (250, 15 * skew);
        region[v] = v / side / 15 * (side / 15 + 1) + v % side / 15;
    }
    CgPartitionInput input = { .graph = graph, .weight = weight, .region = region };
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.effort = (guint) effort;
    options.threads = (guint) threads;
    options.deadline_s = deadline;
    options.seed = (guint64) seed;
    options.method = method;
    g_autoptr (CgParts) parts = solve (name, &input, &options);
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
    for (guint i = 0; i < G_N_ELEMENTS (instances); i++) {
        gboolean wanted = argc == 1;
        for (int k = 1; k < argc; k++)
            wanted |= g_str_equal (argv[k], instances[i].name);
        if (wanted)
            run_instance (&instances[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS (sheets); i++)
        for (int k = 1; k < argc; k++)
            if (g_str_equal (argv[k], sheets[i].name))
                run_sheet (sheets[i].name, sheets[i].side);
    return 0;
}
