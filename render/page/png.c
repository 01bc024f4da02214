#include "page/png.h"

#include <libdeflate.h>
#include <string.h>

#include "base/error.h"
#include "base/wide.h"
#include "page/pack_internal.h"
#include "page/page.h"

#define FILTER_UP 2
#define N_SLOTS 1024u /* four times the palette, so that probing stays short */
/* Pixels from which on a picture of more than 256 colours is packed as its rows come: a quarter of the
 * time, for a tenth to a third more bytes. */
#define LARGE 2500000u

typedef struct {
    guint width, height;
    gsize stride;
    const guint8 *pixels;
} Picture;

/* Colours in order of first appearance, found again by open addressing. */
typedef struct {
    guint n;
    guint32 colour[256];
    guint32 slot_colour[N_SLOTS];
    guint16 slot_index[N_SLOTS]; /* index + 1, 0 = free */
} Colours;

static guint32
pixel_at (const Picture *picture, guint x, guint y)
{
    guint32 pixel;
    memcpy (&pixel, picture->pixels + y * picture->stride + (gsize) x * 4, 4);
    return pixel;
}

/* Index of a colour; 256 when the palette is full. */
static guint
colour_index (Colours *colours, guint32 pixel)
{
    guint slot = (pixel * 2654435761u) >> 22;
    while (colours->slot_index[slot] != 0) {
        if (colours->slot_colour[slot] == pixel)
            return colours->slot_index[slot] - 1u;
        slot = (slot + 1) % N_SLOTS;
    }
    if (colours->n == 256)
        return 256;
    colours->slot_colour[slot] = pixel;
    colours->slot_index[slot] = (guint16) (colours->n + 1);
    colours->colour[colours->n] = pixel;
    return colours->n++;
}

/* FALSE when there are more than 256. */
static gboolean
collect_colours (const Picture *picture, Colours *colours)
{
    guint32 last = ~pixel_at (picture, 0, 0);
    for (guint y = 0; y < picture->height; y++)
        for (guint x = 0; x < picture->width; x++) {
            guint32 pixel = pixel_at (picture, x, y);
            if (pixel == last)
                continue;
            if (colour_index (colours, pixel) == 256)
                return FALSE;
            last = pixel;
        }
    return TRUE;
}

static gboolean
is_opaque (const Picture *picture)
{
    for (guint y = 0; y < picture->height; y++) {
        guint32 all = 0xff000000u;
        for (guint x = 0; x < picture->width; x++)
            all &= pixel_at (picture, x, y);
        if (all != 0xff000000u)
            return FALSE;
    }
    return TRUE;
}

static guint8
divide_alpha (guint32 value, guint32 alpha)
{
    return (guint8) MIN (255u, (value * 255u + alpha / 2) / alpha);
}

static void
straight (guint32 pixel, guint8 out[4])
{
    guint32 a = pixel >> 24;
    out[3] = (guint8) a;
    for (guint k = 0; k < 3; k++) {
        guint32 value = pixel >> (16 - 8 * k) & 255;
        out[k] = a == 0 ? 0 : a == 255 ? (guint8) value : divide_alpha (value, a);
    }
}

static void
row_of_indices (const Picture *picture, guint y, Colours *colours, guint8 *row)
{
    guint32 last = pixel_at (picture, 0, y);
    guint8 index = (guint8) colour_index (colours, last);
    for (guint x = 0; x < picture->width; x++) {
        guint32 pixel = pixel_at (picture, x, y);
        if (pixel != last) {
            last = pixel;
            index = (guint8) colour_index (colours, pixel);
        }
        row[x] = index;
    }
}

static void
row_of_bytes (const Picture *picture, guint y, guint channels, guint8 *row)
{
    for (guint x = 0; x < picture->width; x++) {
        guint32 pixel = pixel_at (picture, x, y);
        guint8 *to = row + (gsize) x * channels;
        if (channels == 4) {
            straight (pixel, to);
        } else {
            to[0] = (guint8) (pixel >> 16);
            to[1] = (guint8) (pixel >> 8);
            to[2] = (guint8) pixel;
        }
    }
}

/* The filter Up: each byte minus the one above it. */
CG_WIDE static void
filter_up (gsize length, const guint8 *restrict row, const guint8 *restrict above,
           guint8 *restrict out)
{
    for (gsize i = 0; i < length; i++)
        out[i] = (guint8) (row[i] - above[i]);
}

/* All rows, each with the number of its filter. colours NULL: plain channels. */
static guint8 *
filter_rows (const Picture *picture, Colours *colours, guint channels, gsize *out_size)
{
    gsize length = (gsize) picture->width * channels;
    guint8 *rows = g_try_malloc ((length + 1) * picture->height);
    g_autofree guint8 *two = g_try_malloc0 (2 * length);
    if (rows == NULL || two == NULL) {
        g_free (rows);
        return NULL;
    }
    guint8 *above = two, *row = two + length;
    for (guint y = 0; y < picture->height; y++) {
        if (colours != NULL)
            row_of_indices (picture, y, colours, row);
        else
            row_of_bytes (picture, y, channels, row);
        guint8 *to = rows + y * (length + 1);
        *to = FILTER_UP;
        filter_up (length, row, above, to + 1);
        guint8 *swap = above;
        above = row;
        row = swap;
    }
    *out_size = (length + 1) * picture->height;
    return rows;
}

static void
put_u32 (GByteArray *out, guint32 value)
{
    guint32 big = GUINT32_TO_BE (value);
    g_byte_array_append (out, (const guint8 *) &big, 4);
}

static void
put_chunk (GByteArray *out, const char *type, const guint8 *data, gsize length)
{
    put_u32 (out, (guint32) length);
    guint start = out->len;
    g_byte_array_append (out, (const guint8 *) type, 4);
    if (length > 0)
        g_byte_array_append (out, data, (guint) length);
    put_u32 (out, libdeflate_crc32 (0, out->data + start, length + 4));
}

static void
put_header (GByteArray *out, const Picture *picture, guint colour_type)
{
    static const guint8 signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    g_byte_array_append (out, signature, sizeof signature);
    guint32 size[2] = { GUINT32_TO_BE (picture->width), GUINT32_TO_BE (picture->height) };
    guint8 header[13] = { 0 };
    memcpy (header, size, 8);
    header[8] = 8;
    header[9] = (guint8) colour_type;
    put_chunk (out, "IHDR", header, sizeof header);
    put_chunk (out, "sRGB", (const guint8 *) "", 1);
}

static void
put_note (GByteArray *out, const CgPngNote *note)
{
    gsize key_length = strlen (note->key);
    if (key_length == 0 || key_length > 79 || !g_utf8_validate (note->value, -1, NULL))
        return;
    gboolean ascii = g_str_is_ascii (note->value);
    g_autoptr (GByteArray) data = g_byte_array_new ();
    g_byte_array_append (data, (const guint8 *) note->key, (guint) key_length + 1);
    if (!ascii) /* not compressed, no language, no translated key */
        g_byte_array_append (data, (const guint8 *) "\0\0\0\0", 4);
    g_byte_array_append (data, (const guint8 *) note->value, (guint) strlen (note->value));
    put_chunk (out, ascii ? "tEXt" : "iTXt", data->data, data->len);
}

static void
put_palette (GByteArray *out, guint n, const guint32 *colour)
{
    guint8 rgb[256 * 3] = { 0 }, alpha[256] = { 0 };
    guint n_alpha = 0;
    for (guint i = 0; i < n; i++) {
        guint8 c[4];
        straight (colour[i], c);
        memcpy (rgb + 3 * i, c, 3);
        alpha[i] = c[3];
        if (c[3] != 255)
            n_alpha = i + 1;
    }
    put_chunk (out, "PLTE", rgb, 3 * (gsize) n);
    if (n_alpha > 0)
        put_chunk (out, "tRNS", alpha, n_alpha);
}

static gboolean
no_memory (const Picture *picture, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for a picture of %u x %u pixels",
                 picture->width, picture->height);
    return FALSE;
}

/* All rows at once. colours NULL: plain channels. */
static gboolean
put_searched (GByteArray *out, const Picture *picture, Colours *colours, guint channels,
              GError **error)
{
    gsize size = 0, length = 0;
    g_autofree guint8 *rows = filter_rows (picture, colours, channels, &size);
    if (rows == NULL)
        return no_memory (picture, error);
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor (1);
    gsize room = compressor != NULL ? libdeflate_zlib_compress_bound (compressor, size) : 0;
    g_autofree guint8 *packed = room > 0 ? g_try_malloc (room) : NULL;
    if (packed != NULL)
        length = libdeflate_zlib_compress (compressor, rows, size, packed, room);
    libdeflate_free_compressor (compressor);
    if (length == 0 || length > G_MAXINT32)
        return no_memory (picture, error);
    put_chunk (out, "IDAT", packed, length);
    return TRUE;
}

/* Row by row. */
static gboolean
put_packed (GByteArray *out, const Picture *picture, guint channels, GError **error)
{
    gsize length = (gsize) picture->width * channels;
    g_autoptr (CgPack) pack = cg_pack_new ();
    g_autofree guint8 *lines = g_try_malloc0 (3 * length + 1);
    if (pack == NULL || lines == NULL)
        return no_memory (picture, error);
    guint8 *above = lines, *row = lines + length, *filtered = lines + 2 * length;
    filtered[0] = FILTER_UP;
    for (guint y = 0; y < picture->height; y++) {
        row_of_bytes (picture, y, channels, row);
        filter_up (length, row, above, filtered + 1);
        cg_pack_add (pack, length + 1, filtered);
        guint8 *swap = above;
        above = row;
        row = swap;
    }
    g_autoptr (GByteArray) packed = cg_pack_end (pack);
    if (packed->len > G_MAXINT32)
        return no_memory (picture, error);
    put_chunk (out, "IDAT", packed->data, packed->len);
    return TRUE;
}

static gboolean
check_size (const Picture *picture, guint pixel_bytes, GError **error)
{
    if (picture->width == 0 || picture->height == 0 ||
        picture->stride / pixel_bytes < picture->width) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "picture of %u x %u pixels with %" G_GSIZE_FORMAT " bytes a row",
                     picture->width, picture->height, picture->stride);
        return FALSE;
    }
    if (picture->width > CG_CANVAS_MAX_SIDE || picture->height > CG_CANVAS_MAX_SIDE ||
        (guint64) picture->width * picture->height > CG_CANVAS_MAX_PIXELS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "picture of %u x %u pixels: at most %u a side and %u in all", picture->width,
                     picture->height, CG_CANVAS_MAX_SIDE, CG_CANVAS_MAX_PIXELS);
        return FALSE;
    }
    return TRUE;
}

typedef struct {
    guint colour_type; /* of PNG: 2 RGB, 3 palette, 6 RGBA */
    guint n_colours;
    const guint32 *colour;
    guint n_notes;
    const CgPngNote *notes;
} Head;

static void
put_head (GByteArray *out, const Picture *picture, const Head *head)
{
    put_header (out, picture, head->colour_type);
    for (guint i = 0; i < head->n_notes; i++)
        put_note (out, &head->notes[i]);
    if (head->n_colours > 0)
        put_palette (out, head->n_colours, head->colour);
}

GBytes *
cg_png_write (guint width, guint height, gsize stride, const guint8 *pixels, guint n_notes,
              const CgPngNote *notes, GError **error)
{
    Picture picture = { width, height, stride, pixels };
    if (!check_size (&picture, 4, error))
        return NULL;
    g_autofree Colours *colours = g_new0 (Colours, 1);
    gboolean palette = collect_colours (&picture, colours);
    guint channels = palette ? 1 : is_opaque (&picture) ? 3 : 4;
    Head head = { palette ? 3 : channels == 3 ? 2 : 6, palette ? colours->n : 0, colours->colour,
                  n_notes, notes };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    put_head (out, &picture, &head);
    gboolean large = !palette && (guint64) width * height >= LARGE;
    if (large ? !put_packed (out, &picture, channels, error)
              : !put_searched (out, &picture, palette ? colours : NULL, channels, error))
        return NULL;
    put_chunk (out, "IEND", NULL, 0);
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* ---- rows of colour numbers -------------------------------------------------------------- */

struct _CgPngRows {
    Picture picture;
    GByteArray *out;
    CgPack *pack;
    guint8 *filtered, *above; /* width + 1, width */
    guint n_rows;
};

CgPngRows *
cg_png_rows_new (guint width, guint height, guint n_colours, const guint32 *colour, guint n_notes,
                 const CgPngNote *notes, GError **error)
{
    Picture picture = { width, height, width, NULL };
    if (!check_size (&picture, 1, error))
        return NULL;
    if (n_colours == 0 || n_colours > 256) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "a palette of %u colours: 1 to 256",
                     n_colours);
        return NULL;
    }
    CgPngRows *rows = g_new0 (CgPngRows, 1);
    Head head = { 3, n_colours, colour, n_notes, notes };
    rows->picture = picture;
    rows->out = g_byte_array_new ();
    rows->pack = cg_pack_new ();
    rows->filtered = g_malloc (width + 1);
    rows->above = g_malloc0 (width);
    put_head (rows->out, &picture, &head);
    if (rows->pack != NULL)
        return rows;
    no_memory (&picture, error);
    cg_png_rows_free (rows);
    return NULL;
}

void
cg_png_rows_free (CgPngRows *rows)
{
    if (rows == NULL)
        return;
    g_clear_pointer (&rows->out, g_byte_array_unref);
    cg_pack_free (rows->pack);
    g_free (rows->filtered);
    g_free (rows->above);
    g_free (rows);
}

void
cg_png_rows_add (CgPngRows *rows, const guint8 *index)
{
    guint width = rows->picture.width;
    if (rows->n_rows++ >= rows->picture.height)
        return;
    rows->filtered[0] = FILTER_UP;
    filter_up (width, index, rows->above, rows->filtered + 1);
    memcpy (rows->above, index, width);
    cg_pack_add (rows->pack, (gsize) width + 1, rows->filtered);
}

GBytes *
cg_png_rows_end (CgPngRows *rows, GError **error)
{
    if (rows->n_rows != rows->picture.height || rows->pack == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%u rows for a picture of %u",
                     rows->n_rows, rows->picture.height);
        return NULL;
    }
    g_autoptr (GByteArray) packed = cg_pack_end (rows->pack);
    g_clear_pointer (&rows->pack, cg_pack_free);
    put_chunk (rows->out, "IDAT", packed->data, packed->len);
    put_chunk (rows->out, "IEND", NULL, 0);
    return g_byte_array_free_to_bytes (g_steal_pointer (&rows->out));
}

GBytes *
cg_png_write_indexed (guint width, guint height, gsize stride, const guint8 *index,
                      guint n_colours, const guint32 *colour, guint n_notes,
                      const CgPngNote *notes, GError **error)
{
    Picture picture = { width, height, stride, index };
    if (!check_size (&picture, 1, error))
        return NULL;
    g_autoptr (CgPngRows) rows =
        cg_png_rows_new (width, height, n_colours, colour, n_notes, notes, error);
    if (rows == NULL)
        return NULL;
    for (guint y = 0; y < height; y++)
        cg_png_rows_add (rows, index + y * stride);
    return cg_png_rows_end (rows, error);
}
