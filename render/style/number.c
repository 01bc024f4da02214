#include "style/style.h"

#include <math.h>
#include <string.h>

#define NOT_KNOWN "—"
#define MINUS "−"

/* printf follows the locale of the process; a picture must not. */
static char *
decimal_text (double value, guint decimals)
{
    char format[8], buffer[64];
    g_snprintf (format, sizeof format, "%%.%uf", MIN (decimals, 6));
    return g_strdup (g_ascii_formatd (buffer, sizeof buffer, format, value));
}

static void
trim_zeros (char *text)
{
    char *point = strchr (text, '.');
    if (point == NULL)
        return;
    char *end = text + strlen (text);
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

static char *
group_thousands (const char *digits)
{
    GString *out = g_string_new (NULL);
    gsize whole = strcspn (digits, ".");
    for (gsize i = 0; i < whole; i++) {
        g_string_append_c (out, digits[i]);
        if (i + 1 < whole && (whole - i - 1) % 3 == 0)
            g_string_append_c (out, ',');
    }
    g_string_append (out, digits + whole);
    return g_string_free (out, FALSE);
}

static char *
format_size (CgLanguage language, double size, guint decimals)
{
    const char *suffix = "";
    /* 99 999.6 would be printed as 100,000, which is 10 万 in this house. */
    if (language == CG_ENGLISH && size >= 999999.5) {
        gboolean thousand_million = size >= 999950000.0;
        size /= thousand_million ? 1e9 : 1e6;
        suffix = thousand_million ? " bn" : " M";
        decimals = 1;
    } else if (language == CG_CHINESE && size >= 99999.5) {
        gboolean hundred_million = size >= 99995000.0;
        size /= hundred_million ? 1e8 : 1e4;
        suffix = hundred_million ? " 亿" : " 万";
        decimals = 1;
    }
    g_autofree char *digits = decimal_text (size, decimals);
    trim_zeros (digits);
    g_autofree char *grouped = group_thousands (digits);
    return g_strconcat (grouped, suffix, NULL);
}

char *
cg_format_number_in (CgLanguage language, double value, guint decimals)
{
    if (!isfinite (value))
        return g_strdup (NOT_KNOWN);
    g_autofree char *size = format_size (language, MIN (fabs (value), 1e15), decimals);
    gboolean negative = value < 0.0 && strcmp (size, "0") != 0;
    return g_strconcat (negative ? MINUS : "", size, NULL);
}

char *
cg_format_number (double value, guint decimals)
{
    return cg_format_number_in (CG_CHINESE, value, decimals);
}

char *
cg_format_count_in (CgLanguage language, double value)
{
    return cg_format_number_in (language, value, 0);
}

char *
cg_format_count (double value)
{
    return cg_format_count_in (CG_CHINESE, value);
}

char *
cg_format_change (double now, double before)
{
    return cg_format_change_in (CG_CHINESE, now, before);
}

char *
cg_format_change_in (CgLanguage language, double now, double before)
{
    if (!isfinite (now) || !isfinite (before) || before < 0.0 || now < 0.0)
        return g_strdup (NOT_KNOWN);
    if (now == before)
        return g_strdup (cg_word (language, "持平"));
    if (before == 0.0)
        return g_strdup (cg_word (language, "新增"));
    double percent = 100.0 * (now - before) / before;
    if (percent >= 9999.95)
        return g_strdup ("▲ > +9999 %");
    g_autofree char *size = decimal_text (fabs (percent), 1);
    return g_strdup_printf ("%s %s%s %%", percent > 0.0 ? "▲" : "▼", percent > 0.0 ? "+" : MINUS,
                            size);
}

gboolean
cg_change_is_unsure (double now, double before)
{
    return isfinite (now) && isfinite (before) && now >= 0.0 && before >= 0.0 && now != before &&
           (before > 0.0 ? MIN (now, before) : now) < CG_UNSURE_COUNT;
}

char *
cg_format_change_of_counts (double now, double before)
{
    return cg_format_change_of_counts_in (CG_CHINESE, now, before);
}

char *
cg_format_change_of_counts_in (CgLanguage language, double now, double before)
{
    if (!cg_change_is_unsure (now, before))
        return cg_format_change_in (language, now, before);
    if (before == 0.0)
        return g_strdup (cg_word (language, "新增 △"));
    g_autofree char *size = cg_format_count_in (language, fabs (now - before));
    return g_strdup_printf ("%s %s%s △", now > before ? "▲" : "▼", now > before ? "+" : MINUS,
                            size);
}

char *
cg_format_length_m (double length_m)
{
    if (!isfinite (length_m))
        return g_strdup (NOT_KNOWN);
    gboolean kilo = fabs (length_m) >= 1000.0;
    g_autofree char *number = cg_format_number (kilo ? length_m / 1000.0 : length_m, 2);
    return g_strconcat (number, kilo ? " km" : " m", NULL);
}

/* 10^k by repeated multiplication: exact for k >= 0 up to 22, correctly rounded enough below, and
 * the same with every libm. */
static double
power_of_ten (int k)
{
    double p = 1.0;
    for (int i = 0; i < ABS (k); i++)
        p *= 10.0;
    return k < 0 ? 1.0 / p : p;
}

/* Exponent of the first significant digit. */
static int
decade (double value)
{
    int k = (int) floor (log10 (value));
    if (power_of_ten (k + 1) <= value)
        k++;
    else if (power_of_ten (k) > value)
        k--;
    return k;
}

double
cg_round_length (double length)
{
    if (!isfinite (length) || length <= 0.0 || length < 1e-12)
        return 0.0;
    double unit = power_of_ten (decade (length));
    double mantissa = length / unit;
    return unit * (mantissa >= 5.0 ? 5.0 : mantissa >= 2.0 ? 2.0 : 1.0);
}

double
cg_round_up (double value)
{
    static const double mantissas[] = { 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0 };
    if (!isfinite (value) || value < 1e-12)
        return 0.0;
    double unit = power_of_ten (decade (value));
    for (guint i = 0; i < G_N_ELEMENTS (mantissas); i++)
        if (mantissas[i] * unit >= value * (1.0 - 1e-12))
            return mantissas[i] * unit;
    return 10.0 * unit;
}

guint
cg_ticks (double max, gboolean whole, guint n_room, double *out)
{
    g_return_val_if_fail (n_room >= 2 && n_room <= 16 && out != NULL, 0);
    static const double mantissas[] = { 1.0, 2.0, 5.0 };
    if (!isfinite (max) || max <= 1e-12)
        max = 1.0;
    max = MIN (max, 1e15);
    double rough = max / (n_room - 1);
    int k = decade (rough);
    double step = 0.0;
    for (guint i = 0; step == 0.0 && i < 6; i++) {
        double candidate = mantissas[i % 3] * power_of_ten (k + (int) i / 3);
        /* A hair of tolerance keeps 0.3 / 3 from needing a step more than 0.1. */
        if (candidate >= rough * (1.0 - 1e-12) && !(whole && candidate < 1.0))
            step = candidate;
    }
    if (step == 0.0)
        step = 1.0;
    guint steps = (guint) ceil (max / step - 1e-9);
    steps = CLAMP (steps, 1, n_room - 1);
    for (guint i = 0; i <= steps; i++)
        out[i] = i * step;
    return steps + 1;
}
