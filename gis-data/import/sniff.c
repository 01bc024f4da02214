#include "import/sniff.h"

#include <string.h>

static const struct {
    const char *ending;
    CgDriver driver;
    gboolean gzip;
} endings[] = {
    { ".gpkg", CG_DRIVER_GPKG, FALSE },      { ".geojson", CG_DRIVER_GEOJSON, FALSE },
    { ".json", CG_DRIVER_GEOJSON, FALSE },   { ".shp", CG_DRIVER_SHAPEFILE, FALSE },
    { ".csv", CG_DRIVER_CSV, FALSE },        { ".csv.gz", CG_DRIVER_CSV, TRUE },
    { ".fgb", CG_DRIVER_FLATGEOBUF, FALSE }, { ".pbf", CG_DRIVER_OSM, FALSE },
    { ".xlsx", CG_DRIVER_XLSX, FALSE },
};

static const struct {
    const char *bytes;
    gsize length;
    const char *name;
} magics[] = {
    { "SQLite format 3", 16, "an SQLite file" },
    { "PK\x03\x04", 4, "a ZIP archive (perhaps XLSX)" },
    { "\x1f\x8b", 2, "a gzip file" },
    { "fgb\x03", 4, "a FlatGeobuf file" },
    { "\x00\x00\x27\x0a", 4, "a Shapefile" },
    { "%PDF", 4, "a PDF" },
    { "\x89PNG", 4, "a PNG picture" },
    { "\xff\xd8\xff", 3, "a JPEG picture" },
    { "II*\x00", 4, "a TIFF picture" },
    { "\x7f"
      "ELF",
      4, "a program" },
    { "\xd0\xcf\x11\xe0", 4, "an old or encrypted Office file" },
    { "\xff\xfe", 2, "UTF-16 text: save it as UTF-8" },
    { "\xfe\xff", 2, "UTF-16 text: save it as UTF-8" },
};

const char *
cg_sniff_refuse (const char *path)
{
    static const struct {
        const char *ending, *text;
    } others[] = {
        { ".xls", "old spreadsheets (.xls) are not read: save it as .xlsx or CSV" },
        { ".xlsm", "spreadsheets with programs (.xlsm) are not read: save it as .xlsx or CSV" },
        { ".xlsb", "binary spreadsheets (.xlsb) are not read: save it as .xlsx or CSV" },
        { ".ods", "OpenDocument spreadsheets (.ods) are not read: save it as .xlsx or CSV" },
        { ".et", "WPS spreadsheets (.et) are not read: save it as .xlsx or CSV" },
    };
    g_autofree char *lower = g_ascii_strdown (path, -1);
    for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        if (g_str_has_suffix (lower, others[i].ending))
            return others[i].text;
    return NULL;
}

gboolean
cg_sniff_name (const char *path, CgDriver *out_driver, gboolean *out_gzip)
{
    g_autofree char *lower = g_ascii_strdown (path, -1);
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
        if (g_str_has_suffix (lower, endings[i].ending)) {
            *out_driver = endings[i].driver;
            *out_gzip = endings[i].gzip;
            return TRUE;
        }
    return FALSE;
}

const char *
cg_driver_name (CgDriver driver)
{
    static const char *names[] = {
        "GPKG", "GeoJSON", "ESRI Shapefile", "CSV", "FlatGeobuf", "OSM", "XLSX"
    };
    return names[driver];
}

static char
first_sign (const char *head, gsize length)
{
    gsize at = length >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < length && strchr (" \t\r\n", head[at]) != NULL && head[at] != '\0')
        at++;
    return at < length ? head[at] : '\0';
}

const char *
cg_sniff_describe (const char *head, gsize length)
{
    for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
        if (length >= magics[i].length && memcmp (head, magics[i].bytes, magics[i].length) == 0)
            return magics[i].name;
    char first = first_sign (head, length);
    if (first == '<')
        return "XML or HTML";
    if (memchr (head, '\0', length) != NULL)
        return "binary data";
    return first == '{' || first == '[' ? "JSON" : "text";
}

/* The four letters that make an SQLite file a GeoPackage. */
static gboolean
is_geopackage (const char *head, gsize length)
{
    return length >= 100 && memcmp (head, "SQLite format 3", 16) == 0 &&
           (memcmp (head + 68, "GPKG", 4) == 0 || memcmp (head + 68, "GP10", 4) == 0 ||
            memcmp (head + 68, "GP11", 4) == 0);
}

gboolean
cg_sniff_fits (CgDriver driver, gboolean gzip, const char *head, gsize length)
{
    const char *found = cg_sniff_describe (head, length);
    switch (driver) {
    case CG_DRIVER_GPKG:
        return is_geopackage (head, length);
    case CG_DRIVER_GEOJSON:
        return strcmp (found, "JSON") == 0 && first_sign (head, length) == '{';
    case CG_DRIVER_SHAPEFILE:
        return strcmp (found, "a Shapefile") == 0;
    case CG_DRIVER_CSV:
        return strcmp (found, gzip ? "a gzip file" : "text") == 0;
    case CG_DRIVER_FLATGEOBUF:
        return length >= 8 && memcmp (head,
                                      "fgb\x03"
                                      "fgb",
                                      7) == 0;
    case CG_DRIVER_OSM:
        return length > 16 && memcmp (head + 4, "\x0a\x09OSMHeader", 11) == 0;
    case CG_DRIVER_XLSX:
        return length > 4 && memcmp (head, "PK\x03\x04", 4) == 0;
    }
    return FALSE;
}
