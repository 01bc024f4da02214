#include "http/wire.h"

#include "base/error.h"
#include "http/server.h"

#include <string.h>

enum { FIRST, HEADERS, BODY };

void
http_wire_init (HttpWire *wire)
{
    *wire = (HttpWire){ .part = FIRST, .length = -1 };
}

void
http_wire_clear (HttpWire *wire)
{
    if (wire->line != NULL)
        g_string_free (wire->line, TRUE);
    wire->line = NULL;
}

gboolean
http_wire_is_between (const HttpWire *wire)
{
    return wire->part == FIRST && wire->line == NULL;
}

static gboolean
fault (HttpWireFault *out, guint status, int code, const char *text)
{
    *out = (HttpWireFault){ status, code, text };
    return FALSE;
}

static gboolean
bad (HttpWireFault *out, const char *text)
{
    return fault (out, 400, CG_ERROR_ARGUMENT, text);
}

/* ---- the first line ---------------------------------------- */

static gboolean
check_method (HttpWire *wire, const char *name, gsize length, HttpWireFault *out)
{
    static const struct {
        const char *name;
        gboolean body;
    } methods[] = {
        { "GET", FALSE },    { "HEAD", FALSE },    { "POST", TRUE },  { "PUT", TRUE },      { "PATCH", TRUE },
        { "DELETE", TRUE }, { "OPTIONS", FALSE }, { "TRACE", FALSE }, { "CONNECT", FALSE },
    };
    for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
        if (strlen (methods[i].name) == length && memcmp (methods[i].name, name, length) == 0) {
            wire->takes_body = methods[i].body;
            return TRUE;
        }
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum (name[i]) && name[i] != '-' && name[i] != '_')
            return bad (out, "the first line is no request");
    return length > 0 ? fault (out, 501, CG_ERROR_ARGUMENT, "no such method (they are written in capitals)")
                      : bad (out, "the first line is no request");
}

static gboolean
check_target (const char *target, gsize length, HttpWireFault *out)
{
    if (length > CG_HTTP_MAX_URL)
        return fault (out, 414, CG_ERROR_LIMIT, "the URL is longer than 4096 bytes");
    if (length == 0 || target[0] != '/')
        return bad (out, "URL: the path does not begin with '/'");
    if (length > 1 && target[1] == '/')
        return bad (out, "URL: the path begins with '//'");
    for (gsize i = 0; i < length; i++)
        if (target[i] <= 0x20 || target[i] >= 0x7f)
            return bad (out, "URL: bytes other than printable ASCII are written with %");
    return TRUE;
}

static gboolean
check_version (const char *version, HttpWireFault *out)
{
    if (strcmp (version, "HTTP/1.1") == 0 || strcmp (version, "HTTP/1.0") == 0)
        return TRUE;
    if (g_str_has_prefix (version, "HTTP/") && g_ascii_isdigit (version[5]))
        return fault (out, 505, CG_ERROR_ARGUMENT, "this server speaks HTTP/1.1");
    return bad (out, "the first line is no request");
}

static gboolean
take_first (HttpWire *wire, HttpWireFault *out)
{
    const char *line = wire->line->str, *one = strchr (line, ' '),
               *two = one != NULL ? strchr (one + 1, ' ') : NULL;
    if (two == NULL || strlen (line) != wire->line->len || strchr (two + 1, ' ') != NULL)
        return bad (out, "the first line is no request");
    if (!check_method (wire, line, (gsize) (one - line), out) ||
        !check_target (one + 1, (gsize) (two - one - 1), out) || !check_version (two + 1, out))
        return FALSE;
    wire->part = HEADERS;
    return TRUE;
}

/* ---- headers ---------------------------------------- */

static gboolean
is_name (const char *name, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum (name[i]) && strchr ("!#$%&'*+-.^_`|~", name[i]) == NULL)
            return FALSE;
    return length > 0;
}

static gboolean
is_value (const char *value)
{
    for (; *value != '\0'; value++)
        if ((guchar) *value < 0x20 ? *value != '\t' : *value == 0x7f)
            return FALSE;
    return TRUE;
}

static gboolean
take_length (HttpWire *wire, const char *value, HttpWireFault *out)
{
    if (wire->length >= 0)
        return bad (out, "two Content-Length");
    gsize digits = strspn (value, "0123456789");
    if (digits == 0 || value[digits] != '\0')
        return bad (out, "Content-Length is not a whole number");
    guint64 length = digits <= 18 ? g_ascii_strtoull (value, NULL, 10) : G_MAXUINT64;
    if (length > CG_HTTP_MAX_BODY)
        return fault (out, 413, CG_ERROR_LIMIT, "the body is longer than 256 KiB");
    wire->length = (gint64) length;
    return TRUE;
}

static gboolean
take_header (HttpWire *wire, HttpWireFault *out)
{
    const char *line = wire->line->str, *colon = strchr (line, ':');
    if (line[0] == ' ' || line[0] == '\t')
        return bad (out, "a header line that goes on in the next");
    if (colon == NULL || !is_name (line, (gsize) (colon - line)))
        return bad (out, "a header line without a name");
    if (strlen (line) != wire->line->len || !is_value (colon + 1))
        return bad (out, "a control character in a header");
    if (++wire->n_headers > CG_WIRE_MAX_HEADERS)
        return fault (out, 431, CG_ERROR_LIMIT, "more than 64 headers");
    g_autofree char *name = g_ascii_strdown (line, (gssize) (colon - line));
    g_autofree char *value = g_strstrip (g_strdup (colon + 1));
    if (strcmp (name, "content-length") == 0)
        return take_length (wire, value, out);
    if (strcmp (name, "transfer-encoding") == 0)
        wire->coded = TRUE;
    if (strcmp (name, "host") == 0 && ++wire->n_hosts > 1)
        return bad (out, "two Host");
    if (strcmp (name, "expect") == 0 && g_ascii_strcasecmp (value, "100-continue") != 0)
        return fault (out, 417, CG_ERROR_ARGUMENT, "Expect is 100-continue or left out");
    return TRUE;
}

static gboolean
end_head (HttpWire *wire, HttpWireFault *out)
{
    if (wire->coded && wire->length >= 0)
        return bad (out, "Transfer-Encoding beside Content-Length");
    if (wire->coded)
        return fault (out, 411, CG_ERROR_ARGUMENT, "a body comes with Content-Length, not in chunks");
    if (wire->length > 0 && !wire->takes_body)
        return bad (out, "a request of this method has no body");
    wire->body_left = wire->length > 0 ? (guint64) wire->length : 0;
    wire->part = wire->body_left > 0 ? BODY : FIRST;
    wire->length = -1;
    wire->n_headers = wire->n_hosts = 0;
    wire->head_bytes = 0;
    wire->coded = FALSE;
    return TRUE;
}

/* ---- bytes ---------------------------------------- */

/* The line in wire->line is whole, with its CR. */
static gboolean
take_line (HttpWire *wire, HttpWireFault *out)
{
    GString *line = wire->line;
    if (line->len == 0 || line->str[line->len - 1] != '\r')
        return bad (out, "a line that does not end with CR LF");
    g_string_truncate (line, line->len - 1);
    if (memchr (line->str, '\r', line->len) != NULL)
        return bad (out, "a CR inside a line");
    gboolean good = wire->part == FIRST ? take_first (wire, out)
                    : line->len == 0    ? end_head (wire, out)
                                        : take_header (wire, out);
    http_wire_clear (wire);
    return good;
}

static gboolean
take_head (HttpWire *wire, const char *bytes, gsize n, gsize *out_taken, HttpWireFault *out)
{
    const char *end = memchr (bytes, '\n', n);
    gsize length = end != NULL ? (gsize) (end - bytes) : n;
    wire->head_bytes += length + (end != NULL);
    if (wire->head_bytes > CG_HTTP_MAX_HEADERS)
        return wire->part == FIRST
                   ? fault (out, 414, CG_ERROR_LIMIT, "the URL is longer than 4096 bytes")
                   : fault (out, 431, CG_ERROR_LIMIT, "the headers are longer than 16 KiB");
    if (wire->line == NULL)
        wire->line = g_string_new (NULL);
    g_string_append_len (wire->line, bytes, (gssize) length);
    *out_taken = length + (end != NULL);
    return end == NULL || take_line (wire, out);
}

gboolean
http_wire_feed (HttpWire *wire, const char *bytes, gsize n, HttpWireFault *out_fault)
{
    while (n > 0) {
        gsize taken = (gsize) MIN (n, wire->body_left);
        if (wire->part == BODY) {
            wire->body_left -= taken;
            wire->part = wire->body_left == 0 ? FIRST : BODY;
        } else if (!take_head (wire, bytes, n, &taken, out_fault)) {
            return FALSE;
        }
        bytes += taken;
        n -= taken;
    }
    return TRUE;
}
