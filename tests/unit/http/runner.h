/* A server of its own thread on a socket of the loopback, and a client that speaks HTTP by hand. */
#ifndef CG_TEST_RUNNER_H
#define CG_TEST_RUNNER_H

#include "http/server.h"

#include <gio/gio.h>

typedef struct {
    CgHttpOptions options;
    GThread *thread;
    GMutex lock;
    GCond changed;
    char *address; /* set when ready */
    gboolean ended, well;
    GError *error;
} Runner;

#define CLOSE "Host: localhost\r\nConnection: close\r\n\r\n"

/* Returns when it is ready or has ended. options needs a source. */
Runner *start (const CgHttpOptions *options);
void stop (Runner *runner);
GSocket *dial (const Runner *runner);
gboolean say (GSocket *socket, const char *text);
/* Everything until the server closes. */
GString *hear (GSocket *socket);
GString *ask (const Runner *runner, const char *request);
guint status_of (const GString *reply); /* 0: no reply of HTTP */

#endif
