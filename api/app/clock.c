#include "app/clock.h"

#define UTC_OFFSET_S (8 * 3600)

gint64
cg_app_now (void)
{
    const char *fixed = g_getenv ("COUNTYGRID_NOW");
    if (fixed != NULL && fixed[0] != '\0')
        return g_ascii_strtoll (fixed, NULL, 10);
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
