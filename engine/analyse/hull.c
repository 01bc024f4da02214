#include "analyse/hull.h"

#include <math.h>

#define CORNERS 16

typedef struct {
    double x, y;
} Point;

static int
compare_points (gconstpointer a, gconstpointer b)
{
    const Point *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

/* Twice the area of the triangle, above 0 where b, c turn to the left of a. */
static double
turn (const Point *a, const Point *b, const Point *c)
{
    return (b->x - a->x) * (c->y - a->y) - (b->y - a->y) * (c->x - a->x);
}

/* Sorts the points and puts their hull, against the clock, into `hull`, with its first corner again
 * at the end; hull has room for one more than twice the points. Returns its length. */
static guint
find_hull (GArray *points, Point *hull)
{
    const Point *point = (const Point *) (const void *) points->data;
    guint n = 0;
    g_array_sort (points, compare_points);
    for (guint k = 0; k < points->len; k++) {
        while (n >= 2 && turn (&hull[n - 2], &hull[n - 1], &point[k]) <= 0)
            n--;
        hull[n++] = point[k];
    }
    guint lower = n + 1;
    for (guint k = points->len - 1; k-- > 0;) {
        while (n >= lower && turn (&hull[n - 2], &hull[n - 1], &point[k]) <= 0)
            n--;
        hull[n++] = point[k];
    }
    return n;
}

void
cg_hull_around (guint32 n, const guint32 *row, const double *x, const double *y, double margin_m,
                CgShapes *out)
{
    g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
    for (guint32 k = 0; k < n; k++) {
        Point point = { x[row[k]], y[row[k]] };
        g_array_append_val (points, point);
    }
    g_autofree Point *hull = g_new (Point, 2 * (gsize) n + 2 + 2 * CORNERS * ((gsize) n + 1));
    guint length = n > 1 ? find_hull (points, hull) : 1;
    if (n == 1)
        hull[0] = g_array_index (points, Point, 0);
    /* Rings around the corners of the hull are all that reach out of it. */
    g_array_set_size (points, 0);
    for (guint k = 0; k < length; k++)
        for (guint c = 0; c < CORNERS; c++) {
            double angle = 2 * G_PI * c / CORNERS;
            Point point = { hull[k].x + margin_m * cos (angle),
                            hull[k].y + margin_m * sin (angle) };
            g_array_append_val (points, point);
        }
    length = find_hull (points, hull);
    for (guint k = 0; k < length; k++)
        cg_shapes_add_vertex (out, hull[k].x, hull[k].y);
    cg_shapes_end_ring (out);
    cg_shapes_end_part (out);
    cg_shapes_end_shape (out);
}
