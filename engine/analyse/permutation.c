#include "analyse/permutation.h"

#include "analyse/analyse_internal.h"
#include "base/error.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENTRIES (1u << 26) /* of a table of ways: 512 MB                                  */
#define MAX_WHOLE 1e15         /* whole numbers that doubles add without rounding             */

double
cg_permutation_two_sided (double low, double high)
{
    return MIN (1, 2 * MIN (low, high));
}

/* ---- counts as steps above the least one --------------------------------------------------- */

typedef struct {
    guint32 value, place;
} Ranked;

typedef struct {
    guint32 n, range; /* values are 0..range                                        */
    guint64 total;    /* sum of all values                                          */
    guint32 *value;   /* [n]                                                        */
    Ranked *ranked;   /* [n] by value, then place                                   */
    guint32 k_max;    /* most values that are ever drawn: neighbours, or the others */
} Counts;

static void
counts_done (Counts *counts)
{
    g_free (counts->value);
    g_free (counts->ranked);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Counts, counts_done)

static int
compare_ranked (const void *a, const void *b)
{
    const Ranked *p = a, *q = b;
    if (p->value != q->value)
        return p->value < q->value ? -1 : 1;
    return p->place < q->place ? -1 : p->place > q->place;
}

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

/* Where more than half of the other places are neighbours it is the rest that is drawn: fewer
 * values, and dividing one out again stays accurate. */
static inline guint32
drawn_of (const CgNeighbours *neighbours, guint32 i)
{
    guint32 degree = cg_neighbours_degree (neighbours, i);
    return MIN (degree, neighbours->n - 1 - degree);
}

/* FALSE when values are no whole multiples of a step, or too many steps. */
static gboolean
counts_init (Counts *counts, const CgNeighbours *neighbours, const double *value)
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
    if (step > 0 && (most - least) / step > MAX_ENTRIES)
        return FALSE;
    counts->n = n;
    counts->value = g_new (guint32, (gsize) n + 1);
    counts->ranked = g_new (Ranked, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++) {
        counts->value[i] = step > 0 ? (guint32) ((guint64) (value[i] - least) / step) : 0;
        counts->ranked[i] = (Ranked){ counts->value[i], i };
        counts->range = MAX (counts->range, counts->value[i]);
        counts->total += counts->value[i];
        counts->k_max = MAX (counts->k_max, drawn_of (neighbours, i));
    }
    qsort (counts->ranked, n, sizeof (Ranked), compare_ranked);
    return TRUE;
}

/* End of the run of equal values that begins at rank k. */
static guint32
run_end (const Counts *counts, guint32 k)
{
    guint32 end = k + 1;
    while (end < counts->n && counts->ranked[end].value == counts->ranked[k].value)
        end++;
    return end;
}

/* ---- the table of ways --------------------------------------------------------------------- */

/* ways[row_first[k] + s]: ways to draw k values with sum s, 0 <= s <= k * range, times scale^k. */
typedef struct {
    guint32 k_max, range;
    double scale; /* a power of two near k_max / n keeps all ways within doubles */
    gsize n_entries;
    double *ways;
} Table;

static inline double *
row_of (const Table *table, guint32 k)
{
    return table->ways + k + (gsize) table->range * k * (k - 1 + (k == 0)) / 2;
}

static double
entries_for (const Counts *counts)
{
    double k = counts->k_max;
    return k + 1 + counts->range * (k * (k + 1) / 2);
}

/* Multiplications of all that follows, from above. */
static double
steps_for (const Counts *counts)
{
    double k = counts->k_max, steps = 0, below = 0;
    for (guint32 from = 0, to; from < counts->n; from = to) {
        to = run_end (counts, from);
        steps += k * MIN (k, to - from) * (k / 2 * below + 1) + entries_for (counts);
        below = counts->ranked[from].value;
    }
    return steps;
}

static gboolean
table_init (Table *table, const Counts *counts)
{
    table->k_max = counts->k_max;
    table->range = counts->range;
    table->n_entries = (gsize) entries_for (counts);
    table->scale = 1;
    while (table->scale * counts->n > 2.0 * counts->k_max + 2)
        table->scale /= 2;
    table->ways = g_try_new (double, table->n_entries);
    return table->ways != NULL;
}

/* Times (1 + scale y z^value)^times; below: the greatest value so far. */
static void
multiply (Table *table, guint32 value, guint32 times, guint32 below)
{
    g_autofree double *choose = g_new (double, (gsize) table->k_max + 1);
    choose[0] = 1;
    for (guint32 j = 1; j <= table->k_max; j++)
        choose[j] = j > times ? 0 : choose[j - 1] * (times - j + 1) / j * table->scale;
    for (guint32 k = table->k_max; k > 0; k--)
        for (guint32 j = 1; j <= MIN (k, times); j++) {
            double *restrict to = row_of (table, k) + (gsize) j * value;
            const double *restrict from = row_of (table, k - j);
            gsize length = (gsize) (k - j) * below + 1;
            double factor = choose[j];
            for (gsize s = 0; s < length; s++)
                to[s] += factor * from[s];
        }
}

static void
fill_table (Table *table, const Counts *counts)
{
    memset (table->ways, 0, table->n_entries * sizeof (double));
    table->ways[0] = 1;
    guint32 below = 0;
    for (guint32 from = 0, to; from < counts->n; from = to) {
        to = run_end (counts, from);
        guint32 value = counts->ranked[from].value;
        multiply (table, value, to - from, below);
        below = value;
    }
}

/* Divided by (1 + scale y z^value): the ways without one of those values. */
static void
divide (const Table *all, guint32 value, guint32 k_max, Table *out)
{
    out->ways[0] = all->ways[0];
    for (guint32 k = 1; k <= k_max; k++) {
        const double *restrict from = row_of (all, k);
        double *restrict to = row_of (out, k);
        const double *restrict less = row_of (out, k - 1);
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
read_tails (const Table *others, guint32 k, guint64 seen, double *out_low, double *out_high)
{
    const double *row = row_of (others, k);
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
tails_of_place (const CgNeighbours *neighbours, const Counts *counts, const Table *others,
                guint32 i, double *out_low, double *out_high)
{
    guint32 degree = cg_neighbours_degree (neighbours, i), k = drawn_of (neighbours, i);
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
run_exact (const CgNeighbours *neighbours, const Counts *counts, GCancellable *cancel,
           double *out_low, double *out_high, GError **error)
{
    Table all = { 0 }, others = { 0 };
    gboolean fits = table_init (&all, counts) && table_init (&others, counts);
    g_autofree double *all_ways = all.ways, *other_ways = others.ways;
    if (!fits) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for the chances of %u places",
                     counts->n);
        return FALSE;
    }
    fill_table (&all, counts);
    for (guint32 from = 0, to; from < counts->n; from = to) {
        to = run_end (counts, from);
        guint32 k_max = 0;
        for (guint32 r = from; r < to; r++)
            k_max = MAX (k_max, drawn_of (neighbours, counts->ranked[r].place));
        divide (&all, counts->ranked[from].value, k_max, &others);
        for (guint32 r = from; r < to; r++) {
            guint32 i = counts->ranked[r].place;
            tails_of_place (neighbours, counts, &others, i, &out_low[i], &out_high[i]);
        }
        if (g_cancellable_is_cancelled (cancel)) {
            g_set_error_literal (error, CG_ERROR, CG_ERROR_CANCELLED, "stopped");
            return FALSE;
        }
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
        if (g_cancellable_is_cancelled (cancel)) {
            g_set_error_literal (error, CG_ERROR, CG_ERROR_CANCELLED, "stopped");
            return FALSE;
        }
        out_low[i] = out_high[i] = NAN;
        if (cg_neighbours_degree (neighbours, i) > 0)
            draw_place (neighbours, off, options, i, deck, &out_low[i], &out_high[i]);
    }
    return TRUE;
}

gboolean
cg_permutation_run (const CgNeighbours *neighbours, const double *value,
                    const CgPermutationOptions *options, GCancellable *cancel, double *out_low,
                    double *out_high, CgChanceKind *out_kind, GError **error)
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
    g_auto (Counts) counts = { 0 };
    gboolean exact = neighbours->weight == NULL && counts_init (&counts, neighbours, value) &&
                     entries_for (&counts) <= MAX_ENTRIES &&
                     steps_for (&counts) <= (double) options->max_steps;
    if (exact ? !run_exact (neighbours, &counts, cancel, out_low, out_high, error)
              : !run_drawn (neighbours, value, options, cancel, out_low, out_high, error))
        return FALSE;
    if (out_kind != NULL)
        *out_kind = exact ? CG_CHANCE_EXACT : CG_CHANCE_DRAWN;
    return TRUE;
}
