/* Density of events with bandwidths of their own. Narrow kernels are stamped as they are. The
 * others are mixtures of kernels of a few set widths, a lattice for each:
 *
 *     K (h) = sum over four neighbouring classes of c_k K (h_k)
 *
 * with c from the cubic through four points of log h, so that the error falls with the fourth power
 * of the step between classes, where the nearest class alone would be wrong by the step itself. */
#include "analyse/density_internal.h"
#include "base/error.h"

#define STEP 0.12            /* between classes, in log bandwidth                                */
#define STEP_ENDING 0.06     /* of kernels that end: at their rim they are not smooth            */
#define MOST_CLASSES 64      /* further apart where events ask for more                          */
#define GAUSSIAN_STAMPED 5e7 /* pixels within six sigma of events that are stamped all the same */

/* Class k has the bandwidth least_m * exp (k * step). */
typedef struct {
    guint n;
    double least_m, step;
} Classes;

/* Events in the order of the interval between classes that they lie in. */
typedef struct {
    guint32 n, *start; /* [classes->n] + 1 */
    double *x, *y, *weight, *position;
    double *share; /* [n] weight for the class that is being drawn */
} Sorted;

static void
sorted_done (Sorted *sorted)
{
    g_free (sorted->start);
    g_free (sorted->x);
    g_free (sorted->y);
    g_free (sorted->weight);
    g_free (sorted->position);
    g_free (sorted->share);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sorted, sorted_done)

static gboolean
is_wide (const Events *events, guint32 i, double narrow_m)
{
    return event_is_usable (events, i) && events->bandwidth_m[i] >= narrow_m;
}

/* Bandwidth from which on events go to classes; INFINITY: stamping all is affordable. It depends on
 * the events and the size of pixels, not on the window, so that windows agree. */
static double
find_narrow (const Events *events, CgKernel kernel, double pixel_x, double pixel_y)
{
    gboolean gaussian = kernel == CG_KERNEL_GAUSSIAN;
    double area = 0;
    for (guint32 i = 0; i < events->n; i++)
        if (event_is_usable (events, i))
            area += events->bandwidth_m[i] * events->bandwidth_m[i];
    double pixels = area / pixel_x / pixel_y * G_PI * (gaussian ? 36 : 1);
    if (pixels <= (gaussian ? GAUSSIAN_STAMPED : CG_DENSITY_STAMPED))
        return INFINITY;
    return MAX (pixel_x, pixel_y) * (gaussian ? 3 : 10);
}

static guint32
lay_classes (const Events *events, CgKernel kernel, double narrow_m, Classes *out)
{
    double least = INFINITY, most = 0;
    guint32 n = 0;
    for (guint32 i = 0; i < events->n; i++)
        if (is_wide (events, i, narrow_m)) {
            least = MIN (least, events->bandwidth_m[i]);
            most = MAX (most, events->bandwidth_m[i]);
            n++;
        }
    double range = n > 0 ? log (most / least) : 0;
    double wanted = ceil (range / (kernel == CG_KERNEL_GAUSSIAN ? STEP : STEP_ENDING)) + 1;
    out->least_m = least;
    out->n = range < 1e-9 ? 1 : (guint) CLAMP (wanted, 4, MOST_CLASSES);
    out->step = out->n > 1 ? range / (out->n - 1) : 1;
    return n;
}

static guint
interval_of (const Classes *classes, double position)
{
    return classes->n < 2 ? 0 : (guint) CLAMP (floor (position), 0, classes->n - 2.0);
}

/* Counting sort; within an interval the order is that of the input. */
static gboolean
sort_events (const Events *events, const Classes *classes, double narrow_m, guint32 n, Sorted *out)
{
    *out = (Sorted){ n,
                     g_new0 (guint32, classes->n + 2),
                     g_try_new (double, n),
                     g_try_new (double, n),
                     g_try_new (double, n),
                     g_try_new (double, n),
                     g_try_new (double, n) };
    if (out->x == NULL || out->y == NULL || out->weight == NULL || out->position == NULL ||
        out->share == NULL)
        return FALSE;
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 i = 0; i < events->n; i++) {
            if (!is_wide (events, i, narrow_m))
                continue;
            double position = log (events->bandwidth_m[i] / classes->least_m) / classes->step;
            guint interval = interval_of (classes, position);
            if (pass == 0) {
                out->start[interval + 2]++;
                continue;
            }
            guint32 at = out->start[interval + 1]++;
            out->x[at] = events->x[i];
            out->y[at] = events->y[i];
            out->weight[at] = event_weight (events, i);
            out->position[at] = position;
        }
        for (guint k = 1; pass == 0 && k <= classes->n; k++)
            out->start[k + 1] += out->start[k];
    }
    return TRUE;
}

/* What the cubic through four classes gives to class k. */
static double
class_share (const Classes *classes, double position, guint k)
{
    if (classes->n == 1)
        return 1;
    guint interval = interval_of (classes, position);
    guint first = CLAMP ((int) interval - 1, 0, (int) classes->n - 4);
    double u = position - first;
    switch ((int) k - (int) first) {
    case 0:
        return -(u - 1) * (u - 2) * (u - 3) / 6;
    case 1:
        return u * (u - 2) * (u - 3) / 2;
    case 2:
        return -u * (u - 1) * (u - 3) / 2;
    case 3:
        return u * (u - 1) * (u - 2) / 6;
    default:
        return 0;
    }
}

/* The events that reach class k lie one after the other. */
static Events
events_of_class (const Classes *classes, Sorted *sorted, guint k, double to_fixed)
{
    guint first = k >= 3 ? k - 3 : 0, last = MIN (k + 3, classes->n - 1);
    guint32 from = sorted->start[first], to = sorted->start[last + 1];
    for (guint32 i = from; i < to; i++)
        sorted->share[i] = sorted->weight[i] * class_share (classes, sorted->position[i], k);
    return (Events){ to - from, sorted->x + from, sorted->y + from, sorted->share + from, to_fixed,
                     TRUE };
}

static gboolean
add_classes (const Events *events, const CgDensityOptions *options, const Classes *classes,
             Sorted *sorted, CgDensity *density, GError **error)
{
    gsize n = (gsize) density->width * density->height;
    double pixel_m = MAX ((density->box.x_max - density->box.x_min) / density->width,
                          (density->box.y_max - density->box.y_min) / density->height);
    g_autofree float *layer = g_try_new (float, n);
    if (layer == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "not enough memory for a density of %u x %u pixels", density->width,
                     density->height);
        return FALSE;
    }
    /* Taps depend on the spacings alone: they are made once for all classes. */
    g_auto (Taps) coarse_taps = { 0 }, fine_taps = { 0 };
    gboolean gaussian = options->kernel == CG_KERNEL_GAUSSIAN;
    for (guint k = 0; k < classes->n; k++) {
        CgDensity one = *density;
        cg_progress (options->progress, "bandwidths", k, classes->n);
        if (cg_is_stopped (options->cancel, error))
            return FALSE;
        one.per_km2 = layer;
        one.bandwidth_m = classes->least_m * exp (k * classes->step);
        Events part = events_of_class (classes, sorted, k, events->to_fixed);
        gboolean coarse = gaussian || one.bandwidth_m / pixel_m < 32;
        double spacings = gaussian ? CG_LATTICE_SPACINGS : coarse ? 12 : 24;
        Taps *taps = coarse ? &coarse_taps : &fine_taps;
        if (taps->column == NULL)
            cg_density_taps (taps, options->kernel, spacings, 0);
        g_auto (Surface) surface = { 0 };
        if (!cg_density_by_taps (&part, options, spacings, taps, &one, &surface, error) ||
            !cg_density_read_surface (&surface, options->threads, &one, error))
            return FALSE;
        for (gsize i = 0; i < n; i++)
            density->per_km2[i] += layer[i];
    }
    return TRUE;
}

/* A stamp's height goes with 1 / bandwidth^2; by_stamps divides by that of the global one. */
static gboolean
stamp_narrow (const Events *events, const CgDensityOptions *options, double narrow_m,
              CgDensity *density, GError **error)
{
    g_autofree double *weight = g_try_new (double, (gsize) events->n + 1);
    if (weight == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u events", events->n);
        return FALSE;
    }
    for (guint32 i = 0; i < events->n; i++) {
        double ratio = density->bandwidth_m / events->bandwidth_m[i];
        weight[i] = event_is_usable (events, i) && events->bandwidth_m[i] < narrow_m
                        ? event_weight (events, i) * ratio * ratio
                        : NAN;
    }
    Events narrow = { events->n, events->x, events->y, weight, 1, FALSE, events->bandwidth_m };
    cg_density_scale_events (&narrow);
    return cg_density_by_stamps (&narrow, options, density, error);
}

/* The cubic's negative parts leave some millionths below zero where nothing is. */
static void
finish (const Events *events, CgDensity *density)
{
    gsize n = (gsize) density->width * density->height;
    float peak = 0;
    for (gsize i = 0; i < n; i++) {
        if (!events->has_negative)
            density->per_km2[i] = MAX (density->per_km2[i], 0);
        peak = MAX (peak, density->per_km2[i]);
    }
    density->peak_per_km2 = peak;
    cg_density_count_events (events, density);
}

gboolean
cg_density_by_classes (const Events *events, const CgDensityOptions *options, CgDensity *density,
                       GError **error)
{
    double narrow_m = find_narrow (events, options->kernel,
                                   (density->box.x_max - density->box.x_min) / density->width,
                                   (density->box.y_max - density->box.y_min) / density->height);
    Classes classes;
    g_auto (Sorted) sorted = { 0 };
    guint32 n_wide = lay_classes (events, options->kernel, narrow_m, &classes);
    if (!stamp_narrow (events, options, narrow_m, density, error))
        return FALSE;
    if (n_wide > 0 && !sort_events (events, &classes, narrow_m, n_wide, &sorted)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u events", events->n);
        return FALSE;
    }
    if (n_wide > 0 && !add_classes (events, options, &classes, &sorted, density, error))
        return FALSE;
    finish (events, density);
    return TRUE;
}
