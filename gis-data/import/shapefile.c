#include "import/shapefile.h"

#include <glib/gstdio.h>
#include <string.h>

#include "import/encoding.h"

#define MAX_TABLE_BYTES (2000u << 20)

static guint32
big32 (const char *at)
{
    guint32 value;
    memcpy (&value, at, 4);
    return GUINT32_FROM_BE (value);
}

static guint32
little32 (const char *at)
{
    guint32 value;
    memcpy (&value, at, 4);
    return GUINT32_FROM_LE (value);
}

static guint32
little16 (const char *at)
{
    guint16 value;
    memcpy (&value, at, 2);
    return GUINT16_FROM_LE (value);
}

/* FILE.shp with another ending, in small or capital letters, whichever exists. */
static char *
sibling (const char *path, const char *ending)
{
    g_autofree char *stem = g_strndup (path, strlen (path) - 4);
    g_autofree char *upper = g_ascii_strup (ending, -1);
    char *small = g_strconcat (stem, ".", ending, NULL);
    if (g_file_test (small, G_FILE_TEST_EXISTS))
        return small;
    g_autofree char *capital = g_strconcat (stem, ".", upper, NULL);
    if (!g_file_test (capital, G_FILE_TEST_EXISTS))
        return small;
    g_free (small);
    return g_steal_pointer (&capital);
}

static GBytes *
read_part (const char *path, const char *ending, CgImportReport *report)
{
    g_autofree char *part = sibling (path, ending);
    g_autofree char *name = g_path_get_basename (part);
    GStatBuf info;
    if (g_stat (part, &info) != 0 || !S_ISREG (info.st_mode)) {
        cg_import_report_add (report, CG_FINDING_ERROR, "NOT_FOUND", 0, NULL, NULL,
                              "the Shapefile has no %s: deliver .shp, .shx and .dbf together",
                              name);
        return NULL;
    }
    if (info.st_size > (goffset) MAX_TABLE_BYTES) {
        cg_import_report_add (report, CG_FINDING_ERROR, "FILE_TOO_LARGE", 0, NULL, NULL,
                              "%s is larger than 2000 MB", name);
        return NULL;
    }
    char *bytes;
    gsize length;
    g_autoptr (GError) error = NULL;
    if (!g_file_get_contents (part, &bytes, &length, &error)) {
        cg_import_report_add (report, CG_FINDING_ERROR, "READ_FAILED", 0, NULL, NULL, "%s: %s",
                              name, error->message);
        return NULL;
    }
    return g_bytes_new_take (bytes, length);
}

static gboolean
refuse (CgImportReport *report, const char *code, guint32 row, const char *text)
{
    cg_import_report_add (report, CG_FINDING_ERROR, code, row, NULL, NULL, "%s", text);
    return FALSE;
}

/* The header that .shp and .shx share; the length in it counts words of two bytes. */
static gboolean
check_main_header (const char *what, const char *bytes, gsize length, CgImportReport *report)
{
    g_autofree char *cut = g_strdup_printf (
        "%s is cut short: %" G_GSIZE_FORMAT " bytes are less than its header says", what, length);
    if (length < 100)
        return refuse (report, "TRUNCATED", 0, cut);
    if (big32 (bytes) != 9994 || little32 (bytes + 28) != 1000) {
        g_autofree char *text = g_strdup_printf ("%s does not begin like a Shapefile", what);
        return refuse (report, "CONTENT", 0, text);
    }
    return (guint64) big32 (bytes + 24) * 2 <= length || refuse (report, "TRUNCATED", 0, cut);
}

static gboolean
check_index (const char *shp, gsize shp_length, const char *shx, gsize shx_length, guint32 *out_n,
             CgImportReport *report)
{
    guint64 index_bytes = MAX ((guint64) big32 (shx + 24) * 2, 100);
    guint32 n = (guint32) ((MIN (index_bytes, shx_length) - 100) / 8);
    for (guint32 i = 0; i < n; i++) {
        guint64 offset = (guint64) big32 (shx + 100 + 8 * (gsize) i) * 2;
        guint64 size = (guint64) big32 (shx + 104 + 8 * (gsize) i) * 2;
        if (offset < 100 || offset + 8 + size > shp_length)
            return refuse (report, "DAMAGED", i + 1, "the .shx index points outside the .shp file");
        if ((guint64) big32 (shp + offset + 4) * 2 != size)
            return refuse (report, "DAMAGED", i + 1,
                           ".shx and .shp disagree about the size of the record");
    }
    *out_n = n;
    return TRUE;
}

static gboolean
check_table (const char *dbf, gsize length, guint32 n_shapes, CgImportReport *report)
{
    if (length < 33)
        return refuse (report, "TRUNCATED", 0, "the .dbf is cut short inside its header");
    guint32 n = little32 (dbf + 4), header = little16 (dbf + 8), record = little16 (dbf + 10);
    if (header < 33 || header > length || record < 1)
        return refuse (report, "TRUNCATED", 0, "the .dbf is cut short inside its header");
    if ((guint64) header + (guint64) n * record > length)
        return refuse (report, "TRUNCATED", 0,
                       "the .dbf is cut short: it has fewer records than its header says");
    if (n != n_shapes) {
        g_autofree char *text =
            g_strdup_printf ("the .dbf has %u records, the .shp %u shapes", n, n_shapes);
        return refuse (report, "DAMAGED", 0, text);
    }
    return TRUE;
}

gboolean
cg_shapefile_check (const char *path, CgImportReport *report)
{
    gsize shp_length, shx_length, dbf_length;
    guint32 n;
    g_autoptr (GBytes) shp = read_part (path, "shp", report);
    g_autoptr (GBytes) shx = shp != NULL ? read_part (path, "shx", report) : NULL;
    g_autoptr (GBytes) dbf = shx != NULL ? read_part (path, "dbf", report) : NULL;
    if (dbf == NULL)
        return FALSE;
    const char *shp_bytes = g_bytes_get_data (shp, &shp_length);
    const char *shx_bytes = g_bytes_get_data (shx, &shx_length);
    const char *dbf_bytes = g_bytes_get_data (dbf, &dbf_length);
    return check_main_header ("the .shp", shp_bytes, shp_length, report) &&
           check_main_header ("the .shx", shx_bytes, shx_length, report) &&
           check_index (shp_bytes, shp_length, shx_bytes, shx_length, &n, report) &&
           check_table (dbf_bytes, dbf_length, n, report);
}

/* All names and character values of the table, a line each; a character that the width of the
 * field cuts in two is left out, since that is no sign of another encoding. */
static GString *
collect_text (const char *dbf, gsize length)
{
    GString *text = g_string_new (NULL);
    guint32 n = little32 (dbf + 4), header = little16 (dbf + 8), record = little16 (dbf + 10);
    gsize at_field = 1;
    for (gsize d = 32; d + 32 <= header && dbf[d] != 0x0d; d += 32) {
        gsize width = (guchar) dbf[d + 16];
        g_string_append_len (text, dbf + d, (gssize) strnlen (dbf + d, 10));
        g_string_append_c (text, '\n');
        for (guint32 i = 0; i < n && dbf[d + 11] == 'C' && at_field + width <= record; i++) {
            const char *value = dbf + header + (gsize) i * record + at_field;
            gsize size = strnlen (value, width);
            while (size > 0 && value[size - 1] == ' ')
                size--;
            if (size == width) /* perhaps cut: drop up to three bytes of the last character */
                for (guint k = 0; k < 3 && size > 0 && (guchar) value[size - 1] >= 0x80; k++)
                    size--;
            g_string_append_len (text, value, (gssize) size);
            g_string_append_c (text, '\n');
        }
        at_field += width;
    }
    return text;
}

char *
cg_shapefile_encoding (const char *path, const char **out_how, CgImportReport *report)
{
    g_autofree char *cpg = sibling (path, "cpg");
    g_autofree char *stated = NULL;
    if (g_file_get_contents (cpg, &stated, NULL, NULL)) {
        char *name = cg_encoding_of_cpg (stated);
        *out_how = "the .cpg file";
        if (name != NULL)
            return name;
        cg_import_report_add (report, CG_FINDING_WARNING, "ENCODING", 0, NULL, stated,
                              "the .cpg file names an encoding that is not known; it is not used");
    }
    g_autoptr (GBytes) dbf = read_part (path, "dbf", report);
    if (dbf == NULL)
        return NULL;
    gsize length;
    const char *bytes = g_bytes_get_data (dbf, &length);
    const char *name = cg_encoding_of_dbf ((guint8) bytes[29]);
    *out_how = "the language id of the .dbf";
    if (name != NULL)
        return g_strdup (name);
    g_autoptr (GString) text = collect_text (bytes, length);
    *out_how = "its bytes";
    /* Text in no known encoding is read as UTF-8, so that the first wrong byte is named with its
     * row and column. */
    name = cg_encoding_prove (text->str, text->len);
    return g_strdup (name != NULL ? name : "UTF-8");
}
