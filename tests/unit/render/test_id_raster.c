/* Areas by pixel: the row that attaching the pixel's centre finds, everywhere. */
#include <math.h>
#include <string.h>

#include "attach/attach.h"
#include "base/error.h"
#include "base/random.h"
#include "map/id_raster.h"
#include "support.h"

static void
add_ring (CgShapes *areas, guint n, const double *xy)
{
    for (guint i = 0; i <= n; i++)
        cg_shapes_add_vertex (areas, xy[2 * (i % n)], xy[2 * (i % n) + 1]);
    cg_shapes_end_ring (areas);
}

static void
add_area (CgShapes *areas, guint n, const double *xy)
{
    add_ring (areas, n, xy);
    cg_shapes_end_part (areas);
    cg_shapes_end_shape (areas);
}

static CgMapView
view_of (CgBox box, CgRect rect)
{
    CgMapView view;
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_map_view_fit (&view, &box, rect, 0, &error));
    g_assert_no_error (error);
    return view;
}

/* Every pixel, by the index of engine/attach; returns how many lie on a border. */
static guint
check_against_attach (const CgMapView *view, const CgShapes *areas)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgIdRaster) raster = cg_id_raster_new (view, areas, &error);
    g_assert_no_error (error);
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, &error);
    g_assert_no_error (error);
    int left, top;
    guint width, height, n_border = 0;
    cg_id_raster_rect (raster, &left, &top, &width, &height);
    g_autofree double *x = g_new (double, width), *y = g_new (double, width);
    g_autofree guint32 *want = g_new (guint32, width);
    g_autofree guint8 *border = g_new (guint8, width);
    for (guint r = 0; r < height; r++) {
        for (guint c = 0; c < width; c++)
            cg_id_raster_centre (raster, left + (int) c, top + (int) r, &x[c], &y[c]);
        cg_attach_run (index, width, x, y, 1, want, border);
        for (guint c = 0; c < width; c++) {
            n_border += border[c];
            guint32 have = cg_id_raster_at (raster, left + (int) c, top + (int) r);
            if (have != want[c])
                g_error ("pixel %u, %u (%.17g %.17g, border %u): row %u, attached to %u", c, r,
                         x[c], y[c], border[c], have, want[c]);
        }
    }
    g_assert_cmpuint (cg_id_raster_at (raster, left - 1, top), ==, CG_NONE);
    g_assert_cmpuint (cg_id_raster_at (raster, left, top + (int) height), ==, CG_NONE);
    return n_border;
}

/* Corners and edges through pixel centres, holes, overlaps, parts, rings that cross themselves. */
static CgShapes *
lattice_areas (guint seed)
{
    CgShapes *areas = cg_shapes_new (CG_SHAPES_AREA);
    CgRandom random;
    cg_random_init (&random, 77, seed);
    for (guint i = 0; i < 40; i++) {
        double xy[12];
        guint n = 3 + cg_random_below (&random, 4);
        double step = i % 3 == 0 ? 1 : i % 3 == 1 ? 0.5 : 0.37;
        double x = cg_random_below (&random, 60), y = cg_random_below (&random, 40);
        for (guint k = 0; k < 2 * n; k++)
            xy[k] = (k % 2 ? y : x) + step * cg_random_below (&random, 24) + 0.5;
        add_ring (areas, n, xy);
        if (i % 4 == 0) {
            const double hole[] = { x + 3.5, y + 3.5, x + 8.5, y + 3.5, x + 8.5, y + 6.5 };
            add_ring (areas, 3, hole);
        }
        cg_shapes_end_part (areas);
        if (i % 5 == 0) {
            const double more[] = { x + 0.5, y + 0.5, x + 10.5, y + 0.5, x + 5.5, y + 12.5 };
            add_ring (areas, 3, more);
            cg_shapes_end_part (areas);
        }
        cg_shapes_end_shape (areas);
    }
    cg_shapes_end_shape (areas); /* an empty one */
    return areas;
}

static void
test_lattice (void)
{
    guint n_border = 0;
    for (guint seed = 0; seed < 60; seed++) {
        g_autoptr (CgShapes) areas = lattice_areas (seed);
        CgMapView view = view_of ((CgBox){ 0, 0, 80, 50 }, (CgRect){ 0, 0, 80, 50 });
        n_border += check_against_attach (&view, areas);
        CgMapView fine = view_of ((CgBox){ 10, 7, 50, 32 }, (CgRect){ 3, 4, 80, 50 });
        n_border += check_against_attach (&fine, areas);
    }
    g_assert_cmpuint (n_border, >, 20000);
}

/* A county far from the origin, on views that begin and end anywhere. */
static void
test_anywhere (void)
{
    CgRandom random;
    cg_random_init (&random, 5, 5);
    for (guint k = 0; k < 12; k++) {
        g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
        double east = 37543210.123, north = 3612345.678;
        for (guint i = 0; i < 120; i++) {
            double xy[24], x = east + 4000 * cg_random_unit (&random),
                           y = north + 3000 * cg_random_unit (&random);
            for (guint v = 0; v < 12; v++) {
                double radius = 50 + 400 * cg_random_unit (&random);
                xy[2 * v] = x + radius * cos (v * G_PI / 6);
                xy[2 * v + 1] = y + radius * sin (v * G_PI / 6);
            }
            add_area (areas, 12, xy);
        }
        CgRect rect = { 7.3 + k, 5.9, 311.7 + k / 3.0, 207.1 };
        CgMapView view = view_of (
            (CgBox){ east + 100.0 * k, north - 200, east + 3300, north + 2500.5 }, rect);
        check_against_attach (&view, areas);
    }
}

/* Grids share their borders: a checkerboard drawn exactly through the centres. */
static void
test_shared (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (9, 7, 10.0, 1);
    CgMapView view = view_of ((CgBox){ -0.5, -0.5, 95.5, 75.5 }, (CgRect){ 0, 0, 96, 76 });
    g_assert_cmpuint (check_against_attach (&view, units->shapes), >, 700);
}

static void
test_painting (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (30, 20, 10.0, 1);
    g_autoptr (GError) error = NULL;
    guint n = units->shapes->n_shapes;
    CgMapView view = view_of ((CgBox){ -17, -13, 317, 213 }, (CgRect){ 0, 0, 403, 301 });
    g_autoptr (CgIdRaster) raster = cg_id_raster_new (&view, units->shapes, &error);
    g_assert_no_error (error);
    g_autofree guint32 *colour = g_new (guint32, n + 1);
    g_autofree guint8 *index = g_new (guint8, n + 1);
    for (guint i = 0; i <= n; i++) {
        colour[i] = 0xff000000u + i * 77;
        index[i] = (guint8) (i * 7);
    }
    gsize stride = 403 * 4 + 64;
    g_autofree guint32 *pixels = g_malloc0 (stride * 301);
    g_autofree guint8 *bytes = g_malloc0 (500 * 301);
    memset (pixels, 0x55, stride * 301);
    cg_id_raster_paint (raster, colour, stride, pixels);
    cg_id_raster_index (raster, index, 500, bytes);
    for (guint y = 0; y < 301; y++) {
        for (guint x = 0; x < 403; x++) {
            guint32 id = cg_id_raster_at (raster, (int) x, (int) y);
            g_assert_cmphex (pixels[y * stride / 4 + x], ==, colour[id == CG_NONE ? n : id]);
            g_assert_cmpuint (bytes[y * 500 + x], ==, index[id == CG_NONE ? n : id]);
        }
        for (guint x = 403; x < stride / 4; x++) /* nothing beside the raster */
            g_assert_cmphex (pixels[y * stride / 4 + x], ==, 0x55555555u);
    }
}

/* Beside cairo's antialiased fill: equal wherever a pixel is of one area. */
static void
test_beside_cairo (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (8, 6, 10.0, 1);
    guint n = units->shapes->n_shapes;
    g_autofree double *value = g_new (double, n);
    for (guint i = 0; i < n; i++)
        value[i] = i % 11 == 3 ? NAN : i % 5;
    CgMapView view = view_of ((CgBox){ -5, -5, 85, 65 }, (CgRect){ 5, 5, 360, 280 });
    for (guint way = 0; way < 3; way++) {
        GBytes *bytes[2];
        for (guint k = 0; k < 2; k++) {
            g_autoptr (GError) error = NULL;
            g_autoptr (CgCanvas) canvas =
                cg_canvas_new (CG_FORMAT_PNG, 370, 290, cg_theme_find ("light"), &error);
            g_autoptr (CgIdRaster) raster = cg_id_raster_new (&view, units->shapes, &error);
            CgChoropleth choropleth = { .n_classes = 4,
                                        .upper = { 1, 2, 3, 4 },
                                        .zero = way == 1,
                                        .opacity = way == 2 ? 0.5 : 1 };
            cg_map_ground (canvas, &view);
            if (k == 0)
                cg_map_choropleth (canvas, &view, units->shapes, value, &choropleth);
            else
                cg_map_choropleth_ids (canvas, raster, units->shapes, value, &choropleth);
            g_assert_cmpuint (choropleth.count_none, ==, 5);
            /* 40 pixels a square: the borders of the board fall between pixels. */
            bytes[k] = cg_canvas_finish (canvas, &error);
            g_assert_no_error (error);
        }
        if (way < 2)
            g_assert_true (g_bytes_equal (bytes[0], bytes[1]));
        g_bytes_unref (bytes[0]);
        g_bytes_unref (bytes[1]);
    }
}

static void
test_errors (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) lines = cg_shapes_new (CG_SHAPES_LINE);
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    CgMapView view = view_of ((CgBox){ 0, 0, 10, 10 }, (CgRect){ 0, 0, 10, 10 });
    g_assert_null (cg_id_raster_new (&view, lines, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    CgMapView thin = view_of ((CgBox){ 0, 0, 10, 10 }, (CgRect){ 0.6, 0, 0.3, 10 });
    g_assert_null (cg_id_raster_new (&thin, areas, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    CgMapView huge = view_of ((CgBox){ 0, 0, 10, 10 }, (CgRect){ 0, 0, 20000, 10 });
    g_assert_null (cg_id_raster_new (&huge, areas, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_clear_error (&error);
    const double bad[] = { 1, 1, NAN, 5, 5, 5 }, far[] = { -1e90, 1, 1e90, 1, 3, 8 };
    add_area (areas, 3, bad);
    add_area (areas, 3, far);
    g_autoptr (CgIdRaster) raster = cg_id_raster_new (&view, areas, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (cg_id_raster_at (raster, 3, 9), ==, CG_NONE);
    g_assert_cmpuint (cg_id_raster_at (raster, 3, 8), ==, 1);
    cg_id_raster_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/render/id-raster/lattice", test_lattice);
    g_test_add_func ("/render/id-raster/anywhere", test_anywhere);
    g_test_add_func ("/render/id-raster/shared", test_shared);
    g_test_add_func ("/render/id-raster/painting", test_painting);
    g_test_add_func ("/render/id-raster/beside-cairo", test_beside_cairo);
    g_test_add_func ("/render/id-raster/errors", test_errors);
    return g_test_run ();
}
