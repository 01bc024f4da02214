#include "grid_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COMMUNITY_DIGITS 12
#define PER_COMMUNITY 999u

typedef struct {
    guint32 part, lowest; /* lowest unit */
    guint32 community;    /* index into the sorted communities */
    double x, y, row;
} Place;

typedef struct {
    const char *name;
    guint32 region;  /* id of the name, or CG_NONE */
    guint32 n_grids;
    double area_m2, north;
    char *code;      /* 12 digits of its own, or NULL */
    guint64 number;  /* where it has none */
} Community;

static int
compare_community (const void *a, const void *b)
{
    const Community *p = a, *q = b;
    int order = strcmp (p->name, q->name);
    return order != 0 ? order : (p->region > q->region) - (p->region < q->region);
}

static int
compare_place (const void *a, const void *b)
{
    const Place *p = a, *q = b;
    if (p->community != q->community)
        return p->community < q->community ? -1 : 1;
    if (p->row != q->row)
        return p->row < q->row ? -1 : 1;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->lowest > q->lowest) - (p->lowest < q->lowest);
}

/* The communities that have grids, in order of their name; index_of[region + 1], 0 for CG_NONE. */
static Community *
list_communities (const CgUnits *units, const CgMembers *members, guint32 *index_of, guint32 *out_n)
{
    guint32 n_regions = cg_names_count (units->regions), n = 0;
    Community *list = g_new0 (Community, (gsize) n_regions + 1);
    memset (index_of, 0xff, ((gsize) n_regions + 1) * sizeof *index_of);
    for (guint32 p = 0; p < members->n_parts; p++) {
        guint32 region = units->region[members->unit[members->first[p]]];
        guint32 key = region == CG_NONE ? 0 : region + 1;
        if (index_of[key] != CG_NONE)
            continue;
        index_of[key] = n;
        list[n].region = region;
        list[n++].name = cg_names_get (units->regions, region);
    }
    qsort (list, n, sizeof *list, compare_community);
    for (guint32 c = 0; c < n; c++)
        index_of[list[c].region == CG_NONE ? 0 : list[c].region + 1] = c;
    *out_n = n;
    return list;
}

static Place *
place_grids (const CgUnits *units, const CgMembers *members, const CgShapes *shapes,
             const guint32 *index_of, Community *communities)
{
    Place *places = g_new0 (Place, (gsize) members->n_parts + 1);
    for (guint32 p = 0; p < members->n_parts; p++) {
        Place *place = &places[p];
        place->part = p;
        place->lowest = members->unit[members->first[p]];
        guint32 region = units->region[place->lowest];
        place->community = index_of[region == CG_NONE ? 0 : region + 1];
        Community *community = &communities[place->community];
        CgBox box = cg_shapes_box (shapes, p);
        cg_shapes_label_point (shapes, p, &place->x, &place->y, NULL);
        if (isnan (place->x) || isnan (place->y))
            place->x = place->y = 0; /* a part of empty shapes */
        if (!cg_box_is_empty (&box))
            community->north =
                community->n_grids == 0 ? box.y_max : MAX (community->north, box.y_max);
        community->area_m2 += cg_shapes_area (shapes, p);
        community->n_grids++;
    }
    for (guint32 p = 0; p < members->n_parts; p++) {
        const Community *community = &communities[places[p].community];
        double height = sqrt (community->area_m2 / community->n_grids);
        places[p].row = height > 0 ? floor ((community->north - places[p].y) / height) : 0;
    }
    return places;
}

/* The 12 digits that a name gives, or NULL when it is no code. */
static char *
pad_code (const char *name)
{
    gsize length = strlen (name);
    if (length == 0 || length > COMMUNITY_DIGITS ||
        strspn (name, "0123456789") != length)
        return NULL;
    char *code = g_strnfill (COMMUNITY_DIGITS, '0');
    memcpy (code, name, length);
    return code;
}

/* Counts the names that give each code, and keeps those that may use it: a name of full length
 * always, a shorter one where no other gives the same. */
static GHashTable *
keep_codes (Community *communities, guint32 n)
{
    g_autoptr (GHashTable) count = g_hash_table_new (g_str_hash, g_str_equal);
    GHashTable *taken = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 c = 0; c < n; c++) {
        communities[c].code = pad_code (communities[c].name);
        if (communities[c].code != NULL)
            g_hash_table_insert (count, communities[c].code,
                                 GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (
                                                       count, communities[c].code)) + 1));
    }
    for (guint32 c = 0; c < n; c++) {
        char *code = communities[c].code;
        if (code != NULL && communities[c].n_grids <= PER_COMMUNITY &&
            (strlen (communities[c].name) == COMMUNITY_DIGITS ||
             GPOINTER_TO_UINT (g_hash_table_lookup (count, code)) == 1))
            g_hash_table_add (taken, code);
        else
            communities[c].number = 1; /* asks for a number; the code must live as long as count */
    }
    g_hash_table_remove_all (count);
    for (guint32 c = 0; c < n; c++)
        if (communities[c].number != 0)
            g_clear_pointer (&communities[c].code, g_free);
    return taken;
}

static gboolean
is_taken (GHashTable *taken, guint64 first, guint64 n)
{
    for (guint64 k = 0; k < n; k++) {
        g_autofree char *code = g_strdup_printf ("%012" G_GUINT64_FORMAT, first + k);
        if (g_hash_table_contains (taken, code))
            return TRUE;
    }
    return FALSE;
}

/* Gives the others consecutive numbers that are nobody's code. */
static void
give_numbers (Community *communities, guint32 n)
{
    g_autoptr (GHashTable) taken = keep_codes (communities, n);
    guint64 next = 1;
    for (guint32 c = 0; c < n; c++) {
        if (communities[c].code != NULL)
            continue;
        guint64 width = (communities[c].n_grids + PER_COMMUNITY - 1) / PER_COMMUNITY;
        while (is_taken (taken, next, width))
            next++;
        communities[c].number = next;
        next += width;
    }
}

void
cg_numbering_init (CgNumbering *numbering, const CgUnits *units, const CgMembers *members,
                   const CgShapes *shapes)
{
    guint32 n = members->n_parts, n_communities;
    g_autofree guint32 *index_of = g_new (guint32, (gsize) cg_names_count (units->regions) + 1);
    g_autofree Community *communities = list_communities (units, members, index_of, &n_communities);
    g_autofree Place *places = place_grids (units, members, shapes, index_of, communities);
    qsort (places, n, sizeof *places, compare_place);
    give_numbers (communities, n_communities);
    numbering->n = n;
    numbering->part = g_new (guint32, (gsize) n + 1);
    numbering->sequence = g_new (guint32, (gsize) n + 1);
    numbering->code = g_new0 (char *, (gsize) n + 1);
    numbering->within = g_new (const char *, (gsize) n + 1);
    guint32 sequence = 0;
    for (guint32 g = 0; g < n; g++) {
        const Community *community = &communities[places[g].community];
        sequence = g > 0 && places[g - 1].community == places[g].community ? sequence + 1 : 0;
        numbering->part[g] = places[g].part;
        numbering->sequence[g] = sequence + 1;
        numbering->within[g] = community->name;
        numbering->code[g] =
            community->code != NULL
                ? g_strdup_printf ("%s%03u", community->code, sequence + 1)
                : g_strdup_printf ("%012" G_GUINT64_FORMAT "%03u",
                                   community->number + sequence / PER_COMMUNITY,
                                   sequence % PER_COMMUNITY + 1);
    }
    for (guint32 c = 0; c < n_communities; c++)
        g_free (communities[c].code);
}

void
cg_numbering_done (CgNumbering *numbering)
{
    g_clear_pointer (&numbering->part, g_free);
    g_clear_pointer (&numbering->sequence, g_free);
    g_clear_pointer (&numbering->within, g_free);
    for (guint32 g = 0; numbering->code != NULL && g < numbering->n; g++)
        g_free (numbering->code[g]);
    g_clear_pointer (&numbering->code, g_free);
}
