/* The name that was nearly right: hand-made cases. */
#include "import/table.h"

static void
test_nearest (void)
{
    static const struct {
        const char *map, *headers, *nearest;
    } rows[] = {
        { "households=huoseholds", "id,households,population", "households" }, /* exchanged    */
        { "households=house_holds", "id,HouseHolds", "HouseHolds" }, /* the same key           */
        { "households=hous", "id,households", "households" },        /* inside                 */
        { "households=hh_2020", "id,hh", "hh" },                     /* around                 */
        { "households=nope", "id,户数", "户数" },                    /* a name of the field    */
        { "population=nope", "id,户数", NULL },                      /* not of that one        */
        { "region=communty", "community,commune", "community" },     /* fewest edits           */
        { "region=xyz", "abc,def", NULL },
        { "region=a", "b", NULL }, /* one letter is no likeness */
    };
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (GStrv) names = g_strsplit (rows[i].headers, ",", -1);
        g_autoptr (GPtrArray) headers = g_ptr_array_new ();
        for (guint k = 0; names[k] != NULL; k++)
            g_ptr_array_add (headers, names[k]);
        g_autofree char *nearest
            = cg_headers_nearest (cg_fields_of ("units"), rows[i].map, headers);
        g_assert_cmpstr (nearest, ==, rows[i].nearest);
    }
}

static void
test_find (void)
{
    g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
    for (guint c = 0; c < 50; c++)
        g_ptr_array_add (headers, g_strdup_printf ("Col_%u", c));
    g_assert_cmpint (cg_headers_find (headers, "Col_7"), ==, 7);
    g_assert_cmpint (cg_headers_find (headers, "col 49"), ==, 49);
    g_assert_cmpint (cg_headers_find (headers, "col"), ==, -1);
    g_autofree char *text = cg_headers_text (headers);
    g_assert_true (g_str_has_prefix (text, "Col_0, Col_1, "));
    g_assert_true (g_str_has_suffix (text, "Col_39, ... (50)"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/import/headers/nearest", test_nearest);
    g_test_add_func ("/import/headers/find", test_find);
    return g_test_run ();
}
