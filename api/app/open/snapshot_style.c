#include "app/open/snapshot_style.h"

#include <math.h>

/* Properties stand in the form that all of QGIS 3 reads. */
static void put (GString *qml, const char *key, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
put (GString *qml, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    g_autofree char *value = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_autofree char *escaped = g_markup_escape_text (value, -1);
    g_string_append_printf (qml, "<prop k=\"%s\" v=\"%s\"/>", key, escaped);
}

static void
put_colour (GString *qml, const char *key, CgColour colour)
{
    put (qml, key, "%u,%u,%u,%u", colour.r, colour.g, colour.b, colour.a);
}

static void
put_number (GString *qml, const char *key, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    put (qml, key, "%s", g_ascii_formatd (text, sizeof text, "%.2f", value));
}

static void
put_symbol (GString *qml, guint number, CgQmlKind kind, CgColour fill, CgColour line,
            double size_mm)
{
    static const char *const types[] = { "marker", "line", "fill" };
    static const char *const layers[] = { "SimpleMarker", "SimpleLine", "SimpleFill" };
    g_string_append_printf (qml,
                            "<symbol name=\"%u\" type=\"%s\" alpha=\"1\" clip_to_extent=\"1\">"
                            "<layer class=\"%s\" pass=\"0\" locked=\"0\" enabled=\"1\">",
                            number, types[kind], layers[kind]);
    if (kind == CG_QML_LINE) {
        put_colour (qml, "line_color", line);
        put_number (qml, "line_width", size_mm);
        put (qml, "line_width_unit", "MM");
    } else {
        put_colour (qml, "color", fill);
        put (qml, "style", fill.a > 0 ? "solid" : "no");
        put_colour (qml, "outline_color", line);
        put (qml, "outline_style", line.a > 0 ? "solid" : "no");
        put_number (qml, "outline_width", kind == CG_QML_AREA ? size_mm : 0.2);
        put (qml, "outline_width_unit", "MM");
    }
    if (kind == CG_QML_POINT) {
        put (qml, "name", "circle");
        put_number (qml, "size", size_mm);
        put (qml, "size_unit", "MM");
    }
    g_string_append (qml, "</layer></symbol>");
}

static GString *
begin (gboolean labelled)
{
    GString *qml = g_string_new ("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n");
    g_string_append_printf (qml,
                            "<qgis version=\"3.22.0\" "
                            "styleCategories=\"Symbology|Labeling|Fields\" labelsEnabled=\"%d\">",
                            labelled);
    return qml;
}

static void
put_labels (GString *qml, const char *column)
{
    g_autofree char *escaped = g_markup_escape_text (column, -1);
    g_string_append_printf (
        qml,
        "<labeling type=\"simple\"><settings calloutType=\"simple\">"
        "<text-style fieldName=\"%s\" isExpression=\"0\" fontSize=\"9\" fontSizeUnit=\"Point\" "
        "textColor=\"34,44,56,255\" fontWeight=\"50\">"
        "<text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" "
        "bufferColor=\"255,255,255,255\" bufferOpacity=\"1\"/></text-style>"
        "<placement placement=\"1\" dist=\"0\"/><rendering drawLabels=\"1\" obstacle=\"1\"/>"
        "</settings></labeling>",
        escaped);
}

static char *
end (GString *qml, const char *const *aliases)
{
    g_string_append (qml, "<aliases>");
    for (guint i = 0; aliases != NULL && aliases[i] != NULL; i += 2) {
        g_autofree char *field = g_markup_escape_text (aliases[i], -1);
        g_autofree char *name = g_markup_escape_text (aliases[i + 1], -1);
        g_string_append_printf (qml, "<alias index=\"%u\" field=\"%s\" name=\"%s\"/>", i / 2 + 1,
                                field, name);
    }
    g_string_append (qml, "</aliases></qgis>\n");
    return g_string_free (qml, FALSE);
}

char *
cg_qml_plain (CgQmlKind kind, CgColour fill, CgColour line, double size_mm, const char *label,
              const char *const *aliases)
{
    GString *qml = begin (label != NULL);
    g_string_append (qml, "<renderer-v2 type=\"singleSymbol\" symbollevels=\"0\"><symbols>");
    put_symbol (qml, 0, kind, fill, line, size_mm);
    g_string_append (qml, "</symbols></renderer-v2>");
    if (label != NULL)
        put_labels (qml, label);
    return end (qml, aliases);
}

/* Classes hold what is above their lower end, QGIS' ranges their ends too: a value on a bound is in
 * the first range that has it, which is the right one. */
static void
put_range (GString *qml, guint number, double low, double high, const char *unit, guint decimals)
{
    char from[G_ASCII_DTOSTR_BUF_SIZE], to[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *low_text = cg_format_number (low, decimals);
    g_autofree char *high_text = cg_format_number (high, decimals);
    g_ascii_dtostr (from, sizeof from, low);
    g_ascii_dtostr (to, sizeof to, high);
    g_string_append_printf (qml,
                            "<range symbol=\"%u\" lower=\"%s\" upper=\"%s\" render=\"true\" "
                            "label=\"%s%s%s %s\"/>",
                            number, from, to, low_text, low == high ? "" : "–",
                            low == high ? "" : high_text, unit);
}

char *
cg_qml_classes (const char *column, const char *unit, const CgChoropleth *classes,
                const char *const *aliases)
{
    const CgTheme *theme = cg_theme_find ("light");
    GString *qml = begin (FALSE), *symbols = g_string_new (NULL);
    guint n = 0;
    CgColour line = theme->border;
    g_string_append_printf (qml,
                            "<renderer-v2 type=\"graduatedSymbol\" attr=\"%s\" "
                            "graduatedMethod=\"GraduatedColor\" symbollevels=\"0\"><ranges>",
                            column);
    if (classes->zero) {
        put_range (qml, n, 0, 0, unit, classes->decimals);
        put_symbol (symbols, n++, CG_QML_AREA, cg_choropleth_zero (classes, theme), line, 0.1);
    }
    for (guint c = 0; c < classes->n_classes; c++) {
        double low = c == 0 ? classes->lower : classes->upper[c - 1], high = classes->upper[c];
        if (c > 0 && classes->decimals == 0)
            low = floor (low) + 1; /* whole numbers: no two classes read alike */
        put_range (qml, n, isfinite (low) ? low : -1e15, isfinite (high) ? high : 1e15, unit,
                   classes->decimals);
        put_symbol (symbols, n++, CG_QML_AREA, cg_choropleth_colour (classes, theme, c), line, 0.1);
    }
    g_string_append_printf (qml, "</ranges><symbols>%s</symbols></renderer-v2>", symbols->str);
    g_string_free (symbols, TRUE);
    return end (qml, aliases);
}
