#include "analyse/permutation_internal.h"

#include "analyse/analyse_internal.h"
#include "base/error.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

#define MAX_WHOLE 1e15         /* whole numbers that doubles add without rounding             */

double
cg_permutation_two_sided (double low, double high)
{
    return MIN (1, 2 * MIN (low, high));
}

/* ---- counts as steps above the least one --------------------------------------------------- */

static guint64
common_divisor (guint64 a, guint64 b)
{
    while (b != 0) {
        guint64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* FALSE when values are no whole multiples of a step, or too many steps. */
static gboolean
counts_init (CgWaysCounts *counts, const CgNeighbours *neighbours, const double *value)
{
    guint32 n = neighbours->n;
    double least = n > 0 ? value[0] : 0, most = least;
    for (guint32 i = 0; i < n; i++) {
        if (value[i] != floor (value[i]) || fabs (value[i]) > MAX_WHOLE)
            return FALSE;
        least = MIN (least, value[i]);
        most = MAX (most, value[i]);
    }
    guint64 step = 0;
    for (guint32 i = 0; i < n; i++)
        step = common_divisor ((guint64) (value[i] - least), step);
    if (step > 0 && (most - least) / step > CG_WAYS_MOST)
        return FALSE;
    cg_ways_counts_init (counts, neighbours);
    for (guint32 i = 0; i < n; i++)
        counts->value[i] = step > 0 ? (guint32) ((guint64) (value[i] - least) / step) : 0;
    cg_ways_counts_rank (counts);
    return TRUE;
}

/* Multiplications of all that follows, from above. */
static double
steps_for (const CgWaysCounts *counts)
{
    double k = counts->k_max, steps = 0, below = 0;
    for (guint32 from = 0, to; from < counts->n; from = to) {
        to = cg_ways_run_end (counts, from);
        steps += k * MIN (k, to - from) * (k / 2 * below + 1) +
                 cg_ways_entries (counts->k_max, counts->range);
        below = counts->ranked[from].value;
    }
    return steps;
}

/* Divided by (1 + scale y z^value): the ways without one of those values. */
static void
divide (const CgWays *all, guint32 value, guint32 k_max, CgWays *out)
{
    out->ways[0] = all->ways[0];
    for (guint32 k = 1; k <= k_max; k++) {
        const double *restrict from = cg_ways_row (all, k);
        double *restrict to = cg_ways_row (out, k);
        const double *restrict less = cg_ways_row (out, k - 1);
        gsize width = (gsize) k * all->range + 1;
        gsize less_width = (gsize) (k - 1) * all->range + 1;
        double scale = all->scale;
        memcpy (to, from, width * sizeof (double));
        for (gsize s = 0; s < less_width; s++)
            to[s + value] -= scale * less[s];
    }
}

/* Chances that the sum of k values is at most, and at least, `seen`. */
static void
read_tails (const CgWays *others, guint32 k, guint64 seen, double *out_low, double *out_high)
{
    const double *row = cg_ways_row (others, k);
    guint64 width = (guint64) k * others->range + 1;
    double below = 0, above = 0;
    for (guint64 s = 0; s < seen; s++)
        below += MAX (row[s], 0);
    for (guint64 s = width; s-- > seen + 1;)
        above += MAX (row[s], 0);
    double at = MAX (row[seen], 0), all = below + at + above;
    *out_low = (below + at) / all;
    *out_high = (above + at) / all;
}

static void
tails_of_place (const CgNeighbours *neighbours, const CgWaysCounts *counts, const CgWays *others,
                guint32 i, double *out_low, double *out_high)
{
    guint32 degree = cg_neighbours_degree (neighbours, i), k = cg_ways_drawn (neighbours, i);
    if (degree == 0) {
        *out_low = *out_high = NAN;
        return;
    }
    guint64 seen = 0;
    for (guint32 l = neighbours->first[i]; l < neighbours->first[i + 1]; l++)
        seen += counts->value[neighbours->target[l]];
    if (k == degree)
        read_tails (others, k, seen, out_low, out_high);
    else
        read_tails (others, k, counts->total - counts->value[i] - seen, out_high, out_low);
}

static gboolean
run_exact (const CgNeighbours *neighbours, const CgWaysCounts *counts,
           const CgPermutationOptions *options, GCancellable *cancel, double *out_low,
           double *out_high, GError **error)
{
    g_auto (CgWays) all = { 0 }, others = { 0 };
    if (!cg_ways_init (&all, counts, error) || !cg_ways_init (&others, counts, error))
        return FALSE;
    cg_ways_fill (&all, counts, options->progress, cancel);
    if (cg_is_stopped (cancel, error))
        return FALSE;
    for (guint32 from = 0, to; from < counts->n; from = to) {
        to = cg_ways_run_end (counts, from);
        guint32 k_max = 0;
        for (guint32 r = from; r < to; r++)
            k_max = MAX (k_max, cg_ways_drawn (neighbours, counts->ranked[r].place));
        divide (&all, counts->ranked[from].value, k_max, &others);
        for (guint32 r = from; r < to; r++) {
            guint32 i = counts->ranked[r].place;
            tails_of_place (neighbours, counts, &others, i, &out_low[i], &out_high[i]);
        }
        if (cg_is_stopped (cancel, error))
            return FALSE;
        cg_progress (options->progress, "places", (guint64) counts->n + to, 2 * (guint64) counts->n);
    }
    return TRUE;
}

/* ---- by lot -------------------------------------------------------------------------------- */

/* Weighted sum of `degree` values drawn without repeats from deck[0..n_deck-1], whose order it
 * changes; every order is as good a start as any. */
static double
draw_sum (CgRandom *random, guint32 *deck, guint32 n_deck, const double *off,
          const double *weight, guint32 degree)
{
    double sum = 0;
    for (guint32 k = 0; k < degree; k++) {
        guint32 other = k + cg_random_below (random, n_deck - k), card = deck[other];
        deck[other] = deck[k];
        deck[k] = card;
        sum += (weight != NULL ? weight[k] : 1) * off[card];
    }
    return sum;
}

static void
draw_place (const CgNeighbours *neighbours, const double *off, const CgPermutationOptions *options,
            guint32 i, guint32 *deck, double *out_low, double *out_high)
{
    guint32 n = neighbours->n, degree = cg_neighbours_degree (neighbours, i);
    const double *weight =
        neighbours->weight != NULL ? neighbours->weight + neighbours->first[i] : NULL;
    CgRandom random;
    cg_random_init (&random, options->seed, i);
    for (guint32 j = 0, k = 0; j < n; j++)
        if (j != i)
            deck[k++] = j;
    double seen = cg_neighbours_lag (neighbours, off, i), size = 0;
    for (guint32 j = 0; j < n; j++)
        size = MAX (size, fabs (off[j]));
    double slack = 1e-12 * size * MAX (cg_neighbours_sum (neighbours, i), degree);
    guint32 as_low = 0, as_high = 0;
    for (guint32 draw = 0; draw < options->draws; draw++) {
        double sum = draw_sum (&random, deck, n - 1, off, weight, degree);
        as_low += sum <= seen + slack;
        as_high += sum >= seen - slack;
    }
    *out_low = (as_low + 1.0) / (options->draws + 1.0);
    *out_high = (as_high + 1.0) / (options->draws + 1.0);
}

static gboolean
run_drawn (const CgNeighbours *neighbours, const double *value, const CgPermutationOptions *options,
           GCancellable *cancel, double *out_low, double *out_high, GError **error)
{
    guint32 n = neighbours->n;
    double mean = cg_values_moments (n, value).mean;
    g_autofree double *off = g_new (double, (gsize) n + 1);
    g_autofree guint32 *deck = g_new (guint32, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++)
        off[i] = value[i] - mean;
    for (guint32 i = 0; i < n; i++) {
        if (cg_is_stopped (cancel, error))
            return FALSE;
        cg_progress_step (options->progress, "places", i, n);
        out_low[i] = out_high[i] = NAN;
        if (cg_neighbours_degree (neighbours, i) > 0)
            draw_place (neighbours, off, options, i, deck, &out_low[i], &out_high[i]);
    }
    return TRUE;
}

gboolean
cg_permutation_run (const CgNeighbours *neighbours, const double *value,
                    const CgPermutationOptions *options, GCancellable *cancel, double *out_low,
                    double *out_high, CgChances *out_told, GError **error)
{
    const CgPermutationOptions usual = CG_PERMUTATION_OPTIONS_DEFAULT;
    if (options == NULL)
        options = &usual;
    if (options->draws < 1 || options->draws > 1000000) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "%u arrangements: the number is not from 1 to 1000000", options->draws);
        return FALSE;
    }
    if (!cg_values_check (neighbours->n, value, error))
        return FALSE;
    g_auto (CgWaysCounts) counts = { 0 };
    CgChances told = { .kind = CG_CHANCE_EXACT };
    gboolean binary = neighbours->weight == NULL, done = FALSE;
    if (binary && counts_init (&counts, neighbours, value) &&
        cg_ways_entries (counts.k_max, counts.range) <= CG_WAYS_MOST &&
        steps_for (&counts) <= (double) options->max_steps) {
        if (!run_exact (neighbours, &counts, options, cancel, out_low, out_high, error))
            return FALSE;
        done = TRUE;
    }
    if (binary && !done) {
        told.kind = CG_CHANCE_LATTICE;
        if (!cg_permutation_lattice (neighbours, value, options, cancel, out_low, out_high,
                                     &told.rounding, &done, error))
            return FALSE;
    }
    if (!done) {
        told = (CgChances){ .kind = CG_CHANCE_DRAWN, .draws = options->draws };
        if (!run_drawn (neighbours, value, options, cancel, out_low, out_high, error))
            return FALSE;
    }
    if (out_told != NULL)
        *out_told = told;
    return TRUE;
}
