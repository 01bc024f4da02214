/* Attaching against GEOS and by hand: holes, several parts, overlaps, corners, edges, threads. */
#include "attach/attach.h"
#include "attach/attach_internal.h"
#include "base/error.h"
#include "base/random.h"
#include "support.h"

#include <geos_c.h>
#include <math.h>
#include <string.h>

static void
add_ring (CgShapes *shapes, guint n, const double *xy)
{
    for (guint i = 0; i <= n; i++)
        cg_shapes_add_vertex (shapes, xy[2 * (i % n)], xy[2 * (i % n) + 1]);
    cg_shapes_end_ring (shapes);
}

static void
add_rectangle (CgShapes *shapes, double x_min, double y_min, double x_max, double y_max)
{
    add_ring (shapes, 4, (double[]){ x_min, y_min, x_max, y_min, x_max, y_max, x_min, y_max });
}

static void
end_area (CgShapes *shapes)
{
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
}

static void
check_find (const CgShapes *areas, const guint32 *rank, double x, double y, guint32 want,
            gboolean border)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, rank, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (cg_attach_find (index, x, y), ==, want);
    guint32 found;
    guint8 on_border;
    cg_attach_run (index, 1, &x, &y, 1, &found, &on_border);
    g_assert_cmpuint (found, ==, want);
    g_assert_cmpint (on_border, ==, border);
}

static void
test_checkerboard_borders (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 10, 1);
    const guint32 backwards[] = { 8, 7, 6, 5, 4, 3, 2, 1, 0 };
    const struct {
        double x, y;
        guint32 by_row, backwards;
        gboolean border;
    } cases[] = {
        { 5, 5, 0, 0, FALSE },
        { 15, 15, 4, 4, FALSE },
        { 10, 5, 0, 1, TRUE },
        { 10, 10, 0, 4, TRUE },
        { 20, 20, 4, 8, TRUE },
        { 0, 0, 0, 0, TRUE },
        { 30, 30, 8, 8, TRUE },
        { 30, 10, 2, 5, TRUE },
        { 15, 20, 4, 7, TRUE },
        { 30.5, 5, CG_NONE, CG_NONE, FALSE },
        { -1e300, 5, CG_NONE, CG_NONE, FALSE },
        { NAN, 5, CG_NONE, CG_NONE, FALSE },
        { 5, INFINITY, CG_NONE, CG_NONE, FALSE },
        { nextafter (30, 31), 15, CG_NONE, CG_NONE, FALSE },
        { nextafter (10, 0), 5, 0, 0, FALSE },
        { nextafter (10, 11), 5, 1, 1, FALSE },
    };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        check_find (units->shapes, NULL, cases[i].x, cases[i].y, cases[i].by_row, cases[i].border);
        check_find (units->shapes, backwards, cases[i].x, cases[i].y, cases[i].backwards,
                    cases[i].border);
    }
}

static void
test_holes_and_parts (void)
{
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    /* 0: a frame with a hole, and an island in another place; 1: what fills half of the hole; 2:
     * empty. */
    add_rectangle (areas, 0, 0, 10, 10);
    add_rectangle (areas, 2, 2, 8, 8);
    cg_shapes_end_part (areas);
    add_rectangle (areas, 20, 0, 25, 5);
    end_area (areas);
    add_rectangle (areas, 2, 2, 5, 8);
    end_area (areas);
    cg_shapes_end_shape (areas);
    check_find (areas, NULL, 1, 1, 0, FALSE);
    check_find (areas, NULL, 3, 5, 1, FALSE);
    check_find (areas, NULL, 6, 5, CG_NONE, FALSE);
    check_find (areas, NULL, 8, 5, 0, TRUE);
    check_find (areas, NULL, 2, 5, 0, TRUE);
    check_find (areas, (guint32[]){ 1, 0, 0 }, 2, 5, 1, TRUE);
    check_find (areas, NULL, 22, 3, 0, FALSE);
    check_find (areas, NULL, 15, 3, CG_NONE, FALSE);
}

static void
test_overlap_goes_to_lowest_rank (void)
{
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    add_rectangle (areas, 0, 0, 10, 10);
    end_area (areas);
    add_rectangle (areas, 5, 5, 15, 15);
    end_area (areas);
    check_find (areas, NULL, 7, 7, 0, FALSE);
    check_find (areas, (guint32[]){ 9, 3 }, 7, 7, 1, FALSE);
    /* On the border of the second, well inside the first: its border all the same. */
    check_find (areas, NULL, 5, 7, 0, TRUE);
}

static void
test_refuses (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgShapes) lines = cg_shapes_new (CG_SHAPES_LINE);
    g_assert_null (cg_attach_index_new (lines, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    const double bad[] = { NAN, INFINITY, 1e101 };
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
        add_rectangle (areas, 0, 0, 1, 1);
        end_area (areas);
        add_rectangle (areas, 0, 0, 1, bad[i]);
        end_area (areas);
        g_assert_null (cg_attach_index_new (areas, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
        g_assert_nonnull (strstr (error->message, "area 2"));
        g_clear_error (&error);
    }
}

static void
test_degenerate_areas (void)
{
    g_autoptr (CgShapes) empty = cg_shapes_new (CG_SHAPES_AREA);
    check_find (empty, NULL, 0, 0, CG_NONE, FALSE);
    /* No height, no width, one point, and a height so small that its stripes overflow. */
    g_autoptr (CgShapes) flat = cg_shapes_new (CG_SHAPES_AREA);
    add_rectangle (flat, 0, 0, 10, 0);
    end_area (flat);
    add_rectangle (flat, 20, 0, 20, 10);
    end_area (flat);
    add_rectangle (flat, 30, 30, 30, 30);
    end_area (flat);
    add_rectangle (flat, 40, 0, 50, 1e-310);
    end_area (flat);
    check_find (flat, NULL, 5, 0, 0, TRUE);
    check_find (flat, NULL, 20, 5, 1, TRUE);
    check_find (flat, NULL, 30, 30, 2, TRUE);
    check_find (flat, NULL, 45, 0, 3, TRUE);
    check_find (flat, NULL, 45, 1, CG_NONE, FALSE);
}

/* ---- GEOS as the judge: integer coordinates, so that points often fall on edges and corners ---- */

static void
make_star (CgShapes *areas, CgRandom *random, double x, double y, double radius)
{
    guint n = 3 + cg_random_below (random, 40);
    g_autofree double *outer = g_new (double, 2 * n), *inner = g_new (double, 2 * n);
    for (guint i = 0; i < n; i++) {
        double r = radius * (0.5 + 0.5 * cg_random_unit (random)), angle = 2 * G_PI * i / n;
        outer[2 * i] = x + round (r * cos (angle)), outer[2 * i + 1] = y + round (r * sin (angle));
        inner[2 * i] = x + round (0.3 * radius * cos (angle));
        inner[2 * i + 1] = y + round (0.3 * radius * sin (angle));
    }
    add_ring (areas, n, outer);
    if (cg_random_below (random, 2) == 0 && radius > 30 && n > 5)
        add_ring (areas, n, inner);
    cg_shapes_end_part (areas);
}

static GEOSGeometry *
to_geos (GEOSContextHandle_t geos, const CgShapes *areas, guint32 i)
{
    g_autoptr (GBytes) wkb = cg_shapes_get_wkb (areas, i, TRUE);
    gsize size;
    const guint8 *bytes = g_bytes_get_data (wkb, &size);
    GEOSGeometry *geometry = GEOSGeomFromWKB_buf_r (geos, bytes, size);
    g_assert_nonnull (geometry);
    return geometry;
}

/* Random stars, overlapping; invalid ones (rounding may make them touch themselves) are
 * left out. */
static CgShapes *
make_areas (GEOSContextHandle_t geos, guint64 seed, guint n, double extent)
{
    CgShapes *areas = cg_shapes_new (CG_SHAPES_AREA);
    CgRandom random;
    cg_random_init (&random, seed, 0);
    while (areas->n_shapes < n) {
        g_autoptr (CgShapes) one = cg_shapes_new (CG_SHAPES_AREA);
        double radius = 5 + cg_random_below (&random, 100);
        double x = cg_random_below (&random, (guint32) extent),
               y = cg_random_below (&random, (guint32) extent);
        make_star (one, &random, x, y, radius);
        if (cg_random_below (&random, 3) == 0)
            make_star (one, &random, x + 300, y, radius / 2);
        cg_shapes_end_shape (one);
        GEOSGeometry *geometry = to_geos (geos, one, 0);
        if (GEOSisValid_r (geos, geometry) == 1)
            cg_shapes_add_shape (areas, one, 0);
        GEOSGeom_destroy_r (geos, geometry);
    }
    return areas;
}

static void
quiet (const char *message, void *user_data)
{
}

static void
test_against_geos (void)
{
    GEOSContextHandle_t geos = GEOS_init_r ();
    GEOSContext_setNoticeMessageHandler_r (geos, quiet, NULL);
    guint n_border = 0, n_found = 0;
    for (guint64 seed = 1; seed <= 5; seed++) {
        const guint n = 60, extent = 600, n_points = 4000;
        g_autoptr (CgShapes) areas = make_areas (geos, seed, n, extent);
        g_autofree double *x = g_new (double, n_points), *y = g_new (double, n_points);
        g_autofree guint32 *found = g_new (guint32, n_points), *want = g_new (guint32, n_points);
        g_autofree guint8 *border = g_new (guint8, n_points),
                          *want_border = g_new0 (guint8, n_points);
        CgRandom random;
        cg_random_init (&random, seed, 1);
        for (guint i = 0; i < n_points; i++) {
            guint32 v = cg_random_below (&random, areas->n_vertices);
            gboolean corner = i % 10 == 0;
            x[i] = corner ? areas->x[v] : (double) cg_random_below (&random, 1000) - 50;
            y[i] = corner ? areas->y[v] : (double) cg_random_below (&random, 800) - 100;
            want[i] = CG_NONE;
        }
        for (guint a = n; a-- > 0;) {
            GEOSGeometry *area = to_geos (geos, areas, a), *outline = GEOSBoundary_r (geos, area);
            const GEOSPreparedGeometry *fast = GEOSPrepare_r (geos, area),
                                       *edge = GEOSPrepare_r (geos, outline);
            for (guint i = 0; i < n_points; i++) {
                GEOSGeometry *point = GEOSGeom_createPointFromXY_r (geos, x[i], y[i]);
                if (GEOSPreparedIntersects_r (geos, fast, point) == 1)
                    want[i] = a;
                if (GEOSPreparedIntersects_r (geos, edge, point) == 1)
                    want_border[i] = TRUE;
                GEOSGeom_destroy_r (geos, point);
            }
            GEOSPreparedGeom_destroy_r (geos, fast);
            GEOSPreparedGeom_destroy_r (geos, edge);
            GEOSGeom_destroy_r (geos, outline);
            GEOSGeom_destroy_r (geos, area);
        }
        g_autoptr (GError) error = NULL;
        g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, &error);
        g_assert_no_error (error);
        cg_attach_run (index, n_points, x, y, 1, found, border);
        for (guint i = 0; i < n_points; i++) {
            g_assert_cmpuint (found[i], ==, want[i]);
            g_assert_cmpint (border[i], ==, want_border[i]);
            n_border += border[i];
            n_found += found[i] != CG_NONE;
        }
    }
    GEOS_finish_r (geos);
    g_assert_cmpuint (n_border, >, 2000);
    g_assert_cmpuint (n_found, >, 8000);
}

/* ---- properties -------------------------------------------------------------------------- */

static void
test_threads_agree (void)
{
    GEOSContextHandle_t geos = GEOS_init_r ();
    g_autoptr (CgShapes) areas = make_areas (geos, 11, 100, 5000);
    GEOS_finish_r (geos);
    const guint32 n = 200000;
    g_autofree double *x = g_new (double, n), *y = g_new (double, n);
    CgRandom random;
    cg_random_init (&random, 12, 0);
    for (guint32 i = 0; i < n; i++)
        x[i] = cg_random_below (&random, 5500), y[i] = cg_random_unit (&random) * 5500;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, NULL);
    g_autofree guint32 *one = g_new (guint32, n), *more = g_new (guint32, n);
    g_autofree guint8 *one_border = g_new (guint8, n), *more_border = g_new (guint8, n);
    cg_attach_run (index, n, x, y, 1, one, one_border);
    for (guint threads = 0; threads <= 7; threads++) {
        memset (more, 0x5a, n * sizeof (guint32));
        cg_attach_run (index, n, x, y, threads, more, more_border);
        g_assert_cmpmem (one, n * sizeof (guint32), more, n * sizeof (guint32));
        g_assert_cmpmem (one_border, n, more_border, n);
    }
    for (guint32 i = 0; i < n; i += 97)
        g_assert_cmpuint (cg_attach_find (index, x[i], y[i]), ==, one[i]);
}

/* Index size stays linear for a comb whose teeth span its whole height and for boxes that all
 * overlap. */
static void
test_hostile_shapes (void)
{
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    const guint teeth = 100000;
    cg_shapes_add_vertex (areas, 0, 0);
    for (guint i = 0; i < teeth; i++) {
        cg_shapes_add_vertex (areas, i, 1 + i % 2 * 1e6);
        cg_shapes_add_vertex (areas, i + 0.5, 1 + (i + 1) % 2 * 1e6);
    }
    cg_shapes_add_vertex (areas, teeth, 0);
    cg_shapes_add_vertex (areas, 0, 0);
    cg_shapes_end_ring (areas);
    end_area (areas);
    for (guint i = 0; i < 3000; i++) {
        add_rectangle (areas, i, i, 1e5 + i, 1e5 + i);
        end_area (areas);
    }
    /* An index that lists every long edge everywhere would meet the test's time limit. */
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, NULL);
    g_assert_nonnull (index);
    g_assert_cmpuint (cg_attach_find (index, 1000.5, 0.5), ==, 0);
    g_assert_cmpuint (cg_attach_find (index, 102999, 102999), ==, 3000);
}

/* Both halves of the index on the same points: cells, with borders asked for and without, and rays. */
static void
compare_halves (const CgShapes *areas, guint32 n, const double *x, const double *y)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (index->raster);
    g_autofree guint32 *cells = g_new (guint32, n), *with_borders = g_new (guint32, n);
    g_autofree guint8 *border = g_new (guint8, n);
    cg_attach_run (index, n, x, y, 1, cells, NULL);
    cg_attach_run (index, n, x, y, 1, with_borders, border);
    for (guint32 i = 0; i < n; i++) {
        guint8 on_ray;
        guint32 ray = cg_attach_find_slowly (index, x[i], y[i], &on_ray);
        if (cells[i] != ray || with_borders[i] != ray || border[i] != on_ray ||
            cg_attach_find (index, x[i], y[i]) != ray)
            g_error ("(%.17g, %.17g): cells say %u and %u, border %u, rays %u, border %u", x[i], y[i],
                     cells[i], with_borders[i], border[i], ray, on_ray);
    }
}

/* Small triangles on a lattice, overlapping at will. 8 or 32 of them, 32 or 128 vertices, give 8 or 16
 * coarse cells a side; the lattice has the borders and the middles of fine cells as its lines, so that
 * middles, corners, edges and points fall together all the time. */
static void
check_lattice (CgRandom *random, guint n_triangles)
{
    guint cells = n_triangles == 8 ? 128 : 256, reach = 3 + cg_random_below (random, cells / 4);
    guint32 n = (cells + 1) * (cells + 1);
    g_autofree double *x = g_new (double, n), *y = g_new (double, n);
    for (guint32 i = 0; i < n; i++) {
        x[i] = (double) (i % (cells + 1)) / cells;
        y[i] = (double) (i / (cells + 1)) / cells;
    }
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    for (guint t = 1; t < n_triangles; t++) {
        double xy[6] = { 0 };
        gint middle[2] = { (gint) cg_random_below (random, cells), (gint) cg_random_below (random, cells) };
        for (guint k = 0; k < 6; k++) {
            gint off = (gint) cg_random_below (random, 2 * reach + 1) - (gint) reach;
            xy[k] = (double) CLAMP (middle[k % 2] + off, 0, (gint) cells) / cells;
        }
        add_ring (areas, 3, xy);
        end_area (areas);
    }
    add_ring (areas, 3, (double[]){ 0, 0, 1, 0, 1, 1 });
    end_area (areas);
    compare_halves (areas, n, x, y);
}

static void
test_lattice (void)
{
    CgRandom random;
    cg_random_init (&random, 12, 1);
    for (guint round = 0; round < (g_test_slow () ? 2000 : 60); round++)
        check_lattice (&random, round % 3 == 0 ? 32 : 8);
}

/* Random stars of many edges, a comb, slivers, a piece that walks an edge twice; points on and one
 * step beside vertices, edges and cells. */
static void
test_halves (void)
{
    CgRandom random;
    cg_random_init (&random, 13, 1);
    for (guint round = 0; round < (g_test_slow () ? 300 : 20); round++) {
        g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
        guint corners = 3 + cg_random_below (&random, 60);
        double size = pow (10, cg_random_below (&random, 7)), far = round % 3 * 1e6;
        for (guint a = 0; a < 12; a++) {
            double cx = far + size * cg_random_unit (&random), cy = size * cg_random_unit (&random);
            double xy[130] = { 0 };
            for (guint k = 0; k < corners; k++) {
                double angle = 2 * G_PI * k / corners, r = size * cg_random_unit (&random);
                xy[2 * k] = cx + r * cos (angle);
                xy[2 * k + 1] = cy + (a % 4 == 0 ? 1e-9 : 1) * r * sin (angle);
            }
            add_ring (areas, corners, xy);
            end_area (areas);
        }
        add_ring (areas, 6, (double[]){ far, 0, far + size, 0, far + size, size, far + size / 3, size / 3,
                                        far + size, size, far, size });
        end_area (areas);
        guint32 n = 20000;
        g_autofree double *x = g_new (double, n), *y = g_new (double, n);
        for (guint32 i = 0; i < n; i++) {
            guint32 v = cg_random_below (&random, areas->n_vertices - 1);
            double t = i % 3 == 0 ? 0 : cg_random_unit (&random);
            x[i] = areas->x[v] + t * (areas->x[v + 1] - areas->x[v]);
            y[i] = areas->y[v] + t * (areas->y[v + 1] - areas->y[v]);
            if (i % 5 == 1)
                x[i] = nextafter (x[i], i % 2 == 0 ? 1e9 : -1e9);
            if (i % 7 == 1)
                y[i] = nextafter (y[i], i % 2 == 0 ? 1e9 : -1e9);
            if (i % 4 == 3) {
                x[i] = far + size * (1.2 * cg_random_unit (&random) - 0.1);
                y[i] = size * (1.2 * cg_random_unit (&random) - 0.1);
            }
        }
        compare_halves (areas, n, x, y);
    }
}

/* Long teeth all over the map: cells would cost more than they are worth, and answers stay right. */
static void
test_comb (void)
{
    g_autoptr (CgShapes) areas = cg_shapes_new (CG_SHAPES_AREA);
    for (guint k = 0; k < 20000; k++) {
        add_rectangle (areas, 2 * k, 0, 2 * k + 1, 1e5);
        end_area (areas);
    }
    g_autoptr (CgAttachIndex) index = cg_attach_index_new (areas, NULL, NULL);
    for (guint k = 0; k < 20000; k += 7) {
        g_assert_cmpuint (cg_attach_find (index, 2 * k + 0.5, 77 * k % 100000), ==, k);
        g_assert_cmpuint (cg_attach_find (index, 2 * k + 1.5, 50), ==, CG_NONE);
        g_assert_cmpuint (cg_attach_find (index, 2 * k + 1, 50), ==, k);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/attach/checkerboard", test_checkerboard_borders);
    g_test_add_func ("/attach/holes-and-parts", test_holes_and_parts);
    g_test_add_func ("/attach/overlap", test_overlap_goes_to_lowest_rank);
    g_test_add_func ("/attach/refuses", test_refuses);
    g_test_add_func ("/attach/degenerate", test_degenerate_areas);
    g_test_add_func ("/attach/geos", test_against_geos);
    g_test_add_func ("/attach/threads", test_threads_agree);
    g_test_add_func ("/attach/hostile", test_hostile_shapes);
    g_test_add_func ("/attach/index/lattice", test_lattice);
    g_test_add_func ("/attach/index/halves", test_halves);
    g_test_add_func ("/attach/index/comb", test_comb);
    return g_test_run ();
}
