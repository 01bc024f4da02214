#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/pages.h"
#include "page/canvas_internal.h"
#include "page/png.h"

#define PT_PER_PX 0.75
#define PT_PER_MM (72.0 / 25.4)
#define MAX_PAPER_MM 5000.0

static const char *const format_names[] = {
    [CG_FORMAT_PNG] = "png", [CG_FORMAT_SVG] = "svg", [CG_FORMAT_PDF] = "pdf"
};

const char *
cg_format_name (CgFormat format)
{
    g_return_val_if_fail ((guint) format < G_N_ELEMENTS (format_names), "");
    return format_names[format];
}

gboolean
cg_format_parse (const char *name_or_path, CgFormat *out)
{
    g_return_val_if_fail (out != NULL, FALSE);
    if (name_or_path == NULL)
        return FALSE;
    const char *point = strrchr (name_or_path, '.');
    const char *ending = point != NULL ? point + 1 : name_or_path;
    for (guint i = 0; i < G_N_ELEMENTS (format_names); i++)
        if (g_ascii_strcasecmp (ending, format_names[i]) == 0) {
            *out = (CgFormat) i;
            return TRUE;
        }
    return FALSE;
}

static gboolean
check_size (guint width, guint height, GError **error)
{
    if (width == 0 || height == 0) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "picture size %ux%u: both sides must be at least 1", width, height);
        return FALSE;
    }
    if (width > CG_CANVAS_MAX_SIDE || height > CG_CANVAS_MAX_SIDE ||
        (guint64) width * height > CG_CANVAS_MAX_PIXELS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "picture size %ux%u: at most %u pixels a side and %u in all", width, height,
                     CG_CANVAS_MAX_SIDE, CG_CANVAS_MAX_PIXELS);
        return FALSE;
    }
    return TRUE;
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
    GByteArray *stream = closure;
    if (length > G_MAXUINT32 / 2 - stream->len)
        return CAIRO_STATUS_WRITE_ERROR;
    g_byte_array_append (stream, data, length);
    return CAIRO_STATUS_SUCCESS;
}

/* Painters go from row to row, which are some small pages apart. */
static cairo_surface_t *
make_pixels (const CgCanvas *canvas)
{
    cairo_surface_t *pixels = cairo_image_surface_create (
        CAIRO_FORMAT_ARGB32, (int) canvas->width, (int) canvas->height);
    cg_pages_prefer_large (cairo_image_surface_get_data (pixels),
                           (gsize) cairo_image_surface_get_stride (pixels) * canvas->height);
    return pixels;
}

static cairo_surface_t *
make_surface (CgCanvas *canvas)
{
    if (canvas->format == CG_FORMAT_PNG)
        return make_pixels (canvas);
    canvas->stream = g_byte_array_new ();
    double width = canvas->width, height = canvas->height;
    if (canvas->format == CG_FORMAT_PDF) {
        cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream (
            append, canvas->stream, width * PT_PER_PX, height * PT_PER_PX);
        /* The time of drawing is no property of the picture; the data's own date is in the notes.
         */
        cairo_pdf_surface_set_metadata (pdf, CAIRO_PDF_METADATA_CREATE_DATE,
                                        "2000-01-01T00:00:00Z");
        cairo_pdf_surface_set_metadata (pdf, CAIRO_PDF_METADATA_CREATOR, "countygrid " CG_VERSION);
        return pdf;
    }
    cairo_surface_t *svg =
        cairo_svg_surface_create_for_stream (append, canvas->stream, width, height);
    cairo_svg_surface_set_document_unit (svg, CAIRO_SVG_UNIT_PX);
    return svg;
}

CgCanvas *
cg_canvas_new_clear (CgFormat format, guint width, guint height, const CgTheme *theme,
                     GError **error)
{
    g_return_val_if_fail ((guint) format < G_N_ELEMENTS (format_names), NULL);
    if (!check_size (width, height, error))
        return NULL;
    g_autoptr (CgCanvas) canvas = g_new0 (CgCanvas, 1);
    canvas->format = format;
    canvas->width = width;
    canvas->height = height;
    canvas->theme = theme != NULL ? theme : cg_themes ();
    canvas->vh = MAX (MIN (width, height) / 100.0, 6.5);
    canvas->notes = g_ptr_array_new_with_free_func (g_free);
    canvas->pango = cg_fonts_context (error);
    if (canvas->pango == NULL)
        return NULL;
    canvas->surface = make_surface (canvas);
    canvas->cr = cairo_create (canvas->surface);
    if (cairo_status (canvas->cr) != CAIRO_STATUS_SUCCESS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for a picture of %ux%u pixels",
                     width, height);
        return NULL;
    }
    if (format == CG_FORMAT_PDF)
        cairo_scale (canvas->cr, PT_PER_PX, PT_PER_PX);
    return g_steal_pointer (&canvas);
}

CgCanvas *
cg_canvas_new (CgFormat format, guint width, guint height, const CgTheme *theme, GError **error)
{
    CgCanvas *canvas = cg_canvas_new_clear (format, width, height, theme, error);
    if (canvas != NULL)
        cg_canvas_fill (canvas, cg_canvas_rect (canvas), canvas->theme->background);
    return canvas;
}

CgCanvas *
cg_canvas_new_paper (CgFormat format, guint width, guint height, double width_mm, double height_mm,
                     const CgTheme *theme, GError **error)
{
    if (!(width_mm > 0.0 && width_mm <= MAX_PAPER_MM && height_mm > 0.0 &&
          height_mm <= MAX_PAPER_MM)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "paper of %g x %g mm: at most %g",
                     width_mm, height_mm, MAX_PAPER_MM);
        return NULL;
    }
    CgCanvas *canvas = cg_canvas_new_clear (format, width, height, theme, error);
    if (canvas == NULL)
        return NULL;
    if (format == CG_FORMAT_PDF) {
        double width_pt = width_mm * PT_PER_MM, height_pt = height_mm * PT_PER_MM;
        cairo_pdf_surface_set_size (canvas->surface, width_pt, height_pt);
        cairo_identity_matrix (canvas->cr);
        cairo_scale (canvas->cr, width_pt / width, height_pt / height);
    }
    canvas->px_per_m = 1000.0 * width / width_mm;
    cg_canvas_fill (canvas, cg_canvas_rect (canvas), canvas->theme->background);
    return canvas;
}

gboolean
cg_canvas_next_page (CgCanvas *canvas)
{
    if (canvas->format != CG_FORMAT_PDF || canvas->finished)
        return FALSE;
    cairo_show_page (canvas->cr);
    cg_canvas_fill (canvas, cg_canvas_rect (canvas), canvas->theme->background);
    return TRUE;
}

void
cg_canvas_free (CgCanvas *canvas)
{
    if (canvas == NULL)
        return;
    g_clear_pointer (&canvas->cr, cairo_destroy);
    g_clear_pointer (&canvas->surface, cairo_surface_destroy);
    g_clear_pointer (&canvas->stream, g_byte_array_unref);
    g_clear_object (&canvas->pango);
    g_clear_pointer (&canvas->notes, g_ptr_array_unref);
    g_free (canvas);
}

const CgTheme *
cg_canvas_theme (const CgCanvas *canvas)
{
    return canvas->theme;
}

CgRect
cg_canvas_rect (const CgCanvas *canvas)
{
    return (CgRect){ 0, 0, canvas->width, canvas->height };
}

double
cg_canvas_vh (const CgCanvas *canvas)
{
    return canvas->vh;
}

CgLanguage
cg_canvas_language (const CgCanvas *canvas)
{
    return canvas->language;
}

void
cg_canvas_set_language (CgCanvas *canvas, CgLanguage language)
{
    canvas->language = language;
}

void
cg_canvas_set_vh (CgCanvas *canvas, double vh_px)
{
    if (isfinite (vh_px) && vh_px > 0.0)
        canvas->vh = MIN (vh_px, 1000.0);
}

void
cg_canvas_paint (CgCanvas *canvas, const CgCanvas *layer)
{
    g_return_if_fail (layer->format == CG_FORMAT_PNG && layer->width == canvas->width &&
                      layer->height == canvas->height);
    if (canvas->finished)
        return;
    cairo_save (canvas->cr);
    cairo_set_source_surface (canvas->cr, layer->surface, 0, 0);
    cairo_pattern_set_filter (cairo_get_source (canvas->cr), CAIRO_FILTER_NEAREST);
    cairo_paint (canvas->cr);
    cairo_restore (canvas->cr);
}

static gboolean
is_key (const char *key)
{
    gsize length = strlen (key);
    if (length == 0 || length > 79)
        return FALSE;
    for (const char *at = key; *at != '\0'; at++)
        if (!g_ascii_isalnum (*at) && *at != ' ' && *at != '-')
            return FALSE;
    return TRUE;
}

void
cg_canvas_note (CgCanvas *canvas, const char *key, const char *value)
{
    if (key == NULL || value == NULL || !is_key (key))
        return;
    g_ptr_array_add (canvas->notes, g_strdup (key));
    g_ptr_array_add (canvas->notes, g_utf8_make_valid (value, -1));
}

static GBytes *
finish_png (CgCanvas *canvas, GError **error)
{
    guint n = canvas->notes->len / 2;
    g_autofree CgPngNote *notes = g_new0 (CgPngNote, n + 1);
    for (guint i = 0; i < n; i++)
        notes[i] = (CgPngNote){ canvas->notes->pdata[2 * i], canvas->notes->pdata[2 * i + 1] };
    cairo_surface_flush (canvas->surface);
    GBytes *png = cg_png_write (canvas->width, canvas->height,
                                (gsize) cairo_image_surface_get_stride (canvas->surface),
                                cairo_image_surface_get_data (canvas->surface), n, notes, error);
    return png != NULL && canvas->px_per_m > 0.0 ? cg_png_set_resolution (png, canvas->px_per_m)
                                                 : png;
}

static void
note_pdf (CgCanvas *canvas)
{
    g_autoptr (GString) text = g_string_new (NULL);
    for (guint i = 0; i + 1 < canvas->notes->len; i += 2)
        g_string_append_printf (text, "%s%s: %s", i > 0 ? "; " : "",
                                (char *) canvas->notes->pdata[i],
                                (char *) canvas->notes->pdata[i + 1]);
    if (text->len > 0)
        cairo_pdf_surface_set_metadata (canvas->surface, CAIRO_PDF_METADATA_KEYWORDS, text->str);
}

GBytes *
cg_canvas_finish (CgCanvas *canvas, GError **error)
{
    if (canvas->finished) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "the picture is finished already");
        return NULL;
    }
    canvas->finished = TRUE;
    cairo_status_t status = cairo_status (canvas->cr);
    if (status == CAIRO_STATUS_SUCCESS && canvas->format == CG_FORMAT_PNG)
        return finish_png (canvas, error);
    if (status == CAIRO_STATUS_SUCCESS) {
        if (canvas->format == CG_FORMAT_PDF)
            note_pdf (canvas);
        cairo_show_page (canvas->cr);
        cairo_surface_finish (canvas->surface);
        status = cairo_surface_status (canvas->surface);
    }
    if (status != CAIRO_STATUS_SUCCESS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "the picture could not be drawn: %s",
                     cairo_status_to_string (status));
        return NULL;
    }
    if (canvas->format == CG_FORMAT_SVG)
        return cg_svg_tidy (canvas->stream, canvas->notes);
    return g_byte_array_free_to_bytes (g_steal_pointer (&canvas->stream));
}

gboolean
cg_canvas_write (CgCanvas *canvas, const char *path, GError **error)
{
    g_autoptr (GBytes) bytes = cg_canvas_finish (canvas, error);
    if (bytes == NULL)
        return FALSE;
    g_autoptr (GError) failed = NULL;
    if (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                                  (gssize) g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_CONSISTENT,
                                  0644, &failed))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", path, failed->message);
    return FALSE;
}

void
cg_canvas_source (CgCanvas *canvas, CgColour colour)
{
    cairo_set_source_rgba (canvas->cr, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0,
                           colour.a / 255.0);
}

void
cg_canvas_fill (CgCanvas *canvas, CgRect rect, CgColour colour)
{
    cg_canvas_source (canvas, colour);
    cairo_rectangle (canvas->cr, rect.x, rect.y, rect.width, rect.height);
    cairo_fill (canvas->cr);
}

/* Thin lines stay whole pixels wide and on the pixel grid, or they turn to grey smears. */
static double
snap_width (const CgCanvas *canvas, double line_vh)
{
    double width = line_vh * canvas->vh;
    return canvas->format == CG_FORMAT_PNG ? MAX (1.0, floor (width + 0.5)) : width;
}

void
cg_canvas_frame (CgCanvas *canvas, CgRect rect, CgColour colour, double line_vh)
{
    double width = snap_width (canvas, line_vh), left = floor (rect.x), top = floor (rect.y);
    double right = floor (rect.x + rect.width), bottom = floor (rect.y + rect.height);
    if (right - left <= 2 * width || bottom - top <= 2 * width)
        return;
    cg_canvas_source (canvas, colour);
    cairo_set_line_width (canvas->cr, width);
    cairo_set_line_join (canvas->cr, CAIRO_LINE_JOIN_MITER);
    cairo_rectangle (canvas->cr, left + width / 2, top + width / 2, right - left - width,
                     bottom - top - width);
    cairo_stroke (canvas->cr);
}

void
cg_canvas_line (CgCanvas *canvas, double x0, double y0, double x1, double y1, CgColour colour,
                double line_vh)
{
    double width = snap_width (canvas, line_vh), half = fmod (width, 2.0) / 2;
    if (canvas->format == CG_FORMAT_PNG && x0 == x1)
        x0 = x1 = floor (x0) + half;
    if (canvas->format == CG_FORMAT_PNG && y0 == y1)
        y0 = y1 = floor (y0) + half;
    cg_canvas_source (canvas, colour);
    cairo_set_line_width (canvas->cr, width);
    cairo_move_to (canvas->cr, x0, y0);
    cairo_line_to (canvas->cr, x1, y1);
    cairo_stroke (canvas->cr);
}

cairo_pattern_t *
cg_canvas_hatch (CgCanvas *canvas)
{
    double side = MAX (4.0, floor (0.9 * canvas->vh + 0.5)), width = MAX (1.0, side * 0.16);
    cairo_rectangle_t extents = { 0, 0, side, side };
    cairo_surface_t *tile = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);
    cairo_t *cr = cairo_create (tile);
    CgColour colour = canvas->theme->hatch;
    cairo_set_source_rgb (cr, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0);
    cairo_set_line_width (cr, width);
    for (int k = -1; k <= 1; k++) {
        cairo_move_to (cr, k * side - side / 2, side * 1.5);
        cairo_line_to (cr, k * side + side * 1.5, -side / 2);
    }
    cairo_stroke (cr);
    cairo_destroy (cr);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface (tile);
    cairo_pattern_set_extend (pattern, CAIRO_EXTEND_REPEAT);
    cairo_surface_destroy (tile);
    return pattern;
}
