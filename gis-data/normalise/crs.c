#include "normalise/crs.h"

#include <math.h>
#include <proj.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

typedef enum { OFFSET_NONE, OFFSET_GCJ02, OFFSET_BD09 } Offset;

struct _CgTransform {
    PJ_CONTEXT *context;
    PJ *pj;          /* NULL: both sides are the same CRS, offsets aside */
    Offset from, to; /* taken off before, put on after                   */
};

typedef PJ_CONTEXT Context;
typedef PJ Projection;

static void
context_free (Context *context)
{
    proj_context_destroy (context);
}

static void
projection_free (Projection *projection)
{
    proj_destroy (projection);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Context, context_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Projection, projection_free)

static Context *
context_new (void)
{
    Context *context = proj_context_create ();
    g_assert (context != NULL);
    proj_context_set_enable_network (context, 0);
    proj_log_level (context, PJ_LOG_NONE);
    return context;
}

static Offset
offset_of (const char *name)
{
    if (g_ascii_strcasecmp (name, "gcj02") == 0 || g_ascii_strcasecmp (name, "gcj-02") == 0)
        return OFFSET_GCJ02;
    if (g_ascii_strcasecmp (name, "bd09") == 0 || g_ascii_strcasecmp (name, "bd-09") == 0)
        return OFFSET_BD09;
    return OFFSET_NONE;
}

static const char *
plain_name (const char *name)
{
    return offset_of (name) == OFFSET_NONE ? name : "EPSG:4326";
}

/* Only authority codes, WKT and PROJJSON: a pipeline or "+proj" text would let a file name grids
 * and paths. */
static gboolean
is_allowed_name (const char *name)
{
    if (strlen (name) > 64 * 1024)
        return FALSE;
    if (g_ascii_strncasecmp (name, "EPSG:", 5) == 0) {
        gsize digits = strspn (name + 5, "0123456789");
        return digits >= 4 && digits <= 6 && name[5 + digits] == '\0';
    }
    if (name[0] == '{')
        return TRUE;
    return g_ascii_isupper (name[0]) && strchr (name, '[') != NULL;
}

static Projection *
crs_open (Context *context, const char *name, GError **error)
{
    g_autoptr (Projection) crs = NULL;
    if (is_allowed_name (plain_name (name)))
        crs = proj_create (context, plain_name (name));
    PJ_TYPE type = crs != NULL ? proj_get_type (crs) : PJ_TYPE_UNKNOWN;
    if (crs != NULL && type == PJ_TYPE_BOUND_CRS) {
        Projection *source = proj_get_source_crs (context, crs);
        proj_destroy (crs);
        crs = source;
        type = crs != NULL ? proj_get_type (crs) : PJ_TYPE_UNKNOWN;
    }
    if (crs != NULL && type == PJ_TYPE_COMPOUND_CRS) {
        Projection *horizontal = proj_crs_get_sub_crs (context, crs, 0);
        proj_destroy (crs);
        crs = horizontal;
        type = crs != NULL ? proj_get_type (crs) : PJ_TYPE_UNKNOWN;
    }
    if (type != PJ_TYPE_PROJECTED_CRS && type != PJ_TYPE_GEOGRAPHIC_2D_CRS &&
        type != PJ_TYPE_GEOGRAPHIC_3D_CRS) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "unknown coordinate reference system \"%.80s\": say EPSG:n, gcj02 or bd09",
                     name);
        return NULL;
    }
    return g_steal_pointer (&crs);
}

static Projection *
crs_to_crs (Context *context, Projection *from, Projection *to, GError **error)
{
    g_autoptr (Projection) raw = proj_create_crs_to_crs_from_pj (context, from, to, NULL, NULL);
    Projection *ready = raw != NULL ? proj_normalize_for_visualization (context, raw) : NULL;
    if (ready == NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "no transformation from \"%.60s\" to \"%.60s\"", proj_get_name (from),
                     proj_get_name (to));
    return ready;
}

static gboolean
is_epsg (Projection *crs, const char *code)
{
    return g_strcmp0 (proj_get_id_auth_name (crs, 0), "EPSG") == 0 &&
           g_strcmp0 (proj_get_id_code (crs, 0), code) == 0;
}

/* WGS 84 degrees beside a CGCS2000 system are taken as CGCS2000 degrees: the datums are the same
 * by our rule, whatever a later data base says, and the search for transformations between them
 * takes thirty times as long. */
static void
unify_datum (Context *context, Projection **degrees, Projection *other)
{
    g_autoptr (Projection) base = proj_crs_get_geodetic_crs (context, other);
    if (base == NULL || !is_epsg (base, "4490") || !is_epsg (*degrees, "4326"))
        return;
    Projection *twin = crs_open (context, "EPSG:4490", NULL);
    if (twin == NULL)
        return;
    proj_destroy (*degrees);
    *degrees = twin;
}

CgTransform *
cg_transform_new (const char *from, const char *to, GError **error)
{
    g_autoptr (CgTransform) transform = g_new0 (CgTransform, 1);
    transform->context = context_new ();
    transform->from = offset_of (from);
    transform->to = offset_of (to);
    g_autoptr (Projection) source = crs_open (transform->context, from, error);
    if (source == NULL)
        return NULL;
    g_autoptr (Projection) target = crs_open (transform->context, to, error);
    if (target == NULL)
        return NULL;
    if (strcmp (plain_name (from), plain_name (to)) == 0) {
        if (transform->from == transform->to)
            transform->from = transform->to = OFFSET_NONE;
        return g_steal_pointer (&transform);
    }
    unify_datum (transform->context, &source, target);
    unify_datum (transform->context, &target, source);
    transform->pj = crs_to_crs (transform->context, source, target, error);
    return transform->pj != NULL ? g_steal_pointer (&transform) : NULL;
}

void
cg_transform_free (CgTransform *transform)
{
    if (transform == NULL)
        return;
    if (transform->pj != NULL)
        proj_destroy (transform->pj);
    if (transform->context != NULL)
        proj_context_destroy (transform->context);
    g_free (transform);
}

static void
take_offset (Offset offset, double *x, double *y)
{
    if (offset == OFFSET_BD09)
        cg_bd09_to_gcj02 (*x, *y, x, y);
    if (offset != OFFSET_NONE)
        cg_gcj02_to_wgs84 (*x, *y, x, y);
}

static void
put_offset (Offset offset, double *x, double *y)
{
    if (offset != OFFSET_NONE)
        cg_gcj02_from_wgs84 (*x, *y, x, y);
    if (offset == OFFSET_BD09)
        cg_bd09_from_gcj02 (*x, *y, x, y);
}

guint32
cg_transform_run (CgTransform *transform, guint32 n, double *x, double *y)
{
    guint32 lost = 0;
    for (guint32 i = 0; i < n; i++) {
        double px = x[i], py = y[i];
        gboolean good = isfinite (px) && isfinite (py);
        if (good)
            take_offset (transform->from, &px, &py);
        if (good && transform->pj != NULL) {
            PJ_COORD out = proj_trans (transform->pj, PJ_FWD, proj_coord (px, py, 0, HUGE_VAL));
            px = out.xy.x;
            py = out.xy.y;
            /* One point that fails must not make the next ones fail: PROJ keeps the error in the
             * object. */
            proj_errno_reset (transform->pj);
            good = isfinite (px) && isfinite (py);
        }
        if (good)
            put_offset (transform->to, &px, &py);
        x[i] = good ? px : NAN;
        y[i] = good ? py : NAN;
        lost += !good;
    }
    return lost;
}

void
cg_transform_sharpen (CgTransform *transform, double x, double y, double *out_x, double *out_y)
{
    if (transform->pj == NULL || transform->from != OFFSET_NONE || transform->to != OFFSET_NONE)
        return;
    PJ_COORD first = proj_trans (transform->pj, PJ_FWD, proj_coord (x, y, 0, HUGE_VAL)), at = first;
    for (guint step = 0; step < 30; step++) {
        PJ_COORD back = proj_trans (transform->pj, PJ_INV, at);
        back.v[3] = HUGE_VAL;
        PJ_COORD again = proj_trans (transform->pj, PJ_FWD, back);
        double dx = first.xy.x - again.xy.x, dy = first.xy.y - again.xy.y;
        if (!isfinite (dx) || !isfinite (dy) || fabs (dx) > 1 || fabs (dy) > 1)
            break;
        at.xy.x += dx;
        at.xy.y += dy;
        if (fabs (dx) < 1e-12 && fabs (dy) < 1e-12) {
            *out_x = at.xy.x;
            *out_y = at.xy.y;
            break;
        }
    }
    proj_errno_reset (transform->pj);
}

CgShapes *
cg_transform_shapes (CgTransform *transform, const CgShapes *shapes, GError **error)
{
    g_autoptr (CgShapes) out = cg_shapes_copy (shapes);
    if (cg_transform_run (transform, out->n_vertices, out->x, out->y) == 0)
        return g_steal_pointer (&out);
    guint32 i = 0, v = 0;
    while (v < out->n_vertices && isfinite (out->x[v]))
        v++;
    while (i + 1 < out->n_shapes && out->ring_vertex[out->part_ring[out->shape_part[i + 1]]] <= v)
        i++;
    g_set_error (
        error, CG_ERROR, CG_ERROR_GEOMETRY,
        "shape %u: the point (%.10g, %.10g) lies where the coordinate systems cannot be converted",
        i, shapes->x[v], shapes->y[v]);
    return NULL;
}

static gboolean
is_projected_in_metres (Context *context, Projection *crs)
{
    if (proj_get_type (crs) != PJ_TYPE_PROJECTED_CRS)
        return FALSE;
    g_autoptr (Projection) axes = proj_crs_get_coordinate_system (context, crs);
    double factor = 0;
    return axes != NULL &&
           proj_cs_get_axis_info (context, axes, 0, NULL, NULL, NULL, &factor, NULL, NULL, NULL) &&
           fabs (factor - 1.0) < 1e-12;
}

/* Largest departure of the local scale from 1 at a place in degrees; 1 when unknown. */
static double
scale_error (Projection *crs, double lon, double lat)
{
    PJ_COORD place = proj_coord (lon * G_PI / 180, lat * G_PI / 180, 0, 0);
    PJ_FACTORS factors = proj_factors (crs, place);
    if (proj_errno (crs) != 0 || !(factors.meridional_scale > 0)) {
        proj_errno_reset (crs);
        return 1.0;
    }
    return MAX (fabs (factors.meridional_scale - 1.0), fabs (factors.parallel_scale - 1.0));
}

char *
cg_crs_working_for (const char *crs, const CgBox *box, GError **error)
{
    if (cg_box_is_empty (box)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "no coordinates from which to choose a working CRS");
        return NULL;
    }
    double lon = (box->x_min + box->x_max) / 2, lat = (box->y_min + box->y_max) / 2;
    g_autoptr (CgTransform) transform = cg_transform_new (crs, "EPSG:4326", error);
    if (transform == NULL)
        return NULL;
    if (cg_transform_run (transform, 1, &lon, &lat) != 0 || fabs (lat) > 90 || fabs (lon) > 360) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "coordinates do not fit the CRS %.60s", crs);
        return NULL;
    }
    g_autoptr (Context) context = context_new ();
    g_autoptr (Projection) own = crs_open (context, crs, error);
    if (own == NULL)
        return NULL;
    if (is_projected_in_metres (context, own) && scale_error (own, lon, lat) <= 0.01)
        return g_strdup (crs);
    if (lon >= 73.5 && lon < 136.5 && lat >= 3 && lat <= 54)
        return g_strdup_printf ("EPSG:%d", 4534 + (int) floor ((lon - 73.5) / 3));
    int zone = CLAMP ((int) floor ((lon + 180) / 6) + 1, 1, 60);
    return g_strdup_printf ("EPSG:%d", (lat >= 0 ? 32600 : 32700) + zone);
}

gboolean
cg_crs_is_geographic (const char *crs, gboolean *out, GError **error)
{
    g_autoptr (Context) context = context_new ();
    g_autoptr (Projection) pj = crs_open (context, crs, error);
    if (pj == NULL)
        return FALSE;
    *out = proj_get_type (pj) != PJ_TYPE_PROJECTED_CRS;
    return TRUE;
}

gboolean
cg_crs_is_metric (const char *crs, gboolean *out, GError **error)
{
    g_autoptr (Context) context = context_new ();
    g_autoptr (Projection) pj = crs_open (context, crs, error);
    if (pj == NULL)
        return FALSE;
    *out = is_projected_in_metres (context, pj);
    return TRUE;
}

gboolean
cg_crs_is_north_first (const char *crs, gboolean *out, GError **error)
{
    g_autoptr (Context) context = context_new ();
    g_autoptr (Projection) pj = crs_open (context, crs, error);
    if (pj == NULL)
        return FALSE;
    const char *direction = NULL;
    g_autoptr (Projection) axes = proj_crs_get_coordinate_system (context, pj);
    *out = offset_of (crs) == OFFSET_NONE && axes != NULL &&
           proj_cs_get_axis_info (context, axes, 0, NULL, NULL, &direction, NULL, NULL, NULL,
                                  NULL) &&
           g_strcmp0 (direction, "north") == 0;
    return TRUE;
}

/* Degrees added on each side of the area of use: half a 3-degree zone, since counties on a seam are
 * kept in the zone of their larger half. */
#define BOUNDS_MARGIN_DEG 1.5

static CgBox
area_of_use (Context *context, Projection *crs, Offset offset)
{
    double w = -180, s = -90, e = 180, n = 90;
    if (offset != OFFSET_NONE)
        return (CgBox){ 72.004, 0.8293, 137.8347, 55.8271 };
    if (!proj_get_area_of_use (context, crs, &w, &s, &e, &n, NULL) || !(s < n) || w < -180 ||
        e > 180) {
        w = -180;
        s = -90;
        e = 180;
        n = 90;
    }
    if (w > e) { /* over the date line */
        w = -180;
        e = 180;
    }
    return (CgBox){ MAX (w - BOUNDS_MARGIN_DEG, -180), MAX (s - BOUNDS_MARGIN_DEG, -90),
                    MIN (e + BOUNDS_MARGIN_DEG, 180), MIN (n + BOUNDS_MARGIN_DEG, 90) };
}

/* The box of a box seen in another CRS, by walking its rim and its inside. */
static CgBox
project_box (PJ *pj, const CgBox *degrees)
{
    CgBox out = CG_BOX_EMPTY;
    const guint steps = 20;
    for (guint i = 0; i <= steps; i++)
        for (guint j = 0; j <= steps; j++) {
            double x = degrees->x_min + (degrees->x_max - degrees->x_min) * i / steps;
            double y = degrees->y_min + (degrees->y_max - degrees->y_min) * j / steps;
            PJ_COORD place = proj_trans (pj, PJ_FWD, proj_coord (x, y, 0, HUGE_VAL));
            proj_errno_reset (pj);
            if (isfinite (place.xy.x) && isfinite (place.xy.y))
                cg_box_add (&out, place.xy.x, place.xy.y);
        }
    return out;
}

gboolean
cg_crs_bounds (const char *crs, CgBox *out, GError **error)
{
    g_autoptr (Context) context = context_new ();
    g_autoptr (Projection) pj = crs_open (context, crs, error);
    if (pj == NULL)
        return FALSE;
    CgBox degrees = area_of_use (context, pj, offset_of (crs));
    if (proj_get_type (pj) != PJ_TYPE_PROJECTED_CRS) {
        *out = degrees;
        return TRUE;
    }
    /* The area of use is in degrees of WGS 84; those of the system's own datum are near enough for
     * a margin. */
    g_autoptr (Projection) degree_crs = proj_crs_get_geodetic_crs (context, pj);
    g_autoptr (Projection) to =
        degree_crs != NULL ? crs_to_crs (context, degree_crs, pj, error) : NULL;
    if (to == NULL) {
        if (degree_crs == NULL)
            g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the datum of %.60s is unknown", crs);
        return FALSE;
    }
    CgBox box = project_box (to, &degrees);
    if (cg_box_is_empty (&box)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "the area of use of %.60s is unknown", crs);
        return FALSE;
    }
    *out = box;
    return TRUE;
}

char *
cg_crs_describe (const char *crs)
{
    if (offset_of (crs) == OFFSET_GCJ02)
        return g_strdup ("GCJ-02, offset WGS 84 of Chinese maps (gcj02)");
    if (offset_of (crs) == OFFSET_BD09)
        return g_strdup ("BD-09, Baidu's offset on GCJ-02 (bd09)");
    g_autoptr (Context) context = context_new ();
    g_autoptr (Projection) pj = crs_open (context, crs, NULL);
    if (pj == NULL)
        return g_strdup (crs);
    const char *authority = proj_get_id_auth_name (pj, 0), *code = proj_get_id_code (pj, 0);
    if (authority == NULL || code == NULL)
        return g_strdup (proj_get_name (pj));
    return g_strdup_printf ("%s (%s:%s)", proj_get_name (pj), authority, code);
}
