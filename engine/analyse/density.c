#include "analyse/density.h"

#include "analyse/density_internal.h"
#include "base/error.h"
#include "base/random.h"


#define DEFAULT_BANDWIDTH_M 500.0
/* Quartiles of the normal distribution lie this many standard deviations apart. */
#define NORMAL_IQR 1.349

/* ---- bandwidth --------------------------------------------------------------------------- */

static double
spread_weight (const Events *events, guint32 i)
{
    return event_is_usable (events, i) ? MAX (event_weight (events, i), 0) : 0;
}

/* Standard deviation of one coordinate, with n_effective / (n_effective - 1) as the sample's
 * correction. */
static double
deviation (const Events *events, const double *coordinate, double sum, double n_effective)
{
    double mean = 0, square = 0;
    for (guint32 i = 0; i < events->n; i++) {
        double weight = spread_weight (events, i);
        if (weight > 0)
            mean += weight / sum * coordinate[i];
    }
    for (guint32 i = 0; i < events->n; i++) {
        double weight = spread_weight (events, i);
        if (weight > 0)
            square += weight / sum * (coordinate[i] - mean) * (coordinate[i] - mean);
    }
    return sqrt (square * (n_effective / (n_effective - 1)));
}

typedef struct {
    double at, weight;
} Weighted;

static inline void
swap_weighted (Weighted *a, Weighted *b)
{
    Weighted kept = *a;
    *a = *b;
    *b = kept;
}

/* The least value that, with all smaller ones, holds at least `wanted` of the weight: by parting
 * round values drawn from the rest, which orders no more than it must. */
static double
find_quantile (guint32 n, Weighted *value, double wanted)
{
    guint32 from = 0, to = n;
    double passed = 0;
    CgRandom random;
    cg_random_init (&random, 1, n);
    for (;;) {
        double pivot = value[from + cg_random_below (&random, to - from)].at;
        double smaller = 0, equal = 0;
        guint32 low = from, high = to;
        for (guint32 i = from; i < high;) {
            if (value[i].at < pivot) {
                smaller += value[i].weight;
                swap_weighted (&value[i++], &value[low++]);
            } else if (value[i].at > pivot) {
                swap_weighted (&value[i], &value[--high]);
            } else {
                equal += value[i++].weight;
            }
        }
        if (low > from && passed + smaller >= wanted) {
            to = low;
        } else if (high == to || passed + smaller + equal >= wanted) {
            return pivot;
        } else {
            passed += smaller + equal;
            from = high;
        }
    }
}

/* Silverman's robust spread: what lies far from the half in the middle does not widen it. */
static double
spread (const Events *events, const double *coordinate, double sum, double n_effective)
{
    double sd = deviation (events, coordinate, sum, n_effective);
    g_autofree Weighted *value = g_try_new (Weighted, events->n);
    guint32 n = 0;
    for (guint32 i = 0; value != NULL && i < events->n; i++) {
        double weight = spread_weight (events, i);
        if (weight > 0)
            value[n++] = (Weighted){ coordinate[i], weight };
    }
    if (n == 0)
        return sd;
    double iqr = find_quantile (n, value, 0.75 * sum) - find_quantile (n, value, 0.25 * sum);
    return iqr > 0 ? MIN (sd, iqr / NORMAL_IQR) : sd;
}

double
cg_density_bandwidth_m (guint32 n, const double *x, const double *y, const double *weight,
                        CgKernel kernel)
{
    Events events = { n, x, y, weight, 1, FALSE };
    double sum = 0, squares = 0;
    for (guint32 i = 0; i < n; i++)
        sum += spread_weight (&events, i);
    for (guint32 i = 0; i < n; i++) {
        double share = sum > 0 ? spread_weight (&events, i) / sum : 0;
        squares += share * share;
    }
    double n_effective = squares > 0 ? 1 / squares : 0;
    if (!(n_effective > 1 + 1e-9) || !isfinite (sum))
        return DEFAULT_BANDWIDTH_M;
    double sigma =
        (spread (&events, x, sum, n_effective) + spread (&events, y, sum, n_effective)) / 2;
    sigma *= pow (n_effective, -1.0 / 6);
    /* Equal points leave only what rounding the mean leaves. */
    if (!(sigma > 1e-9) || isnan (sigma))
        return DEFAULT_BANDWIDTH_M;
    return CLAMP (sigma * cg_kernel_sigmas (kernel), CG_DENSITY_MIN_BANDWIDTH_M, CG_DENSITY_MAX_BANDWIDTH_M);
}

double
cg_density_least_bandwidth_m (CgKernel kernel, double pixel_m)
{
    return MAX (cg_kernel_sigmas (kernel) / 2, kernel == CG_KERNEL_GAUSSIAN ? 0 : 0.75) * pixel_m;
}

static gboolean
check_bandwidth (double bandwidth_m, GError **error)
{
    if (bandwidth_m == 0 ||
        (bandwidth_m >= CG_DENSITY_MIN_BANDWIDTH_M && bandwidth_m <= CG_DENSITY_MAX_BANDWIDTH_M))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "the bandwidth must be 0 or %g to %g m, not %g", CG_DENSITY_MIN_BANDWIDTH_M,
                 CG_DENSITY_MAX_BANDWIDTH_M, bandwidth_m);
    return FALSE;
}

/* ---- surface ----------------------------------------------------------------------------- */

static gboolean
check_options (const CgDensityOptions *options, GError **error)
{
    const CgBox *box = &options->box;
    guint64 pixels = (guint64) options->width * options->height;
    if (!check_bandwidth (options->bandwidth_m, error))
        return FALSE;
    if (pixels == 0 || pixels > CG_DENSITY_MAX_PIXELS) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a density of %u x %u pixels: must be 1 to %u in all", options->width,
                     options->height, CG_DENSITY_MAX_PIXELS);
        return FALSE;
    }
    double pixel_x = (box->x_max - box->x_min) / options->width;
    double pixel_y = (box->y_max - box->y_min) / options->height;
    if (!(isfinite (pixel_x) && isfinite (pixel_y) && pixel_x > 0 && pixel_y > 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "the window %g %g %g %g has no extent",
                     box->x_min, box->y_min, box->x_max, box->y_max);
        return FALSE;
    }
    return TRUE;
}

/* Finds the largest power of two that keeps the sum of weights below 2^61 and each below 2^50. */
static void
scale_events (Events *events)
{
    double largest = events->weight == NULL;
    int bits_n, bits_weight;
    for (guint32 i = 0; events->weight != NULL && i < events->n; i++) {
        if (!event_is_usable (events, i))
            continue;
        largest = MAX (largest, fabs (events->weight[i]));
        events->has_negative |= events->weight[i] < 0;
    }
    frexp (events->n, &bits_n);
    frexp (largest, &bits_weight);
    events->to_fixed = ldexp (1, CLAMP (MIN (61 - bits_n, 50) - bits_weight, -1000, 1000));
}

void
cg_density_centres (const CgDensityOptions *options, Centres *out_columns, Centres *out_rows)
{
    const CgBox *box = &options->box;
    double cell = options->cell_m;
    gboolean aligned = cell > 0;
    *out_columns = (Centres){ aligned ? 0 : box->x_min, aligned ? round (box->x_min / cell) : 0,
                              aligned ? cell : (box->x_max - box->x_min) / options->width, 1,
                              options->width };
    *out_rows = (Centres){ aligned ? 0 : box->y_max, aligned ? round (box->y_max / cell) : 0,
                           aligned ? cell : (box->y_max - box->y_min) / options->height, -1,
                           options->height };
}

gboolean
cg_density_align (CgDensityOptions *options, double cell_m, GError **error)
{
    const CgBox *box = &options->box;
    if (!(cell_m > 0 && isfinite (cell_m))) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "a cell must be wider than 0 m, not %g",
                     cell_m);
        return FALSE;
    }
    double west = floor (box->x_min / cell_m), east = ceil (box->x_max / cell_m);
    double south = floor (box->y_min / cell_m), north = ceil (box->y_max / cell_m);
    east = MAX (east, west + 1);
    north = MAX (north, south + 1);
    double cells = (east - west) * (north - south);
    if (!(box->x_min <= box->x_max && box->y_min <= box->y_max &&
          cells <= CG_DENSITY_MAX_PIXELS && east - west < G_MAXUINT32 && north - south < G_MAXUINT32)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a window of %g x %g cells of %g m: must be 1 to %u in all", east - west,
                     north - south, cell_m, CG_DENSITY_MAX_PIXELS);
        return FALSE;
    }
    options->box =
        (CgBox){ west * cell_m, south * cell_m, east * cell_m, north * cell_m };
    options->width = (guint32) (east - west);
    options->height = (guint32) (north - south);
    options->cell_m = cell_m;
    return TRUE;
}

/* A kernel of a few pixels is cheaper stamped than smoothed on a lattice finer than the pixels. One
 * that ends is stamped, that is exact, as long as that is affordable. */
static gboolean
fill (const Events *events, const CgDensityOptions *options, CgDensity *density, GError **error)
{
    double pixel_x = (density->box.x_max - density->box.x_min) / density->width;
    double pixel_y = (density->box.y_max - density->box.y_min) / density->height;
    double pixels = density->bandwidth_m / MAX (pixel_x, pixel_y);
    if (options->kernel == CG_KERNEL_GAUSSIAN)
        return pixels < 3 ? cg_density_by_stamps (events, options, density, error)
                          : cg_density_by_spline (events, options, 6, density, error);
    double stamped = events->n * G_PI * (density->bandwidth_m / pixel_x) *
                     (density->bandwidth_m / pixel_y);
    return pixels < 10 || stamped <= CG_DENSITY_STAMPED
               ? cg_density_by_stamps (events, options, density, error)
               : cg_density_by_spline (events, options, pixels < 32 ? 12 : 24, density, error);
}

CgDensity *
cg_density_run (guint32 n, const double *x, const double *y, const double *weight,
                const CgDensityOptions *options, GError **error)
{
    if (!check_options (options, error))
        return NULL;
    g_autoptr (CgDensity) density = g_new0 (CgDensity, 1);
    density->width = options->width;
    density->height = options->height;
    density->box = options->box;
    density->bandwidth_m = options->bandwidth_m != 0
                               ? options->bandwidth_m
                               : cg_density_bandwidth_m (n, x, y, weight, options->kernel);
    density->per_km2 = g_try_new (float, (gsize) options->width * options->height);
    if (density->per_km2 == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", options->width,
                     options->height);
        return NULL;
    }
    Events events = { n, x, y, weight, 1, FALSE };
    scale_events (&events);
    if (!fill (&events, options, density, error))
        return NULL;
    return g_steal_pointer (&density);
}

void
cg_density_free (CgDensity *density)
{
    if (density == NULL)
        return;
    g_free (density->per_km2);
    g_free (density);
}

/* ---- at points --------------------------------------------------------------------------- */

/* Events sorted into square cells as wide as the kernel reaches: three rows of three cells hold all
 * that matters to a point. Cells are numbers, not an array, so that outliers cost nothing. */
typedef struct {
    double row, column;
    double x, y, weight;
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

static GArray *
sort_into_cells (const Events *events, double reach_m)
{
    GArray *cells = g_array_new (FALSE, FALSE, sizeof (CellEvent));
    for (guint32 i = 0; i < events->n; i++) {
        if (!event_is_usable (events, i))
            continue;
        CellEvent event = { floor (events->y[i] / reach_m),
                            floor (events->x[i] / reach_m),
                            events->x[i],
                            events->y[i],
                            event_weight (events, i),
                            i };
        g_array_append_val (cells, event);
    }
    g_array_sort (cells, compare_cell_events);
    return cells;
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
sum_at (const GArray *cells, const Kernel *kernel, double bandwidth_m, double reach_m, double x,
        double y)
{
    double row = floor (y / reach_m), column = floor (x / reach_m), sum = 0;
    for (int step = -1; step <= 1; step++)
        for (guint i = find_cell (cells, row + step, column - 1); i < cells->len; i++) {
            const CellEvent *event = &g_array_index (cells, CellEvent, i);
            if (event->row != row + step || event->column > column + 1)
                break;
            double dx = event->x - x, dy = event->y - y;
            sum += event->weight *
                   cg_kernel_value (kernel, (dx * dx + dy * dy) / (bandwidth_m * bandwidth_m));
        }
    return sum;
}

gboolean
cg_density_at (guint32 n, const double *x, const double *y, const double *weight, CgKernel kernel,
               double bandwidth_m, guint32 n_at, const double *at_x, const double *at_y,
               double *out_per_km2, double *out_bandwidth_m, GError **error)
{
    if (!check_bandwidth (bandwidth_m, error))
        return FALSE;
    if (bandwidth_m == 0)
        bandwidth_m = cg_density_bandwidth_m (n, x, y, weight, kernel);
    Events events = { n, x, y, weight, 1, FALSE };
    const Kernel *shape = cg_kernel_get (kernel);
    double reach_m = shape->reach * bandwidth_m;
    double per_km2 = 1e6 / (shape->mass * bandwidth_m * bandwidth_m);
    g_autoptr (GArray) cells = sort_into_cells (&events, reach_m);
    for (guint32 i = 0; i < n_at; i++)
        out_per_km2[i] =
            isfinite (at_x[i]) && isfinite (at_y[i])
                ? per_km2 * sum_at (cells, shape, bandwidth_m, reach_m, at_x[i], at_y[i])
                : NAN;
    if (out_bandwidth_m != NULL)
        *out_bandwidth_m = bandwidth_m;
    return TRUE;
}
