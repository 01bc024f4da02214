/* Density at given points: the direct sum over the events in reach. */
#include "analyse/density_internal.h"
#include "base/error.h"

/* Events sorted into square cells at least as wide as the kernel reaches: three rows of three cells
 * hold all that matters to a point. Cells are numbers, not an array, so that outliers cost nothing.
 * Events with bandwidths of their own lie on a few floors, the cells of each twice as wide. */
typedef struct {
    double row, column;
    double x, y, weight, bandwidth_m;
    guint32 order;
} CellEvent;

static int
compare_cell_events (gconstpointer a, gconstpointer b)
{
    const CellEvent *p = a, *q = b;
    if (p->row != q->row)
        return p->row < q->row ? -1 : 1;
    if (p->column != q->column)
        return p->column < q->column ? -1 : 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

typedef struct {
    double side_m;
    GArray *cells; /* of CellEvent */
} Floor;

static double
own_bandwidth (const Events *events, double bandwidth_m, guint32 i)
{
    return events->bandwidth_m != NULL ? events->bandwidth_m[i] : bandwidth_m;
}

/* Events that reach no further than the floor's cells are wide, but further than least_m. */
static GArray *
sort_into_cells (const Events *events, double bandwidth_m, double reach, double least_m,
                 double side_m)
{
    GArray *cells = g_array_new (FALSE, FALSE, sizeof (CellEvent));
    for (guint32 i = 0; i < events->n; i++) {
        double own_m = own_bandwidth (events, bandwidth_m, i), far_m = reach * own_m;
        if (!event_is_usable (events, i) || !(far_m > least_m && far_m <= side_m))
            continue;
        double share = bandwidth_m / own_m;
        CellEvent event = { floor (events->y[i] / side_m),
                            floor (events->x[i] / side_m),
                            events->x[i],
                            events->y[i],
                            event_weight (events, i) * (share * share),
                            own_m,
                            i };
        g_array_append_val (cells, event);
    }
    g_array_sort (cells, compare_cell_events);
    return cells;
}

static void
floor_done (gpointer data)
{
    g_array_unref (((Floor *) data)->cells);
}

/* From the narrowest kernels to the widest; floors without events are left out. */
static GArray *
sort_into_floors (const Events *events, double bandwidth_m, double reach)
{
    GArray *floors = g_array_new (FALSE, FALSE, sizeof (Floor));
    g_array_set_clear_func (floors, floor_done);
    double least_m = INFINITY, most_m = 0;
    for (guint32 i = 0; i < events->n; i++)
        if (event_is_usable (events, i)) {
            least_m = MIN (least_m, reach * own_bandwidth (events, bandwidth_m, i));
            most_m = MAX (most_m, reach * own_bandwidth (events, bandwidth_m, i));
        }
    for (double side_m = least_m, below_m = 0; below_m < most_m; below_m = side_m, side_m *= 2) {
        Floor one = { side_m, sort_into_cells (events, bandwidth_m, reach, below_m, side_m) };
        if (one.cells->len > 0)
            g_array_append_val (floors, one);
        else
            floor_done (&one);
    }
    return floors;
}

/* First event in row at or after column. */
static guint
find_cell (const GArray *cells, double row, double column)
{
    guint low = 0, high = cells->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const CellEvent *event = &g_array_index (cells, CellEvent, middle);
        if (event->row < row || (event->row == row && event->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double
sum_at (const GArray *cells, const Kernel *kernel, double side_m, double x, double y)
{
    double row = floor (y / side_m), column = floor (x / side_m), sum = 0;
    for (int step = -1; step <= 1; step++)
        for (guint i = find_cell (cells, row + step, column - 1); i < cells->len; i++) {
            const CellEvent *event = &g_array_index (cells, CellEvent, i);
            if (event->row != row + step || event->column > column + 1)
                break;
            double dx = event->x - x, dy = event->y - y, own_m = event->bandwidth_m;
            sum += event->weight * cg_kernel_value (kernel, (dx * dx + dy * dy) / (own_m * own_m));
        }
    return sum;
}

/* Into out_per_km2, which holds nothing that may be used when it was stopped. */
static gboolean
run_at (const Events *events, const CgDensityOptions *options, double bandwidth_m, guint32 n_at,
        const double *at_x, const double *at_y, double *out_per_km2, GError **error)
{
    const Kernel *shape = cg_kernel_get (options->kernel);
    double per_km2 = 1e6 / (shape->mass * bandwidth_m * bandwidth_m);
    g_autoptr (GArray) floors = sort_into_floors (events, bandwidth_m, shape->reach);
    for (guint32 i = 0; i < n_at; i++) {
        if (i % 64 == 0 && cg_is_stopped (options->cancel, error))
            return FALSE;
        cg_progress_step (options->progress, "points", i, n_at);
        double sum = isfinite (at_x[i]) && isfinite (at_y[i]) ? 0 : NAN;
        for (guint k = 0; k < floors->len && !isnan (sum); k++) {
            const Floor *one = &g_array_index (floors, Floor, k);
            sum += sum_at (one->cells, shape, one->side_m, at_x[i], at_y[i]);
        }
        out_per_km2[i] = per_km2 * sum;
    }
    return TRUE;
}

static gboolean
run_at_with_edge (guint32 n, const double *x, const double *y, const double *weight,
                  const CgDensityOptions *options, double bandwidth_m, guint32 n_at,
                  const double *at_x, const double *at_y, double *out_per_km2, GError **error)
{
    g_autofree double *own =
        cg_density_edge_weights (n, x, y, weight, options->region, options, bandwidth_m, error);
    g_autofree double *share = g_try_new (double, (gsize) n_at + 1);
    if (own == NULL)
        return FALSE;
    if (share == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u points", n_at);
        return FALSE;
    }
    if (options->edge == CG_EDGE_UNIFORM) {
        if (!cg_density_shares (options->region, options->kernel, bandwidth_m, n_at, at_x, at_y,
                                share, error))
            return FALSE;
    } else {
        for (guint32 i = 0; i < n_at; i++)
            share[i] = cg_density_region_holds (options->region, at_x[i], at_y[i]) ? 1 : NAN;
    }
    Events events = { n, x, y, own, 1, FALSE, options->own_bandwidth_m };
    if (!run_at (&events, options, bandwidth_m, n_at, at_x, at_y, out_per_km2, error))
        return FALSE;
    for (guint32 i = 0; i < n_at; i++)
        out_per_km2[i] /= share[i];
    return TRUE;
}

gboolean
cg_density_at (guint32 n, const double *x, const double *y, const double *weight,
               const CgDensityOptions *options, guint32 n_at, const double *at_x,
               const double *at_y, double *out_per_km2, double *out_bandwidth_m, GError **error)
{
    if (!cg_density_check_bandwidth (options->bandwidth_m, error) ||
        !cg_density_check_own (n, x, y, weight, options, error))
        return FALSE;
    if (options->edge != CG_EDGE_NONE && options->region == NULL) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "edge correction at points needs a region");
        return FALSE;
    }
    double bandwidth_m = options->bandwidth_m != 0
                             ? options->bandwidth_m
                             : cg_density_bandwidth_m (n, x, y, weight, options->kernel);
    Events events = { n, x, y, weight, 1, FALSE, options->own_bandwidth_m };
    g_autofree double *found = g_try_new (double, (gsize) n_at + 1);
    if (found == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u points", n_at);
        return FALSE;
    }
    if (options->edge == CG_EDGE_NONE
            ? !run_at (&events, options, bandwidth_m, n_at, at_x, at_y, found, error)
            : !run_at_with_edge (n, x, y, weight, options, bandwidth_m, n_at, at_x, at_y, found, error))
        return FALSE;
    for (guint32 i = 0; i < n_at; i++)
        out_per_km2[i] = found[i];
    if (out_bandwidth_m != NULL)
        *out_bandwidth_m = bandwidth_m;
    return TRUE;
}
