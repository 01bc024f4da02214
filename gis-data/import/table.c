#include "import/table.h"

#include <cpl_vsi.h>
#include <stdlib.h>
#include <string.h>

#include "import/csv.h"
#include "import/sniff.h"

/* A ring of the most vertices that are taken has less than this as text. */
#define MAX_CELL_BYTES (64u << 20)

void
cg_table_free (CgTable *table)
{
    if (table == NULL)
        return;
    for (guint f = 0; f < CG_N_FIELDS; f++)
        g_free (table->column[f]);
    g_array_unref (table->rows);
    g_ptr_array_unref (table->cells);
    g_string_chunk_free (table->text);
    for (guint k = 0; k < 3; k++) {
        cg_shapes_free (table->shapes[k]);
        cg_shapes_free (table->working[k]);
    }
    cg_transform_free (table->transform);
    g_free (table->crs);
    g_free (table->working_crs);
    g_free (table);
}

static CgTable *
table_new (CgSource *source, const CgFieldTable *fields, guint take)
{
    CgTable *table = g_new0 (CgTable, 1);
    table->options = source->options;
    table->report = source->report;
    table->fields = fields;
    table->take = take;
    table->is_text = source->driver == CG_DRIVER_CSV || source->driver == CG_DRIVER_XLSX;
    /* Nobody can mend the geometry of an OpenStreetMap extract: what is cut at its edge is left
     * out, and told. */
    table->forgiving = source->driver == CG_DRIVER_OSM;
    table->rows = g_array_new (FALSE, FALSE, sizeof (CgTableRow));
    table->cells = g_ptr_array_new ();
    table->text = g_string_chunk_new (1 << 16);
    for (guint f = 0; f < CG_N_FIELDS; f++)
        table->slot[f] = -1;
    for (const CgField *field = fields->fields; field->name != NULL; field++)
        table->field[field->id] = field;
    return table;
}

guint32
cg_table_count (const CgTable *table)
{
    return table->rows->len;
}

CgTableRow *
cg_table_row (const CgTable *table, guint32 i)
{
    return &g_array_index (table->rows, CgTableRow, i);
}

const char *
cg_table_cell (const CgTable *table, guint32 i, CgFieldId field)
{
    if (table->slot[field] < 0)
        return NULL;
    return g_ptr_array_index (table->cells, i * table->n_slots + (guint) table->slot[field]);
}

/* What keep_placeless forgives. */
static gboolean
is_about_place (const char *code)
{
    static const char *const codes[] = { "NO_PLACE",    "OUT_OF_RANGE", "SWAPPED",
                                         "PLACEHOLDER", "NOT_FINITE",   "NO_GEOMETRY" };
    for (guint c = 0; c < G_N_ELEMENTS (codes); c++)
        if (strcmp (codes[c], code) == 0)
            return TRUE;
    return FALSE;
}

void
cg_table_fault (CgTable *table, guint32 i, CgFieldId field, const char *code, const char *format,
                ...)
{
    va_list arguments;
    va_start (arguments, format);
    g_autofree char *text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    CgTableRow *row = cg_table_row (table, i);
    CgFindingLevel level = CG_FINDING_ERROR;
    if (table->keep_placeless && is_about_place (code) && field != CG_FIELD_WEIGHT) {
        level = CG_FINDING_WARNING;
        row->placeless = TRUE;
    } else {
        row->bad = TRUE;
    }
    gboolean cell = field < CG_N_FIELDS && table->field[field] != NULL;
    if (table->forgiving && !cell)
        level = CG_FINDING_WARNING;
    const char *column = !cell                          ? "geometry"
                         : table->column[field] != NULL ? table->column[field]
                                                        : table->field[field]->name;
    gboolean show = cell && strcmp (code, "PERSONAL_DATA") != 0 &&
                    table->field[field]->type != CG_VALUE_GEOMETRY;
    cg_import_report_add (table->report, level, code, row->row, column,
                          show ? cg_table_cell (table, i, field) : NULL, "%s", text);
    cg_import_report_set_place (table->report, row->x, row->y);
}

void
cg_table_doubt (CgTable *table, guint32 i, CgFieldId field, const char *value, const char *what)
{
    const char *personal = cg_value_is_personal (value);
    const char *column =
        table->column[field] != NULL ? table->column[field] : table->field[field]->name;
    const CgTableRow *at = cg_table_row (table, i);
    guint32 row = at->row;
    if (personal != NULL)
        cg_import_report_add (table->report, CG_FINDING_WARNING, "BAD_VALUES", row, column, NULL,
                              "the value looks like %s: taken as not known", personal);
    else
        cg_import_report_add (table->report, CG_FINDING_WARNING, "BAD_VALUES", row, column, value,
                              "\"%.40s\" %s: taken as not known", value, what);
    cg_import_report_set_place (table->report, at->x, at->y);
}

guint32 *
cg_table_good (const CgTable *table, guint32 *out_n)
{
    guint32 *good = g_new (guint32, table->rows->len + 1), n = 0;
    for (guint32 i = 0; i < table->rows->len; i++)
        if (!cg_table_row (table, i)->bad)
            good[n++] = i;
    *out_n = n;
    return good;
}

/* ---- cells while reading -------------------------------------------------------------- */

guint32
cg_table_begin_row (CgTable *table, guint32 row)
{
    CgTableRow fresh = { .row = row, .kind = CG_NO_SHAPE, .x = NAN, .y = NAN };
    g_array_append_val (table->rows, fresh);
    g_ptr_array_set_size (table->cells, (gint) (table->rows->len * table->n_slots));
    return table->rows->len - 1;
}

/* Cuts blanks off both ends, ideographic ones and byte order marks too. */
static char *
strip (char *text)
{
    static const char *const blanks[] = { " ",        "\t",          "\r", "\n", "\xe3\x80\x80",
                                          "\xc2\xa0", "\xef\xbb\xbf" };
    gsize length = strlen (text);
    gboolean again = TRUE;
    while (again) {
        again = FALSE;
        for (guint b = 0; b < G_N_ELEMENTS (blanks); b++) {
            gsize size = strlen (blanks[b]);
            if (length >= size && memcmp (text, blanks[b], size) == 0) {
                text += size;
                length -= size;
                again = TRUE;
            }
            if (length >= size && memcmp (text + length - size, blanks[b], size) == 0) {
                length -= size;
                again = TRUE;
            }
        }
    }
    text[length] = '\0';
    return text;
}

/* A character that the width of a DBF field cut in two: at most three bytes at the very end. */
static char *
decode_cut (CgDecoder *decoder, const char *bytes, gsize length, gsize bad)
{
    gsize unused;
    return length - bad <= 3 && bad > 0 ? cg_decoder_run (decoder, bytes, bad, &unused) : NULL;
}

static void
count_change (CgTextChanges *changes, guint32 row)
{
    if (changes->n++ == 0)
        changes->first_row = row;
}

void
cg_table_put (CgTable *table, CgSource *source, guint32 i, const CgField *field, const char *bytes,
              gsize length)
{
    gsize bad = 0;
    guint at = i * table->n_slots + (guint) table->slot[field->id];
    g_autofree char *text = cg_decoder_run (source->decoder, bytes, length, &bad);
    if (text == NULL && source->driver == CG_DRIVER_SHAPEFILE) {
        text = decode_cut (source->decoder, bytes, length, bad);
        if (text != NULL)
            cg_import_report_add (table->report, CG_FINDING_WARNING, "TEXT_CUT",
                                  cg_table_row (table, i)->row, table->column[field->id], text,
                                  "the text ends inside a character; that one is left out");
    }
    if (text == NULL) {
        cg_table_fault (table, i, field->id, "ENCODING",
                        "byte 0x%02X (at %" G_GSIZE_FORMAT
                        " of the value) is no text in %s; say --encoding",
                        (guint8) bytes[bad], bad + 1, cg_decoder_name (source->decoder));
        return;
    }
    gsize delivered = strlen (text);
    char *bare = strip (text);
    gboolean cleaned = FALSE;
    if (field->type == CG_VALUE_TEXT && bare[0] != '\0' && strlen (bare) < delivered)
        count_change (&table->trimmed, cg_table_row (table, i)->row);
    for (char *blank = bare; (blank = strpbrk (blank, "\t\r\n")) != NULL; cleaned = TRUE)
        *blank = ' ';
    if (cleaned)
        count_change (&table->cleaned, cg_table_row (table, i)->row);
    if (bare[0] != '\0')
        table->cells->pdata[at] = g_string_chunk_insert (table->text, bare);
}

/* Personal numbers are looked for in what will be stored as text. */
static void
check_texts (CgTable *table, guint32 i)
{
    for (const CgField *field = table->fields->fields; field->name != NULL; field++) {
        const char *cell =
            field->type == CG_VALUE_TEXT ? cg_table_cell (table, i, field->id) : NULL;
        const char *personal = cell != NULL ? cg_value_is_personal (cell) : NULL;
        if (personal != NULL)
            cg_table_fault (table, i, field->id, "PERSONAL_DATA",
                            "the value looks like %s, which is never stored", personal);
        for (const char *at = cell; at != NULL && *at != '\0'; at++)
            if ((guchar) *at < 0x20 || *at == 0x7f) {
                cg_table_fault (table, i, field->id, "BAD_TEXT",
                                "the text holds a control character (0x%02X)", (guint8) *at);
                break;
            }
        if (cell != NULL && strlen (cell) > 1000)
            cg_table_fault (table, i, field->id, "BAD_TEXT", "the text is longer than 1000 bytes");
    }
}

void
cg_table_end_row (CgTable *table, guint32 i)
{
    check_texts (table, i);
    const char *wkt = cg_table_cell (table, i, CG_FIELD_GEOMETRY);
    if (wkt != NULL)
        cg_table_take_wkt (table, i, wkt);
}

gboolean
cg_table_open_columns (CgTable *table, const GPtrArray *headers, int *column_of)
{
    if (!cg_map_columns (table->fields, table->options, headers, table->report, column_of))
        return FALSE;
    for (guint f = 0; f < CG_N_FIELDS; f++)
        if (column_of[f] >= 0) {
            table->slot[f] = (int) table->n_slots++;
            table->column[f] = g_strdup (g_ptr_array_index (headers, (guint) column_of[f]));
        }
    return TRUE;
}

void
cg_table_add_header (GPtrArray *headers, CgSource *source, const char *bytes, gsize length)
{
    gsize bad = 0;
    g_autofree char *text = cg_decoder_run (source->decoder, bytes, length, &bad);
    if (text == NULL &&
        source->driver == CG_DRIVER_SHAPEFILE) /* ten bytes may end inside a character */
        text = decode_cut (source->decoder, bytes, length, bad);
    if (text == NULL) {
        g_autofree char *readable = g_utf8_make_valid (bytes, (gssize) length);
        cg_import_report_add (source->report, CG_FINDING_ERROR, "ENCODING", 1, readable, NULL,
                              "header of column %u: byte 0x%02X is no text in %s; say --encoding",
                              headers->len + 1, (guint8) bytes[bad],
                              cg_decoder_name (source->decoder));
        text = g_steal_pointer (&readable);
    }
    g_ptr_array_add (headers, g_strdup (strip (text)));
}

/* Areas and lines come as well-known text in a table of text; without it every row would be wrong. */
gboolean
cg_table_check_outlines (const CgTable *table, const GPtrArray *headers)
{
    gboolean placed = table->field[CG_FIELD_LON] != NULL || table->field[CG_FIELD_X] != NULL;
    if (table->field[CG_FIELD_GEOMETRY] == NULL || table->slot[CG_FIELD_GEOMETRY] >= 0 || placed)
        return TRUE;
    g_autofree char *names = cg_headers_text (headers);
    cg_import_report_add (table->report, CG_FINDING_ERROR, "NO_GEOMETRY", 1, NULL, NULL,
                          "no column holds outlines as well-known text, \"wkt\" or \"geometry\"; "
                          "the file has: %s",
                          names);
    return FALSE;
}

/* ---- CSV ------------------------------------------------------------------------------ */

static void
read_csv_row (CgTable *table, CgSource *source, CgCsv *csv, CgCsvResult result, guint n_headers,
              const int *column_of)
{
    guint32 i = cg_table_begin_row (table, csv->record_line);
    if (cg_csv_count (csv) != n_headers) {
        cg_table_row (table, i)->bad = TRUE;
        cg_import_report_add (table->report, CG_FINDING_ERROR, "COLUMN_COUNT", csv->record_line,
                              NULL, NULL, "the row has %u fields, the header %u",
                              cg_csv_count (csv), n_headers);
        return;
    }
    for (const CgField *field = table->fields->fields; field->name != NULL; field++)
        if (column_of[field->id] >= 0) {
            gsize length;
            const char *bytes = cg_csv_field (csv, (guint) column_of[field->id], &length);
            if (length > MAX_CELL_BYTES) {
                cg_table_fault (table, i, field->id, "TOO_MANY_VERTICES",
                                "the value is longer than 64 MB");
                continue;
            }
            cg_table_put (table, source, i, field, bytes, length);
        }
    if (result == CG_CSV_STRAY_QUOTE) {
        cg_table_row (table, i)->bad = TRUE;
        cg_import_report_add (
            table->report, CG_FINDING_ERROR, "BAD_TEXT", csv->record_line, NULL, NULL,
            "text follows a closing quotation mark: double the marks inside a value");
    }
    cg_table_end_row (table, i);
}

static gboolean
read_csv (CgTable *table, CgSource *source, const CgProgress *progress, GCancellable *cancel)
{
    gsize length, field_length;
    const char *bytes = g_bytes_get_data (source->text, &length);
    CgCsv csv;
    cg_csv_init (&csv, bytes, length);
    CgCsvResult result = cg_csv_next (&csv);
    g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
    int column_of[CG_N_FIELDS];
    for (guint c = 0; result != CG_CSV_END && c < cg_csv_count (&csv); c++) {
        const char *field = cg_csv_field (&csv, c, &field_length);
        cg_table_add_header (headers, source, field, field_length);
    }
    gboolean good = result == CG_CSV_RECORD && source->report->n_errors == 0 &&
                    cg_table_open_columns (table, headers, column_of) &&
                    cg_table_check_outlines (table, headers);
    if (result != CG_CSV_RECORD)
        cg_import_report_add (table->report, CG_FINDING_ERROR,
                              result == CG_CSV_END ? "EMPTY_FILE" : "TRUNCATED", 1, NULL, NULL,
                              result == CG_CSV_END ? "there is no header"
                                                   : "the header holds a broken quotation");
    while (good && (result = cg_csv_next (&csv)) != CG_CSV_END) {
        if (result == CG_CSV_OPEN_QUOTE) {
            cg_import_report_add (table->report, CG_FINDING_ERROR, "TRUNCATED", csv.record_line,
                                  NULL, NULL,
                                  "the file ends inside a quotation that begins in this row");
            good = FALSE;
            break;
        }
        read_csv_row (table, source, &csv, result, headers->len, column_of);
        if ((table->rows->len & 0x3fff) == 0)
            cg_progress (progress, "rows", (guint64) (csv.at - bytes), length);
        if ((table->rows->len & 0xff) == 0 && g_cancellable_is_cancelled (cancel))
            break;
    }
    cg_csv_done (&csv);
    return good;
}

/* ---- formats of the library ----------------------------------------------------------- */

static void
collect_headers (CgSource *source, OGRLayerH layer, GPtrArray *headers)
{
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn (layer);
    for (int c = 0; c < OGR_FD_GetFieldCount (definition); c++) {
        const char *name = OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (definition, c));
        cg_table_add_header (headers, source, name, strlen (name));
    }
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
    guint32 one = ((const CgGeoJsonFault *) a)->row, two = ((const CgGeoJsonFault *) b)->row;
    return (one > two) - (one < two);
}

static const CgGeoJsonFault *
find_fault (const CgGeoJsonScan *scan, guint32 row)
{
    CgGeoJsonFault wanted = { .row = row };
    if (scan->faults == NULL || scan->faults->len == 0)
        return NULL;
    return bsearch (&wanted, scan->faults->data, scan->faults->len, sizeof wanted, compare_rows);
}

/* The key column of a GeoPackage or the id of a GeoJSON feature is no field of the layer; it is
 * not read. */
static void
read_feature (CgTable *table, CgSource *source, OGRFeatureH feature, guint32 row,
              const int *column_of)
{
    guint32 i = cg_table_begin_row (table, row);
    for (const CgField *field = table->fields->fields; field->name != NULL; field++) {
        int c = column_of[field->id];
        if (c < 0 || !OGR_F_IsFieldSetAndNotNull (feature, c))
            continue;
        const char *text = OGR_F_GetFieldAsString (feature, c);
        cg_table_put (table, source, i, field, text, strlen (text));
    }
    check_texts (table, i);
    const CgGeoJsonFault *fault = find_fault (&source->scan, row);
    if (fault != NULL) {
        cg_table_row (table, i)->x = fault->x;
        cg_table_row (table, i)->y = fault->y;
        cg_table_fault (table, i, CG_N_FIELDS, fault->code, "%s", fault->text);
    } else
        cg_table_take_geometry (table, i, OGR_F_GetGeometryRef (feature));
}

/* "EPSG:n" where the file's CRS is known by that name, else its WKT; NULL when it says nothing. */
static char *
crs_of_layer (OGRLayerH layer)
{
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef (layer);
    if (srs == NULL || OSRIsLocal (srs))
        return NULL;
    OSRAutoIdentifyEPSG (srs);
    const char *authority = OSRGetAuthorityName (srs, NULL),
               *code = OSRGetAuthorityCode (srs, NULL);
    if (g_strcmp0 (authority, "EPSG") == 0 && code != NULL)
        return g_strdup_printf ("EPSG:%s", code);
    const char *const options[] = { "FORMAT=WKT2_2019", NULL };
    char *wkt = NULL;
    OSRExportToWktEx (srs, &wkt, options);
    char *out = wkt != NULL && wkt[0] != '\0' ? g_strdup (wkt) : NULL;
    VSIFree (wkt);
    /* GeoPackage's "undefined" systems come as engineering or nameless geographic ones. */
    if (out != NULL && (g_str_has_prefix (out, "ENGCRS") || strstr (out, "Undefined") != NULL))
        g_clear_pointer (&out, g_free);
    return out;
}

/* What an empty GeoJSON lacks first is rows, not columns. OSM layers are not counted: that would
 * read the file. */
static gboolean
check_filled (CgSource *source, OGRLayerH layer, const CgFieldTable *fields)
{
    if (source->driver == CG_DRIVER_OSM || OGR_L_GetFeatureCount (layer, TRUE) != 0 ||
        cg_layer_fits (source, layer, fields))
        return TRUE;
    cg_import_report_add (source->report, CG_FINDING_ERROR, "NO_ROWS", 0, NULL, NULL,
                          "the layer holds no rows");
    return FALSE;
}

static gboolean
read_layer (CgTable *table, CgSource *source, OGRLayerH layer, const CgProgress *progress,
            GCancellable *cancel)
{
    g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
    int column_of[CG_N_FIELDS];
    guint32 earlier = source->report->n_errors; /* of other layers: no reason to leave this one */
    collect_headers (source, layer, headers);
    if (source->report->n_errors > earlier || !check_filled (source, layer, table->fields) ||
        !cg_table_open_columns (table, headers, column_of))
        return FALSE;
    table->crs = crs_of_layer (layer);
    table->crs_is_default = source->driver == CG_DRIVER_GEOJSON && !source->scan.names_crs;
    g_string_truncate (source->failure, 0);
    guint64 total = source->driver == CG_DRIVER_OSM
                        ? 0
                        : (guint64) MAX (OGR_L_GetFeatureCount (layer, FALSE), 0);
    gboolean by_number = source->driver == CG_DRIVER_SHAPEFILE;
    OGRFeatureH feature;
    OGR_L_ResetReading (layer);
    while ((feature = OGR_L_GetNextFeature (layer)) != NULL) {
        guint32 row = by_number ? (guint32) OGR_F_GetFID (feature) + 1 : table->rows->len + 1;
        read_feature (table, source, feature, row, column_of);
        OGR_F_Destroy (feature);
        if ((table->rows->len & 0x3fff) == 0)
            cg_progress (progress, "rows", table->rows->len, total);
        if ((table->rows->len & 0xff) == 0 && g_cancellable_is_cancelled (cancel))
            break;
    }
    /* The reader says "end" and "cannot go on" alike. OSM extracts miss nodes by nature: remarks,
     * not failures. */
    if (source->failure->len > 0 && source->driver != CG_DRIVER_OSM) {
        cg_import_report_add (table->report, CG_FINDING_ERROR, "DAMAGED", table->rows->len + 1,
                              NULL, NULL, "the reader stops or stumbles at this row: %s",
                              source->failure->str);
        return FALSE;
    }
    if (source->driver == CG_DRIVER_FLATGEOBUF && table->rows->len != total &&
        !g_cancellable_is_cancelled (cancel)) {
        cg_import_report_add (table->report, CG_FINDING_ERROR, "TRUNCATED", 0, NULL, NULL,
                              "the file is cut short: %u rows of %" G_GUINT64_FORMAT,
                              table->rows->len, total);
        return FALSE;
    }
    return TRUE;
}

CgTable *
cg_table_read (CgSource *source, const char *layer, const CgFieldTable *fields, guint take,
               const CgProgress *progress, GCancellable *cancel)
{
    g_autoptr (CgTable) table = table_new (source, fields, take);
    const char *wanted = layer != NULL ? layer : source->layer;
    gboolean good;
    if (source->driver == CG_DRIVER_CSV) {
        if (!cg_layer_check_name (source, NULL, wanted))
            return NULL;
        good = read_csv (table, source, progress, cancel);
    } else if (source->driver == CG_DRIVER_XLSX) {
        good = cg_table_read_sheet (table, source, wanted, progress, cancel);
    } else {
        gboolean single = source->driver == CG_DRIVER_GEOJSON ||
                          source->driver == CG_DRIVER_SHAPEFILE ||
                          source->driver == CG_DRIVER_FLATGEOBUF;
        single = single && GDALDatasetGetLayerCount (source->dataset) == 1;
        OGRLayerH handle = single ? GDALDatasetGetLayer (source->dataset, 0)
                                  : cg_layer_choose (source, wanted, fields);
        if (handle == NULL || (single && !cg_layer_check_name (source, handle, wanted)))
            return NULL;
        g_free (source->report->layer);
        source->report->layer = g_strdup (single ? NULL : OGR_L_GetName (handle));
        good = read_layer (table, source, handle, progress, cancel);
    }
    for (guint i = 0; i < source->remarks->len; i++)
        cg_import_report_add (source->report, CG_FINDING_NOTE, "READER", 0, NULL, NULL, "%s",
                              (char *) g_ptr_array_index (source->remarks, i));
    g_ptr_array_set_size (source->remarks, 0);
    return good && !g_cancellable_is_cancelled (cancel) ? g_steal_pointer (&table) : NULL;
}
