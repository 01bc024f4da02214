/* Seeded, counter-based random numbers: the same bits on each machine, in any order of threads.
 *
 * A stream is named by (seed, stream); give each independent piece of work its own stream number
 * (for example the community's ordinal), never a shared generator.
 * Method: SplitMix64; Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195.
 */
#ifndef CG_BASE_RANDOM_H
#define CG_BASE_RANDOM_H

#include <glib.h>

typedef struct {
    guint64 state;
} CgRandom;

void cg_random_init (CgRandom *random, guint64 seed, guint64 stream);

static inline guint64
cg_random_mix (guint64 z)
{
    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 64 uniform bits; inline because searches draw hundreds of millions. */
static inline guint64
cg_random_bits (CgRandom *random)
{
    random->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    return cg_random_mix (random->state);
}

guint32 cg_random_below (CgRandom *random, guint32 bound); /* 0..bound-1, unbiased; bound > 0 */
double cg_random_unit (CgRandom *random);                  /* [0, 1), 53 bits                 */
/* Mean 0, standard deviation 1: the sum of 12 uniforms, exact on all machines, |z| <= 6. */
double cg_random_normal (CgRandom *random);
guint32 cg_random_poisson (CgRandom *random, double mean); /* mean 0..1e6                     */

#endif
