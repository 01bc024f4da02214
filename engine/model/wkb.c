/* Well-known binary, read with every length checked before it is believed, and written. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/shapes.h"

enum {
    WKB_POINT = 1,
    WKB_LINE,
    WKB_POLYGON,
    WKB_MULTIPOINT,
    WKB_MULTILINE,
    WKB_MULTIPOLYGON,
    WKB_COLLECTION
};

typedef struct {
    const guint8 *at, *end;
    gboolean swap;    /* bytes of the current geometry are big-endian */
    guint dimensions; /* 2..4 doubles a vertex                        */
    CgShapes *shapes;
} Reader;

static gboolean
fail (GError **error, CgError code, const char *text)
{
    g_set_error_literal (error, CG_ERROR, code, text);
    return FALSE;
}

static gboolean
read_uint32 (Reader *reader, guint32 *out, GError **error)
{
    if (reader->end - reader->at < 4)
        return fail (error, CG_ERROR_GEOMETRY, "geometry ends too early");
    guint32 value;
    memcpy (&value, reader->at, 4);
    reader->at += 4;
    *out = reader->swap ? GUINT32_FROM_BE (value) : GUINT32_FROM_LE (value);
    return TRUE;
}

static double
take_double (Reader *reader)
{
    guint64 bits;
    double value;
    memcpy (&bits, reader->at, 8);
    reader->at += 8;
    bits = reader->swap ? GUINT64_FROM_BE (bits) : GUINT64_FROM_LE (bits);
    memcpy (&value, &bits, 8);
    return value;
}

static gboolean
read_vertices (Reader *reader, guint32 n, GError **error)
{
    gsize stride = 8 * (gsize) reader->dimensions;
    if (n > CG_SHAPES_MAX_RING_VERTICES) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "a ring of %u vertices, at most %u are taken",
                     n, CG_SHAPES_MAX_RING_VERTICES);
        return FALSE;
    }
    if ((gsize) (reader->end - reader->at) < n * stride)
        return fail (error, CG_ERROR_GEOMETRY, "geometry ends too early");
    if ((guint64) reader->shapes->n_vertices + n > CG_SHAPES_MAX_VERTICES)
        return fail (error, CG_ERROR_LIMIT, "too many vertices in one table");
    for (guint32 i = 0; i < n; i++) {
        const guint8 *next = reader->at + stride;
        double x = take_double (reader), y = take_double (reader);
        reader->at = next;
        if (!isfinite (x) || !isfinite (y)) {
            g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "vertex %u has the coordinates %g, %g",
                         i + 1, x, y);
            return FALSE;
        }
        cg_shapes_add_vertex (reader->shapes, x, y);
    }
    return TRUE;
}

static gboolean
check_ring (const CgShapes *shapes, guint32 first, GError **error)
{
    guint32 n = shapes->n_vertices - first, last = shapes->n_vertices - 1;
    if (n >= 1 && (shapes->x[first] != shapes->x[last] || shapes->y[first] != shapes->y[last])) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                     "ring not closed: it begins at %.10g %.10g and ends at %.10g %.10g",
                     shapes->x[first], shapes->y[first], shapes->x[last], shapes->y[last]);
        return FALSE;
    }
    if (n < 4) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                     "ring of %u points, a polygon needs 4 or more", n);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_polygon (Reader *reader, GError **error)
{
    guint32 n_rings, n;
    if (!read_uint32 (reader, &n_rings, error))
        return FALSE;
    if (n_rings > (gsize) (reader->end - reader->at) / 4)
        return fail (error, CG_ERROR_GEOMETRY, "geometry ends too early");
    for (guint32 r = 0; r < n_rings; r++) {
        guint32 first = reader->shapes->n_vertices;
        if (!read_uint32 (reader, &n, error) || !read_vertices (reader, n, error) ||
            !check_ring (reader->shapes, first, error))
            return FALSE;
        cg_shapes_end_ring (reader->shapes);
    }
    if (n_rings > 0)
        cg_shapes_end_part (reader->shapes);
    return TRUE;
}

static gboolean
read_line (Reader *reader, GError **error)
{
    guint32 n;
    if (!read_uint32 (reader, &n, error) || !read_vertices (reader, n, error))
        return FALSE;
    if (n == 1)
        return fail (error, CG_ERROR_GEOMETRY, "line of one point");
    if (n >= 2) {
        cg_shapes_end_ring (reader->shapes);
        cg_shapes_end_part (reader->shapes);
    }
    return TRUE;
}

static gboolean
read_point (Reader *reader, GError **error)
{
    const guint8 *start = reader->at;
    if ((gsize) (reader->end - reader->at) >= 16) {
        /* An empty point is written as two NaN. */
        double x = take_double (reader), y = take_double (reader);
        reader->at = start;
        if (isnan (x) && isnan (y) &&
            (gsize) (reader->end - start) >= 8 * (gsize) reader->dimensions) {
            reader->at += 8 * reader->dimensions;
            return TRUE;
        }
    }
    if (!read_vertices (reader, 1, error))
        return FALSE;
    cg_shapes_end_ring (reader->shapes);
    cg_shapes_end_part (reader->shapes);
    return TRUE;
}

/* Byte order, type with its dimensions (ISO thousands or extended flags), optional SRID. */
static gboolean
read_header (Reader *reader, guint32 *out_type, GError **error)
{
    if (reader->at >= reader->end)
        return fail (error, CG_ERROR_GEOMETRY, "geometry ends too early");
    guint8 order = *reader->at++;
    if (order > 1)
        return fail (error, CG_ERROR_GEOMETRY, "not well-known binary");
    reader->swap = order == 0;
    guint32 type, srid;
    if (!read_uint32 (reader, &type, error))
        return FALSE;
    guint32 z = type & 0x80000000u, m = type & 0x40000000u, s = type & 0x20000000u;
    type &= 0x1fffffffu;
    guint32 thousands = type / 1000;
    if (thousands > 3)
        return fail (error, CG_ERROR_GEOMETRY, "unknown kind of geometry");
    reader->dimensions = 2 + (z || thousands == 1 || thousands == 3) + (m || thousands >= 2);
    *out_type = type % 1000;
    return s == 0 || read_uint32 (reader, &srid, error);
}

static const char *
type_name (guint32 type)
{
    static const char *const names[] = { "geometry",   "point",     "line",         "polygon",
                                         "multipoint", "multiline", "multipolygon", "collection" };
    return type < G_N_ELEMENTS (names) ? names[type] : "curve or surface";
}

static gboolean
read_geometry (Reader *reader, guint depth, GError **error)
{
    static const guint32 single[] = {
        [CG_SHAPES_POINT] = WKB_POINT, [CG_SHAPES_LINE] = WKB_LINE, [CG_SHAPES_AREA] = WKB_POLYGON
    };
    if (depth > CG_SHAPES_MAX_DEPTH)
        return fail (error, CG_ERROR_LIMIT, "geometry nested too deep");
    guint32 type, n;
    if (!read_header (reader, &type, error))
        return FALSE;
    guint32 wanted = single[reader->shapes->kind];
    if (type == WKB_COLLECTION || type == wanted + 3) {
        if (!read_uint32 (reader, &n, error))
            return FALSE;
        for (guint32 i = 0; i < n; i++)
            if (!read_geometry (reader, depth + 1, error))
                return FALSE;
        return TRUE;
    }
    if (type != wanted) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "a %s where a %s is wanted",
                     type_name (type), type_name (wanted));
        return FALSE;
    }
    return type == WKB_POINT  ? read_point (reader, error)
           : type == WKB_LINE ? read_line (reader, error)
                              : read_polygon (reader, error);
}

gboolean
cg_shapes_add_wkb (CgShapes *shapes, const guint8 *wkb, gsize length, GError **error)
{
    Reader reader = { .at = wkb, .end = wkb + length, .shapes = shapes };
    if (!read_geometry (&reader, 0, error)) {
        cg_shapes_rewind (shapes);
        return FALSE;
    }
    if (reader.at != reader.end) {
        cg_shapes_rewind (shapes);
        return fail (error, CG_ERROR_GEOMETRY, "bytes left over behind the geometry");
    }
    cg_shapes_end_shape (shapes);
    return TRUE;
}

static void
put_uint32 (GByteArray *out, guint32 value)
{
    value = GUINT32_TO_LE (value);
    g_byte_array_append (out, (const guint8 *) &value, 4);
}

static void
put_header (GByteArray *out, guint32 type)
{
    guint8 little_endian = 1;
    g_byte_array_append (out, &little_endian, 1);
    put_uint32 (out, type);
}

static void
put_vertices (GByteArray *out, const CgShapes *shapes, guint32 ring)
{
    for (guint32 v = shapes->ring_vertex[ring]; v < shapes->ring_vertex[ring + 1]; v++) {
        double pair[2] = { shapes->x[v], shapes->y[v] };
        guint64 bits[2];
        memcpy (bits, pair, sizeof bits);
        bits[0] = GUINT64_TO_LE (bits[0]);
        bits[1] = GUINT64_TO_LE (bits[1]);
        g_byte_array_append (out, (const guint8 *) bits, sizeof bits);
    }
}

static void
put_part (GByteArray *out, const CgShapes *shapes, guint32 part)
{
    guint32 first = shapes->part_ring[part], end = shapes->part_ring[part + 1];
    put_header (out, WKB_POINT + shapes->kind);
    if (shapes->kind == CG_SHAPES_AREA)
        put_uint32 (out, end - first);
    for (guint32 r = first; r < end; r++) {
        if (shapes->kind != CG_SHAPES_POINT)
            put_uint32 (out, shapes->ring_vertex[r + 1] - shapes->ring_vertex[r]);
        put_vertices (out, shapes, r);
    }
}

GBytes *
cg_shapes_get_wkb (const CgShapes *shapes, guint32 i, gboolean multi)
{
    g_return_val_if_fail (i < shapes->n_shapes, NULL);
    guint32 first = shapes->shape_part[i], end = shapes->shape_part[i + 1];
    GByteArray *out = g_byte_array_new ();
    if (multi || end - first != 1) {
        put_header (out, WKB_MULTIPOINT + shapes->kind);
        put_uint32 (out, end - first);
    }
    for (guint32 p = first; p < end; p++)
        put_part (out, shapes, p);
    return g_byte_array_free_to_bytes (out);
}
