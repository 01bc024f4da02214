/* Which column serves which field. */
#include <string.h>

#include "import/table.h"

static gboolean
complain (CgImportReport *report, const char *code, const char *column, const char *text)
{
    if (report != NULL)
        cg_import_report_add (report, CG_FINDING_ERROR, code, 0, column, NULL, "%s", text);
    return FALSE;
}

/* "field=column" of --map; "field=" leaves the field without a column. */
static gboolean
map_explicit (const CgFieldTable *fields, const CgImportOptions *options, const GPtrArray *headers,
              CgImportReport *report, int *column_of, gboolean *fixed, gboolean *told)
{
    char *const *map = options->map;
    gboolean good = TRUE;
    for (guint m = 0; map != NULL && map[m] != NULL; m++) {
        const char *equals = strchr (map[m], '=');
        gsize length = equals != NULL ? (gsize) (equals - map[m]) : 0;
        const CgField *field = fields->fields;
        while (field->name != NULL &&
               (strlen (field->name) != length || strncmp (field->name, map[m], length) != 0))
            field++;
        if (equals == NULL || field->name == NULL) {
            g_autofree char *text =
                g_strdup_printf ("--map %s: %s have no such field", map[m], fields->kind);
            good = complain (report, "BAD_MAP", NULL, text);
            continue;
        }
        fixed[field->id] = TRUE;
        column_of[field->id] = equals[1] != '\0' ? cg_headers_find (headers, equals + 1) : -1;
        if (equals[1] != '\0' && column_of[field->id] < 0) {
            g_autofree char *names = cg_headers_text (headers);
            g_autofree char *nearest = cg_headers_nearest (fields, map[m], headers);
            g_autofree char *text = g_strdup_printf (
                "%s%s: there is no such column; the file has: %s%s%s%s",
                options->map_words != NULL ? "" : "--map ",
                options->map_words != NULL ? options->map_words[m] : map[m], names,
                nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                nearest != NULL ? "?" : "");
            good = complain (report, "BAD_MAP", NULL, text);
            told[field->id] = TRUE;
        }
    }
    return good;
}

static void
map_by_synonyms (const CgFieldTable *fields, const GPtrArray *headers, int *column_of,
                 const gboolean *fixed)
{
    g_autofree gboolean *used = g_new0 (gboolean, headers->len + 1);
    for (guint f = 0; f < CG_N_FIELDS; f++)
        if (column_of[f] >= 0)
            used[column_of[f]] = TRUE;
    for (const CgField *field = fields->fields; field->name != NULL; field++) {
        guint best = G_MAXUINT, rank;
        for (guint c = 0; c < headers->len && !fixed[field->id]; c++) {
            g_autofree char *key = cg_field_key (g_ptr_array_index (headers, c));
            if (!used[c] && cg_field_matches (field->synonyms, key, &rank) && rank < best) {
                best = rank;
                column_of[field->id] = (int) c;
            }
        }
        if (column_of[field->id] >= 0)
            used[column_of[field->id]] = TRUE;
    }
}

static gboolean
check_personal (const CgFieldTable *fields, const GPtrArray *headers, const int *column_of,
                CgImportReport *report)
{
    gboolean good = TRUE;
    for (guint c = 0; c < headers->len; c++) {
        const char *header = g_ptr_array_index (headers, c);
        if (!cg_field_is_personal (header))
            continue;
        const CgField *field = fields->fields;
        while (field->name != NULL && column_of[field->id] != (int) c)
            field++;
        if (field->name == NULL) {
            cg_import_report_add (
                report, CG_FINDING_WARNING, "PERSONAL_NOT_READ", 0, header, NULL,
                "this column looks like personal data and is not read; better not deliver it");
            continue;
        }
        g_autofree char *text = g_strdup_printf (
            "this column looks like personal data, which is never stored: it cannot "
            "serve as \"%s\"",
            field->name);
        good = complain (report, "PERSONAL_DATA", header, text);
    }
    return good;
}

/* told: fields whose column was asked for in vain already. */
static gboolean
check_required (const CgFieldTable *fields, const CgImportOptions *options,
                const GPtrArray *headers, const int *column_of, const gboolean *told,
                CgImportReport *report)
{
    gboolean good = TRUE;
    for (const CgField *field = fields->fields; field->name != NULL; field++) {
        gboolean numbered = options->lenient && field->id == CG_FIELD_ID;
        if (field->need != CG_REQUIRED || column_of[field->id] >= 0 || told[field->id] || numbered)
            continue;
        g_autofree char *names = cg_headers_text (headers);
        g_autofree char *hint = options->map_words == NULL
                                    ? g_strdup_printf ("; say --map %s=COLUMN", field->name)
                                    : NULL;
        g_autofree char *text =
            g_strdup_printf ("no column for \"%s\" (%s); the file has: %s%s", field->name,
                             field->title, names, hint != NULL ? hint : "");
        good = complain (report, "MISSING_COLUMN", field->name, text);
    }
    return good;
}

static gboolean
check_repeated (const GPtrArray *headers, const int *column_of, CgImportReport *report)
{
    gboolean good = TRUE;
    for (guint f = 0; f < CG_N_FIELDS; f++)
        for (guint c = 0; column_of[f] >= 0 && c < headers->len; c++)
            if ((int) c != column_of[f] &&
                strcmp (g_ptr_array_index (headers, c),
                        g_ptr_array_index (headers, (guint) column_of[f])) == 0) {
                good = complain (report, "DUPLICATE_COLUMN", g_ptr_array_index (headers, c),
                                 "two columns have this name, so it is not clear which to read");
                break;
            }
    return good;
}

static void
report_mapping (const CgFieldTable *fields, const GPtrArray *headers, const int *column_of,
                CgImportReport *report)
{
    g_autoptr (GPtrArray) unread = g_ptr_array_new ();
    g_ptr_array_set_size (report->mapping, 0);
    for (const CgField *field = fields->fields; field->name != NULL; field++)
        if (column_of[field->id] >= 0)
            g_ptr_array_add (report->mapping,
                             g_strdup_printf ("%s=%s", field->name,
                                              (char *) g_ptr_array_index (
                                                  headers, (guint) column_of[field->id])));
    for (guint c = 0; c < headers->len; c++) {
        gboolean used = cg_field_is_personal (g_ptr_array_index (headers, c));
        for (guint f = 0; f < CG_N_FIELDS && !used; f++)
            used = column_of[f] == (int) c;
        if (!used)
            g_ptr_array_add (unread, g_ptr_array_index (headers, c));
    }
    g_autofree char *names = cg_headers_text (unread);
    if (unread->len > 0)
        cg_import_report_add (report, CG_FINDING_NOTE, "COLUMNS_NOT_READ", 0, NULL, NULL,
                              "columns not read: %s", names);
}

gboolean
cg_map_columns (const CgFieldTable *fields, const CgImportOptions *options,
                const GPtrArray *headers, CgImportReport *report, int *column_of)
{
    gboolean fixed[CG_N_FIELDS] = { FALSE }, told[CG_N_FIELDS] = { FALSE };
    for (guint f = 0; f < CG_N_FIELDS; f++)
        column_of[f] = -1;
    gboolean good = map_explicit (fields, options, headers, report, column_of, fixed, told);
    map_by_synonyms (fields, headers, column_of, fixed);
    if (report == NULL)
        return good && check_required (fields, options, headers, column_of, told, NULL);
    good = check_personal (fields, headers, column_of, report) && good;
    good = check_repeated (headers, column_of, report) && good;
    good = check_required (fields, options, headers, column_of, told, report) && good;
    report_mapping (fields, headers, column_of, report);
    return good;
}
