/* Text that was laid out and drawn once: shared by canvas text and its cache. */
#ifndef CG_TEXT_INTERNAL_H
#define CG_TEXT_INTERNAL_H

#include "page/canvas_internal.h"

/* Pixels, their corner at (x, y) from the line's left end and baseline. */
typedef struct {
    cairo_surface_t *surface; /* NULL: not drawn or nothing to draw */
    int x, y;
    gsize id; /* of the process: what has the same is the same picture */
} CgSprite;

typedef struct {
    double width; /* pixels */
    CgSprite ink; /* coverage (A8); with a halo the text on its halo, coloured (ARGB32) */
} CgTextLine;

typedef struct {
    guint n_lines;
    CgTextLine *line;
} CgTextBlock;

/* The text in style's size, weight and width on this canvas, drawn where `drawn` and with a halo
 * where style has one. Borrowed until the next call in this thread.
 *
 * Kept by thread, as fonts are: the least lately used goes when cg_text_cache_limit is passed. */
const CgTextBlock *cg_text_block (CgCanvas *canvas, const char *text, const CgText *style,
                                  gboolean drawn);

/* ---- of text.c ---- */

double cg_text_em_px (const CgCanvas *canvas, CgTextSize size);
double cg_text_halo_px (const CgCanvas *canvas, CgTextSize size);
PangoLayout *cg_text_layout (CgCanvas *canvas, const char *text, const CgText *style);

#endif
