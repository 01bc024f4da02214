/* Formats written by the library itself, then cut, bent and mislabelled. */
#include <math.h>
#include <string.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <cpl_error.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#pragma GCC diagnostic pop

#include "import/encoding.h"
#include "import/fields.h"
#include "import/import.h"
#include "support.h"

/* ---- writing -------------------------------------------------------------------------- */

static OGRGeometryH
square (int i, double bend)
{
    double x = 108.2 + 0.001 * i, y = 36.9;
    OGRGeometryH ring = OGR_G_CreateGeometry (wkbLinearRing),
                 area = OGR_G_CreateGeometry (wkbPolygon);
    OGR_G_AddPoint_2D (ring, x, y);
    OGR_G_AddPoint_2D (ring, x + 0.001, y);
    OGR_G_AddPoint_2D (ring, x + 0.001, isnan (bend) ? bend : y + 0.001);
    OGR_G_AddPoint_2D (ring, x, y + 0.001);
    OGR_G_AddPoint_2D (ring, x, y + bend);
    OGR_G_AddGeometryDirectly (area, ring);
    return area;
}

/* Without waiting for the disk, as g_file_set_contents would for each of some thousand files. */
static void
put (const char *path, const char *bytes, gsize length)
{
    FILE *file = g_fopen (path, "wb");
    g_assert_nonnull (file);
    g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
    g_assert_cmpint (fclose (file), ==, 0);
}

/* Three units; names[3] go into the file as they are; bend != 0 opens the ring of the second, NaN
 * spoils it. */
static void
write_units (const char *driver_name, const char *path, const char *const *names,
             const char *encoding, double bend)
{
    GDALAllRegister ();
    g_autofree char *option = g_strdup_printf ("ENCODING=%s", encoding != NULL ? encoding : "");
    const char *options[] = { encoding != NULL ? option : NULL, NULL };
    OGRSpatialReferenceH srs = OSRNewSpatialReference (NULL);
    OSRImportFromEPSG (srs, 4326);
    OSRSetAxisMappingStrategy (srs, OAMS_TRADITIONAL_GIS_ORDER);
    GDALDatasetH set =
        GDALCreate (GDALGetDriverByName (driver_name), path, 0, 0, 0, GDT_Unknown, NULL);
    g_assert_nonnull (set);
    OGRLayerH layer = GDALDatasetCreateLayer (set, "units", srs, wkbPolygon, (char **) options);
    OGRFieldDefnH id = OGR_Fld_Create ("code", OFTString),
                  households = OGR_Fld_Create ("households", OFTInteger);
    OGR_Fld_SetWidth (id, 12);
    OGR_L_CreateField (layer, id, TRUE);
    OGR_L_CreateField (layer, households, TRUE);
    for (int i = 0; i < 3; i++) {
        OGRFeatureH feature = OGR_F_Create (OGR_L_GetLayerDefn (layer));
        OGR_F_SetFieldString (feature, 0, names[i]);
        OGR_F_SetFieldInteger (feature, 1, 10 * (i + 1));
        OGR_F_SetGeometryDirectly (feature, square (i, i == 1 ? bend : 0));
        g_assert_cmpint (OGR_L_CreateFeature (layer, feature), ==, OGRERR_NONE);
        OGR_F_Destroy (feature);
    }
    OGR_Fld_Destroy (id);
    OGR_Fld_Destroy (households);
    GDALClose (set);
    OSRDestroySpatialReference (srs);
}

static const char *const plain_names[] = { "a", "b", "c" };

static CgUnits *
import (const char *path, const char *encoding, CgImportReport *report, GError **error)
{
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    options.encoding = encoding;
    return cg_import_units (&options, report, NULL, NULL, error);
}

static gboolean
has_code (const CgImportReport *report, const char *code, guint32 row)
{
    for (guint f = 0; f < report->findings->len; f++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, f);
        if (strcmp (finding->code, code) == 0 && finding->row == row)
            return TRUE;
    }
    return FALSE;
}

/* Fails with the code; the report and the error name the file. */
static void
assert_refused (const char *path, const char *code, guint32 row)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = import (path, NULL, report, &error);
    g_autofree char *base = g_path_get_basename (path);
    g_assert_null (units);
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, base));
    g_assert_true (has_code (report, code, row));
}

static void
assert_units (const char *path, const char *encoding, const char *const *names, const char *found)
{
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = import (path, encoding, report, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (units->n, ==, 3);
    for (guint i = 0; i < 3; i++) {
        g_assert_cmpstr (units->id[i], ==, names[i]);
        g_assert_cmpuint (units->households[i], ==, 10 * (i + 1));
        g_assert_cmpuint (units->row[i], ==, i + 1);
        g_assert_cmpfloat_with_epsilon (cg_shapes_area (units->shapes, i), 89.1 * 111.0, 120);
    }
    g_assert_cmpstr (units->delivered_crs, ==, "EPSG:4326");
    g_assert_cmpstr (units->working_crs, ==, "EPSG:4545");
    g_assert_cmpuint (units->delivered->n_vertices, ==, units->shapes->n_vertices);
    g_assert_cmpstr (report->encoding, ==, found);
    g_assert_cmpuint (report->n_rows, ==, 3);
    g_assert_cmpuint (report->n_good, ==, 3);
}

static void
test_formats (void)
{
    g_autofree char *gpkg = NULL, *shp = NULL, *fgb = NULL, *json = NULL;
    char *dir = cg_test_dir ();
    gpkg = g_build_filename (dir, "u.gpkg", NULL);
    shp = g_build_filename (dir, "u.shp", NULL);
    fgb = g_build_filename (dir, "u.fgb", NULL);
    json = g_build_filename (dir, "u.geojson", NULL);
    write_units ("GPKG", gpkg, plain_names, NULL, 0);
    write_units ("ESRI Shapefile", shp, plain_names, NULL, 0);
    write_units ("FlatGeobuf", fgb, plain_names, NULL, 0);
    write_units ("GeoJSON", json, plain_names, NULL, 0);
    const char *paths[] = { gpkg, shp, json };
    for (guint p = 0; p < G_N_ELEMENTS (paths); p++)
        assert_units (paths[p], NULL, plain_names, "UTF-8");
    g_autoptr (CgImportReport) report =
        cg_import_report_new (fgb); /* rows come in the order of its index */
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = import (fgb, NULL, report, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (units->n, ==, 3);
    /* Reading leaves nothing beside the file. */
    g_autofree char *log = g_strconcat (gpkg, "-wal", NULL);
    g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
    cg_test_remove_dir (dir);
}

/* ---- encodings ------------------------------------------------------------------------ */

static void
test_shapefile_encodings (void)
{
    static const char *const names[] = { "阳光花园", "幸福小区", "某某里" };
    char *dir = cg_test_dir ();
    g_autofree char *gbk = g_build_filename (dir, "gbk.shp", NULL),
                    *cpg = g_build_filename (dir, "gbk.cpg", NULL);
    g_autofree char *utf8 = g_build_filename (dir, "utf8.shp", NULL),
                    *utf8_cpg = g_build_filename (dir, "utf8.cpg", NULL);
    write_units ("ESRI Shapefile", gbk, names, "GBK", 0);
    assert_units (gbk, NULL, names, "GB18030");
    g_assert_cmpint (g_remove (cpg), ==, 0);
    /* The language id alone, then no statement at all. */
    assert_units (gbk, NULL, names, "GB18030");
    g_autofree char *dbf = g_build_filename (dir, "gbk.dbf", NULL);
    int file = open (dbf, O_WRONLY);
    g_assert_cmpint (pwrite (file, "", 1, 29), ==, 1);
    close (file);
    assert_units (gbk, NULL, names, "GB18030");
    assert_units (gbk, "GBK", names, "GB18030");

    g_autoptr (CgImportReport) report = cg_import_report_new (gbk);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = import (gbk, "UTF-8", report, &error);
    g_assert_null (units);
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_assert_true (has_code (report, "ENCODING", 1));
    g_assert_nonnull (strstr (error->message, "gbk.shp:1: code: byte 0x"));

    write_units ("ESRI Shapefile", utf8, names, "UTF-8", 0);
    assert_units (utf8, NULL, names, "UTF-8");
    g_remove (utf8_cpg);
    assert_units (utf8, NULL, names, "UTF-8");
    cg_test_remove_dir (dir);
}

static void
test_encoding_proofs (void)
{
    static const struct {
        const char *bytes;
        const char *expected;
    } cases[] = {
        { "plain", "UTF-8" },
        { "网格", "UTF-8" },
        { "\xcd\xf8\xb8\xf1", "GB18030" }, /* 网格 */
        { "\x81\x30\x81\x30", "GB18030" }, /* four bytes */
        { "\xff\xff", NULL },
        { "网格网格网格\xff网格", NULL }, /* UTF-8 with a wrong byte */
        { "网格网格网格\xe5" "A", NULL },            /* readable as GB18030 by chance */
        { "\xcd\xf8\xb8\xf1\xff", NULL },
        { "caf\xe9", NULL }, /* Latin-1, cut for GB18030 */
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpstr (cg_encoding_prove (cases[i].bytes, strlen (cases[i].bytes)), ==,
                         cases[i].expected);
    g_autoptr (CgDecoder) decoder = cg_decoder_new ("gbk", NULL);
    gsize bad = 0;
    g_autofree char *text = cg_decoder_run (decoder, "\xcd\xf8\xb8\xf1", 4, &bad);
    g_assert_cmpstr (text, ==, "网格");
    g_assert_null (cg_decoder_run (decoder, "ab\xcd", 3, &bad));
    g_assert_cmpuint (bad, ==, 2);
    g_autoptr (CgDecoder) utf8 = cg_decoder_new ("utf-8", NULL);
    g_assert_null (cg_decoder_run (utf8, "ab\0c", 4, &bad));
    g_assert_cmpuint (bad, ==, 2);
}

/* A text of the longest width may end inside a character. */
static void
test_cut_character (void)
{
    static const char *const names[] = { "单元一二", "b", "c" }; /* 12 bytes of UTF-8 */
    char *dir = cg_test_dir ();
    g_autofree char *shp = g_build_filename (dir, "u.shp", NULL),
                    *dbf = g_build_filename (dir, "u.dbf", NULL);
    write_units ("ESRI Shapefile", shp, names, "UTF-8", 0);
    char *bytes;
    gsize length;
    g_assert_true (g_file_get_contents (dbf, &bytes, &length, NULL));
    gsize at = 0;
    while (at + 12 < length && memcmp (bytes + at, "\xe5\x8d\x95", 3) != 0)
        at++;
    g_assert_cmpuint (at + 12, <, length);
    memmove (bytes + at + 1, bytes + at,
             11); /* one byte more in front: the last character loses its end */
    bytes[at] = 'A';
    put (dbf, bytes, length);
    g_free (bytes);
    g_autoptr (CgImportReport) report = cg_import_report_new (shp);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) units = import (shp, NULL, report, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (units->id[0], ==, "A单元一");
    g_assert_true (has_code (report, "TEXT_CUT", 1));
    cg_test_remove_dir (dir);
}

/* ---- damage --------------------------------------------------------------------------- */

/* Cuts a part of the file set at every length; only the end mark of the .dbf may be missing. */
static void
cut_everywhere (const char *main_path, const char *part)
{
    char *bytes;
    gsize length;
    g_assert_true (g_file_get_contents (part, &bytes, &length, NULL));
    guint accepted = 0;
    for (gsize cut = 0; cut < length; cut++) {
        put (part, bytes, cut);
        g_autoptr (CgImportReport) report = cg_import_report_new (main_path);
        g_autoptr (GError) error = NULL;
        g_autoptr (CgUnits) units = import (main_path, NULL, report, &error);
        accepted += units != NULL;
        g_assert_true ((units == NULL) == (error != NULL));
        g_assert_true (units != NULL || report->n_errors > 0);
    }
    put (part, bytes, length);
    g_test_message ("%s: %" G_GSIZE_FORMAT " lengths, %u accepted", part, length, accepted);
    g_assert_cmpuint (accepted, ==, g_str_has_suffix (part, ".dbf") ? 1 : 0);
    g_free (bytes);
}

static void
test_truncated_shapefile (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *shp = g_build_filename (dir, "u.shp", NULL);
    write_units ("ESRI Shapefile", shp, plain_names, NULL, 0);
    static const char *const parts[] = { "u.shp", "u.shx", "u.dbf" };
    for (guint p = 0; p < G_N_ELEMENTS (parts); p++) {
        g_autofree char *part = g_build_filename (dir, parts[p], NULL);
        cut_everywhere (shp, part);
    }
    for (guint p = 1; p < G_N_ELEMENTS (parts); p++) {
        g_autofree char *part = g_build_filename (dir, parts[p], NULL),
                        *away = g_strconcat (part, ".away", NULL);
        g_rename (part, away);
        assert_refused (shp, "NOT_FOUND", 0);
        g_rename (away, part);
    }
    cg_test_remove_dir (dir);
}

static void
test_truncated_others (void)
{
    static const char *const drivers[] = { "GPKG", "FlatGeobuf", "GeoJSON" }, *const names[] = {
        "u.gpkg", "u.fgb", "u.geojson"
    };
    static const gsize steps[] = { 1024, 16, 1 };
    char *dir = cg_test_dir ();
    for (guint d = 0; d < G_N_ELEMENTS (drivers); d++) {
        g_autofree char *path = g_build_filename (dir, names[d], NULL);
        char *bytes;
        gsize length;
        guint accepted = 0;
        write_units (drivers[d], path, plain_names, NULL, 0);
        g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
        while (length > 0 && g_ascii_isspace (bytes[length - 1]))
            length--;
        for (gsize cut = 0; cut < length; cut += steps[d]) {
            put (path, bytes, cut);
            g_autoptr (CgImportReport) report = cg_import_report_new (path);
            g_autoptr (GError) error = NULL;
            g_autoptr (CgUnits) units = import (path, NULL, report, &error);
            g_assert_true ((units == NULL) == (error != NULL));
            /* What is accepted holds every unit: the end of an SQLite file may be free pages. */
            g_assert_true (units == NULL || units->n == 3);
            accepted += units != NULL;
        }
        g_test_message ("%s: %u accepted", names[d], accepted);
        g_free (bytes);
    }
    cg_test_remove_dir (dir);
}

/* One byte changed at a time: any answer but a crash, and never both or neither of table and
 * error. */
static void
test_flipped_bytes (void)
{
    static const char *const drivers[] = { "ESRI Shapefile", "ESRI Shapefile", "ESRI Shapefile",
                                           "GPKG",           "FlatGeobuf",     "GeoJSON" };
    static const char *const mains[] = {
        "s.shp", "s.shp", "s.shp", "u.gpkg", "u.fgb", "u.geojson"
    };
    static const char *const parts[] = {
        "s.shp", "s.shx", "s.dbf", "u.gpkg", "u.fgb", "u.geojson"
    };
    char *dir = cg_test_dir ();
    g_autoptr (GRand) rand = g_rand_new_with_seed (11);
    for (guint d = 0; d < G_N_ELEMENTS (drivers); d++) {
        g_autofree char *path = g_build_filename (dir, mains[d], NULL),
                        *part = g_build_filename (dir, parts[d], NULL);
        char *bytes;
        gsize length;
        if (d == 0 || d > 2)
            write_units (drivers[d], path, plain_names, NULL, 0);
        g_assert_true (g_file_get_contents (part, &bytes, &length, NULL));
        for (guint round = 0; round < 60; round++) {
            gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) length);
            char was = bytes[at];
            bytes[at] = (char) g_rand_int_range (rand, 0, 256);
            put (part, bytes, length);
            bytes[at] = was;
            g_autoptr (CgImportReport) report = cg_import_report_new (path);
            g_autoptr (GError) error = NULL;
            g_autoptr (CgUnits) units = import (path, NULL, report, &error);
            g_assert_true ((units == NULL) == (error != NULL));
        }
        put (part, bytes, length);
        g_free (bytes);
    }
    cg_test_remove_dir (dir);
}

static void
test_bad_rings (void)
{
    static const char *const drivers[] = { "GPKG", "FlatGeobuf", "ESRI Shapefile" };
    static const char *const names[] = { "u.gpkg", "u.fgb", "u.shp" };
    char *dir = cg_test_dir ();
    for (guint d = 0; d < G_N_ELEMENTS (drivers); d++) {
        g_autofree char *path = g_build_filename (dir, names[d], NULL);
        guint32 row = d == 1 ? 0 : 2;
        for (guint k = 0; k < (d == 2 ? 1 : 2); k++) { /* the writer of Shapefiles refuses NaN */
            const char *code = k == 0 ? "UNCLOSED_RING" : "NOT_FINITE";
            g_autoptr (CgImportReport) report = cg_import_report_new (path);
            g_autoptr (GError) error = NULL;
            CPLPushErrorHandler (CPLQuietErrorHandler);
            write_units (drivers[d], path, plain_names, NULL, k == 0 ? 0.0003 : NAN);
            CPLPopErrorHandler ();
            g_autoptr (CgUnits) units = import (path, NULL, report, &error);
            gboolean found = FALSE;
            for (guint32 r = row > 0 ? row : 1; r <= (row > 0 ? row : 3); r++)
                found = found || has_code (report, code, r);
            g_test_message ("%s %s: %s", names[d], code,
                            error != NULL ? error->message : "accepted");
            g_assert_null (units);
            g_assert_true (found);
            g_remove (path);
        }
    }
    cg_test_remove_dir (dir);
}

/* ---- files that are none -------------------------------------------------------------- */

static void
test_no_files (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *folder = g_build_filename (dir, "folder.csv", NULL),
                    *pipe = g_build_filename (dir, "pipe.csv", NULL);
    g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
    g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
    assert_refused (folder, "NOT_A_FILE", 0);
    assert_refused (pipe, "NOT_A_FILE", 0); /* and does not wait for a writer */
    assert_refused ("/vsicurl/http://example.invalid/x.csv", "NOT_FOUND", 0);
    assert_refused ("PG:dbname=county", "NOT_FOUND", 0);
    cg_test_remove_dir (dir);
}

static void
write_repeated (FILE *file, const char *piece, guint times)
{
    g_autoptr (GString) block = g_string_new (NULL);
    for (guint i = 0; i < 1000; i++)
        g_string_append (block, piece);
    for (guint i = 0; i < times; i += 1000)
        g_assert_cmpuint (fwrite (block->str, 1, block->len, file), ==, block->len);
}

/* Ten million vertices in one ring: refused by counting, before anything is built from them. */
static void
test_giant_ring (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *json = g_build_filename (dir, "giant.geojson", NULL),
                    *csv = g_build_filename (dir, "giant.csv", NULL);
    FILE *file = g_fopen (json, "w");
    fputs ("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
           "\"id\":\"a\",\"households\":1},"
           "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[1,2]",
           file);
    write_repeated (file, ",[1,2],[3,4]", 5000000);
    fputs (",[1,2]]]}}]}", file);
    fclose (file);
    gint64 begin = g_get_monotonic_time ();
    assert_refused (json, "TOO_MANY_VERTICES", 1);
    double json_s = (double) (g_get_monotonic_time () - begin) / 1e6;

    file = g_fopen (csv, "w");
    fputs ("id,households,wkt\na,1,\"POLYGON ((1 2", file);
    write_repeated (file, ",1 2,3 4", 5000000);
    fputs (",1 2))\"\n", file);
    fclose (file);
    begin = g_get_monotonic_time ();
    assert_refused (csv, "TOO_MANY_VERTICES", 2);
    g_test_message ("refused in %.2f s and %.2f s", json_s,
                    (double) (g_get_monotonic_time () - begin) / 1e6);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgImportReport) report = cg_import_report_new (json);
    g_assert_null (import (json, NULL, report, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    cg_test_remove_dir (dir);
}

static void
test_cancel (void)
{
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "u.csv", NULL);
    FILE *file = g_fopen (path, "w");
    fputs ("id,occurred,lon,lat\n", file);
    for (guint i = 0; i < 2000; i++)
        fprintf (file, "%u,2026-01-01,108.2,36.9\n", i);
    fclose (file);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (GError) error = NULL;
    g_assert_null (
        cg_import_places (&options, CG_PLACE_INCIDENT, FALSE, report, NULL, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    cg_test_remove_dir (dir);
}

/* ---- small parts ---------------------------------------------------------------------- */

static void
test_times (void)
{
    static const struct {
        const char *text;
        gint64 expected; /* from date -d '... UTC+8' +%s */
    } cases[] = {
        { "2018-01-01T05:12:00", 1514754720 },
        { "2018/1/1 5:12", 1514754720 },
        { "2018年1月1日 5时12分", 1514754720 },
        { "2017-12-31T21:12:00Z", 1514754720 },
        { "2018-01-01 05:12:00+08:00", 1514754720 },
        { "20180101051200", 1514754720 },
        { "2018-01-01", 1514736000 },
        { "2018/01/01 05:12:00.123", 1514754720 },
        { "1969-12-31 23:59:59+00", -1 },
        { "2000-02-29 00:00:00Z", 951782400 },
    };
    char *dir = cg_test_dir ();
    g_autofree char *path = g_build_filename (dir, "t.csv", NULL);
    GString *text = g_string_new ("occurred,lon,lat\n");
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_string_append_printf (text, "%s,108.2,36.9\n", cases[i].text);
    g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
    CgImportOptions options = CG_IMPORT_OPTIONS_DEFAULT;
    options.path = path;
    g_autoptr (CgImportReport) report = cg_import_report_new (path);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgPlaces) places =
        cg_import_places (&options, CG_PLACE_INCIDENT, FALSE, report, NULL, NULL, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpint (places->time_s[i], ==, cases[i].expected);
    /* Ids come from the content: the second delivery has the same, equal rows are told apart. */
    g_autoptr (CgImportReport) again_report = cg_import_report_new (path);
    g_autoptr (CgPlaces) again =
        cg_import_places (&options, CG_PLACE_INCIDENT, FALSE, again_report, NULL, NULL, &error);
    for (guint i = 0; i < places->n; i++) {
        g_assert_cmpstr (places->id[i], ==, again->id[i]);
        for (guint j = 0; j < i; j++)
            g_assert_cmpstr (places->id[i], !=, places->id[j]);
    }
    g_string_free (text, TRUE);
    cg_test_remove_dir (dir);
}

static void
test_personal (void)
{
    static const char *const refused_headers[] = {
        "身份证号", "当事人姓名",   "联系电话",     "手机号码",    "家庭住址", "id_card", "IDCard",
        "phone",    "Phone Number", "contact-name", "homeAddress", "E-mail",   "报警人"
    };
    static const char *const fine_headers[] = { "name",      "名称",  "小区名称", "id",
                                                "telescope", "类型",  "社区编码", "户数",
                                                "人口",      "place", "hotel",    "mobility" };
    for (guint i = 0; i < G_N_ELEMENTS (refused_headers); i++)
        g_assert_true (cg_field_is_personal (refused_headers[i]));
    for (guint i = 0; i < G_N_ELEMENTS (fine_headers); i++)
        g_assert_false (cg_field_is_personal (fine_headers[i]));
    static const char *const refused[] = {
        "13800138000",           "电话13800138000转",      "138 0013 8000",
        "+8613800138000",        "１３８００１３８０００", "11010519491231002X",
        "证11010519491231002x。"
    };
    /* A check digit off by one, a 20-digit device, a community, a hexadecimal id, decimals, a
     * moment. */
    static const char *const fine[] = {
        "110105194912310021", "34020000001320000001", "610626100001",
        "a13800138000",       "120.13800138000",      "20260101123000",
        "610626100001001",    "A0801-0228-00",        "网格13号"
    };
    for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
        g_assert_nonnull (cg_value_is_personal (refused[i]));
    for (guint i = 0; i < G_N_ELEMENTS (fine); i++)
        g_assert_null (cg_value_is_personal (fine[i]));
}

/* Every code has a meaning, once; every field of a kind is described. */
static void
test_tables (void)
{
    const CgFindingCode *codes = cg_finding_codes ();
    for (guint i = 0; codes[i].code != NULL; i++) {
        g_assert_nonnull (codes[i].meaning);
        for (guint j = 0; j < i; j++)
            g_assert_cmpstr (codes[i].code, !=, codes[j].code);
    }
    static const char *const kinds[] = { "units",     "regions",   "compounds", "groups",  "barriers",
                                         "buildings", "incidents", "cameras",   "services" };
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
        g_autofree char *text = cg_import_describe_fields (kinds[k]);
        const CgFieldTable *table = cg_fields_of (kinds[k]);
        for (const CgField *field = table->fields; field->name != NULL; field++) {
            g_assert_nonnull (strstr (text, field->title));
            for (const CgField *other = table->fields; other < field; other++)
                g_assert_true (other->id != field->id);
        }
        g_auto (GStrv) words = g_strsplit (table->fields[0].synonyms, "|", -1);
        for (guint w = 0; words[w] != NULL; w++) {
            g_autofree char *key = cg_field_key (words[w]);
            g_assert_cmpstr (key, ==,
                             words[w]); /* a synonym that is not its own key never matches */
        }
    }
}

/* Ten thousand findings are kept, all are counted, and the first error is never lost. */
static void
test_report_limit (void)
{
    g_autoptr (CgImportReport) report = cg_import_report_new ("x.csv");
    for (guint i = 0; i < 12000; i++)
        cg_import_report_add (report, CG_FINDING_WARNING, "FOREIGN_CODE", i + 2, "code", "1\n2\xff",
                              "odd");
    g_autoptr (GError) none = NULL;
    g_assert_false (cg_import_report_fail (report, &none));
    cg_import_report_add (report, CG_FINDING_ERROR, "NEGATIVE", 7, "households", "-1",
                          "below zero");
    g_assert_cmpuint (report->findings->len, ==, 10001);
    g_assert_cmpuint (report->n_warnings, ==, 12000);
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_import_report_fail (report, &error));
    g_assert_cmpstr (error->message, ==, "x.csv:7: households: below zero (NEGATIVE)");
    const CgFinding *first = g_ptr_array_index (report->findings, 0);
    g_assert_cmpstr (first->value, ==, "1 2\xef\xbf\xbd");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/import/formats/all", test_formats);
    g_test_add_func ("/import/formats/shapefile-encodings", test_shapefile_encodings);
    g_test_add_func ("/import/formats/encoding-proofs", test_encoding_proofs);
    g_test_add_func ("/import/formats/cut-character", test_cut_character);
    g_test_add_func ("/import/formats/truncated-shapefile", test_truncated_shapefile);
    g_test_add_func ("/import/formats/truncated-others", test_truncated_others);
    g_test_add_func ("/import/formats/flipped-bytes", test_flipped_bytes);
    g_test_add_func ("/import/formats/bad-rings", test_bad_rings);
    g_test_add_func ("/import/formats/no-files", test_no_files);
    g_test_add_func ("/import/formats/giant-ring", test_giant_ring);
    g_test_add_func ("/import/formats/cancel", test_cancel);
    g_test_add_func ("/import/formats/times", test_times);
    g_test_add_func ("/import/formats/personal", test_personal);
    g_test_add_func ("/import/formats/tables", test_tables);
    g_test_add_func ("/import/formats/report-limit", test_report_limit);
    return g_test_run ();
}
