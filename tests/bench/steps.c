#include "steps.h"

#include "base/random.h"
#include "graph/subset.h"
#include "partition/partition.h"
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gboolean
open_instance (BenchInstance *instance, const char *name)
{
    g_autofree char *why = NULL;
    if (bench_instance_open (instance, name, &why))
        return TRUE;
    printf ("- left out: %s\n", why);
    return FALSE;
}

static CgPartitionOptions
options_of (const BenchInstance *instance)
{
    CgPartitionOptions options = CG_PARTITION_OPTIONS_DEFAULT;
    options.min = instance->rule.min;
    options.max = instance->rule.max;
    options.target = instance->rule.target;
    options.threads = 1;
    return options;
}

static CgPartitionInput
input_of (const BenchInstance *instance)
{
    return (CgPartitionInput){ .graph = instance->graph,
                               .weight = instance->weight,
                               .region = instance->region,
                               .id = instance->id };
}

static CgParts *
split (const CgPartitionInput *input, const CgPartitionOptions *options)
{
    g_autoptr (GError) error = NULL;
    CgParts *parts = cg_partition_run (input, options, NULL, NULL, &error);
    if (parts == NULL)
        printf ("- failed: %s\n", error->message);
    return parts;
}

static guint32
unproved (const CgParts *parts)
{
    guint32 n = 0;
    for (guint32 p = 0; p < parts->n_parts; p++)
        n += parts->reason[p] == CG_REASON_UNKNOWN;
    return n;
}

/* ---- replan ---- */

static guint32 *
change_weights (const guint32 *weight, guint32 n, guint64 seed)
{
    guint32 *changed = g_new (guint32, n + 1);
    CgRandom random;
    cg_random_init (&random, seed, 4711);
    for (guint32 i = 0; i < n; i++) {
        double factor = cg_random_below (&random, 10) == 0 ? 0.5 + 2 * cg_random_unit (&random)
                                                           : 0.95 + 0.1 * cg_random_unit (&random);
        changed[i] = (guint32) (weight[i] * factor + 0.5);
    }
    return changed;
}

/* TRUE when every grid of the piece is in range. */
static gboolean
is_in_range (const BenchInstance *instance, const BenchTask *task, const guint32 *label)
{
    g_autoptr (GHashTable) sums = g_hash_table_new (NULL, NULL);
    GHashTableIter iter;
    gpointer sum;
    gboolean all = TRUE;
    for (guint32 i = 0; i < task->n; i++) {
        gpointer key = GUINT_TO_POINTER (label[task->rows[i]]);
        gsize before = GPOINTER_TO_SIZE (g_hash_table_lookup (sums, key));
        g_hash_table_insert (sums, key,
                             GSIZE_TO_POINTER (before + instance->weight[task->rows[i]]));
    }
    g_hash_table_iter_init (&iter, sums);
    while (g_hash_table_iter_next (&iter, NULL, &sum))
        all = all && GPOINTER_TO_SIZE (sum) >= instance->rule.min &&
              GPOINTER_TO_SIZE (sum) <= instance->rule.max;
    return all;
}

/* Communities that a split from nothing brings into range altogether and the kept plan does not. */
static guint32
count_not_restored (const BenchInstance *instance, const CgParts *kept, const CgParts *fresh)
{
    guint32 n = 0;
    for (guint t = 0; t < instance->tasks->len; t++) {
        const BenchTask *task = g_ptr_array_index (instance->tasks, t);
        n += !is_in_range (instance, task, kept->part_of) &&
             is_in_range (instance, task, fresh->part_of);
    }
    return n;
}

typedef struct {
    double moved, worst_moved, fresh_moved, metis_moved, in_range, untouched;
    guint32 not_restored, unproved, violations;
} Replan;

static double
share_in_range (const BenchInstance *instance, const guint32 *weight, const guint32 *label,
                guint32 *violations)
{
    BenchMeasures m;
    bench_measure (instance->graph, weight, instance->region, label, &instance->rule, &m);
    *violations += m.violations;
    return 100.0 * m.in_range / m.grids;
}

/* METIS on the weights that the instance has now; CG_NONE everywhere when it is absent. */
static guint32 *
metis_labels (BenchInstance *instance)
{
    guint32 *label = g_new (guint32, instance->graph->n + 1);
    memset (label, 0xff, instance->graph->n * sizeof *label);
    for (const BenchSolver *s = bench_solvers (); s->name != NULL; s++)
        if (g_str_equal (s->name, "metis-100")) {
            BenchAnswer answer = { .label = label };
            s->run (s, instance, &answer, NULL);
        }
    return label;
}

static gboolean
replan_once (BenchInstance *instance, const CgParts *old, const guint32 *old_metis, guint64 seed,
             Replan *sum)
{
    guint32 n = instance->graph->n, dirty = 0;
    CgPartitionOptions options = options_of (instance);
    g_autofree guint32 *before = instance->weight;
    instance->weight = change_weights (before, n, seed);
    bench_instance_weigh (instance);
    CgPartitionInput input = input_of (instance);
    g_autoptr (CgParts) fresh = split (&input, &options);
    input.keep = old->part_of;
    g_autoptr (CgParts) kept = fresh != NULL ? split (&input, &options) : NULL;
    if (kept != NULL) {
        g_autofree guint32 *metis = metis_labels (instance);
        double moved = 100 * bench_moved (instance->weight, old->part_of, kept->part_of, n);
        sum->untouched += share_in_range (instance, instance->weight, old->part_of, &dirty);
        sum->in_range +=
            share_in_range (instance, instance->weight, kept->part_of, &sum->violations);
        sum->moved += moved;
        sum->worst_moved = MAX (sum->worst_moved, moved);
        sum->fresh_moved += 100 * bench_moved (instance->weight, old->part_of, fresh->part_of, n);
        sum->metis_moved += 100 * bench_moved (instance->weight, old_metis, metis, n);
        sum->unproved += unproved (kept);
        sum->not_restored += count_not_restored (instance, kept, fresh);
    }
    g_free (instance->weight);
    instance->weight = g_steal_pointer (&before);
    bench_instance_weigh (instance);
    return kept != NULL;
}

static gboolean
replan_instance (const char *name)
{
    enum { CHANGES = 5 };
    g_auto (BenchInstance) instance = { 0 };
    if (!open_instance (&instance, name))
        return FALSE;
    CgPartitionInput input = input_of (&instance);
    CgPartitionOptions options = options_of (&instance);
    g_autoptr (CgParts) old = split (&input, &options);
    g_autofree guint32 *old_metis = metis_labels (&instance);
    Replan sum = { 0 };
    for (guint64 seed = 1; seed <= CHANGES; seed++)
        if (old == NULL || !replan_once (&instance, old, old_metis, seed, &sum))
            return FALSE;
    bench_bar ("10", sum.moved / CHANGES <= 1.5 && sum.not_restored == 0 && sum.violations == 0,
               "%s, %d changes: moved %.2f %% (at most 1.5; worst %.2f; from nothing %.1f, "
               "METIS %.1f), in range %.2f %% (old plan untouched %.2f), %u communities that a "
               "split from nothing restores are not, %u grids out of range without proof",
               name, CHANGES, sum.moved / CHANGES, sum.worst_moved, sum.fresh_moved / CHANGES,
               sum.metis_moved / CHANGES, sum.in_range / CHANGES, sum.untouched / CHANGES,
               sum.not_restored, sum.unproved);
    return TRUE;
}

gboolean
bench_replan (void)
{
    gboolean rockland = replan_instance ("rockland");
    return replan_instance ("chiayi") && rockland;
}

/* ---- one community again ---- */

typedef struct {
    CgGraph *graph;
    guint32 *weight;
} Community;

static void
community_init (Community *community, const BenchInstance *instance, const BenchTask *task)
{
    community->graph = cg_graph_subset (instance->graph, task->n, task->rows);
    community->weight = g_new (guint32, task->n + 1);
    for (guint32 i = 0; i < task->n; i++)
        community->weight[i] = instance->weight[task->rows[i]];
}

static void
community_done (Community *community)
{
    cg_graph_free (community->graph);
    g_free (community->weight);
}

/* Splits once, then after each change of one unit from the old plan; appends milliseconds. */
static gboolean
resolve_community (const Community *community, const CgPartitionOptions *options, CgRandom *random,
                   GArray *out_ms, guint32 *out_unproved)
{
    CgPartitionInput input = { .graph = community->graph, .weight = community->weight };
    g_autoptr (CgParts) old = split (&input, options);
    for (guint change = 0; old != NULL && change < 20; change++) {
        guint32 unit = cg_random_below (random, community->graph->n);
        guint32 before = community->weight[unit];
        community->weight[unit] = before / 2 + cg_random_below (random, 2 * before + 10);
        input.keep = old->part_of;
        double start = bench_cpu_s ();
        g_autoptr (CgParts) again = split (&input, options);
        double ms = 1000 * (bench_cpu_s () - start);
        community->weight[unit] = before;
        if (again == NULL)
            return FALSE;
        *out_unproved += unproved (again);
        g_array_append_val (out_ms, ms);
    }
    return old != NULL;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
    double one = *(const double *) a, two = *(const double *) b;
    return (one > two) - (one < two);
}

gboolean
bench_resolve (void)
{
    g_auto (BenchInstance) instance = { 0 };
    if (!open_instance (&instance, "made-10k"))
        return FALSE;
    CgRandom random;
    cg_random_init (&random, 1, 1);
    CgPartitionOptions options = options_of (&instance);
    g_autoptr (GArray) ms = g_array_new (FALSE, FALSE, sizeof (double));
    guint32 n_unproved = 0;
    for (guint t = 0; t < instance.tasks->len; t++) {
        Community community;
        community_init (&community, &instance, g_ptr_array_index (instance.tasks, t));
        gboolean done = resolve_community (&community, &options, &random, ms, &n_unproved);
        community_done (&community);
        if (!done)
            return FALSE;
    }
    g_array_sort (ms, compare_doubles);
    double p50 = g_array_index (ms, double, ms->len / 2);
    double p99 = g_array_index (ms, double, ms->len * 99 / 100);
    bench_bar ("11", p99 <= 10 && n_unproved == 0,
               "%u times a community of %u units on average after one change: CPU time p50 "
               "%.2f ms, p99 %.2f ms (at most 10), %u grids out of range without proof",
               ms->len, instance.graph->n / instance.tasks->len, p50, p99, n_unproved);
    return TRUE;
}

/* ---- seeds, threads ---- */

gboolean
bench_seeds (guint n)
{
    g_auto (BenchInstance) instance = { 0 };
    if (!open_instance (&instance, "rockland"))
        return FALSE;
    CgPartitionInput input = input_of (&instance);
    CgPartitionOptions options = options_of (&instance);
    double least = G_MAXDOUBLE, most = 0, sum = 0, squares = 0;
    for (options.seed = 1; options.seed <= n; options.seed++) {
        g_autoptr (CgParts) parts = split (&input, &options);
        if (parts == NULL)
            return FALSE;
        BenchMeasures m;
        bench_measure (instance.graph, instance.weight, instance.region, parts->part_of,
                       &instance.rule, &m);
        least = MIN (least, m.boundary_m);
        most = MAX (most, m.boundary_m);
        sum += m.boundary_m;
        squares += m.boundary_m * m.boundary_m;
    }
    double mean = sum / n, deviation = sqrt (MAX (squares / n - mean * mean, 0));
    bench_bar ("12 (seeds)", (most - least) / mean <= 0.01,
               "rockland, seeds 1..%u: boundary %.2f to %.2f km, spread %.2f %% of the mean (at "
               "most 1), standard deviation %.2f %%",
               n, least / 1000, most / 1000, 100 * (most - least) / mean, 100 * deviation / mean);
    return TRUE;
}

gboolean
bench_hashes (guint threads)
{
    static const char *const names[] = { "chiayi", "rockland", "cincinnati", "made-10k" };
    gboolean done = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_auto (BenchInstance) instance = { 0 };
        if (!open_instance (&instance, names[i])) {
            done = FALSE;
            continue;
        }
        CgPartitionInput input = input_of (&instance);
        CgPartitionOptions options = options_of (&instance);
        options.threads = threads;
        g_autoptr (CgParts) parts = split (&input, &options);
        if (parts == NULL)
            return FALSE;
        printf ("%s %016" G_GINT64_MODIFIER "x\n", names[i],
                bench_label_hash (parts->part_of, parts->n_units));
    }
    return done;
}

/* ---- deadline ---- */

typedef struct {
    double wall_s, cpu_s;
    guint32 unproved;
    BenchMeasures m;
} Stopped;

static gboolean
stop_once (const BenchInstance *instance, double limit_s, Stopped *out)
{
    CgPartitionInput input = input_of (instance);
    CgPartitionOptions options = options_of (instance);
    options.deadline_s = limit_s;
    double cpu_s = bench_cpu_s ();
    gint64 start_us = g_get_monotonic_time ();
    g_autoptr (CgParts) parts = split (&input, &options);
    out->wall_s = (double) (g_get_monotonic_time () - start_us) / 1e6;
    out->cpu_s = bench_cpu_s () - cpu_s;
    if (parts == NULL)
        return FALSE;
    out->unproved = unproved (parts);
    bench_measure (instance->graph, instance->weight, instance->region, parts->part_of,
                   &instance->rule, &out->m);
    return TRUE;
}

/* The promptest of three tries: others may keep the processor busy. A violation in any counts. */
static gboolean
keep_deadline (const char *what, const BenchInstance *instance)
{
    const double limit_s = 0.5, late_s = 0.05;
    Stopped best = { .wall_s = G_MAXDOUBLE }, now;
    guint32 violations = 0;
    for (guint try = 0; try < 3; try++) {
        if (!stop_once (instance, limit_s, &now))
            return FALSE;
        violations += now.m.violations;
        if (now.wall_s < best.wall_s)
            best = now;
    }
    bench_bar ("13", violations == 0 && best.wall_s <= limit_s + late_s,
               "%s: back after %.2f s (%.2f s CPU; deadline %.1f s) with %u grids, %.1f %% in "
               "range, %u out of range without proof, %u violations",
               what, best.wall_s, best.cpu_s, limit_s, best.m.grids,
               100.0 * best.m.in_range / best.m.grids, best.unproved, violations);
    return TRUE;
}

gboolean
bench_deadline (void)
{
    g_auto (BenchInstance) large = { 0 }, small = { 0 };
    if (!open_instance (&large, "made-1m") || !keep_deadline ("made-1m", &large))
        return FALSE;
    if (!open_instance (&small, "made-10k"))
        return FALSE;
    /* One unit is too little for a grid and two are too much, though the sums allow a number of
     * grids: nothing but trying shows that no plan exists. */
    for (guint32 i = 0; i < small.graph->n; i++)
        small.weight[i] = 260;
    return keep_deadline ("made-10k with 260 households in every unit (no feasible plan)", &small);
}
