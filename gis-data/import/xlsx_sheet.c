/* Rows and cells of one sheet. */
#include <string.h>

#include "base/error.h"
#include "import/xlsx_internal.h"

/* A cell before its row is whole: texts move while they grow. */
typedef struct {
    guint32 column;
    CgXlsxKind kind;
    gsize first;
} Draft;

typedef struct {
    CgXlsx *xlsx;
    CgXlsxRow take;
    gpointer user_data;
    gboolean in_data, in_cell, in_value;
    guint readings;
    guint32 row, column; /* of the cell, column from 0; row 0: none yet */
    guint32 n_in_row;    /* cells begun in this row: the next one's column where it does not say */
    char type;           /* n number, s shared text, t text, b flag, e fault */
    Format format;
    GString *value; /* as it stands          */
    GString *texts; /* of the cells of a row */
    GArray *drafts; /* of Draft              */
    GArray *cells;  /* of CgXlsxCell         */
} Reading;

/* ---- where ---------------------------------------- */

/* "AB12": column from 0 and row; FALSE: it is no place of a sheet. */
static gboolean
read_place (const char *text, guint32 *out_column, guint32 *out_row)
{
    guint64 column = 0, row = 0;
    while (g_ascii_isalpha (*text) && column <= CG_XLSX_MAX_COLUMNS)
        column = column * 26 + (guint64) (g_ascii_toupper (*text++) - 'A' + 1);
    while (g_ascii_isdigit (*text) && row <= CG_XLSX_MAX_ROWS)
        row = row * 10 + (guint64) (*text++ - '0');
    *out_column = (guint32) column - 1;
    *out_row = (guint32) row;
    return *text == '\0' && column > 0 && column <= CG_XLSX_MAX_COLUMNS && row > 0 && row <= CG_XLSX_MAX_ROWS;
}

static void
start_row (Xml *xml, Reading *reading, const char **attributes)
{
    const char *text = xml_find (attributes, "r");
    guint64 row = text != NULL ? g_ascii_strtoull (text, NULL, 10) : reading->row + 1;
    if (row <= reading->row || row > CG_XLSX_MAX_ROWS)
        xml_fail (xml, row > CG_XLSX_MAX_ROWS ? CG_ERROR_LIMIT : CG_ERROR_INPUT, "row \"%.20s\" comes after row %u",
                  text != NULL ? text : "", reading->row);
    else
        reading->row = (guint32) row;
    reading->n_in_row = 0;
    g_array_set_size (reading->drafts, 0);
    g_string_truncate (reading->texts, 0);
}

static char
type_of (const char *text)
{
    static const struct {
        const char *name;
        char type;
    } types[] = { { "n", 'n' }, { "s", 's' }, { "inlineStr", 't' }, { "str", 't' }, { "d", 't' }, { "b", 'b' }, { "e", 'e' } };
    for (guint t = 0; text != NULL && t < G_N_ELEMENTS (types); t++)
        if (strcmp (types[t].name, text) == 0)
            return types[t].type;
    return 'n';
}

static void
start_cell (Xml *xml, Reading *reading, const char **attributes)
{
    const char *place = xml_find (attributes, "r"), *style = xml_find (attributes, "s");
    guint32 row = reading->row, column = reading->n_in_row;
    if (reading->row == 0 || (place != NULL && (!read_place (place, &column, &row) || row != reading->row)) ||
        column < reading->n_in_row || column >= CG_XLSX_MAX_COLUMNS) {
        xml_fail (xml, CG_ERROR_INPUT, "cell \"%.20s\" is not where it says", place != NULL ? place : "");
        return;
    }
    reading->column = column;
    reading->n_in_row = column + 1;
    reading->type = type_of (xml_find (attributes, "t"));
    guint64 number = style != NULL ? g_ascii_strtoull (style, NULL, 10) : 0;
    reading->format = number < reading->xlsx->formats->len ? g_array_index (reading->xlsx->formats, Format, number)
                                                           : (Format){ 0 };
    reading->in_cell = TRUE;
    g_string_truncate (reading->value, 0);
}

/* ---- what ---------------------------------------- */

static void
add_shared (Xml *xml, Reading *reading)
{
    const CgXlsx *xlsx = reading->xlsx;
    char *end;
    guint64 number = g_ascii_strtoull (reading->value->str, &end, 10);
    if (*end != '\0' || number >= xlsx->first->len)
        xml_fail (xml, CG_ERROR_INPUT, "a cell names the shared text %.20s, of which there are %u", reading->value->str,
                  xlsx->first->len);
    else
        g_string_append (reading->texts, xlsx->texts->str + g_array_index (xlsx->first, guint32, number));
}

static void
end_cell (Xml *xml, Reading *reading)
{
    Draft draft = { .column = reading->column, .kind = CG_XLSX_TEXT, .first = reading->texts->len };
    reading->in_cell = FALSE;
    if (reading->value->len == 0)
        return;
    switch (reading->type) {
    case 's':
        add_shared (xml, reading);
        break;
    case 'b':
        draft.kind = CG_XLSX_FLAG;
        g_string_append (reading->texts, strcmp (reading->value->str, "1") == 0 ? "TRUE" : "FALSE");
        break;
    case 'n':
        g_strstrip (reading->value->str);
        xlsx_add_number (reading->texts, reading->value->str, reading->format, reading->xlsx->since_1904, &draft.kind);
        break;
    default:
        draft.kind = reading->type == 'e' ? CG_XLSX_FAULT : CG_XLSX_TEXT;
        xlsx_add_text (reading->texts, reading->value->str, reading->value->len);
    }
    if (reading->texts->len == draft.first)
        return;
    g_string_append_c (reading->texts, '\0');
    g_array_append_val (reading->drafts, draft);
}

static void
end_row (Xml *xml, Reading *reading)
{
    g_array_set_size (reading->cells, 0);
    for (guint i = 0; i < reading->drafts->len; i++) {
        const Draft *draft = &g_array_index (reading->drafts, Draft, i);
        CgXlsxCell cell = { draft->column, draft->kind, reading->texts->str + draft->first };
        g_array_append_val (reading->cells, cell);
    }
    if (reading->cells->len > 0 && xml->error == NULL)
        xml->stop = !reading->take (reading->row, (const CgXlsxCell *) reading->cells->data, reading->cells->len,
                                    reading->user_data);
}

/* ---- XML ---------------------------------------- */

static void
start (Xml *xml, const char *name, const char **attributes)
{
    Reading *reading = xml->user_data;
    if (strcmp (name, "sheetData") == 0)
        reading->in_data = TRUE;
    if (!reading->in_data)
        return;
    if (strcmp (name, "row") == 0)
        start_row (xml, reading, attributes);
    else if (strcmp (name, "c") == 0)
        start_cell (xml, reading, attributes);
    else if (strcmp (name, "rPh") == 0)
        reading->readings++;
    reading->in_value = reading->in_cell && reading->readings == 0 && (strcmp (name, "v") == 0 || strcmp (name, "t") == 0);
}

static void
text (Xml *xml, const char *bytes, gsize length)
{
    Reading *reading = xml->user_data;
    if (!reading->in_value)
        return;
    if (reading->value->len + length > XLSX_MAX_CELL || reading->texts->len > 8 * (gsize) XLSX_MAX_CELL)
        xml_fail (xml, CG_ERROR_LIMIT, "a text is longer than 1 MB, or a row than 8 MB");
    else
        g_string_append_len (reading->value, bytes, (gssize) length);
}

static void
end (Xml *xml, const char *name)
{
    Reading *reading = xml->user_data;
    reading->in_value = FALSE;
    if (!reading->in_data)
        return;
    if (strcmp (name, "sheetData") == 0)
        reading->in_data = FALSE;
    else if (strcmp (name, "rPh") == 0 && reading->readings > 0)
        reading->readings--;
    else if (strcmp (name, "c") == 0 && reading->in_cell)
        end_cell (xml, reading);
    else if (strcmp (name, "row") == 0)
        end_row (xml, reading);
}

gboolean
cg_xlsx_each_row (CgXlsx *xlsx, guint sheet, CgXlsxRow take, gpointer user_data, guint32 *out_row, GError **error)
{
    static const XmlHandlers handlers = { start, end, text };
    const Sheet *which = g_ptr_array_index (xlsx->sheets, sheet);
    g_autoptr (GError) inner = NULL;
    Reading reading = { .xlsx = xlsx, .take = take, .user_data = user_data };
    reading.value = g_string_new (NULL);
    reading.texts = g_string_new (NULL);
    reading.drafts = g_array_new (FALSE, FALSE, sizeof (Draft));
    reading.cells = g_array_new (FALSE, FALSE, sizeof (CgXlsxCell));
    gboolean good = xlsx_load (xlsx, &inner) &&
                    xml_read (xlsx->zip, which->part, CG_XLSX_MAX_XML, &handlers, &reading, &inner);
    if (out_row != NULL)
        *out_row = good ? 0 : reading.row;
    if (!good)
        g_set_error_literal (error, CG_ERROR, inner->code == CG_ERROR_NOT_FOUND ? (int) CG_ERROR_INPUT : inner->code,
                             inner->message);
    g_string_free (reading.value, TRUE);
    g_string_free (reading.texts, TRUE);
    g_array_unref (reading.drafts);
    g_array_unref (reading.cells);
    return good;
}
