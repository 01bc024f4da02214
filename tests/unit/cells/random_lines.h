/* Lines that touch, overlap and nearly touch, on purpose. */
#ifndef CG_TEST_RANDOM_LINES_H
#define CG_TEST_RANDOM_LINES_H

#include "base/random.h"
#include "cells/noding.h"

#define CG_TEST_LINE_KINDS 6

/* n segments of one kind, source k for the k-th that is drawn. Kinds: anywhere on a tiny lattice; on a large one; fans
 * through one place; nearly one line; a comb of T-junctions one unit short or long; a lattice with steps of one unit
 * aside. */
CgLines *cg_test_random_lines (CgRandom *random, guint kind, guint n);

#endif
