/* Pixels written without cairo, by its own arithmetic. */
#include <string.h>

#include "base/wide.h"
#include "page/canvas_internal.h"
#include "page/strips_internal.h"

gboolean
cg_pixels_begin (CgCanvas *canvas, CgPixels *out)
{
    cairo_matrix_t matrix;
    if (canvas->format != CG_FORMAT_PNG || canvas->finished ||
        cairo_get_group_target (canvas->cr) != canvas->surface)
        return FALSE;
    cairo_get_matrix (canvas->cr, &matrix);
    if (matrix.xx != 1 || matrix.yy != 1 || matrix.xy != 0 || matrix.yx != 0 || matrix.x0 != 0 ||
        matrix.y0 != 0)
        return FALSE;
    /* Fails where the clip cuts through pixels. */
    cairo_rectangle_list_t *clip = cairo_copy_clip_rectangle_list (canvas->cr);
    gboolean whole = clip->status == CAIRO_STATUS_SUCCESS && clip->num_rectangles == 1;
    if (whole) {
        const cairo_rectangle_t *box = clip->rectangles;
        *out = (CgPixels){ .left = (int) box->x,
                           .top = (int) box->y,
                           .right = (int) (box->x + box->width),
                           .bottom = (int) (box->y + box->height) };
        cairo_surface_flush (canvas->surface);
        out->data = cairo_image_surface_get_data (canvas->surface);
        out->stride = (gsize) cairo_image_surface_get_stride (canvas->surface);
    }
    cairo_rectangle_list_destroy (clip);
    return whole;
}

gboolean
cg_canvas_takes_pixels (CgCanvas *canvas)
{
    CgPixels pixels;
    gboolean takes = cg_pixels_begin (canvas, &pixels);
    if (takes)
        cg_pixels_end (canvas);
    return takes;
}

void
cg_pixels_end (CgCanvas *canvas)
{
    cairo_surface_mark_dirty (canvas->surface);
}

/* Two channels at a time; a product is divided by 255 with rounding, as pixman does it. */
static inline guint32
over (guint32 above, guint32 below)
{
    guint32 rest = 255 - (above >> 24);
    guint32 even = (below & 0xff00ffu) * rest + 0x800080u;
    guint32 odd = (below >> 8 & 0xff00ffu) * rest + 0x800080u;
    even = (even + (even >> 8 & 0xff00ffu)) >> 8 & 0xff00ffu;
    odd = (odd + (odd >> 8 & 0xff00ffu)) & 0xff00ff00u;
    return above + (even | odd);
}

/* Eight pixels as words, and their channels as halves of words: the multiplications of 16 bits that
 * compilers do not find in the above. */
typedef guint32 Words __attribute__ ((vector_size (32)));
typedef guint16 Halves __attribute__ ((vector_size (32)));

CG_WIDE static void
over_row (gsize n, const guint32 *restrict above, guint32 *restrict inout)
{
    gsize i = 0;
    for (; i + 8 <= n; i += 8) {
        Words top, below;
        memcpy (&top, above + i, sizeof top);
        memcpy (&below, inout + i, sizeof below);
        Words rest = 255 - (top >> 24);
        Halves times = (Halves) (rest | rest << 16);
        Halves even = (Halves) (below & 0xff00ffu) * times + 0x80;
        Halves odd = (Halves) (below >> 8 & 0xff00ffu) * times + 0x80;
        even = (even + (even >> 8)) >> 8;
        odd = (odd + (odd >> 8)) & 0xff00;
        below = top + ((Words) even | (Words) odd);
        memcpy (inout + i, &below, sizeof below);
    }
    for (; i < n; i++)
        inout[i] = over (above[i], inout[i]);
}

void
cg_pixels_over (gsize n, const guint32 *above, guint32 *inout)
{
    over_row (n, above, inout);
}

/* Pixels beyond the picture are clear. */
CG_WIDE static void
classify_strips (guint n, const guint32 *restrict pixel, guint8 *restrict out)
{
    for (guint s = 0; s < n; s++, pixel += CG_STRIP) {
        guint32 any = 0, all = 0xffffffffu;
        for (guint i = 0; i < CG_STRIP; i++) {
            any |= pixel[i];
            all &= pixel[i];
        }
        out[s] = any == 0 ? CG_STRIP_EMPTY : all >> 24 == 255 ? CG_STRIP_OPAQUE : CG_STRIP_MIXED;
    }
}

void
cg_strips_classify (guint n, const guint32 *pixel, guint8 *out)
{
    classify_strips (n, pixel, out);
}
