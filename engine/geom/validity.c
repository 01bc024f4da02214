#include "geom_internal.h"

#include "base/error.h"

#include <math.h>

/* Reads what GEOS tells of the first defect; FALSE when the library failed. */
static gboolean
detail (CgGeomContext *context, const GEOSGeometry *g, gboolean *out_valid, char **out_reason,
        double *out_x, double *out_y)
{
    char *reason = NULL;
    GEOSGeometry *place = NULL;
    char valid = GEOSisValidDetail_r (context->geos, g, 0, &reason, &place);
    if (valid == 2)
        return FALSE;
    double x = NAN, y = NAN;
    if (place != NULL && GEOSisEmpty_r (context->geos, place) == 0) {
        GEOSGeomGetX_r (context->geos, place, &x);
        GEOSGeomGetY_r (context->geos, place, &y);
    }
    *out_valid = valid == 1;
    *out_reason = reason != NULL ? g_strdup (reason) : NULL;
    *out_x = x;
    *out_y = y;
    if (reason != NULL)
        GEOSFree_r (context->geos, reason);
    if (place != NULL)
        GEOSGeom_destroy_r (context->geos, place);
    return TRUE;
}

gboolean
cg_geom_validity (const CgShapes *areas, guint32 i, gboolean *out_valid, char **out_reason,
                  double *out_x, double *out_y, GError **error)
{
    if (!cg_geom_check_areas (areas, error))
        return FALSE;
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    GEOSGeometry *g = cg_geom_own (context, cg_geom_read (context, areas, i, error));
    if (g == NULL)
        return FALSE;
    gboolean valid;
    g_autofree char *reason = NULL;
    double x, y;
    if (!detail (context, g, &valid, &reason, &x, &y))
        return cg_geom_fail (context, "checking validity", error);
    *out_valid = valid;
    if (out_reason != NULL)
        *out_reason = valid ? NULL : g_steal_pointer (&reason);
    if (out_x != NULL)
        *out_x = valid ? NAN : x;
    if (out_y != NULL)
        *out_y = valid ? NAN : y;
    return TRUE;
}

static GEOSGeometry *
make_valid (CgGeomContext *context, const GEOSGeometry *g)
{
    GEOSMakeValidParams *params = GEOSMakeValidParams_create_r (context->geos);
    if (params == NULL)
        return NULL;
    /* By structure: nested shells merge, where the method by line work would turn them to holes. */
    GEOSMakeValidParams_setMethod_r (context->geos, params, GEOS_MAKE_VALID_STRUCTURE);
    GEOSMakeValidParams_setKeepCollapsed_r (context->geos, params, 0);
    GEOSGeometry *made = GEOSMakeValidWithParams_r (context->geos, g, params);
    cg_geom_own (context, made);
    GEOSMakeValidParams_destroy_r (context->geos, params);
    if (made == NULL || GEOSNormalize_r (context->geos, made) != 0)
        return NULL;
    return made;
}

gboolean
cg_geom_repair (const CgShapes *areas, guint32 i, CgShapes *out, double *out_change_m2,
                GError **error)
{
    if (!cg_geom_check_areas (areas, error) || !cg_geom_check_areas (out, error))
        return FALSE;
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    GEOSGeometry *g = cg_geom_own (context, cg_geom_read (context, areas, i, error));
    if (g == NULL)
        return FALSE;
    g_autoptr (CgShapes) one = cg_shapes_new (CG_SHAPES_AREA);
    char valid = GEOSisValid_r (context->geos, g);
    if (valid == 1) {
        cg_shapes_add_shape (one, areas, i);
    } else {
        GEOSGeometry *made = make_valid (context, g);
        if (made == NULL || GEOSisValid_r (context->geos, made) != 1)
            return cg_geom_fail (context, "repairing", error);
        if (!cg_geom_append (context, made, one, error))
            return FALSE;
    }
    if (out_change_m2 != NULL)
        *out_change_m2 = cg_shapes_area (one, 0) - cg_shapes_area (areas, i);
    cg_shapes_add_shape (out, one, 0);
    return TRUE;
}
