/* Cells as numbers, times and flags: strict, since a guess would be silent. */
#include <math.h>
#include <string.h>

#include "import/table.h"
#include "model/places.h"

/* Digits with at most one point and one exponent; nothing else that a C library takes for a
 * number. */
static gboolean
is_number (const char *text)
{
    const char *at = text + (*text == '-' || *text == '+');
    gsize whole = strspn (at, "0123456789");
    at += whole;
    gsize fraction = *at == '.' ? strspn (at + 1, "0123456789") : 0;
    at += *at == '.' ? fraction + 1 : 0;
    if (whole + fraction == 0)
        return FALSE;
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '-' || *at == '+';
        gsize exponent = strspn (at, "0123456789");
        if (exponent == 0)
            return FALSE;
        at += exponent;
    }
    return *at == '\0';
}

static gboolean
is_not_finite_word (const char *text)
{
    static const char *const words[] = { "nan",     "inf",    "infinity", "1.#inf",
                                         "1.#qnan", "1.#ind", "nan(ind)" };
    const char *at = text + (*text == '-' || *text == '+');
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (g_ascii_strcasecmp (at, words[i]) == 0)
            return TRUE;
    return FALSE;
}

/* FALSE after a fault; an empty cell must be handled before. */
static gboolean
read_number (CgTable *table, guint32 i, CgFieldId field, const char *text, double *out)
{
    double value = is_number (text) ? g_ascii_strtod (text, NULL) : NAN;
    if (isfinite (value)) {
        *out = value;
        return TRUE;
    }
    gboolean word = is_not_finite_word (text) || is_number (text);
    cg_table_fault (table, i, field, word ? "NOT_FINITE" : "NOT_A_NUMBER", "\"%.40s\" is %s", text,
                    word ? "not a finite number" : "not a number");
    return FALSE;
}

gboolean
cg_table_text (CgTable *table, guint32 i, CgFieldId field, gboolean needed, const char **out)
{
    const char *text = cg_table_cell (table, i, field);
    if (text == NULL && needed) {
        cg_table_fault (table, i, field, "MISSING_VALUE", "the value is empty");
        return FALSE;
    }
    /* 1.23E+17 is what a spreadsheet leaves of a long code; the digits are lost. */
    const char *exponent = text != NULL && is_number (text) ? strpbrk (text, "eE") : NULL;
    if (exponent != NULL && strchr (text, '.') != NULL && exponent[1] == '+') {
        cg_table_fault (
            table, i, field, "SCIENTIFIC_ID",
            "\"%.40s\": a spreadsheet turned the code into a number; format the column as text",
            text);
        return FALSE;
    }
    *out = text;
    return TRUE;
}

gboolean
cg_table_whole (CgTable *table, guint32 i, CgFieldId field, gboolean needed, guint32 most,
                guint32 *out)
{
    const char *text = cg_table_cell (table, i, field);
    double value = 0;
    if (text == NULL && needed) {
        cg_table_fault (table, i, field, "MISSING_VALUE",
                        "the value is empty: a whole number from 0 is needed");
        return FALSE;
    }
    if (text != NULL && !read_number (table, i, field, text, &value))
        return FALSE;
    if (value < 0) {
        cg_table_fault (table, i, field, "NEGATIVE", "%s is negative", text);
        return FALSE;
    }
    if (value != floor (value)) {
        cg_table_fault (table, i, field, "FRACTION", "%.40s is not a whole number", text);
        return FALSE;
    }
    if (value > most) {
        cg_table_fault (table, i, field, "TOO_LARGE", "%.40s is more than %u", text, most);
        return FALSE;
    }
    *out = (guint32) value;
    return TRUE;
}

gboolean
cg_table_number (CgTable *table, guint32 i, CgFieldId field, double missing, double *out)
{
    const char *text = cg_table_cell (table, i, field);
    double value = missing;
    if (text != NULL && !read_number (table, i, field, text, &value))
        return FALSE;
    *out = value;
    return TRUE;
}

gboolean
cg_table_flag (CgTable *table, guint32 i, CgFieldId field, gboolean missing, gboolean *out)
{
    static const struct {
        const char *word;
        gboolean value;
    } words[] = { { "1", TRUE },    { "0", FALSE },     { "yes", TRUE }, { "no", FALSE },
                  { "true", TRUE }, { "false", FALSE }, { "t", TRUE },   { "f", FALSE },
                  { "y", TRUE },    { "n", FALSE },     { "是", TRUE },  { "否", FALSE },
                  { "有", TRUE },   { "无", FALSE },    { "可", TRUE },  { "不可", FALSE } };
    const char *text = cg_table_cell (table, i, field);
    if (text == NULL) {
        *out = missing;
        return TRUE;
    }
    for (guint w = 0; w < G_N_ELEMENTS (words); w++)
        if (g_ascii_strcasecmp (words[w].word, text) == 0) {
            *out = words[w].value;
            return TRUE;
        }
    cg_table_fault (table, i, field, "BAD_VALUE", "\"%.40s\" is neither yes nor no", text);
    return FALSE;
}

/* ---- time ----------------------------------------------------------------------------- */

/* Passes one separator of the list (texts), or nothing. */
static const char *
pass (const char *at, const char *const *separators)
{
    for (guint s = 0; separators[s] != NULL; s++)
        if (g_str_has_prefix (at, separators[s]))
            return at + strlen (separators[s]);
    return at;
}

/* min to max digits as a number, or -1. */
static int
digits (const char **at, int min, int max)
{
    int value = 0, n = 0;
    while (n < max && g_ascii_isdigit (**at)) {
        value = value * 10 + **at - '0';
        (*at)++;
        n++;
    }
    return n >= min ? value : -1;
}

/* Offset of a zone in seconds; without one UTC+8. FALSE when something else is left. */
static gboolean
read_zone (const char *at, int *out_offset_s)
{
    *out_offset_s = 8 * 3600;
    while (*at == ' ')
        at++;
    if (*at == '\0')
        return TRUE;
    if ((*at == 'Z' || *at == 'z') && at[1] == '\0') {
        *out_offset_s = 0;
        return TRUE;
    }
    if (*at != '+' && *at != '-')
        return FALSE;
    int sign = *at == '-' ? -1 : 1;
    at++;
    int hours = digits (&at, 2, 2);
    at += *at == ':';
    int minutes = *at != '\0' ? digits (&at, 2, 2) : 0;
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || *at != '\0')
        return FALSE;
    *out_offset_s = sign * (hours * 3600 + minutes * 60);
    return TRUE;
}

static gboolean
read_clock (const char **at, int *out_second_of_day)
{
    static const char *const colon[] = { ":", "时", "時", "点", NULL };
    static const char *const second[] = { ":", "分", NULL };
    static const char *const end[] = { "秒", NULL };
    int hour = digits (at, 1, 2), minute = 0, whole = 0;
    *at = pass (*at, colon);
    if (hour >= 0 && g_ascii_isdigit (**at))
        minute = digits (at, 2, 2);
    *at = pass (*at, second);
    if (hour >= 0 && g_ascii_isdigit (**at))
        whole = digits (at, 2, 2);
    *at = pass (*at, end);
    if (**at == '.') /* fractions of a second are cut off */
        *at += 1 + strspn (*at + 1, "0123456789");
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || whole < 0 || whole > 60)
        return FALSE;
    *out_second_of_day = hour * 3600 + minute * 60 + MIN (whole, 59);
    return TRUE;
}

static gboolean
parse_time (const char *text, gint64 *out)
{
    static const char *const year_end[] = { "-", "/", ".", "年", NULL };
    static const char *const month_end[] = { "-", "/", ".", "月", NULL };
    static const char *const day_end[] = { "T", "日", " ", NULL };
    static const char *const blank[] = { " ", NULL };
    const char *at = text;
    int year = digits (&at, 4, 4), clock = 0, zone;
    gboolean compact = g_ascii_isdigit (*at);
    at = pass (at, year_end);
    int month = digits (&at, compact ? 2 : 1, 2);
    at = pass (at, month_end);
    int day = digits (&at, compact ? 2 : 1, 2);
    if (year < 1900 || year > 2200 || month < 1 || day < 1 ||
        !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
        return FALSE;
    gboolean more = *at != '\0';
    at = pass (pass (at, day_end), blank);
    if (more && g_ascii_isdigit (*at) && !read_clock (&at, &clock))
        return FALSE;
    if (!read_zone (at, &zone))
        return FALSE;
    GDate date;
    g_date_clear (&date, 1);
    g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
    const gint64 julian_1970 = 719163;
    *out = ((gint64) g_date_get_julian (&date) - julian_1970) * 86400 + clock - zone;
    return TRUE;
}

gboolean
cg_table_time (CgTable *table, guint32 i, CgFieldId field, gint64 missing, gint64 *out)
{
    const char *text = cg_table_cell (table, i, field);
    gint64 value = missing;
    if (text != NULL && !parse_time (text, &value)) {
        cg_table_fault (table, i, field, "BAD_TIME",
                        "\"%.40s\" is no date and time such as 2026-08-01 07:23:00", text);
        return FALSE;
    }
    *out = value;
    return TRUE;
}

void
cg_table_check_unique (CgTable *table, CgFieldId field)
{
    g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 i = 0; i < cg_table_count (table); i++) {
        const char *id = cg_table_cell (table, i, field);
        gpointer before = id != NULL ? g_hash_table_lookup (seen, id) : NULL;
        if (before != NULL)
            cg_table_fault (table, i, field, "DUPLICATE_ID", "\"%.60s\" is already used in row %u",
                            id, cg_table_row (table, GPOINTER_TO_UINT (before) - 1)->row);
        else if (id != NULL)
            g_hash_table_insert (seen, (gpointer) id, GUINT_TO_POINTER (i + 1));
    }
}
