/* Codes with and without zeros behind them, and the region above. */
#include "model/codes.h"
#include "support.h"

static void
test_level (void)
{
    static const struct {
        const char *code;
        int level; /* -1: says nothing */
    } cases[] = {
        { "310101", CG_LEVEL_COUNTY },          { "310101000", CG_LEVEL_COUNTY },
        { "310101000000", CG_LEVEL_COUNTY },    { "310101001", CG_LEVEL_TOWN },
        { "310101001000", CG_LEVEL_TOWN },      { "310101001001", CG_LEVEL_COMMUNITY },
        { "310101000001", CG_LEVEL_COMMUNITY }, { "310000000000", CG_LEVEL_COUNTY },
        { "000000", CG_LEVEL_COUNTY },          { "1001402", -1 },
        { "31010100100", -1 },                  { "3101010010011", -1 },
        { "", -1 },                             { "31010a", -1 },
        { NULL, -1 },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        CgLevel level = CG_LEVEL_GRID;
        gboolean says = cg_code_level (cases[i].code, &level);
        g_assert_cmpint (says ? (int) level : -1, ==, cases[i].level);
    }
    g_assert_cmpuint (cg_code_digits (CG_LEVEL_GRID), ==, 15);
}

static void
test_bare (void)
{
    static const struct {
        const char *code;
        CgLevel level;
        const char *bare, *town, *county;
    } cases[] = {
        { "310101000000", CG_LEVEL_COUNTY, "310101", NULL, NULL },
        { "310101001000", CG_LEVEL_TOWN, "310101001", NULL, "310101" },
        { "310101001", CG_LEVEL_TOWN, "310101001", NULL, "310101" },
        { "310101001001", CG_LEVEL_COMMUNITY, "310101001001", "310101001", "310101" },
        /* A made-up community code that ends in zeros stays what it is. */
        { "999999001000", CG_LEVEL_COMMUNITY, "999999001000", "999999001", "999999" },
        /* A county whose own digits end in zeros. */
        { "310100000000", CG_LEVEL_COUNTY, "310100", NULL, NULL },
        /* A town that is written like a community: its level is somebody's word, its digits say nothing. */
        { "310101001001", CG_LEVEL_TOWN, "310101001001", NULL, NULL },
        { "1001402", CG_LEVEL_COMMUNITY, "1001402", NULL, NULL },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *bare = cg_code_bare (cases[i].code, cases[i].level);
        g_autofree char *town = cg_code_above (cases[i].code, cases[i].level, CG_LEVEL_TOWN);
        g_autofree char *county = cg_code_above (cases[i].code, cases[i].level, CG_LEVEL_COUNTY);
        g_assert_cmpstr (bare, ==, cases[i].bare);
        g_assert_cmpstr (town, ==, cases[i].town);
        g_assert_cmpstr (county, ==, cases[i].county);
    }
}

typedef struct {
    const char *code;
    CgLevel level;
    double x, width; /* of a strip 10 high */
} Row;

static CgRegions *
draw (const Row *rows, guint n)
{
    CgRegions *regions = cg_regions_new (n);
    for (guint r = 0; r < n; r++) {
        regions->code[r] = g_strdup (rows[r].code);
        regions->level[r] = (guint8) rows[r].level;
        cg_test_add_box (regions->shapes, rows[r].x, 0, rows[r].width, 10);
    }
    return regions;
}

static void
test_index (void)
{
    static const Row rows[] = { { "310101000000", CG_LEVEL_COUNTY, 0, 10 },
                                { "310101001", CG_LEVEL_TOWN, 0, 5 },
                                { "310101001000", CG_LEVEL_COMMUNITY, 0, 5 },
                                { "310101002000", CG_LEVEL_TOWN, 5, 5 },
                                { "77", CG_LEVEL_COMMUNITY, 5, 5 } };
    g_autoptr (CgRegions) regions = draw (rows, G_N_ELEMENTS (rows));
    g_autoptr (CgCodeIndex) index = cg_code_index_new (regions);
    g_assert_cmpuint (cg_code_index_find (index, "310101"), ==, 0);
    g_assert_cmpuint (cg_code_index_find (index, "310101000"), ==, 0);
    g_assert_cmpuint (cg_code_index_find (index, "310101000000"), ==, 0);
    g_assert_cmpuint (cg_code_index_find (index, "310101001"), ==, 1);
    g_assert_cmpuint (cg_code_index_find (index, "310101001000"), ==, 2); /* as it is written */
    g_assert_cmpuint (cg_code_index_find (index, "310101002"), ==, 3);
    g_assert_cmpuint (cg_code_index_find (index, "77"), ==, 4);
    g_assert_cmpuint (cg_code_index_find (index, "770000"), ==, CG_NONE);
    g_assert_cmpuint (cg_code_index_find (index, "310101003"), ==, CG_NONE);
    g_assert_cmpuint (cg_code_index_find (index, NULL), ==, CG_NONE);
}

static void
test_link (void)
{
    static const Row rows[] = { { "310101001001", CG_LEVEL_COMMUNITY, 0, 5 }, /* before those above it */
                                { "310101001000", CG_LEVEL_TOWN, 0, 10 },
                                { "310101000000", CG_LEVEL_COUNTY, 0, 30 },
                                { "310101009001", CG_LEVEL_COMMUNITY, 5, 5 },   /* its town is not there */
                                { "310101009002", CG_LEVEL_COMMUNITY, 25, 5 },  /* and in none */
                                { "88", CG_LEVEL_COMMUNITY, 2, 2 },             /* by place alone */
                                { "999999009003", CG_LEVEL_COMMUNITY, 90, 5 },  /* nowhere */
                                { "310101001002", CG_LEVEL_COMMUNITY, 25, 5 } }; /* stated below */
    static const guint32 parent[] = { 1, 2, CG_NONE, 1, 2, 1, CG_NONE, 2 };
    static const guint8 how[] = { CG_ABOVE_CODE, CG_ABOVE_CODE, CG_ABOVE_NONE, CG_ABOVE_PLACE,
                                  CG_ABOVE_CODE, CG_ABOVE_PLACE, CG_ABOVE_NONE, CG_ABOVE_STATED };
    g_autoptr (CgRegions) regions = draw (rows, G_N_ELEMENTS (rows));
    guint8 found[G_N_ELEMENTS (rows)];
    regions->parent[7] = 2;
    cg_regions_link (regions, found);
    for (guint r = 0; r < G_N_ELEMENTS (rows); r++) {
        g_assert_cmpuint (regions->parent[r], ==, parent[r]);
        g_assert_cmpuint (found[r], ==, how[r]);
    }
    g_assert_true (cg_regions_has_inside (regions, 1));
    g_assert_true (cg_regions_has_inside (regions, 2));
    g_assert_false (cg_regions_has_inside (regions, 0));
    g_assert_false (cg_regions_has_inside (regions, 6));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/model/codes/level", test_level);
    g_test_add_func ("/model/codes/bare", test_bare);
    g_test_add_func ("/model/codes/index", test_index);
    g_test_add_func ("/model/codes/link", test_link);
    return g_test_run ();
}
