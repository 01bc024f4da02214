/* Guards between the reader of a format and our tables: type, size, finite coordinates, closed
 * rings. */
#include <math.h>
#include <string.h>

#include "import/table.h"
#include "normalise/repair.h"

#define AT_GEOMETRY CG_N_FIELDS

static gboolean
refuse (CgTable *table, guint32 i, const char *code, const char *text)
{
    cg_table_fault (table, i, AT_GEOMETRY, code, "%s", text);
    return FALSE;
}

/* Appends the vertices of one point, line or ring; least is 4, 2 or 1. */
static gboolean
take_ring (CgTable *table, guint32 i, CgShapes *shapes, OGRGeometryH ring, int least)
{
    int n = OGR_G_GetPointCount (ring);
    if ((guint32) n > CG_SHAPES_MAX_RING_VERTICES)
        return refuse (table, i, "TOO_MANY_VERTICES", "a ring has more than 1000000 vertices");
    if (shapes->n_vertices + (guint32) n > CG_SHAPES_MAX_VERTICES)
        return refuse (table, i, "TOO_MANY_VERTICES", "the file has more than 200000000 vertices");
    if (n < MIN (least, 2) || n == 0)
        return refuse (table, i, "SHORT_RING",
                       least == 4 ? "a ring has fewer than 4 vertices" : "a line has fewer than 2");
    g_autofree double *x = g_new (double, (gsize) n), *y = g_new (double, (gsize) n);
    OGR_G_GetPoints (ring, x, sizeof (double), y, sizeof (double), NULL, 0);
    for (int v = 0; v < n; v++)
        if (!isfinite (x[v]) || !isfinite (y[v]))
            return refuse (table, i, "NOT_FINITE", "a coordinate is NaN or infinite");
    if (least == 4 && (x[0] != x[n - 1] || y[0] != y[n - 1]))
        return refuse (table, i, "UNCLOSED_RING",
                       "a ring does not end where it begins: repeat its first vertex at its end");
    if (n < least)
        return refuse (table, i, "SHORT_RING",
                       least == 4 ? "a ring has fewer than 4 vertices" : "a line has fewer than 2");
    for (int v = 0; v < n; v++)
        cg_shapes_add_vertex (shapes, x[v], y[v]);
    cg_shapes_end_ring (shapes);
    return TRUE;
}

static gboolean
take_part (CgTable *table, guint32 i, CgShapes *shapes, OGRGeometryH part)
{
    if (OGR_G_IsEmpty (part))
        return refuse (table, i, "BAD_GEOMETRY", "a part of the geometry is empty");
    if (shapes->kind != CG_SHAPES_AREA) {
        if (!take_ring (table, i, shapes, part, shapes->kind == CG_SHAPES_LINE ? 2 : 1))
            return FALSE;
        cg_shapes_end_part (shapes);
        return TRUE;
    }
    int n_rings = OGR_G_GetGeometryCount (part);
    for (int r = 0; r < n_rings; r++)
        if (!take_ring (table, i, shapes, OGR_G_GetGeometryRef (part, r), 4))
            return FALSE;
    if (n_rings == 0)
        return refuse (table, i, "BAD_GEOMETRY", "a part of the geometry is empty");
    cg_shapes_end_part (shapes);
    return TRUE;
}

/* Kind of a single or multi type; -1 for curves, collections and surfaces. */
static int
kind_of (OGRwkbGeometryType type, gboolean *out_multi)
{
    *out_multi = type == wkbMultiPoint || type == wkbMultiLineString || type == wkbMultiPolygon;
    switch (type) {
    case wkbPoint:
    case wkbMultiPoint:
        return CG_SHAPES_POINT;
    case wkbLineString:
    case wkbMultiLineString:
        return CG_SHAPES_LINE;
    case wkbPolygon:
    case wkbMultiPolygon:
        return CG_SHAPES_AREA;
    default:
        return -1;
    }
}

static gboolean
check_kind (CgTable *table, guint32 i, OGRGeometryH geometry, int kind)
{
    static const char *wanted[] = {
        "",      "points",          "lines",          "points or lines",
        "areas", "points or areas", "lines or areas", "points, lines or areas"
    };
    if (kind >= 0 && (table->take & CG_TAKE (kind)) != 0)
        return TRUE;
    cg_table_fault (table, i, AT_GEOMETRY, "GEOMETRY_TYPE", "%s where %s are needed%s",
                    OGR_G_GetGeometryName (geometry), wanted[table->take & 7],
                    kind < 0 ? "; curves and collections must be taken apart before" : "");
    return FALSE;
}

/* Repeated vertices go now, so that no later step meets segments of length zero. */
static void
drop_repeats (CgTable *table, CgShapes *shapes)
{
    guint32 last = shapes->n_shapes - 1, dropped = 0;
    for (guint32 v = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[last]]] + 1;
         v < shapes->n_vertices; v++)
        dropped += shapes->x[v] == shapes->x[v - 1] && shapes->y[v] == shapes->y[v - 1];
    if (dropped == 0 || shapes->kind == CG_SHAPES_POINT)
        return;
    g_autoptr (CgShapes) clean = cg_shapes_new (shapes->kind);
    guint32 left_out = cg_repair_copy_without_repeats (shapes, last, clean);
    if (left_out == 0)
        return;
    table->n_repeats += left_out;
    shapes->n_shapes--;
    shapes->n_parts = shapes->shape_part[last];
    shapes->n_rings = shapes->part_ring[shapes->n_parts];
    shapes->n_vertices = shapes->ring_vertex[shapes->n_rings];
    cg_shapes_add_shape (shapes, clean, 0);
}

/* The first vertex, for findings about the row. */
static void
note_place (CgTableRow *row, OGRGeometryH geometry)
{
    while (OGR_G_GetGeometryCount (geometry) > 0)
        geometry = OGR_G_GetGeometryRef (geometry, 0);
    if (OGR_G_GetPointCount (geometry) == 0)
        return;
    double x = OGR_G_GetX (geometry, 0), y = OGR_G_GetY (geometry, 0);
    row->x = isfinite (x) && isfinite (y) ? x : NAN;
    row->y = isfinite (x) && isfinite (y) ? y : NAN;
}

void
cg_table_take_geometry (CgTable *table, guint32 i, OGRGeometryH geometry)
{
    CgTableRow *row = cg_table_row (table, i);
    gboolean multi;
    if (geometry == NULL || OGR_G_IsEmpty (geometry))
        return;
    note_place (row, geometry);
    int kind = kind_of (wkbFlatten (OGR_G_GetGeometryType (geometry)), &multi);
    if (!check_kind (table, i, geometry, kind))
        return;
    if (table->shapes[kind] == NULL)
        table->shapes[kind] = cg_shapes_new ((CgShapesKind) kind);
    CgShapes *shapes = table->shapes[kind];
    gboolean good = TRUE;
    int n_parts = multi ? OGR_G_GetGeometryCount (geometry) : 1;
    for (int p = 0; p < n_parts && good; p++)
        good = take_part (table, i, shapes, multi ? OGR_G_GetGeometryRef (geometry, p) : geometry);
    if (!good) {
        cg_shapes_rewind (shapes);
        return;
    }
    cg_shapes_end_shape (shapes);
    drop_repeats (table, shapes);
    table->n_z += OGR_G_Is3D (geometry) || OGR_G_IsMeasured (geometry);
    row->kind = (guint8) kind;
    row->shape = shapes->n_shapes - 1;
}

/* The parser of the library recurses with each bracket and builds the whole geometry: depth and
 * size are counted before. */
static gboolean
guard_wkt (CgTable *table, guint32 i, const char *text)
{
    guint depth = 0, commas = 0;
    for (const char *at = text; *at != '\0'; at++) {
        depth += *at == '(';
        depth -= *at == ')' && depth > 0;
        commas = *at == ',' ? commas + 1 : *at == '(' || *at == ')' ? 0 : commas;
        if (depth > 4)
            return refuse (table, i, "TOO_DEEP", "the text nests deeper than a multi-polygon");
        if (commas >= CG_SHAPES_MAX_RING_VERTICES)
            return refuse (table, i, "TOO_MANY_VERTICES", "a ring has more than 1000000 vertices");
    }
    if (strpbrk (text, ";=") != NULL)
        return refuse (table, i, "BAD_GEOMETRY", "plain well-known text is needed");
    return TRUE;
}

static gboolean
has_word (const char *text, const char *word)
{
    g_autofree char *lower = g_ascii_strdown (text, -1);
    return strstr (lower, word) != NULL;
}

void
cg_table_take_wkt (CgTable *table, guint32 i, const char *text)
{
    if (!guard_wkt (table, i, text))
        return;
    /* "nan" and "inf" occur in no type name and in no number. */
    if (has_word (text, "nan") || has_word (text, "inf")) {
        refuse (table, i, "NOT_FINITE", "a coordinate is NaN or infinite");
        return;
    }
    OGRGeometryH geometry = NULL;
    g_autofree char *copy = g_strdup (text);
    char *rest = copy;
    OGRErr result = OGR_G_CreateFromWkt (&rest, NULL, &geometry);
    while (result == OGRERR_NONE && *rest == ' ')
        rest++;
    if (result != OGRERR_NONE || *rest != '\0')
        refuse (table, i, "BAD_GEOMETRY", "this is no well-known text of a geometry");
    else
        cg_table_take_geometry (table, i, geometry);
    OGR_G_DestroyGeometry (geometry);
}
