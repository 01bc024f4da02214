/* Whether a community is urban (社区) or a village (村). */
#include <string.h>

#include "import/table.h"

static gboolean
is_digits (const char *text)
{
    return text[0] != '\0' && text[strspn (text, "0123456789")] == '\0';
}

static gboolean
ends_with_any (const char *name, const char *const *endings)
{
    for (guint e = 0; name != NULL && endings[e] != NULL; e++)
        if (g_str_has_suffix (name, endings[e]))
            return TRUE;
    return FALSE;
}

/* The last three digits of a community's code in the national list: 001-199 and 400-499 are
 * residents' committees, 200-399 and 500-599 villagers' committees. FALSE: they say nothing. */
static gboolean
urban_of_code (const char *code, gboolean *out_urban)
{
    if (code == NULL || strlen (code) != 12 || !is_digits (code))
        return FALSE;
    guint64 number = g_ascii_strtoull (code + 9, NULL, 10);
    if (number == 0 || number >= 600)
        return FALSE;
    *out_urban = number < 200 || (number >= 400 && number < 500);
    return TRUE;
}

gboolean
cg_urban_guess (const char *name, const char *code, gboolean *out_urban)
{
    static const char *const urban_names[] = { "社区",       "居委会", "居民委员会", "街道",
                                               "街道办事处", "里",     NULL };
    static const char *const rural_names[] = { "村", "村委会", "村民委员会", "嘎查", "屯", NULL };
    *out_urban = ends_with_any (name, urban_names);
    return *out_urban || ends_with_any (name, rural_names) || urban_of_code (code, out_urban);
}

/* 城乡分类代码 1xx is urban, 2xx rural; words otherwise. */
gboolean
cg_urban_read (CgTable *table, guint32 i, gboolean *out_urban)
{
    const char *text = cg_table_cell (table, i, CG_FIELD_URBAN);
    CgUnitKind kind;
    if (text == NULL)
        return FALSE;
    if (strlen (text) == 3 && is_digits (text) && (text[0] == '1' || text[0] == '2'))
        *out_urban = text[0] == '1';
    else if (cg_unit_kind_parse (text, &kind))
        *out_urban = kind == CG_UNIT_URBAN;
    else
        cg_table_flag (table, i, CG_FIELD_URBAN, FALSE, out_urban);
    return TRUE;
}
