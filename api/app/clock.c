#include "app/clock.h"

gint64
cg_app_now (void)
{
    const char *fixed = g_getenv ("COUNTYGRID_NOW");
    if (fixed != NULL && fixed[0] != '\0')
        return g_ascii_strtoll (fixed, NULL, 10);
    return g_get_real_time () / G_USEC_PER_SEC;
}
