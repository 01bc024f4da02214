/* Sockets that only this machine can reach. */
#include "http/http_internal.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static void
set_errno (GError **error, const char *address, const char *what)
{
    int code = errno == EADDRINUSE ? CG_ERROR_CONFLICT : CG_ERROR_IO;
    g_set_error (error, CG_ERROR, code, "%s: %s: %s", address, what, g_strerror (errno));
}

static int
open_socket (int family)
{
    return socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* A socket file that nobody answers on was left by a program that was killed. */
static gboolean
clear_stale (const char *path, const struct sockaddr_un *name, const char *address, GError **error)
{
    struct stat info;
    if (lstat (path, &info) != 0)
        return TRUE;
    if (!S_ISSOCK (info.st_mode)) {
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT,
                     "%s: the file is there and is not a socket", address);
        return FALSE;
    }
    int probe = open_socket (AF_UNIX);
    gboolean answered =
        probe >= 0 && connect (probe, (const struct sockaddr *) name, sizeof *name) == 0;
    if (probe >= 0)
        close (probe);
    if (answered) {
        g_set_error (error, CG_ERROR, CG_ERROR_CONFLICT, "%s: another program listens there",
                     address);
        return FALSE;
    }
    return unlink (path) == 0 || errno == ENOENT;
}

static int
listen_unix (const char *address, const char *path, GError **error)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    if (path[0] == '\0' || strlen (path) >= sizeof name.sun_path) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%s: the path must have 1 to %zu bytes",
                     address, sizeof name.sun_path - 1);
        return -1;
    }
    strcpy (name.sun_path, path);
    if (!clear_stale (path, &name, address, error))
        return -1;
    int fd = open_socket (AF_UNIX);
    if (fd < 0 || bind (fd, (const struct sockaddr *) &name, sizeof name) != 0 ||
        chmod (path, 0660) != 0 || listen (fd, BACKLOG) != 0) {
        set_errno (error, address, "cannot listen");
        if (fd >= 0)
            close (fd);
        return -1;
    }
    return fd;
}

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} Name;

/* Host and port of "HOST:PORT"; only the loopback is taken, so that nothing is open to a network by
 * mistake. */
static gboolean
parse_loopback (const char *address, Name *name, socklen_t *length, GError **error)
{
    const char *colon = strrchr (address, ':');
    guint64 port = 0;
    if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "listen address '%s' is neither HOST:PORT nor unix:PATH", address);
        return FALSE;
    }
    g_autofree char *host = g_strndup (address, (gsize) (colon - address));
    memset (name, 0, sizeof *name);
    if (strcmp (host, "[::1]") == 0) {
        name->v6.sin6_family = AF_INET6;
        name->v6.sin6_port = htons ((guint16) port);
        name->v6.sin6_addr = in6addr_loopback;
        *length = sizeof name->v6;
        return TRUE;
    }
    name->v4.sin_family = AF_INET;
    name->v4.sin_port = htons ((guint16) port);
    *length = sizeof name->v4;
    const char *text = strcmp (host, "localhost") == 0 ? "127.0.0.1" : host;
    if (inet_pton (AF_INET, text, &name->v4.sin_addr) == 1 &&
        ntohl (name->v4.sin_addr.s_addr) >> 24 == 127)
        return TRUE;
    g_set_error (
        error, CG_ERROR, CG_ERROR_ARGUMENT,
        "listen address '%s' is not on this machine's loopback: put a reverse proxy in front",
        address);
    return FALSE;
}

static char *
describe (int fd)
{
    Name name;
    socklen_t length = sizeof name;
    char text[INET6_ADDRSTRLEN] = "";
    if (getsockname (fd, &name.any, &length) != 0)
        return g_strdup ("");
    if (name.any.sa_family == AF_INET6) {
        inet_ntop (AF_INET6, &name.v6.sin6_addr, text, sizeof text);
        return g_strdup_printf ("http://[%s]:%u/", text, ntohs (name.v6.sin6_port));
    }
    inet_ntop (AF_INET, &name.v4.sin_addr, text, sizeof text);
    return g_strdup_printf ("http://%s:%u/", text, ntohs (name.v4.sin_port));
}

static int
listen_loopback (const char *address, GError **error)
{
    Name name;
    socklen_t length;
    if (!parse_loopback (address, &name, &length, error))
        return -1;
    int on = 1, fd = open_socket (name.any.sa_family);
    /* Connections take over that nothing is held back: a reply whose end waits for the client's word
     * that its beginning came is 40 ms late. */
    if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        bind (fd, &name.any, length) != 0 || listen (fd, BACKLOG) != 0) {
        set_errno (error, address, "cannot listen");
        if (fd >= 0)
            close (fd);
        return -1;
    }
    return fd;
}

int
http_listen (const char *address, char **out_url, char **out_unix_path, GError **error)
{
    if (g_str_has_prefix (address, "unix:")) {
        const char *path = address + strlen ("unix:");
        int fd = listen_unix (address, path, error);
        if (fd >= 0) {
            *out_url = g_strdup (address);
            *out_unix_path = g_strdup (path);
        }
        return fd;
    }
    int fd = listen_loopback (address, error);
    if (fd >= 0)
        *out_url = describe (fd);
    return fd;
}
