/* Strips of pixels: what stages and sheets keep of a picture. */
#ifndef CG_STRIPS_INTERNAL_H
#define CG_STRIPS_INTERNAL_H

#include "page/stage.h"

#define CG_STRIP 64u /* pixels that are kept, compared and composed together */

enum { CG_STRIP_EMPTY, CG_STRIP_MIXED, CG_STRIP_OPAQUE };

/* Kinds of n strips. */
void cg_strips_classify (guint n, const guint32 *pixel, guint8 *out);

/* Rows top .. bottom - 1 of a layer between left and right, made of listed texts in their order. FALSE: memory. */
gboolean cg_stage_put_texts (CgStageSink *sink, const GArray *texts, int left, int top, int right,
                             int bottom);

#endif
