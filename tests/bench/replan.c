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
static char *problems = NULL;

static GOptionEntry entries[] = {
    { "effort", 0, 0, G_OPTION_ARG_INT, &effort, "1..100", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "first change", "N" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &seeds, "how many changes", "N" },
    { "check-effort", 0, 0, G_OPTION_ARG_INT, &check_effort, "of the split from nothing; 0: none",
      "N" },
    { "problems", 0, 0, G_OPTION_ARG_FILENAME, &problems,
      "write each changed community for tests/oracle/least_moved.py", "FILE" },
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

/* The least of all sums of some weights that is not below need; need where no sum is. */
static gint64
least_sum (const guint32 *weight, guint32 n, gint64 need)
{
    if (need <= 0)
        return 0;
    g_autofree guint8 *reached = g_new0 (guint8, need);
    gint64 best = G_MAXINT64;
    reached[0] = 1;
    for (guint32 k = 0; k < n; k++)
        for (gint64 sum = need; sum-- > 0;)
            if (reached[sum] && sum + weight[k] >= need)
                best = MIN (best, sum + weight[k]);
            else if (reached[sum])
                reached[sum + weight[k]] = 1;
    return best == G_MAXINT64 ? need : best;
}

/* Grids below the minimum in one community: what each gains at least if it stays, what it loses if it is
 * given up. A unit that moves may be the gain of one and the loss of another, so the two add up apart:
 * the least over all choices of the larger sum. Beyond MOST_SMALL grids, half of both together. */
enum { MOST_SMALL = 16 };

typedef struct {
    guint32 n;
    gint64 gain[MOST_SMALL], all[MOST_SMALL], half;
} SmallGrids;

static void
small_add (SmallGrids *small, gint64 gain, gint64 all)
{
    small->half += MIN (gain, all);
    if (small->n < MOST_SMALL) {
        small->gain[small->n] = gain;
        small->all[small->n] = all;
    }
    small->n++;
}

static gint64
small_least (const SmallGrids *small, gint64 out)
{
    gint64 least = G_MAXINT64;
    if (small->n > MOST_SMALL)
        return MAX (out, (small->half + 1) / 2);
    for (guint32 given_up = 0; given_up < 1u << small->n; given_up++) {
        gint64 gains = 0, losses = out;
        for (guint32 k = 0; k < small->n; k++) {
            gains += given_up >> k & 1 ? 0 : small->gain[k];
            losses += given_up >> k & 1 ? small->all[k] : 0;
        }
        least = MIN (least, MAX (gains, losses));
    }
    return least;
}

/* Households that leave their grid in any plan with all grids of the community in range: of a grid
 * above the bound units with at least what is too much, and what is missing below comes from
 * elsewhere, unless the whole grid goes. Units are taken whole. [n_regions] */
static gint64 *
least_moved (const CgPartitionInput *input, const CgParts *old, const BenchRule *rule,
             guint32 n_regions)
{
    guint32 n = old->n_units;
    g_autofree gint64 *out = g_new0 (gint64, n_regions + 1);
    g_autofree SmallGrids *small = g_new0 (SmallGrids, n_regions + 1);
    g_autofree guint32 *own = g_new (guint32, n + 1), *other = g_new (guint32, n + 1);
    for (guint32 p = 0; p < old->n_parts; p++) {
        guint32 n_own = 0, n_other = 0, region = 0;
        gint64 sum = 0;
        for (guint32 v = 0; v < n; v++)
            if (old->part_of[v] == p) {
                own[n_own++] = input->weight[v];
                sum += input->weight[v];
                region = input->region[v];
            }
        for (guint32 v = 0; v < n; v++)
            if (old->part_of[v] != p && input->region[v] == region)
                other[n_other++] = input->weight[v];
        out[region] += least_sum (own, n_own, sum - rule->max);
        if (sum < rule->min)
            small_add (&small[region], least_sum (other, n_other, rule->min - sum), sum);
    }
    gint64 *least = g_new0 (gint64, n_regions + 1);
    for (guint32 r = 0; r < n_regions; r++)
        least[r] = small_least (&small[r], out[r]);
    return least;
}

static gint64 *
moved_by_region (const CgPartitionInput *input, const CgParts *parts, guint32 n_regions)
{
    gint64 *moved = g_new0 (gint64, n_regions + 1);
    g_autofree guint32 *continued = cg_partition_continued (input, parts);
    for (guint32 v = 0; v < parts->n_units; v++)
        if (continued[parts->part_of[v]] != input->keep[v])
            moved[input->region[v]] += input->weight[v];
    return moved;
}

/* Sums over communities that are in range again. */
static void
print_restored (const CgPartitionInput *input, const CgParts *kept, const CgParts *old,
                const BenchRule *rule, guint32 n_regions)
{
    g_autofree gint64 *violation = violation_by_region (input, kept, rule, n_regions);
    g_autofree gint64 *least = least_moved (input, old, rule, n_regions);
    g_autofree gint64 *moved = moved_by_region (input, kept, n_regions);
    g_autofree gint64 *weight = g_new0 (gint64, n_regions + 1);
    gint64 all = 0, sum_moved = 0, sum_least = 0;
    for (guint32 v = 0; v < kept->n_units; v++)
        weight[input->region[v]] += input->weight[v];
    for (guint32 r = 0; r < n_regions; r++) {
        if (violation[r] > 0)
            continue;
        all += weight[r];
        sum_moved += moved[r];
        sum_least += least[r];
    }
    printf ("  of those in range again moved %.3f %%, lower bound %.3f %%",
            100.0 * (double) sum_moved / (double) MAX (1, all),
            100.0 * (double) sum_least / (double) MAX (1, all));
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
write_list (FILE *file, const char *name, const guint32 *value, const guint32 *row, guint32 n)
{
    fprintf (file, ", \"%s\": [", name);
    for (guint32 k = 0; k < n; k++)
        fprintf (file, "%s%u", k > 0 ? ", " : "", value[row[k]]);
    fprintf (file, "]");
}

/* One line of JSON for each community: units numbered from 0, pairs that join. */
static void
write_problems (FILE *file, const Case *one, guint64 number, const CgPartitionInput *input,
                const CgParts *kept, guint32 n_regions)
{
    const CgGraph *graph = input->graph;
    g_autofree guint32 *row = g_new (guint32, graph->n + 1), *local = g_new (guint32, graph->n + 1);
    for (guint32 r = 0; r < n_regions; r++) {
        guint32 n = 0, links = 0;
        for (guint32 v = 0; v < graph->n; v++)
            if (input->region[v] == r) {
                local[v] = n;
                row[n++] = v;
            }
        fprintf (file, "{\"case\": \"%s\", \"change\": %u, \"community\": %u, \"min\": %u, "
                 "\"max\": %u", one->name, (guint) number, r, one->rule.min, one->rule.max);
        write_list (file, "weight", input->weight, row, n);
        write_list (file, "old", input->keep, row, n);
        write_list (file, "new", kept->part_of, row, n);
        fprintf (file, ", \"links\": [");
        for (guint32 k = 0; k < n; k++)
            for (guint32 i = graph->first[row[k]]; i < graph->first[row[k] + 1]; i++)
                if (graph->target[i] > row[k] && graph->passable[i]
                    && input->region[graph->target[i]] == r)
                    fprintf (file, "%s[%u, %u]", links++ > 0 ? ", " : "", k, local[graph->target[i]]);
        fprintf (file, "]}\n");
    }
}

static void
append_problems (const Case *one, guint64 number, const CgPartitionInput *input,
                 const CgParts *kept, guint32 n_regions)
{
    FILE *file = problems != NULL ? fopen (problems, "a") : NULL;
    if (file == NULL)
        return;
    write_problems (file, one, number, input, kept, n_regions);
    fclose (file);
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
    *sum_moved += moved;
    printf ("%-12s change %-3" G_GUINT64_FORMAT " in range %6.2f -> %6.2f %%  out %3u -> %2u  "
            "moved %5.3f %% (exact matching %5.3f)  boundary %7.1f -> %7.1f km  deviation %4.1f -> "
            "%4.1f %%  violations %u  solve %.3f s",
            one->name, number, 100.0 * before.in_range / before.grids,
            100.0 * measures.in_range / measures.grids, before.grids - before.in_range,
            measures.grids - measures.in_range, moved, exact, before.boundary_m / 1000,
            measures.boundary_m / 1000, 100 * before.deviation, 100 * measures.deviation,
            measures.violations, kept_s);
    print_restored (&after, kept, old, &one->rule, cg_names_count (county->units->regions));
    append_problems (one, number, &after, kept, cg_names_count (county->units->regions));
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
