#include "import/report.h"

#include <math.h>
#include <string.h>

#define MAX_FINDINGS 10000
#define MAX_VALUE_CHARS 80

static const CgFindingCode codes[] = {
    { "NOT_FOUND", "there is no file or layer of that name", CG_ERROR_NOT_FOUND },
    { "NOT_A_FILE", "the path names a directory, a pipe or a device", CG_ERROR_INPUT },
    { "READ_FAILED", "the file could not be read to its end", CG_ERROR_IO },
    { "EMPTY_FILE", "the file has no content", CG_ERROR_INPUT },
    { "NO_ROWS", "the file or layer holds no usable row", CG_ERROR_INPUT },
    { "FORMAT", "the name promises a format that is not taken for this kind", CG_ERROR_INPUT },
    { "CONTENT", "the content is not what the name promises", CG_ERROR_INPUT },
    { "TRUNCATED", "the file is shorter than its own header says, or ends in the middle",
      CG_ERROR_INPUT },
    { "DAMAGED", "the parts of the file contradict each other", CG_ERROR_INPUT },
    { "FILE_TOO_LARGE", "the file is larger than the limit", CG_ERROR_LIMIT },
    { "LAYER", "the layer must be named, or does not exist", CG_ERROR_INPUT },
    { "ENCODING", "a byte is not text in the encoding", CG_ERROR_INPUT },
    { "ENCODING_FOUND", "the encoding that was found out", CG_ERROR_INPUT },
    { "TEXT_CUT", "a value was cut inside a character by its file format", CG_ERROR_INPUT },
    { "BAD_TEXT", "a text holds control characters or is too long", CG_ERROR_INPUT },
    { "TEXT_CLEANED", "line ends and tabs inside values became blanks", CG_ERROR_INPUT },
    { "TEXT_TRIMMED", "blanks around values were cut off", CG_ERROR_INPUT },
    { "REPLACED", "rows that were stored before gave way", CG_ERROR_INPUT },
    { "REVISION_CONFLICT", "an incident is stored under this id and revision with another content",
      CG_ERROR_CONFLICT },
    { "COLUMN_COUNT", "a row has another number of fields than the header", CG_ERROR_INPUT },
    { "DUPLICATE_COLUMN", "two columns have one name", CG_ERROR_INPUT },
    { "BAD_MAP", "--map names a field or a column that does not exist", CG_ERROR_INPUT },
    { "MISSING_COLUMN", "a field that is needed has no column", CG_ERROR_INPUT },
    { "COLUMNS_NOT_READ", "columns that were not read", CG_ERROR_INPUT },
    { "PERSONAL_DATA", "a column or value that looks like personal data is refused",
      CG_ERROR_FORBIDDEN },
    { "PERSONAL_NOT_READ", "a column that looks personal was left alone", CG_ERROR_FORBIDDEN },
    { "DEEP_BUILDING", "a tall building of unknown use is deeper than dwellings are: it has none",
      CG_ERROR_INPUT },
    { "BAD_VALUES", "cells that are no number from 0: taken as not known", CG_ERROR_INPUT },
    { "MISSING_VALUE", "a value that is needed is empty", CG_ERROR_INPUT },
    { "DUPLICATE_ID", "the id was used by a row before", CG_ERROR_INPUT },
    { "ID_GENERATED", "ids or codes were made up since the file has none", CG_ERROR_INPUT },
    { "SCIENTIFIC_ID", "a spreadsheet turned a code into a number such as 1.23E+17",
      CG_ERROR_INPUT },
    { "NOT_A_NUMBER", "the text is not a number", CG_ERROR_INPUT },
    { "NOT_FINITE", "a number is NaN or infinite", CG_ERROR_INPUT },
    { "NEGATIVE", "a count is negative", CG_ERROR_INPUT },
    { "FRACTION", "a count is not whole", CG_ERROR_INPUT },
    { "TOO_LARGE", "a number is above its limit", CG_ERROR_INPUT },
    { "BAD_VALUE", "the value is none of those that are known", CG_ERROR_INPUT },
    { "BAD_TIME", "the text is not a time", CG_ERROR_INPUT },
    { "BAD_CODE", "a region code does not have 6, 9 or 12 digits", CG_ERROR_INPUT },
    { "FOREIGN_CODE", "a region code is not built like a Chinese one", CG_ERROR_INPUT },
    { "URBAN_ASSUMED", "nothing says whether a community is urban or a village", CG_ERROR_INPUT },
    { "PARENT", "the region above is not in the file", CG_ERROR_INPUT },
    { "REGION_ABOVE", "a county or town was left out of a boundary that has its parts", CG_ERROR_INPUT },
    { "NO_GEOMETRY", "the row has no geometry", CG_ERROR_INPUT },
    { "GEOMETRY_TYPE", "the geometry is of a kind that is not taken here", CG_ERROR_INPUT },
    { "BAD_GEOMETRY", "the geometry cannot be read", CG_ERROR_GEOMETRY },
    { "UNCLOSED_RING", "a ring does not end where it begins", CG_ERROR_INPUT },
    { "SHORT_RING", "a ring has fewer than four vertices, or a line fewer than two",
      CG_ERROR_INPUT },
    { "TOO_MANY_VERTICES", "a ring or the file has more vertices than the limit", CG_ERROR_LIMIT },
    { "TOO_DEEP", "the nesting is deeper than the limit", CG_ERROR_LIMIT },
    { "INVALID_AREA", "an outline crosses or touches itself, or its rings do not fit",
      CG_ERROR_GEOMETRY },
    { "REPAIRED", "an invalid outline was replaced by a valid one", CG_ERROR_GEOMETRY },
    { "REPEATED_VERTICES", "vertices that repeat the one before were left out", CG_ERROR_GEOMETRY },
    { "OVERLAP", "two areas cover the same ground", CG_ERROR_GEOMETRY },
    { "Z_DROPPED", "heights or measures were left out", CG_ERROR_GEOMETRY },
    { "LABEL_POINT", "a point inside was taken of lines or areas", CG_ERROR_GEOMETRY },
    { "CRS_MISSING", "the file does not say its coordinate reference system", CG_ERROR_INPUT },
    { "CRS_UNKNOWN", "the coordinate reference system is not known", CG_ERROR_INPUT },
    { "CRS_ASSUMED", "the coordinate reference system was taken from the kind of file or column",
      CG_ERROR_INPUT },
    { "CRS_OVERRIDDEN", "the user named another CRS than the file", CG_ERROR_INPUT },
    { "CRS_KEPT", "the file names another CRS than the user named for files that name none",
      CG_ERROR_INPUT },
    { "WRONG_CRS", "the coordinates do not fit the coordinate reference system", CG_ERROR_INPUT },
    { "OUT_OF_RANGE", "a coordinate lies outside the area of its reference system",
      CG_ERROR_INPUT },
    { "SWAPPED", "the two coordinates look exchanged", CG_ERROR_INPUT },
    { "PLACEHOLDER", "the place is a stand-in such as (0, 0)", CG_ERROR_INPUT },
    { "NO_PLACE", "the row has no coordinates", CG_ERROR_INPUT },
    { "UNKNOWN_REGION", "the region is not in the county", CG_ERROR_INPUT },
    { "OUTSIDE_REGIONS", "the place lies in no community of the county", CG_ERROR_INPUT },
    { "FAR_FROM_REGION", "the place does not meet the community that the row names",
      CG_ERROR_INPUT },
    { "REGION_FOUND", "communities were found by place", CG_ERROR_INPUT },
    { "NOT_A_BARRIER", "rows of kinds that are no barrier were left out", CG_ERROR_INPUT },
    { "UNKNOWN_CLASS", "the row's class is no kind of barrier that is known", CG_ERROR_INPUT },
    { "LEFT_OUT", "rows that could not be used were left out", CG_ERROR_INPUT },
    { "KINDS_GONE", "the file takes the place of kinds of rows of which it has none", CG_ERROR_INPUT },
    { "ALREADY_KNOWN", "rows that the county has already were left as they are", CG_ERROR_INPUT },
    { "OUTSIDE_GRIDS", "the place lies in no grid of the plan", CG_ERROR_INPUT },
    { "FUTURE_TIME", "the time is still to come", CG_ERROR_INPUT },
    { "READER", "a remark of the reader of the format", CG_ERROR_INPUT },
    { NULL, NULL, CG_ERROR_INPUT },
};

const CgFindingCode *
cg_finding_codes (void)
{
    return codes;
}

static const CgFindingCode *
find_code (const char *code)
{
    const CgFindingCode *at = codes;
    while (at->code != NULL && strcmp (at->code, code) != 0)
        at++;
    return at;
}

const char *
cg_finding_level_name (CgFindingLevel level)
{
    static const char *names[] = { "error", "repair", "warning", "note" };
    g_return_val_if_fail ((guint) level < G_N_ELEMENTS (names), "");
    return names[level];
}

static void
finding_free (CgFinding *finding)
{
    g_free (finding->file);
    g_free (finding->column);
    g_free (finding->value);
    g_free (finding->text);
    g_free (finding);
}

CgImportReport *
cg_import_report_new (const char *file)
{
    CgImportReport *report = g_new0 (CgImportReport, 1);
    report->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);
    report->mapping = g_ptr_array_new_with_free_func (g_free);
    report->file = file != NULL ? g_path_get_basename (file) : NULL;
    return report;
}

void
cg_import_report_free (CgImportReport *report)
{
    if (report == NULL)
        return;
    g_ptr_array_unref (report->findings);
    g_ptr_array_unref (report->mapping);
    char *texts[] = { report->file,     report->layer, report->driver,
                      report->encoding, report->crs,   report->working_crs };
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    g_free (report);
}

/* One line of valid UTF-8 whatever the file held: control characters become spaces, wrong bytes
 * U+FFFD. */
static char *
clean_text (const char *text, glong most)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    for (char *at = valid; *at != '\0'; at++)
        if ((guchar) *at < 0x20 || *at == 0x7f)
            *at = ' ';
    if (most <= 0 || g_utf8_strlen (valid, -1) <= most)
        return g_steal_pointer (&valid);
    g_autofree char *cut = g_utf8_substring (valid, 0, most - 1);
    return g_strconcat (cut, "…", NULL);
}

static guint32 *
counter (CgImportReport *report, CgFindingLevel level)
{
    switch (level) {
    case CG_FINDING_ERROR:
        return &report->n_errors;
    case CG_FINDING_REPAIR:
        return &report->n_repairs;
    case CG_FINDING_WARNING:
        return &report->n_warnings;
    default:
        return &report->n_notes;
    }
}

static void
add (CgImportReport *report, CgFindingLevel level, const char *code, guint32 row,
     const char *column, const char *value, double delta, const char *format, va_list arguments)
{
    guint32 *count = counter (report, level);
    gboolean first_error = level == CG_FINDING_ERROR && *count == 0;
    *count += 1;
    report->newest = NULL;
    const CgFindingCode *known = find_code (code);
    if (report->findings->len >= MAX_FINDINGS && !first_error && known->error != CG_ERROR_FORBIDDEN)
        return;
    g_autofree char *text = g_strdup_vprintf (format, arguments);
    CgFinding *finding = g_new0 (CgFinding, 1);
    finding->level = level;
    finding->code = known->code != NULL ? known->code : g_intern_string (code);
    finding->file = report->file != NULL ? clean_text (report->file, 0) : NULL;
    finding->row = row;
    finding->column = column != NULL ? clean_text (column, MAX_VALUE_CHARS) : NULL;
    finding->value = value != NULL ? clean_text (value, MAX_VALUE_CHARS) : NULL;
    finding->text = clean_text (text, 0);
    finding->area_delta_m2 = delta;
    finding->x = finding->y = NAN;
    g_ptr_array_add (report->findings, finding);
    report->newest = finding;
}

void
cg_import_report_add (CgImportReport *report, CgFindingLevel level, const char *code, guint32 row,
                      const char *column, const char *value, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    add (report, level, code, row, column, value, NAN, format, arguments);
    va_end (arguments);
}

void
cg_import_report_add_repair (CgImportReport *report, const char *code, guint32 row,
                             double area_delta_m2, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    add (report, CG_FINDING_REPAIR, code, row, "geometry", NULL, area_delta_m2, format, arguments);
    va_end (arguments);
}

void
cg_import_report_set_place (CgImportReport *report, double x, double y)
{
    if (report->newest == NULL)
        return;
    report->newest->x = x;
    report->newest->y = y;
}

void
cg_import_report_add_warnings (CgImportReport *report, const CgImportReport *other)
{
    char *own = report->file;
    for (guint i = 0; i < other->findings->len; i++) {
        const CgFinding *finding = g_ptr_array_index (other->findings, i);
        if (finding->level != CG_FINDING_WARNING || finding->row != 0)
            continue;
        report->file = finding->file;
        cg_import_report_add (report, CG_FINDING_WARNING, finding->code, 0, finding->column,
                              finding->value, "%s", finding->text);
    }
    report->file = own;
}

void
cg_import_report_add_findings (CgImportReport *report, const CgImportReport *other)
{
    char *own = report->file;
    for (guint i = 0; i < other->findings->len; i++) {
        const CgFinding *finding = g_ptr_array_index (other->findings, i);
        if (finding->level == CG_FINDING_NOTE)
            continue;
        report->file = finding->file;
        cg_import_report_add (report, finding->level, finding->code, finding->row, finding->column,
                              finding->value, "%s", finding->text);
        cg_import_report_set_place (report, finding->x, finding->y);
    }
    report->file = own;
}

static int
compare_findings (gconstpointer a, gconstpointer b)
{
    const CgFinding *one = *(CgFinding *const *) a, *two = *(CgFinding *const *) b;
    int files = g_strcmp0 (one->file, two->file);
    if (files != 0)
        return files;
    return (one->row > two->row) - (one->row < two->row);
}

void
cg_import_report_sort (CgImportReport *report)
{
    g_ptr_array_sort (report->findings, compare_findings);
}

gboolean
cg_import_report_fail (const CgImportReport *report, GError **error)
{
    const CgFinding *first = NULL;
    CgError code = CG_ERROR_INPUT;
    for (guint i = 0; i < report->findings->len; i++) {
        const CgFinding *finding = g_ptr_array_index (report->findings, i);
        CgError its = find_code (finding->code)->error;
        if (finding->level != CG_FINDING_ERROR || (first != NULL && its != CG_ERROR_FORBIDDEN))
            continue;
        first = finding;
        code = its;
        if (its == CG_ERROR_FORBIDDEN)
            break;
    }
    if (first == NULL)
        return FALSE;
    g_autofree char *text = cg_finding_to_string (first);
    if (report->n_errors > 1)
        g_set_error (error, CG_ERROR, (int) code, "%s; %u more error%s", text, report->n_errors - 1,
                     report->n_errors == 2 ? "" : "s");
    else
        g_set_error_literal (error, CG_ERROR, (int) code, text);
    return TRUE;
}

char *
cg_finding_to_string (const CgFinding *finding)
{
    GString *out = g_string_new (finding->file);
    if (finding->row > 0)
        g_string_append_printf (out, "%s%u", out->len > 0 ? ":" : "row ", finding->row);
    if (out->len > 0)
        g_string_append (out, ": ");
    if (finding->column != NULL)
        g_string_append_printf (out, "%s: ", finding->column);
    g_string_append_printf (out, "%s (%s)", finding->text, finding->code);
    /* A text that names the fault's own place says it already. */
    if (g_strcmp0 (finding->column, "geometry") == 0 && isfinite (finding->x) &&
        strstr (finding->text, " at (") == NULL)
        g_string_append_printf (out, " at %.8g, %.8g", finding->x, finding->y);
    return g_string_free (out, FALSE);
}
