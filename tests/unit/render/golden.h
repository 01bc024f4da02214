/* Compares a picture with the one in tests/golden; see test_golden.c. */
#ifndef CG_TEST_RENDER_GOLDEN_H
#define CG_TEST_RENDER_GOLDEN_H

#include "page/page.h"

#define GOLDEN_WIDTH 480
#define GOLDEN_HEIGHT 270

CgCanvas *golden_canvas (const char *theme);
/* Finishes the canvas; aborts the test when too many pixels differ. */
void golden_check (CgCanvas *canvas, const char *name);
void golden_check_png (GBytes *png, const char *name); /* a finished file of any size */

#endif
