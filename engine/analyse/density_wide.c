/* Shares of kernels that are wider than the region. They are small and change slowly: a lattice would
 * keep none of their digits, a polynomial through exact ones keeps nearly all. */
#include "analyse/density_internal.h"

#define NODES CG_WIDE_NODES

/* Where all of the region lies well inside every kernel: its rim, if it has one, crosses nothing. */
gboolean
cg_density_is_wide (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m)
{
    CgBox box = cg_density_region_box (region);
    double across_m = hypot (box.x_max - box.x_min, box.y_max - box.y_min);
    return bandwidth_m >= (kernel == CG_KERNEL_GAUSSIAN ? 0.5 : 1) * across_m;
}

/* Chebyshev's nodes of the first kind in -1..1. */
static double
node_at (guint k)
{
    return cos (G_PI * (k + 0.5) / NODES);
}

void
cg_density_wide_init (WideShares *wide, const CgDensityRegion *region, CgKernel kernel,
                      double bandwidth_m)
{
    CgBox box = cg_density_region_box (region);
    wide->x = (box.x_min + box.x_max) / 2, wide->half_x = (box.x_max - box.x_min) / 2;
    wide->y = (box.y_min + box.y_max) / 2, wide->half_y = (box.y_max - box.y_min) / 2;
    for (guint r = 0; r < NODES; r++)
        for (guint c = 0; c < NODES; c++)
            wide->value[r * NODES + c] =
                cg_density_region_share (region, kernel, bandwidth_m,
                                         wide->x + wide->half_x * node_at (c),
                                         wide->y + wide->half_y * node_at (r));
}

/* How much each node's value counts at a place from -1 to 1, by the barycentric formula. */
static void
node_weights (double at, double *out)
{
    double sum = 0;
    at = CLAMP (at, -1, 1);
    for (guint k = 0; k < NODES; k++) {
        double gap = at - node_at (k);
        if (gap == 0) {
            for (guint j = 0; j < NODES; j++)
                out[j] = j == k;
            return;
        }
        out[k] = (k % 2 == 0 ? 1 : -1) * sin (G_PI * (k + 0.5) / NODES) / gap;
        sum += out[k];
    }
    for (guint k = 0; k < NODES; k++)
        out[k] /= sum;
}

/* The polynomial in x along the line at y. */
static void
line_at (const WideShares *wide, double y, double *out)
{
    double weight[NODES];
    node_weights ((y - wide->y) / wide->half_y, weight);
    for (guint c = 0; c < NODES; c++) {
        out[c] = 0;
        for (guint r = 0; r < NODES; r++)
            out[c] += weight[r] * wide->value[r * NODES + c];
    }
}

static double
sum_of_products (const double *a, const double *b)
{
    double sum = 0;
    for (guint k = 0; k < NODES; k++)
        sum += a[k] * b[k];
    return sum;
}

double
cg_density_wide_read (const WideShares *wide, double x, double y)
{
    double line[NODES], weight[NODES];
    line_at (wide, y, line);
    node_weights ((x - wide->x) / wide->half_x, weight);
    return sum_of_products (line, weight);
}

gboolean
cg_density_wide_divide (const WideShares *wide, const Centres *columns, const Centres *rows,
                        float *value)
{
    g_autofree double *weight = g_try_new (double, (gsize) columns->n *NODES);
    if (weight == NULL)
        return FALSE;
    for (guint32 c = 0; c < columns->n; c++)
        node_weights ((centre (columns, c) - wide->x) / wide->half_x, weight + (gsize) c * NODES);
    for (guint32 r = 0; r < rows->n; r++) {
        double line[NODES];
        line_at (wide, centre (rows, r), line);
        for (guint32 c = 0; c < columns->n; c++, value++)
            *value = (float) (*value / sum_of_products (line, weight + (gsize) c * NODES));
    }
    return TRUE;
}
