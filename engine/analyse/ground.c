#include "analyse/ground.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

void
cg_ground_free (CgGround *ground)
{
    if (ground == NULL)
        return;
    g_free (ground->x);
    g_free (ground->y);
    g_free (ground->value);
    g_free (ground->area);
    g_free (ground);
}

static int
rising (const void *a, const void *b)
{
    double one = *(const double *) a, two = *(const double *) b;
    return one < two ? -1 : one > two;
}

/* Where the sides of an area cross a line of the lattice. */
static void
find_crossings (const CgShapes *areas, guint32 area, double y, GArray *out)
{
    g_array_set_size (out, 0);
    guint32 first = areas->part_ring[areas->shape_part[area]];
    guint32 end = areas->part_ring[areas->shape_part[area + 1]];
    for (guint32 r = first; r < end; r++) {
        guint32 from = areas->ring_vertex[r], to = areas->ring_vertex[r + 1];
        for (guint32 v = from, w = to - 1; v < to; w = v++) {
            double y0 = areas->y[w], y1 = areas->y[v];
            if ((y0 <= y) == (y1 <= y))
                continue;
            double x = areas->x[w] + (areas->x[v] - areas->x[w]) * ((y - y0) / (y1 - y0));
            g_array_append_val (out, x);
        }
    }
    qsort (out->data, out->len, sizeof (double), rising);
}

/* A point of the lattice is in a stretch from its start (in) to its end (out). */
static void
add_row (const GArray *crossings, double y, double step_m, GArray *x, GArray *ys)
{
    for (guint c = 0; c + 1 < crossings->len; c += 2) {
        double from = g_array_index (crossings, double, c);
        double to = g_array_index (crossings, double, c + 1);
        for (double k = ceil (from / step_m - 0.5); (k + 0.5) * step_m < to; k++) {
            double at = (k + 0.5) * step_m;
            g_array_append_val (x, at);
            g_array_append_val (ys, y);
        }
    }
}

static void
add_area (const CgShapes *areas, guint32 area, double step_m, GArray *crossings, GArray *x,
          GArray *y)
{
    CgBox box = cg_shapes_box (areas, area);
    guint before = x->len;
    for (double k = ceil (box.y_min / step_m - 0.5); (k + 0.5) * step_m < box.y_max; k++) {
        find_crossings (areas, area, (k + 0.5) * step_m, crossings);
        add_row (crossings, (k + 0.5) * step_m, step_m, x, y);
    }
    if (x->len > before)
        return;
    double label_x, label_y;
    cg_shapes_label_point (areas, area, &label_x, &label_y, NULL);
    g_array_append_val (x, label_x);
    g_array_append_val (y, label_y);
}

static double
widen (const CgShapes *areas, const double *value, double step_m)
{
    double sum = 0.0;
    for (guint32 i = 0; i < areas->n_shapes; i++)
        sum += isfinite (value[i]) ? fabs (cg_shapes_area (areas, i)) : 0.0;
    double least = sqrt (sum / CG_GROUND_MAX_POINTS);
    return isfinite (least) ? MAX (step_m, least) : step_m;
}

CgGround *
cg_ground_new (const CgShapes *areas, const double *value, double step_m, GError **error)
{
    if (areas->kind != CG_SHAPES_AREA || !(step_m > 0.0) || !isfinite (step_m)) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "ground: areas and a step above 0 are needed");
        return NULL;
    }
    g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (double));
    g_autofree gsize *first = g_new0 (gsize, (gsize) areas->n_shapes + 1);
    step_m = widen (areas, value, step_m);
    for (guint32 i = 0; i < areas->n_shapes; i++) {
        if (isfinite (value[i]) && areas->shape_part[i] < areas->shape_part[i + 1])
            add_area (areas, i, step_m, crossings, x, y);
        first[i + 1] = x->len;
    }
    CgGround *ground = g_new0 (CgGround, 1);
    ground->n = x->len;
    ground->step_m = step_m;
    ground->value = g_new (double, ground->n + 1);
    ground->area = g_new (guint32, ground->n + 1);
    for (guint32 i = 0; i < areas->n_shapes; i++)
        for (gsize k = first[i]; k < first[i + 1]; k++) {
            ground->value[k] = value[i] / (double) (first[i + 1] - first[i]);
            ground->area[k] = i;
        }
    ground->x = (double *) (gpointer) g_array_free (g_steal_pointer (&x), FALSE);
    ground->y = (double *) (gpointer) g_array_free (g_steal_pointer (&y), FALSE);
    return ground;
}
