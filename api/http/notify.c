#include "http/notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
http_notify (const char *state)
{
    const char *path = g_getenv ("NOTIFY_SOCKET");
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    gsize length = path != NULL ? strlen (path) : 0;
    if (length < 2 || length >= sizeof name.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy (name.sun_path, path, length);
    if (path[0] == '@')
        name.sun_path[0] = '\0'; /* a name that is no file */
    int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    G_GNUC_UNUSED gssize sent =
        sendto (fd, state, strlen (state), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *) &name,
                (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length));
    close (fd);
}

guint64
http_notify_watchdog_us (void)
{
    const char *interval = g_getenv ("WATCHDOG_USEC"), *pid = g_getenv ("WATCHDOG_PID");
    guint64 us = 0, owner = 0;
    if (interval == NULL || !g_ascii_string_to_unsigned (interval, 10, 1000, G_MAXINT64, &us, NULL))
        return 0;
    if (pid != NULL && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT32, &owner, NULL) ||
                        owner != (guint64) getpid ()))
        return 0;
    return us;
}
