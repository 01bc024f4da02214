/* A part of a collection: by box, time and values, page by page. */
#include "app/open/collections.h"

#include "app/open/collections_internal.h"
#include "app/screen/screen_internal.h"
#include "base/error.h"

#include <math.h>
#include <string.h>

#define EARTH_RADIUS_M 6378137.0

/* ---- geometry -------------------------------------------------------------------------------- */

static gboolean
box_has (const CgBox *box, double x, double y)
{
    return x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max;
}

/* One side of the box against the stretch [*t0, *t1] of a segment; Liang and Barsky 1984,
 * doi:10.1145/357332.357333. */
static gboolean
cut (double p, double q, double *t0, double *t1)
{
    if (p == 0)
        return q >= 0;
    double t = q / p;
    if (p < 0)
        *t0 = MAX (*t0, t);
    else
        *t1 = MIN (*t1, t);
    return *t0 <= *t1;
}

static gboolean
segment_meets (const CgBox *box, double ax, double ay, double bx, double by)
{
    double t0 = 0, t1 = 1, dx = bx - ax, dy = by - ay;
    return cut (-dx, ax - box->x_min, &t0, &t1) && cut (dx, box->x_max - ax, &t0, &t1) &&
           cut (-dy, ay - box->y_min, &t0, &t1) && cut (dy, box->y_max - ay, &t0, &t1);
}

/* Even-odd over the rings of one part. */
static gboolean
part_has (const CgShapes *shapes, guint32 part, double x, double y)
{
    gboolean inside = FALSE;
    for (guint32 r = shapes->part_ring[part]; r < shapes->part_ring[part + 1]; r++)
        for (guint32 v = shapes->ring_vertex[r]; v + 1 < shapes->ring_vertex[r + 1]; v++) {
            double ax = shapes->x[v], ay = shapes->y[v], bx = shapes->x[v + 1],
                   by = shapes->y[v + 1];
            if ((ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax))
                inside = !inside;
        }
    return inside;
}

static gboolean
ring_meets (const CgShapes *shapes, guint32 ring, const CgBox *box)
{
    guint32 from = shapes->ring_vertex[ring], to = shapes->ring_vertex[ring + 1];
    if (to - from == 1)
        return box_has (box, shapes->x[from], shapes->y[from]);
    for (guint32 v = from; v + 1 < to; v++)
        if (segment_meets (box, shapes->x[v], shapes->y[v], shapes->x[v + 1], shapes->y[v + 1]))
            return TRUE;
    return FALSE;
}

gboolean
cg_feature_shape_meets (const CgShapes *shapes, guint32 i, const CgBox *box)
{
    for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++) {
        for (guint32 r = shapes->part_ring[p]; r < shapes->part_ring[p + 1]; r++)
            if (ring_meets (shapes, r, box))
                return TRUE;
        /* No border in the box: it lies inside as a whole, or outside. */
        if (shapes->kind == CG_SHAPES_AREA && part_has (shapes, p, box->x_min, box->y_min))
            return TRUE;
    }
    return FALSE;
}

/* ---- what is asked for ----------------------------------------------------------------------- */

typedef struct {
    const CgFeatureTable *table;
    const CgFeatureQuery *query;
    guint n_boxes;
    CgBox box[2];
    gboolean in_metres; /* boxes are of working metres, else degrees */
} Wanted;

static gboolean
refuse (const char *why, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "bbox: %s", why);
    return FALSE;
}

static void
to_degrees (CgBox *box)
{
    box->x_min *= 180 / (G_PI * EARTH_RADIUS_M);
    box->x_max *= 180 / (G_PI * EARTH_RADIUS_M);
    box->y_min = (2 * atan (exp (box->y_min / EARTH_RADIUS_M)) - G_PI / 2) * 180 / G_PI;
    box->y_max = (2 * atan (exp (box->y_max / EARTH_RADIUS_M)) - G_PI / 2) * 180 / G_PI;
}

/* The box with x first. */
static gboolean
take_box (Wanted *wanted, GError **error)
{
    const CgFeatureQuery *query = wanted->query;
    const double *b = query->box;
    gboolean swap = query->box_crs == CG_FEATURE_EPSG4326 ||
                    query->box_crs == CG_FEATURE_EPSG4490 ||
                    (query->box_crs == CG_FEATURE_WORKING && wanted->table->northing_first);
    CgBox box = swap ? (CgBox){ b[1], b[0], b[3], b[2] } : (CgBox){ b[0], b[1], b[2], b[3] };
    for (guint i = 0; i < 4; i++)
        if (!isfinite (b[i]))
            return refuse ("a coordinate is not finite", error);
    wanted->in_metres = query->box_crs == CG_FEATURE_WORKING;
    if (query->box_crs == CG_FEATURE_EPSG3857)
        to_degrees (&box);
    gboolean degrees = !wanted->in_metres;
    if (degrees && (fabs (box.x_min) > 180 || fabs (box.x_max) > 180 || fabs (box.y_min) > 90 ||
                    fabs (box.y_max) > 90))
        return refuse ("it reaches beyond 180 degrees of longitude or 90 of latitude", error);
    if (box.y_min > box.y_max || (!degrees && box.x_min > box.x_max))
        return refuse ("its lower corner lies above its upper one", error);
    wanted->n_boxes = 1;
    wanted->box[0] = box;
    if (box.x_min > box.x_max) { /* over the 180th meridian */
        wanted->n_boxes = 2;
        wanted->box[0].x_max = 180;
        wanted->box[1] = (CgBox){ -180, box.y_min, box.x_max, box.y_max };
    }
    return TRUE;
}

static gboolean
row_meets (const Wanted *wanted, guint32 row, const CgBox *box)
{
    const CgFeatureTable *table = wanted->table;
    if (table->box != NULL && !wanted->in_metres && !cg_box_meets (&table->box[row], box))
        return FALSE;
    CgFeatureGeometry geometry;
    cg_feature_table_geometry (table, row, &geometry);
    if (geometry.has_point)
        return wanted->in_metres ? box_has (box, geometry.x, geometry.y)
                                 : box_has (box, geometry.lon, geometry.lat);
    if (!geometry.has_shape)
        return FALSE;
    if (!wanted->in_metres)
        return cg_feature_shape_meets (geometry.degrees, geometry.degrees_index, box);
    CgBox own = cg_shapes_box (geometry.working, geometry.working_index);
    return cg_box_meets (&own, box) &&
           cg_feature_shape_meets (geometry.working, geometry.working_index, box);
}

static gboolean
in_span (const Wanted *wanted, guint32 row)
{
    const CgFeatureQuery *query = wanted->query;
    if (!wanted->table->about->timed ||
        (query->since_s == CG_TIME_NONE && query->until_s == CG_TIME_NONE))
        return TRUE;
    const gint64 *time_s = wanted->table->source.screen->incidents->time_s;
    gint64 time = time_s != NULL ? time_s[wanted->table->row[row]] : CG_TIME_NONE;
    return time != CG_TIME_NONE && (query->since_s == CG_TIME_NONE || time >= query->since_s) &&
           (query->until_s == CG_TIME_NONE || time <= query->until_s);
}

static gboolean
value_is (const CgFeatureValue *value, CgFeatureKind kind, const char *text)
{
    if (value->is_null || text[0] == '\0')
        return text[0] == '\0' && (value->is_null || (kind == CG_FEATURE_TEXT && !*value->text));
    if (kind == CG_FEATURE_TEXT)
        return strcmp (value->text, text) == 0;
    if (kind == CG_FEATURE_REAL)
        return value->real == g_ascii_strtod (text, NULL);
    if (kind == CG_FEATURE_FLAG)
        return strcmp (text, value->whole != 0 ? "true" : "false") == 0;
    return value->whole == g_ascii_strtoll (text, NULL, 10);
}

static gboolean
matches (const Wanted *wanted, guint32 row)
{
    const CgFeatureQuery *query = wanted->query;
    if (!in_span (wanted, row))
        return FALSE;
    for (guint i = 0; i < query->n_filters; i++) {
        CgFeatureValue value;
        guint column = query->filter[i].column;
        cg_feature_table_value (wanted->table, row, column, &value);
        if (!value_is (&value, wanted->table->about->columns[column].kind, query->filter[i].value))
            return FALSE;
    }
    gboolean inside = wanted->n_boxes == 0;
    for (guint b = 0; b < wanted->n_boxes && !inside; b++)
        inside = row_meets (wanted, row, &wanted->box[b]);
    return inside;
}

static gboolean
check_filter (const CgFeatureColumn *column, const char *text, GError **error)
{
    const char *wanted = NULL;
    char *end;
    g_ascii_strtod (text, &end);
    if (!column->detail && (text[0] == '\0' || column->kind == CG_FEATURE_TEXT))
        return TRUE;
    if (column->detail)
        wanted = "nothing that can be asked by";
    else if (column->kind == CG_FEATURE_TIME)
        wanted = "asked for with datetime";
    else if (column->kind == CG_FEATURE_FLAG && strcmp (text, "true") != 0 &&
             strcmp (text, "false") != 0)
        wanted = "true or false";
    else if (column->kind == CG_FEATURE_REAL && (end == text || *end != '\0'))
        wanted = "a number";
    else if (column->kind == CG_FEATURE_WHOLE &&
             !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, NULL, NULL))
        wanted = "a whole number";
    if (wanted != NULL)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "parameter %s: '%.40s': it is %s",
                     column->name, text, wanted);
    return wanted == NULL;
}

static gboolean
check_query (const Wanted *wanted, GError **error)
{
    const CgFeatureQuery *query = wanted->query;
    if (query->limit < 1 || query->limit > CG_FEATURE_MAX_LIMIT) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "limit %u is not 1 to %u", query->limit,
                     CG_FEATURE_MAX_LIMIT);
        return FALSE;
    }
    for (guint i = 0; i < query->n_filters; i++)
        if (!check_filter (&wanted->table->about->columns[query->filter[i].column],
                           query->filter[i].value, error))
            return FALSE;
    return TRUE;
}

void
cg_feature_page_clear (CgFeaturePage *page)
{
    g_clear_pointer (&page->rows, g_array_unref);
}

/* The page before: as many rows as a page holds, back from `begin`. */
static void
find_previous (const Wanted *wanted, guint32 begin, CgFeaturePage *page)
{
    guint found = 0;
    page->prev = CG_NONE;
    for (guint32 row = begin; row-- > 0;) {
        if (!matches (wanted, row))
            continue;
        if (found == wanted->query->limit) {
            page->prev = row;
            return;
        }
        page->has_prev = TRUE;
        found++;
    }
}

gboolean
cg_feature_table_ask (const CgFeatureTable *table, const CgFeatureQuery *query, CgFeaturePage *out,
                      GError **error)
{
    Wanted wanted = { .table = table, .query = query };
    if (!check_query (&wanted, error) || (query->has_box && !take_box (&wanted, error)))
        return FALSE;
    guint32 begin = 0;
    if (query->after != NULL) {
        guint32 last = cg_feature_table_find (table, query->after);
        if (last == CG_NONE) {
            g_set_error (error, CG_ERROR, CG_ERROR_NOT_FOUND,
                         "after: %s has no feature '%.60s' any more; begin with the first page",
                         table->about->name, query->after);
            return FALSE;
        }
        begin = last + 1;
    }
    CgFeaturePage page = { .rows = g_array_new (FALSE, FALSE, sizeof (guint32)) };
    gboolean all = wanted.n_boxes == 0 && query->n_filters == 0 &&
                   (!table->about->timed ||
                    (query->since_s == CG_TIME_NONE && query->until_s == CG_TIME_NONE));
    if (all) {
        page.matched = table->n;
        for (guint32 row = begin; row < table->n && page.rows->len < query->limit; row++)
            g_array_append_val (page.rows, row);
        page.has_next = begin + page.rows->len < table->n;
        page.has_prev = begin > 0;
        page.prev = begin > query->limit ? begin - query->limit - 1 : CG_NONE;
        *out = page;
        return TRUE;
    }
    for (guint32 row = 0; row < table->n; row++) {
        if (!matches (&wanted, row))
            continue;
        page.matched++;
        if (row < begin)
            continue;
        if (page.rows->len < query->limit)
            g_array_append_val (page.rows, row);
        else
            page.has_next = TRUE;
    }
    find_previous (&wanted, begin, &page);
    *out = page;
    return TRUE;
}
