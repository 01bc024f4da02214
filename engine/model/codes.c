#include "model/codes.h"

#include <string.h>

#define WHOLE 12 /* digits of a code with its zeros */

struct _CgCodeIndex {
    GHashTable *row_of; /* code -> row + 1, in every way of writing; owns its keys */
};

guint
cg_code_digits (CgLevel level)
{
    return 6 + 3 * (guint) level;
}

static gboolean
is_national (const char *code)
{
    gsize length = code != NULL ? strlen (code) : 0;
    return (length == 6 || length == 9 || length == WHOLE) &&
           strspn (code, "0123456789") == length;
}

gboolean
cg_code_level (const char *code, CgLevel *out)
{
    if (!is_national (code))
        return FALSE;
    gsize length = strlen (code);
    while (length > 6 && strncmp (code + length - 3, "000", 3) == 0)
        length -= 3;
    *out = (CgLevel) ((length - 6) / 3);
    return TRUE;
}

char *
cg_code_bare (const char *code, CgLevel level)
{
    guint digits = cg_code_digits (level);
    if (is_national (code) && digits < strlen (code) &&
        strspn (code + digits, "0") == strlen (code) - digits)
        return g_strndup (code, digits);
    return g_strdup (code);
}

char *
cg_code_above (const char *code, CgLevel level, CgLevel above)
{
    g_autofree char *bare = cg_code_bare (code, level);
    if (!is_national (bare) || strlen (bare) != cg_code_digits (level) || above >= level)
        return NULL;
    return g_strndup (bare, cg_code_digits (above));
}

/* ---- rows by code ---------------------------------------- */

static void
add_alias (CgCodeIndex *index, const char *bare, gsize length, guint32 row)
{
    g_autofree char *alias = g_strnfill (length, '0');
    memcpy (alias, bare, strlen (bare));
    if (!g_hash_table_contains (index->row_of, alias))
        g_hash_table_insert (index->row_of, g_steal_pointer (&alias), GUINT_TO_POINTER (row + 1));
}

CgCodeIndex *
cg_code_index_new (const CgRegions *regions)
{
    CgCodeIndex *index = g_new0 (CgCodeIndex, 1);
    index->row_of = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint32 r = 0; r < regions->n; r++)
        if (regions->code[r] != NULL && !g_hash_table_contains (index->row_of, regions->code[r]))
            g_hash_table_insert (index->row_of, g_strdup (regions->code[r]),
                                 GUINT_TO_POINTER (r + 1));
    for (guint32 r = 0; r < regions->n; r++) {
        g_autofree char *bare = cg_code_bare (regions->code[r], regions->level[r]);
        if (!is_national (bare) || strlen (bare) != cg_code_digits (regions->level[r]))
            continue;
        for (gsize length = strlen (bare); length <= WHOLE; length += 3)
            add_alias (index, bare, length, r);
    }
    return index;
}

void
cg_code_index_free (CgCodeIndex *index)
{
    if (index == NULL)
        return;
    g_hash_table_unref (index->row_of);
    g_free (index);
}

guint32
cg_code_index_find (const CgCodeIndex *index, const char *code)
{
    guint found =
        code != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (index->row_of, code)) : 0;
    return found > 0 ? found - 1 : CG_NONE;
}

/* ---- the region above ---------------------------------------- */

typedef struct {
    CgRegions *regions;
    CgCodeIndex *index;
    CgBox *box;
} Link;

static guint32
find_by_code (const Link *link, guint32 r, CgLevel above)
{
    const CgRegions *regions = link->regions;
    g_autofree char *code = cg_code_above (regions->code[r], regions->level[r], above);
    guint32 found = cg_code_index_find (link->index, code);
    return found != CG_NONE && regions->level[found] == above ? found : CG_NONE;
}

static guint32
find_by_place (const Link *link, guint32 r, CgLevel above)
{
    double x = 0, y = 0;
    gboolean known = FALSE;
    const CgRegions *regions = link->regions;
    for (guint32 k = 0; k < regions->n; k++) {
        if (regions->level[k] != above || !cg_box_meets (&link->box[k], &link->box[r]))
            continue;
        if (!known)
            cg_shapes_label_point (regions->shapes, r, &x, &y, NULL);
        known = TRUE;
        if (cg_shapes_holds (regions->shapes, k, x, y))
            return k;
    }
    return CG_NONE;
}

static CgAbove
link_region (const Link *link, guint32 r)
{
    guint32 *parent = &link->regions->parent[r];
    if (*parent != CG_NONE)
        return CG_ABOVE_STATED;
    for (guint above = link->regions->level[r]; above-- > 0;) {
        if ((*parent = find_by_code (link, r, (CgLevel) above)) != CG_NONE)
            return CG_ABOVE_CODE;
        if ((*parent = find_by_place (link, r, (CgLevel) above)) != CG_NONE)
            return CG_ABOVE_PLACE;
    }
    return CG_ABOVE_NONE;
}

void
cg_regions_link (CgRegions *regions, guint8 *how)
{
    g_autoptr (CgCodeIndex) index = cg_code_index_new (regions);
    g_autofree CgBox *box = g_new (CgBox, (gsize) regions->n + 1);
    Link link = { .regions = regions, .index = index, .box = box };
    for (guint32 r = 0; r < regions->n; r++)
        box[r] = cg_shapes_box (regions->shapes, r);
    for (guint32 r = 0; r < regions->n; r++) {
        CgAbove above = link_region (&link, r);
        if (how != NULL)
            how[r] = (guint8) above;
    }
}

gboolean
cg_regions_has_inside (const CgRegions *regions, guint32 r)
{
    CgBox own = cg_shapes_box (regions->shapes, r);
    for (guint32 k = 0; k < regions->n; k++) {
        double x, y;
        CgBox box = cg_shapes_box (regions->shapes, k);
        if (regions->level[k] <= regions->level[r] || regions->level[k] == CG_LEVEL_GRID ||
            !cg_box_meets (&own, &box))
            continue;
        cg_shapes_label_point (regions->shapes, k, &x, &y, NULL);
        if (cg_shapes_holds (regions->shapes, r, x, y))
            return TRUE;
    }
    return FALSE;
}
