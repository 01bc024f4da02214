/* Inside of a canvas, for the painters of render only. */
#ifndef CG_CANVAS_INTERNAL_H
#define CG_CANVAS_INTERNAL_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "page/page.h"

struct _CgCanvas {
    CgFormat format;
    guint width, height;
    const CgTheme *theme;
    double vh;
    CgLanguage language;
    cairo_surface_t *surface;
    cairo_t *cr;
    GByteArray *stream; /* bytes written so far by SVG and PDF; NULL for PNG */
    PangoContext *pango;
    GPtrArray *notes; /* char *: key, value, key, value, ...                */
    double px_per_m;  /* of paper; 0: not said                              */
    gboolean finished;
    GArray *texts; /* of CgTextBox, borrowed: what was written, for tests; NULL: not kept */
    GArray *listed; /* of CgListedText, borrowed: texts are put here and not painted; NULL: painted */
    gboolean not_listed; /* one could not be */
};

/* Which line of text is to be set where, and the box that it is cut at: what has all of it alike has the
 * same pixels. Without gaps between its members. */
typedef struct {
    gsize id; /* of its sprite */
    int left, top;
    int box_left, box_top, box_right, box_bottom;
} CgTextPlace;

/* A coloured line of text that is still to be set. */
typedef struct {
    cairo_surface_t *ink; /* owned */
    CgTextPlace at;
} CgListedText;

typedef struct {
    CgRect box, clip; /* clip: what could be seen */
    double em_px;
    gboolean is_chinese; /* has a letter or a sign of Chinese or Japanese writing */
} CgTextBox;

/* Context whose fonts come from the pinned files only (transfer full). Errors NOT_FOUND, LIMIT */
PangoContext *cg_fonts_context (GError **error);

/* Sets the source colour. */
void cg_canvas_source (CgCanvas *canvas, CgColour colour);
/* Stripes of no data, about 0.9 vh apart (transfer full). */
cairo_pattern_t *cg_canvas_hatch (CgCanvas *canvas);
/* The PNG file with a chunk that says how many pixels make a metre (takes png). */
GBytes *cg_png_set_resolution (GBytes *png, double px_per_m);

/* The pixels of a canvas within its clip, for painters that write them by themselves. */
typedef struct {
    guint8 *data;
    gsize stride; /* bytes */
    int left, top, right, bottom; /* of the clip */
} CgPixels;

/* FALSE (use cairo then): not a canvas of pixels, a clip that cuts through pixels, or a group. */
gboolean cg_pixels_begin (CgCanvas *canvas, CgPixels *out);
void cg_pixels_end (CgCanvas *canvas);

static inline guint32 *
cg_pixels_row (const CgPixels *pixels, int y)
{
    return (guint32 *) (gpointer) (pixels->data + (gsize) y * pixels->stride);
}

/* Paints n pixels (multiplied by alpha) over others, to the bit as cairo's OVER does. */
void cg_pixels_over (gsize n, const guint32 *above, guint32 *inout);

/* SVG as cairo wrote it, with identifiers renumbered from 0 and notes added as metadata. */
GBytes *cg_svg_tidy (const GByteArray *stream, const GPtrArray *notes);

#endif
