/* Units drawn in a line of text, for tests of engine modules. */
#ifndef CG_TEST_DRAWN_UNITS_H
#define CG_TEST_DRAWN_UNITS_H

#include "model/regions.h"

/* One unit for each text, ids "A", "B", ..., "Z", "U26", ..., 100 households, region "R".
 * "0 0, 4 0, 4 4, 0 4 | 1 1, 2 1, 2 2 + 9 0, ..." : x y pairs, | begins a hole, + another part;
 * rings are closed by the reader and keep the direction they are written in. */
CgUnits *cg_test_draw_units (guint n, const char *const *texts);
void cg_test_draw_shape (CgShapes *shapes, const char *text);

/* One barrier line "x y, x y, ..." of a class. */
void cg_test_draw_barrier (CgBarriers *barriers, guint32 i, CgBarrierClass class, const char *text);

#endif
