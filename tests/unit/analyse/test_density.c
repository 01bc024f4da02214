/* Density: published values, a brute-force sum written here, and what must hold of any surface. */
#include "analyse/density.h"
#include "base/error.h"
#include "base/random.h"
#include "stop.h"
#include "support.h"

#include <math.h>
#include <string.h>

typedef struct {
    guint32 n;
    double *x, *y, *weight;
} Events;

static void
events_done (Events *events)
{
    g_free (events->x);
    g_free (events->y);
    g_free (events->weight);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Events, events_done)

/* Clusters and a uniform ground, partly outside a window of width x height metres. */
static void
make_events (Events *events, guint32 n, double width, double height, gboolean weighted)
{
    CgRandom random;
    cg_random_init (&random, 42, n);
    *events =
        (Events){ n, g_new (double, n), g_new (double, n), weighted ? g_new (double, n) : NULL };
    double centre_x[20], centre_y[20];
    for (guint i = 0; i < 20; i++)
        centre_x[i] = width * cg_random_unit (&random),
        centre_y[i] = height * cg_random_unit (&random);
    for (guint32 i = 0; i < n; i++) {
        guint centre = cg_random_below (&random, 20);
        gboolean ground = i % 10 >= 7;
        events->x[i] = ground ? width * (1.4 * cg_random_unit (&random) - 0.2)
                              : centre_x[centre] + 0.02 * width * cg_random_normal (&random);
        events->y[i] = ground ? height * (1.4 * cg_random_unit (&random) - 0.2)
                              : centre_y[centre] + 0.03 * height * cg_random_normal (&random);
        if (weighted)
            events->weight[i] = 0.25 + cg_random_below (&random, 5);
    }
}

/* Mass 1, bandwidth 1, from the textbook and not from the program. */
static double
kernel_at (CgKernel kernel, double rr)
{
    if (kernel == CG_KERNEL_GAUSSIAN)
        return exp (-0.5 * rr) / (2 * G_PI);
    if (rr >= 1)
        return 0;
    switch (kernel) {
    case CG_KERNEL_QUARTIC:
        return 3 / G_PI * (1 - rr) * (1 - rr);
    case CG_KERNEL_EPANECHNIKOV:
        return 2 / G_PI * (1 - rr);
    case CG_KERNEL_TRIANGULAR:
        return 3 / G_PI * (1 - sqrt (rr));
    default:
        return 1 / G_PI;
    }
}

static double
brute_force (const Events *events, CgKernel kernel, double bandwidth_m, double x, double y)
{
    double sum = 0;
    for (guint32 i = 0; i < events->n; i++) {
        double dx = (events->x[i] - x) / bandwidth_m, dy = (events->y[i] - y) / bandwidth_m;
        double weight = events->weight != NULL ? events->weight[i] : 1;
        sum += weight * kernel_at (kernel, dx * dx + dy * dy);
    }
    return sum * 1e6 / (bandwidth_m * bandwidth_m);
}

static CgDensity *
run (const Events *events, const CgDensityOptions *options)
{
    g_autoptr (GError) error = NULL;
    CgDensity *density =
        cg_density_run (events->n, events->x, events->y, events->weight, options, &error);
    g_assert_no_error (error);
    return density;
}

/* Largest difference to brute force, in parts of the peak, at every step-th pixel and all along the
 * border. */
static double
worst_error (const Events *events, CgKernel kernel, const CgDensity *density, guint step)
{
    double worst = 0, pixel_x = (density->box.x_max - density->box.x_min) / density->width;
    double pixel_y = (density->box.y_max - density->box.y_min) / density->height;
    for (guint r = 0; r < density->height; r++)
        for (guint c = 0; c < density->width; c++) {
            gboolean border =
                r == 0 || c == 0 || r == density->height - 1 || c == density->width - 1;
            if ((r * density->width + c) % (border ? 7 : step) != 0)
                continue;
            double x = density->box.x_min + (c + 0.5) * pixel_x,
                   y = density->box.y_max - (r + 0.5) * pixel_y;
            double want = brute_force (events, kernel, density->bandwidth_m, x, y);
            worst = MAX (worst, fabs (density->per_km2[r * density->width + c] - want));
        }
    return worst / density->peak_per_km2;
}

static void
test_against_brute_force (void)
{
    static const struct {
        CgKernel kernel;
        double bandwidth_m;
        guint32 n;
        double allowed;
    } cases[] = {
        { CG_KERNEL_GAUSSIAN, 7, 3000, 1e-6 },  /* stamps, under a pixel */
        { CG_KERNEL_GAUSSIAN, 25, 3000, 1e-6 }, /* stamps                */
        { CG_KERNEL_GAUSSIAN, 31, 3000, 1e-5 }, /* lattice from here on  */
        { CG_KERNEL_GAUSSIAN, 100, 3000, 1e-5 },
        { CG_KERNEL_GAUSSIAN, 1000, 3000, 1e-5 },
        { CG_KERNEL_GAUSSIAN, 30000, 3000, 1e-5 },
        { CG_KERNEL_GAUSSIAN, 100, 1, 1e-5 },
        { CG_KERNEL_QUARTIC, 60, 3000, 1e-6 },
        { CG_KERNEL_QUARTIC, 700, 3000, 1e-6 },
        { CG_KERNEL_EPANECHNIKOV, 60, 3000, 1e-6 },
        { CG_KERNEL_EPANECHNIKOV, 700, 3000, 1e-6 },
        { CG_KERNEL_TRIANGULAR, 60, 3000, 1e-6 },
        { CG_KERNEL_TRIANGULAR, 700, 3000, 1e-6 },
        { CG_KERNEL_UNIFORM, 60, 3000, 1e-6 },
        { CG_KERNEL_UNIFORM, 700, 3000, 1e-6 },
        { CG_KERNEL_QUARTIC, 40000, 3000, 1e-6 }, /* over the limit of stamps: lattice */
        { CG_KERNEL_EPANECHNIKOV, 40000, 3000, 1e-5 },
        { CG_KERNEL_TRIANGULAR, 40000, 3000, 2e-3 }, /* all events under the tip of the cone */
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
        for (guint weighted = 0; weighted < 2; weighted++) {
            g_auto (Events) events;
            make_events (&events, cases[k].n, 3000, 2000, weighted);
            if (cases[k].n == 1)
                events.x[0] = 1503.7, events.y[0] = 1001.1;
            CgDensityOptions options = {
                cases[k].kernel, cases[k].bandwidth_m, { 0, 0, 3000, 2000 }, 300, 200
            };
            g_autoptr (CgDensity) density = run (&events, &options);
            double worst = worst_error (&events, cases[k].kernel, density, 211);
            g_test_message ("%s %g m, %u events%s: error %.2g of the peak",
                            cg_kernel_name (cases[k].kernel), cases[k].bandwidth_m, cases[k].n,
                            weighted ? " weighted" : "", worst);
            g_assert_cmpfloat (worst, <=, cases[k].allowed);
        }
}

/* Many coincident events push a kernel that ends to its lattice, with nothing to average its error
 * out: the sharper the end, the larger. */
static void
test_lattice_worst_case (void)
{
    static const struct {
        CgKernel kernel;
        double bandwidth_m, allowed;
    } cases[] = { { CG_KERNEL_QUARTIC, 230, 1.5e-3 },
                  { CG_KERNEL_QUARTIC, 800, 4e-4 },
                  { CG_KERNEL_EPANECHNIKOV, 230, 2.5e-2 },
                  { CG_KERNEL_EPANECHNIKOV, 800, 1.5e-2 },
                  { CG_KERNEL_TRIANGULAR, 800, 2e-2 } };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (Events) events;
        make_events (&events, 900000, 3000, 2000, FALSE);
        for (guint32 i = 0; i < events.n; i++)
            events.x[i] = 1503.7, events.y[i] = 1001.1;
        CgDensityOptions options = {
            cases[k].kernel, cases[k].bandwidth_m, { 0, 0, 3000, 2000 }, 300, 200
        };
        g_autoptr (CgDensity) density = run (&events, &options);
        events.n = 1;
        for (guint i = 0; i < 300 * 200; i++)
            density->per_km2[i] /= 900000;
        density->peak_per_km2 /= 900000;
        double worst = worst_error (&events, cases[k].kernel, density, 3);
        g_test_message ("%s %g m by lattice: error %.2g of the peak",
                        cg_kernel_name (cases[k].kernel), cases[k].bandwidth_m, worst);
        g_assert_cmpfloat (worst, <=, cases[k].allowed);
    }
}

/* 522 arsons of Chicago: densities at the events themselves, computed elsewhere. */
static void
test_chicago_arson (void)
{
    g_autofree char *path = cg_test_data ("expected/kde_chicago_arson_expected.csv");
    if (path == NULL)
        return;
    g_autoptr (GPtrArray) rows = cg_test_csv (path);
    guint n = rows->len - 1;
    g_assert_cmpuint (n, ==, 522);
    g_autofree double *x = g_new (double, n), *y = g_new (double, n), *got = g_new (double, n);
    for (guint i = 0; i < n; i++) {
        char **row = rows->pdata[i + 1];
        x[i] = g_ascii_strtod (row[0], NULL), y[i] = g_ascii_strtod (row[1], NULL);
    }
    static const struct {
        CgKernel kernel;
        double bandwidth_m;
        guint column;
    } cases[] = {
        { CG_KERNEL_GAUSSIAN, 500, 3 },
        { CG_KERNEL_GAUSSIAN, 1000, 4 },
        { CG_KERNEL_GAUSSIAN, 2000, 5 },
        { CG_KERNEL_QUARTIC, 1000, 6 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_autoptr (GError) error = NULL;
        double worst = 0;
        CgDensityOptions options = { .kernel = cases[k].kernel,
                                     .bandwidth_m = cases[k].bandwidth_m };
        cg_density_at (n, x, y, NULL, &options, n, x, y, got, NULL, &error);
        g_assert_no_error (error);
        for (guint i = 0; i < n; i++) {
            double want =
                1e6 * g_ascii_strtod (((char **) rows->pdata[i + 1])[cases[k].column], NULL);
            worst = MAX (worst, fabs (got[i] / want - 1));
        }
        g_test_message ("%s %g m: largest relative difference %.2g",
                        cg_kernel_name (cases[k].kernel), cases[k].bandwidth_m, worst);
        g_assert_cmpfloat (worst, <=, 1e-9);
    }
}

static void
test_at_agrees_with_brute_force (void)
{
    g_auto (Events) events;
    make_events (&events, 2000, 5000, 5000, TRUE);
    events.x[3] = NAN;
    events.y[4] = INFINITY;
    events.weight[5] = NAN;
    const double at_x[] = { 0, 2500, -4000, 1e7, NAN }, at_y[] = { 0, 2500, 9000, -1e7, 0 };
    for (CgKernel kernel = CG_KERNEL_GAUSSIAN; kernel < CG_KERNELS; kernel++) {
        double got[5];
        CgDensityOptions options = { .kernel = kernel, .bandwidth_m = 700 };
        g_assert_true (cg_density_at (events.n, events.x, events.y, events.weight, &options, 5,
                                      at_x, at_y, got, NULL, NULL));
        g_auto (Events) clean;
        make_events (&clean, 2000, 5000, 5000, TRUE);
        clean.weight[3] = clean.weight[4] = clean.weight[5] = 0;
        for (guint i = 0; i < 4; i++) {
            double want = brute_force (&clean, kernel, 700, at_x[i], at_y[i]);
            g_assert_cmpfloat (fabs (got[i] - want), <=, 1e-12 * want + 1e-15);
        }
        g_assert_true (isnan (got[4]));
    }
}

static void
test_mass (void)
{
    for (CgKernel kernel = CG_KERNEL_GAUSSIAN; kernel <= CG_KERNEL_QUARTIC; kernel++)
        for (double bandwidth_m = 25; bandwidth_m < 900; bandwidth_m *= 3) {
            g_auto (Events) events;
            make_events (&events, 2000, 4000, 4000, TRUE);
            double mass = 0, sum = 0;
            for (guint32 i = 0; i < events.n; i++)
                mass += events.weight[i];
            CgDensityOptions options = {
                kernel, bandwidth_m, { -7000, -7000, 11000, 11000 }, 1800, 1800
            };
            g_autoptr (CgDensity) density = run (&events, &options);
            for (gsize i = 0; i < 1800 * 1800; i++)
                sum += density->per_km2[i] * 1e-4; /* pixels of 10 m */
            g_test_message ("%s %g m: mass %.9g of %.9g", cg_kernel_name (kernel), bandwidth_m, sum,
                            mass);
            /* The quartic is summed at centres, which for a radius of 2.5 pixels is a coarse
             * integral. */
            double allowed = kernel == CG_KERNEL_QUARTIC && bandwidth_m < 100 ? 1e-3 : 1e-5;
            g_assert_cmpfloat (fabs (sum / mass - 1), <=, allowed);
            g_assert_cmpuint (density->n_outside, ==, 0);
        }
}

/* At the least bandwidth no event hides between centres, wherever in its pixel it lies; at half of
 * it, the corners and the centre of a pixel differ by half and more. */
static void
test_least_bandwidth (void)
{
    for (CgKernel kernel = CG_KERNEL_GAUSSIAN; kernel <= CG_KERNEL_QUARTIC; kernel++) {
        double least = cg_density_least_bandwidth_m (kernel, 10), worst = 0, worst_half = 0;
        for (guint place = 0; place < 11 * 11; place++) {
            double x = 200 + place % 11, y = 200 + place / 11;
            for (guint half = 0; half < 2; half++) {
                CgDensityOptions options = {
                    kernel, half ? least / 2 : least, { 0, 0, 400, 400 }, 40, 40
                };
                g_autoptr (CgDensity) density = cg_density_run (1, &x, &y, NULL, &options, NULL);
                double sum = 0;
                for (guint i = 0; i < 40 * 40; i++)
                    sum += density->per_km2[i] * 1e-4;
                double *out = half ? &worst_half : &worst;
                *out = MAX (*out, fabs (sum - 1));
            }
        }
        g_test_message ("%s: mass wrong by %.3f at %g m, %.3f at half", cg_kernel_name (kernel),
                        worst, least, worst_half);
        g_assert_cmpfloat (worst, <=, 0.08);
        g_assert_cmpfloat (worst_half, >=, 0.5);
    }
}

/* Two windows side by side give the bits of the one that holds both; so does any order
 * of events. */
static void
test_seams_and_order (void)
{
    static const struct {
        CgKernel kernel;
        double bandwidth_m;
        guint32 n;
    } cases[] = {
        { CG_KERNEL_GAUSSIAN, 16, 5000 },
        { CG_KERNEL_GAUSSIAN, 100, 5000 },
        { CG_KERNEL_QUARTIC, 512, 500000 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (Events) events;
        make_events (&events, cases[k].n, 4096, 2048, TRUE);
        CgDensityOptions options = {
            cases[k].kernel, cases[k].bandwidth_m, { 0, 0, 4096, 2048 }, 512, 256
        };
        g_autoptr (CgDensity) whole = run (&events, &options);
        for (guint32 i = 0; i < events.n / 2; i++) {
            guint32 j = events.n - 1 - i;
            double x = events.x[i], y = events.y[i], weight = events.weight[i];
            events.x[i] = events.x[j], events.y[i] = events.y[j],
            events.weight[i] = events.weight[j];
            events.x[j] = x, events.y[j] = y, events.weight[j] = weight;
        }
        g_autoptr (CgDensity) turned = run (&events, &options);
        g_assert_cmpmem (whole->per_km2, 512 * 256 * sizeof (float), turned->per_km2,
                         512 * 256 * sizeof (float));
        for (guint tile = 0; tile < 4; tile++) {
            double x = tile % 2 * 2048.0, y = tile / 2 * 1024.0;
            options.box = (CgBox){ x, 1024 - y, x + 2048, 2048 - y };
            options.width = 256, options.height = 128;
            g_autoptr (CgDensity) part = run (&events, &options);
            for (guint r = 0; r < 128; r++)
                g_assert_cmpmem (part->per_km2 + r * 256, 256 * sizeof (float),
                                 whole->per_km2 + (tile / 2 * 128 + r) * 512 + tile % 2 * 256,
                                 256 * sizeof (float));
        }
    }
}

/* Cells of 7.3 m, no number that doubles can write: neighbours that only share the size of cells.
 */
static void
test_aligned_tiles (void)
{
    static const struct {
        CgKernel kernel;
        double bandwidth_m;
        guint32 n;
    } cases[] = {
        { CG_KERNEL_GAUSSIAN, 15, 4000 },
        { CG_KERNEL_GAUSSIAN, 95, 4000 },
        { CG_KERNEL_QUARTIC, 95, 4000 },
        { CG_KERNEL_UNIFORM, 900, 400000 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (Events) events;
        make_events (&events, cases[k].n, 3000, 2000, TRUE);
        for (guint32 i = 0; i < events.n; i++)
            events.x[i] += 39501234.5, events.y[i] += 3456789.25;
        CgDensityOptions options = { .kernel = cases[k].kernel,
                                     .bandwidth_m = cases[k].bandwidth_m,
                                     .box = { 39501234, 3456789, 39504234, 3458789 } };
        g_assert_true (cg_density_align (&options, 7.3, NULL));
        g_assert_cmpuint (options.width, >=, 411);
        g_assert_cmpfloat (options.box.x_min, <=, 39501234);
        g_assert_cmpfloat (options.box.x_max, >=, 39504234);
        g_autoptr (CgDensity) whole = run (&events, &options);
        /* A part whose west and north are the whole's, moved in by some cells. */
        CgDensityOptions inner = options;
        inner.box = (CgBox){ options.box.x_min + 100.4 * 7.3, options.box.y_min + 50.4 * 7.3,
                             options.box.x_min + 200.4 * 7.3, options.box.y_max - 30.4 * 7.3 };
        g_assert_true (cg_density_align (&inner, 7.3, NULL));
        g_autoptr (CgDensity) part = run (&events, &inner);
        guint left = (guint) round ((inner.box.x_min - options.box.x_min) / 7.3);
        guint top = (guint) round ((options.box.y_max - inner.box.y_max) / 7.3);
        g_assert_cmpuint (left, ==, 100);
        for (guint r = 0; r < inner.height; r++)
            g_assert_cmpmem (part->per_km2 + r * inner.width, inner.width * sizeof (float),
                             whole->per_km2 + (top + r) * options.width + left,
                             inner.width * sizeof (float));
    }
    CgDensityOptions options = { .box = { 0, 0, 1e6, 1e6 } };
    const double bad[] = { 0, -1, NAN, INFINITY, 1e-3 };
    for (guint k = 0; k < G_N_ELEMENTS (bad); k++) {
        g_autoptr (GError) error = NULL;
        g_assert_false (cg_density_align (&options, bad[k], &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
}

static void
test_threads (void)
{
    static const struct {
        CgKernel kernel;
        double bandwidth_m;
    } cases[] = { { CG_KERNEL_GAUSSIAN, 100 },
                  { CG_KERNEL_GAUSSIAN, 700 },
                  { CG_KERNEL_QUARTIC, 400 } };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (Events) events;
        make_events (&events, 300001, 3000, 2000, k == 1);
        events.x[7] = NAN;
        CgDensityOptions options = {
            cases[k].kernel, cases[k].bandwidth_m, { 0, 0, 3000, 2000 }, 301, 205
        };
        g_autoptr (CgDensity) one = run (&events, &options);
        const guint threads[] = { 2, 4, 1000 };
        for (guint t = 0; t < G_N_ELEMENTS (threads); t++) {
            options.threads = threads[t];
            g_autoptr (CgDensity) many = run (&events, &options);
            g_assert_cmpmem (one->per_km2, 301 * 205 * sizeof (float), many->per_km2,
                             301 * 205 * sizeof (float));
            g_assert_cmpuint (one->n_used, ==, many->n_used);
            g_assert_cmpuint (one->n_outside, ==, many->n_outside);
            g_assert_cmpfloat (one->peak_per_km2, ==, many->peak_per_km2);
        }
        g_assert_cmpuint (one->n_used, ==, 300000);
    }
}

static void
test_orientation_and_counts (void)
{
    double x[] = { 950, 5000, NAN, 100 }, y[] = { 950, 0, 1, INFINITY };
    Events events = { 4, x, y, NULL };
    CgDensityOptions options = { CG_KERNEL_GAUSSIAN, 50, { 0, 0, 1000, 1000 }, 10, 10 };
    g_autoptr (CgDensity) density = run (&events, &options);
    /* The one event near the north-east corner: last pixel of the first row. */
    g_assert_cmpfloat_with_epsilon (density->per_km2[9], 1e6 / (2 * G_PI * 2500), 1e-4);
    g_assert_cmpfloat (density->per_km2[9], ==, density->peak_per_km2);
    g_assert_cmpuint (density->n_used, ==, 2);
    g_assert_cmpuint (density->n_outside, ==, 1);
}

static void
test_outside_reaches_in (void)
{
    double x[] = { -200, 1e300, -1e300 }, y[] = { 500, 500, -1e300 };
    Events events = { 3, x, y, NULL };
    for (CgKernel kernel = CG_KERNEL_GAUSSIAN; kernel <= CG_KERNEL_QUARTIC; kernel++)
        for (double bandwidth_m = 20; bandwidth_m <= 20000; bandwidth_m *= 10) {
            CgDensityOptions options = { kernel, bandwidth_m, { 0, 0, 1000, 1000 }, 100, 100 };
            g_autoptr (CgDensity) density = run (&events, &options);
            Events near = { 1, x, y, NULL };
            double want = brute_force (&near, kernel, bandwidth_m, 5, 505),
                   got = density->per_km2[49 * 100];
            g_assert_cmpfloat (fabs (got - want), <=, 1e-5 * 1e6 / (bandwidth_m * bandwidth_m));
            g_assert_cmpuint (density->n_outside, ==, 3);
        }
}

/* The worst case of the lattice: all events at one place, wherever it lies between the nodes; held
 * against the kernel itself at every pixel. */
static void
test_one_place (void)
{
    const double h = 40, spacing = h / 4.75, peak = 1e6 / (2 * G_PI * h * h);
    double worst = 0;
    for (guint k = 0; k < 16; k++) {
        double x = 1000 + spacing * (k % 4) / 3.7, y = 1000 + spacing * (k / 4) / 3.7;
        Events one = { 1, &x, &y, NULL };
        const CgDensityOptions options = { CG_KERNEL_GAUSSIAN, h, { 820, 820, 1180, 1180 }, 180, 180 };
        g_autoptr (CgDensity) density = run (&one, &options);
        for (guint i = 0; i < 180 * 180; i++) {
            double dx = 821 + 2.0 * (i % 180) - x, dy = 1179 - 2.0 * (i / 180) - y;
            double want = peak * exp (-(dx * dx + dy * dy) / (2 * h * h));
            worst = MAX (worst, fabs (density->per_km2[i] - want) / peak);
        }
    }
    g_test_message ("worst %.3g of the peak", worst);
    g_assert_cmpfloat (worst, <=, 1e-5);
}

static void
test_edge_inputs (void)
{
    const CgDensityOptions automatic = { CG_KERNEL_GAUSSIAN, 0, { 0, 0, 1000, 1000 }, 20, 30 };
    Events none = { 0, NULL, NULL, NULL };
    g_autoptr (CgDensity) empty = run (&none, &automatic);
    g_assert_cmpfloat (empty->bandwidth_m, ==, 500);
    g_assert_cmpfloat (empty->peak_per_km2, ==, 0);
    for (guint i = 0; i < 600; i++)
        g_assert_cmpfloat (empty->per_km2[i], ==, 0);

    /* All equal, and all weights zero; a raster of one pixel; a window far from the origin. */
    double x[] = { 500, 500, 500 }, y[] = { 500, 500, 500 }, zero[] = { 0, 0, 0 },
           mixed[] = { 1, 1, -2 };
    Events equal = { 3, x, y, NULL }, weightless = { 3, x, y, zero },
           signed_sum = { 3, x, y, mixed };
    g_autoptr (CgDensity) heap = run (&equal, &automatic);
    g_assert_cmpfloat (heap->bandwidth_m, ==, 500);
    g_assert_cmpfloat_with_epsilon (
        heap->peak_per_km2, brute_force (&equal, CG_KERNEL_GAUSSIAN, 500, 525, 500 + 50. / 3),
        1e-4);
    g_autoptr (CgDensity) nothing = run (&weightless, &automatic);
    g_assert_cmpfloat (nothing->peak_per_km2, ==, 0);
    g_autoptr (CgDensity) cancelled = run (&signed_sum, &automatic);
    for (guint i = 0; i < 600; i++)
        g_assert_cmpfloat (fabs (cancelled->per_km2[i]), <=, 1e-14);

    for (CgKernel kernel = CG_KERNEL_GAUSSIAN; kernel <= CG_KERNEL_QUARTIC; kernel++)
        for (double bandwidth_m = 1e-3; bandwidth_m <= 1e9; bandwidth_m *= 1000) {
            CgDensityOptions one = { kernel, bandwidth_m, { 499, 499, 501, 501 }, 1, 1 };
            g_autoptr (CgDensity) pixel = run (&equal, &one);
            double want = brute_force (&equal, kernel, bandwidth_m, 500, 500);
            g_assert_cmpfloat (fabs (pixel->per_km2[0] / want - 1), <=, 2e-5);
            double far_x[] = { 1e15 + 500, 1e300, -1e308 }, far_y[] = { 1e15, -1e308, 1e308 };
            Events far = { 3, far_x, far_y, NULL };
            CgDensityOptions window = {
                kernel, bandwidth_m, { 1e15, 1e15 - 500, 1e15 + 1000, 1e15 + 500 }, 50, 50
            };
            g_autoptr (CgDensity) still = run (&far, &window);
            g_assert_true (isfinite (still->peak_per_km2));
        }
}

static void
check_refused (CgDensityOptions options)
{
    double x = 0, y = 0;
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_density_run (1, &x, &y, NULL, &options, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

static void
test_refuses (void)
{
    const CgBox box = { 0, 0, 1000, 1000 };
    const double bad[] = { -1, NAN, INFINITY, 1e-4, 1e10 };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        check_refused ((CgDensityOptions){ CG_KERNEL_GAUSSIAN, bad[i], box, 10, 10 });
        double x = 0, y = 0, out = 7;
        g_autoptr (GError) error = NULL;
        CgDensityOptions options = { .bandwidth_m = bad[i] };
        g_assert_false (cg_density_at (1, &x, &y, NULL, &options, 1, &x, &y, &out, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        g_assert_cmpfloat (out, ==, 7);
    }
    check_refused ((CgDensityOptions){ CG_KERNEL_GAUSSIAN, 10, box, 0, 10 });
    check_refused ((CgDensityOptions){ CG_KERNEL_GAUSSIAN, 10, box, G_MAXUINT32, G_MAXUINT32 });
    check_refused ((CgDensityOptions){ CG_KERNEL_GAUSSIAN, 10, CG_BOX_EMPTY, 10, 10 });
    check_refused ((CgDensityOptions){ CG_KERNEL_GAUSSIAN, 10, { 0, 0, 0, 10 }, 10, 10 });
    check_refused ((CgDensityOptions){ CG_KERNEL_GAUSSIAN, 10, { 0, 0, NAN, 10 }, 10, 10 });
    check_refused (
        (CgDensityOptions){ CG_KERNEL_GAUSSIAN, 10, { -1.7e308, 0, 1.7e308, 10 }, 10, 10 });
}

static void
test_bandwidth (void)
{
    /* Sample deviations of 1, 2, 3, 4 and 0, 0, 6, 6: sqrt (5 / 3) and sqrt (12). */
    const double x[] = { 1, 2, 3, 4, NAN }, y[] = { 0, 0, 6, 6, 1 };
    double want = pow (4, -1.0 / 6) * (sqrt (5.0 / 3) + sqrt (12.0)) / 2;
    g_assert_cmpfloat_with_epsilon (cg_density_bandwidth_m (5, x, y, NULL, CG_KERNEL_GAUSSIAN),
                                    want, 1e-12);
    g_assert_cmpfloat_with_epsilon (cg_density_bandwidth_m (5, x, y, NULL, CG_KERNEL_QUARTIC),
                                    want * sqrt (8), 1e-12);
    /* Equal weights change nothing, weight zero is as good as absent. */
    const double weight[] = { 3, 3, 3, 3, 3 }, x6[] = { 1, 2, 3, 4, 99, 98 },
                 y6[] = { 0, 0, 6, 6, 99, -1 };
    const double partly[] = { 2, 2, 2, 2, 0, -5 };
    g_assert_cmpfloat_with_epsilon (cg_density_bandwidth_m (5, x, y, weight, CG_KERNEL_GAUSSIAN),
                                    want, 1e-12);
    g_assert_cmpfloat_with_epsilon (cg_density_bandwidth_m (6, x6, y6, partly, CG_KERNEL_GAUSSIAN),
                                    want, 1e-12);
    const double one[] = { 5 }, same[] = { 0.1, 0.1, 0.1 }, wild[] = { -1e308, 1e308, 1e308 };
    g_assert_cmpfloat (cg_density_bandwidth_m (0, NULL, NULL, NULL, CG_KERNEL_GAUSSIAN), ==, 500);
    g_assert_cmpfloat (cg_density_bandwidth_m (1, one, one, NULL, CG_KERNEL_GAUSSIAN), ==, 500);
    g_assert_cmpfloat (cg_density_bandwidth_m (3, same, same, NULL, CG_KERNEL_GAUSSIAN), ==, 500);
    g_assert_cmpfloat (cg_density_bandwidth_m (3, wild, wild, NULL, CG_KERNEL_GAUSSIAN), ==, 1e9);
}

/* Eight places of a town and one far away: quartiles 2 and 7 whatever the ninth is. */
static void
test_bandwidth_robust (void)
{
    const double x[] = { 100000, 4, 1, 7, 3, 8, 2, 6, 5 };
    double want = pow (9, -1.0 / 6) * 4 / 1.349; /* quartiles: third and seventh of nine */
    g_assert_cmpfloat_with_epsilon (cg_density_bandwidth_m (9, x, x, NULL, CG_KERNEL_GAUSSIAN),
                                    want, 1e-12);
    /* Over half of the events on one line: its quartiles coincide, the deviation stays. */
    const double line[] = { 0, 0, 0, 0, 5 };
    want = pow (5, -1.0 / 6) * sqrt (5.0);
    g_assert_cmpfloat_with_epsilon (
        cg_density_bandwidth_m (5, line, line, NULL, CG_KERNEL_GAUSSIAN), want, 1e-12);
    /* The far place weighs half: the upper quartile is there, and the deviation is the smaller. */
    const double heavy[] = { 8, 1, 1, 1, 1, 1, 1, 1, 1 };
    g_assert_cmpfloat (cg_density_bandwidth_m (9, x, x, heavy, CG_KERNEL_GAUSSIAN), >, 10000);
}

/* Quartiles by selection against sorting, on clusters with ties; order does not matter. */
static void
test_bandwidth_order (void)
{
    g_auto (Events) events;
    make_events (&events, 5001, 3000, 2000, FALSE);
    for (guint32 i = 0; i < events.n; i++) {
        events.x[i] = i % 50 == 0 ? 1e6 : floor (events.x[i] / 50) * 50;
        events.y[i] = events.x[i];
    }
    double have = cg_density_bandwidth_m (events.n, events.x, events.y, NULL, CG_KERNEL_GAUSSIAN);
    g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (double));
    for (guint32 i = 0; i < events.n; i++) {
        guint at = sorted->len;
        while (at > 0 && g_array_index (sorted, double, at - 1) > events.x[i])
            at--;
        g_array_insert_val (sorted, at, events.x[i]);
    }
    /* The 1251st and the 3751st of 5001 are the first with at least 1250.25 and 3750.75 below. */
    double iqr = g_array_index (sorted, double, 3750) - g_array_index (sorted, double, 1250);
    g_assert_cmpfloat_with_epsilon (have, pow (5001, -1.0 / 6) * iqr / 1.349, 1e-9);
    for (guint32 i = 0; i < events.n; i++)
        events.x[i] = g_array_index (sorted, double, i);
    g_assert_cmpfloat_with_epsilon (
        cg_density_bandwidth_m (events.n, events.x, events.x, NULL, CG_KERNEL_GAUSSIAN), have,
        1e-9);
}

/* Each way of summing looks whether it was stopped after so many of its own steps. */
static void
test_stopped (void)
{
    enum { N = 20000 };
    g_auto (Events) events = { 0 };
    make_events (&events, N, 10000, 10000, FALSE);
    g_autofree double *own_m = g_new (double, N);
    for (guint32 i = 0; i < N; i++)
        own_m[i] = 100 + i % 1000;
    const struct {
        CgDensityOptions options;
        gboolean own;
        guint64 at, most;
    } all[] = {
        { { .kernel = CG_KERNEL_TRIANGULAR, .bandwidth_m = 60, .width = 1000, .height = 1000 }, FALSE, 5000, 200 },
        { { .kernel = CG_KERNEL_GAUSSIAN, .bandwidth_m = 15, .width = 1000, .height = 1000 }, FALSE, 5000, 200 },
        { { .kernel = CG_KERNEL_QUARTIC, .bandwidth_m = 400, .width = 1000, .height = 1000 }, FALSE, 20, 1 },
        { { .kernel = CG_KERNEL_GAUSSIAN, .bandwidth_m = 400, .width = 1000, .height = 1000 }, TRUE, 5, 1 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (all); k++) {
        g_autoptr (GError) error = NULL;
        Stop stop = { g_cancellable_new (), all[k].at, 0, 0 };
        CgProgress progress = { stop_run, &stop };
        CgDensityOptions options = all[k].options;
        options.box = (CgBox){ 0, 0, 10000, 10000 };
        options.own_bandwidth_m = all[k].own ? own_m : NULL;
        options.cancel = stop.cancel;
        options.progress = &progress;
        g_assert_null (cg_density_run (N, events.x, events.y, NULL, &options, &error));
        assert_stopped (&stop, all[k].most, &error);
    }
}

static void
test_names (void)
{
    CgKernel kernel = CG_KERNEL_GAUSSIAN;
    g_assert_true (cg_kernel_parse ("quartic", &kernel));
    g_assert_cmpstr (cg_kernel_name (kernel), ==, "quartic");
    for (CgKernel k = 0; k < CG_KERNELS; k++)
        g_assert_true (cg_kernel_parse (cg_kernel_name (k), &kernel) && kernel == k);
    kernel = CG_KERNEL_QUARTIC;
    g_assert_false (cg_kernel_parse ("box", &kernel));
    g_assert_false (cg_kernel_parse (NULL, &kernel));
    g_assert_cmpint (kernel, ==, CG_KERNEL_QUARTIC);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/density/brute-force", test_against_brute_force);
    g_test_add_func ("/density/lattice-worst-case", test_lattice_worst_case);
    g_test_add_func ("/density/chicago-arson", test_chicago_arson);
    g_test_add_func ("/density/at", test_at_agrees_with_brute_force);
    g_test_add_func ("/density/mass", test_mass);
    g_test_add_func ("/density/least-bandwidth", test_least_bandwidth);
    g_test_add_func ("/density/seams-and-order", test_seams_and_order);
    g_test_add_func ("/density/aligned-tiles", test_aligned_tiles);
    g_test_add_func ("/density/threads", test_threads);
    g_test_add_func ("/density/orientation", test_orientation_and_counts);
    g_test_add_func ("/density/outside", test_outside_reaches_in);
    g_test_add_func ("/density/one-place", test_one_place);
    g_test_add_func ("/density/edge-inputs", test_edge_inputs);
    g_test_add_func ("/density/refuses", test_refuses);
    g_test_add_func ("/density/bandwidth", test_bandwidth);
    g_test_add_func ("/density/bandwidth-robust", test_bandwidth_robust);
    g_test_add_func ("/density/bandwidth-order", test_bandwidth_order);
    g_test_add_func ("/density/stopped", test_stopped);
    g_test_add_func ("/density/names", test_names);
    return g_test_run ();
}
