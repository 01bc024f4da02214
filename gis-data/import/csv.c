#include "import/csv.h"

#include <string.h>

static char
find_separator (const char *at, const char *end)
{
    static const char candidates[] = { ',', ';', '\t' };
    guint count[3] = { 0 };
    gboolean quoted = FALSE;
    for (; at < end && (quoted || (*at != '\n' && *at != '\r')); at++) {
        if (*at == '"')
            quoted = !quoted;
        for (guint k = 0; k < 3 && !quoted; k++)
            count[k] += *at == candidates[k];
    }
    guint best = 0;
    for (guint k = 1; k < 3; k++)
        if (count[k] > count[best])
            best = k;
    return candidates[best];
}

void
cg_csv_init (CgCsv *csv, const char *bytes, gsize length)
{
    gsize skip = length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    *csv = (CgCsv){ .at = bytes + skip, .end = bytes + length, .line = 1 };
    csv->separator = find_separator (csv->at, csv->end);
    csv->text = g_string_new (NULL);
    csv->first = g_array_new (FALSE, FALSE, sizeof (gsize));
}

void
cg_csv_done (CgCsv *csv)
{
    if (csv->text != NULL)
        g_string_free (csv->text, TRUE);
    if (csv->first != NULL)
        g_array_unref (csv->first);
    *csv = (CgCsv){ 0 };
}

static gboolean
at_line_end (const CgCsv *csv)
{
    return csv->at >= csv->end || *csv->at == '\n' || *csv->at == '\r';
}

static void
pass_line_end (CgCsv *csv)
{
    if (csv->at >= csv->end)
        return;
    if (*csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n')
        csv->at++;
    csv->at++;
    csv->line++;
}

/* After the opening quote; FALSE when the file ends before the closing one. */
static gboolean
read_quoted (CgCsv *csv)
{
    while (csv->at < csv->end) {
        char c = *csv->at++;
        if (c == '"' && csv->at < csv->end && *csv->at == '"')
            csv->at++;
        else if (c == '"')
            return TRUE;
        else
            csv->line += c == '\n' || (c == '\r' && (csv->at >= csv->end || *csv->at != '\n'));
        g_string_append_c (csv->text, c);
    }
    return FALSE;
}

static void
read_plain (CgCsv *csv)
{
    const char *from = csv->at;
    while (!at_line_end (csv) && *csv->at != csv->separator)
        csv->at++;
    g_string_append_len (csv->text, from, csv->at - from);
}

CgCsvResult
cg_csv_next (CgCsv *csv)
{
    while (csv->at < csv->end && at_line_end (csv))
        pass_line_end (csv);
    if (csv->at >= csv->end)
        return CG_CSV_END;
    g_string_truncate (csv->text, 0);
    g_array_set_size (csv->first, 0);
    csv->record_line = csv->line;
    gboolean stray = FALSE;
    while (TRUE) {
        g_array_append_val (csv->first, csv->text->len);
        if (csv->at < csv->end && *csv->at == '"') {
            csv->at++;
            if (!read_quoted (csv))
                return CG_CSV_OPEN_QUOTE;
            stray = stray || (!at_line_end (csv) && *csv->at != csv->separator);
        }
        read_plain (csv);
        if (at_line_end (csv))
            break;
        csv->at++;
    }
    g_array_append_val (csv->first, csv->text->len);
    pass_line_end (csv);
    return stray ? CG_CSV_STRAY_QUOTE : CG_CSV_RECORD;
}

guint
cg_csv_count (const CgCsv *csv)
{
    return csv->first->len > 0 ? csv->first->len - 1 : 0;
}

const char *
cg_csv_field (const CgCsv *csv, guint i, gsize *out_length)
{
    gsize from = g_array_index (csv->first, gsize, i),
          to = g_array_index (csv->first, gsize, i + 1);
    *out_length = to - from;
    return csv->text->str + from;
}
