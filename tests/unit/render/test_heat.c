/* Heat drawn by its short ways and cut into tiles: the same pixels as drawn at length and whole. */
#include <cairo.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "map/map.h"
#include "picture.h"
#include "support.h"

enum { N = 5000, WIDTH = 320, HEIGHT = 200 };
#define CELL_M 12.3 /* no sum of powers of two: sums of it are rounded */
#define WEST (31 * CELL_M)
#define SOUTH (7 * CELL_M)

typedef struct {
    double x[N], y[N];
} Cloud;

static Cloud *
make_cloud (void)
{
    Cloud *cloud = g_new (Cloud, 1);
    CgRandom random;
    cg_random_init (&random, 3, 1);
    for (guint i = 0; i < N; i++) {
        double spread = i % 4 > 0 ? 300 : 5000;
        cloud->x[i] = WEST + 1500 + i % 7 * 300 + spread * (cg_random_unit (&random) - 0.5);
        cloud->y[i] = SOUTH + 1000 + i % 5 * 200 + spread * (cg_random_unit (&random) - 0.5);
    }
    return cloud;
}

/* Pixels row by row, 0xAARRGGBB multiplied by alpha (g_free). */
static guint32 *
decode (GBytes *bytes, guint width, guint height)
{
    cairo_surface_t *surface = picture_read (bytes);
    g_assert_cmpint (cairo_image_surface_get_width (surface), ==, (int) width);
    g_assert_cmpint (cairo_image_surface_get_height (surface), ==, (int) height);
    guint32 opaque =
        cairo_image_surface_get_format (surface) == CAIRO_FORMAT_RGB24 ? 0xff000000u : 0;
    guint32 *pixels = g_new (guint32, width * height);
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            memcpy (&pixels[y * width + x],
                    cairo_image_surface_get_data (surface) +
                        y * (gsize) cairo_image_surface_get_stride (surface) + x * 4,
                    4);
            pixels[y * width + x] |= opaque;
        }
    cairo_surface_destroy (surface);
    return pixels;
}

static CgDensityOptions
window (guint column, guint row, guint width, guint height)
{
    CgDensityOptions options = { .bandwidth_m = 110 };
    /* A tenth of a cell inside, which aligning widens to whole cells. */
    options.box.x_min = WEST + (column + 0.1) * CELL_M;
    options.box.x_max = WEST + (column + width - 0.1) * CELL_M;
    options.box.y_max = SOUTH + (HEIGHT - row - 0.1) * CELL_M;
    options.box.y_min = SOUTH + (HEIGHT - row - height + 0.1) * CELL_M;
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_density_align (&options, CELL_M, &error));
    g_assert_cmpuint (options.width, ==, width);
    g_assert_cmpuint (options.height, ==, height);
    return options;
}

/* Ground and heat through the painters; clear: on nothing. */
static GBytes *
paint (const CgDensity *density, const CgHeat *heat, guint width, guint height, gboolean clear)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgCanvas) canvas =
        clear ? cg_canvas_new_clear (CG_FORMAT_PNG, width, height, NULL, &error)
              : cg_canvas_new (CG_FORMAT_PNG, width, height, NULL, &error);
    CgMapView view;
    g_assert_true (
        cg_map_view_fit (&view, &density->box, cg_canvas_rect (canvas), 0.0, &error));
    if (!clear)
        cg_map_ground (canvas, &view);
    cg_map_heat (canvas, &view, density, heat);
    GBytes *bytes = cg_canvas_finish (canvas, &error);
    g_assert_no_error (error);
    return bytes;
}

static void
test_alone (void)
{
    g_autofree Cloud *cloud = make_cloud ();
    for (guint way = 0; way < 16; way++) {
        CgDensityOptions options = window (0, 0, WIDTH, HEIGHT);
        options.bandwidth_m = way & 8 ? 20 : 110; /* by the direct sum, by the lattice */
        g_autoptr (GError) error = NULL;
        g_autoptr (CgDensityField) field =
            cg_density_field_new (N, cloud->x, cloud->y, NULL, &options, &error);
        g_autoptr (CgDensity) density =
            cg_density_run (N, cloud->x, cloud->y, NULL, &options, &error);
        g_assert_no_error (error);
        CgHeat heat = { .power = way & 1 ? 1 : 0.5,
                        .full_per_km2 = way & 2 ? 300 : 0,
                        .peak_per_km2 = density->peak_per_km2 };
        gboolean clear = way & 4;
        const CgPngNote note = { "Version", "1" };
        g_autoptr (GBytes) fast =
            cg_map_heat_png (field, &heat, cg_themes (), clear, 1, &note, &error);
        g_assert_no_error (error);
        g_autoptr (GBytes) again =
            cg_map_heat_png (field, &heat, cg_themes (), clear, 1, &note, &error);
        g_assert_true (g_bytes_equal (fast, again));
        g_autoptr (GBytes) slow = paint (density, &heat, WIDTH, HEIGHT, clear);
        g_autofree guint32 *have = decode (fast, WIDTH, HEIGHT),
                           *want = decode (slow, WIDTH, HEIGHT);
        g_assert_cmpmem (have, WIDTH * HEIGHT * 4, want, WIDTH * HEIGHT * 4);
    }
}

/* A field straight onto a sheet, also where a clip cuts it; not where pixels are of another size. */
static void
test_field (void)
{
    g_autofree Cloud *cloud = make_cloud ();
    CgDensityOptions options = window (0, 0, WIDTH, HEIGHT);
    CgHeat heat = { .power = 0.5 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgDensity) density = cg_density_run (N, cloud->x, cloud->y, NULL, &options, &error);
    g_autoptr (CgDensityField) field =
        cg_density_field_new (N, cloud->x, cloud->y, NULL, &options, &error);
    g_assert_no_error (error);
    for (guint way = 0; way < 2; way++) {
        GBytes *bytes[2];
        for (guint k = 0; k < 2; k++) {
            g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, &error);
            CgRect rect = cg_canvas_rect (canvas);
            CgMapView view;
            rect.x = way * 40.0; /* over the right edge of the sheet */
            g_assert_true (cg_map_view_fit (&view, &density->box, rect, 0, &error));
            cg_map_ground (canvas, &view);
            if (k == 0)
                cg_map_heat (canvas, &view, density, &heat);
            else
                g_assert_true (cg_map_heat_field (canvas, &view, field, &heat));
            bytes[k] = cg_canvas_finish (canvas, &error);
            g_assert_no_error (error);
        }
        g_assert_true (g_bytes_equal (bytes[0], bytes[1]));
        g_bytes_unref (bytes[0]);
        g_bytes_unref (bytes[1]);
    }
    g_autoptr (CgCanvas) canvas = cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, NULL, &error);
    CgMapView half;
    CgRect rect = { 0, 0, WIDTH / 2, HEIGHT / 2 };
    g_assert_true (cg_map_view_fit (&half, &density->box, rect, 0, &error));
    g_assert_false (cg_map_heat_field (canvas, &half, field, &heat));
}

/* Any window cut into tiles, each with a density, view and canvas of its own, joins again. */
static void
test_tiles (void)
{
    g_autofree Cloud *cloud = make_cloud ();
    CgHeat heat = { .power = 0.5, .full_per_km2 = 300 };
    CgDensityOptions all = window (0, 0, WIDTH, HEIGHT);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgDensity) density = cg_density_run (N, cloud->x, cloud->y, NULL, &all, &error);
    g_assert_no_error (error);
    g_autoptr (GBytes) whole = paint (density, &heat, WIDTH, HEIGHT, FALSE);
    g_autofree guint32 *want = decode (whole, WIDTH, HEIGHT);
    CgRandom random;
    cg_random_init (&random, 9, 1);
    for (guint split = 0; split < 6; split++) {
        guint columns[5] = { 0, 0, 0, 0, WIDTH }, rows[4] = { 0, 0, 0, HEIGHT };
        for (guint k = 1; k < 4; k++)
            columns[k] = columns[k - 1] + 1 + cg_random_below (&random, 90);
        for (guint k = 1; k < 3; k++)
            rows[k] = rows[k - 1] + 1 + cg_random_below (&random, 80);
        for (guint t = 0; t < 12; t++) {
            guint left = columns[t % 4], top = rows[t / 4];
            guint width = columns[t % 4 + 1] - left, height = rows[t / 4 + 1] - top;
            CgDensityOptions options = window (left, top, width, height);
            g_autoptr (CgDensity) part =
                cg_density_run (N, cloud->x, cloud->y, NULL, &options, &error);
            g_autoptr (CgDensityField) field =
                cg_density_field_new (N, cloud->x, cloud->y, NULL, &options, &error);
            g_assert_no_error (error);
            g_autoptr (GBytes) painted = paint (part, &heat, width, height, FALSE);
            g_autoptr (GBytes) alone =
                cg_map_heat_png (field, &heat, cg_themes (), FALSE, 0, NULL, &error);
            g_autofree guint32 *one = decode (painted, width, height),
                               *two = decode (alone, width, height);
            for (guint y = 0; y < height; y++)
                for (guint x = 0; x < width; x++) {
                    guint32 pixel = want[(top + y) * WIDTH + left + x];
                    g_assert_cmphex (one[y * width + x], ==, pixel);
                    g_assert_cmphex (two[y * width + x], ==, pixel);
                }
        }
    }
}

/* Straight onto the sheet and through cairo: a clip through pixels asks for the latter. */
static void
test_ways_agree (void)
{
    g_autofree Cloud *cloud = make_cloud ();
    CgDensityOptions options = window (0, 0, WIDTH / 2, HEIGHT / 2);
    CgHeat heat = { .power = 0.5, .full_per_km2 = 300 };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgDensity) density = cg_density_run (N, cloud->x, cloud->y, NULL, &options, &error);
    g_assert_no_error (error);
    guint32 *pixels[2];
    for (guint way = 0; way < 2; way++) {
        g_autoptr (CgCanvas) canvas =
            cg_canvas_new (CG_FORMAT_PNG, WIDTH, HEIGHT, cg_theme_find ("light"), &error);
        double cut = way == 0 ? 0 : 0.5; /* the right edge of the view cuts a column of pixels */
        CgMapView view;
        CgRect rect = { 0, 0, WIDTH - cut, HEIGHT };
        g_assert_true (cg_map_view_fit (&view, &density->box, rect, 0, &error));
        view.m_per_px = (density->box.x_max - density->box.x_min) / WIDTH;
        view.box = density->box;
        view.box.x_max = view.box.x_min + rect.width * view.m_per_px;
        cg_map_ground (canvas, &view);
        cg_map_heat (canvas, &view, density, &heat);
        g_autoptr (GBytes) bytes = cg_canvas_finish (canvas, &error);
        g_assert_no_error (error);
        pixels[way] = decode (bytes, WIDTH, HEIGHT);
    }
    for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x + 1 < WIDTH; x++)
            g_assert_cmphex (pixels[0][y * WIDTH + x], ==, pixels[1][y * WIDTH + x]);
    g_free (pixels[0]);
    g_free (pixels[1]);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/heat/alone", test_alone);
    g_test_add_func ("/render/heat/field", test_field);
    g_test_add_func ("/render/heat/tiles", test_tiles);
    g_test_add_func ("/render/heat/ways-agree", test_ways_agree);
    return g_test_run ();
}
