#include "export/number.h"

#include <math.h>
#include <string.h>

#define LEAST_DIGITS 15
#define MOST_DIGITS 17

static void
format_slowly (double value, char *out)
{
    static const char *const forms[] = { "%.15g", "%.16g", "%.17g" };
    for (guint k = 0; k < G_N_ELEMENTS (forms); k++) {
        g_ascii_formatd (out, G_ASCII_DTOSTR_BUF_SIZE, forms[k], value);
        if (g_ascii_strtod (out, NULL) == value)
            return;
    }
}

#ifdef __SIZEOF_INT128__

__extension__ typedef unsigned __int128 Wide;

/* whole 10^-decimals, without zeros at its end. */
static void
write_decimal (gboolean negative, guint64 whole, guint decimals, char *out)
{
    char text[32], *end = text + sizeof text, *at = end;
    for (; decimals > 0 && whole % 10 == 0; decimals--)
        whole /= 10;
    for (guint d = 0; d < decimals; d++, whole /= 10)
        *--at = (char) ('0' + whole % 10);
    if (decimals > 0)
        *--at = '.';
    do
        *--at = (char) ('0' + whole % 10);
    while ((whole /= 10) > 0);
    if (negative)
        *--at = '-';
    memcpy (out, at, (gsize) (end - at));
    out[end - at] = '\0';
}

/* Digits before the point of a number from 0.0001 on; 0.05 has -1. */
static int
count_whole_digits (double size)
{
    static const double least[] = { 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1,  1e2,  1e3,  1e4,  1e5,
                                    1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14 };
    guint k = 0;
    while (k < G_N_ELEMENTS (least) && size >= least[k])
        k++;
    return (int) k - 4;
}

/* mantissa / 2^shift with so many decimals, the nearest, of two the even one. Returns whether it reads back: whether
 * it lies within half a step of doubles, and on the half where the mantissa is even. */
static gboolean
round_to (guint64 mantissa, guint shift, guint decimals, guint64 *out)
{
    Wide power = 1;
    for (guint d = 0; d < decimals; d++)
        power *= 10;
    Wide exact = mantissa * power, one = (Wide) 1 << shift;
    guint64 whole = (guint64) (exact >> shift);
    Wide rest = exact & (one - 1);
    gboolean up = 2 * rest > one || (2 * rest == one && (whole & 1) != 0);
    Wide off = up ? one - rest : rest;
    *out = whole + up;
    return 2 * off < power || (2 * off == power && (mantissa & 1) == 0);
}

/* FALSE: a number that this is not made for. */
static gboolean
format_exactly (double value, char *out)
{
    double size = fabs (value);
    if (!(size >= 1e-4 && size < 9e14))
        return FALSE;
    if (size == rint (size)) {
        write_decimal (value < 0, (guint64) size, 0, out);
        return TRUE;
    }
    int exponent;
    guint64 mantissa = (guint64) ldexp (frexp (size, &exponent), 53);
    if (mantissa == G_GUINT64_CONSTANT (1) << 52) /* doubles lie nearer on one side */
        return FALSE;
    guint shift = (guint) (53 - exponent);
    for (int digits = LEAST_DIGITS; digits <= MOST_DIGITS; digits++) {
        guint64 whole;
        guint decimals = (guint) (digits - count_whole_digits (size));
        if (round_to (mantissa, shift, decimals, &whole)) {
            write_decimal (value < 0, whole, decimals, out);
            return TRUE;
        }
    }
    return FALSE;
}

#else

static gboolean
format_exactly (double value, char *out)
{
    return FALSE;
}

#endif

void
cg_export_format_number (double value, char out[G_ASCII_DTOSTR_BUF_SIZE])
{
    if (!format_exactly (value, out))
        format_slowly (value, out);
}
