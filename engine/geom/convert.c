#include "geom_internal.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

/* GEOS_init_r itself is not safe to run twice at once (libgeos issue 1311). */
static GMutex init_lock;

static void
keep_message (const char *message, void *user_data)
{
    CgGeomContext *context = user_data;
    g_strlcpy (context->message, message, sizeof context->message);
    g_strdelimit (context->message, "\r\n\t", ' ');
    g_strchomp (context->message);
}

static void
drop_message (const char *message, void *user_data)
{
}

CgGeomContext *
cg_geom_context_new (void)
{
    CgGeomContext *context = g_new0 (CgGeomContext, 1);
    g_mutex_lock (&init_lock);
    context->geos = GEOS_init_r ();
    g_mutex_unlock (&init_lock);
    GEOSContext_setErrorMessageHandler_r (context->geos, keep_message, context);
    GEOSContext_setNoticeMessageHandler_r (context->geos, drop_message, context);
    context->owned = g_ptr_array_new ();
    return context;
}

void
cg_geom_context_free (CgGeomContext *context)
{
    if (context == NULL)
        return;
    for (guint i = 0; i < context->owned->len; i++)
        GEOSGeom_destroy_r (context->geos, context->owned->pdata[i]);
    g_ptr_array_free (context->owned, TRUE);
    GEOS_finish_r (context->geos);
    g_free (context);
}

GEOSGeometry *
cg_geom_own (CgGeomContext *context, GEOSGeometry *g)
{
    if (g != NULL)
        g_ptr_array_add (context->owned, g);
    return g;
}

gboolean
cg_geom_fail (CgGeomContext *context, const char *doing, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "%s failed: %s", doing,
                 context->message[0] != '\0' ? context->message : "no reason given");
    return FALSE;
}

gboolean
cg_geom_check_areas (const CgShapes *shapes, GError **error)
{
    if (shapes->kind == CG_SHAPES_AREA)
        return TRUE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, "a table of areas is needed");
    return FALSE;
}

static gboolean
guard_ring (const CgShapes *shapes, guint32 i, guint32 r, GError **error)
{
    static const guint32 least[] = { 1, 2, 4 };
    guint32 first = shapes->ring_vertex[r], end = shapes->ring_vertex[r + 1];
    if (end - first > CG_SHAPES_MAX_RING_VERTICES) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "shape %u: a ring of %u vertices", i,
                     end - first);
        return FALSE;
    }
    if (end - first < least[shapes->kind]) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "shape %u: a ring of only %u vertices", i,
                     end - first);
        return FALSE;
    }
    for (guint32 v = first; v < end; v++)
        if (!(fabs (shapes->x[v]) <= CG_GEOM_MAX_COORDINATE) ||
            !(fabs (shapes->y[v]) <= CG_GEOM_MAX_COORDINATE)) {
            g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                         "shape %u: coordinate (%g, %g) is not finite or out of range", i,
                         shapes->x[v], shapes->y[v]);
            return FALSE;
        }
    if (shapes->kind == CG_SHAPES_AREA &&
        (shapes->x[first] != shapes->x[end - 1] || shapes->y[first] != shapes->y[end - 1])) {
        g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "shape %u: a ring is not closed", i);
        return FALSE;
    }
    return TRUE;
}

static gboolean
guard_shape (const CgShapes *shapes, guint32 i, GError **error)
{
    if (i >= shapes->n_shapes) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "shape %u of a table of %u", i,
                     shapes->n_shapes);
        return FALSE;
    }
    guint32 first = shapes->part_ring[shapes->shape_part[i]];
    guint32 end = shapes->part_ring[shapes->shape_part[i + 1]];
    guint32 n_vertices = shapes->ring_vertex[end] - shapes->ring_vertex[first];
    if (n_vertices > CG_GEOM_MAX_VERTICES) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "shape %u: %u vertices", i, n_vertices);
        return FALSE;
    }
    for (guint32 r = first; r < end; r++)
        if (!guard_ring (shapes, i, r, error))
            return FALSE;
    return TRUE;
}

static GEOSGeometry *
read_ring (CgGeomContext *context, const CgShapes *shapes, guint32 r)
{
    guint32 first = shapes->ring_vertex[r], n = shapes->ring_vertex[r + 1] - first;
    GEOSCoordSequence *sequence = GEOSCoordSeq_copyFromArrays_r (
        context->geos, shapes->x + first, shapes->y + first, NULL, NULL, n);
    if (sequence == NULL)
        return NULL;
    if (shapes->kind == CG_SHAPES_POINT)
        return GEOSGeom_createPoint_r (context->geos, sequence);
    if (shapes->kind == CG_SHAPES_LINE)
        return GEOSGeom_createLineString_r (context->geos, sequence);
    return GEOSGeom_createLinearRing_r (context->geos, sequence);
}

static void
destroy_all (CgGeomContext *context, GEOSGeometry **list, guint32 n)
{
    for (guint32 k = 0; k < n; k++)
        GEOSGeom_destroy_r (context->geos, list[k]);
}

static GEOSGeometry *
read_part (CgGeomContext *context, const CgShapes *shapes, guint32 p)
{
    guint32 first = shapes->part_ring[p], n = shapes->part_ring[p + 1] - first;
    if (n == 0)
        return GEOSGeom_createEmptyPolygon_r (context->geos);
    g_autofree GEOSGeometry **rings = g_new (GEOSGeometry *, n);
    for (guint32 k = 0; k < n; k++) {
        rings[k] = read_ring (context, shapes, first + k);
        if (rings[k] == NULL) {
            destroy_all (context, rings, k);
            return NULL;
        }
    }
    if (shapes->kind != CG_SHAPES_AREA)
        return rings[0];
    return GEOSGeom_createPolygon_r (context->geos, rings[0], rings + 1, n - 1);
}

GEOSGeometry *
cg_geom_read (CgGeomContext *context, const CgShapes *shapes, guint32 i, GError **error)
{
    static const int multi[] = { GEOS_MULTIPOINT, GEOS_MULTILINESTRING, GEOS_MULTIPOLYGON };
    if (!guard_shape (shapes, i, error))
        return NULL;
    guint32 first = shapes->shape_part[i], n = shapes->shape_part[i + 1] - first;
    g_autofree GEOSGeometry **parts = g_new (GEOSGeometry *, n + 1);
    GEOSGeometry *all = NULL;
    guint32 k = 0;
    while (k < n && (parts[k] = read_part (context, shapes, first + k)) != NULL)
        k++;
    if (k < n)
        destroy_all (context, parts, k);
    else if (n == 1)
        return parts[0];
    else
        all = GEOSGeom_createCollection_r (context->geos, multi[shapes->kind], parts, n);
    if (all == NULL)
        cg_geom_fail (context, "reading a shape", error);
    return all;
}

GEOSGeometry *
cg_geom_read_valid (CgGeomContext *context, const CgShapes *shapes, guint32 i, GError **error)
{
    GEOSGeometry *g = cg_geom_read (context, shapes, i, error);
    if (g == NULL)
        return NULL;
    char valid = GEOSisValid_r (context->geos, g);
    if (valid == 1)
        return g;
    GEOSGeom_destroy_r (context->geos, g);
    gboolean known;
    g_autofree char *reason = NULL;
    double x, y;
    if (!cg_geom_validity (shapes, i, &known, &reason, &x, &y, error))
        return NULL;
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY, "shape %u is invalid: %s at (%.6f, %.6f)", i,
                 reason != NULL ? reason : "no reason given", x, y);
    return NULL;
}

static gboolean
append_ring (CgGeomContext *context, const GEOSGeometry *ring, gboolean outside, CgShapes *out)
{
    const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r (context->geos, ring);
    unsigned int n;
    if (sequence == NULL || !GEOSCoordSeq_getSize_r (context->geos, sequence, &n))
        return FALSE;
    g_autofree double *x = g_new (double, n + 1), *y = g_new (double, n + 1);
    if (!GEOSCoordSeq_copyToArrays_r (context->geos, sequence, x, y, NULL, NULL))
        return FALSE;
    char counter_clockwise = 0;
    if (!GEOSCoordSeq_isCCW_r (context->geos, sequence, &counter_clockwise))
        return FALSE;
    gboolean forwards = (counter_clockwise == 1) == outside;
    for (guint32 k = 0; k < n; k++) {
        guint32 from = forwards ? k : n - 1 - k;
        cg_shapes_add_vertex (out, x[from], y[from]);
    }
    cg_shapes_end_ring (out);
    return TRUE;
}

static gboolean
append_polygon (CgGeomContext *context, const GEOSGeometry *g, CgShapes *out)
{
    if (GEOSisEmpty_r (context->geos, g) != 0)
        return TRUE;
    const GEOSGeometry *shell = GEOSGetExteriorRing_r (context->geos, g);
    int n_holes = GEOSGetNumInteriorRings_r (context->geos, g);
    if (shell == NULL || n_holes < 0 || !append_ring (context, shell, TRUE, out))
        return FALSE;
    for (int k = 0; k < n_holes; k++)
        if (!append_ring (context, GEOSGetInteriorRingN_r (context->geos, g, k), FALSE, out))
            return FALSE;
    cg_shapes_end_part (out);
    return TRUE;
}

static gboolean
append_polygons (CgGeomContext *context, const GEOSGeometry *g, guint depth, CgShapes *out)
{
    int type = GEOSGeomTypeId_r (context->geos, g);
    if (type == GEOS_POLYGON)
        return append_polygon (context, g, out);
    if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION)
        return TRUE;
    int n = GEOSGetNumGeometries_r (context->geos, g);
    if (n < 0 || depth >= CG_SHAPES_MAX_DEPTH)
        return FALSE;
    for (int k = 0; k < n; k++)
        if (!append_polygons (context, GEOSGetGeometryN_r (context->geos, g, k), depth + 1, out))
            return FALSE;
    return TRUE;
}

gboolean
cg_geom_append (CgGeomContext *context, const GEOSGeometry *g, CgShapes *out, GError **error)
{
    g_autoptr (CgShapes) one = cg_shapes_new (CG_SHAPES_AREA);
    if (!append_polygons (context, g, 0, one))
        return cg_geom_fail (context, "reading a result", error);
    cg_shapes_end_shape (one);
    cg_shapes_add_shape (out, one, 0);
    return TRUE;
}
