#include "app/density/surface.h"

#include <string.h>

#include "base/error.h"

void
cg_surface_done (CgSurface *surface)
{
    cg_keyed_areas_free (surface->areas);
    cg_density_region_free (surface->region);
    g_free (surface->own_bandwidth_m);
    memset (surface, 0, sizeof *surface);
}

gboolean
cg_surface_read (const CgSurfaceOptions *options, const char *working_crs, CgSurface *surface,
                 GError **error)
{
    if (options->boundary == NULL)
        return TRUE;
    g_autoptr (CgImportReport) report = cg_import_report_new (options->boundary);
    CgImportOptions import = CG_IMPORT_OPTIONS_DEFAULT;
    import.path = options->boundary;
    import.working_crs = working_crs;
    surface->areas = cg_import_keyed_areas (&import, NULL, NULL, report, error);
    return surface->areas != NULL;
}

gboolean
cg_surface_set_region (const CgSurfaceOptions *options, const CgBox *box, CgSurface *surface,
                       GError **error)
{
    if (options->edge == CG_EDGE_NONE)
        return TRUE;
    surface->region = cg_density_region_new (
        surface->areas != NULL ? surface->areas->shapes : NULL, box, error);
    return surface->region != NULL;
}

gboolean
cg_surface_find_bandwidth (const CgSurfaceOptions *options, const CgPlaces *points,
                           const CgProgress *progress, GCancellable *cancel,
                           CgSurface *surface, GError **error)
{
    surface->bandwidth_m = options->bandwidth_m;
    return options->bandwidth_m > 0 ||
           cg_bandwidth_find (options->rule, points->n, points->x, points->y, points->weight,
                              options->kernel, surface->region, progress, cancel,
                              &surface->bandwidth_m, error);
}

gboolean
cg_surface_adapt (const CgSurfaceOptions *options, const CgPlaces *points, double least_m,
                  CgSurface *surface, GError **error)
{
    if (!options->adaptive)
        return TRUE;
    if (options->edge == CG_EDGE_UNIFORM) {
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                             "--edge uniform: needs one bandwidth for all events; with --bandwidth "
                             "adaptive take --edge diggle");
        return FALSE;
    }
    CgAdaptiveOptions adaptive = { options->kernel, surface->bandwidth_m, least_m,
                                   surface->region };
    surface->own_bandwidth_m = g_new (double, (gsize) points->n + 1);
    return cg_adaptive_bandwidths (points->n, points->x, points->y, points->weight, &adaptive,
                                   surface->own_bandwidth_m, &surface->adaptive, error);
}

void
cg_surface_fill (const CgSurfaceOptions *options, const CgSurface *surface, CgDensityOptions *out)
{
    out->kernel = options->kernel;
    out->bandwidth_m = surface->bandwidth_m;
    out->edge = options->edge;
    out->region = surface->region;
    out->own_bandwidth_m = surface->own_bandwidth_m;
}

void
cg_surface_report (const CgSurfaceOptions *options, const CgSurface *surface, json_t *report)
{
    const char *rule = options->bandwidth_m > 0 ? "given" : cg_bandwidth_rule_name (options->rule);
    json_object_set_new (report, "bandwidth_m", json_real (surface->bandwidth_m));
    json_object_set_new (report, "rule", json_string (rule));
    json_object_set_new (report, "kernel", json_string (cg_kernel_name (options->kernel)));
    json_object_set_new (report, "edge", json_string (cg_edge_name (options->edge)));
    const CgAdaptive *own = &surface->adaptive;
    if (surface->own_bandwidth_m != NULL)
        json_object_set_new (report, "adaptive",
                             json_pack ("{s:f, s:f, s:i, s:i}", "least_m", own->least_m, "most_m",
                                        own->most_m, "trimmed", (int) own->trimmed, "raised",
                                        (int) own->raised));
}

/* ---- words ------------------------------------------------------------------------------------
 */

gboolean
cg_parse_metres (const char *text, double max, double *out)
{
    char *end;
    *out = g_ascii_strtod (text, &end);
    return end != text && (*end == '\0' || strcmp (end, "m") == 0) && *out > 0 && *out <= max;
}

gboolean
cg_surface_parse_bandwidth (const char *text, CgSurfaceOptions *out, GError **error)
{
    const char *rest = text;
    if (text != NULL && g_str_has_prefix (text, "adaptive")) {
        out->adaptive = TRUE;
        rest = text + strlen ("adaptive");
        if (*rest == '\0')
            return TRUE;
        rest = *rest == ':' ? rest + 1 : "";
    }
    if (rest == NULL || cg_bandwidth_rule_parse (rest, &out->rule) ||
        (cg_parse_metres (rest, CG_DENSITY_MAX_BANDWIDTH_M, &out->bandwidth_m) &&
         out->bandwidth_m >= CG_DENSITY_MIN_BANDWIDTH_M))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "--bandwidth: '%s' is neither metres (%g to %g) nor auto, scott, diggle, loo, "
                 "adaptive or adaptive:METRES",
                 text, CG_DENSITY_MIN_BANDWIDTH_M, CG_DENSITY_MAX_BANDWIDTH_M);
    return FALSE;
}

gboolean
cg_surface_parse_names (const char *kernel, const char *edge, CgSurfaceOptions *out, GError **error)
{
    if (kernel != NULL && !cg_kernel_parse (kernel, &out->kernel)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--kernel: '%s' is none of gaussian, quartic, epanechnikov, triangular, uniform",
                     kernel);
        return FALSE;
    }
    if (edge != NULL && !cg_edge_parse (edge, &out->edge)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "--edge: '%s' is none of none, uniform, diggle", edge);
        return FALSE;
    }
    return TRUE;
}
