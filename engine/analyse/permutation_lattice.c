/* Chances of numbers that are no whole multiples of a step: the table of ways on a fine lattice, read
 * so far out on either side that rounding can only make a chance larger. */
#include "analyse/permutation_internal.h"

#include "analyse/analyse_internal.h"
#include "base/error.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUICK_STEPS 4e8         /* multiplications that a fine lattice may cost                */
#define QUICK_ENTRIES (1u << 22) /* of each of two tables: 32 MB                               */
#define MAX_RANGE 65536u        /* steps between the least and the greatest value               */
#define MIN_FINE 25             /* steps in a deviation of the values, times sqrt k: coarser is not used */
#define SLACK 1e-6              /* steps; sums of quotients are wrong by less than 1e-9          */

typedef struct {
    const CgNeighbours *neighbours;
    const double *value;
    guint32 n;
    double *sorted;      /* [n] values, ascending                                             */
    double *at;          /* [n] values in steps above the least, not rounded                  */
    double off;          /* furthest that one lies from its rounded value, at most 0.5        */
    double all_at;       /* sum of at                                                         */
    CgWaysCounts counts; /* rounded                                                           */
    CgWays above, below; /* rows summed from the top, and from the bottom                     */
} Lattice;

static void
lattice_done (Lattice *lattice)
{
    g_free (lattice->sorted);
    g_free (lattice->at);
    cg_ways_counts_done (&lattice->counts);
    cg_ways_done (&lattice->above);
    cg_ways_done (&lattice->below);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lattice, lattice_done)

/* ---- how fine ------------------------------------------------------------------------------ */

/* Steps between the least and the greatest value; 0: no lattice is fine enough for its price. Rows
 * of the table grow with the values put in so far, least first: a few far ones cost little. */
static guint32
choose_range (const Lattice *lattice, double least, double most, guint64 max_steps)
{
    CgMoments moments = cg_values_moments (lattice->n, lattice->value);
    double k = lattice->counts.k_max, sum = 0;
    for (guint32 i = 0; i < lattice->n; i++)
        sum += (lattice->value[i] - least) / (most - least);
    double per_step = k * (k + 1) / 2 * (sum + 6), per_entry = cg_ways_entries ((guint32) k, 1);
    double needed = MIN_FINE * sqrt (k) * (most - least) / sqrt (moments.squares / lattice->n);
    double quick = MIN (MIN (QUICK_STEPS, (double) max_steps) / per_step, QUICK_ENTRIES / per_entry);
    double longest = MIN ((double) max_steps / per_step, CG_WAYS_MOST / 2 / per_entry);
    double range = floor (MIN (MAX (quick, MIN (needed + 1, longest)), MAX_RANGE));
    return range >= needed ? (guint32) range : 0;
}

static int
compare_numbers (const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

/* FALSE: no lattice of this price is fine enough. */
static gboolean
lattice_init (Lattice *lattice, const CgNeighbours *neighbours, const double *value,
              guint64 max_steps)
{
    guint32 n = neighbours->n;
    *lattice = (Lattice){ .neighbours = neighbours, .value = value, .n = n };
    cg_ways_counts_init (&lattice->counts, neighbours);
    lattice->sorted = g_new (double, (gsize) n + 1);
    lattice->at = g_new0 (double, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        lattice->sorted[i] = value[i];
    qsort (lattice->sorted, n, sizeof (double), compare_numbers);
    double least = n > 0 ? lattice->sorted[0] : 0, most = n > 0 ? lattice->sorted[n - 1] : 0;
    if (!isfinite (most - least) || max_steps == 0)
        return FALSE;
    if (most > least) {
        guint32 range = choose_range (lattice, least, most, max_steps);
        if (range == 0)
            return FALSE;
        for (guint32 i = 0; i < n; i++) {
            lattice->at[i] = (value[i] - least) / (most - least) * range;
            lattice->counts.value[i] = (guint32) floor (lattice->at[i] + 0.5);
            lattice->off =
                MAX (lattice->off, fabs (lattice->at[i] - lattice->counts.value[i]));
            lattice->all_at += lattice->at[i];
        }
    }
    cg_ways_counts_rank (&lattice->counts);
    return TRUE;
}

static gboolean
sum_rows (Lattice *lattice, const CgPermutationOptions *options, GCancellable *cancel, GError **error)
{
    CgWays *above = &lattice->above, *below = &lattice->below;
    if (!cg_ways_init (above, &lattice->counts, error) ||
        !cg_ways_init (below, &lattice->counts, error))
        return FALSE;
    cg_ways_fill (above, &lattice->counts, options->progress, cancel);
    memcpy (below->ways, above->ways, above->n_entries * sizeof (double));
    for (guint32 k = 0; k <= above->k_max; k++) {
        double *up = cg_ways_row (above, k), *down = cg_ways_row (below, k);
        gsize width = (gsize) k * above->range + 1;
        for (gsize s = 1; s < width; s++) {
            up[width - 1 - s] += up[width - s];
            down[s] += down[s - 1];
        }
    }
    return TRUE;
}

/* ---- reading ------------------------------------------------------------------------------- */

static double
ways_from (const CgWays *above, guint32 k, double sum)
{
    if (sum > (double) k * above->range)
        return 0;
    return cg_ways_row (above, k)[sum <= 0 ? 0 : (gsize) sum];
}

static double
ways_to (const CgWays *below, guint32 k, double sum)
{
    double most = (double) k * below->range;
    if (sum < 0)
        return 0;
    return cg_ways_row (below, k)[(gsize) MIN (sum, most)];
}

/* Ways to draw k values with a sum of at least (up) or at most `sum`, without one that is `value`:
 * the factor (1 + c y z^value) divided out, 1 - c y z^value + (c y z^value)^2 - ...; *out_error is
 * how far rounding may have carried that. */
static double
ways_without (const Lattice *lattice, gboolean up, guint32 k, double sum, guint32 value,
              double *out_error)
{
    double ways = 0, size = 0, factor = 1;
    for (guint32 j = 0; j <= k; j++) {
        double rest = sum - (double) j * value;
        double term = factor * (up ? ways_from (&lattice->above, k - j, rest)
                                   : ways_to (&lattice->below, k - j, rest));
        ways += term;
        size += fabs (term);
        factor *= -lattice->above.scale;
    }
    double roundings = 3.0 * lattice->n + (double) k * lattice->above.range + k + 8;
    *out_error = size * roundings * (DBL_EPSILON / 2);
    return ways;
}

static double
log_choose (double n, double k)
{
    double sum = 0;
    for (double j = 0; j < k; j++)
        sum += log ((n - j) / (j + 1));
    return sum;
}

/* How many values are below (or equal, where `equal`) a number. */
static guint32
count_below (const Lattice *lattice, double number, gboolean equal)
{
    guint32 low = 0, high = lattice->n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        double there = lattice->sorted[middle];
        if (there < number || (equal && there == number))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Chance of just the values that are seen. */
static double
chance_of_seen (const Lattice *lattice, guint32 i)
{
    const CgNeighbours *near = lattice->neighbours;
    guint32 degree = cg_neighbours_degree (near, i);
    g_autofree double *seen = g_new (double, degree);
    for (guint32 l = 0; l < degree; l++)
        seen[l] = lattice->value[near->target[near->first[i] + l]];
    qsort (seen, degree, sizeof (double), compare_numbers);
    double sum = -log_choose (lattice->n - 1, MIN (degree, lattice->n - 1 - degree));
    for (guint32 l = 0, end; l < degree; l = end) {
        for (end = l + 1; end < degree && seen[end] == seen[l];)
            end++;
        double same = count_below (lattice, seen[l], TRUE) - count_below (lattice, seen[l], FALSE) -
                      (lattice->value[i] == seen[l]);
        sum += log_choose (same, end - l);
    }
    return exp (sum);
}

typedef struct {
    double most, least; /* bounds of a chance */
} Bounds;

/* Chance that k of the others have a sum of at least (up) or at most `at` steps, the seen one included. */
static Bounds
bound_tail (const Lattice *lattice, gboolean up, guint32 i, guint32 k, double at, double seen)
{
    double off = k * lattice->off + SLACK, all = 1, wide_error, narrow_error;
    guint32 value = lattice->counts.value[i];
    for (guint32 j = 0; j < k; j++)
        all *= (lattice->n - 1.0 - j) / (j + 1) * lattice->above.scale;
    double wide = up ? ceil (at - off) : floor (at + off);
    double narrow = up ? floor (at + off) + 1 : ceil (at - off) - 1;
    double most = ways_without (lattice, up, k, wide, value, &wide_error);
    double least = ways_without (lattice, up, k, narrow, value, &narrow_error);
    return (Bounds){ CLAMP ((most + wide_error) / all, seen, 1),
                     CLAMP ((least - narrow_error) / all + seen, seen, 1) };
}

/* What the least of both tails may be too high by, as a share of it. */
static double
read_place (const Lattice *lattice, guint32 i, double *out_low, double *out_high)
{
    const CgNeighbours *near = lattice->neighbours;
    guint32 degree = cg_neighbours_degree (near, i), k = cg_ways_drawn (near, i);
    if (degree == 0) {
        *out_low = *out_high = NAN;
        return 0;
    }
    double at = cg_neighbours_lag (near, lattice->at, i), seen = chance_of_seen (lattice, i);
    gboolean others = k < degree;
    if (others)
        at = lattice->all_at - lattice->at[i] - at;
    Bounds high = bound_tail (lattice, !others, i, k, at, seen);
    Bounds low = bound_tail (lattice, others, i, k, at, seen);
    *out_low = low.most;
    *out_high = high.most;
    return 1 - MIN (low.least, high.least) / MIN (low.most, high.most);
}

gboolean
cg_permutation_lattice (const CgNeighbours *neighbours, const double *value,
                        const CgPermutationOptions *options, GCancellable *cancel, double *out_low,
                        double *out_high, double *out_rounding, gboolean *out_used, GError **error)
{
    g_auto (Lattice) lattice = { 0 };
    *out_used = lattice_init (&lattice, neighbours, value, options->max_steps);
    *out_rounding = 0;
    if (!*out_used)
        return TRUE;
    if (!sum_rows (&lattice, options, cancel, error))
        return FALSE;
    for (guint32 i = 0; i < lattice.n; i++) {
        if (cg_is_stopped (cancel, error))
            return FALSE;
        cg_progress_step (options->progress, "places", (guint64) lattice.n + i, 2 * (guint64) lattice.n);
        double rounding = read_place (&lattice, i, &out_low[i], &out_high[i]);
        if (cg_permutation_two_sided (out_low[i], out_high[i]) <= CG_CHANCE_TOLD)
            *out_rounding = MAX (*out_rounding, rounding);
    }
    return TRUE;
}
