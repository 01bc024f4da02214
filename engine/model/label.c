/* Where the label of an area goes: the centre of its largest inscribed circle, nearly. */
#include <math.h>

#include "model/shapes.h"

typedef struct {
    double x, y, half; /* square cell: centre and half side        */
    double distance;   /* of the centre to the outline, < 0 outside */
    double best;       /* no point of the cell can be farther in    */
    guint32 order;     /* ties: first made, first taken             */
} Cell;

static double
segment_distance2 (double px, double py, double ax, double ay, double bx, double by)
{
    double dx = bx - ax, dy = by - ay, length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? ((px - ax) * dx + (py - ay) * dy) / length2 : 0;
    t = CLAMP (t, 0, 1);
    dx = px - (ax + t * dx);
    dy = py - (ay + t * dy);
    return dx * dx + dy * dy;
}

/* Distance of (x, y) to the outline of a part; negative outside. */
static double
signed_distance (const CgShapes *shapes, guint32 part, double x, double y)
{
    gboolean inside = FALSE;
    double nearest2 = G_MAXDOUBLE;
    guint32 first = shapes->ring_vertex[shapes->part_ring[part]];
    guint32 end = shapes->ring_vertex[shapes->part_ring[part + 1]];
    guint32 ring = shapes->part_ring[part];
    for (guint32 v = first; v + 1 < end; v++) {
        if (v + 1 == shapes->ring_vertex[ring + 1]) {
            ring++;
            continue;
        }
        double ax = shapes->x[v], ay = shapes->y[v], bx = shapes->x[v + 1], by = shapes->y[v + 1];
        if ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax)
            inside = !inside;
        double distance2 = segment_distance2 (x, y, ax, ay, bx, by);
        nearest2 = MIN (nearest2, distance2);
    }
    return inside ? sqrt (nearest2) : -sqrt (nearest2);
}

/* A total order, so that any queue gives the cells in the same one. */
static gboolean
comes_before (const Cell *p, const Cell *q)
{
    return p->best != q->best ? p->best > q->best : p->order < q->order;
}

/* A binary heap: the first cell to come is row 0. */
static void
push_cell (GArray *heap, const Cell *cell)
{
    g_array_append_val (heap, *cell);
    Cell *row = (Cell *) (gpointer) heap->data;
    guint at = heap->len - 1;
    for (; at > 0 && comes_before (cell, &row[(at - 1) / 2]); at = (at - 1) / 2)
        row[at] = row[(at - 1) / 2];
    row[at] = *cell;
}

static Cell
pop_cell (GArray *heap)
{
    Cell *row = (Cell *) (gpointer) heap->data, first = row[0], last = row[heap->len - 1];
    guint n = heap->len - 1, at = 0;
    g_array_set_size (heap, n);
    for (guint child = 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && comes_before (&row[child + 1], &row[child]))
            child++;
        if (!comes_before (&row[child], &last))
            break;
        row[at] = row[child];
        at = child;
    }
    if (n > 0)
        row[at] = last;
    return first;
}

static Cell
make_cell (const CgShapes *shapes, guint32 part, double x, double y, double half, guint32 order)
{
    Cell cell = { .x = x, .y = y, .half = half, .order = order };
    cell.distance = signed_distance (shapes, part, x, y);
    cell.best = cell.distance + half * G_SQRT2;
    return cell;
}

static guint32
largest_part (const CgShapes *shapes, guint32 i)
{
    guint32 best = shapes->shape_part[i];
    double best_area = -1;
    for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++) {
        double area = fabs (cg_shapes_ring_area (shapes, shapes->part_ring[p]));
        if (area > best_area) {
            best_area = area;
            best = p;
        }
    }
    return best;
}

static CgBox
part_box (const CgShapes *shapes, guint32 part)
{
    CgBox box = CG_BOX_EMPTY;
    guint32 ring = shapes->part_ring[part];
    for (guint32 v = shapes->ring_vertex[ring]; v < shapes->ring_vertex[ring + 1]; v++)
        cg_box_add (&box, shapes->x[v], shapes->y[v]);
    return box;
}

/* Splits the most promising cell until no cell can beat the best point by more than `precision`. */
static Cell
refine (const CgShapes *shapes, guint32 part, const CgBox *box, double precision)
{
    double width = box->x_max - box->x_min, height = box->y_max - box->y_min;
    double x = (box->x_min + box->x_max) / 2, y = (box->y_min + box->y_max) / 2;
    guint32 order = 0;
    g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (Cell));
    Cell best = make_cell (shapes, part, x, y, MAX (width, height) / 2, order++);
    push_cell (queue, &best);
    while (queue->len > 0 && order < 4000) {
        Cell cell = pop_cell (queue);
        if (cell.best - best.distance <= precision)
            break;
        for (int k = 0; k < 4; k++) {
            double half = cell.half / 2;
            Cell child = make_cell (shapes, part, cell.x + (k & 1 ? half : -half),
                                    cell.y + (k & 2 ? half : -half), half, order++);
            if (child.distance > best.distance)
                best = child;
            /* The best only gets better: what cannot beat it now never will. */
            if (child.best - best.distance > precision)
                push_cell (queue, &child);
        }
    }
    return best;
}

void
cg_shapes_label_point (const CgShapes *shapes, guint32 i, double *out_x, double *out_y,
                       double *out_radius)
{
    if (shapes->kind != CG_SHAPES_AREA || shapes->shape_part[i] == shapes->shape_part[i + 1]) {
        cg_shapes_centroid (shapes, i, out_x, out_y);
        if (out_radius != NULL)
            *out_radius = 0;
        return;
    }
    guint32 part = largest_part (shapes, i);
    CgBox box = part_box (shapes, part);
    double precision = MAX (box.x_max - box.x_min, box.y_max - box.y_min) / 100;
    Cell best = refine (shapes, part, &box, precision);
    *out_x = best.x;
    *out_y = best.y;
    if (out_radius != NULL)
        *out_radius = MAX (best.distance, 0);
}
