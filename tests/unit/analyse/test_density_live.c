/* Live density: equal to the direct sum and to a run over the same events, exactly reversible. */
#include "analyse/density_live.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <math.h>

enum { N = 3000, WIDTH = 150, HEIGHT = 100 };

typedef struct {
    double x[N], y[N], weight[N];
    gint64 time_s[N];
    guint32 type[N];
} Log;

static const CgBox box = { 0, 0, 3000, 2000 };

static Log *
make_log (void)
{
    Log *log = g_new (Log, 1);
    CgRandom random;
    cg_random_init (&random, 11, 1);
    for (guint i = 0; i < N; i++) {
        log->x[i] = 3600 * cg_random_unit (&random) - 300;
        log->y[i] = 2400 * cg_random_unit (&random) - 200;
        log->weight[i] = 1 + cg_random_below (&random, 3);
        log->time_s[i] = -36000 + 3600 * (gint64) cg_random_below (&random, 48) + i % 3600;
        log->type[i] = cg_random_below (&random, 3);
    }
    return log;
}

static CgDensityLive *
make_live (const Log *log, gboolean backwards)
{
    CgDensityLive *live = cg_density_live_new (20, 3600, NULL);
    for (guint k = 0; k < N; k++) {
        guint i = backwards ? N - 1 - k : k;
        g_assert_true (cg_density_live_add (live, log->type[i], log->time_s[i], log->x[i],
                                            log->y[i], log->weight[i], NULL));
    }
    return live;
}

static double
direct (const Log *log, double sigma, guint type, gint64 from_s, gint64 until_s, double x, double y)
{
    double sum = 0;
    for (guint i = 0; i < N; i++) {
        double dx = log->x[i] - x, dy = log->y[i] - y;
        if (log->type[i] == type && log->time_s[i] >= from_s && log->time_s[i] < until_s)
            sum += log->weight[i] * exp (-(dx * dx + dy * dy) / (2 * sigma * sigma));
    }
    return sum * 1e6 / (2 * G_PI * sigma * sigma);
}

static void
test_against_direct_sum (void)
{
    g_autofree Log *log = make_log ();
    g_autoptr (CgDensityLive) live = make_live (log, FALSE);
    guint32 type = 1;
    for (double sigma = 120; sigma <= 960; sigma *= 2) {
        CgLiveSelection selection = {
            .n_types = 1, .types = &type, .from_s = -7200, .until_s = 36000
        };
        CgDensityOptions options = {
            .bandwidth_m = sigma, .box = box, .width = WIDTH, .height = HEIGHT
        };
        g_autoptr (CgDensity) density = cg_density_live_run (live, &selection, &options, NULL);
        g_assert_nonnull (density);
        double worst = 0;
        for (guint i = 0; i < WIDTH * HEIGHT; i += 97) {
            double want = direct (log, sigma, 1, -7200, 36000, (i % WIDTH + 0.5) * 20,
                                  2000 - (i / WIDTH + 0.5) * 20);
            worst = MAX (worst, fabs (density->per_km2[i] - want));
        }
        g_test_message ("sigma %g: error %.2g of the peak", sigma, worst / density->peak_per_km2);
        g_assert_cmpfloat (worst, <=, 1e-5 * density->peak_per_km2);
    }
}

/* Order, threads and windows change no bit. */
static void
test_same_bits (void)
{
    g_autofree Log *log = make_log ();
    g_autoptr (CgDensityLive) live = make_live (log, FALSE);
    g_autoptr (CgDensityLive) other = make_live (log, TRUE);
    CgLiveSelection all = { .from_s = G_MININT32, .until_s = G_MAXINT32 };
    for (CgKernel kernel = CG_KERNEL_GAUSSIAN; kernel <= CG_KERNEL_QUARTIC; kernel++) {
        CgDensityOptions options = { .kernel = kernel, .bandwidth_m = 300, .box = box };
        g_assert_true (cg_density_align (&options, 7.3, NULL));
        gsize bytes = (gsize) options.width * options.height * sizeof (float);
        g_autoptr (CgDensity) whole = cg_density_live_run (live, &all, &options, NULL);
        g_autoptr (CgDensity) turned = cg_density_live_run (other, &all, &options, NULL);
        g_assert_cmpmem (whole->per_km2, bytes, turned->per_km2, bytes);
        for (guint threads = 2; threads <= 4; threads *= 2) {
            options.threads = threads;
            g_autoptr (CgDensity) many = cg_density_live_run (live, &all, &options, NULL);
            g_assert_cmpmem (whole->per_km2, bytes, many->per_km2, bytes);
        }
        CgDensityOptions tile = { .kernel = kernel,
                                  .bandwidth_m = 300,
                                  .box = { 1000, 500, 1500, 900 } };
        g_assert_true (cg_density_align (&tile, 7.3, NULL));
        g_autoptr (CgDensity) part = cg_density_live_run (live, &all, &tile, NULL);
        guint left = (guint) round ((tile.box.x_min - options.box.x_min) / 7.3);
        guint top = (guint) round ((options.box.y_max - tile.box.y_max) / 7.3);
        for (guint r = 0; r < tile.height; r++)
            g_assert_cmpmem (part->per_km2 + r * tile.width, tile.width * sizeof (float),
                             whole->per_km2 + (top + r) * options.width + left,
                             tile.width * sizeof (float));
    }
}

/* A million events in and out again, in another order: nothing is left. */
static void
test_reversible (void)
{
    g_autoptr (CgDensityLive) live = cg_density_live_new (25, 3600, NULL);
    enum { MANY = 1000000 };
    for (int sign = 1; sign >= -1; sign -= 2)
        for (guint k = 0; k < MANY; k++) {
            guint64 i = sign > 0 ? k : (k * G_GUINT64_CONSTANT (7919) + 13) % MANY;
            guint64 bits = cg_random_mix (i + 1);
            double x = (double) (bits & 0xfffff) / 100, y = (double) (bits >> 20 & 0xfffff) / 100;
            double weight = 0.1 + (double) (bits >> 40 & 0xff);
            g_assert_true (cg_density_live_add (live, 0, (gint64) (bits >> 48) % 4 * 3600, x, y,
                                                sign * weight, NULL));
            g_assert_true (k != MANY / 2 || !cg_density_live_is_zero (live));
        }
    g_assert_true (cg_density_live_is_zero (live));
    g_assert_cmpuint (cg_density_live_bytes (live), >, 0);
    cg_density_live_forget (live, 2 * 3600);
    gsize half = cg_density_live_bytes (live);
    cg_density_live_forget (live, 4 * 3600);
    g_assert_cmpuint (half, >, 0);
    g_assert_cmpuint (cg_density_live_bytes (live), ==, 0);
}

/* Hours go when they have ended, not before; what comes for an hour that is gone is kept anew. */
static void
test_forget (void)
{
    g_autoptr (CgDensityLive) live = cg_density_live_new (20, 3600, NULL);
    CgLiveSelection all = { .until_s = G_MAXINT32 };
    CgDensityOptions options = { .bandwidth_m = 200, .box = box, .width = 30, .height = 20 };
    for (guint hour = 0; hour < 3; hour++)
        g_assert_true (cg_density_live_add (live, 0, 3600 * hour + 10, 1500, 1000, 1, NULL));
    gsize each = cg_density_live_bytes (live) / 3;
    static const gint64 at[][2] = { { 3599, 3 }, { 3600, 2 }, { 7199, 2 }, { 9000, 1 }, { 10800, 0 } };
    for (guint k = 0; k < G_N_ELEMENTS (at); k++) {
        cg_density_live_forget (live, at[k][0]);
        g_assert_cmpuint (cg_density_live_bytes (live), ==, each * (gsize) at[k][1]);
    }
    g_assert_true (cg_density_live_add (live, 0, 7300, 1500, 1000, 1, NULL));
    g_assert_cmpuint (cg_density_live_bytes (live), ==, each);
    g_autoptr (CgDensity) density = cg_density_live_run (live, &all, &options, NULL);
    g_assert_cmpfloat (density->peak_per_km2, >, 3);
}

/* The time kernel: events of one hour only, so that the surface is the plain one times a number. */
static void
test_space_time (void)
{
    g_autofree Log *log = make_log ();
    for (guint i = 0; i < N; i++)
        log->time_s[i] = 7200 + i % 3600;
    g_autoptr (CgDensityLive) live = make_live (log, FALSE);
    CgLiveSelection all = { .until_s = G_MAXINT32 }, kernel = { .span_s = 6 * 3600, .moment_s = 0 };
    CgDensityOptions options = { .bandwidth_m = 200, .box = box, .width = WIDTH, .height = HEIGHT };
    g_autoptr (CgDensity) plain = cg_density_live_run (live, &all, &options, NULL);
    g_autoptr (CgDensity) timed = cg_density_live_run (live, &kernel, &options, NULL);
    double u = 9000.0 / 21600, factor = 0.75 * (1 - u * u) * 86400 / 21600;
    for (guint i = 0; i < WIDTH * HEIGHT; i += 31)
        g_assert_cmpfloat (fabs (timed->per_km2[i] - factor * plain->per_km2[i]), <=,
                           2e-4 * plain->peak_per_km2);
    kernel.moment_s = 100 * 3600;
    g_autoptr (CgDensity) later = cg_density_live_run (live, &kernel, &options, NULL);
    g_assert_cmpfloat (later->peak_per_km2, ==, 0);
}

static void
test_refuses (void)
{
    const struct {
        double spacing_m;
        guint32 bucket_s;
    } bad[] = { { 0, 60 }, { NAN, 60 }, { -1, 60 }, { 1e7, 60 }, { 20, 0 } };
    for (guint k = 0; k < G_N_ELEMENTS (bad); k++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_density_live_new (bad[k].spacing_m, bad[k].bucket_s, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    g_autoptr (CgDensityLive) live = cg_density_live_new (20, 60, NULL);
    const double event[][3] = {
        { NAN, 0, 1 }, { 0, INFINITY, 1 }, { 0, 0, NAN }, { 0, 0, 2e6 }, { 1e12, 0, 1 }
    };
    for (guint k = 0; k < G_N_ELEMENTS (event); k++) {
        g_autoptr (GError) error = NULL;
        g_assert_false (
            cg_density_live_add (live, 0, 0, event[k][0], event[k][1], event[k][2], &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    g_assert_true (cg_density_live_is_zero (live));
    const double width[] = { 0, 119, 1300, NAN };
    CgLiveSelection all = { .until_s = G_MAXINT32 };
    for (guint k = 0; k < G_N_ELEMENTS (width); k++) {
        g_autoptr (GError) error = NULL;
        CgDensityOptions options = {
            .bandwidth_m = width[k], .box = box, .width = 10, .height = 10
        };
        g_assert_null (cg_density_live_run (live, &all, &options, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
    for (guint k = 0; k < 200; k++)
        g_assert_true (cg_density_live_add (live, 0, 0, 100, 100, 1e6, NULL));
    g_autoptr (GError) error = NULL;
    CgDensityOptions options = { .bandwidth_m = 200, .box = box, .width = 10, .height = 10 };
    g_assert_null (cg_density_live_run (live, &all, &options, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/density-live/direct-sum", test_against_direct_sum);
    g_test_add_func ("/density-live/same-bits", test_same_bits);
    g_test_add_func ("/density-live/reversible", test_reversible);
    g_test_add_func ("/density-live/forget", test_forget);
    g_test_add_func ("/density-live/space-time", test_space_time);
    g_test_add_func ("/density-live/refuses", test_refuses);
    return g_test_run ();
}
