#include "analyse/density_region.h"

#include "analyse/density_internal.h"
#include "attach/attach.h"
#include "base/error.h"

#include <stdlib.h>

/* From (ax, ay) to (bx, by) with the region on the left. */
typedef struct {
    double ax, ay, bx, by;
} Edge;

struct CgDensityRegion {
    guint32 n;
    Edge *edge;
    CgBox box;
    double area_m2;
    CgShapes *areas; /* NULL: the box */
    CgAttachIndex *index;
};

/* ---- making -----------------------------------------------------------------------------------
 */

static void
add_ring (CgDensityRegion *region, const CgShapes *areas, guint32 ring, gboolean is_hole)
{
    guint32 from = areas->ring_vertex[ring], to = areas->ring_vertex[ring + 1];
    gboolean turn = (cg_shapes_ring_area (areas, ring) < 0) != is_hole;
    for (guint32 v = from; v + 1 < to; v++) {
        guint32 a = turn ? v + 1 : v, b = turn ? v : v + 1;
        Edge edge = { areas->x[a], areas->y[a], areas->x[b], areas->y[b] };
        if (edge.ax != edge.bx || edge.ay != edge.by)
            region->edge[region->n++] = edge;
    }
}

static gboolean
add_areas (CgDensityRegion *region, const CgShapes *areas, GError **error)
{
    region->areas = cg_shapes_copy (areas);
    region->index = cg_attach_index_new (region->areas, NULL, error);
    for (guint32 part = 0; part < areas->n_parts; part++)
        for (guint32 ring = areas->part_ring[part]; ring < areas->part_ring[part + 1]; ring++)
            add_ring (region, areas, ring, ring > areas->part_ring[part]);
    for (guint32 i = 0; i < areas->n_shapes; i++)
        region->area_m2 += cg_shapes_area (areas, i);
    region->box = cg_shapes_box_all (areas);
    return region->index != NULL;
}

static void
add_box (CgDensityRegion *region, const CgBox *box)
{
    const double x[] = { box->x_min, box->x_max, box->x_max, box->x_min };
    const double y[] = { box->y_min, box->y_min, box->y_max, box->y_max };
    for (guint k = 0; k < 4; k++)
        region->edge[region->n++] = (Edge){ x[k], y[k], x[(k + 1) % 4], y[(k + 1) % 4] };
    region->box = *box;
    region->area_m2 = (box->x_max - box->x_min) * (box->y_max - box->y_min);
}

CgDensityRegion *
cg_density_region_new (const CgShapes *areas, const CgBox *box, GError **error)
{
    g_autoptr (CgDensityRegion) region = g_new0 (CgDensityRegion, 1);
    region->edge = g_try_new (Edge, areas != NULL ? (gsize) areas->n_vertices + 1 : 4);
    if (region->edge == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a region of %u vertices",
                     areas != NULL ? areas->n_vertices : 4);
        return NULL;
    }
    if (areas == NULL)
        add_box (region, box);
    else if (!add_areas (region, areas, error))
        return NULL;
    if (!(region->area_m2 > 0 && isfinite (region->area_m2))) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "edge correction: the region has no area");
        return NULL;
    }
    return g_steal_pointer (&region);
}

void
cg_density_region_free (CgDensityRegion *region)
{
    if (region == NULL)
        return;
    g_free (region->edge);
    cg_attach_index_free (region->index);
    cg_shapes_free (region->areas);
    g_free (region);
}

CgBox
cg_density_region_box (const CgDensityRegion *region)
{
    return region->box;
}

double
cg_density_region_area_m2 (const CgDensityRegion *region)
{
    return region->area_m2;
}

guint32
cg_density_region_edges (const CgDensityRegion *region)
{
    return region->n;
}

void
cg_density_region_edge (const CgDensityRegion *region, guint32 i, double *out_ax, double *out_ay,
                        double *out_bx, double *out_by)
{
    const Edge *e = &region->edge[i];
    *out_ax = e->ax, *out_ay = e->ay, *out_bx = e->bx, *out_by = e->by;
}

gboolean
cg_density_region_holds (const CgDensityRegion *region, double x, double y)
{
    const CgBox *box = &region->box;
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max &&
           (region->index == NULL || cg_attach_find (region->index, x, y) != CG_NONE);
}

/* ---- share of a kernel ------------------------------------------------------------------------
 */

/* Mass of the kernel within a distance, divided by its square; ratio = (distance / bandwidth)^2.
 * Smooth down to 0. */
static double
mass_over_square (CgKernel kernel, double ratio)
{
    switch (kernel) {
    case CG_KERNEL_QUARTIC:
        return ratio < 1 ? 3 - 3 * ratio + ratio * ratio : 1 / ratio;
    case CG_KERNEL_EPANECHNIKOV:
        return ratio < 1 ? 2 - ratio : 1 / ratio;
    case CG_KERNEL_TRIANGULAR:
        return ratio < 1 ? 3 - 2 * sqrt (ratio) : 1 / ratio;
    case CG_KERNEL_UNIFORM:
        return ratio < 1 ? 1 : 1 / ratio;
    default:
        return ratio > 1e-8 ? -expm1 (-ratio / 2) / ratio : 0.5 - ratio / 8;
    }
}

/* Integral of d * mass / r^2 along the edge's line from t0 to t1 (from the foot of the point, in
 * bandwidths), where the edge is near. */
static double
near_part (CgKernel kernel, double d, double t0, double t1)
{
    static const double node[] = { 0.1834346424956498, 0.5255324099163290, 0.7966664774136267,
                                   0.9602898564975363 };
    static const double weight[] = { 0.3626837833783620, 0.3137066458778873, 0.2223810344533745,
                                     0.1012285362903763 };
    guint panels = (guint) ceil ((t1 - t0) * 2);
    double half = (t1 - t0) / panels / 2, sum = 0;
    for (guint p = 0; p < panels; p++) {
        double middle = t0 + (2 * p + 1) * half;
        for (guint k = 0; k < 4; k++) {
            double a = middle - half * node[k], b = middle + half * node[k];
            sum += weight[k] * (mass_over_square (kernel, d * d + a * a) +
                                mass_over_square (kernel, d * d + b * b));
        }
    }
    return sum * half * d;
}

/* Angle under which the piece t0 .. t1 of a line at distance d > 0 is seen. */
static double
angle (double d, double t0, double t1)
{
    return t1 > t0 ? atan2 (d * (t1 - t0), d * d + t0 * t1) : 0;
}

static double
edge_share (const Edge *e, CgKernel kernel, double reach, double bandwidth_m, double x, double y)
{
    double ax = (e->ax - x) / bandwidth_m, ay = (e->ay - y) / bandwidth_m;
    double bx = (e->bx - x) / bandwidth_m, by = (e->by - y) / bandwidth_m;
    double length = hypot (bx - ax, by - ay), ux = (bx - ax) / length, uy = (by - ay) / length;
    double signed_d = ax * by - bx * ay, d = fabs (signed_d) / length;
    double t0 = ax * ux + ay * uy, t1 = bx * ux + by * uy;
    if (d == 0)
        return 0;
    double sum = 0;
    if (d < reach) {
        double half = sqrt (reach * reach - d * d);
        double from = CLAMP (-half, t0, t1), to = CLAMP (half, t0, t1);
        sum = angle (d, t0, from) + angle (d, to, t1);
        /* A cone's mass bends at the foot, so that panels must end there. */
        if (from < 0 && to > 0)
            sum += near_part (kernel, d, from, 0) + near_part (kernel, d, 0, to);
        else if (to > from)
            sum += near_part (kernel, d, from, to);
    } else {
        sum = angle (d, t0, t1);
    }
    return (signed_d > 0 ? sum : -sum) / (2 * G_PI);
}

/* Share of a Gaussian between two places of one axis. */
static double
normal_between (double from, double to)
{
    return (erf (to * G_SQRT2 / 2) - erf (from * G_SQRT2 / 2)) / 2;
}

double
cg_density_region_share (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m,
                         double x, double y)
{
    const CgBox *box = &region->box;
    double reach = kernel == CG_KERNEL_GAUSSIAN ? 9 : 1, sum = 0;
    if (region->areas == NULL) {
        double far = reach * bandwidth_m;
        if (x - far > box->x_min && x + far < box->x_max && y - far > box->y_min &&
            y + far < box->y_max)
            return 1;
        if (kernel == CG_KERNEL_GAUSSIAN)
            return normal_between ((box->x_min - x) / bandwidth_m, (box->x_max - x) / bandwidth_m) *
                   normal_between ((box->y_min - y) / bandwidth_m, (box->y_max - y) / bandwidth_m);
    }
    for (guint32 i = 0; i < region->n; i++)
        sum += edge_share (&region->edge[i], kernel, reach, bandwidth_m, x, y);
    return CLAMP (sum, 0, 1);
}

/* ---- share of a circle ------------------------------------------------------------------------
 */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

/* Where the circle meets the edges, as angles from 0 to 2 pi. */
static void
add_crossings (const Edge *e, double x, double y, double radius_m, GArray *angles)
{
    double dx = e->bx - e->ax, dy = e->by - e->ay, fx = e->ax - x, fy = e->ay - y;
    double a = dx * dx + dy * dy, b = fx * dx + fy * dy,
           c = fx * fx + fy * fy - radius_m * radius_m, root = b * b - a * c;
    if (root < 0)
        return;
    for (int side = -1; side <= 1; side += 2) {
        double t = (-b + side * sqrt (root)) / a;
        if (t < 0 || t > 1)
            continue;
        double at = atan2 (fy + t * dy, fx + t * dx);
        at = at < 0 ? at + 2 * G_PI : at;
        g_array_append_val (angles, at);
    }
}

double
cg_density_region_circle (const CgDensityRegion *region, double x, double y, double radius_m)
{
    const CgBox *box = &region->box;
    if (region->areas == NULL && x - radius_m >= box->x_min && x + radius_m <= box->x_max &&
        y - radius_m >= box->y_min && y + radius_m <= box->y_max)
        return 1;
    g_autoptr (GArray) angles = g_array_new (FALSE, FALSE, sizeof (double));
    for (guint32 i = 0; i < region->n; i++)
        add_crossings (&region->edge[i], x, y, radius_m, angles);
    g_array_sort (angles, compare_doubles);
    if (angles->len == 0)
        return cg_density_region_holds (region, x + radius_m, y) ? 1 : 0;
    double inside = 0;
    for (guint k = 0; k < angles->len; k++) {
        double from = g_array_index (angles, double, k);
        double to = k + 1 < angles->len ? g_array_index (angles, double, k + 1)
                                        : g_array_index (angles, double, 0) + 2 * G_PI;
        double middle = (from + to) / 2;
        if (cg_density_region_holds (region, x + radius_m * cos (middle),
                                     y + radius_m * sin (middle)))
            inside += to - from;
    }
    return inside / (2 * G_PI);
}
