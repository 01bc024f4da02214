#include <math.h>
#include <string.h>

#include "page/text_internal.h"

#define FONT_FAMILY "Noto Sans CJK SC"
#define MAX_CHARACTERS 1000
/* In em: the square of Chinese type reaches 0.88 above the baseline; digits and ideographs look
 * centred when the baseline is 0.36 below the middle. */
#define MIDDLE 0.36
#define ASCENT 0.90
#define DESCENT 0.22
#define LINE_HEIGHT 1.35
#define HALO 0.11

double
cg_text_em_px (const CgCanvas *canvas, CgTextSize size)
{
    return cg_text_vh (size) * canvas->vh;
}

double
cg_text_halo_px (const CgCanvas *canvas, CgTextSize size)
{
    return MAX (HALO * cg_text_em_px (canvas, size), 1.0);
}

double
cg_canvas_line_height (CgCanvas *canvas, CgTextSize size)
{
    return LINE_HEIGHT * cg_text_em_px (canvas, size);
}

/* Valid UTF-8 without control characters other than the line feed, of a length that cannot stall
 * us. */
static char *
clean_text (const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
    GString *out = g_string_new (NULL);
    guint n = 0;
    for (const char *at = valid; *at != '\0' && n < MAX_CHARACTERS;
         at = g_utf8_next_char (at), n++) {
        gunichar c = g_utf8_get_char (at);
        if (c == '\n' || !g_unichar_iscntrl (c))
            g_string_append_unichar (out, c);
    }
    return g_string_free (out, FALSE);
}

PangoLayout *
cg_text_layout (CgCanvas *canvas, const char *text, const CgText *style)
{
    g_autofree char *clean = clean_text (text);
    PangoLayout *layout = pango_layout_new (canvas->pango);
    PangoFontDescription *font = pango_font_description_new ();
    pango_font_description_set_family_static (font, FONT_FAMILY);
    pango_font_description_set_weight (font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size (font, cg_text_em_px (canvas, style->size) * PANGO_SCALE);
    pango_layout_set_font_description (layout, font);
    pango_font_description_free (font);
    PangoAttrList *attributes = pango_attr_list_new ();
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
    pango_layout_set_attributes (layout, attributes);
    pango_attr_list_unref (attributes);
    if (style->max_width > 0.0 && isfinite (style->max_width)) {
        pango_layout_set_width (layout, (int) (MIN (style->max_width, 1e6) * PANGO_SCALE));
        pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    }
    pango_layout_set_text (layout, clean, -1);
    return layout;
}

static double
start_of (double width, double x, CgAlign align)
{
    return align == CG_ALIGN_LEFT ? x : align == CG_ALIGN_RIGHT ? x - width : x - width / 2;
}

static CgRect
block_box (CgCanvas *canvas, const CgTextBlock *block, double x, double y, const CgText *style)
{
    double em = cg_text_em_px (canvas, style->size), widest = 0.0;
    for (guint i = 0; i < block->n_lines; i++)
        widest = MAX (widest, block->line[i].width);
    double rest = block->n_lines > 0 ? block->n_lines - 1.0 : 0.0;
    return (CgRect){ start_of (widest, x, style->align), y + (MIDDLE - ASCENT) * em, widest,
                     (ASCENT + DESCENT + rest * LINE_HEIGHT) * em };
}

/* ---- on pixels --------------------------------------------------------------------------- */

/* TRUE where sprites may be set: pixels, and no turning or stretching. */
static gboolean
takes_sprites (const CgCanvas *canvas)
{
    cairo_matrix_t matrix;
    if (canvas->format != CG_FORMAT_PNG)
        return FALSE;
    cairo_get_matrix (canvas->cr, &matrix);
    return matrix.xx == 1 && matrix.yy == 1 && matrix.xy == 0 && matrix.yx == 0 &&
           matrix.x0 == 0 && matrix.y0 == 0;
}

/* Rows of the sheet lie far apart: the next but two is asked for while this one is painted. */
#define AHEAD 3
#define NEAR_PIXELS 16 /* that come together */

static void
ask_for_row (const CgPixels *pixels, int y, int from, int to)
{
    const guint32 *row = cg_pixels_row (pixels, y);
    for (int x = from; x < to; x += NEAR_PIXELS)
        __builtin_prefetch (row + x, 1);
    __builtin_prefetch (row + to - 1, 1);
}

/* A coloured sprite with its corner at (left, top); cairo where a clip cuts through pixels. */
static void
set_coloured (CgCanvas *canvas, cairo_surface_t *sprite, double left, double top)
{
    CgPixels pixels;
    if (!(fabs (left) < 1e6 && fabs (top) < 1e6))
        return;
    if (!cg_pixels_begin (canvas, &pixels)) {
        cairo_set_source_surface (canvas->cr, sprite, left, top);
        cairo_pattern_set_filter (cairo_get_source (canvas->cr), CAIRO_FILTER_NEAREST);
        cairo_paint (canvas->cr);
        return;
    }
    int x0 = (int) left, y0 = (int) top;
    int from = MAX (x0, pixels.left), first = MAX (y0, pixels.top);
    int to = MIN (x0 + cairo_image_surface_get_width (sprite), pixels.right);
    int end = MIN (y0 + cairo_image_surface_get_height (sprite), pixels.bottom);
    const guint8 *data = cairo_image_surface_get_data (sprite);
    gsize stride = (gsize) cairo_image_surface_get_stride (sprite);
    for (int y = first; y < end && from < to; y++) {
        if (y + AHEAD < end)
            ask_for_row (&pixels, y + AHEAD, from, to);
        cg_pixels_over ((gsize) (to - from),
                        (const guint32 *) (gconstpointer) (data + (gsize) (y - y0) * stride) +
                            (from - x0),
                        cg_pixels_row (&pixels, y) + from);
    }
    cg_pixels_end (canvas);
}

/* Into the canvas' list, with the clip of now; FALSE: the clip cuts through pixels. */
static gboolean
list_coloured (CgCanvas *canvas, const CgSprite *sprite, double left, double top)
{
    CgPixels pixels;
    if (!(fabs (left) < 1e6 && fabs (top) < 1e6))
        return TRUE;
    if (!cg_pixels_begin (canvas, &pixels))
        return FALSE;
    cg_pixels_end (canvas);
    CgListedText text = { cairo_surface_reference (sprite->surface),
                          { sprite->id, (int) left, (int) top, pixels.left, pixels.top, pixels.right,
                            pixels.bottom } };
    g_array_append_val (canvas->listed, text);
    return TRUE;
}

/* Lines begin at whole pixels, so that the same text is the same pixels wherever it stands. */
static void
set_sprites (CgCanvas *canvas, const CgTextBlock *block, double x, double y, const CgText *style)
{
    double em = cg_text_em_px (canvas, style->size), baseline = y + MIDDLE * em;
    cg_canvas_source (canvas, style->colour);
    for (guint i = 0; i < block->n_lines; i++, baseline += LINE_HEIGHT * em) {
        const CgSprite *ink = &block->line[i].ink;
        double left = floor (start_of (block->line[i].width, x, style->align) + 0.5) + ink->x;
        double top = floor (baseline + 0.5) + ink->y;
        if (ink->surface != NULL && canvas->listed != NULL) {
            canvas->not_listed |= style->halo.a == 0 || !list_coloured (canvas, ink, left, top);
        } else if (ink->surface != NULL && style->halo.a == 0) {
            cairo_mask_surface (canvas->cr, ink->surface, left, top);
        } else if (ink->surface != NULL) {
            set_coloured (canvas, ink->surface, left, top);
        }
    }
}

/* ---- as outlines ------------------------------------------------------------------------- */

static void
show_lines (CgCanvas *canvas, double x, double y, const char *text, const CgText *style,
            gboolean halo)
{
    g_autoptr (PangoLayout) layout = cg_text_layout (canvas, text, style);
    double em = cg_text_em_px (canvas, style->size), baseline = y + MIDDLE * em;
    cg_canvas_source (canvas, halo ? style->halo : style->colour);
    cairo_set_line_width (canvas->cr, 2 * cg_text_halo_px (canvas, style->size));
    cairo_set_line_join (canvas->cr, CAIRO_LINE_JOIN_ROUND);
    for (int i = 0; i < pango_layout_get_line_count (layout); i++, baseline += LINE_HEIGHT * em) {
        PangoLayoutLine *line = pango_layout_get_line_readonly (layout, i);
        PangoRectangle logical;
        pango_layout_line_get_extents (line, NULL, &logical);
        double width = (double) logical.width / PANGO_SCALE;
        cairo_move_to (canvas->cr, start_of (width, x, style->align), baseline);
        if (halo) {
            pango_cairo_layout_line_path (canvas->cr, line);
            cairo_stroke (canvas->cr);
        } else {
            pango_cairo_show_layout_line (canvas->cr, line);
        }
    }
}

/* ---- both -------------------------------------------------------------------------------- */

CgRect
cg_canvas_measure (CgCanvas *canvas, double x, double y, const char *text, const CgText *style)
{
    if (text == NULL || *text == '\0')
        return (CgRect){ x, y, 0, 0 };
    return block_box (canvas, cg_text_block (canvas, text, style, FALSE), x, y, style);
}

/* The box as it lies on the sheet, around a turned one. */
static CgRect
on_sheet (CgCanvas *canvas, CgRect box)
{
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (guint corner = 0; corner < 4; corner++) {
        double x = box.x + (corner % 2 == 1 ? box.width : 0.0);
        double y = box.y + (corner / 2 == 1 ? box.height : 0.0);
        cairo_user_to_device (canvas->cr, &x, &y);
        left = MIN (left, x);
        right = MAX (right, x);
        top = MIN (top, y);
        bottom = MAX (bottom, y);
    }
    return (CgRect){ left, top, right - left, bottom - top };
}

static gboolean
is_chinese (const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        if ((c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
            (c >= 0xff00 && c <= 0xffef) || c >= 0x20000)
            return TRUE;
    }
    return FALSE;
}

static void
note_text (CgCanvas *canvas, CgRect box, CgTextSize size, const char *said)
{
    double left, top, right, bottom;
    CgTextBox text = { .box = on_sheet (canvas, box), .em_px = cg_text_em_px (canvas, size) };
    cairo_save (canvas->cr);
    cairo_identity_matrix (canvas->cr);
    cairo_clip_extents (canvas->cr, &left, &top, &right, &bottom);
    cairo_restore (canvas->cr);
    text.clip = (CgRect){ left, top, right - left, bottom - top };
    text.is_chinese = is_chinese (said);
    g_array_append_val (canvas->texts, text);
}

CgRect
cg_canvas_text (CgCanvas *canvas, double x, double y, const char *text, const CgText *style)
{
    if (text == NULL || *text == '\0' || canvas->finished || !isfinite (x) || !isfinite (y))
        return (CgRect){ x, y, 0, 0 };
    gboolean sprites = takes_sprites (canvas);
    const CgTextBlock *block = cg_text_block (canvas, text, style, sprites);
    cairo_save (canvas->cr);
    if (sprites)
        set_sprites (canvas, block, x, y, style);
    if (!sprites && canvas->listed != NULL)
        canvas->not_listed = TRUE;
    for (guint halo = style->halo.a > 0 ? 2 : 1; !sprites && canvas->listed == NULL && halo-- > 0;)
        show_lines (canvas, x, y, text, style, halo > 0);
    cairo_restore (canvas->cr);
    CgRect box = block_box (canvas, block, x, y, style);
    if (canvas->texts != NULL)
        note_text (canvas, box, style->size, text);
    return box;
}
