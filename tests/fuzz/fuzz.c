/* Any bytes to one reader; FUZZ_READER says which. Built and run by tests/fuzz/run. */
#include <stdint.h>

#include "app/config.h"
#include "import/csv.h"
#include "import/geojson.h"
#include "import/xlsx.h"
#include "model/shapes.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#if FUZZ_READER == 1 /* well-known binary; the first byte chooses the kind of table */
static void
read_bytes (const uint8_t *data, size_t size)
{
    g_autoptr (GError) error = NULL;
    if (size == 0)
        return;
    CgShapesKind kind = data[0] % 2 == 0 ? CG_SHAPES_AREA : CG_SHAPES_LINE;
    g_autoptr (CgShapes) shapes = cg_shapes_new (kind);
    gboolean taken = cg_shapes_add_wkb (shapes, data + 1, size - 1, &error);
    g_assert_true (taken == (error == NULL));
    g_assert_cmpuint (shapes->n_shapes, ==, taken ? 1 : 0);
    if (!taken)
        return;
    g_autoptr (GBytes) again = cg_shapes_get_wkb (shapes, 0, TRUE);
    gsize length;
    const guint8 *bytes = g_bytes_get_data (again, &length);
    g_assert_true (cg_shapes_add_wkb (shapes, bytes, length, NULL));
}
#elif FUZZ_READER == 2 /* comma-separated values */
static void
read_bytes (const uint8_t *data, size_t size)
{
    CgCsv csv;
    CgCsvResult result;
    cg_csv_init (&csv, (const char *) data, size);
    while ((result = cg_csv_next (&csv)) == CG_CSV_RECORD || result == CG_CSV_STRAY_QUOTE)
        for (guint i = 0; i < cg_csv_count (&csv); i++) {
            gsize length;
            const char *field = cg_csv_field (&csv, i, &length);
            g_assert_true (length <= size && field != NULL);
        }
    cg_csv_done (&csv);
}
#elif FUZZ_READER == 3 /* scan of GeoJSON before any library reads it */
static void
read_bytes (const uint8_t *data, size_t size)
{
    CgGeoJsonScan scan;
    cg_geojson_scan ((const char *) data, size, &scan);
    cg_geojson_scan_clear (&scan);
}
#elif FUZZ_READER == 6 /* spreadsheets: the archive and all rows of all sheets */
static gboolean
take (guint32 row, const CgXlsxCell *cells, guint n, gpointer user_data)
{
    for (guint c = 0; c < n; c++)
        g_assert_true (cells[c].text[0] != '\0' && g_utf8_validate (cells[c].text, -1, NULL) &&
                       (c == 0 || cells[c].column > cells[c - 1].column));
    return row > 0 && n > 0;
}

static void
read_bytes (const uint8_t *data, size_t size)
{
    g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
    g_autoptr (CgXlsx) xlsx = cg_xlsx_new (bytes, NULL);
    for (guint s = 0; xlsx != NULL && s < cg_xlsx_count (xlsx); s++)
        cg_xlsx_each_row (xlsx, s, take, NULL, NULL, NULL);
}
#else /* county.ini */
static void
read_bytes (const uint8_t *data, size_t size)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_strndup ((const char *) data, size);
    if (!g_utf8_validate (text, -1, NULL))
        return;
    g_autoptr (CgConfig) config = cg_config_parse (text, "county.ini", &error);
    g_assert_true ((config != NULL) == (error == NULL));
}
#endif

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    read_bytes (data, size);
    return 0;
}
