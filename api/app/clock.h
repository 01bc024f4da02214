/* The one clock of both doors. */
#ifndef CG_APP_CLOCK_H
#define CG_APP_CLOCK_H

#include <glib.h>

/* Seconds since 1970; the value of COUNTYGRID_NOW when that is set, for tests and repeatable
 * products. */
gint64 cg_app_now (void);

#endif
