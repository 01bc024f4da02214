/* Chances under shuffling: ours exact, beside 999 permutations by spdep; the scan with 999 replicates.
 *
 *   bench-hotspots table OURS.csv     counts of 1024 cells (a line each: counts of every instance), and
 *                                     the figures of ours as Markdown; bars are added by hotspots.R
 */
#include "analyse/permutation.h"
#include "analyse/scan.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>
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

/* How far 10^6 drawn arrangements are from the exact chances, in standard deviations. */
static double
worst_drawn (const CgNeighbours *board, const double *value, const double *low, guint32 draws)
{
    g_autofree double *drawn = g_new (double, CELLS), *high = g_new (double, CELLS);
    CgPermutationOptions options = { .max_steps = 0, .draws = draws, .seed = 5 };
    cg_permutation_run (board, value, &options, NULL, drawn, high, NULL, NULL);
    double worst = 0;
    for (guint i = 0; i < CELLS; i++) {
        double sd = sqrt (low[i] * (1 - low[i]) / draws) + 1.0 / draws;
        worst = MAX (worst, fabs (drawn[i] - low[i]) / sd);
    }
    return worst;
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
    if (argc != 3 || strcmp (argv[1], "table") != 0)
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
        double worst = worst_drawn (board, value[k], low, 1000000);
        fprintf (file, "#,%.0f,%.9f,%.3f\n", instances[k].most, best, worst);
    }
    fprintf (file, "scan,%.6f\n", time_scan (value[0]));
    for (guint i = 0; i < CELLS; i++)
        fprintf (file, "%.0f,%.0f\n", value[0][i], value[1][i]);
    return fclose (file) != 0;
}
