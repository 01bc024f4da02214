/* A part of a picture that is painted once and laid into many: ground, borders.
 *
 * A sheet holds what was painted onto nothing, in strips of 64 pixels of which the empty ones take no
 * room. Laying it is one pass of copying and blending, whatever its painting took.
 */
#ifndef CG_SHEET_H
#define CG_SHEET_H

#include "page/page.h"

typedef struct CgSheet CgSheet;

#define CG_SHEET_MAX_PIXELS (64u << 20) /* of the whole picture; larger ones are painted directly */

/* Draws in the coordinates of the picture; the canvas is not to be finished. */
typedef void (*CgSheetPaint) (CgCanvas *canvas, gpointer user_data);

/* What paint draws inside rect (widened to whole pixels) of a canvas of like's size, theme and vh.
 *
 * Returns  (cg_sheet_unref) NULL where like takes no sheets: it is no canvas of pixels or too large a
 *          one, or its clip or transform does not keep to them; or memory is short
 * Promise  immutable, may be laid by several threads at a time
 * Memory   4 bytes a pixel of the canvas while painting; kept: of strips that are not empty */
CgSheet *cg_sheet_paint (CgCanvas *like, CgRect rect, CgSheetPaint paint, gpointer user_data);
CgSheet *cg_sheet_ref (CgSheet *sheet);
void cg_sheet_unref (CgSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgSheet, cg_sheet_unref)
gsize cg_sheet_bytes (const CgSheet *sheet);

/* Lays the sheet over the canvas, within its clip. FALSE: the canvas takes none, nothing was done. */
gboolean cg_sheet_lay (const CgSheet *sheet, CgCanvas *canvas);

#endif
