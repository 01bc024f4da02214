/* Numbers as text, held against C's own formatting and reading. */
#include "export/number.h"

#include <math.h>
#include <string.h>

#include "base/random.h"

/* As the header says it, by the C library. */
static void
assert_same (double value)
{
    char have[G_ASCII_DTOSTR_BUF_SIZE], want[G_ASCII_DTOSTR_BUF_SIZE];
    for (guint digits = 15; digits <= 17; digits++) {
        char form[8];
        g_snprintf (form, sizeof form, "%%.%ug", digits);
        g_ascii_formatd (want, sizeof want, form, value);
        if (g_ascii_strtod (want, NULL) == value)
            break;
    }
    cg_export_format_number (value, have);
    if (strcmp (have, want) != 0)
        g_error ("%a: '%s', wanted '%s'", value, have, want);
}

static void
assert_around (double value)
{
    double below = value, above = value;
    for (guint k = 0; k < 4; k++) {
        assert_same (below);
        assert_same (-above);
        below = nextafter (below, 0);
        above = nextafter (above, INFINITY);
    }
}

static void
test_by_hand (void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = { { 0, "0" },
                  { 1, "1" },
                  { -2.5, "-2.5" },
                  { 0.1, "0.1" },
                  { 0.1 + 0.2, "0.30000000000000004" },
                  { 1 / 3.0, "0.3333333333333333" },
                  { 2 / 3.0, "0.6666666666666666" },
                  { 123456.789, "123456.789" },
                  { 0.0001, "0.0001" },
                  { 0.00001, "1e-05" },
                  { 899999999999999, "899999999999999" },
                  { 1e15, "1e+15" },
                  { 5e-324, "4.94065645841247e-324" } };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        cg_export_format_number (cases[k].value, text);
        g_assert_cmpstr (text, ==, cases[k].text);
    }
}

/* Where the ways part, where doubles change their distance, and where decimals lie in the middle of two. */
static void
test_edges (void)
{
    for (int e = -40; e <= 60; e++)
        assert_around (ldexp (1, e));
    for (int e = -8; e <= 18; e++)
        for (guint k = 1; k < 10; k++)
            assert_around (k * pow (10, e));
    for (guint k = 1; k <= 2000; k++)
        assert_around (k * 0.0625 + 4503599627370496 / pow (10, k % 20));
    assert_around (9e14);
    assert_same (-0.0);
    assert_same (G_MAXDOUBLE);
    assert_same (G_MINDOUBLE);
}

static void
test_random (void)
{
    guint n = g_test_slow () ? 20000000 : 100000;
    CgRandom random;
    cg_random_init (&random, 7, 7);
    for (guint i = 0; i < n; i++) {
        double unit = cg_random_unit (&random), scale = pow (10, (int) (i % 22) - 6);
        assert_same (unit * scale);
        assert_same (rint (unit * 1e9) / pow (10, i % 13));
        assert_same ((float) (unit * scale));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/export/number/by-hand", test_by_hand);
    g_test_add_func ("/export/number/edges", test_edges);
    g_test_add_func ("/export/number/random", test_random);
    return g_test_run ();
}
