#include "app/clock.h"

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
