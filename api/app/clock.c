#include "app/clock.h"

#include <string.h>

#define UTC_OFFSET_S (8 * 3600)
#define MOST_SPEED 100000

/* Microseconds of the machine at the first question: a clock of a replay runs from there. */
static gint64
began_us (void)
{
    static gint64 begin;
    static gsize once;
    if (g_once_init_enter (&once)) {
        begin = g_get_monotonic_time ();
        g_once_init_leave (&once, 1);
    }
    return begin;
}

gint64
cg_app_clock_at (const char *fixed, gint64 passed_us)
{
    char *end = NULL;
    gint64 start_s = g_ascii_strtoll (fixed, &end, 10);
    if (*end != 'x')
        return start_s;
    gint64 speed = CLAMP (g_ascii_strtoll (end + 1, NULL, 10), 0, MOST_SPEED);
    /* Whole seconds first: a century at the highest speed still fits. */
    return start_s + passed_us / G_USEC_PER_SEC * speed +
           passed_us % G_USEC_PER_SEC * speed / G_USEC_PER_SEC;
}

gint64
cg_app_now (void)
{
    const char *fixed = g_getenv ("COUNTYGRID_NOW");
    if (fixed != NULL && fixed[0] != '\0') {
        gint64 begin_us = began_us ();
        return cg_app_clock_at (fixed, g_get_monotonic_time () - begin_us);
    }
    return g_get_real_time () / G_USEC_PER_SEC;
}

char *
cg_app_local_text (gint64 time_s, const char *format)
{
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_s);
    g_autoptr (GDateTime) local = utc != NULL ? g_date_time_add_seconds (utc, UTC_OFFSET_S) : NULL;
    char *text = local != NULL ? g_date_time_format (local, format) : NULL;
    return text != NULL ? text : g_strdup ("");
}

static void
put_digits (char *to, guint n, guint value)
{
    for (; n > 0; n--, value /= 10)
        to[n - 1] = (char) ('0' + value % 10);
}

/* Years 1970 to 9999 without a calendar: eras of 400 years that begin on 1 March, so that a leap day
 * is the last of its year. */
const char *
cg_app_iso (gint64 time_s, char *out)
{
    const char *pattern = "%Y-%m-%dT%H:%M:%S+08:00";
    if (time_s < 0 || time_s >= G_GINT64_CONSTANT (253402300800) - UTC_OFFSET_S) {
        g_autofree char *text = cg_app_local_text (time_s, pattern);
        g_strlcpy (out, text, CG_APP_ISO_SIZE);
        return out;
    }
    guint64 local_s = (guint64) time_s + UTC_OFFSET_S, day = local_s / 86400 + 719468;
    guint second = (guint) (local_s % 86400), of_era = (guint) (day % 146097);
    guint year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    guint of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    guint of_month = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    year += (guint) (day / 146097) * 400 + (month <= 2);
    memcpy (out, "0000-00-00T00:00:00+08:00", 26);
    put_digits (out, 4, year);
    put_digits (out + 5, 2, month);
    put_digits (out + 8, 2, of_month);
    put_digits (out + 11, 2, second / 3600);
    put_digits (out + 14, 2, second / 60 % 60);
    put_digits (out + 17, 2, second % 60);
    return out;
}
