/* Values of cells as texts: what a format makes of a number. */
#include <math.h>
#include <string.h>

#include "import/xlsx_internal.h"

#define DAY_S 86400
#define LAST_DAY 2958465 /* 31 December 9999 */

/* ---- formats ---------------------------------------- */

/* The formats that every spreadsheet knows by number; those from 27 and 50 on are of East Asian ones. (ECMA-376 part 1,
 * 18.8.30) */
Format
xlsx_format_of_id (guint id)
{
    gboolean date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id == 45 || id == 47 || (id >= 50 && id <= 58);
    return (Format){ .kind = id == 46 ? FORMAT_HOURS : date ? FORMAT_DATE : FORMAT_PLAIN };
}

/* Whether the rest of the text begins with the word, in any case. */
static gboolean
begins (const char *at, const char *word)
{
    return g_ascii_strncasecmp (at, word, strlen (word)) == 0;
}

/* What stands in brackets: hours that go on counting, else a colour, a condition or a language. */
static const char *
pass_bracket (const char *at, gboolean *out_hours)
{
    const char *end = strchr (at, ']');
    char c = g_ascii_tolower (at[1]);
    gsize n = end != NULL ? (gsize) (end - at) - 1 : 0;
    gsize same = 0;
    while (same < n && g_ascii_tolower (at[1 + same]) == c)
        same++;
    if (n > 0 && same == n && (c == 'h' || c == 'm' || c == 's'))
        *out_hours = TRUE;
    return end != NULL ? end : at + strlen (at) - 1;
}

static gsize
count_zeros (const char *code)
{
    gsize n = strspn (code, "0");
    return code[n] == '\0' || code[n] == ';' ? n : 0;
}

Format
xlsx_format_of_code (const char *code)
{
    gboolean date = FALSE, hours = FALSE;
    if (count_zeros (code) > 1)
        return (Format){ .kind = FORMAT_ZEROS, .zeros = (guint) MIN (count_zeros (code), 64) };
    for (const char *at = code; *at != '\0' && *at != ';'; at++) {
        if (*at == '"') {
            at = strchr (at + 1, '"');
            if (at == NULL)
                break;
        } else if (*at == '[') {
            at = pass_bracket (at, &hours);
        } else if ((*at == '\\' || *at == '_' || *at == '*') && at[1] != '\0') {
            at++; /* the next sign is one to show, or to leave room for */
        } else if (begins (at, "general")) {
            at += strlen ("general") - 1;
        } else {
            date = date || strchr ("ymdhsYMDHS", *at) != NULL;
        }
    }
    return (Format){ .kind = hours ? FORMAT_HOURS : date ? FORMAT_DATE : FORMAT_PLAIN };
}

/* ---- numbers ---------------------------------------- */

static void
add_plain (GString *out, double value, guint zeros)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (value == floor (value) && fabs (value) < 1e18) {
        g_string_append_printf (out, "%s%0*.0f", value < 0 ? "-" : "", (int) zeros, fabs (value));
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        g_autofree char *format = g_strdup_printf ("%%.%dg", digits);
        g_ascii_formatd (text, sizeof text, format, value);
        if (g_ascii_strtod (text, NULL) == value)
            break;
    }
    g_string_append (out, text);
}

static void
add_clock (GString *out, gint64 seconds)
{
    g_string_append_printf (out, "%02d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));
}

/* The day that a count means; FALSE: none. */
static gboolean
find_day (gint64 days, gboolean since_1904, GDate *out)
{
    if (days > LAST_DAY - (since_1904 ? 1462 : 0) || days < (since_1904 ? 0 : 1) || (!since_1904 && days == 60))
        return FALSE;
    g_date_clear (out, 1);
    g_date_set_dmy (out, since_1904 ? 1 : 31, since_1904 ? G_DATE_JANUARY : G_DATE_DECEMBER, since_1904 ? 1904 : 1899);
    g_date_add_days (out, (guint) (since_1904 || days < 60 ? days : days - 1));
    return TRUE;
}

static gboolean
add_date (GString *out, double value, gboolean since_1904, gboolean hours)
{
    if (!(value >= 0) || value > LAST_DAY + 1)
        return FALSE;
    gint64 seconds = (gint64) floor (value * DAY_S + 0.5);
    if (hours || seconds < DAY_S) {
        add_clock (out, seconds);
        return TRUE;
    }
    GDate date;
    if (!find_day (seconds / DAY_S, since_1904, &date))
        return FALSE;
    g_string_append_printf (out, "%04d-%02d-%02d", g_date_get_year (&date), (int) g_date_get_month (&date),
                            g_date_get_day (&date));
    if (seconds % DAY_S != 0) {
        g_string_append_c (out, ' ');
        add_clock (out, seconds % DAY_S);
    }
    return TRUE;
}

gboolean
xlsx_add_number (GString *out, const char *text, Format format, gboolean since_1904, CgXlsxKind *out_kind)
{
    char *end;
    double value = g_ascii_strtod (text, &end);
    gboolean number = end != text && *end == '\0' && isfinite (value) && strpbrk (text, "xXnN") == NULL;
    gboolean date = format.kind == FORMAT_DATE || format.kind == FORMAT_HOURS;
    *out_kind = number && date ? CG_XLSX_DATE : CG_XLSX_NUMBER;
    if (number && date && add_date (out, value, since_1904, format.kind == FORMAT_HOURS))
        return TRUE;
    if (!number) {
        g_string_append (out, text);
        return FALSE;
    }
    add_plain (out, value, format.kind == FORMAT_ZEROS ? format.zeros : 0);
    return !date;
}

/* ---- texts ---------------------------------------- */

/* What _x000D_ stands for, and similar; 0: the text is no such thing. */
static gunichar
escaped (const char *at, gsize left)
{
    gunichar c = 0;
    if (left < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_')
        return 0;
    for (guint k = 2; k < 6; k++) {
        if (!g_ascii_isxdigit (at[k]))
            return 0;
        c = c << 4 | (gunichar) g_ascii_xdigit_value (at[k]);
    }
    return g_unichar_validate (c) ? c : 0;
}

void
xlsx_add_text (GString *out, const char *text, gsize length)
{
    for (gsize i = 0; i < length;) {
        gunichar c = escaped (text + i, length - i);
        const char *next = c == 0 ? memchr (text + i + 1, '_', length - i - 1) : NULL;
        gsize n = c != 0 ? 7 : next != NULL ? (gsize) (next - text) - i : length - i;
        if (c != 0)
            g_string_append_unichar (out, c);
        else
            g_string_append_len (out, text + i, (gssize) n);
        i += n;
    }
}
