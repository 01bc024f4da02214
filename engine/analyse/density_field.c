#include "analyse/density_field.h"

#include "analyse/density_internal.h"
#include "base/error.h"

struct CgDensityField {
    CgDensity info;
    CgDensity *raster; /* NULL: the surface is read */
    Surface surface;
};

CgDensityField *
cg_density_field_new (guint32 n, const double *x, const double *y, const double *weight,
                      const CgDensityOptions *options, GError **error)
{
    double spacings;
    if (!cg_density_check_options (options, error))
        return NULL;
    g_autoptr (CgDensityField) field = g_new0 (CgDensityField, 1);
    field->info.width = options->width;
    field->info.height = options->height;
    field->info.box = options->box;
    field->info.bandwidth_m = options->bandwidth_m != 0
                                  ? options->bandwidth_m
                                  : cg_density_bandwidth_m (n, x, y, weight, options->kernel);
    if (options->edge != CG_EDGE_NONE || options->own_bandwidth_m != NULL ||
        !cg_density_wants_spline (n, options, field->info.bandwidth_m, &spacings)) {
        CgDensityOptions known = *options;
        if (options->own_bandwidth_m == NULL)
            known.bandwidth_m = field->info.bandwidth_m;
        field->raster = cg_density_run (n, x, y, weight, &known, error);
        if (field->raster == NULL)
            return NULL;
        field->info = *field->raster;
        return g_steal_pointer (&field);
    }
    Events events = { n, x, y, weight, 1, FALSE, NULL };
    cg_density_scale_events (&events);
    return cg_density_by_spline (&events, options, spacings, &field->info, &field->surface, error)
               ? g_steal_pointer (&field)
               : NULL;
}

CgDensityField *
cg_density_field_live (const CgDensityLive *live, const CgLiveSelection *selection,
                       const CgDensityOptions *options, GError **error)
{
    g_autoptr (CgDensityField) field = g_new0 (CgDensityField, 1);
    field->info.width = options->width;
    field->info.height = options->height;
    field->info.box = options->box;
    field->info.bandwidth_m = options->bandwidth_m;
    return cg_density_live_surface (live, selection, options, &field->surface, error)
               ? g_steal_pointer (&field)
               : NULL;
}

void
cg_density_field_free (CgDensityField *field)
{
    if (field == NULL)
        return;
    cg_density_free (field->raster);
    cg_density_surface_done (&field->surface);
    g_free (field);
}

const CgDensity *
cg_density_field_info (const CgDensityField *field)
{
    return &field->info;
}

static gboolean
no_memory (const CgDensityField *field, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                 "not enough memory for a density of %u x %u pixels", field->info.width,
                 field->info.height);
    return FALSE;
}

gboolean
cg_density_field_peak (const CgDensityField *field, guint threads, double *out_per_km2,
                       GError **error)
{
    const Surface *surface = &field->surface;
    float peak;
    if (field->raster != NULL) {
        *out_per_km2 = field->raster->peak_per_km2;
        return TRUE;
    }
    if (!cg_density_read_peak (&surface->smoothed, &surface->columns, &surface->rows, threads,
                               &peak))
        return no_memory (field, error);
    *out_per_km2 = peak;
    return TRUE;
}

static gboolean
read_field (const CgDensityField *field, guint threads, const PixelSink *sink, GError **error)
{
    const Surface *surface = &field->surface;
    float peak;
    return cg_density_read_pixels (&surface->smoothed, &surface->columns, &surface->rows,
                                   surface->least, threads, sink, &peak) ||
           no_memory (field, error);
}

gboolean
cg_density_field_steps (const CgDensityField *field, const CgDensityScale *scale, guint threads,
                        gsize stride, guint8 *out, GError **error)
{
    const CgDensity *raster = field->raster;
    PixelSink sink = { .step = out, .stride = stride, .scale = *scale };
    if (raster == NULL)
        return read_field (field, threads, &sink, error);
    for (guint32 i = 0; i < raster->height; i++)
        cg_density_steps (scale, raster->width, raster->per_km2 + (gsize) i * raster->width,
                          out + i * stride);
    return TRUE;
}

gboolean
cg_density_field_rows (const CgDensityField *field, const CgDensityScale *scale, CgDensityRow row,
                       gpointer user_data, GError **error)
{
    const CgDensity *raster = field->raster;
    PixelSink sink = { .scale = *scale, .row = row, .user_data = user_data };
    if (raster == NULL)
        return read_field (field, 1, &sink, error);
    g_autofree guint8 *step = g_try_malloc (raster->width);
    if (step == NULL)
        return no_memory (field, error);
    for (guint32 i = 0; i < raster->height; i++) {
        cg_density_steps (scale, raster->width, raster->per_km2 + (gsize) i * raster->width, step);
        row (user_data, step);
    }
    return TRUE;
}
