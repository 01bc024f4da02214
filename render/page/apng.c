#include "page/apng.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <libdeflate.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "page/canvas_internal.h"
#include "page/png_chunk.h"

/* Frames are packed once and shown often: a little better than single pictures. */
#define LEVEL 4

struct _CgApng {
    char *path, *part; /* target, and what is written until it is whole */
    FILE *file;
    guint width, height, n_frames, delay_ms, n_written;
    guint32 sequence;
    guint8 *last, *bytes; /* pixels of the frame before; filtered rows of this one */
    struct libdeflate_compressor *compressor;
};

typedef struct {
    guint left, top, right, bottom; /* right and bottom are outside */
} Area;

static gboolean
fail (const CgApng *apng, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_IO, "%s: %s", apng->path, g_strerror (errno));
    return FALSE;
}

static gboolean
no_memory (const CgApng *apng, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for frames of %u x %u pixels",
                 apng->width, apng->height);
    return FALSE;
}

static gboolean
put (CgApng *apng, const GByteArray *bytes, GError **error)
{
    return fwrite (bytes->data, 1, bytes->len, apng->file) == bytes->len || fail (apng, error);
}

static void
put_note (GByteArray *out, const CgPngNote *note)
{
    gsize key_length = strlen (note->key);
    if (key_length == 0 || key_length > 79 || !g_utf8_validate (note->value, -1, NULL))
        return;
    g_autoptr (GByteArray) data = g_byte_array_new ();
    g_byte_array_append (data, (const guint8 *) note->key, (guint) key_length + 1);
    /* Not compressed, no language, no translated key. */
    g_byte_array_append (data, (const guint8 *) "\0\0\0\0", 4);
    g_byte_array_append (data, (const guint8 *) note->value, (guint) strlen (note->value));
    cg_png_put_chunk (out, "iTXt", data->data, data->len);
}

static gboolean
put_head (CgApng *apng, guint n_notes, const CgPngNote *notes, GError **error)
{
    static const guint8 signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    guint8 header[13] = { [8] = 8, [9] = 2 }, control[8] = { 0 };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_byte_array_append (out, signature, sizeof signature);
    cg_png_put_u32 (header, apng->width);
    cg_png_put_u32 (header + 4, apng->height);
    cg_png_put_chunk (out, "IHDR", header, sizeof header);
    cg_png_put_chunk (out, "sRGB", (const guint8 *) "", 1);
    cg_png_put_u32 (control, apng->n_frames); /* then 0: repeat without end */
    cg_png_put_chunk (out, "acTL", control, sizeof control);
    for (guint i = 0; i < n_notes; i++)
        put_note (out, &notes[i]);
    return put (apng, out, error);
}

static gboolean
check (guint width, guint height, guint n_frames, guint delay_ms, GError **error)
{
    if (width == 0 || height == 0 || n_frames == 0 || delay_ms == 0 || delay_ms > G_MAXUINT16) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%u frames of %u x %u pixels, %u ms each",
                     n_frames, width, height, delay_ms);
        return FALSE;
    }
    if (width > CG_CANVAS_MAX_SIDE || height > CG_CANVAS_MAX_SIDE ||
        (guint64) width * height > CG_CANVAS_MAX_PIXELS || n_frames > CG_APNG_MAX_FRAMES) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "%u frames of %u x %u pixels: at most %u frames, %u pixels a side", n_frames,
                     width, height, CG_APNG_MAX_FRAMES, CG_CANVAS_MAX_SIDE);
        return FALSE;
    }
    return TRUE;
}

static gboolean
open_part (CgApng *apng, GError **error)
{
    apng->part = g_strconcat (apng->path, ".XXXXXX", NULL);
    int descriptor = g_mkstemp_full (apng->part, O_RDWR | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        g_clear_pointer (&apng->part, g_free);
        return fail (apng, error);
    }
    apng->file = fdopen (descriptor, "wb");
    if (apng->file != NULL)
        return TRUE;
    close (descriptor);
    return fail (apng, error);
}

CgApng *
cg_apng_new (const char *path, guint width, guint height, guint n_frames, guint delay_ms,
             guint n_notes, const CgPngNote *notes, GError **error)
{
    if (!check (width, height, n_frames, delay_ms, error))
        return NULL;
    g_autoptr (CgApng) apng = g_new0 (CgApng, 1);
    *apng = (CgApng){ .path = g_strdup (path),
                      .width = width,
                      .height = height,
                      .n_frames = n_frames,
                      .delay_ms = delay_ms };
    apng->last = g_try_malloc ((gsize) width * height * 4);
    apng->bytes = g_try_malloc (((gsize) width * 3 + 1) * height);
    apng->compressor = libdeflate_alloc_compressor (LEVEL);
    if (apng->last == NULL || apng->bytes == NULL || apng->compressor == NULL) {
        no_memory (apng, error);
        return NULL;
    }
    if (!open_part (apng, error) || !put_head (apng, n_notes, notes, error))
        return NULL;
    return g_steal_pointer (&apng);
}

void
cg_apng_free (CgApng *apng)
{
    if (apng == NULL)
        return;
    if (apng->file != NULL)
        fclose (apng->file);
    if (apng->part != NULL)
        g_unlink (apng->part);
    if (apng->compressor != NULL)
        libdeflate_free_compressor (apng->compressor);
    g_free (apng->path);
    g_free (apng->part);
    g_free (apng->last);
    g_free (apng->bytes);
    g_free (apng);
}

/* The rectangle round all pixels that differ from the frame before; a single pixel where none do,
 * as a frame cannot be empty. */
static Area
changed_area (const CgApng *apng, const guint8 *pixels, gsize stride)
{
    gsize length = (gsize) apng->width * 4;
    if (apng->n_written == 0)
        return (Area){ 0, 0, apng->width, apng->height };
    Area area = { apng->width, apng->height, 0, 0 };
    for (guint y = 0; y < apng->height; y++) {
        const guint8 *row = pixels + y * stride, *old = apng->last + y * length;
        if (memcmp (row, old, length) == 0)
            continue;
        area.top = MIN (area.top, y);
        area.bottom = y + 1;
        guint left = 0, right = apng->width;
        while (memcmp (row + (gsize) left * 4, old + (gsize) left * 4, 4) == 0)
            left++;
        while (memcmp (row + (gsize) (right - 1) * 4, old + (gsize) (right - 1) * 4, 4) == 0)
            right--;
        area.left = MIN (area.left, left);
        area.right = MAX (area.right, right);
    }
    return area.bottom > 0 ? area : (Area){ 0, 0, 1, 1 };
}

/* Rows of the area as red, green, blue with filter Up; returns how many bytes. */
static gsize
filter_area (CgApng *apng, const guint8 *pixels, gsize stride, const Area *area)
{
    guint8 *to = apng->bytes;
    for (guint y = area->top; y < area->bottom; y++) {
        const guint8 *row = pixels + y * stride, *above = y > area->top ? row - stride : NULL;
        *to++ = 2;
        for (guint x = area->left; x < area->right; x++) {
            guint32 here, over = 0;
            memcpy (&here, row + (gsize) x * 4, 4);
            if (above != NULL)
                memcpy (&over, above + (gsize) x * 4, 4);
            for (guint shift = 24; shift > 0; shift -= 8)
                *to++ = (guint8) ((here >> (shift - 8) & 255) - (over >> (shift - 8) & 255));
        }
    }
    return (gsize) (to - apng->bytes);
}

static void
put_frame_control (CgApng *apng, const Area *area, GByteArray *out)
{
    guint8 control[26] = { 0 };
    const guint32 fields[] = { apng->sequence++, area->right - area->left, area->bottom - area->top,
                               area->left, area->top };
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
        cg_png_put_u32 (control + 4 * i, fields[i]);
    control[20] = (guint8) (apng->delay_ms >> 8);
    control[21] = (guint8) apng->delay_ms;
    control[22] = 1000 >> 8;
    control[23] = 1000 & 255;
    cg_png_put_chunk (out, "fcTL", control, sizeof control); /* leave as it is; replace pixels */
}

/* First frame as IDAT, the others as fdAT with their number. */
static gboolean
put_frame_data (CgApng *apng, gsize size, GByteArray *out, GError **error)
{
    gboolean first = apng->n_written == 0;
    gsize head = first ? 0 : 4, room = libdeflate_zlib_compress_bound (apng->compressor, size);
    g_autofree guint8 *packed = g_try_malloc (room + 4);
    if (packed == NULL)
        return no_memory (apng, error);
    gsize length =
        libdeflate_zlib_compress (apng->compressor, apng->bytes, size, packed + head, room);
    if (length == 0 || length > G_MAXINT32)
        return no_memory (apng, error);
    if (!first)
        cg_png_put_u32 (packed, apng->sequence++);
    cg_png_put_chunk (out, first ? "IDAT" : "fdAT", packed, length + head);
    return TRUE;
}

gboolean
cg_apng_add (CgApng *apng, const CgCanvas *canvas, GError **error)
{
    if (canvas->format != CG_FORMAT_PNG || canvas->width != apng->width ||
        canvas->height != apng->height || apng->n_written == apng->n_frames) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "frame %u of %u x %u pixels in %u frames of %u x %u", apng->n_written + 1,
                     canvas->width, canvas->height, apng->n_frames, apng->width, apng->height);
        return FALSE;
    }
    cairo_surface_flush (canvas->surface);
    const guint8 *pixels = cairo_image_surface_get_data (canvas->surface);
    gsize stride = (gsize) cairo_image_surface_get_stride (canvas->surface);
    Area area = changed_area (apng, pixels, stride);
    g_autoptr (GByteArray) out = g_byte_array_new ();
    put_frame_control (apng, &area, out);
    gsize size = filter_area (apng, pixels, stride, &area);
    if (!put_frame_data (apng, size, out, error) || !put (apng, out, error))
        return FALSE;
    for (guint y = area.top; y < area.bottom; y++)
        memcpy (apng->last + (gsize) y * apng->width * 4, pixels + y * stride,
                (gsize) apng->width * 4);
    apng->n_written++;
    return TRUE;
}

gboolean
cg_apng_close (CgApng *apng, GError **error)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    if (apng->n_written != apng->n_frames || apng->file == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%u of %u frames were added",
                     apng->n_written, apng->n_frames);
        return FALSE;
    }
    cg_png_put_chunk (out, "IEND", NULL, 0);
    if (!put (apng, out, error))
        return FALSE;
    if (fflush (apng->file) != 0 || fsync (fileno (apng->file)) != 0)
        return fail (apng, error);
    FILE *file = g_steal_pointer (&apng->file);
    if (fclose (file) != 0 || g_rename (apng->part, apng->path) != 0)
        return fail (apng, error);
    g_clear_pointer (&apng->part, g_free);
    return TRUE;
}
