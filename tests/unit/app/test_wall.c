/* Video walls: what county.ini may say, and gutters that move to seams. */
#include <math.h>
#include <string.h>

#include "app/config.h"
#include "app/screen/wall.h"
#include "base/error.h"

static void
test_parse (void)
{
    static const struct {
        const char *text;
        guint n_x, n_y;
        double first_x, first_y;
    } good[] = {
        { "", 0, 0, 0, 0 },
        { "size = 7680x2160", 0, 0, 0, 0 },
        { "size = 7680x2160\npanels = 4x2", 3, 1, 0.25, 0.5 },
        { "size = 1000x500\nseams_x = 100, 400,600", 3, 0, 0.1, 0 },
        { "size = 1000 x 500\nseams_y=125", 0, 1, 0, 0.25 },
    };
    for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
        g_autoptr (GError) error = NULL;
        g_autofree char *text = g_strconcat ("[wall]\n", good[i].text, "\n", NULL);
        g_autoptr (CgConfig) config = cg_config_parse (text, "c.ini", &error);
        g_assert_no_error (error);
        g_assert_cmpuint (config->wall.n_x, ==, good[i].n_x);
        g_assert_cmpuint (config->wall.n_y, ==, good[i].n_y);
        if (good[i].n_x > 0)
            g_assert_cmpfloat (config->wall.x[0], ==, good[i].first_x);
        if (good[i].n_y > 0)
            g_assert_cmpfloat (config->wall.y[0], ==, good[i].first_y);
    }
}

static void
test_refused (void)
{
    static const char *const bad[][2] = {
        { "panels = 4x2", "[wall] size = : the wall's pixels" },
        { "size = 7680\npanels = 4x2", "[wall] size = 7680: width x height" },
        { "size = 0x10", "[wall] size" },
        { "size = 20000x10", "[wall] size" },
        { "size = 7680x2160\npanels = 4", "[wall] panels = 4: columns x rows" },
        { "size = 7680x2160\npanels = 40x2", "[wall] panels = 40x2" },
        { "size = 7680x2160\npanels = 4x2\nseams_x = 5", "not both" },
        { "size = 100x100\nseams_x = 5,5", "[wall] seams_x = 5,5: rising" },
        { "size = 100x100\nseams_x = 5,100", "[wall] seams_x" },
        { "size = 100x100\nseams_y = 5,", "[wall] seams_y" },
        { "size = 100x100\nseams_y = nan", "[wall] seams_y" },
    };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;
        g_autofree char *text = g_strconcat ("[wall]\n", bad[i][0], "\n", NULL);
        g_assert_null (cg_config_parse (text, "c.ini", &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
        g_assert_true (g_str_has_prefix (error->message, "c.ini: [wall]"));
        if (strstr (error->message, bad[i][1]) == NULL)
            g_error ("%s: %s", bad[i][1], error->message);
    }
}

static void
test_shape (void)
{
    CgWall wall = { .width = 7680, .height = 2160, .n_x = 1, .x = { 0.5 } };
    g_assert_true (cg_wall_fits (&wall, 7680, 2160));
    g_assert_true (cg_wall_fits (&wall, 1920, 540));
    g_assert_false (cg_wall_fits (&wall, 1920, 1080));
    g_assert_false (cg_wall_fits (&wall, 0, 0));
    wall.n_x = 0;
    g_assert_false (cg_wall_fits (&wall, 7680, 2160));
}

static gboolean
is_near (double a, double b)
{
    return fabs (a - b) < 1e-9;
}

/* Three columns of 400 with gutters of 10, the middle one of two halves: seams at 440 and 800 across,
 * 180 down. */
static void
test_snap (void)
{
    CgRect r[4] = {
        { 5, 5, 390, 390 }, { 405, 5, 390, 190 }, { 405, 205, 390, 190 }, { 805, 5, 390, 390 }
    };
    const double x[] = { 440, 800 }, y[] = { 180 };
    cg_wall_snap (4, r, 10, 2, x, 1, y);
    g_assert_true (is_near (r[0].x, 5) && is_near (r[0].width, 430)); /* ends 5 before the seam */
    g_assert_true (is_near (r[1].x, 445) && is_near (r[1].width, 350));
    g_assert_true (is_near (r[1].y, 5) && is_near (r[1].height, 170));
    g_assert_true (is_near (r[2].y, 185) && is_near (r[2].height, 210));
    g_assert_true (is_near (r[3].x, 805) && is_near (r[3].width, 390));
    g_assert_true (is_near (r[3].y, 5) && is_near (r[3].height, 390));
}

/* A seam in the middle of a panel stays there: no neighbour would give a quarter of itself for it.
 * What lies between two moved gutters keeps its proportions. */
static void
test_limits (void)
{
    CgRect two[2] = { { 0, 0, 100, 100 }, { 100, 0, 100, 100 } };
    const double far[] = { 60 }, near[] = { 80 };
    cg_wall_snap (2, two, 0, 1, far, 0, NULL);
    g_assert_true (is_near (two[0].width, 100) && is_near (two[1].width, 100));
    cg_wall_snap (2, two, 0, 1, near, 0, NULL);
    g_assert_true (is_near (two[0].width, 80) && is_near (two[1].width, 120));
    /* 8, 6, 5, 5 rows: the seam in the middle takes the second gutter, 14 -> 12. */
    CgRect four[4] = { { 0, 0, 9, 8 }, { 0, 8, 9, 6 }, { 0, 14, 9, 5 }, { 0, 19, 9, 5 } };
    const double middle[] = { 12 };
    cg_wall_snap (4, four, 0, 0, NULL, 1, middle);
    g_assert_true (is_near (four[0].height, 8 * 12 / 14.0));
    g_assert_true (is_near (four[1].y + four[1].height, 12));
    g_assert_true (is_near (four[2].height, 6) && is_near (four[3].height, 6));
}

/* Five panels about a middle one, which no line cuts from side to side, stay as they are; so does one
 * panel, and none. */
static void
test_pinwheel (void)
{
    const CgRect wheel[5] = {
        { 0, 0, 60, 30 }, { 60, 0, 30, 60 }, { 30, 60, 60, 30 }, { 0, 30, 30, 60 }, { 30, 30, 30, 30 }
    };
    CgRect r[5];
    const double x[] = { 32, 58 };
    memcpy (r, wheel, sizeof r);
    cg_wall_snap (5, r, 0, 2, x, 2, x);
    for (guint i = 0; i < 5; i++)
        g_assert_true (is_near (r[i].x, wheel[i].x) && is_near (r[i].width, wheel[i].width));
    cg_wall_snap (1, r, 0, 2, x, 2, x);
    g_assert_true (is_near (r[0].width, 60));
    cg_wall_snap (0, NULL, 0, 2, x, 2, x);
}

/* The largest part of what seams cross, with room beside them; what only touches one stays. */
static void
test_clear (void)
{
    static const struct {
        CgRect rect, want;
    } cases[] = {
        { { 0, 0, 90, 40 }, { 0, 0, 90, 40 } },          /* ends before both seams  */
        { { 100, 0, 200, 50 }, { 100, 0, 200, 50 } },    /* between two, to the rim */
        { { 60, 0, 100, 50 }, { 105, 0, 55, 50 } },      /* larger right of it      */
        { { 20, 10, 100, 80 }, { 20, 10, 75, 40 - 5 } }, /* equal heights: the upper */
        { { 90, 60, 420, 30 }, { 105, 60, 190, 30 } },   /* three across: 10, 200, 200 and 10 */
        { { 98, 0, 4, 10 }, { 98, 0, 0, 10 } },          /* no room beside it       */
    };
    const double x[] = { 100, 300, 500 }, y[] = { 50 };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        CgRect got = cg_wall_clear (cases[k].rect, 10, 3, x, 1, y), want = cases[k].want;
        if (!is_near (got.x, want.x) || !is_near (got.y, want.y) || !is_near (got.width, want.width) ||
            !is_near (got.height, want.height))
            g_error ("%u: %g, %g, %g x %g", k, got.x, got.y, got.width, got.height);
    }
    CgRect same = cg_wall_clear (cases[2].rect, 10, 0, NULL, 0, NULL);
    g_assert_true (same.x == 60 && same.width == 100);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/wall/parse", test_parse);
    g_test_add_func ("/wall/refused", test_refused);
    g_test_add_func ("/wall/shape", test_shape);
    g_test_add_func ("/wall/snap", test_snap);
    g_test_add_func ("/wall/limits", test_limits);
    g_test_add_func ("/wall/pinwheel", test_pinwheel);
    g_test_add_func ("/wall/clear", test_clear);
    return g_test_run ();
}
