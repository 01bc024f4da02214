/* Writes PNG files: small, fast, the same bytes each time.
 *
 * Method  PNG third edition (W3C 2025), deflate by libdeflate. Up to 256 different colours: 8-bit
 *         palette with tRNS where any is transparent, in order of first appearance; else RGB, or
 *         RGBA where any pixel is transparent. Filter Up on every row, level 1; RGB and RGBA of 2.5
 *         Mpixel and more by pack_internal.h, in a quarter of the time for a tenth to a third more bytes.
 * Errors of all functions: ARGUMENT a side of 0, a stride that holds no row, 0 or over 256 colours;
 *         LIMIT a side over 16384, over 144 Mpixel, no memory
 */
#ifndef CG_PNG_H
#define CG_PNG_H

#include <glib.h>

typedef struct {
    const char *key;   /* 1..79 Latin-1 characters; tEXt, or iTXt where value is not ASCII */
    const char *value; /* UTF-8                                                             */
} CgPngNote;

/* pixels  height rows of stride bytes, each pixel a native-endian 0xAARRGGBB with colours
 *         multiplied by alpha (cairo's ARGB32); borrowed
 * notes   n_notes lines for text chunks, may be NULL when 0
 * Returns the file (transfer full).
 * Cost    3840 x 2160 on one core: about 55 ms as a palette, 30 ms as RGB; work memory: some rows where
 *         rows are packed as they come, else 1 to 4 bytes a pixel, and as much again while compressing
 */
GBytes *cg_png_write (guint width, guint height, gsize stride, const guint8 *pixels, guint n_notes,
                      const CgPngNote *notes, GError **error);

/* A picture that is made of colour numbers from the start: nothing is looked up, and rows are
 * packed as they come (pack_internal.h), without a picture of bytes between.
 *
 * colour  [n_colours] as pixels above, 1 to 256; an entry may stand twice; all are kept in order
 * index   a row of colours, each below n_colours (not looked after); borrowed for the call
 * Cost    3840 x 2160 on one core: about 8 ms for a heat map */
typedef struct _CgPngRows CgPngRows;

CgPngRows *cg_png_rows_new (guint width, guint height, guint n_colours, const guint32 *colour,
                            guint n_notes, const CgPngNote *notes, GError **error);
void cg_png_rows_add (CgPngRows *rows, const guint8 *index);
/* The file, once all rows were added (transfer full); ARGUMENT where they were not. */
GBytes *cg_png_rows_end (CgPngRows *rows, GError **error);
void cg_png_rows_free (CgPngRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgPngRows, cg_png_rows_free)

/* The same at once: height rows of stride bytes. */
GBytes *cg_png_write_indexed (guint width, guint height, gsize stride, const guint8 *index,
                              guint n_colours, const guint32 *colour, guint n_notes,
                              const CgPngNote *notes, GError **error);

#endif
