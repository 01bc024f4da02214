#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/regions.h"
#include "model/shapes.h"

static void
add_ring (CgShapes *shapes, const double *xy, guint n)
{
    for (guint i = 0; i < n; i++)
        cg_shapes_add_vertex (shapes, xy[2 * i], xy[2 * i + 1]);
    cg_shapes_end_ring (shapes);
}

/* A 10 x 10 square with a 2 x 2 hole, and a second part 1 x 1. */
static CgShapes *
make_square (void)
{
    static const double outside[] = { 0, 0, 10, 0, 10, 10, 0, 10, 0, 0 };
    static const double hole[] = { 6, 6, 8, 6, 8, 8, 6, 8, 6, 6 };
    static const double small[] = { 20, 0, 21, 0, 21, 1, 20, 1, 20, 0 };
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    add_ring (shapes, outside, 5);
    add_ring (shapes, hole, 5);
    cg_shapes_end_part (shapes);
    add_ring (shapes, small, 5);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
    return shapes;
}

static void
test_measures (void)
{
    g_autoptr (CgShapes) shapes = make_square ();
    g_assert_cmpfloat (cg_shapes_area (shapes, 0), ==, 97);
    g_assert_cmpfloat (cg_shapes_length (shapes, 0), ==, 52);
    double x, y;
    cg_shapes_centroid (shapes, 0, &x, &y);
    g_assert_cmpfloat_with_epsilon (x, (100 * 5 - 4 * 7 + 20.5) / 97, 1e-12);
    g_assert_cmpfloat_with_epsilon (y, (100 * 5 - 4 * 7 + 0.5) / 97, 1e-12);
    CgBox box = cg_shapes_box (shapes, 0);
    g_assert_cmpfloat (box.x_max, ==, 21);
    double radius;
    cg_shapes_label_point (shapes, 0, &x, &y, &radius);
    /* The largest circle that misses the hole touches the lower and left sides and its corner. */
    g_assert_cmpfloat (radius, >, 3.4);
    g_assert_true (x < 5 && y < 5);
}

static void
test_wkb_round_trip (void)
{
    g_autoptr (CgShapes) shapes = make_square ();
    g_autoptr (GBytes) wkb = cg_shapes_get_wkb (shapes, 0, FALSE);
    g_autoptr (CgShapes) back = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    gsize length;
    const guint8 *bytes = g_bytes_get_data (wkb, &length);
    g_assert_true (cg_shapes_add_wkb (back, bytes, length, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (back->n_parts, ==, 2);
    g_assert_cmpmem (back->x, back->n_vertices * 8, shapes->x, shapes->n_vertices * 8);
    /* Every truncation is refused and leaves the table as it was. */
    for (gsize cut = 0; cut < length; cut++) {
        g_autoptr (GError) problem = NULL;
        g_assert_false (cg_shapes_add_wkb (back, bytes, cut, &problem));
        g_assert_error (problem, CG_ERROR, CG_ERROR_GEOMETRY);
        g_assert_cmpuint (back->n_vertices, ==, 15);
        g_assert_cmpuint (back->n_shapes, ==, 1);
    }
}

static void
put (GByteArray *out, guint32 value)
{
    value = GUINT32_TO_LE (value);
    g_byte_array_append (out, (guint8 *) &value, 4);
}

static void
test_wkb_depth (void)
{
    g_autoptr (GByteArray) deep = g_byte_array_new ();
    for (int i = 0; i < 100000; i++) {
        g_byte_array_append (deep, (const guint8 *) "\1", 1);
        put (deep, 7);
        put (deep, 1);
    }
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    g_assert_false (cg_shapes_add_wkb (shapes, deep->data, deep->len, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
}

/* A polygon of one ring of n points from xy, little-endian, optionally with Z. */
static gboolean
add_polygon (CgShapes *shapes, const double *xy, guint32 n, gboolean z, GError **error)
{
    g_autoptr (GByteArray) wkb = g_byte_array_new ();
    g_byte_array_append (wkb, (const guint8 *) "\1", 1);
    put (wkb, z ? 1003 : 3);
    put (wkb, 1);
    put (wkb, n);
    double height = 7;
    for (guint32 i = 0; i < n; i++) {
        g_byte_array_append (wkb, (const guint8 *) (xy + 2 * i), 16);
        if (z)
            g_byte_array_append (wkb, (const guint8 *) &height, 8);
    }
    return cg_shapes_add_wkb (shapes, wkb->data, wkb->len, error);
}

static void
test_wkb_bad_rings (void)
{
    const double open[] = { 0, 0, 1, 0, 1, 1, 0, 1 };
    const double nan_ring[] = { 0, 0, 1, 0, NAN, 1, 0, 0 };
    const double good[] = { 0, 0, 1, 0, 1, 1, 0, 0 };
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
    GError *error = NULL;
    g_assert_false (add_polygon (shapes, open, 4, FALSE, &error));
    g_assert_nonnull (strstr (error->message, "not closed"));
    g_clear_error (&error);
    g_assert_false (add_polygon (shapes, good, 3, FALSE, &error));
    g_clear_error (&error);
    g_assert_false (add_polygon (shapes, nan_ring, 4, FALSE, &error));
    g_assert_nonnull (strstr (error->message, "nan"));
    g_clear_error (&error);
    g_assert_true (add_polygon (shapes, good, 4, TRUE, &error));
    g_assert_cmpfloat (cg_shapes_area (shapes, 0), ==, 0.5);
}

static void
test_names (void)
{
    g_autoptr (CgNames) names = cg_names_new ();
    g_assert_cmpuint (cg_names_add (names, "a"), ==, 0);
    g_assert_cmpuint (cg_names_add (names, "b"), ==, 1);
    g_assert_cmpuint (cg_names_add (names, "a"), ==, 0);
    g_assert_cmpuint (cg_names_find (names, "c"), ==, CG_NONE);
    g_assert_cmpstr (cg_names_get (names, CG_NONE), ==, "");
    CgLevel level;
    g_assert_true (cg_level_parse ("街道", &level) && level == CG_LEVEL_TOWN);
    g_assert_false (cg_level_parse ("galaxy", &level));
    CgUnitKind kind;
    g_assert_true (cg_unit_kind_parse ("专属", &kind) && kind == CG_UNIT_DEDICATED);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/model/shapes/measures", test_measures);
    g_test_add_func ("/model/wkb/round-trip", test_wkb_round_trip);
    g_test_add_func ("/model/wkb/depth", test_wkb_depth);
    g_test_add_func ("/model/wkb/bad-rings", test_wkb_bad_rings);
    g_test_add_func ("/model/names", test_names);
    return g_test_run ();
}
