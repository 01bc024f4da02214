#include "http/geojson.h"

#include "app/clock.h"
#include "export/layer.h"

#include <math.h>
#include <string.h>

void
http_json_text (GString *out, const char *text)
{
    g_string_append_c (out, '"');
    for (const char *from = text;;) {
        const char *at = from;
        while ((guchar) *at >= 0x20 && *at != '"' && *at != '\\')
            at++;
        g_string_append_len (out, from, at - from);
        if (*at == '\0')
            break;
        if (*at == '"' || *at == '\\') {
            g_string_append_c (out, '\\');
            g_string_append_c (out, *at);
        } else {
            g_string_append_printf (out, "\\u%04x", (guint) *at);
        }
        from = at + 1;
    }
    g_string_append_c (out, '"');
}

/* So many digits that end there. */
static inline void
write_digits (char *end, guint64 value, guint n)
{
    static const char two[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                              "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                              "8081828384858687888990919293949596979899";
    for (; n >= 2; n -= 2, value /= 100)
        memcpy (end -= 2, two + value % 100 * 2, 2);
    if (n > 0)
        *--end = (char) ('0' + value % 10);
}

#define WHOLE_SIZE 24

/* Returns the end of what it wrote. */
static char *
format_whole (gint64 value, char *out)
{
    guint64 size = value < 0 ? -(guint64) value : (guint64) value;
    guint n = 1;
    for (guint64 rest = size; rest >= 10; rest /= 10)
        n++;
    if (value < 0)
        *out++ = '-';
    write_digits (out + n, size, n);
    return out + n;
}

static void
append_whole (GString *out, gint64 value)
{
    char text[WHOLE_SIZE];
    g_string_append_len (out, text, format_whole (value, text) - text);
}

#define FIXED_SIZE 40

/* Digits by whole numbers: a collection has millions of coordinates. */
static char *
format_fixed (double value, guint decimals, char *out)
{
    static const guint64 power[] = { 1,      10,      100,      1000,      10000,
                                     100000, 1000000, 10000000, 100000000, 1000000000 };
    double scaled = rint (value * (double) power[decimals]);
    if (!(fabs (scaled) < 9e18))
        return out + g_snprintf (out, FIXED_SIZE, "%.17g", value);
    gint64 whole = (gint64) scaled;
    guint64 size = whole < 0 ? -(guint64) whole : (guint64) whole, rest = size % power[decimals];
    if (whole < 0)
        *out++ = '-';
    out = format_whole ((gint64) (size / power[decimals]), out);
    if (rest == 0)
        return out;
    for (; rest % 10 == 0; rest /= 10)
        decimals--;
    *out++ = '.';
    write_digits (out + decimals, rest, decimals);
    return out + decimals;
}

void
http_json_fixed (GString *out, double value, guint decimals)
{
    char text[FIXED_SIZE];
    g_string_append_len (out, text, format_fixed (value, decimals, text) - text);
}

static void
append_time (GString *out, gint64 time_s)
{
    char text[CG_APP_ISO_SIZE];
    g_string_append (out, cg_app_iso (time_s, text));
}

static void
append_real (GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    cg_export_format_number (value, text);
    g_string_append (out, text);
}

void
http_json_value (GString *out, const CgFeatureColumn *column, const CgFeatureValue *value)
{
    if (value->is_null) {
        g_string_append (out, "null");
    } else if (column->kind == CG_FEATURE_TEXT) {
        http_json_text (out, value->text);
    } else if (column->kind == CG_FEATURE_FLAG) {
        g_string_append (out, value->whole != 0 ? "true" : "false");
    } else if (column->kind == CG_FEATURE_WHOLE) {
        append_whole (out, value->whole);
    } else if (column->kind == CG_FEATURE_REAL) {
        append_real (out, value->real);
    } else {
        g_string_append_c (out, '"');
        append_time (out, value->whole);
        g_string_append_c (out, '"');
    }
}

/* ---- geometry -------------------------------------------------------------------------------- */

typedef struct {
    GString *out;
    const CgFeatureTable *table;
    CgFeatureCrs crs;
    guint decimals;
} Pen;

static void
write_place (const Pen *pen, double lon, double lat, double x, double y)
{
    double first, second;
    cg_feature_table_place (pen->table, pen->crs, lon, lat, x, y, &first, &second);
    char text[2 * FIXED_SIZE + 3], *at = text;
    *at++ = '[';
    at = format_fixed (first, pen->decimals, at);
    *at++ = ',';
    at = format_fixed (second, pen->decimals, at);
    *at++ = ']';
    g_string_append_len (pen->out, text, at - text);
}

static void
write_ring (const Pen *pen, const CgFeatureGeometry *geometry, guint32 ring)
{
    /* Degrees and metres have their vertices in tables of their own. */
    const CgShapes *shapes = pen->crs == CG_FEATURE_WORKING ? geometry->working : geometry->degrees;
    for (guint32 v = shapes->ring_vertex[ring]; v < shapes->ring_vertex[ring + 1]; v++) {
        if (v > shapes->ring_vertex[ring])
            g_string_append_c (pen->out, ',');
        write_place (pen, shapes->x[v], shapes->y[v], shapes->x[v], shapes->y[v]);
    }
}

/* An area is a list of rings, a line one list of places. */
static void
write_part (const Pen *pen, const CgFeatureGeometry *geometry, const CgShapes *shapes, guint32 part)
{
    gboolean area = shapes->kind == CG_SHAPES_AREA;
    g_string_append (pen->out, area ? "[[" : "[");
    for (guint32 r = shapes->part_ring[part]; r < shapes->part_ring[part + 1]; r++) {
        if (r > shapes->part_ring[part])
            g_string_append (pen->out, "],[");
        write_ring (pen, geometry, r);
    }
    g_string_append (pen->out, area ? "]]" : "]");
}

/* Always the Multi type, so that a collection has one type: readers make one layer of it. */
static void
write_shape (const Pen *pen, const CgFeatureGeometry *geometry)
{
    gboolean metres = pen->crs == CG_FEATURE_WORKING;
    const CgShapes *shapes = metres ? geometry->working : geometry->degrees;
    guint32 i = metres ? geometry->working_index : geometry->degrees_index;
    g_string_append_printf (pen->out, "{\"type\":\"%s\",\"coordinates\":[",
                            shapes->kind == CG_SHAPES_AREA ? "MultiPolygon" : "MultiLineString");
    for (guint32 p = shapes->shape_part[i]; p < shapes->shape_part[i + 1]; p++) {
        if (p > shapes->shape_part[i])
            g_string_append_c (pen->out, ',');
        write_part (pen, geometry, shapes, p);
    }
    g_string_append (pen->out, "]}");
}

static void
write_geometry (const Pen *pen, guint32 row)
{
    CgFeatureGeometry geometry;
    cg_feature_table_geometry (pen->table, row, &geometry);
    if (geometry.has_point) {
        g_string_append (pen->out, "{\"type\":\"Point\",\"coordinates\":");
        write_place (pen, geometry.lon, geometry.lat, geometry.x, geometry.y);
        g_string_append_c (pen->out, '}');
    } else if (geometry.has_shape) {
        write_shape (pen, &geometry);
    } else {
        g_string_append (pen->out, "null");
    }
}

void
http_feature_value (const CgFeatureTable *table, guint32 row, const CgFeatureDetails *details,
                    guint i, guint column, CgFeatureValue *out)
{
    if (cg_feature_table_about (table)->columns[column].detail)
        cg_feature_details_value (details, i, column, out);
    else
        cg_feature_table_value (table, row, column, out);
}

void
http_geojson_feature (GString *out, const CgFeatureTable *table, guint32 row,
                      const CgFeatureDetails *details, guint i, CgFeatureCrs crs, const char *links)
{
    const CgCollection *about = cg_feature_table_about (table);
    gboolean metres = crs == CG_FEATURE_WORKING || crs == CG_FEATURE_EPSG3857;
    Pen pen = { out, table, crs, metres ? 4 : 9 };
    g_autofree char *id = cg_feature_table_id (table, row);
    g_string_append (out, "{\"type\":\"Feature\",\"id\":");
    if (about->whole_id)
        g_string_append (out, id);
    else
        http_json_text (out, id);
    g_string_append (out, ",\"geometry\":");
    write_geometry (&pen, row);
    g_string_append (out, ",\"properties\":{");
    for (guint c = 0; about->columns[c].name != NULL; c++) {
        CgFeatureValue value;
        http_feature_value (table, row, details, i, c, &value);
        g_string_append (out, c > 0 ? ",\"" : "\"");
        g_string_append (out, about->columns[c].name);
        g_string_append (out, "\":");
        http_json_value (out, &about->columns[c], &value);
    }
    g_string_append_c (out, '}');
    if (links != NULL)
        g_string_append (out, links);
    g_string_append_c (out, '}');
}

/* ---- pages ----------------------------------------------------------------------------------- */

void
http_html_text (GString *out, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    g_string_append (out, escaped);
}

void
http_html_link (GString *out, const char *url, const char *text)
{
    g_string_append (out, "<a href=\"");
    http_html_text (out, url);
    g_string_append (out, "\">");
    http_html_text (out, text);
    g_string_append (out, "</a>");
}

void
http_html_begin (GString *out, const char *title, const char *const *way)
{
    g_string_append (out,
                     "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width\">\n"
                     "<link rel=\"stylesheet\" href=\"/api/style.css\">\n<title>");
    http_html_text (out, title);
    g_string_append (out, "</title>\n</head>\n<body>\n<nav>");
    for (guint i = 0; way != NULL && way[i] != NULL; i += 2) {
        g_string_append (out, i > 0 ? " › " : "");
        http_html_link (out, way[i], way[i + 1]);
    }
    g_string_append (out, "</nav>\n<main>\n<h1>");
    http_html_text (out, title);
    g_string_append (out, "</h1>\n");
}

void
http_html_end (GString *out)
{
    g_string_append (out, "</main>\n</body>\n</html>\n");
}

void
http_html_value (GString *out, const CgFeatureColumn *column, const CgFeatureValue *value)
{
    if (value->is_null)
        return;
    if (column->kind == CG_FEATURE_TEXT)
        http_html_text (out, value->text);
    else if (column->kind == CG_FEATURE_TIME)
        append_time (out, value->whole);
    else
        http_json_value (out, column, value);
}
