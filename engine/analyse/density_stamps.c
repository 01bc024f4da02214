/* The direct sum: each event adds its kernel to the pixels in reach. */
#include "analyse/density_internal.h"
#include "base/error.h"

#define GAUSSIAN_REACH 6.0 /* standard deviations: e^-18 is left out */
#define BLOCK 64           /* pixels                                   */
#define CHECK_EVERY 64     /* events between two looks at whether somebody stopped the work */

/* Pixels whose centres lie within reach of place: from .. to - 1. */
static void
pixels_in_reach (const Centres *axis, double place, double reach, guint32 *out_from,
                 guint32 *out_to)
{
    double position =
        axis->direction * ((place - axis->base_m) / axis->pixel_m - axis->index) - 0.5;
    double pixels = reach / axis->pixel_m;
    *out_from = (guint32) CLAMP (ceil (position - pixels), 0, axis->n);
    *out_to = (guint32) CLAMP (floor (position + pixels) + 1, *out_from, axis->n);
}

static void
stamp_gaussian (const Centres *columns, const Centres *rows, double x, double y, double weight,
                double sigma, double *value, gint64 *sums)
{
    guint32 left, right, top, bottom;
    pixels_in_reach (columns, x, GAUSSIAN_REACH * sigma, &left, &right);
    pixels_in_reach (rows, y, GAUSSIAN_REACH * sigma, &top, &bottom);
    for (guint32 c = left; c < right && top < bottom; c++) {
        double d = (centre (columns, c) - x) / sigma;
        value[c] = exp (-d * d / 2);
    }
    for (guint32 r = top; r < bottom; r++) {
        double d = (centre (rows, r) - y) / sigma, factor = weight * exp (-d * d / 2);
        gint64 *line = sums + (gsize) r * columns->n;
        for (guint32 c = left; c < right; c++)
            line[c] += (gint64) (factor * value[c]);
    }
}

static void
stamp_disc (const Kernel *kernel, const Centres *columns, const Centres *rows, double x, double y,
            double weight, double radius, gint64 *sums)
{
    guint32 left, right, top, bottom;
    pixels_in_reach (rows, y, radius, &top, &bottom);
    for (guint32 r = top; r < bottom; r++) {
        double v = (centre (rows, r) - y) / radius, rest = 1 - v * v;
        if (rest <= 0)
            continue;
        pixels_in_reach (columns, x, radius * sqrt (rest), &left, &right);
        gint64 *line = sums + (gsize) r * columns->n;
        for (guint32 c = left; c < right; c++) {
            double u = (centre (columns, c) - x) / radius;
            line[c] += (gint64) (weight * cg_kernel_value (kernel, u * u + v * v));
        }
    }
}

/* FALSE with error: stopped. */
static gboolean
stamp (const Events *events, const CgDensityOptions *options, double bandwidth_m, const Centres *columns,
       const Centres *rows, const guint32 *order, guint32 n, double *value, gint64 *sums, GError **error)
{
    const Kernel *kernel = cg_kernel_get (options->kernel);
    for (guint32 k = 0; k < n; k++) {
        guint32 i = order[k];
        cg_progress_step (options->progress, "events", k, n);
        if (k % CHECK_EVERY == 0 && cg_is_stopped (options->cancel, error))
            return FALSE;
        double weight = event_weight (events, i) * events->to_fixed;
        double own_m = events->bandwidth_m != NULL ? events->bandwidth_m[i] : bandwidth_m;
        if (kernel->value == NULL)
            stamp_gaussian (columns, rows, events->x[i], events->y[i], weight, own_m, value, sums);
        else
            stamp_disc (kernel, columns, rows, events->x[i], events->y[i], weight, own_m, sums);
    }
    return TRUE;
}

static guint32
block_of (const Centres *axis, double place)
{
    double position =
        axis->direction * ((place - axis->base_m) / axis->pixel_m - axis->index) - 0.5;
    return (guint32) CLAMP (position, 0, axis->n - 1) / BLOCK;
}

void
cg_density_count_events (const Events *events, CgDensity *density)
{
    const CgBox *box = &density->box;
    density->n_used = density->n_outside = 0;
    for (guint32 i = 0; i < events->n; i++) {
        double x = events->x[i], y = events->y[i];
        if (!event_is_usable (events, i))
            continue;
        density->n_used++;
        density->n_outside += x < box->x_min || x > box->x_max || y < box->y_min || y > box->y_max;
    }
}

/* Usable events by blocks of pixels, so that those which follow one another write to memory that is
 * still near. The sums are integers: the order changes no bit. NULL when memory is
 * short. (g_free) */
static guint32 *
order_by_block (const Events *events, const Centres *columns, const Centres *rows, guint32 *out_n)
{
    guint32 blocks_x = (columns->n - 1) / BLOCK + 1, blocks_y = (rows->n - 1) / BLOCK + 1;
    g_autofree guint32 *next = g_try_new0 (guint32, (gsize) blocks_x * blocks_y + 1);
    g_autofree guint32 *order = g_try_new (guint32, (gsize) events->n + 1);
    if (next == NULL || order == NULL)
        return NULL;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 i = 0; i < events->n; i++) {
            if (!event_is_usable (events, i))
                continue;
            gsize block =
                (gsize) block_of (rows, events->y[i]) * blocks_x + block_of (columns, events->x[i]);
            if (pass == 0)
                next[block + 1]++;
            else
                order[next[block]++] = i;
        }
        for (gsize b = 0; pass == 0 && b < (gsize) blocks_x * blocks_y; b++)
            next[b + 1] += next[b];
    }
    *out_n = next[(gsize) blocks_x * blocks_y];
    return g_steal_pointer (&order);
}

gboolean
cg_density_by_stamps (const Events *events, const CgDensityOptions *options, CgDensity *density,
                      GError **error)
{
    const Kernel *kernel = cg_kernel_get (options->kernel);
    gsize n = (gsize) density->width * density->height;
    g_autofree gint64 *sums = g_try_new0 (gint64, n);
    g_autofree double *value = g_try_new (double, density->width);
    Centres columns, rows;
    cg_density_centres (options, &columns, &rows);
    guint32 n_events;
    g_autofree guint32 *order = order_by_block (events, &columns, &rows, &n_events);
    if (sums == NULL || value == NULL || order == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", density->width,
                     density->height);
        return FALSE;
    }
    cg_density_count_events (events, density);
    double bandwidth_m = density->bandwidth_m;
    if (!stamp (events, options, bandwidth_m, &columns, &rows, order, n_events, value, sums, error))
        return FALSE;
    double per_km2 = 1e6 / (kernel->mass * bandwidth_m * bandwidth_m) / events->to_fixed;
    float peak = 0;
    for (gsize i = 0; i < n; i++) {
        density->per_km2[i] = (float) (sums[i] * per_km2);
        peak = MAX (peak, density->per_km2[i]);
    }
    density->peak_per_km2 = peak;
    return TRUE;
}
