#include <string.h>

#include "base/error.h"
#include "base/pages.h"
#include "base/random.h"

static void
test_error_names (void)
{
    for (int code = 0; code < CG_N_ERRORS; code++) {
        g_autoptr (GError) error = g_error_new_literal (CG_ERROR, code, "x");
        g_assert_cmpstr (cg_error_name (error), !=, "FAILED");
        g_assert_cmpuint (g_utf8_strlen (cg_error_title (code), -1), >, 8);
    }
    g_autoptr (GError) other = g_error_new_literal (G_FILE_ERROR, 1, "x");
    g_assert_cmpstr (cg_error_name (other), ==, "FAILED");
}

/* Published output of SplitMix64 for the state 1234567 (Vigna's reference program). */
static void
test_random_reference (void)
{
    CgRandom random = { .state = 1234567 };
    g_assert_cmpuint (cg_random_bits (&random), ==, G_GUINT64_CONSTANT (6457827717110365317));
    g_assert_cmpuint (cg_random_bits (&random), ==, G_GUINT64_CONSTANT (3203168211198807973));
}

static void
test_random_moments (void)
{
    CgRandom random;
    cg_random_init (&random, 7, 3);
    guint32 counts[10] = { 0 };
    double normal = 0, poisson = 0;
    for (int i = 0; i < 100000; i++) {
        counts[cg_random_below (&random, 10)]++;
        normal += cg_random_normal (&random);
        poisson += cg_random_poisson (&random, 40);
    }
    for (int i = 0; i < 10; i++)
        g_assert_true (counts[i] > 9600 && counts[i] < 10400);
    g_assert_true (normal / 100000 > -0.015 && normal / 100000 < 0.015);
    g_assert_true (poisson / 100000 > 39.9 && poisson / 100000 < 40.1);
}

/* Zeros each time, small and large, also where memory was used before. */
static void
test_pages (void)
{
    static const gsize sizes[] = { 1, 4096, (2u << 20) - 1, 2u << 20, (5u << 20) + 3 };
    for (guint k = 0; k < 2 * G_N_ELEMENTS (sizes); k++) {
        gsize bytes = sizes[k % G_N_ELEMENTS (sizes)];
        g_autofree guint8 *table = cg_pages_try_new0 (bytes);
        for (gsize i = 0; i < bytes; i++)
            g_assert_cmpuint (table[i], ==, 0);
        memset (table, 0xff, bytes);
    }
    for (gsize bytes = 0; bytes < 9u << 20; bytes = 3 * bytes + 1) {
        g_autofree guint8 *block = g_malloc (bytes + 1);
        cg_pages_prefer_large (block, bytes);
        memset (block, 1, bytes);
    }
    cg_pages_prefer_large (NULL, 0);
    g_assert_null (cg_pages_try_new0 (G_MAXSIZE));
    g_assert_null (cg_pages_try_new0 (G_MAXSIZE / 2));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/base/error/names", test_error_names);
    g_test_add_func ("/base/pages", test_pages);
    g_test_add_func ("/base/random/reference", test_random_reference);
    g_test_add_func ("/base/random/moments", test_random_moments);
    return g_test_run ();
}
