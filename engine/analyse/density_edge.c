/* Edge correction: kernels near the border of the region lose mass to where no event can be. */
#include "analyse/density_internal.h"
#include "base/error.h"

#define EXACT_STEPS 2e7       /* points times edges up to which shares are computed one by one */
#define THIN_STEPS 1e9        /* the same of places whose share the lattice cannot tell        */
#define CELL 0.5              /* of the cells that a region is cut into, in spacings            */
#define SHARE_STEP 0.2        /* between classes of own bandwidths, in their logarithm          */
#define FIXED 1099511627776.0 /* 2^40 */

/* ---- share of the kernel in the region, on the lattice ----------------------------------------
 */

/* Signed area that the edge puts into the cells of one row of cells and all to the right of it:
 * acc is summed up from the left afterwards. Coordinates in cells. */
static void
cover_row (double x0, double x1, double dy, guint32 n, double *acc)
{
    double left = MIN (x0, x1), right = MAX (x0, x1), width = right - left;
    if (right <= 0) {
        acc[0] -= dy;
        return;
    }
    if (left >= n)
        return;
    if (left < 0) { /* what lies before the window counts in full */
        acc[0] -= dy * (-left / width);
        dy *= right / width;
        left = 0;
        width = right;
    }
    guint32 first = (guint32) left, last = (guint32) MIN (floor (right), n - 1);
    for (guint32 c = first; c <= last; c++) {
        double from = MAX (left, c), to = MIN (right, c + 1.0);
        double part = width > 0 ? dy * (to - from) / width : dy, middle = (from + to) / 2 - c;
        acc[c] -= part * (1 - middle);
        acc[c + 1] -= part * middle;
    }
}

/* One row of cells: acc [n + 1]. row counts cells northwards. */
static void
cover_line (const CgDensityRegion *region, const guint32 *edges, guint32 n_edges, double origin_x,
            double row, double cell_m, guint32 n, double *acc)
{
    for (guint32 c = 0; c <= n; c++)
        acc[c] = 0;
    for (guint32 k = 0; k < n_edges; k++) {
        double ax, ay, bx, by;
        cg_density_region_edge (region, edges[k], &ax, &ay, &bx, &by);
        ax = ax / cell_m - origin_x, bx = bx / cell_m - origin_x;
        ay = ay / cell_m - row, by = by / cell_m - row;
        double low = MAX (MIN (ay, by), 0), high = MIN (MAX (ay, by), 1);
        if (low >= high)
            continue;
        double slope = (bx - ax) / (by - ay);
        cover_row (ax + (low - ay) * slope, ax + (high - ay) * slope,
                   by > ay ? high - low : low - high, n, acc);
    }
    double sum = 0;
    for (guint32 c = 0; c < n; c++) {
        sum += acc[c];
        acc[c] = CLAMP (sum, 0, 1);
    }
}

/* Edges by the rows of cells they touch: lists one after another. */
typedef struct {
    guint32 *start, *edge;
} EdgeRows;

static void
edge_rows_done (EdgeRows *rows)
{
    g_free (rows->start);
    g_free (rows->edge);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EdgeRows, edge_rows_done)

static gboolean
edge_rows_init (EdgeRows *rows, const CgDensityRegion *region, double first, double cell_m,
                guint32 n_rows)
{
    guint32 n = cg_density_region_edges (region);
    rows->start = g_try_new0 (guint32, (gsize) n_rows + 2);
    if (rows->start == NULL)
        return FALSE;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 i = 0; i < n; i++) {
            double ax, ay, bx, by;
            cg_density_region_edge (region, i, &ax, &ay, &bx, &by);
            double low = floor (MIN (ay, by) / cell_m) - first;
            double high = floor (MAX (ay, by) / cell_m) - first;
            for (double r = MAX (low, 0); r <= MIN (high, n_rows - 1.0); r++)
                if (pass == 0)
                    rows->start[(guint32) r + 2]++;
                else
                    rows->edge[rows->start[(guint32) r + 1]++] = i;
        }
        for (guint32 r = 1; pass == 0 && r <= n_rows; r++)
            rows->start[r + 1] += rows->start[r];
        if (pass == 0)
            rows->edge = g_try_new (guint32, (gsize) rows->start[n_rows + 1] + 1);
        if (rows->edge == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Spreads the region itself, cell by cell, each with the area that the region has of it. */
static gboolean
spread_region (const CgDensityRegion *region, const Nodes *nodes, gint64 *sum)
{
    double cell_m = nodes->spacing_m * CELL, first_x = nodes->column / CELL,
           first_y = nodes->row / CELL;
    guint32 n_columns = (guint32) (nodes->n_columns / CELL),
            n_rows = (guint32) (nodes->n_rows / CELL);
    g_auto (EdgeRows) edges = { 0 };
    g_autofree double *x = g_try_new (double, n_columns), *y = g_try_new (double, n_columns);
    g_autofree double *acc = g_try_new (double, (gsize) n_columns + 1);
    if (x == NULL || y == NULL || acc == NULL ||
        !edge_rows_init (&edges, region, first_y, cell_m, n_rows))
        return FALSE;
    for (guint32 c = 0; c < n_columns; c++)
        x[c] = (first_x + c + 0.5) * cell_m;
    Events cells = { n_columns, x, y, acc, FIXED * CELL * CELL, FALSE };
    EventCount count = { CG_BOX_EMPTY, 0, 0 };
    for (guint32 r = 0; r < n_rows; r++) {
        guint32 from = edges.start[r], to = edges.start[r + 1];
        if (from == to)
            continue;
        cover_line (region, edges.edge + from, to - from, first_x, first_y + r, cell_m, n_columns,
                    acc);
        for (guint32 c = 0; c < n_columns; c++)
            y[c] = (first_y + r + 0.5) * cell_m;
        cg_density_spread (&cells, 0, n_columns, nodes, sum, &count);
    }
    return TRUE;
}

gboolean
cg_density_share_field (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m,
                        const CgBox *places, Smoothed *out)
{
    double spacings = kernel == CG_KERNEL_GAUSSIAN ? 6 : 12;
    g_auto (Taps) taps;
    cg_density_taps (&taps, kernel, spacings, CELL);
    Nodes nodes;
    if (!cg_nodes_cover (&nodes, bandwidth_m / spacings, taps.radius, places))
        return FALSE;
    g_autofree gint64 *sum = g_try_new0 (gint64, (gsize) nodes.n_rows * nodes.n_columns);
    return sum != NULL && spread_region (region, &nodes, sum) &&
           cg_density_smooth (&nodes, sum, 1 / FIXED, &taps, out);
}

/* ---- at points --------------------------------------------------------------------------------
 */

static gboolean
box_of_places (guint32 n, const double *x, const double *y, const CgBox *within, CgBox *out)
{
    *out = CG_BOX_EMPTY;
    for (guint32 i = 0; i < n; i++)
        if (x[i] >= within->x_min && x[i] <= within->x_max && y[i] >= within->y_min &&
            y[i] <= within->y_max)
            cg_box_add (out, x[i], y[i]);
    return !cg_box_is_empty (out);
}

static gboolean
refuse_memory (double bandwidth_m, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                 "edge correction: not enough memory for a bandwidth of %g m in this region",
                 bandwidth_m);
    return FALSE;
}

/* A share below this is as small as what the lattice adds to it or takes from it: the rim of a kernel
 * that ends is bent there. */
static double
least_of_lattice (CgKernel kernel)
{
    return kernel == CG_KERNEL_GAUSSIAN ? 1e-3 : 0.02;
}

/* How many places in parts of the region much thinner than the kernel are taken one by one. */
typedef struct {
    const CgDensityRegion *region;
    CgKernel kernel;
    double bandwidth_m, steps;
} ThinPlaces;

static gboolean
share_of_thin (ThinPlaces *thin, double x, double y, double *out, GError **error)
{
    thin->steps += cg_density_region_edges (thin->region);
    if (thin->steps > THIN_STEPS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "edge correction: too much of the region (%u edges) is far narrower than the "
                     "bandwidth of %g m: take a narrower one or a simpler boundary",
                     cg_density_region_edges (thin->region), thin->bandwidth_m);
        return FALSE;
    }
    *out = cg_density_region_share (thin->region, thin->kernel, thin->bandwidth_m, x, y);
    return TRUE;
}

static gboolean
shares_of_lattice (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m,
                   const CgBox *places, guint32 n, const double *x, const double *y, double *out,
                   GError **error)
{
    g_auto (Smoothed) field = { 0 };
    ThinPlaces thin = { region, kernel, bandwidth_m, 0 };
    if (!cg_density_share_field (region, kernel, bandwidth_m, places, &field))
        return refuse_memory (bandwidth_m, error);
    for (guint32 i = 0; i < n; i++) {
        if (!cg_density_region_holds (region, x[i], y[i])) {
            out[i] = NAN;
            continue;
        }
        out[i] = MIN (cg_density_read_point (&field, x[i], y[i]), 1);
        if (out[i] < least_of_lattice (kernel) && !share_of_thin (&thin, x[i], y[i], &out[i], error))
            return FALSE;
    }
    return TRUE;
}

gboolean
cg_density_shares (const CgDensityRegion *region, CgKernel kernel, double bandwidth_m, guint32 n,
                   const double *x, const double *y, double *out, GError **error)
{
    CgBox box = cg_density_region_box (region), places;
    guint32 edges = cg_density_region_edges (region);
    if (edges <= 4 || (double) n * edges <= EXACT_STEPS) {
        for (guint32 i = 0; i < n; i++)
            out[i] = cg_density_region_holds (region, x[i], y[i])
                         ? cg_density_region_share (region, kernel, bandwidth_m, x[i], y[i])
                         : NAN;
        return TRUE;
    }
    if (cg_density_is_wide (region, kernel, bandwidth_m)) {
        WideShares wide;
        cg_density_wide_init (&wide, region, kernel, bandwidth_m);
        for (guint32 i = 0; i < n; i++)
            out[i] = cg_density_region_holds (region, x[i], y[i])
                         ? cg_density_wide_read (&wide, x[i], y[i])
                         : NAN;
        return TRUE;
    }
    if (box_of_places (n, x, y, &box, &places))
        return shares_of_lattice (region, kernel, bandwidth_m, &places, n, x, y, out, error);
    for (guint32 i = 0; i < n; i++)
        out[i] = NAN;
    return TRUE;
}

/* Class k has the bandwidth least_m * exp (k * SHARE_STEP). An event takes the logarithm of its share
 * from the two classes around it: that is nearly straight between them, for wide kernels too. */
typedef struct {
    double least_m;
    guint n;
    guint32 *row; /* [events] of those that take from the class at hand */
    double *x, *y, *share;
} OwnShares;

static void
own_shares_done (OwnShares *own)
{
    g_free (own->row);
    g_free (own->x);
    g_free (own->y);
    g_free (own->share);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OwnShares, own_shares_done)

static double
part_of_class (const OwnShares *own, double bandwidth_m, guint k)
{
    return MAX (0, 1 - fabs (log (bandwidth_m / own->least_m) / SHARE_STEP - k));
}

static gboolean
add_class (OwnShares *own, guint k, const CgDensityRegion *region, const CgDensityOptions *options,
           guint32 n, const double *x, const double *y, double *out, GError **error)
{
    guint32 taken = 0;
    for (guint32 i = 0; i < n; i++)
        if (isfinite (out[i]) && part_of_class (own, options->own_bandwidth_m[i], k) > 0) {
            own->row[taken] = i;
            own->x[taken] = x[i];
            own->y[taken++] = y[i];
        }
    if (!cg_density_shares (region, options->kernel, own->least_m * exp (k * SHARE_STEP), taken,
                            own->x, own->y, own->share, error))
        return FALSE;
    for (guint32 j = 0; j < taken; j++) {
        guint32 i = own->row[j];
        out[i] += part_of_class (own, options->own_bandwidth_m[i], k) * log (own->share[j]);
    }
    return TRUE;
}

gboolean
cg_density_own_shares (const CgDensityRegion *region, const CgDensityOptions *options, guint32 n,
                       const double *x, const double *y, double *out, GError **error)
{
    const double *own_m = options->own_bandwidth_m;
    double least_m = INFINITY, most_m = 0;
    gboolean exact = (double) n * cg_density_region_edges (region) <= EXACT_STEPS;
    for (guint32 i = 0; i < n; i++) {
        out[i] = cg_density_region_holds (region, x[i], y[i]) ? 0 : NAN;
        if (isnan (out[i]))
            continue;
        least_m = MIN (least_m, own_m[i]);
        most_m = MAX (most_m, own_m[i]);
        if (exact)
            out[i] = cg_density_region_share (region, options->kernel, own_m[i], x[i], y[i]);
    }
    if (exact || most_m == 0)
        return TRUE;
    gsize room = (gsize) n + 1;
    g_auto (OwnShares) own = { least_m,
                               (guint) ceil (log (most_m / least_m) / SHARE_STEP) + 1,
                               g_try_new (guint32, room),
                               g_try_new (double, room),
                               g_try_new (double, room),
                               g_try_new (double, room) };
    if (own.row == NULL || own.x == NULL || own.y == NULL || own.share == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u events", n);
        return FALSE;
    }
    for (guint k = 0; k < own.n; k++)
        if (!add_class (&own, k, region, options, n, x, y, out, error))
            return FALSE;
    for (guint32 i = 0; i < n; i++)
        out[i] = exp (out[i]);
    return TRUE;
}

/* ---- on a raster ------------------------------------------------------------------------------
 */

/* Shares from the lattice, but for the pixels in the region of which it cannot tell. */
static gboolean
divide_by_lattice (const CgDensityRegion *region, CgKernel kernel, const Centres *columns,
                   const Centres *rows, guint threads, CgDensity *density, GError **error)
{
    gsize n = (gsize) density->width * density->height;
    g_auto (Smoothed) field = { 0 };
    g_autofree float *share = g_try_new (float, n);
    PixelSink sink = { .per_km2 = share };
    ThinPlaces thin = { region, kernel, density->bandwidth_m, 0 };
    float peak, least = (float) least_of_lattice (kernel);
    if (share == NULL ||
        !cg_density_share_field (region, kernel, density->bandwidth_m, &density->box, &field) ||
        !cg_density_read_pixels (&field, columns, rows, 0, threads, &sink, &peak))
        return refuse_memory (density->bandwidth_m, error);
    for (gsize i = 0; i < n; i++) {
        double own = MIN (share[i], 1), x, y;
        if (own < least) {
            x = centre (columns, (guint32) (i % density->width));
            y = centre (rows, (guint32) (i / density->width));
            if (!cg_density_region_holds (region, x, y))
                continue;
            if (!share_of_thin (&thin, x, y, &own, error))
                return FALSE;
        }
        density->per_km2[i] = (float) (density->per_km2[i] / own);
    }
    return TRUE;
}

gboolean
cg_density_divide_by_share (const CgDensityRegion *region, const CgDensityOptions *options,
                            CgDensity *density, GError **error)
{
    Centres columns, rows;
    cg_density_centres (options, &columns, &rows);
    if (!cg_density_is_wide (region, options->kernel, density->bandwidth_m))
        return divide_by_lattice (region, options->kernel, &columns, &rows, options->threads,
                                  density, error);
    WideShares wide;
    cg_density_wide_init (&wide, region, options->kernel, density->bandwidth_m);
    return cg_density_wide_divide (&wide, &columns, &rows, density->per_km2) ||
           refuse_memory (density->bandwidth_m, error);
}

void
cg_density_blank_outside (const CgDensityRegion *region, const CgDensityOptions *options,
                          CgDensity *density)
{
    Centres columns, rows;
    cg_density_centres (options, &columns, &rows);
    density->peak_per_km2 = 0;
    for (guint32 r = 0; r < density->height; r++)
        for (guint32 c = 0; c < density->width; c++) {
            float *value = density->per_km2 + (gsize) r * density->width + c;
            if (cg_density_region_holds (region, centre (&columns, c), centre (&rows, r)))
                density->peak_per_km2 = MAX (density->peak_per_km2, *value);
            else
                *value = NAN;
        }
}
