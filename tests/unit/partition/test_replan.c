/* Keeping an old plan: against an oracle that sees every plan and every matching of small cases. */
#include "drawn_graphs.h"

#include "base/error.h"
#include "support.h"

#include <string.h>

/* ---- oracle, n <= 10: additive over parts, each with the old part that it continues ---- */

enum { LABELS = 4 };

#define NO_PLAN (G_MAXINT64 / 4)

typedef struct {
    gint64 violation, exceptions, moved;
} Cost;

static gboolean
is_less (const Cost *a, const Cost *b)
{
    if (a->violation != b->violation)
        return a->violation < b->violation;
    if (a->exceptions != b->exceptions)
        return a->exceptions < b->exceptions;
    return a->moved < b->moved;
}

/* Connected over passable links inside one region. */
static gboolean
is_part (const DrawnCase *drawn, guint32 set)
{
    const CgGraph *graph = drawn->graph;
    guint32 seen = set & -set, before = 0;
    while (seen != before) {
        before = seen;
        for (guint32 v = 0; v < graph->n; v++)
            for (guint32 i = graph->first[v]; (seen >> v & 1) && i < graph->first[v + 1]; i++) {
                guint32 to = graph->target[i];
                if (graph->passable[i] && (set >> to & 1)
                    && (drawn->region == NULL || drawn->region[to] == drawn->region[v]))
                    seen |= 1u << to;
            }
    }
    return seen == set;
}

static Cost
cost_of (const DrawnCase *drawn, guint32 set, guint32 label)
{
    Cost cost = { 0 };
    gint64 sum = 0;
    for (guint32 v = 0; v < drawn->graph->n; v++) {
        if (!(set >> v & 1))
            continue;
        sum += drawn->weight[v];
        if (drawn->keep[v] != CG_NONE && drawn->keep[v] != label)
            cost.moved += drawn->weight[v];
    }
    cost.violation = MAX (0, MAX (drawn->options.min - sum, sum - drawn->options.max));
    cost.exceptions = cost.violation > 0;
    return cost;
}

/* keep holds labels below LABELS, or CG_NONE. lock may be NULL. */
static Cost
best_of_all (const DrawnCase *drawn, const guint32 *lock)
{
    guint32 n = drawn->graph->n, n_sets = 1u << n, n_masks = 1u << LABELS;
    Cost *best = g_new (Cost, n_sets * n_masks);
    for (guint32 k = 0; k < n_sets * n_masks; k++)
        best[k] = (Cost){ k < n_masks ? 0 : NO_PLAN, 0, 0 };
    for (guint32 set = 1; set < n_sets; set++)
        for (guint32 more = set & (set - 1);; more = (more - 1) & set & (set - 1)) {
            guint32 part = (set & -set) | more;
            gboolean good = is_part (drawn, part);
            for (guint32 label = 0; good && label <= LABELS; label++) {
                gboolean held = TRUE; /* the part that continues a label has what is locked to it */
                for (guint32 v = 0; v < n && lock != NULL; v++)
                    held &= lock[v] == CG_NONE || (part >> v & 1) == (lock[v] == label);
                Cost cost = cost_of (drawn, part, label < LABELS ? label : CG_NONE - 1);
                for (guint32 mask = 0; held && mask < n_masks; mask++) {
                    if (label < LABELS && !(mask >> label & 1))
                        continue;
                    guint32 left = label < LABELS ? mask & ~(1u << label) : mask;
                    Cost sum = best[(set & ~part) * n_masks + left];
                    sum.violation += cost.violation;
                    sum.exceptions += cost.exceptions;
                    sum.moved += cost.moved;
                    if (is_less (&sum, &best[set * n_masks + mask]))
                        best[set * n_masks + mask] = sum;
                }
            }
            if (more == 0)
                break;
        }
    Cost out = best[(n_sets - 1) * n_masks + n_masks - 1];
    g_free (best);
    return out;
}

static Cost
cost_of_parts (const DrawnCase *drawn, const CgParts *parts)
{
    CgPartitionInput input = drawn_input (drawn);
    g_autofree guint64 *sum = cg_partition_sums (&input, parts);
    Cost cost = { .moved = (gint64) cg_partition_moved (&input, parts) };
    for (guint32 p = 0; p < parts->n_parts; p++) {
        gint64 off = MAX (0, MAX (drawn->options.min - (gint64) sum[p],
                                  (gint64) sum[p] - drawn->options.max));
        cost.violation += off;
        cost.exceptions += off > 0;
    }
    return cost;
}

/* A planar sheet with holes, weights that a few units fill a part with, an old plan of some kind:
 * a sound one after a change, garbage, with gaps, all one part. */
static void
draw_case (DrawnCase *drawn, CgRandom *random, guint32 most)
{
    drawn_random (drawn, random, most);
    guint32 n = drawn->graph->n, kind = cg_random_below (random, 4);
    g_clear_pointer (&drawn->compound, g_free);
    g_free (drawn->keep);
    drawn->keep = g_new (guint32, n + 1);
    for (guint32 v = 0; v < n; v++)
        drawn->keep[v] = kind == 1   ? cg_random_below (random, LABELS)
                         : kind == 2 ? v % 3 == 0 ? CG_NONE : v * LABELS / n
                                     : 0;
    if (kind != 0)
        return;
    g_autoptr (GError) error = NULL;
    g_autofree guint32 *keep = g_steal_pointer (&drawn->keep);
    CgPartitionInput input = drawn_input (drawn);
    CgPartitionOptions options = drawn->options;
    options.effort = 1;
    g_autoptr (CgParts) parts = cg_partition_run (&input, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    for (guint32 v = 0; v < n; v++) {
        keep[v] = parts->part_of[v] < LABELS ? parts->part_of[v] : CG_NONE;
        if (cg_random_below (random, 4) == 0)
            drawn->weight[v] = drawn->weight[v] * (50 + cg_random_below (random, 200)) / 100;
    }
    drawn->keep = g_steal_pointer (&keep);
}

static void
test_least_moved (void)
{
    guint count = g_test_slow () ? 6000 : cg_test_cases (500), far = 0, worse = 0;
    gint64 least = 0, moved = 0;
    for (guint i = 0; i < count; i++) {
        CgRandom random;
        DrawnCase drawn;
        g_autoptr (GError) error = NULL;
        cg_random_init (&random, 33, i);
        draw_case (&drawn, &random, 9);
        CgPartitionInput input = drawn_input (&drawn);
        g_autoptr (CgParts) parts
            = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (cg_partition_check (&input, parts, NULL), ==, 0);
        Cost got = cost_of_parts (&drawn, parts), best = best_of_all (&drawn, NULL);
        g_assert_false (is_less (&got, &best));
        if (best.violation == 0)
            g_assert_cmpint (got.violation, ==, 0);
        if (got.violation > best.violation || got.exceptions > best.exceptions) {
            worse++;
        } else {
            far += got.moved > best.moved;
            moved += MIN (got.moved, 1000);
            least += MIN (best.moved, 1000);
        }
        drawn_done (&drawn);
    }
    g_test_message ("%u cases: %u out of range by more than need be, %u move more than need be, "
                    "%" G_GINT64_FORMAT " households instead of %" G_GINT64_FORMAT,
                    count, worse, far, moved, least);
    g_assert_cmpuint (worse, <=, count / 1000);
    g_assert_cmpuint (far, <=, count / 80);
    g_assert_cmpint (1000 * moved, <=, (g_test_slow () ? 1015 : 1003) * least);
}

/* ---- locks ---- */

/* One to three units are locked to old parts, or to a new one. */
static guint32 *
draw_locks (const DrawnCase *drawn, CgRandom *random)
{
    guint32 n = drawn->graph->n, *lock = g_new (guint32, n + 1);
    for (guint32 v = 0; v < n; v++)
        lock[v] = CG_NONE;
    for (guint32 k = 1 + cg_random_below (random, 3); k > 0; k--)
        lock[cg_random_below (random, n)] = cg_random_below (random, LABELS);
    return lock;
}

static gboolean
all_kept (const DrawnCase *drawn, const guint32 *lock, const CgParts *parts)
{
    guint32 n = drawn->graph->n;
    for (guint32 v = 0; v < n; v++)
        for (guint32 u = 0; u < n && lock[v] != CG_NONE; u++)
            if (lock[u] != CG_NONE
                && (lock[u] == lock[v]) != (parts->part_of[u] == parts->part_of[v]))
                return FALSE;
    return TRUE;
}

static void
test_locks (void)
{
    guint count = g_test_slow () ? 4000 : cg_test_cases (400), refused = 0, far = 0, worse = 0, no_way = 0;
    for (guint i = 0; i < count; i++) {
        CgRandom random;
        DrawnCase drawn;
        g_autoptr (GError) error = NULL;
        cg_random_init (&random, 34, i);
        draw_case (&drawn, &random, 9);
        g_clear_pointer (&drawn.region, g_free);
        CgPartitionInput input = drawn_input (&drawn);
        g_autofree guint32 *lock = draw_locks (&drawn, &random);
        input.lock = lock;
        Cost best = best_of_all (&drawn, lock);
        g_autoptr (CgParts) parts
            = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
        if (parts == NULL) {
            g_assert_error (error, CG_ERROR, CG_ERROR_INFEASIBLE);
            g_assert_nonnull (strstr (error->message, "unit"));
            g_assert_true (best.violation >= NO_PLAN || strstr (error->message, "share") != NULL);
            refused++;
            no_way += strstr (error->message, "no way") != NULL;
        } else {
            Cost got = cost_of_parts (&drawn, parts);
            g_assert_cmpuint (cg_partition_check (&input, parts, NULL), ==, 0);
            g_assert_true (all_kept (&drawn, lock, parts));
            g_assert_cmpint (best.violation, <, NO_PLAN);
            g_assert_cmpint (got.violation, >=, best.violation);
            worse += got.violation > best.violation;
            far += got.violation == best.violation && got.exceptions == best.exceptions
                   && got.moved > best.moved;
        }
        drawn_done (&drawn);
    }
    g_test_message ("%u cases: %u refused (%u where ways cross), %u out of range by more than need "
                    "be, %u move more than need be", count, refused, no_way, worse, far);
    g_assert_cmpuint (refused, >, 10);
    g_assert_cmpuint (worse, <=, count / 25);
    g_assert_cmpuint (far, <=, count / 25);
}

/* A row of six units of 100 households in two parts, or in two communities. */
static void
refuse (const guint32 *lock, const guint32 *region, const guint32 *compound, gboolean with_keep,
        const char *text)
{
    static const guint32 keep[] = { 0, 0, 0, 1, 1, 1 };
    guint32 weight[] = { 100, 100, 100, 100, 100, 100 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = drawn_lattice (6, 1);
    CgPartitionInput input = { .graph = graph, .weight = weight, .region = region, .lock = lock,
                               .compound = compound, .keep = with_keep ? keep : NULL };
    g_assert_null (cg_partition_run (&input, NULL, NULL, NULL, &error));
    const int code = with_keep ? CG_ERROR_INFEASIBLE : CG_ERROR_ARGUMENT;
    g_assert_error (error, CG_ERROR, code);
    g_assert_cmpstr (error->message, ==, text);
}

static void
test_refused (void)
{
    const guint32 NO = CG_NONE;
    static const guint32 region[] = { 7, 7, 7, 8, 8, 8 };
    const guint32 crossed[] = { 1, NO, NO, 0, NO, 1 }, apart[] = { 0, NO, NO, NO, NO, 0 };
    const guint32 away[] = { 1, NO, NO, NO, NO, NO }, fresh[] = { 9, NO, NO, NO, NO, 9 };
    const guint32 both[] = { 0, 1, NO, NO, NO, NO }, one[] = { 5, 5, NO, NO, NO, NO };
    refuse (crossed, NULL, NULL, FALSE, "locks name parts of the old plan, and there is none");
    refuse (crossed, NULL, NULL, TRUE,
            "unit #6: units locked to other grids part it from those locked to its grid");
    refuse (away, region, NULL, TRUE,
            "unit #1 is locked to a grid of which it shares no community");
    refuse (fresh, region, NULL, TRUE,
            "units #1 and #6 are locked to one grid, but no units of one community join them");
    refuse (apart, region, NULL, TRUE,
            "units #1 and #6 are locked to one grid, but no units of one community join them");
    refuse (both, NULL, one, TRUE, "unit #1: units of its compound, which stays whole, are locked "
                                   "to different grids");
}

/* ---- which part continues which ---- */

/* A part cut in two, two made one, and a case where taking the largest overlap first is not best. */
static void
test_continued (void)
{
    static const guint32 keep[] = { 7, 7, 7, 7, 3, 3, 5, 5, 5, 5 };
    static const guint32 weight[] = { 10, 10, 10, 15, 30, 0, 40, 39, 1, 0 };
    CgGraph graph = { .n = 10 };
    CgPartitionInput input = { .graph = &graph, .weight = weight, .keep = keep };
    static const struct {
        guint32 part_of[10], n_parts, continued[4];
        guint64 moved;
    } rows[] = {
        { { 0, 0, 1, 1, 2, 2, 3, 3, 3, 3 }, 4, { CG_NONE, 7, 3, 5 }, 20 }, /* 7: 20 and 25 */
        { { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 }, 2, { 7, 5 }, 30 },
        { { 0, 0, 0, 0, 1, 1, 1, 1, 1, 1 }, 2, { 7, 5 }, 30 },
        /* Part 0 shares 40 with 5 and 30 with 3, part 1 shares 40 with 5 and nothing with 3. */
        { { 2, 2, 2, 2, 0, 0, 0, 1, 1, 1 }, 3, { 3, 5, 7 }, 40 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++) {
        g_autoptr (CgParts) parts = cg_parts_new (10, rows[k].n_parts);
        memcpy (parts->part_of, rows[k].part_of, sizeof rows[k].part_of);
        g_autofree guint32 *continued = cg_partition_continued (&input, parts);
        for (guint32 p = 0; p < rows[k].n_parts; p++)
            g_assert_cmpuint (continued[p], ==, rows[k].continued[p]);
        g_assert_cmpuint (cg_partition_moved (&input, parts), ==, rows[k].moved);
    }
}

/* ---- several plans in one call ---- */

/* Six communities of 12 x 12 blocks, and the plan of other households as the old one. */
static void
draw_town (DrawnCase *drawn)
{
    enum { N = 864 };
    CgRandom random;
    g_autoptr (GError) error = NULL;
    cg_random_init (&random, 35, 0);
    *drawn = (DrawnCase){ .graph = drawn_lattice (72, 12), .options = CG_PARTITION_OPTIONS_DEFAULT };
    drawn->weight = g_new (guint32, N);
    drawn->region = g_new (guint32, N);
    for (guint32 v = 0; v < N; v++) {
        drawn->weight[v] = cg_random_below (&random, 50);
        drawn->region[v] = v % 72 / 12;
    }
    drawn->options.threads = 1;
    CgPartitionInput input = drawn_input (drawn);
    g_autoptr (CgParts) old = cg_partition_run (&input, &drawn->options, NULL, NULL, &error);
    g_assert_no_error (error);
    drawn->keep = g_memdup2 (old->part_of, N * sizeof (guint32));
    for (guint32 v = 0; v < N; v += 10)
        drawn->weight[v] *= 3;
}

static void
test_pareto (void)
{
    DrawnCase drawn;
    g_autoptr (GError) error = NULL;
    draw_town (&drawn);
    CgPartitionInput input = drawn_input (&drawn);
    g_autoptr (CgParts) least = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (GPtrArray) points
        = cg_partition_pareto (&input, &drawn.options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (points->len, >=, 3);
    for (guint i = 0; i < points->len; i++) {
        const CgPartitionPoint *point = g_ptr_array_index (points, i);
        Cost cost = cost_of_parts (&drawn, point->parts);
        g_assert_cmpuint (cg_partition_check (&input, point->parts, NULL), ==, 0);
        g_assert_cmpint (cost.moved, ==, (gint64) point->moved);
        g_assert_cmpint (cost.violation, ==, (gint64) point->violation);
        g_assert_cmpint (cost.exceptions, ==, (gint64) point->exceptions);
        for (guint k = 0; k < i; k++) {
            const CgPartitionPoint *before = g_ptr_array_index (points, k);
            g_assert_cmpuint (before->moved, <=, point->moved);
            g_assert_true (before->boundary_m > point->boundary_m
                           || before->violation > point->violation
                           || before->exceptions > point->exceptions);
        }
        g_test_message ("%" G_GUINT64_FORMAT " moved, %u out of range, %.1f m", point->moved,
                        point->exceptions, point->boundary_m);
    }
    const CgPartitionPoint *first = g_ptr_array_index (points, 0);
    g_assert_cmpuint (first->moved, <=, cg_partition_moved (&input, least));
    drawn_done (&drawn);
}

/* Only the first community has other households: elsewhere nothing changes, unit for unit, with any
 * number of threads and any seed. */
static void
test_untouched (void)
{
    DrawnCase drawn;
    draw_town (&drawn);
    for (guint32 v = 0; v < drawn.graph->n; v += 10)
        drawn.weight[v] /= drawn.region[v] == 0 ? 1 : 3;
    for (guint seed = 1; seed < 5; seed++) {
        g_autoptr (GError) error = NULL;
        CgPartitionInput input = drawn_input (&drawn);
        drawn.options.seed = seed;
        drawn.options.threads = 1 + seed % 2;
        g_autoptr (CgParts) parts = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
        g_assert_no_error (error);
        g_autofree guint32 *continued = cg_partition_continued (&input, parts);
        g_assert_cmpint (cost_of_parts (&drawn, parts).violation, ==, 0);
        g_assert_cmpuint (cg_partition_moved (&input, parts), >, 0);
        for (guint32 v = 0; v < drawn.graph->n; v++)
            if (drawn.region[v] > 0)
                g_assert_cmpuint (continued[parts->part_of[v]], ==, drawn.keep[v]);
    }
    drawn_done (&drawn);
}

/* Old plans that say nothing: numbers dealt out at random, one grid for all, grids of thousands, each
 * unit by itself. Every grid comes into range, in much the time that a split from nothing takes; with
 * a deadline that has passed the plan is sound all the same. */
static void
test_meaningless (void)
{
    enum { COLUMNS = 60, ROWS = 40, N = COLUMNS * ROWS };
    DrawnCase drawn = { .graph = drawn_lattice (COLUMNS, ROWS),
                        .options = CG_PARTITION_OPTIONS_DEFAULT };
    CgRandom random;
    cg_random_init (&random, 36, 0);
    drawn.weight = g_new (guint32, N);
    drawn.keep = g_new (guint32, N);
    for (guint32 v = 0; v < N; v++)
        drawn.weight[v] = cg_random_below (&random, 50);
    drawn.options.threads = 1;
    for (guint kind = 0; kind < 5; kind++)
        for (guint late = 0; late < 2; late++) {
            g_autoptr (GError) error = NULL;
            for (guint32 v = 0; v < N; v++)
                drawn.keep[v] = kind == 0   ? cg_random_below (&random, N / 16)
                                : kind == 1 ? 7
                                : kind == 2 ? v % COLUMNS / 15 + 10 * (v / COLUMNS / 14)
                                : kind == 3 ? v
                                            : v % 2;
            CgPartitionInput input = drawn_input (&drawn);
            drawn.options.deadline_s = late ? 1e-6 : 0;
            g_autoptr (CgParts) parts
                = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
            g_assert_no_error (error);
            g_assert_cmpuint (cg_partition_check (&input, parts, NULL), ==, 0);
            if (!late)
                g_assert_cmpint (cost_of_parts (&drawn, parts).violation, ==, 0);
        }
    drawn_done (&drawn);
}

/* Any sheet with any old plan, sound or not: grids in one piece, numbers of untouched grids go on, no
 * more exceptions than a split from nothing with the same effort, and a list in which no plan beats
 * another and one is at least as good as the plain plan. */
static void
check_kept (const DrawnCase *drawn, const CgParts *parts)
{
    CgPartitionInput input = drawn_input (drawn);
    g_autoptr (GError) error = NULL;
    g_autofree guint32 *continued = cg_partition_continued (&input, parts);
    Cost kept = cost_of_parts (drawn, parts);
    g_assert_cmpuint (cg_partition_check (&input, parts, NULL), ==, 0);
    /* An old grid whose units are one part again goes on as that part. */
    for (guint32 v = 0; v < drawn->graph->n; v++) {
        gboolean same = drawn->keep[v] != CG_NONE;
        for (guint32 u = 0; u < drawn->graph->n && same; u++)
            same = (drawn->keep[u] == drawn->keep[v]) == (parts->part_of[u] == parts->part_of[v]);
        if (same && drawn->weight[v] > 0)
            g_assert_cmpuint (continued[parts->part_of[v]], ==, drawn->keep[v]);
    }
    input.keep = NULL;
    g_autoptr (CgParts) fresh = cg_partition_run (&input, &drawn->options, NULL, NULL, &error);
    g_assert_no_error (error);
    Cost from_nothing = cost_of_parts (drawn, fresh);
    if (from_nothing.violation == 0)
        g_assert_cmpint (kept.exceptions, ==, 0);
}

static gboolean
equals_or_beats (const CgPartitionPoint *point, const Cost *cost, double boundary_m)
{
    return (gint64) point->moved <= cost->moved && (gint64) point->violation <= cost->violation
           && point->exceptions <= cost->exceptions && point->boundary_m <= boundary_m;
}

static void
check_points (const DrawnCase *drawn, const CgParts *plain)
{
    CgPartitionInput input = drawn_input (drawn);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) points
        = cg_partition_pareto (&input, &drawn->options, NULL, NULL, &error);
    g_assert_no_error (error);
    const Cost cost = cost_of_parts (drawn, plain);
    double boundary_m = cg_partition_internal_boundary_m (&input, plain);
    gboolean found = FALSE;
    for (guint i = 0; i < points->len; i++) {
        const CgPartitionPoint *a = g_ptr_array_index (points, i);
        g_assert_cmpuint (cg_partition_check (&input, a->parts, NULL), ==, 0);
        found |= equals_or_beats (a, &cost, boundary_m);
        for (guint k = 0; k < points->len; k++) {
            const CgPartitionPoint *b = g_ptr_array_index (points, k);
            Cost other = { (gint64) b->violation, b->exceptions, (gint64) b->moved };
            g_assert_true (k == i || !equals_or_beats (a, &other, b->boundary_m));
        }
    }
    g_assert_true (found);
}

static void
test_any_old_plan (void)
{
    guint count = g_test_slow () ? 2000 : cg_test_cases (150);
    for (guint i = 0; i < count; i++) {
        CgRandom random;
        DrawnCase drawn;
        g_autoptr (GError) error = NULL;
        cg_random_init (&random, 37, i);
        draw_case (&drawn, &random, i % 3 == 0 ? 120 : 40);
        drawn.options.effort = 5;
        CgPartitionInput input = drawn_input (&drawn);
        g_autoptr (CgParts) parts
            = cg_partition_run (&input, &drawn.options, NULL, NULL, &error);
        g_assert_no_error (error);
        check_kept (&drawn, parts);
        check_points (&drawn, parts);
        drawn_done (&drawn);
    }
}

static void
test_pareto_errors (void)
{
    DrawnCase drawn = { .graph = drawn_lattice (3, 2), .options = CG_PARTITION_OPTIONS_DEFAULT };
    drawn.weight = g_new0 (guint32, 6);
    g_autoptr (GError) error = NULL;
    CgPartitionInput input = drawn_input (&drawn);
    g_assert_null (cg_partition_pareto (&input, NULL, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    guint32 keep[] = { 0, 0, 0, 1, 1, 1 };
    input.keep = keep;
    drawn.options.effort = 0;
    g_assert_null (cg_partition_pareto (&input, &drawn.options, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    drawn_done (&drawn);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/partition/replan/least-moved", test_least_moved);
    g_test_add_func ("/partition/replan/locks", test_locks);
    g_test_add_func ("/partition/replan/refused", test_refused);
    g_test_add_func ("/partition/replan/continued", test_continued);
    g_test_add_func ("/partition/replan/untouched", test_untouched);
    g_test_add_func ("/partition/replan/meaningless", test_meaningless);
    g_test_add_func ("/partition/replan/any-old-plan", test_any_old_plan);
    g_test_add_func ("/partition/replan/pareto", test_pareto);
    g_test_add_func ("/partition/replan/pareto-errors", test_pareto_errors);
    return g_test_run ();
}
