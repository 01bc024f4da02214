/* The events that a heat map shows, and their density. */
#include "app/screen/screen_internal.h"

#include <math.h>

#define BANDWIDTH_SHARE 0.015
/* A place by itself has few events: they are to make a surface and not a disc each. */
#define PLACE_SHARE 0.05
#define PEAK_MAX_SIDE 1024

static gboolean
box_has (const CgBox *box, double x, double y)
{
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max;
}

void
screen_events (const CgScreen *screen, gint64 since_s, gint64 until_s, ScreenEvents *out)
{
    const CgPlaces *incidents = screen->incidents;
    guint32 from, to;
    screen_range (screen, since_s, until_s, &from, &to);
    *out = (ScreenEvents){ .x = g_new (double, MAX (to - from, 1)),
                           .y = g_new (double, MAX (to - from, 1)) };
    for (guint32 i = from; i < to; i++) {
        gboolean placed = isfinite (incidents->x[i]) && isfinite (incidents->y[i]);
        if (!placed || (screen->grids->n > 0 && screen->tables.incident_grid[i] == CG_NONE)) {
            out->n_left_out++;
            continue;
        }
        out->x[out->n] = incidents->x[i];
        out->y[out->n++] = incidents->y[i];
    }
}

void
screen_heat_events (const ScreenJob *job, gint64 since_s, gint64 until_s, ScreenEvents *out)
{
    const CgScreen *screen = job->screen;
    screen_events (screen->drawn ? screen->whole : screen, since_s, until_s, out);
    out->kernel = job->kernel;
    out->automatic = job->own_bandwidth;
}

void
screen_join_events (const ScreenEvents *one, const ScreenEvents *other, ScreenEvents *out)
{
    gsize n = (gsize) one->n + other->n;
    *out = (ScreenEvents){ .n = (guint32) n,
                           .n_left_out = one->n_left_out + other->n_left_out,
                           .x = g_new (double, n + 1),
                           .y = g_new (double, n + 1),
                           .kernel = one->kernel,
                           .automatic = one->automatic };
    for (guint32 i = 0; i < out->n; i++) {
        gboolean first = i < one->n;
        out->x[i] = first ? one->x[i] : other->x[i - one->n];
        out->y[i] = first ? one->y[i] : other->y[i - one->n];
    }
}

void
screen_events_clear (ScreenEvents *events)
{
    g_clear_pointer (&events->x, g_free);
    g_clear_pointer (&events->y, g_free);
}

guint32
screen_events_in (const ScreenEvents *events, const CgBox *box)
{
    guint32 n = 0;
    for (guint32 i = 0; i < events->n; i++)
        n += box_has (box, events->x[i], events->y[i]);
    return n;
}

/* Two significant digits: nobody chooses a kernel finer than that. */
static double
round_bandwidth (double bandwidth_m)
{
    double unit = bandwidth_m >= 1000 ? 100 : bandwidth_m >= 100 ? 10 : 1;
    return MAX (unit * floor (bandwidth_m / unit + 0.5), 1);
}

static double
rule (const ScreenEvents *events, const double *weight)
{
    return cg_density_bandwidth_m (events->n, events->x, events->y, weight, events->kernel);
}

double
screen_bandwidth (const CgScreen *screen, const ScreenEvents *events, const CgBox *box)
{
    double set_m = screen->tables.config->heat_bandwidth_m;
    if (set_m > 0 && !events->automatic)
        return set_m * cg_kernel_sigmas (events->kernel);
    const CgBox *county = &screen->box;
    double bandwidth_m = rule (events, NULL), bound_m = INFINITY;
    if (!cg_box_is_empty (county))
        bound_m = (screen->whole != NULL ? PLACE_SHARE : BANDWIDTH_SHARE) *
                  sqrt ((county->x_max - county->x_min) * (county->y_max - county->y_min));
    bound_m *= cg_kernel_sigmas (events->kernel);
    if (bound_m > 0)
        bandwidth_m = MIN (bandwidth_m, bound_m);
    if (box != NULL) {
        g_autofree double *inside = g_new (double, MAX (events->n, 1));
        for (guint32 i = 0; i < events->n; i++)
            inside[i] = box_has (box, events->x[i], events->y[i]);
        double inside_m = rule (events, inside);
        bandwidth_m = MIN (bandwidth_m, inside_m);
    }
    return round_bandwidth (bandwidth_m);
}

gboolean
screen_peak (const ScreenEvents *events, const CgBox *box, double bandwidth_m,
             double *inout_per_km2, GError **error)
{
    CgBox all = cg_box_is_empty (box) ? (CgBox){ 0, 0, 1000, 1000 } : *box;
    /* A county of one point has a box without area. */
    all.x_max = MAX (all.x_max, all.x_min + 1);
    all.y_max = MAX (all.y_max, all.y_min + 1);
    double step_m = bandwidth_m / 4;
    CgDensityOptions options = {
        .kernel = events->kernel,
        .bandwidth_m = bandwidth_m,
        .box = all,
        .width = (guint32) CLAMP (ceil ((all.x_max - all.x_min) / step_m), 16, PEAK_MAX_SIDE),
        .height = (guint32) CLAMP (ceil ((all.y_max - all.y_min) / step_m), 16, PEAK_MAX_SIDE),
    };
    g_autoptr (CgDensity) density =
        cg_density_run (events->n, events->x, events->y, NULL, &options, error);
    if (density == NULL)
        return FALSE;
    *inout_per_km2 = MAX (*inout_per_km2, density->peak_per_km2);
    return TRUE;
}

/* Half the pixels are enough: a kernel is wider than two of them, and the painter samples between.
 */
CgDensity *
screen_density (const ScreenEvents *events, const CgMapView *view, double bandwidth_m,
                GError **error)
{
    CgDensityOptions options = {
        .kernel = events->kernel,
        .bandwidth_m = bandwidth_m,
        .box = view->box,
        .width = MAX (1, (guint32) (view->rect.width / 2)),
        .height = MAX (1, (guint32) (view->rect.height / 2)),
    };
    return cg_density_run (events->n, events->x, events->y, NULL, &options, error);
}

/* Pixel by pixel; elsewhere a raster of half the pixels, which the painter samples. */
gboolean
screen_paint_heat (const ScreenJob *job, const CgMapView *view, const ScreenEvents *events,
                   double bandwidth_m, const CgHeat *heat, GError **error)
{
    CgDensityOptions options = {
        .kernel = events->kernel,
        .bandwidth_m = bandwidth_m,
        .box = view->box,
        .width = MAX (1, (guint32) (view->rect.width + 0.5)),
        .height = MAX (1, (guint32) (view->rect.height + 0.5)),
    };
    if (cg_canvas_takes_pixels (job->canvas)) {
        g_autoptr (CgDensityField) field =
            cg_density_field_new (events->n, events->x, events->y, NULL, &options, error);
        if (field == NULL)
            return FALSE;
        if (cg_map_heat_field (job->canvas, view, field, heat))
            return TRUE;
    }
    g_autoptr (CgDensity) density = screen_density (events, view, bandwidth_m, error);
    if (density != NULL)
        cg_map_heat (job->canvas, view, density, heat);
    return density != NULL;
}
