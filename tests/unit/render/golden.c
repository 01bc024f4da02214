#include "golden.h"

#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>

/* Another release of FreeType may move a grey level or two, never a shape. */
#define LEVEL_TOLERANCE 12
#define PIXEL_TOLERANCE 20

CgCanvas *
golden_canvas (const char *theme)
{
    g_autoptr (GError) error = NULL;
    CgCanvas *canvas =
        cg_canvas_new (CG_FORMAT_PNG, GOLDEN_WIDTH, GOLDEN_HEIGHT, cg_theme_find (theme), &error);
    g_assert_no_error (error);
    return canvas;
}

static guint32
pixel_of (cairo_surface_t *surface, guint x, guint y)
{
    guint32 pixel;
    memcpy (&pixel,
            cairo_image_surface_get_data (surface) +
                y * (gsize) cairo_image_surface_get_stride (surface) + x * 4,
            4);
    return pixel;
}

static guint
level_difference (guint32 a, guint32 b)
{
    guint most = 0;
    for (guint shift = 0; shift < 24; shift += 8)
        most = MAX (most, (guint) ABS ((int) (a >> shift & 255) - (int) (b >> shift & 255)));
    return most;
}

/* Pixels that differ beyond the tolerance; a picture of them at path. */
static guint
compare (cairo_surface_t *have, cairo_surface_t *want, const char *path)
{
    guint n = 0, width = (guint) cairo_image_surface_get_width (want);
    guint height = (guint) cairo_image_surface_get_height (want);
    cairo_surface_t *difference =
        cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
    guint8 *data = cairo_image_surface_get_data (difference);
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            guint d = level_difference (pixel_of (have, x, y), pixel_of (want, x, y));
            guint32 red = d > LEVEL_TOLERANCE ? 0xff0000u | MIN (d, 255)
                                              : (pixel_of (want, x, y) >> 2 & 0x3f3f3fu);
            memcpy (data + y * (gsize) cairo_image_surface_get_stride (difference) + x * 4, &red,
                    4);
            n += d > LEVEL_TOLERANCE;
        }
    cairo_surface_mark_dirty (difference);
    if (n > PIXEL_TOLERANCE)
        cairo_surface_write_to_png (difference, path);
    cairo_surface_destroy (difference);
    return n;
}

void
golden_check (CgCanvas *canvas, const char *name)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) png = cg_canvas_finish (canvas, &error);
    g_assert_no_error (error);
    golden_check_png (png, name);
}

void
golden_check_png (GBytes *png, const char *name)
{
    const char *source = g_getenv ("CG_SOURCE");
    g_autofree char *file = g_strconcat (name, ".png", NULL);
    g_autofree char *missed_file = g_strconcat (name, "-difference.png", NULL);
    g_autofree char *golden =
        g_build_filename (source != NULL ? source : ".", "tests", "golden", file, NULL);
    g_autofree char *result = g_build_filename (CG_GOLDEN_OUT, file, NULL);
    g_autofree char *missed = g_build_filename (CG_GOLDEN_OUT, missed_file, NULL);
    g_autoptr (GError) error = NULL;
    g_mkdir_with_parents (CG_GOLDEN_OUT, 0755);
    gboolean renew = g_getenv ("CG_GOLDEN_RENEW") != NULL;
    gsize length;
    const char *data = g_bytes_get_data (png, &length);
    g_file_set_contents (renew ? golden : result, data, (gssize) length, &error);
    g_assert_no_error (error);
    if (renew)
        return;
    cairo_surface_t *have = cairo_image_surface_create_from_png (result);
    cairo_surface_t *want = cairo_image_surface_create_from_png (golden);
    g_assert_cmpint (cairo_surface_status (have), ==, CAIRO_STATUS_SUCCESS);
    if (cairo_surface_status (want) != CAIRO_STATUS_SUCCESS)
        g_error ("%s cannot be read", golden);
    g_assert_cmpint (cairo_image_surface_get_width (have), ==,
                     cairo_image_surface_get_width (want));
    g_assert_cmpint (cairo_image_surface_get_height (have), ==,
                     cairo_image_surface_get_height (want));
    guint n = compare (have, want, missed);
    cairo_surface_destroy (have);
    cairo_surface_destroy (want);
    if (n > PIXEL_TOLERANCE)
        g_error ("%s: %u pixels differ by more than %d levels; see %s and %s", name, n,
                 LEVEL_TOLERANCE, result, missed);
    g_remove (result);
}
