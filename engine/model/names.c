#include <string.h>

#include "model/grids.h"
#include "model/places.h"
#include "model/regions.h"

CgNames *
cg_names_new (void)
{
    CgNames *names = g_new0 (CgNames, 1);
    names->names = g_ptr_array_new_with_free_func (g_free);
    names->lookup = g_hash_table_new (g_str_hash, g_str_equal);
    return names;
}

void
cg_names_free (CgNames *names)
{
    if (names == NULL)
        return;
    g_hash_table_unref (names->lookup);
    g_ptr_array_unref (names->names);
    g_free (names);
}

guint32
cg_names_find (const CgNames *names, const char *name)
{
    gpointer found = g_hash_table_lookup (names->lookup, name);
    return found == NULL ? CG_NONE : GPOINTER_TO_UINT (found) - 1;
}

guint32
cg_names_add (CgNames *names, const char *name)
{
    guint32 id = cg_names_find (names, name);
    if (id != CG_NONE)
        return id;
    char *copy = g_strdup (name);
    g_ptr_array_add (names->names, copy);
    id = names->names->len - 1;
    g_hash_table_insert (names->lookup, copy, GUINT_TO_POINTER (id + 1));
    return id;
}

const char *
cg_names_get (const CgNames *names, guint32 id)
{
    return id < names->names->len ? g_ptr_array_index (names->names, id) : "";
}

guint32
cg_names_count (const CgNames *names)
{
    return names->names->len;
}

/* One word of the program and the words that outside data use for it. */
typedef struct {
    const char *name;
    const char *others[6];
} Word;

static gboolean
parse_word (const Word *words, guint n, const char *name, guint *out)
{
    for (guint i = 0; i < n; i++) {
        if (words[i].name == NULL)
            continue;
        gboolean same = g_ascii_strcasecmp (words[i].name, name) == 0;
        for (guint k = 0; !same && k < G_N_ELEMENTS (words[i].others); k++)
            same = words[i].others[k] != NULL && strcmp (words[i].others[k], name) == 0;
        if (same) {
            *out = i;
            return TRUE;
        }
    }
    return FALSE;
}

static const Word unit_kinds[] = {
    [CG_UNIT_URBAN] = { "urban", { "城镇", "城市", "城" } },
    [CG_UNIT_RURAL] = { "rural", { "农村", "乡村", "乡", "村" } },
    [CG_UNIT_DEDICATED] = { "dedicated", { "专属", "专属网格" } },
};

const char *
cg_unit_kind_name (CgUnitKind kind)
{
    return unit_kinds[kind].name;
}

gboolean
cg_unit_kind_parse (const char *name, CgUnitKind *out)
{
    guint found;
    if (!parse_word (unit_kinds, G_N_ELEMENTS (unit_kinds), name, &found))
        return FALSE;
    *out = (CgUnitKind) found;
    return TRUE;
}

static const Word levels[] = {
    [CG_LEVEL_COUNTY] = { "county", { "县", "区", "县级", "区县", "市辖区" } },
    [CG_LEVEL_TOWN] = { "town", { "镇", "乡", "街道", "乡镇", "乡镇级", "township" } },
    [CG_LEVEL_COMMUNITY] = { "community", { "社区", "村", "居委会", "村委会", "村级",
                                          "village" } },
    [CG_LEVEL_GRID] = { "grid", { "网格" } },
};

const char *
cg_level_name (CgLevel level)
{
    return levels[level].name;
}

gboolean
cg_level_parse (const char *name, CgLevel *out)
{
    guint found;
    if (!parse_word (levels, G_N_ELEMENTS (levels), name, &found))
        return FALSE;
    *out = (CgLevel) found;
    return TRUE;
}

const char *
cg_place_kind_name (CgPlaceKind kind)
{
    static const char *const names[] = {
        [CG_PLACE_INCIDENT] = "incident",
        [CG_PLACE_CAMERA] = "camera",
        [CG_PLACE_SERVICE] = "service",
    };
    return names[kind];
}

const char *
cg_barrier_name (CgBarrierClass class)
{
    static const char *const names[CG_N_BARRIERS] = {
        [CG_BARRIER_NONE] = "none",       [CG_BARRIER_WATER] = "water",
        [CG_BARRIER_RAILWAY] = "railway", [CG_BARRIER_ARTERIAL] = "arterial",
        [CG_BARRIER_STREET] = "street",   [CG_BARRIER_ALLEY] = "alley",
        [CG_BARRIER_WALL] = "wall",       [CG_BARRIER_BUILDING] = "building",
        [CG_BARRIER_TUNNEL] = "tunnel",   [CG_BARRIER_BRIDGE] = "bridge",
    };
    return names[class];
}

gboolean
cg_barrier_parse (const char *name, guint8 *out)
{
    for (guint class = 0; class < CG_N_BARRIERS; class ++)
        if (g_strcmp0 (name, cg_barrier_name (class)) == 0) {
            *out = (guint8) class;
            return TRUE;
        }
    return FALSE;
}

const char *
cg_grid_status_name (CgGridStatus status)
{
    static const char *const names[] = {
        [CG_GRID_OK] = "ok",
        [CG_GRID_BELOW] = "below",
        [CG_GRID_ABOVE] = "above",
    };
    return names[status];
}

const char *
cg_reason_name (CgReason reason)
{
    static const char *const names[CG_N_REASONS] = {
        [CG_REASON_NONE] = "none",
        [CG_REASON_GIANT] = "giant",
        [CG_REASON_WINDOW] = "window",
        [CG_REASON_SMALL] = "small",
        [CG_REASON_ARTICULATION] = "articulation",
        [CG_REASON_EXHAUSTED] = "exhausted",
        [CG_REASON_SEPARATOR] = "separator",
        [CG_REASON_SUMS] = "sums",
        [CG_REASON_COVER] = "cover",
        [CG_REASON_RURAL] = "rural",
        [CG_REASON_DEDICATED] = "dedicated",
        [CG_REASON_UNKNOWN] = "unknown",
    };
    return names[reason];
}

gboolean
cg_reason_is_certified (CgReason reason)
{
    return reason != CG_REASON_NONE && reason != CG_REASON_UNKNOWN;
}
