/* Maps: places, colours, labels and scale, checked on the decoded picture. */
#include <cairo.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "map/map.h"
#include "page/canvas_internal.h"
#include "picture.h"
#include "support.h"

static CgColour
pixel_of (cairo_surface_t *surface, guint x, guint y)
{
    guint32 pixel;
    memcpy (&pixel,
            cairo_image_surface_get_data (surface) +
                y * (gsize) cairo_image_surface_get_stride (surface) + x * 4,
            4);
    return (CgColour){ (guint8) (pixel >> 16), (guint8) (pixel >> 8), (guint8) pixel,
                       (guint8) (pixel >> 24) };
}

static gboolean
same_colour (CgColour a, CgColour b)
{
    return a.r == b.r && a.g == b.g && a.b == b.b;
}

static CgCanvas *
canvas_new (guint width, guint height)
{
    g_autoptr (GError) error = NULL;
    CgCanvas *canvas = cg_canvas_new (CG_FORMAT_PNG, width, height, NULL, &error);
    g_assert_no_error (error);
    return canvas;
}

static CgMapView
view_of (CgBox box, CgRect rect, double margin)
{
    CgMapView view;
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_map_view_fit (&view, &box, rect, margin, &error));
    g_assert_no_error (error);
    return view;
}

static void
test_view (void)
{
    CgMapView view = view_of ((CgBox){ 1000, 2000, 3000, 3000 }, (CgRect){ 10, 20, 400, 400 }, 0.0);
    g_assert_cmpfloat_with_epsilon (view.m_per_px, 5.0, 1e-12);
    double x, y;
    cg_map_view_to_px (&view, 1000, 2500, &x, &y);
    g_assert_cmpfloat_with_epsilon (x, 10, 1e-9);
    g_assert_cmpfloat_with_epsilon (y, 220, 1e-9);
    cg_map_view_to_px (&view, 1000, 3000, &x, &y); /* north is up */
    g_assert_cmpfloat_with_epsilon (y, 120, 1e-9);
    cg_map_view_to_m (&view, 10, 120, &x, &y);
    g_assert_cmpfloat_with_epsilon (x, 1000, 1e-9);
    g_assert_cmpfloat_with_epsilon (y, 3000, 1e-9);
    view = view_of ((CgBox){ 5, 5, 5, 5 }, (CgRect){ 0, 0, 100, 50 }, 0.0); /* one point: 1 km */
    g_assert_cmpfloat_with_epsilon (view.m_per_px, 20.0, 1e-9);
    view = view_of ((CgBox){ 0, 0, 80, 80 }, (CgRect){ 0, 0, 100, 100 }, 0.1);
    g_assert_cmpfloat_with_epsilon (view.m_per_px, 1.0, 1e-12);
}

static void
test_view_errors (void)
{
    const CgBox good = { 0, 0, 1, 1 };
    const struct {
        CgBox box;
        CgRect rect;
        double margin;
    } cases[] = {
        { CG_BOX_EMPTY, { 0, 0, 9, 9 }, 0 },
        { { NAN, 0, 1, 1 }, { 0, 0, 9, 9 }, 0 },
        { { 0, 0, INFINITY, 1 }, { 0, 0, 9, 9 }, 0 },
        { good, { 0, 0, 0, 9 }, 0 },
        { good, { 0, 0, 9, NAN }, 0 },
        { good, { 0, 0, 9, 9 }, 0.5 },
        { good, { 0, 0, 9, 9 }, NAN },
        { { -1e300, 0, 1e300, 1 }, { 0, 0, 9, 9 }, 0 },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        CgMapView view;
        g_autoptr (GError) error = NULL;
        g_assert_false (
            cg_map_view_fit (&view, &cases[i].box, cases[i].rect, cases[i].margin, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
}

static void
test_scale_bar (void)
{
    /* Width of the view in metres -> length of the bar: the largest 1-2-5 up to a fifth of it. */
    static const double cases[][2] = { { 5000, 1000 }, { 4999, 500 },     { 60000, 10000 },
                                       { 1200, 200 },  { 100000, 20000 }, { 260000, 50000 } };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        CgMapView view = view_of ((CgBox){ 0, 0, cases[i][0], 1 }, (CgRect){ 0, 0, 800, 400 }, 0.0);
        g_assert_cmpfloat_with_epsilon (cg_map_scale_bar_m (&view), cases[i][1], 1e-6);
    }
}

/* The drawn bar is as long as it says: measured on the row through its first, filled half. */
static void
test_scale_bar_drawn (void)
{
    g_autoptr (CgCanvas) canvas = canvas_new (1000, 600);
    CgMapView view = view_of ((CgBox){ 0, 0, 10000, 6000 }, (CgRect){ 0, 0, 1000, 600 }, 0.0);
    CgColour ink = cg_canvas_theme (canvas)->text;
    cg_map_ground (canvas, &view);
    cg_map_scale_bar (canvas, &view, CG_CORNER_SW);
    CgRect box = cg_map_scale_bar_rect (canvas, &view, CG_CORNER_SW);
    cairo_surface_t *picture = picture_of (canvas);
    guint longest = 0;
    for (guint y = (guint) box.y; y < (guint) (box.y + box.height); y++) {
        guint run = 0;
        for (guint x = (guint) box.x; x < (guint) (box.x + box.width) + 10; x++) {
            run = same_colour (pixel_of (picture, x, y), ink) ? run + 1 : 0;
            longest = MAX (longest, run);
        }
    }
    /* 2 km at 10 m a pixel; its outline runs along the whole length. */
    g_assert_cmpuint (longest, >=, 98);
    g_assert_cmpuint (longest, <=, 202);
    cairo_surface_destroy (picture);
}

static void
test_choropleth (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (4, 2, 100.0, 1);
    const double value[8] = { 0, 5, 10, 10.5, 20, NAN, 30, 99 };
    CgChoropleth choropleth = { .n_classes = 3, .upper = { 10, 20, 30 }, .zero = TRUE };
    g_autoptr (CgCanvas) canvas = canvas_new (400, 200);
    const CgTheme *theme = cg_canvas_theme (canvas);
    CgMapView view = view_of ((CgBox){ 0, 0, 400, 200 }, cg_canvas_rect (canvas), 0.0);
    cg_map_choropleth (canvas, &view, units->shapes, value, &choropleth);
    g_assert_cmpuint (choropleth.count_zero, ==, 1);
    g_assert_cmpuint (choropleth.count_none, ==, 1);
    g_assert_cmpuint (choropleth.count[0], ==, 2);
    g_assert_cmpuint (choropleth.count[1], ==, 2);
    g_assert_cmpuint (choropleth.count[2], ==, 2); /* 99 is above the last bound */
    cairo_surface_t *picture = picture_of (canvas);
    /* row 0 is in the south, so its units are in the lower half */
    static const int class_at[8] = { -1, 0, 0, 1, 1, -2, 2, 2 };
    for (guint i = 0; i < 8; i++) {
        CgColour have = pixel_of (picture, i % 4 * 100 + 50, i < 4 ? 150 : 50);
        if (class_at[i] == -1)
            g_assert_true (same_colour (have, cg_choropleth_zero (&choropleth, theme)));
        else if (class_at[i] >= 0)
            g_assert_true (
                same_colour (have, cg_choropleth_colour (&choropleth, theme, (guint) class_at[i])));
    }
    guint stripes = 0, base = 0;
    for (guint x = 105; x < 195; x++) {
        stripes += cg_colour_lightness (pixel_of (picture, x, 50)) >
                   cg_colour_lightness (theme->no_data) + 4;
        base += same_colour (pixel_of (picture, x, 50), theme->no_data);
    }
    g_assert_cmpuint (stripes, >, 3);
    g_assert_cmpuint (base, >, 30);
    cairo_surface_destroy (picture);
}

/* Neighbours at odd angles and fractions of pixels: not one pixel inside lets the ground through.
 */
static void
test_no_seams (void)
{
    g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint k = 0; k < 24; k++) {
        double a = 2 * G_PI * k / 24, b = 2 * G_PI * (k + 1) / 24;
        double xs[4] = { 0.3, 100 * cos (a), 100 * cos (b), 0.3 },
               ys[4] = { 0.7, 100 * sin (a), 100 * sin (b), 0.7 };
        for (guint v = 0; v < 4; v++)
            cg_shapes_add_vertex (shapes, xs[v], ys[v]);
        cg_shapes_end_ring (shapes);
        cg_shapes_end_part (shapes);
        cg_shapes_end_shape (shapes);
    }
    g_autoptr (CgCanvas) canvas = canvas_new (301, 301);
    CgMapView view = view_of ((CgBox){ -100, -100, 100, 100 }, cg_canvas_rect (canvas), 0.013);
    CgColour colour = CG_RGB (0xffffff);
    cg_map_areas (canvas, &view, shapes, colour);
    cairo_surface_t *picture = picture_of (canvas);
    for (guint y = 0; y < 301; y++)
        for (guint x = 0; x < 301; x++)
            if (hypot (x - 150.0, y - 150.0) < 130.0) {
                CgColour have = pixel_of (picture, x, y);
                /* Painted over each other two halves would give 194; 24 roundings in one pixel cost
                 * a few. */
                g_assert_cmpuint (have.r, >=, 240);
            }
    cairo_surface_destroy (picture);
}

static CgDensity *
bump (guint width, guint height, CgBox box, double x, double y, double sigma, double peak)
{
    CgDensity *density = g_new0 (CgDensity, 1);
    density->width = width;
    density->height = height;
    density->box = box;
    density->per_km2 = g_new (float, width *height);
    density->peak_per_km2 = peak;
    for (guint j = 0; j < height; j++)
        for (guint i = 0; i < width; i++) {
            double px = box.x_min + (i + 0.5) * (box.x_max - box.x_min) / width;
            double py = box.y_max - (j + 0.5) * (box.y_max - box.y_min) / height;
            double d2 = (px - x) * (px - x) + (py - y) * (py - y);
            density->per_km2[j * width + i] = (float) (peak * exp (-d2 / (2 * sigma * sigma)));
        }
    return density;
}

static void
bump_free (CgDensity *density)
{
    g_free (density->per_km2);
    g_free (density);
}

/* Brightest pixel of a heat map whose raster is coarser than the view lies where the peak is. */
static void
test_heat_place (void)
{
    CgBox box = { 0, 0, 4000, 3000 };
    CgDensity *density = bump (80, 60, box, 3100, 2300, 300, 50);
    g_autoptr (CgCanvas) canvas = canvas_new (800, 600);
    CgMapView view = view_of (box, cg_canvas_rect (canvas), 0.0);
    CgHeat heat = { .full_per_km2 = 60 };
    cg_map_heat (canvas, &view, density, &heat);
    cairo_surface_t *picture = picture_of (canvas);
    double best = -1, sum = 0, at_x = 0, at_y = 0;
    for (guint y = 0; y < 600; y++)
        for (guint x = 0; x < 800; x++)
            best = MAX (best, cg_colour_lightness (pixel_of (picture, x, y)));
    for (guint y = 0; y < 600; y++)
        for (guint x = 0; x < 800; x++)
            if (cg_colour_lightness (pixel_of (picture, x, y)) > best - 1.0) {
                sum += 1;
                at_x += x + 0.5;
                at_y += y + 0.5;
            }
    g_assert_cmpfloat_with_epsilon (at_x / sum, 620.0, 1.5);
    g_assert_cmpfloat_with_epsilon (at_y / sum, 140.0, 1.5);
    /* far from every event nothing is painted */
    g_assert_true (same_colour (pixel_of (picture, 30, 570), cg_themes ()[0].background));
    cairo_surface_destroy (picture);
    bump_free (density);
}

/* The scale is absolute: 10 per km2 has the same colour in a map with peak 10 and one with peak
 * 100. */
static void
test_heat_scale (void)
{
    CgBox box = { 0, 0, 1000, 1000 };
    CgColour have[2];
    for (guint k = 0; k < 2; k++) {
        CgDensity *density = bump (50, 50, box, -1e9, 0, 1, k == 0 ? 10 : 100);
        for (guint i = 0; i < 2500; i++)
            density->per_km2[i] = i < 1250 ? 10.0f : k == 0 ? 0.0f : 100.0f;
        g_autoptr (CgCanvas) canvas = canvas_new (100, 100);
        CgMapView view = view_of (box, cg_canvas_rect (canvas), 0.0);
        CgHeat heat = { .full_per_km2 = 100 };
        cg_map_heat (canvas, &view, density, &heat);
        cairo_surface_t *picture = picture_of (canvas);
        have[k] = pixel_of (picture, 50, 20);
        cairo_surface_destroy (picture);
        bump_free (density);
    }
    g_assert_true (same_colour (have[0], have[1]));
    g_assert_cmpfloat (cg_map_heat_full (0), ==, 1.0);
    g_assert_cmpfloat (cg_map_heat_full (NAN), ==, 1.0);
    g_assert_cmpfloat_with_epsilon (cg_map_heat_full (581.2), 600.0, 1e-9);
}

/* A quarter of full with the square root looks as a half without. */
static void
test_heat_power (void)
{
    static const struct {
        double power, density;
    } cases[] = { { 0, 50 }, { 1, 50 }, { 0.5, 25 }, { 0.5, 50 }, { 0.25, 6.25 }, { NAN, 50 } };
    CgBox box = { 0, 0, 1000, 1000 };
    CgColour have[G_N_ELEMENTS (cases)];
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        CgDensity *density = bump (50, 50, box, -1e9, 0, 1, 100);
        for (guint i = 0; i < 2500; i++)
            density->per_km2[i] = (float) cases[k].density;
        g_autoptr (CgCanvas) canvas = canvas_new (100, 100);
        CgMapView view = view_of (box, cg_canvas_rect (canvas), 0.0);
        CgHeat heat = { .full_per_km2 = 100, .power = cases[k].power };
        cg_map_heat (canvas, &view, density, &heat);
        cairo_surface_t *picture = picture_of (canvas);
        have[k] = pixel_of (picture, 50, 50);
        cairo_surface_destroy (picture);
        bump_free (density);
    }
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
        g_assert_true (same_colour (have[0], have[k]) == (k != 3));
}

/* A scale that is not linear, and a peak, are said in a line of their own. */
static void
test_heat_legend_grows (void)
{
    g_autoptr (CgCanvas) canvas = canvas_new (800, 600);
    CgMapView view = view_of ((CgBox){ 0, 0, 800, 600 }, cg_canvas_rect (canvas), 0.0);
    CgHeat linear = { .full_per_km2 = 100 },
           root = { .full_per_km2 = 100, .peak_per_km2 = 87, .power = 0.5 };
    CgLegend legend = { .title = "事件密度", .unit = "起/km²", .heat = &linear };
    CgRect without = cg_map_legend_rect (canvas, &view, &legend, CG_CORNER_SE);
    legend.heat = &root;
    CgRect with = cg_map_legend_rect (canvas, &view, &legend, CG_CORNER_SE);
    g_assert_cmpfloat (with.width, ==, without.width);
    g_assert_cmpfloat (with.height, >, without.height + cg_canvas_vh (canvas)); /* the note */
}

static guint
strip_texts (const CgLegend *legend, double width, double height, gboolean *out_fits)
{
    g_autoptr (CgCanvas) canvas = canvas_new (800, 600);
    g_autoptr (GArray) texts = g_array_new (FALSE, FALSE, sizeof (CgTextBox));
    CgRect strip = { 20, 30, width, height };
    canvas->texts = texts;
    *out_fits = cg_map_legend_strip (canvas, strip, legend, TRUE);
    g_assert_cmpint (cg_map_legend_strip (canvas, strip, legend, FALSE), ==, *out_fits);
    for (guint i = 0; i < texts->len; i++) {
        CgRect box = g_array_index (texts, CgTextBox, i).box;
        g_assert_cmpfloat (box.x, >=, strip.x);
        g_assert_cmpfloat (box.x + box.width, <=, strip.x + strip.width);
    }
    return texts->len;
}

/* The ends of a scale, or names beside symbols on two lines, or the word that there is none. */
static void
test_legend_strip (void)
{
    gboolean fits;
    CgHeat heat = { .full_per_km2 = 100 };
    CgLegend legend = { .title = "事件密度", .unit = "起/km²", .heat = &heat };
    g_assert_cmpuint (strip_texts (&legend, 200, 14, &fits), ==, 2);
    g_assert_true (fits);
    g_assert_cmpuint (strip_texts (&legend, 60, 14, &fits), ==, 1);
    g_assert_false (fits);
    g_assert_cmpuint (strip_texts (&legend, 20, 14, &fits), ==, 0);
    CgChoropleth classes = {
        .n_classes = 3, .lower = 0.5, .upper = { 3, 9, 700 }, .zero = TRUE, .decimals = 1
    };
    classes.count_none = 1;
    legend = (CgLegend){ .unit = "起/千户", .choropleth = &classes };
    g_assert_cmpuint (strip_texts (&legend, 500, 14, &fits), ==, 4); /* zero, two ends, no data */
    g_assert_true (fits);
    CgLegendRow rows[4];
    for (guint k = 0; k < 4; k++)
        rows[k] = (CgLegendRow){ .symbol = (int) k, .text = "A 类摄像头", .colour = { 9, 9, 9, 255 } };
    legend = (CgLegend){ .n_rows = 4, .rows = rows };
    g_assert_cmpuint (strip_texts (&legend, 230, 14, &fits), ==, 1);
    g_assert_false (fits);
    g_assert_cmpuint (strip_texts (&legend, 230, 28, &fits), ==, 4);
    g_assert_true (fits);
}

static gboolean
overlap (const CgRect *a, const CgRect *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

/* Crowded labels: none over another, over a taken rectangle or out of the view; the same places
 * twice. */
static void
test_labels (void)
{
    enum { N = 400 };
    static const char *const names[] = { "城关镇", "东街社区第三网格", "A", "黑龙滩镇", "g", "北",
                                         NULL };
    CgRandom random;
    cg_random_init (&random, 11, 0);
    CgLabel labels[N] = { 0 };
    for (guint i = 0; i < N; i++)
        labels[i] = (CgLabel){ cg_random_unit (&random) * 1000 - 20,
                               cg_random_unit (&random) * 600,
                               names[i % 7],
                               NULL,
                               i % 13 == 0 ? NAN : (double) (i % 5),
                               0 };
    labels[7].x = NAN;
    labels[8].x = INFINITY;
    const CgRect taken[2] = { { 600, 400, 400, 200 }, { NAN, 0, 1, 1 } };
    CgLabelOptions options = { CG_TEXT_SMALL, FALSE, 2, taken };
    CgRect boxes[2][N];
    guint placed[2];
    for (guint run = 0; run < 2; run++) {
        g_autoptr (CgCanvas) canvas = canvas_new (1000, 600);
        CgMapView view = view_of ((CgBox){ 0, 0, 1000, 600 }, cg_canvas_rect (canvas), 0.0);
        placed[run] = cg_map_labels (canvas, &view, N, labels, &options, boxes[run]);
    }
    g_assert_cmpuint (placed[0], >, 100);
    g_assert_cmpuint (placed[0], <, N);
    g_assert_cmpuint (placed[0], ==, placed[1]);
    g_assert_cmpmem (boxes[0], sizeof boxes[0], boxes[1], sizeof boxes[1]);
    guint n = 0;
    for (guint i = 0; i < N; i++) {
        const CgRect *box = &boxes[0][i];
        if (box->width == 0)
            continue;
        n++;
        g_assert_true (box->x >= 0 && box->y >= 0 && box->x + box->width <= 1000 &&
                       box->y + box->height <= 600);
        g_assert_false (overlap (box, &taken[0]));
        for (guint k = 0; k < i; k++)
            g_assert_false (boxes[0][k].width > 0 && overlap (box, &boxes[0][k]));
    }
    g_assert_cmpuint (n, ==, placed[0]);
}

/* Of two labels at one place the one of higher priority stays; the short form comes in when it
 * helps. */
static void
test_label_priority (void)
{
    const CgLabel labels[] = { { 50, 30, "低", NULL, 1, 0.1 }, { 50, 30, "高", NULL, 2, 0.1 } };
    CgLabelOptions options = { CG_TEXT_BODY, FALSE, 0, NULL };
    CgRect boxes[2];
    g_autoptr (CgCanvas) canvas = canvas_new (100, 60);
    CgMapView view = view_of ((CgBox){ 0, 0, 100, 60 }, cg_canvas_rect (canvas), 0.0);
    g_assert_cmpuint (cg_map_labels (canvas, &view, 2, labels, &options, boxes), ==, 1);
    g_assert_cmpfloat (boxes[0].width, ==, 0.0);
    g_assert_cmpfloat (boxes[1].width, >, 0.0);
    const CgLabel wide = { 50, 30, "一二三四五六七八九十一二三四五六七八", "短名", 1, 0.1 };
    g_assert_cmpuint (cg_map_labels (canvas, &view, 1, &wide, &options, boxes), ==, 1);
    g_assert_cmpfloat (boxes[0].width, <, 60.0);
}

static void
add_ring (CgShapes *shapes, guint n, const double *xy)
{
    for (guint i = 0; i < n; i++)
        cg_shapes_add_vertex (shapes, xy[2 * i], xy[2 * i + 1]);
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
}

/* Everything may be empty, absent or absurd; pictures come out all the same. */
static void
test_hostile (void)
{
    g_autoptr (CgShapes) bad = cg_shapes_new (CG_SHAPES_AREA);
    add_ring (bad, 4, (const double[]){ NAN, 0, 1, INFINITY, -INFINITY, 3, NAN, 0 });
    add_ring (bad, 4, (const double[]){ -1e300, -1e300, 1e300, -1e300, 0, 1e300, -1e300, -1e300 });
    add_ring (bad, 4, (const double[]){ 5, 5, 5, 5, 5, 5, 5, 5 });
    add_ring (bad, 5, (const double[]){ 0, 0, 10, 10, 10, 0, 0, 10, 0, 0 });
    cg_shapes_end_shape (bad);
    g_autoptr (CgShapes) none = cg_shapes_new (CG_SHAPES_AREA);
    const double value[5] = { NAN, INFINITY, 1, -1e300, 0 };
    char *names[5] = { "甲", NULL, "", "\xff\xfe", "丁" };
    const double px[3] = { NAN, 1e300, 5 }, py[3] = { 0, 0, 5 };
    const guint32 class[3] = { 0, 7, 0 };
    for (guint f = 0; f < 3; f++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgCanvas) canvas = cg_canvas_new ((CgFormat) f, 200, 120, NULL, &error);
        CgMapView view = view_of ((CgBox){ 0, 0, 10, 10 }, cg_canvas_rect (canvas), 0.1);
        CgChoropleth choropleth = { .n_classes = 99, .upper = { NAN }, .opacity = NAN };
        CgDensity empty = { 0 };
        CgHeat heat = { .full_per_km2 = NAN, .opacity = -1 };
        CgSymbolClass symbol = { .symbol = (CgSymbol) 99, .size_vh = INFINITY };
        CgLabelOptions options = { CG_TEXT_SMALL, FALSE, 0, NULL };
        cg_map_ground (canvas, &view);
        cg_map_land (canvas, &view, bad);
        cg_map_land (canvas, &view, NULL);
        cg_map_choropleth (canvas, &view, bad, value, &choropleth);
        cg_map_choropleth (canvas, &view, none, value, &choropleth);
        cg_map_borders (canvas, &view, bad, CG_LEVEL_GRID);
        cg_map_dim_outside (canvas, &view, bad);
        cg_map_dim_outside (canvas, &view, none);
        cg_map_outline (canvas, &view, bad, 2, (const guint32[]){ 99, 3 }, CG_RGB (0xff0000), NAN);
        cg_map_barriers (canvas, &view, NULL);
        cg_map_heat (canvas, &view, &empty, &heat);
        cg_map_heat (canvas, &view, NULL, &heat);
        cg_map_points (canvas, &view, 3, px, py, class, 1, &symbol);
        cg_map_area_labels (canvas, &view, bad, names, value, &options);
        cg_map_legend (canvas, &view,
                       &(CgLegend){ .heat = &heat, .choropleth = &choropleth, .count_title = "数" },
                       CG_CORNER_NE);
        cg_map_legend (canvas, &view, &(CgLegend){ 0 }, CG_CORNER_NW);
        cg_map_scale_bar (canvas, &view, CG_CORNER_SW);
        cg_map_frame (canvas, (CgRect){ 0, 0, 3, 3 }, &(CgMapFrame){ "题", "间", "源" });
        g_autoptr (GBytes) bytes = cg_canvas_finish (canvas, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (g_bytes_get_size (bytes), >, 100);
    }
}

/* A density with NaN and negative cells is drawn as nothing there. */
static void
test_heat_hostile (void)
{
    float cells[4] = { NAN, -5.0f, INFINITY, 1.0f };
    CgDensity density = {
        .width = 2, .height = 2, .per_km2 = cells, .box = { 0, 0, 10, 10 }, .peak_per_km2 = NAN
    };
    for (guint k = 0; k < 3; k++) {
        g_autoptr (CgCanvas) canvas = canvas_new (50, 50);
        CgMapView view = view_of ((CgBox){ 0, 0, 10, 10 }, cg_canvas_rect (canvas), 0.0);
        density.width = k == 1 ? 1 : 2;
        density.height = k == 2 ? 1 : 2;
        cg_map_heat (canvas, &view, &density, &(CgHeat){ 0 });
        g_autoptr (GBytes) bytes = cg_canvas_finish (canvas, NULL);
        g_assert_nonnull (bytes);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/map/view", test_view);
    g_test_add_func ("/render/map/view-errors", test_view_errors);
    g_test_add_func ("/render/map/scale-bar", test_scale_bar);
    g_test_add_func ("/render/map/scale-bar-drawn", test_scale_bar_drawn);
    g_test_add_func ("/render/map/choropleth", test_choropleth);
    g_test_add_func ("/render/map/no-seams", test_no_seams);
    g_test_add_func ("/render/map/heat-place", test_heat_place);
    g_test_add_func ("/render/map/heat-scale", test_heat_scale);
    g_test_add_func ("/render/map/heat-power", test_heat_power);
    g_test_add_func ("/render/map/heat-legend", test_heat_legend_grows);
    g_test_add_func ("/render/map/heat-hostile", test_heat_hostile);
    g_test_add_func ("/render/map/labels", test_labels);
    g_test_add_func ("/render/map/label-priority", test_label_priority);
    g_test_add_func ("/render/map/legend-strip", test_legend_strip);
    g_test_add_func ("/render/map/hostile", test_hostile);
    return g_test_run ();
}
