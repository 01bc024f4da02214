/* Pictures that a test looks into. */
#ifndef CG_TEST_PICTURE_H
#define CG_TEST_PICTURE_H

#include <cairo.h>

#include "page/page.h"

/* A PNG as cairo reads it; fails the test when it is none. (cairo_surface_destroy) */
cairo_surface_t *picture_read (GBytes *bytes);
/* Finishes the canvas, which must be of PNG, and reads it. (cairo_surface_destroy) */
cairo_surface_t *picture_of (CgCanvas *canvas);

#endif
