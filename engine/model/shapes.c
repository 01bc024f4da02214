#include "model/shapes.h"

#include <math.h>
#include <string.h>

/* Grows an array to hold at least `need` items; doubles, so adding n items costs O(n). */
static void
grow (gpointer array, guint32 *room, guint32 need, gsize size)
{
    if (need <= *room)
        return;
    guint32 wanted = MAX (16, *room);
    while (wanted < need)
        wanted = wanted > G_MAXUINT32 / 2 ? need : wanted * 2;
    gpointer *target = array;
    *target = g_realloc_n (*target, wanted, size);
    *room = wanted;
}

CgShapes *
cg_shapes_new (CgShapesKind kind)
{
    CgShapes *shapes = g_new0 (CgShapes, 1);
    shapes->kind = kind;
    grow (&shapes->shape_part, &shapes->shapes_room, 1, sizeof (guint32));
    grow (&shapes->part_ring, &shapes->parts_room, 1, sizeof (guint32));
    grow (&shapes->ring_vertex, &shapes->rings_room, 1, sizeof (guint32));
    shapes->shape_part[0] = shapes->part_ring[0] = shapes->ring_vertex[0] = 0;
    return shapes;
}

void
cg_shapes_free (CgShapes *shapes)
{
    if (shapes == NULL)
        return;
    g_free (shapes->shape_part);
    g_free (shapes->part_ring);
    g_free (shapes->ring_vertex);
    g_free (shapes->x);
    g_free (shapes->y);
    g_free (shapes);
}

CgShapes *
cg_shapes_copy (const CgShapes *shapes)
{
    CgShapes *copy = g_memdup2 (shapes, sizeof *shapes);
    copy->shape_part = g_memdup2 (shapes->shape_part, (shapes->n_shapes + 1) * sizeof (guint32));
    copy->part_ring = g_memdup2 (shapes->part_ring, (shapes->n_parts + 1) * sizeof (guint32));
    copy->ring_vertex = g_memdup2 (shapes->ring_vertex, (shapes->n_rings + 1) * sizeof (guint32));
    copy->x = g_memdup2 (shapes->x, shapes->n_vertices * sizeof (double));
    copy->y = g_memdup2 (shapes->y, shapes->n_vertices * sizeof (double));
    copy->shapes_room = shapes->n_shapes + 1;
    copy->parts_room = shapes->n_parts + 1;
    copy->rings_room = shapes->n_rings + 1;
    copy->vertices_room = shapes->n_vertices;
    return copy;
}

void
cg_shapes_add_vertex (CgShapes *shapes, double x, double y)
{
    if (shapes->n_vertices == shapes->vertices_room) {
        guint32 room = shapes->vertices_room;
        grow (&shapes->x, &room, shapes->n_vertices + 1, sizeof (double));
        grow (&shapes->y, &shapes->vertices_room, shapes->n_vertices + 1, sizeof (double));
    }
    shapes->x[shapes->n_vertices] = x;
    shapes->y[shapes->n_vertices++] = y;
}

void
cg_shapes_end_ring (CgShapes *shapes)
{
    grow (&shapes->ring_vertex, &shapes->rings_room, shapes->n_rings + 2, sizeof (guint32));
    shapes->ring_vertex[++shapes->n_rings] = shapes->n_vertices;
}

void
cg_shapes_end_part (CgShapes *shapes)
{
    grow (&shapes->part_ring, &shapes->parts_room, shapes->n_parts + 2, sizeof (guint32));
    shapes->part_ring[++shapes->n_parts] = shapes->n_rings;
}

void
cg_shapes_end_shape (CgShapes *shapes)
{
    grow (&shapes->shape_part, &shapes->shapes_room, shapes->n_shapes + 2, sizeof (guint32));
    shapes->shape_part[++shapes->n_shapes] = shapes->n_parts;
}

void
cg_shapes_add_point (CgShapes *shapes, double x, double y)
{
    cg_shapes_add_vertex (shapes, x, y);
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
}

void
cg_shapes_add_shape (CgShapes *shapes, const CgShapes *other, guint32 i)
{
    g_return_if_fail (shapes->kind == other->kind && i < other->n_shapes);
    for (guint32 p = other->shape_part[i]; p < other->shape_part[i + 1]; p++) {
        for (guint32 r = other->part_ring[p]; r < other->part_ring[p + 1]; r++) {
            for (guint32 v = other->ring_vertex[r]; v < other->ring_vertex[r + 1]; v++)
                cg_shapes_add_vertex (shapes, other->x[v], other->y[v]);
            cg_shapes_end_ring (shapes);
        }
        cg_shapes_end_part (shapes);
    }
    cg_shapes_end_shape (shapes);
}

void
cg_shapes_rewind (CgShapes *shapes)
{
    shapes->n_parts = shapes->shape_part[shapes->n_shapes];
    shapes->n_rings = shapes->part_ring[shapes->n_parts];
    shapes->n_vertices = shapes->ring_vertex[shapes->n_rings];
}

gboolean
cg_box_is_empty (const CgBox *box)
{
    return box->x_min > box->x_max || box->y_min > box->y_max;
}

void
cg_box_add (CgBox *box, double x, double y)
{
    box->x_min = MIN (box->x_min, x);
    box->y_min = MIN (box->y_min, y);
    box->x_max = MAX (box->x_max, x);
    box->y_max = MAX (box->y_max, y);
}

void
cg_box_join (CgBox *box, const CgBox *other)
{
    if (cg_box_is_empty (other))
        return;
    cg_box_add (box, other->x_min, other->y_min);
    cg_box_add (box, other->x_max, other->y_max);
}

gboolean
cg_box_meets (const CgBox *a, const CgBox *b)
{
    return a->x_min <= b->x_max && b->x_min <= a->x_max && a->y_min <= b->y_max &&
           b->y_min <= a->y_max;
}

/* First and one past the last vertex of shape i: its parts and rings lie one after the other. */
static void
vertex_range (const CgShapes *shapes, guint32 i, guint32 *out_first, guint32 *out_end)
{
    *out_first = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i]]];
    *out_end = shapes->ring_vertex[shapes->part_ring[shapes->shape_part[i + 1]]];
}

CgBox
cg_shapes_box (const CgShapes *shapes, guint32 i)
{
    CgBox box = CG_BOX_EMPTY;
    guint32 first, end;
    vertex_range (shapes, i, &first, &end);
    for (guint32 v = first; v < end; v++)
        cg_box_add (&box, shapes->x[v], shapes->y[v]);
    return box;
}

CgBox
cg_shapes_box_all (const CgShapes *shapes)
{
    CgBox box = CG_BOX_EMPTY;
    for (guint32 v = 0; v < shapes->n_vertices; v++)
        cg_box_add (&box, shapes->x[v], shapes->y[v]);
    return box;
}

double
cg_shapes_ring_area (const CgShapes *shapes, guint32 ring)
{
    guint32 first = shapes->ring_vertex[ring], end = shapes->ring_vertex[ring + 1];
    double sum = 0;
    /* Relative to the first vertex: coordinates of millions of metres would eat the digits. */
    for (guint32 v = first; v + 1 < end; v++) {
        double ax = shapes->x[v] - shapes->x[first], ay = shapes->y[v] - shapes->y[first];
        double bx = shapes->x[v + 1] - shapes->x[first], by = shapes->y[v + 1] - shapes->y[first];
        sum += ax * by - bx * ay;
    }
    return sum / 2;
}

double
cg_shapes_area (const CgShapes *shapes, guint32 i)
{
    if (shapes->kind != CG_SHAPES_AREA)
        return 0;
    double area = 0;
    for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++)
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++) {
            double ring = fabs (cg_shapes_ring_area (shapes, r));
            area += r == shapes->part_ring[p] ? ring : -ring;
        }
    return MAX (area, 0);
}

double
cg_shapes_length (const CgShapes *shapes, guint32 i)
{
    double length = 0;
    guint32 first_ring = shapes->part_ring[shapes->shape_part[i]];
    guint32 end_ring = shapes->part_ring[shapes->shape_part[i + 1]];
    for (guint32 r = first_ring; r < end_ring; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++)
            length += hypot (shapes->x[v + 1] - shapes->x[v], shapes->y[v + 1] - shapes->y[v]);
    return length;
}

/* Adds the moments of one ring about the origin (x0, y0); sign makes holes count against. */
static void
add_ring_moments (const CgShapes *shapes, guint32 ring, double x0, double y0, double sign,
                  double *area, double *mx, double *my)
{
    for (guint32 v = shapes->ring_vertex[ring]; v + 1 < shapes->ring_vertex[ring + 1]; v++) {
        double ax = shapes->x[v] - x0, ay = shapes->y[v] - y0;
        double bx = shapes->x[v + 1] - x0, by = shapes->y[v + 1] - y0;
        double cross = sign * (ax * by - bx * ay);
        *area += cross / 2;
        *mx += cross * (ax + bx) / 6;
        *my += cross * (ay + by) / 6;
    }
}

static gboolean
area_centroid (const CgShapes *shapes, guint32 i, double x0, double y0, double *out_x,
               double *out_y)
{
    double area = 0, mx = 0, my = 0;
    for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++)
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++) {
            double direction = cg_shapes_ring_area (shapes, r) < 0 ? -1 : 1;
            double sign = r == shapes->part_ring[p] ? direction : -direction;
            add_ring_moments (shapes, r, x0, y0, sign, &area, &mx, &my);
        }
    if (!(area > 0))
        return FALSE;
    *out_x = x0 + mx / area;
    *out_y = y0 + my / area;
    return TRUE;
}

static gboolean
line_centroid (const CgShapes *shapes, guint32 i, double *out_x, double *out_y)
{
    double sum = 0, mx = 0, my = 0;
    guint32 first_ring = shapes->part_ring[shapes->shape_part[i]];
    guint32 end_ring = shapes->part_ring[shapes->shape_part[i + 1]];
    for (guint32 r = first_ring; r < end_ring; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
            double length =
                hypot (shapes->x[v + 1] - shapes->x[v], shapes->y[v + 1] - shapes->y[v]);
            sum += length;
            mx += length * (shapes->x[v] + shapes->x[v + 1]) / 2;
            my += length * (shapes->y[v] + shapes->y[v + 1]) / 2;
        }
    if (!(sum > 0))
        return FALSE;
    *out_x = mx / sum;
    *out_y = my / sum;
    return TRUE;
}

void
cg_shapes_centroid (const CgShapes *shapes, guint32 i, double *out_x, double *out_y)
{
    guint32 first, end;
    vertex_range (shapes, i, &first, &end);
    *out_x = *out_y = NAN;
    if (first == end)
        return;
    if (shapes->kind == CG_SHAPES_AREA &&
        area_centroid (shapes, i, shapes->x[first], shapes->y[first], out_x, out_y))
        return;
    if (shapes->kind != CG_SHAPES_POINT && line_centroid (shapes, i, out_x, out_y))
        return;
    double sx = 0, sy = 0;
    for (guint32 v = first; v < end; v++) {
        sx += shapes->x[v];
        sy += shapes->y[v];
    }
    *out_x = sx / (end - first);
    *out_y = sy / (end - first);
}

gboolean
cg_shapes_holds (const CgShapes *areas, guint32 i, double x, double y)
{
    gboolean inside = FALSE;
    guint32 from = areas->part_ring[areas->shape_part[i]],
            to = areas->part_ring[areas->shape_part[i + 1]];
    for (guint32 r = from; r < to; r++)
        for (guint32 v = areas->ring_vertex[r] + 1; v < areas->ring_vertex[r + 1]; v++) {
            double x0 = areas->x[v - 1], y0 = areas->y[v - 1], x1 = areas->x[v], y1 = areas->y[v];
            if ((y0 > y) != (y1 > y) && x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
                inside = !inside;
        }
    return inside;
}
