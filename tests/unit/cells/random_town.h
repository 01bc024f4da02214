/* Small towns whose buildings, roads and boundary touch, overlap and nearly touch, on purpose. */
#ifndef CG_TEST_RANDOM_TOWN_H
#define CG_TEST_RANDOM_TOWN_H

#include "base/random.h"
#include "cells/cells.h"

typedef struct {
    CgShapes *regions, *outlines, *points, *compounds;
    CgBarriers *barriers;
    CgCellsInput input;
} CgTestTown;

#define CG_TEST_TOWN_KINDS 5

/* Kinds: boxes anywhere; boxes on a lattice, wall to wall; the same 1e-9 apart; stars and slivers; points. */
void cg_test_random_town (CgTestTown *town, CgRandom *random, guint kind);
void cg_test_town_clear (CgTestTown *town);

#endif
