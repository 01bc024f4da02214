/* Likelihood of each event under the density of the others: read from the lattice, less what the
 * event itself has put there; directly where few events or lonely ones leave too little to read. */
#include "analyse/bandwidth.h"

#include "analyse/bandwidth_internal.h"
#include "analyse/density_internal.h"
#include "base/error.h"

#include <string.h>

#define SPACINGS 4  /* of the lattice in a bandwidth                                       */
#define LONELY 3e-3 /* of an event's own peak: below it the lattice's error would count    */
#define BAND_NODES                                                                                 \
    (4u << 20)        /* nodes that are worked on at once                                   */
#define SIDE 128      /* pixels on which a density is integrated                             */
#define REACH 9.0     /* bandwidths                                                          */
#define NODE_COST 1.0 /* of a node, in direct kernels                                        */

typedef struct {
    const CgPointIndex *points;
    const CgDensityRegion *region;
    double sigma_m;
    double *density; /* [n] of the others, times 2 pi sigma^2 */
} Loo;

/* ---- directly ---------------------------------------------------------------------------------
 */

static double
direct (const Loo *loo, guint32 i)
{
    const CgPointIndex *p = loo->points;
    double sigma = loo->sigma_m, reach = REACH * sigma, sum = 0;
    guint32 left, right, bottom, top;
    cg_point_index_cells (p, p->x[i] - reach, p->x[i] + reach, p->y[i] - reach, p->y[i] + reach,
                          &left, &right, &bottom, &top);
    for (guint32 row = bottom; row <= top; row++) {
        guint32 from = p->start[row * p->n_columns + left],
                to = p->start[row * p->n_columns + right + 1];
        for (guint32 j = from; j < to; j++) {
            double dx = (p->x[j] - p->x[i]) / sigma, dy = (p->y[j] - p->y[i]) / sigma;
            double square = dx * dx + dy * dy;
            if (j != i && square <= REACH * REACH)
                sum += (p->weight != NULL ? p->weight[j] : 1) * exp (-square / 2);
        }
    }
    return sum;
}

/* ---- on the lattice, band by band -------------------------------------------------------------
 */

/* What an event of weight 1 reads of itself along one axis. */
static double
own_part (const Taps *taps, double part)
{
    const float *tap = taps->column;
    double w[4];
    spline_weights (part, w);
    return tap[0] * (w[0] * w[0] + w[1] * w[1] + w[2] * w[2] + w[3] * w[3]) +
           2 * tap[1] * (w[0] * w[1] + w[1] * w[2] + w[2] * w[3]) +
           2 * tap[2] * (w[0] * w[2] + w[1] * w[3]) + 2 * tap[3] * w[0] * w[3];
}

/* Rows of cells from .. to - 1 of the index. */
static gboolean
run_band (Loo *loo, const Taps *taps, guint32 from_row, guint32 to_row)
{
    const CgPointIndex *p = loo->points;
    guint32 from = p->start[from_row * p->n_columns], to = p->start[to_row * p->n_columns];
    double spacing_m = loo->sigma_m / SPACINGS, reach = (taps->radius + 4) * spacing_m;
    double low = p->box.y_min + from_row * p->cell_m, high = p->box.y_min + to_row * p->cell_m;
    CgBox places = { p->box.x_min, low, p->box.x_max, high };
    guint32 left, right, bottom, top;
    if (from == to)
        return TRUE;
    cg_point_index_cells (p, p->box.x_min, p->box.x_max, low - reach, high + reach, &left, &right,
                          &bottom, &top);
    Nodes nodes;
    g_autofree gint64 *sum = NULL;
    if (!cg_nodes_cover (&nodes, spacing_m, taps->radius, &places) ||
        (sum = g_try_new0 (gint64, (gsize) nodes.n_rows * nodes.n_columns)) == NULL)
        return FALSE;
    Events events = { p->n, p->x, p->y, p->weight, p->to_fixed, FALSE };
    EventCount count = { CG_BOX_EMPTY, 0, 0 };
    cg_density_spread (&events, p->start[bottom * p->n_columns], p->start[(top + 1) * p->n_columns],
                       &nodes, sum, &count);
    g_auto (Smoothed) smoothed = { 0 };
    double factor = 2 * G_PI * SPACINGS * SPACINGS;
    if (!cg_density_smooth (&nodes, sum, factor / p->to_fixed, taps, &smoothed))
        return FALSE;
    for (guint32 i = from; i < to; i++) {
        double place_x = p->x[i] / spacing_m, place_y = p->y[i] / spacing_m;
        double own = p->weight != NULL ? p->weight[i] : 1;
        double self = own * factor * own_part (taps, place_x - floor (place_x)) *
                      own_part (taps, place_y - floor (place_y));
        double others = cg_density_read_point (&smoothed, p->x[i], p->y[i]) - self;
        loo->density[i] = others >= LONELY * MAX (own, 1) ? others : direct (loo, i);
    }
    return TRUE;
}

static gboolean
run_bands (Loo *loo)
{
    const CgPointIndex *p = loo->points;
    double spacing_m = loo->sigma_m / SPACINGS;
    g_auto (Taps) taps;
    cg_density_taps (&taps, CG_KERNEL_GAUSSIAN, SPACINGS, 0);
    double columns = (p->box.x_max - p->box.x_min) / spacing_m + 2 * taps.radius + 10;
    double rows = MAX (BAND_NODES / columns - 2 * taps.radius, 2 * taps.radius);
    guint32 band = (guint32) CLAMP (rows * spacing_m / p->cell_m, 1, p->n_rows);
    for (guint32 row = 0; row < p->n_rows; row += MIN (band, p->n_rows - row))
        if (!run_band (loo, &taps, row, row + MIN (band, p->n_rows - row)))
            return FALSE;
    return TRUE;
}

/* ---- the criterion ----------------------------------------------------------------------------
 */

/* Kernels that all pairs in reach would cost, if events lay evenly; and nodes of the lattice. */
static gboolean
is_cheaper_directly (const CgPointIndex *p, double sigma_m)
{
    double width = p->box.x_max - p->box.x_min, height = p->box.y_max - p->box.y_min;
    double reach = 2 * REACH * sigma_m, margin = 12 * sigma_m;
    double pairs = (double) p->n * p->n * MIN (1, reach / MAX (width, reach)) *
                   MIN (1, reach / MAX (height, reach));
    double nodes = (width + margin) * (height + margin) * SPACINGS * SPACINGS / (sigma_m * sigma_m);
    return pairs < 5e6 || pairs < nodes * NODE_COST;
}

/* What the integral over the region of the corrected density lacks of the events, for kernels of at
 * least 1/128 of the region's sides. */
static gboolean
find_deficit (const Loo *loo, double sigma_m, double *out, GError **error)
{
    const CgPointIndex *p = loo->points;
    CgBox box = cg_density_region_box (loo->region);
    double pixel = MIN (MAX (box.x_max - box.x_min, box.y_max - box.y_min) / SIDE, sigma_m / 3.01);
    CgDensityOptions options = { .bandwidth_m = sigma_m,
                                 .box = box,
                                 .width = (guint32) ceil ((box.x_max - box.x_min) / pixel),
                                 .height = (guint32) ceil ((box.y_max - box.y_min) / pixel),
                                 .edge = CG_EDGE_UNIFORM,
                                 .region = loo->region };
    g_autoptr (CgDensity) density = cg_density_run (p->n, p->x, p->y, p->weight, &options, error);
    if (density == NULL)
        return FALSE;
    double sum = 0, km2 = (box.x_max - box.x_min) / options.width * (box.y_max - box.y_min) /
                          options.height / 1e6;
    for (gsize i = 0; i < (gsize) options.width * options.height; i++)
        sum += isnan (density->per_km2[i]) ? 0 : density->per_km2[i];
    *out = p->sum - sum * km2;
    return TRUE;
}

/* Integral over the region of the corrected density. Narrow kernels lack what lies along the
 * border: in proportion to their width. */
static gboolean
integrate (const Loo *loo, double *out, GError **error)
{
    CgBox box = cg_density_region_box (loo->region);
    double least = MAX (box.x_max - box.x_min, box.y_max - box.y_min) / SIDE, deficit;
    if (!find_deficit (loo, MAX (loo->sigma_m, least), &deficit, error))
        return FALSE;
    *out = loo->points->sum - deficit * MIN (loo->sigma_m / least, 1);
    return TRUE;
}

gboolean
cg_bandwidth_others (const CgPointIndex *index, double sigma_m, double *out)
{
    Loo loo = { index, NULL, sigma_m, out };
    if (!is_cheaper_directly (index, sigma_m))
        return run_bands (&loo);
    for (guint32 i = 0; i < index->n; i++)
        out[i] = direct (&loo, i);
    return TRUE;
}

static gboolean
score_one (Loo *loo, double *share, double *out_score, GError **error)
{
    const CgPointIndex *p = loo->points;
    double sum = 0, integral = 0, peak = 1 / (2 * G_PI * loo->sigma_m * loo->sigma_m);
    if (!cg_bandwidth_others (p, loo->sigma_m, loo->density)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory to try a bandwidth of %g m", loo->sigma_m);
        return FALSE;
    }
    if (loo->region != NULL && (!cg_density_shares (loo->region, CG_KERNEL_GAUSSIAN, loo->sigma_m,
                                                    p->n, p->x, p->y, share, error) ||
                                !integrate (loo, &integral, error)))
        return FALSE;
    for (guint32 i = 0; i < p->n; i++) {
        double value = loo->density[i] * peak / (loo->region != NULL ? share[i] : 1);
        sum += (p->weight != NULL ? p->weight[i] : 1) * log (value);
    }
    *out_score = sum - integral;
    return TRUE;
}

gboolean
cg_bandwidth_loo (guint32 n, const double *x, const double *y, const double *weight,
                  const CgDensityRegion *region, guint n_sigmas, const double *sigma_m,
                  const CgProgress *progress, GCancellable *cancel, double *out_score,
                  GError **error)
{
    g_autoptr (CgPointIndex) points = cg_point_index_new (n, x, y, weight, region, error);
    if (points == NULL)
        return FALSE;
    g_autofree double *density = g_try_new (double, (gsize) points->n + 1);
    g_autofree double *share = region != NULL ? g_try_new (double, (gsize) points->n + 1) : NULL;
    if (density == NULL || (region != NULL && share == NULL)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u events", n);
        return FALSE;
    }
    for (guint k = 0; k < n_sigmas; k++) {
        cg_progress (progress, "bandwidths", k, n_sigmas);
        Loo loo = { points, region, sigma_m[k], density };
        if (cg_bandwidth_is_cancelled (cancel, error) ||
            !cg_density_check_bandwidth (sigma_m[k], error) ||
            !score_one (&loo, share, &out_score[k], error))
            return FALSE;
    }
    return TRUE;
}
