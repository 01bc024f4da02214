#include "import/geojson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/shapes.h"

/* Where in the document a value stands. */
typedef enum { AT_ROOT, AT_FEATURES, AT_FEATURE, AT_GEOMETRY, AT_GEOMETRIES, AT_OTHER } Place;

typedef struct {
    char type[24];
    gboolean has_coordinates;
    int nest;              /* depth of arrays at the numbers: 1 for a point; -1 mixed; 0 none */
    guint32 line_vertices; /* of the line being read                                           */
    double first[2], last[2];
    guint32 unclosed, shortest; /* lines that do not close; vertices of the shortest line         */
    gboolean not_finite;
} Geometry;

typedef struct {
    const char *begin, *at, *end;
    CgGeoJsonScan *out;
    guint32 row;
    guint64 vertices;
    char root_type[24];
    gboolean root_seen;
    Geometry geometry;
} Scan;

static gboolean
fatal (Scan *scan, const char *code, const char *what)
{
    if (scan->out->fatal == NULL) {
        scan->out->fatal = code;
        scan->out->fatal_row = scan->row;
        scan->out->fatal_text = g_strdup_printf ("%s (byte %" G_GSIZE_FORMAT ")", what,
                                                 (gsize) (scan->at - scan->begin));
    }
    return FALSE;
}

static gboolean
broken (Scan *scan)
{
    if (scan->at >= scan->end)
        return fatal (scan, "TRUNCATED", "the file ends in the middle of the JSON text");
    return fatal (scan, "CONTENT", "not JSON");
}

static void
fault (Scan *scan, const char *code, const char *text)
{
    GArray *faults = scan->out->faults;
    guint32 row = MAX (scan->row, 1); /* a lone Feature is row 1 */
    if (faults->len > 0 && g_array_index (faults, CgGeoJsonFault, faults->len - 1).row == row)
        return;
    const double *at = scan->geometry.first;
    gboolean placed = scan->geometry.nest != 0 && isfinite (at[0]) && isfinite (at[1]);
    CgGeoJsonFault found = { row, code, g_strdup (text), placed ? at[0] : NAN,
                             placed ? at[1] : NAN };
    g_array_append_val (faults, found);
}

static void
pass_blanks (Scan *scan)
{
    while (scan->at < scan->end && strchr (" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
        scan->at++;
}

/* TRUE and past it when the next byte (after blanks) is c. */
static gboolean
take (Scan *scan, char c)
{
    pass_blanks (scan);
    if (scan->at >= scan->end || *scan->at != c)
        return FALSE;
    scan->at++;
    return TRUE;
}

/* A string; the raw text without escapes goes into out[size] where it fits, else "". */
static gboolean
read_string (Scan *scan, char *out, gsize size)
{
    if (!take (scan, '"'))
        return broken (scan);
    const char *from = scan->at;
    gboolean plain = TRUE;
    while (scan->at < scan->end && *scan->at != '"') {
        if ((guchar) *scan->at < 0x20)
            return broken (scan);
        gboolean escape = *scan->at == '\\';
        plain = plain && !escape;
        scan->at += escape ? 2 : 1;
    }
    if (scan->at >= scan->end) {
        scan->at = scan->end;
        return broken (scan);
    }
    gsize length = (gsize) (scan->at++ - from);
    if (size > 0)
        out[0] = '\0';
    if (plain && length < size) {
        memcpy (out, from, length);
        out[length] = '\0';
    }
    return TRUE;
}

static void
pass_digits (Scan *scan)
{
    while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
        scan->at++;
}

static gboolean
is_not_a_number_word (const Scan *scan)
{
    static const char *const words[] = { "NaN", "nan",  "NAN",  "Infinity", "-Infinity",
                                         "inf", "-inf", "-NaN", "-nan",     "Inf" };
    for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
        gsize length = strlen (words[i]);
        if ((gsize) (scan->end - scan->at) >= length && memcmp (scan->at, words[i], length) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
read_number (Scan *scan, double *out)
{
    const char *from = scan->at;
    if (is_not_a_number_word (scan))
        return fatal (scan, "NOT_FINITE",
                      "NaN or Infinity is no JSON number: the coordinate or value must be finite");
    if (scan->at < scan->end && *scan->at == '-')
        scan->at++;
    const char *digits = scan->at;
    pass_digits (scan);
    if (scan->at == digits)
        return broken (scan);
    if (scan->at < scan->end && *scan->at == '.') {
        scan->at++;
        pass_digits (scan);
    }
    if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E')) {
        scan->at++;
        if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
            scan->at++;
        pass_digits (scan);
    }
    char text[64];
    gsize length = MIN ((gsize) (scan->at - from), sizeof text - 1);
    memcpy (text, from, length);
    text[length] = '\0';
    *out = g_ascii_strtod (text, NULL);
    return TRUE;
}

static gboolean
read_word (Scan *scan)
{
    static const char *const words[] = { "true", "false", "null" };
    for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
        gsize length = strlen (words[i]);
        if ((gsize) (scan->end - scan->at) >= length && memcmp (scan->at, words[i], length) == 0) {
            scan->at += length;
            return TRUE;
        }
    }
    double unused;
    return read_number (scan, &unused);
}

/* ---- coordinates ---------------------------------------------------------------------- */

static void
end_line (Scan *scan)
{
    Geometry *geometry = &scan->geometry;
    geometry->unclosed +=
        geometry->first[0] != geometry->last[0] || geometry->first[1] != geometry->last[1];
    geometry->shortest = MIN (geometry->shortest, geometry->line_vertices);
    geometry->line_vertices = 0;
}

/* One position, after its "[". */
static gboolean
read_position (Scan *scan, int depth)
{
    Geometry *geometry = &scan->geometry;
    double value[2] = { 0 };
    guint n = 0;
    do {
        double number;
        pass_blanks (scan);
        if (scan->at < scan->end && (*scan->at == 'n' || *scan->at == '"') &&
            !is_not_a_number_word (scan))
            return fatal (scan, "NOT_A_NUMBER", "a coordinate is not a number");
        if (!read_number (scan, &number))
            return FALSE;
        if (n < 2)
            value[n] = number;
        geometry->not_finite = geometry->not_finite || !isfinite (number);
        n++;
    } while (take (scan, ','));
    if (!take (scan, ']'))
        return broken (scan);
    if (n < 2 || n > 4)
        return fatal (scan, "BAD_GEOMETRY", "a position does not have 2 to 4 numbers");
    geometry->nest = geometry->nest == 0 || geometry->nest == depth ? depth : -1;
    if (geometry->line_vertices++ == 0)
        memcpy (geometry->first, value, sizeof value);
    memcpy (geometry->last, value, sizeof value);
    if (geometry->line_vertices > CG_SHAPES_MAX_RING_VERTICES)
        return fatal (scan, "TOO_MANY_VERTICES", "a ring has more than 1000000 vertices");
    if (++scan->vertices > CG_SHAPES_MAX_VERTICES)
        return fatal (scan, "TOO_MANY_VERTICES", "the file has more than 200000000 vertices");
    return TRUE;
}

/* An array of positions or of such arrays, after its "[". depth 1 is the outermost. */
static gboolean
read_coordinates (Scan *scan, int depth)
{
    if (depth > 8)
        return fatal (scan, "TOO_DEEP", "coordinates are nested deeper than 8");
    if (take (scan, ']'))
        return TRUE;
    pass_blanks (scan);
    if (scan->at < scan->end && *scan->at != '[')
        return read_position (scan, depth);
    gboolean of_positions = FALSE;
    do {
        if (!take (scan, '['))
            return broken (scan);
        guint32 before = scan->geometry.line_vertices;
        if (!read_coordinates (scan, depth + 1))
            return FALSE;
        of_positions = of_positions || scan->geometry.line_vertices > before;
    } while (take (scan, ','));
    if (of_positions)
        end_line (scan);
    return take (scan, ']') || broken (scan);
}

static void
begin_geometry (Scan *scan)
{
    scan->geometry = (Geometry){ .shortest = G_MAXUINT32 };
}

static void
judge_geometry (Scan *scan)
{
    static const struct {
        const char *type;
        int nest;
    } types[] = { { "Point", 1 },   { "MultiPoint", 2 },      { "LineString", 2 },
                  { "Polygon", 3 }, { "MultiLineString", 3 }, { "MultiPolygon", 4 } };
    const Geometry *geometry = &scan->geometry;
    guint k = 0;
    while (k < G_N_ELEMENTS (types) && strcmp (types[k].type, geometry->type) != 0)
        k++;
    if (k == G_N_ELEMENTS (types)) /* a collection: refused by type later */
        return;
    if (geometry->not_finite)
        fault (scan, "NOT_FINITE", "a coordinate is infinite");
    else if (!geometry->has_coordinates || (geometry->nest != 0 && geometry->nest != types[k].nest))
        fault (scan, "BAD_GEOMETRY", "the coordinates do not fit the type of the geometry");
    else if (types[k].nest >= 3 && strstr (types[k].type, "Polygon") != NULL &&
             geometry->unclosed > 0)
        fault (scan, "UNCLOSED_RING",
               "a ring does not end where it begins: repeat its first vertex at its end");
    else if (strstr (types[k].type, "Polygon") != NULL && geometry->shortest < 4)
        fault (scan, "SHORT_RING", "a ring has fewer than 4 vertices");
}

/* ---- the document --------------------------------------------------------------------- */

static gboolean read_value (Scan *scan, Place place, int depth);

static Place
place_of_member (const Scan *scan, Place place, const char *key)
{
    if (place == AT_ROOT && strcmp (key, "features") == 0)
        return AT_FEATURES;
    if ((place == AT_FEATURE || place == AT_ROOT) && strcmp (key, "geometry") == 0)
        return AT_GEOMETRY;
    if (place == AT_GEOMETRY && strcmp (key, "geometries") == 0)
        return AT_GEOMETRIES;
    return AT_OTHER;
}

static gboolean
read_member (Scan *scan, Place place, int depth)
{
    char key[24];
    if (!read_string (scan, key, sizeof key))
        return FALSE;
    if (!take (scan, ':'))
        return broken (scan);
    pass_blanks (scan);
    gboolean is_text = scan->at < scan->end && *scan->at == '"';
    if (place == AT_ROOT && strcmp (key, "crs") == 0)
        scan->out->names_crs = scan->at < scan->end && *scan->at != 'n';
    if (strcmp (key, "type") == 0 && is_text && place == AT_ROOT)
        return read_string (scan, scan->root_type, sizeof scan->root_type) &&
               g_strlcpy (scan->geometry.type, scan->root_type, sizeof scan->geometry.type) > 0;
    if (strcmp (key, "type") == 0 && is_text && place == AT_GEOMETRY)
        return read_string (scan, scan->geometry.type, sizeof scan->geometry.type);
    gboolean coordinates =
        strcmp (key, "coordinates") == 0 && (place == AT_GEOMETRY || place == AT_ROOT);
    if (coordinates && scan->geometry.has_coordinates)
        return fatal (scan, "BAD_GEOMETRY", "a geometry has two lists of coordinates");
    if (coordinates && take (scan, '[')) {
        scan->geometry.has_coordinates = TRUE;
        return read_coordinates (scan, 1);
    }
    return read_value (scan, place_of_member (scan, place, key), depth + 1);
}

static gboolean
read_object (Scan *scan, Place place, int depth)
{
    if (place == AT_FEATURES)
        return broken (scan);
    if (place == AT_GEOMETRY || place == AT_ROOT)
        begin_geometry (scan);
    if (!take (scan, '}')) {
        do {
            if (!read_member (scan, place, depth))
                return FALSE;
        } while (take (scan, ','));
        if (!take (scan, '}'))
            return broken (scan);
    }
    if (place == AT_GEOMETRY)
        judge_geometry (scan);
    return TRUE;
}

static gboolean
read_array (Scan *scan, Place place, int depth)
{
    if (take (scan, ']'))
        return TRUE;
    Place inside = place == AT_FEATURES ? AT_FEATURE : AT_OTHER;
    do {
        scan->row += place == AT_FEATURES;
        if (!read_value (scan, inside, depth + 1))
            return FALSE;
    } while (take (scan, ','));
    return take (scan, ']') || broken (scan);
}

static gboolean
read_value (Scan *scan, Place place, int depth)
{
    if (depth > CG_GEOJSON_MAX_DEPTH)
        return fatal (scan, "TOO_DEEP", "the JSON text is nested deeper than 32");
    pass_blanks (scan);
    if (scan->at >= scan->end)
        return broken (scan);
    switch (*scan->at) {
    case '{':
        scan->at++;
        return read_object (scan, place, depth);
    case '[':
        scan->at++;
        return read_array (scan, place, depth);
    case '"':
        return read_string (scan, NULL, 0);
    default:
        return read_word (scan);
    }
}

void
cg_geojson_scan (const char *text, gsize length, CgGeoJsonScan *out)
{
    *out = (CgGeoJsonScan){ .faults = g_array_new (FALSE, FALSE, sizeof (CgGeoJsonFault)) };
    Scan scan = { .begin = text, .at = text, .end = text + length, .out = out };
    pass_blanks (&scan);
    if (scan.at < scan.end && *scan.at != '{')
        fatal (&scan, "CONTENT", "not a GeoJSON object");
    if (out->fatal == NULL && read_value (&scan, AT_ROOT, 1)) {
        pass_blanks (&scan);
        if (scan.at < scan.end)
            fatal (&scan, "CONTENT", "text follows the end of the JSON object");
        else if (strcmp (scan.root_type, "FeatureCollection") != 0 &&
                 strcmp (scan.root_type, "Feature") != 0)
            fatal (&scan, "CONTENT", "the JSON object is no FeatureCollection");
    }
    if (strcmp (scan.root_type, "Feature") == 0 && out->fatal == NULL)
        scan.row = 1;
    out->n_features = scan.row;
}

void
cg_geojson_scan_clear (CgGeoJsonScan *scan)
{
    for (guint i = 0; scan->faults != NULL && i < scan->faults->len; i++)
        g_free (g_array_index (scan->faults, CgGeoJsonFault, i).text);
    if (scan->faults != NULL)
        g_array_unref (scan->faults);
    g_free (scan->fatal_text);
    *scan = (CgGeoJsonScan){ 0 };
}
