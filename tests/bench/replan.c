/* Keeps an old plan after the households have changed, and counts what moves.
 *
 *   bench-replan [OPTIONS] [NAME...]      chiayi rockland nantou chiayi-code2 cincinnati
 *
 * The old plan is a split of the county. Then one unit in ten has 0.5 to 2.5 times its households,
 * each other 0.95 to 1.05 times. A community is restorable when a split from nothing (at effort 100)
 * brings every grid into range. Figures come from the bench's own checker; moved households are those
 * whose unit is not in the grid that shares most with its old one, matched greedily.
 */
#include "base/random.h"
#include "instance.h"
#include "real_counties.h"

#include <stdio.h>

typedef struct {
    const char *name, *file, *id, *weight, *within;
    BenchRule rule;
} Case;

static const Case cases[] = {
    { "chiayi", "taiwan/chiayi_city_10020_base_areas.gpkg", "codebase", "households", "town_id",
      { 300, 500, 400 } },
    { "rockland", "partition/rockland_blocks.gpkg", "unit_id", "population", "community",
      { 750, 1250, 1000 } },
    { "nantou", "taiwan/nantou_10008_base_areas.gpkg", "codebase", "households", "town_id",
      { 300, 500, 400 } },
    { "chiayi-code2", "taiwan/chiayi_city_10020_base_areas.gpkg", "codebase", "households", "code2",
      { 300, 500, 400 } },
    { "cincinnati", "us/cincinnati_blocks.gpkg", "geoid", "households", "tract",
      { 300, 500, 400 } },
};

static gint effort = 20, seed = 1, seeds = 5, check_effort = 100;
static gboolean details = FALSE;

static GOptionEntry entries[] = {
    { "effort", 0, 0, G_OPTION_ARG_INT, &effort, "1..100", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "first change", "N" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &seeds, "how many changes", "N" },
    { "check-effort", 0, 0, G_OPTION_ARG_INT, &check_effort, "of the split from nothing; 0: none",
      "N" },
    { "details", 0, 0, G_OPTION_ARG_NONE, &details, "name communities that stay out", NULL },
    { NULL },
};

static double
cpu_s (void)
{
    struct timespec now;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static CgParts *
solve (const CgPartitionInput *input, const BenchRule *rule, gint with_effort, double *out_s)
{
    g_autoptr (GError) error = NULL;
    CgPartitionOptions options = { .min = rule->min, .max = rule->max, .target = rule->target,
                                   .seed = 1, .effort = (guint) with_effort, .threads = 1 };
    double start = cpu_s ();
    CgParts *parts = cg_partition_run (input, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    *out_s = cpu_s () - start;
    return parts;
}

/* What is missing or too much, by region. */
static gint64 *
violation_by_region (const CgPartitionInput *input, const CgParts *parts, const BenchRule *rule,
                     guint32 n_regions)
{
    gint64 *violation = g_new0 (gint64, n_regions + 1);
    g_autofree gint64 *sum = g_new0 (gint64, parts->n_parts + 1);
    g_autofree guint32 *region = g_new0 (guint32, parts->n_parts + 1);
    for (guint32 i = 0; i < parts->n_units; i++) {
        sum[parts->part_of[i]] += input->weight[i];
        region[parts->part_of[i]] = input->region[i];
    }
    for (guint32 p = 0; p < parts->n_parts; p++)
        violation[region[p]] += MAX (0, MAX (rule->min - sum[p], sum[p] - rule->max));
    return violation;
}

typedef struct {
    guint32 restorable, restored, kept_only, regions;
} Restored;

/* What has to leave grids that are too full or to enter grids that are too small, by region, were
 * units of any size at hand; in households. */
static gint64
least_moved (const CgPartitionInput *input, const CgParts *old, const BenchRule *rule,
             guint32 n_regions)
{
    g_autofree gint64 *sum = g_new0 (gint64, old->n_parts + 1);
    g_autofree guint32 *region = g_new0 (guint32, old->n_parts + 1);
    g_autofree gint64 *above = g_new0 (gint64, n_regions + 1), *below = g_new0 (gint64, n_regions + 1);
    gint64 least = 0;
    for (guint32 i = 0; i < old->n_units; i++) {
        sum[old->part_of[i]] += input->weight[i];
        region[old->part_of[i]] = input->region[i];
    }
    for (guint32 p = 0; p < old->n_parts; p++) {
        above[region[p]] += MAX (0, sum[p] - rule->max);
        below[region[p]] += MAX (0, rule->min - sum[p]);
    }
    for (guint32 r = 0; r < n_regions; r++)
        least += MAX (above[r], below[r]);
    return least;
}

static Restored
compare (const CgPartitionInput *input, const CgParts *kept, const CgParts *fresh,
         const BenchRule *rule, const CgNames *names)
{
    guint32 n_regions = cg_names_count (names);
    g_autofree gint64 *a = violation_by_region (input, kept, rule, n_regions);
    g_autofree gint64 *b = violation_by_region (input, fresh, rule, n_regions);
    Restored out = { .regions = n_regions };
    for (guint32 r = 0; r < n_regions; r++) {
        out.restorable += a[r] == 0 || b[r] == 0;
        out.restored += a[r] == 0;
        out.kept_only += a[r] == 0 && b[r] > 0;
        if (details && a[r] > b[r])
            printf ("    %s: kept %" G_GINT64_FORMAT " out, fresh %" G_GINT64_FORMAT "\n",
                    cg_names_get (names, r), a[r], b[r]);
    }
    return out;
}

static void
run_change (const Case *one, const RealCounty *county, const CgParts *old, guint64 number,
            double *sum_moved)
{
    guint32 n = county->graph->n;
    g_autofree guint32 *weight = g_new (guint32, n);
    CgRandom random;
    guint64 total = 0;
    cg_random_init (&random, number, 4711);
    for (guint32 i = 0; i < n; i++) {
        double factor = cg_random_below (&random, 10) == 0 ? 0.5 + 2 * cg_random_unit (&random)
                                                           : 0.95 + 0.1 * cg_random_unit (&random);
        weight[i] = (guint32) (county->input.weight[i] * factor + 0.5);
        total += weight[i];
    }
    CgPartitionInput after = county->input;
    BenchMeasures before, measures;
    double kept_s, fresh_s = 0;
    after.weight = weight;
    bench_measure (county->graph, weight, after.region, old->part_of, &one->rule, &before);
    after.keep = old->part_of;
    g_autoptr (CgParts) kept = solve (&after, &one->rule, effort, &kept_s);
    bench_measure (county->graph, weight, after.region, kept->part_of, &one->rule, &measures);
    double moved = 100 * bench_moved (weight, old->part_of, kept->part_of, n);
    double exact = 100.0 * (double) cg_partition_moved (&after, kept) / (double) total;
    double least = 100.0 / (double) total
                   * (double) least_moved (&after, old, &one->rule,
                                           cg_names_count (county->units->regions));
    *sum_moved += moved;
    printf ("%-12s change %-3" G_GUINT64_FORMAT " in range %6.2f -> %6.2f %%  out %3u -> %2u  "
            "moved %5.3f %% (exact matching %5.3f, at least %5.3f)  boundary %7.1f -> %7.1f km  deviation %4.1f -> "
            "%4.1f %%  violations %u  solve %.3f s",
            one->name, number, 100.0 * before.in_range / before.grids,
            100.0 * measures.in_range / measures.grids, before.grids - before.in_range,
            measures.grids - measures.in_range, moved, exact, least, before.boundary_m / 1000,
            measures.boundary_m / 1000, 100 * before.deviation, 100 * measures.deviation,
            measures.violations, kept_s);
    if (check_effort > 0) {
        after.keep = NULL;
        g_autoptr (CgParts) fresh = solve (&after, &one->rule, check_effort, &fresh_s);
        Restored r = compare (&after, kept, fresh, &one->rule, county->units->regions);
        printf ("  restored %u of %u restorable (%u only here) of %u", r.restored, r.restorable,
                r.kept_only, r.regions);
    }
    printf ("\n");
}

static void
run_case (const Case *one)
{
    RealCounty county;
    double seconds, moved = 0;
    if (!real_county_read (&county, one->file, one->id, one->weight, one->within))
        return;
    g_autoptr (CgParts) old = solve (&county.input, &one->rule, 20, &seconds);
    for (gint i = 0; i < seeds; i++)
        run_change (one, &county, old, (guint64) (seed + i), &moved);
    printf ("%-12s mean moved %.3f %%\n", one->name, moved / MAX (1, seeds));
    real_county_done (&county);
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GOptionContext) context = g_option_context_new ("[NAME...]");
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error)) {
        fprintf (stderr, "bench-replan: %s\n", error->message);
        return 2;
    }
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gboolean wanted = argc == 1 && i < 2;
        for (int k = 1; k < argc; k++)
            wanted |= g_str_equal (argv[k], cases[i].name);
        if (wanted)
            run_case (&cases[i]);
    }
    return 0;
}
