#include "import/source.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_vsi.h>
#include <glib/gstdio.h>
#include <string.h>

#include "import/shapefile.h"
#include "import/sniff.h"

#define MAX_TEXT_BYTES (1024u << 20)

/* One by one instead of all: what is not registered cannot be opened by content, by name or by a
 * nested reference. */
void RegisterOGRGeoJSON (void);
void RegisterOGRShape (void);
void RegisterOGRFlatGeobuf (void);
void RegisterOGRGeoPackage (void);
void RegisterOGROSM (void);

static void
register_drivers (void)
{
    static gsize once = 0;
    if (g_once_init_enter (&once)) {
        static const struct {
            const char *name;
            void (*run) (void);
        } drivers[] = { { "GeoJSON", RegisterOGRGeoJSON },
                        { "ESRI Shapefile", RegisterOGRShape },
                        { "FlatGeobuf", RegisterOGRFlatGeobuf },
                        { "GPKG", RegisterOGRGeoPackage },
                        { "OSM", RegisterOGROSM } };
        for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
            if (GDALGetDriverByName (drivers[i].name) == NULL)
                drivers[i].run ();
        g_once_init_leave (&once, 1);
    }
}

static void
take_message (CPLErr level, CPLErrorNum number, const char *text)
{
    CgSource *source = CPLGetErrorHandlerUserData ();
    if (level >= CE_Failure && source->failure->len == 0)
        g_string_append (source->failure, text);
    if (level != CE_Warning || source->remarks->len >= 5)
        return;
    for (guint i = 0; i < source->remarks->len; i++)
        if (strcmp (g_ptr_array_index (source->remarks, i), text) == 0)
            return;
    g_ptr_array_add (source->remarks, g_strdup (text));
}

void
cg_source_free (CgSource *source)
{
    if (source == NULL)
        return;
    if (source->dataset != NULL)
        GDALClose (source->dataset);
    cg_xlsx_free (source->xlsx);
    if (source->memory_path != NULL)
        VSIUnlink (source->memory_path);
    if (source->handler_set)
        CPLPopErrorHandler ();
    cg_geojson_scan_clear (&source->scan);
    cg_decoder_free (source->decoder);
    g_clear_pointer (&source->text, g_bytes_unref);
    g_string_free (source->failure, TRUE);
    g_ptr_array_unref (source->remarks);
    g_free (source->memory_path);
    g_free (source->path);
    g_free (source->layer);
    g_free (source);
}

static gboolean refuse (CgSource *source, const char *code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
refuse (CgSource *source, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    g_autofree char *text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    cg_import_report_add (source->report, CG_FINDING_ERROR, code, 0, NULL, NULL, "%s", text);
    return FALSE;
}

/* FILE or FILE:LAYER; a file whose own name holds the colon wins. */
static void
split_path (CgSource *source)
{
    const char *path = source->options->path, *colon = strrchr (path, ':');
    source->layer = g_strdup (source->options->layer);
    source->path = g_strdup (path);
    if (colon == NULL || colon == path || colon[1] == '\0' || strchr (colon, '/') != NULL ||
        g_file_test (path, G_FILE_TEST_EXISTS))
        return;
    g_free (source->path);
    source->path = g_strndup (path, (gsize) (colon - path));
    if (source->layer == NULL)
        source->layer = g_strdup (colon + 1);
}

static gboolean
check_path (CgSource *source)
{
    GStatBuf info;
    if (g_stat (source->path, &info) != 0)
        return refuse (source, "NOT_FOUND", "there is no such file");
    if (S_ISDIR (info.st_mode))
        return refuse (source, "NOT_A_FILE", "this is a directory: name the file in it");
    if (!S_ISREG (info.st_mode))
        return refuse (source, "NOT_A_FILE", "this is a pipe, socket or device, not a file");
    if (info.st_size == 0)
        return refuse (source, "EMPTY_FILE", "the file is empty");
    return TRUE;
}

static gboolean
check_content (CgSource *source, gboolean with_osm, gboolean *out_gzip)
{
    const char *refused = cg_sniff_refuse (source->path);
    if (refused != NULL)
        return refuse (source, "FORMAT", "%s", refused);
    if (!cg_sniff_name (source->path, &source->driver, out_gzip))
        return refuse (
            source, "FORMAT",
            "unknown kind of file: .gpkg, .geojson, .shp, .csv, .csv.gz, .xlsx and .fgb are read%s",
            with_osm ? ", and .osm.pbf" : "");
    if (source->driver == CG_DRIVER_OSM && !with_osm)
        return refuse (source, "FORMAT", "OpenStreetMap files are read for barriers only");
    g_autoptr (GFile) file = g_file_new_for_path (source->path);
    g_autoptr (GError) error = NULL;
    g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &error);
    char head[512];
    gsize length = 0;
    if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head,
                                                    &length, NULL, &error))
        return refuse (source, "READ_FAILED", "%s", error->message);
    if (source->driver == CG_DRIVER_XLSX && length >= 4 && memcmp (head, "\xd0\xcf\x11\xe0", 4) == 0)
        return refuse (source, "CONTENT",
                       "the spreadsheet is encrypted, or an old one (.xls) by another name: save it without a password as "
                       ".xlsx or CSV");
    if (!cg_sniff_fits (source->driver, *out_gzip, head, length))
        return refuse (source, "CONTENT", "the name promises %s, but the content is %s",
                       cg_driver_name (source->driver), cg_sniff_describe (head, length));
    return TRUE;
}

/* ---- text formats --------------------------------------------------------------------- */

static gboolean
read_text (CgSource *source, gboolean gzip)
{
    if (source->options->bytes != NULL) {
        source->text = g_bytes_ref (source->options->bytes);
        return TRUE;
    }
    g_autoptr (GFile) file = g_file_new_for_path (source->path);
    g_autoptr (GError) error = NULL;
    g_autoptr (GFileInputStream) raw = g_file_read (file, NULL, &error);
    if (raw == NULL)
        return refuse (source, "READ_FAILED", "%s", error->message);
    g_autoptr (GInputStream) stream = g_object_ref (G_INPUT_STREAM (raw));
    if (gzip) {
        g_autoptr (GZlibDecompressor) unzip =
            g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
        g_object_unref (stream);
        stream = g_converter_input_stream_new (G_INPUT_STREAM (raw), G_CONVERTER (unzip));
    }
    GStatBuf info;
    gboolean known =
        !gzip && g_stat (source->path, &info) == 0 && info.st_size <= (goffset) MAX_TEXT_BYTES;
    g_autoptr (GByteArray) text =
        g_byte_array_sized_new (known ? (guint) info.st_size + 1 : 1 << 20);
    g_autofree guint8 *piece = g_malloc (1 << 20);
    gssize n;
    while ((n = g_input_stream_read (stream, piece, 1 << 20, NULL, &error)) > 0) {
        if (text->len + (gsize) n > MAX_TEXT_BYTES)
            return refuse (source, "FILE_TOO_LARGE", "the text is larger than 1024 MB");
        g_byte_array_append (text, piece, (guint) n);
    }
    if (n < 0)
        return refuse (source, gzip ? "TRUNCATED" : "READ_FAILED", "%s", error->message);
    if (text->len == 0)
        return refuse (source, "EMPTY_FILE", "the file is empty");
    source->text = g_byte_array_free_to_bytes (g_steal_pointer (&text));
    return TRUE;
}

static gboolean
set_decoder (CgSource *source, const char *name, const char *how)
{
    g_autoptr (GError) error = NULL;
    source->decoder = cg_decoder_new (name, &error);
    if (source->decoder == NULL)
        return refuse (source, "ENCODING", "%s", error->message);
    g_free (source->report->encoding);
    source->report->encoding = g_strdup (cg_decoder_name (source->decoder));
    cg_import_report_add (source->report, CG_FINDING_NOTE, "ENCODING_FOUND", 0, NULL, NULL,
                          "text is read as %s, by %s", source->report->encoding, how);
    return TRUE;
}

/* Explicit, else byte order mark, else proof. Text in no known encoding is read as UTF-8: its
 * first wrong byte is then named where it stands. */
static gboolean
choose_text_encoding (CgSource *source)
{
    gsize length;
    const char *bytes = g_bytes_get_data (source->text, &length);
    if (source->options->encoding != NULL)
        return set_decoder (source, source->options->encoding, "the user's word");
    if (length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
        return set_decoder (source, "UTF-8", "its byte order mark");
    const char *proved = cg_encoding_prove (bytes, length);
    return set_decoder (source, proved != NULL ? proved : "UTF-8", "its bytes");
}

static guint
count_lines (const char *bytes, gsize length)
{
    guint lines = 1;
    for (gsize i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

/* The text as UTF-8 without mark; from here on the decoder is that of the text, not of the file. */
static gboolean
decode_geojson (CgSource *source)
{
    gsize length, bad = 0;
    const char *bytes = g_bytes_get_data (source->text, &length);
    gsize mark = length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (strcmp (cg_decoder_name (source->decoder), "UTF-8") == 0 &&
        g_utf8_validate_len (bytes + mark, length - mark, NULL)) { /* large files are not copied */
        GBytes *whole = source->text;
        source->text = g_bytes_new_from_bytes (whole, mark, length - mark);
        g_bytes_unref (whole);
        return TRUE;
    }
    char *text = cg_decoder_run (source->decoder, bytes + mark, length - mark, &bad);
    if (text == NULL)
        return refuse (
            source, "ENCODING",
            "line %u: byte 0x%02X is no text in %s; say --encoding, or save the file as UTF-8",
            count_lines (bytes, bad + mark), (guint8) bytes[bad + mark],
            cg_decoder_name (source->decoder));
    g_bytes_unref (source->text);
    source->text = g_bytes_new_take (text, strlen (text));
    cg_decoder_free (source->decoder);
    source->decoder = cg_decoder_new ("UTF-8", NULL);
    return TRUE;
}

static gboolean
check_geojson (CgSource *source)
{
    static int serial = 0;
    if (!decode_geojson (source))
        return FALSE;
    gsize length;
    const char *text = g_bytes_get_data (source->text, &length);
    cg_geojson_scan (text, length, &source->scan);
    if (source->scan.fatal != NULL) {
        cg_import_report_add (
            source->report, CG_FINDING_ERROR, source->scan.fatal, source->scan.fatal_row,
            source->scan.fatal_row > 0 ? "geometry" : NULL, NULL, "%s", source->scan.fatal_text);
        return FALSE;
    }
    /* The reader sees the text that was checked, not the file, which may change under it. */
    source->memory_path =
        g_strdup_printf ("/vsimem/countygrid-%d.geojson", g_atomic_int_add (&serial, 1));
    VSILFILE *file = VSIFileFromMemBuffer (source->memory_path, (GByte *) text, length, FALSE);
    if (file == NULL)
        return refuse (source, "READ_FAILED", "no memory for the text");
    VSIFCloseL (file);
    return TRUE;
}

/* ---- opening -------------------------------------------------------------------------- */

static gboolean
open_dataset (CgSource *source)
{
    const char *allowed[] = { cg_driver_name (source->driver), NULL };
    g_autofree char *log = g_strconcat (source->path, "-wal", NULL);
    const char *shape_options[] = { "ENCODING=", "ADJUST_TYPE=NO", NULL };
    /* A GeoPackage nobody else writes is opened as unchanging, which leaves no files beside it. */
    const char *gpkg_options[] = { "LIST_ALL_TABLES=YES",
                                   g_file_test (log, G_FILE_TEST_EXISTS) ? NULL : "IMMUTABLE=YES",
                                   NULL };
    const char *plain_options[] = { NULL };
    const char **options = source->driver == CG_DRIVER_SHAPEFILE ? shape_options
                           : source->driver == CG_DRIVER_GPKG    ? gpkg_options
                                                                 : plain_options;
    const char *path = source->memory_path != NULL ? source->memory_path : source->path;
    source->dataset = GDALOpenEx (path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                  allowed, (const char *const *) options, NULL);
    if (source->dataset == NULL)
        return refuse (source, "DAMAGED", "cannot be opened as %s: %s",
                       cg_driver_name (source->driver),
                       source->failure->len > 0 ? source->failure->str : "no reason given");
    return TRUE;
}

static gboolean
open_binary (CgSource *source)
{
    const char *how = "the format's rule";
    g_autofree char *name = g_strdup ("UTF-8");
    if (source->driver == CG_DRIVER_SHAPEFILE) {
        if (!cg_shapefile_check (source->path, source->report))
            return FALSE;
        g_free (name);
        name = source->options->encoding != NULL
                   ? g_strdup (source->options->encoding)
                   : cg_shapefile_encoding (source->path, &how, source->report);
        how = source->options->encoding != NULL ? "the user's word" : how;
    }
    return name != NULL && set_decoder (source, name, how) && open_dataset (source);
}

static gboolean
open_xlsx (CgSource *source)
{
    g_autoptr (GError) error = NULL;
    source->xlsx = cg_xlsx_open (source->path, &error);
    if (source->xlsx == NULL)
        return refuse (source,
                       error->code == CG_ERROR_LIMIT ? "FILE_TOO_LARGE" : error->code == CG_ERROR_IO ? "READ_FAILED" : "DAMAGED",
                       "%s", error->message);
    return set_decoder (source, "UTF-8", "the format's rule");
}

CgSource *
cg_source_open (const CgImportOptions *options, gboolean with_osm, CgImportReport *report)
{
    g_autoptr (CgSource) source = g_new0 (CgSource, 1);
    source->options = options;
    source->report = report;
    source->failure = g_string_new (NULL);
    source->remarks = g_ptr_array_new_with_free_func (g_free);
    split_path (source);
    gboolean gzip = FALSE;
    if (options->bytes != NULL)
        source->driver = CG_DRIVER_CSV;
    else if (!check_path (source) || !check_content (source, with_osm, &gzip))
        return NULL;
    g_free (report->driver);
    report->driver = g_strdup (cg_driver_name (source->driver));
    register_drivers ();
    CPLPushErrorHandlerEx (take_message, source);
    source->handler_set = TRUE;
    gboolean good;
    if (source->driver == CG_DRIVER_CSV)
        good = read_text (source, gzip) && choose_text_encoding (source);
    else if (source->driver == CG_DRIVER_GEOJSON)
        good = read_text (source, FALSE) && choose_text_encoding (source) &&
               check_geojson (source) && open_dataset (source);
    else if (source->driver == CG_DRIVER_XLSX)
        good = open_xlsx (source);
    else
        good = open_binary (source);
    return good ? g_steal_pointer (&source) : NULL;
}
