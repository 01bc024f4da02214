/* Rows of a spreadsheet into a table: which sheet, which row is the header, and what cells may not be. */
#include <string.h>

#include "import/table.h"

#define MAX_HEAD_ROWS 20u /* filled ones, in which the header is looked for */
#define MAX_TABLE_BYTES (256u << 20)
#define MAX_VALUE_BYTES 1100u /* more than is taken of any value but outlines: one long text may stand in a million cells */

/* ---- the header ---------------------------------------- */

typedef struct {
    GPtrArray *rows;   /* of GPtrArray of char *, by column, NULL empty: the first filled rows */
    GArray *numbers;   /* guint32: theirs in the sheet */
    guint best;        /* in rows: the header          */
    guint n_known;     /* columns of it that are known */
    gboolean fits;     /* it has all that are needed   */
} Head;

static void
head_clear (Head *head)
{
    g_ptr_array_unref (head->rows);
    g_array_unref (head->numbers);
}

static gboolean
take_head_row (guint32 row, const CgXlsxCell *cells, guint n, gpointer user_data)
{
    Head *head = user_data;
    GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_set_size (texts, (int) cells[n - 1].column + 1);
    for (guint c = 0; c < n; c++)
        texts->pdata[cells[c].column] = g_strndup (cells[c].text, 1000);
    g_ptr_array_add (head->rows, texts);
    g_array_append_val (head->numbers, row);
    return head->rows->len < MAX_HEAD_ROWS;
}

/* Headers if row k holds them: where a cell is empty, the one above it counts, which was merged with it. */
static GPtrArray *
headers_of (const Head *head, guint k, CgSource *source)
{
    GPtrArray *headers = g_ptr_array_new_with_free_func (g_free);
    guint width = 0;
    for (guint r = 0; r <= k; r++)
        width = MAX (width, ((GPtrArray *) head->rows->pdata[r])->len);
    for (guint c = 0; c < width; c++) {
        const char *text = NULL;
        for (guint r = k + 1; r-- > 0 && text == NULL;) {
            const GPtrArray *texts = head->rows->pdata[r];
            text = c < texts->len ? texts->pdata[c] : NULL;
        }
        text = text != NULL ? text : "";
        cg_table_add_header (headers, source, text, strlen (text));
    }
    return headers;
}

static void
find_header (Head *head, CgSource *source, const CgFieldTable *fields)
{
    for (guint k = 0; k < head->rows->len; k++) {
        g_autoptr (GPtrArray) headers = headers_of (head, k, source);
        int column_of[CG_N_FIELDS];
        guint n = 0;
        gboolean fits = cg_map_columns (fields, source->options, headers, NULL, column_of);
        for (guint f = 0; f < CG_N_FIELDS; f++)
            n += column_of[f] >= 0;
        fits = fits && n > 0;
        if (fits > head->fits || (fits == head->fits && n > head->n_known)) {
            head->best = k;
            head->n_known = n;
            head->fits = fits;
        }
    }
}

static gboolean
refuse (CgSource *source, guint32 row, const GError *error)
{
    cg_import_report_add (source->report, CG_FINDING_ERROR, error->code == CG_ERROR_LIMIT ? "FILE_TOO_LARGE" : "DAMAGED", row,
                          NULL, NULL, "%s", error->message);
    return FALSE;
}

/* FALSE with a finding; an empty sheet has no rows. */
static gboolean
read_head (CgSource *source, guint sheet, const CgFieldTable *fields, Head *out)
{
    g_autoptr (GError) error = NULL;
    guint32 row;
    *out = (Head){ .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref),
                   .numbers = g_array_new (FALSE, FALSE, sizeof (guint32)) };
    if (!cg_xlsx_each_row (source->xlsx, sheet, take_head_row, out, &row, &error))
        return refuse (source, row, error);
    find_header (out, source, fields);
    return TRUE;
}

/* ---- the sheet ---------------------------------------- */

typedef struct {
    guint n_filled, n_fitting, filled, fitting; /* shown sheets: how many, and the first of them */
    GString *all;    /* each sheet with its columns  */
    GString *others; /* that fit beside the first    */
} Choice;

static void
add_name (GString *list, const char *name)
{
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", name);
}

static gboolean
look_at (CgSource *source, guint sheet, const CgFieldTable *fields, Choice *choice)
{
    const char *name = cg_xlsx_name (source->xlsx, sheet);
    add_name (choice->all, name);
    if (cg_xlsx_is_hidden (source->xlsx, sheet)) {
        g_string_append (choice->all, " (hidden)");
        return TRUE;
    }
    Head head;
    gboolean good = read_head (source, sheet, fields, &head);
    if (good && head.rows->len > 0) {
        g_autoptr (GPtrArray) headers = headers_of (&head, head.best, source);
        g_autofree char *columns = cg_headers_text (headers);
        g_string_append_printf (choice->all, " (%s)", columns);
        choice->filled = choice->n_filled++ == 0 ? sheet : choice->filled;
        if (head.fits && choice->n_fitting > 0)
            add_name (choice->others, name);
        if (head.fits)
            choice->fitting = choice->n_fitting++ == 0 ? sheet : choice->fitting;
    }
    head_clear (&head);
    return good;
}

static gboolean
decide (CgSource *source, const Choice *choice, guint *out_sheet)
{
    if (choice->n_fitting == 0 && choice->n_filled != 1) {
        cg_import_report_add (source->report, CG_FINDING_ERROR, choice->n_filled == 0 ? "EMPTY_FILE" : "LAYER", 0, NULL, NULL,
                              choice->n_filled == 0
                                  ? "no sheet that is shown holds a value; the file has: %s"
                                  : "no sheet has all columns that are needed: say which one, as FILE:SHEET; the file has: %s",
                              choice->all->str);
        return FALSE;
    }
    *out_sheet = choice->n_fitting > 0 ? choice->fitting : choice->filled;
    if (choice->others->len > 0)
        cg_import_report_add (source->report, CG_FINDING_WARNING, "LAYER", 0, NULL, NULL,
                              "sheet \"%s\" is read; other sheets have the columns too and are not read: %s",
                              cg_xlsx_name (source->xlsx, *out_sheet), choice->others->str);
    return TRUE;
}

static gboolean
choose_sheet (CgSource *source, const CgFieldTable *fields, guint *out_sheet)
{
    Choice choice = { .all = g_string_new (NULL), .others = g_string_new (NULL) };
    gboolean good = TRUE;
    for (guint s = 0; s < cg_xlsx_count (source->xlsx) && good; s++)
        good = look_at (source, s, fields, &choice);
    good = good && decide (source, &choice, out_sheet);
    g_string_free (choice.all, TRUE);
    g_string_free (choice.others, TRUE);
    return good;
}

static gboolean
find_sheet (CgSource *source, const char *wanted, guint *out_sheet)
{
    g_autoptr (GString) all = g_string_new (NULL);
    for (guint s = 0; s < cg_xlsx_count (source->xlsx); s++) {
        *out_sheet = s;
        if (strcmp (cg_xlsx_name (source->xlsx, s), wanted) == 0)
            return TRUE;
        add_name (all, cg_xlsx_name (source->xlsx, s));
    }
    cg_import_report_add (source->report, CG_FINDING_ERROR, "LAYER", 0, NULL, NULL, "there is no sheet \"%s\"; the file has: %s",
                          wanted, all->str);
    return FALSE;
}

/* ---- rows ---------------------------------------- */

typedef struct {
    CgTable *table;
    CgSource *source;
    int column_of[CG_N_FIELDS];
    guint32 header; /* its row */
    guint width;
    const char **texts; /* [width] of the row */
    guint8 *kinds;      /* [width] CgXlsxKind */
    guint64 bytes;      /* of all values      */
    guint32 n_beside, first_beside; /* rows with values right of the header */
    const CgProgress *progress;
    GCancellable *cancel;
} Rows;

/* A code of more digits than a spreadsheet keeps has lost them; one that it takes for a day is another text now. */
static gboolean
check_cell (CgTable *table, guint32 i, const CgField *field, CgXlsxKind kind, const char *text)
{
    if (kind == CG_XLSX_FAULT) {
        cg_table_fault (table, i, field->id, "BAD_VALUE", "the cell holds an error of the spreadsheet (%.20s)", text);
        return FALSE;
    }
    if (field->type != CG_VALUE_TEXT)
        return TRUE;
    if (kind == CG_XLSX_DATE) {
        cg_table_fault (table, i, field->id, "SCIENTIFIC_ID",
                        "the spreadsheet turned the value into a date (%.40s): format the column as text", text);
        return FALSE;
    }
    if (kind == CG_XLSX_NUMBER && (strpbrk (text, "eE") != NULL || (strchr (text, '.') == NULL && strlen (text) > 15))) {
        cg_table_fault (table, i, field->id, "SCIENTIFIC_ID",
                        "a number of more than 15 digits: a spreadsheet loses the others; format the column as text");
        return FALSE;
    }
    return TRUE;
}

static void
spread_cells (Rows *rows, guint32 row, const CgXlsxCell *cells, guint n)
{
    memset (rows->texts, 0, rows->width * sizeof *rows->texts);
    for (guint c = 0; c < n; c++) {
        if (cells[c].column >= rows->width) {
            rows->first_beside = rows->n_beside++ == 0 ? row : rows->first_beside;
            return;
        }
        rows->texts[cells[c].column] = cells[c].text;
        rows->kinds[cells[c].column] = (guint8) cells[c].kind;
    }
}

static gsize
length_to_keep (const CgField *field, const char *text)
{
    gsize length = strlen (text);
    if (length <= MAX_VALUE_BYTES || field->type == CG_VALUE_GEOMETRY || field->type == CG_VALUE_TAGS)
        return length;
    for (length = MAX_VALUE_BYTES; ((guchar) text[length] & 0xc0) == 0x80;)
        length--;
    return length;
}

static gboolean
take_row (guint32 row, const CgXlsxCell *cells, guint n, gpointer user_data)
{
    Rows *rows = user_data;
    CgTable *table = rows->table;
    if (row <= rows->header)
        return TRUE;
    guint32 i = cg_table_begin_row (table, row);
    spread_cells (rows, row, cells, n);
    for (const CgField *field = table->fields->fields; field->name != NULL; field++) {
        int c = rows->column_of[field->id];
        const char *text = c >= 0 ? rows->texts[c] : NULL;
        if (text == NULL || !check_cell (table, i, field, (CgXlsxKind) rows->kinds[c], text))
            continue;
        gsize length = length_to_keep (field, text);
        rows->bytes += length;
        cg_table_put (table, rows->source, i, field, text, length);
    }
    cg_table_end_row (table, i);
    if ((cg_table_count (table) & 0x3fff) == 0)
        cg_progress (rows->progress, "rows", cg_table_count (table), 0);
    return rows->bytes <= MAX_TABLE_BYTES && !g_cancellable_is_cancelled (rows->cancel);
}

/* What a reader of the file should know that a reader of the rows would not. */
static void
tell (const Rows *rows)
{
    CgImportReport *report = rows->table->report;
    if (rows->header > 1)
        cg_import_report_add (report, CG_FINDING_NOTE, "READER", 0, NULL, NULL, "the header is row %u; what stands above is not read",
                              rows->header);
    if (rows->n_beside > 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "COLUMNS_NOT_READ", 0, NULL, NULL,
                              "%u rows have values right of the header, the first is row %u", rows->n_beside, rows->first_beside);
}

static gboolean
read_rows (Rows *rows, guint sheet)
{
    g_autoptr (GError) error = NULL;
    guint32 row = 0;
    gboolean good = cg_xlsx_each_row (rows->source->xlsx, sheet, take_row, rows, &row, &error);
    if (!good)
        return refuse (rows->source, row, error);
    if (rows->bytes > MAX_TABLE_BYTES)
        cg_import_report_add (rows->table->report, CG_FINDING_ERROR, "FILE_TOO_LARGE", 0, NULL, NULL,
                              "the values of the sheet are more than 256 MB");
    else
        tell (rows);
    return rows->bytes <= MAX_TABLE_BYTES;
}

/* Rows count from 1 in each sheet, so a file names the sheet too. */
static void
name_sheet (CgSource *source, guint sheet)
{
    CgImportReport *report = source->report;
    char *file = g_strdup_printf ("%s:%s", report->file != NULL ? report->file : "", cg_xlsx_name (source->xlsx, sheet));
    g_free (report->file);
    report->file = file;
    g_free (report->layer);
    report->layer = g_strdup (cg_xlsx_name (source->xlsx, sheet));
}

gboolean
cg_table_read_sheet (CgTable *table, CgSource *source, const char *wanted, const CgProgress *progress,
                     GCancellable *cancel)
{
    guint sheet = 0;
    Head head;
    if (!(wanted != NULL ? find_sheet (source, wanted, &sheet) : choose_sheet (source, table->fields, &sheet)))
        return FALSE;
    name_sheet (source, sheet);
    gboolean good = read_head (source, sheet, table->fields, &head);
    if (good && head.rows->len == 0)
        cg_import_report_add (source->report, CG_FINDING_ERROR, "EMPTY_FILE", 0, NULL, NULL, "the sheet is empty");
    if (good && head.rows->len > 0) {
        g_autoptr (GPtrArray) headers = headers_of (&head, head.best, source);
        g_autofree const char **texts = g_new (const char *, headers->len + 1);
        g_autofree guint8 *kinds = g_new0 (guint8, headers->len + 1);
        Rows rows = { .table = table, .source = source, .header = g_array_index (head.numbers, guint32, head.best),
                      .width = headers->len, .texts = texts, .kinds = kinds, .progress = progress, .cancel = cancel };
        good = cg_table_open_columns (table, headers, rows.column_of) && cg_table_check_outlines (table, headers) &&
               read_rows (&rows, sheet);
    } else {
        good = FALSE;
    }
    head_clear (&head);
    return good;
}
