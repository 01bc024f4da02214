/* Which names a request may call this server by.
 *
 * A page of another site may point its own name at 127.0.0.1 (DNS rebinding): for the browser the
 * county is then part of that site. The Host header still holds the foreign name. */
#include "http/http_internal.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* The name of "NAME", "NAME:PORT" or "[ADDRESS]:PORT" in small letters, one dot at its end left
 * out; NULL when it is none of these. */
static char *
name_of (const char *host)
{
    gsize length = host[0] == '[' ? strcspn (host, "]") + 1 : strcspn (host, ":");
    if (length == 0 || length > strlen (host))
        return NULL;
    const char *rest = host + length;
    guint64 port;
    if (rest[0] != '\0' &&
        (rest[0] != ':' || !g_ascii_string_to_unsigned (rest + 1, 10, 0, 65535, &port, NULL)))
        return NULL;
    g_autofree char *name = g_ascii_strdown (host, (gssize) length);
    if (g_str_has_suffix (name, "."))
        name[length - 1] = '\0';
    return name[0] != '\0' ? g_steal_pointer (&name) : NULL;
}

static gboolean
is_loopback (const char *name)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (strcmp (name, "localhost") == 0)
        return TRUE;
    if (inet_pton (AF_INET, name, &v4) == 1)
        return ntohl (v4.s_addr) >> 24 == 127;
    if (name[0] != '[')
        return FALSE;
    g_autofree char *inner = g_strndup (name + 1, strlen (name) - 2);
    return inet_pton (AF_INET6, inner, &v6) == 1 && IN6_IS_ADDR_LOOPBACK (&v6);
}

gboolean
http_host_is_ours (const char *host, const char *const *names)
{
    g_autofree char *name = name_of (host);
    if (name == NULL)
        return FALSE;
    if (is_loopback (name))
        return TRUE;
    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        g_autofree char *ours = name_of (names[i]);
        if (ours != NULL && strcmp (ours, name) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
http_hosts_check (const char *const *names, GError **error)
{
    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        const char *at = names[i];
        while (g_ascii_isalnum (*at) || *at == '-' || *at == '.' || *at == '_')
            at++;
        if (at != names[i] && *at == '\0' && names[i][0] != '.')
            continue;
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "host name '%.100s' is not a name without port, as in map.example.cn",
                     names[i]);
        return FALSE;
    }
    return TRUE;
}
