/* Whether colours can be told apart, also by people who lack one of the three kinds of cones.
 *
 * Sight without cones: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes 2009,
 * doi:10.1109/TVCG.2009.113, severity 1, on linear light. Distances: CIEDE2000 as G. Sharma, W. Wu,
 * E. N. Dalal 2005 give it, doi:10.1002/col.20070; 1 is just visible side by side. */
#include <math.h>
#include <string.h>

#include "map/map.h"

typedef struct {
    double l, a, b;
} Lab;

static const struct {
    const char *name;
    double m[3][3];
} sights[] = {
    { "all cones", { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
    { "no long", /* protanopia */
      { { 0.152286, 1.052583, -0.204868 },
        { 0.114503, 0.786281, 0.099216 },
        { -0.003882, -0.048116, 1.051998 } } },
    { "no middle", /* deuteranopia */
      { { 0.367322, 0.860646, -0.227968 },
        { 0.280085, 0.672501, 0.047413 },
        { -0.011820, 0.042940, 0.968881 } } },
    { "no short", /* tritanopia */
      { { 1.255528, -0.076749, -0.178779 },
        { -0.078411, 0.930809, 0.147602 },
        { 0.004733, 0.691367, 0.303900 } } },
};

static double
linear_light (guint8 v)
{
    double s = v / 255.0;
    return s <= 0.04045 ? s / 12.92 : pow ((s + 0.055) / 1.055, 2.4);
}

static double
lab_f (double t)
{
    return t > 216.0 / 24389.0 ? cbrt (t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
}

static Lab
lab_of (CgColour colour, guint sight)
{
    static const double xyz[3][3] = { { 0.4124564, 0.3575761, 0.1804375 },
                                      { 0.2126729, 0.7151522, 0.0721750 },
                                      { 0.0193339, 0.1191920, 0.9503041 } };
    const double light[3] = { linear_light (colour.r), linear_light (colour.g),
                              linear_light (colour.b) };
    double seen[3], f[3];
    for (guint i = 0; i < 3; i++) {
        const double *row = sights[sight].m[i];
        seen[i] = CLAMP (row[0] * light[0] + row[1] * light[1] + row[2] * light[2], 0.0, 1.0);
    }
    for (guint i = 0; i < 3; i++) {
        double white = xyz[i][0] + xyz[i][1] + xyz[i][2];
        f[i] = lab_f ((xyz[i][0] * seen[0] + xyz[i][1] * seen[1] + xyz[i][2] * seen[2]) / white);
    }
    return (Lab){ 116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2]) };
}

static double
radians (double degrees)
{
    return degrees * G_PI / 180.0;
}

static double
hue (double a, double b)
{
    double h = atan2 (b, a) * 180.0 / G_PI;
    return h < 0.0 ? h + 360.0 : h;
}

static double
distance (Lab p, Lab q)
{
    double c = (hypot (p.a, p.b) + hypot (q.a, q.b)) / 2, far = pow (25, 7);
    double g = 0.5 * (1.0 - sqrt (pow (c, 7) / (pow (c, 7) + far)));
    double a1 = (1 + g) * p.a, a2 = (1 + g) * q.a, c1 = hypot (a1, p.b), c2 = hypot (a2, q.b);
    double h1 = hue (a1, p.b), h2 = hue (a2, q.b), dh = h2 - h1, hm = (h1 + h2) / 2;
    if (c1 * c2 == 0.0) {
        dh = 0.0;
        hm = h1 + h2;
    } else if (fabs (h1 - h2) > 180.0) {
        dh += dh > 0.0 ? -360.0 : 360.0;
        hm += h1 + h2 < 360.0 ? 180.0 : -180.0;
    }
    double d_hue = 2 * sqrt (c1 * c2) * sin (radians (dh) / 2), lm = (p.l + q.l) / 2,
           cm = (c1 + c2) / 2;
    double t = 1 - 0.17 * cos (radians (hm - 30)) + 0.24 * cos (radians (2 * hm)) +
               0.32 * cos (radians (3 * hm + 6)) - 0.2 * cos (radians (4 * hm - 63));
    double turn = 30 * exp (-((hm - 275) / 25) * ((hm - 275) / 25));
    double r = -2 * sqrt (pow (cm, 7) / (pow (cm, 7) + far)) * sin (radians (2 * turn));
    double sl = 1 + 0.015 * (lm - 50) * (lm - 50) / sqrt (20 + (lm - 50) * (lm - 50));
    double x = (q.l - p.l) / sl, y = (c2 - c1) / (1 + 0.045 * cm), z = d_hue / (1 + 0.015 * cm * t);
    return sqrt (x * x + y * y + z * z + r * y * z);
}

/* Pairs 1, 4, 7, 11, 16, 17, 20, 25, 34 of table 1 of Sharma and others. */
static void
test_distance (void)
{
    static const struct {
        Lab p, q;
        double d;
    } pairs[] = {
        { { 50, 2.6772, -79.7751 }, { 50, 0, -82.7485 }, 2.0425 },
        { { 50, -1.3802, -84.2814 }, { 50, 0, -82.7485 }, 1.0000 },
        { { 50, 0, 0 }, { 50, -1, 2 }, 2.3669 },
        { { 50, 2.49, -0.001 }, { 50, -2.49, 0.0011 }, 7.2195 },
        { { 50, 2.5, 0 }, { 50, 0, -2.5 }, 4.3065 },
        { { 50, 2.5, 0 }, { 73, 25, -18 }, 27.1492 },
        { { 50, 2.5, 0 }, { 58, 24, 15 }, 19.4535 },
        { { 60.2574, -34.0099, 36.2677 }, { 60.4626, -34.1751, 39.4387 }, 1.2644 },
        { { 2.0776, 0.0795, -1.1350 }, { 0.9033, -0.0636, -0.5514 }, 0.9082 },
    };
    for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
        g_assert_cmpfloat_with_epsilon (distance (pairs[i].p, pairs[i].q), pairs[i].d, 5e-5);
        g_assert_cmpfloat_with_epsilon (distance (pairs[i].q, pairs[i].p), pairs[i].d, 5e-5);
    }
    /* Greys stay what they are without any of the cones. */
    for (guint sight = 0; sight < G_N_ELEMENTS (sights); sight++)
        for (guint i = 0; i < 3; i++)
            g_assert_cmpfloat_with_epsilon (
                sights[sight].m[i][0] + sights[sight].m[i][1] + sights[sight].m[i][2], 1.0, 2e-6);
    g_assert_cmpfloat_with_epsilon (lab_of (CG_RGB (0x777777), 0).l,
                                    cg_colour_lightness (CG_RGB (0x777777)), 1e-4);
}

static double
least_distance (guint n, const CgColour *colours, guint sight)
{
    double least = INFINITY;
    for (guint i = 0; i < n; i++)
        for (guint k = 0; k < i; k++)
            least = MIN (least, distance (lab_of (colours[i], sight), lab_of (colours[k], sight)));
    return least;
}

/* Classes of a choropleth as they are drawn, on both themes. */
static void
test_classes (void)
{
    /* By number of classes: what at least lies between any two of them, for any sight. */
    static const double least[CG_MAP_MAX_CLASSES + 1] = { 0, 0, 0, 15, 10, 7.5, 6, 5, 4, 3.5 };
    for (const CgPalette *palette = cg_palettes (); palette->name != NULL; palette++)
        for (const CgTheme *theme = cg_themes (); theme->name != NULL; theme++)
            for (guint n = 3; n <= CG_MAP_MAX_CLASSES; n++)
                for (guint sight = 0; sight < G_N_ELEMENTS (sights); sight++) {
                    CgChoropleth choropleth = { .palette = palette, .n_classes = n };
                    CgColour colours[CG_MAP_MAX_CLASSES];
                    for (guint c = 0; c < n; c++)
                        colours[c] = cg_choropleth_colour (&choropleth, theme, c);
                    double d = least_distance (n, colours, sight);
                    g_test_message ("%s %s %u %s %.2f", palette->name, theme->name, n,
                                    sights[sight].name, d);
                    if (d < least[n])
                        g_error ("%s on %s, %u classes, %s: %.2f apart", palette->name, theme->name,
                                 n, sights[sight].name, d);
                }
}

/* More is lighter, or darker, without any of the cones too. */
static void
test_order (void)
{
    for (const CgPalette *palette = cg_palettes (); palette->name != NULL; palette++) {
        CgColour table[256];
        cg_palette_table (palette, table);
        gboolean split = palette->kind == CG_PALETTE_DIVERGING;
        for (guint sight = 0; sight < G_N_ELEMENTS (sights); sight++) {
            guint steps = split ? 8 : 16, last = split ? 127 : 255;
            double first = lab_of (table[0], sight).l, end = lab_of (table[last], sight).l;
            for (guint k = 1; k <= steps; k++) {
                double a = lab_of (table[(k - 1) * last / steps], sight).l;
                double b = lab_of (table[k * last / steps], sight).l;
                if (!((b - a) * (end - first) > 0.0))
                    g_error ("%s, %s: step %u of %u goes back", palette->name, sights[sight].name,
                             k, steps);
            }
        }
        for (guint k = 0; split && k < 128; k++)
            g_assert_cmpfloat_with_epsilon (cg_colour_lightness (table[k]),
                                            cg_colour_lightness (table[255 - k]), 1.0);
    }
}

/* Parts, lines and symbols. They have names, dashes and shapes too; this is the second line. */
static void
test_kinds (void)
{
    for (const CgTheme *theme = cg_themes (); theme->name != NULL; theme++)
        for (guint sight = 0; sight < G_N_ELEMENTS (sights); sight++) {
            double d = least_distance (8, theme->class_colour, sight);
            if (d < 7.5)
                g_error ("%s, %s: kinds are %.2f apart", theme->name, sights[sight].name, d);
            for (guint i = 0; i < 8; i++) {
                Lab panel = lab_of (theme->panel, sight),
                    kind = lab_of (theme->class_colour[i], sight);
                g_assert_cmpfloat (distance (panel, kind), >, 20.0);
            }
        }
}

/* Red, orange and yellow come close for some: hence a letter in each mark and an arrow with each
 * change, which must differ by themselves. */
static void
test_warnings (void)
{
    for (const CgTheme *theme = cg_themes (); theme->name != NULL; theme++) {
        g_assert_cmpfloat (least_distance (CG_N_WARNINGS, theme->warning, 0), >, 20.0);
        for (guint sight = 1; sight < G_N_ELEMENTS (sights); sight++) {
            const CgColour change[] = { theme->worse, theme->better };
            g_assert_cmpfloat (least_distance (CG_N_WARNINGS, theme->warning, sight), >, 5.0);
            g_assert_cmpfloat (least_distance (2, change, sight), >, 10.0);
        }
    }
    for (guint i = 0; i < CG_N_WARNINGS; i++)
        for (guint k = 0; k < i; k++)
            g_assert_cmpstr (cg_warning_letter (i), !=, cg_warning_letter (k));
    g_autofree char *up = cg_format_change (120, 100), *down = cg_format_change (80, 100);
    g_assert_true (g_str_has_prefix (up, "▲ +") && g_str_has_prefix (down, "▼ −"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/colours/distance", test_distance);
    g_test_add_func ("/render/colours/classes", test_classes);
    g_test_add_func ("/render/colours/order", test_order);
    g_test_add_func ("/render/colours/kinds", test_kinds);
    g_test_add_func ("/render/colours/warnings", test_warnings);
    return g_test_run ();
}
