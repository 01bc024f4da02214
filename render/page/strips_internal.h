/* Strips of pixels: what stages and sheets keep of a picture. */
#ifndef CG_STRIPS_INTERNAL_H
#define CG_STRIPS_INTERNAL_H

#include <glib.h>

#define CG_STRIP 64u /* pixels that are kept, compared and composed together */

enum { CG_STRIP_EMPTY, CG_STRIP_MIXED, CG_STRIP_OPAQUE };

/* Kinds of n strips. */
void cg_strips_classify (guint n, const guint32 *pixel, guint8 *out);

#endif
