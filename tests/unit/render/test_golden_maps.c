/* Maps of hexagons, two measures, circles and contours against the pictures in tests/golden. */
#include <math.h>

#include "aggregate/hexbin.h"
#include "base/random.h"
#include "golden.h"
#include "map/kinds.h"
#include "support.h"

static CgMapView
view_on (CgCanvas *canvas)
{
    CgMapView view;
    CgBox box = { 0, 0, 600, 400 };
    g_assert_true (cg_map_view_fit (&view, &box, cg_canvas_rect (canvas), 0.03, NULL));
    cg_map_ground (canvas, &view);
    return view;
}

/* Points round two places. */
static void
some_points (guint32 n, double *x, double *y)
{
    CgRandom random;
    cg_random_init (&random, 5, 0);
    for (guint32 i = 0; i < n; i++) {
        gboolean first = i % 3 != 0;
        x[i] = (first ? 200 : 430) + (first ? 70 : 40) * cg_random_normal (&random);
        y[i] = (first ? 180 : 290) + (first ? 50 : 40) * cg_random_normal (&random);
    }
}

static void
hexagons_on (const char *theme, const char *name)
{
    double x[900], y[900];
    some_points (900, x, y);
    g_autoptr (CgCanvas) canvas = golden_canvas (theme);
    g_autoptr (CgUnits) county = cg_test_checkerboard (6, 4, 100.0, 1);
    g_autoptr (CgHexBins) bins = cg_hexbin_run (900, x, y, NULL, 30.0, NULL);
    g_autoptr (CgShapes) shapes = cg_hexbin_shapes (bins);
    CgMapView view = view_on (canvas);
    CgChoropleth choropleth = { .n_classes = 4, .upper = { 2, 5, 10, 40 }, .lower = 1 };
    cg_map_land (canvas, &view, county->shapes);
    cg_map_choropleth (canvas, &view, shapes, bins->weight, &choropleth);
    cg_map_borders (canvas, &view, county->shapes, CG_LEVEL_GRID);
    CgLegend legend = { "每格事件数", "起", .choropleth = &choropleth, .count_title = "格数" };
    cg_map_legend (canvas, &view, &legend, CG_CORNER_SE);
    cg_map_scale_bar (canvas, &view, CG_CORNER_SW);
    golden_check (canvas, name);
}

static void
test_hexagons (void)
{
    hexagons_on ("dark", "hexagons-dark");
    hexagons_on ("light", "hexagons-light");
}

static void
bivariate_on (const char *theme, const char *name)
{
    g_autoptr (CgCanvas) canvas = golden_canvas (theme);
    g_autoptr (CgUnits) units = cg_test_checkerboard (6, 4, 100.0, 1);
    double x[24], y[24];
    for (guint i = 0; i < 24; i++) {
        x[i] = i == 7 ? NAN : (i * 7) % 30;
        y[i] = i == 13 ? INFINITY : (i * 11) % 9 / 2.0;
    }
    CgBivariate bivariate = {
        .x = { "户数", "户", 3, 0, { 9, 19, 29 }, 0 },
        .y = { "每千户事件数", "起/千户", 3, 0, { 1, 2.5, 4 }, 1 },
    };
    CgMapView view = view_on (canvas);
    cg_map_bivariate (canvas, &view, units->shapes, x, y, &bivariate);
    cg_map_borders (canvas, &view, units->shapes, CG_LEVEL_GRID);
    cg_map_bivariate_legend (canvas, &view, &bivariate, CG_CORNER_SE);
    golden_check (canvas, name);
}

static void
test_bivariate (void)
{
    bivariate_on ("dark", "bivariate-dark");
    bivariate_on ("light", "bivariate-light");
}

static void
circles_on (const char *theme, const char *name)
{
    g_autoptr (CgCanvas) canvas = golden_canvas (theme);
    g_autoptr (CgUnits) county = cg_test_checkerboard (6, 4, 100.0, 1);
    const double x[] = { 100, 160, 180, 320, 420, 500, 90, 300 };
    const double y[] = { 300, 270, 310, 150, 330, 290, 90, 60 };
    const double value[] = { 180, 90, 20, 45, 3, 0, NAN, -4 };
    CgGraduated graduated = { "事件数", "起", 200, 7, { 0 }, 0 };
    CgMapView view = view_on (canvas);
    cg_map_land (canvas, &view, county->shapes);
    cg_map_borders (canvas, &view, county->shapes, CG_LEVEL_GRID);
    cg_map_graduated (canvas, &view, G_N_ELEMENTS (x), x, y, value, &graduated);
    cg_map_graduated_legend (canvas, &view, &graduated, CG_CORNER_SE);
    golden_check (canvas, name);
}

static void
test_circles (void)
{
    circles_on ("dark", "circles-dark");
    circles_on ("light", "circles-light");
}

static void
contours_on (const char *theme, const char *name)
{
    double x[900], y[900], levels[5];
    some_points (900, x, y);
    g_autoptr (CgCanvas) canvas = golden_canvas (theme);
    g_autoptr (CgUnits) county = cg_test_checkerboard (6, 4, 100.0, 1);
    CgDensityOptions options = { .kernel = CG_KERNEL_GAUSSIAN,
                                 .bandwidth_m = 30,
                                 .box = { -60, -60, 660, 460 },
                                 .width = 240,
                                 .height = 174 };
    g_autoptr (CgDensity) density = cg_density_run (900, x, y, NULL, &options, NULL);
    g_assert_nonnull (density);
    CgHeat heat = { .full_per_km2 = 20000, .power = 0.5, .opacity = 0.75 };
    guint n = cg_contours_levels (density->peak_per_km2, 5, levels);
    g_autoptr (CgContours) contours = cg_contours_run (density, n, levels, NULL);
    CgMapView view = view_on (canvas);
    cg_map_land (canvas, &view, county->shapes);
    cg_map_contours (canvas, &view, contours, &heat);
    cg_map_borders (canvas, &view, county->shapes, CG_LEVEL_GRID);
    g_autoptr (GArray) rows = cg_contours_legend_rows (canvas, contours, &heat);
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (CgRect));
    CgLegend legend = { "事件密度", "起/km²", .n_rows = rows->len,
                        .rows = (const CgLegendRow *) (gpointer) rows->data };
    CgRect box = cg_map_legend_rect (canvas, &view, &legend, CG_CORNER_SE);
    g_array_append_val (taken, box);
    cg_map_contour_labels (canvas, &view, contours, taken);
    cg_map_legend (canvas, &view, &legend, CG_CORNER_SE);
    golden_check (canvas, name);
}

static void
test_contours (void)
{
    contours_on ("dark", "contours-dark");
    contours_on ("light", "contours-light");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/golden/hexagons", test_hexagons);
    g_test_add_func ("/render/golden/bivariate", test_bivariate);
    g_test_add_func ("/render/golden/circles", test_circles);
    g_test_add_func ("/render/golden/contours", test_contours);
    return g_test_run ();
}
