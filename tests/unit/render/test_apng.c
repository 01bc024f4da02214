/* Animated PNG: each frame is taken out as a picture of its own and decoded by libpng. */
#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "page/apng.h"
#include "page/png_chunk.h"
#include "support.h"

#define WIDTH 120u
#define HEIGHT 80u
#define FRAMES 5u

static guint32
big (const guint8 *at)
{
    return (guint32) at[0] << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
}

static CgCanvas *
frame_at (guint frame)
{
    static const CgRect places[FRAMES] = { { 10, 10, 30, 20 },
                                           { 10, 10, 30, 20 },
                                           { 40, 12, 30, 20 },
                                           { 119, 79, 1, 1 },
                                           { 0, 0, 0, 0 } };
    CgCanvas *canvas = cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, NULL);
    if (frame < 4)
        cg_canvas_fill (canvas, places[frame], CG_RGB (0xe5484d));
    return canvas;
}

typedef struct {
    GByteArray *png;
    gsize at;
} Stream;

static cairo_status_t
read_stream (void *closure, unsigned char *data, unsigned int length)
{
    Stream *stream = closure;
    if (stream->at + length > stream->png->len)
        return CAIRO_STATUS_READ_ERROR;
    memcpy (data, stream->png->data + stream->at, length);
    stream->at += length;
    return CAIRO_STATUS_SUCCESS;
}

/* The frame's data as a plain PNG, painted where its fcTL says. */
static void
compose (cairo_t *cr, const guint8 *control, const guint8 *data, gsize length)
{
    static const guint8 signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    guint8 header[13] = { [8] = 8, [9] = 2 };
    g_autoptr (GByteArray) png = g_byte_array_new ();
    memcpy (header, control + 4, 8);
    g_byte_array_append (png, signature, 8);
    cg_png_put_chunk (png, "IHDR", header, sizeof header);
    cg_png_put_chunk (png, "IDAT", data, length);
    cg_png_put_chunk (png, "IEND", NULL, 0);
    Stream stream = { png, 0 };
    cairo_surface_t *part = cairo_image_surface_create_from_png_stream (read_stream, &stream);
    g_assert_cmpint (cairo_surface_status (part), ==, CAIRO_STATUS_SUCCESS);
    cairo_set_source_surface (cr, part, big (control + 12), big (control + 16));
    cairo_paint (cr);
    cairo_surface_destroy (part);
}

static void
check_pixels (cairo_surface_t *have, guint frame)
{
    g_autoptr (CgCanvas) canvas = frame_at (frame);
    g_autoptr (GByteArray) png = g_bytes_unref_to_array (cg_canvas_finish (canvas, NULL));
    Stream stream = { png, 0 };
    cairo_surface_t *want = cairo_image_surface_create_from_png_stream (read_stream, &stream);
    cairo_surface_flush (have);
    for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++) {
            guint32 a, b;
            memcpy (&a,
                    cairo_image_surface_get_data (have) +
                        y * (gsize) cairo_image_surface_get_stride (have) + 4 * x,
                    4);
            memcpy (&b,
                    cairo_image_surface_get_data (want) +
                        y * (gsize) cairo_image_surface_get_stride (want) + 4 * x,
                    4);
            g_assert_cmphex (a & 0xffffff, ==, b & 0xffffff);
        }
    cairo_surface_destroy (want);
}

static char *
write_file (const char *dir, guint n_frames, gboolean close, GError **error)
{
    const CgPngNote note = { "Title", "每日" };
    char *path = g_build_filename (dir, "a.png", NULL);
    g_autoptr (CgApng) apng = cg_apng_new (path, WIDTH, HEIGHT, n_frames, 250, 1, &note, error);
    g_assert_nonnull (apng);
    for (guint frame = 0; frame < FRAMES; frame++) {
        g_autoptr (CgCanvas) canvas = frame_at (frame);
        g_assert_true (cg_apng_add (apng, canvas, error));
    }
    if (close)
        g_assert_true (cg_apng_close (apng, error));
    return path;
}

static void
test_frames (void)
{
    char *dir = cg_test_dir ();
    g_autoptr (GError) error = NULL;
    g_autofree char *path = write_file (dir, FRAMES, TRUE, &error), *text = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (path, &text, &length, NULL));
    const guint8 *file = (const guint8 *) text, *control = NULL;
    cairo_surface_t *sheet = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *cr = cairo_create (sheet);
    guint32 sequence = 0, n_frames = 0, areas[FRAMES] = { 0 };
    for (gsize at = 8; at < length; at += 12 + big (file + at)) {
        const guint8 *data = file + at + 8;
        gsize size = big (file + at);
        gboolean first = memcmp (data - 4, "IDAT", 4) == 0;
        if (memcmp (data - 4, "acTL", 4) == 0)
            g_assert_cmpuint (big (data), ==, FRAMES);
        if (memcmp (data - 4, "fcTL", 4) == 0) {
            g_assert_cmpuint (big (data), ==, sequence++);
            g_assert_cmpuint (data[20] << 8 | data[21], ==, 250);
            g_assert_cmpuint (data[22] << 8 | data[23], ==, 1000);
            control = data;
        }
        if (!first && memcmp (data - 4, "fdAT", 4) != 0)
            continue;
        if (!first)
            g_assert_cmpuint (big (data), ==, sequence++);
        compose (cr, control, first ? data : data + 4, first ? size : size - 4);
        areas[n_frames] = big (control + 4) * big (control + 8);
        check_pixels (sheet, n_frames++);
    }
    g_assert_cmpuint (n_frames, ==, FRAMES);
    const guint32 want[FRAMES] = { WIDTH * HEIGHT, 1, 60 * 22, 80 * 68, 1 };
    g_assert_cmpmem (areas, sizeof areas, want, sizeof want);
    cairo_destroy (cr);
    cairo_surface_destroy (sheet);
    cg_test_remove_dir (dir);
}

/* What is not closed leaves nothing behind, and the old file as it was. */
static void
test_half_done (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *old = g_build_filename (dir, "a.png", NULL), *text = NULL;
    g_assert_true (g_file_set_contents (old, "old", 3, NULL));
    g_autofree char *path = write_file (dir, FRAMES, FALSE, NULL);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "old");
    g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
    guint n = 0;
    while (g_dir_read_name (entries) != NULL)
        n++;
    g_assert_cmpuint (n, ==, 1);
    cg_test_remove_dir (dir);
}

static void
test_errors (void)
{
    const struct {
        guint width, height, frames, delay;
        int code;
    } cases[] = {
        { 0, 9, 2, 9, CG_ERROR_ARGUMENT },      { 9, 0, 2, 9, CG_ERROR_ARGUMENT },
        { 9, 9, 0, 9, CG_ERROR_ARGUMENT },      { 9, 9, 2, 0, CG_ERROR_ARGUMENT },
        { 9, 9, 2, 65536, CG_ERROR_ARGUMENT },  { 16385, 9, 2, 9, CG_ERROR_LIMIT },
        { 16384, 16384, 2, 9, CG_ERROR_LIMIT }, { 9, 9, 100001, 9, CG_ERROR_LIMIT },
    };
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "a.png", NULL);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_apng_new (path, cases[i].width, cases[i].height, cases[i].frames,
                                    cases[i].delay, 0, NULL, &error));
        g_assert_error (error, CG_ERROR, cases[i].code);
    }
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_apng_new ("/nowhere/at/all/a.png", 9, 9, 1, 9, 0, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_IO);
    g_clear_error (&error);
    g_autoptr (CgApng) apng = cg_apng_new (path, 9, 9, 1, 9, 0, NULL, NULL);
    g_autoptr (CgCanvas) large = frame_at (0);
    g_autoptr (CgCanvas) small = cg_canvas_new (CG_FORMAT_PNG, 9, 9, NULL, NULL);
    g_assert_false (cg_apng_add (apng, large, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_false (cg_apng_close (apng, &error)); /* too few */
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_true (cg_apng_add (apng, small, NULL));
    g_assert_false (cg_apng_add (apng, small, &error)); /* too many */
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    cg_test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/apng/frames", test_frames);
    g_test_add_func ("/render/apng/half-done", test_half_done);
    g_test_add_func ("/render/apng/errors", test_errors);
    return g_test_run ();
}
