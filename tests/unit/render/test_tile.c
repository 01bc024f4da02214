/* Vector tiles against bytes written by hand after the specification (Mapbox Vector Tile 2.1,
 * sections 4.3.5 and 4.4). */
#include "tile/tile.h"

#include <math.h>
#include <string.h>

static const CgTile whole = { 0, 0, 0 };

static void
assert_bytes (GBytes *bytes, const guint8 *wanted, gsize n)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);
    g_assert_cmpmem (data, size, wanted, n);
}

/* The point 25, 17 of the specification: MoveTo 9, then 50 and 34. */
static void
test_point (void)
{
    static const guint8 wanted[] = {
        0x1a, 30,               /* layer                     */
        0x78, 2,                /* version                   */
        0x0a, 1,  'p',          /* name                      */
        0x12, 13,               /* feature                   */
        0x08, 7,                /* id                        */
        0x12, 2,  0,    0,      /* tags: key 0, value 0      */
        0x18, 1,                /* point                     */
        0x22, 3,  9,    50, 34, /* geometry                  */
        0x1a, 1,  'k',          /* key                       */
        0x22, 2,  0x38, 1,      /* value: true               */
    };
    CgMvt *mvt = cg_mvt_new (&whole, "p");
    g_assert_true (cg_mvt_add_point (mvt, 25.0 / 4096, 17.0 / 4096));
    cg_mvt_tag_flag (mvt, "k", TRUE);
    cg_mvt_end (mvt, 7);
    g_assert_false (cg_mvt_add_point (mvt, 1.1, 0));
    g_autoptr (GBytes) bytes = cg_mvt_finish (mvt);
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_byte_array_append (all, wanted, sizeof wanted);
    g_byte_array_append (all, (const guint8[]){ 0x28, 0x80, 0x20 }, 3); /* extent 4096 */
    assert_bytes (bytes, all->data, all->len);
}

static void
add_ring (CgShapes *shapes, guint n, const double *xy)
{
    for (guint i = 0; i < n; i++)
        cg_shapes_add_vertex (shapes, xy[2 * i] / 4096, xy[2 * i + 1] / 4096);
    cg_shapes_end_ring (shapes);
}

/* The triangle of the specification, also when it runs the other way round: 3,6 8,12 20,34. */
static void
test_area (void)
{
    static const double ways[2][8] = { { 3, 6, 8, 12, 20, 34, 3, 6 },
                                       { 3, 6, 20, 34, 8, 12, 3, 6 } };
    static const guint8 geometry[2][10] = { { 0x22, 9, 9, 6, 12, 18, 10, 12, 24, 44 },
                                            { 0x22, 9, 9, 16, 24, 18, 24, 44, 33, 55 } };
    for (guint w = 0; w < 2; w++) {
        g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
        add_ring (shapes, 4, ways[w]);
        cg_shapes_end_part (shapes);
        cg_shapes_end_shape (shapes);
        CgMvt *mvt = cg_mvt_new (&whole, "p");
        g_assert_true (cg_mvt_add_shape (mvt, shapes, 0));
        cg_mvt_end (mvt, 0);
        g_autoptr (GBytes) bytes = cg_mvt_finish (mvt);
        gsize size;
        const guint8 *data = g_bytes_get_data (bytes, &size);
        g_assert_nonnull (memmem (data, size, geometry[w], sizeof geometry[w]));
        g_assert_nonnull (memmem (data, size, (const guint8[]){ 0x18, 3 }, 2));
    }
}

static guint64
read_varint (const guint8 **at)
{
    guint64 value = 0;
    for (guint shift = 0;; shift += 7) {
        value |= (guint64) (**at & 127) << shift;
        if (*(*at)++ < 128)
            return value;
    }
}

/* Each value is sent once, in order of its first use, whatever its kind, however many there are. */
static void
test_values (void)
{
    enum { N = 6000, TEXTS = 2500 };
    CgMvt *mvt = cg_mvt_new (&whole, "p");
    for (guint i = 0; i < N; i++) {
        g_autofree char *text = g_strdup_printf ("%u", i % TEXTS);
        g_assert_true (cg_mvt_add_point (mvt, 0.5, 0.5));
        cg_mvt_tag_text (mvt, "text", text);
        cg_mvt_tag_whole (mvt, "whole", i % 3);
        cg_mvt_tag_real (mvt, "real", i % 3);
        if (i % 2 == 0) /* a key that is left out at times */
            cg_mvt_tag_flag (mvt, "flag", i % 4 == 0);
        cg_mvt_tag_text (mvt, "again", text);
        cg_mvt_end (mvt, i);
    }
    g_autoptr (GBytes) bytes = cg_mvt_finish (mvt);
    const guint8 *at = g_bytes_get_data (bytes, NULL), *end = at + g_bytes_get_size (bytes);
    guint n_features = 0, n_keys = 0, n_values = 0;
    g_assert_cmpuint (*at++, ==, 3 << 3 | 2);
    g_assert_cmpuint (read_varint (&at), ==, (guint64) (end - at));
    while (at < end) {
        guint64 field = read_varint (&at), length = read_varint (&at);
        if (field == (2 << 3 | 2) && n_features++ == 4) /* text 4, whole 1, real 1, true, text 4 */
            g_assert_cmpmem (at, 14, ((guint8[]){ 8, 4, 18, 10, 0, 12, 1, 5, 2, 6, 3, 3, 4, 12 }), 14);
        n_keys += field == (3 << 3 | 2);
        n_values += field == (4 << 3 | 2);
        at += (field & 7) == 2 ? length : 0;
    }
    g_assert_true (n_features == N && n_keys == 5 && n_values == TEXTS + 3 + 3 + 2);
}

/* Places there and back; the corner of the square and Greenwich. */
static void
test_world (void)
{
    double u, v, lon, lat;
    cg_tile_world (-180, 85.05112877980659, &u, &v);
    g_assert_cmpfloat_with_epsilon (u, 0, 1e-15);
    g_assert_cmpfloat_with_epsilon (v, 0, 1e-12);
    cg_tile_world (0, 0, &u, &v);
    g_assert_true (u == 0.5 && fabs (v - 0.5) < 1e-15);
    cg_tile_world (108.123, 36.789, &u, &v);
    cg_tile_degrees (u, v, &lon, &lat);
    g_assert_cmpfloat_with_epsilon (lon, 108.123, 1e-12);
    g_assert_cmpfloat_with_epsilon (lat, 36.789, 1e-12);
    CgBox box = cg_tile_box (&(CgTile){ 2, 1, 3 }, 0);
    g_assert_true (box.x_min == 0.25 && box.x_max == 0.5 && box.y_min == 0.75 && box.y_max == 1);
}

/* A line that leaves the tile and comes back is two; nothing lies beyond the margin. */
static void
test_cut (void)
{
    static const double xy[] = { 4000, 10, 5000, 10, 5000, 20, 4000, 20 };
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_LINE);
    add_ring (shapes, 4, xy);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
    CgMvt *mvt = cg_mvt_new (&whole, "p");
    g_assert_true (cg_mvt_add_shape (mvt, shapes, 0));
    cg_mvt_end (mvt, 0);
    g_autoptr (GBytes) bytes = cg_mvt_finish (mvt);
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);
    /* 4000,10 to 4224,10; then 4224,20 to 4000,20 */
    static const guint8 wanted[] = { 9, 0xc0, 0x3e, 20, 10, 0xc0, 3, 0, 9, 0, 20, 10, 0xbf, 3, 0 };
    g_assert_nonnull (memmem (data, size, wanted, sizeof wanted));
    const CgTile far_away = { 3, 7, 7 };
    mvt = cg_mvt_new (&far_away, "p");
    g_assert_false (cg_mvt_add_shape (mvt, shapes, 0));
    g_autoptr (GBytes) none = cg_mvt_finish (mvt);
    g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
}

/* A box of a pixel: 16, 32 to 32, 48, clockwise where y goes down, as an outer ring does. */
static void
test_box (void)
{
    static const guint8 wanted[] = { 9, 32, 64, 26, 32, 0, 0, 32, 31, 0, 15 };
    const CgTile tile = { 0, 0, 0 };
    const double pixel = 1 / 256.0;
    CgMvt *mvt = cg_mvt_new (&tile, "p");
    cg_mvt_add_box (mvt, &(CgBox){ pixel, 2 * pixel, 2 * pixel, 3 * pixel });
    cg_mvt_end (mvt, 0);
    g_autoptr (GBytes) bytes = cg_mvt_finish (mvt);
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);
    g_assert_nonnull (memmem (data, size, wanted, sizeof wanted));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tile/point", test_point);
    g_test_add_func ("/tile/area", test_area);
    g_test_add_func ("/tile/world", test_world);
    g_test_add_func ("/tile/cut", test_cut);
    g_test_add_func ("/tile/box", test_box);
    g_test_add_func ("/tile/values", test_values);
    return g_test_run ();
}
