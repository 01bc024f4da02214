#include "analyse/density_internal.h"

#define GAUSSIAN_REACH 6.0 /* standard deviations: e^-18 is left out */
#define DISC_MARGIN 10     /* spacings beyond the radius, where taps die out by 0.54 a step  */
#define LEAST_TERM 1e-8    /* of the first: weaker products are left out */

/* Fourier transform of spline_weights: what spreading does to a wave, and evaluation once more. */
static double
spline_response (double omega)
{
    if (omega == 0)
        return 1;
    double half = omega / 2, sinc = sin (half) / half;
    return (sinc * sinc) * (sinc * sinc) * (1 - CG_LATTICE_BEND * omega * omega);
}

/* Of a box: what events spread evenly over its width do to a wave. */
static double
box_response (double omega, double width)
{
    double half = omega * width / 2;
    return half == 0 ? 1 : sin (half) / half;
}

/* ---- Gaussian: a product of two axes ----------------------------------------------------------
 */

/* Inverse transform by the trapezoid rule, which is as good as exact here: the integrand has died
 * out long before the end of the interval. */
static void
gaussian_taps (Taps *taps, double spacings, double box_spacings)
{
    guint radius = (guint) ceil (GAUSSIAN_REACH * spacings), steps = MAX (512, 2 * radius);
    *taps = (Taps){ radius, 1, g_new (float, radius + 1), g_new (float, radius + 1) };
    g_autofree double *wanted = g_new (double, steps);
    for (guint k = 0; k < steps; k++) {
        double omega = G_PI * k / steps, response = spline_response (omega);
        wanted[k] = exp (-omega * omega * spacings * spacings / 2) /
                    (response * response * box_response (omega, box_spacings)) *
                    (k == 0 ? 0.5 : 1) / steps;
    }
    for (guint t = 0; t <= radius; t++) {
        double sum = 0;
        for (guint k = 0; k < steps; k++)
            sum += wanted[k] * cos (G_PI * k / steps * t);
        taps->column[t] = taps->row[t] = (float) sum;
    }
}

/* ---- kernels that end: no product -------------------------------------------------------------
 */

/* What two splines make of waves that look alike on the lattice (omega plus whole turns), added up:
 * the divisor that makes spreading and evaluating a projection, the nearest that splines come to
 * the kernel. */
static double
projection_divisor (double omega)
{
    double sum = 0;
    for (int turn = -2; turn <= 2; turn++) {
        double response = spline_response (omega + 2 * G_PI * turn);
        sum += response * response;
    }
    return sum * sum;
}

static double
disc_wave (const Kernel *kernel, double spacings, double box, double omega_x, double omega_y)
{
    double sum = 0;
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++) {
            double x = omega_x + 2 * G_PI * i, y = omega_y + 2 * G_PI * j;
            double response = spline_response (x) * spline_response (y);
            sum += response * response * kernel->wave (spacings * sqrt (x * x + y * y)) /
                   (box_response (x, box) * box_response (y, box));
        }
    return sum / (projection_divisor (omega_x) * projection_divisor (omega_y));
}

/* In the plane: sums over waves of both axes, one axis at a time, [(radius + 1)^2]. The bend of a
 * kernel at its rim has waves of every length, so dividing by the response alone would raise what
 * no lattice can carry. */
static double *
disc_taps (const Kernel *kernel, double spacings, double box, guint radius)
{
    /* Half a period: taps repeat after twice as many spacings, far beyond their reach. */
    guint waves = MAX (64, 2 * radius), line = radius + 1;
    g_autofree double *wave = g_new (double, (gsize) (waves + 1) * line);
    g_autofree double *half = g_new0 (double, (gsize) (waves + 1) * line);
    for (guint k = 0; k <= waves; k++)
        for (guint t = 0; t <= radius; t++)
            wave[k * line + t] =
                (k == 0 || k == waves ? 0.5 : 1) / waves * cos (G_PI * k * t / waves);
    for (guint kx = 0; kx <= waves; kx++)
        for (guint ky = 0; ky <= kx; ky++) {
            double wanted = disc_wave (kernel, spacings, box, G_PI * kx / waves, G_PI * ky / waves);
            for (guint t = 0; t <= radius; t++) {
                half[ky * line + t] += wanted * wave[kx * line + t];
                if (kx != ky)
                    half[kx * line + t] += wanted * wave[ky * line + t];
            }
        }
    double *taps = g_new0 (double, (gsize) line *line);
    for (guint k = 0; k <= waves; k++)
        for (guint row = 0; row <= radius; row++)
            for (guint t = 0; t <= radius; t++)
                taps[row * line + t] += wave[k * line + row] * half[k * line + t];
    return taps;
}

/* Rotates rows and columns p, q of the symmetric n x n matrix so that entry (p, q) vanishes, and
 * the vectors with them. */
static void
rotate (double *matrix, double *vectors, guint n, guint p, guint q)
{
    double off = matrix[p * n + q];
    double theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * off);
    double t = (theta < 0 ? -1 : 1) / (fabs (theta) + sqrt (theta * theta + 1));
    double c = 1 / sqrt (t * t + 1), s = t * c;
    for (guint k = 0; k < n; k++) {
        double a = matrix[k * n + p], b = matrix[k * n + q];
        matrix[k * n + p] = c * a - s * b;
        matrix[k * n + q] = s * a + c * b;
    }
    for (guint k = 0; k < n; k++) {
        double a = matrix[p * n + k], b = matrix[q * n + k];
        matrix[p * n + k] = c * a - s * b;
        matrix[q * n + k] = s * a + c * b;
        a = vectors[p * n + k], b = vectors[q * n + k];
        vectors[p * n + k] = c * a - s * b;
        vectors[q * n + k] = s * a + c * b;
    }
}

/* Eigenvalues onto the diagonal, eigenvectors into the rows of vectors: C. G. J. Jacobi's
 * rotations, 1846. */
static void
diagonalise (double *matrix, double *vectors, guint n)
{
    double scale = 0;
    for (guint k = 0; k < n * n; k++) {
        vectors[k] = k % (n + 1) == 0;
        scale = MAX (scale, fabs (matrix[k]));
    }
    for (guint sweep = 0; sweep < 12; sweep++)
        for (guint p = 0; p < n; p++)
            for (guint q = p + 1; q < n; q++)
                if (fabs (matrix[p * n + q]) > 1e-12 * scale)
                    rotate (matrix, vectors, n, p, q);
}

/* A kernel of the plane as a sum of products. Taps are even, so the middle counts once and the
 * others twice: with these weights (their roots on both sides) the matrix stays symmetric. */
static void
disc_products (Taps *taps, const Kernel *kernel, double spacings, double box)
{
    guint radius = (guint) ceil (spacings) + DISC_MARGIN, n = radius + 1;
    g_autofree double *matrix = disc_taps (kernel, spacings, box, radius);
    g_autofree double *vectors = g_new (double, (gsize) n *n);
    for (guint k = 0; k < n * n; k++)
        matrix[k] *= (k / n > 0 ? sqrt (2) : 1) * (k % n > 0 ? sqrt (2) : 1);
    diagonalise (matrix, vectors, n);
    double largest = 0;
    for (guint k = 0; k < n; k++)
        largest = MAX (largest, fabs (matrix[k * n + k]));
    *taps = (Taps){ radius, 0, g_new (float, (gsize) n *n), g_new (float, (gsize) n *n) };
    for (guint k = 0; k < n; k++) {
        double value = matrix[k * n + k];
        if (fabs (value) <= LEAST_TERM * largest)
            continue;
        for (guint t = 0; t <= radius; t++) {
            double part = sqrt (fabs (value)) * vectors[k * n + t] / (t > 0 ? sqrt (2) : 1);
            taps->column[taps->n_terms * n + t] = (float) part;
            taps->row[taps->n_terms * n + t] = (float) (value < 0 ? -part : part);
        }
        taps->n_terms++;
    }
}

void
cg_density_taps (Taps *taps, CgKernel kernel, double spacings, double box_spacings)
{
    const Kernel *shape = cg_kernel_get (kernel);
    if (shape->wave == NULL)
        gaussian_taps (taps, spacings, box_spacings);
    else
        disc_products (taps, shape, spacings, box_spacings);
}

void
cg_density_taps_done (Taps *taps)
{
    g_clear_pointer (&taps->column, g_free);
    g_clear_pointer (&taps->row, g_free);
}
