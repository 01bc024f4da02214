/* What an import found: every bad row, every repair, every shift, with its place in the file. */
#ifndef CG_IMPORT_REPORT_H
#define CG_IMPORT_REPORT_H

#include "base/error.h"

typedef enum {
    CG_FINDING_ERROR,
    CG_FINDING_REPAIR,
    CG_FINDING_WARNING,
    CG_FINDING_NOTE
} CgFindingLevel;

const char *cg_finding_level_name (CgFindingLevel level); /* "error", "repair", "warning", "note" */

typedef struct {
    CgFindingLevel level;
    const char *code; /* stable, upper case: DUPLICATE_ID, NEGATIVE, NOT_A_NUMBER, ...
                         (cg_finding_codes lists all) */
    char *file;       /* base name as the user gave it               */
    guint32 row;  /* of a CSV the line (header is 1), of others the feature counted from 1; 0: whole
                     file */
    char *column; /* header as in the file, "geometry", or NULL  */
    char *value;  /* as read, cut to 80 characters, or NULL      */
    char *text;   /* one line: what is wrong, and what to do     */
    double area_delta_m2; /* of a repair; else NaN                     */
    double x, y; /* where, in the coordinates of the file (report's crs): the fault itself where it is
                    known, else the row's first vertex; NaN: the row has no place */
} CgFinding;

typedef struct {
    GPtrArray *findings; /* of CgFinding, in file order                    */
    guint32 n_errors, n_repairs, n_warnings, n_notes;
    guint32 n_rows, n_good;      /* rows read; rows fit to be stored               */
    guint32 n_replaced, n_known; /* rows of before that went; good rows that were stored already
                                    (set by the storing) */
    char *file, *layer, *driver, *encoding, *crs, *working_crs; /* what was used; NULL unknown */
    const char *crs_from;       /* who named crs: "file", "option", "default" (of the format, or of
                                   columns like degrees); NULL: nobody */
    GPtrArray *mapping; /* of char *: "field=column"                      */
    /*< private >*/
    CgFinding *newest;  /* NULL: it was counted, not kept                 */
} CgImportReport;

CgImportReport *cg_import_report_new (const char *file);
void cg_import_report_free (CgImportReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgImportReport, cg_import_report_free)

/* Every code with what it means and the error it becomes, for the reference page. Ends with
 * code == NULL. */
typedef struct {
    const char *code, *meaning;
    CgError error;
} CgFindingCode;
const CgFindingCode *cg_finding_codes (void);

/* Adds a finding; format makes its text. column, value may be NULL. At most 10 000 are kept (and
 * the first error always), all counted. A code that is not one of cg_finding_codes counts as
 * INPUT. */
void cg_import_report_add (CgImportReport *report, CgFindingLevel level, const char *code,
                           guint32 row, const char *column, const char *value, const char *format,
                           ...) G_GNUC_PRINTF (7, 8);
void cg_import_report_add_repair (CgImportReport *report, const char *code, guint32 row,
                                  double area_delta_m2, const char *format, ...)
    G_GNUC_PRINTF (5, 6);
/* Gives the finding that was added last its place. */
void cg_import_report_set_place (CgImportReport *report, double x, double y);
/* Adds what another file's report warns of as a whole, under that file's name. */
void cg_import_report_add_warnings (CgImportReport *report, const CgImportReport *other);
/* Adds all findings of another file's report but its notes, under that file's name. */
void cg_import_report_add_findings (CgImportReport *report, const CgImportReport *other);
/* Sets error to the first error of the report (personal data goes first), with the number of the
 * others; FALSE and no error when there is none.
 * Errors  the one that cg_finding_codes gives the finding's code */
gboolean cg_import_report_fail (const CgImportReport *report, GError **error);
/* Findings by file, then row, in a stable order; findings of the whole file come first. */
void cg_import_report_sort (CgImportReport *report);
/* "FILE:ROW: COLUMN: text (CODE)" without the parts that are missing; about a geometry whose place is
 * known: "FILE:ROW: geometry: text (CODE) at X, Y". (transfer full) */
char *cg_finding_to_string (const CgFinding *finding);

#endif
