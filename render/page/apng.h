/* Writes a PNG that moves, frame by frame, without keeping more than one of them.
 *
 * Method  PNG third edition (W3C 2025): acTL, fcTL, fdAT. 24-bit colours, so that a colour scale is
 *         not reduced as a palette of 256 would; of each frame after the first only the rectangle
 *         that changed. Programs that know no frames show the first.
 * Files   written beside the target and moved there by cg_apng_close: a target is whole or as it
 * was Errors of all functions: ARGUMENT a frame of another size, too many or too few of them; LIMIT
 * size over that of page.h, over CG_APNG_MAX_FRAMES, no memory; IO
 */
#ifndef CG_APNG_H
#define CG_APNG_H

#include "page/page.h"
#include "page/png.h"

#define CG_APNG_MAX_FRAMES 100000u

typedef struct _CgApng CgApng;

/* path      borrowed for the call
 * n_frames  to come, at least 1
 * delay_ms  each frame is shown so long, 1..65535; the whole repeats without end
 * notes     n_notes lines for text chunks */
CgApng *cg_apng_new (const char *path, guint width, guint height, guint n_frames, guint delay_ms,
                     guint n_notes, const CgPngNote *notes, GError **error);
/* A PNG canvas, which may be drawn on further; its alpha is not looked at. */
gboolean cg_apng_add (CgApng *apng, const CgCanvas *canvas, GError **error);
/* After the last frame. */
gboolean cg_apng_close (CgApng *apng, GError **error);
/* Removes what is half done. */
void cg_apng_free (CgApng *apng);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgApng, cg_apng_free)

#endif
