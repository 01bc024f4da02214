#include "import/encoding.h"

#include <errno.h>
#include <string.h>

struct _CgDecoder {
    const char *name;
    GIConv iconv; /* (GIConv) -1 for UTF-8 */
};

static const struct {
    const char *alias, *name;
} aliases[] = {
    { "UTF-8", "UTF-8" },
    { "UTF8", "UTF-8" },
    { "65001", "UTF-8" },
    { "GBK", "GB18030" },
    { "GB2312", "GB18030" },
    { "GB18030", "GB18030" },
    { "CP936", "GB18030" },
    { "936", "GB18030" },
    { "MS936", "GB18030" },
    { "ANSI 936", "GB18030" },
    { "EUC-CN", "GB18030" },
    { "54936", "GB18030" },
    { "BIG5", "BIG5" },
    { "CP950", "BIG5" },
    { "950", "BIG5" },
    { "ISO-8859-1", "ISO-8859-1" },
    { "ISO88591", "ISO-8859-1" },
    { "88591", "ISO-8859-1" },
    { "8859_1", "ISO-8859-1" },
    { "LATIN1", "ISO-8859-1" },
    { "WINDOWS-1252", "WINDOWS-1252" },
    { "CP1252", "WINDOWS-1252" },
    { "1252", "WINDOWS-1252" },
    { "ANSI 1252", "WINDOWS-1252" },
    { "US-ASCII", "UTF-8" },
    { "ASCII", "UTF-8" },
};

static const char *
canonical (const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
        if (g_ascii_strcasecmp (aliases[i].alias, name) == 0)
            return aliases[i].name;
    return NULL;
}

CgDecoder *
cg_decoder_new (const char *name, GError **error)
{
    const char *known = canonical (name);
    if (known == NULL) {
        g_set_error (
            error, CG_ERROR, CG_ERROR_INPUT,
            "unknown encoding \"%.40s\": say UTF-8, GBK, GB18030, BIG5, ISO-8859-1 or WINDOWS-1252",
            name);
        return NULL;
    }
    GIConv iconv = (GIConv) -1;
    if (strcmp (known, "UTF-8") != 0) {
        iconv = g_iconv_open ("UTF-8", known);
        if (iconv == (GIConv) -1) {
            g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "this system cannot read the encoding %s",
                         known);
            return NULL;
        }
    }
    CgDecoder *decoder = g_new (CgDecoder, 1);
    *decoder = (CgDecoder){ known, iconv };
    return decoder;
}

void
cg_decoder_free (CgDecoder *decoder)
{
    if (decoder == NULL)
        return;
    if (decoder->iconv != (GIConv) -1)
        g_iconv_close (decoder->iconv);
    g_free (decoder);
}

const char *
cg_decoder_name (const CgDecoder *decoder)
{
    return decoder->name;
}

char *
cg_decoder_run (CgDecoder *decoder, const char *bytes, gsize length, gsize *out_bad)
{
    const char *zero = memchr (bytes, '\0', length);
    if (zero != NULL) {
        *out_bad = (gsize) (zero - bytes);
        return NULL;
    }
    if (decoder->iconv == (GIConv) -1) {
        const char *end;
        if (g_utf8_validate_len (bytes, length, &end))
            return g_strndup (bytes, length);
        *out_bad = (gsize) (end - bytes);
        return NULL;
    }
    gsize room = length * 4 + 4, left = length;
    g_autofree char *text = g_malloc (room + 1);
    char *in = (char *) bytes, *out = text;
    g_iconv (decoder->iconv, NULL, NULL, NULL, NULL);
    if (g_iconv (decoder->iconv, &in, &left, &out, &room) == (gsize) -1) {
        *out_bad = (gsize) (in - bytes);
        return NULL;
    }
    *out = '\0';
    return g_steal_pointer (&text);
}

/* Counts characters of two bytes and more, and bytes that begin no character. */
static void
count_utf8 (const char *bytes, gsize length, gsize *out_good, gsize *out_bad)
{
    const char *at = bytes, *end = bytes + length;
    *out_good = *out_bad = 0;
    while (at < end) {
        if ((guchar) *at < 0x80) {
            at++;
            continue;
        }
        gunichar c = g_utf8_get_char_validated (at, end - at);
        gboolean good = c != (gunichar) -1 && c != (gunichar) -2;
        *out_good += good;
        *out_bad += !good;
        at = good ? g_utf8_next_char (at) : at + 1;
    }
}

static gboolean
is_gb18030 (const char *bytes, gsize length)
{
    g_autoptr (CgDecoder) decoder = cg_decoder_new ("GB18030", NULL);
    if (decoder == NULL)
        return FALSE;
    const gsize step = 1 << 20;
    for (gsize from = 0; from < length;) {
        /* Pieces end at a line end: no two-byte character of GB18030 holds the byte 0x0a. */
        gsize to = MIN (from + step, length);
        const char *line_end = to < length ? memchr (bytes + to, '\n', length - to) : NULL;
        to = line_end != NULL ? (gsize) (line_end - bytes) : to < length ? length : to;
        gsize bad;
        g_autofree char *text = cg_decoder_run (decoder, bytes + from, to - from, &bad);
        if (text == NULL)
            return FALSE;
        from = to;
    }
    return TRUE;
}

const char *
cg_encoding_prove (const char *bytes, gsize length)
{
    gsize good, bad;
    if (memchr (bytes, '\0', length) != NULL)
        return NULL;
    count_utf8 (bytes, length, &good, &bad);
    if (bad == 0)
        return "UTF-8";
    /* In GBK text of any length characters of UTF-8 arise by chance in a few per cent of the
     * places only. */
    if (good >= 4 * bad)
        return NULL;
    return is_gb18030 (bytes, length) ? "GB18030" : NULL;
}

const char *
cg_encoding_of_dbf (guint8 language_id)
{
    switch (language_id) {
    case 0x4d:
    case 0x7a:
        return "GB18030";
    case 0x4f:
    case 0x78:
        return "BIG5";
    default: /* 0x57 "ANSI" and 0x03 are written by tools that do not know */
        return NULL;
    }
}

char *
cg_encoding_of_cpg (const char *text)
{
    g_autofree char *name = g_strstrip (g_strndup (text, 40));
    if (g_str_has_prefix (name, "\xef\xbb\xbf"))
        memmove (name, name + 3, strlen (name + 3) + 1);
    const char *known = canonical (name);
    return known != NULL ? g_strdup (known) : NULL;
}
