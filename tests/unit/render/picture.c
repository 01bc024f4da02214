#include "picture.h"

#include <string.h>

typedef struct {
    const guint8 *data;
    gsize left;
} Stream;

static cairo_status_t
read_stream (void *closure, unsigned char *data, unsigned int length)
{
    Stream *stream = closure;
    if (length > stream->left)
        return CAIRO_STATUS_READ_ERROR;
    memcpy (data, stream->data, length);
    stream->data += length;
    stream->left -= length;
    return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *
picture_read (GBytes *bytes)
{
    Stream stream = { 0 };
    stream.data = g_bytes_get_data (bytes, &stream.left);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream (read_stream, &stream);
    g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
    return surface;
}

cairo_surface_t *
picture_of (CgCanvas *canvas)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = cg_canvas_finish (canvas, &error);
    g_assert_no_error (error);
    return picture_read (bytes);
}
