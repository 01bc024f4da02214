/* Chances under shuffling: ours exact, beside 999 permutations by spdep; the scan with 999 replicates.
 *
 *   bench-hotspots table OURS.csv [MILLIONS]
 *                            counts of 1024 cells (a line each: counts of every instance), and the figures of
 *                            ours, rates beside so many million draws (1); bars are added by hotspots.R
 */
#include "analyse/permutation.h"
#include "analyse/scan.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIDE 32
#define CELLS (SIDE * SIDE)
#define ROUNDS 20

static double
cpu_s (void)
{
    struct timespec now;
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* Queen's neighbours of a chess board. */
static CgNeighbours *
make_board (void)
{
    g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (guint32));
    static const int steps[4][2] = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { 1, -1 } };
    for (int r = 0; r < SIDE; r++)
        for (int c = 0; c < SIDE; c++)
            for (int k = 0; k < 4; k++) {
                int row = r + steps[k][0], column = c + steps[k][1];
                guint32 from = r * SIDE + c, to = row * SIDE + column;
                if (row >= SIDE || column < 0 || column >= SIDE)
                    continue;
                g_array_append_val (a, from);
                g_array_append_val (b, to);
            }
    return cg_neighbours_from_pairs (CELLS, a->len, (guint32 *) (void *) a->data,
                                     (guint32 *) (void *) b->data, NULL);
}

/* Poisson counts, each at most `most`. */
static void
draw_counts (double mean, double most, double *out)
{
    CgRandom random;
    cg_random_init (&random, 7, (guint64) mean);
    for (guint i = 0; i < CELLS; i++)
        out[i] = MIN (cg_random_poisson (&random, mean), most);
}

/* Rates of few events, some of them far out. */
static void
draw_rates (double *out)
{
    CgRandom random;
    cg_random_init (&random, 7, 1);
    for (guint i = 0; i < CELLS; i++) {
        double base = 5 + cg_random_below (&random, 400);
        double mean = cg_random_below (&random, 30) == 0 ? 20 : 2;
        out[i] = cg_random_poisson (&random, mean) / sqrt (base) + 0.1 * cg_random_unit (&random);
    }
}

static double
time_exact (const CgNeighbours *board, const double *value, double *low, double *high)
{
    double best = G_MAXDOUBLE;
    for (guint round = 0; round < ROUNDS; round++) {
        double start = cpu_s ();
        cg_permutation_run (board, value, NULL, NULL, low, high, NULL, NULL);
        best = MIN (best, cpu_s () - start);
    }
    return best;
}

/* How far a million drawn arrangements a round are from the exact chances, in standard deviations. */
static double
worst_drawn (const CgNeighbours *board, const double *value, const double *low, guint rounds)
{
    g_autofree double *drawn = g_new (double, CELLS), *high = g_new (double, CELLS);
    g_autofree double *sum = g_new0 (double, CELLS);
    for (guint round = 0; round < rounds; round++) {
        CgPermutationOptions options = { .max_steps = 0, .draws = 1000000, .seed = 5 + round };
        cg_permutation_run (board, value, &options, NULL, drawn, high, NULL, NULL);
        for (guint i = 0; i < CELLS; i++)
            sum[i] += drawn[i] / rounds;
    }
    double worst = 0, draws = 1e6 * rounds;
    for (guint i = 0; i < CELLS; i++) {
        double sd = sqrt (low[i] * (1 - low[i]) / draws) + 1.0 / draws;
        worst = MAX (worst, fabs (sum[i] - low[i]) / sd);
    }
    return worst;
}

/* Rates: on a lattice, beside as many draws. A line "rates,seconds,worst,least p,rounding". */
static void
measure_rates (FILE *file, const CgNeighbours *board, guint rounds)
{
    double value[CELLS], low[CELLS], high[CELLS], least = 1;
    draw_rates (value);
    double best = G_MAXDOUBLE;
    CgChances told;
    for (guint round = 0; round < 3; round++) {
        double start = cpu_s ();
        cg_permutation_run (board, value, NULL, NULL, low, high, &told, NULL);
        best = MIN (best, cpu_s () - start);
    }
    for (guint i = 0; i < CELLS; i++)
        least = MIN (least, cg_permutation_two_sided (low[i], high[i]));
    fprintf (file, "rates,%.6f,%.3f,%.3g,%.3g\n", best, worst_drawn (board, value, low, rounds), least,
             told.rounding);
}

static double
time_scan (const double *count)
{
    g_autofree double *x = g_new (double, CELLS), *y = g_new (double, CELLS);
    g_autofree double *base = g_new (double, CELLS);
    for (guint i = 0; i < CELLS; i++) {
        x[i] = i % SIDE;
        y[i] = i / SIDE;
        base[i] = 300 + i * 37 % 200;
    }
    CgScanOptions options = CG_SCAN_OPTIONS_DEFAULT;
    options.threads = 1;
    double start = cpu_s ();
    g_autoptr (CgScan) scan = cg_scan_run (CELLS, x, y, 1, count, base, &options, NULL, NULL);
    return cpu_s () - start;
}

int
main (int argc, char **argv)
{
    guint rounds = argc == 4 ? (guint) CLAMP (atoi (argv[3]), 1, 100) : 1;
    if (argc < 3 || argc > 4 || strcmp (argv[1], "table") != 0)
        return 2;
    g_autoptr (CgNeighbours) board = make_board ();
    static const struct {
        double mean, most;
    } instances[] = { { 5, 15 }, { 100, 132 } };
    double value[2][CELLS], low[CELLS], high[CELLS];
    FILE *file = fopen (argv[2], "w");
    if (file == NULL)
        return 1;
    for (guint k = 0; k < 2; k++) {
        draw_counts (instances[k].mean, instances[k].most, value[k]);
        double best = time_exact (board, value[k], low, high);
        double worst = worst_drawn (board, value[k], low, 1);
        fprintf (file, "#,%.0f,%.9f,%.3f\n", instances[k].most, best, worst);
    }
    fprintf (file, "scan,%.6f\n", time_scan (value[0]));
    measure_rates (file, board, rounds);
    for (guint i = 0; i < CELLS; i++)
        fprintf (file, "%.0f,%.0f\n", value[0][i], value[1][i]);
    return fclose (file) != 0;
}
