#include "analyse/density_internal.h"

#define GAUSSIAN_REACH 6.0 /* standard deviations: e^-18 is left out */
#define QUARTIC_MARGIN 10  /* spacings beyond the radius, where taps die out by 0.54 a step  */

/* Fourier transform of the cubic B-spline: what spreading does to a wave, and evaluation
 * once more. */
static double
spline_response (double omega)
{
    if (omega == 0)
        return 1;
    double half = omega / 2, sinc = sin (half) / half;
    return (sinc * sinc) * (sinc * sinc);
}

/* Inverse transform by the trapezoid rule, which is as good as exact here: the integrand has died
 * out long before the end of the interval. */
double *
cg_density_gaussian_taps (double spacings, guint *out_radius)
{
    enum { STEPS = 512 };
    guint radius = (guint) ceil (GAUSSIAN_REACH * spacings);
    double *taps = g_new (double, radius + 1);
    for (guint t = 0; t <= radius; t++) {
        double sum = 0;
        for (guint k = 0; k < STEPS; k++) {
            double omega = G_PI * k / STEPS, response = spline_response (omega);
            double wanted = exp (-omega * omega * spacings * spacings / 2);
            sum += (k == 0 ? 0.5 : 1) * wanted / (response * response) * cos (omega * t);
        }
        taps[t] = sum / STEPS;
    }
    *out_radius = radius;
    return taps;
}

/* Fourier transform of the quartic kernel of radius 1 and mass 1: 48 J3 (w) / w^3. */
static double
quartic_response (double omega)
{
    return omega < 1e-3 ? 1 - omega * omega / 16 : 48 * jn (3, omega) / (omega * omega * omega);
}

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
quartic_wave (double spacings, double omega_x, double omega_y)
{
    double sum = 0;
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++) {
            double x = omega_x + 2 * G_PI * i, y = omega_y + 2 * G_PI * j;
            double response = spline_response (x) * spline_response (y);
            sum += response * response * quartic_response (spacings * sqrt (x * x + y * y));
        }
    return sum / (projection_divisor (omega_x) * projection_divisor (omega_y));
}

/* In the plane, where the kernel is no product: sums over waves of both axes, one axis at a time.
 * The bend of the quartic at its rim has waves of every length, so dividing by the response alone
 * would raise what no lattice can carry. */
double *
cg_density_quartic_taps (double spacings, guint *out_radius)
{
    enum {
        WAVES = 64
    }; /* of half a period: taps repeat after 128 spacings, far beyond their reach */
    guint radius = (guint) ceil (spacings) + QUARTIC_MARGIN, line = radius + 1;
    g_autofree double *wave = g_new (double, (WAVES + 1) * line);
    g_autofree double *half = g_new0 (double, (WAVES + 1) * line);
    for (guint k = 0; k <= WAVES; k++)
        for (guint t = 0; t <= radius; t++)
            wave[k * line + t] =
                (k == 0 || k == WAVES ? 0.5 : 1) / WAVES * cos (G_PI * k * t / WAVES);
    for (guint kx = 0; kx <= WAVES; kx++)
        for (guint ky = 0; ky <= kx; ky++) {
            double wanted = quartic_wave (spacings, G_PI * kx / WAVES, G_PI * ky / WAVES);
            for (guint t = 0; t <= radius; t++) {
                half[ky * line + t] += wanted * wave[kx * line + t];
                if (kx != ky)
                    half[kx * line + t] += wanted * wave[ky * line + t];
            }
        }
    double *taps = g_new0 (double, (gsize) line *line);
    for (guint k = 0; k <= WAVES; k++)
        for (guint row = 0; row <= radius; row++)
            for (guint t = 0; t <= radius; t++)
                taps[row * line + t] += wave[k * line + row] * half[k * line + t];
    *out_radius = radius;
    return taps;
}
