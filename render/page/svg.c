#include <string.h>

#include "page/canvas_internal.h"

/* cairo numbers surfaces over the life of the process ("surface17"), so the second picture of a
 * server would differ from the first. These prefixes carry such numbers. */
static const char *const counters[] = { "surface", "image",  "mask",   "clip", "pattern",
                                        "linear",  "radial", "filter", "glyph" };

/* Length of a counter's prefix at `at`, when a number follows and a quote, # or ( stands before. */
static gsize
counter_length (const char *start, const char *at)
{
    if (at == start || strchr ("\"#(", at[-1]) == NULL)
        return 0;
    for (guint i = 0; i < G_N_ELEMENTS (counters); i++) {
        gsize length = strlen (counters[i]);
        if (strncmp (at, counters[i], length) == 0 && g_ascii_isdigit (at[length]))
            return length;
    }
    return 0;
}

/* Number of the word in order of first appearance. */
static guint
renumber (GHashTable *seen, const char *word, gsize length)
{
    char *key = g_strndup (word, length);
    gpointer number;
    if (g_hash_table_lookup_extended (seen, key, NULL, &number)) {
        g_free (key);
        return GPOINTER_TO_UINT (number);
    }
    guint next = g_hash_table_size (seen);
    g_hash_table_insert (seen, key, GUINT_TO_POINTER (next));
    return next;
}

static void
append_notes (GString *out, const GPtrArray *notes)
{
    if (notes->len == 0)
        return;
    g_string_append (out, "<metadata>\n");
    for (guint i = 0; i + 1 < notes->len; i += 2) {
        g_autofree char *text = g_markup_printf_escaped ("%s: %s\n", (char *) notes->pdata[i],
                                                         (char *) notes->pdata[i + 1]);
        g_string_append (out, text);
    }
    g_string_append (out, "</metadata>\n");
}

/* First character after the opening svg tag. */
static const char *
after_root (const char *text)
{
    const char *root = strstr (text, "<svg");
    const char *end = root != NULL ? strchr (root, '>') : NULL;
    if (end == NULL)
        return text;
    return end[1] == '\n' ? end + 2 : end + 1;
}

GBytes *
cg_svg_tidy (const GByteArray *stream, const GPtrArray *notes)
{
    g_autofree char *text = g_strndup ((const char *) stream->data, stream->len);
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GString *out = g_string_sized_new (stream->len + 1024);
    const char *body = after_root (text);
    g_string_append_len (out, text, body - text);
    append_notes (out, notes);
    for (const char *at = body; *at != '\0';) {
        gsize prefix = counter_length (text, at);
        if (prefix == 0) {
            g_string_append_c (out, *at++);
            continue;
        }
        gsize length = prefix + strspn (at + prefix, "0123456789-");
        g_string_append_printf (out, "%.*s%u", (int) prefix, at, renumber (seen, at, length));
        at += length;
    }
    return g_string_free_to_bytes (out);
}
