/* One table from error codes to what the doors say: exit codes and HTTP statuses. */
#ifndef CG_APP_STATUS_H
#define CG_APP_STATUS_H

#include <gio/gio.h>

#include "base/error.h"

/* 0 no error, 1 the input is wrong, 2 wrong use, 3 failure. */
int cg_status_exit (const GError *error);
/* 200 when error is NULL. */
int cg_status_http (const GError *error);

/* TRUE: somebody stopped the work; asked before its result is written.
 * Errors  CANCELLED */
gboolean cg_app_is_stopped (GCancellable *cancel, GError **error);

#endif
