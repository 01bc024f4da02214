/* Tables for people: a sheet of a spreadsheet (XLSX, styled) or CSV that spreadsheets open right.
 */
#ifndef CG_EXPORT_SHEET_H
#define CG_EXPORT_SHEET_H

#include <glib.h>

typedef enum { CG_SHEET_TEXT, CG_SHEET_NUMBER, CG_SHEET_PERCENT } CgSheetKind;

/* Borrowed. */
typedef struct {
    const char *key;   /* head of the column in CSV: ASCII, for programs                  */
    const char *title; /* head of the column in XLSX                                      */
    CgSheetKind kind;
    guint decimals;          /* of numbers, in XLSX; CSV has the shortest text of the double    */
    double width;            /* of the column in XLSX, in characters; 0: 12                     */
    const char *const *text; /* [n] of TEXT; NULL rows are empty                            */
    const double *number;    /* [n] of the others; not finite: empty. PERCENT: 0.12 is 12 % */
} CgSheetColumn;

typedef struct {
    const char *name;  /* of the sheet, at most 31 characters                                */
    const char *title; /* first line of the page of notes, and the document's title          */
    guint n;
    guint n_columns;
    const CgSheetColumn *columns;
    const char *const *notes; /* NULL-terminated lines of the second sheet; NULL: none       */
    const char *notes_name;   /* of the second sheet; NULL: 说明                             */
    gint64 made_s;            /* date in the document's properties; no clock is asked        */
} CgSheet;

#define CG_SHEET_MAX_ROWS 1048575u /* of XLSX, without the head */

/* By the ending of path: .xlsx, or .csv (UTF-8 with byte order mark, RFC 4180, lines end with
 * \r\n). A text that a spreadsheet would take for a formula (= + - @, tab or return in front) has
 * an apostrophe before it in CSV; in XLSX it is a text as it is. Same sheet, same bytes. Errors
 * ARGUMENT another ending; LIMIT more rows than CG_SHEET_MAX_ROWS in XLSX; IO */
gboolean cg_export_sheet (const char *path, const CgSheet *sheet, GError **error);

#endif
