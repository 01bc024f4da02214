#include "export/sheet.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <xlsxwriter.h>

#include "base/error.h"
#include "export/layer.h"
#include "export/target.h"

#define DEFAULT_WIDTH 12.0

/* ---- CSV ---------------------------------------- */

static void
write_text (FILE *file, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    if (strchr ("=+-@\t\r", text[0]) == NULL) {
        cg_export_csv_field (file, text);
        return;
    }
    g_autofree char *harmless = g_strconcat ("'", text, NULL);
    cg_export_csv_field (file, harmless);
}

static void
write_number (FILE *file, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (!isfinite (value))
        return;
    cg_export_format_number (value, text);
    fputs (text, file);
}

static void
write_csv (FILE *file, const CgSheet *sheet)
{
    fputs ("\xEF\xBB\xBF", file);
    for (guint c = 0; c < sheet->n_columns; c++)
        fprintf (file, "%s%s", c > 0 ? "," : "", sheet->columns[c].key);
    fputs ("\r\n", file);
    for (guint row = 0; row < sheet->n; row++) {
        for (guint c = 0; c < sheet->n_columns; c++) {
            const CgSheetColumn *column = &sheet->columns[c];
            if (c > 0)
                putc (',', file);
            if (column->kind == CG_SHEET_TEXT)
                write_text (file, column->text[row]);
            else
                write_number (file, column->number[row]);
        }
        fputs ("\r\n", file);
    }
}

static gboolean
export_csv (const char *path, const CgSheet *sheet, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    if (!cg_target_init (&target, path, ".csv", error))
        return FALSE;
    FILE *file = g_fopen (target.draft, "we");
    if (file == NULL) {
        cg_target_fail (&target, "cannot be written", g_strerror (errno), error);
        return FALSE;
    }
    write_csv (file, sheet);
    gboolean failed = ferror (file) != 0;
    failed |= fclose (file) != 0; /* a full disk may show only here */
    if (!failed)
        return cg_target_commit (&target, error);
    cg_target_fail (&target, "cannot be written", g_strerror (errno), error);
    return FALSE;
}

/* ---- XLSX ---------------------------------------- */

typedef struct {
    lxw_workbook *book;
    lxw_format *head, *text;
} Book;

static lxw_format *
new_format (lxw_workbook *book)
{
    lxw_format *format = workbook_add_format (book);
    format_set_font_name (format, "Microsoft YaHei");
    format_set_font_size (format, 10);
    format_set_align (format, LXW_ALIGN_VERTICAL_CENTER);
    return format;
}

static lxw_format *
column_format (Book *book, const CgSheetColumn *column)
{
    if (column->kind == CG_SHEET_TEXT)
        return book->text;
    lxw_format *format = new_format (book->book);
    g_autoptr (GString) mask = g_string_new (column->kind == CG_SHEET_PERCENT ? "0" : "#,##0");
    for (guint d = 0; d < column->decimals; d++)
        g_string_append (mask, d == 0 ? ".0" : "0");
    if (column->kind == CG_SHEET_PERCENT)
        g_string_append (mask, "%");
    format_set_num_format (format, mask->str);
    return format;
}

static lxw_error
fill_column (Book *book, lxw_worksheet *page, const CgSheet *sheet, lxw_col_t c)
{
    const CgSheetColumn *column = &sheet->columns[c];
    lxw_format *format = column_format (book, column);
    lxw_error failed =
        worksheet_set_column (page, c, c, column->width > 0 ? column->width : DEFAULT_WIDTH, NULL);
    if (failed == LXW_NO_ERROR)
        failed = worksheet_write_string (page, 0, c, column->title, book->head);
    for (guint row = 0; row < sheet->n && failed == LXW_NO_ERROR; row++) {
        gboolean text = column->kind == CG_SHEET_TEXT;
        if (text && column->text[row] != NULL && column->text[row][0] != '\0')
            failed = worksheet_write_string (page, row + 1, c, column->text[row], format);
        else if (!text && isfinite (column->number[row]))
            failed = worksheet_write_number (page, row + 1, c, column->number[row], format);
    }
    return failed;
}

static lxw_error
fill_table (Book *book, const CgSheet *sheet)
{
    lxw_worksheet *page = workbook_add_worksheet (book->book, sheet->name);
    lxw_col_t last = (lxw_col_t) (sheet->n_columns - 1);
    lxw_error failed = page != NULL ? LXW_NO_ERROR : LXW_ERROR_MEMORY_MALLOC_FAILED;
    for (lxw_col_t c = 0; c <= last && failed == LXW_NO_ERROR; c++)
        failed = fill_column (book, page, sheet, c);
    if (failed != LXW_NO_ERROR)
        return failed;
    worksheet_set_row (page, 0, 32, NULL);
    worksheet_freeze_panes (page, 1, 0);
    worksheet_set_landscape (page);
    worksheet_set_paper (page, 9); /* A4 */
    worksheet_fit_to_pages (page, 1, 0);
    worksheet_repeat_rows (page, 0, 0);
    return worksheet_autofilter (page, 0, 0, sheet->n, last);
}

static lxw_error
fill_notes (Book *book, const CgSheet *sheet)
{
    if (sheet->notes == NULL)
        return LXW_NO_ERROR;
    lxw_worksheet *page = workbook_add_worksheet (book->book, sheet->notes_name != NULL ? sheet->notes_name : "说明");
    if (page == NULL)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    lxw_format *title = new_format (book->book);
    format_set_bold (title);
    format_set_font_size (title, 14);
    worksheet_set_column (page, 0, 0, 100, NULL);
    lxw_error failed = worksheet_write_string (page, 0, 0, sheet->title, title);
    for (guint i = 0; sheet->notes[i] != NULL && failed == LXW_NO_ERROR; i++)
        failed = worksheet_write_string (page, i + 2, 0, sheet->notes[i], book->text);
    return failed;
}

static void
set_properties (lxw_workbook *book, const CgSheet *sheet)
{
    lxw_doc_properties properties = { .title = (char *) sheet->title,
                                      .author = (char *) "countygrid",
                                      .created = (time_t) sheet->made_s };
    workbook_set_properties (book, &properties);
}

static gboolean
export_xlsx (const char *path, const CgSheet *sheet, GError **error)
{
    g_auto (CgTarget) target = { NULL };
    if (sheet->n > CG_SHEET_MAX_ROWS) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "%s: %u rows are more than the %u of a spreadsheet; write .csv", path,
                     sheet->n, CG_SHEET_MAX_ROWS);
        return FALSE;
    }
    if (!cg_target_init (&target, path, ".xlsx", error))
        return FALSE;
    Book book = { .book = workbook_new (target.draft) };
    if (book.book == NULL) {
        cg_target_fail (&target, "cannot be written", "no memory", error);
        return FALSE;
    }
    set_properties (book.book, sheet);
    book.head = new_format (book.book);
    format_set_bold (book.head);
    format_set_text_wrap (book.head);
    format_set_align (book.head, LXW_ALIGN_CENTER);
    format_set_bg_color (book.head, 0xDCE6F1);
    format_set_bottom (book.head, LXW_BORDER_THIN);
    book.text = new_format (book.book);
    lxw_error failed = fill_table (&book, sheet);
    if (failed == LXW_NO_ERROR)
        failed = fill_notes (&book, sheet);
    lxw_error closed = workbook_close (book.book); /* frees in any case */
    failed = failed != LXW_NO_ERROR ? failed : closed;
    if (failed == LXW_NO_ERROR)
        return cg_target_commit (&target, error);
    cg_target_fail (&target, "cannot be written", lxw_strerror (failed), error);
    return FALSE;
}

gboolean
cg_export_sheet (const char *path, const CgSheet *sheet, GError **error)
{
    g_autofree char *lower = g_ascii_strdown (path, -1);
    if (g_str_has_suffix (lower, ".xlsx"))
        return export_xlsx (path, sheet, error);
    if (g_str_has_suffix (lower, ".csv"))
        return export_csv (path, sheet, error);
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: the name must end in .csv or .xlsx",
                 path);
    return FALSE;
}
