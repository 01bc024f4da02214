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

guint64 cg_random_bits (CgRandom *random);                 /* 64 uniform bits                 */
guint32 cg_random_below (CgRandom *random, guint32 bound); /* 0..bound-1, unbiased; bound > 0 */
double cg_random_unit (CgRandom *random);                  /* [0, 1), 53 bits                 */
/* Mean 0, standard deviation 1: the sum of 12 uniforms, exact on all machines, |z| <= 6. */
double cg_random_normal (CgRandom *random);
guint32 cg_random_poisson (CgRandom *random, double mean); /* mean 0..1e6                     */

#endif
