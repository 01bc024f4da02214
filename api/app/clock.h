/* The one clock of both doors. */
#ifndef CG_APP_CLOCK_H
#define CG_APP_CLOCK_H

#include <glib.h>

/* Seconds since 1970; the value of COUNTYGRID_NOW when that is set, for tests and repeatable
 * products. */
gint64 cg_app_now (void);

/* A time as text on the clock of the county (Asia/Shanghai, UTC+8), by a pattern of
 * g_date_time_format; "" for what no calendar holds. (transfer full) */
char *cg_app_local_text (gint64 time_s, const char *format);

#endif
