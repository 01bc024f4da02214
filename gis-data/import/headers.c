/* Headers of a table: found by name, or guessed where a name is nearly right. */
#include <string.h>

#include "import/table.h"

int
cg_headers_find (const GPtrArray *headers, const char *name)
{
    g_autofree char *key = cg_field_key (name);
    for (guint c = 0; c < headers->len; c++)
        if (strcmp (g_ptr_array_index (headers, c), name) == 0)
            return (int) c;
    for (guint c = 0; c < headers->len; c++) {
        g_autofree char *other = cg_field_key (g_ptr_array_index (headers, c));
        if (strcmp (other, key) == 0)
            return (int) c;
    }
    return -1;
}

char *
cg_headers_text (const GPtrArray *headers)
{
    enum { MOST = 40 };
    GString *out = g_string_new (NULL);
    for (guint c = 0; c < headers->len && c < MOST; c++)
        g_string_append_printf (out, "%s%s", c > 0 ? ", " : "",
                                (const char *) g_ptr_array_index (headers, c));
    if (headers->len > MOST)
        g_string_append_printf (out, ", ... (%u)", headers->len);
    return g_string_free (out, FALSE);
}

/* Letters to add, drop, change or exchange with the next one to come from a to b. (F. Damerau, 1964,
 * doi:10.1145/363958.363994) */
static guint
count_edits (const gunichar *a, glong n_a, const gunichar *b, glong n_b)
{
    enum { MOST = 64 };
    guint cost[MOST + 1][MOST + 1];
    if (n_a > MOST || n_b > MOST)
        return G_MAXUINT;
    for (glong i = 0; i <= n_a; i++)
        for (glong k = 0; k <= n_b; k++) {
            if (i == 0 || k == 0) {
                cost[i][k] = (guint) (i + k);
                continue;
            }
            guint best = cost[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            best = MIN (best, MIN (cost[i - 1][k], cost[i][k - 1]) + 1);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                best = MIN (best, cost[i - 2][k - 2] + 1);
            cost[i][k] = best;
        }
    return cost[n_a][n_b];
}

/* How far a header is from what was asked for; G_MAXUINT: it is something else. */
static guint
measure_header (const char *asked, const char *header, const CgField *field)
{
    g_autofree char *one = cg_field_key (asked), *two = cg_field_key (header);
    if (!g_utf8_validate (one, -1, NULL) || !g_utf8_validate (two, -1, NULL))
        return G_MAXUINT;
    glong n_one, n_two;
    g_autofree gunichar *a = g_utf8_to_ucs4_fast (one, -1, &n_one);
    g_autofree gunichar *b = g_utf8_to_ucs4_fast (two, -1, &n_two);
    guint edits = count_edits (a, n_one, b, n_two);
    if (edits <= MAX (n_one, n_two) / 3)
        return edits;
    if (n_one > 0 && n_two > 0 && (strstr (two, one) != NULL || strstr (one, two) != NULL))
        return 100;
    return cg_field_matches (field->synonyms, two, NULL) ? 200 : G_MAXUINT;
}

char *
cg_headers_nearest (const CgFieldTable *fields, const char *map, const GPtrArray *headers)
{
    const char *equals = strchr (map, '='), *nearest = NULL;
    guint least = G_MAXUINT;
    for (const CgField *field = fields->fields; field->name != NULL; field++) {
        if (strlen (field->name) != (gsize) (equals - map)
            || strncmp (field->name, map, strlen (field->name)) != 0)
            continue;
        for (guint c = 0; c < headers->len; c++) {
            const char *header = g_ptr_array_index (headers, c);
            guint far = measure_header (equals + 1, header, field);
            if (far < least) {
                least = far;
                nearest = header;
            }
        }
    }
    return g_strdup (nearest);
}
