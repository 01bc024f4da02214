/* Two measures, circles, contours: colours, sizes and counts, and data that are strange. */
#include <cairo.h>
#include <math.h>
#include <string.h>

#include "aggregate/hexbin.h"
#include "map/kinds.h"
#include "picture.h"
#include "support.h"

static CgCanvas *
canvas_new (CgFormat format, guint width, guint height, const char *theme)
{
    g_autoptr (GError) error = NULL;
    CgCanvas *canvas = cg_canvas_new (format, width, height, cg_theme_find (theme), &error);
    g_assert_no_error (error);
    return canvas;
}

static CgMapView
view_of (CgBox box, CgRect rect)
{
    CgMapView view;
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_map_view_fit (&view, &box, rect, 0.0, &error));
    g_assert_no_error (error);
    return view;
}

static guint32
pixel_of (cairo_surface_t *surface, guint x, guint y)
{
    guint32 pixel;
    memcpy (&pixel,
            cairo_image_surface_get_data (surface) +
                y * (gsize) cairo_image_surface_get_stride (surface) + x * 4,
            4);
    return pixel & 0xffffffu;
}

static guint32
code_of (CgColour colour)
{
    return (guint32) colour.r << 16 | (guint32) colour.g << 8 | colour.b;
}

/* ---- two measures -------------------------------------------------------------------------------
 */

/* Rows of the matrices for full loss, in linear light: Machado, Oliveira, Fernandes 2009. */
static const double vision[4][3][3] = {
    { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
    { { 0.152286, 1.052583, -0.204868 },
      { 0.114503, 0.786281, 0.099216 },
      { -0.003882, -0.048116, 1.051998 } },
    { { 0.367322, 0.860646, -0.227968 },
      { 0.280085, 0.672501, 0.047413 },
      { -0.011820, 0.042940, 0.968881 } },
    { { 1.255528, -0.076749, -0.178779 },
      { -0.078411, 0.930809, 0.147602 },
      { 0.004733, 0.691367, 0.303900 } },
};

static double
linear (guint8 level)
{
    double v = level / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow ((v + 0.055) / 1.055, 2.4);
}

static double
lab_root (double t)
{
    return t > 216.0 / 24389.0 ? cbrt (t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
}

static void
seen_lab (CgColour colour, guint kind, double out[3])
{
    double rgb[3] = { linear (colour.r), linear (colour.g), linear (colour.b) }, seen[3];
    for (guint k = 0; k < 3; k++) {
        const double *row = vision[kind][k];
        seen[k] = CLAMP (row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2], 0.0, 1.0);
    }
    double x = 0.4124564 * seen[0] + 0.3575761 * seen[1] + 0.1804375 * seen[2];
    double y = 0.2126729 * seen[0] + 0.7151522 * seen[1] + 0.0721750 * seen[2];
    double z = 0.0193339 * seen[0] + 0.1191920 * seen[1] + 0.9503041 * seen[2];
    double fx = lab_root (x / 0.95047), fy = lab_root (y), fz = lab_root (z / 1.08883);
    out[0] = 116 * fy - 16;
    out[1] = 500 * (fx - fy);
    out[2] = 200 * (fy - fz);
}

static void
test_bivariate_colours (void)
{
    for (const CgTheme *theme = cg_themes (); theme->name != NULL; theme++)
        for (guint kind = 0; kind < 4; kind++)
            for (guint a = 0; a < 9; a++)
                for (guint b = 0; b < a; b++) {
                    double one[3], two[3];
                    seen_lab (cg_bivariate_colour (theme, a % 3, a / 3), kind, one);
                    seen_lab (cg_bivariate_colour (theme, b % 3, b / 3), kind, two);
                    g_assert_cmpfloat (sqrt (pow (one[0] - two[0], 2) + pow (one[1] - two[1], 2) +
                                             pow (one[2] - two[2], 2)),
                                       >, 15.0);
                }
    /* Lightness runs one way along each axis. */
    for (const CgTheme *theme = cg_themes (); theme->name != NULL; theme++)
        for (guint y = 0; y < 3; y++)
            for (guint x = 0; x < 2; x++) {
                double sign = theme->dark ? 1.0 : -1.0;
                g_assert_cmpfloat (
                    sign * (cg_colour_lightness (cg_bivariate_colour (theme, x + 1, y)) -
                            cg_colour_lightness (cg_bivariate_colour (theme, x, y))),
                    >, 5.0);
                g_assert_cmpfloat (
                    sign * (cg_colour_lightness (cg_bivariate_colour (theme, y, x + 1)) -
                            cg_colour_lightness (cg_bivariate_colour (theme, y, x))),
                    >, 5.0);
            }
}

static void
test_bivariate_map (void)
{
    g_autoptr (CgCanvas) canvas = canvas_new (CG_FORMAT_PNG, 400, 200, "dark");
    g_autoptr (CgUnits) units = cg_test_checkerboard (4, 2, 100.0, 1);
    const double x[8] = { 1, 2, 3, 9, 1, NAN, 3, 2 }, y[8] = { 5, 5, 5, 5, 7, 7, 8, -INFINITY };
    CgBivariate b = { .x = { "a", "", 3, 1, { 1, 2, 3 }, 0 }, .y = { "b", "", 2, 5, { 6, 8 }, 0 } };
    CgMapView view = view_of ((CgBox){ 0, 0, 400, 200 }, (CgRect){ 0, 0, 400, 200 });
    cg_map_bivariate (canvas, &view, units->shapes, x, y, &b);
    const guint32 want[3][3] = { { 1, 1, 2 }, { 1, 0, 1 }, { 0, 0, 0 } };
    g_assert_cmpmem (b.count, sizeof b.count, want, sizeof want);
    g_assert_cmpuint (b.count_none, ==, 2);
    cairo_surface_t *picture = picture_of (canvas);
    const CgTheme *theme = cg_theme_find ("dark");
    g_assert_cmphex (pixel_of (picture, 50, 150), ==, code_of (cg_bivariate_colour (theme, 0, 0)));
    g_assert_cmphex (pixel_of (picture, 350, 150), ==, code_of (cg_bivariate_colour (theme, 2, 0)));
    /* Of two classes the upper has the last colour. */
    g_assert_cmphex (pixel_of (picture, 250, 50), ==, code_of (cg_bivariate_colour (theme, 2, 2)));
    cairo_surface_destroy (picture);
}

/* ---- circles
 * ------------------------------------------------------------------------------------- */

static guint32
count_pixels (cairo_surface_t *picture, guint left, guint right, guint32 ground)
{
    guint32 n = 0;
    for (guint y = 0; y < (guint) cairo_image_surface_get_height (picture); y++)
        for (guint x = left; x < right; x++)
            n += pixel_of (picture, x, y) != ground;
    return n;
}

/* Four times the value covers four times the pixels, less what outlines add. */
static void
test_areas (void)
{
    g_autoptr (CgCanvas) canvas = canvas_new (CG_FORMAT_PNG, 1200, 600, "light");
    cg_canvas_set_vh (canvas, 6.5);
    CgMapView view = view_of ((CgBox){ 0, 0, 1200, 600 }, (CgRect){ 0, 0, 1200, 600 });
    const double x[] = { 300, 900, 100, 100, 100 }, y[] = { 300, 300, 100, 100, NAN };
    const double value[] = { 400, 100, 0, -5, 7 };
    CgGraduated graduated = { "n", "", 400, 20, { 0 }, 0 };
    cg_map_ground (canvas, &view);
    cg_map_graduated (canvas, &view, 5, x, y, value, &graduated);
    g_assert_cmpuint (graduated.n_drawn, ==, 2);
    g_assert_cmpuint (graduated.n_zero, ==, 1);
    g_assert_cmpuint (graduated.n_below, ==, 1);
    g_assert_cmpuint (graduated.n_none, ==, 1);
    double radius = cg_graduated_radius (canvas, &graduated, 400);
    g_assert_cmpfloat_with_epsilon (radius, 130, 1e-9);
    g_assert_cmpfloat_with_epsilon (cg_graduated_radius (canvas, &graduated, 100), 65, 1e-9);
    g_assert_cmpfloat (cg_graduated_radius (canvas, &graduated, NAN), ==, 0);
    g_assert_cmpfloat (cg_graduated_radius (canvas, &graduated, -1), ==, 0);
    cairo_surface_t *picture = picture_of (canvas);
    guint32 ground = pixel_of (picture, 2, 2);
    double large = count_pixels (picture, 0, 600, ground);
    double small = count_pixels (picture, 600, 1200, ground);
    g_assert_cmpfloat_with_epsilon (large, G_PI * 131 * 131, 0.01 * large);
    g_assert_cmpfloat_with_epsilon (small, G_PI * 66 * 66, 0.02 * small);
    cairo_surface_destroy (picture);
}

/* The small circle lies on the large one whatever the order given. */
static void
test_order (void)
{
    guint32 middle[2];
    for (guint turn = 0; turn < 2; turn++) {
        g_autoptr (CgCanvas) canvas = canvas_new (CG_FORMAT_PNG, 400, 400, "dark");
        CgMapView view = view_of ((CgBox){ 0, 0, 400, 400 }, (CgRect){ 0, 0, 400, 400 });
        const double at[2] = { 200, 200 };
        const double value[2] = { turn == 0 ? 100 : 4, turn == 0 ? 4 : 100 };
        CgGraduated graduated = { "n", "", 100, 15, { 0 }, 0 };
        cg_map_graduated (canvas, &view, 2, at, at, value, &graduated);
        cairo_surface_t *picture = picture_of (canvas);
        middle[turn] = pixel_of (picture, 212, 200); /* on the small one's outline */
        g_assert_cmphex (pixel_of (picture, 200, 200), !=, pixel_of (picture, 230, 200));
        cairo_surface_destroy (picture);
    }
    g_assert_cmphex (middle[0], ==, middle[1]);
}

/* ---- contours
 * ------------------------------------------------------------------------------------ */

static void
test_bands (void)
{
    g_autofree float *value = g_new (float, 100 * 100);
    for (guint j = 0; j < 100; j++)
        for (guint i = 0; i < 100; i++)
            value[j * 100 + i] = i < 50 ? 1.0f : 30.0f;
    CgDensity density = {
        .width = 100, .height = 100, .per_km2 = value, .box = { 0, 0, 1000, 1000 }
    };
    const double levels[] = { 10, 20, 50 };
    g_autoptr (CgContours) contours = cg_contours_run (&density, 3, levels, NULL);
    g_autoptr (CgCanvas) canvas = canvas_new (CG_FORMAT_PNG, 400, 400, "dark");
    CgMapView view = view_of ((CgBox){ 100, 100, 900, 900 }, (CgRect){ 0, 0, 400, 400 });
    CgHeat heat = { .full_per_km2 = 50, .power = 0.5, .opacity = 1.0 };
    cg_map_ground (canvas, &view);
    cg_map_contours (canvas, &view, contours, &heat);
    CgColour band = cg_contours_colour (canvas, &heat, 1, 3);
    g_autoptr (GArray) rows = cg_contours_legend_rows (canvas, contours, &heat);
    g_assert_cmpuint (rows->len, ==, 3);
    g_assert_cmpstr (g_array_index (rows, CgLegendRow, 0).text, ==, "≥ 50");
    g_assert_cmpstr (g_array_index (rows, CgLegendRow, 1).text, ==, "20–50");
    g_assert_cmphex (code_of (g_array_index (rows, CgLegendRow, 1).colour), ==, code_of (band));
    cairo_surface_t *picture = picture_of (canvas);
    g_assert_cmphex (pixel_of (picture, 300, 200), ==, code_of (band));
    g_assert_cmphex (pixel_of (picture, 100, 200), ==, code_of (cg_theme_find ("dark")->outside));
    cairo_surface_destroy (picture);
}

/* Neighbouring classes are told apart, on land, in both themes, however many there are. */
static void
test_band_colours (void)
{
    static const char *const themes[] = { "dark", "light" };
    double levels[7] = { 1, 2, 5, 10, 20, 50, 100 };
    for (guint t = 0; t < 2; t++)
        for (guint n = 1; n <= 7; n++) {
            g_autoptr (CgCanvas) canvas = canvas_new (CG_FORMAT_PNG, 40, 40, themes[t]);
            CgContours contours = { .n_levels = n, .level = levels };
            CgHeat heat = { .full_per_km2 = 100, .power = 0.5, .opacity = 0.75 };
            g_autoptr (GArray) rows = cg_contours_legend_rows (canvas, &contours, &heat);
            CgColour before = cg_theme_find (themes[t])->land;
            for (guint r = rows->len; r-- > 0;) {
                CgColour colour = g_array_index (rows, CgLegendRow, r).colour;
                double apart = hypot (hypot (colour.r - before.r, colour.g - before.g),
                                      colour.b - before.b);
                if (apart < 24)
                    g_error ("%s, %u classes: row %u is %.0f from the next", themes[t], n, r, apart);
                before = colour;
            }
        }
}

/* ---- what is strange
 * ------------------------------------------------------------------------------ */

typedef struct {
    guint32 n;
    const double *x, *y, *value;
    CgBox box;
} Data;

/* Everything at once; what counts is that it ends and that the file is whole. */
static void
draw_all (CgFormat format, guint width, guint height, const Data *data)
{
    g_autoptr (CgCanvas) canvas = canvas_new (format, width, height, "dark");
    g_autoptr (GError) error = NULL;
    CgMapView view;
    g_assert_true (cg_map_view_fit (&view, &data->box, cg_canvas_rect (canvas), 0, &error));
    g_autoptr (CgHexBins) bins =
        cg_hexbin_run (data->n, data->x, data->y, data->value, view.m_per_px * width / 20, &error);
    g_assert_no_error (error);
    g_autoptr (CgShapes) shapes = cg_hexbin_shapes (bins);
    CgDensityOptions options = { .kernel = CG_KERNEL_GAUSSIAN,
                                 .bandwidth_m = view.m_per_px * 20,
                                 .box = view.box,
                                 .width = MAX (width / 8, 2),
                                 .height = MAX (height / 8, 2) };
    g_autoptr (CgDensity) density =
        cg_density_run (data->n, data->x, data->y, NULL, &options, &error);
    g_assert_no_error (error);
    double levels[6];
    guint n_levels = cg_contours_levels (density->peak_per_km2, 6, levels);
    g_autoptr (CgContours) contours = cg_contours_run (density, n_levels, levels, &error);
    g_assert_no_error (error);
    CgHeat heat = { .full_per_km2 = cg_map_heat_full (density->peak_per_km2) };
    CgBivariate b = { .x = { "a", "个", 3, 0, { 1, 2, 3 }, 0 }, .y = { "b", "", 1, 0, { 3 }, 1 } };
    CgGraduated graduated = { "n", "起", 5, 0, { 0 }, 0 };
    g_autoptr (GArray) rows = cg_contours_legend_rows (canvas, contours, &heat);
    cg_map_bivariate (canvas, &view, shapes, bins->weight, bins->weight, &b);
    cg_map_contours (canvas, &view, contours, &heat);
    cg_map_contour_labels (canvas, &view, contours, NULL);
    cg_map_graduated (canvas, &view, data->n, data->x, data->y, data->value, &graduated);
    cg_map_bivariate_legend (canvas, &view, &b, CG_CORNER_NW);
    cg_map_graduated_legend (canvas, &view, &graduated, CG_CORNER_SE);
    g_autoptr (GBytes) bytes = cg_canvas_finish (canvas, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (bytes), >, 60);
}

static void
test_strange (void)
{
    const double x[] = { 10, 500, NAN, 990, 500, 500 }, y[] = { 10, 500, 3, INFINITY, 500, 500 };
    const double value[] = { 1, 5, 2, 2, NAN, 1e300 }, far = 1e9, one = 3;
    const double same_x[] = { 7, 7, 7 }, same_y[] = { 9, 9, 9 }, same[] = { 2, 2, 2 };
    const Data cases[] = {
        { 6, x, y, value, { 0, 0, 1000, 1000 } },
        { 0, x, y, value, { 0, 0, 1000, 1000 } },
        { 1, &far, &far, &one, { 1e9 - 500, 1e9 - 500, 1e9 + 500, 1e9 + 500 } },
        { 1, &one, &one, &one, { 3, 3, 3, 3 } },
        { 3, same_x, same_y, same, { 7, 9, 7, 9 } },
        { 3, same_x, same_y, same, { 1e6, 1e6, 2e6, 2e6 } }, /* all outside the view */
    };
    for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
        draw_all (CG_FORMAT_PNG, 320, 200, &cases[c]);
        draw_all (CG_FORMAT_PNG, 16, 16, &cases[c]);
        draw_all (CG_FORMAT_SVG, 320, 200, &cases[c]);
        draw_all (CG_FORMAT_PDF, 320, 200, &cases[c]);
    }
    draw_all (CG_FORMAT_PNG, 16384, 64, &cases[0]);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/kinds/bivariate-colours", test_bivariate_colours);
    g_test_add_func ("/render/kinds/bivariate-map", test_bivariate_map);
    g_test_add_func ("/render/kinds/areas", test_areas);
    g_test_add_func ("/render/kinds/order", test_order);
    g_test_add_func ("/render/kinds/bands", test_bands);
    g_test_add_func ("/render/kinds/band-colours", test_band_colours);
    g_test_add_func ("/render/kinds/strange", test_strange);
    return g_test_run ();
}
