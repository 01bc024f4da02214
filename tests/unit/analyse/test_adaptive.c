/* Adaptive density: values of spatstat, a brute-force sum with each event's own bandwidth, and what
 * must hold of any surface. */
#include "analyse/adaptive.h"
#include "base/error.h"
#include "base/random.h"
#include "redwood.h"
#include "support.h"

#include <math.h>
#include <string.h>

typedef struct {
    guint32 n;
    double *x, *y, *weight, *bandwidth_m;
} Events;

static void
events_done (Events *events)
{
    g_free (events->x);
    g_free (events->y);
    g_free (events->weight);
    g_free (events->bandwidth_m);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Events, events_done)

/* Dense towns and a thin ground over 10 x 8 km. */
static void
make_events (Events *events, guint32 n)
{
    CgRandom random;
    cg_random_init (&random, 7, n);
    *events =
        (Events){ n, g_new (double, n), g_new (double, n), g_new (double, n), g_new (double, n) };
    for (guint32 i = 0; i < n; i++) {
        guint town = i % 5;
        gboolean ground = i % 4 == 0;
        events->x[i] = ground
                           ? 10000 * cg_random_unit (&random)
                           : 1000 + 2000.0 * town + (60 + 90 * town) * cg_random_normal (&random);
        events->y[i] = ground
                           ? 8000 * cg_random_unit (&random)
                           : 1500 + 1200.0 * town + (60 + 90 * town) * cg_random_normal (&random);
        events->weight[i] = 1 + cg_random_below (&random, 3);
    }
}

static double
kernel_at (CgKernel kernel, double rr)
{
    if (kernel == CG_KERNEL_GAUSSIAN)
        return exp (-0.5 * rr) / (2 * G_PI);
    return rr >= 1 ? 0 : 3 / G_PI * (1 - rr) * (1 - rr);
}

static double
brute_force (const Events *events, CgKernel kernel, double x, double y)
{
    double sum = 0;
    for (guint32 i = 0; i < events->n; i++) {
        double h = events->bandwidth_m[i], dx = (events->x[i] - x) / h, dy = (events->y[i] - y) / h;
        sum += events->weight[i] * kernel_at (kernel, dx * dx + dy * dy) / (h * h);
    }
    return sum * 1e6;
}

/* Greatest difference from the direct sum at every 3001st pixel and at those around the peak, in
 * parts of the peak. */
static double
worst (const Events *events, CgKernel kernel, const CgDensity *density)
{
    double most = 0;
    guint32 n = density->width * density->height, top = 0;
    for (guint32 k = 0; k < n; k++)
        top = density->per_km2[k] > density->per_km2[top] ? k : top;
    for (guint32 k = 0; k < n; k++) {
        gboolean near = k + 12 >= top && k <= top + 12;
        gboolean above = k + 12 * density->width >= top && k <= top + 12 * density->width &&
                         k % density->width == top % density->width;
        if (k % 3001 != 0 && !near && !above)
            continue;
        guint32 r = k / density->width, c = k % density->width;
        double x = density->box.x_min + (c + 0.5) * 10, y = density->box.y_max - (r + 0.5) * 10;
        most = MAX (most, fabs (density->per_km2[k] - brute_force (events, kernel, x, y)));
    }
    return most / density->peak_per_km2;
}

static void
adapt (Events *events, CgKernel kernel, double pilot_m, CgAdaptive *out)
{
    g_autoptr (GError) error = NULL;
    CgAdaptiveOptions options = { .kernel = kernel, .pilot_m = pilot_m };
    cg_adaptive_bandwidths (events->n, events->x, events->y, events->weight, &options,
                            events->bandwidth_m, out, &error);
    g_assert_no_error (error);
}

static CgDensity *
draw (const Events *events, CgKernel kernel, double pilot_m, guint threads)
{
    g_autoptr (GError) error = NULL;
    CgDensityOptions options = { .kernel = kernel,
                                 .bandwidth_m = pilot_m,
                                 .box = { 0, 0, 10000, 8000 },
                                 .width = 1000,
                                 .height = 800,
                                 .threads = threads,
                                 .own_bandwidth_m = events->bandwidth_m };
    CgDensity *density =
        cg_density_run (events->n, events->x, events->y, events->weight, &options, &error);
    g_assert_no_error (error);
    return density;
}

/* redwood of spatstat.data in spatstat.explore 3.0.6: bw.abram with the exact pilot at the points
 * in place of its pixel image, sigma .05, edge=FALSE: h0 * min (f^(-1/2) / gamma, 5), f from the
 * golden densities of docs (density.ppp at points, leaveoneout=FALSE). */
static void
test_widths (void)
{
    static const double f[] = { 86.48065176, 187.23154900, 195.14656638, 172.64369220 };
    double width[62], x[62], y[62];
    for (guint i = 0; i < 62; i++)
        x[i] = redwood[i][0], y[i] = redwood[i][1];
    g_autoptr (GError) error = NULL;
    CgAdaptiveOptions options = { .pilot_m = 0.05 };
    CgAdaptive found;
    g_assert_true (cg_adaptive_bandwidths (62, x, y, NULL, &options, width, &found, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (found.n, ==, 62);
    g_assert_cmpuint (found.trimmed, ==, 0);
    /* The ratio of two widths is that of the roots of their densities; all widths' geometric mean
     * is the global one. */
    double logs = 0;
    for (guint i = 0; i < 62; i++)
        logs += log (width[i] / 0.05) / 62;
    g_assert_cmpfloat (fabs (logs), <, 1e-12);
    for (guint i = 1; i < 4; i++)
        g_assert_cmpfloat (fabs (width[i] / width[0] - sqrt (f[0] / f[i])), <, 1e-9);
}

/* Classes mixed by a cubic against each event's own kernel. */
static void
test_error (void)
{
    g_auto (Events) events = { 0 };
    make_events (&events, 40000);
    CgAdaptive found;
    adapt (&events, CG_KERNEL_GAUSSIAN, 150, &found);
    g_assert_cmpfloat (found.most_m / found.least_m, >, 8);
    g_autoptr (CgDensity) gaussian = draw (&events, CG_KERNEL_GAUSSIAN, 150, 1);
    double error = worst (&events, CG_KERNEL_GAUSSIAN, gaussian);
    g_test_message ("gaussian: %.2e of the peak, bandwidths %.1f to %.1f m", error, found.least_m,
                    found.most_m);
    g_assert_cmpfloat (error, <, 2e-4);
    adapt (&events, CG_KERNEL_QUARTIC, 1500, &found);
    g_autoptr (CgDensity) quartic = draw (&events, CG_KERNEL_QUARTIC, 1500, 1);
    error = worst (&events, CG_KERNEL_QUARTIC, quartic);
    g_test_message ("quartic: %.2e of the peak, bandwidths %.1f to %.1f m", error, found.least_m,
                    found.most_m);
    g_assert_cmpfloat (error, <, 1e-3);
}

/* Few events are stamped one by one; values at points are the direct sum. */
static void
test_direct (void)
{
    g_auto (Events) events = { 0 };
    make_events (&events, 300);
    CgAdaptive found;
    adapt (&events, CG_KERNEL_GAUSSIAN, 200, &found);
    g_autoptr (CgDensity) density = draw (&events, CG_KERNEL_GAUSSIAN, 200, 1);
    g_assert_cmpfloat (worst (&events, CG_KERNEL_GAUSSIAN, density), <, 1e-6);
    CgDensityOptions options = { .bandwidth_m = 200, .own_bandwidth_m = events.bandwidth_m };
    double value[300];
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_density_at (300, events.x, events.y, events.weight, &options, 300, events.x,
                                  events.y, value, NULL, &error));
    for (guint i = 0; i < 300; i++) {
        double wanted = brute_force (&events, CG_KERNEL_GAUSSIAN, events.x[i], events.y[i]);
        g_assert_cmpfloat (fabs (value[i] / wanted - 1), <, 1e-12);
    }
}

static void
test_threads (void)
{
    g_auto (Events) events = { 0 };
    make_events (&events, 120000);
    CgAdaptive found;
    adapt (&events, CG_KERNEL_GAUSSIAN, 120, &found);
    g_autoptr (CgDensity) one = draw (&events, CG_KERNEL_GAUSSIAN, 120, 1);
    g_autoptr (CgDensity) four = draw (&events, CG_KERNEL_GAUSSIAN, 120, 4);
    g_assert_cmpmem (one->per_km2, 800000 * sizeof (float), four->per_km2, 800000 * sizeof (float));
    g_assert_cmpuint (one->n_used, ==, 120000);
    g_assert_cmpuint (one->n_outside, ==, four->n_outside);
}

/* All events stay inside a square, whatever their widths. */
static void
test_edge (void)
{
    g_auto (Events) events = { 0 };
    make_events (&events, 30000);
    g_autoptr (GError) error = NULL;
    CgBox box = { 0, 0, 10000, 8000 };
    g_autoptr (CgDensityRegion) region = cg_density_region_new (NULL, &box, &error);
    CgAdaptiveOptions adaptive = { .pilot_m = 200, .region = region };
    CgAdaptive found;
    g_assert_true (cg_adaptive_bandwidths (events.n, events.x, events.y, events.weight, &adaptive,
                                           events.bandwidth_m, &found, &error));
    CgDensityOptions options = { .bandwidth_m = 200,
                                 .box = box,
                                 .width = 500,
                                 .height = 400,
                                 .edge = CG_EDGE_DIGGLE,
                                 .region = region,
                                 .own_bandwidth_m = events.bandwidth_m };
    g_autoptr (CgDensity) density =
        cg_density_run (events.n, events.x, events.y, events.weight, &options, &error);
    g_assert_no_error (error);
    double sum = 0, inside = 0;
    for (guint32 k = 0; k < 200000; k++)
        sum += density->per_km2[k] * 400 / 1e6;
    for (guint32 i = 0; i < events.n; i++)
        if (cg_density_region_holds (region, events.x[i], events.y[i]))
            inside += events.weight[i];
    g_assert_cmpfloat (fabs (sum / inside - 1), <, 1e-3);
}

static void
test_degenerate (void)
{
    double x[] = { 5, 5, 5, NAN }, y[] = { 7, 7, 7, 7 }, weight[] = { 1, 0, -1, 1 }, width[4];
    CgAdaptiveOptions options = { .pilot_m = 30, .least_m = 2 };
    g_autoptr (GError) error = NULL;
    CgAdaptive found;
    g_assert_true (cg_adaptive_bandwidths (3, x, y, NULL, &options, width, &found, &error));
    for (guint i = 0; i < 3; i++) /* one place: all densities are the mean */
        g_assert_cmpfloat (fabs (width[i] - 30), <, 1e-12);
    g_assert_true (cg_adaptive_bandwidths (0, x, y, NULL, &options, width, &found, &error));
    g_assert_cmpuint (found.n, ==, 0);
    g_assert_true (cg_adaptive_bandwidths (2, x, y, weight, &options, width, &found, &error));
    g_assert_cmpuint (found.n, ==, 1);
    g_assert_cmpfloat (width[0], ==, 30);
    g_assert_false (cg_adaptive_bandwidths (3, x, y, weight, &options, width, &found, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_assert_nonnull (strstr (error->message, "row 3"));
    g_clear_error (&error);
    options.pilot_m = 0;
    g_assert_false (cg_adaptive_bandwidths (3, x, y, NULL, &options, width, &found, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    double bad[] = { 30, 0, 30, 30 };
    CgDensityOptions density = { .bandwidth_m = 30, .own_bandwidth_m = bad };
    double at;
    g_assert_false (cg_density_at (4, x, y, NULL, &density, 1, x, y, &at, NULL, &error));
    g_assert_nonnull (strstr (error->message, "row 2"));
    g_clear_error (&error);
    density.edge = CG_EDGE_UNIFORM;
    g_assert_false (cg_density_at (1, x, y, NULL, &density, 1, x, y, &at, NULL, &error));
    g_assert_nonnull (strstr (error->message, "uniform"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/analyse/adaptive/widths", test_widths);
    g_test_add_func ("/analyse/adaptive/error", test_error);
    g_test_add_func ("/analyse/adaptive/direct", test_direct);
    g_test_add_func ("/analyse/adaptive/threads", test_threads);
    g_test_add_func ("/analyse/adaptive/edge", test_edge);
    g_test_add_func ("/analyse/adaptive/degenerate", test_degenerate);
    return g_test_run ();
}
