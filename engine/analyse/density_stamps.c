/* Kernels narrower than a few pixels: each event adds its kernel to the pixels in reach. */
#include "analyse/density_internal.h"
#include "base/error.h"

#define GAUSSIAN_REACH 6.0 /* standard deviations: e^-18 is left out */
#define BLOCK 64           /* pixels                                   */

typedef struct {
    double first,
        step; /* centre of pixel 0 and distance to the next; step < 0 from north to south */
    guint32 count;
    double *value; /* of one event: along one axis */
} Axis;

/* Pixels whose centres lie within reach of centre: from .. to - 1. */
static void
pixels_in_reach (const Axis *axis, double centre, double reach, guint32 *out_from, guint32 *out_to)
{
    double position = (centre - axis->first) / axis->step, pixels = reach / fabs (axis->step);
    *out_from = (guint32) CLAMP (ceil (position - pixels), 0, axis->count);
    *out_to = (guint32) CLAMP (floor (position + pixels) + 1, *out_from, axis->count);
}

static double
distance (const Axis *axis, guint32 pixel, double centre)
{
    return axis->first + pixel * axis->step - centre;
}

static void
stamp_gaussian (const Axis *columns, const Axis *rows, double x, double y, double weight,
                double sigma, gint64 *sums)
{
    guint32 left, right, top, bottom;
    pixels_in_reach (columns, x, GAUSSIAN_REACH * sigma, &left, &right);
    pixels_in_reach (rows, y, GAUSSIAN_REACH * sigma, &top, &bottom);
    for (guint32 c = left; c < right && top < bottom; c++) {
        double d = distance (columns, c, x) / sigma;
        columns->value[c] = exp (-d * d / 2);
    }
    for (guint32 r = top; r < bottom; r++) {
        double d = distance (rows, r, y) / sigma, factor = weight * exp (-d * d / 2);
        gint64 *line = sums + (gsize) r * columns->count;
        for (guint32 c = left; c < right; c++)
            line[c] += (gint64) (factor * columns->value[c]);
    }
}

static void
stamp_quartic (const Axis *columns, const Axis *rows, double x, double y, double weight,
               double radius, gint64 *sums)
{
    guint32 left, right, top, bottom;
    pixels_in_reach (rows, y, radius, &top, &bottom);
    for (guint32 r = top; r < bottom; r++) {
        double v = distance (rows, r, y) / radius, rest = 1 - v * v;
        if (rest <= 0)
            continue;
        pixels_in_reach (columns, x, radius * sqrt (rest), &left, &right);
        gint64 *line = sums + (gsize) r * columns->count;
        for (guint32 c = left; c < right; c++) {
            double u = distance (columns, c, x) / radius, inner = MAX (rest - u * u, 0);
            line[c] += (gint64) (weight * inner * inner);
        }
    }
}

static void
stamp (const Events *events, CgKernel kernel, double bandwidth_m, const Axis *columns,
       const Axis *rows, const guint32 *order, guint32 n, gint64 *sums)
{
    for (guint32 k = 0; k < n; k++) {
        guint32 i = order[k];
        double weight = event_weight (events, i) * events->to_fixed;
        if (kernel == CG_KERNEL_GAUSSIAN)
            stamp_gaussian (columns, rows, events->x[i], events->y[i], weight, bandwidth_m, sums);
        else
            stamp_quartic (columns, rows, events->x[i], events->y[i], weight, bandwidth_m, sums);
    }
}

static guint32
block_of (const Axis *axis, double centre)
{
    return (guint32) CLAMP ((centre - axis->first) / axis->step, 0, axis->count - 1) / BLOCK;
}

/* Usable events by blocks of pixels, so that those which follow one another write to memory that is
 * still near. The sums are integers: the order changes no bit. NULL when memory is
 * short. (g_free) */
static guint32 *
order_by_block (const Events *events, const Axis *columns, const Axis *rows, guint32 *out_n)
{
    guint32 blocks_x = (columns->count - 1) / BLOCK + 1, blocks_y = (rows->count - 1) / BLOCK + 1;
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
cg_density_by_stamps (const Events *events, CgKernel kernel, CgDensity *density, GError **error)
{
    const CgBox *box = &density->box;
    double pixel_x = (box->x_max - box->x_min) / density->width;
    double pixel_y = (box->y_max - box->y_min) / density->height;
    gsize n = (gsize) density->width * density->height;
    g_autofree gint64 *sums = g_try_new0 (gint64, n);
    g_autofree double *value = g_try_new (double, density->width);
    Axis columns = { box->x_min + pixel_x / 2, pixel_x, density->width, value };
    Axis rows = { box->y_max - pixel_y / 2, -pixel_y, density->height, NULL };
    guint32 n_events;
    g_autofree guint32 *order = order_by_block (events, &columns, &rows, &n_events);
    if (sums == NULL || value == NULL || order == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", density->width,
                     density->height);
        return FALSE;
    }
    double bandwidth_m = density->bandwidth_m;
    stamp (events, kernel, bandwidth_m, &columns, &rows, order, n_events, sums);
    double mass = kernel == CG_KERNEL_GAUSSIAN ? 2 * G_PI : G_PI / 3;
    double per_km2 = 1e6 / (mass * bandwidth_m * bandwidth_m) / events->to_fixed;
    for (gsize i = 0; i < n; i++)
        density->per_km2[i] = (float) (sums[i] * per_km2);
    return TRUE;
}
