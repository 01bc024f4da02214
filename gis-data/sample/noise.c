#include "land_internal.h"

#include <math.h>

double
cg_noise_pick (guint64 seed, guint64 a, guint64 b)
{
    CgRandom random;
    cg_random_init (&random, seed ^ (a * G_GUINT64_CONSTANT (0xd1342543de82ef95)), b);
    return cg_random_unit (&random);
}

static double
lattice (guint64 seed, gint64 x, gint64 y)
{
    return 2 * cg_noise_pick (seed, (guint64) x, (guint64) y) - 1;
}

static double
ease (double t)
{
    return t * t * t * (t * (t * 6 - 15) + 10);
}

double
cg_noise (guint64 seed, double x, double y, double scale)
{
    double u = x / scale, v = y / scale;
    double left = floor (u), low = floor (v);
    double a = ease (u - left), b = ease (v - low);
    gint64 i = (gint64) left, j = (gint64) low;
    double south = lattice (seed, i, j) * (1 - a) + lattice (seed, i + 1, j) * a;
    double north = lattice (seed, i, j + 1) * (1 - a) + lattice (seed, i + 1, j + 1) * a;
    return south * (1 - b) + north * b;
}

double
cg_noise_rough (guint64 seed, double x, double y, double scale, guint octaves)
{
    double sum = 0, weight = 1, total = 0;
    for (guint i = 0; i < octaves; i++) {
        sum += weight * cg_noise (seed + i, x, y, scale);
        total += weight;
        weight *= 0.5;
        scale *= 0.5;
    }
    return sum / total * 1.4;
}
