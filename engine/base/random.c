#include "base/random.h"

#include <math.h>

void
cg_random_init (CgRandom *random, guint64 seed, guint64 stream)
{
    random->state = cg_random_mix (seed ^ cg_random_mix (stream + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)));
}

guint32
cg_random_below (CgRandom *random, guint32 bound)
{
    g_return_val_if_fail (bound > 0, 0);
    /* Lemire's multiply-and-reject: no division in the common case, no bias. */
    guint64 product = (cg_random_bits (random) >> 32) * bound;
    if ((guint32) product < bound) {
        guint32 threshold = -bound % bound;
        while ((guint32) product < threshold)
            product = (cg_random_bits (random) >> 32) * bound;
    }
    return product >> 32;
}

double
cg_random_unit (CgRandom *random)
{
    return (double) (cg_random_bits (random) >> 11) * 0x1.0p-53;
}

double
cg_random_normal (CgRandom *random)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += cg_random_unit (random);
    return sum - 6;
}

guint32
cg_random_poisson (CgRandom *random, double mean)
{
    g_return_val_if_fail (mean >= 0 && mean <= 1e6, 0);
    guint32 count = 0;
    /* Knuth's product in chunks of 16, so that exp() does not underflow. */
    while (mean > 16) {
        double limit = exp (-16.0), product = cg_random_unit (random);
        for (; product > limit; count++)
            product *= cg_random_unit (random);
        mean -= 16;
    }
    double limit = exp (-mean), product = cg_random_unit (random);
    for (; product > limit; count++)
        product *= cg_random_unit (random);
    return count;
}
