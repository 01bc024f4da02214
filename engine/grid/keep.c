#include "grid_internal.h"

#include <string.h>

#include "base/error.h"

enum { COMMUNITY_DIGITS = 12, CODE_DIGITS = 15, MOST_OF_COMMUNITY = 999 };

gboolean
cg_grid_is_code (const char *text)
{
    return text != NULL && strlen (text) == CODE_DIGITS
           && strspn (text, "0123456789") == CODE_DIGITS
           && strcmp (text + COMMUNITY_DIGITS, "000") != 0;
}

/* The grid is numbered under the code of its community; others are only counted. */
static gboolean
has_community_code (const CgNumbering *numbering, guint32 g)
{
    const char *within = numbering->within[g];
    gsize length = strlen (within);
    return length > 0 && length <= COMMUNITY_DIGITS && strspn (within, "0123456789") == length
           && strncmp (numbering->code[g], within, length) == 0;
}

typedef struct {
    GHashTable *taken; /* of borrowed codes: in use now or earlier      */
    GHashTable *last;  /* first digits -> last sequence that is in use  */
} Codes;

static void
take_code (Codes *codes, const char *code)
{
    g_hash_table_add (codes->taken, (gpointer) code);
    char *prefix = g_strndup (code, COMMUNITY_DIGITS);
    guint sequence = (guint) g_ascii_strtoull (code + COMMUNITY_DIGITS, NULL, 10);
    guint last = GPOINTER_TO_UINT (g_hash_table_lookup (codes->last, prefix));
    g_hash_table_insert (codes->last, prefix, GUINT_TO_POINTER (MAX (last, sequence)));
}

/* The code after all that the community has had; when those are used up, one that was left out. */
static char *
next_code (const Codes *codes, const char *prefix)
{
    guint last = GPOINTER_TO_UINT (g_hash_table_lookup (codes->last, prefix));
    for (guint k = 1; k <= MOST_OF_COMMUNITY; k++) {
        guint sequence = (last + k - 1) % MOST_OF_COMMUNITY + 1;
        g_autofree char *code = g_strdup_printf ("%s%03u", prefix, sequence);
        if (!g_hash_table_contains (codes->taken, code))
            return g_steal_pointer (&code);
    }
    return NULL;
}

/* Communities without a code of their own go on with the next number. */
static char *
fresh_code (const Codes *codes, const char *prefix, gboolean has_own)
{
    char *code = next_code (codes, prefix);
    guint64 number = g_ascii_strtoull (prefix, NULL, 10);
    while (code == NULL && !has_own && ++number <= G_GUINT64_CONSTANT (999999999999)) {
        g_autofree char *next = g_strdup_printf ("%012" G_GUINT64_FORMAT, number);
        code = next_code (codes, next);
    }
    return code;
}

static void
set_code (CgNumbering *numbering, guint32 g, char *code)
{
    g_free (numbering->code[g]);
    numbering->code[g] = code;
    numbering->sequence[g] = (guint32) g_ascii_strtoull (code + COMMUNITY_DIGITS, NULL, 10);
}

gboolean
cg_numbering_keep (CgNumbering *numbering, const char *const *code, const CgNames *used,
                   GError **error)
{
    g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
    g_autoptr (GHashTable) last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GHashTable) prefix_of = g_hash_table_new (g_str_hash, g_str_equal);
    Codes codes = { taken, last };
    for (guint32 k = 0; used != NULL && k < cg_names_count (used); k++)
        if (cg_grid_is_code (cg_names_get (used, k)))
            take_code (&codes, cg_names_get (used, k));
    for (guint32 g = 0; g < numbering->n; g++) {
        const char *kept = code[numbering->part[g]];
        if (kept == NULL)
            continue;
        take_code (&codes, kept);
        if (!g_hash_table_contains (prefix_of, numbering->within[g]))
            g_hash_table_insert (prefix_of, (gpointer) numbering->within[g], (gpointer) kept);
    }
    for (guint32 g = 0; g < numbering->n; g++) {
        const char *kept = code[numbering->part[g]];
        if (kept != NULL) {
            set_code (numbering, g, g_strdup (kept));
            continue;
        }
        /* New grids of a community without a code follow the grids that stay. */
        gboolean has_own = has_community_code (numbering, g);
        const char *like = has_own ? NULL : g_hash_table_lookup (prefix_of, numbering->within[g]);
        g_autofree char *prefix
            = g_strndup (like != NULL ? like : numbering->code[g], COMMUNITY_DIGITS);
        char *fresh = fresh_code (&codes, prefix, has_own);
        if (fresh == NULL) {
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                         "community %s: all 999 codes of grids have been used",
                         numbering->within[g]);
            return FALSE;
        }
        set_code (numbering, g, fresh);
        take_code (&codes, fresh);
    }
    return TRUE;
}
