#include "app/density/area.h"

#include "app/json.h"
#include "base/error.h"
#include "geom/geom.h"
#include "normalise/crs.h"

#include <math.h>
#include <string.h>

#define MAX_BYTES 1000000
#define MAX_METRES 1e8
#define PER_METRE 100.0 /* centimetres */

/* ---- rings ------------------------------------------------------------------------------------ */

typedef struct {
    CgShapes *shapes;
    guint32 ring_from; /* vertex that the open ring begins with */
    guint32 given;     /* vertices so far, those that close rings not counted */
} Builder;

static gboolean
refuse (GError **error, const char *what)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "area: %s", what);
    return FALSE;
}

static gboolean
check_number (guint32 n, GError **error)
{
    if (n > CG_AREA_MAX_VERTICES)
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "area: over %u vertices", CG_AREA_MAX_VERTICES);
    return n <= CG_AREA_MAX_VERTICES;
}

static gboolean
add_place (Builder *builder, double x, double y, GError **error)
{
    if (!isfinite (x) || !isfinite (y) || fabs (x) > MAX_METRES || fabs (y) > MAX_METRES)
        return refuse (error, "a coordinate that is no place on Earth");
    /* A ring that is closed by its source has one vertex more than places. */
    builder->given++;
    if (!check_number (builder->given - 1, error))
        return FALSE;
    cg_shapes_add_vertex (builder->shapes, x, y);
    return TRUE;
}

static gboolean
end_ring (Builder *builder, GError **error)
{
    CgShapes *shapes = builder->shapes;
    guint32 from = builder->ring_from, n = shapes->n_vertices - from;
    gboolean closed = n > 1 && shapes->x[from] == shapes->x[shapes->n_vertices - 1] &&
                      shapes->y[from] == shapes->y[shapes->n_vertices - 1];
    if (n < 3 + (guint32) closed)
        return refuse (error, "an outline has three places at least");
    if (!closed)
        cg_shapes_add_vertex (shapes, shapes->x[from], shapes->y[from]);
    builder->given -= closed;
    cg_shapes_end_ring (shapes);
    builder->ring_from = shapes->n_vertices;
    return check_number (builder->given, error);
}

/* ---- WKT -------------------------------------------------------------------------------------- */

static void
skip_blanks (const char **at)
{
    while (g_ascii_isspace (**at))
        (*at)++;
}

/* Takes one character, after blanks. */
static gboolean
take (const char **at, char wanted)
{
    skip_blanks (at);
    if (**at != wanted)
        return FALSE;
    (*at)++;
    return TRUE;
}

static gboolean
take_word (const char **at, const char *word)
{
    skip_blanks (at);
    gsize length = strlen (word);
    if (g_ascii_strncasecmp (*at, word, length) != 0 || g_ascii_isalpha ((*at)[length]))
        return FALSE;
    *at += length;
    return TRUE;
}

static gboolean
take_number (const char **at, double *out)
{
    char *end;
    skip_blanks (at);
    if (strspn (*at, "+-.0123456789") == 0)
        return FALSE;
    *out = g_ascii_strtod (*at, &end);
    gboolean taken = end != *at;
    *at = end;
    return taken;
}

static gboolean
wrong_wkt (const char *text, const char *at, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "area: POLYGON ((x y, x y, x y)) in metres of the county's coordinate system was expected, "
                 "character %d is another",
                 (int) (g_utf8_strlen (text, at - text) + 1));
    return FALSE;
}

/* "(x y, x y, x y)" */
static gboolean
read_ring (const char *text, const char **at, Builder *builder, GError **error)
{
    double x, y;
    if (!take (at, '('))
        return wrong_wkt (text, *at, error);
    do {
        if (!take_number (at, &x) || !g_ascii_isspace (**at) || !take_number (at, &y))
            return wrong_wkt (text, *at, error);
        if (!add_place (builder, x, y, error))
            return FALSE;
    } while (take (at, ','));
    return take (at, ')') ? end_ring (builder, error) : wrong_wkt (text, *at, error);
}

/* "((outside), (hole))" */
static gboolean
read_part (const char *text, const char **at, Builder *builder, GError **error)
{
    if (!take (at, '('))
        return wrong_wkt (text, *at, error);
    do {
        if (!read_ring (text, at, builder, error))
            return FALSE;
    } while (take (at, ','));
    if (!take (at, ')'))
        return wrong_wkt (text, *at, error);
    cg_shapes_end_part (builder->shapes);
    return TRUE;
}

static gboolean
read_wkt (const char *text, Builder *builder, GError **error)
{
    const char *at = text;
    gboolean many = take_word (&at, "MULTIPOLYGON");
    if (!many && !take_word (&at, "POLYGON"))
        return wrong_wkt (text, at, error);
    if (many && !take (&at, '('))
        return wrong_wkt (text, at, error);
    do {
        if (!read_part (text, &at, builder, error))
            return FALSE;
    } while (many && take (&at, ','));
    if (many && !take (&at, ')'))
        return wrong_wkt (text, at, error);
    skip_blanks (&at);
    return *at == '\0' || wrong_wkt (text, at, error);
}

/* ---- GeoJSON ---------------------------------------------------------------------------------- */

static gboolean
read_position (const json_t *position, CgTransform *transform, Builder *builder, GError **error)
{
    const json_t *lon = json_array_get (position, 0), *lat = json_array_get (position, 1);
    double x = json_number_value (lon), y = json_number_value (lat);
    if (!json_is_number (lon) || !json_is_number (lat))
        return refuse (error, "a position of GeoJSON is [longitude, latitude]");
    if (fabs (x) > 180 || fabs (y) > 90)
        return refuse (error, "GeoJSON has longitude and latitude in degrees (for metres take WKT)");
    cg_transform_run (transform, 1, &x, &y);
    return add_place (builder, x, y, error);
}

static gboolean
read_polygon (const json_t *rings, CgTransform *transform, Builder *builder, GError **error)
{
    gsize r, p;
    const json_t *ring, *position;
    if (json_array_size (rings) == 0)
        return refuse (error, "a polygon without an outline");
    json_array_foreach (rings, r, ring)
    {
        json_array_foreach (ring, p, position)
            if (!read_position (position, transform, builder, error))
                return FALSE;
        if (!end_ring (builder, error))
            return FALSE;
    }
    cg_shapes_end_part (builder->shapes);
    return TRUE;
}

/* The one geometry of whatever it lies in; NULL: there is none, or more than one. */
static const json_t *
find_geometry (const json_t *given)
{
    const json_t *features = json_object_get (given, "features");
    if (json_is_array (features))
        given = json_array_size (features) == 1 ? json_array_get (features, 0) : NULL;
    const json_t *geometry = json_object_get (given, "geometry");
    return geometry != NULL ? geometry : given;
}

static gboolean
read_geojson (const char *text, const char *working_crs, Builder *builder, GError **error)
{
    json_error_t problem;
    gsize p;
    const json_t *part;
    g_autoptr (json_t) given = json_loads (text, JSON_REJECT_DUPLICATES, &problem);
    if (given == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "area: GeoJSON, line %d: %s", problem.line, problem.text);
        return FALSE;
    }
    const json_t *geometry = find_geometry (given), *coordinates = json_object_get (geometry, "coordinates");
    const char *type = json_string_value (json_object_get (geometry, "type"));
    gboolean many = g_strcmp0 (type, "MultiPolygon") == 0;
    if ((!many && g_strcmp0 (type, "Polygon") != 0) || json_array_size (coordinates) == 0)
        return refuse (error, "one Polygon or MultiPolygon of GeoJSON was expected");
    if (working_crs == NULL)
        return refuse (error, "the county has no coordinate system that degrees could be put into: take WKT");
    g_autoptr (CgTransform) transform = cg_transform_new ("EPSG:4326", working_crs, error);
    if (transform == NULL)
        return FALSE;
    if (!many)
        return read_polygon (coordinates, transform, builder, error);
    json_array_foreach (coordinates, p, part)
        if (!read_polygon (part, transform, builder, error))
            return FALSE;
    return TRUE;
}

/* ---- both ------------------------------------------------------------------------------------- */

static gboolean
check (const CgShapes *shapes, GError **error)
{
    g_autofree char *reason = NULL;
    gboolean valid;
    double x, y;
    CgBox box = cg_shapes_box (shapes, 0);
    if (box.x_max - box.x_min < CG_AREA_MIN_SIDE_M || box.y_max - box.y_min < CG_AREA_MIN_SIDE_M) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "area: at least %.0f m a side", CG_AREA_MIN_SIDE_M);
        return FALSE;
    }
    if (!cg_geom_validity (shapes, 0, &valid, &reason, &x, &y, error))
        return FALSE;
    if (!valid)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "area: the outline crosses or touches itself near %.0f %.0f (%s)",
                     x, y, reason);
    return valid;
}

CgShapes *
cg_area_parse (const char *text, const char *working_crs, GError **error)
{
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
    Builder builder = { shapes, 0, 0 };
    const char *at = text;
    if (g_str_has_prefix (at, "\357\273\277"))
        at += 3;
    skip_blanks (&at);
    gboolean read = *at == '{' ? read_geojson (at, working_crs, &builder, error)
                               : read_wkt (at, &builder, error);
    if (!read)
        return NULL;
    cg_shapes_end_shape (shapes);
    for (guint32 v = 0; v < shapes->n_vertices; v++) {
        shapes->x[v] = floor (shapes->x[v] * PER_METRE + 0.5) / PER_METRE;
        shapes->y[v] = floor (shapes->y[v] * PER_METRE + 0.5) / PER_METRE;
    }
    return check (shapes, error) ? g_steal_pointer (&shapes) : NULL;
}

char *
cg_area_read (const char *given, GError **error)
{
    g_autoptr (GError) problem = NULL;
    char *text = NULL;
    gsize length = 0;
    const char *at = given;
    skip_blanks (&at);
    if (*at == '{' || take_word (&at, "POLYGON") || take_word (&at, "MULTIPOLYGON"))
        return g_strdup (given);
    g_autoptr (GFile) file = g_file_new_for_path (given);
    g_autoptr (GFileInfo) info =
        g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, NULL);
    if (info != NULL && g_file_info_get_size (info) > MAX_BYTES) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "%s: an area has at most %d bytes", given, MAX_BYTES);
        return NULL;
    }
    if (!g_file_get_contents (given, &text, &length, &problem)) {
        g_set_error (error, CG_ERROR, CG_ERROR_IO, "--area %s: neither WKT, GeoJSON nor a file: %s", given,
                     problem->message);
        return NULL;
    }
    return text;
}
