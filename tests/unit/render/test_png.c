/* The PNG writer against cairo's reader (libpng), and its chunks against the standard. */
#include <cairo.h>
#include <gio/gio.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "page/pack_internal.h"
#include "page/page.h"
#include "page/png.h"

typedef struct {
    const guint8 *data;
    gsize length, at;
} Stream;

static cairo_status_t
read_stream (void *closure, unsigned char *data, unsigned int length)
{
    Stream *stream = closure;
    if (length > stream->length - stream->at)
        return CAIRO_STATUS_READ_ERROR;
    memcpy (data, stream->data + stream->at, length);
    stream->at += length;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
decode (GBytes *bytes)
{
    Stream stream = { .at = 0 };
    stream.data = g_bytes_get_data (bytes, &stream.length);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream (read_stream, &stream);
    g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
    g_assert_cmpuint (stream.at, ==, stream.length);
    return surface;
}

/* CRC-32 by long division, bit by bit, as the standard defines it. */
static guint32
crc32_of (const guint8 *data, gsize length)
{
    guint32 crc = 0xffffffffu;
    for (gsize i = 0; i < length; i++) {
        crc ^= data[i];
        for (guint k = 0; k < 8; k++)
            crc = crc & 1 ? 0xedb88320u ^ crc >> 1 : crc >> 1;
    }
    return ~crc;
}

static guint32
big_endian (const guint8 *data)
{
    return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

/* Names of all chunks in order, "IHDR sRGB PLTE IDAT IEND", each CRC checked. */
static char *
chunk_names (GBytes *bytes)
{
    gsize length;
    const guint8 *data = g_bytes_get_data (bytes, &length);
    GString *names = g_string_new (NULL);
    gsize at = 8;
    while (at < length) {
        guint32 size = big_endian (data + at);
        g_assert_cmpuint (at + 12 + size, <=, length);
        g_assert_cmphex (big_endian (data + at + 8 + size), ==, crc32_of (data + at + 4, size + 4));
        g_string_append_printf (names, "%s%.4s", names->len > 0 ? " " : "",
                                (const char *) data + at + 4);
        at += 12 + size;
    }
    g_assert_cmpuint (at, ==, length);
    return g_string_free (names, FALSE);
}

/* Colours as cairo holds them: no channel above alpha. */
static guint32
random_pixel (CgRandom *random, guint32 alpha)
{
    guint32 pixel = alpha << 24;
    for (guint k = 0; k < 3; k++)
        pixel |= cg_random_below (random, alpha + 1) << (8 * k);
    return pixel;
}

static void
check_round_trip (guint width, guint height, guint n_colours, gboolean opaque,
                  const char *expected_chunks)
{
    CgRandom random;
    cg_random_init (&random, 7, width * 100000 + n_colours * 10 + opaque);
    g_autofree guint32 *colours = g_new (guint32, n_colours);
    for (guint i = 0; i < n_colours; i++) {
        colours[i] = random_pixel (&random, opaque ? 255 : cg_random_below (&random, 256));
        if (opaque) /* all different, so that the count is exact */
            colours[i] = 0xff000000u | i * 2654435u % 0xffffffu;
    }
    gsize stride = (width + 3) * 4;
    g_autofree guint8 *pixels = g_malloc0 (stride * height);
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            guint i = y * width + x;
            guint32 pixel = colours[i < n_colours ? i : cg_random_below (&random, n_colours)];
            memcpy (pixels + y * stride + x * 4, &pixel, 4);
        }
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = cg_png_write (width, height, stride, pixels, 0, NULL, &error);
    g_assert_no_error (error);
    g_autofree char *chunks = chunk_names (bytes);
    g_assert_cmpstr (chunks, ==, expected_chunks);
    cairo_surface_t *surface = decode (bytes);
    g_assert_cmpint (cairo_image_surface_get_width (surface), ==, (int) width);
    g_assert_cmpint (cairo_image_surface_get_height (surface), ==, (int) height);
    const guint8 *decoded = cairo_image_surface_get_data (surface);
    int decoded_stride = cairo_image_surface_get_stride (surface);
    gboolean rgb = cairo_image_surface_get_format (surface) == CAIRO_FORMAT_RGB24;
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            guint32 want, have;
            memcpy (&want, pixels + y * stride + x * 4, 4);
            memcpy (&have, decoded + y * (gsize) decoded_stride + x * 4, 4);
            g_assert_cmphex (rgb ? have | 0xff000000u : have, ==, want);
        }
    cairo_surface_destroy (surface);
    g_autoptr (GBytes) again = cg_png_write (width, height, stride, pixels, 0, NULL, NULL);
    g_assert_true (g_bytes_equal (bytes, again));
}

static void
test_round_trip (void)
{
    check_round_trip (1, 1, 1, TRUE, "IHDR sRGB PLTE IDAT IEND");
    check_round_trip (37, 23, 5, TRUE, "IHDR sRGB PLTE IDAT IEND");
    check_round_trip (64, 64, 256, TRUE, "IHDR sRGB PLTE IDAT IEND");
    check_round_trip (64, 64, 257, TRUE, "IHDR sRGB IDAT IEND");
    check_round_trip (61, 40, 200, FALSE, "IHDR sRGB PLTE tRNS IDAT IEND");
    check_round_trip (61, 40, 2000, FALSE, "IHDR sRGB IDAT IEND");
    check_round_trip (3000, 2, 17, TRUE, "IHDR sRGB PLTE IDAT IEND");
    /* Large ones, packed row by row. */
    check_round_trip (1999, 1251, 300, TRUE, "IHDR sRGB IDAT IEND");
    check_round_trip (1999, 1251, 2000, FALSE, "IHDR sRGB IDAT IEND");
}

static void
test_notes (void)
{
    const guint32 pixel = 0xff102030u;
    const CgPngNote notes[] = {
        { "Seed", "42" }, { "Title", "房县" }, { "", "no key" }, { "Bad", "\xff" }
    };
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = cg_png_write (1, 1, 4, (const guint8 *) &pixel, 4, notes, &error);
    g_assert_no_error (error);
    g_autofree char *chunks = chunk_names (bytes);
    g_assert_cmpstr (chunks, ==, "IHDR sRGB tEXt iTXt PLTE IDAT IEND");
    gsize length;
    const guint8 *data = g_bytes_get_data (bytes, &length);
    static const guint8 seed[] = { 't', 'E', 'X', 't', 'S', 'e', 'e', 'd', 0, '4', '2' };
    g_assert_nonnull (memmem (data, length, seed, sizeof seed));
    g_assert_nonnull (memmem (data, length, "Title\0\0\0\0\0房县", 10 + strlen ("房县")));
    cairo_surface_destroy (decode (bytes));
}

static void
test_errors (void)
{
    static const struct {
        guint width, height;
        gsize stride;
        CgError code;
    } cases[] = {
        { 0, 1, 4, CG_ERROR_ARGUMENT },         { 1, 0, 4, CG_ERROR_ARGUMENT },
        { 2, 1, 4, CG_ERROR_ARGUMENT },         { 16385, 1, 16385 * 4, CG_ERROR_LIMIT },
        { 16384, 9217, 65536, CG_ERROR_LIMIT },
    };
    const guint32 pixel = 0;
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_png_write (cases[i].width, cases[i].height, cases[i].stride,
                                     (const guint8 *) &pixel, 0, NULL, &error));
        g_assert_error (error, CG_ERROR, (int) cases[i].code);
    }
}

/* share: of a thousand pixels that change from the row above. */
static void
check_indexed (guint width, guint height, guint n_colours, guint share)
{
    CgRandom random;
    cg_random_init (&random, 8, width * 1000 + share);
    guint32 colours[256];
    for (guint i = 0; i < n_colours; i++)
        colours[i] = random_pixel (&random, i % 3 == 0 ? 255 : cg_random_below (&random, 256));
    gsize stride = width + 5;
    g_autofree guint8 *index = g_malloc0 (stride * height);
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++)
            index[y * stride + x] = cg_random_below (&random, 1000) < share || y == 0
                                        ? (guint8) cg_random_below (&random, n_colours)
                                        : index[(y - 1) * stride + x];
    const CgPngNote note = { "Seed", "42" };
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = cg_png_write_indexed (width, height, stride, index, n_colours,
                                                     colours, 1, &note, &error);
    g_assert_no_error (error);
    g_autofree char *chunks = chunk_names (bytes);
    g_assert_cmpstr (chunks, ==,
                     n_colours == 1 ? "IHDR sRGB tEXt PLTE IDAT IEND"
                                    : "IHDR sRGB tEXt PLTE tRNS IDAT IEND");
    cairo_surface_t *surface = decode (bytes);
    const guint8 *decoded = cairo_image_surface_get_data (surface);
    gsize decoded_stride = (gsize) cairo_image_surface_get_stride (surface);
    gboolean rgb = cairo_image_surface_get_format (surface) == CAIRO_FORMAT_RGB24;
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            guint32 have, want = colours[index[y * stride + x]];
            memcpy (&have, decoded + y * decoded_stride + x * 4, 4);
            have = rgb ? have | 0xff000000u : have;
            if (have != want)
                g_error ("pixel %u, %u is %08x, not %08x", x, y, have, want);
        }
    cairo_surface_destroy (surface);
    g_autoptr (GBytes) again = cg_png_write_indexed (width, height, stride, index, n_colours,
                                                     colours, 1, &note, NULL);
    g_assert_true (g_bytes_equal (bytes, again));
}

/* From one pixel to several blocks, from nothing but zeros to nothing but noise. */
static void
test_indexed (void)
{
    static const guint sizes[][2] = { { 1, 1 },    { 2, 1 },    { 63, 5 },
                                      { 64, 3 },   { 65, 66 },  { 257, 40 },
                                      { 517, 300 }, { 5000, 2 } };
    static const guint shares[] = { 0, 1, 20, 300, 1000 };
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
        for (guint k = 0; k < G_N_ELEMENTS (shares); k++) {
            check_indexed (sizes[s][0], sizes[s][1], 256, shares[k]);
            check_indexed (sizes[s][0], sizes[s][1], 1, shares[k]);
        }
}

/* Packs what `next` gives, n bytes in pieces, and unpacks it with another library. */
static gsize
check_pack (gsize n, guint8 (*next) (gsize at))
{
    g_autoptr (CgPack) pack = cg_pack_new ();
    g_autofree guint8 *bytes = g_malloc (n);
    for (gsize i = 0; i < n; i++)
        bytes[i] = next (i);
    for (gsize i = 0, piece; i < n; i += piece) {
        piece = MIN (n - i, 1 + i % 7777);
        cg_pack_add (pack, piece, bytes + i);
    }
    g_autoptr (GByteArray) packed = cg_pack_end (pack);
    g_autoptr (GZlibDecompressor) zlib = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
    g_autofree guint8 *back = g_malloc (n + 10);
    g_autoptr (GError) error = NULL;
    gsize n_in = 0, n_out = 0;
    while (n_in < packed->len) {
        gsize read = 0, written = 0;
        GConverterResult result =
            g_converter_convert (G_CONVERTER (zlib), packed->data + n_in, packed->len - n_in,
                                 back + n_out, n + 10 - n_out, G_CONVERTER_INPUT_AT_END, &read,
                                 &written, &error);
        g_assert_no_error (error);
        n_in += read;
        n_out += written;
        if (result == G_CONVERTER_FINISHED)
            break;
    }
    g_assert_cmpuint (n_in, ==, packed->len);
    g_assert_cmpuint (n_out, ==, n);
    g_assert_cmpmem (back, n, bytes, n);
    return packed->len;
}

static guint8
nothing (gsize at)
{
    return 0;
}

/* More zeros than one entry counts, then a byte. */
static guint8
one_byte (gsize at)
{
    return at == 39000000;
}

/* Runs of 0, 1, 2, ... zeros, one after the other. */
static guint8
rising_runs (gsize at)
{
    gsize k = (gsize) ((sqrt (8.0 * (double) at + 1) - 1) / 2);
    while (k * (k + 1) / 2 > at)
        k--;
    while ((k + 1) * (k + 2) / 2 <= at)
        k++;
    return k * (k + 1) / 2 == at ? (guint8) (k % 255 + 1) : 0;
}

/* Counts that double from byte to byte: Huffman's tree would be deeper than 15. */
static guint8
doubling (gsize at)
{
    return (guint8) (1 + __builtin_ctzll (at + 1));
}

/* Ones, and a few bytes and runs so rare that no sample of a block meets them all. */
static guint8
hermits (gsize at)
{
    gsize within = at % 50021;
    if (within < 1000)
        return 0;
    return within % 4999 == 0 ? (guint8) (2 + at % 251) : within % 7001 < within / 8000 ? 0 : 1;
}

static guint8
noise (gsize at)
{
    return (guint8) ((at * 2654435761u) >> 13);
}

static void
test_pack (void)
{
    g_assert_cmpuint (check_pack (40000000, nothing), <, 40000);
    g_assert_cmpuint (check_pack (40000000, one_byte), <, 40000);
    for (gsize n = 0; n < 200; n++) {
        check_pack (n, nothing);
        check_pack (n, noise);
    }
    check_pack (1100 * 1101 / 2, rising_runs);
    check_pack (1 << 16, doubling); /* all of one block */
    check_pack (300000, doubling);
    check_pack (2000000, hermits);
    check_pack (300000, noise);
}

static void
test_indexed_errors (void)
{
    const guint32 colours[1] = { 0 };
    const guint8 index[4] = { 0 };
    g_autoptr (GError) error = NULL;
    g_assert_null (cg_png_write_indexed (2, 2, 2, index, 0, colours, 0, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_png_write_indexed (2, 2, 2, index, 257, colours, 0, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_png_write_indexed (3, 1, 2, index, 1, colours, 0, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_null (cg_png_rows_new (16385, 1, 1, colours, 0, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_clear_error (&error);
    g_autoptr (CgPngRows) rows = cg_png_rows_new (2, 2, 1, colours, 0, NULL, &error);
    cg_png_rows_add (rows, index);
    g_assert_null (cg_png_rows_end (rows, &error)); /* a row is missing */
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    cg_png_rows_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/png/round-trip", test_round_trip);
    g_test_add_func ("/render/png/notes", test_notes);
    g_test_add_func ("/render/png/indexed", test_indexed);
    g_test_add_func ("/render/png/pack", test_pack);
    g_test_add_func ("/render/png/indexed-errors", test_indexed_errors);
    g_test_add_func ("/render/png/errors", test_errors);
    return g_test_run ();
}
