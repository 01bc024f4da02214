/* The table of ways behind exact chances: how many sets of k values have the sum s. */
#ifndef CG_PERMUTATION_INTERNAL_H
#define CG_PERMUTATION_INTERNAL_H

#include "analyse/permutation.h"

#define CG_WAYS_MOST (1u << 26) /* entries of a table: 512 MB */

typedef struct {
    guint32 value, place;
} CgWaysRanked;

/* Values as whole steps above the least one. */
typedef struct {
    guint32 n, range;     /* values are 0..range                                        */
    guint64 total;        /* sum of all values                                          */
    guint32 *value;       /* [n]                                                        */
    CgWaysRanked *ranked; /* [n] by value, then place                                   */
    guint32 k_max;        /* most values that are ever drawn: neighbours, or the others */
} CgWaysCounts;

/* Room for as many values as places; the caller fills value[] and then ranks them. */
void cg_ways_counts_init (CgWaysCounts *counts, const CgNeighbours *neighbours);
void cg_ways_counts_rank (CgWaysCounts *counts);
void cg_ways_counts_done (CgWaysCounts *counts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgWaysCounts, cg_ways_counts_done)

/* End of the run of equal values that begins at rank k. */
guint32 cg_ways_run_end (const CgWaysCounts *counts, guint32 k);

/* Where more than half of the other places are neighbours it is the rest that is drawn: fewer
 * values, and dividing one out again stays accurate. */
static inline guint32
cg_ways_drawn (const CgNeighbours *neighbours, guint32 i)
{
    guint32 degree = cg_neighbours_degree (neighbours, i);
    return MIN (degree, neighbours->n - 1 - degree);
}

/* ways[row k][s]: ways to draw k values with sum s, 0 <= s <= k * range, times scale^k. */
typedef struct {
    guint32 k_max, range;
    double scale; /* a power of two near k_max / n keeps all ways within doubles */
    gsize n_entries;
    double *ways; /* owned */
} CgWays;

static inline double *
cg_ways_row (const CgWays *ways, guint32 k)
{
    return ways->ways + k + (gsize) ways->range * k * (k - 1 + (k == 0)) / 2;
}

double cg_ways_entries (guint32 k_max, double range);
/* Errors LIMIT memory */
gboolean cg_ways_init (CgWays *ways, const CgWaysCounts *counts, GError **error);
/* Half of the work of all places, and told as such; ends early, with nothing that may be used, once stopped. */
void cg_ways_fill (CgWays *ways, const CgWaysCounts *counts, const CgProgress *progress,
                   GCancellable *cancel);
void cg_ways_done (CgWays *ways);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CgWays, cg_ways_done)

/* Chances of numbers that are no whole multiples of a step, on a lattice of steps so fine that the
 * rounding is small, with the rounding told: *out_used FALSE where that would cost more than
 * options->max_steps multiplications. permutation_lattice.c. Errors LIMIT, CANCELLED */
gboolean cg_permutation_lattice (const CgNeighbours *neighbours, const double *value,
                                 const CgPermutationOptions *options, GCancellable *cancel,
                                 double *out_low, double *out_high, double *out_rounding,
                                 gboolean *out_used, GError **error);

#endif
