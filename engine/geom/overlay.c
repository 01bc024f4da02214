#include "geom_internal.h"

#include "base/error.h"

#include <math.h>

/* Relative slack of the area identities that every result must meet: overlay without an
 * exception is no proof of a right answer. */
#define AREA_SLACK 1e-7

static gboolean
area_of (CgGeomContext *context, const GEOSGeometry *g, double *out, GError **error)
{
    double area;
    if (g == NULL || GEOSArea_r (context->geos, g, &area) != 1 || !isfinite (area)) {
        cg_geom_fail (context, "measuring an area", error);
        return FALSE;
    }
    *out = area;
    return TRUE;
}

static gboolean
doubt (const char *what, double found, double low, double high, GError **error)
{
    double slack = AREA_SLACK * MAX (1.0, high);
    if (found >= low - slack && found <= high + slack)
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_GEOMETRY,
                 "%s of %.3f m2 lies outside the possible %.3f to %.3f", what, found, low, high);
    return FALSE;
}

/* All rows in one collection that owns them; total and largest area as a later check. */
static GEOSGeometry *
collect (CgGeomContext *context, const CgShapes *areas, guint32 n_rows, const guint32 *rows,
         double *out_total, double *out_largest, GError **error)
{
    guint32 n = rows != NULL ? n_rows : areas->n_shapes;
    g_autofree GEOSGeometry **list = g_new (GEOSGeometry *, (gsize) n + 1);
    *out_total = *out_largest = 0;
    for (guint32 k = 0; k < n; k++) {
        double area = 0;
        list[k] = cg_geom_read_valid (context, areas, rows != NULL ? rows[k] : k, error);
        gboolean good = list[k] != NULL && area_of (context, list[k], &area, error);
        if (!good) {
            for (guint32 done = 0; done < k + (list[k] != NULL); done++)
                GEOSGeom_destroy_r (context->geos, list[done]);
            return NULL;
        }
        *out_total += area;
        *out_largest = MAX (*out_largest, area);
    }
    GEOSGeometry *all =
        GEOSGeom_createCollection_r (context->geos, GEOS_GEOMETRYCOLLECTION, list, n);
    if (all == NULL)
        cg_geom_fail (context, "collecting areas", error);
    return cg_geom_own (context, all);
}

GEOSGeometry *
cg_geom_join (CgGeomContext *context, const CgShapes *areas, guint32 n_rows, const guint32 *rows,
              GError **error)
{
    double total, largest, area;
    GEOSGeometry *all = collect (context, areas, n_rows, rows, &total, &largest, error);
    if (all == NULL)
        return NULL;
    GEOSGeometry *joined = cg_geom_own (context, GEOSUnaryUnion_r (context->geos, all));
    if (joined == NULL || GEOSNormalize_r (context->geos, joined) != 0) {
        cg_geom_fail (context, "joining areas", error);
        return NULL;
    }
    if (!area_of (context, joined, &area, error) ||
        !doubt ("a union", area, largest, total, error))
        return NULL;
    return joined;
}

gboolean
cg_geom_union (const CgShapes *areas, guint32 n_rows, const guint32 *rows, CgShapes *out,
               GError **error)
{
    if (!cg_geom_check_areas (areas, error) || !cg_geom_check_areas (out, error))
        return FALSE;
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    GEOSGeometry *joined = cg_geom_join (context, areas, n_rows, rows, error);
    return joined != NULL && cg_geom_append (context, joined, out, error);
}

gboolean
cg_geom_intersection_area (const CgShapes *a, guint32 i, const CgShapes *b, guint32 j,
                           double *out_m2, GError **error)
{
    if (!cg_geom_check_areas (a, error) || !cg_geom_check_areas (b, error))
        return FALSE;
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    GEOSGeometry *one = cg_geom_own (context, cg_geom_read_valid (context, a, i, error));
    if (one == NULL)
        return FALSE;
    GEOSGeometry *two = cg_geom_own (context, cg_geom_read_valid (context, b, j, error));
    if (two == NULL)
        return FALSE;
    GEOSGeometry *both = cg_geom_own (context, GEOSIntersection_r (context->geos, one, two));
    if (both == NULL)
        return cg_geom_fail (context, "intersecting", error);
    double area, area_one, area_two;
    if (!area_of (context, both, &area, error) || !area_of (context, one, &area_one, error) ||
        !area_of (context, two, &area_two, error) ||
        !doubt ("an intersection", area, 0, MIN (area_one, area_two), error))
        return FALSE;
    *out_m2 = area;
    return TRUE;
}

gboolean
cg_geom_symmetric_difference_area (const CgShapes *a, const CgShapes *b, double *out_m2,
                                   GError **error)
{
    if (!cg_geom_check_areas (a, error) || !cg_geom_check_areas (b, error))
        return FALSE;
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    GEOSGeometry *one = cg_geom_join (context, a, 0, NULL, error);
    GEOSGeometry *two = one != NULL ? cg_geom_join (context, b, 0, NULL, error) : NULL;
    if (two == NULL)
        return FALSE;
    GEOSGeometry *both = cg_geom_own (context, GEOSIntersection_r (context->geos, one, two));
    GEOSGeometry *either = cg_geom_own (context, GEOSSymDifference_r (context->geos, one, two));
    if (both == NULL || either == NULL)
        return cg_geom_fail (context, "comparing areas", error);
    double area_one, area_two, area_both, area;
    if (!area_of (context, one, &area_one, error) || !area_of (context, two, &area_two, error) ||
        !area_of (context, both, &area_both, error) || !area_of (context, either, &area, error))
        return FALSE;
    double expected = area_one + area_two - 2 * area_both;
    double slack = AREA_SLACK * (area_one + area_two);
    if (!doubt ("a symmetric difference", area, expected - slack, expected + slack, error))
        return FALSE;
    *out_m2 = area;
    return TRUE;
}

typedef struct {
    guint32 i;
    GArray *found; /* of guint32 > i */
} Query;

static void
collect_later (void *item, void *user_data)
{
    Query *query = user_data;
    guint32 j = GPOINTER_TO_UINT (item) - 1;
    if (j > query->i)
        g_array_append_val (query->found, j);
}

static int
compare_id (gconstpointer a, gconstpointer b)
{
    guint32 p = *(const guint32 *) a, q = *(const guint32 *) b;
    return (p > q) - (p < q);
}

/* Place of the largest polygon in g, and the width of the widest. */
static void
place_in (CgGeomContext *context, const GEOSGeometry *g, double *out_x, double *out_y,
          double *out_width)
{
    const GEOSGeometry *best = g;
    double most = -1, width = 0;
    int n = GEOSGetNumGeometries_r (context->geos, g);
    for (int k = 0; k < n; k++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r (context->geos, g, k);
        double area = 0, length = 0;
        if (GEOSArea_r (context->geos, part, &area) == 1 && area > most) {
            most = area;
            best = part;
        }
        if (GEOSLength_r (context->geos, part, &length) == 1 && length > 0)
            width = MAX (width, 2 * area / length);
    }
    *out_width = width;
    *out_x = *out_y = NAN;
    GEOSGeometry *point = GEOSPointOnSurface_r (context->geos, best);
    if (point == NULL)
        return;
    if (GEOSisEmpty_r (context->geos, point) == 0) {
        GEOSGeomGetX_r (context->geos, point, out_x);
        GEOSGeomGetY_r (context->geos, point, out_y);
    }
    GEOSGeom_destroy_r (context->geos, point);
}

static gboolean
overlap_pair (CgGeomContext *context, GEOSGeometry *const *list, guint32 i, guint32 j,
              double min_area_m2, GArray *out, GError **error)
{
    GEOSGeometry *both = GEOSIntersection_r (context->geos, list[i], list[j]);
    if (both == NULL)
        return cg_geom_fail (context, "intersecting", error);
    CgGeomOverlap overlap = { .i = i, .j = j };
    gboolean good = area_of (context, both, &overlap.area_m2, error);
    if (good && overlap.area_m2 > min_area_m2) {
        double area_i = 0, area_j = 0;
        place_in (context, both, &overlap.x, &overlap.y, &overlap.width_m);
        good = area_of (context, list[i], &area_i, error) &&
               area_of (context, list[j], &area_j, error) &&
               doubt ("an overlap", overlap.area_m2, 0, MIN (area_i, area_j), error);
        g_array_append_val (out, overlap);
    }
    GEOSGeom_destroy_r (context->geos, both);
    return good;
}

/* Reads every shape, valid or an error; the context owns them. */
static GEOSGeometry **
read_all (CgGeomContext *context, const CgShapes *areas, GCancellable *cancel, GError **error)
{
    g_autofree GEOSGeometry **list = g_new (GEOSGeometry *, (gsize) areas->n_shapes + 1);
    for (guint32 i = 0; i < areas->n_shapes; i++) {
        if (cg_is_stopped (cancel, error))
            return NULL;
        list[i] = cg_geom_own (context, cg_geom_read_valid (context, areas, i, error));
        if (list[i] == NULL)
            return NULL;
    }
    return g_steal_pointer (&list);
}

static gboolean
overlaps_of (CgGeomContext *context, GEOSSTRtree *tree, GEOSGeometry *const *list, guint32 i,
             double min_area_m2, GArray *out, GError **error)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
    Query query = { .i = i, .found = found };
    GEOSSTRtree_query_r (context->geos, tree, list[i], collect_later, &query);
    g_array_sort (found, compare_id);
    for (guint k = 0; k < found->len; k++)
        if (!overlap_pair (context, list, i, g_array_index (found, guint32, k), min_area_m2, out,
                           error))
            return FALSE;
    return TRUE;
}

GArray *
cg_geom_overlaps (const CgShapes *areas, double min_area_m2, GCancellable *cancel, GError **error)
{
    if (!cg_geom_check_areas (areas, error))
        return NULL;
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    g_autofree GEOSGeometry **list = read_all (context, areas, cancel, error);
    GEOSSTRtree *tree = list != NULL ? GEOSSTRtree_create_r (context->geos, 10) : NULL;
    if (tree == NULL)
        return NULL;
    for (guint32 i = 0; i < areas->n_shapes; i++)
        if (GEOSisEmpty_r (context->geos, list[i]) == 0)
            GEOSSTRtree_insert_r (context->geos, tree, list[i], GUINT_TO_POINTER (i + 1));
    g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (CgGeomOverlap));
    gboolean good = TRUE;
    for (guint32 i = 0; good && i < areas->n_shapes; i++) {
        good = !cg_is_stopped (cancel, error);
        if (good && GEOSisEmpty_r (context->geos, list[i]) == 0)
            good = overlaps_of (context, tree, list, i, min_area_m2, out, error);
    }
    GEOSSTRtree_destroy_r (context->geos, tree);
    return good ? g_steal_pointer (&out) : NULL;
}

static int
compare_gap (gconstpointer a, gconstpointer b)
{
    const CgGeomGap *p = a, *q = b;
    if (p->area_m2 != q->area_m2)
        return p->area_m2 < q->area_m2 ? 1 : -1;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

/* Adds the holes of one polygon that are large enough. */
static gboolean
gaps_of (CgGeomContext *context, const GEOSGeometry *polygon, double min_area_m2, GArray *out,
         GError **error)
{
    int n = GEOSGetNumInteriorRings_r (context->geos, polygon);
    for (int k = 0; k < n; k++) {
        GEOSGeometry *ring = GEOSGeom_clone_r (
            context->geos, GEOSGetInteriorRingN_r (context->geos, polygon, k));
        GEOSGeometry *hole =
            ring != NULL ? GEOSGeom_createPolygon_r (context->geos, ring, NULL, 0) : NULL;
        CgGeomGap gap = { 0 };
        gboolean good = area_of (context, hole, &gap.area_m2, error);
        if (good && gap.area_m2 > min_area_m2) {
            double width;
            GEOSLength_r (context->geos, hole, &gap.perimeter_m);
            place_in (context, hole, &gap.x, &gap.y, &width);
            g_array_append_val (out, gap);
        }
        if (hole != NULL)
            GEOSGeom_destroy_r (context->geos, hole);
        if (!good)
            return FALSE;
    }
    return TRUE;
}

GArray *
cg_geom_gaps (const CgShapes *areas, double min_area_m2, GCancellable *cancel, GError **error)
{
    if (!cg_geom_check_areas (areas, error))
        return NULL;
    if (cg_is_stopped (cancel, error))
        return NULL;
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    GEOSGeometry *joined = cg_geom_join (context, areas, 0, NULL, error);
    if (joined == NULL)
        return NULL;
    g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (CgGeomGap));
    int n = GEOSGetNumGeometries_r (context->geos, joined);
    for (int k = 0; k < n; k++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r (context->geos, joined, k);
        if (GEOSGeomTypeId_r (context->geos, part) == GEOS_POLYGON &&
            !gaps_of (context, part, min_area_m2, out, error))
            return NULL;
    }
    g_array_sort (out, compare_gap);
    return g_steal_pointer (&out);
}

/* First row of inner that a prepared area does not cover, from row `from` on. */
static gboolean
first_outside (CgGeomContext *context, const GEOSGeometry *area, const CgShapes *inner,
               guint32 from, guint32 *out, GError **error)
{
    const GEOSPreparedGeometry *prepared = GEOSPrepare_r (context->geos, area);
    if (prepared == NULL)
        return cg_geom_fail (context, "preparing an area", error);
    gboolean good = TRUE;
    guint32 j = from;
    for (char covered = 1; good && j < inner->n_shapes; j++) {
        if (inner->shape_part[j] == inner->shape_part[j + 1])
            continue;
        GEOSGeometry *g = inner->kind == CG_SHAPES_AREA
                              ? cg_geom_read_valid (context, inner, j, error)
                              : cg_geom_read (context, inner, j, error);
        good = g != NULL;
        if (good) {
            covered = GEOSPreparedCovers_r (context->geos, prepared, g);
            GEOSGeom_destroy_r (context->geos, g);
            if (covered == 2)
                good = cg_geom_fail (context, "testing for cover", error);
        }
        if (good && covered == 0)
            break;
    }
    GEOSPreparedGeom_destroy_r (context->geos, prepared);
    *out = j < inner->n_shapes ? j : G_MAXUINT32;
    return good;
}

gboolean
cg_geom_contains_all (const CgShapes *outer, guint32 i, const CgShapes *inner, double tolerance_m,
                      guint32 *out_first_outside, GError **error)
{
    if (!cg_geom_check_areas (outer, error))
        return FALSE;
    if (!(tolerance_m >= 0) || tolerance_m > CG_GEOM_MAX_COORDINATE) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "tolerance %g m", tolerance_m);
        return FALSE;
    }
    g_autoptr (CgGeomContext) context = cg_geom_context_new ();
    GEOSGeometry *area = cg_geom_own (context, cg_geom_read_valid (context, outer, i, error));
    guint32 first;
    if (area == NULL || !first_outside (context, area, inner, 0, &first, error))
        return FALSE;
    if (first != G_MAXUINT32 && tolerance_m > 0) {
        area = cg_geom_own (context, GEOSBuffer_r (context->geos, area, tolerance_m, 16));
        if (area == NULL)
            return cg_geom_fail (context, "widening an area", error);
        if (!first_outside (context, area, inner, first, &first, error))
            return FALSE;
    }
    *out_first_outside = first;
    return TRUE;
}
