/* Tells the supervisor what the server is doing: the datagrams of sd_notify(3) to the socket that NOTIFY_SOCKET names.
 * Without a supervisor nothing is sent, and a failure is nobody's business. */
#ifndef CG_HTTP_NOTIFY_H
#define CG_HTTP_NOTIFY_H

#include <glib.h>

/* Lines such as "READY=1\nSTATUS=serving". */
void http_notify (const char *state);
/* Microseconds between two signs of life that the supervisor waits for (WATCHDOG_USEC of this process), 0: it does not. */
guint64 http_notify_watchdog_us (void);

#endif
