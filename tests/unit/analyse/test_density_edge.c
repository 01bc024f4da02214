/* Edge correction: values of R's spatstat, quadrature written here, and what must hold. */
#include "analyse/density_internal.h"
#include "base/error.h"
#include "base/random.h"
#include "redwood.h"
#include "support.h"

static const CgBox square = { 0, -1, 1, 0 };

static void
fill_redwood (double *x, double *y)
{
    for (guint i = 0; i < 62; i++)
        x[i] = redwood[i][0], y[i] = redwood[i][1];
}

/* spatstat.explore 3.0.6, density (redwood, sigma = 0.05, at = "points"), first four points; the
 * quartic with the same standard deviation. */
static void
test_redwood (void)
{
    static const struct {
        CgKernel kernel;
        CgEdge edge;
        double want[4];
        gboolean without_self;
    } cases[] = {
        { CG_KERNEL_GAUSSIAN,
          CG_EDGE_NONE,
          { 86.48065176, 187.23154900, 195.14656638, 172.64369220 },
          FALSE },
        { CG_KERNEL_GAUSSIAN,
          CG_EDGE_NONE,
          { 22.81867452, 123.56957176, 131.48458914, 108.98171496 },
          TRUE },
        { CG_KERNEL_GAUSSIAN,
          CG_EDGE_UNIFORM,
          { 91.49448472, 191.59025252, 206.46045297, 173.08594936 },
          FALSE },
        { CG_KERNEL_GAUSSIAN,
          CG_EDGE_DIGGLE,
          { 90.79070897, 192.94234292, 201.38036769, 176.47907459 },
          FALSE },
        { CG_KERNEL_QUARTIC,
          CG_EDGE_NONE,
          { 72.76563998, 173.01415554, 166.27235215, 152.69325240 },
          FALSE },
    };
    double x[62], y[62], got[62];
    fill_redwood (x, y);
    g_autoptr (CgDensityRegion) region = cg_density_region_new (NULL, &square, NULL);
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        CgDensityOptions options = { .kernel = cases[k].kernel,
                                     .bandwidth_m = 0.05 * cg_kernel_sigmas (cases[k].kernel),
                                     .edge = cases[k].edge,
                                     .region = region };
        g_assert_true (cg_density_at (62, x, y, NULL, &options, 62, x, y, got, NULL, NULL));
        for (guint i = 0; i < 4; i++) {
            double value = got[i] / 1e6 - (cases[k].without_self ? 1 / (2 * G_PI * 0.0025) : 0);
            g_assert_cmpfloat (fabs (value / cases[k].want[i] - 1), <=, 1e-9);
        }
    }
}

/* A square of 1000 with a notch from the north and a square hole. */
static CgShapes *
make_notched (void)
{
    static const double out[][2] = { { 0, 0 },     { 1000, 0 },   { 1000, 1000 }, { 700, 1000 },
                                     { 600, 400 }, { 500, 1000 }, { 0, 1000 },    { 0, 0 } };
    static const double hole[][2] = {
        { 200, 200 }, { 400, 200 }, { 400, 350 }, { 200, 350 }, { 200, 200 }
    };
    CgShapes *areas = cg_shapes_new (CG_SHAPES_AREA);
    for (guint i = 0; i < G_N_ELEMENTS (out); i++)
        cg_shapes_add_vertex (areas, out[i][0], out[i][1]);
    cg_shapes_end_ring (areas);
    for (guint i = 0; i < G_N_ELEMENTS (hole); i++)
        cg_shapes_add_vertex (areas, hole[i][0], hole[i][1]);
    cg_shapes_end_ring (areas);
    cg_shapes_end_part (areas);
    cg_shapes_end_shape (areas);
    return areas;
}

/* Midpoint rule on cells of 2 m. */
static double
quadrature (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m, double x, double y)
{
    const Kernel *shape = cg_kernel_get (kernel);
    double sum = 0;
    for (double v = 1; v < 1000; v += 2)
        for (double u = 1; u < 1000; u += 2)
            if (cg_density_region_holds (region, u, v))
                sum += cg_kernel_value (shape, ((u - x) * (u - x) + (v - y) * (v - y)) /
                                                   (bandwidth_m * bandwidth_m));
    return sum * 4 / (shape->mass * bandwidth_m * bandwidth_m);
}

static void
test_share (void)
{
    static const double at[][2] = { { 1, 1 },     { 150, 270 }, { 390, 200 }, { 600, 399 },
                                    { 600, 500 }, { 999, 500 }, { 800, 120 }, { 500, 1000 } };
    g_autoptr (CgShapes) areas = make_notched ();
    g_autoptr (CgDensityRegion) region = cg_density_region_new (areas, NULL, NULL);
    g_assert_cmpfloat (cg_density_region_area_m2 (region), ==, 1e6 - 200 * 600 / 2 - 200 * 150);
    for (CgKernel kernel = 0; kernel < CG_KERNELS; kernel++)
        for (double sigma = 40; sigma <= 640; sigma *= 4) {
            double bandwidth_m = sigma * cg_kernel_sigmas (kernel);
            CgBox box = { 0, 0, 1000, 1000 };
            g_auto (Smoothed) field = { 0 };
            g_assert_true (cg_density_share_field (region, kernel, bandwidth_m, &box, &field));
            double worst = 0, worst_field = 0;
            for (guint i = 0; i < G_N_ELEMENTS (at); i++) {
                double x = at[i][0], y = at[i][1];
                double share = cg_density_region_share (region, kernel, bandwidth_m, x, y);
                double want = quadrature (region, kernel, bandwidth_m, x, y);
                worst = MAX (worst, fabs (share - want));
                worst_field =
                    MAX (worst_field, fabs (cg_density_read_point (&field, x, y) - share));
            }
            g_test_message ("%s %g m: share within %.2g of quadrature, lattice within %.2g",
                            cg_kernel_name (kernel), bandwidth_m, worst, worst_field);
            g_assert_cmpfloat (worst, <=, kernel == CG_KERNEL_UNIFORM ? 4e-3 : 1e-3);
            g_assert_cmpfloat (worst_field, <=, 1e-3);
        }
}

/* The exact sum along edges agrees with the product of two axes on a square cut into triangles. */
static void
test_share_of_box (void)
{
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    static const double corner[][2] = { { 0, -1 }, { 0, 0 }, { 1, 0 }, { 1, -1 } };
    for (guint t = 0; t < 4; t++) {
        cg_shapes_add_vertex (areas, corner[t][0], corner[t][1]);
        cg_shapes_add_vertex (areas, corner[(t + 1) % 4][0], corner[(t + 1) % 4][1]);
        cg_shapes_add_vertex (areas, 0.3, -0.6);
        cg_shapes_add_vertex (areas, corner[t][0], corner[t][1]);
        cg_shapes_end_ring (areas);
        cg_shapes_end_part (areas);
        cg_shapes_end_shape (areas);
    }
    g_autoptr (CgDensityRegion) cut = cg_density_region_new (areas, NULL, NULL);
    g_autoptr (CgDensityRegion) whole = cg_density_region_new (NULL, &square, NULL);
    for (double sigma = 0.003; sigma < 30; sigma *= 3)
        for (guint i = 0; i < 62; i++) {
            double a = cg_density_region_share (cut, CG_KERNEL_GAUSSIAN, sigma, redwood[i][0],
                                                redwood[i][1]);
            double b = cg_density_region_share (whole, CG_KERNEL_GAUSSIAN, sigma, redwood[i][0],
                                                redwood[i][1]);
            g_assert_cmpfloat (fabs (a - b), <=, 1e-10);
        }
}

/* Diggle's surface over the region holds all events in it; uniform correction keeps a flat ground
 * flat up to the border. Events outside do not count, pixels outside are NaN. */
static void
test_raster (void)
{
    g_autoptr (CgShapes) areas = make_notched ();
    g_autoptr (CgDensityRegion) region = cg_density_region_new (areas, NULL, NULL);
    enum { SIDE = 250, N = SIDE * SIDE };
    g_autofree double *x = g_new (double, N), *y = g_new (double, N);
    guint32 inside = 0;
    for (guint i = 0; i < N; i++) {
        x[i] = (i % SIDE + 0.5) * 4, y[i] = (i / SIDE + 0.5) * 4;
        inside += cg_density_region_holds (region, x[i], y[i]);
    }
    for (CgEdge edge = CG_EDGE_UNIFORM; edge <= CG_EDGE_DIGGLE; edge++) {
        CgDensityOptions options = { .bandwidth_m = 60,
                                     .box = { -100, -100, 1100, 1100 },
                                     .width = 240,
                                     .height = 240,
                                     .edge = edge,
                                     .region = region };
        g_autoptr (CgDensity) density = cg_density_run (N, x, y, NULL, &options, NULL);
        double mass = 0, low = G_MAXDOUBLE, high = 0;
        for (guint i = 0; i < 240 * 240; i++) {
            double px = -100 + (i % 240 + 0.5) * 5, py = 1100 - (i / 240 + 0.5) * 5;
            double value = density->per_km2[i];
            g_assert_true (isnan (value) == !cg_density_region_holds (region, px, py));
            if (isnan (value))
                continue;
            mass += value * 25e-6;
            low = MIN (low, value);
            high = MAX (high, value);
        }
        g_test_message ("%s: mass %g of %u, from %g to %g per km2", cg_edge_name (edge), mass,
                        inside, low, high);
        g_assert_cmpuint (density->n_used, ==, inside);
        g_assert_cmpfloat (fabs (mass / inside - 1), <=, 5e-3);
        if (edge == CG_EDGE_UNIFORM)
            g_assert_cmpfloat (high / low, <=,
                               1.04); /* events themselves are uneven by that much */
    }
}

/* Many events read their shares from the lattice: near the exact ones. */
static void
test_many_shares (void)
{
    g_autoptr (CgShapes) areas = make_notched ();
    g_autoptr (CgDensityRegion) region = cg_density_region_new (areas, NULL, NULL);
    guint32 n = 2000000, step = 1999;
    g_autofree double *x = g_new (double, n), *y = g_new (double, n), *got = g_new (double, n);
    CgRandom random;
    cg_random_init (&random, 3, 3);
    for (guint32 i = 0; i < n; i++)
        x[i] = 1100 * cg_random_unit (&random) - 50, y[i] = 1100 * cg_random_unit (&random) - 50;
    g_assert_true (cg_density_shares (region, CG_KERNEL_GAUSSIAN, 50, n, x, y, got, NULL));
    for (guint32 i = 0; i < n; i += step) {
        double want = cg_density_region_holds (region, x[i], y[i])
                          ? cg_density_region_share (region, CG_KERNEL_GAUSSIAN, 50, x[i], y[i])
                          : NAN;
        g_assert_true (isnan (want) == isnan (got[i]));
        g_assert_true (isnan (want) || fabs (want - got[i]) <= 1e-3);
    }
}

/* The notched square with each side in `pieces`, so that a few points are many points times edges. */
static CgDensityRegion *
make_fine (guint pieces)
{
    g_autoptr (CgShapes) coarse = make_notched (), fine = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 ring = 0; ring < coarse->n_rings; ring++) {
        guint32 from = coarse->ring_vertex[ring], last = coarse->ring_vertex[ring + 1] - 1;
        for (guint32 v = from; v < last; v++)
            for (guint k = 0; k < pieces; k++) {
                double t = (double) k / pieces;
                cg_shapes_add_vertex (fine, coarse->x[v] + t * (coarse->x[v + 1] - coarse->x[v]),
                                      coarse->y[v] + t * (coarse->y[v + 1] - coarse->y[v]));
            }
        cg_shapes_add_vertex (fine, coarse->x[last], coarse->y[last]);
        cg_shapes_end_ring (fine);
    }
    cg_shapes_end_part (fine);
    cg_shapes_end_shape (fine);
    return cg_density_region_new (fine, NULL, NULL);
}

/* However wide the kernel, in parts of the share itself: with many edges and with few. Of a kernel far
 * wider than the region it is area / (mass b^2). */
static void
test_wide_shares (void)
{
    g_autoptr (CgShapes) areas = make_notched ();
    g_autoptr (CgDensityRegion) region = cg_density_region_new (areas, NULL, NULL);
    g_autoptr (CgDensityRegion) fine = make_fine (20);
    guint32 n = 100000, step = 331;
    g_autofree double *x = g_new (double, n), *y = g_new (double, n), *got = g_new (double, n);
    CgRandom random;
    cg_random_init (&random, 3, 3);
    for (guint32 i = 0; i < n; i++)
        x[i] = 1000 * cg_random_unit (&random), y[i] = 1000 * cg_random_unit (&random);
    for (CgKernel kernel = 0; kernel < CG_KERNELS; kernel++)
        for (double bandwidth_m = 40; bandwidth_m <= 1e9; bandwidth_m *= 5) {
            double worst = 0;
            g_assert_true (cg_density_shares (fine, kernel, bandwidth_m, n, x, y, got, NULL));
            for (guint32 i = 0; i < n; i += step) {
                double want = cg_density_region_share (region, kernel, bandwidth_m, x[i], y[i]);
                if (cg_density_region_holds (region, x[i], y[i]))
                    worst = MAX (worst, fabs (got[i] / want - 1));
            }
            g_test_message ("%s %g m: within %.2g", cg_kernel_name (kernel), bandwidth_m, worst);
            g_assert_cmpfloat (worst, <=, bandwidth_m >= 1500 ? 1e-4 : 4e-3);
            double flat = 910000 / (cg_kernel_get (kernel)->mass * bandwidth_m * bandwidth_m);
            g_assert_true (bandwidth_m < 1e8 || fabs (got[n / 2] / flat - 1) <= 1e-4);
        }
}

/* A raster holds what the direct sum gives at its pixels, whatever the bandwidth; where the kernel is far
 * wider than the region both are events / area. */
static void
test_wide_raster (void)
{
    enum { N = 40, SIDE = 20 };
    g_autoptr (CgShapes) areas = make_notched ();
    g_autoptr (CgDensityRegion) region = cg_density_region_new (areas, NULL, NULL);
    double x[N], y[N], at_x[SIDE * SIDE], at_y[SIDE * SIDE], want[SIDE * SIDE];
    for (guint i = 0; i < N; i++)
        x[i] = 13 + 4 * i, y[i] = 10 + (i * 37) % 180;
    for (guint i = 0; i < SIDE * SIDE; i++)
        at_x[i] = (i % SIDE + 0.5) * 50, at_y[i] = 1000 - (i / SIDE + 0.5) * 50;
    for (CgKernel kernel = 0; kernel < CG_KERNELS; kernel++)
        for (CgEdge edge = CG_EDGE_UNIFORM; edge <= CG_EDGE_DIGGLE; edge++)
            for (double bandwidth_m = 200; bandwidth_m <= 1e9; bandwidth_m *= 20) {
                CgDensityOptions options = { .kernel = kernel,
                                             .bandwidth_m = bandwidth_m,
                                             .box = { 0, 0, 1000, 1000 },
                                             .width = SIDE,
                                             .height = SIDE,
                                             .edge = edge,
                                             .region = region };
                g_autoptr (CgDensity) density = cg_density_run (N, x, y, NULL, &options, NULL);
                g_assert_true (cg_density_at (N, x, y, NULL, &options, SIDE * SIDE, at_x, at_y, want,
                                              NULL, NULL));
                double worst = 0, peak = density->peak_per_km2;
                for (guint i = 0; i < SIDE * SIDE; i++)
                    if (!isnan (want[i]))
                        worst = MAX (worst, fabs (density->per_km2[i] - want[i]) / peak);
                g_test_message ("%s %s %g m: within %.2g of the peak", cg_kernel_name (kernel),
                                cg_edge_name (edge), bandwidth_m, worst);
                g_assert_cmpfloat (worst, <=, bandwidth_m < 1500               ? 1e-3
                                              : kernel == CG_KERNEL_TRIANGULAR ? 0.012
                                                                               : 1e-4);
                g_assert_true (bandwidth_m < 1e8 || fabs (peak / (N / 0.91) - 1) <=
                                   (kernel == CG_KERNEL_TRIANGULAR ? 0.012 : 1e-3));
            }
}

static void
test_circle (void)
{
    g_autoptr (CgDensityRegion) region = cg_density_region_new (NULL, &square, NULL);
    g_assert_cmpfloat (cg_density_region_circle (region, 0.5, -0.5, 0.4), ==, 1);
    g_assert_cmpfloat (fabs (cg_density_region_circle (region, 0, 0, 0.4) - 0.25), <=, 1e-12);
    g_assert_cmpfloat (fabs (cg_density_region_circle (region, 0, -0.5, 0.4) - 0.5), <=, 1e-12);
    g_assert_cmpfloat (fabs (cg_density_region_circle (region, 0.2, -0.5, 0.4) - 2. / 3), <=,
                       1e-12);
    g_assert_cmpfloat (cg_density_region_circle (region, 0.5, -0.5, 2), ==, 0);
}

static void
test_refuses (void)
{
    g_autoptr (GError) error = NULL, second = NULL, third = NULL;
    CgBox flat = { 0, 0, 1, 0 };
    g_assert_null (cg_density_region_new (NULL, &flat, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_autoptr (CgShapes) none = cg_shapes_new (CG_SHAPES_AREA);
    g_assert_null (cg_density_region_new (none, NULL, &second));
    g_assert_error (second, CG_ERROR, CG_ERROR_ARGUMENT);
    double x = 0, out = 7;
    CgDensityOptions options = { .bandwidth_m = 1, .edge = CG_EDGE_DIGGLE };
    g_assert_false (cg_density_at (1, &x, &x, NULL, &options, 1, &x, &x, &out, NULL, &third));
    g_assert_error (third, CG_ERROR, CG_ERROR_ARGUMENT);
    g_assert_cmpfloat (out, ==, 7);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/density-edge/redwood", test_redwood);
    g_test_add_func ("/density-edge/share", test_share);
    g_test_add_func ("/density-edge/share-of-box", test_share_of_box);
    g_test_add_func ("/density-edge/raster", test_raster);
    g_test_add_func ("/density-edge/many-shares", test_many_shares);
    g_test_add_func ("/density-edge/wide-shares", test_wide_shares);
    g_test_add_func ("/density-edge/wide-raster", test_wide_raster);
    g_test_add_func ("/density-edge/circle", test_circle);
    g_test_add_func ("/density-edge/refuses", test_refuses);
    return g_test_run ();
}
