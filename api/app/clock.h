/* The one clock of both doors. */
#ifndef CG_APP_CLOCK_H
#define CG_APP_CLOCK_H

#include <glib.h>

/* Seconds since 1970; the value of COUNTYGRID_NOW when that is set, for tests and repeatable
 * products. "SECONDSxSPEED" is the clock of a replay: it shows SECONDS when it is first asked and
 * runs SPEED times as fast as time does, so that a server can be shown days of old data in minutes. */
gint64 cg_app_now (void);

/* What a clock set to `fixed` (as above; speed 0 to 100 000, others are brought there) shows
 * passed_us microseconds (>= 0) after its start. */
gint64 cg_app_clock_at (const char *fixed, gint64 passed_us);

/* A time as text on the clock of the county (Asia/Shanghai, UTC+8), by a pattern of
 * g_date_time_format; "" for what no calendar holds. (transfer full) */
char *cg_app_local_text (gint64 time_s, const char *format);

#define CG_APP_ISO_SIZE 32
/* The same by "%Y-%m-%dT%H:%M:%S+08:00" into out [CG_APP_ISO_SIZE], which is returned: for the thousands of
 * times of a reply. */
const char *cg_app_iso (gint64 time_s, char *out);

#endif
