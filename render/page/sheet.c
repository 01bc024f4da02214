#include "page/sheet.h"

#include <math.h>
#include <string.h>

#include "page/canvas_internal.h"
#include "page/strips_internal.h"

struct CgSheet {
    gatomicrefcount references;
    int left, top;
    guint n_rows, n_strips; /* of a row; the last may reach beyond the part */
    guint width;
    guint8 *kind;   /* [n_rows * n_strips]                             */
    guint32 *first; /* [n_rows + 1] strip in pixel that the row begins */
    GArray *pixel;  /* of guint32: the strips that are not empty       */
};

static CgSheet *
sheet_new (const CgCanvas *like, CgRect rect)
{
    double left = MAX (floor (rect.x), 0), top = MAX (floor (rect.y), 0);
    double right = MIN (ceil (rect.x + rect.width), like->width),
           bottom = MIN (ceil (rect.y + rect.height), like->height);
    if (!(right > left && bottom > top))
        return NULL;
    CgSheet *sheet = g_new0 (CgSheet, 1);
    g_atomic_ref_count_init (&sheet->references);
    sheet->left = (int) left;
    sheet->top = (int) top;
    sheet->width = (guint) (right - left);
    sheet->n_rows = (guint) (bottom - top);
    sheet->n_strips = (sheet->width + CG_STRIP - 1) / CG_STRIP;
    sheet->kind = g_try_malloc ((gsize) sheet->n_rows * sheet->n_strips);
    sheet->first = g_new (guint32, sheet->n_rows + 1);
    sheet->pixel = g_array_new (FALSE, FALSE, sizeof (guint32));
    if (sheet->kind == NULL)
        g_clear_pointer (&sheet, cg_sheet_unref);
    return sheet;
}

/* row: whole strips, clear beyond the part. */
static void
keep_row (CgSheet *sheet, guint y, const guint32 *row)
{
    guint8 *kind = sheet->kind + (gsize) y * sheet->n_strips;
    sheet->first[y] = sheet->pixel->len / CG_STRIP;
    cg_strips_classify (sheet->n_strips, row, kind);
    for (guint s = 0; s < sheet->n_strips; s++)
        if (kind[s] != CG_STRIP_EMPTY)
            g_array_append_vals (sheet->pixel, row + (gsize) s * CG_STRIP, CG_STRIP);
    sheet->first[y + 1] = sheet->pixel->len / CG_STRIP;
}

static gboolean
takes_sheets (CgCanvas *canvas)
{
    return (guint64) canvas->width * canvas->height <= CG_SHEET_MAX_PIXELS &&
           cg_canvas_takes_pixels (canvas);
}

CgSheet *
cg_sheet_paint (CgCanvas *like, CgRect rect, CgSheetPaint paint, gpointer user_data)
{
    CgPixels pixels;
    if (!takes_sheets (like))
        return NULL;
    g_autoptr (CgSheet) sheet = sheet_new (like, rect);
    g_autoptr (CgCanvas) canvas =
        cg_canvas_new_clear (CG_FORMAT_PNG, like->width, like->height, like->theme, NULL);
    if (sheet == NULL || canvas == NULL)
        return NULL;
    canvas->vh = like->vh;
    cairo_rectangle (canvas->cr, sheet->left, sheet->top, sheet->width, sheet->n_rows);
    cairo_clip (canvas->cr);
    cairo_save (canvas->cr);
    paint (canvas, user_data);
    cairo_restore (canvas->cr);
    if (cairo_status (canvas->cr) != CAIRO_STATUS_SUCCESS || !cg_pixels_begin (canvas, &pixels))
        return NULL;
    g_autofree guint32 *row = g_new0 (guint32, (gsize) sheet->n_strips * CG_STRIP);
    for (guint y = 0; y < sheet->n_rows; y++) {
        memcpy (row, cg_pixels_row (&pixels, sheet->top + (int) y) + sheet->left,
                (gsize) sheet->width * 4);
        keep_row (sheet, y, row);
    }
    return g_steal_pointer (&sheet);
}

CgSheet *
cg_sheet_ref (CgSheet *sheet)
{
    g_atomic_ref_count_inc (&sheet->references);
    return sheet;
}

void
cg_sheet_unref (CgSheet *sheet)
{
    if (sheet == NULL || !g_atomic_ref_count_dec (&sheet->references))
        return;
    g_free (sheet->kind);
    g_free (sheet->first);
    g_array_unref (sheet->pixel);
    g_free (sheet);
}

gsize
cg_sheet_bytes (const CgSheet *sheet)
{
    return (gsize) sheet->n_rows * sheet->n_strips + 4 * (gsize) sheet->n_rows +
           4 * (gsize) sheet->pixel->len;
}

/* Columns from .. to - 1 of row y of the sheet. */
static void
lay_row (const CgSheet *sheet, guint y, int from, int to, guint32 *out)
{
    const guint8 *kind = sheet->kind + (gsize) y * sheet->n_strips;
    const guint32 *strip = (const guint32 *) (gpointer) sheet->pixel->data +
                           (gsize) sheet->first[y] * CG_STRIP;
    for (guint s = 0; s < sheet->n_strips; s++) {
        int begin = (int) (s * CG_STRIP), left = MAX (from, begin),
            right = MIN (to, begin + (int) CG_STRIP);
        if (kind[s] == CG_STRIP_EMPTY)
            continue;
        if (left < right && kind[s] == CG_STRIP_OPAQUE)
            memcpy (out + left, strip + (left - begin), (gsize) (right - left) * 4);
        else if (left < right)
            cg_pixels_over ((gsize) (right - left), strip + (left - begin), out + left);
        strip += CG_STRIP;
    }
}

gboolean
cg_sheet_lay (const CgSheet *sheet, CgCanvas *canvas)
{
    CgPixels pixels;
    if (!cg_pixels_begin (canvas, &pixels))
        return FALSE;
    int from = MAX (pixels.left - sheet->left, 0),
        to = MIN (pixels.right - sheet->left, (int) sheet->width);
    int top = MAX (pixels.top - sheet->top, 0),
        bottom = MIN (pixels.bottom - sheet->top, (int) sheet->n_rows);
    for (int y = top; y < bottom; y++)
        lay_row (sheet, (guint) y, from, to,
                 cg_pixels_row (&pixels, sheet->top + y) + sheet->left);
    cg_pixels_end (canvas);
    return TRUE;
}
