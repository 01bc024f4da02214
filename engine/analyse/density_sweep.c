/* The direct sum row by row, for kernels that are polynomials of x inside their rim. In a row of
 * pixels an event is a polynomial of the pixel's x between two pixels: its coefficients are added
 * where it begins and taken off where it ends, and one running sum gives the polynomial of all
 * events at every pixel. So an event costs a few steps a row, however wide its kernel is.
 *
 * Running sums lose digits when what they carried is gone, and powers of x lose them far from their
 * origin. Rows are therefore cut into segments about as long as the bandwidth, each with its own
 * origin in its middle and a sum that begins at zero. Segments lie at multiples of their length
 * from the origin of the CRS, so that windows which share pixels compute them alike; events are
 * taken in an order of their own, so that the order of the input changes no bit. */
#include "analyse/density_internal.h"
#include "base/error.h"

#include <stdlib.h>

#define TERMS 5
#define MOST_PIXELS 1024 /* of a segment */
#define BAND 16          /* rows that a thread takes at a time */

typedef struct {
    double x, y, weight;
} Item;

typedef struct {
    CgKernel kernel;
    double bandwidth_m, per_km2;
    Centres columns, rows;
    guint32 n;
    const Item *item; /* [n] from south to north */
    guint32 length;   /* of a segment, pixels    */
    GThread *asker;   /* who is told of the progress */
    double first;     /* pixel of the row's first segment, from the window's first: <= 0 */
    guint32 n_segments;
    double *out;                     /* [rows.n * columns.n]    */
    gint next_band, short_of_memory; /* atomic */
    GCancellable *cancel;
    const CgProgress *progress; /* of the thread that asked */
} Sweep;

gboolean
cg_density_is_polynomial (CgKernel kernel)
{
    return kernel == CG_KERNEL_UNIFORM || kernel == CG_KERNEL_EPANECHNIKOV ||
           kernel == CG_KERNEL_QUARTIC;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
    const Item *p = a, *q = b;
    if (p->y != q->y)
        return p->y < q->y ? -1 : 1;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->weight < q->weight ? -1 : p->weight > q->weight;
}

static Item *
sort_items (const Events *events, guint32 *out_n)
{
    Item *item = g_try_new (Item, (gsize) events->n + 1);
    guint32 n = 0;
    for (guint32 i = 0; item != NULL && i < events->n; i++)
        if (event_is_usable (events, i))
            item[n++] = (Item){ events->x[i], events->y[i], event_weight (events, i) };
    if (item != NULL)
        qsort (item, n, sizeof (Item), compare_items);
    *out_n = n;
    return item;
}

/* First item with y at or above. */
static guint32
find_item (const Sweep *sweep, double y)
{
    guint32 low = 0, high = sweep->n;
    while (low < high) {
        guint32 middle = low + (high - low) / 2;
        if (sweep->item[middle].y < y)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Centre of a pixel that may lie outside the window. */
static double
centre_at (const Centres *centres, double i)
{
    return centres->base_m + (centres->index + i + 0.5) * centres->pixel_m;
}

/* weight * (1 - ((x - item.x)^2 + dy^2) / b^2)^p as a polynomial of u = (x - middle) / b. rest is
 * 1 - dy^2 / b^2, s the item's place. */
static void
expand (CgKernel kernel, double rest, double s, double weight, double out[TERMS])
{
    double a = rest - s * s, b = 2 * s;
    switch (kernel) {
    case CG_KERNEL_QUARTIC:
        out[0] = weight * (a * a);
        out[1] = weight * (2 * a * b);
        out[2] = weight * (b * b - 2 * a);
        out[3] = weight * (-2 * b);
        out[4] = weight;
        break;
    case CG_KERNEL_EPANECHNIKOV:
        out[0] = weight * a;
        out[1] = weight * b;
        out[2] = -weight;
        out[3] = out[4] = 0;
        break;
    default:
        out[0] = weight;
        out[1] = out[2] = out[3] = out[4] = 0;
    }
}

static gboolean
reaches (const Sweep *sweep, const Item *item, double pixel, double squared_dy)
{
    double dx = centre_at (&sweep->columns, pixel) - item->x;
    return (dx * dx + squared_dy) / (sweep->bandwidth_m * sweep->bandwidth_m) < 1;
}

/* Pixels from .. to - 1 that the item reaches, counted from the row's first segment. The square
 * root may be off by a pixel, the test at the ends is not. */
static gboolean
pixels_of (const Sweep *sweep, const Item *item, double rest, double squared_dy, guint32 *out_from,
           guint32 *out_to)
{
    const Centres *columns = &sweep->columns;
    double half = sweep->bandwidth_m * sqrt (rest) / columns->pixel_m;
    double position = (item->x - columns->base_m) / columns->pixel_m - columns->index - 0.5;
    double end = sweep->first + (double) sweep->length * sweep->n_segments;
    double from = ceil (position - half) - 1, to = floor (position + half) + 2;
    from = MAX (from, sweep->first);
    to = MIN (to, end);
    while (from < to && !reaches (sweep, item, from, squared_dy))
        from++;
    while (from < to && !reaches (sweep, item, to - 1, squared_dy))
        to--;
    *out_from = (guint32) MAX (from - sweep->first, 0);
    *out_to = (guint32) MAX (to - sweep->first, 0);
    return from < to;
}

static void
add_item (const Sweep *sweep, const Item *item, double y, double *change)
{
    double b = sweep->bandwidth_m, dy = item->y - y, rest = 1 - dy * dy / (b * b);
    guint32 from, to;
    if (rest <= 0 || !pixels_of (sweep, item, rest, dy * dy, &from, &to))
        return;
    for (guint32 segment = from / sweep->length; from < to; segment++) {
        guint32 end = (segment + 1) * sweep->length;
        double middle = sweep->first + (double) segment * sweep->length + sweep->length * 0.5 - 0.5;
        double term[TERMS];
        expand (sweep->kernel, rest, (item->x - centre_at (&sweep->columns, middle)) / b,
                item->weight, term);
        for (guint k = 0; k < TERMS; k++)
            change[(gsize) from * TERMS + k] += term[k];
        if (to < end)
            for (guint k = 0; k < TERMS; k++)
                change[(gsize) to * TERMS + k] -= term[k];
        from = MIN (end, to);
    }
}

/* Runs through the changes, writes what lies in the window, leaves zeros behind. */
static void
read_row (const Sweep *sweep, double *change, double *out)
{
    double scale = sweep->columns.pixel_m / sweep->bandwidth_m;
    for (guint32 segment = 0; segment < sweep->n_segments; segment++) {
        double sum[TERMS] = { 0 };
        for (guint32 k = 0; k < sweep->length; k++) {
            guint32 pixel = segment * sweep->length + k;
            double u = (k + 0.5 - sweep->length * 0.5) * scale, i = sweep->first + pixel;
            double *own = change + (gsize) pixel * TERMS;
            for (guint t = 0; t < TERMS; t++) {
                sum[t] += own[t];
                own[t] = 0;
            }
            if (i >= 0 && i < sweep->columns.n)
                out[(guint32) i] =
                    sweep->per_km2 *
                    (sum[0] + u * (sum[1] + u * (sum[2] + u * (sum[3] + u * sum[4]))));
        }
    }
}

static gpointer
sweep_bands (gpointer data)
{
    Sweep *sweep = data;
    gsize room = (gsize) sweep->length * sweep->n_segments * TERMS;
    g_autofree double *change = g_try_new0 (double, room);
    if (change == NULL) {
        g_atomic_int_set (&sweep->short_of_memory, TRUE);
        return NULL;
    }
    for (;;) {
        guint32 from = (guint32) g_atomic_int_add (&sweep->next_band, 1) * BAND;
        if (from >= sweep->rows.n || g_cancellable_is_cancelled (sweep->cancel))
            return NULL;
        if (g_thread_self () == sweep->asker)
            cg_progress_step (sweep->progress, "rows", from / BAND, sweep->rows.n / BAND + 1);
        for (guint32 r = from; r < MIN (from + BAND, sweep->rows.n); r++) {
            double y = centre (&sweep->rows, r), reach = sweep->bandwidth_m * (1 + 1e-12);
            guint32 last = find_item (sweep, y + reach);
            for (guint32 k = find_item (sweep, y - reach); k < last; k++)
                add_item (sweep, &sweep->item[k], y, change);
            read_row (sweep, change, sweep->out + (gsize) r * sweep->columns.n);
        }
    }
}

static void
lay_segments (Sweep *sweep)
{
    const Centres *columns = &sweep->columns;
    sweep->length = (guint32) CLAMP (ceil (sweep->bandwidth_m / columns->pixel_m), 1, MOST_PIXELS);
    double start = floor (columns->index / sweep->length) * sweep->length;
    sweep->first = start - columns->index;
    sweep->n_segments = (guint32) ceil ((columns->n - sweep->first) / sweep->length);
}

static gboolean
run (const Events *events, const CgDensityOptions *options, double bandwidth_m, double *out,
     GError **error)
{
    const Kernel *kernel = cg_kernel_get (options->kernel);
    Sweep sweep = { .kernel = options->kernel,
                    .bandwidth_m = bandwidth_m,
                    .per_km2 = 1e6 / (kernel->mass * bandwidth_m * bandwidth_m),
                    .out = out,
                    .asker = g_thread_self (),
                    .cancel = options->cancel,
                    .progress = options->progress };
    cg_density_centres (options, &sweep.columns, &sweep.rows);
    lay_segments (&sweep);
    g_autofree Item *item = sort_items (events, &sweep.n);
    sweep.item = item;
    GThread *helper[CG_DENSITY_MAX_THREADS];
    guint helpers =
        MIN (CLAMP (options->threads, 1, CG_DENSITY_MAX_THREADS) - 1, sweep.rows.n / BAND);
    if (item != NULL) {
        for (guint k = 0; k < helpers; k++)
            helper[k] = g_thread_new ("sweep", sweep_bands, &sweep);
        sweep_bands (&sweep);
        for (guint k = 0; k < helpers; k++)
            g_thread_join (helper[k]);
    }
    if (cg_is_stopped (options->cancel, error))
        return FALSE;
    if (item != NULL && !sweep.short_of_memory)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u events", events->n);
    return FALSE;
}

gboolean
cg_density_sweep (guint32 n, const double *x, const double *y, const double *weight,
                  const CgDensityOptions *options, double *out_per_km2, GError **error)
{
    if (!cg_density_check_options (options, error))
        return FALSE;
    if (!cg_density_is_polynomial (options->kernel) || options->own_bandwidth_m != NULL ||
        options->edge != CG_EDGE_NONE || options->bandwidth_m == 0) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "the row sweep takes the kernels quartic, epanechnikov, uniform, one "
                             "bandwidth and no edge correction");
        return FALSE;
    }
    Events events = { n, x, y, weight, 1, FALSE };
    return run (&events, options, options->bandwidth_m, out_per_km2, error);
}

/* A pixel that no event reaches holds zero exactly or what adding and taking off left, far below a
 * float's last digit of the peak: it is cut off where no weight is negative. */
gboolean
cg_density_by_sweep (const Events *events, const CgDensityOptions *options, CgDensity *density,
                     GError **error)
{
    gsize n = (gsize) density->width * density->height;
    g_autofree double *value = g_try_new (double, n);
    if (value == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", density->width,
                     density->height);
        return FALSE;
    }
    if (!run (events, options, density->bandwidth_m, value, error))
        return FALSE;
    cg_density_count_events (events, density);
    double peak = 0;
    for (gsize i = 0; i < n; i++)
        peak = MAX (peak, value[i]);
    for (gsize i = 0; i < n; i++)
        density->per_km2[i] =
            (float) (!events->has_negative && value[i] < 1e-13 * peak ? 0 : value[i]);
    density->peak_per_km2 = (float) peak;
    return TRUE;
}
