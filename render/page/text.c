#include <math.h>
#include <string.h>

#include "page/canvas_internal.h"

#define FONT_FAMILY "Noto Sans CJK SC"
#define MAX_CHARACTERS 1000
/* In em: the square of Chinese type reaches 0.88 above the baseline; digits and ideographs look
 * centred when the baseline is 0.36 below the middle. */
#define MIDDLE 0.36
#define ASCENT 0.90
#define DESCENT 0.22
#define LINE_HEIGHT 1.35

static double
em_px (const CgCanvas *canvas, CgTextSize size)
{
    return cg_text_vh (size) * canvas->vh;
}

double
cg_canvas_line_height (CgCanvas *canvas, CgTextSize size)
{
    return LINE_HEIGHT * em_px (canvas, size);
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

static PangoLayout *
make_layout (CgCanvas *canvas, const char *text, const CgText *style)
{
    g_autofree char *clean = clean_text (text);
    PangoLayout *layout = pango_layout_new (canvas->pango);
    PangoFontDescription *font = pango_font_description_new ();
    pango_font_description_set_family_static (font, FONT_FAMILY);
    pango_font_description_set_weight (font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size (font, em_px (canvas, style->size) * PANGO_SCALE);
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
line_width (PangoLayoutLine *line)
{
    PangoRectangle logical;
    pango_layout_line_get_extents (line, NULL, &logical);
    return (double) logical.width / PANGO_SCALE;
}

static double
line_left (PangoLayoutLine *line, double x, CgAlign align)
{
    double width = line_width (line);
    return align == CG_ALIGN_LEFT ? x : align == CG_ALIGN_RIGHT ? x - width : x - width / 2;
}

static CgRect
layout_box (CgCanvas *canvas, PangoLayout *layout, double x, double y, const CgText *style)
{
    double em = em_px (canvas, style->size), widest = 0.0;
    int n = pango_layout_get_line_count (layout);
    for (int i = 0; i < n; i++)
        widest = MAX (widest, line_width (pango_layout_get_line_readonly (layout, i)));
    double left = style->align == CG_ALIGN_LEFT    ? x
                  : style->align == CG_ALIGN_RIGHT ? x - widest
                                                   : x - widest / 2;
    double top = y + (MIDDLE - ASCENT) * em;
    return (CgRect){ left, top, widest, (ASCENT + DESCENT + (n - 1) * LINE_HEIGHT) * em };
}

static void
show_line (CgCanvas *canvas, PangoLayoutLine *line, double x, double y)
{
    cairo_move_to (canvas->cr, x, y);
    pango_cairo_show_layout_line (canvas->cr, line);
}

/* On pixels, text painted around its place costs a hundredth of stroking the outlines. */
static void
halo_line (CgCanvas *canvas, PangoLayoutLine *line, double x, double y, double radius)
{
    static const double around[16][2] = {
        { 1, 0 },  { 0.924, 0.383 },   { 0.707, 0.707 },   { 0.383, 0.924 },
        { 0, 1 },  { -0.383, 0.924 },  { -0.707, 0.707 },  { -0.924, 0.383 },
        { -1, 0 }, { -0.924, -0.383 }, { -0.707, -0.707 }, { -0.383, -0.924 },
        { 0, -1 }, { 0.383, -0.924 },  { 0.707, -0.707 },  { 0.924, -0.383 },
    };
    if (canvas->format != CG_FORMAT_PNG) {
        cairo_move_to (canvas->cr, x, y);
        pango_cairo_layout_line_path (canvas->cr, line);
        cairo_set_line_width (canvas->cr, 2 * radius);
        cairo_set_line_join (canvas->cr, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke (canvas->cr);
        return;
    }
    for (double r = radius; r > 0.7; r -= 1.5)
        for (guint i = 0; i < 16; i++)
            show_line (canvas, line, x + r * around[i][0], y + r * around[i][1]);
}

static void
paint_lines (CgCanvas *canvas, PangoLayout *layout, double x, double y, const CgText *style,
             gboolean halo)
{
    double em = em_px (canvas, style->size), baseline = y + MIDDLE * em;
    for (int i = 0; i < pango_layout_get_line_count (layout); i++, baseline += LINE_HEIGHT * em) {
        PangoLayoutLine *line = pango_layout_get_line_readonly (layout, i);
        double left = line_left (line, x, style->align);
        if (halo)
            halo_line (canvas, line, left, baseline, MAX (0.11 * em, 1.0));
        else
            show_line (canvas, line, left, baseline);
    }
}

CgRect
cg_canvas_measure (CgCanvas *canvas, double x, double y, const char *text, const CgText *style)
{
    if (text == NULL || *text == '\0')
        return (CgRect){ x, y, 0, 0 };
    g_autoptr (PangoLayout) layout = make_layout (canvas, text, style);
    return layout_box (canvas, layout, x, y, style);
}

CgRect
cg_canvas_text (CgCanvas *canvas, double x, double y, const char *text, const CgText *style)
{
    if (text == NULL || *text == '\0' || canvas->finished || !isfinite (x) || !isfinite (y))
        return (CgRect){ x, y, 0, 0 };
    g_autoptr (PangoLayout) layout = make_layout (canvas, text, style);
    cairo_save (canvas->cr);
    if (style->halo.a > 0) {
        cg_canvas_source (canvas, style->halo);
        paint_lines (canvas, layout, x, y, style, TRUE);
    }
    cg_canvas_source (canvas, style->colour);
    paint_lines (canvas, layout, x, y, style, FALSE);
    cairo_restore (canvas->cr);
    CgRect box = layout_box (canvas, layout, x, y, style);
    if (canvas->texts != NULL)
        g_array_append_val (canvas->texts, ((CgTextBox){ box, em_px (canvas, style->size) }));
    return box;
}
