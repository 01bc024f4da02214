/* Density of a million events on 3840 x 2160 pixels: time, error against the direct sum, live sums,
 * choice of a bandwidth. `bench-density points FILE` writes the events for the opponents. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyse/bandwidth.h"
#include "analyse/density.h"
#include "analyse/density_live.h"
#include "base/random.h"
#include "cloud.h"

enum { N = CLOUD_N, WIDTH = CLOUD_WIDTH, HEIGHT = CLOUD_HEIGHT, ROUNDS = 7, CHECKED = 800 };

static double
worst_error (const BenchCloud *cloud, CgKernel kernel, const CgDensity *density)
{
    double h = density->bandwidth_m, worst = 0;
    gboolean gaussian = kernel == CG_KERNEL_GAUSSIAN;
    for (guint k = 0; k < CHECKED; k++) {
        guint column = (guint) (k * 2654435761u % WIDTH), row = (guint) (k * 40503u % HEIGHT);
        row = k % 20 == 0 ? 0 : row;
        double x = column + 0.5, y = HEIGHT - row - 0.5, sum = 0;
        for (guint i = 0; i < N; i++) {
            double dx = cloud->x[i] - x, dy = cloud->y[i] - y,
                   square = (dx * dx + dy * dy) / (h * h);
            if (gaussian)
                sum += square < 80 ? exp (-square / 2) : 0;
            else
                sum += square < 1 ? (1 - square) * (1 - square) : 0;
        }
        double want = sum * 1e6 / (G_PI * h * h) * (gaussian ? 0.5 : 3);
        worst = MAX (worst, fabs (density->per_km2[(gsize) row * WIDTH + column] - want));
    }
    return worst / density->peak_per_km2;
}

static void
bench_raster (const BenchCloud *cloud, CgKernel kernel, double bandwidth, gboolean checked)
{
    CgDensityOptions options = { .kernel = kernel,
                                 .bandwidth_m = bandwidth,
                                 .box = { 0, 0, WIDTH, HEIGHT },
                                 .width = WIDTH,
                                 .height = HEIGHT };
    double best = G_MAXDOUBLE, error = NAN;
    for (guint r = 0; r < ROUNDS; r++) {
        double start = bench_cpu_ms ();
        g_autoptr (CgDensity) density =
            cg_density_run (N, cloud->x, cloud->y, NULL, &options, NULL);
        best = MIN (best, bench_cpu_ms () - start);
        if (r == 0 && checked)
            error = worst_error (cloud, kernel, density);
    }
    printf ("raster %s %g %.3f %.3g\n", cg_kernel_name (kernel), bandwidth, best, error);
}

static void
bench_write (void)
{
    gsize bytes = (gsize) WIDTH * HEIGHT * sizeof (float);
    char *raster = g_malloc (bytes);
    double best = G_MAXDOUBLE;
    for (guint r = 0; r < ROUNDS; r++) {
        double start = bench_cpu_ms ();
        memset (raster, (int) r + 1, bytes);
        __asm__ volatile("" : : "r"(raster) : "memory");
        best = r > 0 ? MIN (best, bench_cpu_ms () - start) : best;
    }
    printf ("write %.3f\n", best);
    g_free (raster);
}

static void
bench_live (const BenchCloud *cloud)
{
    g_autoptr (CgDensityLive) live = cg_density_live_new (8, 3600, NULL);
    double start = bench_cpu_ms ();
    for (guint i = 0; i < N; i++)
        cg_density_live_add (live, 0, 0, cloud->x[i], cloud->y[i], 1, NULL);
    double add = bench_cpu_ms () - start, best = G_MAXDOUBLE;
    CgLiveSelection all = { .until_s = 3600 };
    CgDensityOptions options = {
        .bandwidth_m = 50, .box = { 0, 0, WIDTH, HEIGHT }, .width = WIDTH, .height = HEIGHT
    };
    for (guint r = 0; r < ROUNDS; r++) {
        start = bench_cpu_ms ();
        g_autoptr (CgDensity) density = cg_density_live_run (live, &all, &options, NULL);
        best = MIN (best, bench_cpu_ms () - start);
    }
    for (guint i = N; i-- > 0;)
        cg_density_live_add (live, 0, 0, cloud->x[i], cloud->y[i], -1, NULL);
    printf ("live %.3f %.3f %s\n", add * 1e6 / N, best,
            cg_density_live_is_zero (live) ? "zero" : "not_zero");
}

static void
bench_bandwidth (const BenchCloud *cloud)
{
    double sigma, start = bench_cpu_ms ();
    cg_bandwidth_find (CG_BANDWIDTH_LOO, N, cloud->x, cloud->y, NULL, CG_KERNEL_GAUSSIAN, NULL, NULL,
                       NULL, &sigma, NULL);
    printf ("loo %.3f %g\n", bench_cpu_ms () - start, sigma);
}

/* The first 5000 events and 32 values, uniform correction in the window, as spatstat is asked. */
static void
bench_same_choice (const BenchCloud *cloud)
{
    CgBox box = { 0, 0, WIDTH, HEIGHT };
    g_autoptr (CgDensityRegion) region = cg_density_region_new (NULL, &box, NULL);
    double sigma[32], score[32], start = bench_cpu_ms ();
    guint best = 0;
    for (guint k = 0; k < 32; k++)
        sigma[k] = 4 * pow (100, k / 31.0);
    cg_bandwidth_loo (5000, cloud->x, cloud->y, NULL, region, 32, sigma, NULL, NULL, score, NULL);
    for (guint k = 0; k < 32; k++)
        best = score[k] > score[best] ? k : best;
    printf ("loo5000 %.3f %.6g\n", bench_cpu_ms () - start, sigma[best]);
}

int
main (int argc, char **argv)
{
    BenchCloud cloud;
    bench_cloud_make (&cloud);
    if (argc == 3 && strcmp (argv[1], "points") == 0) {
        FILE *file = fopen (argv[2], "wb");
        gboolean done = file != NULL && fwrite (cloud.x, sizeof (double), N, file) == N &&
                        fwrite (cloud.y, sizeof (double), N, file) == N && fclose (file) == 0;
        return done ? 0 : 3;
    }
    static const double sigmas[] = { 20, 50, 100, 200 };
    bench_write ();
    for (guint k = 0; k < G_N_ELEMENTS (sigmas); k++)
        bench_raster (&cloud, CG_KERNEL_GAUSSIAN, sigmas[k], TRUE);
    bench_raster (&cloud, CG_KERNEL_QUARTIC, 150, TRUE);
    bench_live (&cloud);
    bench_same_choice (&cloud);
    bench_bandwidth (&cloud);
    g_free (cloud.x);
    g_free (cloud.y);
    return 0;
}
