#include "page/png_chunk.h"

#include <libdeflate.h>
#include <string.h>

#include "page/canvas_internal.h"

void
cg_png_put_u32 (guint8 *to, guint32 value)
{
    guint32 big = GUINT32_TO_BE (value);
    memcpy (to, &big, sizeof big);
}

void
cg_png_put_chunk (GByteArray *out, const char *type, const guint8 *data, gsize length)
{
    guint8 number[4];
    cg_png_put_u32 (number, (guint32) length);
    g_byte_array_append (out, number, sizeof number);
    guint start = out->len;
    g_byte_array_append (out, (const guint8 *) type, 4);
    if (length > 0)
        g_byte_array_append (out, data, (guint) length);
    cg_png_put_u32 (number, libdeflate_crc32 (0, out->data + start, length + 4));
    g_byte_array_append (out, number, sizeof number);
}

GBytes *
cg_png_set_resolution (GBytes *png, double px_per_m)
{
    gsize length, head = CG_PNG_SIGNATURE_SIZE + CG_PNG_HEADER_SIZE;
    const guint8 *data = g_bytes_get_data (png, &length);
    guint8 physical[9] = { [8] = 1 }; /* 1: metres */
    cg_png_put_u32 (physical, (guint32) (px_per_m + 0.5));
    cg_png_put_u32 (physical + 4, (guint32) (px_per_m + 0.5));
    GByteArray *out = g_byte_array_sized_new ((guint) length + 32);
    g_byte_array_append (out, data, (guint) head);
    cg_png_put_chunk (out, "pHYs", physical, sizeof physical);
    g_byte_array_append (out, data + head, (guint) (length - head));
    g_bytes_unref (png);
    return g_byte_array_free_to_bytes (out);
}
