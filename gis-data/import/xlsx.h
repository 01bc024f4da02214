/* Rows of a spreadsheet (.xlsx, Office Open XML) as texts, one after another.
 *
 * A cell is what stands in it, written as a CSV would have it:
 *   text     as it is; rich text without its looks, without readings in other scripts
 *   number   as many digits as tell it from every other number (15 to 17), without an exponent where it is whole; a format of
 *            zeros only ("000000") fills up with zeros. Other formats (percent, thousands) are looks: 25 % is 0.25
 *   date     "2026-11-20 07:23:00" to the second, without the clock where it is midnight; under one day, and of a format that
 *            counts hours, "07:23:00". Days count from 1900 (with the day 29 February 1900 that never was) or from 1904
 *   flag     TRUE or FALSE
 *   formula  its stored result; #N/A and the like are a kind of their own
 *
 * Of the file no more than its bytes (zip.h), its shared texts and one row are in memory. Limits: a sheet of
 * CG_XLSX_MAX_XML bytes, shared texts of CG_XLSX_MAX_TEXT bytes, a text of 1 MiB, 1 048 576 rows, 16 384 columns, XML of 64
 * levels. A document type is refused, so entities cannot grow; nothing outside the file is read, nothing in it is run.
 * Source   ECMA-376 5th ed. part 1, 18.2 to 18.18 (days: 18.17.4.1), part 2 (names of parts)
 */
#ifndef CG_IMPORT_XLSX_H
#define CG_IMPORT_XLSX_H

#include <glib.h>

#define CG_XLSX_MAX_XML (1024u << 20)
#define CG_XLSX_MAX_TEXT (128u << 20)
#define CG_XLSX_MAX_ROWS 1048576u
#define CG_XLSX_MAX_COLUMNS 16384u

typedef enum { CG_XLSX_TEXT, CG_XLSX_NUMBER, CG_XLSX_DATE, CG_XLSX_FLAG, CG_XLSX_FAULT } CgXlsxKind;

typedef struct {
    guint32 column; /* from 0, ascending */
    CgXlsxKind kind;
    const char *text; /* UTF-8, never empty; until the next row */
} CgXlsxCell;

typedef struct _CgXlsx CgXlsx;

/* Errors  IO the file cannot be read; LIMIT as above; INPUT it is damaged, cut short, encrypted or no such spreadsheet */
CgXlsx *cg_xlsx_open (const char *path, GError **error);
/* The same of bytes (kept). Errors as above but IO */
CgXlsx *cg_xlsx_new (GBytes *bytes, GError **error);
void cg_xlsx_free (CgXlsx *xlsx);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgXlsx, cg_xlsx_free)

/* Sheets with cells, in their order; hidden: not shown to who opens the file. */
guint cg_xlsx_count (const CgXlsx *xlsx);
const char *cg_xlsx_name (const CgXlsx *xlsx, guint sheet);
gboolean cg_xlsx_is_hidden (const CgXlsx *xlsx, guint sheet);

/* A row that has cells; row as the spreadsheet counts it, from 1. FALSE ends the reading. */
typedef gboolean (*CgXlsxRow) (guint32 row, const CgXlsxCell *cells, guint n, gpointer user_data);

/* Every row of a sheet that is not empty.
 *
 * out_row  row where an error is, 0: of the whole file. May be NULL
 * Errors   LIMIT, INPUT */
gboolean cg_xlsx_each_row (CgXlsx *xlsx, guint sheet, CgXlsxRow take, gpointer user_data, guint32 *out_row, GError **error);

#endif
