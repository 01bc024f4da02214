/* The exact sign against 128-bit integers, an arithmetic that shares nothing with it. */
#include "geom/orient.h"
#include "base/random.h"

#include <glib.h>
#include <math.h>

__extension__ typedef __int128 Wide;

/* Coordinates are integers below 2^52, so that doubles hold them and the determinant fits
 * 107 bits. */
static int
sign_by_integers (const gint64 *c)
{
    Wide left = (Wide) (c[0] - c[4]) * (c[3] - c[5]);
    Wide right = (Wide) (c[1] - c[5]) * (c[2] - c[4]);
    return left > right ? 1 : left < right ? -1 : 0;
}

static void
test_random_and_nearly_straight (void)
{
    CgRandom random;
    cg_random_init (&random, 7, 1);
    guint seen[3] = { 0, 0, 0 };
    for (guint i = 0; i < 200000; i++) {
        gint64 c[6];
        for (guint k = 0; k < 4; k++)
            c[k] = cg_random_bits (&random) >> 13; /* 51 bits */
        /* p near the line: a fraction of the way, off by at most one in each coordinate. */
        double way = cg_random_unit (&random);
        for (guint k = 0; k < 2; k++)
            c[4 + k] =
                c[k] + llrint (way * (double) (c[2 + k] - c[k])) + cg_random_below (&random, 3) - 1;
        if (i % 4 == 0) { /* exactly on it: the middle of a line of even extent */
            c[2] = (c[2] & ~1) | (c[0] & 1), c[3] = (c[3] & ~1) | (c[1] & 1);
            c[4] = c[0] + (c[2] - c[0]) / 2, c[5] = c[1] + (c[3] - c[1]) / 2;
        }
        double scale = i % 2 == 0 ? 0x1p-44 : 1; /* degrees, or the integers themselves */
        int got = cg_orient_sign (c[0] * scale, c[1] * scale, c[2] * scale, c[3] * scale,
                                  c[4] * scale, c[5] * scale);
        g_assert_cmpint (got, ==, sign_by_integers (c));
        seen[got + 1]++;
    }
    /* The case must not be passed by easy points only. */
    for (guint k = 0; k < 3; k++)
        g_assert_cmpuint (seen[k], >, 20000);
}

static void
test_one_ulp (void)
{
    /* On the diagonal through (12, 12) and (24, 24), moved by one last place: the published bad
     * case of Kettner et al. 2008, doi:10.1016/j.comgeo.2007.06.003, where plain doubles go wrong
     * in a wide band. */
    for (guint i = 0; i < 256; i++)
        for (guint j = 0; j < 256; j++) {
            double x = 0.5 + i * 0x1p-53, y = 0.5 + j * 0x1p-53;
            int want = y > x ? 1 : y < x ? -1 : 0;
            g_assert_cmpint (cg_orient_sign (12, 12, 24, 24, x, y), ==, want);
            g_assert_cmpint (cg_orient_sign (24, 24, 12, 12, x, y), ==, -want);
        }
}

static void
test_extent (void)
{
    g_assert_cmpint (cg_orient_sign (0, 0, 1e100, 1e100, 1, nextafter (1, 2)), ==, 1);
    g_assert_cmpint (cg_orient_sign (0, 0, 1e-140, 1e-140, 1e-140, nextafter (1e-140, 0)), ==, -1);
    g_assert_cmpint (cg_orient_sign (3, 3, 3, 3, 5, 9), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/orient/integers", test_random_and_nearly_straight);
    g_test_add_func ("/orient/one-ulp", test_one_ulp);
    g_test_add_func ("/orient/extent", test_extent);
    return g_test_run ();
}
